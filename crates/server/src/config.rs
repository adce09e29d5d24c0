//! Where things lie and how they are set: command line first, then environment, then a TOML file, then the defaults.

use anyhow::Context;
use clap::Args;
use office::{Clock, Office, Settings};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use store::Store;
use store::engine::Engine;

#[derive(Args, Clone)]
pub struct Place {
    /// Folder for the embedded database and the papers.
    #[arg(long, env = "YIMEN_DATA", default_value = "data", global = true)]
    pub data: PathBuf,
    /// PostgreSQL instead of the embedded database, e.g. `postgres://user@host/yimen`.
    #[arg(long, env = "YIMEN_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// Settings file in TOML.
    #[arg(long, env = "YIMEN_CONFIG", global = true)]
    pub config: Option<PathBuf>,
}

/// The settings file. Unknown words are errors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct File {
    pub listen: Option<String>,
    pub public_url: Option<String>,
    pub database_url: Option<String>,
    pub rulebook: Option<PathBuf>,
    pub log: Option<String>,
    pub log_json: bool,
}

impl Place {
    pub fn file(&self) -> anyhow::Result<File> {
        let Some(path) = &self.config else { return Ok(File::default()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a settings file", path.display()))
    }

    /// Opens the database, embedded or PostgreSQL, without changing it. A demonstration gives it its own clock.
    pub async fn open(&self, clock: &Clock, own_clock: bool) -> anyhow::Result<Store> {
        let url = self.database_url.clone().or(self.file()?.database_url);
        let clock = clock.clone();
        let own: Option<store::engine::Clock> = own_clock.then(|| std::sync::Arc::new(move || clock.now().0) as _);
        let options = store::engine::Options { clock: own, ..Default::default() };
        let engine = match url {
            Some(url) => Engine::postgres(&url, options).await.context("cannot reach PostgreSQL")?,
            None => {
                std::fs::create_dir_all(&self.data).with_context(|| format!("cannot create {}", self.data.display()))?;
                let path = self.data.join("yimen.db");
                Engine::sqlite(&path, options).with_context(|| format!("cannot open {}", path.display()))?
            }
        };
        Ok(Store::open(engine))
    }

    /// The office over this database, for commands that act.
    pub async fn office(&self, clock: Clock, public_url: &str, demonstration: bool) -> anyhow::Result<Office> {
        let store = self.open(&clock, demonstration).await?;
        store.migrate().await?;
        let number_key = number_key(&self.data)?;
        let settings = Settings { public_url: public_url.to_owned(), demonstration, data: self.data.clone(), number_key };
        Ok(Office::new(store, clock, settings)?)
    }
}

/// The key under which identity numbers are found: from `YIMEN_NUMBER_KEY` (64 hex digits, the same on every node) or a file
/// of its own beside the embedded database, made at the first start.
fn number_key(data: &Path) -> anyhow::Result<[u8; 32]> {
    let path = data.join("number-key");
    let text = match std::env::var("YIMEN_NUMBER_KEY") {
        Ok(text) => text,
        Err(_) => match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(_) => {
                std::fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
                let fresh: String = rand::random::<[u8; 32]>().iter().map(|byte| format!("{byte:02x}")).collect();
                std::fs::write(&path, &fresh).with_context(|| format!("cannot write {}", path.display()))?;
                fresh
            }
        },
    };
    let text = text.trim();
    let byte = |place: usize| text.get(2 * place..2 * place + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    bytes.and_then(|bytes| bytes.try_into().ok()).context("the number key must be 64 hexadecimal digits")
}

pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Structured logs on standard error; never with personal data.
pub fn log(filter: Option<&str>, json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("YIMEN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(filter.unwrap_or("info")));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json { builder.json().init() } else { builder.init() }
}

pub fn rulebook_folder(file: &File, given: Option<&Path>) -> PathBuf {
    given.map(Path::to_path_buf).or_else(|| file.rulebook.clone()).unwrap_or_else(|| PathBuf::from("rulebook"))
}

//! Where things lie and how they are set: command line first, then environment, then a TOML file, then the defaults.

mod file;

pub use file::File;

use anyhow::Context;
use clap::Args;
use office::{Clock, Office, Settings};
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

impl Place {
    /// The settings: of the file, where there is one, and of the environment over it.
    pub fn file(&self) -> anyhow::Result<File> {
        let text = match &self.config {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
        };
        let name = self.config.as_deref().unwrap_or(Path::new("the environment"));
        File::read(&text, |key| std::env::var(key).ok()).with_context(|| format!("the settings of {}", name.display()))
    }

    /// Whether a database is there to be opened; none is made by asking.
    pub fn has_database(&self) -> anyhow::Result<bool> {
        let named = self.database_url.is_some() || self.file()?.database_url.is_some();
        Ok(named || self.data.join("yimen.db").exists())
    }

    /// Opens the database, embedded or PostgreSQL, without changing it. A demonstration gives it its own clock.
    pub async fn open(&self, clock: &Clock, own_clock: bool) -> anyhow::Result<Store> {
        let file = self.file()?;
        let url = self.database_url.clone().or(file.database_url);
        let clock = clock.clone();
        let own: Option<store::engine::Clock> = own_clock.then(|| std::sync::Arc::new(move || clock.now().0) as _);
        let plain = store::engine::Options::default();
        let connections = file.database_connections.unwrap_or(plain.connections).max(1);
        let options = store::engine::Options { clock: own, authorities: file.database_ca, connections, ..plain };
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

    /// Whether there is a database here at all: what only looks at one must not make an empty one of a mistyped folder.
    pub fn holds_something(&self) -> anyhow::Result<()> {
        let path = self.data.join("yimen.db");
        let elsewhere = self.database_url.is_some() || self.file()?.database_url.is_some();
        anyhow::ensure!(elsewhere || path.exists(), "there is no database at {}; name its folder with --data", path.display());
        Ok(())
    }

    /// The office over this database, for commands that act.
    pub async fn office(&self, clock: Clock, public_url: &str, demonstration: bool) -> anyhow::Result<Office> {
        let file = self.file()?;
        let store = self.open(&clock, demonstration).await?;
        store.migrate().await?;
        let number_key = number_key(&self.data)?;
        let settings = Settings { public_url: public_url.to_owned(), demonstration, data: self.data.clone(), number_key };
        let mut office = Office::new(store, clock, settings)?.with_uploads(file.papers(&self.data)?);
        file.sessions.over(&mut office.entrance.limits);
        if let Some(mailer) = file.mail.mailer()? {
            office = office.with_mailer(mailer);
        }
        Ok(office)
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

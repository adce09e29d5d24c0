//! The settings file. An unknown word is an error that says which words there are; every setting has a variable of the environment
//! that goes before it; secrets come from the environment alone and are never logged.

use anyhow::{Context, bail};
use office::Office;
use office::blobs::{Blobs, S3Settings};
use office::exchange::Exchange;
use office::mail::{Mailer, Protection, SmtpSettings};
use office::sessions::Limits as Lasting;
use office::uploads::{Bounds, Clamd, NoScanner, Scanner, Uploads};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use web::doors::{Doors, Limits, Network};

/// Settings that the environment may give: `mail.host` is `YIMEN_MAIL_HOST`.
const KEYS: [&str; 34] = [
    "listen",
    "public-url",
    "database-url",
    "database-ca",
    "database-connections",
    "rulebook",
    "log",
    "log-json",
    "papers.endpoint",
    "papers.bucket",
    "papers.region",
    "papers.prefix",
    "papers.scanner",
    "papers.file-mib",
    "papers.most-mib",
    "papers.draft-mib",
    "papers.draft-files",
    "mail.host",
    "mail.port",
    "mail.protection",
    "mail.user",
    "mail.from",
    "mail.folder",
    "sessions.staff-idle-minutes",
    "sessions.staff-hours",
    "sessions.person-idle-minutes",
    "sessions.person-hours",
    "partners.keys",
    "partners.connect",
    "doors.sign-in-per-minute",
    "doors.look-per-minute",
    "doors.api-per-minute",
    "doors.proxies",
    "doors.header",
];

/// Secrets, which no file holds: only the environment.
const SECRETS: [&str; 5] = ["number-key", "metrics-token", "papers.access-key", "papers.secret-key", "mail.password"];

const REMEDY: &str =
    "docs/yimen.example.toml has every setting with its meaning; take the word from there, or leave the line out";

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct File {
    pub listen: Option<String>,
    pub public_url: Option<String>,
    pub database_url: Option<String>,
    pub database_ca: Option<PathBuf>,
    pub database_connections: Option<usize>,
    pub rulebook: Option<PathBuf>,
    pub log: Option<String>,
    pub log_json: bool,
    pub papers: Papers,
    pub mail: Mail,
    pub sessions: Sessions,
    pub partners: Partners,
    pub doors: DoorsSet,
    #[serde(skip)]
    secrets: Secrets,
}

/// Where papers lie and what is taken in.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Papers {
    endpoint: Option<String>,
    bucket: Option<String>,
    region: Option<String>,
    prefix: Option<String>,
    scanner: Option<String>,
    file_mib: Option<u32>,
    most_mib: Option<u32>,
    draft_mib: Option<u32>,
    draft_files: Option<u32>,
}

/// The server that takes our mail, or the folder it is put into.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Mail {
    host: Option<String>,
    port: Option<u16>,
    protection: Option<Word>,
    user: Option<String>,
    from: Option<String>,
    folder: Option<PathBuf>,
    #[serde(skip)]
    password: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Tls,
    Starttls,
    None,
}

/// How long sessions last.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Sessions {
    staff_idle_minutes: Option<u32>,
    staff_hours: Option<u32>,
    person_idle_minutes: Option<u32>,
    person_hours: Option<u32>,
}

/// Which partner systems are connected, and whose keys are known.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Partners {
    keys: Option<PathBuf>,
    connect: Option<String>,
}

/// How often one address may knock where anybody may, and which proxies tell who asks.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct DoorsSet {
    sign_in_per_minute: Option<u32>,
    look_per_minute: Option<u32>,
    api_per_minute: Option<u32>,
    proxies: Option<String>,
    header: Option<String>,
}

#[derive(Clone, Default)]
struct Secrets {
    metrics_token: String,
    access_key: String,
    secret_key: String,
}

/// The variable of a setting.
fn variable(key: &str) -> String {
    format!("YIMEN_{}", key.replace(['.', '-'], "_").to_ascii_uppercase())
}

impl File {
    /// Reads the text of a file, and lets `environment` go before it.
    pub fn read(text: &str, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<File> {
        let mut table: toml::Table = text.parse().context(REMEDY)?;
        for key in SECRETS {
            anyhow::ensure!(
                value_at(&table, key).is_none(),
                "{key} is a secret and stands in no file; set {} instead",
                variable(key)
            );
        }
        // Read once as it stands, so that a fault is told with its line.
        let _: File = toml::from_str(text).context(REMEDY)?;
        for key in KEYS {
            if let Some(given) = environment(&variable(key)) {
                set(&mut table, key, &given);
                let so_far: Result<File, _> = table.clone().try_into();
                so_far.with_context(|| format!("{} is set to something that {key} cannot be", variable(key)))?;
            }
        }
        let mut file: File = table.try_into().context(REMEDY)?;
        let secret = |key: &str| environment(&variable(key)).unwrap_or_default();
        file.secrets = Secrets {
            metrics_token: secret("metrics-token"),
            access_key: secret("papers.access-key"),
            secret_key: secret("papers.secret-key"),
        };
        file.mail.password = secret("mail.password");
        Ok(file)
    }

    /// The token that opens `/metrics`; empty where nobody is to see them.
    pub fn metrics_token(&self) -> &str {
        &self.secrets.metrics_token
    }

    /// The way papers take: the store, the scanner, the bounds.
    pub fn papers(&self, data: &Path) -> anyhow::Result<Uploads> {
        let papers = &self.papers;
        let scanner: Arc<dyn Scanner> = match &papers.scanner {
            Some(address) => Arc::new(Clamd { address: address.clone() }),
            None => Arc::new(NoScanner),
        };
        let usual = Bounds::default();
        let bounds = Bounds {
            file_mib: papers.file_mib.unwrap_or(usual.file_mib),
            most_mib: papers.most_mib.unwrap_or(usual.most_mib),
            draft_mib: papers.draft_mib.unwrap_or(usual.draft_mib),
            draft_files: papers.draft_files.unwrap_or(usual.draft_files),
        };
        Ok(Uploads::new(self.blobs(data)?, scanner, bounds))
    }

    /// Whether papers lie in an S3 store and not in the data folder.
    pub fn is_s3(&self) -> bool {
        self.papers.endpoint.is_some()
    }

    fn blobs(&self, data: &Path) -> anyhow::Result<Blobs> {
        let papers = &self.papers;
        let Some(endpoint) = &papers.endpoint else {
            anyhow::ensure!(papers.bucket.is_none(), "papers.bucket is set and papers.endpoint is not: where does it lie?");
            return Ok(Blobs::folder(data));
        };
        let Some(bucket) = &papers.bucket else { bail!("papers.endpoint is set and papers.bucket is not: name the bucket") };
        for (key, secret) in [("papers.access-key", &self.secrets.access_key), ("papers.secret-key", &self.secrets.secret_key)] {
            anyhow::ensure!(!secret.is_empty(), "papers lie in an S3 store, and {} is not set", variable(key));
        }
        let text = |given: &Option<String>, usual: &str| given.clone().unwrap_or_else(|| usual.to_owned());
        Ok(Blobs::s3(&S3Settings {
            endpoint: endpoint.clone(),
            bucket: bucket.clone(),
            region: text(&papers.region, "us-east-1"),
            access_key: self.secrets.access_key.clone(),
            secret_key: self.secrets.secret_key.clone(),
            prefix: text(&papers.prefix, ""),
        })?)
    }
}

impl Mail {
    /// What sends mail; `None` where nothing is set, and notices stay in the portal.
    pub fn mailer(&self) -> anyhow::Result<Option<Mailer>> {
        let from = self.from.clone().unwrap_or_default();
        let Some(host) = &self.host else {
            return Ok(match &self.folder {
                Some(folder) => Some(Mailer::folder(folder.clone(), &from)?),
                None => None,
            });
        };
        anyhow::ensure!(self.folder.is_none(), "mail goes to mail.host or into mail.folder: leave one out");
        anyhow::ensure!(!from.is_empty(), "mail.host is set and mail.from is not: name the sender");
        let settings = SmtpSettings {
            host: host.clone(),
            port: self.port,
            protection: match self.protection {
                None | Some(Word::Tls) => Protection::Tls,
                Some(Word::Starttls) => Protection::StartTls,
                Some(Word::None) => Protection::None,
            },
            user: self.user.clone().unwrap_or_default(),
            password: self.password.clone(),
            from,
        };
        Ok(Some(Mailer::smtp(&settings)?))
    }
}

impl Partners {
    /// Connects the partners that are set, by the definitions in force; the office as it is where none are.
    pub fn connect(&self, office: Office) -> anyhow::Result<Office> {
        let Some(connect) = &self.connect else { return Ok(office) };
        let keys = self.keys.as_ref().context("partners.connect is set and partners.keys is not: where do the keys lie?")?;
        let live = office.rulebooks.live()?;
        let mut addresses = Vec::new();
        for (code, url) in addressed(connect)? {
            let partner = live.rules.partners.get(code).with_context(|| format!("the rulebook has no partner {code}"))?;
            addresses.push((code, partner.key.as_str(), url));
        }
        let exchange = Exchange::open(keys, addresses)?;
        Ok(office.with_exchange(exchange))
    }
}

/// What is set as `code=address code=address`.
fn addressed(connect: &str) -> anyhow::Result<Vec<(&str, &str)>> {
    let pairs = connect.split_whitespace().map(|one| {
        let pair = one.split_once('=').filter(|(_, url)| url.starts_with("http") && !url.contains([',', ';', '=']));
        pair.with_context(|| format!("partners.connect: {one} is not code=address; between two of them stands a blank"))
    });
    pairs.collect()
}

impl Sessions {
    /// Puts what is set over what is usual.
    pub fn over(&self, limits: &mut Lasting) {
        const MINUTE: i64 = 60_000;
        let put = |limit: &mut i64, given: Option<u32>, unit: i64| {
            if let Some(given) = given {
                *limit = i64::from(given) * unit;
            }
        };
        put(&mut limits.staff_idle, self.staff_idle_minutes, MINUTE);
        put(&mut limits.staff_whole, self.staff_hours, 60 * MINUTE);
        put(&mut limits.person_idle, self.person_idle_minutes, MINUTE);
        put(&mut limits.person_whole, self.person_hours, 60 * MINUTE);
    }
}

impl DoorsSet {
    /// The doors of this node: what is set over what is usual.
    pub fn doors(&self) -> anyhow::Result<Doors> {
        let mut limits = Limits::default();
        let put = |limit: &mut u32, given: Option<u32>| *limit = given.unwrap_or(*limit);
        put(&mut limits.sign_in, self.sign_in_per_minute);
        put(&mut limits.look, self.look_per_minute);
        put(&mut limits.api, self.api_per_minute);
        for one in self.proxies.iter().flat_map(|proxies| proxies.split_whitespace()) {
            let network = Network::parse(one);
            limits
                .proxies
                .push(network.with_context(|| format!("doors.proxies: {one} is neither address nor network (10.0.0.0/8)"))?);
        }
        if let Some(header) = &self.header {
            limits.header = header.parse().with_context(|| format!("doors.header: {header} is no name of a header"))?;
        }
        Ok(Doors::new(limits))
    }
}

fn value_at<'a>(table: &'a toml::Table, key: &str) -> Option<&'a toml::Value> {
    match key.split_once('.') {
        Some((group, key)) => table.get(group)?.as_table()?.get(key),
        None => table.get(key),
    }
}

fn set(table: &mut toml::Table, key: &str, given: &str) {
    // A number or a truth is one where it reads as one; texts that look like numbers have no setting here.
    let value = match (given.parse::<i64>(), given.parse::<bool>()) {
        (Ok(number), _) => toml::Value::Integer(number),
        (_, Ok(truth)) => toml::Value::Boolean(truth),
        _ => toml::Value::String(given.to_owned()),
    };
    match key.split_once('.') {
        Some((group, key)) => {
            let group = table.entry(group).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(group) = group {
                group.insert(key.to_owned(), value);
            }
        }
        None => {
            table.insert(key.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../docs/yimen.example.toml");

    fn read(text: &str, environment: &[(&str, &str)]) -> Result<File, String> {
        let given = |key: &str| environment.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
        File::read(text, given).map_err(|error| format!("{error:#}"))
    }

    /// The example with its settings switched on: what stands behind `#` and looks like a setting.
    fn switched_on() -> String {
        let on = |line: &str| match line.strip_prefix("#") {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) && rest.contains(" = ") => rest.to_owned(),
            _ => line.to_owned(),
        };
        EXAMPLE.lines().map(on).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn partners_stand_apart_by_blanks_and_a_comma_is_no_part_of_an_address() {
        let both = addressed("food-platform=http://a:1 entity-platform=https://b/x").expect("two");
        assert_eq!(both, [("food-platform", "http://a:1"), ("entity-platform", "https://b/x")]);
        for wrong in ["food-platform=http://a,entity-platform=http://b", "food-platform=a", "food-platform", "a=http://b,"] {
            assert!(addressed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_example_is_a_settings_file_as_it_stands_and_with_everything_switched_on() {
        assert!(read(EXAMPLE, &[]).is_ok_and(|file| file.listen.is_none()), "as it stands it sets nothing");
        let on = switched_on();
        let all: toml::Table = on.parse().expect("TOML");
        for key in KEYS {
            assert!(value_at(&all, key).is_some(), "{key} is in the example");
        }
        for key in SECRETS {
            assert!(EXAMPLE.contains(&variable(key)), "{} is in the example", variable(key));
        }
        let keys = [("YIMEN_PAPERS_ACCESS_KEY", "a"), ("YIMEN_PAPERS_SECRET_KEY", "s")];
        let file = read(&on, &keys).expect("it is understood");
        assert!(file.papers(Path::new("data")).is_ok());
        // Both ways of mail are switched on, which is one too many.
        assert!(file.mail.mailer().is_err_and(|error| error.to_string().contains("leave one out")));
    }

    #[test]
    fn an_unknown_word_is_told_with_its_line_and_a_remedy() {
        for (text, line) in [("listen = \"a\"\nport = 1", "line 2"), ("[mail]\n\nhots = \"x\"", "line 3")] {
            let told = read(text, &[]).err().unwrap_or_default();
            assert!(told.contains(line) && told.contains("expected one of") && told.contains("yimen.example.toml"), "{told}");
        }
    }

    #[test]
    fn the_environment_goes_before_the_file_and_a_wrong_value_names_its_variable() {
        let file = read("[mail]\nhost = \"a\"\nfrom = \"x@a.cn\"", &[("YIMEN_MAIL_HOST", "b"), ("YIMEN_MAIL_PORT", "587")]);
        assert!(file.is_ok_and(|file| (file.mail.host.as_deref(), file.mail.port) == (Some("b"), Some(587))));
        let told = read("", &[("YIMEN_MAIL_PORT", "many")]).err().unwrap_or_default();
        assert!(told.contains("YIMEN_MAIL_PORT"), "{told}");
        assert!(read("", &[("YIMEN_LOG_JSON", "true")]).is_ok_and(|file| file.log_json));
    }

    #[test]
    fn secrets_stand_in_no_file() {
        for (text, variable) in [("[mail]\npassword = \"p\"", "YIMEN_MAIL_PASSWORD"), ("number-key = \"00\"", "YIMEN_NUMBER_KEY")]
        {
            let told = read(text, &[]).err().unwrap_or_default();
            assert!(told.contains(variable), "{told}");
        }
        let s3 = "[papers]\nendpoint = \"https://s3.example.cn\"\nbucket = \"papers\"";
        let lacking = read(s3, &[]).expect("understood").papers(Path::new("data")).err().map(|error| error.to_string());
        assert!(lacking.is_some_and(|told| told.contains("YIMEN_PAPERS_ACCESS_KEY")));
    }

    #[test]
    fn doors_are_set_and_what_is_no_proxy_is_told() {
        assert!(
            read("[doors]\nproxies = \"127.0.0.1 10.0.0.0/8\"\nheader = \"X-Real-IP\"\nlook-per-minute = 0", &[])
                .is_ok_and(|file| file.doors.doors().is_ok())
        );
        for (text, word) in [("proxies = \"gate.example.cn\"", "gate.example.cn"), ("header = \"no name\"", "no name")] {
            let told = read(&format!("[doors]\n{text}"), &[]).expect("understood").doors.doors().err();
            assert!(told.is_some_and(|told| format!("{told:#}").contains(word)), "{text}");
        }
    }

    #[test]
    fn sessions_that_are_set_go_before_the_usual() {
        let mut limits = Lasting::default();
        let file = read("[sessions]\nstaff-idle-minutes = 5\nperson-hours = 2", &[]).expect("understood");
        file.sessions.over(&mut limits);
        assert_eq!((limits.staff_idle, limits.person_whole), (300_000, 7_200_000));
        assert_eq!(limits.staff_whole, Lasting::default().staff_whole);
    }
}

//! What is kept: the journal and the rows read from it. The only crate that knows SQL. See ARCHITECTURE.md.
//!
//! A [`Store`] is cheap to clone. Cases change through [`Store::append`] alone; lists are read through [`Reader`] alone.

pub mod assessments;
pub mod backlog;
pub mod backup;
pub mod blobs;
pub mod budgets;
pub mod case_index;
pub mod chain;
pub mod changes;
pub mod claims;
pub mod corrections;
pub mod deadlines;
pub mod digests;
pub mod drafts;
pub mod editions;
pub mod engine;
pub mod erase;
pub mod errands;
pub mod expiring;
pub mod figures;
pub mod finding_opinions;
pub mod journal;
pub mod keys;
pub mod legs;
pub mod letters;
pub mod licences;
pub mod list_steps;
pub mod notices;
pub mod numbers;
pub mod people;
pub mod policy_matches;
pub mod policy_sources;
pub mod profiles;
pub mod reader;
pub mod readings;
mod replay;
mod rows;
pub mod sessions;
pub mod signatures;
pub mod terms;
pub mod tokens;
pub mod verify;

pub use errands::Claimed;
pub use journal::{Appended, Outcome};
pub use reader::{Reader, Scope};

use engine::{Engine, MigrateError, Migrated, Migration, ReadError, WriteError, op};
use std::sync::LazyLock;

/// Why the store could not do what was asked. None of these is a person's fault; those are values of their own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// What lies in the store is not what this program wrote: to be looked into, never to be worked around.
    #[error("{what} cannot be read as this program wrote it: {why}")]
    Damaged { what: String, why: String },
    /// The key of this case was destroyed under a rule: nothing personal can be added to it.
    #[error("the personal data of {0} were erased")]
    Erased(String),
    /// Another database than the one that was meant.
    #[error("this database is marked `{found}`, not `{wanted}`")]
    WrongMark { found: String, wanted: &'static str },
}

impl StoreError {
    /// Whether this passes by itself or when an operator has mended the disk or the database: the same again may succeed then.
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Write(WriteError::Overloaded | WriteError::Unavailable { .. } | WriteError::InDoubt { .. })
            | StoreError::Read(ReadError::Overloaded | ReadError::Unavailable { .. })
            | StoreError::Migrate(MigrateError::Unavailable { .. }) => true,
            StoreError::Write(_) | StoreError::Read(_) | StoreError::Migrate(_) => false,
            StoreError::Damaged { .. } | StoreError::Erased(_) | StoreError::WrongMark { .. } => false,
        }
    }

    pub(crate) fn damaged(what: impl Into<String>, why: impl std::fmt::Display) -> StoreError {
        StoreError::Damaged { what: what.into(), why: why.to_string() }
    }
}

const GROUND: &str = include_str!("../migrations/0001_ground.sql");

/// SQLite keeps a table in the order of its key if told so; PostgreSQL has no such word.
static GROUND_SQLITE: LazyLock<String> = LazyLock::new(|| GROUND.replace(") /* by key */", ") WITHOUT ROWID"));

/// The history of the tables.
pub fn migrations() -> Vec<Migration> {
    vec![
        Migration { sqlite: Some(&GROUND_SQLITE), ..Migration::new(1, "ground", GROUND) },
        Migration::new(2, "in line", include_str!("../migrations/0002_in_line.sql")),
        Migration::new(3, "ended", include_str!("../migrations/0003_ended.sql")),
        Migration::new(4, "bars", include_str!("../migrations/0004_bars.sql")),
        Migration::new(5, "feedback", include_str!("../migrations/0005_feedback.sql")),
        Migration::new(6, "lights from the index", include_str!("../migrations/0006_lights_from_the_index.sql")),
        Migration::new(7, "licences", include_str!("../migrations/0007_licences.sql")),
        Migration::new(8, "drafts of several items", include_str!("../migrations/0008_bundles.sql")),
        Migration::new(9, "red list from the index", include_str!("../migrations/0009_red_list_from_the_index.sql")),
        Migration::new(10, "supervision from the index", include_str!("../migrations/0010_supervision_from_the_index.sql")),
        Migration::new(11, "partners", include_str!("../migrations/0011_partners.sql")),
        Migration::new(12, "commitments", include_str!("../migrations/0012_commitments.sql")),
        Migration::new(13, "by rule", include_str!("../migrations/0013_by_rule.sql")),
        Migration::new(14, "signatures", include_str!("../migrations/0014_signatures.sql")),
        Migration::new(15, "profiles", include_str!("../migrations/0015_profiles.sql")),
        Migration::new(16, "budgets", include_str!("../migrations/0016_budgets.sql")),
        Migration::new(17, "opinions on findings", include_str!("../migrations/0017_finding_opinions.sql")),
        Migration::new(18, "lists of claims", include_str!("../migrations/0018_claims.sql")),
        Migration::new(19, "sources of policies", include_str!("../migrations/0019_policy_sources.sql")),
        Migration::new(20, "reach by industry, purposes", include_str!("../migrations/0020_reach_and_purposes.sql")),
        Migration::new(21, "one answer to a correction", include_str!("../migrations/0021_one_answer.sql")),
        Migration::new(22, "sums of claims, money that comes back in parts", include_str!("../migrations/0022_claim_sums.sql")),
        Migration::new(23, "drafts under assessment", include_str!("../migrations/0023_assessments.sql")),
        Migration::new(24, "looks at every commit and request", include_str!("../migrations/0024_looks_at_every_commit.sql")),
        Migration::new(25, "payment files", include_str!("../migrations/0025_payment_files.sql")),
    ]
}

/// What a database is for. A demonstration never opens another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Demonstration,
    Production,
}

impl Mark {
    fn word(self) -> &'static str {
        match self {
            Mark::Demonstration => "demonstration",
            Mark::Production => "production",
        }
    }
}

/// All that is kept. See the module of each thing for what can be done with it.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    kept: reader::kept::Kept,
}

impl Store {
    pub fn open(engine: Engine) -> Store {
        Store { engine, kept: reader::kept::Kept::default() }
    }

    /// For what has a door of its own: health, metrics, backups, the moment of now.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Brings the tables up to date.
    pub async fn migrate(&self) -> Result<Migrated, StoreError> {
        Ok(self.engine.migrate(&migrations()).await?)
    }

    /// What this database was marked as; `None` before anybody did.
    pub async fn mark(&self) -> Result<Option<Mark>, StoreError> {
        let row = self.engine.read_one("SELECT value FROM meta WHERE key = 'kind'", args![]).await?;
        let Some(row) = row else { return Ok(None) };
        match row.text(0)? {
            "demonstration" => Ok(Some(Mark::Demonstration)),
            "production" => Ok(Some(Mark::Production)),
            other => Err(StoreError::damaged("the mark of the database", other)),
        }
    }

    /// Marks a database that has no mark yet, and refuses one that was marked as something else.
    pub async fn mark_as(&self, mark: Mark) -> Result<(), StoreError> {
        let sql = "INSERT INTO meta (key, value) VALUES ('kind', $1) ON CONFLICT (key) DO NOTHING";
        self.engine.write(vec![op(sql, args![mark.word()])]).await?;
        match self.mark().await? {
            Some(found) if found != mark => Err(StoreError::WrongMark { found: found.word().to_owned(), wanted: mark.word() }),
            _ => Ok(()),
        }
    }
}

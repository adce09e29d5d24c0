//! People as rows: natural persons here, members of staff and firms in files of their own.
//!
//! Nothing is decided here; who may change what is asked in `office`. What administrators do is written down in the same
//! unit as the change itself ([`Audit`]).

pub mod firms;
pub mod staff;

use crate::engine::{Op, ReadError, Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::Moment;
use jiff::civil::Date;

/// Who signs in, reads and owns drafts: a member of staff or a natural person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Staff(String),
    Person(String),
}

impl Subject {
    /// The word for it in columns.
    pub fn kind(&self) -> &'static str {
        match self {
            Subject::Staff(_) => "staff",
            Subject::Person(_) => "person",
        }
    }

    pub fn id(&self) -> &str {
        match self {
            Subject::Staff(id) | Subject::Person(id) => id,
        }
    }

    /// One text for both: `s:…` or `p:…`. That of a person is also the key of the person as a holder of cases.
    pub fn key(&self) -> String {
        match self {
            Subject::Staff(id) => format!("s:{id}"),
            Subject::Person(id) => format!("p:{id}"),
        }
    }

    pub fn from_key(key: &str) -> Option<Subject> {
        match key.split_once(':')? {
            ("s", id) => Some(Subject::Staff(id.to_owned())),
            ("p", id) => Some(Subject::Person(id.to_owned())),
            _ => None,
        }
    }

    pub(crate) fn read(kind: &str, id: &str) -> Result<Subject, StoreError> {
        match kind {
            "staff" => Ok(Subject::Staff(id.to_owned())),
            "person" => Ok(Subject::Person(id.to_owned())),
            other => Err(StoreError::damaged("a kind of account", other)),
        }
    }
}

/// What was done to people, roles and passwords, by whom: kept for ever, beside the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    pub id: String,
    /// Member of staff, or what else acted.
    pub by: String,
    /// A verb in kebab-case: `give-power`, `reset-password`.
    pub what: String,
    pub subject: String,
    pub at: Moment,
    /// No personal data.
    pub detail: String,
}

impl Audit {
    pub(crate) fn op(&self) -> Op {
        op(
            "INSERT INTO audit (id, by_staff, what, subject, at, detail) VALUES ($1, $2, $3, $4, $5, $6)",
            args![&self.id, &self.by, &self.what, &self.subject, self.at.0, &self.detail],
        )
    }
}

/// A natural person. `Debug` tells the opaque identifier and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    /// `resident`, or another kind of document.
    pub id_kind: String,
    pub id_number: String,
    /// Under which the number is found. Unverified rows have one that no number leads to.
    pub id_digest: String,
    pub phone: String,
    pub email: String,
    /// Whether a counter or a register has seen that the number is this person's.
    pub verified: bool,
    pub created_at: Moment,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({}, verified: {})", self.id, self.verified)
    }
}

const PERSON: &str =
    "SELECT id, name, id_kind, id_number, id_digest, phone, email, verified, created_at FROM persons WHERE id = $1";
const BY_DIGEST: &str =
    "SELECT id, name, id_kind, id_number, id_digest, phone, email, verified, created_at FROM persons WHERE id_digest = $1";

fn person(row: &Row) -> Result<Person, ReadError> {
    Ok(Person {
        id: row.string(0)?,
        name: row.string(1)?,
        id_kind: row.string(2)?,
        id_number: row.string(3)?,
        id_digest: row.string(4)?,
        phone: row.string(5)?,
        email: row.string(6)?,
        verified: row.bool(7)?,
        created_at: Moment(row.int(8)?),
    })
}

impl Person {
    pub(crate) fn insert(&self) -> Op {
        op(
            "INSERT INTO persons (id, name, id_kind, id_number, id_digest, phone, email, verified, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![
                &self.id,
                &self.name,
                &self.id_kind,
                &self.id_number,
                &self.id_digest,
                &self.phone,
                &self.email,
                self.verified,
                self.created_at.0
            ],
        )
    }
}

impl Store {
    /// `false` when the digest of the number belongs to somebody already.
    pub async fn add_person(&self, person: &Person, audit: Option<&Audit>) -> Result<bool, StoreError> {
        written(self.engine.write([person.insert()].into_iter().chain(audit.map(Audit::op)).collect()).await)
    }

    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        Ok(self.engine.read_one(PERSON, args![id]).await?.as_ref().map(person).transpose()?)
    }

    pub async fn person_by_digest(&self, digest: &str) -> Result<Option<Person>, StoreError> {
        Ok(self.engine.read_one(BY_DIGEST, args![digest]).await?.as_ref().map(person).transpose()?)
    }

    /// How to reach a person.
    pub async fn set_contact(&self, id: &str, phone: &str, email: &str) -> Result<(), StoreError> {
        self.engine.write(vec![op("UPDATE persons SET phone = $2, email = $3 WHERE id = $1", args![id, phone, email])]).await?;
        Ok(())
    }

    /// Records that the number is this person's. `false` when it has become somebody else's meanwhile.
    pub async fn verify_person(&self, id: &str, name: &str, digest: &str, audit: &Audit) -> Result<bool, StoreError> {
        let sql = "UPDATE persons SET verified = TRUE, name = $2, id_digest = $3 WHERE id = $1";
        written(self.engine.write(vec![op(sql, args![id, name, digest]).expecting(1), audit.op()]).await)
    }

    /// Moves the accounts, drafts and mandates of `from` to `into`, who is the same human being, and forgets `from`. Only for
    /// somebody who has no cases: those name their holder in the journal.
    pub async fn merge_person(&self, from: &str, into: &str, audit: &Audit) -> Result<bool, StoreError> {
        let (from_key, into_key) = (Subject::Person(from.to_owned()).key(), Subject::Person(into.to_owned()).key());
        let unit = vec![
            op(
                "DELETE FROM persons WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM cases WHERE holder = $2)",
                args![from, &from_key],
            )
            .expecting(1),
            op("UPDATE accounts SET subject = $2 WHERE kind = 'person' AND subject = $1", args![from, into]),
            op("DELETE FROM sessions WHERE kind = 'person' AND subject = $1", args![from]),
            op("UPDATE drafts SET owner = $2 WHERE owner = $1", args![&from_key, &into_key]),
            op("UPDATE drafts SET holder = $2 WHERE holder = $1", args![&from_key, &into_key]),
            op("UPDATE mandates SET person = $2 WHERE person = $1", args![from, into]),
            op("UPDATE uploads SET owner = $2 WHERE owner = $1", args![&from_key, &into_key]),
            audit.op(),
        ];
        match self.engine.write(unit).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether any case, open or closed, names this holder.
    pub async fn holds_cases(&self, holder: &str) -> Result<bool, StoreError> {
        Ok(self.engine.read_one("SELECT 1 FROM cases WHERE holder = $1 LIMIT 1", args![holder]).await?.is_some())
    }

    /// What administrators did, newest first; where bodies are named, what their staff did or what was done to it.
    pub async fn audits(&self, at: Option<&[String]>, before: Moment, limit: i64) -> Result<Vec<Audit>, StoreError> {
        let sql = "SELECT id, by_staff, what, subject, at, detail FROM audit WHERE at < $1 AND ($3 OR EXISTS (SELECT 1 FROM staff \
                   WHERE staff.agency = ANY($4) AND (audit.by_staff = staff.id OR audit.by_staff = 's:' || staff.id \
                   OR audit.subject = staff.id OR audit.subject = 's:' || staff.id))) ORDER BY at DESC, id LIMIT $2";
        let rows = self.engine.read(sql, args![before.0, limit, at.is_none(), at.unwrap_or_default()]).await?;
        let audit = |row: &Row| {
            Ok(Audit {
                id: row.string(0)?,
                by: row.string(1)?,
                what: row.string(2)?,
                subject: row.string(3)?,
                at: Moment(row.int(4)?),
                detail: row.string(5)?,
            })
        };
        rows.iter().map(audit).collect()
    }
}

/// `false` where the first statement would repeat a key: a normal answer where two may choose the same.
pub(crate) fn written(answer: Result<crate::engine::Written, WriteError>) -> Result<bool, StoreError> {
    match answer {
        Ok(_) => Ok(true),
        Err(WriteError::Unique { op: 0, .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A legal day as columns have it.
pub(crate) fn day(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::damaged("a day", text))
}

pub(crate) fn optional_day(text: Option<&str>) -> Result<Option<Date>, StoreError> {
    text.map(day).transpose()
}

/// Codes as one column has them, separated by commas; none is the empty text.
pub(crate) fn codes(text: &str) -> Vec<String> {
    text.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect()
}

//! Editions of the rulebook and versions of the calendar: published once, kept for ever, in force from a set minute.
//!
//! Publishing is one transaction: it names the edition it was made from, and if that is no longer the latest, somebody else has
//! published meanwhile and nothing is written. Serves measure 6.

use crate::chain;
use crate::engine::{Op, Row, Val, WriteError, args, op};
use crate::rows::Insert;
use crate::{Store, StoreError};
use casework::{Case, CaseNo, Moment};
use jiff::civil::Date;
use rulebook::Rulebook;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What is to be published.
#[derive(Debug, Clone)]
pub struct NewEdition<'a> {
    pub name: &'a str,
    /// Name of the edition it was made from; `None` for the first.
    pub base: Option<&'a str>,
    /// Path and text of every file.
    pub files: &'a [(String, String)],
    /// What the files compile to: whose items are closed, and how many of a number-limited permit there are.
    pub rules: &'a Rulebook,
    pub in_force_at: Moment,
    pub by: &'a str,
    pub note: &'a str,
}

/// An edition as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub name: String,
    /// From 1, in the order of publishing; of those in force the last one counts.
    pub number: u64,
    pub base: Option<String>,
    /// SM3 over the sorted paths and texts, in hexadecimal.
    pub digest: String,
    pub in_force_at: Moment,
    pub published_at: Moment,
    pub published_by: String,
    pub note: String,
}

/// What became of publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    Yes(Edition),
    /// Another edition was published since the base: compare with it first.
    Overtaken {
        latest: Option<String>,
    },
    /// There is an edition of this name.
    NameTaken,
    /// It would come into force before the edition that it replaces.
    TooEarly {
        not_before: Moment,
    },
}

/// One version of the working-day calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCalendar {
    pub version: u32,
    pub text: String,
    pub imported_at: Moment,
    pub imported_by: String,
}

static INSERT_FILES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO edition_files (edition, path, text) VALUES", 3));
static INSERT_ITEMS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO edition_items (edition, item, closed_from, quota) VALUES", 4));

/// SM3 over the sorted paths and texts, in hexadecimal.
pub fn digest(files: &[(String, String)]) -> String {
    let sorted: BTreeSet<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    chain::hex(&chain::digest(sorted.iter().flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()])))
}

/// Undecided applications of item $1 that stand before the one that came into line at $2 and is numbered $3.
macro_rules! accepted_before {
    () => {
        "(SELECT count(*) FROM cases WHERE item = $1 AND open AND decided_at IS NULL AND in_line_at IS NOT NULL AND no <> $3 \
         AND (in_line_at < $2 OR (in_line_at = $2 AND no < $3)))"
    };
}

fn place_in_line(case: &Case) -> Vec<Val> {
    // What is decided on the spot without an acceptance stands behind everything that was accepted.
    args![&case.item, case.in_line_at().unwrap_or(case.last_at).0, &case.no.0]
}

impl Store {
    /// Publishes an edition, if its base is still the latest.
    pub async fn publish(&self, new: &NewEdition<'_>, now: Moment) -> Result<Published, StoreError> {
        let published = self.publish_with(new, Vec::new(), now).await?;
        published
            .ok_or_else(|| StoreError::damaged("the statements of an edition", "one of them found other rows than it expects"))
    }

    /// The same together with further statements; `None` when one of these finds other rows than it expects.
    pub(crate) async fn publish_with(
        &self,
        new: &NewEdition<'_>,
        also: Vec<Op>,
        now: Moment,
    ) -> Result<Option<Published>, StoreError> {
        let latest = self.latest_edition().await?;
        if latest.as_ref().map(|edition| edition.name.as_str()) != new.base {
            return Ok(Some(Published::Overtaken { latest: latest.map(|edition| edition.name) }));
        }
        if let Some(base) = latest.as_ref().filter(|base| base.in_force_at > new.in_force_at) {
            return Ok(Some(Published::TooEarly { not_before: base.in_force_at }));
        }
        let edition = Edition {
            name: new.name.to_owned(),
            number: latest.map_or(1, |latest| latest.number + 1),
            base: new.base.map(str::to_owned),
            digest: digest(new.files),
            in_force_at: new.in_force_at,
            published_at: now,
            published_by: new.by.to_owned(),
            note: new.note.to_owned(),
        };
        let mut unit = publishing(&edition, new);
        unit.extend(also);
        match self.engine.write(unit).await {
            Ok(_) => Ok(Some(Published::Yes(edition))),
            // The numbers are unique, so of two who publish on the same base one gets here.
            Err(WriteError::Unique { op: 0, .. }) => Ok(Some(match self.latest_edition().await? {
                Some(latest) if Some(latest.name.as_str()) != new.base => Published::Overtaken { latest: Some(latest.name) },
                _ => Published::NameTaken,
            })),
            Err(WriteError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The edition published last, in force or not.
    pub async fn latest_edition(&self) -> Result<Option<Edition>, StoreError> {
        const SQL: &str = "SELECT name, number, base, digest, in_force_at, published_at, published_by, note FROM editions \
             ORDER BY number DESC LIMIT 1";
        self.engine.read_one(SQL, args![]).await?.as_ref().map(edition).transpose()
    }

    /// The edition in force at a moment.
    pub async fn in_force(&self, now: Moment) -> Result<Option<Edition>, StoreError> {
        const SQL: &str = "SELECT name, number, base, digest, in_force_at, published_at, published_by, note FROM editions \
             WHERE in_force_at <= $1 ORDER BY number DESC LIMIT 1";
        self.engine.read_one(SQL, args![now.0]).await?.as_ref().map(edition).transpose()
    }

    /// All editions, oldest first.
    pub async fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        const SQL: &str = "SELECT name, number, base, digest, in_force_at, published_at, published_by, note FROM editions \
             ORDER BY number";
        self.engine.read(SQL, args![]).await?.iter().map(edition).collect()
    }

    /// Path and text of every file of an edition, in the order of their paths; empty if there is no such edition.
    pub async fn edition_files(&self, name: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT path, text FROM edition_files WHERE edition = $1 ORDER BY path";
        let rows = self.engine.read(sql, args![name]).await?;
        rows.iter().map(|row| Ok((row.string(0)?, row.string(1)?))).collect()
    }

    /// How many permits of a number-limited item are left; `None` where the edition in force sets no number.
    pub async fn quota_left(&self, item: &str, now: Moment) -> Result<Option<u32>, StoreError> {
        let sql = "SELECT edition_items.quota, quotas.taken FROM edition_items JOIN quotas ON quotas.item = edition_items.item \
                   WHERE edition_items.item = $1 AND edition_items.quota IS NOT NULL AND edition = \
                   (SELECT name FROM editions WHERE in_force_at <= $2 ORDER BY number DESC LIMIT 1)";
        let row = self.engine.read_one(sql, args![item, now.0]).await?;
        row.map(|row| Ok((row.int(0)? - row.int(1)?).max(0) as u32)).transpose()
    }

    /// How many undecided applications for the same item stand before this one: by the moment of acceptance, or by that from
    /// which silence would accept them (行政许可法 art. 57).
    pub async fn accepted_before(&self, case: &Case) -> Result<u32, StoreError> {
        let sql = concat!("SELECT ", accepted_before!());
        let row = self.engine.read_one(sql, place_in_line(case)).await?;
        row.map_or(Ok(0), |row| Ok(row.int(0)? as u32))
    }

    /// Cases of this holder whose decision bars a new application on that day.
    pub async fn barring_cases(&self, holder: &str, on: jiff::civil::Date) -> Result<Vec<CaseNo>, StoreError> {
        let sql = "SELECT no FROM cases WHERE holder = $1 AND barred_until IS NOT NULL AND barred_until >= $2 ORDER BY no";
        let rows = self.engine.read_near(vec![(sql, args![holder, on.to_string()])]).await?;
        rows.iter().flatten().map(|row| Ok(CaseNo(row.string(0)?))).collect()
    }

    /// A case in which this holder broke a commitment of this class, on record on that day.
    pub async fn broken_commitment(
        &self,
        holder: &str,
        class: &str,
        on: jiff::civil::Date,
    ) -> Result<Option<CaseNo>, StoreError> {
        let sql = "SELECT no FROM cases WHERE holder = $1 AND credit_class = $2 AND credit_until >= $3 ORDER BY credit_until DESC LIMIT 1";
        let rows = self.engine.read_near(vec![(sql, args![holder, class, on.to_string()])]).await?;
        rows.iter().flatten().next().map(|row| Ok(CaseNo(row.string(0)?))).transpose()
    }

    /// Appends a version of the calendar. `false` if there is one of this number or a later one.
    pub async fn append_calendar(&self, version: u32, text: &str, by: &str, now: Moment) -> Result<bool, StoreError> {
        let newer = op("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM calendars WHERE version >= $1)", args![version]).expecting(1);
        let sql = "INSERT INTO calendars (version, text, imported_at, imported_by) VALUES ($1, $2, $3, $4)";
        match self.engine.write(vec![newer, op(sql, args![version, text, now.0, by])]).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. } | WriteError::Unique { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The calendar that counts: the version imported last.
    pub async fn latest_calendar(&self) -> Result<Option<KeptCalendar>, StoreError> {
        let sql = "SELECT version, text, imported_at, imported_by FROM calendars ORDER BY version DESC LIMIT 1";
        let row = self.engine.read_one(sql, args![]).await?;
        row.as_ref().map(calendar).transpose()
    }

    /// One version of the calendar, for explaining a date that was told long ago.
    pub async fn calendar(&self, version: u32) -> Result<Option<KeptCalendar>, StoreError> {
        let sql = "SELECT version, text, imported_at, imported_by FROM calendars WHERE version = $1";
        let row = self.engine.read_one(sql, args![version]).await?;
        row.as_ref().map(calendar).transpose()
    }
}

fn publishing(edition: &Edition, new: &NewEdition<'_>) -> Vec<Op> {
    let sql = "INSERT INTO editions (name, number, base, digest, in_force_at, published_at, published_by, note) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let mut ops = vec![op(
        sql,
        args![
            &edition.name,
            edition.number as i64,
            edition.base.clone(),
            &edition.digest,
            edition.in_force_at.0,
            edition.published_at.0,
            &edition.published_by,
            &edition.note
        ],
    )];
    ops.extend(INSERT_FILES.ops(new.files.iter().map(|(path, text)| args![&edition.name, path, text]).collect()));
    let gated = new.rules.items.values().filter(|item| item.closed_from.is_some() || item.quantity_limit.is_some());
    let rows = gated.clone().map(|item| -> Vec<Val> {
        args![&edition.name, item.code.get_ref(), item.closed_from.map(|day| day.to_string()), item.quantity_limit]
    });
    ops.extend(INSERT_ITEMS.ops(rows.collect()));
    let limited = gated.filter(|item| item.quantity_limit.is_some());
    // Permits of an item that was not limited before count from the day it is.
    let sql = "INSERT INTO quotas (item, taken) SELECT $1, count(*) FROM cases WHERE item = $1 AND outcome = 'granted' \
               ON CONFLICT (item) DO NOTHING";
    ops.extend(limited.map(|item| op(sql, args![item.code.get_ref()])));
    ops
}

/// Guard: the edition in force does not close the item on that day.
pub(crate) fn item_open(item: &str, on: Date, now: Moment) -> Op {
    let sql = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM edition_items WHERE item = $1 AND closed_from <= $2 AND edition = \
               (SELECT name FROM editions WHERE in_force_at <= $3 ORDER BY number DESC LIMIT 1))";
    op(sql, args![item, on.to_string(), now.0]).expecting(1)
}

/// Guard: a permit of this item is left.
pub(crate) fn quota_left(item: &str, now: Moment) -> Op {
    let sql = "SELECT 1 FROM quotas WHERE item = $1 AND taken < COALESCE((SELECT quota FROM edition_items WHERE item = $1 \
               AND edition = (SELECT name FROM editions WHERE in_force_at <= $2 ORDER BY number DESC LIMIT 1)), 4000000000)";
    op(sql, args![item, now.0]).expecting(1)
}

/// Guard: takes one of what is left, beyond what those who were accepted earlier may still have.
pub(crate) fn permit_granted(item: &str, case: &Case, now: Moment) -> Op {
    let sql = concat!(
        "UPDATE quotas SET taken = taken + 1 WHERE item = $4 AND taken + ",
        accepted_before!(),
        " < COALESCE((SELECT quota FROM edition_items WHERE item = $4 AND edition = \
         (SELECT name FROM editions WHERE in_force_at <= $5 ORDER BY number DESC LIMIT 1)), 4000000000)"
    );
    let mut args = place_in_line(case);
    args.extend(args![item, now.0]);
    op(sql, args).expecting(1)
}

/// Guard: this edition is the one in force.
pub(crate) fn in_force(edition: &str, now: Moment) -> Op {
    let sql = "SELECT 1 WHERE $1 = (SELECT name FROM editions WHERE in_force_at <= $2 ORDER BY number DESC LIMIT 1)";
    op(sql, args![edition, now.0]).expecting(1)
}

/// A permit came to its end: if its item is limited in number, somebody else may have it.
pub(crate) fn permit_ended(item: &str) -> Op {
    op("UPDATE quotas SET taken = taken - 1 WHERE item = $1 AND taken > 0", args![item])
}

fn edition(row: &Row) -> Result<Edition, StoreError> {
    Ok(Edition {
        name: row.string(0)?,
        number: row.int(1)? as u64,
        base: row.opt_string(2)?,
        digest: row.string(3)?,
        in_force_at: Moment(row.int(4)?),
        published_at: Moment(row.int(5)?),
        published_by: row.string(6)?,
        note: row.string(7)?,
    })
}

fn calendar(row: &Row) -> Result<KeptCalendar, StoreError> {
    Ok(KeptCalendar {
        version: row.int(0)? as u32,
        text: row.string(1)?,
        imported_at: Moment(row.int(2)?),
        imported_by: row.string(3)?,
    })
}

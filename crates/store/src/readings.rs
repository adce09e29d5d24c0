//! The reading log (阅读日志): which officer looked at which case, when and for what. Append-only; about a person only by case.

use crate::engine::{Row, args, op};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub id: String,
    /// Key of the reader: `s:…` for staff.
    pub reader: String,
    /// What was looked at: `case`, `file`, `search`, `visitor`, `draft`.
    pub what: String,
    pub case_no: Option<CaseNo>,
    pub at: Moment,
    /// The page or the act it was read for.
    pub purpose: String,
}

/// Which readings are wanted; nothing said means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingFilter {
    pub reader: Option<String>,
    pub case_no: Option<CaseNo>,
    /// Those of the members of staff of these bodies.
    pub at: Option<Vec<String>>,
    /// Older than this.
    pub before: Option<Moment>,
}

impl Store {
    /// Writes down a reading; the same `id` is written once, so that reloading a page within the minute is one reading.
    pub async fn note_reading(&self, reading: &Reading) -> Result<(), StoreError> {
        self.note_readings(std::slice::from_ref(reading)).await
    }

    /// The same of several, all or none.
    pub async fn note_readings(&self, readings: &[Reading]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO readings (id, reader, what, case_no, at, purpose) VALUES ($1, $2, $3, $4, $5, $6) \
                           ON CONFLICT (id) DO NOTHING";
        let noted = readings.iter().map(|reading| {
            let case_no = reading.case_no.as_ref().map(|no| no.0.clone());
            op(SQL, args![&reading.id, &reading.reader, &reading.what, case_no, reading.at.0, &reading.purpose])
        });
        let unit: Vec<_> = noted.collect();
        if !unit.is_empty() {
            self.engine.write(unit).await?;
        }
        Ok(())
    }

    /// Readings, the newest first.
    pub async fn readings(&self, filter: &ReadingFilter, limit: u32) -> Result<Vec<Reading>, StoreError> {
        macro_rules! readings {
            ($of:literal) => {
                concat!(
                    "SELECT id, reader, what, case_no, at, purpose FROM readings WHERE at < $1 AND ($2 OR EXISTS (SELECT 1 FROM \
                     staff WHERE 's:' || staff.id = readings.reader AND staff.agency = ANY($3)))",
                    $of,
                    " ORDER BY at DESC, id LIMIT $4"
                )
            };
        }
        const OF_CASE: &str = readings!(" AND case_no = $5 AND ($6 = '' OR reader = $6)");
        const OF_READER: &str = readings!(" AND reader = $5");
        const ALL: &str = readings!("");
        let before = filter.before.map_or(i64::MAX, |before| before.0);
        let at = filter.at.as_deref();
        let mut args = args![before, at.is_none(), at.unwrap_or_default(), i64::from(limit)];
        let sql = match (&filter.case_no, &filter.reader) {
            (Some(no), reader) => {
                args.extend(args![&no.0, reader.as_deref().unwrap_or("")]);
                OF_CASE
            }
            (None, Some(reader)) => {
                args.extend(args![reader]);
                OF_READER
            }
            (None, None) => ALL,
        };
        let rows = self.engine.read(sql, args).await?;
        rows.iter().map(reading).collect()
    }
}

fn reading(row: &Row) -> Result<Reading, StoreError> {
    Ok(Reading {
        id: row.string(0)?,
        reader: row.string(1)?,
        what: row.string(2)?,
        case_no: row.opt_string(3)?.map(CaseNo),
        at: Moment(row.int(4)?),
        purpose: row.string(5)?,
    })
}

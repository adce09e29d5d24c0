//! The daily digest over the ends of all journals, itself a chain (decision 6).
//!
//! A journal's own chain shows a changed line, but not a tail that was cut off or a case that was dropped whole. So each day
//! gets a digest over the last line of every case that went on since the digest before; the days form a chain, which is
//! exported to where nobody of this place can change it.

use crate::chain::{self, Head};
use crate::engine::{Row, WriteError, args, op};
use crate::journal::thirty_two;
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use sm3::{Digest, Sm3};

/// Cases that are read at a time.
const SLICE: i64 = 500;

/// What was said about the journals at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyDigest {
    pub day: Date,
    /// Cases that went on since the digest before.
    pub cases: u64,
    /// SM3 over number, version and hash of the last line of each.
    pub heads: Head,
    /// SM3 over the hash before, the day, the count and the heads.
    pub hash: Head,
}

/// Takes in the ends of journals in the order of the cases' numbers.
#[derive(Clone, Default)]
pub(crate) struct Ends {
    pub(crate) cases: u64,
    sm3: Sm3,
}

impl Ends {
    pub(crate) fn add(&mut self, no: &CaseNo, version: u64, hash: &Head) {
        self.cases += 1;
        self.sm3.update((no.0.len() as u64).to_be_bytes());
        self.sm3.update(no.0.as_bytes());
        self.sm3.update(version.to_be_bytes());
        self.sm3.update(hash);
    }

    pub(crate) fn heads(self) -> Head {
        self.sm3.finalize().into()
    }
}

/// The hash of a day: of what it says and of the day before it.
pub fn day_hash(before: &Head, day: Date, cases: u64, heads: &Head) -> Head {
    chain::digest([before.as_slice(), day.to_string().as_bytes(), &cases.to_be_bytes(), heads])
}

impl Store {
    /// Makes the digest of a day that has ended, or gives the one that was made. It covers everything recorded since the last
    /// one, so a day on which nobody asked for it is covered by the next. Ask some minutes after midnight, when nothing of the
    /// day is still on its way. `None` for a day that lies before the last digest and has none of its own.
    pub async fn daily_digest(&self, day: Date) -> Result<Option<DailyDigest>, StoreError> {
        let made = self.daily_digests().await?;
        if let Some(found) = made.iter().find(|digest| digest.day == day) {
            return Ok(Some(found.clone()));
        }
        let last = made.last();
        if last.is_some_and(|last| last.day > day) {
            return Ok(None);
        }
        let from = last.map_or(Moment(i64::MIN), |last| Moment::end_of(last.day));
        let ends = self.ends(from, Moment::end_of(day)).await?;
        let cases = ends.cases;
        let heads = ends.heads();
        let hash = day_hash(&last.map_or([0; 32], |last| last.hash), day, cases, &heads);
        let sql = "INSERT INTO daily_digests (day, cases, heads, hash) SELECT $1, $2, $3, $4 \
                   WHERE NOT EXISTS (SELECT 1 FROM daily_digests WHERE day >= $1)";
        match self.engine.write(vec![op(sql, args![day.to_string(), cases as i64, heads, hash]).expecting(1)]).await {
            Ok(_) => Ok(Some(DailyDigest { day, cases, heads, hash })),
            // Another node made it meanwhile.
            Err(WriteError::Conflict { .. } | WriteError::Unique { .. }) => {
                Ok(self.daily_digests().await?.into_iter().find(|digest| digest.day == day))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// All digests, oldest first, for export.
    pub async fn daily_digests(&self) -> Result<Vec<DailyDigest>, StoreError> {
        let sql = "SELECT day, cases, heads, hash FROM daily_digests ORDER BY day";
        self.engine.read(sql, args![]).await?.iter().map(daily_digest).collect()
    }

    /// The last lines, before `until`, of all cases that went on at `from` or later.
    async fn ends(&self, from: Moment, until: Moment) -> Result<Ends, StoreError> {
        const MOVED: &str = "SELECT no FROM cases WHERE no > $1 AND updated_at >= $2 ORDER BY no LIMIT $3";
        const LAST: &str = "SELECT journal.case_no, version, hash FROM journal JOIN (SELECT case_no, max(version) AS last \
             FROM journal WHERE case_no = ANY($1) AND at >= $2 AND at < $3 GROUP BY case_no) AS ends \
             ON ends.case_no = journal.case_no AND ends.last = journal.version ORDER BY journal.case_no";
        let (mut ends, mut after) = (Ends::default(), String::new());
        loop {
            let moved = self.engine.read(MOVED, args![&after, from.0, SLICE]).await?;
            let numbers = moved.iter().map(|row| row.string(0)).collect::<Result<Vec<_>, _>>()?;
            let Some(last) = numbers.last() else { return Ok(ends) };
            after.clone_from(last);
            for row in self.engine.read(LAST, args![numbers, from.0, until.0]).await? {
                let no = CaseNo(row.string(0)?);
                ends.add(&no, row.int(1)? as u64, &thirty_two(&no, row.bytes(2)?)?);
            }
        }
    }
}

fn daily_digest(row: &Row) -> Result<DailyDigest, StoreError> {
    let day = row.text(0)?;
    let hash = |column: usize| -> Result<Head, StoreError> {
        let bytes = row.bytes(column)?.try_into();
        bytes.map_err(|_| StoreError::damaged(format!("the digest of {day}"), "a hash is not 32 bytes long"))
    };
    Ok(DailyDigest {
        day: day.parse().map_err(|error| StoreError::damaged("the day of a digest", error))?,
        cases: row.int(1)? as u64,
        heads: hash(2)?,
        hash: hash(3)?,
    })
}

//! Which clauses of policies speak for which firms, and who was told: one row a pair, so that a match is told once. Serves measure 14.

use crate::engine::{args, op};
use crate::rows::Insert;
use crate::{Store, StoreError};
use casework::Moment;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// How far clauses reached: for how many firms they speak, and of how many of those the firm was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The clause, zone or industry that is counted; empty where the zone or industry is not known.
    pub of: String,
    pub matched: u64,
    pub told: u64,
    /// Firms to which money was promised or paid, and those to which it was paid.
    pub promised: u64,
    pub paid: u64,
}

/// What reach is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    Clause,
    /// The area of registration as the profile names it.
    Zone,
    /// The division of GB/T 4754, two digits.
    Industry,
}

/// Whose reach is counted; empty means all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Within<'a> {
    pub clause: &'a str,
    pub zone: &'a str,
    pub industry: &'a str,
}

/// What was found for one firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub firm: String,
    /// Where it is counted; empty where it is not known.
    pub zone: String,
    pub industry: String,
    /// The clauses that speak for it.
    pub clauses: BTreeSet<String>,
    /// The change of its facts that was looked at; a later one is looked at again.
    pub looked: Option<Moment>,
}

static INSERT: LazyLock<Insert> = LazyLock::new(|| {
    Insert::with_end(
        "INSERT INTO policy_matches (firm, clause, zone, industry, since) VALUES",
        5,
        " ON CONFLICT (firm, clause) DO UPDATE SET zone = excluded.zone, industry = excluded.industry",
    )
});

macro_rules! counted {
    ($column:literal) => {
        concat!(
            "SELECT ",
            $column,
            ", count(*), count(told_at) FROM policy_matches WHERE ($1 = '' OR clause = $1) AND ($2 = '' OR zone = $2) \
             AND ($3 = '' OR industry = $3) GROUP BY ",
            $column,
            " ORDER BY ",
            $column
        )
    };
}

/// What of it was claimed: from the money, of which there is little, to the matches.
macro_rules! claimed {
    ($column:literal) => {
        concat!(
            "SELECT found.",
            $column,
            ", count(*), sum(had.paid) FROM (SELECT substr(holder, 3) AS firm, clause, max(CASE WHEN state = 'paid' THEN 1 ELSE 0 END) AS paid \
             FROM benefits WHERE state IN ('reserved', 'paid') GROUP BY holder, clause) AS had \
             JOIN policy_matches AS found ON found.firm = had.firm AND found.clause = had.clause \
             WHERE ($1 = '' OR found.clause = $1) AND ($2 = '' OR found.zone = $2) AND ($3 = '' OR found.industry = $3) GROUP BY found.",
            $column
        )
    };
}

impl Store {
    /// Writes what was found for these firms: of the clauses that were looked through, exactly those found speak for each. What was told
    /// stays told, and rows that stay the same are not written.
    pub async fn keep_matches(&self, through: &BTreeSet<String>, all: &[Found], now: Moment) -> Result<(), StoreError> {
        let firms: Vec<String> = all.iter().map(|found| found.firm.clone()).collect();
        let places: BTreeMap<&str, (&str, &str)> =
            all.iter().map(|found| (found.firm.as_str(), (found.zone.as_str(), found.industry.as_str()))).collect();
        // The clauses that are known to speak for a firm, and whether the row stands where the firm stands now.
        let mut known: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
        let sql = "SELECT firm, clause, zone, industry FROM policy_matches WHERE firm = ANY($1)";
        for row in self.engine.read(sql, args![&firms[..]]).await? {
            let same = places.get(row.text(0)?) == Some(&(row.text(2)?, row.text(3)?));
            known.entry(row.string(0)?).or_default().push((row.string(1)?, same));
        }
        let (mut unit, mut rows, mut looked) = (Vec::new(), Vec::new(), BTreeMap::<Moment, Vec<String>>::new());
        for found in all {
            let own = known.get(&found.firm).map_or(&[][..], Vec::as_slice);
            let gone = own
                .iter()
                .map(|(clause, _)| clause)
                .filter(|clause| through.contains(*clause) && !found.clauses.contains(*clause));
            let gone: Vec<String> = gone.cloned().collect();
            if !gone.is_empty() {
                unit.push(op("DELETE FROM policy_matches WHERE firm = $1 AND clause = ANY($2)", args![&found.firm, &gone[..]]));
            }
            let stands = |clause: &String| own.iter().any(|(known, same)| *same && known == clause);
            let fresh = found.clauses.iter().filter(|clause| !stands(clause));
            rows.extend(fresh.map(|clause| args![&found.firm, clause, &found.zone, &found.industry, now.0]));
            if let Some(moment) = found.looked {
                looked.entry(moment).or_default().push(found.firm.clone());
            }
        }
        unit.extend(INSERT.ops(rows));
        for (moment, firms) in looked {
            let sql = "UPDATE profile_looks SET looked_at = $2 WHERE firm = ANY($1) AND changed_at = $2";
            unit.push(op(sql, args![&firms[..], moment.0]));
        }
        if !unit.is_empty() {
            self.engine.write(unit).await?;
        }
        Ok(())
    }

    /// The clauses that speak for a firm, with when it was told of each.
    pub async fn matches_of(&self, firm: &str) -> Result<BTreeMap<String, Option<Moment>>, StoreError> {
        let rows = self.engine.read("SELECT clause, told_at FROM policy_matches WHERE firm = $1", args![firm]).await?;
        rows.iter().map(|row| Ok((row.string(0)?, row.opt_int(1)?.map(Moment)))).collect()
    }

    /// Firms that have matches they were not told of, want to be told, and were last told long enough ago: after one of them.
    pub async fn firms_to_tell(&self, after: &str, now: Moment, limit: u32) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = "SELECT firm, count(*) FROM policy_matches AS untold WHERE told_at IS NULL AND firm > $1 AND NOT EXISTS \
                   (SELECT 1 FROM profile_choices AS chosen WHERE chosen.firm = untold.firm AND (NOT chosen.matched OR chosen.told_every = 0 \
                   OR EXISTS (SELECT 1 FROM policy_matches AS told WHERE told.firm = untold.firm \
                   AND told.told_at > $2 - chosen.told_every * 86400000 + 43200000))) \
                   AND NOT EXISTS (SELECT 1 FROM policy_matches AS told WHERE told.firm = untold.firm AND told.told_at > $2 - 43200000) \
                   GROUP BY firm ORDER BY firm LIMIT $3";
        let rows = self.engine.read(sql, args![after, now.0, i64::from(limit)]).await?;
        rows.iter().map(|row| Ok((row.string(0)?, row.int(1)? as u64))).collect()
    }

    /// Marks all matches of a firm that it has been told of.
    pub async fn told_matches(&self, firm: &str, now: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE policy_matches SET told_at = $2 WHERE firm = $1 AND told_at IS NULL";
        self.engine.write(vec![op(sql, args![firm, now.0])]).await?;
        Ok(())
    }

    /// How many firms each clause speaks for, how many of them were told, promised money and paid; by zone or industry, pairs of firm and clause.
    pub async fn reach(&self, by: By, within: Within<'_>) -> Result<Vec<Reached>, StoreError> {
        let (counted, claimed) = match by {
            By::Clause => (counted!("clause"), claimed!("clause")),
            By::Zone => (counted!("zone"), claimed!("zone")),
            By::Industry => (counted!("industry"), claimed!("industry")),
        };
        let values = || args![within.clause, within.zone, within.industry];
        let mut claims = BTreeMap::new();
        for row in self.engine.read(claimed, values()).await? {
            claims.insert(row.string(0)?, (row.int(1)? as u64, row.int(2)? as u64));
        }
        let rows = self.engine.read(counted, values()).await?;
        rows.iter()
            .map(|row| {
                let of = row.string(0)?;
                let (promised, paid) = claims.remove(&of).unwrap_or_default();
                Ok(Reached { of, matched: row.int(1)? as u64, told: row.int(2)? as u64, promised, paid })
            })
            .collect()
    }

    /// The clauses that were looked through for every firm, with their digests.
    pub async fn swept_clauses(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let rows = self.engine.read("SELECT clause, digest FROM policy_clauses", args![]).await?;
        rows.iter().map(|row| Ok((row.string(0)?, row.string(1)?))).collect()
    }

    /// Writes down that these clauses were looked through for every firm, and forgets those that are no more, with their matches.
    pub async fn keep_swept(&self, swept: &BTreeMap<String, String>, gone: &BTreeSet<String>) -> Result<(), StoreError> {
        let sql = "INSERT INTO policy_clauses (clause, digest) VALUES ($1, $2) ON CONFLICT (clause) DO UPDATE SET digest = excluded.digest";
        let mut unit: Vec<_> = swept.iter().map(|(clause, digest)| op(sql, args![clause, digest])).collect();
        for clause in gone {
            unit.push(op("DELETE FROM policy_clauses WHERE clause = $1", args![clause]));
            unit.push(op("DELETE FROM policy_matches WHERE clause = $1", args![clause]));
        }
        if !unit.is_empty() {
            self.engine.write(unit).await?;
        }
        Ok(())
    }
}

//! Which clauses of policies speak for which firms, and who was told: one row a pair, so that a match is told once. Serves measure 14.

use crate::engine::{args, op};
use crate::{Store, StoreError};
use casework::Moment;
use std::collections::{BTreeMap, BTreeSet};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Where a firm stands when it is counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    pub zone: &'a str,
    pub industry: &'a str,
}

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
    /// Writes what was found for a firm: of the clauses that were looked through, exactly `found` speak for it. What was told stays
    /// told. `looked` is the change that was looked at; a later one is looked at again.
    pub async fn keep_matches(
        &self,
        firm: &str,
        place: Place<'_>,
        through: &[String],
        found: &[String],
        looked: Option<Moment>,
        now: Moment,
    ) -> Result<(), StoreError> {
        let gone: Vec<String> = through.iter().filter(|clause| !found.contains(clause)).cloned().collect();
        let mut unit = vec![op("DELETE FROM policy_matches WHERE firm = $1 AND clause = ANY($2)", args![firm, &gone[..]])];
        let sql = "INSERT INTO policy_matches (firm, clause, zone, industry, since) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (firm, clause) DO UPDATE SET zone = excluded.zone, industry = excluded.industry \
                   WHERE policy_matches.zone <> excluded.zone OR policy_matches.industry <> excluded.industry";
        unit.extend(found.iter().map(|clause| op(sql, args![firm, clause, place.zone, place.industry, now.0])));
        if let Some(looked) = looked {
            let sql = "UPDATE profile_looks SET looked_at = $2 WHERE firm = $1 AND changed_at = $2";
            unit.push(op(sql, args![firm, looked.0]));
        }
        self.engine.write(unit).await?;
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

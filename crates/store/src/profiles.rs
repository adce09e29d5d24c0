//! What is stated of firms, packed for each firm and source; what a firm chose and objected to. Serves measure 14.

use crate::engine::{Op, Row, args, op};
use crate::{Store, StoreError};
use casework::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// All that one source states of one firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    pub firm: String,
    /// `official`, `imported` or `self-declared`.
    pub source: String,
    /// The register or list it comes from; empty for what a firm declares.
    pub origin: String,
    /// Statements by element, as JSON in the form in which profiles are exchanged.
    pub facts: String,
    pub seen_at: Moment,
}

/// What a firm has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    /// Whether its facts are matched with policies at all.
    pub matched: bool,
    /// It is told at most once in so many days; 0 means never.
    pub told_every: u32,
}

impl Default for Choices {
    fn default() -> Choices {
        Choices { matched: true, told_every: 1 }
    }
}

/// What a firm says against a statement of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    pub id: String,
    pub firm: String,
    /// Name of the element.
    pub element: String,
    /// What was stated when it objected, for people.
    pub said: String,
    pub words: String,
    pub at: Moment,
    pub answer: Option<String>,
    pub answered_at: Option<Moment>,
}

/// What statements are used for, and on which ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    pub purpose: String,
    /// `duty`, `consent` or `public`.
    pub ground: String,
}

/// What a firm agreed to or took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub id: String,
    pub firm: String,
    pub purpose: String,
    pub given: bool,
    /// The person who said so for the firm.
    pub by: String,
    pub at: Moment,
}

const KEEP: &str = "INSERT INTO profiles (firm, source, origin, facts, seen_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (firm, source, origin) DO UPDATE SET facts = excluded.facts, seen_at = excluded.seen_at \
     WHERE profiles.facts <> excluded.facts";
/// A firm is looked for again when something of it was written just now.
const CHANGED: &str = "INSERT INTO profile_looks (firm, changed_at, looked_at) \
     SELECT firm, seen_at, 0 FROM profiles WHERE firm = $1 AND source = $2 AND origin = $3 AND seen_at = $4 \
     ON CONFLICT (firm) DO UPDATE SET changed_at = excluded.changed_at, looked_at = 0";

impl Packed {
    fn ops(&self) -> [Op; 2] {
        let kept = args![&self.firm, &self.source, &self.origin, &self.facts, self.seen_at.0];
        [op(KEEP, kept), op(CHANGED, args![&self.firm, &self.source, &self.origin, self.seen_at.0])]
    }
}

impl Store {
    /// Writes what sources state, each in the place of what it stated before; how many of them said something new.
    pub async fn keep_profiles(&self, all: &[Packed]) -> Result<usize, StoreError> {
        if all.is_empty() {
            return Ok(0);
        }
        let written = self.engine.write(all.iter().flat_map(Packed::ops).collect()).await?;
        Ok((0..all.len()).filter(|at| written.count(at * 2) == 1).count())
    }

    /// All that is stated of a firm.
    pub async fn profile(&self, firm: &str) -> Result<Vec<Packed>, StoreError> {
        let sql = "SELECT firm, source, origin, facts, seen_at FROM profiles WHERE firm = $1 ORDER BY source, origin";
        self.engine.read(sql, args![firm]).await?.iter().map(packed).collect()
    }

    /// All that is stated of these firms, by firm, source and origin.
    pub async fn profiles_of(&self, firms: &[String]) -> Result<Vec<Packed>, StoreError> {
        let sql = "SELECT firm, source, origin, facts, seen_at FROM profiles WHERE firm = ANY($1) ORDER BY firm, source, origin";
        self.engine.read(sql, args![firms]).await?.iter().map(packed).collect()
    }

    /// Those of these firms that do not want to be matched.
    pub async fn not_matched(&self, firms: &[String]) -> Result<BTreeSet<String>, StoreError> {
        let sql = "SELECT firm FROM profile_choices WHERE firm = ANY($1) AND NOT matched";
        self.engine.read(sql, args![firms]).await?.iter().map(|row| Ok(row.string(0)?)).collect()
    }

    /// Notes what the statements of a register or list are used for and on which ground; the last word stands.
    pub async fn note_purpose(&self, origin: &str, purpose: &Purpose, now: Moment) -> Result<(), StoreError> {
        let sql = "INSERT INTO profile_purposes (origin, purpose, ground, noted_at) VALUES ($1, $2, $3, $4) ON CONFLICT (origin) \
                   DO UPDATE SET purpose = excluded.purpose, ground = excluded.ground, noted_at = excluded.noted_at";
        self.engine.write(vec![op(sql, args![origin, &purpose.purpose, &purpose.ground, now.0])]).await?;
        Ok(())
    }

    /// What is noted of each register and list.
    pub async fn purposes(&self) -> Result<BTreeMap<String, Purpose>, StoreError> {
        let rows = self.engine.read("SELECT origin, purpose, ground FROM profile_purposes", args![]).await?;
        rows.iter().map(|row| Ok((row.string(0)?, Purpose { purpose: row.string(1)?, ground: row.string(2)? }))).collect()
    }

    /// Puts on record that a firm agreed to something or took it back.
    pub async fn add_consent(&self, one: &Consent) -> Result<(), StoreError> {
        let sql = "INSERT INTO profile_consents (id, firm, purpose, given, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)";
        self.engine.write(vec![op(sql, args![&one.id, &one.firm, &one.purpose, one.given, &one.by, one.at.0])]).await?;
        Ok(())
    }

    /// What a firm agreed to and took back, the newest first.
    pub async fn consents_of(&self, firm: &str, limit: u32) -> Result<Vec<Consent>, StoreError> {
        let sql =
            "SELECT id, firm, purpose, given, by_person, at FROM profile_consents WHERE firm = $1 ORDER BY at DESC, id LIMIT $2";
        let rows = self.engine.read(sql, args![firm, i64::from(limit)]).await?;
        let consent = |row: &Row| -> Result<Consent, StoreError> {
            Ok(Consent {
                id: row.string(0)?,
                firm: row.string(1)?,
                purpose: row.string(2)?,
                given: row.bool(3)?,
                by: row.string(4)?,
                at: Moment(row.int(5)?),
            })
        };
        rows.iter().map(consent).collect()
    }

    /// Firms of whom something is stated, in order of their codes, after one of them.
    pub async fn profiled_firms(&self, after: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT firm FROM profile_looks WHERE firm > $1 ORDER BY firm LIMIT $2";
        self.engine.read(sql, args![after, i64::from(limit)]).await?.iter().map(|row| Ok(row.string(0)?)).collect()
    }

    /// Firms whose facts changed since their clauses were looked for, the oldest change first.
    pub async fn firms_behind(&self, limit: u32) -> Result<Vec<(String, Moment)>, StoreError> {
        let sql = "SELECT firm, changed_at FROM profile_looks WHERE looked_at < changed_at ORDER BY changed_at LIMIT $1";
        let rows = self.engine.read(sql, args![i64::from(limit)]).await?;
        rows.iter().map(|row| Ok((row.string(0)?, Moment(row.int(1)?)))).collect()
    }

    /// Has the clauses of a firm looked for again.
    pub async fn look_again(&self, firm: &str, now: Moment) -> Result<(), StoreError> {
        let sql = "INSERT INTO profile_looks (firm, changed_at, looked_at) VALUES ($1, $2, 0) \
                   ON CONFLICT (firm) DO UPDATE SET changed_at = excluded.changed_at, looked_at = 0";
        self.engine.write(vec![op(sql, args![firm, now.0])]).await?;
        Ok(())
    }

    pub async fn profile_choices(&self, firm: &str) -> Result<Choices, StoreError> {
        let sql = "SELECT matched, told_every FROM profile_choices WHERE firm = $1";
        let Some(row) = self.engine.read_one(sql, args![firm]).await? else { return Ok(Choices::default()) };
        Ok(Choices { matched: row.bool(0)?, told_every: row.int(1)? as u32 })
    }

    /// Keeps what a firm chose. Whoever does not want to be matched has no matches left.
    pub async fn choose_for_profile(&self, firm: &str, choices: Choices, now: Moment) -> Result<(), StoreError> {
        let sql = "INSERT INTO profile_choices (firm, matched, told_every, changed_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (firm) DO UPDATE SET matched = excluded.matched, told_every = excluded.told_every, \
                   changed_at = excluded.changed_at";
        let mut unit = vec![op(sql, args![firm, choices.matched, i64::from(choices.told_every), now.0])];
        if !choices.matched {
            unit.push(op("DELETE FROM policy_matches WHERE firm = $1", args![firm]));
        }
        self.engine.write(unit).await?;
        Ok(())
    }

    /// Keeps an objection; the same `id` is kept once.
    pub async fn object(&self, one: &Objection) -> Result<(), StoreError> {
        let sql = "INSERT INTO profile_objections (id, firm, element, said, words, at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (id) DO NOTHING";
        let values = args![&one.id, &one.firm, &one.element, &one.said, &one.words, one.at.0];
        self.engine.write(vec![op(sql, values)]).await?;
        Ok(())
    }

    /// Objections of one firm, the newest first.
    pub async fn objections_of(&self, firm: &str, limit: u32) -> Result<Vec<Objection>, StoreError> {
        let sql = "SELECT id, firm, element, said, words, at, answer, answered_at FROM profile_objections \
                   WHERE firm = $1 ORDER BY at DESC LIMIT $2";
        self.engine.read(sql, args![firm, i64::from(limit)]).await?.iter().map(objection).collect()
    }

    /// Objections nobody has answered, the oldest first.
    pub async fn open_objections(&self, limit: u32) -> Result<Vec<Objection>, StoreError> {
        let sql = "SELECT id, firm, element, said, words, at, answer, answered_at FROM profile_objections \
                   WHERE answered_at IS NULL ORDER BY at LIMIT $1";
        self.engine.read(sql, args![i64::from(limit)]).await?.iter().map(objection).collect()
    }

    /// Answers an objection; `false` when somebody did so before.
    pub async fn answer_objection(&self, id: &str, answer: &str, by: &str, now: Moment) -> Result<bool, StoreError> {
        let sql = "UPDATE profile_objections SET answer = $2, answered_by = $3, answered_at = $4 \
                   WHERE id = $1 AND answered_at IS NULL";
        Ok(self.engine.write(vec![op(sql, args![id, answer, by, now.0])]).await?.count(0) == 1)
    }
}

fn packed(row: &Row) -> Result<Packed, StoreError> {
    Ok(Packed {
        firm: row.string(0)?,
        source: row.string(1)?,
        origin: row.string(2)?,
        facts: row.string(3)?,
        seen_at: Moment(row.int(4)?),
    })
}

fn objection(row: &Row) -> Result<Objection, StoreError> {
    Ok(Objection {
        id: row.string(0)?,
        firm: row.string(1)?,
        element: row.string(2)?,
        said: row.string(3)?,
        words: row.string(4)?,
        at: Moment(row.int(5)?),
        answer: row.opt_string(6)?,
        answered_at: row.opt_int(7)?.map(Moment),
    })
}

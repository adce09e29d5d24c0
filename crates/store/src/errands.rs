//! The outbox: what a case ordered to happen elsewhere, run at least once and in order for each sender and target (decision 7).
//!
//! An errand is written together with the events that ordered it. Its id and its number follow from the version of the case,
//! so nothing is counted. Whoever runs one claims it under a lease and says when it is done; what was done leaves the table.
//! One that failed too often is dead: shown to an administrator, who can revive it. Dead letters and notices do not hold up
//! those behind them; a dead act on another case does, because that case remembers the last number it heard.

use crate::engine::{Op, Row, Val, args, op};
use crate::rows::Insert;
use crate::{Store, StoreError};
use casework::{CaseNo, Decided, Errand, LetterKind, Moment, To};
use std::sync::LazyLock;

/// Failures after which an errand is dead.
const TRIES: i64 = 10;
/// Errands that one version of a case may order at most; their numbers lie between those of the versions.
const ROOM: i64 = 1_000;

/// An errand that is ours until its lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// Stable for ever: use it as the request of what it leads to, so that twice run is once done.
    pub id: String,
    /// Number of the case that ordered it, or the name of what did.
    pub sender: String,
    pub target: String,
    pub number: u64,
    pub errand: Errand,
    /// This one included.
    pub attempts: u32,
    pub ordered: Moment,
}

/// An errand that failed too often.
#[derive(Debug, Clone, PartialEq)]
pub struct Dead {
    pub id: String,
    pub sender: String,
    pub target: String,
    pub errand: Errand,
    pub fault: String,
    pub ordered: Moment,
}

/// Which errands are looked after together. What goes to partner systems has a lane for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// All of a case's own errands.
    All,
    /// A decision by rule and the result of a decision: somebody sits and waits for it.
    Prompt,
    /// All but these.
    Patient,
}

/// What becomes of an errand that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// It is tried again when its back-off ends.
    Waits,
    Dead,
    /// It is no longer there: another node has done it meanwhile.
    Gone,
}

fn kind(errand: &Errand) -> &'static str {
    match errand {
        Errand::MakeLetter { letter: LetterKind::Certificate } => "result",
        Errand::MakeLetter { .. } => "letter",
        Errand::Notify { .. } => "notice",
        Errand::Publish => "publish",
        Errand::OpenCorrection { .. } => "correction",
        Errand::OpenComponent { .. } => "component",
        Errand::PassOn { .. } => "pass-on",
        Errand::EnterFirm => "firm",
        Errand::DecideAtOnce => "rules",
        Errand::Push { .. } => "push",
        Errand::Tell { .. } => "tell",
    }
}

fn target(errand: &Errand) -> String {
    match errand {
        Errand::Notify { to: To::Applicant, .. } => "applicant".to_owned(),
        Errand::Notify { to: To::Person(person), .. } => format!("person:{person}"),
        Errand::Notify { to: To::Officer(staff), .. } => format!("staff:{staff}"),
        Errand::Notify { to: To::Role { agency, .. }, .. } => format!("agency:{}", agency.as_deref().unwrap_or("")),
        // Each for itself: one that cannot begin keeps no other waiting.
        Errand::OpenComponent { item } => format!("component:{item}"),
        Errand::Push { partner, .. } => to_partner(partner),
        // In this order, so that a part that begins with the result of this one begins with what was put right in it.
        Errand::PassOn { bundle: case, .. } | Errand::Tell { case, .. } => format!("case:{case}"),
        other => kind(other).to_owned(),
    }
}

/// The target of what is sent to a partner system.
pub(crate) fn to_partner(partner: &str) -> String {
    format!("partner:{partner}")
}

static INSERT: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new("INSERT INTO errands (sender, number, target, kind, payload, run_at, state, created_at) VALUES", 8)
});

fn row(sender: &str, number: i64, errand: &Errand, now: Moment) -> Result<Vec<Val>, StoreError> {
    let damaged = |error| StoreError::damaged(format!("errand {}", id(sender, number)), error);
    let payload = serde_json::to_string(errand).map_err(damaged)?;
    Ok(args![sender, number, target(errand), kind(errand), payload, now.0, "waiting", now.0])
}

fn id(sender: &str, number: i64) -> String {
    format!("{sender}-{number}")
}

/// Sender and number of an id; of what is none, a number that no errand has.
fn parts(id: &str) -> (&str, i64) {
    id.rsplit_once('-').and_then(|(sender, number)| Some((sender, number.parse().ok()?))).unwrap_or((id, -1))
}

/// The statements that order what an act leads to.
pub(crate) fn ops(decided: &Decided) -> Result<Vec<Op>, StoreError> {
    let after = &decided.after;
    let numbered = decided
        .errands
        .iter()
        .enumerate()
        .map(|(index, errand)| row(&after.no.0, after.version as i64 * ROOM + index as i64, errand, after.last_at));
    Ok(INSERT.ops(numbered.collect::<Result<_, _>>()?))
}

/// Finds what is due at $1 among those of `$of`, the oldest first, at most $2.
macro_rules! due {
    ($of:literal) => {
        concat!(
            "SELECT sender, number FROM errands AS one WHERE state = 'waiting' AND run_at <= $1 AND ",
            $of,
            " AND lease_until <= $1 AND NOT EXISTS (SELECT 1 FROM errands AS earlier WHERE earlier.sender = one.sender \
             AND earlier.number < one.number AND earlier.target = one.target AND (earlier.state = 'waiting' OR earlier.kind = 'tell')) \
             ORDER BY run_at, sender, number LIMIT $2"
        )
    };
}

/// Claims it until $3.
macro_rules! claim {
    ($of:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (",
            due!($of),
            " FOR UPDATE SKIP LOCKED) UPDATE errands SET lease_until = $3, attempts = attempts + 1 FROM due \
             WHERE errands.sender = due.sender AND errands.number = due.number \
             RETURNING errands.sender, errands.number, target, payload, attempts, created_at"
        )
    };
}

/// What goes to partner systems has a lane of its own for each, so that one that is slow keeps no letter and no other waiting.
const CLAIM: &str = claim!("kind <> 'push'");
const CLAIM_PUSHES: &str = claim!("kind = 'push' AND target = $4");
/// The index of each lane is found by these very words.
const CLAIM_PROMPT: &str = claim!("kind IN ('rules', 'result')");
const CLAIM_PATIENT: &str = claim!("kind NOT IN ('push', 'rules', 'result')");
const DUE: &str = due!("kind <> 'push'");
const DUE_PROMPT: &str = due!("kind IN ('rules', 'result')");
const DUE_PATIENT: &str = due!("kind NOT IN ('push', 'rules', 'result')");

/// Whether an errand was ordered by a case of these bodies, parameter 2; parameter 1 says that all are meant.
macro_rules! of_bodies {
    () => {
        "($1 OR EXISTS (SELECT 1 FROM cases WHERE cases.no = errands.sender AND cases.agency = ANY($2)))"
    };
}

impl Store {
    /// Orders errands that no case orders (a new calendar wakes the provisional cases). Repeating it with the same sender and
    /// first number changes nothing.
    pub async fn order(&self, sender: &str, first: u64, errands: &[Errand], now: Moment) -> Result<(), StoreError> {
        const INSERT_ONCE: &str = "INSERT INTO errands (sender, number, target, kind, payload, run_at, state, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sender, number) DO NOTHING";
        let numbered = errands.iter().enumerate().map(|(index, errand)| {
            let number = first as i64 + index as i64;
            Ok(op(INSERT_ONCE, row(sender, number, errand, now)?))
        });
        self.engine.write(numbered.collect::<Result<_, StoreError>>()?).await?;
        Ok(())
    }

    /// Claims errands whose turn has come, for `lease` milliseconds, the oldest first.
    pub async fn claim_errands(&self, now: Moment, limit: u32, lease: i64) -> Result<Vec<Claimed>, StoreError> {
        self.claim_errands_of(Lane::All, now, limit, lease).await
    }

    /// The same of one lane.
    pub async fn claim_errands_of(&self, lane: Lane, now: Moment, limit: u32, lease: i64) -> Result<Vec<Claimed>, StoreError> {
        let sql = match lane {
            Lane::All => CLAIM,
            Lane::Prompt => CLAIM_PROMPT,
            Lane::Patient => CLAIM_PATIENT,
        };
        in_order(self.engine.write_returning(sql, args![now.0, limit, now.0 + lease]).await?)
    }

    /// Whether there is anything to claim. Looking costs little; claiming is a write.
    pub async fn errand_due(&self, lane: Lane, now: Moment) -> Result<bool, StoreError> {
        let sql = match lane {
            Lane::All => DUE,
            Lane::Prompt => DUE_PROMPT,
            Lane::Patient => DUE_PATIENT,
        };
        Ok(self.engine.read_one(sql, args![now.0, 1_i64]).await?.is_some())
    }

    /// The same of what goes to a partner system.
    pub async fn claim_pushes(&self, partner: &str, now: Moment, limit: u32, lease: i64) -> Result<Vec<Claimed>, StoreError> {
        let args = args![now.0, limit, now.0 + lease, to_partner(partner)];
        in_order(self.engine.write_returning(CLAIM_PUSHES, args).await?)
    }

    /// Gives what was claimed back untried, to be claimed again then: the attempt does not count.
    pub async fn errand_postponed(&self, id: &str, until: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE errands SET run_at = $3, lease_until = 0, attempts = attempts - 1 WHERE sender = $1 AND number = $2";
        let (sender, number) = parts(id);
        self.engine.write(vec![op(sql, args![sender, number, until.0])]).await?;
        Ok(())
    }

    /// What waits for a partner is due now: it answers again.
    pub async fn hurry_pushes(&self, partner: &str, now: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE errands SET run_at = $2 WHERE kind = 'push' AND target = $1 AND state = 'waiting' AND run_at > $2";
        self.engine.write(vec![op(sql, args![to_partner(partner), now.0])]).await?;
        Ok(())
    }

    /// It has happened: the errand leaves the table. Saying so twice does no harm.
    pub async fn errand_done(&self, id: &str) -> Result<(), StoreError> {
        let (sender, number) = parts(id);
        self.engine.write(vec![op("DELETE FROM errands WHERE sender = $1 AND number = $2", args![sender, number])]).await?;
        Ok(())
    }

    /// It failed: it is tried again at `again_at`, or dead after ten attempts. `fault` is shown to administrators and holds
    /// nothing personal.
    pub async fn errand_failed(&self, id: &str, fault: &str, again_at: Moment) -> Result<AfterFailure, StoreError> {
        self.errand_failed_of(id, fault, again_at, TRIES).await
    }

    /// The same where it is dead after `tries` attempts.
    pub async fn errand_failed_of(
        &self,
        id: &str,
        fault: &str,
        again_at: Moment,
        tries: i64,
    ) -> Result<AfterFailure, StoreError> {
        let sql = "UPDATE errands SET run_at = $3, lease_until = 0, fault = $4, \
                   state = CASE WHEN attempts >= $5 THEN 'dead' ELSE 'waiting' END WHERE sender = $1 AND number = $2 RETURNING state";
        let (sender, number) = parts(id);
        let rows = self.engine.write_returning(sql, args![sender, number, again_at.0, fault, tries]).await?;
        Ok(match rows.first().map(|row| row.text(0)).transpose()? {
            None => AfterFailure::Gone,
            Some("dead") => AfterFailure::Dead,
            Some(_) => AfterFailure::Waits,
        })
    }

    /// Gives a dead errand all its attempts again. `false` if there is none of this id.
    pub async fn revive_errand(&self, id: &str, now: Moment) -> Result<bool, StoreError> {
        let sql = "UPDATE errands SET state = 'waiting', attempts = 0, run_at = $3, lease_until = 0 \
                   WHERE sender = $1 AND number = $2 AND state = 'dead'";
        let (sender, number) = parts(id);
        Ok(self.engine.write(vec![op(sql, args![sender, number, now.0])]).await?.count(0) == 1)
    }

    /// The dead errands, oldest first.
    pub async fn dead_errands(&self, at: Option<&[String]>, limit: u32) -> Result<Vec<Dead>, StoreError> {
        const SQL: &str = concat!(
            "SELECT sender, number, target, payload, fault, created_at FROM errands WHERE state = 'dead' AND ",
            of_bodies!(),
            " ORDER BY run_at, sender, number LIMIT $3"
        );
        let rows = self.engine.read(SQL, args![at.is_none(), at.unwrap_or_default(), limit]).await?;
        rows.iter()
            .map(|row| {
                let id = id(row.text(0)?, row.int(1)?);
                Ok(Dead {
                    errand: parsed(&id, row.text(3)?)?,
                    sender: row.string(0)?,
                    target: row.string(2)?,
                    fault: row.opt_string(4)?.unwrap_or_default(),
                    ordered: Moment(row.int(5)?),
                    id,
                })
            })
            .collect()
    }

    /// The nearest moment at which something may go to a partner system.
    pub async fn next_push(&self, partner: &str) -> Result<Option<Moment>, StoreError> {
        let sql = "SELECT run_at FROM errands WHERE state = 'waiting' AND kind = 'push' AND target = $1 ORDER BY run_at LIMIT 1";
        let row = self.engine.read_one(sql, args![to_partner(partner)]).await?;
        Ok(row.map(|row| row.int(0)).transpose()?.map(Moment))
    }

    /// How many wait and how many are dead.
    pub async fn errand_counts(&self, at: Option<&[String]>) -> Result<(u64, u64), StoreError> {
        const WAITING: &str = concat!("SELECT count(*) FROM errands WHERE state = 'waiting' AND ", of_bodies!());
        Ok((self.count_errands(WAITING, at).await?, self.dead_count(at).await?))
    }

    /// For whom errands wait, with how many there are and what the last attempt at one of them said.
    pub async fn waiting_by_target(&self) -> Result<Vec<(String, u64, String)>, StoreError> {
        let sql = "SELECT target, count(*), max(fault) FROM errands WHERE state = 'waiting' GROUP BY target ORDER BY target";
        let told = |row: &Row| Ok((row.string(0)?, row.int(1)? as u64, row.opt_string(2)?.unwrap_or_default()));
        self.engine.read(sql, Vec::new()).await?.iter().map(told).collect()
    }

    /// Whether such a target is this partner system.
    pub fn is_partner(target: &str, partner: &str) -> bool {
        target == to_partner(partner)
    }

    /// How many errands of these bodies were laid down as dead; of all without bodies.
    pub async fn dead_count(&self, at: Option<&[String]>) -> Result<u64, StoreError> {
        const DEAD: &str = concat!("SELECT count(*) FROM errands WHERE state = 'dead' AND ", of_bodies!());
        self.count_errands(DEAD, at).await
    }

    async fn count_errands(&self, sql: &'static str, at: Option<&[String]>) -> Result<u64, StoreError> {
        let row = self.engine.read_one(sql, args![at.is_none(), at.unwrap_or_default()]).await?;
        Ok(row.map_or(Ok(0), |row| row.int(0))? as u64)
    }

    /// The last errand that this case has heard from that sender.
    pub async fn last_heard(&self, sender: &str, no: &CaseNo) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT last FROM errand_inbox WHERE sender = $1 AND target = $2";
        let row = self.engine.read_one(sql, args![sender, format!("case:{no}")]).await?;
        Ok(row.map(|row| row.int(0)).transpose()?.map(|last| last as u64))
    }
}

/// The statement by which a case remembers what it has heard; it changes no row if it heard this or a later one before.
pub(crate) fn heard(errand: &Claimed) -> Op {
    let sql = "INSERT INTO errand_inbox (sender, target, last) VALUES ($1, $2, $3) \
               ON CONFLICT (sender, target) DO UPDATE SET last = excluded.last WHERE errand_inbox.last < excluded.last";
    op(sql, args![&errand.sender, &errand.target, errand.number as i64]).expecting(1)
}

fn in_order(rows: Vec<Row>) -> Result<Vec<Claimed>, StoreError> {
    let mut claimed = rows.iter().map(claimed).collect::<Result<Vec<_>, _>>()?;
    claimed.sort_by(|a, b| (a.ordered, &a.sender, a.number).cmp(&(b.ordered, &b.sender, b.number)));
    Ok(claimed)
}

fn claimed(row: &Row) -> Result<Claimed, StoreError> {
    let id = id(row.text(0)?, row.int(1)?);
    Ok(Claimed {
        errand: parsed(&id, row.text(3)?)?,
        sender: row.string(0)?,
        number: row.int(1)? as u64,
        target: row.string(2)?,
        attempts: row.int(4)? as u32,
        ordered: Moment(row.int(5)?),
        id,
    })
}

fn parsed(id: &str, payload: &str) -> Result<Errand, StoreError> {
    serde_json::from_str(payload).map_err(|error| StoreError::damaged(format!("errand {id}"), error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Engine, Options};

    /// Every lane looks after each commit: one that walked through what waits in another would cost more the more waits.
    #[tokio::test]
    async fn each_lane_looks_by_an_index_of_its_own() {
        const PROMPT: &str = concat!("EXPLAIN QUERY PLAN ", due!("kind IN ('rules', 'result')"));
        const PATIENT: &str = concat!("EXPLAIN QUERY PLAN ", due!("kind NOT IN ('push', 'rules', 'result')"));
        const PUSHES: &str = concat!("EXPLAIN QUERY PLAN ", due!("kind = 'push' AND target = $3"));
        assert!(PROMPT.ends_with(DUE_PROMPT) && PATIENT.ends_with(DUE_PATIENT), "what is explained is what is asked");
        let store = Store::open(Engine::sqlite_inline(Options::default()).expect("SQLite opens"));
        store.migrate().await.expect("tables");
        for (sql, args, index) in [
            (PROMPT, args![0_i64, 1_i64], "errands_prompt"),
            (PATIENT, args![0_i64, 1_i64], "errands_patient"),
            (PUSHES, args![0_i64, 1_i64, "partner:x"], "errands_pushes"),
        ] {
            let plan = store.engine.read(sql, args).await.expect("a plan");
            let first = plan[0].text(3).expect("words");
            assert!(first.contains(index), "{index} is not used: {first}");
        }
    }
}

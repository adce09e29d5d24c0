//! When the timekeeper has to look at a case again, and the opinions that other bodies owe.
//!
//! A row is only a reason to look: what is truly due the case itself knows, so a row that is looked at twice does no harm.
//! Several nodes claim slices under a lease; what a dead node claimed is due again when its lease ends (decision 14).

use crate::engine::{Op, Val, args, op};
use crate::rows::Insert;
use crate::{Store, StoreError};
use casework::{Case, CaseNo, Moment};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The running clocks that have not run out, by code: due day, moment to look, whether provisional.
pub(crate) fn deadlines(case: &Case) -> BTreeMap<&str, (String, i64, bool)> {
    let waiting = case.clocks.iter().filter(|clock| case.is_open() && clock.is_running() && clock.expired.is_none());
    let clocks = waiting.map(|clock| (clock.code.as_str(), (clock.due.to_string(), look_at(clock), clock.provisional)));
    // What is to be corrected is told at a minute of its own, with what other bodies ask.
    let held = case.held_correction.as_ref().filter(|_| case.is_open());
    clocks.chain(held.map(|held| ("held-correction", (held.until.day().to_string(), held.until.0, false)))).collect()
}

/// A clock that is held waits for the holiday notice, which wakes every provisional case.
fn look_at(clock: &casework::clock::Clock) -> i64 {
    if clock.held.is_some() { crate::case_index::NEVER } else { clock.ends_at().0 }
}

/// What was asked of other bodies and whose turn has come: number, agency, due day, whether it is still owed.
pub(crate) fn consultations(case: &Case) -> BTreeMap<u32, (&str, Option<String>, bool)> {
    let turn: Vec<u32> = case.open_opinions().map(|opinion| opinion.number).collect();
    let asked = case.opinions.iter().filter(|opinion| opinion.given.is_some() || turn.contains(&opinion.number));
    asked
        .map(|opinion| {
            let owed = opinion.given.is_none() && case.is_open();
            (opinion.number, (opinion.agency.as_str(), opinion.due.map(|day| day.to_string()), owed))
        })
        .collect()
}

static INSERT_DEADLINES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO deadlines (case_no, clock, due_on, look_at, provisional) VALUES", 5));
static INSERT_CONSULTATIONS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO consultations (case_no, number, agency, due_on, owed) VALUES", 5));

/// The statements that bring both kinds of row from `before` to `after`; rows that stay the same are left alone.
pub(crate) fn ops(before: &Case, after: &Case) -> Vec<Op> {
    let no = after.no.0.as_str();
    let (old, new) = (deadlines(before), deadlines(after));
    let gone: Vec<String> =
        old.iter().filter(|(code, row)| new.get(*code) != Some(row)).map(|(code, _)| (*code).to_owned()).collect();
    let fresh = new.iter().filter(|(code, row)| old.get(*code) != Some(row));
    let rows: Vec<Vec<Val>> = fresh.map(|(code, (due, look, provisional))| args![no, *code, due, *look, *provisional]).collect();
    let mut ops = Vec::new();
    if !gone.is_empty() {
        ops.push(op("DELETE FROM deadlines WHERE case_no = $1 AND clock = ANY($2)", args![no, gone]));
    }
    ops.extend(INSERT_DEADLINES.ops(rows));

    let (old, new) = (consultations(before), consultations(after));
    let gone: Vec<i64> =
        old.iter().filter(|(number, row)| new.get(*number) != Some(row)).map(|(number, _)| i64::from(*number)).collect();
    let fresh = new.iter().filter(|(number, row)| old.get(*number) != Some(row));
    let rows: Vec<Vec<Val>> =
        fresh.map(|(number, (agency, due, owed))| args![no, *number, *agency, due.clone(), *owed]).collect();
    if !gone.is_empty() {
        ops.push(op("DELETE FROM consultations WHERE case_no = $1 AND number = ANY($2)", args![no, gone]));
    }
    ops.extend(INSERT_CONSULTATIONS.ops(rows));
    ops
}

const CLAIM: &str = "WITH due AS MATERIALIZED (SELECT case_no, clock FROM deadlines WHERE look_at <= $1 AND lease_until <= $1 \
     ORDER BY look_at, case_no LIMIT $2 FOR UPDATE SKIP LOCKED) \
     UPDATE deadlines SET lease_until = $3 FROM due WHERE deadlines.case_no = due.case_no AND deadlines.clock = due.clock \
     RETURNING deadlines.case_no, deadlines.look_at";

impl Store {
    /// Claims a slice of at most `limit` clocks that may have run out, for `lease` milliseconds: the cases to look at, those
    /// that have waited longest first.
    pub async fn due(&self, now: Moment, limit: u32, lease: i64) -> Result<Vec<CaseNo>, StoreError> {
        let rows = self.engine.write_returning(CLAIM, args![now.0, limit, now.0 + lease]).await?;
        let mut found: BTreeMap<String, i64> = BTreeMap::new();
        for row in rows {
            let (no, look) = (row.string(0)?, row.int(1)?);
            found.entry(no).and_modify(|first| *first = look.min(*first)).or_insert(look);
        }
        let mut cases: Vec<_> = found.into_iter().collect();
        cases.sort_by(|(a, first), (b, second)| (first, a).cmp(&(second, b)));
        Ok(cases.into_iter().map(|(no, _)| CaseNo(no)).collect())
    }

    /// The nearest moment at which something may have to happen.
    pub async fn next_look(&self) -> Result<Option<Moment>, StoreError> {
        let row = self.engine.read_one("SELECT look_at FROM deadlines ORDER BY look_at LIMIT 1", args![]).await?;
        Ok(row.map(|row| row.int(0)).transpose()?.map(Moment))
    }

    /// Cases with a due day that relies on holidays not announced yet, in the order of their numbers, after `after`.
    pub async fn provisional_cases(&self, after: Option<&CaseNo>, limit: u32) -> Result<Vec<CaseNo>, StoreError> {
        let sql = "SELECT DISTINCT case_no FROM deadlines WHERE provisional AND case_no > $1 ORDER BY case_no LIMIT $2";
        let rows = self.engine.read(sql, args![after.map_or("", |no| &no.0), limit]).await?;
        rows.iter().map(|row| Ok(CaseNo(row.string(0)?))).collect()
    }
}

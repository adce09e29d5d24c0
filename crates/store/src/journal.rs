//! The journal: append-only, a chain of hashes for each case, and everything read from it written in the same transaction.
//!
//! [`Store::append`] is the one way a case changes. It hands the engine one unit: the guards that the decision relied upon, the
//! request's key, the row of the case under the version its author saw, the journal, and what follows from it. Nothing of it
//! stands unless all of it stands, and a lost answer is cleared up by looking for what was written.

use crate::case_index::{self, Course};
use crate::chain::{self, Head};
use crate::drafts::Sending;
use crate::engine::{Op, Val, WriteError, args, op};
use crate::errands::{self, Claimed};
use crate::rows::Insert;
use crate::{Store, StoreError, blobs, budgets, deadlines, editions, legs, letters, licences, terms};
use casework::decide::{Guard, Kept};
use casework::{Case, CaseNo, Decided, Event, Moment, Record};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What became of a decision handed to [`Store::append`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    Yes,
    /// Somebody else was faster: the case stands elsewhere than where its author saw it. Look again.
    Overtaken,
    /// Something beside the case that the decision relied upon no longer holds. Look again.
    GuardFailed,
    /// This request was done before; `no` is the case of its first outcome, which a repeated submission did not choose.
    Again {
        no: CaseNo,
        version: u64,
    },
}

/// The first outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub no: CaseNo,
    pub version: u64,
}

static INSERT_LINES: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO journal (case_no, version, at, payload, sealed, hash) VALUES", 6));
static INSERT_PARTICULARS: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("INSERT INTO particulars (case_no, number, kind, bytes) VALUES", 4));

impl Store {
    /// The case as its journal tells it; `None` if nothing was ever recorded under this number.
    pub async fn case(&self, no: &CaseNo) -> Result<Option<Case>, StoreError> {
        let records = self.records(no).await?;
        Ok((!records.is_empty()).then(|| Case::from_records(no.clone(), &records)))
    }

    /// The journal of a case, in order.
    pub async fn records(&self, no: &CaseNo) -> Result<Vec<Record>, StoreError> {
        let sql = "SELECT version, payload FROM journal WHERE case_no = $1 ORDER BY version";
        let rows = self.engine.read_near(vec![(sql, args![&no.0])]).await?;
        rows.iter().flatten().map(|row| parsed(no, row.int(0)?, row.text(1)?)).collect()
    }

    /// Everything personal that is kept with a case: number, kind and exact bytes. Empty once it was erased.
    pub async fn particulars(&self, no: &CaseNo) -> Result<BTreeMap<u32, (String, Vec<u8>)>, StoreError> {
        let sql = "SELECT number, kind, bytes FROM particulars WHERE case_no = $1";
        let rows = self.engine.read(sql, args![&no.0]).await?;
        rows.iter().map(|row| Ok((row.int(0)? as u32, (row.string(1)?, row.bytes(2)?.to_vec())))).collect()
    }

    /// One particular: its kind and its exact bytes.
    pub async fn particular(&self, no: &CaseNo, number: u32) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let sql = "SELECT kind, bytes FROM particulars WHERE case_no = $1 AND number = $2";
        let row = self.engine.read_one(sql, args![&no.0, number]).await?;
        row.map(|row| Ok((row.string(0)?, row.bytes(1)?.to_vec()))).transpose()
    }

    /// The first outcome of a request, if it was done.
    pub async fn outcome_of(&self, request: &str) -> Result<Option<Outcome>, StoreError> {
        let row = self.engine.read_one("SELECT case_no, version FROM requests WHERE request = $1", args![request]).await?;
        row.map(|row| Ok(Outcome { no: CaseNo(row.string(0)?), version: row.int(1)? as u64 })).transpose()
    }

    /// Writes what was decided about `before`, in one transaction, or says why not. `request` makes a repetition harmless;
    /// `key_for_new` is 32 random bytes, the key of a case that is born by this.
    pub async fn append(
        &self,
        before: &Case,
        decided: &Decided,
        request: Option<&str>,
        key_for_new: [u8; 32],
    ) -> Result<Appended, StoreError> {
        self.append_sending(before, decided, request, key_for_new, None).await
    }

    /// The same with the draft that it was written in, where there was one: both are sent, or neither.
    pub async fn append_sending(
        &self,
        before: &Case,
        decided: &Decided,
        request: Option<&str>,
        key_for_new: [u8; 32],
        sending: Option<&Sending>,
    ) -> Result<Appended, StoreError> {
        let after = &decided.after;
        let also = sending.map(|sending| sending.ops(&after.no.0, after.last_at)).unwrap_or_default();
        self.append_with(before, decided, request, key_for_new, also).await
    }

    /// The same for an act that another case ordered: done once, however often the errand runs, and never after a later one
    /// of the same sender.
    pub async fn append_heard(&self, before: &Case, decided: &Decided, errand: &Claimed) -> Result<Appended, StoreError> {
        let heard = vec![errands::heard(errand)];
        self.append_with(before, decided, Some(&errand.id), [0; 32], heard).await
    }

    /// `also` is written in the same transaction and comes last.
    pub(crate) async fn append_with(
        &self,
        before: &Case,
        decided: &Decided,
        request: Option<&str>,
        key_for_new: [u8; 32],
        also: Vec<Op>,
    ) -> Result<Appended, StoreError> {
        if decided.records.is_empty() {
            return self.nothing_happened(before, request, also).await;
        }
        let (head, key) = if before.is_born() {
            match self.head(before).await? {
                Some(found) => found,
                None => return self.overtaken_or_again(request).await,
            }
        } else {
            ([0; 32], Some(key_for_new))
        };
        let unit = Unit::of(before, decided, request, head, key)?;
        let (guards, last) = (unit.guards, unit.head);
        let mut ops = unit.ops;
        let own = ops.len();
        ops.extend(also);
        match self.engine.write(ops).await {
            Ok(_) => Ok(Appended::Yes),
            Err(WriteError::Conflict { op } | WriteError::Unique { op, .. }) if op < guards => match self.again(request).await? {
                Some(again) => Ok(again),
                None => Ok(Appended::GuardFailed),
            },
            Err(WriteError::Conflict { op } | WriteError::Unique { op, .. }) if op < own => {
                self.overtaken_or_again(request).await
            }
            // What came along was done before: for an errand, this case has heard it.
            Err(WriteError::Conflict { .. }) => {
                Ok(self.again(request).await?.unwrap_or(Appended::Again { no: before.no.clone(), version: before.version }))
            }
            Err(WriteError::InDoubt { what }) => {
                if self.stands(&decided.after, &last).await? {
                    Ok(Appended::Yes)
                } else {
                    Err(WriteError::InDoubt { what }.into())
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// An act that led to nothing (the clocks were looked at and all is well): only its request is remembered.
    async fn nothing_happened(&self, before: &Case, request: Option<&str>, also: Vec<Op>) -> Result<Appended, StoreError> {
        let mut ops: Vec<Op> =
            request.map(|request| remembered(request, &before.no, before.version, before.last_at)).into_iter().collect();
        ops.extend(also);
        if ops.is_empty() {
            return Ok(Appended::Yes);
        }
        match self.engine.write(ops).await {
            Ok(_) => Ok(Appended::Yes),
            Err(WriteError::Unique { .. } | WriteError::Conflict { .. }) => {
                Ok(self.again(request).await?.unwrap_or(Appended::Again { no: before.no.clone(), version: before.version }))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn again(&self, request: Option<&str>) -> Result<Option<Appended>, StoreError> {
        let Some(request) = request else { return Ok(None) };
        let first = self.outcome_of(request).await?;
        Ok(first.map(|outcome| Appended::Again { no: outcome.no, version: outcome.version }))
    }

    async fn overtaken_or_again(&self, request: Option<&str>) -> Result<Appended, StoreError> {
        Ok(self.again(request).await?.unwrap_or(Appended::Overtaken))
    }

    /// Last hash and key of a case that still stands where its author saw it.
    async fn head(&self, case: &Case) -> Result<Option<(Head, Option<[u8; 32]>)>, StoreError> {
        let sql = "SELECT cases.chain, case_keys.key FROM cases LEFT JOIN case_keys ON case_keys.case_no = cases.no \
                   WHERE cases.no = $1 AND cases.version = $2";
        let Some(row) = self.engine.read_one(sql, args![&case.no.0, case.version as i64]).await? else { return Ok(None) };
        let key = row.opt_bytes(1)?.map(|key| thirty_two(&case.no, key)).transpose()?;
        Ok(Some((thirty_two(&case.no, row.bytes(0)?)?, key)))
    }

    /// Whether this version with this hash is in the journal.
    async fn stands(&self, after: &Case, hash: &Head) -> Result<bool, StoreError> {
        let sql = "SELECT hash FROM journal WHERE case_no = $1 AND version = $2";
        let row = self.engine.read_one(sql, args![&after.no.0, after.version as i64]).await?;
        row.map_or(Ok(false), |row| Ok(row.bytes(0)? == hash))
    }
}

/// The statements of one append: guards first, so that their number tells what failed.
struct Unit {
    ops: Vec<Op>,
    guards: usize,
    head: Head,
}

impl Unit {
    fn of(
        before: &Case,
        decided: &Decided,
        request: Option<&str>,
        head: Head,
        key: Option<[u8; 32]>,
    ) -> Result<Unit, StoreError> {
        let after = &decided.after;
        let key = match (key, decided.kept.is_empty()) {
            (Some(key), _) => key,
            (None, true) => [0; 32],
            (None, false) => return Err(StoreError::Erased(after.no.0.clone())),
        };
        let (lines, head) = lines(&after.no, decided, head, &key)?;
        let course = Course::of(&decided.records);

        let mut ops: Vec<Op> = decided.guards.iter().flat_map(|guard| guarded(guard, decided)).collect();
        let guards = ops.len();
        ops.extend(request.map(|request| remembered(request, &after.no, after.version, after.last_at)));
        if before.is_born() {
            ops.push(case_index::update(after, &course, &head, before.version));
        } else {
            let title = title(&decided.kept);
            ops.push(case_index::insert(after, &course, &title, &head));
            ops.push(op("INSERT INTO case_keys (case_no, key) VALUES ($1, $2)", args![&after.no.0, key]));
            ops.push(terms::wait(&after.no.0));
        }
        ops.extend(INSERT_LINES.ops(lines));
        let kept = decided.kept.iter();
        ops.extend(
            INSERT_PARTICULARS.ops(kept.map(|kept| args![&after.no.0, kept.words.0, kept.kind, kept.bytes.as_slice()]).collect()),
        );
        let attached = decided.records.iter().flat_map(|record| record.event.attached());
        ops.extend(attached.filter(|file| !file.digest.is_empty()).map(|file| blobs::held(&file.digest, &after.no)));
        ops.extend(deadlines::ops(before, after));
        ops.extend(licences::ops(before, after, &course)?);
        ops.extend(legs::ops(before, after));
        ops.extend(errands::ops(decided)?);
        if let (None, Some(ending)) = (before.ending, after.ending) {
            ops.push(editions::permit_ended(&after.item));
            ops.push(letters::permit_ended(&after.no, ending, after.last_at.day())?);
        }
        Ok(Unit { ops, guards, head })
    }
}

/// The lines of the journal and the hash of the last.
fn lines(no: &CaseNo, decided: &Decided, mut head: Head, key: &[u8; 32]) -> Result<(Vec<Vec<Val>>, Head), StoreError> {
    let mut kept = decided.kept.as_slice();
    let mut lines = Vec::with_capacity(decided.records.len());
    for record in &decided.records {
        let Some((own, rest)) = kept.split_at_checked(record.keeps as usize) else { return Err(unclaimed(no)) };
        kept = rest;
        let sealed = chain::sealed(key, own);
        let payload = serde_json::to_string(record).map_err(|error| StoreError::damaged(format!("a record of {no}"), error))?;
        head = chain::hash(&head, &no.0, record.version, &payload, &sealed);
        lines.push(args![&no.0, record.version as i64, record.at.0, payload, sealed, head]);
    }
    if kept.is_empty() { Ok((lines, head)) } else { Err(unclaimed(no)) }
}

fn unclaimed(no: &CaseNo) -> StoreError {
    StoreError::damaged(format!("what was decided about {no}"), "its particulars do not belong to its records one by one")
}

fn title(kept: &[Kept]) -> String {
    let title = kept.iter().find(|kept| kept.kind == "title");
    title.map(|kept| String::from_utf8_lossy(&kept.bytes).into_owned()).unwrap_or_default()
}

fn guarded(guard: &Guard, decided: &Decided) -> Vec<Op> {
    let now = decided.after.last_at;
    let op = match guard {
        Guard::InForce { edition } => editions::in_force(edition, now),
        Guard::CaseAt { no, version } => {
            op("SELECT 1 FROM cases WHERE no = $1 AND version = $2", args![&no.0, *version as i64]).expecting(1)
        }
        Guard::ItemOpen { item, on } => editions::item_open(item, *on, now),
        Guard::QuotaLeft { item } if decided.records.iter().any(|record| matches!(record.event, Event::Granted { .. })) => {
            editions::permit_granted(item, &decided.after, now)
        }
        Guard::QuotaLeft { item } => editions::quota_left(item, now),
        Guard::SetAside(new) => return budgets::reserving(new, now),
        Guard::MoveMoney { claim, step } => return budgets::moving(claim, step, now),
    };
    vec![op]
}

fn remembered(request: &str, no: &CaseNo, version: u64, at: Moment) -> Op {
    let sql = "INSERT INTO requests (request, case_no, version, at) VALUES ($1, $2, $3, $4)";
    op(sql, args![request, &no.0, version as i64, at.0])
}

pub(crate) fn parsed(no: &CaseNo, version: i64, payload: &str) -> Result<Record, StoreError> {
    serde_json::from_str(payload).map_err(|error| StoreError::damaged(format!("version {version} of {no}"), error))
}

pub(crate) fn thirty_two(no: &CaseNo, bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::damaged(format!("a hash or key of {no}"), "it is not 32 bytes long"))
}

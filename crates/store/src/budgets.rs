//! Budgets of policies: what was promised and what was paid, never more than there is.
//!
//! A reservation is one unit of work that carries its own guards: the line, the batch and the holder's group of clauses each change
//! only where they still stand as they were relied upon. So many officers on many nodes may approve at once; whoever comes too late is
//! told, and nothing is half done. A decision that promises money carries its reservation as a guard ([`casework::decide::Guard::SetAside`]),
//! so that the event and the money are written together or not at all. Money moves on from a reservation, each step once. Amounts in 分. Serves measure 16.

use crate::engine::{Op, Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::benefit::Step;
use casework::{Moment, Reservation};
use jiff::civil::Date;

/// What became of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    Yes,
    /// The line or the batch has not so much left.
    Exhausted,
    /// The holder was promised or lost something of this group meanwhile: the amount is to be found anew.
    Changed,
    /// This claim has its reservation already.
    Already,
}

/// Where a line or a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    pub reserved: i64,
    pub paid: i64,
}

/// What a claim was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benefit {
    pub claim: String,
    pub holder: String,
    pub amount: i64,
    /// What of it was paid and came back.
    pub recovered: i64,
    pub notice_until: Date,
    /// `reserved`, `paid`, `released` or `recovered`.
    pub state: String,
}

/// Which statement of a reservation takes the claim, looks at the line, and looks at the group.
const CLAIM: usize = 3;
const LINE: usize = 4;
const GROUP: usize = 6;

impl Store {
    /// Sets the amount aside, or says why not.
    pub async fn reserve(&self, new: &Reservation, now: Moment) -> Result<Reserved, StoreError> {
        match self.engine.write(reserving(new, now)).await {
            Ok(_) => Ok(Reserved::Yes),
            Err(WriteError::Conflict { op: CLAIM }) => Ok(Reserved::Already),
            Err(WriteError::Conflict { op }) if (LINE..GROUP).contains(&op) => Ok(Reserved::Exhausted),
            Err(WriteError::Conflict { op: GROUP }) => Ok(Reserved::Changed),
            Err(WriteError::InDoubt { what }) => match self.benefit(&new.claim).await? {
                Some(_) => Ok(Reserved::Yes),
                None => Err(WriteError::InDoubt { what }.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Moves what was set aside a step on; `false` where it does not stand there, or its notice has not run.
    pub async fn move_benefit(&self, claim: &str, step: Step, now: Moment) -> Result<bool, StoreError> {
        match self.engine.write(moving(claim, &step, now)).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Where a line stands; with an empty `batch` as a whole.
    pub async fn budget(&self, line: &str, batch: &str) -> Result<Standing, StoreError> {
        let sql = "SELECT reserved, paid FROM budgets WHERE line = $1 AND batch = $2";
        let row = self.engine.read_one(sql, args![line, batch]).await?;
        row.map_or(Ok(Standing::default()), |row| Ok(Standing { reserved: row.int(0)?, paid: row.int(1)? }))
    }

    /// What the holder has in a group of clauses that do not add up.
    pub async fn had(&self, holder: &str, stack: &str) -> Result<i64, StoreError> {
        let sql = "SELECT had FROM stacks WHERE holder = $1 AND stack = $2";
        self.engine.read_one(sql, args![holder, stack]).await?.map_or(Ok(0), |row| Ok(row.int(0)?))
    }

    pub async fn benefit(&self, claim: &str) -> Result<Option<Benefit>, StoreError> {
        let sql = "SELECT claim, holder, amount, notice_until, state, recovered FROM benefits WHERE claim = $1";
        self.engine.read_one(sql, args![claim]).await?.as_ref().map(benefit).transpose()
    }

    /// What can be paid on that day out of a line and batch: the notice has run, nothing went out yet. At most `limit`, by claim.
    pub async fn payable(&self, line: &str, batch: &str, today: Date, limit: u32) -> Result<Vec<Benefit>, StoreError> {
        let sql = "SELECT claim, holder, amount, notice_until, state, recovered FROM benefits WHERE line = $1 AND batch = $2 \
                   AND state = 'reserved' AND notice_until < $3 ORDER BY claim LIMIT $4";
        let rows = self.engine.read(sql, args![line, batch, today.to_string(), i64::from(limit)]).await?;
        rows.iter().map(benefit).collect()
    }
}

/// One unit: all of it or nothing. The order of rows is the same for everybody, so that nobody waits in a circle.
pub(crate) fn reserving(new: &Reservation, now: Moment) -> Vec<Op> {
    let row = "INSERT INTO budgets (line, batch) VALUES ($1, $2) ON CONFLICT (line, batch) DO NOTHING";
    let own = "INSERT INTO stacks (holder, stack) VALUES ($1, $2) ON CONFLICT (holder, stack) DO NOTHING";
    let claim = "INSERT INTO benefits (claim, line, batch, holder, stack, amount, notice_until, state, at, programme, clause) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'reserved', $8, $9, $10) \
                 ON CONFLICT (claim) DO UPDATE SET line = $2, batch = $3, holder = $4, stack = $5, amount = $6, notice_until = $7, \
                 state = 'reserved', due = FALSE, file = '', at = $8, programme = $9, clause = $10 WHERE benefits.state = 'released'";
    let take = "UPDATE budgets SET reserved = reserved + $3 WHERE line = $1 AND batch = $2 AND reserved + paid + $3 <= $4";
    let group = "UPDATE stacks SET had = had + $3 WHERE holder = $1 AND stack = $2 AND had = $4";
    let sums = "INSERT INTO claim_sums (programme, batch, promised_count, promised) VALUES ($1, $2, 1, $3) \
                ON CONFLICT (programme, batch) DO UPDATE SET promised_count = claim_sums.promised_count + 1, \
                promised = claim_sums.promised + $3";
    let until = new.notice_until.to_string();
    vec![
        op(row, args![&new.line, ""]),
        op(row, args![&new.line, &new.batch]),
        op(own, args![&new.holder, &new.stack]),
        op(
            claim,
            args![
                &new.claim,
                &new.line,
                &new.batch,
                &new.holder,
                &new.stack,
                new.amount,
                until,
                now.0,
                &new.programme,
                &new.clause
            ],
        )
        .expecting(1),
        op(take, args![&new.line, "", new.amount, new.line_has]).expecting(1),
        op(take, args![&new.line, &new.batch, new.amount, new.batch_has]).expecting(1),
        op(group, args![&new.holder, &new.stack, new.amount, new.had]).expecting(1),
        op(sums, args![&new.programme, &new.batch, new.amount]),
    ]
}

pub(crate) fn moving(claim: &str, step: &Step, now: Moment) -> Vec<Op> {
    // How often the whole amount is added to what is reserved, paid and had, and how much of what was paid is back.
    let (moved, [reserved, paid, had], back) = match step {
        Step::Due(due) => {
            let sql = "UPDATE benefits SET due = $2, file = '', at = $3 WHERE claim = $1 AND state = 'reserved'";
            return vec![op(sql, args![claim, *due, now.0]).expecting(1)];
        }
        Step::Order(file) => {
            let sql = "UPDATE benefits SET file = $2, at = $3 WHERE claim = $1 AND state = 'reserved' AND due AND file = ''";
            return vec![op(sql, args![claim, file.as_str(), now.0]).expecting(1)];
        }
        Step::Release => {
            let sql = "UPDATE benefits SET state = 'released', due = FALSE, at = $2 WHERE claim = $1 AND state = 'reserved'";
            (op(sql, args![claim, now.0]), [-1_i64, 0, -1], 0_i64)
        }
        Step::Pay(day) => {
            let sql = "UPDATE benefits SET state = 'paid', due = FALSE, at = $2 \
                       WHERE claim = $1 AND state = 'reserved' AND notice_until < $3";
            (op(sql, args![claim, now.0, day.to_string()]), [-1, 1, 0], 0)
        }
        Step::Recover(part) => {
            let sql = "UPDATE benefits SET recovered = recovered + $3, at = $2, \
                       state = CASE WHEN recovered + $3 = amount THEN 'recovered' ELSE 'paid' END \
                       WHERE claim = $1 AND state = 'paid' AND recovered + $3 > recovered AND recovered + $3 <= amount";
            (op(sql, args![claim, now.0, *part]), [0, 0, 0], *part)
        }
    };
    let whole = "UPDATE budgets SET reserved = reserved + $2 * (SELECT amount FROM benefits WHERE claim = $1), \
                 paid = paid + $3 * (SELECT amount FROM benefits WHERE claim = $1) - $4 \
                 WHERE batch = '' AND line = (SELECT line FROM benefits WHERE claim = $1)";
    let batch = "UPDATE budgets SET reserved = reserved + $2 * (SELECT amount FROM benefits WHERE claim = $1), \
                 paid = paid + $3 * (SELECT amount FROM benefits WHERE claim = $1) - $4 \
                 WHERE line = (SELECT line FROM benefits WHERE claim = $1) AND batch = (SELECT batch FROM benefits WHERE claim = $1)";
    let group = "UPDATE stacks SET had = had + $2 * (SELECT amount FROM benefits WHERE claim = $1) - $3 \
                 WHERE holder = (SELECT holder FROM benefits WHERE claim = $1) AND stack = (SELECT stack FROM benefits WHERE claim = $1)";
    let sums = "UPDATE claim_sums SET promised_count = promised_count + $2, paid_count = paid_count + $3, \
                promised = promised + $2 * (SELECT amount FROM benefits WHERE claim = $1), \
                paid = paid + $3 * (SELECT amount FROM benefits WHERE claim = $1), back = back + $4 \
                WHERE programme = (SELECT programme FROM benefits WHERE claim = $1) \
                AND batch = (SELECT batch FROM benefits WHERE claim = $1)";
    vec![
        moved.expecting(1),
        op(whole, args![claim, reserved, paid, back]).expecting(1),
        op(batch, args![claim, reserved, paid, back]).expecting(1),
        op(group, args![claim, had, back]).expecting(1),
        op(sums, args![claim, reserved, paid, back]).expecting(1),
    ]
}

fn benefit(row: &Row) -> Result<Benefit, StoreError> {
    let claim = row.string(0)?;
    let notice_until =
        row.text(3)?.parse::<Date>().map_err(|error| StoreError::damaged(format!("the notice of {claim}"), error))?;
    Ok(Benefit {
        holder: row.string(1)?,
        amount: row.int(2)?,
        notice_until,
        state: row.string(4)?,
        recovered: row.int(5)?,
        claim,
    })
}

//! Figures that are open to everybody: counts over all cases, and nothing about any of them. Serves measure 7.
//!
//! They look at many rows, so whoever shows them keeps them for a while.

use crate::engine::{Row, args};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Shares and medians are taken over what was decided in this time before now, in milliseconds.
const SPAN: i64 = 365 * 24 * 60 * 60 * 1000;
const DAY: i64 = 24 * 60 * 60 * 1000;
/// Legal days begin at midnight in Tianjin, eight hours before UTC.
const OFFSET: i64 = 8 * 60 * 60 * 1000;

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    pub part: u64,
    pub whole: u64,
}

/// What everybody may know about how the offices do. Without a word on the time, it is the last 365 days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicFigures {
    pub at: Moment,
    /// Cases submitted, by item, the most wanted first.
    pub received: Vec<(String, u64)>,
    /// Applied for online, of all that were submitted.
    pub online: Share,
    /// Decided before a limit ran out, of all that were decided.
    pub on_time: Share,
    /// Accepted by silence.
    pub deemed: u64,
    /// Handled as parts of one thing, granted by rule within seconds, and applied for on a commitment.
    pub linked: u64,
    pub by_rule: u64,
    pub committed: u64,
    /// Open now with a limit that has run out.
    pub overdue: u64,
    /// Days of acceptance and of decision, with how many cases have both.
    pub spans: Vec<(Date, Date, u64)>,
    /// Minutes from the first contact to the decision at the counter, for items that are decided at once: the middle one.
    pub counter_minutes: Option<i64>,
    /// Matters that could not be done and are open now; and those resolved before their limit ran out.
    pub unresolved_open: u64,
    pub unresolved_on_time: Share,
    /// Corrections that are open now, and those among them that visitors and clerks told about a guide.
    pub corrections: u64,
    pub guide_errors: u64,
    /// Claims under programmes: paid so far, and promised but not paid yet.
    pub claims_paid: u64,
    pub claims_promised: u64,
}

/// A case in which a limit that binds the office was missed, the first time at `since`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    pub no: CaseNo,
    /// What names it in lists, for whoever has to keep a name out of what is public.
    pub title: String,
    pub since: Moment,
}

impl Store {
    /// Cases in which a limit was missed in the last 365 days, open or not, the newest first: those of a body, or all for ``.
    pub async fn missed(
        &self,
        agency: &str,
        after: Option<(Moment, CaseNo)>,
        limit: u32,
        now: Moment,
    ) -> Result<Vec<Missed>, StoreError> {
        const SQL: &str = "SELECT no, title, red_since FROM cases WHERE red_since > $1 AND (red_since, no) < ($2, $3) \
             AND ($4 = '' OR agency = $4) ORDER BY red_since DESC, no DESC LIMIT $5";
        let (since, no) = after.map_or((i64::MAX, String::new()), |(since, no)| (since.0, no.0));
        let rows = self.engine().read(SQL, args![now.0 - SPAN, since, no, agency, limit]).await?;
        let missed = |row: &Row| Ok(Missed { no: CaseNo(row.string(0)?), title: row.string(1)?, since: Moment(row.int(2)?) });
        rows.iter().map(missed).collect()
    }

    /// The figures of now.
    pub async fn public_figures(&self, now: Moment) -> Result<PublicFigures, StoreError> {
        const RECEIVED: &str = "SELECT item, count(*), sum(CASE WHEN channel = 'online' THEN 1 ELSE 0 END), \
             sum(CASE WHEN deemed THEN 1 ELSE 0 END), sum(CASE WHEN parent IS NULL THEN 0 ELSE 1 END), \
             sum(CASE WHEN at_once = 'granted' THEN 1 ELSE 0 END), sum(CASE WHEN commitment IS NULL THEN 0 ELSE 1 END) FROM cases \
             WHERE submitted_at > $1 AND submitted_at <= $2 \
             GROUP BY item ORDER BY 2 DESC, item";
        const DECIDED: &str = "SELECT procedure, count(*), sum(CASE WHEN red_since IS NULL THEN 1 ELSE 0 END) FROM cases \
             WHERE decided_at > $1 AND decided_at <= $2 GROUP BY procedure";
        const OPEN: &str = "SELECT procedure, count(*), sum(CASE WHEN red_since IS NOT NULL OR due_at <= $1 THEN 1 ELSE 0 END) \
             FROM cases WHERE open GROUP BY procedure";
        const SPANS: &str = "SELECT accepted_on, (decided_at + $3) / $4, count(*) FROM cases \
             WHERE accepted_on IS NOT NULL AND decided_at > $1 AND decided_at <= $2 AND procedure <> 'unresolved' GROUP BY 1, 2";
        const MINUTES: &str = "SELECT minutes FROM (SELECT (decided_at - first_contact_at) / 60000 AS minutes, \
             row_number() OVER (ORDER BY decided_at - first_contact_at) AS place, count(*) OVER () AS n FROM cases \
             WHERE decided_at > $1 AND decided_at <= $2 AND procedure IN ('immediate', 'immediate-service') AND channel = 'counter') AS ranked \
             WHERE place = (n + 1) / 2";
        const CORRECTIONS: &str = "SELECT count(*), sum(CASE WHEN from_case IS NULL THEN 1 ELSE 0 END) FROM corrections \
             WHERE closed_at IS NULL";
        const CLAIMS: &str = "SELECT COALESCE(CAST(sum(paid_count) AS BIGINT), 0), COALESCE(CAST(sum(promised_count) AS BIGINT), 0) FROM claim_sums";
        let from = now.0 - SPAN;
        let queries = vec![
            (RECEIVED, args![from, now.0]),
            (DECIDED, args![from, now.0]),
            (OPEN, args![now.0]),
            (SPANS, args![from, now.0, OFFSET, DAY]),
            (MINUTES, args![from, now.0]),
            (CORRECTIONS, args![]),
            (CLAIMS, args![]),
        ];
        let answers = self.engine().read_together(queries).await?;
        let rows = |at: usize| answers.get(at).map(Vec::as_slice).unwrap_or_default();
        let mut figures = PublicFigures { at: now, ..PublicFigures::default() };
        for row in rows(0) {
            let count = row.int(1)? as u64;
            figures.received.push((row.string(0)?, count));
            figures.online.part += row.int(2)? as u64;
            figures.online.whole += count;
            figures.deemed += row.int(3)? as u64;
            figures.linked += row.int(4)? as u64;
            figures.by_rule += row.int(5)? as u64;
            figures.committed += row.int(6)? as u64;
        }
        for (procedure, share) in shares(rows(1))? {
            let of = if procedure == "unresolved" { &mut figures.unresolved_on_time } else { &mut figures.on_time };
            *of = Share { part: of.part + share.part, whole: of.whole + share.whole };
        }
        for (procedure, share) in shares(rows(2))? {
            match procedure.as_str() {
                "unresolved" => figures.unresolved_open += share.whole,
                _ => figures.overdue += share.part,
            }
        }
        for row in rows(3) {
            figures.spans.push((day(row.text(0)?)?, Moment(row.int(1)? * DAY - OFFSET).day(), row.int(2)? as u64));
        }
        figures.counter_minutes = rows(4).first().map(|row| row.int(0)).transpose()?;
        if let Some(row) = rows(5).first() {
            figures.corrections = row.int(0)? as u64;
            figures.guide_errors = row.opt_int(1)?.unwrap_or(0) as u64;
        }
        for row in rows(6) {
            (figures.claims_paid, figures.claims_promised) = (row.int(0)? as u64, row.int(1)? as u64);
        }
        Ok(figures)
    }
}

/// Rows of a procedure, how many cases, and how many of them count.
fn shares(rows: &[Row]) -> Result<BTreeMap<String, Share>, StoreError> {
    rows.iter().map(|row| Ok((row.string(0)?, Share { whole: row.int(1)? as u64, part: row.int(2)? as u64 }))).collect()
}

fn day(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|error| StoreError::damaged("a day of a case", error))
}

//! What supervision looks at: figures for each agency, the red list, the week on one page, minutes to a result for each item.
//!
//! Counted over the cases that the reader may see. Serves measures 5 and 9.

use super::{CaseRow, Filter, Page, Reader, case_row, columns, filter_args, filtered, light, light_of_open, scope};
use crate::StoreError;
use crate::engine::{Row, args};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use std::collections::BTreeMap;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// How an agency stands now, and how it did in the last thirty days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgencyFigures {
    pub agency: String,
    pub open: u64,
    /// The open ones by the step at which they stand.
    pub at_step: BTreeMap<String, u64>,
    pub red: u64,
    pub yellow: u64,
    /// Open cases with a pause that the law allows.
    pub paused: u64,
    /// Open cases that were accepted by silence.
    pub deemed: u64,
    /// Decided in the last thirty days, and how many of them without a limit missed before.
    pub decided: u64,
    pub on_time: u64,
}

/// One week on one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Week {
    pub submitted: u64,
    /// Accepted by silence that week.
    pub deemed: u64,
    /// Decided or ended that week, by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Decided that week without a limit missed before.
    pub on_time: u64,
    /// Ratings given to what was decided that week: how many, and how many of the two lowest levels.
    pub rated: u64,
    pub rated_low: u64,
    /// The first time a limit ran out, that week.
    pub turned_red: u64,
}

impl Week {
    pub fn decided(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

/// Minutes from the first contact to the decision, for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemMinutes {
    pub item: String,
    pub decided: u64,
    pub median: i64,
    /// Nine of ten took at most so long.
    pub p90: i64,
}

/// A special procedure that runs: the time it takes is not counted, so it is watched (行政许可法 art. 45).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Special {
    pub row: CaseRow,
    pub kind: String,
    pub expected_end: Date,
}

/// After a row of the red list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterRed {
    pub since: Moment,
    pub no: CaseNo,
}

macro_rules! standing {
    ($where:expr) => {
        concat!(
            "SELECT agency, step, count(*), sum(CASE WHEN red_since IS NOT NULL OR due_at <= $9 THEN 1 ELSE 0 END), \
             sum(CASE WHEN red_since IS NULL AND due_at > $9 AND warn_at <= $9 THEN 1 ELSE 0 END), \
             sum(CASE WHEN paused THEN 1 ELSE 0 END), sum(CASE WHEN deemed THEN 1 ELSE 0 END) FROM cases WHERE open AND ",
            $where,
            " GROUP BY agency, step"
        )
    };
}

macro_rules! done {
    ($where:expr) => {
        concat!(
            "SELECT agency, count(*), sum(CASE WHEN red_since IS NULL THEN 1 ELSE 0 END) FROM cases \
             WHERE decided_at > $9 AND decided_at <= $10 AND ",
            $where,
            " GROUP BY agency"
        )
    };
}

/// Stands for [`visible!`] where everything is, and looks at nothing but the parameters.
macro_rules! everything {
    () => {
        "($1 OR $2 = '' OR '' = ANY($3) OR '' = ANY($4) OR '' = ANY($5) OR '' = ANY($6) OR '' = ANY($7) OR '' = ANY($8))"
    };
}

/// Stands for [`filtered!`] where nothing is filtered, and looks at nothing but the parameters: a planner that sees a condition takes it
/// for one that few rows meet, and sorts sixty thousand rows instead of reading ten in the order of the index.
macro_rules! unfiltered {
    () => {
        "(NOT $9 AND $10 = '' AND $11 = '' AND $12 = '' AND $13 = '' AND $14 = '' AND $15 = '' AND $16 <= 9223372036854775807 \
         AND $17 = '' AND $18 <= 9223372036854775807 AND $19 <= 9223372036854775807 AND NOT $20)"
    };
}

macro_rules! told {
    ($seen:expr, $filtered:expr) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM cases WHERE open AND red_since IS NOT NULL AND (red_since, no) > ($21, $22) AND ",
            $seen,
            " AND ",
            $filtered,
            " ORDER BY red_since, no LIMIT $23"
        )
    };
}

macro_rules! not_told_yet {
    ($seen:expr, $filtered:expr) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM cases WHERE open AND red_since IS NULL AND due_at <= $16 AND (due_at, no) > ($21, $22) AND ",
            $seen,
            " AND ",
            $filtered,
            " ORDER BY due_at, no LIMIT $23"
        )
    };
}

/// The sum of a column of counts.
fn total(answers: &[Vec<Row>], answer: usize, column: usize) -> u64 {
    answers.get(answer).into_iter().flatten().filter_map(|row| row.int(column).ok()).sum::<i64>() as u64
}

impl Reader {
    /// The figures of every agency that has open cases or decided some in the last thirty days, by code.
    pub async fn agencies(&self, now: Moment) -> Result<Vec<AgencyFigures>, StoreError> {
        const STANDING: &str = standing!(scope::visible!());
        const STANDING_ALL: &str = standing!(everything!());
        const DONE: &str = done!(scope::visible!());
        const DONE_ALL: &str = done!(everything!());
        let all = self.sight.seen.everywhere;
        let (mut open, mut done) = (self.sight.args(), self.sight.args());
        open.extend(args![now.0]);
        done.extend(args![now.0 - 30 * DAY, now.0]);
        let queries = vec![(if all { STANDING_ALL } else { STANDING }, open), (if all { DONE_ALL } else { DONE }, done)];
        let count = async { Ok(self.store.engine.read_together(queries).await?) };
        let weigh = |answers: &[Vec<Row>]| total(answers, 0, 2) + total(answers, 1, 1);
        let answers = self.store.kept.answers(("agencies", self.sight.args()), count, weigh).await?;
        let mut figures: BTreeMap<String, AgencyFigures> = BTreeMap::new();
        let of = |figures: &mut BTreeMap<String, AgencyFigures>, row: &Row| -> Result<AgencyFigures, StoreError> {
            let agency = row.string(0)?;
            Ok(figures.remove(&agency).unwrap_or_else(|| AgencyFigures { agency, ..AgencyFigures::default() }))
        };
        for row in answers.first().into_iter().flatten() {
            let mut standing = of(&mut figures, row)?;
            let open = row.int(2)? as u64;
            standing.at_step.insert(row.string(1)?, open);
            standing.open += open;
            standing.red += row.int(3)? as u64;
            standing.yellow += row.int(4)? as u64;
            standing.paused += row.int(5)? as u64;
            standing.deemed += row.int(6)? as u64;
            figures.insert(standing.agency.clone(), standing);
        }
        for row in answers.get(1).into_iter().flatten() {
            let agency = of(&mut figures, row)?;
            let with_decided = AgencyFigures { decided: row.int(1)? as u64, on_time: row.int(2)? as u64, ..agency };
            figures.insert(with_decided.agency.clone(), with_decided);
        }
        Ok(figures.into_values().collect())
    }

    /// Special procedures that run, of one agency or of all, by their expected end.
    pub async fn special(&self, agency: Option<&str>, limit: usize) -> Result<Vec<Special>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            ", special, special_until FROM cases WHERE open AND special_until IS NOT NULL AND ($9 = '' OR agency = $9) AND ",
            scope::visible!(),
            " ORDER BY special_until, no LIMIT $10"
        );
        let mut args = self.sight.args();
        args.extend(args![agency.unwrap_or_default(), limit as i64]);
        let rows = self.store.engine.read(SQL, args).await?;
        let special = |row: Row| {
            let (kind, until) = (row.string(super::WIDTH)?, row.text(super::WIDTH + 1)?);
            let expected_end = until.parse().map_err(|error| StoreError::damaged("the end of a special procedure", error))?;
            Ok(Special { kind, expected_end, row: case_row(row)? })
        };
        rows.into_iter().map(special).collect()
    }

    /// The published reasons of those of these cases that may be seen and have one, as they were written.
    pub async fn reasons(&self, cases: &[String]) -> Result<BTreeMap<CaseNo, String>, StoreError> {
        const SQL: &str = concat!(
            "SELECT no, bytes FROM cases JOIN particulars ON case_no = no AND number = reason WHERE no = ANY($9) AND ",
            scope::visible!()
        );
        let mut args = self.sight.args();
        args.extend(args![cases]);
        let rows = self.store.engine.read(SQL, args).await?;
        rows.iter().map(|row| Ok((CaseNo(row.string(0)?), String::from_utf8_lossy(row.bytes(1)?).into_owned()))).collect()
    }

    /// The red list (督办): open cases with a limit that has run out, the longest first.
    pub async fn red_list(
        &self,
        filter: &Filter,
        after: Option<AfterRed>,
        limit: usize,
        now: Moment,
    ) -> Result<Page<AfterRed>, StoreError> {
        const TOLD: &str = told!(scope::visible!(), filtered!("+submitted_at"));
        const TOLD_ALL: &str = told!(everything!(), unfiltered!());
        const NOT_TOLD_YET: &str = not_told_yet!(scope::visible!(), filtered!("+submitted_at"));
        const NOT_TOLD_YET_ALL: &str = not_told_yet!(everything!(), unfiltered!());
        let all = self.sight.seen.everywhere && *filter == Filter { text: filter.text.clone(), ..Filter::default() };
        let (told, not_told_yet) = if all { (TOLD_ALL, NOT_TOLD_YET_ALL) } else { (TOLD, NOT_TOLD_YET) };
        let cursor = |row: &CaseRow| AfterRed { since: row.red_since.unwrap_or(row.due_at), no: row.no.clone() };
        Reader::pages(filter.text.as_deref(), limit, after, cursor, |after: Option<AfterRed>, limit| {
            let mut args = self.sight.args();
            args.extend(filter_args(filter, now));
            let (since, no) = after.map_or((i64::MIN, String::new()), |after| (after.since.0, after.no.0));
            args.extend(args![since, no, limit as i64]);
            Box::pin(async move {
                let found = self.store.engine.read_together(vec![(told, args.clone()), (not_told_yet, args)]).await?;
                let mut rows = found.into_iter().flatten().map(case_row).collect::<Result<Vec<_>, _>>()?;
                rows.sort_by(|a, b| (a.red_since.unwrap_or(a.due_at), &a.no).cmp(&(b.red_since.unwrap_or(b.due_at), &b.no)));
                rows.truncate(limit);
                Ok(rows)
            })
        })
        .await
    }

    /// What happened from one moment (included) to another.
    pub async fn week(&self, from: Moment, until: Moment) -> Result<Week, StoreError> {
        const SUBMITTED: &str =
            concat!("SELECT count(*) FROM cases WHERE submitted_at >= $9 AND submitted_at < $10 AND ", scope::visible!());
        const DEEMED: &str =
            concat!("SELECT count(*) FROM cases WHERE deemed_at >= $9 AND deemed_at < $10 AND ", scope::visible!());
        const OUTCOMES: &str = concat!(
            "SELECT outcome, count(*), sum(CASE WHEN red_since IS NULL THEN 1 ELSE 0 END), count(rating), \
             sum(CASE WHEN rating <= 2 THEN 1 ELSE 0 END) FROM cases \
             WHERE decided_at >= $9 AND decided_at < $10 AND ",
            scope::visible!(),
            " GROUP BY outcome"
        );
        const RED: &str = concat!("SELECT count(*) FROM cases WHERE red_since >= $9 AND red_since < $10 AND ", scope::visible!());
        let mut args = self.sight.args();
        args.extend(args![from.0, until.0]);
        let key = ("week", args.clone());
        let queries = vec![(SUBMITTED, args.clone()), (OUTCOMES, args.clone()), (RED, args.clone()), (DEEMED, args)];
        let count = async { Ok(self.store.engine.read_together(queries).await?) };
        let weigh =
            |answers: &[Vec<Row>]| total(answers, 0, 0) + total(answers, 1, 1) + total(answers, 2, 0) + total(answers, 3, 0);
        let answers = self.store.kept.answers(key, count, weigh).await?;
        let mut week = Week::default();
        for row in answers.first().into_iter().flatten() {
            week.submitted = row.int(0)? as u64;
        }
        for row in answers.get(1).into_iter().flatten() {
            week.outcomes.insert(row.opt_string(0)?.unwrap_or_default(), row.int(1)? as u64);
            week.on_time += row.int(2)? as u64;
            week.rated += row.int(3)? as u64;
            week.rated_low += row.int(4)? as u64;
        }
        for row in answers.get(2).into_iter().flatten() {
            week.turned_red = row.int(0)? as u64;
        }
        for row in answers.get(3).into_iter().flatten() {
            week.deemed = row.int(0)? as u64;
        }
        Ok(week)
    }

    /// Minutes from the first contact to the decision, for each item decided in that time, by code.
    pub async fn minutes(&self, from: Moment, until: Moment) -> Result<Vec<ItemMinutes>, StoreError> {
        const SQL: &str = concat!(
            "SELECT item, place, n, minutes FROM (SELECT item, (decided_at - first_contact_at) / 60000 AS minutes, \
             row_number() OVER (PARTITION BY item ORDER BY decided_at - first_contact_at) AS place, \
             count(*) OVER (PARTITION BY item) AS n FROM cases WHERE decided_at >= $9 AND decided_at < $10 AND ",
            scope::visible!(),
            ") AS ranked WHERE place = (n + 1) / 2 OR place = (n * 9 + 9) / 10 ORDER BY item, place"
        );
        let mut args = self.sight.args();
        args.extend(args![from.0, until.0]);
        let mut items: Vec<ItemMinutes> = Vec::new();
        let key = ("minutes", args.clone());
        let count = async { Ok(vec![self.store.engine.read(SQL, args).await?]) };
        let answers = self.store.kept.answers(key, count, |answers| total(answers, 0, 2)).await?;
        for row in answers.iter().flatten() {
            let (item, place, n, minutes) = (row.string(0)?, row.int(1)?, row.int(2)?, row.int(3)?);
            if items.last().is_none_or(|last| last.item != item) {
                items.push(ItemMinutes { item, decided: n as u64, median: minutes, p90: minutes });
            }
            if let Some(last) = items.last_mut().filter(|_| place > (n + 1) / 2) {
                last.p90 = minutes;
            }
        }
        Ok(items)
    }
}

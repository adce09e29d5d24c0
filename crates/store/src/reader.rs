//! Lists of cases, each bounded by who reads: the only reader of lists (decision 12).
//!
//! Whatever is listed, found, counted or exported is the same set: the cases this [`Scope`] may see. Lights are columns
//! compared with now (decision 8). Pages go on after the last row shown, so that no row is shown twice or left out while others
//! come and go.

mod board;
mod by_rule;
pub(crate) mod kept;
mod scope;
mod search;
mod tasks;

pub use board::{AfterRed, AgencyFigures, ItemMinutes, Special, Week};
pub use by_rule::{ByRule, ToAudit};
pub use scope::{Scope, Seat};
pub use search::Found;
pub use tasks::{AfterUrgent, TaskFilter};

use crate::engine::{Row, Val, args};
use crate::{Store, StoreError, case_index, terms};
use casework::{CaseNo, Moment};
use jiff::civil::Date;
use scope::Sight;
use std::pin::Pin;

/// Rows that are looked at for one page when a text must be compared that no index knows.
const LOOKED_AT: usize = 2_000;
/// How many of them are read at a time.
const SLICE: usize = 200;

/// Reads lists for one actor. Made for each request: rights are read anew every time.
#[derive(Clone)]
pub struct Reader {
    store: Store,
    scope: Scope,
    sight: Sight,
}

/// How urgent an open case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Light {
    /// A limit of the office has run out, now or before: red stays red (条例 36).
    Red,
    /// The warning day of the nearest limit has come.
    Yellow,
    Green,
    /// No clock runs against the office.
    Still,
}

impl Light {
    /// The word used in filters and columns.
    pub fn word(self) -> &'static str {
        match self {
            Light::Red => "red",
            Light::Yellow => "yellow",
            Light::Green => "green",
            Light::Still => "still",
        }
    }

    pub fn from_word(word: &str) -> Option<Light> {
        [Light::Red, Light::Yellow, Light::Green, Light::Still].into_iter().find(|light| light.word() == word)
    }
}

/// How many open cases show each light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lights {
    pub red: u64,
    pub yellow: u64,
    pub green: u64,
    pub still: u64,
    /// There are more than were counted.
    pub more: bool,
}

impl Lights {
    pub fn all(&self) -> u64 {
        self.red + self.yellow + self.green + self.still
    }

    fn add(&mut self, light: Option<Light>) {
        match light {
            Some(Light::Red) => self.red += 1,
            Some(Light::Yellow) => self.yellow += 1,
            Some(Light::Green) => self.green += 1,
            Some(Light::Still) => self.still += 1,
            None => {}
        }
    }
}

/// A case as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    pub no: CaseNo,
    pub version: u64,
    pub item: String,
    pub procedure: String,
    pub edition: String,
    pub step: String,
    pub open: bool,
    /// Key of the holder, see [`casework::Holder::from_key`].
    pub holder: String,
    pub agency: String,
    pub area: String,
    pub channel: String,
    pub parent: Option<CaseNo>,
    pub handler: Option<String>,
    pub first_officer: Option<String>,
    /// Personal: empty once the case was erased.
    pub title: String,
    pub submitted_at: Moment,
    pub received_on: Option<Date>,
    pub accepted_on: Option<Date>,
    pub deemed: bool,
    /// Name of the event by which it was decided or came to its end.
    pub outcome: Option<String>,
    pub decided_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    pub updated_at: Moment,
    pub first_contact_at: Moment,
    /// Nearest due day of the clocks that bind the office.
    pub due_on: Option<Date>,
    /// The instant at which it runs out; far away where no clock runs.
    pub due_at: Moment,
    pub warn_at: Moment,
    /// `applicant`, `office`, `others` or `nobody`.
    pub waits_for: String,
    pub paused: bool,
    pub red_since: Option<Moment>,
    pub reason_published: bool,
    pub provisional: bool,
    pub rating: Option<u8>,
    pub class: Option<String>,
}

impl CaseRow {
    /// The light it shows; none once it is closed.
    pub fn light(&self, now: Moment) -> Option<Light> {
        self.open.then(|| {
            if self.red_since.is_some() || self.due_at <= now {
                Light::Red
            } else if self.warn_at <= now {
                Light::Yellow
            } else if self.due_at.0 < case_index::NEVER {
                Light::Green
            } else {
                Light::Still
            }
        })
    }

    /// Minutes from the first contact to the decision (首问到办结).
    pub fn minutes_to_result(&self) -> Option<i64> {
        self.decided_at.map(|decided| decided.minutes_since(self.first_contact_at))
    }
}

/// A read that is under way.
type Reading<'s> = Pin<Box<dyn Future<Output = Result<Vec<CaseRow>, StoreError>> + Send + 's>>;

/// Part of a list, and where the next part begins; `None` where there is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<C> {
    pub rows: Vec<CaseRow>,
    pub next: Option<C>,
}

impl<C> Page<C> {
    /// A page out of what was read, one row more than it holds: that one tells whether there is more.
    fn of(mut rows: Vec<CaseRow>, limit: usize, cursor: impl Fn(&CaseRow) -> C) -> Page<C> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Page { rows, next }
    }
}

/// After a row of a list that goes from the newest to the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterNewest {
    pub submitted_at: Moment,
    pub no: CaseNo,
}

/// Which cases are wanted of those that may be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub open: Option<bool>,
    pub item: Option<String>,
    pub step: Option<String>,
    pub agency: Option<String>,
    pub area: Option<String>,
    pub outcome: Option<String>,
    pub light: Option<Light>,
    pub holder: Option<String>,
    /// Submitted at or after, and before.
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    /// Number, code of the holder, or part of the title.
    pub text: Option<String>,
}

macro_rules! columns {
    () => {
        "no, version, item, procedure, edition, step, open, holder, agency, area, channel, parent, handler, first_officer, \
         title, submitted_at, received_on, accepted_on, deemed, outcome, decided_at, closed_at, updated_at, first_contact_at, \
         due_on, due_at, warn_at, waits_for, paused, red_since, reason IS NOT NULL, provisional, rating, class"
    };
}

/// How many columns that is.
const WIDTH: usize = 34;

/// The light of a row, as a word, where `$now` is the parameter with the moment. Closed ones show none.
macro_rules! light {
    ($now:literal) => {
        concat!("CASE WHEN NOT open THEN '' ELSE ", light_of_open!($now), " END")
    };
}

/// The same of a row that is known to be open.
macro_rules! light_of_open {
    ($now:literal) => {
        concat!(
            "CASE WHEN red_since IS NOT NULL OR due_at <= ",
            $now,
            " THEN 'red' WHEN warn_at <= ",
            $now,
            " THEN 'yellow' WHEN due_at < 9999999999999 THEN 'green' ELSE 'still' END"
        )
    };
}

/// What a [`Filter`] asks for beside its text, as parameters 10 to 20 after those of the scope. Lists that have an order of their own
/// pass `"+submitted_at"`, so that no database takes the age for the way to their rows.
macro_rules! filtered {
    () => {
        filtered!("submitted_at")
    };
    ($age:literal) => {
        concat!(
            "($10 = '' OR item = $10) AND ($11 = '' OR step = $11) AND ($12 = '' OR agency = $12) AND ($13 = '' OR area = $13) \
             AND ($14 = '' OR outcome = $14) AND ($15 = '' OR $15 = ",
            light!("$16"),
            ") AND ($17 = '' OR holder = $17) AND ",
            $age,
            " >= $18 AND ",
            $age,
            " < $19 AND (NOT $20 OR open = $9)"
        )
    };
}

pub(crate) use {columns, filtered, light, light_of_open};

/// The arguments from 9 on that [`filtered!`] reads.
fn filter_args(filter: &Filter, now: Moment) -> Vec<Val> {
    let text = |text: &Option<String>| Val::from(text.as_deref().unwrap_or(""));
    let mut args = args![filter.open.unwrap_or(false)];
    args.extend([&filter.item, &filter.step, &filter.agency, &filter.area, &filter.outcome].map(text));
    args.extend(args![filter.light.map_or("", Light::word), now.0]);
    args.push(text(&filter.holder));
    args.extend(args![
        filter.from.map_or(i64::MIN, |from| from.0),
        filter.until.map_or(i64::MAX, |until| until.0),
        filter.open.is_some()
    ]);
    args
}

impl Reader {
    /// The reader of whoever has this scope.
    pub fn for_actor(store: &Store, scope: Scope) -> Reader {
        let sight = Sight::of(&scope);
        Reader { store: store.clone(), scope, sight }
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether this case may be seen at all. Asked before its journal is opened.
    pub async fn may_see(&self, no: &CaseNo) -> Result<bool, StoreError> {
        const SQL: &str = concat!("SELECT 1 FROM cases WHERE no = $9 AND ", scope::visible!());
        let mut args = self.sight.args();
        args.extend(args![&no.0]);
        Ok(self.store.engine.read_one(SQL, args).await?.is_some())
    }

    /// Those of these cases that may be seen.
    pub async fn seen_among(&self, cases: &[String]) -> Result<Vec<String>, StoreError> {
        const SQL: &str = concat!("SELECT no FROM cases WHERE no = ANY($9) AND ", scope::visible!());
        let mut args = self.sight.args();
        args.extend(args![cases]);
        Ok(self.store.engine.read(SQL, args).await?.iter().map(|row| row.string(0)).collect::<Result<_, _>>()?)
    }

    /// The row of a case, if it may be seen.
    pub async fn row(&self, no: &CaseNo) -> Result<Option<CaseRow>, StoreError> {
        const SQL: &str = concat!("SELECT ", columns!(), " FROM cases WHERE no = $9 AND ", scope::visible!());
        let mut args = self.sight.args();
        args.extend(args![&no.0]);
        self.store.engine.read_one(SQL, args).await?.map(case_row).transpose()
    }

    /// All cases that may be seen, newest first.
    pub async fn list(
        &self,
        filter: &Filter,
        after: Option<AfterNewest>,
        limit: usize,
        now: Moment,
    ) -> Result<Page<AfterNewest>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM cases WHERE (submitted_at, no) < ($21, $22) AND ",
            scope::visible!(),
            " AND ",
            filtered!(),
            " ORDER BY submitted_at DESC, no DESC LIMIT $23"
        );
        const OF_HOLDER: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM cases WHERE holder = $24 AND (submitted_at, no) < ($21, $22) AND ",
            scope::visible!(),
            " AND ",
            filtered!(),
            " ORDER BY submitted_at DESC, no DESC LIMIT $23"
        );
        let holder = filter.holder.as_deref().or(self.sight.holder());
        let cursor = |row: &CaseRow| AfterNewest { submitted_at: row.submitted_at, no: row.no.clone() };
        Reader::pages(filter.text.as_deref(), limit, after, cursor, |after: Option<AfterNewest>, limit| {
            let mut args = self.sight.args();
            args.extend(filter_args(filter, now));
            let (at, no) = after.map_or((i64::MAX, String::new()), |after| (after.submitted_at.0, after.no.0));
            args.extend(args![at, no, limit as i64]);
            args.extend(holder.map(Val::from));
            let sql = if holder.is_some() { OF_HOLDER } else { SQL };
            self.reading(sql, args)
        })
        .await
    }

    /// The cases of a holder that may be seen, newest first: one's own, or what an officer knows of a firm.
    pub async fn cases_of_holder(
        &self,
        holder: &str,
        after: Option<AfterNewest>,
        limit: usize,
        now: Moment,
    ) -> Result<Page<AfterNewest>, StoreError> {
        let filter = Filter { holder: Some(holder.to_owned()), ..Filter::default() };
        self.list(&filter, after, limit, now).await
    }

    /// The cases that may be seen, in the order of their numbers, for writing them out.
    pub async fn export(
        &self,
        filter: &Filter,
        after: Option<CaseNo>,
        limit: usize,
        now: Moment,
    ) -> Result<Page<CaseNo>, StoreError> {
        const SQL: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM cases WHERE no > $21 AND ",
            scope::visible!(),
            " AND ",
            filtered!(),
            " ORDER BY no LIMIT $22"
        );
        let cursor = |row: &CaseRow| row.no.clone();
        Reader::pages(filter.text.as_deref(), limit, after, cursor, |after: Option<CaseNo>, limit| {
            let mut args = self.sight.args();
            args.extend(filter_args(filter, now));
            args.extend(args![after.map_or_else(String::new, |no| no.0), limit as i64]);
            self.reading(SQL, args)
        })
        .await
    }

    /// How many open cases that may be seen show each light. The text of the filter is not looked at.
    pub async fn lights(&self, filter: &Filter, now: Moment) -> Result<Lights, StoreError> {
        const SQL: &str = concat!(
            "SELECT light, count(*) FROM (SELECT ",
            light!("$16"),
            " AS light FROM cases WHERE open AND ",
            scope::visible!(),
            " AND ",
            filtered!("+submitted_at"),
            ") AS shown GROUP BY light"
        );
        let mut args = self.sight.args();
        args.extend(filter_args(filter, now));
        lights(&self.store.engine.read(SQL, args).await?)
    }

    /// One read of cases, as a future that any thread can drive.
    fn reading(&self, sql: &'static str, args: Vec<Val>) -> Reading<'_> {
        Box::pin(async move { case_rows(self.store.engine.read(sql, args).await?) })
    }

    /// Reads rows until the page is full. A text is compared here, row by row, so such a page may be short and still go on.
    async fn pages<'s, C: Clone>(
        text: Option<&str>,
        limit: usize,
        after: Option<C>,
        cursor: impl Fn(&CaseRow) -> C,
        read: impl Fn(Option<C>, usize) -> Reading<'s>,
    ) -> Result<Page<C>, StoreError> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(Page::of(read(after, limit + 1).await?, limit, cursor));
        };
        let (mut found, mut next) = (Vec::new(), after);
        for _ in 0..LOOKED_AT / SLICE {
            let rows = read(next.clone(), SLICE).await?;
            let end = rows.len() < SLICE;
            for row in rows {
                next = Some(cursor(&row));
                if meets(&row, text) {
                    found.push(row);
                }
                if found.len() == limit {
                    return Ok(Page { rows: found, next });
                }
            }
            if end {
                return Ok(Page { rows: found, next: None });
            }
        }
        Ok(Page { rows: found, next })
    }
}

/// Whether a case is meant by what somebody typed: its number, the code of its holder, or its title.
pub(crate) fn meets(row: &CaseRow, typed: &str) -> bool {
    let typed = typed.trim();
    let code = typed.to_uppercase();
    row.no.0.to_uppercase().starts_with(&code)
        || terms::numbered(typed).is_some_and(|typed| terms::running_number(&row.no.0) == Some(typed))
        || row.holder == format!("f:{code}")
        || terms::has(&row.title, typed)
}

pub(crate) fn lights(rows: &[Row]) -> Result<Lights, StoreError> {
    let mut lights = Lights::default();
    for row in rows {
        let count = row.int(1)? as u64;
        match Light::from_word(row.text(0)?) {
            Some(Light::Red) => lights.red = count,
            Some(Light::Yellow) => lights.yellow = count,
            Some(Light::Green) => lights.green = count,
            Some(Light::Still) => lights.still = count,
            None => {}
        }
    }
    Ok(lights)
}

pub(crate) fn case_rows(rows: Vec<Row>) -> Result<Vec<CaseRow>, StoreError> {
    rows.into_iter().map(case_row).collect()
}

pub(crate) fn case_row(mut row: Row) -> Result<CaseRow, StoreError> {
    let day = |row: &Row, column: usize| -> Result<Option<Date>, StoreError> {
        let parsed =
            row.opt_text(column)?.map(|text| text.parse().map_err(|error| StoreError::damaged("a day of a case", error)));
        parsed.transpose()
    };
    let at = |row: &Row, column: usize| -> Result<Option<Moment>, StoreError> { Ok(row.opt_int(column)?.map(Moment)) };
    Ok(CaseRow {
        no: CaseNo(row.take_string(0)?),
        version: row.int(1)? as u64,
        item: row.take_string(2)?,
        procedure: row.take_string(3)?,
        edition: row.take_string(4)?,
        step: row.take_string(5)?,
        open: row.bool(6)?,
        holder: row.take_string(7)?,
        agency: row.take_string(8)?,
        area: row.take_string(9)?,
        channel: row.take_string(10)?,
        parent: row.take_opt_string(11)?.map(CaseNo),
        handler: row.take_opt_string(12)?,
        first_officer: row.take_opt_string(13)?,
        title: row.take_string(14)?,
        submitted_at: Moment(row.int(15)?),
        received_on: day(&row, 16)?,
        accepted_on: day(&row, 17)?,
        deemed: row.bool(18)?,
        outcome: row.take_opt_string(19)?,
        decided_at: at(&row, 20)?,
        closed_at: at(&row, 21)?,
        updated_at: Moment(row.int(22)?),
        first_contact_at: Moment(row.int(23)?),
        due_on: day(&row, 24)?,
        due_at: Moment(row.int(25)?),
        warn_at: Moment(row.int(26)?),
        waits_for: row.take_string(27)?,
        paused: row.bool(28)?,
        red_since: at(&row, 29)?,
        reason_published: row.bool(30)?,
        provisional: row.bool(31)?,
        rating: row.opt_int(32)?.map(|level| level as u8),
        class: row.take_opt_string(33)?,
    })
}

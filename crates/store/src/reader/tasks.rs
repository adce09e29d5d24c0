//! My tasks: what I handle, what nobody has taken on where I may, what my body was asked, and what waits at the steps where my
//! own role acts. The most urgent first.
//!
//! Each source has an index that is in the order of the list, so a page costs as many rows as it shows. Serves measure 9.

use super::scope::{Places, Scope};
use super::{CaseRow, Light, Lights, Page, Reader, columns, light};
use crate::StoreError;
use crate::engine::{Row, Val, args};
use casework::{CaseNo, Moment};
use std::collections::{BTreeMap, HashSet};

/// So many of each source are counted.
const COUNTED: usize = 99;

/// Which of one's tasks are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    pub item: Option<String>,
    pub step: Option<String>,
    pub light: Option<Light>,
    /// Number, code of the holder, or part of the title.
    pub text: Option<String>,
    /// Steps at which the officer's own roles act, whoever handles the case (`in-decision` for an approver).
    pub also_at: Vec<String>,
    /// Only what is handled by oneself or by those one stands in for.
    pub only_mine: bool,
}

/// After a row of a list that goes from the most to the least urgent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterUrgent {
    pub due_at: Moment,
    pub no: CaseNo,
}

/// One source of tasks: `$1` is its key, `$2` an item or nothing, `$3` and `$4` the row to go on after.
macro_rules! source {
    ($from:literal) => {
        Statements { rows: source!(@ columns!(), $from), lights: source!(@ concat!("no, ", light!("$8")), $from) }
    };
    (@ $columns:expr, $from:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM cases WHERE open AND ",
            $from,
            " AND ($2 = '' OR item = $2) AND (due_at, no) > ($3, $4) AND ($5 = '' OR item = $5) AND ($6 = '' OR step = $6) \
             AND ($7 = '' OR $7 = ",
            light!("$8"),
            ") ORDER BY due_at, no LIMIT $9"
        )
    };
}

/// Two statements over one source: whole rows for a page, and no more than their lights for counting.
struct Statements {
    rows: &'static str,
    lights: &'static str,
}

const HANDLED: Statements = source!("handler = $1");
const UNCLAIMED_AT: Statements = source!("handler IS NULL AND agency = $1");
const UNCLAIMED: Statements = source!("handler IS NULL AND $1 = ''");
const ASKED: Statements = source!("no IN (SELECT case_no FROM consultations WHERE consultations.agency = $1 AND owed)");
const AT_STEP: Statements = source!("agency = $1 AND step = $10");
const AT_STEP_ANYWHERE: Statements = source!("$1 = '' AND step = $10");

struct Source {
    sql: &'static Statements,
    key: String,
    item: String,
    step: Option<String>,
}

impl Source {
    fn of(sql: &'static Statements, key: &str) -> Source {
        Source { sql, key: key.to_owned(), item: String::new(), step: None }
    }

    /// The sources that these places give: `at` for one agency, `anywhere` for all.
    fn at(places: &Places, at: &'static Statements, anywhere: Option<&'static Statements>) -> Vec<Source> {
        let mut sources: Vec<Source> = places.agencies.iter().map(|agency| Source::of(at, agency)).collect();
        sources.extend(places.pairs.iter().map(|(agency, item)| Source { item: item.clone(), ..Source::of(at, agency) }));
        if let Some(anywhere) = anywhere {
            sources.extend(places.items.iter().map(|item| Source { item: item.clone(), ..Source::of(anywhere, "") }));
            sources.extend(places.everywhere.then(|| Source::of(anywhere, "")));
        }
        sources
    }
}

impl Source {
    fn args(&self, filter: &TaskFilter, (due, no): (i64, &str), limit: i64, now: Moment) -> Vec<Val> {
        let text = |text: &Option<String>| Val::from(text.as_deref().unwrap_or(""));
        let mut args = args![&self.key, &self.item, due, no];
        args.extend([text(&filter.item), text(&filter.step)]);
        args.extend(args![filter.light.map_or("", Light::word), now.0, limit]);
        args.extend(self.step.as_deref().map(Val::from));
        args
    }
}

impl Reader {
    fn sources(&self, filter: &TaskFilter) -> Vec<Source> {
        let sight = &self.sight;
        let mut sources: Vec<Source> = sight.staff.iter().map(|staff| Source::of(&HANDLED, staff)).collect();
        if filter.only_mine {
            return sources;
        }
        sources.extend(Source::at(&sight.claims, &UNCLAIMED_AT, Some(&UNCLAIMED)));
        sources.extend(Source::at(&sight.asked, &ASKED, None));
        for step in &filter.also_at {
            let at = Source::at(&sight.seen, &AT_STEP, Some(&AT_STEP_ANYWHERE)).into_iter();
            sources.extend(at.map(|source| Source { step: Some(step.clone()), ..source }));
        }
        sources
    }

    /// The tasks of an officer, the most urgent first. Whoever is no officer has none.
    pub async fn my_tasks(
        &self,
        filter: &TaskFilter,
        after: Option<AfterUrgent>,
        limit: usize,
        now: Moment,
    ) -> Result<Page<AfterUrgent>, StoreError> {
        if !matches!(self.scope, Scope::Officer { .. }) {
            return Ok(Page { rows: Vec::new(), next: None });
        }
        let sources = self.sources(filter);
        let cursor = |row: &CaseRow| AfterUrgent { due_at: row.due_at, no: row.no.clone() };
        Reader::pages(filter.text.as_deref(), limit, after, cursor, |after: Option<AfterUrgent>, limit| {
            let (due, no) = after.map_or((i64::MIN, String::new()), |after| (after.due_at.0, after.no.0));
            let query = |source: &Source| (source.sql.rows, source.args(filter, (due, &no), limit as i64, now));
            let queries = sources.iter().map(query).collect();
            Box::pin(async move { merged(&self.store.engine.read_together(queries).await?, limit) })
        })
        .await
    }

    /// How many of one's tasks show each light, with the same filter. The most urgent are counted, and what nobody can work off is
    /// not counted to the end: a body's backlog may have tens of thousands.
    pub async fn my_lights(&self, filter: &TaskFilter, now: Moment) -> Result<Lights, StoreError> {
        if filter.text.as_deref().is_some_and(|text| !text.trim().is_empty()) {
            return self.lights_of_text(filter, now).await;
        }
        let sources = if matches!(self.scope, Scope::Officer { .. }) { self.sources(filter) } else { Vec::new() };
        let query = |source: &Source| (source.sql.lights, source.args(filter, (i64::MIN, ""), COUNTED as i64 + 1, now));
        let found = self.store.engine.read_together(sources.iter().map(query).collect()).await?;
        // A case may come from several sources.
        let mut seen = HashSet::new();
        let mut lights = Lights { more: found.iter().any(|rows| rows.len() > COUNTED), ..Lights::default() };
        for row in found.iter().flatten() {
            if seen.insert(row.text(0)?) {
                lights.add(Light::from_word(row.text(1)?));
            }
        }
        Ok(lights)
    }

    /// A text is compared row by row, and so the rows are read.
    async fn lights_of_text(&self, filter: &TaskFilter, now: Moment) -> Result<Lights, StoreError> {
        let (mut lights, mut after) = (Lights::default(), None);
        loop {
            let page = self.my_tasks(filter, after, 1_000, now).await?;
            page.rows.iter().for_each(|row| lights.add(row.light(now)));
            after = page.next;
            if after.is_none() {
                return Ok(lights);
            }
        }
    }
}

/// The most urgent rows of several lists, each once.
fn merged(found: &[Vec<Row>], limit: usize) -> Result<Vec<CaseRow>, StoreError> {
    let mut rows = BTreeMap::new();
    for row in found.iter().flatten() {
        let row = super::case_row(row)?;
        rows.entry((row.due_at, row.no.clone())).or_insert(row);
    }
    Ok(rows.into_values().take(limit).collect())
}

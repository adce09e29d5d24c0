//! My tasks: what I handle, what nobody has taken on where I may, what my body was asked, and what waits at the steps where my
//! own role acts. The most urgent first.
//!
//! Each source has an index that is in the order of the list, so a page costs as many rows as it shows. Serves measure 9.

use super::scope::{Places, Scope};
use super::{CaseRow, Light, Lights, Page, Reader, columns, light};
use crate::StoreError;
use crate::engine::{Row, Val, args};
use casework::{CaseNo, Moment};
use std::collections::BTreeMap;

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
        concat!(
            "SELECT ",
            columns!(),
            " FROM cases WHERE open AND ",
            $from,
            " AND ($2 = '' OR item = $2) AND (due_at, no) > ($3, $4) AND ($5 = '' OR item = $5) AND ($6 = '' OR step = $6) \
             AND ($7 = '' OR $7 = ",
            light!("$8"),
            ") ORDER BY due_at, no LIMIT $9"
        )
    };
}

const HANDLED: &str = source!("handler = $1");
const UNCLAIMED_AT: &str = source!("handler IS NULL AND agency = $1");
const UNCLAIMED: &str = source!("handler IS NULL AND $1 = ''");
const ASKED: &str = source!("no IN (SELECT case_no FROM consultations WHERE consultations.agency = $1 AND owed)");
const AT_STEP: &str = source!("agency = $1 AND step = $10");
const AT_STEP_ANYWHERE: &str = source!("$1 = '' AND step = $10");

struct Source {
    sql: &'static str,
    key: String,
    item: String,
    step: Option<String>,
}

impl Source {
    fn of(sql: &'static str, key: &str) -> Source {
        Source { sql, key: key.to_owned(), item: String::new(), step: None }
    }

    /// The sources that these places give: `at` for one agency, `anywhere` for all.
    fn at(places: &Places, at: &'static str, anywhere: Option<&'static str>) -> Vec<Source> {
        let mut sources: Vec<Source> = places.agencies.iter().map(|agency| Source::of(at, agency)).collect();
        sources.extend(places.pairs.iter().map(|(agency, item)| Source { item: item.clone(), ..Source::of(at, agency) }));
        if let Some(anywhere) = anywhere {
            sources.extend(places.items.iter().map(|item| Source { item: item.clone(), ..Source::of(anywhere, "") }));
            sources.extend(places.everywhere.then(|| Source::of(anywhere, "")));
        }
        sources
    }
}

impl Reader {
    fn sources(&self, filter: &TaskFilter) -> Vec<Source> {
        let sight = &self.sight;
        let mut sources: Vec<Source> = sight.staff.iter().map(|staff| Source::of(HANDLED, staff)).collect();
        if filter.only_mine {
            return sources;
        }
        sources.extend(Source::at(&sight.claims, UNCLAIMED_AT, Some(UNCLAIMED)));
        sources.extend(Source::at(&sight.asked, ASKED, None));
        for step in &filter.also_at {
            let at = Source::at(&sight.seen, AT_STEP, Some(AT_STEP_ANYWHERE)).into_iter();
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
            let queries = sources.iter().map(|source| {
                let text = |text: &Option<String>| Val::from(text.as_deref().unwrap_or(""));
                let mut args = args![&source.key, &source.item, due, no.as_str()];
                args.extend([text(&filter.item), text(&filter.step)]);
                args.extend(args![filter.light.map_or("", Light::word), now.0, limit as i64]);
                args.extend(source.step.as_deref().map(Val::from));
                (source.sql, args)
            });
            let queries = queries.collect();
            Box::pin(async move { merged(&self.store.engine.read_together(queries).await?, limit) })
        })
        .await
    }

    /// How many of one's tasks show each light, with the same filter.
    pub async fn my_lights(&self, filter: &TaskFilter, now: Moment) -> Result<Lights, StoreError> {
        let mut lights = Lights::default();
        let mut after = None;
        loop {
            let page = self.my_tasks(filter, after, 1_000, now).await?;
            for row in &page.rows {
                match row.light(now) {
                    Some(Light::Red) => lights.red += 1,
                    Some(Light::Yellow) => lights.yellow += 1,
                    Some(Light::Green) => lights.green += 1,
                    Some(Light::Still) => lights.still += 1,
                    None => {}
                }
            }
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

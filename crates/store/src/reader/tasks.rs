//! My tasks: what I handle, what nobody has taken on where I may, what my body was asked, and what waits at the steps where my
//! own role acts. The most urgent first.
//!
//! Each source has an index that is in the order of the list and holds all that a light needs, so that counting looks at no row and
//! a page costs as many rows as it shows. Serves measure 9.

use super::scope::{Places, Scope};
use super::{CaseRow, Light, Lights, Page, Reader, columns, light_of_open};
use crate::StoreError;
use crate::engine::{Row, Val, args};
use casework::{CaseNo, Moment};
use std::collections::BTreeMap;

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

/// One source of tasks, number, due moment and light: `$1` is its key, `$2` an item or nothing, `$3` and `$4` the row to go on after.
macro_rules! source {
    ($from:literal) => {
        concat!(
            "SELECT no, due_at, ",
            light_of_open!("$8"),
            " FROM cases WHERE open AND ",
            $from,
            " AND ($2 = '' OR item = $2) AND (due_at, no) > ($3, $4) AND ($5 = '' OR item = $5) AND ($6 = '' OR step = $6) \
             AND ($7 = '' OR $7 = ",
            light_of_open!("$8"),
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

/// Tasks by urgency, each with the light it shows.
type Keys = BTreeMap<(Moment, CaseNo), Option<Light>>;

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
    /// Whoever is no officer has none.
    fn sources(&self, filter: &TaskFilter) -> Vec<Source> {
        let sight = &self.sight;
        if !matches!(self.scope, Scope::Officer { .. }) {
            return Vec::new();
        }
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
        let sources = self.sources(filter);
        Reader::pages(filter.text.as_deref(), limit, after, cursor, |after, limit| {
            let keys = self.keys(&sources, filter, after, limit, now);
            Box::pin(async move { self.rows_at(keys.await?.0.into_keys().take(limit)).await })
        })
        .await
    }

    /// How many of one's tasks show each light, with the same filter. The most urgent are counted, and what nobody can work off is
    /// not counted to the end: a body's backlog may have tens of thousands.
    pub async fn my_lights(&self, filter: &TaskFilter, now: Moment) -> Result<Lights, StoreError> {
        if filter.text.as_deref().is_some_and(|text| !text.trim().is_empty()) {
            return self.lights_of_text(filter, now).await;
        }
        let (keys, more) = self.keys(&self.sources(filter), filter, None, COUNTED + 1, now).await?;
        Ok(counted(&keys, more))
    }

    /// The first page of one's tasks and the lights of all of them, in one look.
    pub async fn my_desk(
        &self,
        filter: &TaskFilter,
        limit: usize,
        now: Moment,
    ) -> Result<(Page<AfterUrgent>, Lights), StoreError> {
        let every_light = TaskFilter { light: None, ..filter.clone() };
        if filter.light.is_some() || filter.text.is_some() || limit > COUNTED {
            return Ok((self.my_tasks(filter, None, limit, now).await?, self.my_lights(&every_light, now).await?));
        }
        let (keys, more) = self.keys(&self.sources(filter), filter, None, COUNTED + 1, now).await?;
        let lights = counted(&keys, more);
        let rows = self.rows_at(keys.into_keys().take(limit + 1)).await?;
        Ok((Page::of(rows, limit, cursor), lights))
    }

    /// The most urgent of some sources, and whether one of them has more. A case may come from several.
    fn keys(
        &self,
        sources: &[Source],
        filter: &TaskFilter,
        after: Option<AfterUrgent>,
        limit: usize,
        now: Moment,
    ) -> impl Future<Output = Result<(Keys, bool), StoreError>> + Send + use<> {
        let (due, no) = after.map_or((i64::MIN, String::new()), |after| (after.due_at.0, after.no.0));
        let query = |source: &Source| (source.sql, source.args(filter, (due, &no), limit as i64, now));
        let (queries, engine) = (sources.iter().map(query).collect(), self.store.engine.clone());
        async move {
            let found = engine.read_near(queries).await?;
            let key = |row: &Row| Ok(((Moment(row.int(1)?), CaseNo(row.string(0)?)), Light::from_word(row.text(2)?)));
            let keys = found.iter().flatten().map(key).collect::<Result<_, StoreError>>()?;
            Ok((keys, found.iter().any(|rows| rows.len() >= limit)))
        }
    }

    /// The rows of these cases as far as they are still open, the most urgent first.
    async fn rows_at(&self, keys: impl Iterator<Item = (Moment, CaseNo)>) -> Result<Vec<CaseRow>, StoreError> {
        const SQL: &str = concat!("SELECT ", columns!(), " FROM cases WHERE open AND no = ANY($1)");
        let numbers: Vec<String> = keys.map(|(_, no)| no.0).collect();
        let found = self.store.engine.read_near(vec![(SQL, args![numbers])]).await?;
        let mut rows = super::case_rows(found.into_iter().flatten().collect())?;
        rows.sort_by(|a, b| (a.due_at, &a.no).cmp(&(b.due_at, &b.no)));
        Ok(rows)
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

fn cursor(row: &CaseRow) -> AfterUrgent {
    AfterUrgent { due_at: row.due_at, no: row.no.clone() }
}

fn counted(keys: &Keys, more: bool) -> Lights {
    let mut lights = Lights { more, ..Lights::default() };
    keys.values().for_each(|light| lights.add(*light));
    lights
}

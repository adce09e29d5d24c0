//! The figures of the measures, by the names that `rulebook/measures.toml` gives them. Counting looks at many rows, so the
//! figures are kept for some minutes and say of when they are. Serves measure 7: who answers for what is public.

use super::offer;
use crate::app::App;
use casework::Moment;
use jiff::civil::Date;
use office::assessments::{Assessments, Drafts};
use office::{Edition, Failure};
use rulebook::item::{Item, ItemType, LimitKind, limit_on};
use rulebook::{Calendar, Rulebook, Term};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::figures::{PublicFigures, Share};

/// How long counted figures serve, in milliseconds of the office's clock.
const SERVES: i64 = 10 * 60 * 1000;

/// The figures counted last, shared by all pages and calls of a node.
#[derive(Clone, Default)]
pub struct Counted {
    cases: Recent<PublicFigures>,
    assessments: Recent<Assessments>,
}

impl Counted {
    /// Over all cases.
    pub async fn figures(&self, app: &App) -> Result<Arc<PublicFigures>, Failure> {
        let now = app.office.clock.now();
        self.cases.get(now, async { Ok(app.office.store.public_figures(now).await?) }).await
    }

    /// Of the assessment of drafts.
    pub async fn assessments(&self, app: &App) -> Result<Arc<Assessments>, Failure> {
        self.assessments.get(app.office.clock.now(), async { app.office.assessments().await }).await
    }
}

/// What was counted, and when.
type Made<T> = (Moment, Arc<T>);

/// What was counted last, and when.
struct Recent<T> {
    last: Arc<Mutex<Option<Made<T>>>>,
    /// Held by whoever counts; the others take what there is.
    counting: Arc<tokio::sync::Mutex<()>>,
}

impl<T> Clone for Recent<T> {
    fn clone(&self) -> Recent<T> {
        Recent { last: self.last.clone(), counting: self.counting.clone() }
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Recent<T> {
        Recent { last: Arc::default(), counting: Arc::default() }
    }
}

impl<T> Recent<T> {
    /// Figures that are at most some minutes old; the first visitor after that counts anew while the others see the old ones.
    async fn get(&self, now: Moment, count: impl Future<Output = Result<T, Failure>>) -> Result<Arc<T>, Failure> {
        let fresh = |(at, _): &Made<T>| (0..SERVES).contains(&(now.0 - at.0));
        let last = self.last();
        if let Some((_, figures)) = last.as_ref().filter(|last| fresh(last)) {
            return Ok(figures.clone());
        }
        let _counting = match (self.counting.try_lock(), last) {
            (Ok(counting), _) => counting,
            (Err(_), Some((_, old))) => return Ok(old),
            (Err(_), None) => self.counting.lock().await,
        };
        // Somebody may have counted while we waited.
        if let Some((_, figures)) = self.last().filter(fresh) {
            return Ok(figures);
        }
        let counted = Arc::new(count.await?);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, counted.clone()));
        Ok(counted)
    }

    fn last(&self) -> Option<Made<T>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A figure as it is shown: a number, or a share in whole percent with what it is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Count(u64),
    Percent { percent: u64, of: u64 },
    Minutes(i64),
    WorkingDays(i64),
}

impl Figure {
    /// Its number, and the word of what it counts.
    pub fn told(self) -> (i64, &'static str) {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        match self {
            Figure::Count(count) => (whole(count), "count"),
            Figure::Percent { percent, .. } => (whole(percent), "percent"),
            Figure::Minutes(minutes) => (minutes, "minutes"),
            Figure::WorkingDays(days) => (days, "working-days"),
        }
    }

    /// What a share is a share of.
    pub fn of(self) -> Option<u64> {
        if let Figure::Percent { of, .. } = self { Some(of) } else { None }
    }
}

/// Every figure by its name, and the moment of which they are.
pub async fn all(app: &App, edition: &Edition, today: Date) -> Result<(Moment, BTreeMap<&'static str, Figure>), Failure> {
    let (counted, assessments) = (app.counted.figures(app).await?, app.counted.assessments(app).await?);
    let mut figures = named(edition, &app.office.rulebooks.calendar(), &counted, today);
    figures.extend(of_assessments(&assessments));
    Ok((counted.at, figures))
}

/// Every named figure that there is something to count for. A name that is missing has no figure yet.
pub fn named(edition: &Edition, calendar: &Calendar, counted: &PublicFigures, today: Date) -> BTreeMap<&'static str, Figure> {
    let rules = &edition.rules;
    let mut figures = BTreeMap::new();
    let mut put = |name, figure: Option<Figure>| {
        if let Some(figure) = figure {
            figures.insert(name, figure);
        }
    };
    let items = rules.items.len() as u64;
    let few_visits = rules.items.values().filter(|item| item.visits <= 1).count() as u64;
    put("one-visit-share", percent(Share { part: few_visits, whole: items }));
    put("list-rows", Some(Figure::Count(rules.list.len() as u64)));
    put("items-standardised", Some(Figure::Count(standardised(rules))));
    put("zone-differences", Some(Figure::Count(zone_differences(rules, today))));
    put("permits-off-list", Some(Figure::Count(permits_off_list(rules))));
    put("limits-promised-average-share", promised_share(rules, today));

    put("cases-received", Some(Figure::Count(counted.received.iter().map(|(_, count)| count).sum())));
    put("themes-offered", Some(Figure::Count(rules.themes.len() as u64)));
    put("bundles-received", Some(Figure::Count(bundles(rules, counted))));
    put("linked-received", Some(Figure::Count(counted.linked)));
    put("items-by-rule", Some(Figure::Count(rules.items.values().filter(|item| item.at_once.is_some()).count() as u64)));
    put("granted-by-rule", Some(Figure::Count(counted.by_rule)));
    put("received-on-commitment", Some(Figure::Count(counted.committed)));
    put("online-share", percent(counted.online));
    put("decided-on-time-share", percent(counted.on_time));
    put("median-working-days", median_working_days(calendar, counted));
    put("minutes-at-counter-median", counted.counter_minutes.map(Figure::Minutes));
    put("overdue-open", Some(Figure::Count(counted.overdue)));
    put("deemed-accepted-count", Some(Figure::Count(counted.deemed)));
    put("unresolved-open", Some(Figure::Count(counted.unresolved_open)));
    put("unresolved-on-time-share", percent(counted.unresolved_on_time));
    put("corrections-open", Some(Figure::Count(counted.corrections)));
    put("claims-paid", Some(Figure::Count(counted.claims_paid)));
    put("claims-promised", Some(Figure::Count(counted.claims_promised)));
    put("guide-errors-open", Some(Figure::Count(counted.guide_errors)));
    figures
}

/// The figures of the assessment of drafts, by name.
pub fn of_assessments(assessed: &Assessments) -> impl Iterator<Item = (&'static str, Figure)> {
    let drafts = || assessed.drafts.values();
    let concluded = drafts().map(Drafts::all_concluded).sum();
    let in_time = Share { part: drafts().map(|own| own.on_time).sum(), whole: concluded };
    let (given, late) = assessed.remarks.values().fold((0, 0), |(given, late), own| (given + own.on_time, late + own.late));
    let named = [
        ("drafts-assessed", Some(Figure::Count(concluded))),
        ("drafts-concluded-on-time-share", percent(in_time)),
        ("remarks-on-time-share", percent(Share { part: given, whole: given + late })),
        ("findings-to-mend", Some(Figure::Count(assessed.all_findings.to_mend))),
        ("findings-mended", Some(Figure::Count(assessed.all_findings.mended))),
    ];
    named.into_iter().filter_map(|(name, figure)| Some((name, figure?)))
}

/// A share in whole percent, rounded down so that 100 % means all; none of nothing.
fn percent(share: Share) -> Option<Figure> {
    (share.whole > 0).then(|| Figure::Percent { percent: share.part * 100 / share.whole, of: share.whole })
}

/// How often several items were applied for as one thing.
fn bundles(rules: &Rulebook, counted: &PublicFigures) -> u64 {
    let of_bundle = |item: &str| rules.items.get(item).is_some_and(|item| rules.is_for_bundles(item));
    counted.received.iter().filter(|(item, _)| of_bundle(item)).map(|(_, count)| count).sum()
}

/// Items whose guide has the elements people miss most: conditions or papers, a limit, a ground, a telephone.
fn standardised(rules: &Rulebook) -> u64 {
    let whole = |item: &&rulebook::item::Item| {
        (!item.condition.is_empty() || !item.material.is_empty())
            && !item.limit.is_empty()
            && !item.basis.is_empty()
            && !item.consult_phone.is_empty()
    };
    rules.items.values().filter(whole).count() as u64
}

/// Rows of the authority matrix on which a zone offers an item on terms of its own.
fn zone_differences(rules: &Rulebook, today: Date) -> u64 {
    let differs = |row: &&rulebook::agency::Authority| {
        let Some(item) = rules.items.get(row.item.get_ref()) else { return false };
        let common = offer::promised(item, today).and_then(rulebook::item::Limit::term);
        row.until.is_none_or(|until| today <= until)
            && row.promised_working_days.is_some_and(|days| Some(Term::working_days(days)) != common)
    };
    rules.authority.iter().filter(differs).count() as u64
}

fn permits_off_list(rules: &Rulebook) -> u64 {
    let off = |item: &&rulebook::item::Item| {
        item.item_type == ItemType::Permit && !item.list_row.as_ref().is_some_and(|row| rules.list.contains_key(row.get_ref()))
    };
    rules.items.values().filter(off).count() as u64
}

/// Promised against statutory, on the mean of all items that have both as working days; other units do not compare by number.
fn promised_share(rules: &Rulebook, today: Date) -> Option<Figure> {
    let days = |item: &Item, kind| {
        let term = limit_on(&item.limit, kind, today)?.term()?;
        matches!(term.unit, rulebook::Unit::WorkingDays | rulebook::Unit::Immediate).then_some(u64::from(term.n))
    };
    let shares: Vec<u64> = rules
        .items
        .values()
        .filter_map(|item| {
            let (promised, statutory) = (days(item, LimitKind::Promised)?, days(item, LimitKind::Statutory)?);
            (statutory > 0).then(|| promised * 100 / statutory)
        })
        .collect();
    let whole = shares.len() as u64;
    (whole > 0).then(|| Figure::Percent { percent: shares.iter().sum::<u64>() / whole, of: whole })
}

/// The middle of the working days from acceptance to decision; the day of acceptance is not counted.
fn median_working_days(calendar: &Calendar, counted: &PublicFigures) -> Option<Figure> {
    let mut spans: Vec<(i64, u64)> =
        counted.spans.iter().map(|(from, until, count)| (calendar.working_days_after(*from, *until), *count)).collect();
    spans.sort_unstable();
    let middle = spans.iter().map(|(_, count)| count).sum::<u64>().div_ceil(2);
    let mut passed = 0;
    let found = spans.into_iter().find(|(_, count)| {
        passed += count;
        passed >= middle
    })?;
    Some(Figure::WorkingDays(found.0))
}

/// The items people asked for most, the first first; empty while nobody has.
pub fn most_wanted(counted: &PublicFigures) -> impl Iterator<Item = &str> {
    counted.received.iter().map(|(item, _)| item.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_share_is_never_rounded_up_to_all() {
        assert_eq!(percent(Share { part: 999, whole: 1000 }), Some(Figure::Percent { percent: 99, of: 1000 }));
        assert_eq!(percent(Share { part: 3, whole: 3 }), Some(Figure::Percent { percent: 100, of: 3 }));
        assert_eq!(percent(Share::default()), None);
    }

    #[test]
    fn the_middle_of_the_working_days_counts_every_case() {
        fn check(spans: &[(Date, Date, u64)], days: Option<i64>) {
            let counted = PublicFigures { spans: spans.to_vec(), ..PublicFigures::default() };
            assert_eq!(median_working_days(&Calendar::default(), &counted), days.map(Figure::WorkingDays));
        }
        let monday = date(2026, 3, 2);
        check(&[], None);
        check(&[(monday, date(2026, 3, 9), 1)], Some(5));
        check(&[(monday, date(2026, 3, 3), 3), (monday, date(2026, 3, 9), 2)], Some(1));
        check(&[(monday, date(2026, 3, 3), 1), (monday, date(2026, 3, 9), 2)], Some(5));
    }
}

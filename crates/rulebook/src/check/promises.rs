//! V12: from no start day of the known calendar does a promise end after the statutory limit, whatever the units (trap T-03,
//! decision 22). A promise of nine working days can be later than twenty days, and only a walk over the calendar shows it.

use super::Checking;
use crate::calendar::{Calendar, Term};
use crate::item::{Item, Limit, LimitKind, StartEvent};
use crate::text::Text;
use jiff::civil::Date;
use std::collections::HashMap;

/// First breaches found so far, by wait before the promise, promise and law: items share their terms, and a walk is long.
pub(super) type Breaches = HashMap<(Option<Term>, Term, Term), Option<Date>>;

impl Checking<'_> {
    /// How a promise in force `from` and `until` ends after a statutory limit that is in force beside it.
    pub(super) fn breach(
        &mut self,
        item: &Item,
        promise: Term,
        start: StartEvent,
        from: Date,
        until: Option<Date>,
    ) -> Option<Text> {
        let statutory: Vec<&Limit> = item.limit.iter().filter(|limit| limit.kind == LimitKind::Statutory).collect();
        statutory.iter().find_map(|limit| {
            let replaced = statutory.iter().map(|next| next.from).filter(|next| *next > limit.from).min();
            let beside = replaced.is_none_or(|replaced| from < replaced) && until.is_none_or(|until| limit.from < until);
            let law = limit.term().filter(|_| beside)?;
            if start == StartEvent::Receipt || limit.start == StartEvent::Acceptance {
                let day = self.first_breach(None, promise, law)?;
                return Some(self.told(day, None, promise, law));
            }
            // The law counts from receipt, the promise from acceptance: as late as the procedure's own clock lets it.
            let Some(wait) = self.wait(item) else {
                let (zh, en) = (law.text().zh, law.text().en);
                return Some(Text::new(
                    format!("承诺时限自受理起算，法定{zh}自收到申请起算，而流程没有受理期限"),
                    format!("The promise runs from acceptance, the statutory {en} from receipt, and nothing limits the wait"),
                ));
            };
            let day = self.first_breach(Some(wait), promise, law)?;
            Some(self.told(day, Some(wait), promise, law))
        })
    }

    /// The first day of the known calendar from which `promise`, begun after `wait`, ends after `law`.
    pub(super) fn first_breach(&mut self, wait: Option<Term>, promise: Term, law: Term) -> Option<Date> {
        let calendar = self.calendar;
        *self.breaches.entry((wait, promise, law)).or_insert_with(|| match wait {
            None => calendar.first_breach(promise, law),
            Some(_) => {
                let days = std::iter::successors(Some(calendar.known_from()), |day| day.tomorrow().ok());
                let mut known = days.take_while(|day| *day <= calendar.known_until());
                known.find(|day| ends(calendar, *day, wait, promise) > calendar.due(*day, law).on)
            }
        })
    }

    /// How long a case may wait for acceptance: the term of the clock that runs from receipt to acceptance.
    fn wait(&self, item: &Item) -> Option<Term> {
        let procedure = self.rulebook.procedures.get(item.procedure.get_ref())?;
        let has = |events: &[String], wanted: &str| events.iter().any(|event| event == wanted);
        procedure.clock.iter().find(|clock| has(&clock.starts, "received") && has(&clock.stops, "accepted"))?.term()
    }

    fn told(&self, day: Date, wait: Option<Term>, promise: Term, law: Term) -> Text {
        let (ours, theirs) = (ends(self.calendar, day, wait, promise), self.calendar.due(day, law).on);
        let (promise, law) = (promise.text(), law.text());
        let (zh, en) =
            if wait.is_some() { ("收到、期满受理", "received and accepted in time") } else { ("起算", "begun") };
        Text::new(
            format!("承诺{}可能晚于法定{}：{day} {zh}的，承诺到 {ours}，法定到 {theirs}", promise.zh, law.zh),
            format!("{} can end after the statutory {}: {en} on {day}, on {ours} instead of {theirs}", promise.en, law.en),
        )
    }
}

/// The last day of a promise for what began, or was received, on `day`.
fn ends(calendar: &Calendar, day: Date, wait: Option<Term>, promise: Term) -> Date {
    let from = wait.map_or(day, |wait| calendar.due(day, wait).on);
    calendar.due(from, promise).on
}

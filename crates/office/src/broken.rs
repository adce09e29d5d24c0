//! Broken promises are open to everybody, with the reason the body published (优化营商环境条例 art. 36) and no data of anybody: no
//! number and no title of a case, and no name of a person in a reason. Serves measure 9.

use crate::{Failure, Office};
use casework::{CaseNo, Event, Holder, Moment, Record};
use jiff::civil::Date;
use rulebook::Text;
use rulebook::procedure::OnExpiry;
use store::figures::Missed;

/// A limit that a body missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenPromise {
    pub item: String,
    pub agency: String,
    /// What the procedure calls the limit.
    pub limit: Text,
    pub due: Date,
    /// The day on which it was kept after all, or on which the case ended; `None` while it still is not.
    pub until: Option<Date>,
    /// Days past the last day, by the unit of the limit: working days, or days of the calendar.
    pub late: i64,
    pub in_working_days: bool,
    /// What the law made of it as the limit ran out, so that nothing came late: it counted as accepted, or as renewed.
    pub by_law: Option<Text>,
    pub reason: Option<String>,
}

impl Office {
    /// Limits missed in the last 365 days, the newest first, and where to go on: at most so many cases. A body or all of them.
    pub async fn broken_promises(
        &self,
        agency: &str,
        after: Option<(Moment, CaseNo)>,
        cases: u32,
    ) -> Result<(Vec<BrokenPromise>, Option<(Moment, CaseNo)>), Failure> {
        let now = self.now().await?;
        // One more than is wanted tells whether there is a next page.
        let mut found = self.store.missed(agency, after, cases + 1, now).await?;
        let more = found.len() > cases as usize;
        found.truncate(cases as usize);
        let next = found.last().filter(|_| more).map(|last| (last.since, last.no.clone()));
        let mut broken = Vec::new();
        for missed in &found {
            broken.extend(self.broken_in(missed, now.day()).await?);
        }
        Ok((broken, next))
    }

    async fn broken_in(&self, missed: &Missed, today: Date) -> Result<Vec<BrokenPromise>, Failure> {
        let records = self.store.records(&missed.no).await?;
        let case = casework::Case::from_records(missed.no.clone(), &records);
        let edition = self.rulebooks.edition(&self.store, &case.edition).await?;
        let calendar = self.rulebooks.calendar();
        let procedure = edition.rules.procedures.get(&case.procedure);
        let mut broken = Vec::new();
        for clock in case.clocks.iter().filter(|clock| clock.binds_office && clock.expired.is_some()) {
            let rule = procedure.and_then(|procedure| procedure.clock_rule(&clock.code));
            let reason = self.published_reason(&missed.no, &records, &clock.code).await?;
            let until = clock.stopped.or(case.closed.map(Moment::day));
            let end = until.unwrap_or(today);
            let in_working_days = clock.term.unit == rulebook::Unit::WorkingDays;
            let late = if in_working_days {
                calendar.working_days_after(clock.due, end)
            } else {
                i64::from((end - clock.due).get_days())
            };
            broken.push(BrokenPromise {
                item: case.item.clone(),
                agency: case.agency.clone(),
                limit: casework::clock::name(&edition.rules, &case.procedure, &clock.code),
                due: clock.due,
                until,
                late,
                in_working_days,
                by_law: rule.and_then(|rule| by_law(rule.on_expiry)),
                reason: reason.map(|reason| nobody_named(&reason, case.holder.as_ref(), &missed.title)),
            });
        }
        Ok(broken)
    }

    /// The reason that was published last for a limit, as it was written; `None` also once it is erased.
    async fn published_reason(&self, no: &CaseNo, records: &[Record], of: &str) -> Result<Option<String>, Failure> {
        let last = records.iter().rev().find_map(|record| match &record.event {
            Event::ReasonPublished { clock, reason } if clock == of => Some(*reason),
            _ => None,
        });
        let Some(words) = last else { return Ok(None) };
        let kept = self.store.particular(no, words.0).await?;
        Ok(kept.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

fn by_law(on_expiry: OnExpiry) -> Option<Text> {
    match on_expiry {
        OnExpiry::DeemAccepted => Some(Text::new("到期后依法视为受理", "by law it counted as accepted")),
        OnExpiry::DeemRenewed => Some(Text::new("到期后依法视为准予延续", "by law it counted as renewed")),
        _ => None,
    }
}

/// The reason without the name of a natural person who applied. A firm that is one person's (credit codes beginning with 92) bears
/// that person's name often enough.
fn nobody_named(reason: &str, holder: Option<&Holder>, title: &str) -> String {
    let is_person = !matches!(holder, Some(Holder::Firm(code)) if !code.starts_with("92"));
    if is_person && !title.trim().is_empty() { reason.replace(title.trim(), "申请人") } else { reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_no_natural_person() {
        fn check(holder: &Holder, says: &str) {
            assert_eq!(nobody_named("系统故障，张三的材料晚到", Some(holder), "张三"), says);
        }
        check(&Holder::Person("p1".to_owned()), "系统故障，申请人的材料晚到");
        check(&Holder::Firm("92120116MA0000000A".to_owned()), "系统故障，申请人的材料晚到");
        check(&Holder::Firm("91120116MA0000000A".to_owned()), "系统故障，张三的材料晚到");
    }
}

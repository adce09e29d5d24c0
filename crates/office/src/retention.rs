//! How long what was handed in is kept, and what becomes of it then (保管期限): two warnings to whoever it belongs to, and only
//! then an administrator erases it, case by case. The journal, its chain and the decision stand for ever (decision 6).
//!
//! Nothing is ever deleted by itself: that would cost the trust of whoever handed it in. The rules are examples until the office
//! puts its own approved table in their place.

use crate::door::{Answer, refuse};
use crate::people::require_district;
use crate::{Failure, Office};
use casework::{CaseNo, Moment, Officer};
use jiff::ToSpan;
use jiff::civil::Date;
use rulebook::procedure::Role;
use rulebook::{Lang, Text};
use store::erase::Erased;
use store::expiring::{Keeping, Kept};

/// A rule of retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub code: &'static str,
    name: (&'static str, &'static str),
    /// Outcomes it is about; empty means all that no other rule names.
    outcomes: &'static [&'static str],
    /// Procedures it is about; empty means every one.
    procedures: &'static [&'static str],
    /// Years after the case was closed.
    pub years: i16,
}

/// Examples. An office keeps by its own approved table of files and terms (归档范围和保管期限表).
pub const RULES: [Rule; 4] = [
    Rule {
        code: "without-result",
        name: ("撤回、退件、不予受理、不需要办理的申请", "Withdrawn, returned, not taken in, not needed"),
        outcomes: WITHOUT_RESULT,
        procedures: &[],
        years: 2,
    },
    Rule {
        code: "service",
        name: ("即时办理、公共服务、“办不成事”", "Immediate decisions, services, failed matters"),
        outcomes: &[],
        procedures: &["immediate", "immediate-service", "service", "unresolved"],
        years: 10,
    },
    Rule { code: "filing", name: ("备案", "Filings"), outcomes: &[], procedures: &["filing"], years: 10 },
    Rule { code: "permit", name: ("行政许可", "Permits"), outcomes: &[], procedures: &["permit"], years: 30 },
];

const WITHOUT_RESULT: &[&str] = &["withdrawn", "returned", "intake-refused", "found-not-needed"];

/// Days before the end at which the first and the second warning go out.
const FIRST: i64 = 365;
const SECOND: i64 = 30;
/// A warning leaves at least so many days to ask for a copy, however late it went out.
const GRACE: i64 = 30;

impl Rule {
    pub fn name(&self, lang: Lang) -> &'static str {
        lang.say(self.name.0, self.name.1)
    }

    pub fn of(code: &str) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.code == code)
    }

    /// The day on which the time of keeping ends.
    fn ends_on(&self, closed: Date) -> Date {
        closed.checked_add(self.years.years()).unwrap_or(closed)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }
}

/// What is to be done next with a case whose time ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    FirstWarning,
    SecondWarning,
    /// Warned; the day has not come.
    Wait(Date),
    Erase,
}

/// A closed case whose time of keeping ends within a year, or has ended.
#[derive(Debug, Clone)]
pub struct Expiring {
    pub kept: Kept,
    pub rule: &'static Rule,
    pub ends_on: Date,
    pub first: Option<Moment>,
    pub second: Option<Moment>,
    pub next: Next,
}

/// What comes next, by the day the time ends, the warnings that went out, and today.
fn next(ends_on: Date, first: Option<Moment>, second: Option<Moment>, today: Date) -> Next {
    let before = |days: i64| ends_on.checked_sub(days.days()).unwrap_or(ends_on);
    match (first, second) {
        (None, _) => Next::FirstWarning,
        (Some(first), None) => {
            let soonest = first.day().checked_add(GRACE.days()).unwrap_or(ends_on).max(before(SECOND));
            if soonest <= today { Next::SecondWarning } else { Next::Wait(soonest) }
        }
        (Some(_), Some(second)) => {
            let soonest = second.day().checked_add(GRACE.days()).unwrap_or(ends_on).max(ends_on.tomorrow().unwrap_or(ends_on));
            if soonest <= today { Next::Erase } else { Next::Wait(soonest) }
        }
    }
}

fn warning(rule: &Rule, no: &CaseNo, which: u8) -> String {
    format!("retention-{}-{no}-{which}", rule.code)
}

impl Office {
    /// The cases of a rule whose time ends within a year or has ended, in the order of their numbers.
    pub async fn expiring(&self, rule: &'static Rule, after: Option<&CaseNo>, limit: u32) -> Result<Vec<Expiring>, Failure> {
        let today = self.now().await?.day();
        let horizon = today.checked_add(FIRST.days()).unwrap_or(today);
        let before = horizon.checked_sub(rule.years.years()).unwrap_or(horizon);
        let (procedures, outcomes) = (Rule::words(rule.procedures), Rule::words(rule.outcomes));
        let other_than = if rule.outcomes.is_empty() { Rule::words(WITHOUT_RESULT) } else { Vec::new() };
        let keeping =
            Keeping { procedures: &procedures, outcomes: &outcomes, other_than: &other_than, before: Moment::start_of(before) };
        let cases = self.store.kept_cases(&keeping, after, limit).await?;
        let ids = cases.iter().flat_map(|kept| [1, 2].map(|which| warning(rule, &kept.no, which))).collect::<Vec<_>>();
        let written = self.store.notices_written(&ids).await?;
        let sent = |no: &CaseNo, which| written.get(&warning(rule, no, which)).copied();
        let all = cases.into_iter().map(|kept| {
            let (first, second) = (sent(&kept.no, 1), sent(&kept.no, 2));
            let ends_on = rule.ends_on(kept.closed_at.day());
            Expiring { rule, ends_on, first, second, next: next(ends_on, first, second, today), kept }
        });
        Ok(all.collect())
    }

    /// Sends the warnings that are due for these cases; says how many went out.
    pub async fn warn_of_erasure(&self, by: &Officer, rule: &'static Rule, cases: &[CaseNo]) -> Answer<usize> {
        let now = self.now().await?;
        require_district(by, Role::Administrator, now.day())?;
        let mut sent = 0;
        for one in self.chosen(rule, cases).await? {
            let which = match one.next {
                Next::FirstWarning => 1,
                Next::SecondWarning => 2,
                Next::Wait(_) | Next::Erase => continue,
            };
            let no = &one.kept.no;
            let earliest = one.ends_on.max(now.day().checked_add((GRACE * (3 - i64::from(which))).days()).unwrap_or(one.ends_on));
            let text = Text::new(
                format!("办件 {no} 的保管期限将到，个人材料最早在 {earliest} 之后清除。需要副本的，请在此之前下载。"),
                format!(
                    "The time of keeping of case {no} ends: its personal papers are erased after {earliest} at the earliest. Download a copy before."
                ),
            );
            self.notify(&warning(rule, no, which), &one.kept.holder, Some(no), &text).await?;
            sent += 1;
        }
        Ok(sent)
    }

    /// Erases the personal data of these cases, as far as both warnings were given and their time has ended. For ever.
    pub async fn erase_expired(&self, by: &Officer, rule: &'static Rule, cases: &[CaseNo]) -> Answer<Vec<(CaseNo, Erased)>> {
        let now = self.now().await?;
        require_district(by, Role::Administrator, now.day())?;
        if cases.is_empty() {
            return Err(refuse("nothing-chosen", ("没有选择办件。", "No case was chosen."), ("请先勾选。", "Tick some first.")));
        }
        let mut done = Vec::new();
        for one in self.chosen(rule, cases).await?.into_iter().filter(|one| one.next == Next::Erase) {
            let erased = self.store.erase(&one.kept.no, rule.code, &by.id.0, now).await?;
            tracing::info!(case.no = %one.kept.no, rule = rule.code, "Case {} was erased under {}", one.kept.no, rule.code);
            done.push((one.kept.no, erased));
        }
        Ok(done)
    }

    /// Those of the cases that the rule is about, looked at again.
    async fn chosen(&self, rule: &'static Rule, cases: &[CaseNo]) -> Result<Vec<Expiring>, Failure> {
        let mut sorted = cases.to_vec();
        sorted.sort();
        sorted.dedup();
        let mut found = Vec::new();
        for no in &sorted {
            // The row before this number is where the look begins, so that one row answers.
            let mut before = no.0.clone();
            before.pop();
            let rows = self.expiring(rule, Some(&CaseNo(before)), 100).await?;
            found.extend(rows.into_iter().find(|one| one.kept.no == *no));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(day: Date) -> Option<Moment> {
        Some(Moment::start_of(day))
    }

    #[test]
    fn nothing_is_erased_before_two_warnings_and_their_time() {
        let ends = date(2028, 3, 1);
        fn check(ends: Date, first: Option<Moment>, second: Option<Moment>, today: Date, expected: Next) {
            assert_eq!(next(ends, first, second, today), expected, "{today}");
        }
        check(ends, None, None, date(2027, 4, 1), Next::FirstWarning);
        check(ends, None, None, date(2030, 1, 1), Next::FirstWarning);
        check(ends, at(date(2027, 4, 1)), None, date(2027, 5, 1), Next::Wait(date(2028, 1, 31)));
        check(ends, at(date(2027, 4, 1)), None, date(2028, 1, 31), Next::SecondWarning);
        check(ends, at(date(2027, 4, 1)), at(date(2028, 1, 31)), date(2028, 3, 1), Next::Wait(date(2028, 3, 2)));
        check(ends, at(date(2027, 4, 1)), at(date(2028, 1, 31)), date(2028, 3, 2), Next::Erase);
    }

    #[test]
    fn a_late_warning_still_leaves_time_to_ask_for_a_copy() {
        let ends = date(2028, 3, 1);
        let late = at(date(2029, 6, 1));
        assert_eq!(next(ends, late, None, date(2029, 6, 2)), Next::Wait(date(2029, 7, 1)));
        assert_eq!(next(ends, at(date(2027, 4, 1)), late, date(2029, 6, 2)), Next::Wait(date(2029, 7, 1)));
    }

    #[test]
    fn every_rule_has_a_name_in_both_languages_and_a_term() {
        for rule in &RULES {
            assert!(!rule.name(Lang::Zh).is_empty() && !rule.name(Lang::En).is_empty() && rule.years > 0);
            assert_eq!(Rule::of(rule.code), Some(rule));
        }
    }
}

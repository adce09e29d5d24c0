//! How long what was handed in is kept, and what becomes of it then (保管期限): two warnings to whoever it belongs to, and only
//! then an administrator erases it, case by case. The journal, its chain and the decision stand for ever (decision 6).
//!
//! Nothing is ever deleted by itself: that would cost the trust of whoever handed it in. The terms are data (`retention.toml`).

use crate::door::{Answer, refuse};
use crate::people::require_district;
use crate::{Failure, Office};
use casework::{CaseNo, Moment, Officer};
use jiff::ToSpan;
use jiff::civil::Date;
use rulebook::procedure::Role;
use rulebook::retention::Retention;
use rulebook::{Rulebook, Text};
use store::erase::Erased;
use store::expiring::{Keeping, Kept};

/// Outcomes that a rule without outcomes of its own leaves to the others.
fn named_by_others(rules: &Rulebook, rule: &Retention) -> Vec<String> {
    if !rule.outcomes.is_empty() {
        return Vec::new();
    }
    rules.retention.values().flat_map(|other| other.outcomes.iter().cloned()).collect()
}

fn years_after(rule: &Retention, closed: Date) -> Date {
    closed.checked_add(i64::from(rule.years).years()).unwrap_or(closed)
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
    pub ends_on: Date,
    pub first: Option<Moment>,
    pub second: Option<Moment>,
    pub next: Next,
}

/// What comes next, by the day the time ends, the warnings that went out, and today.
fn next(rule: &Retention, ends_on: Date, first: Option<Moment>, second: Option<Moment>, today: Date) -> Next {
    let before = |days: u16| ends_on.checked_sub(i64::from(days).days()).unwrap_or(ends_on);
    let answered_by = |warned: Moment| warned.day().checked_add(i64::from(rule.grace_days).days()).unwrap_or(ends_on);
    match (first, second) {
        (None, _) => Next::FirstWarning,
        (Some(first), None) => {
            let soonest = answered_by(first).max(before(rule.warn_days[1]));
            if soonest <= today { Next::SecondWarning } else { Next::Wait(soonest) }
        }
        (Some(_), Some(second)) => {
            let soonest = answered_by(second).max(ends_on.tomorrow().unwrap_or(ends_on));
            if soonest <= today { Next::Erase } else { Next::Wait(soonest) }
        }
    }
}

fn warning(rule: &Retention, no: &CaseNo, which: u8) -> String {
    format!("retention-{}-{no}-{which}", rule.code.get_ref())
}

impl Office {
    /// The cases of a rule whose time ends within a year or has ended, in the order of their numbers.
    pub async fn expiring(
        &self,
        rules: &Rulebook,
        rule: &Retention,
        after: Option<&CaseNo>,
        limit: u32,
    ) -> Result<Vec<Expiring>, Failure> {
        let today = self.now().await?.day();
        let horizon = today.checked_add(i64::from(rule.warn_days[0]).days()).unwrap_or(today);
        let before = horizon.checked_sub(i64::from(rule.years).years()).unwrap_or(horizon);
        let keeping = Keeping {
            procedures: &rule.procedures,
            outcomes: &rule.outcomes,
            other_than: &named_by_others(rules, rule),
            before: Moment::start_of(before),
        };
        let cases = self.store.kept_cases(&keeping, after, limit).await?;
        let ids = cases.iter().flat_map(|kept| [1, 2].map(|which| warning(rule, &kept.no, which))).collect::<Vec<_>>();
        let written = self.store.notices_written(&ids).await?;
        let sent = |no: &CaseNo, which| written.get(&warning(rule, no, which)).copied();
        let all = cases.into_iter().map(|kept| {
            let (first, second) = (sent(&kept.no, 1), sent(&kept.no, 2));
            let ends_on = years_after(rule, kept.closed_at.day());
            Expiring { ends_on, first, second, next: next(rule, ends_on, first, second, today), kept }
        });
        Ok(all.collect())
    }

    /// Sends the warnings that are due for these cases; says how many went out.
    pub async fn warn_of_erasure(&self, by: &Officer, rules: &Rulebook, rule: &Retention, cases: &[CaseNo]) -> Answer<usize> {
        let now = self.now().await?;
        require_district(by, Role::Administrator, now.day())?;
        let mut sent = 0;
        for one in self.chosen(rules, rule, cases).await? {
            let which = match one.next {
                Next::FirstWarning => 1,
                Next::SecondWarning => 2,
                Next::Wait(_) | Next::Erase => continue,
            };
            let no = &one.kept.no;
            let earliest = one
                .ends_on
                .max(now.day().checked_add((i64::from(rule.grace_days) * (3 - i64::from(which))).days()).unwrap_or(one.ends_on));
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
    pub async fn erase_expired(
        &self,
        by: &Officer,
        rules: &Rulebook,
        rule: &Retention,
        cases: &[CaseNo],
    ) -> Answer<Vec<(CaseNo, Erased)>> {
        let now = self.now().await?;
        require_district(by, Role::Administrator, now.day())?;
        if cases.is_empty() {
            return Err(refuse("nothing-chosen", ("没有选择办件。", "No case was chosen."), ("请先勾选。", "Tick some first.")));
        }
        let mut done = Vec::new();
        for one in self.chosen(rules, rule, cases).await?.into_iter().filter(|one| one.next == Next::Erase) {
            let erased = self.store.erase(&one.kept.no, rule.code.get_ref(), &by.id.0, now).await?;
            tracing::info!(case.no = %one.kept.no, rule = %rule.code.get_ref(), "Case {} was erased under {}", one.kept.no, rule.code.get_ref());
            done.push((one.kept.no, erased));
        }
        Ok(done)
    }

    /// Those of the cases that the rule is about, looked at again.
    async fn chosen(&self, rules: &Rulebook, rule: &Retention, cases: &[CaseNo]) -> Result<Vec<Expiring>, Failure> {
        let mut sorted = cases.to_vec();
        sorted.sort();
        sorted.dedup();
        let mut found = Vec::new();
        for no in &sorted {
            // The row before this number is where the look begins, so that one row answers.
            let mut before = no.0.clone();
            before.pop();
            let rows = self.expiring(rules, rule, Some(&CaseNo(before)), 100).await?;
            found.extend(rows.into_iter().find(|one| one.kept.no == *no));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rule() -> Retention {
        let rules = rulebook::compile([(
            "retention.toml",
            "[[retention]]\ncode = 'a'\nname = '甲'\nlabel = 'a'\nyears = 2\nwarn-days = [365, 30]\ngrace-days = 30\nbasis = { law = '示例' }\n",
        )]);
        rules.0.retention["a"].clone()
    }

    fn at(day: Date) -> Option<Moment> {
        Some(Moment::start_of(day))
    }

    #[test]
    fn nothing_is_erased_before_two_warnings_and_their_time() {
        let ends = date(2028, 3, 1);
        fn check(ends: Date, first: Option<Moment>, second: Option<Moment>, today: Date, expected: Next) {
            assert_eq!(next(&rule(), ends, first, second, today), expected, "{today}");
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
        assert_eq!(next(&rule(), ends, late, None, date(2029, 6, 2)), Next::Wait(date(2029, 7, 1)));
        assert_eq!(next(&rule(), ends, at(date(2027, 4, 1)), late, date(2029, 6, 2)), Next::Wait(date(2029, 7, 1)));
    }
}

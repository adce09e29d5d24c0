//! What a rulebook must satisfy before it may be published: rules V1–V17 of the standard's guide checks, and what the laws on
//! permits, filings and lists ask of the definitions themselves.
//!
//! [`compile`](crate::compile) reports what cannot be read or names nothing; this looks at what reads well and is still wrong: a
//! promise past the statutory day, a step that cannot be left, a permit off the list, a filing that refuses. What is looked at
//! and how grave it is stands in `rulebook/checks.toml`; how it is found stands here. Serves measures 6, 7 and 9.

mod at_once;
mod authority;
mod commitments;
mod conditions;
mod examples;
mod guide;
mod licence_type;
mod limits;
mod lists;
mod materials;
mod partners;
mod places;
mod policies;
mod procedures;
mod programmes;
mod promises;
mod retention;
mod rule;
mod signers;
mod standing;
mod themes;
mod unused;

pub use rule::{Check, Grade, RULES};

use crate::calendar::Calendar;
use crate::compile::{Rulebook, compile};
use crate::definition::Place;
use crate::item::{Item, Limit, LimitKind, limit_on_or_first};
use crate::problem::Problem;
use crate::text::Text;
use jiff::civil::Date;
use places::Places;
use promises::Breaches;

/// Compiles `files` and checks the outcome: all that the editor, `yimen check` and publishing want to know, in one list.
pub fn compile_and_check<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
    calendar: &Calendar,
    today: Date,
    production: bool,
) -> (Rulebook, Vec<Problem>) {
    let (rulebook, mut problems) = compile(files);
    problems.retain_mut(|problem| match rulebook.checks.get(&problem.rule) {
        Some(check) if rule::gradable(&problem.rule) => {
            check.severity.severity().inspect(|severity| problem.severity = *severity).is_some()
        }
        _ => true,
    });
    let found = check(&rulebook, calendar, today, production);
    problems.extend(found.into_iter().filter(|problem| !rulebook.follows_from_unread(problem)));
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    (rulebook, problems)
}

/// Checks a compiled rulebook. In production only what is *verified* may be published (decision 32).
pub fn check(rulebook: &Rulebook, calendar: &Calendar, today: Date, production: bool) -> Vec<Problem> {
    let (places, breaches) = (Places::new(rulebook), Breaches::new());
    let mut checking = Checking { rulebook, calendar, today, places, breaches, problems: Vec::new() };
    checking.procedures();
    checking.forms();
    checking.samples();
    for item in rulebook.items.values() {
        checking.conditions(item);
        checking.examples(item);
        checking.materials(item);
        checking.guide(item);
        checking.commitments(item);
        checking.limits(item);
        checking.of_lists(item);
        checking.at_once(item);
        checking.signers(item);
    }
    checking.retention();
    checking.proofs();
    checking.themes();
    checking.registers();
    checking.licence_types();
    checking.lists();
    checking.authority();
    checking.partners();
    checking.policies();
    checking.programmes();
    checking.unused();
    checking.standing(production);
    checking.calendar();
    let mut problems = checking.problems;
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    problems
}

struct Checking<'a> {
    rulebook: &'a Rulebook,
    calendar: &'a Calendar,
    today: Date,
    places: Places<'a>,
    breaches: Breaches,
    problems: Vec<Problem>,
}

impl<'a> Checking<'a> {
    /// Reports that `rule` is broken at `place`, unless the rulebook passes this rule over.
    fn report(&mut self, rule: &'static str, place: Place, zh: impl Into<String>, en: impl Into<String>) {
        debug_assert!(RULES.contains(&rule), "{rule} is not among the rules");
        let Some((severity, remedy)) = rule::sentence(self.rulebook, rule) else { return };
        let Place { file, line } = place;
        self.problems.push(Problem { severity, file, line, rule: rule.to_owned(), message: Text::new(zh, en), remedy });
    }

    /// As `report`, at a part of an item: `limit.2.basis`, `material.0.when`.
    fn of_item(&mut self, rule: &'static str, item: &Item, part: &str, zh: impl Into<String>, en: impl Into<String>) {
        let place = self.places.part("item", item.code.get_ref(), part);
        self.report(rule, place, zh, en);
    }

    /// The words that a rule looks for, as the rulebook lists them.
    fn words(&self, rule: &str, list: &str) -> &'a [String] {
        let rulebook = self.rulebook;
        rulebook.checks.get(rule).and_then(|check| check.words.get(list)).map_or(&[], Vec::as_slice)
    }

    /// A figure that a rule needs; without one the rule is passed over.
    fn figure(&self, rule: &str, name: &str) -> Option<u32> {
        self.rulebook.checks.get(rule).and_then(|check| check.figures.get(name)).copied()
    }

    /// The limit in force today; before the first one is in force, that first one.
    fn limit_today<'b>(&self, item: &'b Item, kind: LimitKind) -> Option<&'b Limit> {
        limit_on_or_first(&item.limit, kind, self.today)
    }

    /// Beyond the last notice every due date is provisional; the office is told in time to import the next one.
    fn calendar(&mut self) {
        let Some(days) = self.figure("calendar-ends", "days") else { return };
        let left = self.calendar.days_until_end(self.today);
        if left > i64::from(days) {
            return;
        }
        let until = self.calendar.known_until();
        let (zh, en) = if left < 0 {
            (format!("工作日历只到 {until}，已经用完"), format!("The calendar ended on {until}"))
        } else {
            (format!("工作日历只到 {until}，还有 {left} 天"), format!("The calendar ends on {until}, in {left} days"))
        };
        self.report("calendar-ends", Place { file: "calendar/holidays.csv".to_owned(), line: 0 }, zh, en);
    }
}

/// What people call a definition: its name in quotation marks.
fn quoted(name: &str) -> Text {
    Text::new(format!("“{name}”"), format!("“{name}”"))
}

//! A clause by itself, and two clauses that one firm may meet.

use super::{Amounts, Finding, Given, Kind as Found, Subject, Subjects, Witness};
use crate::Outcome;
use rulebook::Text;
use rulebook::expression::{Decimal, ElementIndex, Expression, Fact, Kind, Met, Value};
use rulebook::policy::{BenefitKind, Direction, StackingRule};
use std::collections::BTreeMap;

/// Taken for an element that an amount follows from and that no condition speaks of, in its own unit: money in 元.
const ASSUMED: i32 = 1_000_000;

/// What having both comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Both {
    AddUp,
    /// One of them, or up to the higher.
    Higher,
}

/// Whether a rule of the two keeps them from adding up.
pub(super) fn both(one: &Subject<'_>, other: &Subject<'_>) -> Both {
    match (&one.written.stacking, &other.written.stacking) {
        (Some(mine), Some(theirs)) if mine.group == theirs.group => Both::Higher,
        _ => Both::AddUp,
    }
}

/// Facts with which all these clauses speak for one firm, or that there are none.
pub(super) enum Meets {
    With(BTreeMap<ElementIndex, Fact>),
    Never,
    Open,
}

impl Subjects<'_> {
    pub(super) fn by_itself(&self, place: usize, found: &mut Vec<Finding>) {
        let subject = &self.all[place];
        if subject.whole.met(self.on) == Met::Never {
            let parts = subject.whole.conjuncts();
            let core = Expression::contradiction(&parts);
            let mut finding = self.finding(
                Found::Impossible,
                &[place],
                "",
                Text::new(
                    "这些条件不可能同时成立，没有企业能满足。",
                    "These conditions contradict each other: no firm can meet the clause.",
                ),
            );
            finding.conditions = core.iter().map(ToString::to_string).collect();
            found.push(finding);
        } else {
            for part in subject.whole.fixed_parts() {
                let (zh, en) = if part.holds { ("总是成立", "always holds") } else { ("永不成立", "never holds") };
                let why = Text::new(
                    format!("条件里有一部分{zh}，写了等于没写。"),
                    format!("A part of the condition {en}: it decides nothing."),
                );
                let mut finding = self.finding(Found::DeadPart, &[place], &part.text, why);
                finding.conditions = vec![part.text];
                found.push(finding);
            }
        }
        for flag in self.rulebook.flags(subject.written) {
            let (zh, en) = flag.words();
            let why = Text::new(
                format!("{zh}：公平竞争审查条例第八条至第十二条，请审查人判断。"),
                format!("{en}: Fair Competition Review Regulation arts. 8–12, for the reviewer to judge."),
            );
            found.push(self.finding(Found::FairCompetition, &[place], zh, why));
        }
        self.words_of(place, found);
    }

    /// Red flags that only the words of the document raise.
    fn words_of(&self, place: usize, found: &mut Vec<Finding>) {
        let subject = &self.all[place];
        let known = self.rulebook.flags(subject.written);
        for told in self.rulebook.flags_in_words(subject.policy, subject.written) {
            if known.contains(&told.flag) {
                continue;
            }
            let (zh, en) = told.flag.words();
            let why = Text::new(
                format!("原文第 {} 段有“{}”：{zh}？公平竞争审查条例第八条至第十二条，请审查人判断。", told.paragraph, told.words),
                format!(
                    "Paragraph {} says “{}”: {en}? Regulation arts. 8–12, for the reviewer to judge.",
                    told.paragraph, told.words
                ),
            );
            let mut finding = self.finding(Found::FairCompetition, &[place], &format!("{zh} {}", told.words), why);
            finding.proved = false;
            found.push(finding);
        }
    }

    /// Facts with which the evaluator confirms every one of the clauses.
    pub(super) fn meets(&self, places: &[usize]) -> Meets {
        let whole = Expression::all_of(places.iter().map(|place| &self.all[*place].whole));
        match whole.met(self.on) {
            Met::Never => Meets::Never,
            Met::Open => Meets::Open,
            Met::With(facts) => {
                let confirmed = |place: &usize| {
                    matches!(self.all[*place].clause.outcome(&Given(&facts), self.on), Outcome::Promising | Outcome::Opportunity)
                };
                if places.iter().all(confirmed) { Meets::With(facts) } else { Meets::Open }
            }
        }
    }

    /// What is found where one firm may meet both: opposite directions, or the same given twice.
    pub(super) fn meeting(&self, a: usize, b: usize) -> Option<Finding> {
        let (one, other) = (&self.all[a], &self.all[b]);
        let opposite = one.direction() != other.direction();
        // To be recognised as something is not given twice by an award for it.
        let nothing =
            |subject: &Subject<'_>| matches!(subject.written.benefit.kind, BenefitKind::Qualification | BenefitKind::Duty);
        let gives = |subject: &Subject<'_>| subject.direction() == Some(Direction::Encourage) && !nothing(subject);
        if !one.overlaps(other) || (!opposite && (both(one, other) == Both::Higher || !gives(one) || !gives(other))) {
            return None;
        }
        let met = self.meets(&[a, b]);
        let facts = match met {
            Meets::Never => return None,
            Meets::With(facts) => Some(facts),
            Meets::Open => None,
        };
        let behaviour = one.behaviour().unwrap_or_default();
        let (kind, why) = if opposite {
            (
                Found::Conflict,
                Text::new(
                    format!("对同一家企业的“{behaviour}”，一条鼓励，一条约束。"),
                    format!("For one and the same firm one clause encourages “{behaviour}” and the other restrains it."),
                ),
            )
        } else {
            (
                Found::Duplicate,
                Text::new(
                    format!("同一家企业为“{behaviour}”可以两条都得，没有规则说只得其一。"),
                    format!("One firm may have both for “{behaviour}”; no rule says that only one is had."),
                ),
            )
        };
        let mut finding = self.finding(kind, &[a, b], "", why);
        finding.proved = facts.is_some();
        if let Some(mut facts) = facts {
            let mut named = self.named(&facts, &[&one.whole, &other.whole]);
            if kind == Found::Duplicate {
                let (first, second) = (self.amount(a, &mut facts, &mut named), self.amount(b, &mut facts, &mut named));
                let together = first.zip(second).and_then(|(first, second)| first.checked_add(second));
                finding.amounts = (first.is_some() || second.is_some()).then_some(Amounts { first, second, together });
            }
            finding.witness = Some(named);
        }
        Some(finding)
    }

    /// The amount for these facts. An element that it follows from and that no condition speaks of is set to [`ASSUMED`], which the witness shows.
    pub(super) fn amount(&self, place: usize, facts: &mut BTreeMap<ElementIndex, Fact>, named: &mut Witness) -> Option<Decimal> {
        let clause = &self.all[place].clause;
        let estimate = |facts: &BTreeMap<ElementIndex, Fact>| clause.estimate(&self.rulebook.dictionary, &Given(facts), self.on);
        let first = estimate(facts)?;
        for name in &first.missing {
            let Some(element) = self.rulebook.dictionary.get(name) else { continue };
            let (Kind::Number(bounds) | Kind::Money(bounds)) = &element.kind else { continue };
            let most = bounds.max.unwrap_or(Decimal::MAX);
            // Nothing was had before that would be taken off.
            let had = clause.amount.as_ref().and_then(|amount| amount.less.as_ref()).is_some_and(|less| less.get_ref() == name);
            let value = Value::Number(if had { Decimal::ZERO } else { Decimal::from(ASSUMED).min(most) });
            facts.insert(element.index, Fact::Known(value.clone()));
            named.insert(element.name.to_string(), Fact::Known(value));
        }
        estimate(facts)?.amount
    }

    /// Two clauses of one group that say different things about having both.
    pub(super) fn stacking(&self, a: usize, b: usize) -> Option<Finding> {
        let rules = [a, b].map(|place| self.all[place].written.stacking.as_ref().map(|stacking| stacking.rule));
        let [Some(first), Some(second)] = rules else { return None };
        if first == second {
            return None;
        }
        let facts = match self.meets(&[a, b]) {
            Meets::Never => return None,
            Meets::With(facts) => Some(facts),
            Meets::Open => None,
        };
        let said = |rule: StackingRule| match rule {
            StackingRule::NoDoubleBenefit => ("不重复享受", "no double benefit"),
            StackingRule::TakeHighest => ("就高不就低", "the highest"),
            StackingRule::TopUpDifference => ("补差", "the difference"),
        };
        let ((zh, en), (zh2, en2)) = (said(first), said(second));
        let why = Text::new(
            format!("同一组里，一条写“{zh}”，一条写“{zh2}”。"),
            format!("In one group, one says “{en}”, the other “{en2}”."),
        );
        let mut finding = self.finding(Found::StackingClash, &[a, b], "", why);
        finding.proved = facts.is_some();
        finding.witness = facts.map(|facts| self.named(&facts, &[&self.all[a].whole, &self.all[b].whole]));
        Some(finding)
    }
}

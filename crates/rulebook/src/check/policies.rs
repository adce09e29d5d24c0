//! Policies: what can be claimed is dated, sourced, in plain units, and possible at all; what collides with fair competition is named.

use super::Checking;
use crate::definition::Place;
use crate::expression::tree::{Node, Operand, Test};
use crate::expression::{Decimal, Expression, Kind, Possible, Value};
use crate::policy::{Amount, Clause, Flag, Life, Policy, money};
use std::collections::BTreeSet;
use toml::Spanned;

/// Fewer 元 than this in a condition are taken for 万元 that lost its 万.
const SUSPICIOUS: i32 = 10_000;

impl<'a> Checking<'a> {
    pub(super) fn policies(&mut self) {
        let rulebook = self.rulebook;
        let mut codes = BTreeSet::new();
        for (code, policy) in &rulebook.policies {
            self.source(code, policy);
            self.dates(code, policy);
            if policy.clause.is_empty() {
                self.of_policy("policy-source", code, "code", "还没有标出条款", "No clause is marked yet");
            }
            for (at, clause) in policy.clause.iter().enumerate() {
                let own = clause.code.get_ref();
                if !codes.insert(own.as_str()) {
                    let at = format!("clause.{at}.code");
                    let (zh, en) = (format!("条款代码“{own}”用了两次"), format!("The clause code “{own}” is used twice"));
                    self.of_policy("policy-source", code, &at, zh, en);
                }
                let outside = |number: &&usize| **number == 0 || **number > policy.paragraph.len();
                if let Some(number) = clause.passage.iter().find(outside) {
                    let (zh, en) = (format!("原文没有第 {number} 段"), format!("The text has no paragraph {number}"));
                    self.of_policy("policy-source", code, &format!("clause.{at}.passage"), zh, en);
                }
                self.clause(code, policy, at, clause);
            }
        }
    }

    fn of_policy(&mut self, rule: &'static str, code: &str, part: &str, zh: impl Into<String>, en: impl Into<String>) {
        let place: Place = self.places.part("policy", code, part);
        self.report(rule, place, zh, en);
    }

    fn source(&mut self, code: &str, policy: &Policy) {
        if policy.source.is_empty() {
            self.of_policy("policy-source", code, "code", "政策没有写明来源", "The policy names no source");
        }
        if policy.life == Life::Superseded && policy.superseded_by.is_none() {
            self.of_policy(
                "policy-source",
                code,
                "life",
                "已被替代，但没有写明由哪项政策替代",
                "Superseded, but by which policy is not said",
            );
        }
        if policy.life != Life::Live {
            return;
        }
        match policy.review {
            _ if policy.owner.is_empty() => {
                self.of_policy("policy-review", code, "code", "现行政策没有维护人", "A live policy has no owner");
            }
            None => self.of_policy("policy-review", code, "code", "现行政策没有复核日期", "A live policy has no day of review"),
            Some(day) if day < self.today => {
                let (zh, en) = (format!("应于 {day} 前复核，已经过期"), format!("It was to be reviewed by {day}"));
                self.of_policy("policy-review", code, "review", zh, en);
            }
            Some(_) => {}
        }
    }

    fn dates(&mut self, code: &str, policy: &Policy) {
        if let (Some(from), Some(until)) = (policy.from, policy.until)
            && until < from
        {
            self.of_policy(
                "policy-dates",
                code,
                "until",
                format!("止于 {until}，早于起始的 {from}"),
                format!("It ends on {until}, before it begins on {from}"),
            );
        }
        if let Some(until) = policy.until.filter(|until| policy.life == Life::Live && *until < self.today) {
            let (zh, en) =
                (format!("已于 {until} 到期，不能再标为现行"), format!("It ended on {until} and is still called live"));
            // A warning: with the days that pass no rulebook becomes one that cannot be published. Matching takes it for expired anyway.
            self.of_policy("policy-review", code, "life", zh, en);
        }
        for (at, clause) in policy.clause.iter().enumerate() {
            let Some(window) = &clause.window else { continue };
            let part = format!("clause.{at}.window");
            let Some((first, last)) = window.days(self.today) else {
                self.of_policy(
                    "policy-dates",
                    code,
                    &part,
                    "申报期写作 03-01 或 2026-03-01",
                    "Write a window as 03-01 or 2026-03-01",
                );
                continue;
            };
            let outside = policy.from.is_some_and(|from| last < from) || policy.until.is_some_and(|until| until < first);
            if last < first || (outside && !window.yearly()) {
                let (zh, en) = (
                    format!("申报期 {first} 至 {last} 不在有效期内"),
                    format!("The window {first} to {last} lies outside its validity"),
                );
                self.of_policy("policy-dates", code, &part, zh, en);
            }
        }
    }

    fn clause(&mut self, code: &str, policy: &Policy, at: usize, clause: &'a Clause) {
        self.together(code, at, clause);
        self.units(code, at, clause);
        if let Some(amount) = &clause.benefit.amount {
            self.amount(code, at, amount);
        } else if clause.benefit.says.is_empty() {
            self.of_policy("policy-amount", code, &format!("clause.{at}.benefit"), "没有写明给什么", "What is given is not said");
        }
        if let Some(budget) = &clause.budget {
            self.money(code, &format!("clause.{at}.budget"), budget);
        }
        let flags = self.rulebook.flags(clause);
        // What only the words of the text suggest is flagged where a person thinks so.
        let flagged: BTreeSet<Flag> = clause.flagged.iter().copied().collect();
        let told = || self.rulebook.flags_in_words(policy, clause).into_iter().map(|told| told.flag);
        let agree = flags.is_subset(&flagged) && flagged.difference(&flags).all(|flag| told().any(|told| told == *flag));
        if policy.life == Life::Live && !agree {
            let named: Vec<&str> = flags.iter().map(|flag| flag.words().0).collect();
            let called: Vec<&str> = flags.iter().map(|flag| flag.words().1).collect();
            let (zh, en) = match named.is_empty() {
                true => (
                    "flagged 所列公平竞争问题在条件里找不到".to_owned(),
                    "What flagged lists is not found in the conditions".to_owned(),
                ),
                false => (
                    format!("公平竞争审查需看：{}", named.join("、")),
                    format!("For the fair competition review: {}", called.join(", ")),
                ),
            };
            self.of_policy("policy-fairness", code, &format!("clause.{at}.code"), zh, en);
        }
    }

    /// Scope and conditions each may be possible while both together are not.
    fn together(&mut self, code: &str, at: usize, clause: &Clause) {
        let Some(scope) = &clause.scope else { return };
        let parsed = [scope, &clause.when].map(|text| self.rulebook.conditions.get(text.get_ref()));
        if !parsed.iter().all(|one| one.is_some_and(|one| one.can_be_true() != Possible::No)) {
            return;
        }
        let both = format!("({}) and ({})", scope.get_ref(), clause.when.get_ref());
        let never = Expression::parse(&both, &self.rulebook.dictionary).is_ok_and(|both| both.can_be_true() == Possible::No);
        if never {
            let (zh, en) = ("适用范围与条件不可能同时成立", "Scope and conditions can never hold together");
            self.of_policy("policy-condition", code, &format!("clause.{at}.when"), zh, en);
        }
    }

    fn units(&mut self, code: &str, at: usize, clause: &Clause) {
        for (part, text) in clause.scope.iter().map(|scope| ("scope", scope)).chain([("when", &clause.when)]) {
            let Some(expression) = self.rulebook.conditions.get(text.get_ref()) else { continue };
            let mut small = Vec::new();
            bare_money(expression, expression.root(), &mut small);
            for amount in small {
                let (zh, en) =
                    (format!("金额 {amount} 元过小，是否漏写“万”"), format!("{amount} yuan is little: was 万 left out?"));
                self.of_policy("policy-unit", code, &format!("clause.{at}.{part}"), zh, en);
            }
        }
    }

    fn amount(&mut self, code: &str, at: usize, amount: &Amount) {
        let part = format!("clause.{at}.benefit.amount");
        let ways = [
            amount.fixed.is_some(),
            amount.rate.is_some(),
            amount.each.is_some(),
            !amount.tier.is_empty(),
            amount.up_to.is_some(),
        ];
        if ways.iter().filter(|way| **way).count() != 1 {
            let zh = "fixed、rate、each、tier、up-to 应写且只写一个";
            self.of_policy("policy-amount", code, &part, zh, "Write exactly one of fixed, rate, each, tier and up-to");
        }
        let needs = amount.rate.is_some() || amount.each.is_some() || !amount.tier.is_empty();
        if needs != amount.of.is_some() {
            self.of_policy(
                "policy-amount",
                code,
                &part,
                "按比例、按数量或分档的，写明 of；其他的不写",
                "Rates, numbers and tiers want of; the others have none",
            );
        }
        let cap = amount.cap.as_ref().and_then(|cap| self.money(code, &format!("{part}.cap"), cap));
        for (name, text) in [("fixed", &amount.fixed), ("each", &amount.each), ("up-to", &amount.up_to)] {
            let found = text.as_ref().and_then(|text| self.money(code, &format!("{part}.{name}"), text));
            self.under(code, &format!("{part}.{name}"), found, cap);
        }
        let mut last = None;
        for (step, tier) in amount.tier.iter().enumerate() {
            let step = format!("{part}.tier.{step}");
            let from = self.money(code, &step, &tier.from);
            let gives = self.money(code, &step, &tier.gives);
            self.under(code, &step, gives, cap);
            if from <= last && last.is_some() {
                self.of_policy("policy-amount", code, &step, "各档从低到高，不重复", "Tiers rise, each from its own bound");
            }
            last = from;
        }
        for times in &amount.times {
            if let Some(cap) = &times.cap {
                self.money(code, &part, cap);
            }
        }
    }

    /// A cap below what it caps is a slip of the pen or of the unit.
    fn under(&mut self, code: &str, part: &str, gives: Option<Decimal>, cap: Option<Decimal>) {
        if let (Some(gives), Some(cap)) = (gives, cap)
            && gives > cap
        {
            self.of_policy(
                "policy-amount",
                code,
                part,
                format!("{gives} 元超过上限 {cap} 元"),
                format!("{gives} yuan is above the cap of {cap}"),
            );
        }
    }

    fn money(&mut self, code: &str, part: &str, text: &Spanned<String>) -> Option<Decimal> {
        let found = money(text.get_ref());
        if found.is_none() {
            let text = text.get_ref();
            self.of_policy(
                "policy-unit",
                code,
                part,
                format!("金额“{text}”没有写明单位"),
                format!("The amount “{text}” has no unit: 万元 or 元"),
            );
        }
        found
    }
}

/// Literals beside an element of money that are too small to be meant as 元.
fn bare_money(expression: &Expression, node: &Node, found: &mut Vec<Decimal>) {
    let is_money = |operand: &Operand| match operand {
        Operand::Element(slot) => matches!(expression.elements()[usize::from(slot.0)].kind, Kind::Money(_)),
        _ => false,
    };
    let small = |operand: &Operand, found: &mut Vec<Decimal>| match operand {
        Operand::Literal(Value::Number(number)) if *number > Decimal::ZERO && *number < SUSPICIOUS.into() => found.push(*number),
        _ => {}
    };
    match node {
        Node::Constant(_) => {}
        Node::Not(inner) => bare_money(expression, inner, found),
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| bare_money(expression, part, found)),
        Node::Test(Test::Compare { left, right, .. }) if is_money(left) || is_money(right) => {
            small(left, found);
            small(right, found);
        }
        Node::Test(Test::Between { operand, low, high }) if is_money(operand) => {
            small(low, found);
            small(high, found);
        }
        Node::Test(_) => {}
    }
}

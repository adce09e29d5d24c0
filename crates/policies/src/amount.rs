//! How much it would be: an estimate with its steps, never a promise. Amounts in 元.

use crate::Clause;
use jiff::civil::Date;
use rulebook::Text;
use rulebook::dictionary::Dictionary;
use rulebook::expression::{Decimal, Fact, Facts, Truth, Value};
use rulebook::policy::{Amount, StackingRule, money};
use serde::Serialize;
use toml::Spanned;

/// An estimate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Estimate {
    /// Absent while something it follows from is not known.
    pub amount: Option<Decimal>,
    /// Decided case by case; the amount is the most that it can be.
    pub at_most: bool,
    pub steps: Vec<Text>,
    /// Elements that it follows from and that are not known.
    pub missing: Vec<String>,
}

struct Reckoning<'a, F: ?Sized> {
    dictionary: &'a Dictionary,
    facts: &'a F,
    told: Estimate,
}

impl Clause {
    /// The estimate by the clause's formula; `None` where the document states none.
    pub fn estimate<F: Facts + ?Sized>(&self, dictionary: &Dictionary, facts: &F, today: Date) -> Option<Estimate> {
        let amount = self.amount.as_ref()?;
        let mut reckoning =
            Reckoning { dictionary, facts, told: Estimate { at_most: amount.up_to.is_some(), ..Estimate::default() } };
        let found = reckoning.base(amount).map(|found| {
            let found = reckoning.times(self, amount, found, today);
            let found = reckoning.capped(found, amount.cap.as_ref());
            reckoning.less(amount, found)
        });
        reckoning.told.amount = if reckoning.told.missing.is_empty() { found } else { None };
        // What a person judges can only be less.
        reckoning.told.at_most |= !self.judged.is_empty();
        Some(reckoning.told)
    }
}

impl Estimate {
    /// What is left of it where the holder had `had` in the same group of clauses before, with a step that says why.
    pub fn beside(mut self, rule: StackingRule, had: Decimal) -> Estimate {
        let Some(due) = self.amount.filter(|_| had > Decimal::ZERO) else { return self };
        let left = rule.payable(due, had);
        let (zh, en) = match rule {
            StackingRule::NoDoubleBenefit => ("不重复享受", "no double benefit"),
            StackingRule::TakeHighest => ("就高不就低", "the highest counts"),
            StackingRule::TopUpDifference => ("补差", "the difference on top"),
        };
        let zh = format!("{zh}：已享受 {had} 元，还有 {left} 元");
        self.steps.push(Text::new(zh, format!("{en}: {had} yuan were had, {left} yuan are left")));
        self.amount = Some(left);
        self
    }
}

impl<F: Facts + ?Sized> Reckoning<'_, F> {
    fn base(&mut self, amount: &Amount) -> Option<Decimal> {
        if let Some(fixed) = amount.fixed.as_ref().or(amount.up_to.as_ref()) {
            let found = money(fixed.get_ref())?;
            let (zh, en) = if amount.up_to.is_some() { ("最高 ", "at most ") } else { ("", "") };
            self.step(format!("{zh}{found} 元"), format!("{en}{found} yuan"));
            return Some(found);
        }
        let name = amount.of.as_ref()?.get_ref();
        let of = self.number(name)?;
        let found = if let Some(rate) = amount.rate {
            let found = of.checked_mul(rate)?.checked_div(Decimal::from(100))?;
            self.step(format!("{name} {of} × {rate}% = {found} 元"), format!("{name} {of} × {rate}% = {found} yuan"));
            found
        } else if let Some(each) = amount.each.as_ref().and_then(|each| money(each.get_ref())) {
            let found = of.checked_mul(each)?;
            self.step(format!("{name} {of} × {each} 元 = {found} 元"), format!("{name} {of} × {each} yuan = {found} yuan"));
            found
        } else {
            let reached = amount.tier.iter().rev().find(|tier| money(tier.from.get_ref()).is_some_and(|from| from <= of));
            let found = reached.map_or(Some(Decimal::ZERO), |tier| money(tier.gives.get_ref()))?;
            let from = reached.map_or("0", |tier| tier.from.get_ref());
            self.step(
                format!("{name} {of} 元，达到“{from}”一档 = {found} 元"),
                format!("{name} {of} yuan, the tier from {from} = {found} yuan"),
            );
            found
        };
        Some(found)
    }

    fn times(&mut self, clause: &Clause, amount: &Amount, mut found: Decimal, today: Date) -> Decimal {
        for (times, when) in amount.times.iter().zip(&clause.times) {
            match when.evaluate(self.facts, today) {
                Truth::True => {
                    let Some(more) = found.checked_mul(times.by) else { return found };
                    self.step(format!("× {}（{when}）= {more} 元", times.by), format!("× {} ({when}) = {more} yuan", times.by));
                    found = self.capped(more, times.cap.as_ref());
                    return found;
                }
                Truth::Unknown(_) => {
                    let names = when.missing(self.facts, today).into_iter().map(|element| element.name.to_string());
                    self.told.missing.extend(names);
                }
                Truth::False | Truth::NotApplicable => {}
            }
        }
        found
    }

    fn capped(&mut self, found: Decimal, cap: Option<&Spanned<String>>) -> Decimal {
        match cap.and_then(|cap| money(cap.get_ref())) {
            Some(cap) if cap < found => {
                self.step(format!("不超过 {cap} 元"), format!("no more than {cap} yuan"));
                cap
            }
            _ => found,
        }
    }

    /// Tops up to the difference; never below nothing.
    fn less(&mut self, amount: &Amount, found: Decimal) -> Decimal {
        let Some(name) = amount.less.as_ref().map(Spanned::get_ref) else { return found };
        let Some(had) = self.number(name) else { return found };
        let left = found.checked_sub(had).unwrap_or(found).max(Decimal::ZERO);
        self.step(format!("减去{name} {had} 元 = {left} 元"), format!("less {name} {had} yuan = {left} yuan"));
        left
    }

    fn number(&mut self, name: &str) -> Option<Decimal> {
        let element = self.dictionary.get(name)?;
        match self.facts.fact(element.index) {
            Fact::Known(Value::Number(number)) => Some(*number),
            Fact::NotApplicable => Some(Decimal::ZERO),
            _ => {
                self.told.missing.push(name.to_owned());
                None
            }
        }
    }

    fn step(&mut self, zh: String, en: String) {
        self.told.steps.push(Text::new(zh, en));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_had_before_is_told_and_taken_into_account() {
        let check = |rule, had: i32, left: i32, steps: usize| {
            let due = Estimate { amount: Some(200_000.into()), ..Estimate::default() };
            let told = due.beside(rule, had.into());
            assert_eq!((told.amount, told.steps.len()), (Some(left.into()), steps), "{rule:?} {had}");
        };
        check(StackingRule::NoDoubleBenefit, 0, 200_000, 0);
        check(StackingRule::NoDoubleBenefit, 1, 0, 1);
        check(StackingRule::TakeHighest, 50_000, 150_000, 1);
        check(StackingRule::TopUpDifference, 50_000, 150_000, 1);
        check(StackingRule::TopUpDifference, 300_000, 0, 1);
        let unknown = Estimate::default().beside(StackingRule::TakeHighest, 1.into());
        assert_eq!(unknown, Estimate::default(), "what is not known is not guessed");
    }
}

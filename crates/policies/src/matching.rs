//! One firm and one clause: the plain way, and the meaning that the index has to reproduce.

use crate::Clause;
use jiff::civil::Date;
use rulebook::Text;
use rulebook::expression::{Cause, Facts, Truth};
use serde::Serialize;

/// What a clause is worth to a firm. None of these is a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything that can be computed speaks for it.
    Promising,
    /// Nothing speaks against it, and a person has to judge a part.
    Opportunity,
    /// It hangs on facts that are not known.
    NeedsData,
    NotMet,
    /// It does not speak of such firms.
    NotApplicable,
}

impl Outcome {
    pub const ALL: [Outcome; 5] =
        [Outcome::Promising, Outcome::Opportunity, Outcome::NeedsData, Outcome::NotMet, Outcome::NotApplicable];

    pub fn word(self) -> &'static str {
        match self {
            Outcome::Promising => "promising",
            Outcome::Opportunity => "opportunity",
            Outcome::NeedsData => "needs-data",
            Outcome::NotMet => "not-met",
            Outcome::NotApplicable => "not-applicable",
        }
    }

    pub fn title(self) -> Text {
        match self {
            Outcome::Promising => Text::new("很有希望", "promising"),
            Outcome::Opportunity => Text::new("有机会，需人工判断", "an opportunity, a person judges"),
            Outcome::NeedsData => Text::new("信息不足", "information missing"),
            Outcome::NotMet => Text::new("暂不符合", "not met"),
            Outcome::NotApplicable => Text::new("不适用", "not applicable"),
        }
    }

    /// From what the scope and the conditions are worth.
    pub fn from_truths(scope: Truth, when: Truth, judged: bool) -> Outcome {
        // A scope that holds does not make conditions that make no sense here into met ones.
        if matches!(scope, Truth::False | Truth::NotApplicable) || when == Truth::NotApplicable {
            return Outcome::NotApplicable;
        }
        match scope.and(when) {
            Truth::True if judged => Outcome::Opportunity,
            Truth::True => Outcome::Promising,
            Truth::False => Outcome::NotMet,
            Truth::Unknown(Cause::Missing) => Outcome::NeedsData,
            Truth::Unknown(Cause::NeedsPerson) => Outcome::Opportunity,
            Truth::NotApplicable => Outcome::NotApplicable,
        }
    }
}

impl Clause {
    /// What the clause is worth for these facts; `today` is the day for which it is asked.
    pub fn outcome<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Outcome {
        let scope = self.scope.as_ref().map_or(Truth::True, |scope| scope.evaluate(facts, today));
        if matches!(scope, Truth::False | Truth::NotApplicable) {
            return Outcome::NotApplicable;
        }
        Outcome::from_truths(scope, self.when.evaluate(facts, today), !self.judged.is_empty())
    }
}

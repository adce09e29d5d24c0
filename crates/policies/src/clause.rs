//! The clauses that are in force on a day, with their conditions as the rulebook compiled them.

use jiff::civil::Date;
use rulebook::Rulebook;
use rulebook::expression::Expression;
use rulebook::policy::{Amount, Clause as Written, Policy, PolicyKind, Silent};
use std::collections::BTreeMap;

/// A clause that can be matched.
#[derive(Debug, Clone)]
pub struct Clause {
    pub code: String,
    /// Code of its policy.
    pub policy: String,
    /// Outside of it the clause does not apply.
    pub scope: Option<Expression>,
    pub when: Expression,
    /// What a person must judge; with anything here the result is never more than an opportunity.
    pub judged: Vec<String>,
    pub amount: Option<Amount>,
    /// The conditions of `amount.times`, in their order.
    pub times: Vec<Expression>,
}

/// All clauses of an edition as they stand on one day.
#[derive(Debug, Clone, Default)]
pub struct Library {
    pub clauses: Vec<Clause>,
    /// Clauses that nobody is matched with that day, and why.
    pub silent: BTreeMap<String, Silent>,
    /// Clauses whose conditions could not be read: what `compile` told stands in its problems.
    pub broken: Vec<String>,
}

impl Library {
    /// Without what holds elsewhere only: what firms here are shown and told of.
    pub fn here(rulebook: &Rulebook, on: Date) -> Library {
        let mut library = Library::of(rulebook, on);
        let elsewhere = |code: &String| rulebook.policies.get(code).is_some_and(|policy| policy.for_comparison);
        library.clauses.retain(|clause| !elsewhere(&clause.policy));
        library
    }

    pub fn of(rulebook: &Rulebook, on: Date) -> Library {
        let mut library = Library::default();
        // What only asks something of firms is no offer to them.
        for policy in rulebook.policies.values().filter(|policy| policy.kind != PolicyKind::Rule) {
            for clause in &policy.clause {
                let code = clause.code.get_ref().clone();
                if let Some(why) = policy.silent(on) {
                    library.silent.insert(code, why);
                } else if let Some(clause) = Clause::read(rulebook, policy, clause) {
                    library.clauses.push(clause);
                } else {
                    library.broken.push(code);
                }
            }
        }
        library
    }
}

impl Clause {
    /// Whether it can speak for another firm tomorrow though no fact changes: it asks for an age, or how long ago something was.
    pub fn asks_the_day(&self) -> bool {
        self.scope.iter().chain([&self.when]).any(|condition| condition.root().asks_the_day())
    }

    /// A clause with its conditions as they were compiled; `None` where one of them could not be read.
    pub fn read(rulebook: &Rulebook, policy: &Policy, clause: &Written) -> Option<Clause> {
        let read = |text: &str| rulebook.conditions.get(text).cloned();
        let amount = clause.benefit.amount.clone();
        let times: Option<Vec<_>> =
            amount.iter().flat_map(|amount| &amount.times).map(|times| read(times.when.get_ref())).collect();
        let scope = match &clause.scope {
            Some(scope) => Some(read(scope.get_ref())?),
            None => None,
        };
        Some(Clause {
            code: clause.code.get_ref().clone(),
            policy: policy.code.get_ref().clone(),
            scope,
            when: read(clause.when.get_ref())?,
            judged: clause.judged.clone(),
            amount,
            times: times?,
        })
    }
}

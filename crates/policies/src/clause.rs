//! The clauses that are in force on a day, with their conditions as the rulebook compiled them.

use jiff::civil::Date;
use rulebook::Rulebook;
use rulebook::expression::Expression;
use rulebook::policy::{Amount, Silent};
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
    pub fn of(rulebook: &Rulebook, on: Date) -> Library {
        let mut library = Library::default();
        for policy in rulebook.policies.values() {
            for clause in &policy.clause {
                let code = clause.code.get_ref().clone();
                if let Some(why) = policy.silent(on) {
                    library.silent.insert(code, why);
                    continue;
                }
                let read = |text: &str| rulebook.conditions.get(text).cloned();
                let amount = clause.benefit.amount.clone();
                let times: Option<Vec<_>> =
                    amount.iter().flat_map(|amount| &amount.times).map(|times| read(times.when.get_ref())).collect();
                let scope = clause.scope.as_ref().map(|scope| read(scope.get_ref()));
                let (Some(scope), Some(when), Some(times)) =
                    (scope.map_or(Some(None), |scope| scope.map(Some)), read(clause.when.get_ref()), times)
                else {
                    library.broken.push(code);
                    continue;
                };
                let (policy, judged) = (policy.code.get_ref().clone(), clause.judged.clone());
                library.clauses.push(Clause { code, policy, scope, when, judged, amount, times });
            }
        }
        library
    }
}

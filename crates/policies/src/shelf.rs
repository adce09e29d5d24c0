//! All clauses in force on one day, ready to be asked for one firm after another: what they come to, which fact would settle most,
//! and which clauses are missed by little.

use crate::explain::Almost;
use crate::{Finder, Library, Outcome, Plan};
use jiff::civil::Date;
use rulebook::Rulebook;
use rulebook::expression::{ElementIndex, Fact};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Clauses that are looked at for what would have to differ, at most; each costs an explanation.
const MOST_MISSED: usize = 1_000;
/// More facts than these apart is not *almost*.
const FEW: usize = 2;
/// A clause that hangs on one fact gives it so much, one that hangs on several shares it out.
const SHARE: usize = 60;

/// The clauses of a day with their plan.
#[derive(Debug)]
pub struct Shelf {
    pub library: Library,
    pub today: Date,
    finder: Finder<Arc<Plan>>,
}

impl Shelf {
    /// Of all that may concern firms here.
    pub fn of(rulebook: &Rulebook, today: Date) -> Shelf {
        Shelf::with(Library::here(rulebook, today), today)
    }

    /// Of these clauses alone.
    pub fn with(library: Library, today: Date) -> Shelf {
        let finder = Finder::new(Arc::new(Plan::new(&library.clauses, today)));
        Shelf { library, today, finder }
    }

    /// The outcome of every clause, in the order of the library.
    pub fn outcomes(&self, facts: &[Fact]) -> Vec<Outcome> {
        self.finder.outcomes(facts)
    }

    /// The clauses that a firm should hear of: promising, or an opportunity where a person judges.
    pub fn hopeful(&self, facts: &[Fact]) -> Vec<(usize, Outcome)> {
        let mut found = self.finder.find(facts);
        found.retain(|(_, outcome)| matches!(outcome, Outcome::Promising | Outcome::Opportunity));
        found
    }

    /// The facts that clauses hang on, the one that would settle most first, with how many clauses hang on each. Whom a clause
    /// speaks of is asked before what it asks of them.
    pub fn questions(&self, facts: &[Fact], outcomes: &[Outcome]) -> Vec<(ElementIndex, usize)> {
        let mut asked: BTreeMap<ElementIndex, (usize, usize)> = BTreeMap::new();
        for (clause, _) in self.library.clauses.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::NeedsData) {
            let scope = clause.scope.as_ref().map(|scope| scope.missing(facts, self.today)).unwrap_or_default();
            let missing = if scope.is_empty() { clause.when.missing(facts, self.today) } else { scope };
            for element in &missing {
                let (weight, clauses) = asked.entry(element.index).or_default();
                *weight += SHARE / missing.len().min(SHARE);
                *clauses += 1;
            }
        }
        let mut asked: Vec<_> = asked.into_iter().collect();
        asked.sort_by_key(|(element, (weight, _))| (std::cmp::Reverse(*weight), *element));
        asked.into_iter().map(|(element, (_, clauses))| (element, clauses)).collect()
    }

    /// The clauses that are not met and would be, were one or two facts otherwise; the nearest first. Only ways that were seen to
    /// change the outcome are told.
    pub fn almost(&self, rulebook: &Rulebook, facts: &[Fact], outcomes: &[Outcome]) -> Vec<(usize, Almost)> {
        let missed = outcomes.iter().enumerate().filter(|(_, outcome)| **outcome == Outcome::NotMet).take(MOST_MISSED);
        let mut found: Vec<(usize, Almost)> = missed
            .filter_map(|(at, _)| {
                let why = self.library.clauses[at].explain(&rulebook.dictionary, facts, self.today);
                why.almost.filter(|almost| almost.proved && almost.facts.len() <= FEW).map(|almost| (at, almost))
            })
            .collect();
        found.sort_by_key(|(at, almost)| (almost.facts.len(), *at));
        found
    }

    /// The clause of this code, with its place, if it is in force.
    pub fn find(&self, code: &str) -> Option<usize> {
        self.library.clauses.iter().position(|clause| clause.code == code)
    }
}

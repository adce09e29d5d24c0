//! Days that do not fit: a policy and the one that took its place, two versions of one document in force at once, a draft that looks back.

use super::{Finding, Kind, Subjects};
use rulebook::Text;
use rulebook::policy::{Life, Policy};
use std::collections::BTreeMap;

impl Subjects<'_> {
    pub(super) fn validity(&self, drafted: bool, found: &mut Vec<Finding>) {
        let mut by_number: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (place, subject) in self.first_clauses() {
            let policy = subject;
            if !drafted || self.all[place].draft {
                self.looks_back(place, policy, found);
            }
            self.followed(place, policy, drafted, found);
            if !policy.number.is_empty() {
                by_number.entry((&policy.issuer, &policy.number)).or_default().push(place);
            }
        }
        for places in by_number.values() {
            self.each_pair(places, drafted, &mut |a, b| {
                if self.all[a].overlaps(&self.all[b]) {
                    let number = &self.all[a].policy.number;
                    let why = Text::new(
                        format!("{number} 的两个版本同时有效。"),
                        format!("Two versions of {number} are in force at once."),
                    );
                    found.push(self.finding(Kind::Validity, &[a, b], "versions", why));
                }
            });
        }
    }

    /// The first clause of each policy stands for it.
    fn first_clauses(&self) -> Vec<(usize, &Policy)> {
        let mut seen = std::collections::BTreeSet::new();
        let firsts = self.all.iter().enumerate().filter(|(_, subject)| seen.insert(subject.policy.code.get_ref().as_str()));
        firsts.map(|(place, subject)| (place, subject.policy)).collect()
    }

    fn looks_back(&self, place: usize, policy: &Policy, found: &mut Vec<Finding>) {
        if let Some(from) = policy.from.filter(|from| policy.life == Life::Draft && *from < self.on) {
            let why = Text::new(
                format!("草案自 {from} 起生效，早于今天：溯及既往的，要写明理由。"),
                format!("The draft would be in force from {from}, which has passed: reaching back needs a reason."),
            );
            found.push(self.finding(Kind::Validity, &[place], "looks-back", why));
        }
    }

    /// The policies that this one takes the place of: no day without one, no day with both.
    fn followed(&self, place: usize, policy: &Policy, drafted: bool, found: &mut Vec<Finding>) {
        if drafted && !self.all[place].draft {
            return;
        }
        let code = policy.code.get_ref();
        let replaced = |old: &&Policy| old.superseded_by.as_ref().is_some_and(|next| next.get_ref() == code);
        for old in self.rulebook.policies.values().filter(replaced) {
            let (Some(until), Some(from)) = (old.until, policy.from) else { continue };
            let Ok(next) = until.tomorrow() else { continue };
            let name = &old.name;
            if next < from {
                let why = Text::new(
                    format!("《{name}》止于 {until}，本政策自 {from} 起，中间没有规定。"),
                    format!("“{name}” ends on {until} and this one begins on {from}: between them nothing is in force."),
                );
                found.push(self.finding(Kind::Validity, &[place], &format!("after {}", old.code.get_ref()), why));
            } else if from <= until {
                let why = Text::new(
                    format!("《{name}》到 {until} 才止，本政策自 {from} 起，两者同时有效。"),
                    format!("“{name}” ends only on {until}, this one begins on {from}: both are in force."),
                );
                found.push(self.finding(Kind::Validity, &[place], &format!("with {}", old.code.get_ref()), why));
            }
        }
    }
}

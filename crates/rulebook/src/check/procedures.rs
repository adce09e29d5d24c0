//! Procedures: words of the glossary, steps that can be reached, left and ended, classes that lead somewhere.

use super::Checking;
use crate::item::ItemType;
use crate::procedure::{ACTS, Allowed, EVENTS, Next, Procedure};
use std::collections::BTreeSet;

impl Checking<'_> {
    pub(super) fn procedures(&mut self) {
        let rulebook = self.rulebook;
        for (code, procedure) in &rulebook.procedures {
            self.vocabulary(code, procedure);
            self.ways(code, procedure);
            self.classes(code, procedure);
            self.beyond_permits(code, procedure);
        }
    }

    /// Acts and events are words of the glossary; a misspelt one would never happen.
    fn vocabulary(&mut self, code: &str, procedure: &Procedure) {
        let mut lists = vec![("anywhere".to_owned(), &procedure.anywhere)];
        lists.extend(procedure.step.iter().enumerate().map(|(at, step)| (format!("step.{at}.act"), &step.act)));
        for (path, acts) in lists {
            for (at, allowed) in acts.iter().enumerate() {
                let path = format!("{path}.{at}");
                if !ACTS.contains(&allowed.act.get_ref().as_str()) {
                    self.unknown(code, &path, "行为", "act", allowed.act.get_ref(), &ACTS);
                }
                if let Some(Next::ByEvent(steps)) = &allowed.to {
                    for event in steps.keys().filter(|event| !EVENTS.contains(&event.as_str())) {
                        self.unknown(code, &path, "事件", "event", event, &EVENTS);
                    }
                }
            }
        }
        for (at, clock) in procedure.clock.iter().enumerate() {
            for (key, events) in
                [("starts", &clock.starts), ("stops", &clock.stops), ("pauses", &clock.pauses), ("resumes", &clock.resumes)]
            {
                for event in events.iter().filter(|event| !EVENTS.contains(&event.as_str())) {
                    self.unknown(code, &format!("clock.{at}.{key}"), "事件", "event", event, &EVENTS);
                }
            }
        }
    }

    fn unknown(&mut self, code: &str, path: &str, zh: &str, en: &str, word: &str, known: &[&str]) {
        let place = self.places.part("procedure", code, path);
        let near = known.iter().min_by_key(|known| distance(word, known)).filter(|known| distance(word, known) <= 3);
        let (zh_hint, en_hint) =
            near.map_or_else(Default::default, |near| (format!("，是不是“{near}”？"), format!(". Is “{near}” meant?")));
        self.report(
            "glossary",
            place,
            format!("词汇表里没有名为“{word}”的{zh}{zh_hint}"),
            format!("The glossary has no {en} “{word}”{en_hint}"),
        );
    }

    /// Every step can be reached from the start, and from every step an end can be reached.
    fn ways(&mut self, code: &str, procedure: &Procedure) {
        let number = |step: &str| procedure.step.iter().position(|known| known.code.get_ref() == step);
        let leads: Vec<BTreeSet<usize>> = procedure
            .step
            .iter()
            .enumerate()
            .map(|(own, step)| {
                // An end is left only by acts of the afterlife, which name no step; what stands at every step stands there too.
                let acts = step.act.iter().chain(&procedure.anywhere);
                acts.flat_map(|allowed| targets(allowed.to.as_ref())).filter_map(number).filter(|next| *next != own).collect()
            })
            .collect();
        let Some(start) = number(procedure.start.get_ref()) else { return };
        let reached = closure(BTreeSet::from([start]), |step| leads[step].iter().copied().collect());
        let ends = procedure.step.iter().enumerate().filter(|(_, step)| step.end).map(|(at, _)| at).collect();
        let ending = closure(ends, |step| (0..leads.len()).filter(|from| leads[*from].contains(&step)).collect());
        for (at, step) in procedure.step.iter().enumerate() {
            let (zh, en) = (&step.name, step.code.get_ref());
            let place = self.places.part("procedure", code, &format!("step.{at}.code"));
            if !reached.contains(&at) {
                self.report(
                    "step-unreachable",
                    place,
                    format!("没有行为能到达环节“{zh}”"),
                    format!("No act leads to the step “{en}”"),
                );
            } else if !step.end && leads[at].is_empty() {
                self.report(
                    "step-stuck",
                    place,
                    format!("办件到了环节“{zh}”就离不开"),
                    format!("A case cannot leave the step “{en}”"),
                );
            } else if !ending.contains(&at) {
                self.report(
                    "step-stuck",
                    place,
                    format!("从环节“{zh}”出发无法办结"),
                    format!("From the step “{en}” no case can come to an end"),
                );
            }
        }
        let mut seen = BTreeSet::new();
        for (at, step) in procedure.step.iter().enumerate().filter(|(_, step)| !seen.insert(step.code.get_ref())) {
            let place = self.places.part("procedure", code, &format!("step.{at}.code"));
            let name = step.code.get_ref();
            self.report("step-twice", place, format!("环节代码“{name}”用了两次"), format!("Two steps have the code “{name}”"));
        }
    }

    /// Chapter IV of 行政许可法 governs permits: nothing else is accepted in silence, and nothing else has its hearings.
    fn beyond_permits(&mut self, code: &str, procedure: &Procedure) {
        let Some(other) = procedure.types.iter().find(|own| **own != ItemType::Permit) else { return };
        let other = other.name();
        let (acts, silences) = (self.words("beyond-permits", "acts"), self.words("beyond-permits", "silence"));
        let mut found = Vec::new();
        for (at, step) in procedure.step.iter().enumerate() {
            let of_permits = |allowed: &&Allowed| acts.contains(allowed.act.get_ref());
            found.extend(
                step.act
                    .iter()
                    .enumerate()
                    .filter(|(_, allowed)| of_permits(allowed))
                    .map(|(number, allowed)| (format!("step.{at}.act.{number}"), allowed.act.get_ref().clone())),
            );
        }
        for (at, clock) in procedure.clock.iter().enumerate() {
            let silence = clock.on_expiry.word();
            if silences.iter().any(|known| known == silence) {
                found.push((format!("clock.{at}.on-expiry"), silence.to_owned()));
            }
        }
        for (path, word) in found {
            let place = self.places.part("procedure", code, &path);
            let zh = format!("流程“{}”也用于{}，不能有“{word}”", procedure.name, other.zh);
            let en = format!("The procedure “{code}” also serves items of type “{}” and may not have “{word}”", other.en);
            self.report("beyond-permits", place, zh, en);
        }
    }

    fn classes(&mut self, code: &str, procedure: &Procedure) {
        for (at, class) in procedure.class.iter().enumerate() {
            let Some(next) = &class.escalates_to else { continue };
            if !procedure.class.iter().any(|known| known.code == *next) {
                let place = self.places.part("procedure", code, &format!("class.{at}.escalates-to"));
                self.report("class-unknown", place, format!("没有名为“{next}”的分类"), format!("There is no class “{next}”"));
            }
        }
    }
}

fn targets(next: Option<&Next>) -> Vec<&str> {
    match next {
        None => Vec::new(),
        Some(Next::Always(step)) => vec![step],
        Some(Next::ByEvent(steps)) => steps.values().map(String::as_str).collect(),
    }
}

/// All that can be come to from `from`.
fn closure(from: BTreeSet<usize>, next: impl Fn(usize) -> Vec<usize>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = from.iter().copied().collect();
    let mut found = from;
    while let Some(step) = open.pop() {
        open.extend(next(step).into_iter().filter(|step| found.insert(*step)));
    }
    found
}

/// How many letters have to be changed, added or left out to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..other.len() {
            let changed = diagonal + usize::from(letter != other[j]);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_near_its_word() {
        for (one, other, expected) in [("accept", "accept", 0), ("acept", "accept", 1), ("grant", "grnat", 2), ("", "file", 4)] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }
}

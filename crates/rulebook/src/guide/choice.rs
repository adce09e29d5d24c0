//! Which question settles most: every open element is tried with the values that conditions can tell apart.
//!
//! Conditions are looked at once for each value, not once for each of the ways they are part of, so that five hundred items in
//! play cost milliseconds.

use super::{Ask, Guide, Question};
use crate::expression::could::Could;
use crate::expression::{Fact, Value};
use crate::field::Field;
use jiff::civil::Date;
use std::collections::HashSet;

/// Values of one element that are tried in order to compare it with others.
const FEW: usize = 4;

/// What everything may still come out as.
pub(super) struct Now {
    pub(super) conditions: Vec<Could>,
    pub(super) ways: Vec<Vec<Could>>,
    pub(super) outcomes: Vec<Could>,
}

/// What outcomes would come out as for every value tried, in one row.
pub(super) struct Trial {
    /// Places of the outcomes, and what their other ways come out as.
    outcomes: Vec<(usize, Could)>,
    values: usize,
    tried: Vec<Could>,
}

impl Trial {
    /// Each outcome by place, with its turn for every value.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, &[Could])> {
        self.outcomes.iter().map(|(place, _)| *place).zip(self.tried.chunks(self.values.max(1)))
    }
}

/// A path of questions with their answers; none where the answer is "don't know".
type Path<'a> = Vec<(&'a Field, Option<Value>)>;

/// Whether the answers make a difference.
pub(super) fn changes(tried: &[Could]) -> bool {
    tried.iter().any(|could| *could != tried[0])
}

impl<'a> Guide<'a> {
    pub(super) fn now(&self, facts: &[Fact], today: Date) -> Now {
        let conditions: Vec<Could> = self.conditions.iter().map(|condition| condition.could(facts, today)).collect();
        let of_outcome = |place: usize| (0..self.ways[place].len()).map(|way| self.way(place, way, &conditions)).collect();
        let ways: Vec<Vec<Could>> = (0..self.outcomes.len()).map(of_outcome).collect();
        let outcomes = ways.iter().map(|ways| ways.iter().copied().fold(Could::FALSE, Could::or)).collect();
        Now { conditions, ways, outcomes }
    }

    /// What a way may come out as when its conditions may come out so.
    pub(super) fn way(&self, outcome: usize, way: usize, conditions: &[Could]) -> Could {
        self.ways[outcome][way].iter().map(|condition| conditions[*condition]).fold(Could::TRUE, Could::and)
    }

    pub(super) fn next_for(&self, facts: &mut [Fact], today: Date) -> Option<Question<'a>> {
        let now = self.now(facts, today);
        let open: Vec<bool> = now.outcomes.iter().map(|could| !could.settled()).collect();
        let asks = || self.asks.iter().filter(|ask| ask.put);
        let asks: Vec<&Ask<'a>> = asks().filter(|ask| facts[ask.index.0 as usize] == Fact::Missing).collect();
        let mut scratch = now.conditions.clone();
        let mut best: Option<(f64, &Ask<'a>, Vec<usize>)> = None;
        for ask in &asks {
            let values = few(&ask.values);
            let trial = self.trial(ask, &values, &now, &mut scratch, &open, facts, today);
            let (mut differs, mut settled) = (false, 0);
            for (place, tried) in trial.each() {
                differs |= changes(tried);
                let once = tried.iter().filter(|could| could.settled()).count();
                settled += self.outcomes[place].weight * u32::try_from(once).unwrap_or(u32::MAX);
            }
            let score = f64::from(settled) / values.len().max(1) as f64;
            if differs && best.as_ref().is_none_or(|(most, ..)| score > *most) {
                let changed = trial.each().filter(|(_, tried)| changes(tried)).map(|(place, _)| place);
                best = Some((score, ask, changed.collect()));
            }
        }
        if let Some((_, ask, decides)) = best {
            return Some(Question { field: ask.field, wording: ask.wording, decides });
        }
        self.last_resort(&asks, &now, &open, facts, today)
    }

    /// What makes no difference by the few values: another of its values may, or its value together with another element's. The
    /// one that most hangs on.
    fn last_resort(&self, asks: &[&Ask<'a>], now: &Now, open: &[bool], facts: &mut [Fact], today: Date) -> Option<Question<'a>> {
        let mut scratch = now.conditions.clone();
        let mut most: Option<(u32, Question<'a>)> = None;
        for ask in asks {
            let trial = self.trial(ask, &ask.values, now, &mut scratch, open, facts, today);
            let hangs = |place: usize, tried: &[Could]| {
                changes(tried)
                    || tried.iter().any(|could| !could.settled()) && self.hangs(place, ask, &now.conditions, facts, today)
            };
            let decides: Vec<usize> =
                trial.each().filter(|(place, tried)| hangs(*place, tried)).map(|(place, _)| place).collect();
            let weight = decides.iter().map(|place| self.outcomes[*place].weight).sum();
            if weight > most.as_ref().map_or(0, |(most, _)| *most) {
                most = Some((weight, Question { field: ask.field, wording: ask.wording, decides }));
            }
        }
        most.map(|(_, question)| question)
    }

    /// How each open outcome that mentions an element comes out for each of these values. `scratch` is `now.conditions`, and is
    /// so again afterwards.
    #[expect(clippy::too_many_arguments, reason = "one walk over the state of a question, kept out of its caller's loop")]
    pub(super) fn trial(
        &self,
        ask: &Ask<'a>,
        values: &[Value],
        now: &Now,
        scratch: &mut [Could],
        open: &[bool],
        facts: &mut [Fact],
        today: Date,
    ) -> Trial {
        let at = ask.index.0 as usize;
        let before = std::mem::take(&mut facts[at]);
        let groups: Vec<&(usize, Vec<usize>)> = ask.outcomes.iter().filter(|(place, _)| open[*place]).collect();
        // The ways that do not mention it stay what they are.
        let others = |(place, own): &(usize, Vec<usize>)| {
            let mut own = own.iter().peekable();
            let others = now.ways[*place].iter().enumerate().filter(|(way, _)| own.next_if_eq(&way).is_none());
            (*place, others.map(|(_, could)| *could).fold(Could::FALSE, Could::or))
        };
        let outcomes: Vec<(usize, Could)> = groups.iter().map(|group| others(group)).collect();
        let mut tried = vec![Could::FALSE; outcomes.len() * values.len()];
        for (at_value, value) in values.iter().enumerate() {
            facts[at] = Fact::Known(value.clone());
            for condition in &ask.conditions {
                scratch[*condition] = self.conditions[*condition].could(&*facts, today);
            }
            for (row, ((place, own), (_, others))) in groups.iter().zip(&outcomes).enumerate() {
                let ways = own.iter().map(|way| self.way(*place, *way, scratch));
                tried[row * values.len() + at_value] = ways.fold(*others, Could::or);
            }
        }
        for condition in &ask.conditions {
            scratch[*condition] = now.conditions[*condition];
        }
        facts[at] = before;
        Trial { outcomes, values: values.len(), tried }
    }

    /// Whether an outcome is open because of this element, be it together with others.
    fn hangs(&self, outcome: usize, ask: &Ask<'a>, conditions: &[Could], facts: &[Fact], today: Date) -> bool {
        let ways = (0..self.ways[outcome].len()).filter(|way| !self.way(outcome, *way, conditions).settled());
        let mut of_ways = ways.flat_map(|way| &self.ways[outcome][way]);
        of_ways
            .any(|condition| self.conditions[*condition].missing(facts, today).iter().any(|missing| missing.index == ask.index))
    }

    /// Follows every path of questions, "don't know" included, and tells the longest it met: the answers in order, and whether
    /// the search was complete. `steps` bounds the work.
    pub fn longest_path(&self, steps: usize, today: Date) -> (Path<'a>, bool) {
        let mut following = Following { guide: self, path: Vec::new(), longest: Vec::new(), seen: HashSet::new(), steps, today };
        following.on(&mut vec![Fact::Missing; self.book.dictionary.len()]);
        (following.longest, following.steps > 0)
    }
}

/// Some of the values, from end to end.
fn few(values: &[Value]) -> Vec<Value> {
    if values.len() <= FEW {
        return values.to_vec();
    }
    (0..FEW).map(|place| values[place * (values.len() - 1) / (FEW - 1)].clone()).collect()
}

struct Following<'g, 'a> {
    guide: &'g Guide<'a>,
    path: Path<'a>,
    longest: Path<'a>,
    seen: HashSet<(usize, Vec<String>)>,
    steps: usize,
    today: Date,
}

impl Following<'_, '_> {
    fn on(&mut self, facts: &mut [Fact]) {
        if self.path.len() > self.longest.len() {
            self.longest.clone_from(&self.path);
        }
        // What is still open decides the way on; two answers that leave the same open go on alike.
        let now = self.guide.now(facts, self.today);
        let matters = |ask: &Ask<'_>| ask.outcomes.iter().any(|(place, _)| !now.outcomes[*place].settled());
        let fact = |ask: &Ask<'_>| if matters(ask) { format!("{:?}", facts[ask.index.0 as usize]) } else { String::new() };
        let rest = self.guide.asks.iter().map(fact).collect();
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 || !self.seen.insert((self.path.len(), rest)) {
            return;
        }
        let guide = self.guide;
        let Some(question) = guide.next_for(facts, self.today) else { return };
        let Some(ask) = guide.asks.iter().find(|ask| std::ptr::eq(ask.field, question.field)) else { return };
        let at = ask.index.0 as usize;
        for answer in ask.values.iter().map(Some).chain([None]) {
            facts[at] = answer.map_or(Fact::NeedsPerson, |value| Fact::Known(value.clone()));
            self.path.push((ask.field, answer.cloned()));
            self.on(facts);
            self.path.pop();
        }
        facts[at] = Fact::Missing;
    }
}

//! The guide (智能导引): asks what can still change something, and says what follows.
//!
//! Nobody draws its questions as a tree. An [`Outcome`] is anything that hangs on conditions: an item of a theme, a paper. Under
//! the present answers some outcomes are open; a question is worth asking if its answers would make one of them come out
//! differently, and of these the one that settles most is put next. An answer of "don't know" ([`Told::unsure`]) leaves what hangs
//! on it open and is not asked for again; the verdict then shows each branch. What the answers are called and in which order they
//! come makes no difference. Serves measures 3 and 11.

use crate::bundle::Bundle;
use crate::compile::Rulebook;
use crate::definition::Basis;
use crate::expression::telling::telling_values;
use crate::expression::{Cause, Element, ElementIndex, Expression, Fact, Line, Truth, Value};
use crate::field::Field;
use crate::intake::Answers;
use crate::item::{Item, NeededMaterial};
use crate::material::Material;
use crate::theme::Component;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// An item decides over more than a paper does.
const OF_ITEM: u32 = 10;
const OF_PAPER: u32 = 1;

/// What has been told so far.
#[derive(Debug, Clone, Copy)]
pub struct Told<'t> {
    pub answers: &'t Answers,
    /// Codes of the fields that were answered with "don't know".
    pub unsure: &'t BTreeSet<String>,
}

/// What an outcome is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    Item {
        item: &'a Item,
        rule: Option<&'a Component>,
    },
    Paper(&'a Material),
    /// Anything else that hangs on conditions, under its owner's own number.
    Other(usize),
}

/// One way to an outcome: all of its conditions hold.
#[derive(Debug, Clone)]
pub struct Way<'a> {
    pub conditions: Vec<&'a Expression>,
    /// The item whose rule it is, and the rule's ground.
    pub item: Option<&'a Item>,
    pub needed: Option<&'a NeededMaterial>,
    pub basis: Option<&'a Basis>,
}

/// Something that comes out as soon as one of its ways is open.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    pub subject: Subject<'a>,
    pub ways: Vec<Way<'a>>,
    /// How much settling it counts, beside others.
    pub weight: u32,
}

/// The next question.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    pub field: &'a Field,
    /// How it is put, in words.
    pub wording: &'a str,
    /// Places of the open outcomes that it can change.
    pub decides: Vec<usize>,
}

/// How an outcome stands, with the rule and the answers behind it.
#[derive(Debug, Clone)]
pub struct Verdict<'g, 'a> {
    pub outcome: &'g Outcome<'a>,
    pub truth: Truth,
    /// The ways that made it so: the one that holds, or all of those that do not; their conditions line by line.
    pub because: Vec<(&'g Way<'a>, Vec<Line>)>,
    /// While it is open: what would settle it, and how it comes out for each answer.
    pub branches: Vec<Branch<'a>>,
}

/// How an open outcome would come out for one answer.
#[derive(Debug, Clone)]
pub struct Branch<'a> {
    pub field: &'a Field,
    pub value: Value,
    pub truth: Truth,
}

/// All that a guide can ask and say, compiled once for an edition.
#[derive(Debug, Clone)]
pub struct Guide<'a> {
    book: &'a Rulebook,
    pub outcomes: Vec<Outcome<'a>>,
    /// What may be asked, in the order in which equals are asked.
    asks: Vec<Ask<'a>>,
}

#[derive(Debug, Clone)]
struct Ask<'a> {
    field: &'a Field,
    index: ElementIndex,
    wording: &'a str,
    /// The values that the conditions can tell apart.
    values: Vec<Value>,
    /// The ways that mention it: places of the outcome and of the way in it.
    ways: Vec<(usize, usize)>,
    /// Whether the guide puts it; what it leaves to the form still shows in the branches.
    put: bool,
}

/// Where conditions mention an element, and what stands beside it there.
struct Mentions<'a> {
    element: &'a Element,
    literals: Vec<Value>,
    ways: Vec<(usize, usize)>,
}

impl<'a> Mentions<'a> {
    fn of(element: &'a Element) -> Mentions<'a> {
        Mentions { element, literals: Vec::new(), ways: Vec::new() }
    }
}

impl<'a> Guide<'a> {
    /// The guide through a bundle: which of its items are needed, and which papers have to be brought.
    pub fn of_bundle(bundle: &Bundle<'a>, today: Date) -> Guide<'a> {
        let book = bundle.book;
        let condition = |when: &str| book.conditions.get(when);
        let mut outcomes = Vec::new();
        for member in &bundle.members {
            let conditions = member.when.and_then(condition).into_iter().collect();
            let basis = member.rule.and_then(|rule| rule.basis.as_ref());
            let ways = vec![Way { conditions, item: Some(member.item), needed: None, basis }];
            outcomes.push(Outcome { subject: Subject::Item { item: member.item, rule: member.rule }, ways, weight: OF_ITEM });
        }
        let brought = bundle.papers.iter().filter(|paper| !paper.material.from_form && paper.material.replaced_by.is_none());
        for paper in brought {
            let mut ways: Vec<Way<'a>> = Vec::new();
            for (place, needed, _) in &paper.wants {
                let member = &bundle.members[*place];
                let own = needed.when.as_ref().map(|when| when.get_ref().as_str());
                let conditions: Vec<&Expression> = [member.when, own].into_iter().flatten().filter_map(condition).collect();
                // The same conditions need not be looked at for every item that states them.
                let same = |way: &Way<'a>| {
                    way.conditions.len() == conditions.len()
                        && way.conditions.iter().zip(&conditions).all(|(a, b)| std::ptr::eq(*a, *b))
                };
                if !ways.iter().any(same) {
                    let basis = needed.basis.as_ref().or(paper.material.basis.as_ref());
                    ways.push(Way { conditions, item: Some(member.item), needed: Some(needed), basis });
                }
            }
            outcomes.push(Outcome { subject: Subject::Paper(paper.material), ways, weight: OF_PAPER });
        }
        let theme = bundle.theme.map_or(&[][..], |theme| &theme.situation);
        let of_items = bundle.members.iter().flat_map(|member| &member.item.situation);
        let mut wordings: HashMap<&str, (usize, &'a str)> = HashMap::new();
        for situation in theme.iter().chain(of_items) {
            let place = wordings.len();
            wordings.entry(situation.field.get_ref()).or_insert((place, &situation.question));
        }
        let deciding = bundle.theme.and_then(|theme| theme.deciding.as_ref()).map_or(&[][..], |section| &section.ask);
        let put = |name: &str| {
            theme.is_empty()
                || theme.iter().any(|situation| situation.field.get_ref() == name)
                || deciding.iter().any(|ask| ask.field.get_ref() == name)
        };
        Guide::new(book, outcomes, |field| wordings.get(field.name.get_ref().as_str()).copied(), put, today)
    }

    /// The guide through any outcomes. `wording` gives an element its question and its place among equals, `put` says whether it is
    /// asked at all.
    pub fn new(
        book: &'a Rulebook,
        outcomes: Vec<Outcome<'a>>,
        wording: impl Fn(&Field) -> Option<(usize, &'a str)>,
        put: impl Fn(&str) -> bool,
        today: Date,
    ) -> Guide<'a> {
        let mut found: BTreeMap<ElementIndex, Mentions<'a>> = BTreeMap::new();
        for (outcome, place) in outcomes.iter().zip(0..) {
            for (way, at) in outcome.ways.iter().zip(0..) {
                for condition in &way.conditions {
                    for element in condition.elements() {
                        let mentions = found.entry(element.index).or_insert_with(|| Mentions::of(element));
                        condition.literals_beside(element, &mut mentions.literals);
                        if mentions.ways.last() != Some(&(place, at)) {
                            mentions.ways.push((place, at));
                        }
                    }
                }
            }
        }
        let ask = |(index, Mentions { element, literals, ways }): (ElementIndex, Mentions<'a>)| {
            let field = book.fields.get(&*element.name)?;
            let (place, wording) = wording(field).unwrap_or((usize::MAX, &field.meaning));
            let wording = if wording.is_empty() { field.name.get_ref() } else { wording };
            let values = telling_values(element, &literals, today);
            Some((place, Ask { field, index, wording, values, ways, put: put(&element.name) }))
        };
        let mut asks: Vec<(usize, Ask<'a>)> = found.into_iter().filter_map(ask).collect();
        asks.sort_by_key(|(place, ask)| (*place, ask.index));
        Guide { book, outcomes, asks: asks.into_iter().map(|(_, ask)| ask).collect() }
    }

    /// How many different questions it could ever put.
    pub fn questions(&self) -> usize {
        self.asks.iter().filter(|ask| ask.put).count()
    }

    /// The question whose answer settles most; none when no answer could change anything any more.
    pub fn next(&self, told: Told<'_>, today: Date) -> Option<Question<'a>> {
        self.next_for(&mut self.facts(told), today)
    }

    /// How every outcome stands, in order.
    pub fn verdicts(&self, told: Told<'_>, today: Date) -> Vec<Verdict<'_, 'a>> {
        let mut facts = self.facts(told);
        let truths = self.truths(&facts, today);
        (0..self.outcomes.len()).map(|place| self.verdict(place, &truths, &mut facts, today)).collect()
    }

    fn facts(&self, told: Told<'_>) -> Vec<Fact> {
        let mut facts = self.book.facts(told.answers);
        for code in told.unsure {
            if let Some(element) = self.book.dictionary.get(code)
                && facts[element.index.0 as usize] == Fact::Missing
            {
                facts[element.index.0 as usize] = Fact::NeedsPerson;
            }
        }
        facts
    }

    /// What every way of every outcome is worth.
    fn truths(&self, facts: &[Fact], today: Date) -> Vec<Vec<Truth>> {
        self.outcomes.iter().map(|outcome| outcome.ways.iter().map(|way| way.truth(facts, today)).collect()).collect()
    }

    fn next_for(&self, facts: &mut [Fact], today: Date) -> Option<Question<'a>> {
        let truths = self.truths(facts, today);
        let open: Vec<bool> = truths.iter().map(|ways| any(ways) == Truth::Unknown(Cause::Missing)).collect();
        let mut best: Option<(f64, &Ask<'a>, Vec<usize>)> = None;
        // What no single answer settles is asked only when nothing else is left: the one that most outcomes hang on.
        let mut part: Option<(u32, &Ask<'a>, Vec<usize>)> = None;
        for ask in self.asks.iter().filter(|ask| ask.put) {
            if facts[ask.index.0 as usize] != Fact::Missing {
                continue;
            }
            let trial = self.trial(ask, &truths, &open, facts, today);
            let changed: Vec<usize> = trial.iter().filter(|(_, tried)| changes(tried)).map(|(place, _)| *place).collect();
            if !changed.is_empty() {
                let settled: u32 = trial
                    .iter()
                    .map(|(place, tried)| {
                        let settled = tried.iter().filter(|truth| !matches!(truth, Truth::Unknown(Cause::Missing))).count();
                        self.outcomes[*place].weight * u32::try_from(settled).unwrap_or(u32::MAX)
                    })
                    .sum();
                let score = f64::from(settled) / ask.values.len().max(1) as f64;
                if best.as_ref().is_none_or(|(most, ..)| score > *most) {
                    best = Some((score, ask, changed));
                }
            } else if best.is_none() {
                let hangs: Vec<usize> =
                    trial.iter().map(|(place, _)| *place).filter(|place| self.hangs(*place, ask, facts, today)).collect();
                let weight = hangs.iter().map(|place| self.outcomes[*place].weight).sum();
                if weight > part.as_ref().map_or(0, |(most, ..)| *most) {
                    part = Some((weight, ask, hangs));
                }
            }
        }
        let (ask, decides) = best.map(|(_, ask, decides)| (ask, decides)).or(part.map(|(_, ask, decides)| (ask, decides)))?;
        Some(Question { field: ask.field, wording: ask.wording, decides })
    }

    /// How each open outcome that mentions an element comes out for each of its values.
    fn trial(
        &self,
        ask: &Ask<'a>,
        truths: &[Vec<Truth>],
        open: &[bool],
        facts: &mut [Fact],
        today: Date,
    ) -> Vec<(usize, Vec<Truth>)> {
        let mut tried: Vec<(usize, Vec<Truth>)> = Vec::new();
        let at = ask.index.0 as usize;
        let before = std::mem::take(&mut facts[at]);
        let groups: Vec<&[(usize, usize)]> = ask.ways.chunk_by(|a, b| a.0 == b.0).filter(|group| open[group[0].0]).collect();
        tried.extend(groups.iter().map(|group| (group[0].0, Vec::with_capacity(ask.values.len()))));
        for value in &ask.values {
            facts[at] = Fact::Known(value.clone());
            for (group, (place, found)) in groups.iter().zip(&mut tried) {
                let others = truths[*place].iter().enumerate().filter(|(way, _)| group.iter().all(|(_, own)| own != way));
                let others = others.fold(Truth::False, |truth, (_, other)| truth.or(*other));
                let own = group.iter().map(|(_, way)| self.outcomes[*place].ways[*way].truth(facts, today));
                found.push(own.fold(others, Truth::or));
            }
        }
        facts[at] = before;
        tried
    }

    /// Whether an outcome is open because of this element, be it together with others.
    fn hangs(&self, outcome: usize, ask: &Ask<'a>, facts: &[Fact], today: Date) -> bool {
        let ways = self.outcomes[outcome].ways.iter().filter(|way| way.truth(facts, today) == Truth::Unknown(Cause::Missing));
        let mut conditions = ways.flat_map(|way| &way.conditions);
        conditions.any(|condition| condition.missing(facts, today).iter().any(|missing| missing.index == ask.index))
    }

    fn verdict(&self, place: usize, truths: &[Vec<Truth>], facts: &mut [Fact], today: Date) -> Verdict<'_, 'a> {
        let outcome = &self.outcomes[place];
        let mut truth = any(&truths[place]);
        let mut branches = Vec::new();
        if matches!(truth, Truth::Unknown(_)) {
            let mut open = vec![false; self.outcomes.len()];
            open[place] = true;
            let unknown =
                |index: ElementIndex, facts: &[Fact]| matches!(facts[index.0 as usize], Fact::Missing | Fact::NeedsPerson);
            for ask in self.asks.iter().filter(|ask| ask.ways.iter().any(|(own, _)| *own == place)) {
                if !unknown(ask.index, facts) {
                    continue;
                }
                let Some((_, tried)) = self.trial(ask, truths, &open, facts, today).pop() else { continue };
                // However it is answered, it comes out the same: then it is settled already.
                if let [first, rest @ ..] = &*tried
                    && matches!(first, Truth::True | Truth::False)
                    && rest.iter().all(|truth| truth == first)
                {
                    truth = *first;
                    branches.clear();
                    break;
                }
                if changes(&tried) {
                    let branch = |(value, truth): (&Value, Truth)| Branch { field: ask.field, value: value.clone(), truth };
                    branches.extend(ask.values.iter().zip(tried).map(branch));
                }
            }
        }
        let told = |way: &'_ Way<'a>| way.conditions.iter().flat_map(|condition| condition.explain(&*facts, today)).collect();
        let holds = truths[place].iter().position(|way| *way == Truth::True);
        let because = match holds {
            Some(way) => vec![(&outcome.ways[way], told(&outcome.ways[way]))],
            None => outcome.ways.iter().map(|way| (way, told(way))).collect(),
        };
        Verdict { outcome, truth, because, branches }
    }

    /// Follows every path of questions, "don't know" included, and tells the longest it met: the answers in order, and whether
    /// the search was complete. `steps` bounds the work.
    pub fn longest_path(&self, mut steps: usize, today: Date) -> (Vec<(&'a Field, Option<Value>)>, bool) {
        let mut facts = vec![Fact::Missing; self.book.dictionary.len()];
        let (mut path, mut longest) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        self.follow(&mut facts, &mut path, &mut longest, &mut seen, &mut steps, today);
        (longest, steps > 0)
    }

    fn follow(
        &self,
        facts: &mut [Fact],
        path: &mut Vec<(&'a Field, Option<Value>)>,
        longest: &mut Vec<(&'a Field, Option<Value>)>,
        seen: &mut HashSet<(usize, Vec<String>)>,
        steps: &mut usize,
        today: Date,
    ) {
        if path.len() > longest.len() {
            longest.clone_from(path);
        }
        // What is still open decides the way on; two answers that leave the same open go on alike.
        let truths = self.truths(facts, today);
        let mut rest: Vec<String> = Vec::new();
        for ask in &self.asks {
            if ask.ways.iter().any(|(place, _)| matches!(any(&truths[*place]), Truth::Unknown(_))) {
                rest.push(format!("{:?}", facts[ask.index.0 as usize]));
            } else {
                rest.push(String::new());
            }
        }
        *steps = steps.saturating_sub(1);
        if *steps == 0 || !seen.insert((path.len(), rest)) {
            return;
        }
        let Some(question) = self.next_for(facts, today) else { return };
        let Some(ask) = self.asks.iter().find(|ask| std::ptr::eq(ask.field, question.field)) else { return };
        let at = ask.index.0 as usize;
        for answer in ask.values.iter().map(Some).chain([None]) {
            facts[at] = answer.map_or(Fact::NeedsPerson, |value| Fact::Known(value.clone()));
            path.push((ask.field, answer.cloned()));
            self.follow(facts, path, longest, seen, steps, today);
            path.pop();
        }
        facts[at] = Fact::Missing;
    }
}

impl Way<'_> {
    fn truth(&self, facts: &[Fact], today: Date) -> Truth {
        let mut truth = Truth::True;
        for condition in &self.conditions {
            truth = truth.and(condition.evaluate(facts, today));
            if truth == Truth::False {
                break;
            }
        }
        truth
    }
}

fn any(ways: &[Truth]) -> Truth {
    ways.iter().fold(Truth::False, |truth, way| truth.or(*way))
}

/// Whether the answers make a difference that one of them settles.
fn changes(tried: &[Truth]) -> bool {
    let settled = |truth: &Truth| matches!(truth, Truth::True | Truth::False);
    tried.iter().any(settled) && tried.iter().any(|truth| *truth != tried[0])
}

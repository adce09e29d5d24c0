//! The guide (智能导引): asks what can still change something, and says what follows.
//!
//! Nobody draws its questions as a tree. An [`Outcome`] is anything that hangs on conditions: an item of a theme, a paper. Under
//! the present answers some outcomes are open; a question is worth asking if its answers would make one of them come out
//! differently, and of these the one that settles most is put next. An answer of "don't know" ([`Told::unsure`]) leaves what hangs
//! on it open and is not asked for again; the verdict then shows each branch. What the answers are called and in which order they
//! come makes no difference. How the next question is chosen is in [`choice`]. Serves measures 3 and 11.

mod choice;

use crate::bundle::Bundle;
use crate::compile::Rulebook;
use crate::definition::Basis;
use crate::expression::could::Could;
use crate::expression::telling::telling_values;
use crate::expression::{Element, ElementIndex, Expression, Fact, Line, Truth, Value};
use crate::field::Field;
use crate::intake::Answers;
use crate::item::{Item, NeededMaterial};
use crate::material::Material;
use crate::theme::Component;
use choice::{Now, changes};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    /// Every condition once, however many ways it is part of.
    conditions: Vec<&'a Expression>,
    /// The conditions of each way of each outcome, as places among them.
    ways: Vec<Vec<Vec<usize>>>,
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
    /// The conditions that mention it.
    conditions: Vec<usize>,
    /// The outcomes that hang on these, each with its ways that do.
    outcomes: Vec<(usize, Vec<usize>)>,
    /// Whether the guide puts it; what it leaves to the form still shows in the branches.
    put: bool,
}

/// Where conditions mention an element, and what stands beside it there.
struct Mentions<'a> {
    element: &'a Element,
    literals: Vec<Value>,
    conditions: Vec<usize>,
    outcomes: Vec<(usize, Vec<usize>)>,
}

impl<'a> Mentions<'a> {
    fn of(element: &'a Element) -> Mentions<'a> {
        Mentions { element, literals: Vec::new(), conditions: Vec::new(), outcomes: Vec::new() }
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
        let (mut conditions, mut places) = (Vec::new(), HashMap::new());
        let mut place_of = |condition: &'a Expression| {
            *places.entry(std::ptr::from_ref(condition)).or_insert_with(|| {
                conditions.push(condition);
                conditions.len() - 1
            })
        };
        let ways: Vec<Vec<Vec<usize>>> = outcomes
            .iter()
            .map(|outcome| outcome.ways.iter().map(|way| way.conditions.iter().map(|own| place_of(own)).collect()).collect())
            .collect();
        let mut found: BTreeMap<ElementIndex, Mentions<'a>> = BTreeMap::new();
        for (condition, place) in conditions.iter().zip(0..) {
            for element in condition.elements() {
                let mentions = found.entry(element.index).or_insert_with(|| Mentions::of(element));
                condition.literals_beside(element, &mut mentions.literals);
                mentions.conditions.push(place);
            }
        }
        for (outcome, place) in ways.iter().zip(0..) {
            for (way, at) in outcome.iter().zip(0..) {
                for element in way.iter().flat_map(|condition| conditions[*condition].elements()) {
                    let Some(mentions) = found.get_mut(&element.index) else { continue };
                    match mentions.outcomes.last_mut() {
                        Some((last, ways)) if *last == place => {
                            if ways.last() != Some(&at) {
                                ways.push(at);
                            }
                        }
                        _ => mentions.outcomes.push((place, vec![at])),
                    }
                }
            }
        }
        let ask = |(index, mentions): (ElementIndex, Mentions<'a>)| {
            let Mentions { element, literals, conditions, outcomes } = mentions;
            let field = book.fields.get(&*element.name)?;
            let (place, wording) = wording(field).unwrap_or((usize::MAX, &field.meaning));
            let wording = if wording.is_empty() { field.name.get_ref() } else { wording };
            let values = telling_values(element, &literals, today);
            Some((place, Ask { field, index, wording, values, conditions, outcomes, put: put(&element.name) }))
        };
        let mut asks: Vec<(usize, Ask<'a>)> = found.into_iter().filter_map(ask).collect();
        asks.sort_by_key(|(place, ask)| (*place, ask.index));
        Guide { book, outcomes, conditions, ways, asks: asks.into_iter().map(|(_, ask)| ask).collect() }
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
        let now = self.now(&facts, today);
        (0..self.outcomes.len()).map(|place| self.verdict(place, &now, &mut facts, today)).collect()
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

    fn verdict(&self, place: usize, now: &Now, facts: &mut [Fact], today: Date) -> Verdict<'_, 'a> {
        let outcome = &self.outcomes[place];
        let mut truth = now.outcomes[place].truth();
        let mut branches = Vec::new();
        if matches!(truth, Truth::Unknown(_)) {
            let (mut open, mut scratch) = (vec![false; self.outcomes.len()], now.conditions.clone());
            open[place] = true;
            for ask in self.asks.iter().filter(|ask| ask.outcomes.iter().any(|(own, _)| *own == place)) {
                if !matches!(facts[ask.index.0 as usize], Fact::Missing | Fact::NeedsPerson) {
                    continue;
                }
                let trial = self.trial(ask, &ask.values, now, &mut scratch, &open, facts, today);
                let Some((_, tried)) = trial.each().next() else { continue };
                // However it is answered, it comes out the same: then it is settled already.
                if tried.first().is_some_and(|first| first.settled()) && !changes(tried) {
                    truth = tried[0].truth();
                    if tried[0] != Could::PERSON {
                        branches.clear();
                        break;
                    }
                }
                if changes(tried) {
                    let branch = |(value, could): (&Value, &Could)| Branch {
                        field: ask.field,
                        value: value.clone(),
                        truth: could.truth(),
                    };
                    branches.extend(ask.values.iter().zip(tried).map(branch));
                }
            }
        }
        let told = |way: &'_ Way<'a>| way.conditions.iter().flat_map(|condition| condition.explain(&*facts, today)).collect();
        let holds = (0..outcome.ways.len()).find(|way| self.way(place, *way, &now.conditions) == Could::TRUE);
        let because = match holds {
            Some(way) => vec![(&outcome.ways[way], told(&outcome.ways[way]))],
            None => outcome.ways.iter().map(|way| (way, told(way))).collect(),
        };
        Verdict { outcome, truth, because, branches }
    }
}

//! The merge (多表合一): every element asked once and every paper handed in once, under the strictest of all terms, each with who
//! asks for it; and back again to each body's own form and papers.
//!
//! Elements are merged by their code, never by their label: the same label with another meaning is another element of the
//! dictionary and stays apart. What another result of the bundle will hold is not asked but waited for.

use super::{Bundle, Member};
use crate::commitment;
use crate::expression::{Fact, Truth};
use crate::field::Field;
use crate::form::{Ask, Section};
use crate::intake::{Answers, Asked, Intake, Knowns, Origin, Paper, Part, Question, Want};
use crate::item::{Item, Limit, Necessity, NeededMaterial};
use crate::material::Material;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use toml::Spanned;

/// A section of the merged form: all sections of one title.
#[derive(Debug, Clone)]
pub(crate) struct MergedSection<'a> {
    section: &'a Section,
    fields: Vec<MergedField<'a>>,
    /// Every section of this title, and whose it is.
    whose: Vec<(Option<usize>, &'a Section)>,
}

#[derive(Debug, Clone)]
pub(crate) struct MergedField<'a> {
    field: &'a Field,
    asks: Vec<MergedAsk<'a>>,
}

#[derive(Debug, Clone)]
struct MergedAsk<'a> {
    /// Place among the members; none where the bundle itself asks.
    member: Option<usize>,
    section: &'a Section,
    ask: &'a Ask,
    /// Members whose result gives it to this one.
    givers: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct MergedPaper<'a> {
    pub(crate) material: &'a Material,
    pub(crate) wants: Vec<(usize, &'a NeededMaterial, Vec<usize>)>,
}

/// What one body receives of a merged application: its own form and papers, as if it had been applied to alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    pub answers: Answers,
    /// Keys of the papers it wants.
    pub papers: Vec<String>,
    /// Codes of elements that another result of the bundle has yet to give.
    pub awaits: Vec<String>,
}

/// What there is to do for the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Questions to answer.
    pub fields: usize,
    /// Papers to bring.
    pub papers: usize,
    /// Trips to make.
    pub visits: u32,
    /// Working days until the last result; see [`super::order::working_days`].
    pub days: u32,
}

/// What the merge spares, over the items that are needed for certain.
#[derive(Debug, Clone)]
pub struct Saved<'a> {
    pub one_by_one: Effort,
    pub together: Effort,
    pub items: Vec<(&'a Item, Effort)>,
}

impl<'a> Bundle<'a> {
    pub(super) fn merge(&mut self) {
        let mut merging = Merging { bundle: self, sections: Vec::new(), by_title: HashMap::new(), by_field: HashMap::new() };
        let theirs =
            self.theme.and_then(|theme| theme.deciding.as_ref()).filter(|_| self.members.iter().any(|own| own.when.is_some()));
        if let Some(section) = theirs {
            merging.section(None, section);
        }
        for (place, member) in self.members.iter().enumerate() {
            for section in self.form(member.item).into_iter().flat_map(|form| &form.section) {
                merging.section(Some(place), section);
            }
        }
        let mut sections = merging.sections;
        sections.retain(|merged| !merged.fields.is_empty());
        // What every form has at its end (办理方式) stays at the end.
        if self.members.len() > 1 {
            sections.sort_by_key(|merged| {
                merged.whose.len() > 1
                    && merged.whose.iter().all(|(member, section)| {
                        let form = member.and_then(|place| self.form(self.members[place].item));
                        form.is_some_and(|form| {
                            form.section.len() > 1 && form.section.last().is_some_and(|last| std::ptr::eq(last, *section))
                        })
                    })
            });
        }
        let mut papers: Vec<MergedPaper<'a>> = Vec::new();
        let mut by_key: HashMap<&str, usize> = HashMap::new();
        for (place, member) in self.members.iter().enumerate() {
            for needed in &member.item.material {
                let key = needed.key.get_ref().as_str();
                let Some(material) = self.book.materials.get(key) else { continue };
                let at = *by_key.entry(key).or_insert_with(|| {
                    papers.push(MergedPaper { material, wants: Vec::new() });
                    papers.len() - 1
                });
                papers[at].wants.push((place, needed, self.granters(place, member.item, material)));
            }
        }
        (self.sections, self.papers) = (sections, papers);
    }

    /// The members before this one whose result is the licence that replaces the paper.
    fn granters(&self, place: usize, item: &Item, material: &'a Material) -> Vec<usize> {
        let Some(licence) = self.granted(item, material) else { return Vec::new() };
        let before = self.edges.iter().filter(|edge| edge.after == place).map(|edge| edge.before);
        before.filter(|before| self.members[*before].item.result.as_ref().is_some_and(|result| result.name == licence)).collect()
    }

    /// The members before this one whose result gives the element.
    fn givers(&self, place: usize, field: &str) -> Vec<usize> {
        let before = self.edges.iter().filter(|edge| edge.after == place).map(|edge| edge.before);
        before
            .filter(|before| {
                let item = self.members[*before].item;
                let result = item.result.as_ref();
                result.is_some_and(|result| result.gives.iter().any(|given| given.field.get_ref() == field))
                    && !self.asks(item, field)
            })
            .collect()
    }

    /// Chinese names of the elements that it can ever ask for.
    pub fn asked(&self) -> impl Iterator<Item = &'a str> {
        self.sections.iter().flat_map(|merged| &merged.fields).map(|merged| merged.field.name.get_ref().as_str())
    }

    /// Everything that is asked for, given `answers`, the keys of the papers handed in and what is `known` without asking.
    pub fn intake(&self, answers: &'a Answers, handed: &[String], known: &'a Knowns, today: Date) -> Intake<'a> {
        let facts = self.facts(answers, known);
        let needed: Vec<Truth> = self.members.iter().map(|member| self.needed(member, &facts, today)).collect();
        let now = Now { bundle: self, answers, known, facts: &facts, needed: &needed, today };
        let parts = self.sections.iter().map(|merged| now.part(merged)).collect();
        let papers = self.papers.iter().map(|merged| now.paper(merged, handed)).collect();
        let asked: HashSet<&str> =
            self.sections.iter().flat_map(|merged| &merged.fields).map(|merged| merged.field.code.as_str()).collect();
        let foreign =
            answers.keys().filter(|code| !asked.contains(code.as_str()) && !commitment::is_choice(code)).cloned().collect();
        Intake { parts, papers, foreign }
    }

    /// The facts that answers amount to, and behind them what is known without asking.
    fn facts(&self, answers: &Answers, known: &Knowns) -> Vec<Fact> {
        let given = |code: &String| answers.get(code).is_some_and(|answer| !answer.trim().is_empty());
        if known.keys().all(given) {
            return self.book.facts(answers);
        }
        let mut all: Answers = known.iter().map(|(code, known)| (code.clone(), known.value.clone())).collect();
        all.extend(answers.iter().filter(|(code, _)| given(code)).map(|(code, answer)| (code.clone(), answer.clone())));
        self.book.facts(&all)
    }

    /// What the body of one item receives: exactly the answers and papers that its own form asks for, and nothing of the others.
    /// `given` holds what the results of the bundle have given so far: where one of them gives an element to this item, the
    /// applicant's own answer is for others.
    pub fn share(&self, code: &str, answers: &Answers, given: &Answers, today: Date) -> Option<Share> {
        let (place, member) = self.member(code)?;
        let all = self.book.facts(answers);
        let comes = |field: &Field| {
            let mut givers = self.givers(place, field.name.get_ref()).into_iter();
            givers.any(|giver| self.needed(&self.members[giver], &all, today) == Truth::True)
        };
        let sections = self.form(member.item).into_iter().flat_map(|form| &form.section);
        let asks = sections.flat_map(|section| section.ask.iter().map(move |ask| (section, ask)));
        let asks: Vec<(&Section, &Ask, &Field, bool)> = asks
            .filter_map(|(section, ask)| {
                let field = self.book.fields.get(ask.field.get_ref())?;
                Some((section, ask, field, comes(field)))
            })
            .collect();
        let answered = asks.iter().filter_map(|(.., field, comes)| {
            let from = if *comes { given } else { answers };
            Some((field.code.clone(), from.get(&field.code).filter(|answer| !answer.trim().is_empty())?.clone()))
        });
        let mut own: Answers = answered.collect();
        // An answer to what no longer applies is left out, and with it what hung on it alone.
        let facts = loop {
            let facts = self.book.facts(&own);
            let applies = |section: &Section, ask: &Ask| {
                self.worth(&section.when, &facts, today).and(self.worth(&ask.when, &facts, today)) == Truth::True
            };
            let asked: HashSet<&str> = asks
                .iter()
                .filter(|(section, ask, ..)| applies(section, ask))
                .map(|(.., field, _)| field.code.as_str())
                .collect();
            let before = own.len();
            own.retain(|code, _| asked.contains(code.as_str()));
            if own.len() == before {
                break facts;
            }
        };
        let worth = |when: &Option<Spanned<String>>| self.worth(when, &facts, today);
        let papers = member.item.material.iter().filter(|needed| worth(&needed.when) == Truth::True);
        let papers = papers.map(|needed| needed.key.get_ref().clone()).collect();
        let open = asks.iter().filter(|(section, ask, field, comes)| {
            *comes && !own.contains_key(&field.code) && worth(&section.when).and(worth(&ask.when)) == Truth::True
        });
        let awaits = open.map(|(.., field, _)| field.code.clone()).collect();
        Some(Share { answers: own, papers, awaits })
    }

    /// What the merge spares against handling the needed items one by one.
    pub fn saved(&self, answers: &'a Answers, known: &'a Knowns, today: Date) -> Saved<'a> {
        let state = self.state_of(&self.facts(answers, known), today);
        let of = |intake: &Intake<'a>| {
            let asked = |question: &&Question<'a>| question.applies == Truth::True && matches!(question.origin, Origin::Asked);
            let fields = intake.questions().filter(asked).count();
            let asked = |paper: &&Paper<'a>| paper.asked() && paper.necessity != Necessity::Optional;
            (fields, intake.papers.iter().filter(asked).count())
        };
        let mut items = Vec::new();
        let (mut sum, mut visits) = (Effort::default(), 0);
        for (_, standing) in state.needed() {
            let item = standing.member.item;
            let (fields, papers) = of(&Bundle::of_item(self.book, item).intake(answers, &[], known, today));
            let days = standing.limit.and_then(Limit::term).map_or(0, super::order::working_days);
            let own = Effort { fields, papers, visits: item.visits, days };
            sum.fields += own.fields;
            sum.papers += own.papers;
            sum.visits += own.visits;
            sum.days += own.days;
            visits = visits.max(own.visits);
            items.push((item, own));
        }
        let (fields, papers) = of(&self.intake(answers, &[], known, today));
        Saved { one_by_one: sum, together: Effort { fields, papers, visits, days: state.days.0 }, items }
    }

    fn worth(&self, when: &Option<Spanned<String>>, facts: &[Fact], today: Date) -> Truth {
        when.as_ref().map_or(Truth::True, |when| self.book.condition(when.get_ref(), facts, today))
    }
}

/// Forms joined section by section.
struct Merging<'b, 'a> {
    bundle: &'b Bundle<'a>,
    sections: Vec<MergedSection<'a>>,
    by_title: HashMap<&'a str, usize>,
    /// Where each element is asked: in which section.
    by_field: HashMap<&'a str, usize>,
}

impl<'a> Merging<'_, 'a> {
    fn section(&mut self, member: Option<usize>, section: &'a Section) {
        let at = *self.by_title.entry(&section.title).or_insert_with(|| {
            self.sections.push(MergedSection { section, fields: Vec::new(), whose: Vec::new() });
            self.sections.len() - 1
        });
        self.sections[at].whose.push((member, section));
        // A question goes behind the one it follows in its own form.
        let mut behind = None;
        for ask in &section.ask {
            let name = ask.field.get_ref().as_str();
            let Some(field) = self.bundle.book.fields.get(name) else { continue };
            let givers = member.map_or_else(Vec::new, |place| self.bundle.givers(place, name));
            let own = MergedAsk { member, section, ask, givers };
            let of = |fields: &[MergedField<'a>]| fields.iter().position(|merged| std::ptr::eq(merged.field, field));
            match self.by_field.get(name) {
                Some(known) => {
                    let known = *known;
                    if let Some(place) = of(&self.sections[known].fields) {
                        self.sections[known].fields[place].asks.push(own);
                        if known == at {
                            behind = Some(place);
                        }
                    }
                }
                None => {
                    let place = behind.map_or(self.sections[at].fields.len(), |behind: usize| behind + 1);
                    self.sections[at].fields.insert(place, MergedField { field, asks: vec![own] });
                    self.by_field.insert(name, at);
                    behind = Some(place);
                }
            }
        }
    }
}

/// A bundle at one moment.
struct Now<'b, 'a> {
    bundle: &'b Bundle<'a>,
    answers: &'a Answers,
    known: &'a Knowns,
    facts: &'b [Fact],
    needed: &'b [Truth],
    today: Date,
}

impl<'a> Now<'_, 'a> {
    fn worth(&self, when: &Option<Spanned<String>>) -> Truth {
        self.bundle.worth(when, self.facts, self.today)
    }

    /// Whether a section applies to its own item.
    fn section(&self, member: Option<usize>, section: &Section) -> Truth {
        let needed = member.map_or(Truth::True, |place| self.needed[place]);
        if needed == Truth::False { needed } else { needed.and(self.worth(&section.when)) }
    }

    /// The first member among these that is needed, or else whether one may be.
    fn from(&self, members: &[usize]) -> (Truth, Option<&'a Item>) {
        let any = members.iter().map(|place| self.needed[*place]).fold(Truth::False, Truth::or);
        let first = members.iter().find(|place| self.needed[**place] == Truth::True);
        (any, first.map(|place| self.bundle.members[*place].item))
    }

    fn part(&self, merged: &MergedSection<'a>) -> Part<'a> {
        let applies = merged.whose.iter().map(|(member, section)| self.section(*member, section)).fold(Truth::False, Truth::or);
        let questions: Vec<Question<'a>> = merged.fields.iter().map(|field| self.question(field)).collect();
        // A question may be asked here for a form that has it under another title.
        let applies = questions.iter().map(|question| question.applies).fold(applies, Truth::or);
        Part { section: merged.section, applies, questions }
    }

    fn question(&self, merged: &MergedField<'a>) -> Question<'a> {
        let field = merged.field;
        let asked_by: Vec<Asked<'a>> = merged
            .asks
            .iter()
            .map(|own| {
                let applies = match own.member {
                    None => self.matters(field),
                    Some(_) => self.section(own.member, own.section).and(self.worth(&own.ask.when)),
                };
                let (given, from) = self.from(&own.givers);
                let applies = if matches!(given, Truth::Unknown(_)) { applies.and(given) } else { applies };
                let item = own.member.map(|place| self.bundle.members[place].item);
                Asked { item, section: own.section, ask: own.ask, applies, from }
            })
            .collect();
        let applies = asked_by.iter().map(|asked| asked.applies).fold(Truth::False, Truth::or);
        let now: Vec<&Asked<'a>> = asked_by.iter().filter(|asked| asked.applies == Truth::True).collect();
        let own = self.answers.get(&field.code).map(String::as_str).filter(|answer| !answer.trim().is_empty());
        let known = self.known.get(&field.code).filter(|_| own.is_none());
        let comes = now.iter().all(|asked| asked.from.is_some());
        let origin = match (known, now.first().and_then(|asked| asked.from)) {
            (Some(known), _) => Origin::Known(known),
            (None, Some(item)) if comes => Origin::Result(item),
            _ => Origin::Asked,
        };
        let answer = own.or(known.map(|known| known.value.as_str()));
        let required = now.iter().any(|asked| asked.ask.required && asked.from.is_none());
        let asks: Vec<&Ask> = now.iter().map(|asked| asked.ask).collect();
        let fault =
            if asks.is_empty() { None } else { self.bundle.book.fault(field, &asks, required, answer, self.facts, self.today) };
        // The bundle's own asking has no sample or ground; an item's comes before it.
        let shown = now.iter().find(|asked| asked.item.is_some()).or(now.first()).map_or(merged.asks[0].ask, |asked| asked.ask);
        Question { field, ask: shown, asked_by, applies, required, origin, answer, fault }
    }

    /// Whether an element can still decide, or has decided, over an item of the theme.
    fn matters(&self, field: &Field) -> Truth {
        let book = self.bundle.book;
        let Some(element) = book.dictionary.get(field.name.get_ref()) else { return Truth::False };
        let mut without = None;
        let whens = self.bundle.members.iter().filter_map(|member: &Member<'a>| book.conditions.get(member.when?));
        let mut of_field = whens.filter(|when| when.elements().iter().any(|own| own.index == element.index));
        let decides = of_field.any(|when| {
            let without = without.get_or_insert_with(|| {
                let mut facts = self.facts.to_vec();
                facts[element.index.0 as usize] = Fact::Missing;
                facts
            });
            when.missing(without.as_slice(), self.today).iter().any(|missing| missing.index == element.index)
        });
        Truth::from(decides)
    }

    /// Whether a commitment was chosen that stands for the paper, as far as this item wants it: each of several has its own way.
    fn committed(&self, place: usize, material: &Material) -> bool {
        commitment::stands_for(self.bundle.book, self.answers, self.bundle.members[place].item, material)
    }

    fn paper(&self, merged: &MergedPaper<'a>, handed: &[String]) -> Paper<'a> {
        let wanted_by: Vec<Want<'a>> = merged
            .wants
            .iter()
            .map(|(place, needed, granters)| Want {
                item: self.bundle.members[*place].item,
                needed,
                applies: if self.committed(*place, merged.material) {
                    Truth::False
                } else {
                    self.needed[*place].and(self.worth(&needed.when))
                },
                from: self.from(granters).1,
            })
            .collect();
        let applies = wanted_by.iter().map(|want| want.applies).fold(Truth::False, Truth::or);
        // While none applies for certain, the terms of those that may are shown.
        let terms = |truth: fn(Truth) -> bool| wanted_by.iter().filter(move |want| truth(want.applies)).collect::<Vec<_>>();
        let mut terms_of = terms(|truth| truth == Truth::True);
        if terms_of.is_empty() {
            terms_of = terms(|truth| matches!(truth, Truth::Unknown(_)));
        }
        if terms_of.is_empty() {
            terms_of = terms(|_| true);
        }
        let strictness = |necessity: Necessity| match necessity {
            Necessity::Required => 2,
            Necessity::Deferrable => 1,
            Necessity::Optional => 0,
        };
        let all = || terms_of.iter().map(|want| want.needed);
        let needed = terms_of[0].needed;
        Paper {
            needed,
            material: merged.material,
            applies,
            necessity: all().map(|needed| needed.necessity).max_by_key(|necessity| strictness(*necessity)).unwrap_or_default(),
            fresh_days: all().filter_map(|needed| needed.fresh_days).chain(merged.material.fresh_days).min(),
            originals: all().map(|needed| needed.originals).max().unwrap_or_default(),
            copies: all().map(|needed| needed.copies).max().unwrap_or_default(),
            from: terms_of.iter().find_map(|want| want.from),
            handed: handed.contains(needed.key.get_ref()),
            wanted_by,
            own_copy: None,
        }
    }
}

//! A bundle: several items handled together, of a theme or picked freely. One compiler finds their order and merges what they ask
//! for (多表合一); an item by itself is the bundle of one.
//!
//! The order is derived, not written: an item waits for another if it wants the licence that the other grants, or asks for an
//! element that exists only by the other's result. A theme adds what its law wants beyond that. Serves measures 3 and 4.
//!
//! - [`order`]: what is needed for these answers, in which order, and how long it takes ([`Bundle::state`]).
//! - [`merge`]: one form and one list of papers ([`Bundle::intake`]), and back to each body's own ([`Bundle::share`]).

mod contradiction;
pub mod merge;
pub mod order;

pub use contradiction::Contradiction;
pub use merge::{Effort, Saved, Share};
pub use order::{Joined, Slot, Standing, State};

use crate::compile::Rulebook;
use crate::expression::{Fact, Truth};
use crate::field::Field;
use crate::form::{Ask, Form, Section};
use crate::item::{Item, NeededMaterial};
use crate::material::Material;
use crate::text::Text;
use crate::theme::{Component, Theme};
use jiff::civil::Date;
use merge::{MergedPaper, MergedSection};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An item of a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    pub item: &'a Item,
    /// What the theme says about it.
    pub rule: Option<&'a Component>,
    /// The condition under which it is needed; always without one.
    pub when: Option<&'a str>,
}

/// One item waits for another.
#[derive(Debug, Clone)]
pub struct Edge<'a> {
    /// Places of the two among the members.
    pub before: usize,
    pub after: usize,
    pub reasons: Vec<Reason<'a>>,
}

/// Why one item waits for another.
#[derive(Debug, Clone, Copy)]
pub enum Reason<'a> {
    /// It wants the licence that the other grants.
    Licence { needed: &'a NeededMaterial, material: &'a Material },
    /// It asks for an element that only the other's result gives.
    Element { section: &'a Section, ask: &'a Ask, field: &'a Field },
    /// The theme says so.
    Rule(&'a Component),
}

impl Reason<'_> {
    /// The reason as the half sentence after 因为 or because.
    pub fn words(&self, before: &Item) -> Text {
        let label = |name: &str, label: &Option<String>| label.clone().unwrap_or_else(|| name.to_owned());
        let first = label(&before.name, &before.label);
        match self {
            Reason::Licence { material, .. } => Text::new(
                format!("要用“{}”办完以后核发的“{}”", before.name, material.name),
                format!("it needs the paper “{}”, which “{first}” grants", label(&material.name, &material.label)),
            ),
            Reason::Element { field, .. } => Text::new(
                format!("要填“{}”，“{}”办完以后才有", field.name.get_ref(), before.name),
                format!("it asks for “{}”, which exists only after “{first}”", label(field.name.get_ref(), &field.label)),
            ),
            Reason::Rule(component) => match (&component.note, &component.basis) {
                (note, _) if !note.is_empty() => Text::new(note, format!("the theme says so: {note}")),
                (_, Some(basis)) => Text::new(format!("{basis}规定要先办它"), format!("{basis} puts “{first}” first")),
                _ => Text::new("主题规定要先办它", format!("the theme puts “{first}” first")),
            },
        }
    }
}

/// Several items, merged.
#[derive(Debug, Clone)]
pub struct Bundle<'a> {
    pub(crate) book: &'a Rulebook,
    pub theme: Option<&'a Theme>,
    pub members: Vec<Member<'a>>,
    /// Who may wait for whom, in the order of the members.
    pub edges: Vec<Edge<'a>>,
    pub(crate) sections: Vec<MergedSection<'a>>,
    pub(crate) papers: Vec<MergedPaper<'a>>,
}

impl<'a> Bundle<'a> {
    /// All items of a theme, each needed when the theme says so.
    pub fn of_theme(book: &'a Rulebook, theme: &'a Theme) -> Bundle<'a> {
        let members = theme.component.iter().filter_map(|rule| {
            let item = book.items.get(rule.item.get_ref())?;
            Some(Member { item, rule: Some(rule), when: rule.when.as_ref().map(|when| when.get_ref().as_str()) })
        });
        Bundle::compile(book, Some(theme), members.collect())
    }

    /// Items that somebody picked, each needed. Codes that name no item are passed over.
    pub fn of_items<'s>(book: &'a Rulebook, codes: impl IntoIterator<Item = &'s str>) -> Bundle<'a> {
        Bundle::chosen(book, None, codes)
    }

    /// The items that were chosen of a theme, and others with them, each needed; the theme's order rules hold.
    pub fn chosen<'s>(book: &'a Rulebook, theme: Option<&'a Theme>, codes: impl IntoIterator<Item = &'s str>) -> Bundle<'a> {
        let rule = |code: &str| theme?.component.iter().find(|rule| rule.item.get_ref() == code);
        let members =
            codes.into_iter().filter_map(|code| Some(Member { item: book.items.get(code)?, rule: rule(code), when: None }));
        Bundle::compile(book, theme, members.collect())
    }

    /// An item by itself.
    pub fn of_item(book: &'a Rulebook, item: &'a Item) -> Bundle<'a> {
        Bundle::compile(book, None, vec![Member { item, rule: None, when: None }])
    }

    fn compile(book: &'a Rulebook, theme: Option<&'a Theme>, mut members: Vec<Member<'a>>) -> Bundle<'a> {
        let mut seen = HashSet::new();
        members.retain(|member| seen.insert(member.item.code.get_ref()));
        let mut bundle = Bundle { book, theme, members, edges: Vec::new(), sections: Vec::new(), papers: Vec::new() };
        bundle.edges = bundle.derive_order();
        bundle.merge();
        bundle
    }

    pub fn member(&self, code: &str) -> Option<(usize, &Member<'a>)> {
        self.members.iter().enumerate().find(|(_, member)| member.item.code.get_ref() == code)
    }

    pub(crate) fn form(&self, item: &Item) -> Option<&'a Form> {
        self.book.forms.get(item.form.as_ref()?.get_ref())
    }

    /// Whether a member is needed for these facts.
    pub(crate) fn needed(&self, member: &Member<'a>, facts: &[Fact], today: Date) -> Truth {
        member.when.map_or(Truth::True, |when| self.book.condition(when, facts, today))
    }

    fn derive_order(&self) -> Vec<Edge<'a>> {
        if self.members.len() < 2 {
            return Vec::new();
        }
        let (mut granting, mut giving) = (HashMap::<&str, Vec<usize>>::new(), HashMap::<&str, Vec<usize>>::new());
        for (place, member) in self.members.iter().enumerate() {
            let Some(result) = &member.item.result else { continue };
            granting.entry(&result.name).or_default().push(place);
            for field in
                result.gives.iter().map(|given| given.field.get_ref().as_str()).filter(|field| !self.asks(member.item, field))
            {
                giving.entry(field).or_default().push(place);
            }
        }
        let places: HashMap<&str, usize> =
            self.members.iter().enumerate().map(|(place, member)| (member.item.code.get_ref().as_str(), place)).collect();
        let mut edges: BTreeMap<(usize, usize), Vec<Reason<'a>>> = BTreeMap::new();
        for (after, member) in self.members.iter().enumerate() {
            let item = member.item;
            let apart: Vec<usize> = member
                .rule
                .into_iter()
                .flat_map(|rule| &rule.independent_of)
                .filter_map(|code| places.get(code.get_ref().as_str()).copied())
                .collect();
            let mut add = |before: usize, reason: Reason<'a>| {
                if before != after && !apart.contains(&before) {
                    edges.entry((before, after)).or_default().push(reason);
                }
            };
            for needed in &item.material {
                let Some(material) = self.book.materials.get(needed.key.get_ref()) else { continue };
                for before in self.granted(item, material).and_then(|licence| granting.get(licence)).into_iter().flatten() {
                    add(*before, Reason::Licence { needed, material });
                }
            }
            for section in self.form(item).into_iter().flat_map(|form| &form.section) {
                for ask in &section.ask {
                    let name = ask.field.get_ref().as_str();
                    let Some(field) = self.book.fields.get(name) else { continue };
                    for before in giving.get(name).into_iter().flatten().filter(|before| !self.alternatives(**before, after)) {
                        add(*before, Reason::Element { section, ask, field });
                    }
                }
            }
            if let Some(rule) = member.rule {
                for before in rule.after.iter().filter_map(|code| places.get(code.get_ref().as_str())) {
                    add(*before, Reason::Rule(rule));
                }
            }
        }
        edges.into_iter().map(|((before, after), reasons)| Edge { before, after, reasons }).collect()
    }

    /// The licence, granted to the applicant, that replaces a paper of `item`. What an item grants itself it wants in the form
    /// that stands already, as a change wants the permit to be changed.
    pub(crate) fn granted(&self, item: &Item, material: &'a Material) -> Option<&'a str> {
        let licence = material.replaced_by.as_deref().filter(|_| !material.of_others)?;
        (item.result.as_ref().is_none_or(|own| own.name != licence)).then_some(licence)
    }

    /// Whether both give the same, as two kinds of registration do: then neither waits for the other.
    fn alternatives(&self, one: usize, other: usize) -> bool {
        let gives = |place: usize| self.members[place].item.result.iter().flat_map(|result| &result.gives);
        gives(one).any(|given| gives(other).any(|own| own.field.get_ref() == given.field.get_ref()))
    }

    fn asks(&self, item: &Item, field: &str) -> bool {
        let asks = self.form(item).into_iter().flat_map(|form| &form.section).flat_map(|section| &section.ask);
        asks.into_iter().any(|ask| ask.field.get_ref() == field)
    }
}

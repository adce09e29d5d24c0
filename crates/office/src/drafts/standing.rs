//! How a draft stands towards the rulebook in force: its item may be closed, gone, or on other terms since.

use super::Wanted;
use jiff::civil::Date;
use rulebook::item::{Item, Limit, LimitKind, limit_on};
use rulebook::theme::{Component, Theme};
use rulebook::{Rulebook, Text};
use std::collections::{BTreeMap, BTreeSet};
use store::drafts::Draft;

/// What the writer of a draft has to know before going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Current,
    /// There is a newer edition; what it changes for this item, in words. Empty where nothing does.
    Newer(Vec<Text>),
    /// No new applications since that day. What was drafted stays, and the office still owes a written answer with this reason.
    Closed {
        from: Date,
        reason: String,
    },
    /// The item is not in the rulebook any more.
    Gone,
}

/// How `draft`, written under `pinned`, stands towards `live`, which is in force.
pub fn standing(draft: &Draft, pinned: &Rulebook, live: &Rulebook, live_edition: &str, today: Date) -> Standing {
    let Some(wanted) = Wanted::of(live, draft) else { return Standing::Gone };
    for item in &wanted.items {
        if let Some(from) = item.closed_from.filter(|from| *from <= today) {
            return Standing::Closed { from, reason: item.closed_reason.clone() };
        }
    }
    if draft.edition == live_edition {
        return Standing::Current;
    }
    let (theme, chosen) = Wanted::codes(draft);
    let of_theme = theme.map(|theme| theme_differences(&theme, &chosen, pinned, live, today)).unwrap_or_default();
    let of_items = wanted.items.iter().flat_map(|item| differences(item.code.get_ref(), pinned, live, today));
    Standing::Newer(of_theme.into_iter().chain(of_items).collect())
}

/// What differs between two editions of a theme: what belongs to it, when each is needed, and what the whole is promised in. What was
/// `chosen` stays chosen, also where it belongs to the theme no more.
fn theme_differences(code: &str, chosen: &[String], old: &Rulebook, new: &Rulebook, today: Date) -> Vec<Text> {
    let Some(before) = old.themes.get(code) else { return Vec::new() };
    let Some(after) = new.themes.get(code) else {
        return vec![Text::new(
            format!("“{}”不再作为一件事公布；所选事项仍可一起办理。", before.name),
            format!("“{}” is no theme any more; what you chose can still be handled together.", before.name),
        )];
    };
    let parts = |theme: &Theme| -> BTreeMap<String, Option<String>> {
        let when = |part: &Component| part.when.as_ref().map(|when| when.get_ref().clone());
        theme.component.iter().map(|part| (part.item.get_ref().clone(), when(part))).collect()
    };
    let (had, has) = (parts(before), parts(after));
    let name = |rules: &'_ Rulebook, code: &str| rules.items.get(code).map_or_else(|| code.to_owned(), |item| item.name.clone());
    let names =
        |rules: &Rulebook, codes: &mut dyn Iterator<Item = &String>| codes.map(|code| name(rules, code)).collect::<Vec<_>>();
    let mut found = Vec::new();
    let added = names(new, &mut has.keys().filter(|code| !had.contains_key(*code)));
    tell(&mut found, added.iter().map(String::as_str), ("新增的手续：", "Services added: "));
    let (kept, gone): (Vec<&String>, Vec<&String>) =
        had.keys().filter(|code| !has.contains_key(*code)).partition(|code| chosen.contains(code));
    let gone = names(old, &mut gone.into_iter());
    tell(&mut found, gone.iter().map(String::as_str), ("不再包括的手续：", "Services left out: "));
    let kept = names(old, &mut kept.into_iter());
    tell(
        &mut found,
        kept.iter().map(String::as_str),
        (
            "这件事不再包括，但您已选、仍会一起办理的手续（不需要的，请从导引重新开始）：",
            "No longer part of it, but chosen and still handled together (start again from the guide to drop them): ",
        ),
    );
    let other = names(new, &mut has.keys().filter(|code| had.get(*code).is_some_and(|when| has.get(*code) != Some(when))));
    tell(
        &mut found,
        other.iter().map(String::as_str),
        ("何时需要有变化，请重新回答导引问题：", "Needed in other cases, answer the guide anew: "),
    );
    let promise = |theme: &Theme| limit_on(&theme.limit, LimitKind::Promised, today).and_then(Limit::term);
    if promise(before) != promise(after) {
        found.push(Text::new("整体承诺时限有变化。", "The promised limit of the whole has changed."));
    }
    found
}

/// What differs for an applicant between two editions of an item: questions, papers, limits, fees, procedure.
pub fn differences(code: &str, old: &Rulebook, new: &Rulebook, today: Date) -> Vec<Text> {
    let (Some(before), Some(after)) = (old.items.get(code), new.items.get(code)) else { return Vec::new() };
    let mut found = Vec::new();
    let (asked, asks) = (questions(old, before), questions(new, after));
    tell(&mut found, asks.difference(&asked).copied(), ("新增填写项：", "New questions: "));
    tell(&mut found, asked.difference(&asks).copied(), ("不再填写：", "No longer asked: "));
    let (needed, needs) = (papers(old, before), papers(new, after));
    tell(&mut found, needs.difference(&needed).copied(), ("新增材料：", "New papers: "));
    tell(&mut found, needed.difference(&needs).copied(), ("不再需要的材料：", "Papers no longer needed: "));
    if limits(before, today) != limits(after, today) {
        found.push(Text::new("办结时限有变化，请看办事指南。", "The limits have changed; see the guide."));
    }
    if before.fee.charged != after.fee.charged || before.fee.standard != after.fee.standard {
        found.push(Text::new("收费有变化，请看办事指南。", "The fee has changed; see the guide."));
    }
    if before.procedure.get_ref() != after.procedure.get_ref() {
        found.push(Text::new("办理流程有变化，请看办事指南。", "The procedure has changed; see the guide."));
    }
    found
}

fn questions<'a>(rules: &'a Rulebook, item: &Item) -> BTreeSet<&'a str> {
    let form = item.form.as_ref().and_then(|form| rules.forms.get(form.get_ref()));
    form.into_iter()
        .flat_map(|form| &form.section)
        .flat_map(|section| &section.ask)
        .map(|ask| ask.field.get_ref().as_str())
        .collect()
}

fn papers<'a>(rules: &'a Rulebook, item: &Item) -> BTreeSet<&'a str> {
    item.material
        .iter()
        .filter_map(|needed| rules.materials.get(needed.key.get_ref()))
        .map(|material| material.name.as_str())
        .collect()
}

fn limits(item: &Item, today: Date) -> Vec<(bool, Option<rulebook::Term>)> {
    let in_force = |limit: &&Limit| limit.from <= today;
    item.limit.iter().filter(in_force).map(|limit| (limit.kind == LimitKind::Statutory, limit.term())).collect()
}

fn tell<'a>(found: &mut Vec<Text>, names: impl Iterator<Item = &'a str>, words: (&str, &str)) {
    let names: Vec<&str> = names.collect();
    if !names.is_empty() {
        found.push(Text::new(format!("{}{}", words.0, names.join("、")), format!("{}{}", words.1, names.join(", "))));
    }
}

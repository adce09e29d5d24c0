//! Where any part of a definition stands. The parts of a file are looked up only when there is something to say about them.

use crate::compile::{Rulebook, line_at};
use crate::definition::Place;
use std::collections::HashMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A path into a definition: keys and places in lists, joined by points, as in `limit.2.basis`.
pub(super) struct Places<'a> {
    rulebook: &'a Rulebook,
    read: HashMap<&'a str, Option<Spanned<DeTable<'a>>>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(rulebook: &'a Rulebook) -> Places<'a> {
        Places { rulebook, read: HashMap::new() }
    }

    /// Where a definition stands.
    pub(super) fn of(&self, kind: &'static str, code: &str) -> Place {
        self.rulebook.places.get(&(kind, code.to_owned())).cloned().unwrap_or_default()
    }

    /// Where a part of it stands. What is not there is looked for where it should be: the nearest part around it.
    pub(super) fn part(&mut self, kind: &'static str, code: &str, path: &str) -> Place {
        let place = self.of(kind, code);
        let Some((file, text)) = self.rulebook.sources.get_key_value(&place.file) else { return place };
        let root = self.read.entry(file).or_insert_with(|| DeTable::parse(text).ok());
        let Some(definitions) = root.as_ref().and_then(|root| root.get_ref().get(kind)?.get_ref().as_array()) else {
            return place;
        };
        let own = definitions.iter().find(|definition| key_of(definition).is_some_and(|key| key == code));
        let (Some(own), false) = (own, path.is_empty()) else { return place };
        let offset = descend(own, path);
        offset.map_or(place.clone(), |offset| Place { line: line_at(text, offset), ..place })
    }
}

/// What a definition is known by: the same keys that `compile` takes.
pub(super) fn key_of(definition: &Spanned<DeValue<'_>>) -> Option<String> {
    let table = definition.get_ref().as_table()?;
    ["code", "key", "number", "rule", "name"].iter().find_map(|key| match table.get(*key)?.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        _ => None,
    })
}

/// The byte at which the deepest part that exists begins; `None` when not even the first step does.
fn descend(own: &Spanned<DeValue<'_>>, path: &str) -> Option<usize> {
    let mut at = own;
    let mut offset = None;
    for step in path.split('.') {
        let next = match at.get_ref() {
            DeValue::Table(table) => table.get(step),
            DeValue::Array(list) => step.parse().ok().and_then(|place: usize| list.get(place)),
            _ => None,
        };
        let Some(next) = next else { break };
        (at, offset) = (next, Some(next.span().start));
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[[item]]\ncode = \"a\"\nname = \"甲\"\ntype = \"行政许可\"\nprocedure = \"p\"\nlimit = [\n  { from = 2026-01-01, none-stated = true, basis = { law = \"法\" } },\n  { from = 2026-02-01, working-days = 5, basis = { law = \"法\" } },\n]\n\n[item.result]\nname = \"证\"\nkind = \"出证\"\n";

    #[test]
    fn every_part_of_a_definition_has_a_line() {
        let (rulebook, _) = crate::compile([("items/a.toml", TEXT)]);
        let mut places = Places::new(&rulebook);
        let mut check = |path: &str, line: usize| {
            assert_eq!(places.part("item", "a", path), Place { file: "items/a.toml".to_owned(), line }, "{path}");
        };
        check("", 2);
        check("name", 3);
        check("limit", 6);
        check("limit.1", 8);
        check("limit.1.working-days", 8);
        check("result.kind", 13);
        // What is missing is looked for where it should stand.
        check("limit.0.working-days", 7);
        check("faq.0", 2);
    }
}

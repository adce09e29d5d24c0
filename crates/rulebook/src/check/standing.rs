//! Grounds: every rule has one (V15), and in production only what was checked against the law is published (decision 32).

use super::Checking;
use super::places::key_of;
use crate::compile::line_at;
use crate::definition::Place;
use crate::item::Item;
use toml::de::{DeTable, DeValue};

impl Checking<'_> {
    pub(super) fn standing(&mut self, production: bool) {
        let rulebook = self.rulebook;
        for item in rulebook.items.values() {
            self.grounds(item);
        }
        if production {
            for (file, text) in &rulebook.sources {
                self.verified(file, text);
            }
        }
    }

    /// An item, its conditions, its points and its extraordinary terms each have a ground (优化营商环境条例 art. 35).
    fn grounds(&mut self, item: &Item) {
        if item.basis.is_empty() {
            self.of_item("V15", item, "basis", "事项没有设定依据", "The item has no legal basis");
        }
        for (at, condition) in item.condition.iter().enumerate().filter(|(_, condition)| condition.basis.is_none()) {
            let zh = format!("受理条件没有依据：{}", condition.text);
            self.of_item(
                "V15",
                item,
                &format!("condition.{at}"),
                zh,
                format!("This condition has no legal basis: {}", condition.text),
            );
        }
        for (at, point) in item.point.iter().enumerate().filter(|(_, point)| point.basis.is_none()) {
            let zh = format!("审查要点没有依据：{}", point.text);
            self.of_item(
                "V15",
                item,
                &format!("point.{at}"),
                zh,
                format!("This review point has no legal basis: {}", point.text),
            );
        }
    }

    /// Reports each definition that is an example itself or rests on one. The files are walked, so that no kind is forgotten.
    fn verified(&mut self, file: &str, text: &str) {
        let Ok(root) = DeTable::parse(text) else { return };
        for (kind, definitions) in root.get_ref() {
            // Rules of the check are ours, not the law's.
            if kind.get_ref() == "check" {
                continue;
            }
            for definition in definitions.get_ref().as_array().into_iter().flatten() {
                let Some(table) = definition.get_ref().as_table() else { continue };
                let bases = examples(definition.get_ref());
                let own = !is_verified(table);
                if !own && bases == 0 {
                    continue;
                }
                let name = table
                    .get("name")
                    .and_then(|name| name.get_ref().as_str().map(str::to_owned))
                    .or_else(|| key_of(definition))
                    .unwrap_or_default();
                let (zh, en) = match (own, bases) {
                    (true, 0) => (format!("“{name}”是示例"), format!("“{name}” is an example")),
                    (true, _) => (
                        format!("“{name}”是示例，另有 {bases} 处依据未核实"),
                        format!("“{name}” is an example, and {bases} of its grounds are not verified"),
                    ),
                    (false, _) => {
                        (format!("“{name}”有 {bases} 处依据未核实"), format!("{bases} grounds of “{name}” are not verified"))
                    }
                };
                let place = Place { file: file.to_owned(), line: line_at(text, definition.span().start) };
                self.report("not-verified", place, zh, en);
            }
        }
    }
}

fn is_verified(table: &DeTable<'_>) -> bool {
    table.get("status").is_some_and(|status| status.get_ref().as_str() == Some("verified"))
}

/// How many grounds within a definition are examples. A ground is a table that names a law.
fn examples(value: &DeValue<'_>) -> usize {
    match value {
        DeValue::Array(list) => list.iter().map(|value| examples(value.get_ref())).sum(),
        DeValue::Table(table) if table.get("law").is_some() => usize::from(!is_verified(table)),
        DeValue::Table(table) => table.iter().map(|(_, value)| examples(value.get_ref())).sum(),
        _ => 0,
    }
}

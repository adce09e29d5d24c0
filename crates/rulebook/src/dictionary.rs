//! The dictionary of one edition as the condition language sees it.

use crate::expression::{Bounds, Decimal, Element, ElementIndex, Kind, Names};
use crate::field::{CodeList, Field, FieldKind};
use crate::text::Text;
use std::collections::{BTreeMap, HashMap};

/// Every element by Chinese name and by code, numbered densely.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    elements: Vec<Element>,
    by_name: HashMap<String, usize>,
}

impl Dictionary {
    pub(crate) fn new(fields: &BTreeMap<String, Field>, codes: &BTreeMap<String, CodeList>) -> Dictionary {
        let mut dictionary = Dictionary::default();
        for (index, (name, field)) in fields.iter().enumerate() {
            let mut element = Element::new(index as u32, name, kind_of(field, codes));
            element.label_en = field.label.as_deref().map(Into::into);
            element.unit = field.unit.as_ref().map(|unit| Text::new(unit, unit));
            dictionary.by_name.insert(name.clone(), index);
            dictionary.by_name.insert(field.code.clone(), index);
            dictionary.elements.push(element);
        }
        dictionary
    }

    pub fn get(&self, name: &str) -> Option<&Element> {
        self.by_name.get(name).map(|index| &self.elements[*index])
    }

    pub fn at(&self, index: ElementIndex) -> Option<&Element> {
        self.elements.get(index.0 as usize)
    }

    /// Every element, in the order of their numbers.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    pub fn len(&self) -> usize {
        self.elements.len()
    }

    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }
}

impl Names for Dictionary {
    fn element(&self, name: &str) -> Option<Element> {
        self.get(name).cloned()
    }

    fn each_name(&self, visit: &mut dyn FnMut(&str)) {
        self.elements.iter().for_each(|element| visit(&element.name));
    }
}

fn kind_of(field: &Field, codes: &BTreeMap<String, CodeList>) -> Kind {
    let bounds = || Bounds { min: decimal(field.min), max: decimal(field.max) };
    let words = || {
        let list = field.codes.as_ref().and_then(|code| codes.get(code));
        list.into_iter().flat_map(|list| &list.value).map(|value| value.name.clone())
    };
    match field.kind {
        FieldKind::YesNo => Kind::Bool,
        FieldKind::Number => Kind::Number(bounds()),
        FieldKind::Money => Kind::Money(bounds()),
        FieldKind::Date => Kind::Date,
        FieldKind::Choice => Kind::choice(words()),
        FieldKind::Choices => Kind::many(words()),
        _ => Kind::Text,
    }
}

fn decimal(number: Option<f64>) -> Option<Decimal> {
    number.and_then(|number| number.to_string().parse().ok())
}

//! What the platform computes of a firm from what is known of it: for now its size (企业划型).

use crate::Profile;
use crate::facts::choose;
use rulebook::Rulebook;
use rulebook::expression::{Decimal, Fact, Value};
use rulebook::size::{Measures, size};

/// Codes of the elements that the size is found from, and of the size itself.
const SIZE: &str = "enterprise-size";
const INDUSTRY: &str = "industry-class";
const OF_ONE_YEAR: [&str; 3] = ["staff-year-end", "revenue", "assets"];

impl Profile {
    /// Fills in the size where nobody stated it. Nothing is computed from figures of different years.
    pub fn derive(&self, rulebook: &Rulebook, facts: &mut [Fact]) {
        let dictionary = &rulebook.dictionary;
        let at = |code: &str| dictionary.get(code).map(|element| element.index);
        let (Some(own), Some(industry)) = (at(SIZE), at(INDUSTRY)) else { return };
        if rulebook.sizes.is_empty() || facts[own.0 as usize] != Fact::Missing {
            return;
        }
        let Fact::Known(Value::Text(industry)) = facts[industry.0 as usize].clone() else { return };
        let indexes = OF_ONE_YEAR.map(at);
        let period = |index| {
            let stated = self.stated.iter().find(|(element, _)| Some(*element) == index).map(|(_, stated)| stated)?;
            Some(stated[choose(stated).by?].period.as_str())
        };
        let mut periods = indexes.iter().filter_map(|index| period(*index));
        if let Some(first) = periods.next()
            && periods.any(|other| other != first)
        {
            return;
        }
        let number = |index: Option<rulebook::expression::ElementIndex>| -> Option<Decimal> {
            match facts[index?.0 as usize] {
                Fact::Known(Value::Number(number)) => Some(number),
                _ => None,
            }
        };
        let [staff, revenue, assets] = indexes.map(number);
        if let Some(size) = size(rulebook.sizes.values(), &industry, Measures { staff, revenue, assets }) {
            facts[own.0 as usize] = Fact::from(size.word());
        }
    }
}

//! What the platform computes of a firm from what is known of it: for now its size (企业划型). A firm is asked for what the size follows
//! from, never for the size.

use crate::Profile;
use crate::facts::choose;
use rulebook::Rulebook;
use rulebook::expression::{Decimal, ElementIndex, Fact, Value};
use rulebook::size::{Measures, Size, row_of, size};

/// Codes of the elements that the size is found from, and of the size itself.
const SIZE: &str = "enterprise-size";
const INDUSTRY: &str = "industry-class";
const OF_ONE_YEAR: [&str; 3] = ["staff-year-end", "revenue", "assets"];

/// How the size of a firm stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SizeOf {
    /// Somebody states it: nothing is computed.
    Stated,
    /// It follows from these facts, in the order of the table. `Size::Unclassified` follows from the industry alone.
    Computed(Size, Vec<ElementIndex>),
    /// It cannot be computed before these are known.
    Lacking(Vec<ElementIndex>),
    /// The figures that are known are of different years.
    YearsDiffer,
}

/// Where the elements stand in the facts.
struct Places {
    size: ElementIndex,
    industry: ElementIndex,
    figures: [ElementIndex; 3],
}

impl Places {
    fn of(rulebook: &Rulebook) -> Option<Places> {
        let at = |code: &str| rulebook.dictionary.get(code).map(|element| element.index);
        let [staff, revenue, assets] = OF_ONE_YEAR.map(at);
        let places = Places { size: at(SIZE)?, industry: at(INDUSTRY)?, figures: [staff?, revenue?, assets?] };
        (!rulebook.sizes.is_empty()).then_some(places)
    }

    /// How it stands by these facts, whichever years they are of.
    fn stand(&self, rulebook: &Rulebook, facts: &[Fact]) -> SizeOf {
        let fact = |index: ElementIndex| &facts[index.0 as usize];
        if *fact(self.size) != Fact::Missing {
            return SizeOf::Stated;
        }
        let Fact::Known(Value::Text(industry)) = fact(self.industry) else { return SizeOf::Lacking(vec![self.industry]) };
        let number = |index| match fact(index) {
            Fact::Known(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let figures: [Option<Decimal>; 3] = self.figures.map(number);
        let [staff, revenue, assets] = figures;
        let counts = row_of(rulebook.sizes.values(), industry).map_or([false; 3], |row| row.counts());
        let of = |known: bool| {
            let all = self.figures.into_iter().zip(figures).zip(counts);
            all.filter(move |((_, number), counts)| *counts && number.is_some() == known).map(|((index, _), _)| index)
        };
        match size(rulebook.sizes.values(), industry, Measures { staff, revenue, assets }) {
            Some(size) => SizeOf::Computed(size, [self.industry].into_iter().chain(of(true)).collect()),
            None => SizeOf::Lacking(of(false).collect()),
        }
    }
}

/// Fills in the size that follows from these facts where nobody stated it; they are taken to be of one year. `None` where the rulebook
/// has no table of sizes.
pub fn fill_size(rulebook: &Rulebook, facts: &mut [Fact]) -> Option<SizeOf> {
    let places = Places::of(rulebook)?;
    let stands = places.stand(rulebook, facts);
    if let SizeOf::Computed(size, _) = &stands {
        facts[places.size.0 as usize] = Fact::from(size.word());
    }
    Some(stands)
}

/// Whether an element is computed, and so never asked for.
pub fn is_computed(rulebook: &Rulebook, element: ElementIndex) -> bool {
    Places::of(rulebook).is_some_and(|places| places.size == element)
}

/// What to ask for where a clause hangs on this element: itself, or what it would be computed from.
pub fn asked_for(rulebook: &Rulebook, facts: &[Fact], element: ElementIndex) -> Vec<ElementIndex> {
    match Places::of(rulebook).filter(|places| places.size == element) {
        None => vec![element],
        Some(places) => match places.stand(rulebook, facts) {
            SizeOf::Lacking(elements) => elements,
            _ => Vec::new(),
        },
    }
}

impl Profile {
    /// Fills in the size where nobody stated it. Nothing is computed from figures of different years.
    pub fn derive(&self, rulebook: &Rulebook, facts: &mut [Fact]) -> Option<SizeOf> {
        let period = |index| {
            let stated = self.stated.iter().find(|(element, _)| *element == index).map(|(_, stated)| stated)?;
            Some(stated[choose(stated).by?].period.as_str())
        };
        let places = Places::of(rulebook)?;
        let mut periods = places.figures.iter().filter_map(|index| period(*index));
        let differ = periods.next().is_some_and(|first| periods.any(|other| other != first));
        if differ && !matches!(places.stand(rulebook, facts), SizeOf::Stated | SizeOf::Computed(Size::Unclassified, _)) {
            return Some(SizeOf::YearsDiffer);
        }
        fill_size(rulebook, facts)
    }
}

//! What the value of one quantity may still be.

use super::super::{tree::Relation, value::Decimal};
use jiff::civil::Date;

/// Whole numbers as disjoint closed ranges in ascending order. Numbers stand on it in ten-thousandths, dates as days, choices
/// and truth values as their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(i64, i64)>);

/// The place of a date on its line.
pub(super) fn day(date: Date) -> i64 {
    date.duration_since(Date::ZERO).as_hours() / 24
}

impl Ranges {
    pub(super) fn everything() -> Ranges {
        Ranges::of(i64::MIN, i64::MAX)
    }

    pub(super) fn of(from: i64, to: i64) -> Ranges {
        Ranges(if from <= to { vec![(from, to)] } else { Vec::new() })
    }

    pub(super) fn point(point: i64) -> Ranges {
        Ranges::of(point, point)
    }

    pub(super) fn points(mut points: Vec<i64>) -> Ranges {
        points.sort_unstable();
        points.dedup();
        Ranges(points.into_iter().map(|point| (point, point)).collect())
    }

    /// Everything that has this relation to a point.
    pub(super) fn related(relation: Relation, point: i64) -> Ranges {
        match relation {
            Relation::Equal => Ranges::point(point),
            Relation::AtMost => Ranges::of(i64::MIN, point),
            Relation::AtLeast => Ranges::of(point, i64::MAX),
            Relation::NotEqual | Relation::Less | Relation::More => Ranges::related(relation.opposite(), point).complement(),
        }
    }

    pub(super) fn complement(&self) -> Ranges {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut from = Some(i64::MIN);
        for &(low, high) in &self.0 {
            if let Some(start) = from
                && start < low
            {
                gaps.push((start, low - 1));
            }
            from = high.checked_add(1);
        }
        if let Some(start) = from {
            gaps.push((start, i64::MAX));
        }
        Ranges(gaps)
    }

    fn intersection(&self, other: &Ranges) -> Ranges {
        let (mut mine, mut theirs, mut common) = (self.0.iter().peekable(), other.0.iter().peekable(), Vec::new());
        while let (Some((low, high)), Some((other_low, other_high))) = (mine.peek(), theirs.peek()) {
            let (from, to) = (low.max(other_low), high.min(other_high));
            if from <= to {
                common.push((*from, *to));
            }
            if high < other_high {
                mine.next()
            } else {
                theirs.next()
            };
        }
        Ranges(common)
    }

    /// The ends of what is left.
    pub(super) fn ends(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().flat_map(|(low, high)| [*low, *high]).filter(|end| ![i64::MIN, i64::MAX].contains(end))
    }

    /// The point of the ranges that lies nearest to another.
    pub(super) fn nearest(&self, to: i64) -> Option<i64> {
        let inside = self.0.iter().map(|(low, high)| to.clamp(*low, *high));
        inside.min_by_key(|point| point.abs_diff(to))
    }

    pub(super) fn contains(&self, point: i64) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= point);
        after > 0 && self.0[after - 1].1 >= point
    }
}

/// A test on a free text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WordTest {
    Among(Vec<String>),
    Prefix(String),
    Part(String),
}

impl WordTest {
    fn holds(&self, text: &str) -> bool {
        match self {
            WordTest::Among(words) => words.iter().any(|word| word == text),
            WordTest::Prefix(prefix) => text.starts_with(prefix.as_str()),
            WordTest::Part(part) => text.contains(part.as_str()),
        }
    }

    fn size(&self) -> usize {
        if let WordTest::Among(words) = self { words.len() } else { 1 }
    }
}

/// What one branch of a condition demands of a quantity.
#[derive(Debug, Clone)]
pub(super) enum Restriction {
    Points(Ranges),
    Words(WordTest, bool),
    /// The list has, or has not, the word at this place of its dictionary.
    Member(usize, bool),
    /// How many words the list has.
    Count(Ranges),
}

/// What is left of the values of a quantity.
#[derive(Debug, Clone)]
pub(super) enum Domain {
    Points(Ranges),
    /// The tests a text must pass (`true`) or fail.
    Words(Vec<(WordTest, bool)>),
    /// For each word of the dictionary whether it must or must not be there, and how many there are, in ten-thousandths.
    List {
        members: Vec<Option<bool>>,
        count: Ranges,
    },
}

impl Domain {
    /// Narrows the domain and tells how much work it is by now.
    pub(super) fn restrict(&mut self, restriction: &Restriction) -> usize {
        match (&mut *self, restriction) {
            (Domain::Points(points), Restriction::Points(ranges)) => *points = points.intersection(ranges),
            (Domain::Words(tests), Restriction::Words(test, wanted)) => tests.push((test.clone(), *wanted)),
            (Domain::List { members, count }, Restriction::Member(place, wanted)) => {
                if members[*place] == Some(!wanted) {
                    *count = Ranges(Vec::new());
                }
                members[*place] = Some(*wanted);
            }
            (Domain::List { count, .. }, Restriction::Count(ranges)) => *count = count.intersection(ranges),
            // The problem gives each quantity only restrictions of its own sort; another would say nothing about it.
            _ => {}
        }
        match self {
            Domain::Points(points) => points.0.len(),
            Domain::Words(tests) => tests.len() * tests.iter().map(|(test, _)| test.size()).sum::<usize>(),
            Domain::List { members, count } => members.len() + count.0.len(),
        }
    }

    pub(super) fn is_possible(&self) -> bool {
        match self {
            Domain::Points(points) => !points.0.is_empty(),
            Domain::Words(tests) => some_text_passes(tests),
            Domain::List { members, count } => {
                let least = members.iter().filter(|member| **member == Some(true)).count();
                let most = members.len() - members.iter().filter(|member| **member == Some(false)).count();
                (least..=most).any(|n| i32::try_from(n).is_ok_and(|n| count.contains(Decimal::from(n).units())))
            }
        }
    }
}

/// A text that was made to pass the tests; whether it does is for the evaluator to say.
pub(super) fn text_for(tests: &[(WordTest, bool)]) -> String {
    let passes = |text: &str| tests.iter().all(|(test, wanted)| test.holds(text) == *wanted);
    let wanted = || tests.iter().filter(|(_, wanted)| *wanted).map(|(test, _)| test);
    for test in wanted() {
        if let WordTest::Among(words) = test {
            return words.iter().find(|word| passes(word)).cloned().unwrap_or_default();
        }
    }
    let prefixes = wanted().filter_map(|test| if let WordTest::Prefix(prefix) = test { Some(prefix.as_str()) } else { None });
    let mut text = prefixes.max_by_key(|prefix| prefix.len()).unwrap_or_default().to_owned();
    for test in wanted() {
        if let WordTest::Part(part) = test
            && !text.contains(part.as_str())
        {
            text.push('·');
            text.push_str(part);
        }
    }
    if !passes(&text) {
        text.push('·');
    }
    text
}

/// Whether any text at all passes the tests that are wanted and fails the others.
///
/// If the text must be among given words, those are tried. Otherwise the longest wanted beginning, followed by the wanted
/// parts, each behind a letter that no test knows, passes whatever any text could pass: such a letter completes no unwanted
/// beginning, part or word.
fn some_text_passes(tests: &[(WordTest, bool)]) -> bool {
    let passes = |text: &str| tests.iter().all(|(test, wanted)| test.holds(text) == *wanted);
    if let Some((WordTest::Among(words), _)) = tests.iter().find(|(test, wanted)| *wanted && matches!(test, WordTest::Among(_))) {
        return words.iter().any(|word| passes(word));
    }
    let wanted = || tests.iter().filter(|(_, wanted)| *wanted).map(|(test, _)| test);
    let beginning = wanted()
        .filter_map(|test| if let WordTest::Prefix(prefix) = test { Some(prefix.as_str()) } else { None })
        .max_by_key(|prefix| prefix.len())
        .unwrap_or_default();
    let unwanted_part = |text: &str| {
        tests.iter().any(|(test, wanted)| !wanted && matches!(test, WordTest::Part(part) if text.contains(part.as_str())))
    };
    let beginnings_agree = tests.iter().all(|(test, wanted)| match test {
        WordTest::Prefix(prefix) => beginning.starts_with(prefix.as_str()) == *wanted,
        _ => true,
    });
    let parts_agree = wanted().all(|test| !matches!(test, WordTest::Part(part) if unwanted_part(part)));
    beginnings_agree && parts_agree && !unwanted_part(beginning)
}

//! Profiles as columns: for each element the distinct values of a segment in order, and for each row the code of its own.
//!
//! The codes keep the order of the values, so that a comparison with a threshold is a comparison of codes. The three codes below all
//! values say why there is none.

use crate::bits::SEGMENT;
use jiff::civil::Date;
use rulebook::expression::{Decimal, ElementIndex, Fact, Facts, Kind, Value};
use std::collections::{BTreeMap, HashMap};

pub(crate) const MISSING: u16 = 0;
pub(crate) const PERSON: u16 = 1;
pub(crate) const NOT_APPLICABLE: u16 = 2;
pub(crate) const FIRST: u16 = 3;

/// Distinct values in order, and a code for each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub(crate) values: Values,
    pub(crate) codes: Vec<u16>,
    /// Some row needs a person, or the element does not apply to it.
    pub(crate) has_person: bool,
    pub(crate) has_none: bool,
}

/// The distinct values of a column: numbers, dates and yes-or-no as keys in order, words in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Values {
    Numbers(Vec<i64>),
    Dates(Vec<i64>),
    Bools(Vec<i64>),
    Words(Vec<Value>),
}

impl Values {
    pub(crate) fn len(&self) -> usize {
        match self {
            Values::Numbers(keys) | Values::Dates(keys) | Values::Bools(keys) => keys.len(),
            Values::Words(words) => words.len(),
        }
    }

    pub(crate) fn value(&self, at: usize) -> Value {
        match self {
            Values::Numbers(keys) => Value::Number(Decimal::from_units(keys[at])),
            Values::Dates(keys) => Value::Date(date_of(keys[at])),
            Values::Bools(keys) => Value::Bool(keys[at] != 0),
            Values::Words(words) => words[at].clone(),
        }
    }

    /// The keys, where they stand in the order of the values.
    pub(crate) fn ordered(&self) -> Option<&[i64]> {
        match self {
            Values::Numbers(keys) | Values::Dates(keys) | Values::Bools(keys) => Some(keys),
            Values::Words(_) => None,
        }
    }
}

/// The key of a value among those of its kind; words have none.
pub(crate) fn key(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Some(number.units()),
        Value::Date(date) => Some(i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())),
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Text(_) | Value::Many(_) => None,
    }
}

fn date_of(key: i64) -> Date {
    let (year, month, day) = (key.div_euclid(10_000), key.rem_euclid(10_000) / 100, key.rem_euclid(100));
    Date::new(year as i16, month as i8, day as i8).unwrap_or(Date::ZERO)
}

impl Column {
    pub(crate) fn fact(&self, row: usize) -> Fact {
        match self.codes[row] {
            MISSING => Fact::Missing,
            PERSON => Fact::NeedsPerson,
            NOT_APPLICABLE => Fact::NotApplicable,
            code => Fact::Known(self.values.value(usize::from(code - FIRST))),
        }
    }
}

/// Up to [`SEGMENT`] profiles. What no column was made for is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    pub(crate) columns: BTreeMap<ElementIndex, Column>,
    pub(crate) rows: usize,
}

impl Segment {
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The facts of one row, for the elements that have a column.
    pub fn facts(&self, row: usize) -> BTreeMap<ElementIndex, Fact> {
        self.columns.iter().map(|(element, column)| (*element, column.fact(row))).collect()
    }
}

/// Takes profiles row by row.
#[derive(Debug, Clone)]
pub struct SegmentBuilder {
    columns: Vec<(ElementIndex, Growing)>,
    rows: usize,
}

impl SegmentBuilder {
    /// For these elements, each once, with the kind of its values.
    pub fn new<'a>(elements: impl IntoIterator<Item = (ElementIndex, &'a Kind)>) -> SegmentBuilder {
        let columns = elements.into_iter().map(|(element, kind)| (element, Growing::new(kind))).collect();
        SegmentBuilder { columns, rows: 0 }
    }

    pub fn is_full(&self) -> bool {
        self.rows == SEGMENT
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds one profile; a full segment takes no more.
    pub fn push<F: Facts + ?Sized>(&mut self, facts: &F) {
        if self.is_full() {
            return;
        }
        for (element, column) in &mut self.columns {
            column.push(facts.fact(*element));
        }
        self.rows += 1;
    }

    /// The segment of what was pushed since the last time.
    pub fn take(&mut self) -> Segment {
        let columns = self.columns.iter_mut().map(|(element, column)| (*element, column.take())).collect();
        Segment { columns, rows: std::mem::take(&mut self.rows) }
    }
}

/// A column that grows: one key for each row, or why there is none.
#[derive(Debug, Clone)]
pub(crate) struct Growing {
    sort: Sort,
    keys: Vec<Result<i64, u16>>,
    words: HashMap<Value, i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Numbers,
    Dates,
    Bools,
    Words,
}

impl Growing {
    pub(crate) fn new(kind: &Kind) -> Growing {
        Growing::of(match kind {
            Kind::Number(_) | Kind::Money(_) => Sort::Numbers,
            Kind::Date => Sort::Dates,
            Kind::Bool => Sort::Bools,
            Kind::Text | Kind::Choice(_) | Kind::Many(_) => Sort::Words,
        })
    }

    pub(crate) fn of(sort: Sort) -> Growing {
        Growing { sort, keys: Vec::new(), words: HashMap::new() }
    }

    pub(crate) fn push(&mut self, fact: &Fact) {
        self.keys.push(match fact {
            Fact::Missing => Err(MISSING),
            Fact::NeedsPerson => Err(PERSON),
            Fact::NotApplicable => Err(NOT_APPLICABLE),
            Fact::Known(value) => match (self.sort, value) {
                (Sort::Numbers, Value::Number(_)) | (Sort::Dates, Value::Date(_)) | (Sort::Bools, Value::Bool(_)) => {
                    key(value).ok_or(PERSON)
                }
                (Sort::Words, Value::Text(_) | Value::Many(_)) => {
                    let next = self.words.len() as i64;
                    Ok(match self.words.get(value) {
                        Some(key) => *key,
                        None => *self.words.entry(value.clone()).or_insert(next),
                    })
                }
                // A value of another kind than its element's: the evaluator leaves it to a person too.
                _ => Err(PERSON),
            },
        });
    }

    pub(crate) fn take(&mut self) -> Column {
        let keys = std::mem::take(&mut self.keys);
        let mut distinct: Vec<i64> = keys.iter().filter_map(|key| key.ok()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let place = |key: &i64| distinct.binary_search(key).map_or(MISSING, |at| at as u16 + FIRST);
        let codes = keys.iter().map(|key| key.as_ref().map_or_else(|why| *why, place)).collect();
        let values = match self.sort {
            Sort::Numbers => Values::Numbers(distinct),
            Sort::Dates => Values::Dates(distinct),
            Sort::Bools => Values::Bools(distinct),
            Sort::Words => {
                let mut words: Vec<(i64, Value)> =
                    std::mem::take(&mut self.words).into_iter().map(|(word, key)| (key, word)).collect();
                words.sort_unstable_by_key(|(key, _)| *key);
                Values::Words(words.into_iter().map(|(_, word)| word).collect())
            }
        };
        let has = |why: u16| keys.contains(&Err(why));
        Column { values, codes, has_person: has(PERSON), has_none: has(NOT_APPLICABLE) }
    }
}

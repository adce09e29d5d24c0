//! Copies of lived cases: the same events under another number, for another firm, some weeks earlier.
//!
//! What is closed is spread over a year by whole weeks, so that days of the week stay; what is open keeps its days, or its clocks would
//! have run out. Letters are left out, as a copy has none in the papers. Every copy goes through the journal like any case, so
//! `verify` and `reindex` hold for it.

use anyhow::{Context, Result};
use casework::decide::Kept;
use casework::event::Words;
use casework::{Case, CaseNo, Decided, Event, Record};
use jiff::ToSpan;
use jiff::civil::Date;
use rulebook::identifier::CreditCode;
use serde_json::Value;
use std::collections::BTreeMap;
use store::Store;

/// A case that somebody lived through, and the copies made of it.
pub struct Life {
    records: Vec<Record>,
    /// Kind and bytes by number.
    kept: BTreeMap<u32, (&'static str, Vec<u8>)>,
    pub open: bool,
}

/// Times of day and years lie above this, numbers of things below. In milliseconds.
const INSTANT: i64 = 1_000_000_000_000;
const WEEK: i64 = 7 * 24 * 3_600_000;
/// Closed copies are spread over so many weeks.
const WEEKS: u64 = 52;

impl Life {
    /// Reads a case with everything that is kept of it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of(store: &Store, no: &CaseNo) -> Result<Life> {
        let records = store.records(no).await?;
        let case = Case::from_records(no.clone(), &records);
        let records = records.into_iter().filter(|record| !matches!(record.event, Event::LetterMade { .. })).collect();
        // Some dozens of short words, which live as long as the program.
        let kept = store.particulars(no).await?.into_iter().map(|(number, (kind, bytes))| (number, (&*kind.leak(), bytes)));
        Ok(Life { records, kept: kept.collect(), open: case.is_open() })
    }

    /// The `n`th copy, as one decision about a case that is not born yet.
    ///
    /// # Errors
    /// When an event does not read back, which would be a fault of ours.
    pub fn copy(&self, n: u64) -> Result<(Case, Decided)> {
        let weeks = if self.open { 0 } else { (n % WEEKS) as i64 };
        let firm = firm(n);
        let no = CaseNo(format!("9{n:013}"));
        let mut records = Vec::with_capacity(self.records.len());
        for (version, record) in (1..).zip(&self.records) {
            let mut value = serde_json::to_value(record)?;
            shift(&mut value, weeks);
            let mut record: Record = serde_json::from_value(value).context("a shifted record")?;
            record.version = version;
            if let Event::Submitted { holder, .. } = &mut record.event {
                *holder = casework::Holder::Firm(firm.clone());
            }
            records.push(record);
        }
        let kept = self.kept.iter().map(|(number, (kind, bytes))| {
            let bytes = if *kind == "title" { title(n).into_bytes() } else { bytes.clone() };
            Kept { words: Words(*number), kind, bytes }
        });
        let after = Case::from_records(no.clone(), &records);
        let decided = Decided { records, kept: kept.collect(), errands: Vec::new(), guards: Vec::new(), after };
        Ok((Case::unborn(no), decided))
    }
}

/// A fictional firm's code, right in both checks; some firms have several cases.
fn firm(n: u64) -> String {
    let number = n % 700_000;
    CreditCode::compose("91", "120116", &format!("MB{number:06}")).map(|code| code.to_string()).unwrap_or_default()
}

fn title(n: u64) -> String {
    const PLACES: [&str; 8] = ["塘沽", "泰达", "东疆", "生态城", "高新", "保税", "汉沽", "大港"];
    const TRADES: [&str; 10] = ["餐饮", "药房", "超市", "酒店", "器械", "食品", "茶饮", "烘焙", "物流", "建材"];
    let (place, trade) = (PLACES[(n % 8) as usize], TRADES[(n / 8 % 10) as usize]);
    format!("天津{place}示例{trade}{n:07}号有限公司")
}

/// Moves every day and every instant back.
fn shift(value: &mut Value, weeks: i64) {
    match value {
        Value::String(text) => {
            if text.len() == 10
                && let Ok(day) = text.parse::<Date>()
                && let Ok(earlier) = day.checked_sub((weeks * 7).days())
            {
                *text = earlier.to_string();
            }
        }
        Value::Number(number) => {
            if let Some(at) = number.as_i64().filter(|at| *at > INSTANT) {
                *value = Value::from(at - weeks * WEEK);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|value| shift(value, weeks)),
        Value::Object(all) => all.values_mut().for_each(|value| shift(value, weeks)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_move_and_nothing_else_does() {
        let mut value = serde_json::json!({"at": 1_772_416_800_000_i64, "n": 20, "due": "2026-03-09", "item": "kitchen", "in": ["2026-03-02"]});
        shift(&mut value, 1);
        let expected = serde_json::json!({"at": 1_771_812_000_000_i64, "n": 20, "due": "2026-03-02", "item": "kitchen", "in": ["2026-02-23"]});
        assert_eq!(value, expected);
    }
}

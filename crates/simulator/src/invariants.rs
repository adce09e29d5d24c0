//! What must hold of every case, every evening, whatever people and machines did during the day.

use casework::clock::Standing;
use casework::{Case, Event, Moment, Record};
use std::collections::BTreeSet;

/// What is wrong with a case after the timekeeper has looked, if anything.
pub fn broken(case: &Case, records: &[Record], now: Moment) -> Option<String> {
    let replayed = Case::from_records(case.no.clone(), records);
    if replayed != *case {
        return Some("its records do not add up to it".into());
    }
    if let Some(clock) = case.clocks.iter().find(|clock| clock.has_run_out(now)) {
        return Some(format!("“{}” ran out on {} and nobody was told", clock.code, clock.due));
    }
    let going: Vec<&str> =
        case.clocks.iter().filter(|clock| clock.standing != Standing::Stopped).map(|clock| clock.code.as_str()).collect();
    if going.iter().collect::<BTreeSet<_>>().len() != going.len() {
        return Some(format!("two runs of one clock: {going:?}"));
    }
    if case.closed.is_some() && !going.is_empty() {
        return Some(format!("it has ended and clocks go on: {going:?}"));
    }
    let mut last = (0, Moment(0));
    for record in records {
        if record.version != last.0 + 1 || record.at < last.1 {
            return Some(format!("record {} does not follow {}", record.version, last.0));
        }
        last = (record.version, record.at);
        if matches!(record.event, Event::Refused { .. }) && !matches!(record.by, casework::actor::By::Officer(_)) {
            return Some("a machine refused".into());
        }
    }
    let letters = |wanted: &str| records.iter().filter(|record| record.event.name() == wanted).count();
    if letters("submitted") != 1 || letters("received") > 1 {
        return Some("it was handed in or received twice".into());
    }
    None
}

//! The words a procedure may use are the acts and events written here: `rulebook` cannot see them and keeps a list of its own.

use casework::act::NAMES;
use rulebook::procedure::{ACTS, EVENTS};
use std::collections::BTreeSet;

#[test]
fn a_procedure_may_name_every_act_and_no_other() {
    assert_eq!(ACTS.to_vec(), NAMES.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
}

/// Events cannot be listed without making one of each, so their names are read from where they are given.
#[test]
fn a_procedure_may_name_every_event_and_no_other() {
    let text = include_str!("../src/event.rs");
    let from = text.find("pub fn name(").expect("events have names");
    let body = &text[from..from + text[from..].find("\n    }\n").expect("the function ends")];
    let names: BTreeSet<&str> = body.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.len() > 50, "{names:?}");
    assert_eq!(names, BTreeSet::from(EVENTS));
}

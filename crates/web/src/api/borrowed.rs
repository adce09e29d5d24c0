//! Waits for the pages that own these.
use casework::Officer;
use rulebook::Rulebook;

pub fn steps_of(_: &Rulebook, _: &Officer) -> Vec<String> {
    Vec::new()
}

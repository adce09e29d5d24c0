//! Record a letter: the courier made it, drew its number and keeps it; the case says so.

use crate::decide::{Sheet, Stage};
use crate::errand::LetterKind;
use crate::event::Event;
use crate::refusal::Refusal;

pub(super) fn record_letter(
    _stage: &Stage<'_>,
    kind: LetterKind,
    number: &str,
    check_code: &str,
    digest: &str,
    agency: &str,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    out.happened(Event::LetterMade {
        kind,
        number: number.to_owned(),
        check_code: check_code.to_owned(),
        digest: digest.to_owned(),
        agency: agency.to_owned(),
    });
    Ok(())
}

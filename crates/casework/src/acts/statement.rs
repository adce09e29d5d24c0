//! Statement and defence (陈述申辩): whoever is directly and substantially concerned is told and heard (行政许可法 art. 36).

use super::written;
use crate::decide::{Sheet, Stage};
use crate::errand::LetterKind;
use crate::event::Event;
use crate::refusal::Refusal;

pub(super) fn invite_statement(_stage: &Stage<'_>, party: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("告知了谁", "who was told"), party)?;
    let party = out.keep("party", party);
    out.happened(Event::StatementInvited { party });
    out.letter(LetterKind::StatementInvitation);
    Ok(())
}

pub(super) fn hear_statement(_stage: &Stage<'_>, text: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("陈述申辩的内容", "what was said"), text)?;
    let text = out.keep("statement", text);
    out.happened(Event::StatementHeard { text });
    Ok(())
}

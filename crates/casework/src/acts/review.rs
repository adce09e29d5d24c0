//! Examine point by point, and review (复核): the reviewer passes the case on for decision or sends it back with reasons.

use super::written;
use crate::decide::{Sheet, Stage, may_play};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn check_point(stage: &Stage<'_>, point: u32, met: bool, note: Option<&str>, out: &mut Sheet) -> Result<(), Refusal> {
    if point as usize >= stage.item.point.len() {
        return Err(Refusal::new(
            "unknown-point",
            Text::new("没有这一条审查要点。", "There is no such review point."),
            Text::new("审查要点以公布的操作规程为准。", "Review points are those of the published procedure."),
        ));
    }
    let note = out.keep_if("note", note.filter(|note| !note.trim().is_empty()));
    out.happened(Event::PointChecked { point, met, note });
    Ok(())
}

pub(super) fn review(stage: &Stage<'_>, agrees: bool, opinion: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("复核意见", "the opinion"), opinion)?;
    if agrees {
        // At the next step nobody could ask for a hearing any more, so all who are to be heard come first.
        super::grant::nobody_is_heard(stage.case)?;
    }
    let opinion = out.keep("opinion", opinion);
    let event = Event::Reviewed { agrees, opinion };
    may_play(stage, &event)?;
    out.happened(event);
    Ok(())
}

//! The ways a case ends without a decision: withdrawn by the applicant, returned because a correction never came,
//! terminated for a legal reason, archived at the end.

use super::written;
use crate::case::Hearing;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn withdraw(_stage: &Stage<'_>, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let reason = out.keep("reason", reason);
    out.happened(Event::Withdrawn { reason });
    out.letter(LetterKind::WithdrawalConfirmation);
    Ok(())
}

/// No statute ends the wait for a correction; the local limit was announced in the notice (handbook §3.5), so only after it.
pub(super) fn return_case(stage: &Stage<'_>, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("退件理由", "the reason"), reason)?;
    if let Some(clock) = stage.case.clock("correction")
        && clock.is_running()
        && stage.now < clock.ends_at()
    {
        return Err(Refusal::new(
            "correction-still-possible",
            Text::new(
                format!("申请人可以在{}前补正,现在不能退件。", clock.due),
                format!("The applicant may still supply corrections until {}.", clock.due),
            ),
            Text::new("期满未补正的,可以退件。", "It can be returned once that day has passed."),
        ));
    }
    let reason = out.keep("reason", reason);
    out.happened(Event::Returned { reason });
    out.letter(LetterKind::ReturnNotice);
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”因逾期未补正已退件,可以重新申请。", stage.item.name),
            format!("“{}” was returned as no correction came; you may apply again.", stage.item.name),
        ),
    );
    Ok(())
}

pub(super) fn terminate(stage: &Stage<'_>, reason: &str, basis: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("终止理由", "the reason"), reason)?;
    written(("终止依据", "the legal ground"), basis)?;
    let reason = out.keep("reason", reason);
    out.happened(Event::Terminated { reason, basis: basis.to_owned() });
    out.letter(LetterKind::TerminationNotice);
    out.notify(
        To::Applicant,
        Text::new(format!("“{}”已终止办理。", stage.item.name), format!("“{}” was terminated.", stage.item.name)),
    );
    Ok(())
}

pub(super) fn archive(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    if matches!(stage.case.hearing, Hearing::Asked { .. } | Hearing::Set { .. }) || stage.case.closed.is_none() {
        return Err(Refusal::new(
            "not-finished",
            Text::new("办件尚未办结,不能归档。", "The case has not ended and cannot be archived."),
            Text::new("请先办结。", "Finish it first."),
        ));
    }
    out.happened(Event::Archived);
    Ok(())
}

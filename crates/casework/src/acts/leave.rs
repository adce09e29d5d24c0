//! The ways a case ends without a decision: withdrawn by the applicant, returned because a correction never came,
//! terminated for a legal reason, archived at the end.

use super::written;
use crate::case::Hearing;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn withdraw(stage: &Stage<'_>, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    // An applicant owes no reason; who takes an application back in her name says why.
    if stage.by.staff().is_some() {
        written(("撤回原因", "why it is withdrawn"), reason)?;
    }
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
                format!("申请人可以在{}前补正，现在不能退件。", clock.due),
                format!("The applicant may still supply corrections until {}.", clock.due),
            ),
            Text::new("期满未补正的，可以退件。", "It can be returned once that day has passed."),
        ));
    }
    let reason = out.keep("reason", reason);
    out.happened(Event::Returned { reason });
    out.letter(LetterKind::ReturnNotice);
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”因逾期未补正已退件，可以重新申请。", stage.item.name),
            format!("“{}” was returned as no correction came; you may apply again.", stage.item.english()),
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
        Text::new(format!("“{}”已终止办理。", stage.item.name), format!("“{}” was terminated.", stage.item.english())),
    );
    Ok(())
}

pub(super) fn archive(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    if matches!(stage.case.hearing, Hearing::Asked { .. } | Hearing::Set { .. }) || stage.case.closed.is_none() {
        return Err(Refusal::new(
            "not-finished",
            Text::new("办件尚未办结，不能归档。", "The case has not ended and cannot be archived."),
            Text::new("请先办结。", "Finish it first."),
        ));
    }
    out.happened(Event::Archived);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, tell, words};

    #[test]
    fn a_case_is_returned_only_after_the_day_that_the_notice_told() {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        bench.must("li", tell(&["plan"]));
        let back = Act::Return { reason: words() };
        assert_eq!(bench.due("correction"), "2026-04-01");
        assert_eq!(bench.at("2026-04-01T23:59").refusal("li", &back), "correction-still-possible");
        assert_eq!(bench.at("2026-04-02T00:00").must("li", back), ["clock-expired", "returned"]);
    }

    #[test]
    fn the_applicant_may_leave_until_the_decision_and_nobody_else_for_him() {
        for (mut bench, may) in [
            (Bench::submitted("kitchen", &[]), true),
            (Bench::in_review(), true),
            (Bench::in_decision(), true),
            (Bench::granted(), false),
            (Bench::delivered(), false),
        ] {
            let leave = Act::Withdraw { reason: String::new() };
            assert_eq!(bench.hear("applicant", &leave).is_ok(), may, "{}", bench.case.step);
            assert!(bench.hear("li", &leave).is_err());
            if may {
                bench.must("applicant", leave);
                assert!(!bench.case.is_open());
            }
        }
    }

    #[test]
    fn termination_has_a_reason_and_a_ground_and_ends_every_clock() {
        let mut bench = Bench::in_review();
        bench.must("li", Act::OfferHearing { at_own_motion: false, reason: words() });
        bench.must("applicant", Act::AskHearing { by_party: words() });
        let end = |reason: &str, basis: &str| Act::Terminate { reason: reason.into(), basis: basis.into() };
        assert_eq!(bench.refusal("chief", &end("", "x")), "words-missing");
        assert_eq!(bench.refusal("chief", &end("x", "")), "words-missing");
        bench.must("chief", end("x", "x"));
        assert_eq!(bench.at("2027-01-01T00:00").look(), [""; 0]);
        assert!(!bench.case.is_red());
    }

    #[test]
    fn only_what_has_ended_is_archived() {
        assert_eq!(Bench::delivered().must("clerk", Act::Archive), ["archived"]);
        assert_eq!(Bench::granted().refusal("clerk", &Act::Archive), "not-now");
    }
}

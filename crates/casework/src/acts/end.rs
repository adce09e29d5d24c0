//! The four ends of a permit: 撤销, 撤回, 吊销 and 注销 are different acts with different grounds (行政许可法 arts. 8, 69, 70).
//!
//! 注销 follows the others or expiry (art. 70(4)); none of them undoes that the permit was granted.

use super::written;
use crate::case::Decision;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::{Ending, Event};
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn end(stage: &Stage<'_>, ending: Ending, basis: &str, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let what = if stage.procedure.is_for_permits() { "许可" } else { "决定" };
    let Some(Decision::Granted { .. }) = stage.case.decision else {
        return Err(Refusal::new(
            "nothing-granted",
            Text::new(format!("没有准予的{what}，不存在撤销、撤回、吊销或注销。"), "Nothing was granted that could be ended."),
            Text::new("请核对办件。", "Check the case."),
        ));
    };
    let again = match (stage.case.ending, ending) {
        (None, _) => false,
        (Some(Ending::Deregistered), _) => true,
        (Some(_), Ending::Deregistered) => false,
        (Some(_), _) => true,
    };
    if again {
        return Err(Refusal::new(
            "ended-already",
            Text::new(format!("该{what}的效力已经终结。"), "It has already come to its end."),
            Text::new("撤销、撤回、吊销之后只能办理注销。", "After it was revoked or withdrawn only deregistration follows."),
        )
        .on("行政许可法第七十条"));
    }
    written(("法律依据", "the legal ground"), basis)?;
    written(("事实和理由", "facts and reasons"), reason)?;
    let reason = out.keep("reason", reason);
    out.happened(Event::Ended { ending, basis: basis.to_owned(), reason });
    out.letter(LetterKind::EndOfPermit);
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”的效力已终结，理由和救济途径见决定书。", stage.item.name),
            format!("“{}” has come to its end; the decision gives reasons and remedies.", stage.item.name),
        ),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, words};
    use crate::event::Ending::{self, *};

    #[test]
    fn the_four_ends_are_different_and_deregistration_comes_last() {
        let end = |ending: Ending| Act::End { ending, basis: words(), reason: words() };
        for (first, second, says) in [
            (RevokedAsUnlawful, Deregistered, "ended"),
            (WithdrawnForPublicInterest, Deregistered, "ended"),
            (RevokedAsPenalty, Deregistered, "ended"),
            (Deregistered, RevokedAsUnlawful, "ended-already"),
            (Deregistered, Deregistered, "ended-already"),
            (RevokedAsUnlawful, RevokedAsPenalty, "ended-already"),
        ] {
            let mut bench = Bench::delivered();
            bench.must("chief", end(first));
            let said = bench.hear("head", &end(second)).map_or_else(|refusal| refusal.code, |_| "ended".to_owned());
            assert_eq!(said, says, "{first:?}, then {second:?}");
            assert!(bench.case.decision.is_some(), "that it was granted is not undone");
        }
    }

    #[test]
    fn what_was_never_granted_cannot_end_and_grounds_are_written() {
        let mut refused = Bench::in_decision();
        refused.must("chief", Act::Refuse { reasons: words(), basis: words() });
        refused.must("clerk", Act::Deliver { manner: words(), receiver: words() });
        let end = |basis: String| Act::End { ending: RevokedAsUnlawful, basis, reason: words() };
        assert_eq!(refused.refusal("chief", &end(words())), "nothing-granted");
        assert_eq!(Bench::delivered().refusal("chief", &end(String::new())), "words-missing");
    }
}

//! Examine point by point, and review (复核): the reviewer passes the case on for decision or sends it back with reasons.

use super::written;
use crate::case::{Case, Opinion};
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
    let event = Event::PointChecked { point, met, note };
    may_play(stage, &event)?;
    out.happened(event);
    Ok(())
}

pub(super) fn review(stage: &Stage<'_>, agrees: bool, opinion: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("复核意见", "the opinion"), opinion)?;
    if agrees {
        // At the next step nobody could ask for a hearing any more, so all who are to be heard come first.
        super::grant::nobody_is_heard(stage.case, stage.today)?;
    }
    let opinion = out.keep("opinion", opinion);
    let event = Event::Reviewed { agrees, opinion };
    may_play(stage, &event)?;
    out.happened(event);
    Ok(())
}

/// An opinion is signed when the drafter has answered every body that did not agree: the answer is the opinion asked for after its own.
pub(crate) fn every_objection_is_answered(case: &Case) -> Result<(), Refusal> {
    let answered = |number: u32| case.opinions.iter().any(|other| other.after == Some(number) && other.given.is_some());
    let objects = |opinion: &&Opinion| opinion.after.is_none() && matches!(opinion.given, Some((false, ..)));
    let open = case.opinions.iter().filter(objects).find(|opinion| !answered(opinion.number));
    let Some(number) = open.map(|opinion| opinion.number) else { return Ok(()) };
    Err(Refusal::new(
        "unanswered",
        Text::new(
            format!("第{number}号意见不同意，起草单位还没有答复，不能签署意见书。"),
            format!("Opinion {number} disagrees and the drafter has not answered it, so nothing is signed."),
        ),
        Text::new(
            format!("请在第{number}号之后征求起草单位意见，收到答复后再签署；或者退回继续分析。"),
            format!("Ask the drafter after number {number} and sign once it has answered, or send the case back."),
        ),
    ))
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, words};

    #[test]
    fn points_are_those_that_are_published_and_the_last_word_on_each_counts() {
        let mut bench = Bench::in_review();
        let check = |point, met| Act::CheckPoint { point, met, note: None };
        bench.must("li", check(0, false));
        bench.must("li", check(0, true));
        bench.must("li", check(1, true));
        assert_eq!(bench.case.points, [(0, true), (1, true)]);
        assert_eq!(bench.refusal("li", &check(2, true)), "unknown-point");
        assert_eq!(bench.refusal("wang", &check(0, true)), "not-yours");
    }

    #[test]
    fn it_is_passed_on_when_everybody_was_heard_and_comes_back_when_sent_back() {
        let pass = Act::Review { agrees: true, opinion: words() };
        let mut offered = Bench::in_review();
        offered.must("li", Act::OfferHearing { at_own_motion: false, reason: words() });
        assert_eq!(offered.refusal("li", &pass), "outstanding", "nobody could ask for the hearing any more");
        let mut bench = Bench::in_review();
        assert_eq!(bench.must("li", pass), ["reviewed"]);
        assert_eq!(bench.must("chief", Act::Review { agrees: false, opinion: words() }), ["sent-back"]);
        assert_eq!((bench.case.step.as_str(), bench.case.reviewed.clone()), ("in-review", None));
    }
}

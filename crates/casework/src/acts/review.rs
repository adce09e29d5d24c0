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

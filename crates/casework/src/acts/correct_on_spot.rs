//! Correct on the spot (当场更正): small errors are put right at once, without a formal notice (行政许可法 art. 32(3)).

use super::submit::hand_in;
use super::written;
use crate::act::Paper;
use crate::decide::{Sheet, Stage};
use crate::event::Event;
use crate::refusal::Refusal;

pub(super) fn correct_on_spot(
    stage: &Stage<'_>,
    what: &str,
    answers: Option<&str>,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    written(("更正了什么", "what was corrected"), what)?;
    let told = stage.case.corrections.last().is_some_and(|correction| !correction.left.is_empty());
    let left = told.then(|| super::supply::left_of(stage, answers, papers));
    let what = out.keep("what", what);
    let answers = out.keep_if("answers", answers);
    let materials = hand_in(papers, out);
    out.happened(Event::CorrectedOnSpot { left, what, answers, materials });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, paper, supply, tell, words};

    #[test]
    fn what_was_told_and_is_put_right_at_the_counter_is_owed_no_more() {
        let mut bench = Bench::submitted("kitchen", &["plan", "list"]);
        bench.must("li", tell(&["plan", "list"]));
        bench.must("applicant", supply(&["list"]));
        bench.must("clerk", Act::CorrectOnSpot { what: words(), answers: None, papers: vec![paper("plan")], signatures: vec![] });
        assert!(bench.case.corrected_in_full() && bench.case.lacking.is_empty());
    }

    #[test]
    fn a_small_error_is_put_right_without_a_notice_and_what_lacked_is_there() {
        let bench = Bench::submitted("kitchen", &["plan"]);
        let put_right =
            Act::CorrectOnSpot { what: words(), answers: Some("{}".into()), papers: vec![paper("plan")], signatures: vec![] };
        let done = bench.hear("clerk", &put_right).expect("put right");
        assert_eq!((done.after.lacking.len(), done.after.corrections.len(), letters(&done).len()), (0, 0, 0));
        assert_eq!(done.after.step, bench.case.step);
        assert_eq!(
            bench.refusal("li", &Act::CorrectOnSpot { what: " ".into(), answers: None, papers: vec![], signatures: vec![] }),
            "words-missing"
        );
    }
}

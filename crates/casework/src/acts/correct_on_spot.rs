//! Correct on the spot (当场更正): small errors are put right at once, without a formal notice (行政许可法 art. 32(3)).

use super::submit::hand_in;
use super::written;
use crate::act::Paper;
use crate::decide::{Sheet, Stage};
use crate::event::Event;
use crate::refusal::Refusal;

pub(super) fn correct_on_spot(
    _stage: &Stage<'_>,
    what: &str,
    answers: Option<&str>,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    written(("更正了什么", "what was corrected"), what)?;
    let what = out.keep("what", what);
    let answers = out.keep_if("answers", answers);
    let materials = hand_in(papers, out);
    out.happened(Event::CorrectedOnSpot { what, answers, materials });
    Ok(())
}

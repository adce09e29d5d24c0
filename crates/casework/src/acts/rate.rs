//! Rate (好差评): one rating for each case, in five levels.

use crate::decide::{Sheet, Stage};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn rate(stage: &Stage<'_>, level: u8, words: Option<&str>, out: &mut Sheet) -> Result<(), Refusal> {
    if !(1..=5).contains(&level) {
        return Err(Refusal::new(
            "unknown-level",
            Text::new("评价只有五级。", "There are five levels."),
            Text::new("请选择非常满意至非常不满意中的一级。", "Choose one of the five."),
        ));
    }
    if stage.case.rating.is_some() {
        return Err(Refusal::new(
            "rated-already",
            Text::new("这件办件已经评价过。", "This case was rated already."),
            Text::new(
                "一件办件评价一次；新的问题可以通过“办不成事”反映。",
                "One rating for each case; report new trouble as a matter that could not be done.",
            ),
        ));
    }
    let words = out.keep_if("rating-words", words.filter(|words| !words.trim().is_empty()));
    out.happened(Event::Rated { level, words });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::Bench;

    #[test]
    fn one_rating_of_five_levels_for_each_case() {
        let mut bench = Bench::delivered();
        let rate = |level| Act::Rate { level, words: None };
        assert_eq!(bench.refusal("applicant", &rate(0)), "unknown-level");
        assert_eq!(bench.refusal("applicant", &rate(6)), "unknown-level");
        assert_eq!(bench.refusal("li", &rate(1)), "not-yours", "nobody rates himself");
        assert_eq!(bench.must("applicant", rate(5)), ["rated"]);
        assert_eq!(bench.refusal("applicant", &rate(1)), "rated-already");
    }
}

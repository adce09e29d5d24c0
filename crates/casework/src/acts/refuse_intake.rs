//! Refuse to take in (不予受理): the matter is not this body's; say so at once and name the right one.
//!
//! 行政许可法 art. 32(2). A refusal without a right body would send the person from door to door, so it is not possible.

use super::written;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn refuse_intake(stage: &Stage<'_>, reason: &str, right_body: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("不予受理的理由", "why it is not taken in"), reason)?;
    written(("应当向哪个机关申请", "which body is the right one"), right_body)?;
    if right_body == stage.case.agency {
        return Err(Refusal::new(
            "own-body",
            Text::new("有权机关不能是本机关。", "The right body cannot be this one."),
            Text::new("请选择有权受理的机关；属于本机关职权的应当受理。", "Name another body, or accept what is yours."),
        )
        .on("行政许可法第三十二条第一款第二项"));
    }
    let reason = out.keep("reason", reason);
    out.happened(Event::IntakeRefused { reason, right_body: right_body.to_owned() });
    out.letter(LetterKind::IntakeRefusal);
    let name = stage.rules.agencies.get(right_body).map_or(right_body, |agency| agency.name.as_str());
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”不属于本机关职权范围，请向{name}申请。", stage.item.name),
            format!("“{}” is not within this body's powers; apply to {name}.", stage.item.name),
        ),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, words};

    #[test]
    fn whoever_is_sent_away_is_told_where_to_go() {
        let bench = Bench::submitted("kitchen", &[]);
        for (right_body, says) in [("", "words-missing"), ("market", "own-body"), ("health", "ok"), ("国家某局", "ok")] {
            let act = Act::RefuseIntake { reason: words(), right_body: right_body.into() };
            assert_eq!(bench.hear("li", &act).map_or_else(|refusal| refusal.code, |_| "ok".to_owned()), says);
        }
        let mut bare = bench.clone();
        bare.around.has_authority = false;
        let act = Act::RefuseIntake { reason: words(), right_body: "health".into() };
        assert_eq!(bare.must("li", act), ["intake-refused"], "the wrong body may say that it is the wrong one");
    }
}

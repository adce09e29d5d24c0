//! Refuse to take in (不予受理), on one of three grounds of the law.
//!
//! The matter is another body's: say so at once and name the right one (行政许可法 art. 32(1)(2)); a refusal without a right body would
//! send the person from door to door, so it is not possible. Or a written decision still bars the applicant from this permit (arts. 78,
//! 79): only where one stands. Or facts were hidden or papers are false (art. 78), which brings a warning, and a bar where safety is
//! concerned. What is merely incomplete is corrected, never refused here.

use super::written;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::{Bar, Event, IntakeGround};
use crate::refusal::Refusal;
use rulebook::Text;
use rulebook::ground::Ground;

pub(super) fn refuse_intake(
    stage: &Stage<'_>,
    reason: &str,
    right_body: &str,
    because: IntakeGround,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    written(("不予受理的理由", "why it is not taken in"), reason)?;
    let bar = match because {
        IntakeGround::Elsewhere => {
            names_the_right_body(stage, right_body)?;
            None
        }
        IntakeGround::Barred => Some(standing_bar(stage)?),
        IntakeGround::FalseStatement => {
            of_a_permit(stage)?;
            super::end::bar_of(stage, super::end::known(stage, Ground::FALSE_STATEMENT)?)
        }
    };
    let right_body = if because == IntakeGround::Elsewhere { right_body } else { "" }.to_owned();
    let told = told(stage, because, &right_body, bar.as_ref());
    let reason = out.keep("reason", reason);
    out.happened(Event::IntakeRefused { reason, right_body, because, bar });
    out.letter(LetterKind::IntakeRefusal);
    out.notify(To::Applicant, told);
    Ok(())
}

fn names_the_right_body(stage: &Stage<'_>, right_body: &str) -> Result<(), Refusal> {
    written(("应当向哪个机关申请", "which body is the right one"), right_body)?;
    if right_body != stage.case.agency {
        return Ok(());
    }
    Err(Refusal::new(
        "own-body",
        Text::new("有权机关不能是本机关。", "The right body cannot be this one."),
        Text::new("请选择有权受理的机关；属于本机关职权的应当受理。", "Name another body, or accept what is yours."),
    )
    .on("行政许可法第三十二条第一款第二项"))
}

/// The bar of an earlier decision that holds today.
fn standing_bar(stage: &Stage<'_>) -> Result<Bar, Refusal> {
    let bar = stage.around.bar.as_ref().filter(|bar| bar.until >= stage.today);
    bar.cloned().ok_or_else(|| {
        Refusal::new(
            "not-barred",
            Text::new(
                "没有查到使申请人今天不得再次申请该许可的书面决定。",
                "No written decision is known that keeps the applicant from applying for this permit today.",
            ),
            Text::new("请依法受理，或者改选其他法定情形。", "Accept it, or choose another ground of the law."),
        )
        .on("行政许可法第七十八条、第七十九条")
    })
}

fn of_a_permit(stage: &Stage<'_>) -> Result<(), Refusal> {
    if stage.procedure.is_for_permits() {
        return Ok(());
    }
    Err(Refusal::new(
        "only-of-permits",
        Text::new("这一情形只适用于行政许可。", "This ground is for permits only."),
        Text::new("材料不符的，请一次性告知补正。", "If papers are wrong, ask for correction."),
    )
    .on("行政许可法第七十八条"))
}

fn told(stage: &Stage<'_>, because: IntakeGround, right_body: &str, bar: Option<&Bar>) -> Text {
    let item = &stage.item.name;
    let label = stage.item.label.as_deref().unwrap_or(item);
    let until = bar.map(|bar| bar.until);
    match (because, until) {
        (IntakeGround::Elsewhere, _) => {
            let right = stage.rules.agencies.get(right_body);
            let right = right.map_or_else(|| Text::new(right_body, right_body), rulebook::agency::Agency::text);
            Text::new(
                format!("“{item}”不属于本机关职权范围，请向{}申请。", right.zh),
                format!("“{label}” is not within this body's powers; apply to {}.", right.en),
            )
        }
        (_, Some(until)) => Text::new(
            format!("“{item}”未予受理，您在{until}前（含当日）不得再次申请；理由和救济途径见通知书。"),
            format!("“{label}” was not taken in; you may not apply again until {until}. The notice gives reasons and remedies."),
        ),
        (_, None) => Text::new(
            format!("“{item}”未予受理，理由和救济途径见通知书。"),
            format!("“{label}” was not taken in; the notice gives reasons and remedies."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, words};
    use crate::errand::LetterKind;
    use crate::event::{Bar, IntakeGround};
    use jiff::civil::{Date, date};

    fn no(because: IntakeGround) -> Act {
        Act::RefuseIntake { reason: words(), right_body: String::new(), because: Some(because) }
    }

    #[test]
    fn whoever_is_sent_away_is_told_where_to_go() {
        let bench = Bench::submitted("kitchen", &[]);
        for (right_body, says) in [("", "words-missing"), ("market", "own-body"), ("health", "ok"), ("国家某局", "ok")] {
            let act = Act::RefuseIntake { reason: words(), right_body: right_body.into(), because: None };
            assert_eq!(bench.hear("li", &act).map_or_else(|refusal| refusal.code, |_| "ok".to_owned()), says);
        }
        let mut bare = bench.clone();
        bare.around.has_authority = false;
        let act = Act::RefuseIntake { reason: words(), right_body: "health".into(), because: None };
        assert_eq!(bare.must("li", act), ["intake-refused"], "the wrong body may say that it is the wrong one");
    }

    #[test]
    fn a_bar_that_stands_is_a_ground_until_its_day_and_is_not_doubled() {
        let bench = |until: Option<Date>| {
            let mut bench = Bench::submitted("kitchen", &[]);
            bench.around.bar = until.map(|until| Bar { until, basis: "行政许可法第七十九条".into() });
            bench
        };
        for until in [None, Some(date(2026, 3, 1))] {
            assert_eq!(bench(until).refusal("li", &no(IntakeGround::Barred)), "not-barred");
        }
        let heard = bench(Some(date(2026, 3, 2))).hear("li", &no(IntakeGround::Barred)).expect("refused");
        assert_eq!(letters(&heard), [LetterKind::IntakeRefusal]);
        assert_eq!((heard.after.bar, heard.after.closed.is_some()), (None, true), "the bar stays the earlier decision's");
    }

    #[test]
    fn false_papers_bar_where_safety_is_concerned_and_only_permits_know_this_ground() {
        let heard = Bench::submitted("kitchen", &[]).hear("li", &no(IntakeGround::FalseStatement)).expect("refused");
        assert_eq!(heard.after.bar.map(|bar| bar.until), Some(date(2027, 3, 2)));
        let taxi = Bench::submitted("taxi", &[]).hear("li", &no(IntakeGround::FalseStatement)).expect("refused");
        assert_eq!(taxi.after.bar, None, "not an item of safety");
        assert_eq!(Bench::submitted("sign", &[]).refusal("li", &no(IntakeGround::FalseStatement)), "only-of-permits");
        assert_eq!(Bench::submitted("kitchen", &[]).refusal("system", &no(IntakeGround::FalseStatement)), "not-yours");
    }
}

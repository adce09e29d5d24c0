//! Refuse (不予许可): always a person, always reasons, always the ways to have it reviewed (行政许可法 art. 38(2)).
//!
//! No machine refuses: the clock and the system cannot do this act, whatever a procedure says.

use super::written;
use crate::decide::{Sheet, Stage, may_play};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;
use rulebook::ground::Ground;

pub(super) fn refuse(
    stage: &Stage<'_>,
    reasons: &str,
    basis: &str,
    false_statement: bool,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    if !stage.by.is_person() {
        return Err(Refusal::new(
            "only-a-person-refuses",
            Text::new("系统不得自动作出不予准许的决定。", "A machine may not refuse."),
            Text::new("转由工作人员办理。", "Leave it to an officer."),
        ));
    }
    if !stage.procedure.can_refuse {
        return Err(Refusal::new(
            "cannot-be-refused",
            Text::new("本程序没有不予准许的决定。", "There is no refusal in this procedure."),
            Text::new("备案材料不全的，请一次性告知补正。", "If a filing is incomplete, ask for correction."),
        )
        .on("优化营商环境条例第三十九条"));
    }
    super::grant::nothing_outstanding_to_refuse(stage.case, stage.today)?;
    // What lacks is told, not refused (art. 32(1)(4)); a procedure may decide before it accepts.
    if stage.case.accepted.is_none() && !stage.case.lacking.is_empty() && !stage.case.corrected_in_full() {
        return Err(super::accept::still_lacking(&super::names_of(stage.rules, &stage.case.lacking)));
    }
    let title = crate::act::title_in(Some(stage.procedure), "refuse").zh;
    written((&format!("{title}的理由"), "the reasons"), reasons)?;
    written(("法律依据", "the legal ground"), basis)?;
    let reasons = out.keep("reasons", reasons);
    let bar = if false_statement { super::end::bar_of(stage, super::end::known(stage, Ground::FALSE_STATEMENT)?) } else { None };
    let event = Event::Refused { reasons, basis: basis.to_owned(), bar };
    may_play(stage, &event)?;
    out.happened(event);
    out.letter(LetterKind::RefusalDecision);
    out.notify(
        To::Applicant,
        Text::new(
            format!("您的申请“{}”未获准予，理由和救济途径见决定书。", stage.item.name),
            format!("“{}” was refused; the decision gives the reasons and how to have it reviewed.", stage.item.english()),
        ),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, words};
    use crate::errand::LetterKind;
    use jiff::civil::date;

    fn no() -> Act {
        Act::Refuse { reasons: words(), basis: words(), false_statement: None }
    }

    #[test]
    fn what_lacks_is_told_and_not_refused() {
        let bench = Bench::submitted("stall", &["plan"]);
        assert_eq!(bench.refusal("chief", &no()), "still-lacking");
    }

    #[test]
    fn a_refusal_is_a_persons_with_reasons_and_a_ground() {
        let bench = Bench::in_decision();
        for who in ["system", "clock", "li", "clerk", "applicant"] {
            assert_eq!(bench.refusal(who, &no()), "not-yours");
        }
        for (reasons, basis) in [("", "x"), ("x", "")] {
            let act = Act::Refuse { reasons: reasons.into(), basis: basis.into(), false_statement: None };
            assert_eq!(bench.refusal("chief", &act), "words-missing");
        }
        assert_eq!(letters(&bench.hear("chief", &no()).expect("refused")), [LetterKind::RefusalDecision]);
    }

    #[test]
    fn who_made_something_up_is_barred_for_a_year_where_safety_is_concerned() {
        let bench = Bench::in_decision();
        let lie = Act::Refuse { reasons: words(), basis: words(), false_statement: Some(true) };
        let refused = bench.hear("chief", &lie).expect("refused").after;
        assert_eq!(refused.bar.map(|bar| (bar.until, bar.basis)), Some((date(2027, 3, 2), "行政许可法第七十八条".into())));
        assert_eq!(bench.hear("chief", &no()).expect("refused").after.bar, None);
    }

    #[test]
    fn papers_that_never_followed_hold_a_refusal_up_only_until_their_day() {
        let mut bench = Bench::submitted("kitchen", &["rules"]);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec!["rules".into()] });
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        assert_eq!(bench.at("2026-03-09T23:59").refusal("chief", &no()), "outstanding");
        bench.at("2026-03-10T00:00");
        assert_eq!(bench.refusal("chief", &Act::Grant { content: words() }), "outstanding");
        assert_eq!(bench.must("chief", no()), ["clock-expired", "refused"]);
    }
}

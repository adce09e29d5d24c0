//! Grant (准予) and file (予以备案): a written decision, numbered, by the body that has the power (行政许可法 arts. 37, 38).
//!
//! Nothing may be outstanding: no opinion, no hearing, no special procedure, no deferred paper. Granted decisions are
//! published (art. 40). A filing is a fact, not a grant: complete means filed (条例 art. 39).

use super::{names_of, written};
use crate::case::{Case, Hearing};
use crate::decide::{Guard, Sheet, Stage, may_play};
use crate::errand::{Errand, LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::Span;
use rulebook::Text;

pub(super) fn grant(stage: &Stage<'_>, content: &str, out: &mut Sheet) -> Result<(), Refusal> {
    nothing_outstanding(stage.case)?;
    // Where the window decides on the spot there was no acceptance that would have looked.
    if stage.case.accepted.is_none() && !stage.case.lacking.is_empty() && !stage.case.corrected_in_full() {
        return Err(super::accept::still_lacking(&names_of(stage.rules, &stage.case.lacking)));
    }
    written(("决定内容", "what is granted"), content)?;
    if stage.item.item_type == rulebook::item::ItemType::Permit && stage.item.list_row.is_none() {
        return Err(Refusal::new(
            "off-the-permit-list",
            Text::new(
                "该事项不在行政许可事项清单内，不得实施许可。",
                "This item is not on the permit list: nothing may be permitted.",
            ),
            Text::new("请报告清单管理部门。", "Report it to the keeper of the list."),
        )
        .on("优化营商环境条例第四十条"));
    }
    if stage.item.quantity_limit.is_some() {
        out.rely_on(Guard::QuotaLeft { item: stage.case.item.clone() });
    }
    let months = stage.item.result.as_ref().and_then(|result| result.validity_months);
    let valid_until = months.and_then(|months| {
        let span = Span::new().months(i64::from(months));
        stage.today.checked_add(span).ok()?.yesterday().ok()
    });
    let content = out.keep("content", content);
    let event = Event::Granted { content, valid_from: stage.today, valid_until };
    may_play(stage, &event)?;
    out.happened(event);
    out.letter(LetterKind::Grant);
    out.errand(Errand::Publish);
    out.notify(
        To::Applicant,
        Text::new(
            format!("好消息：您的申请“{}”已获准予。", stage.item.name),
            format!("Good news: “{}” has been granted.", stage.item.name),
        ),
    );
    Ok(())
}

pub(super) fn file(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    nothing_outstanding(stage.case)?;
    if !stage.case.lacking.is_empty() && !stage.case.corrected_in_full() {
        let names = names_of(stage.rules, &stage.case.lacking);
        return Err(Refusal::new(
            "still-lacking",
            Text::new(format!("备案信息尚不齐全：{}。", names.zh), format!("The filing is not complete: {}.", names.en)),
            Text::new("请一次性告知补正；备案不得以审查理由拒绝。", "Ask for correction; a filing cannot be refused."),
        ));
    }
    out.happened(Event::Filed);
    out.letter(LetterKind::FilingVoucher);
    out.notify(
        To::Applicant,
        Text::new(format!("“{}”已备案。", stage.item.name), format!("“{}” has been filed.", stage.item.name)),
    );
    Ok(())
}

/// What still stands in the way of a decision.
pub(super) fn nothing_outstanding(case: &Case) -> Result<(), Refusal> {
    nobody_is_heard(case)?;
    if !case.deferred.is_empty() && !case.deemed {
        return Err(outstanding("容缺材料尚未补齐", "deferred papers are still to come"));
    }
    Ok(())
}

/// What stands in the way of a refusal: the same, but papers that did not follow in time no longer hold it up.
pub(super) fn nothing_outstanding_to_refuse(case: &Case) -> Result<(), Refusal> {
    nobody_is_heard(case)?;
    let time_is_up = case.clock("deferred").is_some_and(|clock| clock.expired.is_some());
    if time_is_up { Ok(()) } else { nothing_outstanding(case) }
}

/// Nobody who has to be heard is still to be heard: no special procedure, opinion or hearing is open.
pub(super) fn nobody_is_heard(case: &Case) -> Result<(), Refusal> {
    if case.special.is_some() {
        Err(outstanding("特别程序尚未结束", "a special procedure is open"))
    } else if case.opinions.iter().any(|opinion| opinion.given.is_none()) {
        Err(outstanding("还有部门意见没有收到", "an opinion is still awaited"))
    } else if matches!(case.hearing, Hearing::Offered { .. } | Hearing::Asked { .. } | Hearing::Set { .. }) {
        Err(outstanding("听证程序尚未结束", "the hearing has not ended"))
    } else {
        Ok(())
    }
}

fn outstanding(zh: &str, en: &str) -> Refusal {
    Refusal::new(
        "outstanding",
        Text::new(format!("{zh}，现在不能作出决定。"), format!("No decision yet: {en}.")),
        Text::new("请先完成该环节。", "Finish that first."),
    )
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, paper, supply, tell, words};
    use crate::decide::Guard;
    use crate::errand::Errand;
    use crate::event::Event;
    use jiff::civil::date;

    fn yes() -> Act {
        Act::Grant { content: words() }
    }

    #[test]
    fn a_granted_permit_is_published_and_runs_for_its_months() {
        let granted = Bench::in_decision().hear("chief", &yes()).expect("granted");
        assert!(granted.errands.contains(&Errand::Publish));
        let dates = granted.records.iter().find_map(|record| match record.event {
            Event::Granted { valid_from, valid_until, .. } => Some((valid_from, valid_until)),
            _ => None,
        });
        assert_eq!(dates, Some((date(2026, 3, 2), Some(date(2029, 3, 1)))));
        assert_eq!(Bench::in_decision().refusal("chief", &Act::Grant { content: " ".into() }), "words-missing");
    }

    #[test]
    fn nothing_may_be_outstanding() {
        let mut deferred = Bench::submitted("kitchen", &["rules"]);
        deferred.must("li", Act::Claim);
        deferred.must("li", Act::Accept { deferred: vec!["rules".into()] });
        deferred.must("li", Act::Review { agrees: true, opinion: words() });
        assert_eq!(deferred.refusal("chief", &yes()), "outstanding");
        deferred.must("applicant", Act::SupplyDeferred { papers: vec![paper("rules")] });
        assert_eq!(deferred.must("chief", yes()), ["granted"]);
    }

    #[test]
    fn the_window_decides_on_the_spot_what_is_complete_and_on_the_list() {
        assert_eq!(Bench::submitted("stall", &[]).must("clerk", yes()), ["granted"]);
        assert_eq!(Bench::submitted("off-list", &[]).refusal("clerk", &yes()), "off-the-permit-list");
        let mut lacking = Bench::submitted("stall", &["plan"]);
        assert_eq!(lacking.refusal("clerk", &yes()), "still-lacking");
        lacking.must("clerk", tell(&["plan"]));
        lacking.must("applicant", supply(&["plan"]));
        assert_eq!(lacking.must("clerk", yes()), ["granted"]);
    }

    #[test]
    fn a_permit_limited_in_number_relies_on_one_being_left() {
        let mut bench = Bench::submitted("taxi", &[]);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        let granted = bench.hear("chief", &yes()).expect("granted");
        assert_eq!(granted.guards, [Guard::QuotaLeft { item: "taxi".into() }]);
    }

    #[test]
    fn a_filing_is_filed_when_complete_and_never_refused() {
        let mut bench = Bench::submitted("sign", &["plan"]);
        assert_eq!(bench.refusal("li", &Act::File), "still-lacking");
        assert_eq!(bench.refusal("chief", &Act::Refuse { reasons: words(), basis: words() }), "not-now");
        bench.must("li", tell(&["plan"]));
        bench.must("applicant", supply(&["plan"]));
        assert_eq!(bench.must("li", Act::File), ["filed"]);
        assert!(!bench.case.is_open());
    }
}

//! Grant (准予) and file (予以备案): a written decision, numbered, by the body that has the power (行政许可法 arts. 37, 38).
//!
//! Nothing may be outstanding: no opinion, no hearing, no special procedure, no deferred paper. Granted decisions are
//! published (art. 40). A filing is a fact, not a grant: complete means filed (条例 art. 39).

use super::{names_of, written};
use crate::actor::Actor;
use crate::case::{Case, Hearing};
use crate::clock::Clock;
use crate::decide::{Guard, Sheet, Stage, may_play};
use crate::errand::{Errand, LetterKind, To};
use crate::event::Event;
use crate::leg::Leg;
use crate::refusal::Refusal;
use jiff::Span;
use jiff::civil::Date;
use rulebook::Text;
use rulebook::item::ItemType;

pub(super) fn grant(stage: &Stage<'_>, content: &str, out: &mut Sheet) -> Result<(), Refusal> {
    nothing_outstanding(stage.case, stage.today)?;
    // Where the window decides on the spot there was no acceptance that would have looked.
    if stage.case.accepted.is_none() && !stage.case.lacking.is_empty() && !stage.case.corrected_in_full() {
        return Err(super::accept::still_lacking(&names_of(stage.rules, &stage.case.lacking)));
    }
    licences_still_stand(stage)?;
    let left = stage.case.pledge.as_ref().filter(|pledge| !pledge.stands());
    let owed: Vec<&String> = left.iter().flat_map(|own| &own.replaced).filter(|key| stage.case.lacking.contains(key)).collect();
    if !owed.is_empty() && !stage.case.corrected_in_full() {
        return Err(super::accept::still_lacking(&names_of(stage.rules, owed)));
    }
    written(("决定内容", "what is granted"), content)?;
    on_the_list(
        stage,
        Text::new(
            "请退回承办人终止办理并书面告知申请人；对清单有异议的，报清单管理部门。",
            "Send it back to be terminated, and tell the applicant in writing; doubts about the list go to its keeper.",
        ),
    )?;
    if let Some(edition) = &stage.around.in_force {
        out.rely_on(Guard::InForce { edition: edition.clone() });
    }
    super::award::may_be_granted(stage)?;
    super::continue_permit::still_stands(stage, out)?;
    if stage.item.quantity_limit.is_some() || stage.around.quota_left.is_some() {
        in_turn(stage)?;
        out.rely_on(Guard::QuotaLeft { item: stage.case.item.clone() });
    }
    // What the body decided in a partner system holds from its own day, and its document is there already: another would be a second.
    let elsewhere = stage.case.leg.as_ref().filter(|_| matches!(stage.by, Actor::Partner(_)));
    let from = elsewhere.and_then(Leg::ruled_on).unwrap_or(stage.today);
    let valid_until = super::continue_permit::kept_validity(stage).unwrap_or_else(|| runs_until(stage, from));
    let content = out.keep("content", content);
    let event = Event::Granted { content, valid_from: from, valid_until };
    may_play(stage, &event)?;
    out.happened(event);
    super::post_check::plan(stage, out);
    if elsewhere.is_none() {
        out.letter(LetterKind::Grant);
    }
    // Art. 40 is about permits: what else is decided is nobody's business but the applicant's.
    if stage.item.item_type == ItemType::Permit {
        out.errand(Errand::Publish);
    }
    super::continue_permit::tell_the_earlier(stage, out);
    super::award::granted(stage, out)?;
    out.notify(
        To::Applicant,
        Text::new(
            format!("好消息：您的申请“{}”已获准予。", stage.item.name),
            format!("Good news: “{}” has been granted.", stage.item.english()),
        ),
    );
    Ok(())
}

/// The last day of a permit that begins then; `None` where it has no end.
pub(super) fn runs_until(stage: &Stage<'_>, from: Date) -> Option<Date> {
    let months = stage.item.result.as_ref()?.validity_months?;
    let end = from.checked_add(Span::new().months(i64::from(months))).ok()?;
    // Where the month has no such day, its last is the last day already.
    if end.day() == from.day() { end.yesterday().ok() } else { Some(end) }
}

pub(super) fn file(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    nothing_outstanding(stage.case, stage.today)?;
    if !stage.case.lacking.is_empty() && !stage.case.corrected_in_full() {
        let names = names_of(stage.rules, &stage.case.lacking);
        return Err(Refusal::new(
            "still-lacking",
            Text::new(format!("备案信息尚不齐全：{}。", names.zh), format!("The filing is not complete: {}.", names.en)),
            Text::new("请一次性告知补正；备案不得以审查理由拒绝。", "Ask for correction; a filing cannot be refused."),
        ));
    }
    licences_still_stand(stage)?;
    out.happened(Event::Filed);
    out.letter(LetterKind::FilingVoucher);
    out.notify(
        To::Applicant,
        Text::new(format!("“{}”已备案。", stage.item.name), format!("“{}” has been filed.", stage.item.english())),
    );
    Ok(())
}

/// A licence that stood in for a paper is looked up again at the decision: it may have fallen since.
fn licences_still_stand(stage: &Stage<'_>) -> Result<(), Refusal> {
    let Some(fallen) = stage.around.fallen.first() else { return Ok(()) };
    Err(Refusal::new(
        "licence-fallen",
        Text::new(
            format!("免予提交的“{}”现在没有效力：{}。", fallen.licence, fallen.why.zh),
            format!("“{}”, which was not asked for on paper, does not stand: {}.", fallen.licence, fallen.why.en),
        ),
        Text::new(
            "请核实；需要申请人说明或者补交的，一次性告知。登记有误的，当场更正并附上申请人提交的复印件。",
            "Check it. What the applicant has to explain or hand in is asked for once; if the register errs, correct it on the spot with the applicant's copy.",
        ),
    ))
}

/// Outside the list in force nothing is permitted, even where the item was on it when the case was received.
pub(super) fn on_the_list(stage: &Stage<'_>, next: Text) -> Result<(), Refusal> {
    let own = stage.item.item_type == ItemType::Permit;
    if !own || !stage.around.off_list {
        return Ok(());
    }
    let (name, day) = (&stage.item.name, stage.today);
    let edition = stage.around.in_force.as_deref().unwrap_or(stage.edition);
    Err(Refusal::new(
        "off-the-permit-list",
        Text::new(
            format!("{day}有效的行政许可事项清单（规则书“{edition}”版）没有“{name}”，清单之外不得实施许可。"),
            format!("The permit list in force on {day} (edition “{edition}”) does not hold “{name}”: nothing may be permitted."),
        ),
        next,
    )
    .on("优化营商环境条例第四十条"))
}

/// A permit limited in number goes to whoever was accepted first (行政许可法 art. 57): nobody overtakes an application that
/// was accepted earlier and is not decided yet, unless enough is left for both.
fn in_turn(stage: &Stage<'_>) -> Result<(), Refusal> {
    let Some(left) = stage.around.quota_left else { return Ok(()) };
    if left == 0 {
        return Err(used_up());
    }
    let ahead = stage.around.ahead;
    if ahead < left {
        return Ok(());
    }
    Err(Refusal::new(
        "others-before",
        Text::new(
            format!("本事项还剩{left}个名额，先受理而尚未决定的申请有{ahead}件，应当按受理的先后顺序作出决定。"),
            format!("{left} of this permit are left and {ahead} applications accepted earlier are undecided: they come first."),
        ),
        Text::new("请先对受理在前的申请作出决定。", "Decide those that were accepted earlier first."),
    )
    .on("行政许可法第五十七条"))
}

fn used_up() -> Refusal {
    Refusal::new(
        "quota-used-up",
        Text::new("本事项有数量限制，名额已用完。", "This permit is limited in number and none is left."),
        Text::new(
            "可以等候名额退出；不予许可的，由审批人书面决定并说明理由。",
            "Wait until one becomes free, or refuse in writing with the reasons; that is a person's decision.",
        ),
    )
    .on("行政许可法第五十七条")
}

/// What still stands in the way of a decision.
pub(super) fn nothing_outstanding(case: &Case, today: Date) -> Result<(), Refusal> {
    nobody_is_heard(case, today)?;
    if !case.deferred.is_empty() && !case.deemed {
        return Err(outstanding("容缺材料尚未补齐", "deferred papers are still to come"));
    }
    Ok(())
}

/// What stands in the way of a refusal: the same, but papers that did not follow in time no longer hold it up.
pub(super) fn nothing_outstanding_to_refuse(case: &Case, today: Date) -> Result<(), Refusal> {
    nobody_is_heard(case, today)?;
    let owed = |clock: &Clock| match clock.paper() {
        Some(key) => case.deferred.iter().any(|deferred| deferred == key),
        None => clock.code == "deferred",
    };
    let time_is_up = case.clocks.iter().any(|clock| clock.expired.is_some() && owed(clock));
    if time_is_up { Ok(()) } else { nothing_outstanding(case, today) }
}

/// Nobody who has to be heard is still to be heard: no special procedure, opinion or hearing is open. A body that was silent past its
/// day holds nobody up: what it did not say stands on the case, and whoever decides sees it.
pub(super) fn nobody_is_heard(case: &Case, today: Date) -> Result<(), Refusal> {
    if case.special.is_some() {
        Err(outstanding("特别程序尚未结束", "a special procedure is open"))
    } else if case.opinions.iter().any(|opinion| opinion.is_awaited(today)) {
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
    fn a_licence_that_fell_since_holds_up_what_relies_on_it() {
        let mut bench = Bench::in_decision();
        let why = rulebook::Text::new("已被吊销", "it was revoked");
        bench.around.fallen = vec![crate::decide::Fallen { licence: "营业执照".into(), why }];
        let refused = bench.hear("chief", &Act::Grant { content: words() }).expect_err("held up");
        assert!(refused.code == "licence-fallen" && refused.why.zh.contains("营业执照"), "{}", refused.why.zh);
        bench.around.fallen.clear();
        assert!(bench.hear("chief", &Act::Grant { content: words() }).is_ok());
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
        let mut gone = Bench::submitted("stall", &[]);
        gone.around.off_list = true;
        assert_eq!(
            gone.refusal("clerk", &yes()),
            "off-the-permit-list",
            "the list of today counts, not that of the day of receipt"
        );
        let mut confirmation = Bench::submitted("gas", &[]);
        confirmation.around.off_list = true;
        assert_eq!(confirmation.must("li", Act::Claim), ["claimed"], "what is no permit is on no permit list");
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
        bench.around.in_force = Some("e2".into());
        let granted = bench.hear("chief", &yes()).expect("granted");
        assert!(granted.guards.contains(&Guard::InForce { edition: "e2".into() }), "the list and the matrix are relied upon");
    }

    #[test]
    fn who_was_accepted_first_has_the_last_one() {
        let mut bench = Bench::submitted("taxi", &[]);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        for (left, ahead, says) in [(1, 0, "granted"), (2, 1, "granted"), (1, 1, "others-before"), (0, 0, "quota-used-up")] {
            bench.around.quota_left = Some(left);
            bench.around.ahead = ahead;
            let said = bench.hear("chief", &yes()).map_or_else(|refusal| refusal.code, |_| "granted".to_owned());
            assert_eq!(said, says, "{left} left, {ahead} ahead");
        }
    }

    #[test]
    fn a_filing_is_filed_when_complete_and_never_refused() {
        let mut bench = Bench::submitted("sign", &["plan"]);
        assert_eq!(bench.refusal("li", &Act::File), "still-lacking");
        assert_eq!(bench.refusal("chief", &Act::Refuse { reasons: words(), basis: words(), false_statement: None }), "not-now");
        bench.must("li", tell(&["plan"]));
        bench.must("applicant", supply(&["plan"]));
        assert_eq!(bench.must("li", Act::File), ["filed"]);
        assert!(!bench.case.is_open());
    }
}

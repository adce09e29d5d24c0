//! The four ends of a permit: 撤销, 撤回, 吊销 and 注销 are different acts with different grounds (行政许可法 arts. 8, 69, 70).
//!
//! 注销 follows the others or expiry (art. 70(4)); none of them undoes that the permit was granted. The ground is chosen from the
//! rulebook's, and its article is what the decision cites. 吊销 is a penalty: the holder is told what is proposed and why, may ask
//! for a hearing within five working days, and is heard before anything is decided (行政处罚法 arts. 44, 63, 64, 85). Who got the
//! permit by fraud is barred for a time where safety is concerned (arts. 78, 79); the bar stands in the decision.

use super::written;
use crate::case::{Decision, Hearing};
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::{Bar, Ending, Event};
use crate::refusal::Refusal;
use jiff::Span;
use rulebook::ground::{Ground, HearingRight};
use rulebook::{Term, Text};

pub(super) fn end(stage: &Stage<'_>, ground: &str, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let (ground, ending) = ends_by(stage, ground)?;
    if let Some(right) = &ground.hearing {
        was_heard(stage, ground, right)?;
    }
    if ground.of_commitments {
        super::post_check::by_a_person(stage)?;
        super::post_check::was_answered(stage)?;
    }
    written(("事实和理由", "facts and reasons"), reason)?;
    let reason = out.keep("reason", reason);
    let bar = bar_of(stage, ground);
    out.happened(Event::Ended { ending, basis: ground.basis.to_string(), reason, bar });
    if ground.of_commitments {
        super::post_check::record_credit(stage, out);
    }
    out.letter(LetterKind::EndOfPermit);
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”的效力已终结，理由和救济途径见决定书。", stage.item.name),
            format!("“{}” has come to its end; the decision gives reasons and remedies.", stage.item.english()),
        ),
    );
    Ok(())
}

/// Tells the holder what penalty is proposed, on which facts and ground, and of the right to a hearing.
pub(super) fn propose_penalty(stage: &Stage<'_>, ground: &str, facts: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let (ground, _) = ends_by(stage, ground)?;
    let Some(right) = &ground.hearing else {
        return Err(Refusal::new(
            "no-penalty",
            Text::new("这一情形不是行政处罚，不需要告知拟处罚。", "This is no penalty; there is nothing to announce."),
            Text::new("请选择吊销的情形，或者直接作出决定。", "Choose a ground of a penalty, or decide directly."),
        ));
    };
    if stage.case.penalty.is_some() && stage.case.ending.is_none() && still_to_be_heard(stage) {
        return Err(Refusal::new(
            "told-already",
            Text::new("已经告知，听证程序还没有结束。", "It was announced; the hearing is not over."),
            Text::new("请等待当事人要求听证的期限届满，或者听证结束。", "Wait for the time to ask to pass, or for the hearing."),
        ));
    }
    written(("违法事实和理由", "the facts and reasons"), facts)?;
    let facts = out.keep("reason", facts);
    let ask_by = stage.calendar.due(stage.today, Term::working_days(right.working_days)).on;
    let (code, basis) = (ground.code.get_ref().clone(), ground.basis.to_string());
    out.happened(Event::PenaltyProposed { ground: code, basis, facts, ask_by });
    out.letter(LetterKind::HearingRightNotice);
    out.notify(
        To::Applicant,
        Text::new(
            format!("本机关拟吊销您的许可证件，您可以陈述、申辩，并在{ask_by}前要求听证，详见告知书。"),
            format!(
                "Your permit may be revoked as a penalty. You may be heard and ask for a hearing until {ask_by}; see the notice."
            ),
        ),
    );
    Ok(())
}

/// The ground of this code in force today; an unknown one is no ground.
pub(super) fn known<'a>(stage: &Stage<'a>, code: &str) -> Result<&'a Ground, Refusal> {
    let of_today = stage.around.grounds.iter().find(|ground| ground.code.get_ref() == code);
    let pinned = || stage.rules.grounds.get(code).filter(|_| stage.around.grounds.is_empty());
    of_today.or_else(pinned).ok_or_else(|| {
        Refusal::new(
            "unknown-ground",
            Text::new(format!("规则书中没有代码为“{code}”的法定情形。"), format!("The rulebook has no ground “{code}”.")),
            Text::new("请从法定情形中选择一种。", "Choose one of the grounds of the law."),
        )
        .on("行政许可法第八条、第六十九条、第七十条")
    })
}

/// The ground, where it can still end the permit of this case.
fn ends_by<'a>(stage: &Stage<'a>, code: &str) -> Result<(&'a Ground, Ending), Refusal> {
    let what = if stage.procedure.is_for_permits() { "许可" } else { "决定" };
    let Some(Decision::Granted { .. }) = stage.case.decision else {
        return Err(Refusal::new(
            "nothing-granted",
            Text::new(format!("没有准予的{what}，不存在撤销、撤回、吊销或注销。"), "Nothing was granted that could be ended."),
            Text::new("请核对办件。", "Check the case."),
        ));
    };
    let ground = known(stage, code)?;
    let Some(ending) = ground.ending else {
        return Err(Refusal::new(
            "no-ending",
            Text::new("这一情形不能终结许可。", "This ground ends no permit."),
            Text::new("请选择撤销、撤回、吊销或者注销的情形。", "Choose a ground of one of the four ends."),
        ));
    };
    let again = match (stage.case.ending, ending) {
        (None, _) => false,
        (Some(Ending::Deregistered), _) => true,
        (Some(_), Ending::Deregistered) => false,
        (Some(_), _) => true,
    };
    if again {
        return Err(Refusal::new(
            "ended-already",
            Text::new(format!("该{what}的效力已经终结。"), "It has already come to its end."),
            Text::new("撤销、撤回、吊销之后只能办理注销。", "After it was revoked or withdrawn only deregistration follows."),
        )
        .on("行政许可法第七十条"));
    }
    Ok((ground, ending))
}

/// Until when the holder may not apply again, where the ground bars and the item concerns safety.
pub(super) fn bar_of(stage: &Stage<'_>, ground: &Ground) -> Option<Bar> {
    let bar = ground.bar.as_ref().filter(|_| stage.item.safety.is_some())?;
    let until = stage.today.checked_add(Span::new().years(i64::from(bar.years))).ok()?;
    Some(Bar { until, basis: bar.basis.to_string() })
}

/// Whether the holder was told of this very ground and was heard, or let the time pass.
fn was_heard(stage: &Stage<'_>, ground: &Ground, right: &HearingRight) -> Result<(), Refusal> {
    let told = stage.case.penalty.as_ref().filter(|(told, _)| told == ground.code.get_ref());
    let Some((_, ask_by)) = told else {
        return Err(Refusal::new(
            "penalty-not-told",
            Text::new(
                "吊销许可证件以前，应当告知当事人拟作出的处罚、事实、理由、依据和要求听证的权利。",
                "Before a permit is revoked as a penalty its holder is told of the facts, the ground and the right to a hearing.",
            ),
            Text::new("请先办理“告知拟吊销许可”。", "Announce the revocation first."),
        )
        .on("行政处罚法第四十四条、第六十三条"));
    };
    if still_to_be_heard(stage) {
        return Err(Refusal::new(
            "not-yet-heard",
            Text::new(
                format!("当事人可以在{ask_by}前要求听证；要求听证的，听证结束以后才能决定。"),
                format!(
                    "The holder may ask for a hearing until {ask_by}; once asked for, it is held before anything is decided."
                ),
            ),
            Text::new("请等待期限届满，或者组织听证。", "Wait until the time has passed, or hold the hearing."),
        )
        .on(&right.basis));
    }
    Ok(())
}

fn still_to_be_heard(stage: &Stage<'_>) -> bool {
    match (&stage.case.hearing, &stage.case.penalty) {
        (Hearing::Offered { declined, .. }, Some((_, ask_by))) => !declined && stage.today <= *ask_by,
        (Hearing::Asked { .. } | Hearing::Set { .. }, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, staff, words};
    use crate::errand::LetterKind;
    use jiff::civil::{date, time};

    fn end(ground: &str) -> Act {
        Act::End { ground: ground.into(), reason: words() }
    }

    #[test]
    fn the_four_ends_are_different_and_deregistration_comes_last() {
        for (first, second, says) in [
            ("not-entitled", "ended-before", "ended"),
            ("rules-changed", "ended-before", "ended"),
            ("expired", "fraud", "ended-already"),
            ("expired", "expired", "ended-already"),
            ("fraud", "beyond-powers", "ended-already"),
        ] {
            let mut bench = Bench::delivered();
            bench.must("chief", end(first));
            let said = bench.hear("head", &end(second)).map_or_else(|refusal| refusal.code, |_| "ended".to_owned());
            assert_eq!(said, says, "{first}, then {second}");
            assert!(bench.case.decision.is_some(), "that it was granted is not undone");
        }
    }

    #[test]
    fn what_was_never_granted_cannot_end_and_grounds_are_the_rulebooks() {
        let mut refused = Bench::in_decision();
        refused.must("chief", Act::Refuse { reasons: words(), basis: words(), false_statement: None });
        refused.must("clerk", Act::Deliver { manner: words(), receiver: words() });
        assert_eq!(refused.refusal("chief", &end("fraud")), "nothing-granted");
        let delivered = Bench::delivered();
        assert_eq!(delivered.refusal("chief", &end("because")), "unknown-ground");
        assert_eq!(delivered.refusal("chief", &end("false-statement")), "no-ending");
        let without = Act::End { ground: "fraud".into(), reason: " ".into() };
        assert_eq!(delivered.refusal("chief", &without), "words-missing");
    }

    #[test]
    fn fraud_bars_for_three_years_and_other_grounds_do_not() {
        let delivered = Bench::delivered();
        for (ground, until) in [("fraud", Some(date(2029, 3, 2))), ("not-entitled", None)] {
            let ended = delivered.hear("chief", &end(ground)).expect("ended").after;
            assert_eq!(ended.bar.map(|bar| bar.until), until, "{ground}");
        }
    }

    fn propose() -> Act {
        Act::ProposePenalty { ground: "penalty".into(), facts: words() }
    }

    #[test]
    fn a_penalty_waits_until_the_holder_was_told_and_the_time_to_ask_has_passed() {
        let mut bench = Bench::delivered();
        assert_eq!(bench.refusal("chief", &end("penalty")), "penalty-not-told");
        assert_eq!(bench.refusal("chief", &Act::ProposePenalty { ground: "fraud".into(), facts: words() }), "no-penalty");
        assert_eq!(letters(&bench.hear("chief", &propose()).expect("told")), [LetterKind::HearingRightNotice]);
        bench.must("chief", propose());
        assert!(bench.case.clocks.iter().all(|clock| !clock.is_running()), "a case that has ended keeps no clock");
        assert_eq!(bench.refusal("chief", &propose()), "told-already");
        // Told on Monday, 2 March: five working days end on the ninth.
        assert_eq!(bench.at("2026-03-09T23:59").refusal("chief", &end("penalty")), "not-yet-heard");
        let mut declined = bench.clone();
        declined.must("applicant", Act::WaiveHearing);
        assert_eq!(declined.must("chief", end("penalty")), ["ended"]);
        bench.at("2026-03-10T00:00");
        assert_eq!(bench.refusal("applicant", &Act::AskHearing { by_party: words() }), "too-late");
        assert_eq!(bench.must("chief", end("penalty")), ["ended"]);
    }

    #[test]
    fn a_hearing_that_was_asked_for_is_held_before_the_penalty() {
        let mut bench = Bench::delivered();
        bench.must("chief", propose());
        bench.must("applicant", Act::AskHearing { by_party: words() });
        assert_eq!(bench.at("2026-03-10T09:00").refusal("chief", &end("penalty")), "not-yet-heard");
        let set = |on| Act::SetHearing { on, hour: time(9, 0, 0, 0), presider: staff("presider"), place: words() };
        assert_eq!(bench.refusal("chief", &set(date(2026, 3, 18))), "notice-too-short");
        bench.must("chief", set(date(2026, 3, 19)));
        assert_eq!(bench.refusal("chief", &end("penalty")), "not-yet-heard");
        bench.at("2026-03-19T10:00").must("presider", Act::HoldHearing { minutes: words() });
        assert_eq!(bench.must("chief", end("penalty")), ["ended"]);
    }
}

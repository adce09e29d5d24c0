//! Hearings (听证), 行政许可法 arts. 46–48.
//!
//! Under art. 46 the body announces and holds one itself; only under art. 47 is there a request, within five working days of
//! being told, and then a hearing within twenty. Seven days' notice; public; the presiding officer is not the reviewer; the
//! decision is based on the minutes (decision 26).

use super::{known_officer, written};
use crate::actor::{Actor, StaffId};
use crate::case::{Case, Hearing};
use crate::decide::{Sheet, Stage, held_apart, may_play};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::moment::Moment;
use crate::refusal::Refusal;
use jiff::civil::{Date, Time};
use rulebook::procedure::Role;
use rulebook::{Term, Text, Unit};

pub(super) fn offer_hearing(stage: &Stage<'_>, at_own_motion: bool, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("举行听证的理由", "why a hearing is held or offered"), reason)?;
    if stage.case.hearing != Hearing::None {
        return Err(not_now("本办件已告知过听证。", "A hearing was already announced in this case."));
    }
    let reason = out.keep("reason", reason);
    out.happened(Event::HearingOffered { at_own_motion, reason });
    out.letter(LetterKind::HearingRightNotice);
    out.notify(To::Applicant, Text::new("请查看听证权利告知书。", "Please read the notice on the hearing."));
    Ok(())
}

pub(super) fn ask_hearing(stage: &Stage<'_>, by_party: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("谁申请听证", "who asks for it"), by_party)?;
    may_be_asked_for(stage.case, stage.by, stage.today)?;
    let by_party = out.keep("party", by_party);
    out.happened(Event::HearingAsked { by_party });
    Ok(())
}

/// Whether a hearing was offered and the time to ask for it still runs.
pub(super) fn may_be_asked_for(case: &Case, by: &Actor, today: Date) -> Result<(), Refusal> {
    let by_applicant = matches!(by, Actor::Applicant { .. });
    match case.hearing {
        Hearing::Offered { at_own_motion: false, declined, .. } if !(declined && by_applicant) => {}
        Hearing::Waived | Hearing::Offered { declined: true, .. } => {
            return Err(too_late("行政许可法第四十七条"));
        }
        _ => return Err(not_now("现在不能申请听证。", "A hearing cannot be asked for now.")),
    }
    // A penalty has no clock of its own: the case has ended.
    if case.penalty.as_ref().is_some_and(|(_, ask_by)| today > *ask_by) {
        return Err(too_late("行政处罚法第六十四条第一项"));
    }
    Ok(())
}

/// The applicant speaks for herself only: neighbours and others concerned were told of the same right and keep their five days.
pub(super) fn waive_hearing(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    may_be_waived(stage.case)?;
    out.happened(Event::HearingDeclined);
    Ok(())
}

pub(super) fn may_be_waived(case: &Case) -> Result<(), Refusal> {
    match case.hearing {
        Hearing::Offered { at_own_motion: false, declined: false, .. } => Ok(()),
        _ => Err(not_now("现在没有可以放弃的听证。", "There is no hearing to waive.")),
    }
}

/// Whether somebody has asked for a hearing, or the body holds one by itself.
pub(super) fn is_wanted(case: &Case) -> Result<(), Refusal> {
    match case.hearing {
        Hearing::Asked { .. } | Hearing::Offered { at_own_motion: true, .. } | Hearing::Set { .. } => Ok(()),
        _ => Err(not_now("没有人申请听证。", "Nobody has asked for a hearing.")),
    }
}

/// When the hearing begins, and who presides.
pub(super) fn as_set(case: &Case) -> Result<(Moment, &StaffId), Refusal> {
    match &case.hearing {
        Hearing::Set { on, hour, presider } => Ok((Moment::at(on.to_datetime(hour.unwrap_or_else(Time::midnight))), presider)),
        _ => Err(not_now("尚未确定听证时间。", "No hearing has been set.")),
    }
}

pub(super) fn set_hearing(
    stage: &Stage<'_>,
    on: Date,
    hour: Time,
    presider: &StaffId,
    place: &str,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    written(("听证地点", "where it is held"), place)?;
    is_wanted(stage.case)?;
    // A hearing that was asked for stays within its twenty days when its day is set anew.
    let due = stage.case.clock("hearing").filter(|clock| clock.is_running()).map(|clock| clock.due);
    let notice = stage.figure("hearing-notice-working-days")?;
    if stage.calendar.working_days_after(stage.today, on) < i64::from(notice) {
        return Err(Refusal::new(
            "notice-too-short",
            Text::new(
                format!("应当于听证{notice}个工作日前通知。"),
                format!("The hearing must be announced {notice} working days ahead."),
            ),
            Text::new("请选择更晚的日期。", "Choose a later day."),
        )
        .on(if stage.case.penalty.is_some() {
            "行政处罚法第六十四条第二项"
        } else {
            "行政许可法第四十八条第一款第一项"
        }));
    }
    // Once no lawful day is left within the limit it is held late, and red, rather than never.
    if due.is_some_and(|due| on > due && stage.calendar.working_days_after(stage.today, due) >= i64::from(notice)) {
        return Err(Refusal::new(
            "hearing-too-late",
            Text::new("听证日期超过法定期限。", "The hearing would be held after the legal limit."),
            Text::new("请选择更早的日期。", "Choose an earlier day."),
        )
        .on("行政许可法第四十七条"));
    }
    let agency = &stage.case.agency;
    let item = stage.item.code.get_ref();
    let officer = known_officer(stage, presider)?;
    held_apart(stage, "presider", presider)?;
    if !officer.powers.iter().any(|power| power.covers(Role::Presider, agency, item, stage.today)) {
        return Err(Refusal::new(
            "cannot-preside",
            Text::new("这名工作人员没有听证主持人的岗位。", "This officer does not hold the role of a presiding officer."),
            Text::new("请从听证主持人名单中选择。", "Choose one of the presiding officers."),
        ));
    }
    // A day that passes without the hearing rings an alarm, so that the pause is not forgotten.
    let days = (on - stage.today).get_days().unsigned_abs();
    out.timing.terms.insert("hearing-day".to_owned(), Term { n: days, unit: Unit::Days });
    let place = out.keep("place", place);
    out.happened(Event::HearingSet { on, hour: Some(hour), presider: presider.clone(), place });
    out.letter(LetterKind::HearingNotice);
    Ok(())
}

pub(super) fn hold_hearing(stage: &Stage<'_>, minutes: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let (begins, presider) = as_set(stage.case)?;
    if begins > stage.now {
        return Err(not_now("听证时间未到。", "The time of the hearing has not come."));
    }
    if stage.by.staff() != Some(presider) {
        return Err(Refusal::new(
            "not-the-presider",
            Text::new("听证笔录由听证主持人提交。", "The presiding officer hands in the minutes."),
            Text::new("请由主持人办理。", "Let the presiding officer do it."),
        ));
    }
    written(("听证笔录", "the minutes"), minutes)?;
    let minutes = out.keep("minutes", minutes);
    let event = Event::HearingHeld { minutes };
    may_play(stage, &event)?;
    out.happened(event);
    out.letter(LetterKind::HearingMinutes);
    Ok(())
}

fn too_late(law: &str) -> Refusal {
    Refusal::new(
        "too-late",
        Text::new("申请听证的期限已过，或者已经放弃听证。", "The time to ask has passed, or the hearing was waived."),
        Text::new("仍可提交书面陈述和申辩。", "A written statement is still possible."),
    )
    .on(law)
}

fn not_now(zh: &str, en: &str) -> Refusal {
    Refusal::new("hearing-not-now", Text::new(zh, en), Text::new("请查看办件的听证进度。", "See where the hearing stands."))
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, staff, words};
    use jiff::civil::{Date, date, time};

    fn offer(at_own_motion: bool) -> Act {
        Act::OfferHearing { at_own_motion, reason: words() }
    }

    fn ask() -> Act {
        Act::AskHearing { by_party: words() }
    }

    fn set(on: Date, presider: &str) -> Act {
        Act::SetHearing { on, hour: time(9, 0, 0, 0), presider: staff(presider), place: words() }
    }

    #[test]
    fn under_article_47_it_is_asked_for_within_five_days_and_held_within_twenty() {
        let mut bench = Bench::in_review();
        bench.must("li", offer(false));
        assert_eq!(bench.due("hearing-request"), "2026-03-09");
        assert_eq!(bench.at("2026-03-09T23:59").must("applicant", ask()), ["hearing-asked"]);
        assert!(bench.is_paused("decide-promised") && bench.is_paused("decide-statutory"));
        assert_eq!(bench.due("hearing"), "2026-04-07");
        assert_eq!(bench.refusal("li", &set(date(2026, 4, 8), "presider")), "hearing-too-late");
        bench.must("li", set(date(2026, 4, 7), "presider"));
        assert_eq!(bench.refusal("presider", &Act::HoldHearing { minutes: words() }), "hearing-not-now");
        assert_eq!(bench.at("2026-04-07T08:59").refusal("presider", &Act::HoldHearing { minutes: words() }), "hearing-not-now");
        bench.at("2026-04-07T09:00");
        assert_eq!(bench.must("presider", Act::HoldHearing { minutes: words() }), ["hearing-held"]);
        // Five days had run, the ninth included; five are left after 7 April.
        assert_eq!(bench.due("decide-promised"), "2026-04-14");
    }

    #[test]
    fn the_desk_offers_only_what_the_hearing_has_come_to() {
        fn offered(bench: &Bench) -> Vec<&'static str> {
            let acts = [("chief", "set-hearing"), ("presider", "hold-hearing"), ("applicant", "ask-hearing")];
            acts.into_iter().filter(|(who, act)| bench.offers(who, act)).map(|(_, act)| act).collect()
        }
        let mut bench = Bench::in_review();
        assert_eq!(offered(&bench), [""; 0]);
        bench.must("li", offer(false));
        assert_eq!(offered(&bench), ["ask-hearing"]);
        bench.must("applicant", ask());
        assert_eq!(offered(&bench), ["set-hearing"]);
        bench.must("li", set(date(2026, 3, 20), "presider"));
        assert_eq!(offered(&bench), ["set-hearing", "hold-hearing"]);
        assert_eq!(offered(&Bench::delivered()), [""; 0], "nothing was proposed against this permit");
    }

    #[test]
    fn silence_waives_it() {
        let mut bench = Bench::in_review();
        bench.must("li", offer(false));
        bench.at("2026-03-10T00:00");
        assert_eq!(bench.refusal("applicant", &ask()), "too-late");
        assert_eq!(bench.look(), ["clock-expired", "hearing-waived"]);
        assert_eq!(bench.refusal("li", &offer(false)), "hearing-not-now", "it was offered once");
    }

    #[test]
    fn the_applicant_waives_her_own_part_and_a_neighbour_may_still_ask() {
        let mut bench = Bench::in_review();
        bench.must("li", offer(false));
        assert_eq!(bench.must("applicant", Act::WaiveHearing), ["hearing-declined"]);
        assert_eq!(bench.refusal("applicant", &ask()), "too-late");
        assert_eq!(bench.refusal("li", &Act::Review { agrees: true, opinion: words() }), "outstanding");
        assert_eq!(bench.must("clerk", Act::AskHearing { by_party: "隔壁住户".into() }), ["hearing-asked"]);
    }

    #[test]
    fn whoever_checked_points_for_an_absent_colleague_does_not_preside() {
        let mut bench = Bench::in_review();
        let by_substitute = Act::CheckPoint { point: 0, met: true, note: None };
        bench.must("li", by_substitute);
        bench.case.parts.retain(|part| part.part != "handler" || part.staff != staff("li"));
        bench.case.apply(&crate::event::Record {
            version: bench.case.version + 1,
            at: bench.case.last_at,
            effective: bench.case.last_at.day(),
            by: crate::actor::By::Officer(staff("presider")),
            keeps: 0,
            event: crate::event::Event::PointChecked { point: 0, met: true, note: None },
        });
        bench.must("chief", offer(true));
        assert_eq!(bench.refusal("chief", &set(date(2026, 3, 11), "presider")), "held-apart");
    }

    #[test]
    fn under_article_46_nobody_has_to_ask() {
        let mut bench = Bench::in_review();
        bench.must("chief", offer(true));
        assert_eq!(bench.refusal("applicant", &ask()), "hearing-not-now");
        assert_eq!(bench.refusal("applicant", &Act::WaiveHearing), "hearing-not-now");
        bench.must("chief", set(date(2026, 3, 11), "presider"));
        assert!(bench.is_paused("decide-statutory"));
        assert_eq!(bench.at("2026-03-12T00:01").look(), ["clock-expired"], "a day that passes without it rings an alarm");
        assert!(!bench.case.is_red());
    }

    #[test]
    fn seven_working_days_of_notice_and_a_presider_who_did_not_examine() {
        let mut bench = Bench::in_review();
        bench.must(
            "li",
            Act::Inspect {
                officers: vec![staff("li"), staff("wang")],
                on: date(2026, 3, 2),
                passed: true,
                findings: words(),
                papers: vec![],
            },
        );
        bench.must("chief", offer(true));
        for (on, presider, code) in [
            (date(2026, 3, 10), "presider", "notice-too-short"),
            (date(2026, 3, 11), "li", "held-apart"),
            (date(2026, 3, 11), "wang", "held-apart"),
            (date(2026, 3, 11), "health", "cannot-preside"),
            (date(2026, 3, 11), "nobody", "unknown-officer"),
        ] {
            assert_eq!(bench.refusal("chief", &set(on, presider)), code, "{on} {presider}");
        }
        bench.must("chief", set(date(2026, 3, 11), "presider"));
        assert_eq!(bench.refusal("li", &Act::Review { agrees: true, opinion: words() }), "outstanding");
    }
}

//! Hearings (听证), 行政许可法 arts. 46–48.
//!
//! Under art. 46 the body announces and holds one itself; only under art. 47 is there a request, within five working days of
//! being told, and then a hearing within twenty. Seven days' notice; public; the presiding officer is not the reviewer; the
//! decision is based on the minutes (decision 26).

use super::{known_officer, written};
use crate::actor::StaffId;
use crate::case::Hearing;
use crate::decide::{Sheet, Stage, held_apart, may_play};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::civil::Date;
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
    match stage.case.hearing {
        Hearing::Offered { at_own_motion: false, .. } => {}
        Hearing::Waived => {
            return Err(Refusal::new(
                "too-late",
                Text::new("申请听证的期限已过,或者已经放弃听证。", "The time to ask has passed, or the hearing was waived."),
                Text::new("仍可提交书面陈述和申辩。", "A written statement is still possible."),
            )
            .on("行政许可法第四十七条"));
        }
        _ => return Err(not_now("现在不能申请听证。", "A hearing cannot be asked for now.")),
    }
    let by_party = out.keep("party", by_party);
    out.happened(Event::HearingAsked { by_party });
    Ok(())
}

pub(super) fn waive_hearing(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    match stage.case.hearing {
        Hearing::Offered { at_own_motion: false, .. } => {
            out.happened(Event::HearingWaived);
            Ok(())
        }
        _ => Err(not_now("现在没有可以放弃的听证。", "There is no hearing to waive.")),
    }
}

pub(super) fn set_hearing(stage: &Stage<'_>, on: Date, presider: &StaffId, place: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("听证地点", "where it is held"), place)?;
    let (Hearing::Asked { .. } | Hearing::Offered { at_own_motion: true, .. } | Hearing::Set { .. }) = stage.case.hearing else {
        return Err(not_now("没有人申请听证。", "Nobody has asked for a hearing."));
    };
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
        .on("行政许可法第四十八条第一款第一项"));
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
    known_officer(stage, presider)?;
    held_apart(stage, "presider", presider)?;
    // A day that passes without the hearing rings an alarm, so that the pause is not forgotten.
    let days = (on - stage.today).get_days().unsigned_abs();
    out.timing.terms.insert("hearing-day".to_owned(), Term { n: days, unit: Unit::Days });
    let place = out.keep("place", place);
    out.happened(Event::HearingSet { on, presider: presider.clone(), place });
    out.letter(LetterKind::HearingNotice);
    Ok(())
}

pub(super) fn hold_hearing(stage: &Stage<'_>, minutes: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let Hearing::Set { on, presider } = &stage.case.hearing else {
        return Err(not_now("尚未确定听证时间。", "No hearing has been set."));
    };
    if *on > stage.today {
        return Err(not_now("听证日期未到。", "The day of the hearing has not come."));
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
    Ok(())
}

fn not_now(zh: &str, en: &str) -> Refusal {
    Refusal::new("hearing-not-now", Text::new(zh, en), Text::new("请查看办件的听证进度。", "See where the hearing stands."))
}

//! Notes, urging (催办), supervision (督办) and the published reason for a broken promise (条例 art. 36).

use super::written;
use crate::actor::Actor;
use crate::case::Case;
use crate::decide::{Sheet, Stage};
use crate::errand::To;
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::civil::Date;
use rulebook::procedure::Role;
use rulebook::{Calendar, Text};

pub(super) fn note(_stage: &Stage<'_>, text: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("备注内容", "the note"), text)?;
    let text = out.keep("note", text);
    out.happened(Event::Noted { text });
    Ok(())
}

/// From when the holder may urge again: the working day after the last time, and at once if something happened meanwhile.
pub fn urge_again_on(case: &Case, calendar: &Calendar, today: Date) -> Option<Date> {
    let (version, at) = case.holder_urged?;
    let again = calendar.next_working_day(at.day());
    (case.last_substantive <= version && today < again).then_some(again)
}

/// Who was urged needs time to act; officers who look after others are not bounded.
pub(super) fn may_be_urged(case: &Case, by: &Actor, calendar: &Calendar, today: Date) -> Result<(), Refusal> {
    match urge_again_on(case, calendar, today).filter(|_| matches!(by, Actor::Applicant { .. })) {
        None => Ok(()),
        Some(again) => Err(Refusal::new(
            "urged-already",
            Text::new(
                "您已经催办过，承办人已收到，之后办件还没有进展。",
                "You urged already, the handler was told, and nothing has happened since.",
            ),
            Text::new(
                format!("{}月{}日起可以再次催办；办件有了进展，随时可以。", again.month(), again.day()),
                format!("You may urge again from {again}, and as soon as the case has moved on."),
            ),
        )),
    }
}

pub(super) fn urge(stage: &Stage<'_>, text: &str, out: &mut Sheet) -> Result<(), Refusal> {
    may_be_urged(stage.case, stage.by, stage.calendar, stage.today)?;
    written(("催办内容", "what is urged"), text)?;
    let text = out.keep("note", text);
    out.happened(Event::Urged { text });
    tell_handler(stage, Text::new(format!("{}被催办。", stage.case.no), format!("{} is being urged.", stage.case.no)), out);
    Ok(())
}

pub(super) fn supervise(stage: &Stage<'_>, text: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("督办意见", "the instruction"), text)?;
    let text = out.keep("note", text);
    out.happened(Event::Supervised { text });
    tell_handler(
        stage,
        Text::new(format!("{}已列入督办。", stage.case.no), format!("{} is under supervision.", stage.case.no)),
        out,
    );
    Ok(())
}

pub(super) fn publish_reason(stage: &Stage<'_>, clock: &str, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("逾期原因", "the reason"), reason)?;
    // Any run of it: the clock may have been started anew since.
    if !stage.case.clocks.iter().any(|run| run.code == clock && run.expired.is_some()) {
        return Err(not_overdue(Text::new("这一时限没有逾期。", "This limit was not missed.")));
    }
    let reason = out.keep("reason", reason);
    out.happened(Event::ReasonPublished { clock: clock.to_owned(), reason });
    Ok(())
}

/// A reason is owed for a broken limit of the office, so there is nothing to publish before one is broken.
pub(super) fn something_was_missed(case: &Case) -> Result<(), Refusal> {
    if case.clocks.iter().any(|clock| clock.binds_office && clock.expired.is_some()) {
        return Ok(());
    }
    Err(not_overdue(Text::new("没有逾期的时限。", "No limit was missed.")))
}

fn not_overdue(why: Text) -> Refusal {
    Refusal::new("not-overdue", why, Text::new("只有逾期的时限需要公开原因。", "A reason is published for missed limits only."))
}

fn tell_handler(stage: &Stage<'_>, text: Text, out: &mut Sheet) {
    let to = stage
        .case
        .handler
        .clone()
        .map_or(To::Role { role: Role::Examiner, agency: Some(stage.case.agency.clone()) }, To::Officer);
    out.notify(to, text);
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, words};

    #[test]
    fn a_reason_is_published_for_a_limit_that_was_missed_and_red_stays_red() {
        let mut bench = Bench::in_review();
        let publish = |clock: &str, reason: String| Act::PublishReason { clock: clock.into(), reason };
        assert_eq!(bench.refusal("li", &publish("decide-promised", words())), "not-overdue");
        bench.at("2026-03-17T00:00").look();
        assert_eq!(bench.refusal("li", &publish("decide-promised", String::new())), "words-missing");
        assert_eq!(bench.refusal("li", &publish("decide-statutory", words())), "not-overdue");
        assert_eq!(bench.must("li", publish("decide-promised", words())), ["reason-published"]);
        assert!(bench.case.is_red());
    }

    #[test]
    fn a_holder_urges_once_a_working_day_unless_something_happened_meanwhile() {
        // The 13th is a Friday.
        let mut bench = Bench::in_review();
        let urge = || Act::Urge { text: words() };
        bench.at("2026-03-13T09:00").must("applicant", urge());
        bench.must("li", Act::Note { text: words() });
        assert_eq!(bench.refusal("applicant", &urge()), "urged-already");
        assert_eq!(bench.at("2026-03-15T09:00").refusal("applicant", &urge()), "urged-already");
        bench.must("supervisor", urge());
        bench.at("2026-03-16T00:01").must("applicant", urge());
        assert_eq!(bench.refusal("applicant", &urge()), "urged-already");
        bench.must("head", Act::Extend { n: 5, reason: words() });
        bench.must("applicant", urge());
    }

    #[test]
    fn notes_and_urging_overtake_nobody() {
        let mut bench = Bench::in_review();
        let seen = bench.case.version;
        bench.must("li", Act::Note { text: words() });
        bench.must("applicant", Act::Urge { text: words() });
        bench.must("supervisor", Act::Supervise { text: words() });
        assert_eq!((bench.case.overtaken(seen), bench.case.urged), (None, 1));
        assert_eq!(bench.refusal("li", &Act::Note { text: "字".repeat(5_001) }), "words-too-long");
    }
}

//! Submit (提交) and receive (收件): the application reaches the office; receipt is not yet acceptance (trap T-01).
//!
//! 行政许可法 art. 29: applying is free of form but for the standard form; art. 32(4): the five days run from receipt, so the
//! time of receipt is never lost. An application that lacks papers is received all the same, and what it lacks is told.
//! A closed item is said at once, with the reason. That a number is used up (art. 57) or that a written decision bars the holder
//! (arts. 78, 79) is told and keeps nobody from applying: it is a person who refuses.
//!
//! Papers sent by post are received on the day they reach the body, whenever somebody opens the envelope.

use crate::act::{Paper, Submission};
use crate::actor::Actor;
use crate::case::Handed;
use crate::decide::{Guard, Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::{Bar, Channel, Event};
use crate::moment::Moment;
use crate::refusal::Refusal;
use jiff::civil::{Date, Time};
use rulebook::procedure::Role;
use rulebook::{Term, Text};

pub(super) fn submit(stage: &Stage<'_>, submission: &Submission, out: &mut Sheet) -> Result<(), Refusal> {
    if let Actor::Applicant { holder, .. } = stage.by
        && *holder != submission.holder
    {
        return Err(Refusal::new(
            "not-your-firm",
            Text::new("您不能以该主体的名义申请。", "You may not apply in this name."),
            Text::new("请先取得并确认授权。", "Have a mandate confirmed first."),
        ));
    }
    if let Some(closed) = &stage.around.closed {
        return Err(Refusal::new(
            "item-closed",
            Text::new(
                format!("“{}”自{}起不再接受新的申请：{}。", stage.item.name, closed.from, closed.reason),
                format!("“{}” takes no new applications from {}: {}.", stage.item.english(), closed.from, closed.reason),
            ),
            Text::new(
                "您的草稿已保留。可向综合窗口索取书面答复，或查看替代事项。",
                "Your draft is kept. Ask the counter for a written answer, or see what replaces the item.",
            ),
        ));
    }
    super::grant::on_the_list(
        stage,
        Text::new(
            "本答复即为书面告知，可打印留存；您的草稿已保留。清单之外，任何机关不得要求您取得这项许可。",
            "This is the written answer of the day and can be printed; your draft is kept. Off the list no body may ask you for it.",
        ),
    )?;
    let earlier = super::continue_permit::goes_on_from(stage, submission)?;
    out.rely_on(Guard::ItemOpen { item: submission.item.clone(), on: stage.today });
    let answers = out.keep("answers", &submission.answers);
    let title = out.keep("title", &submission.title);
    let materials = hand_in(&submission.papers, out);
    out.happened(Event::Submitted {
        item: submission.item.clone(),
        edition: stage.edition.to_owned(),
        procedure: stage.procedure.code.get_ref().clone(),
        holder: submission.holder.clone(),
        agency: submission.agency.clone(),
        area: submission.area.clone(),
        channel: submission.channel,
        parent: submission.parent.clone(),
        answers,
        title,
        materials,
        lacking: submission.lacking.clone(),
        first_contact: submission.first_contact,
        earlier: earlier.clone().map(Box::new),
    });
    crate::signature::take_in(stage.case, &submission.signatures, out);
    if let Some(signing) = &submission.commitment {
        super::commit::commit(stage, signing, &submission.title, out)?;
        // Who decides may do so as soon as it is complete.
        out.notify(
            To::Role { role: Role::Approver, agency: Some(submission.agency.clone()) },
            Text::new(
                format!("告知承诺的申请：{}，材料齐全即可决定", stage.item.name),
                format!("On commitment: {}; it can be decided once complete", stage.item.english()),
            ),
        );
    }
    super::continue_permit::tell_if_late(stage, earlier.as_ref(), out);
    if stage.around.quota_left == Some(0) {
        tell_that_none_is_left(stage, out);
    }
    if let Some(bar) = stage.around.bar.as_ref().filter(|bar| bar.until >= stage.today) {
        tell_that_barred(bar, out);
    }
    if stage.procedure.is_for_bundles() {
        super::component::begin(submission.bundle.as_deref(), out)?;
        out.letter(LetterKind::Receipt);
    } else if submission.channel != Channel::Post {
        received(stage, &submission.agency, None, out);
        // What rests on a commitment is granted by a person.
        if submission.commitment.is_none() {
            super::at_once::order(stage, submission.channel, &submission.lacking, out);
        }
    } else if let Some(days) = stage.procedure.figures.get("opening-working-days") {
        out.timing.terms.insert("opening".to_owned(), Term::working_days(days.value));
    }
    Ok(())
}

/// A bar refuses nobody by itself: an officer looks at the decision it stands in, and answers in writing.
fn tell_that_barred(bar: &Bar, out: &mut Sheet) {
    let Bar { until, basis } = bar;
    out.notify(
        To::Applicant,
        Text::new(
            format!("依据{basis}和已作出的书面决定，您在{until}前不得再次申请该行政许可。申请已收下，由工作人员依法书面答复。"),
            format!(
                "By {basis} and a written decision you may not apply for this permit again until {until}. The application was taken \
                 in; an officer answers in writing."
            ),
        ),
    );
}

/// A used-up number refuses nobody: one may become free before the decision, which a person takes and gives reasons for.
fn tell_that_none_is_left(stage: &Stage<'_>, out: &mut Sheet) {
    out.notify(
        To::Applicant,
        Text::new(
            format!(
                "“{}”有数量限制，目前名额已用完。您的申请照常收下，按受理的先后顺序决定；没有名额的，由审批人书面决定并说明理由。",
                stage.item.name
            ),
            format!(
                "“{}” is limited in number and none is left now. Your application is taken in all the same and decided in the order of \
                 acceptance; if none becomes free, a person decides so in writing, with the reasons.",
                stage.item.english()
            ),
        ),
    );
}

/// A posted application is received when it reaches the body: what lies unopened costs the applicant no day.
pub(super) fn receive(stage: &Stage<'_>, arrived: Option<Date>, hour: Option<Time>, out: &mut Sheet) -> Result<(), Refusal> {
    let arrived = match (arrived, hour) {
        (None, None) => None,
        (None, Some(_)) => return Err(impossible("只写了时刻，没有写送达日期。", "There is an hour without a day.")),
        (Some(day), hour) => Some(arrival(stage, day, hour)?),
    };
    received(stage, &stage.case.agency, arrived, out);
    Ok(())
}

/// The moment of arrival, if it can be: not to come, and not before the papers were sent. Where nobody wrote down the hour it is
/// the first that can be, for the doubt is not the applicant's.
fn arrival(stage: &Stage<'_>, day: Date, hour: Option<Time>) -> Result<Moment, Refusal> {
    // An application that a clerk types in was sent at an unknown time before; how far back is a figure.
    let sent = match (stage.case.typed_in, stage.procedure.figures.get("arrival-latest-days")) {
        (false, _) => stage.case.first_contact.or(stage.case.submitted).unwrap_or(stage.now),
        (true, days) => {
            let back = jiff::Span::new().days(i64::from(days.map_or(0, |days| days.value)));
            Moment::start_of(stage.today.saturating_sub(back))
        }
    };
    let at = match hour {
        Some(hour) => Moment::at(day.to_datetime(hour)),
        None if day == sent.day() => sent,
        None => Moment::start_of(day),
    };
    if at > stage.now {
        return Err(impossible("送达时间还没有到。", "That time has not come yet."));
    }
    if at < sent {
        return Err(impossible(&format!("送达时间不能早于{sent}。"), &format!("It cannot have arrived before {sent}.")));
    }
    Ok(at)
}

fn impossible(zh: &str, en: &str) -> Refusal {
    Refusal::new(
        "arrival-impossible",
        Text::new(zh, en),
        Text::new("请按收发登记或者邮戳核对送达日期。", "Check the day against the mail register or the postmark."),
    )
}

fn received(stage: &Stage<'_>, agency: &str, arrived: Option<Moment>, out: &mut Sheet) {
    let day = arrived.map_or(stage.today, Moment::day);
    out.happened_as_of(Event::Received { officer: stage.by.staff().cloned(), arrived }, day);
    // Classes with limits of their own are those of matters that could not be done: they have a slip and a named receptionist.
    let is_matter = stage.procedure.class.iter().any(|class| class.immediate || class.working_days.is_some());
    out.letter(if is_matter { LetterKind::MatterSlip } else { LetterKind::Receipt });
    out.notify(
        To::Role { role: if is_matter { Role::Receptionist } else { Role::Examiner }, agency: Some(agency.to_owned()) },
        Text::new(format!("收到新的申请：{}", stage.item.name), format!("New application: {}", stage.item.english())),
    );
}

/// Papers become what the journal says was handed in; their names are particulars.
pub(super) fn hand_in(papers: &[Paper], out: &mut Sheet) -> Vec<Handed> {
    papers
        .iter()
        .map(|paper| Handed {
            key: paper.key.clone(),
            digest: paper.digest.clone(),
            name: out.keep("file-name", &paper.file_name),
        })
        .collect()
}

/// The same for files of officers, which belong to what they did rather than to a material.
pub(super) fn attach(papers: &[Paper], to: &str, out: &mut Sheet) -> Vec<Handed> {
    let mut attached = hand_in(papers, out);
    attached.iter_mut().for_each(|file| to.clone_into(&mut file.key));
    attached
}

#[cfg(test)]
mod tests {
    use crate::act::{Act, Submission};
    use crate::actor::Actor;
    use crate::acts::bench::{Bench, application, holder, letters};
    use crate::case::Holder;
    use crate::decide::{Closed, Guard};
    use crate::errand::{Errand, LetterKind, To};
    use crate::event::{Bar, Channel};
    use crate::moment::Moment;
    use jiff::civil::{date, time};
    use rulebook::procedure::Role;

    fn with(change: impl FnOnce(&mut Submission)) -> Act {
        let mut act = application("kitchen", &["plan"]);
        if let Act::Submit(submission) = &mut act {
            change(submission);
        }
        act
    }

    #[test]
    fn what_is_handed_in_is_received_though_papers_lack() {
        let bench = Bench::new();
        let received = bench.hear("applicant", &application("kitchen", &["plan"])).expect("received");
        assert_eq!(letters(&received), [LetterKind::Receipt]);
        assert_eq!((received.after.received, received.after.accepted), (Some(date(2026, 3, 2)), None));
        assert_eq!(received.guards, [Guard::ItemOpen { item: "kitchen".into(), on: date(2026, 3, 2) }]);
    }

    #[test]
    fn a_closed_item_and_a_bar_are_told_at_once() {
        let closed = |from| Some(Closed { from, reason: "改革".into() });
        let mut bench = Bench::new();
        bench.around.closed = closed(date(2026, 3, 1));
        assert_eq!(bench.refusal("applicant", &application("kitchen", &[])), "item-closed");
        for (until, told) in [(date(2026, 3, 1), false), (date(2026, 3, 2), true), (date(2027, 3, 1), true)] {
            let mut bench = Bench::new();
            bench.around.bar = Some(Bar { until, basis: "行政许可法第七十九条".into() });
            let received = bench.hear("applicant", &application("kitchen", &[])).expect("a machine refuses nobody");
            let words = |errand: &Errand| matches!(errand, Errand::Notify { text, .. } if text.zh.contains("不得再次申请"));
            assert_eq!(received.errands.iter().any(words), told, "{until}");
        }
        let mut bench = Bench::new();
        bench.around.off_list = true;
        let off = bench.hear("applicant", &application("kitchen", &[])).expect_err("off the list");
        assert!(off.code == "off-the-permit-list" && off.why.zh.starts_with("2026-03-02"), "the answer is dated: {}", off.why.zh);
        assert!(bench.hear("applicant", &application("sign", &[])).is_ok(), "a filing is on no permit list");
        assert_eq!(Bench::new().refusal("applicant", &application("nothing", &[])), "unknown-item");
    }

    #[test]
    fn a_used_up_number_is_told_and_refuses_nobody() {
        for (left, told) in [(Some(0), true), (Some(1), false), (None, false)] {
            let mut bench = Bench::new();
            bench.around.quota_left = left;
            let received = bench.hear("applicant", &application("taxi", &[])).expect("received");
            assert_eq!(received.guards, [Guard::ItemOpen { item: "taxi".into(), on: date(2026, 3, 2) }], "{left:?}");
            let words = |errand: &Errand| matches!(errand, Errand::Notify { text, .. } if text.zh.contains("名额已用完"));
            assert_eq!(received.errands.iter().any(words), told, "{left:?}");
        }
    }

    #[test]
    fn a_posted_application_is_received_when_it_reaches_the_body() {
        let receive = |arrived, hour| Act::Receive { arrived, hour };
        let mut bench = Bench::new();
        assert_eq!(bench.must("applicant", with(|s| s.channel = Channel::Post)), ["submitted"]);
        assert_eq!((bench.due("accept").as_str(), bench.due("opening").as_str()), ("-", "2026-03-23"));
        bench.at("2026-03-05T09:00");
        for (day, hour) in [
            (Some(date(2026, 3, 6)), None),
            (Some(date(2026, 3, 5)), Some(time(9, 1, 0, 0))),
            (Some(date(2026, 3, 1)), None),
            (Some(date(2026, 3, 2)), Some(time(9, 59, 0, 0))),
            (None, Some(time(8, 0, 0, 0))),
        ] {
            assert_eq!(bench.refusal("clerk", &receive(day, hour)), "arrival-impossible", "{day:?} {hour:?}");
        }
        let mut today = bench.clone();
        assert_eq!(today.must("clerk", receive(None, None)), ["received"]);
        assert_eq!((today.case.received, today.due("accept").as_str()), (Some(date(2026, 3, 5)), "2026-03-12"));
        bench.must("clerk", receive(Some(date(2026, 3, 3)), None));
        assert_eq!((bench.case.received, bench.due("accept").as_str()), (Some(date(2026, 3, 3)), "2026-03-10"));
        assert_eq!(bench.case.intake_at, Some(Moment::start_of(date(2026, 3, 3))));
        assert!(bench.case.clock("opening").is_some_and(|clock| !clock.is_running()));
    }

    #[test]
    fn a_letter_that_a_clerk_types_in_may_have_come_before() {
        let mut bench = Bench::new();
        bench.must("clerk", with(|s| s.channel = Channel::Post));
        let on = |arrived| Act::Receive { arrived: Some(arrived), hour: None };
        assert_eq!(bench.refusal("clerk", &on(date(2026, 1, 30))), "arrival-impossible");
        bench.must("clerk", on(date(2026, 2, 11)));
        assert_eq!(bench.look(), ["clock-expired", "accepted"], "it lay for longer than the five days");
        assert_eq!(bench.case.accepted, Some(date(2026, 2, 11)));
    }

    #[test]
    fn what_nobody_opens_rings_an_alarm() {
        let mut bench = Bench::new();
        bench.must("applicant", with(|s| s.channel = Channel::Post));
        assert_eq!(bench.at("2026-03-23T23:59").look(), [""; 0]);
        bench.at("2026-03-24T00:00");
        let looked = bench.hear("clock", &Act::CheckClocks).expect("looked");
        assert!(
            looked
                .errands
                .iter()
                .any(|errand| matches!(errand, Errand::Notify { to: To::Role { role: Role::Supervisor, .. }, .. }))
        );
        assert_eq!(bench.look(), ["clock-expired"]);
        assert!(!bench.case.is_red(), "it may still be on its way");
    }

    #[test]
    fn nobody_applies_in_anothers_name_but_the_counter_takes_in_for_a_visitor() {
        let bench = Bench::new();
        let other = with(|s| s.holder = Holder::Person("p9".into()));
        assert_eq!(bench.refusal("applicant", &other), "not-your-firm");
        assert!(bench.hear("clerk", &other).is_ok());
        assert!(
            matches!(Actor::Applicant { person: "p1".into(), holder: holder(), reach: crate::Reach::Whole }, actor if actor.is_person())
        );
    }

    #[test]
    fn what_comes_after_hours_is_decided_on_the_spot_when_the_office_opens() {
        for (at, due) in [
            ("2026-03-06T17:29", "2026-03-06"),
            ("2026-03-06T17:30", "2026-03-09"),
            ("2026-03-07T10:00", "2026-03-09"),
            ("2026-02-14T10:00", "2026-02-14"),
            ("2026-02-14T18:00", "2026-02-24"),
        ] {
            let mut bench = Bench::new();
            bench.at(at).must("applicant", application("stall", &[]));
            assert_eq!(bench.due("decide-promised"), due, "{at}");
        }
    }

    #[test]
    fn the_limit_is_the_one_in_force_on_the_day_of_receipt() {
        for (at, due) in [("2025-12-01T10:00", "2025-12-22"), ("2026-03-02T10:00", "2026-03-16")] {
            let mut bench = Bench::new();
            bench.at(at).must("applicant", application("kitchen", &[]));
            bench.must("li", Act::Accept { deferred: vec![] });
            assert_eq!(bench.due("decide-promised"), due, "{at}");
        }
    }
}

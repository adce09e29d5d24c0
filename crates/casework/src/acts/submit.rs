//! Submit (提交) and receive (收件): the application reaches the office; receipt is not yet acceptance (trap T-01).
//!
//! 行政许可法 art. 29: applying is free of form but for the standard form; art. 32(4): the five days run from receipt, so the
//! time of receipt is never lost. An application that lacks papers is received all the same, and what it lacks is told.
//! A closed item and a bar (arts. 78, 79) are said at once, with the reason. That a number is used up (art. 57) is told and
//! keeps nobody from applying.

use crate::act::{Paper, Submission};
use crate::actor::Actor;
use crate::case::Handed;
use crate::decide::{Guard, Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::{Channel, Event};
use crate::refusal::Refusal;
use rulebook::Text;
use rulebook::procedure::Role;

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
                format!("“{}” takes no new applications from {}: {}.", stage.item.name, closed.from, closed.reason),
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
    if let Some((until, basis)) = &stage.around.barred_until
        && *until >= stage.today
    {
        return Err(Refusal::new(
            "barred",
            Text::new(
                format!("依据书面决定，申请人在{until}前不得再次申请该许可。"),
                format!("By a written decision the applicant may not apply for this permit before {until}."),
            ),
            Text::new(
                "对该决定不服的，可以依法申请行政复议或提起行政诉讼。",
                "The decision itself can be reviewed or taken to court.",
            ),
        )
        .on(basis));
    }
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
    super::continue_permit::tell_if_late(stage, earlier.as_ref(), out);
    if stage.around.quota_left == Some(0) {
        tell_that_none_is_left(stage, out);
    }
    if submission.channel != Channel::Post {
        received(stage, &submission.agency, out);
    }
    Ok(())
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
                stage.item.name
            ),
        ),
    );
}

/// A posted application is received when the clerk opens it.
pub(super) fn receive(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    received(stage, &stage.case.agency, out);
    Ok(())
}

fn received(stage: &Stage<'_>, agency: &str, out: &mut Sheet) {
    out.happened(Event::Received { officer: stage.by.staff().cloned() });
    // A procedure with classes takes in matters that could not be done: they have a slip and a named receptionist.
    let is_matter = !stage.procedure.class.is_empty();
    out.letter(if is_matter { LetterKind::MatterSlip } else { LetterKind::Receipt });
    out.notify(
        To::Role { role: if is_matter { Role::Receptionist } else { Role::Examiner }, agency: Some(agency.to_owned()) },
        Text::new(format!("收到新的申请：{}", stage.item.name), format!("New application: {}", stage.item.name)),
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
    use crate::errand::{Errand, LetterKind};
    use crate::event::Channel;
    use jiff::civil::date;

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
        for (until, says) in [(date(2026, 3, 1), "received"), (date(2026, 3, 2), "barred"), (date(2027, 3, 1), "barred")] {
            let mut bench = Bench::new();
            bench.around.barred_until = Some((until, "决定书".into()));
            let said = bench.hear("applicant", &application("kitchen", &[]));
            assert_eq!(said.map_or_else(|refusal| refusal.code, |_| "received".to_owned()), says, "{until}");
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
    fn a_posted_application_is_received_when_it_is_opened() {
        let mut bench = Bench::new();
        assert_eq!(bench.must("applicant", with(|s| s.channel = Channel::Post)), ["submitted"]);
        assert_eq!(bench.due("accept"), "-");
        assert_eq!(bench.at("2026-03-05T09:00").must("clerk", Act::Receive), ["received"]);
        assert_eq!((bench.case.received, bench.due("accept").as_str()), (Some(date(2026, 3, 5)), "2026-03-12"));
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

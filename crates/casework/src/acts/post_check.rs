//! The check afterwards (事后核查) of what was granted on a commitment, and what follows: put right, or broken.
//!
//! 国办发〔2020〕42号 and 消防法 art. 15(2): the office looks at every commitment after the decision, on a planned day. What does not meet
//! it is put right within a term; what is false or was not put right is told to the holder, who may answer, and a person decides
//! whether the grant is revoked. No machine and no silence does. Serves measure 5.

use super::commit::no_commitment;
use super::submit::{attach, hand_in};
use super::{names_of, written};
use crate::act::Paper;
use crate::actor::StaffId;
use crate::case::Case;
use crate::commitment::{Breach, Finding, Pledge, Stand};
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::Span;
use jiff::civil::Date;
use rulebook::Text;
use rulebook::commitment::{Credit, Manner, PostCheck, Timed};

/// The terms of a commitment: those of the item, or, where only papers were replaced, of the first of them.
fn terms<'a>(stage: &Stage<'a>) -> Option<(&'a PostCheck, &'a Timed, &'a Credit)> {
    let pledge = stage.case.pledge.as_ref()?;
    if let (Some(_), Some(own)) = (pledge.form, &stage.item.commitment) {
        return Some((&own.check, &own.rectify, &own.credit));
    }
    let rules = stage.rules;
    let own = pledge.proofs.iter().find_map(|key| rules.materials.get(key)?.commitment.as_ref())?;
    Some((&own.check, &own.rectify, &own.credit))
}

/// With the grant the check is planned, by which body and until when.
pub(super) fn plan(stage: &Stage<'_>, out: &mut Sheet) {
    if !stage.case.pledge.as_ref().is_some_and(Pledge::stands) {
        return;
    }
    let Some((check, ..)) = terms(stage) else { return };
    if let Some(term) = check.term.term() {
        out.timing.terms.insert("post-check".to_owned(), term);
    }
    let agency = check.by.as_ref().map_or_else(|| stage.case.agency.clone(), |by| by.get_ref().clone());
    out.happened(Event::CheckPlanned { agency, manner: check.manner });
}

pub(super) fn post_check(
    stage: &Stage<'_>,
    officers: &[StaffId],
    on: Date,
    finding: Finding,
    findings: &str,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let (Some(pledge), Some((check, rectify, _))) = (stage.case.pledge.as_ref().filter(|own| own.is_open()), terms(stage)) else {
        return Err(no_commitment());
    };
    // On site two go (行政许可法 art. 34(3)); data are compared by one.
    let wanted = if check.manner == Manner::OnSite { stage.figure("inspection-officers")? } else { 1 };
    let distinct = super::inspect::enough(stage, officers, wanted, "行政许可法第三十四条第三款")?;
    if on > stage.today {
        return Err(Refusal::new(
            "not-yet",
            Text::new("核查日期不能晚于今天。", "The check cannot lie in the future."),
            Text::new("请在核查完成后记录。", "Record it when it has taken place."),
        ));
    }
    written(("核查情况", "the findings"), findings)?;
    follows(stage, pledge, finding)?;
    if finding == Finding::Rectify
        && let Some(term) = rectify.term.term()
    {
        out.timing.terms.insert("rectify".to_owned(), term);
    }
    let findings = out.keep("findings", findings);
    let materials = attach(papers, &format!("check-{}", pledge.checks + 1), out);
    out.happened(Event::Checked { officers: distinct, on, finding, findings, materials });
    out.letter(if finding == Finding::Rectify { LetterKind::RectificationOrder } else { LetterKind::CheckResult });
    let name = &stage.item.name;
    out.notify(
        To::Applicant,
        match finding {
            Finding::Passed => {
                Text::new(format!("“{name}”的承诺经核查属实。"), format!("Your commitment for “{name}” was checked and is kept."))
            }
            Finding::Rectify => Text::new(
                format!("“{name}”核查发现需要整改的问题，内容和期限见整改通知书。"),
                format!("The check of “{name}” found something to put right; the order says what and until when."),
            ),
            Finding::Broken => Text::new(
                format!("“{name}”核查认定违背承诺，拟撤销；您可以在期限内陈述申辩。"),
                format!("The check of “{name}” found the commitment broken. Before anything is decided you may answer."),
            ),
        },
    );
    Ok(())
}

/// Whether this finding can follow on what was found before.
fn follows(stage: &Stage<'_>, pledge: &Pledge, finding: Finding) -> Result<(), Refusal> {
    if finding == Finding::Rectify && (pledge.ordered || pledge.stand == Stand::Broken) {
        return Err(Refusal::new(
            "ordered-already",
            Text::new("已经责令整改过一次。", "It was ordered to be put right once already."),
            Text::new("请核查整改情况，记录符合或者违背承诺。", "Check what was put right: kept or broken."),
        ));
    }
    if finding == Finding::Passed && !pledge.promised.is_empty() {
        let names = names_of(stage.rules, &pledge.promised);
        return Err(Refusal::new(
            "promised-missing",
            Text::new(
                format!("承诺补交的材料还没有收到：{}。", names.zh),
                format!("Papers that were promised have not come: {}.", names.en),
            ),
            Text::new("收到以后再认定符合。", "Find it kept once they are there."),
        ));
    }
    let running = stage.case.clock("rectify").filter(|clock| clock.is_running() && clock.expired.is_none());
    match (finding, pledge.stand, running) {
        (Finding::Broken, Stand::Rectifying, Some(clock)) => Err(Refusal::new(
            "time-to-rectify",
            Text::new(
                format!("整改期限到{}，期限内不能认定违背承诺。", clock.due),
                format!("The holder has until {} to put it right.", clock.due),
            ),
            Text::new("请等待期限届满，或者申请人报告整改完成。", "Wait until then, or until the holder says that it is done."),
        )),
        _ => Ok(()),
    }
}

/// The holder says that it was put right, perhaps with photographs.
pub(super) fn report_rectified(stage: &Stage<'_>, said: &str, papers: &[Paper], out: &mut Sheet) -> Result<(), Refusal> {
    let pledge = stage.case.pledge.as_ref().filter(|pledge| pledge.stand == Stand::Rectifying).ok_or_else(no_commitment)?;
    written(("整改情况", "what was put right"), said)?;
    let words = out.keep("statement", said);
    let materials = attach(papers, &format!("rectified-{}", pledge.checks), out);
    out.happened(Event::Rectified { words, materials });
    tell_the_office(stage, out, "申请人报告整改完成，请复核。", "The holder reports that it was put right; check it.");
    Ok(())
}

/// Papers that were promised with the commitment (Tianjin's form).
pub(super) fn supply_promised(stage: &Stage<'_>, papers: &[Paper], out: &mut Sheet) -> Result<(), Refusal> {
    something_promised(stage.case)?;
    let pledge = stage.case.pledge.as_ref().ok_or_else(no_commitment)?;
    if papers.is_empty() || !papers.iter().all(|paper| pledge.promised.contains(&paper.key)) {
        let names = names_of(stage.rules, &pledge.promised);
        return Err(Refusal::new(
            "not-promised",
            Text::new("这些材料不在承诺补交的清单内。", "These papers are not among the promised ones."),
            Text::new(format!("待补交：{}", names.zh), format!("Still to come: {}", names.en)),
        ));
    }
    let left = pledge.promised.iter().filter(|key| !papers.iter().any(|paper| paper.key == **key)).cloned().collect();
    let materials = hand_in(papers, out);
    out.happened(Event::PromisedSupplied { materials, left });
    tell_the_office(stage, out, "申请人补交了承诺的材料。", "The applicant has handed in what was promised.");
    Ok(())
}

/// Whether papers were promised that have not come.
pub(super) fn something_promised(case: &Case) -> Result<(), Refusal> {
    let owes = |pledge: &&Pledge| pledge.stands() && !pledge.promised.is_empty();
    case.pledge.as_ref().filter(owes).map(drop).ok_or_else(no_commitment)
}

/// Whether a broken commitment is on record still.
pub(super) fn something_on_record(case: &Case, today: Date) -> Result<(), Refusal> {
    if case.breach.as_ref().is_some_and(|breach| breach.until >= today) {
        return Ok(());
    }
    Err(Refusal::new(
        "nothing-to-repair",
        Text::new("没有需要修复的信用记录。", "There is no record to repair."),
        Text::new("请核对办件。", "Check the case."),
    ))
}

fn tell_the_office(stage: &Stage<'_>, out: &mut Sheet, zh: &str, en: &str) {
    if let Some(handler) = &stage.case.handler {
        out.notify(To::Officer(handler.clone()), Text::new(zh, en));
    }
}

/// The system ends a permit whose holder applies for that; nobody but a person revokes one for a broken commitment.
pub(super) fn by_a_person(stage: &Stage<'_>) -> Result<(), Refusal> {
    if stage.by.staff().is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        "for-a-person",
        Text::new("违背承诺的撤销，只能由审批人决定。", "A revocation for a broken commitment is a person's decision."),
        Text::new("请由审批人办理。", "Leave it to an approver."),
    ))
}

/// Before the grant is revoked because the commitment was broken its holder was told, and answered or let the time pass.
pub(super) fn was_answered(stage: &Stage<'_>) -> Result<(), Refusal> {
    let Some(pledge) = stage.case.pledge.as_ref().filter(|pledge| pledge.stand == Stand::Broken) else {
        return Err(Refusal::new(
            "not-found-broken",
            Text::new("没有核查认定违背承诺。", "No check found the commitment broken."),
            Text::new("请先核查；可以整改的，先责令整改。", "Check it first; what can be put right is ordered to be."),
        ));
    };
    let waiting = stage.case.clock("answer-breach").filter(|clock| clock.is_running() && clock.expired.is_none());
    match waiting.filter(|_| !pledge.heard) {
        None => Ok(()),
        Some(clock) => Err(Refusal::new(
            "not-yet-heard",
            Text::new(format!("申请人可以在{}前陈述、申辩。", clock.due), format!("The holder may answer until {}.", clock.due)),
            Text::new("听取陈述申辩，或者期限届满后再决定。", "Decide after the answer, or once the time is over."),
        )
        .on("行政许可法第七条")),
    }
}

/// What a revocation on this ground does to later commitments.
pub(super) fn record_credit(stage: &Stage<'_>, out: &mut Sheet) {
    let Some((.., credit)) = terms(stage) else { return };
    let until = stage.today.checked_add(Span::new().months(i64::from(credit.months))).unwrap_or(stage.today);
    let breach = Breach { class: credit.class.clone(), until, basis: credit.basis.to_string() };
    out.happened(Event::CreditRecorded { breach });
}

/// The record is repaired before it ends: an officer says why.
pub(super) fn repair_credit(stage: &Stage<'_>, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    something_on_record(stage.case, stage.today)?;
    written(("修复的理由", "why it is repaired"), reason)?;
    let reason = out.keep("reason", reason);
    out.happened(Event::CreditRepaired { reason });
    out.notify(
        To::Applicant,
        Text::new(
            "您的承诺信用记录已修复，可以再次选择告知承诺。",
            "Your record is repaired: commitments are open to you again.",
        ),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, committed, letters, paper, staff, submission, words};
    use crate::commitment::{Finding, Signing, Stand};
    use crate::errand::LetterKind;
    use jiff::civil::{Date, date};

    /// Granted on Monday, 2 March, and delivered: the check is to come.
    fn delivered() -> Bench {
        let mut bench = Bench::new();
        bench.must("applicant", committed("fire", 1, &["plan"]));
        assert_eq!(bench.must("chief", Act::Grant { content: words() }), ["granted", "check-planned"]);
        hand_out(&mut bench);
        bench
    }

    fn hand_out(bench: &mut Bench) {
        bench.must("clerk", Act::MakeResult { number: "1".into(), name: "证".into() });
        bench.must("clerk", Act::Deliver { manner: "窗口领取".into(), receiver: words() });
    }

    fn check(finding: Finding, on: Date) -> Act {
        Act::PostCheck { officers: vec![staff("li"), staff("wang")], on, finding, findings: words(), papers: vec![] }
    }

    const TODAY: Date = date(2026, 3, 2);

    #[test]
    fn what_was_granted_on_a_commitment_stays_open_until_it_was_checked() {
        let mut bench = delivered();
        assert!(bench.case.is_open() && bench.case.delivered.is_some());
        assert_eq!((bench.case.step.as_str(), bench.due("post-check").as_str()), ("awaiting-check", "2026-05-06"));
        assert_eq!(bench.must("li", check(Finding::Passed, TODAY)), ["check-passed"]);
        assert!(!bench.case.is_open());
        assert_eq!(bench.case.step, "delivered");
        assert!(bench.case.clocks.iter().all(|clock| !clock.is_running()));
    }

    #[test]
    fn a_check_missed_in_silence_rings_and_changes_nothing_that_was_granted() {
        let mut bench = delivered();
        assert_eq!(bench.at("2026-05-07T00:00").look(), ["clock-expired"]);
        assert!(bench.case.is_red() && bench.case.ending.is_none() && bench.case.breach.is_none());
        assert_eq!(bench.case.step, "awaiting-check");
    }

    #[test]
    fn two_go_on_site_and_none_before_it_took_place() {
        let bench = delivered();
        let alone = Act::PostCheck {
            officers: vec![staff("li")],
            on: TODAY,
            finding: Finding::Passed,
            findings: words(),
            papers: vec![],
        };
        assert_eq!(bench.refusal("li", &alone), "too-few-inspectors");
        assert_eq!(bench.refusal("li", &check(Finding::Passed, date(2026, 3, 3))), "not-yet");
        assert_eq!(bench.refusal("clock", &check(Finding::Broken, TODAY)), "not-yours");
        assert_eq!(bench.refusal("system", &check(Finding::Broken, TODAY)), "not-yours");
    }

    #[test]
    fn what_is_wanting_is_put_right_within_the_term_and_then_it_is_kept() {
        let mut bench = delivered();
        let ordered = bench.hear("li", &check(Finding::Rectify, TODAY)).expect("ordered");
        assert_eq!(letters(&ordered), [LetterKind::RectificationOrder]);
        bench.must("li", check(Finding::Rectify, TODAY));
        assert_eq!((bench.case.step.as_str(), bench.due("rectify").as_str()), ("rectifying", "2026-03-17"));
        assert_eq!(bench.refusal("li", &check(Finding::Broken, TODAY)), "time-to-rectify");
        assert_eq!(bench.refusal("applicant", &Act::ReportRectified { said: " ".into(), papers: vec![] }), "words-missing");
        let photo = crate::act::Paper { key: String::new(), digest: "d1".into(), file_name: "整改.jpg".into() };
        assert_eq!(bench.must("applicant", Act::ReportRectified { said: words(), papers: vec![photo] }), ["rectified"]);
        assert_eq!(bench.refusal("li", &check(Finding::Rectify, TODAY)), "ordered-already");
        bench.must("li", check(Finding::Passed, TODAY));
        assert_eq!(bench.case.pledge.as_ref().map(|own| own.stand), Some(Stand::PassedRectified));
    }

    fn revoke() -> Act {
        Act::End { ground: "commitment-broken".into(), reason: words() }
    }

    #[test]
    fn what_is_not_put_right_is_revoked_by_a_person_after_the_holder_could_answer() {
        let mut bench = delivered();
        assert_eq!(bench.refusal("chief", &revoke()), "not-found-broken");
        bench.must("li", check(Finding::Rectify, TODAY));
        assert_eq!(bench.at("2026-03-18T00:00").look(), ["clock-expired"]);
        assert_eq!(bench.case.step, "rectifying", "silence revokes nothing");
        assert_eq!(bench.must("li", check(Finding::Broken, date(2026, 3, 18))), ["commitment-broken"]);
        assert_eq!(bench.refusal("chief", &revoke()), "not-yet-heard");
        for (nobody, says) in [("clock", "not-yours"), ("system", "for-a-person"), ("li", "not-yours")] {
            assert_eq!(bench.refusal(nobody, &revoke()), says, "{nobody}");
        }
        let mut silent = bench.clone();
        silent.at("2026-03-26T00:00").look();
        assert!(silent.case.ending.is_none());
        bench.must("applicant", Act::HearStatement { text: words() });
        assert_eq!(bench.must("chief", revoke()), ["ended", "credit-recorded"]);
        assert_eq!(silent.must("chief", revoke()), ["ended", "credit-recorded"]);
        assert!(!bench.case.is_open());
        assert_eq!(bench.case.breach.as_ref().map(|breach| breach.until), Some(date(2027, 3, 18)));
        assert_eq!(bench.must("chief", Act::RepairCredit { reason: words() }), ["credit-repaired"]);
        assert_eq!(bench.refusal("chief", &Act::RepairCredit { reason: words() }), "nothing-to-repair");
    }

    #[test]
    fn an_answer_can_turn_the_finding() {
        let mut bench = delivered();
        bench.must("li", check(Finding::Broken, TODAY));
        bench.must("applicant", Act::HearStatement { text: words() });
        assert_eq!(bench.must("li", check(Finding::Passed, TODAY)), ["check-passed"]);
        assert!(!bench.case.is_open() && bench.case.ending.is_none());
    }

    #[test]
    fn a_permit_granted_the_ordinary_way_is_not_revoked_for_a_commitment() {
        assert_eq!(Bench::delivered().refusal("chief", &revoke()), "not-found-broken");
    }

    #[test]
    fn tianjins_form_waits_for_the_papers_that_were_promised() {
        let mut bench = Bench::new();
        bench.must("applicant", committed("shop", 1, &["plan"]));
        assert_eq!(
            bench.due("promised-papers"),
            "2026-05-06",
            "sixty days, which end on the first working day after the holidays"
        );
        bench.must("clerk", Act::Grant { content: words() });
        hand_out(&mut bench);
        let alone =
            |finding| Act::PostCheck { officers: vec![staff("li")], on: TODAY, finding, findings: words(), papers: vec![] };
        assert_eq!(bench.refusal("li", &alone(Finding::Passed)), "promised-missing");
        let hand_in = |key: &str| Act::SupplyPromised { papers: vec![paper(key)] };
        assert_eq!(bench.refusal("applicant", &hand_in("list")), "not-promised");
        assert_eq!(bench.must("applicant", hand_in("plan")), ["promised-supplied"]);
        assert_eq!(bench.refusal("applicant", &hand_in("plan")), "no-commitment");
        assert_eq!(bench.must("li", alone(Finding::Passed)), ["check-passed"]);
    }

    #[test]
    fn a_proof_is_replaced_by_a_commitment_of_its_own_with_its_own_terms() {
        let mut bench = Bench::new();
        let signing = Signing { notice: None, proofs: vec!["pledgeable".into()], replaced: vec!["pledgeable".into()] };
        let mut submission = submission("shop", &[]);
        submission.commitment = Some(Box::new(signing));
        assert_eq!(bench.must("applicant", Act::Submit(submission)), ["submitted", "committed", "received"]);
        bench.must("clerk", Act::Grant { content: words() });
        assert_eq!(bench.due("post-check"), "2026-04-01", "thirty days: the terms of the paper");
        hand_out(&mut bench);
        bench.must(
            "li",
            Act::PostCheck {
                officers: vec![staff("li")],
                on: TODAY,
                finding: Finding::Broken,
                findings: words(),
                papers: vec![],
            },
        );
        bench.at("2026-03-10T00:00").must("chief", revoke());
        assert_eq!(bench.case.breach.as_ref().map(|breach| breach.class.as_str()), Some("proofs"));
    }
}

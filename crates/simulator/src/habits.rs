//! What people in a district usually do: which act they think of next, and what they write in it.

use casework::act::{Paper, Submission, Telling};
use casework::commitment::Finding;
use casework::event::Channel;
use casework::{Act, Case, Holder, StaffId};
use jiff::ToSpan;
use jiff::civil::Date;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use rulebook::Rulebook;

/// How likely an act is chosen beside the others of its step. What moves a case on is common, what ends it early is rare.
pub fn weight(act: &str) -> u32 {
    match act {
        "accept" | "review" | "grant" | "file" | "make-result" | "deliver" | "resolve" | "verify" | "record" | "supply" => 30,
        "claim" | "receive" | "give-opinion" | "hold-hearing" | "end-special" | "classify" | "find-root-cause" => 30,
        "propose-award" | "publish-award" | "answer-objection" | "name-account" | "record-payment" | "record-repayment" => 30,
        "give-feedback" | "supply-deferred" | "set-hearing" | "transfer" | "return" => 20,
        "ask-correction" | "check-point" | "inspect" | "assign-testers" | "correct-on-spot" | "rate" | "archive" => 10,
        "refuse" | "ask-opinion" | "begin-special" | "hand-over" | "extend" | "ask-hearing" | "offer-hearing" => 4,
        "withdraw" | "terminate" | "find-not-needed" | "refuse-intake" | "explain" | "note" | "urge" | "supervise" => 2,
        _ => 1,
    }
}

/// A firm or a person, by number.
pub fn applicant(number: u32) -> Holder {
    if number.is_multiple_of(3) { Holder::Person(format!("person-{number}")) } else { Holder::Firm(format!("firm-{number}")) }
}

/// An application for `item`, lacking a paper now and then.
pub fn application(rules: &Rulebook, item: &str, agency: &str, area: &str, holder: Holder, rng: &mut StdRng) -> Submission {
    let material = rules.items.get(item).map(|item| item.material.as_slice()).unwrap_or_default();
    let lacks = rng.random_bool(0.4);
    Submission {
        item: item.to_owned(),
        holder,
        agency: agency.to_owned(),
        area: area.to_owned(),
        channel: *[Channel::Online, Channel::Online, Channel::Counter, Channel::Post].choose(rng).unwrap_or(&Channel::Online),
        parent: None,
        answers: "{}".into(),
        title: format!("示例申请{}", rng.next_u32() % 1_000),
        papers: Vec::new(),
        lacking: material.iter().filter(|_| lacks && rng.random_bool(0.4)).map(|needed| needed.key.get_ref().clone()).collect(),
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    }
}

/// Whom the people of a case may name in an act.
pub struct Around<'a> {
    pub rules: &'a Rulebook,
    pub today: Date,
    /// Examiners of the deciding body.
    pub examiners: &'a [StaffId],
    pub presiders: &'a [StaffId],
    /// Other bodies that may be asked.
    pub bodies: &'a [&'static str],
}

/// An act of this name as somebody would do it; `None` where nobody would.
pub fn imagine(name: &str, case: &Case, around: &Around<'_>, rng: &mut StdRng) -> Option<Act> {
    let text = || "依法办理（示例）".to_owned();
    let item = around.rules.items.get(&case.item)?;
    let paper = |key: &String| Paper { key: key.clone(), digest: "00".repeat(32), file_name: format!("{key}.pdf") };
    let ahead = |days: i64| around.today.saturating_add(days.days());
    Some(match name {
        "receive" => Act::Receive { arrived: None, hour: None },
        "correct-on-spot" => {
            let papers = case.lacking.iter().take(1).map(paper).collect();
            Act::CorrectOnSpot { what: text(), answers: None, papers, signatures: vec![] }
        }
        "ask-correction" => {
            let lacking = case.corrections.last().map_or(&case.lacking, |last| &last.left);
            Act::AskCorrection {
                defects: lacking.iter().map(|about| Telling { about: about.clone(), words: text() }).collect(),
                exception: None,
            }
        }
        "supply" => {
            let told = case.corrections.last()?.left.clone();
            let all = rng.random_bool(0.8);
            Act::Supply {
                answers: None,
                papers: told.iter().filter(|_| all || rng.random_bool(0.5)).map(paper).collect(),
                signatures: vec![],
            }
        }
        "accept" => Act::Accept { deferred: if rng.random_bool(0.7) { case.lacking.clone() } else { Vec::new() } },
        "supply-deferred" => Act::SupplyDeferred { papers: case.deferred.iter().map(paper).collect() },
        "find-not-needed" => Act::FindNotNeeded { reason: text() },
        "refuse-intake" => {
            Act::RefuseIntake { reason: text(), right_body: (*around.bodies.choose(rng)?).to_owned(), because: None }
        }
        "assign" => Act::Assign { to: around.examiners.choose(rng)?.clone(), reason: None },
        "claim" => Act::Claim,
        "hand-over" => Act::HandOver { to: around.examiners.choose(rng)?.clone(), reason: text() },
        "ask-opinion" => Act::AskOpinion {
            agency: (*around.bodies.choose(rng)?).to_owned(),
            question: text(),
            after: (!case.opinions.is_empty() && rng.random_bool(0.5)).then_some(1),
            due: Some(ahead(5)),
        },
        "give-opinion" => {
            let open: Vec<u32> = case.open_opinions().map(|opinion| opinion.number).collect();
            Act::GiveOpinion { number: *open.choose(rng)?, agrees: rng.random_bool(0.8), text: text(), papers: vec![] }
        }
        "check-point" => Act::CheckPoint { point: rng.random_range(0..item.point.len().max(1)) as u32, met: true, note: None },
        "inspect" => {
            let officers = around.examiners.iter().take(rng.random_range(1..=2)).cloned().collect();
            Act::Inspect { officers, on: around.today, passed: rng.random_bool(0.8), findings: text(), papers: vec![] }
        }
        "propose-award" => Act::ProposeAward { amount: "20万元".into(), reasons: text() },
        "publish-award" => Act::PublishAward,
        "raise-objection" => Act::RaiseObjection { who: text(), text: text(), person: None },
        "answer-objection" => Act::AnswerObjection { number: case.award.as_ref()?.unanswered().next()?, text: text() },
        "name-account" => return None,
        "order-payment" => Act::OrderPayment { file: "2026-1".into() },
        "recall-payment" => Act::RecallPayment { reason: text() },
        "record-payment" => Act::RecordPayment { paid: rng.random_bool(0.9), words: text() },
        "record-follow-up" => Act::RecordFollowUp { kept: rng.random_bool(0.9), text: text() },
        "demand-repayment" => Act::DemandRepayment { reasons: text(), basis: text() },
        "record-repayment" => {
            let part = case.award.as_ref().map(|award| award.owed() / 3).filter(|part| *part > 0 && rng.random_bool(0.3));
            let amount = part.map_or_else(String::new, |part| format!("{}元", rulebook::programme::yuan(part)));
            Act::RecordRepayment { amount, voucher: text() }
        }
        "assign-testers" => Act::AssignTesters { officers: around.examiners.iter().take(2).cloned().collect() },
        "post-check" => {
            let officers = around.examiners.iter().take(2).cloned().collect();
            let finding = if rng.random_bool(0.7) { Finding::Passed } else { Finding::Rectify };
            Act::PostCheck { officers, on: around.today, finding, findings: text(), papers: vec![] }
        }
        "report-rectified" => Act::ReportRectified { said: text(), papers: vec![] },
        "supply-promised" => Act::SupplyPromised { papers: case.pledge.as_ref()?.promised.iter().map(paper).collect() },
        "invite-statement" => Act::InviteStatement { party: text() },
        "hear-statement" => Act::HearStatement { text: text() },
        "offer-hearing" => Act::OfferHearing { at_own_motion: rng.random_bool(0.3), reason: text() },
        "ask-hearing" => Act::AskHearing { by_party: text() },
        "waive-hearing" => Act::WaiveHearing,
        "set-hearing" => Act::SetHearing {
            on: ahead(rng.random_range(11..16)),
            hour: jiff::civil::time(9, 0, 0, 0),
            presider: around.presiders.choose(rng)?.clone(),
            place: text(),
        },
        "hold-hearing" => Act::HoldHearing { minutes: text() },
        "begin-special" => Act::BeginSpecial {
            kind: "testing".into(),
            basis: "行政许可法第四十五条".into(),
            expected_end: ahead(rng.random_range(3..20)),
            notice: text(),
        },
        "end-special" => Act::EndSpecial { outcome: text() },
        "extend" => Act::Extend { n: rng.random_range(1..8), reason: text() },
        "review" => Act::Review { agrees: rng.random_bool(0.85), opinion: text() },
        "grant" => Act::Grant { content: text() },
        "refuse" => Act::Refuse { reasons: text(), basis: "依据（示例）".into(), false_statement: None },
        "file" => Act::File,
        "make-result" => Act::MakeResult { number: format!("示例{}", rng.next_u32()), name: "结果".into() },
        "deliver" => Act::Deliver { manner: "窗口领取".into(), receiver: text() },
        "withdraw" => Act::Withdraw { reason: text() },
        "return" => Act::Return { reason: text() },
        "terminate" => Act::Terminate { reason: text(), basis: "依据（示例）".into() },
        "archive" => Act::Archive,
        "end" => Act::End { ground: "expired".into(), reason: text() },
        "propose-penalty" => Act::ProposePenalty { ground: "penalty".into(), facts: text() },
        "classify" => Act::Classify { class: (*["simple", "complex", "special"].choose(rng)?).to_owned() },
        "transfer" => Act::Transfer { agency: (*around.bodies.choose(rng)?).to_owned(), note: text() },
        "resolve" => Act::Resolve { solution: text() },
        "explain" => Act::Explain { reason: text(), basis: "依据（示例）".into(), other_way: text() },
        "give-feedback" => {
            Act::GiveFeedback { satisfied: *[Some(true), Some(true), Some(false), None].choose(rng)?, words: text() }
        }
        "verify" => Act::Verify { confirmed: rng.random_bool(0.8), findings: text() },
        "find-root-cause" => Act::FindRootCause {
            cause: "guide-wrong".into(),
            item: rng.random_bool(0.5).then(|| case.item.clone()),
            words: text(),
        },
        "record" => Act::Record,
        "note" => Act::Note { text: text() },
        "urge" => Act::Urge { text: text() },
        "supervise" => Act::Supervise { text: text() },
        "rate" => Act::Rate { level: rng.random_range(1..=5), words: None },
        _ => return None,
    })
}

//! The acts of law, one file each: the law first, the function second, its tests last.

mod accept;
mod ask_correction;
mod at_once;
pub(crate) mod award;
#[cfg(test)]
mod bench;
mod check_clocks;
mod commit;
mod component;
mod continue_permit;
mod correct_error;
mod correct_on_spot;
mod deliver;
mod end;
mod extend;
mod find_not_needed;
mod give_opinion;
mod grant;
mod hand_over;
mod hearing;
mod inspect;
pub(crate) mod joint;
mod leave;
pub(crate) mod leg;
mod make_result;
mod post_check;
mod rate;
mod record_letter;
mod refuse;
mod refuse_intake;
mod repayment;
pub(crate) mod review;
mod special;
mod statement;
mod submit;
pub(crate) mod supervise;
mod supply;
mod unresolved;

use crate::act::Act;
use crate::actor::StaffId;
use crate::decide::{Scene, Sheet, Stage};
use crate::refusal::Refusal;
use crate::signature;
use rulebook::{Rulebook, Text};

/// Longest text of a person in an act, in characters.
const LONGEST: usize = 5_000;

pub(crate) fn perform(stage: &Stage<'_>, act: &Act, out: &mut Sheet) -> Result<(), Refusal> {
    match act {
        Act::Submit(submission) => {
            award::may_be_claimed(stage, &submission.agency, submission.channel)?;
            submit::submit(stage, submission, out)
        }
        Act::Receive { arrived, hour } => submit::receive(stage, *arrived, *hour, out),
        Act::CorrectOnSpot { what, answers, papers, signatures } => {
            correct_on_spot::correct_on_spot(stage, what, answers.as_deref(), papers, out)?;
            signature::take_in(stage.case, signatures, out);
            Ok(())
        }
        Act::AskCorrection { defects, exception } => ask_correction::ask_correction(stage, defects, exception.as_deref(), out),
        Act::Supply { answers, papers, signatures } => {
            supply::supply(stage, answers.as_deref(), papers, out)?;
            signature::take_in(stage.case, signatures, out);
            Ok(())
        }
        Act::Accept { deferred } => accept::accept(stage, deferred, out),
        Act::SupplyDeferred { papers } => supply::supply_deferred(stage, papers, out),
        Act::FindNotNeeded { reason } => find_not_needed::find_not_needed(stage, reason, out),
        Act::RefuseIntake { reason, right_body, because } => {
            refuse_intake::refuse_intake(stage, reason, right_body, because.unwrap_or_default(), out)
        }
        Act::Assign { to, reason } => hand_over::assign(stage, to, reason.as_deref(), out),
        Act::Claim => hand_over::claim(stage, out),
        Act::HandOver { to, reason } => hand_over::hand_over(stage, to, reason, out),
        Act::AskOpinion { agency, question, after, due } => give_opinion::ask_opinion(stage, agency, question, *after, *due, out),
        Act::GiveOpinion { number, agrees, text, papers } => {
            give_opinion::give_opinion(stage, *number, *agrees, text, papers, out)
        }
        Act::CheckPoint { point, met, note } => review::check_point(stage, *point, *met, note.as_deref(), out),
        Act::Inspect { officers, on, passed, findings, papers } => {
            inspect::inspect(stage, officers, *on, *passed, findings, papers, out)
        }
        Act::InviteStatement { party } => statement::invite_statement(stage, party, out),
        Act::HearStatement { text } => statement::hear_statement(stage, text, out),
        Act::OfferHearing { at_own_motion, reason } => hearing::offer_hearing(stage, *at_own_motion, reason, out),
        Act::AskHearing { by_party } => hearing::ask_hearing(stage, by_party, out),
        Act::WaiveHearing => hearing::waive_hearing(stage, out),
        Act::SetHearing { on, hour, presider, place } => hearing::set_hearing(stage, *on, *hour, presider, place, out),
        Act::HoldHearing { minutes } => hearing::hold_hearing(stage, minutes, out),
        Act::AssignTesters { officers } => inspect::assign_testers(stage, officers, out),
        Act::ProposeAward { amount, reasons } => award::propose_award(stage, amount, reasons, out),
        Act::PublishAward => award::publish_award(stage, out),
        Act::RaiseObjection { who, text, person } => award::raise_objection(stage, who, text, person.as_deref(), out),
        Act::AnswerObjection { number, text } => award::answer_objection(stage, *number, text, out),
        Act::NameAccount { payee, number, bank } => award::name_account(stage, [payee, number, bank], out),
        Act::OrderPayment { file } => award::order_payment(stage, file, out),
        Act::RecallPayment { reason } => award::recall_payment(stage, reason, out),
        Act::RecordPayment { paid, words } => award::record_payment(stage, *paid, words, out),
        Act::RecordFollowUp { kept, text } => award::record_follow_up(stage, *kept, text, out),
        Act::DemandRepayment { reasons, basis } => repayment::demand_repayment(stage, reasons, basis, out),
        Act::RecordRepayment { amount, voucher } => repayment::record_repayment(stage, amount, voucher, out),
        Act::BeginSpecial { kind, basis, expected_end, notice } => {
            special::begin_special(stage, kind, basis, *expected_end, notice, out)
        }
        Act::EndSpecial { outcome } => special::end_special(stage, outcome, out),
        Act::Extend { n, reason } => extend::extend(stage, *n, reason, out),
        Act::Review { agrees, opinion } => review::review(stage, *agrees, opinion, out),
        Act::Grant { content } => grant::grant(stage, content, out),
        Act::Refuse { reasons, basis, false_statement } => {
            refuse::refuse(stage, reasons, basis, *false_statement == Some(true), out)
        }
        Act::File => grant::file(stage, out),
        Act::MakeResult { number, name } => make_result::make_result(stage, number, name, out),
        Act::Deliver { manner, receiver } => deliver::deliver(stage, manner, receiver, out),
        Act::Withdraw { reason } => leave::withdraw(stage, reason, out),
        Act::Return { reason } => leave::return_case(stage, reason, out),
        Act::Terminate { reason, basis } => leave::terminate(stage, reason, basis, out),
        Act::Archive => leave::archive(stage, out),
        Act::End { ground, reason } => end::end(stage, ground, reason, out),
        Act::ProposePenalty { ground, facts } => end::propose_penalty(stage, ground, facts, out),
        Act::Classify { class } => unresolved::classify(stage, class, out),
        Act::Transfer { agency, note } => unresolved::transfer(stage, agency, note, out),
        Act::Resolve { solution } => unresolved::resolve(stage, solution, out),
        Act::Explain { reason, basis, other_way } => unresolved::explain(stage, reason, basis, other_way, out),
        Act::GiveFeedback { satisfied, words } => unresolved::give_feedback(stage, *satisfied, words, out),
        Act::Verify { confirmed, findings } => unresolved::verify(stage, *confirmed, findings, out),
        Act::FindRootCause { cause, item, words } => unresolved::find_root_cause(stage, cause, item.as_deref(), words, out),
        Act::Record => unresolved::record(stage, out),
        Act::Note { text } => supervise::note(stage, text, out),
        Act::Urge { text } => supervise::urge(stage, text, out),
        Act::Supervise { text } => supervise::supervise(stage, text, out),
        Act::PublishReason { clock, reason } => supervise::publish_reason(stage, clock, reason, out),
        Act::CorrectError { letter, what } => correct_error::correct_error(stage, *letter, what, out),
        Act::Rate { level, words } => rate::rate(stage, *level, words.as_deref(), out),
        Act::RecordLetter { kind, number, check_code, digest, agency } => {
            record_letter::record_letter(stage, *kind, number, check_code, digest, agency, out)
        }
        Act::CheckClocks => check_clocks::check_clocks(stage, out),
        Act::OpenComponent { item, case } => component::open_component(stage, item, case, out),
        Act::SettleComponent { item, case, came_to, number } => {
            component::settle_component(stage, item, case, *came_to, number.as_deref(), out)
        }
        Act::LeaveComponent { item, reason } => component::leave_component(stage, item, reason, out),
        Act::AmendBundle { answers, papers, signatures, part } => {
            component::amend_bundle(stage, answers.as_deref(), papers, part.as_deref(), out)?;
            signature::take_in(stage.case, signatures, out);
            Ok(())
        }
        Act::TakeUpComponent { item, answers, papers } => {
            component::take_up_component(stage, item, answers.as_deref(), papers, out)
        }
        Act::DecideAtOnce { evidence, drawn, receiver, held } => {
            let brought = at_once::Brought { evidence, drawn: *drawn, receiver, held: held.as_deref() };
            at_once::decide_at_once(stage, brought, out)
        }
        Act::AskPerson { reason } => at_once::ask_person(stage, reason, out),
        Act::Audit { right, findings } => at_once::audit(stage, *right, findings, out),
        Act::ReportLeg { report } => leg::report_leg(stage, report, out),
        Act::RecordLeg { stand, document, on, licence, words, papers } => {
            let report = leg::by_hand(stage, *stand, document.as_deref(), *on, licence.as_deref(), words)?;
            leg::record_leg(stage, &report, papers, out)
        }
        Act::ChooseOrdinary => commit::choose_ordinary(stage, out),
        Act::PostCheck { officers, on, finding, findings, papers } => {
            post_check::post_check(stage, officers, *on, *finding, findings, papers, out)
        }
        Act::ReportRectified { said, papers } => post_check::report_rectified(stage, said, papers, out),
        Act::SupplyPromised { papers } => post_check::supply_promised(stage, papers, out),
        Act::RepairCredit { reason } => post_check::repair_credit(stage, reason, out),
        Act::AskJoint { kind, reason, part } => joint::ask_joint(stage, *kind, reason, part.as_deref(), out),
        Act::SetJoint { number, on, hour, remote, place } => joint::set_joint(stage, *number, (*on, *hour, *remote), place, out),
        Act::ShowJoint { number, on, hour, place, papers } => joint::show_joint(stage, *number, (*on, *hour), place, papers, out),
        Act::AttendJoint { number, officers, agrees, findings, papers } => {
            joint::attend_joint(stage, *number, officers, *agrees, findings, papers, out)
        }
        Act::TellJoint { number, news } => joint::tell_joint(stage, *number, news, out),
        Act::SettleJoint { number, item, agrees } => joint::settle_joint(stage, *number, item, *agrees, out),
        Act::Succeed { by } => {
            continue_permit::succeed(stage, by, out);
            Ok(())
        }
    }
}

/// What stands in the way of an act before anything is typed, so that the screen can say so.
pub(crate) fn obstacle(scene: &Scene<'_>, act: &str) -> Result<(), Refusal> {
    match act {
        "grant" => grant::nothing_outstanding(scene.case, scene.now.day())
            .and_then(|()| award::notice_stands(scene.case, scene.now.day())),
        "answer-objection" => award::objection_is_open(scene.case),
        "refuse" => grant::nothing_outstanding_to_refuse(scene.case, scene.now.day()),
        "extend" => extend::once_and_in_time(scene.case, scene.now.day()),
        "accept" => accept::nothing_lacks(scene.case, scene.rules),
        "supply" => supply::something_is_open(scene.case),
        "ask-hearing" => hearing::may_be_asked_for(scene.case, scene.by, scene.now.day()),
        "waive-hearing" => hearing::may_be_waived(scene.case),
        "set-hearing" => hearing::is_wanted(scene.case),
        "hold-hearing" => hearing::as_set(scene.case).map(drop),
        "ask-person" => at_once::may_be_asked(scene.case),
        "audit" => at_once::to_be_audited(scene.case),
        "choose-ordinary" => commit::may_be_left(scene.case),
        "supply-promised" => post_check::something_promised(scene.case),
        "repair-credit" => post_check::something_on_record(scene.case, scene.now.day()),
        "attend-joint" => joint::something_to_attend(scene.case),
        "urge" => supervise::may_be_urged(scene.case, scene.by, scene.calendar, scene.now.day()),
        "publish-reason" => supervise::something_was_missed(scene.case),
        _ => Ok(()),
    }
}

/// A text that the law wants in writing: present and of bearable length.
pub(crate) fn written(what: (&str, &str), text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new(
            "words-missing",
            Text::new(format!("请写明{}。", what.0), format!("State {}.", what.1)),
            Text::new("填写后再提交。", "Fill it in and send again."),
        ));
    }
    let length = text.chars().count();
    if length > LONGEST {
        return Err(Refusal::new(
            "words-too-long",
            Text::new(
                format!("{}过长：{length}字，最多{LONGEST}字。", what.0),
                format!("{} is too long: {length} characters of at most {LONGEST}.", what.1),
            ),
            Text::new("请精简，或作为附件提交。", "Shorten it, or attach it as a paper."),
        ));
    }
    Ok(())
}

/// What a material or a field is called, in Chinese and in English.
pub(crate) fn name_of<'a>(rules: &'a Rulebook, about: &'a str) -> (&'a str, &'a str) {
    if let Some(material) = rules.materials.get(about) {
        return (&material.name, material.label.as_deref().unwrap_or(&material.name));
    }
    let field = rules.fields.values().find(|field| field.code == about);
    field.map_or((about, about), |field| {
        let name = field.name.get_ref();
        (name, field.label.as_deref().unwrap_or(name))
    })
}

/// What an item is called.
pub(crate) fn item_name(rules: &Rulebook, code: &str) -> Text {
    let item = rules.items.get(code);
    item.map_or_else(|| Text::new(code, code), |item| Text::new(&item.name, item.label.as_deref().unwrap_or(&item.name)))
}

/// Several of them in a row.
pub(crate) fn names_of(rules: &Rulebook, about: impl IntoIterator<Item = impl AsRef<str>>) -> Text {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for about in about {
        let name = name_of(rules, about.as_ref());
        zh.push(name.0.to_owned());
        en.push(name.1.to_owned());
    }
    Text::new(zh.join("、"), en.join(", "))
}

/// The officer of this identifier among those the shell loaded for the act.
pub(crate) fn known_officer<'a>(stage: &Stage<'a>, id: &StaffId) -> Result<&'a crate::actor::Officer, Refusal> {
    stage.around.officers.iter().find(|officer| officer.id == *id).ok_or_else(|| {
        Refusal::new(
            "unknown-officer",
            Text::new("找不到这名工作人员，或其账号已停用。", "There is no such officer, or the account is closed."),
            Text::new("请从名单中另选一人。", "Choose somebody else from the list."),
        )
    })
}

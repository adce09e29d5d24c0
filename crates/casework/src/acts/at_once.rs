//! Decide at once by rule (秒办), look at such a decision afterwards, and ask for a person (个人信息保护法 art. 24).
//!
//! Where every rule that the item declares is met by the evidence, the system grants in the name of the body, under the same conditions
//! as an officer; in every other case it leaves the matter to a person and says which rules it could not settle. It cannot refuse: this
//! file knows no such event.

use super::{grant, make_result, written};
use crate::decide::{Sheet, Stage};
use crate::errand::{Errand, To};
use crate::event::{Channel, Event};
use crate::refusal::Refusal;
use rulebook::at_once::Evidence;
use rulebook::procedure::Role;
use rulebook::{Term, Text};

/// Orders the look of the rules at an application that has just been received whole, through a door without a person behind it.
pub(super) fn order(stage: &Stage<'_>, channel: Channel, lacking: &[String], out: &mut Sheet) {
    let declared = stage.item.at_once.as_ref().is_some_and(|at_once| at_once.in_force(stage.today));
    let by_itself = matches!(channel, Channel::Online | Channel::Api);
    // What a partner system handles is decided there, and nowhere twice.
    let here = stage.around.partner.is_none();
    if declared && here && by_itself && lacking.is_empty() {
        out.errand(Errand::DecideAtOnce);
    }
}

/// What the system brings along for a decision by rule.
#[derive(Clone, Copy)]
pub(super) struct Brought<'a> {
    pub(super) evidence: &'a Evidence,
    /// The lot fell on this decision to be looked at afterwards.
    pub(super) drawn: bool,
    /// To whom a result is delivered electronically.
    pub(super) receiver: &'a str,
    /// The code of a refusal that stood in the way of granting: then a person has it.
    pub(super) held: Option<&'a str>,
}

pub(super) fn decide_at_once(stage: &Stage<'_>, brought: Brought<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    let Brought { evidence, drawn, receiver, held } = brought;
    let Some(at_once) = stage.item.at_once.as_ref().filter(|at_once| at_once.in_force(evidence.on)) else {
        return Err(person_has_it("本事项不自动办结。", "This item is not decided by rule."));
    };
    nobody_has_it_yet(stage)?;
    let examined = at_once.examine(stage.rules, evidence);
    let kept = out.keep("evidence", &serde_json::to_string(evidence).unwrap_or_default());
    let barred = stage.around.bar.as_ref().is_some_and(|bar| bar.until >= stage.today);
    let held = held.or(barred.then_some("barred"));
    let met = examined.met() && held.is_none();
    let term = Term::working_days(at_once.audit_working_days);
    let audit = (met && drawn).then(|| stage.calendar.due(stage.today, term).on);
    let held = held.map(str::to_owned);
    out.happened(Event::ExaminedAtOnce { evidence: kept, met, open: examined.open(), held, audit });
    if !met {
        return Ok(());
    }
    if !stage.procedure.can_refuse {
        grant::file(stage, out)?;
    } else {
        grant::grant(stage, &content(stage, &at_once.mandate.to_string()), out)?;
        make_result::make_result(stage, &stage.case.no.0, &stage.item.name, out)?;
        super::deliver::deliver(stage, "电子送达", receiver, out)?;
    }
    if let Some(due) = audit {
        tell_the_body(
            stage,
            out,
            Text::new(
                format!("抽中复查：“{}”由系统自动办结，请在{due}前复查", stage.item.name),
                format!("Drawn for a second look: “{}” was decided by rule; look at it by {due}", stage.item.english()),
            ),
        );
    }
    Ok(())
}

/// What was granted, in the words of the decision.
fn content(stage: &Stage<'_>, mandate: &str) -> String {
    format!("经核对，申请符合“{}”公布的全部自动办结规则，准予办理。本决定依据{mandate}由系统自动作出。", stage.item.name)
}

/// A person who asked, or who has acted already, is not overtaken by a machine.
fn nobody_has_it_yet(stage: &Stage<'_>) -> Result<(), Refusal> {
    if stage.case.at_once.is_some() {
        return Err(person_has_it("规则已经核对过一次。", "The rules were asked once already."));
    }
    if stage.case.handler.is_some() || !stage.case.corrections.is_empty() {
        return Err(person_has_it("工作人员已经开始办理。", "An officer has begun."));
    }
    Ok(())
}

fn person_has_it(zh: &str, en: &str) -> Refusal {
    Refusal::new(
        "for-a-person",
        Text::new(zh, en),
        Text::new("由工作人员依法办理，期限不变。", "An officer handles it; its limits stay as they are."),
    )
}

/// The applicant wants a person: to handle the matter, or to look once more at what the system decided.
pub(super) fn ask_person(stage: &Stage<'_>, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    may_be_asked(stage.case)?;
    written(("要求工作人员办理的理由", "why you want a person"), reason)?;
    let days = stage.item.at_once.as_ref().map_or(0, |at_once| at_once.audit_working_days);
    let due = stage.calendar.due(stage.today, Term::working_days(days)).on;
    let reason = out.keep("reason", reason);
    out.happened(Event::PersonAsked { reason, due });
    tell_the_body(
        stage,
        out,
        Text::new(
            format!("申请人要求复查自动办结：{}，请在{due}前复查", stage.item.name),
            format!("The applicant wants a decision by rule looked at: {}; by {due}", stage.item.english()),
        ),
    );
    Ok(())
}

/// Whether the system decided, and nobody asked for a person yet.
pub(super) fn may_be_asked(case: &crate::Case) -> Result<(), Refusal> {
    match &case.at_once {
        Some(at_once) if at_once.met && !at_once.person_wanted => Ok(()),
        Some(at_once) if at_once.met => Err(person_has_it("已经要求过复查。", "You asked for it already.")),
        _ => Err(person_has_it("这件事不是自动办结的。", "This was not decided by rule.")),
    }
}

/// What a person found who looked at a decision of the system afterwards. What is wrong with it is put right by the acts of law.
pub(super) fn audit(stage: &Stage<'_>, right: bool, findings: &str, out: &mut Sheet) -> Result<(), Refusal> {
    to_be_audited(stage.case)?;
    written(("复查情况", "what was found"), findings)?;
    let findings = out.keep("findings", findings);
    out.happened(Event::Audited { right, findings });
    if !right {
        out.notify(
            To::Role { role: Role::Head, agency: Some(stage.case.agency.clone()) },
            Text::new(
                format!("复查认为自动办结有误：{}，请依法处理", stage.item.name),
                format!("A decision by rule was found wrong: {}; it has to be dealt with by law", stage.item.english()),
            ),
        );
    }
    Ok(())
}

pub(super) fn to_be_audited(case: &crate::Case) -> Result<(), Refusal> {
    if case.at_once.as_ref().is_some_and(|at_once| at_once.audit_due().is_some()) {
        return Ok(());
    }
    Err(Refusal::new(
        "nothing-to-audit",
        Text::new("没有等待复查的自动办结。", "No decision by rule waits to be looked at."),
        Text::new("被抽中或者申请人要求的才需要复查。", "Only what was drawn, or what the applicant asks for, is looked at."),
    ))
}

fn tell_the_body(stage: &Stage<'_>, out: &mut Sheet, text: Text) {
    out.notify(To::Role { role: Role::Approver, agency: Some(stage.case.agency.clone()) }, text);
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, application, letters, words};
    use crate::errand::{Errand, LetterKind};
    use crate::event::Channel;
    use jiff::civil::date;
    use rulebook::at_once::{APPLICANT, Evidence, Known};

    /// Evidence with which the rule of the small items is met, or not.
    fn evidence(met: bool) -> Evidence {
        let value = if met { "是" } else { "否" }.to_owned();
        let fact = Known { element: "tidy".into(), value, source: APPLICANT.into(), as_of: None };
        Evidence { on: date(2026, 3, 2), facts: vec![fact], silent: vec![], contradicted: vec![] }
    }

    fn decide(met: bool, drawn: bool) -> Act {
        Act::DecideAtOnce { evidence: evidence(met), drawn, receiver: "示例甲".into(), held: None }
    }

    fn sent(item: &str, change: impl FnOnce(&mut crate::act::Submission)) -> Bench {
        let mut bench = Bench::new();
        let mut act = application(item, &[]);
        if let Act::Submit(submission) = &mut act {
            change(submission);
        }
        bench.must("applicant", act);
        bench
    }

    #[test]
    fn the_rules_are_asked_of_what_came_whole_through_a_door_without_a_person() {
        let ordered = |item: &str, channel: Channel, lacking: &[&str]| {
            let mut act = application(item, &[]);
            if let Act::Submit(submission) = &mut act {
                submission.channel = channel;
                submission.lacking = lacking.iter().map(|key| (*key).to_owned()).collect();
            }
            let heard = Bench::new().hear("applicant", &act).expect("received");
            heard.errands.contains(&Errand::DecideAtOnce)
        };
        assert!(ordered("note", Channel::Online, &[]) && ordered("note", Channel::Api, &[]));
        assert!(!ordered("note", Channel::Counter, &[]) && !ordered("note", Channel::Post, &[]));
        assert!(!ordered("note", Channel::Online, &["plan"]) && !ordered("sign", Channel::Online, &[]));
    }

    #[test]
    fn what_meets_every_rule_is_filed_or_granted_made_and_delivered() {
        let mut filed = sent("note", |_| {});
        assert_eq!(filed.must("system", decide(true, false)), ["examined-at-once", "filed"]);
        assert!(!filed.case.is_open() && filed.case.step == "filed");
        let mut granted = sent("card", |_| {});
        let heard = granted.hear("system", &decide(true, false)).expect("decided");
        assert_eq!(letters(&heard), [LetterKind::Grant, LetterKind::Certificate, LetterKind::DeliveryProof]);
        assert_eq!(granted.must("system", decide(true, false)), ["examined-at-once", "granted", "result-made", "delivered"]);
        assert!(granted.case.step == "delivered" && granted.case.result.as_ref().is_some_and(|(no, _)| *no == granted.case.no.0));
        assert!(granted.case.clocks.iter().all(|clock| !clock.is_running()));
    }

    #[test]
    fn everything_else_is_left_to_a_person_and_never_refused() {
        let mut bench = sent("card", |_| {});
        let due = bench.due("decide-promised");
        assert_eq!(bench.must("system", decide(false, true)), ["examined-at-once"]);
        assert_eq!((bench.case.step.as_str(), bench.due("decide-promised")), ("in-hand", due));
        let at_once = bench.case.at_once.clone().expect("examined");
        assert!(!at_once.met && at_once.open == [0] && at_once.audit.is_none(), "{at_once:?}");
        assert_eq!(bench.refusal("system", &decide(true, false)), "for-a-person", "the rules are asked once");
        let refuse = Act::Refuse { reasons: words(), basis: "x".into(), false_statement: None };
        assert_eq!(bench.refusal("system", &refuse), "not-yours");

        let mut taken = sent("card", |_| {});
        taken.must("li", Act::Claim);
        assert_eq!(taken.refusal("system", &decide(true, false)), "for-a-person", "an officer has begun");

        let mut held = sent("card", |_| {});
        let act =
            Act::DecideAtOnce { evidence: evidence(true), drawn: true, receiver: words(), held: Some("no-authority".into()) };
        assert_eq!(held.must("system", act), ["examined-at-once"]);
        assert!(held.case.is_open() && held.case.at_once.is_some_and(|at_once| !at_once.met));
    }

    #[test]
    fn without_power_nothing_is_granted_by_rule_either() {
        let mut bench = sent("card", |_| {});
        bench.around.has_authority = false;
        assert_eq!(bench.refusal("system", &decide(true, false)), "no-authority");
        for person in ["applicant", "clerk", "chief"] {
            assert_eq!(bench.refusal(person, &decide(true, false)), "not-yours");
        }
    }

    #[test]
    fn the_lot_and_the_applicant_bring_a_person_to_look() {
        let mut bench = sent("note", |_| {});
        bench.must("system", decide(true, true));
        assert_eq!(bench.case.at_once.as_ref().and_then(crate::case::AtOnce::audit_due), Some(date(2026, 3, 16)));
        assert_eq!(bench.refusal("li", &Act::Audit { right: true, findings: words() }), "not-yours");
        assert_eq!(bench.must("chief", Act::Audit { right: true, findings: words() }), ["audited"]);
        assert_eq!(bench.refusal("chief", &Act::Audit { right: true, findings: words() }), "nothing-to-audit");
        assert_eq!(bench.must("applicant", Act::AskPerson { reason: words() }), ["person-asked"]);
        assert_eq!(bench.refusal("applicant", &Act::AskPerson { reason: words() }), "for-a-person");
        assert_eq!(bench.must("chief", Act::Audit { right: false, findings: words() }), ["audited"]);
        assert_eq!(sent("note", |_| {}).refusal("applicant", &Act::AskPerson { reason: words() }), "not-now");
    }
}

//! A matter that could not be done (办不成事): 受理—分类—转办—办结—反馈—核查—备案. Serves measure 15.
//!
//! The handler never verifies his own work; an answer of "out of scope" shows another way; a cause that lies in an item
//! keeps a correction open on that item until it is changed.

use super::written;
use crate::decide::{Sheet, Stage, may_play};
use crate::errand::{Errand, LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::procedure::{Class, Role};
use rulebook::{Term, Text};

pub(super) fn classify(stage: &Stage<'_>, class: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let Some(known) = stage.procedure.class.iter().find(|known| known.code == class) else {
        let names: Vec<&str> = stage.procedure.class.iter().map(|class| class.name.as_str()).collect();
        return Err(Refusal::new(
            "unknown-class",
            Text::new(format!("没有“{class}”这一分类。"), format!("There is no class “{class}”.")),
            Text::new(format!("可选：{}", names.join("、")), format!("Choose one of: {}", names.join(", "))),
        ));
    };
    set_term(known, out);
    out.happened(Event::Classified { class: class.to_owned() });
    Ok(())
}

pub(super) fn transfer(stage: &Stage<'_>, agency: &str, note: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("转办说明", "what the body is to do"), note)?;
    if !stage.rules.agencies.contains_key(agency) {
        return Err(Refusal::new(
            "unknown-agency",
            Text::new(format!("没有代码为“{agency}”的部门。"), format!("There is no agency “{agency}”.")),
            Text::new("请从名录中选择。", "Choose one from the directory."),
        ));
    }
    let note = out.keep("note", note);
    out.happened(Event::Transferred { agency: agency.to_owned(), note });
    out.notify(
        To::Role { role: Role::Examiner, agency: Some(agency.to_owned()) },
        Text::new(
            format!("“办不成事”{}转由你部门办理。", stage.case.no),
            format!("{} (could not be done) was transferred to you.", stage.case.no),
        ),
    );
    Ok(())
}

pub(super) fn resolve(stage: &Stage<'_>, solution: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("怎样办成的", "how it was solved"), solution)?;
    let solution = out.keep("solution", solution);
    let event = Event::Resolved { solution };
    may_play(stage, &event)?;
    out.happened(event);
    reply(out);
    Ok(())
}

/// Not resolvable, or out of scope: only with a legal reason, and never without another way.
pub(super) fn explain(stage: &Stage<'_>, reason: &str, basis: &str, other_way: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("不能办理的理由", "why it cannot be done"), reason)?;
    written(("法律依据", "the legal ground"), basis)?;
    written(("其他可行的途径", "another way"), other_way)?;
    let (reason, other_way) = (out.keep("reason", reason), out.keep("other-way", other_way));
    let event = Event::Explained { reason, basis: basis.to_owned(), other_way };
    may_play(stage, &event)?;
    out.happened(event);
    reply(out);
    Ok(())
}

fn reply(out: &mut Sheet) {
    out.letter(LetterKind::MatterReply);
    out.notify(
        To::Applicant,
        Text::new(
            "您反映的问题已有答复，请确认是否满意。",
            "There is an answer to the matter you raised; tell us whether it helps.",
        ),
    );
}

pub(super) fn give_feedback(stage: &Stage<'_>, satisfied: Option<bool>, words: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let words = out.keep("words", words);
    out.happened(Event::FeedbackGiven { satisfied, words });
    if satisfied == Some(false) {
        reopen(stage, out);
    }
    Ok(())
}

/// Not solved: once it is handled anew within a new limit of its class; after that it goes one class up (handbook M15).
fn reopen(stage: &Stage<'_>, out: &mut Sheet) {
    let class = |code: &String| stage.procedure.class.iter().find(|class| class.code == *code);
    let now = stage.case.class.as_ref().and_then(class);
    let up = now.and_then(|class| class.escalates_to.as_ref()).and_then(class);
    match (now, up) {
        (Some(now), Some(up)) if stage.case.reopened > 0 => {
            set_term(up, out);
            out.happened(Event::Escalated { from: now.code.clone(), to: up.code.clone() });
            out.notify(
                To::Role { role: Role::Supervisor, agency: None },
                Text::new(
                    format!("{}两次没有解决，已升级督办。", stage.case.no),
                    format!("{} was not solved twice and was escalated.", stage.case.no),
                ),
            );
        }
        _ => {
            if let Some(now) = now {
                set_term(now, out);
            }
            out.happened(Event::Reopened);
        }
    }
    out.notify(
        To::Role { role: Role::Receptionist, agency: None },
        Text::new(
            format!("{}没有解决，请重新办理。", stage.case.no),
            format!("{} was not solved: handle it anew.", stage.case.no),
        ),
    );
}

/// The limit to resolve is that of the class.
fn set_term(class: &Class, out: &mut Sheet) {
    let term = class.working_days.map(Term::working_days).or(class.immediate.then_some(Term::IMMEDIATE));
    if let Some(term) = term {
        out.timing.terms.insert("resolve".to_owned(), term);
    }
}

pub(super) fn verify(stage: &Stage<'_>, confirmed: bool, findings: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("核查情况", "the findings"), findings)?;
    let findings = out.keep("findings", findings);
    let event = Event::Verified { confirmed, findings };
    may_play(stage, &event)?;
    out.happened(event);
    if !confirmed {
        reopen(stage, out);
    }
    Ok(())
}

pub(super) fn find_root_cause(
    stage: &Stage<'_>,
    cause: &str,
    item: Option<&str>,
    words: &str,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let known = stage.rules.codes.get("root-causes").is_some_and(|list| list.value.iter().any(|value| value.code == cause));
    if !known {
        return Err(Refusal::new(
            "unknown-cause",
            Text::new(format!("没有“{cause}”这一原因类别。"), format!("There is no cause “{cause}”.")),
            Text::new("请从原因类别中选择。", "Choose one of the listed causes."),
        ));
    }
    written(("原因说明", "what caused it"), words)?;
    let words = out.keep("words", words);
    if let Some(item) = item.filter(|item| stage.rules.items.contains_key(*item)) {
        out.errand(Errand::OpenCorrection { item: item.to_owned(), cause: cause.to_owned() });
    }
    out.happened(Event::RootCauseFound { cause: cause.to_owned(), item: item.map(str::to_owned), words });
    Ok(())
}

pub(super) fn record(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    // Where a procedure looks for no cause there is none to wait for.
    let looks_for_cause = stage.procedure.allowed().any(|allowed| allowed.act.get_ref() == "find-root-cause");
    if looks_for_cause && !stage.case.cause_found {
        return Err(Refusal::new(
            "cause-not-found",
            Text::new("请先查明并记录原因，再备案。", "Find and record the root cause first."),
            Text::new("原因属于事项本身的，会在该事项上保留待改正项。", "If it lies in an item, a correction stays open on it."),
        ));
    }
    out.happened(Event::Recorded);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, words};
    use crate::errand::{Errand, LetterKind};

    fn class(name: &str) -> Act {
        Act::Classify { class: name.into() }
    }

    fn feedback(satisfied: Option<bool>) -> Act {
        Act::GiveFeedback { satisfied, words: words() }
    }

    fn resolved(by: &str) -> Bench {
        let mut bench = Bench::matter();
        bench.must("receptionist", class("complex"));
        if by != "receptionist" {
            bench.must("receptionist", Act::Transfer { agency: "health".into(), note: words() });
        }
        bench.must(by, Act::Resolve { solution: words() });
        bench
    }

    #[test]
    fn each_class_has_its_own_limit_and_a_new_one_takes_the_place_of_the_old() {
        let mut bench = Bench::matter();
        assert_eq!(bench.refusal("receptionist", &class("odd")), "unknown-class");
        for (name, due) in [("simple", "2026-03-02"), ("complex", "2026-03-09"), ("special", "2026-03-16")] {
            bench.must("receptionist", class(name));
            assert_eq!(bench.due("resolve"), due, "{name}");
        }
        let running = bench.case.clocks.iter().filter(|clock| clock.code == "resolve" && clock.is_running()).count();
        assert_eq!(running, 1);
    }

    #[test]
    fn an_answer_out_of_scope_shows_another_way() {
        let bench = Bench::matter();
        let explain = |reason: &str, basis: &str, way: &str| Act::Explain {
            reason: reason.into(),
            basis: basis.into(),
            other_way: way.into(),
        };
        for act in [explain("", "x", "x"), explain("x", "", "x"), explain("x", "x", "")] {
            assert_eq!(bench.refusal("receptionist", &act), "words-missing");
        }
        let told = bench.hear("receptionist", &explain("x", "x", "x")).expect("told");
        assert_eq!(letters(&told), [LetterKind::MatterReply]);
        let mut sent = Bench::matter();
        sent.must("receptionist", class("complex"));
        sent.must("receptionist", Act::Transfer { agency: "health".into(), note: words() });
        assert_eq!(sent.refusal("health", &explain("x", "x", "x")), "not-yours", "such an answer is signed");
        assert_eq!(sent.must("health-chief", explain("x", "x", "x")), ["explained"]);
    }

    #[test]
    fn whoever_handled_it_does_not_verify_it() {
        let mut bench = resolved("receptionist");
        bench.must("applicant", feedback(Some(true)));
        let twice = bench.around.officers.iter_mut().find(|officer| officer.id.0 == "receptionist").expect("there");
        twice.powers.push(crate::actor::Power {
            role: rulebook::procedure::Role::Verifier,
            agency: None,
            items: vec![],
            until: None,
        });
        let verify = Act::Verify { confirmed: true, findings: words() };
        assert_eq!(bench.refusal("receptionist", &verify), "held-apart");
        assert_eq!(bench.must("verifier", verify), ["verified"]);
        assert_eq!(bench.refusal("verifier", &Act::Record), "cause-not-found");
    }

    #[test]
    fn not_solved_is_handled_anew_and_the_second_time_one_class_up() {
        let mut bench = resolved("health");
        assert_eq!(bench.at("2026-03-05T10:00").must("applicant", feedback(Some(false))), ["feedback-unsatisfied", "reopened"]);
        assert_eq!((bench.case.step.as_str(), bench.due("resolve").as_str()), ("classified", "2026-03-12"));
        bench.must("receptionist", Act::Resolve { solution: words() });
        bench.must("receptionist", feedback(None));
        let found = bench.must("verifier", Act::Verify { confirmed: false, findings: words() });
        assert_eq!(found, ["not-confirmed", "escalated"]);
        assert_eq!((bench.case.class.as_deref(), bench.due("resolve").as_str()), (Some("special"), "2026-03-19"));
    }

    #[test]
    fn a_cause_that_lies_in_an_item_keeps_a_correction_open_on_it() {
        let bench = resolved("health");
        let cause = |cause: &str, item: Option<&str>| Act::FindRootCause {
            cause: cause.into(),
            item: item.map(str::to_owned),
            words: words(),
        };
        assert_eq!(bench.refusal("verifier", &cause("weather", None)), "unknown-cause");
        let found = bench.hear("verifier", &cause("guide-wrong", Some("kitchen"))).expect("found");
        let opened = Errand::OpenCorrection { item: "kitchen".into(), cause: "guide-wrong".into() };
        assert!(found.errands.contains(&opened));
    }
}

//! The components of a bundle: opened when what they need exists, settled by their own cases, left or taken up again by the applicant.
//!
//! 行政许可法 art. 26: what several bodies handle is taken in once; each body decides for itself. Nothing that was granted is undone because
//! another component failed. Serves measures 3 and 4.

use super::submit::hand_in;
use super::{item_name, written};
use crate::act::Paper;
use crate::bundle::{Bundle, Component, Plan, Progress, Settlement};
use crate::case::CaseNo;
use crate::decide::{Sheet, Stage};
use crate::errand::{Errand, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

/// The application was for several items at once.
pub(super) fn begin(plan: Option<&Plan>, out: &mut Sheet) -> Result<(), Refusal> {
    let plan = plan.filter(|plan| !plan.components.is_empty()).ok_or_else(|| {
        refused(
            "nothing-to-do",
            ("没有需要办理的事项。", "Nothing has to be applied for."),
            (
                "按您的情况不需要申请；情况变化的，请重新回答导引问题。",
                "As you answered, nothing is needed. Answer anew if that changes.",
            ),
        )
    })?;
    if let Some(limit) = plan.limit {
        out.timing.terms.insert("joint".to_owned(), limit);
    }
    out.happened(Event::BundleOpened { plan: plan.clone() });
    open_what_is_ready(None, &Bundle::from(plan), out);
    Ok(())
}

/// The case of a component was opened.
pub(super) fn open_component(stage: &Stage<'_>, item: &str, case: &CaseNo, out: &mut Sheet) -> Result<(), Refusal> {
    let component = component_of(stage, item)?;
    if component.progress == Progress::Prepared {
        out.happened(Event::ComponentOpened { item: item.to_owned(), case: case.clone() });
    }
    Ok(())
}

/// The case of a component came to something; what waited for it may begin.
pub(super) fn settle_component(
    stage: &Stage<'_>,
    item: &str,
    case: &CaseNo,
    came_to: Settlement,
    number: Option<&str>,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let component = component_of(stage, item)?;
    // An earlier case of a component that was taken up again settles nothing any more, nor does a second telling.
    let is_news = match &component.progress {
        Progress::Prepared => true,
        Progress::Open { case: open } => open == case,
        Progress::Settled { .. } | Progress::Left => false,
    };
    if !is_news {
        return Ok(());
    }
    let event = Event::ComponentSettled { item: item.to_owned(), case: case.clone(), came_to, number: number.map(str::to_owned) };
    let after = happens(stage, event, out);
    open_what_is_ready(stage.case.bundle.as_ref(), &after, out);
    super::joint::after_a_part(stage.case, &after, out);
    if !came_to.opens_the_way() {
        tell_the_way_on(stage, &after, item, came_to, out);
    }
    complete_if_over(&after, out);
    Ok(())
}

/// Withdrawal in part: what nobody has received yet. What a body has received is withdrawn in its own case.
pub(super) fn leave_component(stage: &Stage<'_>, item: &str, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let component = component_of(stage, item)?;
    if component.progress != Progress::Prepared {
        return Err(refused(
            "component-begun",
            ("这一项已经在办理或者已有结果。", "This part is under way or has its result."),
            ("请打开该办件，在其中撤回。", "Open its own case and withdraw it there."),
        ));
    }
    if stage.by.staff().is_some() {
        written(("不再办理的原因", "why it is not wanted any more"), reason)?;
    }
    let reason = out.keep("reason", reason);
    let after = happens(stage, Event::ComponentLeft { item: item.to_owned(), reason }, out);
    complete_if_over(&after, out);
    Ok(())
}

/// The way on after a refusal: the same component once more, with other answers and papers.
pub(super) fn take_up_component(
    stage: &Stage<'_>,
    item: &str,
    answers: Option<&str>,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let component = component_of(stage, item)?;
    if !component.came_to_nothing() {
        return Err(refused(
            "component-stands",
            ("这一项还在办理，或者已经办成。", "This part is still under way, or done."),
            ("请查看该项的办件页面。", "See the page of its own case."),
        ));
    }
    let answers = answers.map(|answers| out.keep("answers", answers));
    let materials = hand_in(papers, out);
    let after = happens(stage, Event::ComponentTakenUp { item: item.to_owned(), answers, materials }, out);
    open_what_is_ready(stage.case.bundle.as_ref(), &after, out);
    Ok(())
}

/// What was corrected for one body holds for those that are still to come.
pub(super) fn amend_bundle(
    stage: &Stage<'_>,
    answers: Option<&str>,
    papers: &[Paper],
    part: Option<&str>,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    if stage.case.bundle.is_none() || answers.is_none() && papers.is_empty() {
        return Err(refused(
            "nothing-changed",
            ("没有要更新的内容：与原来交的相同。", "Nothing has changed: it is what was handed in before."),
            ("请填写或上传要更新的内容。", "Give what is to be changed."),
        ));
    }
    let answers = answers.map(|answers| out.keep("answers", answers));
    let materials = hand_in(papers, out);
    out.happened(Event::BundleAmended { answers, materials, part: part.map(str::to_owned) });
    Ok(())
}

fn component_of<'a>(stage: &Stage<'a>, item: &str) -> Result<&'a Component, Refusal> {
    stage.case.bundle.as_ref().and_then(|bundle| bundle.component(item)).ok_or_else(|| {
        refused(
            "unknown-component",
            ("这件事里没有这个事项。", "This bundle has no such part."),
            ("请在办件页面中选择。", "Choose one on the page of the bundle."),
        )
    })
}

/// Writes the event and says how the bundle stands after it.
fn happens(stage: &Stage<'_>, event: Event, out: &mut Sheet) -> Bundle {
    let mut after = stage.case.bundle.clone().unwrap_or_default();
    after.follow(&event);
    out.happened(event);
    after
}

/// What can begin now and could not before.
fn open_what_is_ready(before: Option<&Bundle>, after: &Bundle, out: &mut Sheet) {
    let was_ready = |item: &str| before.is_some_and(|before| before.ready().any(|component| component.item == item));
    for component in after.ready().filter(|component| !was_ready(&component.item)) {
        out.errand(Errand::OpenComponent { item: component.item.clone() });
    }
}

fn complete_if_over(bundle: &Bundle, out: &mut Sheet) {
    if bundle.is_over() {
        out.happened(Event::BundleCompleted);
        out.notify(To::Applicant, Text::new("您的“一件事”各项均已有结果。", "Every part of your bundle has its result."));
    }
}

/// Nothing that was granted is undone, and what waited is told what can be done.
fn tell_the_way_on(stage: &Stage<'_>, after: &Bundle, item: &str, came_to: Settlement, out: &mut Sheet) {
    let name = |item: &str| item_name(stage.rules, item);
    let blocked = after.components.iter().filter(|component| after.blocked_by(component).is_some());
    let blocked: Vec<Text> = blocked.map(|component| name(&component.item)).collect();
    let zh: Vec<String> = blocked.iter().map(|name| format!("“{}”", name.zh)).collect();
    let en: Vec<String> = blocked.iter().map(|name| format!("“{}”", name.en)).collect();
    let (what, Text { zh: this, en: that }) = (came_to.name(), name(item));
    let text = if blocked.is_empty() {
        Text::new(
            format!("“{this}”{}，其他各项继续办理，不受影响。您可以修改后重新提交这一项。", what.zh),
            format!("“{that}”: {}. The other parts go on untouched. You may change it and send it once more.", what.en),
        )
    } else {
        Text::new(
            format!(
                "“{this}”{}，{}暂不能开始；其他各项不受影响。您可以修改后重新提交这一项，也可以不再办理后面的事项。",
                what.zh,
                zh.join("、")
            ),
            format!(
                "“{that}”: {}. Until then {} cannot begin; the other parts go on. You may change it and send it once more, or leave the rest.",
                what.en,
                en.join(", ")
            ),
        )
    };
    out.notify(To::Applicant, text);
}

fn refused(code: &str, why: (&str, &str), next: (&str, &str)) -> Refusal {
    Refusal::new(code, Text::new(why.0, why.1), Text::new(next.0, next.1))
}

#[cfg(test)]
mod tests {
    use super::super::bench::{Bench, application, words};
    use crate::act::Act;
    use crate::bundle::{Plan, Planned, Settlement};
    use crate::case::CaseNo;
    use crate::errand::Errand;
    use rulebook::Term;

    fn planned(item: &str, after: &[&str]) -> Planned {
        Planned {
            item: item.into(),
            agency: "market".into(),
            area: String::new(),
            after: after.iter().map(|item| (*item).to_owned()).collect(),
        }
    }

    /// The stall comes first; the kitchen and the sign wait for it, the taxi for the kitchen.
    fn apply() -> Act {
        let mut act = application("joint-handling", &[]);
        if let Act::Submit(submission) = &mut act {
            let components = vec![
                planned("stall", &[]),
                planned("kitchen", &["stall"]),
                planned("sign", &["stall"]),
                planned("taxi", &["kitchen"]),
            ];
            submission.bundle = Some(Box::new(Plan { theme: None, components, limit: Some(Term::working_days(20)) }));
        }
        act
    }

    fn opened(bench: &mut Bench, who: &str, act: Act) -> (Vec<&'static str>, Vec<String>) {
        let decided = bench.hear(who, &act).expect("done");
        let open = decided.errands.iter().filter_map(|errand| match errand {
            Errand::OpenComponent { item } => Some(item.clone()),
            _ => None,
        });
        let opened = open.collect();
        (bench.must(who, act), opened)
    }

    fn settle(item: &str, came_to: Settlement) -> Act {
        let number = came_to.opens_the_way().then(|| "7".to_owned());
        Act::SettleComponent { item: item.into(), case: CaseNo(format!("C-{item}")), came_to, number }
    }

    #[test]
    fn a_component_is_opened_when_what_it_needs_exists_and_no_sooner() {
        let mut bench = Bench::new();
        assert_eq!(opened(&mut bench, "applicant", apply()).1, ["stall"]);
        assert_eq!(bench.due("joint"), "2026-03-30");
        let open = Act::OpenComponent { item: "stall".into(), case: CaseNo("C-stall".into()) };
        assert_eq!(bench.must("system", open.clone()), ["component-opened"]);
        assert_eq!(bench.must("system", open), [""; 0], "told twice");
        assert_eq!(
            opened(&mut bench, "system", settle("stall", Settlement::Granted)),
            (vec!["component-settled"], vec!["kitchen".into(), "sign".into()])
        );
        assert_eq!(bench.must("system", settle("stall", Settlement::Refused)), [""; 0], "settled already");
        assert_eq!(
            opened(&mut bench, "system", settle("sign", Settlement::Granted)).1,
            [""; 0],
            "the kitchen was asked for already"
        );
        assert_eq!(opened(&mut bench, "system", settle("kitchen", Settlement::NotNeeded)).1, ["taxi"]);
        assert_eq!(bench.must("system", settle("taxi", Settlement::Granted)), ["component-settled", "bundle-completed"]);
        assert!(!bench.case.is_open() && bench.case.step == "completed");
        assert_eq!(bench.at("2027-01-01T00:00").look(), [""; 0]);
    }

    #[test]
    fn a_refusal_leaves_the_others_alone_and_shows_a_way_on() {
        let mut bench = Bench::new();
        bench.must("applicant", apply());
        bench.must("system", settle("stall", Settlement::Granted));
        let refused = bench.hear("system", &settle("kitchen", Settlement::Refused)).expect("settled");
        let told =
            |errand: &Errand| matches!(errand, Errand::Notify { text, .. } if text.zh.contains("“示例限量许可”暂不能开始"));
        assert!(refused.errands.iter().any(told), "{:?}", refused.errands);
        bench.must("system", settle("kitchen", Settlement::Refused));
        bench.must("system", settle("sign", Settlement::Granted));
        let bundle = bench.case.bundle.clone().expect("a bundle");
        let taxi = bundle.component("taxi").expect("there");
        assert_eq!(bundle.blocked_by(taxi).map(|by| by.item.as_str()), Some("kitchen"));
        assert!(bench.case.is_open(), "the applicant decides how it goes on");
        // She tries again, and this time it goes through.
        let mut again = bench.clone();
        let retry = Act::TakeUpComponent { item: "kitchen".into(), answers: Some("{}".into()), papers: vec![] };
        assert_eq!(opened(&mut again, "applicant", retry.clone()), (vec!["component-taken-up"], vec!["kitchen".into()]));
        let late = Act::SettleComponent {
            item: "kitchen".into(),
            case: CaseNo("C2".into()),
            came_to: Settlement::Granted,
            number: None,
        };
        assert_eq!(opened(&mut again, "system", late).1, ["taxi"]);
        assert_eq!(again.refusal("applicant", &retry), "component-stands");
        // Or she leaves what cannot begin.
        let leave = |item: &str| Act::LeaveComponent { item: item.into(), reason: String::new() };
        assert_eq!(bench.refusal("applicant", &leave("kitchen")), "component-begun");
        assert_eq!(bench.refusal("applicant", &leave("nothing")), "unknown-component");
        assert_eq!(bench.refusal("clerk", &leave("taxi")), "words-missing");
        assert_eq!(bench.must("applicant", leave("taxi")), ["component-left", "bundle-completed"]);
    }

    #[test]
    fn a_bundle_of_nothing_is_said_so() {
        let mut act = apply();
        if let Act::Submit(submission) = &mut act {
            submission.bundle = Some(Box::new(Plan { theme: None, components: vec![], limit: None }));
        }
        assert_eq!(Bench::new().refusal("applicant", &act), "nothing-to-do");
        if let Act::Submit(submission) = &mut act {
            submission.bundle = None;
        }
        assert_eq!(Bench::new().refusal("applicant", &act), "nothing-to-do");
    }

    #[test]
    fn the_case_of_a_component_tells_its_bundle_what_it_came_to() {
        let told = |decided: &crate::Decided| {
            let tell = |errand: &Errand| match errand {
                Errand::Tell { case, act } => Some((case.clone(), (**act).clone())),
                _ => None,
            };
            decided.errands.iter().filter_map(tell).collect::<Vec<_>>()
        };
        let mut bench = Bench::new();
        let mut act = application("kitchen", &[]);
        if let Act::Submit(submission) = &mut act {
            submission.parent = Some(CaseNo("B1".into()));
        }
        bench.must("applicant", act);
        let settle = |came_to, number: Option<&str>| {
            let (item, case, number) = ("kitchen".to_owned(), CaseNo("T1".into()), number.map(str::to_owned));
            vec![("B1".to_owned(), Act::SettleComponent { item, case, came_to, number })]
        };
        let left = bench.hear("applicant", &Act::Withdraw { reason: words() }).expect("withdrawn");
        assert_eq!(told(&left), settle(Settlement::Withdrawn, None));
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        let refuse = Act::Refuse { reasons: words(), basis: words(), false_statement: None };
        assert_eq!(told(&bench.hear("chief", &refuse).expect("refused")), settle(Settlement::Refused, None));
        let granted = bench.hear("chief", &Act::Grant { content: words() }).expect("granted");
        assert_eq!(told(&granted), [], "what the others need is the result");
        bench.must("chief", Act::Grant { content: words() });
        let made = bench.hear("clerk", &Act::MakeResult { number: "7".into(), name: String::new() }).expect("made");
        assert_eq!(told(&made), settle(Settlement::Granted, Some("7")));
    }
}

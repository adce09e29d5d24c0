//! Commit (告知承诺) and leave the commitment for the ordinary way.
//!
//! 国办发〔2020〕42号: the office tells duty, standard and consequences in writing, the applicant commits to them of her own will, and
//! no proof is asked for then. Whoever broke one before signs no other of its class until that is repaired; the application itself
//! is never turned away, for the ordinary way stays open. It can be left at any time before the decision, and nothing is lost.
//! Serves measure 5.

use super::names_of;
use crate::case::Case;
use crate::commitment::{Pledge, Signing, Stand};
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::commitment::CommitmentForm;
use rulebook::material::Material;
use rulebook::{Term, Text};

/// Signed with the application, which was written down before.
pub(super) fn commit(stage: &Stage<'_>, signing: &Signing, who: &str, out: &mut Sheet) -> Result<(), Refusal> {
    if let Some(breach) = &stage.around.breach {
        return Err(Refusal::new(
            "commitment-excluded",
            Text::new(
                format!("您曾违背承诺，信用修复以前（最迟至{}）不适用告知承诺。", breach.until),
                format!(
                    "An earlier commitment was broken: none can be made until that is repaired, at the latest {}.",
                    breach.until
                ),
            ),
            Text::new(
                "请改为一般程序提交，填写的内容都在；也可以先申请信用修复。",
                "Send it the ordinary way, all that you typed is kept; or ask to have your record repaired.",
            ),
        )
        .on(&breach.basis));
    }
    let mut texts = Vec::new();
    let own = stage.item.commitment.as_ref().filter(|_| signing.notice.is_some());
    if let (Some(notice), item) = (signing.notice, stage.item) {
        let current = own.and_then(|own| own.notice_on(stage.today)).map(|told| told.version);
        if current != Some(notice) {
            return Err(notice_changed());
        }
        texts.extend(stage.rules.commitment_text(item, notice, who, stage.today));
    }
    for key in &signing.proofs {
        let offered = |material: &&Material| {
            stage.rules.proof_in(stage.item, material).is_some_and(|own| own.notice_on(stage.today).is_some())
        };
        let material = stage.rules.materials.get(key).filter(offered);
        let text = material.and_then(|material| stage.rules.proof_text(material, who, stage.today));
        texts.push(text.ok_or_else(notice_changed)?);
    }
    let form = own.map(|own| own.form);
    let promised = match own.and_then(|own| own.papers_term()) {
        Some(term) if form == Some(CommitmentForm::Tianjin60) => {
            out.timing.terms.insert("promised-papers".to_owned(), term);
            signing.replaced.iter().filter(|key| own.is_some_and(|own| own.replaces(key))).cloned().collect()
        }
        _ => Vec::new(),
    };
    let text = out.keep("commitment", &texts.join("\n\n"));
    let (replaced, proofs) = (signing.replaced.clone(), signing.proofs.clone());
    out.happened(Event::Committed { form, notice: signing.notice, text, replaced, proofs, promised });
    out.letter(LetterKind::CommitmentLetter);
    Ok(())
}

fn notice_changed() -> Refusal {
    Refusal::new(
        "notice-changed",
        Text::new(
            "告知的内容有了新版本，或者本事项现在不适用告知承诺。",
            "The notice has changed, or no commitment is offered now.",
        ),
        Text::new("请重新阅读后选择；填写的内容都在。", "Read it again and choose; all that you typed is kept."),
    )
}

/// For the ordinary way: the papers are asked for again, and what was handed in and typed stays.
pub(super) fn choose_ordinary(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    may_be_left(stage.case)?;
    let replaced = stage.case.pledge.as_ref().map_or(&[][..], |pledge| &pledge.replaced);
    let handed = |key: &String| stage.case.materials.iter().any(|handed| handed.key == *key);
    let lacking: Vec<String> = replaced.iter().filter(|key| !handed(key)).cloned().collect();
    let names = names_of(stage.rules, &lacking);
    // What was accepted already waits for them as for papers that follow.
    if stage.case.accepted.is_some() {
        let days = stage.figure("defer-working-days")?;
        let term = |key: &String| (format!("deferred:{key}"), Term::working_days(days));
        out.timing.terms.extend(lacking.iter().map(term));
    }
    out.happened(Event::CommitmentLeft { lacking });
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”已改为一般程序。需要提交：{}。", stage.item.name, names.zh),
            format!("“{}” now goes the ordinary way. To be handed in: {}.", stage.item.english(), names.en),
        ),
    );
    if let Some(handler) = &stage.case.handler {
        out.notify(
            To::Officer(handler.clone()),
            Text::new("申请人改为一般程序办理。", "The applicant has left the commitment for the ordinary way."),
        );
    }
    Ok(())
}

/// Whether it can still be left: until the decision.
pub(super) fn may_be_left(case: &Case) -> Result<(), Refusal> {
    if case.pledge.as_ref().is_some_and(|pledge| pledge.stand == Stand::Signed) { Ok(()) } else { Err(no_commitment()) }
}

/// What a commitment replaces is not asked for while that stands.
pub(super) fn not_replaced(case: &Case, about: &str) -> Result<(), Refusal> {
    let replaces = |own: &&Pledge| own.stands() && own.replaced.iter().any(|key| key == about);
    if !case.pledge.as_ref().is_some_and(|own| replaces(&own)) {
        return Ok(());
    }
    Err(Refusal::new(
        "replaced-by-commitment",
        Text::new(
            "申请人已作出承诺，不得再要求提交这份材料。",
            "The applicant committed to it: this paper may not be asked for.",
        ),
        Text::new("作出决定以后按计划核查。", "It is checked after the decision, as planned."),
    ))
}

pub(super) fn no_commitment() -> Refusal {
    Refusal::new(
        "no-commitment",
        Text::new("本办件没有可以这样处理的承诺。", "No commitment stands on this case that this could be done to."),
        Text::new("请按当前环节办理。", "Go on with what this step allows."),
    )
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, application, committed, moment, words};
    use crate::commitment::{Breach, Stand};
    use jiff::civil::date;

    #[test]
    fn what_is_signed_is_kept_to_the_byte_and_its_papers_are_not_asked_for() {
        let bench = Bench::new();
        let decided = bench.hear("applicant", &committed("fire", 1, &["plan"])).expect("sent");
        let kept = decided.kept.iter().find(|kept| kept.kind == "commitment").expect("kept");
        let text = String::from_utf8_lossy(&kept.bytes);
        assert!(text.contains("第1版") && text.contains("场所符合标准") && text.contains("依法办理"), "{text}");
        let pledge = decided.after.pledge.expect("signed");
        assert_eq!((pledge.stand, decided.after.lacking.len()), (Stand::Signed, 0));
    }

    #[test]
    fn a_notice_that_is_not_in_force_cannot_be_signed() {
        let mut bench = Bench::new();
        assert_eq!(bench.refusal("applicant", &committed("fire", 2, &["plan"])), "notice-changed");
        assert_eq!(bench.refusal("applicant", &committed("kitchen", 1, &["plan"])), "notice-changed");
        bench.at("2026-07-01T10:00");
        assert_eq!(bench.refusal("applicant", &committed("fire", 1, &["plan"])), "notice-changed");
        bench.must("applicant", committed("fire", 2, &["plan"]));
    }

    #[test]
    fn whoever_broke_one_applies_the_ordinary_way_and_is_not_turned_away() {
        let mut bench = Bench::new();
        bench.around.breach = Some(Breach { class: "fire".into(), until: date(2027, 3, 1), basis: "示例".into() });
        assert_eq!(bench.refusal("applicant", &committed("fire", 1, &["plan"])), "commitment-excluded");
        bench.must("applicant", application("fire", &["plan"]));
    }

    #[test]
    fn it_can_be_left_until_the_decision_and_the_papers_are_asked_for_again() {
        let mut bench = Bench::new();
        bench.must("applicant", committed("fire", 1, &["plan"]));
        let mut granted = bench.clone();
        granted.must("chief", Act::Grant { content: words() });
        assert_eq!(granted.refusal("applicant", &Act::ChooseOrdinary), "not-now");
        assert_eq!(bench.must("applicant", Act::ChooseOrdinary), ["commitment-left"]);
        assert_eq!(bench.case.lacking, ["plan"]);
        assert_eq!(bench.refusal("chief", &Act::Grant { content: words() }), "not-now", "the short way is gone");
        assert_eq!(bench.refusal("applicant", &Act::ChooseOrdinary), "not-now");
        bench.must("li", crate::acts::bench::tell(&["plan"]));
        bench.must("applicant", crate::acts::bench::supply(&["plan"]));
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
    }

    #[test]
    fn after_silent_acceptance_the_papers_follow_before_the_decision() {
        let mut bench = Bench::new();
        bench.must("applicant", committed("fire", 1, &["plan"]));
        bench.at("2026-03-10T00:01").look();
        bench.must("applicant", Act::ChooseOrdinary);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        assert_eq!(bench.refusal("chief", &Act::Grant { content: words() }), "still-lacking");
        bench.must("applicant", Act::SupplyDeferred { papers: vec![crate::acts::bench::paper("plan")] });
        bench.must("chief", Act::Grant { content: words() });
        assert!(bench.case.pledge.as_ref().is_some_and(|pledge| pledge.stand == Stand::Left));
        assert!(bench.case.clock("post-check").is_none() && moment("2026-03-10T00:01") > moment("2026-03-02T10:00"));
    }
}

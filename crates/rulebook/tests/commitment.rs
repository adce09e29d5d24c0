//! Commitments in the district's own rulebook: never the only way, open until the decision, and nothing asked twice.

use jiff::civil::date;
use rulebook::Rulebook;
use rulebook::commitment::{CommitmentForm, OF_PERMIT, OF_PROOF};
use rulebook::expression::Truth;
use rulebook::intake::Answers;
use std::collections::BTreeSet;
use std::sync::LazyLock;

mod folder;

static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    let files = folder::district();
    rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
});

const TODAY: jiff::civil::Date = date(2026, 3, 2);

fn asked(item: &str, answers: &Answers) -> BTreeSet<String> {
    let intake = RULES.intake(&RULES.items[item], answers, &[], TODAY);
    let papers = intake.papers.iter().filter(|paper| !matches!(paper.applies, Truth::False));
    papers.map(|paper| paper.needed.key.get_ref().clone()).collect()
}

#[test]
fn the_district_has_all_three_forms_and_three_papers() {
    let forms: BTreeSet<String> =
        RULES.items.values().filter_map(|item| Some(format!("{:?}", item.commitment.as_ref()?.form))).collect();
    assert_eq!(forms.len(), 3, "{forms:?}");
    assert!(RULES.materials.values().filter(|material| material.commitment.is_some()).count() >= 3);
}

#[test]
fn without_a_choice_everything_is_asked_and_with_one_what_it_replaces_is_not() {
    for (code, item) in &RULES.items {
        let Some(own) = &item.commitment else { continue };
        let ordinary = asked(code, &Answers::new());
        let chosen = asked(code, &Answers::from([(format!("{OF_PERMIT}{code}"), "1".to_owned())]));
        let replaced: BTreeSet<String> = own.replaces.iter().map(|key| key.get_ref().clone()).collect();
        assert!(!replaced.is_empty() && replaced.is_subset(&ordinary), "{code}");
        assert_eq!(chosen, ordinary.difference(&replaced).cloned().collect(), "{code}");
        // 最简: nothing is left to bring but the form.
        if own.form == CommitmentForm::Minimal {
            assert!(chosen.iter().all(|key| RULES.materials[key].from_form), "{code}: {chosen:?}");
        }
        let emptied = Answers::from([(format!("{OF_PERMIT}{code}"), String::new())]);
        assert_eq!(asked(code, &emptied), ordinary, "{code}: the choice can be taken back");
    }
}

#[test]
fn it_can_be_left_wherever_it_can_be_granted() {
    for (code, item) in RULES.items.iter().filter(|(_, item)| item.commitment.is_some()) {
        let procedure = &RULES.procedures[item.procedure.get_ref()];
        for step in &procedure.step {
            let has = |act: &str| step.act.iter().any(|allowed| allowed.act.get_ref() == act);
            assert!(!has("grant") || has("choose-ordinary"), "{code} at {}", step.code.get_ref());
        }
    }
}

#[test]
fn a_paper_is_replaced_only_where_neither_safety_nor_health_is_directly_concerned() {
    let premises = &RULES.materials["premises-proof"];
    let with = Answers::from([(format!("{OF_PROOF}premises-proof"), "1".to_owned())]);
    let mut offered = 0;
    for (code, item) in &RULES.items {
        let wants = item.material.iter().any(|needed| needed.key.get_ref() == "premises-proof" && needed.when.is_none());
        if !wants {
            continue;
        }
        let is_offered = RULES.proof_in(item, premises).is_some();
        assert!(!is_offered || item.safety.is_none(), "{code}");
        assert_eq!(!asked(code, &with).contains("premises-proof"), is_offered, "{code}");
        offered += u32::from(is_offered);
    }
    assert!(offered > 0);
}

#[test]
fn what_is_signed_says_when_it_is_checked_and_that_there_is_another_way() {
    let item = &RULES.items["fire-safety-check"];
    let text = RULES.commitment_text(item, 2, "示例餐饮", TODAY).expect("in force");
    for says in ["第2版", "消防法", "2个月", "15日", "一般程序", "示例餐饮", "2026年3月2日", "平面布置图"]
    {
        assert!(text.contains(says), "{says} in:\n{text}");
    }
    assert_eq!(RULES.commitment_text(item, 9, "示例餐饮", TODAY), None);
    assert!(RULES.proof_text(&RULES.materials["premises-proof"], "示例餐饮", TODAY).is_some());
}

//! The guide through the district's themes: at most ten questions on every path, none that cannot change anything, an outcome
//! for every answer, and the same whatever the order of the answers.

mod folder;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rulebook::bundle::Bundle;
use rulebook::expression::{Cause, Truth, Value};
use rulebook::field::{Field, FieldKind};
use rulebook::guide::{Guide, Subject, Told, Verdict};
use rulebook::intake::Answers;
use rulebook::{Rulebook, compile};
use std::collections::BTreeSet;
use std::sync::LazyLock;

const TODAY: Date = date(2026, 3, 2);

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| {
    let files = folder::district();
    compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
});

fn guide(code: &str) -> Guide<'static> {
    Guide::of_bundle(&Bundle::of_theme(&BOOK, &BOOK.themes[code]), TODAY)
}

/// What somebody has said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    answers: Answers,
    unsure: BTreeSet<String>,
}

impl Said {
    fn told(&self) -> Told<'_> {
        Told { answers: &self.answers, unsure: &self.unsure }
    }

    fn say(&mut self, field: &Field, answer: Option<String>) {
        match answer {
            Some(answer) => drop(self.answers.insert(field.code.clone(), answer)),
            None => drop(self.unsure.insert(field.code.clone())),
        }
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Many(words) => words.join("、"),
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
    }
}

/// An answer by luck; `None` is "don't know".
fn answer(field: &Field, luck: u32, honest: bool) -> Option<String> {
    let listed = BOOK.choices(field);
    Some(match field.kind {
        _ if !honest && luck.is_multiple_of(5) => return None,
        FieldKind::YesNo => if luck.is_multiple_of(2) { "是" } else { "否" }.to_owned(),
        FieldKind::Choice | FieldKind::Choices => listed[luck as usize / 7 % listed.len()].clone(),
        FieldKind::Date => "2025-01-01".to_owned(),
        _ => (luck / 7 % 1500).to_string(),
    })
}

fn subject(verdict: &Verdict<'_, '_>) -> String {
    match verdict.outcome.subject {
        Subject::Item { item, .. } => item.code.get_ref().clone(),
        Subject::Paper(material) => material.key.get_ref().clone(),
        Subject::Other(number) => number.to_string(),
    }
}

#[test]
fn the_four_complete_themes_take_at_most_ten_questions_on_every_path() {
    for code in ["restaurant", "supermarket", "pharmacy", "kindergarten"] {
        let guide = guide(code);
        let (path, _) = guide.longest_path(1_500, TODAY);
        assert!((1..=10).contains(&path.len()), "{code}: {path:?}");
        // No element is asked twice, so that there are never more questions than elements.
        assert!(guide.questions() <= 10, "{code}: {}", guide.questions());
    }
}

#[test]
fn a_question_is_put_in_the_words_of_the_theme_and_the_most_telling_comes_first() {
    let guide = guide("restaurant");
    let mut said = Said::default();
    let first = guide.next(said.told(), TODAY).expect("nothing is settled");
    assert_eq!(first.wording, "已经有营业执照了吗？");
    said.say(first.field, Some("是".to_owned()));
    let asked: BTreeSet<&str> = std::iter::from_fn(|| {
        let question = guide.next(said.told(), TODAY)?;
        said.say(question.field, answer(question.field, 0, true));
        Some(question.field.name.get_ref().as_str())
    })
    .collect();
    assert!(!asked.contains("拟登记主体类型"), "it decides nothing for who has a licence: {asked:?}");
    assert!(asked.contains("零售卷烟"));
}

#[test]
fn do_not_know_shows_both_branches_and_is_not_asked_again() {
    let guide = guide("restaurant");
    let mut said = Said::default();
    while let Some(question) = guide.next(said.told(), TODAY) {
        assert!(!said.unsure.contains(&question.field.code), "{} is asked again", question.field.code);
        let answer = (question.field.name.get_ref() != "零售卷烟").then(|| answer(question.field, 0, true)).flatten();
        said.say(question.field, answer);
    }
    let verdicts = guide.verdicts(said.told(), TODAY);
    let tobacco = verdicts.iter().find(|verdict| subject(verdict) == "tobacco-retail-licence").expect("an outcome");
    assert_eq!(tobacco.truth, Truth::Unknown(Cause::NeedsPerson));
    let branches: Vec<(String, Truth)> = tobacco.branches.iter().map(|branch| (written(&branch.value), branch.truth)).collect();
    assert_eq!(branches, [("是".to_owned(), Truth::True), ("否".to_owned(), Truth::False)]);
}

#[test]
fn every_verdict_names_its_rule_and_the_answers_behind_it() {
    let guide = guide("restaurant");
    let mut said = Said::default();
    said.say(&BOOK.fields["建筑面积"], Some("80".to_owned()));
    let verdicts = guide.verdicts(said.told(), TODAY);
    let fire = verdicts.iter().find(|verdict| subject(verdict) == "fire-safety-check").expect("an outcome");
    let [(way, lines)] = &*fire.because else { panic!("one rule") };
    assert_eq!((fire.truth, way.basis.map(ToString::to_string).as_deref()), (Truth::False, Some("消防法第十五条")));
    assert_eq!(lines[0].requirement.zh, "建筑面积不小于 300 平方米");
    assert_eq!(lines[0].actual.zh, "建筑面积：80 平方米");
}

/// Whether two answers to this question lead to different outcomes for some answers to all others.
fn can_change(guide: &Guide<'_>, code: &str, said: &Said, field: &Field) -> bool {
    let bundle = Bundle::of_theme(&BOOK, &BOOK.themes[code]);
    let others: Vec<&Field> = bundle.asked().map(|name| &BOOK.fields[name]).filter(|other| other.code != field.code).collect();
    let listed = BOOK.choices(field);
    let answers: Vec<String> = match field.kind {
        FieldKind::YesNo => ["是", "否"].map(str::to_owned).to_vec(),
        FieldKind::Choice | FieldKind::Choices => listed.to_vec(),
        _ => ["0", "400", "1200"].map(str::to_owned).to_vec(),
    };
    let mut luck = 1_u32;
    (0..40).any(|_| {
        let mut all = said.clone();
        for other in &others {
            luck = luck.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if !said.answers.contains_key(&other.code) && !said.unsure.contains(&other.code) {
                all.say(other, answer(other, luck >> 8, true));
            }
        }
        let mut outcomes = answers.iter().map(|answer| -> Vec<Truth> {
            all.answers.insert(field.code.clone(), answer.clone());
            guide.verdicts(all.told(), TODAY).iter().map(|verdict| verdict.truth).collect()
        });
        let first = outcomes.next();
        outcomes.any(|other| Some(other) != first)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_guide_ends_with_an_outcome_and_asks_nothing_in_vain(
        code in proptest::sample::select(BOOK.themes.keys().map(String::as_str).collect::<Vec<_>>()),
        luck in proptest::collection::vec(any::<u32>(), 16),
        honest: bool,
    ) {
        let guide = guide(code);
        let (mut said, mut luck) = (Said::default(), luck.into_iter());
        while let Some(question) = guide.next(said.told(), TODAY) {
            prop_assert!(can_change(&guide, code, &said, question.field), "{} can change nothing after {said:?}", question.wording);
            said.say(question.field, answer(question.field, luck.next().expect("ten questions at most"), honest));
        }
        let state = Bundle::of_theme(&BOOK, &BOOK.themes[code]).state(&said.answers, TODAY);
        if said.unsure.is_empty() {
            prop_assert!(!state.open(), "{code}: {said:?} settles every item");
            prop_assert!(state.needed().next().is_some(), "{code}: {said:?} has an outcome");
        }
        for verdict in guide.verdicts(said.told(), TODAY) {
            if verdict.truth == Truth::Unknown(Cause::NeedsPerson) {
                prop_assert!(!verdict.branches.is_empty() || said.unsure.len() > 1, "{}: both branches are shown, {said:?}", subject(&verdict));
            }
        }
    }

    #[test]
    fn any_order_of_the_answers_gives_the_same_outcome(
        code in proptest::sample::select(BOOK.themes.keys().map(String::as_str).collect::<Vec<_>>()),
        luck in proptest::collection::vec(any::<u32>(), 16),
        order in Just((0..16_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let guide = guide(code);
        let (mut said, mut given) = (Said::default(), Vec::new());
        for luck in luck {
            let Some(question) = guide.next(said.told(), TODAY) else { break };
            let answer = answer(question.field, luck, false);
            given.push((question.field, answer.clone()));
            said.say(question.field, answer);
        }
        let mut turned = Said::default();
        for (field, answer) in order.iter().filter_map(|place| given.get(*place)) {
            turned.say(field, answer.clone());
        }
        let told = |said: &Said| -> Vec<(String, Truth)> {
            guide.verdicts(said.told(), TODAY).iter().map(|verdict| (subject(verdict), verdict.truth)).collect()
        };
        prop_assert_eq!(told(&said), told(&turned));
        prop_assert_eq!(guide.next(said.told(), TODAY).is_none(), guide.next(turned.told(), TODAY).is_none());
    }
}

#[test]
fn answers_that_cannot_stand_together_are_named_with_their_reason() {
    let files = folder::district();
    let (rules, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let today = jiff::civil::date(2026, 3, 2);
    let bundle = rulebook::bundle::Bundle::of_theme(&rules, &rules.themes["restaurant"]);
    let told = |pairs: &[(&str, &str)]| {
        let answer = |(name, value): &(&str, &str)| (rules.fields[*name].code.clone(), (*value).to_owned());
        let answers = pairs.iter().map(answer).collect();
        let found = bundle.contradictions(&answers, today);
        found.into_iter().map(|one| (one.fields.len(), one.why.zh)).collect::<Vec<_>>()
    };
    assert!(told(&[("建筑面积", "80"), ("经营面积", "60"), ("设有厨房", "是"), ("设有专用烟道", "是")]).is_empty());
    assert!(told(&[("经营面积", "600")]).is_empty(), "one answer contradicts nothing");
    let both = told(&[("建筑面积", "80"), ("经营面积", "600"), ("设有厨房", "否"), ("设有专用烟道", "是")]);
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both.iter().all(|(fields, why)| *fields == 2 && !why.is_empty()), "{both:?}");
    // What the form of an item would refuse is told by the guide as well.
    let hot = told(&[("设有厨房", "否"), ("食品经营项目", "热食类食品制售")]);
    assert!(hot.iter().any(|(_, why)| why.contains("热食")), "{hot:?}");
}

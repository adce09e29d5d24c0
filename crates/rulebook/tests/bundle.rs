//! Bundles of the district's own items and themes: merging loses no requirement of any item and asks nothing twice, each body
//! receives what its own form wants, and the order is the one the law wants.

mod folder;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rulebook::bundle::Bundle;
use rulebook::expression::Truth;
use rulebook::field::FieldKind;
use rulebook::intake::{Answers, Knowns, Origin};
use rulebook::item::{Item, Necessity};
use rulebook::{Rulebook, compile};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const TODAY: Date = date(2026, 3, 2);

static BOOK: LazyLock<Rulebook> = LazyLock::new(|| {
    let files = folder::district();
    compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
});

static NOTHING: Knowns = Knowns::new();

fn theme(code: &str) -> Bundle<'static> {
    Bundle::of_theme(&BOOK, &BOOK.themes[code])
}

fn answers(given: &[(&str, &str)]) -> Answers {
    given.iter().map(|(name, value)| (BOOK.fields[*name].code.clone(), (*value).to_owned())).collect()
}

/// Items needed, in waves.
fn waves(bundle: &Bundle<'_>, given: &[(&str, &str)]) -> Vec<Vec<String>> {
    let state = bundle.state(&answers(given), TODAY);
    assert!(!state.open(), "{given:?} settle everything");
    let name = |place: &usize| state.members[*place].member.item.code.get_ref().clone();
    state.waves.iter().map(|wave| wave.iter().map(name).collect()).collect()
}

const RESTAURANT: [(&str, &str); 8] = [
    ("已有营业执照", "否"),
    ("拟登记主体类型", "公司"),
    ("设有厨房", "是"),
    ("设置户外招牌", "是"),
    ("建筑面积", "360"),
    ("零售卷烟", "否"),
    ("向市政管网排水", "是"),
    ("设有专用烟道", "否"),
];

#[test]
fn the_licence_comes_first_and_its_code_flows_on() {
    let restaurant = theme("restaurant");
    let permits =
        ["food-operation-new", "shop-sign-filing", "fire-safety-check", "drainage-permit", "kitchen-waste-registration"];
    assert_eq!(waves(&restaurant, &RESTAURANT), [vec!["company-registration".to_owned()], permits.map(str::to_owned).to_vec()]);
    let given = answers(&RESTAURANT);
    let intake = restaurant.intake(&given, &[], &NOTHING, TODAY);
    let question = |code: &str| intake.questions().find(|question| question.field.code == code).expect("asked");
    let credit_code = question("credit-code");
    assert!(matches!(credit_code.origin, Origin::Result(item) if item.code.get_ref() == "company-registration"));
    assert_eq!((credit_code.fault.is_none(), credit_code.required), (true, false), "it is waited for, not asked");
    assert!(credit_code.asked_by.len() >= 5, "{}", credit_code.asked_by.len());
    let licence = intake.papers.iter().find(|paper| paper.needed.key.get_ref() == "business-licence").expect("wanted");
    assert_eq!(licence.from.map(|item| item.code.get_ref().as_str()), Some("company-registration"));
    // Somebody who has the licence is asked for nothing that it would have given, but what it says.
    let mut known = answers(&RESTAURANT);
    known.insert("has-business-licence".to_owned(), "是".to_owned());
    let intake = restaurant.intake(&known, &[], &NOTHING, TODAY);
    let credit_code = intake.questions().find(|question| question.field.code == "credit-code").expect("asked");
    assert!(matches!(credit_code.origin, Origin::Asked) && credit_code.fault.is_some());
}

#[test]
fn a_kindergarten_is_permitted_before_it_is_registered() {
    let given = [
        ("先申请筹设", "否"),
        ("办学属性", "非营利性"),
        ("房屋已有消防手续", "否"),
        ("校舍建筑面积", "2400"),
        ("设有食堂", "是"),
        ("收取保育教育费", "否"),
        ("使用校车", "否"),
    ];
    let expected = [
        vec!["nursery-hygiene-assessment", "fire-acceptance-special"],
        vec!["private-school-establishment"],
        vec!["civil-nonenterprise-registration"],
        vec!["food-operation-new"],
    ];
    assert_eq!(waves(&theme("kindergarten"), &given), expected);
}

#[test]
fn any_items_can_be_picked_and_their_order_is_derived() {
    let bundle = Bundle::of_items(&BOOK, ["food-operation-new", "self-employed-registration", "nothing", "food-operation-new"]);
    let expected = [vec!["self-employed-registration"], vec!["food-operation-new"]];
    assert_eq!(waves(&bundle, &[]), expected);
    // One that is not in the bundle is not waited for.
    assert!(Bundle::of_items(&BOOK, ["food-operation-new", "drainage-permit"]).edges.is_empty());
    let all = Bundle::of_items(&BOOK, BOOK.items.keys().map(String::as_str));
    assert_eq!(
        all.state(&Answers::new(), TODAY).circle,
        Vec::<usize>::new(),
        "no items of the district wait for each other in a circle"
    );
}

#[test]
fn what_was_chosen_of_a_theme_keeps_its_order() {
    let theme = &BOOK.themes["enterprise-deregistration"];
    let bundle = Bundle::chosen(&BOOK, Some(theme), ["simplified-deregistration", "tax-clearance"]);
    assert_eq!(waves(&bundle, &[]), [vec!["tax-clearance"], vec!["simplified-deregistration"]]);
}

#[test]
fn the_ceiling_needs_an_arrangement_and_joint_acts_need_two() {
    let state = theme("restaurant").state(&answers(&RESTAURANT), TODAY);
    assert_eq!(state.ceiling.and_then(|limit| limit.working_days), Some(45));
    let visits: Vec<(Truth, usize)> = state.joint.iter().map(|joined| (joined.applies, joined.members.len())).collect();
    assert_eq!(visits, [(Truth::True, 3), (Truth::True, 4)]);
    assert!(theme("pharmacy").state(&Answers::new(), TODAY).ceiling.is_none(), "no arrangement is claimed");
    let small = [("已有营业执照", "是"), ("设有厨房", "否"), ("建筑面积", "40"), ("零售卷烟", "否"), ("向市政管网排水", "否")];
    let state = theme("restaurant").state(&answers(&small), TODAY);
    assert!(state.joint.iter().all(|joined| joined.applies == Truth::False));
}

#[test]
fn the_merge_says_what_it_saves() {
    let given = answers(&RESTAURANT);
    let restaurant = theme("restaurant");
    let saved = restaurant.saved(&given, &NOTHING, TODAY);
    let (apart, together) = (saved.one_by_one, saved.together);
    assert_eq!(saved.items.len(), 6);
    assert!(together.fields * 10 < apart.fields * 8, "{together:?} {apart:?}");
    assert!(together.papers < apart.papers && together.days < apart.days, "{together:?} {apart:?}");
    assert_eq!((together.days, apart.days), (9, 1 + 8 + 5 + 5 + 2));
}

#[test]
fn a_pharmacy_hands_no_paper_in_twice() {
    let bundle = Bundle::of_items(&BOOK, ["drug-retail-licence", "device-class2-filing", "device-class3-licence"]);
    let given = answers(&[("已提交同类许可备案材料", "否"), ("场所权属", "租赁")]);
    let intake = bundle.intake(&given, &[], &NOTHING, TODAY);
    let plan: Vec<_> = intake.papers.iter().filter(|paper| paper.needed.key.get_ref() == "floor-plan").collect();
    assert_eq!((plan.len(), plan[0].wanted_by.len()), (1, 3));
    let rules = intake.papers.iter().find(|paper| paper.needed.key.get_ref() == "device-quality-rules").expect("wanted");
    assert_eq!(rules.necessity, Necessity::Required, "the filing requires what the licence would let follow");
}

#[test]
fn a_body_receives_what_its_own_form_asks_and_what_results_have_given() {
    let bundle = Bundle::of_items(&BOOK, ["company-registration", "food-operation-new"]);
    let given =
        answers(&[("设有厨房", "否"), ("厨房面积", "30"), ("经营面积", "40"), ("注册资本", "500000"), ("申请人名称", "别人")]);
    let before = bundle.share("food-operation-new", &given, &Answers::new(), TODAY).expect("a member");
    assert_eq!(before.answers, answers(&[("设有厨房", "否"), ("经营面积", "40")]), "no kitchen, nobody's name, no capital");
    assert_eq!(before.awaits, ["credit-code", "applicant-name"]);
    let results = answers(&[("统一社会信用代码", "91120116MA0TEXT042"), ("申请人名称", "天津滨海示例餐饮有限公司")]);
    let after = bundle.share("food-operation-new", &given, &results, TODAY).expect("a member");
    assert_eq!((after.answers["applicant-name"].as_str(), after.awaits.len()), ("天津滨海示例餐饮有限公司", 0));
    assert!(bundle.share("drainage-permit", &given, &results, TODAY).is_none(), "no member");
}

/// A right answer to what the form of an item asks, where its sample is one.
fn samples(item: &Item) -> BTreeMap<String, String> {
    let form = item.form.as_ref().and_then(|form| BOOK.forms.get(form.get_ref()));
    let asks = form.into_iter().flat_map(|form| &form.section).flat_map(|section| &section.ask);
    asks.filter(|ask| !ask.sample.is_empty())
        .map(|ask| (BOOK.fields[ask.field.get_ref()].code.clone(), ask.sample.clone()))
        .collect()
}

fn codes() -> Vec<&'static str> {
    BOOK.items.iter().filter(|(_, item)| item.form.is_some()).map(|(code, _)| code.as_str()).collect()
}

/// Items, answers to their forms with some left out and some turned round, and what is known without asking.
fn bundles() -> impl Strategy<Value = (Vec<&'static str>, Answers)> {
    let items = proptest::sample::subsequence(codes(), 1..7).prop_shuffle();
    (items, any::<u64>()).prop_map(|(items, seed)| {
        let mut answers = Answers::new();
        let mut luck = seed;
        for code in &items {
            for (field, sample) in samples(&BOOK.items[*code]) {
                luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let definition = BOOK.field_of(&field).expect("defined");
                let listed = BOOK.choices(definition);
                let answer = match (definition.kind, luck >> 60) {
                    (_, 0) => continue,
                    (FieldKind::YesNo, 1..8) => if luck & 256 == 0 { "是" } else { "否" }.to_owned(),
                    (FieldKind::Choice, 1..6) => listed[(luck >> 20) as usize % listed.len()].clone(),
                    (FieldKind::Number, 1..5) => ((luck >> 20) % 1200).to_string(),
                    _ => sample,
                };
                answers.insert(field, answer);
            }
        }
        (items, answers)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn merging_loses_no_requirement_and_asks_nothing_twice((items, given) in bundles()) {
        let bundle = Bundle::of_items(&BOOK, items.iter().copied());
        let merged = bundle.intake(&given, &[], &NOTHING, TODAY);
        let mut asked = BTreeMap::new();
        for question in merged.questions() {
            prop_assert!(asked.insert(question.field.code.as_str(), question).is_none(), "{} is asked twice", question.field.code);
        }
        let mut wanted = BTreeMap::new();
        for paper in &merged.papers {
            prop_assert!(wanted.insert(paper.needed.key.get_ref().as_str(), paper).is_none(), "a paper twice");
        }
        for code in &items {
            let item = &BOOK.items[*code];
            let share = bundle.share(code, &given, &Answers::new(), TODAY).expect("a member");
            let alone = BOOK.intake(item, &share.answers, &[], TODAY);
            prop_assert!(alone.foreign.is_empty(), "{:?} is nothing that {code} asks", alone.foreign);
            for question in alone.questions().filter(|question| question.applies == Truth::True) {
                let together = asked[question.field.code.as_str()];
                prop_assert_eq!(together.applies, Truth::True, "{} of {}", &question.field.code, code);
                let by = together.asked_by.iter().find(|asked| asked.item.is_some_and(|own| own.code == item.code)).expect("named");
                if share.awaits.contains(&question.field.code) {
                    prop_assert!(by.from.is_some(), "{} comes from a result", &question.field.code);
                } else {
                    prop_assert!(!question.required || together.required || by.from.is_some(), "{} of {}", &question.field.code, code);
                    prop_assert!(question.fault.is_none() || together.fault.is_some(), "{} of {code}", &question.field.code);
                }
            }
            for paper in alone.papers.iter().filter(|paper| paper.applies == Truth::True) {
                let together = wanted[paper.needed.key.get_ref().as_str()];
                prop_assert_eq!(together.applies, Truth::True);
                let laxer = |one: Necessity| match one {
                    Necessity::Required => 0,
                    Necessity::Deferrable => 1,
                    Necessity::Optional => 2,
                };
                prop_assert!(laxer(together.necessity) <= laxer(paper.necessity));
                prop_assert!(together.originals >= paper.originals && together.copies >= paper.copies);
                prop_assert!(together.fresh_days.unwrap_or(u32::MAX) <= paper.fresh_days.unwrap_or(u32::MAX));
                prop_assert!(share.papers.contains(paper.needed.key.get_ref()));
            }
        }
    }

    #[test]
    fn a_complete_application_leaves_no_body_with_a_fault((items, given) in bundles()) {
        let bundle = Bundle::of_items(&BOOK, items.iter().copied());
        let mut given = given;
        // What is still at fault is answered as the samples of the forms do; contradictions stay and are passed over.
        let samples: BTreeMap<String, String> = items.iter().flat_map(|code| samples(&BOOK.items[*code])).collect();
        for _ in 0..4 {
            let at_fault: Vec<String> =
                bundle.intake(&given.clone(), &[], &NOTHING, TODAY).faults().map(|(question, _)| question.field.code.clone()).collect();
            for code in at_fault {
                if let Some(sample) = samples.get(&code) {
                    given.insert(code, sample.clone());
                }
            }
        }
        prop_assume!(bundle.intake(&given, &[], &NOTHING, TODAY).faults().next().is_none());
        // The results of the bundle exist by now.
        let results: Answers = samples.clone();
        for code in &items {
            let share = bundle.share(code, &given, &results, TODAY).expect("a member");
            let alone = BOOK.intake(&BOOK.items[*code], &share.answers, &share.papers, TODAY);
            let faults: Vec<String> = alone.faults().map(|(question, fault)| format!("{}: {}", question.field.code, fault.zh)).collect();
            prop_assert!(faults.is_empty() && alone.foreign.is_empty() && alone.lacking().is_empty(), "{code}: {faults:?}");
        }
    }

    #[test]
    fn the_order_of_the_items_changes_nothing_but_the_order((items, given) in bundles()) {
        let told = |items: &[&str]| {
            let bundle = Bundle::of_items(&BOOK, items.iter().copied());
            let state = bundle.state(&given, TODAY);
            let intake = bundle.intake(&given, &[], &NOTHING, TODAY);
            let questions: BTreeSet<String> = intake
                .questions()
                .map(|question| format!("{} {:?} {} {:?}", question.field.code, question.applies, question.required, question.fault.is_some()))
                .collect();
            let papers: BTreeSet<String> =
                intake.papers.iter().map(|paper| format!("{} {:?} {:?}", paper.needed.key.get_ref(), paper.applies, paper.necessity)).collect();
            let waves: BTreeSet<(usize, String)> =
                state.members.iter().map(|member| (member.wave, member.member.item.code.get_ref().clone())).collect();
            (questions, papers, waves, state.days)
        };
        let mut turned = items.clone();
        turned.reverse();
        prop_assert_eq!(told(&items), told(&turned));
    }
}

//! What the assessment claims is so: witnesses are confirmed by the evaluator, what is called impossible is met by no firm that could be
//! found, and named contradictions are as short as they can be. Serves measure 17.

use jiff::civil::{Date, date};
use policies::assess::{Finding, Kind, Subjects, Survey};
use policies::{Finder, Outcome, Profile};
use proptest::prelude::*;
use rulebook::Rulebook;
use rulebook::expression::{Expression, Fact, Met, Possible};
use std::collections::BTreeSet;

const TODAY: Date = date(2026, 3, 2);

const FIELDS: &str = r#"
[[field]]
name = "高企"
code = "high"
kind = "yes-no"
[[field]]
name = "收入"
code = "revenue"
kind = "money"
min = 0
[[field]]
name = "研发"
code = "research"
kind = "money"
min = 0
[[field]]
name = "成立"
code = "founded"
kind = "date"
[[field]]
name = "区域"
code = "area"
kind = "choice"
codes = "areas"
[[field]]
name = "行业"
code = "trade"
kind = "text"
[[code-list]]
code = "areas"
name = "区域"
value = [{ code = "e", name = "东" }, { code = "w", name = "西" }, { code = "s", name = "南" }]
"#;

/// A policy of one clause; `more` are further lines of the clause.
fn policy(code: &str, life: &str, when: &str, direction: &str, more: &str) -> String {
    let when = when.replace('"', "\\\"");
    format!(
        "[[policy]]\ncode = \"p-{code}\"\nname = \"政策{code}\"\nkind = \"惠企\"\nissuer = \"区\"\nlevel = \"区\"\nlife = \"{life}\"\n\
         [[policy.clause]]\ncode = \"{code}\"\nname = \"条款{code}\"\nwhen = \"{when}\"\nmode = \"申报\"\nbody = \"局\"\nexplanation = \"说明\"\n\
         benefit = {{ kind = \"cash\", says = \"给\", amount = {{ fixed = \"10万元\" }} }}\n\
         aim = {{ behaviour = \"扩大投资\", direction = \"{direction}\" }}\n{more}\n"
    )
}

fn rulebook(policies: &str) -> Rulebook {
    let (rulebook, problems) = rulebook::compile([("f.toml", FIELDS), ("p.toml", policies)]);
    let wrong: Vec<_> = problems.iter().filter(|problem| !problem.rule.starts_with("condition-fixed")).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    rulebook
}

fn found(rulebook: &Rulebook, draft: Option<&str>) -> Vec<Finding> {
    let drafts: BTreeSet<String> = draft.into_iter().map(str::to_owned).collect();
    Subjects::of(rulebook, &drafts, TODAY).findings()
}

fn only(findings: &[Finding], kind: Kind) -> &Finding {
    let own: Vec<&Finding> = findings.iter().filter(|finding| finding.kind == kind).collect();
    assert_eq!(own.len(), 1, "{kind:?} in {findings:#?}");
    own[0]
}

/// The witness as a firm, for the evaluator.
fn as_firm(rulebook: &Rulebook, finding: &Finding) -> Vec<Fact> {
    let told = serde_json::to_value(finding).unwrap_or_default();
    let line = serde_json::json!({ "profile": "witness", "facts": told["witness"] }).to_string();
    let (profile, doubts) = Profile::read(&line, &rulebook.dictionary, TODAY).unwrap_or_else(|fault| panic!("{line}: {fault:?}"));
    assert!(doubts.is_empty(), "{line}: {doubts:?}");
    let mut facts = Vec::new();
    profile.facts(&rulebook.dictionary, &mut facts);
    facts
}

fn outcome(rulebook: &Rulebook, code: &str, facts: &Vec<Fact>) -> Outcome {
    let subjects = Subjects::of(rulebook, &BTreeSet::from(["p-D".to_owned()]), TODAY);
    subjects.get(code).unwrap_or_else(|| panic!("no {code}")).clause.outcome(facts, TODAY)
}

#[test]
fn a_draft_that_pulls_the_other_way_is_caught_with_a_firm_that_meets_both() {
    let both = policy("A", "live", "区域 = \"东\" and 收入 >= 500万", "鼓励", "")
        + &policy("B", "live", "区域 = \"西\"", "鼓励", "")
        + &policy("D", "draft", "研发 / 收入 >= 0.05 and 区域 = \"东\"", "约束", "");
    let rulebook = rulebook(&both);
    let findings = found(&rulebook, Some("p-D"));
    let conflict = only(&findings, Kind::Conflict);
    assert_eq!(conflict.clauses, ["D", "A"], "the draft first; B speaks of other firms");
    assert!(conflict.proved);
    let firm = as_firm(&rulebook, conflict);
    assert_eq!([outcome(&rulebook, "A", &firm), outcome(&rulebook, "D", &firm)], [Outcome::Promising; 2]);
    // Without the draft nothing is to be told of it.
    assert!(found(&rulebook, None).is_empty());
}

#[test]
fn what_nobody_can_meet_is_named_by_the_conditions_that_contradict() {
    let rulebook = rulebook(&policy("D", "draft", "高企 and 收入 >= 500万 and 区域 = \"东\" and 收入 < 300万", "鼓励", ""));
    let findings = found(&rulebook, Some("p-D"));
    assert_eq!(only(&findings, Kind::Impossible).conditions, ["收入 >= 5000000", "收入 < 3000000"]);
}

#[test]
fn the_same_given_twice_adds_up_unless_a_rule_says_otherwise() {
    let group = |rule: &str| format!("stacking = {{ group = \"投资\", rule = \"{rule}\" }}");
    let pair = |one: &str, other: &str| {
        let all = policy("A", "live", "收入 >= 500万", "鼓励", one) + &policy("B", "live", "高企", "鼓励", other);
        found(&rulebook(&all), None)
    };
    let twice = pair("", &group("no-double-benefit"));
    let finding = only(&twice, Kind::Duplicate);
    let amounts = finding.amounts.as_ref().unwrap();
    assert_eq!(amounts.together.unwrap().to_string(), "200000");
    assert!(pair(&group("take-highest"), &group("take-highest")).is_empty());
    only(&pair(&group("take-highest"), &group("no-double-benefit")), Kind::StackingClash);
}

#[test]
fn a_ladder_tells_its_gap_and_its_cliff_and_the_firms_in_between() {
    let steps = policy("A", "live", "高企 and 收入 >= 100万 and 收入 < 300万", "鼓励", "")
        + &policy("B", "live", "高企 and 收入 between 500万 and 900万", "鼓励", "").replace("10万元", "50万元");
    let rulebook = rulebook(&steps);
    let findings = found(&rulebook, None);
    let gap = only(&findings, Kind::Gap);
    let firm = as_firm(&rulebook, gap);
    assert_eq!([outcome(&rulebook, "A", &firm), outcome(&rulebook, "B", &firm)], [Outcome::NotMet; 2]);
    let cliff = only(&findings, Kind::Cliff).amounts.as_ref().unwrap();
    assert_eq!([cliff.first, cliff.second].map(|amount| amount.unwrap().to_string()), ["100000", "500000"]);
    let subjects = Subjects::of(&rulebook, &BTreeSet::new(), TODAY);
    let mut survey = Survey::new(&subjects, findings);
    let plan = survey.plan();
    let finder = Finder::new(&plan);
    for (name, revenue, high) in [("甲", 400, true), ("乙", 400, false), ("丙", 200, true), ("丁", 600, true)] {
        let line = format!("{{\"profile\":\"{name}\",\"facts\":{{\"高企\":{high},\"收入\":\"{revenue}万元\"}}}}");
        let (profile, _) = Profile::read(&line, &rulebook.dictionary, TODAY).unwrap();
        let mut facts = Vec::new();
        profile.facts(&rulebook.dictionary, &mut facts);
        survey.look(&finder, name, &facts);
    }
    let (findings, effects, _) = survey.finish();
    let firms = only(&findings, Kind::Gap).firms.clone().unwrap();
    assert_eq!((firms.count, firms.examples), (1, vec!["甲".to_owned()]));
    assert_eq!(effects.iter().map(|effect| effect.sum.to_string()).collect::<Vec<_>>(), ["100000", "500000"]);
}

#[test]
fn clauses_that_are_never_in_force_together_do_not_meet() {
    let until = |text: String, day: &str| text.replace("life = ", &format!("{day}\nlife = "));
    let all = until(policy("A", "live", "高企", "鼓励", ""), "until = 2026-06-30")
        + &until(policy("D", "draft", "高企", "约束", ""), "from = 2026-07-01");
    assert!(found(&rulebook(&all), Some("p-D")).is_empty());
}

const TESTS: [&str; 20] = [
    "高企",
    "收入 >= 500万",
    "收入 < 300万",
    "收入 between 200万 and 600万",
    "收入 not in [0, 500万]",
    "研发 > 收入",
    "研发 / 收入 >= 0.05",
    "研发 <= 30万",
    "years_since(成立) <= 8",
    "years_since(成立) >= 3",
    "成立 < 2020-01-01",
    "today() - 成立 >= 365",
    "区域 = \"东\"",
    "区域 in [\"东\", \"西\"]",
    "区域 != \"南\"",
    "行业 in \"62\"",
    "行业 contains \"9\"",
    "行业 = \"6210\"",
    "known(研发)",
    "研发 + 收入 = 800万",
];

fn condition() -> impl Strategy<Value = String> {
    let test = prop::sample::select(TESTS.as_slice()).prop_map(str::to_owned);
    test.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 2..5).prop_map(|parts| format!("({})", parts.join(" and "))),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            1 => inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

/// Values at and beside every bound that the tests name, so that a condition that can hold is likely to hold for one of them.
fn firm() -> impl Strategy<Value = Vec<Fact>> {
    let money = || {
        prop::sample::select(vec![
            0, 300_000, 300_001, 2_000_000, 2_999_999, 3_000_000, 5_000_000, 6_000_000, 7_700_000, 8_000_000,
        ])
    };
    let days = vec![
        date(2017, 3, 1),
        date(2018, 3, 2),
        date(2019, 12, 31),
        date(2020, 1, 1),
        date(2023, 3, 2),
        date(2025, 3, 2),
        date(2026, 1, 1),
    ];
    let known = |dictionary: &Rulebook, name: &str| {
        dictionary.dictionary.get(name).map(|element| element.index.0 as usize).unwrap_or_default()
    };
    let order = rulebook("");
    let places: Vec<usize> = ["高企", "收入", "研发", "成立", "区域", "行业"].iter().map(|name| known(&order, name)).collect();
    let words = prop::sample::select(vec!["6210", "62", "629", "9", "51"]);
    (any::<bool>(), money(), money(), prop::sample::select(days), prop::sample::select(vec!["东", "西", "南"]), words).prop_map(
        move |(high, revenue, research, founded, area, trade)| {
            let mut facts = vec![Fact::Missing; 6];
            let values = [
                Fact::from(high),
                Fact::from(revenue),
                Fact::from(research),
                Fact::from(founded),
                Fact::from(area),
                Fact::from(trade),
            ];
            for (place, value) in places.iter().zip(values) {
                facts[*place] = value;
            }
            facts
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_witness_is_confirmed_and_nothing_possible_is_called_impossible(
        one in condition(), other in condition(), firms in prop::collection::vec(firm(), 60)
    ) {
        let base = rulebook("");
        let parse = |text: &str| Expression::parse(text, &base.dictionary).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        let both = Expression::all_of([&parse(&one), &parse(&other)]);
        match both.met(TODAY) {
            Met::With(facts) => {
                let mut row = vec![Fact::Missing; base.dictionary.len()];
                facts.into_iter().for_each(|(index, fact)| row[index.0 as usize] = fact);
                prop_assert_eq!(both.evaluate(&row, TODAY), rulebook::expression::Truth::True);
            }
            Met::Never => {
                for firm in &firms {
                    prop_assert_ne!(both.evaluate(firm, TODAY), rulebook::expression::Truth::True, "{} and {}", one, other);
                }
                let parts = both.conjuncts();
                let core: Vec<Expression> = Expression::contradiction(&parts).into_iter().cloned().collect();
                prop_assert_eq!(Expression::all_of(&core).can_be_true(), Possible::No);
                for left_out in 0..core.len() {
                    let rest: Vec<&Expression> = core.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, one)| one).collect();
                    prop_assert!(rest.is_empty() || Expression::all_of(rest).can_be_true() != Possible::No);
                }
            }
            Met::Open => {}
        }
    }

    #[test]
    fn every_pair_that_is_told_as_proved_is_met_by_its_witness(one in condition(), other in condition()) {
        let base = rulebook(&(policy("A", "live", &one, "鼓励", "") + &policy("D", "draft", &other, "约束", "")));
        for conflict in found(&base, Some("p-D")).iter().filter(|finding| finding.kind == Kind::Conflict && finding.proved) {
            let firm = as_firm(&base, conflict);
            prop_assert_eq!([outcome(&base, "A", &firm), outcome(&base, "D", &firm)], [Outcome::Promising; 2]);
        }
    }
}

#[test]
fn a_clause_against_a_goal_in_force_is_found_and_a_goal_knows_who_pulls_with_it() {
    let goal = |code: &str, wants: &str, until: &str| {
        format!(
            "[[goal]]\ncode = \"{code}\"\nname = \"目标{code}\"\nfield = \"环保\"\nsays = \"从严控制新增产能。\"\n{until}\
             wants = [{{ behaviour = \"扩大投资\", direction = \"{wants}\" }}]\n"
        )
    };
    let text = policy("more", "live", "收入 >= 100", "鼓励", "")
        + &policy("less", "draft", "收入 >= 100", "约束", "")
        + &goal("grow", "鼓励", "")
        + &goal("old", "鼓励", "until = 2026-03-01\n");
    let rules = rulebook(&text);
    let drafts = BTreeSet::from(["p-less".to_owned()]);
    let subjects = Subjects::of(&rules, &drafts, TODAY);
    let found = subjects.findings();
    let against: Vec<&Finding> = found.iter().filter(|one| one.kind == Kind::AgainstGoal).collect();
    assert_eq!(against.len(), 1, "the goal of yesterday is not held against anybody: {against:?}");
    assert_eq!((against[0].clauses.as_slice(), against[0].goal.as_deref()), (&["less".to_owned()][..], Some("grow")));
    let pulls = subjects.pulls();
    assert_eq!(pulls.len(), 1);
    assert_eq!((pulls[0].with.as_slice(), pulls[0].against.as_slice()), (&["more"][..], &["less"][..]));
}

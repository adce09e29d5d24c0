//! The index says what the evaluator says, clause by clause and row by row; what is found step by step is what is found all at once; and an
//! explanation is enough: nothing else it leaves out can move the outcome.

use jiff::civil::{Date, date};
use policies::index::{Desk, pairs};
use policies::{Clause, Finder, Outcome, Plan, Segment, SegmentBuilder, match_all};
use proptest::prelude::*;
use rulebook::expression::{Bounds, Decimal, Element, ElementIndex, Expression, Fact, Kind, Value};
use std::collections::BTreeSet;

const TODAY: Date = date(2026, 3, 2);

fn dictionary() -> Vec<Element> {
    let bounds = Bounds { min: Some(0.into()), max: Some(9.into()) };
    vec![
        Element::new(0, "甲", Kind::Bool),
        Element::new(1, "乙", Kind::Number(bounds)),
        Element::new(2, "丙", Kind::MONEY),
        Element::new(3, "丁", Kind::choice(["东", "西", "南"])),
        Element::new(4, "戊", Kind::many(["一", "二", "三"])),
        Element::new(5, "己", Kind::Date),
        Element::new(6, "庚", Kind::Text),
        Element::new(7, "辛", Kind::Number(bounds)),
    ]
}

const TESTS: [&str; 30] = [
    "甲",
    "乙 > 4",
    "乙 >= 4",
    "5 > 乙",
    "乙 = 3",
    "乙 != 3",
    "乙 between 2 and 6",
    "乙 between 6 and 2",
    "乙 in [1, 3, 7]",
    "乙 not in [1, 3, 7]",
    "丙 >= 5万",
    "丙 < 3万",
    "丙 = 0",
    "丁 = \"东\"",
    "丁 != \"东\"",
    "丁 in [\"东\", \"南\"]",
    "戊 contains \"一\"",
    "count(戊) >= 2",
    "己 >= 2024-01-01",
    "years_since(己) >= 2",
    "today() - 己 > 365",
    "庚 in \"62\"",
    "庚 = \"6210\"",
    "庚 contains \"1\"",
    "known(乙)",
    "known(庚)",
    "乙 > 辛",
    "乙 / 辛 >= 0.5",
    "丙 / 乙 > 1万",
    "辛 <= 2",
];

fn condition() -> impl Strategy<Value = String> {
    let test = prop::sample::select(TESTS.as_slice()).prop_map(str::to_owned);
    test.prop_recursive(3, 10, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

fn hole(value: impl Strategy<Value = Fact>) -> impl Strategy<Value = Fact> {
    prop_oneof![7 => value, 1 => Just(Fact::Missing), 1 => Just(Fact::NeedsPerson), 1 => Just(Fact::NotApplicable)]
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let money = prop::sample::select(vec![0, 1, 29_999, 30_000, 49_999, 50_000, 60_000]);
    let dates = prop::sample::select(vec![
        date(2023, 12, 31),
        date(2024, 1, 1),
        date(2024, 3, 2),
        date(2024, 3, 3),
        date(2025, 3, 2),
        date(2027, 1, 1),
    ]);
    let words = prop::sample::select(vec!["6210", "62", "610", "", "521"]);
    let lists = prop::sample::subsequence(vec!["一".to_owned(), "二".to_owned(), "三".to_owned()], 0..=3);
    (
        hole(any::<bool>().prop_map(Fact::from)),
        hole((0..10).prop_map(Fact::from)),
        hole(money.prop_map(Fact::from)),
        hole(prop::sample::select(vec!["东", "西", "南"]).prop_map(Fact::from)),
        hole(lists.prop_map(|list| Fact::Known(Value::Many(list)))),
        hole(dates.prop_map(Fact::from)),
        hole(words.prop_map(Fact::from)),
        hole((0..10).prop_map(Fact::from)),
    )
        .prop_map(|(a, b, c, d, e, f, g, h)| vec![a, b, c, d, e, f, g, h])
}

fn clause(code: usize, scope: Option<&str>, when: &str, judged: bool) -> Clause {
    let parse = |text: &str| Expression::parse(text, &dictionary()).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    Clause {
        code: format!("C{code}"),
        policy: "P".to_owned(),
        scope: scope.map(parse),
        when: parse(when),
        judged: if judged { vec!["看".to_owned()] } else { Vec::new() },
        amount: None,
        times: Vec::new(),
    }
}

fn clauses() -> impl Strategy<Value = Vec<Clause>> {
    let one = (prop::option::of(condition()), condition(), prop::bool::weighted(0.2));
    prop::collection::vec(one, 1..12).prop_map(|all| {
        all.iter().enumerate().map(|(at, (scope, when, judged))| clause(at, scope.as_deref(), when, *judged)).collect()
    })
}

fn segment(plan: &Plan, rows: &[Vec<Fact>]) -> Segment {
    let mut builder = SegmentBuilder::new(plan.elements().map(|element| (element.index, &element.kind)));
    rows.iter().for_each(|row| builder.push(row));
    builder.take()
}

/// Every outcome the index gives, by row and clause.
fn by_index(plan: &Plan, rows: &[Vec<Fact>]) -> Vec<Vec<Outcome>> {
    let mut told = vec![vec![Outcome::NotApplicable; plan.clauses()]; rows.len()];
    pairs(&mut Desk::new(plan), &segment(plan, rows), |row, clause, outcome| told[row][clause] = outcome);
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_index_says_what_the_evaluator_says(clauses in clauses(), rows in prop::collection::vec(facts(), 1..90)) {
        let plan = Plan::new(&clauses, TODAY);
        let expected: Vec<Vec<Outcome>> =
            rows.iter().map(|row| clauses.iter().map(|clause| clause.outcome(row, TODAY)).collect()).collect();
        prop_assert_eq!(by_index(&plan, &rows), expected);
    }

    #[test]
    fn counts_and_sets_are_those_of_the_pairs(clauses in clauses(), rows in prop::collection::vec(facts(), 1..90)) {
        let plan = Plan::new(&clauses, TODAY);
        let (front, back) = rows.split_at(rows.len() / 2);
        let segments = [segment(&plan, front), segment(&plan, back)];
        let matches = match_all(&plan, &segments, 2);
        for (at, clause) in clauses.iter().enumerate() {
            let outcomes: Vec<Outcome> = rows.iter().map(|row| clause.outcome(row, TODAY)).collect();
            let counted = Outcome::ALL.map(|wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count() as u64);
            prop_assert_eq!(matches.counts[at], counted);
            let mut hopeful = Vec::new();
            for (part, base) in matches.hopeful[at].iter().zip([0, front.len()]) {
                part.each(|row| hopeful.push(base + row));
            }
            let hopes = |outcome: &Outcome| matches!(outcome, Outcome::Promising | Outcome::Opportunity);
            let expected: Vec<usize> = outcomes.iter().enumerate().filter(|(_, outcome)| hopes(outcome)).map(|(row, _)| row).collect();
            prop_assert_eq!(hopeful, expected);
        }
    }

    /// A changed profile finds what a full match finds for it, and a new clause finds its firms without the others.
    #[test]
    fn step_by_step_is_all_at_once(clauses in clauses(), rows in prop::collection::vec(facts(), 1..40), changed in facts()) {
        let plan = Plan::new(&clauses, TODAY);
        let finder = Finder::new(&plan);
        for row in rows.iter().chain([&changed]) {
            let ruled_out = |outcome: &Outcome| matches!(outcome, Outcome::NotMet | Outcome::NotApplicable);
            let plain: Vec<Outcome> = clauses.iter().map(|clause| clause.outcome(row, TODAY)).collect();
            prop_assert_eq!(finder.outcomes(row), &plain[..]);
            let full = plain.into_iter().enumerate();
            let full: BTreeSet<_> = full.filter(|(_, outcome)| !ruled_out(outcome)).collect();
            prop_assert_eq!(finder.find(row).into_iter().collect::<BTreeSet<_>>(), full);
        }
        let full = by_index(&plan, &rows);
        for (at, clause) in clauses.iter().enumerate() {
            let alone = by_index(&Plan::new([clause], TODAY), &rows);
            let of_full: Vec<Outcome> = full.iter().map(|row| row[at]).collect();
            prop_assert_eq!(alone.into_iter().map(|row| row[0]).collect::<Vec<_>>(), of_full);
        }
    }

    /// With the elements of the reasons held, no other fact moves a clause that is met or not met, or outside its scope.
    #[test]
    fn reasons_are_enough(clause in clauses(), row in facts(), other in facts()) {
        let clause = &clause[0];
        let filled = |row: Vec<Fact>| row.into_iter().map(|fact| if fact == Fact::NotApplicable { Fact::Missing } else { fact });
        let (row, other): (Vec<Fact>, Vec<Fact>) = (filled(row).collect(), filled(other).collect());
        let outcome = clause.outcome(&row, TODAY);
        // What is open stays open only as long as nobody learns more.
        let open = row.contains(&Fact::NeedsPerson) && outcome == Outcome::Opportunity;
        prop_assume!(outcome != Outcome::NeedsData && !open);
        let held: BTreeSet<ElementIndex> = clause.reasons(&row, TODAY).into_iter().flat_map(|reason| reason.elements).collect();
        let mixed: Vec<Fact> = (0..row.len()).map(|at| if held.contains(&ElementIndex(at as u32)) { row[at].clone() } else { other[at].clone() }).collect();
        if outcome == Outcome::NotMet {
            // It may turn out to lie outside the scope, never to be met.
            prop_assert!(matches!(clause.outcome(&mixed, TODAY), Outcome::NotMet | Outcome::NotApplicable));
        } else {
            prop_assert_eq!(clause.outcome(&mixed, TODAY), outcome);
        }
    }

    /// What "almost" names is enough: changing only that, as its witness says, makes the clause hopeful.
    #[test]
    fn changing_what_almost_names_flips_the_result(clause in clauses(), row in facts()) {
        let clause = &clause[0];
        let dictionary = rulebook::dictionary::Dictionary::default();
        let Some(almost) = clause.explain(&dictionary, &row, TODAY).almost else { return Ok(()) };
        if !almost.proved {
            return Ok(());
        }
        let mut changed = row.clone();
        for (element, fact) in &almost.changes {
            let name = &dictionary_name(*element);
            prop_assert!(almost.facts.contains(name), "{} is not named", name);
            changed[element.0 as usize] = fact.clone();
        }
        prop_assert!(matches!(clause.outcome(&changed, TODAY), Outcome::Promising | Outcome::Opportunity));
    }
}

fn dictionary_name(element: ElementIndex) -> String {
    dictionary()[element.0 as usize].name.to_string()
}

#[test]
fn for_conditions_joined_by_and_the_way_is_always_found_and_is_the_shortest() {
    let check = |when: &str, row: Vec<Fact>, facts: &[&str]| {
        let clause = clause(0, None, when, false);
        let almost = clause.explain(&rulebook::dictionary::Dictionary::default(), &row, TODAY).almost.expect(when);
        assert!(almost.proved, "{when}: {almost:?}");
        assert_eq!(almost.facts, facts, "{when}");
    };
    let row = || {
        vec![
            false.into(),
            3.into(),
            10_000.into(),
            "东".into(),
            Fact::Known(Value::Many(vec![])),
            date(2026, 1, 1).into(),
            "521".into(),
            9.into(),
        ]
    };
    check("甲 and 乙 > 4", row(), &["甲", "乙"]);
    check("乙 > 4 and 乙 < 6", row(), &["乙"]);
    check("甲 or 乙 > 4 and 丙 > 5万", row(), &["甲"]);
    check("years_since(己) >= 2 and 庚 in \"62\"", row(), &["己", "庚"]);
    check("count(戊) >= 2 and 丁 in [\"西\"]", row(), &["戊", "丁"]);
    check("丙 >= 5万 and not 辛 > 4", row(), &["丙", "辛"]);
}

#[test]
fn a_segment_of_many_blocks_keeps_its_rows_apart() {
    let clauses = [clause(0, None, "乙 >= 4", false), clause(1, Some("甲"), "丙 < 3万 or 丁 = \"东\"", true)];
    let plan = Plan::new(&clauses, TODAY);
    let rows: Vec<Vec<Fact>> = (0..1_500_i32)
        .map(|n| {
            let money = Value::Number(Decimal::from(n * 37 % 60_000));
            vec![(n % 3 == 0).into(), (n % 10).into(), Fact::Known(money), ["东", "西", "南"][n as usize % 3].into()]
        })
        .collect();
    let expected: Vec<Vec<Outcome>> =
        rows.iter().map(|row| clauses.iter().map(|clause| clause.outcome(row, TODAY)).collect()).collect();
    assert_eq!(by_index(&plan, &rows), expected);
}

/// With more bounds than stretches, comparisons turn within a stretch.
#[test]
fn values_between_many_bounds_find_what_the_evaluator_finds() {
    let relations = ["<", "<=", ">", ">=", "=", "!="];
    let clauses: Vec<Clause> = (0..1_200)
        .map(|n| {
            let test = format!("丙 {} {}", relations[n % 6], n / 6 * 10);
            let when = match n % 5 {
                0 => format!("甲 and not ({test})"),
                1 => format!("({test} or 丁 in [\"西\"] or 甲) and 丁 != \"南\""),
                2 => format!("{test} or 丙 = {n}"),
                _ => test,
            };
            clause(n, (n % 7 == 0).then_some("丁 = \"东\""), &when, n % 5 == 0)
        })
        .collect();
    let plan = Plan::new(&clauses, TODAY);
    let finder = Finder::new(&plan);
    let holds = [Fact::from(true), Fact::from(false), Fact::Missing, Fact::NeedsPerson, Fact::NotApplicable];
    let money = (-3..2_010)
        .step_by(3)
        .chain([i64::from(i32::MAX)])
        .map(|value| Fact::Known(Value::Number(Decimal::try_from(value).unwrap())));
    for (at, money) in money.chain(holds[2..].to_vec()).enumerate() {
        let place = if at % 3 == 0 { Fact::Missing } else { ["东", "西"][at % 2].into() };
        let row = vec![holds[at % 5].clone(), Fact::Missing, money, place];
        let plain = clauses.iter().map(|clause| clause.outcome(&row, TODAY)).enumerate();
        let plain: Vec<_> = plain.filter(|(_, outcome)| !matches!(outcome, Outcome::NotMet | Outcome::NotApplicable)).collect();
        assert_eq!(finder.find(&row), plain, "{row:?}");
    }
}

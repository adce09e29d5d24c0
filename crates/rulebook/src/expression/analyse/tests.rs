//! Static analysis of conditions: what it says is so for every answer.

use super::super::tests::{completions, conditions, parse};
use super::*;
use crate::expression::Truth;
use proptest::prelude::*;

#[test]
fn conditions_that_never_hold_or_never_fail_are_found() {
    use Possible::{Maybe, No, Yes};
    let check = |text: &str, can_be_true: Possible, can_be_false: Possible| {
        let expression = parse(text);
        assert_eq!((expression.can_be_true(), expression.can_be_false()), (can_be_true, can_be_false), "{text}");
    };
    check("设有厨房 or 经营面积 > 50", Yes, Yes);
    check("经营面积 > 50 and 经营面积 < 20", No, Yes);
    check("经营面积 > 50 and 经营面积 < 50.0001", No, Yes);
    check("经营面积 > 50 and 50.0002 > 经营面积", Yes, Yes);
    check("经营面积 >= 0", Yes, No);
    check("经营面积 > 100", No, Yes);
    check("经营面积 > 10 * 10 + 1", No, Yes);
    check("经营面积 between 50 and 20", No, Yes);
    check("not 经营面积 between 0 and 100", No, Yes);
    check("经营面积 in [1, 2] and 经营面积 not in [2, 1]", No, Yes);
    check("注册资本 < 0 or 注册资本 >= 0", Yes, No);
    check("设有厨房 or not 设有厨房", Yes, No);
    check("设有厨房 and not 设有厨房", No, Yes);
    check("经营方式 = \"堂食\" and 经营方式 = \"外卖\"", No, Yes);
    check("经营方式 = \"堂食\" or 经营方式 = \"外卖\" or 经营方式 = \"零售\"", Yes, No);
    check("经营方式 in \"堂\" and not 经营方式 = \"堂食\"", No, Yes);
    check("主营业务 contains \"烘焙\" and not 主营业务 contains \"烘焙\"", No, Yes);
    check("主营业务 contains \"烘焙\" and 主营业务 contains \"饮品\" and count(主营业务) < 2", No, Yes);
    check("count(主营业务) > 3 or count(主营业务) = 1.5", No, Yes);
    check("行业 in \"62\" and 行业 in \"63\"", No, Yes);
    check("行业 in \"62\" and not 行业 in \"621\"", Yes, Yes);
    check("行业 in \"621\" and not 行业 in \"62\"", No, Yes);
    check("行业 = \"6210\" and 行业 in \"63\"", No, Yes);
    check("行业 contains \"饭店\" and not 行业 contains \"饭\"", No, Yes);
    check("行业 != \"\" or 行业 = \"\"", Yes, No);
    check("成立日期 > 2026-01-01 and 成立日期 < 2026-01-02", No, Yes);
    check("years_since(成立日期) > 3 and years_since(成立日期) < 2", No, Maybe);
    check("经营面积 < 从业人数 and 从业人数 < 经营面积", No, Maybe);
    check("经营面积 = 经营面积", Maybe, No);
    check("经营面积 + 从业人数 > 5", Maybe, Maybe);
    check("经营面积 + 从业人数 > 5 or 设有厨房", Yes, Maybe);
    check("known(行业) or not known(行业)", Maybe, No);
    check("1 / 0 > 1", No, No);
    check("true", Yes, No);
    check("2 < 1", No, Yes);
}

#[test]
fn the_part_at_fault_is_named() {
    let check = |text: &str, expected: &[(&str, bool)]| {
        let found = parse(text).fixed_parts();
        let found: Vec<(&str, bool)> = found.iter().map(|part| (&*part.text, part.holds)).collect();
        assert_eq!(found, expected, "{text}");
    };
    check("设有厨房 or 经营面积 > 50", &[]);
    check("设有厨房 or (经营面积 > 50 and 经营面积 < 20)", &[("经营面积 > 50 and 经营面积 < 20", false)]);
    check("设有厨房 and 经营面积 >= 0", &[("经营面积 >= 0", true)]);
    check("经营面积 > 50 and 经营面积 < 20", &[("经营面积 > 50 and 经营面积 < 20", false)]);
    check("true", &[]);
}

#[test]
fn a_hard_condition_is_given_up_in_bounded_time() {
    let groups: Vec<String> = (0..30).map(|n| format!("(经营面积 > {n} or 从业人数 > {n})")).collect();
    let text = format!("{} and 经营面积 + 从业人数 = 1 and 经营面积 + 从业人数 = 2", groups.join(" and "));
    assert_eq!(parse(&text).can_be_true(), Possible::No);
    let text = format!(
        "{} and (经营面积 + 从业人数 = 1 and 经营面积 + 从业人数 = 2 or 设有厨房 and not 设有厨房)",
        groups.join(" and ")
    );
    assert_eq!(parse(&text).can_be_true(), Possible::Maybe);
    let text = format!("{} and (设有厨房 and not 设有厨房 or 2 < 1)", vec!["(true or true)"; 100].join(" and "));
    assert_eq!(parse(&text).can_be_true(), Possible::Maybe);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every *no* is without example; and since the tried values meet every test on a single element both ways, every *yes*,
    /// which is only said of such tests, has one.
    #[test]
    fn trying_all_values_agrees_with_the_analysis(text in conditions()) {
        let expression = parse(&text);
        let (can_be_true, can_be_false) = (expression.can_be_true(), expression.can_be_false());
        let (mut was_true, mut was_false) = (false, false);
        for completion in completions(true) {
            let facts: Vec<Fact> = completion.into_iter().map(Fact::Known).collect();
            match expression.evaluate(&facts, Date::ZERO) {
                Truth::True => was_true = true,
                Truth::False => was_false = true,
                _ => {}
            }
        }
        for (was, can_be) in [(was_true, can_be_true), (was_false, can_be_false)] {
            prop_assert!(can_be == Possible::Maybe || was == (can_be == Possible::Yes), "{}: {:?}", text, can_be);
        }
    }
}

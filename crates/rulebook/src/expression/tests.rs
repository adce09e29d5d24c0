//! The language as a whole: what it refuses, what it answers, and that it keeps its word under every completion.

use super::*;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 3, 2);

/// A dictionary small enough to try every value of it.
pub(super) fn dictionary() -> Vec<Element> {
    let bounds = Bounds { min: Some(0.into()), max: Some(100.into()) };
    let mut elements = vec![
        Element::new(0, "设有厨房", Kind::Bool),
        Element::new(1, "临街", Kind::Bool),
        Element::new(2, "经营面积", Kind::Number(bounds)),
        Element::new(3, "从业人数", Kind::Number(bounds)),
        Element::new(4, "经营方式", Kind::choice(["堂食", "外卖", "零售"])),
        Element::new(5, "主营业务", Kind::many(["烘焙", "烘烤", "饮品"])),
        Element::new(6, "成立日期", Kind::Date),
        Element::new(7, "行业", Kind::Text),
        Element::new(8, "注册资本", Kind::MONEY),
    ];
    elements[2].unit = Some(Text::new("平方米", "m²"));
    elements[2].label_en = Some("floor area".into());
    elements
}

pub(super) fn parse(text: &str) -> Expression {
    Expression::parse(text, &dictionary()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_fault_is_told_with_its_place_and_its_remedy() {
    let check = |text: &str, at: usize, message: &str, remedy: &str| {
        let error = Expression::parse(text, &dictionary()).expect_err(text);
        assert_eq!((error.at, &*error.message.zh, &*error.remedy.zh), (at, message, remedy), "{text}");
    };
    check("经营面机 > 50", 0, "字典中没有数据元“经营面机”", "是否指“经营面积”？");
    check("设有厨房 or 楼层数目 > 5", 8, "字典中没有数据元“楼层数目”", "先在数据元字典中登记它；如果是文字，请加引号");
    check("设有厨房 且 临街", 5, "条件到这里应已结束", "改用 and");
    check("经营面积 > 50 并且 临街", 10, "条件到这里应已结束", "改用 and");
    check("设有厨房 && 临街", 5, "这里不能用“&”", "改用 and");
    check("经营面积 == 50", 5, "这里不能用“==”", "改用 =");
    check("经营面积 <> 50", 5, "这里不能用“<>”", "改用 !=");
    check("", 0, "这里应为数据元或值", "写数据元的名称、数字、日期或引号里的文字");
    check("经营面积 >", 6, "这里应为数据元或值", "写数据元的名称、数字、日期或引号里的文字");
    check("经营面积", 0, "数字不能这样用", "把它与一个值比较，如 x > 50");
    check("设有厨房 and 经营面积", 9, "数字不能这样用", "把它与一个值比较，如 x > 50");
    check("(设有厨房", 5, "这里应为 )", "补上 )");
    check("设有厨房)", 4, "条件到这里应已结束", "删去多余的括号");
    check("经营方式 = \"自取\"", 7, "可选值中没有“自取”", "可用的有 堂食、外卖、零售");
    check("经营方式 = \"堂吃\"", 7, "可选值中没有“堂吃”", "是否指“堂食”？");
    check("经营方式 in [\"堂食\", \"外買\"]", 15, "可选值中没有“外買”", "是否指“外卖”？");
    check("主营业务 contains \"糕点\"", 14, "可选值中没有“糕点”", "可用的有 烘焙、烘烤、饮品");
    check("主营业务 = \"烘焙\"", 0, "多选项不能这样用", "改用 x contains \"…\" 或 count(x)");
    check("经营方式 > \"堂食\"", 0, "单选项不能这样用", "只能用 = 或 !=");
    check("经营方式 in \"团\"", 8, "没有以“团”开头的可选值", "可选值有 堂食、外卖、零售");
    check("经营面积 = \"五十\"", 7, "不能比较数字与文字", "文字写在引号里，数字不加引号");
    check("成立日期 > \"2026-03-02\"", 7, "不能比较日期与文字", "日期写作 2026-03-02");
    check("成立日期 > 2026-02-30", 7, "没有“2026-02-30”这一天", "日期写作 2026-03-02");
    check("经营面积 > 50平米", 9, "数字后面不能跟“平米”", "只写数字（单位由数据元规定），可带 万、亿、元");
    check("经营面积 > 0.00001", 7, "0.00001 的小数超过四位", "写小数不超过四位的数");
    check("注册资本 > 99999999999999999", 7, "99999999999999999 超出可计算的范围", "写小数不超过四位的数");
    check("行业 = \"62", 5, "引号没有结束", "在文字后面加上 \"");
    check("1 < 经营面积 < 5", 9, "一次只能比较两个值", "改用 x between a and b");
    check("经营面积 between 1 or 5", 15, "between 后面缺少 and", "写作 x between a and b");
    check("count(设有厨房) > 1", 6, "是或否不能这样用", "count 只数多选项");
    check("years_sinc(成立日期) > 1", 0, "没有函数“years_sinc”", "是否指“years_since”？");
    check("years_since(经营面积) > 1", 12, "数字不能这样用", "years_since 的参数应为日期");
    check("(设有厨房 or 临街) = true", 0, "条件不能参加比较或计算", "用 and、or、not 连接条件");
    check("经营面积 + 行业 > 1", 7, "文字不能这样用", "这里应为数字");
    check("经营面积 in [从业人数]", 9, "in 后面只能列出写明的值", "与数据元比较时用 = 和 or");
    check("经营面积 # 3", 5, "这里不能用“#”", "删去它；文字要写在引号里");
    check(&"设".repeat(LONGEST), 0, "条件过长", "把它拆成几个条件");
}

#[test]
fn what_is_written_in_many_ways_has_one_canonical_text() {
    let check = |text: &str, canonical: &str| assert_eq!(parse(text).to_string(), canonical, "{text}");
    check("设有厨房 or 经营面积>50", "设有厨房 or 经营面积 > 50");
    check("设有厨房 = 是", "设有厨房");
    check("设有厨房 != true or 临街=否", "not 设有厨房 or not 临街");
    check("((设有厨房 and (临街 and 经营面积>1)))", "设有厨房 and 临街 and 经营面积 > 1");
    check("(设有厨房 or 临街) and not (临街 or 设有厨房)", "(设有厨房 or 临街) and not (临街 or 设有厨房)");
    check("经营方式 = “堂食”", "经营方式 = \"堂食\"");
    check("经营方式 not in [「堂食」、\"外卖\"]", "not 经营方式 in [\"堂食\", \"外卖\"]");
    check("starts_with(行业, \"62\")", "行业 in \"62\"");
    check("经营面积 in [20 .. 50.50]", "经营面积 between 20 and 50.5");
    check("注册资本 >= 500万元", "注册资本 >= 5000000");
    check("注册资本 ≥ 1.5亿", "注册资本 >= 150000000");
    check("成立日期 < date(\"2026-03-02\")", "成立日期 < 2026-03-02");
    check("today() - 成立日期 < 90", "today() - 成立日期 < 90");
    check("经营面积 - (从业人数 - 3) * 2 > -5", "经营面积 - (从业人数 - 3) * 2 > -5");
    check("经营面积\u{ff1e}\u{ff15}\u{ff10} or \u{ff08}临街\u{ff09}", "经营面积 > 50 or 临街");
    check("行业 = \"a\\\"b\\\\c\"", "行业 = \"a\\\"b\\\\c\"");
}

#[test]
fn a_condition_is_worth_what_the_facts_say() {
    let facts: Vec<Fact> = vec![
        true.into(),
        Fact::Missing,
        40.into(),
        Fact::NeedsPerson,
        "堂食".into(),
        Value::Many(vec!["烘焙".into(), "饮品".into()]).into(),
        date(2023, 3, 2).into(),
        "6210".into(),
        Fact::NotApplicable,
    ];
    let check = |text: &str, expected: Truth| assert_eq!(parse(text).evaluate(&facts, TODAY), expected, "{text}");
    let (missing, person) = (Truth::Unknown(Cause::Missing), Truth::Unknown(Cause::NeedsPerson));
    check("设有厨房", Truth::True);
    check("not 设有厨房", Truth::False);
    check("设有厨房 or 经营面积 > 50", Truth::True);
    check("经营面积 > 50", Truth::False);
    check("经营面积 between 40 and 40", Truth::True);
    check("经营面积 in [39, 40]", Truth::True);
    check("经营面积 * 2 - 30 = 50", Truth::True);
    check("经营面积 / 0 = 1", person);
    check("经营方式 != \"外卖\"", Truth::True);
    check("经营方式 in \"堂\"", Truth::True);
    check("主营业务 contains \"烘焙\" and count(主营业务) = 2", Truth::True);
    check("行业 in \"62\" and not 行业 in \"63\"", Truth::True);
    check("行业 contains \"21\"", Truth::True);
    check("years_since(成立日期) >= 3", Truth::True);
    check("years_since(成立日期 + 1) >= 3", Truth::False);
    check("today() - 成立日期 = 1096", Truth::True);
    check("临街", missing);
    check("临街 and 从业人数 > 3", missing);
    check("从业人数 > 3", person);
    check("从业人数 > 3 or 设有厨房", Truth::True);
    check("注册资本 > 3", Truth::NotApplicable);
    check("注册资本 > 3 or 经营面积 > 50", Truth::False);
    check("注册资本 > 3 and 设有厨房", Truth::True);
    check("not 注册资本 > 3", Truth::NotApplicable);
    check("注册资本 > 从业人数", Truth::NotApplicable);
    check("known(注册资本)", Truth::False);
    check("known(设有厨房)", Truth::True);
    check("known(临街)", missing);
}

#[test]
fn the_truth_tables_are_as_documented() {
    use Truth::{False as F, NotApplicable as N, True as T};
    let (m, p) = (Truth::Unknown(Cause::Missing), Truth::Unknown(Cause::NeedsPerson));
    let all = [T, F, m, p, N];
    let and = [[T, F, m, p, T], [F, F, F, F, F], [m, F, m, m, m], [p, F, m, p, p], [T, F, m, p, N]];
    let or = [[T, T, T, T, T], [T, F, m, p, F], [T, m, m, m, m], [T, p, m, p, p], [T, F, m, p, N]];
    for (i, left) in all.into_iter().enumerate() {
        for (j, right) in all.into_iter().enumerate() {
            assert_eq!(left.and(right), and[i][j], "{left:?} and {right:?}");
            assert_eq!(left.or(right), or[i][j], "{left:?} or {right:?}");
            assert_eq!(left.and(right).not(), left.not().or(right.not()), "De Morgan: {left:?}, {right:?}");
        }
    }
    assert_eq!(all.map(Truth::not), [F, T, m, p, N]);
}

#[test]
fn only_what_may_still_change_the_outcome_is_asked() {
    let check = |text: &str, facts: &[Fact], expected: &[&str]| {
        let expression = parse(text);
        let missing: Vec<&str> = expression.missing(facts, TODAY).into_iter().map(|element| &*element.name).collect();
        assert_eq!(missing, expected, "{text}");
    };
    let kitchen = |has: bool| [Fact::from(has)];
    check("设有厨房 or 经营面积 > 50", &[], &["设有厨房", "经营面积"]);
    check("设有厨房 or 经营面积 > 50", &kitchen(true), &[]);
    check("设有厨房 or 经营面积 > 50", &kitchen(false), &["经营面积"]);
    check("(设有厨房 and 临街) or 经营面积 > 从业人数", &kitchen(false), &["经营面积", "从业人数"]);
    check("设有厨房 or 临街", &[false.into(), Fact::NeedsPerson], &[]);
}

#[test]
fn hostile_texts_are_refused_or_read_without_harm() {
    let check = |text: String| {
        if let Ok(expression) = Expression::parse(&text, &dictionary()) {
            let _ = expression.evaluate(&Vec::<Fact>::new(), TODAY);
            // With its spaces the canonical text of a very long condition may be too long itself.
            let canonical = expression.to_string();
            assert!(canonical.len() > LONGEST || parse(&canonical) == expression);
        }
    };
    let fill = |head: &str, part: &str, tail: &str| format!("{head}{}{tail}", part.repeat((LONGEST - 40) / part.len()));
    check(fill("", "(", ""));
    check(fill("", "not ", "临街"));
    check(fill("", "-", "1 > 1"));
    check(fill("1", "+1", " > 1"));
    check(fill("1", "*(1", ""));
    check(fill("", "years_since(", ""));
    check(fill("临街", " or 临街", ""));
    check(fill("临街", " or(临街 and 临街)", ""));
    check(fill("经营面积 in [1", ",1", "]"));
    check(fill("行业 = \"", "\\\"", "\""));
    let in_brackets = |levels: usize| format!("{}临街{}", "(".repeat(levels), ")".repeat(levels));
    assert!(Expression::parse(&in_brackets(32), &dictionary()).is_ok());
    let error = Expression::parse(&in_brackets(33), &dictionary()).expect_err("too deep");
    assert_eq!((error.at, &*error.message.zh), (32, "条件嵌套太深"));
}

/// Conditions of every shape over the first six elements, as text.
pub(super) fn conditions() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        Just("经营面积".to_owned()),
        Just("从业人数".to_owned()),
        Just("count(主营业务)".to_owned()),
        Just("经营面积 + 从业人数 * 2".to_owned()),
        Just("(经营面积 - 从业人数) / 经营面积".to_owned()),
        (0..4_u8).prop_map(|n| n.to_string()),
    ];
    let relation = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let way = prop::sample::select(vec!["堂食", "外卖", "零售"]);
    let trade = prop::sample::select(vec!["烘焙", "烘烤", "饮品"]);
    let test = prop_oneof![
        prop::sample::select(vec!["设有厨房", "临街", "设有厨房 = 临街", "true", "known(经营面积)"]).prop_map(str::to_owned),
        (number.clone(), relation, number.clone()).prop_map(|(a, r, b)| format!("{a} {r} {b}")),
        (number, 0..4, 0..4).prop_map(|(x, a, b)| format!("{x} between {a} and {b}")),
        (0..4, 0..4).prop_map(|(a, b)| format!("经营面积 in [{a}, {b}]")),
        (way.clone(), prop::sample::select(vec!["=", "!="]))
            .prop_map(|(word, relation)| format!("经营方式 {relation} \"{word}\"")),
        (way.clone(), way).prop_map(|(a, b)| format!("经营方式 in [\"{a}\", \"{b}\"]")),
        Just("经营方式 in \"堂\"".to_owned()),
        trade.prop_map(|word| format!("主营业务 contains \"{word}\"")),
    ];
    test.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|x| format!("not ({x})")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner, 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
        ]
    })
}

/// Values of the first six elements: a few of each, or (`fine`) enough to meet every test of [`conditions`] both ways.
fn values(element: usize, fine: bool) -> Vec<Value> {
    let many = |words: &[&str]| Value::Many(words.iter().map(|word| (*word).to_owned()).collect());
    let number = |tenths: i64| Value::Number(Decimal::from_units(tenths * 1000));
    match element {
        0 | 1 => vec![true.into(), false.into()],
        2 | 3 if fine => [0, 5, 10, 15, 20, 25, 30, 40].map(number).into(),
        2 | 3 => [0, 10, 25, 40].map(number).into(),
        4 => vec!["堂食".into(), "外卖".into(), "零售".into()],
        _ if fine => {
            let chosen =
                |set: usize| ["烘焙", "烘烤", "饮品"].into_iter().enumerate().filter(move |(place, _)| set >> place & 1 == 1);
            (0..8).map(|set| many(&chosen(set).map(|(_, word)| word).collect::<Vec<_>>())).collect()
        }
        _ => vec![many(&[]), many(&["烘焙"]), many(&["烘烤", "饮品"]), many(&["烘焙", "烘烤", "饮品"])],
    }
}

/// Every way to answer all questions with those values.
pub(super) fn completions(fine: bool) -> Vec<Vec<Value>> {
    (0..6).fold(vec![vec![]], |all, element| {
        let extended = |facts: &Vec<Value>| {
            values(element, fine)
                .into_iter()
                .map(|value| facts.iter().cloned().chain([value]).collect::<Vec<_>>())
                .collect::<Vec<_>>()
        };
        all.iter().flat_map(extended).collect()
    })
}

/// What is left open of one element.
fn state() -> impl Strategy<Value = Option<Fact>> {
    prop_oneof![
        4 => Just(None),
        3 => Just(Some(Fact::Missing)),
        1 => Just(Some(Fact::NeedsPerson)),
        1 => Just(Some(Fact::NotApplicable)),
    ]
}

proptest! {
    #[test]
    fn canonical_text_reads_back_as_the_same_condition(text in conditions()) {
        let expression = parse(&text);
        prop_assert_eq!(parse(&expression.to_string()), expression);
    }

    #[test]
    fn any_text_is_read_or_refused_within_itself(text in "[设有厨房经营面积 and or not in\\[\\]()<>=.,0-9\"“”+*/-]{0,40}") {
        match Expression::parse(&text, &dictionary()) {
            Ok(expression) => prop_assert_eq!(parse(&expression.to_string()), expression),
            Err(error) => prop_assert!(error.at <= text.chars().count()),
        }
    }

    #[test]
    fn what_is_known_stays_known_under_every_completion(
        text in conditions(),
        answered in 0..768_usize,
        states in prop::collection::vec(state(), 6),
    ) {
        let expression = parse(&text);
        let completions = completions(false);
        let chosen = &completions[answered % completions.len()];
        let open = |element: usize| states[element].clone().unwrap_or_else(|| Fact::Known(chosen[element].clone()));
        let facts: Vec<Fact> = (0..6).map(open).collect();
        let told = expression.evaluate(&facts, TODAY);
        let asked = expression.missing(&facts, TODAY).into_iter().map(|element| element.index.0 as usize).collect::<Vec<_>>();
        prop_assert_eq!(told == Truth::Unknown(Cause::Missing), !asked.is_empty());
        for completion in completions {
            let fill = |(element, value): (usize, Value)| match &states[element] {
                Some(Fact::Missing | Fact::NeedsPerson) => Fact::Known(value),
                _ => facts[element].clone(),
            };
            let complete: Vec<Fact> = completion.into_iter().enumerate().map(fill).collect();
            let settled = expression.evaluate(&complete, TODAY);
            if !matches!(told, Truth::Unknown(_)) {
                prop_assert_eq!(settled, told, "{} with {:?}", text, complete);
            }
            // Answering only what was asked leaves nothing to ask, whatever the rest is.
            let only_asked: Vec<Fact> =
                (0..6).map(|element| if asked.contains(&element) { &complete } else { &facts }[element].clone()).collect();
            prop_assert!(expression.missing(&only_asked, TODAY).is_empty(), "{} with {:?}", text, only_asked);
        }
    }
}

#[test]
fn a_condition_says_whether_the_day_can_change_it() {
    let check = |text: &str, asks: bool| assert_eq!(parse(text).root().asks_the_day(), asks, "{text}");
    check("years_since(成立日期) >= 3", true);
    check("设有厨房 or not (today() - 成立日期 < 90)", true);
    check("成立日期 between today() - 30 and 2026-01-01", true);
    check("成立日期 < 2020-01-01 and 经营面积 > 50", false);
}

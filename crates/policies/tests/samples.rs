//! The district's policies and the seven firms of `rulebook/policies/samples.jsonl`: who gets what answer, and why.

#![expect(clippy::disallowed_methods, reason = "files are read here, outside the crate that must not")]

use jiff::civil::{Date, date};
use policies::{Clause, Library, Outcome, Profile};
use rulebook::Rulebook;
use rulebook::expression::Fact;
use rulebook::policy::Silent;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

const TODAY: Date = date(2026, 3, 2);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook")
}

static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    let mut files = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the rulebook is there").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => files.extend(std::fs::read_to_string(&path).ok().map(|text| (path.display().to_string(), text))),
            }
        }
    }
    rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
});

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::of(&RULES, TODAY));

static FIRMS: LazyLock<BTreeMap<String, Vec<Fact>>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(root().join("policies/samples.jsonl")).expect("the samples are there");
    let firm = |line: &str| {
        let (profile, doubts) = Profile::read(line, &RULES.dictionary, TODAY).unwrap_or_else(|fault| panic!("{line}: {fault:?}"));
        assert!(doubts.is_empty(), "{doubts:?}");
        let mut facts = Vec::new();
        profile.facts(&RULES.dictionary, &mut facts);
        profile.derive(&RULES, &mut facts);
        (profile.name, facts)
    };
    text.lines().map(firm).collect()
});

fn clause(code: &str) -> &'static Clause {
    LIBRARY.clauses.iter().find(|clause| clause.code == code).unwrap_or_else(|| panic!("{code} is not in force"))
}

#[test]
fn each_firm_gets_the_answer_that_the_handbook_expects() {
    use Outcome::{NeedsData, NotApplicable, NotMet, Opportunity, Promising};
    let check = |firm: &str, code: &str, expected: Outcome| {
        assert_eq!(clause(code).outcome(&FIRMS[firm], TODAY), expected, "{firm} {code}");
    };
    check("T1", "P01", Promising);
    check("T1", "P03", NotMet);
    check("T1", "P06", NotMet);
    check("T1", "P29", Promising);
    check("T1", "E1", Opportunity);
    check("T1", "E5", NotApplicable);
    // Both fives are met, and the clause is another zone's.
    check("T2", "P06", NotApplicable);
    check("T3", "P12", NeedsData);
    check("T3", "P01", NotApplicable);
    check("T4", "P26", NotApplicable);
    check("T4", "P28", Promising);
    check("T4", "P30", NotApplicable);
    check("T5", "P36", NotMet);
    check("T5", "E1", NotMet);
    // Education has no size, so what is for small firms does not speak of it.
    check("T6", "P32a", NotApplicable);
    check("T6", "P35", NotApplicable);
    check("T7", "P01", Promising);
    check("T7", "E1", Opportunity);
}

#[test]
fn the_size_is_computed_where_nobody_states_it() {
    let size = |firm: &str| {
        let element = RULES.dictionary.get("企业规模").expect("an element");
        FIRMS[firm][element.index.0 as usize].clone()
    };
    assert_eq!(size("T1"), "小型".into());
    assert_eq!(size("T2"), "中型".into());
    assert_eq!(size("T6"), "未划型".into());
    assert_eq!(size("T7"), Fact::Missing, "its staff is not known");
}

#[test]
fn what_is_no_longer_or_not_yet_in_force_is_never_matched() {
    let silent = |code: &str| LIBRARY.silent.get(code).copied();
    assert_eq!(silent("P09"), Some(Silent::Draft));
    assert_eq!(silent("P15"), Some(Silent::Expired));
    assert_eq!(silent("P19"), Some(Silent::Superseded));
    assert_eq!(silent("P33"), Some(Silent::Expired));
    assert_eq!(silent("E4"), Some(Silent::NotYet), "from 1 April 2026");
    assert_eq!(Library::of(&RULES, date(2026, 4, 1)).silent.get("E4"), None);
    assert_eq!(Library::of(&RULES, date(2028, 1, 1)).silent.get("P26"), Some(&Silent::Expired));
    assert!(LIBRARY.broken.is_empty(), "{:?}", LIBRARY.broken);
}

#[test]
fn it_says_why_not_and_what_would_have_to_differ() {
    let why = clause("P06").explain(&RULES.dictionary, &FIRMS["T1"], TODAY);
    let reasons: Vec<&str> = why.reasons.iter().map(|reason| reason.condition.as_str()).collect();
    assert!(reasons.contains(&"营业收入 >= 500000000"), "{reasons:?}");
    let almost = why.almost.expect("there is a way");
    assert_eq!((almost.facts, almost.proved), (vec!["营业收入".to_owned()], true));
    assert_eq!(clause("P12").explain(&RULES.dictionary, &FIRMS["T3"], TODAY).missing, ["国家课题总额"]);
}

#[test]
fn no_answer_says_that_a_firm_qualifies() {
    for outcome in Outcome::ALL {
        let title = outcome.title();
        assert!(!title.en.contains("qualif") && !title.zh.contains("符合条件"), "{title:?}");
    }
}

/// Amounts by formula, with tiers, multipliers, caps and what was had before.
#[test]
fn an_estimate_follows_the_formula_and_shows_its_steps() {
    let check = |code: &str, stated: &[(&str, &str)], amount: Option<&str>, steps: usize| {
        let facts: Vec<String> = stated.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
        let line = format!("{{\"profile\":\"x\",\"facts\":{{{}}}}}", facts.join(","));
        let (profile, doubts) = Profile::read(&line, &RULES.dictionary, TODAY).expect("a profile");
        assert!(doubts.is_empty(), "{doubts:?}");
        let mut facts = Vec::new();
        profile.facts(&RULES.dictionary, &mut facts);
        let told = clause(code).estimate(&RULES.dictionary, &facts, TODAY).expect("an amount");
        assert_eq!(told.amount.map(|amount| amount.to_string()).as_deref(), amount, "{code} {stated:?} {told:?}");
        assert_eq!(told.steps.len(), steps, "{code} {stated:?} {told:?}");
    };
    let grade = |word: &'static str| ("专精特新级别", word);
    check("P01", &[("市级高企奖励额", "\"20万元\"")], Some("200000"), 1);
    check("P01", &[], None, 0);
    check("P23", &[("研发费用", "\"999万元\""), grade("\"未认定\"")], Some("50000"), 1);
    check("P23", &[("研发费用", "\"1000万元\""), grade("\"小巨人\"")], Some("200000"), 2);
    check("P23", &[("研发费用", "\"20亿元\""), grade("\"省级专精特新\"")], Some("3000000"), 2);
    check("P23", &[("研发费用", "\"299万元\""), grade("\"未认定\"")], Some("0"), 1);
    check("P23", &[("研发费用", "\"1000万元\"")], None, 1);
    check("P22b", &[("已获同类奖励", "\"20万元\"")], Some("300000"), 2);
    check("P22a", &[("已获同类奖励", "\"50万元\"")], Some("0"), 2);
    check("P24", &[("购置面积", "1500")], Some("1000000"), 2);
    check("P20", &[("采暖用电量", "8001")], Some("1600"), 2);
}

#[test]
fn for_the_size_a_firm_is_asked_what_it_follows_from_and_nothing_more() {
    let place = |name: &str| RULES.dictionary.get(name).expect(name).index;
    let check = |known: &[(&str, Fact)], asks: &[&str], size: &str| {
        let mut facts = vec![Fact::Missing; RULES.dictionary.len()];
        known.iter().for_each(|(name, fact)| facts[place(name).0 as usize] = fact.clone());
        let asked = policies::derived::asked_for(&RULES, &facts, place("企业规模"));
        assert_eq!(asked, asks.iter().map(|name| place(name)).collect::<Vec<_>>(), "{known:?}");
        policies::derived::fill_size(&RULES, &mut facts);
        let expected = if size.is_empty() { Fact::Missing } else { size.into() };
        assert_eq!(facts[place("企业规模").0 as usize], expected, "{known:?}");
    };
    let yuan = |number: i32| Fact::Known(rulebook::expression::Value::Number(number.into()));
    check(&[], &["行业大类"], "");
    check(&[("行业大类", "6210".into())], &["年末从业人员", "营业收入"], "");
    check(&[("行业大类", "6210".into()), ("年末从业人员", yuan(5))], &[], "微型");
    check(&[("行业大类", "6210".into()), ("年末从业人员", yuan(60))], &["营业收入"], "");
    // Farming looks at revenue alone; of banks nothing is asked, for they have no size.
    check(&[("行业大类", "0111".into())], &["营业收入"], "");
    check(&[("行业大类", "6620".into())], &[], "未划型");
    check(&[("企业规模", "大型".into())], &[], "大型");
}

//! Searching a handful of items: what people type, and what they should find first.

use super::*;
use crate::compile;

const ITEMS: &str = r#"
[[item]]
code = "food-operation-new"
name = "食品经营许可（新办）"
label = "Food business licence (new)"
type = "行政许可"
procedure = "permit"
limit = []
summary = "开饭店、咖啡店以前，要办食品经营许可证。"
keywords = ["开饭店", "开咖啡店", "办食堂"]
material = [{ key = "floor-plan" }]

[[item]]
code = "food-operation-change"
name = "食品经营许可（变更）"
label = "Food business licence (change)"
type = "行政许可"
procedure = "permit"
limit = []
summary = "经营项目变了，要变更。"
keywords = ["换食品证"]

[[item]]
code = "drug-retail-licence"
name = "药品零售经营许可"
label = "Drug retail licence"
type = "行政许可"
procedure = "permit"
limit = []
summary = "开药店、卖药以前，要办药品经营许可证。"
keywords = ["开药店", "药房"]
material = [{ key = "floor-plan" }]

[[item]]
code = "bank-account"
name = "企业银行账户预约开户"
label = "Bank account by appointment"
type = "公共服务"
procedure = "immediate"
limit = []
summary = "预约开立银行账户。"
keywords = ["对公账户"]

[[item]]
code = "entertainment"
name = "娱乐场所经营许可"
label = "Entertainment venue licence"
type = "行政许可"
procedure = "permit"
limit = []
summary = "开歌舞厅、游艺厅。"
keywords = ["歌厅"]

[[material]]
key = "floor-plan"
name = "平面布置图"
"#;

const SYNONYMS: &str = "official,everyday,field\n食品经营许可,食品证|卫生许可证,市场\n药品经营许可,卖药许可,市场\n娱乐场所经营许可,开KTV|歌厅许可,文旅\n开办餐饮店一件事,开餐馆,一件事\n";
const STOPWORDS: &str = "我\n个\n要\n怎么\n怎么办\n的\n了\n";

fn index() -> Index {
    Index::new(&compile([("items.toml", ITEMS)]).0, SYNONYMS, STOPWORDS)
}

fn check(query: &str, expected: &str) {
    let found = index().search(query, 5);
    assert_eq!(found.first().map_or("", |hit| hit.code.as_str()), expected, "{query}: {found:?}");
}

#[test]
fn everyday_words_find_the_item() {
    check("开饭店", "food-operation-new");
    check("我想开饭店怎么办", "food-operation-new");
    check("请问我想开个饭店要怎么办理", "food-operation-new");
    check("食品证", "food-operation-new");
    check("开KTV", "entertainment");
    check("开ktv", "entertainment");
    check("卖药许可", "drug-retail-licence");
}

#[test]
fn a_name_or_a_part_of_it_finds_the_item() {
    check("食品经营许可", "food-operation-new");
    check("食品经营许可（变更）", "food-operation-change");
    check("食品 变更", "food-operation-change");
    check("药", "drug-retail-licence");
    check("药品经营许可", "drug-retail-licence");
    check("银行开户", "bank-account");
}

#[test]
fn pinyin_and_initials_find_the_item() {
    check("shipinjingying", "food-operation-new");
    check("shi pin jing ying", "food-operation-new");
    check("spjyxk", "food-operation-new");
    check("yaodian", "drug-retail-licence");
    check("yinhang", "bank-account");
    check("shipin变更", "food-operation-change");
    check("ＹＡＯＤＩＡＮ", "drug-retail-licence");
}

#[test]
fn a_slip_of_the_pen_is_forgiven() {
    check("食品径营许可", "food-operation-new");
    check("开反店", "food-operation-new");
    check("药点", "drug-retail-licence");
    check("开咖店", "food-operation-new");
    check("shiping jingying", "food-operation-new");
    check("yaodien", "drug-retail-licence");
    check("drug license", "drug-retail-licence");
}

#[test]
fn english_finds_the_item() {
    check("drug retail", "drug-retail-licence");
    check("food", "food-operation-new");
    check("bank account", "bank-account");
    check("I want to change the food licence", "food-operation-change");
}

#[test]
fn what_means_nothing_finds_nothing() {
    for query in ["", " ", "！？", "zzzzqq", "的了", "\u{1f600}", "xylophone"] {
        assert_eq!(index().search(query, 5), [], "{query}");
    }
}

#[test]
fn a_name_ranks_above_a_summary_and_a_summary_above_a_paper() {
    let found: Vec<String> = index().search("药", 5).into_iter().map(|hit| hit.code).collect();
    assert_eq!(found[0], "drug-retail-licence");
    let plan = index().search("平面布置图", 5);
    assert_eq!(plan.len(), 2, "two items need it: {plan:?}");
    assert!(plan[0].score < index().search("食品", 5)[0].score);
    assert_eq!(plan[0].why.zh, "所需材料“平面布置图”");
}

#[test]
fn each_hit_says_why() {
    let why = |query: &str| index().search(query, 1)[0].why.zh.clone();
    assert_eq!(why("开饭店"), "常用说法“开饭店”");
    assert_eq!(why("食品证"), "“食品证”指“食品经营许可”");
    assert_eq!(why("药品零售"), "事项名称");
    assert_eq!(why("药点"), "您要找的是“开药店”吗");
}

#[test]
fn what_is_being_typed_is_completed() {
    let completed =
        |typed: &str| -> Vec<String> { index().suggestions(typed, 3).into_iter().map(|suggestion| suggestion.words).collect() };
    assert_eq!(completed("开"), ["开饭店", "开药店", "开咖啡店"]);
    assert_eq!(completed("食品"), ["食品证", "食品经营许可（新办）", "食品经营许可（变更）"]);
    assert_eq!(completed("yaop"), ["药品零售经营许可"]);
    assert_eq!(completed("zz"), Vec::<String>::new());
}

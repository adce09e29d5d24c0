//! Two editions of a small rulebook, compared.

use super::*;
use crate::compile;
use jiff::civil::date;

const OLD: &str = r#"
[[field]]
name = "经营面积"
code = "area"
kind = "number"

[[field]]
name = "招牌位置"
code = "place"
kind = "choice"
codes = "places"

[[code-list]]
code = "places"
name = "招牌位置"
value = [{ code = "wall", name = "墙面" }]

[[material]]
key = "plan"
name = "平面布置图"

[[form]]
code = "shop"
name = "开店申请表"
section = [{ title = "店铺", ask = [{ field = "招牌位置" }] }]

[[procedure]]
code = "permit"
name = "许可流程"
label = "Permit"
types = ["行政许可"]
start = "draft"
step = [{ code = "draft", name = "草稿", label = "Draft", public = "。", public-label = ".", waits-for = "applicant", end = true }]

[[item]]
code = "shop"
name = "开店许可"
type = "行政许可"
procedure = "permit"
form = "shop"
steps = ["受理", "审批"]
limit = [
  { kind = "statutory", from = 2020-01-01, working-days = 20, basis = { law = "某法" } },
  { kind = "promised", from = 2020-01-01, working-days = 10, basis = { law = "某公告" } },
]
material = [{ key = "plan", when = "经营面积 > 50" }]

[[item]]
code = "other"
name = "另一个事项"
type = "行政许可"
procedure = "permit"
limit = []

[[agency]]
code = "bureau"
name = "某局"
kind = "district-department"
short = "局"

[[agency]]
code = "east"
name = "东园"
kind = "zone"
short = "东"
areas = ["east"]

[[agency]]
code = "west"
name = "西园"
kind = "zone"
short = "西"
areas = ["west"]

[[agency]]
code = "north"
name = "北园"
kind = "zone"
short = "北"
areas = ["north"]

[[authority]]
item = "shop"
agency = "east"
form = "委托"
principal = "bureau"
from = 2020-01-01
basis = { law = "某公告" }

[[authority]]
item = "shop"
agency = "west"
form = "委托"
principal = "bureau"
from = 2020-01-01
promised-working-days = 5
basis = { law = "某公告" }
"#;

/// Kind, code and path of a difference, and its two values.
type Told<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

fn check(change: (&str, &str), expected: &[Told<'_>]) -> Vec<Difference> {
    assert!(OLD.contains(change.0), "{} is in the old edition", change.0);
    let new = OLD.replacen(change.0, change.1, 1);
    let differences = compare(&[("all.toml", OLD)], &[("all.toml", &new)]);
    let told: Vec<Told<'_>> = differences
        .iter()
        .map(|one| (one.kind.as_str(), one.code.as_str(), one.path.as_str(), one.before.as_deref(), one.after.as_deref()))
        .collect();
    assert_eq!(told, expected, "{change:?}");
    differences
}

#[test]
fn a_changed_field_is_named_with_both_values() {
    let limit =
        ("kind = \"promised\", from = 2020-01-01, working-days = 10", "kind = \"promised\", from = 2020-01-01, working-days = 8");
    let differences = check(limit, &[("item", "shop", "limit[promised 2020-01-01].working-days", Some("10"), Some("8"))]);
    assert_eq!(differences[0].title().zh, "办理时限[promised 2020-01-01]·工作日");
    assert_eq!(differences[0].name, "开店许可");
    check(
        ("经营面积 > 50", "经营面积 > 60"),
        &[("item", "shop", "material[plan].when", Some("经营面积 > 50"), Some("经营面积 > 60"))],
    );
    check(
        ("[\"受理\", \"审批\"]", "[\"受理\", \"审核\", \"审批\"]"),
        &[("item", "shop", "steps", Some("受理、审批"), Some("受理、审核、审批"))],
    );
}

#[test]
fn rows_that_are_new_or_gone_are_told_whole() {
    check(
        (
            "  { kind = \"promised\"",
            "  { kind = \"promised\", from = 2026-01-01, working-days = 5, basis = { law = \"新公告\" } },\n  { kind = \"promised\"",
        ),
        &[(
            "item",
            "shop",
            "limit[promised 2026-01-01]",
            None,
            Some("basis = { law = 新公告 }, from = 2026-01-01, kind = promised, working-days = 5"),
        )],
    );
    check(
        ("material = [{ key = \"plan\", when = \"经营面积 > 50\" }]\n", ""),
        &[("item", "shop", "material[plan]", Some("key = plan, when = 经营面积 > 50"), None)],
    );
    check(
        ("[[material]]\nkey = \"plan\"\nname = \"平面布置图\"\n", ""),
        &[("material", "plan", "", Some("key = plan, name = 平面布置图"), None)],
    );
}

#[test]
fn nothing_differs_when_definitions_only_move() {
    let (first, rest) = OLD.split_at(OLD.find("[[form]]").expect("there is a form"));
    assert_eq!(compare(&[("all.toml", OLD)], &[("b.toml", rest), ("a.toml", first)]), []);
}

#[test]
fn a_row_of_the_matrix_is_known_by_item_agency_and_day() {
    check(
        ("promised-working-days = 5", "promised-working-days = 6"),
        &[("authority", "shop west 2020-01-01", "promised-working-days", Some("5"), Some("6"))],
    );
}

#[test]
fn other_files_are_compared_as_a_whole() {
    let differences = compare(&[("search/stopwords.txt", "的\n")], &[("search/stopwords.txt", "的\n了\n")]);
    assert_eq!(differences.len(), 1);
    assert_eq!((differences[0].kind.as_str(), differences[0].after.as_deref()), ("file", Some("2")));
    // What cannot be read is not lost either.
    assert_eq!(compare(&[("a.toml", "[[item]")], &[]).len(), 1);
}

#[test]
fn a_change_touches_all_that_rests_on_it() {
    let theme = "[[theme]]\ncode = 'open'\nname = '开店一件事'\nversion = '1'\nlevel = '滨城'\nlead-body = 'east'\ncomponent = [{ item = 'shop' }]\n";
    let (rulebook, _) = compile([("all.toml", OLD), ("theme.toml", theme)]);
    let check = |kind: &str, code: &str, items: &[&str], forms: &[&str], procedures: &[&str]| {
        let change = Difference {
            kind: kind.to_owned(),
            code: code.to_owned(),
            name: String::new(),
            path: String::new(),
            before: None,
            after: Some(String::new()),
        };
        let found = touched(&[change], &rulebook);
        let own = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        // A theme changes with the items that it is made of.
        let themes = if items.contains(&"shop") { own(&["open"]) } else { own(&[]) };
        let expected = Touched { items: own(items), forms: own(forms), procedures: own(procedures), themes };
        assert_eq!(found, expected, "{kind} {code}");
    };
    check("item", "shop", &["shop"], &[], &[]);
    check("form", "shop", &["shop"], &["shop"], &[]);
    check("material", "plan", &["shop"], &[], &[]);
    check("field", "经营面积", &["shop"], &[], &[]);
    check("field", "招牌位置", &["shop"], &["shop"], &[]);
    check("code-list", "places", &["shop"], &["shop"], &[]);
    check("procedure", "permit", &["other", "shop"], &[], &["permit"]);
    check("authority", "shop west 2020-01-01", &["shop"], &[], &[]);
    check("agency", "east", &["shop"], &[], &[]);
    check("area", "west", &["shop"], &[], &[]);
    check("measure", "1", &[], &[], &[]);
}

#[test]
fn zones_are_compared_with_the_district_and_with_each_other() {
    let (rulebook, _) = compile([("all.toml", OLD)]);
    let found = zone_differences(&rulebook, date(2026, 3, 2));
    let told: Vec<(&str, &str, &str, &str)> = found
        .iter()
        .map(|one| (one.item.as_str(), one.zone.as_str(), one.district.zh.as_str(), one.in_zone.zh.as_str()))
        .collect();
    assert_eq!(told, [("shop", "north", "委托", "不行使"), ("shop", "west", "10个工作日", "5个工作日")]);
    // Before the rows hold, no zone holds the power, and none differs.
    assert_eq!(zone_differences(&rulebook, date(2019, 1, 1)), []);
}

//! `policies match`: pairs, explanations and counts; what is wrong is named and the rest goes on.

use crate::program::{Folder, run, run_with};
use serde_json::Value;

const POLICIES: &str = r#"
[[field]]
name = "revenue"
code = "revenue"
kind = "money"
min = 0

[[field]]
name = "zone"
code = "zone"
kind = "choice"
codes = "zones"

[[code-list]]
code = "zones"
name = "zones"
value = [{ code = "a", name = "A" }, { code = "b", name = "B" }]

[[policy]]
code = "p"
name = "p"
kind = "惠企"
issuer = "office"
level = "区"
life = "live"
until = 2026-12-31
clause = [
  { code = "C1", name = "c", scope = 'zone = "A"', when = "revenue >= 500万", mode = "申报", body = "office", explanation = "x", benefit = { kind = "cash", says = "x", amount = { fixed = "20万元" } } },
  { code = "C2", name = "c", when = "revenue < 100万", judged = ["chosen on merit"], mode = "申报", body = "office", explanation = "x", benefit = { kind = "cash", says = "x" } },
  { code = "C3", name = "c", when = "turnover > 5", mode = "申报", body = "office", explanation = "x", benefit = { kind = "cash", says = "x" } },
]
"#;

const PROFILES: &str = concat!(
    r#"{"profile":"one","facts":{"zone":"A","revenue":{"value":600,"unit":"万元","source":"official"}}}"#,
    "\n",
    "this is no JSON\n",
    r#"{"profile":"two","facts":{"zone":"A","revenue":"90万元","floor":3}}"#,
    "\n\n",
    r#"{"profile":"three","facts":{"zone":"B"}}"#,
    "\n",
    r#"{"profile":"four","facts":{"zone":"A","revenue":[{"value":1,"source":"official"},{"value":2,"source":"official"}]}}"#,
    "\r\n",
    r#"{"profile":"five","facts":{"zone":"A","revenue":{"value":1,"unit":"美元"}}}"#,
);

fn matched(more: &[&str]) -> (Vec<Value>, String) {
    let folder = Folder::new();
    let policies = folder.write("p.toml", POLICIES);
    let mut args = vec!["policies", "match", "--policies", &policies, "--profiles", "-", "--as-of", "2026-03-02"];
    args.extend(more);
    let said = run_with(&args, PROFILES.as_bytes()).ended(0);
    (said.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect(), said.err)
}

#[test]
fn every_pair_has_its_result_and_its_reasons_in_the_order_of_the_file() {
    let (rows, err) = matched(&[]);
    let pair = |row: &Value| format!("{} {} {}", row["profile"], row["clause"], row["result"]).replace('"', "");
    let told: Vec<String> = rows.iter().map(pair).collect();
    let expected = [
        "one C1 promising",
        "one C2 not-met",
        "two C1 not-met",
        "two C2 opportunity",
        "three C1 not-applicable",
        "three C2 needs-data",
        "four C1 opportunity",
        "four C2 opportunity",
        "five C1 needs-data",
        "five C2 needs-data",
    ];
    assert_eq!(told, expected, "{err}");
    assert_eq!(rows[1]["reasons"][0]["condition"], "revenue < 1000000");
    assert_eq!(rows[1]["reasons"][0]["answer"], "unmet");
    for named in
        ["line 2: ", "line 3: two: floor: ", "line 6: four: revenue: ", "line 7: five: revenue: ", "clause C3: ", "[condition]"]
    {
        assert!(err.contains(named), "{named} in {err}");
    }
    assert!(
        err.contains("5 profiles, 2 clauses") && err.contains("1 lines passed over, 2 facts left out, 1 contradictions"),
        "{err}"
    );
}

#[test]
fn counts_are_those_of_the_pairs_and_what_is_not_in_force_is_not_matched() {
    let (rows, _) = matched(&["--counts"]);
    let counted =
        |row: &Value| ["promising", "opportunity", "needs-data", "not-met", "not-applicable"].map(|word| row[word].as_u64());
    assert_eq!(rows.iter().map(counted).collect::<Vec<_>>(), [[1, 1, 1, 1, 1].map(Some), [0, 2, 2, 1, 0].map(Some)]);
    let folder = Folder::new();
    let policies = folder.write("p.toml", POLICIES);
    let args = ["policies", "match", "--policies", &policies, "--profiles", "-", "--as-of", "2027-01-01"];
    assert!(run_with(&args, PROFILES.as_bytes()).ended(1).err.contains("clause C1: not in force on 2027-01-01: expired"));
}

#[test]
fn an_explanation_has_requirement_actual_value_and_the_way_there() {
    let (rows, _) = matched(&["--explain", "--only", "promising,not-met"]);
    assert_eq!(rows.len(), 3);
    let amount = &rows[0]["estimate"];
    assert_eq!(amount["amount"], "200000");
    let two = rows.iter().find(|row| row["profile"] == "two").expect("two is told");
    let reason = two["reasons"].as_array().and_then(|reasons| reasons.last()).expect("a reason");
    assert!(reason["requirement"]["zh"].as_str().is_some_and(|text| text.contains("500 万元")), "{reason}");
    assert!(reason["actual"]["zh"].as_str().is_some_and(|text| text.contains("90 万元")), "{reason}");
    assert_eq!(two["almost"]["facts"], serde_json::json!(["revenue"]));
}

#[test]
fn the_districts_own_policies_match_its_sample_firms() {
    let said = run(&[
        "policies",
        "match",
        "--profiles",
        "rulebook/policies/samples.jsonl",
        "--as-of",
        "2026-03-02",
        "--only",
        "promising",
    ])
    .ended(0);
    assert!(said.out.lines().any(|line| line.contains(r#""profile":"T1","clause":"P01""#)), "{}\n{}", said.out, said.err);
    assert!(!said.out.contains(r#""clause":"P09""#));
}

#[test]
fn the_districts_policies_come_back_from_their_table_as_they_were() {
    let folder = Folder::new();
    for name in ["composed", "elsewhere", "qualifications", "state", "tianjin", "zones"] {
        let table = run(&["policies", "table", &format!("rulebook/policies/{name}.toml")]).ended(0).out;
        let made = run(&["policies", "from-table", &folder.write("clauses.csv", &table)]).ended(0).out;
        assert_eq!(run(&["policies", "table", &folder.write("policies.toml", &made)]).ended(0).out, table, "{name}");
    }
}

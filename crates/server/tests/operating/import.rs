//! `yimen import` of tables: refused rows by number, nothing doubled by a second time.

use crate::district::District;
use crate::program::{Folder, Said, run};

async fn founded() -> Folder {
    let folder = Folder::new();
    District::found(&folder.0.join("data"), None, None).await.leave().await;
    folder
}

fn import(folder: &Folder, kind: &str, file: &str) -> Said {
    run(&["import", kind, file, "--data", &folder.path("data")])
}

#[tokio::test]
async fn real_items_become_drafts_once_and_refused_rows_are_told_by_number() {
    let folder = founded().await;
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../office/tests/service_items_sample.csv");
    let first = import(&folder, "items", sample);
    let counts = |said: &Said| said.out.lines().last().unwrap_or_default().to_owned();
    assert!(!counts(&first).contains(" 0 added"), "{}", first.out);
    let again = import(&folder, "items", sample);
    assert!(counts(&again).contains(" 0 added, 0 changed,"), "{}", again.out);
    assert_eq!(again.code, first.code, "what was refused is refused again");
    for line in first.out.lines().filter(|line| line.starts_with("service_items_sample.csv:")) {
        assert!(
            line.split(':').nth(1).and_then(|rest| rest.split([' ', '[']).next()).is_some_and(|row| row.parse::<u32>().is_ok())
        );
    }
}

#[tokio::test]
async fn staff_get_a_password_once_and_a_bad_row_stops_nobody() {
    let folder = founded().await;
    let file = folder.write("staff.csv", "登录名,姓名,单位,岗位\nlihua,李华,scjgj,审查人员\nwangwu,王五,没有的单位,审查人员\n");
    let first = import(&folder, "staff", &file).ended(1);
    assert!(first.out.contains("staff.csv:3 [单位]") && first.out.contains("There is no body"), "{}", first.out);
    assert!(first.out.lines().any(|line| line.starts_with("lihua\t")), "{}", first.out);
    let again = import(&folder, "staff", &file).ended(1);
    assert!(again.out.contains("0 added, 0 changed, 1 unchanged, 1 refused"), "{}", again.out);
    assert!(!again.out.contains("lihua\t"), "no new password");
}

#[tokio::test]
async fn firms_are_taken_over_and_a_changed_row_changes_one() {
    let folder = founded().await;
    let rows = |name: &str| {
        format!("统一社会信用代码,名称,登记状态\n91120116MA0TEXT042,{name},存续\n91120116MA0TEXT043,错码公司,存续\n")
    };
    let file = folder.write("firms.csv", &rows("某示例有限公司"));
    let said = import(&folder, "firms", &file).ended(1);
    assert!(said.out.contains("firms.csv:3") && said.out.contains("1 added, 0 changed, 0 unchanged, 1 refused"), "{}", said.out);
    folder.write("firms.csv", &rows("某示例集团有限公司"));
    assert!(import(&folder, "firms", &file).ended(1).out.contains("0 added, 1 changed, 0 unchanged, 1 refused"));
    let good = folder.write("good.csv", "统一社会信用代码,名称\n91120116MA0TEXT042,某示例集团有限公司\n");
    import(&folder, "firms", &good).ended(0);
}

#[tokio::test]
async fn a_file_that_is_no_table_and_a_store_without_rules_are_told_with_a_remedy() {
    let folder = founded().await;
    let file = folder.write("x.xlsx", "no spreadsheet");
    assert!(import(&folder, "items", &file).ended(1).err.contains("表头"));
    assert!(import(&folder, "items", &folder.path("nowhere.csv")).ended(1).err.contains("nowhere.csv"));
    let empty = Folder::new();
    assert!(run(&["import", "items", &file, "--data", &empty.path("data")]).ended(1).err.contains("yimen import rulebook"));
}

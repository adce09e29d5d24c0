use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

#[tokio::test]
async fn items_from_a_table_become_a_draft_and_a_second_time_nothing() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/import", &feng, &li).await;
    let csv = "事项名称,事项类型,实施编码,奇怪的列\n读者证办理,公共服务,T-1,x\n类型不对,什么,T-2,x\n";
    let answer = rooms.upload(&feng, "/workbench/import", &[("kind", "items")], ("事项.csv", csv.as_bytes())).await;
    answer.is(StatusCode::OK).has(&["新增 1", "未导入 1", "不认识事项类型", "奇怪的列", "/workbench/changes/"]);
    let drafts = rooms.house.office.store.changes(&[store::changes::ChangeState::Draft], 10).await.unwrap();
    assert_eq!((drafts.len(), drafts[0].path.as_str()), (1, "items/imported.toml"));
    rooms.get(&feng, &format!("/workbench/changes/{}", drafts[0].id)).await.is(StatusCode::OK).has(&["读者证办理"]);
    let again = rooms.upload(&feng, "/workbench/import", &[("kind", "items")], ("事项.csv", csv.as_bytes())).await;
    again.has(&["新增 0", "没有变化 1"]);
    // Nothing is in force by itself.
    rooms.house.get("/items?q=读者证办理").await.lacks(&["t-1"]);
}

#[tokio::test]
async fn staff_from_a_table_are_taken_on_once_and_only_by_administrators() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let csv = "登录名,姓名,单位,电话,岗位\nqian,钱新人,scjgj,022-1,审查人员、事项编辑\nzhou,周新人,没有这个局,,\nwu,吴新人,scjgj,,皇帝\n";
    let file = ("人员.csv", csv.as_bytes());
    rooms.upload(&feng, "/workbench/import", &[("kind", "staff")], file).await.is(StatusCode::OK).has(&["请选择导入什么"]);
    let answer = rooms.upload(&shen, "/workbench/import", &[("kind", "staff")], file).await;
    answer.is(StatusCode::OK).has(&["新增 1", "一次性密码", "qian", "没有这个局", "皇帝"]);
    rooms.upload(&shen, "/workbench/import", &[("kind", "staff")], file).await.has(&["没有变化 1"]).lacks(&["一次性密码"]);
    let held = rooms.house.office.store.account("qian").await.unwrap().unwrap();
    assert_eq!(rooms.house.office.store.powers_of(held.subject.id()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn firms_from_a_spreadsheet_are_taken_over() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, (head, value)) in (0..).zip([("统一社会信用代码", "91350211M000100Y43"), ("企业名称", "示例贸易有限公司")])
    {
        sheet.write_string(0, column, head).unwrap();
        sheet.write_string(1, column, value).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let answer = rooms.upload(&shen, "/workbench/import", &[("kind", "firms")], ("企业.xlsx", &bytes)).await;
    answer.is(StatusCode::OK);
    let again = rooms.upload(&shen, "/workbench/import", &[("kind", "firms")], ("企业.xlsx", &bytes)).await;
    assert!(again.text.contains("新增 0"), "{}", again.text);
    rooms
        .upload(&shen, "/workbench/import", &[("kind", "firms")], ("x.xlsx", b"PK\x03\x04 nothing"))
        .await
        .has(&["不是可以读取的 XLSX"]);
}

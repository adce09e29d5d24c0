use crate::house::Answer;
use crate::rooms::{Person, Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

const NEW: &str = "/workbench/policies/new";
const EDIT: &str = "/workbench/policies/window-renewal/edit";
const CLAUSE: &str = "/workbench/policies/window-renewal/clauses/window-renewal-1";
const TEXT: &str =
    "橱窗办法\n第一条 营业收入不低于100万元，无经营异常的企业，一次性奖励3万元。\n第二条 对在本区注册的项目一事一议。";

fn head(text: &'static str) -> [(&'static str, &'static str); 7] {
    [
        ("name", "橱窗办法"),
        ("code", "window-renewal"),
        ("issuer", "示例部门"),
        ("level", "国家"),
        ("kind", "惠企"),
        ("source", "示例"),
        ("text", text),
    ]
}

/// Sends a form of the editor with what it carries.
async fn sends(rooms: &Rooms, who: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = rooms.get(who, path).await;
    let (base, seen) = (Rooms::hidden(&page, "base"), Rooms::hidden(&page, "seen"));
    let all: Vec<(&str, &str)> =
        [("base", base.as_str()), ("seen", seen.as_str())].into_iter().chain(fields.iter().copied()).collect();
    rooms.post(who, path, &all).await
}

#[tokio::test]
async fn a_text_is_pasted_marked_and_given_conditions_by_picking_and_stays_a_draft() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, NEW, &feng, &li).await;
    rooms.post(&li, NEW, &head(TEXT)).await.is(StatusCode::FORBIDDEN);
    rooms.post(&feng, NEW, &head(" ")).await.is(StatusCode::OK).has(&["没有读到文字"]);
    rooms.post(&feng, NEW, &head(TEXT)).await.is(StatusCode::SEE_OTHER);
    let page = rooms.get(&feng, EDIT).await;
    page.has(&["2 第一条 营业收入", "一事一议", "在本区注册", "还没有条款", "草稿，还没有发布"]);
    sends(&rooms, &feng, EDIT, &[("how", "mark")]).await.has(&["请先勾选段落"]);
    sends(&rooms, &feng, EDIT, &[("how", "mark"), ("p", "2"), ("from", ""), ("life", "draft")]).await.is(StatusCode::SEE_OTHER);
    // The passage suggests, with its words; nothing counts before it is ticked.
    let clause = rooms.get(&feng, CLAUSE).await;
    clause.has(&["营业收入 &gt;= 100万", "营业收入不低于100万元", "还没有条件"]);
    let picked = [
        ("how", "show"),
        ("when.add", "营业收入 >= 100万"),
        ("when.0.element", "经营异常"),
        ("when.0.way", "="),
        ("when.0.value", "否"),
        ("benefit.kind", "cash"),
        ("name", "橱窗奖励"),
        ("benefit.says", "奖励3万元"),
        ("benefit.amount.fixed", "3万元"),
        ("mode", "申报"),
        ("body", "示例部门"),
        ("explanation", "说明"),
    ];
    let shown = sends(&rooms, &feng, CLAUSE, &picked).await;
    shown.is(StatusCode::OK).has(&["T1", "很有希望", "暂不符合", "not 经营异常"]);
    // A line without its value is asked for, and nothing is saved over it.
    let mut unfinished = picked;
    unfinished[0].1 = "save";
    unfinished[4].1 = "";
    sends(&rooms, &feng, CLAUSE, &unfinished).await.is(StatusCode::OK).has(&["没有保存", "请填比较的值"]);
    let mut saved = picked;
    saved[0].1 = "save";
    sends(&rooms, &feng, CLAUSE, &saved).await.is(StatusCode::SEE_OTHER);
    rooms.get(&feng, CLAUSE).await.has(&["营业收入 &gt;= 100万 and not 经营异常", "3万元"]);
    rooms.get(&feng, "/workbench/policies").await.has(&["在录入和修改的", "橱窗办法"]);
    rooms.house.get("/policies").await.lacks(&["橱窗奖励"]);
    rooms.in_english(&feng, CLAUSE).await.has(&["Sample firms", "Conditions"]);
    // Somebody who was overtaken keeps what was typed.
    let stale = [("base", "x"), ("seen", "1"), ("how", "save"), ("name", "另一个名称")];
    rooms.post(&feng, CLAUSE, &stale).await.is(StatusCode::OK).has(&["有人先保存了", "另一个名称"]);
    sends(&rooms, &feng, CLAUSE, &[("how", "remove")]).await.is(StatusCode::SEE_OTHER);
    rooms.get(&feng, CLAUSE).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_in_words_and_a_code_is_used_once() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let upload = async |bytes: &[u8]| rooms.upload(&feng, NEW, &head("")[..6], ("办法.docx", bytes)).await;
    upload(b"PK\x03\x04broken").await.is(StatusCode::OK).has(&["损坏或者加了密"]);
    upload(&[0xff, 0xfe, 1]).await.has(&["只认 TXT"]);
    upload(b"%PDF-1.4 broken").await.has(&["损坏或者加了密"]);
    // What a file is its bytes say, not its name; and a book is no policy.
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet();
    upload(&book.save_to_buffer().expect("a spreadsheet")).await.has(&["只认 TXT"]);
    upload("字".repeat(300_000).as_bytes()).await.has(&["文字太长"]);
    upload(&vec![b'a'; 9 << 20]).await.has(&["文件太大"]);
    let long = "a".repeat(50 << 20);
    let mut pasted = head("");
    pasted[6].1 = "";
    let fields: Vec<(&str, &str)> = pasted[..6].iter().copied().chain([("text", long.as_str())]).collect();
    rooms.upload(&feng, NEW, &fields, ("无.txt", b"")).await.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["太大"]);
    let mut taken = head(TEXT);
    taken[1].1 = "hightech-six";
    rooms.post(&feng, NEW, &taken).await.has(&["已经有政策在用"]);
    taken[1].1 = "../x";
    rooms.post(&feng, NEW, &taken).await.has(&["代码只用小写字母"]);
    // A policy of the library is edited in its file with the others.
    rooms.get(&feng, "/workbench/policies/hightech-six/edit").await.has(&["科企六条", "P01"]);
    rooms.get(&feng, "/workbench/policies/hightech-six/clauses/P01").await.has(&["高企认定情形 in [", "样例企业"]);
}

#[tokio::test]
async fn a_document_seen_twice_is_marked_and_gaps_are_told_by_level() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    const QUEUE: &str = "/workbench/policies/queue";
    only(&rooms, QUEUE, &feng, &li).await;
    let seen = |title: &'static str| [("title", title), ("level", "区"), ("number", "津滨发〔2026〕9号"), ("origin", "网站")];
    rooms.post(&li, QUEUE, &seen("甲办法")).await.is(StatusCode::FORBIDDEN);
    rooms.post(&feng, QUEUE, &[("title", "甲")]).await.is(StatusCode::OK).has(&["标题、层级和来源都要填"]);
    rooms.post(&feng, QUEUE, &seen("甲办法")).await.is(StatusCode::SEE_OTHER);
    rooms.get(&feng, QUEUE).await.has(&["甲办法", "各层级"]).lacks(&["队列里重复"]);
    rooms.post(&feng, QUEUE, &seen("关于印发《甲办法》的通知")).await.is(StatusCode::SEE_OTHER);
    rooms
        .post(&feng, QUEUE, &[("title", "滨海高新区科企六条"), ("level", "开发区"), ("origin", "网站")])
        .await
        .is(StatusCode::SEE_OTHER);
    let page = rooms.get(&feng, QUEUE).await;
    page.has(&["队列里重复", "库里有：", "hightech-six"]);
    let id = page
        .text
        .split_once("action=\"/workbench/policies/queue/")
        .expect("a form")
        .1
        .split('"')
        .next()
        .expect("an id")
        .to_owned();
    let one = format!("{QUEUE}/{id}");
    rooms.post(&feng, &one, &[("state", "passed-over")]).await.has(&["为什么不录"]);
    rooms.post(&feng, &one, &[("state", "passed-over"), ("words", "重复")]).await.is(StatusCode::SEE_OTHER);
    rooms.post(&feng, &one, &[("state", "entered"), ("words", "再来")]).await.is(StatusCode::OK).has(&["别人改动"]);
    rooms.get(&feng, QUEUE).await.has(&["不录", "重复"]);
}

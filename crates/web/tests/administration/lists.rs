use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

const ROW: [(&str, &str); 8] = [
    ("seen", "0"),
    ("code", "gg-library-card"),
    ("name", "读者证办理"),
    ("type", "公共服务"),
    ("agency", "天津市滨海新区市场监督管理局"),
    ("law", "公共图书馆法"),
    ("article", ""),
    ("why", "群众常办"),
];

#[tokio::test]
async fn a_row_is_proposed_disputed_arbitrated_and_published_and_the_past_stays_readable() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let zhao = rooms.staff("zhao", &[Role::Head], Some("scjgj")).await;
    let wei = rooms.staff("wei", &[Role::Publisher], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/lists", &feng, &li).await;
    rooms.post(&feng, "/workbench/lists", &ROW).await.is(StatusCode::SEE_OTHER);
    rooms.get(&feng, "/workbench/lists").await.has(&["读者证办理", "已提出"]);
    let row = "/workbench/lists/gg-library-card";
    rooms.days_pass(1).await;
    let no = [("seen", "1"), ("agrees", "no"), ("words", "")];
    rooms.post(&zhao, &format!("{row}/speak"), &no).await.is(StatusCode::OK).has(&["不同意要写明理由"]);
    let no = [("seen", "1"), ("agrees", "no"), ("words", "不属于我局职责")];
    rooms.post(&zhao, &format!("{row}/speak"), &no).await.is(StatusCode::SEE_OTHER);
    rooms.post(&feng, &format!("{row}/speak"), &[("seen", "1"), ("agrees", "yes")]).await.is(StatusCode::OK);
    rooms.get(&feng, row).await.has(&["有争议", "不属于我局职责", "市场监督管理局"]);
    rooms.post(&wei, &format!("{row}/publish"), &[("seen", "2")]).await.is(StatusCode::OK);
    let ruling = [("seen", "2"), ("ruling", "on"), ("words", "依据职责分工列入")];
    rooms.post(&zhao, &format!("{row}/arbitrate"), &ruling).await.is(StatusCode::FORBIDDEN);
    rooms.post(&wei, &format!("{row}/arbitrate"), &ruling).await.is(StatusCode::SEE_OTHER);
    let published = rooms.post(&wei, &format!("{row}/publish"), &[("seen", "3")]).await;
    assert_eq!(published.location, format!("{row}?done=published"), "{}", published.text);
    rooms.get(&feng, row).await.has(&["公共图书馆法", "不属于我局职责"]);
    rooms.house.get("/lists?list=services&q=读者证").await.has(&["读者证办理"]);
    // As it stood on the day it was proposed: nobody had disagreed yet.
    rooms.get(&feng, "/workbench/lists?on=2026-03-02&q=读者证").await.has(&["已提出", "2026年3月2日"]).lacks(&["有争议"]);
    rooms.get(&feng, "/workbench/lists?on=2026-03-01").await.has(&["还没有有效的规则书"]).lacks(&["读者证办理"]);
}

#[tokio::test]
async fn an_incomplete_proposal_comes_back_with_everything_typed() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let mut row = ROW;
    row[7].1 = "";
    rooms.post(&feng, "/workbench/lists", &row).await.is(StatusCode::OK).has(&["都要填写", "读者证办理"]);
    row[1].1 = "大写 CODE";
    rooms.post(&feng, "/workbench/lists", &row).await.is(StatusCode::OK).has(&["小写字母"]);
    rooms.get(&feng, "/workbench/lists/no-such-row").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_proposed_or_serves_one_body_neither_rules_nor_publishes() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor, Role::Publisher], None).await;
    let zhao = rooms.staff("zhao", &[Role::Head], Some("scjgj")).await;
    let body = rooms.staff("body", &[Role::Publisher], Some("scjgj")).await;
    let wei = rooms.staff("wei", &[Role::Publisher], None).await;
    rooms.post(&feng, "/workbench/lists", &ROW).await.is(StatusCode::SEE_OTHER);
    let row = "/workbench/lists/gg-library-card";
    let no = [("seen", "1"), ("agrees", "no"), ("words", "不属于我局职责")];
    rooms.post(&zhao, &format!("{row}/speak"), &no).await.is(StatusCode::SEE_OTHER);
    let ruling = |on| [("seen", "2"), ("ruling", on), ("words", "依据职责分工")];
    let own = rooms.post(&feng, &format!("{row}/arbitrate"), &ruling("on")).await;
    own.is(StatusCode::OK).has(&["不能裁定", "依据职责分工"]);
    rooms.post(&body, &format!("{row}/arbitrate"), &ruling("on")).await.is(StatusCode::OK).has(&["只能由"]);
    rooms.post(&wei, &format!("{row}/arbitrate"), &ruling("on")).await.is(StatusCode::SEE_OTHER);
    rooms.post(&body, &format!("{row}/publish"), &[("seen", "3")]).await.is(StatusCode::OK).has(&["只能由"]);
    rooms.post(&feng, &format!("{row}/publish"), &[("seen", "3")]).await.is(StatusCode::OK).has(&["不能发布"]);
    rooms.post(&wei, &format!("{row}/publish"), &[("seen", "3")]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_code_with_a_history_is_proposed_anew_by_whoever_has_seen_it() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let zhao = rooms.staff("zhao", &[Role::Head], Some("scjgj")).await;
    let wei = rooms.staff("wei", &[Role::Publisher], None).await;
    rooms.post(&feng, "/workbench/lists", &ROW).await.is(StatusCode::SEE_OTHER);
    let row = "/workbench/lists/gg-library-card";
    let no = [("seen", "1"), ("agrees", "no"), ("words", "不属于我局职责")];
    rooms.post(&zhao, &format!("{row}/speak"), &no).await.is(StatusCode::SEE_OTHER);
    let ruling = [("seen", "2"), ("ruling", "off"), ("words", "不列入")];
    rooms.post(&wei, &format!("{row}/arbitrate"), &ruling).await.is(StatusCode::SEE_OTHER);
    let shown = rooms.post(&feng, "/workbench/lists", &ROW).await;
    shown.is(StatusCode::OK).has(&["以前办理过", "群众常办", "不列入"]);
    let seen = Rooms::hidden(&shown, "seen");
    let mut again = ROW;
    again[0].1 = &seen;
    rooms.post(&feng, "/workbench/lists", &again).await.is(StatusCode::SEE_OTHER);
}

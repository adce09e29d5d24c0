use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

pub const ITEM: &str = "food-operation-new";

/// The text of an item with another summary.
pub fn with_summary(text: &str, summary: &str) -> String {
    let lines = text
        .lines()
        .map(|line| if line.starts_with("summary = ") { format!("summary = \"{summary}\"") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

pub fn file_of(item: &str) -> String {
    format!("items/{item}.toml")
}

#[tokio::test]
async fn items_are_shown_to_whoever_has_to_do_with_them_and_edited_by_editors() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner, Role::Clerk, Role::Administrator], None).await;
    only(&rooms, "/workbench/items", &gao, &li).await;
    only(&rooms, "/workbench/items/food-operation-new", &feng, &li).await;
    rooms.get(&feng, "/workbench/items/no-such-item").await.is(StatusCode::NOT_FOUND);
    rooms.get(&feng, "/workbench/definitions?path=../etc/passwd").await.is(StatusCode::NOT_FOUND);
    rooms.get(&gao, "/workbench/items/food-operation-new").await.lacks(&["保存草稿"]);
    rooms.post(&gao, "/workbench/items/food-operation-new", &[("how", "save")]).await.is(StatusCode::FORBIDDEN);
    rooms.get(&feng, "/workbench/items?q=开饭店").await.has(&["food-operation-new"]).lacks(&["company-registration\""]);
}

#[tokio::test]
async fn the_form_says_what_it_would_change_before_it_saves() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let path = format!("/workbench/items/{ITEM}");
    let page = rooms.get(&feng, &path).await;
    let (seen, from) = (Rooms::hidden(&page, "seen"), Rooms::hidden(&page, "from"));
    let fields = [
        ("seen", seen.as_str()),
        ("from", &from),
        ("name", "食品经营许可（新办）"),
        ("summary", "开店之前办。"),
        ("keywords", "开饭店、食品证"),
        ("visits", "x"),
        ("note", "改简介"),
        ("how", "check"),
    ];
    rooms.post(&feng, &path, &fields).await.is(StatusCode::OK).has(&["这里要填数字", "开店之前办。"]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, if *name == "visits" { "0" } else { value })).collect();
    let checked = rooms.post(&feng, &path, &fields).await;
    checked.is(StatusCode::OK).has(&["会改什么", "开店之前办。", "还没有保存", "在办件"]);
    let saving: Vec<_> = fields.iter().map(|(name, value)| (*name, if *name == "how" { "save" } else { value })).collect();
    let saved = rooms.post(&feng, &path, &saving).await;
    saved.is(StatusCode::SEE_OTHER);
    let change = rooms.get(&feng, saved.location.as_str()).await;
    change.has(&["起草", "开店之前办。", "改简介"]);
    // The comments of the file are still there.
    change.has(&["The statute gives twenty working days"]);
    rooms.get(&feng, &path).await.has(&["您看到的是一份草稿", "开店之前办。"]);
}

#[tokio::test]
async fn of_two_who_edit_at_once_the_second_loses_nothing() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let hu = rooms.staff("hu", &[Role::Editor], None).await;
    let path = format!("/workbench/items/{ITEM}");
    let page = rooms.get(&hu, &path).await;
    let (seen, from) = (Rooms::hidden(&page, "seen"), Rooms::hidden(&page, "from"));
    rooms.draft(&feng, ITEM, "冯写的一句话。").await;
    let (file, mine) = (file_of(ITEM), with_summary(&from, "胡写的一句话。"));
    let fields = [("path", file.as_str()), ("seen", &seen), ("from", &from), ("text", &mine), ("note", "胡")];
    let answer = rooms.post(&hu, "/workbench/definitions", &fields).await;
    answer.is(StatusCode::OK).has(&["有人先保存了", "feng同志", "冯写的一句话。", "胡写的一句话。"]);
    let (seen, from) = (Rooms::hidden(&answer, "seen"), Rooms::hidden(&answer, "from"));
    let again = [("path", file.as_str()), ("seen", &seen), ("from", &from), ("text", &mine), ("note", "胡")];
    rooms.post(&hu, "/workbench/definitions", &again).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_editor_of_one_body_edits_its_items_only() {
    let rooms = Rooms::open().await;
    let here = rooms.staff("feng", &[Role::Editor], Some("scjgj")).await;
    let elsewhere = rooms.staff("hu", &[Role::Editor], Some("wjw")).await;
    let page = rooms.get(&elsewhere, &format!("/workbench/items/{ITEM}")).await;
    let (seen, from) = (Rooms::hidden(&page, "seen"), Rooms::hidden(&page, "from"));
    let (file, mine) = (file_of(ITEM), with_summary(&from, "别的单位改的。"));
    let fields = [("path", file.as_str()), ("seen", &seen), ("from", &from), ("text", &mine), ("note", "x")];
    rooms
        .post(&elsewhere, "/workbench/definitions", &fields)
        .await
        .is(StatusCode::OK)
        .has(&["您的岗位不包括这些事项", "别的单位改的。"]);
    rooms.draft(&here, ITEM, "本单位改的。").await;
}

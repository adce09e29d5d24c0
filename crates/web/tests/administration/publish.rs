use crate::items::{ITEM, file_of, with_summary};
use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

#[tokio::test]
async fn a_definition_goes_from_desk_to_desk_and_is_in_force_from_the_minute_that_was_set() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let change = rooms.draft(&desks.editor, ITEM, "开店之前办许可。").await;
    rooms.passed(&desks, &change).await;
    let page = rooms.get(&desks.publisher, "/workbench/publish").await;
    page.has(&["开店之前办许可。"]);
    let (base, seen) = (Rooms::hidden(&page, "base"), format!("seen.{change}"));
    let version = Rooms::hidden(&page, &seen);
    let mut fields =
        vec![("change", change.as_str()), (&seen, &version), ("base", &base), ("note", "改简介"), ("at", "2026-03-01T00:00")];
    rooms.post(&desks.publisher, "/workbench/publish", &fields).await.has(&["不能早于现在"]);
    fields[4].1 = "2026-03-02T12:00";
    let answer = rooms.post(&desks.publisher, "/workbench/publish", &fields).await;
    assert!(answer.location.starts_with("/workbench/editions"), "{}", answer.text);
    // The guide of the public changes at noon, not before.
    rooms.house.get(&format!("/items/{ITEM}")).await.lacks(&["开店之前办许可。"]);
    let office = &rooms.house.office;
    office.clock.set(casework::Moment::at("2026-03-02T12:00".parse().expect("a moment")));
    office.rulebooks.refresh(&office.store, office.now().await.expect("now")).await.expect("refreshed");
    rooms.house.get(&format!("/items/{ITEM}")).await.has(&["开店之前办许可。"]);
    rooms.get(&desks.editor, &format!("/workbench/changes/{change}")).await.has(&["已发布"]);
}

#[tokio::test]
async fn every_desk_is_another_role_and_another_person() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let many = rooms.staff("many", &[Role::Editor, Role::Approver, Role::Legal, Role::Publisher], None).await;
    let stranger = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/publish", &desks.publisher, &desks.editor).await;
    only(&rooms, "/workbench/changes", &desks.legal, &stranger).await;
    let change = rooms.draft(&many, ITEM, "一个人想办完。").await;
    let pass = format!("/workbench/changes/{change}/pass");
    rooms.post(&many, &pass, &[("seen", "1")]).await.is(StatusCode::SEE_OTHER);
    rooms.post(&many, &pass, &[("seen", "2")]).await.is(StatusCode::OK).has(&["同一人不能办理前后两步"]);
    rooms.post(&desks.legal, &pass, &[("seen", "2")]).await.is(StatusCode::OK).has(&["部门审核"]);
    rooms.post(&desks.department, &pass, &[("seen", "2")]).await.is(StatusCode::SEE_OTHER);
    // Sending back needs a reason, and starts over.
    let back = format!("/workbench/changes/{change}/back");
    rooms.post(&desks.legal, &back, &[("seen", "3")]).await.is(StatusCode::OK).has(&["退回要写明理由"]);
    rooms.post(&desks.legal, &back, &[("seen", "3"), ("words", "依据不足")]).await.is(StatusCode::SEE_OTHER);
    rooms.get(&many, &format!("/workbench/changes/{change}")).await.has(&["依据不足", "用表单继续改"]);
    rooms.post(&desks.legal, &pass, &[("seen", "3")]).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_change_with_errors_is_not_passed_on_and_says_where_and_what_to_do() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let page = rooms.get(&desks.editor, &format!("/workbench/definitions?path={}", file_of(ITEM))).await;
    let (seen, from) = (Rooms::hidden(&page, "seen"), Rooms::hidden(&page, "from"));
    let wrong = from.replace("when = \"设有厨房\"", "when = \"设有厨房房\"");
    let (file, mut fields) = (file_of(ITEM), Vec::new());
    fields.extend([
        ("path", file.as_str()),
        ("seen", &seen),
        ("from", &from),
        ("text", &wrong),
        ("note", "错"),
        ("how", "check"),
    ]);
    rooms.post(&desks.editor, "/workbench/definitions", &fields).await.has(&[
        "items/food-operation-new.toml:",
        "改法",
        "设有厨房房",
    ]);
    fields[5].1 = "save";
    let saved = rooms.post(&desks.editor, "/workbench/definitions", &fields).await;
    let change = saved.location.trim_start_matches("/workbench/changes/").trim_end_matches("?done=saved").to_owned();
    let answer = rooms.post(&desks.editor, &format!("/workbench/changes/{change}/pass"), &[("seen", "1")]).await;
    answer.is(StatusCode::OK).has(&["检查没有通过"]);
}

#[tokio::test]
async fn whoever_publishes_second_is_shown_what_the_first_has_published() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let other = rooms.staff("yu", &[Role::Publisher], None).await;
    let one = rooms.draft(&desks.editor, ITEM, "第一份。").await;
    let two = rooms.draft(&desks.editor, "food-operation-renewal", "第二份。").await;
    for change in [&one, &two] {
        rooms.passed(&desks, change).await;
    }
    let page = rooms.get(&other, "/workbench/publish").await;
    let base = Rooms::hidden(&page, "base");
    let publish = async |who, change: &str| {
        let seen = format!("seen.{change}");
        rooms.post(who, "/workbench/publish", &[("change", change), (&seen, "4"), ("base", &base), ("note", "发布")]).await
    };
    publish(&desks.publisher, &one).await.is(StatusCode::SEE_OTHER);
    let second = publish(&other, &two).await;
    second.is(StatusCode::OK).has(&["有人先发布了", "/workbench/editions/compare?a=2026-03-02-1", "第二份。"]);
    rooms.post(&desks.publisher, "/workbench/publish", &[("base", &base)]).await.has(&["没有选择要发布的修改"]);
}

#[tokio::test]
async fn a_change_whose_file_was_published_anew_goes_back_first() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let change = rooms.draft(&desks.editor, ITEM, "先起草。").await;
    // Meanwhile somebody publishes the same file from the command line.
    let office = &rooms.house.office;
    let (latest, files) = office.latest_files().await.expect("an edition");
    let old = office::publish::text_of(&files, &file_of(ITEM)).expect("the file").to_owned();
    let release = office::publish::Release {
        files: office::publish::with_file(&files, &file_of(ITEM), &with_summary(&old, "已经发布的另一句。")),
        base: Some(&latest.name),
        in_force_at: office.now().await.expect("now"),
        by: "command-line",
        note: "",
        changes: &[],
    };
    assert!(matches!(office.release(&release).await, Ok(office::publish::Released::Done(_))));
    rooms.get(&desks.editor, &format!("/workbench/changes/{change}")).await.has(&["已经发布过新内容", "已经发布的另一句。"]);
    rooms.passed(&desks, &change).await;
    let page = rooms.get(&desks.publisher, "/workbench/publish").await;
    let (base, seen) = (Rooms::hidden(&page, "base"), format!("seen.{change}"));
    let fields = [("change", change.as_str()), (&seen, "4"), ("base", &base), ("note", "x")];
    rooms.post(&desks.publisher, "/workbench/publish", &fields).await.is(StatusCode::OK).has(&["请退回编辑"]);
}

#[tokio::test]
async fn a_publisher_or_a_legal_reviewer_of_one_body_serves_no_district() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let (publisher, legal) =
        (rooms.staff("p1", &[Role::Publisher], Some("scjgj")).await, rooms.staff("l1", &[Role::Legal], Some("scjgj")).await);
    let change = rooms.draft(&desks.editor, ITEM, "开店之前办许可。").await;
    let pass = format!("/workbench/changes/{change}/pass");
    rooms.post(&desks.editor, &pass, &[("seen", "1")]).await.is(StatusCode::SEE_OTHER);
    rooms.post(&desks.department, &pass, &[("seen", "2")]).await.is(StatusCode::SEE_OTHER);
    rooms.post(&legal, &pass, &[("seen", "3")]).await.is(StatusCode::OK).has(&["这一步由"]);
    rooms.post(&desks.legal, &pass, &[("seen", "3")]).await.is(StatusCode::SEE_OTHER);
    let page = rooms.get(&desks.publisher, "/workbench/publish").await;
    let (base, seen) = (Rooms::hidden(&page, "base"), format!("seen.{change}"));
    let version = Rooms::hidden(&page, &seen);
    let fields = [("change", change.as_str()), (&seen, &version), ("base", &base), ("note", "改简介")];
    let refused = rooms.post(&publisher, "/workbench/publish", &fields).await;
    assert_eq!(refused.location, "", "{}", refused.text);
    assert_eq!(rooms.house.office.store.editions().await.expect("read").len(), 1, "nothing was published");
}

#[tokio::test]
async fn an_editor_takes_over_no_file_of_another_body() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], Some("scjgj")).await;
    let office = &rooms.house.office;
    let (_, files) = office.latest_files().await.expect("read");
    let text = |item: &str| files.iter().find(|(path, _)| *path == file_of(item)).expect("a file").1.clone();
    let other = "drinking-water-hygiene";
    // The file of the other body with the code of one's own item in it.
    let taken = with_summary(&text(other), "占用。").replace(&format!("code = \"{other}\""), &format!("code = \"{ITEM}\""));
    assert_ne!(taken, text(other));
    let send = async |path: String, from: String, text: String| {
        let fields = [("path", path), ("seen", "0".to_owned()), ("from", from), ("text", text), ("note", "x".to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        rooms.post(&feng, "/workbench/definitions", &fields).await
    };
    let refused = send(file_of(other), text(other), taken).await;
    refused.is(StatusCode::OK).has(&["您的岗位不包括这些事项", "占用。"]);
    let own = send(file_of(ITEM), text(ITEM), with_summary(&text(ITEM), "开店之前办。")).await;
    assert!(own.location.starts_with("/workbench/changes/"), "{}", own.text);
}

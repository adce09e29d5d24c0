//! What no browser of ours would send, at the forms of a draft: a clear answer, nothing lost and nothing doubled.

use crate::house::{Answer, House};
use crate::uploads::{PASSWORD, Someone, someone};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::Actor;
use casework::event::Channel;
use office::publish::{Release, Released, with_file};

const ITEM: &str = "food-operation-new";

async fn begin(house: &House, who: &Someone) -> String {
    let Actor::Applicant { holder, .. } = &who.actor else { panic!("an applicant") };
    house.office.begin_draft(&who.actor, holder, ITEM, "scjgj", "120116001", Channel::Online).await.expect("begun")
}

async fn post(house: &House, who: &Someone, path: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<(&str, &str)> = [("csrf", who.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
    house.post_with(path, &fields, &who.cookie).await
}

/// A form with a file, as a browser without scripts sends it.
async fn upload(house: &House, who: &Someone, path: &str, field: &str, name: &str, bytes: &[u8]) -> Answer {
    upload_part(house, who, path, &format!("name=\"{field}\"; filename=\"{name}\""), bytes).await
}

async fn upload_part(house: &House, who: &Someone, path: &str, named: &str, bytes: &[u8]) -> Answer {
    const MARK: &str = "the-mark-between-the-parts";
    let mut body = format!("--{MARK}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n", who.csrf).into_bytes();
    let head = format!("--{MARK}\r\nContent-Disposition: form-data; {named}\r\n\r\n");
    body.extend(head.bytes().chain(bytes.iter().copied()).chain(format!("\r\n--{MARK}--\r\n").bytes()));
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={MARK}"))
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, &who.cookie)
        .body(Body::from(body))
        .expect("a request");
    house.answer(request).await
}

#[tokio::test]
async fn the_longest_form_goes_along_through_the_sign_in() {
    let house = House::open().await;
    let mut me = someone(&house, "late", 1).await;
    let path = format!("/drafts/{}", begin(&house, &me).await);
    me.cookie = String::new();
    let answer = upload_part(&house, &me, &path, "name=\"applicant-name\"", "打了半天的名称".as_bytes()).await;
    answer.is(StatusCode::OK).has(&["您刚才填写的内容没有丢失", "打了半天的名称", &format!("value=\"{path}\"")]);
}

#[tokio::test]
async fn a_foreign_or_monstrous_field_is_refused_and_what_was_saved_stays() {
    let house = House::open().await;
    let me = someone(&house, "writes", 1).await;
    let id = begin(&house, &me).await;
    let path = format!("/drafts/{id}");
    post(&house, &me, &path, &[("applicant-name", "津味小馆")]).await.is(StatusCode::SEE_OTHER);
    let foreign = post(&house, &me, &path, &[("applicant-name", "改过的"), ("no-such-field", "1")]).await;
    foreign.is(StatusCode::CONFLICT).has(&["申请表中没有这一项", "改过的"]);
    let long = "长".repeat(10_001);
    post(&house, &me, &path, &[("applicant-name", &long)]).await.is(StatusCode::CONFLICT).has(&["内容过长"]);
    let monstrous = "x".repeat(600 * 1024);
    post(&house, &me, &path, &[("applicant-name", &monstrous)]).await.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["太大"]);
    let forged = house.post_with(&path, &[("csrf", "forged"), ("applicant-name", "别人")], &me.cookie).await;
    forged.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["页面已过期", "您填写的内容", "别人"]);
    let kept = office::drafts::open(&house.office.store, &me.actor, &id).await.expect("opened").answers;
    assert_eq!(kept.get("applicant-name").map(String::as_str), Some("津味小馆"), "whole or not at all");
    house.get_with(&path, &me.cookie).await.is(StatusCode::OK).has(&["津味小馆"]);
}

#[tokio::test]
async fn a_file_of_another_kind_or_for_nothing_asked_is_refused_and_the_answers_beside_it_are_kept() {
    let house = House::open().await;
    let me = someone(&house, "sends", 1).await;
    let id = begin(&house, &me).await;
    let path = format!("/drafts/{id}");
    for (field, bytes, said) in [
        ("paper.floor-plan", &b"MZ\x90\x00 a program"[..], "不是可接受的类型"),
        ("paper.no-such-paper", b"%PDF-1.7 x", "不需要这份材料"),
        ("paper.../../etc/passwd", b"%PDF-1.7 x", "不需要这份材料"),
    ] {
        upload(&house, &me, &path, field, "图.pdf", bytes).await.is(StatusCode::OK).has(&[said]);
    }
    let text = vec![b'x'; 5 << 20];
    let endless = upload_part(&house, &me, &path, "name=\"applicant-name\"", &text).await;
    endless.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["太大"]);
    // An empty file is what a browser sends where none was chosen.
    upload(&house, &me, &path, "paper.floor-plan", "图.pdf", b"").await.is(StatusCode::SEE_OTHER);
    for _ in 0..2 {
        upload(&house, &me, &path, "paper.floor-plan", "../../图.pdf", b"%PDF-1.7 plan").await.is(StatusCode::SEE_OTHER);
    }
    let papers = office::drafts::open(&house.office.store, &me.actor, &id).await.expect("opened").papers;
    let names: Vec<&str> = papers.iter().map(|paper| paper.file_name.as_str()).collect();
    assert_eq!(names, ["图.pdf"], "sent twice, kept once");
}

#[tokio::test]
async fn somebody_elses_draft_is_no_draft_at_any_door() {
    let house = House::open().await;
    let (me, other) = (someone(&house, "owns", 1).await, someone(&house, "tries", 2).await);
    let id = begin(&house, &me).await;
    for path in ["", "/check"] {
        house.get_with(&format!("/drafts/{id}{path}"), &other.cookie).await.is(StatusCode::NOT_FOUND);
    }
    for path in ["", "/offers", "/edition", "/submit", "/delete", "/restore"] {
        let answer = post(&house, &other, &format!("/drafts/{id}{path}"), &[("applicant-name", "别人")]).await;
        assert!([StatusCode::NOT_FOUND, StatusCode::CONFLICT].contains(&answer.status), "{path}: {}", answer.status);
        answer.lacks(&["津味"]);
    }
    let whole = office::drafts::open(&house.office.store, &me.actor, &id).await.expect("still there");
    assert!(whole.answers.keys().eq(["area"]) && whole.draft.submitted.is_none(), "only the area chosen to begin with");
}

#[tokio::test]
async fn a_draft_of_an_item_that_closed_is_kept_and_not_taken_for_an_application() {
    let house = House::built(|_| {}, true).await;
    let (office, me) = (&house.office, someone(&house, "late", 1).await);
    let id = begin(&house, &me).await;
    post(&house, &me, &format!("/drafts/{id}"), &[("applicant-name", "津味小馆")]).await.is(StatusCode::SEE_OTHER);
    let (latest, files) = office.latest_files().await.expect("read");
    let path = format!("items/{ITEM}.toml");
    let text = &files.iter().find(|(known, _)| *known == path).expect("a file").1;
    let closed = text.replacen("\nform = ", "\nclosed-from = 2026-03-02\nclosed-reason = \"依法取消\"\nform = ", 1);
    let release = Release {
        files: with_file(&files, &path, &closed),
        base: Some(&latest.name),
        in_force_at: office.now().await.expect("now"),
        by: "test",
        note: "",
        changes: &[],
    };
    match office.release(&release).await.expect("released") {
        Released::Done(_) => {}
        other => panic!("{other:?}"),
    }
    house.get_with(&format!("/drafts/{id}"), &me.cookie).await.is(StatusCode::OK).has(&["已停止受理", "依法取消", "津味小馆"]);
    for _ in 0..2 {
        post(&house, &me, &format!("/drafts/{id}/submit"), &[]).await.is(StatusCode::OK).has(&["津味小馆"]);
    }
    let whole = office::drafts::open(&office.store, &me.actor, &id).await.expect("kept");
    assert_eq!((whole.draft.submitted, whole.answers.len()), (None, 2));
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_the_browser_had() {
    let house = House::open().await;
    let me = someone(&house, "again", 1).await;
    house.get_with("/matters", &me.cookie).await.is(StatusCode::OK);
    let answer = post(&house, &me, "/sign-in", &[("login", "again"), ("password", PASSWORD)]).await;
    answer.is(StatusCode::SEE_OTHER);
    let fresh = answer.cookies.iter().find(|cookie| cookie.starts_with("yimen-session=")).expect("a cookie");
    let fresh = fresh.split(';').next().unwrap_or_default();
    assert_ne!(fresh, me.cookie);
    house.get_with("/matters", fresh).await.is(StatusCode::OK);
    house.get_with("/matters", &me.cookie).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_was_typed_after_the_session_had_ended_is_one_press_away_after_signing_in() {
    let house = House::open().await;
    let me = someone(&house, "late", 1).await;
    let path = format!("/drafts/{}", begin(&house, &me).await);
    let late = house.post_with(&path, &[("csrf", "old"), ("applicant-name", "津味小馆")], "").await;
    late.is(StatusCode::OK).has(&["没有丢失", "kept.applicant-name", "津味小馆"]);
    let fields = [("login", "late"), ("password", PASSWORD), ("_to", path.as_str()), ("kept.applicant-name", "津味小馆")];
    let entered = house.post_with("/sign-in", &fields, "").await;
    entered.is(StatusCode::OK).has(&["接着提交刚才的内容", "津味小馆", &path]);
    // With nothing typed the way is the sign-in page and back.
    house.post_with(&format!("{path}/submit"), &[("csrf", "old")], "").await.is(StatusCode::SEE_OTHER);
    // Back from there, the address of a form leads to the page it stands on.
    let up = house.get_with(&format!("{path}/submit"), &me.cookie).await;
    assert_eq!((up.status, up.location.as_str()), (StatusCode::SEE_OTHER, path.as_str()));
}

#[tokio::test]
async fn what_is_sent_is_what_was_read() {
    let house = House::open().await;
    let me = someone(&house, "reads", 1).await;
    let id = begin(&house, &me).await;
    let path = format!("/drafts/{id}");
    post(&house, &me, &path, &[("applicant-name", "津味小馆")]).await.is(StatusCode::SEE_OTHER);
    let sent = post(&house, &me, &format!("{path}/submit"), &[("shown", "what stood there before")]).await;
    sent.is(StatusCode::OK).has(&["在您检查之后又有改动", "津味小馆"]);
    let whole = office::drafts::open(&house.office.store, &me.actor, &id).await.expect("kept");
    assert_eq!(whole.draft.submitted, None);
}

#[tokio::test]
async fn what_no_register_shows_has_a_place_and_what_one_shows_is_not_asked_for() {
    let house = House::open().await;
    let me = someone(&house, "opens-shop", 1).await;
    let id = begin(&house, &me).await;
    let (path, check) = (format!("/drafts/{id}"), format!("/drafts/{id}/check"));
    crate::bundles::filled(&house, &me, &id, &[("food-handlers", "2")]).await;
    // Nobody keeps health certificates, and this person holds no business licence.
    let form = house.get_with(&path, &me.cookie).await;
    form.is(StatusCode::OK).has(&["登记库查不到“从业人员健康证明”", "paper.health-certificates", "paper.business-licence"]);
    house.get_with(&check, &me.cookie).await.is(StatusCode::OK).has(&["还没有交复印件", "从业人员健康证明", "/submit\""]);
    upload(&house, &me, &path, "paper.health-certificates", "健康证.png", b"\x89PNG\r\n\x1a\nwell")
        .await
        .is(StatusCode::SEE_OTHER);
    house.get_with(&path, &me.cookie).await.has(&["健康证.png"]).lacks(&["登记库查不到“从业人员健康证明”"]);
}

#[tokio::test]
async fn whoever_writes_another_firms_number_in_the_form_is_told_before_sending() {
    let house = House::open().await;
    let me = someone(&house, "borrows", 1).await;
    let path = format!("/drafts/{}", begin(&house, &me).await);
    house.get_with(&format!("{path}/check"), &me.cookie).await.lacks(&["填写的单位不是您现在代表的单位"]);
    post(&house, &me, &path, &[("credit-code", "91120116MA0TEXT042")]).await.is(StatusCode::SEE_OTHER);
    let page = house.get_with(&format!("{path}/check"), &me.cookie).await;
    page.is(StatusCode::OK).has(&["填写的单位不是您现在代表的单位", "91120116MA0TEXT042", "仍然可以提交"]);
}

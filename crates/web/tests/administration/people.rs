use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use casework::Act;
use rulebook::procedure::Role;

#[tokio::test]
async fn people_are_managed_by_administrators() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let li = rooms.staff("li", &[Role::Examiner, Role::Supervisor], Some("scjgj")).await;
    only(&rooms, "/workbench/people", &shen, &li).await;
    only(&rooms, "/workbench/people/li", &shen, &li).await;
    rooms.get(&shen, "/workbench/people/nobody").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn somebody_is_taken_on_and_the_password_is_shown_once() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let new = [("name", "王新人"), ("login", "wangxin"), ("agency", "scjgj"), ("phone", "022-00000000")];
    rooms.post(&shen, "/workbench/people", &new).await.is(StatusCode::OK).has(&["一次性密码", "wangxin"]);
    rooms.post(&shen, "/workbench/people", &new).await.is(StatusCode::OK).has(&["王新人"]).lacks(&["只显示这一次"]);
    let nowhere = [("name", "王新人"), ("login", "wang2"), ("agency", "nowhere")];
    rooms.post(&shen, "/workbench/people", &nowhere).await.has(&["请选择单位", "wang2"]);
    rooms.get(&shen, "/workbench/people?q=王新").await.has(&["王新人"]);
}

#[tokio::test]
async fn powers_are_given_and_taken_and_nobody_gives_them_to_herself() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let li = rooms.staff("li", &[], None).await;
    let power = [("role", "supervisor"), ("agency", "*"), ("items", ""), ("until", "")];
    rooms.get(&li, "/workbench/supervision").await.is(StatusCode::FORBIDDEN);
    rooms.post(&shen, "/workbench/people/li/give", &power).await.is(StatusCode::SEE_OTHER);
    rooms.get(&li, "/workbench/supervision").await.is(StatusCode::OK);
    rooms.post(&shen, "/workbench/people/shen/give", &power).await.is(StatusCode::OK).has(&["不能给自己授权"]);
    rooms.post(&li, "/workbench/people/li/give", &power).await.is(StatusCode::FORBIDDEN);
    let held = rooms.house.office.store.powers_of("li").await.unwrap();
    rooms.post(&shen, "/workbench/people/li/take", &[("power", &held[0].id)]).await.is(StatusCode::SEE_OTHER);
    rooms.get(&li, "/workbench/supervision").await.is(StatusCode::FORBIDDEN);
    let unknown = [("role", "examiner"), ("agency", "scjgj"), ("items", "no-such-item")];
    rooms.post(&shen, "/workbench/people/li/give", &unknown).await.has(&["没有这个事项", "no-such-item"]);
}

#[tokio::test]
async fn an_absence_has_a_substitute_and_can_be_taken_back() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    rooms.staff("wang", &[Role::Examiner], Some("scjgj")).await;
    let away = [("substitute", "wang"), ("from", "2026-03-02"), ("until", "2026-03-06")];
    rooms.post(&shen, "/workbench/people/li/absent", &away).await.is(StatusCode::SEE_OTHER);
    rooms.get(&shen, "/workbench/people/li").await.has(&["wang同志", "取消这次请假"]);
    let backwards = [("substitute", "wang"), ("from", "2026-03-06"), ("until", "2026-03-02")];
    rooms.post(&shen, "/workbench/people/li/absent", &backwards).await.is(StatusCode::OK).has(&["结束日不早于开始日"]);
    let rows = rooms.house.office.store.absences_of("li").await.unwrap();
    rooms.post(&shen, "/workbench/people/li/back", &[("absence", &rows[0].id)]).await.is(StatusCode::SEE_OTHER);
    assert!(rooms.house.office.store.absences_of("li").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_leavers_cases_are_handed_over_each_by_its_own_act() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let zhao = rooms.staff("zhao", &[Role::Approver], Some("scjgj")).await;
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    rooms.staff("wang", &[Role::Examiner], Some("scjgj")).await;
    let li = rooms.actor("li").await;
    let (one, two) = (rooms.case("one").await, rooms.case("two").await);
    for no in [&one, &two] {
        rooms.perform(no, Act::Accept { deferred: Vec::new() }, &li).await;
        let case = rooms.house.office.store.case(no).await.unwrap().unwrap();
        if case.handler.is_none() {
            rooms.perform(no, Act::Claim, &li).await;
        }
    }
    rooms.post(&shen, "/workbench/people/li/leave", &[("seen", "1")]).await.is(StatusCode::OK).has(&["还有 2 件"]);
    rooms.get(&zhao, "/workbench/people/li/cases").await.has(&["one小吃店", "two小吃店", "移交理由"]);
    rooms.get(&shen, "/workbench/people/li/cases").await.is(StatusCode::OK).lacks(&["one小吃店"]);
    let hand = [("to", "wang"), ("reason", "李同志调离"), ("how", "all"), ("request", "r1")];
    rooms.post(&shen, "/workbench/people/li/cases", &hand).await.is(StatusCode::FORBIDDEN);
    rooms.post(&zhao, "/workbench/people/li/cases", &[("how", "all")]).await.has(&["请选择移交给谁", "请写明移交理由"]);
    // What was not on the page that was sent was not seen, and stays where it is.
    rooms.post(&zhao, "/workbench/people/li/cases", &hand).await.is(StatusCode::OK).has(&["已移交 0 件，共 2 件"]);
    let page = rooms.get(&zhao, "/workbench/people/li/cases").await;
    let seen = [&one, &two].map(|no| format!("seen.{no}"));
    let versions = seen.each_ref().map(|name| Rooms::hidden(&page, name));
    let seen = seen.iter().zip(&versions).map(|(name, version)| (name.as_str(), version.as_str()));
    let hand: Vec<_> = hand.into_iter().chain(seen).collect();
    rooms.post(&zhao, "/workbench/people/li/cases", &hand).await.is(StatusCode::OK).has(&["已移交 2 件，共 2 件"]);
    let first = rooms.house.office.store.outcome_of(&format!("w:r1-{one}")).await.unwrap();
    assert!(first.is_some(), "requests of pages are told from those of drafts and of the API");
    let case = rooms.house.office.store.case(&one).await.unwrap().unwrap();
    assert_eq!(case.handler.map(|id| id.0).as_deref(), Some("wang"));
    rooms.post(&shen, "/workbench/people/li/leave", &[("seen", "1")]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_reset_password_is_shown_once_and_signs_out() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let li = rooms.staff("li", &[Role::Supervisor], None).await;
    rooms.post(&shen, "/workbench/people/li/password", &[("login", "li")]).await.is(StatusCode::OK).has(&["一次性密码"]);
    rooms.get(&li, "/workbench/supervision").await.is(StatusCode::SEE_OTHER);
    rooms.post(&shen, "/workbench/people/shen/password", &[("login", "shen")]).await.has(&["不能重置自己的密码"]);
}

#[tokio::test]
async fn every_door_of_the_district_is_shut_to_the_administrator_of_a_body() {
    let rooms = Rooms::open().await;
    rooms.staff("shen", &[Role::Administrator], None).await;
    let body = rooms.staff("body", &[Role::Administrator, Role::Publisher], Some("scjgj")).await;
    rooms.post(&body, "/workbench/people/shen/password", &[("login", "shen")]).await.lacks(&["只显示这一次"]);
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    // The page of somebody she administers opens no other login.
    rooms.post(&body, "/workbench/people/li/password", &[("login", "shen")]).await.is(StatusCode::NOT_FOUND);
    let store = &rooms.house.office.store;
    let power = store.powers_of("shen").await.unwrap()[0].id.clone();
    rooms.post(&body, "/workbench/people/shen/take", &[("power", &power)]).await.has(&["这一步只能由"]);
    rooms.post(&body, "/workbench/people/shen/leave", &[("seen", "1")]).await.has(&["这一步只能由"]);
    let firms = "统一社会信用代码,名称\n91350211M000100Y43,示例贸易有限公司\n";
    rooms.upload(&body, "/workbench/import", &[("kind", "firms")], ("企业.csv", firms.as_bytes())).await.lacks(&["新增 1"]);
    let staff = "登录名,姓名,单位\nshen,沈,scjgj\n";
    rooms.upload(&body, "/workbench/import", &[("kind", "staff")], ("人员.csv", staff.as_bytes())).await.has(&["未导入 1"]);
    for (path, fields) in [
        ("/workbench/retention?rule=permit", [("rule", "permit"), ("how", "erase")]),
        ("/workbench/errands", [("errand", "*"), ("how", "")]),
        ("/workbench/calendar", [("how", "look"), ("until", "2027-12-31")]),
    ] {
        rooms.post(&body, path, &fields).await.is(StatusCode::FORBIDDEN);
    }
    assert_eq!(store.powers_of("shen").await.unwrap()[0].taken_at, None);
    assert!(store.staff("shen").await.unwrap().unwrap().active);
    assert!(store.firm("91350211M000100Y43").await.unwrap().is_none());
}

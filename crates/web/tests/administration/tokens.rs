use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

#[tokio::test]
async fn a_token_is_shown_once_and_can_be_revoked() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/tokens", &shen, &li).await;
    rooms.get(&shen, "/workbench/tokens").await.lacks(&["value=\"li\""]);
    let person = [("name", "住建系统"), ("staff", "li"), ("scope", "cases:act"), ("days", "30")];
    rooms.post(&shen, "/workbench/tokens", &person).await.is(StatusCode::OK).has(&["不能替其建立令牌"]).lacks(&["yimen_"]);
    let system = [("name", "住建系统账号"), ("login", "zhujian"), ("agency", "scjgj")];
    rooms.post(&shen, "/workbench/people", &system).await.is(StatusCode::OK);
    let id = rooms.house.office.store.account("zhujian").await.unwrap().unwrap().subject.id().to_owned();
    rooms.get(&shen, "/workbench/tokens").await.has(&[&format!("value=\"{id}\"")]);
    let new = [("name", "住建系统"), ("staff", id.as_str()), ("scope", "items:read"), ("scope", "cases:read"), ("days", "30")];
    let made = rooms.post(&shen, "/workbench/tokens", &new).await;
    made.is(StatusCode::OK).has(&["只显示这一次", "yimen_"]);
    rooms.get(&shen, "/workbench/tokens").await.has(&["住建系统", "住建系统账号", "cases:read"]).lacks(&["yimen_"]);
    rooms
        .post(&shen, "/workbench/tokens", &[("name", "x"), ("staff", id.as_str()), ("days", "9999")])
        .await
        .has(&["不超过366天"]);
    let id = rooms.house.office.store.tokens(None).await.unwrap()[0].id.clone();
    rooms.post(&li, "/workbench/tokens/revoke", &[("token", &id)]).await.is(StatusCode::FORBIDDEN);
    rooms.post(&shen, "/workbench/tokens/revoke", &[("token", &id)]).await.is(StatusCode::SEE_OTHER);
    rooms.get(&shen, "/workbench/tokens").await.has(&["已作废"]);
}

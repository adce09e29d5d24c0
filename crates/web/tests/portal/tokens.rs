//! A person makes a token for a program of hers: with her password, within what she may do, until it is revoked.

use crate::house::{Answer, House};
use crate::uploads::{PASSWORD, someone};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

async fn by_token(house: &House, secret: &str, path: &str) -> Answer {
    let request = Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {secret}"));
    house.answer(request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_program_reads_for_its_owner_until_she_revokes_it() {
    let house = House::open().await;
    let (me, other) = (someone(&house, "keeps-books", 1).await, someone(&house, "another", 2).await);
    let asked = |password| {
        [("csrf", me.csrf.as_str()), ("name", "账务软件"), ("scope", "cases:read"), ("days", "30"), ("password", password)]
    };
    let wrong = house.post_with("/account/tokens", &asked("wrong"), &me.cookie).await;
    wrong.is(StatusCode::OK).has(&["账务软件"]).lacks(&["yimen_"]);
    let beyond =
        [("csrf", me.csrf.as_str()), ("name", "越权"), ("scope", "people:write"), ("days", "30"), ("password", PASSWORD)];
    house.post_with("/account/tokens", &beyond, &me.cookie).await.is(StatusCode::OK).lacks(&["yimen_"]);

    let made = house.post_with("/account/tokens", &asked(PASSWORD), &me.cookie).await;
    made.is(StatusCode::OK).has(&["只显示这一次"]);
    let secret = made.text.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("the secret").to_owned();
    house
        .get_with("/account/tokens", &me.cookie)
        .await
        .is(StatusCode::OK)
        .has(&["账务软件", "代表本人"])
        .lacks(&[&secret, "越权"]);
    by_token(&house, &secret, "/api/v1/cases").await.is(StatusCode::OK);
    by_token(&house, &secret, "/api/v1/drafts").await.is(StatusCode::FORBIDDEN);

    let id = office::tokens::mine(&house.office.store, &store::people::Subject::Person(me.person().to_owned())).await;
    let id = id.expect("read").first().expect("one").id.clone();
    let taken = [("csrf", other.csrf.as_str()), ("token", id.as_str())];
    house.post_with("/account/tokens/revoke", &taken, &other.cookie).await.is(StatusCode::NOT_FOUND);
    by_token(&house, &secret, "/api/v1/cases").await.is(StatusCode::OK);
    let revoke = [("csrf", me.csrf.as_str()), ("token", id.as_str())];
    house.post_with("/account/tokens/revoke", &revoke, &me.cookie).await.is(StatusCode::SEE_OTHER);
    by_token(&house, &secret, "/api/v1/cases").await.is(StatusCode::UNAUTHORIZED);
}

//! `/drafts/{id}/papers` and `/drafts/{id}/uploads`.

use crate::house::{Answer, House};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use casework::event::Channel;
use casework::{Actor, Holder};
use office::people::{Registration, register};
use store::people::Audit;
use store::people::firms::{Mandate, MandateState, Part};

pub const PASSWORD: &str = "三月的海河开冰了好看";

pub struct Someone {
    pub cookie: String,
    pub csrf: String,
    pub actor: Actor,
}

impl Someone {
    pub fn person(&self) -> &str {
        let Actor::Applicant { person, .. } = &self.actor else { panic!("an applicant") };
        person
    }
}

/// A register confirms that somebody acts for a firm: in these items, or in all.
pub async fn mandate(house: &House, who: &Someone, firm: &str, part: Part, items: &[&str]) {
    let now = house.office.now().await.expect("now");
    let mandate = Mandate {
        id: format!("m-{}-{firm}", who.person()),
        firm: firm.to_owned(),
        person: who.person().to_owned(),
        part,
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        acts: vec![],
        from: now.day(),
        until: None,
        state: MandateState::Confirmed,
        confirmed_by: Some("register".to_owned()),
        confirmed_at: Some(now),
        revoked_at: None,
    };
    let word = |word: &str| word.to_owned();
    let audit = Audit { id: mandate.id.clone(), by: word("x"), what: word("x"), subject: word("x"), at: now, detail: word("") };
    assert!(house.office.store.add_mandate(&mandate, &audit).await.expect("given"));
}

/// From now on the session of somebody acts for a firm.
pub async fn act_for(house: &House, who: &Someone, firm: &str) {
    let (office, now) = (&house.office, house.office.now().await.expect("now"));
    let secret = who.cookie.strip_prefix("yimen-session=").expect("a secret");
    let session = office.signed_in(secret).await.expect("read").expect("signed in").session;
    office.entrance.act_for(&office.store, &session, Some(firm), now).await.expect("acts for it");
}

pub async fn someone(house: &House, login: &str, order: u32) -> Someone {
    let office = &house.office;
    let now = office.now().await.expect("now");
    let number = rulebook::identifier::ResidentNumber::complete(&format!("12011618900101{order:03}")).expect("a sample");
    let text = |word: &str| word.to_owned();
    let who = Registration {
        login: text(login),
        password: text(PASSWORD),
        name: text("张三"),
        id_number: text(number.as_str()),
        phone: text("13800000000"),
        email: String::new(),
    };
    let id = register(&office.store, &office.entrance, &office.number_key, &who, now).await.expect("registered");
    let opened = office.entrance.sign_in(&office.store, login, PASSWORD, None, now).await.expect("signed in");
    let cookie = format!("yimen-session={}", opened.secret);
    Someone {
        cookie,
        csrf: opened.session.csrf,
        actor: Actor::Applicant { holder: Holder::Person(id.clone()), person: id, reach: casework::Reach::Whole },
    }
}

/// Somebody whose number a counter has seen, and who has this name.
pub async fn confirmed(house: &House, login: &str, name: &str, order: u32) -> Someone {
    let who = someone(house, login, order).await;
    let office = &house.office;
    let known = office.store.person(who.person()).await.expect("read").expect("there");
    let seen = store::people::Audit {
        id: office::ids::opaque(),
        by: "test".into(),
        what: "verify-person".into(),
        subject: known.id.clone(),
        at: known.created_at,
        detail: String::new(),
    };
    let digest = office.number_key.digest(&known.id_number);
    assert!(office.store.verify_person(&known.id, name, &digest, &seen).await.expect("written"));
    who
}

/// The number on the identity document of somebody.
pub async fn number_of(house: &House, who: &Someone) -> String {
    house.office.store.person(who.person()).await.expect("read").expect("there").id_number
}

async fn send(house: &House, who: &Someone, method: Method, path: &str, csrf: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, &who.cookie)
        .header("sec-fetch-site", "same-origin")
        .header("x-csrf-token", csrf)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("a request");
    house.answer(request).await
}

#[tokio::test]
async fn a_file_is_sent_in_parts_by_its_owner_and_ends_in_the_draft() {
    let house = House::open().await;
    let (me, other) = (someone(&house, "one-who-sends", 1).await, someone(&house, "another", 2).await);
    let Actor::Applicant { holder, .. } = &me.actor else { panic!("an applicant") };
    let item = "food-operation-new";
    let draft = house.office.begin_draft(&me.actor, holder, item, "teda-zone", "", Channel::Online).await.expect("begun");
    let edition = house.office.rulebooks.live().expect("an edition");
    let wants_pdf =
        |key: &str| edition.rules.materials.get(key).is_some_and(|material| material.formats.iter().any(|word| word == "pdf"));
    let key = edition.rules.items[item].material.iter().map(|needed| needed.key.get_ref().clone()).find(|key| wants_pdf(key));
    let begin = format!("/drafts/{draft}/papers/{}", key.expect("a paper"));
    let bytes = [b"%PDF-1.7\n".as_slice(), &[b'x'; 991]].concat();
    let announced = r#"{"name":"图.pdf","size":1000,"type":"application/pdf","field":"paper"}"#;

    send(&house, &me, Method::POST, &begin, "forged", announced).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    send(&house, &other, Method::POST, &begin, &other.csrf, announced).await.is(StatusCode::NOT_FOUND);
    send(&house, &me, Method::POST, &begin, &me.csrf, "{}").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let refused = send(&house, &me, Method::POST, &begin, &me.csrf, r#"{"name":"x","size":99999999999}"#).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["message", "兆字节"]);
    let begun = send(&house, &me, Method::POST, &begin, &me.csrf, announced).await;
    begun.is(StatusCode::CREATED).has(&["\"offset\":0"]);
    let url = begun.text.split('"').find(|part| part.contains("/uploads/")).expect("an address").to_owned();

    let at = |offset: usize| format!("{url}?offset={offset}");
    send(&house, &me, Method::PUT, &at(0), &me.csrf, bytes[..600].to_vec()).await.is(StatusCode::OK).has(&["600"]);
    send(&house, &me, Method::PUT, &at(0), &me.csrf, bytes[..600].to_vec()).await.is(StatusCode::CONFLICT).has(&["600"]);
    send(&house, &other, Method::GET, &url, "", "").await.is(StatusCode::NOT_FOUND);
    send(&house, &other, Method::PUT, &at(600), &other.csrf, bytes[600..].to_vec()).await.is(StatusCode::NOT_FOUND);
    send(&house, &me, Method::GET, &url, "", "").await.is(StatusCode::OK).has(&["600", "false"]);
    send(&house, &me, Method::PUT, &at(600), &me.csrf, bytes[600..].to_vec()).await.is(StatusCode::OK).has(&["1000", "true"]);

    let whole = office::drafts::open(&house.office.store, &me.actor, &draft).await.expect("opened");
    let paper = whole.papers.first().expect("attached");
    let place = format!("{begin}/{}", paper.digest);
    house.get_with(&place, &me.cookie).await.is(StatusCode::OK).has(&["%PDF-1.7"]);
    house.get_with(&place, &other.cookie).await.is(StatusCode::NOT_FOUND);
    house.get(&place).await.is(StatusCode::SEE_OTHER);

    let begun = send(&house, &me, Method::POST, &begin, &me.csrf, announced).await;
    let url = begun.text.split('"').find(|part| part.contains("/uploads/")).expect("an address").to_owned();
    send(&house, &me, Method::DELETE, &url, &me.csrf, "").await.is(StatusCode::NO_CONTENT);
    send(&house, &me, Method::GET, &url, "", "").await.is(StatusCode::NOT_FOUND);
}

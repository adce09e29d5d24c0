//! A token opens what its scope says, until it ends.

use super::district::{Ask, District, FIRM};
use casework::{Holder, Moment};
use store::people::Subject;

const DAY: i64 = 24 * 3_600_000;

#[tokio::test]
async fn what_is_no_token_is_refused_even_where_none_is_needed() {
    let district = District::open().await;
    for header in ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer yimen_nothing", "yimen_nothing"] {
        for path in ["/items", "/cases"] {
            district.ask(Ask::get(path).header("authorization", header)).await.told_problem(401, "unauthorized");
        }
    }
    district.ask(Ask::get("/items")).await.is(200);
}

#[tokio::test]
async fn a_token_that_ran_out_or_was_revoked_opens_nothing() {
    let district = District::open().await;
    let me = Subject::Person("zhang".into());
    let (first, second) = (district.applicant("zhang", None).await, district.applicant("zhang", None).await);
    district.ask(Ask::get("/me").by(&first)).await.is(200);
    let all = office::tokens::mine(&district.office.store, &me).await.expect("read");
    for token in &all {
        if token.used_at.is_some() {
            office::tokens::revoke(&district.office.store, &me, &token.id, district.now()).await.expect("revoked");
        }
    }
    district.ask(Ask::get("/me").by(&first)).await.told_problem(401, "unauthorized");
    district.ask(Ask::get("/me").by(&second)).await.is(200);
    district.office.clock.set(Moment(district.now().0 + 31 * DAY));
    district.ask(Ask::get("/me").by(&second)).await.told_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_token_of_somebody_who_left_opens_nothing() {
    let district = District::open().await;
    let (examiner, admin) = (district.officer("examiner").await, district.officer("admin").await);
    district.ask(Ask::get("/tasks").by(&examiner)).await.is(200);
    let left = Ask::put("/staff/examiner/left").by(&admin).json(serde_json::json!({ "version": 1 }));
    district.ask(left).await.is(204);
    district.ask(Ask::get("/tasks").by(&examiner)).await.told_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_token_for_a_firm_needs_a_mandate_that_holds_and_covers() {
    let district = District::open().await;
    let food = district.food_case().await;
    let other = district.case_of("zhang", Holder::Firm(FIRM.into()), "prepackaged-food-filing", super::district::AGENCY).await;
    // An operator who may only see one item, and only rate.
    district.mandate("li", FIRM, &["prepackaged-food-filing"], &["rate"]).await;
    let token = district.applicant("li", Some(FIRM)).await;
    assert_eq!(district.ask(Ask::get("/cases").by(&token)).await.is(200).column("no"), std::slice::from_ref(&other.0));
    district.ask(Ask::get(format!("/cases/{food}")).by(&token)).await.told_problem(404, "not-found");
    district.ask(Ask::get(format!("/cases/{other}")).by(&token)).await.is(200);
    let withdraw =
        Ask::post(format!("/cases/{other}/acts/withdraw")).by(&token).key("withdraw-1").seen(district.version(&other).await);
    district.ask(withdraw.json(serde_json::json!({ "reason": "不办了" }))).await.told_problem(403, "no-mandate");
    let begin = Ask::post("/drafts").by(&token).key("begin-0001");
    let begin = begin.json(serde_json::json!({ "item": super::district::ITEM, "area": super::district::AREA }));
    district.ask(begin).await.told_problem(403, "no-mandate");
    let mandates = district.office.store.mandates_of_person("li").await.expect("read");
    for mandate in mandates.iter().filter(|mandate| mandate.firm == FIRM) {
        office::people::firms::revoke(&district.office.store, "li", &mandate.id, district.now()).await.expect("given up");
    }
    district.ask(Ask::get("/cases").by(&token)).await.told_problem(403, "no-mandate");
}

#[tokio::test]
async fn whoever_calls_too_often_is_told_when_to_come_again() {
    let district = District::open().await;
    let token = district.applicant("zhang", None).await;
    for _ in 0..2_000 {
        let told = district.ask(Ask::get("/calendar").by(&token)).await;
        if told.status == 429 {
            let told = told.told_problem(429, "too-many");
            assert!(told.headers["retry-after"].to_str().expect("text").parse::<u32>().expect("seconds") >= 1);
            district.ask(Ask::get("/calendar").by(&district.applicant("zhang", None).await)).await.is(200);
            return;
        }
    }
    panic!("no limit was reached");
}

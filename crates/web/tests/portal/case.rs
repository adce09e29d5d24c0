//! `/matters/{no}`: what its holder does and reads there.

use crate::corrections::applied;
use crate::house::House;
use crate::uploads::someone;
use axum::http::StatusCode;
use casework::Act;

#[tokio::test]
async fn a_holder_urges_once_a_day_and_is_told_that_it_was_done_and_when_again() {
    let house = House::open().await;
    let me = someone(&house, "urges", 1).await;
    let case = applied(&house, &me, &[]).await;
    let page = format!("/matters/{}", case.no);
    let urge = async |request: &str| {
        let seen = house.office.store.case(&case.no).await.expect("read").expect("a case").version.to_string();
        let fields = [("csrf", me.csrf.as_str()), ("seen", &seen), ("request", request), ("text", "请尽快")];
        house.post_with(&format!("{page}/urge"), &fields, &me.cookie).await
    };
    house.get_with(&page, &me.cookie).await.has(&["/urge\""]);
    let told = urge("r1").await;
    assert_eq!((told.status, told.location.as_str()), (StatusCode::SEE_OTHER, format!("{page}?done=urged").as_str()));
    let done = house.get_with(&format!("{page}?done=urged"), &me.cookie).await;
    done.has(&["已催办，承办人已收到消息", "3月3日", "起可以再次催办"]).lacks(&["/urge\""]);
    urge("r2").await.is(StatusCode::OK).has(&["您已经催办过", "3月3日起可以再次催办"]);
    let urged = house.office.store.case(&case.no).await.expect("read").expect("a case").urged;
    assert_eq!(urged, 1);
}

#[tokio::test]
async fn whoever_begins_another_of_the_same_is_told_of_the_one_under_way_and_kept_from_nothing() {
    let house = House::open().await;
    let me = someone(&house, "again", 1).await;
    let door = "/apply/food-operation-new";
    house.get_with(door, &me.cookie).await.is(StatusCode::OK).lacks(&["您已有一件正在办理"]);
    let case = applied(&house, &me, &[]).await;
    let link = format!("/matters/{}", case.no);
    house.get_with(door, &me.cookie).await.has(&["您已有一件正在办理", &link, "开始填写"]);
    house.get_with("/apply/prepackaged-food-filing", &me.cookie).await.lacks(&[&link]);
    let other = someone(&house, "other", 2).await;
    house.get_with(door, &other.cookie).await.is(StatusCode::OK).lacks(&[&link]);
    let act = Act::Withdraw { reason: String::new() };
    house.office.perform(&case.no, &act, &me.actor, None, None).await.expect("withdrawn");
    house.get_with(door, &me.cookie).await.lacks(&["您已有一件正在办理"]);
}

#[tokio::test]
async fn the_form_is_read_again_as_it_was_sent_by_its_holder_alone() {
    let house = House::open().await;
    let me = someone(&house, "reads", 1).await;
    let case = applied(&house, &me, &[]).await;
    let form = format!("/matters/{}/form", case.no);
    house.get_with(&format!("/matters/{}", case.no), &me.cookie).await.has(&[&form]);
    let answers = house.office.answers_of(&case).await.expect("read");
    let page = house.get_with(&form, &me.cookie).await;
    page.is(StatusCode::OK).has(&["提交的申请表", "打印", "经营面积", answers["business-area"].as_str()]);
    let other = someone(&house, "peeks", 2).await;
    house.get_with(&form, &other.cookie).await.is(StatusCode::NOT_FOUND);
    house.get(&form).await.is(StatusCode::SEE_OTHER);
}

use crate::house::House;
use axum::http::StatusCode;

#[tokio::test]
async fn every_measure_says_who_answers_and_how_far_it_is() {
    let house = House::open().await;
    let page = house.get("/measures").await;
    page.is(StatusCode::OK).has(&[
        "一门办",
        "牵头单位",
        "区政务服务办",
        "尚未做到",
        "没有数字可以公布",
        "清单外许可数",
        "目标 0",
    ]);
    for number in 1..=17 {
        page.has(&[&format!(r#"id="m{number}""#)]);
    }
    house.in_english("/measures").await.has(&["not reached yet", "One door"]);
}

#[tokio::test]
async fn the_assessment_of_drafts_has_figures() {
    let house = House::open().await;
    let page = house.get("/measures").await;
    let own = page.text.split("id=\"m17\"").nth(1).expect("measure 17");
    for word in ["已作出结论的草案数", "期限内作出结论的占比", "部门意见按期反馈率", "要修改而未改的发现"]
    {
        assert!(own.contains(word), "{word}");
    }
    assert!(!own.contains("尚未做到"));
}

#[tokio::test]
async fn an_error_told_in_a_guide_is_counted_among_the_figures() {
    let house = House::open().await;
    house.office.open_correction("c1", "food-operation-new", "guide-papers", "…", "", None).await.expect("opened");
    house.get("/measures").await.has(&["待改正的指南错误", "未达到"]);
}

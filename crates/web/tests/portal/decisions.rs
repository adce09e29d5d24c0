use crate::house::House;
use axum::http::StatusCode;
use casework::{CaseNo, Moment};
use jiff::civil::date;
use store::letters::PublishedDecision;

async fn publish(house: &House, n: i8, holder: &str) {
    let decision = PublishedDecision {
        no: CaseNo(format!("A{n:02}")),
        item: "food-operation-new".to_owned(),
        agency: "scjgj".to_owned(),
        area: "120116005".to_owned(),
        document_number: format!("津滨市准〔2026〕{n}号"),
        holder_shown: holder.to_owned(),
        decided_on: date(2026, 1, 1 + n % 28),
        valid_until: Some(date(2031, 1, 1)),
        ended: (n == 2).then_some((casework::event::Ending::Deregistered, date(2026, 2, 1))),
        published_at: Moment(0),
    };
    house.office.store.publish_decision(&decision).await.expect("published");
}

#[tokio::test]
async fn granted_decisions_are_open_to_everybody() {
    let house = House::open().await;
    house.get("/decisions").await.is(StatusCode::OK).has(&["没有符合的决定", "第四十条"]);
    publish(&house, 1, "天津滨城小馆餐饮有限公司").await;
    publish(&house, 2, "（自然人）").await;
    house.get("/decisions").await.has(&["津滨市准〔2026〕1号", "天津滨城小馆餐饮有限公司", "（自然人）", "2031年1月1日"]);
    house.get("/decisions?q=%E5%B0%8F%E9%A6%86").await.has(&["1号", "有效"]).lacks(&["〔2026〕2号", "2026年2月1日"]);
    house.get("/decisions").await.has(&["注销", "2026年2月1日"]);
    house.get("/decisions?item=company-registration").await.has(&["没有符合的决定"]);
}

#[tokio::test]
async fn the_list_goes_on_after_its_last_row() {
    let house = House::open().await;
    for n in 0..40 {
        publish(&house, n, "某公司").await;
    }
    let first = house.get("/decisions").await;
    first.has(&["下一页"]);
    let next = first
        .text
        .split("href=\"")
        .find_map(|part| part.split_once('"').map(|(href, _)| href).filter(|href| href.contains("after=")))
        .expect("a next page");
    let second = house.get(&next.replace("&amp;", "&")).await;
    second.has(&["回到最新的决定"]).lacks(&["下一页"]);
    let rows = |text: &str| text.matches("津滨市准").count();
    assert_eq!((rows(&first.text), rows(&second.text)), (30, 10));
}

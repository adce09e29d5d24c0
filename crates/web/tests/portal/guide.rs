use crate::house::House;
use axum::http::StatusCode;

const FOOD: &str = "/items/food-operation-new";

#[tokio::test]
async fn a_guide_tells_everything_of_its_item() {
    let house = House::open().await;
    house.get(FOOD).await.is(StatusCode::OK).has(&[
        "开饭店、咖啡店",
        "设备设施清单",
        "可以后补",
        "免提交",
        "8个工作日",
        "10个工作日",
        "要交的材料",
        "一次也不用跑",
        "不收费",
        "食品经营许可证",
        "5 年",
        "天津市滨海新区政务服务中心",
        "天津经济技术开发区管理委员会",
        "委托",
        "只卖有包装的零食",
        "2026-03-02-1",
        "/apply/food-operation-new",
        "/items/food-operation-new/error",
        "/lists/xk-food-operation-new",
        "示例",
    ]);
}

#[tokio::test]
async fn an_english_guide_marks_what_is_chinese() {
    let house = House::open().await;
    let page = house.in_english(FOOD).await;
    page.has(&["Food business licence (new)", "Papers to hand in", "8 working days", r#"lang="zh-CN""#]);
}

#[tokio::test]
async fn the_situation_switches_the_papers() {
    let house = House::open().await;
    let open = house.get(FOOD).await;
    open.has(&["仅当：", "食品操作流程图"]).lacks(&["按您的情况，不用交"]);
    let without = house.get(&format!("{FOOD}?has-kitchen=false&business-area=40")).await;
    without.has(&["按您的情况，不用交", "重新来"]);
    let with = house.get(&format!("{FOOD}?has-kitchen=true&business-area=120")).await;
    with.has(&["食品操作流程图"]);
    // What cannot be an answer is said beside its question and switches nothing.
    let wrong = house.get(&format!("{FOOD}?business-area=large")).await;
    wrong.is(StatusCode::OK).has(&["有几处需要修改"]).lacks(&["按您的情况，不用交"]);
}

#[tokio::test]
async fn the_law_is_quoted_where_it_was_checked() {
    let house = House::open().await;
    house.get(FOOD).await.has(&["看法律条文", "食品安全法第三十五条", "已核实"]);
}

#[tokio::test]
async fn a_closed_item_still_says_from_when_and_why() {
    let house = House::with(|files| {
        let (_, text) = files.iter_mut().find(|(path, _)| path == "items/food-operation-new.toml").expect("the item");
        *text = text.replace("visits = 0", "visits = 0\nclosed-from = 2026-02-01\nclosed-reason = \"改由市级统一办理\"");
    })
    .await;
    let page = house.get(FOOD).await;
    page.is(StatusCode::OK)
        .has(&["已经停止受理新的申请", "2026年2月1日", "改由市级统一办理", "/report"])
        .lacks(&["/apply/food-operation-new"]);
}

#[tokio::test]
async fn every_item_has_a_guide_in_both_languages() {
    let house = House::open().await;
    let edition = house.office.rulebooks.live().expect("an edition");
    for code in edition.rules.items.keys() {
        house.get(&format!("/items/{code}")).await.is(StatusCode::OK).has(&["关于这份指南"]);
        house.in_english(&format!("/items/{code}")).await.is(StatusCode::OK).has(&["About this guide"]);
    }
    house.get("/items/no-such-item").await.is(StatusCode::NOT_FOUND);
}

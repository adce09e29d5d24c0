use crate::items::ITEM;
use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

#[tokio::test]
async fn a_correction_is_taken_and_stays_open_until_the_guide_is_changed_or_answered_for() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/corrections", &desks.editor, &li).await;
    let told = [("request", "r1"), ("part", "material"), ("words", "材料名称和窗口说的不一样")];
    rooms.house.post(&format!("/items/{ITEM}/error"), &told).await.is(StatusCode::SEE_OTHER);
    rooms.get(&desks.editor, "/workbench/corrections").await.has(&["材料名称和窗口说的不一样", "剩 10 个工作日"]);
    let id = rooms.house.office.store.corrections("open", 10).await.unwrap()[0].id.clone();
    let path = format!("/workbench/corrections/{id}");
    rooms.post(&desks.legal, &format!("{path}/take"), &[]).await.is(StatusCode::FORBIDDEN);
    rooms.post(&desks.editor, &format!("{path}/take"), &[]).await.is(StatusCode::SEE_OTHER);
    rooms.get(&desks.editor, &path).await.has(&["feng同志", "改正指南并发布以后"]);
    let close = format!("{path}/close");
    rooms.post(&desks.editor, &close, &[("answer", "已改")]).await.is(StatusCode::OK).has(&["请选择是哪一次修改改正的"]);
    let change = rooms.draft(&desks.editor, ITEM, "改正后的一句。").await;
    rooms.passed(&desks, &change).await;
    let page = rooms.get(&desks.publisher, "/workbench/publish").await;
    let (base, seen) = (Rooms::hidden(&page, "base"), format!("seen.{change}"));
    let fields = [("change", change.as_str()), (&seen, "4"), ("base", &base), ("note", "x")];
    rooms.post(&desks.publisher, "/workbench/publish", &fields).await.is(StatusCode::SEE_OTHER);
    let answer = [("by", change.as_str()), ("answer", "材料名称已改成一致")];
    rooms.post(&desks.editor, &close, &answer).await.is(StatusCode::SEE_OTHER);
    rooms.get(&desks.editor, "/workbench/corrections?state=closed").await.has(&["材料名称和窗口说的不一样"]);
    rooms.get(&desks.editor, &path).await.has(&["材料名称已改成一致"]);
}

#[tokio::test]
async fn a_root_cause_is_closed_by_a_change_only() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let no = rooms.case("one").await;
    let office = &rooms.house.office;
    office.open_correction("root-1", ITEM, "guide-wrong", "", "", Some(&no)).await.expect("opened");
    rooms.post(&feng, "/workbench/corrections/root-1/take", &[]).await.is(StatusCode::SEE_OTHER);
    rooms.get(&feng, "/workbench/corrections/root-1").await.has(&["办不成事的根因", "办事指南有误"]);
    let none = [("by", "none"), ("answer", "不用改指南")];
    rooms.post(&feng, "/workbench/corrections/root-1/close", &none).await.is(StatusCode::OK).has(&["根因还没有改正"]);
}

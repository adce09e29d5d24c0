use crate::items::ITEM;
use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

#[tokio::test]
async fn editions_are_listed_and_compared_with_what_they_touch() {
    let rooms = Rooms::open().await;
    let desks = rooms.desks().await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/editions", &desks.legal, &li).await;
    rooms.case("one").await;
    let change = rooms.draft(&desks.editor, ITEM, "新的一句。").await;
    rooms.passed(&desks, &change).await;
    let page = rooms.get(&desks.publisher, "/workbench/publish").await;
    let (base, seen) = (Rooms::hidden(&page, "base"), format!("seen.{change}"));
    let fields = [("change", change.as_str()), (&seen, "4"), ("base", &base), ("note", "改简介")];
    rooms.post(&desks.publisher, "/workbench/publish", &fields).await.is(StatusCode::SEE_OTHER);
    rooms.get(&desks.editor, "/workbench/editions").await.has(&["2026-03-02-1", "2026-03-02.1", "现行", "改简介"]);
    let compared = rooms.get(&desks.editor, "/workbench/editions/compare?a=2026-03-02-1&b=2026-03-02.1").await;
    compared.has(&["新的一句。", "涉及 1 个事项", "现有 1 件在办件"]);
    rooms.get(&desks.editor, "/workbench/editions/compare?a=x&b=y").await.is(StatusCode::NOT_FOUND);
}

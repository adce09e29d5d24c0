use crate::rooms::{Rooms, only};
use rulebook::procedure::Role;

#[tokio::test]
async fn the_week_is_one_page_for_supervision() {
    let rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    only(&rooms, "/workbench/week", &gao, &li).await;
    rooms.case("one").await;
    rooms.get(&gao, "/workbench/week").await.has(&["一页周报", "2026年3月2日", "收到申请"]);
    rooms.get(&gao, "/workbench/week?from=2026-03-05").await.has(&["2026年3月2日"]);
    rooms.get(&gao, "/workbench/week?from=nonsense").await.has(&["2026年3月2日"]);
}

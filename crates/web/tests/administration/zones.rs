use crate::rooms::{Rooms, only};
use rulebook::procedure::Role;

#[tokio::test]
async fn zones_stand_side_by_side() {
    let rooms = Rooms::open().await;
    let xu = rooms.staff("xu", &[Role::Legal], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/zones", &xu, &li).await;
    rooms.get(&xu, "/workbench/zones?q=食品经营许可").await.has(&["食品经营许可", "个工作日"]);
    rooms.get(&xu, "/workbench/zones?only=deviations").await.has(&["各开发区对照"]);
}

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
    // Nobody is shown a way that is shut to them.
    let zhao = rooms.staff("zhao", &[Role::Approver], None).await;
    rooms.get(&xu, "/workbench/items").await.has(&["/workbench/zones"]);
    rooms.get(&zhao, "/workbench/items").await.has(&["各版历史"]).lacks(&["/workbench/zones"]);
}

use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use rulebook::procedure::Role;

#[tokio::test]
async fn the_next_notice_is_looked_at_before_it_is_added() {
    let rooms = Rooms::open().await;
    let shen = rooms.staff("shen", &[Role::Administrator], None).await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/calendar", &gao, &li).await;
    rooms.get(&gao, "/workbench/calendar").await.lacks(&["先看影响"]);
    rooms.post(&gao, "/workbench/calendar", &[("how", "look")]).await.is(StatusCode::FORBIDDEN);
    let rows = "2027-01-01,holiday,元旦,New Year,2027";
    rooms.post(&shen, "/workbench/calendar", &[("rows", rows)]).await.has(&["请填写公布到哪一天", rows]);
    let wrong = [("rows", "2027-01-01,feast,元旦,New Year,2027"), ("until", "2027-12-31")];
    rooms.post(&shen, "/workbench/calendar", &wrong).await.has(&["calendar/holidays.csv:"]).lacks(&["确认追加"]);
    let looked = rooms.post(&shen, "/workbench/calendar", &[("rows", rows), ("until", "2027-12-31")]).await;
    looked.is(StatusCode::OK).has(&["确认追加", "2027年12月31日"]);
    let text = Rooms::hidden(&looked, "text");
    let add = [("text", text.as_str()), ("how", "add")];
    rooms.post(&shen, "/workbench/calendar", &add).await.is(StatusCode::SEE_OTHER);
    let day = jiff::civil::date(2027, 12, 31);
    assert_eq!(rooms.house.office.rulebooks.calendar().known_until(), day);
    rooms.post(&shen, "/workbench/calendar", &add).await.is(StatusCode::OK).has(&["有人追加了另一版"]);
}

#[tokio::test]
async fn supervision_is_warned_sixty_days_before_the_calendar_ends() {
    let rooms = Rooms::open().await;
    let gao = rooms.staff("gao", &[Role::Supervisor], None).await;
    rooms.get(&gao, "/workbench/supervision").await.lacks(&["工作日历只到"]);
    let office = &rooms.house.office;
    office.clock.set(casework::Moment::at("2026-11-05T09:00".parse().expect("a moment")));
    rooms.get(&gao, "/workbench/supervision").await.has(&["工作日历只到", "还有 56 天"]);
}

//! `/matters/{no}` and `/notices` of whoever holds a permit that ends: the reminder comes once, on the day on which the window opens.

use crate::rooms::{Person, Rooms};
use axum::http::StatusCode;
use casework::{Act, CaseNo, Moment};
use rulebook::procedure::Role;

const CODE: &str = "food-operation-new";

/// A food licence that was granted and delivered to this person.
async fn granted(rooms: &Rooms, id: &str, request: &str) -> CaseNo {
    let no = rooms.applied(CODE, id, "某小吃店", request).await;
    rooms.granted(&no).await;
    no
}

/// Goes to ten o'clock of a day; the timekeeper looks and the courier runs.
async fn on(rooms: &Rooms, day: &str) {
    let office = &rooms.house.office;
    office.clock.set(Moment::at(format!("{day}T10:00").parse().expect("a moment")));
    office.look_at_clocks().await.expect("looked");
    office.run_due_errands().await.expect("run");
}

async fn told(rooms: &Rooms, who: &Person) -> usize {
    let page = rooms.get(who, "/notices").await;
    page.is(StatusCode::OK);
    page.text.matches("现在可以申请延续").count()
}

#[tokio::test]
async fn the_holder_is_reminded_once_when_the_window_opens_and_renews_from_the_case() {
    let rooms = Rooms::open().await;
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    rooms.staff("zhao", &[Role::Approver], Some("scjgj")).await;
    rooms.staff("wu", &[Role::Clerk], None).await;
    let (_, id) = rooms.applicant("holder").await;
    let (stands, ended) = (granted(&rooms, &id, "one").await, granted(&rooms, &id, "two").await);
    rooms.house.office.run_due_errands().await.expect("run");
    let end = Act::End { ground: "holder-applied".to_owned(), reason: "停业".to_owned() };
    rooms.perform(&ended, end, &rooms.actor("zhao").await).await;

    let live = rooms.house.office.rulebooks.live().expect("in force");
    let case = rooms.house.office.store.case(&stands).await.expect("read").expect("a case");
    let until = casework::Permit::of(&case).and_then(|permit| permit.valid_until).expect("it ends");
    let (from, _) = office::renewals::window(&live.rules.items[CODE], until).expect("a window");
    on(&rooms, &from.yesterday().expect("a day").to_string()).await;
    let holder = rooms.applicant_again("holder", &id).await;
    let path = format!("/matters/{stands}");
    assert_eq!(told(&rooms, &holder).await, 0);
    rooms.get(&holder, &path).await.is(StatusCode::OK).has(&["起可以申请"]).lacks(&[">申请延续<"]);
    for _ in 0..3 {
        on(&rooms, &from.to_string()).await;
    }
    on(&rooms, &from.tomorrow().expect("a day").to_string()).await;
    assert_eq!(told(&rooms, &holder).await, 1, "once, and for the permit that stands");
    let renew = format!("/apply/food-operation-renewal?earlier={stands}");
    rooms.get(&holder, &path).await.has(&[">申请延续<", &renew]);
    rooms.in_english(&holder, &path).await.has(&[">Renew<"]);
    rooms.get(&holder, &format!("/matters/{ended}")).await.lacks(&[">申请延续<"]);
    on(&rooms, "2031-03-03").await;
    assert_eq!(told(&rooms, &holder).await, 1);
}

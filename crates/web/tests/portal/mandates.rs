//! `/`, `/matters`, `/notices` for somebody who acts for a firm in one item.

use crate::house::House;
use crate::uploads::{act_for, mandate, someone};
use axum::http::StatusCode;
use casework::act::Submission;
use casework::event::Channel;
use casework::{Act, Actor, CaseNo, Holder, Officer, Power, Reach, StaffId};
use office::Outcome;
use rulebook::Text;
use rulebook::procedure::Role;
use store::people::firms::Part;

const FIRM: &str = "91120116MA0TEXT042";
const MINE: &str = "prepackaged-food-filing";

#[tokio::test]
async fn the_pages_of_an_operator_show_the_matters_of_the_mandate_alone() {
    let house = House::open().await;
    let (office, me) = (&house.office, someone(&house, "operator", 1).await);
    mandate(&house, &me, FIRM, Part::Operator, &[MINE]).await;
    act_for(&house, &me, FIRM).await;
    let word = |word: &str| word.to_owned();

    let legal = Actor::Applicant { person: word("legal"), holder: Holder::Firm(word(FIRM)), reach: Reach::Whole };
    let mut numbers = Vec::new();
    for item in ["food-operation-new", MINE] {
        let submission = Submission {
            item: word(item),
            holder: Holder::Firm(word(FIRM)),
            agency: word("scjgj"),
            area: word("120116001"),
            channel: Channel::Online,
            parent: None,
            answers: word("{}"),
            title: word("一号饭店"),
            papers: vec![],
            lacking: vec![],
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: Vec::new(),
        };
        let Outcome::Done(case) = office.submit(submission, &legal, item).await.expect("submitted") else { panic!("refused") };
        office.notify(item, &format!("f:{FIRM}"), Some(&case.no), &Text::new("有变化。", "Changed.")).await.expect("told");
        numbers.push(case.no.0);
    }
    for path in ["/", "/matters", "/notices"] {
        let page = house.get_with(path, &me.cookie).await;
        page.is(StatusCode::OK).has(&[&numbers[1]]).lacks(&[&numbers[0]]);
    }
    house.get_with(&format!("/matters/{}", numbers[0]), &me.cookie).await.is(StatusCode::NOT_FOUND);

    // A licence of a matter that the mandate does not cover is neither shown nor copied.
    let officer = |id: &str, role: Role| {
        let power = Power { role, agency: None, items: vec![], until: None };
        Actor::Officer(Officer { id: StaffId(word(id)), powers: vec![power], stands_in_for: vec![] })
    };
    let (li, zhao) = (officer("li", Role::Examiner), officer("zhao", Role::Approver));
    let food = CaseNo(numbers[0].clone());
    for (act, by) in [
        (Act::Claim, &li),
        (Act::Accept { deferred: vec![] }, &li),
        (Act::Review { agrees: true, opinion: word("符合") }, &li),
        (Act::Grant { content: word("准予") }, &zhao),
        (Act::MakeResult { number: word("JY1"), name: word("") }, &li),
    ] {
        let Outcome::Done(_) = office.perform(&food, &act, by, None, None).await.expect("heard") else { panic!("{act:?}") };
    }
    office.run_due_errands().await.expect("run");
    house.get_with("/wallet", &me.cookie).await.is(StatusCode::OK).lacks(&["JY1"]);
    let asked = [("csrf", me.csrf.as_str()), ("purpose", "银行开户"), ("until", "2026-03-31")];
    house.post_with(&format!("/wallet/{food}/copy"), &asked, &me.cookie).await.is(StatusCode::NOT_FOUND);
}

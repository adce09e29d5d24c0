//! `/wallet` by the API: the holder's licences, their files, uses and copies, with the bounds of the page.

use super::district::{Ask, District, FIRM};
use casework::Act;
use serde_json::json;

/// A district in which the firm holds a food licence; the number of its case.
async fn granted() -> (District, casework::CaseNo) {
    let district = District::open().await;
    let no = district.food_case().await;
    let word = |text: &str| text.to_owned();
    for (by, act) in [
        ("examiner", Act::Claim),
        ("examiner", Act::Accept { deferred: vec![] }),
        ("examiner", Act::Review { agrees: true, opinion: word("符合") }),
        ("approver", Act::Grant { content: word("热食类食品制售") }),
        ("clerk", Act::MakeResult { number: word("JY1"), name: String::new() }),
    ] {
        district.act(&no, &district.actor(by).await, act).await;
    }
    district.office.run_due_errands().await.expect("run");
    (district, no)
}

#[tokio::test]
async fn the_holder_reads_a_licence_takes_its_files_and_copies_it_and_nobody_else_does() {
    let (district, no) = granted().await;
    let zhang = district.applicant("zhang", Some(FIRM)).await;
    let all = district.ask(Ask::get("/wallet").by(&zhang)).await.is(200);
    assert_eq!(all.column("case"), std::slice::from_ref(&no.0));
    let one = district.ask(Ask::get(format!("/wallet/{no}")).by(&zhang)).await.is(200);
    assert_eq!((&one.body["licence"]["stands"], &one.body["files"]), (&json!(true), &json!(["pdf"])), "no seal is kept here");
    assert!(one.text("/licence/identifier").starts_with("1.2.156.3005.2."));
    district.ask(Ask::get(format!("/wallet/{no}/pdf")).by(&zhang)).await.is(200);
    district.ask(Ask::get(format!("/wallet/{no}/ofd")).by(&zhang)).await.told_problem(404, "not-found");
    let copies = format!("/wallet/{no}/copies");
    let asked = |purpose: &str, until: &str| {
        let key = format!("copy-{}-{until}", purpose.chars().count());
        Ask::post(&copies).key(&key).json(json!({ "purpose": purpose, "until": until }))
    };
    let until = (district.now().day() + jiff::Span::new().days(20)).to_string();
    district.ask(asked("银行开户", &until).by(&zhang)).await.is(200);
    district.ask(asked("银行开户", &until).by(&zhang)).await.told_problem(422, "key-reused");
    district.ask(asked("", &until).by(&zhang)).await.is(400);
    district.ask(asked("银行开户", "2099-01-01").by(&zhang)).await.is(400);
    let uses = district.ask(Ask::get(format!("/wallet/{no}/uses")).by(&zhang)).await.is(200);
    let mut whats = uses.column("what");
    whats.sort();
    assert_eq!(whats, ["copy", "pdf"]);

    // A mandate for another item, somebody else, and an officer: no licence of theirs is there.
    district.mandate("li", FIRM, &["prepackaged-food-filing"], &[]).await;
    for other in [district.applicant("li", Some(FIRM)).await, district.applicant("li", None).await] {
        assert!(district.ask(Ask::get("/wallet").by(&other)).await.is(200).column("case").is_empty());
        for path in ["", "/uses", "/pdf", "/ofd"] {
            district.ask(Ask::get(format!("/wallet/{no}{path}")).by(&other)).await.told_problem(404, "not-found");
        }
        district.ask(asked("冒用", &until).by(&other)).await.told_problem(404, "not-found");
    }
    let officer = district.officer("approver").await;
    assert!(district.ask(Ask::get("/wallet").by(&officer)).await.status.is_client_error());
}

#[tokio::test]
async fn the_wallet_is_one_look_however_many_licences_lie_in_it() {
    let (district, no) = granted().await;
    let holder = casework::Holder::Firm(FIRM.into()).key();
    let before = district.office.store.engine().asked().0;
    let held = district.office.store.wallet(&holder, None, 10, 10).await.expect("read");
    assert_eq!(district.office.store.engine().asked().0 - before, 3, "licences, files and uses, together");
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].licence.no, no);
    assert!(held[0].certificate.as_ref().is_some_and(|letter| !letter.digest.is_empty()));
    assert_eq!(district.office.store.wallet(&holder, Some(&casework::CaseNo("no".into())), 1, 1).await, Ok(vec![]));
    assert_eq!(district.office.store.wallet("p:nobody", Some(&no), 1, 1).await, Ok(vec![]), "another's licence is none");
}

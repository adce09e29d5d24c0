//! Who sees which cases: the same set as the pages' reader, in lists, one by one and in every part.

use super::district::{AGENCY, Ask, District, FIRM, ITEM, OTHER_FIRM};
use casework::{Act, CaseNo, Holder};
use serde_json::json;
use std::collections::BTreeSet;
use store::reader::{Filter, Reader, Scope};

async fn three(district: &District) -> [CaseNo; 3] {
    [
        district.food_case().await,
        district.case_of("li", Holder::Firm(OTHER_FIRM.into()), ITEM, AGENCY).await,
        district.case_of("zhang", Holder::Person("zhang".into()), "public-place-hygiene", "wjw").await,
    ]
}

#[tokio::test]
async fn everybody_sees_their_own_and_the_same_as_on_the_pages() {
    let district = District::open().await;
    let [food, others, own] = three(&district).await;
    let cases: [(&str, String, Vec<&CaseNo>); 8] = [
        ("zhang for the firm", district.applicant("zhang", Some(FIRM)).await, vec![&food]),
        ("zhang for herself", district.applicant("zhang", None).await, vec![&own]),
        ("li", district.applicant("li", Some(OTHER_FIRM)).await, vec![&others]),
        ("examiner", district.officer("examiner").await, vec![&food, &others]),
        ("stranger", district.officer("stranger").await, vec![&own]),
        ("supervisor", district.officer("supervisor").await, vec![&food, &others, &own]),
        ("admin", district.officer("admin").await, vec![]),
        ("nobody", district.officer("nobody").await, vec![]),
    ];
    for (who, token, seen) in &cases {
        let wanted: BTreeSet<String> = seen.iter().map(|no| no.0.clone()).collect();
        for path in ["/cases", "/me/cases"] {
            let told = district.ask(Ask::get(path).by(token)).await.is(200);
            assert_eq!(told.column("no").into_iter().collect::<BTreeSet<_>>(), wanted, "{who} at {path}");
        }
        for no in [&food, &others, &own] {
            let visible = wanted.contains(&no.0);
            for part in ["", "/acts", "/clocks/decide-promised", "/letters/1", "/papers/1"] {
                let told = district.ask(Ask::get(format!("/cases/{no}{part}")).by(token)).await;
                if !visible {
                    told.told_problem(404, "not-found");
                } else if ["", "/acts", "/papers/1"].contains(&part) {
                    told.is(200);
                }
            }
            if !visible {
                let act = Ask::post(format!("/cases/{no}/acts/note")).by(token).key("note-0001").seen(1);
                district.ask(act.json(json!({ "text": "看不见" }))).await.told_problem(404, "not-found");
                district
                    .ask(Ask::post(format!("/cases/{no}/correction")).by(token).key("fix-00001"))
                    .await
                    .told_problem(404, "not-found");
            }
        }
    }
    let me = Reader::for_actor(&district.office.store, Scope::of(&district.actor("examiner").await, district.now().day()));
    let page = me.list(&Filter::default(), None, 30, district.now()).await.expect("read");
    let told = district.ask(Ask::get("/cases").by(&cases[3].1)).await;
    assert_eq!(told.column("no"), page.rows.iter().map(|row| row.no.0.clone()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_case_is_told_whole_and_colleagues_are_told_more() {
    let district = District::open().await;
    let no = district.food_case().await;
    let examiner = district.actor("examiner").await;
    district.act(&no, &examiner, Act::Note { text: "电话里说过".into() }).await;
    district.act(&no, &examiner, Act::Claim).await;
    let applicant = district.applicant("zhang", Some(FIRM)).await;
    let told = district.ask(Ask::get(format!("/cases/{no}")).by(&applicant)).await.is(200);
    assert_eq!(told.headers["etag"], format!("\"{}\"", told.body["version"]));
    assert_eq!(told.body["handler"], json!({ "id": "examiner", "name": "examiner人员" }));
    assert_eq!(told.body["answers"], district.sample(ITEM));
    assert_eq!(told.body["papers"][0]["name"], "平面图.pdf");
    assert!(!told.body.to_string().contains("电话里说过"), "a note is for colleagues");
    let colleague = district.officer("approver").await;
    let told = district.ask(Ask::get(format!("/cases/{no}")).by(&colleague)).await.is(200);
    assert!(told.body.to_string().contains("电话里说过"));
    let clock = told.text("/clocks/0/code").to_owned();
    let explained = district.ask(Ask::get(format!("/cases/{no}/clocks/{clock}")).by(&applicant)).await.is(200);
    assert_eq!(explained.text("/days/0/kind"), "start");
    assert_eq!(explained.body["clock"]["due"], told.body["clocks"][0]["due"]);
    district.act(&no, &examiner, Act::Accept { deferred: vec![] }).await;
    let explained = district.ask(Ask::get(format!("/cases/{no}/clocks/decide-statutory")).by(&applicant)).await.is(200);
    assert!(
        explained.text("/basis/zh").starts_with("食品经营许可和备案管理办法"),
        "the item's own ground: {}",
        explained.body["basis"]
    );
    let paper = district.ask(Ask::get(format!("/cases/{no}/papers/1")).by(&applicant)).await.is(200);
    assert_eq!(
        (paper.bytes.as_slice(), paper.headers["content-type"].to_str().expect("text")),
        (&b"%PDF-1.4 example"[..], "application/pdf")
    );
    for missing in ["papers/0", "papers/2", "papers/x", "letters/9", "clocks/nothing"] {
        district.ask(Ask::get(format!("/cases/{no}/{missing}")).by(&applicant)).await.told_problem(404, "not-found");
    }
}

#[tokio::test]
async fn an_officers_reading_is_noted_and_an_applicants_is_not() {
    let district = District::open().await;
    let no = district.food_case().await;
    let (applicant, examiner) = (district.applicant("zhang", Some(FIRM)).await, district.officer("examiner").await);
    for token in [&applicant, &examiner, &examiner] {
        district.ask(Ask::get(format!("/cases/{no}")).by(token)).await.is(200);
    }
    let later = casework::Moment(district.now().0 + 1);
    let of_case = store::readings::ReadingFilter { case_no: Some(no.clone()), before: Some(later), ..Default::default() };
    let noted = district.office.store.readings(&of_case, 10).await.expect("read");
    assert_eq!(noted.iter().map(|row| row.reader.as_str()).collect::<Vec<_>>(), ["s:examiner"]);
    assert!(noted[0].purpose.starts_with("api:"));
}

#[tokio::test]
async fn pages_go_on_where_they_stopped_and_filters_narrow() {
    let district = District::open().await;
    let mut all = BTreeSet::new();
    for _ in 0..5 {
        all.insert(district.food_case().await.0);
    }
    let token = district.officer("examiner").await;
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let told = district.ask(Ask::get(format!("/cases?limit=2&after={after}")).by(&token)).await.is(200);
        found.extend(told.column("no"));
        match told.body["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(found.len(), 5, "no row twice, none left out");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), all);
    for (filter, count) in [
        ("item=food-operation-new", 5),
        ("item=taxi", 0),
        ("open=false", 0),
        ("open=true&light=green", 5),
        ("from=2026-03-03", 0),
    ] {
        let told = district.ask(Ask::get(format!("/cases?{filter}")).by(&token)).await.is(200);
        assert_eq!(told.column("no").len(), count, "{filter}");
    }
}

#[tokio::test]
async fn a_copy_of_ones_own_data_holds_ones_own() {
    let district = District::open().await;
    let [food, _, own] = three(&district).await;
    let token = district.applicant("zhang", Some(FIRM)).await;
    let told = district.ask(Ask::get("/me/data").by(&token)).await.is(200);
    assert_eq!(told.body["cases"], json!([food.0]));
    assert!(!told.text("/id-number").contains("19010"), "masked: {}", told.body["id-number"]);
    let told = district.ask(Ask::get("/me/data").by(&district.applicant("zhang", None).await)).await.is(200);
    assert_eq!(told.body["cases"], json!([own.0]));
    assert_eq!(told.body["firms"][0]["code"], FIRM);
    district.ask(Ask::get("/me/data").by(&district.officer("examiner").await)).await.told_problem(404, "not-found");
}

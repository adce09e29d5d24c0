//! `/workbench/cases/{no}/acts/inspect` and `give-opinion` with files: kept by their digest, listed and opened by who may see the
//! case, spared by the sweep and looked for by `verify`.

use crate::rooms::{Person, Rooms};
use axum::http::StatusCode;
use casework::{Act, CaseNo, Event, Moment};
use rulebook::procedure::Role;
use store::verify::Told;

const PHOTO: &[u8] = b"\x89PNG\r\n\x1a\nthe kitchen";
const REPORT: &[u8] = b"%PDF-1.7\nthe report";

async fn in_review(rooms: &Rooms, applicant: &str) -> CaseNo {
    let no = rooms.applied("food-operation-new", applicant, "海河小吃店", "one").await;
    let li = rooms.actor("li").await;
    rooms.perform(&no, Act::Claim, &li).await;
    rooms.perform(&no, Act::Accept { deferred: Vec::new() }, &li).await;
    no
}

async fn seen(rooms: &Rooms, no: &CaseNo) -> String {
    rooms.house.office.store.case(no).await.expect("read").expect("a case").version.to_string()
}

/// Sends the form of an act with a file and gives where it leads.
async fn send(rooms: &Rooms, who: &Person, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> crate::house::Answer {
    rooms.upload_as(who, path, fields, "papers", file).await
}

#[tokio::test]
async fn photographs_of_an_inspection_are_kept_with_the_record() {
    let rooms = Rooms::open().await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    rooms.staff("wang", &[Role::Examiner], Some("scjgj")).await;
    let stranger = rooms.staff("sun", &[Role::Examiner], Some("wjw")).await;
    let (owner, id) = rooms.applicant("owner").await;
    let no = in_review(&rooms, &id).await;
    let (case, version) = (format!("/workbench/cases/{no}"), seen(&rooms, &no).await);
    let path = format!("{case}/acts/inspect");
    rooms.get(&li, &path).await.is(StatusCode::OK).has(&["multipart/form-data", "照片、报告"]);
    rooms.in_english(&li, &path).await.has(&["Photographs"]);

    let given = [("seen", version.as_str()), ("on", "2026-03-02"), ("passed", "true"), ("officers", "li"), ("officers", "wang")];
    // Something is missing: the file stays with the form.
    let faulty = send(&rooms, &li, &path, &given, ("后厨.png", PHOTO)).await;
    faulty.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["已收下的附件", "后厨.png"]);
    let taken = Rooms::hidden(&faulty, "attached");
    let wrong = send(&rooms, &li, &path, &given, ("x.png", b"no picture")).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["可接受的类型"]);
    let mut whole = given.to_vec();
    whole.extend([("findings", "布局与图纸一致"), ("attached", taken.as_str()), ("request", "r1")]);
    // Nobody attaches what somebody else took in.
    let others = rooms.post(&stranger, &path, &whole).await;
    others.is(StatusCode::NOT_FOUND);
    let done = send(&rooms, &li, &path, &whole, ("报告.pdf", REPORT)).await;
    assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, &*format!("{case}?done=inspect")), "{}", done.text);

    let store = &rooms.house.office.store;
    let records = store.records(&no).await.expect("read");
    let inspected = records.iter().find(|record| matches!(record.event, Event::Inspected { .. })).expect("recorded");
    let digests: Vec<String> = inspected.event.attached().iter().map(|file| file.digest.clone()).collect();
    let line = serde_json::to_string(inspected).expect("a line");
    assert_eq!(digests.len(), 2);
    assert!(line.contains(&digests[0]) && !line.contains("后厨"), "known by its digest, its name is a particular: {line}");

    rooms.get(&li, &case).await.has(&["核查和意见的附件", "后厨.png", "报告.pdf", "第1次现场核查", &digests[0]]);
    rooms.in_english(&li, &case).await.has(&["Files of inspections and opinions", "Site inspection 1"]);
    let file = format!("{case}/files/{}", digests[1]);
    rooms.get(&li, &file).await.is(StatusCode::OK).has(&["the report"]);
    rooms.get(&stranger, &file).await.is(StatusCode::NOT_FOUND);
    rooms.house.get(&file).await.is(StatusCode::SEE_OTHER);

    // Whoever was inspected opens what was seen; nobody else does.
    rooms.get(&owner, &format!("/matters/{no}")).await.has(&["核查记录的附件", "第1次现场核查 · 后厨.png"]);
    rooms.get(&owner, &format!("/matters/{no}/files/1")).await.is(StatusCode::OK).has(&["the report"]);
    rooms.get(&owner, &format!("/matters/{no}/files/2")).await.is(StatusCode::NOT_FOUND);
    let (other, _) = rooms.applicant("other").await;
    rooms.get(&other, &format!("/matters/{no}/files/1")).await.is(StatusCode::NOT_FOUND);

    // Two days later the sweep has been round, and everything is there.
    let office = &rooms.house.office;
    office.clock.set(Moment(office.clock.now().0 + 2 * 24 * 3_600_000));
    office.sweep().await.expect("swept");
    let mut papers = Vec::new();
    let verified = store.verify(None, |told| match told {
        Told::Paper { digest, .. } => papers.push(digest),
        told => panic!("{told:?}"),
    });
    assert_eq!(verified.await.expect("verified").faults, 0);
    for digest in &digests {
        assert!(papers.contains(digest), "verify asks for it");
        assert!(office.blob(digest).await.expect("read").is_some(), "the sweep spared it");
    }
}

#[tokio::test]
async fn the_report_behind_an_opinion_is_opened_by_who_asked() {
    let rooms = Rooms::open().await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    let sun = rooms.staff("sun", &[Role::Examiner], Some("wjw")).await;
    let no = in_review(&rooms, "one").await;
    let ask = Act::AskOpinion { agency: "wjw".to_owned(), question: "卫生条件？".to_owned(), after: None, due: None };
    rooms.perform(&no, ask, &rooms.actor("li").await).await;
    let (case, version) = (format!("/workbench/cases/{no}"), seen(&rooms, &no).await);
    let fields = [("seen", version.as_str()), ("number", "1"), ("agrees", "true"), ("text", "符合要求"), ("request", "r1")];
    let done = send(&rooms, &sun, &format!("{case}/acts/give-opinion"), &fields, ("检测报告.pdf", REPORT)).await;
    done.is(StatusCode::SEE_OTHER);
    let page = rooms.get(&li, &case).await;
    page.has(&["检测报告.pdf", "卫生健康委员会的意见"]);
    let digest = rooms.house.office.store.case(&no).await.unwrap().unwrap().attached[0].digest.clone();
    rooms.get(&li, &format!("{case}/files/{digest}")).await.is(StatusCode::OK).has(&["the report"]);
}

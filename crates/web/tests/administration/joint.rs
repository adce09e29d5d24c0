//! A joint site visit over the pages: the office of the whole sets it, each body records its own part, the applicant reads one result.

use crate::rooms::{Person, Rooms};
use axum::http::StatusCode;
use casework::act::Submission;
use casework::bundle::{Plan, Planned};
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Holder, LetterKind};
use office::Outcome;
use rulebook::procedure::Role;
use rulebook::theme::JointKind;

const PHOTO: &[u8] = b"\x89PNG\r\n\x1a\nthe kitchen";

/// A restaurant whose food licence and fire check are with their bodies.
async fn restaurant(rooms: &Rooms, person: &str) -> CaseNo {
    let planned =
        |item: &str, agency: &str| Planned { item: item.into(), agency: agency.into(), area: "120116001".into(), after: vec![] };
    let components = vec![planned("food-operation-new", "scjgj"), planned("fire-safety-check", "xfjy")];
    let holder = Holder::Person(person.to_owned());
    let submission = Submission {
        item: "joint-handling".into(),
        holder: holder.clone(),
        agency: "zwfwb".into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: "{}".into(),
        title: "示例餐饮".into(),
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: Some(Box::new(Plan { theme: Some("restaurant".into()), components, limit: None })),
        commitment: None,
        signatures: Vec::new(),
    };
    let by = Actor::Applicant { person: person.to_owned(), holder, reach: casework::Reach::Whole };
    let Outcome::Done(case) = rooms.house.office.submit(submission, &by, "restaurant").await.expect("submitted") else {
        panic!("refused")
    };
    rooms.house.office.run_due_errands().await.expect("run");
    case.no
}

async fn read(rooms: &Rooms, no: &CaseNo) -> Case {
    rooms.house.office.store.case(no).await.expect("read").expect("a case")
}

async fn part(rooms: &Rooms, bundle: &CaseNo, item: &str) -> Case {
    let bundle = read(rooms, bundle).await.bundle.expect("a bundle");
    read(rooms, bundle.component(item).and_then(|part| part.case()).expect("opened")).await
}

/// Sends the form of an act as an officer does.
async fn does(rooms: &Rooms, who: &Person, no: &CaseNo, act: &str, fields: &[(&str, &str)]) -> crate::house::Answer {
    let version = read(rooms, no).await.version.to_string();
    let request = format!("{act}-{no}-{version}");
    let path = format!("/workbench/cases/{no}/acts/{act}");
    rooms.get(who, &path).await.is(StatusCode::OK);
    rooms.in_english(who, &path).await.is(StatusCode::OK);
    let mut all = vec![("seen", version.as_str()), ("request", request.as_str())];
    all.extend(fields);
    let answer = rooms.post(who, &path, &all).await;
    rooms.house.office.run_due_errands().await.expect("run");
    answer
}

#[tokio::test]
async fn several_bodies_come_once_and_the_applicant_reads_one_result() {
    let rooms = Rooms::open().await;
    let (me, person) = rooms.applicant("opens-shop").await;
    let lead = rooms.staff("lead", &[Role::Examiner], Some("zwfwb")).await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    rooms.staff("wang", &[Role::Examiner], Some("scjgj")).await;
    let shi = rooms.staff("shi", &[Role::Examiner], Some("xfjy")).await;
    rooms.staff("lv", &[Role::Examiner], Some("xfjy")).await;
    let bundle = restaurant(&rooms, &person).await;
    let (food, fire) =
        (part(&rooms, &bundle, "food-operation-new").await.no, part(&rooms, &bundle, "fire-safety-check").await.no);

    // A part's body asks; the office of the whole sets it.
    let ask = [("kind", "联合踏勘"), ("reason", "厨房与消防一起看")];
    does(&rooms, &li, &food, "ask-joint", &ask).await.is(StatusCode::SEE_OTHER);
    let page = rooms.get(&me, &format!("/matters/{bundle}")).await;
    page.is(StatusCode::OK).has(&["部门联合进行", "联合踏勘", "待约定时间", "（“食品经营许可（新办）”提出）"]);
    let set = [("number", "1"), ("on", "2026-03-02"), ("hour", "10:10"), ("remote", "true"), ("place", "杭州道1号")];
    does(&rooms, &lead, &bundle, "set-joint", &set).await.is(StatusCode::SEE_OTHER);
    let page = rooms.get(&me, &format!("/matters/{bundle}")).await;
    page.has(&["杭州道1号", "10:10", "远程", "后厨全景", "待记录"]);
    rooms.in_english(&me, &format!("/matters/{bundle}")).await.has(&["Bodies together", "from afar", "to be recorded"]);

    // From afar the applicant sends photographs; each body finds them in its own case, by their digest.
    let version = read(&rooms, &bundle).await.version.to_string();
    let show = [
        ("seen", version.as_str()),
        ("number", "1"),
        ("on", "2026-03-02"),
        ("hour", "00:00"),
        ("place", "杭州道1号"),
        ("request", "show"),
    ];
    let path = format!("/matters/{bundle}/joint");
    rooms.upload_as(&me, &path, &show, "papers", ("x.png", b"no picture")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let pdf = ("后厨.pdf", &b"%PDF-1.7\nthe kitchen"[..]);
    rooms.upload_as(&me, &path, &show, "papers", pdf).await.is(StatusCode::UNPROCESSABLE_ENTITY).has(&["不是照片"]);
    rooms.upload_as(&me, &path, &show, "papers.1", ("后厨.png", PHOTO)).await.is(StatusCode::SEE_OTHER);
    let page = rooms.get(&me, &format!("/matters/{bundle}")).await;
    page.has(&["后厨全景：后厨.png", "SM3", "还没有照片的：门面和招牌、排烟和油水分离设施、安全出口和疏散通道"]);
    rooms.house.office.run_due_errands().await.expect("run");
    rooms.get(&shi, &format!("/workbench/cases/{fire}")).await.is(StatusCode::OK).has(&["后厨.png", "第1次联合进行"]);

    // Each body records its own part; nobody sees or records another's.
    let found = |officers: [&'static str; 2], agrees: &'static str, findings: &'static str| {
        [("number", "1"), ("officers", officers[0]), ("officers", officers[1]), ("agrees", agrees), ("findings", findings)]
    };
    rooms.get(&shi, &format!("/workbench/cases/{food}/acts/attend-joint")).await.is(StatusCode::NOT_FOUND);
    does(&rooms, &li, &food, "attend-joint", &found(["li", "wang"], "true", "布局合理")).await.is(StatusCode::CONFLICT);
    rooms.house.office.clock.set(casework::Moment::at(jiff::civil::date(2026, 3, 2).at(10, 15, 0, 0)));
    let attends = Act::AttendJoint {
        number: 1,
        officers: ["li", "wang"].map(|id| casework::StaffId(id.into())).to_vec(),
        agrees: true,
        findings: "布局合理".into(),
        papers: vec![],
    };
    rooms.perform(&food, attends, &rooms.actor("li").await).await;
    // The whole has not heard of it yet, and nobody comes another day all the same.
    let move_it = [("number", "1"), ("on", "2026-03-04"), ("hour", "09:30"), ("remote", "false"), ("place", "别处")];
    does(&rooms, &lead, &bundle, "set-joint", &move_it).await.is(StatusCode::CONFLICT).has(&["已有部门记录"]);
    let so_far = read(&rooms, &bundle).await;
    assert!(!so_far.joints[0].held && so_far.letters.iter().all(|letter| letter.kind != LetterKind::JointResult));
    does(&rooms, &shi, &fire, "attend-joint", &found(["shi", "lv"], "false", "安全出口被货架遮挡"))
        .await
        .is(StatusCode::SEE_OTHER);
    for no in [&food, &fire] {
        assert_eq!(read(&rooms, no).await.inspections, 1, "it is the inspection of the part");
    }
    let after = read(&rooms, &bundle).await;
    assert!(after.joints[0].held);
    let letters: Vec<LetterKind> = after.letters.iter().map(|letter| letter.kind).collect();
    assert_eq!(letters.iter().filter(|kind| **kind == LetterKind::JointResult).count(), 1, "{letters:?}");
    let page = rooms.get(&me, &format!("/matters/{bundle}")).await;
    page.has(&["符合要求", "存在问题", "一份告知书"]).lacks(&["提交照片"]);
    let letter = after.letters.iter().find(|letter| letter.kind == LetterKind::JointResult).expect("made").number;
    rooms.get(&me, &format!("/matters/{bundle}/letters/{letter}")).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_clerk_of_another_body_neither_asks_nor_sets() {
    let rooms = Rooms::open().await;
    let (_, person) = rooms.applicant("opens-shop").await;
    rooms.staff("lead", &[Role::Examiner], Some("zwfwb")).await;
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    let bundle = restaurant(&rooms, &person).await;
    let ask = Act::AskJoint { kind: JointKind::SiteVisit, reason: "一起看".into(), part: None };
    let refused = rooms.house.office.perform(&bundle, &ask, &rooms.actor("li").await, None, None).await.expect("heard");
    assert!(matches!(&refused, Outcome::Refused(refusal) if refusal.code == "not-yours"), "{refused:?}");
    rooms.perform(&bundle, ask, &rooms.actor("lead").await).await;
}

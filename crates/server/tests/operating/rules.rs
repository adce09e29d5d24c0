//! `kill -9` while rules decide: afterwards every application is decided once, with one certificate, whichever half of its way was cut.

use crate::district::{AREA, District, store};
use crate::program::{Folder, Serving, run};
use casework::act::Submission;
use casework::event::{Channel, Event};
use casework::{Actor, CaseNo, Holder, LetterKind, Moment, Reach};
use office::{Clock, Office, Outcome, Settings};
use rulebook::identifier::ResidentNumber;
use std::time::{Duration, Instant};
use store::people::Person;
use xtask::postgres::{Postgres, programs};

const APPLICATIONS: u32 = 60;
/// Longer than an errand is leased.
const LATER_MS: i64 = 10 * 60_000;

#[tokio::test]
async fn on_sqlite() {
    tell(None).await;
}

#[tokio::test]
async fn on_postgresql() {
    if programs().is_none() {
        return println!("skipped: PostgreSQL's server programs are not installed");
    }
    let postgres = Postgres::start().expect("PostgreSQL");
    tell(Some(&postgres.url)).await;
}

/// Somebody who meets every rule applies.
async fn applies(office: &Office, order: u32) -> CaseNo {
    let number = ResidentNumber::complete(&format!("12011618900102{order:03}")).expect("a sample number").as_str().to_owned();
    let person = Person {
        id: format!("p{order}"),
        name: "示例甲".into(),
        id_kind: "resident".into(),
        id_number: number.clone(),
        id_digest: format!("p{order}"),
        phone: String::new(),
        email: String::new(),
        verified: true,
        created_at: office.now().await.expect("now"),
    };
    assert!(office.store.add_person(&person, None).await.expect("added"));
    let answers = serde_json::json!({
        "person-name": "示例甲", "citizen-id": number, "birth-date": "1890-01-02", "employment-state": "登记失业",
        "never-employed": "是", "asks-hardship-recognition": "否", "by-agent": "否", "delivery-way": "电子送达",
    });
    let holder = Holder::Person(person.id.clone());
    let submission = Submission {
        item: "employment-certificate".into(),
        holder: holder.clone(),
        agency: "rsj".into(),
        area: AREA.into(),
        channel: Channel::Online,
        parent: None,
        answers: answers.to_string(),
        title: person.name,
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    };
    let by = Actor::Applicant { person: person.id, holder, reach: Reach::Whole };
    match office.submit(submission, &by, &format!("apply-{order}")).await.expect("heard") {
        Outcome::Done(case) => case.no,
        other => panic!("{other:?}"),
    }
}

async fn tell(url: Option<&str>) {
    let folder = Folder::new();
    let data = folder.path("data");
    let mut place = vec!["--data", data.as_str()];
    if let Some(url) = url {
        place.extend(["--database-url", url]);
    }
    let district = District::found(&folder.0.join("data"), url, None).await;
    let mut all = Vec::new();
    for order in 1..=APPLICATIONS {
        all.push(applies(&district.office, order).await);
    }
    district.leave().await;

    let mut node = Serving::start(&folder, &place);
    let until = Instant::now() + Duration::from_secs(60);
    // In the middle of it: some are decided, some wait, and some are half done.
    while errands_done(&node) < 15.0 {
        assert!(Instant::now() < until, "nothing is decided:\n{}", node.log());
        std::thread::sleep(Duration::from_millis(1));
    }
    node.kill();

    // Whoever comes later finds the leases run out.
    let clock = Clock::default();
    clock.start_at(Moment(Clock::default().now().0 + LATER_MS));
    let kept = store(&folder.0.join("data"), url, Some(clock.clone())).await;
    let settings = Settings {
        public_url: "http://yimen.test".to_owned(),
        demonstration: false,
        data: folder.0.join("data"),
        number_key: [7; 32],
    };
    let office = Office::new(kept, clock, settings).expect("an office");
    let now = office.now().await.expect("now");
    office.rulebooks.refresh(&office.store, now).await.expect("in force");
    let waiting = office.store.errand_counts(None).await.expect("counted").0;
    assert!(waiting > 0, "it was killed before all was done");
    while office.run_due_errands().await.expect("run") > 0 {}
    for no in &all {
        let case = office.store.case(no).await.expect("read").expect("there");
        assert!(case.at_once.as_ref().is_some_and(|at_once| at_once.met) && !case.is_open(), "{no}: {}", case.step);
        let records = office.store.records(no).await.expect("read");
        let granted = records.iter().filter(|record| matches!(record.event, Event::Granted { .. })).count();
        let examined = records.iter().filter(|record| matches!(record.event, Event::ExaminedAtOnce { .. })).count();
        assert_eq!((granted, examined), (1, 1), "{no}");
        let certificates = case.letters.iter().filter(|letter| letter.kind == LetterKind::Certificate).count();
        let letters = office.store.letters_of_case(no).await.expect("read");
        let kept = letters.iter().filter(|letter| letter.kind == LetterKind::Certificate);
        assert_eq!((certificates, kept.count()), (1, 1), "{no} has one certificate");
        assert!(letters.iter().all(|letter| !letter.digest.is_empty()), "{no}: every letter lies in the papers");
    }
    assert_eq!(office.store.errand_counts(None).await.expect("counted"), (0, 0));
    office.store.engine().close().await;
    let said = run(&[&["verify"][..], &place].concat()).ended(0);
    assert!(said.out.contains(&format!("{APPLICATIONS} cases")), "{}", said.out);
}

fn errands_done(node: &Serving) -> f64 {
    let metrics = node.metrics().body;
    let line = metrics.lines().find(|line| line.starts_with("yimen_errands_total") && line.contains("done"));
    line.and_then(|line| line.rsplit_once(' ')?.1.parse().ok()).unwrap_or(0.0)
}

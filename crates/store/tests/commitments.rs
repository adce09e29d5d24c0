//! A commitment as lists and statistics tell it, on both databases: to be checked, broken, on record, repaired.

mod databases;
mod district;

use casework::act::Submission;
use casework::commitment::{Finding, Signing};
use casework::*;
use databases::each;
use district::*;
use jiff::civil::date;
use store::{Reader, Scope, Store};

const HOLDER: &str = "91120116MA0TEXT042";

/// Granted on a commitment and delivered on 4 March.
async fn delivered(store: &Store, number: &str) {
    let holder = firm(HOLDER);
    let signing = Signing { notice: Some(1), proofs: vec![], replaced: vec!["plan".into()] };
    let submission = Submission { commitment: Some(Box::new(signing)), ..application("shop", &holder, "滨城小馆") };
    act(store, &no(number), &applicant(&holder), Act::Submit(submission), "2026-03-04T09:00").await;
    act(store, &no(number), &chief(), Act::Grant { content: "准予".into() }, "2026-03-04T10:00").await;
    let made = Act::MakeResult { number: "1".into(), name: "证".into() };
    act(store, &no(number), &li(), made, "2026-03-04T11:00").await;
    let handed = Act::Deliver { manner: "电子送达".into(), receiver: "示例".into() };
    act(store, &no(number), &li(), handed, "2026-03-04T12:00").await;
}

fn check(finding: Finding) -> Act {
    let officers = vec![StaffId("li".into()), StaffId("wang".into())];
    Act::PostCheck { officers, on: date(2026, 3, 10), finding, findings: "所见".into(), papers: vec![] }
}

#[tokio::test]
async fn what_was_signed_is_listed_until_it_is_checked_and_counted_ever_after() {
    each(async |database| {
        let store = district(database.engine()).await;
        let days = include_str!("../../../rulebook/calendar/holidays.csv");
        store.append_calendar(CALENDAR.version(), days, "editor", at("2026-01-01T00:00")).await.expect("kept");
        delivered(&store, "BH-1").await;
        delivered(&store, "BH-2").await;
        delivered(&store, "BH-3").await;
        let reader = Reader::for_actor(&store, Scope::Supervisor);
        let due: Vec<_> = told(&reader).await;
        assert_eq!(due.len(), 3);
        assert!(due.iter().all(|(_, stand, day)| stand == "to-check" && day == "2026-05-06"), "{due:?}");
        act(&store, &no("BH-1"), &li(), check(Finding::Passed), "2026-03-10T09:00").await;
        act(&store, &no("BH-2"), &li(), check(Finding::Broken), "2026-03-10T09:00").await;
        assert_eq!(
            told(&reader).await.iter().map(|(no, stand, day)| format!("{no} {stand} {day}")).collect::<Vec<_>>(),
            ["BH-2 broken 2026-03-17", "BH-3 to-check 2026-05-06"]
        );
        let holder = firm(HOLDER).key();
        let on = |day| store.broken_commitment(&holder, "shop", day);
        assert_eq!(on(date(2026, 3, 20)).await.expect("read"), None);
        let ground = "commitment-broken".to_owned();
        act(&store, &no("BH-2"), &chief(), Act::End { ground, reason: "不实".into() }, "2026-03-18T09:00").await;
        assert_eq!(on(date(2026, 3, 20)).await.expect("read"), Some(no("BH-2")));
        assert_eq!(on(date(2027, 3, 19)).await.expect("read"), None, "after a year it is over");
        let kept = reader.commitments().await.expect("counted");
        assert_eq!((kept[0].item.as_str(), kept[0].signed(), kept[0].checked(), kept[0].broken()), ("shop", 3, 2, 1));
        assert_eq!(kept[0].at(&["revoked"]), 1);
        act(&store, &no("BH-2"), &chief(), Act::RepairCredit { reason: "已改正".into() }, "2026-03-19T09:00").await;
        assert_eq!(on(date(2026, 3, 20)).await.expect("read"), None);
        assert!(
            Reader::for_actor(&store, Scope::Public).commitments().await.expect("counted").is_empty(),
            "bounded by the reader"
        );
        let verified = store.verify(None, |_| {}).await.expect("verified");
        assert_eq!((verified.cases, verified.faults), (3, 0), "{}", database.name());
    })
    .await;
}

async fn told(reader: &Reader) -> Vec<(String, String, String)> {
    let rows = reader.checks(None, 10).await.expect("listed");
    rows.into_iter().map(|one| (one.row.no.0, one.stand, one.due.to_string())).collect()
}

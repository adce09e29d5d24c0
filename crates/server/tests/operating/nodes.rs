//! Two nodes on one PostgreSQL: what ran out and what was ordered is done once, and as one node alone would have done it.

use crate::district::{AGENCY, AREA, District, FIRM, ITEM, store};
use crate::program::{Folder, Serving, run};
use casework::{Holder, Moment};
use office::Clock;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};
use store::Store;
use store::engine::args;
use xtask::postgres::{Postgres, programs};

const CASES: usize = 60;

/// Applications of four weeks ago that nobody has looked at since: their limit to accept has run out, their receipts are not made.
async fn neglected(data: &Path, url: Option<&str>) {
    let clock = Clock::default();
    let today = Moment(jiff::Timestamp::now().as_millisecond());
    clock.start_at(Moment(today.0 - 28 * 24 * 3_600_000));
    let district = District::found(data, url, Some(clock)).await;
    let by = district.applicant();
    let holder = Holder::Firm(FIRM.to_owned());
    for _ in 0..CASES {
        let draft = district.draft().await;
        district.office.submit_draft(&by, &draft, None).await.expect("sent");
    }
    assert_eq!((ITEM, AREA, AGENCY, holder.key().as_str()), ("food-operation-new", "120116001", "scjgj", &*format!("f:{FIRM}")));
    district.leave().await;
}

/// How many of each thing there are: events by their kind, letters, notices.
async fn counted(store: &Store) -> BTreeMap<String, usize> {
    let (mut counts, mut expired) = (BTreeMap::new(), BTreeSet::new());
    for row in store.engine().read("SELECT payload, case_no FROM journal", args![]).await.expect("read") {
        let record: serde_json::Value = serde_json::from_str(row.text(0).expect("text")).expect("JSON");
        let kind = record["event"].as_str().or_else(|| record["event"]["event"].as_str()).unwrap_or_else(|| panic!("{record}"));
        if kind == "clock-expired" {
            let clock = record["clock"].as_str().or_else(|| record["event"]["clock"].as_str()).expect("its clock");
            let no = row.string(1).expect("a number");
            assert!(expired.insert((no.clone(), clock.to_owned())), "{clock} of {no} ran out twice");
        }
        *counts.entry(kind.to_owned()).or_default() += 1;
    }
    for table in ["letters", "notices"] {
        let sql = if table == "letters" { "SELECT count(*) FROM letters" } else { "SELECT count(*) FROM notices" };
        let row = store.engine().read_one(sql, args![]).await.expect("read").expect("a row");
        counts.insert(table.to_owned(), row.int(0).expect("a number") as usize);
    }
    counts
}

async fn waits(store: &Store) -> u64 {
    let backlog = store.backlog(Moment(jiff::Timestamp::now().as_millisecond())).await.expect("counted");
    assert_eq!(backlog.errands_dead, 0);
    backlog.clocks_due + backlog.errands_waiting
}

/// Lets these nodes work until nothing waits any more; gives what there is then.
async fn worked_off(folder: &Folder, url: Option<&str>, places: &[Vec<String>]) -> BTreeMap<String, usize> {
    let mut nodes: Vec<Serving> = Vec::new();
    std::thread::scope(|scope| {
        let starting: Vec<_> = places
            .iter()
            .map(|place| scope.spawn(|| Serving::start(folder, &place.iter().map(String::as_str).collect::<Vec<_>>())))
            .collect();
        nodes.extend(starting.into_iter().map(|node| node.join().expect("it starts")));
    });
    let store = store(&folder.0.join("data"), url, None).await;
    let until = Instant::now() + Duration::from_secs(240);
    while waits(&store).await > 0 {
        assert!(Instant::now() < until, "{} things still wait", waits(&store).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for node in &mut nodes {
        let metrics = node.metrics().body;
        assert!(metrics.contains("yimen_errands_total{outcome=\"done\"}"), "every node had a part in it:\n{metrics}");
        node.terminate();
        assert!(node.ended(Duration::from_secs(40)).success());
        assert!(!node.log().contains("panicked"), "{}", node.log());
    }
    let counts = counted(&store).await;
    store.engine().close().await;
    counts
}

#[tokio::test]
async fn two_nodes_do_everything_once() {
    if programs().is_none() {
        return println!("skipped: PostgreSQL's server programs are not installed");
    }
    let alone = Folder::new();
    neglected(&alone.0.join("data"), None).await;
    let one = worked_off(&alone, None, &[vec!["--data".to_owned(), alone.path("data")]]).await;

    let postgres = Postgres::start().expect("PostgreSQL");
    let shared = Folder::new();
    neglected(&shared.0.join("data"), Some(&postgres.url)).await;
    let place: Vec<String> =
        ["--data", &shared.path("data"), "--database-url", &postgres.url].into_iter().map(str::to_owned).collect();
    let two = worked_off(&shared, Some(&postgres.url), &[place.clone(), place.clone()]).await;

    assert_eq!(two, one, "two nodes do what one does");
    // The limits to accept and to decide, promised and statutory: each ran out once for each.
    assert_eq!((two["clock-expired"], two["accepted"]), (3 * CASES, CASES), "{two:?}");
    assert!(two["letters"] >= CASES && two["notices"] >= CASES, "{two:?}");
    let verify: Vec<&str> = std::iter::once("verify").chain(place.iter().map(String::as_str)).collect();
    run(&verify).ended(0);
}

//! What is found for firms is written for many at once, on both databases: what was told stays told, and a later change is looked at again.

mod databases;

use casework::Moment;
use databases::each;
use std::collections::BTreeSet;
use store::Store;
use store::policy_matches::{By, Found, Within};
use store::profiles::Packed;

const NOW: Moment = Moment(1_772_000_000_000);

fn later(by: i64) -> Moment {
    Moment(NOW.0 + by)
}

fn stated(firm: &str, facts: &str, seen_at: Moment) -> Packed {
    let (firm, source, origin, facts) = (firm.to_owned(), "imported".to_owned(), "list".to_owned(), facts.to_owned());
    Packed { firm, source, origin, facts, seen_at }
}

fn found(firm: &str, zone: &str, clauses: &[&str], looked: Option<Moment>) -> Found {
    let (firm, zone, industry) = (firm.to_owned(), zone.to_owned(), "62".to_owned());
    Found { firm, zone, industry, clauses: clauses.iter().map(|code| (*code).to_owned()).collect(), looked }
}

async fn of(store: &Store, firm: &str) -> Vec<(String, bool)> {
    let all = store.matches_of(firm).await.expect("read");
    all.into_iter().map(|(clause, told)| (clause, told.is_some())).collect()
}

#[tokio::test]
async fn firms_are_written_together_and_each_keeps_its_own() {
    each(async |database| {
        let store = Store::open(database.engine().clone());
        store.migrate().await.expect("the tables are made");
        let firms: Vec<String> = (0..20).map(|n| format!("F{n:02}")).collect();
        let all: Vec<Packed> = firms.iter().map(|firm| stated(firm, "{}", NOW)).collect();
        assert_eq!(store.keep_profiles(&all).await, Ok(20));
        let through: BTreeSet<String> = ["A", "B", "C"].map(str::to_owned).into();
        let first: Vec<Found> = firms.iter().map(|firm| found(firm, "东", &["A", "B"], Some(NOW))).collect();
        store.keep_matches(&through, &first, NOW).await.expect("written");
        assert_eq!(store.firms_behind(100).await, Ok(Vec::new()));
        store.told_matches("F00", NOW).await.expect("told");
        // One moves and finds another clause; one changed again meanwhile; what was not looked through stays.
        assert_eq!(store.keep_profiles(&[stated("F01", "{\"a\":1}", later(5))]).await, Ok(1));
        let next = [found("F00", "西", &["A", "C"], Some(NOW)), found("F01", "东", &[], Some(NOW))];
        store.keep_matches(&BTreeSet::from(["A", "C"].map(str::to_owned)), &next, later(9)).await.expect("written");
        let kept = |clause: &str, told| (clause.to_owned(), told);
        assert_eq!(of(&store, "F00").await, [kept("A", true), kept("B", true), kept("C", false)]);
        assert_eq!(of(&store, "F01").await, [kept("B", false)]);
        assert_eq!(store.firms_behind(100).await, Ok(vec![("F01".to_owned(), later(5))]), "a later change is looked at again");
        let by_zone = store.reach(By::Zone, Within { clause: "A", ..Within::default() }).await.expect("read");
        let by_zone: BTreeSet<(String, u64)> = by_zone.into_iter().map(|one| (one.of, one.matched)).collect();
        assert_eq!(by_zone, BTreeSet::from([("东".to_owned(), 18), ("西".to_owned(), 1)]));
        store.keep_matches(&through, &[], NOW).await.expect("nothing to write");
    })
    .await;
}

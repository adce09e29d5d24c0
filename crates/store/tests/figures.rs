//! The figures that everybody may see, on each database.

mod databases;
mod district;

use casework::*;
use databases::{Database, each};
use district::*;
use jiff::civil::date;
use store::figures::Share;

#[tokio::test]
async fn what_everybody_may_know_is_counted_alike() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let empty = store.public_figures(at("2026-03-02T08:00")).await.expect("figures");
        assert!(empty.received.is_empty() && empty.spans.is_empty() && empty.counter_minutes.is_none(), "{}", database.name());
        submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        submit(&store, "A2", "乙", "2026-03-02T11:00").await;
        for (by, what, when) in [
            (li(), Act::Claim, "2026-03-02T11:00"),
            (li(), Act::Accept { deferred: vec![] }, "2026-03-03T09:00"),
            (li(), Act::Review { agrees: true, opinion: "同意".into() }, "2026-03-04T09:00"),
            (chief(), Act::Grant { content: "准予".into() }, "2026-03-05T00:30"),
        ] {
            act(&store, &no("A1"), &by, what, when).await;
        }
        let figures = store.public_figures(at("2026-03-06T08:00")).await.expect("figures");
        assert_eq!(figures.received, [("kitchen".to_owned(), 2)], "{}", database.name());
        assert_eq!((figures.online, figures.on_time), (Share { part: 2, whole: 2 }, Share { part: 1, whole: 1 }));
        // Half past midnight in Tianjin is still the day before in Greenwich.
        assert_eq!(figures.spans, [(date(2026, 3, 3), date(2026, 3, 5), 1)], "{}", database.name());
        // Nobody looked at the clocks, but the limit to accept has run out all the same.
        let later = store.public_figures(at("2026-03-10T08:00")).await.expect("figures");
        assert_eq!((later.overdue, later.corrections), (1, 0), "{}", database.name());
    })
    .await;
}

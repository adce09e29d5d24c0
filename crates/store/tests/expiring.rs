//! Closed cases whose time of keeping ends, and the warnings that went out, on every engine.

mod databases;
mod district;

use casework::{Act, Moment};
use databases::each;
use district::{act, applicant, at, district, firm, no, submit};
use store::erase::Erased;
use store::expiring::Keeping;
use store::notices::Notice;

#[tokio::test]
async fn only_closed_cases_of_the_rule_that_were_not_erased_are_found() {
    each(async |database| {
        let store = district(database.engine()).await;
        for name in ["A1", "A2", "A3"] {
            submit(&store, name, "张三的小馆", "2026-03-02T10:00").await;
        }
        let holder = applicant(&firm("91120116MA0TEXT042"));
        for name in ["A1", "A3"] {
            act(&store, &no(name), &holder, Act::Withdraw { reason: "不办了".to_owned() }, "2026-03-03T10:00").await;
        }
        let withdrawn = ["withdrawn".to_owned()];
        let found = async |keeping: Keeping<'_>| -> Vec<String> {
            let rows = store.kept_cases(&keeping, None, 10).await.expect("read");
            rows.into_iter().map(|kept| kept.no.0).collect()
        };
        let later = at("2040-01-01T00:00");
        let all = Keeping { procedures: &[], outcomes: &[], other_than: &[], before: later };
        assert_eq!(found(all.clone()).await, ["A1", "A3"], "{}", database.name());
        assert_eq!(found(Keeping { outcomes: &withdrawn, ..all.clone() }).await, ["A1", "A3"]);
        assert!(found(Keeping { other_than: &withdrawn, ..all.clone() }).await.is_empty());
        assert!(found(Keeping { procedures: &["filing".to_owned()], ..all.clone() }).await.is_empty());
        assert_eq!(found(Keeping { procedures: &["permit".to_owned()], ..all.clone() }).await, ["A1", "A3"]);
        assert!(found(Keeping { before: Moment(0), ..all.clone() }).await.is_empty());
        assert_eq!(store.erase(&no("A1"), "example", "admin", later).await, Ok(Erased::Yes));
        assert_eq!(found(all).await, ["A3"]);
    })
    .await;
}

#[tokio::test]
async fn a_warning_is_found_by_its_identifier() {
    each(async |database| {
        let store = district(database.engine()).await;
        let notice = Notice {
            id: "retention-a-1".to_owned(),
            reader: "p:p".to_owned(),
            case_no: None,
            zh: String::new(),
            en: String::new(),
            at: Moment(7),
            read_at: None,
        };
        store.add_notice(&notice).await.expect("written");
        let ids = ["retention-a-1".to_owned(), "retention-a-2".to_owned()];
        let written = store.notices_written(&ids).await.expect("read");
        assert_eq!(written.into_iter().collect::<Vec<_>>(), [("retention-a-1".to_owned(), Moment(7))], "{}", database.name());
    })
    .await;
}

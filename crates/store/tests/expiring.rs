//! Closed cases whose time of keeping ends, and the warnings that went out, on every engine.

mod databases;
mod district;

use casework::{Act, Errand, Moment, To};
use databases::each;
use district::{act, applicant, at, district, firm, no, submit};
use jiff::civil::date;
use store::erase::Erased;
use store::expiring::Keeping;
use store::letters::{PublishedDecision, REMINDER};
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

#[tokio::test]
async fn a_permit_that_ends_is_found_until_its_holder_was_reminded() {
    each(async |database| {
        let store = district(database.engine()).await;
        let now = at("2026-03-02T10:00");
        for (name, until, ending) in [
            ("A1", Some(date(2026, 6, 1)), None),
            ("A2", Some(date(2026, 9, 1)), None),
            ("A3", Some(date(2026, 6, 1)), Some((casework::event::Ending::Deregistered, date(2026, 2, 1)))),
            ("A4", None, None),
            ("A5", Some(date(2026, 3, 1)), None),
        ] {
            submit(&store, name, "张三的小馆", "2026-03-02T10:00").await;
            let decision = PublishedDecision {
                no: no(name),
                item: "kitchen".to_owned(),
                agency: "approval".to_owned(),
                area: String::new(),
                document_number: name.to_owned(),
                holder_shown: String::new(),
                decided_on: date(2026, 1, 1),
                valid_until: until,
                ended: ending,
                published_at: now,
            };
            store.publish_decision(&decision).await.expect("published");
        }
        let found = async |until, after: &str| -> Vec<String> {
            let found = store.unreminded_permits("kitchen", date(2026, 3, 2), until, &no(after), 10).await.expect("read");
            found.into_iter().map(|no| no.0).collect()
        };
        let (june, autumn) = (date(2026, 6, 1), date(2026, 9, 1));
        assert_eq!(found(date(2026, 5, 31), "").await, [""; 0], "{}", database.name());
        assert_eq!(found(june, "").await, ["A1"]);
        assert_eq!((found(autumn, "").await, found(autumn, "A1").await), (vec!["A1".into(), "A2".into()], vec!["A2".into()]));
        let errand = Errand::Notify { to: To::Applicant, text: rulebook::Text::new("延续", "renew") };
        for _ in 0..2 {
            store.order("A1", REMINDER, std::slice::from_ref(&errand), now).await.expect("ordered");
        }
        assert_eq!(found(june, "").await, [""; 0], "what is on its way is not ordered again");
        let claimed = store.claim_errands(now, 100, 1_000).await.expect("claimed");
        let reminder = claimed.iter().find(|claimed| claimed.number == REMINDER).expect("it can be run");
        let notice = Notice {
            id: format!("{}:{}", reminder.id, firm("91120116MA0TEXT042").key()),
            reader: "f:91120116MA0TEXT042".to_owned(),
            case_no: Some(no("A1")),
            zh: String::new(),
            en: String::new(),
            at: now,
            read_at: None,
        };
        store.errand_done(&reminder.id).await.expect("done");
        assert_eq!(found(june, "").await, ["A1"]);
        store.add_notice(&notice).await.expect("told");
        assert_eq!(found(june, "").await, [""; 0], "who was told is not told again");
    })
    .await;
}

//! One life of a case on each database: what is decided stands whole, once, and in order.

mod databases;
mod district;

use casework::*;
use databases::{Database, each};
use district::*;
use jiff::civil::date;
use store::engine::args;
use store::erase::Erased;
use store::{Appended, Mark, Outcome, Reader, Scope, Store, StoreError};

#[tokio::test]
async fn a_case_is_what_its_journal_tells() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let mut case = submit(&store, "A1", "天津滨城小馆餐饮有限公司", "2026-03-02T10:00").await;
        assert_eq!(store.case(&no("A1")).await, Ok(Some(case.clone())), "{}", database.name());
        for (by, what, when) in [
            (li(), Act::Claim, "2026-03-02T11:00"),
            (li(), Act::Accept { deferred: vec![] }, "2026-03-03T09:00"),
            (li(), Act::Review { agrees: true, opinion: "同意".into() }, "2026-03-04T09:00"),
            (chief(), Act::Grant { content: "准予".into() }, "2026-03-05T09:00"),
            (li(), Act::MakeResult { number: "1".into(), name: "许可证".into() }, "2026-03-05T10:00"),
            (li(), Act::Deliver { manner: "窗口".into(), receiver: "张三".into() }, "2026-03-06T10:00"),
        ] {
            case = act(&store, &no("A1"), &by, what, when).await;
            assert_eq!(store.case(&no("A1")).await, Ok(Some(case.clone())), "{}", database.name());
        }
        let particulars = store.particulars(&no("A1")).await.expect("particulars");
        assert_eq!(particulars.len() as u32, case.kept);
        let title = case.title.expect("a title").0;
        assert_eq!(
            store.particular(&no("A1"), title).await,
            Ok(Some(("title".to_owned(), "天津滨城小馆餐饮有限公司".as_bytes().to_vec())))
        );
        assert_eq!(store.case(&no("A2")).await, Ok(None));
    })
    .await;
}

#[tokio::test]
async fn of_two_who_saw_the_same_case_one_wins() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let case = submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        let note =
            |text: &str| decide_on(&case, &li(), &Act::Note { text: text.into() }, at("2026-03-02T11:00")).expect("a note");
        let (first, second) = (note("one"), note("two"));
        let (one, two) = tokio::join!(store.append(&case, &first, None, [0; 32]), store.append(&case, &second, None, [0; 32]));
        let mut outcomes = [one.expect("an answer"), two.expect("an answer")];
        outcomes.sort_by_key(|outcome| *outcome != Appended::Yes);
        assert_eq!(outcomes, [Appended::Yes, Appended::Overtaken], "{}", database.name());
        assert_eq!(store.records(&no("A1")).await.expect("records").len() as u64, case.version + 1);

        // A number that is taken is not born again.
        let holder = firm("B");
        let act = Act::Submit(application("kitchen", &holder, "乙"));
        let decided = decide_on(&Case::unborn(no("A1")), &applicant(&holder), &act, at("2026-03-02T10:00")).expect("decided");
        assert_eq!(store.append(&Case::unborn(no("A1")), &decided, None, [0; 32]).await, Ok(Appended::Overtaken));
    })
    .await;
}

#[tokio::test]
async fn a_repeated_request_gives_the_first_outcome() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let holder = firm("B");
        let act = Act::Submit(application("kitchen", &holder, "乙"));
        let submit = async |number: &str| {
            let unborn = Case::unborn(no(number));
            let decided = decide_on(&unborn, &applicant(&holder), &act, at("2026-03-02T10:00")).expect("decided");
            store.append(&unborn, &decided, Some("r1"), [1; 32]).await
        };
        assert_eq!(submit("A1").await, Ok(Appended::Yes));
        let version = store.case(&no("A1")).await.expect("read").expect("a case").version;
        let again = Appended::Again { no: no("A1"), version };
        assert_eq!(submit("A2").await, Ok(again.clone()), "{}", database.name());
        assert_eq!(submit("A1").await, Ok(again.clone()));
        assert_eq!(store.case(&no("A2")).await, Ok(None), "nothing is doubled on {}", database.name());
        assert_eq!(store.outcome_of("r1").await, Ok(Some(Outcome { no: no("A1"), version })));
        assert_eq!(store.outcome_of("r2").await, Ok(None));

        // A look at the clocks that led to nothing is remembered as well.
        let case = store.case(&no("A1")).await.expect("read").expect("a case");
        let nothing = decide_on(&case, &Actor::Clock, &Act::CheckClocks, at("2026-03-02T11:00")).expect("decided");
        assert!(nothing.records.is_empty());
        assert_eq!(store.append(&case, &nothing, Some("r3"), [0; 32]).await, Ok(Appended::Yes));
        assert_eq!(store.append(&case, &nothing, Some("r3"), [0; 32]).await, Ok(again));
    })
    .await;
}

#[tokio::test]
async fn what_a_decision_relied_upon_is_checked_as_it_is_written() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let holder = firm("B");
        let decided = |number: &str, item: &str| {
            let act = Act::Submit(application(item, &holder, "乙"));
            decide_on(&Case::unborn(no(number)), &applicant(&holder), &act, at("2026-03-02T10:00")).expect("decided")
        };
        let (open, closed) = (decided("A1", "stall"), decided("A2", "kitchen"));
        let files: Vec<_> = FILES
            .iter()
            .map(|(path, text)| {
                (path.clone(), text.replace("procedure = \"permit\"", "procedure = \"permit\"\nclosed-from = 2026-03-01"))
            })
            .collect();
        let rules = compile(&files);
        let new = edition("2026-02", Some("2026-01"), &files, &rules, at("2026-02-01T00:00"));
        store.publish(&new, at("2026-02-01T00:00")).await.expect("published");
        assert_eq!(store.append(&Case::unborn(no("A1")), &open, None, [0; 32]).await, Ok(Appended::Yes));
        let appended = store.append(&Case::unborn(no("A2")), &closed, None, [0; 32]).await;
        assert_eq!(appended, Ok(Appended::GuardFailed), "{}", database.name());
        assert_eq!(store.case(&no("A2")).await, Ok(None));
    })
    .await;
}

#[tokio::test]
async fn of_a_limited_permit_no_more_are_granted_than_there_are() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let holder = firm("B");
        let mut ready = Vec::new();
        assert_eq!(store.quota_left("taxi", at("2026-03-02T10:00")).await, Ok(Some(1)));
        assert_eq!(store.quota_left("kitchen", at("2026-03-02T10:00")).await, Ok(None));
        for number in ["A1", "A2"] {
            let submission = Act::Submit(application("taxi", &holder, "乙"));
            act(&store, &no(number), &applicant(&holder), submission, "2026-03-02T10:00").await;
            act(&store, &no(number), &li(), Act::Claim, "2026-03-02T11:00").await;
            act(&store, &no(number), &li(), Act::Accept { deferred: vec![] }, "2026-03-02T12:00").await;
            let opinion = Act::Review { agrees: true, opinion: "同意".into() };
            ready.push(act(&store, &no(number), &li(), opinion, "2026-03-02T13:00").await);
        }
        let grants: Vec<_> = ready
            .iter()
            .map(|case| {
                decide_on(case, &chief(), &Act::Grant { content: "准予".into() }, at("2026-03-03T09:00")).expect("a grant")
            })
            .collect();
        assert_eq!(store.append(&ready[0], &grants[0], None, [0; 32]).await, Ok(Appended::Yes));
        assert_eq!(store.quota_left("taxi", at("2026-03-03T10:00")).await, Ok(Some(0)));
        assert_eq!(store.append(&ready[1], &grants[1], None, [0; 32]).await, Ok(Appended::GuardFailed), "{}", database.name());

        // When the first permit ends, the second applicant may have it.
        act(&store, &no("A1"), &li(), Act::MakeResult { number: "1".into(), name: "证".into() }, "2026-03-04T09:00").await;
        act(&store, &no("A1"), &li(), Act::Deliver { manner: "窗口".into(), receiver: "张".into() }, "2026-03-04T10:00").await;
        let end = Act::End { ground: "holder-applied".into(), reason: "停业".into() };
        let published = store::letters::PublishedDecision {
            no: no("A1"),
            item: "taxi".into(),
            agency: "market".into(),
            area: "120116001".into(),
            document_number: "1号".into(),
            holder_shown: "甲".into(),
            decided_on: jiff::civil::date(2026, 3, 3),
            valid_until: None,
            ended: None,
            published_at: at("2026-03-03T10:00"),
        };
        store.publish_decision(&published).await.expect("published");
        let today = jiff::civil::date(2026, 3, 5);
        let licence = store.licence_of_case(&no("A1")).await.expect("read").expect("a licence");
        assert_eq!((licence.number.as_str(), licence.made_on), ("1", jiff::civil::date(2026, 3, 4)), "{}", database.name());
        assert_eq!(licence.state(today), store::licences::LicenceState::InForce);
        assert_eq!(store.licences_of_holder(&licence.holder, 9).await, Ok(vec![licence]));
        assert_eq!(store.licence_of_case(&no("A2")).await, Ok(None), "nothing granted, no licence");
        act(&store, &no("A1"), &chief(), end, "2026-03-05T09:00").await;
        let licence = store.licence_of_case(&no("A1")).await.expect("read").expect("a licence");
        assert_eq!(licence.ended, Some((event::Ending::Deregistered, today)), "the act of law stands in the register");
        let told = store.published_decisions(&Default::default(), 9).await.expect("decisions");
        let ended = Some((event::Ending::Deregistered, jiff::civil::date(2026, 3, 5)));
        assert_eq!(told.first().map(|decision| decision.ended), Some(ended), "the public reads that it ended");
        assert_eq!(store.quota_left("taxi", at("2026-03-05T10:00")).await, Ok(Some(1)));
        assert_eq!(store.append(&ready[1], &grants[1], None, [0; 32]).await, Ok(Appended::Yes));
    })
    .await;
}

#[tokio::test]
async fn of_a_limited_permit_the_first_accepted_is_the_first_served() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let holder = firm("B");
        let mut ready = Vec::new();
        // Who came first was accepted last.
        for (number, come) in [("A1", "2026-03-02T10:00"), ("A2", "2026-03-02T10:30"), ("A3", "2026-03-02T10:10")] {
            let submission = Act::Submit(application("taxi", &holder, "乙"));
            act(&store, &no(number), &applicant(&holder), submission, come).await;
            act(&store, &no(number), &li(), Act::Claim, "2026-03-02T11:00").await;
        }
        let accepted = ["2026-03-02T12:00", "2026-03-02T13:00", "2026-03-03T12:00"];
        for (number, when) in ["A2", "A3", "A1"].into_iter().zip(accepted) {
            let case = act(&store, &no(number), &li(), Act::Accept { deferred: vec![] }, when).await;
            let ahead = store.accepted_before(&case).await;
            assert_eq!(ahead, Ok(2), "silence may still accept the others: {number} on {}", database.name());
            let opinion = Act::Review { agrees: true, opinion: "同意".into() };
            ready.push(act(&store, &no(number), &li(), opinion, "2026-03-03T13:00").await);
        }
        for (case, ahead) in ready.iter().zip([0, 1, 2]) {
            assert_eq!(store.accepted_before(case).await, Ok(ahead), "{} on {}", case.no, database.name());
        }
        let grant =
            |case| decide_on(case, &chief(), &Act::Grant { content: "准予".into() }, at("2026-03-04T09:00")).expect("a grant");
        let (late, first) = (grant(&ready[2]), grant(&ready[0]));
        assert_eq!(store.append(&ready[2], &late, None, [0; 32]).await, Ok(Appended::GuardFailed), "{}", database.name());
        assert_eq!(store.append(&ready[0], &first, None, [0; 32]).await, Ok(Appended::Yes));
        assert_eq!(store.accepted_before(&ready[1]).await, Ok(0), "what is decided stands in nobody's way");
    })
    .await;
}

#[tokio::test]
async fn a_grant_relies_on_the_edition_in_force() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let case = submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        act(&store, &no("A1"), &li(), Act::Claim, "2026-03-02T11:00").await;
        for (edition, says) in [("2025-12", Appended::GuardFailed), ("2026-01", Appended::Yes)] {
            let case = store.case(&case.no).await.expect("read").expect("a case");
            let mut decided =
                decide_on(&case, &li(), &Act::Note { text: "看过".into() }, at("2026-03-02T12:00")).expect("decided");
            decided.guards.push(casework::decide::Guard::InForce { edition: edition.into() });
            assert_eq!(store.append(&case, &decided, None, [0; 32]).await, Ok(says), "{edition} on {}", database.name());
        }
    })
    .await;
}

#[tokio::test]
async fn the_timekeeper_is_told_once_what_to_look_at() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        submit(&store, "A2", "乙", "2026-03-03T10:00").await;
        assert_eq!(store.next_look().await, Ok(Some(Moment::end_of(date(2026, 3, 9)))));
        assert_eq!(store.due(at("2026-03-09T23:59"), 10, 60_000).await, Ok(vec![]));
        let midnight = at("2026-03-10T00:00");
        assert_eq!(store.due(midnight, 10, 60_000).await, Ok(vec![no("A1")]));
        assert_eq!(store.due(midnight, 10, 60_000).await, Ok(vec![]), "it is leased on {}", database.name());
        assert_eq!(
            store.due(at("2026-03-10T00:01"), 10, 60_000).await,
            Ok(vec![no("A1")]),
            "a node that died leaves it to others"
        );
        let case = act(&store, &no("A1"), &Actor::Clock, Act::CheckClocks, "2026-03-10T00:02").await;
        assert!(case.deemed);
        assert_eq!(store.due(at("2026-03-12T00:00"), 10, 60_000).await, Ok(vec![no("A2")]));

        // Beyond the announced holidays a due day is provisional.
        assert_eq!(store.provisional_cases(None, 10).await, Ok(vec![]));
        submit(&store, "A3", "丙", "2026-12-30T10:00").await;
        submit(&store, "A4", "丁", "2026-12-30T10:00").await;
        assert_eq!(store.provisional_cases(None, 10).await, Ok(vec![no("A3"), no("A4")]));
        assert_eq!(store.provisional_cases(Some(&no("A3")), 10).await, Ok(vec![no("A4")]));
    })
    .await;
}

#[tokio::test]
async fn personal_data_stay_out_of_the_journal() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        submit(&store, "A1", "张三的小馆", "2026-03-02T10:00").await;
        let rows = database.engine().read("SELECT payload, sealed FROM journal", args![]).await.expect("lines");
        assert!(rows.len() > 2);
        for row in rows {
            let line = format!("{}{}", row.text(0).expect("a payload"), row.text(1).expect("seals"));
            assert!(!line.contains("张三") && !line.contains("平面图"), "{line}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_demonstration_never_opens_another_database() {
    each(async |database: Database| {
        let store = Store::open(database.engine().clone());
        store.migrate().await.expect("the tables are made");
        assert_eq!(store.mark().await, Ok(None));
        assert_eq!(store.mark_as(Mark::Production).await, Ok(()));
        assert_eq!(store.mark_as(Mark::Production).await, Ok(()));
        assert_eq!(store.mark().await, Ok(Some(Mark::Production)));
        assert!(matches!(store.mark_as(Mark::Demonstration).await, Err(StoreError::WrongMark { .. })), "{}", database.name());
    })
    .await;
}

#[tokio::test]
async fn erasing_takes_what_is_personal_and_leaves_the_journal() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let case = submit(&store, "A1", "张三的小馆", "2026-03-02T10:00").await;
        let now = at("2036-03-02T10:00");
        assert_eq!(store.erase(&no("A1"), "示例：十年", "admin", now).await, Ok(Erased::StillOpen));
        assert_eq!(store.erase(&no("A9"), "示例：十年", "admin", now).await, Ok(Erased::Unknown));
        let withdraw = Act::Withdraw { reason: "不办了".into() };
        let case = act(&store, &no("A1"), &applicant(&case.holder.expect("a holder")), withdraw, "2026-03-03T10:00").await;
        let reader = Reader::for_actor(&store, Scope::Supervisor);
        assert_eq!(store.index_titles(9).await, Ok(1));
        assert_eq!(store.index_titles(9).await, Ok(0));
        assert_eq!(reader.search("小馆", 9).await.expect("found").rows.len(), 1);
        assert_eq!(store.erase(&no("A1"), "示例：十年", "admin", now).await, Ok(Erased::Yes), "{}", database.name());
        assert_eq!(store.erase(&no("A1"), "示例：十年", "admin", now).await, Ok(Erased::Already));
        assert_eq!(reader.search("小馆", 9).await.expect("found").rows.len(), 0);
        assert_eq!(reader.search("A1", 9).await.expect("found").rows[0].title, "");
        assert_eq!(store.particulars(&no("A1")).await, Ok(Default::default()));
        assert_eq!(store.case(&no("A1")).await, Ok(Some(case.clone())), "replay stands");
        assert_eq!(store.erasure(&no("A1")).await.expect("read").expect("erased").rule, "示例：十年");

        let rate = |words| decide_on(&case, &applicant(&firm("91120116MA0TEXT042")), &Act::Rate { level: 5, words }, now);
        let personal = rate(Some("好".to_owned())).expect("decided");
        assert_eq!(store.append(&case, &personal, None, [0; 32]).await, Err(StoreError::Erased("A1".into())));
        let plain = rate(None).expect("decided");
        assert_eq!(store.append(&case, &plain, None, [0; 32]).await, Ok(Appended::Yes), "{}", database.name());
    })
    .await;
}

//! What a case orders is done at least once and in order; letters get numbers without gaps; editions never overwrite each other.

mod databases;
mod district;

use casework::*;
use databases::{Database, each};
use district::*;
use jiff::civil::date;
use rulebook::Text;
use store::editions::Published;
use store::errands::{AfterFailure, Lane};
use store::letters::{DecisionFilter, NewLetter, PublishedDecision};
use store::{Appended, Claimed, Store};

const LEASE: i64 = 60_000;

fn notice(text: &str) -> Errand {
    Errand::Notify { to: To::Applicant, text: Text::new(text, text) }
}

fn ids(claimed: &[Claimed]) -> Vec<&str> {
    claimed.iter().map(|claimed| claimed.id.as_str()).collect()
}

#[tokio::test]
async fn errands_of_a_case_run_in_order_and_are_gone_when_done() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let case = submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        let now = at("2026-03-02T10:00");
        assert_eq!(store.errand_due(Lane::All, now).await, Ok(true));
        assert_eq!(store.errand_due(Lane::All, Moment(now.0 - 1)).await, Ok(false));
        let first = store.claim_errands(now, 10, LEASE).await.expect("errands");
        assert_eq!(first.len(), 2, "a receipt and a notice on {}", database.name());
        assert_eq!(first[0].errand, Errand::MakeLetter { letter: LetterKind::Receipt });
        assert_eq!((first[0].sender.as_str(), first[0].attempts), ("A1", 1));
        assert_eq!(first[0].id, format!("A1-{}", case.version * 1000));
        assert_eq!(store.claim_errands(now, 10, LEASE).await, Ok(vec![]), "they are leased");

        act(&store, &no("A1"), &li(), Act::Accept { deferred: vec![] }, "2026-03-02T10:00").await;
        let more = store.claim_errands(now, 10, LEASE).await.expect("errands");
        assert!(more.iter().all(|more| more.target != "letter"), "the second letter waits for the first on {}", database.name());
        store.errand_done(&first[0].id).await.expect("done");
        store.errand_done(&first[0].id).await.expect("done twice does no harm");
        let letter = store.claim_errands(now, 10, LEASE).await.expect("errands");
        assert_eq!(letter.len(), 1);
        assert_eq!(letter[0].errand, Errand::MakeLetter { letter: LetterKind::AcceptanceNotice });
        // A lease that ended gives it to somebody else.
        assert_eq!(store.claim_errands(Moment(now.0 + LEASE), 10, LEASE).await.expect("errands")[0].attempts, 2);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_waits_for_is_claimed_past_all_that_waits_before_it() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let now = at("2026-03-02T10:00");
        let letter = |letter| Errand::MakeLetter { letter };
        let ordered = [
            letter(LetterKind::Receipt),
            Errand::DecideAtOnce,
            letter(LetterKind::Grant),
            letter(LetterKind::Certificate),
            notice("x"),
        ];
        store.order("test", 1, &ordered, now).await.expect("ordered");
        assert_eq!(store.errand_due(Lane::Prompt, now).await, Ok(true));
        let prompt = store.claim_errands_of(Lane::Prompt, now, 10, LEASE).await.expect("errands");
        assert_eq!(ids(&prompt), ["test-2", "test-4"], "the certificate waits for no other letter on {}", database.name());
        assert_eq!(store.errand_due(Lane::Prompt, now).await, Ok(false), "they are leased");
        let patient = store.claim_errands_of(Lane::Patient, now, 10, LEASE).await.expect("errands");
        assert_eq!(ids(&patient), ["test-1", "test-5"], "the second letter waits for the first");
        assert_eq!(store.errand_due(Lane::All, now).await, Ok(false));
        store.errand_done("test-1").await.expect("done");
        assert_eq!(store.errand_due(Lane::Patient, now).await, Ok(true));
        assert_eq!(ids(&store.claim_errands(now, 10, LEASE).await.expect("errands")), ["test-3"]);
    })
    .await;
}

#[tokio::test]
async fn an_errand_that_fails_too_often_is_dead_until_it_is_revived() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let mut now = at("2026-03-02T10:00");
        store.order("test", 1, &[notice("one")], now).await.expect("ordered");
        store.order("test", 1, &[notice("one")], now).await.expect("ordered twice is ordered once");
        for attempt in 1..=10 {
            let claimed = store.claim_errands(now, 10, LEASE).await.expect("errands");
            assert_eq!(ids(&claimed), ["test-1"], "attempt {attempt} on {}", database.name());
            now = Moment(now.0 + 1000);
            let wanted = if attempt < 10 { AfterFailure::Waits } else { AfterFailure::Dead };
            assert_eq!(store.errand_failed("test-1", "no answer", now).await, Ok(wanted), "attempt {attempt}");
        }
        assert_eq!(store.claim_errands(now, 10, LEASE).await, Ok(vec![]));
        let dead = store.dead_errands(None, 10).await.expect("the dead");
        assert_eq!((dead[0].id.as_str(), dead[0].fault.as_str(), &dead[0].errand), ("test-1", "no answer", &notice("one")));
        assert_eq!(store.errand_counts(None).await, Ok((0, 1)));
        assert_eq!(store.dead_count(None).await, Ok(1));
        // A dead notice does not hold up the next one.
        store.order("test", 2, &[notice("two")], now).await.expect("ordered");
        assert_eq!(ids(&store.claim_errands(now, 10, LEASE).await.expect("errands")), ["test-2"]);
        assert_eq!(store.revive_errand("test-1", now).await, Ok(true));
        assert_eq!(store.revive_errand("test-2", now).await, Ok(false));
        assert_eq!(ids(&store.claim_errands(now, 10, LEASE).await.expect("errands")), ["test-1"]);
        assert_eq!(store.errand_failed("test-9", "x", now).await, Ok(AfterFailure::Gone));
    })
    .await;
}

#[tokio::test]
async fn a_case_hears_each_errand_of_another_once_and_in_order() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let now = at("2026-03-02T10:00");
        submit(&store, "A1", "甲", "2026-03-02T09:00").await;
        let tell = |text: &str| Errand::Tell { case: "A1".into(), act: Box::new(Act::Note { text: text.into() }) };
        store.order("B1", 1, &[tell("one"), tell("two")], now).await.expect("ordered");
        let claimed = store.claim_errands(now, 10, LEASE).await.expect("errands");
        let told = claimed.iter().find(|claimed| claimed.sender == "B1").expect("the first").clone();
        assert_eq!(claimed.iter().filter(|claimed| claimed.sender == "B1").count(), 1);
        let case = store.case(&no("A1")).await.expect("read").expect("a case");
        let note = decide_on(&case, &li(), &Act::Note { text: "one".into() }, now).expect("a note");
        assert_eq!(store.append_heard(&case, &note, &told).await, Ok(Appended::Yes));
        assert_eq!(store.last_heard("B1", &no("A1")).await, Ok(Some(1)));

        // The answer was lost and the errand runs again, upon the case as it is now.
        let case = store.case(&no("A1")).await.expect("read").expect("a case");
        let note = decide_on(&case, &li(), &Act::Note { text: "one".into() }, now).expect("a note");
        let again = Appended::Again { no: no("A1"), version: case.version };
        assert_eq!(store.append_heard(&case, &note, &told).await, Ok(again.clone()), "{}", database.name());
        let forgotten = Claimed { id: "another id".into(), ..told };
        assert_eq!(store.append_heard(&case, &note, &forgotten).await, Ok(again), "the inbox remembers longer than requests");
        assert_eq!(store.case(&no("A1")).await.expect("read").expect("a case").version, case.version);
    })
    .await;
}

fn letter<'a>(errand: &'a str, no: &'a CaseNo, code: &'a str) -> NewLetter<'a> {
    NewLetter {
        errand,
        no,
        kind: LetterKind::Grant,
        agency: "market",
        series: "market-grant-2026",
        before: "示市许〔2026〕",
        after: "号",
        check_code: code,
    }
}

#[tokio::test]
async fn documents_are_numbered_without_gaps_whoever_makes_them() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let (no, now) = (no("A1"), at("2026-03-02T10:00"));
        let attempts: Vec<_> = (0..40)
            .map(|n| {
                let (store, no) = (store.clone(), no.clone());
                // Each letter is tried twice at the same time, with another code each.
                tokio::spawn(async move {
                    let (errand, code) = (format!("e{}", n / 2), format!("c{n}"));
                    store.save_letter(&letter(&errand, &no, &code), now).await.expect("a letter")
                })
            })
            .collect();
        let mut letters = Vec::new();
        for attempt in attempts {
            letters.push(attempt.await.expect("no panic"));
        }
        for pair in letters.chunks(2) {
            assert_eq!(pair[0], pair[1], "one letter for each errand on {}", database.name());
        }
        let mut numbers: Vec<_> = letters.iter().map(|letter| letter.document_number.clone()).collect();
        numbers.sort();
        numbers.dedup();
        let mut wanted: Vec<_> = (1..=20).map(|n| format!("示市许〔2026〕{n}号")).collect();
        wanted.sort();
        assert_eq!(numbers, wanted, "{}", database.name());

        let first = &letters[0];
        assert_eq!(first.digest, "");
        store.letter_made(&first.errand, "aa", "").await.expect("made");
        store.letter_made(&first.errand, "bb", "").await.expect("made twice");
        let found = store.letter_by_code(&first.check_code).await.expect("read").expect("a letter");
        assert_eq!((found.digest.as_str(), found.kind), ("aa", LetterKind::Grant));
        assert_eq!(store.letters_of_case(&no).await.expect("letters").len(), 20);
        assert_eq!(store.letter_by_code("none").await, Ok(None));
    })
    .await;
}

#[tokio::test]
async fn blocks_of_case_numbers_never_overlap() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        assert_eq!(store.lease_block("cases-2026", 100).await, Ok(1..101));
        let (one, two) = tokio::join!(store.lease_block("cases-2026", 50), store.lease_block("cases-2026", 50));
        let mut starts = [one.expect("a block").start, two.expect("a block").start];
        starts.sort_unstable();
        assert_eq!(starts, [101, 151], "{}", database.name());
        assert_eq!(store.lease_block("cases-2027", 1).await, Ok(1..2));
    })
    .await;
}

#[tokio::test]
async fn decisions_are_open_to_the_public_page_by_page() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let decision = |number: &str, day, holder: &str| PublishedDecision {
            no: no(number),
            item: "kitchen".into(),
            agency: "market".into(),
            area: "120116001".into(),
            document_number: format!("示市许〔2026〕{number}号"),
            holder_shown: holder.into(),
            decided_on: day,
            valid_until: Some(date(2031, 3, 1)),
            ended: None,
            published_at: at("2026-03-02T10:00"),
        };
        let all = [
            decision("1", date(2026, 3, 1), "甲_馆"),
            decision("2", date(2026, 3, 2), "乙馆"),
            decision("3", date(2026, 3, 2), "张**"),
        ];
        for decision in &all {
            store.publish_decision(decision).await.expect("published");
            store.publish_decision(decision).await.expect("published again");
        }
        let list = async |filter: DecisionFilter, limit: u32| {
            let found = store.published_decisions(&filter, limit).await.expect("decisions");
            found.into_iter().map(|decision| decision.no.0).collect::<Vec<_>>()
        };
        assert_eq!(list(DecisionFilter::default(), 2).await, ["3", "2"], "{}", database.name());
        let rest = DecisionFilter { after: Some((date(2026, 3, 2), no("2"))), ..DecisionFilter::default() };
        assert_eq!(list(rest, 2).await, ["1"]);
        let text = |text: &str| DecisionFilter { text: Some(text.into()), ..DecisionFilter::default() };
        assert_eq!(list(text("甲_"), 9).await, ["1"]);
        assert_eq!(list(text("_"), 9).await, ["1"], "signs of patterns are ordinary characters");
        assert_eq!(list(text("〕2号"), 9).await, ["2"]);
        assert_eq!(list(DecisionFilter { agency: Some("fire".into()), ..DecisionFilter::default() }, 9).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_publish_upon_the_same_edition_one_wins() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let (march, now) = (at("2026-03-01T00:00"), at("2026-02-01T00:00"));
        let files = vec![("items.toml".to_owned(), "# 甲".to_owned()), ("a.toml".to_owned(), "# 乙".to_owned())];
        let rules = compile(&files);
        let (one, two) =
            (edition("m1", Some("2026-01"), &files, &rules, march), edition("m2", Some("2026-01"), &files, &rules, march));
        let (one, two) = tokio::join!(store.publish(&one, now), store.publish(&two, now));
        let outcomes = [one.expect("an answer"), two.expect("an answer")];
        let won = outcomes.iter().find_map(|outcome| match outcome {
            Published::Yes(edition) => Some(edition.clone()),
            _ => None,
        });
        let won = won.expect("one of them");
        let lost = Published::Overtaken { latest: Some(won.name.clone()) };
        assert!(outcomes.contains(&lost), "{outcomes:?} on {}", database.name());

        assert_eq!(store.in_force(now).await.expect("read").expect("one").name, "2026-01");
        assert_eq!(store.in_force(march).await.expect("read").expect("one"), won);
        assert_eq!(store.in_force(at("2025-01-01T00:00")).await, Ok(None));
        let kept = store.edition_files(&won.name).await.expect("files");
        assert_eq!(kept.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["a.toml", "items.toml"]);
        assert_eq!(store::editions::digest(&kept), won.digest, "whatever the order of the files");
        assert_eq!(store.editions().await.expect("editions").len(), 2);

        let early = edition("m3", Some(&won.name), &files, &rules, now);
        assert_eq!(store.publish(&early, now).await, Ok(Published::TooEarly { not_before: march }));
        let taken = edition("2026-01", Some(&won.name), &files, &rules, march);
        assert_eq!(store.publish(&taken, now).await, Ok(Published::NameTaken), "{}", database.name());
    })
    .await;
}

#[tokio::test]
async fn calendars_are_a_series_of_their_own() {
    each(async |database: Database| {
        let store: Store = district(database.engine()).await;
        let now = at("2026-02-01T00:00");
        assert_eq!(store.latest_calendar().await, Ok(None));
        assert_eq!(store.append_calendar(1, "one", "editor", now).await, Ok(true));
        assert_eq!(store.append_calendar(2, "two", "editor", now).await, Ok(true));
        assert_eq!(store.append_calendar(2, "other", "editor", now).await, Ok(false), "{}", database.name());
        assert_eq!(store.append_calendar(1, "other", "editor", now).await, Ok(false));
        assert_eq!(store.latest_calendar().await.expect("read").expect("one").text, "two");
        assert_eq!(store.calendar(1).await.expect("read").expect("one").text, "one");
        assert_eq!(store.calendar(3).await, Ok(None));
    })
    .await;
}

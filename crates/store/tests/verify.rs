//! What is wrong in the store is named, and the rows that lists show can be made anew from the journal.

mod databases;
mod district;

use casework::*;
use databases::{Database, each};
use district::*;
use jiff::civil::date;
use std::collections::BTreeSet;
use store::engine::{Engine, Options, args, op};
use store::erase::Erased;
use store::letters::NewLetter;
use store::verify::{Told, Verified};
use store::{Reader, Scope, Store};

const CALENDAR_TEXT: &str = include_str!("../../../rulebook/calendar/holidays.csv");

/// Three cases: one granted with a letter, one deemed accepted and asked about elsewhere, one withdrawn and erased.
async fn some(store: &Store) {
    store.append_calendar(CALENDAR.version(), CALENDAR_TEXT, "editor", at("2026-01-01T00:00")).await.expect("kept");
    let holder = firm("91120116MA0TEXT042");
    act(store, &no("A1"), &applicant(&holder), Act::Submit(application("taxi", &holder, "滨城小馆")), "2026-03-02T10:00").await;
    for (by, what, when) in [
        (li(), Act::Claim, "2026-03-02T11:00"),
        (li(), Act::Accept { deferred: vec![] }, "2026-03-02T12:00"),
        (li(), Act::Review { agrees: true, opinion: "同意".into() }, "2026-03-03T09:00"),
        (chief(), Act::Grant { content: "准予".into() }, "2026-03-03T10:00"),
        (li(), Act::MakeResult { number: "JY1".into(), name: "许可证".into() }, "2026-03-03T10:00"),
    ] {
        act(store, &no("A1"), &by, what, when).await;
    }
    let number = no("A1");
    let new = NewLetter {
        errand: "A1-9-0",
        no: &number,
        kind: LetterKind::Grant,
        agency: "market",
        series: "s",
        before: "示市许〔2026〕",
        after: "号",
        check_code: "code",
    };
    let letter = store.save_letter(&new, at("2026-03-03T10:01")).await.expect("a letter");
    store.letter_made("A1-9-0", "abcd", "").await.expect("made");
    let record = Act::RecordLetter {
        kind: LetterKind::Grant,
        number: letter.document_number,
        check_code: letter.check_code,
        digest: "abcd".into(),
        agency: "market".into(),
    };
    act(store, &no("A1"), &Actor::System, record, "2026-03-03T10:02").await;

    submit(store, "A2", "海港食府", "2026-03-03T10:00").await;
    act(store, &no("A2"), &Actor::Clock, Act::CheckClocks, "2026-03-11T00:01").await;
    act(store, &no("A2"), &li(), Act::Claim, "2026-03-11T11:00").await;
    let question = Act::AskOpinion { agency: "fire".into(), question: "?".into(), after: None, due: None };
    act(store, &no("A2"), &li(), question, "2026-03-11T12:00").await;

    let case = submit(store, "A3", "张三", "2026-03-04T10:00").await;
    let owner = applicant(&case.holder.expect("a holder"));
    act(store, &no("A3"), &owner, Act::Withdraw { reason: "不办了".into() }, "2026-03-05T10:00").await;
    assert_eq!(store.erase(&no("A3"), "示例：十年", "admin", at("2036-03-05T10:00")).await, Ok(Erased::Yes));

    for day in [date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 11)] {
        store.daily_digest(day).await.expect("a digest").expect("one of its own");
    }
}

/// What `verify` said was wrong: case and words.
async fn faults(store: &Store, since: Option<Moment>) -> (Verified, Vec<(String, String)>) {
    let mut faults = Vec::new();
    let verified = store
        .verify(since, |told| {
            if let Told::Fault(fault) = told {
                assert!(!fault.what.zh.is_empty());
                faults.push((fault.no.map(|no| no.0).unwrap_or_default(), fault.what.en));
            }
        })
        .await
        .expect("it can be read");
    assert_eq!(verified.faults, faults.len() as u64);
    (verified, faults)
}

#[tokio::test]
async fn a_sound_store_has_nothing_wrong() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        some(&store).await;
        let (verified, wrong) = faults(&store, None).await;
        assert_eq!(wrong, [], "{}", database.name());
        assert_eq!((verified.cases, verified.erased, verified.days), (3, 1, 3));
        assert!(verified.records > 20 && verified.particulars > 5);
        let (verified, wrong) = faults(&store, Some(at("2026-03-10T00:00"))).await;
        assert_eq!((verified.cases, wrong), (1, vec![]), "since the tenth one case went on");

        let (mut erased, mut papers) = (vec![], BTreeSet::new());
        let tell = |told| match told {
            Told::Erased { no, rule } => erased.push((no.0, rule)),
            Told::Paper { no, digest } => drop(papers.insert((no.0, digest))),
            Told::Fault(_) => {}
        };
        store.verify(None, tell).await.expect("it can be read");
        assert_eq!(erased, [("A3".to_owned(), "示例：十年".to_owned())]);
        let wanted = [("A1", "ab"), ("A1", "abcd"), ("A2", "ab")].map(|(no, digest)| (no.to_owned(), digest.to_owned()));
        assert_eq!(papers, BTreeSet::from(wanted));
    })
    .await;
}

#[tokio::test]
async fn whatever_is_tampered_with_is_named() {
    // On one engine: what `verify` reads is told on all of them above and below.
    let check = async |sql: &'static str, wanted: &[(&str, &str)]| {
        let engine = Engine::sqlite_inline(Options::default()).expect("SQLite opens");
        let store = district(&engine).await;
        some(&store).await;
        engine.write(vec![op(sql, args![])]).await.expect("tampered");
        let (_, found) = faults(&store, None).await;
        for (no, what) in wanted {
            let named = found.iter().any(|(case, said)| case == no && said.contains(what));
            assert!(named, "{sql}: {what} is not in {found:#?}");
        }
        let about: BTreeSet<&str> = found.iter().map(|(case, _)| case.as_str()).collect();
        let meant: BTreeSet<&str> = wanted.iter().map(|(case, _)| *case).collect();
        assert_eq!(about, meant, "{sql}: {found:#?}");
    };
    check(
        "UPDATE journal SET payload = replace(payload, '\"zhao\"', '\"zhou\"') WHERE case_no = 'A1'",
        &[("A1", "was changed: its hash differs")],
    )
    .await;
    check(
        "UPDATE journal SET at = 0 WHERE case_no = 'A2' AND version = 4",
        &[("A2", "is dated before"), ("A2", "another version or time")],
    )
    .await;
    check(
        "DELETE FROM journal WHERE case_no = 'A2' AND version = 3",
        &[("A2", "record 3 is missing"), ("A2", "differs from the journal: cases.")],
    )
    .await;
    // A tail that was cut off, with the row made to fit: only the days know.
    check(
        "DELETE FROM journal WHERE case_no = 'A1' AND version = (SELECT max(version) FROM journal WHERE case_no = 'A1')",
        &[("A1", "differs"), ("", "2026-03-03: the journals are not those of the digest")],
    )
    .await;
    check(
        "DELETE FROM journal WHERE case_no = 'A2'",
        &[
            ("A2", "the journal has no such case"),
            ("", "2026-03-03: the journals are not"),
            ("", "2026-03-11: the journals are not"),
        ],
    )
    .await;
    check("UPDATE daily_digests SET cases = 9 WHERE day = '2026-03-04'", &[("", "2026-03-04: the digest was changed")]).await;
    check("DELETE FROM daily_digests WHERE day = '2026-03-04'", &[("", "2026-03-11: the digest was changed")]).await;
    check(
        "UPDATE particulars SET kind = kind, number = number + 90 WHERE case_no = 'A1' AND number = 1",
        &[("A1", "particular 1 is missing"), ("A1", "does not know")],
    )
    .await;
    check("UPDATE particulars SET bytes = (SELECT bytes FROM particulars WHERE case_no = 'A1' AND number = 2) WHERE case_no = 'A1' AND number = 1", &[("A1", "particular 1 was changed")]).await;
    check("DELETE FROM case_keys WHERE case_no = 'A1'", &[("A1", "its key is gone")]).await;
    check("INSERT INTO case_keys (case_no, key) SELECT 'A3', key FROM case_keys WHERE case_no = 'A1'", &[("A3", "still there")])
        .await;
    check("UPDATE cases SET handler = 'wang', due_at = due_at + 1 WHERE no = 'A2'", &[("A2", "cases.handler, cases.due_at")])
        .await;
    check("UPDATE deadlines SET look_at = look_at + 1 WHERE case_no = 'A2'", &[("A2", "deadlines")]).await;
    check("DELETE FROM consultations", &[("A2", "consultations")]).await;
    check("UPDATE licences SET valid_until = '2099-01-01'", &[("A1", "licences")]).await;
    check("DELETE FROM licences", &[("A1", "licences")]).await;
    check("UPDATE licences SET case_no = 'A9'", &[("A1", "licences"), ("A9", "the journal has no such case")]).await;
    check("UPDATE letters SET digest = 'ffff'", &[("A1", "is not kept as the journal says")]).await;
    check("UPDATE quotas SET taken = 0", &[("", "0 count as taken, but 1 stand")]).await;
    check(
        "UPDATE calendars SET text = replace(text, '2026-04-06,holiday', '2026-03-06,holiday')",
        &[("A1", "was told as"), ("A2", "was told as"), ("A3", "was told as")],
    )
    .await;
    check("DELETE FROM calendars", &[("", "calendar 1, by which dates were told, is not kept")]).await;
}

#[tokio::test]
async fn rows_are_made_anew_from_the_journal() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        some(&store).await;
        assert_eq!(store.reindex().await, Ok(0), "{}", database.name());
        let unit = [
            "UPDATE cases SET handler = 'wang', title = '别的', step = '' WHERE no = 'A2'",
            "DELETE FROM cases WHERE no = 'A1'",
            "DELETE FROM deadlines",
            "DELETE FROM consultations",
            "DELETE FROM licences",
            "DELETE FROM legs",
            "DELETE FROM terms",
        ];
        database.engine().write(unit.map(|sql| op(sql, args![])).to_vec()).await.expect("tampered");
        assert!(!faults(&store, None).await.1.is_empty());
        assert_eq!(store.reindex().await, Ok(2), "{}", database.name());
        assert_eq!(faults(&store, None).await.1, [], "{}", database.name());
        let reader = Reader::for_actor(&store, Scope::Supervisor);
        for (typed, wanted) in [("小馆", "A1"), ("海港", "A2")] {
            let found = reader.search(typed, 9).await.expect("found").rows;
            assert_eq!(found.iter().map(|row| row.no.0.as_str()).collect::<Vec<_>>(), [wanted], "{}", database.name());
        }
        assert_eq!(reader.search("别的", 9).await.expect("found").rows, []);
    })
    .await;
}

#[tokio::test]
async fn a_digest_is_made_once_a_day_and_covers_the_days_before() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        submit(&store, "A2", "乙", "2026-03-03T10:00").await;
        let third = store.daily_digest(date(2026, 3, 3)).await.expect("read").expect("a digest");
        assert_eq!(third.cases, 2, "the second of March is covered with it");
        assert_eq!(store.daily_digest(date(2026, 3, 3)).await, Ok(Some(third.clone())));
        assert_eq!(store.daily_digest(date(2026, 3, 2)).await, Ok(None));
        act(&store, &no("A1"), &li(), Act::Claim, "2026-03-04T10:00").await;
        let (one, two) = tokio::join!(store.daily_digest(date(2026, 3, 4)), store.daily_digest(date(2026, 3, 4)));
        assert_eq!(one, two, "{}", database.name());
        assert_eq!(one.expect("read").expect("a digest").cases, 1);
        let empty = store.daily_digest(date(2026, 3, 5)).await.expect("read").expect("a digest");
        assert_eq!(empty.cases, 0);
        let days: Vec<_> = store.daily_digests().await.expect("digests").iter().map(|digest| digest.day).collect();
        assert_eq!(days, [date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)]);
        let (_, wrong) = faults(&store, None).await;
        assert!(wrong.iter().all(|(_, what)| what.contains("calendar")), "{wrong:?}");
    })
    .await;
}

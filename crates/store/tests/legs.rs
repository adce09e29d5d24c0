//! Legs in partner systems: their rows follow the journal, what goes there has a lane of its own, and every message is kept once.

mod databases;
mod district;

use casework::leg::Ruling;
use casework::*;
use databases::{Database, each};
use district::*;
use jiff::civil::date;
use rulebook::Stand;
use std::sync::LazyLock;
use store::engine::{args, op};
use store::legs::{FORGED, KeptMessage};
use store::{Appended, Store};

const PARTNER: &str = "platform";

static WITH_PARTNER: LazyLock<rulebook::Rulebook> = LazyLock::new(|| {
    let partner = "[[partner]]\ncode = 'platform'\nname = '平台'\nlabel = 'p'\nknows-us-as = 'us'\nkey = 'k'\nitems = ['kitchen']\n\
        reports = ['taken', 'accepted', 'granted', 'refused']\ncall-seconds = 5\ntries = 3\nlongest-pause-minutes = 5\nsilent-hours = 24\n";
    let mut files = FILES.clone();
    files.push(("partners.toml".to_owned(), partner.to_owned()));
    compile(&files)
});

async fn perform(store: &Store, number: &str, by: &Actor, act: Act, when: &str) -> Case {
    let case = store.case(&no(number)).await.expect("read").unwrap_or_else(|| Case::unborn(no(number)));
    let around = Surroundings { has_authority: true, partner: Some(PARTNER.into()), ..Surroundings::default() };
    let scene =
        Scene { case: &case, around: &around, by, rules: &WITH_PARTNER, edition: "2026-01", calendar: &CALENDAR, now: at(when) };
    let decided = decide(&scene, &act).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(store.append(&case, &decided, None, [7; 32]).await, Ok(Appended::Yes));
    decided.after
}

async fn submit_to_partner(store: &Store, number: &str, when: &str) -> Case {
    let holder = firm("91120116MA0TEXT042");
    perform(store, number, &applicant(&holder), Act::Submit(application("kitchen", &holder, "甲")), when).await
}

async fn report(store: &Store, number: &str, count: u32, stand: Stand, when: &str) -> Case {
    let ruling = stand.is_ruling().then(|| Ruling { body: "market".into(), document: "1".into(), on: date(2026, 3, 2) });
    let words = Some("理由".to_owned());
    let report = Report { count, stand, number: Some("P1".into()), ruling, licence: None, words };
    perform(store, number, &Actor::Partner(PARTNER.into()), Act::ReportLeg { report }, when).await
}

#[tokio::test]
async fn the_row_of_a_leg_follows_its_journal_and_is_made_anew() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        submit_to_partner(&store, "A1", "2026-03-02T10:00").await;
        submit_to_partner(&store, "A2", "2026-03-02T11:00").await;
        submit(&store, "A3", "丙", "2026-03-02T11:00").await;
        let monday = at("2026-03-02T12:00");
        assert_eq!(store.silent_legs(PARTNER, monday, 9).await, Ok(vec![no("A1"), no("A2")]), "{}", database.name());
        assert_eq!(store.silent_legs(PARTNER, at("2026-03-02T10:30"), 9).await, Ok(vec![no("A1")]));
        report(&store, "A1", 1, Stand::Accepted, "2026-03-02T13:00").await;
        assert_eq!(store.silent_legs(PARTNER, monday, 9).await, Ok(vec![no("A2")]));
        store.leg_asked(&no("A2"), monday, "unreachable").await.expect("noted");
        assert_eq!(store.silent_legs(PARTNER, monday, 9).await, Ok(vec![]), "it is not there");
        store.partner_tried(PARTNER, true, "", monday).await.expect("noted");
        assert_eq!(store.silent_legs(PARTNER, monday, 9).await, Ok(vec![no("A2")]), "it is there again");
        store.leg_asked(&no("A2"), monday, "known").await.expect("noted");
        assert_eq!(store.silent_legs(PARTNER, monday, 9).await, Ok(vec![]), "asked already");

        report(&store, "A2", 1, Stand::Refused, "2026-03-02T14:00").await;
        let rows = store.legs_to_look_at(Some(&["market".to_owned()]), monday, 9).await.expect("read");
        let told: Vec<_> = rows.iter().map(|row| (row.no.0.as_str(), row.stand.as_str(), row.difference.as_str())).collect();
        assert_eq!(told, [("A2", "refused", "no-there")], "{}", database.name());
        assert_eq!(rows[0].asked, Some((monday, "known".to_owned())));
        assert_eq!(store.legs_to_look_at(Some(&["fire".to_owned()]), monday, 9).await, Ok(vec![]));
        assert_eq!(store.legs_to_look_at(None, at("2026-03-09T12:00"), 9).await.map(|rows| rows.len()), Ok(2), "silent again");
        let counts = store.leg_counts(PARTNER).await.expect("read");
        assert_eq!((counts.open, counts.different, counts.waiting, counts.dead), (1, 1, 2, 0));

        let tamper =
            ["UPDATE legs SET stand = 'granted', difference = '' WHERE case_no = 'A2'", "DELETE FROM legs WHERE case_no = 'A1'"];
        database.engine().write(tamper.map(|sql| op(sql, args![])).to_vec()).await.expect("tampered");
        assert_eq!(store.reindex().await, Ok(2), "{}", database.name());
        assert_eq!(store.legs_to_look_at(None, monday, 9).await, Ok(rows));
        assert_eq!(store.reindex().await, Ok(0));
    })
    .await;
}

#[tokio::test]
async fn what_goes_to_a_partner_has_a_lane_of_its_own() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        submit_to_partner(&store, "A1", "2026-03-02T10:00").await;
        let now = at("2026-03-02T10:00");
        let letters = store.claim_errands(now, 99, 60_000).await.expect("claimed");
        assert!(letters.iter().all(|claimed| !matches!(claimed.errand, Errand::Push { .. })) && !letters.is_empty());
        assert_eq!(store.next_push(PARTNER).await, Ok(Some(now)));
        assert_eq!(store.claim_pushes("another", now, 9, 60_000).await, Ok(vec![]));
        let pushes = store.claim_pushes(PARTNER, now, 9, 60_000).await.expect("claimed");
        assert_eq!(pushes.len(), 1, "{}", database.name());
        // That nobody is there is no attempt.
        let later = Moment(now.0 + 1_000);
        store.errand_postponed(&pushes[0].id, later).await.expect("given back");
        assert_eq!(store.claim_pushes(PARTNER, now, 9, 60_000).await, Ok(vec![]));
        store.hurry_pushes(PARTNER, now).await.expect("hurried");
        let again = store.claim_pushes(PARTNER, now, 9, 60_000).await.expect("claimed");
        assert_eq!(again.iter().map(|claimed| claimed.attempts).collect::<Vec<_>>(), [1]);
        for tries in [3, 3, 1] {
            let _ = store.errand_failed_of(&again[0].id, "500", now, tries).await.expect("failed");
        }
        assert_eq!(store.leg_counts(PARTNER).await.map(|counts| (counts.waiting, counts.dead)), Ok((0, 1)));
    })
    .await;
}

#[tokio::test]
async fn a_message_is_kept_once_and_forgeries_only_so_many() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let kept = |message: &str, verdict: &str| KeptMessage {
            message: message.to_owned(),
            digest: "ab".to_owned(),
            no: "A1".to_owned(),
            verdict: verdict.to_owned(),
            at: at("2026-03-02T10:00"),
            times: 1,
        };
        for (message, verdict) in [("m1", "recorded"), ("m1", "late"), ("m2", "recorded"), ("m3", "late")] {
            store.keep_partner_message(PARTNER, &kept(message, verdict)).await.expect("kept");
        }
        let first = store.partner_message(PARTNER, "m1").await.expect("read").expect("there");
        assert_eq!((first.verdict.as_str(), first.times), ("recorded", 2), "{}", database.name());
        let odd = store.odd_partner_messages(PARTNER, 9).await.expect("read");
        assert_eq!(odd.iter().map(|message| message.message.as_str()).collect::<Vec<_>>(), ["m1", "m3"]);
        for n in 0..1_003 {
            store.keep_partner_message(PARTNER, &kept(&format!("f{n}"), FORGED)).await.expect("kept or not");
        }
        let odd = store.odd_partner_messages(PARTNER, 5_000).await.expect("read");
        assert_eq!(odd.len(), 1_002, "{}", database.name());
        // Whether it answers, and since when.
        let (ten, eleven, twelve) = (at("2026-03-02T10:00"), at("2026-03-02T11:00"), at("2026-03-02T12:00"));
        for (up, now) in [(false, ten), (false, eleven), (true, twelve)] {
            store.partner_tried(PARTNER, up, "x", now).await.expect("noted");
            let link = store.partner_link(PARTNER).await.expect("read").expect("there");
            assert_eq!((link.up, link.since, link.tried), (up, if up { twelve } else { ten }, now));
        }
    })
    .await;
}

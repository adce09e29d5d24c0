//! Sessions: signing in, the second factor, locks and ends.

use super::*;
use crate::people::staff::{self, NewStaff, command_line};
use crate::people::tests::{PASSWORD, confirmed, entrance, key, now, number, officer, refused, registered, store};
use crate::people::{self, NumberKey};
use casework::{Actor, Holder};
use rulebook::procedure::Role;

fn later(minutes: i64) -> Moment {
    Moment(now().0 + minutes * 60_000)
}

#[tokio::test]
async fn wrong_attempts_lock_longer_and_longer_and_all_refusals_are_the_same() {
    let store = store().await;
    let entrance = entrance();
    registered(&store, "zhang", "张三", 1).await;
    let attempt = async |password: &str, at: Moment| entrance.sign_in(&store, "zhang", password, None, at).await;
    let unknown = entrance.sign_in(&store, "nobody", "wrong", None, now()).await;
    let Err(Stop::Refused(unknown)) = unknown else { panic!("refused") };
    for _ in 0..5 {
        let Err(Stop::Refused(refusal)) = attempt("wrong", now()).await else { panic!("refused") };
        assert_eq!(refusal, unknown);
    }
    let Err(Stop::Refused(refusal)) = attempt(PASSWORD, now()).await else { panic!("locked") };
    assert_eq!(refusal, unknown, "locked sounds like wrong");
    assert!(attempt("wrong", later(1)).await.is_err());
    assert!(attempt(PASSWORD, later(2)).await.is_err(), "the second lock lasts two minutes");
    assert!(attempt(PASSWORD, later(3)).await.is_ok());
    for _ in 0..4 {
        assert!(attempt("wrong", later(4)).await.is_err());
    }
    assert!(attempt(PASSWORD, later(4)).await.is_ok(), "a right one had cleared the count");
}

#[tokio::test]
async fn refusals_take_their_time() {
    let store = store().await;
    let mut entrance = entrance();
    let policy = Policy { refusal_takes: 60, memory: 8, passes: 1, ..Policy::default() };
    entrance.passwords = Passwords::new(policy).expect("a policy");
    registered(&store, "zhang", "张三", 1).await;
    for login in ["zhang", "nobody"] {
        let begun = std::time::Instant::now();
        assert_eq!(refused(entrance.sign_in(&store, login, "wrong", None, now()).await.map(drop)), "sign-in");
        assert!(begun.elapsed().as_millis() >= 60, "{login}");
    }
}

#[tokio::test]
async fn a_hundred_attempts_at_once_are_a_hundred() {
    let store = store().await;
    let entrance = entrance();
    registered(&store, "zhang", "张三", 1).await;
    let attempts: Vec<_> = (0..60)
        .map(|_| {
            let (store, entrance) = (store.clone(), entrance.clone());
            tokio::spawn(async move { entrance.sign_in(&store, "zhang", "wrong", None, now()).await.is_ok() })
        })
        .collect();
    for attempt in attempts {
        assert!(!attempt.await.expect("no panic"));
    }
    let failures = store.account("zhang").await.expect("read").expect("there").failures;
    assert_eq!(failures, 5, "after the fifth nothing is judged until the lock ends");
}

#[tokio::test]
async fn a_session_ends_when_idle_when_old_and_when_signed_out() {
    let store = store().await;
    let entrance = entrance();
    registered(&store, "zhang", "张三", 1).await;
    let opened = entrance.sign_in(&store, "zhang", PASSWORD, None, now()).await.expect("signed in");
    let holds = async |secret: &str, at: Moment| entrance.current(&store, secret, at).await.expect("read").is_some();
    assert!(store.session(&opened.secret).await.expect("read").is_none(), "the secret itself is nowhere");
    assert!(!holds("", now()).await && !holds(&"x".repeat(5_000), now()).await);
    assert!(!holds(&opened.secret, later(120)).await, "two hours idle");
    for minutes in (0..24 * 60).step_by(60) {
        assert!(holds(&opened.secret, later(minutes)).await, "{minutes}");
    }
    assert!(!holds(&opened.secret, later(24 * 60)).await, "a day is the longest, however busy");

    let again = entrance.sign_in(&store, "zhang", PASSWORD, Some(&opened.secret), now()).await.expect("signed in");
    assert_ne!(again.secret, opened.secret);
    assert!(!holds(&opened.secret, now()).await, "signing in ends the session that the browser had");
    let other = entrance.sign_in(&store, "zhang", PASSWORD, None, now()).await.expect("signed in");
    assert_ne!(again.session.csrf, other.session.csrf);
    assert_eq!(entrance.own(&store, &other.session, now()).await.expect("read").len(), 2);
    entrance.end_one(&store, &other.session, again.session.handle()).await.expect("ended");
    assert!(!holds(&again.secret, now()).await);
    let third = entrance.sign_in(&store, "zhang", PASSWORD, None, now()).await.expect("signed in");
    assert_eq!(entrance.sign_out_elsewhere(&store, &third.session).await.expect("ended"), 1);
    entrance.sign_out(&store, &third.secret).await.expect("ended");
    assert!(!holds(&third.secret, now()).await);
}

async fn clerk(store: &Store, entrance: &Entrance) -> Opened {
    let new = NewStaff { name: "李窗口".into(), login: "clerk".into(), agency: "approval".into(), phone: String::new() };
    let (_, once) = staff::add(store, entrance, &command_line(), &new, now()).await.expect("taken on");
    let opened = entrance.sign_in(store, "clerk", &once, None, now()).await.expect("signed in");
    entrance.change_password(store, &opened.session, &once, PASSWORD, now()).await.expect("changed")
}

#[tokio::test]
async fn staff_set_up_a_second_factor_and_no_code_works_twice() {
    let store = store().await;
    let mut entrance = entrance();
    let policy = Policy { memory: 8, passes: 1, refusal_takes: 0, ..Policy::default() };
    entrance.passwords = Passwords::new(policy).expect("a policy");
    let opened = clerk(&store, &entrance).await;
    assert_eq!(opened.session.standing, Standing::Enrolment);
    assert!(entrance.signed_in(&store, &opened.secret, now()).await.expect("read").is_none(), "nothing opens before");
    let factor = entrance.begin_enrolment(&opened.session, "一门");
    assert_eq!(
        refused(entrance.enrol(&store, &opened.session, &factor.secret, "000000", &Proof::default(), now()).await.map(drop)),
        "second-factor"
    );
    assert_eq!(
        refused(entrance.enrol(&store, &opened.session, "", "000000", &Proof::default(), now()).await.map(drop)),
        "second-factor"
    );
    let code = totp::code_at(&factor.secret, now()).expect("a code");
    let enrolled =
        entrance.enrol(&store, &opened.session, &factor.secret, &code, &Proof::default(), now()).await.expect("enrolled");
    assert_eq!(enrolled.session.standing, Standing::Full);
    assert!(entrance.signed_in(&store, &enrolled.secret, now()).await.expect("read").is_some());

    let first = entrance.sign_in(&store, "clerk", PASSWORD, None, now()).await.expect("signed in");
    assert_eq!(first.session.standing, Standing::SecondFactor);
    assert!(entrance.signed_in(&store, &first.secret, now()).await.expect("read").is_none());
    assert_eq!(refused(actor_of(&store, &first.session, Want::default(), now()).await), "signed-out");
    assert_eq!(
        refused(entrance.enrol(&store, &first.session, &factor.secret, &code, &Proof::default(), now()).await.map(drop)),
        "signed-out"
    );
    let replayed = entrance.second_factor(&store, &first.secret, &code, now()).await;
    assert_eq!(refused(replayed.map(drop)), "second-factor", "the code of the set-up is used up");
    let code = totp::code_at(&factor.secret, later(1)).expect("a code");
    let second = entrance.second_factor(&store, &first.secret, &code, later(1)).await.expect("passed");
    assert_eq!(second.session.standing, Standing::Full);
    assert!(entrance.current(&store, &first.secret, later(1)).await.expect("read").is_none(), "the secret is a new one");
    let third = entrance.sign_in(&store, "clerk", PASSWORD, None, later(1)).await.expect("signed in");
    assert_eq!(
        refused(entrance.second_factor(&store, &third.secret, &code, later(1)).await.map(drop)),
        "second-factor",
        "replayed"
    );
}

#[tokio::test]
async fn in_a_demonstration_a_real_telephone_has_the_right_code() {
    let store = store().await;
    let entrance = entrance();
    entrance.clock.start_at(later(90 * 24 * 60));
    let opened = clerk(&store, &entrance).await;
    let factor = entrance.begin_enrolment(&opened.session, "一门");
    let (shown, now) = (entrance.clock.on_the_wall(entrance.clock.now()), entrance.clock.now());
    let enrol = async |code: String| {
        let proof = Proof { password: PASSWORD, old_code: "" };
        entrance.enrol(&store, &opened.session, &factor.secret, &code, &proof, now).await
    };
    let of = |at: Moment| totp::code_at(&factor.secret, at).expect("a code");
    assert_eq!(refused(enrol(of(now)).await.map(drop)), "second-factor", "the clock of the demonstration is on no telephone");
    enrol(of(shown)).await.expect("the telephone's own");
}

#[tokio::test]
async fn a_lock_is_forgotten_after_a_quiet_day() {
    let store = store().await;
    let entrance = entrance();
    registered(&store, "zhang", "张三", 1).await;
    let wrong = async |at: Moment| entrance.sign_in(&store, "zhang", "wrong", None, at).await.is_err();
    for minute in 0..30 {
        assert!(wrong(later(minute * 60)).await);
    }
    let failures = async || store.account("zhang").await.expect("read").expect("there").failures;
    assert!(failures().await > 5);
    // A day later: one slip locks nobody out for an hour.
    let next = 30 * 60 + 25 * 60;
    assert!(wrong(later(next)).await);
    assert_eq!(failures().await, 1);
    assert!(entrance.sign_in(&store, "zhang", PASSWORD, None, later(next)).await.is_ok());
}

#[tokio::test]
async fn an_unlocked_screen_is_not_enough_to_move_the_second_factor() {
    let store = store().await;
    let entrance = entrance();
    let opened = clerk(&store, &entrance).await;
    let first = entrance.begin_enrolment(&opened.session, "一门");
    let code = |factor: &str, step: i64| totp::code_at(factor, later(step)).expect("a code");
    let set = async |session: &Session, factor: &Enrolment, password: &str, old_code: &str, step: i64| {
        let proof = Proof { password, old_code };
        entrance.enrol(&store, session, &factor.secret, &code(&factor.secret, step), &proof, later(step)).await
    };
    assert_eq!(refused(set(&opened.session, &first, "not the password", "", 0).await.map(drop)), "sign-in");
    let opened = set(&opened.session, &first, PASSWORD, "", 0).await.expect("set up");
    let second = entrance.begin_enrolment(&opened.session, "一门");
    assert_eq!(refused(set(&opened.session, &second, PASSWORD, "000000", 2).await.map(drop)), "second-factor");
    assert_eq!(refused(set(&opened.session, &second, "", &code(&first.secret, 2), 2).await.map(drop)), "sign-in");
    set(&opened.session, &second, PASSWORD, &code(&first.secret, 4), 4).await.expect("moved");
}

#[tokio::test]
async fn a_known_password_buys_no_endless_guesses_at_the_code() {
    let store = store().await;
    let entrance = entrance();
    let opened = clerk(&store, &entrance).await;
    let factor = entrance.begin_enrolment(&opened.session, "一门");
    let code = totp::code_at(&factor.secret, now()).expect("a code");
    entrance
        .enrol(&store, &opened.session, &factor.secret, &code, &Proof { password: PASSWORD, old_code: "" }, now())
        .await
        .expect("enrolled");
    let mut judged = 0;
    for _ in 0..10 {
        let Ok(first) = entrance.sign_in(&store, "clerk", PASSWORD, None, later(1)).await else { break };
        judged += 1;
        assert!(entrance.second_factor(&store, &first.secret, "000000", later(1)).await.is_err());
    }
    assert!(judged <= 3, "{judged} guesses");
}

#[tokio::test]
async fn a_password_from_the_counter_holds_a_day_and_must_be_changed() {
    let store = store().await;
    let entrance = entrance();
    confirmed(&store, "zhang", "张三", 1).await;
    let before = entrance.sign_in(&store, "zhang", PASSWORD, None, now()).await.expect("signed in");
    let clerk = officer("clerk", Role::Clerk);
    let reset = async |by: &casework::Officer, n: u32| entrance.reset_at_counter(&store, by, "zhang", &number(n), now()).await;
    assert_eq!(refused(reset(&clerk, 2).await), "not-found", "another document");
    assert_eq!(refused(reset(&officer("x", Role::Examiner), 1).await), "not-yours");
    let once = reset(&clerk, 1).await.expect("reset");
    assert!(entrance.current(&store, &before.secret, now()).await.expect("read").is_none(), "all sessions ended");
    assert!(entrance.sign_in(&store, "zhang", PASSWORD, None, now()).await.is_err());
    assert!(entrance.sign_in(&store, "zhang", &once, None, later(24 * 60)).await.is_err(), "a day later");
    let opened = entrance.sign_in(&store, "zhang", &once, None, later(1)).await.expect("signed in");
    assert_eq!(opened.session.standing, Standing::NewPassword);
    assert!(entrance.signed_in(&store, &opened.secret, later(1)).await.expect("read").is_none());
    let change = async |old: &str, new: &str| entrance.change_password(&store, &opened.session, old, new, later(1)).await;
    assert_eq!(refused(change("wrong", "一个全新的密码可以用").await.map(drop)), "sign-in");
    assert_eq!(refused(change(&once, &once).await.map(drop)), "weak-password");
    assert_eq!(refused(change(&once, "password123").await.map(drop)), "weak-password");
    let changed = change(&once, "一个全新的密码可以用").await.expect("changed");
    assert_eq!(changed.session.standing, Standing::Full);
    let who = entrance.signed_in(&store, &changed.secret, later(1)).await.expect("read").expect("signed in");
    assert!(matches!(who.actor, Actor::Applicant { holder: Holder::Person(_), .. }));
    let days_later = later(3 * 24 * 60);
    assert!(entrance.sign_in(&store, "zhang", "一个全新的密码可以用", None, days_later).await.is_ok(), "it does not end");
}

#[tokio::test]
async fn a_member_of_staff_is_reset_by_another_administrator_and_signed_out_when_she_leaves() {
    let store = store().await;
    let entrance = entrance();
    let opened = clerk(&store, &entrance).await;
    let admin = officer("admin", Role::Administrator);
    assert_eq!(
        refused(entrance.reset_at_counter(&store, &officer("c", Role::Clerk), "clerk", &number(1), now()).await),
        "not-found"
    );
    assert_eq!(refused(entrance.reset_staff(&store, &officer("c", Role::Clerk), "clerk", now()).await), "not-yours");
    let me = officer(opened.session.subject.id(), Role::Administrator);
    assert_eq!(refused(entrance.reset_staff(&store, &me, "clerk", now()).await), "own-password");
    entrance.reset_staff(&store, &admin, "clerk", now()).await.expect("reset");
    assert!(entrance.current(&store, &opened.secret, now()).await.expect("read").is_none());
    let once = entrance.reset_staff(&store, &admin, "clerk", now()).await.expect("reset");
    let opened = entrance.sign_in(&store, "clerk", &once, None, now()).await.expect("signed in");
    staff::leave(&store, &admin, opened.session.subject.id(), 1, now()).await.expect("left");
    assert!(entrance.current(&store, &opened.secret, now()).await.expect("read").is_none());
    assert!(entrance.sign_in(&store, "clerk", &once, None, now()).await.is_err());
}

#[tokio::test]
async fn whose_mandate_ended_stands_for_herself_again() {
    let store = store().await;
    let entrance = entrance();
    let person = confirmed(&store, "zhang", "张三", 1).await;
    let by = officer("clerk", Role::Clerk);
    let code = people::tests::code(1);
    let claim = people::firms::claim(&store, &person, &code, store::people::firms::Part::Operator, now()).await.expect("claimed");
    people::firms::confirm(&store, &by, &claim.id, now()).await.expect("confirmed");
    let opened = entrance.sign_in(&store, "zhang", PASSWORD, None, now()).await.expect("signed in");
    let own = entrance.signed_in(&store, &opened.secret, now()).await.expect("read").expect("signed in");
    entrance.act_for(&store, &opened.session, Some(&code), now()).await.expect("acting");
    let firm = entrance.signed_in(&store, &opened.secret, now()).await.expect("read").expect("signed in");
    assert_eq!(
        firm.actor,
        Actor::Applicant { person: person.clone(), holder: Holder::Firm(code), reach: casework::Reach::Whole }
    );
    assert_ne!(own.key(), firm.key(), "what the browser keeps for one is not shown to the other");
    people::firms::revoke(&store, &person, &claim.id, now()).await.expect("given up");
    let after = entrance.signed_in(&store, &opened.secret, now()).await.expect("read").expect("signed in");
    assert_eq!(after.actor, Actor::Applicant { holder: Holder::Person(person.clone()), person, reach: casework::Reach::Whole });
    assert_eq!(after.session.acting_for, None);
    let _: NumberKey = key();
}

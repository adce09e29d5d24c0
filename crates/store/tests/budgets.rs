//! Budgets of policies, on both databases: however many officers approve at once, no line, no batch and no holder gets more than it may.

mod databases;
mod district;

use casework::benefit::Step;
use casework::*;
use databases::{Database, each};
use district::{applicant, application, at, decide_on, firm, no};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rulebook::expression::Decimal;
use rulebook::policy::StackingRule;
use rulebook::programme::fen;
use store::budgets::{Reserved, Standing};
use store::{Appended, Store};

const NOTICE: Date = date(2026, 3, 13);
const NOW: Moment = Moment(1_772_000_000_000);

async fn open(database: &Database) -> Store {
    let store = Store::open(database.engine().clone());
    store.migrate().await.expect("the tables are made");
    store
}

fn asked(claim: &str, holder: &str, amount: i64) -> Reservation {
    Reservation {
        claim: claim.to_owned(),
        programme: "programme".to_owned(),
        clause: "clause".to_owned(),
        line: "line".to_owned(),
        batch: "2026-1".to_owned(),
        line_has: 100,
        batch_has: 60,
        holder: holder.to_owned(),
        stack: "group".to_owned(),
        had: 0,
        amount,
        notice_until: NOTICE,
    }
}

#[tokio::test]
async fn two_officers_and_the_last_of_the_budget() {
    each(async |database| {
        let store = open(&database).await;
        assert_eq!(store.reserve(&asked("c0", "h0", 40), NOW).await.expect("written"), Reserved::Yes);
        let (a, b) = (asked("c1", "h1", 20), asked("c2", "h2", 20));
        let (one, two) = tokio::join!(store.reserve(&a, NOW), store.reserve(&b, NOW));
        let mut got = [one.expect("written"), two.expect("written")];
        got.sort_by_key(|one| *one != Reserved::Yes);
        assert_eq!(got, [Reserved::Yes, Reserved::Exhausted], "{}", database.name());
        assert_eq!(store.budget("line", "2026-1").await.expect("read"), Standing { reserved: 60, paid: 0 });
        // Nothing of the one that came too late is left behind, and another batch still has the rest of the line.
        let later = Reservation { batch: "2026-2".to_owned(), ..asked("c3", "h3", 40) };
        assert_eq!(store.reserve(&later, NOW).await.expect("written"), Reserved::Yes);
        let more = Reservation { claim: "c4".to_owned(), holder: "h4".to_owned(), amount: 1, ..later };
        assert_eq!(store.reserve(&more, NOW).await.expect("written"), Reserved::Exhausted);
        assert_eq!(store.budget("line", "").await.expect("read"), Standing { reserved: 100, paid: 0 });
    })
    .await;
}

/// What a decision leads to, with the money that it promises.
fn promising(number: &str, amount: i64) -> (Case, Decided) {
    let holder = firm(&format!("9112011600000{number}"));
    let before = Case::unborn(no(number));
    let submission = application("shop", &holder, "示例");
    let mut decided =
        decide_on(&before, &applicant(&holder), &Act::Submit(submission), at("2026-03-04T09:00")).expect("it stands");
    decided.guards.push(Guard::SetAside(Box::new(asked(number, &holder.key(), amount))));
    (before, decided)
}

#[tokio::test]
async fn the_event_and_the_money_it_promises_are_written_together_or_not_at_all() {
    each(async |database| {
        let store = district::district(database.engine()).await;
        let all = [promising("BH-1", 40), promising("BH-2", 40)];
        let [first, second] = &all;
        let (one, two) =
            tokio::join!(store.append(&first.0, &first.1, None, [1; 32]), store.append(&second.0, &second.1, None, [1; 32]));
        let got = [one.expect("written"), two.expect("written")];
        assert!(got.contains(&Appended::Yes) && got.contains(&Appended::GuardFailed), "{}: {got:?}", database.name());
        for (number, got) in ["BH-1", "BH-2"].into_iter().zip(got) {
            let stands = got == Appended::Yes;
            assert_eq!(store.case(&no(number)).await.expect("read").is_some(), stands);
            assert_eq!(store.benefit(number).await.expect("read").is_some(), stands);
        }
        assert_eq!(store.budget("line", "").await.expect("read"), Standing { reserved: 40, paid: 0 });
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_or_withdrawn_is_free_again_once() {
    each(async |database| {
        let store = open(&database).await;
        store.reserve(&asked("c1", "h1", 60), NOW).await.expect("written");
        assert_eq!(store.reserve(&asked("c1", "h1", 1), NOW).await.expect("written"), Reserved::Already);
        assert!(store.move_benefit("c1", Step::Release, NOW).await.expect("written"));
        assert!(!store.move_benefit("c1", Step::Release, NOW).await.expect("written"));
        assert_eq!(store.budget("line", "").await.expect("read"), Standing::default());
        assert_eq!(store.had("h1", "group").await.expect("read"), 0);
        // Put up again it is set aside anew, with the amount of now.
        assert_eq!(store.reserve(&asked("c1", "h1", 20), NOW).await.expect("written"), Reserved::Yes);
        assert_eq!(store.reserve(&asked("c2", "h2", 60), NOW).await.expect("written"), Reserved::Exhausted);
        assert_eq!(store.budget("line", "2026-1").await.expect("read"), Standing { reserved: 20, paid: 0 });
    })
    .await;
}

#[tokio::test]
async fn nothing_is_paid_before_its_notice_has_run() {
    each(async |database| {
        let store = open(&database).await;
        store.reserve(&asked("c1", "h1", 60), NOW).await.expect("written");
        let pay = async |day| store.move_benefit("c1", Step::Pay(day), NOW).await.expect("written");
        let listed = async |day| store.payable("line", "2026-1", day, 10).await.expect("read").len();
        assert_eq!(listed(NOTICE).await, 0);
        assert!(!pay(NOTICE).await, "its last day belongs to the public");
        assert_eq!(listed(date(2026, 3, 14)).await, 1);
        assert!(pay(date(2026, 3, 14)).await);
        assert!(!pay(date(2026, 3, 14)).await, "and it is paid once");
        assert_eq!(listed(date(2026, 3, 14)).await, 0);
        assert_eq!(store.budget("line", "2026-1").await.expect("read"), Standing { reserved: 0, paid: 60 });
        assert!(!store.move_benefit("c1", Step::Release, NOW).await.expect("written"), "what went out is not free");
        // It comes back in parts: never more than is owed, and the line has each part at once.
        let back = async |part| store.move_benefit("c1", Step::Recover(part), NOW).await.expect("written");
        assert!(!back(0).await && !back(-1).await && !back(61).await);
        assert!(back(25).await);
        assert_eq!(store.budget("line", "2026-1").await.expect("read"), Standing { reserved: 0, paid: 35 });
        assert_eq!(store.had("h1", "group").await.expect("read"), 35);
        let benefit = async || store.benefit("c1").await.expect("read").map(|one| (one.state, one.recovered));
        assert_eq!(benefit().await, Some(("paid".to_owned(), 25)));
        assert!(!back(36).await);
        assert!(back(35).await && !back(1).await);
        assert_eq!(store.budget("line", "").await.expect("read"), Standing::default());
        assert_eq!(benefit().await, Some(("recovered".to_owned(), 60)));
    })
    .await;
}

#[tokio::test]
async fn a_budget_that_is_cut_while_a_notice_is_up_stops_new_promises_and_takes_none_back() {
    each(async |database| {
        let store = open(&database).await;
        assert_eq!(store.reserve(&asked("c1", "h1", 60), NOW).await.expect("written"), Reserved::Yes);
        // The edition in force says less than is promised already.
        let cut = Reservation { line_has: 50, batch_has: 40, ..asked("c2", "h2", 1) };
        assert_eq!(store.reserve(&cut, NOW).await.expect("written"), Reserved::Exhausted);
        assert!(store.move_benefit("c1", Step::Pay(date(2026, 3, 14)), NOW).await.expect("written"));
        assert_eq!(store.reserve(&cut, NOW).await.expect("written"), Reserved::Exhausted);
        // What comes back goes towards the cut first.
        assert!(store.move_benefit("c1", Step::Recover(20), NOW).await.expect("written"));
        assert_eq!(store.reserve(&cut, NOW).await.expect("written"), Reserved::Exhausted);
        assert!(store.move_benefit("c1", Step::Recover(1), NOW).await.expect("written"));
        assert_eq!(store.reserve(&cut, NOW).await.expect("written"), Reserved::Yes);
    })
    .await;
}

#[tokio::test]
async fn one_holder_approved_twice_at_once_has_no_double_benefit() {
    each(async |database| {
        let store = open(&database).await;
        let (a, b) = (asked("c1", "same", 20), asked("c2", "same", 20));
        let (one, two) = tokio::join!(store.reserve(&a, NOW), store.reserve(&b, NOW));
        let mut got = [one.expect("written"), two.expect("written")];
        got.sort_by_key(|one| *one != Reserved::Yes);
        assert_eq!(got, [Reserved::Yes, Reserved::Changed], "{}", database.name());
        assert_eq!(store.had("same", "group").await.expect("read"), 20);
    })
    .await;
}

/// One thing that happens: to which claim, of which holder, and how much was due.
#[derive(Debug, Clone)]
enum Happens {
    Approve { claim: u8, holder: u8, due: i32, rule: StackingRule },
    Move { claim: u8, step: Step },
}

fn happens() -> impl Strategy<Value = Happens> {
    let rule =
        prop_oneof![Just(StackingRule::NoDoubleBenefit), Just(StackingRule::TakeHighest), Just(StackingRule::TopUpDifference)];
    let step = prop_oneof![
        Just(Step::Release),
        Just(Step::Pay(date(2026, 3, 13))),
        Just(Step::Pay(date(2026, 3, 14))),
        (-5_i64..5_000).prop_map(Step::Recover),
        any::<bool>().prop_map(Step::Due),
        (0_u8..2).prop_map(|file| Step::Order(format!("2026-{file}")))
    ];
    prop_oneof![
        (0_u8..8, 0_u8..3, 1_i32..50, rule).prop_map(|(claim, holder, due, rule)| Happens::Approve { claim, holder, due, rule }),
        (0_u8..8, step).prop_map(|(claim, step)| Happens::Move { claim, step }),
    ]
}

/// Approves as an officer's page would: looks at what was had, finds what is left, sets it aside.
async fn approve(store: &Store, claim: u8, holder: u8, due: i32, rule: StackingRule) {
    let holder = format!("h{holder}");
    let had = store.had(&holder, "group").await.expect("read");
    let payable = rule.payable(due.into(), Decimal::from_units(had * 100));
    let amount = fen(payable).expect("whole 分");
    if amount > 0 {
        let new = Reservation { had, line_has: 10_000, batch_has: 8_000, ..asked(&format!("c{claim}"), &holder, amount) };
        store.reserve(&new, NOW).await.expect("written");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn in_any_order_of_events_no_budget_is_passed_and_nobody_has_twice(
        events in proptest::collection::vec(happens(), 1..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let engine = store::engine::Engine::sqlite_inline(store::engine::Options::default()).expect("SQLite opens");
            let store = Store::open(engine);
            store.migrate().await.expect("the tables are made");
            let mut highest = 0;
            for event in events {
                match event {
                    Happens::Approve { claim, holder, due, rule } => {
                        highest = highest.max(i64::from(due) * 100);
                        approve(&store, claim, holder, due, rule).await;
                    }
                    Happens::Move { claim, step } => {
                        store.move_benefit(&format!("c{claim}"), step, NOW).await.expect("written");
                    }
                }
                holds(&store, highest).await;
            }
        });
    }
}

async fn holds(store: &Store, highest: i64) {
    let line = store.budget("line", "").await.expect("read");
    let batch = store.budget("line", "2026-1").await.expect("read");
    assert!(line.reserved + line.paid <= 10_000 && batch.reserved + batch.paid <= 8_000);
    let mut sum = 0;
    for claim in 0..8 {
        let benefit = store.benefit(&format!("c{claim}")).await.expect("read");
        sum += benefit.filter(|one| one.state == "reserved" || one.state == "paid").map_or(0, |one| one.amount - one.recovered);
    }
    let kept = store.claim_sums().await.expect("read");
    assert_eq!(kept, store.claim_sums_anew().await.expect("read"), "what is kept is what adding up gives");
    assert_eq!(kept.values().map(store::claims::Sums::taken).sum::<i64>(), sum);
    assert_eq!(line.reserved + line.paid, sum, "the sums are those of the claims");
    let mut had = 0;
    for holder in 0..3 {
        let one = store.had(&format!("h{holder}"), "group").await.expect("read");
        assert!(one <= highest, "no double benefit");
        had += one;
    }
    assert_eq!(had, sum, "what holders have is what was promised");
}

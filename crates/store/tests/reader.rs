//! Whoever reads, and however: lists, search, counts and exports show the same cases, the most urgent or the newest first.

mod databases;
mod district;

use casework::act::Submission;
use casework::*;
use databases::{Database, each};
use district::*;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use proptest::{option, prop_oneof, sample};
use rulebook::procedure::Role;
use std::collections::BTreeSet;
use store::reader::{CaseRow, Filter, Light, Seat, TaskFilter};
use store::{Reader, Scope, Store};

const FIRMS: [&str; 3] = ["91120116MA0TEXT042", "91120116MA0TEXT05X", "91120116MA0TEXT069"];
const TITLES: [&str; 6] =
    ["天津滨城小馆餐饮有限公司", "天津海港食府有限公司", "滨海新区大沽面馆", "张三", "Café ABC", "滨城大药房"];

/// Forty cases in many states at two bodies.
async fn many(store: &Store) {
    for n in 0..40_usize {
        let number = format!("BH-2026-{n:05}");
        let holder = firm(FIRMS[n % 3]);
        let agency = if n % 4 == 0 { "fire" } else { "market" };
        let item = ["kitchen", "stall", "kitchen"][n % 3];
        let submission = Submission {
            agency: agency.to_owned(),
            area: format!("area-{}", n % 2),
            ..application(item, &holder, &format!("{} {n}号", TITLES[n % TITLES.len()]))
        };
        let day = format!("2026-03-{:02}T{:02}:00", 4 + n % 7, 9 + n % 3);
        act(store, &no(&number), &applicant(&holder), Act::Submit(submission), &day).await;
        let own = Actor::Officer(officer(["li", "sun"][usize::from(agency == "fire")], agency, &[Role::Examiner]));
        if n % 5 > 1 {
            act(store, &no(&number), &own, Act::Claim, "2026-03-11T09:00").await;
        }
        if n % 5 > 2 {
            act(store, &no(&number), &own, Act::Accept { deferred: vec![] }, "2026-03-11T10:00").await;
        }
        if n % 5 == 3 && item == "kitchen" && n % 2 == 1 {
            let special = Act::BeginSpecial {
                kind: ["testing", "expert-review"][n % 4 / 2].to_owned(),
                basis: "示例".into(),
                expected_end: jiff::civil::date(2026, 4, 1 + (n % 9) as i8),
                notice: "示例".into(),
            };
            let chief = Actor::Officer(officer("zhao", agency, &[Role::Approver]));
            act(store, &no(&number), &chief, special, "2026-03-11T11:00").await;
        } else if n % 5 == 3 && item == "kitchen" {
            let question = Act::AskOpinion { agency: "fire".into(), question: "?".into(), after: None, due: None };
            act(store, &no(&number), &own, question, "2026-03-11T11:00").await;
        }
        if n % 5 == 4 && item == "kitchen" {
            act(store, &no(&number), &own, Act::Review { agrees: true, opinion: "同意".into() }, "2026-03-11T12:00").await;
            if n % 2 == 0 {
                let chief = Actor::Officer(officer("zhao", agency, &[Role::Approver]));
                act(
                    store,
                    &no(&number),
                    &chief,
                    Act::Refuse { reasons: "不符".into(), basis: "示例".into(), false_statement: None },
                    "2026-03-12T09:00",
                )
                .await;
            }
        }
        if n % 7 == 6 && n % 5 < 2 {
            act(store, &no(&number), &applicant(&holder), Act::Withdraw { reason: "不办了".into() }, "2026-03-12T10:00").await;
        }
    }
    for n in [0_usize, 1] {
        // Some ran out and were looked at, most were not.
        let no = no(&format!("BH-2026-{n:05}"));
        let case = act(store, &no, &Actor::Clock, Act::CheckClocks, "2026-03-13T00:01").await;
        let clock = case.clocks.iter().find(|clock| clock.expired.is_some()).expect("a limit that ran out").code.clone();
        let chief = Actor::Officer(officer("zhao", &case.agency, &[Role::Approver]));
        for reason in ["先写的原因", "人手不足"] {
            let reason = Act::PublishReason { clock: clock.clone(), reason: reason.to_owned() };
            act(store, &no, &chief, reason, "2026-03-13T08:00").await;
        }
    }
    // Most titles are among the terms, some still wait.
    assert_eq!(store.index_titles(25).await, Ok(25));
}

async fn all<C>(mut next: Option<C>, read: impl AsyncFn(Option<C>) -> store::reader::Page<C>) -> Vec<CaseRow> {
    let mut rows = Vec::new();
    loop {
        let page = read(next).await;
        rows.extend(page.rows);
        next = page.next;
        if next.is_none() {
            return rows;
        }
    }
}

async fn listed(reader: &Reader, filter: &Filter, now: Moment) -> Vec<CaseRow> {
    all(None, async |after| reader.list(filter, after, 7, now).await.expect("a list")).await
}

fn numbers(rows: &[CaseRow]) -> BTreeSet<String> {
    let numbers: BTreeSet<String> = rows.iter().map(|row| row.no.0.clone()).collect();
    assert_eq!(numbers.len(), rows.len(), "no row is shown twice");
    numbers
}

/// Roles that have to do with cases.
const SEEING: &[Role] = &[
    Role::Clerk,
    Role::Examiner,
    Role::Approver,
    Role::Head,
    Role::GovernmentHead,
    Role::Presider,
    Role::Supervisor,
    Role::Receptionist,
    Role::Verifier,
];
/// Roles that have to do with definitions, people or publication alone.
const BLIND: &[Role] = &[Role::Editor, Role::Legal, Role::Publisher, Role::Analyst, Role::Administrator];

fn seats() -> impl Strategy<Value = Vec<Seat>> {
    let role = sample::select([SEEING, BLIND].concat());
    let agency = option::of(sample::select(vec!["market", "fire", "elsewhere"]));
    let items = sample::subsequence(vec!["kitchen", "stall"], 0..=2);
    let seat = (role, agency, items).prop_map(|(role, agency, items)| Seat {
        role,
        agency: agency.map(str::to_owned),
        items: items.into_iter().map(str::to_owned).collect(),
    });
    proptest::collection::vec(seat, 0..3)
}

fn scopes() -> impl Strategy<Value = Scope> {
    let staff = sample::select(vec!["li", "sun", "nobody"]);
    prop_oneof![
        (sample::select(FIRMS.to_vec()), option::of(sample::subsequence(vec!["kitchen", "stall"], 0..=2))).prop_map(
            |(code, items)| Scope::Holder {
                key: firm(code).key(),
                items: items.map(|items| items.into_iter().map(str::to_owned).collect()),
            }
        ),
        (staff.clone(), option::of(staff), seats()).prop_map(|(staff, other, seats)| Scope::Officer {
            staff: staff.to_owned(),
            stands_in_for: other.map(str::to_owned).into_iter().collect(),
            seats
        }),
        proptest::strategy::Just(Scope::Supervisor),
        proptest::strategy::Just(Scope::Public),
    ]
}

/// What the scope means, said once more in plain words.
fn should_see(scope: &Scope, row: &CaseRow, case: &Case) -> bool {
    match scope {
        Scope::Supervisor => true,
        Scope::Public => false,
        Scope::Holder { key, items } => row.holder == *key && items.as_ref().is_none_or(|items| items.contains(&row.item)),
        Scope::Officer { staff, stands_in_for, seats } => {
            let covers = |seat: &Seat, agency: &str| {
                seat.agency.as_deref().is_none_or(|own| own == agency)
                    && (seat.items.is_empty() || seat.items.contains(&row.item))
            };
            let handles = row.handler.as_ref().is_some_and(|handler| handler == staff || stands_in_for.contains(handler));
            let asked = |seat: &Seat| case.opinions.iter().any(|opinion| covers(seat, &opinion.agency));
            handles
                || seats.iter().any(|seat| {
                    SEEING.contains(&seat.role) && covers(seat, &row.agency) || seat.role == Role::Examiner && asked(seat)
                })
        }
    }
}

#[tokio::test]
async fn every_way_of_reading_shows_the_same_cases() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        many(&store).await;
        let now = at("2026-03-13T09:00");
        let everything = listed(&Reader::for_actor(&store, Scope::Supervisor), &Filter::default(), now).await;
        assert_eq!(everything.len(), 40);
        let mut cases = Vec::new();
        for row in &everything {
            cases.push(store.case(&row.no).await.expect("read").expect("a case"));
        }
        let mut runner = TestRunner::deterministic();
        for _ in 0..16 {
            let scope = scopes().new_tree(&mut runner).expect("a scope").current();
            let reader = Reader::for_actor(&store, scope.clone());
            let rows = listed(&reader, &Filter::default(), now).await;
            let seen = numbers(&rows);
            let should = everything.iter().zip(&cases).filter(|(row, case)| should_see(&scope, row, case));
            let should: BTreeSet<String> = should.map(|(row, _)| row.no.0.clone()).collect();
            assert_eq!(seen, should, "{scope:?} on {}", database.name());
            assert!(rows.windows(2).all(|pair| (pair[0].submitted_at, &pair[0].no) > (pair[1].submitted_at, &pair[1].no)));

            let exported = all(None, async |after| reader.export(&Filter::default(), after, 6, now).await.expect("rows")).await;
            assert_eq!(numbers(&exported), seen, "export: {scope:?}");
            assert!(exported.windows(2).all(|pair| pair[0].no < pair[1].no));
            for row in &everything {
                let may = seen.contains(&row.no.0);
                assert_eq!(reader.may_see(&row.no).await, Ok(may), "{} {scope:?}", row.no);
                assert_eq!(reader.row(&row.no).await.expect("read").is_some(), may);
            }

            let open: Vec<&CaseRow> = rows.iter().filter(|row| row.open).collect();
            let lights = reader.lights(&Filter::default(), now).await.expect("lights");
            for (light, count) in [
                (Light::Red, lights.red),
                (Light::Yellow, lights.yellow),
                (Light::Green, lights.green),
                (Light::Still, lights.still),
            ] {
                let filter = Filter { light: Some(light), ..Filter::default() };
                let lit = listed(&reader, &filter, now).await;
                assert!(lit.iter().all(|row| row.light(now) == Some(light)), "{light:?}");
                assert_eq!(
                    (lit.len() as u64, lit.len()),
                    (count, open.iter().filter(|row| row.light(now) == Some(light)).count())
                );
            }
            let agencies = reader.agencies(now).await.expect("figures");
            assert_eq!(agencies.iter().map(|agency| agency.open).sum::<u64>(), lights.all(), "board: {scope:?}");
            assert_eq!(agencies.iter().map(|agency| agency.red).sum::<u64>(), lights.red);
            assert_eq!(agencies.iter().map(|agency| agency.yellow).sum::<u64>(), lights.yellow);
            for figures in &agencies {
                assert_eq!(figures.at_step.values().sum::<u64>(), figures.open, "steps: {scope:?}");
            }
            let red = all(None, async |after| reader.red_list(&Filter::default(), after, 3, now).await.expect("a list")).await;
            assert_eq!(red.len() as u64, lights.red, "red list: {scope:?}");
            numbers(&red);
            assert!(
                red.windows(2)
                    .all(|pair| pair[0].red_since.unwrap_or(pair[0].due_at) <= pair[1].red_since.unwrap_or(pair[1].due_at))
            );
            let special = reader.special(None, 100).await.expect("a list");
            let running = everything.iter().zip(&cases).filter(|(row, case)| seen.contains(&row.no.0) && case.special.is_some());
            let mut running: Vec<_> = running.map(|(row, case)| (case.special.clone(), row.no.clone())).collect();
            running.sort_by_key(|(special, no)| (special.as_ref().map(|(_, end)| *end), no.clone()));
            let listed_special: Vec<_> =
                special.into_iter().map(|one| (Some((one.kind, one.expected_end)), one.row.no)).collect();
            assert_eq!(listed_special, running, "special: {scope:?}");
            let asked: Vec<String> = everything.iter().map(|row| row.no.0.clone()).collect();
            let reasons = reader.reasons(&asked).await.expect("reasons");
            let explained = rows.iter().filter(|row| row.reason_published).map(|row| (row.no.clone(), "人手不足".to_owned()));
            assert_eq!(reasons, explained.collect(), "the last one that was published, of what may be seen: {scope:?}");
            let week = reader.week(at("2026-03-01T00:00"), at("2026-04-01T00:00")).await.expect("a week");
            assert_eq!(week.submitted, seen.len() as u64, "week: {scope:?}");
            let deemed = reader.week(at("2026-03-01T00:00"), at("2026-03-09T00:00")).await.expect("a week").deemed;
            assert_eq!(
                (week.deemed, deemed),
                (rows.iter().filter(|row| row.deemed).count() as u64, 0),
                "by the day of the silence"
            );
            assert_eq!(week.decided(), rows.iter().filter(|row| row.decided_at.is_some()).count() as u64);

            for typed in
                ["小馆", "滨城", "bcxg", "张三", "abc", "BH-2026-0000", "7", FIRMS[1], "天津", "馆", "店", "大沽 面馆", "没有"]
            {
                let found = reader.search(typed, 100).await.expect("found");
                let filter = Filter { text: Some(typed.to_owned()), ..Filter::default() };
                let mut wanted = listed(&reader, &filter, now).await;
                assert_eq!(numbers(&found.rows), numbers(&wanted), "{typed} {scope:?} on {}", database.name());
                wanted.truncate(2);
                assert_eq!(reader.search(typed, 2).await.expect("found").rows, wanted, "the newest come first");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn search_finds_by_name_number_firm_and_initials() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        many(&store).await;
        let reader = Reader::for_actor(&store, Scope::Supervisor);
        for (typed, count) in [
            ("小馆", 7),
            ("滨城", 13),
            ("滨城小馆餐饮", 7),
            ("bcxg", 7),
            ("hgs", 7),
            ("张三 9号", 1),
            ("BH-2026-00007", 1),
            ("bh-2026-00007", 1),
            ("00039", 1),
            (FIRMS[0], 14),
            ("91120116ma0text042", 14),
            ("没有", 0),
            ("，。", 0),
        ] {
            let found = reader.search(typed, 100).await.expect("found");
            assert_eq!((found.rows.len(), found.cut), (count, false), "{typed} on {}", database.name());
        }
        // Whatever still waits is found as well, and found once when it no longer does.
        while store.index_titles(7).await.expect("terms are written") > 0 {}
        assert_eq!(reader.search("小馆", 100).await.expect("found").rows.len(), 7, "{}", database.name());
        let found = reader.search("小馆", 3).await.expect("found");
        assert_eq!((found.rows.len(), found.cut), (3, true));
    })
    .await;
}

#[tokio::test]
async fn my_tasks_are_what_i_may_do_now_the_most_urgent_first() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        many(&store).await;
        let now = at("2026-03-12T17:00");
        let everything = listed(&Reader::for_actor(&store, Scope::Supervisor), &Filter::default(), now).await;
        let scope = |staff: &str, role, agency: &str| Scope::Officer {
            staff: staff.into(),
            stands_in_for: vec![],
            seats: vec![Seat { role, agency: Some(agency.into()), items: vec![] }],
        };
        let tasks = async |scope: Scope, filter: &TaskFilter| {
            let reader = Reader::for_actor(&store, scope);
            let rows = all(None, async |after| reader.my_tasks(filter, after, 4, now).await.expect("tasks")).await;
            assert!(rows.windows(2).all(|pair| (pair[0].due_at, &pair[0].no) < (pair[1].due_at, &pair[1].no)));
            let lights = reader.my_lights(filter, now).await.expect("lights");
            assert_eq!(lights.all(), rows.len() as u64, "{}", database.name());
            let (first, all) = reader.my_desk(filter, 4, now).await.expect("desk");
            assert_eq!(first, reader.my_tasks(filter, None, 4, now).await.expect("tasks"), "{}", database.name());
            let every = TaskFilter { light: None, ..filter.clone() };
            assert_eq!(all, reader.my_lights(&every, now).await.expect("lights"), "{}", database.name());
            numbers(&rows)
        };
        let wanted = |meant: &dyn Fn(&CaseRow) -> bool| -> BTreeSet<String> {
            everything.iter().filter(|row| row.open && meant(row)).map(|row| row.no.0.clone()).collect()
        };
        let own = |row: &CaseRow| row.handler.as_deref() == Some("li") || row.handler.is_none() && row.agency == "market";
        let li = tasks(scope("li", Role::Examiner, "market"), &TaskFilter::default()).await;
        assert_eq!(li, wanted(&own), "{}", database.name());
        assert!(li.len() > 10);
        let mine = TaskFilter { only_mine: true, ..TaskFilter::default() };
        assert_eq!(
            tasks(scope("li", Role::Examiner, "market"), &mine).await,
            wanted(&|row| row.handler.as_deref() == Some("li"))
        );
        // The fire body is asked about kitchens of the market body.
        let sun = tasks(scope("sun", Role::Examiner, "fire"), &TaskFilter::default()).await;
        assert!(everything.iter().any(|row| row.agency == "market" && sun.contains(&row.no.0)), "{}", database.name());
        let decide = TaskFilter { also_at: vec!["in-decision".into()], ..TaskFilter::default() };
        assert_eq!(
            tasks(scope("zhao", Role::Approver, "market"), &decide).await,
            wanted(&|row| row.agency == "market" && row.step == "in-decision")
        );
        assert_eq!(tasks(scope("zhao", Role::Approver, "market"), &TaskFilter::default()).await, BTreeSet::new());
        for (filter, meant) in [
            (
                TaskFilter { item: Some("stall".into()), ..TaskFilter::default() },
                &(|row: &CaseRow| row.item == "stall") as &dyn Fn(&CaseRow) -> bool,
            ),
            (TaskFilter { step: Some("in-review".into()), ..TaskFilter::default() }, &|row| row.step == "in-review"),
            (TaskFilter { light: Some(Light::Red), ..TaskFilter::default() }, &|row| row.light(now) == Some(Light::Red)),
            (TaskFilter { text: Some("小馆".into()), ..TaskFilter::default() }, &|row| row.title.contains("小馆")),
        ] {
            let found = tasks(scope("li", Role::Examiner, "market"), &filter).await;
            assert_eq!(found, wanted(&|row| own(row) && meant(row)), "{filter:?} on {}", database.name());
        }
        assert_eq!(tasks(Scope::Supervisor, &TaskFilter::default()).await, BTreeSet::new());
    })
    .await;
}

#[tokio::test]
async fn a_body_that_was_asked_sees_the_case_and_has_it_as_a_task_until_it_has_answered() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        act(&store, &no("A1"), &li(), Act::Claim, "2026-03-02T11:00").await;
        act(&store, &no("A1"), &li(), Act::Accept { deferred: vec![] }, "2026-03-02T11:00").await;
        let now = at("2026-03-03T10:00");
        let reader = || Reader::for_actor(&store, Scope::of(&fire(), now.day()));
        let tasks = async || reader().my_tasks(&TaskFilter::default(), None, 9, now).await.expect("tasks").rows.len();
        assert_eq!((reader().may_see(&no("A1")).await, tasks().await), (Ok(false), 0), "{}", database.name());
        let question = Act::AskOpinion { agency: "fire".into(), question: "?".into(), after: None, due: None };
        act(&store, &no("A1"), &li(), question, "2026-03-02T12:00").await;
        assert_eq!((reader().may_see(&no("A1")).await, tasks().await), (Ok(true), 1), "{}", database.name());
        act(
            &store,
            &no("A1"),
            &fire(),
            Act::GiveOpinion { number: 1, agrees: true, text: "同意".into(), papers: vec![] },
            "2026-03-02T13:00",
        )
        .await;
        assert_eq!((reader().may_see(&no("A1")).await, tasks().await), (Ok(true), 0), "{}", database.name());
    })
    .await;
}

#[tokio::test]
async fn lights_follow_the_clock_and_red_stays_red() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        submit(&store, "A1", "甲", "2026-03-02T10:00").await;
        let reader = Reader::for_actor(&store, Scope::Supervisor);
        let light = async |when: &str| reader.row(&no("A1")).await.expect("read").expect("a row").light(at(when));
        for (when, wanted) in [
            ("2026-03-02T10:00", Light::Green),
            ("2026-03-05T23:59", Light::Green),
            ("2026-03-06T00:00", Light::Yellow),
            ("2026-03-09T23:59", Light::Yellow),
            ("2026-03-10T00:00", Light::Red),
        ] {
            assert_eq!(light(when).await, Some(wanted), "{when} on {}", database.name());
        }
        act(&store, &no("A1"), &Actor::Clock, Act::CheckClocks, "2026-03-10T00:05").await;
        assert_eq!(light("2026-03-10T00:05").await, Some(Light::Red), "deemed accepted: the promise runs, and red stays");
        act(&store, &no("A1"), &applicant(&firm("91120116MA0TEXT042")), Act::Withdraw { reason: "x".into() }, "2026-03-10T01:00")
            .await;
        assert_eq!(light("2026-03-10T02:00").await, None);
    })
    .await;
}

#[tokio::test]
async fn minutes_to_a_result_are_told_by_item() {
    each(async |database: Database| {
        let store = district(database.engine()).await;
        let holder = firm("B");
        for n in 0..10 {
            let number = no(&format!("A{n}"));
            act(&store, &number, &applicant(&holder), Act::Submit(application("kitchen", &holder, "甲")), "2026-03-02T10:00")
                .await;
            let when = format!("2026-03-02T10:{:02}", (n + 1) * 5);
            act(&store, &number, &applicant(&holder), Act::Withdraw { reason: "x".into() }, &when).await;
        }
        let reader = Reader::for_actor(&store, Scope::Supervisor);
        let minutes = reader.minutes(at("2026-03-02T00:00"), at("2026-03-03T00:00")).await.expect("minutes");
        assert_eq!(minutes.len(), 1);
        let kitchen = &minutes[0];
        assert_eq!(
            (kitchen.item.as_str(), kitchen.decided, kitchen.median, kitchen.p90),
            ("kitchen", 10, 25, 45),
            "{}",
            database.name()
        );
        assert_eq!(reader.minutes(at("2026-03-03T00:00"), at("2026-03-04T00:00")).await, Ok(vec![]));
    })
    .await;
}

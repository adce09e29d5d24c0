//! People, sessions and drafts as rows, on every engine.

mod databases;
mod drafted;

use casework::{Moment, Power, StaffId};
use databases::{Database, each};
use drafted::draft;
use jiff::civil::{Date, date};
use rulebook::procedure::Role;
use store::Store;
use store::drafts::{DraftPaper, GivenField, GivenPaper};
use store::people::firms::{Firm, Mandate, MandateState, Part};
use store::people::staff::{Absence, PowerRow, Staff};
use store::people::{Audit, Person, Subject};
use store::sessions::{Account, SessionRow};

const NOW: Moment = Moment(1_772_420_400_000);
const TODAY: Date = date(2026, 3, 2);

async fn store(database: &Database) -> Store {
    let store = Store::open(database.engine().clone());
    store.migrate().await.expect("the tables are made");
    store
}

fn audit(n: u32) -> Audit {
    let text = |word: &str| word.to_owned();
    Audit {
        id: format!("a{n}"),
        by: text("admin"),
        what: text("test"),
        subject: text("x"),
        at: Moment(NOW.0 + i64::from(n)),
        detail: text(""),
    }
}

fn person(id: &str, digest: &str, verified: bool) -> Person {
    Person {
        id: id.to_owned(),
        name: "张三".to_owned(),
        id_kind: "resident".to_owned(),
        id_number: "120116189001010012".to_owned(),
        id_digest: digest.to_owned(),
        phone: "13800000000".to_owned(),
        email: String::new(),
        verified,
        created_at: NOW,
    }
}

fn staff(id: &str) -> Staff {
    let (id, name, agency) = (id.to_owned(), format!("员工{id}"), "approval".to_owned());
    Staff { id, name, agency, phone: String::new(), active: true, left_on: None, version: 1 }
}

fn power(id: &str, staff: &str, role: Role, agency: Option<&str>, until: Option<Date>) -> PowerRow {
    let power = Power { role, agency: agency.map(str::to_owned), items: vec!["a".to_owned(), "b".to_owned()], until };
    PowerRow { id: id.to_owned(), staff: staff.to_owned(), power, given_by: "admin".to_owned(), given_at: NOW, taken_at: None }
}

#[tokio::test]
async fn a_number_belongs_to_one_person_and_a_merge_moves_everything() {
    each(async |database: Database| {
        let store = store(&database).await;
        assert_eq!(store.add_person(&person("one", "d1", true), None).await, Ok(true));
        assert_eq!(store.add_person(&person("two", "d1", false), Some(&audit(1))).await, Ok(false), "{}", database.name());
        assert_eq!(store.add_person(&person("two", "u-two", false), Some(&audit(2))).await, Ok(true));
        assert_eq!(store.verify_person("two", "李四", "d1", &audit(3)).await, Ok(false));
        assert_eq!(store.audits(None, Moment(NOW.0 + 99), 9).await.expect("audits").len(), 1, "what failed left no audit");
        store.set_contact("one", "1", "a@b.cn").await.expect("written");
        assert_eq!(store.person_by_digest("d1").await.expect("read").map(|p| p.email), Some("a@b.cn".to_owned()));

        store.start_draft(&draft("w1", "p:two", "p:two", NOW)).await.expect("written");
        assert_eq!(store.add_account(&account("two"), None).await, Ok(true));
        assert_eq!(store.holds_cases("p:two").await, Ok(false));
        assert_eq!(store.merge_person("two", "one", &audit(4)).await, Ok(true));
        assert_eq!(store.merge_person("two", "one", &audit(5)).await, Ok(false));
        assert_eq!(store.person("two").await, Ok(None));
        assert_eq!(store.drafts_of("p:one", Some("p:one")).await.expect("read").len(), 1, "{}", database.name());
        assert_eq!(store.accounts_of(&Subject::Person("one".to_owned())).await.expect("read").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn powers_end_on_their_day_or_when_they_are_taken() {
    each(async |database: Database| {
        let store = store(&database).await;
        for id in ["s1", "s2"] {
            assert_eq!(store.add_staff(&staff(id), &audit(u32::from(id.as_bytes()[1]))).await, Ok(true));
        }
        for (n, row) in [
            power("p1", "s1", Role::Clerk, Some("approval"), Some(TODAY)),
            power("p2", "s1", Role::Approver, None, None),
            power("p3", "s2", Role::Clerk, Some("other"), None),
        ]
        .iter()
        .enumerate()
        {
            store.give_power(row, &audit(100 + n as u32)).await.expect("written");
        }
        let roles = async |on: Date| {
            let duty = store.duty("s1", on).await.expect("read").expect("on duty").officer;
            duty.powers.iter().map(|power| power.role).collect::<Vec<_>>()
        };
        assert_eq!(roles(TODAY).await, [Role::Clerk, Role::Approver], "{}", database.name());
        assert_eq!(roles(date(2026, 3, 3)).await, [Role::Approver]);
        assert_eq!(store.staff_with_role(Role::Clerk, Some("approval"), TODAY).await.expect("read"), ["s1"]);
        assert_eq!(store.staff_with_role(Role::Approver, Some("any"), TODAY).await.expect("read"), ["s1"]);
        assert_eq!(store.take_power("p2", NOW, &audit(200)).await, Ok(true));
        assert_eq!(store.take_power("p2", NOW, &audit(201)).await, Ok(false));
        assert_eq!(roles(TODAY).await, [Role::Clerk]);
        assert_eq!(store.powers_of("s1").await.expect("read").len(), 2, "what was taken is still told");
        assert_eq!(store.power("p1").await.expect("read").map(|row| row.power.items.len()), Some(2));

        let absence =
            Absence { id: "x".to_owned(), staff: "s2".to_owned(), substitute: "s1".to_owned(), from: TODAY, until: TODAY };
        store.add_absence(&absence, &audit(300)).await.expect("written");
        assert_eq!(
            store.duty("s1", TODAY).await.expect("read").expect("on duty").officer.stands_in_for,
            [StaffId("s2".to_owned())]
        );
        assert_eq!(store.duty("s1", date(2026, 3, 3)).await.expect("read").expect("on duty").officer.stands_in_for, []);
        assert_eq!(store.absences_of("s2").await.expect("read"), [absence]);
        store.remove_absence("x", &audit(301)).await.expect("written");

        let gone = Staff { active: false, left_on: Some(TODAY), ..staff("s1") };
        assert_eq!(store.set_staff(&gone, &audit(400)).await, Ok(true));
        assert_eq!(store.set_staff(&gone, &audit(401)).await, Ok(false), "the version moved on");
        assert_eq!(store.officer(&StaffId("s1".to_owned()), TODAY).await, Ok(None));
        assert_eq!(store.staff("s1").await.expect("read").and_then(|staff| staff.left_on), Some(TODAY));
        assert_eq!(store.staff_at(None).await.expect("read").len(), 2);
        assert_eq!(store.staff_at(Some("other")).await.expect("read").len(), 0);
    })
    .await;
}

fn mandate(id: &str, person: &str, part: Part) -> Mandate {
    Mandate {
        id: id.to_owned(),
        firm: "F".to_owned(),
        person: person.to_owned(),
        part,
        items: vec![],
        acts: vec!["submit".to_owned()],
        from: TODAY,
        until: None,
        state: MandateState::Claimed,
        confirmed_by: None,
        confirmed_at: None,
        revoked_at: None,
    }
}

#[tokio::test]
async fn a_register_confirms_the_one_it_names_and_ends_the_former() {
    each(async |database: Database| {
        let store = store(&database).await;
        for (n, id, digest, verified) in [(1, "old", "d-old", true), (2, "new", "d-new", true), (3, "liar", "u-liar", false)] {
            store.add_person(&person(id, digest, verified), None).await.expect("written");
            assert_eq!(store.add_mandate(&mandate(id, id, Part::Legal), &audit(n)).await, Ok(true));
        }
        assert_eq!(store.add_mandate(&mandate("op", "liar", Part::Operator), &audit(77)).await, Ok(true));
        let states = async |person: &str| -> Vec<MandateState> {
            store.mandates_of_person(person).await.expect("read").iter().map(|mandate| mandate.state).collect()
        };
        let firm = |digest: &str| {
            let text = |word: &str| word.to_owned();
            let (code, name, kind) = (text("F"), text("饭店"), text("企业"));
            let (legal_person, address, area) = (text("张三"), text(""), text(""));
            let (industry, status, source) = (text("H62"), text("存续"), text("登记"));
            let legal_digest = text(digest);
            Firm { code, name, kind, legal_person, legal_digest, address, area, industry, status, source, updated_at: NOW }
        };
        store.import_firms(&[firm("d-old")], &audit(10)).await.expect("written");
        use MandateState::{Claimed, Confirmed, Revoked};
        assert_eq!((states("old").await, states("new").await), (vec![Confirmed], vec![Revoked]), "{}", database.name());
        assert_eq!(states("liar").await, [Revoked, Claimed]);
        store.import_firms(&[firm("d-new")], &audit(11)).await.expect("written");
        assert_eq!(states("old").await, [Revoked], "whom the register no longer names is no representative");
        assert_eq!(store.firms(&["F".to_owned(), "G".to_owned()]).await.expect("read").len(), 1);
        assert_eq!(store.firm("F").await.expect("read").map(|firm| firm.industry), Some("H62".to_owned()));

        assert_eq!(store.move_mandate("op", Claimed, Confirmed, "staff:s1", NOW, &audit(12)).await, Ok(true));
        assert_eq!(store.move_mandate("op", Claimed, Confirmed, "staff:s1", NOW, &audit(13)).await, Ok(false));
        assert_eq!(store.move_mandate("op", Confirmed, Revoked, "person:new", NOW, &audit(14)).await, Ok(true));
        let op = store.mandate("op").await.expect("read").expect("there");
        assert_eq!((op.state, op.confirmed_by.as_deref(), op.revoked_at), (Revoked, Some("staff:s1"), Some(NOW)));
        assert_eq!(store.mandates_of_firm("F").await.expect("read").len(), 4);
    })
    .await;
}

fn account(person: &str) -> Account {
    Account::new(format!("login-{person}"), Subject::Person(person.to_owned()), "hash")
}

fn session(digest: &str, seen: i64) -> SessionRow {
    SessionRow {
        digest: digest.to_owned(),
        login: "login-one".to_owned(),
        subject: Subject::Person("one".to_owned()),
        acting_for: None,
        csrf: "csrf".to_owned(),
        created_at: NOW,
        seen_at: Moment(NOW.0 + seen),
        expires_at: Moment(NOW.0 + 1000),
        second_factor: false,
    }
}

#[tokio::test]
async fn of_attempts_that_saw_the_same_count_one_is_judged() {
    each(async |database: Database| {
        let store = store(&database).await;
        assert_eq!(store.add_account(&account("one"), Some(&audit(1))).await, Ok(true));
        assert_eq!(store.add_account(&account("one"), None).await, Ok(false));
        let attempts: Vec<_> = (0..20)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.count_attempt("login-one", 0, 1, Moment(0), NOW).await })
            })
            .collect();
        let mut judged = 0;
        for attempt in attempts {
            judged += i32::from(attempt.await.expect("no panic").expect("written"));
        }
        assert_eq!(judged, 1, "{}", database.name());
        assert_eq!(store.count_attempt("login-one", 1, 2, Moment(NOW.0 + 60), NOW).await, Ok(true));
        assert_eq!(store.count_attempt("login-one", 2, 3, Moment(0), NOW).await, Ok(false), "it is locked");
        assert_eq!(store.count_attempt("login-one", 2, 3, Moment(0), Moment(NOW.0 + 60)).await, Ok(true));
        store.clear_attempts("login-one").await.expect("written");
        assert_eq!(store.account("login-one").await.expect("read").map(|a| (a.failures, a.locked_until)), Some((0, Moment(0))));

        store.set_totp("login-one", Some("ABC"), 7, &audit(2)).await.expect("written");
        let steps = [store.use_totp_step("login-one", 7).await, store.use_totp_step("login-one", 8).await];
        assert_eq!(steps, [Ok(false), Ok(true)]);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    each(async |database: Database| {
        let store = store(&database).await;
        assert_eq!(store.add_account(&account("one"), None).await, Ok(true));
        store.open_session(&session("d1", 0), None).await.expect("written");
        store.open_session(&session("d2", 5), Some("d1")).await.expect("written");
        store.open_session(&session("d3", 3), None).await.expect("written");
        assert_eq!(store.session("d1").await, Ok(None), "its place was taken");
        let subject = Subject::Person("one".to_owned());
        let digests = async || -> Vec<String> {
            store.sessions_of(&subject).await.expect("read").into_iter().map(|row| row.digest).collect()
        };
        assert_eq!(digests().await, ["d2", "d3"], "{}", database.name());
        store.touch_session("d3", Moment(NOW.0 + 9)).await.expect("written");
        store.act_for("d3", Some("F")).await.expect("written");
        let signed = store.session("d3").await.expect("read").expect("there");
        assert_eq!((signed.active, signed.has_totp, signed.session.acting_for.as_deref()), (true, false, Some("F")));
        assert_eq!(signed.session.seen_at, Moment(NOW.0 + 9));
        let until = Some(Moment(NOW.0 + 5));
        assert_eq!(store.set_password("login-one", "new", until, Some("d3"), &audit(3)).await, Ok(true));
        assert_eq!(store.set_password("nobody", "new", None, None, &audit(4)).await, Ok(false));
        assert_eq!(digests().await, ["d3"]);
        assert!(store.session("d3").await.expect("read").expect("there").must_change);
        assert_eq!(store.close_sessions(&subject, Some("d3")).await, Ok(0));
        assert_eq!(store.sweep_sessions(Moment(NOW.0 + 999)).await, Ok(0));
        assert_eq!(store.sweep_sessions(Moment(NOW.0 + 1000)).await, Ok(1));
        store.close_session("d3").await.expect("written");
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_was_sent_or_deleted_takes_no_more_changes() {
    each(async |database: Database| {
        let store = store(&database).await;
        store.start_draft(&draft("w1", "p:one", "f:F", NOW)).await.expect("written");
        store.start_draft(&draft("w2", "s:clerk", "f:F", NOW)).await.expect("written");
        let answer = |value: &str| [("area".to_owned(), value.to_owned()), ("name".to_owned(), "饭店".to_owned())];
        let later = |n: i64| Moment(NOW.0 + n);
        assert_eq!(store.save_fields("w1", &answer("40"), later(1)).await, Ok(true));
        assert_eq!(store.save_fields("w1", &answer(""), later(2)).await, Ok(true));
        let paper = DraftPaper { key: "plan".into(), digest: "d".into(), file_name: "图.pdf".into(), at: later(3) };
        assert_eq!(store.attach_paper("w1", &paper).await, Ok(true));
        let (row, fields, papers) = store.whole_draft("w1").await.expect("read").expect("there");
        assert_eq!((row.updated_at, fields.len(), fields[0].value.as_str()), (later(3), 1, "饭店"), "{}", database.name());
        assert_eq!(papers, std::slice::from_ref(&paper));
        assert_eq!(store.counter_drafts_for("f:F").await.expect("read").len(), 1);
        assert_eq!(store.drafts_of("p:one", None).await.expect("read").len(), 1);
        assert_eq!(store.drafts_of("p:one", Some("p:one")).await.expect("read").len(), 0);

        assert_eq!(store.delete_draft("w1", later(4)).await, Ok(true));
        assert_eq!(store.save_fields("w1", &answer("50"), later(5)).await, Ok(false));
        assert_eq!(store.deleted_drafts("p:one", later(4)).await.expect("read").len(), 1);
        assert_eq!(store.restore_draft("w1", later(5)).await, Ok(false), "too late");
        assert_eq!(store.restore_draft("w1", later(4)).await, Ok(true));
        assert_eq!(store.detach_paper("w1", "plan", "d", later(6)).await, Ok(true));
        assert_eq!(store.park_draft("w1", true, later(7)).await, Ok(true));
        assert_eq!(store.move_draft("w1", "e2", later(8)).await, Ok(true));
        assert_eq!(store.give_draft("w2", "s:other", later(8)).await, Ok(true));

        assert_eq!(store.draft_submitted("w1", "C1", later(9)).await, Ok(true));
        assert_eq!(store.draft_submitted("w1", "C1", later(9)).await, Ok(true), "the same again changes nothing");
        assert_eq!(store.draft_submitted("w1", "C2", later(9)).await, Ok(false));
        assert_eq!(store.attach_paper("w1", &paper).await, Ok(false));
        assert_eq!(store.delete_draft("w1", later(9)).await, Ok(false));
        assert_eq!(store.delete_draft("w2", later(9)).await, Ok(true));
        assert_eq!(store.purge_drafts(later(9)).await, Ok(0));
        assert_eq!(store.purge_drafts(later(10)).await, Ok(1));
        let row = store.draft("w1").await.expect("read").expect("there");
        assert_eq!((row.edition.as_str(), row.parked, row.submitted.as_deref()), ("e2", true, Some("C1")));
    })
    .await;
}

#[tokio::test]
async fn what_was_given_later_is_offered_again() {
    each(async |database: Database| {
        let store = store(&database).await;
        let field = |value: &str, n: i64| GivenField {
            field: "area".into(),
            value: value.into(),
            from_case: format!("C{n}"),
            at: Moment(NOW.0 + n),
        };
        let paper = |n: i64| GivenPaper {
            key: "plan".into(),
            digest: format!("d{n}"),
            file_name: "图.pdf".into(),
            from_case: format!("C{n}"),
            at: Moment(NOW.0 + n),
        };
        for n in [1, 3, 2] {
            store.remember_given("f:F", &[field(&n.to_string(), n)], &[paper(n)]).await.expect("written");
        }
        let given = store.given_fields("f:F").await.expect("read");
        assert_eq!(given.iter().map(|g| g.value.as_str()).collect::<Vec<_>>(), ["3"], "{}", database.name());
        assert_eq!(store.given_papers("f:F").await.expect("read"), [paper(3)]);
        assert_eq!(store.given_papers("p:one").await, Ok(vec![]), "another holder is offered nothing");
    })
    .await;
}

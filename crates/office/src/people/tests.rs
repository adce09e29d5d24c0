//! People: identity numbers, firms, mandates and powers, and who may change them.

use super::*;
use crate::clock::Clock;
use crate::passwords::{Passwords, Policy};
use crate::people::firms::{self, Scope};
use crate::people::staff::{self, NewStaff, command_line};
use crate::sessions::{Limits, Session, Standing, Want, actor_of};
use casework::{Actor, Holder, Power, StaffId};
use jiff::civil::{date, datetime};
use store::engine::{Engine, Options};
use store::people::firms::{MandateState, Part};

pub(crate) const PASSWORD: &str = "三月的海河开冰了好看";

pub(crate) async fn store() -> Store {
    let store = Store::open(Engine::sqlite_inline(Options::default()).expect("SQLite opens"));
    store.migrate().await.expect("the tables are made");
    store
}

pub(crate) fn entrance() -> Entrance {
    let policy = Policy { memory: 8, passes: 1, refusal_takes: 0, staff_second_factor: false, ..Policy::default() };
    Entrance { passwords: Passwords::new(policy).expect("a policy"), limits: Limits::default(), clock: Clock::default() }
}

pub(crate) fn now() -> Moment {
    Moment::at(datetime(2026, 3, 2, 10, 0, 0, 0))
}

pub(crate) fn days(n: i64) -> Moment {
    Moment(now().0 + n * 24 * 3_600_000)
}

pub(crate) fn key() -> NumberKey {
    NumberKey::new([7; 32])
}

pub(crate) fn officer(id: &str, role: Role) -> Officer {
    let power = Power { role, agency: None, items: Vec::new(), until: None };
    Officer { id: StaffId(id.to_owned()), powers: vec![power], stands_in_for: Vec::new() }
}

/// The same, with a role at one body only.
pub(crate) fn officer_at(id: &str, role: Role, agency: &str) -> Officer {
    let power = Power { role, agency: Some(agency.to_owned()), items: Vec::new(), until: None };
    Officer { id: StaffId(id.to_owned()), powers: vec![power], stands_in_for: Vec::new() }
}

/// Numbers with a birth year in the 1800s, which nobody has.
pub(crate) fn number(n: u32) -> String {
    let made = identifier::ResidentNumber::complete(&format!("12011618900101{n:03}")).expect("a sample");
    made.as_str().to_owned()
}

pub(crate) fn code(n: u32) -> String {
    identifier::CreditCode::compose("91", "120116", &format!("MA0TEXT{n}")).expect("a sample").as_str().to_owned()
}

fn who(login: &str, name: &str, n: u32) -> Registration {
    let text = |word: &str| word.to_owned();
    Registration {
        login: text(login),
        password: text(PASSWORD),
        name: text(name),
        id_number: number(n),
        phone: text("13800000000"),
        email: String::new(),
    }
}

pub(crate) async fn registered(store: &Store, login: &str, name: &str, n: u32) -> String {
    register(store, &entrance(), &key(), &who(login, name, n), now()).await.expect("registered")
}

/// Somebody whose identity a counter has confirmed.
pub(crate) async fn confirmed(store: &Store, login: &str, name: &str, n: u32) -> String {
    let id = registered(store, login, name, n).await;
    let clerk = officer("clerk", Role::Clerk);
    confirm_identity(store, &key(), &clerk, login, name, &number(n), now()).await.expect("confirmed");
    id
}

pub(crate) async fn signed_in(store: &Store, login: &str) -> Session {
    entrance().sign_in(store, login, PASSWORD, None, now()).await.expect("signed in").session
}

pub(crate) fn refused<T: std::fmt::Debug>(answer: Answer<T>) -> String {
    match answer {
        Err(Stop::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_registration_with_faults_is_refused_and_leaves_nothing() {
    let store = store().await;
    let check = async |change: fn(&mut Registration), wanted: &str| {
        let mut registration = who("zhang", "张三", 1);
        change(&mut registration);
        assert_eq!(refused(register(&store, &entrance(), &key(), &registration, now()).await), wanted);
    };
    check(|r| r.id_number.replace_range(17.., "x"), "bad-number").await;
    check(|r| r.id_number = String::new(), "bad-number").await;
    check(|r| r.name = "张".to_owned(), "bad-name").await;
    check(|r| r.phone = "无".to_owned(), "bad-phone").await;
    check(|r| r.email = "zhang".to_owned(), "bad-email").await;
    check(|r| r.password = "short".to_owned(), "weak-password").await;
    check(|r| r.login = "张三".to_owned(), "bad-login").await;
    assert_eq!(store.account("zhang").await, Ok(None));
    registered(&store, "ZHANG ", "张三", 1).await;
    assert_eq!(refused(register(&store, &entrance(), &key(), &who("zhang", "李四", 2), now()).await), "login-taken");
}

#[tokio::test]
async fn a_typed_number_neither_occupies_nor_finds_anybody() {
    let store = store().await;
    let clerk = officer("clerk", Role::Clerk);
    let liar = registered(&store, "liar", "骗子甲", 1).await;
    assert_eq!(find_visitor(&store, &key(), &clerk, &number(1), now()).await.expect("looked"), None);
    let owner = confirmed(&store, "owner", "张三", 1).await;
    assert_ne!(liar, owner);
    let found = find_visitor(&store, &key(), &clerk, &number(1), now()).await.expect("looked").expect("found");
    assert_eq!((found.id, found.id_masked.as_str(), found.name.as_str()), (owner, "1201**********0012", "张三"));
    let answer = confirm_identity(&store, &key(), &clerk, "liar", "张三", &number(1), now()).await;
    assert_eq!(refused(answer), "other-person", "the document shows another name than was registered");
    let shown = format!("{:?}", store.person(&liar).await);
    assert!(!shown.contains(&number(1)), "{shown}");
    assert_eq!(refused(find_visitor(&store, &key(), &officer("x", Role::Examiner), &number(1), now()).await), "not-yours");
}

#[tokio::test]
async fn an_earlier_visit_and_a_later_account_become_one_person() {
    let store = store().await;
    let clerk = officer("clerk", Role::Clerk);
    let visit = visitor_at_counter(&store, &key(), &clerk, "张三", &number(1), "13800000000", now()).await.expect("taken up");
    let again = visitor_at_counter(&store, &key(), &clerk, "张三", &number(1), "13800000000", now()).await.expect("found");
    assert_eq!(visit, again);
    let other = visitor_at_counter(&store, &key(), &clerk, "李四", &number(1), "13800000000", now()).await;
    assert_eq!(refused(other), "other-person");
    let online = registered(&store, "zhang", "张三", 1).await;
    let shown = confirm_identity(&store, &key(), &clerk, "zhang", "张三", &number(1), now()).await.expect("confirmed");
    assert_eq!((shown.id.as_str(), store.person(&online).await), (visit.id.as_str(), Ok(None)));
    assert_eq!(signed_in(&store, "zhang").await.subject, Subject::Person(visit.id));
    registered(&store, "second", "张三", 1).await;
    let second = confirm_identity(&store, &key(), &clerk, "second", "张三", &number(1), now()).await;
    assert_eq!(refused(second), "has-account");
}

const HEAD: &str = "统一社会信用代码,名称,法定代表人,法定代表人证件号码,住所\n";

#[tokio::test]
async fn an_import_tells_what_it_refused_and_repeats_without_doubling() {
    let store = store().await;
    let by = officer("admin", Role::Administrator);
    let csv = format!(
        "\u{feff}{HEAD}{},一号饭店,张三,{},甲路1号\n{},二号饭店,李四,,\n91120116MA0TEXT043,错码,,,\n{},三号,王五,123,\n{},一号又来,,,\n",
        code(1),
        number(1),
        code(2),
        code(3),
        code(1),
    );
    let report = firms::import(&store, &key(), &by, &csv, "登记", now()).await.expect("imported");
    assert_eq!((report.added, report.changed, report.unchanged), (2, 0, 0));
    assert_eq!(report.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 5, 6]);
    let report = firms::import(&store, &key(), &by, &csv, "登记", days(1)).await.expect("imported");
    assert_eq!((report.added, report.changed, report.unchanged), (0, 0, 2));
    let moved = csv.replace("甲路1号", "乙路2号");
    let report = firms::import(&store, &key(), &by, &moved, "登记", days(2)).await.expect("imported");
    assert_eq!((report.added, report.changed, report.unchanged), (0, 1, 1));
    let kept = store.firm(&code(1)).await.expect("read").expect("there");
    assert!(!format!("{kept:?}").contains(&number(1)), "the number itself is not kept");
    assert_eq!(refused(firms::import(&store, &key(), &by, "名称\n", "登记", now()).await), "bad-head");
    assert_eq!(refused(firms::import(&store, &key(), &officer("c", Role::Clerk), &csv, "登记", now()).await), "not-yours");
}

#[tokio::test]
async fn a_claim_sees_nothing_until_a_counter_confirms_it() {
    let store = store().await;
    let person = registered(&store, "zhang", "张三", 1).await;
    let session = signed_in(&store, "zhang").await;
    let claim = firms::claim(&store, &person, &code(1), Part::Operator, now()).await.expect("claimed");
    assert_eq!(claim.state, MandateState::Claimed);
    let again = firms::claim(&store, &person, &code(1).to_lowercase(), Part::Operator, now()).await.expect("claimed");
    assert_eq!(again.id, claim.id, "claiming twice is one claim");
    assert_eq!(refused(firms::claim(&store, &person, "91120116MA0TEXT043", Part::Legal, now()).await), "bad-code");
    assert_eq!(firms::seats(&store, &person, now()).await.expect("read"), []);
    assert_eq!(refused(entrance().act_for(&store, &session, Some(&code(1)), now()).await), "no-mandate");
    let forced = Session { acting_for: Some(code(1)), ..session.clone() };
    assert_eq!(refused(actor_of(&store, &forced, Want::default(), now()).await), "no-mandate");

    let clerk = officer("clerk", Role::Clerk);
    assert_eq!(refused(firms::confirm(&store, &clerk, &claim.id, now()).await), "not-confirmed", "nobody knows who it is");
    confirm_identity(&store, &key(), &clerk, "zhang", "张三", &number(1), now()).await.expect("confirmed");
    firms::confirm(&store, &clerk, &claim.id, now()).await.expect("confirmed");
    entrance().act_for(&store, &session, Some(&code(1)), now()).await.expect("acting");
    let actor = actor_of(&store, &forced, Want::default(), now()).await.expect("an actor");
    assert_eq!(actor, Actor::Applicant { person: person.clone(), holder: Holder::Firm(code(1)), reach: casework::Reach::Whole });

    firms::revoke_at_counter(&store, &clerk, &claim.id, now()).await.expect("revoked");
    assert_eq!(refused(actor_of(&store, &forced, Want::default(), now()).await), "no-mandate", "at once, in a session that runs");
}

#[tokio::test]
async fn the_register_confirms_its_legal_representative_who_gives_scoped_mandates_that_end() {
    let store = store().await;
    let by = officer("admin", Role::Administrator);
    let csv = format!("{HEAD}{},一号饭店,张三,{},\n", code(1), number(1));
    firms::import(&store, &key(), &by, &csv, "登记", now()).await.expect("imported");
    let unproven = registered(&store, "unproven", "张三", 1).await;
    let claim = firms::claim(&store, &unproven, &code(1), Part::Legal, now()).await.expect("claimed");
    assert_eq!(claim.state, MandateState::Claimed, "a typed number proves nothing");
    let legal = confirmed(&store, "legal", "张三", 1).await;
    let operator = confirmed(&store, "operator", "李四", 2).await;
    let stranger = confirmed(&store, "stranger", "王五", 3).await;
    let claim = firms::claim(&store, &legal, &code(1), Part::Legal, now()).await.expect("claimed");
    assert_eq!(claim.state, MandateState::Confirmed);

    let scope = |items: &[&str], until: Date| Scope {
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        acts: vec!["submit".to_owned()],
        from: date(2026, 3, 2),
        until,
    };
    let (until, key) = (date(2026, 3, 5), key());
    let give = async |legal: &str, name: &str, n: u32, scope: Scope| {
        firms::give(&store, &key, legal, &code(1), (name, &number(n)), &scope, now()).await
    };
    assert_eq!(refused(give(&stranger, "李四", 2, scope(&[], until)).await), "not-legal-representative");
    assert_eq!(refused(give(&legal, "李四", 3, scope(&[], until)).await), "unknown-operator");
    assert_eq!(refused(give(&legal, "李四", 2, scope(&[], date(2026, 3, 1))).await), "bad-scope");
    assert_eq!(refused(give(&legal, "李四", 2, scope(&[], date(2036, 3, 1))).await), "bad-scope");
    assert_eq!(refused(give(&legal, "李四", 2, scope(&["a,b"], until)).await), "bad-scope");
    let mandate = give(&legal, "李四", 2, scope(&["food-operation-new"], until)).await.expect("given");

    let session = signed_in(&store, "operator").await;
    let session = Session { acting_for: Some(code(1)), ..session };
    let check = async |item: Option<&str>, act: Option<&str>, at: Moment, may: bool| {
        let actor = actor_of(&store, &session, Want { item, act }, at).await;
        assert_eq!(actor.is_ok(), may, "{item:?} {act:?} {at}");
    };
    let item = Some("food-operation-new");
    check(item, Some("submit"), now(), true).await;
    check(item, Some("withdraw"), now(), false).await;
    check(Some("other"), Some("submit"), now(), false).await;
    check(None, None, days(3), true).await;
    check(None, None, days(4), false).await;
    check(None, None, days(-1), false).await;
    assert_eq!(firms::seats(&store, &operator, now()).await.expect("read")[0].name, "一号饭店");
    assert_eq!(refused(firms::of_firm(&store, &operator, &code(1), now()).await), "not-legal-representative");
    assert_eq!(firms::of_firm(&store, &legal, &code(1), now()).await.expect("read").len(), 3);
    assert_eq!(refused(firms::revoke(&store, &stranger, &mandate.id, now()).await), "not-found");
    firms::revoke(&store, &legal, &mandate.id, now()).await.expect("revoked");
    check(item, Some("submit"), now(), false).await;

    let csv = format!("{HEAD}{},一号饭店,王五,{},\n", code(1), number(3));
    firms::import(&store, &key, &by, &csv, "登记", days(1)).await.expect("imported");
    let of_firm = firms::of_firm(&store, &legal, &code(1), days(1)).await;
    assert_eq!(refused(of_firm), "not-legal-representative", "the register names another one now");
}

#[tokio::test]
async fn there_is_one_first_administrator_and_nobody_raises_herself() {
    let store = store().await;
    let entrance = entrance();
    let new = |login: &str| NewStaff {
        name: "王管理".to_owned(),
        login: login.to_owned(),
        agency: "approval".to_owned(),
        phone: String::new(),
    };
    let (admin, password) = staff::create_first_administrator(&store, &entrance, &new("admin"), now()).await.expect("made");
    assert_eq!(refused(staff::create_first_administrator(&store, &entrance, &new("again"), now()).await), "has-administrator");
    let opened = entrance.sign_in(&store, "admin", &password, None, now()).await.expect("signed in");
    assert_eq!(opened.session.standing, Standing::NewPassword);
    let by = store.officer(&StaffId(admin.clone()), now().day()).await.expect("read").expect("on duty");

    let (clerk, _) = staff::add(&store, &entrance, &by, &new("clerk"), now()).await.expect("taken on");
    let power = |role: Role, agency: Option<&str>| Power { role, agency: agency.map(str::to_owned), items: vec![], until: None };
    assert_eq!(refused(staff::give(&store, &by, &admin, power(Role::Approver, None), now()).await), "own-power");
    assert_eq!(refused(staff::give(&store, &by, &clerk, power(Role::System, None), now()).await), "no-such-power");
    assert_eq!(refused(staff::give(&store, &by, "nobody", power(Role::Clerk, None), now()).await), "not-found");
    let given = staff::give(&store, &by, &clerk, power(Role::Administrator, Some("approval")), now()).await.expect("given");
    let local = store.officer(&StaffId(clerk.clone()), now().day()).await.expect("read").expect("on duty");
    assert_eq!(refused(staff::give(&store, &local, &admin, power(Role::Clerk, None), now()).await), "too-wide");
    assert_eq!(refused(staff::give(&store, &local, &admin, power(Role::Clerk, Some("other")), now()).await), "not-yours");
    staff::take(&store, &by, &given, now()).await.expect("taken");
    assert_eq!(refused(staff::take(&store, &by, &given, now()).await), "overtaken");
    let own = store.powers_of(&admin).await.expect("read")[0].id.clone();
    assert_eq!(refused(staff::take(&store, &command_line(), &own, now()).await), "last-administrator");

    let (from, until) = (date(2026, 3, 3), date(2026, 3, 4));
    assert_eq!(refused(staff::absent(&store, &by, &clerk, &clerk, from, until, now()).await), "bad-absence");
    staff::absent(&store, &by, &clerk, &admin, from, until, now()).await.expect("noted");
    let stands_in = async |at: Moment| {
        let officer = store.officer(&StaffId(admin.clone()), at.day()).await.expect("read").expect("on duty");
        officer.stands_in_for.len()
    };
    assert_eq!((stands_in(now()).await, stands_in(days(1)).await, stands_in(days(3)).await), (0, 1, 0));

    assert_eq!(refused(staff::leave(&store, &by, &admin, 1, now()).await), "own-leave");
    staff::leave(&store, &by, &clerk, 1, now()).await.expect("left");
    assert_eq!(store.officer(&StaffId(clerk), now().day()).await, Ok(None));
    assert!(store.audits(None, days(1), 50).await.expect("read").iter().any(|entry| entry.what == "leave" && entry.by == admin));
}

#[tokio::test]
async fn the_administrator_of_a_body_reaches_no_further_than_it() {
    let store = store().await;
    let entrance = entrance();
    let new = |login: &str| NewStaff {
        name: "王管理".to_owned(),
        login: login.to_owned(),
        agency: "approval".to_owned(),
        phone: String::new(),
    };
    let (chief, _) = staff::create_first_administrator(&store, &entrance, &new("chief"), now()).await.expect("made");
    let body = officer_at("body", Role::Administrator, "approval");
    assert_eq!(refused(entrance.reset_staff(&store, &body, "chief", now()).await), "not-yours");
    let power = store.powers_of(&chief).await.expect("read")[0].id.clone();
    assert_eq!(refused(staff::take(&store, &body, &power, now()).await), "not-yours");
    assert_eq!(refused(staff::leave(&store, &body, &chief, 1, now()).await), "not-yours");
    let csv = format!("{HEAD}{},一号饭店,张三,{},\n", code(1), number(1));
    assert_eq!(refused(firms::import(&store, &key(), &body, &csv, "登记", now()).await), "not-yours");

    let (clerk, _) = staff::add(&store, &entrance, &body, &new("clerk"), now()).await.expect("her own body");
    let of = |agency: Option<&str>| Power { role: Role::Clerk, agency: agency.map(str::to_owned), items: vec![], until: None };
    let given = staff::give(&store, &body, &clerk, of(Some("approval")), now()).await.expect("given");
    entrance.reset_staff(&store, &body, "clerk", now()).await.expect("reset");
    staff::take(&store, &body, &given, now()).await.expect("taken");
    staff::give(&store, &command_line(), &clerk, of(Some("other")), now()).await.expect("given");
    assert_eq!(refused(entrance.reset_staff(&store, &body, "clerk", now()).await), "not-yours", "she serves another body too");
}

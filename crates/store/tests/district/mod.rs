//! A district small enough for a test: two bodies, three items, the real procedures, and a clock that the test moves.

#![expect(dead_code, reason = "each story uses its own part")]

use casework::act::{Paper, Submission};
use casework::event::Channel;
use casework::*;
use rulebook::procedure::Role;
use rulebook::{Calendar, Rulebook};
use std::sync::LazyLock;
use store::editions::NewEdition;
use store::engine::Engine;
use store::{Appended, Store};

const ITEMS: &str = r#"
[[item]]
code = "kitchen"
name = "示例餐饮许可"
type = "行政许可"
procedure = "permit"
list-row = "1"
limit = [
    { kind = "statutory", from = 2026-01-01, working-days = 20, extension = 10, basis = { law = "示例", article = "1" } },
    { from = 2026-01-01, working-days = 10, basis = { law = "示例", article = "2" } },
]

[[item]]
code = "taxi"
name = "示例限量许可"
type = "行政许可"
procedure = "permit"
list-row = "2"
quantity-limit = 1
limit = [{ from = 2026-01-01, working-days = 5, basis = { law = "示例", article = "2" } }]

[[item]]
code = "shop"
name = "示例承诺许可"
type = "行政许可"
procedure = "permit"
list-row = "4"
limit = [{ from = 2026-01-01, working-days = 5, basis = { law = "示例", article = "2" } }]
[item.commitment]
form = "permit"
from = 2026-01-01
replaces = []
notice = [{ version = 1, from = 2026-01-01, standard = "齐全", consequences = "撤销", declares = ["属实"] }]
check = { term = { months = 2 }, manner = "on-site", basis = { law = "示例" } }
rectify = { term = { days = 15 }, basis = { law = "示例" } }
credit = { class = "shop", months = 12, basis = { law = "示例" } }
basis = { law = "示例" }

[[item]]
code = "stall"
name = "示例即办许可"
type = "行政许可"
procedure = "immediate"
list-row = "3"
limit = [{ from = 2026-01-01, immediate = true, basis = { law = "示例", article = "2" } }]
"#;

const AGENCIES: &str = r#"
[[agency]]
code = "market"
name = "示例市场局"
kind = "district-department"
short = "示市"

[[agency]]
code = "fire"
name = "示例消防"
kind = "district-department"
short = "示消"
"#;

pub static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    [
        ("agencies.toml", AGENCIES),
        ("items.toml", ITEMS),
        ("grounds.toml", include_str!("../../../../rulebook/grounds.toml")),
        ("permit.toml", include_str!("../../../../rulebook/procedures/permit.toml")),
        ("immediate.toml", include_str!("../../../../rulebook/procedures/immediate.toml")),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .to_vec()
});

pub static RULES: LazyLock<Rulebook> = LazyLock::new(|| compile(&FILES));

pub static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse("holidays.csv", include_str!("../../../../rulebook/calendar/holidays.csv")).0);

pub fn compile(files: &[(String, String)]) -> Rulebook {
    rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
}

pub fn at(wall: &str) -> Moment {
    Moment::at(wall.parse().expect("a moment"))
}

pub fn no(number: &str) -> CaseNo {
    CaseNo(number.to_owned())
}

pub fn firm(name: &str) -> Holder {
    Holder::Firm(name.to_owned())
}

pub fn applicant(holder: &Holder) -> Actor {
    Actor::Applicant { person: "p1".to_owned(), holder: holder.clone(), reach: casework::Reach::Whole }
}

pub fn officer(id: &str, agency: &str, roles: &[Role]) -> Officer {
    let power = |role: &Role| Power { role: *role, agency: Some(agency.to_owned()), items: vec![], until: None };
    Officer { id: StaffId(id.to_owned()), powers: roles.iter().map(power).collect(), stands_in_for: vec![] }
}

/// An examiner of the market body.
pub fn li() -> Actor {
    Actor::Officer(officer("li", "market", &[Role::Examiner]))
}

/// Signs for the market body.
pub fn chief() -> Actor {
    Actor::Officer(officer("zhao", "market", &[Role::Approver, Role::Head]))
}

/// An examiner of the fire body.
pub fn fire() -> Actor {
    Actor::Officer(officer("sun", "fire", &[Role::Examiner]))
}

pub fn application(item: &str, holder: &Holder, title: &str) -> Submission {
    Submission {
        item: item.to_owned(),
        holder: holder.clone(),
        agency: "market".to_owned(),
        area: "120116001".to_owned(),
        channel: Channel::Online,
        parent: None,
        answers: format!("{{\"名称\":\"{title}\"}}"),
        title: title.to_owned(),
        papers: vec![Paper { key: "plan".to_owned(), digest: "ab".to_owned(), file_name: "平面图.pdf".to_owned() }],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    }
}

/// The store of a district in which an edition is in force.
pub async fn district(engine: &Engine) -> Store {
    let store = Store::open(engine.clone());
    store.migrate().await.expect("the tables are made");
    let now = at("2026-01-01T00:00");
    let new = edition("2026-01", None, &FILES, &RULES, now);
    store.publish(&new, now).await.expect("an edition is published");
    store
}

pub fn edition<'a>(
    name: &'a str,
    base: Option<&'a str>,
    files: &'a [(String, String)],
    rules: &'a Rulebook,
    in_force_at: Moment,
) -> NewEdition<'a> {
    NewEdition { name, base, files, rules, in_force_at, by: "editor", note: "" }
}

/// Decides as the office would, without appending.
pub fn decide_on(case: &Case, by: &Actor, act: &Act, now: Moment) -> Result<Decided, Refusal> {
    let around = Surroundings {
        has_authority: true,
        officers: vec![
            officer("li", "market", &[Role::Examiner]),
            officer("wang", "market", &[Role::Examiner]),
            officer("sun", "fire", &[Role::Examiner]),
        ],
        ..Surroundings::default()
    };
    let scene = Scene { case, around: &around, by, rules: &RULES, edition: "2026-01", calendar: &CALENDAR, now };
    decide(&scene, act)
}

/// Reads, decides and appends.
pub async fn act(store: &Store, no: &CaseNo, by: &Actor, act: Act, when: &str) -> Case {
    let case = store.case(no).await.expect("the case can be read").unwrap_or_else(|| Case::unborn(no.clone()));
    let decided = decide_on(&case, by, &act, at(when)).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", act.name()));
    let appended = store.append(&case, &decided, None, [7; 32]).await.expect("it is appended");
    assert_eq!(appended, Appended::Yes, "{}", act.name());
    decided.after
}

/// Submits an application for a kitchen.
pub async fn submit(store: &Store, number: &str, title: &str, when: &str) -> Case {
    let holder = firm("91120116MA0TEXT042");
    act(store, &no(number), &applicant(&holder), Act::Submit(application("kitchen", &holder, title)), when).await
}

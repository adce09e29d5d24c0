//! The district's own rulebook and calendar, and people to act in it, for every test of this crate.

#![allow(dead_code, reason = "no test binary needs all of it")]

use casework::act::Submission;
use casework::event::Channel;
use casework::{Act, Actor, Holder, Officer, Power, StaffId};
use rulebook::procedure::Role;
use rulebook::{Calendar, Rulebook};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

pub static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    let mut files = Vec::new();
    walk(&root(), &mut files);
    files.sort();
    rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
});

pub static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::parse("holidays.csv", &calendar_text()).0);

pub fn calendar_text() -> String {
    read(&root().join("calendar/holidays.csv"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook")
}

#[expect(clippy::disallowed_methods, reason = "a test reads the district's files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file is there")
}

#[expect(clippy::disallowed_methods, reason = "a test reads the district's files")]
fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("the rulebook is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push((path.to_string_lossy().into_owned(), read(&path)));
        }
    }
}

/// The food office, which decides `food-operation-new`.
pub const AGENCY: &str = "scjgj";

pub fn officer(id: &str, roles: &[Role]) -> Officer {
    let powers =
        roles.iter().map(|role| Power { role: *role, agency: Some(AGENCY.into()), items: vec![], until: None }).collect();
    Officer { id: StaffId(id.into()), powers, stands_in_for: vec![] }
}

pub fn staff(id: &str, roles: &[Role]) -> Actor {
    Actor::Officer(officer(id, roles))
}

pub fn firm() -> Holder {
    Holder::Firm("91120116MA0TEXT042".into())
}

pub fn applicant() -> Actor {
    Actor::Applicant { person: "p1".into(), holder: firm(), reach: casework::Reach::Whole }
}

pub fn application(item: &str, lacking: &[&str]) -> Act {
    Act::Submit(Submission {
        item: item.into(),
        holder: firm(),
        agency: AGENCY.into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: "{}".into(),
        title: "示例餐饮".into(),
        papers: vec![],
        lacking: lacking.iter().map(|key| (*key).to_owned()).collect(),
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    })
}

/// Three parts that begin at once, two of which are visited together, and a sign that waits for the licence.
pub fn plan() -> casework::bundle::Plan {
    let planned = |item: &str, after: &[&str]| casework::bundle::Planned {
        item: item.into(),
        agency: AGENCY.into(),
        area: "120116001".into(),
        after: after.iter().map(|item| (*item).to_owned()).collect(),
    };
    let licence = ["company-registration"];
    let components = vec![
        planned("company-registration", &[]),
        planned("food-operation-new", &[]),
        planned("fire-safety-check", &[]),
        planned("shop-sign-filing", &licence),
    ];
    casework::bundle::Plan { theme: Some("restaurant".into()), components, limit: Some(rulebook::Term::working_days(15)) }
}

/// Evidence with which every rule of an item decided at once is met, or none.
pub fn evidence(met: bool, on: jiff::civil::Date) -> rulebook::at_once::Evidence {
    let facts = [
        ("person-name", "示例甲"),
        ("account-name", "示例甲"),
        ("citizen-id", "120116189001010012"),
        ("account-number", "120116189001010012"),
        ("birth-date", "1890-01-01"),
        ("employment-state", "登记失业"),
        ("never-employed", "是"),
        ("asks-hardship-recognition", "否"),
        ("by-agent", "否"),
        ("delivery-way", "电子送达"),
        ("others-open", "0"),
        ("applicant-name", "示例小吃店"),
        ("registered-name", "示例小吃店"),
        ("register-status", "存续"),
        ("sign-place", "门楣"),
        ("sign-height", "1.2"),
    ];
    let known = |(element, value): &(&str, &str)| rulebook::at_once::Known {
        element: (*element).to_owned(),
        value: (*value).to_owned(),
        source: "示例".to_owned(),
        as_of: None,
    };
    let facts = facts.iter().filter(|_| met).map(known).collect();
    rulebook::at_once::Evidence { on, facts, silent: vec![], contradicted: vec![] }
}

//! A production database with the district's rulebook, a firm's person with a token and a session, and drafts ready to be sent: made by
//! the same doors that everybody uses, before the program starts on it.

use crate::files;
use crate::program::{Answer, Serving, root};
use casework::event::Channel;
use casework::{Actor, Holder, Moment};
use jiff::civil::Date;
use office::tokens::{NewToken, SCOPES};
use office::{Clock, Office, Settings};
use std::path::Path;
use std::sync::LazyLock;
use store::editions::NewEdition;
use store::engine::{Engine, Options};
use store::people::firms::{Mandate, MandateState, Part};
use store::people::{Audit, Person, Subject};
use store::sessions::Account;
use store::{Mark, Store};

pub const ITEM: &str = "food-operation-new";
pub const AREA: &str = "120116001";
pub const AGENCY: &str = "scjgj";
pub const FIRM: &str = "91120116MA0TEXT042";
pub const PERSON: &str = "k7q2m9x4";
pub const LOGIN: &str = "zhang";
pub const PASSWORD: &str = "a long word for trying out 7";

static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| files::read(&root().join("rulebook")).expect("the rulebook"));

pub struct District {
    pub office: Office,
}

/// Opens the store that the program will be started on.
pub async fn store(data: &Path, url: Option<&str>, clock: Option<Clock>) -> Store {
    let clock: Option<store::engine::Clock> = clock.map(|clock| std::sync::Arc::new(move || clock.now().0) as _);
    let options = Options { clock, connections: 4, ..Options::default() };
    std::fs::create_dir_all(data).expect("a folder");
    Store::open(match url {
        Some(url) => Engine::postgres(url, options).await.expect("PostgreSQL answers"),
        None => Engine::sqlite(&data.join("yimen.db"), options).expect("SQLite opens"),
    })
}

impl District {
    /// Founds it in an empty database. `clock` is another than the machine's, for what was long ago.
    pub async fn found(data: &Path, url: Option<&str>, clock: Option<Clock>) -> District {
        let store = store(data, url, clock.clone()).await;
        store.migrate().await.expect("tables");
        store.mark_as(Mark::Production).await.expect("marked");
        std::fs::write(data.join("number-key"), "07".repeat(32)).expect("written");
        let settings = Settings {
            public_url: "http://yimen.test".to_owned(),
            demonstration: false,
            data: data.to_owned(),
            number_key: [7; 32],
        };
        let office = Office::new(store, clock.unwrap_or_default(), settings).expect("an office");
        let now = office.now().await.expect("now");
        let (rules, _) = office::rulebooks::compile(&FILES);
        let edition =
            NewEdition { name: "first", base: None, files: &FILES, rules: &rules, in_force_at: now, by: "test", note: "" };
        office.store.publish(&edition, now).await.expect("published");
        let holidays = FILES.iter().find(|(path, _)| path == office::rulebooks::CALENDAR).map_or("", |(_, text)| text.as_str());
        office.store.append_calendar(1, holidays, "test", now).await.expect("a calendar");
        office.rulebooks.refresh(&office.store, now).await.expect("in force");
        let district = District { office };
        district.people(now).await;
        district
    }

    async fn people(&self, now: Moment) {
        let store = &self.office.store;
        let person = Person {
            id: PERSON.to_owned(),
            name: "张一门".to_owned(),
            id_kind: "resident".to_owned(),
            id_number: "120116189001010012".to_owned(),
            id_digest: self.office.number_key.digest("120116189001010012"),
            phone: "13800000000".to_owned(),
            email: String::new(),
            verified: true,
            created_at: now,
        };
        assert!(store.add_person(&person, None).await.expect("added"));
        let account = Account::new(
            LOGIN,
            Subject::Person(PERSON.to_owned()),
            self.office.entrance.passwords.hash(PASSWORD).await.expect("hashed"),
        );
        assert!(store.add_account(&account, None).await.expect("added"));
        let mandate = Mandate {
            id: office::ids::opaque(),
            firm: FIRM.to_owned(),
            person: PERSON.to_owned(),
            part: Part::Legal,
            items: vec![],
            acts: vec![],
            from: Date::constant(2020, 1, 1),
            until: None,
            state: MandateState::Confirmed,
            confirmed_by: Some("register".to_owned()),
            confirmed_at: Some(now),
            revoked_at: None,
        };
        let audit = Audit {
            id: office::ids::opaque(),
            by: "test".to_owned(),
            what: "confirm-mandate".to_owned(),
            subject: PERSON.to_owned(),
            at: now,
            detail: String::new(),
        };
        assert!(store.add_mandate(&mandate, &audit).await.expect("added"));
    }

    pub fn applicant(&self) -> Actor {
        Actor::Applicant { person: PERSON.to_owned(), holder: Holder::Firm(FIRM.to_owned()), reach: casework::Reach::Whole }
    }

    /// A token of the firm, for the API.
    pub async fn token(&self) -> String {
        let new = NewToken { name: "对接系统", scopes: &SCOPES, firm: Some(FIRM), days: 30 };
        let now = self.office.now().await.expect("now");
        let subject = Subject::Person(PERSON.to_owned());
        office::tokens::create(&self.office.store, &subject, &new, now).await.expect("a token").1
    }

    /// A draft with every answer and every paper, ready to be sent.
    pub async fn draft(&self) -> String {
        let (office, by) = (&self.office, self.applicant());
        let holder = Holder::Firm(FIRM.to_owned());
        let id = office.begin_draft(&by, &holder, ITEM, AGENCY, AREA, Channel::Api).await.expect("begun");
        let live = office.rulebooks.live().expect("in force");
        let item = &live.rules.items[ITEM];
        let form = item.form.as_ref().and_then(|form| live.rules.forms.get(form.get_ref())).expect("a form");
        let asks = form.section.iter().flat_map(|section| &section.ask).filter(|ask| !ask.sample.is_empty());
        let answers: Vec<(String, String)> =
            asks.map(|ask| (live.rules.fields[ask.field.get_ref()].code.clone(), ask.sample.clone())).collect();
        let now = office.now().await.expect("now");
        office::drafts::save(&office.store, &live.rules, &by, &id, &answers, now).await.expect("saved");
        let given = answers.into_iter().collect();
        for key in live.rules.intake(item, &given, &[], now.day()).lacking() {
            office.attach_paper(&by, &id, &key, "材料.pdf", b"%PDF-1.7 a paper for trying out").await.expect("attached");
        }
        id
    }

    /// Ends the work here, so that the program finds everything on the disk.
    pub async fn leave(self) {
        self.office.store.engine().close().await;
    }
}

/// Sends a draft through the API.
pub fn submit(address: &str, token: &str, draft: &str) -> std::io::Result<Answer> {
    let (bearer, key) = (format!("Bearer {token}"), format!("submit-{draft}"));
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str())];
    crate::program::ask(address, "POST", &format!("/api/v1/drafts/{draft}/submit"), &headers, b"")
}

/// Signs the person in on the portal; gives the cookie.
pub fn sign_in(node: &Serving) -> String {
    let form = format!("login={LOGIN}&password={}", PASSWORD.replace(' ', "+"));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = node.ask("POST", "/sign-in", &headers, form.as_bytes()).expect("an answer").is(303);
    let cookies: Vec<&str> = answer
        .head
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    cookies.join("; ")
}

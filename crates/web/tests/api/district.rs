//! A district over an empty store: the whole application, the district's own rulebook, people of every role with a token each.

use super::schema;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use casework::act::{Paper, Submission};
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Holder, Moment, Officer, StaffId};
use jiff::civil::Date;
use office::tokens::{NewToken, SCOPES};
use office::{Clock, Office, Outcome};
use rulebook::Lang;
use rulebook::procedure::Role;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::LazyLock;
use store::Store;
use store::editions::NewEdition;
use store::engine::{Engine, Options};
use store::people::firms::{Mandate, MandateState, Part};
use store::people::staff::{PowerRow, Staff};
use store::people::{Audit, Person, Subject};
use store::sessions::Account;
use tower::ServiceExt;

/// Credit codes of the two firms.
pub const FIRM: &str = "91120116MA0TEXT042";
pub const OTHER_FIRM: &str = "91120116MA0TEXT069";
/// An area in which the market body decides.
pub const AREA: &str = "120116001";
pub const ITEM: &str = "food-operation-new";
pub const AGENCY: &str = "scjgj";

static FILES: LazyLock<Vec<(String, String)>> = LazyLock::new(files);

/// What the document promises.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| web::api::openapi::document(&web::api::table(), Lang::En, "http://localhost"));

pub struct District {
    pub office: Office,
    router: Router,
}

/// The papers go with the district.
impl Drop for District {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.office.settings.data);
    }
}

/// An answer of the API.
#[derive(Debug)]
pub struct Told {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Told {
    #[track_caller]
    pub fn is(self, status: u16) -> Told {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// Fails unless it is a problem of this status and code, whole as RFC 9457 and we want it.
    #[track_caller]
    pub fn told_problem(self, status: u16, code: &str) -> Told {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        let faults = schema::faults(&DOCUMENT, &DOCUMENT["components"]["schemas"]["Problem"], &self.body);
        assert!(faults.is_empty(), "{faults:?} in {}", self.body);
        assert_eq!(self.body["status"], json!(status));
        assert!(self.body["type"].as_str().is_some_and(|kind| kind.starts_with("http://localhost/api#")), "{}", self.body);
        self
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text at {pointer} in {}", self.body))
    }

    /// Numbers or codes of the rows.
    pub fn column(&self, name: &str) -> Vec<String> {
        let rows = self.body["rows"].as_array().unwrap_or_else(|| panic!("no rows in {}", self.body));
        rows.iter().map(|row| row[name].as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// A call to be made.
pub struct Ask {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    pub fn new(method: Method, path: impl Into<String>) -> Ask {
        Ask { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn get(path: impl Into<String>) -> Ask {
        Ask::new(Method::GET, path)
    }

    pub fn post(path: impl Into<String>) -> Ask {
        Ask::new(Method::POST, path)
    }

    pub fn put(path: impl Into<String>) -> Ask {
        Ask::new(Method::PUT, path)
    }

    pub fn delete(path: impl Into<String>) -> Ask {
        Ask::new(Method::DELETE, path)
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Ask {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn by(self, token: &str) -> Ask {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub fn key(self, key: &str) -> Ask {
        self.header("idempotency-key", key)
    }

    pub fn seen(self, version: u64) -> Ask {
        self.header("if-match", format!("\"{version}\""))
    }

    pub fn json(self, body: Value) -> Ask {
        let bytes = body.to_string().into_bytes();
        Ask { body: bytes, ..self }.header("content-type", "application/json")
    }

    pub fn bytes(self, media: &str, body: impl Into<Vec<u8>>) -> Ask {
        Ask { body: body.into(), ..self }.header("content-type", media)
    }
}

impl District {
    /// The district on a Monday in March 2026, with its people.
    pub async fn open() -> District {
        District::with(|office| office).await
    }

    /// The same with something connected to its office.
    pub async fn with(connect: impl FnOnce(Office) -> Office) -> District {
        District::built(|_| {}, connect).await
    }

    /// The same under a changed rulebook.
    pub async fn built(change: impl FnOnce(&mut Vec<(String, String)>), connect: impl FnOnce(Office) -> Office) -> District {
        let mut files = FILES.clone();
        change(&mut files);
        let now = Moment::at("2026-03-02T10:00".parse().expect("a moment"));
        let clock = Clock::default();
        clock.start_at(now);
        let told = clock.clone();
        let options = Options { clock: Some(std::sync::Arc::new(move || told.now().0)), ..Options::default() };
        let store = Store::open(Engine::sqlite_in_memory(options).expect("SQLite opens"));
        store.migrate().await.expect("tables");
        let (rules, _) = office::rulebooks::compile(&files);
        let name = "2026-03-02-1";
        let edition = NewEdition { name, base: None, files: &files, rules: &rules, in_force_at: now, by: "test", note: "" };
        store.publish(&edition, now).await.expect("published");
        let holidays = files.iter().find(|(path, _)| path == "calendar/holidays.csv").map(|(_, text)| text.as_str());
        store.append_calendar(1, holidays.unwrap_or_default(), "test", now).await.expect("a calendar");
        let data = std::env::temp_dir().join(format!("yimen-api-{}", office::ids::opaque()));
        let settings =
            office::Settings { public_url: "http://localhost".to_owned(), demonstration: false, data, number_key: [7; 32] };
        let office = Office::new(store, clock, settings).expect("an office");
        office.rulebooks.refresh(&office.store, now).await.expect("an edition in force");
        let office = connect(office);
        let district = District { router: web::router(office.clone()), office };
        district.people(now).await;
        district
    }

    /// Answers on a port of this machine, for who calls from outside; gives its address.
    pub async fn listens(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    pub fn now(&self) -> Moment {
        self.office.clock.now()
    }

    async fn people(&self, now: Moment) {
        for (person, firm) in [("zhang", FIRM), ("li", OTHER_FIRM)] {
            self.person(person, now).await;
            self.mandate(person, firm, &[], &[]).await;
        }
        let staff: [(&str, &str, &[Role], Option<&str>); 8] = [
            ("examiner", AGENCY, &[Role::Examiner], Some(AGENCY)),
            ("approver", AGENCY, &[Role::Approver], Some(AGENCY)),
            ("stranger", "wjw", &[Role::Examiner], Some("wjw")),
            ("clerk", "zwfwb", &[Role::Clerk], None),
            ("supervisor", "zwfwb", &[Role::Supervisor], None),
            ("editor", AGENCY, &[Role::Editor], None),
            ("admin", "zwfwb", &[Role::Administrator], None),
            ("nobody", AGENCY, &[], None),
        ];
        for (id, agency, roles, at) in staff {
            self.staff(id, agency, roles, at, now).await;
        }
    }

    async fn person(&self, id: &str, now: Moment) {
        let person = Person {
            id: id.to_owned(),
            name: format!("{id}一门"),
            id_kind: "resident".to_owned(),
            id_number: "120116189001010012".to_owned(),
            id_digest: id.to_owned(),
            phone: "13800000000".to_owned(),
            email: format!("{id}@example.test"),
            verified: true,
            created_at: now,
        };
        assert!(self.office.store.add_person(&person, None).await.expect("added"));
        self.account(id, Subject::Person(id.to_owned())).await;
    }

    async fn account(&self, login: &str, subject: Subject) {
        let account = Account::new(login, subject, "");
        assert!(self.office.store.add_account(&account, None).await.expect("added"));
    }

    /// A mandate that was confirmed at a counter; with items or acts it is an operator's.
    pub async fn mandate(&self, person: &str, firm: &str, items: &[&str], acts: &[&str]) {
        let own = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let mandate = Mandate {
            id: office::ids::opaque(),
            firm: firm.to_owned(),
            person: person.to_owned(),
            part: if items.is_empty() && acts.is_empty() { Part::Legal } else { Part::Operator },
            items: own(items),
            acts: own(acts),
            from: Date::constant(2020, 1, 1),
            until: None,
            state: MandateState::Confirmed,
            confirmed_by: Some("register".to_owned()),
            confirmed_at: Some(self.now()),
            revoked_at: None,
        };
        assert!(self.office.store.add_mandate(&mandate, &audit(self.now())).await.expect("added"));
    }

    async fn staff(&self, id: &str, agency: &str, roles: &[Role], at: Option<&str>, now: Moment) {
        let staff = Staff {
            id: id.to_owned(),
            name: format!("{id}人员"),
            agency: agency.to_owned(),
            phone: String::new(),
            active: true,
            left_on: None,
            version: 1,
        };
        assert!(self.office.store.add_staff(&staff, &audit(now)).await.expect("added"));
        self.account(&format!("staff-{id}"), Subject::Staff(id.to_owned())).await;
        for role in roles {
            let power = casework::Power { role: *role, agency: at.map(str::to_owned), items: vec![], until: None };
            let row = PowerRow {
                id: office::ids::opaque(),
                staff: id.to_owned(),
                power,
                given_by: "test".to_owned(),
                given_at: now,
                taken_at: None,
            };
            self.office.store.give_power(&row, &audit(now)).await.expect("given");
        }
    }

    /// A token of an applicant, for herself or for a firm, with every scope.
    pub async fn applicant(&self, person: &str, firm: Option<&str>) -> String {
        self.token(Subject::Person(person.to_owned()), firm, &SCOPES).await
    }

    /// A token of an officer with every scope.
    pub async fn officer(&self, id: &str) -> String {
        self.token(Subject::Staff(id.to_owned()), None, &SCOPES).await
    }

    pub async fn token(&self, subject: Subject, firm: Option<&str>, scopes: &[&str]) -> String {
        let new = NewToken { name: "对接系统", scopes, firm, days: 30 };
        office::tokens::create(&self.office.store, &subject, &new, self.now()).await.expect("a token").1
    }

    pub async fn ask(&self, ask: Ask) -> Told {
        let mut request = Request::builder().method(&ask.method).uri(format!("/api/v1{}", ask.path));
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let response =
            self.router.clone().oneshot(request.body(Body::from(ask.body)).expect("a request")).await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 64 << 20).await.expect("a body").to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let told = Told { status, headers, body, bytes };
        as_promised(&ask.method, &ask.path, &told);
        told
    }

    /// A case of a firm, submitted as the portal would.
    pub async fn case_of(&self, person: &str, holder: Holder, item: &str, agency: &str) -> CaseNo {
        let answers = self.sample(item).to_string();
        let pdf = b"%PDF-1.4 example".to_vec();
        let digest = self.office.uploads.blobs.keep(pdf).await.expect("kept");
        let submission = Submission {
            item: item.to_owned(),
            holder: holder.clone(),
            agency: agency.to_owned(),
            area: AREA.to_owned(),
            channel: Channel::Online,
            parent: None,
            answers,
            title: format!("{person}的申请"),
            papers: vec![Paper { key: "floor-plan".to_owned(), digest, file_name: "平面图.pdf".to_owned() }],
            lacking: vec![],
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: Vec::new(),
        };
        let by = Actor::Applicant { person: person.to_owned(), holder, reach: casework::Reach::Whole };
        match self.office.submit(submission, &by, &office::ids::opaque()).await.expect("submitted") {
            Outcome::Done(case) => case.no,
            other => panic!("{other:?}"),
        }
    }

    /// The filled sample of an item's guide, by code of the field.
    pub fn sample(&self, item: &str) -> Value {
        let live = self.office.rulebooks.live().expect("in force");
        let rules = &live.rules;
        let form = rules.items[item].form.as_ref().and_then(|form| rules.forms.get(form.get_ref()));
        let asks = form.into_iter().flat_map(|form| &form.section).flat_map(|section| &section.ask);
        let filled = asks.filter(|ask| !ask.sample.is_empty());
        filled
            .map(|ask| (rules.fields[ask.field.get_ref()].code.clone(), json!(ask.sample)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    pub async fn food_case(&self) -> CaseNo {
        self.case_of("zhang", Holder::Firm(FIRM.to_owned()), ITEM, AGENCY).await
    }

    /// Performs an act as the pages do.
    pub async fn act(&self, no: &CaseNo, by: &Actor, act: Act) -> Case {
        match self.office.perform(no, &act, by, None, None).await.expect("performed") {
            Outcome::Done(case) => *case,
            other => panic!("{}: {other:?}", act.name()),
        }
    }

    pub async fn actor(&self, id: &str) -> Actor {
        let officer = self.office.officer(&StaffId(id.to_owned()), self.now().day()).await.expect("read");
        Actor::Officer(officer.unwrap_or_else(|| Officer { id: StaffId(id.to_owned()), powers: vec![], stands_in_for: vec![] }))
    }

    pub async fn version(&self, no: &CaseNo) -> u64 {
        self.office.store.case(no).await.expect("read").expect("a case").version
    }
}

fn audit(at: Moment) -> Audit {
    Audit { id: office::ids::opaque(), by: "test".into(), what: "test".into(), subject: "test".into(), at, detail: String::new() }
}

/// Fails where an answer is not what the document promises for that path.
#[track_caller]
fn as_promised(method: &Method, path: &str, told: &Told) {
    let path = path.split('?').next().unwrap_or(path);
    let Some(operation) = operation(method, path) else { return };
    let status = told.status.as_str();
    let answer = operation["responses"].get(status);
    if told.status.is_success() {
        let answer = answer.unwrap_or_else(|| panic!("{method} {path} answers {status}, which the document does not know"));
        if let Some(schema) = answer.pointer("/content/application~1json/schema") {
            let faults = schema::faults(&DOCUMENT, schema, &told.body);
            assert!(faults.is_empty(), "{method} {path}: {faults:#?}");
        }
    } else {
        let faults = schema::faults(&DOCUMENT, &DOCUMENT["components"]["schemas"]["Problem"], &told.body);
        assert!(faults.is_empty(), "{method} {path}: {faults:?} in {}", String::from_utf8_lossy(&told.bytes));
    }
}

/// The operation of the document that a path leads to; one without parts in braces goes before one with.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let fits = |template: &str| {
        let (wanted, given): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        wanted.len() == given.len() && wanted.iter().zip(&given).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
    };
    let paths = DOCUMENT["paths"].as_object()?;
    let mut found: Vec<_> = paths.iter().filter(|(template, _)| fits(template)).collect();
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.first().and_then(|(_, path)| path.get(method.as_str().to_ascii_lowercase()))
}

fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if let (Ok(text), Ok(name)) = (std::fs::read_to_string(&path), path.strip_prefix(root)) {
                found.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort();
    found
}

//! A house with people in it: members of staff who are signed in, and cases in their hands.

use crate::house::{Answer, House};
use axum::body::Body;
use axum::http::{Request, header};
use casework::act::Submission;
use casework::event::Channel;
use casework::{Act, Actor, CaseNo, Holder, Moment, Power, StaffId};
use jiff::civil::date;
use office::{Outcome, ids};
use rulebook::procedure::Role;
use store::people::staff::{PowerRow, Staff};
use store::people::{Audit, Subject};
use store::sessions::{Account, SessionRow};

pub struct Rooms {
    pub house: House,
}

/// Somebody who is signed in.
pub struct Person {
    cookie: String,
}

/// Whoever writes, reads, reviews and publishes definitions.
pub struct Desks {
    pub editor: Person,
    pub department: Person,
    pub legal: Person,
    pub publisher: Person,
}

const CSRF: &str = "the-token-of-the-session";

impl Rooms {
    /// A demonstration, so that what is only an example may be published.
    pub async fn open() -> Rooms {
        Rooms { house: House::built(|_| {}, true).await }
    }

    /// Connects partner systems.
    pub fn connect(&mut self, exchange: office::exchange::Exchange) {
        self.house.office = self.house.office.clone().with_exchange(exchange);
        self.house.router = web::router(self.house.office.clone());
    }

    /// A member of staff at the market bureau with these roles there; `None` for the whole district.
    pub async fn staff(&self, id: &str, roles: &[Role], agency: Option<&str>) -> Person {
        let store = &self.house.office.store;
        let now = self.house.office.now().await.expect("now");
        let audit = |what: &str| Audit {
            id: ids::opaque(),
            by: "test".to_owned(),
            what: what.to_owned(),
            subject: id.to_owned(),
            at: now,
            detail: String::new(),
        };
        let row = Staff {
            id: id.to_owned(),
            name: format!("{id}同志"),
            agency: "scjgj".to_owned(),
            phone: "022-00000000".to_owned(),
            active: true,
            left_on: None,
            version: 1,
        };
        store.add_staff(&row, &audit("add-staff")).await.expect("taken on");
        for role in roles {
            let power = Power { role: *role, agency: agency.map(str::to_owned), items: Vec::new(), until: None };
            let (id, staff, given_by) = (ids::opaque(), id.to_owned(), "test".to_owned());
            let row = PowerRow { id, staff, power, given_by, given_at: now, taken_at: None };
            store.give_power(&row, &audit("give-power")).await.expect("given");
        }
        let account = Account::new(id, Subject::Staff(id.to_owned()), "none");
        store.add_account(&account, None).await.expect("an account");
        self.sign_in(id).await
    }

    /// An applicant who is signed in, with the identifier that a holder has.
    pub async fn applicant(&self, login: &str) -> (Person, String) {
        let office = &self.house.office;
        let now = office.now().await.expect("now");
        let number = rulebook::identifier::ResidentNumber::complete("12011618900101001").expect("a sample");
        let who = office::people::Registration {
            login: login.to_owned(),
            password: "三月的海河开冰了好看".to_owned(),
            name: "张三".to_owned(),
            id_number: number.as_str().to_owned(),
            phone: "13800000000".to_owned(),
            email: String::new(),
        };
        let id = office::people::register(&office.store, &office.entrance, &office.number_key, &who, now).await.expect("known");
        (self.signed_in(login, Subject::Person(id.clone())).await, id)
    }

    /// The same one, years later.
    pub async fn applicant_again(&self, login: &str, id: &str) -> Person {
        self.signed_in(login, Subject::Person(id.to_owned())).await
    }

    /// Signs somebody in anew: nobody stays signed in for years.
    pub async fn sign_in(&self, id: &str) -> Person {
        self.signed_in(id, Subject::Staff(id.to_owned())).await
    }

    /// A person who acts for a firm.
    pub async fn acting(&self, login: &str, person: &str, firm: &str) -> Person {
        self.session(login, Subject::Person(person.to_owned()), Some(firm.to_owned())).await
    }

    async fn signed_in(&self, id: &str, subject: Subject) -> Person {
        self.session(id, subject, None).await
    }

    async fn session(&self, id: &str, subject: Subject, acting_for: Option<String>) -> Person {
        let store = &self.house.office.store;
        let now = self.house.office.now().await.expect("now");
        let secret = ids::secret();
        let session = SessionRow {
            digest: ids::digest(&secret),
            login: id.to_owned(),
            subject,
            acting_for,
            csrf: CSRF.to_owned(),
            created_at: now,
            seen_at: now,
            expires_at: Moment(now.0 + 30_000_000_000),
            second_factor: true,
        };
        store.open_session(&session, None).await.expect("a session");
        Person { cookie: format!("yimen-session={secret}") }
    }

    /// An application for a food licence is examined by li, granted by zhao, and its certificate made and delivered by wu.
    pub async fn granted(&self, no: &CaseNo) {
        let (li, zhao, wu) = (self.actor("li").await, self.actor("zhao").await, self.actor("wu").await);
        let words = |text: &str| text.to_owned();
        for (act, by) in [
            (Act::Claim, &li),
            (Act::Accept { deferred: Vec::new() }, &li),
            (Act::Review { agrees: true, opinion: words("符合") }, &li),
            (Act::Grant { content: words("热食类食品制售") }, &zhao),
            (Act::MakeResult { number: words("JY1"), name: String::new() }, &wu),
            (Act::Deliver { manner: words("窗口领取"), receiver: words("本人") }, &wu),
        ] {
            self.perform(no, act, by).await;
        }
    }

    pub async fn get(&self, who: &Person, path: &str) -> Answer {
        self.house.get_with(path, &who.cookie).await
    }

    pub async fn in_english(&self, who: &Person, path: &str) -> Answer {
        self.house.get_with(path, &format!("{}; yimen-lang=en", who.cookie)).await
    }

    pub async fn post(&self, who: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<(&str, &str)> = [("csrf", CSRF)].into_iter().chain(fields.iter().copied()).collect();
        self.house.post_with(path, &fields, &who.cookie).await
    }

    /// Sends a form with a file, as a browser without scripts does.
    pub async fn upload(&self, who: &Person, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        self.upload_as(who, path, fields, "file", file).await
    }

    /// The same with the name of the field that holds the file.
    pub async fn upload_as(&self, who: &Person, path: &str, fields: &[(&str, &str)], name: &str, file: (&str, &[u8])) -> Answer {
        let fields: Vec<(&str, &str)> = [("csrf", CSRF)].into_iter().chain(fields.iter().copied()).collect();
        const MARK: &str = "the-mark-between-the-parts";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\n\r\n", file.0);
        body.extend(head.bytes().chain(file.1.iter().copied()).chain(format!("\r\n--{MARK}--\r\n").bytes()));
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={MARK}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &who.cookie)
            .body(Body::from(body))
            .expect("a request");
        self.house.answer(request).await
    }

    /// The hidden value of a form on a page.
    pub fn hidden(answer: &Answer, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = answer.text.split_once(&mark).unwrap_or_else(|| panic!("no {name} in {}", answer.text)).1;
        let value = rest.split_once('"').expect("a value").0;
        value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    /// The five people by whose hands a definition goes.
    pub async fn desks(&self) -> Desks {
        Desks {
            editor: self.staff("feng", &[Role::Editor], None).await,
            department: self.staff("zhao", &[Role::Approver], Some("scjgj")).await,
            legal: self.staff("xu", &[Role::Legal], None).await,
            publisher: self.staff("wei", &[Role::Publisher], None).await,
        }
    }

    /// Changes the summary of an item in the form and saves it as a draft; gives the identifier of the change.
    pub async fn draft(&self, editor: &Person, item: &str, summary: &str) -> String {
        let path = format!("/workbench/items/{item}");
        let page = self.get(editor, &path).await;
        let (seen, from) = (Rooms::hidden(&page, "seen"), Rooms::hidden(&page, "from"));
        let text = crate::items::with_summary(&from, summary);
        let fields =
            [("path", crate::items::file_of(item)), ("seen", seen), ("from", from), ("text", text), ("note", summary.to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.post(editor, "/workbench/definitions", &fields).await;
        assert_eq!(answer.status, axum::http::StatusCode::SEE_OTHER, "{}", answer.text);
        answer.location.trim_start_matches("/workbench/changes/").trim_end_matches("?done=saved").to_owned()
    }

    /// Passes a change through every desk up to publication.
    pub async fn passed(&self, desks: &Desks, change: &str) {
        for (who, seen) in [(&desks.editor, "1"), (&desks.department, "2"), (&desks.legal, "3")] {
            let answer = self.post(who, &format!("/workbench/changes/{change}/pass"), &[("seen", seen), ("words", "同意")]).await;
            assert_eq!(answer.location, format!("/workbench/changes/{change}?done=passed"), "{}", answer.text);
        }
    }

    /// The officer behind somebody, as the core knows her.
    pub async fn actor(&self, id: &str) -> Actor {
        let today = self.house.office.now().await.expect("now").day();
        Actor::Officer(self.house.office.officer(&StaffId(id.to_owned()), today).await.expect("read").expect("an officer"))
    }

    /// A food licence applied for at the market bureau.
    pub async fn case(&self, request: &str) -> CaseNo {
        self.applied("food-operation-new", &format!("applicant-{request}"), &format!("{request}小吃店"), request).await
    }

    /// An item applied for by this person at the market bureau.
    pub async fn applied(&self, item: &str, person: &str, title: &str, request: &str) -> CaseNo {
        let holder = Holder::Person(person.to_owned());
        let submission = Submission {
            item: item.to_owned(),
            holder: holder.clone(),
            agency: "scjgj".to_owned(),
            area: "120116001".to_owned(),
            channel: Channel::Online,
            parent: None,
            answers: "{}".to_owned(),
            title: title.to_owned(),
            papers: Vec::new(),
            lacking: Vec::new(),
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: Vec::new(),
        };
        let by = Actor::Applicant { person: person.to_owned(), holder, reach: casework::Reach::Whole };
        match self.house.office.submit(submission, &by, request).await.expect("submitted") {
            Outcome::Done(case) => case.no,
            other => panic!("{other:?}"),
        }
    }

    pub async fn perform(&self, no: &CaseNo, act: Act, by: &Actor) {
        let outcome = self.house.office.perform(no, &act, by, None, None).await.expect("performed");
        assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
    }

    /// Lets time pass until the morning of that day.
    pub async fn until(&self, day: jiff::civil::Date) {
        let office = &self.house.office;
        office.clock.set(Moment::at(day.at(9, 0, 0, 0)));
        office.look_at_clocks().await.expect("looked");
    }

    /// Lets so many days pass and the timekeeper look.
    pub async fn days_pass(&self, days: i64) {
        let office = &self.house.office;
        office.clock.set(Moment(office.clock.now().0 + days * 24 * 3_600_000));
        office.look_at_clocks().await.expect("looked");
    }
}

/// Nobody but those who may gets through, signed in or not.
pub async fn only(rooms: &Rooms, path: &str, may: &Person, may_not: &Person) {
    use axum::http::StatusCode;
    rooms.get(may, path).await.is(StatusCode::OK);
    rooms.in_english(may, path).await.is(StatusCode::OK);
    rooms.get(may_not, path).await.is(StatusCode::FORBIDDEN);
    rooms.house.get(path).await.is(StatusCode::SEE_OTHER);
}

#[test]
fn the_day_of_the_tests_is_a_monday() {
    assert_eq!(date(2026, 3, 2).weekday(), jiff::civil::Weekday::Monday);
}

//! One intake (无差别受理): whoever comes to the counter is asked the same questions, for the same papers, under the same rules as
//! whoever applies in the portal, and the same case is born. For every item that is open to application.

use crate::house::{Answer, House};
use crate::rooms::{Person, Rooms};
use axum::http::StatusCode;
use casework::{Case, CaseNo, Holder, Moment};
use jiff::civil::Date;
use rulebook::Rulebook;
use rulebook::commitment::OF_PERMIT;
use rulebook::field::{Field, FieldKind};
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::procedure::Role;

/// A draft at one of the two doors.
struct Door<'a> {
    rooms: &'a Rooms,
    who: &'a Person,
    draft: String,
}

impl<'a> Door<'a> {
    async fn open(rooms: &'a Rooms, who: &'a Person, path: &str, fields: &[(&str, &str)]) -> Door<'a> {
        let begun = rooms.post(who, path, fields).await;
        begun.is(StatusCode::SEE_OTHER);
        assert!(begun.location.contains("/drafts/"), "{}", begun.location);
        Door { rooms, who, draft: begun.location }
    }

    /// What is asked, wanted and found wrong once these answers are checked.
    async fn asked(&self, answers: &[(String, String)]) -> String {
        let fields: Vec<(&str, &str)> = answers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.rooms.post(self.who, &self.draft, &fields).await.is(StatusCode::SEE_OTHER);
        let form = self.shown(&self.rooms.get(self.who, &self.draft).await);
        let check = self.shown(&self.rooms.get(self.who, &format!("{}/check", self.draft)).await);
        format!("{form}\n{check}")
    }

    /// The faults, questions and papers of a page, without the addresses of the door and without what only a counter does.
    fn shown(&self, page: &Answer) -> String {
        page.is(StatusCode::OK);
        let text = page.text.replace(&self.draft, "HERE");
        let faults = between(&text, "<div class=\"error-summary\"", "</div>");
        let lacking = between(&text, "还缺下列材料", "</ul>");
        let sections = text.split_once("<section class=\"stack\">").map_or("", |(_, rest)| rest);
        let sections = sections.rsplit_once("</section>").map_or("", |(sections, _)| sections);
        assert!(!sections.is_empty(), "nothing is asked on {}", self.draft);
        format!("{faults}\n{lacking}\n{sections}")
            .replace(" data-upload=\"HERE/papers\"", "")
            .split(" data-upload=\"HERE/papers/")
            .enumerate()
            .map(|(at, part)| if at == 0 { part } else { part.split_once('"').map_or("", |(_, rest)| rest) })
            .collect::<String>()
            .replace('>', ">\n")
    }

    /// The case that sending makes, or the refusal that is said.
    async fn sent(&self) -> Result<(Case, Answers), String> {
        let sent = self.rooms.post(self.who, &format!("{}/submit", self.draft), &[]).await;
        if sent.status != StatusCode::SEE_OTHER {
            return Err(between(&sent.text, "<div class=\"notice", "</div>").to_owned());
        }
        let no = sent.location.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        let office = &self.rooms.house.office;
        let case = office.store.case(&CaseNo(no.to_owned())).await.expect("read").expect("a case");
        let answers = office.answers_of(&case).await.expect("read");
        Ok((but_for_the_door(case), answers))
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).map_or("", |(_, rest)| rest.split_once(to).map_or("", |(part, _)| part))
}

/// What differs by the door alone: the number, the channel, the hour, and that an officer took it in.
fn but_for_the_door(case: Case) -> Case {
    Case {
        no: CaseNo::default(),
        channel: None,
        first_contact: None,
        first_officer: None,
        typed_in: false,
        handler: None,
        parts: Vec::new(),
        version: 0,
        last_substantive: 0,
        submitted: None,
        intake_at: None,
        last_at: Moment(0),
        ..case
    }
}

/// No answers, answers that go the other way, the filled sample of the guide, and where it may be granted on a commitment that
/// sample with it.
fn sets(rules: &Rulebook, item: &Item, today: Date) -> Vec<Vec<(String, String)>> {
    let form = &rules.forms[item.form.as_ref().expect("a form").get_ref()];
    let asks: Vec<_> =
        form.section.iter().flat_map(|section| &section.ask).map(|ask| (ask, &rules.fields[ask.field.get_ref()])).collect();
    let other = |field: &Field, sample: &str| match field.kind {
        FieldKind::YesNo if sample == "true" || sample == "是" => "false".to_owned(),
        FieldKind::YesNo => "true".to_owned(),
        FieldKind::Choice | FieldKind::Choices => {
            let words = rules.choices(field).iter().rev();
            words.clone().find(|word| *word != sample).cloned().unwrap_or_default()
        }
        FieldKind::Number | FieldKind::Money => "99999".to_owned(),
        _ => "不像话".to_owned(),
    };
    let of = |answer: &dyn Fn(&Field, &str) -> String| -> Vec<(String, String)> {
        asks.iter().map(|(ask, field)| (field.code.clone(), answer(field, &ask.sample))).collect()
    };
    let sample = of(&|_, sample| sample.to_owned());
    let notice = item.commitment.as_ref().and_then(|own| own.notice_on(today));
    let chosen = notice.map(|told| (format!("{OF_PERMIT}{}", item.code.get_ref()), told.version.to_string()));
    let committed = chosen.map(|chosen| sample.iter().cloned().chain([chosen]).collect());
    let mut sets = vec![of(&|_, _| String::new()), of(&|field, sample| other(field, sample)), sample];
    sets.extend(committed);
    sets
}

#[tokio::test]
async fn the_counter_asks_and_makes_what_the_portal_does_for_every_item() {
    let rooms = Rooms::open().await;
    let clerk = rooms.staff("wu", &[Role::Clerk], None).await;
    let (person, id) = rooms.applicant("at-both-doors").await;
    let key = Holder::Person(id).key();
    let live = rooms.house.office.rulebooks.live().expect("in force");
    let today = rooms.house.office.now().await.expect("now").day();
    let (mut compared, mut born, mut committed) = (0, 0, 0);
    for (code, item) in &live.rules.items {
        if item.form.is_none() || item.closed_from.is_some_and(|from| from <= today) {
            continue;
        }
        let Some(area) = live.rules.areas.keys().find(|area| !live.rules.competent(code, area, today).is_empty()) else {
            continue;
        };
        let portal = Door::open(&rooms, &person, &format!("/apply/{code}"), &[("area", area)]).await;
        let begin = format!("/workbench/counter/visitors/{key}/drafts");
        let counter = Door::open(&rooms, &clerk, &begin, &[("item", code), ("area", area), ("channel", "counter")]).await;
        for answers in sets(&live.rules, item, today) {
            let (here, there) = (portal.asked(&answers).await, counter.asked(&answers).await);
            if let Some((one, other)) = here.lines().zip(there.lines()).find(|(one, other)| one != other) {
                panic!("{code}: the portal says “{one}”, the counter “{other}”");
            }
            assert_eq!(here.lines().count(), there.lines().count(), "{code}");
            compared += 1;
        }
        // The counter sees the permit on paper that an application goes on from; the portal wants its case (行政许可法 art. 50).
        if item.continues.is_some() {
            continue;
        }
        let (here, there) = (portal.sent().await, counter.sent().await);
        assert_eq!(here, there, "{code}");
        let pledged = here.as_ref().is_ok_and(|(case, _)| case.rests_on_commitment());
        assert_eq!(pledged, here.is_ok() && item.commitment.is_some(), "{code}");
        committed += usize::from(pledged);
        born += usize::from(here.is_ok());
    }
    assert!(compared > 100 && born > 30, "{compared} forms were compared and {born} cases born");
    assert!(committed >= 3, "{committed} were sent on a commitment");
}

#[tokio::test]
async fn a_bundle_is_begun_at_the_counter_as_in_the_portal_and_the_same_cases_are_born() {
    let rooms = Rooms::open().await;
    let clerk = rooms.staff("wu", &[Role::Clerk], None).await;
    let (person, id) = rooms.applicant("together-at-both-doors").await;
    let visitor = format!("/workbench/counter/visitors/{}", Holder::Person(id).key());
    // 开饭店
    rooms.get(&clerk, &format!("{visitor}?q=%E5%BC%80%E9%A5%AD%E5%BA%97")).await.has(&["/themes/restaurant", "/together"]);
    let told = "has-business-licence=%E6%98%AF&has-kitchen=%E6%98%AF";
    let guide = rooms.get(&clerk, &format!("{visitor}/themes/restaurant?{told}")).await;
    guide.is(StatusCode::OK).has(&["张三", "开办餐饮店一件事", "餐厨垃圾产生单位备案", "开始填写"]);
    rooms.get(&clerk, &format!("{visitor}/themes/nothing")).await.is(StatusCode::NOT_FOUND);
    rooms.get(&person, &format!("{visitor}/themes/restaurant")).await.lacks(&["餐厨垃圾"]);

    let live = rooms.house.office.rulebooks.live().expect("in force");
    let today = rooms.house.office.now().await.expect("now").day();
    let area = ("area", "120116001");
    let chosen = [("items", "food-operation-new"), ("items", "kitchen-waste-registration"), area, ("has-kitchen", "是")];
    let doors = [("/themes/restaurant", "/themes/restaurant"), ("/together", "/together")];
    for (portal, counter) in doors {
        let counter = format!("{visitor}{counter}");
        // What cannot be begun is said with what was told kept, at both.
        let nobody = [("items", "food-operation-new"), ("items", "company-deregistration-nowhere"), area, ("has-kitchen", "是")];
        for (who, path) in [(&person, portal), (&clerk, counter.as_str())] {
            rooms.post(who, path, &nobody).await.is(StatusCode::OK).has(&["不在这里办理"]);
            rooms.post(who, path, &[area]).await.is(StatusCode::OK).has(&["请选择1至12项"]);
            rooms.post(who, path, &chosen[..2]).await.is(StatusCode::OK).has(&["请选择所在区域"]);
        }
        let portal = Door::open(&rooms, &person, portal, &chosen).await;
        let counter = Door::open(&rooms, &clerk, &counter, &chosen).await;
        for set in 0..3 {
            let of = |code: &str| sets(&live.rules, &live.rules.items[code], today)[set].clone();
            let answers: Answers = of("kitchen-waste-registration").into_iter().chain(of("food-operation-new")).collect();
            let answers: Vec<(String, String)> = answers.into_iter().collect();
            assert_eq!(portal.asked(&answers).await, counter.asked(&answers).await, "set {set}");
        }
        let (here, there) = (portal.sent().await, counter.sent().await);
        assert_eq!(here, there);
        let (case, _) = here.expect("sent");
        assert_eq!(case.bundle.map(|bundle| bundle.components.len()), Some(2));
    }
}

#[tokio::test]
async fn that_no_number_is_left_is_said_at_both_doors_before_the_form_and_sending_stays_possible() {
    const CODE: &str = "code = \"food-operation-new\"";
    let limited = |files: &mut Vec<(String, String)>| {
        for (path, text) in files.iter_mut().filter(|(path, _)| path == "items/food-operation-new.toml") {
            let line = text.lines().find(|line| line.replace(' ', "") == CODE.replace(' ', "")).expect(path).to_owned();
            *text = text.replacen(&line, &format!("{line}\nquantity-limit = 0"), 1);
        }
    };
    let rooms = Rooms { house: House::built(limited, true).await };
    let clerk = rooms.staff("wu", &[Role::Clerk], None).await;
    let (person, id) = rooms.applicant("late-comer").await;
    let key = Holder::Person(id).key();
    let told = ["名额已用完", "仍然可以提交", "第五十七条"];
    rooms.get(&person, "/apply/food-operation-new").await.is(StatusCode::OK).has(&told);
    rooms.in_english(&person, "/apply/food-operation-new").await.has(&["none is left now", "You may still apply"]);
    rooms.get(&person, "/apply/food-operation-change").await.is(StatusCode::OK).lacks(&told);
    let begin = format!("/workbench/counter/visitors/{key}");
    rooms.get(&clerk, &format!("{begin}?item=food-operation-new")).await.is(StatusCode::OK).has(&told);
    let portal = Door::open(&rooms, &person, "/apply/food-operation-new", &[("area", "120116001")]).await;
    rooms.get(&person, &portal.draft).await.is(StatusCode::OK).has(&told);
    let fields = [("item", "food-operation-new"), ("area", "120116001"), ("channel", "counter")];
    let counter = Door::open(&rooms, &clerk, &format!("{begin}/drafts"), &fields).await;
    rooms.get(&clerk, &counter.draft).await.is(StatusCode::OK).has(&told);
    let live = rooms.house.office.rulebooks.live().expect("in force");
    let today = rooms.house.office.now().await.expect("now").day();
    let sample = &sets(&live.rules, &live.rules.items["food-operation-new"], today)[2];
    portal.asked(sample).await;
    assert!(portal.sent().await.is_ok(), "a used-up number refuses nobody");
}

#[tokio::test]
async fn a_receptionist_serves_whoever_stands_there_and_confirms_nobody() {
    let rooms = Rooms::open().await;
    let he = rooms.staff("he", &[Role::Receptionist], None).await;
    let (_, id) = rooms.applicant("stands-there").await;
    let (office, firm) = (&rooms.house.office, "91120116MA0TEXT042");
    rooms.get(&he, &format!("/workbench/counter/visitors/{}", Holder::Person(id.clone()).key())).await.is(StatusCode::OK);
    let now = office.now().await.expect("now");
    let row = store::people::firms::Firm {
        code: firm.into(),
        name: "天津滨海示例科技有限公司".into(),
        kind: String::new(),
        legal_person: "示例甲".into(),
        legal_digest: String::new(),
        address: String::new(),
        area: "120116001".into(),
        industry: String::new(),
        status: "存续".into(),
        source: "示例".into(),
        updated_at: now,
    };
    let audit = store::people::Audit {
        id: office::ids::opaque(),
        by: "test".into(),
        what: "enter-firm".into(),
        subject: firm.into(),
        at: now,
        detail: String::new(),
    };
    office.store.import_firms(&[row], &audit).await.expect("entered");
    let part = store::people::firms::Part::Operator;
    office::people::firms::claim(&office.store, &id, firm, part, now).await.expect("claimed");
    let page = rooms.get(&he, &format!("/workbench/counter/visitors/f:{firm}")).await;
    page.is(StatusCode::OK).has(&["待窗口人员核实"]).lacks(&["value=\"confirm\""]);
}

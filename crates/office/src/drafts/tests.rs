//! Drafts: whose they are, what is saved, and what is offered again.

use super::*;
use crate::people::tests::{days, now, officer, officer_at, refused, store};
use casework::actor::By;
use casework::decide::Decided;
use casework::event::{Event, Record, Words};
use casework::{Case, CaseNo, Holder, Mandated, Reach};
use jiff::civil::date;
use rulebook::procedure::Role;
use store::drafts::{GivenField, GivenPaper};
use store::people::firms::Firm;

const FIELDS: &str = r#"
[[field]]
name = "申请人名称"
code = "applicant-name"
kind = "text"
length = 20

[[field]]
name = "经营面积"
code = "business-area"
kind = "number"

[[field]]
name = "负责人证件号码"
code = "person-id"
kind = "citizen-id"

[[field]]
name = "别的"
code = "other"
kind = "text"
"#;

const ITEM: &str = r#"
[[material]]
key = "plan"
name = "平面图"
fresh-days = 10

[[form]]
code = "form"
name = "申请表"
[[form.section]]
title = "基本"
[[form.section.ask]]
field = "申请人名称"
[[form.section.ask]]
field = "经营面积"
[[form.section.ask]]
field = "负责人证件号码"

[[item]]
code = "item"
name = "食品经营许可"
type = "行政许可"
procedure = "permit"
form = "form"
[[item.limit]]
from = 2026-01-01
working-days = 10
basis = { law = "示例" }
[[item.material]]
key = "plan"

[[item]]
code = "elsewhere"
name = "别处办理"
type = "公共服务"
procedure = "permit"
limit = []
"#;

fn rules(change: impl Fn(&str) -> String) -> Rulebook {
    let item = change(ITEM);
    rulebook::compile([("fields.toml", FIELDS), ("item.toml", item.as_str())]).0
}

fn plain() -> Rulebook {
    rules(str::to_owned)
}

fn applicant(person: &str, holder: &Holder) -> Actor {
    Actor::Applicant { person: person.to_owned(), holder: holder.clone(), reach: Reach::Whole }
}

fn firm() -> Holder {
    Holder::Firm("F".to_owned())
}

fn what<'a>(holder: &'a str) -> Start<'a> {
    Start {
        item: "item",
        edition: "e1",
        agency: "approval",
        area: "",
        channel: Channel::Online,
        holder,
        for_case: None,
        bundle: None,
    }
}

/// A case of the firm, so that what was given in it has somewhere to come from.
pub(crate) async fn case(store: &Store, no: &str, item: &str, agency: &str) {
    let event = Event::Submitted {
        item: item.to_owned(),
        edition: "e1".to_owned(),
        procedure: "permit".to_owned(),
        holder: firm(),
        agency: agency.to_owned(),
        area: String::new(),
        channel: Channel::Online,
        parent: None,
        answers: Words(1),
        title: Words(2),
        materials: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
    };
    let by = By::Applicant { person: "one".to_owned() };
    let record = Record { version: 1, at: days(-5), effective: days(-5).day(), by, keeps: 0, event };
    let before = Case::unborn(CaseNo(no.to_owned()));
    let mut after = before.clone();
    after.apply(&record);
    let decided = Decided { records: vec![record], kept: vec![], errands: vec![], guards: vec![], after };
    store.append(&before, &decided, None, [1; 32]).await.expect("appended");
}

fn operator(person: &str, items: &[&str], acts: &[&str]) -> Actor {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let reach = Reach::Within(vec![Mandated { items: own(items), acts: own(acts) }]);
    Actor::Applicant { person: person.to_owned(), holder: firm(), reach }
}

fn answer(code: &str, value: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), value.to_owned())]
}

#[tokio::test]
async fn a_draft_is_seen_by_its_writer_for_its_holder_and_by_nobody_else() {
    let (store, rules) = (store().await, plain());
    let me = applicant("one", &firm());
    let draft = start(&store, &rules, &me, &what("f:F"), now()).await.expect("begun");
    let others = [
        applicant("one", &Holder::Person("one".to_owned())),
        applicant("two", &firm()),
        applicant("two", &Holder::Person("two".to_owned())),
        Actor::Officer(officer("clerk", Role::Clerk)),
        Actor::System,
    ];
    for other in &others {
        assert_eq!(refused(open(&store, other, &draft.id).await), "not-found", "{other:?}");
        assert_eq!(refused(save(&store, &rules, other, &draft.id, &answer("business-area", "1"), now()).await), "not-found");
        assert_eq!(refused(delete(&store, other, &draft.id, now()).await), "not-found");
        assert_eq!(refused(restore(&store, other, &draft.id, now()).await), "not-found");
    }
    assert_eq!(refused(open(&store, &me, "no-such-draft").await), "not-found");
    assert_eq!(mine(&store, &me).await.expect("listed").len(), 1);
    assert_eq!(mine(&store, &others[0]).await.expect("listed").len(), 0);
    assert_eq!(refused(start(&store, &rules, &me, &what("f:G"), now()).await), "not-found", "another holder's");
    let elsewhere = Start { item: "elsewhere", ..what("f:F") };
    assert_eq!(refused(start(&store, &rules, &me, &elsewhere, now()).await), "no-form");
    let unknown = Start { item: "nothing", ..what("f:F") };
    assert_eq!(refused(start(&store, &rules, &me, &unknown, now()).await), "not-found");
}

#[tokio::test]
async fn a_wrong_answer_is_saved_and_said_a_foreign_or_monstrous_one_is_not() {
    let (store, rules) = (store().await, plain());
    let me = applicant("one", &firm());
    let id = start(&store, &rules, &me, &what("f:F"), now()).await.expect("begun").id;
    let check = async |code: &str, value: &str, faulty: bool| {
        let saved = save(&store, &rules, &me, &id, &answer(code, value), now()).await.expect("saved");
        assert_eq!(saved[0].fault.is_some(), faulty, "{value}");
        open(&store, &me, &id).await.expect("opened").answers.get(code).cloned()
    };
    assert_eq!(check("business-area", "forty", true).await.as_deref(), Some("forty"));
    assert_eq!(check("business-area", "40.5", false).await.as_deref(), Some("40.5"));
    assert_eq!(check("applicant-name", &"长".repeat(21), true).await.map(|kept| kept.chars().count()), Some(21));
    assert_eq!(check("person-id", " 120116189001010012 ", false).await.as_deref(), Some("120116189001010012"));
    assert_eq!(check("business-area", "", false).await, None);
    let refuses = async |code: &str, value: &str| refused(save(&store, &rules, &me, &id, &answer(code, value), now()).await);
    assert_eq!(refuses("other", "x").await, "foreign-field");
    assert_eq!(refuses("../../etc", "x").await, "foreign-field");
    assert_eq!(refuses("applicant-name", &"长".repeat(LONGEST + 1)).await, "too-long");
    let mixed = [answer("business-area", "7"), answer("other", "x")].concat();
    assert_eq!(refused(save(&store, &rules, &me, &id, &mixed, now()).await), "foreign-field");
    assert_eq!(open(&store, &me, &id).await.expect("opened").answers.get("business-area"), None, "whole or not at all");
}

#[tokio::test]
async fn a_deleted_draft_can_be_had_back_for_thirty_days_and_a_sent_one_never_changes() {
    let (store, rules) = (store().await, plain());
    let me = applicant("one", &firm());
    let id = start(&store, &rules, &me, &what("f:F"), now()).await.expect("begun").id;
    save(&store, &rules, &me, &id, &answer("business-area", "40"), now()).await.expect("saved");
    delete(&store, &me, &id, now()).await.expect("deleted");
    assert_eq!(refused(open(&store, &me, &id).await), "not-found");
    assert_eq!(deleted(&store, &me, days(30)).await.expect("listed").len(), 1);
    assert_eq!(refused(restore(&store, &me, &id, days(31)).await), "not-found");
    assert_eq!(purge(&store, days(30)).await.expect("swept"), 0);
    restore(&store, &me, &id, days(30)).await.expect("restored");
    assert_eq!(open(&store, &me, &id).await.expect("opened").answers.len(), 1, "with all in it");

    for (no, noted) in [("C1", true), ("C1", true), ("C2", false)] {
        assert_eq!(store.draft_submitted(&id, no, days(30)).await, Ok(noted), "{no}");
    }
    assert_eq!(refused(save(&store, &rules, &me, &id, &answer("business-area", "1"), days(30)).await), "draft-closed");
    assert_eq!(refused(delete(&store, &me, &id, days(30)).await), "draft-closed");
    assert_eq!(open(&store, &me, &id).await.expect("opened").draft.submitted.as_deref(), Some("C1"));
    assert_eq!(mine(&store, &me).await.expect("listed").len(), 0);
}

#[tokio::test]
async fn a_counter_draft_is_parked_taken_over_and_finished_at_home() {
    let (store, rules) = (store().await, plain());
    let clerk = Actor::Officer(officer("one", Role::Clerk));
    let colleague = Actor::Officer(officer("two", Role::Clerk));
    let counter = Start { channel: Channel::Counter, ..what("p:visitor") };
    let id = start(&store, &rules, &clerk, &counter, now()).await.expect("begun").id;
    park(&store, &clerk, &id, true, now()).await.expect("parked");
    assert!(mine(&store, &clerk).await.expect("listed")[0].parked);
    assert_eq!(refused(open(&store, &colleague, &id).await), "not-found");
    assert_eq!(refused(of_visitor(&store, &Actor::Officer(officer("x", Role::Examiner)), "p:visitor", now()).await), "not-yours");
    assert_eq!(of_visitor(&store, &colleague, "p:visitor", now()).await.expect("listed").len(), 1);
    assert_eq!(refused(take_over(&store, &colleague, &id, "p:another", now()).await), "not-found");
    take_over(&store, &colleague, &id, "p:visitor", now()).await.expect("taken over");
    assert_eq!(refused(open(&store, &clerk, &id).await), "not-found");
    let visitor = applicant("visitor", &Holder::Person("visitor".to_owned()));
    save(&store, &rules, &visitor, &id, &answer("business-area", "40"), now()).await.expect("saved at home");
    assert_eq!(mine(&store, &visitor).await.expect("listed").len(), 1);
    let other = applicant("other", &Holder::Person("other".to_owned()));
    assert_eq!(mine(&store, &other).await.expect("listed").len(), 0);
}

#[tokio::test]
async fn what_was_given_before_is_offered_to_the_same_holder_with_source_and_age() {
    let (store, rules) = (store().await, plain());
    let me = applicant("one", &firm());
    let id = start(&store, &rules, &me, &what("f:F"), now()).await.expect("begun").id;
    let text = |word: &str| word.to_owned();
    let register = Firm {
        code: text("F"),
        name: text("一号饭店"),
        kind: text(""),
        legal_person: text("张三"),
        legal_digest: text(""),
        address: text(""),
        area: text(""),
        industry: text(""),
        status: text(""),
        source: text("登记"),
        updated_at: days(-2),
    };
    store.import_firms(&[register], &crate::people::audit("x", "x", "x", now(), "")).await.expect("imported");
    let field =
        |field: &str, value: &str| GivenField { field: text(field), value: text(value), from_case: text("C0"), at: days(-5) };
    let paper =
        |at: Moment| GivenPaper { key: text("plan"), digest: text("d"), file_name: text("图.pdf"), from_case: text("C0"), at };
    let given = [field("business-area", "40"), field("applicant-name", "旧名"), field("other", "x")];
    store.remember_given("f:F", &given, &[paper(days(-10))]).await.expect("kept");
    case(&store, "C0", "item", "approval").await;
    let whole = open(&store, &me, &id).await.expect("opened");
    let (answers, papers) = offers(&store, &rules, &me, &whole, now()).await.expect("offered");
    let found: Vec<_> = answers.iter().map(|offer| (offer.field.as_str(), offer.value.as_str(), offer.at)).collect();
    assert_eq!(found, [("applicant-name", "一号饭店", days(-2)), ("business-area", "40", days(-5))]);
    assert_eq!(answers[0].source, Source::Register(text("登记")));
    assert_eq!(papers.len(), 1);
    assert_eq!(
        offers(&store, &rules, &me, &whole, days(1)).await.expect("offered").1,
        [],
        "eleven days are too old for this plan"
    );
    assert_eq!(refused(use_given_paper(&store, &rules, &me, &id, "plan", days(1)).await), "not-found");
    use_given_paper(&store, &rules, &me, &id, "plan", now()).await.expect("used");
    save(&store, &rules, &me, &id, &answer("business-area", "50"), now()).await.expect("saved");
    let whole = open(&store, &me, &id).await.expect("opened");
    assert_eq!((whole.handed(), whole.for_submission()[0].digest.as_str()), (vec![text("plan")], "d"));
    let (answers, papers) = offers(&store, &rules, &me, &whole, now()).await.expect("offered");
    assert_eq!((answers.len(), papers.len()), (1, 0), "what is there is not offered");

    let other = applicant("two", &Holder::Person("two".to_owned()));
    let id = start(&store, &rules, &other, &what("p:two"), now()).await.expect("begun").id;
    let whole = open(&store, &other, &id).await.expect("opened");
    assert_eq!(
        offers(&store, &rules, &other, &whole, now()).await.expect("offered"),
        (vec![], vec![]),
        "nothing of another holder"
    );
    assert_eq!(refused(use_given_paper(&store, &rules, &other, &id, "plan", now()).await), "not-found");
}

#[tokio::test]
async fn a_mandate_bounds_the_drafts_of_a_firm_and_what_is_offered_in_them() {
    let (store, rules) = (store().await, plain());
    let me = applicant("one", &firm());
    let id = start(&store, &rules, &me, &what("f:F"), now()).await.expect("begun").id;
    let same = |items: &[&str]| operator("one", items, &[]);
    for other in [same(&["elsewhere"]), Actor::Applicant { person: "one".into(), holder: firm(), reach: Reach::Within(vec![]) }] {
        assert_eq!(refused(open(&store, &other, &id).await), "not-found");
        assert_eq!(refused(save(&store, &rules, &other, &id, &[], now()).await), "not-found");
        assert_eq!(refused(delete(&store, &other, &id, now()).await), "not-found");
        assert_eq!(mine(&store, &other).await.expect("listed"), []);
        assert_eq!(refused(start(&store, &rules, &other, &what("f:F"), now()).await), "no-mandate");
    }
    assert_eq!(refused(start(&store, &rules, &operator("one", &[], &["supply"]), &what("f:F"), now()).await), "no-mandate");
    assert_eq!(mine(&store, &same(&["item"])).await.expect("listed").len(), 1);
    delete(&store, &me, &id, now()).await.expect("deleted");
    assert_eq!(deleted(&store, &same(&["elsewhere"]), now()).await.expect("listed"), []);
    assert_eq!(refused(restore(&store, &same(&["elsewhere"]), &id, now()).await), "not-found");
    restore(&store, &me, &id, now()).await.expect("restored");

    case(&store, "C1", "elsewhere", "approval").await;
    let given = [GivenField { field: "business-area".into(), value: "40".into(), from_case: "C1".into(), at: days(-5) }];
    let papers =
        [GivenPaper {
            key: "plan".into(), digest: "d".into(), file_name: "图.pdf".into(), from_case: "C1".into(), at: days(-5)
        }];
    store.remember_given("f:F", &given, &papers).await.expect("kept");
    let whole = open(&store, &me, &id).await.expect("opened");
    let count = async |by: &Actor| {
        let (answers, papers) = offers(&store, &rules, by, &whole, now()).await.expect("offered");
        (answers.len(), papers.len())
    };
    assert_eq!(count(&me).await, (1, 1));
    assert_eq!(count(&same(&["item"])).await, (0, 0), "given in a matter beyond the mandate");
    assert_eq!(refused(use_given_paper(&store, &rules, &same(&["item"]), &id, "plan", now()).await), "not-found");
    let at = |agency: &str| Actor::Officer(officer_at("x", Role::Clerk, agency));
    assert_eq!((count(&at("approval")).await, count(&at("other")).await), ((1, 1), (0, 0)), "a clerk of another body");
}

#[tokio::test]
async fn a_clerk_takes_in_for_the_bodies_and_items_of_her_powers() {
    let (store, rules) = (store().await, plain());
    let counter = Start { channel: Channel::Counter, ..what("p:visitor") };
    let here = Actor::Officer(officer_at("here", Role::Clerk, "approval"));
    let there = Actor::Officer(officer_at("there", Role::Clerk, "other"));
    let mut narrow = officer_at("narrow", Role::Clerk, "approval");
    narrow.powers[0].items.push("elsewhere".to_owned());
    let narrow = Actor::Officer(narrow);
    let id = start(&store, &rules, &here, &counter, now()).await.expect("begun").id;
    for other in [&there, &narrow] {
        assert_eq!(refused(start(&store, &rules, other, &counter, now()).await), "not-yours");
        assert_eq!(of_visitor(&store, other, "p:visitor", now()).await.expect("listed"), []);
        assert_eq!(refused(take_over(&store, other, &id, "p:visitor", now()).await), "not-found");
    }
    let moved = Actor::Officer(officer_at("here", Role::Clerk, "other"));
    assert_eq!(refused(open(&store, &moved, &id).await), "not-found", "her power there was taken since");
    assert_eq!(mine(&store, &moved).await.expect("listed"), []);
}

#[tokio::test]
async fn a_firms_next_operator_is_not_offered_a_persons_number() {
    let (store, rules) = (store().await, plain());
    for holder in [firm(), Holder::Person("one".to_owned())] {
        let me = applicant("one", &holder);
        let id = start(&store, &rules, &me, &what(&holder.key()), now()).await.expect("begun").id;
        let both = [answer("person-id", "120116189001010012"), answer("business-area", "40")].concat();
        save(&store, &rules, &me, &id, &both, now()).await.expect("saved");
        let seen = DraftPaper { key: "plan".to_owned(), digest: String::new(), file_name: "原件".to_owned(), at: now() };
        assert_eq!(store.attach_paper(&id, &seen).await, Ok(true));
        let whole = open(&store, &me, &id).await.expect("opened");
        let sent = sending(&rules, &holder, &whole, &casework::CaseNo("C1".to_owned()), now());
        store.remember_given(&sent.holder, &sent.fields, &sent.papers).await.expect("kept");
        let kept: Vec<String> =
            store.given_fields(&holder.key()).await.expect("read").into_iter().map(|given| given.field).collect();
        let expected: &[&str] = if holder == firm() { &["business-area"] } else { &["business-area", "person-id"] };
        assert_eq!(kept, expected);
        assert_eq!(store.given_papers(&holder.key()).await, Ok(vec![]), "an original that was seen is no file");
    }
}

#[tokio::test]
async fn a_draft_says_what_a_newer_edition_changes_and_when_its_item_closed() {
    let store = store().await;
    let old = plain();
    let me = applicant("one", &firm());
    let draft = start(&store, &old, &me, &what("f:F"), now()).await.expect("begun");
    let stands = |live: &Rulebook, edition: &str, today| standing(&draft, &old, live, edition, today);
    let today = date(2026, 3, 2);
    assert_eq!(stands(&old, "e1", today), Standing::Current);
    assert_eq!(stands(&old, "e2", today), Standing::Newer(vec![]));
    let changed = rules(|item| {
        let item = item.replace("field = \"经营面积\"", "field = \"别的\"").replace("working-days = 10", "working-days = 5");
        item.replace("[[item.material]]\nkey = \"plan\"\n", "")
    });
    let Standing::Newer(differences) = stands(&changed, "e2", today) else { panic!("newer") };
    let told: Vec<&str> = differences.iter().map(|text| text.zh.as_str()).collect();
    assert_eq!(told, ["新增填写项：别的", "不再填写：经营面积", "不再需要的材料：平面图", "办结时限有变化，请看办事指南。"]);
    let closed =
        rules(|item| item.replace("form = \"form\"", "form = \"form\"\nclosed-from = 2026-03-02\nclosed-reason = \"依法取消\""));
    let reason = "依法取消".to_owned();
    assert_eq!(stands(&closed, "e2", today), Standing::Closed { from: today, reason });
    assert!(matches!(stands(&closed, "e2", date(2026, 3, 1)), Standing::Newer(_)), "not before its day");
    let gone = rules(|item| item.replace("code = \"item\"", "code = \"renamed\""));
    assert_eq!(stands(&gone, "e2", today), Standing::Gone);
    move_to(&store, &me, &draft.id, "e2", now()).await.expect("moved");
    assert_eq!(open(&store, &me, &draft.id).await.expect("opened").draft.edition, "e2");
}

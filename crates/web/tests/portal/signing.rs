//! `/signatures`, and the check page of what several people sign.

use crate::house::House;
use crate::uploads::{Someone, confirmed, mandate, number_of, someone};
use axum::http::StatusCode;
use casework::act::{Submission, Telling};
use casework::bundle::Plan;
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Holder, Officer, Power, StaffId};
use office::Outcome;
use office::drafts;
use rulebook::procedure::Role;
use store::drafts::DraftPaper;
use store::people::firms::Part;

const ITEM: &str = "simplified-deregistration";
const FIRM: &str = "91120116MA0TEXT042";

/// Somebody whose number a counter has seen, named as they sign in.
async fn seen(house: &House, login: &str, order: u32) -> Someone {
    confirmed(house, login, login, order).await
}

/// A draft filled with the samples of its form, and these investors.
async fn draft(house: &House, by: &Actor, holder: &Holder, investors: &str) -> String {
    let office = &house.office;
    let id = office.begin_draft(by, holder, ITEM, "scjgj", "120116001", Channel::Online).await.expect("begun");
    let edition = office.rulebooks.live().expect("rules");
    let form = edition.rules.items[ITEM].form.as_ref().expect("a form").get_ref().clone();
    let asks = edition.rules.forms[&form].section.iter().flat_map(|section| &section.ask);
    let mut answers: Vec<(String, String)> =
        asks.map(|ask| (edition.rules.fields[ask.field.get_ref()].code.clone(), ask.sample.clone())).collect();
    answers.retain(|(code, _)| code != "investors");
    answers.push(("investors".to_owned(), investors.to_owned()));
    change(house, by, &id, &answers).await;
    id
}

async fn change(house: &House, by: &Actor, id: &str, answers: &[(String, String)]) {
    let (office, edition) = (&house.office, house.office.rulebooks.live().expect("rules"));
    let now = office.now().await.expect("now");
    let saved = drafts::save(&office.store, &edition.rules, by, id, answers, now).await.expect("saved");
    assert!(saved.iter().all(|saved| saved.fault.is_none()), "{saved:?}");
}

fn answer(code: &str, value: &str) -> (String, String) {
    (code.to_owned(), value.to_owned())
}

async fn refused(house: &House, by: &Actor, id: &str) -> String {
    match house.office.submit_draft(by, id, None).await.expect("asked") {
        Outcome::Refused(refusal) => format!("{}: {}", refusal.code, refusal.why.zh),
        other => panic!("{other:?}"),
    }
}

async fn sign(house: &House, who: &Someone, draft: &str) {
    let shown = house.office.open_signing(&who.actor, draft).await.expect("open to them").digest;
    let place = format!("/signatures/{draft}");
    let signed = house.post_with(&place, &[("csrf", &who.csrf), ("shown", &shown)], &who.cookie).await;
    signed.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn two_investors_sign_what_they_saw_and_then_it_is_sent() {
    let house = House::open().await;
    let office = &house.office;
    let (one, two) = (seen(&house, "one-investor", 1).await, seen(&house, "two-investor", 2).await);
    let (first, second) = (number_of(&house, &one).await, number_of(&house, &two).await);
    let stranger = someone(&house, "a-stranger", 3).await;
    let me = Holder::Person(one.person().to_owned());
    let id = draft(&house, &one.actor, &me, &format!("示例甲，{first}；示例乙，{second}")).await;

    let why = refused(&house, &one.actor, &id).await;
    assert!(why.starts_with("signatures-missing") && why.contains("示例乙") && !why.contains(&second), "{why}");
    let (place, check) = (format!("/signatures/{id}"), format!("/drafts/{id}/check"));
    house.get_with(&place, &two.cookie).await.is(StatusCode::NOT_FOUND);
    house.get_with(&check, &one.cookie).await.has(&["请他们签署", "还没有请签"]).lacks(&["/submit\""]);
    house.post_with(&format!("/drafts/{id}/signers"), &[("csrf", &one.csrf)], &one.cookie).await.is(StatusCode::SEE_OTHER);
    house.get_with("/notices", &two.cookie).await.has(&["待我签署"]);
    house.get_with("/signatures", &two.cookie).await.has(&["简易注销登记", "等待签署"]);
    // Exactly what is signed, and nothing else of the draft.
    house.get_with(&place, &two.cookie).await.has(&["投资人", "2026年2月9日", "承担法律责任"]).lacks(&["022-00000009"]);
    for path in [&place, &format!("{place}/papers/x"), &format!("/drafts/{id}")] {
        house.get_with(path, &stranger.cookie).await.is(StatusCode::NOT_FOUND);
    }
    house.get_with(&format!("/drafts/{id}"), &two.cookie).await.is(StatusCode::NOT_FOUND);

    let stale = house.post_with(&place, &[("csrf", &two.csrf), ("shown", "another")], &two.cookie).await;
    stale.has(&["还没有签署"]);
    sign(&house, &two, &id).await;
    let why = refused(&house, &one.actor, &id).await;
    assert!(why.contains("示例甲") && !why.contains("示例乙"), "{why}");
    sign(&house, &one, &id).await;
    house.get_with(&check, &one.cookie).await.has(&["签署已经齐全", "/submit\""]);

    // What nobody signed may be changed; what was signed is void, by its name.
    change(&house, &one.actor, &id, &[answer("contact-phone", "022-00000001")]).await;
    house.get_with(&check, &one.cookie).await.has(&["签署已经齐全"]);
    change(&house, &one.actor, &id, &[answer("notice-ends", "2026-02-10")]).await;
    house.get_with(&check, &one.cookie).await.has(&["签署已失效", "公示期满日"]).lacks(&["/submit\""]);
    assert!(refused(&house, &one.actor, &id).await.contains("示例乙"));
    house.get_with(&place, &two.cookie).await.has(&["签署已失效"]);
    sign(&house, &one, &id).await;
    let no_thanks = [("csrf", two.csrf.as_str()), ("words", "公示期不对")];
    house.post_with(&format!("{place}/decline"), &no_thanks, &two.cookie).await.is(StatusCode::SEE_OTHER);
    house.get_with(&check, &one.cookie).await.has(&["不同意签署", "公示期不对"]);
    sign(&house, &two, &id).await;

    let Outcome::Done(case) = office.submit_draft(&one.actor, &id, None).await.expect("sent") else { panic!("not sent") };
    assert_eq!(case.signatures.len(), 2);
    assert!(!case.lacking.contains(&"all-investors-commitment".to_owned()), "the paper is spared: {:?}", case.lacking);
    assert_eq!(case.signatures[0].text, case.signatures[1].text, "one text, however many signed it");
    house.get_with(&place, &two.cookie).await.is(StatusCode::NOT_FOUND);
    house.get_with("/signatures", &two.cookie).await.has(&["申请已经提交"]).lacks(&[&format!("href=\"{place}\"")]);
    house.get_with(&format!("/matters/{}", case.no), &one.cookie).await.has(&["共同签署", "示例乙"]);
    house.get_with(&format!("/matters/{}", case.no), &two.cookie).await.is(StatusCode::NOT_FOUND);
    let kept = house.get_with(&format!("/matters/{}/signed/{}", case.no, case.signatures[0].digest), &one.cookie).await;
    kept.is(StatusCode::OK).has(&["全体投资人"]);
    let found = office.signed_text(kept.text.as_bytes()).await.expect("looked").expect("a text");
    let names: Vec<&str> = found.by.iter().map(|kept| kept.name.as_str()).collect();
    assert_eq!(names, ["示例甲", "示例乙"], "in the order of signing");
    let altered = kept.text.replace("2026年2月10日", "2026年2月11日");
    let found = office.signed_text(altered.as_bytes()).await.expect("looked").expect("a text");
    assert!(found.by.is_empty(), "an altered text was signed by nobody");
}

#[tokio::test]
async fn a_firm_signs_by_its_legal_representative_of_the_last_day_and_a_paper_does_as_well() {
    let house = House::open().await;
    let office = &house.office;
    let (clerk, boss) = (seen(&house, "an-operator", 1).await, seen(&house, "the-boss", 2).await);
    let number = number_of(&house, &clerk).await;
    mandate(&house, &clerk, FIRM, Part::Operator, &[]).await;
    mandate(&house, &boss, FIRM, Part::Legal, &[]).await;
    let firm = Holder::Firm(FIRM.to_owned());
    let acting = Actor::Applicant { person: clerk.person().to_owned(), holder: firm.clone(), reach: casework::Reach::Whole };
    let id = draft(&house, &acting, &firm, &format!("示例甲，{number}")).await;
    assert_eq!(office.ask_signers(&acting, &id).await.expect("asked"), 2);
    assert_eq!(office.ask_signers(&acting, &id).await.expect("asked"), 0, "nobody is told twice within the hour");
    sign(&house, &clerk, &id).await;
    assert!(refused(&house, &acting, &id).await.contains("法定代表人"), "an operator does not sign for the firm");
    sign(&house, &boss, &id).await;
    let whole = office.open_draft(&acting, &id).await.expect("open");
    assert!(office.signers_of(&whole).await.expect("read").lacking().is_none());

    let now = office.now().await.expect("now");
    let gone = format!("m-{}-{FIRM}", boss.person());
    office::people::firms::revoke(&office.store, boss.person(), &gone, now).await.expect("ended");
    assert!(refused(&house, &acting, &id).await.contains("法定代表人"), "whoever signed represents the firm no more");
    let heir = seen(&house, "the-heir", 3).await;
    mandate(&house, &heir, FIRM, Part::Legal, &[]).await;
    sign(&house, &heir, &id).await;

    // Investors who signed the paper by hand need not sign here.
    change(&house, &acting, &id, &[answer("notice-ends", "2026-02-10")]).await;
    assert!(refused(&house, &acting, &id).await.contains("投资人"));
    let paper = DraftPaper {
        key: "all-investors-commitment".to_owned(),
        digest: String::new(),
        file_name: "承诺书.pdf".to_owned(),
        at: now,
    };
    assert!(office.store.attach_paper(&id, &paper).await.expect("attached"));
    assert!(refused(&house, &acting, &id).await.contains("法定代表人"), "what he signed held the papers too");
    sign(&house, &heir, &id).await;
    let Outcome::Done(case) = office.submit_draft(&acting, &id, None).await.expect("sent") else { panic!("not sent") };
    let signed: Vec<_> = case.signatures.iter().map(|signed| (signed.part.as_str(), signed.firm.as_deref())).collect();
    assert_eq!(signed, [("simplified-deregistration/legal", Some(FIRM))]);
}

#[tokio::test]
async fn a_correction_is_signed_anew_by_those_whose_text_it_changes_and_by_nobody_else() {
    let house = House::open().await;
    let office = &house.office;
    let (one, two) = (seen(&house, "one-investor", 1).await, seen(&house, "two-investor", 2).await);
    let (first, second) = (number_of(&house, &one).await, number_of(&house, &two).await);
    let me = Holder::Person(one.person().to_owned());
    let id = draft(&house, &one.actor, &me, &format!("示例甲，{first}；示例乙，{second}")).await;
    office.ask_signers(&one.actor, &id).await.expect("asked");
    sign(&house, &one, &id).await;
    sign(&house, &two, &id).await;
    let Outcome::Done(case) = office.submit_draft(&one.actor, &id, None).await.expect("sent") else { panic!("not sent") };

    // What no investor signed is corrected without them.
    let phone = tell(&house, &case.no, "contact-phone").await;
    let id = office.begin_correction(&one.actor, &phone).await.expect("begun");
    change(&house, &one.actor, &id, &[answer("contact-phone", "022-00000001")]).await;
    house.get_with(&format!("/drafts/{id}/check"), &one.cookie).await.has(&["签署已经齐全", "/submit\""]);
    let sent = office.submit_draft(&one.actor, &id, Some(phone.version)).await.expect("heard");
    let Outcome::Done(case) = sent else { panic!("{sent:?}") };
    assert_eq!(case.signatures.len(), 2, "those of before stand");

    // What they signed is signed anew, by both, as it will stand.
    let day = tell(&house, &case.no, "notice-ends").await;
    let id = office.begin_correction(&one.actor, &day).await.expect("begun");
    let (check, place) = (format!("/drafts/{id}/check"), format!("/signatures/{id}"));
    change(&house, &one.actor, &id, &[answer("notice-ends", "2026-02-10")]).await;
    house.get_with(&check, &one.cookie).await.has(&["还没有请签", "请他们签署"]).lacks(&["/submit\""]);
    let early = office.submit_draft(&one.actor, &id, Some(day.version)).await.expect("heard");
    assert!(matches!(&early, Outcome::Refused(refusal) if refusal.code == "signatures-missing"), "{early:?}");
    assert_eq!(office.ask_signers(&one.actor, &id).await.expect("asked"), 2);
    house.get_with("/notices", &two.cookie).await.has(&["重新签署"]);
    house.get_with(&place, &two.cookie).await.has(&["2026年2月10日"]).lacks(&["022-00000001"]);
    sign(&house, &one, &id).await;
    sign(&house, &two, &id).await;
    let sent = office.submit_draft(&one.actor, &id, Some(day.version)).await.expect("heard");
    let Outcome::Done(case) = sent else { panic!("{sent:?}") };
    assert_eq!(case.signatures.len(), 4, "the earlier text stays on the record");
    let live = office.rulebooks.live().expect("rules");
    let words = office.words(&case.no).await.expect("read");
    let answers = office.answers_of(&case).await.expect("read");
    let kept = office::signers::kept(&case, &words, &live.rules, &answers);
    let changed: Vec<bool> = kept.iter().map(|kept| !kept.changed.is_empty()).collect();
    assert_eq!(changed, [true, true, false, false]);
    let id = office.begin_correction(&one.actor, &tell(&house, &case.no, "contact-phone").await).await.expect("begun");
    house.get_with(&format!("/drafts/{id}/check"), &one.cookie).await.has(&["签署已经齐全"]);
}

#[tokio::test]
async fn a_part_of_a_bundle_is_corrected_with_the_signatures_of_those_whose_text_it_changes() {
    let house = House::open().await;
    let office = &house.office;
    let one = seen(&house, "one-investor", 1).await;
    let (me, number) = (Holder::Person(one.person().to_owned()), number_of(&house, &one).await);
    let items = [ITEM, "shop-sign-filing"].map(str::to_owned);
    let begun = office.begin_bundle(&one.actor, &me, None, &items, "120116001", Channel::Online).await;
    let id = begun.expect("begun");
    super::bundles::filled(&house, &one, &id, &[("investors", &format!("示例甲，{number}"))]).await;
    office.ask_signers(&one.actor, &id).await.expect("asked");
    sign(&house, &one, &id).await;
    let sent = office.submit_draft(&one.actor, &id, None).await.expect("heard");
    let Outcome::Done(bundle) = sent else { panic!("{sent:?}") };
    office.run_due_errands().await.expect("run");
    let part = super::bundles::component(&house, &bundle.no, ITEM).await;
    assert_eq!((bundle.signatures.len(), part.signatures.len()), (1, 1));

    tell(&house, &part.no, "notice-ends").await;
    let whole = office.store.case(&bundle.no).await.expect("read").expect("there");
    let id = office.begin_correction(&one.actor, &whole).await.expect("begun");
    change(&house, &one.actor, &id, &[answer("notice-ends", "2026-02-10")]).await;
    let early = office.submit_draft(&one.actor, &id, Some(whole.version)).await.expect("heard");
    assert!(matches!(&early, Outcome::Refused(refusal) if refusal.code == "signatures-missing"), "{early:?}");
    office.ask_signers(&one.actor, &id).await.expect("asked");
    sign(&house, &one, &id).await;
    let sent = office.submit_draft(&one.actor, &id, Some(whole.version)).await.expect("heard");
    let Outcome::Done(bundle) = sent else { panic!("{sent:?}") };
    let part = super::bundles::component(&house, &bundle.no, ITEM).await;
    assert_eq!((bundle.signatures.len(), part.signatures.len()), (2, 2), "the whole and its body have the new one");
}

/// A case of one investor, who has signed and sent it.
async fn sent_by_one(house: &House, one: &Someone) -> Case {
    let office = &house.office;
    let (me, number) = (Holder::Person(one.person().to_owned()), number_of(house, one).await);
    let id = draft(house, &one.actor, &me, &format!("示例甲，{number}")).await;
    office.ask_signers(&one.actor, &id).await.expect("asked");
    sign(house, one, &id).await;
    match office.submit_draft(&one.actor, &id, None).await.expect("sent") {
        Outcome::Done(case) => *case,
        other => panic!("{other:?}"),
    }
}

fn counter() -> Actor {
    let power = Power { role: Role::Clerk, agency: None, items: vec![], until: None };
    Actor::Officer(Officer { id: StaffId("counter".into()), powers: vec![power], stands_in_for: vec![] })
}

#[tokio::test]
async fn what_was_signed_is_put_right_at_the_counter_with_a_new_signature_and_anything_else_without() {
    let house = House::open().await;
    let (office, clerk) = (&house.office, counter());
    let one = seen(&house, "one-investor", 1).await;
    let case = sent_by_one(&house, &one).await;

    // What no investor signed is put right at once.
    let id = office.begin_correction(&clerk, &case).await.expect("begun");
    change(&house, &clerk, &id, &[answer("contact-phone", "022-00000001")]).await;
    let sent = office.correct_by_draft(&clerk, &id, "电话少一位", case.version).await.expect("heard");
    let Outcome::Done(case) = sent else { panic!("{sent:?}") };
    assert_eq!(case.signatures.len(), 1);

    // What she signed is put right once she has signed it so.
    let id = office.begin_correction(&clerk, &case).await.expect("begun");
    change(&house, &clerk, &id, &[answer("notice-ends", "2026-02-10")]).await;
    let early = office.correct_by_draft(&clerk, &id, "日期写错", case.version).await.expect("heard");
    assert!(matches!(&early, Outcome::Refused(refusal) if refusal.code == "signatures-missing"), "{early:?}");
    assert_eq!(office.ask_signers(&clerk, &id).await.expect("asked"), 1);
    house.get_with(&format!("/signatures/{id}"), &one.cookie).await.has(&["2026年2月10日"]);
    sign(&house, &one, &id).await;
    let sent = office.correct_by_draft(&clerk, &id, "日期写错", case.version).await.expect("heard");
    let Outcome::Done(case) = sent else { panic!("{sent:?}") };
    assert_eq!(case.signatures.len(), 2, "the earlier text stays on the record");
    let live = office.rulebooks.live().expect("rules");
    let (words, answers) = (office.words(&case.no).await.expect("read"), office.answers_of(&case).await.expect("read"));
    let kept = office::signers::kept(&case, &words, &live.rules, &answers);
    assert!(!kept[0].changed.is_empty() && kept[1].changed.is_empty());
    let found = office.signed_text(kept[1].text.as_bytes()).await.expect("looked").expect("a text");
    assert_eq!(found.by.len(), 1, "found by the text that was signed at the counter");
}

#[tokio::test]
async fn a_text_that_was_signed_with_one_part_alone_is_not_signed_again_with_the_bundle() {
    let house = House::open().await;
    let (office, clerk) = (&house.office, counter());
    let one = seen(&house, "one-investor", 1).await;
    let (me, number) = (Holder::Person(one.person().to_owned()), number_of(&house, &one).await);
    let items = [ITEM, "shop-sign-filing"].map(str::to_owned);
    let id = office.begin_bundle(&one.actor, &me, None, &items, "120116001", Channel::Online).await.expect("begun");
    super::bundles::filled(&house, &one, &id, &[("investors", &format!("示例甲，{number}"))]).await;
    office.ask_signers(&one.actor, &id).await.expect("asked");
    sign(&house, &one, &id).await;
    let sent = office.submit_draft(&one.actor, &id, None).await.expect("heard");
    let Outcome::Done(bundle) = sent else { panic!("{sent:?}") };
    office.run_due_errands().await.expect("run");

    // The counter puts its own part right, with a new signature.
    let part = super::bundles::component(&house, &bundle.no, ITEM).await;
    let id = office.begin_correction(&clerk, &part).await.expect("begun");
    change(&house, &clerk, &id, &[answer("notice-ends", "2026-02-10")]).await;
    office.ask_signers(&clerk, &id).await.expect("asked");
    sign(&house, &one, &id).await;
    let sent = office.correct_by_draft(&clerk, &id, "日期写错", part.version).await.expect("heard");
    let Outcome::Done(part) = sent else { panic!("{sent:?}") };
    assert_eq!(part.signatures.len(), 2);

    // The bundle is told something that nobody signed: nobody signs again, not even what the bundle itself has not seen yet.
    tell(&house, &part.no, "contact-phone").await;
    let whole = office.store.case(&bundle.no).await.expect("read").expect("there");
    let id = office.begin_correction(&one.actor, &whole).await.expect("begun");
    change(&house, &one.actor, &id, &[answer("contact-phone", "022-00000001")]).await;
    house.get_with(&format!("/drafts/{id}/check"), &one.cookie).await.has(&["签署已经齐全", "/submit\""]);
    let sent = office.submit_draft(&one.actor, &id, Some(whole.version)).await.expect("heard");
    assert!(matches!(sent, Outcome::Done(_)), "{sent:?}");

    // A part that has what was signed, and is told nothing, is not asked for; it does not get what changes.
    let sign_part = super::bundles::component(&house, &bundle.no, "shop-sign-filing").await;
    tell(&house, &sign_part.no, "applicant-name").await;
    let whole = office.store.case(&bundle.no).await.expect("read").expect("there");
    let id = office.begin_correction(&one.actor, &whole).await.expect("begun");
    change(&house, &one.actor, &id, &[answer("applicant-name", "示例乙")]).await;
    let opened = office.open_draft(&one.actor, &id).await.expect("open");
    let signers = office.signers_of(&opened).await.expect("read");
    assert!(signers.lacking().is_none(), "{:?}", signers.lacking());
}

/// A supervisor tells that this too is to be corrected.
async fn tell(house: &House, no: &CaseNo, about: &str) -> Case {
    let power = Power { role: Role::Supervisor, agency: None, items: vec![], until: None };
    let supervisor = Actor::Officer(Officer { id: StaffId("supervisor".into()), powers: vec![power], stands_in_for: vec![] });
    let defects = vec![Telling { about: about.into(), words: "请更正".into() }];
    let exception = Some("首次告知时无法发现".to_owned());
    let ask = Act::AskCorrection { defects, exception };
    match house.office.perform(no, &ask, &supervisor, None, None).await.expect("heard") {
        Outcome::Done(case) => *case,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whoever_is_named_without_a_number_is_told_before_anybody_is_asked() {
    let house = House::open().await;
    let one = seen(&house, "one-investor", 1).await;
    let me = Holder::Person(one.person().to_owned());
    let id = draft(&house, &one.actor, &me, "示例甲，没有号码").await;
    let stop = house.office.ask_signers(&one.actor, &id).await.expect_err("nobody can be asked");
    assert_eq!(stop.code(), Some("signers-unnamed"));
    assert!(refused(&house, &one.actor, &id).await.contains("示例甲"));
}

#[tokio::test]
async fn what_is_put_right_in_one_part_is_signed_anew_by_who_signed_it_for_a_part_still_to_come() {
    let house = House::open().await;
    let (office, clerk) = (&house.office, super::bundles::clerk_of("cgw"));
    let one = seen(&house, "one-investor", 1).await;
    let (me, number) = (Holder::Person(one.person().to_owned()), number_of(&house, &one).await);
    let items = [ITEM, "shop-sign-filing"].map(str::to_owned);
    let id = office.begin_bundle(&one.actor, &me, None, &items, "120116001", Channel::Online).await.expect("begun");
    super::bundles::filled(&house, &one, &id, &[("investors", &format!("示例甲，{number}"))]).await;
    office.ask_signers(&one.actor, &id).await.expect("asked");
    sign(&house, &one, &id).await;
    let whole = office.open_draft(&one.actor, &id).await.expect("open");
    let signatures = office.signers_of(&whole).await.expect("read").collected();
    let (sign_first, then) =
        (super::bundles::planned("shop-sign-filing", "cgw", &[]), super::bundles::planned(ITEM, "scjgj", &["shop-sign-filing"]));
    let submission = Submission {
        bundle: Some(Box::new(Plan { theme: None, components: vec![sign_first, then], limit: None })),
        papers: vec![super::bundles::seen("effect-drawing")],
        signatures,
        ..super::bundles::for_food_and_sign(&one, &serde_json::to_value(&whole.answers).expect("JSON"))
    };
    let Outcome::Done(bundle) = office.submit(submission, &one.actor, "signed").await.expect("heard") else { panic!("refused") };
    assert_eq!(bundle.signatures.len(), 1);
    office.run_due_errands().await.expect("run");

    // The name stands in what the investor signed for the part that is still to come.
    let part = super::bundles::component(&house, &bundle.no, "shop-sign-filing").await;
    let id = office.begin_correction(&clerk, &part).await.expect("begun");
    change(&house, &clerk, &id, &[answer("applicant-name", "示例乙")]).await;
    let early = office.correct_by_draft(&clerk, &id, "名称写错", part.version).await.expect("heard");
    assert!(matches!(&early, Outcome::Refused(refusal) if refusal.code == "signatures-missing"), "{early:?}");
    assert_eq!(office.ask_signers(&clerk, &id).await.expect("asked"), 1);
    sign(&house, &one, &id).await;
    let sent = office.correct_by_draft(&clerk, &id, "名称写错", part.version).await.expect("heard");
    let Outcome::Done(part) = sent else { panic!("{sent:?}") };
    assert!(part.signatures.is_empty(), "its body sees nothing of what was signed for another");
    office.run_due_errands().await.expect("run");
    let whole = office.store.case(&bundle.no).await.expect("read").expect("there");
    assert_eq!(whole.signatures.len(), 2);

    super::bundles::does(&house, &part.no, Act::File, &super::bundles::officer(Role::Examiner)).await;
    office.run_due_errands().await.expect("run");
    let later = super::bundles::component(&house, &bundle.no, ITEM).await;
    let (live, answers) = (office.rulebooks.live().expect("rules"), office.answers_of(&later).await.expect("read"));
    assert_eq!(answers.get("applicant-name").map(String::as_str), Some("示例乙"));
    let words = office.words(&later.no).await.expect("read");
    let kept = office::signers::kept(&later, &words, &live.rules, &answers);
    assert!(kept.len() == 2 && kept[1].changed.is_empty(), "what it begins with is what was signed");
}

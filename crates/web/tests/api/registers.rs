//! A register that a partner system keeps: asked with patience that ends, believed only when the answer fits the question; and when it is
//! down nobody waits and nobody is refused.

use super::district::{AGENCY, District, FIRM};
use casework::{Case, CaseNo, Holder};
use office::exchange::Exchange;
use office::relied::Found;
use rulebook::at_once::Evidence;
use standin::{Standin, Wrong, make_keys};
use std::path::PathBuf;
use std::time::Instant;
use store::readings::ReadingFilter;

const KEEPER: &str = "entity-platform";
/// Decided by rule upon what the register of firms tells.
const ITEM: &str = "prepackaged-food-filing";

/// Makes it behave otherwise.
type Switch = fn(&mut standin::Switches);

struct Kept {
    district: District,
    standin: Standin,
    keys: PathBuf,
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.keys);
    }
}

/// A district whose register of firms is kept by a partner that knows the firm.
async fn kept() -> Kept {
    let keys = std::env::temp_dir().join(format!("yimen-register-{}", office::ids::opaque()));
    make_keys(&keys, &[KEEPER]).expect("keys");
    let standin = Standin::open(&keys, KEEPER, "http://127.0.0.1:9").expect("a stand-in");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let router = standin.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let exchange = Exchange::open(&keys, [(KEEPER, KEEPER, url.as_str())]).expect("connected");
    let keeps = |files: &mut Vec<(String, String)>| {
        let (_, text) = files.iter_mut().find(|(path, _)| path == "registers.toml").expect("registers");
        *text = text.replacen("keeps = \"firms\"", "keeps = \"firms\"\nkeeper = \"entity-platform\"", 1);
    };
    let district = District::built(keeps, |office| office.with_exchange(exchange)).await;
    standin.enter(FIRM, &[("name", "某食品店"), ("legal-representative", "示例甲"), ("status", "存续")]);
    Kept { district, standin, keys }
}

impl Kept {
    async fn decided(&self) -> (Case, Evidence) {
        let no = self.district.case_of("zhang", Holder::Firm(FIRM.into()), ITEM, AGENCY).await;
        let office = &self.district.office;
        office.decide_at_once(&no, &format!("test:{no}")).await.expect("asked");
        let case = office.store.case(&no).await.expect("read").expect("a case");
        let kept = case.at_once.as_ref().expect("asked").evidence;
        let (_, bytes) = office.store.particular(&no, kept.0).await.expect("read").expect("kept");
        (case, serde_json::from_slice(&bytes).expect("evidence"))
    }

    async fn calls(&self, no: &CaseNo) -> usize {
        let filter = ReadingFilter { case_no: Some(no.clone()), ..Default::default() };
        let readings = self.district.office.store.readings(&filter, 50).await.expect("read");
        readings.iter().filter(|reading| reading.what == "register").count()
    }

    fn told(evidence: &Evidence, element: &str) -> Option<String> {
        evidence.facts.iter().find(|fact| fact.element == element && fact.source == "firms").map(|fact| fact.value.clone())
    }
}

#[tokio::test]
async fn what_the_keeper_tells_is_kept_with_its_day_and_every_call_is_logged() {
    let kept = kept().await;
    let (case, evidence) = kept.decided().await;
    assert_eq!(Kept::told(&evidence, "register-status").as_deref(), Some("存续"), "{evidence:?}");
    let fact = evidence.facts.iter().find(|fact| fact.source == "firms").expect("told");
    assert_eq!(fact.as_of, Some(jiff::civil::date(2026, 3, 1)), "the day that the keeper named");
    assert!(!evidence.silent.contains(&"firms".to_owned()));
    assert!(kept.calls(&case.no).await >= 1);
}

#[tokio::test]
async fn a_keeper_that_is_down_slow_or_wrong_leaves_the_matter_to_a_person() {
    let kept = kept().await;
    let cases: [(&str, Switch); 5] = [
        ("somebody else's entry", |switches| switches.wrong = Wrong::Case),
        ("another signature", |switches| switches.wrong = Wrong::Signature),
        ("500", |switches| switches.wrong = Wrong::Status),
        ("a day that has not come", |switches| switches.today = Some(jiff::civil::date(2027, 1, 1))),
        ("down", |switches| switches.down = true),
    ];
    for (name, wrong) in cases {
        kept.standin.switch(|switches| *switches = standin::Switches::default());
        kept.standin.switch(wrong);
        let (case, evidence) = kept.decided().await;
        assert_eq!(Kept::told(&evidence, "register-status"), None, "{name}");
        assert!(evidence.silent.contains(&"firms".to_owned()), "{name}");
        assert!(case.is_open() && !case.at_once.as_ref().expect("asked").met, "{name}: a person has it");
        assert!(case.received.is_some(), "{name}: it was received all the same");
        assert!(kept.calls(&case.no).await > 0, "{name}: the call is logged");
    }
    // Known to be away, it is not waited for again.
    kept.standin.switch(|switches| (switches.down, switches.slow) = (false, 60_000));
    let began = Instant::now();
    let (case, _) = kept.decided().await;
    assert!(began.elapsed().as_secs() < 2 && case.is_open(), "{:?}", began.elapsed());
}

#[tokio::test]
async fn one_that_is_slow_is_waited_for_three_seconds_and_one_that_knows_nobody_counts_as_no_answer() {
    let slow = kept().await;
    slow.standin.switch(|switches| switches.slow = 60_000);
    let began = Instant::now();
    let (case, _) = slow.decided().await;
    assert!(case.is_open() && began.elapsed().as_secs() < 6, "{:?}", began.elapsed());

    let other = kept().await;
    other.standin.enter(FIRM, &[]);
    let (case, evidence) = other.decided().await;
    assert!(case.is_open() && evidence.silent.contains(&"firms".to_owned()));
}

#[tokio::test]
async fn a_business_licence_is_proved_by_the_keeper_and_asked_for_when_it_is_down() {
    let kept = kept().await;
    let office = &kept.district.office;
    let no = kept.district.food_case().await;
    let found = async || {
        let case = office.store.case(&no).await.expect("read").expect("a case");
        let live = office.rulebooks.live().expect("rules");
        let relied = office.relied_on_by(&case, &live.rules, kept.district.now().day()).await.expect("asked");
        relied.into_iter().find(|one| one.licence == "营业执照").map(|one| one.found)
    };
    let Some(first) = found().await else { panic!("the item relies on the business licence") };
    assert!(matches!(first, Found::Stands { .. }), "{first:?}");
    kept.standin.enter(FIRM, &[("status", "吊销")]);
    assert!(matches!(found().await, Some(Found::Fallen { .. })));
    kept.standin.switch(|switches| switches.down = true);
    assert_eq!(found().await, Some(Found::Unknown), "then the applicant's own copy counts");
}

#[tokio::test]
async fn an_account_proves_nothing_about_somebody_else() {
    let district = District::open().await;
    let (office, day) = (&district.office, district.now().day());
    let live = office.rulebooks.live().expect("in force");
    let item = &live.rules.items["self-employed-registration"];
    let holder = Holder::Person("zhang".into());
    let own = office.store.person("zhang").await.expect("read").expect("a person").id_number;
    for (number, proves) in [(own.as_str(), true), ("120101199003076747", false)] {
        let sample = district.sample("self-employed-registration");
        let mut answers: rulebook::intake::Answers = serde_json::from_value(sample).expect("answers");
        let numbers = live.rules.fields.values().filter(|field| field.kind == rulebook::field::FieldKind::CitizenId);
        for field in numbers.filter(|field| answers.contains_key(&field.code)).map(|field| field.code.clone()).collect::<Vec<_>>()
        {
            answers.insert(field, number.to_owned());
        }
        let intake = live.rules.intake(item, &answers, &[], day);
        let relied = office.relied_on(&live.rules, &holder, &intake, day).await.expect("looked up");
        let identity = relied.iter().find(|one| one.material == "identity-document").expect("replaced by the account");
        assert_eq!(matches!(identity.found, Found::Stands { .. }), proves, "{number}: {identity:?}");
        assert_eq!(identity.found == Found::Unknown, !proves);
    }
}

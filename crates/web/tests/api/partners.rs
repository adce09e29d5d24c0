//! Partner systems over HTTP, with a stand-in that is slow, down, late, double and wrong: whatever it does, the application is
//! received at our minute, nothing is lost or doubled, and an officer sees what does not fit.

use super::district::{AGENCY, Ask, District, ITEM, Told};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::case::Decision;
use casework::leg::{Difference, difference};
use casework::{Act, Case, CaseNo, Moment};
use jiff::civil::date;
use office::exchange::Exchange;
use papers::sign::{FileKeys, KeyStore, Signer};
use rulebook::Stand;
use serde_json::{Value, json};
use standin::{Matter, Standin, Wrong, make_keys};
use std::path::PathBuf;
use std::time::Duration;

const PARTNER: &str = "food-platform";
const HOUR: i64 = 3_600_000;

/// A district and the platform it is connected to.
struct Pair {
    district: District,
    standin: Standin,
    signer: Box<dyn Signer>,
    keys: PathBuf,
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.keys);
    }
}

impl Pair {
    async fn open() -> Pair {
        let keys = std::env::temp_dir().join(format!("yimen-partner-{}", office::ids::opaque()));
        make_keys(&keys, &[PARTNER]).expect("keys");
        let standin = Standin::open(&keys, PARTNER, "http://127.0.0.1:9").expect("a stand-in");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let router = standin.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let exchange = Exchange::open(&keys, [(PARTNER, PARTNER, url.as_str())]).expect("connected");
        let district = District::with(|office| office.with_exchange(exchange)).await;
        standin.call(&district.listens().await);
        let signer = FileKeys::open(&keys).signer(PARTNER).expect("its key");
        Pair { district, standin, signer, keys }
    }

    /// An application that the platform has taken.
    async fn taken(&self) -> CaseNo {
        let no = self.district.food_case().await;
        assert_eq!(self.push().await, 1);
        no
    }

    async fn push(&self) -> usize {
        self.district.office.push_due(PARTNER).await.expect("sent")
    }

    async fn reconcile(&self) -> usize {
        self.district.office.reconcile(PARTNER).await.expect("asked")
    }

    async fn case(&self, no: &CaseNo) -> Case {
        self.district.office.store.case(no).await.expect("read").expect("a case")
    }

    fn matter(&self, no: &CaseNo) -> Matter {
        self.standin.matter(&no.0).expect("a matter")
    }

    fn happens(&self, no: &CaseNo, what: &str) {
        self.standin.happens(&no.0, what).expect(what);
    }

    /// Waits, a while at most, until the case is so.
    async fn until(&self, no: &CaseNo, what: &str, is: impl Fn(&Case) -> bool) -> Case {
        for _ in 0..200 {
            let case = self.case(no).await;
            if is(&case) {
                return case;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{what} never came: {:?}", self.case(no).await.leg);
    }

    fn hours_pass(&self, hours: i64) {
        let clock = &self.district.office.clock;
        clock.set(Moment(clock.now().0 + hours * HOUR));
    }

    /// How often each verdict was given, but for what was simply taken in.
    async fn odd(&self) -> Vec<(String, u64)> {
        let odd = self.district.office.store.odd_partner_messages(PARTNER, 50).await.expect("read");
        let mut odd: Vec<(String, u64)> = odd.into_iter().map(|message| (message.verdict, message.times)).collect();
        odd.sort();
        odd
    }

    async fn until_odd(&self, verdict: &str) {
        for _ in 0..200 {
            if self.odd().await.iter().any(|(word, _)| word == verdict) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{verdict} never came: {:?}", self.odd().await);
    }

    /// Sends a message by hand, signed by the platform.
    async fn says(&self, message: &Value) -> Told {
        let bytes = message.to_string().into_bytes();
        let signature = STANDARD.encode(self.signer.sign(&bytes).expect("signed"));
        self.sends(bytes, &signature).await
    }

    async fn sends(&self, bytes: Vec<u8>, signature: &str) -> Told {
        let ask = Ask::post(format!("/partners/{PARTNER}/messages")).header("sm2-signature", signature);
        self.district.ask(ask.bytes("application/json", bytes)).await
    }
}

fn message(number: &str, no: &CaseNo, report: Value) -> Value {
    json!({ "message": number, "from": PARTNER, "to": "binhai-yimen", "case": no.0, "report": report })
}

fn verdict(told: &Told) -> &str {
    told.text("/verdict")
}

#[tokio::test]
async fn an_application_goes_there_and_its_result_comes_back_to_the_applicant() {
    let pair = Pair::open().await;
    let no = pair.taken().await;
    let case = pair.case(&no).await;
    let leg = case.leg.as_ref().expect("a leg");
    assert_eq!((leg.number.as_deref(), leg.stand), (Some("FOOD-PLATFORM-000001"), Some(Stand::Taken)));
    // It knows the minute at our door, and which body decides.
    assert_eq!((pair.matter(&no).received_at.get(..16), pair.matter(&no).body.as_str()), (Some("2026-03-02T10:00"), AGENCY));
    // It fetches the papers by their digests, and nobody else's.
    for _ in 0..200 {
        if pair.matter(&no).papers.values().all(Option::is_some) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(pair.matter(&no).papers.values().collect::<Vec<_>>(), [&Some("%PDF-1.4 example".len())]);
    for what in ["accepted", "granted", "licensed"] {
        let seen = pair.case(&no).await.version;
        pair.happens(&no, what);
        pair.until(&no, what, |case| case.version > seen).await;
    }
    let case = pair.until(&no, "the licence", |case| case.result.is_some()).await;
    assert!(matches!(case.decision, Some(Decision::Granted { .. })) && case.step == "awaiting-delivery");
    assert_eq!(difference(&case), None);
    pair.district.office.run_due_errands().await.expect("letters");
    let zhang = pair.district.applicant("zhang", Some(super::district::FIRM)).await;
    let told = pair.district.ask(Ask::get(format!("/cases/{no}")).by(&zhang)).await.is(200);
    let story: Vec<&str> =
        told.body["story"].as_array().expect("a story").iter().filter_map(|s| s["text"]["zh"].as_str()).collect();
    for part in
        ["转由天津市食品经营许可业务平台办理", "对接系统已接收（FOOD-PLATFORM-000001）", "对接系统准予（FOOD-PLATFORM-000001号）"]
    {
        assert!(story.contains(&part), "{part} is not in {story:?}");
    }
    let counts = pair.district.office.store.leg_counts(PARTNER).await.expect("read");
    assert_eq!((counts.open, counts.different, counts.waiting, counts.dead), (0, 0, 0, 0));
    assert_eq!(pair.odd().await, []);
}

#[tokio::test]
async fn two_days_down_cost_the_applicant_no_minute() {
    let pair = Pair::open().await;
    let store = &pair.district.office.store;
    pair.standin.switch(|switches| switches.down = true);
    let no = pair.district.food_case().await;
    let (received, due) = {
        let case = pair.case(&no).await;
        (case.submitted, case.clock("accept").map(|clock| clock.due))
    };
    assert_eq!(due, Some(date(2026, 3, 9)), "the limit runs from our door");
    for _ in 0..48 {
        assert_eq!(pair.push().await, 0);
        pair.reconcile().await;
        pair.hours_pass(1);
    }
    let link = store.partner_link(PARTNER).await.expect("read").expect("tried");
    assert!(!link.up && link.since.day() == date(2026, 3, 2) && link.fault == "status 503 Service Unavailable", "{link:?}");
    let counts = store.leg_counts(PARTNER).await.expect("read");
    assert_eq!((counts.waiting, counts.dead), (1, 0), "nothing died of the waiting");
    pair.district.office.run_due_errands().await.expect("told");
    let supervisor = pair.district.actor("supervisor").await;
    let told = office::notices::mine(store, &supervisor, None).await.expect("read");
    let about = told.iter().filter(|notice| notice.zh.contains("超过24小时没有消息")).count();
    assert!((1..=2).contains(&about), "supervision is told once a round: {about}");
    // The officers go on by hand meanwhile.
    let examiner = pair.district.actor("examiner").await;
    let by_hand = |stand| Act::RecordLeg {
        stand,
        document: None,
        on: None,
        licence: None,
        words: "电话核实，平台恢复后核对".into(),
        papers: vec![],
    };
    pair.district.act(&no, &examiner, by_hand(Stand::Accepted)).await;
    // It is back: what waited goes out, with the minute of Monday.
    pair.standin.switch(|switches| {
        switches.down = false;
        switches.today = Some(date(2026, 3, 4));
    });
    pair.hours_pass(1);
    assert_eq!(pair.push().await, 1);
    assert!(store.partner_link(PARTNER).await.expect("read").is_some_and(|link| link.up));
    assert_eq!(pair.matter(&no).received_at.get(..16), Some("2026-03-02T10:00"));
    pair.happens(&no, "granted");
    let case = pair.until(&no, "the decision", |case| case.decision.is_some()).await;
    assert_eq!((case.submitted, case.received, case.accepted), (received, Some(date(2026, 3, 2)), Some(date(2026, 3, 4))));
    assert_eq!(case.clock("accept").map(|clock| clock.due), due);
    assert_eq!(difference(&case), None);
}

#[tokio::test]
async fn a_message_that_is_wrong_gets_a_clear_answer_and_is_on_record() {
    let pair = Pair::open().await;
    let no = pair.taken().await;
    let good = message("m-1", &no, json!({ "count": 2, "stand": "accepted", "number": "FOOD-PLATFORM-000001" }));
    let of = |number: &str, report: Value| message(number, &no, report);
    // Not signed, signed by another, or changed on the way.
    let bytes = good.to_string().into_bytes();
    for signature in
        ["", "AAAA", &STANDARD.encode(FileKeys::open(&pair.keys).signer("yimen").expect("ours").sign(&bytes).expect("s"))]
    {
        pair.sends(bytes.clone(), signature).await.told_problem(401, "bad-signature");
    }
    pair.says(&json!({ "message": "m-2" })).await.told_problem(422, "unreadable");
    let mut foreign = good.clone();
    foreign["to"] = json!("another-district");
    pair.says(&foreign).await.told_problem(403, "not-for-us");
    foreign = good.clone();
    foreign["from"] = json!("entity-platform");
    pair.says(&foreign).await.told_problem(403, "not-for-us");
    let nowhere = CaseNo("1201162026030200001230".into());
    pair.says(&message("m-3", &nowhere, good["report"].clone())).await.told_problem(404, "unknown-case");
    // Good, doubled, and its number with something else under it.
    assert_eq!(verdict(&pair.says(&good).await.is(200)), "recorded");
    let version = pair.case(&no).await.version;
    assert_eq!(verdict(&pair.says(&good).await.is(200)), "recorded");
    pair.says(&of("m-1", json!({ "count": 3, "stand": "accepted" }))).await.told_problem(422, "number-reused");
    // Late, known, impossible.
    assert_eq!(verdict(&pair.says(&of("m-4", json!({ "count": 1, "stand": "taken" }))).await.is(200)), "late");
    assert_eq!(verdict(&pair.says(&of("m-5", json!({ "count": 2, "stand": "accepted" }))).await.is(200)), "known");
    pair.says(&of("m-6", json!({ "count": 3, "stand": "granted" }))).await.told_problem(409, "report-unsound");
    assert_eq!(pair.case(&no).await.version, version, "none of these changed anything");
    // What it takes back is told to a person and undoes nothing.
    let ruling = json!({ "body": AGENCY, "document": "津食1", "on": "2026-03-02" });
    assert_eq!(
        verdict(&pair.says(&of("m-7", json!({ "count": 3, "stand": "granted", "ruling": ruling }))).await.is(200)),
        "recorded"
    );
    let refused = json!({ "count": 4, "stand": "refused", "ruling": ruling, "words": "布局不合理" });
    assert_eq!(verdict(&pair.says(&of("m-8", refused)).await.is(200)), "contradiction");
    let case = pair.case(&no).await;
    assert!(matches!(case.decision, Some(Decision::Granted { .. })) && difference(&case) == Some(Difference::Disputed));
    let other = Ask::post("/partners/nobody/messages").bytes("application/json", bytes);
    pair.district.ask(other).await.told_problem(404, "unknown-partner");
    let plain = Ask::post(format!("/partners/{PARTNER}/messages"));
    pair.district.ask(plain.bytes("text/plain", b"x".to_vec())).await.told_problem(415, "wrong-media");
    let count = |word: &str, times: u64| (word.to_owned(), times);
    let wanted = vec![
        count("bad-signature", 3),
        count("contradiction", 1),
        count("known", 1),
        count("late", 1),
        count("not-for-us", 1),
        count("not-for-us", 1),
        count("number-reused", 1),
        count("recorded", 2),
        count("report-unsound", 1),
        count("unknown-case", 1),
        count("unreadable", 1),
    ];
    assert_eq!(pair.odd().await, wanted);
}

#[tokio::test]
async fn a_platform_that_sends_twice_or_late_or_wrong_leaves_the_case_right() {
    let pair = Pair::open().await;
    let no = pair.taken().await;
    pair.standin.switch(|switches| switches.double = true);
    pair.happens(&no, "accepted");
    pair.until(&no, "acceptance", |case| case.accepted.is_some()).await;
    for (wrong, what, told) in [(Wrong::Signature, "granted", "bad-signature"), (Wrong::Case, "licensed", "unknown-case")] {
        pair.standin.switch(|switches| {
            switches.double = false;
            switches.wrong = wrong;
        });
        pair.happens(&no, what);
        pair.until_odd(told).await;
    }
    let case = pair.case(&no).await;
    assert_eq!((case.decision, case.result), (None, None), "neither was believed");
    // What was lost so is made good when it is asked about.
    pair.standin.switch(|switches| switches.wrong = Wrong::Nothing);
    pair.hours_pass(25);
    assert_eq!(pair.reconcile().await, 1);
    let case = pair.case(&no).await;
    assert!(matches!(case.decision, Some(Decision::Granted { .. })) && case.result.is_some());
    assert_eq!(pair.reconcile().await, 0, "it has said all");
    let odd: Vec<String> = pair.odd().await.into_iter().map(|(word, _)| word).collect();
    assert_eq!(odd, ["bad-signature", "recorded", "unknown-case"]);
}

#[tokio::test]
async fn a_platform_that_is_slow_keeps_nobody_else_waiting_and_one_that_answers_wrong_is_tried_within_bounds() {
    let pair = Pair::open().await;
    let store = &pair.district.office.store;
    pair.standin.switch(|switches| switches.slow = 20_000);
    let no = pair.district.food_case().await;
    let began = std::time::Instant::now();
    assert_eq!(pair.push().await, 0);
    assert!(began.elapsed() < Duration::from_secs(12), "its patience is five seconds");
    assert_eq!(store.partner_link(PARTNER).await.expect("read").map(|link| link.fault), Some("no answer in time".into()));
    // Letters have a lane of their own.
    assert!(pair.district.office.run_due_errands().await.expect("run") > 0);
    assert!(!pair.case(&no).await.letters.is_empty());
    pair.standin.switch(|switches| {
        switches.slow = 0;
        switches.wrong = Wrong::Status;
    });
    for _ in 0..100 {
        pair.hours_pass(2);
        pair.push().await;
    }
    let counts = store.leg_counts(PARTNER).await.expect("read");
    assert_eq!((counts.waiting, counts.dead), (0, 1), "after its tries it is laid down for a person");
    let dead = store.dead_errands(None, 10).await.expect("read");
    assert_eq!(dead.iter().map(|dead| dead.fault.as_str()).collect::<Vec<_>>(), ["status 500 Internal Server Error"]);
    pair.standin.switch(|switches| switches.wrong = Wrong::Nothing);
    assert!(store.revive_errand(&dead[0].id, pair.district.now()).await.expect("revived"));
    assert_eq!(pair.push().await, 1);
}

#[tokio::test]
async fn a_platform_that_forgot_the_matter_gets_it_again_under_the_same_number() {
    let pair = Pair::open().await;
    let no = pair.taken().await;
    let number = pair.matter(&no).heard;
    pair.standin.forget();
    pair.hours_pass(25);
    assert_eq!((pair.reconcile().await, pair.push().await), (1, 1));
    assert_eq!(pair.matter(&no).heard, number);
    // What ended here is ended there.
    let by = casework::Actor::Applicant {
        person: "zhang".into(),
        holder: casework::Holder::Firm(super::district::FIRM.into()),
        reach: casework::Reach::Whole,
    };
    pair.district.act(&no, &by, Act::Withdraw { reason: "不办了".into() }).await;
    assert_eq!(pair.push().await, 1);
    let matter = pair.matter(&no);
    assert_eq!((matter.stand.as_str(), matter.outcome.as_deref()), ("ended", Some("withdrawn")));
    assert_eq!(difference(&pair.case(&no).await), None);
}

#[tokio::test]
async fn a_paper_is_given_once_for_each_signed_request_and_only_of_what_was_sent() {
    let pair = Pair::open().await;
    let no = pair.taken().await;
    let digest = pair.case(&no).await.materials[0].digest.clone();
    let wanted = |number: &str, no: &CaseNo, digest: &str| json!({ "message": number, "from": PARTNER, "to": "binhai-yimen", "case": no.0, "digest": digest });
    let fetch = async |message: &Value, signer: &dyn Signer| {
        let bytes = message.to_string().into_bytes();
        let signature = STANDARD.encode(signer.sign(&bytes).expect("signed"));
        let ask = Ask::post(format!("/partners/{PARTNER}/papers")).header("sm2-signature", signature);
        pair.district.ask(ask.bytes("application/json", bytes)).await
    };
    let good = wanted("p-1", &no, &digest);
    let ours = FileKeys::open(&pair.keys).signer("yimen").expect("our key");
    fetch(&good, ours.as_ref()).await.told_problem(401, "bad-signature");
    assert_eq!(fetch(&good, pair.signer.as_ref()).await.is(200).bytes, b"%PDF-1.4 example");
    fetch(&good, pair.signer.as_ref()).await.told_problem(422, "number-reused");
    // A case that was not sent there has no paper for it, though its digest is the same.
    let other =
        pair.district.case_of("zhang", casework::Holder::Firm(super::district::FIRM.into()), "drainage-permit", "zwfwb").await;
    fetch(&wanted("p-2", &other, &digest), pair.signer.as_ref()).await.told_problem(404, "unknown-case");
    fetch(&wanted("p-3", &no, &"0".repeat(64)), pair.signer.as_ref()).await.told_problem(404, "unknown-case");
    let mut foreign = wanted("p-4", &no, &digest);
    foreign["to"] = json!("another-district");
    fetch(&foreign, pair.signer.as_ref()).await.told_problem(403, "not-for-us");
}

#[tokio::test]
async fn what_is_not_connected_is_handled_here() {
    let district = District::open().await;
    let no = district.food_case().await;
    let case = district.office.store.case(&no).await.expect("read").expect("a case");
    assert_eq!((case.leg, case.item.as_str()), (None, ITEM));
}

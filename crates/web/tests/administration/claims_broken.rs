//! What might break a claim: a bank's file brought twice at once or damaged, a budget that is cut while a notice is up, a mandate that ends
//! before the account is named, a window that closes meanwhile, objections sent twice, money that comes back in parts.

use crate::rooms::{Person, Rooms};
use axum::http::StatusCode;
use casework::act::Submission;
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Event, Holder, Reach};
use jiff::civil::date;
use office::Outcome;
use office::publish::{Release, Released, text_of, with_file};
use rulebook::procedure::Role;
use store::budgets::Standing;
use store::people::Audit;
use store::people::firms::{Firm, Mandate, MandateState, Part};

const ITEM: &str = "job-stabilisation-refund";
const PAGE: &str = "/workbench/claims/rsj-stable-small";
const LINE: &str = "rsj-2026-jobs";
const FIRM: (&str, &str) = ("91120116MADEM0003H", "天津滨海示例餐饮000101号有限公司");
const PAID: i64 = 6_000_000;

struct Desk {
    rooms: Rooms,
    ren: Person,
    she: Person,
    examiner: Actor,
    approver: Actor,
}

impl Desk {
    async fn open(body: &str) -> Desk {
        let rooms = Rooms::open().await;
        let ren = rooms.staff("ren", &[Role::Examiner], Some(body)).await;
        let she = rooms.staff("she", &[Role::Approver], Some(body)).await;
        let (examiner, approver) = (rooms.actor("ren").await, rooms.actor("she").await);
        let desk = Desk { rooms, ren, she, examiner, approver };
        desk.registered(FIRM).await;
        desk
    }

    fn office(&self) -> &office::Office {
        &self.rooms.house.office
    }

    async fn audit(&self) -> Audit {
        Audit {
            id: office::ids::opaque(),
            by: "test".to_owned(),
            what: "import-firms".to_owned(),
            subject: "firms".to_owned(),
            at: self.office().now().await.expect("now"),
            detail: String::new(),
        }
    }

    async fn registered(&self, firm: (&str, &str)) {
        self.registered_in(firm, "120116001").await;
    }

    async fn registered_in(&self, (code, name): (&str, &str), area: &str) {
        let firm = Firm {
            code: code.to_owned(),
            name: name.to_owned(),
            kind: "有限责任公司".to_owned(),
            legal_person: "示例甲".to_owned(),
            legal_digest: String::new(),
            address: "示例路1号".to_owned(),
            area: area.to_owned(),
            industry: "6210".to_owned(),
            status: "存续".to_owned(),
            source: "测试".to_owned(),
            updated_at: self.office().now().await.expect("now"),
        };
        self.office().store.import_firms(&[firm], &self.audit().await).await.expect("registered");
    }

    async fn submit(&self, item: &str, agency: &str, area: &str, answers: serde_json::Value, request: &str) -> Outcome {
        self.submit_by(Channel::Online, FIRM, [item, agency, area], answers, request).await
    }

    async fn submit_by(
        &self,
        channel: Channel,
        firm: (&str, &str),
        [item, agency, area]: [&str; 3],
        answers: serde_json::Value,
        request: &str,
    ) -> Outcome {
        let holder = Holder::Firm(firm.0.to_owned());
        let submission = Submission {
            item: item.into(),
            holder: holder.clone(),
            agency: agency.into(),
            area: area.into(),
            channel,
            parent: None,
            answers: answers.to_string(),
            title: firm.1.into(),
            papers: vec![],
            lacking: vec![],
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: vec![],
        };
        let by = match channel {
            Channel::Post => self.rooms.actor("chen").await,
            _ => Actor::Applicant { person: "p".into(), holder, reach: Reach::Whole },
        };
        self.office().submit(submission, &by, request).await.expect("answered")
    }

    /// A claim of 60,000 yuan, accepted and proposed; with its account where `account` is told.
    async fn proposed(&self, account: &str) -> CaseNo {
        self.proposed_of(FIRM, account).await
    }

    async fn proposed_of(&self, firm: (&str, &str), account: &str) -> CaseNo {
        let mut answers = serde_json::json!({ "enterprise-size": "小型", "premium": "100000" });
        if !account.is_empty() {
            answers["payee-name"] = firm.1.into();
            answers["payee-account"] = account.into();
            answers["payee-bank"] = "示例银行".into();
        }
        let sent = self.submit_by(Channel::Online, firm, [ITEM, "rsj", "120116001"], answers, firm.0).await;
        let Outcome::Done(case) = sent else { panic!("taken in") };
        for act in [
            Act::Claim,
            Act::Accept { deferred: vec![] },
            Act::ProposeAward { amount: "6万元".into(), reasons: "核对无误".into() },
        ] {
            self.rooms.perform(&case.no, act, &self.examiner).await;
        }
        case.no.clone()
    }

    /// The same, its notice over and granted.
    async fn granted(&self, account: &str) -> CaseNo {
        let no = self.proposed(account).await;
        self.rooms.perform(&no, Act::PublishAward, &self.approver).await;
        self.rooms.days_pass(10).await;
        self.rooms.perform(&no, Act::Grant { content: "返还6万元".into() }, &self.approver).await;
        no
    }

    /// The same, in the payment file that the bank has.
    async fn with_the_bank(&self) -> CaseNo {
        let no = self.granted("0200001234").await;
        let taken = self.office().take_out_payments(&self.examiner, "rsj-stable-small").await.expect("taken out");
        assert_eq!((taken.count, taken.sum, taken.left.len()), (1, PAID, 0));
        no
    }

    async fn case(&self, no: &CaseNo) -> Case {
        self.office().store.case(no).await.expect("read").expect("a case")
    }

    async fn happened(&self, no: &CaseNo, is: fn(&Event) -> bool) -> usize {
        self.office().store.records(no).await.expect("read").iter().filter(|record| is(&record.event)).count()
    }

    async fn budget(&self) -> Standing {
        self.office().store.budget(LINE, "").await.expect("read")
    }

    async fn holds(&self) {
        let mut faults = Vec::new();
        self.office()
            .store
            .verify(None, |told| {
                if let store::verify::Told::Fault(fault) = told {
                    faults.push(fault.what.en);
                }
            })
            .await
            .expect("verified");
        assert_eq!(faults, Vec::<String>::new());
    }
}

#[tokio::test]
async fn two_officers_who_bring_the_banks_file_at_once_pay_once() {
    let desk = Desk::open("rsj").await;
    let no = desk.with_the_bank().await;
    let file = format!("办件编号,结果,凭证号\n{no},成功,凭证1\n");
    let mine = ["rsj-stable-small".to_owned()];
    let bring = async |by: &Actor| desk.office().record_payments(by, &mine, file.as_bytes()).await.expect("read");
    let colleague = {
        desk.rooms.staff("chen", &[Role::Examiner], Some("rsj")).await;
        desk.rooms.actor("chen").await
    };
    let (one, two) = tokio::join!(bring(&desk.examiner), bring(&colleague));
    assert!(one.iter().chain(&two).all(|line| line.came == Ok(true)), "{one:?} {two:?}");
    assert_eq!(desk.happened(&no, |event| matches!(event, Event::Paid { .. })).await, 1);
    assert_eq!(desk.budget().await, Standing { reserved: 0, paid: PAID });
    desk.holds().await;
}

#[tokio::test]
async fn a_banks_file_in_its_own_encoding_is_read_and_a_damaged_one_changes_nothing() {
    let desk = Desk::open("rsj").await;
    let no = desk.with_the_bank().await;
    let page = format!("{PAGE}/payments");
    let bring = async |file: &[u8]| desk.rooms.upload(&desk.ren, &page, &[], ("bank.csv", file)).await;
    bring(b"").await.is(StatusCode::OK).has(&["文件里没有可以登记的行"]);
    bring(&[0xff, 0x00, 0x80, b'\n', 0xfe, b',', 0x81, b'\n']).await.is(StatusCode::OK).has(&["没有登记 1 行"]);
    // Without a head its first line is a line.
    bring("120116,成功,凭证1\n".as_bytes()).await.has(&["没有登记 1 行", "第 1 行"]);
    bring("办件编号,结果\n\",成功".as_bytes()).await.is(StatusCode::OK).has(&["没有登记 1 行"]);
    let mut huge = String::from("办件编号,结果,凭证号\n");
    for _ in 0..2_500 {
        huge.push_str("1,,\n");
    }
    bring(huge.as_bytes()).await.is(StatusCode::OK).has(&["一份最多2000行", "第 2002 行", "没有登记 2001 行"]);
    assert_eq!(desk.case(&no).await.step, "with-the-bank");
    // 「成功」「凭证一号」 in GBK, below a head that nobody reads.
    let file = [b"a,b,c\r\n", no.0.as_bytes(), b",\xb3\xc9\xb9\xa6,\xc6\xbe\xd6\xa4\xd2\xbb\xba\xc5\r\n"].concat();
    bring(&file).await.is(StatusCode::OK).has(&["已拨付 1 件"]);
    desk.rooms.get(&desk.ren, &format!("/workbench/cases/{no}")).await.has(&["凭证一号"]);
}

#[tokio::test]
async fn paid_money_comes_back_in_parts_and_the_budget_has_each_at_once() {
    let desk = Desk::open("rsj").await;
    let no = desk.with_the_bank().await;
    let perform = async |act: Act, by: &Actor, request: &str| {
        desk.office().perform(&no, &act, by, None, Some(request)).await.expect("answered")
    };
    perform(Act::RecordPayment { paid: true, words: "凭证1".into() }, &desk.examiner, "pay").await;
    let demand = Act::DemandRepayment { reasons: "参保人数虚报".into(), basis: "示例：第九条".into() };
    perform(demand, &desk.approver, "demand").await;
    let back = |amount: &str| Act::RecordRepayment { amount: amount.into(), voucher: format!("收款{amount}") };
    let refused = async |amount: &str| match perform(back(amount), &desk.examiner, &format!("r{amount}")).await {
        Outcome::Refused(refusal) => refusal.code,
        other => panic!("{amount}: {other:?}"),
    };
    // Without its unit nobody knows whether 2 are 2 yuan or 20,000.
    assert_eq!(refused("2").await, "no-money");
    assert_eq!(refused("0元").await, "more-than-owed");
    assert_eq!(refused("6.01万元").await, "more-than-owed");
    // The answer was lost on the way, and it is sent again: recorded once.
    for _ in 0..2 {
        perform(back("2万元"), &desk.examiner, "part").await;
    }
    let award = desk.case(&no).await.award.expect("an award");
    assert_eq!((award.back, award.owed(), award.repaid), (2_000_000, 4_000_000, false));
    assert_eq!(desk.case(&no).await.step, "repayment-demanded");
    assert_eq!(desk.budget().await, Standing { reserved: 0, paid: 4_000_000 });
    assert_eq!(refused("5万元").await, "more-than-owed");
    // The same voucher on another visit of the form is no second sum.
    let twice = perform(back("2万元"), &desk.examiner, "another visit").await;
    assert!(matches!(&twice, Outcome::Refused(refusal) if refusal.code == "voucher-known"), "{twice:?}");
    desk.rooms.get(&desk.ren, &format!("/workbench/cases/{no}")).await.has(&["责令退回", "还应退回", "40,000 元", "20,000 元"]);
    let form = desk.rooms.get(&desk.ren, &format!("/workbench/cases/{no}/acts/record-repayment")).await;
    form.has(&["value=\"40000元\""]);
    desk.rooms.get(&desk.ren, PAGE).await.has(&["其中已退回", "20,000 元"]);
    desk.holds().await;
    // Two officers record the rest at once: it comes back once.
    let (rest, empty) = (back("4万元"), back(""));
    let (one, two) = tokio::join!(perform(rest, &desk.examiner, "a"), perform(empty, &desk.examiner, "b"));
    let done = [&one, &two].into_iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count();
    assert_eq!(done, 1, "{one:?} {two:?}");
    assert_eq!(desk.budget().await, Standing::default());
    assert!(!desk.case(&no).await.is_open());
    desk.holds().await;
}

#[tokio::test]
async fn a_window_that_closes_does_not_touch_a_claim_that_was_handed_in() {
    let desk = Desk::open("djq").await;
    desk.registered_in(FIRM, "120116403").await;
    desk.rooms.until(date(2026, 4, 30)).await;
    let submit = async |request| desk.submit("first-above-scale-award", "djq", "120116403", serde_json::json!({}), request).await;
    let Outcome::Done(case) = submit("in time").await else { panic!("it is taken in on the last day") };
    desk.rooms.days_pass(6).await;
    assert!(matches!(submit("late").await, Outcome::Refused(refusal) if refusal.code == "window-closed"));
    // What arrived by post in time is typed in later: the day of its arrival counts.
    desk.rooms.staff("chen", &[Role::Clerk], None).await;
    let none = serde_json::json!({});
    let posted = desk.submit_by(Channel::Post, FIRM, ["first-above-scale-award", "djq", "120116403"], none, "by post").await;
    let Outcome::Done(posted) = posted else { panic!("it may have arrived in time: {posted:?}") };
    let arrived = Act::Receive { arrived: Some(date(2026, 4, 30)), hour: None };
    desk.rooms.perform(&posted.no, arrived, &desk.examiner).await;
    for act in
        [Act::Claim, Act::Accept { deferred: vec![] }, Act::ProposeAward { amount: "20万元".into(), reasons: "核对无误".into() }]
    {
        desk.rooms.perform(&posted.no, act, &desk.examiner).await;
    }
    assert_eq!(desk.case(&posted.no).await.award.map(|award| award.batch).as_deref(), Some("2026-1"));
    let no = &case.no;
    for (act, by) in [
        (Act::Claim, &desk.examiner),
        (Act::Accept { deferred: vec![] }, &desk.examiner),
        (Act::ProposeAward { amount: "20万元".into(), reasons: "核对无误".into() }, &desk.examiner),
        (Act::PublishAward, &desk.approver),
    ] {
        desk.rooms.perform(no, act, by).await;
    }
    assert_eq!(desk.case(no).await.award.map(|award| award.batch).as_deref(), Some("2026-1"));
    // It goes on being told as a document of the body, to everybody.
    desk.office().run_due_errands().await.expect("made");
    let page = desk.rooms.house.get(&format!("/claims/notices/{no}")).await;
    page.is(StatusCode::OK).has(&["公示文书（PDF）", "津东疆示〔2026〕1号", "/check/"]);
    let file = desk.rooms.house.get(&format!("/claims/notices/{no}/notice")).await;
    file.is(StatusCode::OK);
    assert_eq!(desk.office().store.budget("djq-2026-industry", "2026-1").await.expect("read").reserved, 20_000_000);
}

#[tokio::test]
async fn an_objection_sent_twice_is_one_and_two_are_both_answered() {
    let desk = Desk::open("rsj").await;
    let no = desk.proposed("0200001234").await;
    desk.rooms.perform(&no, Act::PublishAward, &desk.approver).await;
    let (neighbour, _) = desk.rooms.applicant("neighbour").await;
    let notice = format!("/claims/notices/{no}");
    let object = async |request: &str, text: &str| {
        let fields = [("request", request), ("text", text), ("contact", "022-1")];
        let sent = desk.rooms.post(&neighbour, &notice, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    };
    object("r1", "裁过员").await;
    object("r1", "裁过员").await;
    assert_eq!(desk.case(&no).await.award.expect("an award").objections.len(), 1);
    object("r2", "也没有参保").await;
    let answer = |number| Act::AnswerObjection { number, text: "没有裁员".into() };
    desk.rooms.perform(&no, answer(1), &desk.examiner).await;
    desk.office().run_due_errands().await.expect("told");
    // Whoever objected is told the answer, and reads it beside the objection; nobody else does.
    desk.rooms.get(&neighbour, "/notices").await.has(&["提出的异议", "没有裁员"]).lacks(&[&format!("/matters/{no}")]);
    desk.rooms.get(&neighbour, &notice).await.has(&["您提出的异议", "裁过员", "没有裁员", "还没有答复"]);
    let (other, _) = desk.rooms.applicant("other").await;
    desk.rooms.get(&other, &notice).await.is(StatusCode::OK).lacks(&["裁过员", "没有裁员"]);
    desk.rooms.get(&desk.ren, &notice).await.lacks(&["没有裁员"]);
    desk.rooms.days_pass(10).await;
    let early = desk.office().perform(&no, &Act::Grant { content: "返还".into() }, &desk.approver, None, None).await;
    assert!(matches!(early, Ok(Outcome::Refused(refusal)) if refusal.code == "objection-unanswered"));
    desk.rooms.perform(&no, answer(2), &desk.examiner).await;
    let page = desk.rooms.get(&desk.ren, &format!("/workbench/cases/{no}")).await;
    page.has(&["公示期", "已满"]);
    let again = desk.office().perform(&no, &answer(2), &desk.examiner, None, None).await;
    assert!(matches!(again, Ok(Outcome::Refused(refusal)) if refusal.code == "no-objection"));
    let late = desk.rooms.post(&neighbour, &notice, &[("text", "晚了"), ("contact", "022-1")]).await;
    late.is(StatusCode::OK).has(&["公示期已满"]);
    desk.rooms.perform(&no, Act::Grant { content: "返还6万元".into() }, &desk.approver).await;
}

#[tokio::test]
async fn whoever_is_no_longer_authorised_names_no_account_and_the_next_one_takes_the_known_one_with_one_click() {
    let desk = Desk::open("rsj").await;
    let (_, id) = desk.rooms.applicant("operator").await;
    let mandate = Mandate {
        id: office::ids::opaque(),
        firm: FIRM.0.to_owned(),
        person: id.clone(),
        part: Part::Operator,
        items: Vec::new(),
        acts: Vec::new(),
        from: date(2020, 1, 1),
        until: Some(date(2026, 3, 20)),
        state: MandateState::Confirmed,
        confirmed_by: Some("ren".to_owned()),
        confirmed_at: Some(desk.office().now().await.expect("now")),
        revoked_at: None,
    };
    desk.office().store.add_mandate(&mandate, &desk.audit().await).await.expect("kept");
    let no = desk.granted("").await;
    assert_eq!(desk.case(&no).await.step, "awaiting-account");
    let acting = desk.rooms.acting("operator", &id, FIRM.0).await;
    let page = desk.rooms.get(&acting, &format!("/matters/{no}")).await;
    page.is(StatusCode::OK).has(&["请确认领取"]).lacks(&["上次用的账户"]);
    let named = [("payee-name", FIRM.1), ("payee-account", "0200001234"), ("payee-bank", "示例银行")];
    let post = async |acting: &Person, fields: &[(&str, &str)]| {
        let page = desk.rooms.get(acting, &format!("/matters/{no}")).await;
        let seen = if page.status == StatusCode::OK { Rooms::hidden(&page, "seen") } else { String::new() };
        let mut all = vec![("seen", seen.as_str())];
        all.extend(fields);
        desk.rooms.post(acting, &format!("/matters/{no}/account"), &all).await
    };
    // The day on which the mandate ends has passed since the page was opened.
    desk.rooms.until(date(2026, 3, 21)).await;
    assert!(!post(&acting, &named).await.status.is_success());
    assert_eq!(desk.case(&no).await.step, "awaiting-account");
    let again = Mandate { id: office::ids::opaque(), until: None, ..mandate };
    desk.office().store.add_mandate(&again, &desk.audit().await).await.expect("kept");
    // Known from an earlier claim: shown by its end, and taken with one click.
    let at = desk.office().now().await.expect("now");
    let given = |field: &str, value: &str| store::drafts::GivenField {
        field: field.to_owned(),
        value: value.to_owned(),
        from_case: no.0.clone(),
        at,
    };
    let parts = named.map(|(field, value)| given(field, value));
    desk.office().store.remember_given(&Holder::Firm(FIRM.0.into()).key(), &parts, &[]).await.expect("kept");
    let acting = desk.rooms.acting("operator", &id, FIRM.0).await;
    let page = desk.rooms.get(&acting, &format!("/matters/{no}")).await;
    page.is(StatusCode::OK).has(&["上次用的账户", "****1234", "领取到这个账户"]).lacks(&["0200001234"]);
    let done = post(&acting, &[("known", "1")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(desk.case(&no).await.step, "awaiting-payment");
    desk.rooms.get(&desk.she, PAGE).await.has(&["****1234"]);
}

#[tokio::test]
async fn nobody_is_promised_what_the_clause_or_the_programme_does_not_give_them() {
    let desk = Desk::open("rsj").await;
    let answers = |years: &str| serde_json::json!({ "enterprise-size": "小型", "premium": "100000", "insured-years": years });
    let Outcome::Done(case) = desk.submit(ITEM, "rsj", "120116001", answers("0"), "one").await else { panic!("taken in") };
    let no = &case.no;
    desk.rooms.perform(no, Act::Claim, &desk.examiner).await;
    desk.rooms.perform(no, Act::Accept { deferred: vec![] }, &desk.examiner).await;
    let propose = async |no: &CaseNo, amount: &str, by: &Actor| {
        let act = Act::ProposeAward { amount: amount.into(), reasons: "核对无误".into() };
        desk.office().perform(no, &act, by, None, None).await.expect("answered")
    };
    let refused = propose(no, "6万元", &desk.examiner).await;
    let Outcome::Refused(refusal) = refused else { panic!("{refused:?}") };
    assert!(refusal.code == "not-by-the-clause" && refusal.why.zh.contains("失业保险参保年限"), "{refusal:?}");
    // What the claimant wrote wrongly is put right, with the claimant, and then it follows; what nobody knows stands in the reckoning.
    let right = Act::CorrectOnSpot {
        what: "参保年限写错".into(),
        answers: Some(answers("3").to_string()),
        papers: vec![],
        signatures: vec![],
    };
    desk.rooms.perform(no, right, &desk.examiner).await;
    assert!(matches!(propose(no, "6万元", &desk.examiner).await, Outcome::Done(_)));
    let award = desk.case(no).await.award.expect("an award");
    let words = desk.office().words(no).await.expect("read");
    let trace = &words[&award.trace.0];
    assert!(trace.contains("数据中查不到") && trace.contains("裁员率"), "{trace}");

    // A zone pays the firms of its own area.
    desk.rooms.staff("jing", &[Role::Examiner], Some("djq")).await;
    let jing = desk.rooms.actor("jing").await;
    desk.registered_in(FIRM, "120116401").await;
    let sent = desk.submit("first-above-scale-award", "djq", "120116403", serde_json::json!({}), "two").await;
    let Outcome::Done(case) = sent else { panic!("no machine refuses it: {sent:?}") };
    desk.rooms.perform(&case.no, Act::Claim, &jing).await;
    desk.rooms.perform(&case.no, Act::Accept { deferred: vec![] }, &jing).await;
    let refused = propose(&case.no, "20万元", &jing).await;
    let Outcome::Refused(refusal) = refused else { panic!("{refused:?}") };
    assert!(
        refusal.code == "not-by-the-clause" && refusal.why.zh.contains("“东疆综合保税区”（实际：注册区域：天津港保税区）"),
        "{refusal:?}"
    );
}

#[tokio::test]
async fn no_case_is_opened_for_a_candidate_whom_the_budget_cannot_pay() {
    let desk = Desk::open("rsj").await;
    let facts = r#"{"失业保险参保年限":3,"裁员率":0,"裁员率控制目标":5.5,"年末从业人员":{"value":18,"period":"2025"},"营业收入":{"value":"380万元","period":"2025"},"资产总额":{"value":"200万元","period":"2025"},"上年失业保险费":"200万元"}"#;
    let line = Ok(format!("{{\"profile\":\"{}\",\"facts\":{facts}}}", FIRM.0));
    desk.office().import_profiles([(1, line)].into_iter(), "测试").await.expect("imported");
    desk.office().find_policies().await.expect("looked");
    desk.rooms.get(&desk.ren, PAGE).await.has(&["1,200,000 元", "不够"]);
    let told = desk.rooms.post(&desk.ren, &format!("{PAGE}/confirm"), &[("firm", FIRM.0)]).await;
    told.is(StatusCode::OK).has(&[FIRM.1, "没有立案", "还剩600000元"]);
    let began = desk.office().store.outcome_of(&format!("unasked:rsj-stable-small:2026-1:{}", FIRM.0)).await.expect("read");
    assert!(began.is_none());
    desk.rooms.get(&desk.ren, PAGE).await.has(&[FIRM.1, "确认勾选的企业"]);
}

#[tokio::test]
async fn who_objected_is_told_when_there_is_nothing_to_object_to_any_more() {
    let desk = Desk::open("rsj").await;
    let no = desk.proposed("0200001234").await;
    desk.rooms.perform(&no, Act::PublishAward, &desk.approver).await;
    let (neighbour, _) = desk.rooms.applicant("neighbour").await;
    let fields = [("request", "r1"), ("text", "裁过员"), ("contact", "022-1")];
    desk.rooms.post(&neighbour, &format!("/claims/notices/{no}"), &fields).await.is(StatusCode::SEE_OTHER);
    desk.rooms.perform(&no, Act::Review { agrees: false, opinion: "再核对".into() }, &desk.approver).await;
    desk.office().run_due_errands().await.expect("told");
    desk.rooms.get(&neighbour, "/notices").await.has(&["已撤下"]);
}

#[tokio::test]
async fn an_edition_that_cuts_a_budget_below_what_is_promised_breaks_no_promise_and_allows_no_new_one() {
    const OTHER: (&str, &str) = ("91120116MADEM0011C", "天津滨海示例商贸000102号有限公司");
    let desk = Desk::open("rsj").await;
    desk.registered(OTHER).await;
    let promised = desk.proposed("0200001234").await;
    desk.rooms.perform(&promised, Act::PublishAward, &desk.approver).await;
    let next = desk.proposed_of(OTHER, "0200005678").await;

    let (latest, files) = desk.office().latest_files().await.expect("files");
    let own = text_of(&files, "programmes.toml").expect("the programmes");
    let cut = own.replacen("amount = \"60万元\"", "amount = \"5万元\"", 1);
    assert_ne!(own, cut);
    let release = Release {
        files: with_file(&files, "programmes.toml", &cut),
        base: Some(latest.name.as_str()),
        in_force_at: desk.office().now().await.expect("now"),
        by: "wei",
        note: "调减预算",
        changes: &[],
    };
    assert!(matches!(desk.office().release(&release).await, Ok(Released::Done(_))));

    for page in ["/workbench/claims", PAGE] {
        let told = desk.rooms.get(&desk.ren, page).await;
        told.is(StatusCode::OK).has(&["超出 10,000 元", "已承诺的照常兑现"]).lacks(&["-10,000"]);
    }
    let publish = desk.office().perform(&next, &Act::PublishAward, &desk.approver, None, None).await;
    let Ok(Outcome::Refused(refusal)) = publish else { panic!("{publish:?}") };
    assert!(refusal.code == "budget-spent" && refusal.why.zh.contains("超出预算10000元"), "{refusal:?}");
    assert_eq!(desk.budget().await, Standing { reserved: PAID, paid: 0 });
    desk.holds().await;

    desk.rooms.days_pass(10).await;
    desk.rooms.perform(&promised, Act::Grant { content: "返还6万元".into() }, &desk.approver).await;
    let taken = desk.office().take_out_payments(&desk.examiner, "rsj-stable-small").await.expect("taken out");
    assert_eq!((taken.count, taken.sum), (1, PAID));
    desk.rooms.perform(&promised, Act::RecordPayment { paid: true, words: "凭证1".into() }, &desk.examiner).await;
    assert_eq!(desk.budget().await, Standing { reserved: 0, paid: PAID });
    desk.rooms.get(&desk.ren, PAGE).await.has(&["超出 10,000 元"]);
    desk.holds().await;
}

//! `/workbench/claims`, `/claims/notices` and the money of claims: found without applying, on notice, granted, paid once, never beyond the budget.

use crate::rooms::{Person, Rooms};
use axum::http::StatusCode;
use casework::act::Submission;
use casework::benefit::Step;
use casework::event::Channel;
use casework::{Act, Actor, CaseNo, Holder, Reach};
use office::Outcome;
use rulebook::procedure::Role;
use store::budgets::Standing;
use store::people::Audit;
use store::people::firms::Firm;

const ITEM: &str = "job-stabilisation-refund";
const PAGE: &str = "/workbench/claims/rsj-stable-small";
const LINE: &str = "rsj-2026-jobs";
const FIRM: (&str, &str) = ("91120116MADEM0003H", "天津滨海示例餐饮000101号有限公司");

async fn registered(rooms: &Rooms, firms: &[(&str, &str)]) {
    let office = &rooms.house.office;
    let at = office.now().await.expect("now");
    let row = |(code, name): &(&str, &str)| Firm {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        kind: "有限责任公司".to_owned(),
        legal_person: "示例甲".to_owned(),
        legal_digest: String::new(),
        address: "示例路1号".to_owned(),
        area: "120116001".to_owned(),
        industry: "6210".to_owned(),
        status: "存续".to_owned(),
        source: "测试".to_owned(),
        updated_at: at,
    };
    let audit = Audit {
        id: office::ids::opaque(),
        by: "test".to_owned(),
        what: "import-firms".to_owned(),
        subject: "firms".to_owned(),
        at,
        detail: String::new(),
    };
    office.store.import_firms(&firms.iter().map(row).collect::<Vec<_>>(), &audit).await.expect("registered");
}

async fn act(rooms: &Rooms, who: &Person, no: &CaseNo, name: &str, fields: &[(&str, &str)]) {
    let path = format!("/workbench/cases/{no}/acts/{name}");
    let form = rooms.get(who, &path).await;
    form.is(StatusCode::OK);
    let (seen, request) = (Rooms::hidden(&form, "seen"), Rooms::hidden(&form, "request"));
    let mut all = vec![("seen", seen.as_str()), ("request", request.as_str()), ("_step", "do")];
    all.extend(fields);
    let done = rooms.post(who, &path, &all).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{name}: {}", done.text);
}

#[tokio::test]
async fn a_firm_that_was_found_is_confirmed_noticed_granted_names_its_account_and_is_paid_once() {
    let rooms = Rooms::open().await;
    let office = &rooms.house.office;
    let body = Some("rsj");
    let ren = rooms.staff("ren", &[Role::Examiner], body).await;
    let she = rooms.staff("she", &[Role::Approver], body).await;
    let li = rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    registered(&rooms, &[FIRM]).await;
    let facts = r#"{"失业保险参保年限":3,"裁员率":0,"裁员率控制目标":5.5,"年末从业人员":{"value":18,"period":"2025"},"营业收入":{"value":"380万元","period":"2025"},"资产总额":{"value":"200万元","period":"2025"},"上年失业保险费":"2.4万元"}"#;
    let line = Ok(format!("{{\"profile\":\"{}\",\"facts\":{facts}}}", FIRM.0));
    office.import_profiles([(1, line)].into_iter(), "测试").await.expect("imported");
    office.find_policies().await.expect("looked");

    // Another body's officer sees neither the list nor the accounts, and confirms nobody.
    rooms.get(&li, PAGE).await.is(StatusCode::NOT_FOUND);
    rooms.get(&li, &format!("{PAGE}/payments")).await.is(StatusCode::NOT_FOUND);
    rooms.post(&li, &format!("{PAGE}/confirm"), &[("firm", FIRM.0)]).await.is(StatusCode::NOT_FOUND);
    rooms.post(&she, &format!("{PAGE}/confirm"), &[("firm", FIRM.0)]).await.is(StatusCode::NOT_FOUND);
    rooms.get(&li, "/workbench/claims").await.is(StatusCode::OK).lacks(&["稳岗"]);
    rooms.get(&ren, PAGE).await.is(StatusCode::OK).has(&[FIRM.1, "14,400 元", "很有希望", "600,000 元"]);

    for _ in 0..2 {
        let done = rooms.post(&ren, &format!("{PAGE}/confirm"), &[("firm", FIRM.0)]).await;
        assert_eq!((done.status, done.location), (StatusCode::SEE_OTHER, format!("{PAGE}?done=confirmed")), "{}", done.text);
    }
    rooms.get(&ren, PAGE).await.has(&["没有待确认的企业"]);
    let began = office.store.outcome_of(&format!("unasked:rsj-stable-small:2026-1:{}", FIRM.0)).await.expect("read");
    let no = began.expect("a case was opened").no;
    let case = async || office.store.case(&no).await.expect("read").expect("a case");
    assert_eq!((case().await.step.as_str(), case().await.award.map(|award| award.fen)), ("proposed", Some(1_440_000)));

    act(&rooms, &she, &no, "publish-award", &[]).await;
    let notice = format!("/claims/notices/{no}");
    rooms.house.get("/claims/notices").await.is(StatusCode::OK).has(&[FIRM.1, "14,400 元", "3月9日"]);
    rooms.house.get(&notice).await.is(StatusCode::OK).has(&["提出异议要实名"]);
    let (neighbour, _) = rooms.applicant("neighbour").await;
    rooms.post(&neighbour, &notice, &[("text", ""), ("contact", "022")]).await.has(&["请写明异议内容"]);
    let sent = rooms.post(&neighbour, &notice, &[("text", "去年裁过员"), ("contact", "022-1")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    rooms.house.get(&notice).await.lacks(&["去年裁过员", "022-1"]);
    let early = rooms.get(&she, &format!("/workbench/cases/{no}/acts/grant")).await;
    early.has(&["第1条异议还没有答复"]);
    act(&rooms, &ren, &no, "answer-objection", &[("number", "1"), ("text", "没有裁员")]).await;
    rooms.get(&she, &format!("/workbench/cases/{no}/acts/grant")).await.has(&["公示期到"]);
    rooms.days_pass(10).await;
    rooms.house.get(&notice).await.lacks(&["提交异议"]);
    act(&rooms, &she, &no, "grant", &[("content", "返还1.44万元")]).await;
    assert_eq!(case().await.step, "awaiting-account");
    rooms.get(&ren, PAGE).await.has(&["没有待拨付的"]);

    let firm = Actor::Applicant { person: "p".into(), holder: Holder::Firm(FIRM.0.into()), reach: Reach::Whole };
    let names = async |payee: &str| {
        let act = Act::NameAccount { payee: payee.into(), number: "0200001234".into(), bank: "示例银行".into() };
        office.perform(&no, &act, &firm, None, None).await.expect("answered")
    };
    assert!(matches!(names("示例甲").await, Outcome::Refused(refusal) if refusal.code == "not-the-own-account"));
    assert!(matches!(names(FIRM.1).await, Outcome::Done(_)));
    rooms.get(&ren, PAGE).await.has(&["****1234"]).lacks(&["0200001234"]);
    // Two officers take out what is to be paid at once: it stands in one file.
    let chen = rooms.staff("chen", &[Role::Examiner], body).await;
    let take_out = async |who: &Person| rooms.post(who, &format!("{PAGE}/files"), &[]).await;
    rooms.post(&li, &format!("{PAGE}/files"), &[]).await.is(StatusCode::NOT_FOUND);
    let (one, two) = tokio::join!(take_out(&ren), take_out(&chen));
    let taken = [&one, &two].into_iter().filter(|page| page.text.contains("已取出拨付清单")).count();
    assert_eq!((taken, case().await.step.as_str()), (1, "with-the-bank"), "{} {}", one.text, two.text);
    let file = case().await.award.and_then(|award| award.file).expect("a file");
    let place = format!("{PAGE}/payments?file={file}");
    for _ in 0..2 {
        rooms.get(&ren, &place).await.is(StatusCode::OK).has(&[&no.0, FIRM.1, "0200001234", "14400", &file]);
    }
    rooms.get(&ren, &format!("{PAGE}/payments?file=2026-9999")).await.is(StatusCode::NOT_FOUND);
    rooms.get(&li, &place).await.is(StatusCode::NOT_FOUND);
    rooms.get(&ren, PAGE).await.has(&["没有待拨付的", &file, "下载（CSV）"]);

    // While the bank has it nothing changes: what it pays is never lost from the books.
    let withdraw = Act::Withdraw { reason: "不要了".into() };
    assert!(matches!(office.perform(&no, &withdraw, &firm, None, None).await.expect("answered"), Outcome::Refused(_)));
    assert!(matches!(names(FIRM.1).await, Outcome::Refused(_)));
    rooms.get(&she, &format!("/workbench/cases/{no}")).await.has(&["银行拨付中"]);

    // Sent back twice for one reason: the second time is not taken for the first.
    let returned = format!("办件编号,结果,原因\n{no},失败,账号不存在\n");
    let bring = async |text: &str| rooms.upload(&ren, &format!("{PAGE}/payments"), &[], ("bank.csv", text.as_bytes())).await;
    for _ in 0..2 {
        bring(&returned).await.is(StatusCode::OK).has(&["被退回 1 件", "没有登记 0 行"]);
        assert_eq!(case().await.step, "awaiting-account");
    }
    assert!(matches!(names(FIRM.1).await, Outcome::Done(_)));
    bring(&returned).await.has(&["没有登记 1 行", "请在办件上登记"]);
    assert_eq!(case().await.step, "awaiting-payment");
    take_out(&ren).await.has(&["已取出拨付清单", "14,400 元"]);
    // A line that was in no file yet, or was taken out of it, is not recorded as paid; put in again, it is.
    act(&rooms, &ren, &no, "recall-payment", &[("reason", "清单没有发出")]).await;
    bring(&format!("{no},成功,凭证1\n")).await.has(&["没有登记 1 行"]);
    take_out(&ren).await.has(&["已取出拨付清单"]);

    let answer = format!("\u{feff}办件编号,结果,凭证号\n{no},成功,凭证1\n120116,成功,凭证2\n{no},也许,凭证3\n");
    for _ in 0..2 {
        let told = bring(&answer).await;
        told.is(StatusCode::OK).has(&["已拨付 1 件", "没有登记 2 行", "没有这件由您拨付的兑现"]);
    }
    assert_eq!(office.store.budget(LINE, "").await.expect("read"), Standing { reserved: 0, paid: 1_440_000 });
    assert!(!office.store.move_benefit(&no.0, Step::Release, office.now().await.expect("now")).await.expect("written"));
    assert!(!case().await.is_open());
}

/// A claim of this firm, accepted; its application states what the formula needs.
async fn accepted(rooms: &Rooms, (code, name): (&str, &str), request: &str, ren: &Actor) -> CaseNo {
    accepted_for(rooms, Holder::Firm(code.to_owned()), name, request, ren).await
}

async fn accepted_for(rooms: &Rooms, holder: Holder, name: &str, request: &str, ren: &Actor) -> CaseNo {
    let office = &rooms.house.office;
    let by = Actor::Applicant { person: "p".into(), holder: holder.clone(), reach: Reach::Whole };
    let submission = Submission {
        item: ITEM.into(),
        holder,
        agency: "rsj".into(),
        area: "120116001".into(),
        channel: Channel::Online,
        parent: None,
        answers: r#"{"enterprise-size":"小型","premium":"500000"}"#.into(),
        title: name.into(),
        papers: vec![],
        lacking: vec![],
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: vec![],
    };
    let Outcome::Done(case) = office.submit(submission, &by, request).await.expect("sent") else { panic!("it is taken in") };
    rooms.perform(&case.no, Act::Claim, ren).await;
    rooms.perform(&case.no, Act::Accept { deferred: vec![] }, ren).await;
    case.no
}

fn proposal() -> Act {
    Act::ProposeAward { amount: "30万元".into(), reasons: "核对无误".into() }
}

#[tokio::test]
async fn three_approvers_at_once_never_promise_more_than_the_budget_has() {
    let rooms = Rooms::open().await;
    let firms = [("91120116MADEM0003H", "甲公司"), ("91120116MADEM0011C", "乙公司"), ("91120116MADEM0046Y", "丙公司")];
    registered(&rooms, &firms).await;
    rooms.staff("ren", &[Role::Examiner], Some("rsj")).await;
    rooms.staff("she", &[Role::Approver], Some("rsj")).await;
    let (ren, she) = (rooms.actor("ren").await, rooms.actor("she").await);
    let mut all = Vec::new();
    for firm in firms {
        let no = accepted(&rooms, firm, firm.0, &ren).await;
        rooms.perform(&no, proposal(), &ren).await;
        all.push(no);
    }
    let office = &rooms.house.office;
    let publish = async |no: &CaseNo| office.perform(no, &Act::PublishAward, &she, None, None).await.expect("answered");
    let (a, b, c) = tokio::join!(publish(&all[0]), publish(&all[1]), publish(&all[2]));
    let codes = [a, b, c].map(|outcome| match outcome {
        Outcome::Done(case) => case.step,
        Outcome::Refused(refusal) => refusal.code,
        other => format!("{other:?}"),
    });
    let count = |word: &str| codes.iter().filter(|code| *code == word).count();
    assert_eq!((count("on-notice"), count("budget-spent")), (2, 1), "{codes:?}");
    assert_eq!(office.store.budget(LINE, "").await.expect("read"), Standing { reserved: 60_000_000, paid: 0 });

    // What is sent back is free again, in the same transaction, and the third may have it.
    let (on_notice, spent): (Vec<_>, Vec<_>) = all.iter().zip(&codes).partition(|(_, code)| *code == "on-notice");
    rooms.perform(on_notice[0].0, Act::Review { agrees: false, opinion: "再核对".into() }, &she).await;
    assert_eq!(office.store.budget(LINE, "").await.expect("read").reserved, 30_000_000);
    rooms.perform(spent[0].0, Act::PublishAward, &she).await;
    // Nobody has it twice, though the money were there.
    rooms.perform(on_notice[1].0, Act::Refuse { reasons: "x".into(), basis: "x".into(), false_statement: None }, &she).await;
    let again =
        accepted(&rooms, (firms[all.iter().position(|no| no == spent[0].0).expect("one of them")].0, "又来"), "again", &ren)
            .await;
    let outcome = office.perform(&again, &proposal(), &ren, None, None).await.expect("answered");
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == "double-benefit"));
    assert_eq!(office.store.budget(LINE, "").await.expect("read").reserved, 30_000_000);
}

#[tokio::test]
async fn a_natural_person_who_claims_is_not_named_to_the_public() {
    let rooms = Rooms::open().await;
    rooms.staff("ren", &[Role::Examiner], Some("rsj")).await;
    rooms.staff("she", &[Role::Approver], Some("rsj")).await;
    let (ren, she) = (rooms.actor("ren").await, rooms.actor("she").await);
    let (_, person) = rooms.applicant("stallholder").await;
    let holder = Holder::Person(person);
    let no = accepted_for(&rooms, holder, "个体户张示例", "person", &ren).await;
    rooms.perform(&no, proposal(), &ren).await;
    rooms.perform(&no, Act::PublishAward, &she).await;
    for path in
        ["/claims/notices".to_owned(), "/claims/notices?programme=rsj-stable-small".to_owned(), format!("/claims/notices/{no}")]
    {
        rooms.house.get(&path).await.is(StatusCode::OK).has(&["自然人（不公开姓名）"]).lacks(&["张示例"]);
    }
}

#[tokio::test]
async fn when_and_where_it_is_claimed_is_told_before_anything_is_filled_in() {
    let rooms = Rooms::open().await;
    let (person, id) = rooms.applicant("early").await;
    let clerk = rooms.staff("chen", &[Role::Clerk], None).await;
    let desk = format!("/workbench/counter/visitors/p:{id}?item=first-above-scale-award");
    let told = rooms.get(&clerk, &desk).await;
    told.is(StatusCode::OK).has(&["申报期", "首次规上奖励兑现（东疆）", "东疆"]).lacks(&["塘沽街道", "今天不在申报期内"]);
    let page = rooms.get(&person, "/apply/first-above-scale-award").await;
    page.is(StatusCode::OK).has(&["申报期", "首次规上奖励兑现（东疆）", "东疆"]).lacks(&["塘沽街道", "今天不在申报期内"]);
    rooms.days_pass(90).await;
    rooms.get(&clerk, &desk).await.has(&["今天不在申报期内", "各批都已结束"]);
    let late = rooms.applicant("late").await.0;
    rooms.get(&late, "/apply/first-above-scale-award").await.has(&["今天不在申报期内", "各批都已结束"]);
}

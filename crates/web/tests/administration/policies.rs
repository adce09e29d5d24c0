use crate::rooms::{Person, Rooms, only};
use axum::http::StatusCode;
use casework::act::Submission;
use casework::event::Channel;
use casework::{Act, Actor, CaseNo, Holder};
use office::Outcome;
use office::publish::{Release, Released, text_of, with_file};
use rulebook::expression::Expression;
use rulebook::procedure::Role;

/// A draft of the library, and the file it lies in.
const DRAFT: &str = "ftz-quality-draft";
const FILE: &str = "policies/zones.toml";

#[tokio::test]
async fn findings_stand_with_both_texts_and_what_people_think_of_them() {
    let rooms = Rooms::open().await;
    let legal = rooms.staff("xu", &[Role::Legal], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    only(&rooms, "/workbench/policies", &legal, &li).await;
    rooms.get(&legal, "/workbench/policies").await.has(&["绿色工厂奖励", "有效", "草案", "区政策库维护岗"]);
    rooms.get(&legal, "/workbench/policies/no-such").await.is(StatusCode::NOT_FOUND);
    // The draft for the zone gives for what the city gives for already.
    let page = format!("/workbench/policies/{DRAFT}");
    let shown = rooms.get(&legal, &page).await;
    shown.has(&["重复给予", "智能化绿色化投资支持", "能说明它的一家企业", "合计可得"]);
    let key = "duplicate|P09|P13";
    let form = format!("/workbench/policies/opinion?finding=duplicate%7CP09%7CP13&draft={DRAFT}");
    only(&rooms, &form, &legal, &li).await;
    let fields = [("finding", key), ("draft", DRAFT), ("verdict", "to-mend"), ("words", "补差，不重复")];
    rooms.post(&li, "/workbench/policies/opinion", &fields).await.is(StatusCode::FORBIDDEN);
    let mut empty = fields;
    empty[3].1 = " ";
    rooms.post(&legal, "/workbench/policies/opinion", &empty).await.is(StatusCode::OK).has(&["请写明理由"]);
    rooms.post(&legal, "/workbench/policies/opinion", &fields).await.is(StatusCode::SEE_OTHER);
    rooms.get(&legal, &page).await.has(&["要修改", "补差，不重复", "xu同志"]).lacks(&["改动以前的文本"]);
    let mut gone = fields;
    gone[0].1 = "conflict|P09|P13";
    rooms.post(&legal, "/workbench/policies/opinion", &gone).await.is(StatusCode::NOT_FOUND);
    rooms.get(&legal, "/workbench/policies?view=findings").await.has(&["清理清单", "写下您的意见"]);
    rooms.in_english(&legal, "/workbench/policies?view=findings").await.has(&["Clean-up list"]);
}

#[tokio::test]
async fn a_condition_is_tried_on_sample_firms_and_nothing_suggested_counts_before_it_is_picked() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let try_out = |query: &str| format!("/workbench/policies/try?{query}");
    let text = "text=%E4%B8%8A%E5%B9%B4%E8%90%A5%E4%B8%9A%E6%94%B6%E5%85%A5%E4%B8%8D%E4%BD%8E%E4%BA%8E500%E4%B8%87%E5%85%83";
    rooms.get(&feng, &try_out(text)).await.has(&["营业收入 &gt;= 500万"]).lacks(&["<td"]);
    let picked = format!("{text}&add=%E8%90%A5%E4%B8%9A%E6%94%B6%E5%85%A5+%3E%3D+500%E4%B8%87");
    rooms.get(&feng, &try_out(&picked)).await.has(&["T1", "T2", "很有希望", "暂不符合"]);
    let never =
        "when=%E8%90%A5%E4%B8%9A%E6%94%B6%E5%85%A5+%3E+500%E4%B8%87+and+%E8%90%A5%E4%B8%9A%E6%94%B6%E5%85%A5+%3C+300%E4%B8%87";
    rooms.get(&feng, &try_out(never)).await.has(&["不可能同时成立"]);
    rooms.get(&feng, &try_out("when=%E8%90%A5%E4%B8%9A%E6%94%B6+%3E+5")).await.has(&["第 1 个字"]);
}

#[tokio::test]
async fn kept_firms_are_counted_for_a_condition_and_a_draft_without_telling_single_ones() {
    let rooms = Rooms::open().await;
    let office = &rooms.house.office;
    let legal = rooms.staff("xu", &[Role::Legal], None).await;
    let feng = rooms.staff("feng", &[Role::Editor], Some("scjgj")).await;
    let firms = (0..9).map(|at| Ok(format!("{{\"profile\":\"F{at}\",\"facts\":{{\"营业收入\":\"{}万元\"}}}}", 400 + at * 20)));
    office.import_profiles((1..).zip(firms), "测试").await.expect("imported");
    let off = store::profiles::Choices { matched: false, told_every: 0 };
    office.store.choose_for_profile("F8", off, office.now().await.expect("now")).await.expect("chosen");
    let clause = |when: &str| {
        let when = Expression::parse(when, &office.rulebooks.live().expect("rules").rules.dictionary).expect("a condition");
        let (code, policy) = (String::new(), String::new());
        policies::Clause { code, policy, scope: None, when, judged: Vec::new(), amount: None, times: Vec::new() }
    };
    let long = std::time::Duration::from_secs(60);
    let counted = office.count_kept(vec![clause("营业收入 >= 500万"), clause("首次规上")], long).await.expect("counted");
    assert_eq!((counted.firms, counted.whole), (8, true), "who does not want to be matched is not");
    // Promising, an opportunity, not known, not met, not applicable.
    assert_eq!(counted.outcomes, [[3, 0, 0, 5, 0], [0, 0, 8, 0, 0]]);
    let none = office.count_kept(vec![clause("首次规上")], std::time::Duration::ZERO).await.expect("counted");
    assert_eq!((none.firms, none.whole), (0, false), "time was over");
    let tried = "/workbench/policies/try?when=%E8%90%A5%E4%B8%9A%E6%94%B6%E5%85%A5+%3E%3D+500%E4%B8%87";
    rooms.get(&legal, tried).await.has(&["库里的企业", "少于 5", "全部 8 家"]).lacks(&["F3"]);
    rooms.get(&feng, tried).await.has(&["T1"]).lacks(&["库里的企业"]);
    rooms.get(&legal, &format!("/workbench/policies/{DRAFT}")).await.has(&["影响", "样例企业", "全部 8 家"]);
}

#[tokio::test]
async fn the_library_is_searched_and_leafed_and_so_is_the_clean_up_list() {
    let rooms = Rooms::open().await;
    let legal = rooms.staff("xu", &[Role::Legal], None).await;
    let first = rooms.get(&legal, "/workbench/policies").await;
    first.has(&["下一页", "制定机关"]);
    assert!(first.text.matches("<tr").count() <= 26, "a page of 25");
    let draft = rooms.get(&legal, "/workbench/policies?state=%E8%8D%89%E6%A1%88").await;
    draft.has(&["草案"]).lacks(&["首次规上奖励"]);
    rooms.get(&legal, "/workbench/policies?q=%E9%A6%96%E6%AC%A1%E8%A7%84%E4%B8%8A%E5%A5%96%E5%8A%B1").await.has(&["共 1 条"]);
    rooms.get(&legal, "/workbench/policies?level=%E5%B8%82&q=zzzz").await.has(&["没有这样的条款"]);
    let list = "/workbench/policies?view=findings";
    let all = rooms.get(&legal, list).await;
    assert!(all.text.matches("<article").count() <= 8, "a page of 8");
    rooms.get(&legal, &format!("{list}&kind=duplicate")).await.has(&["重复给予"]);
    rooms.get(&legal, &format!("{list}&said=yes")).await.has(&["共 0 处"]);
}

/// The assessment of the draft, up to where it may be published.
async fn passed(rooms: &Rooms) -> CaseNo {
    for (id, role, agency) in [
        ("li", Role::Examiner, Some("fgw")),
        ("qian", Role::Approver, Some("fgw")),
        ("wu", Role::Verifier, None),
        ("qin", Role::Legal, None),
    ] {
        rooms.staff(id, &[role], agency).await;
    }
    let no = sent(rooms, DRAFT).await;
    let (li, qian, wu, qin) =
        (rooms.actor("li").await, rooms.actor("qian").await, rooms.actor("wu").await, rooms.actor("qin").await);
    let review = || Act::Review { agrees: true, opinion: "同意".to_owned() };
    for (act, by) in [
        (Act::Claim, &li),
        (Act::Accept { deferred: Vec::new() }, &li),
        (review(), &li),
        (Act::Classify { class: "consistent-amended".to_owned() }, &qian),
        (review(), &qian),
        (review(), &wu),
        (review(), &qin),
        (Act::Record, &li),
    ] {
        rooms.perform(&no, act, by).await;
    }
    no
}

#[tokio::test]
async fn a_draft_comes_into_force_only_with_the_case_in_which_it_passed() {
    let rooms = Rooms::open().await;
    let office = &rooms.house.office;
    let (latest, files) = office.latest_files().await.expect("files");
    let text = text_of(&files, FILE).expect("the file");
    let (before, own) = text.split_once(&format!("code = \"{DRAFT}\"")).expect("the draft");
    let live = |assessed: &str| {
        let own =
            own.replacen("life = \"draft\"", &format!("life = \"live\"\nowner = \"示例\"\nreview = 2027-12-31\n{assessed}"), 1);
        with_file(&files, FILE, &format!("{before}code = \"{DRAFT}\"{own}"))
    };
    let publish = async |files| {
        let now = office.now().await.expect("now");
        let release = Release { files, base: Some(latest.name.as_str()), in_force_at: now, by: "wei", note: "x", changes: &[] };
        office.release(&release).await.expect("answered")
    };
    let refused = async |assessed: &str, why: &str| match publish(live(assessed)).await {
        Released::Faulty(problems) => {
            let told: Vec<&str> =
                problems.iter().filter(|one| one.rule == "policy-assessment").map(|one| one.message.zh.as_str()).collect();
            assert!(told.len() == 1 && told[0].contains("未经取向一致性评估") && told[0].contains(why), "{told:?}");
        }
        other => panic!("{other:?}"),
    };
    refused("", "没有写明评估办件").await;
    refused("assessed = \"0000\"", "没有办件").await;
    let other = rooms.case("one").await;
    refused(&format!("assessed = \"{other}\""), "还没有走完").await;
    let no = passed(&rooms).await;
    // What was signed is published, and nothing else.
    let whole = live(&format!("assessed = \"{no}\""));
    let text = text_of(&whole, FILE).expect("the file").to_owned();
    let (before, own) = text.split_once(&format!("code = \"{DRAFT}\"")).expect("the policy");
    let other = own.replacen("mode = \"申报\"", "window = { from = \"03-01\", until = \"04-30\" }\nmode = \"申报\"", 1);
    assert_ne!(own, other);
    let otherwise = with_file(&whole, FILE, &format!("{before}code = \"{DRAFT}\"{other}"));
    match publish(otherwise).await {
        Released::Faulty(problems) => {
            let told = problems.iter().find(|one| one.rule == "policy-assessment").map(|one| one.message.zh.clone());
            let told = told.unwrap_or_default();
            assert!(told.contains("签署意见书以后文本又改了") && told.contains("申报期"), "{told}");
        }
        other => panic!("{other:?}"),
    }
    let released = publish(whole).await;
    assert!(matches!(released, Released::Done(_)), "{released:?}");
}

#[tokio::test]
async fn assessments_are_counted_by_body_and_goals_stand_with_the_clauses_that_serve_them() {
    let rooms = Rooms::open().await;
    let legal = rooms.staff("xu", &[Role::Legal], None).await;
    let statistics = "/workbench/policies?view=statistics";
    rooms.get(&legal, statistics).await.has(&["评估统计", "还没有可以统计的", "比对发现"]);
    let no = passed(&rooms).await;
    let counted = rooms.house.office.assessments().await.expect("counted");
    let own = &counted.drafts[""];
    assert_eq!((own.sent, own.open, own.all_concluded(), own.on_time, own.passed), (1, 0, 1, 1, 1), "{no}");
    assert_eq!(own.concluded["consistent-amended"], 1);
    rooms.get(&legal, statistics).await.has(&["以个人名义报送", "基本一致（修改后）", "100.0%"]);
    rooms.in_english(&legal, statistics).await.has(&["Drafts and conclusions", "sent by a person"]);
    let sheet = rooms.get(&legal, "/workbench/policies/statistics.xlsx").await;
    sheet.is(StatusCode::OK);
    // What somebody wants mended, and what was mended since, is counted for its issuer.
    let opinion = [("finding", "duplicate|P09|P13"), ("draft", DRAFT), ("verdict", "to-mend"), ("words", "补差，不重复")];
    rooms.post(&legal, "/workbench/policies/opinion", &opinion).await.is(StatusCode::SEE_OTHER);
    let before = rooms.house.office.assessments().await.expect("counted").all_findings;
    assert_eq!((before.to_mend, before.mended), (1, 0));
    let (latest, files) = rooms.house.office.latest_files().await.expect("files");
    let text = text_of(&files, FILE).expect("the file");
    let without = text.replacen(&format!("code = \"{DRAFT}\"\n"), &format!("code = \"{DRAFT}\"\nuntil = 2026-01-01\n"), 1);
    assert_ne!(without, text);
    let now = rooms.house.office.now().await.expect("now");
    let files = with_file(&files, FILE, &without.replace("life = \"draft\"", "life = \"expired\""));
    let release = Release { files, base: Some(latest.name.as_str()), in_force_at: now, by: "wei", note: "x", changes: &[] };
    let released = rooms.house.office.release(&release).await.expect("answered");
    assert!(matches!(released, Released::Done(_)), "{released:?}");
    let after = rooms.house.office.assessments().await.expect("counted").all_findings;
    assert_eq!((after.to_mend, after.mended), (0, 1));
    rooms.get(&legal, "/workbench/policies?view=goals").await.has(&["绿色低碳转型", "新增产能", "同向的条款", "环保"]);
}

#[tokio::test]
async fn the_library_goes_out_as_a_table_and_what_comes_back_changed_becomes_drafts() {
    let rooms = Rooms::open().await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let li = rooms.staff("li", &[Role::Examiner], None).await;
    let here = "/workbench/policies/table";
    only(&rooms, here, &feng, &li).await;
    rooms.get(&li, &format!("{here}.xlsx")).await.is(StatusCode::FORBIDDEN);
    let csv = rooms.get(&feng, &format!("{here}.csv")).await.is(StatusCode::OK).text.clone();
    assert!(csv.contains("policy.code") && csv.contains("首次规上奖励"));
    let office = &rooms.house.office;
    let by = match rooms.actor("feng").await {
        Actor::Officer(officer) => officer,
        other => panic!("{other:?}"),
    };
    let same = office.draft_policies_of_table(&by, csv.as_bytes(), "x").await.expect("read");
    assert!(same.drafted.is_empty() && same.refused.is_empty() && same.unchanged > 5, "{same:?}");
    let changed = csv.replacen("首次规上奖励", "首次升规奖励", 1) + "new-one,,\n";
    let taken = office.draft_policies_of_table(&by, changed.as_bytes(), "x").await.expect("read");
    assert_eq!(taken.drafted[1].1, ["new-one"], "a file of its own: {taken:?}");
    let change = office.look_at_change(&taken.drafted[0].0).await.expect("a draft");
    assert!(change.change.text.contains("首次升规奖励"), "only what was changed is another");
    assert!(office.draft_policies_of_table(&by, b"name\n1\n", "x").await.is_err(), "no head");
}

/// What somebody reads in the form of an act is filled in and sent, as a browser does.
async fn does(rooms: &Rooms, who: &Person, no: &CaseNo, act: &str, fields: &[(&str, &str)]) {
    let path = format!("/workbench/cases/{no}/acts/{act}");
    let form = rooms.get(who, &path).await;
    form.is(StatusCode::OK);
    let (request, seen) = (Rooms::hidden(&form, "request"), Rooms::hidden(&form, "seen"));
    let own = [("request", request.as_str()), ("seen", seen.as_str()), ("_step", "do")];
    let all: Vec<(&str, &str)> = own.into_iter().chain(fields.iter().copied()).collect();
    let answer = rooms.post(who, &path, &all).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{act}: {}", answer.text);
}

/// Sent in by the pages of nobody, so that what follows is walked by the pages of each.
async fn sent(rooms: &Rooms, code: &str) -> CaseNo {
    sent_for(rooms, code, Holder::Person("drafter".to_owned())).await
}

async fn sent_for(rooms: &Rooms, code: &str, holder: Holder) -> CaseNo {
    let submission = Submission {
        item: "policy-consistency".to_owned(),
        holder: holder.clone(),
        agency: "fgw".to_owned(),
        area: "120116001".to_owned(),
        channel: Channel::Online,
        parent: None,
        answers: format!("{{\"policy-draft-code\":\"{code}\",\"policy-draft-name\":\"自贸示例办法\"}}"),
        title: "保税区起草处".to_owned(),
        papers: Vec::new(),
        lacking: Vec::new(),
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    };
    let by = Actor::Applicant { person: "drafter".to_owned(), holder, reach: casework::Reach::Whole };
    match rooms.house.office.submit(submission, &by, code).await.expect("submitted") {
        Outcome::Done(case) => case.no,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_draft_goes_from_submission_to_publication_by_the_pages_of_each_who_takes_part() {
    let rooms = Rooms::open().await;
    let li = rooms.staff("li", &[Role::Examiner], Some("fgw")).await;
    let qian = rooms.staff("qian", &[Role::Approver], Some("fgw")).await;
    let chen = rooms.staff("chen", &[Role::Examiner], Some("zjw")).await;
    let shen = rooms.staff("shen", &[Role::Examiner], Some("bsq")).await;
    let wu = rooms.staff("wu", &[Role::Verifier], None).await;
    let xu = rooms.staff("xu", &[Role::Legal], None).await;
    let feng = rooms.staff("feng", &[Role::Editor], None).await;
    let deng = rooms.staff("deng", &[Role::Examiner], Some("rsj")).await;
    let no = sent(&rooms, DRAFT).await;
    let case = format!("/workbench/cases/{no}");
    let seen = ["天津港保税区高质量发展措施", "重复给予", "智能化绿色化投资支持", "能说明它的一家企业"];
    let tasks = async |who: &Person, has: bool| {
        let page = rooms.get(who, "/workbench").await;
        if has {
            page.has(&[&no.0])
        } else {
            page.lacks(&[&no.0])
        };
    };
    rooms.get(&deng, &case).await.is(StatusCode::NOT_FOUND);
    rooms.get(&feng, &case).await.is(StatusCode::NOT_FOUND);
    tasks(&li, true).await;
    does(&rooms, &li, &no, "claim", &[]).await;
    does(&rooms, &li, &no, "accept", &[]).await;
    rooms.get(&li, &case).await.has(&seen);
    does(&rooms, &li, &no, "ask-opinion", &[("agency", "zjw"), ("question", "能否并行")]).await;
    rooms.get(&chen, &case).await.has(&seen);
    does(&rooms, &chen, &no, "give-opinion", &[("number", "1"), ("agrees", "false"), ("text", "与现行条款重复")]).await;
    does(&rooms, &li, &no, "review", &[("agrees", "true"), ("opinion", "附分析")]).await;
    tasks(&qian, true).await;
    rooms.get(&qian, &case).await.has(&seen);
    does(&rooms, &qian, &no, "classify", &[("class", "consistent-amended")]).await;
    // The body that did not agree is answered first.
    let sign = [("agrees", "true"), ("opinion", "同意")];
    let path = format!("{case}/acts/review");
    let form = rooms.get(&qian, &path).await;
    let (request, version) = (Rooms::hidden(&form, "request"), Rooms::hidden(&form, "seen"));
    let early = [("request", request.as_str()), ("seen", version.as_str()), ("_step", "do"), sign[0], sign[1]];
    rooms.post(&qian, &path, &early).await.has(&["第1号意见不同意", "起草单位还没有答复"]);
    does(&rooms, &li, &no, "ask-opinion", &[("agency", "bsq"), ("question", "请答复第1号意见"), ("after", "1")]).await;
    rooms.get(&shen, &case).await.has(&seen);
    does(&rooms, &shen, &no, "give-opinion", &[("number", "2"), ("agrees", "true"), ("text", "采纳，改为补差")]).await;
    tasks(&qian, true).await;
    does(&rooms, &qian, &no, "review", &sign).await;
    rooms.get(&li, &case).await.has(&["签署意见书时的文本"]).has(&seen);
    tasks(&wu, true).await;
    rooms.get(&wu, &case).await.has(&seen);
    does(&rooms, &wu, &no, "review", &[("agrees", "true"), ("opinion", "没有触及")]).await;
    tasks(&wu, false).await;
    tasks(&xu, true).await;
    rooms.get(&xu, &case).await.has(&seen);
    assert_eq!(rooms.get(&xu, &format!("/workbench/search?q={no}")).await.location, case, "by its number");
    does(&rooms, &xu, &no, "review", &[("agrees", "true"), ("opinion", "合法")]).await;
    tasks(&xu, false).await;
    does(&rooms, &li, &no, "record", &[]).await;
    rooms.get(&li, &case).await.has(&["可以入库发布"]);
    // A reviewer of drafts of rules has nothing to do with the cases of the district.
    let food = rooms.case("food").await;
    rooms.get(&xu, &format!("/workbench/cases/{food}")).await.is(StatusCode::NOT_FOUND);
    let unknown = sent(&rooms, "no-such-draft").await;
    rooms.get(&li, &format!("/workbench/cases/{unknown}")).await.has(&["不在政策库"]);
}

/// Somebody who acts for a body, and the body.
async fn acts_for(rooms: &Rooms, login: &str, kind: &str) -> (Person, String) {
    use store::people::firms::{Mandate, MandateState, Part};
    let code = rulebook::identifier::CreditCode::compose(kind, "120116", "MADEM901").expect("a code").to_string();
    let (_, id) = rooms.applicant(login).await;
    let mandate = Mandate {
        id: office::ids::opaque(),
        firm: code.clone(),
        person: id.clone(),
        part: Part::Operator,
        items: Vec::new(),
        acts: Vec::new(),
        from: jiff::civil::date(2020, 1, 1),
        until: None,
        state: MandateState::Confirmed,
        confirmed_by: Some("li".to_owned()),
        confirmed_at: Some(rooms.house.office.now().await.expect("now")),
        revoked_at: None,
    };
    let audit = store::people::Audit {
        id: office::ids::opaque(),
        by: "test".to_owned(),
        what: "confirm-mandate".to_owned(),
        subject: login.to_owned(),
        at: rooms.house.office.now().await.expect("now"),
        detail: String::new(),
    };
    rooms.house.office.store.add_mandate(&mandate, &audit).await.expect("kept");
    (rooms.acting(login, &id, &code).await, code)
}

#[tokio::test]
async fn whom_it_serves_and_which_draft_is_meant_is_said_before_it_is_sent_and_only_a_body_reads_a_draft() {
    let rooms = Rooms::open().await;
    let (organ, organ_code) = acts_for(&rooms, "organ", "11").await;
    let begun = rooms.post(&organ, "/apply/policy-consistency", &[("area", "120116001")]).await;
    assert!(begun.location.contains("/drafts/"), "{} {}", begun.status, begun.text);
    let own = begun.location.clone();
    rooms.get(&organ, &own).await.has(&["请写草案在政策库里的代码", DRAFT]).lacks(&["不面向您这类单位", "shilong-draft"]);
    rooms.post(&organ, &own, &[("policy-draft-code", DRAFT), ("next", "later")]).await;
    rooms.get(&organ, &own).await.has(&["报送的草案", "天津港保税区高质量发展措施"]);
    rooms.post(&organ, &own, &[("policy-draft-code", "nosuch"), ("next", "later")]).await;
    rooms.get(&organ, &own).await.has(&["“nosuch”不在政策库的草案里"]);
    rooms.get(&organ, &format!("{own}/check")).await.has(&["“nosuch”不在政策库的草案里"]);
    let no = sent_for(&rooms, DRAFT, Holder::Firm(organ_code)).await;
    rooms.get(&organ, &format!("/matters/{no}")).await.is(StatusCode::OK).has(&["草案和比对", "重复给予"]);
}

#[tokio::test]
async fn a_firm_is_told_that_the_assessment_is_not_for_it_and_reads_nobodys_draft() {
    let rooms = Rooms::open().await;
    let (firm, firm_code) = acts_for(&rooms, "firm", "91").await;
    let begun = rooms.post(&firm, "/apply/policy-consistency", &[("area", "120116001")]).await;
    let page = rooms.get(&firm, &begun.location).await;
    page.has(&["本事项不面向您这类单位", "行政机关、事业法人", "企业法人"]).lacks(&[DRAFT]);
    rooms.get(&firm, &format!("{}/check", begun.location)).await.has(&["本事项不面向您这类单位"]);
    rooms.in_english(&firm, &begun.location).await.has(&["not for bodies of your kind"]);
    let no = sent_for(&rooms, DRAFT, Holder::Firm(firm_code)).await;
    rooms.get(&firm, &format!("/matters/{no}")).await.is(StatusCode::OK).lacks(&["草案和比对", "重复给予"]);
}

//! `/workbench/commitments`, and the life of a commitment from the form to the check as people see it at both doors.

use crate::rooms::{Rooms, only};
use axum::http::StatusCode;
use casework::CaseNo;
use casework::commitment::Stand;
use rulebook::commitment::OF_PERMIT;
use rulebook::procedure::Role;

const ITEM: &str = "fire-safety-check";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\na new lamp";

#[tokio::test]
async fn a_commitment_is_chosen_read_signed_granted_checked_and_put_right() {
    let rooms = Rooms::open().await;
    let fire = Some("xfjy");
    let examiner = rooms.staff("yan", &[Role::Examiner], fire).await;
    rooms.staff("lei", &[Role::Examiner], fire).await;
    let chief = rooms.staff("shao", &[Role::Approver], fire).await;
    let clerk = rooms.staff("wu", &[Role::Clerk], None).await;
    let (person, _) = rooms.applicant("commits").await;
    let begun = rooms.post(&person, &format!("/apply/{ITEM}"), &[("area", "120116001")]).await;
    let draft = begun.location;
    // The ordinary way is the default; the other is explained before anybody chooses it.
    let form = rooms.get(&person, &draft).await;
    form.is(StatusCode::OK).has(&["怎样办理，由您选择", "不选就是一般程序", "2个月", "15日", "信用记录", "平面布置图"]);
    rooms.in_english(&person, &draft).await.has(&["The ordinary way", "Within 2 months"]);
    let live = rooms.house.office.rulebooks.live().expect("in force");
    let item = &live.rules.items[ITEM];
    let sections = live.rules.forms[item.form.as_ref().expect("a form").get_ref()].section.iter();
    let asks = sections.flat_map(|section| &section.ask);
    let mut fields: Vec<(String, String)> =
        asks.map(|ask| (live.rules.fields[ask.field.get_ref()].code.clone(), ask.sample.clone())).collect();
    fields.push((format!("{OF_PERMIT}{ITEM}"), "2".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    rooms.post(&person, &draft, &fields).await.is(StatusCode::SEE_OTHER);
    let check = rooms.get(&person, &format!("{draft}/check")).await;
    check.is(StatusCode::OK).has(&["您将签署的告知承诺书", "第2版", "签署承诺书并提交"]).lacks(&["还缺下列材料"]);
    let sent = rooms.post(&person, &format!("{draft}/submit"), &[]).await;
    let no = CaseNo(sent.location.rsplit('/').next().unwrap_or_default().to_owned());
    let matter = format!("/matters/{no}");
    rooms.get(&person, &matter).await.is(StatusCode::OK).has(&["您选择了告知承诺", "改为一般程序"]);

    let act = async |who, name: &str, fields: &[(&str, &str)]| {
        let form = rooms.get(who, &format!("/workbench/cases/{no}/acts/{name}")).await;
        form.is(StatusCode::OK);
        let (seen, request) = (Rooms::hidden(&form, "seen"), Rooms::hidden(&form, "request"));
        let mut all = vec![("seen", seen.as_str()), ("request", request.as_str()), ("_step", "do")];
        all.extend(fields);
        let done = rooms.post(who, &format!("/workbench/cases/{no}/acts/{name}"), &all).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{name}: {}", done.text);
    };
    act(&chief, "grant", &[("content", "同意投入使用、营业")]).await;
    act(&clerk, "make-result", &[("number", "消安检1号"), ("name", "意见书")]).await;
    act(&clerk, "deliver", &[("manner", "电子送达"), ("receiver", "示例甲")]).await;
    rooms.get(&person, &matter).await.has(&["机关会核查一次", "5月6日"]);
    rooms.get(&examiner, "/workbench/commitments").await.is(StatusCode::OK).has(&[&no.0, "待核查"]);
    let found =
        [("officers", "yan"), ("officers", "lei"), ("on", "2026-03-02"), ("finding", "rectify"), ("findings", "应急灯不亮")];
    // The way of the page: the draft of the letter comes first, and knows the officers that are named.
    let path = format!("/workbench/cases/{no}/acts/post-check");
    let form = rooms.get(&examiner, &path).await;
    let (seen, request) = (Rooms::hidden(&form, "seen"), Rooms::hidden(&form, "request"));
    let drafted: Vec<(&str, &str)> = [("seen", seen.as_str()), ("request", &request)].into_iter().chain(found).collect();
    rooms.post(&examiner, &path, &drafted).await.is(StatusCode::OK).has(&["应急灯不亮"]).lacks(&["找不到这名工作人员"]);
    act(&examiner, "post-check", &found).await;
    rooms.get(&person, &matter).await.has(&["请整改", "报告整改完成"]);
    let page = rooms.get(&person, &matter).await;
    let (seen, request) = (Rooms::hidden(&page, "seen"), Rooms::hidden(&page, "request"));
    let said = [("seen", seen.as_str()), ("request", request.as_str()), ("answer", "rectified"), ("said", "已更换")];
    // A program is turned away and nothing is reported; a photograph goes with the report.
    let answer = format!("{matter}/commitment");
    let tried = rooms.upload_as(&person, &answer, &said, "papers", ("灯.exe", b"MZ not a picture")).await;
    assert_ne!(tried.status, StatusCode::SEE_OTHER, "{}", tried.text);
    let (stranger, _) = rooms.applicant("stranger").await;
    let foreign = rooms.upload_as(&stranger, &answer, &said, "papers", ("灯.png", PNG)).await;
    assert!(foreign.status.is_client_error());
    rooms.upload_as(&person, &answer, &said, "papers", ("灯.png", PNG)).await.is(StatusCode::SEE_OTHER);
    let case = rooms.house.office.store.case(&no).await.expect("read").expect("a case");
    let photo = case.attached.iter().find(|handed| handed.key.starts_with("rectified-")).expect("the photograph is on the case");
    assert_eq!(rooms.house.office.blob(&photo.digest).await.expect("read").as_deref(), Some(PNG));
    let kept = [("officers", "yan"), ("officers", "lei"), ("on", "2026-03-02"), ("finding", "passed"), ("findings", "已更换")];
    act(&examiner, "post-check", &kept).await;
    let case = rooms.house.office.store.case(&no).await.expect("read").expect("a case");
    assert_eq!(case.pledge.map(|pledge| pledge.stand), Some(Stand::PassedRectified));
    assert!(case.closed.is_some());
    rooms.get(&examiner, "/workbench/commitments").await.has(&["没有待核查的承诺"]);
}

#[tokio::test]
async fn who_checks_decides_or_watches_sees_the_page_and_nobody_else() {
    let rooms = Rooms::open().await;
    let watches = rooms.staff("gao", &[Role::Supervisor], None).await;
    let edits = rooms.staff("feng", &[Role::Editor], None).await;
    only(&rooms, "/workbench/commitments", &watches, &edits).await;
}

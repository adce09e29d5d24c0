//! `/wallet`, `/verify`, `/check/{code}`: a licence from its making to its end, as its holder and as a stranger see it.

use crate::house::Answer;
use crate::rooms::{Person, Rooms};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use casework::{Act, CaseNo, LetterKind};
use rulebook::identifier::LicenceIdentifier;
use rulebook::procedure::Role;
use store::letters::KeptLetter;

/// A food licence that was granted to this person, and its certificate.
async fn granted(rooms: &Rooms, id: &str) -> (CaseNo, KeptLetter) {
    let no = rooms.applied("food-operation-new", id, "某小吃店", "one").await;
    rooms.granted(&no).await;
    rooms.house.office.run_due_errands().await.expect("run");
    let letters = rooms.house.office.store.letters_of_case(&no).await.expect("read");
    let certificate = letters.into_iter().find(|letter| letter.kind == LetterKind::Certificate).expect("a certificate");
    (no, certificate)
}

async fn brought(rooms: &Rooms, name: &str, bytes: &[u8]) -> Answer {
    let head = format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), bytes, b"\r\n--edge--\r\n"].concat();
    let request = Request::post("/verify")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header(header::CONTENT_LENGTH, body.len())
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .expect("a request");
    rooms.house.answer(request).await
}

async fn opened() -> (Rooms, Person, String) {
    let rooms = Rooms::open().await;
    rooms.staff("li", &[Role::Examiner], Some("scjgj")).await;
    rooms.staff("zhao", &[Role::Approver], Some("scjgj")).await;
    rooms.staff("wu", &[Role::Clerk], None).await;
    let (holder, id) = rooms.applicant("holder").await;
    (rooms, holder, id)
}

#[tokio::test]
async fn the_holder_finds_the_licence_in_both_forms_and_nobody_else_does() {
    let (rooms, holder, id) = opened().await;
    rooms.get(&holder, "/wallet").await.is(StatusCode::OK).has(&["还没有证照"]);
    let (no, certificate) = granted(&rooms, &id).await;
    assert!(!certificate.ofd_digest.is_empty(), "a demonstration seals what it issues");
    let [path, ofd] = ["pdf", "ofd"].map(|format| format!("/wallet/{no}/{format}"));
    rooms.get(&holder, "/wallet").await.is(StatusCode::OK).has(&["食品经营许可证", "JY1", "有效", "还有 ", &path, &ofd]);
    rooms.in_english(&holder, "/wallet").await.has(&["My licences", "in force", "days left"]);
    rooms.get(&holder, &ofd).await.is(StatusCode::OK);
    rooms.get(&holder, &path).await.is(StatusCode::OK).has(&["%PDF-"]);
    rooms.get(&holder, "/wallet").await.has(&["使用记录", "下载 ", "电子证照标识"]);
    let register = rooms.house.office.store.licence_of_case(&no).await.expect("read").expect("a licence");
    let identifier = LicenceIdentifier::parse(&register.identifier).expect("by the standard");
    assert_eq!((identifier.serial(), identifier.version()), (no.0.as_str(), 1));
    let found = rooms.house.office.store.licence_by_identifier(&register.identifier).await.expect("read");
    assert_eq!(found, Some(register));
    let (stranger, _) = rooms.applicant("stranger").await;
    rooms.get(&stranger, "/wallet").await.is(StatusCode::OK).lacks(&["JY1"]);
    assert_ne!(rooms.get(&stranger, &ofd).await.status, StatusCode::OK);
    assert_ne!(rooms.house.get("/wallet").await.status, StatusCode::OK, "nobody is shown nobody's licences");

    let wrong = rooms.house.office.store.verify(None, |told| assert!(!matches!(told, store::verify::Told::Fault(_)), "{told:?}"));
    assert_eq!(wrong.await.expect("read").faults, 0);
}

#[tokio::test]
async fn a_file_is_told_whole_or_altered_and_whether_its_licence_still_stands() {
    let (rooms, _, id) = opened().await;
    let (no, certificate) = granted(&rooms, &id).await;
    let office = &rooms.house.office;
    let mut files = Vec::new();
    for (name, digest) in [("证照.pdf", &certificate.digest), ("证照.ofd", &certificate.ofd_digest)] {
        files.push((name, office.blob(digest).await.expect("read").expect("kept")));
    }
    for (name, bytes) in &files {
        let seen = brought(&rooms, name, bytes).await;
        seen.is(StatusCode::OK).has(&["文件完整，印章有效", "证照现状：有效", "JY1", "盖章者"]).lacks(&["某小吃店"]);
        let mut meddled = bytes.clone();
        let middle = meddled.len() / 3;
        meddled[middle] ^= 1;
        let seen = brought(&rooms, name, &meddled).await;
        seen.is(StatusCode::OK).has(&["文件不可信"]).lacks(&["证照现状", "印章有效"]);
    }
    brought(&rooms, "信.txt", b"hello").await.is(StatusCode::OK).has(&["这不是OFD或者PDF文件"]);
    let large = vec![0; 9 * 1024 * 1024];
    assert!(brought(&rooms, "大.pdf", &large).await.status.is_client_error());
    rooms.house.get("/verify").await.is(StatusCode::OK).has(&["电子证照文件查验", "enctype=\"multipart/form-data\""]);
    rooms.house.in_english("/verify").await.has(&["Check the file of a licence"]);

    let check = format!("/check/{}", certificate.check_code);
    rooms.house.get(&check).await.is(StatusCode::OK).has(&["证照现状：有效", "JY1", "自然人（不公开姓名）"]).lacks(&["某小吃店"]);
    // A forged code in the square leads nowhere; an old paper's code on another paper tells what it belongs to, and whose digest it has.
    let (rest, last) = certificate.check_code.split_at(certificate.check_code.len() - 1);
    let forged = format!("/check/{rest}{}", if last == "A" { "B" } else { "A" });
    rooms.house.get(&forged).await.is(StatusCode::NOT_FOUND).has(&["查不到这份文书"]).lacks(&["JY1", "证照现状"]);
    rooms.house.get(&check).await.has(&["电子证照标识"]);
    let end = Act::End { ground: "holder-applied".to_owned(), reason: "停业".to_owned() };
    rooms.perform(&no, end, &rooms.actor("zhao").await).await;
    for seen in [brought(&rooms, files[0].0, &files[0].1).await, rooms.house.get(&check).await] {
        seen.is(StatusCode::OK).has(&["证照现状：已注销", "不得再使用"]).lacks(&["证照现状：有效"]);
    }
}

#[tokio::test]
async fn a_copy_for_a_purpose_says_so_is_noted_and_known_again() {
    let (rooms, holder, id) = opened().await;
    let (no, _) = granted(&rooms, &id).await;
    let path = format!("/wallet/{no}/copy");
    rooms.get(&holder, "/wallet").await.has(&["制作限定用途的副本", &path]);
    let ask =
        async |who: &Person, purpose: &str, until: &str| rooms.post(who, &path, &[("purpose", purpose), ("until", until)]).await;
    ask(&holder, "银行开户", "2026-03-31").await.is(StatusCode::OK).has(&["%PDF-"]);
    for (purpose, until, told) in [
        ("", "2026-03-31", "请写明用途"),
        ("银行开户", "2026-02-01", "截止日期应当"),
        ("银行开户", "2099-01-01", "截止日期应当"),
        ("银行开户", "soon", "请填写截止日期"),
    ] {
        let answer = ask(&holder, purpose, until).await;
        assert!(answer.status.is_client_error(), "{purpose} {until}");
        answer.has(&[told]);
    }
    let (stranger, stranger_id) = rooms.applicant("stranger").await;
    assert!(ask(&stranger, "冒用", "2026-03-31").await.status.is_client_error());
    rooms.get(&holder, "/wallet").await.has(&["使用记录", "制作副本，用途：", "银行开户"]);

    // The same copy again, to have its bytes: it is known by its digest.
    let wanted = office::licences::CopyWanted {
        no: no.clone(),
        holder: casework::Holder::Person(id.clone()).key(),
        by: "p:holder".to_owned(),
        purpose: "租房".to_owned(),
        until: jiff::civil::date(2026, 3, 31),
    };
    let copy = rooms.house.office.licence_copy(&wanted).await.expect("made").expect("allowed");
    brought(&rooms, "副本.pdf", &copy).await.is(StatusCode::OK).has(&[
        "文件完整，印章有效",
        "限定用途的副本",
        "租房",
        "证照现状：有效",
    ]);
    let foreign = office::licences::CopyWanted { holder: casework::Holder::Person(stranger_id).key(), ..wanted.clone() };
    assert!(rooms.house.office.licence_copy(&foreign).await.expect("asked").is_err(), "another's licence is none");
    rooms.house.office.clock.set(casework::Moment::at("2026-04-01T10:00".parse().expect("a moment")));
    brought(&rooms, "副本.pdf", &copy).await.has(&["使用期限已过"]);
    let end = Act::End { ground: "holder-applied".to_owned(), reason: "停业".to_owned() };
    rooms.perform(&no, end, &rooms.actor("zhao").await).await;
    let late = office::licences::CopyWanted { until: jiff::civil::date(2026, 5, 1), ..wanted };
    assert!(rooms.house.office.licence_copy(&late).await.expect("asked").is_err(), "what was ended is not copied");
}

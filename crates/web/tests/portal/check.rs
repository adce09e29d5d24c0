use crate::house::House;
use axum::http::StatusCode;
use casework::{CaseNo, LetterKind, Moment};
use store::letters::NewLetter;

const CODE: &str = "K7QF3M2PX9ABCDEF";

async fn letter(house: &House, errand: &str, code: &str, kind: LetterKind, made: bool, at: i64) {
    let new = NewLetter {
        errand,
        no: &CaseNo("A1".to_owned()),
        kind,
        agency: "scjgj",
        series: "津滨市准2026",
        before: "津滨市准〔2026〕",
        after: "号",
        check_code: code,
    };
    house.office.store.save_letter(&new, Moment(at)).await.expect("saved");
    if made {
        house.office.store.letter_made(errand, "0123abcd", "").await.expect("made");
    }
}

#[tokio::test]
async fn a_genuine_document_is_known_by_its_code_however_it_is_typed() {
    let house = House::open().await;
    letter(&house, "e1", CODE, LetterKind::Grant, true, 1_000).await;
    let page = house.get(&format!("/check/{CODE}")).await;
    page.is(StatusCode::OK).has(&[
        "本平台制作过这份文书",
        "准予行政许可决定书",
        "津滨市准〔2026〕1号",
        "0123abcd",
        "天津市滨海新区市场监督管理局",
    ]);
    let asked = house.get("/check?code=k7qf-3m2p+x9ab-cdef").await;
    assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/check/K7QF3M2PX9ABCDEF"));
    house.in_english(&format!("/check/{CODE}")).await.has(&["This platform made this document", "Decision to grant"]);
}

#[tokio::test]
async fn a_later_document_that_changed_it_is_told() {
    let house = House::open().await;
    letter(&house, "e1", CODE, LetterKind::Grant, true, 1_000).await;
    letter(&house, "e2", "ANOTHERCODEXXXXX", LetterKind::EndOfPermit, true, 2_000).await;
    house.get(&format!("/check/{CODE}")).await.has(&["后来又有文书改变了它", "许可效力终结决定书"]);
    house.get("/check/ANOTHERCODEXXXXX").await.lacks(&["后来又有文书改变了它"]);
}

#[tokio::test]
async fn an_unknown_code_and_one_whose_document_is_not_made_yet_are_told_alike() {
    let house = House::open().await;
    letter(&house, "e1", CODE, LetterKind::Grant, false, 1_000).await;
    for code in [CODE, "NOSUCHCODE", "%3Cb%3E"] {
        house.get(&format!("/check/{code}")).await.is(StatusCode::NOT_FOUND).has(&["查不到这份文书"]).lacks(&["津滨市准", "<b>"]);
    }
    house.get("/check").await.is(StatusCode::OK).has(&["查验码"]);
}

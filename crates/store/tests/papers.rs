//! Uploads, papers, notices, corrections, tokens, follow codes and the reading log as rows, on every engine.

mod databases;
mod drafted;

use casework::{CaseNo, Moment};
use databases::{Database, each};
use jiff::civil::date;
use store::Store;
use store::blobs::{Blob, Upload, UploadPart};
use store::corrections::Correction;
use store::drafts::{DraftPaper, GivenPaper};
use store::notices::{Inbox, Notice};
use store::people::{Audit, Subject};
use store::readings::{Reading, ReadingFilter};
use store::tokens::{FollowCode, Token};

const NOW: Moment = Moment(1_772_420_400_000);

async fn store(database: &Database) -> Store {
    let store = Store::open(database.engine().clone());
    store.migrate().await.expect("the tables are made");
    store
}

fn later(n: i64) -> Moment {
    Moment(NOW.0 + n)
}

fn text(word: &str) -> String {
    word.to_owned()
}

async fn draft(store: &Store, id: &str) {
    store.start_draft(&drafted::draft(id, "p:one", "p:one", NOW)).await.expect("written");
}

fn upload(id: &str, size: i64) -> Upload {
    Upload {
        id: text(id),
        owner: text("p:one"),
        draft: text("w1"),
        key: text("plan"),
        file_name: text("图.pdf"),
        size,
        received: 0,
        complete: false,
        digest: None,
        created_at: NOW,
    }
}

fn part(start: i64, size: i64) -> UploadPart {
    UploadPart { start, size, name: format!("{start}-x") }
}

fn blob(digest: &str, at: Moment) -> Blob {
    Blob { digest: text(digest), size: 10, media: text("application/pdf"), scan: text("not-scanned"), created_at: at }
}

fn paper(digest: &str) -> DraftPaper {
    DraftPaper { key: text("plan"), digest: text(digest), file_name: text("图.pdf"), at: NOW }
}

fn inbox(reader: &str) -> Inbox {
    Inbox { reader: reader.to_owned(), items: None }
}

#[tokio::test]
async fn of_parts_that_begin_at_one_place_one_is_taken_and_the_whole_is_attached_once() {
    each(async |database: Database| {
        let store = store(&database).await;
        draft(&store, "w1").await;
        store.start_upload(&upload("u1", 10)).await.expect("written");
        assert_eq!(store.draft_load("w1").await, Ok((10, 1)), "{}", database.name());
        assert_eq!(store.add_part("u1", &part(0, 6)).await, Ok(true));
        assert_eq!(store.add_part("u1", &part(0, 6)).await, Ok(false));
        assert_eq!(store.add_part("u1", &part(4, 6)).await, Ok(false));
        assert_eq!(store.add_part("u1", &part(6, 5)).await, Ok(false), "beyond what was announced");
        assert_eq!(store.finish_upload("u1", "w1", &blob("d", NOW), &paper("d")).await, Ok(false), "not all is there");
        assert_eq!(store.add_part("u1", &part(6, 4)).await, Ok(true));
        assert_eq!(store.upload_parts("u1").await.expect("read").iter().map(|part| part.start).collect::<Vec<_>>(), [0, 6]);
        let finishing = (0..5).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.finish_upload("u1", "w1", &blob("d", NOW), &paper("d")).await })
        });
        let mut finished = 0;
        for finish in finishing.collect::<Vec<_>>() {
            finished += i32::from(finish.await.expect("no panic").expect("written"));
        }
        assert_eq!(finished, 1, "{}", database.name());
        let row = store.upload("u1").await.expect("read").expect("there");
        assert_eq!((row.complete, row.received, row.digest.as_deref()), (true, 10, Some("d")));
        assert_eq!(store.upload_parts("u1").await, Ok(vec![]));
        assert_eq!(store.draft_load("w1").await, Ok((10, 1)));
        assert_eq!(store.blob("d").await, Ok(Some(blob("d", NOW))));

        store.start_upload(&upload("u2", 10)).await.expect("written");
        assert_eq!(store.old_uploads(later(1), 9).await, Ok(vec![text("u1"), text("u2")]));
        assert_eq!(store.old_uploads(NOW, 9).await, Ok(vec![]));
        store.drop_upload("u2").await.expect("written");
        assert_eq!(store.upload("u2").await, Ok(None));
        assert_eq!(store.draft_submitted("w1", "C1", NOW).await, Ok(true));
        assert_eq!(store.attach_blob("w1", &blob("e", NOW), &paper("e")).await, Ok(false), "it was sent");
        assert_eq!(store.blob("e").await, Ok(None));
    })
    .await;
}

#[tokio::test]
async fn the_sweep_takes_only_what_is_old_and_nobodys() {
    each(async |database: Database| {
        let store = store(&database).await;
        for id in ["w1", "w2"] {
            draft(&store, id).await;
        }
        for (draft, digest, at) in
            [("w1", "case", NOW), ("w2", "draft", NOW), ("w2", "gone", NOW), ("w2", "young", later(5)), ("w2", "given", NOW)]
        {
            assert_eq!(store.attach_blob(draft, &blob(digest, at), &paper(digest)).await, Ok(true));
        }
        for digest in ["gone", "young", "given"] {
            assert_eq!(store.detach_paper("w2", "plan", digest, NOW).await, Ok(true));
        }
        let given = GivenPaper { key: text("plan"), digest: text("given"), file_name: text("x"), from_case: text("C0"), at: NOW };
        store.remember_given("p:one", &[], &[given]).await.expect("written");
        assert_eq!(store.draft_submitted("w1", "C1", NOW).await, Ok(true));
        assert_eq!(store.whole_draft("w1").await.expect("read").map(|(_, _, papers)| papers), Some(vec![]));
        let all = store.blob_slice("", 10).await.expect("read");
        assert_eq!(all, ["case", "draft", "given", "gone", "young"], "{}", database.name());
        assert_eq!(store.blob_slice("draft", 1).await, Ok(vec![text("given")]));
        assert_eq!(store.sweep_blobs(&all, later(5)).await, Ok(vec![text("gone")]), "{}", database.name());
        assert_eq!(store.sweep_blobs(&all, later(6)).await, Ok(vec![text("young")]));
        assert_eq!(store.sweep_blobs(&[], later(6)).await, Ok(vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_notice_is_written_once_and_read_by_its_reader() {
    each(async |database: Database| {
        let store = store(&database).await;
        let notice = |id: &str, n: i64| Notice {
            id: text(id),
            reader: text("p:one"),
            case_no: Some(CaseNo(text("C1"))),
            zh: text("请补正"),
            en: text("Please correct"),
            at: later(n),
            read_at: None,
        };
        assert_eq!(store.add_notice(&notice("n1", 1)).await, Ok(true));
        assert_eq!(store.add_notice(&notice("n1", 1)).await, Ok(false));
        assert_eq!(store.add_notice(&notice("n2", 2)).await, Ok(true));
        assert_eq!(
            (store.unread_count(&inbox("p:one")).await, store.unread_count(&inbox("p:two")).await),
            (Ok(2), Ok(0)),
            "{}",
            database.name()
        );
        store.mark_read(&inbox("p:two"), "n1", later(3)).await.expect("written");
        assert_eq!(store.unread_count(&inbox("p:one")).await, Ok(2), "not somebody else's to read");
        store.mark_read(&inbox("p:one"), "n1", later(3)).await.expect("written");
        let read: Vec<_> =
            store.notices_of(&inbox("p:one"), None, 9).await.expect("read").into_iter().map(|n| (n.id, n.read_at)).collect();
        assert_eq!(read, [(text("n2"), None), (text("n1"), Some(later(3)))]);
        assert_eq!(store.notices_of(&inbox("p:one"), Some(later(2)), 9).await.expect("read").len(), 1);
        store.mark_all_read(&inbox("p:one"), later(4)).await.expect("written");
        assert_eq!(store.unread_count(&inbox("p:one")).await, Ok(0));
    })
    .await;
}

#[tokio::test]
async fn a_correction_is_taken_once_and_closed_once() {
    each(async |database: Database| {
        let store = store(&database).await;
        let new = Correction {
            id: text("k1"),
            item: text("item"),
            cause: text("guide"),
            words: text("电话错了"),
            contact: text(""),
            from_case: None,
            state: text("open"),
            due_on: date(2026, 3, 16),
            taken_by: None,
            answer: text(""),
            created_at: NOW,
            closed_at: None,
            closed_by: None,
        };
        store.open_correction(&new).await.expect("written");
        store.open_correction(&new).await.expect("written once");
        assert_eq!(store.corrections("open", 9).await, Ok(vec![new.clone()]), "{}", database.name());
        assert_eq!(store.open_corrections(date(2026, 3, 16)).await, Ok((1, 0)));
        assert_eq!(store.open_corrections(date(2026, 3, 17)).await, Ok((1, 1)));
        assert_eq!((store.take_correction("k1", "s1").await, store.take_correction("k1", "s2").await), (Ok(true), Ok(false)));
        assert_eq!(store.close_correction("k1", "已改", "s1", later(1)).await, Ok(true));
        assert_eq!(store.close_correction("k1", "再改", "s2", later(2)).await, Ok(false));
        let row = store.correction("k1").await.expect("read").expect("there");
        assert_eq!((row.taken_by.as_deref(), row.closed_by.as_deref(), row.answer.as_str()), (Some("s1"), Some("s1"), "已改"));
        assert_eq!(store.corrections_of("item", 9).await, Ok(vec![row]));
        assert_eq!(store.open_corrections(date(2026, 3, 17)).await, Ok((0, 0)));
    })
    .await;
}

#[tokio::test]
async fn tokens_and_follow_codes_open_by_digest_until_they_end() {
    each(async |database: Database| {
        let store = store(&database).await;
        let token = Token {
            id: text("t1"),
            digest: text("digest"),
            name: text("对接"),
            subject: Subject::Staff(text("s1")),
            scope: text("cases:read"),
            expires_at: later(100),
            revoked_at: None,
            created_by: text("s:admin"),
            created_at: NOW,
            used_at: None,
        };
        let audit =
            |n: i64| Audit { id: format!("a{n}"), by: text("x"), what: text("x"), subject: text("x"), at: NOW, detail: text("") };
        store.add_token(&token, &audit(1)).await.expect("written");
        assert_eq!(store.token_by_digest("digest").await, Ok(Some(token.clone())), "{}", database.name());
        store.touch_token("t1", later(1)).await.expect("written");
        assert_eq!(
            (store.revoke_token("t1", later(2), &audit(2)).await, store.revoke_token("t1", later(3), &audit(3)).await),
            (Ok(true), Ok(false))
        );
        let row = store.token("t1").await.expect("read").expect("there");
        assert_eq!((row.used_at, row.revoked_at), (Some(later(1)), Some(later(2))));
        assert_eq!(store.tokens(None).await.expect("read").len(), 1);
        assert_eq!(store.tokens(Some(&Subject::Person(text("s1")))).await, Ok(vec![]));

        let follow = |code: &str| FollowCode { code: text(code), case_no: CaseNo(text("C1")), secret: text("s"), failures: 0 };
        store.set_follow_code(&follow("F1")).await.expect("written");
        store.set_follow_code(&follow("F2")).await.expect("written");
        assert_eq!(store.follow_code("F1").await, Ok(None), "the former code opens nothing");
        assert_eq!(store.follow_code_of(&CaseNo(text("C1"))).await, Ok(Some(follow("F2"))));
        let counted = [
            store.count_follow_attempt("F2", 2).await,
            store.count_follow_attempt("F2", 2).await,
            store.count_follow_attempt("F2", 2).await,
        ];
        assert_eq!(counted, [Ok(true), Ok(true), Ok(false)]);
        store.clear_follow_attempts("F2").await.expect("written");
        assert_eq!(store.count_follow_attempt("F2", 2).await, Ok(true));
        assert_eq!(store.count_follow_attempt("F9", 2).await, Ok(false));
    })
    .await;
}

#[tokio::test]
async fn who_read_what_is_listed_by_case_and_by_reader() {
    each(async |database: Database| {
        let store = store(&database).await;
        let no = CaseNo(text("C1"));
        for (n, reader, case_no) in [(1, "s:one", Some(no.clone())), (2, "s:two", Some(no.clone())), (3, "s:one", None)] {
            let row = Reading {
                id: format!("r{n}"),
                reader: text(reader),
                what: text("case"),
                case_no,
                at: later(n),
                purpose: text("审查"),
            };
            store.note_reading(&row).await.expect("written");
        }
        let ids = async |case_no: Option<&CaseNo>, reader: Option<&str>, before: i64| -> Vec<String> {
            let filter =
                ReadingFilter { reader: reader.map(text), case_no: case_no.cloned(), before: Some(later(before)), at: None };
            store.readings(&filter, 9).await.expect("read").into_iter().map(|row| row.id).collect()
        };
        assert_eq!(ids(Some(&no), None, 9).await, ["r2", "r1"], "{}", database.name());
        assert_eq!(ids(Some(&no), Some("s:two"), 9).await, ["r2"]);
        assert_eq!(ids(None, Some("s:one"), 9).await, ["r3", "r1"]);
        assert_eq!(ids(None, Some("s:one"), 3).await, ["r1"]);
        assert_eq!(ids(None, None, 9).await, ["r3", "r2", "r1"]);
    })
    .await;
}

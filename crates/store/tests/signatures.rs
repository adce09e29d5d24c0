//! Signatures of a draft as rows, on every engine.

mod databases;
mod drafted;

use casework::Moment;
use databases::each;
use drafted::draft;
use store::Store;
use store::signatures::{Answered, SignatureAnswer};

const NOW: Moment = Moment(1_772_420_400_000);

fn signs<'a>(draft: &'a str, signer: &'a str, text: &'a str) -> SignatureAnswer<'a> {
    let answered = Answered::Signed;
    SignatureAnswer { draft, part: "item/owners", signer, person: "two", answered, digest: "d", signed: text, words: "" }
}

#[tokio::test]
async fn only_who_was_asked_signs_and_only_while_the_draft_is_open() {
    each(async |database| {
        let store = Store::open(database.engine().clone());
        store.migrate().await.expect("tables");
        let (pair, name) = (|signer: &str| ("item/owners".to_owned(), signer.to_owned()), database.name());
        for id in ["w1", "w2"] {
            store.start_draft(&draft(id, "p:one", "p:one", NOW)).await.expect("begun");
            store.ask_for_signatures(id, &[pair("p:a"), pair("f:b")], NOW).await.expect("asked");
        }
        let later = Moment(NOW.0 + 1);
        assert!(!store.answer_signature(&signs("w1", "p:nobody", "x"), later).await.expect("asked"), "{name}");
        assert!(store.answer_signature(&signs("w1", "p:a", "what was signed"), later).await.expect("asked"), "{name}");
        store.ask_for_signatures("w1", &[pair("p:a"), pair("f:b")], later).await.expect("reminded");
        let rows = store.signatures_of_draft("w1").await.expect("read");
        let told: Vec<_> = rows.iter().map(|row| (row.signer.as_str(), row.answered, row.asked_at, row.told_at)).collect();
        assert_eq!(told, [("f:b", Answered::NotYet, NOW, later), ("p:a", Answered::Signed, NOW, later)], "{name}");
        assert_eq!(rows[1].signed, "what was signed", "{name}");

        store.draft_submitted("w1", "BH1", later).await.expect("sent");
        assert!(!store.answer_signature(&signs("w1", "f:b", "x"), later).await.expect("asked"), "{name}: it was sent");
        let rows = store.signatures_of_draft("w1").await.expect("read");
        assert!(rows.iter().all(|row| row.signed.is_empty()), "{name}: what was signed lies in the case alone");

        store.delete_draft("w2", later).await.expect("deleted");
        let asked = store.signatures_asked_of(&["p:a".to_owned()], 10).await.expect("read");
        assert_eq!(asked.iter().map(|row| row.draft.as_str()).collect::<Vec<_>>(), ["w1"], "{name}");
        assert_eq!(store.purge_drafts(Moment(later.0 + 1)).await.expect("purged"), 1, "{name}");
        assert!(store.signatures_of_draft("w2").await.expect("read").is_empty(), "{name}");
    })
    .await;
}

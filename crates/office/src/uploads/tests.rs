//! Uploads: pieces, kinds, bounds and whose they are.

use super::*;
use crate::blobs::tests::Away;
use crate::drafts::Start;
use crate::file_kind::tests::zip;
use crate::people::tests::{days, now, refused, store};
use casework::Holder;
use casework::event::Channel;

const RULES: &str = r#"
[[field]]
name = "名称"
code = "name"
kind = "text"

[[material]]
key = "plan"
name = "平面图"
formats = ["pdf", "ofd"]
max-mib = 1

[[material]]
key = "photo"
name = "照片"

[[material]]
key = "unasked"
name = "别的"

[[form]]
code = "form"
name = "申请表"
[[form.section]]
title = "基本"
[[form.section.ask]]
field = "名称"

[[item]]
code = "item"
name = "食品经营许可"
type = "行政许可"
procedure = "permit"
form = "form"
limit = []
[[item.material]]
key = "plan"
[[item.material]]
key = "photo"
"#;

struct Desk {
    store: Store,
    rules: Rulebook,
    uploads: Uploads,
    me: Actor,
    draft: String,
    away: Away,
}

fn applicant(person: &str) -> Actor {
    Actor::Applicant { person: person.to_owned(), holder: Holder::Person(person.to_owned()), reach: casework::Reach::Whole }
}

fn new_matter(holder: &str) -> Start<'_> {
    let (item, edition, agency, area) = ("item", "e1", "a", "");
    Start { item, edition, agency, area, channel: Channel::Online, holder, for_case: None, bundle: None }
}

async fn desk() -> Desk {
    let (store, away) = (store().await, Away::new());
    let rules = rulebook::compile([("rules.toml", RULES)]).0;
    let bounds = Bounds { draft_mib: 2, draft_files: 3, ..Bounds::default() };
    let uploads = Uploads::new(Blobs::folder(&away.0), Arc::new(NoScanner), bounds);
    let me = applicant("one");
    let start = new_matter("p:one");
    let draft = drafts::start(&store, &rules, &me, &start, now()).await.expect("begun").id;
    Desk { store, rules, uploads, me, draft, away }
}

impl Desk {
    async fn begin(&self, key: &str, size: u64) -> Answer<Progress> {
        self.uploads.begin(&self.store, &self.rules, &self.me, &self.draft, key, "图.pdf", size, now()).await
    }

    async fn append(&self, id: &str, offset: u64, bytes: &[u8]) -> Answer<Progress> {
        self.uploads.append(&self.store, &self.rules, &self.me, id, offset, bytes, now()).await
    }

    async fn whole(&self, key: &str, name: &str, bytes: &[u8]) -> Answer<DraftPaper> {
        self.uploads.take_whole(&self.store, &self.rules, &self.me, &self.draft, key, name, bytes.to_vec(), now()).await
    }

    async fn papers(&self) -> Vec<DraftPaper> {
        drafts::open(&self.store, &self.me, &self.draft).await.expect("opened").papers
    }

    fn staged(&self) -> usize {
        std::fs::read_dir(self.away.0.join("staging")).map_or(0, Iterator::count)
    }
}

fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(size, b'x');
    bytes
}

fn at(progress: Answer<Progress>) -> (u64, bool, bool) {
    let progress = progress.expect("answered");
    (progress.offset, progress.done, progress.taken)
}

#[tokio::test]
async fn an_upload_resumes_where_it_stands_and_the_paper_is_whole() {
    let desk = desk().await;
    let bytes = pdf(30_000);
    let id = desk.begin("plan", 30_000).await.expect("begun").id;
    assert_eq!(at(desk.append(&id, 0, &bytes[..10_000]).await), (10_000, false, true));
    assert_eq!(at(desk.append(&id, 0, &bytes[..10_000]).await), (10_000, false, false), "sent twice, taken once");
    assert_eq!(at(desk.append(&id, 20_000, &bytes[20_000..]).await), (10_000, false, false), "a gap is not taken");
    assert_eq!(at(desk.uploads.status(&desk.store, &desk.me, &id).await), (10_000, false, true));
    assert_eq!(refused(desk.append(&id, 10_000, &pdf(20_001)).await), "too-large");
    assert_eq!(at(desk.append(&id, 10_000, &bytes[10_000..20_000]).await), (20_000, false, true));
    assert_eq!(desk.papers().await, [], "nothing is attached before the last byte");
    assert_eq!(at(desk.append(&id, 20_000, &bytes[20_000..]).await), (30_000, true, true));
    assert_eq!(at(desk.append(&id, 30_000, &[]).await), (30_000, true, true), "the answer was lost and is asked again");
    let paper = desk.papers().await.pop().expect("attached");
    assert_eq!((paper.digest.as_str(), paper.file_name.as_str()), (ids::digest(&bytes).as_str(), "图.pdf"));
    let given = desk.uploads.paper(&desk.store, &desk.me, &desk.draft, &paper.digest).await.expect("given");
    assert_eq!((given.bytes, given.media), (bytes, "application/pdf"));
    assert_eq!(desk.staged(), 0, "the parts are gone");
    let blob = desk.store.blob(&paper.digest).await.expect("read").expect("there");
    assert_eq!((blob.scan.as_str(), blob.size), ("not-scanned", 30_000));
}

#[tokio::test]
async fn a_crash_between_the_last_part_and_the_paper_is_healed_by_asking_again() {
    let desk = desk().await;
    let bytes = pdf(100);
    let id = desk.begin("plan", 100).await.expect("begun").id;
    desk.uploads.blobs.stage(&id, "0-x", bytes.clone()).await.expect("staged");
    let part = UploadPart { start: 0, size: 100, name: "0-x".to_owned() };
    assert_eq!(desk.store.add_part(&id, &part).await, Ok(true));
    assert_eq!(at(desk.uploads.status(&desk.store, &desk.me, &id).await), (100, false, true));
    assert_eq!(at(desk.append(&id, 100, &[]).await), (100, true, true));
    assert_eq!(desk.papers().await.len(), 1);
}

#[tokio::test]
async fn parts_sent_at_once_from_two_windows_make_one_paper() {
    let desk = desk().await;
    let bytes = pdf(4_000);
    let id = desk.begin("plan", 4_000).await.expect("begun").id;
    let send = |offset: usize, to: usize| desk.append(&id, offset as u64, &bytes[offset..to]);
    let (one, two) = tokio::join!(send(0, 1_000), send(0, 2_000));
    let at = one.expect("answered").offset.max(two.expect("answered").offset) as usize;
    let (one, two) = tokio::join!(send(at, 4_000), send(at, 4_000));
    assert!(one.expect("answered").done || two.expect("answered").done);
    let papers = desk.papers().await;
    assert_eq!((papers.len(), papers[0].digest.as_str()), (1, ids::digest(&bytes).as_str()));
}

#[tokio::test]
async fn what_a_material_does_not_allow_is_refused_and_leaves_nothing() {
    let desk = desk().await;
    assert_eq!(refused(desk.begin("plan", 0).await), "empty-file");
    assert_eq!(refused(desk.begin("plan", (1 << 20) + 1).await), "too-large");
    assert_eq!(refused(desk.begin("plan", u64::MAX).await), "too-large");
    assert_eq!(refused(desk.begin("unasked", 10).await), "foreign-material");
    assert_eq!(refused(desk.begin("../plan", 10).await), "foreign-material");
    let id = desk.begin("plan", 4).await.expect("begun").id;
    assert_eq!(refused(desk.append(&id, 0, b"MZ\x90\0").await), "wrong-kind", "whatever it is called");
    assert_eq!(refused(desk.append(&id, 0, b"MZ\x90\0").await), "not-found", "the upload has ended");
    assert_eq!(refused(desk.whole("plan", "图.pdf", b"\xff\xd8\xff\xe0").await), "wrong-kind", "a photo is not wanted here");
    assert_eq!(refused(desk.whole("plan", "图.pdf", b"").await), "empty-file");
    desk.whole("photo", "照.jpg", b"\xff\xd8\xff\xe0").await.expect("any kind we know");
    desk.whole("plan", "图.ofd", &zip(&["OFD.xml"])).await.expect("taken");
    assert_eq!((desk.papers().await.len(), desk.staged()), (2, 0));
}

#[tokio::test]
async fn a_draft_has_its_bounds_and_running_uploads_count() {
    let desk = desk().await;
    desk.begin("plan", 1 << 20).await.expect("begun");
    desk.begin("photo", 1 << 20).await.expect("begun");
    assert_eq!(refused(desk.begin("photo", 1).await), "draft-full", "two MiB are the bound of this desk");
    let desk = self::desk().await;
    for n in 0..3_u8 {
        desk.whole("photo", "照.jpg", &[0xff, 0xd8, 0xff, n]).await.expect("taken");
    }
    assert_eq!(refused(desk.whole("photo", "照.jpg", &[0xff, 0xd8, 0xff, 9]).await), "draft-full");
}

#[tokio::test]
async fn an_upload_and_a_paper_belong_to_their_own_and_a_digest_opens_nothing() {
    let desk = desk().await;
    let other = applicant("two");
    let id = desk.begin("plan", 100).await.expect("begun").id;
    assert_eq!(refused(desk.uploads.status(&desk.store, &other, &id).await), "not-found");
    let taken = desk.uploads.append(&desk.store, &desk.rules, &other, &id, 0, &pdf(100), now()).await;
    assert_eq!(refused(taken), "not-found");
    assert_eq!(refused(desk.uploads.give_up(&desk.store, &other, &id).await), "not-found");
    let begun = desk.uploads.begin(&desk.store, &desk.rules, &other, &desk.draft, "plan", "x", 10, now()).await;
    assert_eq!(refused(begun), "not-found");
    let paper = desk.whole("plan", "图.pdf", &pdf(50)).await.expect("taken");
    assert_eq!(refused(desk.uploads.paper(&desk.store, &other, &desk.draft, &paper.digest).await.map(|_| ())), "not-found");
    let start = new_matter("p:two");
    let own = drafts::start(&desk.store, &desk.rules, &other, &start, now()).await.expect("begun").id;
    let stolen = desk.uploads.paper(&desk.store, &other, &own, &paper.digest).await.map(|_| ());
    assert_eq!(refused(stolen), "not-found", "not through a draft of one's own");
    assert_eq!(desk.store.draft_submitted(&desk.draft, "C1", now()).await, Ok(true));
    assert_eq!(refused(desk.append(&id, 0, &pdf(100)).await), "draft-closed");
    assert_eq!(refused(desk.whole("plan", "图.pdf", &pdf(60)).await), "draft-closed");
    desk.uploads.give_up(&desk.store, &desk.me, &id).await.expect("given up");
}

struct Strict;

impl Scanner for Strict {
    fn scan<'a>(&'a self, bytes: &'a [u8]) -> scan::Scanning<'a> {
        Box::pin(async move { Ok(if bytes.ends_with(b"virus") { Verdict::Infected } else { Verdict::Clean }) })
    }
}

#[tokio::test]
async fn a_scanner_has_the_last_word() {
    let mut desk = desk().await;
    desk.uploads = Uploads::new(Blobs::folder(&desk.away.0), Arc::new(Strict), Bounds::default());
    let infected = [pdf(20), b"virus".to_vec()].concat();
    assert_eq!(refused(desk.whole("plan", "图.pdf", &infected).await), "infected");
    assert_eq!(desk.uploads.blobs.read(&ids::digest(&infected)).await.expect("looked"), None, "it was never kept");
    let paper = desk.whole("plan", "图.pdf", &pdf(20)).await.expect("taken");
    assert_eq!(desk.store.blob(&paper.digest).await.expect("read").map(|blob| blob.scan), Some("clean".to_owned()));
}

#[tokio::test]
async fn the_sweep_spares_what_is_young_and_what_anybody_holds() {
    let desk = desk().await;
    desk.begin("plan", 100).await.expect("begun");
    let held = desk.whole("plan", "图.pdf", &pdf(50)).await.expect("taken");
    let gone = desk.whole("plan", "图.pdf", &pdf(60)).await.expect("taken");
    let me = &desk.me;
    drafts::remove_paper(&desk.store, me, &desk.draft, "plan", &gone.digest, now()).await.expect("removed");
    let sweep_at = async |at: Moment| sweep(&desk.uploads, &desk.store, at).await.expect("swept");
    assert_eq!(sweep_at(days(1)).await, Swept::default(), "a day is young");
    assert_eq!(desk.store.draft_submitted(&desk.draft, "C1", now()).await, Ok(true));
    let later = Moment(days(1).0 + 1);
    assert_eq!(sweep_at(later).await, Swept { uploads: 1, papers: 1 });
    assert_eq!(desk.uploads.blobs.read(&gone.digest).await.expect("looked"), None);
    assert!(desk.uploads.blobs.read(&held.digest).await.expect("read").is_some(), "the case holds it");
    assert_eq!(sweep_at(days(900)).await, Swept::default());
}

#[test]
fn names_of_files_are_made_harmless() {
    let long = format!("{}.pdf", "长".repeat(300));
    for (name, kept) in [
        ("图 1.pdf", "图 1.pdf"),
        ("C:\\Users\\x\\图.pdf", "图.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..", "未命名"),
        ("", "未命名"),
        ("fdp.\u{202e}exe", "fdp.exe"),
        ("a\r\nb<script>.pdf", "abscript.pdf"),
    ] {
        assert_eq!(plain_name(name), kept);
    }
    assert_eq!((plain_name(&long).chars().count(), plain_name(&long).ends_with(".pdf")), (120, true));
}

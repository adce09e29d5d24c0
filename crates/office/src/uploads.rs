//! Uploads into drafts: in parts that resume after a lost line, or whole where there is no script.
//!
//! The sender says where a part begins; one that does not begin where we stand is not taken and hears where to go on. Parts lie
//! durable before they are counted, the paper before it is noted, and a submission refers to complete papers only (decision
//! 16). What a file is its bytes say. Access is always through the draft.

mod scan;
mod sweep;
#[cfg(test)]
mod tests;

pub use scan::{Clamd, NoScanner, Scanner, Verdict};
pub use sweep::{Swept, sweep};

use crate::blobs::Blobs;
use crate::door::{Answer, Stop, not_found, refuse};
use crate::drafts::{self, editable, sent};
use crate::file_kind::FileKind;
use crate::{Failure, ids};
use casework::act::Paper;
use casework::{Actor, CaseNo, Moment, Refusal};
use rulebook::{Rulebook, Text};
use std::sync::Arc;
use store::Store;
use store::blobs::{Blob, Upload, UploadPart};
use store::drafts::{Draft, DraftPaper};
use tokio::sync::Semaphore;

/// Bounds that an administrator may set.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Largest file where the material states none, in MiB.
    pub file_mib: u32,
    /// Largest file whatever a material says: it is put together in memory.
    pub most_mib: u32,
    /// All papers of one draft, in MiB and in files.
    pub draft_mib: u32,
    pub draft_files: u32,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { file_mib: 20, most_mib: 50, draft_mib: 200, draft_files: 80 }
    }
}

/// Largest part; the page sends one MiB.
pub const LARGEST_PART: usize = 4 << 20;
/// MiB put together at once on a node, whoever sends.
const ROOM_MIB: usize = 64;
const MIB: u64 = 1 << 20;

/// Takes uploads in. Cheap to clone.
#[derive(Clone)]
pub struct Uploads {
    pub blobs: Blobs,
    scanner: Arc<dyn Scanner>,
    room: Arc<Semaphore>,
    bounds: Bounds,
}

/// Where an upload stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub id: String,
    /// The next byte wanted.
    pub offset: u64,
    pub done: bool,
    /// `false` when the part began elsewhere and was not taken: the answer is 409, and the sender goes on from `offset`.
    pub taken: bool,
}

/// A paper to hand out to those who may see the draft.
#[derive(Debug, Clone)]
pub struct Given {
    pub bytes: Vec<u8>,
    pub media: &'static str,
    pub file_name: String,
}

impl Uploads {
    pub fn new(blobs: Blobs, scanner: Arc<dyn Scanner>, bounds: Bounds) -> Uploads {
        Uploads { blobs, scanner, room: Arc::new(Semaphore::new(ROOM_MIB)), bounds }
    }

    /// Begins an upload of `size` bytes as the material `key` of a draft. `rules` are those of the draft's edition.
    ///
    /// # Errors
    /// Refused for a material that the item does not ask for, an empty or too large file, and a full draft.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of its own about the file")]
    pub async fn begin(
        &self,
        store: &Store,
        rules: &Rulebook,
        by: &Actor,
        draft: &str,
        key: &str,
        name: &str,
        size: u64,
        now: Moment,
    ) -> Answer<Progress> {
        let draft = editable(store, by, draft).await?;
        self.may_take(store, rules, &draft, key, size).await?;
        let upload = Upload {
            id: ids::opaque(),
            owner: drafts::owner_of(by)?.key(),
            draft: draft.id,
            key: key.to_owned(),
            file_name: plain_name(name),
            size: signed(size)?,
            received: 0,
            complete: false,
            digest: None,
            created_at: now,
        };
        store.start_upload(&upload).await?;
        Ok(progress(&upload, true))
    }

    /// Where to go on after the line was lost.
    pub async fn status(&self, store: &Store, by: &Actor, id: &str) -> Answer<Progress> {
        Ok(progress(&mine(store, by, id).await?, true))
    }

    /// Takes the next part. With the last byte the paper is put together, looked at and attached to the draft.
    ///
    /// # Errors
    /// Refused for a part beyond the size announced, a file of another kind than the material allows, and one that the scanner
    /// finds infected; the last two end the upload.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of its own about the part")]
    pub async fn append(
        &self,
        store: &Store,
        rules: &Rulebook,
        by: &Actor,
        id: &str,
        offset: u64,
        bytes: &[u8],
        now: Moment,
    ) -> Answer<Progress> {
        let mut upload = mine(store, by, id).await?;
        if upload.complete || signed(offset)? != upload.received {
            return Ok(progress(&upload, false));
        }
        let size = signed(bytes.len() as u64)?;
        if bytes.len() > LARGEST_PART || upload.received + size > upload.size {
            return Err(too_large("这一段超出了文件大小。", "This part goes beyond the size of the file."));
        }
        if size > 0 {
            editable(store, by, &upload.draft).await?;
            let part = UploadPart { start: upload.received, size, name: format!("{offset}-{}", ids::opaque()) };
            self.blobs.stage(id, &part.name, bytes.to_vec()).await?;
            if !store.add_part(id, &part).await? {
                // Another request was faster with a part of its own; the one staged here is swept away with the upload.
                return Ok(progress(&mine(store, by, id).await?, false));
            }
            upload.received += size;
        }
        if upload.received < upload.size {
            return Ok(progress(&upload, true));
        }
        self.finish(store, rules, by, upload, now).await
    }

    /// Gives an upload up.
    pub async fn give_up(&self, store: &Store, by: &Actor, id: &str) -> Answer<()> {
        let upload = mine(store, by, id).await?;
        Ok(self.drop(store, &upload.id).await?)
    }

    /// Takes a whole file: the way of browsers without scripts, and of the API.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of its own about the file")]
    pub async fn take_whole(
        &self,
        store: &Store,
        rules: &Rulebook,
        by: &Actor,
        draft: &str,
        key: &str,
        name: &str,
        bytes: Vec<u8>,
        now: Moment,
    ) -> Answer<DraftPaper> {
        let draft = editable(store, by, draft).await?;
        self.may_take(store, rules, &draft, key, bytes.len() as u64).await?;
        let _room = self.room_for(bytes.len() as u64).await?;
        let blob = self.keep(formats_of(rules, key), bytes, now).await?;
        let paper = DraftPaper { key: key.to_owned(), digest: blob.digest.clone(), file_name: plain_name(name), at: now };
        if store.attach_blob(&draft.id, &blob, &paper).await? { Ok(paper) } else { Err(sent()) }
    }

    /// Takes a file that an officer will attach to what she does in a case; gives the identifier by which she names it then.
    ///
    /// # Errors
    /// Refused for an empty or too large file, one of a kind we do not know, and one that the scanner finds infected.
    pub async fn take_for_case(
        &self,
        store: &Store,
        by: &Actor,
        no: &CaseNo,
        name: &str,
        bytes: Vec<u8>,
        now: Moment,
    ) -> Answer<String> {
        let size = bytes.len() as u64;
        within(size, self.bounds.file_mib.min(self.bounds.most_mib))?;
        let _room = self.room_for(size).await?;
        let blob = self.keep(&[], bytes, now).await?;
        let upload = Upload {
            id: ids::opaque(),
            owner: drafts::owner_of(by)?.key(),
            draft: of_case(no),
            key: String::new(),
            file_name: plain_name(name),
            size: blob.size,
            received: blob.size,
            complete: true,
            digest: Some(blob.digest.clone()),
            created_at: now,
        };
        store.note_upload(&upload, &blob).await?;
        Ok(upload.id)
    }

    /// The files that she took in for this case, by their identifiers. Knowing a digest is not enough.
    pub async fn taken_for_case<'a>(
        &self,
        store: &Store,
        by: &Actor,
        no: &CaseNo,
        ids: impl IntoIterator<Item = &'a str>,
    ) -> Answer<Vec<Paper>> {
        let owner = drafts::owner_of(by)?.key();
        let mut papers = Vec::new();
        for id in ids {
            let upload = store.upload(id).await?.filter(|upload| upload.owner == owner && upload.draft == of_case(no));
            let upload = upload.ok_or_else(|| {
                refuse(
                    "file-gone",
                    ("有一份附件已经不在了。", "One of the files is no longer there."),
                    ("请重新选择文件。", "Choose it again."),
                )
            })?;
            papers.push(Paper { key: String::new(), digest: upload.digest.unwrap_or_default(), file_name: upload.file_name });
        }
        Ok(papers)
    }

    /// A paper of a draft, for those who may see the draft. Knowing its digest is not enough.
    pub async fn paper(&self, store: &Store, by: &Actor, draft: &str, digest: &str) -> Answer<Given> {
        let whole = drafts::open(store, by, draft).await?;
        let paper = whole.papers.into_iter().find(|paper| paper.digest == digest).ok_or_else(not_found)?;
        self.given(digest, &paper.file_name).await
    }

    /// The bytes of a paper; whoever asks has seen to it that they may be read.
    pub(crate) async fn given(&self, digest: &str, file_name: &str) -> Answer<Given> {
        let bytes = self.blobs.read(digest).await?.ok_or_else(not_found)?;
        Ok(Given { media: crate::blobs::media_type(&bytes), bytes, file_name: file_name.to_owned() })
    }

    async fn may_take(&self, store: &Store, rules: &Rulebook, draft: &Draft, key: &str, size: u64) -> Answer<()> {
        let asked = drafts::Wanted::of(rules, draft).is_some_and(|wanted| wanted.wants(key).next().is_some());
        let material = rules.materials.get(key).filter(|_| asked).ok_or_else(|| {
            refuse(
                "foreign-material",
                ("这个事项不需要这份材料。", "This item does not ask for this paper."),
                ("请刷新页面查看材料清单。", "Reload the page for the list of papers."),
            )
        })?;
        within(size, material.max_mib.unwrap_or(self.bounds.file_mib).min(self.bounds.most_mib))?;
        let (load, files) = store.draft_load(&draft.id).await?;
        let full = load.saturating_add(signed(size)?) > i64::from(self.bounds.draft_mib) * (1 << 20);
        if full || files >= i64::from(self.bounds.draft_files) {
            return Err(refuse(
                "draft-full",
                ("这份申请的附件总量已到上限。", "The papers of this application have reached the limit."),
                ("请删去不需要的，或合并、压缩文件。", "Remove what is not needed, or merge and compress files."),
            ));
        }
        Ok(())
    }

    async fn finish(&self, store: &Store, rules: &Rulebook, by: &Actor, upload: Upload, now: Moment) -> Answer<Progress> {
        let parts = store.upload_parts(&upload.id).await?;
        let size = usize::try_from(upload.size).unwrap_or_default();
        let _room = self.room_for(size as u64).await?;
        let mut bytes = Vec::with_capacity(size);
        for part in &parts {
            let staged = self.blobs.staged(&upload.id, &part.name).await?;
            bytes.extend(staged.filter(|staged| staged.len() as i64 == part.size).ok_or_else(|| parts_lost(&upload.id))?);
        }
        if bytes.len() != size {
            let newer = mine(store, by, &upload.id).await?;
            // Finished by another request meanwhile: its parts are gone because the paper is there.
            return if newer.complete { Ok(progress(&newer, true)) } else { Err(parts_lost(&upload.id).into()) };
        }
        let blob = match self.keep(formats_of(rules, &upload.key), bytes, now).await {
            Ok(blob) => blob,
            Err(Stop::Refused(refusal)) => {
                self.drop(store, &upload.id).await?;
                return Err(Stop::Refused(refusal));
            }
            Err(failed) => return Err(failed),
        };
        let paper =
            DraftPaper { key: upload.key.clone(), digest: blob.digest.clone(), file_name: upload.file_name.clone(), at: now };
        if !store.finish_upload(&upload.id, &upload.draft, &blob, &paper).await? {
            let newer = mine(store, by, &upload.id).await?;
            return if newer.complete { Ok(progress(&newer, true)) } else { Err(sent()) };
        }
        let names: Vec<String> = parts.into_iter().map(|part| part.name).collect();
        self.blobs.unstage(&upload.id, &names).await?;
        Ok(Progress { id: upload.id, offset: size as u64, done: true, taken: true })
    }

    /// Looks at the whole file and keeps it.
    async fn keep(&self, formats: &[String], bytes: Vec<u8>, now: Moment) -> Answer<Blob> {
        let allowed = |kind: FileKind| formats.is_empty() || formats.iter().any(|word| word == kind.word());
        let kind = FileKind::of(&bytes).filter(|kind| allowed(*kind)).ok_or_else(|| wrong_kind(formats))?;
        let scan = match self.scanner.scan(&bytes).await? {
            Verdict::Clean => "clean",
            Verdict::NotScanned => "not-scanned",
            Verdict::Infected => {
                return Err(refuse(
                    "infected",
                    ("文件未通过安全检查。", "The file did not pass the security check."),
                    ("请用可靠的来源重新导出后上传。", "Export it anew from a source you trust."),
                ));
            }
        };
        let size = signed(bytes.len() as u64)?;
        let digest = self.blobs.keep(bytes).await?;
        Ok(Blob { digest, size, media: kind.media().to_owned(), scan: scan.to_owned(), created_at: now })
    }

    async fn room_for(&self, size: u64) -> Answer<tokio::sync::SemaphorePermit<'_>> {
        let mib = u32::try_from(size.div_ceil(MIB)).unwrap_or(u32::MAX).clamp(1, ROOM_MIB as u32);
        self.room.acquire_many(mib).await.map_err(|_| Failure::Busy.into())
    }

    async fn drop(&self, store: &Store, id: &str) -> Result<(), Failure> {
        let names: Vec<String> = store.upload_parts(id).await?.into_iter().map(|part| part.name).collect();
        self.blobs.unstage(id, &names).await?;
        Ok(store.drop_upload(id).await?)
    }
}

/// The upload, for the one who began it and may still see its draft.
async fn mine(store: &Store, by: &Actor, id: &str) -> Answer<Upload> {
    let owner = drafts::owner_of(by)?.key();
    let upload = store.upload(id).await?.filter(|upload| upload.owner == owner).ok_or_else(not_found)?;
    let draft = store.draft(&upload.draft).await?.filter(|draft| drafts::may_see(by, draft));
    draft.map(|_| upload).ok_or_else(not_found)
}

fn formats_of<'a>(rules: &'a Rulebook, key: &str) -> &'a [String] {
    rules.materials.get(key).map_or(&[], |material| &material.formats)
}

fn progress(upload: &Upload, taken: bool) -> Progress {
    let offset = u64::try_from(upload.received).unwrap_or_default();
    Progress { id: upload.id.clone(), offset, done: upload.complete, taken: taken || upload.complete }
}

fn signed(size: u64) -> Answer<i64> {
    i64::try_from(size).map_err(|_| too_large("文件过大。", "The file is far too large."))
}

/// The last part of what a sender calls a file, without what could mislead a reader or a file system.
pub(crate) fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Marks that turn the direction of writing can hide the true ending of a name.
    let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept: String = last.chars().filter(|c| !c.is_control() && !turns(c) && !"<>:\"|?*".contains(*c)).collect();
    let kept = kept.trim().trim_start_matches('.');
    let skip = kept.chars().count().saturating_sub(120);
    // The ending matters more than the beginning.
    let name: String = kept.chars().skip(skip).collect();
    if name.is_empty() { "未命名".to_owned() } else { name }
}

/// Where an upload belongs that is for a case rather than for a draft: no draft is called so.
fn of_case(no: &CaseNo) -> String {
    format!("case:{no}")
}

fn within(size: u64, most: u32) -> Answer<()> {
    if size == 0 {
        return Err(refuse(
            "empty-file",
            ("文件是空的。", "The file is empty."),
            ("请选择要上传的文件。", "Choose the file to upload."),
        ));
    }
    if size > u64::from(most) * MIB {
        let why = Text::new(format!("文件超过{most}兆字节。"), format!("The file is larger than {most} MiB."));
        let next = Text::new("请压缩、降低分辨率或分成几份。", "Compress it, lower its resolution, or split it.");
        return Err(Refusal::new("too-large", why, next).into());
    }
    Ok(())
}

fn parts_lost(id: &str) -> Failure {
    std::io::Error::other(format!("parts of the upload {id} are missing")).into()
}

fn too_large(zh: &str, en: &str) -> Stop {
    refuse("too-large", (zh, en), ("请压缩后重新上传。", "Compress it and upload it again."))
}

fn wrong_kind(formats: &[String]) -> Stop {
    let known = || FileKind::ALL.iter().map(|kind| kind.word().to_uppercase());
    let named: Vec<String> =
        if formats.is_empty() { known().collect() } else { formats.iter().map(|word| word.to_uppercase()).collect() };
    let why = Text::new(
        format!("文件内容不是可接受的类型：{}。", named.join("、")),
        format!("By its content this file is of no accepted kind: {}.", named.join(", ")),
    );
    let next = Text::new("改扩展名没有用，请转换格式后重新上传。", "Renaming it does not help; convert it and upload it again.");
    Refusal::new("wrong-kind", why, next).into()
}

//! Uploads on their way and papers that lie complete, as rows; the bytes lie in the papers' own store.
//!
//! The order is always: bytes durable, then the row, then what refers to it (decision 16). A digest opens nothing by itself:
//! papers are looked up through the draft or the case that holds them.

use crate::drafts::{self, DraftPaper};
use crate::engine::{Op, ReadError, Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};

/// A file that is being sent in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: String,
    /// Key of the [`Subject`](crate::people::Subject) who sends it.
    pub owner: String,
    pub draft: String,
    /// Key of the material.
    pub key: String,
    pub file_name: String,
    /// Bytes that were announced.
    pub size: i64,
    /// Bytes that lie in the staging place.
    pub received: i64,
    pub complete: bool,
    pub digest: Option<String>,
    pub created_at: Moment,
}

/// A part as it lies in the staging place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadPart {
    pub start: i64,
    pub size: i64,
    pub name: String,
}

/// A complete paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// SM3, hex.
    pub digest: String,
    pub size: i64,
    /// By its first bytes, never by its name.
    pub media: String,
    /// `clean`, or `not-scanned`.
    pub scan: String,
    pub created_at: Moment,
}

const UPLOAD: &str =
    "SELECT id, owner, draft, key, file_name, size, received, state, digest, created_at FROM uploads WHERE id = $1";
/// Young again, so that the sweep does not take what is just being referred to.
const KEEP: &str = "INSERT INTO blobs (digest, size, media, scan, created_at) VALUES ($1, $2, $3, $4, $5) \
                    ON CONFLICT (digest) DO UPDATE SET created_at = excluded.created_at, scan = excluded.scan";
/// Nobody refers to it: no draft, no holder's earlier papers, no case, no letter.
const SWEEP: &str = "DELETE FROM blobs WHERE digest = ANY($1) AND created_at < $2 \
     AND NOT EXISTS (SELECT 1 FROM draft_papers p WHERE p.digest = blobs.digest) \
     AND NOT EXISTS (SELECT 1 FROM given_papers p WHERE p.digest = blobs.digest) \
     AND NOT EXISTS (SELECT 1 FROM case_papers p WHERE p.digest = blobs.digest) \
     AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.digest = blobs.digest) \
     AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.ofd_digest = blobs.digest) RETURNING digest";

fn upload(row: &Row) -> Result<Upload, StoreError> {
    let complete = match row.text(7)? {
        "open" => false,
        "complete" => true,
        other => return Err(StoreError::damaged("the state of an upload", other)),
    };
    Ok(Upload {
        id: row.string(0)?,
        owner: row.string(1)?,
        draft: row.string(2)?,
        key: row.string(3)?,
        file_name: row.string(4)?,
        size: row.int(5)?,
        received: row.int(6)?,
        complete,
        digest: row.opt_string(8)?,
        created_at: Moment(row.int(9)?),
    })
}

fn blob(row: &Row) -> Result<Blob, ReadError> {
    Ok(Blob {
        digest: row.string(0)?,
        size: row.int(1)?,
        media: row.string(2)?,
        scan: row.string(3)?,
        created_at: Moment(row.int(4)?),
    })
}

impl Store {
    pub async fn start_upload(&self, row: &Upload) -> Result<(), StoreError> {
        let sql = "INSERT INTO uploads (id, owner, draft, key, file_name, size, received, state, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, 0, 'open', $7)";
        let values = args![&row.id, &row.owner, &row.draft, &row.key, &row.file_name, row.size, row.created_at.0];
        self.engine.write(vec![op(sql, values)]).await?;
        Ok(())
    }

    /// Whoever asks has to check whose it is.
    pub async fn upload(&self, id: &str) -> Result<Option<Upload>, StoreError> {
        self.engine.read_one(UPLOAD, args![id]).await?.as_ref().map(upload).transpose()
    }

    /// Bytes that a draft holds or is being sent, and how many files they are.
    pub async fn draft_load(&self, draft: &str) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT), COUNT(*) FROM ( \
                   SELECT b.size AS size FROM draft_papers p JOIN blobs b ON b.digest = p.digest WHERE p.draft = $1 \
                   UNION ALL SELECT u.size AS size FROM uploads u WHERE u.draft = $1 AND u.state = 'open') AS loads";
        let row = self.engine.read_one(sql, args![draft]).await?;
        Ok(row.map(|row| Ok::<_, ReadError>((row.int(0)?, row.int(1)?))).transpose()?.unwrap_or_default())
    }

    /// Notes a part that lies in the staging place. `false` when the upload does not stand at `part.start` any more: the part
    /// belongs to nobody.
    pub async fn add_part(&self, upload: &str, part: &UploadPart) -> Result<bool, StoreError> {
        let unit = vec![
            op(
                "UPDATE uploads SET received = $3 WHERE id = $1 AND received = $2 AND state = 'open' AND $3 <= size",
                args![upload, part.start, part.start + part.size],
            )
            .expecting(1),
            op(
                "INSERT INTO upload_parts (upload, start, size, name) VALUES ($1, $2, $3, $4)",
                args![upload, part.start, part.size, &part.name],
            ),
        ];
        conflict_is_false(self.engine.write(unit).await)
    }

    /// The parts in their order.
    pub async fn upload_parts(&self, upload: &str) -> Result<Vec<UploadPart>, StoreError> {
        let sql = "SELECT start, size, name FROM upload_parts WHERE upload = $1 ORDER BY start";
        let part = |row: &Row| Ok(UploadPart { start: row.int(0)?, size: row.int(1)?, name: row.string(2)? });
        self.engine.read(sql, args![upload]).await?.iter().map(part).collect()
    }

    /// The paper lies complete: notes it and puts it into the draft. `false` when the draft does not stand open any more, or the upload
    /// was finished by another request.
    pub async fn finish_upload(&self, upload: &str, draft: &str, blob: &Blob, paper: &DraftPaper) -> Result<bool, StoreError> {
        let complete = "UPDATE uploads SET state = 'complete', digest = $2 WHERE id = $1 AND state = 'open' AND received = size";
        let unit = vec![
            op(complete, args![upload, &blob.digest]).expecting(1),
            drafts::open(draft, paper.at),
            op(KEEP, args![&blob.digest, blob.size, &blob.media, &blob.scan, blob.created_at.0]),
            drafts::attach(draft, paper),
            op("DELETE FROM upload_parts WHERE upload = $1", args![upload]),
        ];
        conflict_is_false(self.engine.write(unit).await)
    }

    /// The same for a file that came whole.
    pub async fn attach_blob(&self, draft: &str, blob: &Blob, paper: &DraftPaper) -> Result<bool, StoreError> {
        let unit = vec![
            drafts::open(draft, paper.at),
            op(KEEP, args![&blob.digest, blob.size, &blob.media, &blob.scan, blob.created_at.0]),
            drafts::attach(draft, paper),
        ];
        conflict_is_false(self.engine.write(unit).await)
    }

    /// The same for a file that belongs to no draft: an officer's, until it comes to a case by an act of hers. Like every upload it
    /// is forgotten after a day.
    pub async fn note_upload(&self, row: &Upload, blob: &Blob) -> Result<(), StoreError> {
        let sql = "INSERT INTO uploads (id, owner, draft, key, file_name, size, received, state, digest, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $6, 'complete', $7, $8)";
        let values = args![&row.id, &row.owner, &row.draft, &row.key, &row.file_name, row.size, &blob.digest, row.created_at.0];
        let keep = op(KEEP, args![&blob.digest, blob.size, &blob.media, &blob.scan, blob.created_at.0]);
        self.engine.write(vec![op(sql, values), keep]).await?;
        Ok(())
    }

    /// Gives an upload up.
    pub async fn drop_upload(&self, id: &str) -> Result<(), StoreError> {
        let unit =
            vec![op("DELETE FROM upload_parts WHERE upload = $1", args![id]), op("DELETE FROM uploads WHERE id = $1", args![id])];
        self.engine.write(unit).await?;
        Ok(())
    }

    /// Uploads that began before `before`, finished or not.
    pub async fn old_uploads(&self, before: Moment, limit: u32) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT id FROM uploads WHERE created_at < $1 ORDER BY created_at, id LIMIT $2";
        let rows = self.engine.read(sql, args![before.0, i64::from(limit)]).await?;
        rows.iter().map(|row| Ok(row.string(0)?)).collect()
    }

    pub async fn blob(&self, digest: &str) -> Result<Option<Blob>, StoreError> {
        let sql = "SELECT digest, size, media, scan, created_at FROM blobs WHERE digest = $1";
        Ok(self.engine.read_one(sql, args![digest]).await?.as_ref().map(blob).transpose()?)
    }

    /// Digests after `after` in their order, a slice for the sweep.
    pub async fn blob_slice(&self, after: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT digest FROM blobs WHERE digest > $1 ORDER BY digest LIMIT $2";
        let rows = self.engine.read(sql, args![after, i64::from(limit)]).await?;
        rows.iter().map(|row| Ok(row.string(0)?)).collect()
    }

    /// Forgets those of the papers that nobody refers to and that came before `before`; their bytes may go.
    pub async fn sweep_blobs(&self, digests: &[String], before: Moment) -> Result<Vec<String>, StoreError> {
        let rows = self.engine.write_returning(SWEEP, args![digests, before.0]).await?;
        rows.iter().map(|row| Ok(row.string(0)?)).collect()
    }
}

/// From now on a case holds this paper, and the sweep spares it.
pub(crate) fn held(digest: &str, no: &CaseNo) -> Op {
    let sql = "INSERT INTO case_papers (digest, case_no) VALUES ($1, $2) ON CONFLICT (digest, case_no) DO NOTHING";
    op(sql, args![digest, &no.0])
}

fn conflict_is_false(answer: Result<crate::engine::Written, WriteError>) -> Result<bool, StoreError> {
    match answer {
        Ok(_) => Ok(true),
        Err(WriteError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

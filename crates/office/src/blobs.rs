//! The papers' bytes: a content-addressed folder. A blob is durable before any row speaks of it (decision 16), and its digest
//! is no capability: whoever asks comes through a draft or a case.

use crate::{Failure, Office};
use sm3::{Digest, Sm3};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where blobs lie: `ab/cd/<digest>`.
fn path_of(root: &Path, digest: &str) -> Option<PathBuf> {
    let plain = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| root.join("blobs").join(&digest[..2]).join(&digest[2..4]).join(digest))
}

impl Office {
    /// Keeps bytes and gives their SM3 digest, hex. When this returns, file and folder are synced.
    pub async fn keep_blob(&self, bytes: &[u8], _media: &str) -> Result<String, Failure> {
        let digest = crate::ids::digest(bytes);
        let Some(path) = path_of(&self.settings.data, &digest) else { return Err(Failure::Unready("no digest".to_owned())) };
        let bytes = bytes.to_vec();
        tokio::task::spawn_blocking(move || write_durably(&path, &bytes))
            .await
            .map_err(|fault| Failure::Unready(fault.to_string()))??;
        Ok(digest)
    }

    /// The bytes of this digest; `None` when there are none. What was damaged on disk is not handed out.
    pub async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(path) = path_of(&self.settings.data, digest) else { return Ok(None) };
        match tokio::fs::read(&path).await {
            Ok(bytes) if hex(&Sm3::digest(&bytes)) == digest => Ok(Some(bytes)),
            Ok(_) => Err(Failure::Unready(format!("the file {digest} is damaged"))),
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    crate::ids::hex(bytes)
}

fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)?;
    let temporary = path.with_extension(crate::ids::opaque());
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// The media type by the first bytes; what is not known is offered as a download only.
pub fn media_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'P', b'K', 3, 4, ..] => "application/zip",
        _ => "application/octet-stream",
    }
}

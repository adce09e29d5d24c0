//! The bytes of papers: content-addressed by SM3, in a local folder or in an S3-compatible store.
//!
//! A paper is durable before any row speaks of it (decision 16): written beside its place, synced, renamed, and the folder
//! synced. The same bytes lie once, but nobody learns of it: everyone sends all of theirs, and a digest opens nothing, since
//! papers are looked up through a draft or a case. Parts of uploads lie in a staging place of the same store, so that any
//! node can take the next one.

mod folder;
mod s3;

pub use s3::S3Settings;

use crate::{Failure, Office, ids};
use folder::Folder;
use s3::S3;
use std::path::Path;
use std::sync::Arc;

/// Where papers lie. Cheap to clone.
#[derive(Clone)]
pub struct Blobs(Arc<Place>);

enum Place {
    Folder(Folder),
    S3(Box<S3>),
}

impl Blobs {
    /// In `blobs` and `staging` under a local folder, which nodes may share.
    pub fn folder(root: &Path) -> Blobs {
        Blobs(Arc::new(Place::Folder(Folder::new(root))))
    }

    /// # Errors
    /// When address or bucket cannot be.
    pub fn s3(settings: &S3Settings) -> Result<Blobs, Failure> {
        Ok(Blobs(Arc::new(Place::S3(Box::new(S3::new(settings)?)))))
    }

    /// Keeps bytes and gives their digest. When this returns they are durable.
    pub async fn keep(&self, bytes: Vec<u8>) -> Result<String, Failure> {
        let digest = ids::digest(&bytes);
        match self.0.as_ref() {
            Place::Folder(folder) => folder.keep(&digest, bytes).await?,
            Place::S3(s3) => s3.put(&paper_key(&digest), bytes).await?,
        }
        Ok(digest)
    }

    /// The bytes of this digest; `None` when there are none.
    ///
    /// # Errors
    /// Also when what lies there is not what was kept: damaged papers are not handed out.
    pub async fn read(&self, digest: &str) -> Result<Option<Vec<u8>>, Failure> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let found = match self.0.as_ref() {
            Place::Folder(folder) => folder.read(digest).await?,
            Place::S3(s3) => s3.get(&paper_key(digest)).await?,
        };
        match found {
            Some(bytes) if ids::digest(&bytes) != digest => {
                Err(std::io::Error::new(std::io::ErrorKind::InvalidData, format!("the paper {digest} is damaged")).into())
            }
            found => Ok(found),
        }
    }

    /// Lets bytes go, once nobody refers to them.
    pub async fn remove(&self, digest: &str) -> Result<(), Failure> {
        if !is_digest(digest) {
            return Ok(());
        }
        match self.0.as_ref() {
            Place::Folder(folder) => folder.remove(digest).await,
            Place::S3(s3) => s3.delete(&paper_key(digest)).await,
        }
    }

    /// Keeps a part of an upload until the whole is there. `upload` and `name` are ours, never a sender's.
    pub(crate) async fn stage(&self, upload: &str, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        match self.0.as_ref() {
            Place::Folder(folder) => folder.stage(upload, name, bytes).await,
            Place::S3(s3) => s3.put(&format!("staging/{upload}/{name}"), bytes).await,
        }
    }

    pub(crate) async fn staged(&self, upload: &str, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.0.as_ref() {
            Place::Folder(folder) => folder.staged(upload, name).await,
            Place::S3(s3) => s3.get(&format!("staging/{upload}/{name}")).await,
        }
    }

    /// Lets the parts of an upload go.
    pub(crate) async fn unstage(&self, upload: &str, names: &[String]) -> Result<(), Failure> {
        match self.0.as_ref() {
            Place::Folder(folder) => folder.unstage(upload).await,
            Place::S3(s3) => {
                for name in names {
                    s3.delete(&format!("staging/{upload}/{name}")).await?;
                }
                Ok(())
            }
        }
    }
}

impl Office {
    /// Keeps bytes of our own making, such as a letter, and gives their digest. When this returns they are durable.
    pub async fn keep_blob(&self, bytes: &[u8]) -> Result<String, Failure> {
        self.uploads.blobs.keep(bytes.to_vec()).await
    }

    /// The bytes of this digest, for whoever has looked it up in a case that the reader may see.
    pub async fn blob(&self, digest: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.uploads.blobs.read(digest).await
    }
}

/// The media type by the first bytes; what is not known is offered as a download only.
pub fn media_type(bytes: &[u8]) -> &'static str {
    crate::file_kind::FileKind::of(bytes).map_or("application/octet-stream", crate::file_kind::FileKind::media)
}

/// `blobs/ab/cd/<digest>`: no folder grows without end.
fn paper_key(digest: &str) -> String {
    format!("blobs/{}/{}/{digest}", &digest[..2], &digest[2..4])
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A folder that goes with the test.
    pub(crate) struct Away(pub(crate) PathBuf);

    impl Away {
        pub(crate) fn new() -> Away {
            Away(std::env::temp_dir().join(format!("yimen-papers-{}", ids::opaque())))
        }
    }

    impl Drop for Away {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn what_is_kept_is_found_by_its_digest_and_nothing_else_is() {
        let away = Away::new();
        let blobs = Blobs::folder(&away.0);
        let digest = blobs.keep(b"paper".to_vec()).await.expect("kept");
        assert_eq!(blobs.keep(b"paper".to_vec()).await.expect("kept again"), digest);
        assert_eq!(blobs.read(&digest).await.expect("read").as_deref(), Some(&b"paper"[..]));
        let path = away.0.join(paper_key(&digest));
        let beside = std::fs::read_dir(path.parent().expect("a folder")).expect("listed").count();
        assert_eq!(beside, 1, "nothing unfinished is left beside it");
        for name in ["", "../../etc/passwd", &digest.to_uppercase(), &"0".repeat(64), &digest[1..]] {
            assert_eq!(blobs.read(name).await.expect("looked"), None, "{name}");
            blobs.remove(name).await.expect("nothing to remove");
        }
        blobs.remove(&digest).await.expect("removed");
        assert_eq!(blobs.read(&digest).await.expect("looked"), None);
    }

    #[tokio::test]
    async fn a_damaged_paper_is_not_handed_out() {
        let away = Away::new();
        let blobs = Blobs::folder(&away.0);
        let digest = blobs.keep(b"paper".to_vec()).await.expect("kept");
        std::fs::write(away.0.join(paper_key(&digest)), b"pa").expect("damaged");
        assert!(blobs.read(&digest).await.is_err());
        blobs.keep(b"paper".to_vec()).await.expect("kept");
        assert!(blobs.read(&digest).await.is_ok(), "sending it again mends it");
    }

    #[tokio::test]
    async fn parts_lie_apart_for_each_upload() {
        let away = Away::new();
        let blobs = Blobs::folder(&away.0);
        blobs.stage("u1", "0-a", b"one".to_vec()).await.expect("staged");
        blobs.stage("u2", "0-a", b"two".to_vec()).await.expect("staged");
        assert_eq!(blobs.staged("u1", "0-a").await.expect("read").as_deref(), Some(&b"one"[..]));
        blobs.unstage("u1", &[]).await.expect("gone");
        blobs.unstage("u1", &[]).await.expect("gone already");
        assert_eq!(blobs.staged("u1", "0-a").await.expect("looked"), None);
        assert!(blobs.staged("u2", "0-a").await.expect("read").is_some());
    }
}

//! Papers in a local folder. What is written is durable when the call returns: the file and every folder made for it are synced.

use super::paper_key;
use crate::{Failure, ids};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: &Path) -> Folder {
        Folder { root: root.to_owned() }
    }

    pub(super) async fn keep(&self, digest: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        self.write(self.root.join(paper_key(digest)), bytes).await
    }

    pub(super) async fn read(&self, digest: &str) -> Result<Option<Vec<u8>>, Failure> {
        found(tokio::fs::read(self.root.join(paper_key(digest))).await)
    }

    pub(super) async fn remove(&self, digest: &str) -> Result<(), Failure> {
        found(tokio::fs::remove_file(self.root.join(paper_key(digest))).await).map(drop)
    }

    pub(super) async fn stage(&self, upload: &str, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        self.write(self.staging(upload).join(name), bytes).await
    }

    pub(super) async fn staged(&self, upload: &str, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        found(tokio::fs::read(self.staging(upload).join(name)).await)
    }

    pub(super) async fn unstage(&self, upload: &str) -> Result<(), Failure> {
        found(tokio::fs::remove_dir_all(self.staging(upload)).await).map(drop)
    }

    fn staging(&self, upload: &str) -> PathBuf {
        self.root.join("staging").join(upload)
    }

    async fn write(&self, path: PathBuf, bytes: Vec<u8>) -> Result<(), Failure> {
        let root = self.root.clone();
        let writing = tokio::task::spawn_blocking(move || write_durably(&root, &path, &bytes));
        Ok(writing.await.map_err(std::io::Error::other)??)
    }
}

/// Beside its place, synced, then renamed into it: nobody ever sees half a file, nor a name without its bytes after a crash. What
/// is there is written anew, for it may be damaged, or about to be swept away.
fn write_durably(root: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(root);
    let fresh = !folder.exists();
    if fresh {
        std::fs::create_dir_all(folder)?;
    }
    let temporary = path.with_extension(ids::opaque());
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(fault) = written.and_then(|()| std::fs::rename(&temporary, path)) {
        // The disk is full or dying; what was begun only takes room. That it is not there then is the first fault's to tell.
        let _ = std::fs::remove_file(&temporary);
        return Err(fault);
    }
    File::open(folder)?.sync_all()?;
    if fresh {
        for above in folder.ancestors().skip(1).take_while(|above| above.starts_with(root)) {
            File::open(above)?.sync_all()?;
        }
    }
    Ok(())
}

fn found<T>(answer: std::io::Result<T>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

//! The sweep: uploads that nobody goes on with, and papers that nobody refers to. It spares what is younger than a day, for
//! somebody may be about to refer to it.

use super::Uploads;
use crate::Failure;
use casework::Moment;
use store::Store;

const DAY: i64 = 24 * 3_600_000;
/// Uploads and papers looked at in one go.
const SLICE: u32 = 500;

/// What was swept away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub uploads: usize,
    pub papers: usize,
}

/// Sweeps everything once, slice by slice. Twice at the same time does no harm.
pub async fn sweep(uploads: &Uploads, store: &Store, now: Moment) -> Result<Swept, Failure> {
    let before = Moment(now.0 - DAY);
    let mut swept = Swept::default();
    loop {
        let old = store.old_uploads(before, SLICE).await?;
        for id in &old {
            uploads.drop(store, id).await?;
        }
        swept.uploads += old.len();
        if old.len() < SLICE as usize {
            break;
        }
    }
    let mut after = String::new();
    loop {
        let slice = store.blob_slice(&after, SLICE).await?;
        let Some(last) = slice.last() else { break };
        after.clone_from(last);
        for digest in store.sweep_blobs(&slice, before).await? {
            // Somebody may have sent the same bytes since the row went: then there is a row again, and they stay.
            if store.blob(&digest).await?.is_none() {
                uploads.blobs.remove(&digest).await?;
                swept.papers += 1;
            }
        }
    }
    Ok(swept)
}

//! The port for a virus scanner. None is shipped; what no scanner has seen is kept as *not scanned* and says so.

use crate::Failure;
use std::pin::Pin;

/// What a scanner found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    Infected,
    /// Nobody looked.
    NotScanned,
}

pub type Scanning<'a> = Pin<Box<dyn Future<Output = Result<Verdict, Failure>> + Send + 'a>>;

/// Looks at a whole file before it is kept. A failure stops the upload, which can be tried again.
pub trait Scanner: Send + Sync {
    fn scan<'a>(&'a self, bytes: &'a [u8]) -> Scanning<'a>;
}

/// No scanner.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoScanner;

impl Scanner for NoScanner {
    fn scan<'a>(&'a self, _bytes: &'a [u8]) -> Scanning<'a> {
        Box::pin(async { Ok(Verdict::NotScanned) })
    }
}

//! The port for a virus scanner, and the way to one that speaks ClamAV's protocol (`clamd`). What no scanner has seen is kept as
//! *not scanned* and says so.

use crate::Failure;
use std::pin::Pin;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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

/// A scanner at a TCP address that takes `INSTREAM`: length and bytes, piece by piece, then a length of nothing.
#[derive(Debug, Clone)]
pub struct Clamd {
    /// `127.0.0.1:3310`
    pub address: String,
}

/// A piece of the stream; the scanner's own bound on a whole file is larger.
const PIECE: usize = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(60);

impl Scanner for Clamd {
    fn scan<'a>(&'a self, bytes: &'a [u8]) -> Scanning<'a> {
        Box::pin(async move {
            let asked = tokio::time::timeout(PATIENCE, self.ask(bytes)).await;
            let answer = asked.map_err(|_| std::io::Error::other("the virus scanner does not answer"))??;
            match answer.trim_end_matches('\0').trim() {
                clean if clean.ends_with(" OK") => Ok(Verdict::Clean),
                found if found.ends_with(" FOUND") => Ok(Verdict::Infected),
                _ => Err(std::io::Error::other("the virus scanner could not look at a file").into()),
            }
        })
    }
}

impl Clamd {
    async fn ask(&self, bytes: &[u8]) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.write_all(b"zINSTREAM\0").await?;
        for piece in bytes.chunks(PIECE) {
            stream.write_all(&(piece.len() as u32).to_be_bytes()).await?;
            stream.write_all(piece).await?;
        }
        stream.write_all(&[0; 4]).await?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer).await?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// A scanner for one file that finds `virus` in it; `other` is what it says to anything else.
    async fn scanner(other: &'static str) -> Clamd {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut word = [0; 10];
            stream.read_exact(&mut word).await.expect("the command");
            assert_eq!(&word, b"zINSTREAM\0");
            let mut file = Vec::new();
            loop {
                let length = stream.read_u32().await.expect("a length") as usize;
                if length == 0 {
                    break;
                }
                let mut piece = vec![0; length];
                stream.read_exact(&mut piece).await.expect("a piece");
                file.extend(piece);
            }
            let found = file.windows(5).any(|window| window == b"virus");
            let answer = if found { "stream: Example-Signature FOUND\0" } else { other };
            stream.write_all(answer.as_bytes()).await.expect("answered");
        });
        Clamd { address }
    }

    #[tokio::test]
    async fn a_file_is_streamed_whole_and_its_verdict_read() {
        let large = [vec![b'a'; 200_000], b"virus".to_vec()].concat();
        assert_eq!(scanner("stream: OK\0").await.scan(&large).await.expect("told"), Verdict::Infected);
        assert_eq!(scanner("stream: OK\0").await.scan(&large[..200_000]).await.expect("told"), Verdict::Clean);
    }

    #[tokio::test]
    async fn a_scanner_that_is_away_or_fails_lets_nothing_through() {
        assert!(scanner("INSTREAM size limit exceeded. ERROR\0").await.scan(b"x").await.is_err());
        assert!(Clamd { address: "127.0.0.1:1".to_owned() }.scan(b"x").await.is_err());
    }
}

//! Lines in batches, so that memory stays bounded whatever the size of the file.

use std::io::BufRead;

/// Longest line: a profile of thousands of facts. A longer one is cut here, which makes it malformed, and is named.
const LONGEST: u64 = 16 * 1024 * 1024;

pub struct Batches {
    from: Box<dyn BufRead + Send>,
    rows: usize,
    next: u64,
    line: u64,
}

/// Some lines of a file, one after the other.
pub struct Batch {
    /// Place among the batches, from 0.
    pub number: u64,
    /// Number of its first line, from 1.
    first: u64,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Batches {
    pub fn new(from: Box<dyn BufRead + Send>, rows: usize) -> Batches {
        Batches { from, rows, next: 0, line: 1 }
    }

    /// The next batch, or `None` at the end.
    pub fn next(&mut self) -> anyhow::Result<Option<Batch>> {
        let mut batch = Batch { number: self.next, first: self.line, text: Vec::new(), ends: Vec::new() };
        while batch.ends.len() < self.rows {
            let before = batch.text.len();
            let read = std::io::Read::take(&mut self.from, LONGEST).read_until(b'\n', &mut batch.text)?;
            if read == 0 {
                break;
            }
            if batch.text.last() != Some(&b'\n') && read as u64 == LONGEST {
                self.skip_line()?;
                batch.text.truncate(before + 64);
            }
            batch.ends.push(batch.text.len());
        }
        if batch.ends.is_empty() {
            return Ok(None);
        }
        self.next += 1;
        self.line += batch.ends.len() as u64;
        Ok(Some(batch))
    }

    /// Passes over the rest of a line without keeping it.
    fn skip_line(&mut self) -> anyhow::Result<()> {
        loop {
            let buffer = self.from.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (used, done) = end.map_or((buffer.len(), buffer.is_empty()), |end| (end + 1, true));
            self.from.consume(used);
            if done {
                return Ok(());
            }
        }
    }
}

impl Batch {
    /// Each line with its number.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).zip(self.first..).map(|((start, end), number)| (number, &self.text[start..*end]))
    }
}

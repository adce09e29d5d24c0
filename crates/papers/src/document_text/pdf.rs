//! The text of a PDF, page by page, as its fonts tell it. A page that is a picture has none.

use super::{UNPACKED, Unreadable};
use lopdf::{Document, Error, LoadOptions};

/// Most pages that are read.
const PAGES: usize = 200;

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let most = UNPACKED as usize;
    let options = LoadOptions { max_decompressed_size: Some(most), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(why)?;
    if document.is_encrypted() {
        return Err(Unreadable::Damaged);
    }
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    if pages.len() > PAGES {
        return Err(Unreadable::TooLong);
    }
    let mut text = String::new();
    for page in pages {
        for part in document.extract_text_chunks_with_limit(&[page], most) {
            // A font that cannot be read leaves a gap which the reader of the text sees; a bomb ends the reading.
            match part {
                Ok(part) => text.push_str(&part),
                Err(fault) if why_large(&fault) => return Err(Unreadable::TooLarge),
                Err(_) => {}
            }
        }
        if text.len() > most {
            return Err(Unreadable::TooLarge);
        }
        text.push('\n');
    }
    Ok(text)
}

fn why(fault: Error) -> Unreadable {
    if why_large(&fault) { Unreadable::TooLarge } else { Unreadable::Damaged }
}

fn why_large(fault: &Error) -> bool {
    matches!(fault, Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }))
}

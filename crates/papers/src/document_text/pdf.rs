//! The text of a PDF, page by page, as its fonts tell it. A page that is a picture has none.

use super::{UNPACKED, Unreadable};
use lopdf::{Document, Error, LoadOptions};

/// Most pages that are read.
const PAGES: usize = 200;
/// Most that the contents of all pages together may unpack to, in bytes: each of them becomes an object of many times its size, and pages may
/// share one content.
const CONTENTS: usize = 8 * 1024 * 1024;

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let options = LoadOptions { max_decompressed_size: Some(UNPACKED as usize), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(why)?;
    if document.is_encrypted() {
        return Err(Unreadable::Damaged);
    }
    let pages = document.get_pages();
    if pages.len() > PAGES {
        return Err(Unreadable::TooLong);
    }
    let (mut text, mut left) = (String::new(), CONTENTS);
    for (number, page) in pages {
        match document.get_page_content_with_limit(page, left) {
            Ok(content) => left -= content.len().min(left),
            Err(fault) if why_large(&fault) => return Err(Unreadable::TooLarge),
            Err(_) => continue,
        }
        for part in document.extract_text_chunks_with_limit(&[number], CONTENTS) {
            // A font that cannot be read leaves a gap which the reader of the text sees; a bomb ends the reading.
            match part {
                Ok(part) => text.push_str(&part),
                Err(fault) if why_large(&fault) => return Err(Unreadable::TooLarge),
                Err(_) => {}
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::{Dictionary, Object, Stream, dictionary};

    /// A PDF of so many pages that all show this content, compressed.
    fn pdf(pages: usize, content: &[u8]) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let mut stream = Stream::new(Dictionary::new(), content.to_vec());
        stream.compress().expect("compressed");
        let content = document.add_object(stream);
        let font = document.add_object(
            dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" },
        );
        let parent = document.new_object_id();
        let page = dictionary! {
            "Type" => "Page", "Parent" => parent, "Contents" => content,
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        };
        let kids: Vec<Object> = (0..pages).map(|_| document.add_object(page.clone()).into()).collect();
        let count = kids.len() as i64;
        document.objects.insert(parent, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }));
        let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => parent });
        document.trailer.set("Root", root);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("saved");
        bytes
    }

    #[test]
    fn a_page_is_read_and_thousands_are_not() {
        let shown = b"BT /F 12 Tf (Article 1) Tj ET";
        assert!(text(&pdf(2, shown)).expect("read").contains("Article 1"));
        assert_eq!(text(&pdf(5_000, shown)), Err(Unreadable::TooLong));
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused_in_one_page_or_over_all() {
        let bomb = pdf(1, &b"q ".repeat(5 << 20));
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        assert_eq!(text(&bomb), Err(Unreadable::TooLarge));
        assert_eq!(text(&pdf(100, &b"q Q ".repeat(1 << 16))), Err(Unreadable::TooLarge), "pages that share a content");
    }

    #[test]
    fn nesting_cycles_and_lies_end_the_reading() {
        let plain = String::from_utf8_lossy(&pdf(1, b"")).into_owned();
        for deep in ["[".repeat(1 << 18), "<</A".repeat(1 << 18), "(".repeat(1 << 18)] {
            let bytes = plain.replace("/Catalog", &format!("/Catalog/X {deep}"));
            assert!(text(bytes.as_bytes()).is_err() || text(bytes.as_bytes()).is_ok_and(|text| text.trim().is_empty()));
        }
        let mut document = Document::load_mem(&pdf(1, b"")).expect("loaded");
        let pages = document.catalog().and_then(|root| root.get(b"Pages")).and_then(Object::as_reference).expect("pages");
        let own = dictionary! { "Type" => "Pages", "Kids" => vec![pages.into(), pages.into()], "Count" => 2_000_000_000 };
        document.objects.insert(pages, Object::Dictionary(own));
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("saved");
        assert_eq!(text(&bytes).expect("read").trim(), "");
    }
}

//! The words of a document that somebody hands in as text, DOCX or PDF, paragraph by paragraph.
//!
//! Files come from outside: what one may unpack to is bounded, nothing in it is followed or run, and what cannot be read is said so.
//! Numbers that Word counts by itself and words that lie in pictures are not in the text; a person reads it through. Serves measure 14.

mod pdf;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{Cursor, Read};
use thiserror::Error;
use zip::ZipArchive;

/// Largest file that is read, in bytes.
pub const LARGEST: usize = 8 * 1024 * 1024;
/// Most that a part of a file may unpack to, in bytes.
const UNPACKED: u64 = 32 * 1024 * 1024;
/// Most characters of text that are kept; a book is no policy.
const LONGEST: usize = 200_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unreadable {
    #[error("larger than {LARGEST} bytes, or unpacks to too much")]
    TooLarge,
    #[error("more than {LONGEST} characters")]
    TooLong,
    #[error("neither text, DOCX nor PDF")]
    Unknown,
    #[error("damaged or encrypted")]
    Damaged,
    #[error("holds no text")]
    Empty,
}

/// The paragraphs of a file, by what its bytes are and not by its name.
///
/// # Errors
/// Why there are none.
pub fn paragraphs(bytes: &[u8]) -> Result<Vec<String>, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => whole(joined(&pdf::text(bytes)?)),
        [b'P', b'K', 3, 4, ..] => whole(of_docx(bytes)?),
        _ => of_text(std::str::from_utf8(bytes).map_err(|_| Unreadable::Unknown)?),
    }
}

/// The paragraphs of a pasted text: its lines.
///
/// # Errors
/// Where there are none, or far too many.
pub fn of_text(text: &str) -> Result<Vec<String>, Unreadable> {
    if text.contains('\0') {
        return Err(Unreadable::Unknown);
    }
    whole(text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect())
}

/// Without empty ones, and bounded.
fn whole(lines: Vec<String>) -> Result<Vec<String>, Unreadable> {
    let tidy = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept: Vec<String> = lines.into_iter().map(tidy).filter(|line| !line.is_empty()).collect();
    match kept.iter().map(|line| line.chars().count()).sum::<usize>() {
        0 => Err(Unreadable::Empty),
        1..=LONGEST => Ok(kept),
        _ => Err(Unreadable::TooLong),
    }
}

fn of_docx(bytes: &[u8]) -> Result<Vec<String>, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let body = archive.by_name("word/document.xml").map_err(|_| Unreadable::Unknown)?;
    let mut xml = Vec::new();
    // The size that the archive claims is the archive's to claim; what comes out is counted.
    body.take(UNPACKED + 1).read_to_end(&mut xml).map_err(|_| Unreadable::Damaged)?;
    if xml.len() as u64 > UNPACKED {
        return Err(Unreadable::TooLarge);
    }
    of_word(&xml)
}

/// Paragraphs of `word/document.xml`; entities that a file defines itself are not known and so never grow.
fn of_word(xml: &[u8]) -> Result<Vec<String>, Unreadable> {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).map_err(|_| Unreadable::Damaged)?);
    let (mut lines, mut line, mut within) = (Vec::new(), String::new(), false);
    loop {
        match reader.read_event().map_err(|_| Unreadable::Damaged)? {
            Event::Start(tag) => within = local(&tag) == "t",
            Event::Empty(tag) if matches!(local(&tag), "tab" | "br") => line.push(' '),
            Event::Text(text) if within => line.push_str(&text),
            Event::GeneralRef(name) if within => line.push_str(&known(&name)),
            Event::End(tag) => {
                within = false;
                if tag.local_name().as_ref() == "p" {
                    lines.push(std::mem::take(&mut line));
                }
            }
            Event::Eof => return Ok(lines),
            _ => {}
        }
    }
}

fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    tag.local_name().into_inner()
}

/// The five entities of XML; others stand for nothing.
fn known(name: &str) -> String {
    let of_number = |digits: &str| {
        let number = match digits.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        };
        number.and_then(char::from_u32).map(String::from).unwrap_or_default()
    };
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        _ => name.strip_prefix('#').map(of_number).unwrap_or_default(),
    }
}

/// A PDF knows lines and no paragraphs: a line goes on until one ends a sentence, or the next opens an article.
fn joined(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !is_page_number(line)) {
        match paragraphs.last_mut() {
            Some(last) if open && !opens(line) => {
                // Latin words that were parted by the end of a line want their space back.
                let apart =
                    last.ends_with(|c: char| c.is_ascii_alphanumeric()) && line.starts_with(|c: char| c.is_ascii_alphabetic());
                last.push_str(if apart { " " } else { "" });
                last.push_str(line);
            }
            _ => paragraphs.push(line.to_owned()),
        }
        open = !line.ends_with(['。', '；', '：', '！', '？', ';', ':']) && paragraphs.len() > 1;
    }
    paragraphs
}

/// 第四条, 一、, （二）, 3.: the beginning of something new.
fn opens(line: &str) -> bool {
    const NUMERALS: &str = "一二三四五六七八九十百零0123456789";
    let numbered = |rest: &str, ends: &[&str]| {
        let after = rest.trim_start_matches(|c| NUMERALS.contains(c));
        after.len() < rest.len() && ends.iter().any(|end| after.starts_with(end))
    };
    line.strip_prefix('第').is_some_and(|rest| numbered(rest, &["条", "章", "节"]))
        || line.strip_prefix(['（', '(']).is_some_and(|rest| numbered(rest, &["）", ")"]))
        || numbered(line, &["、", "．"])
}

fn is_page_number(line: &str) -> bool {
    line.len() <= 12 && line.trim_matches(|c: char| c.is_ascii_digit() || "-—– 第页".contains(c)).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn docx(body: &str) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(body.as_bytes()).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn lines_of_a_text_are_paragraphs() {
        assert_eq!(
            paragraphs("\u{feff}第一条  支持。\r\n\r\n　第二条 奖励。".as_bytes()).unwrap(),
            ["第一条 支持。", "第二条 奖励。"]
        );
        assert_eq!(paragraphs(b" \n "), Err(Unreadable::Empty));
        assert_eq!(paragraphs(&[0xff, 0xfe, 0x00]), Err(Unreadable::Unknown));
        assert_eq!(paragraphs("字".repeat(LONGEST + 1).as_bytes()), Err(Unreadable::TooLong));
    }

    #[test]
    fn a_docx_is_read_with_its_runs_joined_and_its_tables() {
        let body = "<w:document><w:body><w:p><w:r><w:t>第一条</w:t></w:r><w:r><w:tab/><w:t>R&amp;D 不低于 5%</w:t></w:r></w:p>\
                    <w:tbl><w:tc><w:p><w:r><w:t>表中&#x4e00;格</w:t></w:r></w:p></w:tc></w:tbl></w:body></w:document>";
        assert_eq!(paragraphs(&docx(body)).unwrap(), ["第一条 R&D 不低于 5%", "表中一格"]);
    }

    #[test]
    fn hostile_files_are_refused_and_do_not_grow() {
        let bomb = docx(&format!("<w:p>{}</w:p>", " ".repeat(UNPACKED as usize + 10)));
        assert!(bomb.len() < 100_000);
        assert_eq!(paragraphs(&bomb), Err(Unreadable::TooLarge));
        let entities = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><w:p><w:t>x&b;&b;</w:t></w:p>";
        assert_eq!(paragraphs(&docx(entities)).unwrap(), ["x"]);
        assert_eq!(paragraphs(&docx("<w:p><w:t>x</w:q>")), Err(Unreadable::Damaged));
        assert_eq!(paragraphs(b"PK\x03\x04nothing"), Err(Unreadable::Damaged));
        assert_eq!(paragraphs(b"%PDF-1.7 nothing"), Err(Unreadable::Damaged));
        assert_eq!(paragraphs(&vec![b'a'; LARGEST + 1]), Err(Unreadable::TooLarge));
    }

    #[test]
    fn lines_of_a_pdf_become_paragraphs_again() {
        let text = "某某措施\n第一条 对营业收入达到\n5000万元的企业给予奖励。\n- 2 -\n（一）首次认定的；\n（二）再次认定的，按\n标准减半。";
        let wanted =
            ["某某措施", "第一条 对营业收入达到5000万元的企业给予奖励。", "（一）首次认定的；", "（二）再次认定的，按标准减半。"];
        assert_eq!(joined(text), wanted);
    }
}

//! What a file is, by its bytes and never by its name or by what the sender says it is.

/// The kinds that materials may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    Pdf,
    Jpeg,
    Png,
    /// GB/T 33190-2016: a ZIP with an `OFD.xml`.
    Ofd,
    Docx,
    Xlsx,
    Dwg,
}

impl FileKind {
    pub const ALL: [FileKind; 7] =
        [FileKind::Pdf, FileKind::Jpeg, FileKind::Png, FileKind::Ofd, FileKind::Docx, FileKind::Xlsx, FileKind::Dwg];

    /// The kind that these bytes are of. Office files with macros are of none: they carry programs.
    pub fn of(bytes: &[u8]) -> Option<FileKind> {
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(FileKind::Pdf),
            [0xff, 0xd8, 0xff, ..] => Some(FileKind::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(FileKind::Png),
            // AC1012 (R13) to AC1032 (2018).
            [b'A', b'C', b'1', b'0', b'0'..=b'9', b'0'..=b'9', ..] => Some(FileKind::Dwg),
            [b'P', b'K', 3, 4, ..] => of_zip(&zip_names(bytes)?),
            _ => None,
        }
    }

    /// The word for it in definitions.
    pub fn word(self) -> &'static str {
        match self {
            FileKind::Pdf => "pdf",
            FileKind::Jpeg => "jpeg",
            FileKind::Png => "png",
            FileKind::Ofd => "ofd",
            FileKind::Docx => "docx",
            FileKind::Xlsx => "xlsx",
            FileKind::Dwg => "dwg",
        }
    }

    pub fn media(self) -> &'static str {
        match self {
            FileKind::Pdf => "application/pdf",
            FileKind::Jpeg => "image/jpeg",
            FileKind::Png => "image/png",
            FileKind::Ofd => "application/ofd",
            FileKind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            FileKind::Dwg => "image/vnd.dwg",
        }
    }
}

fn of_zip(names: &[&[u8]]) -> Option<FileKind> {
    let has = |name: &[u8]| names.contains(&name);
    let under = |folder: &[u8]| names.iter().any(|name| name.starts_with(folder));
    if names.iter().any(|name| name.ends_with(b"vbaProject.bin")) {
        return None;
    }
    if has(b"OFD.xml") {
        return Some(FileKind::Ofd);
    }
    if !has(b"[Content_Types].xml") {
        return None;
    }
    if under(b"word/") {
        Some(FileKind::Docx)
    } else if under(b"xl/") {
        Some(FileKind::Xlsx)
    } else {
        None
    }
}

/// More entries than any paper has.
const MOST_ENTRIES: usize = 20_000;

/// The names in the central directory of a ZIP; `None` where it is broken or cut short.
fn zip_names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    // The end record has 22 bytes and a comment of at most 65,535 behind it.
    let tail = bytes.len().saturating_sub(22 + 65_535);
    let end = tail + bytes.get(tail..)?.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let entries = usize::from(short(bytes, end + 10)?);
    let mut at = long(bytes, end + 16)?;
    if entries > MOST_ENTRIES {
        return None;
    }
    let mut names = Vec::with_capacity(entries);
    for _ in 0..entries {
        if bytes.get(at..at.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|offset| short(bytes, at + offset).map(usize::from));
        let start = at + 46;
        names.push(bytes.get(start..start + name?)?);
        at = start + name? + extra? + comment?;
    }
    Some(names)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A ZIP of empty entries.
    pub(crate) fn zip(names: &[&str]) -> Vec<u8> {
        let (mut locals, mut directory) = (Vec::new(), Vec::new());
        for name in names {
            let length = u16::try_from(name.len()).expect("short").to_le_bytes();
            let offset = u32::try_from(locals.len()).expect("small").to_le_bytes();
            locals.extend([&b"PK\x03\x04"[..], &[0; 22], &length, &[0; 2], name.as_bytes()].concat());
            directory.extend([&b"PK\x01\x02"[..], &[0; 24], &length, &[0; 12], &offset, name.as_bytes()].concat());
        }
        let count = u16::try_from(names.len()).expect("few").to_le_bytes();
        let size = u32::try_from(directory.len()).expect("small").to_le_bytes();
        let at = u32::try_from(locals.len()).expect("small").to_le_bytes();
        [&locals[..], &directory, b"PK\x05\x06", &[0; 4], &count, &count, &size, &at, &[0; 2]].concat()
    }

    #[test]
    fn a_file_is_what_its_bytes_are() {
        let check = |bytes: &[u8], kind: Option<FileKind>| assert_eq!(FileKind::of(bytes), kind);
        check(b"%PDF-1.7\n", Some(FileKind::Pdf));
        check(b"\xff\xd8\xff\xe0", Some(FileKind::Jpeg));
        check(b"\x89PNG\r\n\x1a\n....", Some(FileKind::Png));
        check(b"AC1032\0", Some(FileKind::Dwg));
        check(&zip(&["OFD.xml", "Doc_0/Document.xml"]), Some(FileKind::Ofd));
        check(&zip(&["[Content_Types].xml", "word/document.xml"]), Some(FileKind::Docx));
        check(&zip(&["[Content_Types].xml", "xl/workbook.xml"]), Some(FileKind::Xlsx));
        check(&zip(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]), None);
        check(&zip(&["evil.exe"]), None);
        check(&zip(&[]), None);
        for junk in [&b""[..], b"%PD", b"MZ\x90\0", b"<html><script>", b"PK\x03\x04", b"PK\x03\x04PK\x05\x06\xff\xff"] {
            check(junk, None);
        }
        let whole = zip(&["OFD.xml"]);
        for cut in 0..whole.len() {
            let _ = FileKind::of(&whole[..cut]);
        }
        assert_eq!(FileKind::of(&whole[..whole.len() - 22]), None, "cut short");
    }

    #[test]
    fn every_kind_has_its_own_word_and_media_type() {
        for (place, kind) in FileKind::ALL.iter().enumerate() {
            assert!(FileKind::ALL[..place].iter().all(|other| other.word() != kind.word() && other.media() != kind.media()));
        }
    }
}

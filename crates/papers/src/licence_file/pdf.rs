//! Seals in PDF: a signature field with the stamp as its content, written as an incremental update (ISO 32000-1, 7.5.6
//! and 12.8), so that every byte of the document stays as it was. The stamp covers the whole file but its own digits.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{Alteration, SealError, Verdict};
use crate::{
    page::{Document, MM_PER_POINT},
    pdf,
    seal::{self, Seal, Step},
    sign::{self, Certificate, Signer},
};

/// The name under which readers of GB/T 38540 look for a stamp in a PDF; see docs/decisions/0006.
const KIND: &str = "/Filter/Yimen.SES/SubFilter/GM.sm2seal";
const RANGE: &[u8] = b"/ByteRange";
const CONTENTS: &[u8] = b"/Contents";
/// Room for the owner's certificate, the signature and the rest of a stamp beside its seal.
const BESIDE_SEAL: usize = 4096;

pub(super) fn seal(document: &Document, seal: &Seal, owner: &dyn Signer, at: Timestamp) -> Result<Vec<u8>, SealError> {
    let plain = pdf::write(document)?;
    let (page, centre, radius) = document.seal().ok_or(SealError::Shape("no place for a seal"))?;
    let height = document.pages.get(page).ok_or(SealError::Shape("no page for a seal"))?.height;
    let points = |mm: f32| mm / MM_PER_POINT;
    let [left, right] = [centre[0] - radius, centre[0] + radius].map(points);
    let [bottom, top] = [height - centre[1] - radius, height - centre[1] + radius].map(points);

    let old = Old::read(&plain).ok_or(SealError::Shape("the structure of the PDF is not known"))?;
    let page = *old.pages.get(page).ok_or(SealError::Shape("no page for a seal"))?;
    let [field, signature, look] = [old.size, old.size + 1, old.size + 2];
    let room = 2 * (seal.to_bytes()?.len() + BESIDE_SEAL);
    let beijing = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    let side = right - left;
    let objects = [
        (old.root, old.with(old.root, &format!("/AcroForm<</Fields[{field} 0 R]/SigFlags 3>>"))),
        (page, old.with(page, &format!("/Annots[{field} 0 R]"))),
        (
            field,
            Some(format!(
                "<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal1)/F 132/Rect[{left:.2} {bottom:.2} {right:.2} {top:.2}]\
                 /P {page} 0 R/V {signature} 0 R/AP<</N {look} 0 R>>>>"
            )),
        ),
        (
            look,
            // The picture stands in the page itself; the field has to have a look of its own, and it is empty.
            Some(format!("<</Type/XObject/Subtype/Form/BBox[0 0 {side:.2} {side:.2}]/Length 0>>\nstream\n\nendstream")),
        ),
        (
            signature,
            Some(format!(
                "<</Type/Sig{KIND}/M(D:{}+08'00'){}[{:40}]{}<{}>>>",
                beijing.strftime("%Y%m%d%H%M%S"),
                String::from_utf8_lossy(RANGE),
                "",
                String::from_utf8_lossy(CONTENTS),
                "0".repeat(room),
            )),
        ),
    ];
    let mut file = plain.clone();
    if !file.ends_with(b"\n") {
        file.push(b'\n');
    }
    let mut table = String::from("xref\n");
    for (number, text) in objects {
        let text = text.ok_or(SealError::Shape("an object of the PDF is not known"))?;
        let _ = write!(table, "{number} 1\n{:010} 00000 n \n", file.len());
        file.extend_from_slice(format!("{number} 0 obj\n{text}\nendobj\n").as_bytes());
    }
    let start = file.len();
    let trailer = old.trailer.replacen(&format!("/Size {}", old.size), &format!("/Size {}/Prev {}", old.size + 3, old.start), 1);
    file.extend_from_slice(format!("{table}trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n").as_bytes());

    let range_at = rfind(&file, RANGE).ok_or(SealError::Shape("no range"))? + RANGE.len() + 1;
    let open = rfind(&file, CONTENTS).ok_or(SealError::Shape("no contents"))? + CONTENTS.len();
    let close = open + room + 2;
    let range = format!("0 {open} {close} {}", file.len() - close);
    file[range_at..range_at + range.len()].copy_from_slice(range.as_bytes());
    let digest = covered(&file, open, close).ok_or(SealError::Shape("no contents"))?;
    let stamp = seal.stamp(digest, "/Seal1", owner, at)?;
    let digits: String = stamp.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02X}");
        digits
    });
    if digits.len() > room {
        return Err(SealError::Shape("the stamp is longer than its room"));
    }
    file[open + 1..open + 1 + digits.len()].copy_from_slice(digits.as_bytes());
    Ok(file)
}

pub(super) fn verify(bytes: &[u8], trusted: &[Certificate], now: Timestamp) -> Result<Verdict, Alteration> {
    let Some(at) = rfind(bytes, RANGE) else { return Ok(Verdict::Unsealed) };
    const RANGES: Alteration = Alteration::Malformed("the range of the seal");
    let inner = bytes.get(at + RANGE.len() + 1..).and_then(|rest| rest.split(|byte| *byte == b']').next()).ok_or(RANGES)?;
    let inner = std::str::from_utf8(inner).map_err(|_| RANGES)?;
    let numbers: Vec<usize> = inner.split(' ').filter(|n| !n.is_empty()).map_while(|n| n.parse().ok()).collect();
    let [0, open, close, rest] = numbers[..] else { return Err(RANGES) };
    let end = close.checked_add(rest).filter(|_| open < close).ok_or(RANGES)?;
    if end > bytes.len() {
        return Err(Alteration::CutShort);
    }
    // Between the two stretches lie the digits of the stamp and nothing else: what is not covered cannot be shown.
    let hole = bytes.get(open..close).ok_or(RANGES)?;
    let digits = hole.strip_prefix(b"<").and_then(|hole| hole.strip_suffix(b">")).ok_or(RANGES)?;
    if !bytes[..open].ends_with(CONTENTS) {
        return Err(RANGES);
    }
    let stamp = stamp(digits).ok_or(Alteration::Stamp(Step::Form))?;
    let digest = covered(&bytes[..end], open, close).ok_or(RANGES)?;
    let stamped = seal::check(&stamp, digest, trusted, now).map_err(Alteration::Stamp)?;
    if end < bytes.len() {
        return Err(Alteration::Appended(bytes.len() - end));
    }
    Ok(Verdict::Whole(stamped))
}

fn covered(file: &[u8], open: usize, close: usize) -> Option<[u8; 32]> {
    Some(sign::digest(&[file.get(..open)?, file.get(close..)?].concat()))
}

/// The stamp behind its digits, which are capital and followed by noughts alone.
fn stamp(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'A'..=b'F' => Some(c - b'A' + 10),
        _ => None,
    };
    let pairs = digits.chunks(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?));
    let mut bytes = pairs.collect::<Option<Vec<u8>>>()?;
    let length = match *bytes.get(1..5)? {
        [length @ 0..=0x7f, ..] => 2 + usize::from(length),
        [0x81, length, ..] => 3 + usize::from(length),
        [0x82, high, low, _] => 4 + usize::from(u16::from_be_bytes([high, low])),
        [0x83, high, middle, low] => 5 + (usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)),
        _ => return None,
    };
    if bytes.get(length..)?.iter().any(|byte| *byte != 0) {
        return None;
    }
    bytes.truncate(length);
    Some(bytes)
}

/// What has to be known of a file to write behind it. It is our own writer's: a table of places, one section, objects of
/// one generation.
struct Old<'a> {
    file: &'a [u8],
    places: Vec<usize>,
    trailer: String,
    start: usize,
    size: usize,
    root: usize,
    pages: Vec<usize>,
}

impl<'a> Old<'a> {
    fn read(file: &'a [u8]) -> Option<Old<'a>> {
        let tail = String::from_utf8_lossy(file.get(rfind(file, b"trailer")?..)?);
        let (trailer, start) = tail.strip_prefix("trailer")?.split_once("startxref")?;
        let start: usize = start.split_whitespace().next()?.parse().ok()?;
        let table = std::str::from_utf8(file.get(start..rfind(file, b"trailer")?)?).ok()?;
        let mut lines = table.lines();
        let (_, section) = (lines.next().filter(|line| line.trim() == "xref")?, lines.next()?);
        let size: usize = section.strip_prefix("0 ")?.trim().parse().ok()?;
        let places = lines.map(|line| line.split(' ').next()?.parse().ok()).collect::<Option<Vec<usize>>>()?;
        let trailer = trailer.trim().to_owned();
        let root = reference(&trailer, "/Root ")?;
        let mut old = Old { file, places, trailer, start, size, root, pages: Vec::new() };
        let tree = old.object(reference(old.object(root)?, "/Pages ")?)?;
        let kids = tree.split_once("/Kids[")?.1.split(']').next()?;
        old.pages = kids.split('R').filter_map(|kid| kid.split_whitespace().next()?.parse().ok()).collect();
        (old.places.len() == size && trailer_fits(&old.trailer, size)).then_some(old)
    }

    fn object(&self, number: usize) -> Option<&'a str> {
        let rest = self.file.get(*self.places.get(number)?..)?;
        let rest = rest.strip_prefix(format!("{number} 0 obj").as_bytes())?;
        let end = rest.windows(6).position(|part| part == b"endobj")?;
        std::str::from_utf8(&rest[..end]).ok().map(str::trim)
    }

    /// The object, a dictionary, with one more entry.
    fn with(&self, number: usize, entry: &str) -> Option<String> {
        let name = entry.split(['[', '<']).next()?;
        let inner = self.object(number)?.strip_suffix(">>").filter(|inner| !inner.contains(name))?;
        Some(format!("{inner}{entry}>>"))
    }
}

fn trailer_fits(trailer: &str, size: usize) -> bool {
    trailer.contains(&format!("/Size {size}")) && !trailer.contains("/Prev")
}

fn reference(text: &str, name: &str) -> Option<usize> {
    text.split_once(name)?.1.split(' ').next()?.parse().ok()
}

fn rfind(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|part| part == what)
}

//! Seals in OFD: the list of signatures, the signature with the digest of every other part, and the stamp over that
//! signature (GB/T 33190-2016, chapter 18). What the stamp covers is the signature file, and through its digests all else.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{Cursor, Read as _},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use quick_xml::events::Event;

use super::{Alteration, SealError, Verdict};
use crate::{
    ofd::{self, ENTRY, SIGNATURES},
    page::Document,
    seal::{self, Seal},
    sign::{self, Certificate, SM2_WITH_SM3, SM3, Signer},
    svg::{Pair, Short},
};

const SIGNATURE: &str = "Doc_0/Signs/Sign_0/Signature.xml";
const STAMP: &str = "Doc_0/Signs/Sign_0/SignedValue.dat";
const SEAL: &str = "Doc_0/Signs/Sign_0/Seal.esl";

pub(super) fn seal(document: &Document, seal: &Seal, owner: &dyn Signer, at: Timestamp) -> Result<Vec<u8>, SealError> {
    let (mut parts, pages) = ofd::parts(document, true)?;
    let (page, [x, y], radius) = document.seal().ok_or(SealError::Shape("no place for a seal"))?;
    let page = pages.get(page).ok_or(SealError::Shape("no page for a seal"))?;
    parts.push((SEAL.into(), seal.to_bytes()?));
    let mut references = String::new();
    for (name, bytes) in &parts {
        let digest = STANDARD.encode(sign::digest(bytes));
        let _ =
            write!(references, r#"<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{digest}</ofd:CheckValue></ofd:Reference>"#);
    }
    let side = Short(2.0 * radius);
    let signature = ofd::element(
        "Signature",
        "",
        &format!(
            "<ofd:SignedInfo><ofd:Provider ProviderName=\"Yimen\" Company=\"Yimen\" Version=\"1.0\"/>\
             <ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>\
             <ofd:SignatureDateTime>{}</ofd:SignatureDateTime>\
             <ofd:References CheckMethod=\"{SM3}\">{references}</ofd:References>\
             <ofd:StampAnnot ID=\"1\" PageRef=\"{page}\" Boundary=\"{} {side} {side}\"/>\
             <ofd:Seal><ofd:BaseLoc>/{SEAL}</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>\
             <ofd:SignedValue>/{STAMP}</ofd:SignedValue>",
            at.strftime("%Y%m%d%H%M%SZ"),
            Pair([x - radius, y - radius]),
        ),
    );
    let stamp = seal.stamp(sign::digest(&signature), &format!("/{SIGNATURE}"), owner, at)?;
    let list = ofd::element(
        "Signatures",
        "",
        &format!(r#"<ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID="1" Type="Seal" BaseLoc="/{SIGNATURE}"/>"#),
    );
    parts.extend([(SIGNATURES.into(), list), (SIGNATURE.into(), signature), (STAMP.into(), stamp)]);
    Ok(ofd::pack(&parts)?)
}

pub(super) fn verify(bytes: &[u8], trusted: &[Certificate], now: Timestamp) -> Result<Verdict, Alteration> {
    let parts = unpack(bytes)?;
    let read = |name: &str| parts.get(name).ok_or_else(|| Alteration::Missing(name.to_owned()));
    let entry = elements(read(ENTRY)?)?;
    let Some(list_name) = one(&entry, "Signatures")? else {
        // Stripped of its seal by its entry alone?
        let left = parts.keys().find(|name| name.ends_with("/SignedValue.dat") || name.ends_with("/Signatures.xml"));
        return left.map_or(Ok(Verdict::Unsealed), |left| Err(Alteration::Added(left.clone())));
    };
    let list_name = resolved(ENTRY, &list_name.text);
    let list = elements(read(&list_name)?)?;
    let signature = one(&list, "Signature")?.ok_or_else(|| Alteration::Missing("Signature".into()))?;
    let signature_name = resolved(&list_name, signature.attribute("BaseLoc").unwrap_or_default());
    let signature_bytes = read(&signature_name)?;
    let signature = elements(signature_bytes)?;
    let located = |name: &str| -> Result<Option<String>, Alteration> {
        Ok(one(&signature, name)?.map(|element| resolved(&signature_name, &element.text)))
    };
    let stamp_name = located("SignedValue")?.ok_or_else(|| Alteration::Missing("SignedValue".into()))?;
    let stamp = read(&stamp_name)?;

    if let Some(seal_name) = located("BaseLoc")? {
        let of_stamp = seal::of_stamp(stamp).and_then(|seal| seal.to_bytes().ok());
        if of_stamp.is_some_and(|of_stamp| parts.get(&seal_name).is_some_and(|lying| *lying != of_stamp)) {
            return Err(Alteration::SealSwapped);
        }
    }
    let stamped = seal::check(stamp, sign::digest(signature_bytes), trusted, now).map_err(Alteration::Stamp)?;
    if resolved("", &stamped.place) != signature_name {
        return Err(Alteration::Malformed("the stamp is another part's"));
    }

    // From here on the signature file is known to be what was sealed.
    let method = one(&signature, "References")?.and_then(|references| references.attribute("CheckMethod"));
    if !method.is_some_and(|method| method == SM3 || method.eq_ignore_ascii_case("sm3")) {
        return Err(Alteration::Malformed("digests of another kind than SM3"));
    }
    let mut covered = vec![list_name, signature_name.clone(), stamp_name];
    let mut values = signature.iter().filter(|element| element.name == "CheckValue");
    for reference in signature.iter().filter(|element| element.name == "Reference") {
        let name = resolved(&signature_name, reference.attribute("FileRef").unwrap_or_default());
        let wanted = values.next().and_then(|value| STANDARD.decode(value.text.trim()).ok());
        if wanted.as_deref() != Some(&sign::digest(read(&name)?)[..]) {
            return Err(Alteration::Changed(name));
        }
        covered.push(name);
    }
    match parts.keys().find(|name| !covered.contains(name)) {
        Some(name) => Err(Alteration::Added(name.clone())),
        None => Ok(Verdict::Whole(stamped)),
    }
}

/// The parts of the archive, refused if anything could lie between, before or behind them: readers differ in whether
/// they believe the list at the end of an archive or what stands before each part.
fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Alteration> {
    const MOST_PARTS: usize = 10_000;
    const MOST_BYTES: u64 = 64 << 20;
    let broken = |_| Alteration::Malformed("the archive cannot be read");
    const END: &[u8] = b"PK\x05\x06";
    let tail = bytes.len().saturating_sub(22);
    if bytes.get(tail..tail + 4) != Some(END) {
        let end = bytes.windows(4).rposition(|part| part == END).map(|at| at + 22);
        return Err(end.map_or(Alteration::CutShort, |end| Alteration::Appended(bytes.len().saturating_sub(end))));
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_PARTS {
        return Err(Alteration::Malformed("too many parts"));
    }
    let mut parts = BTreeMap::new();
    let mut places = Vec::new();
    let mut room = MOST_BYTES;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.into_owned();
        let header = usize::try_from(part.header_start()).unwrap_or(usize::MAX);
        let data = part.data_start().and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
        let end = data.saturating_add(usize::try_from(part.compressed_size()).unwrap_or(usize::MAX));
        let named = header.checked_add(30).and_then(|at| bytes.get(at..at.checked_add(name.len())?));
        if named != Some(name.as_bytes()) || name.starts_with('/') || name.split('/').any(|step| step == "..") {
            return Err(Alteration::Malformed("a part with two names"));
        }
        places.push((header, end));
        let mut content = Vec::new();
        part.by_ref().take(room + 1).read_to_end(&mut content).map_err(|_| Alteration::Changed(name.clone()))?;
        room = room.checked_sub(content.len() as u64).ok_or(Alteration::Malformed("too large"))?;
        if name.ends_with('/') && content.is_empty() {
            continue;
        }
        if parts.insert(name, content).is_some() {
            return Err(Alteration::Malformed("two parts of one name"));
        }
    }
    places.sort_unstable();
    places.push((usize::try_from(archive.central_directory_start()).unwrap_or(usize::MAX), 0));
    let mut expected = 0;
    for (start, end) in places {
        // Where sizes follow the data, they take 12 to 24 bytes.
        if !matches!(start.checked_sub(expected), Some(0 | 12 | 16 | 20 | 24)) {
            return Err(Alteration::Malformed("bytes between the parts"));
        }
        expected = end;
    }
    // The archive's own reader keeps one of two parts with one name and tells nobody.
    let stated = bytes.get(tail + 10..tail + 12).map(|count| usize::from(u16::from_le_bytes([count[0], count[1]])));
    if stated != Some(archive.len()) {
        return Err(Alteration::Malformed("two parts of one name"));
    }
    Ok(parts)
}

struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The elements of an XML part in the order of their opening, each with the text right inside it.
fn elements(xml: &[u8]) -> Result<Vec<Element>, Alteration> {
    const BROKEN: Alteration = Alteration::Malformed("a part that is no XML");
    let xml = std::str::from_utf8(xml).map_err(|_| BROKEN)?;
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|_| BROKEN)?;
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let mut attributes = Vec::new();
                for attribute in start.attributes() {
                    let attribute = attribute.map_err(|_| BROKEN)?;
                    let name = attribute.key.local_name().as_ref().to_owned();
                    attributes.push((name, attribute.value.as_ref().to_owned()));
                }
                found.push(Element { name: start.local_name().as_ref().to_owned(), attributes, text: String::new() });
                if matches!(event, Event::Start(_)) {
                    open.push(found.len() - 1);
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) => {
                if let Some(element) = open.last().and_then(|at| found.get_mut(*at)) {
                    element.text.push_str(text.trim());
                }
            }
            Event::DocType(_) => return Err(Alteration::Malformed("a document type")),
            Event::Eof => return if open.is_empty() { Ok(found) } else { Err(BROKEN) },
            _ => {}
        }
    }
}

/// The only element of this name; more than one would leave open which of them is meant.
fn one<'a>(elements: &'a [Element], name: &str) -> Result<Option<&'a Element>, Alteration> {
    let mut named = elements.iter().filter(|element| element.name == name);
    match (named.next(), named.next()) {
        (found, None) => Ok(found),
        _ => Err(Alteration::Added(name.to_owned())),
    }
}

/// A place as named in a part: from the root, or from the part's own folder.
fn resolved(from: &str, place: &str) -> String {
    match (place.strip_prefix('/'), from.rsplit_once('/')) {
        (Some(whole), _) => whole.to_owned(),
        (None, Some((folder, _))) => format!("{folder}/{place}"),
        (None, None) => place.to_owned(),
    }
}

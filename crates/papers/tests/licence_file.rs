//! Sealed licences, from making to what becomes of them when somebody meddles.
//! With `PAPERS_OUT=folder` the files are kept to be looked at.

use std::{
    fs,
    io::{Cursor, Read, Write},
};

use jiff::{Timestamp, civil::date};
use papers::{
    Lang,
    letter::{Block, Letter, OnMissing, SealText},
    licence_file::{Alteration, Format, OtherFormat, Report, Sealer, Verdict, verify},
    page::Document,
    seal::{Seal, Step, Wanted},
    sign::{Certificate, FileKeys, KeyStore, MAKER},
};
use proptest::prelude::*;

const OFFICE: &str = "滨海新区市场监督管理局";

struct House {
    folder: std::path::PathBuf,
    trusted: Vec<Certificate>,
    sealer: Sealer,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn when() -> Timestamp {
    at("2026-03-02T02:00:00Z")
}

fn now() -> Timestamp {
    at("2026-11-28T00:00:00Z")
}

fn house(name: &str) -> House {
    let folder = std::env::temp_dir().join(format!("papers-house-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2029-01-01T00:00:00Z"));
    let keys = FileKeys::create(&folder, "滨海新区（示范）", from, to).expect("created");
    let owner = keys.issue("scjgj", OFFICE, OFFICE, from, to).expect("issued");
    let wanted = Wanted { id: "12000000000001", name: OFFICE, owners: &[owner], from, to, demonstration: true };
    let seal = Seal::make(&wanted, &*keys.signer(MAKER).expect("a key"), from).expect("made");
    keys.keep_seal("scjgj", &seal.to_bytes().expect("written")).expect("kept");
    assert!(keys.has_seal("scjgj") && !keys.has_seal(MAKER));
    let sealer = Sealer::of(&keys, "scjgj").expect("found");
    House { folder, trusted: keys.trusted().expect("read"), sealer }
}

fn document(holder: &str) -> Document {
    let letter = Letter {
        title: "食品经营许可证".into(),
        number: "JY21200000000001".into(),
        blocks: vec![Block::KeyValues(vec![("经营者名称".into(), holder.into()), ("有效期至".into(), "2031年3月1日".into())])],
        signer: OFFICE.into(),
        date: "2026年3月2日".into(),
        seal: Some(SealText(OFFICE.into())),
        check_code: "7KQ4-0M2X-91TB".into(),
        check_url: "https://zwfw.example.invalid/check/7KQ4-0M2X-91TB".into(),
        demonstration: true,
        ..Letter::default()
    };
    letter.lay_out(date(2026, 3, 2).at(10, 0, 0, 0), OnMissing::Refuse).expect("laid out")
}

fn seen(bytes: &[u8], house: &House) -> Report {
    verify(bytes, &house.trusted, now()).expect("OFD or PDF")
}

fn altered(bytes: &[u8], house: &House) -> Alteration {
    match seen(bytes, house).verdict {
        Verdict::Altered(alteration) => alteration,
        other => panic!("{other:?}"),
    }
}

type Parts = Vec<(String, Vec<u8>)>;

fn unpack(file: &[u8]) -> Parts {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).expect("an archive");
    (0..archive.len())
        .map(|i| {
            let mut part = archive.by_index(i).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("read");
            (part.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

fn pack(parts: &Parts) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).expect("begun");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("finished").into_inner()
}

#[test]
fn a_sealed_licence_is_whole_and_says_by_whom_and_when() {
    let house = house("whole");
    let document = document("天津滨城海味餐饮有限公司");
    let files = [
        (Format::Ofd, house.sealer.ofd(&document, when()).expect("sealed"), "licence-sealed.ofd"),
        (Format::Pdf, house.sealer.pdf(&document, when()).expect("sealed"), "licence-sealed.pdf"),
    ];
    for (format, file, name) in &files {
        let report = seen(file, &house);
        assert_eq!(report.format, *format);
        let stamped = report.proven().unwrap_or_else(|| panic!("{report:?}"));
        assert_eq!((stamped.signer.as_str(), stamped.at), (OFFICE, when()));
        let words = report.words(Lang::Zh);
        assert_eq!(words[0], "文件完整，印章有效。");
        assert!(words.iter().any(|line| line == "盖章时间：2026-03-02 10:00:00 （北京时间）"), "{words:?}");
        assert!(report.words(Lang::En).iter().any(|line| line.starts_with("Sealed by: ")));
        // Nothing trusted: whole, and yet nothing proven.
        let blind = verify(file, &[], now()).expect("read");
        assert!(matches!(&blind.verdict, Verdict::Whole(stamped) if !stamped.trusted));
        assert_eq!(blind.proven(), None);
        if let Some(folder) = std::env::var_os("PAPERS_OUT") {
            let folder = std::path::Path::new(&folder);
            fs::write(folder.join(name), file).expect("kept");
            fs::copy(house.folder.join("trusted.pem"), folder.join("trusted.pem")).expect("kept");
        }
    }
    // The same licence sealed at the same time by the same hand is the same file.
    assert_eq!(files[0].1, house.sealer.ofd(&document, when()).expect("sealed"));
    assert_eq!(files[1].1, house.sealer.pdf(&document, when()).expect("sealed"));
}

#[test]
fn a_sealed_pdf_keeps_every_byte_of_the_document() {
    let house = house("keeps");
    let document = document("某公司");
    let (plain, sealed) = (papers::pdf::write(&document).expect("written"), house.sealer.pdf(&document, when()).expect("sealed"));
    assert!(sealed.starts_with(&plain));
    let text = String::from_utf8_lossy(&sealed);
    assert_eq!(text.matches("startxref").count(), 2);
    assert!(text.contains("/SubFilter/GM.sm2seal"));
}

#[test]
fn a_meddled_ofd_is_told_by_what_was_done() {
    let house = house("ofd");
    let file = house.sealer.ofd(&document("甲公司"), when()).expect("sealed");
    let parts = unpack(&file);
    assert!(seen(&pack(&parts), &house).proven().is_some(), "packed anew by other hands it is the same licence");
    let with = |change: &dyn Fn(&mut Parts)| {
        let mut parts = parts.clone();
        change(&mut parts);
        altered(&pack(&parts), &house)
    };
    let find = |parts: &Parts, name: &str| parts.iter().position(|(known, _)| known == name).expect("a part");
    let page = "Doc_0/Pages/Page_0/Content.xml";

    let changed = with(&|parts| {
        let i = find(parts, page);
        parts[i].1 = String::from_utf8(parts[i].1.clone()).expect("text").replace('甲', "乙").into_bytes();
    });
    assert_eq!(changed, Alteration::Changed(page.into()));
    let missing = with(&|parts| {
        let i = find(parts, page);
        parts.remove(i);
    });
    assert_eq!(missing, Alteration::Missing(page.into()));
    let added = with(&|parts| parts.push(("Doc_0/Annots/Page_0.xml".into(), b"<a/>".to_vec())));
    assert_eq!(added, Alteration::Added("Doc_0/Annots/Page_0.xml".into()));
    let stripped = with(&|parts| parts.retain(|(name, _)| !name.ends_with("SignedValue.dat")));
    assert_eq!(stripped, Alteration::Missing("Doc_0/Signs/Sign_0/SignedValue.dat".into()));
    let entry_only = with(&|parts| {
        let text = String::from_utf8(parts[0].1.clone()).expect("text");
        parts[0].1 = text.replace("<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>", "").into_bytes();
    });
    assert!(matches!(entry_only, Alteration::Added(_)), "{entry_only:?}");
    let swapped = with(&|parts| {
        let i = find(parts, "Doc_0/Signs/Sign_0/Seal.esl");
        parts[i].1.reverse();
    });
    assert_eq!(swapped, Alteration::SealSwapped);
    assert!(matches!(altered(&[&file[..], b"more"].concat(), &house), Alteration::Appended(4)));
    assert!(matches!(altered(&[&file[..], &file[..]].concat(), &house), Alteration::Malformed(_)));
    assert_eq!(altered(&file[..file.len() / 2], &house), Alteration::CutShort);
    // A stamp of the same office from another licence.
    let other = unpack(&house.sealer.ofd(&document("乙公司"), when()).expect("sealed"));
    let moved = with(&|parts| {
        let i = find(parts, "Doc_0/Signs/Sign_0/SignedValue.dat");
        parts[i].1 = other[find(&other, "Doc_0/Signs/Sign_0/SignedValue.dat")].1.clone();
    });
    assert_eq!(moved, Alteration::Stamp(Step::Digest));
}

#[test]
fn a_meddled_pdf_is_told_by_what_was_done() {
    let house = house("pdf");
    let file = house.sealer.pdf(&document("甲公司"), when()).expect("sealed");
    assert_eq!(altered(&[&file[..], b"\n% more"].concat(), &house), Alteration::Appended(7));
    assert_eq!(altered(&file[..file.len() - 9], &house), Alteration::CutShort);
    let mut changed = file.clone();
    changed[100] ^= 1;
    assert_eq!(altered(&changed, &house), Alteration::Stamp(Step::Digest));
    let other = house.sealer.pdf(&document("乙公司"), when()).expect("sealed");
    let stamp = |file: &[u8]| {
        let open = file.windows(10).rposition(|part| part == b"/Contents<").expect("there") + 10;
        open..open + file[open..].iter().position(|byte| *byte == b'>').expect("closed")
    };
    let mut moved = file.clone();
    moved[stamp(&file)].copy_from_slice(&other[stamp(&other)]);
    assert_eq!(altered(&moved, &house), Alteration::Stamp(Step::Digest));
    assert_eq!(seen(&papers::pdf::write(&document("甲公司")).expect("written"), &house).verdict, Verdict::Unsealed);
    assert_eq!(seen(&papers::ofd::write(&document("甲公司")).expect("written"), &house).verdict, Verdict::Unsealed);
}

#[test]
fn a_forger_with_a_house_of_his_own_is_not_believed() {
    let (ours, theirs) = (house("ours"), house("theirs"));
    let document = document("甲公司");
    for file in [theirs.sealer.ofd(&document, when()), theirs.sealer.pdf(&document, when())] {
        assert_eq!(altered(&file.expect("sealed"), &ours), Alteration::Stamp(Step::SealValidity));
    }
}

#[test]
fn what_is_neither_is_said_to_be_neither() {
    assert_eq!(verify(b"\x89PNG", &[], now()), Err(OtherFormat));
    assert_eq!(verify(b"", &[], now()), Err(OtherFormat));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// One byte flipped anywhere: refused, or every part reads as it was sealed.
    #[test]
    fn a_flipped_byte_is_refused_or_shows_nothing_else(place in 0.0..1.0f64, bit in 0..8u32) {
        static MADE: std::sync::OnceLock<(House, Vec<u8>, Vec<u8>)> = std::sync::OnceLock::new();
        let (house, ofd, pdf) = MADE.get_or_init(|| {
            let house = house("flip");
            let document = document("甲公司");
            let files = (house.sealer.ofd(&document, when()).expect("sealed"), house.sealer.pdf(&document, when()).expect("sealed"));
            (house, files.0, files.1)
        });
        let flipped = |file: &[u8]| {
            let mut file = file.to_vec();
            let at = (place * file.len() as f64) as usize;
            file[at] ^= 1 << bit;
            file
        };
        let meddled = flipped(pdf);
        prop_assert!(verify(&meddled, &house.trusted, now()).map_or(true, |report| report.proven().is_none()));
        let meddled = flipped(ofd);
        if verify(&meddled, &house.trusted, now()).is_ok_and(|report| report.proven().is_some()) {
            let covered = |parts: Parts| parts.into_iter().filter(|(name, _)| !name.ends_with("/Signatures.xml")).collect::<Parts>();
            prop_assert_eq!(covered(unpack(&meddled)), covered(unpack(ofd)));
        }
    }

    #[test]
    fn no_file_makes_the_verifier_fall_over(head in prop::sample::select(vec!["PK\x03\x04", "%PDF-1.7\n/ByteRange[0 9 12 ", "PK\x03\x04PK\x05\x06"]), rest in prop::collection::vec(any::<u8>(), 0..400)) {
        let file = [head.as_bytes(), &rest].concat();
        prop_assert!(verify(&file, &[], now()).is_ok_and(|report| report.proven().is_none()));
    }
}

//! A letter as OFD: an archive of well-formed parts under the names of GB/T 33190-2016, page by page like its PDF.
//! With `PAPERS_OUT=folder` the files are kept to be looked at.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use jiff::civil::date;
use papers::{
    letter::{Block, Letter, OnMissing, SealText},
    ofd,
    page::Document,
    pdf,
};
use quick_xml::events::Event;

const OFFICE: &str = "天津市滨海新区市场监督管理局";

fn document() -> Document {
    let letter = Letter {
        title: "食品经营许可证".into(),
        number: "津滨市监许〔2026〕12号".into(),
        addressee: "天津滨城海味餐饮有限公司".into(),
        blocks: vec![
            Block::KeyValues((0..40).map(|i| (format!("第{i}项"), "热食类食品制售 <A & B>".to_owned())).collect()),
            Block::Paragraph("本证照由系统生成。".into()),
        ],
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

fn unpacked(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
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

/// All texts of elements with this local name; fails on XML that is not well formed.
fn texts(xml: &[u8], name: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let (mut found, mut inside, mut depth) = (Vec::new(), false, 0);
    loop {
        match reader.read_event().expect("well formed") {
            Event::Start(start) => {
                depth += 1;
                inside = start.local_name().as_ref() == name;
                if inside {
                    found.push(String::new());
                }
            }
            Event::End(_) => (inside, depth) = (false, depth - 1),
            Event::Text(text) if inside => found.last_mut().expect("open").push_str(&text),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    found
}

#[test]
fn the_parts_are_named_as_in_the_standard_and_well_formed() {
    let document = document();
    let file = ofd::write(&document).expect("written");
    let parts = unpacked(&file);
    for name in ["OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/Pages/Page_0/Content.xml"] {
        assert!(parts.contains_key(name), "{name} of {:?}", parts.keys());
    }
    for (name, bytes) in parts.iter().filter(|(name, _)| name.ends_with(".xml")) {
        assert!(!bytes.is_empty(), "{name}");
        texts(bytes, "");
    }
    assert_eq!(texts(&parts["OFD.xml"], "DocRoot"), ["/Doc_0/Document.xml"]);
    assert_eq!(texts(&parts["OFD.xml"], "Title"), ["食品经营许可证"]);
    assert_eq!(document.seal().map(|(page, ..)| page), Some(document.pages.len() - 1));
    if let Some(folder) = std::env::var_os("PAPERS_OUT") {
        std::fs::write(std::path::Path::new(&folder).join("licence.ofd"), &file).expect("kept");
    }
}

#[test]
fn every_page_has_the_size_that_it_has_in_the_pdf() {
    let document = document();
    let parts = unpacked(&ofd::write(&document).expect("written"));
    let pdf = pdf::write(&document).expect("written");
    let pdf = String::from_utf8_lossy(&pdf);
    let boxes: Vec<&str> = pdf.split("/MediaBox").skip(1).filter_map(|rest| rest.split(['[', ']']).nth(1)).collect();
    assert!(document.pages.len() > 1, "the test wants several pages");
    assert_eq!(boxes.len(), document.pages.len());
    for (i, media) in boxes.iter().enumerate() {
        let millimetres: Vec<f32> = media.split_whitespace().map(|n| n.parse::<f32>().expect("a number") * 25.4 / 72.0).collect();
        let content = &parts[&format!("Doc_0/Pages/Page_{i}/Content.xml")];
        let physical: Vec<f32> = texts(content, "PhysicalBox")[0].split(' ').map(|n| n.parse().expect("a number")).collect();
        assert_eq!(physical.len(), millimetres.len());
        assert!(physical.iter().zip(&millimetres).all(|(a, b)| (a - b).abs() < 0.01), "{physical:?} {millimetres:?}");
    }
}

#[test]
fn equal_documents_give_equal_bytes_and_the_text_can_be_read_back() {
    let file = ofd::write(&document()).expect("written");
    assert_eq!(file, ofd::write(&document()).expect("written"));
    assert!(file.len() < 200_000, "{}", file.len());
    let words = texts(&unpacked(&file)["Doc_0/Pages/Page_0/Content.xml"], "TextCode").concat();
    assert!(words.contains("天津滨城海味餐饮有限公司"), "{words}");
    assert!(words.contains("热食类食品制售"), "{words}");
}

//! Whole letters, from words to a file and back to words. With `PAPERS_OUT=folder` the files are kept to be looked at.

use std::{path::Path, process::Command, time::Instant};

use jiff::civil::date;
use papers::{
    Lang,
    letter::{Block, Letter, LetterError, OnMissing, SealText},
    page::{Document, Mark, Page},
    pdf, svg,
};

const OFFICE: &str = "天津市滨海新区市场监督管理局";

fn accepted() -> Letter {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Letter {
        title: "受理通知书".into(),
        number: "津滨市监受〔2026〕12号".into(),
        addressee: "天津滨城海味餐饮有限公司".into(),
        blocks: vec![
            Block::Paragraph("你单位于2026年3月2日通过滨海新区一体化政务服务平台提交的“食品经营许可（新办）”申请，经审查，申请事项属于本机关职权范围，申请材料齐全、符合法定形式。依据《中华人民共和国行政许可法》第三十二条第一款第五项的规定，本机关决定予以受理。".into()),
            Block::KeyValues(vec![
                pair("办件编号", "BH20260302000127"),
                pair("事项名称", "食品经营许可（新办）"),
                pair("受理日期", "2026年3月2日"),
                pair("法定办结时限", "20个工作日，至2026年3月30日届满"),
                pair("承诺办结时限", "5个工作日，至2026年3月9日届满"),
                pair("不计入时限的时间", "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计算在期限内"),
            ]),
            Block::Paragraph("本机关将在上述期限内作出行政许可决定。你单位可以凭办件编号和查询码查询办理进度。".into()),
            Block::Small("经办人：张某（示范）  联系电话：022-00000000".into()),
        ],
        signer: OFFICE.into(),
        date: "2026年3月2日".into(),
        seal: Some(SealText(OFFICE.into())),
        check_code: "7KQ4-0M2X-91TB".into(),
        check_url: "https://zwfw.example.invalid/check/7KQ4-0M2X-91TB".into(),
        footer: "地址：天津市滨海新区某某路1号（示范）  电话：022-00000000".into(),
        demonstration: true,
        ..Letter::default()
    }
}

/// A correction notice with a long table, so that it takes more than one page.
fn correction(rows: usize) -> Letter {
    let row = |i: usize| {
        vec![
            format!("{}", i + 1),
            ["经营场所使用证明", "食品安全管理制度", "与食品经营相适应的主要设备设施布局图、操作流程图"][i % 3].to_owned(),
            ["未附产权人签字页", "未载明食品安全自查、从业人员健康管理和进货查验记录制度", "图上没有标注专间的面积"][i % 3]
                .to_owned(),
            ["补交由产权人签字或者盖章的页", "按照《食品安全法》第四十四条补充", "在图上标注，并重新上传（JPG或者PDF格式）"]
                [i % 3]
                .to_owned(),
        ]
    };
    Letter {
        title: "一次性补正告知书".into(),
        number: "津滨市监补〔2026〕8号".into(),
        blocks: vec![
            Block::Heading("一、需要补正的内容".into()),
            Block::Paragraph("你单位提交的申请材料不齐全或者不符合法定形式。依据《中华人民共和国行政许可法》第三十二条第一款第四项的规定，现将需要补正的全部内容一次告知如下：".into()),
            Block::Table {
                head: ["序号", "材料名称", "存在的问题", "如何补正"].map(String::from).to_vec(),
                rows: (0..rows).map(row).collect(),
                widths: vec![1.0, 3.2, 4.0, 4.0],
            },
            Block::Heading("二、补正的方式".into()),
            Block::List(vec![
                "登录滨海新区一体化政务服务平台，在“我的办件”中打开本办件，逐项上传；也可以打开网址https://zwfw.example.invalid/cases/BH20260302000127/correction?from=letter办理。".into(),
                "到任一综合窗口当面提交，窗口人员即时核对。".into(),
            ]),
            Block::List(Vec::new()),
            Block::Signatures(vec!["申请人（签字或者盖章）：".into(), "日期：".into()]),
        ],
        ..accepted()
    }
}

fn english() -> Letter {
    Letter {
        lang: Lang::En,
        letterhead: "Market Regulation Bureau of Binhai New Area".into(),
        title: "Notice of Acceptance".into(),
        number: "Example 2026-12".into(),
        addressee: "To the applicant".into(),
        blocks: vec![
            Block::Paragraph("The application for a food business licence that you handed in on 2 March 2026 is within the powers of this office, and its papers are complete and in the form that the law wants. It is accepted under article 32 of the Administrative Licensing Law.".into()),
            Block::List(vec!["The decision is due on 9 March 2026.".into(), "You may follow the matter by its number.".into()]),
            Block::KeyValues(vec![("Case".into(), "BH20260302000127".into())]),
        ],
        signer: "Market Regulation Bureau of Binhai New Area".into(),
        date: "2 March 2026".into(),
        footer: "Address (example)".into(),
        ..accepted()
    }
}

fn lay_out(letter: &Letter) -> Document {
    letter.lay_out(date(2026, 3, 2).at(10, 0, 0, 0), OnMissing::Refuse).expect("every character has a glyph")
}

/// Writes the file and reads it back with poppler, all white space taken out; nothing where poppler is not installed.
fn read_back(name: &str, document: &Document) -> Option<String> {
    let kept = std::env::var_os("PAPERS_OUT");
    let folder = kept.as_ref().map_or_else(std::env::temp_dir, |folder| Path::new(folder).to_owned());
    let path = folder.join(format!("papers-{}-{name}.pdf", if kept.is_some() { 0 } else { std::process::id() }));
    std::fs::write(&path, pdf::write(document).expect("a sound document")).expect("a writable folder");
    let output = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    if kept.is_none() {
        std::fs::remove_file(&path).expect("our own file");
    }
    match output {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).split_whitespace().collect()),
        Err(_) => {
            println!("skipped reading {name} back: pdftotext is not installed");
            None
        }
    }
}

fn texts(page: &Page) -> Vec<&str> {
    page.marks.iter().filter_map(|mark| if let Mark::Text(text) = mark { Some(text.text.as_str()) } else { None }).collect()
}

#[test]
fn a_letter_of_one_page_says_what_it_should() {
    let document = lay_out(&accepted());
    assert_eq!(document.pages.len(), 1);
    if let Some(text) = read_back("accepted", &document) {
        for part in [
            "受理通知书",
            "津滨市监受〔2026〕12号",
            "天津滨城海味餐饮有限公司：",
            "至2026年3月9日届满",
            "7KQ4-0M2X-91TB",
            "第1/1页",
            "示范文书不具法律效力",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

#[test]
fn a_table_over_pages_repeats_its_head_and_the_foot() {
    let document = lay_out(&correction(8));
    assert_eq!(document.pages.len(), 2);
    for (i, page) in document.pages.iter().enumerate() {
        let texts = texts(page);
        for part in ["如何补正", "核验码：7KQ4-0M2X-91TB", &format!("第 {}/2 页", i + 1)] {
            assert!(texts.contains(&part), "{part} on page {i}");
        }
    }
    if let Some(text) = read_back("correction", &document) {
        assert!(text.contains("申请人（签字或者盖章）："), "{text}");
        assert!(text.contains("津滨市监补〔2026〕8号"), "{text}");
    }
}

#[test]
fn two_hundred_rows_are_all_printed() {
    let document = lay_out(&correction(200));
    let numbers: Vec<&str> = document.pages.iter().flat_map(texts).filter(|text| text.parse::<usize>().is_ok()).collect();
    assert_eq!(numbers, (1..=200).map(|i| i.to_string()).collect::<Vec<_>>());
    read_back("long", &document);
}

#[test]
fn an_english_letter_is_a_letter_too() {
    let document = lay_out(&english());
    assert_eq!(document.pages.len(), 1);
    if let Some(text) = read_back("english", &document) {
        assert!(text.contains("Noticeof") && text.contains("Page1/1") && text.contains("Totheapplicant:"), "{text}");
    }
}

#[test]
fn an_empty_letter_is_one_empty_page() {
    let document = lay_out(&Letter::default());
    assert_eq!(document.pages.len(), 1);
    assert!(pdf::write(&document).is_ok());
}

#[test]
fn nothing_is_printed_outside_the_paper() {
    let long = "很长的名称".repeat(30);
    let strange = Letter {
        letterhead: long.clone(),
        title: long.clone(),
        number: long.clone(),
        addressee: "a".repeat(400),
        blocks: vec![
            Block::KeyValues(vec![(long.clone(), "https://a.cn/".repeat(60)), (String::new(), String::new())]),
            Block::Table { head: vec![], rows: vec![vec![long.clone(); 12]], widths: vec![] },
            Block::Signatures(vec![long.clone()]),
            Block::List(vec![long.clone(), String::new()]),
        ],
        signer: long.clone(),
        date: long.clone(),
        seal: Some(SealText(long.clone())),
        check_code: long.clone(),
        footer: "脚注\n".repeat(5),
        ..accepted()
    };
    for page in &lay_out(&strange).pages {
        for mark in &page.marks {
            if let Mark::Text(text) = mark {
                assert!(text.x >= 10.0 && text.x + text.width() <= 200.5, "{}: {} + {}", text.text, text.x, text.width());
                assert!(text.y >= 5.0 && text.y <= 292.0, "{} at {}", text.text, text.y);
            }
        }
    }
}

#[test]
fn equal_letters_give_equal_files() {
    let file = || pdf::write(&lay_out(&correction(8))).unwrap();
    assert_eq!(file(), file());
}

#[test]
fn a_name_that_cannot_be_printed_is_refused_or_marked() {
    let letter = Letter { addressee: "王\u{e123}".into(), ..accepted() };
    let made = date(2026, 3, 2).at(10, 0, 0, 0);
    assert!(matches!(letter.lay_out(made, OnMissing::Refuse), Err(LetterError::Missing(missing)) if missing.0 == ['\u{e123}']));
    let document = letter.lay_out(made, OnMissing::Box).unwrap();
    let words: String = document.pages.iter().flat_map(texts).collect();
    assert!(words.contains("王□") && words.contains("U+E123"), "{words}");
    assert!(pdf::write(&document).is_ok());
}

#[test]
fn a_rare_character_is_taken_from_the_system_where_it_has_one() {
    let letter = Letter { addressee: "王㐂".into(), title: "㐂".into(), ..accepted() };
    if !papers::fonts::missing("㐂").is_empty() {
        println!("skipped: this system has no Noto Sans CJK");
        return;
    }
    if let Some(text) = read_back("rare", &lay_out(&letter)) {
        assert!(text.contains("王㐂"), "{text}");
    }
}

#[test]
fn the_draft_in_the_browser_has_the_same_words() {
    let document = lay_out(&accepted());
    let drawn = svg::draw(&document.pages[0], "草稿", Lang::Zh);
    if let Some(folder) = std::env::var_os("PAPERS_OUT") {
        std::fs::write(Path::new(&folder).join("papers-0-accepted.svg"), &drawn).unwrap();
    }
    assert!(drawn.contains("津滨市监受〔2026〕12号"));
}

#[test]
fn a_letter_is_made_quickly() {
    let letter = accepted();
    pdf::write(&lay_out(&letter)).unwrap();
    let start = Instant::now();
    let document = lay_out(&letter);
    let laid_out = start.elapsed();
    pdf::write(&document).unwrap();
    println!("laid out in {laid_out:?}, written after {:?}", start.elapsed());
    // Generous: this runs unoptimised and beside other tests.
    assert!(start.elapsed().as_secs() < 2);
}

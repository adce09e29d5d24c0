//! What a PDF that we make ourselves says can be read out of it again.

use papers::document_text::paragraphs;
use papers::letter::{Block, Letter, OnMissing};

#[test]
fn the_paragraphs_of_a_pdf_are_read_with_their_lines_joined() {
    let long = "第一条 对上年度营业收入不低于5000万元、研发强度达到5%以上的企业，按照研发费用的10%给予奖励，每家企业每年最高不超过500万元，奖励资金由区财政承担。";
    let letter = Letter {
        title: "若干措施".into(),
        blocks: vec![Block::Paragraph(long.into()), Block::Paragraph("第二条 首次认定的，奖励20万元。".into())],
        signer: "示例机关".into(),
        date: "2026年3月2日".into(),
        ..Letter::default()
    };
    let made = jiff::civil::date(2026, 3, 2).at(10, 0, 0, 0);
    let document = letter.lay_out(made, OnMissing::Refuse).expect("every character has a glyph");
    let file = papers::pdf::write(&document).expect("the pages are sound");
    let read = paragraphs(&file).expect("a text");
    let squeezed: Vec<String> = read.iter().map(|line| line.replace(' ', "")).collect();
    assert!(squeezed.contains(&long.replace(' ', "")), "{read:?}");
    assert!(squeezed.contains(&"第二条首次认定的，奖励20万元。".to_owned()), "{read:?}");
}

//! The words of a letter made ready for print: without what has no ink, with full-width punctuation, and with every
//! character that no typeface has either refused or shown as a box and named.

use super::{Block, Letter, OnMissing, SealText};
use crate::{
    Lang,
    fonts::{self, MissingGlyphs},
};

/// 虚缺号, the customary mark for a character that is missing; every Chinese typeface has it.
const BOX: char = '□';

/// Signs that say the same, for typefaces that lack the first.
const SAME: [(char, &str); 6] = [('☐', "□"), ('☑', "√"), ('✓', "√"), ('✔', "√"), ('㎡', "m²"), ('€', "EUR ")];

pub(super) fn ready(letter: &Letter, on_missing: OnMissing) -> Result<Letter, MissingGlyphs> {
    let mut missing: Vec<char> = Vec::new();
    let mut letter = each_text(letter, &mut |text| {
        let text = if letter.lang == Lang::Zh { full_width(&with_ink(text)) } else { with_ink(text) };
        let without = fonts::missing(&text);
        if without.is_empty() {
            return text;
        }
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            match SAME.iter().find(|(sign, _)| *sign == c) {
                _ if !without.contains(&c) => shown.push(c),
                Some((_, same)) => shown.push_str(same),
                None => {
                    shown.push(BOX);
                    if !missing.contains(&c) {
                        missing.push(c);
                    }
                }
            }
        }
        shown
    });
    if missing.is_empty() {
        return Ok(letter);
    }
    match on_missing {
        OnMissing::Refuse => Err(MissingGlyphs(missing)),
        OnMissing::Box => {
            let codes: Vec<String> = missing.iter().map(|c| format!("U+{:04X}", *c as u32)).collect();
            letter.blocks.push(Block::Small(match letter.lang {
                Lang::Zh => format!("注\u{ff1a}文中{BOX}处的字未收入字库\u{ff0c}依次为{}。", codes.join("、")),
                Lang::En => format!("Note: {BOX} stands for characters that no typeface here has: {}.", codes.join(", ")),
            }));
            Ok(letter)
        }
    }
}

/// The letter with every text changed; titles and the like stay on one line.
fn each_text(letter: &Letter, change: &mut impl FnMut(&str) -> String) -> Letter {
    fn line(text: &str, change: &mut impl FnMut(&str) -> String) -> String {
        change(text.replace(['\n', '\r'], " ").trim())
    }
    fn all(texts: &[String], change: &mut impl FnMut(&str) -> String) -> Vec<String> {
        texts.iter().map(|text| change(text)).collect()
    }
    Letter {
        lang: letter.lang,
        letterhead: line(&letter.letterhead, change),
        title: line(&letter.title, change),
        number: line(&letter.number, change),
        addressee: line(&letter.addressee, change),
        blocks: letter
            .blocks
            .iter()
            .map(|block| match block {
                Block::Paragraph(text) => Block::Paragraph(change(text)),
                Block::Heading(text) => Block::Heading(line(text, change)),
                Block::KeyValues(pairs) => {
                    Block::KeyValues(pairs.iter().map(|(name, value)| (change(name), change(value))).collect())
                }
                Block::List(items) => Block::List(all(items, change)),
                Block::Table { head, rows, widths } => Block::Table {
                    head: all(head, change),
                    rows: rows.iter().map(|row| all(row, change)).collect(),
                    widths: widths.clone(),
                },
                Block::Signatures(names) => Block::Signatures(names.iter().map(|name| line(name, change)).collect()),
                Block::Small(text) => Block::Small(change(text)),
            })
            .collect(),
        signer: line(&letter.signer, change),
        date: line(&letter.date, change),
        seal: letter.seal.as_ref().map(|SealText(text)| SealText(line(text, change))),
        check_code: line(&letter.check_code, change),
        check_url: letter.check_url.clone(),
        footer: change(&letter.footer),
        demonstration: letter.demonstration,
    }
}

/// Drops what leaves no trace on paper (controls, joiners, direction marks, variation selectors); every kind of space
/// and tab becomes a space.
fn with_ink(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' => out.push('\n'),
            '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => out.push(' '),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {}
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Makes punctuation full width where it stands beside a Chinese character (GB/T 15834-2011), as offices print it.
/// What stands inside numbers, addresses and foreign words stays.
fn full_width(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let mut open = Vec::new();
    for i in 0..characters.len() {
        let before = i.checked_sub(1).map(|i| characters[i]);
        let after = characters.get(i + 1).copied();
        let beside = before.is_some_and(is_chinese) || after.is_some_and(is_chinese);
        match characters[i] {
            '(' => open.push((i, beside)),
            ')' => {
                // A pair changes together, so that 公司(ABC) has two brackets of one kind.
                if let Some((start, opened)) = open.pop()
                    && (opened || beside)
                {
                    (characters[start], characters[i]) = (wide('('), wide(')'));
                } else if before.is_some_and(is_chinese) {
                    characters[i] = wide(')');
                }
            }
            c @ (',' | ';' | '!' | '?') if beside => characters[i] = wide(c),
            ':' if before.is_some_and(is_chinese) => characters[i] = wide(':'),
            _ => {}
        }
    }
    characters.into_iter().collect()
}

/// The full-width forms lie at a fixed distance from ASCII.
fn wide(c: char) -> char {
    char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff5e}'
        | '\u{20000}'..='\u{3ffff}' | '“' | '”' | '‘' | '’')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_beside_chinese_becomes_full_width() {
        fn check(text: &str, expected: &str) {
            assert_eq!(full_width(text), expected);
        }
        check("你单位，本机关", "你单位\u{ff0c}本机关");
        check("电话:022-65309114", "电话\u{ff1a}022-65309114");
        check("编号ABC,请", "编号ABC\u{ff0c}请");
        check("公司(ABC)", "公司\u{ff08}ABC\u{ff09}");
        check("(一)受理", "\u{ff08}一\u{ff09}受理");
        check("10:30, 1,200 (GB)", "10:30, 1,200 (GB)");
        check("https://a.cn/?q=1", "https://a.cn/?q=1");
    }

    #[test]
    fn what_has_no_ink_is_dropped() {
        assert_eq!(with_ink("王\u{200b}小\u{feff}明\u{fe00}\u{7}\t甲\r\n乙\r丙"), "王小明 甲\n乙\n丙");
    }

    fn with_strange_name() -> Letter {
        let text = "\u{e123}先生和\u{10fffd}女士以及\u{e123}".to_owned();
        Letter {
            title: "受理通知书".into(),
            addressee: "王\u{e001}".into(),
            blocks: vec![Block::Paragraph(text)],
            ..Letter::default()
        }
    }

    #[test]
    fn missing_characters_are_refused_all_at_once() {
        let refused = ready(&with_strange_name(), OnMissing::Refuse);
        assert_eq!(refused, Err(MissingGlyphs(vec!['\u{e001}', '\u{e123}', '\u{10fffd}'])));
    }

    #[test]
    fn a_ticked_box_stays_a_tick() {
        let letter = Letter { title: "☑同意☐不同意".into(), ..Letter::default() };
        let title = ready(&letter, OnMissing::Refuse).unwrap().title;
        assert!(title == "√同意□不同意" || title == letter.title, "{title}");
    }

    #[test]
    fn missing_characters_are_shown_as_a_box_and_named() {
        let letter = ready(&with_strange_name(), OnMissing::Box).unwrap();
        assert_eq!(letter.addressee, "王□");
        let [Block::Paragraph(text), Block::Small(note)] = &letter.blocks[..] else { panic!("{:?}", letter.blocks) };
        assert_eq!(text, "□先生和□女士以及□");
        assert!(note.contains("U+E001、U+E123、U+10FFFD"), "{note}");
        assert_eq!(fonts::missing(note), []);
    }
}

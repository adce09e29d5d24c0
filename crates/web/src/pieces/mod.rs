//! What pages are built from: plain functions from data and a language to markup, one component a file. Every one works
//! without scripts, prints, speaks to a screen reader and never says anything by colour alone.

use maud::{Markup, html};
use rulebook::Lang;

pub mod action_bar;
pub mod award;
pub mod button;
pub mod by_rule;
pub mod chart;
pub mod clock;
pub mod commitment;
pub mod copy_code;
pub mod date;
pub mod day_table;
pub mod empty_state;
pub mod error_summary;
pub mod field;
pub mod files;
pub mod form;
pub mod hero;
pub mod icon;
pub mod joint;
pub mod law;
pub mod letter;
pub mod licence;
pub mod notice;
pub mod pagination;
pub mod party;
pub mod permit;
pub mod questions;
pub mod rating;
pub mod reason;
pub mod search_box;
pub mod signatures;
pub mod split;
pub mod stepper;
pub mod summary_list;
pub mod table;
pub mod tabs;
pub mod tag;
pub mod timeline;
pub mod token_form;

pub use icon::{Icon, icon};

/// Chinese text inside a page of another language, so that a screen reader speaks it as Chinese.
pub fn zh(text: &str) -> Markup {
    html! { span lang="zh-CN" { (text) } }
}

/// Text whose language is not known beforehand (definitions are Chinese in both interfaces): marked where it needs to be, and no
/// further, so that an English sentence about a Chinese name is still read in English.
pub fn words(text: &str, lang: Lang) -> Markup {
    if foreign(text, lang).is_none() {
        return html! { (text) };
    }
    html! { @for (chinese, piece) in pieces_of(text) { @if chinese { (zh(piece)) } @else { (piece) } } }
}

/// The text in pieces, each with whether it is Chinese. Figures and signs between Chinese words belong to them.
fn pieces_of(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    let (mut from, mut run): (usize, Option<(usize, usize)>) = (0, None);
    for (at, c) in text.char_indices().filter(|(_, c)| is_chinese(*c)) {
        run = match run {
            Some((start, end)) if text[end..at].chars().any(|c| c.is_ascii_alphabetic()) && text[end..at].contains(' ') => {
                pieces.extend([(false, &text[from..start]), (true, &text[start..end])]);
                from = end;
                Some((at, at + c.len_utf8()))
            }
            Some((start, _)) => Some((start, at + c.len_utf8())),
            None => Some((at, at + c.len_utf8())),
        };
    }
    if let Some((start, end)) = run {
        pieces.extend([(false, &text[from..start]), (true, &text[start..end]), (false, &text[end..])]);
    }
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

/// Chinese script and the marks that are set in its width.
fn is_chinese(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff60}')
}

/// The value of a `lang` attribute for an element that holds `text`, if it needs one on a page in `lang`.
pub fn foreign(text: &str, lang: Lang) -> Option<&'static str> {
    (lang == Lang::En && text.chars().any(is_han)).then_some("zh-CN")
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// What a mark, notice or event means, in the five ways the eye can tell apart; the words always say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Info,
    Good,
    Warn,
    Bad,
    /// Waiting, paused, asleep.
    Rest,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Info => "info",
            Tone::Good => "good",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
            Tone::Rest => "rest",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_marked_on_english_pages_only() {
        fn check(text: &str, lang: Lang, marked: bool) {
            assert_eq!(words(text, lang).into_string().contains("lang="), marked, "{text}");
        }
        check("食品经营许可", Lang::En, true);
        check("食品经营许可", Lang::Zh, false);
        check("Food licence", Lang::En, false);
        check("No. 12 号", Lang::En, true);
        check("𠮷野家", Lang::En, true);
    }

    #[test]
    fn only_the_chinese_of_an_english_sentence_is_marked() {
        fn check(text: &str, chinese: &[&str]) {
            let pieces = pieces_of(text);
            assert_eq!(pieces.iter().map(|(_, piece)| *piece).collect::<String>(), text);
            let found: Vec<&str> = pieces.iter().filter(|(chinese, _)| *chinese).map(|(_, piece)| *piece).collect();
            assert_eq!(found, chinese);
        }
        check("“食品经营许可（新办）” has been granted to 张三.", &["食品经营许可（新办）", "张三"]);
        check("张一门 · 示例餐饮000101号有限公司", &["张一门 · 示例餐饮000101号有限公司"]);
        check("津滨市监收〔2026〕57号", &["津滨市监收〔2026〕57号"]);
        check("A4纸", &["纸"]);
    }
}

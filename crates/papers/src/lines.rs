//! Lines: where mixed Chinese and Latin text may break, and how a line is set to its width.
//!
//! The rules are those of Chinese typesetting （中文排版需求， after GB/T 15834): no line starts with a closing mark or ends
//! with an opening one （避头尾）， neighbouring full-width marks share their white space （标点挤压）， a dash or an ellipsis
//! stays whole, and words and numbers break only where they are too long for any line.

use crate::{
    fonts::{self, Weight},
    page::MM_PER_POINT,
};

/// What text is set in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Points.
    pub size: f32,
    pub weight: Weight,
}

impl Style {
    /// One em in millimetres.
    pub fn em(self) -> f32 {
        self.size * MM_PER_POINT
    }
}

/// One line of a text. The lines of a text put together are the text again, to the last space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    pub text: &'a str,
    /// Whether a paragraph ends here, so that the line is not stretched.
    pub last: bool,
}

/// A line ready for the page: what is printed, and the advance of each of its characters in millimetres.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub text: String,
    pub advances: Vec<f32>,
}

impl Measured {
    pub fn width(&self) -> f32 {
        self.advances.iter().sum()
    }
}

/// Breaks `text` into lines of at most `width` millimetres, the first of at most `first`. At a newline a paragraph ends.
///
/// A line is longer than allowed only if a single character is.
pub fn break_lines(text: &str, style: Style, first: f32, width: f32) -> Vec<Line<'_>> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let at = |i: usize| characters.get(i).map_or(text.len(), |(offset, _)| *offset);
    let (first, width) = (first / style.em(), width / style.em());
    let mut lines: Vec<Line> = Vec::new();
    let (mut start, mut used, mut lawful) = (0, 0.0, None);
    let mut i = 0;
    while let Some(&(_, c)) = characters.get(i) {
        let (before, after) = (i.checked_sub(1).map(|i| characters[i].1), characters.get(i + 1).map(|(_, c)| *c));
        if c == '\n' {
            lines.push(Line { text: &text[at(start)..at(i + 1)], last: true });
            (start, used, lawful) = (i + 1, 0.0, None);
        } else {
            if i > start && before.is_some_and(|before| may_break(before, c)) {
                lawful = Some(i);
            }
            let room = if lines.is_empty() { first } else { width };
            // A rounding error must not push down the last character of a line that was measured to fit.
            if c != ' ' && i > start && used + at_line_end(c, style.weight) > room + 0.001 {
                let end = lawful.unwrap_or(i);
                lines.push(Line { text: &text[at(start)..at(end)], last: false });
                (start, used, lawful) = (end, 0.0, None);
                i = end;
                continue;
            }
            used += advance(c, after, style.weight);
        }
        i += 1;
    }
    if start < characters.len() || lines.is_empty() {
        lines.push(Line { text: &text[at(start)..], last: true });
    }
    lines
}

/// Measures a line. With `fill`, its inner gaps are widened evenly to that width in millimetres, if that takes little.
pub fn measure(line: &str, style: Style, fill: Option<f32>) -> Measured {
    let text = line.trim_end_matches([' ', '\n']);
    let characters: Vec<char> = text.chars().collect();
    let mut advances: Vec<f32> = Vec::with_capacity(characters.len());
    for (i, &c) in characters.iter().enumerate() {
        let ems = match characters.get(i + 1) {
            Some(&after) => advance(c, Some(after), style.weight),
            None if fill.is_some() => at_line_end(c, style.weight),
            None => advance(c, None, style.weight),
        };
        advances.push(ems * style.em());
    }
    if let Some(fill) = fill {
        // Latin words keep their own spacing: only gaps at an ideograph may grow.
        let gaps: Vec<usize> =
            (1..characters.len()).filter(|&i| is_ideographic(characters[i - 1]) || is_ideographic(characters[i])).collect();
        let each = (fill - advances.iter().sum::<f32>()) / gaps.len().max(1) as f32;
        if each > 0.0 && each < 0.14 * style.em() {
            for gap in gaps {
                advances[gap - 1] += each;
            }
        }
    }
    let mut text = text.to_owned();
    if line.len() > text.len() && line.ends_with(' ') && !text.is_empty() {
        // It takes no room, but keeps the last word apart from the next line's first when the text is read out or copied.
        text.push(' ');
        advances.push(0.0);
    }
    Measured { text, advances }
}

// The full-width forms are written as escapes because in many editors they look like their ASCII twins beside them:
// ff01 exclamation mark, ff05 per cent, ff08 and ff09 parentheses, ff0c comma, ff0e stop, ff1a colon, ff1b semicolon,
// ff1f question mark, ff3b and ff3d brackets, ff5b and ff5d braces, ff5e wave, ff04 and ffe5 dollar and yuan.

/// What cannot stand at the start of a line.
const NOT_FIRST: &str = "\u{ff0c}\u{ff1b}\u{ff1a}\u{ff01}\u{ff1f}\u{ff09}\u{ff3d}\u{ff5d}\u{ff0e}\u{ff5e}\u{ff05}\
    ,.;:!?)]}%~/。、》〉」』】〕〗〙”’…—·‰℃°ー々";

/// What cannot stand at the end of a line.
const NOT_LAST: &str = "\u{ff08}\u{ff3b}\u{ff5b}\u{ff04}\u{ffe5}([{$¥£€№#《〈「『【〔〖〘“‘";

/// Full-width marks whose right half is white, and those whose left half is.
const WHITE_AFTER: &str = "\u{ff0c}\u{ff1b}\u{ff1a}\u{ff09}。、》〉」』】〕〗〙";
const WHITE_BEFORE: &str = "\u{ff08}《〈「『【〔〖〘";

/// Whether a line may end between these two characters.
pub fn may_break(before: char, after: char) -> bool {
    if after == ' ' || after == '\u{a0}' || before == '\u{a0}' || is_mark(after) {
        return false;
    }
    if NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    if before == ' ' {
        return true;
    }
    if is_wordlike(before) && is_wordlike(after) {
        // An address breaks after its signs, a date or a telephone number does not.
        return "/-?&=_".contains(before) && after.is_alphabetic();
    }
    true
}

/// The advance of a character before another, in ems.
fn advance(c: char, after: Option<char>, weight: Weight) -> f32 {
    let full = fonts::glyph(c, weight).map_or(1.0, |glyph| glyph.advance);
    match after {
        Some(after) if WHITE_AFTER.contains(c) && (WHITE_AFTER.contains(after) || WHITE_BEFORE.contains(after)) => full - 0.5,
        Some(after) if WHITE_BEFORE.contains(c) && WHITE_BEFORE.contains(after) => full - 0.5,
        _ => full,
    }
}

/// The room a character needs as the last of its line: a closing mark may hang its white half over the edge.
fn at_line_end(c: char, weight: Weight) -> f32 {
    let full = advance(c, None, weight);
    if WHITE_AFTER.contains(c) { full - 0.5 } else { full }
}

fn is_wordlike(c: char) -> bool {
    c.is_ascii_graphic() || (c.is_alphanumeric() && c < '\u{2460}')
}

fn is_ideographic(c: char) -> bool {
    c >= '\u{2e80}' && !is_mark(c)
}

/// Combining marks and variation selectors belong to the character before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BODY: Style = Style { size: 12.0, weight: Weight::Regular };

    /// Breaks at a width of so many ems.
    fn check(text: &str, ems: f32, expected: &[&str]) {
        let width = ems * BODY.em();
        let lines: Vec<&str> = break_lines(text, BODY, width, width).iter().map(|line| line.text).collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn lines_break_where_a_typesetter_would() {
        check("本机关予以受理", 4.0, &["本机关予", "以受理"]);
        check("本机关已受理，请", 6.0, &["本机关已受", "理，请"]);
        check("本机关已受理，请", 6.5, &["本机关已受理，", "请"]);
        check("依据《行政许可法》办理", 5.0, &["依据《行政", "许可法》办", "理"]);
        check("依据《行政许可法》办理", 3.0, &["依据", "《行政", "许可", "法》办", "理"]);
        check("二十个工作日Binhai区", 7.0, &["二十个工作日", "Binhai区"]);
        check("于2026年3月2日", 4.0, &["于2026", "年3月2", "日"]);
        check("甲——乙……丙", 3.0, &["甲——", "乙……", "丙"]);
        check("甲乙——丙", 3.0, &["甲", "乙——", "丙"]);
        check("一\n\n二", 4.0, &["一\n", "\n", "二"]);
        check("一\n", 4.0, &["一\n"]);
        check("", 4.0, &[""]);
        check("end of word", 2.8, &["end ", "of ", "word"]);
        check("https://a.cn/check", 6.0, &["https://a.cn/", "check"]);
    }

    #[test]
    fn a_word_that_no_line_can_hold_is_broken() {
        let text = "x".repeat(100);
        let lines = break_lines(&text, BODY, 40.0, 40.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| measure(line.text, BODY, None).width() <= 40.01));
    }

    #[test]
    fn neighbouring_marks_share_their_white_space() {
        let width = |text: &str| (measure(text, BODY, None).width() / BODY.em() * 10.0).round() / 10.0;
        assert_eq!(width("法》，"), 2.5);
        assert_eq!(width("（《法"), 2.5);
        assert_eq!(width("》（法"), 2.5);
        assert_eq!(width("法，法"), 3.0);
    }

    #[test]
    fn a_filled_line_is_exactly_as_wide_as_its_place() {
        let filled = measure("你单位于2026年3月2日提交的", BODY, Some(14.5 * BODY.em()));
        assert!((filled.width() - 14.5 * BODY.em()).abs() < 0.01, "{}", filled.width() / BODY.em());
    }

    #[test]
    fn a_short_line_is_not_torn_apart() {
        assert_eq!(measure("受理", BODY, Some(10.0 * BODY.em())).width(), 2.0 * BODY.em());
    }

    /// Text as people write it: never more marks in a row than a line has room to carry over.
    fn prose() -> impl Strategy<Value = String> {
        let word = prop_oneof!["[一-龥]{1,9}", "[a-zA-Z0-9]{1,9}", Just("\n".to_owned()), Just(" ".to_owned())];
        let closing = prop_oneof![Just(""), Just(""), Just(","), Just("。"), Just("》、"), Just(")"), Just(",")];
        let opening = prop_oneof![Just(""), Just(""), Just("《"), Just("（“"), Just("〔")];
        let part = (opening, "[一-龥]", word, "[一-龥a-z]", closing).prop_map(|(a, b, c, d, e)| [a, &b, &c, &d, e].concat());
        proptest::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in "(?s).{0,200}", ems in 1.0f32..40.0) {
            let width = ems * BODY.em();
            let lines = break_lines(&text, BODY, width - BODY.em(), width);
            prop_assert_eq!(lines.iter().map(|line| line.text).collect::<String>(), text);
        }

        #[test]
        fn no_line_of_prose_starts_or_ends_with_the_wrong_mark(text in prose(), ems in 16.0f32..40.0) {
            let width = ems * BODY.em();
            let lines = break_lines(&text, BODY, width - 2.0 * BODY.em(), width);
            for pair in lines.windows(2).filter(|pair| !pair[0].last) {
                let (end, start) = (pair[0].text.chars().last().unwrap(), pair[1].text.chars().next().unwrap());
                prop_assert!(!NOT_FIRST.contains(start), "{lines:?}");
                prop_assert!(!NOT_LAST.contains(end), "{lines:?}");
            }
        }

        #[test]
        fn no_line_of_prose_is_too_long(text in prose(), ems in 16.0f32..40.0) {
            let width = ems * BODY.em();
            for line in break_lines(&text, BODY, width, width) {
                let measured = measure(line.text, BODY, (!line.last).then_some(width));
                // A last line may hang the white half of its closing mark.
                prop_assert!(measured.width() <= width + 0.5 * BODY.em() + 0.01, "{}", line.text);
                prop_assert!(line.last || measured.width() <= width + 0.01, "{}", line.text);
            }
        }
    }
}

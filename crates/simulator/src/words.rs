//! Reading one cell of the third column: fixed words, texts in 「」, numbers and days.

use crate::page;
use jiff::civil::Date;

/// What is left of a cell.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    rest: &'a str,
    year: i16,
}

impl<'a> Words<'a> {
    pub fn new(text: &'a str, year: i16) -> Words<'a> {
        Words { rest: text.trim(), year }
    }

    /// Takes `word` if it stands here.
    pub fn word(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(word) else { return false };
        self.rest = rest.trim_start();
        true
    }

    /// Takes a comma, of whatever width.
    pub fn comma(&mut self) -> bool {
        [",", "，", ";", "；"].iter().any(|comma| self.word(comma))
    }

    /// Takes the first of these words that stands here.
    pub fn one_of<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        words.iter().find(|(word, _)| self.word(word)).map(|(_, value)| *value)
    }

    /// A text in 「」.
    pub fn quoted(&mut self) -> Option<&'a str> {
        let (text, rest) = self.rest.strip_prefix('「')?.split_once('」')?;
        self.rest = rest.trim_start();
        Some(text)
    }

    /// A list in 「」, parted by 、.
    pub fn list(&mut self) -> Option<Vec<&'a str>> {
        self.quoted().map(|text| text.split(['、', '；', ';']).map(str::trim).filter(|part| !part.is_empty()).collect())
    }

    pub fn number(&mut self) -> Option<u32> {
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = self.rest.split_at(digits);
        let number = number.parse().ok()?;
        self.rest = rest.trim_start();
        Some(number)
    }

    /// 「3月20日」, with or without a year.
    pub fn day(&mut self) -> Option<Date> {
        let end = self.rest.find('日')? + '日'.len_utf8();
        let day = page::day(&self.rest[..end], self.year)?;
        self.rest = self.rest[end..].trim_start();
        Some(day)
    }

    /// 「9:00」.
    pub fn time(&mut self) -> Option<(i8, i8)> {
        let mut look = *self;
        let hour = look.number()?;
        if !(look.word(":") || look.word("：")) {
            return None;
        }
        let minute = look.number()?;
        *self = look;
        Some((i8::try_from(hour).ok()?, i8::try_from(minute).ok()?))
    }

    /// What has not been read; nothing may be left.
    pub fn rest(&self) -> &'a str {
        self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_cell_is_read_word_by_word() {
        let mut words = Words::new("特别程序「检测」，至3月20日", 2026);
        assert!(!words.word("延长"));
        assert!(words.word("特别程序"));
        assert_eq!(words.quoted(), Some("检测"));
        assert!(words.comma() && words.word("至"));
        assert_eq!(words.day(), Some(date(2026, 3, 20)));
        assert_eq!(words.rest(), "");
        assert_eq!(Words::new("「甲、乙」", 2026).list(), Some(vec!["甲", "乙"]));
        assert_eq!(Words::new("2027年1月4日", 2026).day(), Some(date(2027, 1, 4)));
        assert_eq!(Words::new("9:05所见", 2026).time(), Some((9, 5)));
        assert_eq!(Words::new("「没有右括号", 2026).quoted(), None);
    }
}

//! Slips of the pen: one letter wrong, missing or too many.

/// A word that is looked for with one fault.
pub(super) struct Pattern {
    length: usize,
    /// At which places of the word a letter stands, as bits; Latin letters by number, which is what most texts hold.
    latin: [u64; 128],
    others: Vec<(char, u64)>,
}

impl Pattern {
    /// `None` for words too long to have one bit a letter, or without letters.
    pub(super) fn new(word: &[char]) -> Option<Pattern> {
        if word.is_empty() || word.len() > 63 {
            return None;
        }
        let mut pattern = Pattern { length: word.len(), latin: [0; 128], others: Vec::new() };
        for (at, letter) in word.iter().enumerate() {
            let bit = 1 << at;
            if let Some(places) = pattern.latin.get_mut(*letter as usize) {
                *places |= bit;
            } else if let Some((_, places)) = pattern.others.iter_mut().find(|(known, _)| known == letter) {
                *places |= bit;
            } else {
                pattern.others.push((*letter, bit));
            }
        }
        Some(pattern)
    }

    fn places(&self, letter: char) -> u64 {
        let other = || self.others.iter().find(|(known, _)| *known == letter).map_or(0, |(_, places)| *places);
        self.latin.get(letter as usize).copied().unwrap_or_else(other)
    }

    /// Whether some part of `text` is the word with at most one letter changed, added or left out.
    ///
    /// Every letter of `text` moves two sets of bits on: how far the word is matched with no fault, and with one (Wu and Manber,
    /// 1992).
    pub(super) fn is_near(&self, text: &[char]) -> bool {
        let (mut clean, mut faulty) = (0u64, 1u64);
        let end = 1 << (self.length - 1);
        for letter in text {
            let places = self.places(*letter);
            let before = clean;
            clean = (clean << 1 | 1) & places;
            faulty = (faulty << 1 | 1) & places | before | (before << 1 | 1) | (clean << 1 | 1);
            if (clean | faulty) & end != 0 {
                return true;
            }
        }
        false
    }
}

/// Whether two words differ in at most one letter.
pub(super) fn same_but_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let from = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let rest = one[from..].iter().rev().zip(other[from..].iter().rev()).take_while(|(one, other)| one == other).count();
    one.len().max(other.len()) - from - rest <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_fault_is_forgiven_and_two_are_not() {
        let check = |word: &str, text: &str, expected: bool| {
            let (letters, whole): (Vec<char>, Vec<char>) = (word.chars().collect(), text.chars().collect());
            assert_eq!(Pattern::new(&letters).is_some_and(|word| word.is_near(&whole)), expected, "{word} {text}");
        };
        check("食品经营", "办食品经营许可", true);
        check("食品经管", "办食品经营许可", true);
        check("食经营", "食品经营许可", true);
        check("食食品经营", "食品经营许可", true);
        check("药品经销", "食品经营许可", false);
        check("shiping", "shipinjingying", true);
        check("", "食品", false);
    }

    #[test]
    fn whole_words_are_compared_at_both_ends() {
        for (one, other, expected) in [
            ("licence", "license", true),
            ("licence", "licences", true),
            ("food", "food", true),
            ("food", "fod", true),
            ("drug", "food", false),
            ("ab", "ba", false),
        ] {
            assert_eq!(same_but_one(one, other), expected, "{one} {other}");
        }
    }
}

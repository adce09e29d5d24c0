//! What was typed, taken apart: runs of Chinese, and runs of Latin letters that may be pinyin or English.

use super::Index;

/// Longest query that is looked at, in characters. Nobody types more; somebody may paste it.
const LONGEST: usize = 64;
/// English words that say nothing by themselves.
const EMPTY: [&str; 14] = ["a", "an", "and", "the", "of", "for", "to", "in", "i", "my", "want", "how", "do", "apply"];

/// What people wrap around the thing they want, beyond the stop words: 我想开个饭店要怎么办理.
const WRAPPING: [&str; 8] = ["想", "办理", "请问", "需要", "咨询", "手续", "流程", "怎么办理"];
/// Longest word that is left out, in letters.
const LONGEST_EMPTY: usize = 4;

/// One run of a query, searched by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Chinese, with the Latin letters and digits that belong to it (开KTV).
    Han(Vec<char>),
    /// Words of Latin letters that follow each other: English, or pinyin with or without spaces.
    Latin(Vec<String>),
}

impl Part {
    pub(super) fn len(&self) -> usize {
        match self {
            Part::Han(letters) => letters.len(),
            // Five Latin letters say about as much as two Chinese ones.
            Part::Latin(words) => words.iter().map(|word| word.len().div_ceil(3)).sum(),
        }
    }
}

pub(super) fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Lower case, half width; what is neither a letter nor a digit is left out.
pub(super) fn letters(text: &str) -> Vec<char> {
    text.chars().filter_map(letter).collect()
}

fn letter(written: char) -> Option<char> {
    let narrow = match written {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(written as u32 - 0xfee0).unwrap_or(written),
        other => other,
    };
    let small = narrow.to_ascii_lowercase();
    (small.is_ascii_alphanumeric() || is_han(small)).then_some(small)
}

impl Index {
    pub(super) fn parts(&self, query: &str) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut token = Vec::new();
        for written in query.chars().take(LONGEST).chain([' ']) {
            match letter(written) {
                Some(letter) => token.push(letter),
                // An apostrophe parts syllables of pinyin (xi'an) and words of English alike; neither is a break.
                None if matches!(written, '\'' | '’') => {}
                None => self.token(&std::mem::take(&mut token), &mut parts),
            }
        }
        parts
    }

    /// A run without spaces. Where Chinese meets Latin it is one word if some entry writes it so, else two.
    fn token(&self, letters: &[char], parts: &mut Vec<Part>) {
        let mut from = 0;
        for at in 1..=letters.len() {
            let ends = at == letters.len() || {
                let (one, other) = (letters[at - 1], letters[at]);
                is_han(one) != is_han(other) && !self.grams.contains_key(&(one, other))
            };
            if ends {
                self.run(&letters[from..at], parts);
                from = at;
            }
        }
    }

    /// The same letters without the words that say nothing; `None` where nothing or everything would be left out.
    pub(super) fn bare(&self, letters: &[char]) -> Option<Vec<char>> {
        let mut bare = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            let lengths = (1..=LONGEST_EMPTY.min(letters.len() - at)).rev();
            let empty = |length: &usize| {
                let word: String = letters[at..at + length].iter().collect();
                self.stop.contains(&word) || WRAPPING.contains(&word.as_str())
            };
            match lengths.into_iter().find(empty) {
                Some(length) => at += length,
                None => {
                    bare.push(letters[at]);
                    at += 1;
                }
            }
        }
        (!bare.is_empty() && bare.len() < letters.len()).then_some(bare)
    }

    fn run(&self, letters: &[char], parts: &mut Vec<Part>) {
        if letters.iter().any(|letter| is_han(*letter)) {
            parts.push(Part::Han(letters.to_vec()));
            return;
        }
        let word: String = letters.iter().collect();
        if EMPTY.contains(&word.as_str()) {
            return;
        }
        match parts.last_mut() {
            Some(Part::Latin(words)) => words.push(word),
            _ => parts.push(Part::Latin(vec![word])),
        }
    }
}

//! How well entries fit a part of a query: as a whole, by pairs of letters, by their sound, by English words, and nearly.

use super::build::Entry;
use super::near::{Pattern, same_but_one};
use super::query::Part;
use super::sound::{Heard, Sounds};
use super::{Best, Index, WELL};
use std::collections::BTreeMap;

/// What a pair of letters weighs that no entry has: it may be a slip, and tells nothing apart.
const UNKNOWN: f64 = 1.5;
/// What a pair weighs that says nothing by itself (怎么, 我想).
const EMPTY: f64 = 0.2;

impl Index {
    /// The best entry of each item, in the order of the items.
    pub(super) fn fit(&self, part: &Part) -> Vec<Best> {
        let mut best = vec![Best::default(); self.items.len()];
        match part {
            Part::Han(letters) => {
                self.by_letters(letters, &mut best);
                if !well(&best)
                    && let Some(bare) = self.bare(letters)
                {
                    self.by_letters(&bare, &mut best);
                }
                if !well(&best) && letters.len() > 1 {
                    self.by_same_sound(letters, &mut best);
                    self.by_near_letters(letters, &mut best);
                }
            }
            Part::Latin(words) => {
                let typed: Vec<char> = words.concat().chars().collect();
                for (number, heard) in self.heard(&typed) {
                    let length = self.entries[number as usize].letters.len();
                    let whole = whole(heard.from, heard.to, length, self.entries[number as usize].head);
                    self.note(number, whole * heard.quality, false, &mut best);
                }
                self.by_words(words, &mut best);
                if !well(&best) {
                    self.by_near_sound(&typed, &mut best);
                }
            }
        }
        best
    }

    fn note(&self, number: u32, fits: f64, guess: bool, best: &mut [Best]) {
        let entry = &self.entries[number as usize];
        let own = &mut best[entry.item as usize];
        let score = entry.source.weight() * fits;
        if score > own.score {
            *own = Best { score, entry: number, guess };
        }
    }

    fn by_letters(&self, typed: &[char], best: &mut [Best]) {
        let grams: Vec<(char, char)> =
            if let [letter] = typed { vec![('\0', *letter)] } else { super::build::pairs(typed).into_iter().collect() };
        let mut total = 0.0;
        let mut shared = vec![0.0; self.entries.len()];
        let mut touched = Vec::new();
        for gram in grams {
            let entries = self.grams.get(&gram).map_or(&[][..], Vec::as_slice);
            let weight = match entries.len() {
                _ if self.is_empty(gram) => EMPTY,
                0 => UNKNOWN,
                known => (1.0 + self.entries.len() as f64 / known as f64).ln(),
            };
            total += weight;
            for number in entries {
                if shared[*number as usize] == 0.0 {
                    touched.push(*number);
                }
                shared[*number as usize] += weight;
            }
        }
        for number in touched {
            let entry = &self.entries[number as usize];
            let covered = 0.75 * shared[number as usize] / total;
            let fits = match position(&entry.letters, typed) {
                Some(at) if typed.len() > 1 => whole(at, at + typed.len(), entry.letters.len(), entry.head),
                // A single letter says little, and more where a word begins with it.
                Some(at) => {
                    if at == 0 {
                        0.6
                    } else {
                        0.5
                    }
                }
                // A question holds the everyday words: 我想开饭店怎么办.
                None if entry.source.is_title() && entry.letters.len() > 1 && position(typed, &entry.letters).is_some() => {
                    (0.6 + 0.3 * entry.letters.len() as f64 / typed.len() as f64).max(covered)
                }
                None => covered,
            };
            self.note(number, fits, false, best);
        }
    }

    fn is_empty(&self, (one, other): (char, char)) -> bool {
        if one == '\0' {
            return false;
        }
        let word: String = [one, other].iter().collect();
        self.stop.contains(&word) || [one, other].iter().all(|letter| self.stop.contains(letter.to_string().as_str()))
    }

    /// Entries whose sound is typed, whole syllables or initials, from any letter on.
    pub(super) fn heard(&self, typed: &[char]) -> Vec<(u32, Heard)> {
        let Some(starts) = typed.first().and_then(|first| self.sounds.get(first)) else { return Vec::new() };
        let heard = starts.iter().filter_map(|(number, at)| {
            let entry = &self.entries[*number as usize];
            Some((*number, entry.sounds.hear(*at as usize, typed)?))
        });
        heard.collect()
    }

    /// The same sound in other letters, which is how people mistype Chinese: 药点 for 药店.
    fn by_same_sound(&self, letters: &[char], best: &mut [Best]) {
        let sounds = Sounds::of(letters);
        for (number, heard) in self.heard(sounds.plain()) {
            if heard.quality == 1.0 && heard.to - heard.from == letters.len() {
                let entry = &self.entries[number as usize];
                self.note(number, 0.75 * whole(heard.from, heard.to, entry.letters.len(), entry.head), true, best);
            }
        }
    }

    /// One letter wrong, missing or too many. Two letters with one wrong would fit nearly everything.
    fn by_near_letters(&self, typed: &[char], best: &mut [Best]) {
        if typed.len() > 2
            && let Some(word) = Pattern::new(typed)
        {
            for (number, entry) in self.titles().filter(|(_, entry)| word.is_near(&entry.letters)) {
                self.note(number, 0.65 * length_fits(typed.len(), entry), true, best);
            }
        }
    }

    fn by_near_sound(&self, typed: &[char], best: &mut [Best]) {
        if typed.len() > 4
            && let Some(word) = Pattern::new(typed)
        {
            for (number, entry) in self.titles().filter(|(_, entry)| word.is_near(entry.sounds.plain())) {
                let length = entry.sounds.plain().len();
                let longer = typed.len().abs_diff(length) as f64 / length as f64;
                self.note(number, 0.65 - 0.1 * longer.min(1.0), true, best);
            }
        }
    }

    /// English words of the label, each from its beginning; a word of five letters and more may have one fault.
    fn by_words(&self, typed: &[String], best: &mut [Best]) {
        let mut found: BTreeMap<u32, f64> = BTreeMap::new();
        for word in typed {
            let mut of_word: BTreeMap<u32, f64> = BTreeMap::new();
            for (known, entries) in self.words.range(word.clone()..).take_while(|(known, _)| known.starts_with(word.as_str())) {
                let fits = if known == word { 1.0 } else { 0.85 };
                entries.iter().for_each(|number| raise(&mut of_word, *number, fits));
            }
            if word.len() > 4 {
                for (_, entries) in self.words.iter().filter(|(known, _)| same_but_one(known, word)) {
                    entries.iter().for_each(|number| raise(&mut of_word, *number, 0.8));
                }
            }
            for (number, fits) in of_word {
                *found.entry(number).or_default() += fits;
            }
        }
        for (number, fits) in found {
            let entry = &self.entries[number as usize];
            let all = fits / typed.len() as f64;
            let own = (typed.len() as f64 / entry.words.max(1) as f64).min(1.0);
            self.note(number, all * (0.8 + 0.2 * own), false, best);
        }
    }
}

fn raise(found: &mut BTreeMap<u32, f64>, number: u32, fits: f64) {
    let own = found.entry(number).or_default();
    *own = own.max(fits);
}

fn well(best: &[Best]) -> bool {
    best.iter().any(|best| best.score >= WELL)
}

/// How well letters `from..to` of an entry stand for the whole: all of it, all before the bracket, its beginning, or a part.
fn whole(from: usize, to: usize, length: usize, head: usize) -> f64 {
    match (from, to) {
        (0, to) if to == length => 1.0,
        (0, to) if to == head => 0.98,
        (0, _) => 0.92,
        _ => 0.85,
    }
}

/// An entry of about the same length is the likelier one to be meant.
fn length_fits(typed: usize, entry: &Entry) -> f64 {
    let longer = typed.abs_diff(entry.letters.len()) as f64 / entry.letters.len().max(typed) as f64;
    1.0 - 0.3 * longer
}

/// Where `part` stands in `letters`.
pub(super) fn position(letters: &[char], part: &[char]) -> Option<usize> {
    if part.is_empty() {
        return None;
    }
    letters.windows(part.len()).position(|window| window == part)
}

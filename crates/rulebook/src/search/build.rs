//! The index of an edition: every item cut into entries, and the everyday words tied to the items they stand for.

use super::fit::position;
use super::query::letters;
use super::sound::Sounds;
use super::{Index, Source};
use crate::compile::Rulebook;
use crate::item::Item;
use std::collections::{BTreeMap, BTreeSet};

/// How much an official title and an item's name must share for the title's everyday words to stand for the item.
const ALIKE: f64 = 0.6;

/// The field of the row of `search/synonyms.csv` that holds the words of coming to an end.
const DIRECTION: &str = "方向";

/// One thing an item says of itself.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) item: u32,
    pub(super) source: Source,
    pub(super) text: String,
    pub(super) letters: Vec<char>,
    /// Letters before the bracket, for names like 食品经营许可（新办）.
    pub(super) head: usize,
    pub(super) sounds: Sounds,
    /// English words, for a label.
    pub(super) words: usize,
}

impl Index {
    /// Builds the index of a rulebook. `synonyms` is `search/synonyms.csv` (`official,everyday|everyday|…,field`), `stopwords`
    /// is `search/stopwords.txt`, one word a line; rows that are not of that form are passed over.
    pub fn new(rulebook: &Rulebook, synonyms: &str, stopwords: &str) -> Index {
        let mut index = Index::knowing(stopwords);
        for item in rulebook.items.values() {
            index.item(rulebook, item);
        }
        index.synonyms(synonyms);
        index.postings();
        index
    }

    /// The same of the themes. They are an index of their own: a theme answers beside the items and never takes the place of one.
    pub fn of_themes(rulebook: &Rulebook, synonyms: &str, stopwords: &str) -> Index {
        let mut index = Index::knowing(stopwords);
        for theme in rulebook.themes.values() {
            let says = (&*theme.name, theme.label.as_deref(), &*theme.summary);
            index.titles_of(theme.code.get_ref(), says, &theme.keywords);
        }
        index.synonyms(synonyms);
        index.postings();
        index
    }

    fn knowing(stopwords: &str) -> Index {
        let stop = stopwords.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Index { stop, ..Index::default() }
    }

    fn item(&mut self, rulebook: &Rulebook, item: &Item) {
        let says = (&*item.name, item.label.as_deref(), &*item.summary);
        let number = self.titles_of(item.code.get_ref(), says, &item.keywords);
        for material in item.material.iter().filter_map(|needed| rulebook.materials.get(needed.key.get_ref())) {
            self.entry(number, Source::Material, &material.name);
        }
    }

    /// Name, English name, keywords and summary; gives the number under which more can be entered.
    fn titles_of(&mut self, code: &str, (name, label, summary): (&str, Option<&str>, &str), keywords: &[String]) -> u32 {
        let number = self.items.len() as u32;
        self.items.push((code.to_owned(), keywords.len()));
        self.entry(number, Source::Name, name);
        self.entry(number, Source::Label, &format!("{} {code}", label.unwrap_or_default()));
        for keyword in keywords {
            self.entry(number, Source::Keyword, keyword);
        }
        self.entry(number, Source::Summary, summary);
        number
    }

    fn entry(&mut self, item: u32, source: Source, text: &str) {
        let own = letters(text);
        if own.is_empty() {
            return;
        }
        let head = text.split(['（', '(']).next().map_or(own.len(), |head| letters(head).len());
        let sounds = if source.is_title() { Sounds::of(&own) } else { Sounds::default() };
        let words = if source == Source::Label { english(text).len() } else { 0 };
        // A label is shown without the item's code, by which it can be found too.
        let text = if source == Source::Label { text.rsplit_once(' ').map_or(text, |(label, _)| label) } else { text };
        self.entries.push(Entry { item, source, text: text.to_owned(), letters: own, head, sounds, words });
    }

    /// Everyday words go to the items whose name is most like the official title.
    fn synonyms(&mut self, csv: &str) {
        let names: Vec<(u32, Vec<char>)> = (self.entries.iter())
            .filter(|entry| entry.source == Source::Name)
            .map(|entry| (entry.item, entry.letters[..entry.head].to_vec()))
            .collect();
        let mut known: BTreeMap<(char, char), usize> = BTreeMap::new();
        for pair in names.iter().flat_map(|(_, name)| pairs(name)) {
            *known.entry(pair).or_default() += 1;
        }
        // A pair that many names share (经营, 许可) tells little apart.
        let weight = |pair: &(char, char)| (1.0 + names.len() as f64 / *known.get(pair).unwrap_or(&1) as f64).ln();
        let mut found = Vec::new();
        for row in csv.lines().skip(1) {
            let mut columns = row.split(',');
            let (Some(official), Some(everyday)) = (columns.next(), columns.next()) else { continue };
            let title = letters(official);
            if columns.next().is_some_and(|field| field.trim() == DIRECTION) {
                self.directions(official, everyday);
                continue;
            }
            let alike = names.iter().map(|(item, name)| (*item, alike(name, &title, weight)));
            let alike: Vec<(u32, f64)> = alike.filter(|(_, alike)| *alike >= ALIKE).collect();
            let most = alike.iter().map(|(_, alike)| *alike).fold(0.0, f64::max);
            let items: Vec<u32> = alike.iter().filter(|(_, alike)| *alike >= most - 0.01).map(|(item, _)| *item).collect();
            found.push((official, everyday, items));
        }
        for (official, everyday, items) in found {
            let number = self.official.len() as u32;
            self.official.push(official.to_owned());
            for item in items {
                everyday.split('|').for_each(|words| self.entry(item, Source::Synonym(number), words));
            }
        }
    }

    /// The words of coming to an end stand for every item whose name has one.
    fn directions(&mut self, official: &str, everyday: &str) {
        let names: Vec<(u32, Vec<char>)> = (self.entries.iter().filter(|entry| entry.source == Source::Name))
            .map(|entry| (entry.item, entry.letters.clone()))
            .collect();
        self.endings = std::iter::once(official).chain(everyday.split('|')).map(letters).collect();
        self.ends = vec![false; self.items.len()];
        let number = self.official.len() as u32;
        self.official.push(official.to_owned());
        for (item, name) in &names {
            if !self.endings.iter().any(|word| position(name, word).is_some()) {
                continue;
            }
            self.ends[*item as usize] = true;
            if position(name, &letters(official)).is_some() {
                everyday.split('|').for_each(|words| self.entry(*item, Source::Synonym(number), words));
            }
        }
    }

    fn postings(&mut self) {
        for (number, entry) in (0..).zip(&self.entries) {
            if entry.source == Source::Label {
                for word in english(&format!("{} {}", entry.text, self.items[entry.item as usize].0)) {
                    self.words.entry(word).or_default().push(number);
                }
                continue;
            }
            let singles = entry.letters.iter().map(|letter| ('\0', *letter));
            let grams: BTreeSet<(char, char)> = pairs(&entry.letters).into_iter().chain(singles).collect();
            for gram in grams {
                self.grams.entry(gram).or_default().push(number);
            }
            for at in 0..entry.sounds.len() {
                for first in entry.sounds.firsts(at) {
                    self.sounds.entry(first).or_default().push((number, at as u32));
                }
            }
        }
    }
}

/// How alike a name and a title are: the same, one within the other, all letters of one in order within the other
/// (药品经营许可, 药品零售经营许可), else the weight of the pairs that both have.
fn alike(name: &[char], title: &[char], weight: impl Fn(&(char, char)) -> f64) -> f64 {
    let (short, long) = if name.len() < title.len() { (name, title) } else { (title, name) };
    if name == title {
        return 1.0;
    }
    if short.len() > 3 && position(long, short).is_some() {
        return 0.95;
    }
    let mut rest = long.iter();
    if short.len() > 3 && short.iter().all(|letter| rest.any(|other| other == letter)) {
        return 0.9;
    }
    let (one, other) = (pairs(name), pairs(title));
    let sum = |pairs: &BTreeSet<(char, char)>| pairs.iter().map(&weight).sum::<f64>();
    let shared: f64 = one.intersection(&other).map(&weight).sum();
    (2.0 * shared / (sum(&one) + sum(&other)).max(f64::MIN_POSITIVE)).min(0.89)
}

pub(super) fn pairs(letters: &[char]) -> BTreeSet<(char, char)> {
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// English words in lower case, each once.
fn english(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

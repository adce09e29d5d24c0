//! Finding an item or a theme by what people call it: Chinese, full pinyin, initials, everyday words, English, and with a slip of the pen.
//!
//! The index is a function of the edition and lives in memory (decision 13). What an item says of itself is cut into *entries*:
//! its name, its keywords, the everyday words of `search/synonyms.csv` that stand for its name, its summary, its papers. An entry
//! weighs by where it stands and by how well it fits; an item is worth its best entry. Serves measures 2 and 6.

mod build;
mod fit;
mod near;
mod query;
mod sound;

use crate::text::Text;
use build::Entry;
use query::Part;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is worth showing, and how much worse than the best it may be.
const LEAST: f64 = 0.15;
const LEAST_OF_BEST: f64 = 0.35;
/// What is left of an item that goes the other way: somebody closes a shop, and it opens one; and the other way round, where people
/// say less clearly what they mean.
const OPENS_TO_WHO_CLOSES: f64 = 0.4;
const CLOSES_TO_WHO_OPENS: f64 = 0.6;
/// Below this nothing fits well, and slips of the pen are looked for.
const WELL: f64 = 0.45;

/// One item, or theme, that answers a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub code: String,
    /// From 0 to 1; only the order matters.
    pub score: f64,
    /// What of the item was found, for the line under its name.
    pub why: Text,
}

impl Hit {
    /// Whether it is what was asked for, and not only the nearest there is.
    pub fn fits_well(&self) -> bool {
        self.score >= WELL
    }
}

/// A completion of what is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub words: String,
    /// The item, or theme, that these words lead to first.
    pub code: String,
}

/// Where an entry stands in its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Name,
    Label,
    Keyword,
    /// Everyday words for the official title with this number.
    Synonym(u32),
    Summary,
    Material,
}

impl Source {
    fn weight(self) -> f64 {
        match self {
            Source::Name => 1.0,
            Source::Label => 0.95,
            Source::Keyword => 0.9,
            Source::Synonym(_) => 0.85,
            Source::Summary => 0.55,
            Source::Material => 0.4,
        }
    }

    /// Short enough to be typed as a whole; these are also found by their sound.
    fn is_title(self) -> bool {
        matches!(self, Source::Name | Source::Keyword | Source::Synonym(_))
    }
}

/// The items of one edition, or its themes, ready to be searched.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Code of each item, and how many keywords it has: of equals, the item described in more words is the commoner one.
    items: Vec<(String, usize)>,
    entries: Vec<Entry>,
    /// Entries by pairs of letters that follow each other, and by single letters, paired with none.
    grams: HashMap<(char, char), Vec<u32>>,
    /// Entries by English word.
    words: BTreeMap<String, Vec<u32>>,
    /// Entry and place by the first letter of the sound there.
    sounds: BTreeMap<char, Vec<(u32, u32)>>,
    /// Words of coming to an end: as names have them (注销), and as people say it (关门).
    endings: Vec<Vec<char>>,
    /// Whether an item brings something to an end, in their order.
    ends: Vec<bool>,
    /// Words that say nothing by themselves.
    stop: HashSet<String>,
    official: Vec<String>,
}

/// How well the best entry of an item fits one part of the query.
#[derive(Debug, Clone, Copy, Default)]
struct Best {
    score: f64,
    entry: u32,
    /// It is a guess: something near was typed.
    guess: bool,
}

impl Index {
    /// The best items for a query, best first.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        let parts = self.parts(query);
        let length: usize = parts.iter().map(Part::len).sum();
        let mut total = vec![(0.0, Best::default()); self.items.len()];
        for part in &parts {
            let share = part.len() as f64 / length as f64;
            for ((sum, best), found) in total.iter_mut().zip(self.fit(part)) {
                *sum += share * found.score;
                if found.score > best.score {
                    *best = found;
                }
            }
        }
        self.mind_the_direction(&parts, &mut total);
        let top = total.iter().map(|(score, _)| *score).fold(0.0, f64::max);
        let least = LEAST.max(top * LEAST_OF_BEST);
        let mut order: Vec<usize> = (0..total.len()).filter(|item| total[*item].0 >= least).collect();
        order.sort_by(|one, other| {
            let (one_item, other_item) = (&self.items[*one], &self.items[*other]);
            total[*other].0.total_cmp(&total[*one].0).then(other_item.1.cmp(&one_item.1)).then(one_item.0.cmp(&other_item.0))
        });
        order.truncate(limit);
        order
            .into_iter()
            .map(|item| Hit { code: self.items[item].0.clone(), score: total[item].0, why: self.why(total[item].1) })
            .collect()
    }

    /// Who closes a shop does not look for what opens one. What an item says itself in these very words stands.
    fn mind_the_direction(&self, parts: &[Part], total: &mut [(f64, Best)]) {
        let han = || parts.iter().filter_map(|part| if let Part::Han(letters) = part { Some(letters) } else { None });
        let closes = self.endings.iter().any(|word| han().any(|letters| fit::position(letters, word).is_some()));
        for ((score, best), ends) in total.iter_mut().zip(&self.ends).filter(|(_, ends)| **ends != closes) {
            let entry = &self.entries[best.entry as usize];
            let own = han().all(|letters| fit::position(&entry.letters, letters).is_some());
            *score *= match (*ends, own && entry.source.is_title() && !best.guess) {
                (false, _) => OPENS_TO_WHO_CLOSES,
                (true, false) => CLOSES_TO_WHO_OPENS,
                // 注销执照 holds 执照, but whoever types that alone may well want one.
                (true, true) => 1.0,
            };
        }
    }

    /// Names and everyday words that begin as `prefix` does, in Chinese or in pinyin; then those that hold it.
    pub fn suggestions(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        let mut found: Vec<(usize, usize, u32)> = match &self.parts(prefix)[..] {
            [Part::Han(letters)] => {
                let holds = |entry: &Entry| fit::position(&entry.letters, letters).map(|at| usize::from(at > 0));
                self.titles().filter_map(|(number, entry)| Some((holds(entry)?, entry.letters.len(), number))).collect()
            }
            [Part::Latin(words)] => {
                let typed: Vec<char> = words.concat().chars().collect();
                self.heard(&typed)
                    .into_iter()
                    .map(|(number, heard)| (usize::from(heard.from > 0), self.entries[number as usize].letters.len(), number))
                    .collect()
            }
            _ => return Vec::new(),
        };
        found.sort_by_key(|(place, length, number)| {
            let entry = &self.entries[*number as usize];
            (*place, *length, std::cmp::Reverse(self.items[entry.item as usize].1), *number)
        });
        let mut seen = HashSet::new();
        let entries = found.into_iter().map(|(.., number)| &self.entries[number as usize]);
        entries
            .filter(|entry| seen.insert(entry.text.as_str()))
            .take(limit)
            .map(|entry| Suggestion { words: entry.text.clone(), code: self.items[entry.item as usize].0.clone() })
            .collect()
    }

    fn titles(&self) -> impl Iterator<Item = (u32, &Entry)> {
        (0..).zip(&self.entries).filter(|(_, entry)| entry.source.is_title())
    }

    fn why(&self, best: Best) -> Text {
        let entry = &self.entries[best.entry as usize];
        let words = &entry.text;
        if best.guess && entry.source.is_title() {
            return Text::new(format!("您要找的是“{words}”吗"), format!("Did you mean “{words}”?"));
        }
        match entry.source {
            Source::Name => Text::new("事项名称", "Its name"),
            Source::Label => Text::new(format!("英文名称“{words}”"), "Its English name"),
            Source::Keyword => Text::new(format!("常用说法“{words}”"), format!("Everyday words “{words}”")),
            Source::Synonym(number) => {
                let official = &self.official[number as usize];
                Text::new(format!("“{words}”指“{official}”"), format!("“{words}” stands for “{official}”"))
            }
            Source::Summary => Text::new("办事说明", "What it is for"),
            Source::Material => Text::new(format!("所需材料“{words}”"), format!("A paper it needs: “{words}”")),
        }
    }
}

#[cfg(test)]
mod tests;

//! How words sound: pinyin without tones, whole (shipin), by initials (sp) or both in one (shipjy).

use super::query::is_han;
use pinyin::ToPinyin;

/// Letters that are commonly read in two ways, with the one that is not the commonest: 银行, 重新, 调整, 会计, 校对. Rarer readings
/// are left out, since they make unlike words sound alike.
const ALSO: [(char, &str); 22] = [
    ('行', "hang"),
    ('重', "chong"),
    ('长', "chang"),
    ('调', "tiao"),
    ('会', "kuai"),
    ('乐', "yue"),
    ('还', "huan"),
    ('都', "du"),
    ('单', "shan"),
    ('藏', "zang"),
    ('校', "jiao"),
    ('朝', "zhao"),
    ('畜', "xu"),
    ('降', "xiang"),
    ('系', "ji"),
    ('传', "zhuan"),
    ('厦', "xia"),
    ('便', "pian"),
    ('曾', "zeng"),
    ('解', "xie"),
    ('大', "dai"),
    ('率', "lv"),
];

/// The readings of each letter, the commonest first. A Latin letter sounds as it is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Sounds {
    readings: Vec<Vec<String>>,
    /// The commonest readings, in one run of letters.
    plain: Vec<char>,
}

/// Where typed letters were heard, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Heard {
    pub(super) from: usize,
    pub(super) to: usize,
    /// 1 where whole syllables were typed, less for initials, least for a mixture.
    pub(super) quality: f64,
}

impl Sounds {
    pub(super) fn of(letters: &[char]) -> Sounds {
        let readings: Vec<Vec<String>> = letters.iter().map(|letter| readings(*letter)).collect();
        let plain = readings.iter().filter_map(|readings| readings.first()).flat_map(|reading| reading.chars()).collect();
        Sounds { readings, plain }
    }

    pub(super) fn len(&self) -> usize {
        self.readings.len()
    }

    /// First letters of the readings at one place.
    pub(super) fn firsts(&self, at: usize) -> Vec<char> {
        let mut firsts: Vec<char> = self.readings[at].iter().filter_map(|reading| reading.chars().next()).collect();
        firsts.sort_unstable();
        firsts.dedup();
        firsts
    }

    /// The commonest readings, in one run of letters.
    pub(super) fn plain(&self) -> &[char] {
        &self.plain
    }

    /// Whether `typed` is how the letters from `from` on sound; the last syllable may be unfinished.
    pub(super) fn hear(&self, from: usize, typed: &[char]) -> Option<Heard> {
        let (to, whole, initial) = self.walk(from, typed)?;
        // One initial is no word.
        let quality = match (whole, initial) {
            (_, 0) => 1.0,
            (0, 1) => return None,
            (0, _) => 0.95,
            (_, _) => 0.75,
        };
        Some(Heard { from, to, quality })
    }

    /// Returns where it ended and how many syllables were typed whole and by their initial; whole ones are preferred.
    fn walk(&self, at: usize, typed: &[char]) -> Option<(usize, u32, u32)> {
        let Some(first) = typed.first() else { return Some((at, 0, 0)) };
        let readings = self.readings.get(at)?;
        for reading in readings {
            let (matched, whole) = shared(reading, typed);
            if matched == typed.len() && matched > 1 || matched == typed.len() && whole {
                return Some((at + 1, 1, 0));
            }
            if whole && let Some((to, whole, initial)) = self.walk(at + 1, &typed[matched..]) {
                return Some((to, whole + 1, initial));
            }
        }
        let starts = readings.iter().any(|reading| reading.len() > 1 && reading.starts_with(*first));
        let (to, whole, initial) = starts.then(|| self.walk(at + 1, &typed[1..])).flatten()?;
        Some((to, whole, initial + 1))
    }
}

/// How many letters a reading and what was typed share from the start, and whether that is the whole reading.
fn shared(reading: &str, typed: &[char]) -> (usize, bool) {
    let matched = reading.chars().zip(typed).take_while(|(one, other)| one == *other).count();
    (matched, matched == reading.len())
}

fn readings(letter: char) -> Vec<String> {
    if !is_han(letter) {
        return vec![letter.to_string()];
    }
    // ü is typed as v.
    let commonest = letter.to_pinyin().map(|sound| sound.plain().replace('ü', "v"));
    let also = ALSO.iter().filter(|(known, _)| *known == letter).map(|(_, reading)| (*reading).to_owned());
    commonest.into_iter().chain(also).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, typed: &str, expected: Option<(usize, f64)>) {
        let letters: Vec<char> = word.chars().collect();
        let typed: Vec<char> = typed.chars().collect();
        let heard = Sounds::of(&letters).hear(0, &typed).map(|heard| (heard.to, heard.quality));
        assert_eq!(heard, expected, "{word} {typed:?}");
    }

    #[test]
    fn whole_syllables_initials_and_an_unfinished_end_are_heard() {
        check("食品经营许可", "shipinjingying", Some((4, 1.0)));
        check("食品经营许可", "shipinjing", Some((3, 1.0)));
        check("食品经营许可", "shipinji", Some((3, 1.0)));
        check("食品经营许可", "spjyxk", Some((6, 0.95)));
        check("食品经营许可", "shipjy", Some((4, 0.75)));
        check("食品经营许可", "yaodian", None);
        check("开KTV".to_lowercase().as_str(), "kaiktv", Some((4, 1.0)));
    }

    #[test]
    fn every_reading_of_a_letter_is_known() {
        check("银行账户", "yinhang", Some((2, 1.0)));
        check("行业", "hangye", Some((2, 1.0)));
        check("银行", "yh", Some((2, 0.95)));
        check("旅行社", "lvxingshe", Some((3, 1.0)));
        check("重新申请", "chongxin", Some((2, 1.0)));
        check("大夫", "daifu", Some((2, 1.0)));
    }

    #[test]
    fn a_second_reading_is_not_the_commonest_once_more() {
        let same = |(letter, also): &(char, &str)| letter.to_pinyin().is_none_or(|sound| sound.plain() == *also);
        assert_eq!(ALSO.into_iter().filter(same).collect::<Vec<_>>(), []);
    }

    #[test]
    fn one_letter_is_no_word() {
        check("食品", "s", None);
        check("阿", "a", Some((1, 1.0)));
    }
}

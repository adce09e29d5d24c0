//! What the text of a document suggests as conditions: elements that it names or paraphrases, with the comparison and the figure beside them,
//! words of their lists, and how long a firm has been there. Plain rules over the dictionary; a suggestion is a text and nothing more, and
//! only a person makes a condition of it. How often it is right is measured on the labelled clauses of the rulebook (tests/suggest.rs).
//! Serves measures 14 and 17.

mod figures;

use figures::{figure, years};
use rulebook::Rulebook;
use rulebook::expression::{Element, Expression, Kind};
use std::collections::BTreeMap;

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub condition: String,
    /// The words that it was read from.
    pub from: String,
}

/// Longest text that is read, in characters: a passage, not a book.
const LONGEST: usize = 5_000;
/// Elements that a firm's profile can answer are suggested, and no others.
const PROFILE: &str = "企业档案";
/// Pairs of signs that stand in the names of more elements than this tell none of them apart.
const COMMON: usize = 2;
/// Words of lists that say nothing by themselves.
const EMPTY: [&str; 5] = ["其他", "是", "否", "无", "没有"];

/// Words before the name of a yes-or-no element that turn it round.
const NONE: [&str; 12] =
    ["无", "没有", "未", "不存在", "未列入", "未被列入", "不得有", "不在", "未纳入", "未被纳入", "不属于", "未发生"];

/// Suggestions in the order of the text, each condition once.
pub fn suggest(text: &str, rules: &Rulebook) -> Vec<Suggestion> {
    let text: String = text.chars().take(LONGEST).filter(|c| !c.is_whitespace()).collect();
    let elements: Vec<&Element> = rules
        .fields
        .values()
        .filter(|field| field.available_from.iter().any(|from| from == PROFILE))
        .filter_map(|field| rules.dictionary.get(field.name.get_ref()))
        .collect();
    let mut found = named(&text, &elements, rules);
    found.extend(listed(&text, &elements));
    found.retain(|(_, one)| Expression::parse(&one.condition, &rules.dictionary).is_ok());
    found.sort_by(|a, b| (a.0, &a.1.condition).cmp(&(b.0, &b.1.condition)));
    let mut told: Vec<Suggestion> = Vec::new();
    for (_, one) in found {
        if !told.iter().any(|known| known.condition == one.condition) {
            told.push(one);
        }
    }
    told
}

/// Elements that are called by name, or as documents say instead. A name within a longer one says nothing by itself.
fn named(text: &str, elements: &[&Element], rules: &Rulebook) -> Vec<(usize, Suggestion)> {
    let mut names: Vec<(&str, &Element)> = Vec::new();
    for element in elements {
        names.push((&element.name, element));
        let said = rules.fields.get(&*element.name).into_iter().flat_map(|field| &field.said);
        names.extend(said.map(|word| (word.as_str(), *element)));
        if let (Kind::Date, Some(stem)) = (&element.kind, element.name.strip_suffix("日期")) {
            names.push((stem, element));
        }
    }
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut taken = vec![false; text.len()];
    let mut found = Vec::new();
    for (name, element) in names {
        for (at, _) in text.match_indices(name) {
            if taken.get(at..at + name.len()).is_none_or(|signs| signs.contains(&true)) {
                continue;
            }
            let behind = clause(&text[at + name.len()..]);
            if let Some(one) = of(element, name, &text[..at], behind) {
                taken[at..at + name.len()].fill(true);
                found.push((at, one));
            }
        }
    }
    found
}

/// Up to the end of what the words behind a name may speak of.
fn clause(text: &str) -> &str {
    let end = text.find(['，', '。', '；', '、', ',', ';', '（', '(']).unwrap_or(text.len());
    &text[..end]
}

fn of(element: &Element, said: &str, before: &str, behind: &str) -> Option<Suggestion> {
    let name = &element.name;
    let one = |condition: String, from: String| Some(Suggestion { condition, from });
    match &element.kind {
        Kind::Bool => {
            let none = NONE.iter().filter(|word| before.ends_with(**word)).max_by_key(|word| word.len());
            match none {
                Some(word) => one(format!("not {name}"), format!("{word}{said}")),
                None => one(name.to_string(), said.to_owned()),
            }
        }
        Kind::Number(_) | Kind::Money(_) => {
            let (relation, figure) = figure(behind)?;
            one(format!("{name} {relation} {figure}"), format!("{said}{behind}"))
        }
        Kind::Date => {
            let (relation, years) = years(behind)?;
            one(format!("years_since({name}) {relation} {years}"), format!("{said}{behind}"))
        }
        Kind::Choice(_) | Kind::Many(_) | Kind::Text => None,
    }
}

/// Words of the lists of elements. One that stands on several lists, or is short, counts only beside a sign of which element is meant.
fn listed(text: &str, elements: &[&Element]) -> Vec<(usize, Suggestion)> {
    let mut pairs: BTreeMap<String, usize> = BTreeMap::new();
    for pair in elements.iter().flat_map(|element| pairs_of(&element.name)) {
        *pairs.entry(pair).or_default() += 1;
    }
    let mut words: BTreeMap<&str, Vec<&Element>> = BTreeMap::new();
    for element in elements {
        if let Kind::Choice(all) | Kind::Many(all) = &element.kind {
            all.iter()
                .filter(|word| !EMPTY.contains(&word.as_str()))
                .for_each(|word| words.entry(word).or_default().push(element));
        }
    }
    let mut order: Vec<(&str, &Vec<&Element>)> = words.iter().map(|(word, elements)| (*word, elements)).collect();
    order.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    let mut taken = vec![false; text.len()];
    let mut found: BTreeMap<&str, (&Element, BTreeMap<usize, &str>)> = BTreeMap::new();
    for (word, candidates) in order {
        for (at, _) in text.match_indices(word) {
            if taken.get(at..at + word.len()).is_none_or(|signs| signs.contains(&true)) {
                continue;
            }
            taken[at..at + word.len()].fill(true);
            let sentence = around(text, at, word.len());
            let signed = |element: &&&Element| {
                pairs_of(&element.name)
                    .iter()
                    .any(|pair| pairs[pair] <= COMMON && !word.contains(pair.as_str()) && sentence.contains(pair.as_str()))
            };
            let clear = candidates.len() == 1 && word.chars().count() >= 4;
            let meant: Vec<&&Element> = candidates.iter().filter(|element| clear || signed(element)).collect();
            let [element] = meant.as_slice() else { continue };
            let (_, said) = found.entry(&element.name).or_insert((element, BTreeMap::new()));
            if !said.values().any(|known| *known == word) {
                said.insert(at, word);
            }
        }
    }
    let first = |said: &BTreeMap<usize, &str>| said.keys().next().copied().unwrap_or_default();
    found.into_values().map(|(element, said)| (first(&said), chosen(element, &said.into_values().collect::<Vec<_>>()))).collect()
}

fn chosen(element: &Element, words: &[&str]) -> Suggestion {
    let (name, quoted) = (&element.name, words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>());
    let condition = match (&element.kind, quoted.as_slice()) {
        (Kind::Many(_), all) => all.iter().map(|word| format!("{name} contains {word}")).collect::<Vec<_>>().join(" or "),
        (_, [one]) => format!("{name} = {one}"),
        (_, all) => format!("{name} in [{}]", all.join(", ")),
    };
    Suggestion { condition, from: words.join("、") }
}

/// Every two signs that stand beside each other in a name.
fn pairs_of(name: &str) -> Vec<String> {
    let signs: Vec<char> = name.chars().collect();
    signs.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// The sentence in which something stands.
fn around(text: &str, at: usize, length: usize) -> &str {
    let ends = ['。', '；', ';'];
    let start = text[..at].rfind(ends).map_or(0, |end| end + text[end..].chars().next().map_or(0, char::len_utf8));
    let end = text[at + length..].find(ends).map_or(text.len(), |end| at + length + end);
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rulebook {
        let field = |name: &str, code: &str, more: &str| {
            format!("[[field]]\nname = \"{name}\"\ncode = \"{code}\"\navailable-from = [\"企业档案\"]\n{more}\n")
        };
        let text = field("营业收入", "a", "kind = \"money\"\nsaid = [\"销售收入\"]")
            + &field("研发强度", "b", "kind = \"number\"")
            + &field("经营异常", "c", "kind = \"yes-no\"")
            + &field("异常", "d", "kind = \"yes-no\"")
            + &field("成立日期", "e", "kind = \"date\"")
            + &field("瞪羚情形", "f", "kind = \"choice\"\ncodes = \"times\"")
            + &field("上市情形", "g", "kind = \"choice\"\ncodes = \"times\"")
            + "[[code-list]]\ncode = \"times\"\nname = \"次\"\nvalue = [{ code = \"1\", name = \"首次\" }, { code = \"2\", name = \"再次\" }]\n";
        rulebook::compile([("f.toml", text.as_str())]).0
    }

    #[test]
    fn figures_words_years_and_negations_are_read_with_what_they_belong_to() {
        let rules = rules();
        let said = |text: &str| suggest(text, &rules).into_iter().map(|one| one.condition).collect::<Vec<_>>();
        assert_eq!(said("上年营业收入不低于 500 万元，研发强度 5% 以上"), ["营业收入 >= 500万", "研发强度 >= 5"]);
        assert_eq!(said("销售收入超过2亿元"), ["营业收入 > 2亿"]);
        assert_eq!(said("无经营异常"), ["not 经营异常"], "the shorter name within it says nothing");
        assert_eq!(said("成立不超过8年的企业"), ["years_since(成立日期) <= 8"]);
        assert_eq!(said("首次认定为瞪羚企业的"), ["瞪羚情形 = \"首次\""]);
        assert_eq!(said("首次或者再次认定为瞪羚企业的"), ["瞪羚情形 in [\"首次\", \"再次\"]"]);
        assert!(said("首次给予奖励").is_empty(), "nothing says which element is meant");
        assert!(said("支持企业发展").is_empty());
        assert!(said("按营业收入的 5% 给予").is_empty(), "a rate is no condition");
        assert_eq!(suggest("销售收入超过2亿元的", &rules)[0].from, "销售收入超过2亿元的");
    }
}

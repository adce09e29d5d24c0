//! Texts of the law that definitions cite, so that a guide, a letter or a refusal can quote its ground word for word.
//!
//! `rulebook/laws/articles.jsonl` holds one article a line. A citation such as 第三十二条第一款第四项 finds the article and, in it,
//! the paragraph (款) and the item (项) that are meant. Serves measures 6 and 7.

use crate::definition::Basis;
use crate::problem::{Problem, Severity};
use crate::text::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One article of one law.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Short name of the law, without 中华人民共和国.
    pub law: String,
    /// The day of the text, as published.
    pub version: String,
    pub article: String,
    /// Paragraphs and items, each on its own line.
    pub text: String,
    /// Only the sentence shown was seen, not the whole article.
    #[serde(default)]
    pub excerpt: bool,
}

/// What a citation says: an article, and the part of it that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote<'a> {
    pub article: &'a Article,
    /// The cited paragraph or item; the whole text where none is named, or where it cannot be told apart.
    pub text: &'a str,
}

/// All texts that are at hand.
#[derive(Debug, Clone, Default)]
pub struct Articles {
    by_law: BTreeMap<String, BTreeMap<String, Article>>,
}

impl Articles {
    /// Reads `laws/articles.jsonl`. A line that cannot be read is a problem and is left out.
    pub fn parse(path: &str, text: &str) -> (Articles, Vec<Problem>) {
        let mut articles = Articles::default();
        let mut problems = Vec::new();
        let mut report = |line: usize, message: Text, remedy: Text| {
            let (file, rule) = (path.to_owned(), "law-text".to_owned());
            problems.push(Problem { severity: Severity::Error, file, line, rule, message, remedy });
        };
        for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
            match serde_json::from_str::<Article>(row) {
                Ok(article) => {
                    let of_law = articles.by_law.entry(article.law.clone()).or_default();
                    if let Some(first) = of_law.insert(article.article.clone(), article) {
                        let (law, article) = (first.law, first.article);
                        let message = Text::new(format!("{law}{article}收了两次"), format!("{law}{article} is held twice"));
                        report(line, message, Text::new("只留现行的一条", "Keep the one in force"));
                    }
                }
                Err(fault) => {
                    let message = Text::new(format!("这一行读不懂：{fault}"), format!("This line cannot be read: {fault}"));
                    let remedy =
                        Text::new("每行一条：law、version、article、text", "One article a line: law, version, article, text");
                    report(line, message, remedy);
                }
            }
        }
        (articles, problems)
    }

    /// The text that a citation names, or `None` when it is not at hand. Names may stand in 《》 and begin with 中华人民共和国.
    pub fn lookup(&self, law: &str, citation: &str) -> Option<Quote<'_>> {
        let law = law.trim().trim_start_matches('《').trim_end_matches('》').trim_start_matches("中华人民共和国");
        let cited = Citation::read(citation)?;
        let article = self.by_law.get(law)?.get(cited.article)?;
        Some(Quote { article, text: cited.part(&article.text)? })
    }

    pub fn of(&self, basis: &Basis) -> Option<Quote<'_>> {
        self.lookup(&basis.law, &basis.article)
    }

    /// Whether any article of that law is at hand.
    pub fn holds(&self, law: &str) -> bool {
        self.by_law.contains_key(law)
    }

    pub fn len(&self) -> usize {
        self.by_law.values().map(BTreeMap::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.by_law.is_empty()
    }
}

/// 第三十二条之一第一款第四项, taken apart.
struct Citation<'a> {
    /// With its 条 and 之, as the text names it.
    article: &'a str,
    paragraph: Option<usize>,
    /// The numeral alone: 四.
    item: Option<&'a str>,
}

impl<'a> Citation<'a> {
    fn read(text: &'a str) -> Option<Citation<'a>> {
        let text = text.trim();
        let mut end = text.find('条')? + '条'.len_utf8();
        if let Some(also) = text[end..].strip_prefix('之') {
            end = text.len() - also.trim_start_matches(is_numeral).len();
        }
        let (article, rest) = text.split_at(end);
        let numeral = |unit: char| -> Option<&'a str> {
            let before = &rest[..rest.find(unit)?];
            Some(&before[before.rfind('第')? + '第'.len_utf8()..])
        };
        let paragraph = match numeral('款') {
            Some(numeral) => Some(number(numeral)?),
            None => None,
        };
        Some(Citation { article, paragraph, item: numeral('项') })
    }

    /// The part of an article that is cited; `None` when the article has no such part.
    fn part<'b>(&self, text: &'b str) -> Option<&'b str> {
        let paragraphs = paragraphs(text);
        let within = match self.paragraph {
            Some(number) => *paragraphs.get(number.checked_sub(1)?)?,
            None => text,
        };
        let Some(item) = self.item else { return Some(within) };
        within.lines().find(|line| item_of(line) == Some(item))
    }
}

/// The paragraphs of an article. Lines that begin with a numeral in brackets are items of the paragraph before.
fn paragraphs(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if starts.is_empty() || item_of(line).is_none() {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    starts.windows(2).map(|ends| text[ends[0]..ends[1]].trim_end()).collect()
}

/// The numeral of an item: 四 of （四）申请材料不齐全…
fn item_of(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix(['（', '('])?;
    let numeral = &rest[..rest.find(['）', ')'])?];
    (!numeral.is_empty() && numeral.chars().all(is_numeral)).then_some(numeral)
}

fn is_numeral(letter: char) -> bool {
    "〇零一二三四五六七八九十百".contains(letter)
}

/// A Chinese numeral below a hundred.
fn number(numeral: &str) -> Option<usize> {
    let digit = |text: &str| "一二三四五六七八九".chars().position(|known| text == known.to_string()).map(|place| place + 1);
    match numeral.split_once('十') {
        None => digit(numeral),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = r#"{"law": "某法", "version": "2020-01-01", "article": "第三条", "text": "有下列情形之一的：\n（一）甲；\n（二）乙。\n前款规定不适用于丙。"}
{"law": "某法", "version": "2020-01-01", "article": "第三条之一", "text": "另有规定的除外。", "excerpt": true}
"#;

    fn articles() -> Articles {
        let (articles, problems) = Articles::parse("laws/articles.jsonl", LINES);
        assert_eq!(problems, []);
        articles
    }

    #[test]
    fn a_citation_finds_the_part_that_is_meant() {
        let articles = articles();
        let check = |law: &str, citation: &str, expected: Option<&str>| {
            assert_eq!(articles.lookup(law, citation).map(|quote| quote.text), expected, "{law}{citation}");
        };
        check("某法", "第三条第二款", Some("前款规定不适用于丙。"));
        check("某法", "第三条第一款", Some("有下列情形之一的：\n（一）甲；\n（二）乙。"));
        check("某法", "第三条第一款第二项", Some("（二）乙。"));
        check("某法", "第三条第一项", Some("（一）甲；"));
        check("《中华人民共和国某法》", "第三条之一", Some("另有规定的除外。"));
        check("某法", "第三条第三款", None);
        check("某法", "第三条第一款第三项", None);
        check("某法", "第四条", None);
        check("某法", "", None);
        check("另法", "第三条", None);
        assert!(articles.lookup("某法", "第三条之一").is_some_and(|quote| quote.article.excerpt));
    }

    #[test]
    fn a_numeral_of_two_letters_is_read() {
        for (numeral, expected) in
            [("一", Some(1)), ("十", Some(10)), ("十二", Some(12)), ("二十", Some(20)), ("三十一", Some(31)), ("甲", None)]
        {
            assert_eq!(number(numeral), expected, "{numeral}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_a_problem_with_its_number() {
        let (articles, problems) = Articles::parse("a.jsonl", &format!("{LINES}\n{{\n{LINES}"));
        assert_eq!(articles.len(), 2);
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [4, 5, 6]);
    }
}

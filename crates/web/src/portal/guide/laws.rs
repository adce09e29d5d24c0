//! What an item rests on, in the words of the law where the edition holds them.

use crate::pieces::law::{LawQuote, law_quote};
use crate::portal::Desk;
use crate::portal::wording;
use maud::{Markup, html};
use rulebook::definition::{Basis, Standing};
use rulebook::item::Item;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The file of an edition that holds the texts of law, one article a line.
const ARTICLES: &str = "laws/articles.jsonl";

/// One article as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Article {
    pub law: String,
    /// Day of the text.
    pub version: String,
    pub article: String,
    pub text: String,
    /// Only the sentence shown was seen, not the whole article.
    #[serde(default)]
    pub excerpt: bool,
}

pub fn section(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    let mut seen = BTreeSet::new();
    let of_conditions = item.condition.iter().filter_map(|condition| condition.basis.as_ref());
    let grounds: Vec<&Basis> = item
        .basis
        .iter()
        .chain(of_conditions)
        .chain(item.limit.iter().map(|limit| &limit.basis))
        .filter(|basis| seen.insert(basis.to_string()))
        .collect();
    if grounds.is_empty() {
        return None;
    }
    let kept = desk.edition.file(ARTICLES).unwrap_or_default();
    let mut quoted = BTreeSet::new();
    let mut quotes = Vec::new();
    let mut cited = Vec::new();
    for ground in grounds {
        match article(kept, ground) {
            Some(article) if quoted.insert((article.law.clone(), article.article.clone())) => quotes.push(article),
            Some(_) => {}
            None => cited.push(ground),
        }
    }
    Some(html! {
        @if !quotes.is_empty() {
            details .more open[quotes.len() <= 2] {
                summary { (lang.say("看法律条文", "Read the law")) " (" (quotes.len()) ")" }
                div .stack { @for article in &quotes { (quote(article, lang)) } }
            }
        }
        @if !cited.is_empty() {
            ul .stack-s { @for ground in cited { li { (wording::basis(ground, lang)) } } }
        }
    })
}

fn quote(article: &Article, lang: rulebook::Lang) -> Markup {
    let heading = format!("{}{}", article.law, article.article);
    let part = if article.excerpt { lang.say("，节录", ", excerpt") } else { "" };
    let source = format!("{}{}{part}", article.version, lang.say(" 文本", " text"));
    law_quote(&LawQuote { article: &heading, text: &article.text, source: &source, verified: true, href: None }, lang)
}

/// The article a ground names, if its text is kept. A ground that is not verified is never dressed in the words of a law.
pub fn article(kept: &str, ground: &Basis) -> Option<Article> {
    if ground.status != Standing::Verified || ground.article.is_empty() {
        return None;
    }
    kept.lines()
        .filter(|line| line.contains(&ground.law))
        .filter_map(|line| serde_json::from_str::<Article>(line).ok())
        .filter(|article| article.law == ground.law && names(&ground.article, &article.article))
        .max_by_key(|article| article.article.len())
}

/// Whether 第四十二条第一款 lies in 第四十二条; 第四十二条之一 does not.
fn names(ground: &str, article: &str) -> bool {
    ground.strip_prefix(article).is_some_and(|rest| rest.is_empty() || rest.starts_with('第'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: &str = r#"{"law": "行政许可法", "version": "2019-04-23", "article": "第四十二条", "text": "除可以当场作出行政许可决定的外……"}
{"law": "行政许可法", "version": "2019-04-23", "article": "第四十二条之一", "text": "……"}
{"law": "行政许可法实施办法", "version": "2020-01-01", "article": "第四十二条", "text": "……"}"#;

    #[test]
    fn a_ground_finds_its_article_and_no_other() {
        fn check(article_: &str, status: Standing, found: Option<&str>) {
            let ground = Basis { law: "行政许可法".into(), article: article_.into(), status, ..Basis::default() };
            assert_eq!(article(KEPT, &ground).map(|article| article.article).as_deref(), found, "{article_}");
        }
        check("第四十二条", Standing::Verified, Some("第四十二条"));
        check("第四十二条第一款", Standing::Verified, Some("第四十二条"));
        check("第四十二条之一第一款", Standing::Verified, Some("第四十二条之一"));
        check("第四十三条", Standing::Verified, None);
        check("", Standing::Verified, None);
        check("第四十二条", Standing::Example, None);
    }
}

//! The text of a rule, where it stands, and whether it was checked against its source.

use maud::{Markup, html};
use rulebook::Lang;

use super::tag::{example_mark, tag};
use super::{Tone, words};

#[derive(Debug, Clone, Copy, Default)]
pub struct LawQuote<'a> {
    /// 「行政许可法 第三十二条第一款第四项」.
    pub article: &'a str,
    pub text: &'a str,
    /// Issuer, number, version date.
    pub source: &'a str,
    /// The basis was checked; otherwise it is an example.
    pub verified: bool,
    pub href: Option<&'a str>,
}

pub fn law_quote(law: &LawQuote<'_>, lang: Lang) -> Markup {
    html! {
        div .law {
            p .source {
                @if let Some(href) = law.href { a href=(href) { (words(law.article, lang)) } } @else { (words(law.article, lang)) }
                @if law.verified { (tag(lang.say("已核实", "verified"), Tone::Good, lang)) } @else { (example_mark(lang)) }
            }
            blockquote .pre { (words(law.text, lang)) }
            @if !law.source.is_empty() { p .from { (words(law.source, lang)) } }
        }
    }
}

//! Signatures that came with an application (共同签署): who signed as what, when, and the very bytes that were signed.
//!
//! Whether everybody signed whom the rules name is asked before it is sent; a case keeps what came with it, and what is changed
//! afterwards by a correction does not touch what was signed. 电子签名法 art. 13. Serves measure 2.

use crate::case::Case;
use crate::decide::Sheet;
use crate::event::{Event, Words};
use crate::moment::Moment;
use rulebook::signer::SignerRule;
use rulebook::{Rulebook, Text};
use serde::{Deserialize, Serialize};

/// A signature as it is handed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Signature {
    /// The item and the row of its rules, as `item/row`; `theme:code/row` of a theme.
    pub part: String,
    /// Who signed, by the opaque name of the person.
    pub person: String,
    /// The firm for which they signed as its legal representative.
    #[serde(default)]
    pub firm: Option<String>,
    /// By which people know them.
    pub name: String,
    /// What was signed, byte for byte.
    pub text: String,
    /// SM3 of it, hex.
    pub digest: String,
    pub at: Moment,
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signature({}, {})", self.part, self.person)
    }
}

/// The same as a case keeps it: names and text lie among its particulars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Signed {
    pub part: String,
    pub person: String,
    pub firm: Option<String>,
    pub name: Words,
    pub text: Words,
    pub digest: String,
    pub at: Moment,
}

/// As what somebody signs a part, as the rules in force call it; the code where they know it no more.
pub fn role_of(rules: &Rulebook, part: &str) -> Text {
    let (of, row) = part.split_once('/').unwrap_or(("", part));
    let rows = match of.strip_prefix("theme:") {
        Some(theme) => rules.themes.get(theme).map(|theme| &theme.signer),
        None => rules.items.get(of).map(|item| &item.signer),
    };
    let rule = rows.into_iter().flatten().find(|rule| rule.code.get_ref() == row);
    rule.map_or_else(|| Text::new(row, row), SignerRule::role)
}

/// Takes in what was signed, each text once however many signed it. Of what is put right in a part of a bundle, what was signed for
/// other parts goes on to the bundle: no body sees what was signed for another.
pub(crate) fn take_in(case: &Case, signatures: &[Signature], out: &mut Sheet) {
    let mut texts: Vec<(&str, Words)> = Vec::new();
    for signature in signatures {
        if case.parent.is_some() && !signature.is_under(&case.item) {
            out.for_others.push(signature.clone());
            continue;
        }
        let known = texts.iter().find(|(digest, _)| *digest == signature.digest).map(|(_, words)| *words);
        let text = known.unwrap_or_else(|| {
            let words = out.keep("signed", &signature.text);
            texts.push((&signature.digest, words));
            words
        });
        let name = out.keep("signer", &signature.name);
        let (part, person, firm) = (signature.part.clone(), signature.person.clone(), signature.firm.clone());
        let (digest, at) = (signature.digest.clone(), signature.at);
        out.happened(Event::Signed { by: Box::new(Signed { part, person, firm, name, text, digest, at }) });
    }
}

fn is_under(part: &str, item: &str) -> bool {
    part.split_once('/').is_some_and(|(of, _)| of == item)
}

impl Signature {
    /// Whether it stands under this item, not under another or a theme as a whole.
    pub fn is_under(&self, item: &str) -> bool {
        is_under(&self.part, item)
    }
}

impl Case {
    /// The signatures that a part of a bundle takes along: those under its own item.
    pub fn signatures_of<'a>(&'a self, item: &'a str) -> impl Iterator<Item = &'a Signed> {
        self.signatures.iter().filter(move |signed| is_under(&signed.part, item))
    }
}

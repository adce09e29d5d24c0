//! Phrases of what comes before an application is sent: writing it, asking others to sign it, signing, and sending it.

use super::{Doing, Phrase, Read};
use crate::people;
use std::collections::BTreeMap;

/// One thing done to a draft. What somebody begins is the draft that everybody after them means.
#[derive(Debug, Clone)]
pub enum Deed {
    /// A new application, filled with the samples of its forms and with these answers, all papers there.
    Begin {
        items: Vec<String>,
        area: String,
        agency: String,
        answers: BTreeMap<String, String>,
    },
    /// The case is corrected: as it was told, or on the spot.
    Correct {
        answers: BTreeMap<String, String>,
    },
    Change {
        answers: BTreeMap<String, String>,
    },
    Ask,
    Sign,
    Decline {
        words: String,
    },
    /// `what` is told of a correction on the spot.
    Send {
        what: String,
    },
}

impl Phrase<'_, '_> {
    /// What is done to a draft, if it is that.
    pub(super) fn deed(&mut self) -> Read<Option<Doing>> {
        let deed = if self.words.word("起草补正") || self.words.word("起草更正") {
            Deed::Correct { answers: self.filled()? }
        } else if self.words.word("起草") {
            self.begin()?
        } else if self.words.word("改写") {
            Deed::Change { answers: self.answered()? }
        } else if self.words.word("请签") {
            Deed::Ask
        } else if self.words.word("签署") {
            Deed::Sign
        } else if self.words.word("不签署") {
            Deed::Decline { words: self.optional("理由").unwrap_or_default() }
        } else if self.words.word("送出") {
            Deed::Send {
                what: if self.words.comma() { self.after("更正", |p| p.text("更正内容"))? } else { String::new() }
            }
        } else {
            return Ok(None);
        };
        Ok(Some(Doing::Draft(deed)))
    }

    /// 起草「事项、事项」，投资人「谁、谁」，填「要素：答案」
    fn begin(&mut self) -> Read<Deed> {
        let (rules, area, today) = (self.context.rules, self.context.area, self.context.today);
        let names = self.words.list().ok_or("应写要申请的事项，如「甲、乙」")?;
        let items = names.into_iter().map(|name| self.item_named(name)).collect::<Read<Vec<_>>>()?;
        let agency = rules.competent(&items[0], area, today).first().map(|agency| agency.code.get_ref().clone());
        let mut answers = BTreeMap::new();
        while self.words.comma() {
            if self.words.word("投资人") {
                let named = self.words.list().ok_or("应写投资人，如「经办人、投资人乙」")?;
                let listed = named.into_iter().map(|word| {
                    let number = people::number_of(word).ok_or_else(|| format!("剧中没有“{word}”的证件号码"))?;
                    Ok(format!("{word}，{number}"))
                });
                answers.insert("investors".to_owned(), listed.collect::<Read<Vec<_>>>()?.join("；"));
            } else {
                self.must("填")?;
                answers.extend(self.answered()?);
            }
        }
        Ok(Deed::Begin { items, area: area.to_owned(), agency: agency.ok_or("没有机关办理这个事项")?, answers })
    }

    /// ，填「要素：答案」, if it stands there.
    fn filled(&mut self) -> Read<BTreeMap<String, String>> {
        if !self.words.comma() {
            return Ok(BTreeMap::new());
        }
        self.must("填")?;
        self.answered()
    }
}

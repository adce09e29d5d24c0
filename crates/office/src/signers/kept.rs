//! Signatures once they came with an application: shown beside the case, and found again by the text that was signed.

use super::Statement;
use crate::{Failure, Office, ids};
use casework::{Case, CaseNo, Moment};
use rulebook::intake::Answers;
use rulebook::{Rulebook, Text};
use std::collections::BTreeMap;

/// A signature as people are shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub role: Text,
    /// Empty once it was erased.
    pub name: String,
    /// The firm that was signed for.
    pub firm: Option<String>,
    pub at: Moment,
    /// SM3 of what was signed, hex.
    pub digest: String,
    /// What was signed, byte for byte; empty once erased.
    pub text: String,
    /// Answers of the case that are no longer those that were signed.
    pub changed: Vec<String>,
}

/// The signatures of a case, in the order in which they were given; `words` are its particulars.
pub fn kept(case: &Case, words: &BTreeMap<u32, String>, rules: &Rulebook, answers: &Answers) -> Vec<Kept> {
    let said: BTreeMap<String, String> = answers
        .iter()
        .filter_map(|(code, answer)| {
            let field = rules.field_of(code)?;
            Some((field.name.get_ref().clone(), rules.say_answer(field, answer).zh))
        })
        .collect();
    let mut all: Vec<Kept> = case
        .signatures
        .iter()
        .map(|signed| {
            let text = words.get(&signed.text.0).cloned().unwrap_or_default();
            let then = Statement::read(&text).map(|statement| statement.answers).unwrap_or_default();
            Kept {
                role: casework::signature::role_of(rules, &signed.part),
                name: words.get(&signed.name.0).cloned().unwrap_or_default(),
                firm: signed.firm.clone(),
                at: signed.at,
                digest: signed.digest.clone(),
                changed: then.into_iter().filter(|(name, answer)| said.get(name) != Some(answer)).map(|(name, _)| name).collect(),
                text,
            }
        })
        .collect();
    all.sort_by_key(|kept| kept.at);
    all
}

/// A text that says of itself that it was signed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedText {
    pub statement: Statement,
    /// Who signed exactly this; nobody where it was altered or never sent.
    pub by: Vec<Kept>,
}

impl Office {
    /// Who signed a text that somebody brings; `None` where it is no such text.
    pub async fn signed_text(&self, bytes: &[u8]) -> Result<Option<SignedText>, Failure> {
        let Some(statement) = std::str::from_utf8(bytes).ok().and_then(Statement::read) else { return Ok(None) };
        let digest = ids::digest(bytes);
        let no = self.store.draft(&statement.draft).await?.and_then(|draft| draft.submitted);
        let case = match no {
            Some(no) => self.store.case(&CaseNo(no)).await?,
            None => None,
        };
        let Some(case) = case else { return Ok(Some(SignedText { statement, by: Vec::new() })) };
        let (words, live) = (self.words(&case.no).await?, self.rulebooks.live()?);
        let mut by = kept(&case, &words, &live.rules, &Answers::new());
        by.retain(|kept| kept.digest == digest);
        Ok(Some(SignedText { statement, by }))
    }
}

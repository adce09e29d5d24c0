//! What is signed: a text that people and programs can read, the same for all who sign as one role.

use crate::drafts::Whole;
use rulebook::Rulebook;
use rulebook::intake::Answers;
use rulebook::signer::SignerRule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names are Chinese, since it is a document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statement {
    #[serde(rename = "事项")]
    pub item: String,
    #[serde(rename = "申请人")]
    pub applicant: String,
    #[serde(rename = "签署身份")]
    pub role: String,
    #[serde(rename = "声明")]
    pub says: String,
    #[serde(rename = "依据")]
    pub basis: String,
    #[serde(rename = "填写内容")]
    pub answers: BTreeMap<String, String>,
    #[serde(rename = "材料")]
    pub papers: Vec<StatementPaper>,
    /// The draft that it belongs to, so that it is worth nothing elsewhere.
    #[serde(rename = "申请编号")]
    pub draft: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementPaper {
    #[serde(rename = "名称")]
    pub name: String,
    #[serde(rename = "文件")]
    pub file_name: String,
    #[serde(rename = "SM3")]
    pub digest: String,
}

/// What is signed by a rule, of the answers and the keys of the papers of one item.
pub(super) fn of(
    rules: &Rulebook,
    rule: &SignerRule,
    item: &str,
    applicant: &str,
    whole: &Whole,
    (answers, keys): (&Answers, &[String]),
) -> Statement {
    let covered = |name: &str| rule.covers.is_empty() || rule.covers.iter().any(|own| own.get_ref() == name);
    let said = answers.iter().filter_map(|(code, answer)| {
        let field = rules.field_of(code).filter(|field| covered(field.name.get_ref()))?;
        Some((field.name.get_ref().clone(), rules.say_answer(field, answer).zh))
    });
    let in_place = rule.instead_of.as_ref().map(|key| key.get_ref().as_str());
    let papers = whole
        .papers
        .iter()
        .filter(|paper| rule.covers.is_empty() && keys.contains(&paper.key) && Some(paper.key.as_str()) != in_place);
    let mut papers: Vec<StatementPaper> = papers
        .map(|paper| StatementPaper {
            name: rules.materials.get(&paper.key).map_or_else(|| paper.key.clone(), |material| material.name.clone()),
            file_name: paper.file_name.clone(),
            digest: paper.digest.clone(),
        })
        .collect();
    papers.sort_by(|a, b| (&a.name, &a.digest).cmp(&(&b.name, &b.digest)));
    Statement {
        item: item.to_owned(),
        applicant: applicant.to_owned(),
        role: rule.role.clone(),
        says: rule.says.clone(),
        basis: rule.basis.as_ref().map(ToString::to_string).unwrap_or_default(),
        answers: said.collect(),
        papers,
        draft: whole.draft.id.clone(),
    }
}

impl Statement {
    /// The exact text that is signed.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub fn read(text: &str) -> Option<Statement> {
        serde_json::from_str(text).ok()
    }

    /// What has changed since `signed`, by the names of what was changed.
    pub fn differs_from(&self, signed: &str) -> Vec<String> {
        let Some(before) = Statement::read(signed) else { return vec!["全部内容".to_owned()] };
        let names = self.answers.keys().chain(before.answers.keys());
        let mut changed: Vec<String> =
            names.filter(|name| self.answers.get(*name) != before.answers.get(*name)).cloned().collect();
        changed.sort();
        changed.dedup();
        for (differs, name) in [
            (self.papers != before.papers, "材料"),
            (self.says != before.says || self.role != before.role || self.basis != before.basis, "声明"),
            (self.applicant != before.applicant, "申请人"),
            (self.item != before.item, "事项"),
        ] {
            if differs {
                changed.push(name.to_owned());
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_is_told_by_its_name() {
        let answers = |text: &str| BTreeMap::from([("甲".to_owned(), text.to_owned()), ("乙".to_owned(), "二".to_owned())]);
        let signed = Statement { answers: answers("一"), ..Statement::default() };
        assert!(signed.differs_from(&signed.text()).is_empty());
        let now = Statement { answers: answers("三"), applicant: "别人".to_owned(), ..Statement::default() };
        assert_eq!(now.differs_from(&signed.text()), ["甲", "申请人"]);
        assert_eq!(now.differs_from("{"), ["全部内容"]);
    }
}

//! Deciding at once by rule (秒办): an item lists rules over structured facts; where every one of them is met, the system may grant by
//! itself, and in every other case a person decides. There is no way from here to a refusal.
//!
//! What is looked at is [`Evidence`]: facts with their source and age. It is kept with the case byte for byte, so that the same rules,
//! or those of another edition, can be asked again years later. Serves measure 5.

use crate::compile::Rulebook;
use crate::definition::{Basis, day};
use crate::expression::{Fact, Line, Truth};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use toml::Spanned;

/// Source of what the applicant says.
pub const APPLICANT: &str = "applicant";

/// What an item declares in order to be decided at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AtOnce {
    #[serde(deserialize_with = "day")]
    pub from: Date,
    /// On which ground the body lets the system grant in its name.
    pub mandate: Basis,
    /// The question by which the applicant asks for a person instead (个人信息保护法 art. 24).
    pub person: Spanned<String>,
    /// How many of a hundred such decisions a person looks at afterwards.
    pub audit_percent: u32,
    /// Working days in which that is done.
    pub audit_working_days: u32,
    pub rule: Vec<Rule>,
}

/// One rule: what must be so, in words for the applicant and as a condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    pub text: String,
    pub when: Spanned<String>,
    pub basis: Basis,
}

/// What was known when the rules were asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    pub on: Date,
    pub facts: Vec<Known>,
    /// Registers that gave no answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<String>,
    /// Elements of which two registers told different things: none of them counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradicted: Vec<String>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Known {
    /// Code of the element.
    pub element: String,
    pub value: String,
    /// [`APPLICANT`] or the code of a register.
    pub source: String,
    /// The day on which the source said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
}

/// What the rules say of some evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// Of each rule, in the order of the item.
    pub truths: Vec<Truth>,
    /// The applicant asked for a person.
    pub person_wanted: bool,
}

impl Examination {
    /// Whether the system may grant: every rule is met, beyond doubt, and nobody asked for a person.
    pub fn met(&self) -> bool {
        !self.person_wanted && !self.truths.is_empty() && self.truths.iter().all(|truth| *truth == Truth::True)
    }

    /// The rules that are not met, or of which it is not known, from 0.
    pub fn open(&self) -> Vec<u32> {
        (0..).zip(&self.truths).filter(|(_, truth)| **truth != Truth::True).map(|(at, _)| at).collect()
    }
}

impl AtOnce {
    pub fn in_force(&self, on: Date) -> bool {
        self.from <= on
    }

    /// Asks every rule. Facts that the dictionary of `rules` does not have, or cannot read, are missing.
    pub fn examine(&self, rules: &Rulebook, evidence: &Evidence) -> Examination {
        let facts = evidence.facts(rules);
        let truths = self.rule.iter().map(|rule| rules.condition(rule.when.get_ref(), &facts, evidence.on)).collect();
        let person = rules.dictionary.get(self.person.get_ref());
        let person_wanted = person.is_some_and(|element| {
            let said = evidence.facts.iter().find(|known| rules.dictionary.get(&known.element) == Some(element));
            said.is_some_and(|known| element.kind.read(&known.value) == Ok(true.into()))
        });
        Examination { truths, person_wanted }
    }

    /// Why a rule is met or not, line by line.
    pub fn explain(&self, rules: &Rulebook, rule: usize, evidence: &Evidence) -> Vec<Line> {
        let condition = self.rule.get(rule).and_then(|rule| rules.conditions.get(rule.when.get_ref()));
        condition.map_or_else(Vec::new, |condition| condition.explain(&evidence.facts(rules), evidence.on))
    }

    /// The codes of the elements that the rules look at.
    pub fn looks_at(&self, rules: &Rulebook) -> BTreeSet<String> {
        let conditions = self.rule.iter().filter_map(|rule| rules.conditions.get(rule.when.get_ref()));
        let names = conditions.flat_map(|condition| condition.elements()).map(|element| element.name.to_string());
        let names = names.chain(std::iter::once(self.person.get_ref().clone()));
        names.filter_map(|name| Some(rules.fields.get(&name)?.code.clone())).collect()
    }
}

impl Evidence {
    fn facts(&self, rules: &Rulebook) -> Vec<Fact> {
        let known = self.facts.iter().map(|known| (known.element.clone(), known.value.clone()));
        rules.facts(&known.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;
    use jiff::civil::date;

    const RULES: &str = r#"
[[field]]
name = "名称"
code = "name"
kind = "text"

[[field]]
name = "登记名称"
code = "registered-name"
kind = "text"

[[field]]
name = "面积"
code = "area"
kind = "number"

[[field]]
name = "由工作人员办理"
code = "by-person"
kind = "yes-no"

[[item]]
code = "sign"
name = "示例备案"
type = "行政备案"
procedure = "filing"
limit = []

[item.at-once]
from = 2026-01-01
mandate = { law = "示例" }
person = "由工作人员办理"
audit-percent = 10
audit-working-days = 10
rule = [
    { text = "名称与登记一致", when = "名称 = 登记名称", basis = { law = "示例" } },
    { text = "不大", when = "面积 <= 50", basis = { law = "示例" } },
]
"#;

    fn evidence(facts: &[(&str, &str)]) -> Evidence {
        let known = |(element, value): &(&str, &str)| Known {
            element: (*element).to_owned(),
            value: (*value).to_owned(),
            source: APPLICANT.to_owned(),
            as_of: None,
        };
        Evidence { on: date(2026, 3, 2), facts: facts.iter().map(known).collect(), silent: vec![], contradicted: vec![] }
    }

    #[test]
    fn the_system_may_grant_only_where_every_rule_is_met_beyond_doubt() {
        let (rules, _) = compile([("rules.toml", RULES)]);
        let at_once = rules.items["sign"].at_once.as_ref().expect("declared");
        let check = |facts: &[(&str, &str)], met: bool, open: &[u32]| {
            let examined = at_once.examine(&rules, &evidence(facts));
            assert_eq!((examined.met(), examined.open().as_slice()), (met, open), "{facts:?}");
        };
        let same = [("name", "小馆"), ("registered-name", "小馆")];
        check(&[same[0], same[1], ("area", "50")], true, &[]);
        check(&[same[0], same[1], ("area", "50.1")], false, &[1]);
        check(&[same[0], ("area", "50")], false, &[0]);
        check(&[same[0], same[1], ("area", "不清楚")], false, &[1]);
        check(&[], false, &[0, 1]);
        check(&[same[0], same[1], ("area", "50"), ("by-person", "否")], true, &[]);
        check(&[same[0], same[1], ("area", "50"), ("by-person", "是")], false, &[]);
    }

    #[test]
    fn it_says_what_it_looks_at_and_from_when() {
        let (rules, _) = compile([("rules.toml", RULES)]);
        let at_once = rules.items["sign"].at_once.as_ref().expect("declared");
        let codes: Vec<String> = at_once.looks_at(&rules).into_iter().collect();
        assert_eq!(codes, ["area", "by-person", "name", "registered-name"]);
        assert!(at_once.in_force(date(2026, 1, 1)) && !at_once.in_force(date(2025, 12, 31)));
        let lines = at_once.explain(&rules, 1, &evidence(&[("area", "60")]));
        assert!(lines[0].truth == Truth::False && lines[0].actual.zh.contains("60"), "{lines:?}");
    }

    #[test]
    fn evidence_reads_back_as_it_was_written() {
        let written = evidence(&[("area", "50")]);
        let bytes = serde_json::to_string(&written).expect("written");
        assert_eq!(serde_json::from_str::<Evidence>(&bytes).expect("read"), written);
    }
}

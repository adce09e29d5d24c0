//! Red flags of the Fair Competition Review Regulation (公平竞争审查条例 arts. 8–12): what the conditions of a clause show, and what the words of
//! its text suggest. Neither is a verdict. Serves measure 17.

use super::{Clause, Flag, Policy};
use crate::compile::Rulebook;
use std::collections::BTreeSet;

/// A red flag that the words of a text raise; whether it is one, a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub flag: Flag,
    /// Paragraph, counted from 1.
    pub paragraph: usize,
    /// The words that raise it, as they stand there.
    pub words: String,
}

impl Rulebook {
    /// Red flags of 公平竞争审查条例 arts. 8–12, as far as the elements and words of the clause show them; which those are is data.
    pub fn flags(&self, clause: &Clause) -> BTreeSet<Flag> {
        let words = |list: &str| self.checks.get("policy-fairness").and_then(|check| check.words.get(list)).into_iter().flatten();
        let conditions = clause.scope.iter().chain([&clause.when]).filter_map(|text| self.conditions.get(text.get_ref()));
        let asked: BTreeSet<&str> = conditions.flat_map(|one| one.elements()).map(|element| &*element.name).collect();
        let of = clause.benefit.amount.as_ref().and_then(|amount| amount.of.as_ref()).map(|of| of.get_ref().as_str());
        let one_of = |list: &str| words(list).any(|word| asked.contains(word.as_str()));
        let by_taxes = |of: &str| words("taxes").any(|word| word == of);
        let found = [
            (Flag::LocalRegistration, one_of("registration")),
            (Flag::TaxBased, one_of("taxes") || of.is_some_and(by_taxes)),
            (Flag::NamedSupplier, one_of("suppliers")),
        ];
        found.into_iter().filter_map(|(flag, raised)| raised.then_some(flag)).collect()
    }

    /// Red flags in the passage of a clause.
    pub fn flags_in_words(&self, policy: &Policy, clause: &Clause) -> Vec<Told> {
        policy.passage(clause).flat_map(|(number, text)| self.flags_in_paragraph(number, text)).collect()
    }

    /// Red flags in one paragraph of a text: each by the first of its words, which are data (rule `policy-fairness`).
    pub fn flags_in_paragraph(&self, paragraph: usize, text: &str) -> Vec<Told> {
        let words = |list: &str| self.checks.get("policy-fairness").and_then(|check| check.words.get(list)).into_iter().flatten();
        let of_flag = |flag: Flag| {
            let found = words(flag.word_list()).find(|word| text.contains(word.as_str()));
            found.map(|words| Told { flag, paragraph, words: words.clone() })
        };
        Flag::ALL.into_iter().filter_map(of_flag).collect()
    }
}

impl Flag {
    pub const ALL: [Flag; 6] =
        [Flag::LocalRegistration, Flag::TaxBased, Flag::NamedSupplier, Flag::MovingOut, Flag::EntryApproval, Flag::SpecificFirm];

    /// As definitions write it.
    pub fn word(self) -> &'static str {
        match self {
            Flag::LocalRegistration => "local-registration",
            Flag::TaxBased => "tax-based",
            Flag::NamedSupplier => "named-supplier",
            Flag::MovingOut => "moving-out",
            Flag::EntryApproval => "entry-approval",
            Flag::SpecificFirm => "specific-firm",
        }
    }

    /// Which list of words raises it.
    fn word_list(self) -> &'static str {
        match self {
            Flag::LocalRegistration => "says-registration",
            Flag::TaxBased => "says-taxes",
            Flag::NamedSupplier => "says-suppliers",
            Flag::MovingOut => "says-moving-out",
            Flag::EntryApproval => "says-entry",
            Flag::SpecificFirm => "says-specific",
        }
    }

    /// In Chinese and in English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Flag::LocalRegistration => ("以在本地登记为条件", "only those registered in one place"),
            Flag::TaxBased => ("按缴纳的税款给予", "given by the taxes paid"),
            Flag::NamedSupplier => ("指定供应商", "a supplier is named"),
            Flag::MovingOut => ("限制迁出", "moving out is hindered"),
            Flag::EntryApproval => ("设置准入审批", "entry depends on an approval"),
            Flag::SpecificFirm => ("给予特定经营者", "given to a particular firm"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_text_raise_a_flag_with_the_place_and_the_words() {
        let check = "[[check]]\nrule = 'policy-fairness'\nseverity = 'warning'\nname = '一'\nlabel = 'a'\nremedy = '二'\nremedy-label = 'b'\n\
                     words = { says-registration = ['在本区注册'], says-specific = ['一事一议'] }\n";
        let (rulebook, problems) = crate::compile([("checks.toml", check)]);
        assert!(problems.is_empty(), "{problems:?}");
        let told = rulebook.flags_in_paragraph(3, "对在本区注册的重大项目一事一议。");
        let said: Vec<(Flag, usize, &str)> = told.iter().map(|told| (told.flag, told.paragraph, told.words.as_str())).collect();
        assert_eq!(said, [(Flag::LocalRegistration, 3, "在本区注册"), (Flag::SpecificFirm, 3, "一事一议")]);
        assert!(rulebook.flags_in_paragraph(1, "对全国企业一视同仁。").is_empty());
    }
}

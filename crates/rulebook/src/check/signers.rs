//! Who signs with the applicant: named in one way, by elements that the form asks for, and in place of papers that are asked for.

use super::Checking;
use crate::bundle::Bundle;
use crate::item::Item;
use crate::signer::SignerRule;
use crate::theme::Theme;
use std::collections::BTreeSet;

impl<'a> Checking<'a> {
    pub(super) fn signers(&mut self, item: &'a Item) {
        if item.signer.is_empty() {
            return;
        }
        let rulebook = self.rulebook;
        let form = item.form.as_ref().and_then(|form| rulebook.forms.get(form.get_ref()));
        let asked = form.into_iter().flat_map(|form| &form.section).flat_map(|section| &section.ask);
        let asked: BTreeSet<&str> = asked.map(|ask| ask.field.get_ref().as_str()).collect();
        let papers: BTreeSet<&str> = item.material.iter().map(|needed| needed.key.get_ref().as_str()).collect();
        for (at, zh, en) in self.faults_of(&item.signer, &asked, &papers) {
            self.of_item("signers", item, &format!("signer.{at}"), zh, en);
        }
    }

    pub(super) fn theme_signers(&mut self, theme: &'a Theme, bundle: &Bundle<'a>) {
        let asked: BTreeSet<&str> = bundle.asked().collect();
        let wanted = bundle.members.iter().flat_map(|member| &member.item.material);
        let papers: BTreeSet<&str> = wanted.map(|needed| needed.key.get_ref().as_str()).collect();
        for (at, zh, en) in self.faults_of(&theme.signer, &asked, &papers) {
            self.of_theme("signers", theme, &format!("signer.{at}"), zh, en);
        }
    }

    /// What is wrong with each row, by its place.
    fn faults_of(&self, rows: &[SignerRule], asked: &BTreeSet<&str>, papers: &BTreeSet<&str>) -> Vec<(usize, String, String)> {
        let mut faults = Vec::new();
        for (at, rule) in rows.iter().enumerate() {
            let code = rule.code.get_ref();
            let mut fault = |zh: String, en: String| faults.push((at, zh, en));
            if rows[..at].iter().any(|earlier| earlier.code.get_ref() == code) || code.contains('/') {
                fault(format!("签署人代码“{code}”重复，或者含有“/”"), format!("The code “{code}” comes twice, or holds a slash"));
            }
            let ways = [rule.listed_in.is_some(), rule.number.is_some(), rule.legal_representative];
            if ways.iter().filter(|way| **way).count() != 1 || rule.number.is_some() != rule.name.is_some() {
                fault(
                    "要写明由谁签署，只写一种：listed-in，name 和 number，或者 legal-representative".into(),
                    "Who signs is said in one way: listed-in, name with number, or legal-representative".into(),
                );
            }
            if rule.says.is_empty() {
                fault("没有写签署意味着什么（says）".into(), "It does not say what a signer says (says)".into());
            }
            let when = rule.when.as_ref().and_then(|when| self.rulebook.conditions.get(when.get_ref()));
            let looked_at = when.into_iter().flat_map(|condition| condition.elements()).map(|element| &*element.name);
            if let Some(element) = rule.elements().chain(looked_at).find(|element| !asked.contains(element)) {
                fault(
                    format!("谁签署要看“{element}”，但表单不问它"),
                    format!("Who signs hangs on “{element}”, which the form does not ask for"),
                );
            }
            if let Some(key) = rule.instead_of.as_ref().map(|key| key.get_ref()).filter(|key| !papers.contains(key.as_str())) {
                fault(format!("签署代替的“{key}”不在材料里"), format!("“{key}”, which it stands for, is no paper asked for"));
            }
        }
        faults
    }
}

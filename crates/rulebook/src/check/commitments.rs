//! Commitments: complete in what is told, with a way back, and not in a field where 国办发〔2020〕42号 allows none.

use super::Checking;
use crate::commitment::{CommitmentForm, Notice};
use crate::definition::{Place, WrittenTerm};
use crate::item::Item;

impl<'a> Checking<'a> {
    pub(super) fn commitments(&mut self, item: &'a Item) {
        let Some(own) = &item.commitment else { return };
        let mut faults = faults_of(&own.notice, [own.check.term, own.rectify.term], own.credit.months);
        let listed = |key: &str| item.material.iter().any(|needed| needed.key.get_ref() == key);
        if let Some(key) = own.replaces.iter().map(|key| key.get_ref()).find(|key| !listed(key)) {
            faults.push((
                format!("承诺替代的“{key}”不在本事项的材料里"),
                format!("“{key}”, which it replaces, is no paper of the item"),
            ));
        }
        let follows = own.form == CommitmentForm::Tianjin60;
        if follows != own.papers_term().is_some() {
            faults.push(if follows {
                ("信用承诺审批没有写补交期限".into(), "Papers are to follow, and no term says until when".into())
            } else {
                ("只有信用承诺审批才有补交期限".into(), "Only Tianjin’s form has papers that follow".into())
            });
        }
        if own.form != CommitmentForm::Minimal && own.replaces.is_empty() {
            faults.push(("没有写承诺替代哪些材料".into(), "It does not say which papers it replaces".into()));
        }
        for (zh, en) in faults {
            self.of_item("commitment-terms", item, "commitment", zh, en);
        }
        let procedure = self.rulebook.procedures.get(item.procedure.get_ref());
        let has = |act: &str| procedure.is_some_and(|own| own.allowed().any(|allowed| allowed.act.get_ref() == act));
        if !has("post-check") || !has("choose-ordinary") {
            let (zh, en) = (
                "流程不能事后核查，或者不能改为一般程序",
                "Its procedure has no check afterwards, or no way back to the ordinary procedure",
            );
            self.of_item("commitment-procedure", item, "procedure", zh, en);
        }
        let bodies = self.words("commitment-field", "bodies");
        let body = item.industry_body.as_ref().map(|body| body.get_ref().as_str()).unwrap_or_default();
        if (item.safety.is_some() || bodies.iter().any(|own| own == body)) && own.by_law.is_none() {
            self.of_item(
                "commitment-field",
                item,
                "commitment",
                "本事项涉及公共安全、生态环境或者直接关系人身健康、生命财产安全，没有法律规定可以告知承诺",
                "The item concerns public safety, the environment, health or life, and no law provides for a commitment",
            );
        }
    }

    /// The same of papers.
    pub(super) fn proofs(&mut self) {
        let rulebook = self.rulebook;
        for (key, material) in &rulebook.materials {
            let Some(own) = &material.commitment else { continue };
            let place = self.places.part("material", key, "commitment");
            for (zh, en) in faults_of(&own.notice, [own.check.term, own.rectify.term], own.credit.months) {
                let Place { file, line } = place.clone();
                self.report("commitment-terms", Place { file, line }, zh, en);
            }
        }
    }
}

fn faults_of(notices: &[Notice], terms: [WrittenTerm; 2], months: u32) -> Vec<(String, String)> {
    let mut faults: Vec<(String, String)> = Vec::new();
    let told = |notice: &Notice| {
        !notice.standard.is_empty() && !notice.consequences.is_empty() && notice.declares.iter().any(|line| !line.is_empty())
    };
    if notices.is_empty() || !notices.iter().all(told) {
        faults.push((
            "告知的标准、后果或者承诺内容不全".into(),
            "The standard, the consequences or the declaration is missing".into(),
        ));
    }
    let twice = |notice: &Notice| notices.iter().filter(|other| other.version == notice.version).count() > 1;
    if notices.iter().any(twice) {
        faults.push(("告知文本的版本号重复".into(), "Two notices have the same version".into()));
    }
    if terms.iter().any(|term| term.term().is_none()) || months == 0 {
        faults.push((
            "核查、整改或者信用记录的期限没有写明".into(),
            "The term of the check, of putting right or of the credit record is not stated".into(),
        ));
    }
    faults
}

//! What other systems say: registers that tell of a firm, and partner systems in which a body does its work.

use super::{Doing, Phrase, Read};
use casework::Act;
use casework::leg::{Licence, Report, Ruling};
use rulebook::Stand;

impl Phrase<'_, '_> {
    /// 登记企业「名称」「法定代表人」「登记状态」: what the register of firms tells of the first applicant's.
    pub(super) fn registered(&mut self) -> Read<Doing> {
        let (name, legal, status) = (self.text("名称")?, self.text("法定代表人")?, self.text("登记状态")?);
        Ok(Doing::Register { name, legal, status })
    }

    /// 接通「对接系统」: from now on what comes in for its items goes there.
    pub(super) fn connected(&mut self) -> Read<Doing> {
        let name = self.text("对接系统")?;
        let partners = self.context.rules.partners.values();
        let partner = partners.into_iter().find(|partner| partner.name == name).ok_or_else(|| format!("没有对接系统“{name}”"))?;
        Ok(Doing::Connect(partner.code.get_ref().clone()))
    }

    /// 回传第2次准予「文号」，证照「编号」；不予许可「文号」「理由」；要求补正「内容」.
    pub(super) fn reported(&mut self) -> Read<Act> {
        self.must("第")?;
        let count = self.number()?;
        self.must("次")?;
        let stand =
            Stand::ALL.into_iter().find(|stand| self.words.word(&stand.title().zh)).ok_or("应写对方的办理状态，如已接收")?;
        let mut report = Report { count, stand, number: None, ruling: None, licence: None, words: None };
        if stand.is_ruling() {
            let document = self.text("文号")?;
            report.ruling = Some(Ruling { body: self.context.case.agency.clone(), document, on: self.context.today });
        }
        report.words = self.words.quoted().map(str::to_owned);
        if self.words.comma() {
            self.must("证照")?;
            let item = self.context.rules.items.get(&self.context.case.item);
            let name = item.and_then(|item| item.result.as_ref()).map(|result| result.name.clone()).unwrap_or_default();
            report.licence = Some(Licence { number: self.text("编号")?, name });
        }
        Ok(Act::ReportLeg { report })
    }

    /// 填「要素：答案、要素：答案」, as the form holds them.
    pub(super) fn answers(&mut self) -> Read<String> {
        serde_json::to_string(&self.answered()?).map_err(|fault| fault.to_string())
    }

    pub(super) fn answered(&mut self) -> Read<std::collections::BTreeMap<String, String>> {
        let mut answers = std::collections::BTreeMap::new();
        for pair in self.words.list().ok_or("这里应写「要素：答案」")? {
            let (name, value) = pair.split_once('：').ok_or_else(|| format!("“{pair}”应写作“要素：答案”"))?;
            let field = self.context.rules.fields.get(name).ok_or_else(|| format!("没有数据元“{name}”"))?;
            answers.insert(field.code.clone(), value.to_owned());
        }
        Ok(answers)
    }
}

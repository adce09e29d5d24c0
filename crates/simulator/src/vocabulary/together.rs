//! Phrases of several items at once (一件事): applying for them, leaving one, sending one again.

use super::{Names, Phrase, Read};
use crate::page::full_width;
use crate::people;
use casework::Act;
use casework::act::{Paper, Submission};
use casework::event::Channel;
use jiff::civil::Time;
use rulebook::bundle::Bundle;
use rulebook::intake::{Answers, NOTHING_KNOWN};
use rulebook::theme::JointKind;

impl Phrase<'_, '_> {
    /// 一起办「事项、事项」，按「主题」，缺「材料」: all papers that the merged form wants are handed in but those.
    pub(super) fn together(&mut self) -> Read<Act> {
        let (rules, today, area) = (self.context.rules, self.context.today, self.context.area);
        let names = self.words.list().ok_or("应写要一起办的事项，如「甲、乙」")?;
        let items = names.into_iter().map(|name| self.item_named(name)).collect::<Read<Vec<_>>>()?;
        let (mut theme, mut lacking) = (None, Vec::new());
        while self.words.comma() {
            if self.words.word("按") {
                let name = full_width(&self.text("一件事")?);
                let found = rules.themes.values().find(|theme| full_width(&theme.name) == name);
                theme = Some(found.ok_or_else(|| format!("没有名为“{name}”的一件事"))?);
            } else {
                self.must("缺")?;
                lacking = self.materials_of_all(&items)?;
            }
        }
        let bundle = Bundle::chosen(rules, theme, items.iter().map(String::as_str));
        let answers = Answers::new();
        let wanted = bundle.intake(&answers, &[], &NOTHING_KNOWN, today).lacking();
        let papers = wanted.into_iter().filter(|key| !lacking.contains(key));
        let papers = papers.map(|key| Paper { file_name: "原件已核对".into(), digest: String::new(), key }).collect();
        let plan = office::apply::plan(rules, theme, &bundle, &answers, area, today).map_err(|refusal| refusal.why.zh)?;
        let handler = rules.items.values().find(|item| {
            rules.procedures.get(item.procedure.get_ref()).is_some_and(rulebook::procedure::Procedure::is_for_bundles)
        });
        let handler = handler.ok_or("规则书没有一起办的事项")?.code.get_ref();
        let agency = rules.competent(handler, area, today).first().map(|agency| agency.code.get_ref().clone());
        let (title, holder) = people::applicant(self.context.who);
        Ok(Act::Submit(Submission {
            item: handler.clone(),
            holder,
            agency: agency.ok_or("没有机关收一起办的申请")?,
            area: area.to_owned(),
            channel: if self.context.who == "窗口" { Channel::Counter } else { Channel::Online },
            parent: None,
            answers: "{}".into(),
            title,
            papers,
            lacking: Vec::new(),
            first_contact: None,
            earlier: None,
            commitment: None,
            bundle: Some(Box::new(plan)),
            signatures: Vec::new(),
        }))
    }

    /// 联合踏勘 without its first word.
    pub(super) fn joint_kind(&mut self) -> Read<JointKind> {
        let kinds = [("辅导", JointKind::Guidance), ("踏勘", JointKind::SiteVisit), ("验收", JointKind::Acceptance)];
        self.words.one_of(&kinds).ok_or_else(|| "应写联合辅导、联合踏勘或联合验收".to_owned())
    }

    fn hour(&mut self) -> Read<Time> {
        let (hour, minute) = self.words.time().ok_or("应写时刻，如09:00")?;
        Time::new(hour, minute, 0, 0).map_err(|fault| fault.to_string())
    }

    /// 约定联合1于3月10日 09:30现场「地点」
    pub(super) fn set_joint(&mut self) -> Read<Act> {
        let number = self.number()?;
        let on = self.after("于", Self::day)?;
        let hour = self.hour()?;
        let remote = self.words.one_of(&[("远程", true), ("现场", false)]).ok_or("应写现场或远程")?;
        Ok(Act::SetJoint { number, on, hour, remote, place: self.text("地点")? })
    }

    /// 提交现场照片联合1「地点」: taken now.
    pub(super) fn show_joint(&mut self) -> Read<Act> {
        self.must("联合")?;
        let (number, on) = (self.number()?, self.context.today);
        let photograph = Paper { key: String::new(), digest: "00".into(), file_name: "照片.jpg".into() };
        let (hour, place) = (Time::midnight(), self.text("地点")?);
        Ok(Act::ShowJoint { number, on, hour, place, papers: vec![photograph] })
    }

    /// 联合记录1「谁、谁」符合「情况」
    pub(super) fn attend_joint(&mut self) -> Read<Act> {
        let number = self.number()?;
        let names = self.words.list().ok_or("应写参加人员，如「承办人李、承办人王」")?;
        let officers = names.into_iter().map(|name| self.staff(name)).collect::<Read<Vec<_>>>()?;
        let agrees = self.words.one_of(&[("符合", true), ("不符合", false)]).ok_or("应写符合或不符合")?;
        Ok(Act::AttendJoint { number, officers, agrees, findings: self.text("情况")?, papers: Vec::new() })
    }

    pub(super) fn leave(&mut self) -> Read<Act> {
        Ok(Act::LeaveComponent { item: self.item()?, reason: self.optional("原因").unwrap_or_default() })
    }

    pub(super) fn once_more(&mut self) -> Read<Act> {
        let item = self.item()?;
        let papers = if self.words.comma() {
            self.must("附")?;
            let keys = self.materials_of(&item, Names::OfTheItem)?;
            keys.into_iter().map(|key| Paper { file_name: "原件已核对".into(), digest: String::new(), key }).collect()
        } else {
            Vec::new()
        };
        Ok(Act::TakeUpComponent { item, answers: None, papers })
    }

    /// Keys of materials, each of some of these items.
    fn materials_of_all(&mut self, items: &[String]) -> Read<Vec<String>> {
        let names = self.words.list().ok_or_else(|| format!("这里应写「材料」：{}", self.words.rest()))?;
        let rules = self.context.rules;
        let wanted = || items.iter().filter_map(|item| rules.items.get(item)).flat_map(|item| &item.material);
        let key = |name: &str| {
            let of_name = |key: &str| rules.materials.get(key).is_some_and(|known| full_width(&known.name) == full_width(name));
            let found = wanted().map(|needed| needed.key.get_ref()).find(|key| of_name(key));
            found.cloned().ok_or_else(|| format!("“{name}”不是这些事项的材料"))
        };
        names.into_iter().map(key).collect()
    }

    pub(super) fn item_named(&self, name: &str) -> Read<String> {
        let found = self.context.rules.items.values().find(|item| full_width(&item.name) == full_width(name));
        found.map(|item| item.code.get_ref().clone()).ok_or_else(|| format!("没有名为“{name}”的事项"))
    }
}

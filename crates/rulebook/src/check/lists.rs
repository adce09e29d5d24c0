//! Lists: no permit outside the permit list, none of the higher list forgotten, and no filing or service that is a permit in
//! disguise (优化营商环境条例 arts. 39, 40). Serves measure 7.

use super::{Checking, quoted};
use crate::item::{Item, ItemType};
use std::collections::BTreeSet;

impl<'a> Checking<'a> {
    pub(super) fn of_lists(&mut self, item: &'a Item) {
        let rulebook = self.rulebook;
        match item.list_row.as_ref().and_then(|row| rulebook.list.get(row.get_ref())) {
            Some(row) if row.item_type != item.item_type => {
                let (own, listed) = (item.item_type.name(), row.item_type.name());
                let zh = format!("事项类型是{}，清单条目“{}”却是{}", own.zh, row.name, listed.zh);
                let en = format!("The item's type is “{}”, that of its list row “{}”", own.en, listed.en);
                self.of_item("V13", item, "list-row", zh, en);
            }
            Some(_) => {}
            // A row that is named and not found is `compile`'s to report.
            None if item.list_row.is_some() => {}
            None if item.item_type == ItemType::Permit => {
                self.of_item("V13", item, "type", "行政许可不在许可事项清单内", "The permit is not on the permit list");
            }
            None => self.of_item(
                "list-row-missing",
                item,
                "",
                "事项不在政务服务事项清单内",
                "The item is not on the list of service items",
            ),
        }
        if let Some(procedure) = rulebook.procedures.get(item.procedure.get_ref()) {
            if !procedure.types.contains(&item.item_type) {
                let own = item.item_type.name();
                let zh = format!("流程“{}”不适用于{}", procedure.name, own.zh);
                let en = format!("The procedure “{}” is not for items of type “{}”", procedure.code.get_ref(), own.en);
                self.of_item("procedure-type", item, "procedure", zh, en);
            }
            let refuses = procedure.can_refuse
                || procedure.step.iter().flat_map(|step| &step.act).any(|allowed| allowed.act.get_ref() == "refuse");
            if item.item_type == ItemType::Filing && refuses {
                let zh = format!("备案事项用了可以不予批准的流程“{}”", procedure.name);
                let en = format!("A filing runs the procedure “{}”, which can refuse", procedure.code.get_ref());
                self.of_item("filing-refuses", item, "procedure", zh, en);
            }
        }
        self.words_of_permits(item);
    }

    /// A filing that “approves”, or a service whose result is a permit, is a permit in disguise.
    fn words_of_permits(&mut self, item: &Item) {
        let rule = match item.item_type {
            ItemType::Permit => return,
            ItemType::Filing => "filing-refuses",
            _ => "permit-in-disguise",
        };
        let result = item.result.as_ref().map(|result| ("result.name".to_owned(), &result.name));
        let steps = item.steps.iter().enumerate().map(|(at, step)| (format!("steps.{at}"), step));
        for (path, text) in result.into_iter().chain(steps) {
            if let Some(word) = self.words(rule, "words").iter().find(|word| text.contains(word.as_str())) {
                let own = item.item_type.name();
                let zh = format!("{}不能用“{word}”：{}", own.zh, quoted(text).zh);
                let en = format!("An item of type “{}” has no “{word}”: {}", own.en, quoted(text).en);
                self.of_item(rule, item, &path, zh, en);
            }
        }
    }

    pub(super) fn lists(&mut self) {
        let rulebook = self.rulebook;
        let offered: BTreeSet<&str> =
            rulebook.items.values().filter_map(|item| item.list_row.as_ref()).map(|row| row.get_ref().as_str()).collect();
        let bodies: BTreeSet<&str> = rulebook
            .agencies
            .values()
            .flat_map(|agency| std::iter::once(&agency.name).chain(&agency.former))
            .map(String::as_str)
            .collect();
        for (code, row) in &rulebook.list {
            let name = &row.name;
            if !offered.contains(code.as_str()) {
                let place = self.places.of("list-row", code);
                let zh = format!("清单条目“{name}”没有可以申请的事项");
                self.report("list-row-unused", place, zh, format!("Nothing can be applied for under the list row “{name}”"));
            }
            if !bodies.contains(row.agency.as_str()) {
                let place = self.places.part("list-row", code, "agency");
                let agency = &row.agency;
                self.report("list-agency", place, format!("没有名为“{agency}”的机关"), format!("No agency is called “{agency}”"));
            }
            if row.basis.is_empty() {
                let place = self.places.of("list-row", code);
                self.report(
                    "V15",
                    place,
                    format!("清单条目“{name}”没有依据"),
                    format!("The list row “{name}” has no legal basis"),
                );
            }
        }
        for (code, row) in &rulebook.higher_list {
            let name = &row.name;
            let answer = row.answered_by.as_ref().and_then(|own| rulebook.list.get(own));
            let (zh, en) = match (&row.answered_by, answer) {
                (None, _) => {
                    (format!("上级清单的“{name}”，本区清单没有对应条目"), format!("“{name}” of the higher list has no row here"))
                }
                (Some(own), None) => (
                    format!("上级清单的“{name}”对应的条目“{own}”不存在"),
                    format!("“{name}” of the higher list is answered by “{own}”, which does not exist"),
                ),
                (Some(_), Some(own)) if own.item_type != ItemType::Permit => (
                    format!("上级清单的许可“{name}”，在本区是{}", own.item_type.name().zh),
                    format!("“{name}” is a permit on the higher list and something else here"),
                ),
                _ => continue,
            };
            let place = self.places.of("higher-row", code);
            self.report("higher-list", place, zh, en);
        }
    }
}

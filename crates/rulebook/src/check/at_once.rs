//! Deciding at once: rules look at facts that somebody tells, the applicant can ask for a person, and nothing is decided so whose result
//! another system numbers or that is limited in number. Serves measure 5.

use super::Checking;
use crate::item::Item;
use std::collections::BTreeSet;

impl Checking<'_> {
    pub(super) fn at_once(&mut self, item: &Item) {
        let Some(at_once) = &item.at_once else { return };
        let rulebook = self.rulebook;
        let form = item.form.as_ref().and_then(|form| rulebook.forms.get(form.get_ref()));
        let asks = form.into_iter().flat_map(|form| &form.section).flat_map(|section| &section.ask);
        let asked: BTreeSet<&str> = asks.map(|ask| ask.field.get_ref().as_str()).collect();
        let told = rulebook.registers.values().flat_map(|register| &register.field);
        let told: BTreeSet<&str> = told.map(|told| told.field.get_ref().as_str()).collect();
        for (at, rule) in at_once.rule.iter().enumerate() {
            let condition = rulebook.conditions.get(rule.when.get_ref());
            let elements = condition.into_iter().flat_map(|condition| condition.elements());
            for element in elements.filter(|element| !asked.contains(&*element.name) && !told.contains(&*element.name)) {
                let name = &element.name;
                self.of_item(
                    "at-once-fact",
                    item,
                    &format!("at-once.rule.{at}.when"),
                    format!("规则要看“{name}”，但表单不问它，也没有登记库提供"),
                    format!("The rule looks at “{name}”, which neither the form asks nor a register tells"),
                );
            }
        }
        if !asked.contains(at_once.person.get_ref().as_str()) {
            let (zh, en) = ("表单没有问是否由工作人员办理", "The form does not ask whether a person is wanted");
            self.of_item("at-once-person", item, "at-once.person", zh, en);
        }
        for (bad, zh, en) in self.out_of_bounds(item) {
            if bad {
                self.of_item("at-once-bound", item, "at-once", zh, en);
            }
        }
    }

    fn out_of_bounds(&self, item: &Item) -> [(bool, &'static str, &'static str); 5] {
        let at_once = item.at_once.as_ref();
        let procedure = self.rulebook.procedures.get(item.procedure.get_ref());
        let knows = |act: &str| {
            procedure.is_some_and(|procedure| {
                procedure.step.iter().flat_map(|step| &step.act).any(|allowed| allowed.act.get_ref() == act)
            })
        };
        let given = item.result.iter().flat_map(|result| &result.gives);
        [
            (at_once.is_some_and(|at_once| at_once.rule.is_empty()), "没有一条规则", "There is no rule"),
            (
                at_once.is_some_and(|at_once| at_once.audit_percent > 100),
                "抽查比例超过百分之百",
                "More than all would be audited",
            ),
            (!knows("decide-at-once"), "流程没有“当场自动办结”这一环节", "Its procedure knows no decision at once"),
            (
                item.quantity_limit.is_some(),
                "有数量限制，按受理先后由人决定",
                "It is limited in number: a person decides in turn",
            ),
            (
                given.into_iter().any(|given| given.from.is_none()),
                "结果的编号由登记系统赋予，不能自动生成",
                "The number of its result is assigned by a register",
            ),
        ]
    }

    pub(super) fn registers(&mut self) {
        let rulebook = self.rulebook;
        for (code, register) in &rulebook.registers {
            if register.keeper.is_some() && !register.keeps.elsewhere() {
                let place = self.places.part("register", code, "keeper");
                let zh = "对接系统只能保管主体和个人的登记库".to_owned();
                self.report(
                    "register-column",
                    place,
                    zh,
                    "A partner system keeps registers of firms and persons only".to_owned(),
                );
            }
            for (at, told) in register.field.iter().enumerate() {
                let name = told.field.get_ref();
                if !register.keeps.columns().contains(&told.of) {
                    let place = self.places.part("register", code, &format!("field.{at}"));
                    let zh = format!("这个登记库不能提供“{name}”");
                    self.report("register-column", place, zh, format!("This register cannot tell “{name}”"));
                }
                if told.of == crate::register::Column::InForce && told.items.is_empty() {
                    let place = self.places.part("register", code, &format!("field.{at}"));
                    let zh = format!("“{name}”没有写明看哪些事项的证照");
                    self.report("register-column", place, zh, format!("“{name}” names no item whose licences are looked for"));
                }
            }
        }
    }
}

//! Partner systems: one for each item, with a procedure that hears it, and never one that says no to a person (T-12).

use super::Checking;
use crate::procedure::{Allowed, Role};
use std::collections::BTreeMap;

/// What only a person does: each of them says no to somebody or asks more of them.
const BY_PEOPLE: [&str; 8] =
    ["refuse", "refuse-intake", "find-not-needed", "ask-correction", "return", "terminate", "end", "propose-penalty"];

impl Checking<'_> {
    pub(super) fn partners(&mut self) {
        let rulebook = self.rulebook;
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (code, partner) in &rulebook.partners {
            for (at, item) in partner.items.iter().enumerate() {
                let place = self.places.part("partner", code, &format!("items.{at}"));
                let item = item.get_ref().as_str();
                // An item that is not there is `compile`'s to report.
                let Some(definition) = rulebook.items.get(item) else { continue };
                if let Some(other) = taken.insert(item, code) {
                    let zh = format!("“{item}”已由对接系统“{other}”办理");
                    self.report("partner", place.clone(), zh, format!("“{item}” is handled by the partner “{other}” already"));
                }
                let procedure = rulebook.procedures.get(definition.procedure.get_ref());
                let hears = |allowed: &Allowed| allowed.act.get_ref() == "report-leg" && allowed.by.contains(&Role::Partner);
                if procedure.is_some_and(|procedure| !procedure.allowed().any(hears)) {
                    let zh = format!("“{}”的流程不接收对接系统的回传", definition.name);
                    self.report("partner", place, zh, format!("The procedure of “{item}” hears no partner system"));
                }
            }
            if partner.call_seconds == 0 || partner.tries == 0 || partner.silent_hours == 0 {
                let place = self.places.part("partner", code, "code");
                self.report("partner", place, "次数和时间不能为零", "Tries and times cannot be nought");
            }
        }
        for (code, procedure) in &rulebook.procedures {
            for (step, found) in procedure.step.iter().enumerate() {
                for (at, allowed) in found.act.iter().enumerate() {
                    let act = allowed.act.get_ref().as_str();
                    if allowed.by.contains(&Role::Partner) && BY_PEOPLE.contains(&act) {
                        let place = self.places.part("procedure", code, &format!("step.{step}.act.{at}"));
                        let zh = format!("“{act}”不能由对接系统自动作出");
                        self.report("partner", place, zh, format!("“{act}” is never done by a partner system"));
                    }
                }
            }
        }
    }
}

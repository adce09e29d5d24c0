//! Papers: none that is open-ended (V14), each with its ground (V15), none that the office can look up itself (V16).

use super::Checking;
use crate::item::{Item, LimitKind, Necessity};
use std::collections::BTreeSet;

impl<'a> Checking<'a> {
    pub(super) fn materials(&mut self, item: &'a Item) {
        let rulebook = self.rulebook;
        let mut seen = BTreeSet::new();
        for (at, needed) in item.material.iter().enumerate() {
            let path = format!("material.{at}");
            let Some(material) = rulebook.materials.get(needed.key.get_ref()) else { continue };
            let name = &material.name;
            if !seen.insert(needed.key.get_ref()) {
                self.of_item(
                    "material-twice",
                    item,
                    &path,
                    format!("材料“{name}”列了两次"),
                    format!("The paper “{name}” is listed twice"),
                );
            }
            if needed.basis.is_none() && material.basis.is_none() {
                self.of_item(
                    "V15",
                    item,
                    &path,
                    format!("材料“{name}”没有依据"),
                    format!("The paper “{name}” has no legal basis"),
                );
            }
            if needed.necessity == Necessity::Deferrable {
                self.deferred(item, at, name);
            } else if needed.defer_working_days.is_some() {
                let zh = format!("材料“{name}”不可容缺，却写了补交期限");
                self.of_item(
                    "deferral",
                    item,
                    &path,
                    zh,
                    format!("The paper “{name}” is not deferrable, yet has a time to follow"),
                );
            }
        }
        for (at, point) in item.point.iter().enumerate() {
            if let Some(key) = point.material.as_ref().filter(|key| !seen.contains(key)) {
                let zh = format!("审查要点对照的材料“{key}”不在材料清单里");
                self.of_item(
                    "point-material",
                    item,
                    &format!("point.{at}.material"),
                    zh,
                    format!("The point is checked against “{key}”, which the item does not ask for"),
                );
            }
        }
    }

    /// A deferred paper follows within a stated time, and before the promised day of the decision.
    fn deferred(&mut self, item: &Item, at: usize, name: &str) {
        let path = format!("material.{at}");
        let Some(days) = item.material[at].defer_working_days else {
            let zh = format!("可容缺的材料“{name}”没有写明补交期限");
            self.of_item("deferral", item, &path, zh, format!("The deferrable paper “{name}” has no time to follow within"));
            return;
        };
        let Some(promise) = self.limit_today(item, LimitKind::Promised).and_then(|limit| limit.term()) else { return };
        if self.first_breach(None, crate::Term::working_days(days), promise).is_some() {
            let zh = format!("材料“{name}”的补交期限长于承诺的{}", promise.text().zh);
            self.of_item(
                "deferral",
                item,
                &path,
                zh,
                format!("The paper “{name}” may follow later than the promised {}", promise.text().en),
            );
        }
    }

    /// What is true of a paper whichever item asks for it.
    pub(super) fn papers(&mut self) {
        let rulebook = self.rulebook;
        let (open_ended, shared) = (self.words("V14", "catch-all"), self.words("V16", "shared"));
        for (key, material) in &rulebook.materials {
            let name = &material.name;
            if let Some(word) = open_ended.iter().find(|word| name.contains(word.as_str())) {
                let place = self.places.part("material", key, "name");
                let zh = format!("“{name}”是兜底材料：“{word}”没有说清要什么");
                self.report("V14", place, zh, format!("“{name}” is a catch-all: “{word}” does not say what is wanted"));
            }
            if shared.contains(name) && material.replaced_by.is_none() && !material.from_form {
                let place = self.places.part("material", key, "name");
                let zh = format!("“{name}”可以通过共享取得，不应再要求提交");
                self.report("V16", place, zh, format!("“{name}” can be had from shared data and is not to be asked for"));
            }
        }
    }
}

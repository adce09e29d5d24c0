//! Retention: rules name procedures and outcomes that exist, and every procedure falls under exactly one rule. Serves 个人信息保护法
//! art. 19: nothing is kept longer than somebody decided, and nothing is erased under two rules at once.

use super::Checking;

impl Checking<'_> {
    pub(super) fn retention(&mut self) {
        let rulebook = self.rulebook;
        for (code, rule) in &rulebook.retention {
            let unknown = rule.procedures.iter().find(|own| !rulebook.procedures.contains_key(*own));
            let unknown = unknown.or_else(|| rule.outcomes.iter().find(|own| !crate::procedure::EVENTS.contains(&own.as_str())));
            if let Some(name) = unknown {
                let place = self.places.part("retention", code, "");
                let zh = format!("没有“{name}”这一流程或者结果");
                self.report("retention-names", place, zh, format!("“{name}” is neither a procedure nor an outcome"));
            }
        }
        if rulebook.retention.is_empty() {
            return;
        }
        for code in rulebook.procedures.keys() {
            let rules = rulebook.retention.values().filter(|rule| rule.outcomes.is_empty() && rule.is_about(code)).count();
            if rules != 1 {
                let place = self.places.part("procedure", code, "");
                let zh = format!("“{code}”办结的办件有{rules}条保管期限规则，应当恰有一条");
                self.report(
                    "retention-gap",
                    place,
                    zh,
                    format!("{rules} rules of retention are about “{code}”; there must be one"),
                );
            }
        }
    }
}

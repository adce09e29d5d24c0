//! Programmes: what is paid can be paid at all. The clause is in force, the money is there, the public is heard first.

use super::Checking;
use crate::calendar::Unit;
use crate::policy::{Clause, Policy, money};
use crate::programme::Programme;
use std::collections::BTreeSet;

impl Checking<'_> {
    pub(super) fn programmes(&mut self) {
        let rulebook = self.rulebook;
        for (code, budget) in &rulebook.budgets {
            if budget.fen().is_none_or(|fen| fen <= 0) {
                let (zh, en) = ("预算金额应写明单位，并大于零", "A budget has an amount with its unit, above nothing");
                self.report("programme-budget", self.places.of("budget", code), zh, en);
            }
            self.body("budget", code, budget.agency.get_ref());
        }
        for (code, programme) in &rulebook.programmes {
            self.body("programme", code, programme.agency.get_ref());
            self.money_of(code, programme);
            self.heard(code, programme);
            self.claimed(code, programme);
            match rulebook.clause(programme.clause.get_ref()) {
                Some((policy, clause)) => {
                    self.batches(code, programme, policy);
                    self.settled(code, programme, clause);
                    self.papers_of(code, programme, clause);
                }
                None => {
                    let clause = programme.clause.get_ref();
                    let (zh, en) = (format!("没有条款“{clause}”"), format!("There is no clause “{clause}”"));
                    self.of_programme("programme-clause", code, "clause", zh, en);
                }
            }
        }
    }

    fn of_programme(&mut self, rule: &'static str, code: &str, part: &str, zh: impl Into<String>, en: impl Into<String>) {
        let place = self.places.part("programme", code, part);
        self.report(rule, place, zh, en);
    }

    fn body(&mut self, kind: &'static str, code: &str, agency: &str) {
        if !self.rulebook.agencies.contains_key(agency) {
            let place = self.places.part(kind, code, "agency");
            let (zh, en) = (format!("没有部门“{agency}”"), format!("There is no body “{agency}”"));
            self.report("programme-clause", place, zh, en);
        }
    }

    /// Every programme spends its own body's money, and no batch more than there is.
    fn money_of(&mut self, code: &str, programme: &Programme) {
        let line = programme.budget.get_ref();
        let Some(budget) = self.rulebook.budgets.get(line) else {
            let (zh, en) = (format!("没有预算科目“{line}”"), format!("There is no budget line “{line}”"));
            return self.of_programme("programme-budget", code, "budget", zh, en);
        };
        if budget.agency.get_ref() != programme.agency.get_ref() {
            let (zh, en) = ("不能动用其他部门的预算", "The budget is another body's");
            self.of_programme("programme-budget", code, "budget", zh, en);
        }
        let whole = money(budget.amount.get_ref());
        for (at, batch) in programme.batch.iter().enumerate() {
            let Some(at_most) = &batch.at_most else { continue };
            let share = money(at_most.get_ref());
            if share.is_none() || share > whole {
                let (zh, en) = ("本批限额没有写明单位，或超过预算", "The batch's limit has no unit, or is above the budget");
                self.of_programme("programme-budget", code, &format!("batch.{at}.at-most"), zh, en);
            }
        }
    }

    fn heard(&mut self, code: &str, programme: &Programme) {
        let days = programme.notice().filter(|term| term.n > 0 && term.unit != Unit::Immediate);
        if days.is_none() {
            let zh = "没有写明公示期：几个工作日，还是几日";
            self.of_programme("programme-notice", code, "notice", zh, "No notice period: so many working days, or days");
        }
    }

    /// It is claimed under an item whose procedure pays awards, and the body has the power over that item on every day of its batches.
    fn claimed(&mut self, code: &str, programme: &Programme) {
        let item = programme.item.as_ref().map_or("", |item| item.get_ref().as_str());
        let agency = programme.agency.get_ref();
        let procedure = self.rulebook.items.get(item).and_then(|item| self.rulebook.procedures.get(item.procedure.get_ref()));
        let pays = procedure.is_some_and(|procedure| {
            procedure.step.iter().flat_map(|step| &step.act).any(|allowed| allowed.act.get_ref() == "propose-award")
        });
        if !pays {
            let (zh, en) = (format!("“{item}”不是可以兑现的事项"), format!("“{item}” is no item under which an award is paid"));
            return self.of_programme("programme-item", code, "item", zh, en);
        }
        let mut days = programme.batch.iter().flat_map(|batch| [batch.from, batch.until]);
        if let Some(day) = days.find(|day| self.rulebook.authority_of(item, agency, "", *day).is_none()) {
            let (zh, en) =
                (format!("“{agency}”在{day}对“{item}”没有权限"), format!("“{agency}” has no power over “{item}” on {day}"));
            self.of_programme("programme-item", code, "agency", zh, en);
        }
    }

    /// What a clause wants of papers is asked for where it is claimed.
    fn papers_of(&mut self, code: &str, programme: &Programme, clause: &Clause) {
        let rulebook = self.rulebook;
        let Some(item) = programme.item.as_ref().and_then(|item| rulebook.items.get(item.get_ref())) else { return };
        let asks = |paper: &String| {
            let keys = item.material.iter().map(|needed| needed.key.get_ref());
            keys.filter_map(|key| rulebook.materials.get(key)).any(|material| material.name.contains(paper.as_str()))
        };
        for paper in clause.papers.iter().filter(|paper| !asks(paper)) {
            let zh = format!("条款要求“{paper}”，事项的材料里没有");
            self.of_programme(
                "programme-item",
                code,
                "item",
                zh,
                format!("The clause wants the paper “{paper}”; the item does not ask for it"),
            );
        }
    }

    fn settled(&mut self, code: &str, programme: &Programme, clause: &Clause) {
        for (at, own) in programme.settles.iter().enumerate().filter(|(_, own)| !clause.judged.contains(own.what.get_ref())) {
            let what = own.what.get_ref();
            let (zh, en) = (format!("条款没有把“{what}”留待判断"), format!("The clause does not leave “{what}” to be judged"));
            self.of_programme("programme-clause", code, &format!("settles.{at}.what"), zh, en);
        }
    }

    fn batches(&mut self, code: &str, programme: &Programme, policy: &Policy) {
        let mut codes = BTreeSet::new();
        if programme.batch.is_empty() {
            self.of_programme("programme-window", code, "batch", "没有批次", "There is no batch");
        }
        for (at, batch) in programme.batch.iter().enumerate() {
            let outside =
                policy.from.is_some_and(|from| batch.from < from) || policy.until.is_some_and(|until| batch.until > until);
            let again = !codes.insert(&batch.code);
            let overlaps = programme.batch.iter().take(at).any(|other| batch.from <= other.until && other.from <= batch.until);
            if batch.until < batch.from || outside || again || overlaps {
                let (zh, en) = (
                    format!("批次“{}”的申报期倒置、重叠、代码重复，或不在政策有效期内", batch.code),
                    format!(
                        "The window of batch “{}” is reversed, overlaps, repeats a code, or lies outside the policy's validity",
                        batch.code
                    ),
                );
                self.of_programme("programme-window", code, &format!("batch.{at}"), zh, en);
            }
        }
    }
}

impl crate::Rulebook {
    /// The clause of this code, and the policy it stands in.
    pub fn clause(&self, code: &str) -> Option<(&Policy, &Clause)> {
        let of = |policy: &Policy| policy.clause.iter().position(|clause| clause.code.get_ref() == code);
        self.policies.values().find_map(|policy| Some((policy, policy.clause.get(of(policy)?)?)))
    }
}

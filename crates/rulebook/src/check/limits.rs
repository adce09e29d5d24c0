//! Limits: the promise never past the statutory day, ministry rules that only shorten, and clocks that watch them.

use super::Checking;
use crate::calendar::{Term, Unit};
use crate::definition::Basis;
use crate::item::{Item, ItemType, Limit, LimitKind};
use crate::procedure::{Next, Procedure};

impl<'a> Checking<'a> {
    pub(super) fn limits(&mut self, item: &'a Item) {
        let none = item.limit.iter().all(|limit| limit.term().is_none() && !limit.none_stated);
        let stated = item.limit.iter().any(|limit| limit.kind == LimitKind::Statutory);
        if none || !stated {
            let (zh, en) = if none {
                ("没有写明办理时限", "No limit is stated")
            } else {
                ("没有写明法定时限", "No statutory limit is stated")
            };
            self.of_item("limit-missing", item, "limit", zh, en);
        }
        for (at, limit) in item.limit.iter().enumerate() {
            self.written(item, limit, at);
            if limit.kind == LimitKind::Statutory && item.item_type == ItemType::Permit {
                self.ministry(item, limit, at);
            }
            if limit.kind == LimitKind::Promised
                && let Some(promise) = limit.term()
            {
                let until = item
                    .limit
                    .iter()
                    .filter(|next| next.kind == LimitKind::Promised && next.from > limit.from)
                    .map(|next| next.from)
                    .min();
                if let Some(breach) = self.breach(item, promise, limit.start, limit.from, until) {
                    self.of_item("V12", item, &format!("limit.{at}"), breach.zh, breach.en);
                }
            }
        }
        self.on_the_spot(item);
    }

    /// Exactly one term, or the statement that the law has none; one limit of a kind a day; and a clock that watches it.
    fn written(&mut self, item: &Item, limit: &Limit, at: usize) {
        let path = format!("limit.{at}");
        if limit.term().is_none() != limit.none_stated {
            let zh = "时限要写且只写一种：working-days、days、months、immediate 或者 none-stated";
            let en = "A limit states exactly one of working-days, days, months, immediate and none-stated";
            self.of_item("limit-unclear", item, &path, zh, en);
            return;
        }
        if limit.term().is_some_and(|term| term.n == 0 && term.unit != Unit::Immediate) {
            let (zh, en) = (
                "时限不能是零；当场办结的写 immediate",
                "A limit cannot be nothing; write immediate for what is done on the spot",
            );
            self.of_item("limit-unclear", item, &path, zh, en);
        }
        if item.limit[..at].iter().any(|other| other.kind == limit.kind && other.from == limit.from) {
            let from = limit.from;
            self.of_item(
                "limit-unclear",
                item,
                &path,
                format!("自 {from} 起同一种时限写了两个"),
                format!("Two limits of the same kind hold from {from}"),
            );
        }
        let rulebook = self.rulebook;
        let Some(procedure) = rulebook.procedures.get(item.procedure.get_ref()) else { return };
        let watched = procedure.clock.iter().any(|clock| clock.item_limit == Some(limit.kind));
        if !limit.none_stated && !watched {
            let (zh, en) = (
                format!("流程“{}”里没有看管这个时限的时钟", procedure.name),
                format!("No clock of the procedure “{}” watches this limit", procedure.code.get_ref()),
            );
            self.of_item("limit-unwatched", item, &path, zh, en);
        }
    }

    /// Twenty working days and ten more is what the statute gives; a rule of a ministry may only shorten it (行政许可法 art. 42;
    /// decision 31). Other laws and regulations of the State Council may set another limit.
    fn ministry(&mut self, item: &Item, limit: &Limit, at: usize) {
        let (Some(term), Some(most), Some(more)) =
            (limit.term(), self.figure("ministry-limit", "working-days"), self.figure("ministry-limit", "extension"))
        else {
            return;
        };
        let of_statute = self.is_statute(&limit.basis);
        if !of_statute && !self.of_ministry(&limit.basis) {
            return;
        }
        let path = format!("limit.{at}");
        let law = &limit.basis.law;
        if self.first_breach(None, term, Term::working_days(most)).is_some() {
            let (zh, en) = (&term.text().zh, &term.text().en);
            let (zh, en) = if of_statute {
                (
                    format!("“{law}”规定的是{most}个工作日，这里写的是{zh}"),
                    format!("“{law}” gives {most} working days, and {en} are written here"),
                )
            } else {
                (
                    format!("部门规章“{law}”规定的{zh}长于行政许可法的{most}个工作日"),
                    format!("The ministry rule “{law}” gives {en}, longer than the statute's {most} working days"),
                )
            };
            self.of_item("ministry-limit", item, &path, zh, en);
        } else if limit.extension > more {
            let zh = format!("部门规章“{law}”规定的延长期限长于行政许可法的{more}个工作日");
            self.of_item(
                "ministry-limit",
                item,
                &path,
                zh,
                format!("The ministry rule “{law}” extends by more than the statute's {more} working days"),
            );
        }
    }

    /// Whether it is the very provision that gives these days.
    fn is_statute(&self, basis: &Basis) -> bool {
        let grounds = self.rulebook.checks.get("ministry-limit").map_or(&[][..], |check| &check.basis);
        grounds.iter().any(|own| own.law == basis.law && own.article == basis.article)
    }

    /// Whether a document is a ministry's, going by its name: 办法, 规定, … that the State Council did not issue.
    fn of_ministry(&self, basis: &Basis) -> bool {
        let law = basis.law.trim_end_matches(|c: char| "》）)".contains(c));
        let ends = self.words("ministry-limit", "endings").iter().any(|ending| law.ends_with(ending.as_str()));
        ends && !self.words("ministry-limit", "not").iter().any(|word| law.contains(word.as_str()))
    }

    /// A promise “on the spot” needs a procedure that can decide at the window, and such a procedure promises nothing else (V1).
    fn on_the_spot(&mut self, item: &Item) {
        let rulebook = self.rulebook;
        let Some(procedure) = rulebook.procedures.get(item.procedure.get_ref()) else { return };
        let Some(promise) = self.limit_today(item, LimitKind::Promised).and_then(Limit::term) else { return };
        let at_once = at_once(procedure);
        let name = &procedure.name;
        if promise.unit == Unit::Immediate && at_once.is_none() {
            let (zh, en) = (
                format!("承诺当场办结，但“{name}”收件后不能直接作出决定"),
                format!("The promise is on the spot, but “{}” cannot decide upon receipt", procedure.code.get_ref()),
            );
            self.of_item("V1", item, "procedure", zh, en);
        } else if promise.unit != Unit::Immediate && at_once == Some("grant") {
            let (zh, en) = (
                format!("“{name}”当场办结，承诺时限却是{}", promise.text().zh),
                format!("“{}” decides on the spot, yet the promise is {}", procedure.code.get_ref(), promise.text().en),
            );
            self.of_item("V1", item, "limit", zh, en);
        }
    }
}

/// The act that decides the matter at the step a case enters when it is received: `grant` or `file`.
fn at_once(procedure: &Procedure) -> Option<&'static str> {
    let step = |code: &str| procedure.step.iter().find(|step| step.code.get_ref() == code);
    let next = |to: &Next| match to {
        Next::Always(step) => Some(step.clone()),
        Next::ByEvent(steps) => steps.get("received").cloned(),
    };
    let first = step(procedure.start.get_ref())?;
    let entered = first.act.iter().filter_map(|allowed| allowed.to.as_ref()).find_map(next)?;
    let acts = &step(&entered)?.act;
    // What only a commitment opens is not the way of the procedure.
    let opens = |act: &str| acts.iter().any(|allowed| allowed.only_for().is_none() && allowed.act.get_ref() == act);
    ["grant", "file"].into_iter().find(|act| opens(act))
}

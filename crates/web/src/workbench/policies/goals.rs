//! The goals of macro policy with the clauses that pull with them and against them, so that a goal nobody serves is seen too.
//! Serves measure 17.

use super::{findings, library};
use crate::pieces::empty_state::empty_state;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{Light, tag};
use crate::pieces::{Tone, words};
use crate::portal::wording::{named, standing};
use jiff::civil::Date;
use maud::{Markup, html};
use office::rulebooks::Edition;
use policies::assess::{Pull, Subjects};
use rulebook::Lang;
use rulebook::goal::Goal;
use rulebook::policy::Direction;
use std::collections::BTreeSet;

pub fn list(live: &Edition, today: Date, lang: Lang) -> Markup {
    let subjects = Subjects::of(&live.rules, &BTreeSet::new(), today);
    let columns = [
        Column::new(lang.say("领域", "Field")),
        Column { block: true, ..Column::new(lang.say("目标", "Goal")) },
        Column::new(lang.say("想要什么", "What it wants")),
        Column { block: true, ..Column::new(lang.say("同向的条款", "Clauses that pull with it")) },
        Column { block: true, ..Column::new(lang.say("相背的条款", "Clauses against it")) },
    ];
    let mut pulls = subjects.pulls();
    pulls.sort_by(|a, b| a.goal.field.cmp(&b.goal.field));
    let rows = pulls.iter().map(|pull| row(live, pull, lang)).collect();
    let empty = empty_state(
        lang.say("还没有写政策目标", "No goal is declared yet"),
        lang.say("在规则书的 policies/goals.toml 里写。", "They are written in policies/goals.toml of the rulebook."),
        html! {},
    );
    let caption = lang.say("政策目标", "Goals of policy");
    html! {
        div .stack {
            p { (lang.say(
                "条款和草案都与这些目标比对；相背的列入清理清单。没有条款支持的目标也列在这里。",
                "Clauses and drafts are held against these goals; what is against one stands in the clean-up list. A goal that no clause serves is listed too.",
            )) }
            (table(&Table { caption, columns: &columns, rows, empty, ..Table::default() }, lang))
        }
    }
}

fn row(live: &Edition, pull: &Pull<'_>, lang: Lang) -> Row {
    let goal = pull.goal;
    let codes = |codes: &[&str]| {
        html! {
            @if codes.is_empty() { span .muted { (lang.say("没有", "none")) } }
            @for (at, code) in codes.iter().enumerate() {
                @if at > 0 { (lang.say("、", ", ")) }
                @match findings::clause(live, code) {
                    Some((policy, clause)) => { a href={ (library::HERE) "/" (policy.code.get_ref()) } title=(clause.name) { (code) } }
                    None => { (code) }
                }
            }
        }
    };
    let row = Row::new(vec![
        html! { (words(&goal.field, lang)) },
        html! { (text(goal, lang)) },
        wants(goal, lang),
        codes(&pull.with),
        codes(&pull.against),
    ]);
    if pull.against.is_empty() { row } else { row.light(Light::Overdue) }
}

/// A goal as its document says it.
pub fn text(goal: &Goal, lang: Lang) -> Markup {
    html! {
        strong { (words(named(&goal.name, &goal.label, lang), lang)) } " " (standing(goal.status, lang))
        span .sub { (words(&goal.says, lang)) }
        @if !goal.source.is_empty() { span .sub { (lang.say("出自 ", "from ")) (words(&goal.source, lang)) } }
    }
}

pub fn wants(goal: &Goal, lang: Lang) -> Markup {
    html! { @for aim in &goal.wants {
        @let (word, tone) = match aim.direction {
            Direction::Encourage => (lang.say("鼓励", "more"), Tone::Good),
            Direction::Restrain => (lang.say("约束", "less"), Tone::Warn),
        };
        div { (tag(word, tone, lang)) " " (words(aim.behaviour.get_ref(), lang)) }
    } }
}

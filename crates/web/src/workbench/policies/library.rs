//! The clauses of the library: found by word, kind, level, issuer and state, a page at a time.

use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{Light, example_mark, tag};
use crate::pieces::{Tone, date, words};
use crate::portal::leaf;
use crate::portal::policies::holds;
use crate::portal::wording::named;
use crate::visitor::{Posted, Visitor};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::definition::Standing;
use rulebook::policy::{Clause, Direction, Level, Life, Policy, PolicyKind, Silent};
use rulebook::{Lang, Rulebook, Text};
use std::collections::BTreeSet;

const ON_A_PAGE: usize = 25;
pub const HERE: &str = "/workbench/policies";
/// In the order in which they are offered.
const STATES: [Option<Silent>; 5] =
    [None, Some(Silent::Draft), Some(Silent::NotYet), Some(Silent::Expired), Some(Silent::Superseded)];

/// What is asked for; empty means all.
struct Filter {
    text: String,
    kind: String,
    level: String,
    issuer: String,
    state: String,
}

impl Filter {
    fn of(asked: &Posted) -> Filter {
        let take = |name: &str| asked.get(name).chars().take(64).collect();
        Filter { text: take("q"), kind: take("kind"), level: take("level"), issuer: take("issuer"), state: take("state") }
    }

    fn takes(&self, policy: &Policy, clause: &Clause, today: Date) -> bool {
        let is = |wanted: &str, name: &str| wanted.is_empty() || name == wanted;
        is(&self.kind, &policy.kind.name().zh)
            && is(&self.level, &policy.level.name().zh)
            && is(&self.issuer, &policy.issuer)
            && is(&self.state, &state(policy.silent(today)).0.zh)
            && self.text.split_whitespace().all(|word| holds(policy, clause, word))
    }
}

pub fn list(visitor: &Visitor, rules: &Rulebook, today: Date) -> Markup {
    let lang = visitor.lang;
    let asked = visitor.asked();
    let filter = Filter::of(&asked);
    let all = rules.policies.values().flat_map(|policy| policy.clause.iter().map(move |clause| (policy, clause)));
    let found: Vec<(&Policy, &Clause)> = all.filter(|(policy, clause)| filter.takes(policy, clause, today)).collect();
    let leaf = leaf(&found, asked.get("page"), ON_A_PAGE, &visitor.here);
    let columns = [
        Column { block: true, ..Column::new(lang.say("条款", "Clause")) },
        Column { block: true, ..Column::new(lang.say("政策", "Policy")) },
        Column::new(lang.say("状态", "State")),
        Column::new(lang.say("想要什么", "Aim")),
        Column::new(lang.say("复核日期", "Review by")),
        Column::new(lang.say("维护人", "Owner")),
    ];
    let empty = empty_state(
        lang.say("没有这样的条款", "There is no such clause"),
        lang.say(
            "减少一个筛选条件试试；发布带有政策的规则书以后，新条款会出现在这里。",
            "Take away a filter; new clauses appear when an edition with policies is published.",
        ),
        html! { (link_button(HERE, lang.say("看全部条款", "See all clauses"), Look::Second, None)) },
    );
    let rows = leaf.rows.iter().map(|(policy, clause)| row(policy, clause, today, lang)).collect();
    html! {
        div .stack {
            (filters(rules, &filter, lang))
            p .muted role="status" { (format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 条", " clauses"))) }
            (table(&Table { caption: lang.say("条款", "Clauses"), columns: &columns, rows, empty, ..Table::default() }, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang))
        }
    }
}

fn row(policy: &Policy, clause: &Clause, today: Date, lang: Lang) -> Row {
    let late = policy.life == Life::Live && policy.review.is_some_and(|day| day < today);
    let row = Row::new(vec![
        html! { span .num { (clause.code.get_ref()) } " " (words(&clause.name, lang)) },
        html! {
            a href={ (HERE) "/" (policy.code.get_ref()) } { (words(named(&policy.name, &policy.label, lang), lang)) }
            span .sub { (policy.level.name().get(lang)) " · " (words(&policy.issuer, lang)) @if policy.status == Standing::Example { " " (example_mark(lang)) } }
        },
        standing(policy, today, lang),
        html! { (aim(clause, lang)) },
        html! { @match policy.review { Some(day) => { (date::day(day, lang)) } None => { span .muted { (lang.say("没有写", "not said")) } } } },
        html! { @if policy.owner.is_empty() { span .muted { (lang.say("没有写", "not said")) } } @else { (words(&policy.owner, lang)) } },
    ]);
    if late { row.light(Light::Overdue) } else { row }
}

fn filters(rules: &Rulebook, filter: &Filter, lang: Lang) -> Markup {
    let listed = |names: &[Text]| -> Vec<(String, String)> {
        names.iter().map(|name| (name.zh.to_string(), name.get(lang).to_owned())).collect()
    };
    let kinds = [PolicyKind::Benefit, PolicyKind::Investment, PolicyKind::Rule].map(PolicyKind::name);
    let issuers: BTreeSet<&str> = rules.policies.values().map(|policy| policy.issuer.as_str()).collect();
    let issuers: Vec<(String, String)> = issuers.into_iter().map(|name| (name.to_owned(), name.to_owned())).collect();
    let states: Vec<Text> = STATES.into_iter().map(|silent| state(silent).0).collect();
    let select = |name, label, value: &str, listed: &[(String, String)]| {
        let choices: Vec<Choice<'_>> = listed.iter().map(|(value, text)| Choice::new(value, text)).collect();
        field(&Field::new(name, label, Control::Select { value, choices: &choices }).filter(), lang)
    };
    html! {
        form .form.full method="get" action=(HERE) role="search" aria-label=(lang.say("筛选条款", "Filter clauses")) {
            div .grid {
                (field(&Field::text("q", lang.say("有这些词", "With these words"), &filter.text), lang))
                (select("kind", lang.say("类别", "Kind"), &filter.kind, &listed(&kinds)))
                (select("level", lang.say("哪一级", "Level"), &filter.level, &listed(&Level::ALL.map(Level::name))))
                (select("issuer", lang.say("制定机关", "Issued by"), &filter.issuer, &issuers))
                (select("state", lang.say("状态", "State"), &filter.state, &listed(&states)))
            }
            div .buttons { (button(&Button::new(lang.say("筛选", "Filter")))) a href=(HERE) { (lang.say("清除", "Clear")) } }
        }
    }
}

/// Where a policy stands on that day, in one mark.
pub fn standing(policy: &Policy, today: Date, lang: Lang) -> Markup {
    let (name, tone) = state(policy.silent(today));
    tag(name.get(lang), tone, lang)
}

fn state(silent: Option<Silent>) -> (Text, Tone) {
    match silent {
        None => (Text::new("有效", "in force"), Tone::Good),
        Some(Silent::Draft) => (Text::new("草案", "draft"), Tone::Info),
        Some(Silent::NotYet) => (Text::new("尚未生效", "not yet in force"), Tone::Info),
        Some(Silent::Expired) => (Text::new("已到期", "ended"), Tone::Rest),
        Some(Silent::Superseded) => (Text::new("已被替代", "superseded"), Tone::Rest),
    }
}

fn aim(clause: &Clause, lang: Lang) -> Markup {
    html! {
        @match &clause.aim {
            Some(aim) => {
                @match aim.direction {
                    Direction::Encourage => { (lang.say("鼓励", "more of")) }
                    Direction::Restrain => { (lang.say("约束", "less of")) }
                }
                " " (words(aim.behaviour.get_ref(), lang))
            }
            None => { span .muted { (lang.say("没有标注，不参加比对", "not said: it is not compared")) } }
        }
    }
}

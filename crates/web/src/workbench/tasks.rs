//! `/workbench`: my tasks, the most urgent first: what I handle, what nobody has taken on at my bodies, what my body was asked,
//! and what waits at the steps where my role moves it on. Serves measure 9.
//!
//! Who comes here: somebody with forty cases who fears missing a limit. Lights are computed from the columns and the clock.

use super::acts::steering;
use super::frame::Names;
use super::wording::{due, item_name, light_of, step_name, waits};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page, with_parameter};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::tag::{Light as Shown, light_saying, tag};
use crate::pieces::{Tone, date, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use casework::{CaseNo, Moment, Officer};
use maud::{Markup, html};
use rulebook::procedure::{OnlyFor, Role, Step};
use rulebook::{Lang, Rulebook};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::reader::{AfterUrgent, CaseRow, Light, Lights, TaskFilter};

pub fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

/// Rows of one page.
const PAGE: usize = 30;

/// The act by which a role moves a case on: where it may be done, the case is a task of that role, whoever handles it.
const MOVES_ON: &[(Role, &[&str])] = &[
    (Role::Approver, &["grant", "refuse", "classify"]),
    (Role::Clerk, &["receive", "deliver", "grant", "file"]),
    (Role::Receptionist, &["classify", "transfer", "give-feedback", "record"]),
    (Role::Verifier, &["verify", "record", "review"]),
    (Role::Legal, &["review"]),
    (Role::Presider, &["hold-hearing"]),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// `mine`: only what I handle; otherwise all my tasks.
    view: String,
    item: String,
    step: String,
    light: String,
    q: String,
    /// The row to go on after: `due.number`.
    after: String,
    done: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &wanted).await)
}

/// Steps at which the officer's own roles move a case on.
pub fn steps_of(rules: &Rulebook, officer: &Officer) -> Vec<String> {
    let holds = |role: &Role| officer.powers.iter().any(|power| power.role == *role);
    let mine: Vec<(Role, &str)> =
        MOVES_ON.iter().filter(|(role, _)| holds(role)).flat_map(|(role, acts)| acts.iter().map(|act| (*role, *act))).collect();
    let moves = |step: &Step| {
        // What a commitment opens early is told by a message: else everything would wait for the approver.
        let ordinary = step.act.iter().filter(|allowed| allowed.only_for() != Some(OnlyFor::Commitment));
        ordinary
            .into_iter()
            .any(|allowed| mine.iter().any(|(role, act)| allowed.act.get_ref() == act && allowed.by.contains(role)))
    };
    let mut steps: Vec<String> = rules
        .procedures
        .values()
        .flat_map(|procedure| &procedure.step)
        .filter(|step| !step.end && moves(step))
        .map(|step| step.code.get_ref().clone())
        .collect();
    steps.sort();
    steps.dedup();
    steps
}

fn filter(wanted: &Wanted, rules: &Rulebook, officer: &Officer) -> TaskFilter {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    TaskFilter {
        item: given(&wanted.item),
        step: given(&wanted.step),
        light: Light::from_word(&wanted.light),
        text: given(&wanted.q),
        also_at: steps_of(rules, officer),
        only_mine: wanted.view == "mine",
    }
}

fn cursor(after: &str) -> Option<AfterUrgent> {
    let (due, no) = after.split_once('.')?;
    Some(AfterUrgent { due_at: Moment(due.parse().ok()?), no: CaseNo(no.to_owned()) })
}

async fn view(app: &App, visitor: &Visitor, wanted: &Wanted) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer()?;
    let (office, lang) = (&app.office, visitor.lang);
    let now = office.now().await?;
    let live = office.rulebooks.live()?;
    let calendar = office.rulebooks.calendar();
    let reader = super::reader(app, visitor).await?;
    let filter = filter(wanted, &live.rules, officer);
    let (page, all) = match cursor(&wanted.after) {
        None => reader.my_desk(&filter, PAGE, now).await?,
        Some(after) => {
            let lights = reader.my_lights(&TaskFilter { light: None, ..filter.clone() }, now).await?;
            (reader.my_tasks(&filter, Some(after), PAGE, now).await?, lights)
        }
    };
    let others = page.rows.iter().filter_map(|row| row.handler.clone()).filter(|id| *id != officer.id.0);
    let names = Names::of(app, others.collect()).await?;
    let later = page.next.map(|next| with_parameter(&visitor.here, "after", &format!("{}.{}", next.due_at.0, next.no)));
    let drawn: Vec<Row> = page.rows.iter().map(|row| one(row, &live.rules, &calendar, &names, officer, visitor, now)).collect();
    let plain = wanted.item.is_empty() && wanted.step.is_empty() && wanted.light.is_empty() && wanted.q.is_empty();
    let body = html! {
        div .page-head {
            h1 { (lang.say("我的任务", "My tasks")) }
            div .buttons {
                @if visitor.has_role(Role::Clerk) { (link_button("/workbench/counter", lang.say("窗口收件", "Take in at the counter"), Look::Main, Some("n"))) }
            }
        }
        (views(wanted, visitor, &all))
        (filters(wanted, &live.rules, lang))
        @if drawn.is_empty() {
            @if plain {
                (empty_state(lang.say("现在没有您的任务", "Nothing waits for you now"), lang.say("新的办件到来时会显示在这里，并发消息给您。", "New cases appear here, and you are told."), html! { (link_button("/workbench/search", lang.say("查办件", "Find a case"), Look::Second, None)) }))
            } @else {
                (empty_state(lang.say("没有符合筛选条件的任务", "No task fits the filter"), lang.say("换一个条件，或者清除筛选。", "Change or clear the filter."), html! { (link_button("/workbench", lang.say("清除筛选", "Clear the filter"), Look::Second, None)) }))
            }
        } @else {
            form method="post" action="/workbench/batch" {
                (steering(visitor, 0))
                (rows(drawn, lang))
                div .row.apart {
                    (button(&Button::new(lang.say("批量办理所选", "Do the selected together")).look(Look::Second).key("b")))
                    span .hint.js-only { (lang.say("j / k 上下移动，x 选择，回车打开，? 看全部按键", "j / k to move, x to select, Enter to open, ? for all keys")) }
                }
            }
            // Claim buttons stand in the rows but belong to forms of their own, so that a press claims one case only.
            @for row in page.rows.iter().filter(|row| claimable(row)) {
                form #(claim_form(row)) method="post" action={ "/workbench/cases/" (row.no) "/acts/claim" } { (steering(visitor, row.version)) }
            }
        }
        (pagination(None, later.as_deref(), "", lang))
    };
    let mut page = visitor.page(Area::Workbench, lang.say("我的任务", "My tasks"), body);
    page.wide = true;
    if !wanted.done.is_empty() {
        page.notices.push(Notice::new(Tone::Good, lang.say("已办理。", "Done.")));
    }
    Ok(page)
}

fn views(wanted: &Wanted, visitor: &Visitor, all: &Lights) -> Markup {
    let lang = visitor.lang;
    let to = |light: &str| with_parameter(&with_parameter(&visitor.here, "light", light), "after", "");
    let count = |n: u64| Some(n.min(u64::from(u32::MAX)) as u32);
    let whole = to("");
    let (red, yellow, green, still) = (to("red"), to("yellow"), to("green"), to("still"));
    let one = |href, text, light: &str, n| Tab { href, text, current: wanted.light == light, count: count(n), more: all.more };
    html! {
        (tabs(lang.say("按灯", "By light"), &[
            one(&whole, lang.say("全部，按紧急", "All, by urgency"), "", all.all()),
            one(&red, lang.say("超期", "Overdue"), "red", all.red),
            one(&yellow, lang.say("临期", "Due soon"), "yellow", all.yellow),
            one(&green, lang.say("正常", "On time"), "green", all.green),
            one(&still, lang.say("等别人", "Waiting for others"), "still", all.still),
        ]))
    }
}

fn filters(wanted: &Wanted, rules: &Rulebook, lang: Lang) -> Markup {
    let items: Vec<(&str, &str)> = rules.items.keys().map(|code| (code.as_str(), item_name(rules, code, lang))).collect();
    let items: Vec<Choice<'_>> = items.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let mut steps: BTreeMap<&str, &str> = BTreeMap::new();
    for step in
        rules.procedures.values().flat_map(|procedure| &procedure.step).filter(|step| !step.end && step.code.get_ref() != "draft")
    {
        steps.entry(step.code.get_ref()).or_insert(lang.say(&step.name, &step.label));
    }
    let steps: Vec<Choice<'_>> = steps.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let views = [Choice::new("mine", lang.say("只看我承办的", "Only what I handle"))];
    html! {
        details .more open[!(wanted.item.is_empty() && wanted.step.is_empty() && wanted.q.is_empty() && wanted.view.is_empty())] {
            summary { (lang.say("筛选", "Filter")) }
            form .grid.small method="get" action="/workbench" {
                @if !wanted.light.is_empty() { input type="hidden" name="light" value=(wanted.light); }
                (field(&Field::text("q", lang.say("编号、名称、信用代码", "Number, name, credit code"), &wanted.q), lang))
                (field(&Field::new("item", lang.say("事项", "Item"), Control::Select { value: &wanted.item, choices: &items }).filter(), lang))
                (field(&Field::new("step", lang.say("环节", "Step"), Control::Select { value: &wanted.step, choices: &steps }).filter(), lang))
                (field(&Field::new("view", lang.say("范围", "Scope"), Control::Checks { values: &[wanted.view.as_str()], choices: &views }), lang))
                div .buttons { (button(&Button::new(lang.say("筛选", "Filter")).look(Look::Second))) (link_button("/workbench", lang.say("清除", "Clear"), Look::Second, None)) }
            }
        }
    }
}

fn rows(rows: Vec<Row>, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("申请人", "Applicant")),
        Column::new(lang.say("环节", "Step")),
        Column::new(lang.say("时限", "Due")),
        Column::new(lang.say("收件", "Received")),
        Column::new(lang.say("承办", "Handled by")),
    ];
    let caption = lang.say("按紧急程度排列的任务", "Tasks by urgency");
    table(&Table { caption, columns: &columns, rows, keys: true, picks: Some("case"), ..Table::default() }, lang)
}

fn claimable(row: &CaseRow) -> bool {
    row.handler.is_none() && row.open
}

fn claim_form(row: &CaseRow) -> String {
    format!("claim-{}", row.no)
}

fn one(
    row: &CaseRow,
    rules: &Rulebook,
    calendar: &rulebook::Calendar,
    names: &Names,
    officer: &Officer,
    visitor: &Visitor,
    now: Moment,
) -> Row {
    let lang = visitor.lang;
    let may_claim = officer.powers.iter().any(|power| power.covers(Role::Examiner, &row.agency, &row.item, now.day()));
    let handler = match &row.handler {
        Some(id) if *id == officer.id.0 => html! { (tag(lang.say("我", "me"), Tone::Info, lang)) },
        Some(id) => html! { (words(names.get(id), lang)) },
        None if may_claim => html! {
            button .button.second type="submit" form=(claim_form(row)) name="_step" value="do" { (lang.say("领取", "Claim")) span .vh { " " (row.no) } }
        },
        None => html! { span .muted { (lang.say("无", "nobody")) } },
    };
    let no = &row.no.0;
    let shown = light_of(row, now);
    Row::new(vec![
        html! { a href={ "/workbench/cases/" (no) } { (words(item_name(rules, &row.item, lang), lang)) } span .sub.num { (no) } },
        html! { (words(&row.title, lang)) },
        html! { (words(step_name(rules, &row.procedure, &row.step, lang), lang)) @if row.waits_for != "office" { span .sub { (waits(&row.waits_for, lang)) } } },
        html! {
            (due(row, calendar, now, lang))
            @if let Some(on) = row.due_on { span .sub { (date::short_day(on, lang)) @if row.provisional { " " (light_saying(Shown::Provisional, lang.say("暂定", "provisional"), lang)) } } }
        },
        html! { @if let Some(on) = row.received_on { (date::short_day(on, lang)) } @else { "—" } },
        handler,
    ])
    .light(shown)
    .pick(no.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use casework::{Power, StaffId};

    fn steps(role: Role) -> Vec<String> {
        let permit = include_str!("../../../../rulebook/procedures/permit.toml");
        let (rules, _) = rulebook::compile([("permit.toml", permit)]);
        let power = Power { role, agency: None, items: Vec::new(), until: None };
        steps_of(&rules, &Officer { id: StaffId("s".into()), powers: vec![power], stands_in_for: Vec::new() })
    }

    #[test]
    fn a_role_sees_the_steps_that_wait_for_it() {
        assert_eq!(steps(Role::Approver), ["in-decision"]);
        assert_eq!(steps(Role::Clerk), ["awaiting-delivery", "awaiting-receipt"]);
        // An examiner claims what nobody has: steps would show him the cases of others.
        assert!(steps(Role::Examiner).is_empty());
        assert!(steps(Role::Editor).is_empty());
    }
}

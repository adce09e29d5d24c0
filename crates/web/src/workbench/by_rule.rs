//! `/workbench/by-rule`: what the system decided by itself (秒办), for each item, and what a person still has to look at. Who comes here
//! answers for these decisions and fears that a wrong rule grants wrongly for weeks. Serves measure 5.

use super::frame::{head, page};
use super::supervision::share;
use super::wording::{agency_name, item_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::empty_state::empty_state;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::Moment;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::collections::BTreeMap;
use store::reader::{ByRule, ItemMinutes, ToAudit};

/// Who may look: whoever may look at such a decision afterwards, bounded by the own powers.
pub const ROLES: &[Role] = &[Role::Approver, Role::Head, Role::Supervisor];

/// Decisions that wait for a person on the page.
const PAGE: usize = 100;
/// Days that are counted.
const DAYS: i64 = 30;

pub fn routes() -> Router<App> {
    Router::new().route("/by-rule", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let reader = super::reader(app, visitor).await?;
    let now = app.office.now().await?;
    let from = Moment(now.0 - DAYS * 24 * 60 * 60 * 1000);
    let figures = reader.by_rule(from, Moment(now.0 + 1)).await?;
    let minutes = reader.minutes(from, Moment(now.0 + 1)).await?;
    let waiting = reader.to_audit(PAGE).await?;
    let title = lang.say("自动办结", "Decided by rule");
    let lead = lang.say(
        "按公布的规则由系统办结的，和转给工作人员的；最近 30 天。系统只会准予，不会拒绝。用时按这个事项的全部办件统计。",
        "What the system decided by the published rules, and what it left to a person, in the last 30 days. It can only grant. Times are of all cases of the item.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            section .stack-s { h2 { (lang.say("等待复查", "To be looked at")) } (to_audit(&waiting, &live.rules, now.day(), lang)) }
            section .stack-s { h2 { (lang.say("各事项", "Each item")) } (items(&figures, &minutes, &live.rules, lang)) }
            p .small.muted { (lang.say("换一版规则会怎样：yimen what-if --edition 版本或文件夹；逐件重算：yimen replay 办件编号。", "What other rules would do: yimen what-if --edition NAME-OR-FOLDER; one case again: yimen replay CASE.")) }
        }
    };
    let way = vec![Crumb::to("/workbench", lang.say("我的任务", "My tasks"))];
    Ok(page(visitor, title, way, body))
}

fn to_audit(waiting: &[ToAudit], rules: &Rulebook, today: Date, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("复查期限", "Look at it by")),
    ];
    let rows = waiting.iter().map(|one| {
        let row = &one.row;
        Row::new(vec![
            html! {
                a href={ "/workbench/cases/" (row.no) "/acts/audit" } { (words(item_name(rules, &row.item, lang), lang)) }
                span .sub { (words(&row.title, lang)) " · " a .num href={ "/workbench/cases/" (row.no) } { (row.no) } }
            },
            words(agency_name(rules, &row.agency, lang), lang),
            html! { (date::day(one.due, lang)) @if one.due < today { " " (tag(lang.say("已过期", "late"), Tone::Bad, lang)) } },
        ])
    });
    let empty = empty_state(
        lang.say("没有等待复查的", "Nothing waits"),
        lang.say(
            "抽中的和申请人要求复查的会列在这里。",
            "What was drawn, and what an applicant wants looked at, is listed here.",
        ),
        html! {},
    );
    let caption = lang.say("等待复查的自动办结，先到期的在前", "Decisions by rule that wait for a person, the nearest day first");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn items(figures: &[ByRule], minutes: &[ItemMinutes], rules: &Rulebook, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("事项", "Item")),
        Column::numeric(lang.say("核对过", "Asked")),
        Column::numeric(lang.say("自动办结", "By rule")),
        Column::numeric(lang.say("占比", "Share")),
        Column::numeric(lang.say("转人工", "To a person")),
        Column::numeric(lang.say("待复查", "To be looked at")),
        Column::numeric(lang.say("首问到办结（中位，分钟）", "Median (min)")),
        Column::numeric(lang.say("九成不超过（分钟）", "90% within (min)")),
    ];
    let known: BTreeMap<&str, &ByRule> = figures.iter().map(|one| (one.item.as_str(), one)).collect();
    let declared = rules.items.iter().filter(|(_, item)| item.at_once.is_some()).map(|(code, _)| code.as_str());
    let mut codes: Vec<&str> = known.keys().copied().chain(declared).collect();
    codes.sort_unstable();
    codes.dedup();
    let none = ByRule::default();
    let rows = codes.into_iter().map(|code| {
        let one = known.get(code).copied().unwrap_or(&none);
        let asked = one.granted + one.to_person;
        let took = minutes.iter().find(|took| took.item == code);
        let length = |of: fn(&ItemMinutes) -> i64| took.map_or_else(|| "—".to_owned(), |took| of(took).to_string());
        Row::new(vec![
            html! { a href={ "/items/" (code) "#by-rule" } { (words(item_name(rules, code, lang), lang)) } },
            html! { (asked) },
            html! { (one.granted) },
            html! { (share(one.granted, asked)) },
            html! { (one.to_person) },
            html! { (one.waiting) },
            html! { (length(|took| took.median)) },
            html! { (length(|took| took.p90)) },
        ])
    });
    let caption = lang.say("各事项的自动办结", "Decisions by rule of each item");
    let empty = html! { p { (lang.say("没有事项自动办结。", "No item is decided by rule.")) } };
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

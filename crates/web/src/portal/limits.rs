//! The published limits: what is promised, what the law says, and what changed when. Serves measure 9.

use super::kept::Kept;
use super::offer::{self, Change};
use super::wording::{agency_name, basis, item_name, length, short, standing, start};
use super::{Desk, leaf, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use maud::{Markup, html};
use rulebook::item::Item;

const ON_A_PAGE: usize = 30;

pub fn routes() -> Router<App> {
    Router::new().route("/limits", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor))
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = desk.lang;
    let asked = visitor.asked();
    let text: String = asked.get("q").chars().take(64).collect();
    let items: Vec<&Item> = desk.rules().items.values().filter(|item| item.name.contains(&text)).collect();
    let leaf = leaf(&items, asked.get("page"), ON_A_PAGE, &visitor.here);
    let title = lang.say("承诺时限公示", "Published limits");
    let body = html! {
        div .page-head {
            div {
                h1 { (title) }
                p .lead { (lang.say("我们承诺多久办好，法律规定最长多久，什么时候改过。承诺一经公布就从生效日起计时。", "What is promised, what the law allows at most, and what changed when. A promise counts from its day of effect.")) }
            }
        }
        div .stack {
            (changes(desk))
            section .stack aria-labelledby="all-limits" {
                h2 #all-limits { (lang.say("全部事项的时限", "Limits of all services")) }
                form .form method="get" action="/limits" role="search" aria-label=(lang.say("按名称找", "Find by name")) {
                    (field(&Field::text("q", lang.say("事项名称里有", "Name contains"), &text), lang))
                    div .buttons { (button(&Button::new(lang.say("查找", "Find")))) }
                }
                (all(desk, leaf.rows))
                (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 项", " services")), lang))
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    Ok(page)
}

/// Old and new side by side, with the day from which the new one counts.
fn changes(desk: &Desk) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("事项", "Service")),
        Column::new(lang.say("原承诺", "Before")),
        Column::new(lang.say("现承诺", "Now")),
        Column::new(lang.say("生效日期", "In force from")),
        Column::new(lang.say("公布依据", "Published by")),
    ];
    let rows = offer::changed_promises(desk.rules()).iter().map(|change| changed(desk, change)).collect();
    let list =
        Table { caption: lang.say("承诺时限的变化", "Changes of promises"), columns: &columns, rows, ..Table::default() };
    html! {
        section .stack aria-labelledby="changes" {
            h2 #changes { (lang.say("最近的变化", "What changed")) }
            p { (lang.say("已经在办的申请按收件时的时限办，不会变长。", "Applications under way keep the limit under which they were received.")) }
            (table(&list, lang))
        }
    }
}

fn changed(desk: &Desk, change: &Change<'_>) -> Row {
    let lang = desk.lang;
    Row::new(vec![
        html! { a href={ "/items/" (change.item.code.get_ref()) "#limits" } { (words(item_name(change.item, lang), lang)) } " " (standing(change.after.basis.status, lang)) },
        html! { (length(change.before, lang)) },
        html! { strong .nowrap { (length(change.after, lang)) } span .sub { (start(change.after, lang)) } },
        html! {
            (short(change.after.from, lang))
            @if change.after.from > desk.today { " " (tag(lang.say("尚未生效", "not yet"), Tone::Warn, lang)) }
        },
        basis(&change.after.basis, lang),
    ])
}

fn all(desk: &Desk, items: &[&Item]) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("事项", "Service")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("承诺", "Promised")),
        Column::new(lang.say("法定", "Statutory")),
        Column::new(lang.say("从哪天算", "Runs")),
    ];
    let rows = items
        .iter()
        .map(|item| {
            let (promised, statutory) = (offer::promised(item, desk.today), offer::statutory(item, desk.today));
            let body = offer::bodies(desk.rules(), item.code.get_ref(), desk.today);
            Row::new(vec![
                html! { a href={ "/items/" (item.code.get_ref()) "#limits" } { (words(item_name(item, lang), lang)) } },
                html! { @if let Some(body) = body.first() { (words(agency_name(body.agency, lang), lang)) } },
                html! { @if let Some(limit) = promised { strong .nowrap { (length(limit, lang)) } } @else { span .muted { (lang.say("未承诺", "none")) } } },
                html! { @if let Some(limit) = statutory { span .nowrap { (length(limit, lang)) } } @else { span .muted { (lang.say("没有规定", "none")) } } },
                html! { @if let Some(limit) = promised.or(statutory) { (start(limit, lang)) } },
            ])
        })
        .collect();
    let empty = empty_state(
        lang.say("没有这个名称的事项", "No service of this name"),
        "",
        html! { (link_button("/limits", lang.say("看全部", "See all"), Look::Second, None)) },
    );
    table(
        &Table {
            caption: lang.say("全部事项的时限", "Limits of all services"),
            columns: &columns,
            rows,
            empty,
            ..Table::default()
        },
        lang,
    )
}

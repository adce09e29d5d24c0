//! `/workbench/items`: every item, and editing one: its ordinary parts in a form, the rest as text. What is saved is a draft; it
//! goes from desk to desk before it is published. Serves measure 6.

mod fields;
mod form;
pub mod text;

use super::frame::{head, page};
use super::wording::item_name;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{example_mark, tag};
use crate::pieces::{Tone, words};
use crate::portal::leaf;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::html;
use rulebook::definition::Standing;
use rulebook::item::{Item, ItemType};
use rulebook::procedure::Role;
use std::collections::BTreeMap;
use store::changes::ChangeState;

pub const ROLES: &[Role] = &[Role::Editor, Role::Approver, Role::Head, Role::Legal, Role::Publisher, Role::Supervisor];
const PAGE: usize = 40;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/items", get(show))
        .route("/items/{code}", get(form::show).post(form::send))
        .route("/definitions", get(text::show).post(text::send))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let (latest, _) = app.office.latest_files().await?;
    let edition = app.office.rulebooks.edition(&app.office.store, &latest.name).await?;
    let rules = &edition.rules;
    let open = [ChangeState::Draft, ChangeState::Department, ChangeState::Legal, ChangeState::Ready];
    let changes = app.office.store.changes(&open, 1_000).await?;
    let changing: BTreeMap<&str, &store::changes::Change> = changes.iter().map(|change| (change.path.as_str(), change)).collect();
    let today = app.office.now().await?.day();
    let asked = visitor.asked();
    let (text, kind) = (asked.get("q"), asked.get("type"));
    let found: Vec<&Item> = rules
        .items
        .values()
        .filter(|item| {
            text.is_empty()
                || item.name.contains(text)
                || item.code.get_ref().contains(text)
                || item.keywords.iter().any(|word| word.contains(text))
        })
        .filter(|item| kind.is_empty() || item.item_type.name().zh == kind)
        .collect();
    let leaf = leaf(&found, asked.get("page"), PAGE, &visitor.here);
    let columns = [
        Column::new(lang.say("事项", "Item")),
        Column::new(lang.say("类型", "Type")),
        Column::new(lang.say("状态", "Standing")),
        Column::new(lang.say("在办的修改", "Change on its way")),
    ];
    let rows = leaf.rows.iter().map(|item| {
        let code = item.code.get_ref();
        let closed = item.closed_from.is_some_and(|from| from <= today);
        Row::new(vec![
            html! { a href={ "/workbench/items/" (code) } { (words(item_name(rules, code, lang), lang)) } span .sub { code { (code) } } },
            words(item.item_type.name().get(lang), lang),
            html! {
                @if item.status == Standing::Example { (example_mark(lang)) } @else { (tag(Standing::Verified.label(lang), Tone::Good, lang)) }
                @if closed { " " (tag(lang.say("已停办", "closed"), Tone::Rest, lang)) }
            },
            html! { @if let Some(change) = changing.get(item.place.file.as_str()) {
                a href={ "/workbench/changes/" (change.id) } { (super::publish::changes::state_tag(change.state, lang)) }
            } },
        ])
    });
    let kept: Vec<(String, String)> =
        ItemType::ALL.iter().map(|kind| (kind.name().zh, kind.name().get(lang).to_owned())).collect();
    let types: Vec<Choice<'_>> = kept.iter().map(|(value, name)| Choice::new(value, name)).collect();
    let title = lang.say("事项与指南", "Items and guides");
    let buttons = html! {
        (link_button("/workbench/changes", lang.say("在办的修改", "Changes"), Look::Second, None))
        @if super::zones::ROLES.iter().any(|role| visitor.has_role(*role)) {
            (link_button("/workbench/zones", lang.say("各开发区对照", "Zones"), Look::Second, None))
        }
        (link_button("/workbench/editions", lang.say("各版历史", "Editions"), Look::Second, None))
        @if visitor.has_role(Role::Editor) { (link_button("/workbench/import", lang.say("从表格导入", "Import"), Look::Second, None)) }
    };
    let empty = empty_state(lang.say("没有符合条件的事项", "No item fits"), "", html! {});
    let caption = lang.say("全部事项", "All items");
    let lead = match lang {
        rulebook::Lang::Zh => format!("最新一版 {}。", latest.name),
        rulebook::Lang::En => format!("As of edition {}.", latest.name),
    };
    let body = html! {
        (head(title, &lead, buttons, lang))
        div .stack {
            form .grid.small method="get" action="/workbench/items" role="search" aria-label=(title) {
                (field(&Field::text("q", lang.say("名称、代码或关键词", "Name, code or keyword"), text), lang))
                (field(&Field::new("type", lang.say("类型", "Type"), Control::Select { value: kind, choices: &types }).filter(), lang))
                div .buttons { (button(&Button::new(lang.say("查找", "Find")).look(Look::Second))) }
            }
            (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 项", " items")), lang))
        }
    };
    Ok(page(visitor, title, Vec::new(), body))
}

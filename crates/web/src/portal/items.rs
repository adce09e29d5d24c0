//! All items by theme, body and type. Serves measures 6 and 7: one list for everybody, drawn from the definitions.

use super::kept::Kept;
use super::offer;
use super::wording::{agency_name, item_name, length, standing, type_name};
use super::{Desk, leaf, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use maud::{Markup, html};
use rulebook::agency::Agency;
use rulebook::item::{Item, ItemType};
use std::collections::{BTreeMap, BTreeSet};

const ON_A_PAGE: usize = 25;

pub fn routes() -> Router<App> {
    Router::new().route("/items", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor))
}

/// What is asked for; empty means all.
struct Filter {
    theme: String,
    body: String,
    kind: String,
    text: String,
}

impl Filter {
    fn of(asked: &Posted) -> Filter {
        let take = |name: &str| asked.get(name).chars().take(64).collect();
        Filter { theme: take("theme"), body: take("body"), kind: take("type"), text: take("q") }
    }

    fn is_empty(&self) -> bool {
        [&self.theme, &self.body, &self.kind, &self.text].iter().all(|part| part.is_empty())
    }

    fn takes(&self, desk: &Desk, item: &Item) -> bool {
        let code = item.code.get_ref();
        (self.theme.is_empty() || item.themes.contains(&self.theme))
            && (self.kind.is_empty() || item.item_type.name().zh == self.kind)
            && (self.text.is_empty()
                || item.name.contains(&self.text)
                || item.keywords.iter().any(|word| word.contains(&self.text)))
            && (self.body.is_empty()
                || offer::bodies(desk.rules(), code, desk.today).iter().any(|body| body.agency.code.get_ref() == &self.body))
    }
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = desk.lang;
    let asked = visitor.asked();
    let filter = Filter::of(&asked);
    let mut items: Vec<&Item> = desk.rules().items.values().filter(|item| filter.takes(desk, item)).collect();
    items.sort_by_key(|item| (offer::is_closed(item, desk.today), item.place.file.clone(), item.place.line));
    let leaf = leaf(&items, asked.get("page"), ON_A_PAGE, &visitor.here);
    let columns = [
        Column::new(lang.say("事项", "Service")),
        Column::new(lang.say("类型", "Type")),
        Column::new(lang.say("办理机关", "Body")),
        Column::new(lang.say("多久办好", "Done within")),
        Column::new(lang.say("怎么办", "How")),
    ];
    let list = Table {
        caption: lang.say("全部事项", "All services"),
        columns: &columns,
        rows: leaf.rows.iter().map(|item| row(desk, item)).collect(),
        empty: empty_state(
            lang.say("没有符合的事项", "No service matches"),
            lang.say("减少一个筛选条件，或者直接搜索。", "Take away a filter, or search instead."),
            html! { (link_button("/items", lang.say("看全部事项", "See all services"), Look::Main, None)) },
        ),
        ..Table::default()
    };
    let body = html! {
        div .page-head {
            div {
                h1 { (lang.say("事项与指南", "Services and guides")) }
                p .lead { (lang.say("每个事项一份指南：条件、材料、时限、在哪里办。", "One guide for each: conditions, papers, limits, where.")) }
            }
        }
        div .stack {
            (filters(desk, &filter))
            p .muted role="status" { (format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 项", " services"))) }
            (table(&list, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang))
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("事项与指南", "Services and guides"), body);
    page.breadcrumbs = way(lang, [Crumb::here(lang.say("事项与指南", "Services and guides"))]);
    Ok(page)
}

fn row(desk: &Desk, item: &Item) -> Row {
    let lang = desk.lang;
    let bodies = offer::bodies(desk.rules(), item.code.get_ref(), desk.today);
    Row::new(vec![
        html! {
            a href={ "/items/" (item.code.get_ref()) } { (words(item_name(item, lang), lang)) } " " (standing(item.status, lang))
            @if !item.summary.is_empty() { span .sub { (words(&item.summary, lang)) } }
        },
        html! { span .nowrap { (type_name(item.item_type, lang)) } },
        html! {
            @if let Some(first) = bodies.first() { (words(agency_name(first.agency, lang), lang)) }
            @if bodies.len() > 1 { span .sub { (lang.say("各开发区另有办理机关", "zones have their own bodies")) } }
        },
        html! { @if let Some(limit) = offer::told(item, desk.today) { span .nowrap { (length(limit, lang)) } } },
        how(desk, item),
    ])
}

fn how(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    html! {
        @if offer::is_closed(item, desk.today) { (tag(lang.say("已停办", "closed"), Tone::Bad, lang)) }
        @else if item.form.is_none() { (tag(lang.say("看指南", "see the guide"), Tone::Plain, lang)) }
        @else if item.channels.iter().any(|channel| channel == "网上") { (tag(lang.say("可网上办", "online"), Tone::Good, lang)) }
        @else { (tag(lang.say("窗口办", "at a counter"), Tone::Plain, lang)) }
    }
}

fn filters(desk: &Desk, filter: &Filter) -> Markup {
    let lang = desk.lang;
    let rules = desk.rules();
    let themes: BTreeSet<&str> = rules.items.values().flat_map(|item| &item.themes).map(String::as_str).collect();
    let themes: Vec<Choice<'_>> = themes.into_iter().map(|theme| Choice::new(theme, theme)).collect();
    let bodies: BTreeMap<&str, &Agency> = rules
        .authority
        .iter()
        .filter_map(|row| Some((row.agency.get_ref().as_str(), rules.agencies.get(row.agency.get_ref())?)))
        .collect();
    let bodies: Vec<Choice<'_>> = bodies.into_iter().map(|(code, agency)| Choice::new(code, agency_name(agency, lang))).collect();
    let names: Vec<rulebook::Text> = ItemType::ALL.iter().map(|kind| kind.name()).collect();
    let kinds: Vec<Choice<'_>> = names.iter().map(|name| Choice::new(&name.zh, name.get(lang))).collect();
    let select = |name, label, value, choices| field(&Field::new(name, label, Control::Select { value, choices }), lang);
    html! {
        form .form.full method="get" action="/items" role="search" aria-label=(lang.say("筛选事项", "Filter services")) {
            div .grid {
                (field(&Field::text("q", lang.say("名称里有", "Name contains"), &filter.text), lang))
                (select("theme", lang.say("主题", "Theme"), &filter.theme, &themes))
                (select("body", lang.say("办理机关", "Body"), &filter.body, &bodies))
                (select("type", lang.say("事项类型", "Type"), &filter.kind, &kinds))
            }
            div .buttons {
                (button(&Button::new(lang.say("筛选", "Filter"))))
                @if !filter.is_empty() { (link_button("/items", lang.say("清除筛选", "Clear"), Look::Second, None)) }
            }
        }
    }
}

//! The lists (清单): what may be permitted, what services there are, what is not handled at the centre, and who may do what where.
//! Serves measure 7: outside the list nothing may be permitted (优化营商环境条例 art. 40).

mod authority;

use super::kept::Kept;
use super::offer;
use super::wording::{agency_name, basis, item_name, short, standing, type_name};
use super::{Desk, address, leaf, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::date::day;
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::pagination::pagination;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::timeline::{Happening, timeline};
use crate::pieces::{Tone, foreign, words};
use crate::visitor::Visitor;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use casework::Moment;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::item::{Item, ItemType};
use rulebook::list::ListRow;
use rulebook::{Lang, Rulebook};
use store::list_steps::{ListState, ListStep};

const ON_A_PAGE: usize = 30;

pub fn routes() -> Router<App> {
    Router::new().route("/lists", get(show)).route("/lists/authority", get(authority::show)).route("/lists/{code}", get(show_row))
}

/// Which of the lists is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Permits,
    Services,
    Absent,
}

impl Which {
    fn of(word: &str) -> Which {
        match word {
            "services" => Which::Services,
            "absent" => Which::Absent,
            _ => Which::Permits,
        }
    }

    fn takes(self, row: &ListRow) -> bool {
        match self {
            Which::Permits => row.item_type == ItemType::Permit,
            Which::Services => true,
            Which::Absent => !row.absent_reason.is_empty(),
        }
    }

    fn title(self, lang: Lang) -> &'static str {
        match self {
            Which::Permits => lang.say("行政许可事项清单", "The permit list"),
            Which::Services => lang.say("政务服务事项清单", "All service items"),
            Which::Absent => lang.say("不进驻大厅的事项", "Not at the centre"),
        }
    }

    fn lead(self, lang: Lang) -> &'static str {
        match self {
            Which::Permits => {
                lang.say("清单之外，任何机关不得实施行政许可。", "Nothing outside this list may be made subject to a permit.")
            }
            Which::Services => {
                lang.say("本区各机关办理的全部政务服务事项。", "Everything the bodies of the district do upon application.")
            }
            Which::Absent => lang.say(
                "原则上都在中心办；不在中心办的，这里说明原因。",
                "As a rule everything is done at the centre; what is not says why.",
            ),
        }
    }
}

/// The tabs over all pages of lists.
fn list_tabs(here: &str, lang: Lang) -> Markup {
    let all = [
        ("/lists", Which::Permits.title(lang)),
        ("/lists?list=services", Which::Services.title(lang)),
        ("/lists?list=absent", Which::Absent.title(lang)),
        ("/lists/authority", lang.say("权责清单：谁在哪里能办", "Powers: who may do what where")),
        (super::broken_promises::HERE, lang.say("逾期与原因", "Broken promises")),
    ];
    let all: Vec<Tab<'_>> = all.iter().map(|(href, text)| Tab { href, text, current: *href == here, ..Tab::default() }).collect();
    tabs(lang.say("清单", "Lists"), &all)
}

async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    let past = visitor.asked().get("on").parse::<Date>().ok();
    match past.filter(|on| *on < app.office.clock.now().day()) {
        Some(on) => visitor.answer(Area::Portal, view_of(&app, &visitor, on).await),
        None => kept.answer(&app, &visitor, |desk| view(desk, &visitor, true)),
    }
}

/// The list as it stood at the end of a past day: that of the edition then in force.
async fn view_of(app: &App, visitor: &Visitor, on: Date) -> Result<Page, Problem> {
    let then = app.office.store.in_force(Moment::end_of(on)).await?;
    let live = Desk::of(app, visitor)?;
    let Some(then) = then else { return view(&Desk { today: on, ..live }, visitor, false) };
    let edition = app.office.rulebooks.edition(&app.office.store, &then.name).await?;
    view(&Desk { edition, today: on, lang: visitor.lang }, visitor, true)
}

/// `known`: whether there was a list on the desk's day.
fn view(desk: &Desk, visitor: &Visitor, known: bool) -> Result<Page, Problem> {
    let lang = desk.lang;
    let asked = visitor.asked();
    let which = Which::of(asked.get("list"));
    let list = if which == Which::Permits { "" } else { asked.get("list") };
    let text: String = asked.get("q").chars().take(64).collect();
    let takes = |row: &&ListRow| known && which.takes(row) && (row.name.contains(&text) || row.agency.contains(&text));
    let rows: Vec<&ListRow> = desk.rules().list.values().filter(takes).collect();
    let leaf = leaf(&rows, asked.get("page"), ON_A_PAGE, &visitor.here);
    let on = asked.get("on");
    let body = html! {
        div .page-head { div { h1 { (which.title(lang)) } p .lead { (which.lead(lang)) } } }
        (list_tabs(&address("/lists", &[("list", list)]), lang))
        div .stack {
            form .form.full method="get" action="/lists" role="search" aria-label=(lang.say("在清单里找", "Find on the list")) {
                @if !list.is_empty() { input type="hidden" name="list" value=(list); }
                div .grid.two {
                    (field(&Field::text("q", lang.say("名称或机关里有", "Name or body contains"), &text), lang))
                    (field(&Field::new("on", lang.say("哪一天的清单", "The list of which day"), Control::Date { value: on }), lang))
                }
                div .buttons { (button(&Button::new(lang.say("查找", "Find")))) }
            }
            @if !known {
                (notice(&Notice::new(Tone::Info, lang.say("那一天还没有在本平台公布清单", "No list was published here by that day")), lang))
            } @else {
                @if !on.is_empty() {
                    p { (lang.say("这是 ", "The list as it stood on ")) (short(desk.today, lang)) (lang.say(" 的清单，规则书版本 ", ", edition ")) code { (desk.edition.name) } (lang.say("。", ".")) }
                }
                (rows_table(desk, which, leaf.rows))
            }
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 项", " rows")), lang))
        }
    };
    let mut page = visitor.page(Area::Portal, which.title(lang), body);
    page.breadcrumbs = way(lang, [Crumb::here(which.title(lang))]);
    Ok(page)
}

fn rows_table(desk: &Desk, which: Which, rows: &[&ListRow]) -> Markup {
    let lang = desk.lang;
    let mut columns = vec![
        Column::new(lang.say("事项", "Item")),
        Column::new(lang.say("类型", "Type")),
        Column::new(lang.say("实施机关", "Body")),
        Column::new(lang.say("依据", "Ground")),
    ];
    if which == Which::Absent {
        columns.push(Column::new(lang.say("为什么不在大厅", "Why not at the centre")));
    }
    let rows = rows
        .iter()
        .map(|row| {
            let mut cells = vec![
                html! {
                    a href={ "/lists/" (row.code.get_ref()) } { (words(row_name(desk.rules(), row, lang), lang)) } " " (standing(row.status, lang))
                    span .sub { code { (row.code.get_ref()) } }
                },
                html! { span .nowrap { (type_name(row.item_type, lang)) } },
                words(body_name(desk.rules(), &row.agency, lang), lang),
                html! { @for ground in &row.basis { div { (basis(ground, lang)) } } },
            ];
            if which == Which::Absent {
                cells.push(words(&row.absent_reason, lang));
            }
            Row::new(cells)
        })
        .collect();
    let empty = empty_state(
        lang.say("清单里没有", "Not on the list"),
        lang.say(
            "清单里没有的许可，任何机关不得要求您办理。遇到有人要求，请告诉我们。",
            "No body may ask you for a permit that is not on the list. If one does, tell us.",
        ),
        html! { (link_button("/report", lang.say("告诉我们", "Tell us"), Look::Main, None)) },
    );
    table(&Table { caption: which.title(lang), columns: &columns, rows, empty, ..Table::default() }, lang)
}

/// The items that carry out a row of the list.
fn items_of<'a>(rules: &'a Rulebook, row: &str) -> Vec<&'a Item> {
    rules.items.values().filter(|item| item.list_row.as_ref().is_some_and(|own| own.get_ref() == row)).collect()
}

/// On an English page the label of the item that carries the row out, for rows have no label of their own.
fn row_name<'a>(rules: &'a Rulebook, row: &'a ListRow, lang: Lang) -> &'a str {
    match (lang, items_of(rules, row.code.get_ref()).first()) {
        (Lang::En, Some(item)) => item_name(item, lang),
        _ => &row.name,
    }
}

/// A list names bodies as they are called; ours have labels.
fn body_name<'a>(rules: &'a Rulebook, name: &'a str, lang: Lang) -> &'a str {
    rules.agencies.values().find(|agency| agency.name == name).map_or(name, |agency| agency_name(agency, lang))
}

async fn show_row(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    visitor.answer(Area::Portal, row_view(&app, &visitor, &code).await)
}

async fn row_view(app: &App, visitor: &Visitor, code: &str) -> Result<Page, Problem> {
    let desk = &Desk::of(app, visitor)?;
    let steps = app.office.store.list_steps(code).await?;
    let lang = desk.lang;
    let row = desk.rules().list.get(code).ok_or(Problem::NotFound)?;
    let name = row_name(desk.rules(), row, lang).to_owned();
    let higher: Vec<_> = desk.rules().higher_list.values().filter(|higher| higher.answered_by.as_deref() == Some(code)).collect();
    let mut rows = vec![
        SummaryRow::new(lang.say("清单编号", "Row"), html! { code { (code) } }),
        SummaryRow::new(lang.say("类型", "Type"), html! { (type_name(row.item_type, lang)) }),
        SummaryRow::new(lang.say("实施机关", "Body"), words(body_name(desk.rules(), &row.agency, lang), lang)),
        SummaryRow::new(lang.say("依据", "Ground"), html! { @for ground in &row.basis { div { (basis(ground, lang)) } } }),
    ];
    if !row.level.is_empty() {
        rows.push(SummaryRow::new(lang.say("行使层级", "Level"), words(&row.level, lang)));
    }
    if !row.absent_reason.is_empty() {
        rows.push(SummaryRow::new(lang.say("为什么不在大厅", "Why not at the centre"), words(&row.absent_reason, lang)));
    }
    if !higher.is_empty() {
        let answered = html! { @for higher in &higher { div { (words(&higher.name, lang)) " " code { (higher.code.get_ref()) } " " (standing(higher.status, lang)) } } };
        rows.push(SummaryRow::new(lang.say("对应上级清单", "Answers to the higher list"), answered));
    }
    if !row.source.is_empty() {
        rows.push(SummaryRow::new(lang.say("来源", "Source"), words(&row.source, lang)));
    }
    let items = items_of(desk.rules(), code);
    let body = html! {
        div .page-head {
            div { p .over { (lang.say("清单条目", "Row of the list")) } h1 lang=[foreign(&name, lang)] { (name) } }
            div .row { (standing(row.status, lang)) }
        }
        div .stack {
            (summary_list(&rows, lang))
            section .stack aria-labelledby="items" {
                h2 #items { (lang.say("怎么办", "How to get it done")) }
                @if items.is_empty() {
                    p { (lang.say("这一条目前没有在本平台办理的事项，请向实施机关办理。", "No item on this platform carries it out yet; please turn to the body.")) }
                } @else {
                    ul { @for item in &items { li { a href={ "/items/" (item.code.get_ref()) } { (words(item_name(item, lang), lang)) } } } }
                }
            }
            @for item in &items {
                @let bodies = offer::bodies(desk.rules(), item.code.get_ref(), desk.today);
                @if !bodies.is_empty() {
                    section .stack aria-label=(lang.say("谁在哪里能办", "Who may do it where")) {
                        (authority::rows(desk, &bodies.iter().map(|body| (*item, body)).collect::<Vec<_>>()))
                    }
                }
            }
            (history(desk, &steps))
        }
    };
    let mut page = visitor.page(Area::Portal, &name, body);
    page.breadcrumbs = way(lang, [Crumb::to("/lists", lang.say("清单公开", "Lists")), Crumb::here(name)]);
    Ok(page)
}

/// How the row came onto the list: who spoke when, without the words that were said between offices.
fn history(desk: &Desk, steps: &[ListStep]) -> Markup {
    let lang = desk.lang;
    let happened: Vec<Happening> = steps
        .iter()
        .map(|step| Happening {
            when: day(step.at.day(), lang),
            title: state_name(step.state, lang).to_owned(),
            who: desk.rules().agencies.get(&step.agency).map_or("", |agency| agency_name(agency, lang)).to_owned(),
            tone: if step.state == ListState::Disputed { Tone::Warn } else { Tone::Info },
            ..Happening::default()
        })
        .collect();
    html! {
        @if !happened.is_empty() {
            section .stack aria-labelledby="history" {
                h2 #history { (lang.say("这一条的来历", "How this row came about")) }
                (timeline(&happened, lang))
            }
        }
    }
}

fn state_name(state: ListState, lang: Lang) -> &'static str {
    match state {
        ListState::Proposed => lang.say("提出", "Proposed"),
        ListState::Agreed => lang.say("达成一致", "Agreed"),
        ListState::Disputed => lang.say("有不同意见", "Disputed"),
        ListState::Arbitrated => lang.say("已裁定", "Decided by the publisher"),
        ListState::Published => lang.say("公布", "Published"),
        ListState::Withdrawn => lang.say("移出清单", "Taken off the list"),
    }
}

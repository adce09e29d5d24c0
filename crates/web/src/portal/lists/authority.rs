//! The authority matrix: which body may decide which item in which area, by which right. Three rights differ in name, seal and
//! defendant (行政许可法 arts. 23–25), so each row says which it is and on which document it rests.

use super::list_tabs;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::words;
use crate::portal::guide::places;
use crate::portal::kept::Kept;
use crate::portal::offer::{self, Body};
use crate::portal::wording::{agency_name, area_name, basis, form_name, item_name, short, standing};
use crate::portal::{Desk, leaf, way};
use crate::visitor::{Posted, Visitor};
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use rulebook::item::Item;

const ON_A_PAGE: usize = 40;

pub async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor))
}

/// What is looked for; empty means all.
struct Filter {
    area: String,
    body: String,
    text: String,
}

impl Filter {
    fn of(asked: &Posted) -> Filter {
        let take = |name: &str| asked.get(name).chars().take(64).collect();
        Filter { area: take("area"), body: take("body"), text: take("q") }
    }
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = desk.lang;
    let asked = visitor.asked();
    let filter = Filter::of(&asked);
    let items: Vec<(&Item, Vec<Body<'_>>)> = desk
        .rules()
        .items
        .values()
        .filter(|item| item.name.contains(&filter.text) || item.keywords.iter().any(|word| word.contains(&filter.text)))
        .map(|item| (item, offer::bodies(desk.rules(), item.code.get_ref(), desk.today)))
        .collect();
    let found: Vec<(&Item, &Body<'_>)> = items
        .iter()
        .flat_map(|(item, bodies)| competent(bodies, &filter.area).into_iter().map(move |body| (*item, body)))
        .filter(|(_, body)| filter.body.is_empty() || body.agency.code.get_ref() == &filter.body)
        .collect();
    let leaf = leaf(&found, asked.get("page"), ON_A_PAGE, &visitor.here);
    let title = lang.say("权责清单", "Powers of the bodies");
    let body = html! {
        div .page-head {
            div {
                h1 { (title) }
                p .lead { (lang.say("谁能许可什么、在哪里、凭什么。选一个区域，就知道该找谁。", "Who may permit what, where, and on which ground. Choose an area to see whom to turn to.")) }
            }
        }
        (list_tabs("/lists/authority", lang))
        div .stack {
            (filters(desk, &filter))
            (rights(lang))
            @if leaf.rows.is_empty() {
                (empty_state(
                    lang.say("没有符合的权限", "No power matches"),
                    lang.say("没有权限的机关不得办理；请换一个区域或名称。", "A body without the power may not act. Try another area or name."),
                    html! { (link_button("/lists/authority", lang.say("看全部", "See all"), Look::Second, None)) },
                ))
            } @else { (rows(desk, leaf.rows)) }
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 行", " rows")), lang))
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::to("/lists", lang.say("清单公开", "Lists")), Crumb::here(title)]);
    Ok(page)
}

/// Who is competent in an area: a body named for it goes before one of the whole district. Without an area, everybody.
fn competent<'b, 'a>(bodies: &'b [Body<'a>], area: &str) -> Vec<&'b Body<'a>> {
    let serving: Vec<&Body<'a>> = bodies.iter().filter(|body| body.serves(area)).collect();
    let own: Vec<&Body<'a>> = serving.iter().copied().filter(|body| !body.areas().is_empty()).collect();
    if area.is_empty() || own.is_empty() { serving } else { own }
}

/// Rows of the matrix, each with the item it is about.
pub fn rows(desk: &Desk, found: &[(&Item, &Body<'_>)]) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("事项", "Item")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("区域", "Area")),
        Column::new(lang.say("以什么身份", "By which right")),
        Column::new(lang.say("依据", "Ground")),
        Column::new(lang.say("起止", "From, until")),
    ];
    let rows = found
        .iter()
        .map(|(item, body)| {
            Row::new(vec![
                html! { a href={ "/items/" (item.code.get_ref()) "#places" } { (words(item_name(item, lang), lang)) } " " (standing(body.row.status, lang)) },
                words(agency_name(body.agency, lang), lang),
                places::areas(desk, body.areas()),
                html! { (form_name(body.row.form, lang)) (places::principal(desk, body)) },
                basis(&body.row.basis, lang),
                html! {
                    (short(body.row.from, lang)) " " (lang.say("起", "on"))
                    @if let Some(until) = body.row.until { span .sub { (lang.say("至 ", "until ")) (short(until, lang)) } }
                },
            ])
        })
        .collect();
    table(&Table { caption: lang.say("权责清单", "Powers of the bodies"), columns: &columns, rows, ..Table::default() }, lang)
}

fn filters(desk: &Desk, filter: &Filter) -> Markup {
    let lang = desk.lang;
    let areas: Vec<Choice<'_>> = desk.rules().areas.iter().map(|(code, area)| Choice::new(code, area_name(area, lang))).collect();
    let bodies: Vec<Choice<'_>> = desk
        .rules()
        .agencies
        .iter()
        .filter(|(code, _)| desk.rules().authority.iter().any(|row| row.agency.get_ref() == *code))
        .map(|(code, agency)| Choice::new(code, agency_name(agency, lang)))
        .collect();
    html! {
        form .form.full method="get" action="/lists/authority" role="search" aria-label=(lang.say("查权限", "Look up powers")) {
            div .grid {
                (field(&Field::text("q", lang.say("什么事", "What"), &filter.text).hint(lang.say("如：食品、开饭店", "part of a name, such as 食品")), lang))
                (field(&Field::new("area", lang.say("在哪里", "Where"), Control::Select { value: &filter.area, choices: &areas }).filter().hint(lang.say("街道、镇或者开发区", "a street, town or zone")), lang))
                (field(&Field::new("body", lang.say("哪个机关", "Which body"), Control::Select { value: &filter.body, choices: &bodies }).filter(), lang))
            }
            div .buttons { (button(&Button::new(lang.say("查询", "Look up")))) }
        }
    }
}

/// What the four rights mean for the person concerned.
fn rights(lang: rulebook::Lang) -> Markup {
    let all = [
        (
            lang.say("法定", "By law"),
            lang.say("法律直接交给它的权力，以自己的名义决定。", "The law itself gives the power; decided in its own name."),
        ),
        (
            lang.say("授权", "Authorised"),
            lang.say(
                "法律法规授权的组织，以自己的名义决定（行政许可法第二十三条）。",
                "An organisation empowered by law or regulation; decided in its own name (art. 23).",
            ),
        ),
        (
            lang.say("委托", "Entrusted"),
            lang.say(
                "替委托机关办理，以委托机关的名义决定；不服的，以委托机关为对方（第二十四条）。",
                "Acts for the principal and in its name; a challenge is directed against the principal (art. 24).",
            ),
        ),
        (
            lang.say("集中", "Centralised"),
            lang.say(
                "一个机关集中行使几个机关的许可权，以自己的名义决定（第二十五条）。",
                "One body exercises the permits of several, in its own name (art. 25).",
            ),
        ),
    ];
    html! {
        details .more {
            summary { (lang.say("四种身份有什么不同", "How the four rights differ")) }
            dl .summary { @for (name, text) in all { div { dt { (name) } dd { (text) } } } }
        }
    }
}

//! `/workbench/editions`: every edition that was published, and any two of them compared field by field, with the definitions and
//! the open cases that the difference touches. Serves measure 6.

use super::frame::{Names, head, page};
use super::wording::item_name;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::portal::leaf;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use rulebook::compare::{Difference, Touched, compare, touched};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::collections::BTreeSet;
use store::editions::Edition;
use store::reader::{Filter, Reader, Scope};

pub const ROLES: &[Role] = &[Role::Editor, Role::Approver, Role::Head, Role::Legal, Role::Publisher, Role::Supervisor];
/// Differences on one page.
const PAGE: usize = 50;

pub fn routes() -> Router<App> {
    Router::new().route("/editions", get(show)).route("/editions/compare", get(side_by_side))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let mut all = app.office.store.editions().await?;
    all.reverse();
    let live = app.office.store.in_force(now).await?.map(|edition| edition.name);
    let names = Names::of(app, all.iter().map(|edition| edition.published_by.clone()).collect()).await?;
    let columns = [
        Column::new(lang.say("版本", "Edition")),
        Column::new(lang.say("生效", "In force from")),
        Column::new(lang.say("发布", "Published")),
        Column::new(lang.say("说明", "Note")),
        Column::new(lang.say("与前一版比", "Against the one before")),
    ];
    let rows = all.iter().map(|edition| {
        Row::new(vec![
            html! {
                strong { (edition.name) }
                @if live.as_ref() == Some(&edition.name) { " " (tag(lang.say("现行", "in force"), Tone::Good, lang)) }
                @if edition.in_force_at > now { " " (tag(lang.say("待生效", "to come"), Tone::Info, lang)) }
                span .sub { code { (edition.digest.chars().take(12).collect::<String>()) } }
            },
            date::moment(edition.in_force_at.wall(), lang),
            html! { (date::moment(edition.published_at.wall(), lang)) span .sub { (words(names.get(&edition.published_by), lang)) } },
            words(&edition.note, lang),
            html! { @if let Some(base) = &edition.base {
                a href={ "/workbench/editions/compare?a=" (crate::encode(base)) "&b=" (crate::encode(&edition.name)) } { (lang.say("看变化", "See what changed")) span .vh { " " (edition.name) } }
            } },
        ])
    });
    let title = lang.say("规则书各版", "Editions of the rulebook");
    let caption = lang.say("各版，新的在前", "Editions, the newest first");
    let empty = empty_state(lang.say("还没有发布过", "Nothing was published yet"), "", html! {});
    let body = html! {
        (head(title, lang.say("办件各按收件时的版本办理，新版不改旧件。", "A case keeps the edition it was received under."), html! {}, lang))
        div .stack {
            (pick(&all, "", "", lang))
            (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    if let Some(new) = all.iter().find(|edition| edition.name == visitor.asked().get("done")) {
        let at = date::moment_text(new.in_force_at.wall(), lang);
        page.notices.push(Notice::new(
            Tone::Good,
            match lang {
                Lang::Zh => format!("{} 版已发布，自 {at} 起生效。", new.name),
                Lang::En => format!("Edition {} is published, in force from {at}.", new.name),
            },
        ));
    }
    Ok(page)
}

fn pick(all: &[Edition], a: &str, b: &str, lang: Lang) -> Markup {
    let choices: Vec<Choice<'_>> = all.iter().map(|edition| Choice::new(&edition.name, &edition.name)).collect();
    html! {
        form .grid.small method="get" action="/workbench/editions/compare" {
            (field(&Field::new("a", lang.say("从这一版", "From"), Control::Select { value: a, choices: &choices }), lang))
            (field(&Field::new("b", lang.say("到这一版", "To"), Control::Select { value: b, choices: &choices }), lang))
            div .buttons { (button(&Button::new(lang.say("比较", "Compare")).look(Look::Second))) }
        }
    }
}

async fn side_by_side(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, compared(&app, &visitor).await)
}

async fn compared(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let asked = visitor.asked();
    let store = &app.office.store;
    let all = store.editions().await?;
    let (a, b) = (asked.get("a"), asked.get("b"));
    if ![a, b].iter().all(|name| all.iter().any(|edition| edition.name == **name)) {
        return Err(Problem::NotFound);
    }
    let (old, new) = (store.edition_files(a).await?, store.edition_files(b).await?);
    let edition = app.office.rulebooks.edition(store, b).await?;
    let (differences, reach) = differences(&old, &new, &edition.rules);
    let impact = impact(app, &reach).await?;
    let leaf = leaf(&differences, asked.get("page"), PAGE, &visitor.here);
    let title = lang.say("两版比较", "Two editions compared");
    let lead = format!("{a} → {b}");
    let body = html! {
        (head(title, &lead, html! {}, lang))
        div .stack {
            (pick(&all, a, b, lang))
            (impact_said(&reach, impact, &edition.rules, lang))
            (difference_table(leaf.rows, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 处不同", " differences")), lang))
        }
    };
    let way = vec![Crumb::to("/workbench/editions", lang.say("规则书各版", "Editions of the rulebook"))];
    let mut page = page(visitor, title, way, body);
    page.wide = true;
    Ok(page)
}

/// What differs between two sets of files, and what that touches in the new rulebook.
pub fn differences(old: &[(String, String)], new: &[(String, String)], rules: &Rulebook) -> (Vec<Difference>, Touched) {
    // Most files are the same in both: only the others are read.
    let changed = |path: &str, text: &str, among: &[(String, String)]| {
        among.iter().find(|(known, _)| known == path).is_none_or(|(_, other)| other != text)
    };
    let part = |files: &[(String, String)], among: &[(String, String)]| -> Vec<(String, String)> {
        files.iter().filter(|(path, text)| changed(path, text, among)).cloned().collect()
    };
    let (before, after) = (part(old, new), part(new, old));
    fn pairs(files: &[(String, String)]) -> Vec<(&str, &str)> {
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
    }
    let differences = compare(&pairs(&before), &pairs(&after));
    let reach = touched(&differences, rules);
    (differences, reach)
}

/// Open cases of the items that a change touches. A number and no case: it is told to whoever edits, whatever cases she may see.
pub async fn impact(app: &App, reach: &Touched) -> Result<u64, Problem> {
    let now = app.office.now().await?;
    let reader = Reader::for_actor(&app.office.store, Scope::Supervisor);
    let mut open = 0;
    for item in &reach.items {
        let filter = Filter { open: Some(true), item: Some(item.clone()), ..Filter::default() };
        open += reader.lights(&filter, now).await?.all();
    }
    Ok(open)
}

pub fn impact_said(reach: &Touched, open: u64, rules: &Rulebook, lang: Lang) -> Markup {
    let names = |codes: &BTreeSet<String>| -> Vec<String> {
        codes.iter().take(12).map(|code| item_name(rules, code, lang).to_owned()).collect()
    };
    let said = match lang {
        Lang::Zh => format!(
            "涉及 {} 个事项、{} 张表单、{} 个流程；这些事项现有 {open} 件在办件，仍按各自收件时的版本办理。",
            reach.items.len(),
            reach.forms.len(),
            reach.procedures.len()
        ),
        Lang::En => format!(
            "Touches {} items, {} forms and {} procedures; {open} open cases of these items keep the edition they were received under.",
            reach.items.len(),
            reach.forms.len(),
            reach.procedures.len()
        ),
    };
    html! {
        div .card.stack-s {
            p .strong { (said) }
            @if !reach.items.is_empty() {
                p .small { (words(&names(&reach.items).join("、"), lang)) @if reach.items.len() > 12 { " …" } }
            }
        }
    }
}

/// The differences, one a row: which definition, which field, before and after.
pub fn difference_table(all: &[Difference], lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("定义", "Definition")),
        Column::new(lang.say("哪一项", "Field")),
        Column { block: true, ..Column::new(lang.say("原来", "Before")) },
        Column { block: true, ..Column::new(lang.say("现在", "After")) },
    ];
    let side = |text: &Option<String>| {
        html! { @match text { Some(text) => { span .pre { (words(text, lang)) } } None => { span .muted { (lang.say("（无）", "(none)")) } } } }
    };
    let rows = all.iter().map(|one| {
        let title = one.title();
        Row::new(vec![
            html! { (words(&one.name, lang)) span .sub { code { (one.code) } } },
            words(title.get(lang), lang),
            side(&one.before),
            side(&one.after),
        ])
    });
    let empty = html! { p { (lang.say("没有不同。", "Nothing differs.")) } };
    let caption = lang.say("逐项比较", "Field by field");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

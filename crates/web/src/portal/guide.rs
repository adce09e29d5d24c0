//! The guide of an item (办事指南): everything that GB/T 39046-2020 wants told about it, drawn from the definition that runs.
//!
//! Serves measure 6: what stands here is what every counter asks for, with edition and date. Works on paper as on a screen.

mod laws;
mod limits;
mod papers;
pub mod places;
mod sample;
mod terms;

use super::kept::Kept;
use super::offer;
use super::wording::{item_name, standing, type_name};
use super::{Desk, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::chart::{Figure, figure};
use crate::pieces::date::day;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::tag;
use crate::pieces::{Icon, Tone, foreign, icon, words};
use crate::visitor::{Posted, Visitor};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use maud::{Markup, html};
use rulebook::item::{Item, Limit};
use rulebook::{Lang, Unit};

pub fn routes() -> Router<App> {
    Router::new().route("/items/{code}", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor, &code))
}

/// The sections of a guide, in their order: id and heading. Empty ones are left out.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Option<Markup>,
}

fn view(desk: &Desk, visitor: &Visitor, code: &str) -> Result<Page, Problem> {
    let lang = desk.lang;
    let item = desk.rules().items.get(code).ok_or(Problem::NotFound)?;
    let name = item_name(item, lang).to_owned();
    let sections = sections(desk, item, &visitor.asked());
    let body = html! {
        div .page-head {
            div {
                p .over { (type_name(item.item_type, lang)) @if !item.exercise_level.is_empty() { " · " (words(&item.exercise_level, lang)) } }
                h1 lang=[foreign(&name, lang)] { (name) }
                @if !item.summary.is_empty() { p .lead lang=[foreign(&item.summary, lang)] { (item.summary) } }
            }
            div .row {
                (standing(item.status, lang))
                @if offer::is_closed(item, desk.today) { (tag(lang.say("已停办", "closed"), Tone::Bad, lang)) }
            }
        }
        (closed(desk, item))
        div .stack {
            (in_short(desk, item))
            (buttons(desk, item))
            (contents(&sections, lang))
            @for section in &sections {
                @if let Some(body) = &section.body {
                    section .stack id=(section.id) aria-labelledby={ (section.id) "-title" } {
                        h2 id={ (section.id) "-title" } { (section.title) }
                        (body)
                    }
                }
            }
            (about(desk, item))
        }
    };
    let mut page = visitor.page(Area::Portal, &name, body);
    page.breadcrumbs = way(lang, [Crumb::to("/items", lang.say("事项与指南", "Services and guides")), Crumb::here(name)]);
    Ok(page)
}

fn sections(desk: &Desk, item: &Item, asked: &Posted) -> Vec<Section> {
    let lang = desk.lang;
    let section = |id, title, body| Section { id, title, body };
    vec![
        section("papers", lang.say("要交什么材料", "Papers to hand in"), papers::section(desk, item, asked)),
        section("who", lang.say("谁能办、要什么条件", "Who can apply, and on which conditions"), terms::who(desk, item)),
        section("limits", lang.say("多久办好", "How long it takes"), limits::section(desk, item)),
        section("steps", lang.say("怎么办", "How it goes"), terms::steps(desk, item)),
        section(
            "by-rule",
            lang.say("能不能当场自动办结", "Decided at once by rule"),
            crate::pieces::by_rule::published(item, lang),
        ),
        section("fee", lang.say("收不收费", "What it costs"), Some(terms::fee(desk, item))),
        section("result", lang.say("办成后拿到什么", "What you get"), terms::result(desk, item)),
        section("places", lang.say("在哪里办、谁来办", "Where, and by whom"), places::section(desk, item)),
        section("sample", lang.say("申请表怎么填", "The form, filled in"), sample::section(desk, item)),
        section("questions", lang.say("常见问题", "Questions and answers"), terms::questions(desk, item)),
        section("laws", lang.say("依据", "What it rests on"), laws::section(desk, item)),
    ]
}

/// A closed item still says from when and why, and where to turn (decision 4).
fn closed(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    let Some(from) = item.closed_from else { return Markup::default() };
    let title = if from <= desk.today {
        lang.say("这个事项已经停止受理新的申请", "New applications are no longer taken")
    } else {
        lang.say("这个事项即将停止受理新的申请", "New applications will soon no longer be taken")
    };
    let text = Notice::new(Tone::Warn, title).body(html! {
        p { (lang.say("从 ", "From ")) (day(from, lang)) (lang.say(" 起。", ".")) }
        @if !item.closed_reason.is_empty() { p { (lang.say("原因：", "Why: ")) (words(&item.closed_reason, lang)) } }
        p { (lang.say("已经收到的申请照常办完。如果您认为仍应办理，可以提出，我们会书面答复。", "Applications already received are dealt with. If you hold that yours must be taken, tell us and you get a written answer.")) " "
            a href="/report" { (lang.say("提出来", "Tell us")) } }
    });
    notice(&text, lang)
}

/// What most people want to know, at a glance.
fn in_short(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    let (time, unit) = match offer::told(item, desk.today) {
        Some(limit) => time(limit, lang),
        None => (lang.say("没有规定", "none").to_owned(), ""),
    };
    let kind = match offer::promised(item, desk.today) {
        Some(_) => lang.say("承诺时限", "as promised"),
        None => lang.say("法定时限", "by law"),
    };
    let fee = if item.fee.charged { lang.say("收费", "charged") } else { lang.say("免费", "free") };
    let (least, most) = papers::count(desk, item);
    let count = if least == most { least.to_string() } else { format!("{least}–{most}") };
    let depends = if least == most { "" } else { lang.say("看您的情况", "by your situation") };
    let got = item.result.as_ref().map_or("", |result| result.name.as_str());
    let one = |name, number: &str, unit, note, href| figure(&Figure { name, number, unit, note, tone: Tone::Plain, href }, lang);
    html! {
        div .grid.small {
            (one(lang.say("多久办好", "Done within"), &time, unit, kind, Some("#limits")))
            (one(lang.say("要交的材料", "Papers to hand in"), &count, lang.say("份", ""), depends, Some("#papers")))
            (one(lang.say("要跑几次", "Trips"), &item.visits.to_string(), lang.say("次", ""), "", Some("#steps")))
            (one(lang.say("费用", "Fee"), fee, "", "", Some("#fee")))
        }
        @if !got.is_empty() { p { (lang.say("办成后拿到：", "You get: ")) strong { (words(got, lang)) } } }
    }
}

/// A limit as a large number and its unit.
fn time(limit: &Limit, lang: Lang) -> (String, &'static str) {
    match limit.term() {
        None => (lang.say("没有规定", "none").to_owned(), ""),
        Some(term) => {
            let number = term.n.to_string();
            match term.unit {
                Unit::Immediate => (term.say(lang), ""),
                Unit::WorkingDays => (number, lang.say("个工作日", "working days")),
                Unit::Days | Unit::ExactDays => (number, lang.say("日", "days")),
                Unit::Months => (number, lang.say("个月", "months")),
            }
        }
    }
}

fn buttons(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    let code = item.code.get_ref();
    html! {
        div .buttons.no-print {
            @if item.procedure.get_ref() == offer::UNRESOLVED {
                (link_button("/report", lang.say("反映问题", "Tell us"), Look::Large, None))
            } @else if offer::is_open_here(item, desk.today) {
                (link_button(&format!("/apply/{code}"), lang.say("在线申请", "Apply online"), Look::Large, None))
            } @else if !offer::is_closed(item, desk.today) {
                p { (lang.say("这件事不在网上申请，请看「在哪里办」。", "This cannot be applied for here: see where it is done.")) }
            }
            button .button.second.js-only.paper type="button" { (icon(Icon::Print)) (lang.say("打印这份指南", "Print this guide")) }
            a href={ "/items/" (code) "/error" } { (lang.say("指南有错？告诉我们", "Something wrong here? Tell us")) }
        }
    }
}

fn contents(sections: &[Section], lang: Lang) -> Markup {
    html! {
        nav .no-print aria-label=(lang.say("本页内容", "On this page")) {
            ul .plain.row.small {
                @for section in sections.iter().filter(|section| section.body.is_some()) { li { a href={ "#" (section.id) } { (section.title) } } }
            }
        }
    }
}

/// Which edition this is, and how well it is known.
fn about(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    let mut rows = vec![
        SummaryRow::new(lang.say("规则书版本", "Edition"), html! { code { (desk.edition.name) } }),
        SummaryRow::new(lang.say("查看日期", "As of"), day(desk.today, lang)),
        SummaryRow::new(lang.say("核实情况", "Standing"), standing(item.status, lang)),
    ];
    for (name, value) in [
        (lang.say("内容来源", "Source"), &item.source),
        (lang.say("基本编码", "Catalogue code"), &item.catalog_code),
        (lang.say("实施编码", "Task code"), &item.task_code),
    ] {
        if !value.is_empty() {
            rows.push(SummaryRow::new(name, words(value, lang)));
        }
    }
    if let Some(row) = &item.list_row {
        let row = row.get_ref();
        rows.push(SummaryRow::new(lang.say("清单条目", "On the list"), html! { a href={ "/lists/" (row) } { code { (row) } } }));
    }
    html! {
        section .stack #about aria-labelledby="about-title" {
            h2 #about-title { (lang.say("关于这份指南", "About this guide")) }
            (summary_list(&rows, lang))
        }
    }
}

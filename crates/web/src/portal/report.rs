//! Could not get it done (办不成事): what this door is for, how a report goes on, and within which limits. Serves measure 15.
//!
//! Who comes here: somebody who met every condition and was sent away all the same, and fears to be sent away again.

use super::kept::Kept;
use super::offer::{self, UNRESOLVED};
use super::wording::{basis, item_name, standing};
use super::{Desk, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::stepper::{Step, stepper};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::words;
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use maud::{Markup, html};
use rulebook::Term;
use rulebook::item::Item;
use rulebook::procedure::{Procedure, WaitsFor};

pub fn routes() -> Router<App> {
    Router::new().route("/report", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor))
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = desk.lang;
    let procedure = desk.rules().procedures.get(UNRESOLVED);
    let item = desk.rules().items.values().find(|item| item.procedure.get_ref() == UNRESOLVED);
    let title = lang.say("办不成事？告诉我们", "Could not get it done? Tell us");
    let body = html! {
        div .page-head {
            div {
                h1 { (title) }
                p .lead { (lang.say("条件都符合、材料也齐，事情却没有办成：有专人接待您，按步骤查，限期答复，还要把原因改掉。", "You met the conditions, had the papers, and still it was not done: a named person takes it up, looks into it step by step, answers in time, and has the cause put right.")) }
            }
            @if let Some(procedure) = procedure { div .row { (standing(procedure.status, lang)) } }
        }
        div .stack {
            @if let Some(item) = item { (door(desk, item)) }
            @if let Some(procedure) = procedure {
                (course(procedure, item, desk))
                (classes(procedure, desk))
            }
            section .stack aria-labelledby="others" {
                h2 #others { (lang.say("如果是别的事", "If it is something else")) }
                ul {
                    li { (lang.say("指南写错了：在那份指南里点「指南有错」。", "A guide is wrong: use the link in that guide. ")) a href="/items" { (lang.say("找指南", "Find the guide")) } }
                    li { (lang.say("正在办的事想催一催：到我的事项里催办。", "A matter under way takes too long: urge it from your matters. ")) a href="/matters" { (lang.say("我的事项", "My matters")) } }
                    li { (lang.say("不服已经作出的决定：决定书上写明了复议机关、法院和期限。", "You disagree with a decision: it names the body, the court and the time for a challenge.")) }
                }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(lang.say("办不成事", "Could not be done"))]);
    Ok(page)
}

/// How to tell: online, or at the window that takes it in.
fn door(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    let code = item.code.get_ref();
    let windows: Vec<_> = offer::windows(desk.rules(), code).into_iter().filter(|window| !window.items.is_empty()).collect();
    html! {
        div .buttons {
            @if offer::is_open_here(item, desk.today) {
                (link_button(&format!("/apply/{code}"), lang.say("在网上反映", "Tell us online"), Look::Large, None))
            }
            a href={ "/items/" (code) } { (words(item_name(item, lang), lang)) (lang.say("：指南", ": the guide")) }
        }
        @if !windows.is_empty() {
            details .more {
                summary { (lang.say("也可以当面反映，看窗口", "Or in person: see the windows")) " (" (windows.len()) ")" }
                ul {
                    @for window in windows {
                        li {
                            (words(&window.hall, lang)) " " (words(&window.name, lang))
                            @if !window.phone.is_empty() { " " a href={ "tel:" (window.phone) } { (window.phone) } }
                            @if !window.hours.is_empty() { " " span .small.muted { (words(&window.hours, lang)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The seven steps as the measure names them, and what one reads at each.
fn course(procedure: &Procedure, item: Option<&Item>, desk: &Desk) -> Markup {
    let lang = desk.lang;
    let passed: Vec<_> =
        procedure.step.iter().filter(|step| !step.end && step.code.get_ref() != procedure.start.get_ref()).collect();
    let named = item.map_or(&[][..], |item| &item.steps);
    let steps: Vec<Step<'_>> = named.iter().map(|name| Step { name, ..Step::default() }).collect();
    html! {
        section .stack aria-labelledby="course" {
            h2 #course { (lang.say("接下来会怎样", "What happens then")) }
            @if !steps.is_empty() { (stepper(lang.say("处理步骤", "Steps"), &steps, lang)) }
            ul {
                @for step in &passed {
                    li {
                        strong { (lang.say(&step.name, &step.label)) } (lang.say("：", ": ")) (lang.say(&step.public, &step.public_label))
                        @if step.waits_for == WaitsFor::Applicant { " " em { (lang.say("（等您回话）", "(waits for you)")) } }
                    }
                }
            }
        }
    }
}

/// The classes of a matter, how long each may take, and what becomes of it when that time has run out.
fn classes(procedure: &Procedure, desk: &Desk) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("分类", "Class")),
        Column::new(lang.say("多久解决", "Solved within")),
        Column::new(lang.say("到期没解决", "If not solved by then")),
        Column::new(lang.say("依据", "Ground")),
    ];
    let name = |code: &str| {
        let class = procedure.class.iter().find(|class| class.code == code);
        class.map_or(code, |class| lang.say(&class.name, &class.label)).to_owned()
    };
    let rows = procedure
        .class
        .iter()
        .map(|class| {
            let limit = if class.immediate { Some(Term::IMMEDIATE) } else { class.working_days.map(Term::working_days) };
            Row::new(vec![
                words(lang.say(&class.name, &class.label), lang),
                html! { @match limit { Some(term) => span .nowrap { (term.say(lang)) }, None => (lang.say("由区里专门协调", "settled by the district")) } },
                html! { @if let Some(next) = &class.escalates_to { (lang.say("自动升级为：", "goes up to: ")) (words(&name(next), lang)) } @else { (lang.say("一直挂账，直到解决", "stays open until solved")) } },
                basis(&class.basis, lang),
            ])
        })
        .collect();
    html! {
        section .stack aria-labelledby="classes" {
            h2 #classes { (lang.say("多久答复", "How long it may take")) }
            (table(&Table { caption: lang.say("分类和期限", "Classes and limits"), columns: &columns, rows, ..Table::default() }, lang))
            p .muted { (lang.say("解决的人不能自己核查：由没有参与办理的人核实，您满意了才结案。", "Whoever solved it does not check it: somebody who had no part in it does, and asks you first.")) }
        }
    }
}

//! `/matters`: everything of the holder the visitor acts for, drafts first; `/notices`: what was told.
//!
//! Who comes here: somebody who wants to go on, or to know how things stand. Serves measure 2.

use super::wording::{draft_name, item_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::notice::Notice;
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{Light, light};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use casework::{CaseNo, Moment};
use maud::html;
use rulebook::procedure::Procedure;
use rulebook::{Lang, Rulebook};
use serde::Deserialize;
use store::reader::{AfterNewest, CaseRow};
use store::{Reader, Scope};

pub fn routes() -> Router<App> {
    Router::new().route("/matters", get(show)).route("/notices", get(notices).post(read_all))
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    deleted: String,
    #[serde(default)]
    after: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    let found = async { page(&app, &visitor, &asked).await };
    visitor.answer(Area::Portal, found.await)
}

/// The light of a row, from its columns and the time.
pub fn row_light(row: &CaseRow, now: Moment) -> Light {
    use store::reader::Light as Shown;
    match row.light(now) {
        None => Light::Done,
        Some(Shown::Red) => Light::Overdue,
        Some(Shown::Yellow) => Light::Soon,
        Some(Shown::Green | Shown::Still) if row.provisional => Light::Provisional,
        Some(Shown::Still) if row.paused => Light::Paused,
        Some(Shown::Green | Shown::Still) => Light::Normal,
    }
}

/// A place in a list, as it travels in an address.
pub fn after_newest(text: &str) -> Option<AfterNewest> {
    let (at, no) = text.split_once('.')?;
    Some(AfterNewest { submitted_at: Moment(at.parse().ok()?), no: CaseNo(no.to_owned()) })
}

async fn page(app: &App, visitor: &Visitor, asked: &Asked) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let (signed_in, holder) = visitor.applicant()?;
    let live = app.office.rulebooks.live()?;
    let now = app.office.now().await?;
    let to_sign = app.office.count_to_sign(&signed_in.actor).await?;
    let drafts = office::drafts::mine(&app.office.store, &signed_in.actor).await?;
    let reader = Reader::for_actor(&app.office.store, Scope::of(&signed_in.actor, now.day()));
    let sent = reader.cases_of_holder(&holder.key(), after_newest(&asked.after), 30, now).await?;
    let step_name = |row: &CaseRow| {
        let procedure = live.rules.procedures.get(&row.procedure);
        let step = procedure.and_then(|procedure| procedure.step.iter().find(|step| *step.code.get_ref() == row.step));
        step.map_or(row.step.clone(), |step| lang.say(&step.name, &step.label).to_owned())
    };
    let shown: Vec<Row> = sent
        .rows
        .iter()
        .map(|row| Row {
            cells: vec![
                html! { a href=(format!("/matters/{}", row.no)) { (words(&matter_name(&live.rules, row, lang), lang)) } br; span .hint.num { (row.no) } },
                html! { (step_name(row)) },
                html! { (light(row_light(row, now), lang)) },
                html! { @if let (Some(due), true) = (row.due_on, row.open) {
                    // What was missed stays red, while another limit runs on.
                    @if row.red_since.is_some() && due >= now.day() { (lang.say("下一期限 ", "next ")) }
                    (date::short_day(due, lang))
                } },
                html! { (date::short_day(row.submitted_at.day(), lang)) },
            ],
            light: None,
            pick: None,
        })
        .collect();
    let columns = [
        Column { head: lang.say("事项", "Matter"), ..Column::default() },
        Column { head: lang.say("环节", "Step"), ..Column::default() },
        Column { head: lang.say("状态", "State"), ..Column::default() },
        Column { head: lang.say("到期", "Due"), ..Column::default() },
        Column { head: lang.say("提交", "Sent"), ..Column::default() },
    ];
    let later = sent.next.as_ref().map(|next| format!("/matters?after={}.{}", next.submitted_at.0, next.no));
    let body = html! {
        div .page-head { div { h1 { (lang.say("我的事项", "My matters")) } p .lead { (words(signed_in.role.get(lang), lang)) }
            p { a href="/wallet" { (lang.say("我的证照", "My licences")) } " · "
                a href="/signatures" { (lang.say("待我签署", "To sign")) @if to_sign > 0 { " (" (to_sign) ")" } } } } }
        div .stack {
        @if !drafts.is_empty() {
            section .stack {
                h2 { (lang.say("草稿", "Drafts")) }
                ul .plain.grid.two {
                    @for draft in &drafts {
                        li .card {
                            a href=(format!("/drafts/{}", draft.id)) { strong { (words(&draft_name(&live.rules, draft, lang), lang)) } }
                            @if let Some(no) = &draft.for_case { p { (lang.say("补正 ", "Correction for ")) span .num { (no) } } }
                            p .hint { (lang.say("最近保存 ", "Last saved ")) (date::moment(draft.updated_at.wall(), lang)) }
                        }
                    }
                }
            }
        }
        section .stack {
            h2 { (lang.say("已提交", "Sent")) }
            (table(&Table {
                caption: lang.say("已提交的事项", "Matters that were sent"),
                show_caption: false,
                columns: &columns,
                rows: shown,
                empty: empty_state(lang.say("还没有提交过事项", "Nothing has been sent yet"), lang.say("从搜索或事项清单开始。", "Begin with a search or the list of items."),
                    html! { (link_button("/items", lang.say("看看能办什么", "What can be done here"), Look::Main, None)) }),
                keys: false,
                picks: None,
            }, lang))
            (pagination((!asked.after.is_empty()).then_some("/matters"), later.as_deref(), "", lang))
        }
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("我的事项", "My matters"), body);
    if !asked.deleted.is_empty() {
        page.notices.push(Notice::new(Tone::Info, lang.say("草稿已删除", "The draft was deleted")).body(html! {
            form method="post" action=(format!("/drafts/{}/restore", crate::encode(&asked.deleted))) {
                input type="hidden" name="csrf" value=(visitor.csrf());
                button .link type="submit" { (lang.say("恢复", "Bring it back")) }
            }
        }));
    }
    Ok(page)
}

/// What a matter is called in the list: several items at once by their theme, or as they were chosen; everything else by its item.
fn matter_name(rules: &Rulebook, row: &CaseRow, lang: Lang) -> String {
    let together = rules.procedures.get(&row.procedure).is_some_and(Procedure::is_for_bundles);
    if let Some((_, own)) = row.title.rsplit_once(" · ").filter(|_| together) {
        let theme = rules.themes.values().find(|theme| theme.name == own);
        return lang.say(own, theme.and_then(|theme| theme.label.as_deref()).unwrap_or(own)).to_owned();
    }
    rules.items.get(&row.item).map_or(row.item.clone(), |item| item_name(item, lang).to_owned())
}

async fn notices(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async {
        let lang = visitor.lang;
        let inbox = visitor.inbox().ok_or(Problem::SignIn(visitor.here.clone()))?;
        let all = app.office.store.notices_of(&inbox, None, 100).await?;
        let body = html! {
            div .page-head { div { h1 { (lang.say("消息", "Notices")) } } }
            @if all.is_empty() { (empty_state(lang.say("没有消息", "No notices"), lang.say("办件有变化时会在这里告诉您。", "You are told here when a matter changes."), html! {})) }
            @else {
                form method="post" action="/notices" .no-print { input type="hidden" name="csrf" value=(visitor.csrf());
                    button .button.second type="submit" { (lang.say("全部标为已读", "Mark all as read")) } }
                ul .stack {
                    @for notice in &all {
                        li .card .unread[notice.read_at.is_none()] {
                            p { @if let Some(no) = &notice.case_no { a href=(format!("/matters/{no}")) { (words(lang.say(&notice.zh, &notice.en), lang)) } } @else { (words(lang.say(&notice.zh, &notice.en), lang)) } }
                            p .hint { (date::moment(notice.at.wall(), lang)) }
                        }
                    }
                }
            }
        };
        Ok::<_, Problem>(visitor.page(Area::Portal, lang.say("消息", "Notices"), body))
    };
    visitor.answer(Area::Portal, found.await)
}

async fn read_all(State(app): State<App>, visitor: Visitor, _posted: Posted) -> Response {
    let found = async {
        let inbox = visitor.inbox().ok_or(Problem::SignIn(visitor.here.clone()))?;
        app.office.store.mark_all_read(&inbox, app.office.now().await?).await?;
        Ok::<_, Problem>(Redirect::to("/notices").into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

//! `/workbench/notices`: what this officer was told, the newest first; unread ones are marked and counted in the navigation.

use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page, with_parameter};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::pagination::pagination;
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use casework::Moment;
use maud::html;
use serde::Deserialize;

pub fn routes() -> Router<App> {
    Router::new().route("/notices", get(show)).route("/notices/read", post(read_all))
}

const PAGE: u32 = 40;

#[derive(Deserialize, Default)]
struct Before {
    before: Option<i64>,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(before): Query<Before>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, before.before.map(Moment)).await)
}

async fn view(app: &App, visitor: &Visitor, before: Option<Moment>) -> Result<Page, Problem> {
    visitor.officer()?;
    let lang = visitor.lang;
    let inbox = visitor.inbox().ok_or(Problem::Forbidden)?;
    let told = app.office.store.notices_of(&inbox, before, PAGE).await?;
    let older = (told.len() == PAGE as usize).then(|| told.last()).flatten();
    let older = older.map(|last| with_parameter(&visitor.here, "before", &last.at.0.to_string()));
    let body = html! {
        div .page-head {
            h1 { (lang.say("消息", "Notices")) }
            @if visitor.unread > 0 {
                form method="post" action="/workbench/notices/read" {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    (button(&Button::new(lang.say("全部标为已读", "Mark all as read")).look(Look::Second)))
                }
            }
        }
        @if told.is_empty() {
            (empty_state(lang.say("没有消息", "No notices"), lang.say("办件有变化、被催办或者要您出具意见时，会在这里告诉您。", "You are told here when a case changes, is urged, or asks for your opinion."), html! {}))
        } @else {
            ul .plain.stack-s {
                @for notice in &told {
                    li .card {
                        p {
                            @if notice.read_at.is_none() { (tag(lang.say("未读", "unread"), Tone::Info, lang)) " " }
                            @match &notice.case_no {
                                Some(no) => a href={ "/workbench/cases/" (no) } { (words(lang.say(&notice.zh, &notice.en), lang)) },
                                None => (words(lang.say(&notice.zh, &notice.en), lang)),
                            }
                        }
                        p .small.muted { (date::moment(notice.at.wall(), lang)) }
                    }
                }
            }
        }
        (pagination(None, older.as_deref(), "", lang))
    };
    Ok(visitor.page(Area::Workbench, lang.say("消息", "Notices"), body))
}

async fn read_all(State(app): State<App>, visitor: Visitor, _posted: Posted) -> Response {
    let found = async {
        visitor.officer()?;
        let inbox = visitor.inbox().ok_or(Problem::Forbidden)?;
        app.office.store.mark_all_read(&inbox, app.office.now().await?).await?;
        Ok::<_, Problem>(Redirect::to("/workbench/notices"))
    };
    visitor.answer(Area::Workbench, found.await)
}

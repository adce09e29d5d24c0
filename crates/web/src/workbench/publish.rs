//! `/workbench/publish`: changes that everybody has agreed to become the next edition, in force from a set minute. Whoever publishes
//! second is shown what the first has published, and nothing is lost. Serves measure 6.

pub mod changes;

use super::checked::problems;
use super::frame::{Names, carried, done, head, page, refused};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casework::Moment;
use jiff::civil::DateTime;
use maud::{Markup, html};
use office::publish::Released;
use rulebook::Lang;
use rulebook::procedure::Role;
use store::changes::{Change, ChangeState};

const ROLES: &[Role] = &[Role::Publisher];

pub fn routes() -> Router<App> {
    Router::new().route("/publish", get(show).post(send)).merge(changes::routes())
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let (latest, _) = app.office.latest_files().await?;
    let ready = app.office.store.changes(&[ChangeState::Ready], 500).await?;
    let names = Names::of(app, ready.iter().map(|change| change.author.clone()).collect()).await?;
    let title = lang.say("发布", "Publish");
    let lead = match lang {
        Lang::Zh => format!("已通过审核的修改合成下一版规则书。现在最新的是 {} 版。", latest.name),
        Lang::En => format!("Changes that passed every review become the next edition. The latest is {}.", latest.name),
    };
    let empty = empty_state(
        lang.say("没有待发布的修改", "Nothing waits for publication"),
        lang.say("通过法制审核的修改会出现在这里。", "What passed the legal review appears here."),
        html! { (link_button("/workbench/changes", lang.say("看在办的修改", "Changes on their way"), Look::Second, None)) },
    );
    let body = html! {
        (head(title, &lead, html! { (link_button("/workbench/editions", lang.say("各版历史", "All editions"), Look::Second, None)) }, lang))
        @if ready.is_empty() { (empty) } @else { (form(&ready, &names, &latest.name, visitor, typed)) }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.notices = notices;
    Ok(page)
}

fn form(ready: &[Change], names: &Names, base: &str, visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let columns = [
        Column::new(lang.say("修改", "Change")),
        Column::new(lang.say("起草", "Drafted by")),
        Column::new(lang.say("基于", "Made from")),
    ];
    let rows = ready.iter().map(|change| {
        Row::new(vec![
            html! {
                a href={ "/workbench/changes/" (change.id) } { (words(if change.note.is_empty() { &change.path } else { &change.note }, lang)) }
                span .sub { code { (change.path) } }
                input type="hidden" name={ "seen." (change.id) } value=(change.version);
            },
            words(names.get(&change.author), lang),
            html! { (change.base_edition) },
        ])
        .pick(change.id.clone())
    });
    let caption = lang.say("待发布的修改", "Changes that wait for publication");
    html! {
        form .stack method="post" action="/workbench/publish" {
            (carried(visitor, 0))
            input type="hidden" name="base" value=(base);
            (table(&Table { caption, columns: &columns, rows: rows.collect(), picks: Some("change"), ..Table::default() }, lang))
            (field(&Field::new("at", lang.say("从哪一分钟起生效", "In force from"), Control::DateTime { value: typed.get("at") }).hint(lang.say("不填就是立即生效。网页、窗口和接口在同一分钟切换。", "Empty means at once. Portal, counter and API change in the same minute.")), lang))
            (field(&Field::text("note", lang.say("说明", "Note"), typed.get("note")).required(), lang))
            div .buttons { (button(&Button::new(lang.say("发布所选", "Publish the selected")))) }
        }
    }
}

async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let at = match posted.given("at").map(str::parse::<DateTime>) {
        None => None,
        Some(Ok(at)) => Some(Moment::at(at)),
        Some(Err(_)) => {
            let notice = Notice::new(Tone::Bad, lang.say("生效时间看不懂。", "The moment cannot be read."));
            return Ok(view(app, visitor, posted, vec![notice]).await?.into_response());
        }
    };
    if at.is_some_and(|at| at.0 < posted_now(app)) {
        let notice = Notice::new(Tone::Bad, lang.say("生效时间不能早于现在。", "It cannot come into force in the past."));
        return Ok(view(app, visitor, posted, vec![notice]).await?.into_response());
    }
    let chosen: Vec<(String, u64)> = posted
        .all("change")
        .filter(|id| !id.is_empty())
        .map(|id| (id.to_owned(), posted.get(&format!("seen.{id}")).parse().unwrap_or_default()))
        .collect();
    let base = posted.get("base");
    let notice = match app.office.publish_ready(officer, &chosen, base, at, posted.get("note")).await {
        Ok(Released::Done(edition)) => return Ok(done("/workbench/editions", &crate::encode(&edition.name))),
        Ok(released) => said(released, base, lang),
        Err(stop) => refusal_notice(&refused(stop)?, lang),
    };
    Ok(view(app, visitor, posted, vec![notice]).await?.into_response())
}

fn posted_now(app: &App) -> i64 {
    // A minute that began before the form was sent still counts as now.
    app.office.clock.now().0 - 60_000
}

/// Why nothing was published, and what to look at.
pub fn said(released: Released, base: &str, lang: Lang) -> Notice {
    match released {
        Released::Faulty(found) => {
            Notice::new(Tone::Bad, lang.say("检查没有通过，没有发布。", "The check found errors; nothing was published."))
                .body(problems(&found, lang))
        }
        Released::Overtaken { latest } => {
            let latest = latest.unwrap_or_default();
            let address = format!("/workbench/editions/compare?a={}&b={}", crate::encode(base), crate::encode(&latest));
            Notice::new(Tone::Warn, match lang {
                Lang::Zh => format!("有人先发布了 {latest} 版，您这次没有发布。"),
                Lang::En => format!("Somebody published {latest} first; yours was not published."),
            })
            .body(html! { p { a href=(address) { (lang.say("看那一版改了什么，再决定是否发布", "See what that changed, then publish again if you still want to")) } } })
        }
        Released::TooEarly { not_before } => Notice::new(
            Tone::Bad,
            format!(
                "{}{}",
                lang.say("生效时间不能早于前一版的生效时间：", "It cannot come into force before the edition it replaces: "),
                date::moment_text(not_before.wall(), lang)
            ),
        ),
        Released::ChangeMoved => Notice::new(
            Tone::Warn,
            lang.say(
                "所选修改刚刚有变化，请核对后再发布。",
                "One of the changes was touched just now; look at it and publish again.",
            ),
        ),
        Released::Done(_) => Notice::new(Tone::Good, lang.say("已发布。", "Published.")),
    }
}

//! `/workbench/errands`: what the system was to do and could not after ten attempts, and trying it again. A letter that was never
//! made or a notice that never went out is somebody waiting, so it is looked at by people.

use super::frame::{carried, done, head, page, say_done};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::date;
use crate::pieces::empty_state::empty_state;
use crate::pieces::table::{Column, Row, Table, table};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::Errand;
use maud::html;
use rulebook::Lang;
use rulebook::procedure::Role;

const ROLES: &[Role] = &[Role::Administrator, Role::Supervisor];
const MOST: u32 = 200;

pub fn routes() -> Router<App> {
    Router::new().route("/errands", get(show).post(retry))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let at = officer.bodies(ROLES);
    let lang = visitor.lang;
    let may = visitor.officer_of_district(&[Role::Administrator]).is_ok();
    let (waiting, _) = app.office.store.errand_counts(at.as_deref()).await?;
    let all = app.office.store.dead_errands(at.as_deref(), MOST).await?;
    let mut columns = vec![
        Column::new(lang.say("要做什么", "What")),
        Column::new(lang.say("从哪里来", "Ordered by")),
        Column::new(lang.say("何时", "When")),
        Column { block: true, ..Column::new(lang.say("为什么没成", "Why it failed")) },
    ];
    if may {
        columns.push(Column { block: true, ..Column::new(lang.say("重试", "Try again")) });
    }
    let rows = all.iter().map(|dead| {
        let mut cells = vec![
            html! { (said(&dead.errand, lang)) span .sub { (dead.target) } },
            html! { span .num { (dead.sender) } },
            date::moment(dead.ordered.wall(), lang),
            html! { code { (dead.fault) } },
        ];
        if may {
            cells.push(html! {
                form method="post" action="/workbench/errands" {
                    (carried(visitor, 0))
                    (button(&Button::new(lang.say("重试", "Try again")).look(Look::Second).named("errand", &dead.id)))
                }
            });
        }
        Row::new(cells)
    });
    let title = lang.say("失败的后台任务", "Dead errands");
    let lead = match lang {
        Lang::Zh => format!("失败十次后停下等人处理。另有 {waiting} 个正常排队。"),
        Lang::En => format!("After ten failures they stop and wait for a person. {waiting} others wait their turn."),
    };
    let empty = empty_state(lang.say("没有失败的任务", "Nothing has failed"), "", html! {});
    let caption = lang.say("失败的后台任务，最早的在前", "Dead errands, the oldest first");
    let body = html! {
        (head(title, &lead, html! {
            @if may && !all.is_empty() {
                form method="post" action="/workbench/errands" {
                    (carried(visitor, 0))
                    (button(&Button::new(lang.say("全部重试", "Try all again")).look(Look::Second).named("errand", "*")))
                }
            }
        }, lang))
        (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
    };
    let mut page = page(visitor, title, Vec::new(), body);
    say_done(&mut page, visitor, &[("retried", "已重新排队。", "In the queue again.")]);
    Ok(page)
}

fn said(errand: &Errand, lang: Lang) -> String {
    match errand {
        Errand::MakeLetter { letter, .. } => format!("{}{}", lang.say("制作文书：", "Make a letter: "), letter.name().get(lang)),
        Errand::Notify { text, .. } => format!("{}{}", lang.say("通知：", "Tell: "), text.get(lang)),
        Errand::Publish => lang.say("公开决定", "Publish a decision").to_owned(),
        Errand::OpenCorrection { .. } => lang.say("登记纠错", "Open a correction").to_owned(),
        Errand::DecideAtOnce => lang.say("按规则核对", "Ask the rules").to_owned(),
        Errand::EnterFirm => lang.say("登记新设立的企业", "Enter a new firm").to_owned(),
        Errand::OpenComponent { .. } => lang.say("开始办理一件事中的一项", "Open a component").to_owned(),
        Errand::PassOn { .. } => lang.say("把更正带给“一件事”其余各项", "Pass a correction on to the bundle").to_owned(),
        Errand::Push { partner, .. } => format!("{}{partner}", lang.say("发送对接系统：", "Send to a partner: ")),
        Errand::Tell { act, .. } => format!("{}{}", lang.say("关联办件：", "Another case: "), act.title().get(lang)),
    }
}

async fn retry(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_of_district(&[Role::Administrator])?;
        let store = &app.office.store;
        let now = app.office.now().await?;
        let chosen = posted.get("errand");
        let ids: Vec<String> = match chosen {
            "*" => store.dead_errands(None, MOST).await?.into_iter().map(|dead| dead.id).collect(),
            one => vec![one.to_owned()],
        };
        for id in ids {
            if store.revive_errand(&id, now).await? {
                tracing::info!(errand = id, by = %officer.id, "Errand {id} is tried again");
            }
        }
        Ok::<_, Problem>(done("/workbench/errands", "retried"))
    };
    visitor.answer(Area::Workbench, found.await)
}

//! `/workbench/commitments`: which checks of commitments are to come and by when, and for each item what became of those that were
//! signed (告知承诺). Counted over the cases that the reader may see. Serves measure 5.

use super::frame::{head, page};
use super::supervision::share;
use super::wording::{agency_name, item_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use store::reader::{Kept, ToCheck};

/// Who checks, decides or watches.
pub const ROLES: &[Role] = &[Role::Examiner, Role::Approver, Role::Head, Role::Supervisor];

/// Rows of one page: what lies further ahead can wait.
const ROWS: usize = 100;

pub fn routes() -> Router<App> {
    Router::new().route("/commitments", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let reader = super::reader(app, visitor).await?;
    let (checks, kept) = (reader.checks(None, ROWS).await?, reader.commitments().await?);
    let today = app.office.now().await?.day();
    let title = lang.say("告知承诺", "Commitments");
    let lead = lang.say(
        "准予以后的核查，最近到期的在前；各事项承诺的履行情况。",
        "Checks after the grant, the next one first; and what became of the commitments of each item.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            section .stack-s { h2 { (lang.say("待核查", "To be checked")) } (to_come(&checks, &live.rules, today, lang)) }
            section .stack-s { h2 { (lang.say("履行情况", "What became of them")) } (figures(&kept, &live.rules, lang)) }
            p .muted.small { (lang.say("只统计您有权查看的办件。违诺率 = 认定违背承诺的 ÷ 核查完毕的。", "Only cases that you may see are counted. The broken share is of those checked to the end.")) }
        }
    };
    Ok(page(visitor, title, Vec::new(), body))
}

/// What a stand is called, and how it looks.
pub fn stand_said(stand: &str, lang: Lang) -> (&'static str, Tone) {
    match stand {
        "signed" => (lang.say("已签署，待决定", "signed, not decided"), Tone::Info),
        "left" => (lang.say("改为一般程序", "left"), Tone::Rest),
        "to-check" => (lang.say("待核查", "to be checked"), Tone::Info),
        "rectifying" => (lang.say("待整改", "to be put right"), Tone::Warn),
        "rectified" => (lang.say("待复核", "put right, to be checked again"), Tone::Info),
        "passed" => (lang.say("核查通过", "kept"), Tone::Good),
        "passed-rectified" => (lang.say("整改后通过", "kept after putting right"), Tone::Good),
        "broken" => (lang.say("认定违背承诺", "found broken"), Tone::Bad),
        _ => (lang.say("已撤销", "revoked"), Tone::Bad),
    }
}

fn to_come(checks: &[ToCheck], rules: &Rulebook, today: Date, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("期限", "By")),
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("事项", "Item")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("现状", "Now")),
    ];
    let rows = checks.iter().map(|one| {
        let (said, tone) = stand_said(&one.stand, lang);
        Row::new(vec![
            html! { (date::short_day(one.due, lang)) @if one.due < today { " " (tag(lang.say("已过期", "missed"), Tone::Bad, lang)) } },
            html! { a href={ "/workbench/cases/" (one.row.no) } { span .num { (one.row.no) } } " " (words(&one.row.title, lang)) },
            words(item_name(rules, &one.row.item, lang), lang),
            words(agency_name(rules, &one.row.agency, lang), lang),
            tag(said, tone, lang),
        ])
    });
    let empty = html! { p { (lang.say("没有待核查的承诺。", "Nothing is to be checked.")) } };
    let caption = lang.say("待核查的承诺", "Commitments to be checked");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn figures(kept: &[Kept], rules: &Rulebook, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("事项", "Item")),
        Column::numeric(lang.say("签署", "Signed")),
        Column::numeric(lang.say("核查完毕", "Checked")),
        Column::numeric(lang.say("通过", "Kept")),
        Column::numeric(lang.say("整改后通过", "After putting right")),
        Column::numeric(lang.say("撤销", "Revoked")),
        Column::numeric(lang.say("违诺率", "Broken share")),
    ];
    let rows = kept.iter().map(|one| {
        Row::new(vec![
            words(item_name(rules, &one.item, lang), lang),
            html! { (one.signed()) },
            html! { (one.checked()) },
            html! { (one.at(&["passed"])) },
            html! { (one.at(&["passed-rectified"])) },
            html! { (one.at(&["revoked"])) },
            html! { (share(one.broken(), one.checked())) },
        ])
    });
    let empty = html! { p { (lang.say("还没有签署的承诺。", "No commitment was signed yet.")) } };
    let caption = lang.say("各事项承诺的履行情况", "What became of the commitments of each item");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

//! `/workbench/counter`: one visitor after the other. Find or take up who stands here, see what she has, take in for her with the
//! same form, papers and rules as the portal, put it aside when the next one is called. Serves measures 1, 5 and 6.
//!
//! Who works here: a clerk with a queue. The first officer and the minute of first contact are kept from the first draft on.

mod closed;
mod draft;
mod hand_in;
mod identity;
mod together;
mod visitor;

use super::wording::{agency_name, due, item_name, step_name};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::field::{Choice, Control, Field, Line, field};
use crate::pieces::notice::Notice;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::portal::wording::draft_name;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use casework::Holder;
use maud::{Markup, html};
use office::sessions::SignedIn;
use office::{Stop, drafts, people};
use rulebook::Lang;
use rulebook::procedure::Role;
use store::reader::TaskFilter;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/counter", get(show))
        .route("/counter/find", post(find))
        .route("/counter/take-up", post(take_up))
        .merge(visitor::routes())
        .merge(draft::routes())
        .merge(hand_in::routes())
        .merge(identity::routes())
        .merge(together::routes())
        .merge(closed::routes())
}

/// The clerk. Others may look for a case, but not serve a visitor.
fn clerk(visitor: &Visitor) -> Result<&SignedIn, Problem> {
    visitor.officer_with(&[Role::Clerk, Role::Receptionist]).map(|(signed_in, _)| signed_in)
}

/// A page of the counter, with the way to it.
fn around(visitor: &Visitor, title: &str, body: Markup) -> Page {
    let mut page = visitor.page(Area::Workbench, title, body);
    page.breadcrumbs = vec![Crumb::to("/workbench/counter", visitor.lang.say("窗口", "Counter")), Crumb::here(title)];
    page
}

/// The name of a holder and the one thing that tells her from another, never a whole identity number.
async fn holder_shown(app: &App, holder: &Holder) -> Result<Option<(String, String)>, Problem> {
    let store = &app.office.store;
    Ok(match holder {
        Holder::Firm(code) => store.firm(code).await?.map(|firm| (firm.name, firm.code)),
        Holder::Person(id) => store.person(id).await?.map(|person| (person.name, rulebook::identifier::mask(&person.id_number))),
    })
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, start(&app, &visitor, None, Typed::default()).await)
}

/// What was typed at the first desk, so that a slip does not cost it.
#[derive(Default)]
struct Typed {
    number: String,
    name: String,
    phone: String,
    /// The number is good and belongs to nobody yet: ask for the name.
    unknown: bool,
}

async fn start(app: &App, visitor: &Visitor, told: Option<Notice>, typed: Typed) -> Result<Page, Problem> {
    let signed_in = clerk(visitor)?;
    let lang = visitor.lang;
    let body = html! {
        div .page-head { h1 { (lang.say("窗口", "Counter")) } }
        div .with-side {
            div .stack {
                section .card.stack-s {
                    h2 { (lang.say("谁来办事", "Who is here")) }
                    form .form method="post" action="/workbench/counter/find" {
                        input type="hidden" name="csrf" value=(visitor.csrf());
                        (field(&Field::new("number", lang.say("身份证件号码或统一社会信用代码", "Identity number or credit code"), Control::Text { value: &typed.number, line: Line::Code })
                            .hint(lang.say("当面核对证件。号码不会出现在网址和日志中。", "Compare the document face to face. The number appears in no address and no log.")).required(), lang))
                        (button(&Button::new(lang.say("查找", "Find")).key("ctrl+enter")))
                    }
                    @if typed.unknown { (take_up_form(visitor, &typed)) }
                }
                (my_drafts(app, visitor, signed_in).await?)
            }
            aside .stack aria-label=(lang.say("其他", "Other")) {
                (waiting(app, visitor).await?)
                section .card.stack-s {
                    h2 { (lang.say("账号", "Accounts")) }
                    ul {
                        li { a href="/workbench/counter/identity" { (lang.say("核实身份、重置密码", "Confirm an identity, reset a password")) } }
                        li { a href="/workbench/search" { (lang.say("按编号或名称查办件", "Find a case by number or name")) } }
                    }
                }
            }
        }
    };
    let mut page = visitor.page(Area::Workbench, lang.say("窗口", "Counter"), body);
    page.notices.extend(told);
    Ok(page)
}

fn take_up_form(visitor: &Visitor, typed: &Typed) -> Markup {
    let lang = visitor.lang;
    html! {
        form .form method="post" action="/workbench/counter/take-up" {
            h3 { (lang.say("第一次来：登记", "First visit: take down")) }
            input type="hidden" name="csrf" value=(visitor.csrf());
            input type="hidden" name="number" value=(typed.number);
            (field(&Field::text("name", lang.say("姓名（与证件一致）", "Name as in the document"), &typed.name).required(), lang))
            (field(&Field::new("phone", lang.say("手机号码", "Mobile phone"), Control::Text { value: &typed.phone, line: Line::Phone }).hint(lang.say("用来通知进度", "For telling how it goes")), lang))
            (button(&Button::new(lang.say("已核对证件，登记", "Document compared: take down"))))
        }
    }
}

/// What this clerk has begun, the parked ones first: the visitor comes back, and everything is still there.
async fn my_drafts(app: &App, visitor: &Visitor, signed_in: &SignedIn) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let mut open = drafts::mine(&app.office.store, &signed_in.actor).await?;
    open.sort_by_key(|draft| !draft.parked);
    let mut rows = Vec::new();
    for draft in &open {
        let holder = Holder::from_key(&draft.holder);
        let shown = match &holder {
            Some(holder) => holder_shown(app, holder).await?.unwrap_or_default(),
            None => Default::default(),
        };
        rows.push(Row::new(vec![
            html! { a href={ "/workbench/counter/drafts/" (draft.id) } { (words(&shown.0, lang)) } span .sub { (shown.1) } },
            html! { (words(&draft_name(&live.rules, draft, lang), lang)) @if let Some(no) = &draft.for_case { span .sub.num { (no) } } },
            html! { @if draft.parked { (tag(lang.say("已暂存", "parked"), Tone::Rest, lang)) } @else { (tag(lang.say("填写中", "open"), Tone::Info, lang)) } },
            date::moment(draft.updated_at.wall(), lang),
        ]));
    }
    let columns = [
        Column::new(lang.say("来办事的人", "Visitor")),
        Column::new(lang.say("事项", "Item")),
        Column::new(lang.say("状态", "State")),
        Column::new(lang.say("最近保存", "Last saved")),
    ];
    let empty = html! { p .muted { (lang.say("没有未提交的收件。", "Nothing is open.")) } };
    Ok(html! {
        section .stack {
            h2 { (lang.say("未提交的收件", "Not sent yet")) }
            (table(&Table { caption: lang.say("未提交的收件", "Not sent yet"), columns: &columns, rows, empty, keys: true, ..Table::default() }, lang))
        }
    })
}

/// What waits at the counter: post to open, results to hand out.
async fn waiting(app: &App, visitor: &Visitor) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let reader = super::reader(app, visitor).await?;
    let now = app.office.now().await?;
    let live = app.office.rulebooks.live()?;
    let calendar = app.office.rulebooks.calendar();
    let mut found = Vec::new();
    for (step, zh, en) in
        [("awaiting-receipt", "待拆的邮件", "Post to open"), ("awaiting-delivery", "待送达的结果", "Results to hand out")]
    {
        let filter = TaskFilter { step: Some(step.to_owned()), also_at: vec![step.to_owned()], ..TaskFilter::default() };
        let page = reader.my_tasks(&filter, None, 5, now).await?;
        found.push((step, lang.say(zh, en), page));
    }
    Ok(html! {
        @for (step, title, page) in &found {
            section .card.stack-s {
                h2 { (title) }
                @if page.rows.is_empty() { p .muted { (lang.say("没有。", "None.")) } }
                ul .plain.stack-s {
                    @for row in &page.rows {
                        li {
                            a href={ "/workbench/counter/cases/" (row.no) } { (words(&row.title, lang)) }
                            p .small { (words(item_name(&live.rules, &row.item, lang), lang)) " · " (due(row, &calendar, now, lang)) }
                        }
                    }
                }
                @if page.next.is_some() { p { a href={ "/workbench?step=" (step) } { (lang.say("全部", "All")) } } }
            }
        }
    })
}

/// Finds the visitor whose document lies on the counter. The number travels in the body of the request only.
async fn find(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, found(&app, &visitor, &posted).await)
}

async fn found(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let signed_in = clerk(visitor)?;
    let (_, officer) = visitor.officer()?;
    let (office, lang) = (&app.office, visitor.lang);
    let now = office.now().await?;
    let number = rulebook::identifier::normalise(posted.get("number"));
    let typed = Typed { number: posted.get("number").to_owned(), ..Typed::default() };
    let checked = rulebook::identifier::check(&number, now.day());
    if checked.kind == rulebook::identifier::Kind::CreditCode && checked.valid() {
        return match office.store.firm(&number).await? {
            Some(firm) => {
                office.note_reading(Some(signed_in), "visitor", None, &firm.code, now).await?;
                Ok(Redirect::to(&format!("/workbench/counter/visitors/f:{}", firm.code)).into_response())
            }
            None => {
                let told = Notice::new(Tone::Warn, lang.say("登记数据中没有这个信用代码。", "No register has this credit code."))
                    .body(html! { p { (lang.say("请核对执照；新设企业的登记数据次日到达，可先由经办人以个人名义咨询。", "Check the licence; data of new firms arrive the next day.")) } });
                Ok(start(app, visitor, Some(told), typed).await?.into_response())
            }
        };
    }
    match people::find_visitor(&office.store, &office.number_key, officer, &number, now).await {
        Ok(Some(person)) => {
            office.note_reading(Some(signed_in), "visitor", None, &person.id, now).await?;
            Ok(Redirect::to(&format!("/workbench/counter/visitors/p:{}", person.id)).into_response())
        }
        Ok(None) => {
            let told = Notice::new(Tone::Info, lang.say("没有以前的记录，请登记。", "Not known yet: take the visitor down."));
            Ok(start(app, visitor, Some(told), Typed { unknown: true, ..typed }).await?.into_response())
        }
        Err(Stop::Refused(refusal)) => {
            Ok(start(app, visitor, Some(refusal_notice(&refusal, lang)), typed).await?.into_response())
        }
        Err(Stop::Failed(failure)) => Err(failure.into()),
    }
}

async fn take_up(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        clerk(&visitor)?;
        let (_, officer) = visitor.officer()?;
        let office = &app.office;
        let (name, number, phone) = (posted.get("name"), posted.get("number"), posted.get("phone"));
        match people::visitor_at_counter(&office.store, &office.number_key, officer, name, number, phone, office.now().await?)
            .await
        {
            Ok(person) => Ok(Redirect::to(&format!("/workbench/counter/visitors/p:{}", person.id)).into_response()),
            Err(Stop::Refused(refusal)) => {
                let typed = Typed { number: number.to_owned(), name: name.to_owned(), phone: phone.to_owned(), unknown: true };
                Ok(start(&app, &visitor, Some(refusal_notice(&refusal, visitor.lang)), typed).await?.into_response())
            }
            Err(Stop::Failed(failure)) => Err(Problem::from(failure)),
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

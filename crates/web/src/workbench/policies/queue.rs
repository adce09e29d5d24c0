//! `/workbench/policies/queue`: documents that are to be entered, what looks like the same document, and where the library has gaps. Serves
//! measure 14.

use super::ROLES;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{Light, tag};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{Names, carried, done, head, page, refused, say_done};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use office::Answer;
use office::policy_sources::{Queued, Seen, Shelf, shelves};
use rulebook::Lang;
use rulebook::policy::Level;
use rulebook::procedure::Role;

const DONE: &[(&str, &str, &str)] =
    &[("queued", "已排进队列。", "It is on the queue."), ("settled", "已记录。", "It is recorded.")];

pub async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let today = app.office.now().await?.day();
    let queue = app.office.policy_queue(&live.rules).await?;
    let names = Names::of(app, queue.iter().map(|queued| queued.source.by.clone()).collect()).await?;
    let title = lang.say("政策归集队列", "Policies to be collected");
    let lead = lang.say(
        "看到的政策先排在这里；同一份文件看到两次会标出来。",
        "What was seen somewhere waits here; a document seen twice is marked.",
    );
    let editor = visitor.has_role(Role::Editor);
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            (gaps(&shelves(&live.rules, &queue, today), lang))
            (table_of(&queue, &names, visitor))
            @if editor { (add(visitor, typed)) }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    let mut page = page(visitor, title, way, body);
    page.notices = notices;
    say_done(&mut page, visitor, DONE);
    Ok(page)
}

fn gaps(shelves: &[Shelf], lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("层级", "Level")),
        Column::new(lang.say("库中现行", "In force")),
        Column::new(lang.say("过了复核日", "Past review")),
        Column::new(lang.say("等待录入", "Waiting")),
    ];
    let rows = shelves.iter().map(|shelf| {
        let row = Row::new(vec![
            html! { (shelf.level.name().get(lang)) @if shelf.live == 0 { " " (tag(lang.say("空缺", "a gap"), Tone::Warn, lang)) } },
            html! { span .num { (shelf.live) } },
            html! { span .num { (shelf.late) } },
            html! { span .num { (shelf.waiting) } },
        ]);
        if shelf.late > 0 { row.light(Light::Overdue) } else { row }
    });
    let caption = lang.say("各层级", "By level");
    table(&Table { caption, show_caption: true, columns: &columns, rows: rows.collect(), ..Table::default() }, lang)
}

fn table_of(queue: &[Queued], names: &Names, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let columns = [
        Column::new(lang.say("文件", "Document")),
        Column::new(lang.say("层级", "Level")),
        Column::new(lang.say("来源", "Source")),
        Column::new(lang.say("像不像已有的", "Seen before")),
        Column::new(lang.say("怎么办", "What became of it")),
    ];
    let rows = queue.iter().map(|queued| {
        let source = &queued.source;
        Row::new(vec![
            html! { (words(&source.title, lang)) span .sub { (words(&source.number, lang)) " " (words(&source.issuer, lang)) } },
            html! { (words(&source.level, lang)) },
            html! { (words(&source.origin, lang)) span .sub { (words(names.get(&source.by), lang)) } },
            html! {
                @for code in &queued.in_library { a href={ "/workbench/policies/" (code) } { (lang.say("库里有：", "in the library: ")) (code) } " " }
                @if queued.seen_again > 0 { (tag(lang.say("队列里重复", "twice on the queue"), Tone::Warn, lang)) }
                @if queued.in_library.is_empty() && queued.seen_again == 0 { span .muted { (lang.say("没有", "no")) } }
            },
            html! { @if source.state == "waiting" && visitor.has_role(Role::Editor) { (settle(visitor, queued)) } @else { (state(&source.state, lang)) " " span .sub { (words(&source.words, lang)) } } },
        ])
    });
    let empty = empty_state(
        lang.say("队列是空的", "The queue is empty"),
        lang.say("看到还没有录入的政策，在下面登记。", "Note below what you see that is not entered yet."),
        html! {},
    );
    let caption = lang.say("队列", "Queue");
    table(&Table { caption, show_caption: true, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn state(word: &str, lang: Lang) -> Markup {
    match word {
        "entered" => tag(lang.say("已录入", "entered"), Tone::Good, lang),
        "passed-over" => tag(lang.say("不录", "passed over"), Tone::Rest, lang),
        _ => tag(lang.say("等待录入", "waiting"), Tone::Info, lang),
    }
}

fn settle(visitor: &Visitor, queued: &Queued) -> Markup {
    let (lang, source) = (visitor.lang, &queued.source);
    let all = [
        ("name", &source.title),
        ("number", &source.number),
        ("issuer", &source.issuer),
        ("level", &source.level),
        ("source", &source.origin),
    ];
    let begin: Vec<String> = all.iter().map(|(key, value)| format!("{key}={}", crate::encode(value))).collect();
    let label = format!("{}：{}", lang.say("录成了哪项，或者为什么不录", "Which policy it became, or why not"), source.title);
    html! {
        (link_button(&format!("/workbench/policies/new?{}", begin.join("&")), lang.say("去录入", "Enter it"), Look::Second, None))
        form .stack-s method="post" action={ "/workbench/policies/queue/" (source.id) } {
            (carried(visitor, 0))
            (field(&Field::text("words", &label, "").bare(), lang))
            div .buttons {
                (button(&Button::new(lang.say("已录入", "Entered")).look(Look::Second).named("state", "entered")))
                (button(&Button::new(lang.say("不录", "Pass over")).look(Look::Second).named("state", "passed-over")))
            }
        }
    }
}

fn add(visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let levels = Level::ALL.map(|level| (level.word(), level.name()));
    let levels: Vec<Choice<'_>> = levels.iter().map(|(word, name)| Choice::new(word, name.get(lang))).collect();
    html! {
        form .card.form method="post" action="/workbench/policies/queue" {
            h2 { (lang.say("登记一份", "Note one")) }
            (carried(visitor, 0))
            (field(&Field::text("title", lang.say("标题", "Title"), typed.get("title")).required(), lang))
            (field(&Field::text("number", lang.say("文号", "Number"), typed.get("number")), lang))
            (field(&Field::new("level", lang.say("层级", "Level"), Control::Select { value: typed.get("level"), choices: &levels }).required(), lang))
            (field(&Field::text("issuer", lang.say("制定机关", "Issued by"), typed.get("issuer")), lang))
            (field(&Field::text("origin", lang.say("来源（网址或者收到的方式）", "Source: address, or how it was received"), typed.get("origin")).required(), lang))
            div .buttons { (button(&Button::new(lang.say("排进队列", "Put on the queue")))) }
        }
    }
}

async fn settled(app: &App, visitor: &Visitor, posted: &Posted, what: &str, did: Answer<()>) -> Result<Response, Problem> {
    match did {
        Ok(()) => Ok(done("/workbench/policies/queue", what)),
        Err(stop) => {
            let notice = refusal_notice(&refused(stop)?, visitor.lang);
            Ok(view(app, visitor, posted, vec![notice]).await?.into_response())
        }
    }
}

pub async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(&[Role::Editor])?;
        let of = |key: &str| posted.get(key).to_owned();
        let seen =
            Seen { title: of("title"), number: of("number"), level: of("level"), issuer: of("issuer"), origin: of("origin") };
        let did = app.office.queue_policy_source(officer, &seen).await;
        settled(&app, &visitor, &posted, "queued", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn settle_one(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(&[Role::Editor])?;
        let did = app.office.settle_policy_source(officer, &id, posted.get("state"), posted.get("words")).await;
        settled(&app, &visitor, &posted, "settled", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

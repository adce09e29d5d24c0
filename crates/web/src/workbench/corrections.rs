//! `/workbench/corrections`: errors in guides, told by visitors and clerks or found as a root cause, by their due day. One stays open
//! until the guide is changed, or until somebody has answered why it need not be. Serves measures 6 and 15.

use super::frame::{Names, carried, done, head, page, refused, say_done};
use super::wording::{item_name, left};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::tag::{Light, light_saying, tag};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use office::corrections;
use rulebook::procedure::Role;
use rulebook::{Calendar, Lang, Rulebook};
use store::changes::Change;
use store::corrections::Correction;

pub const ROLES: &[Role] = &[Role::Editor, Role::Publisher, Role::Legal, Role::Supervisor];
const MOST: u32 = 500;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/corrections", get(show))
        .route("/corrections/{id}", get(one))
        .route("/corrections/{id}/take", post(take))
        .route("/corrections/{id}/close", post(close))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let store = &app.office.store;
    let today = app.office.now().await?.day();
    let live = app.office.rulebooks.live()?;
    let calendar = app.office.rulebooks.calendar();
    let closed = visitor.asked().get("state") == "closed";
    let mut all = if closed {
        store.corrections("closed", MOST).await?
    } else {
        let mut open = store.corrections("open", MOST).await?;
        open.extend(store.corrections("taken", MOST).await?);
        open
    };
    all.sort_by_key(|one| one.due_on);
    if closed {
        all.sort_by_key(|one| std::cmp::Reverse(one.closed_at));
    }
    let names = Names::of(app, all.iter().filter_map(|one| one.taken_by.clone()).collect()).await?;
    let (open, late) = store.open_corrections(today).await?;
    let columns = [
        Column::new(lang.say("事项", "Item")),
        Column::new(lang.say("反映的问题", "What was told")),
        Column::new(lang.say("从哪里来", "From")),
        Column::new(lang.say("答复期限", "Due")),
        Column::new(lang.say("谁在办", "Taken by")),
    ];
    let rows = all.iter().map(|one| {
        Row::new(vec![
            html! { a href={ "/workbench/corrections/" (one.id) } { (words(item_name(&live.rules, &one.item, lang), lang)) } },
            html! { (words(&short(&one.words), lang)) span .sub { (words(cause(&one.cause, &live.rules, lang), lang)) } },
            html! { (origin(one, lang)) },
            html! { (due(one, &calendar, today, lang)) span .sub { (date::short_day(one.due_on, lang)) } },
            html! { @match &one.taken_by { Some(id) => { (words(names.get(id), lang)) } None => { span .muted { (lang.say("无", "nobody")) } } } },
        ])
        .light(light_of(one, today))
    });
    let title = lang.say("指南纠错", "Corrections");
    let lead = match lang {
        Lang::Zh => format!("未了 {open} 条，其中超期 {late} 条。"),
        Lang::En => format!("{open} open, {late} of them past their day."),
    };
    let empty = empty_state(
        lang.say("没有待处理的纠错", "Nothing waits"),
        lang.say(
            "访客、窗口和“办不成事”反映的错误会出现在这里。",
            "What visitors, counters and failed matters report appears here.",
        ),
        html! {},
    );
    let caption = lang.say("纠错，急的在前", "Corrections, the most urgent first");
    let here = |href, text, current| Tab { href, text, current, ..Tab::default() };
    let body = html! {
        (head(title, &lead, html! {}, lang))
        (tabs(title, &[
            here("/workbench/corrections", lang.say("未了", "Open"), !closed),
            here("/workbench/corrections?state=closed", lang.say("已答复", "Answered"), closed),
        ]))
        (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
    };
    let mut page = page(visitor, title, Vec::new(), body);
    say_done(&mut page, visitor, &[("closed", "已答复并关闭。", "Answered and closed.")]);
    Ok(page)
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn light_of(one: &Correction, today: Date) -> Light {
    if one.closed_at.is_some() {
        Light::Done
    } else if one.due_on < today {
        Light::Overdue
    } else if (one.due_on - today).get_days() <= 3 {
        Light::Soon
    } else {
        Light::Normal
    }
}

fn due(one: &Correction, calendar: &Calendar, today: Date, lang: Lang) -> Markup {
    let light = light_of(one, today);
    let words = if light == Light::Done { light.text(lang).to_owned() } else { left(calendar, today, one.due_on, lang) };
    light_saying(light, &words, lang)
}

fn origin(one: &Correction, lang: Lang) -> Markup {
    html! {
        @match &one.from_case {
            Some(no) => { (lang.say("办不成事 ", "failed matter ")) span .num { (no) } }
            None => { (lang.say("访客或窗口", "a visitor or a counter")) }
        }
    }
}

/// What kind of error it is, by the word it was told under; a root cause by its name in the rulebook.
fn cause<'a>(word: &'a str, rules: &'a Rulebook, lang: Lang) -> &'a str {
    let of_list = || {
        let value = rules.codes.values().flat_map(|list| &list.value).find(|value| value.code == word);
        value.map_or(word, |value| lang.say(&value.name, value.label.as_deref().unwrap_or(&value.name)))
    };
    match word {
        "guide-papers" | "material" => lang.say("材料", "papers"),
        "guide-limit" | "limit" => lang.say("时限", "limits"),
        "guide-conditions" => lang.say("条件或者依据", "conditions or grounds"),
        "guide-place" | "contact" => lang.say("地点、时间、电话", "place, hours, telephone"),
        "guide-differs" => lang.say("窗口说的和指南不一样", "the counter said otherwise"),
        "guide" | "guide-other" => lang.say("其他", "something else"),
        _ => of_list(),
    }
}

async fn one(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    visitor.answer(Area::Workbench, sheet(&app, &visitor, &id, &Posted::default(), Vec::new()).await)
}

async fn sheet(app: &App, visitor: &Visitor, id: &str, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let correction = app.office.store.correction(id).await?.ok_or(Problem::NotFound)?;
    let today = app.office.now().await?.day();
    let live = app.office.rulebooks.live()?;
    let calendar = app.office.rulebooks.calendar();
    let people = correction.taken_by.iter().chain(&correction.closed_by).cloned().collect();
    let names = Names::of(app, people).await?;
    let name = item_name(&live.rules, &correction.item, lang).to_owned();
    let mut facts = vec![
        SummaryRow::new(
            lang.say("事项", "Item"),
            html! { a href={ "/workbench/items/" (correction.item) } { (words(&name, lang)) } },
        ),
        SummaryRow::new(lang.say("哪一部分", "Which part"), words(cause(&correction.cause, &live.rules, lang), lang)),
        SummaryRow::new(lang.say("从哪里来", "From"), origin(&correction, lang)),
        SummaryRow::new(
            lang.say("答复期限", "Due"),
            html! { (date::day(correction.due_on, lang)) " " (due(&correction, &calendar, today, lang)) },
        ),
    ];
    if !correction.words.is_empty() {
        let told = html! { span .pre { (words(&correction.words, lang)) } };
        facts.insert(2, SummaryRow::new(lang.say("反映的问题", "What was told"), told));
    }
    if !correction.contact.is_empty() {
        facts.push(SummaryRow::new(lang.say("联系方式", "How to reach them"), words(&correction.contact, lang)));
    }
    if let Some(id) = &correction.taken_by {
        facts.push(SummaryRow::new(lang.say("谁在办", "Taken by"), words(names.get(id), lang)));
    }
    if let Some(at) = correction.closed_at {
        let by = correction.closed_by.as_deref().map_or("", |id| names.get(id));
        facts.push(SummaryRow::new(lang.say("答复", "Answer"), html! { span .pre { (words(&correction.answer, lang)) } span .sub { (words(by, lang)) " " (date::moment(at.wall(), lang)) } }));
    }
    let changes = corrections::mending(&app.office.store, &live.rules, &correction).await?;
    let mine = correction.taken_by.as_deref() == Some(officer.id.0.as_str());
    let editor = visitor.has_role(Role::Editor) && correction.closed_at.is_none();
    let title = lang.say("一条纠错", "A correction");
    let body = html! {
        (head(title, &name, html! { (link_button(&format!("/workbench/items/{}", correction.item), lang.say("去改指南", "Change the guide"), Look::Second, None)) }, lang))
        div .stack {
            (summary_list(&facts, lang))
            @if editor && correction.taken_by.is_none() {
                form method="post" action={ "/workbench/corrections/" (id) "/take" } {
                    (carried(visitor, 0))
                    (button(&Button::new(lang.say("我来办", "I take it on"))))
                }
            }
            @if editor && mine { (close_form(&correction, &changes, visitor, typed)) }
        }
    };
    let way = vec![Crumb::to("/workbench/corrections", lang.say("指南纠错", "Corrections"))];
    let mut page = page(visitor, title, way, body);
    page.notices = notices;
    say_done(&mut page, visitor, &[("taken", "已领取。", "It is yours.")]);
    Ok(page)
}

fn close_form(correction: &Correction, changes: &[Change], visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let kept: Vec<(&str, String)> = changes
        .iter()
        .map(|change| (change.id.as_str(), format!("{} {}", date::moment_text(change.updated_at.wall(), lang), change.note)))
        .collect();
    let mut choices: Vec<Choice<'_>> = kept.iter().map(|(id, text)| Choice::new(id, text)).collect();
    let root = corrections::needs_a_change(correction);
    if !root {
        choices.push(Choice::new(
            "none",
            lang.say(
                "指南没有错，不需要改（在答复里写明理由）",
                "The guide is right and need not change (say why in the answer)",
            ),
        ));
    }
    html! {
        section .card.stack-s {
            h2 { (lang.say("答复并关闭", "Answer and close")) }
            @if changes.is_empty() {
                (notice(&Notice::new(Tone::Info, lang.say("改正指南并发布以后，才能以“已改正”关闭。", "It is closed as mended once the guide was changed and published.")), lang))
            }
            @if changes.is_empty() && root {
                p { (tag(lang.say("办不成事的根因，改正后才能关闭", "a root cause: closed only when mended"), Tone::Warn, lang)) }
            } @else {
                form .form method="post" action={ "/workbench/corrections/" (correction.id) "/close" } {
                    (carried(visitor, 0))
                    (field(&Field::new("by", lang.say("怎么解决的", "What mended it"), Control::Radios { value: typed.get("by"), choices: &choices, across: false }).required(), lang))
                    (field(&Field::new("answer", lang.say("答复", "Answer"), Control::Area { value: typed.get("answer"), rows: 4 }).required().hint(lang.say("写明改了什么，或为什么不改。", "Say what was changed, or why nothing was.")), lang))
                    div .buttons { (button(&Button::new(lang.say("答复并关闭", "Answer and close")))) }
                }
            }
        }
    }
}

async fn take(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(&[Role::Editor])?;
        match corrections::take(&app.office.store, officer, &id, app.office.now().await?).await {
            Ok(()) => Ok(done(&format!("/workbench/corrections/{id}"), "taken")),
            Err(stop) => {
                let refusal = refused(stop)?;
                let notices = vec![refusal_notice(&refusal, visitor.lang)];
                Ok(sheet(&app, &visitor, &id, &Posted::default(), notices).await?.into_response())
            }
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn close(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, closed(&app, &visitor, &id, &posted).await)
}

async fn closed(app: &App, visitor: &Visitor, id: &str, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    if !posted.is_set("by") {
        let text = lang.say("请选择是哪一次修改改正的。", "Choose the change that mended it.");
        return Ok(sheet(app, visitor, id, posted, vec![Notice::new(Tone::Bad, text)]).await?.into_response());
    }
    let mended = posted.given("by").filter(|by| *by != "none");
    let live = app.office.rulebooks.live()?;
    let (store, answer) = (&app.office.store, posted.get("answer"));
    match corrections::close(store, &live.rules, officer, id, mended, answer, app.office.now().await?).await {
        Ok(()) => Ok(done("/workbench/corrections", "closed")),
        Err(stop) => {
            let refusal = refused(stop)?;
            Ok(sheet(app, visitor, id, posted, vec![refusal_notice(&refusal, lang)]).await?.into_response())
        }
    }
}

//! Editing an item in a form: what is ordinary is filled in, everything else in its file stays as it was. What two edit at once is
//! never lost: the second is shown what the first has changed.

use super::ROLES;
use super::fields::{Drawing, draw, read};
use super::text::{Edited, Kept, keep, overtaken, review_notice, whole};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::error_summary::error_summary;
use crate::pieces::field::{Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, foreign, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::checked::problems;
use crate::workbench::editions::{difference_table, differences, impact, impact_said};
use crate::workbench::frame::{carried, done, head, page};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use office::publish::item_text::{ItemForm, write};
use rulebook::item::Item;
use rulebook::procedure::Role;

/// The item with the file that is edited.
struct Sheet {
    item: Item,
    edited: Edited,
}

async fn sheet(app: &App, code: &str) -> Result<Sheet, Problem> {
    let (latest, _) = app.office.latest_files().await?;
    let edition = app.office.rulebooks.edition(&app.office.store, &latest.name).await?;
    let path = match edition.rules.items.get(code) {
        Some(item) => item.place.file.clone(),
        None => return Err(Problem::NotFound),
    };
    let edited = Edited::of_path(app, &path).await?;
    let item = item_of(&edited.from, &path, code).ok_or(Problem::NotFound)?;
    Ok(Sheet { item, edited })
}

/// The item as a text has it.
fn item_of(text: &str, path: &str, code: &str) -> Option<Item> {
    rulebook::compile([(path, text)]).0.items.remove(code)
}

/// What the form shows beside its fields.
#[derive(Default)]
struct Said {
    faults: Vec<(String, String)>,
    checked: Markup,
    notices: Vec<Notice>,
    note: String,
}

pub async fn show(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    let found = async {
        let sheet = sheet(&app, &code).await?;
        let form = ItemForm::of(&sheet.item);
        let from = sheet.edited.from.clone();
        view(&app, &visitor, &sheet, &form, &from, Said::default()).await
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn view(app: &App, visitor: &Visitor, sheet: &Sheet, form: &ItemForm, from: &str, said: Said) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let code = sheet.item.code.get_ref();
    let live = app.office.rulebooks.live()?;
    let title = sheet.item.name.clone();
    let raw = match &sheet.edited.change {
        Some(change) => format!("/workbench/definitions?change={}", change.id),
        None => format!("/workbench/definitions?path={}", crate::encode(&sheet.edited.path)),
    };
    let buttons = html! {
        (link_button(&format!("/items/{code}"), lang.say("看公开的指南", "The public guide"), Look::Second, None))
        (link_button(&raw, lang.say("改全文", "Edit the text"), Look::Second, None))
        @if let Some(change) = &sheet.edited.change { (link_button(&format!("/workbench/changes/{}", change.id), lang.say("看这份修改", "See the change"), Look::Second, None)) }
    };
    let summary: Vec<(&str, &str)> = said.faults.iter().map(|(name, fault)| (name.as_str(), fault.as_str())).collect();
    let editable = visitor.has_role(Role::Editor) && sheet.edited.under_review().is_none();
    let note = if said.note.is_empty() {
        sheet.edited.change.as_ref().map_or(String::new(), |change| change.note.clone())
    } else {
        said.note.clone()
    };
    let body = html! {
        (head(&title, "", buttons, lang))
        div .stack {
            @if let Some(change) = sheet.edited.under_review() { (review_notice(change, lang)) }
            @else if sheet.edited.change.is_some() {
                (notice(&Notice::new(Tone::Info, lang.say("您看到的是一份草稿，还没有发布。", "What you see is a draft, not published yet.")), lang))
            }
            (error_summary(&summary, lang))
            (said.checked)
            @if editable {
                form .stack method="post" action={ "/workbench/items/" (code) } enctype="multipart/form-data" novalidate {
                    (carried(visitor, sheet.edited.seen()))
                    input type="hidden" name="from" value=(from);
                    (draw(form, Drawing { item: &sheet.item, rules: &live.rules, lang }))
                    section .card.stack-s {
                        h2 { (lang.say("保存", "Save")) }
                        (field(&Field::text("note", lang.say("改了什么、为什么", "What was changed, and why"), &note).required(), lang))
                        div .buttons {
                            (button(&Button::new(lang.say("保存草稿", "Save the draft")).named("how", "save")))
                            (button(&Button::new(lang.say("检查并看变化", "Check, and show what changes")).look(Look::Second).named("how", "check")))
                        }
                    }
                }
            } @else {
                p { (words(&sheet.item.summary, lang)) }
                pre .card { code lang=[foreign(&sheet.edited.from, lang)] { (sheet.edited.from) } }
            }
        }
    };
    let way = vec![Crumb::to("/workbench/items", lang.say("事项与指南", "Items and guides"))];
    let mut page = page(visitor, &title, way, body);
    page.wide = true;
    page.notices = said.notices;
    Ok(page)
}

pub async fn send(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &code, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, code: &str, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    let sheet = sheet(app, code).await?;
    let from = whole(posted, "from");
    let (form, faults) = read(posted, lang);
    let note = posted.get("note").to_owned();
    let again = async |said: Said| -> Result<Response, Problem> {
        Ok(view(app, visitor, &sheet, &form, &from, said).await?.into_response())
    };
    if !faults.is_empty() {
        return again(Said { faults, note, ..Said::default() }).await;
    }
    let text = match write(&from, code, &form) {
        Ok(text) => text,
        Err(unwritable) => {
            let notices = vec![Notice::new(Tone::Bad, unwritable.0.get(lang))];
            return again(Said { notices, note, ..Said::default() }).await;
        }
    };
    if posted.get("how") == "check" {
        let checked = checked(app, &sheet, &from, &text, lang).await?;
        return again(Said { checked, note, ..Said::default() }).await;
    }
    match keep(app, officer, &sheet.edited.path, &from, posted.read("seen")?, &text, &note).await? {
        Ok(Kept::Saved(id)) => Ok(done(&format!("/workbench/changes/{id}"), "saved")),
        Ok(Kept::Overtaken(now_there)) => {
            let notices = vec![overtaken(app, &now_there, &from, &text, lang).await?];
            // The form keeps what was typed; places are those of the text it was made from, so it is shown against that text and
            // measured against the new one only when its author has carried it over as text.
            let raw = super::text::conflicted(visitor, &now_there, &text, &note, notices)?;
            Ok(raw.into_response())
        }
        Err(refusal) => again(Said { notices: vec![refusal_notice(&refusal, lang)], note, ..Said::default() }).await,
    }
}

/// The check, what differs, and what that touches, before anything is saved.
async fn checked(app: &App, sheet: &Sheet, from: &str, text: &str, lang: rulebook::Lang) -> Result<Markup, Problem> {
    let (rules, found) = sheet.edited.check(app, text).await?;
    let path = &sheet.edited.path;
    let (different, reach) = differences(&[(path.clone(), from.to_owned())], &[(path.clone(), text.to_owned())], &rules);
    let open = impact(app, &reach).await?;
    Ok(html! {
        section .card.stack-s {
            h2 { (lang.say("检查", "Check")) }
            (problems(&found, lang))
            h2 { (lang.say("会改什么", "What would change")) }
            (impact_said(&reach, open, &rules, lang))
            (difference_table(&different, lang))
            p .muted { (lang.say("还没有保存。", "Nothing is saved yet.")) }
        }
    })
}

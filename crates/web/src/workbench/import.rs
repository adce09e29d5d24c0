//! `/workbench/import`: items, lists, agencies, staff and firms from CSV and XLSX, with what was refused and why. What is defined by
//! it becomes a draft; nothing is in force by itself.

use super::frame::{carried, head, page, refused};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, button};
use crate::pieces::copy_code::copy_code;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::files::Uploads;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use office::import::{Kind, Report};
use rulebook::Lang;
use rulebook::procedure::Role;

const ROLES: &[Role] = &[Role::Editor, Role::Administrator];
/// Refused rows that are listed.
const SHOWN: usize = 200;

pub fn routes() -> Router<App> {
    Router::new().route("/import", get(show).post(send))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let kind = visitor.asked().get("kind").to_owned();
    visitor.answer(Area::Workbench, view(&app, &visitor, &kind, Vec::new(), None).await)
}

/// The kinds that this visitor's roles let in.
fn kinds(visitor: &Visitor) -> Vec<Kind> {
    let definitions = [Kind::Items, Kind::List, Kind::Higher, Kind::Agencies];
    let mut kinds = Vec::new();
    if visitor.has_role(Role::Editor) {
        kinds.extend(definitions);
    }
    if visitor.has_role(Role::Administrator) {
        kinds.push(Kind::Staff);
    }
    // The register of firms is one for the whole district.
    if visitor.officer_of_district(&[Role::Administrator]).is_ok() {
        kinds.push(Kind::Firms);
    }
    kinds
}

async fn view(_app: &App, visitor: &Visitor, kind: &str, notices: Vec<Notice>, report: Option<&Report>) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let kinds = kinds(visitor);
    let names: Vec<(&str, String)> = kinds.iter().map(|kind| (kind.word(), kind.name().get(lang).to_owned())).collect();
    let choices: Vec<Choice<'_>> = names.iter().map(|(word, name)| Choice::new(word, name)).collect();
    let title = lang.say("从表格导入", "Import from a table");
    let lead = lang.say(
        "CSV 或 XLSX。同一份再导一次不会重复。有问题的行不影响其他行。",
        "CSV or XLSX. The same file again changes nothing; a row at fault stops no other.",
    );
    let files = Uploads {
        accept: ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ..Uploads::default()
    };
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            @if let Some(report) = report { (told(report, lang)) }
            form .card.form method="post" action="/workbench/import" enctype="multipart/form-data" {
                (carried(visitor, 0))
                (field(&Field::new("kind", lang.say("导入什么", "What"), Control::Radios { value: kind, choices: &choices, across: false }).required(), lang))
                (field(&Field::new("file", lang.say("文件", "File"), Control::Files(files)).required(), lang))
                div .buttons { (button(&Button::new(lang.say("导入", "Import")))) }
            }
            @for kind in &kinds { (columns_said(*kind, lang)) }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.notices = notices;
    Ok(page)
}

fn columns_said(kind: Kind, lang: Lang) -> Markup {
    html! {
        details .more {
            summary { (kind.name().get(lang)) (lang.say("：认得哪些列", ": the columns that are understood")) }
            ul { @for column in kind.columns() { li {
                (words(&column.heads.join(" / "), lang)) " " code { (column.name) }
                @if column.needed { " " strong { (lang.say("必须有", "needed")) } }
            } } }
        }
    }
}

fn told(report: &Report, lang: Lang) -> Markup {
    let said = match lang {
        Lang::Zh => format!(
            "{}：新增 {}，更新 {}，没有变化 {}，未导入 {}。",
            report.kind.name().zh,
            report.added,
            report.changed,
            report.unchanged,
            report.refused.len()
        ),
        Lang::En => format!(
            "{}: {} added, {} changed, {} as they were, {} refused.",
            report.kind.name().en,
            report.added,
            report.changed,
            report.unchanged,
            report.refused.len()
        ),
    };
    let tone = if report.refused.is_empty() { Tone::Good } else { Tone::Warn };
    let columns = [
        Column::numeric(lang.say("行", "Row")),
        Column::new(lang.say("列", "Column")),
        Column::new(lang.say("原因", "Why")),
        Column::new(lang.say("怎么改", "What to do")),
    ];
    let rows = report.refused.iter().take(SHOWN).map(|refused| {
        Row::new(vec![
            html! { (refused.row) },
            words(&refused.column, lang),
            words(refused.why.get(lang), lang),
            words(refused.remedy.get(lang), lang),
        ])
    });
    let caption = lang.say("没有导入的行", "Rows that were not taken");
    html! {
        (notice(&Notice::new(tone, said).body(html! {
            @if !report.drafted.is_empty() {
                p { (lang.say("已生成草稿，要送审发布后才生效：", "Drafts were made; they are in force only when reviewed and published: ")) }
                ul { @for id in &report.drafted { li { a href={ "/workbench/changes/" (id) } { (lang.say("看草稿", "See the draft")) " " (id.chars().take(6).collect::<String>()) } } } }
            }
            @if !report.passed_over.is_empty() {
                p .muted { (lang.say("没有用到的列：", "Columns passed over: ")) (words(&report.passed_over.join("、"), lang)) }
            }
        }), lang))
        @if !report.passwords.is_empty() {
            section .card.stack-s {
                h2 { (lang.say("一次性密码", "One-time passwords")) }
                p { (lang.say("只显示这一次，请当面交给本人。", "Shown only this once: hand them over in person.")) }
                ul { @for (login, password) in &report.passwords { li { code { (login) } " " (copy_code(login, password, lang)) } } }
            }
        }
        @if !report.refused.is_empty() {
            (table(&Table { caption, show_caption: true, columns: &columns, rows: rows.collect(), ..Table::default() }, lang))
            @if report.refused.len() > SHOWN { p .muted { (lang.say("其余不再列出。", "The rest is left out.")) } }
        }
    }
}

async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let lang = visitor.lang;
        let kind = Kind::from_word(posted.get("kind")).filter(|kind| kinds(&visitor).contains(kind));
        let (Some(kind), Some(file)) = (kind, posted.files().first()) else {
            let notice = Notice::new(Tone::Bad, lang.say("请选择导入什么，并选一个文件。", "Choose what to import, and a file."));
            return Ok(view(&app, &visitor, posted.get("kind"), vec![notice], None).await?.into_response());
        };
        match app.office.import(officer, kind, &file.name, file.bytes.to_vec()).await {
            Ok(report) => Ok(view(&app, &visitor, kind.word(), Vec::new(), Some(&report)).await?.into_response()),
            Err(stop) => {
                let refusal = refused(stop)?;
                Ok::<_, Problem>(
                    view(&app, &visitor, kind.word(), vec![refusal_notice(&refusal, lang)], None).await?.into_response(),
                )
            }
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

//! The library as a table to take away (CSV, XLSX), and such a table handed in again: what it says otherwise becomes drafts. Serves measure 14.

use super::ROLES;
use crate::app::App;
use crate::download;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::field::{Control, Field, field};
use crate::pieces::files::Uploads;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::Sheet;
use crate::workbench::frame::{carried, head, page, refused};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use office::publish::policy_table::{Taken, as_csv, clauses_of, rows_of};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook, Text};

const HERE: &str = "/workbench/policies/table";
/// Characters that a cell of a spreadsheet holds.
const CELL: usize = 32_767;

pub async fn csv(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, taken_away(&app, &visitor, false))
}

pub async fn xlsx(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, taken_away(&app, &visitor, true))
}

fn taken_away(app: &App, visitor: &Visitor, as_spreadsheet: bool) -> Result<Response, Problem> {
    visitor.officer_with(ROLES)?;
    let live = app.office.rulebooks.live()?;
    let rows = table(&live.rules);
    let name = format!("{}-{}", visitor.lang.say("政策库", "policies"), live.name);
    if as_spreadsheet && rows.iter().flatten().all(|cell| cell.chars().count() <= CELL) {
        return Sheet::of_texts(&name, rows).xlsx();
    }
    // A document longer than a cell would be lost in a spreadsheet, and is whole in a CSV.
    Ok(download(as_csv(&rows), "text/csv; charset=utf-8", &format!("{name}.csv")))
}

/// Every policy of the edition in force, a row for each clause.
fn table(rules: &Rulebook) -> Vec<Vec<String>> {
    let own = rules.sources.iter().filter(|(path, _)| path.starts_with("policies/"));
    let told: Vec<_> = own.filter_map(|(_, text)| clauses_of(text).ok()).flatten().collect();
    rows_of(&told)
}

pub async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, None, Vec::new()))
}

fn view(_app: &App, visitor: &Visitor, taken: Option<&Taken>, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    let title = lang.say("用表格录入和修改", "Enter and change by table");
    let lead = lang.say(
        "下载政策库的表格，改好再交回来。与现在不同的政策各成一份草稿，审核发布以后才生效；没有变的不动。",
        "Take the table of the library, change it and hand it in. What it says otherwise becomes drafts, in force only when reviewed and published; the rest stays as it is.",
    );
    let files = Uploads { accept: ".csv,.xlsx", ..Uploads::default() };
    let hint = lang.say(
        "一行一个条款，可以只交改动的行：表里没有的条款不动；要删除条款，请在“改全文”里删。列名照下载的表格写；标有 (TOML) 的列按 TOML 写。",
        "A row for each clause; the rows that change are enough: clauses without a row stay; to delete one, use “Edit the text”. Heads are those of the table you took; columns marked (TOML) are written as TOML.",
    );
    let body = html! {
        (head(title, lead, buttons(lang), lang))
        div .stack {
            @if let Some(taken) = taken { (told(taken, lang)) }
            form .card.form method="post" action=(HERE) enctype="multipart/form-data" {
                (carried(visitor, 0))
                (field(&Field::new("file", lang.say("表格（CSV 或 XLSX）", "Table (CSV or XLSX)"), Control::Files(files)).hint(hint).required(), lang))
                div .buttons { (button(&Button::new(lang.say("读入表格", "Read the table")))) }
            }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    let mut page = page(visitor, title, way, body);
    page.notices = notices;
    Ok(page)
}

fn buttons(lang: Lang) -> Markup {
    html! {
        (link_button("/workbench/policies/table.xlsx", lang.say("下载 XLSX", "Download as XLSX"), Look::Second, None))
        (link_button("/workbench/policies/table.csv", lang.say("下载 CSV", "Download as CSV"), Look::Second, None))
    }
}

fn told(taken: &Taken, lang: Lang) -> Markup {
    let (drafted, unchanged, refused) = (taken.drafted.len(), taken.unchanged, taken.refused.len());
    let said = match lang {
        Lang::Zh => format!("生成草稿 {drafted} 份，没有变化的政策 {unchanged} 项，没有读入 {refused} 处。"),
        Lang::En => {
            format!("{drafted} drafts were made, {unchanged} policies are as they were, {refused} things were not taken.")
        }
    };
    let tone = if taken.refused.is_empty() { Tone::Good } else { Tone::Warn };
    let body = html! {
        ul {
            @for (change, policies) in &taken.drafted {
                li { a href={ "/workbench/changes/" (change) } { (words(&policies.join(lang.say("、", ", ")), lang)) } }
            }
            @for (row, why) in &taken.refused {
                li { @if *row > 0 { (lang.say("第 ", "row ")) (row) (lang.say(" 行：", ": ")) } (words(why.get(lang), lang)) }
            }
        }
    };
    notice(&Notice::new(tone, said).body(body), lang)
}

pub async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    let again = |taken: Option<&Taken>, notices| view(app, visitor, taken, notices).map(IntoResponse::into_response);
    let Some(file) = posted.files().first() else {
        let why = Text::new("请选一个文件", "Choose a file");
        return again(None, vec![Notice::new(Tone::Bad, why.get(lang).to_owned())]);
    };
    let note = format!("{}{}", lang.say("由表格读入：", "from a table: "), file.name);
    match app.office.draft_policies_of_table(officer, &file.bytes, &note).await {
        Ok(taken) => again(Some(&taken), Vec::new()),
        Err(stop) => again(None, vec![refusal_notice(&refused(stop)?, lang)]),
    }
}

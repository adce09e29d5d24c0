//! Tables to take away: the figures of each body, and the open cases, as CSV (with the mark that Excel wants) and XLSX. Each holds
//! what its reader may see and no more.

use super::{Board, ROLES, share};
use crate::app::App;
use crate::download;
use crate::error::Problem;
use crate::layout::Area;
use crate::visitor::Visitor;
use crate::workbench::frame::Names;
use crate::workbench::wording::{agency_name, area_name, item_name, light_of, step_name, waits};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::Moment;
use office::Failure;
use rulebook::{Lang, Rulebook};
use rust_xlsxwriter::{Format, Workbook};
use store::reader::{CaseRow, Filter};

/// Cases in one file; who needs more narrows the question.
const MOST: usize = 50_000;
const SLICE: usize = 1_000;

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/supervision/agencies.csv", get(agencies_csv))
        .route("/supervision/agencies.xlsx", get(agencies_xlsx))
        .route("/supervision/cases.csv", get(cases_csv))
        .route("/supervision/cases.xlsx", get(cases_xlsx))
}

async fn agencies_csv(State(app): State<App>, visitor: Visitor) -> Response {
    let sheet = agencies(&app, &visitor).await;
    visitor.answer(Area::Workbench, sheet.and_then(|sheet| sheet.csv()))
}

async fn agencies_xlsx(State(app): State<App>, visitor: Visitor) -> Response {
    let sheet = agencies(&app, &visitor).await;
    visitor.answer(Area::Workbench, sheet.and_then(|sheet| sheet.xlsx()))
}

async fn cases_csv(State(app): State<App>, visitor: Visitor) -> Response {
    let sheet = cases(&app, &visitor).await;
    visitor.answer(Area::Workbench, sheet.and_then(|sheet| sheet.csv()))
}

async fn cases_xlsx(State(app): State<App>, visitor: Visitor) -> Response {
    let sheet = cases(&app, &visitor).await;
    visitor.answer(Area::Workbench, sheet.and_then(|sheet| sheet.xlsx()))
}

/// A table of texts and numbers.
pub struct Sheet {
    /// File name without its ending.
    pub name: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

pub enum Cell {
    Text(String),
    Number(u64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Cell {
        Cell::Number(number)
    }
}

impl Sheet {
    /// With the byte order mark by which Excel knows UTF-8.
    pub fn csv(&self) -> Result<Response, Problem> {
        let mut text = String::from("\u{feff}");
        let line = |cells: Vec<String>| cells.join(",") + "\r\n";
        text.push_str(&line(self.head.iter().map(|cell| quoted(cell)).collect()));
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(text) => quoted(text),
                Cell::Number(number) => number.to_string(),
            });
            text.push_str(&line(cells.collect()));
        }
        Ok(download(text.into_bytes(), CSV, &format!("{}.csv", self.name)))
    }

    pub fn xlsx(&self) -> Result<Response, Problem> {
        let bytes =
            self.workbook().map_err(|fault| Failure::Unready(format!("the spreadsheet could not be written: {fault}")))?;
        Ok(download(bytes, XLSX, &format!("{}.xlsx", self.name)))
    }

    /// All texts, the first row being the head.
    pub fn of_texts(name: &str, rows: Vec<Vec<String>>) -> Sheet {
        let mut rows = rows.into_iter();
        let head = rows.next().unwrap_or_default();
        Sheet { name: name.to_owned(), head, rows: rows.map(|row| row.into_iter().map(Cell::from).collect()).collect() }
    }

    /// # Errors
    /// More rows than a sheet or characters than a cell holds.
    pub fn workbook(&self) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        for (column, head) in (0..).zip(&self.head) {
            sheet.write_string_with_format(0, column, head, &bold)?;
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Text(text) => sheet.write_string(row, column, text)?,
                    Cell::Number(number) => sheet.write_number(row, column, *number as f64)?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        book.save_to_buffer()
    }
}

/// A cell of CSV. What begins like a formula is made a text, so that a name typed by an applicant never runs in somebody's
/// spreadsheet.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) || formula { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn head(lang: Lang, names: &[(&str, &str)]) -> Vec<String> {
    names.iter().map(|(zh, en)| lang.say(zh, en).to_owned()).collect()
}

async fn agencies(app: &App, visitor: &Visitor) -> Result<Sheet, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let reader = crate::workbench::reader(app, visitor).await?;
    let board = Board::read(app, officer, &reader, &live.rules).await?;
    let rows = board.agencies.iter().map(|one| {
        vec![
            agency_name(&live.rules, &one.agency, lang).into(),
            one.open.into(),
            one.red.into(),
            one.yellow.into(),
            one.paused.into(),
            one.deemed.into(),
            board.special_of(&one.agency).into(),
            one.decided.into(),
            one.on_time.into(),
            share(one.on_time, one.decided).into(),
        ]
    });
    Ok(Sheet {
        name: format!("{}-{}", lang.say("督办看板", "supervision"), board.now.day()),
        head: head(
            lang,
            &[
                ("机关", "Body"),
                ("在办", "Open"),
                ("红灯", "Red"),
                ("黄灯", "Yellow"),
                ("依法暂停", "Paused by law"),
                ("视为受理", "Deemed accepted"),
                ("特别程序", "Special procedures"),
                ("30天办结", "Decided in 30 days"),
                ("其中按时", "Of these on time"),
                ("按时率", "Share on time"),
            ],
        ),
        rows: rows.collect(),
    })
}

async fn cases(app: &App, visitor: &Visitor) -> Result<Sheet, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let live = app.office.rulebooks.live()?;
    let reader = crate::workbench::reader(app, visitor).await?;
    let asked = visitor.asked();
    let filter = Filter { open: Some(true), agency: asked.given("agency").map(str::to_owned), ..Filter::default() };
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = reader.export(&filter, after, SLICE, now).await?;
        all.extend(page.rows);
        after = page.next;
        if after.is_none() || all.len() >= MOST {
            break;
        }
    }
    let names = Names::of(app, all.iter().filter_map(|row| row.handler.clone()).collect()).await?;
    app.office.note_reading(visitor.signed_in.as_ref(), "export", None, "supervision", now).await?;
    Ok(Sheet {
        name: format!("{}-{}", lang.say("在办件", "open-cases"), now.day()),
        head: head(
            lang,
            &[
                ("办件编号", "Case number"),
                ("事项", "Item"),
                ("申请人", "Applicant"),
                ("机关", "Body"),
                ("区域", "Area"),
                ("环节", "Step"),
                ("承办人", "Handler"),
                ("收件日", "Received on"),
                ("受理日", "Accepted on"),
                ("到期日", "Due on"),
                ("灯", "Light"),
                ("等待", "Waits for"),
                ("视为受理", "Deemed accepted"),
            ],
        ),
        rows: all.iter().map(|row| line(row, &live.rules, &names, now, lang)).collect(),
    })
}

fn line(row: &CaseRow, rules: &Rulebook, names: &Names, now: Moment, lang: Lang) -> Vec<Cell> {
    let day = |day: Option<jiff::civil::Date>| Cell::from(day.map_or_else(String::new, |day| day.to_string()));
    vec![
        row.no.0.as_str().into(),
        item_name(rules, &row.item, lang).into(),
        row.title.as_str().into(),
        agency_name(rules, &row.agency, lang).into(),
        area_name(rules, &row.area, lang).into(),
        step_name(rules, &row.procedure, &row.step, lang).into(),
        row.handler.as_deref().map_or("", |id| names.get(id)).into(),
        day(row.received_on),
        day(row.accepted_on),
        day(row.due_on),
        light_of(row, now).text(lang).into(),
        waits(&row.waits_for, lang).into(),
        lang.say(if row.deemed { "是" } else { "否" }, if row.deemed { "yes" } else { "no" }).into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_runs_as_a_formula() {
        fn check(text: &str, expected: &str) {
            assert_eq!(quoted(text), expected);
        }
        check("开饭店", "开饭店");
        check("甲,乙", "\"甲,乙\"");
        check("他说\"好\"", "\"他说\"\"好\"\"\"");
        check("=HYPERLINK(1)", "\"'=HYPERLINK(1)\"");
        check("-1", "\"'-1\"");
    }

    #[test]
    fn a_workbook_reads_back() {
        let rows = vec![vec!["甲局".into(), 3.into()]];
        let sheet = Sheet { name: "t".to_owned(), head: vec!["机关".to_owned(), "在办".to_owned()], rows };
        let bytes = sheet.workbook().expect("a workbook");
        assert!(bytes.starts_with(b"PK\x03\x04"));
    }
}

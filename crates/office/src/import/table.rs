//! A table from CSV or XLSX: which column is which, and the rows with the numbers that the spreadsheet shows.
//!
//! Offices put a title above the head and save CSV in GB 18030; both are read.

use super::{Column, Kind};
use crate::Stop;
use crate::door::refuse;
use calamine::{Data, Reader as _};
use std::borrow::Cow;
use std::io::Cursor;

/// Rows that are looked at for the head of the table.
const HEAD_WITHIN: usize = 10;
/// More rows than this in one file are taken for a mistake.
const MOST: usize = 100_000;

/// A table whose columns are known by our names.
#[derive(Debug, Clone)]
pub struct Table {
    /// Our name, its head in the file, its place.
    columns: Vec<(&'static str, String, usize)>,
    pub rows: Vec<Line>,
    pub passed_over: Vec<String>,
}

/// A row with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub number: u32,
    cells: Vec<String>,
}

impl Table {
    /// Reads a file; what it is is seen from its first bytes.
    pub fn read(kind: Kind, bytes: &[u8]) -> Result<Table, Stop> {
        let rows = if bytes.starts_with(b"PK\x03\x04") { spreadsheet(bytes)? } else { csv_rows(bytes)? };
        Table::of(kind, rows)
    }

    fn of(kind: Kind, rows: Vec<Line>) -> Result<Table, Stop> {
        let needed: Vec<&Column> = kind.columns().iter().filter(|column| column.needed).collect();
        let has = |line: &Line, column: &Column| line.cells.iter().any(|cell| means(column, cell));
        let head = rows.iter().take(HEAD_WITHIN).position(|line| needed.iter().all(|column| has(line, column)));
        let Some(head) = head else {
            let heads: Vec<&str> = needed.iter().filter_map(|column| column.heads.first().copied()).collect();
            return Err(refuse(
                "no-head",
                (
                    &format!("前 {HEAD_WITHIN} 行中没有找到表头，至少要有“{}”。", heads.join("”“")),
                    &format!("No head was found in the first {HEAD_WITHIN} rows; it needs “{}”.", heads.join("”, “")),
                ),
                ("请补上表头，或改用模板。", "Add the head, or use the template."),
            ));
        };
        let mut columns: Vec<(&'static str, String, usize)> = Vec::new();
        let mut passed_over = Vec::new();
        for (place, cell) in rows[head].cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match kind.columns().iter().find(|column| means(column, cell)) {
                Some(known) if columns.iter().all(|(name, ..)| *name != known.name) => {
                    columns.push((known.name, cell.clone(), place));
                }
                _ => passed_over.push(cell.clone()),
            }
        }
        let rows = rows.into_iter().skip(head + 1).filter(|line| line.cells.iter().any(|cell| !cell.is_empty())).collect();
        Ok(Table { columns, rows, passed_over })
    }

    /// The cell of a row under our name of the column; empty where the file has no such column.
    pub fn get<'a>(&self, line: &'a Line, name: &str) -> &'a str {
        let place = self.columns.iter().find(|(known, ..)| *known == name).map(|(_, _, place)| *place);
        place.and_then(|place| line.cells.get(place)).map_or("", String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(known, ..)| *known == name)
    }

    /// The head of a column as the file has it.
    pub fn head_of(&self, name: &str) -> &str {
        self.columns.iter().find(|(known, ..)| *known == name).map_or("", |(_, head, _)| head)
    }
}

/// Whether a head means a column: spaces, case and what stands in brackets do not matter.
fn means(column: &Column, head: &str) -> bool {
    let plain = |text: &str| -> String {
        let before = text.split(['(', '（', '[']).next().unwrap_or_default();
        before.chars().filter(|c| !c.is_whitespace() && !"*＊:：_-".contains(*c)).flat_map(char::to_lowercase).collect()
    };
    let head = plain(head);
    !head.is_empty() && (plain(column.name) == head || column.heads.iter().any(|known| plain(known) == head))
}

fn spreadsheet(bytes: &[u8]) -> Result<Vec<Line>, Stop> {
    let unreadable = |_| {
        refuse(
            "not-a-table",
            ("这个文件不是可以读取的 XLSX 表格。", "This is no XLSX spreadsheet that can be read."),
            ("请在表格软件中另存为 XLSX 或 CSV。", "Save it as XLSX or CSV in your spreadsheet program."),
        )
    };
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let Some(sheet) = book.worksheet_range_at(0) else { return Ok(Vec::new()) };
    let sheet = sheet.map_err(unreadable)?;
    let first = sheet.start().map_or(0, |(row, _)| row);
    let rows = sheet.rows().zip(first + 1..).take(MOST);
    Ok(rows.map(|(cells, number)| Line { number, cells: cells.iter().map(text).collect() }).collect())
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        // A code of digits is a number to a spreadsheet; it is not written with a point.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        other => other.to_string().trim().to_owned(),
    }
}

fn csv_rows(bytes: &[u8]) -> Result<Vec<Line>, Stop> {
    let text = decoded(bytes);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (record, number) in reader.records().zip(1..).take(MOST) {
        let Ok(record) = record else {
            return Err(refuse(
                "not-a-table",
                ("这个文件不是可以读取的 CSV。", "This is no CSV that can be read."),
                ("请在表格软件中另存为 CSV（UTF-8）或 XLSX。", "Save it as CSV (UTF-8) or XLSX in your spreadsheet program."),
            ));
        };
        rows.push(Line { number, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(rows)
}

/// UTF-8 with or without its mark; otherwise what Chinese spreadsheets save, GB 18030.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::GB18030.decode(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], name: &str, row: u32) {
        let table = Table::read(Kind::List, bytes).expect("it is a table");
        let line = &table.rows[0];
        assert_eq!((table.get(line, "name"), line.number), (name, row));
    }

    #[test]
    fn a_title_above_the_head_and_the_encoding_of_chinese_spreadsheets_are_read() {
        check("事项名称,事项类型\n开饭店,行政许可\n".as_bytes(), "开饭店", 2);
        check("\u{feff}某区清单,\n\n事项名称 , 事项类型（一级）\n开饭店,行政许可\n".as_bytes(), "开饭店", 3);
        let (old, ..) = encoding_rs::GB18030.encode("事项名称,事项类型\n开饭店,行政许可\n");
        check(&old, "开饭店", 2);
    }

    #[test]
    fn a_file_without_a_head_or_that_is_no_table_is_refused() {
        for bytes in [&b"a,b\n1,2\n"[..], b"", b"PK\x03\x04 not a zip", "事项类型\n行政许可".as_bytes()] {
            assert!(Table::read(Kind::List, bytes).is_err());
        }
    }
}

//! A table from CSV or XLSX: which column is which, and the rows with the numbers that the spreadsheet shows.
//!
//! Offices put a title above the head and save CSV in GB 18030; both are read.

use super::{Column, Kind};
use crate::Stop;
use crate::door::refuse;
use calamine::{Data, Reader as _};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

/// Rows that are looked at for the head of the table.
const HEAD_WITHIN: usize = 10;
/// More rows than this in one file are taken for a mistake.
pub(crate) const MOST: usize = 100_000;
/// Bytes that a spreadsheet may unpack to, and cells that are kept of it.
const MOST_INFLATED: u64 = 128 << 20;
const MOST_CELLS: usize = 4_000_000;

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
    pub(crate) cells: Vec<String>,
}

/// The rows of a file; what it is is seen from its first bytes.
pub(crate) fn rows(bytes: &[u8]) -> Result<Vec<Line>, Stop> {
    if bytes.starts_with(b"PK\x03\x04") { spreadsheet(bytes) } else { csv_rows(bytes) }
}

impl Table {
    pub fn read(kind: Kind, bytes: &[u8]) -> Result<Table, Stop> {
        Table::of(kind, rows(bytes)?)
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

/// The rows of the first sheet of an XLSX, at most [`MOST`] of them.
pub(crate) fn spreadsheet(bytes: &[u8]) -> Result<Vec<Line>, Stop> {
    let unreadable = |_| {
        refuse(
            "not-a-table",
            ("这个文件不是可以读取的 XLSX 表格。", "This is no XLSX spreadsheet that can be read."),
            ("请在表格软件中另存为 XLSX 或 CSV。", "Save it as XLSX or CSV in your spreadsheet program."),
        )
    };
    if !inflates_within(bytes, MOST_INFLATED) {
        return Err(too_much());
    }
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let Some(first) = book.sheet_names().first().cloned() else { return Ok(Vec::new()) };
    let mut sheet = book.worksheet_cells_reader(&first).map_err(unreadable)?;
    // Cell by cell: as a range, one cell in the last corner would take the room of a whole sheet.
    let (mut rows, mut room): (BTreeMap<u32, Vec<String>>, usize) = (BTreeMap::new(), MOST_CELLS);
    while let Some(cell) = sheet.next_cell().map_err(unreadable)? {
        let ((row, place), value) = (cell.get_position(), text(&Data::from(cell.get_value().clone())));
        if value.is_empty() || rows.len() >= MOST && !rows.contains_key(&row) {
            continue;
        }
        let cells = rows.entry(row).or_default();
        let wanted = place as usize + 1;
        if wanted > cells.len() {
            room = room.checked_sub(wanted - cells.len()).ok_or_else(too_much)?;
            cells.resize(wanted, String::new());
        }
        cells[wanted - 1] = value;
    }
    Ok(rows.into_iter().map(|(row, cells)| Line { number: row + 1, cells }).collect())
}

/// Whether all that is packed in a file comes to no more than that; what its head says of it is not believed. What cannot be read
/// is left to the reader of tables, who says so.
fn inflates_within(bytes: &[u8], most: u64) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return true };
    let mut left = most;
    for at in 0..archive.len() {
        let Ok(entry) = archive.by_index(at) else { return true };
        let Ok(read) = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()) else { return true };
        match left.checked_sub(read) {
            Some(rest) => left = rest,
            None => return false,
        }
    }
    true
}

fn too_much() -> Stop {
    refuse(
        "too-large",
        ("表格展开后过大。", "Unpacked, this table is far too large."),
        ("请分成几份，或另存为 CSV。", "Split it, or save it as CSV."),
    )
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        // A code of digits is a number to a spreadsheet; it is not written with a point.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        Data::DateTime(day) if day.is_datetime() => date(day.as_f64()).map_or_else(String::new, |day| day.to_string()),
        other => other.to_string().trim().to_owned(),
    }
}

/// The day of a spreadsheet's count, which begins with 30 December 1899.
fn date(days: f64) -> Option<jiff::civil::Date> {
    let whole = days.floor();
    let days = (1.0..3_000_000.0).contains(&whole).then_some(whole as i64)?;
    jiff::civil::Date::constant(1899, 12, 30).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
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
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::GB18030.decode(bytes).0,
    }
}

/// A spreadsheet of one sheet with this text.
#[cfg(test)]
pub(crate) fn packed(sheet: &str, padding: usize) -> Vec<u8> {
    use std::io::Write;
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let kinds = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let relations = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let root = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>{}"#,
        " ".repeat(padding)
    );
    let parts = [
        ("[Content_Types].xml", kinds),
        ("_rels/.rels", root),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/workbook.xml", book),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    for (name, text) in parts {
        file.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        file.write_all(text.as_bytes()).expect("written");
    }
    file.finish().expect("packed").into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_what_the_spreadsheet_shows_and_not_its_count() {
        assert_eq!(date(43_591.0), Some(jiff::civil::date(2019, 5, 6)));
        assert_eq!((date(0.5), date(f64::NAN)), (None, None));
    }

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
    fn a_spreadsheet_that_is_small_only_while_packed_is_refused() {
        let cell = |place: &str, text: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#);
        let rows = |corner: &str| {
            let head = format!("<row r=\"1\">{}{}</row>", cell("A1", "事项名称"), cell("B1", "事项类型"));
            let line = format!("<row r=\"3\">{}{}</row>", cell("A3", "开饭店"), cell("B3", "行政许可"));
            format!("{head}{line}<row r=\"1048576\">{}</row>", cell(corner, "x"))
        };
        // The last corner of a sheet takes no room of its own.
        check(&packed(&rows("XFD1048576"), 0), "开饭店", 3);
        let bomb = packed(&rows("A1048576"), 130 << 20);
        assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
        assert_eq!(Table::read(Kind::List, &bomb).expect_err("too large").code(), Some("too-large"));
    }

    #[test]
    fn a_file_without_a_head_or_that_is_no_table_is_refused() {
        for bytes in [&b"a,b\n1,2\n"[..], b"", b"PK\x03\x04 not a zip", "事项类型\n行政许可".as_bytes()] {
            assert!(Table::read(Kind::List, bytes).is_err());
        }
    }
}

//! Profiles as a table: a row is what one list states of one firm. Each row becomes the line of JSON that it stands for, so that tables,
//! spreadsheets and lines are read, checked and refused alike.

use crate::door::Stop;
use crate::import::table::{self, MOST};
use rulebook::Text;
use serde_json::{Map, json};

/// Columns that are said of the whole row.
const OF_ROW: [&str; 3] = ["source", "period", "observed"];
/// Heads of the column that names the firm.
const FIRM: [&str; 2] = ["profile", "统一社会信用代码"];
/// Rows of a spreadsheet that are looked at for its head: offices put a title above it.
const HEAD_WITHIN: usize = 10;

/// Whether these are the heads of a table of profiles.
pub fn is_head<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    cells.any(|cell| FIRM.contains(&cell.trim()))
}

/// The line that a row stands for; empty cells state nothing.
pub fn line<'a>(head: &'a [String], cells: impl Iterator<Item = &'a str> + Clone) -> String {
    let cells = || head.iter().map(|name| name.trim()).zip(cells.clone().map(str::trim)).filter(|(_, cell)| !cell.is_empty());
    let of_row: Vec<(&str, &str)> = cells().filter(|(name, _)| OF_ROW.contains(name)).collect();
    let of_firm = |name: &str| !FIRM.contains(&name) && !OF_ROW.contains(&name);
    let facts = cells().filter(|(name, _)| !name.is_empty() && of_firm(name)).map(|(name, cell)| {
        let mut fact = Map::from_iter([("value".to_owned(), json!(cell))]);
        fact.extend(of_row.iter().map(|(name, cell)| ((*name).to_owned(), json!(cell))));
        (name.to_owned(), fact.into())
    });
    let firm = cells().find(|(name, _)| FIRM.contains(name)).map_or("", |(_, cell)| cell);
    json!({ "profile": firm, "facts": Map::from_iter(facts) }).to_string()
}

/// The filled cells of the first sheet of an XLSX by row, with the numbers that the spreadsheet shows.
///
/// # Errors
/// It is no spreadsheet, or holds more rows than are read: nothing of it is taken then.
pub fn cells_of_spreadsheet(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, Text> {
    let rows = table::spreadsheet(bytes).map_err(|stop| match stop {
        Stop::Refused(refusal) => refusal.why,
        Stop::Failed(failure) => Text::new("读不出来", failure.to_string()),
    })?;
    if rows.len() >= MOST {
        return Err(Text::new(
            format!("一份表格最多 {MOST} 行；更多请用 CSV 或 JSONL，逐行读，不限行数"),
            format!("a spreadsheet holds at most {MOST} rows; use CSV or JSONL for more, they are read line by line"),
        ));
    }
    Ok(rows.into_iter().map(|row| (row.number, row.cells)).collect())
}

/// The lines that a spreadsheet stands for.
///
/// # Errors
/// As above, or it has no head.
pub fn of_spreadsheet(bytes: &[u8]) -> Result<Vec<(u64, String)>, Text> {
    let rows = cells_of_spreadsheet(bytes)?;
    let at = rows.iter().take(HEAD_WITHIN).position(|(_, cells)| is_head(cells.iter().map(String::as_str)));
    let Some(at) = at else {
        return Err(Text::new(
            "前 10 行里没有表头，要有一列 profile（统一社会信用代码）",
            "no head in the first 10 rows; it needs a column `profile`",
        ));
    };
    let head = &rows[at].1;
    let filled = rows[at + 1..].iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    Ok(filled.map(|(number, cells)| (u64::from(*number), line(head, cells.iter().map(String::as_str)))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: u32, values: &[&str]) -> String {
        let cell = |(at, value): (usize, &&str)| {
            let column = char::from(b'A' + at as u8);
            format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>"#)
        };
        let cells: String = values.iter().enumerate().filter(|(_, value)| !value.is_empty()).map(cell).collect();
        format!(r#"<row r="{row}">{cells}</row>"#)
    }

    #[test]
    fn a_row_of_a_table_is_a_line_of_a_profile() {
        let head = ["profile", "营业收入", "period", "经营异常"].map(str::to_owned);
        let expected = json!({ "profile": "9112", "facts": { "营业收入": { "value": "4200万元", "period": "2025" } } });
        assert_eq!(line(&head, ["9112", "4200万元", "2025", ""].into_iter()), expected.to_string());
    }

    #[test]
    fn a_spreadsheet_is_read_below_its_title_with_the_numbers_that_it_shows() {
        let sheet = cells(1, &["企业名单"]) + &cells(2, &["统一社会信用代码", "营业收入"]) + &cells(4, &["9112", "4200万元"]);
        let expected = json!({ "profile": "9112", "facts": { "营业收入": { "value": "4200万元" } } });
        assert_eq!(of_spreadsheet(&table::packed(&sheet, 0)), Ok(vec![(4, expected.to_string())]));
        let refused = |bytes: &[u8], why: &str| {
            let told = of_spreadsheet(bytes).expect_err("refused");
            assert!(told.en.contains(why), "{told:?}");
        };
        refused(&table::packed(&cells(1, &["营业收入"]), 0), "no head");
        refused(b"PK\x03\x04 and nothing more", "");
    }
}

//! Many identifiers at once: `ids check`, line by line, without I/O.
//!
//! In comes one identifier a line, out goes CSV `value,kind,valid,reason`. The value is passed back as it came, without the
//! space around it; kind and reason are the words of [`Kind::code`](super::Kind::code) and
//! [`Fault::code`](super::Fault::code). Blank lines are dropped, and so is a head line that names the column.

use super::{Fault, check};
use jiff::civil::Date;

/// Goes before the rows.
pub const IDS_HEAD: &str = "value,kind,valid,reason";

/// Answers one line, `number` being its place from 1. The first may carry a byte order mark; any may end in CR LF.
pub fn ids_line(number: usize, line: &str, today: Date) -> Option<String> {
    let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
    let value = line.trim();
    let is_head = number == 1 && matches!(value, "value" | "number" | "identifier" | "id");
    if value.is_empty() || is_head {
        return None;
    }
    let checked = check(value, today);
    let reason = checked.fault.map(Fault::code).unwrap_or_default();
    Some(format!("{},{},{},{reason}", quoted(value), checked.kind.code(), checked.valid()))
}

/// Answers a whole text by `ids_line`, with the head line.
pub fn ids_batch(input: &str, today: Date) -> String {
    let mut output = format!("{IDS_HEAD}\n");
    for row in (1..).zip(input.lines()).filter_map(|(number, line)| ids_line(number, line, today)) {
        output.push_str(&row);
        output.push('\n');
    }
    output
}

/// As RFC 4180 wants a field that holds a comma, a quotation mark or a line end.
fn quoted(value: &str) -> std::borrow::Cow<'_, str> {
    if value.contains([',', '"', '\r', '\n']) { format!("\"{}\"", value.replace('"', "\"\"")).into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn each_line_is_answered_with_kind_and_reason() {
        let input = "\u{feff}value\r\n91120116MA0TEXT042\r\n\r\n  120116189001010012 \n120116189001010013\n\
            1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F\nhello, \"world\"\n91120116MA0TEXT04z\n";
        let output = "value,kind,valid,reason\n91120116MA0TEXT042,credit-code,true,\n120116189001010012,citizen-id,true,\n\
            120116189001010013,citizen-id,false,check_character\n\
            1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F,e-licence,true,\n\
            \"hello, \"\"world\"\"\",unknown,false,unrecognised\n91120116MA0TEXT04z,credit-code,false,alphabet\n";
        assert_eq!(ids_batch(input, date(2026, 3, 2)), output);
        assert_eq!(ids_batch("", date(2026, 3, 2)), "value,kind,valid,reason\n");
    }
}

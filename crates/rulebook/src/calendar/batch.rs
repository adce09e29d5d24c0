//! Many due days at once: `calendar due --batch`, line by line, without I/O.
//!
//! In comes CSV `from,n,unit`, out go the same rows with `due,provisional`. A head line is passed on if there is one; blank
//! lines are dropped. A row that cannot be answered is kept with both columns empty, and its problem is returned beside it.

use super::parse::parse_date;
use super::{Calendar, Due, Term, Unit};
use crate::problem::{Problem, Severity};
use crate::text::Text;

/// File name of the problems found in standard input.
const FILE: &str = "standard input";

/// Answers one line, `number` being its place from 1: the row to print, and the problem with it. The first line may carry
/// a byte order mark or be the head line; any may end in CR LF.
pub fn due_line(calendar: &Calendar, number: usize, line: &str) -> (Option<String>, Option<Problem>) {
    let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
    let line = line.trim();
    if line.is_empty() {
        return (None, None);
    }
    let fields: Vec<&str> = line.split(',').map(|field| field.trim().trim_matches('"')).collect();
    if number == 1 && fields.starts_with(&["from", "n", "unit"]) {
        return (Some(format!("{line},due,provisional")), None);
    }
    match answer(calendar, &fields) {
        Ok(due) => (Some(format!("{line},{},{}", due.on, due.provisional)), None),
        Err(message) => {
            // The row keeps its place in the table, so that the columns behind it line up.
            let row = format!("{line}{},,", ",".repeat(3usize.saturating_sub(fields.len())));
            let remedy = Text::new("每行写成 2026-03-02,5,working-days", "write each line like 2026-03-02,5,working-days");
            let (file, rule) = (FILE.to_owned(), "due-batch".to_owned());
            (Some(row), Some(Problem { severity: Severity::Error, file, line: number, rule, message, remedy }))
        }
    }
}

/// Answers a whole text by `due_line`.
pub fn due_batch(calendar: &Calendar, input: &str) -> (String, Vec<Problem>) {
    let mut output = String::with_capacity(input.len() * 2);
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(input.lines()) {
        let (row, problem) = due_line(calendar, number, line);
        if let Some(row) = row {
            output.push_str(&row);
            output.push('\n');
        }
        problems.extend(problem);
    }
    (output, problems)
}

fn answer(calendar: &Calendar, fields: &[&str]) -> Result<Due, Text> {
    let &[from, n, unit] = fields else {
        let found = fields.len();
        return Err(Text::new(format!("应有3列，实有{found}列"), format!("3 columns are wanted, {found} were found")));
    };
    let from = parse_date(from).ok_or_else(|| Text::new(format!("「{from}」不是日期"), format!("“{from}” is not a date")))?;
    let unit: Unit = unit.parse()?;
    let n = match (unit, n) {
        (Unit::Immediate, "" | "0") => 0,
        _ => n.parse().map_err(|_| {
            Text::new(format!("「{n}」不是可用的期限长度"), format!("“{n}” is not a length that a term can have"))
        })?,
    };
    calendar.checked_due(from, Term { n, unit }).ok_or_else(|| {
        Text::new(format!("期限{n}过长，到期日在9999年之后"), format!("a term of {n} would end after the year 9999"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::calendar;
    use super::*;

    #[track_caller]
    fn check(input: &str, output: &str, problems_at: &[usize]) {
        let (found, problems) = due_batch(calendar(), input);
        assert_eq!(found, output);
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), problems_at, "{problems:#?}");
    }

    #[test]
    fn rows_come_back_with_due_day_and_whether_it_is_provisional() {
        check(
            "from,n,unit\n2026-02-13,5,working-days\n2026-02-13,2,days\n2026-12-25,10,working-days\n",
            "from,n,unit,due,provisional\n2026-02-13,5,working-days,2026-02-27,false\n\
             2026-02-13,2,days,2026-02-24,false\n2026-12-25,10,working-days,2027-01-08,true\n",
            &[],
        );
    }

    #[test]
    fn a_table_without_head_and_from_another_system_is_read_as_well() {
        check(
            "\u{feff}2026-01-01,1,working-days\r\n\r\n \"2026-01-31\",\"1\",\"months\"\r\n2026-03-07,,immediate",
            "2026-01-01,1,working-days,2026-01-04,false\n\"2026-01-31\",\"1\",\"months\",2026-02-28,false\n\
             2026-03-07,,immediate,2026-03-07,false\n",
            &[],
        );
        check("\u{feff}from,n,unit\r\n", "from,n,unit,due,provisional\n", &[]);
    }

    #[test]
    fn a_bad_row_keeps_its_place_and_the_others_are_answered() {
        check(
            "2026-02-30,5,working-days\n2026-03-02,-1,days\n2026-03-02,4000000000,working-days\n\
             2026-03-02,99999999999999999999,days\n2026-03-02,4294967295,months\n2026-03-02,5,weeks\n2026-03-02\n\
             2026-03-02,5,days,surplus\n2026-03-02,0,working-days\n",
            "2026-02-30,5,working-days,,\n2026-03-02,-1,days,,\n2026-03-02,4000000000,working-days,,\n\
             2026-03-02,99999999999999999999,days,,\n2026-03-02,4294967295,months,,\n2026-03-02,5,weeks,,\n2026-03-02,,,,\n\
             2026-03-02,5,days,surplus,,\n2026-03-02,0,working-days,2026-03-02,false\n",
            &[1, 2, 3, 4, 5, 6, 7, 8],
        );
    }
}

//! A scenario page: Markdown with one table of four columns, read strictly and written back neatly.
//!
//! The head names the year. Columns are 何时, 谁, 做什么 and 于是; the last is filled in by the machine on request
//! (`UPDATE=1`) and then read by a person.

use jiff::civil::{Date, DateTime};
use rulebook::Lang;
use rulebook::calendar::weekday;
use std::fmt;

const HEAD: [&str; 4] = ["何时", "谁", "做什么", "于是"];

/// One line of the story.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line of the page, from 1.
    pub line: usize,
    pub at: DateTime,
    pub who: String,
    pub what: String,
    /// What is expected to come of it.
    pub then: String,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub path: String,
    pub title: String,
    pub rows: Vec<Row>,
    /// The text before the table and after it.
    before: Vec<String>,
    after: Vec<String>,
}

/// What is wrong with a page, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub path: String,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

impl Page {
    /// Reads a page. The first fault ends it: a page that is half understood proves nothing.
    pub fn parse(path: &str, text: &str) -> Result<Page, Fault> {
        let fault = |line: usize, message: String| Fault { path: path.to_owned(), line, message };
        let lines: Vec<&str> = text.lines().collect();
        let is_row = |line: &&str| line.trim_start().starts_with('|');
        let title = lines.first().and_then(|line| line.strip_prefix("# ")).map(str::trim).unwrap_or_default();
        if title.is_empty() {
            return Err(fault(1, "第一行应是标题，以“# ”开头".into()));
        }
        let first = lines.iter().position(is_row).ok_or_else(|| fault(lines.len(), "没有表格".into()))?;
        let last = first + lines[first..].iter().take_while(|line| is_row(line)).count();
        if let Some(second) = lines[last..].iter().position(is_row) {
            return Err(fault(last + second + 1, "一页只能有一张表".into()));
        }
        let year = lines[..first]
            .iter()
            .find_map(|line| year_in(line))
            .ok_or_else(|| fault(first + 1, "表格以前应写明年份，如“2026年”".into()))?;
        let head = cells(lines[first]);
        if head != HEAD {
            return Err(fault(first + 1, format!("表头应是 | {} |", HEAD.join(" | "))));
        }
        if !lines.get(first + 1).is_some_and(|line| line.chars().all(|c| "|-: ".contains(c))) {
            return Err(fault(first + 2, "表头下面应是一行“|---|---|---|---|”".into()));
        }
        let mut rows: Vec<Row> = Vec::new();
        let mut day = Date::new(year, 1, 1).map_err(|_| fault(first + 1, format!("没有{year}年")))?;
        for (at, line) in lines.iter().enumerate().take(last).skip(first + 2) {
            let number = at + 1;
            let [when, who, what, then] = cells(line)
                .try_into()
                .map_err(|cells: Vec<String>| fault(number, format!("应有四列，这里有{}列", cells.len())))?;
            let at = moment(&when, day).map_err(|message| fault(number, message))?;
            if rows.last().is_some_and(|row| row.at > at) {
                return Err(fault(number, format!("时间不能倒退：{when}")));
            }
            day = at.date();
            rows.push(Row { line: number, at, who, what, then });
        }
        if rows.is_empty() {
            return Err(fault(first + 2, "表格是空的".into()));
        }
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        Ok(Page {
            path: path.to_owned(),
            title: title.to_owned(),
            rows,
            before: owned(&lines[..first]),
            after: owned(&lines[last..]),
        })
    }

    /// Whether only the whole office can play it: drafts and signatures come before the core hears of a case.
    pub fn wants_the_office(&self) -> bool {
        self.before.iter().any(|line| line.contains("由整个系统演示"))
    }

    pub fn fault(&self, row: &Row, message: impl Into<String>) -> Fault {
        Fault { path: self.path.clone(), line: row.line, message: message.into() }
    }

    /// The page with its last column filled in, columns aligned and punctuation in full width.
    pub fn filled(&self, thens: &[String]) -> String {
        let mut table: Vec<[String; 4]> = vec![HEAD.map(str::to_owned)];
        let mut year = 0;
        for (row, then) in self.rows.iter().zip(thens) {
            let date = row.at.date();
            let of_year = if year != 0 && year != date.year() { format!("{}年", date.year()) } else { String::new() };
            year = date.year();
            let (weekday, hour, minute) = (weekday(date, Lang::Zh), row.at.hour(), row.at.minute());
            let when = format!("{of_year}{}月{}日 {weekday} {hour:02}:{minute:02}", date.month(), date.day());
            table.push([when, row.who.clone(), full_width(&row.what), full_width(then)]);
        }
        let widths: Vec<usize> =
            (0..4).map(|column| table.iter().map(|row| width(&row[column])).max().unwrap_or_default()).collect();
        let line = |row: &[String; 4]| {
            let padded: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, wide))| {
                    // The last column is long; padding it would only make lines longer.
                    let wide = if column == 3 { width(cell) } else { *wide };
                    format!("{cell}{}", " ".repeat(wide - width(cell)))
                })
                .collect();
            format!("| {} |", padded.join(" | "))
        };
        let rule: Vec<String> =
            widths.iter().enumerate().map(|(i, wide)| "-".repeat(if i == 3 { 6 } else { wide + 2 })).collect();
        let mut out: Vec<String> = self.before.iter().map(|line| full_width(line)).collect();
        out.push(line(&table[0]));
        out.push(format!("|{}|", rule.join("|")));
        out.extend(table[1..].iter().map(line));
        out.extend(self.after.iter().map(|line| full_width(line)));
        out.join("\n") + "\n"
    }
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn year_in(line: &str) -> Option<i16> {
    let (before, _) = line.split_once('年')?;
    let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
    (digits.len() == 4).then(|| digits.chars().rev().collect::<String>().parse().ok()).flatten()
}

/// 「3月2日 周一 10:00」, 「2027年1月4日 09:00」 or 「10:05」 on the same day as the row above.
fn moment(text: &str, last: Date) -> Result<DateTime, String> {
    let wrong = || format!("看不懂的时间“{text}”，应如“3月2日 周一 10:00”");
    let mut words = text.split_whitespace().peekable();
    let mut date = last;
    if let Some(word) = words.next_if(|word| word.contains('月')) {
        date = day(word, last.year()).ok_or_else(wrong)?;
    }
    if let Some(word) = words.next_if(|word| word.starts_with('周')) {
        let right = weekday(date, Lang::Zh);
        if word != right {
            return Err(format!("{}月{}日是{right}，不是{word}", date.month(), date.day()));
        }
    }
    let (hour, minute) = words.next().and_then(|word| word.split_once([':', '：'])).ok_or_else(wrong)?;
    let (hour, minute) = (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    if words.next().is_some() {
        return Err(wrong());
    }
    let time = jiff::civil::Time::new(hour, minute, 0, 0).map_err(|_| wrong())?;
    Ok(date.to_datetime(time))
}

/// 「3月2日」, with or without a year in front.
pub fn day(text: &str, year: i16) -> Option<Date> {
    let (year, rest) = match text.split_once('年') {
        Some((year, rest)) => (year.parse().ok()?, rest),
        None => (year, text),
    };
    let (month, day) = rest.strip_suffix('日')?.split_once('月')?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Columns a text takes on a screen: a Chinese character takes two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{ffdc}' | '“' | '”' | '‘' | '’' | '…' | '—')
}

/// The text with its punctuation in full width where it stands beside Chinese. Both sides of a comparison pass through here,
/// so that a page does not depend on how a sentence elsewhere was typed.
pub fn full_width(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let near = |at: Option<&char>| at.is_some_and(|c| is_wide(*c));
    let mut out = String::with_capacity(text.len());
    for (i, c) in chars.iter().enumerate() {
        let chinese = near(i.checked_sub(1).and_then(|before| chars.get(before))) || near(chars.get(i + 1));
        out.push(match c {
            ',' if chinese => '，',
            ';' if chinese => '；',
            ':' if chinese => '：',
            '?' if chinese => '？',
            '!' if chinese => '！',
            '(' if chinese => '（',
            ')' if chinese => '）',
            other => *other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# 标题\n\n2026年。\n\n| 何时 | 谁 | 做什么 | 于是 |\n|--|--|--|--|\n| 3月2日 周一 10:00 | 申请人 | 提交「甲」,缺「乙」 | x |\n| 10:05 | 时钟 |  | |\n\n后记。\n";

    #[test]
    fn a_page_is_read_and_written_back_aligned() {
        let page = Page::parse("a.md", PAGE).expect("it is in order");
        assert_eq!((page.rows.len(), page.rows[1].at.to_string().as_str()), (2, "2026-03-02T10:05:00"));
        let filled = page.filled(&["待受理".into(), "(无变化)".into()]);
        assert!(filled.contains("| 3月2日 周一 10:00 | 申请人 | 提交「甲」，缺「乙」 | 待受理 |"), "{filled}");
        assert!(filled.contains("| 3月2日 周一 10:05 | 时钟   |                      | （无变化） |"), "{filled}");
        let again = Page::parse("a.md", &filled).expect("what was written can be read");
        assert_eq!(again.filled(&["待受理".into(), "(无变化)".into()]), filled);
    }

    #[test]
    fn what_cannot_be_understood_names_its_line() {
        for (from, to, line) in [
            ("周一", "周二", 7),
            ("| 申请人 |", "|", 7),
            ("10:05", "09:00", 8),
            ("10:05", "25:00", 8),
            ("2026年", "今年", 5),
            ("# 标题", "标题", 1),
            ("做什么", "干什么", 5),
        ] {
            let broken = PAGE.replacen(from, to, 1);
            let fault = Page::parse("a.md", &broken).expect_err(to);
            assert_eq!(fault.line, line, "{fault}");
        }
    }
}

//! Reading a calendar from its CSV text, and saying with file and line what is wrong with it.
//!
//! Lines that begin with `#` are remarks; those of the form `# key: value` with a known key describe the calendar. Then
//! comes the head line and one line for each named day: `date,kind,name,name_en,notice`.

use super::{Calendar, Named, NamedKind, table};
use crate::problem::{Problem, Severity};
use crate::text::Text;
use jiff::civil::{Date, Weekday, date};
use std::collections::BTreeMap;

const HEAD: &str = "date,kind,name,name_en,notice";
/// What the tables span; a notice for a day outside them is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

struct Reader<'a> {
    path: &'a str,
    problems: Vec<Problem>,
    version: Option<u32>,
    known_from: Option<Date>,
    known_until: Option<Date>,
    source: String,
    named: BTreeMap<Date, Named>,
    /// Where each day was first named, so that a second mention can point at it.
    lines: BTreeMap<Date, usize>,
}

impl Calendar {
    /// Reads a calendar. What is wrong is reported and left out; the calendar holds the rest, so that every problem of the
    /// file is found in one go. A calendar with errors must not be put to use.
    pub fn parse(path: &str, text: &str) -> (Calendar, Vec<Problem>) {
        let mut reader = Reader {
            path,
            problems: Vec::new(),
            version: None,
            known_from: None,
            known_until: None,
            source: String::new(),
            named: BTreeMap::new(),
            lines: BTreeMap::new(),
        };
        let mut head_seen = false;
        for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines().map(str::trim)) {
            if let Some(remark) = text.strip_prefix('#') {
                reader.remark(line, remark);
            } else if text.is_empty() || (text == HEAD && !head_seen) {
                head_seen |= text == HEAD;
            } else {
                reader.row(line, text);
            }
        }
        if !head_seen {
            reader.error(
                0,
                "calendar-head",
                Text::new("缺少表头", "The head line is missing"),
                Text::new(format!("在数据前写「{HEAD}」"), format!("write “{HEAD}” before the days")),
            );
        }
        reader.finish()
    }
}

impl Reader<'_> {
    fn remark(&mut self, line: usize, remark: &str) {
        let Some((key, value)) = remark.split_once(':') else { return };
        let (key, value) = (key.trim(), value.trim());
        match key {
            "version" => self.version = Some(self.version(line, value)),
            "known-from" => self.known_from = self.date(line, value),
            "known-until" => self.known_until = self.date(line, value),
            "source" => value.clone_into(&mut self.source),
            _ => {}
        }
    }

    fn version(&mut self, line: usize, text: &str) -> u32 {
        text.parse().ok().filter(|version| *version > 0).unwrap_or_else(|| {
            self.error(
                line,
                "calendar-version",
                Text::new(format!("「{text}」不是版本号"), format!("“{text}” is not a version number")),
                Text::new("写从1起的整数，每次导入加一", "write a whole number from 1, one more with each import"),
            );
            0
        })
    }

    fn row(&mut self, line: usize, text: &str) {
        let fields: Vec<&str> = text.split(',').map(str::trim).collect();
        let &[day, kind, name, name_en, notice] = fields.as_slice() else {
            let found = fields.len();
            return self.error(
                line,
                "calendar-columns",
                Text::new(format!("应有5列，实有{found}列"), format!("5 columns are wanted, {found} were found")),
                Text::new(format!("按「{HEAD}」填写"), format!("fill in “{HEAD}”")),
            );
        };
        let Some(day) = self.date(line, day) else { return };
        let kind = match kind {
            "holiday" => NamedKind::Holiday,
            "workday" => NamedKind::MakeUp,
            _ => {
                return self.error(
                    line,
                    "calendar-kind",
                    Text::new(format!("「{kind}」不是日期种类"), format!("“{kind}” is not a kind of day")),
                    Text::new("写 holiday(放假)或 workday(上班)", "write holiday or workday"),
                );
            }
        };
        if !YEARS.contains(&day.year()) {
            return self.error(
                line,
                "calendar-year",
                Text::new(format!("{day} 不在2000至2100年之间"), format!("{day} is not between 2000 and 2100")),
                Text::new("请核对年份", "check the year"),
            );
        }
        if let Some(first) = self.lines.get(&day) {
            let first = *first;
            return self.error(
                line,
                "calendar-doubled-day",
                Text::new(format!("{day} 在第{first}行已经列出"), format!("{day} is already listed in line {first}")),
                Text::new("保留其中一行", "keep one of the two lines"),
            );
        }
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if kind == NamedKind::MakeUp && !weekend {
            return self.error(
                line,
                "calendar-workday-on-weekday",
                Text::new(
                    format!("{day} 本来就是工作日，不能调休上班"),
                    format!("{day} is a weekday: it cannot be a make-up working day"),
                ),
                Text::new("请核对通知中的日期", "check the date in the notice"),
            );
        }
        if name.is_empty() || name_en.is_empty() {
            self.error(
                line,
                "calendar-name",
                Text::new(format!("{day} 缺少节日名称"), format!("{day} has no name")),
                Text::new("填写中英文名称", "give the holiday's name in Chinese and English"),
            );
        }
        let announced = notice.parse::<i16>().is_ok_and(|year| year == day.year() || year == day.year() + 1);
        if !announced {
            self.error(
                line,
                "calendar-notice",
                Text::new(format!("{day} 的通知年份「{notice}」不对"), format!("{day} cannot come from the notice “{notice}”")),
                Text::new("写通知所安排的年份：当年或次年", "write the year the notice arranges: that of the day or the next"),
            );
        }
        self.lines.insert(day, line);
        self.named.insert(day, Named { kind, name: Text::new(name, name_en) });
    }

    fn finish(mut self) -> (Calendar, Vec<Problem>) {
        let told = [
            ("version", self.version.is_some()),
            ("known-from", self.known_from.is_some()),
            ("known-until", self.known_until.is_some()),
        ];
        for (key, _) in told.into_iter().filter(|(_, told)| !told) {
            self.error(
                0,
                &format!("calendar-{key}"),
                Text::new(format!("缺少「# {key}: …」一行"), format!("the line “# {key}: …” is missing")),
                Text::new("在文件开头写明", "state it at the head of the file"),
            );
        }
        let known_from = self.known_from.unwrap_or(date(2000, 1, 1));
        let known_until = self.known_until.unwrap_or(date(1999, 12, 31));
        if self.known_from.is_some() && self.known_until.is_some() {
            self.check_span(known_from, known_until);
        }
        let calendar = Calendar::assemble(self.version.unwrap_or(0), known_from, known_until, self.source, self.named);
        self.problems.sort_by_key(|problem| problem.line);
        (calendar, self.problems)
    }

    /// The days must lie in the span the file claims to know, and no year of that span may be empty: a span moved on
    /// without the year's days would make wrong due dates look final.
    fn check_span(&mut self, known_from: Date, known_until: Date) {
        if known_until < known_from || table::days_between(known_from, known_until) > 101 * 366 {
            return self.error(
                0,
                "calendar-span",
                Text::new(
                    format!("已知范围 {known_from} 至 {known_until} 不成立"),
                    format!("the known span {known_from} to {known_until} cannot be"),
                ),
                Text::new("请核对 known-from 与 known-until", "check known-from and known-until"),
            );
        }
        let outside: Vec<(Date, usize)> = self
            .lines
            .iter()
            .filter(|(day, _)| !(known_from..=known_until).contains(*day))
            .map(|(day, line)| (*day, *line))
            .collect();
        for (day, line) in outside {
            self.error(
                line,
                "calendar-outside-span",
                Text::new(
                    format!("{day} 不在已知范围 {known_from} 至 {known_until} 之内"),
                    format!("{day} lies outside the known span {known_from} to {known_until}"),
                ),
                Text::new("新增一年时一并修改 known-until", "move known-until when a year is added"),
            );
        }
        for year in known_from.year()..=known_until.year() {
            if !self.lines.keys().any(|day| day.year() == year) {
                self.error(
                    0,
                    "calendar-empty-year",
                    Text::new(format!("{year}年没有列出任何节假日"), format!("no holiday of {year} is listed")),
                    Text::new("补录该年通知，或改回 known-until", "add the notice of that year, or move known-until back"),
                );
            }
        }
    }

    fn date(&mut self, line: usize, text: &str) -> Option<Date> {
        let parsed = parse_date(text);
        if parsed.is_none() {
            self.error(
                line,
                "calendar-date",
                Text::new(format!("「{text}」不是日期"), format!("“{text}” is not a date")),
                Text::new("写成 2026-01-31 的样子", "write it like 2026-01-31"),
            );
        }
        parsed
    }

    fn error(&mut self, line: usize, rule: &str, message: Text, remedy: Text) {
        let (file, rule) = (self.path.to_owned(), rule.to_owned());
        self.problems.push(Problem { severity: Severity::Error, file, line, rule, message, remedy });
    }
}

/// A date as `2026-01-31` and in no other way; jiff alone would also take times and signed years.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    let plain = text.len() == 10
        && text.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# version: 3\n# known-from: 2026-01-01\n# known-until: 2026-12-31\n# source: the notice\n\
        date,kind,name,name_en,notice\n2026-01-01,holiday,元旦,New Year's Day,2026\n2026-01-04,workday,元旦,New Year's Day,2026\n";

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str)]) {
        let (_, problems) = Calendar::parse("calendar/holidays.csv", text);
        let found: Vec<(usize, &str)> = problems.iter().map(|problem| (problem.line, problem.rule.as_str())).collect();
        assert_eq!(found, expected, "{problems:#?}");
    }

    #[test]
    fn a_good_file_is_read_whole_with_or_without_bom_and_carriage_returns() {
        for text in [GOOD.to_owned(), format!("\u{feff}{}", GOOD.replace('\n', "\r\n"))] {
            check(&text, &[]);
            let (calendar, _) = Calendar::parse("calendar/holidays.csv", &text);
            assert_eq!((calendar.version(), calendar.source()), (3, "the notice"));
            assert_eq!((calendar.known_from(), calendar.known_until()), (date(2026, 1, 1), date(2026, 12, 31)));
            assert!(calendar.is_working(date(2026, 1, 4)) && !calendar.is_working(date(2026, 1, 1)));
        }
    }

    #[test]
    fn each_bad_line_is_reported_at_its_place() {
        for (line, rule) in [
            ("2026-02-30,holiday,春节,Spring Festival,2026", "calendar-date"),
            ("2026/02/15,holiday,春节,Spring Festival,2026", "calendar-date"),
            ("2026-02-15,holyday,春节,Spring Festival,2026", "calendar-kind"),
            ("2026-02-15,holiday,春节,2026", "calendar-columns"),
            ("2026-02-15,holiday,,Spring Festival,2026", "calendar-name"),
            ("2026-02-15,holiday,春节,Spring Festival,2025", "calendar-notice"),
            ("2026-01-01,holiday,春节,Spring Festival,2026", "calendar-doubled-day"),
            ("2026-02-13,workday,春节,Spring Festival,2026", "calendar-workday-on-weekday"),
            ("2027-02-13,workday,春节,Spring Festival,2027", "calendar-outside-span"),
            ("0026-02-15,holiday,春节,Spring Festival,2026", "calendar-year"),
        ] {
            check(&format!("{GOOD}{line}\n"), &[(8, rule)]);
        }
    }

    #[test]
    fn what_the_head_of_the_file_lacks_is_reported() {
        check(&GOOD.replace("# version: 3\n", ""), &[(0, "calendar-version")]);
        check(&GOOD.replace("version: 3", "version: three"), &[(1, "calendar-version")]);
        check(&GOOD.replace("# known-until: 2026-12-31\n", ""), &[(0, "calendar-known-until")]);
        check(&GOOD.replace("known-until: 2026", "known-until: 2027"), &[(0, "calendar-empty-year")]);
        check(&GOOD.replace("known-until: 2026", "known-until: 2025"), &[(0, "calendar-span")]);
        check(&GOOD.replace("date,kind,name,name_en,notice\n", ""), &[(0, "calendar-head")]);
        let all = ["calendar-head", "calendar-version", "calendar-known-from", "calendar-known-until"];
        check("", &all.map(|rule| (0, rule)));
    }
}

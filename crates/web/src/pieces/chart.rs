//! Figures and charts. A bar chart is its own table of numbers; a chart of columns has its table beside it.

use maud::{Markup, html};
use rulebook::Lang;

use super::date::short_day;
use super::{Tone, words};
use jiff::civil::Date;

/// One large number with its name: 「超期 3 件」.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figure<'a> {
    pub name: &'a str,
    pub number: &'a str,
    pub unit: &'a str,
    pub note: &'a str,
    pub tone: Tone,
    /// Where the matters behind the number are listed.
    pub href: Option<&'a str>,
}

pub fn figure(figure: &Figure<'_>, lang: Lang) -> Markup {
    html! {
        div .figure .(figure.tone.class()) {
            @if let Some(href) = figure.href { a href=(href) { (words(figure.name, lang)) } } @else { span { (words(figure.name, lang)) } }
            span .n { (figure.number) @if !figure.unit.is_empty() { small { " " (words(figure.unit, lang)) } } }
            @if !figure.note.is_empty() { span .small.muted { (words(figure.note, lang)) } }
        }
    }
}

/// One line of a bar chart: a name and its parts, each a number.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    pub name: Markup,
    pub parts: Vec<u64>,
}

/// Bars one below the other, each divided into the `parts` that the key names; the numbers stand in the same row.
pub fn bars(caption: &str, parts: &[(&str, Tone)], rows: &[Bar], lang: Lang) -> Markup {
    let longest = rows.iter().map(|row| row.parts.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    drawn(caption, parts, rows, &|numbers| bar(numbers, parts, longest), lang)
}

/// The same where each part is a part of the one before it (for whom it is, who was told): bars that all begin at the left, one below
/// the other.
pub fn steps(caption: &str, parts: &[(&str, Tone)], rows: &[Bar], lang: Lang) -> Markup {
    let longest = rows.iter().flat_map(|row| row.parts.first().copied()).max().unwrap_or(0).max(1);
    let share = |number: u64| format!("{:.2}%", number as f64 * 100.0 / longest as f64);
    let high = 100.0 / parts.len().max(1) as f64;
    let step = |numbers: &[u64]| {
        html! {
            svg aria-hidden="true" focusable="false" {
                @for (at, (number, (_, tone))) in numbers.iter().zip(parts).enumerate() {
                    rect .(fill(*tone)) y=(format!("{:.2}%", high * at as f64)) width=(share(*number)) height=(format!("{high:.2}%")) {}
                }
            }
        }
    };
    drawn(caption, parts, rows, &step, lang)
}

fn drawn(caption: &str, parts: &[(&str, Tone)], rows: &[Bar], bar: &dyn Fn(&[u64]) -> Markup, lang: Lang) -> Markup {
    html! {
        div .table-wrap.cards.bars { table role="table" {
            caption { (words(caption, lang)) }
            thead role="rowgroup" { tr role="row" {
                th role="columnheader" scope="col" { span .vh { (lang.say("名称", "Name")) } }
                @for (name, tone) in parts { th .num role="columnheader" scope="col" { (swatch(*tone)) (words(name, lang)) } }
                th role="columnheader" scope="col" { span .vh { (lang.say("图示", "Chart")) } }
            } }
            tbody role="rowgroup" { @for row in rows { tr role="row" {
                th role="rowheader" scope="row" { (row.name) }
                @for (number, (name, _)) in row.parts.iter().zip(parts) { td .num role="cell" data-label=(name) { (number) } }
                td .bar role="cell" { (bar(&row.parts)) }
            } } }
        } }
    }
}

fn swatch(tone: Tone) -> Markup {
    html! { svg .swatch viewBox="0 0 10 10" aria-hidden="true" focusable="false" { rect .(fill(tone)) width="10" height="10" {} } }
}

fn bar(numbers: &[u64], parts: &[(&str, Tone)], longest: u64) -> Markup {
    let mut from = 0;
    let pieces: Vec<(u64, u64, Tone)> = numbers
        .iter()
        .zip(parts)
        .map(|(number, (_, tone))| {
            let start = from;
            from += number;
            (start, *number, *tone)
        })
        .collect();
    let share = |number: u64| format!("{:.2}%", number as f64 * 100.0 / longest as f64);
    html! {
        svg aria-hidden="true" focusable="false" {
            @for (start, number, tone) in pieces { rect .(fill(tone)) x=(share(start)) width=(share(number)) height="100%" {} }
        }
    }
}

/// Columns side by side over time, with an optional goal line (`(name, value)`) and the numbers as a table below.
pub fn columns(title: &str, points: &[(String, u64)], goal: Option<(&str, u64)>, lang: Lang) -> Markup {
    const WIDE: f64 = 640.0;
    const HIGH: f64 = 200.0;
    let top = points.iter().map(|(_, number)| *number).chain(goal.map(|(_, number)| number)).max().unwrap_or(0).max(1) as f64;
    let slot = WIDE / points.len().max(1) as f64;
    let y = |number: u64| HIGH - number as f64 / top * (HIGH - 24.0);
    // At most about a dozen names fit below.
    let every = points.len().div_ceil(12).max(1);
    html! {
        figure .figure {
            figcaption .strong { (words(title, lang)) }
            svg .columns viewBox=(format!("0 0 {WIDE} {}", HIGH + 24.0)) aria-hidden="true" focusable="false" {
                @for (at, (name, number)) in points.iter().enumerate() {
                    @let middle = slot * (at as f64 + 0.5);
                    rect .fill-info x=(px(middle - slot * 0.32)) y=(px(y(*number))) width=(px(slot * 0.64)) height=(px(HIGH - y(*number))) {}
                    @if at % every == 0 {
                        text x=(px(middle)) y=(px(y(*number) - 5.0)) text-anchor="middle" { (number) }
                        text x=(px(middle)) y=(px(HIGH + 18.0)) text-anchor="middle" { (name) }
                    }
                }
                line .axis x1="0" x2=(WIDE) y1=(HIGH) y2=(HIGH) {}
                @if let Some((_, number)) = goal { line .goal x1="0" x2=(WIDE) y1=(px(y(number))) y2=(px(y(number))) {} }
            }
            @if let Some((name, number)) = goal { p .small { (lang.say("虚线：", "Dashed line: ")) (words(name, lang)) " " (number) } }
            details .more {
                summary { (lang.say("看数字", "See the numbers")) }
                table {
                    caption .vh { (words(title, lang)) }
                    tbody { @for (name, number) in points { tr { th scope="row" { (words(name, lang)) } td .num { (number) } } } }
                }
            }
        }
    }
}

/// One line of a chart in time: what lies between two days.
#[derive(Debug, Clone)]
pub struct Span {
    pub name: String,
    pub from: Date,
    pub until: Date,
    pub tone: Tone,
}

/// Spans below each other on one scale of days, with a line for today; the days stand beside each as text.
pub fn spans(caption: &str, rows: &[Span], from: Date, today: Date, lang: Lang) -> Markup {
    let first = rows.iter().map(|row| row.from).chain([from]).min().unwrap_or(from);
    let last = rows.iter().map(|row| row.until).chain([today]).max().unwrap_or(today);
    let days = |until: Date| (until - first).get_days().max(0);
    let whole = f64::from((last - first).get_days().max(0) + 1);
    let share = |days: i32| format!("{:.2}%", f64::from(days) * 100.0 / whole);
    html! {
        div .table-wrap.cards.bars { table role="table" {
            caption { (words(caption, lang)) }
            thead role="rowgroup" { tr role="row" {
                th role="columnheader" scope="col" { (lang.say("手续", "Part")) }
                th role="columnheader" scope="col" { (lang.say("日期", "Days")) }
                th role="columnheader" scope="col" { span .vh { (lang.say("图示", "Chart")) } }
            } }
            tbody role="rowgroup" { @for row in rows { tr role="row" {
                th role="rowheader" scope="row" { (words(&row.name, lang)) }
                td .small.nowrap role="cell" data-label=(lang.say("日期", "Days")) { span { (short_day(row.from, lang)) " – " (short_day(row.until, lang)) } }
                td .bar role="cell" {
                    svg aria-hidden="true" focusable="false" {
                        rect .(fill(row.tone)) x=(share(days(row.from))) width=(share(days(row.until) - days(row.from) + 1)) height="100%" {}
                        rect .fill-bad x=(share(days(today))) width="2" height="100%" {}
                    }
                }
            } } }
        } }
    }
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}

fn fill(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "fill-plain",
        Tone::Info => "fill-info",
        Tone::Good => "fill-good",
        Tone::Warn => "fill-warn",
        Tone::Bad => "fill-bad",
        Tone::Rest => "fill-rest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_follow_one_another_and_the_longest_fills_the_width() {
        let parts = [("正常", Tone::Good), ("超期", Tone::Bad)];
        let rows = [Bar { name: html! { "甲" }, parts: vec![3, 1] }, Bar { name: html! { "乙" }, parts: vec![1, 0] }];
        let text = bars("在办", &parts, &rows, Lang::Zh).into_string();
        assert!(text.contains(r#"x="0.00%" width="75.00%""#) && text.contains(r#"x="75.00%" width="25.00%""#), "{text}");
    }

    #[test]
    fn steps_all_begin_at_the_left_and_are_measured_by_the_first() {
        let parts = [("相合", Tone::Info), ("告知", Tone::Good)];
        let text = steps("触达", &parts, &[Bar { name: html! { "甲" }, parts: vec![8, 2] }], Lang::Zh).into_string();
        let (first, second) = (r#"y="0.00%" width="100.00%" height="50.00%""#, r#"y="50.00%" width="25.00%" height="50.00%""#);
        assert!(text.contains(first) && text.contains(second), "{text}");
    }

    #[test]
    fn nothing_to_draw_is_drawn_without_dividing_by_zero() {
        let text =
            columns("近 7 日", &[], Some(("承诺", 0)), Lang::Zh).into_string() + &bars("无", &[], &[], Lang::Zh).into_string();
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}

//! `/workbench/week`: one week on one page, to be printed for the Monday meeting. Serves measures 9 and 15.

use super::frame::{head, page};
use super::supervision::{Board, ROLES, reasons, share};
use super::wording::{agency_name, item_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::chart::{Figure, figure};
use crate::pieces::date;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{Tone, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::Moment;
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::{Lang, Rulebook};
use store::reader::{Filter, ItemMinutes, Week};

/// Lines of each list, so that the page stays one page.
pub(crate) const LINES: usize = 10;

pub fn routes() -> Router<App> {
    Router::new().route("/week", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

/// The Monday of the week in which a day lies.
pub(crate) fn monday_of(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(back.days()).unwrap_or(day)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let asked = visitor.asked();
    let monday = monday_of(asked.get("from").parse().unwrap_or(now.day()));
    let next = monday.checked_add(7.days()).unwrap_or(monday);
    let last = monday.checked_sub(7.days()).unwrap_or(monday);
    let sunday = monday.checked_add(6.days()).unwrap_or(monday);
    let (from, until) = (Moment::start_of(monday), Moment::start_of(next));
    let live = app.office.rulebooks.live()?;
    let rules = &live.rules;
    let reader = super::reader(app, visitor).await?;
    let (week, before) = (reader.week(from, until).await?, reader.week(Moment::start_of(last), from).await?);
    let board = Board::read(app, officer, &reader, rules).await?;
    let red = reader.red_list(&Filter::default(), None, LINES, now).await?;
    let reasons = reasons(&reader, &red.rows).await?;
    let special = board.special.values().sum();
    let mut minutes = reader.minutes(from, until).await?;
    minutes.sort_by_key(|item| std::cmp::Reverse(item.decided));
    let title = lang.say("一页周报", "The week on one page");
    let lead = format!("{} — {}", date::day_text(monday, lang), date::day_text(sunday, lang));
    let buttons = html! {
        (link_button(&format!("/workbench/week?from={last}"), lang.say("← 上一周", "← Week before"), Look::Second, None))
        (link_button(&format!("/workbench/week?from={next}"), lang.say("下一周 →", "Next week →"), Look::Second, None))
    };
    let body = html! {
        (head(title, &lead, buttons, lang))
        div .stack.one-page {
            (figures(&week, &before, &board, lang))
            section .stack-s { h2 { (lang.say("各机关现状", "How each body stands now")) } (agencies(&board, rules, lang)) }
            section .stack-s {
                h2 { (lang.say("红灯最久的", "Red for the longest")) }
                @if red.rows.is_empty() { p { (lang.say("没有红灯。", "Nothing is red.")) } }
                ol { @for row in &red.rows { li {
                    (words(item_name(rules, &row.item, lang), lang)) (lang.say("，", ", ")) (words(agency_name(rules, &row.agency, lang), lang)) " " a .num href=(format!("/workbench/cases/{}", row.no)) { (row.no) }
                    @if let Some(since) = row.red_since { " · " (lang.say("红灯起于 ", "red since ")) (date::short_day(since.day(), lang)) }
                    " · " @match reasons.get(&row.no) { Some(reason) => { (words(reason, lang)) } None => { strong { (lang.say("尚未公开原因", "no reason published")) } } }
                } } }
            }
            section .stack-s {
                h2 { (lang.say("特别程序", "Special procedures")) }
                p { (special_said(special, board.total().open, lang)) }
            }
            section .stack-s { h2 { (lang.say("首问到办结", "First contact to result")) } (lengths(&minutes, rules, lang)) }
            p .muted.small { (lang.say("只统计您有权查看的办件。生成于 ", "Only cases that you may see are counted. Made at ")) (date::moment(now.wall(), lang)) }
        }
    };
    let way = vec![Crumb::to("/workbench/supervision", lang.say("督办看板", "Supervision"))];
    Ok(page(visitor, title, way, body))
}

fn figures(week: &Week, before: &Week, board: &Board, lang: Lang) -> Markup {
    let one = |name, number: String, note: String, tone| {
        figure(&Figure { name, number: &number, note: &note, tone, ..Figure::default() }, lang)
    };
    let then = |number: u64| format!("{}{number}", lang.say("上周 ", "week before "));
    let low = match lang {
        Lang::Zh => format!("差评 {}", week.rated_low),
        Lang::En => format!("{} of them low", week.rated_low),
    };
    html! {
        div .grid.figures {
            (one(lang.say("收到申请", "Submitted"), week.submitted.to_string(), then(before.submitted), Tone::Info))
            (one(lang.say("办结", "Decided"), week.decided().to_string(), then(before.decided()), Tone::Info))
            (one(lang.say("按时办结率", "On time"), share(week.on_time, week.decided()), then_share(before, lang), Tone::Plain))
            (one(lang.say("新增红灯", "Turned red"), week.turned_red.to_string(), then(before.turned_red), if week.turned_red > 0 { Tone::Bad } else { Tone::Good }))
            (one(lang.say("视为受理", "Deemed accepted"), week.deemed.to_string(), then(before.deemed), if week.deemed > 0 { Tone::Warn } else { Tone::Good }))
            (one(lang.say("评价", "Ratings"), week.rated.to_string(), low, if week.rated_low > 0 { Tone::Warn } else { Tone::Plain }))
            (one(lang.say("在办", "Open now"), board.total().open.to_string(), String::new(), Tone::Plain))
        }
    }
}

fn then_share(before: &Week, lang: Lang) -> String {
    format!("{}{}", lang.say("上周 ", "week before "), share(before.on_time, before.decided()))
}

fn special_said(running: u64, open: u64, lang: Lang) -> String {
    let share = share(running, open);
    match lang {
        Lang::Zh => format!("正在进行 {running} 件，占在办件的 {share}。这些时间依法不计入期限，要盯住预计结束日。"),
        Lang::En => {
            format!("Running: {running}, {share} of the open cases. Their time does not count, so watch the expected end.")
        }
    }
}

fn agencies(board: &Board, rules: &Rulebook, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("机关", "Body")),
        Column::numeric(lang.say("在办", "Open")),
        Column::numeric(lang.say("红灯", "Red")),
        Column::numeric(lang.say("黄灯", "Yellow")),
        Column::numeric(lang.say("特别程序", "Special")),
        Column::numeric(lang.say("30 天按时率", "On time in 30 days")),
    ];
    let rows = board.agencies.iter().map(|one| {
        Row::new(vec![
            words(agency_name(rules, &one.agency, lang), lang),
            html! { (one.open) },
            html! { (one.red) },
            html! { (one.yellow) },
            html! { (board.special_of(&one.agency)) },
            html! { (share(one.on_time, one.decided)) },
        ])
    });
    let caption = lang.say("各机关现状", "How each body stands now");
    let empty = html! { p { (lang.say("没有办件。", "There are no cases.")) } };
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn lengths(all: &[ItemMinutes], rules: &Rulebook, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("事项", "Item")),
        Column::numeric(lang.say("办结", "Decided")),
        Column::numeric(lang.say("中位用时", "Median")),
        Column::numeric(lang.say("九成不超过", "Nine of ten within")),
    ];
    let rows = all.iter().take(LINES).map(|one| {
        Row::new(vec![
            words(item_name(rules, &one.item, lang), lang),
            html! { (one.decided) },
            html! { (length(one.median, lang)) },
            html! { (length(one.p90, lang)) },
        ])
    });
    let caption = lang.say("从首次接触到有结果的时间", "Time from the first contact to a result");
    let empty = html! { p { (lang.say("本周没有办结。", "Nothing was decided this week.")) } };
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

/// Minutes as people say them.
fn length(minutes: i64, lang: Lang) -> String {
    match (minutes, lang) {
        (0..60, Lang::Zh) => format!("{minutes} 分钟"),
        (0..60, Lang::En) => format!("{minutes} min"),
        (60..2_880, Lang::Zh) => format!("{:.1} 小时", minutes as f64 / 60.0),
        (60..2_880, Lang::En) => format!("{:.1} h", minutes as f64 / 60.0),
        (_, Lang::Zh) => format!("{:.1} 天", minutes as f64 / 1_440.0),
        (_, Lang::En) => format!("{:.1} days", minutes as f64 / 1_440.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_week_begins_on_monday() {
        for day in 2..=8 {
            assert_eq!(monday_of(date(2026, 3, day)), date(2026, 3, 2));
        }
        assert_eq!(monday_of(date(2026, 3, 1)), date(2026, 2, 23));
    }

    #[test]
    fn a_length_is_said_in_the_unit_people_use() {
        fn check(minutes: i64, zh: &str) {
            assert_eq!(length(minutes, Lang::Zh), zh);
        }
        check(12, "12 分钟");
        check(90, "1.5 小时");
        check(14_400, "10.0 天");
    }
}

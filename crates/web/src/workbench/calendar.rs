//! `/workbench/calendar`: the working-day calendar, and the next State Council notice added to it. Versions are only ever appended;
//! before that is done, the page shows which provisional due days would move (decision 3). Serves measure 9.

use super::frame::{carried, done, head, page, say_done};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::checked::problems;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casework::{Act, Actor, CaseNo, Event, Scene, decide};
use jiff::civil::Date;
use maud::{Markup, html};
use office::rulebooks::CALENDAR;
use rulebook::procedure::Role;
use rulebook::{Calendar, Lang, Severity};

const ROLES: &[Role] = &[Role::Administrator, Role::Publisher, Role::Supervisor];
const MAY_IMPORT: &[Role] = &[Role::Administrator, Role::Publisher];

/// Provisional cases that are looked at for the preview.
const LOOKED_AT: u32 = 500;

pub fn routes() -> Router<App> {
    Router::new().route("/calendar", get(show).post(send))
}

/// A due day that another calendar would move.
struct Move {
    no: CaseNo,
    clock: String,
    from: Date,
    to: Date,
}

/// What a new text of the calendar would do.
struct Preview {
    text: String,
    calendar: Calendar,
    found: Vec<rulebook::Problem>,
    moves: Vec<Move>,
    looked: usize,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &Posted::default(), Vec::new(), None).await)
}

async fn view(
    app: &App,
    visitor: &Visitor,
    typed: &Posted,
    notices: Vec<Notice>,
    preview: Option<&Preview>,
) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let today = app.office.now().await?.day();
    let calendar = app.office.rulebooks.calendar();
    let left = calendar.days_until_end(today);
    let facts = [
        SummaryRow::new(lang.say("版本", "Version"), html! { (calendar.version()) }),
        SummaryRow::new(
            lang.say("已公布到", "Announced until"),
            html! { (date::day(calendar.known_until(), lang)) " " @if left <= 60 { strong { "（" (lang.say("还有 ", "in ")) (left.max(0)) (lang.say(" 天", " days")) "）" } } },
        ),
        SummaryRow::new(lang.say("来源", "Source"), words(calendar.source(), lang)),
    ];
    let title = lang.say("工作日历", "Working-day calendar");
    let lead = lang.say(
        "公布下一年放假安排后在这里追加。已告知的到期日各按当时的版本，不改写。",
        "Add the next holiday notice here. Days that were told keep the version they were told by.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            (summary_list(&facts, lang))
            @if let Some(preview) = preview { (previewed(preview, visitor)) }
            @if visitor.officer_of_district(MAY_IMPORT).is_ok() {
                section .card.stack-s { h2 { (lang.say("追加放假安排", "Add a notice")) } (form(visitor, typed)) }
            }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.notices = notices;
    say_done(
        &mut page,
        visitor,
        &[(
            "imported",
            "日历已追加。有变化的办件会自动重新计算，日期真有变动的才通知申请人。",
            "Added. Provisional cases are counted anew by themselves; people are told where a day has really moved.",
        )],
    );
    Ok(page)
}

fn form(visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let rows = Control::Area { value: typed.get("rows"), rows: 10 };
    html! {
        form .form method="post" action="/workbench/calendar" enctype="multipart/form-data" {
            (carried(visitor, 0))
            (field(&Field::new("until", lang.say("这份安排公布到哪一天", "Announced until"), Control::Date { value: typed.get("until") }).required().hint(lang.say("一般是当年 12 月 31 日。", "Usually 31 December of that year.")), lang))
            (field(&Field::new("rows", lang.say("新增的日子", "The days"), rows).hint(lang.say("每行：日期,holiday 或 workday,名称，英文名，通知年份。例：2027-01-01,holiday,元旦,New Year,2027", "A line each: date,holiday or workday,name,English name,year of the notice. For example 2027-01-01,holiday,元旦,New Year,2027")), lang))
            (field(&Field::new("file", lang.say("或者上传 CSV", "Or upload a CSV"), Control::Files(crate::pieces::files::Uploads { accept: ".csv,text/csv", ..Default::default() })), lang))
            div .buttons { (button(&Button::new(lang.say("先看影响", "Show what it would move")).named("how", "look"))) }
        }
    }
}

fn previewed(preview: &Preview, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let errors = preview.found.iter().any(|problem| problem.severity == Severity::Error);
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("期限", "Clock")),
        Column::new(lang.say("原到期日", "Was due")),
        Column::new(lang.say("新到期日", "Will be due")),
    ];
    let rows = preview.moves.iter().map(|one| {
        Row::new(vec![
            html! { span .num { (one.no) } },
            html! { (one.clock) },
            date::day(one.from, lang),
            date::day(one.to, lang),
        ])
    });
    let said = match lang {
        Lang::Zh => format!("看了 {} 件到期日暂定的在办件，{} 个到期日会变。", preview.looked, preview.moves.len()),
        Lang::En => {
            format!("Of {} open cases with a provisional day, {} due days would move.", preview.looked, preview.moves.len())
        }
    };
    let caption = lang.say("会变的到期日", "Due days that would move");
    html! {
        section .card.stack-s {
            h2 { (lang.say("影响", "What it would move")) }
            (problems(&preview.found, lang))
            @if !errors {
                p { (lang.say("新版本 ", "New version ")) (preview.calendar.version()) "，" (lang.say("公布到 ", "announced until ")) (date::day(preview.calendar.known_until(), lang)) }
                p { (said) }
                (table(&Table { caption, columns: &columns, rows: rows.collect(), ..Table::default() }, lang))
                form method="post" action="/workbench/calendar" {
                    (carried(visitor, preview.calendar.version()))
                    input type="hidden" name="text" value=(preview.text);
                    div .buttons { (button(&Button::new(lang.say("确认追加", "Add it")).look(Look::Main).named("how", "add"))) }
                }
            }
        }
    }
}

/// The text of the next version: the one that counts, with a higher number, another end and further rows.
fn next_text(old: &str, version: u32, until: Date, rows: &str) -> String {
    let mut text = String::with_capacity(old.len() + rows.len());
    for line in old.trim_end().lines() {
        let plain = line.trim();
        if plain.starts_with("# version:") {
            text.push_str(&format!("# version: {version}"));
        } else if plain.starts_with("# known-until:") {
            text.push_str(&format!("# known-until: {until}"));
        } else {
            text.push_str(line);
        }
        text.push('\n');
    }
    for row in rows.trim_start_matches('\u{feff}').lines().map(str::trim) {
        // An uploaded file has a head and perhaps comments of its own.
        if !row.is_empty() && !row.starts_with('#') && !row.starts_with("date,") {
            text.push_str(row);
            text.push('\n');
        }
    }
    text
}

async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_of_district(MAY_IMPORT)?;
        let lang = visitor.lang;
        let store = &app.office.store;
        let latest = store.latest_calendar().await?;
        let (newest, old) = latest.map_or((0, String::new()), |kept| (kept.version, kept.text));
        if posted.get("how") == "add" {
            let (calendar, found) = Calendar::parse(CALENDAR, posted.get("text"));
            let faulty = found.iter().any(|problem| problem.severity == Severity::Error);
            let now = app.office.now().await?;
            let added = !faulty
                && calendar.version() > newest
                && store.append_calendar(calendar.version(), posted.get("text"), &officer.id.0, now).await?;
            if !added {
                let text = lang.say("刚刚有人追加了另一版，请重新核对。", "Somebody has just added another version; look again.");
                return Ok(view(&app, &visitor, &posted, vec![Notice::new(Tone::Bad, text)], None).await?.into_response());
            }
            app.office.rulebooks.refresh(store, now).await?;
            app.office.wake();
            return Ok(done("/workbench/calendar", "imported"));
        }
        let uploaded = posted.files().first().map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
        let rows = uploaded.unwrap_or_else(|| posted.get("rows").to_owned());
        let Ok(until) = posted.get("until").parse::<Date>() else {
            let text = lang.say("请填写公布到哪一天。", "Say until when it is announced.");
            return Ok(view(&app, &visitor, &posted, vec![Notice::new(Tone::Bad, text)], None).await?.into_response());
        };
        let text = next_text(&old, newest + 1, until, &rows);
        let (calendar, found) = Calendar::parse(CALENDAR, &text);
        let (moves, looked) = moves(&app, &calendar).await?;
        let preview = Preview { text, calendar, found, moves, looked };
        Ok::<_, Problem>(view(&app, &visitor, &posted, Vec::new(), Some(&preview)).await?.into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

/// What the timekeeper would find if this were the calendar: the very decision it makes, without keeping it.
async fn moves(app: &App, calendar: &Calendar) -> Result<(Vec<Move>, usize), Problem> {
    let cases = app.office.store.provisional_cases(None, LOOKED_AT).await?;
    let mut moves = Vec::new();
    for no in &cases {
        let found = app.office.scene(no, &Actor::Clock, |scene| {
            let scene = Scene { calendar, ..*scene };
            let decided = decide(&scene, &Act::CheckClocks).ok();
            let records = decided.map(|decided| decided.records).unwrap_or_default();
            records
                .into_iter()
                .filter_map(|record| match record.event {
                    Event::ClockMoved { clock, told } => {
                        let from = scene.case.clock(&clock).map_or(told.due, |known| known.due);
                        (from != told.due).then(|| Move { no: no.clone(), clock, from, to: told.due })
                    }
                    _ => None,
                })
                .collect::<Vec<_>>()
        });
        moves.extend(found.await?.unwrap_or_default());
    }
    Ok((moves, cases.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_next_version_keeps_the_old_days_and_adds_the_new() {
        let old = "# version: 1\n# known-from: 2026-01-01\n# known-until: 2026-12-31\ndate,kind,name,name_en,notice\n2026-01-01,holiday,元旦,New Year,2026\n";
        let rows = "\u{feff}# a comment\ndate,kind,name,name_en,notice\n2027-01-01,holiday,元旦,New Year,2027\n\n";
        let text = next_text(old, 2, date(2027, 12, 31), rows);
        let (calendar, problems) = Calendar::parse(CALENDAR, &text);
        assert!(problems.is_empty(), "{problems:?}\n{text}");
        assert_eq!((calendar.version(), calendar.known_until()), (2, date(2027, 12, 31)));
        assert!(!calendar.is_working(date(2027, 1, 1)) && !calendar.is_working(date(2026, 1, 1)));
    }
}

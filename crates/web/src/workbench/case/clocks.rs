//! The clocks of a case, and `/workbench/cases/{no}/clocks/{clock}`: line by line which day counted, which did not, and why.
//! Computed anew from the journal every time, so it can be told years later. Serves measure 9.

use super::dossier::Dossier;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::clock::Clock as Shown;
use crate::pieces::day_table::{CountedDay, DayKind, day_table};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::{Light, example_mark, light_saying};
use crate::pieces::{Tone, clock as pieces_clock, date, words};
use crate::visitor::Visitor;
use crate::workbench::acts::questions::clock_name;
use crate::workbench::wording::{item_name, left};
use axum::extract::{Path, State};
use axum::response::Response;
use casework::clock::{Clock, Standing};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::calendar::{PauseRule, Why};
use rulebook::definition::Standing as Known;
use rulebook::procedure::{ClockRule, OnExpiry, WaitsFor};

/// How a clock stands, for the eye.
pub fn light(clock: &Clock, today: Date) -> Light {
    match clock.standing {
        _ if clock.binds_office && clock.expired.is_some() => Light::Overdue,
        Standing::Stopped => Light::Done,
        Standing::Paused => Light::Paused,
        Standing::Running if clock.held.is_some() => Light::Provisional,
        Standing::Running if clock.due < today => Light::Overdue,
        Standing::Running if clock.warn <= today => Light::Soon,
        Standing::Running => Light::Normal,
    }
}

/// The same in its case: time that has run while nobody owed anything makes nobody late, such as the days of a public notice.
fn light_in(dossier: &Dossier, clock: &Clock) -> Light {
    if has_run(dossier, clock) { Light::Done } else { light(clock, dossier.now.day()) }
}

fn has_run(dossier: &Dossier, clock: &Clock) -> bool {
    let only_reminds = |rule: &ClockRule| rule.duty == WaitsFor::Others && rule.on_expiry == OnExpiry::Remind;
    clock.standing == Standing::Running && clock.due < dossier.now.day() && rule(dossier, &clock.code).is_some_and(only_reminds)
}

fn words_of(dossier: &Dossier, clock: &Clock, lang: Lang) -> String {
    match clock.standing {
        Standing::Running if has_run(dossier, clock) => lang.say("已满", "has run").to_owned(),
        Standing::Running => left(&dossier.calendar, dossier.now.day(), clock.due, lang),
        Standing::Paused => lang.say("暂停计时", "paused").to_owned(),
        Standing::Stopped if clock.binds_office && clock.expired.is_some() => lang.say("曾超期", "was missed").to_owned(),
        Standing::Stopped => lang.say("已停止", "stopped").to_owned(),
    }
}

/// The latest run of each clock, those that run first.
pub fn latest(dossier: &Dossier) -> Vec<&Clock> {
    let mut codes: Vec<&str> = dossier.case.clocks.iter().map(|clock| clock.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut clocks: Vec<&Clock> = codes.into_iter().filter_map(|code| dossier.case.clock(code)).collect();
    clocks.sort_by_key(|clock| (clock.standing == Standing::Stopped, clock.due));
    clocks
}

/// The clocks as cards, each with the way to its account.
pub fn cards(dossier: &Dossier, lang: Lang) -> Markup {
    html! {
        div .clocks {
            @for clock in latest(dossier) {
                @let says = words_of(dossier, clock, lang);
                @let basis = casework::clock::basis(dossier.rules(), &dossier.case, clock).map(ToString::to_string).unwrap_or_default();
                @let href = format!("/workbench/cases/{}/clocks/{}", dossier.case.no, clock.code);
                @let name = casework::clock::name(dossier.rules(), &dossier.case.procedure, &clock.code);
                (pieces_clock::clock(&Shown {
                    name: name.get(lang),
                    due: (clock.standing != Standing::Paused).then_some(clock.due),
                    light: Some(light_in(dossier, clock)),
                    left: &says,
                    provisional: clock.provisional && clock.standing == Standing::Running,
                    basis: &basis,
                    explain: Some(&href),
                }, lang))
            }
        }
    }
}

/// One clock in a line, for the bar at the foot.
pub fn line(dossier: &Dossier, clock: &Clock, lang: Lang) -> Markup {
    let says = format!(
        "{} {} · {}",
        clock_name(dossier, &clock.code, lang),
        date::short_day_text(clock.due, lang),
        words_of(dossier, clock, lang)
    );
    light_saying(light_in(dossier, clock), &says, lang)
}

pub fn rule<'a>(dossier: &'a Dossier, code: &str) -> Option<&'a ClockRule> {
    dossier.procedure()?.clock_rule(code)
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, Path((no, clock)): Path<(String, String)>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &no, &clock).await)
}

async fn view(app: &App, visitor: &Visitor, no: &str, code: &str) -> Result<Page, Problem> {
    visitor.officer()?;
    let dossier = Dossier::open(app, visitor, no, "clock").await?;
    let lang = visitor.lang;
    let runs: Vec<&Clock> = dossier.case.clocks.iter().filter(|clock| clock.code == code).collect();
    let Some(latest) = runs.last() else { return Err(Problem::NotFound) };
    let name = clock_name(&dossier, code, lang).to_owned();
    let body = html! {
        div .page-head { div {
            p .over { (dossier.case.no) " · " (words(item_name(dossier.rules(), &dossier.case.item, lang), lang)) }
            h1 { (words(&name, lang)) }
        } div { (light_saying(light(latest, dossier.now.day()), &words_of(&dossier, latest, lang), lang)) } }
        div .stack {
            @for (at, clock) in runs.iter().enumerate() {
                @if runs.len() > 1 { h2 { (lang.say("第", "Run ")) (at + 1) (lang.say("次计算", "")) } }
                (facts(&dossier, clock, lang))
                (days(&dossier, clock, lang))
            }
        }
    };
    let mut page = visitor.page(Area::Workbench, &name, body);
    page.breadcrumbs = vec![
        Crumb::to("/workbench", lang.say("我的任务", "My tasks")),
        Crumb::to(format!("/workbench/cases/{}", dossier.case.no), &dossier.case.no.0),
        Crumb::here(&name),
    ];
    Ok(page)
}

fn facts(dossier: &Dossier, clock: &Clock, lang: Lang) -> Markup {
    let limit = casework::clock::limit(dossier.rules(), &dossier.case, clock);
    let basis = casework::clock::basis(dossier.rules(), &dossier.case, clock);
    let mut rows = vec![
        SummaryRow::new(lang.say("起算日", "Starts with the event of"), date::day(clock.from, lang)),
        SummaryRow::new(lang.say("期限", "Term"), html! { (clock.term.say(lang)) }),
        SummaryRow::new(
            lang.say("届满日", "Ends"),
            html! {
                @if clock.standing == Standing::Paused { (lang.say("暂停中，结束后重新计算", "paused; computed anew when it goes on")) } @else { (date::day(clock.due, lang)) " 24:00" }
            },
        ),
        SummaryRow::new(
            lang.say("约束", "Binds"),
            html! { @if clock.binds_office { (lang.say("行政机关", "the office")) } @else { (lang.say("申请人", "the applicant")) } },
        ),
        SummaryRow::new(
            lang.say("日历版本", "Calendar"),
            html! {
                (clock.calendar) @if clock.calendar != dossier.calendar.version() { " (" (lang.say("现行版本 ", "now ")) (dossier.calendar.version()) ")" }
            },
        ),
    ];
    if let Some(basis) = basis {
        rows.push(SummaryRow::new(
            lang.say("依据", "Ground"),
            html! {
                (words(&basis.to_string(), lang)) " " @if basis.status == Known::Example { (example_mark(lang)) }
            },
        ));
    }
    if clock.extended > 0 {
        rows.push(SummaryRow::new(
            lang.say("延长", "Extended by"),
            html! { (rulebook::Term { n: clock.extended, unit: clock.term.unit }.say(lang)) },
        ));
    }
    if let Some(limit) = limit.filter(|limit| !limit.not_counted.is_empty()) {
        rows.push(SummaryRow::new(lang.say("不计入", "Not counted"), words(&limit.not_counted, lang)));
    }
    for pause in &clock.pauses {
        rows.push(SummaryRow::new(lang.say("暂停", "Paused"), html! {
            (date::day(pause.from, lang)) " – " @match pause.until { Some(until) => (date::day(until, lang)), None => (lang.say("进行中", "still")), }
        }));
    }
    if let Some(stopped) = clock.stopped {
        rows.push(SummaryRow::new(lang.say("停止", "Stopped"), date::day(stopped, lang)));
    }
    html! {
        (summary_list(&rows, lang))
        @if clock.provisional {
            (notice(&Notice::new(Tone::Warn, lang.say("届满日是暂定的", "The day is provisional")).body(html! {
                p { (lang.say("国务院尚未公布那时的节假日安排（已知至 ", "The holidays of that time have not been announced yet (known until ")) (date::day(dossier.calendar.known_until(), lang)) (lang.say("）。公布后重新计算，有变化会通知。", "). It is computed anew then, and told if it moves.")) }
            }), lang))
        }
        @if clock.keeps_what_was_told(&dossier.calendar) { (kept(lang)) }
    }
}

/// A later notice took days of rest away after the applicant had been told her day.
pub fn kept(lang: Lang) -> Markup {
    let title = lang.say("已经告知的日期不提前", "What was told stands");
    notice(&Notice::new(Tone::Info, title).body(html! {
        p { (lang.say("后来公布的节假日安排使期限提前届满，但申请人应当遵守的日期已经告知，仍以告知的为准。", "The holidays announced later would end the time sooner. The applicant had been told the day, so it stays.")) }
    }), lang)
}

fn days(dossier: &Dossier, clock: &Clock, lang: Lang) -> Markup {
    let steps = dossier.calendar.explain_term(clock.from, clock.whole(), &clock.pauses, PauseRule::default(), dossier.now.day());
    let last = steps.len().saturating_sub(1);
    let open = clock.standing == Standing::Paused;
    let lines: Vec<CountedDay> = steps
        .iter()
        .enumerate()
        .map(|(at, step)| CountedDay {
            date: Some(step.day.date),
            kind: match step.why {
                Why::Start => DayKind::Start,
                Why::Paused => DayKind::Paused,
                _ if at == last && !open => DayKind::Due,
                Why::Rest => DayKind::Off,
                Why::Counted | Why::RolledOver => DayKind::Counted,
            },
            number: step.count,
            why: if step.why == Why::RolledOver {
                step.text().get(lang).to_owned()
            } else {
                step.day.text().get(lang).to_owned()
            },
        })
        .collect();
    day_table(lang.say("逐日说明", "Day by day"), &lines, lang)
}

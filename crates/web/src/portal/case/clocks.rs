//! The clocks of a matter, and how each due day came about: line by line. Serves measure 9.

use super::{Mine, mine};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb};
use crate::pieces::clock::{Clock as ClockPiece, clocks};
use crate::pieces::day_table::{CountedDay, DayKind, day_table};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::tag::Light;
use crate::pieces::{Tone, date, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use casework::clock::Clock;
use casework::{Case, Moment};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::calendar::{PauseRule, Why};
use rulebook::{Lang, Rulebook, Text};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/matters/{no}/clocks/{clock}", get(explain))
}

/// What a clock is called in this procedure, and what it rests on.
fn named(rules: &Rulebook, case: &Case, clock: &Clock) -> (Text, String) {
    let basis = casework::clock::basis(rules, case, clock).map(ToString::to_string).unwrap_or_default();
    (casework::clock::name(rules, &case.procedure, &clock.code), basis)
}

pub(super) fn limits(mine: &Mine, now: Moment, lang: Lang) -> Markup {
    use casework::clock::Standing;
    // In the order in which the procedure has them, whenever each began: taking on comes before deciding.
    let declared = mine.edition.rules.procedures.get(&mine.case.procedure).map_or(&[][..], |procedure| &procedure.clock);
    let mut in_order: Vec<&Clock> = mine.case.clocks.iter().collect();
    in_order.sort_by_key(|clock| declared.iter().position(|rule| *rule.code.get_ref() == clock.code));
    let rows: Vec<_> = in_order
        .into_iter()
        .map(|clock| {
            let (name, basis) = named(&mine.edition.rules, &mine.case, clock);
            let (light, left) = match clock.standing {
                _ if clock.expired.is_some() && clock.binds_office => (Light::Overdue, lang.say("已逾期", "overdue").to_owned()),
                Standing::Stopped => (Light::Done, lang.say("已停止计算", "stopped").to_owned()),
                Standing::Paused => (Light::Paused, lang.say("暂停计算", "paused").to_owned()),
                Standing::Running if now >= Moment::start_of(clock.warn) => (Light::Soon, clock.whole().say(lang)),
                Standing::Running => (Light::Normal, clock.whole().say(lang)),
            };
            let explain = format!("/matters/{}/clocks/{}", mine.case.no, clock.code);
            let due = (clock.standing != Standing::Paused).then_some(clock.due);
            (name.get(lang).to_owned(), basis, left, explain, light, clock.provisional, due)
        })
        .collect();
    let pieces: Vec<ClockPiece<'_>> = rows
        .iter()
        .map(|(name, basis, left, explain, light, provisional, due)| ClockPiece {
            name,
            due: *due,
            light: Some(*light),
            left,
            provisional: *provisional,
            basis,
            explain: Some(explain),
        })
        .collect();
    clocks(&pieces, lang)
}

/// How a due day came about, line by line: which day counted, which did not, and why.
async fn explain(State(app): State<App>, visitor: Visitor, Path((no, code)): Path<(String, String)>) -> Response {
    let found = async {
        let lang = visitor.lang;
        let mine = mine(&app, &visitor, &no).await?;
        let clock = mine.case.clock(&code).ok_or(Problem::NotFound)?;
        let today = app.office.now().await?.day();
        let (name, basis) = named(&mine.edition.rules, &mine.case, clock);
        let body = explanation(&app, clock, &name, &basis, today, lang);
        let mut page = visitor.page(Area::Portal, name.get(lang), body);
        page.breadcrumbs = vec![
            Crumb::to("/matters", lang.say("我的事项", "My matters")),
            Crumb::to(format!("/matters/{no}"), no.clone()),
            Crumb::here(name.get(lang)),
        ];
        Ok::<_, Problem>(page)
    };
    visitor.answer(Area::Portal, found.await)
}

/// The explanation of a clock, the same for applicants and officers.
pub fn explanation(app: &App, clock: &Clock, name: &Text, basis: &str, today: Date, lang: Lang) -> Markup {
    let calendar = app.office.rulebooks.calendar();
    let steps = calendar.explain_term(clock.from, clock.whole(), &clock.pauses, PauseRule::default(), today);
    let days: Vec<CountedDay> = steps
        .iter()
        .map(|step| CountedDay {
            date: Some(step.day.date),
            kind: match step.why {
                Why::Start => DayKind::Start,
                Why::Counted => DayKind::Counted,
                Why::Rest => DayKind::Off,
                Why::Paused => DayKind::Paused,
                Why::RolledOver => DayKind::Off,
            },
            number: step.count,
            why: step.text().get(lang).to_owned(),
        })
        .collect();
    html! {
        h1 { (name.get(lang)) }
        p .lead {
            (lang.say("自", "From ")) (date::day(clock.from, lang)) (lang.say("起算，", ", ")) (clock.whole().say(lang))
            (lang.say("，到期日 ", ", due on ")) strong { (date::day(clock.due, lang)) } (lang.say("（当日24时）。", " (24:00 that day)."))
        }
        @if clock.provisional {
            (notice(&Notice::new(Tone::Warn, lang.say("暂定日期", "A provisional date")).body(html! {
                p { (lang.say("期限跨过了已公布的节假日安排，公布后会重新计算并告知。", "It runs past the holidays announced so far; it will be computed again and you will be told.")) }
            }), lang))
        }
        @if clock.keeps_what_was_told(&calendar) { (crate::workbench::case::clocks::kept(lang)) }
        @if !basis.is_empty() { p { (lang.say("依据：", "Ground: ")) (words(basis, lang)) } }
        p .muted { (lang.say("日历版本 ", "Calendar version ")) (clock.calendar) }
        (day_table(lang.say("逐日说明", "Day by day"), &days, lang))
    }
}

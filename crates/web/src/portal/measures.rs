//! The 17 measures: what is promised, who answers for it, what the figures say, and which are not reached yet. Serves measure 7.

use super::figures::{self, Figure};
use super::wording::standing;
use super::{Desk, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::chart::{self, figure};
use crate::pieces::date::moment;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, foreign, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::measure::{Indicator, Measure};
use std::collections::BTreeMap;

pub fn routes() -> Router<App> {
    Router::new().route("/measures", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let (at, figures) = figures::all(app, &desk.edition, desk.today).await?;
    let measures = &desk.rules().measures;
    let reached = measures.values().filter(|measure| measure.reached).count();
    let title = lang.say("十七项举措", "The 17 measures");
    let summary = match lang {
        Lang::Zh => format!("{} 项举措，本平台已经做到 {reached} 项，其余的如实写明尚未做到。", measures.len()),
        Lang::En => format!(
            "Of {} measures this platform serves {reached}; the others say that they are not reached yet.",
            measures.len()
        ),
    };
    let body = html! {
        div .page-head {
            div {
                h1 { (title) }
                p .lead { (summary) }
                p .small.muted { (lang.say("数字每几分钟重算一次，截至 ", "Counted anew every few minutes, as of ")) (moment(at.wall(), lang)) (lang.say("；没有另外说明的，按最近 365 天计。", "; the last 365 days unless said otherwise.")) }
            }
        }
        div .stack {
            (late(measures, &figures, lang))
            @for measure in measures.values() { (one(measure, &figures, lang)) }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    Ok(page)
}

/// What is behind its goal, before everything else.
fn late(measures: &BTreeMap<u32, Measure>, figures: &BTreeMap<&'static str, Figure>, lang: Lang) -> Markup {
    let behind: Vec<(&Measure, &Indicator)> = measures
        .values()
        .filter(|measure| measure.reached)
        .flat_map(|measure| measure.indicator.iter().map(move |indicator| (measure, indicator)))
        .filter(|(_, indicator)| met(indicator, figures.get(indicator.figure.as_str())) == Some(false))
        .collect();
    let text = if behind.is_empty() {
        Notice::new(Tone::Good, lang.say("有目标的数字都达到了", "Every figure with a goal has met it"))
    } else {
        Notice::new(Tone::Warn, lang.say("还没有达到目标的", "Behind the goal")).body(html! {
            ul { @for (measure, indicator) in behind {
                li { a href={ "#m" (measure.number.get_ref()) } {
                    (measure.number.get_ref()) ". " (words(super::wording::named(&indicator.name, &indicator.label, lang), lang))
                } }
            } }
        })
    };
    notice(&text, lang)
}

/// Whether a figure meets its goal; none where there is no goal or no figure.
pub(crate) fn met(indicator: &Indicator, found: Option<&Figure>) -> Option<bool> {
    Some(is_met(*found?, indicator.target.as_deref()?))
}

fn one(measure: &Measure, figures: &BTreeMap<&'static str, Figure>, lang: Lang) -> Markup {
    let number = measure.number.get_ref();
    let id = format!("m{number}");
    let mut rows = Vec::new();
    for (name, bodies) in
        [(lang.say("牵头单位", "Lead"), &measure.lead), (lang.say("责任单位", "Responsible"), &measure.responsible)]
    {
        if !bodies.is_empty() {
            rows.push(SummaryRow::new(name, words(&bodies.join("、"), lang)));
        }
    }
    html! {
        section .card.stack id=(id) aria-labelledby={ (id) "-name" } {
            div .row.apart {
                h2 id={ (id) "-name" } { (number) ". " (words(lang.say(&measure.name, &measure.label), lang)) }
                div .row {
                    @if measure.reached { (tag(lang.say("已做到", "served"), Tone::Good, lang)) }
                    @else { (tag(lang.say("尚未做到", "not reached yet"), Tone::Rest, lang)) }
                    (standing(measure.status, lang))
                }
            }
            p lang=[foreign(&measure.promise, lang)] { (measure.promise) }
            (summary_list(&rows, lang))
            @if !measure.reached {
                p .muted { (lang.say("本平台还没有做到这一项，没有数字可以公布。", "This platform does not serve it yet, so there are no figures.")) }
            } @else if !measure.indicator.is_empty() {
                div .grid.small { @for indicator in &measure.indicator { (shown(indicator, figures.get(indicator.figure.as_str()), lang)) } }
            }
        }
    }
}

/// A figure with its goal; red or green only where there is a goal to compare with.
fn shown(indicator: &Indicator, found: Option<&Figure>, lang: Lang) -> Markup {
    let name = super::wording::named(&indicator.name, &indicator.label, lang);
    let goal = indicator.target.as_deref().map(|goal| format!("{}{goal}", lang.say("目标 ", "goal ")));
    let (number, unit, of) = match found {
        None => (lang.say("暂无", "none yet").to_owned(), "", None),
        Some(Figure::Count(count)) => (count.to_string(), "", None),
        Some(Figure::Percent { percent, of }) => (format!("{percent}%"), "", Some(*of)),
        Some(Figure::Minutes(minutes)) => (minutes.to_string(), lang.say("分钟", "minutes"), None),
        Some(Figure::WorkingDays(days)) => (days.to_string(), lang.say("个工作日", "working days"), None),
    };
    let of = of.map(|of| match lang {
        Lang::Zh => format!("共 {of} 项（件）"),
        Lang::En => format!("of {of}"),
    });
    let note: Vec<String> = goal.into_iter().chain(of).collect();
    let tone = match met(indicator, found) {
        Some(true) => Tone::Good,
        Some(false) => Tone::Bad,
        None => Tone::Plain,
    };
    let said = match tone {
        Tone::Good => lang.say("，已达到", ", met"),
        Tone::Bad => lang.say("，未达到", ", not met"),
        _ => "",
    };
    let note = format!("{}{}", note.join(lang.say("，", ", ")), said);
    figure(&chart::Figure { name, number: &number, unit, note: &note, tone, href: None }, lang)
}

/// Goals are `0`, at most which something may happen, or a share such as `100%` that is to be reached.
fn is_met(found: Figure, goal: &str) -> bool {
    match (found, goal.trim_end_matches('%').parse::<u64>()) {
        (Figure::Percent { percent, .. }, Ok(goal)) => percent >= goal,
        (Figure::Count(count), Ok(goal)) => count <= goal,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_must_reach_its_goal_and_a_count_must_not_pass_it() {
        assert!(is_met(Figure::Percent { percent: 100, of: 3 }, "100%"));
        assert!(!is_met(Figure::Percent { percent: 99, of: 300 }, "100%"));
        assert!(is_met(Figure::Count(0), "0") && !is_met(Figure::Count(1), "0"));
    }
}

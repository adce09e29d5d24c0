//! The parts of a bundle on its own page: where each stands, who has it and until when, what it waits for; as a list and as a chart in
//! time. What several bodies ask to have corrected is one list with one answer.
//!
//! Who comes here: somebody who applied for six things at once and fears that one of them lies somewhere unseen. Serves measures 3 and 4.

use super::case::{Mine, about_name, light_of};
use super::wording::{agency_name, item_name};
use crate::app::App;
use crate::error::Problem;
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::chart::{Span, spans};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{light, tag};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use casework::bundle::{Bundle, Component, Progress, Settlement};
use casework::{Act, Case, Moment};
use jiff::civil::Date;
use maud::{Markup, html};
use office::sessions::acting;
use rulebook::bundle::order::length_of;
use rulebook::{Calendar, Lang, Rulebook};
use std::collections::BTreeMap;

pub fn routes() -> Router<App> {
    Router::new().route("/matters/{no}/leave", post(leave)).route("/matters/{no}/again", post(again))
}

/// A part with its case, if it has one.
struct Part<'a> {
    component: &'a Component,
    case: Option<Case>,
    /// Whether the visitor stands for its holder, so that its page opens.
    opens: bool,
}

async fn parts_of<'a>(app: &App, visitor: &Visitor, bundle: &'a Bundle) -> Result<Vec<Part<'a>>, Problem> {
    let (signed_in, _) = visitor.applicant()?;
    let today = app.office.now().await?.day();
    let mut parts = Vec::new();
    for component in &bundle.components {
        let case = match component.case() {
            Some(no) => app.office.store.case(no).await?,
            None => None,
        };
        let opens = match case.as_ref().and_then(|case| case.holder.as_ref()) {
            Some(holder) => acting::towards(&app.office.store, &signed_in.actor, holder, today).await?.is_some(),
            None => false,
        };
        parts.push(Part { component, case, opens });
    }
    Ok(parts)
}

/// All parts; nothing where the case is no bundle.
pub(super) async fn parts(app: &App, visitor: &Visitor, mine: &Mine, now: Moment) -> Result<Markup, Problem> {
    let Some(bundle) = &mine.case.bundle else { return Ok(Markup::default()) };
    let (lang, rules) = (visitor.lang, &mine.edition.rules);
    let parts = parts_of(app, visitor, bundle).await?;
    let (signed_in, holder) = visitor.applicant()?;
    let name = |code: &str| rules.items.get(code).map_or_else(|| code.to_owned(), |item| item_name(item, lang).to_owned());
    let columns = [
        Column::new(lang.say("手续", "Part")),
        Column::new(lang.say("到哪一步", "Where it stands")),
        Column::new(lang.say("谁在办", "Who has it")),
        Column::new(lang.say("最迟", "By")),
    ];
    let mut rows = Vec::new();
    for part in &parts {
        let body = rules.agencies.get(&part.component.agency).map_or("", |agency| agency_name(agency, lang));
        let handler = match part.case.as_ref().and_then(|case| case.handler.as_ref()) {
            Some(id) => app.office.store.staff(&id.0).await?.map(|staff| staff.name),
            None => None,
        };
        let due = part.case.as_ref().filter(|case| case.is_open()).and_then(Case::next_due);
        let asked = part.case.as_ref().filter(|case| case.awaits_correction()).and_then(|case| case.clock("correction"));
        let of_firm = part.case.as_ref().and_then(|case| case.holder.as_ref()).filter(|own| *own != holder);
        rows.push(Row::new(vec![
            html! {
                @match (&part.case, of_firm) {
                    (Some(case), None) => { a href={ "/matters/" (case.no) } { (words(&name(&part.component.item), lang)) } }
                    _ => { (words(&name(&part.component.item), lang)) }
                }
                @if let Some(case) = &part.case { span .sub.num { (case.no) } }
                @if let (Some(casework::Holder::Firm(code)), true) = (of_firm, part.opens) {
                    form method="post" action="/account/act-for" {
                        input type="hidden" name="csrf" value=(signed_in.csrf);
                        input type="hidden" name="firm" value=(code);
                        input type="hidden" name="to" value=[part.case.as_ref().map(|case| format!("/matters/{}", case.no))];
                        button .link type="submit" { (lang.say("以新企业的名义打开", "Open in the name of the new firm")) }
                    }
                }
            },
            html! { (stands(bundle, part, now, lang, &name, &mine.edition.rules)) (way_on(mine, part, lang)) },
            html! { (words(body, lang)) @if let Some(handler) = &handler { span .sub { (words(handler, lang)) } } },
            html! {
                @if let Some(due) = due { (date::short_day(due.due, lang)) }
                @else if let Some(asked) = asked { (date::short_day(asked.due, lang)) span .sub { (lang.say("等您补正", "your correction")) } }
            },
        ]));
    }
    let list = Table { caption: lang.say("各项进展", "The parts"), columns: &columns, rows, ..Table::default() };
    let done = bundle.components.iter().filter(|part| matches!(part.progress, Progress::Settled { .. } | Progress::Left)).count();
    Ok(html! {
        (corrections(visitor, mine, &parts, rules, &name))
        section .stack {
            h2 { (lang.say("各项进展", "The parts")) " " span .muted.small { (done) "/" (bundle.components.len()) (lang.say(" 已有结果", " have ended")) } }
            (nothing_runs(mine, bundle, lang))
            (table(&list, lang))
            (chart(app, &parts, bundle, mine, now.day(), lang, &name))
            (choices(visitor, mine, bundle, &name))
        }
    })
}

/// What there is to read and to do about a part that came to nothing.
fn way_on(mine: &Mine, part: &Part<'_>, lang: Lang) -> Markup {
    if part.component.came_to().is_none_or(Settlement::opens_the_way) {
        return Markup::default();
    }
    html! {
        @if let Some(case) = part.case.as_ref().filter(|_| part.opens) {
            span .sub { a href={ "/matters/" (case.no) } { (lang.say("看理由、文书和救济途径", "Reasons, letters and remedies")) } }
        }
        // While the whole is open, the part is sent again in it.
        @if !mine.case.is_open() {
            span .sub { a href={ "/apply/" (part.component.item) } { (lang.say("重新申请这一项", "Apply for it again")) } }
        }
    }
}

/// Where nothing is with a body and nothing can begin, the applicant is the one to act, and is told so.
fn nothing_runs(mine: &Mine, bundle: &Bundle, lang: Lang) -> Markup {
    let runs = |part: &Component| match part.progress {
        Progress::Open { .. } => true,
        Progress::Prepared => bundle.blocked_by(part).is_none(),
        Progress::Settled { .. } | Progress::Left => false,
    };
    if !mine.case.is_open() || bundle.components.iter().any(runs) {
        return Markup::default();
    }
    notice(&Notice::new(Tone::Warn, lang.say("现在没有部门在办", "No body is at work now")).body(html! {
        p { (lang.say(
            "其余各项要等的那一项没有办成，不能自动开始。请重新提交那一项，或者不再办理其余各项。",
            "What the other parts wait for came to nothing, so they cannot begin. Send that part once more, or leave the others.",
        )) }
    }), lang)
}

fn stands(bundle: &Bundle, part: &Part<'_>, now: Moment, lang: Lang, name: &dyn Fn(&str) -> String, rules: &Rulebook) -> Markup {
    match (&part.component.progress, &part.case) {
        (Progress::Prepared, _) => {
            let waits: Vec<String> = bundle.waits_for(part.component).map(|before| name(&before.item)).collect();
            match bundle.blocked_by(part.component) {
                Some(before) => html! {
                    (tag(lang.say("暂不能开始", "cannot begin"), Tone::Bad, lang))
                    span .sub { (lang.say("因为“", "because “")) (words(&name(&before.item), lang)) (lang.say("”没有办成", "” came to nothing")) }
                },
                None if waits.is_empty() => html! { (tag(lang.say("马上开始", "about to begin"), Tone::Info, lang)) },
                None => html! {
                    (tag(lang.say("已备好", "prepared"), Tone::Rest, lang))
                    span .sub { (lang.say("等“", "waits for “")) (words(&waits.join(lang.say("、", ", ")), lang)) (lang.say("”的结果，出来即自动开始", "” and begins by itself")) }
                },
            }
        }
        (Progress::Left, _) => html! { (tag(lang.say("不再办理", "left"), Tone::Rest, lang)) },
        (Progress::Settled { came_to, number, .. }, _) => html! {
            (tag(came_to.name().get(lang), if came_to.opens_the_way() { Tone::Good } else { Tone::Bad }, lang))
            @if let Some(number) = number { span .sub.num { (number) } }
        },
        (Progress::Open { .. }, Some(case)) => {
            let step = rules
                .procedures
                .get(&case.procedure)
                .and_then(|procedure| procedure.step.iter().find(|step| *step.code.get_ref() == case.step));
            html! {
                (light(light_of(case, now), lang))
                @if let Some(step) = step { " " (lang.say(&step.name, &step.label)) span .sub { (lang.say(&step.public, &step.public_label)) } }
            }
        }
        (Progress::Open { .. }, None) => Markup::default(),
    }
}

/// What the bodies ask to have corrected, together, with one way to answer.
fn corrections(visitor: &Visitor, mine: &Mine, parts: &[Part<'_>], rules: &Rulebook, name: &dyn Fn(&str) -> String) -> Markup {
    let lang = visitor.lang;
    let told: Vec<&Case> = parts.iter().filter_map(|part| part.case.as_ref()).filter(|case| case.awaits_correction()).collect();
    if told.is_empty() {
        return Markup::default();
    }
    let due: Option<Date> = told.iter().filter_map(|case| case.clock("correction")).map(|clock| clock.due).min();
    // One paper that several bodies miss is one line.
    let mut lines: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in &told {
        for about in case.corrections.last().into_iter().flat_map(|told| &told.left) {
            lines.entry(about).or_default().push(&case.item);
        }
    }
    notice(
        &Notice::new(Tone::Warn, lang.say("请您一次补正", "Please supply corrections, all at once")).body(html! {
            ul { @for (about, items) in &lines {
                @let items: Vec<String> = items.iter().map(|item| name(item)).collect();
                li { strong { (words(&about_name(rules, about, lang), lang)) } (lang.say("（", " (")) (words(&items.join(lang.say("、", ", ")), lang)) (lang.say("）", ")")) }
            } }
            @if let Some(due) = due { p { (lang.say("请于", "Please answer by ")) (date::day(due, lang)) (lang.say("前补正；一次提交，分送各部门。", "; one answer goes to every body.")) } }
            p { (link_button(&format!("/matters/{}/correction", mine.case.no), lang.say("一次补正", "Supply all at once"), Look::Main, None)) }
        }),
        lang,
    )
}

/// Each part over time: what has run, and what is to be expected by the promises.
fn chart(
    app: &App,
    parts: &[Part<'_>],
    bundle: &Bundle,
    mine: &Mine,
    today: Date,
    lang: Lang,
    name: &dyn Fn(&str) -> String,
) -> Markup {
    let plan = Plan { parts, rules: &mine.edition.rules, calendar: &app.office.rulebooks.calendar(), today };
    let begun = mine.case.submitted.map_or(today, Moment::day);
    let span = |part: &Part<'_>| {
        let (from, until) = plan.span(part);
        let tone = match (&part.component.progress, bundle.blocked_by(part.component)) {
            (_, Some(_)) => Tone::Bad,
            (Progress::Prepared, None) => Tone::Plain,
            (Progress::Open { .. }, _) => Tone::Info,
            (Progress::Settled { came_to, .. }, _) if came_to.opens_the_way() => Tone::Good,
            (Progress::Settled { .. }, _) => Tone::Bad,
            (Progress::Left, _) => Tone::Rest,
        };
        Span { name: name(&part.component.item), from, until, tone }
    };
    let rows: Vec<Span> = parts.iter().map(span).collect();
    spans(lang.say("时间安排（灰色为按承诺时限的估计）", "Over time (grey: expected by the promises)"), &rows, begun, today, lang)
}

/// What the chart is computed from.
struct Plan<'a> {
    parts: &'a [Part<'a>],
    rules: &'a Rulebook,
    calendar: &'a Calendar,
    today: Date,
}

impl Plan<'_> {
    /// From when until when a part runs: as its case says, else after what it waits for, as long as its item promises. The order has no
    /// circle.
    fn span(&self, part: &Part<'_>) -> (Date, Date) {
        if let Some(case) = &part.case {
            let from = case.received.or(case.submitted.map(Moment::day)).unwrap_or(self.today);
            let asked = case.clock("correction").filter(|_| case.awaits_correction());
            let due = case.next_due().or(asked).map(|clock| clock.due);
            let settled = part.component.came_to().map(|_| case.closed.unwrap_or(case.last_at).day());
            return (from, settled.or(due).unwrap_or(self.today).max(from));
        }
        let before = self.parts.iter().filter(|other| part.component.after.contains(&other.component.item));
        let from = before.map(|other| self.span(other).1).max().unwrap_or(self.today).max(self.today);
        let term = self.rules.items.get(&part.component.item).and_then(|item| length_of(item, self.today)?.term());
        (from, term.map_or(from, |term| self.calendar.due(from, term).on))
    }
}

/// What the applicant may decide about parts that have not begun or came to nothing.
fn choices(visitor: &Visitor, mine: &Mine, bundle: &Bundle, name: &dyn Fn(&str) -> String) -> Markup {
    let lang = visitor.lang;
    let prepared: Vec<&Component> = bundle.components.iter().filter(|part| part.progress == Progress::Prepared).collect();
    let failed: Vec<&Component> = bundle.components.iter().filter(|part| part.came_to_nothing()).collect();
    let no = &mine.case.no;
    let fields = html! {
        input type="hidden" name="csrf" value=(visitor.csrf());
        input type="hidden" name="seen" value=(mine.case.version);
        input type="hidden" name="request" value=(crate::fresh_request());
    };
    html! {
        @if mine.case.is_open() && !(prepared.is_empty() && failed.is_empty()) {
            details {
                summary { (lang.say("改变其中一项", "Change one of the parts")) }
                ul .plain.stack-s {
                    @for part in &failed {
                        li { form method="post" action={ "/matters/" (no) "/again" } .row {
                            (fields) input type="hidden" name="item" value=(part.item);
                            span { (words(&name(&part.item), lang)) }
                            (button(&Button::new(lang.say("按现有内容重新提交", "Send once more as it stands")).look(Look::Second)))
                        } }
                    }
                    @for part in &prepared {
                        li { form method="post" action={ "/matters/" (no) "/leave" } .row {
                            (fields) input type="hidden" name="item" value=(part.item);
                            span { (words(&name(&part.item), lang)) }
                            (button(&Button::new(lang.say("不再办理这一项", "Leave this part")).look(Look::Danger)))
                        } }
                    }
                }
                p .hint { (lang.say("已经在办的项目，请打开它的页面撤回。", "What is under way is withdrawn on its own page.")) }
            }
        }
    }
}

async fn leave(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let intent = Act::LeaveComponent { item: posted.get("item").to_owned(), reason: String::new() };
    visitor.answer(crate::layout::Area::Portal, super::case::act(&app, &visitor, &no, &posted, &intent).await)
}

async fn again(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let intent = Act::TakeUpComponent { item: posted.get("item").to_owned(), answers: None, papers: Vec::new() };
    visitor.answer(crate::layout::Area::Portal, super::case::act(&app, &visitor, &no, &posted, &intent).await)
}

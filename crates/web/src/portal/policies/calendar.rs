//! `/policies/calendar`: when what can be claimed. What closes first stands first; then month by month what opens. Clauses whose document
//! states no window are counted, for nobody can say when they can be claimed. Serves measure 14.

use super::{Filter, filters, public};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::date::{day, month_text};
use crate::pieces::empty_state::empty_state;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::kept::Kept;
use crate::portal::{Desk, way};
use crate::visitor::Visitor;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::policy::{Clause, Policy};
use std::collections::BTreeMap;

pub(super) const HERE: &str = "/policies/calendar";

pub(super) async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor))
}

/// A clause with the days of its window.
struct Entry<'a> {
    policy: &'a Policy,
    clause: &'a Clause,
    from: Date,
    until: Date,
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let (lang, today) = (desk.lang, desk.today);
    let filter = Filter::of(&visitor.asked());
    let (mut open, mut coming, mut unstated) = (Vec::new(), BTreeMap::<Date, Vec<Entry<'_>>>::new(), 0);
    for (policy, clause) in public(desk.rules()).filter(|one| one.0.silent(today).is_none() && filter.takes(today, *one)) {
        match clause.window.as_ref().map(|window| window.open_or_next(today)) {
            None => unstated += 1,
            Some(None) => {}
            Some(Some((from, until))) if from <= today => open.push(Entry { policy, clause, from, until }),
            Some(Some((from, until))) => {
                coming.entry(from.first_of_month()).or_default().push(Entry { policy, clause, from, until });
            }
        }
    }
    open.sort_by_key(|one| (one.until, one.clause.code.get_ref()));
    coming.values_mut().for_each(|own| own.sort_by_key(|one| (one.from, one.until)));
    let title = lang.say("申报日历", "Calendar of windows");
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say("什么时候可以申报什么：先到期的在前，再按月列出接下来开始的。", "What can be claimed when: what closes first stands first, then month by month what opens.")) }
        } }
        div .stack {
            (filters(desk, &filter, HERE))
            @if open.is_empty() && coming.is_empty() {
                (empty_state(
                    lang.say("没有写明申报期的条款", "No clause with a stated window"),
                    lang.say("减少一个筛选条件试试。", "Take away a filter."),
                    html! { (link_button(HERE, lang.say("看全部", "Show all"), Look::Second, None)) },
                ))
            }
            @if !open.is_empty() { (month(lang.say("现在可以申报", "Open now"), &open, desk)) }
            @for (first, own) in &coming { (month(&month_text(*first, lang), own, desk)) }
            @if unstated > 0 {
                p .muted { (unstated) (lang.say(" 条的文件没有写明申报期。", " clauses have documents that state no window. ")) " " a href="/policies" { (lang.say("看条款列表", "See the list")) } }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::to("/policies", lang.say("惠企政策", "Policies for firms")), Crumb::here(title)]);
    Ok(page)
}

fn month(name: &str, entries: &[Entry<'_>], desk: &Desk) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("从", "From")),
        Column::new(lang.say("到", "Until")),
        Column { block: true, ..Column::new(lang.say("条款", "Clause")) },
        Column::new(lang.say("办理机关", "Body")),
    ];
    let rows = entries.iter().map(|one| {
        Row::new(vec![
            day(one.from, lang),
            html! { (day(one.until, lang)) @if one.from <= desk.today { span .sub { (left(one.until, desk)) } } },
            html! {
                a href={ "/policies/" (one.clause.code.get_ref()) } { (words(&one.clause.name, lang)) }
                span .sub { (tag(one.clause.benefit.kind.name().get(lang), Tone::Info, lang)) " " (words(&one.clause.benefit.says, lang)) " · " (one.policy.level.name().get(lang)) }
            },
            words(&one.clause.body, lang),
        ])
    });
    html! {
        section .stack-s {
            h2 { (name) " (" (entries.len()) ")" }
            (table(&Table { caption: name, columns: &columns, rows: rows.collect(), ..Table::default() }, lang))
        }
    }
}

/// Calendar days that are left, today included.
fn left(until: Date, desk: &Desk) -> Markup {
    let days = (until - desk.today).get_days() + 1;
    let text = match desk.lang {
        rulebook::Lang::Zh => format!("还有 {days} 天"),
        rulebook::Lang::En => format!("{days} days left"),
    };
    html! { @if days <= 30 { (tag(&text, Tone::Warn, desk.lang)) } @else { span .muted { (text) } } }
}

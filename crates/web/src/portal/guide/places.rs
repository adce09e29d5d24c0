//! Where an item is handed in and who decides it there. Serves measure 1: every matter has a counter, or a stated reason why not.

use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{Tone, words};
use crate::portal::Desk;
use crate::portal::offer::{self, Body};
use crate::portal::wording::{agency_name, area_name, basis, form_name};
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::agency::Window;
use rulebook::item::Item;
use std::collections::BTreeMap;

pub fn section(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    let code = item.code.get_ref();
    let bodies = offer::bodies(desk.rules(), code, desk.today);
    let windows = offer::windows(desk.rules(), code);
    let absent =
        item.list_row.as_ref().and_then(|row| desk.rules().list.get(row.get_ref())).map(|row| row.absent_reason.as_str());
    let absent = absent.filter(|reason| !reason.is_empty());
    if bodies.is_empty() && windows.is_empty() && absent.is_none() {
        return None;
    }
    Some(html! {
        @match absent {
            Some(reason) => (notice(&Notice::new(Tone::Info, lang.say("不在政务服务中心办理", "Not handled at the centre")).body(html! { p { (words(reason, lang)) } }), lang)),
            None => (halls(&windows, desk)),
        }
        @if !bodies.is_empty() { (competent(desk, &bodies)) }
        (phones(item, lang))
    })
}

/// The halls with a window for it; the windows of each are named on the page of halls.
fn halls(windows: &[&Window], desk: &Desk) -> Markup {
    let lang = desk.lang;
    let mut halls: BTreeMap<&str, &Window> = BTreeMap::new();
    for window in windows {
        halls.entry(&window.hall).or_insert(window);
    }
    html! {
        @if !halls.is_empty() {
            p { (lang.say("下面任何一个大厅的综合窗口都能收：", "Any of these halls takes it in:")) }
            ul {
                @for (hall, window) in &halls {
                    li {
                        strong { (words(hall, lang)) }
                        @if !window.address.is_empty() { " " (words(&window.address, lang)) }
                        @if !window.hours.is_empty() { span .small.muted { " " (words(&window.hours, lang)) } }
                    }
                }
            }
            p .no-print { a href="/venues" { (lang.say("看窗口和电话", "Counters and telephones")) } }
        }
    }
}

/// Where which body decides, and by which right: the form decides name, seal and defendant (行政许可法 arts. 23–25).
fn competent(desk: &Desk, bodies: &[Body<'_>]) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("在哪个区域", "Where")),
        Column::new(lang.say("谁来决定", "Who decides")),
        Column::new(lang.say("以什么身份", "By which right")),
        Column::new(lang.say("依据", "Ground")),
    ];
    let rows = bodies
        .iter()
        .map(|body| {
            Row::new(vec![
                areas(desk, body.areas()),
                html! {
                    (words(agency_name(body.agency, lang), lang))
                    @if !body.agency.phone.is_empty() { span .sub { (body.agency.phone) } }
                },
                html! { (form_name(body.row.form, lang)) (principal(desk, body)) },
                basis(&body.row.basis, lang),
            ])
        })
        .collect();
    let caption = lang.say("哪个机关办理", "Which body handles it");
    table(&Table { caption, show_caption: true, columns: &columns, rows, ..Table::default() }, lang)
}

/// Under 委托 the principal's name and seal stand on the decision.
pub fn principal(desk: &Desk, body: &Body<'_>) -> Markup {
    let lang = desk.lang;
    let principal = body.row.principal.as_ref().and_then(|code| desk.rules().agencies.get(code.get_ref()));
    html! {
        @if let Some(principal) = principal {
            span .sub { (lang.say("受", "entrusted by ")) (words(agency_name(principal, lang), lang)) (lang.say("委托办理，决定以其名义作出", ", in whose name it decides")) }
        }
    }
}

/// Areas by name; none means the whole district.
pub fn areas(desk: &Desk, codes: &[String]) -> Markup {
    let lang = desk.lang;
    let names: Vec<&str> =
        codes.iter().map(|code| desk.rules().areas.get(code).map_or(code.as_str(), |area| area_name(area, lang))).collect();
    html! {
        @if names.is_empty() { (lang.say("全区（另有规定的区域除外）", "the whole district, other rows aside")) }
        @else { (words(&names.join(lang.say("、", ", ")), lang)) }
    }
}

fn phones(item: &Item, lang: Lang) -> Markup {
    let phones =
        [(lang.say("咨询电话", "Questions"), &item.consult_phone), (lang.say("投诉电话", "Complaints"), &item.complaint_phone)];
    let rows: Vec<SummaryRow<'_>> = phones
        .iter()
        .filter(|(_, phone)| !phone.is_empty())
        .map(|(name, phone)| SummaryRow::new(name, html! { a href={ "tel:" (phone) } { (phone) } }))
        .collect();
    html! { @if !rows.is_empty() { (summary_list(&rows, lang)) } }
}

//! `/workbench/zones`: the same item in every zone, and where a zone's terms are not the district's (V17 of the check).
//! Serves measures 6 and 7.

use super::frame::{head, page};
use super::wording::{agency_name, area_name, item_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::leaf;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::agency::{Agency, AuthorityForm};
use rulebook::compare::{ZoneDifference, zone_differences};
use rulebook::item::{Item, LimitKind, limit_on};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};

pub const ROLES: &[Role] = &[Role::Editor, Role::Legal, Role::Publisher, Role::Supervisor, Role::Head];
const PAGE: usize = 30;

pub fn routes() -> Router<App> {
    Router::new().route("/zones", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let rules = &live.rules;
    let today = app.office.now().await?.day();
    let asked = visitor.asked();
    let differences = zone_differences(rules, today);
    let zones: Vec<&Agency> = rules.agencies.values().filter(|agency| agency.kind == "zone").collect();
    let (text, only) = (asked.get("q"), asked.get("only") == "deviations");
    let items: Vec<&Item> = rules
        .items
        .values()
        .filter(|item| text.is_empty() || item.name.contains(text) || item.code.get_ref().contains(text))
        .filter(|item| !only || differences.iter().any(|one| one.item == *item.code.get_ref()))
        .collect();
    let leaf = leaf(&items, asked.get("page"), PAGE, &visitor.here);
    let title = lang.say("各开发区对照", "Zones side by side");
    let lead = match lang {
        Lang::Zh => format!("同一事项在各处应当同样办理。现有 {} 处不同。", differences.len()),
        Lang::En => format!("The same item should be on the same terms everywhere. {} differences stand.", differences.len()),
    };
    let only_choice = [Choice::new("deviations", lang.say("只看有不同的", "Only with differences"))];
    let kept = [asked.get("only")];
    let body = html! {
        (head(title, &lead, html! {}, lang))
        div .stack {
            form .grid.small method="get" action="/workbench/zones" role="search" aria-label=(title) {
                (field(&Field::text("q", lang.say("事项", "Item"), text), lang))
                (field(&Field::new("only", lang.say("范围", "Scope"), Control::Checks { values: &kept, choices: &only_choice }), lang))
                div .buttons { (button(&Button::new(lang.say("查找", "Find")).look(Look::Second))) }
            }
            (compared(leaf.rows, &zones, &differences, rules, today, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), &format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 项", " items")), lang))
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.wide = true;
    Ok(page)
}

fn compared(
    items: &[&Item],
    zones: &[&Agency],
    differences: &[ZoneDifference],
    rules: &Rulebook,
    today: Date,
    lang: Lang,
) -> Markup {
    let mut columns = vec![Column::new(lang.say("事项", "Item")), Column::new(lang.say("区级", "District"))];
    columns.extend(zones.iter().map(|zone| Column::new(zone_name(rules, zone, lang))));
    let rows = items.iter().map(|item| {
        let code = item.code.get_ref();
        let mut cells = vec![
            html! { a href={ "/workbench/items/" (code) } { (words(item_name(rules, code, lang), lang)) } },
            html! { @match district(item, today) { Some(term) => { (words(&term.say(lang), lang)) } None => { "—" } } },
        ];
        cells.extend(zones.iter().map(|zone| {
            let zone_code = zone.code.get_ref();
            let inside = zone.areas.first().map_or("", String::as_str);
            let row = rules.authority_of(code, zone_code, inside, today);
            let found: Vec<&ZoneDifference> =
                differences.iter().filter(|one| one.item == *code && one.zone == *zone_code).collect();
            html! {
                @match row {
                    Some(row) => { (form_name(row.form, lang)) @if let Some(days) = row.promised_working_days { span .sub { (days) (lang.say(" 个工作日", " working days")) } } }
                    None => { span .muted { (lang.say("不行使", "not held")) } }
                }
                @for one in found {
                    span .sub { (tag("V17", Tone::Warn, lang)) " " (words(one.what.get(lang), lang)) (lang.say("：", ": ")) (words(one.in_zone.get(lang), lang)) (lang.say("，区级 ", ", district ")) (words(one.district.get(lang), lang)) }
                }
            }
        }));
        Row::new(cells)
    });
    let empty = empty_state(lang.say("没有符合条件的事项", "No item fits"), "", html! {});
    let caption = lang.say("同一事项在各开发区的行使方式和承诺时限", "How each zone holds the power, and its promised limit");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

/// A zone by its area, whose name is the shorter one.
fn zone_name<'a>(rules: &'a Rulebook, zone: &'a Agency, lang: Lang) -> &'a str {
    let area = zone.areas.first().filter(|code| rules.areas.contains_key(*code));
    area.map_or_else(|| agency_name(rules, zone.code.get_ref(), lang), |code| area_name(rules, code, lang))
}

/// The promise of the district today.
fn district(item: &Item, today: Date) -> Option<rulebook::Term> {
    limit_on(&item.limit, LimitKind::Promised, today)?.term()
}

fn form_name(form: AuthorityForm, lang: Lang) -> &'static str {
    match form {
        AuthorityForm::Own => lang.say("法定", "by law"),
        AuthorityForm::Authorised => lang.say("授权", "authorised"),
        AuthorityForm::Entrusted => lang.say("委托", "entrusted"),
        AuthorityForm::Centralised => lang.say("集中", "centralised"),
    }
}

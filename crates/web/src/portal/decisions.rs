//! Granted decisions, open to everybody (行政许可法 art. 40). A natural person is never named.

use super::wording::{agency_name, area_name, item_name, short};
use super::{Desk, address, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::CaseNo;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::item::ItemType;
use store::letters::{DecisionFilter, PublishedDecision};

const ON_A_PAGE: u32 = 30;

pub fn routes() -> Router<App> {
    Router::new().route("/decisions", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor).await)
}

/// What the address asks for, bounded. The key of the last row shown is `2026-03-02_CASE`.
fn filter(asked: &Posted) -> DecisionFilter {
    let take = |name: &str| asked.given(name).map(|value| value.chars().take(64).collect::<String>());
    let after = asked.get("after").split_once('_').and_then(|(day, no)| Some((day.parse().ok()?, CaseNo(no.to_owned()))));
    DecisionFilter { item: take("item"), agency: take("body"), text: take("q"), after }
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let asked = visitor.asked();
    let filter = filter(&asked);
    let today = app.office.now().await?.day();
    // One more than is shown tells whether there is a next page.
    let mut found = app.office.store.published_decisions(&filter, ON_A_PAGE + 1).await?;
    let more = found.len() > ON_A_PAGE as usize;
    found.truncate(ON_A_PAGE as usize);
    let later = found.last().filter(|_| more).map(|last| {
        let after = format!("{}_{}", last.decided_on, last.no);
        address(
            "/decisions",
            &[("q", asked.get("q")), ("item", asked.get("item")), ("body", asked.get("body")), ("after", &after)],
        )
    });
    let first = filter
        .after
        .is_some()
        .then(|| address("/decisions", &[("q", asked.get("q")), ("item", asked.get("item")), ("body", asked.get("body"))]));
    let title = lang.say("决定公开", "Published decisions");
    let body = html! {
        div .page-head {
            div {
                h1 { (title) }
                p .lead { (lang.say("准予行政许可的决定依法公开，任何人都可以查阅（行政许可法第四十条）。自然人的姓名不公开。", "Decisions to grant a permit are open to everybody (Administrative Licensing Law art. 40). Natural persons are not named.")) }
                p { a href="/claims/notices" { (lang.say("拟兑现的政策资金公示", "Awards on public notice")) } }
            }
        }
        div .stack {
            (filters(&desk, &asked))
            (list(&desk, &found, today))
            @if let Some(first) = &first { p { a href=(first) { (lang.say("回到最新的决定", "Back to the newest")) } } }
            (pagination(None, later.as_deref(), "", lang))
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    Ok(page)
}

fn filters(desk: &Desk, asked: &Posted) -> Markup {
    let lang = desk.lang;
    let items: Vec<Choice<'_>> = desk
        .rules()
        .items
        .iter()
        .filter(|(_, item)| item.item_type == ItemType::Permit)
        .map(|(code, item)| Choice::new(code, item_name(item, lang)))
        .collect();
    let bodies: Vec<Choice<'_>> = desk
        .rules()
        .agencies
        .iter()
        .filter(|(code, _)| desk.rules().authority.iter().any(|row| row.agency.get_ref() == *code))
        .map(|(code, agency)| Choice::new(code, agency_name(agency, lang)))
        .collect();
    html! {
        form .form.full method="get" action="/decisions" role="search" aria-label=(lang.say("查找决定", "Find decisions")) {
            div .grid {
                (field(&Field::text("q", lang.say("文号或单位名称里有", "Number or firm contains"), asked.get("q")), lang))
                (field(&Field::new("item", lang.say("事项", "Service"), Control::Select { value: asked.get("item"), choices: &items }).filter(), lang))
                (field(&Field::new("body", lang.say("机关", "Body"), Control::Select { value: asked.get("body"), choices: &bodies }).filter(), lang))
            }
            div .buttons { (button(&Button::new(lang.say("查找", "Find")))) }
        }
    }
}

fn list(desk: &Desk, found: &[PublishedDecision], today: Date) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("文号", "Number")),
        Column::new(lang.say("事项", "Service")),
        Column::new(lang.say("被许可人", "Granted to")),
        Column::new(lang.say("决定机关", "Body")),
        Column::new(lang.say("决定日期", "Decided on")),
        Column::new(lang.say("状态", "State")),
        Column::new(lang.say("有效期至", "Valid until")),
    ];
    let rows = found.iter().map(|decision| row(desk, decision, today)).collect();
    let empty = empty_state(
        lang.say("没有符合的决定", "No decision matches"),
        lang.say(
            "换一个条件试试；刚作出的决定在文书制作后公开。",
            "Try other words. A decision is published once its document is made.",
        ),
        html! { (link_button("/decisions", lang.say("看全部", "See all"), Look::Second, None)) },
    );
    table(
        &Table {
            caption: lang.say("准予许可的决定", "Decisions to grant"), columns: &columns, rows, empty, ..Table::default()
        },
        lang,
    )
}

fn row(desk: &Desk, decision: &PublishedDecision, today: Date) -> Row {
    let lang = desk.lang;
    let rules = desk.rules();
    Row::new(vec![
        html! { span .nowrap { (words(&decision.document_number, lang)) } },
        html! {
            @match rules.items.get(&decision.item) {
                Some(item) => a href={ "/items/" (decision.item) } { (words(item_name(item, lang), lang)) },
                None => code { (decision.item) },
            }
        },
        words(&decision.holder_shown, lang),
        html! {
            @if let Some(agency) = rules.agencies.get(&decision.agency) { (words(agency_name(agency, lang), lang)) }
            @if let Some(area) = rules.areas.get(&decision.area) { span .sub { (words(area_name(area, lang), lang)) } }
        },
        short(decision.decided_on, lang),
        html! {
            @match (decision.ended, decision.valid_until) {
                (Some((ending, on)), _) => { (tag(ending.title().get(lang), Tone::Warn, lang)) " " (short(on, lang)) },
                (None, Some(until)) if until < today => { (tag(lang.say("已到期", "expired"), Tone::Plain, lang)) },
                _ => (tag(lang.say("有效", "stands"), Tone::Good, lang)),
            }
        },
        html! { @match decision.valid_until { Some(until) => (short(until, lang)), None => span .muted { (lang.say("没有期限", "no end")) } } },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_address_asks_for_is_bounded_and_broken_keys_are_the_first_page() {
        fn check(query: &str, text: Option<&str>, after: bool) {
            let filter = filter(&Posted::of_query(query));
            assert_eq!((filter.text.as_deref(), filter.after.is_some()), (text, after), "{query}");
        }
        check("", None, false);
        check("q=%20", None, false);
        check("q=%E7%BE%8E%E9%A3%9F&after=2026-03-02_A-1", Some("美食"), true);
        check("after=2026-13-02_A-1", None, false);
        check("after=A-1", None, false);
        let long = filter(&Posted::of_query(&format!("q={}", "a".repeat(500))));
        assert_eq!(long.text.map(|text| text.len()), Some(64));
    }
}

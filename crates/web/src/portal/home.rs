//! The first page: search before all, what is open already, what people come for, and the news of limits.

use super::figures;
use super::offer::{self, Change};
use super::search::SUGGEST;
use super::wording::{draft_name, item_name, length};
use super::{Desk, address, matters};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::date::{day, moment};
use crate::pieces::hero::hero;
use crate::pieces::search_box::{SearchBox, search_box};
use crate::pieces::tag::{light, tag};
use crate::pieces::{Tone, foreign, words, zh};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::item::Item;
use std::collections::BTreeMap;
use store::figures::PublicFigures;
use store::reader::{CaseRow, Filter};
use store::{Reader, Scope};

/// Themes and items shown; the rest is one click away.
const THEMES: usize = 12;
const ITEMS: usize = 8;
const NEWS: usize = 5;
const OPEN: usize = 4;

pub fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let counted = app.counted.figures(app).await?;
    let open = open_matters(app, visitor, &desk).await?;
    let label = lang.say("搜事项、指南，如：开饭店", "Search services and guides");
    let body = html! {
        div .stack {
            (hero(html! {
                h1 { (lang.say("要办什么事？", "What would you like to get done?")) }
                p .lead {
                    @if lang == Lang::Zh { "写一句平常话就行，例如「开饭店」，拼音也行。" }
                    @else { "Everyday words will do: " (zh("开饭店")) ", or kaifandian." }
                }
                (search_box(&SearchBox { label, suggest: Some(SUGGEST), big: true, id: "home-search", ..SearchBox::default() }, lang))
            }))
            (open)
            (most_wanted(&desk, &counted))
            (themes(&desk))
            (other_ways(lang))
            (news(&desk))
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("首页", "Home"), body);
    page.search = None;
    Ok(page)
}

/// What the visitor has open, drafts first: people start again when they do not find what they began.
async fn open_matters(app: &App, visitor: &Visitor, desk: &Desk) -> Result<Markup, Problem> {
    let Ok((signed_in, _)) = visitor.applicant() else { return Ok(Markup::default()) };
    let lang = desk.lang;
    let now = app.office.now().await?;
    let drafts = office::drafts::mine(&app.office.store, &signed_in.actor).await?;
    let reader = Reader::for_actor(&app.office.store, Scope::of(&signed_in.actor, desk.today));
    let filter = Filter { open: Some(true), ..Filter::default() };
    let cases = reader.list(&filter, None, OPEN, now).await?;
    let name = |code: &str| desk.rules().items.get(code).map_or(code.to_owned(), |item| item_name(item, lang).to_owned());
    let card = |href: String, name: &str, state: Markup, text: Markup| {
        html! { a .card href=(href) { div .row.apart { h3 { (words(name, lang)) } (state) } p { (text) } } }
    };
    Ok(html! {
        @if drafts.is_empty() && cases.rows.is_empty() {
            p { (lang.say("您没有正在办的事。替企业办的，请先到", "You have nothing open. For a firm's matters, first choose the firm in ")) a href="/account" { (lang.say("我的账户", "my account")) } (lang.say("选择企业。", ".")) }
        } @else {
            section .stack aria-labelledby="open" {
                h2 #open { (lang.say("您正在办的", "What you have open")) }
                div .grid.two {
                    @for draft in drafts.iter().take(OPEN) {
                        (card(format!("/drafts/{}", draft.id), &draft_name(desk.rules(), draft, lang), tag(lang.say("草稿", "Draft"), Tone::Plain, lang),
                            html! { (lang.say("上次保存：", "Last saved: ")) (moment(draft.updated_at.wall(), lang)) }))
                    }
                    @for row in &cases.rows {
                        (card(format!("/matters/{}", row.no), &name(&row.item), light(matters::row_light(row, now), lang), waiting(row, lang)))
                    }
                }
                p { a href="/matters" { (lang.say("全部我的事项", "All my matters")) } }
            }
        }
    })
}

/// For whom a matter waits and until when.
fn waiting(row: &CaseRow, lang: Lang) -> Markup {
    html! {
        @if row.waits_for == "applicant" { strong { (lang.say("等您处理", "Waiting for you")) } }
        @else { (lang.say("正在办理，您不用做什么", "Under way, nothing for you to do")) }
        @if let Some(due) = row.due_on { (lang.say("；最迟 ", "; by ")) (day(due, lang)) }
    }
}

/// What was asked for most; until enough was, the items with most everyday words, which are the ones people come for.
fn most_wanted(desk: &Desk, counted: &PublicFigures) -> Markup {
    let lang = desk.lang;
    let asked: Vec<&str> = figures::most_wanted(counted).collect();
    let place = |item: &Item| asked.iter().position(|code| code == item.code.get_ref()).unwrap_or(usize::MAX);
    let wanted = |item: &&Item| offer::is_open_here(item, desk.today) && item.procedure.get_ref() != offer::UNRESOLVED;
    let mut items: Vec<&Item> = desk.rules().items.values().filter(wanted).collect();
    items.sort_by_key(|item| (place(item), std::cmp::Reverse(item.keywords.len()), item.code.get_ref()));
    html! {
        section .stack aria-labelledby="wanted" {
            h2 #wanted { (lang.say("大家常办", "What people come for")) }
            div .grid {
                @for item in items.iter().take(ITEMS) {
                    a .card href={ "/items/" (item.code.get_ref()) } {
                        h3 { (words(item_name(item, lang), lang)) }
                        p .muted lang=[foreign(&item.summary, lang)] { (item.summary) }
                    }
                }
            }
            p { a href="/items" { (lang.say("看全部事项", "See all services")) " (" (desk.rules().items.len()) ")" } }
        }
    }
}

fn themes(desk: &Desk) -> Markup {
    let lang = desk.lang;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for theme in desk.rules().items.values().flat_map(|item| &item.themes) {
        *counts.entry(theme).or_default() += 1;
    }
    let mut themes: Vec<(&str, usize)> = counts.into_iter().collect();
    themes.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    html! {
        section .stack aria-labelledby="themes" {
            h2 #themes { (lang.say("按主题找", "By theme")) }
            ul .plain.grid.small {
                @for (name, count) in themes.iter().take(THEMES) {
                    li { a href=(address("/items", &[("theme", name)])) { (words(name, lang)) } " " span .muted.small { (count) } }
                }
            }
        }
    }
}

fn other_ways(lang: Lang) -> Markup {
    let ways = [
        (
            "/policies",
            lang.say("惠企政策", "Policies for firms"),
            lang.say(
                "给谁、给多少、什么时候申报；答几个问题找到有关的",
                "For whom, how much, when to claim; some questions find what concerns you",
            ),
        ),
        (
            "/follow",
            lang.say("凭查询码看进度", "Follow a matter"),
            lang.say("不用登录，看到哪一步、最迟哪天", "With a code, without signing in: where it stands and until when"),
        ),
        ("/venues", lang.say("到哪个大厅办", "Where to go"), lang.say("窗口、时间、电话", "Counters, hours, telephones")),
        (
            "/report",
            lang.say("办不成？告诉我们", "Could not get it done?"),
            lang.say("专人接待，限期答复，查明原因", "A named person takes it, answers in time and finds the cause"),
        ),
        (
            "/lists",
            lang.say("谁能许可什么", "Who may permit what"),
            lang.say("许可清单、权责清单、依据", "The permit list, the powers and their grounds"),
        ),
        ("/check", lang.say("文书真伪查验", "Check a document"), lang.say("用文书上的查验码", "By the code printed on it")),
        (
            "/measures",
            lang.say("十七项举措做到哪了", "How far the 17 measures are"),
            lang.say("谁负责、数字是多少", "Who answers for them, and the figures"),
        ),
    ];
    html! {
        section .stack aria-labelledby="ways" {
            h2 #ways { (lang.say("还可以", "You can also")) }
            div .grid {
                @for (href, name, text) in ways { div { h3 { a href=(href) { (name) } } p .muted { (text) } } }
            }
        }
    }
}

fn news(desk: &Desk) -> Markup {
    let lang = desk.lang;
    let changes = offer::changed_promises(desk.rules());
    html! {
        @if !changes.is_empty() {
            section .stack aria-labelledby="news" {
                h2 #news { (lang.say("时限新变化", "New limits")) }
                ul .plain.stack-s { @for change in changes.iter().take(NEWS) { li { (told(change, desk)) } } }
                p { a href="/limits" { (lang.say("全部承诺时限", "All published limits")) } }
            }
        }
    }
}

/// 「建筑施工许可：15个工作日 → 5个工作日，2026年1月1日起」.
fn told(change: &Change<'_>, desk: &Desk) -> Markup {
    let lang = desk.lang;
    html! {
        a href={ "/items/" (change.item.code.get_ref()) "#limits" } { (words(item_name(change.item, lang), lang)) }
        (lang.say("：", ": "))
        (length(change.before, lang)) " → " strong { (length(change.after, lang)) }
        (lang.say("，", ", ")) (lang.say("", "from ")) (day(change.after.from, lang)) (lang.say("起", ""))
    }
}

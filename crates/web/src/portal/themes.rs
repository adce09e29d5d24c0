//! `/themes`: one thing in the words of who wants it; `/themes/{code}`: the guide through it; `/together`: any items at once.
//!
//! Who comes here: somebody who wants to open a shop and does not know the names of permits. She fears to forget one, and to hand in
//! the same paper six times. The guide asks only what still changes something, says at every moment what follows and why, and its
//! answers lie in the address: nothing is kept, everything can be gone back to and sent on. Serves measures 3, 4 and 11.

pub(super) mod begin;
mod result;

pub(crate) use begin::begun;
pub(crate) use result::{parts, saved};

use self::begin::{Asked, begin, skip, start_form};
use self::result::{about, papers_needed, result};
use super::wording::{item_name, named, standing};
use super::{Desk, way};
use super::{asking, offer};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use casework::event::Channel;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::bundle::Bundle;
use rulebook::guide::{Guide, Question};
use rulebook::intake::{Answers, NOTHING_KNOWN};
use rulebook::item::Item;
use rulebook::theme::{Level, Theme};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/themes", get(list))
        .route("/themes/{code}", get(guide).post(start))
        .route("/together", get(pick).post(start_picked))
}

async fn list(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, Desk::of(&app, &visitor).map(|desk| list_page(&desk, &visitor)))
}

fn list_page(desk: &Desk, visitor: &Visitor) -> Page {
    let lang = desk.lang;
    let asked = visitor.asked();
    let text: String = asked.get("q").chars().take(64).collect();
    let fits = |theme: &&Theme| {
        text.is_empty()
            || theme.name.contains(&text)
            || theme.keywords.iter().any(|word| word.contains(&text) || text.contains(word))
    };
    let mut themes: Vec<&Theme> = desk.rules().themes.values().filter(fits).collect();
    themes.sort_by_key(|theme| (theme.level, theme.list.clone(), theme.code.get_ref().clone()));
    let title = lang.say("一件事一次办", "One thing, one application");
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say(
                "说要做什么，答几个问题，就知道要办哪些手续；一张表、一套材料、一次提交，各部门同时办。",
                "Say what you want to do and answer some questions: one form, one set of papers, one application; the bodies work side by side."
            )) }
        } }
        div .stack {
            form .stack-s method="get" action="/themes" role="search" {
                (field(&Field::text("q", lang.say("想做什么，例如：开饭店", "What you want to do, in Chinese"), &text), lang))
                div .buttons { (button(&Button::new(lang.say("找", "Find")).look(Look::Second))) }
            }
            @if themes.is_empty() {
                (empty_state(
                    lang.say("没有这样的“一件事”", "There is no such bundle"),
                    lang.say("换个说法，或者自己选几个事项一起办。", "Try other words, or pick several services yourself."),
                    html! { (link_button("/themes", lang.say("看全部", "See all"), Look::Main, None)) },
                ))
            }
            @for level in Level::ALL {
                @let of_level: Vec<&&Theme> = themes.iter().filter(|theme| theme.level == level).collect();
                @if !of_level.is_empty() {
                    section .stack {
                        h2 { (level.name().get(lang)) " " span .muted.small { (of_level.len()) } }
                        div .grid { @for theme in of_level { (card(desk, theme)) } }
                    }
                }
            }
            section .card.stack-s {
                h2 { (lang.say("没有合适的？自己选几项一起办", "Nothing fits? Pick several services yourself")) }
                p { (lang.say("任意几个事项都可以合成一张表、一套材料。", "Any services can be merged into one form and one set of papers.")) }
                p { (link_button("/together", lang.say("选事项", "Pick services"), Look::Second, None)) }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(lang.say("一件事", "One thing"))]);
    page
}

pub(super) fn card(desk: &Desk, theme: &Theme) -> Markup {
    let lang = desk.lang;
    let n = theme.component.len();
    html! {
        a .card href={ "/themes/" (theme.code.get_ref()) } {
            h3 { (words(named(&theme.name, &theme.label, lang), lang)) }
            @if !theme.summary.is_empty() { p .muted { (words(&theme.summary, lang)) } }
            p .small {
                (match lang { Lang::Zh => format!("最多{n}项手续"), Lang::En => format!("at most {n} services") })
                @if !theme.list.is_empty() { (lang.say("，", ", ")) (words(&theme.list, lang)) }
                (lang.say("，版本 ", ", version ")) (theme.version) " " (standing(theme.status, lang))
            }
        }
    }
}

async fn guide(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    let found = Desk::of(&app, &visitor).and_then(|desk| guide_page(&desk, &visitor, &code, &visitor.asked(), None));
    visitor.answer(Area::Portal, found)
}

fn guide_page(desk: &Desk, visitor: &Visitor, code: &str, told: &Posted, refused: Option<Notice>) -> Result<Page, Problem> {
    let lang = desk.lang;
    let theme = desk.rules().themes.get(code).ok_or(Problem::NotFound)?;
    let name = named(&theme.name, &theme.label, lang);
    let body = html! {
        div .page-head { div {
            p .over { (lang.say("一件事", "One thing")) }
            h1 { (words(name, lang)) }
            @if !theme.summary.is_empty() { p .lead { (words(&theme.summary, lang)) } }
        } }
        (guided(desk, visitor, theme, told, &format!("/themes/{code}")))
    };
    let mut page = visitor.page(Area::Portal, name, body);
    page.notices.extend(refused);
    page.breadcrumbs = way(lang, [Crumb::to("/themes", lang.say("一件事", "One thing")), Crumb::here(name)]);
    Ok(page)
}

/// The guide through a theme at `path`: the next question, what follows so far, and beginning. The same in the portal and at a counter.
pub(crate) fn guided(desk: &Desk, visitor: &Visitor, theme: &Theme, told: &Posted, path: &str) -> Markup {
    let rules = desk.rules();
    let asked = Asked::of(told, rules, desk.today);
    let bundle = Bundle::of_theme(rules, theme);
    let guide = Guide::of_bundle(&bundle, desk.today);
    let state = bundle.state(&asked.answers, desk.today);
    let verdicts = guide.verdicts(asked.told(), desk.today);
    let refused = asked.refused.as_ref().map_or(told.get("ask"), |(code, ..)| code);
    let named_field = rules.field_of(refused).filter(|field| !asked.answers.contains_key(&field.code));
    let again = named_field.filter(|field| !asked.unsure.contains(&field.code)).map(|field| Question {
        field,
        wording: wording(theme, field.name.get_ref()).unwrap_or(if field.meaning.is_empty() {
            field.name.get_ref()
        } else {
            &field.meaning
        }),
        decides: Vec::new(),
    });
    let next = again.or_else(|| guide.next(asked.told(), desk.today));
    html! {
        div .with-side {
            div .stack {
                (contradictions(desk, &bundle, &asked, path))
                @match &next {
                    Some(question) => (ask(desk, &asked, question, path)),
                    None => (begin(desk, visitor, &asked, &state, path)),
                }
                (result(desk, &bundle, &state, &verdicts))
                (papers_needed(desk, &verdicts))
                @if next.is_some() { (skip(desk, visitor, &asked, &state, path)) }
            }
            aside .stack {
                (asking::told_so_far(desk, &asked, path))
                (saved(&bundle.saved(&asked.answers, &NOTHING_KNOWN, desk.today), desk.lang))
                (about(desk, theme, &state))
            }
        }
    }
}

/// Answers that cannot stand together, each with its reason and the way to say it otherwise. The guide goes on all the same.
fn contradictions(desk: &Desk, bundle: &Bundle<'_>, asked: &Asked, path: &str) -> Markup {
    let (lang, rules) = (desk.lang, desk.rules());
    let found = bundle.contradictions(&asked.answers, desk.today);
    let answer = |code: &str| {
        let field = rules.field_of(code)?;
        let said = rules.say_answer(field, asked.answers.get(code)?).get(lang).to_owned();
        Some((named(field.name.get_ref(), &field.label, lang), said, asked.without(path, code)))
    };
    html! {
        @if !found.is_empty() {
            (notice(&Notice::new(Tone::Warn, lang.say("有的回答互相矛盾", "Some answers contradict each other")).body(html! {
                @for one in &found {
                    p { (words(one.why.get(lang), lang)) }
                    ul { @for (name, said, change) in one.fields.iter().filter_map(|code| answer(code)) {
                        li { (words(name, lang)) (lang.say("：", ": ")) strong { (words(&said, lang)) } " "
                            a href=(change) { (lang.say("重新回答", "answer again")) span .vh { " " (words(name, lang)) } } }
                    } }
                }
                p { (lang.say("可以先往下走；下面的结果按您现在的回答得出。", "You may go on; what follows rests on the answers as they are.")) }
            }), lang))
        }
    }
}

/// How a theme puts the question for an element.
fn wording<'a>(theme: &'a Theme, field: &str) -> Option<&'a str> {
    theme.situation.iter().find(|situation| situation.field.get_ref() == field).map(|situation| situation.question.as_str())
}

/// The next question.
fn ask(desk: &Desk, asked: &Asked, question: &Question<'_>, path: &str) -> Markup {
    let lang = desk.lang;
    let definition = question.field;
    let english = named(definition.name.get_ref(), &definition.label, lang);
    let label = if lang == Lang::Zh { question.wording } else { english };
    let decides = question.decides.len();
    let hangs = match lang {
        Lang::Zh => format!("这个回答会影响{decides}项结果。"),
        Lang::En => format!("{decides} results hang on this answer."),
    };
    asking::question(desk, asked, definition, (label, question.wording), path, if decides > 0 { &hangs } else { "" })
}

async fn start(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    let found = async {
        let desk = Desk::of(&app, &visitor)?;
        if !desk.rules().themes.contains_key(&code) {
            return Err(Problem::NotFound);
        }
        let (_, holder) = visitor.applicant()?;
        match begun(&app, &visitor, Some(&code), &posted, holder, Channel::Online).await? {
            Ok(id) => Ok(Redirect::to(&format!("/drafts/{id}")).into_response()),
            Err(told) => Ok(guide_page(&desk, &visitor, &code, &posted, Some(told))?.into_response()),
        }
    };
    visitor.answer(Area::Portal, found.await)
}

async fn pick(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, Desk::of(&app, &visitor).map(|desk| pick_page(&desk, &visitor, &visitor.asked(), None)))
}

/// Any items, merged by the same compiler.
fn pick_page(desk: &Desk, visitor: &Visitor, told: &Posted, refused: Option<Notice>) -> Page {
    let lang = desk.lang;
    let title = lang.say("自己选几项一起办", "Several services at once");
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say("任意几个事项合成一张表、一套材料；先后自动排好。", "Any services in one form and one set of papers; their order follows from their papers.")) }
        } }
        (picked(desk, visitor, told, "/together"))
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.notices.extend(refused);
    page.breadcrumbs = way(lang, [Crumb::to("/themes", lang.say("一件事", "One thing")), Crumb::here(title)]);
    page
}

/// Picking items at `path`, what follows from them, and beginning.
pub(crate) fn picked(desk: &Desk, visitor: &Visitor, told: &Posted, path: &str) -> Markup {
    let lang = desk.lang;
    let rules = desk.rules();
    let text: String = told.get("q").chars().take(64).collect();
    let picked: Vec<String> = told
        .pairs()
        .filter(|(name, code)| *name == "items" && rules.items.contains_key(*code))
        .map(|(_, code)| code.to_owned())
        .collect();
    let bundle = Bundle::of_items(rules, picked.iter().map(String::as_str));
    let state = bundle.state(&Answers::new(), desk.today);
    let has = |item: &Item| picked.contains(item.code.get_ref());
    let fits = |item: &&Item| {
        has(item) || text.is_empty() || item.name.contains(&text) || item.keywords.iter().any(|word| word.contains(&text))
    };
    let is_offered = |item: &&Item| {
        offer::is_open_here(item, desk.today)
            && item.continues.is_none()
            && item.procedure.get_ref() != offer::UNRESOLVED
            && !office::apply::is_claimed(rules, item)
    };
    let mut items: Vec<&Item> = rules.items.values().filter(is_offered).filter(fits).collect();
    items.sort_by_key(|item| (!has(item), item.item_type as u8, item.code.get_ref().clone()));
    let ticked: Vec<&str> = picked.iter().map(String::as_str).collect();
    let choices: Vec<Choice<'_>> = items.iter().map(|item| Choice::new(item.code.get_ref(), item_name(item, lang))).collect();
    let nothing = Asked::default();
    html! {
        div .with-side {
            div .stack {
                @if !picked.is_empty() { (result(desk, &bundle, &state, &[])) }
                form .card.stack method="get" action=(path) {
                    (field(&Field::text("q", lang.say("按名称找", "By name"), &text), lang))
                    (field(&Field::new("items", lang.say("事项", "Services"), Control::Checks { values: &ticked, choices: &choices }), lang))
                    div .buttons { (button(&Button::new(lang.say("看合并结果", "See what follows")).look(Look::Second))) }
                }
            }
            aside .stack {
                @if picked.is_empty() { p .muted { (lang.say("选好以后，这里显示先后、材料和省了多少。", "Once you pick some, their order and papers appear here.")) } }
                @else {
                    @if !state.circle.is_empty() {
                        (notice(&Notice::new(Tone::Bad, lang.say("这些事项互为前提，不能一起办", "These wait for one another and cannot be handled together")), lang))
                    }
                    (saved(&bundle.saved(&nothing.answers, &NOTHING_KNOWN, desk.today), lang))
                    section .card.stack {
                        h2 { (lang.say("开始填写", "Begin")) }
                        (start_form(desk, visitor, &nothing, &bundle.members.iter().map(|member| member.item).collect::<Vec<_>>(), &ticked, path))
                    }
                }
            }
        }
    }
}

async fn start_picked(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let desk = Desk::of(&app, &visitor)?;
        let (_, holder) = visitor.applicant()?;
        match begun(&app, &visitor, None, &posted, holder, Channel::Online).await? {
            Ok(id) => Ok(Redirect::to(&format!("/drafts/{id}")).into_response()),
            Err(told) => Ok(pick_page(&desk, &visitor, &posted, Some(told)).into_response()),
        }
    };
    visitor.answer(Area::Portal, found.await)
}

//! `/me/policies`: what may concern the firm one acts for, what is open now, and the one question that would settle most. Only those
//! who may see all of the firm's matters see it. Serves measure 14.

use super::compare;
use super::shown::{Group, Results, Sorted};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::date::short_day;
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::questions::with_control;
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::wording::named;
use crate::portal::{Desk, leaf, way};
use crate::visitor::{Posted, Visitor};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use casework::{Actor, Holder, Moment};
use jiff::civil::Date;
use maud::{Markup, html};
use policies::explain::Almost;
use rulebook::Lang;
use rulebook::field::Field as Element;
use std::collections::BTreeMap;

pub(super) const HERE: &str = "/me/policies";
pub(super) const PROFILE: &str = "/me/policies/profile";
const SHOWN: usize = 10;
const WINDOWS: usize = 12;

/// The firm one acts for, if one may see all of its matters.
pub(super) fn firm(visitor: &Visitor) -> Result<Option<&str>, Problem> {
    let (signed_in, holder) = visitor.applicant()?;
    match holder {
        Holder::Firm(_) if signed_in.actor.mandated_items().is_some() => Err(Problem::Forbidden),
        Holder::Firm(code) => Ok(Some(code)),
        _ => Ok(None),
    }
}

/// The same where the firm is needed: whoever acts for none has none of it.
pub(super) fn own_firm(visitor: &Visitor) -> Result<&str, Problem> {
    firm(visitor)?.ok_or(Problem::NotFound)
}

/// The person who acts.
pub(super) fn person(visitor: &Visitor) -> &str {
    match visitor.actor() {
        Some(Actor::Applicant { person, .. }) => person,
        _ => "",
    }
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor, None).await)
}

async fn view(app: &App, visitor: &Visitor, fault: Option<&str>) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let title = lang.say("我的政策", "My policies");
    let body = match firm(visitor)? {
        None => no_firm(title, lang),
        Some(code) => of_firm(app, visitor, &desk, code, fault).await?,
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    if visitor.asked().get("done") == "kept" {
        page.notices
            .push(Notice::new(Tone::Good, lang.say("记下了，下面的结果已经更新。", "Kept; the results below have changed.")));
    }
    Ok(page)
}

/// A page that is about the firm one acts for, where there is none.
pub(super) fn no_firm(title: &str, lang: Lang) -> Markup {
    html! {
        div .page-head { div { h1 { (title) } } }
        (empty_state(
            lang.say("您现在没有代表企业", "You act for no firm at present"),
            lang.say("请先在“我的账户”选择代表哪家企业；不登记也可以自己查。", "Choose in your account for which firm you act; or look for yourself without one."),
            html! {
                (link_button("/account", lang.say("我的账户", "My account"), Look::Main, None))
                (link_button("/policies/finder", lang.say("我的企业是……", "My firm is …"), Look::Second, None))
            },
        ))
    }
}

async fn of_firm(app: &App, visitor: &Visitor, desk: &Desk, code: &str, fault: Option<&str>) -> Result<Markup, Problem> {
    let lang = desk.lang;
    let store = &app.office.store;
    let choices = store.profile_choices(code).await?;
    let name = store.firm(code).await?.map_or_else(|| code.to_owned(), |firm| firm.name);
    let head = html! {
        div .page-head {
            div { h1 { (lang.say("我的政策", "My policies")) } p .lead { (words(&name, lang)) } }
            div .buttons { (link_button(PROFILE, lang.say("企业信息和设置", "What is known, and settings"), Look::Second, None)) }
        }
    };
    if !choices.matched {
        return Ok(html! {
            (head)
            (empty_state(
                lang.say("您关闭了自动匹配", "You switched matching off"),
                lang.say("系统不再用企业信息匹配政策。可以随时重新打开，也可以自己查。", "The firm's facts are matched with nothing. Switch it on again whenever you like, or look for yourself."),
                html! { (link_button("/policies", lang.say("惠企政策", "Policies for firms"), Look::Main, None)) },
            ))
        });
    }
    let known = app.office.known_of(code).await?;
    let told = store.matches_of(code).await?;
    let shelf = desk.edition.shelf(desk.today);
    let sorted = Sorted::of(&desk.edition, &shelf, &known.facts);
    let results = Results { edition: &desk.edition, shelf: &shelf, facts: &known.facts, lang };
    let next = sorted.questions(desk.rules(), &known.facts).next();
    let one_group = Group::ALL.into_iter().find(|group| group.word() == visitor.asked().get("group"));
    Ok(html! {
        (head)
        div .stack {
            @if one_group.is_none() {
                @if let Some((field, hangs)) = next { (question(desk, visitor, field, hangs, fault)) }
                (calendar(&results, &sorted))
            }
            form .stack method="get" action=(compare::MINE) {
                @for (group, own) in sorted.groups.iter().filter(|(group, _)| one_group.is_none_or(|wanted| wanted == *group)) {
                    (listed(visitor, &results, *group, own, one_group.is_some(), &told))
                }
                (compare::go(lang))
            }
            p .small.muted { (lang.say("以上是按公布的条件和已知信息比对的结果，不是决定。是否给予由办理机关决定。", "This compares published conditions with what is known. It is no decision: that is for the body.")) }
        }
    })
}

/// The one question on which most clauses hang.
fn question(desk: &Desk, visitor: &Visitor, definition: &Element, hangs: usize, fault: Option<&str>) -> Markup {
    let lang = desk.lang;
    html! {
        section .card.stack aria-labelledby="question" {
            h2 #question { (match lang {
                Lang::Zh => format!("补一条信息，{hangs} 条政策就更清楚"),
                Lang::En => format!("One fact would make {hangs} clauses clearer"),
            }) }
            form method="post" action={ (HERE) "/answer" } .stack {
                (answer(desk, visitor, definition, "", fault))
                div .buttons { (button(&Button::new(lang.say("保存", "Keep")).look(Look::Large))) }
                p .hint { (lang.say("只问一次，作为企业自报信息保存，只用来匹配政策；保存就是同意这样用，会记录在案，可以随时更改或者撤回。", "Asked once, kept as the firm's own word and used for matching with policies alone. By keeping it you agree to that, and it goes on record; change it or take it back whenever you like.")) }
            }
        }
    }
}

pub(super) fn answer(desk: &Desk, visitor: &Visitor, definition: &Element, value: &str, fault: Option<&str>) -> Markup {
    let lang = desk.lang;
    let label = named(definition.name.get_ref(), &definition.label, lang);
    let drawn = with_control(desk.rules(), definition, value, |control| {
        let mut shown = Field::new(&definition.code, label, control).error(fault);
        shown.hint = Some(definition.meaning.as_str()).filter(|meaning| !meaning.is_empty());
        field(&shown, lang)
    });
    html! {
        input type="hidden" name="csrf" value=(visitor.csrf());
        input type="hidden" name="element" value=(definition.code);
        (drawn)
    }
}

/// The windows of what may concern the firm, in the order in which they close or open.
fn calendar(results: &Results<'_>, sorted: &Sorted) -> Markup {
    let (lang, today) = (results.lang, results.shelf.today);
    let hopeful = sorted.groups.iter().filter(|(group, _)| matches!(group, Group::Met | Group::Person)).flat_map(|(_, own)| own);
    let mut windows: Vec<(bool, Date, Date, &str, &str)> = hopeful
        .filter_map(|(at, _)| {
            let (_, clause) = super::find(&results.edition.rules, &results.shelf.library.clauses[*at].code)?;
            let (from, until) = clause.window.as_ref()?.open_or_next(today)?;
            Some((
                from > today,
                if from > today { from } else { until },
                until,
                clause.name.as_str(),
                clause.code.get_ref().as_str(),
            ))
        })
        .collect();
    windows.sort_unstable();
    html! {
        @if !windows.is_empty() {
            section .card.stack-s aria-labelledby="calendar" {
                h2 #calendar { (lang.say("申报日历", "Calendar of windows")) }
                ul .plain.stack-s { @for (later, turn, until, name, code) in windows.iter().take(WINDOWS) { li {
                    @if *later { (short_day(*turn, lang)) (lang.say(" 开始，到 ", " opens, until ")) (short_day(*until, lang)) }
                    @else { (lang.say("现在可以，到 ", "open until ")) (short_day(*turn, lang)) }
                    (lang.say("：", ": ")) a href={ "/policies/" (code) } { (words(name, lang)) }
                } } }
                p { a href=(super::calendar::HERE) { (lang.say("全部条款的申报日历", "The calendar of all clauses")) } }
            }
        }
    }
}

fn listed(
    visitor: &Visitor,
    results: &Results<'_>,
    group: Group,
    own: &[(usize, Option<Almost>)],
    whole: bool,
    told: &BTreeMap<String, Option<Moment>>,
) -> Markup {
    let lang = results.lang;
    let page = visitor.asked();
    let leaf = leaf(own, if whole { page.get("page") } else { "" }, SHOWN, &visitor.here);
    let id = group.word();
    let new = |at: usize| {
        let code = &results.shelf.library.clauses[at].code;
        html! {
            @if told.get(code).is_some_and(Option::is_none) { p { (tag(lang.say("新的", "new"), Tone::Info, lang)) } }
            (compare::pick(code, lang))
        }
    };
    html! {
        @if !own.is_empty() || whole {
            section .stack aria-labelledby=(id) {
                h2 id=(id) { (group.title().get(lang)) " (" (own.len()) ")" }
                div .grid.two { @for (at, almost) in leaf.rows { (results.card(*at, almost.as_ref(), new(*at))) } }
                @if whole { (crate::pieces::pagination::pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang)) }
                @else if own.len() > SHOWN { p { a href={ (HERE) "?group=" (id) } { (lang.say("看这一组全部 ", "See all of this group: ")) (own.len()) } } }
            }
        }
    }
}

pub(super) async fn keep(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let code = own_firm(&visitor)?;
        let desk = Desk::of(&app, &visitor)?;
        let field = desk.rules().field_of(posted.get("element")).ok_or(Problem::NotFound)?;
        let given = crate::portal::apply::answers_of(&posted).into_iter().find(|(name, _)| *name == field.code);
        let value = given.map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
        let checked = if value.is_empty() { Ok(()) } else { desk.rules().check_answer(field, &value, desk.today) };
        let kept = match checked {
            Ok(()) => app.office.declare(code, &field.code, &value).await?,
            Err(fault) => Err(fault),
        };
        match kept {
            Ok(()) => {
                if !value.is_empty() {
                    app.office.agreed_by_declaring(code, person(&visitor)).await?;
                }
                let back = if posted.get("to") == "profile" { PROFILE } else { HERE };
                Ok(Redirect::to(&format!("{back}?done=kept")).into_response())
            }
            Err(fault) if posted.get("to") == "profile" => {
                Ok(super::profile::profile_page(&app, &visitor, Some(fault.get(visitor.lang))).await?.into_response())
            }
            Err(fault) => Ok::<_, Problem>(view(&app, &visitor, Some(fault.get(visitor.lang))).await?.into_response()),
        }
    };
    visitor.answer(Area::Portal, found.await)
}

//! What was told to the guide, which parts are chosen by it, and the draft that begins with both. Serves measures 1, 3 and 4.

use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::form::{Form, form};
use crate::pieces::notice::Notice;
use crate::portal::wording::{area_name, item_name};
use crate::portal::{Desk, offer};
use crate::visitor::{Posted, Visitor};
use casework::Holder;
use casework::event::Channel;
use jiff::civil::Date;
use maud::{Markup, html};
use office::Stop;
use office::drafts::{self, Wanted};
use rulebook::bundle::{Standing as Member, State as Bundled};
use rulebook::expression::{Kind, Truth};
use rulebook::guide::Told;
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::{Rulebook, Text};
use std::collections::BTreeSet;

/// What a visitor has told so far; it lies in the address.
#[derive(Default)]
pub(in crate::portal) struct Asked {
    pub(in crate::portal) answers: Answers,
    pub(in crate::portal) unsure: BTreeSet<String>,
    /// An answer that could not be taken: the element, what was typed, and what is wrong with it.
    pub(in crate::portal) refused: Option<(String, String, Text)>,
}

/// Names in the address that are no element.
const OURS: [&str; 4] = ["unsure", "ask", "items", "q"];

impl Asked {
    pub(in crate::portal) fn of(posted: &Posted, rules: &Rulebook, today: Date) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in crate::portal::apply::answers_of(posted) {
            let Some(field) = rules.field_of(&name).filter(|_| !OURS.contains(&&*name)) else { continue };
            if value.is_empty() {
                continue;
            }
            let value = as_meant(rules, &name, &value);
            match rules.check_answer(field, &value, today) {
                Ok(()) => _ = asked.answers.insert(name, value),
                Err(fault) => asked.refused = Some((name, value, fault)),
            }
        }
        let unsure = posted.pairs().filter(|(name, _)| *name == "unsure").map(|(_, code)| code.to_owned());
        asked.unsure = unsure.filter(|code| rules.field_of(code).is_some()).collect();
        // A later answer takes the doubt away.
        asked.unsure.retain(|code| !asked.answers.contains_key(code));
        asked
    }

    pub(in crate::portal) fn told(&self) -> Told<'_> {
        Told { answers: &self.answers, unsure: &self.unsure }
    }

    /// The address of `path` with all that was told but one element.
    pub(in crate::portal) fn without(&self, path: &str, field: &str) -> String {
        let answers = self.answers.iter().filter(|(code, _)| *code != field).map(|(code, value)| (code.as_str(), value.as_str()));
        let unsure = self.unsure.iter().filter(|code| *code != field).map(|code| ("unsure", code.as_str()));
        let all: Vec<(&str, &str)> = answers.chain(unsure).chain([("ask", field)]).collect();
        crate::portal::address(path, &all)
    }

    pub(in crate::portal) fn hidden(&self) -> Markup {
        html! {
            @for (code, value) in &self.answers { input type="hidden" name=(code) value=(value); }
            @for code in &self.unsure { input type="hidden" name="unsure" value=(code); }
        }
    }
}

/// A number as people type it, with digits of either width, thousands set apart, or money with its unit, as it is kept.
fn as_meant(rules: &Rulebook, code: &str, typed: &str) -> String {
    let kind = rules.dictionary.get(code).map(|element| &element.kind);
    let Some(kind) = kind.filter(|kind| matches!(kind, Kind::Number(_) | Kind::Money(_))) else { return typed.to_owned() };
    let narrow = |c: char| match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        '．' => '.',
        '－' => '-',
        other => other,
    };
    let plain: String = typed.chars().filter(|c| !matches!(c, ',' | '，' | ' ' | '\u{3000}')).map(narrow).collect();
    let in_yuan = || rulebook::policy::money(&format!("{}元", plain.trim_end_matches('元')));
    match kind {
        Kind::Money(_) => in_yuan().map_or(plain.clone(), |yuan| yuan.to_string()),
        _ => plain,
    }
}

/// All is answered: choose and begin.
pub(super) fn begin(desk: &Desk, visitor: &Visitor, asked: &Asked, state: &Bundled<'_>, path: &str) -> Markup {
    let lang = desk.lang;
    html! {
        section .card.stack {
            h2 { (lang.say("可以开始填了", "Ready to fill in")) }
            (choice(desk, visitor, asked, state, path))
        }
    }
}

/// Beginning without answering all.
pub(super) fn skip(desk: &Desk, visitor: &Visitor, asked: &Asked, state: &Bundled<'_>, path: &str) -> Markup {
    let lang = desk.lang;
    html! {
        details .card {
            summary { (lang.say("不再回答，直接选要办的手续", "Skip the questions and choose yourself")) }
            (choice(desk, visitor, asked, state, path))
        }
    }
}

/// The parts to apply for, and where; what is needed is ticked.
fn choice(desk: &Desk, visitor: &Visitor, asked: &Asked, state: &Bundled<'_>, path: &str) -> Markup {
    let here: Vec<&Member<'_>> = state.members.iter().filter(|member| is_here(desk, member)).collect();
    let ticked: Vec<&str> = here
        .iter()
        .filter(|member| member.needed == Truth::True)
        .map(|member| member.member.item.code.get_ref().as_str())
        .collect();
    let items: Vec<&Item> = here.iter().map(|member| member.member.item).collect();
    let lang = desk.lang;
    let open = here.iter().any(|member| matches!(member.needed, Truth::Unknown(_)));
    html! {
        @if open { p .hint { (lang.say("还不能断定要不要办的，没有替您勾选：请对照“看情况”各行自己选；填表时还会再问。", "What is still open is not ticked for you: choose by the lines marked “depends”. The form asks again.")) } }
        (start_form(desk, visitor, asked, &items, &ticked, path))
    }
}

/// Whether a part can be applied for here: not closed, with a form, and not handled in another system.
fn is_here(desk: &Desk, member: &Member<'_>) -> bool {
    offer::is_open_here(member.member.item, desk.today) && member.member.rule.is_none_or(|rule| rule.elsewhere.is_empty())
}

pub(super) fn start_form(desk: &Desk, visitor: &Visitor, asked: &Asked, items: &[&Item], ticked: &[&str], path: &str) -> Markup {
    let lang = desk.lang;
    let areas: Vec<(&str, &str)> =
        desk.rules().areas.values().map(|area| (area.code.get_ref().as_str(), area_name(area, lang))).collect();
    let areas: Vec<Choice<'_>> = areas.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let parts: Vec<Choice<'_>> = items.iter().map(|item| Choice::new(item.code.get_ref(), item_name(item, lang))).collect();
    html! {
        (form(&Form { action: path, csrf: visitor.csrf(), ..Form::default() }, html! {
            (asked.hidden())
            (field(&Field::new("items", lang.say("这次一起办的手续", "Handled together this time"), Control::Checks { values: ticked, choices: &parts }).required(), lang))
            (field(&Field::new("area", lang.say("经营或办理地点所在区域", "Where the premises are"), Control::Select { value: "", choices: &areas })
                .hint(lang.say("决定由哪个机关办理；一个地址可能同时属于街镇和开发区，请选开发区。", "Decides which body handles it. If an address lies in a street and in a zone, choose the zone."))
                .required(), lang))
        }, html! {
            div .buttons { (button(&Button::new(lang.say("开始填写", "Start")).look(Look::Large))) }
            p .hint { (lang.say("每填一项都会自动保存；上面的回答会带进表里。", "Every answer is saved by itself; what you have answered is taken into the form.")) }
        }, lang))
    }
}

/// Begins the draft with what was answered already, or says why not; gives its identifier. The same for an applicant in the portal and
/// for the visitor whom a clerk serves.
pub(crate) async fn begun(
    app: &App,
    visitor: &Visitor,
    theme: Option<&str>,
    posted: &Posted,
    holder: &Holder,
    channel: Channel,
) -> Result<Result<String, Notice>, Problem> {
    let desk = Desk::of(app, visitor)?;
    let by = visitor.actor().ok_or_else(|| Problem::SignIn(visitor.here.clone()))?;
    let (office, rules) = (&app.office, desk.rules());
    let items: Vec<String> = posted.pairs().filter(|(name, _)| *name == "items").map(|(_, code)| code.to_owned()).collect();
    let id = match office.begin_bundle(by, holder, theme, &items, posted.get("area"), channel).await {
        Ok(id) => id,
        Err(Stop::Refused(refusal)) => return Ok(Err(refusal_notice(&refusal, desk.lang))),
        Err(Stop::Failed(failure)) => return Err(failure.into()),
    };
    let whole = drafts::open(&office.store, by, &id).await?;
    let wanted = Wanted::of(rules, &whole.draft).ok_or(Problem::NotFound)?;
    let told = Asked::of(posted, rules, desk.today).answers.into_iter();
    let answers: Vec<(String, String)> = told.filter(|(code, _)| wanted.asks(code).is_some()).collect();
    drafts::save(&office.store, rules, by, &id, &answers, office.now().await?).await?;
    Ok(Ok(id))
}

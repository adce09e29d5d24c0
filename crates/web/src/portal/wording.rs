//! How definitions are worded on public pages: names and their English labels, grounds, terms, standing.

use crate::pieces::date::short_day_text;
use crate::pieces::tag::{example_mark, tag};
use crate::pieces::{Tone, words};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::agency::{Agency, Area, AuthorityForm};
use rulebook::definition::{Basis, Standing};
use rulebook::expression::{Expression, Fact, Line, Role};
use rulebook::item::{Item, ItemType, Limit, StartEvent};

/// The English label on an English page, where there is one; otherwise the Chinese name.
pub fn named<'a>(name: &'a str, label: &'a Option<String>, lang: Lang) -> &'a str {
    match lang {
        Lang::Zh => name,
        Lang::En => label.as_deref().filter(|label| !label.is_empty()).unwrap_or(name),
    }
}

pub fn item_name(item: &Item, lang: Lang) -> &str {
    named(&item.name, &item.label, lang)
}

/// What a draft is for; its item's code where the rules in force do not hold it any more.
pub fn draft_name(rules: &rulebook::Rulebook, draft: &store::drafts::Draft, lang: Lang) -> String {
    let wanted = office::drafts::Wanted::of(rules, draft);
    wanted.map_or_else(|| draft.item.clone(), |wanted| wanted.name().get(lang).to_owned())
}

pub fn agency_name(agency: &Agency, lang: Lang) -> &str {
    named(&agency.name, &agency.label, lang)
}

pub fn area_name(area: &Area, lang: Lang) -> &str {
    named(&area.name, &area.label, lang)
}

pub fn type_name(item_type: ItemType, lang: Lang) -> &'static str {
    match item_type {
        ItemType::Permit => lang.say("行政许可", "Permit"),
        ItemType::Confirmation => lang.say("行政确认", "Confirmation"),
        ItemType::Grant => lang.say("行政给付", "Grant"),
        ItemType::Reward => lang.say("行政奖励", "Reward"),
        ItemType::Adjudication => lang.say("行政裁决", "Adjudication"),
        ItemType::Filing => lang.say("行政备案", "Filing"),
        ItemType::Other => lang.say("其他行政权力", "Other power"),
        ItemType::PublicService => lang.say("公共服务", "Public service"),
    }
}

/// The form in which a power is held, with what it means for the person concerned (行政许可法 arts. 23–25).
pub fn form_name(form: AuthorityForm, lang: Lang) -> &'static str {
    match form {
        AuthorityForm::Own => lang.say("法定", "By law"),
        AuthorityForm::Authorised => lang.say("授权", "Authorised"),
        AuthorityForm::Entrusted => lang.say("委托", "Entrusted"),
        AuthorityForm::Centralised => lang.say("集中", "Centralised"),
    }
}

/// Whether a definition was checked against its source: said on every page that shows it.
pub fn standing(status: Standing, lang: Lang) -> Markup {
    match status {
        Standing::Verified => tag(lang.say("已核实", "verified"), Tone::Good, lang),
        Standing::Example => example_mark(lang),
    }
}

/// Law, article and whether that was checked.
pub fn basis(basis: &Basis, lang: Lang) -> Markup {
    html! {
        (words(&basis.to_string(), lang))
        @if basis.status == Standing::Example { " " (example_mark(lang)) }
        @if !basis.note.is_empty() { span .sub.muted.small { (words(&basis.note, lang)) } }
    }
}

/// The length of a limit: 「10个工作日」; that a law states none is an answer too.
pub fn length(limit: &Limit, lang: Lang) -> String {
    match limit.term() {
        Some(term) => term.say(lang),
        None => lang.say("法律没有规定时限", "no limit stated by law").to_owned(),
    }
}

/// The event a limit runs from.
pub fn start(limit: &Limit, lang: Lang) -> &'static str {
    match limit.start {
        StartEvent::Receipt => lang.say("收到申请起", "from receipt"),
        StartEvent::Acceptance => lang.say("受理起", "from acceptance"),
    }
}

/// A day without its weekday, on one line: for tables, where the weekday says nothing.
pub fn short(date: Date, lang: Lang) -> Markup {
    let text = match lang {
        Lang::Zh => format!("{}年{}", date.year(), short_day_text(date, lang)),
        Lang::En => format!("{} {}", short_day_text(date, lang), date.year()),
    };
    html! { time .nowrap datetime=(date) { (text) } }
}

/// The same where there is room for it: each group with its own list, so that nobody has to guess what belongs to it.
pub fn condition_listed(expression: &Expression, today: Date, lang: Lang) -> Markup {
    let missing: Vec<Fact> = Vec::new();
    let lines = expression.explain(&missing[..], today);
    if lines.iter().all(|line| line.depth <= 1) {
        return html! { p { (condition(expression, today, lang)) } };
    }
    html! {
        @if let Some((first, rest)) = lines.split_first() { p { (words(first.requirement.get(lang), lang)) } (listed(rest, lang)) }
    }
}

/// Lines of one depth as a list, with those below each in a list of its own.
fn listed(lines: &[Line], lang: Lang) -> Markup {
    let Some(depth) = lines.first().map(|line| line.depth) else { return Markup::default() };
    let places: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| line.depth == depth).map(|(at, _)| at).collect();
    let ends = places.iter().skip(1).copied().chain([lines.len()]);
    html! {
        ul {
            @for (at, end) in places.iter().copied().zip(ends) {
                li { (words(lines[at].requirement.get(lang), lang)) (listed(&lines[at + 1..end], lang)) }
            }
        }
    }
}

/// A condition as people read it: its tests, one a line, grouped as the condition groups them.
pub fn condition(expression: &Expression, today: Date, lang: Lang) -> Markup {
    let missing: Vec<Fact> = Vec::new();
    let lines = expression.explain(&missing[..], today);
    let tests: Vec<&str> = lines.iter().filter(|line| line.role == Role::Test).map(|line| line.requirement.get(lang)).collect();
    let flat = lines.iter().all(|line| line.depth <= 1);
    let joined = match lines.first().map(|line| line.role) {
        Some(Role::Any) => lang.say("，或者", ", or "),
        _ => lang.say("，并且", ", and "),
    };
    html! {
        @if flat { (words(&tests.join(joined), lang)) }
        @else {
            @for line in &lines {
                span .sub { @for _ in 0..line.depth { "· " } (words(line.requirement.get(lang), lang)) }
            }
        }
    }
}

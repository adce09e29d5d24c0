//! What is asked of whoever makes a token for a program, and how its state is shown: the same at the applicant's desk and at the
//! administrator's.

use super::Tone;
use super::field::{Choice, Control, Field, field};
use super::tag::tag;
use crate::api::caller::Scope;
use crate::visitor::Posted;
use casework::Moment;
use maud::{Markup, html};
use office::tokens::LONGEST_DAYS;
use rulebook::Lang;
use store::tokens::Token;

/// What it may be used for, out of `scopes`, and for how many days.
pub fn scope_and_days(scopes: &[&str], typed: &Posted, lang: Lang) -> Markup {
    let said: Vec<(&str, String)> = scopes.iter().map(|scope| (*scope, scope_said(scope, lang))).collect();
    let choices: Vec<Choice<'_>> =
        said.iter().map(|(word, said)| Choice { hint: Some(word), ..Choice::new(word, said) }).collect();
    let chosen: Vec<&str> = typed.all("scope").collect();
    let days = if typed.is_set("days") { typed.get("days") } else { "90" };
    let longest = match lang {
        Lang::Zh => format!("最多 {LONGEST_DAYS} 天。"),
        Lang::En => format!("At most {LONGEST_DAYS} days."),
    };
    html! {
        (field(&Field::new("scope", lang.say("用途", "Scope"), Control::Checks { values: &chosen, choices: &choices }).required(), lang))
        (field(&Field::new("days", lang.say("有效天数", "Days it holds"), Control::Number { value: days, unit: lang.say("天", "days") }).required().hint(&longest), lang))
    }
}

/// A scope in words.
fn scope_said(scope: &str, lang: Lang) -> String {
    let known = Scope::ALL.into_iter().find(|known| known.word() == scope);
    known.map_or_else(|| scope.to_owned(), |known| known.meaning().get(lang).to_owned())
}

/// Why a token opens nothing any more; nothing while it holds.
pub fn ended(token: &Token, now: Moment, lang: Lang) -> Option<Markup> {
    let text = if token.revoked_at.is_some() {
        lang.say("已作废", "revoked")
    } else if token.expires_at <= now {
        lang.say("已过期", "ended")
    } else {
        return None;
    };
    Some(tag(text, Tone::Rest, lang))
}

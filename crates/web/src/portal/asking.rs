//! One question after another, with what was said so far: the guide of a theme and the finder of policies ask alike. Answers lie in the
//! address and nowhere else.

use super::Desk;
use super::themes::begin::Asked;
use super::wording::named;
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Field, field};
use crate::pieces::questions::with_control;
use crate::pieces::words;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::field::Field as Element;

/// The next question, and how to say that one does not know. What the element means is told unless `wording` says it already; `hangs`
/// says what the answer is good for, or nothing.
pub(super) fn question(
    desk: &Desk,
    asked: &Asked,
    definition: &Element,
    (label, wording): (&str, &str),
    path: &str,
    hangs: &str,
) -> Markup {
    let lang = desk.lang;
    let n = asked.answers.len() + asked.unsure.len() + 1;
    let refused = asked.refused.as_ref().filter(|(code, ..)| *code == definition.code);
    let typed = refused.map_or("", |(_, typed, _)| typed);
    let drawn = with_control(desk.rules(), definition, typed, |control| {
        let mut shown = Field::new(&definition.code, label, control);
        shown.error = refused.map(|(.., fault)| fault.get(lang));
        shown.hint = Some(definition.meaning.as_str()).filter(|meaning| !meaning.is_empty() && *meaning != wording);
        field(&shown, lang)
    });
    html! {
        section .card.stack aria-labelledby="question" {
            h2 #question { (match lang { Lang::Zh => format!("第{n}个问题"), Lang::En => format!("Question {n}") }) }
            form method="get" action=(path) .stack {
                (asked.hidden())
                (drawn)
                div .buttons {
                    (button(&Button::new(lang.say("下一个", "Next")).look(Look::Large)))
                    (button(&Button::new(lang.say("不清楚", "I do not know")).look(Look::Second).named("unsure", &definition.code)))
                }
                @if !hangs.is_empty() { p .hint { (hangs) } }
            }
        }
    }
}

/// What has been said, each line to be said otherwise.
pub(super) fn told_so_far(desk: &Desk, asked: &Asked, path: &str) -> Markup {
    let lang = desk.lang;
    let rules = desk.rules();
    let row = |code: &str, value: String| {
        let field = rules.field_of(code)?;
        Some((named(field.name.get_ref(), &field.label, lang), value, asked.without(path, code)))
    };
    let known = asked.answers.iter().filter_map(|(code, value)| {
        let field = rules.field_of(code)?;
        row(code, rules.say_answer(field, value).get(lang).to_owned())
    });
    let unsure = asked.unsure.iter().filter_map(|code| row(code, lang.say("不清楚", "not known").to_owned()));
    let rows: Vec<(&str, String, String)> = known.chain(unsure).collect();
    html! {
        @if !rows.is_empty() {
            section .card.stack-s {
                h2 { (lang.say("您的回答", "Your answers")) }
                ul .plain.stack-s { @for (name, value, change) in &rows {
                    li { (words(name, lang)) (lang.say("：", ": ")) strong { (words(value, lang)) } " "
                        a href=(change) { (lang.say("改", "change")) span .vh { " " (words(name, lang)) } } }
                } }
                p { a href=(path) { (lang.say("重新开始", "Start again")) } }
            }
        }
    }
}

//! Buttons, links that look like buttons, and the button that asks first.

use maud::{Markup, html};
use rulebook::Lang;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    #[default]
    Main,
    Second,
    Danger,
    Large,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Look::Main => "button",
            Look::Second => "button second",
            Look::Danger => "button danger",
            Look::Large => "button large",
        }
    }
}

/// A button that sends its form.
#[derive(Debug, Clone, Copy, Default)]
pub struct Button<'a> {
    pub text: &'a str,
    pub look: Look,
    pub name: Option<&'a str>,
    pub value: &'a str,
    /// Send the form elsewhere.
    pub action: Option<&'a str>,
    /// The form it belongs to, if it stands outside of it.
    pub form: Option<&'a str>,
    /// One letter, or `ctrl+enter`: the shortcut with scripts.
    pub key: Option<&'a str>,
}

impl<'a> Button<'a> {
    pub fn new(text: &'a str) -> Button<'a> {
        Button { text, ..Button::default() }
    }

    pub fn look(self, look: Look) -> Button<'a> {
        Button { look, ..self }
    }

    pub fn named(self, name: &'a str, value: &'a str) -> Button<'a> {
        Button { name: Some(name), value, ..self }
    }

    pub fn key(self, key: &'a str) -> Button<'a> {
        Button { key: Some(key), ..self }
    }
}

pub fn button(button: &Button<'_>) -> Markup {
    html! {
        button class=(button.look.class()) type="submit" name=[button.name] value=[button.name.map(|_| button.value)]
            formaction=[button.action] form=[button.form] data-key=[button.key] aria-keyshortcuts=[button.key.map(shortcut)] {
            (button.text) (key_mark(button.key))
        }
    }
}

/// A link drawn as a button: for going somewhere, never for changing something.
pub fn link_button(href: &str, text: &str, look: Look, key: Option<&str>) -> Markup {
    html! {
        a class=(look.class()) href=(href) data-key=[key] aria-keyshortcuts=[key.map(shortcut)] { (text) (key_mark(key)) }
    }
}

/// A step that cannot be taken back: opens to the question first, in a dialog with scripts, in place without. `content`
/// says what will happen and may hold fields (a reason); the button inside does it.
pub fn confirm_button(opener: &str, question: &str, content: Markup, sure: &Button<'_>, lang: Lang) -> Markup {
    html! {
        details .confirm {
            summary .button.danger { (opener) }
            div .stack-s {
                p .strong { (question) }
                (content)
                div .buttons {
                    button .button.danger.sure type="submit" name=[sure.name] value=[sure.name.map(|_| sure.value)] formaction=[sure.action] form=[sure.form] {
                        (sure.text)
                    }
                    button .button.second.js-only type="button" data-close { (lang.say("取消", "Cancel")) }
                }
            }
        }
    }
}

fn shortcut(key: &str) -> String {
    key.replace("ctrl+enter", "Control+Enter")
}

fn key_mark(key: Option<&str>) -> Markup {
    html! {
        @if let Some(key) = key { kbd .js-only aria-hidden="true" { (key.replace("ctrl+enter", "Ctrl ⏎").to_uppercase()) } }
    }
}

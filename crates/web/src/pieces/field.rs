//! One question of a form: label, hint, what is wrong, where a value came from, and the control itself.
//!
//! A field named `shop_name` has the id `f-shop_name`, which is what the error summary links to. Dates travel as
//! `2026-03-02`, yes and no as `true` and `false`.

use maud::{Markup, html};
use rulebook::Lang;

use super::files::{Uploads, uploads};
use super::{Icon, foreign, icon, words};

/// One answer that can be chosen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub text: &'a str,
    pub hint: Option<&'a str>,
}

impl<'a> Choice<'a> {
    pub fn new(value: &'a str, text: &'a str) -> Choice<'a> {
        Choice { value, text, hint: None }
    }
}

/// What kind of line is typed; decides keyboard, width and spelling aids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    #[default]
    Plain,
    Email,
    Phone,
    Password,
    /// A code typed from a paper or a message: a credit code, a case number, a one-time code.
    Code,
    Short,
}

#[derive(Debug, Clone, Copy)]
pub enum Control<'a> {
    Text {
        value: &'a str,
        line: Line,
    },
    Area {
        value: &'a str,
        rows: u8,
    },
    Number {
        value: &'a str,
        unit: &'a str,
    },
    Date {
        value: &'a str,
    },
    DateTime {
        value: &'a str,
    },
    /// A time of day.
    Hour {
        value: &'a str,
    },
    Select {
        value: &'a str,
        choices: &'a [Choice<'a>],
    },
    Radios {
        value: &'a str,
        choices: &'a [Choice<'a>],
        across: bool,
    },
    Checks {
        values: &'a [&'a str],
        choices: &'a [Choice<'a>],
    },
    YesNo {
        value: Option<bool>,
    },
    Files(Uploads<'a>),
    /// What is known and cannot be changed here.
    Shown {
        value: &'a str,
    },
}

#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub control: Control<'a>,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    pub required: bool,
    /// Where the value was taken from: 「营业执照，2026年3月1日」.
    pub origin: Option<&'a str>,
    /// Other fields depend on this one: the form is drawn anew after it is saved.
    pub refresh: bool,
    /// The HTML purpose of the field (`name`, `tel`, `email`, `username`, …), for browsers that fill in.
    pub autocomplete: Option<&'a str>,
    /// Where suggestions come from, as for the search box; the chosen text fills the field.
    pub suggest: Option<&'a str>,
    /// The label is for screen readers only (a field in a table, a single box).
    pub bare: bool,
    /// A filter: choosing nothing means everything, and says so.
    pub filter: bool,
}

impl<'a> Field<'a> {
    pub fn new(name: &'a str, label: &'a str, control: Control<'a>) -> Field<'a> {
        Field {
            name,
            label,
            control,
            hint: None,
            error: None,
            required: false,
            origin: None,
            refresh: false,
            autocomplete: None,
            suggest: None,
            bare: false,
            filter: false,
        }
    }

    /// A plain line of text.
    pub fn text(name: &'a str, label: &'a str, value: &'a str) -> Field<'a> {
        Field::new(name, label, Control::Text { value, line: Line::Plain })
    }

    pub fn hint(self, hint: &'a str) -> Field<'a> {
        Field { hint: Some(hint), ..self }
    }

    pub fn error(self, error: Option<&'a str>) -> Field<'a> {
        Field { error, ..self }
    }

    pub fn filter(self) -> Field<'a> {
        Field { filter: true, ..self }
    }

    pub fn required(self) -> Field<'a> {
        Field { required: true, ..self }
    }

    /// The form is drawn anew after it changes.
    pub fn refreshing(self) -> Field<'a> {
        Field { refresh: true, ..self }
    }

    pub fn origin(self, origin: Option<&'a str>) -> Field<'a> {
        Field { origin, ..self }
    }

    pub fn refresh(self) -> Field<'a> {
        Field { refresh: true, ..self }
    }

    pub fn autocomplete(self, purpose: &'a str) -> Field<'a> {
        Field { autocomplete: Some(purpose), ..self }
    }

    pub fn suggest(self, from: &'a str) -> Field<'a> {
        Field { suggest: Some(from), ..self }
    }

    pub fn bare(self) -> Field<'a> {
        Field { bare: true, ..self }
    }
}

/// The id of a field's first control, for links from the error summary.
pub fn field_id(name: &str) -> String {
    format!("f-{name}")
}

pub fn field(field: &Field<'_>, lang: Lang) -> Markup {
    let id = field_id(field.name);
    let around = Around::of(field, &id, lang);
    let grouped = matches!(field.control, Control::Radios { .. } | Control::Checks { .. } | Control::YesNo { .. });
    html! {
        div .field .wrong[field.error.is_some()] data-field=(field.name) data-refresh[field.refresh] {
            @if grouped {
                fieldset aria-describedby=[around.described_by.as_deref()] {
                    legend class=[field.bare.then_some("vh")] lang=[foreign(field.label, lang)] { (field.label) (required_mark(field, lang)) }
                    (around.before)
                    (choices(field, &id, lang))
                    (around.after)
                }
            } @else {
                @if matches!(field.control, Control::Shown { .. }) {
                    span .label { (words(field.label, lang)) }
                } @else {
                    label class=[field.bare.then_some("vh")] for=(id) lang=[foreign(field.label, lang)] { (field.label) (required_mark(field, lang)) }
                }
                (around.before)
                (single(field, &id, &around, lang))
                (around.after)
            }
        }
    }
}

fn required_mark(field: &Field<'_>, lang: Lang) -> Markup {
    html! {
        @if field.required { span .req aria-hidden="true" { "*" } span .vh lang=(lang.tag()) { (lang.say("（必填）", " (required)")) } }
    }
}

/// What stands above and below every control, and the ids that tie it to the control.
struct Around {
    before: Markup,
    after: Markup,
    described_by: Option<String>,
    wrong: Option<&'static str>,
}

impl Around {
    fn of(field: &Field<'_>, id: &str, lang: Lang) -> Around {
        let mut ids = Vec::new();
        for (part, present) in [("hint", field.hint.is_some()), ("wrong", true), ("origin", field.origin.is_some())] {
            if present {
                ids.push(format!("{id}-{part}"));
            }
        }
        let before = html! {
            @if let Some(hint) = field.hint { p .hint id=(format!("{id}-hint")) lang=[foreign(hint, lang)] { (hint) } }
            // Always there, so that the script can say what saving found.
            p .wrong-text id=(format!("{id}-wrong")) hidden[field.error.is_none()] {
                (icon(Icon::Stop))
                span { span .vh { (lang.say("错误：", "Error: ")) } span data-wrong { (field.error.unwrap_or_default()) } }
            }
        };
        let after = html! {
            @if let Some(origin) = field.origin {
                p .origin id=(format!("{id}-origin")) {
                    (icon(Icon::Linked))
                    span { (lang.say("已从「", "Taken from “")) (words(origin, lang)) (lang.say("」带入，请核对", "”, please check")) }
                }
            }
        };
        Around { before, after, described_by: Some(ids.join(" ")), wrong: field.error.map(|_| "true") }
    }
}

fn single(field: &Field<'_>, id: &str, around: &Around, lang: Lang) -> Markup {
    let described = around.described_by.as_deref();
    let required = field.required.then_some("true");
    let purpose = field.autocomplete;
    let line = |kind: &str, mode: Option<&str>, width: &str, value: &str, plain: bool| {
        html! {
            input class=[Some(width).filter(|width| !width.is_empty())] type=(kind) id=(id) name=(field.name) value=(value) inputmode=[mode]
                lang=[foreign(value, lang)] autocomplete=[purpose] spellcheck=[plain.then_some("false")]
                autocapitalize=[plain.then_some("off")] aria-describedby=[described] aria-invalid=[around.wrong] aria-required=[required]
                data-suggest=[field.suggest];
        }
    };
    match field.control {
        Control::Text { value, line: kind } => match kind {
            Line::Plain => line("text", None, "", value, false),
            Line::Short => line("text", None, "w-8", value, false),
            Line::Email => line("email", Some("email"), "", value, true),
            Line::Phone => line("tel", Some("tel"), "w-16", value, true),
            Line::Password => line("password", None, "w-16", "", true),
            Line::Code => line("text", None, "w-16", value, true),
        },
        Control::Date { value } => line("date", None, "w-8", value, true),
        Control::Hour { value } => line("time", None, "w-8", value, true),
        Control::DateTime { value } => line("datetime-local", None, "w-16", value, true),
        Control::Number { value, unit } => html! {
            div .unit {
                (line("text", Some("decimal"), "", value, true))
                @if !unit.is_empty() { span lang=[foreign(unit, lang)] { (unit) } }
            }
        },
        Control::Area { value, rows } => html! {
            textarea id=(id) name=(field.name) rows=(rows) lang=[foreign(value, lang)] aria-describedby=[described]
                aria-invalid=[around.wrong] aria-required=[required] { (value) }
        },
        Control::Select { value, choices } => html! {
            select id=(id) name=(field.name) aria-describedby=[described] aria-invalid=[around.wrong] aria-required=[required] {
                option value="" selected[value.is_empty()] { @if field.filter { (lang.say("全部", "All")) } @else { (lang.say("请选择", "Choose one")) } }
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == value] lang=[foreign(choice.text, lang)] { (choice.text) }
                }
            }
        },
        Control::Files(files) => uploads(&files, field.name, id, described, lang),
        Control::Shown { value } => html! { p .shown id=(id) { (words(value, lang)) } },
        Control::Radios { .. } | Control::Checks { .. } | Control::YesNo { .. } => Markup::default(),
    }
}

/// The first choice carries the field's own id, so that a link to the field lands where one can answer.
fn choices(field: &Field<'_>, id: &str, lang: Lang) -> Markup {
    let yes_no = [Choice::new("true", lang.say("是", "Yes")), Choice::new("false", lang.say("否", "No"))];
    let (kind, all, across): (&str, &[Choice<'_>], bool) = match field.control {
        Control::Radios { choices, across, .. } => ("radio", choices, across),
        Control::Checks { choices, .. } => ("checkbox", choices, false),
        _ => ("radio", &yes_no, true),
    };
    let chosen = |choice: &Choice<'_>| match field.control {
        Control::Radios { value, .. } => value == choice.value,
        Control::Checks { values, .. } => values.contains(&choice.value),
        Control::YesNo { value } => value.map(|yes| if yes { "true" } else { "false" }) == Some(choice.value),
        _ => false,
    };
    html! {
        div .choices .across[across] {
            @for (at, choice) in all.iter().enumerate() {
                @let own = if at == 0 { id.to_owned() } else { format!("{id}-{at}") };
                div .choice {
                    input type=(kind) id=(own) name=(field.name) value=(choice.value) checked[chosen(choice)]
                        aria-describedby=[choice.hint.map(|_| format!("{own}-says"))];
                    label for=(own) lang=[foreign(choice.text, lang)] { (choice.text) }
                    @if let Some(hint) = choice.hint { p .hint id=(format!("{own}-says")) { (words(hint, lang)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field_: &Field<'_>, lang: Lang, parts: &[&str]) {
        let text = field(field_, lang).into_string();
        for part in parts {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }

    #[test]
    fn what_is_wrong_is_tied_to_the_control() {
        let asked = Field::text("area", "经营面积", "-1").hint("平方米").required().error(Some("经营面积应大于 0"));
        check(
            &asked,
            Lang::Zh,
            &[r#"aria-describedby="f-area-hint f-area-wrong""#, r#"aria-invalid="true""#, "经营面积应大于 0", "必填"],
        );
    }

    #[test]
    fn a_group_of_choices_has_a_legend_and_the_first_choice_the_id() {
        let choices = [Choice::new("a", "单位食堂"), Choice { hint: Some("含外卖"), ..Choice::new("b", "餐饮服务") }];
        let asked = Field::new("kind", "主体业态", Control::Radios { value: "b", choices: &choices, across: false });
        check(
            &asked,
            Lang::En,
            &["<fieldset", r#"<legend lang="zh-CN">主体业态"#, r#"id="f-kind""#, r#"value="b" checked"#, "含外卖"],
        );
    }

    #[test]
    fn what_people_typed_is_escaped_and_a_password_never_comes_back() {
        check(&Field::text("n", "N", r#"" onfocus="x"#), Lang::En, &["&quot; onfocus=&quot;x"]);
        let secret = Field::new("p", "P", Control::Text { value: "hunter2", line: Line::Password });
        assert!(!field(&secret, Lang::En).into_string().contains("hunter2"));
    }
}

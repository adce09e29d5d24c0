//! The questions and papers of an item, drawn from their definitions: the one renderer for the portal, the counter and print.

use super::field::{Choice, Control, Field, Line, field};
use super::files::{Paper as File, Uploads};
use super::tag::example_mark;
use super::words;
use maud::{Markup, html};
use rulebook::definition::Standing;
use rulebook::expression::Truth;
use rulebook::field::{Field as Element, FieldKind};
use rulebook::intake::{Intake, Origin, Paper, Question};
use rulebook::item::Necessity;
use rulebook::{Lang, Rulebook};

/// A paper that was handed in for a material.
#[derive(Debug, Clone, Default)]
pub struct Handed {
    pub key: String,
    pub name: String,
    pub href: String,
    pub size: u64,
    pub note: String,
    /// The form value that takes it away; empty if it stays.
    pub remove: String,
}

/// How the questions are shown.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    pub rules: &'a Rulebook,
    pub lang: Lang,
    /// Whether faults of empty fields are shown: after the check, not while somebody is still typing.
    pub checked: bool,
    /// Where the script uploads a paper to; the key of the material is appended.
    pub upload: Option<&'a str>,
    /// Papers that a notice of correction names: they can be handed in even where the form or a register would have done.
    pub told: &'a [String],
    /// Where a value came from, by field code: 「营业执照，2026年3月1日」.
    pub origin: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// Every question that applies, in its sections.
pub fn questions(asking: &Asking<'_>, intake: &Intake<'_>) -> Markup {
    let lang = asking.lang;
    let shown = |truth: Truth| truth == Truth::True;
    html! {
        @for part in intake.parts.iter().filter(|part| shown(part.applies) && part.questions.iter().any(|question| shown(question.applies))) {
            section .stack {
                h2 { (words(lang.say(&part.section.title, part.section.label.as_deref().unwrap_or(&part.section.title)), lang)) }
                @for question in part.questions.iter().filter(|question| shown(question.applies)) {
                    (one(asking, intake, question))
                }
            }
        }
    }
}

fn one(asking: &Asking<'_>, intake: &Intake<'_>, question: &Question<'_>) -> Markup {
    let lang = asking.lang;
    let definition = question.field;
    let label = lang.say(definition.name.get_ref(), definition.label.as_deref().unwrap_or(definition.name.get_ref()));
    let answer = question.answer.unwrap_or("");
    if let Origin::Result(item) = question.origin {
        let from = lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name));
        return html! {
            div .field { p { (words(label, lang)) " "
                span .hint { (lang.say("不用填：“", "Not asked: the result of “")) (words(from, lang)) (lang.say("”办好后自动带入。", "” fills it in.")) }
            } }
        };
    }
    let hint = if question.ask.hint.is_empty() { &definition.meaning } else { &question.ask.hint };
    let origin = (asking.origin)(&definition.code);
    let fault = question.fault.as_ref().filter(|_| asking.checked || !answer.is_empty()).map(|fault| fault.get(lang));
    let drawn = with_control(asking.rules, definition, answer, |control| {
        let mut shown = Field::new(&definition.code, label, control).error(fault).origin(origin.as_deref());
        shown.hint = Some(hint.as_str()).filter(|hint| !hint.is_empty());
        shown.required = question.required;
        shown.refresh = intake.decides(asking.rules, definition.name.get_ref());
        field(&shown, lang)
    });
    html! { (drawn) (asked_by(question, lang)) }
}

/// The control by which an element is answered, in forms and in the guide alike.
pub fn with_control<T>(rules: &Rulebook, definition: &Element, answer: &str, draw: impl FnOnce(Control<'_>) -> T) -> T {
    let unit = definition.unit.as_deref().unwrap_or(if definition.kind == FieldKind::Money { "元" } else { "" });
    let listed = rules.choices(definition);
    let choices: Vec<Choice<'_>> = listed.iter().map(|word| Choice::new(word, word)).collect();
    let ticked: Vec<&str> = answer.split('、').filter(|word| !word.is_empty()).collect();
    let line = |line| Control::Text { value: answer, line };
    draw(match definition.kind {
        FieldKind::LongText => Control::Area { value: answer, rows: 4 },
        FieldKind::Number | FieldKind::Money => Control::Number { value: answer, unit },
        FieldKind::Date => Control::Date { value: answer },
        FieldKind::YesNo => Control::YesNo {
            value: match answer {
                "true" | "是" => Some(true),
                "false" | "否" => Some(false),
                _ => None,
            },
        },
        FieldKind::Choice if choices.len() > 6 => Control::Select { value: answer, choices: &choices },
        FieldKind::Choice => Control::Radios { value: answer, choices: &choices, across: false },
        FieldKind::Choices => Control::Checks { values: &ticked, choices: &choices },
        FieldKind::CreditCode | FieldKind::CitizenId => line(Line::Code),
        FieldKind::Phone => line(Line::Phone),
        FieldKind::Email => line(Line::Email),
        FieldKind::Text | FieldKind::Industry | FieldKind::Address => line(Line::Plain),
    })
}

/// Which items of several ask for it, and by which law.
fn asked_by(question: &Question<'_>, lang: Lang) -> Markup {
    let askers: Vec<_> = question
        .asked_by
        .iter()
        .filter(|asked| asked.applies == Truth::True)
        .filter_map(|asked| Some((asked.item?, asked.ask)))
        .collect();
    if askers.len() < 2 {
        return Markup::default();
    }
    html! {
        details .small.asked-by {
            summary { (lang.say("填一次，用于", "Asked once for ")) (askers.len()) (lang.say("项手续", " services")) }
            ul { @for (item, ask) in &askers {
                li { (words(lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name)), lang))
                    @if let Some(basis) = &ask.basis { span .sub { (words(&basis.to_string(), lang)) } } }
            } }
        }
    }
}

/// Every paper that applies, with how it must look and what was handed in.
pub fn papers(asking: &Asking<'_>, intake: &Intake<'_>, handed: &[Handed]) -> Markup {
    let lang = asking.lang;
    let applies: Vec<&Paper<'_>> = intake.papers.iter().filter(|paper| paper.applies == Truth::True).collect();
    let open = intake.papers.iter().filter(|paper| matches!(paper.applies, Truth::Unknown(_))).count();
    html! {
        section .stack {
            h2 { (lang.say("申请材料", "Papers")) }
            @if applies.is_empty() && open == 0 { p { (lang.say("不需要提交材料。", "No papers are needed.")) } }
            @for paper in applies { (one_paper(asking, paper, handed)) }
            @if open > 0 {
                p .hint { (lang.say("另有材料是否需要，取决于上面还没有回答的问题。", "Whether more papers are needed depends on questions above that are still open.")) }
            }
        }
    }
}

fn one_paper(asking: &Asking<'_>, paper: &Paper<'_>, handed: &[Handed]) -> Markup {
    let lang = asking.lang;
    let material = paper.material;
    let key = paper.needed.key.get_ref();
    let name = lang.say(&material.name, material.label.as_deref().unwrap_or(&material.name));
    let example = material.status == Standing::Example;
    let told = asking.told.contains(key);
    if material.from_form && !told {
        return html! {
            div .field { p { (words(name, lang)) " " span .hint { (lang.say("由填写的内容自动生成，不用上传。", "Made from your answers; nothing to upload.")) } } }
        };
    }
    if let Some(item) = paper.from.filter(|_| !told) {
        let from = lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name));
        return html! {
            div .field { p { (words(name, lang)) " "
                span .hint { (lang.say("不用交：由这次一起办的“", "Not asked for: the result of “")) (words(from, lang)) (lang.say("”的结果代替。", "”, handled together, replaces it.")) }
            } }
        };
    }
    // With an own copy in hand the paper keeps its place, so that it can be looked at and taken away.
    let has_place = told || paper.own_copy.is_some() || paper.handed;
    if let Some(licence) = material.replaced_by.as_ref().filter(|_| !has_place) {
        return html! {
            div .field {
                p { (words(name, lang)) " "
                    span .hint { (lang.say("免提交：由电子证照代替（", "Not asked for: an electronic licence replaces it (")) (words(licence, lang)) (lang.say("）。", ").")) }
                }
            }
        };
    }
    let mine: Vec<&Handed> = handed.iter().filter(|handed| handed.key == *key).collect();
    let files: Vec<File<'_>> = mine
        .iter()
        .map(|handed| File {
            name: &handed.name,
            href: &handed.href,
            size: handed.size,
            note: &handed.note,
            remove: Some(handed.remove.as_str()).filter(|remove| !remove.is_empty()),
        })
        .collect();
    let upload = asking.upload.map(|base| format!("{base}/{key}"));
    let accept = accepted(&material.formats);
    let control =
        Control::Files(Uploads { papers: &files, upload: upload.as_deref(), accept: &accept, multiple: true, camera: false });
    let field_name = format!("paper.{key}");
    let mut hints: Vec<String> = paper.own_copy.iter().map(|why| why.get(lang).to_owned()).collect();
    match paper.necessity {
        Necessity::Deferrable => hints.push(lang.say("可容缺：可以稍后补交。", "May follow later.").to_owned()),
        Necessity::Optional => hints.push(lang.say("选交。", "Optional.").to_owned()),
        Necessity::Required => {}
    }
    for text in [&material.standard, &material.hint, &paper.needed.note] {
        if !text.is_empty() {
            hints.push(text.clone());
        }
    }
    if let Some(days) = paper.fresh_days {
        hints.push(match lang {
            Lang::Zh => format!("出具日期应在{days}天以内。"),
            Lang::En => format!("Issued within the last {days} days."),
        });
    }
    let hint = hints.join(" ");
    let fault = (asking.checked && paper.lacks()).then(|| {
        lang.say(
            "还没有提交。可以先提交申请，窗口会一次性告知补正。",
            "Not handed in yet. You may still apply; the office will tell you once what is missing.",
        )
    });
    let mut shown = Field::new(&field_name, name, control).error(fault);
    shown.hint = Some(hint.as_str()).filter(|hint| !hint.is_empty());
    shown.required = paper.necessity == Necessity::Required && paper.own_copy.is_none();
    html! {
        (field(&shown, lang))
        @if example { p .small { (example_mark(lang)) } }
    }
}

/// The HTML `accept` list for the formats of a material.
fn accepted(formats: &[String]) -> String {
    let known = |format: &String| match format.as_str() {
        "jpeg" => ".jpg,.jpeg".to_owned(),
        other => format!(".{other}"),
    };
    let list = if formats.is_empty() {
        vec![".pdf".to_owned(), ".jpg,.jpeg".to_owned(), ".png".to_owned(), ".ofd".to_owned()]
    } else {
        formats.iter().map(known).collect()
    };
    list.join(",")
}

//! The papers of an item, and the few questions that decide which of them are needed.

use crate::pieces::button::{Button, button};
use crate::pieces::error_summary::error_summary;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::Desk;
use crate::portal::wording::{basis, condition, named};
use crate::visitor::Posted;
use maud::{Markup, html};
use rulebook::expression::Truth;
use rulebook::field::FieldKind;
use rulebook::intake::{Answers, Paper};
use rulebook::item::{Item, Necessity};
use rulebook::material::Channel;

/// Longest answer that is looked at, in characters; the form itself asks again and says what is wrong.
const LONGEST: usize = 200;

/// A question of the guide as it stands: its element, what was answered and what is wrong with that.
struct Asked<'a> {
    question: &'a str,
    field: &'a rulebook::field::Field,
    answer: String,
    fault: Option<String>,
}

/// The short form and the table; nothing if the item asks for no paper at all.
pub fn section(desk: &Desk, item: &Item, asked: &Posted) -> Option<Markup> {
    if item.material.is_empty() {
        return None;
    }
    let lang = desk.lang;
    let questions = questions(desk, item, asked);
    let answers: Answers = questions
        .iter()
        .filter(|asked| !asked.answer.is_empty() && asked.fault.is_none())
        .map(|asked| (asked.field.code.clone(), asked.answer.clone()))
        .collect();
    let answered = !answers.is_empty();
    let intake = desk.rules().intake(item, &answers, &[], desk.today);
    let (spared, wanted): (Vec<&Paper<'_>>, Vec<&Paper<'_>>) =
        intake.papers.iter().partition(|paper| matches!(paper.applies, Truth::False | Truth::NotApplicable));
    let columns = [
        Column::new(lang.say("材料", "Paper")),
        Column::new(lang.say("要不要交", "Needed?")),
        Column::new(lang.say("份数", "Copies")),
        Column { block: true, ..Column::new(lang.say("怎样才合格", "How it must be")) },
        Column::new(lang.say("依据", "Ground")),
    ];
    let list = Table {
        caption: lang.say("材料清单", "List of papers"),
        columns: &columns,
        rows: wanted.iter().map(|paper| row(desk, paper)).collect(),
        ..Table::default()
    };
    Some(html! {
        (form(desk, item, &questions, answered))
        (table(&list, lang))
        @if !spared.is_empty() {
            p { strong { (lang.say("按您的情况，不用交：", "In your situation not needed: ")) }
                @for (at, paper) in spared.iter().enumerate() {
                    @if at > 0 { (lang.say("、", ", ")) } (words(named(&paper.material.name, &paper.material.label, lang), lang))
                }
            }
        }
    })
}

/// How many papers have to be handed in, at least and at most, before anything is known of the situation.
pub fn count(desk: &Desk, item: &Item) -> (usize, usize) {
    let answers = Answers::new();
    let intake = desk.rules().intake(item, &answers, &[], desk.today);
    let asked = |paper: &&Paper<'_>| paper.needed.necessity != Necessity::Optional && !is_spared(paper);
    let least = intake.papers.iter().filter(asked).filter(|paper| paper.applies == Truth::True).count();
    let open = intake.papers.iter().filter(asked).filter(|paper| matches!(paper.applies, Truth::Unknown(_))).count();
    (least, least + open)
}

/// Whether the office has it already or makes it itself.
fn is_spared(paper: &Paper<'_>) -> bool {
    paper.material.from_form || paper.material.replaced_by.is_some()
}

fn questions<'a>(desk: &'a Desk, item: &'a Item, asked: &Posted) -> Vec<Asked<'a>> {
    let lang = desk.lang;
    item.situation
        .iter()
        .filter_map(|situation| {
            let field = desk.rules().fields.get(situation.field.get_ref())?;
            let given: Vec<String> = asked.all(&field.code).map(|part| part.chars().take(LONGEST).collect()).collect();
            let answer =
                if field.kind == FieldKind::Choices { given.join("、") } else { given.last().cloned().unwrap_or_default() };
            let answer = answer.trim().to_owned();
            let fault = if answer.is_empty() { None } else { desk.rules().check_answer(field, &answer, desk.today).err() };
            let question = lang.say(&situation.question, field.label.as_deref().unwrap_or(&situation.question));
            Some(Asked { question, field, answer, fault: fault.map(|fault| fault.get(lang).to_owned()) })
        })
        .collect()
}

/// A plain form that asks by GET: the answer is a page that can be kept and printed.
fn form(desk: &Desk, item: &Item, questions: &[Asked<'_>], answered: bool) -> Markup {
    let lang = desk.lang;
    if questions.is_empty() {
        return Markup::default();
    }
    let errors: Vec<(&str, &str)> =
        questions.iter().filter_map(|asked| Some((asked.field.code.as_str(), asked.fault.as_deref()?))).collect();
    html! {
        (error_summary(&errors, lang))
        form .form.full.card.stack-s method="get" action={ "/items/" (item.code.get_ref()) "#papers" } aria-label=(lang.say("您的情况", "Your situation")) {
            h3 { (lang.say("先说说您的情况，材料单会跟着变", "Tell your situation; the list follows")) }
            div .grid.ask { @for asked in questions { (question(desk, asked)) } }
            div .buttons {
                (button(&Button::new(lang.say("看我要交什么", "See what I must hand in"))))
                @if answered { a href={ "/items/" (item.code.get_ref()) "#papers" } { (lang.say("重新来", "Start again")) } }
            }
        }
    }
}

fn question(desk: &Desk, asked: &Asked<'_>) -> Markup {
    let name = asked.field.code.as_str();
    let value = asked.answer.as_str();
    let list = asked.field.codes.as_ref().and_then(|codes| desk.rules().codes.get(codes));
    let choices: Vec<Choice<'_>> = list
        .into_iter()
        .flat_map(|list| &list.value)
        .map(|code| Choice::new(&code.name, named(&code.name, &code.label, desk.lang)))
        .collect();
    let chosen: Vec<&str> = value.split('、').collect();
    let control = match asked.field.kind {
        FieldKind::YesNo => Control::YesNo {
            value: match value {
                "true" | "是" => Some(true),
                "false" | "否" => Some(false),
                _ => None,
            },
        },
        FieldKind::Number | FieldKind::Money => Control::Number { value, unit: asked.field.unit.as_deref().unwrap_or_default() },
        FieldKind::Date => Control::Date { value },
        FieldKind::Choice => Control::Select { value, choices: &choices },
        FieldKind::Choices => Control::Checks { values: &chosen, choices: &choices },
        _ => Control::Text { value, line: crate::pieces::field::Line::Plain },
    };
    field(&Field::new(name, asked.question, control).error(asked.fault.as_deref()), desk.lang)
}

fn row(desk: &Desk, paper: &Paper<'_>) -> Row {
    let lang = desk.lang;
    let (needed, material) = (paper.needed, paper.material);
    Row::new(vec![
        html! {
            (words(named(&material.name, &material.label, lang), lang))
            @if !material.kind.is_empty() || !material.issuer.is_empty() {
                span .sub { (words(&material.kind, lang)) @if !material.issuer.is_empty() { " · " (lang.say("出具：", "issued by ")) (words(&material.issuer, lang)) } }
            }
        },
        necessity(desk, paper),
        html! { @if is_spared(paper) { (lang.say("不用", "none")) } @else { (copies(needed.originals, needed.copies, lang)) } },
        standard(paper, desk),
        html! { @if let Some(ground) = needed.basis.as_ref().or(material.basis.as_ref()) { (basis(ground, lang)) } },
    ])
}

/// Whether it has to be handed in, and when that depends on something.
fn necessity(desk: &Desk, paper: &Paper<'_>) -> Markup {
    let lang = desk.lang;
    let (needed, material) = (paper.needed, paper.material);
    html! {
        @if material.from_form { (tag(lang.say("填表自动生成", "made from the form"), Tone::Good, lang)) }
        @else if let Some(licence) = &material.replaced_by {
            (tag(lang.say("免提交", "not asked for"), Tone::Good, lang))
            span .sub { (lang.say("由电子证照代替：", "replaced by the licence on file: ")) (words(licence, lang)) }
        }
        @else {
            @match needed.necessity {
                Necessity::Required => (tag(lang.say("必须交", "required"), Tone::Info, lang)),
                Necessity::Optional => (tag(lang.say("可以不交", "optional"), Tone::Plain, lang)),
                Necessity::Deferrable => {
                    (tag(lang.say("可以后补", "may follow later"), Tone::Warn, lang))
                    @if let Some(days) = needed.defer_working_days {
                        span .sub { (lang.say("先受理，", "accepted without it; within ")) (days) (lang.say(" 个工作日内补齐", " working days it must follow")) }
                    }
                }
            }
        }
        @if let (Truth::Unknown(_), Some(when)) = (paper.applies, &needed.when) {
            span .sub {
                (lang.say("仅当：", "only if: "))
                @match desk.rules().conditions.get(when.get_ref()) {
                    Some(expression) => (condition(expression, desk.today, lang)),
                    None => (words(when.get_ref(), lang)),
                }
            }
        }
    }
}

fn copies(originals: u32, copies: u32, lang: rulebook::Lang) -> Markup {
    html! {
        @if originals > 0 { span .nowrap { (lang.say("原件 ", "original ")) (originals) } }
        @if originals > 0 && copies > 0 { br; }
        @if copies > 0 { span .nowrap { (lang.say("复印件 ", "copy ")) (copies) } }
        @if originals == 0 && copies == 0 { (lang.say("电子件", "as a file")) }
    }
}

fn standard(paper: &Paper<'_>, desk: &Desk) -> Markup {
    let lang = desk.lang;
    let (needed, material) = (paper.needed, paper.material);
    let source = match material.channel {
        Channel::Applicant => "",
        Channel::Government => lang.say("由政府部门出具", "issued by a public body"),
        Channel::Intermediary => lang.say("由中介机构出具，您可以自行选择", "made by an intermediary of your own choice"),
        Channel::Other => lang.say("由其他单位出具", "issued by others"),
    };
    html! {
        div .stack-s {
            @for text in [&material.standard, &material.hint, &needed.note] { @if !text.is_empty() { p { (words(text, lang)) } } }
            @if let Some(days) = needed.fresh_days.or(material.fresh_days) {
                p { (lang.say("出具日期在 ", "Not older than ")) (days) (lang.say(" 天以内", " days")) }
            }
            @if !source.is_empty() { p .muted.small { (source) } }
            @if !material.formats.is_empty() {
                p .muted.small {
                    (lang.say("文件格式：", "File types: ")) (material.formats.join(lang.say("、", ", ")))
                    @if let Some(most) = material.max_mib { (lang.say("，每个不超过 ", ", at most ")) (most) (lang.say(" MB", " MB each")) }
                }
            }
        }
    }
}

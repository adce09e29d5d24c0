//! The left pane: what was handed in. The answers of the form as the applicant gave them, every paper, every letter made.

use super::Look_;
use super::dossier::Dossier;
use crate::pieces::letter::file_frame;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::tag::{Light, light_saying};
use crate::pieces::{Icon, icon, words};
use crate::workbench::wording::{about_name, agency_name, material_name, named};
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::expression::Truth;
use rulebook::field::FieldKind;
use rulebook::identifier::mask;

/// A file that can be opened in the pane.
struct File<'a> {
    digest: &'a str,
    name: &'a str,
    href: String,
}

pub fn pane(dossier: &Dossier, look: &Look_, lang: Lang) -> Markup {
    let case = &dossier.case;
    let here = format!("/workbench/cases/{}", case.no);
    let papers: Vec<File<'_>> = case
        .materials
        .iter()
        .chain(&case.attached)
        .filter(|handed| !handed.digest.is_empty())
        .map(|handed| File {
            digest: &handed.digest,
            name: dossier.say(handed.name, lang),
            href: format!("{here}/files/{}", handed.digest),
        })
        .collect();
    let shown = papers.iter().find(|file| file.digest == look.file);
    html! {
        div .stack {
            (tabs(lang.say("看哪一份", "Which paper"), &[
                Tab { href: &format!("{here}#paper"), text: lang.say("申请表", "Form"), current: shown.is_none(), ..Tab::default() },
                Tab { href: &format!("{here}?file={}#paper", papers.first().map_or("", |file| file.digest)), text: lang.say("附件", "Files"), current: shown.is_some(), count: Some(papers.len() as u32), ..Tab::default() },
            ]))
            @match shown {
                Some(file) => (file_frame(file.name, &file.href, lang)),
                None => (answers(dossier, look, lang)),
            }
            (handed(dossier, lang))
            (attached(dossier, lang))
        }
    }
}

/// What officers attached: to an inspection, to the opinion of another body.
fn attached(dossier: &Dossier, lang: Lang) -> Markup {
    let case = &dossier.case;
    let of = |key: &str| {
        let (what, number) = key.split_once('-').unwrap_or((key, ""));
        let body = case.opinions.iter().find(|opinion| what == "opinion" && opinion.number.to_string() == number);
        match (body, lang) {
            (Some(opinion), Lang::Zh) => format!("{}的意见", agency_name(dossier.rules(), &opinion.agency, lang)),
            (Some(opinion), Lang::En) => format!("Opinion of {}", agency_name(dossier.rules(), &opinion.agency, lang)),
            (None, Lang::Zh) if what == "joint" => format!("第{number}次联合进行"),
            (None, Lang::En) if what == "joint" => format!("Joint act {number}"),
            (None, Lang::Zh) => format!("第{number}次现场核查"),
            (None, Lang::En) => format!("Site inspection {number}"),
        }
    };
    html! {
        @if !case.attached.is_empty() {
            section .stack-s {
                h3 { (lang.say("核查和意见的附件", "Files of inspections and opinions")) }
                ul .files {
                    @for file in &case.attached {
                        li {
                            (icon(Icon::Paper))
                            span .name {
                                a href={ "/workbench/cases/" (case.no) "?file=" (file.digest) "#paper" } { (words(dossier.say(file.name, lang), lang)) }
                                " " span .hint { (words(&of(&file.key), lang)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The answers, section by section; numbers of persons are masked until somebody asks for them, which is written down.
fn answers(dossier: &Dossier, look: &Look_, lang: Lang) -> Markup {
    let given = dossier.answers();
    let Some(intake) = dossier.intake(&given) else { return html! {} };
    let masked = look.unmasked.is_empty();
    let mut hides = false;
    let parts: Vec<(&str, Vec<SummaryRow<'_>>)> = intake
        .parts
        .iter()
        .map(|part| {
            let rows = part.questions.iter().filter(|question| question.applies == Truth::True && question.answer.is_some()).map(
                |question| {
                    let answer = question.answer.unwrap_or_default();
                    let said = dossier.rules().say_answer(question.field, answer);
                    let text = if masked && question.field.kind == FieldKind::CitizenId {
                        hides = true;
                        mask(answer)
                    } else {
                        said.get(lang).to_owned()
                    };
                    let value = html! {
                        (words(&text, lang))
                        @if let Some(fault) = &question.fault { p { (light_saying(Light::Soon, fault.get(lang), lang)) } }
                    };
                    SummaryRow::new(named(question.field.name.get_ref(), question.field.label.as_deref(), lang), value)
                },
            );
            (named(&part.section.title, part.section.label.as_deref(), lang), rows.collect())
        })
        .collect();
    html! {
        @for (title, rows) in &parts {
            @if !rows.is_empty() {
                section { h3 { (words(title, lang)) } (summary_list(rows, lang)) }
            }
        }
        @if hides {
            p .small { a href={ "/workbench/cases/" (dossier.case.no) "?unmasked=1#paper" } { (lang.say("显示完整证件号码（记入阅读日志）", "Show the full numbers (written to the reading log)")) } }
        }
        @if given.is_empty() { p .muted { (lang.say("没有表单内容。", "There are no answers.")) } }
    }
}

/// Every paper the item asks for with what came in for it; the newest first, since it replaces the others.
fn handed(dossier: &Dossier, lang: Lang) -> Markup {
    let case = &dossier.case;
    let mut keys: Vec<&str> = Vec::new();
    for key in case.materials.iter().map(|handed| handed.key.as_str()).chain(case.lacking.iter().map(String::as_str)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    html! {
        section .stack-s {
            h3 { (lang.say("材料清单", "List of papers")) }
            ul .files {
                @for key in keys {
                    li {
                        (icon(Icon::Paper))
                        span .name {
                            (words(material_name(dossier.rules(), key, lang), lang))
                            @for handed in case.materials.iter().rev().filter(|handed| handed.key == key) {
                                " " span .hint {
                                    @if handed.digest.is_empty() { (lang.say("已核对原件", "original seen")) }
                                    @else { a href={ "/workbench/cases/" (case.no) "?file=" (handed.digest) "#paper" } { (words(dossier.say(handed.name, lang), lang)) } }
                                }
                            }
                        }
                        @if case.deferred.iter().any(|deferred| deferred == key) { (light_saying(Light::Soon, lang.say("容缺待补", "to follow"), lang)) }
                        @else if case.lacking.iter().any(|lacking| lacking == key) { (light_saying(Light::Overdue, lang.say("未提交", "not handed in"), lang)) }
                    }
                }
            }
            @if let Some(last) = case.corrections.last() {
                h3 { (lang.say("补正", "Corrections")) }
                ul {
                    @for defect in &last.defects {
                        li {
                            (words(about_name(dossier.rules(), &defect.about, lang), lang)) ": " (words(dossier.say(defect.words, lang), lang)) " "
                            @if last.left.contains(&defect.about) { (light_saying(Light::Soon, lang.say("未补正", "open"), lang)) } @else { (light_saying(Light::Done, lang.say("已补正", "supplied"), lang)) }
                        }
                    }
                }
            }
        }
    }
}

//! What a check of definitions found, as every page of the editor shows it.

use crate::pieces::tag::tag;
use crate::pieces::{Tone, foreign, words};
use maud::{Markup, html};
use rulebook::{Lang, Problem as Fault, Severity};

/// The outcome of a check: each problem with its place and its remedy, errors first.
pub fn problems(problems: &[Fault], lang: Lang) -> Markup {
    let mut sorted: Vec<&Fault> = problems.iter().collect();
    sorted.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    html! {
        @if problems.is_empty() {
            p .strong { (lang.say("检查通过，没有发现问题。", "The check found nothing wrong.")) }
        } @else {
            p .strong { (counted(errors, warnings, lang)) }
            ul .plain.stack-s {
                @for problem in sorted.iter().take(MOST_PROBLEMS) {
                    li {
                        @match problem.severity {
                            Severity::Error => { (tag(lang.say("错误", "error"), Tone::Bad, lang)) }
                            Severity::Warning => { (tag(lang.say("提醒", "warning"), Tone::Warn, lang)) }
                        }
                        " " code { (problem.file) ":" (problem.line.max(1)) } " [" (problem.rule) "] "
                        span lang=[foreign(problem.message.get(lang), lang)] { (problem.message.get(lang)) }
                        span .sub { (lang.say("改法：", "Remedy: ")) (words(problem.remedy.get(lang), lang)) }
                    }
                }
            }
            @if problems.len() > MOST_PROBLEMS {
                p .muted { (lang.say("其余不再列出，先改正上面的。", "The rest is left out; mend these first.")) }
            }
        }
    }
}

/// More problems than this help nobody.
const MOST_PROBLEMS: usize = 50;

fn counted(errors: usize, warnings: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("检查发现 {errors} 个错误、{warnings} 个提醒。有错误不能送审和发布。"),
        Lang::En => {
            format!("The check found {errors} errors and {warnings} warnings. With errors nothing can be passed on or published.")
        }
    }
}

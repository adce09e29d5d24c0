//! Where a matter or a form stands among its steps.

use maud::{Markup, html};
use rulebook::Lang;

use super::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    Past,
    Now,
    #[default]
    Ahead,
    /// Left out in this matter.
    Skipped,
    /// Something there must be put right.
    Wrong,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Step<'a> {
    pub name: &'a str,
    pub stage: Stage,
    /// A day, a person: one short line.
    pub note: &'a str,
    pub href: Option<&'a str>,
}

pub fn stepper(label: &str, steps: &[Step<'_>], lang: Lang) -> Markup {
    html! {
        ol .steps aria-label=(label) {
            @for step in steps {
                @let (class, says) = match step.stage {
                    Stage::Past => ("past", lang.say("已完成", "done")),
                    Stage::Now => ("now", lang.say("当前", "current")),
                    Stage::Ahead => ("ahead", lang.say("未开始", "not started")),
                    Stage::Skipped => ("skipped", lang.say("不需要", "not needed")),
                    Stage::Wrong => ("wrong", lang.say("需修改", "to be corrected")),
                };
                li .(class) aria-current=[(step.stage == Stage::Now).then_some("step")] {
                    @if let Some(href) = step.href { a href=(href) { (words(step.name, lang)) } } @else { (words(step.name, lang)) }
                    span .vh { " (" (says) ")" }
                    @if !step.note.is_empty() { small { (words(step.note, lang)) } }
                }
            }
        }
    }
}

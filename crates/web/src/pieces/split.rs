//! The examiner's screen: the paper, the points to check and the law, side by side; one below the other where it is narrow.

use maud::{Markup, html};
use rulebook::Lang;

use super::field::{Choice, Control, Field, field};
use super::words;

/// One part of the screen with its heading. `id` lets a key or a link jump to it.
pub struct Pane<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub body: Markup,
}

/// Paper, points, law; or with `law` absent just two.
pub fn split(paper: &Pane<'_>, points: &Pane<'_>, law: Option<&Pane<'_>>) -> Markup {
    html! {
        div .split .two[law.is_none()] {
            (pane(paper, false))
            (pane(points, false))
            @if let Some(law) = law { (pane(law, true)) }
        }
    }
}

fn pane(pane: &Pane<'_>, law: bool) -> Markup {
    html! {
        section .law-side[law] id=(pane.id) aria-labelledby=(format!("{}-title", pane.id)) {
            h2 id=(format!("{}-title", pane.id)) { (pane.title) }
            div .in { (pane.body) }
        }
    }
}

/// One review point (审查要点) and what the examiner finds: `yes`, `no` or `not-applicable`, and a remark.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReviewPoint<'a> {
    pub code: &'a str,
    pub text: &'a str,
    pub hint: Option<&'a str>,
    pub finding: &'a str,
    pub remark: &'a str,
}

/// The points as fields `point.CODE` and `remark.CODE`, for a form around them.
pub fn review_points(points: &[ReviewPoint<'_>], lang: Lang) -> Markup {
    let findings = [
        Choice::new("yes", lang.say("符合", "Met")),
        Choice::new("no", lang.say("不符合", "Not met")),
        Choice::new("not-applicable", lang.say("不适用", "Not applicable")),
    ];
    html! {
        ol .points {
            @for point in points {
                @let name = format!("point.{}", point.code);
                @let remark = format!("remark.{}", point.code);
                li {
                    (field(&Field { hint: point.hint, ..Field::new(&name, point.text, Control::Radios { value: point.finding, choices: &findings, across: true }) }, lang))
                    details .more open[!point.remark.is_empty() || point.finding == "no"] {
                        summary { (lang.say("说明", "Remark")) span .vh { ": " (words(point.text, lang)) } }
                        (field(&Field::new(&remark, lang.say("说明", "Remark"), Control::Area { value: point.remark, rows: 2 }).bare(), lang))
                    }
                }
            }
        }
    }
}

//! Accept (受理), also tolerantly (容缺受理).
//!
//! 行政许可法 art. 32(5): complete and in legal form, or fully corrected, means it must be accepted, with a sealed and dated
//! slip. Tolerant acceptance may lack only papers that the published list marks as deferrable, and names their last day.

use crate::case::Case;
use crate::decide::{Sheet, Stage, may_play};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::item::Necessity;
use rulebook::{Term, Text, Unit};

pub(super) fn accept(stage: &Stage<'_>, deferred: &[String], out: &mut Sheet) -> Result<(), Refusal> {
    for key in deferred {
        let needed = stage.item.material.iter().find(|needed| needed.key.get_ref() == key);
        if !needed.is_some_and(|needed| needed.necessity == Necessity::Deferrable) {
            return Err(Refusal::new(
                "not-deferrable",
                Text::new(format!("“{key}”不是可容缺材料。",), format!("“{key}” may not be deferred.")),
                Text::new("请一次性告知补正,或待材料补齐后受理。", "Ask for correction, or accept once it is there."),
            ));
        }
    }
    if let Some(missing) = stage.case.lacking.iter().find(|key| !deferred.contains(key)) {
        return Err(Refusal::new(
            "still-lacking",
            Text::new(format!("还缺“{missing}”,不能受理。"), format!("“{missing}” is still lacking.")),
            Text::new(
                "请一次性告知补正,或依清单容缺受理。",
                "Ask for correction, or accept tolerantly where the list allows it.",
            ),
        )
        .on("行政许可法第三十二条第一款第四项"));
    }
    let event = Event::Accepted { deemed: false, deferred: deferred.to_vec() };
    may_play(stage, &event)?;
    if !deferred.is_empty() {
        let days = stage.item.material.iter().filter(|needed| deferred.contains(needed.key.get_ref()));
        let n = days.filter_map(|needed| needed.defer_working_days).min().unwrap_or(stage.figure("defer-working-days")?);
        out.timing.terms.insert("deferred".to_owned(), Term { n, unit: Unit::WorkingDays });
    }
    out.happened(event);
    out.letter(if deferred.is_empty() { LetterKind::AcceptanceNotice } else { LetterKind::TolerantAcceptanceNotice });
    out.notify(
        To::Applicant,
        Text::new(
            format!("您的申请“{}”已受理。", stage.item.name),
            format!("Your application “{}” has been accepted.", stage.item.name),
        ),
    );
    Ok(())
}

/// Shown beside the button: what the application still lacks.
pub(super) fn nothing_lacking_told(_case: &Case) -> Result<(), Refusal> {
    Ok(())
}

//! Special procedure (特别程序): time that the law does not count, and nothing else (行政许可法 art. 45; trap T-05).
//!
//! The kind must be one of the statutory list, the applicant is told in writing how long it takes, and an alarm rings at
//! the expected end, so that a pause can never be forgotten.

use super::written;
use crate::case::Hearing;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::civil::Date;
use rulebook::{Term, Text, Unit};

pub(super) fn begin_special(
    stage: &Stage<'_>,
    kind: &str,
    basis: &str,
    expected_end: Date,
    notice: &str,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let kinds = stage.rules.codes.get("special-procedures");
    if !kinds.is_some_and(|list| list.value.iter().any(|value| value.code == kind || value.name == kind)) {
        return Err(Refusal::new(
            "not-a-special-procedure",
            Text::new(
                format!("“{kind}”不是法律规定可以不计入期限的程序。"),
                format!("“{kind}” is not a procedure whose time the law leaves out."),
            ),
            Text::new("现场核查等一般环节应计入期限。", "Ordinary steps such as a site inspection count."),
        )
        .on("行政许可法第四十五条"));
    }
    written(("特别程序的依据", "the legal ground"), basis)?;
    written(("书面告知的内容", "what the applicant is told"), notice)?;
    if expected_end <= stage.today {
        return Err(Refusal::new(
            "end-not-ahead",
            Text::new("预计结束日期应当晚于今天。", "The expected end must lie ahead."),
            Text::new("请填写预计结束的日期。", "Give the day on which it is expected to end."),
        ));
    }
    if matches!(stage.case.hearing, Hearing::Offered { .. } | Hearing::Asked { .. } | Hearing::Set { .. }) {
        return Err(Refusal::new(
            "hearing-open",
            Text::new("听证尚未结束,不能同时启动特别程序。", "A hearing is open; no special procedure can begin beside it."),
            Text::new("请在听证结束或放弃以后启动。", "Begin it when the hearing has ended or was waived."),
        ));
    }
    let days = (expected_end - stage.today).get_days().unsigned_abs();
    out.timing.terms.insert("special".to_owned(), Term { n: days, unit: Unit::Days });
    let notice = out.keep("notice", notice);
    out.happened(Event::SpecialBegan { kind: kind.to_owned(), basis: basis.to_owned(), expected_end, notice });
    out.letter(LetterKind::SpecialProcedureNotice);
    out.notify(
        To::Applicant,
        Text::new(
            format!("办理中启动“{kind}”,所需时间已书面告知。"),
            format!("“{kind}” has begun; a written notice says how long it takes."),
        ),
    );
    Ok(())
}

pub(super) fn end_special(stage: &Stage<'_>, outcome: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("特别程序的结果", "the outcome"), outcome)?;
    if stage.case.special.is_none() {
        return Err(Refusal::new(
            "no-special",
            Text::new("没有正在进行的特别程序。", "No special procedure is open."),
            Text::new("请刷新后查看。", "Reload and look again."),
        ));
    }
    let outcome = out.keep("outcome", outcome);
    out.happened(Event::SpecialEnded { outcome });
    Ok(())
}

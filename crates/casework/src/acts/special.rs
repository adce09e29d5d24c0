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
            Text::new("听证尚未结束，不能同时启动特别程序。", "A hearing is open; no special procedure can begin beside it."),
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
            format!("办理中启动“{kind}”，所需时间已书面告知。"),
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

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, words};
    use crate::errand::LetterKind;
    use jiff::civil::{Date, date};

    fn begin(kind: &str, until: Date) -> Act {
        Act::BeginSpecial { kind: kind.into(), basis: words(), expected_end: until, notice: words() }
    }

    #[test]
    fn only_what_article_45_names_stops_the_clock_and_the_applicant_is_told() {
        let bench = Bench::in_review();
        for (act, code) in [
            (begin("site-inspection", date(2026, 3, 9)), "not-a-special-procedure"),
            (begin("testing", date(2026, 3, 2)), "end-not-ahead"),
            (
                Act::BeginSpecial { kind: "testing".into(), basis: words(), expected_end: date(2026, 3, 9), notice: " ".into() },
                "words-missing",
            ),
        ] {
            assert_eq!(bench.refusal("chief", &act), code);
        }
        assert_eq!(
            letters(&bench.hear("chief", &begin("检测", date(2026, 3, 9))).expect("begun")),
            [LetterKind::SpecialProcedureNotice]
        );
    }

    #[test]
    fn the_days_between_are_not_counted_and_an_alarm_rings_at_the_expected_end() {
        let mut bench = Bench::in_review();
        bench.at("2026-03-04T10:00").must("chief", begin("testing", date(2026, 3, 9)));
        assert!(bench.is_paused("decide-promised"));
        assert_eq!(bench.at("2026-03-10T00:01").look(), ["clock-expired"]);
        assert!(!bench.case.is_red(), "others are late, not the office");
        bench.at("2026-03-11T10:00").must("li", Act::EndSpecial { outcome: words() });
        // Two of ten days had run by the end of 4 March; the other eight follow 11 March.
        assert_eq!((bench.due("decide-promised").as_str(), bench.due("decide-statutory").as_str()), ("2026-03-23", "2026-04-07"));
        assert_eq!(bench.refusal("li", &Act::EndSpecial { outcome: words() }), "not-now");
    }

    #[test]
    fn it_does_not_cut_off_a_hearing() {
        let mut bench = Bench::in_review();
        bench.must("li", Act::OfferHearing { at_own_motion: false, reason: words() });
        assert_eq!(bench.refusal("chief", &begin("testing", date(2026, 3, 9))), "hearing-open");
        bench.must("applicant", Act::WaiveHearing);
        // Others who are concerned keep their five days.
        assert_eq!(bench.refusal("chief", &begin("testing", date(2026, 3, 20))), "hearing-open");
        bench.at("2026-03-17T00:01").look();
        bench.must("chief", begin("testing", date(2026, 3, 20)));
    }
}

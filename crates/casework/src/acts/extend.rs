//! Extend (延长): once, before the limit ends, by the head of the body, with the reason told (行政许可法 art. 42(1)).
//!
//! Only the statutory limit is extended. The promise stays what it was: broken, it stays red and its reason is published
//! (条例 art. 36; decision 21).

use super::written;
use crate::case::Case;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::civil::Date;
use rulebook::Text;
use rulebook::item::{LimitKind, limit_on};

const CLOCK: &str = "decide-statutory";

pub(super) fn extend(stage: &Stage<'_>, n: u32, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("延长的理由", "the reason"), reason)?;
    once_and_in_time(stage.case, stage.today)?;
    let limit = limit_on(&stage.item.limit, LimitKind::Statutory, stage.case.received.unwrap_or(stage.today));
    let most = limit.map_or(0, |limit| limit.extension);
    if n == 0 || n > most {
        return Err(Refusal::new(
            "extension-too-long",
            Text::new(
                format!("最多可以延长{most}日（与法定期限同一单位）,申请延长{n}。"),
                format!("At most {most} (in the unit of the limit); {n} was asked."),
            ),
            Text::new("请在法定幅度内延长。", "Stay within what the law allows."),
        )
        .on(limit.map_or_else(String::new, |limit| limit.basis.to_string())));
    }
    out.timing.extend = Some((CLOCK.to_owned(), n));
    let reason = out.keep("reason", reason);
    out.happened(Event::Extended { reason, n });
    out.letter(LetterKind::ExtensionNotice);
    out.notify(
        To::Applicant,
        Text::new(
            "经负责人批准，办理期限依法延长，理由已书面告知。",
            "The head of the body extended the limit; a notice gives the reason.",
        ),
    );
    Ok(())
}

pub(super) fn once_and_in_time(case: &Case, today: Date) -> Result<(), Refusal> {
    if case.extended.is_some() {
        return Err(Refusal::new(
            "extended-already",
            Text::new("期限只能延长一次。", "A limit can be extended once only."),
            Text::new("请在期限内作出决定。", "Decide within the limit."),
        )
        .on("行政许可法第四十二条第一款"));
    }
    match case.clock(CLOCK) {
        Some(clock) if clock.is_running() && clock.due >= today => Ok(()),
        _ => Err(Refusal::new(
            "no-limit-running",
            Text::new("没有正在计算、尚未届满的法定期限。", "There is no statutory limit that still runs."),
            Text::new(
                "期限届满后不能再延长；请尽快决定并公开原因。",
                "It cannot be extended afterwards; decide soon and publish the reason.",
            ),
        )
        .on("行政许可法第四十二条第一款")),
    }
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, words};

    fn by(n: u32) -> Act {
        Act::Extend { n, reason: words() }
    }

    #[test]
    fn an_extension_is_within_the_law_once_and_before_the_end() {
        let bench = Bench::in_review();
        for (n, says) in [(0, "extension-too-long"), (11, "extension-too-long"), (10, "2026-04-14"), (1, "2026-03-31")] {
            let mut bench = bench.clone();
            match bench.hear("head", &by(n)) {
                Ok(decided) => {
                    bench.case = decided.after;
                    assert_eq!(bench.due("decide-statutory"), says);
                    assert_eq!(bench.due("decide-promised"), "2026-03-16", "the promise is not extended");
                    assert_eq!(bench.refusal("head", &by(1)), "extended-already");
                }
                Err(refusal) => assert_eq!(refusal.code, says),
            }
        }
        let mut late = bench.clone();
        assert_eq!(late.at("2026-03-30T23:59").refusal("head", &by(11)), "extension-too-long");
        assert_eq!(late.at("2026-03-31T00:00").refusal("head", &by(10)), "no-limit-running");
    }

    #[test]
    fn nobody_but_the_head_extends_and_not_without_a_reason() {
        let bench = Bench::in_review();
        for who in ["li", "chief", "clerk", "supervisor", "applicant"] {
            assert_eq!(bench.refusal(who, &by(5)), "not-yours");
        }
        assert_eq!(bench.refusal("head", &Act::Extend { n: 5, reason: String::new() }), "words-missing");
    }
}

//! Opinions of several departments, in parallel or in sequence (行政许可法 arts. 26, 35: the applicant is not sent around).

use super::written;
use crate::act::Paper;
use crate::actor::Actor;
use crate::decide::{Sheet, Stage, may_play};
use crate::errand::To;
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::civil::Date;
use rulebook::procedure::Role;
use rulebook::{Term, Text};

pub(super) fn ask_opinion(
    stage: &Stage<'_>,
    agency: &str,
    question: &str,
    after: Option<u32>,
    due: Option<Date>,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    written(("要征求什么意见", "what is asked"), question)?;
    let Some(asked) = stage.rules.agencies.get(agency) else {
        return Err(Refusal::new(
            "unknown-agency",
            Text::new(format!("没有代码为“{agency}”的部门。"), format!("There is no agency “{agency}”.")),
            Text::new("请从名录中选择。", "Choose one from the directory."),
        ));
    };
    if let Some(before) = after
        && !stage.case.opinions.iter().any(|opinion| opinion.number == before)
    {
        return Err(Refusal::new(
            "unknown-opinion",
            Text::new(format!("没有第{before}号征求意见。"), format!("There is no opinion number {before}.")),
            Text::new("请先征求前一部门的意见。", "Ask the earlier body first."),
        ));
    }
    if let Some(due) = due.filter(|due| *due < stage.today) {
        return Err(Refusal::new(
            "day-has-passed",
            Text::new(format!("答复日期{due}已过。"), format!("The day {due} has passed.")),
            Text::new("请选择今天或以后的日期。", "Choose today or a later day."),
        ));
    }
    // Without a day of its own the procedure's counts, so that silence has an end.
    let usual = || {
        let days = stage.procedure.figures.get("opinion-working-days")?.value;
        Some(stage.calendar.due(stage.today, Term::working_days(days)).on)
    };
    let due = due.or_else(usual);
    let question = out.keep("question", question);
    out.happened(Event::OpinionAsked { agency: agency.to_owned(), question, after, due });
    out.notify(
        To::Role { role: Role::Examiner, agency: Some(agency.to_owned()) },
        Text::new(
            format!("{}请{}出具意见。", stage.case.no, asked.name),
            format!("{} asks {} for an opinion.", stage.case.no, asked.name),
        ),
    );
    Ok(())
}

pub(super) fn give_opinion(
    stage: &Stage<'_>,
    number: u32,
    agrees: bool,
    text: &str,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    written(("意见内容", "the opinion"), text)?;
    let Some(asked) = stage.case.open_opinions().find(|opinion| opinion.number == number) else {
        return Err(Refusal::new(
            "opinion-not-open",
            Text::new(
                "这一项意见已经出具，或前一部门尚未出具。",
                "This opinion was given already, or an earlier one is still awaited.",
            ),
            Text::new("请刷新后查看待出具的意见。", "Reload to see which opinions are open."),
        ));
    };
    if let Actor::Officer(officer) = stage.by {
        let item = stage.item.code.get_ref();
        if !officer.powers.iter().any(|power| power.covers(Role::Examiner, &asked.agency, item, stage.today)) {
            return Err(Refusal::new(
                "other-agency",
                Text::new("这一项意见由另一部门出具。", "Another body was asked for this opinion."),
                Text::new("请由被征求意见的部门办理。", "Leave it to the body that was asked."),
            ));
        }
    }
    let text = out.keep("opinion", text);
    let materials = super::submit::attach(papers, &format!("opinion-{number}"), out);
    let event = Event::OpinionGiven { number, agrees, text, materials };
    may_play(stage, &event)?;
    out.happened(event);
    if let Some(handler) = &stage.case.handler {
        out.notify(
            To::Officer(handler.clone()),
            Text::new(format!("{}收到部门意见。", stage.case.no), format!("{} has received an opinion.", stage.case.no)),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, words};
    use jiff::civil::date;

    fn ask(agency: &str, after: Option<u32>) -> Act {
        Act::AskOpinion { agency: agency.into(), question: words(), after, due: None }
    }

    fn give(number: u32) -> Act {
        Act::GiveOpinion { number, agrees: true, text: words(), papers: vec![] }
    }

    #[test]
    fn opinions_come_in_parallel_or_one_after_another() {
        let mut bench = Bench::in_review();
        bench.must("li", ask("health", None));
        bench.must("li", ask("fire", Some(1)));
        assert_eq!(bench.refusal("fire", &give(2)), "not-yours", "its turn has not come");
        assert_eq!(bench.must("health", give(1)), ["opinion-given"]);
        assert_eq!(bench.refusal("health", &give(2)), "not-yours", "nothing more is asked of it");
        assert_eq!(bench.refusal("li", &Act::Review { agrees: true, opinion: words() }), "outstanding");
        assert_eq!(bench.must("fire", give(2)), ["opinion-given"]);
        assert_eq!(bench.refusal("fire", &give(2)), "not-yours", "given once");
        bench.must("li", Act::Review { agrees: true, opinion: words() });
    }

    #[test]
    fn a_body_that_stays_silent_past_its_day_holds_nobody_up() {
        let mut bench = Bench::in_review();
        let on = date(2026, 3, 4);
        bench.must("li", Act::AskOpinion { agency: "health".into(), question: words(), after: None, due: Some(on) });
        bench.at("2026-03-04T17:00");
        assert_eq!(bench.refusal("li", &Act::Review { agrees: true, opinion: words() }), "outstanding");
        bench.at("2026-03-05T09:00").must("li", Act::Review { agrees: true, opinion: words() });
        // Where nobody named a day the procedure's own ends the wait.
        let mut bench = Bench::in_review();
        bench.must("li", ask("health", None));
        assert_eq!(bench.case.opinions[0].due, Some(date(2026, 3, 9)));
    }

    #[test]
    fn what_is_asked_makes_sense() {
        let bench = Bench::in_review();
        let on = |due| Act::AskOpinion { agency: "fire".into(), question: words(), after: None, due: Some(due) };
        for (act, code) in [
            (ask("nobody", None), "unknown-agency"),
            (ask("fire", Some(1)), "unknown-opinion"),
            (on(date(2026, 3, 1)), "day-has-passed"),
            (Act::AskOpinion { agency: "fire".into(), question: String::new(), after: None, due: None }, "words-missing"),
        ] {
            assert_eq!(bench.refusal("li", &act), code);
        }
        assert!(bench.hear("li", &on(date(2026, 3, 2))).is_ok());
    }
}

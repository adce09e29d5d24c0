//! Check the clocks: nobody sends this but time itself.
//!
//! Takes no input: it looks at what is. Running it twice changes nothing, and the same path serves "on time", "late" and
//! "just restarted". No silence ever refuses, and none grants but the renewal that 行政许可法 art. 50(2) knows.

use crate::clock::Clock;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;
use rulebook::procedure::{ClockRule, OnExpiry, Role};

pub(super) fn check_clocks(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    for clock in stage.case.clocks.iter().filter(|clock| clock.is_running()) {
        let Some(rule) = stage.procedure.clock.iter().find(|rule| *rule.code.get_ref() == clock.code) else { continue };
        if let Some(told) = clock.recompute(stage.calendar, rule.warn_days, rule.warn_percent)
            && clock.expired.is_none()
            && clock.calendar < stage.calendar.version()
            && (told.due != clock.due || told.provisional != clock.provisional)
        {
            moved(stage, clock, rule, told, out);
            if stage.now < crate::moment::Moment::end_of(told.due) {
                continue;
            }
        }
        if clock.has_run_out(stage.now) {
            expired(stage, clock, rule, out);
        }
    }
    Ok(())
}

/// A new holiday notice moved the due day: the people are told only if the date itself moved.
fn moved(stage: &Stage<'_>, clock: &Clock, rule: &ClockRule, told: crate::event::Told, out: &mut Sheet) {
    out.happened(Event::ClockMoved { clock: clock.code.clone(), told });
    if told.due != clock.due {
        out.notify(
            To::Applicant,
            Text::new(
                format!("节假日安排公布，“{}”的{}由{}调整为{}。", stage.item.name, rule.name, clock.due, told.due),
                format!("The holiday notice moved “{}” of “{}” from {} to {}.", rule.label, stage.item.name, clock.due, told.due),
            ),
        );
    }
}

fn expired(stage: &Stage<'_>, clock: &Clock, rule: &ClockRule, out: &mut Sheet) {
    out.happened(Event::ClockExpired { clock: clock.code.clone() });
    let supervision = To::Role { role: Role::Supervisor, agency: None };
    let case = &stage.case.no;
    match rule.on_expiry {
        OnExpiry::DeemAccepted => {
            // Art. 32(4): accepted as of the day of receipt, so the decision clock runs from there, not from today.
            out.happened_as_of(Event::Accepted { deemed: true, deferred: stage.case.lacking.clone() }, clock.from);
            out.step = Some(step_after(stage, "accept", "accepted"));
            out.letter(LetterKind::AcceptanceNotice);
            out.notify(
                To::Applicant,
                Text::new(
                    format!("受理期限已过，您的申请“{}”依法自{}起视为受理。", stage.item.name, clock.from),
                    format!("The limit passed in silence: by law “{}” counts as accepted since {}.", stage.item.name, clock.from),
                ),
            );
            out.notify(
                supervision,
                Text::new(format!("{case} 逾期未告知，视为受理。"), format!("{case} was deemed accepted by silence.")),
            );
        }
        OnExpiry::Overdue => {
            let (zh, en) = (&rule.name, &rule.label);
            out.notify(
                supervision,
                Text::new(format!("{case} {zh}已逾期（{}）。", clock.due), format!("{case} missed its {en} ({}).", clock.due)),
            );
            if let Some(handler) = &stage.case.handler {
                out.notify(
                    To::Officer(handler.clone()),
                    Text::new(
                        format!("{case} 已逾期，请尽快办结并公开原因。"),
                        format!("{case} is overdue: finish it and publish the reason."),
                    ),
                );
            }
        }
        OnExpiry::Alarm => {
            out.notify(
                supervision,
                Text::new(format!("{case} “{}”到期。", rule.name), format!("{case}: “{}” has run out.", rule.label)),
            );
        }
        OnExpiry::Remind => {
            out.notify(
                To::Applicant,
                Text::new(
                    format!("提醒：“{}”的{}已到期（{}）。", stage.item.name, rule.name, clock.due),
                    format!("Reminder: “{}” of “{}” ended on {}.", rule.label, stage.item.name, clock.due),
                ),
            );
        }
        OnExpiry::DeemRenewed => super::continue_permit::deem_renewed(stage, clock, out),
        OnExpiry::WaiveHearing => out.happened(Event::HearingWaived),
        OnExpiry::Escalate => {
            let class = stage.procedure.class.iter().find(|class| Some(&class.code) == stage.case.class.as_ref());
            if let Some((from, to)) = class.and_then(|class| Some((class.code.clone(), class.escalates_to.clone()?))) {
                if let Some(n) = stage.procedure.class.iter().find(|class| class.code == to).and_then(|class| class.working_days)
                {
                    out.timing.terms.insert(clock.code.clone(), rulebook::Term::working_days(n));
                }
                out.happened(Event::Escalated { from, to });
            }
            out.notify(
                supervision,
                Text::new(format!("{case} 逾期，已升级督办。"), format!("{case} is overdue and was escalated.")),
            );
        }
    }
}

/// The step that an ordinary act leads to by this event.
pub(super) fn step_after(stage: &Stage<'_>, act: &str, event: &str) -> String {
    use rulebook::procedure::Next;
    let allowed = stage.procedure.step.iter().flat_map(|step| &step.act).find(|allowed| allowed.act.get_ref() == act);
    match allowed.and_then(|allowed| allowed.to.as_ref()) {
        Some(Next::Always(step)) => step.clone(),
        Some(Next::ByEvent(steps)) => steps.get(event).cloned().unwrap_or_else(|| stage.case.step.clone()),
        None => stage.case.step.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, moment, words};
    use jiff::civil::date;

    #[test]
    fn a_day_ends_at_midnight_and_not_before() {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        assert_eq!(bench.at("2026-03-09T23:59").look(), [""; 0]);
        assert_eq!(bench.at("2026-03-10T00:00").look(), ["clock-expired", "accepted"]);
        assert_eq!((bench.case.accepted, bench.case.deemed), (Some(date(2026, 3, 2)), true));
        assert_eq!(bench.look(), [""; 0], "looking twice changes nothing");
    }

    #[test]
    fn one_look_settles_what_ran_out_while_nobody_looked() {
        let mut bench = Bench::submitted("kitchen", &[]);
        // Deemed accepted as of 2 March, so the promise of ten days has run out as well.
        assert_eq!(bench.at("2026-03-20T09:00").look(), ["clock-expired", "accepted", "clock-expired"]);
        assert_eq!(bench.due("decide-promised"), "2026-03-16");
        assert!(bench.case.is_red());
    }

    #[test]
    fn whoever_acts_before_the_timekeeper_finds_the_limit_run_out() {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        bench.at("2026-03-10T00:01");
        assert_eq!(bench.refusal("li", &crate::acts::bench::tell(&["plan"])), "not-now");
        assert_eq!(bench.must("li", Act::Claim), ["clock-expired", "accepted", "claimed"]);
    }

    #[test]
    fn silence_means_what_the_procedure_says() {
        let mut service = Bench::submitted("gas", &[]);
        assert_eq!(service.at("2026-03-10T00:01").look(), ["clock-expired"]);
        assert_eq!(service.case.accepted, None);
        let mut stall = Bench::submitted("stall", &[]);
        assert_eq!(stall.at("2026-03-03T00:01").look(), ["clock-expired"]);
        let mut matter = Bench::matter();
        matter.must("receptionist", Act::Classify { class: "simple".into() });
        assert_eq!(matter.at("2026-03-03T00:01").look(), ["clock-expired", "escalated"]);
        assert_eq!((matter.case.class.as_deref(), matter.due("resolve").as_str()), (Some("complex"), "2026-03-10"));
    }

    #[test]
    fn nothing_runs_out_after_the_end() {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        bench.must("applicant", Act::Withdraw { reason: words() });
        assert!(bench.case.clocks.iter().all(|clock| !clock.has_run_out(moment("2027-01-01T00:00"))));
        assert_eq!(bench.at("2027-01-01T00:00").look(), [""; 0]);
    }

    #[test]
    fn the_clock_has_no_other_act() {
        let bench = Bench::in_decision();
        assert_eq!(bench.refusal("clock", &Act::Refuse { reasons: words(), basis: words() }), "not-yours");
        assert_eq!(bench.refusal("clock", &Act::Grant { content: words() }), "not-yours");
        assert_eq!(bench.refusal("li", &Act::CheckClocks), "not-yours");
    }
}

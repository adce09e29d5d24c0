//! Check the clocks: nobody sends this but time itself.
//!
//! Takes no input: it looks at what is. Running it twice changes nothing, and the same path serves "on time", "late" and
//! "just restarted". No silence ever refuses, and none grants but the renewal that 行政许可法 art. 50(2) knows.
//!
//! A holiday notice never shortens a time that the applicant was told to have. What the law makes of silence waits until the day
//! is certain: where the holidays of that time are not announced yet, an officer is told instead.

use crate::clock::Clock;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::{Event, Told};
use crate::refusal::Refusal;
use rulebook::Text;
use rulebook::procedure::{ClockRule, OnExpiry, Role, WaitsFor};

pub(super) fn check_clocks(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    if super::ask_correction::tell_held(stage, out) {
        return Ok(());
    }
    for clock in stage.case.clocks.iter().filter(|clock| clock.is_running()) {
        let Some(rule) = stage.procedure.clock_rule(&clock.code) else { continue };
        let mut clock = clock.clone();
        if let Some(told) = clock.recompute(stage.calendar, rule.warn_days, rule.warn_percent)
            && clock.expired.is_none()
            && clock.calendar < stage.calendar.version()
            && (told.due != clock.due || told.provisional != clock.provisional)
        {
            let shortens = rule.duty == WaitsFor::Applicant && told.due < clock.due;
            let told = if shortens { Told { due: clock.due, warn: clock.warn, ..told } } else { told };
            moved(stage, &clock, rule, told, out);
            clock.tell(told);
        }
        if clock.has_run_out(stage.now) {
            if clock.provisional && rule.on_expiry.has_effect() {
                held(stage, &clock, rule, out);
            } else {
                expired(stage, &clock, rule, out);
            }
        }
    }
    Ok(())
}

/// A new holiday notice moved the due day: the people are told only if the date itself moved.
fn moved(stage: &Stage<'_>, clock: &Clock, rule: &ClockRule, told: Told, out: &mut Sheet) {
    out.happened(Event::ClockMoved { clock: clock.code.clone(), told });
    if told.due != clock.due {
        out.notify(
            To::Applicant,
            Text::new(
                format!("节假日安排公布，“{}”的{}由{}调整为{}。", stage.item.name, rule.name, clock.due, told.due),
                format!(
                    "The holiday notice moved “{}” of “{}” from {} to {}.",
                    rule.label,
                    stage.item.english(),
                    clock.due,
                    told.due
                ),
            ),
        );
    }
}

/// The day is not certain: nothing follows from it but that people hear of it.
fn held(stage: &Stage<'_>, clock: &Clock, rule: &ClockRule, out: &mut Sheet) {
    out.happened(Event::ClockHeld { clock: clock.code.clone() });
    let case = &stage.case.no;
    out.notify(
        To::Role { role: Role::Supervisor, agency: None },
        Text::new(
            format!(
                "{case} {}暂定于{}届满，那时的节假日安排尚未公布，不自动产生法律后果；请导入节假日安排，或者依法办理。",
                rule.name, clock.due
            ),
            format!(
                "{case}: its {} ended provisionally on {}, but the holidays of that time are not announced, so nothing follows by \
                 itself. Import the notice, or act on the case.",
                rule.label, clock.due
            ),
        ),
    );
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
                    format!(
                        "The limit passed in silence: by law “{}” counts as accepted since {}.",
                        stage.item.english(),
                        clock.from
                    ),
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
            let name = crate::clock::name(stage.rules, stage.procedure.code.get_ref(), &clock.code);
            let text = Text::new(
                format!("提醒：“{}”的{}已到期（{}）。", stage.item.name, name.zh, clock.due),
                format!("Reminder: “{}” of “{}” ended on {}.", name.en, stage.item.english(), clock.due),
            );
            if let Some(handler) = &stage.case.handler {
                out.notify(To::Officer(handler.clone()), text.clone());
            }
            out.notify(To::Applicant, text);
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
    use crate::acts::bench::{Bench, application, moment, words};
    use crate::errand::{Errand, To};
    use jiff::civil::date;
    use rulebook::procedure::Role;

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
    fn a_notice_never_shortens_what_the_applicant_was_told() {
        // Saturday, 2 January 2027, becomes a day of work.
        for (act, clock, told, announced) in [
            (Act::OfferHearing { at_own_motion: false, reason: words() }, "hearing-request", "2027-01-04", "2027-01-04"),
            (Act::Note { text: words() }, "decide-promised", "2027-01-11", "2027-01-08"),
        ] {
            let mut bench = Bench::new();
            bench.at("2026-12-28T10:00").must("applicant", application("kitchen", &[]));
            bench.must("li", Act::Claim);
            bench.must("li", Act::Accept { deferred: vec![] });
            bench.must("li", act);
            assert_eq!(bench.due(clock), told);
            bench.announce("2027-01-02,workday,调休,Make-up,2027\n");
            let looked = bench.hear("clock", &Act::CheckClocks).expect("looked");
            bench.look();
            assert_eq!(bench.due(clock), announced);
            let telling = looked.errands.iter().filter(|errand| matches!(errand, Errand::Notify { to: To::Applicant, .. }));
            assert_eq!(telling.count(), 2, "the applicant hears of the two limits of the office");
            assert_eq!(bench.look(), [""; 0], "looking twice changes nothing");
            assert!(bench.case.clock(clock).is_some_and(|clock| !clock.provisional));
        }
    }

    #[test]
    fn no_effect_of_law_follows_from_a_day_that_is_not_certain() {
        let mut bench = Bench::new();
        bench.at("2026-12-30T10:00").must("applicant", application("kitchen", &["plan"]));
        assert_eq!(bench.due("accept"), "2027-01-06");
        let looked = bench.at("2027-01-07T00:00").hear("clock", &Act::CheckClocks).expect("looked");
        assert!(
            looked
                .errands
                .iter()
                .any(|errand| matches!(errand, Errand::Notify { to: To::Role { role: Role::Supervisor, .. }, .. }))
        );
        assert_eq!((bench.look().as_slice(), bench.case.accepted), (["clock-held"].as_slice(), None));
        assert_eq!(bench.look(), [""; 0], "looking twice changes nothing");
        bench.must("li", Act::Claim);
        let mut corrected = bench.clone();
        corrected.must("li", crate::acts::bench::tell(&["plan"]));
        bench.announce("2027-01-01,holiday,元旦,New Year,2027\n");
        assert_eq!(bench.look(), [""; 0], "the notice moved the day to the seventh");
        assert_eq!((bench.due("accept").as_str(), bench.case.accepted), ("2027-01-07", None));
        assert_eq!(bench.at("2027-01-08T00:00").look(), ["clock-expired", "accepted"]);
        assert_eq!(bench.case.accepted, Some(date(2026, 12, 30)));
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
        assert_eq!(bench.refusal("clock", &Act::Refuse { reasons: words(), basis: words(), false_statement: None }), "not-yours");
        assert_eq!(bench.refusal("clock", &Act::Grant { content: words() }), "not-yours");
        assert_eq!(bench.refusal("li", &Act::CheckClocks), "not-yours");
    }
}

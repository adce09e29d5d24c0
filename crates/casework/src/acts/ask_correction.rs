//! Ask for correction (补正): tell the applicant, once and completely, what is missing.
//!
//! 行政许可法 art. 32(4) gives five working days and one telling, so the whole list travels in one act. A second telling is
//! possible only for points already told and not cured; a new point that could be seen at first needs a supervisor's
//! recorded reason (art. 72(4); decision 23), so the supervisor does it. Serves measure 5.

use super::{names_of, written};
use crate::act::Telling;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::{Defect, Event, Words};
use crate::moment::Moment;
use crate::refusal::Refusal;
use jiff::civil::Time;
use rulebook::Text;
use rulebook::procedure::Role;

pub(super) fn ask_correction(
    stage: &Stage<'_>,
    defects: &[Telling],
    exception: Option<&str>,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    if defects.is_empty() {
        return Err(Refusal::new(
            "nothing-to-correct",
            Text::new("请至少列出一项需要补正的内容。", "List at least one point to be corrected."),
            Text::new(
                "材料齐全、符合法定形式的，应当受理。",
                "If everything is there and in order, the application must be accepted.",
            ),
        )
        .on("行政许可法第三十二条第一款第五项"));
    }
    for defect in defects {
        written(("每一项的问题和改正办法", "what is wrong and how to put it right, for every point"), &defect.words)?;
        listed(stage, &defect.about)?;
        super::commit::not_replaced(stage.case, &defect.about)?;
    }
    let plays = |role| stage.by.plays(role, stage.case, &stage.case.agency, stage.item.code.get_ref(), stage.today);
    let supervises = plays(Role::Supervisor);
    let exception = exception.filter(|reason| supervises && !reason.trim().is_empty());
    if supervises && exception.is_none() && ![Role::Handler, Role::Examiner, Role::Clerk].into_iter().any(plays) {
        return Err(Refusal::new(
            "reason-missing",
            Text::new(
                "督办人员只能就首次无法发现的内容、写明理由后告知补正。",
                "A supervisor tells new points only, with the reason.",
            ),
            Text::new("请写明理由，或由承办人告知。", "Give the reason, or leave it to the handler."),
        )
        .on("行政许可法第七十二条第四项"));
    }
    if let Some(last) = stage.case.corrections.last() {
        let told_before = |about: &str| last.left.iter().any(|left| left == about);
        let new: Vec<&str> = defects.iter().map(|defect| defect.about.as_str()).filter(|about| !told_before(about)).collect();
        if !new.is_empty() && exception.is_none() {
            let names = names_of(stage.rules, new);
            return Err(Refusal::new(
                "told-once-only",
                Text::new(
                    format!("补正内容已于{}一次性告知，不得再提出新的内容：{}。", last.told, names.zh),
                    format!("Corrections were told once, on {}; new points cannot be added: {}.", last.told, names.en),
                ),
                Text::new(
                    "只能就已告知而未改正的内容再次告知；确因首次无法发现的，须由督办人员写明理由。",
                    "Only points already told and not cured may be told again; for others a supervisor must record the reason.",
                ),
            )
            .on("行政许可法第三十二条第一款第四项、第七十二条第四项"));
        }
    }
    let told: Vec<Defect> =
        defects.iter().map(|defect| Defect { about: defect.about.clone(), words: out.keep("defect", &defect.words) }).collect();
    let exception = out.keep_if("exception", exception);
    match held_until(stage) {
        Some(until) => out.happened(Event::CorrectionHeld { defects: told, exception, until }),
        None => tell(stage, told, exception, out),
    }
    Ok(())
}

/// Until when it waits for what the other bodies of the bundle ask, so that the applicant hears all at once: the next minute that the
/// theme declares. `None` where it declares none, or where that minute lies past a limit of this body: then it is told now.
fn held_until(stage: &Stage<'_>) -> Option<Moment> {
    let theme = stage.rules.themes.get(stage.around.bundle.as_ref()?.theme.as_ref()?)?;
    let at: Time = theme.corrections_at.as_ref()?.get_ref().parse().ok()?;
    let today = Moment::at(stage.today.to_datetime(at));
    let is_open = stage.calendar.working_day_from(stage.today) == stage.today;
    let day = if is_open && stage.now < today { stage.today } else { stage.calendar.next_working_day(stage.today) };
    let mut limits = stage.case.clocks.iter().filter(|clock| clock.is_running() && clock.binds_office).peekable();
    // Where no limit runs nothing says how long it may wait.
    limits.peek()?;
    limits.all(|clock| day <= clock.due).then(|| Moment::at(day.to_datetime(at)))
}

/// Tells what was held back, once its minute has come or its limit has moved before it.
pub(super) fn tell_held(stage: &Stage<'_>, out: &mut Sheet) -> bool {
    let Some(held) = &stage.case.held_correction else { return false };
    let mut limits = stage.case.clocks.iter().filter(|clock| clock.is_running() && clock.binds_office);
    // What law makes of a limit that ran out in silence is not undone by telling late.
    if limits.clone().any(|clock| clock.has_run_out(stage.now)) {
        return false;
    }
    let limit_first = limits.any(|clock| held.until >= Moment::end_of(clock.due) && stage.today >= clock.due);
    if stage.now < held.until && !limit_first {
        return false;
    }
    out.step = Some(super::check_clocks::step_after(stage, "ask-correction", "correction-asked"));
    tell(stage, held.defects.clone(), held.exception, out);
    true
}

fn tell(stage: &Stage<'_>, defects: Vec<Defect>, exception: Option<Words>, out: &mut Sheet) {
    let n = defects.len();
    out.happened(Event::CorrectionAsked { defects, exception });
    out.letter(LetterKind::CorrectionNotice);
    out.notify(
        To::Applicant,
        Text::new(
            format!("您的申请“{}”需要补正 {n} 项，已一次性告知。", stage.item.name),
            format!("Your application “{}” needs {n} corrections; the list is complete.", stage.item.english()),
        ),
    );
}

/// Only what the published list asks for can be asked (trap T-31): a material of the item or a field of its form.
fn listed(stage: &Stage<'_>, about: &str) -> Result<(), Refusal> {
    let material = stage.item.material.iter().any(|needed| needed.key.get_ref() == about);
    let field = stage.item.form.as_ref().and_then(|form| stage.rules.forms.get(form.get_ref())).is_some_and(|form| {
        form.section.iter().flat_map(|section| &section.ask).any(|ask| {
            ask.field.get_ref() == about || stage.rules.fields.get(ask.field.get_ref()).is_some_and(|field| field.code == about)
        })
    });
    if material || field {
        return Ok(());
    }
    Err(Refusal::new(
        "off-the-list",
        Text::new(
            format!("“{about}”不在“{}”公布的材料和表单之内，不得要求。", stage.item.name),
            format!("“{about}” is not on the published list of “{}” and may not be asked for.", stage.item.english()),
        ),
        Text::new("请从清单中选择；清单有误的，请提出指南纠错。", "Choose from the list; if the list is wrong, report it."),
    )
    .on("优化营商环境条例第三十五条"))
}

#[cfg(test)]
mod tests {
    use crate::act::{Act, Telling};
    use crate::acts::bench::{Bench, letters, supply, tell, words};
    use crate::bundle::Bundle;
    use crate::errand::LetterKind;
    use crate::moment::Moment;

    #[test]
    fn only_what_is_published_may_be_asked_and_with_the_way_to_put_it_right() {
        let bench = Bench::submitted("kitchen", &["plan"]);
        let mute = Act::AskCorrection { defects: vec![Telling { about: "plan".into(), words: " ".into() }], exception: None };
        for (act, code) in
            [(tell(&[]), "nothing-to-correct"), (tell(&["plan", "soil-report"]), "off-the-list"), (mute, "words-missing")]
        {
            assert_eq!(bench.refusal("li", &act), code);
        }
        let asked = bench.hear("li", &tell(&["plan", "list"])).expect("asked");
        assert_eq!(letters(&asked), [LetterKind::CorrectionNotice]);
        assert_eq!(asked.after.corrections[0].left, ["plan", "list"]);
    }

    #[test]
    fn a_second_telling_is_for_points_told_and_not_cured() {
        let mut bench = Bench::submitted("kitchen", &["plan", "list"]);
        bench.must("li", tell(&["plan", "list"]));
        bench.must("applicant", supply(&["plan"]));
        assert_eq!(bench.refusal("li", &tell(&["list", "rules"])), "told-once-only");
        assert_eq!(bench.refusal("li", &tell(&["plan"])), "told-once-only");
        assert_eq!(bench.must("li", tell(&["list"])), ["correction-asked"]);
    }

    #[test]
    fn a_new_point_is_for_a_supervisor_with_a_reason() {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        assert_eq!(bench.refusal("supervisor", &tell(&["plan"])), "reason-missing");
        bench.must("li", tell(&["plan"]));
        bench.must("applicant", supply(&["plan"]));
        let new = |exception: Option<String>| match tell(&["list"]) {
            Act::AskCorrection { defects, .. } => Act::AskCorrection { defects, exception },
            other => other,
        };
        assert_eq!(bench.refusal("li", &new(Some(words()))), "told-once-only");
        assert_eq!(bench.refusal("supervisor", &new(Some(" ".into()))), "reason-missing");
        assert_eq!(bench.must("supervisor", new(Some(words()))), ["correction-asked"]);
    }

    fn in_a_bundle() -> Bench {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        bench.around.bundle = Some(Bundle { theme: Some("canteen".into()), components: vec![] });
        bench
    }

    #[test]
    fn what_the_bodies_of_a_bundle_ask_is_told_at_one_minute() {
        let mut bench = in_a_bundle();
        let held = bench.hear("li", &tell(&["plan"])).expect("held");
        assert!(letters(&held).is_empty() && held.errands.is_empty(), "nobody is told yet: {:?}", held.errands);
        assert_eq!(bench.must("li", tell(&["plan"])), ["correction-held"]);
        assert_eq!(bench.must("li", tell(&["plan", "list"])), ["correction-held"], "the list is complete when it is told");
        assert!(bench.case.step == "awaiting-acceptance" && bench.case.corrections.is_empty());
        assert_eq!(bench.at("2026-03-02T16:29").look(), [""; 0]);
        assert_eq!(bench.at("2026-03-02T16:30").look(), ["correction-asked"]);
        assert_eq!((bench.case.step.as_str(), bench.case.corrections[0].left.len()), ("awaiting-correction", 2));
        assert!(!bench.case.clock("accept").expect("ran").is_running());
        assert_eq!(bench.look(), [""; 0]);
    }

    #[test]
    fn accepting_meanwhile_forgets_it_and_without_a_minute_nothing_is_held() {
        let mut bench = in_a_bundle();
        bench.must("li", tell(&["rules"]));
        bench.must("applicant", Act::Withdraw { reason: String::new() });
        assert_eq!(bench.at("2026-03-02T16:30").look(), [""; 0]);
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        assert_eq!(bench.must("li", tell(&["plan"])), ["correction-asked"]);
        let mut bench = in_a_bundle();
        bench.around.bundle = Some(Bundle::default());
        assert_eq!(bench.must("li", tell(&["plan"])), ["correction-asked"]);
    }

    /// Whenever a body asks within its five days, the applicant is told within them, and silence accepts nothing.
    #[test]
    fn no_telling_is_held_past_the_five_days_of_its_body() {
        for minutes in (0..9 * 24 * 60).step_by(97) {
            let mut bench = in_a_bundle();
            bench.later(minutes);
            bench.look();
            if bench.case.accepted.is_some() {
                continue;
            }
            bench.must("li", tell(&["plan"]));
            let due = bench.case.clock("accept").expect("runs").due;
            if let Some(held) = bench.case.held_correction.clone() {
                assert!(held.until < Moment::end_of(due), "asked {minutes} minutes on, held until {}", held.until);
                bench.later(held.until.minutes_since(bench.moment()));
                bench.look();
            }
            assert!(bench.case.corrections[0].told <= due && bench.case.accepted.is_none(), "asked {minutes} minutes on");
        }
    }

    #[test]
    fn a_body_without_the_power_asks_for_nothing() {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        bench.around.has_authority = false;
        assert_eq!(bench.refusal("li", &tell(&["plan"])), "no-authority");
    }
}

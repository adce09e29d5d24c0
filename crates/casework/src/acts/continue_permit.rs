//! A permit goes on: it is renewed, changed or issued anew, or deregistered on application (行政许可法 arts. 49, 50, 70).
//!
//! The application is a case like any other, which names the earlier permit. What silence means is declared by the procedure's
//! clock (`on-expiry = "deem-renewed"`): art. 50(2), only where it was asked for in time.

use super::check_clocks::step_after;
use super::grant::runs_until;
use crate::act::{Act, Submission};
use crate::actor::Actor;
use crate::case::CaseNo;
use crate::clock::Clock;
use crate::decide::{Guard, Permit, Sheet, Stage};
use crate::errand::{Errand, LetterKind, To};
use crate::event::{Earlier, Event};
use crate::refusal::Refusal;
use jiff::civil::Date;
use rulebook::ground::Ground;
use rulebook::item::{Continues, Handling};
use rulebook::procedure::Role;
use rulebook::{Term, Text, Unit};

/// How many days back the first day to ask for a renewal is looked for.
const FARTHEST: u32 = 800;

/// The permit that the application goes on from, looked at as the law wants it.
pub(super) fn goes_on_from(stage: &Stage<'_>, submission: &Submission) -> Result<Option<Earlier>, Refusal> {
    let Some(continues) = &stage.item.continues else { return Ok(None) };
    let how = continues.how.name();
    let Some(named) = &submission.earlier else {
        // The counter has the paper before it: a permit from before this platform has no case here.
        return if matches!(stage.by, Actor::Applicant { .. }) { Err(not_named(&how)) } else { Ok(None) };
    };
    let permit = stage.around.earlier.as_ref().filter(|permit| {
        let own = permit.holder.as_ref() == Some(&submission.holder);
        own && permit.case == *named && continues.of.iter().any(|item| *item.get_ref() == permit.item)
    });
    let permit = permit.ok_or_else(|| unknown(named, &how))?;
    stands(stage, permit)?;
    if continues.how != Handling::Deregistration && permit.has_run_out(stage.today) {
        return Err(run_out(stage, permit));
    }
    let in_time = match (continues.how, permit.valid_until) {
        (Handling::Renewal, None) => return Err(without_end(permit)),
        (Handling::Renewal, Some(until)) => asked_in_time(stage, continues, until)?,
        _ => false,
    };
    Ok(Some(Earlier { case: permit.case.clone(), root: permit.root.clone(), valid_until: permit.valid_until, in_time }))
}

/// Whether the renewal of a permit that ends then is asked for in time; too early it is not taken at all.
fn asked_in_time(stage: &Stage<'_>, continues: &Continues, until: Date) -> Result<bool, Refusal> {
    if let Some(earliest) = continues.earliest.and_then(|written| written.term())
        && reaches(stage, stage.today, earliest) < until
    {
        let first = first_day(stage, earliest, until);
        let refusal = Refusal::new(
            "too-early",
            Text::new(
                format!("许可有效期至{until}，自{first}起才能申请延续。"),
                format!("The permit runs until {until}; its renewal can be asked for from {first}."),
            ),
            Text::new("请在该日以后提交；草稿已保留。", "Send it from that day on; your draft is kept."),
        );
        return Err(match &continues.basis {
            Some(basis) => refusal.on(basis),
            None => refusal,
        });
    }
    let latest = match continues.latest.and_then(|written| written.term()) {
        Some(term) => term,
        None => Term::days(stage.figure("renewal-latest-days")?),
    };
    Ok(reaches(stage, stage.today, latest) <= until)
}

/// The day that a term before the end of a permit reaches: counted back from a fixed day, so it never rolls over days of rest.
fn reaches(stage: &Stage<'_>, from: Date, term: Term) -> Date {
    let exact = if term.unit == Unit::Days { Term::exact_days(term.n) } else { term };
    stage.calendar.due(from, exact).on
}

/// The first day from which a term reaches the end of the permit.
fn first_day(stage: &Stage<'_>, term: Term, until: Date) -> Date {
    let mut day = until;
    for _ in 0..FARTHEST {
        match day.yesterday() {
            Ok(before) if reaches(stage, before, term) >= until => day = before,
            _ => break,
        }
    }
    day
}

/// A late application is taken, and told at once what it can and cannot do.
pub(super) fn tell_if_late(stage: &Stage<'_>, earlier: Option<&Earlier>, out: &mut Sheet) {
    let renewal = stage.item.continues.as_ref().is_some_and(|continues| continues.how == Handling::Renewal);
    let Some(Earlier { valid_until: Some(until), in_time: false, .. }) = earlier.filter(|_| renewal) else { return };
    out.notify(
        To::Applicant,
        Text::new(
            format!(
                "延续申请已收到，但晚于规定的期间：逾期未作决定不会视为准予延续。许可有效期至{until}，到期仍未准予的，应当停止从事该活动，并重新申请许可。"
            ),
            format!(
                "Your renewal was received, but after its time: silence will not renew the permit, which ends on {until}. If it is \
                 not granted by then, stop and apply for a new one."
            ),
        ),
    );
}

/// Whether the earlier permit can still be gone on from, at the moment of the decision.
pub(super) fn still_stands(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    let (Some(earlier), Some(permit)) = (&stage.case.earlier, &stage.around.earlier) else { return Ok(()) };
    stands(stage, permit)?;
    let deregisters = stage.item.continues.as_ref().is_some_and(|continues| continues.how == Handling::Deregistration);
    if !deregisters && !earlier.in_time && permit.has_run_out(stage.today) {
        return Err(run_out(stage, permit));
    }
    out.rely_on(Guard::CaseAt { no: permit.case.clone(), version: permit.version });
    Ok(())
}

fn stands(stage: &Stage<'_>, permit: &Permit) -> Result<(), Refusal> {
    let no = &permit.case;
    if let Some(by) = permit.successor.as_ref().filter(|by| **by != stage.case.no) {
        return Err(Refusal::new(
            "permit-replaced",
            Text::new(format!("许可{no}已由{by}承接。"), format!("Permit {no} goes on under {by}.")),
            Text::new("请选择现行有效的许可。", "Choose the permit that stands now."),
        ));
    }
    let Some(ending) = permit.ending else { return Ok(()) };
    let name = ending.title();
    Err(Refusal::new(
        "permit-ended",
        Text::new(format!("许可{no}已被{}，不能再办理。", name.zh), format!("Permit {no} has ended: {}.", name.en)),
        Text::new("需要继续从事该活动的，请重新申请许可。", "Apply for a new permit if you need one."),
    )
    .on("行政许可法第七十条"))
}

/// How long the permit runs where its time does not begin anew: a change or a reissue keeps the day on which it ends.
pub(super) fn kept_validity(stage: &Stage<'_>) -> Option<Option<Date>> {
    let how = stage.item.continues.as_ref()?.how;
    match (how, &stage.case.earlier) {
        (Handling::Change | Handling::Reissue, Some(earlier)) => Some(earlier.valid_until),
        (Handling::Deregistration, _) => Some(None),
        _ => None,
    }
}

/// Tells the earlier case what became of its permit.
pub(super) fn tell_the_earlier(stage: &Stage<'_>, out: &mut Sheet) {
    let (Some(continues), Some(earlier)) = (&stage.item.continues, &stage.case.earlier) else { return };
    let own = &stage.case.no;
    let act = match continues.how {
        Handling::Deregistration => {
            Act::End { ground: Ground::HOLDER_APPLIED.into(), reason: format!("被许可人申请注销，见办件{own}") }
        }
        _ => Act::Succeed { by: own.clone() },
    };
    out.errand(Errand::Tell { case: earlier.case.0.clone(), act: Box::new(act) });
}

/// The permit goes on under another case. Told twice, it happens once.
pub(super) fn succeed(stage: &Stage<'_>, by: &CaseNo, out: &mut Sheet) {
    if stage.case.successor.as_ref() != Some(by) {
        out.happened(Event::Succeeded { by: by.clone() });
    }
}

/// Nothing was decided before the permit ended: by law it counts as renewed (行政许可法 art. 50(2)). A body without the power gains
/// none by silence, and what was ended meanwhile is not revived.
pub(super) fn deem_renewed(stage: &Stage<'_>, clock: &Clock, out: &mut Sheet) {
    let case = &stage.case.no;
    let supervision = To::Role { role: Role::Supervisor, agency: None };
    let can_go_on = stage.around.earlier.as_ref().is_none_or(|permit| stands(stage, permit).is_ok());
    let Some(from) = clock.due.tomorrow().ok().filter(|_| can_go_on && stage.around.has_authority) else {
        out.notify(
            supervision,
            Text::new(
                format!("{case} 原许可到期，延续申请未决；原许可已终结或者本机关无权，不视为准予延续。"),
                format!(
                    "{case}: its permit ended undecided. It is not renewed, for it had ended before or the body has no power."
                ),
            ),
        );
        return;
    };
    let content = out.keep("content", "原许可有效期届满前没有作出是否准予延续的决定，依法视为准予延续。");
    let valid_until = runs_until(stage, from);
    out.happened_as_of(Event::DeemedRenewed { content, valid_from: from, valid_until }, from);
    out.step = Some(step_after(stage, "grant", "granted"));
    out.letter(LetterKind::DeemedRenewal);
    out.errand(Errand::Publish);
    tell_the_earlier(stage, out);
    out.notify(
        To::Applicant,
        Text::new(
            format!("许可到期前没有作出决定，您的申请“{}”依法视为准予延续。", stage.item.name),
            format!("Nothing was decided before the permit ended: by law “{}” counts as granted.", stage.item.english()),
        ),
    );
    let late = Text::new(
        format!("{case} 到期未作决定，视为准予延续，请尽快换发证件。"),
        format!("{case} was not decided in time: the permit counts as renewed. Issue the certificate."),
    );
    if let Some(handler) = &stage.case.handler {
        out.notify(To::Officer(handler.clone()), late.clone());
    }
    out.notify(supervision, late);
}

fn not_named(how: &Text) -> Refusal {
    Refusal::new(
        "earlier-missing",
        Text::new(
            format!("请写明要{}的许可：原办件编号。", how.zh),
            format!("Name the permit for this {}: the number of its case.", how.en),
        ),
        Text::new(
            "在“我的事项”中打开原许可，从那里申请；不在本平台办理的旧证，请带原件到综合窗口。",
            "Open the permit under “My matters” and apply from there; with an older paper permit come to the counter.",
        ),
    )
}

fn unknown(no: &CaseNo, how: &Text) -> Refusal {
    Refusal::new(
        "unknown-permit",
        Text::new(
            format!("没有找到可以{}的许可{no}：编号不对、不是您的，或者不属于本事项。", how.zh),
            format!("There is no permit {no} for this {}: a wrong number, not yours, or of another item.", how.en),
        ),
        Text::new("请从“我的事项”中选择。", "Choose it from “My matters”."),
    )
}

fn run_out(stage: &Stage<'_>, permit: &Permit) -> Refusal {
    let root = stage.rules.items.get(&permit.root).map_or(permit.root.as_str(), |item| item.name.as_str());
    let until = permit.valid_until.unwrap_or(stage.today);
    Refusal::new(
        "permit-expired",
        Text::new(
            format!("许可{}已于{until}到期，不能再延续、变更或者补证。", permit.case),
            format!("Permit {} ended on {until} and cannot be renewed, changed or issued anew.", permit.case),
        ),
        Text::new(
            format!("请重新申请“{root}”；取得以前应当停止从事该活动。"),
            format!("Apply anew for “{root}”, and stop until you have it."),
        ),
    )
    .on("行政许可法第五十条、第七十条")
}

fn without_end(permit: &Permit) -> Refusal {
    Refusal::new(
        "no-expiry",
        Text::new(
            format!("许可{}没有有效期限，不需要延续。", permit.case),
            format!("Permit {} has no end and needs no renewal.", permit.case),
        ),
        Text::new("可以继续使用。", "It stands as it is."),
    )
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, application, letters, supply, tell, words};
    use crate::case::{CaseNo, Decision, Holder};
    use crate::decide::{Guard, Permit};
    use crate::errand::{Errand, LetterKind};
    use crate::event::Ending;
    use jiff::civil::{Date, date};

    /// The kitchen's permit, delivered on 2 March 2026, runs until 1 March 2029, a Thursday.
    fn permit() -> Permit {
        let case = Bench::delivered().case;
        Permit::of(&case).expect("it was granted")
    }

    fn renewal() -> Act {
        let mut act = application("kitchen-renewal", &[]);
        if let Act::Submit(submission) = &mut act {
            submission.earlier = Some(CaseNo("T1".into()));
        }
        act
    }

    /// A bench on which the renewal of that permit comes in.
    fn bench(at: &str, change: impl FnOnce(&mut Permit)) -> Bench {
        let mut bench = Bench::new();
        bench.case.no = CaseNo("T2".into());
        let mut permit = permit();
        change(&mut permit);
        bench.around.earlier = Some(permit);
        bench.at(at);
        bench
    }

    #[test]
    fn a_renewal_names_a_permit_that_is_ones_own_and_stands() {
        let at = "2029-01-15T10:00";
        for (change, says) in [
            ((|_| ()) as fn(&mut Permit), "received"),
            (|permit| permit.holder = Some(Holder::Person("p9".into())), "unknown-permit"),
            (|permit| permit.item = "stall".into(), "unknown-permit"),
            (|permit| permit.ending = Some(Ending::RevokedAsPenalty), "permit-ended"),
            (|permit| permit.successor = Some(CaseNo("T7".into())), "permit-replaced"),
            (|permit| permit.valid_until = Some(date(2029, 1, 14)), "permit-expired"),
            (|permit| permit.valid_until = None, "no-expiry"),
        ] {
            let said = bench(at, change).hear("applicant", &renewal());
            assert_eq!(said.map_or_else(|refusal| refusal.code, |_| "received".into()), says);
        }
        let mut unnamed = bench(at, |_| ());
        unnamed.around.earlier = None;
        assert_eq!(unnamed.refusal("applicant", &application("kitchen-renewal", &[])), "earlier-missing");
        assert!(unnamed.hear("clerk", &application("kitchen-renewal", &[])).is_ok(), "the counter sees an older paper permit");
        assert_eq!(unnamed.refusal("applicant", &renewal()), "unknown-permit");
    }

    #[test]
    fn the_time_to_ask_is_counted_back_from_the_last_day_and_never_rolls() {
        for (at, says) in [
            ("2028-11-30T10:00", "too-early"),
            ("2028-12-01T10:00", "in time"),
            // Thirty days before 1 March is 30 January; the next day is late.
            ("2029-01-30T23:59", "in time"),
            ("2029-01-31T00:00", "late"),
            ("2029-03-01T23:59", "late"),
            ("2029-03-02T00:00", "permit-expired"),
        ] {
            let said = bench(at, |_| ()).hear("applicant", &renewal());
            let said = said.map_or_else(
                |refusal| refusal.code,
                |decided| if decided.after.earlier.is_some_and(|earlier| earlier.in_time) { "in time" } else { "late" }.into(),
            );
            assert_eq!(said, says, "{at}");
        }
    }

    fn validity(bench: &Bench) -> Option<(Date, Option<Date>)> {
        match bench.case.decision {
            Some(Decision::Granted { valid_from, valid_until, .. }) => Some((valid_from, valid_until)),
            _ => None,
        }
    }

    #[test]
    fn silence_until_the_permit_ends_renews_what_was_asked_for_in_time() {
        let mut bench = bench("2029-01-15T10:00", |_| ());
        bench.must("applicant", renewal());
        assert_eq!(bench.due("renewal"), "2029-03-01");
        bench.at("2029-01-16T10:00").must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        bench.at("2029-03-01T23:59").look();
        assert_eq!(bench.case.decision, None);
        bench.at("2029-03-02T00:00");
        assert_eq!(
            bench.refusal("chief", &Act::Refuse { reasons: words(), basis: words(), false_statement: None }),
            "not-now",
            "it is too late to refuse"
        );
        let looked = bench.hear("clock", &Act::CheckClocks).expect("looked");
        assert_eq!(letters(&looked), [LetterKind::DeemedRenewal]);
        assert!(looked.errands.iter().any(|errand| matches!(errand, Errand::Tell { case, .. } if case == "T1")));
        bench.look();
        assert_eq!(validity(&bench), Some((date(2029, 3, 2), Some(date(2032, 3, 1)))), "from the day after the old one");
        assert!(bench.case.is_red() && bench.case.step == "making-result");
        assert_eq!(bench.look(), [""; 0], "looking twice changes nothing");
    }

    #[test]
    fn what_is_not_the_silence_of_a_body_with_power_renews_nothing() {
        let ran_out = |bench: &mut Bench| {
            bench.at("2029-03-02T00:00").look();
            bench.case.decision.is_some()
        };
        let mut late = bench("2029-02-20T10:00", |_| ());
        late.must("applicant", renewal());
        assert!(!ran_out(&mut late), "asked for too late");
        let mut ended = bench("2029-01-15T10:00", |_| ());
        ended.must("applicant", renewal());
        ended.around.earlier = ended.around.earlier.map(|permit| Permit { ending: Some(Ending::RevokedAsUnlawful), ..permit });
        assert!(!ran_out(&mut ended), "ended meanwhile");
        let mut wrong = bench("2029-01-15T10:00", |_| ());
        wrong.must("applicant", renewal());
        wrong.around.has_authority = false;
        assert!(!ran_out(&mut wrong), "the wrong body");
        let mut owed = bench("2029-01-15T10:00", |_| ());
        owed.must("applicant", renewal());
        owed.must("li", tell(&["plan"]));
        let mut in_time = owed.clone();
        assert!(!ran_out(&mut owed), "the applicant owed a correction");
        in_time.at("2029-02-20T10:00").must("applicant", supply(&["plan"]));
        assert!(ran_out(&mut in_time), "it lay with the office again");
    }

    #[test]
    fn a_grant_relies_on_the_earlier_permit_as_it_was_seen() {
        let mut bench = bench("2029-01-15T10:00", |_| ());
        bench.must("applicant", renewal());
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        let version = permit().version;
        let granted = bench.hear("chief", &Act::Grant { content: words() }).expect("granted");
        assert!(granted.guards.contains(&Guard::CaseAt { no: CaseNo("T1".into()), version }));
        bench.around.earlier = bench.around.earlier.map(|permit| Permit { ending: Some(Ending::RevokedAsPenalty), ..permit });
        assert_eq!(bench.refusal("chief", &Act::Grant { content: words() }), "permit-ended");
    }

    #[test]
    fn the_earlier_permit_goes_on_once() {
        let mut earlier = Bench::delivered();
        let told = Act::Succeed { by: CaseNo("T2".into()) };
        assert_eq!(earlier.must("system", told.clone()), ["succeeded"]);
        assert_eq!(earlier.must("system", told.clone()), [""; 0]);
        assert_eq!(earlier.refusal("chief", &told), "not-yours");
    }
}

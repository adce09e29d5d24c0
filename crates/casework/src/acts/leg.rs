//! What the body did in a partner system: reported by that system (回传), or written down by an officer while it is down (人工登记).
//!
//! A decision is made by the body that has the power, in writing (行政许可法 art. 38(1)). Where the body made it in the partner system,
//! recording it here with its document is no second decision; asking an officer to repeat it would be one. What is against a person
//! has no effect before it is told to that person with reasons and remedies (art. 38(2)), and that is done here, by a person: a report
//! of it changes nothing by itself. Serves measure 4.

use super::written;
use crate::act::{Act, Paper};
use crate::case::{Case, Decision};
use crate::decide::{Sheet, Stage};
use crate::errand::To;
use crate::event::Event;
use crate::leg::{Leg, Licence, News, Report, Ruling, may_stand};
use crate::refusal::Refusal;
use jiff::civil::Date;
use rulebook::procedure::Role;
use rulebook::{Stand, Text};

/// Longest number of a document, a licence or a matter.
const LONGEST_NUMBER: usize = 100;

/// A report of the partner, late and doubled ones too.
pub(super) fn report_leg(stage: &Stage<'_>, report: &Report, out: &mut Sheet) -> Result<(), Refusal> {
    let leg = leg(stage)?;
    let may = stage.rules.partners.get(&leg.partner).is_some_and(|partner| partner.reports.contains(&report.stand));
    if !may || report.count == 0 {
        return Err(refused(
            "not-its-to-report",
            ("规则书没有授权该系统回传这一状态。", "The rulebook does not let this system report that."),
            ("请核对对接系统的定义。", "Check the definition of the partner."),
        ));
    }
    sound(stage, report)?;
    let news = leg.hears(report);
    match news {
        News::Known | News::Late => return Ok(()),
        News::Fresh | News::Contradiction => happened(report, news == News::Contradiction, &[], out),
    }
    let unlike_the_record = leg.was_recorded_otherwise(report);
    if news == News::Contradiction || says_no(report.stand) || unlike_the_record || came_too_late(stage.case, report.stand) {
        tell_the_body(stage, report.stand, news, unlike_the_record, out);
    }
    Ok(())
}

/// What an officer has found out there, and wrote down with the paper that shows it. Whatever she wrote before, this holds instead; what
/// was decided, there by the partner's own word or here, is not unsaid by it.
pub(super) fn record_leg(stage: &Stage<'_>, report: &Report, papers: &[Paper], out: &mut Sheet) -> Result<(), Refusal> {
    let leg = leg(stage)?;
    if !may_stand(stage.rules, stage.case, report.stand) {
        let (item, stand) = (stage.item.label.as_deref().unwrap_or(&stage.item.name), report.stand.title());
        return Err(Refusal::new(
            "not-of-this-item",
            Text::new(
                format!("“{}”在该系统中没有“{}”这一状态。", stage.item.name, stand.zh),
                format!("“{item}” cannot stand as “{}” there.", stand.en),
            ),
            Text::new("请核对后选择其他状态。", "Look again and choose another one."),
        ));
    }
    written(("怎么得知的", "how it was found out"), report.words.as_deref().unwrap_or_default())?;
    sound(stage, report)?;
    if stage.case.decision.is_some() && !report.stand.is_final() {
        return Err(refused(
            "decided-here",
            (
                "本办件已经作出决定，人工登记不能使其回到决定以前。",
                "The case is decided; a record by hand does not take it back.",
            ),
            ("决定有误的，依法更正或者撤销。", "If the decision is wrong, put it right or end it by law."),
        ));
    }
    let theirs = leg.ruled.as_ref().filter(|ruled| !ruled.by_hand && leg.disputed.is_none());
    if theirs.is_some_and(|ruled| !ruled.says(report)) {
        return Err(refused(
            "told-by-the-partner",
            (
                "对方已经自己报了决定，人工登记不能改写。",
                "The partner told its decision itself; a record by hand does not rewrite it.",
            ),
            ("请与对方核实；对方更正后会再报，届时再登记。", "Ask there: when it tells another one, record which holds."),
        ));
    }
    let report = Report { count: leg.count, ..report.clone() };
    happened(&report, false, papers, out);
    Ok(())
}

fn happened(report: &Report, contradicts: bool, papers: &[Paper], out: &mut Sheet) {
    let words = out.keep_if("report", report.words.as_deref().filter(|words| !words.trim().is_empty()));
    let materials = super::submit::attach(papers, "leg", out);
    let Report { count, stand, number, ruling, licence, .. } = report.clone();
    out.happened(Event::LegReported { count, stand, number, ruling, licence, words, contradicts, materials });
}

fn leg<'a>(stage: &Stage<'a>) -> Result<&'a Leg, Refusal> {
    stage.case.leg.as_ref().ok_or_else(|| {
        refused(
            "no-leg",
            ("本办件没有在对接系统办理。", "No part of this case is handled in a partner system."),
            ("请在本系统按流程办理。", "Handle it here, by its procedure."),
        )
    })
}

/// Whether it names who decided, as the law wants it, and says nothing that cannot be.
fn sound(stage: &Stage<'_>, report: &Report) -> Result<(), Refusal> {
    if let Some(text) = report.words.as_deref().filter(|text| !text.is_empty()) {
        written(("说明", "the words"), text)?;
    }
    if report.stand.is_ruling() && report.ruling.is_none() {
        return faulty("决定没有写明机关、文号和日期。", "A decision names its body, document and day.");
    }
    if says_no(report.stand) && report.words.as_deref().is_none_or(|words| words.trim().is_empty()) {
        return faulty("不予或者补正没有写明理由、内容。", "What says no or wants more gives its reasons.");
    }
    if let Some(ruling) = &report.ruling {
        if ruling.body != stage.case.agency {
            return faulty("作出决定的机关不是本办件的办理机关。", "The body that decided is not the body of this case.");
        }
        if ruling.on > stage.today || stage.case.received.is_some_and(|received| ruling.on < received) {
            return faulty("决定日期早于收件或者晚于今天。", "The day of the decision lies before receipt or after today.");
        }
    }
    if report.licence.is_some() && report.stand != Stand::Granted {
        return faulty("没有准予就没有证照。", "There is no licence where nothing was granted.");
    }
    let numbers = report.number.iter().chain(report.ruling.iter().map(|ruling| &ruling.document));
    let named = report.licence.iter().flat_map(|licence| [&licence.number, &licence.name]);
    if numbers.chain(named).any(|number| number.trim().is_empty() || number.chars().count() > LONGEST_NUMBER) {
        return faulty("编号为空或者过长。", "A number is empty or too long.");
    }
    Ok(())
}

/// What an officer wrote down to have been done for the applicant and does not stand here afterwards: the act that she would have to be
/// able to do.
pub(crate) fn without_effect(stand: Stand, after: &Case) -> Option<Act> {
    match stand {
        Stand::Accepted if after.accepted.is_none() => Some(Act::Accept { deferred: Vec::new() }),
        Stand::Granted if !matches!(after.decision, Some(Decision::Granted { .. })) => {
            Some(Act::Grant { content: String::new() })
        }
        Stand::Filed if !matches!(after.decision, Some(Decision::Filed { .. })) => Some(Act::File),
        _ => None,
    }
}

/// Whether it is against the applicant or asks more of her, so that only a person does it.
pub(crate) fn says_no(stand: Stand) -> bool {
    matches!(stand, Stand::Refused | Stand::NotTakenIn | Stand::Correction | Stand::Ended)
}

/// Whether it was granted or filed there after the matter had ended here without a decision, as by a withdrawal that it had not heard of.
fn came_too_late(case: &Case, stand: Stand) -> bool {
    matches!(stand, Stand::Granted | Stand::Filed) && !case.is_open() && case.decision.is_none()
}

fn tell_the_body(stage: &Stage<'_>, stand: Stand, news: News, unlike_the_record: bool, out: &mut Sheet) {
    let to = match &stage.case.handler {
        Some(handler) => To::Officer(handler.clone()),
        None => To::Role { role: Role::Examiner, agency: Some(stage.case.agency.clone()) },
    };
    let (no, name) = (&stage.case.no, stand.title());
    let text = if news == News::Contradiction {
        Text::new(
            format!("{no}：对接系统又报“{}”，与此前不一致，请核实。", name.zh),
            format!("{no}: the partner now reports “{}”, which contradicts what it said before. Find out which holds.", name.en),
        )
    } else if unlike_the_record {
        Text::new(
            format!("{no}：对接系统报“{}”，与人工登记的不一致，请核实。", name.zh),
            format!("{no}: the partner reports “{}”, unlike what was recorded by hand. Find out which holds.", name.en),
        )
    } else if came_too_late(stage.case, stand) {
        Text::new(
            format!("{no}：本件已经办结，对接系统又报“{}”，请与对方核实并由其撤销或者收回。", name.zh),
            format!("{no}: this case has ended, and the partner reports “{}”. Clear it up there, and have it undone.", name.en),
        )
    } else {
        Text::new(
            format!("{no}：对接系统报“{}”，须由本机关人员审核后办理。", name.zh),
            format!("{no}: the partner reports “{}”. It takes effect only when an officer has looked and done it here.", name.en),
        )
    };
    out.notify(to, text);
}

/// The acts of law that follow from what is known of the leg, in their order; which of them stand, the procedure says.
pub(crate) fn that_follow(leg: &Leg) -> Vec<Act> {
    if leg.disputed.is_some() {
        return Vec::new();
    }
    let accept = Act::Accept { deferred: Vec::new() };
    let Some(ruled) = &leg.ruled else {
        return if [leg.stand, leg.noted].contains(&Some(Stand::Accepted)) { vec![accept] } else { Vec::new() };
    };
    let document = ruled.ruling.as_ref().map_or("", |ruling| ruling.document.as_str());
    match ruled.stand {
        Stand::Granted => {
            let opinion = format!("已在对接系统审查（文号{document}）");
            let content = format!("已在对接系统作出准予决定，文号{document}");
            let mut acts = vec![accept, Act::Review { agrees: true, opinion }, Act::Grant { content }];
            let made = |Licence { number, name }: Licence| Act::MakeResult { number, name };
            acts.extend(leg.licence.clone().map(made));
            acts
        }
        Stand::Filed => vec![Act::File],
        // Nothing is refused that was not accepted before; the refusal itself is said by a person.
        Stand::Refused => vec![accept],
        _ => Vec::new(),
    }
}

/// What an officer typed becomes a report like any other.
pub(super) fn by_hand(
    stage: &Stage<'_>,
    stand: Stand,
    document: Option<&str>,
    on: Option<Date>,
    licence: Option<&str>,
    words: &str,
) -> Result<Report, Refusal> {
    let filled = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let body = stage.case.agency.clone();
    let ruling = filled(document).map(|document| Ruling { body, document, on: on.unwrap_or(stage.today) });
    if on.is_some() && ruling.is_none() {
        return faulty("写了决定日期，没有写决定文号。", "A day of decision is given, and no number of the decision.");
    }
    let name = stage.item.result.as_ref().map_or(&stage.item.name, |result| &result.name);
    let licence = filled(licence).map(|number| Licence { number, name: name.clone() });
    Ok(Report { count: 1, stand, number: None, ruling, licence, words: Some(words.to_owned()) })
}

fn faulty<T>(zh: &'static str, en: &'static str) -> Result<T, Refusal> {
    Err(refused("report-unsound", (zh, en), ("请补正后再报。", "Put it right and report it again.")))
}

fn refused(code: &str, why: (&str, &str), next: (&str, &str)) -> Refusal {
    Refusal::new(code, Text::new(why.0, why.1), Text::new(next.0, next.1))
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, events, letters, paper, supply, tell, words};
    use crate::case::Decision;
    use crate::errand::{Errand, LetterKind, To};
    use crate::leg::{Difference, Licence, News, Report, Ruling, Sent, difference};
    use jiff::civil::date;
    use rulebook::Stand;

    fn report(count: u32, stand: Stand) -> Report {
        let ruling = Ruling { body: "market".into(), document: "津食0001".into(), on: date(2026, 3, 3) };
        let words = matches!(stand, Stand::Refused | Stand::Correction | Stand::Ended).then(words);
        let number = Some("P-1".to_owned());
        Report { count, stand, number, ruling: stand.is_ruling().then_some(ruling), licence: None, words }
    }

    fn licensed(count: u32) -> Report {
        let licence = Some(Licence { number: "JY1".into(), name: "示例许可证".into() });
        Report { licence, ..report(count, Stand::Granted) }
    }

    fn tells(report: Report) -> Act {
        Act::ReportLeg { report }
    }

    fn record(stand: Stand, document: Option<&str>) -> Act {
        let document = document.map(str::to_owned);
        Act::RecordLeg { stand, document, on: None, licence: None, words: words(), papers: vec![paper("shot")] }
    }

    fn pushed(decided: &crate::Decided) -> Vec<Sent> {
        let push = |errand: &Errand| if let Errand::Push { sent, .. } = errand { Some(*sent) } else { None };
        decided.errands.iter().filter_map(push).collect()
    }

    #[test]
    fn what_is_received_goes_to_the_partner_and_a_posted_application_only_when_it_is_opened() {
        let bench = Bench::with_partner("kitchen", &[]);
        assert_eq!(bench.case.leg.as_ref().map(|leg| leg.partner.as_str()), Some("platform"));
        assert_eq!(Bench::submitted("kitchen", &[]).case.leg, None, "nothing is connected");
        let mut lacking = Bench::with_partner("kitchen", &["plan"]);
        lacking.must("li", tell(&["plan"]));
        let supplied = lacking.hear("applicant", &supply(&["plan"])).expect("supplied");
        assert_eq!(pushed(&supplied), [Sent::Supplement]);
        let left = bench.hear("applicant", &Act::Withdraw { reason: words() }).expect("withdrawn");
        assert_eq!(pushed(&left), [Sent::Closed]);
        let mut accepted = bench.clone();
        accepted.at("2026-03-03T10:00");
        accepted.must("platform", tells(report(1, Stand::Accepted)));
        let granted = accepted.hear("platform", &tells(report(2, Stand::Granted))).expect("heard");
        assert_eq!(pushed(&granted), [], "it is not told what it told us");
    }

    #[test]
    fn what_was_granted_there_is_recorded_as_the_decision_of_the_body_with_its_own_day_and_document() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-05T10:00");
        let granted = bench.hear("platform", &tells(licensed(3))).expect("heard");
        assert_eq!(events(&granted), ["leg-reported", "accepted", "reviewed", "granted", "result-made"]);
        assert_eq!(letters(&granted), [LetterKind::AcceptanceNotice, LetterKind::Certificate], "the decision has its document");
        let case = granted.after;
        let Some(Decision::Granted { valid_from, valid_until, .. }) = case.decision else { panic!("granted") };
        assert_eq!((valid_from, valid_until), (date(2026, 3, 3), Some(date(2029, 3, 2))));
        assert_eq!(case.result, Some(("JY1".into(), "示例许可证".into())));
        assert_eq!((case.received, case.step.as_str()), (Some(date(2026, 3, 2)), "awaiting-delivery"));
        assert_eq!(difference(&case), None);
    }

    #[test]
    fn other_procedures_follow_as_far_as_their_steps_go() {
        let on_the_spot = |stand| {
            let ruling = report(1, stand).ruling.map(|ruling| Ruling { on: date(2026, 3, 2), ..ruling });
            tells(Report { ruling, ..report(1, stand) })
        };
        let mut stall = Bench::with_partner("stall", &[]);
        assert_eq!(stall.must("platform", on_the_spot(Stand::Granted)), ["leg-reported", "accepted", "granted"]);
        let mut sign = Bench::with_partner("sign", &[]);
        assert_eq!(sign.must("platform", on_the_spot(Stand::Filed)), ["leg-reported", "filed"]);
    }

    #[test]
    fn a_doubled_and_a_late_report_change_nothing() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-03T10:00");
        bench.must("platform", tells(report(3, Stand::Accepted)));
        for again in [report(3, Stand::Accepted), report(1, Stand::Taken), report(2, Stand::Correction)] {
            assert_eq!(bench.must("platform", tells(again.clone())), [""; 0], "{again:?}");
        }
        let leg = bench.case.leg.clone().expect("a leg");
        assert_eq!(leg.hears(&report(1, Stand::Taken)), News::Late);
        assert_eq!(leg.hears(&report(3, Stand::Accepted)), News::Known);
    }

    #[test]
    fn what_says_no_there_changes_nothing_by_itself_and_an_officer_is_told() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-03T10:00");
        let wanted = bench.hear("platform", &tells(report(1, Stand::Correction))).expect("heard");
        let told = |errand: &Errand| matches!(errand, Errand::Notify { to: To::Role { .. }, .. });
        assert!(wanted.errands.iter().any(told) && wanted.after.corrections.is_empty());
        assert_eq!(difference(&wanted.after), Some(Difference::CorrectionThere));
        bench.must("platform", tells(report(1, Stand::Correction)));
        let mut corrected = bench.clone();
        corrected.must("li", tell(&["plan"]));
        assert_eq!(difference(&corrected.case), None);
        bench.must("li", Act::Claim);
        assert_eq!(bench.must("platform", tells(report(2, Stand::Refused))), ["leg-reported", "accepted"]);
        assert_eq!((bench.case.decision.as_ref(), difference(&bench.case)), (None, Some(Difference::NoThere)));
        // The officer who looked does it by the ordinary way, and the clock ran all the time.
        assert_eq!((bench.case.received, bench.due("decide-statutory")), (Some(date(2026, 3, 2)), "2026-03-31".into()));
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        bench.must("chief", Act::Refuse { reasons: words(), basis: words(), false_statement: None });
        assert_eq!(difference(&bench.case), None);
    }

    #[test]
    fn a_partner_that_contradicts_itself_undoes_nothing_and_an_officer_settles_it() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-03T10:00");
        bench.must("platform", tells(report(2, Stand::Granted)));
        for other in [report(3, Stand::Refused), report(1, Stand::Refused)] {
            let mut bench = bench.clone();
            assert_eq!(bench.must("platform", tells(other.clone())), ["leg-reported"]);
            assert!(matches!(bench.case.decision, Some(Decision::Granted { .. })), "nothing granted is undone");
            assert_eq!(difference(&bench.case), Some(Difference::Disputed));
            assert_eq!(bench.must("platform", tells(other)), [""; 0], "said twice, told once");
            assert_eq!(bench.must("li", record(Stand::Granted, Some("津食0001"))), ["leg-reported"]);
            assert_eq!(difference(&bench.case), None);
        }
        let another =
            Report { ruling: Some(Ruling { document: "津食0002".into(), ..licensed(3).ruling.expect("one") }), ..licensed(3) };
        bench.must("platform", tells(another));
        assert_eq!((bench.case.result.as_ref(), difference(&bench.case)), (None, Some(Difference::Disputed)));
    }

    #[test]
    fn while_it_is_down_an_officer_writes_down_what_was_done_and_the_partner_bears_it_out_later() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-04T10:00");
        assert_eq!(bench.must("li", record(Stand::Accepted, None)), ["leg-reported", "accepted"]);
        assert_eq!(bench.must("platform", tells(report(1, Stand::Taken))), ["leg-reported"]);
        assert_eq!(difference(&bench.case), Some(Difference::Unconfirmed));
        bench.must("platform", tells(report(2, Stand::Accepted)));
        assert_eq!(difference(&bench.case), None);
        // Whoever may not grant here does not by writing down that it was granted there, and nobody who may does so out of turn.
        let mut examiner = bench.clone();
        examiner.must("li", Act::Claim);
        assert_eq!(examiner.refusal("li", &record(Stand::Granted, Some("津食0001"))), "not-yours");
        assert_eq!(examiner.refusal("chief", &record(Stand::Granted, Some("津食0001"))), "not-now");
        assert_eq!(difference(&examiner.case), None, "nothing was written down");
        examiner.must("li", Act::Review { agrees: true, opinion: words() });
        assert_eq!(examiner.must("chief", record(Stand::Granted, Some("津食0001"))), ["leg-reported", "granted"]);
        assert_eq!(examiner.case.attached.len(), 2);
        assert_eq!(difference(&examiner.case), Some(Difference::Unconfirmed));
        assert_eq!(examiner.refusal("chief", &record(Stand::Accepted, None)), "decided-here");
        let ruling = examiner.case.leg.clone().and_then(|leg| leg.ruled?.ruling);
        examiner.must("platform", tells(Report { ruling, ..licensed(3) }));
        assert_eq!(difference(&examiner.case), None);
        assert!(examiner.case.result.is_some(), "the licence came with it");
        assert_eq!(examiner.refusal("chief", &record(Stand::Granted, Some("津食0002"))), "told-by-the-partner");
    }

    #[test]
    fn what_is_granted_there_after_the_matter_ended_here_is_told_to_the_body() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-03T10:00");
        bench.must("applicant", Act::Withdraw { reason: String::new() });
        let heard = bench.hear("platform", &tells(report(1, Stand::Granted))).expect("heard");
        let told =
            |errand: &Errand| matches!(errand, Errand::Notify { to: To::Role { .. }, text } if text.zh.contains("已经办结"));
        assert!(heard.errands.iter().any(told), "{:?}", heard.errands);
    }

    #[test]
    fn by_hand_is_written_down_only_what_the_item_knows_and_what_takes_effect() {
        let bench = Bench::with_partner("kitchen", &[]);
        assert_eq!(bench.refusal("chief", &record(Stand::Filed, Some("津食备1"))), "not-of-this-item", "a permit is not filed");
        assert_eq!(bench.refusal("li", &record(Stand::Ended, None)), "not-of-this-item", "the partner may not tell that");
        let sign = Bench::with_partner("sign", &[]);
        for stand in [Stand::Granted, Stand::Refused] {
            assert_eq!(sign.refusal("li", &record(stand, Some("津食1"))), "not-of-this-item", "a filing is not {stand:?}");
        }
        let mut lacking = Bench::with_partner("kitchen", &["plan"]);
        lacking.must("li", tell(&["plan"]));
        assert_eq!(lacking.refusal("li", &record(Stand::Accepted, None)), "not-now", "a paper is still to come");
        let on = Some(date(2026, 3, 2));
        let undocumented =
            Act::RecordLeg { stand: Stand::Accepted, document: None, on, licence: None, words: words(), papers: vec![] };
        assert_eq!(bench.refusal("li", &undocumented), "report-unsound", "a day of what decision?");
    }

    #[test]
    fn a_mistaken_record_gives_way_to_the_next_and_is_no_word_of_the_partners() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-03T10:00");
        bench.must("li", record(Stand::Refused, Some("津食不1")));
        assert_eq!(difference(&bench.case), Some(Difference::NoThere));
        // It was another matter: what holds is written down, and the first is gone from how the leg stands.
        let mut corrected = bench.clone();
        corrected.must("li", record(Stand::Accepted, None));
        let leg = corrected.case.leg.clone().expect("a leg");
        assert_eq!((leg.ruled, leg.noted, difference(&corrected.case)), (None, Some(Stand::Accepted), None));
        // Or the partner tells its first and only decision, and follows as if nothing had been written down.
        let told = bench.hear("platform", &tells(licensed(1))).expect("heard");
        assert_eq!(told.after.leg.as_ref().and_then(|leg| leg.disputed), None, "it did not contradict itself");
        let asked = |errand: &Errand| matches!(errand, Errand::Notify { to: To::Role { .. } | To::Officer(_), .. });
        assert!(told.errands.iter().any(asked), "the body looks why they differ");
        assert_eq!((told.after.result.is_some(), difference(&told.after)), (true, None));
        // Once it has ruled in its own words, another ruling is its own contradiction.
        bench.must("platform", tells(report(2, Stand::Granted)));
        bench.must("platform", tells(report(3, Stand::Refused)));
        assert_eq!(difference(&bench.case), Some(Difference::Disputed));
    }

    #[test]
    fn a_report_that_cannot_be_is_turned_away() {
        let mut bench = Bench::with_partner("kitchen", &[]);
        bench.at("2026-03-03T10:00");
        let ruled = |ruling: Ruling| Report { ruling: Some(ruling), ..report(1, Stand::Granted) };
        let ruling = report(1, Stand::Granted).ruling.expect("one");
        for (wrong, code) in [
            (report(0, Stand::Taken), "not-its-to-report"),
            (report(1, Stand::Ended), "not-its-to-report"),
            (Report { ruling: None, ..report(1, Stand::Granted) }, "report-unsound"),
            (Report { words: None, ..report(1, Stand::Refused) }, "report-unsound"),
            (ruled(Ruling { body: "health".into(), ..ruling.clone() }), "report-unsound"),
            (ruled(Ruling { on: date(2026, 3, 4), ..ruling.clone() }), "report-unsound"),
            (ruled(Ruling { on: date(2026, 3, 1), ..ruling.clone() }), "report-unsound"),
            (ruled(Ruling { document: "x".repeat(101), ..ruling }), "report-unsound"),
            (Report { licence: licensed(1).licence, ..report(1, Stand::Accepted) }, "report-unsound"),
            (Report { words: Some("字".repeat(5_001)), ..report(1, Stand::Taken) }, "words-too-long"),
        ] {
            assert_eq!(bench.refusal("platform", &tells(wrong.clone())), code, "{wrong:?}");
        }
        assert_eq!(bench.refusal("another-platform", &tells(report(1, Stand::Taken))), "not-yours");
        assert_eq!(bench.refusal("li", &tells(report(1, Stand::Taken))), "not-yours");
        assert_eq!(Bench::submitted("kitchen", &[]).refusal("li", &record(Stand::Taken, None)), "no-leg");
        assert!(!Bench::submitted("kitchen", &[]).offers("li", "record-leg") && bench.offers("li", "record-leg"));
    }
}

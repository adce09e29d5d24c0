//! What happened to a case and what it has led to: the timeline, the clocks above, letters, and the holder's other cases.

use super::clocks;
use super::dossier::Dossier;
use crate::pieces::tag::tag;
use crate::pieces::timeline::{Happening, timeline as draw};
use crate::pieces::{Tone, date, words};
use crate::workbench::wording::{about_name, item_name, material_name, named, step_name, waits};
use casework::bundle::Progress;
use casework::case::Hearing;
use casework::{Event, Record, narrate};
use maud::{Markup, html};
use rulebook::Lang;
use store::reader::CaseRow;

/// The clocks, and what the officer must know before reading on.
pub fn facts(dossier: &Dossier, lang: Lang) -> Markup {
    let case = &dossier.case;
    html! {
        div .facts {
            section .card.stack-s aria-labelledby="clocks-title" {
                h2 #clocks-title { (lang.say("时限", "Limits")) }
                @if case.clocks.is_empty() { p .muted { (lang.say("还没有开始计算的时限。", "No limit runs yet.")) } } @else { (clocks::cards(dossier, lang)) }
            }
            section .card.stack-s aria-labelledby="stand-title" {
                h2 #stand-title { (lang.say("现在", "Now")) }
                @if let Some(step) = dossier.step() {
                    p { strong { (words(lang.say(&step.name, &step.label), lang)) } " · " (waits(&dossier.row.waits_for, lang)) }
                    p .hint { (lang.say("申请人看到：", "The applicant reads: ")) (words(lang.say(&step.public, &step.public_label), lang)) }
                }
                @if let Some((kind, end)) = &case.special {
                    p { (tag(lang.say("特别程序", "special procedure"), Tone::Rest, lang)) " " (words(special_name(dossier, kind, lang), lang)) " – " (date::day(*end, lang)) }
                }
                (hearing(dossier, lang))
                @if let Some(n) = case.extended { p { (lang.say("法定期限已延长 ", "The statutory limit was extended by ")) (n) } }
                @if case.urged > 0 { p { (tag(lang.say("被催办", "urged"), Tone::Warn, lang)) " " (case.urged) } }
                @if !case.deferred.is_empty() {
                    p { (lang.say("容缺待补：", "To follow: ")) @for key in &case.deferred { (words(material_name(dossier.rules(), key, lang), lang)) " " @if let Some(due) = case.deferred_due(key) { (date::short_day(due, lang)) " " } } }
                }
                @if let Some(parent) = &case.parent {
                    // What the others do is their own: who may see the whole finds it by this number.
                    p { (tag(lang.say("一件事", "bundle"), Tone::Info, lang)) " " (lang.say("是联办件中的一项：", "a part of ")) span .num { (parent) } }
                }
            }
            (parts(dossier, "/workbench/cases", lang))
            (crate::pieces::joint::section(&dossier.case, &dossier.words, dossier.rules(), lang))
            (leg(dossier, lang))
        }
    }
}

/// How it stands in the partner system, and what an officer has to look at.
fn leg(dossier: &Dossier, lang: Lang) -> Markup {
    let Some(leg) = &dossier.case.leg else { return Markup::default() };
    let ruled = leg.ruled.as_ref();
    let stand = ruled.map(|ruled| ruled.stand).or(leg.noted).or(leg.stand);
    let by_hand = leg.noted.is_some() || ruled.is_some_and(|ruled| ruled.by_hand);
    html! {
        section .card.stack-s aria-labelledby="leg-title" {
            h2 #leg-title { (lang.say("对接系统", "Partner system")) }
            p { (words(dossier.partner_name(&leg.partner, lang), lang)) }
            p {
                @match stand {
                    Some(stand) => (tag(stand.title().get(lang), Tone::Info, lang)),
                    None => (tag(lang.say("还没有消息", "nothing heard yet"), Tone::Rest, lang)),
                }
                @if by_hand { " " (tag(lang.say("人工登记", "by hand"), Tone::Warn, lang)) }
                @if let Some(number) = &leg.number { " " span .num { (number) } }
                @if let Some(heard) = leg.heard { " " span .muted { (date::moment(heard.wall(), lang)) } }
            }
            @if let Some(ruling) = ruled.and_then(|ruled| ruled.ruling.as_ref()) {
                p { (lang.say("文号 ", "Document ")) (words(&ruling.document, lang)) " " (date::day(ruling.on, lang)) }
            }
            @if let Some(said) = leg.words { blockquote { (words(dossier.say(said, lang), lang)) } }
            @if let Some(difference) = casework::leg::difference(&dossier.case) {
                p { (tag(lang.say("差异", "difference"), Tone::Bad, lang)) " " (words(difference.title().get(lang), lang)) }
            }
        }
    }
}

/// The parts of a bundle, for those who look after the whole; `at` is the address under which their pages lie.
pub fn parts(dossier: &Dossier, at: &str, lang: Lang) -> Markup {
    let Some(bundle) = &dossier.case.bundle else { return Markup::default() };
    html! {
        section .card.stack-s aria-labelledby="parts-title" {
            h2 #parts-title { (lang.say("各项", "Parts")) }
            ul .plain.stack-s { @for part in &bundle.components {
                li {
                    (words(item_name(dossier.rules(), &part.item, lang), lang)) " "
                    @match &part.progress {
                        Progress::Prepared if bundle.blocked_by(part).is_some() => (tag(lang.say("暂不能开始", "cannot begin"), Tone::Bad, lang)),
                        Progress::Prepared => (tag(lang.say("已备好", "prepared"), Tone::Rest, lang)),
                        Progress::Open { .. } => (tag(lang.say("办理中", "under way"), Tone::Info, lang)),
                        Progress::Settled { came_to, .. } => (tag(came_to.name().get(lang), if came_to.opens_the_way() { Tone::Good } else { Tone::Bad }, lang)),
                        Progress::Left => (tag(lang.say("不再办理", "left"), Tone::Rest, lang)),
                    }
                    @if let Some(no) = part.case() { " " a .num href={ (at) "/" (no) } { (no) } }
                }
            } }
        }
    }
}

fn special_name<'a>(dossier: &'a Dossier, kind: &'a str, lang: Lang) -> &'a str {
    let list = dossier.rules().codes.get("special-procedures");
    let value = list.and_then(|list| list.value.iter().find(|value| value.code == kind || value.name == kind));
    value.map_or(kind, |value| named(&value.name, value.label.as_deref(), lang))
}

fn hearing(dossier: &Dossier, lang: Lang) -> Markup {
    html! {
        @match &dossier.case.hearing {
            Hearing::None => {}
            Hearing::Offered { on, at_own_motion, declined } => p {
                (tag(lang.say("听证", "hearing"), Tone::Info, lang)) " "
                @if *at_own_motion { (lang.say("已公告，将由机关举行 ", "announced; the body holds it ")) } @else { (lang.say("已告知权利 ", "the right was told ")) }
                (date::day(*on, lang))
                @if *declined { (lang.say("；申请人放弃，其他利害关系人仍可在期限内申请", "; the applicant waived; others concerned may still ask in time")) }
            },
            Hearing::Asked { on } => p { (tag(lang.say("听证", "hearing"), Tone::Warn, lang)) " " (lang.say("已申请 ", "asked for ")) (date::day(*on, lang)) },
            Hearing::Set { on, hour, presider } => p {
                (tag(lang.say("听证", "hearing"), Tone::Info, lang)) " " (date::day(*on, lang)) @if let Some(hour) = hour { " " (hour.strftime("%H:%M")) } " · " (lang.say("主持人 ", "presided by ")) (words(dossier.staff_name(presider), lang))
            },
            Hearing::Held { .. } => p { (tag(lang.say("听证已举行", "hearing held"), Tone::Good, lang)) },
            Hearing::Waived => p { (tag(lang.say("不举行听证", "no hearing"), Tone::Plain, lang)) },
        }
    }
}

/// The whole story, the newest first.
pub fn timeline(dossier: &Dossier, lang: Lang) -> Markup {
    let happenings: Vec<Happening> = dossier.records.iter().rev().filter_map(|record| happening(dossier, record, lang)).collect();
    draw(&happenings, lang)
}

/// What happened in some records, in one line each.
pub fn short<'a>(dossier: &Dossier, records: impl Iterator<Item = &'a Record>, lang: Lang) -> Markup {
    let told: Vec<(&Record, String)> = records.filter_map(|record| Some((record, sentence(dossier, record, lang)?))).collect();
    html! {
        ul {
            @for (record, text) in told {
                li { (words(&text, lang)) " · " (words(dossier.who(&record.by, lang), lang)) " · " (date::moment(record.at.wall(), lang)) }
            }
        }
    }
}

/// Notes and urgings tell nothing to the applicant, so the core passes them over; an officer reads them.
fn sentence(dossier: &Dossier, record: &Record, lang: Lang) -> Option<String> {
    if let Event::Noted { .. } = record.event {
        return Some(lang.say("备注", "Note").to_owned());
    }
    if let Event::CorrectionHeld { defects, until, .. } = &record.event {
        let n = defects.len();
        return Some(match lang {
            Lang::Zh => format!("写好补正内容{n}项，{until}与其他部门的一并告知"),
            Lang::En => format!("{n} corrections written, to be told at {until} with those of the other bodies"),
        });
    }
    narrate(record, dossier.rules(), &dossier.case.procedure).map(|text| text.get(lang).to_owned())
}

fn happening(dossier: &Dossier, record: &Record, lang: Lang) -> Option<Happening> {
    let title = sentence(dossier, record, lang)?;
    let own = record.at.day() != record.effective;
    Some(Happening {
        when: html! {
            (date::moment(record.at.wall(), lang))
            @if own { " · " (lang.say("生效于 ", "effective ")) (date::day(record.effective, lang)) }
        },
        title,
        who: dossier.who(&record.by, lang).to_owned(),
        tone: tone(&record.event),
        body: html! { @for text in written(dossier, &record.event, lang) { p .pre { (words(&text, lang)) } } },
        next: false,
    })
}

/// What was written with an event, for those inside.
fn written(dossier: &Dossier, event: &Event, lang: Lang) -> Vec<String> {
    use Event::*;
    let say = |words: casework::Words| dossier.say(words, lang).to_owned();
    let named = |id: &casework::StaffId| dossier.staff_name(id).to_owned();
    match event {
        CorrectedOnSpot { what, .. } | ErrorCorrected { what, .. } => vec![say(*what)],
        CorrectionHeld { defects, exception, .. } | CorrectionAsked { defects, exception } => {
            let one = |defect: &casework::event::Defect| {
                format!("{}：{}", about_name(dossier.rules(), &defect.about, lang), dossier.say(defect.words, lang))
            };
            defects.iter().map(one).chain(exception.map(say)).collect()
        }
        Assigned { to, reason, .. } => std::iter::once(named(to)).chain(reason.map(say)).collect(),
        HandedOver { to, reason, .. } => vec![named(to), say(*reason)],
        FoundNotNeeded { reason }
        | IntakeRefused { reason, .. }
        | HearingOffered { reason, .. }
        | Extended { reason, .. }
        | Withdrawn { reason }
        | Returned { reason }
        | Terminated { reason, .. }
        | Ended { reason, .. }
        | ReasonPublished { reason, .. } => vec![say(*reason)],
        OpinionAsked { question, .. } => vec![say(*question)],
        OpinionGiven { text, .. } | StatementHeard { text } | Noted { text } | Urged { text } | Supervised { text } => {
            vec![say(*text)]
        }
        AwardProposed { trace, .. } => vec![say(*trace)],
        ObjectionRaised { who, text, .. } => vec![say(*who), say(*text)],
        ObjectionAnswered { text, .. } | FollowedUp { text, .. } => vec![say(*text)],
        Paid { voucher, .. } | RepaidInPart { voucher, .. } | Repaid { voucher } => vec![say(*voucher)],
        PaymentReturned { reason } | PaymentRecalled { reason } => vec![say(*reason)],
        RepaymentDemanded { reasons, basis } => vec![say(*reasons), basis.clone()],
        TestersAssigned { officers } => officers.iter().map(named).collect(),
        Inspected { officers, findings, .. } => {
            let names: Vec<String> = officers.iter().map(named).collect();
            vec![names.join("、"), say(*findings)]
        }
        JointAsked { reason, .. } => vec![say(*reason)],
        JointSet { place, .. } | JointShown { place, .. } => vec![say(*place)],
        JointAttended { officers, findings, .. } => {
            let names: Vec<String> = officers.iter().map(named).collect();
            vec![names.join("、"), say(*findings)]
        }
        StatementInvited { party } => vec![say(*party)],
        HearingAsked { by_party } => vec![say(*by_party)],
        HearingSet { place, presider, .. } => vec![format!("{} · {}", named(presider), say(*place))],
        HearingHeld { minutes } => vec![say(*minutes)],
        SpecialBegan { notice, .. } => vec![say(*notice)],
        SpecialEnded { outcome } => vec![say(*outcome)],
        Reviewed { opinion, .. } => vec![say(*opinion)],
        Checked { officers, findings, .. } => {
            let names: Vec<String> = officers.iter().map(named).collect();
            vec![names.join("、"), say(*findings)]
        }
        Rectified { words, .. } => vec![say(*words)],
        Committed { text, .. } => vec![say(*text)],
        CreditRepaired { reason } => vec![say(*reason)],
        Granted { content, .. } => vec![say(*content)],
        Refused { reasons, basis, .. } => vec![say(*reasons), basis.clone()],
        PenaltyProposed { facts, basis, .. } => vec![say(*facts), basis.clone()],
        Delivered { manner, receiver, .. } => vec![format!("{manner} · {}", say(*receiver))],
        Transferred { note, .. } => vec![say(*note)],
        Resolved { solution } => vec![say(*solution)],
        Explained { reason, basis, other_way } => vec![say(*reason), basis.clone(), say(*other_way)],
        FeedbackGiven { words, .. } => vec![say(*words)],
        Verified { findings, .. } => vec![say(*findings)],
        RootCauseFound { words, .. } => vec![say(*words)],
        PersonAsked { reason, .. } => vec![say(*reason)],
        Audited { findings, .. } => vec![say(*findings)],
        Rated { words, .. } => words.map(say).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn tone(event: &Event) -> Tone {
    use Event::*;
    match event {
        Accepted { deemed: false, .. }
        | Granted { .. }
        | Filed
        | Delivered { .. }
        | Resolved { .. }
        | ExaminedAtOnce { met: true, .. }
        | Audited { right: true, .. }
        | Verified { confirmed: true, .. } => Tone::Good,
        Audited { right: false, .. }
        | ClockExpired { .. }
        | Refused { .. }
        | IntakeRefused { .. }
        | Ended { .. }
        | Verified { confirmed: false, .. } => Tone::Bad,
        CorrectionAsked { .. }
        | Accepted { deemed: true, .. }
        | Urged { .. }
        | Supervised { .. }
        | Escalated { .. }
        | Returned { .. } => Tone::Warn,
        SpecialBegan { .. } | Withdrawn { .. } | Archived => Tone::Rest,
        Noted { .. } | LetterMade { .. } => Tone::Plain,
        _ => Tone::Info,
    }
}

/// The letters made so far, each as a file.
pub fn letters(dossier: &Dossier, lang: Lang) -> Markup {
    let made = &dossier.case.letters;
    html! {
        @if !made.is_empty() {
            section .card.stack-s aria-labelledby="letters-title" {
                h2 #letters-title { (lang.say("文书", "Letters")) }
                ul .plain.stack-s {
                    @for letter in made.iter().rev() {
                        li {
                            a href={ "/workbench/cases/" (dossier.case.no) "/letters/" (letter.number) } { (letter.kind.name_for(&dossier.edition.rules, &dossier.case.item).get(lang)) }
                            " " span .hint { (words(&letter.document_number, lang)) " · " (date::short_day(letter.at.day(), lang)) }
                        }
                    }
                }
            }
        }
    }
}

/// Other cases of this holder that this officer may see.
pub fn history(dossier: &Dossier, rows: &[CaseRow], lang: Lang) -> Markup {
    let others: Vec<&CaseRow> = rows.iter().filter(|row| row.no != dossier.case.no).collect();
    html! {
        section .card.stack-s aria-labelledby="history-title" {
            h2 #history-title { (lang.say("这一申请人的其他办件", "Other cases of this applicant")) }
            @if others.is_empty() { p .muted { (lang.say("没有您可以查看的其他办件。", "None that you may see.")) } }
            ul .plain.stack-s {
                @for row in others {
                    li {
                        a href={ "/workbench/cases/" (row.no) } { (words(item_name(dossier.rules(), &row.item, lang), lang)) }
                        " " span .hint { (words(step_name(dossier.rules(), &row.procedure, &row.step, lang), lang)) " · " (date::day(row.submitted_at.day(), lang)) }
                    }
                }
            }
        }
    }
}

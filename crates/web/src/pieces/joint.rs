//! A joint act (联合辅导、联合踏勘、联合验收) as it stands: when and where, who takes part, what each has found. The same for the applicant,
//! for who keeps the whole and for the body of a part. Serves measure 3.

use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::portal::wording::{agency_name, item_name};
use casework::Case;
use casework::joint::{Appointment, Joint};
use maud::{Markup, html};
use rulebook::{Lang, Rulebook};
use std::collections::BTreeMap;

/// All joint acts of a case, for officers; nothing where there are none.
pub fn section(case: &Case, told: &BTreeMap<u32, String>, rules: &Rulebook, lang: Lang) -> Markup {
    html! {
        @if !case.joints.is_empty() {
            section .card.stack-s aria-labelledby="joints-title" {
                h2 #joints-title { (lang.say("部门联合进行", "Bodies together")) }
                @for joint in &case.joints { (one(case, joint, told, rules, lang)) }
            }
        }
    }
}

/// One of them: its name with where it stands, the appointment, and who takes part.
pub fn one(case: &Case, joint: &Joint, told: &BTreeMap<u32, String>, rules: &Rulebook, lang: Lang) -> Markup {
    html! {
        h3 { (joint.kind.name().get(lang)) " " (stand(case, joint, lang)) }
        (when_and_where(joint, told, lang))
        (who(case, joint, rules, lang))
    }
}

fn stand(case: &Case, joint: &Joint, lang: Lang) -> Markup {
    let over = case.bundle.as_ref().is_some_and(|bundle| !joint.is_pending(bundle));
    match (joint.held, joint.found) {
        (true, _) => tag(lang.say("已完成", "done"), Tone::Good, lang),
        (_, Some(true)) => tag(lang.say("本部门：符合要求", "this body: in order"), Tone::Good, lang),
        (_, Some(false)) => tag(lang.say("本部门：存在问题", "this body: problems found"), Tone::Warn, lang),
        _ if over => tag(lang.say("不再进行", "no longer needed"), Tone::Rest, lang),
        _ if joint.set.is_some() => tag(lang.say("已约定", "set"), Tone::Info, lang),
        _ => tag(lang.say("待约定时间", "to be set"), Tone::Warn, lang),
    }
}

fn when_and_where(joint: &Joint, told: &BTreeMap<u32, String>, lang: Lang) -> Markup {
    let Some((Appointment { on, hour, remote, .. }, place)) = &joint.set else {
        return html! { @if let Some(due) = joint.due {
            p { (lang.say("最迟", "By ")) (date::day(due, lang)) (lang.say("进行；约定后通知。", "; everybody is told when it is set.")) }
        } };
    };
    html! {
        p { strong { (date::day(*on, lang)) " " span .num { (clock(*hour)) } }
            @if let Some(place) = told.get(&place.0) { (lang.say("，", ", ")) (words(place, lang)) }
            @if *remote { (lang.say("（远程：不上门，按提示拍照）", " (from afar: nobody comes, photographed as asked)")) } }
    }
}

pub fn clock(hour: jiff::civil::Time) -> String {
    format!("{:02}:{:02}", hour.hour(), hour.minute())
}

/// Who takes part, and what each said so far. The case of a part knows of its own body alone.
fn who(case: &Case, joint: &Joint, rules: &Rulebook, lang: Lang) -> Markup {
    let body = |item: &str| {
        let part = case.bundle.as_ref().and_then(|bundle| bundle.component(item));
        part.and_then(|part| rules.agencies.get(&part.agency))
    };
    html! {
        @if !joint.seats.is_empty() {
            ul .plain.stack-s {
                @for (seat, found) in &joint.seats {
                    li {
                        @if let Some(item) = rules.items.get(&seat.item) { (words(item_name(item, lang), lang)) }
                        @if let Some(body) = body(&seat.item) { " " span .muted.small { (words(agency_name(body, lang), lang)) } }
                        " "
                        @match found {
                            Some(true) => (tag(lang.say("符合要求", "in order"), Tone::Good, lang)),
                            Some(false) => (tag(lang.say("存在问题", "problems found"), Tone::Warn, lang)),
                            None => (tag(lang.say("待记录", "to be recorded"), Tone::Rest, lang)),
                        }
                    }
                }
            }
        }
    }
}

/// One of them in a list of choices: its kind, and its hour or the day by which it takes place.
pub fn named(joint: &Joint, told: &BTreeMap<u32, String>, lang: Lang) -> String {
    let kind = joint.kind.name();
    let kind = kind.get(lang);
    match (&joint.set, joint.due) {
        (Some((appointment, place)), _) => {
            let (day, hour) = (date::short_day_text(appointment.on, lang), clock(appointment.hour));
            let place = told.get(&place.0).map(|place| format!(" · {place}")).unwrap_or_default();
            format!("{kind} · {day} {hour}{place}")
        }
        (None, Some(due)) => {
            format!("{kind} · {}{}", lang.say("未约定，最迟", "not set yet, by "), date::short_day_text(due, lang))
        }
        (None, None) => format!("{kind} · {}", lang.say("未约定", "not set yet")),
    }
}

//! What came of an act, in the words of the office: where the case waits, which limits run until when, which letters went
//! out, which light stands.

use crate::page::full_width;
use crate::people;
use casework::{Case, CaseNo, Event, Record, Refusal};
use jiff::civil::Date;
use rulebook::item::ItemType;
use rulebook::procedure::Procedure;
use rulebook::{Lang, Rulebook};

/// Nothing came of it.
pub const NOTHING: &str = "（无变化）";

/// The light of a case: computed, never stored (decision 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Light {
    #[default]
    Green,
    Yellow,
    Red,
}

pub fn light(case: &Case, today: Date) -> Light {
    if !case.is_open() {
        return Light::Green;
    }
    if case.is_red() {
        return Light::Red;
    }
    let near = case.clocks.iter().any(|clock| clock.is_running() && clock.binds_office && clock.warn <= today);
    if near { Light::Yellow } else { Light::Green }
}

/// The law said no.
pub fn refused(refusal: &Refusal) -> String {
    let why = refusal.why.get(Lang::Zh).trim_end_matches(['。', '.']);
    let basis = refusal.basis.as_deref().map(|basis| format!("（{basis}）")).unwrap_or_default();
    full_width(&format!("不可以：{why}{basis}"))
}

/// What the records since `before` amount to.
/// `by_itself` is what time alone has brought about; `numbers` are the cases of the page in the order of their births.
pub fn happened(
    before: &Case,
    after: &Case,
    records: &[Record],
    rules: &Rulebook,
    by_itself: bool,
    numbers: &[CaseNo],
) -> String {
    let Some(procedure) = rules.procedures.get(&after.procedure) else { return String::new() };
    let mut words: Vec<String> = Vec::new();
    let year = records.first().map_or(0, |record| record.at.day().year());
    for record in records {
        words.extend(of_part(&record.event, after, rules, numbers));
        if let Event::CorrectionHeld { until, .. } = &record.event {
            let wall = until.wall();
            words.push(format!("补正内容已写好，{} {:02}:{:02}一并告知", day(wall.date(), year), wall.hour(), wall.minute()));
        }
        if record.event.name().starts_with("joint-") {
            words.extend(casework::narrate(record, rules, &after.procedure).map(|said| said.zh));
        }
        words.extend(of_event(record, procedure, rules, after, year, by_itself));
    }
    if before.step != after.step {
        let step = procedure.step.iter().find(|step| *step.code.get_ref() == after.step);
        // A change of step comes first: it is what people look for.
        words.insert(0, step.map_or_else(|| after.step.clone(), |step| step.name.clone()));
    }
    match (light(before, before.last_at.day()), light(after, after.last_at.day())) {
        (was, Light::Red) if was != Light::Red => words.push("督办红灯".into()),
        _ => {}
    }
    if words.is_empty() {
        let said = records.iter().filter_map(|record| casework::narrate(record, rules, &after.procedure)).next();
        return said.map_or_else(|| NOTHING.to_owned(), |said| full_width(&said.zh));
    }
    full_width(&words.join("；"))
}

/// What happened to a part of a bundle; a part is called by its place on the page once it is a case.
fn of_part(event: &Event, after: &Case, rules: &Rulebook, numbers: &[CaseNo]) -> Option<String> {
    let name = |item: &str| format!("“{}”", rules.items.get(item).map_or(item, |item| item.name.as_str()));
    Some(match event {
        Event::ComponentOpened { item, case } => {
            let place = numbers.iter().position(|no| no == case).map_or(0, |place| place + 1);
            format!("{}开始办理，为第{place}件", name(item))
        }
        Event::ComponentSettled { item, came_to, .. } => {
            let bundle = after.bundle.as_ref().filter(|_| !came_to.opens_the_way());
            let parts = bundle.into_iter().flat_map(|bundle| bundle.components.iter().map(move |part| (bundle, part)));
            let blocked = parts.filter(|(bundle, part)| bundle.blocked_by(part).is_some_and(|by| by.item == *item));
            let blocked: Vec<String> = blocked.map(|(_, part)| format!("，{}暂不能开始", name(&part.item))).collect();
            format!("{}{}{}", name(item), came_to.name().zh, blocked.concat())
        }
        Event::ComponentLeft { item, .. } => format!("不再办理{}", name(item)),
        Event::ComponentTakenUp { item, .. } => format!("重新办理{}", name(item)),
        _ => return None,
    })
}

fn of_event(
    record: &Record,
    procedure: &Procedure,
    rules: &Rulebook,
    after: &Case,
    year: i16,
    by_itself: bool,
) -> Option<String> {
    let clock = |code: &str| casework::clock::name(rules, procedure.code.get_ref(), code).zh;
    let until = |told: &casework::event::Told| {
        let provisional = if told.provisional { "（暂定）" } else { "" };
        format!("{}{provisional}", day(told.due, year))
    };
    let is_permit = rules.items.get(&after.item).is_some_and(|item| item.item_type == ItemType::Permit);
    Some(match &record.event {
        Event::ClockStarted { clock: code, told, .. } => format!("{}至{}", clock(code), until(told)),
        Event::ClockPaused { clock: code } => format!("{}暂停", clock(code)),
        Event::ClockResumed { clock: code, told } => format!("{}继续，至{}", clock(code), until(told)),
        Event::ClockExtended { clock: code, told, .. } => format!("{}延至{}", clock(code), until(told)),
        Event::ClockMoved { clock: code, told } => format!("{}改为{}", clock(code), until(told)),
        Event::ClockExpired { clock: code } => format!("{}届满", clock(code)),
        Event::ClockHeld { clock: code } => format!("{}暂定届满，待节假日公布", clock(code)),
        Event::Accepted { deemed: true, .. } => format!("视为受理，自{}起", day(record.effective, year)),
        Event::Accepted { deferred, .. } if !deferred.is_empty() => format!("待补交{}份", deferred.len()),
        Event::CorrectionSupplied { left, .. } if !left.is_empty() => format!("尚缺{}项", left.len()),
        Event::Signed { by } => format!("{}签署的内容入卷", casework::signature::role_of(rules, &by.part).zh),
        Event::HearingWaived if by_itself => "视为放弃听证".into(),
        Event::Escalated { to, .. } => {
            let class = procedure.class.iter().find(|class| class.code == *to);
            format!("升级为“{}”", class.map_or(to.as_str(), |class| class.name.as_str()))
        }
        Event::Submitted { earlier: Some(earlier), .. } => {
            let until = earlier.valid_until.map(|until| format!("，原许可至{}", day(until, 0))).unwrap_or_default();
            let renewal = rules.items.get(&after.item).and_then(|item| item.continues.as_ref());
            let late = renewal.is_some_and(|continues| continues.how == rulebook::item::Handling::Renewal) && !earlier.in_time;
            format!("承接{}{until}{}", earlier.case, if late { "，已过申请延续的期间，到期不视为准予" } else { "" })
        }
        Event::DeemedRenewed { valid_until, .. } => {
            let until = valid_until.map(|until| format!("，有效期至{}", day(until, 0))).unwrap_or_default();
            format!("视为准予延续{until}；决定公开")
        }
        Event::Succeeded { by } => format!("由{by}承接"),
        Event::Granted { valid_until: Some(until), .. } if is_permit => format!("有效期至{}；决定公开", day(*until, 0)),
        // Only permits are open to everybody (行政许可法 art. 40).
        Event::Granted { .. } if is_permit => "决定公开".into(),
        Event::AwardPublished { until } => format!("公示至{}，资金预留", day(*until, year)),
        Event::ResultMade { firm: Some(code), .. } => format!("证照归新设立的企业{code}"),
        Event::Reopened => "重新办理".into(),
        Event::ExaminedAtOnce { met: true, .. } => "公布的规则全部符合，系统办结".into(),
        Event::ExaminedAtOnce { met: false, .. } => "规则没有全部符合，交给工作人员办".into(),
        Event::PointChecked { point, met, .. } => format!("第{}条{}", point + 1, if *met { "符合" } else { "不符合" }),
        Event::Noted { .. } => "已记入备注".into(),
        Event::Assigned { to, .. } | Event::HandedOver { to, .. } => format!("由{}承办", people::name_of(to)),
        Event::Claimed { by } => format!("由{}承办", people::name_of(by)),
        Event::LetterMade { kind, .. } => format!("出具{}", kind.name_for(rules, &after.item).zh),
        Event::Transferred { agency, .. } => {
            format!("由{}办理", rules.agencies.get(agency).map_or(agency.as_str(), |agency| agency.name.as_str()))
        }
        Event::RootCauseFound { item: Some(item), .. } => {
            format!("“{}”上留下待改正项", rules.items.get(item).map_or(item.as_str(), |item| item.name.as_str()))
        }
        Event::OpinionAsked { agency, .. } => {
            let number =
                after.opinions.iter().rev().find(|opinion| opinion.agency == *agency).map_or(0, |opinion| opinion.number);
            format!("第{number}号征求意见")
        }
        _ => return None,
    })
}

/// 「3月9日」, with the year in front where it is not the one of the page.
pub fn day(day: Date, year: i16) -> String {
    let of_year = if day.year() == year { String::new() } else { format!("{}年", day.year()) };
    format!("{of_year}{}月{}日", day.month(), day.day())
}

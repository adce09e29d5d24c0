//! The money of a claim in short: how much, how it was found, where it is, until when it is on notice. The same for the firm and the officer.

use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use casework::award::Award;
use casework::{Case, Event, Record};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::programme::yuan;
use rulebook::{Lang, Rulebook};
use std::collections::BTreeMap;

/// 分 as 元, with its unit and a mark at every thousand.
pub fn money(fen: i64, lang: Lang) -> String {
    let plain = yuan(fen);
    let (whole, rest) =
        plain.split_once('.').map_or((plain.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out}{rest}{}", lang.say(" 元", " yuan"))
}

/// The last four signs of an account number; the whole is seen on the case and in the payment file only.
pub fn masked(number: &str) -> String {
    let last: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
    format!("****{last}")
}

/// Where the money is, in two words.
pub fn stand(case: &Case, award: &Award, today: Date, lang: Lang) -> Markup {
    let (said, tone) = if award.repaid {
        (lang.say("已退回", "paid back"), Tone::Rest)
    } else if award.demanded {
        (lang.say("责令退回", "demanded back"), Tone::Warn)
    } else if award.paid {
        (lang.say("已拨付", "paid"), Tone::Good)
    } else if !case.is_open() || matches!(case.decision, Some(casework::case::Decision::Refused { .. })) {
        (lang.say("不再兑现", "not to be paid"), Tone::Rest)
    } else if award.granted && !award.account {
        (lang.say("已决定，待确认账户", "granted, account to be named"), Tone::Warn)
    } else if award.granted {
        (lang.say("已决定，待拨付", "granted, to be paid"), Tone::Info)
    } else if award.until.is_some_and(|until| today <= until) {
        (lang.say("公示中，资金已预留", "on notice, money set aside"), Tone::Info)
    } else if award.until.is_some() {
        (lang.say("公示期满，待决定", "notice over, to be decided"), Tone::Info)
    } else {
        (lang.say("拟兑现，待公示", "proposed"), Tone::Info)
    };
    tag(said, tone, lang)
}

/// The card; nothing where no amount was proposed yet.
pub fn card(case: &Case, records: &[Record], kept: &BTreeMap<u32, String>, rules: &Rulebook, today: Date, lang: Lang) -> Markup {
    let Some(award) = &case.award else { return Markup::default() };
    let programme = rules.programmes.get(&award.programme);
    let name = programme.map_or(award.programme.as_str(), |own| lang.say(&own.name, &own.label));
    let follow = records.iter().rev().find_map(|record| match record.event {
        Event::Paid { follow, .. } => follow,
        _ => None,
    });
    let asks = programme.and_then(|own| own.follow.as_ref()).map(|follow| follow.asks.as_str());
    let open = award.unanswered().count();
    let mut rows = vec![
        SummaryRow::new(
            lang.say("金额", "Amount"),
            html! { strong { (money(award.fen, lang)) } " " (stand(case, award, today, lang)) },
        ),
        SummaryRow::new(lang.say("兑现事项", "Programme"), words(name, lang)),
        SummaryRow::new(
            lang.say("怎么算的", "How it was found"),
            words(kept.get(&award.trace.0).map_or(lang.say("（已依规定删除）", "(erased by rule)"), String::as_str), lang),
        ),
    ];
    if let Some(until) = award.until {
        rows.push(SummaryRow::new(lang.say("公示至", "On notice until"), date::day(until, lang)));
    }
    if !award.objections.is_empty() {
        let all = award.objections.len();
        rows.push(SummaryRow::new(
            lang.say("异议", "Objections"),
            html! { (all) @if open > 0 { " " (tag(&format!("{open}{}", lang.say(" 条没有答复", " without an answer")), Tone::Warn, lang)) } },
        ));
    }
    if award.demanded {
        let due = case.clock("repayment").filter(|clock| clock.is_running()).map(|clock| clock.due);
        rows.push(SummaryRow::new(lang.say("已退回", "Came back"), html! { (money(award.back, lang)) }));
        rows.push(SummaryRow::new(
            lang.say("还应退回", "Still owed"),
            html! { strong { (money(award.owed(), lang)) } @if let Some(due) = due { (lang.say("，请于 ", ", due by ")) (date::day(due, lang)) (lang.say(" 前退回", "")) } },
        ));
    }
    if let Some(day) = follow.filter(|_| award.paid && !award.demanded) {
        rows.push(SummaryRow::new(
            lang.say("跟踪核对", "Looked at again"),
            html! { (date::day(day, lang)) @if let Some(asks) = asks { (lang.say("：", ": ")) (words(asks, lang)) } },
        ));
    }
    html! { section .card.stack-s { h2 { (lang.say("兑现资金", "The money")) } (summary_list(&rows, lang)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_marked_at_every_thousand() {
        let check = |fen: i64, said: &str| assert_eq!(money(fen, Lang::Zh), said);
        check(5_400_000, "54,000 元");
        check(50, "0.50 元");
        check(-100_000_050, "-1,000,000.50 元");
        check(99_900, "999 元");
    }
}

//! A permit in short: from when until when, whether it still stands, from which it goes on and under which it goes on itself.

use crate::pieces::date;
use casework::{Case, CaseNo, Permit};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::item::Handling;
use rulebook::{Lang, Rulebook};

/// The permit that a case led to, and the one that it goes on from; nothing where there is neither. `cases` is the path under
/// which the reader finds cases.
pub fn card(case: &Case, rules: &Rulebook, today: Date, cases: &str, lang: Lang) -> Markup {
    let permit = Permit::of(case).filter(|_| is_permit(case, rules));
    let link = |no: &CaseNo| html! { a href=(format!("{cases}/{no}")) { span .num { (no) } } };
    html! {
        @if permit.is_some() || case.earlier.is_some() {
            section .card {
                h2 { (lang.say("许可", "The permit")) }
                @if let Some(permit) = &permit {
                    p { (lang.say("有效期：", "Valid: ")) (date::day(permit.valid_from, lang))
                        @match permit.valid_until {
                            Some(until) => { (lang.say("至", " to ")) (date::day(until, lang)) }
                            None => (lang.say("起，长期有效", " on, without end"))
                        } }
                    p { (lang.say("现状：", "Now: ")) strong { (standing(permit, today, lang)) }
                        @if let Some(by) = &permit.successor { " " (link(by)) } }
                }
                @if let Some(earlier) = &case.earlier {
                    p { (lang.say("承接原许可：", "Goes on from: ")) (link(&earlier.case))
                        @if let Some(until) = earlier.valid_until { (lang.say("，有效期至", ", valid to ")) (date::day(until, lang)) } }
                    @if is_renewal(case, rules) && permit.is_none() && case.is_open() {
                        p .small { (if earlier.in_time {
                            lang.say("按时申请延续：到期前没有作出决定的，视为准予延续。", "Asked for in time: if nothing is decided before that day, it counts as renewed.")
                        } else {
                            lang.say("晚于申请延续的期间：到期没有决定，不视为准予延续。", "Asked for after its time: silence does not renew it.")
                        }) }
                    }
                }
            }
        }
    }
}

/// Only what grants something to hold has a time: a deregistration grants nothing.
fn is_permit(case: &Case, rules: &Rulebook) -> bool {
    let item = rules.items.get(&case.item);
    item.is_some_and(|item| {
        item.item_type == rulebook::item::ItemType::Permit
            && item.continues.as_ref().is_none_or(|continues| continues.how != Handling::Deregistration)
    })
}

fn is_renewal(case: &Case, rules: &Rulebook) -> bool {
    let continues = rules.items.get(&case.item).and_then(|item| item.continues.as_ref());
    continues.is_some_and(|continues| continues.how == Handling::Renewal)
}

fn standing(permit: &Permit, today: Date, lang: Lang) -> String {
    if let Some(ending) = permit.ending {
        let title = ending.title();
        return match lang {
            Lang::Zh => format!("已{}", title.zh),
            Lang::En => title.en,
        };
    }
    let word = if permit.successor.is_some() {
        lang.say("由后续办件承接", "goes on under")
    } else if permit.has_run_out(today) {
        lang.say("已到期", "ended")
    } else {
        lang.say("有效", "in force")
    };
    word.to_owned()
}

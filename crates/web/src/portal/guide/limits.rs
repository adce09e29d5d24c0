//! The limits of an item: what holds now, what will hold, what held before. Serves measure 9.

use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::wording::{basis, length, short, start};
use crate::portal::{Desk, offer};
use maud::{Markup, html};
use rulebook::item::{Item, Limit, LimitKind};

pub fn section(desk: &Desk, item: &Item) -> Option<Markup> {
    if item.limit.is_empty() {
        return None;
    }
    let lang = desk.lang;
    let now: Vec<&Limit> =
        [offer::promised(item, desk.today), offer::statutory(item, desk.today)].into_iter().flatten().collect();
    let mut others: Vec<&Limit> =
        item.limit.iter().filter(|limit| !now.iter().any(|known| std::ptr::eq(*known, *limit))).collect();
    others.sort_by_key(|limit| std::cmp::Reverse(limit.from));
    Some(html! {
        (list(desk, lang.say("现在的时限", "Limits now"), &now))
        @if now.iter().any(|limit| limit.not_counted.is_empty()) && item.item_type == rulebook::item::ItemType::Permit {
            p .small.muted { (lang.say("听证、检验、检测、鉴定、专家评审等依法不计入时限的时间，会书面告知（行政许可法第四十五条）。", "Hearings, tests, appraisals and expert reviews that the law does not count are told in writing (Administrative Licensing Law art. 45).")) }
        }
        @if !others.is_empty() { (list(desk, lang.say("以前的和将来的时限", "Earlier and future limits"), &others)) }
    })
}

fn list(desk: &Desk, caption: &str, limits: &[&Limit]) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("时限", "Limit")),
        Column::new(lang.say("长度", "Length")),
        Column::new(lang.say("从哪天算", "Runs")),
        Column::new(lang.say("生效日期", "In force from")),
        Column::new(lang.say("依据", "Ground")),
    ];
    let rows = limits.iter().map(|limit| row(desk, limit)).collect();
    table(&Table { caption, show_caption: true, columns: &columns, rows, ..Table::default() }, lang)
}

fn row(desk: &Desk, limit: &Limit) -> Row {
    let lang = desk.lang;
    let unit = match limit.term().map(|term| term.unit) {
        Some(rulebook::Unit::Days) => lang.say("日", "days"),
        Some(rulebook::Unit::Months) => lang.say("个月", "months"),
        _ => lang.say("个工作日", "working days"),
    };
    Row::new(vec![
        html! {
            @match limit.kind {
                LimitKind::Promised => span .nowrap { (lang.say("承诺时限", "Promised")) },
                LimitKind::Statutory => span .nowrap { (lang.say("法定时限", "Statutory")) },
            }
        },
        html! {
            strong .nowrap { (length(limit, lang)) }
            @if limit.extension > 0 {
                span .sub { (lang.say("特殊情况可延长 ", "may be extended by ")) (limit.extension) " " (unit) (lang.say("，会告知理由", "; you are told why")) }
            }
        },
        html! {
            (start(limit, lang))
            @if !limit.not_counted.is_empty() { span .sub { (lang.say("不计入：", "not counted: ")) (words(&limit.not_counted, lang)) } }
        },
        html! { (short(limit.from, lang)) @if limit.from > desk.today { " " (tag(lang.say("尚未生效", "not yet"), Tone::Warn, lang)) } },
        basis(&limit.basis, lang),
    ])
}

//! Who may apply and on which conditions, how it goes, what it costs, what one gets, and what others asked.

use crate::pieces::stepper::{Step, stepper};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::words;
use crate::portal::Desk;
use crate::portal::wording::basis;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::item::Item;

pub fn who(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    if item.objects.is_empty() && item.condition.is_empty() {
        return None;
    }
    Some(html! {
        @if !item.objects.is_empty() {
            p { (lang.say("面向：", "For: ")) (words(&item.objects.join("、"), lang)) }
        }
        @if !item.condition.is_empty() {
            p { (lang.say("同时符合以下条件的，应当准予：", "Granted to whoever meets all of these:")) }
            ol {
                @for condition in &item.condition {
                    li {
                        div .prose { (words(&condition.text, lang)) }
                        @if let Some(ground) = &condition.basis { p .small.muted { (basis(ground, lang)) } }
                    }
                }
            }
        }
        @if let Some(most) = item.quantity_limit {
            p { (lang.say("数量有限，共 ", "Limited in number: ")) (most) (lang.say(" 个，按受理先后决定（行政许可法第五十七条）。", ", in the order of acceptance (Administrative Licensing Law art. 57).")) }
        }
    })
}

pub fn steps(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    let steps: Vec<Step<'_>> = item.steps.iter().map(|name| Step { name, ..Step::default() }).collect();
    let mut rows = Vec::new();
    if !item.channels.is_empty() {
        let said = lang.say("，任您选，条件和材料一样", "; your choice, on the same terms");
        rows.push(SummaryRow::new(lang.say("办理方式", "Ways"), html! { (words(&item.channels.join("、"), lang)) (said) }));
    }
    if !item.online_depth.is_empty() {
        let said = if item.online_depth == "Ⅳ" {
            lang.say("全程网办", "wholly online")
        } else {
            lang.say("部分网办", "partly online")
        };
        rows.push(SummaryRow::new(lang.say("网办深度", "Online"), html! { (said) " (" (item.online_depth) ")" }));
    }
    rows.push(SummaryRow::new(
        lang.say("跑几次", "Trips"),
        html! {
            (visits(item, lang))
            @if !item.visit_reason.is_empty() { p .small.muted { (lang.say("必须到场的原因：", "Why you must come: ")) (words(&item.visit_reason, lang)) } }
        },
    ));
    Some(html! {
        @if !steps.is_empty() { (stepper(lang.say("办理环节", "Steps"), &steps, lang)) }
        (summary_list(&rows, lang))
    })
}

/// Trips to the office that a person has to make.
pub fn visits(item: &Item, lang: Lang) -> String {
    match (item.visits, lang) {
        (0, _) => lang.say("一次也不用跑", "none").to_owned(),
        (n, Lang::Zh) => format!("{n} 次"),
        (n, Lang::En) => n.to_string(),
    }
}

pub fn fee(desk: &Desk, item: &Item) -> Markup {
    let lang = desk.lang;
    let fee = &item.fee;
    html! {
        @if fee.charged {
            p { (lang.say("收费。", "There is a fee. ")) (words(&fee.standard, lang)) }
            @if let Some(ground) = &fee.basis { p .small.muted { (basis(ground, lang)) } }
            @if fee.pay_online { p { (lang.say("可以网上缴费。", "It can be paid online.")) } }
        } @else {
            p { (lang.say("不收费。", "Free of charge.")) }
        }
    }
}

pub fn result(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    let result = item.result.as_ref()?;
    let mut rows = vec![
        SummaryRow::new(lang.say("结果", "Result"), words(&result.name, lang)),
        SummaryRow::new(lang.say("形式", "Kind"), words(&result.kind, lang)),
        SummaryRow::new(lang.say("有效期", "Valid for"), html! { (validity(result.validity_months, lang)) }),
    ];
    if let (Some(from), Some(until)) = (result.renew_from_days, result.renew_until_days) {
        let text = match lang {
            Lang::Zh => format!("到期前 {from} 天至 {until} 天之间申请延续"),
            Lang::En => format!("between {from} and {until} days before it ends"),
        };
        rows.push(SummaryRow::new(lang.say("什么时候延续", "When to renew"), html! { (text) }));
    }
    if !result.sample.is_empty() {
        rows.push(SummaryRow::new(lang.say("样本", "Specimen"), words(&result.sample, lang)));
    }
    Some(summary_list(&rows, lang))
}

/// Whole years where they are whole; none means that it does not run out.
fn validity(months: Option<u32>, lang: Lang) -> String {
    match (months, lang) {
        (None, _) => lang.say("没有期限", "no end").to_owned(),
        (Some(months), Lang::Zh) if months % 12 == 0 => format!("{} 年", months / 12),
        (Some(12), Lang::En) => "1 year".to_owned(),
        (Some(months), Lang::En) if months % 12 == 0 => format!("{} years", months / 12),
        (Some(months), Lang::Zh) => format!("{months} 个月"),
        (Some(months), Lang::En) => format!("{months} months"),
    }
}

pub fn questions(desk: &Desk, item: &Item) -> Option<Markup> {
    let lang = desk.lang;
    (!item.faq.is_empty()).then(|| {
        html! {
            @for faq in &item.faq {
                div .stack-s.prose { h3 { (words(&faq.question, lang)) } p { (words(&faq.answer, lang)) } }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validity_reads_in_years_where_it_can() {
        fn check(months: Option<u32>, zh: &str, en: &str) {
            assert_eq!((validity(months, Lang::Zh).as_str(), validity(months, Lang::En).as_str()), (zh, en));
        }
        check(None, "没有期限", "no end");
        check(Some(60), "5 年", "5 years");
        check(Some(12), "1 年", "1 year");
        check(Some(18), "18 个月", "18 months");
    }
}

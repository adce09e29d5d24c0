//! A licence in the register: where it stands, and what everybody may read of it. Never whom it concerns.

use super::notice::{Notice, notice};
use super::summary_list::{SummaryRow, summary_list};
use super::{Tone, date, words};
use casework::LetterKind;
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::{Lang, Rulebook, Text};
use store::letters::KeptLetter;
use store::licences::{Licence, LicenceState};
use store::{Store, StoreError};

/// Whether what an item leads to is a licence (出证), and not an approval, a notice or a voucher.
pub fn is_licence(item: &str, rules: &Rulebook) -> bool {
    let result = rules.items.get(item).and_then(|item| item.result.as_ref());
    result.is_none_or(|result| result.is_licence())
}

/// The licence that a letter is, if it is one.
pub async fn of_letter(store: &Store, letter: &KeptLetter, rules: &Rulebook) -> Result<Option<Licence>, StoreError> {
    if letter.kind != LetterKind::Certificate {
        return Ok(None);
    }
    Ok(store.licence_of_case(&letter.no).await?.filter(|licence| is_licence(&licence.item, rules)))
}

/// Where it stands, in the words of the law.
pub fn state(licence: &Licence, today: Date) -> (Tone, Text) {
    let state = licence.state(today);
    let tone = match state {
        LicenceState::InForce => Tone::Good,
        LicenceState::NotYet | LicenceState::Succeeded => Tone::Warn,
        LicenceState::Expired | LicenceState::Ended(_) => Tone::Bad,
    };
    (tone, state.name())
}

/// The answer to whoever asks whether it may be relied upon.
pub fn state_notice(licence: &Licence, today: Date, lang: Lang) -> Markup {
    let (tone, word) = state(licence, today);
    let title = format!("{}{}", lang.say("证照现状：", "The licence now: "), word.get(lang));
    let shown = Notice::new(tone, &title).body(html! {
        @if let Some((_, on)) = licence.ended {
            p { (lang.say("自", "Since ")) (date::day(on, lang)) (lang.say("起，依据终止它的决定，不得再使用。", ", by the decision that ended it: it must not be used.")) }
        }
        p .small { (lang.say("这是现在查询登记得到的结果，不是文件上写的。", "This is what the register says now, not what stands in the file.")) }
    });
    notice(&shown, lang)
}

pub fn facts(licence: &Licence, rules: &Rulebook, lang: Lang) -> Markup {
    let agency = crate::workbench::wording::agency_name(rules, &licence.agency, lang);
    let mut rows = vec![
        SummaryRow::new(lang.say("证照名称", "Licence"), words(&licence.name, lang)),
        SummaryRow::new(lang.say("证照编号", "Licence number"), html! { span .num { (licence.number) } }),
    ];
    if !licence.identifier.is_empty() {
        rows.push(SummaryRow::new(lang.say("电子证照标识", "Identifier"), identifier(licence)));
    }
    rows.extend([
        SummaryRow::new(lang.say("颁发机关", "Issued by"), words(agency, lang)),
        SummaryRow::new(lang.say("颁发日期", "Issued on"), date::day(licence.made_on, lang)),
        SummaryRow::new(lang.say("有效期", "Valid"), validity(licence, lang)),
    ]);
    summary_list(&rows, lang)
}

/// 电子证照标识 (GB/T 36904), which may break between its parts.
pub fn identifier(licence: &Licence) -> Markup {
    html! { span .num { @for (at, part) in licence.identifier.split('.').enumerate() { @if at > 0 { "." wbr; } (part) } } }
}

pub fn validity(licence: &Licence, lang: Lang) -> Markup {
    html! {
        (date::day(licence.valid_from, lang)) (lang.say("至", " to "))
        @match licence.valid_until { Some(until) => (date::day(until, lang)), None => (lang.say("长期", "no end")) }
    }
}

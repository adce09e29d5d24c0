//! Days and moments as people read them, always inside `<time>` so that machines can too.

use jiff::civil::{Date, DateTime, Weekday};
use maud::{Markup, html};
use rulebook::Lang;

/// A legal day with its weekday: 2026年3月2日 周一, Mon 2 Mar 2026.
pub fn day(date: Date, lang: Lang) -> Markup {
    html! { time datetime=(date) { (day_text(date, lang)) } }
}

/// The same without markup, for letters, titles and attributes.
pub fn day_text(date: Date, lang: Lang) -> String {
    let weekday = weekday(date, lang);
    match lang {
        Lang::Zh => format!("{}年{}月{}日 {weekday}", date.year(), date.month(), date.day()),
        Lang::En => format!("{weekday} {} {} {}", date.day(), month(date), date.year()),
    }
}

/// A day without year and weekday, for tables whose context gives them: 3月2日, 2 Mar.
pub fn short_day(date: Date, lang: Lang) -> Markup {
    html! { time datetime=(date) { (short_day_text(date, lang)) } }
}

pub fn short_day_text(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}月{}日", date.month(), date.day()),
        Lang::En => format!("{} {}", date.day(), month(date)),
    }
}

/// A month with its year: 2026年6月, Jun 2026.
pub fn month_text(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月", date.year(), date.month()),
        Lang::En => format!("{} {}", month(date), date.year()),
    }
}

/// An instant on the office's clock: 2026年3月2日 10:05.
pub fn moment(at: DateTime, lang: Lang) -> Markup {
    html! { time datetime=(format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())) { (moment_text(at, lang)) } }
}

pub fn moment_text(at: DateTime, lang: Lang) -> String {
    let (date, clock) = (at.date(), format!("{:02}:{:02}", at.hour(), at.minute()));
    match lang {
        Lang::Zh => format!("{}年{}月{}日 {clock}", date.year(), date.month(), date.day()),
        Lang::En => format!("{} {} {} {clock}", date.day(), month(date), date.year()),
    }
}

pub fn weekday(date: Date, lang: Lang) -> &'static str {
    match date.weekday() {
        Weekday::Monday => lang.say("周一", "Mon"),
        Weekday::Tuesday => lang.say("周二", "Tue"),
        Weekday::Wednesday => lang.say("周三", "Wed"),
        Weekday::Thursday => lang.say("周四", "Thu"),
        Weekday::Friday => lang.say("周五", "Fri"),
        Weekday::Saturday => lang.say("周六", "Sat"),
        Weekday::Sunday => lang.say("周日", "Sun"),
    }
}

fn month(date: Date) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES.get(usize::from(date.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_read_naturally_in_both_languages() {
        let opening = date(2026, 3, 2);
        assert_eq!(day_text(opening, Lang::Zh), "2026年3月2日 周一");
        assert_eq!(day_text(opening, Lang::En), "Mon 2 Mar 2026");
        assert_eq!(moment_text(opening.at(9, 5, 0, 0), Lang::Zh), "2026年3月2日 09:05");
        assert_eq!(moment_text(date(2025, 12, 31).at(23, 59, 0, 0), Lang::En), "31 Dec 2025 23:59");
        assert_eq!(short_day(opening, Lang::En).into_string(), r#"<time datetime="2026-03-02">2 Mar</time>"#);
    }
}

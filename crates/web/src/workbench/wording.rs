//! How the workbench words what it lists: names of definitions, and what is left of a limit.

use crate::pieces::tag::{Light, light_saying};
use jiff::civil::Date;
use maud::Markup;
use rulebook::{Calendar, Lang, Rulebook};
use store::reader::CaseRow;

use casework::Moment;

/// The English label on an English page, where there is one; otherwise the Chinese name.
pub fn named<'a>(name: &'a str, label: Option<&'a str>, lang: Lang) -> &'a str {
    match lang {
        Lang::Zh => name,
        Lang::En => label.filter(|label| !label.is_empty()).unwrap_or(name),
    }
}

pub fn item_name<'a>(rules: &'a Rulebook, code: &'a str, lang: Lang) -> &'a str {
    rules.items.get(code).map_or(code, |item| named(&item.name, item.label.as_deref(), lang))
}

pub fn agency_name<'a>(rules: &'a Rulebook, code: &'a str, lang: Lang) -> &'a str {
    rules.agencies.get(code).map_or(code, |agency| named(&agency.name, agency.label.as_deref(), lang))
}

pub fn area_name<'a>(rules: &'a Rulebook, code: &'a str, lang: Lang) -> &'a str {
    rules.areas.get(code).map_or(code, |area| named(&area.name, area.label.as_deref(), lang))
}

pub fn step_name<'a>(rules: &'a Rulebook, procedure: &str, step: &'a str, lang: Lang) -> &'a str {
    let found =
        rules.procedures.get(procedure).and_then(|procedure| procedure.step.iter().find(|known| known.code.get_ref() == step));
    found.map_or(step, |step| lang.say(&step.name, &step.label))
}

pub fn material_name<'a>(rules: &'a Rulebook, key: &'a str, lang: Lang) -> &'a str {
    rules.materials.get(key).map_or(key, |material| named(&material.name, material.label.as_deref(), lang))
}

/// What a clerk or a letter names by code: a material by its key, a question of the form by the code of its element.
pub fn about_name<'a>(rules: &'a Rulebook, about: &'a str, lang: Lang) -> &'a str {
    let field = rules.fields.get(about).or_else(|| rules.fields.values().find(|field| field.code == about));
    field.map_or_else(|| material_name(rules, about, lang), |field| named(field.name.get_ref(), field.label.as_deref(), lang))
}

/// What is left until a due day, in working days, as people say it.
pub fn left(calendar: &Calendar, today: Date, due: Date, lang: Lang) -> String {
    if due < today {
        let late = calendar.working_days_after(due, today).max(1);
        return match lang {
            Lang::Zh => format!("超 {late} 个工作日"),
            Lang::En => format!("{late} working {} late", if late == 1 { "day" } else { "days" }),
        };
    }
    match calendar.working_days_after(today, due) {
        0 => lang.say("今天到期", "due today").to_owned(),
        days => match lang {
            Lang::Zh => format!("剩 {days} 个工作日"),
            Lang::En => format!("{days} working {} left", if days == 1 { "day" } else { "days" }),
        },
    }
}

/// The light of a row as the eye tells it apart.
pub fn light_of(row: &CaseRow, now: Moment) -> Light {
    use store::reader::Light as Kept;
    match row.light(now) {
        None => Light::Done,
        Some(Kept::Red) => Light::Overdue,
        Some(Kept::Yellow) => Light::Soon,
        Some(Kept::Green) => Light::Normal,
        Some(Kept::Still) => Light::Paused,
    }
}

/// Light and words of a row: what is left, or for whom it waits while no clock of the office runs.
pub fn due(row: &CaseRow, calendar: &Calendar, now: Moment, lang: Lang) -> Markup {
    let light = light_of(row, now);
    let words = match row.due_on {
        // Another limit was missed; this one is still ahead, and a red light beside "two days left" would puzzle.
        Some(due) if light == Light::Overdue && due >= now.day() => {
            format!("{}{}", lang.say("已超期；下一期限", "overdue; next limit "), left(calendar, now.day(), due, lang))
        }
        Some(due) => left(calendar, now.day(), due, lang),
        None => waits(&row.waits_for, lang).to_owned(),
    };
    light_saying(light, if light == Light::Done { light.text(lang) } else { &words }, lang)
}

/// For whom a case waits.
pub fn waits(word: &str, lang: Lang) -> &'static str {
    match word {
        "applicant" => lang.say("等申请人", "waits for the applicant"),
        "others" => lang.say("等其他部门", "waits for others"),
        "nobody" => lang.say("已结束", "ended"),
        _ => lang.say("等本机关", "waits for the office"),
    }
}

pub fn channel(word: &str, lang: Lang) -> &'static str {
    match word {
        "online" => lang.say("网上", "online"),
        "counter" => lang.say("窗口", "counter"),
        "post" => lang.say("邮寄", "post"),
        "unasked" => lang.say("免申", "unasked"),
        "station" => lang.say("服务站", "station"),
        _ => lang.say("接口", "API"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_left_is_said_in_working_days() {
        let calendar = Calendar::default();
        fn check(calendar: &Calendar, today: Date, due: Date, zh: &str) {
            assert_eq!(left(calendar, today, due, Lang::Zh), zh);
        }
        // 2 March 2026 is a Monday.
        check(&calendar, date(2026, 3, 2), date(2026, 3, 9), "剩 5 个工作日");
        check(&calendar, date(2026, 3, 2), date(2026, 3, 2), "今天到期");
        check(&calendar, date(2026, 3, 7), date(2026, 3, 8), "今天到期");
        check(&calendar, date(2026, 3, 10), date(2026, 3, 9), "超 1 个工作日");
        check(&calendar, date(2026, 3, 8), date(2026, 3, 6), "超 1 个工作日");
        assert_eq!(left(&calendar, date(2026, 3, 2), date(2026, 3, 3), Lang::En), "1 working day left");
    }
}

//! Conditions put together by picking: an element of the dictionary, how it is compared, and with what. What stands is kept by a tick, what the
//! text suggests is added by one, and only who wants to writes the language itself. Works without scripts: each step is a form. Serves measure 14.

use crate::pieces::field::{Choice, Control, Field, field};
use crate::visitor::Posted;
use maud::{Markup, html};
use policies::suggest::Suggestion;
use rulebook::expression::tree::Node;
use rulebook::expression::{Element, Expression, Kind};
use rulebook::{Lang, Rulebook, Text};

/// Lines in which new comparisons are picked.
const NEW: usize = 3;

/// How an element may be compared: the word that is posted, and what people read.
const WAYS: [(&str, &str, &str); 13] = [
    ("=", "是", "is"),
    ("!=", "不是", "is not"),
    (">=", "至少", "at least"),
    (">", "超过", "more than"),
    ("<=", "至多", "at most"),
    ("<", "不到", "less than"),
    ("in", "是其中之一", "is one of"),
    ("not in", "不是其中任何一个", "is none of"),
    ("contains", "含有", "contains"),
    ("begins", "开头是", "begins with"),
    ("years>=", "满（年）", "years at least"),
    ("years<=", "不超过（年）", "years at most"),
    ("known", "有数据", "is known"),
];

/// A line that is being picked.
#[derive(Debug, Clone, Default)]
pub struct Line {
    element: String,
    way: String,
    value: String,
    fault: Option<Text>,
}

/// One condition being put together; `part` names its fields.
#[derive(Debug, Clone)]
pub struct Built {
    pub part: &'static str,
    /// The condition as it stands after the last step; empty where there is none.
    pub text: String,
    lines: Vec<Line>,
}

impl Built {
    pub fn of(part: &'static str, text: &str) -> Built {
        let text = if text == "true" { String::new() } else { text.to_owned() };
        Built { part, text, lines: vec![Line::default(); NEW] }
    }

    /// What was ticked, picked and written. A line that cannot be read stays a line, with why.
    pub fn read(part: &'static str, posted: &Posted, rules: &Rulebook) -> Built {
        let name = |what: &str| format!("{part}.{what}");
        let raw = posted.get(&name("raw"));
        let (kept, added) = (name("keep"), name("add"));
        // What could not be read has no parts to be ticked: it stays as it was written.
        let in_parts = raw.is_empty() || Expression::parse(raw, &rules.dictionary).is_ok();
        let mut parts: Vec<String> = match in_parts && raw == posted.get(&name("was")) {
            true => posted.all(&kept).map(str::to_owned).collect(),
            // Who wrote the language meant what was written.
            false => (!raw.is_empty()).then(|| alone(raw, rules)).into_iter().collect(),
        };
        parts.extend(posted.all(&added).map(|one| alone(one, rules)));
        let (mut new, mut lines) = (Vec::new(), Vec::new());
        for n in 0..NEW {
            let of = |what: &str| posted.get(&name(&format!("{n}.{what}"))).to_owned();
            let mut line = Line { element: of("element"), way: of("way"), value: of("value"), fault: None };
            let Some(element) = rules.dictionary.get(&line.element) else { continue };
            match compared(element, &line.way, &line.value).and_then(|text| checked(text, rules)) {
                Ok(text) => new.push(text),
                Err(fault) => {
                    line.fault = Some(fault);
                    lines.push(line);
                }
            }
        }
        lines.resize(NEW, Line::default());
        match posted.get(&name("any")) == "any" && new.len() > 1 {
            true => parts.push(format!("({})", new.join(" or "))),
            false => parts.extend(new),
        }
        let mut once: Vec<String> = Vec::new();
        parts.into_iter().for_each(|part| {
            if !once.contains(&part) {
                once.push(part);
            }
        });
        Built { part, text: once.join(" and "), lines }
    }

    /// Whether a line still waits for its comparison.
    pub fn unfinished(&self) -> bool {
        self.lines.iter().any(|line| line.fault.is_some())
    }
}

/// A condition that can be joined by `and`.
fn alone(text: &str, rules: &Rulebook) -> String {
    match Expression::parse(text, &rules.dictionary) {
        Ok(read) if matches!(read.root(), Node::Any(_)) => format!("({text})"),
        _ => text.to_owned(),
    }
}

fn checked(text: String, rules: &Rulebook) -> Result<String, Text> {
    match Expression::parse(&text, &rules.dictionary) {
        Ok(_) => Ok(text),
        Err(fault) => Err(fault.message),
    }
}

/// The condition that a line means.
fn compared(element: &Element, way: &str, value: &str) -> Result<String, Text> {
    let name = &element.name;
    let wanted = || Text::new("请填比较的值，再按“更新”", "Fill in what it is compared with, then update");
    if way == "known" {
        return Ok(format!("known({name})"));
    }
    if value.contains('"') {
        return Err(Text::new("不能有引号", "No quotation marks"));
    }
    if value.is_empty() {
        return Err(wanted());
    }
    let quoted = |text: &str| format!("\"{}\"", text.trim());
    let list = || value.split(['、', '，', ',']).filter(|word| !word.trim().is_empty()).map(quoted).collect::<Vec<_>>();
    let relation = if way.is_empty() { "=" } else { way };
    Ok(match &element.kind {
        Kind::Bool => {
            let yes = matches!(value, "true" | "是" | "yes");
            if yes == (relation != "!=") { name.to_string() } else { format!("not {name}") }
        }
        Kind::Number(_) | Kind::Money(_) => {
            let bare = value.trim_end_matches(['元', '%', '人', '家', '项', '年', '个']).trim();
            format!("{name} {relation} {bare}")
        }
        Kind::Date => match relation {
            "years>=" | "years<=" => format!("years_since({name}) {} {}", &relation[5..], value.trim_end_matches('年')),
            _ => format!("{name} {relation} {value}"),
        },
        Kind::Many(_) => format!("{name} contains {}", quoted(value)),
        Kind::Choice(_) | Kind::Text => match (relation, list()) {
            ("begins", _) => format!("{name} in {}", quoted(value)),
            ("contains", _) => format!("{name} contains {}", quoted(value)),
            ("in" | "not in", list) => format!("{name} {relation} [{}]", list.join(", ")),
            (_, list) if list.len() > 1 => format!("{name} in [{}]", list.join(", ")),
            _ => format!("{name} {relation} {}", quoted(value)),
        },
    })
}

/// Large numbers as people write them: 20000000 is 2000万. What stands in quotation marks is left alone.
fn in_ten_thousands(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.push('"');
        }
        match at % 2 {
            0 => out.push_str(&scaled(part)),
            _ => out.push_str(part),
        }
    }
    out
}

fn scaled(part: &str) -> String {
    let (mut out, mut rest) = (String::new(), part);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let length = rest[start..].find(|c: char| !c.is_ascii_digit() && !".-".contains(c)).unwrap_or(rest.len() - start);
        let (before, digits) = (&rest[..start], &rest[start..start + length]);
        out.push_str(before);
        match digits.parse::<u64>() {
            Ok(number) if number >= 100_000_000 && number % 100_000_000 == 0 => {
                out.push_str(&format!("{}亿", number / 100_000_000))
            }
            Ok(number) if number >= 10_000 && number % 10_000 == 0 => out.push_str(&format!("{}万", number / 10_000)),
            _ => out.push_str(digits),
        }
        rest = &rest[start + length..];
    }
    out + rest
}

/// The form of one condition.
pub fn draw(built: &Built, title: &str, rules: &Rulebook, suggested: &[Suggestion], lang: Lang) -> Markup {
    let name = |what: &str| format!("{}.{what}", built.part);
    let parts: Vec<String> = match Expression::parse(&built.text, &rules.dictionary) {
        Ok(read) => read.conjuncts().iter().map(|one| alone(&in_ten_thousands(&one.to_string()), rules)).collect(),
        Err(_) => Vec::new(),
    };
    let canonical = |text: &str| Expression::parse(text, &rules.dictionary).map(|read| read.to_string()).unwrap_or_default();
    let standing: Vec<String> = parts.iter().map(|one| canonical(one)).collect();
    let kept: Vec<Choice<'_>> = parts.iter().map(|one| Choice::new(one, one)).collect();
    let ticked: Vec<&str> = parts.iter().map(String::as_str).collect();
    let new: Vec<&Suggestion> = suggested.iter().filter(|one| !standing.contains(&canonical(&one.condition))).collect();
    let from: Vec<String> = new
        .iter()
        .map(|one| match lang {
            Lang::Zh => format!("原文：“{}”", one.from),
            Lang::En => format!("From the words “{}”", one.from),
        })
        .collect();
    let picks: Vec<Choice<'_>> = new
        .iter()
        .zip(&from)
        .map(|(one, from)| Choice { value: &one.condition, text: &one.condition, hint: Some(from) })
        .collect();
    let any = [
        Choice::new("all", lang.say("都要满足", "all of them")),
        Choice::new("any", lang.say("满足其中一条就行", "any one of them")),
    ];
    html! {
        section .card.stack-s {
            h2 { (title) }
            @if kept.is_empty() && built.text.is_empty() { p .muted { (lang.say("还没有条件：对所有企业。", "None yet: it speaks of every firm.")) } }
            @if !kept.is_empty() {
                (field(&Field::new(&name("keep"), lang.say("现有条件，去掉勾就是删去", "As it stands; untick to take one out"), Control::Checks { values: &ticked, choices: &kept }), lang))
            }
            @if !picks.is_empty() {
                (field(&Field::new(&name("add"), lang.say("从原文读出的建议，勾选才会加入", "Suggested by the text: only what you tick is added"), Control::Checks { values: &[], choices: &picks }), lang))
            }
            @for (n, line) in built.lines.iter().enumerate() { (row(built.part, n, line, rules, lang)) }
            (field(&Field::new(&name("any"), lang.say("新加的几条之间", "The new ones"), Control::Radios { value: "all", choices: &any, across: true }), lang))
            details .more {
                summary { (lang.say("自己写条件", "Write the condition yourself")) }
                input type="hidden" name=(name("was")) value=(built.text);
                (field(&Field::new(&name("raw"), lang.say("条件文本", "Text of the condition"), Control::Area { value: &built.text, rows: 3 }).hint(lang.say("例如：营业收入 >= 500万 and not 经营异常", "For example: 营业收入 >= 500万 and not 经营异常")), lang))
            }
        }
    }
}

fn row(part: &str, n: usize, line: &Line, rules: &Rulebook, lang: Lang) -> Markup {
    let name = |what: &str| format!("{part}.{n}.{what}");
    let numbered = format!("{} {}", lang.say("加一条：数据元", "Add: element"), n + 1);
    let known: Vec<(&str, String)> = rules
        .fields
        .values()
        .filter(|field| {
            field.available_from.iter().any(|from| from == "企业档案")
                || rules.dictionary.get(field.name.get_ref()).is_some_and(|own| own.name.as_ref() == line.element)
        })
        .map(|field| {
            let unit = field.unit.as_deref().map_or_else(String::new, |unit| format!("（{unit}）"));
            (field.name.get_ref().as_str(), format!("{}{unit}", field.name.get_ref()))
        })
        .collect();
    let elements: Vec<Choice<'_>> = known.iter().map(|(name, text)| Choice::new(name, text)).collect();
    let ways: Vec<Choice<'_>> = WAYS.iter().map(|(word, zh, en)| Choice::new(word, lang.say(zh, en))).collect();
    let element = rules.dictionary.get(&line.element);
    let hint = match element.map(|element| &element.kind) {
        Some(Kind::Choice(all) | Kind::Many(all)) => {
            Some(format!("{}{}", lang.say("可以填：", "One or more of: "), all.join("、")))
        }
        Some(Kind::Bool) => Some(lang.say("填 是 或 否", "是 or 否").to_owned()),
        Some(Kind::Money(_)) => Some(lang.say("例如 500万、2亿", "Such as 500万 or 2亿").to_owned()),
        Some(Kind::Date) => Some(lang.say("例如 2026-03-02，或者几年", "Such as 2026-03-02, or years").to_owned()),
        _ => None,
    };
    let fault = line.fault.as_ref().map(|fault| fault.get(lang).to_owned());
    let of_value = name("value");
    let value = Field::text(&of_value, lang.say("和什么比", "With what"), &line.value).error(fault.as_deref());
    let value = Field { hint: hint.as_deref(), ..value };
    html! {
        div .grid.small {
            (field(&Field::new(&name("element"), &numbered, Control::Select { value: &line.element, choices: &elements }), lang))
            (field(&Field::new(&name("way"), lang.say("怎么比", "How"), Control::Select { value: &line.way, choices: &ways }), lang))
            (field(&value, lang))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rulebook {
        let text = "[[field]]\nname = '营业收入'\ncode = 'a'\nkind = 'money'\n\n[[field]]\nname = '经营异常'\ncode = 'b'\nkind = 'yes-no'\n\n\
                    [[field]]\nname = '成立日期'\ncode = 'c'\nkind = 'date'\n\n[[field]]\nname = '注册区域'\ncode = 'd'\nkind = 'choice'\ncodes = 'areas'\n\n\
                    [[code-list]]\ncode = 'areas'\nname = '区域'\nvalue = [{ code = '1', name = '经开区' }, { code = '2', name = '高新区' }]\n";
        rulebook::compile([("f.toml", text)]).0
    }

    #[test]
    fn picked_lines_become_the_language_and_what_is_not_ticked_goes_away() {
        let rules = rules();
        let check = |query: &str, text: &str| {
            let query: Vec<String> =
                query.split('&').map(|pair| pair.split('=').map(crate::encode).collect::<Vec<_>>().join("=")).collect();
            assert_eq!(Built::read("when", &Posted::of_query(&query.join("&")), &rules).text, text, "{query:?}");
        };
        check("when.0.element=营业收入&when.0.way=>&when.0.value=500万元", "营业收入 > 500万");
        check("when.0.element=经营异常&when.0.value=否", "not 经营异常");
        check("when.0.element=成立日期&when.0.way=known", "known(成立日期)");
        check("when.0.element=注册区域&when.0.way=in&when.0.value=经开区、高新区", "注册区域 in [\"经开区\", \"高新区\"]");
        check(
            "when.any=any&when.0.element=经营异常&when.0.value=是&when.1.element=营业收入&when.1.way=<&when.1.value=1亿",
            "(经营异常 or 营业收入 < 1亿)",
        );
        check("when.keep=not 经营异常&when.add=营业收入 > 500万", "not 经营异常 and 营业收入 > 500万");
        // A slip that was saved stays with the next save, and does not become a condition that every firm meets.
        check("when.raw=营业收入 >> 5&when.was=营业收入 >> 5", "营业收入 >> 5");
        check("when.keep=not 经营异常&when.raw=营业收入 > 1亿 or 经营异常&when.was=x", "(营业收入 > 1亿 or 经营异常)");
    }

    #[test]
    fn large_numbers_are_shown_as_people_write_them() {
        let check = |text: &str, shown: &str| assert_eq!(in_ten_thousands(text), shown);
        check("营业收入 >= 20000000 and 研发强度 > 3.5", "营业收入 >= 2000万 and 研发强度 > 3.5");
        check("营业收入 in [100000000 .. 500000000]", "营业收入 in [1亿 .. 5亿]");
        check("登记区划代码 in \"120000\" and 营业收入 > 15000", "登记区划代码 in \"120000\" and 营业收入 > 15000");
        check("成立日期 > date(\"2020-01-01\")", "成立日期 > date(\"2020-01-01\")");
    }

    #[test]
    fn a_line_that_cannot_be_read_stays_with_why() {
        let query = format!("when.0.element={}&when.0.value={}", crate::encode("注册区域"), crate::encode("火星"));
        let built = Built::read("when", &Posted::of_query(&query), &rules());
        assert!(built.text.is_empty() && built.unfinished());
    }
}

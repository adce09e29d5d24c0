//! Comparisons as documents write them: a relation before or behind a figure with its scale.

/// How documents say a comparison: the words, the relation, and whether they stand behind the figure (500 万元以上).
const RELATIONS: [(&str, &str, bool); 24] = [
    ("不低于", ">=", false),
    ("不少于", ">=", false),
    ("不小于", ">=", false),
    ("达到", ">=", false),
    ("达", ">=", false),
    ("大于等于", ">=", false),
    ("满", ">=", false),
    ("不超过", "<=", false),
    ("不高于", "<=", false),
    ("不多于", "<=", false),
    ("不大于", "<=", false),
    ("小于等于", "<=", false),
    ("超过", ">", false),
    ("高于", ">", false),
    ("大于", ">", false),
    ("低于", "<", false),
    ("少于", "<", false),
    ("小于", "<", false),
    ("及以上", ">=", true),
    ("以上", ">=", true),
    ("及以下", "<=", true),
    ("以下", "<=", true),
    ("以内", "<=", true),
    ("不满", "<", false),
];

/// A relation and a figure: 不低于500万元, 500万元以上, 超过 5%. A longer word stands before the shorter within it.
pub(super) fn figure(behind: &str) -> Option<(&'static str, String)> {
    let start = behind.find(|c: char| c.is_ascii_digit())?;
    let rest = &behind[start..];
    let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, unit) = (&rest[..digits], &rest[digits..]);
    let scale = ["万", "亿"].into_iter().find(|scale| unit.starts_with(scale)).unwrap_or("");
    let (ahead, after) = (&behind[..start], &unit[scale.len()..]);
    let fits =
        |(words, _, is_behind): &&(&str, &str, bool)| if *is_behind { after.contains(words) } else { ahead.ends_with(words) };
    let (_, relation, _) = RELATIONS.iter().filter(fits).max_by_key(|(words, ..)| words.len())?;
    Some((relation, format!("{number}{scale}")))
}

/// A span of years: 满3年, 不超过8年, 5年以内.
pub(super) fn years(behind: &str) -> Option<(&'static str, String)> {
    let (relation, number) = figure(behind)?;
    let spans = ["年", "个年", "周年"].iter().any(|unit| behind.contains(&format!("{number}{unit}")));
    spans.then_some((relation, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_are_read_before_and_behind_their_figure() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = figure(text);
            assert_eq!(found.as_ref().map(|(relation, number)| (*relation, number.as_str())), expected, "{text}");
        };
        check("不低于500万元", Some((">=", "500万")));
        check("5%以上", Some((">=", "5")));
        check("不超过2亿元", Some(("<=", "2亿")));
        check("不满3", Some(("<", "3")));
        check("的10%", None);
        assert_eq!(years("不超过8年"), Some(("<=", "8".to_owned())));
        assert_eq!(years("不超过8人"), None);
    }
}

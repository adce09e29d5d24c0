//! Administrative divisions (行政区划, GB/T 2260) as far as identifiers need them: was there ever such a code?

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What is known of a division's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    Current,
    /// Such as 120107, 120108 and 120109 (塘沽, 汉沽, 大港) before 2009. Numbers that carry it stay valid.
    Former,
    /// In no list that is carried here. Lists of former codes have gaps, so this alone refuses nothing.
    Unknown,
}

/// By the first four and the last two digits, as the file has them.
static DIVISIONS: LazyLock<BTreeMap<(&str, &str), Division>> = LazyLock::new(|| {
    let rows = include_str!("divisions.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut divisions = BTreeMap::new();
    for row in rows {
        let mut fields = row.split(',');
        let prefix = fields.next().unwrap_or_default();
        for (codes, standing) in fields.zip([Division::Current, Division::Former]) {
            divisions.extend(codes.split(' ').filter(|code| !code.is_empty()).map(|code| ((prefix, code), standing)));
        }
    }
    divisions
});

impl Division {
    /// Looks up a code of six digits.
    pub fn of(code: &str) -> Division {
        let parts = code.split_at_checked(4);
        parts.and_then(|parts| DIVISIONS.get(&parts)).copied().unwrap_or(Division::Unknown)
    }

    /// Whether the code's first two digits are a province, which no change has ever touched.
    pub(super) fn has_province(code: &str) -> bool {
        code.get(..2).is_some_and(|province| DIVISIONS.contains_key(&(&*format!("{province}00"), "00")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_is_current_former_or_unknown() {
        for (code, standing) in [
            ("120116", Division::Current),
            ("120000", Division::Current),
            ("830000", Division::Current),
            ("120107", Division::Former),
            ("120199", Division::Unknown),
            ("999999", Division::Unknown),
            ("", Division::Unknown),
            ("滨海新区", Division::Unknown),
        ] {
            assert_eq!(Division::of(code), standing, "{code}");
        }
        assert!(Division::has_province("120199") && Division::has_province("830000"));
        assert!(!Division::has_province("999999") && !Division::has_province(""));
    }
}

//! Unified social credit code (统一社会信用代码, GB 32100-2015).
//!
//! Eighteen characters: registering department, kind of body, division of first registration (6), organisation code (9,
//! GB 11714), check character. The division is no proof of where the body is today, and not every code that was issued keeps
//! the check of its organisation code: both warn and do not refuse.

use super::{Division, Fault};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// No I, O, S, V, Z: they look like digits.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The powers of 3 modulo 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Registering departments with the kinds of body each may register.
const DEPARTMENTS: [(char, &str, &str, &str); 12] = [
    ('1', "1239", "机构编制", "staffing of public bodies"),
    ('2', "19", "外交", "foreign affairs"),
    ('3', "123459", "司法行政", "justice"),
    ('4', "19", "文化", "culture"),
    ('5', "1239", "民政", "civil affairs"),
    ('6', "129", "旅游", "tourism"),
    ('7', "129", "宗教", "religious affairs"),
    ('8', "19", "工会", "trade unions"),
    ('9', "123", "市场监管", "market regulation"),
    ('A', "19", "中央军委改革和编制", "military staffing"),
    ('N', "1239", "农业", "agriculture"),
    ('Y', "1", "其他", "other"),
];

/// A credit code that keeps every rule of the standard.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

impl CreditCode {
    /// Reads a code in the form it is stored in: eighteen characters, capitals only.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(text: &str) -> Result<CreditCode, Fault> {
        if text.chars().count() != 18 {
            return Err(Fault::Length);
        }
        let check = check_character(first_17(text)?)?;
        if !text.ends_with(check) {
            return Err(Fault::CheckCharacter);
        }
        Ok(CreditCode(text.to_owned()))
    }

    /// Completes the first seventeen characters with the check character.
    ///
    /// # Errors
    /// The first rule that they break.
    pub fn complete(first: &str) -> Result<CreditCode, Fault> {
        if first.chars().count() != 17 {
            return Err(Fault::Length);
        }
        let check = check_character(first_17(first)?)?;
        Ok(CreditCode(format!("{first}{check}")))
    }

    /// Composes a code from department and kind (`"91"`), division (`"120116"`) and the first eight characters of the
    /// organisation code, with both check characters. For demonstrations: real codes are given by the register.
    ///
    /// # Errors
    /// The first rule that the parts break.
    pub fn compose(department_and_kind: &str, division: &str, organisation: &str) -> Result<CreditCode, Fault> {
        let check = organisation_check(organisation).ok_or(Fault::Alphabet)?;
        CreditCode::complete(&format!("{department_and_kind}{division}{organisation}{check}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Department and kind: `"91"` is an enterprise, `"92"` an individual business, `"12"` a public institution.
    pub fn department_and_kind(&self) -> &str {
        &self.0[..2]
    }

    /// What kind of body it is, as items name whom they serve (服务对象); `None` where department and kind do not tell.
    pub fn object(&self) -> Option<&'static str> {
        match self.department_and_kind() {
            "11" => Some("行政机关"),
            "12" => Some("事业法人"),
            "51" | "52" | "53" => Some("社会组织法人"),
            "91" => Some("企业法人"),
            "92" => Some("个体工商户"),
            _ => None,
        }
    }

    /// Who registered the body: 「市场监管」.
    pub fn department(&self) -> Text {
        let known = DEPARTMENTS.iter().find(|(code, ..)| self.0.starts_with(*code));
        known.map(|(_, _, zh, en)| Text::new(*zh, *en)).unwrap_or_default()
    }

    /// Division of the first registration, six digits.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }

    /// Whether the ninth character of the organisation code is the one GB 11714 asks for.
    pub fn organisation_check_holds(&self) -> bool {
        organisation_check(&self.0[8..16]).is_some_and(|check| self.0[16..].starts_with(check))
    }

    /// What is unusual about the code, though it stands.
    pub fn warnings(&self) -> Vec<Text> {
        let mut warnings = Vec::new();
        if !self.organisation_check_holds() {
            warnings.push(Text::new(
                "第9至17位的组织机构代码校验位不符（个别已发代码如此）",
                "The organisation code (characters 9 to 17) does not keep its own check, as a few issued codes do",
            ));
        }
        match Division::of(self.division()) {
            Division::Current => {}
            Division::Former => {
                warnings.push(Text::new("登记地行政区划已调整", "The division of registration has been changed since"));
            }
            Division::Unknown => warnings
                .push(Text::new("登记地不在现有行政区划代码之列", "The division of registration is in no list of divisions")),
        }
        warnings
    }
}

/// The first seventeen of all characters given, if they keep every rule but that of the check.
fn first_17(text: &str) -> Result<&str, Fault> {
    if !text.chars().all(|c| ALPHABET.contains(c)) {
        return Err(Fault::Alphabet);
    }
    let (_, kinds, ..) = DEPARTMENTS.iter().find(|(code, ..)| text.starts_with(*code)).ok_or(Fault::RegisteringDepartment)?;
    if !text[1..].starts_with(|kind| kinds.contains(kind)) {
        return Err(Fault::EntityType);
    }
    if !text[2..8].bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::DivisionFormat);
    }
    Ok(&text[..17])
}

/// (31 − Σ value × weight mod 31) mod 31, written in the alphabet.
fn check_character(first: &str) -> Result<char, Fault> {
    let mut sum = 0;
    for (c, weight) in first.chars().zip(WEIGHTS) {
        sum += ALPHABET.find(c).ok_or(Fault::Alphabet)? * weight;
    }
    ALPHABET.chars().nth((31 - sum % 31) % 31).ok_or(Fault::CheckCharacter)
}

/// The ninth character of an organisation code (GB 11714); letters count from A = 10 through all 26.
fn organisation_check(first_eight: &str) -> Option<char> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    if first_eight.len() != 8 || !first_eight.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return None;
    }
    let sum: u32 = first_eight.chars().zip(WEIGHTS).filter_map(|(c, weight)| Some(c.to_digit(36)? * weight)).sum();
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CreditCode {
    type Error = String;

    fn try_from(text: String) -> Result<CreditCode, String> {
        CreditCode::parse(&text).map_err(|fault| fault.text().zh)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> String {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demonstration_firm_gets_a_code_that_keeps_both_checks() {
        for (department_and_kind, organisation, code) in [
            ("91", "MA0TEXT0", "91120116MA0TEXT042"),
            ("91", "MA0TEXT1", "91120116MA0TEXT12W"),
            ("92", "MA0TEXT2", "92120116MA0TEXT20L"),
            ("52", "MJ0TEXT4", "52120116MJ0TEXT4X5"),
            ("12", "MB0TEXT5", "12120116MB0TEXT59X"),
            ("11", "MB0TEXT6", "11120116MB0TEXT67U"),
        ] {
            let composed = CreditCode::compose(department_and_kind, "120116", organisation);
            assert_eq!(composed.as_ref().map(CreditCode::as_str), Ok(code));
            assert_eq!(composed.map(|code| code.warnings()), Ok(vec![]));
            assert_eq!(CreditCode::complete(&code[..17]), CreditCode::parse(code));
        }
    }

    #[test]
    fn a_code_cannot_be_composed_of_parts_that_break_the_rules() {
        for (department_and_kind, division, organisation, fault) in [
            ("94", "120116", "MA0TEXT0", Fault::EntityType),
            ("B1", "120116", "MA0TEXT0", Fault::RegisteringDepartment),
            ("91", "12011", "MA0TEXT0", Fault::Length),
            ("91", "12011A", "MA0TEXT0", Fault::DivisionFormat),
            ("91", "120116", "MA0TEST0", Fault::Alphabet),
            ("91", "120116", "一门", Fault::Alphabet),
        ] {
            assert_eq!(CreditCode::compose(department_and_kind, division, organisation), Err(fault));
        }
    }

    #[test]
    fn characters_of_several_bytes_are_refused_and_never_split() {
        let refused =
            ["９１１２０１１６ＭＡ０ＴＥＸＴ０４２", "91120116MA0TEXT04二", "二1120116MA0TEXT042", "9一120116MA0TEXT042"];
        for text in refused {
            assert_eq!(CreditCode::parse(text), Err(Fault::Alphabet), "{text}");
        }
    }
}

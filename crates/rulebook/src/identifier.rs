//! Identifiers of firms, persons and licences: checked, composed, and masked for showing.
//!
//! Three kinds: the unified social credit code (统一社会信用代码, GB 32100-2015), the citizen identity number (公民身份号码,
//! GB 11643-1999) and the identifier of an electronic licence (电子证照标识, GB/T 36904-2018). A fault refuses; a
//! warning does not, because certificates made under older rules stay valid.
//!
//! Checking is strict, as an identifier is stored in one form only. What people type goes through [`normalise`] first.

mod batch;
mod credit_code;
mod division;
mod licence;
mod resident;

pub use batch::{IDS_HEAD, ids_batch, ids_line};
pub use credit_code::CreditCode;
pub use division::Division;
pub use licence::LicenceIdentifier;
pub use resident::ResidentNumber;

use crate::text::Text;
use jiff::civil::Date;

/// What an identifier identifies, and so which standard it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    CreditCode,
    ResidentNumber,
    LicenceIdentifier,
    Unknown,
}

/// The first thing found wrong with an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Not shaped like any kind of identifier.
    Unrecognised,
    Length,
    Alphabet,
    Format,
    RegisteringDepartment,
    EntityType,
    DivisionFormat,
    Division,
    BirthDate,
    CheckCharacter,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub kind: Kind,
    /// `None` when the identifier is valid.
    pub fault: Option<Fault>,
    pub warnings: Vec<Text>,
}

impl Kind {
    /// The word for this kind on the command line and in the API.
    pub fn code(self) -> &'static str {
        match self {
            Kind::CreditCode => "credit-code",
            Kind::ResidentNumber => "citizen-id",
            Kind::LicenceIdentifier => "e-licence",
            Kind::Unknown => "unknown",
        }
    }

    pub fn text(self) -> Text {
        match self {
            Kind::CreditCode => Text::new("统一社会信用代码", "unified social credit code"),
            Kind::ResidentNumber => Text::new("公民身份号码", "citizen identity number"),
            Kind::LicenceIdentifier => Text::new("电子证照标识", "electronic licence identifier"),
            Kind::Unknown => Text::new("未能识别的号码", "unrecognised number"),
        }
    }
}

impl Fault {
    /// The word for this fault on the command line and in the API.
    pub fn code(self) -> &'static str {
        match self {
            Fault::Unrecognised => "unrecognised",
            Fault::Length => "length",
            Fault::Alphabet => "alphabet",
            Fault::Format => "format",
            Fault::RegisteringDepartment => "registering_department",
            Fault::EntityType => "entity_type",
            Fault::DivisionFormat => "division_format",
            Fault::Division => "division",
            Fault::BirthDate => "birth_date",
            Fault::CheckCharacter => "check_character",
        }
    }

    pub fn text(self) -> Text {
        match self {
            Fault::Unrecognised => Text::new(
                "不是统一社会信用代码、公民身份号码或电子证照标识",
                "This is no credit code, citizen identity number or licence identifier",
            ),
            Fault::Length => {
                Text::new("应为18位，请核对是否多输或漏输", "It must have 18 characters: check for missing or extra ones")
            }
            Fault::Alphabet => Text::new(
                "含有不允许的字符：只用数字和大写字母，信用代码不用 I、O、S、V、Z",
                "It has a character that is not allowed: only digits and capitals, in a credit code not I, O, S, V, Z",
            ),
            Fault::Format => {
                Text::new("格式不对，请对照证件原样填写", "It is not in the right form: copy it as it stands on the document")
            }
            Fault::RegisteringDepartment => {
                Text::new("第1位不是登记管理部门代码", "The first character stands for no registering department")
            }
            Fault::EntityType => {
                Text::new("第2位不是该登记部门的机构类别", "The second character stands for no kind of body of that department")
            }
            Fault::DivisionFormat => {
                Text::new("第3至8位应为6位数字的行政区划代码", "Characters 3 to 8 must be the six digits of a division")
            }
            Fault::Division => Text::new("前6位不是行政区划代码", "The first six digits are no administrative division"),
            Fault::BirthDate => Text::new(
                "第7至14位不是真实存在的出生日期，或在今天之后",
                "Digits 7 to 14 are no date of birth, or one that lies in the future",
            ),
            Fault::CheckCharacter => Text::new(
                "校验位不符，请检查有无输错或颠倒",
                "The check character does not fit: look for a wrong or swapped character",
            ),
        }
    }
}

impl Checked {
    pub fn valid(&self) -> bool {
        self.fault.is_none()
    }

    /// Why it is refused; empty when it is valid.
    pub fn reason(&self) -> Text {
        self.fault.map(Fault::text).unwrap_or_default()
    }
}

/// Checks an identifier of a kind that has to be guessed. `today` decides whether a date of birth lies in the future.
pub fn check(text: &str, today: Date) -> Checked {
    let kind = guess(text, today);
    let (fault, warnings) = match kind {
        Kind::CreditCode => outcome(CreditCode::parse(text), CreditCode::warnings),
        Kind::ResidentNumber => outcome(ResidentNumber::parse(text, today), ResidentNumber::warnings),
        Kind::LicenceIdentifier => outcome(LicenceIdentifier::parse(text), LicenceIdentifier::warnings),
        Kind::Unknown => (Some(Fault::Unrecognised), Vec::new()),
    };
    Checked { kind, fault, warnings }
}

fn outcome<T>(parsed: Result<T, Fault>, warnings: impl Fn(&T) -> Vec<Text>) -> (Option<Fault>, Vec<Text>) {
    match parsed {
        Ok(identifier) => (None, warnings(&identifier)),
        Err(fault) => (Some(fault), Vec::new()),
    }
}

/// The kind an identifier is meant to be. Eighteen digits can be either a credit code or an identity number, and by chance one
/// in some hundred is valid as both: then it is taken for the number of a person, who has more to lose.
fn guess(text: &str, today: Date) -> Kind {
    let bytes = text.as_bytes();
    if text.starts_with(licence::ROOT) {
        return Kind::LicenceIdentifier;
    }
    if !(15..=19).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return Kind::Unknown;
    }
    let (body, last) = bytes.split_at(bytes.len() - 1);
    if !body.iter().all(u8::is_ascii_digit) || !matches!(last, [b'0'..=b'9' | b'X' | b'x']) {
        return Kind::CreditCode;
    }
    // A century stands where the birth year begins, or it is the form of before 1999.
    let could_be_born = bytes.len() == 15 || matches!(&bytes[6..8], b"18" | b"19" | b"20");
    let could_be_firm = || CreditCode::parse(text).is_ok_and(|code| Division::has_province(code.division()));
    if ResidentNumber::parse(text, today).is_ok() || (could_be_born && !could_be_firm()) {
        Kind::ResidentNumber
    } else {
        Kind::CreditCode
    }
}

/// What a person typed, in the form an identifier is stored in: half-width capitals without spaces and hyphens.
pub fn normalise(typed: &str) -> String {
    typed
        .chars()
        .map(|c| match c {
            // Full-width forms lie at a fixed distance from the half-width ones.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '—' | '\u{feff}' | '\u{200b}'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// An identifier as it may be shown in a list: `1201**********0012`. Shorter ones keep one character at each end.
pub fn mask(identifier: &str) -> String {
    let length = identifier.chars().count();
    let kept = match length {
        12.. => 4,
        5..12 => 1,
        _ => 0,
    };
    identifier.chars().enumerate().map(|(i, c)| if i < kept || i + kept >= length { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_people_type_is_brought_into_the_stored_form() {
        for (typed, stored) in [
            (" 9134 0600-ma2pbm9hxd ", "91340600MA2PBM9HXD"),
            ("91340600MA2PBM9HXD", "91340600MA2PBM9HXD"),
            ("\u{feff}12010818130218161x", "12010818130218161X"),
        ] {
            assert_eq!(normalise(typed), stored);
        }
    }

    #[test]
    fn a_masked_identifier_shows_four_characters_at_each_end() {
        for (identifier, masked) in
            [("120116189001010012", "1201**********0012"), ("AB1234567", "A*******7"), ("1234", "****"), ("", ""), ("张三", "**")]
        {
            assert_eq!(mask(identifier), masked);
        }
    }

    #[test]
    fn text_that_is_no_identifier_is_called_so() {
        let long = "9".repeat(100_000);
        for text in ["", " ", "滨海新区", "123", "1.2.156", "91340600-MA2PBM9HXD", "９１３４０６", &long] {
            let checked = check(text, date(2026, 3, 2));
            assert_eq!((checked.kind, checked.fault), (Kind::Unknown, Some(Fault::Unrecognised)), "{text}");
        }
    }
}

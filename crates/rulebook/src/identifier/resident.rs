//! Citizen identity number (公民身份号码, GB 11643-1999).
//!
//! Eighteen characters: division of first registration (6), date of birth (8), order (3, odd for men), check character. The
//! division may be a former one, or made after the birth year. Fifteen-digit numbers ended in 2013.

use super::{Division, Fault, mask};
use crate::text::Text;
use jiff::civil::Date;
use std::fmt;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder modulo 11.
const CHECKS: &[u8; 11] = b"10X98765432";

/// An identity number that keeps every rule of the standard. It shows itself masked, in messages and logs too; whoever needs
/// the number itself asks for it by `as_str`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentNumber {
    number: String,
    birth: Date,
}

impl ResidentNumber {
    /// Reads a number in the form it is stored in: eighteen characters, capital X. Nobody was born after `today`.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(text: &str, today: Date) -> Result<ResidentNumber, Fault> {
        if text.chars().count() != 18 {
            return Err(Fault::Length);
        }
        let first = text.get(..17).ok_or(Fault::Format)?;
        if !matches!(text.get(17..), Some("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "X")) {
            return Err(Fault::Format);
        }
        let (birth, check) = read(first)?;
        if birth > today {
            return Err(Fault::BirthDate);
        }
        if !text.ends_with(check) {
            return Err(Fault::CheckCharacter);
        }
        Ok(ResidentNumber { number: text.to_owned(), birth })
    }

    /// Completes the first seventeen digits with the check character, for samples: their birth year lies in the 1800s.
    ///
    /// # Errors
    /// The first rule that they break.
    pub fn complete(first: &str) -> Result<ResidentNumber, Fault> {
        if first.chars().count() != 17 {
            return Err(Fault::Length);
        }
        let (birth, check) = read(first)?;
        Ok(ResidentNumber { number: format!("{first}{check}"), birth })
    }

    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// `1201**********0012`
    pub fn masked(&self) -> String {
        mask(&self.number)
    }

    pub fn birth(&self) -> Date {
        self.birth
    }

    /// By the order number: odd for men, even for women.
    pub fn is_male(&self) -> bool {
        self.number.as_bytes()[16] % 2 == 1
    }

    /// Division of the first registration, six digits.
    pub fn division(&self) -> &str {
        &self.number[..6]
    }

    /// What is unusual about the number, though it stands.
    pub fn warnings(&self) -> Vec<Text> {
        match Division::of(self.division()) {
            Division::Current | Division::Former => Vec::new(),
            Division::Unknown => vec![Text::new(
                "前6位不在现有行政区划代码之列，请对照证件核实",
                "The first six digits are in no list of divisions: compare with the document",
            )],
        }
    }
}

/// Date of birth and check character that belong to the first seventeen characters.
fn read(first: &str) -> Result<(Date, char), Fault> {
    if !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Format);
    }
    if !Division::has_province(first) {
        return Err(Fault::Division);
    }
    let part = |range: std::ops::Range<usize>| first[range].parse::<i16>().ok();
    let birth = part(6..10)
        .zip(part(10..12))
        .zip(part(12..14))
        .and_then(|((year, month), day)| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok());
    let sum: u32 = first.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    Ok((birth.ok_or(Fault::BirthDate)?, char::from(CHECKS[sum as usize % 11])))
}

impl fmt::Display for ResidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for ResidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResidentNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[track_caller]
    fn check(text: &str, expected: Result<(), Fault>) {
        assert_eq!(ResidentNumber::parse(text, date(2026, 3, 2)).map(drop), expected, "{text}");
    }

    #[test]
    fn a_number_keeps_form_division_birth_date_and_check() {
        for sample in ["120116189001010012", "120116188512310020", "120116189602290013", "12010818130218161X"] {
            check(sample, Ok(()));
        }
        check("120116189702290013", Err(Fault::BirthDate));
        check("120116189001010013", Err(Fault::CheckCharacter));
        check("12010818130218161x", Err(Fault::Format));
        check("120116890101001", Err(Fault::Length));
        check("12011618900101001二", Err(Fault::Format));
        check("一二0116189001010012", Err(Fault::Format));
    }

    #[test]
    fn nobody_was_born_after_today() {
        let tomorrow = ResidentNumber::complete("12011620260303001").expect("it keeps every rule but today's");
        check(tomorrow.as_str(), Err(Fault::BirthDate));
        assert_eq!(ResidentNumber::parse(tomorrow.as_str(), date(2026, 3, 3)), Ok(tomorrow));
    }

    #[test]
    fn a_number_tells_birth_and_sex_and_shows_itself_masked() {
        let number = ResidentNumber::complete("12011618851231002").expect("a sample");
        assert_eq!(number.as_str(), "120116188512310020");
        assert_eq!((number.birth(), number.is_male(), number.division()), (date(1885, 12, 31), false, "120116"));
        assert_eq!(format!("{number} {number:?}"), "1201**********0020 ResidentNumber(1201**********0020)");
    }
}

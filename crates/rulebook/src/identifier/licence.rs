//! Identifier of an electronic licence (电子证照标识, GB/T 36904-2018).
//!
//! `1.2.156.3005.2.` type `.` issuer `.` serial `.` version `.` check. The type is the credit code of the body that defined it and
//! three digits, the issuer a credit code, the version three digits. The check character is ISO/IEC 7064 MOD 37,36 over the
//! four parts without dots.

use super::{CreditCode, Fault};
use crate::text::Text;
use std::fmt;

/// The arc under which China's electronic licences are numbered.
pub(super) const ROOT: &str = "1.2.156.3005.2.";

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LicenceIdentifier {
    type_code: String,
    issuer: String,
    serial: String,
    version: u16,
}

impl LicenceIdentifier {
    /// Builds the identifier of a licence: type (21 characters), issuer's credit code, serial (digits and capitals),
    /// version (up to 999; the first is 1).
    ///
    /// # Errors
    /// `Alphabet` or `Format`, for the first part that cannot stand.
    pub fn new(type_code: &str, issuer: &str, serial: &str, version: u16) -> Result<LicenceIdentifier, Fault> {
        if ![type_code, issuer, serial].iter().all(|part| part.bytes().all(|byte| ALPHABET.contains(&byte))) {
            return Err(Fault::Alphabet);
        }
        let type_serial = type_code.get(18..).unwrap_or_default();
        let whole = type_serial.len() == 3
            && type_serial.bytes().all(|byte| byte.is_ascii_digit())
            && issuer.len() == 18
            && (1..=MAX_SERIAL).contains(&serial.len())
            && version <= 999;
        if !whole {
            return Err(Fault::Format);
        }
        let (type_code, issuer, serial) = (type_code.to_owned(), issuer.to_owned(), serial.to_owned());
        Ok(LicenceIdentifier { type_code, issuer, serial, version })
    }

    /// Reads an identifier in full, root included.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(text: &str) -> Result<LicenceIdentifier, Fault> {
        let parts: Vec<&str> = text.strip_prefix(ROOT).ok_or(Fault::Format)?.split('.').collect();
        let &[type_code, issuer, serial, version, check] = parts.as_slice() else { return Err(Fault::Format) };
        if version.len() != 3 || !version.bytes().all(|byte| byte.is_ascii_digit()) || check.chars().count() != 1 {
            return Err(Fault::Format);
        }
        let version = version.parse().map_err(|_| Fault::Format)?;
        let identifier = LicenceIdentifier::new(type_code, issuer, serial, version)?;
        let check = check.as_bytes()[0];
        if !ALPHABET.contains(&check) {
            return Err(Fault::Alphabet);
        }
        if char::from(check) != identifier.check_character() {
            return Err(Fault::CheckCharacter);
        }
        Ok(identifier)
    }

    pub fn type_code(&self) -> &str {
        &self.type_code
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn serial(&self) -> &str {
        &self.serial
    }

    pub fn version(&self) -> u16 {
        self.version
    }

    pub fn check_character(&self) -> char {
        mod_37_36(&format!("{}{}{}{:03}", self.type_code, self.issuer, self.serial, self.version))
    }

    /// What is unusual about the identifier, though it stands.
    pub fn warnings(&self) -> Vec<Text> {
        let mut warnings = Vec::new();
        if CreditCode::parse(&self.type_code[..18]).is_err() {
            warnings.push(Text::new(
                "证照类型代码前18位不是有效的统一社会信用代码",
                "The first 18 characters of the type code are no valid credit code",
            ));
        }
        if CreditCode::parse(&self.issuer).is_err() {
            warnings.push(Text::new("颁发机构代码不是有效的统一社会信用代码", "The issuer's code is no valid credit code"));
        }
        warnings
    }
}

/// No licence in the field comes near it; it bounds what a reader has to carry.
const MAX_SERIAL: usize = 64;

impl fmt::Display for LicenceIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LicenceIdentifier { type_code, issuer, serial, version } = self;
        write!(f, "{ROOT}{type_code}.{issuer}.{serial}.{version:03}.{}", self.check_character())
    }
}

/// ISO/IEC 7064 MOD 37,36 over digits and capitals.
fn mod_37_36(text: &str) -> char {
    let mut product = 36;
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == byte).unwrap_or_default();
        let sum = (product + value) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    char::from(ALPHABET[(37 - product) % 36])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLISHED: &str = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F";

    #[test]
    fn a_published_identifier_is_read_and_written_back() {
        let identifier = LicenceIdentifier::parse(PUBLISHED).expect("a published identifier");
        assert_eq!(identifier.to_string(), PUBLISHED);
        assert_eq!((identifier.issuer(), identifier.serial(), identifier.version()), ("11220000013544541J", "2430599", 1));
        let built = LicenceIdentifier::new(identifier.type_code(), "11220000013544541J", "2430599", 1);
        assert_eq!(built.map(|built| built.to_string()), Ok(PUBLISHED.to_owned()));
        assert_eq!(identifier.warnings(), []);
    }

    #[test]
    fn each_broken_part_is_named() {
        for (from, to, fault) in [
            (".F", ".G", Fault::CheckCharacter),
            ("2430599", "2430589", Fault::CheckCharacter),
            ("2430599", "2435099", Fault::CheckCharacter),
            (".F", ".f", Fault::Alphabet),
            ("2430599", "243o599", Fault::Alphabet),
            (".001", ".1", Fault::Format),
            (".001", ".0001", Fault::Format),
            (".001.F", ".001", Fault::Format),
            (".F", ".F.F", Fault::Format),
            (".F", ".二", Fault::Alphabet),
            ("2430599", "", Fault::Format),
            ("W032", "W03", Fault::Format),
            ("W032", "W0A2", Fault::Format),
            ("1.2.156", "2.2.156", Fault::Format),
        ] {
            let text = PUBLISHED.replace(from, to);
            assert_eq!(LicenceIdentifier::parse(&text), Err(fault), "{text}");
        }
        assert_eq!(LicenceIdentifier::new("11100000000013338W032", "11220000013544541J", "1", 1000), Err(Fault::Format));
    }
}

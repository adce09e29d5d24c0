//! The second factor: a code of six digits that an app on the telephone shows (RFC 6238 with SHA-1 and steps of thirty seconds).

use crate::ids;
use casework::Moment;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// A step in milliseconds.
const STEP: i64 = 30_000;
/// Steps by which a telephone's clock may be off.
const SLACK: i64 = 1;

/// A fresh secret of 160 bits, base 32: what RFC 4226 recommends for SHA-1.
pub fn fresh_secret() -> String {
    ids::base32(&rand::random::<[u8; 20]>())
}

/// What an app reads from the square code.
pub fn uri(secret: &str, issuer: &str, login: &str) -> String {
    let (issuer, login) = (percent(issuer), percent(login));
    format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}

/// The step that a code belongs to, if it is one of those that hold now. Whoever takes it must see to it that no step is taken twice.
pub fn step_of(secret: &str, code: &str, now: Moment) -> Option<i64> {
    let key = ids::from_base32(secret)?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let current = now.0.div_euclid(STEP);
    // Every step is looked at, so that the time taken does not tell which one it was.
    let mut found = None;
    for step in current - SLACK..=current + SLACK {
        let matches = at_step(&key, step).is_some_and(|right| bool::from(right.as_bytes().ct_eq(typed.as_bytes())));
        if matches {
            found = Some(step);
        }
    }
    found
}

/// The code for a moment, as the app would show it; for demonstrations and tests.
pub fn code_at(secret: &str, now: Moment) -> Option<String> {
    at_step(&ids::from_base32(secret)?, now.0.div_euclid(STEP))
}

fn at_step(key: &[u8], step: i64) -> Option<String> {
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(key).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0x0f);
    let bytes: [u8; 4] = hash.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000))
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B; the expected codes are its last six digits.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let now = Moment(seconds * 1000);
            assert_eq!(code_at(SECRET, now).as_deref(), Some(code));
            assert_eq!(step_of(SECRET, code, now), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_holds_one_step_either_way_and_no_longer() {
        let shown = Moment(1_234_567_890_000);
        let code = code_at(SECRET, shown).expect("a code");
        let check = |seconds: i64, holds: bool| {
            assert_eq!(step_of(SECRET, &code, Moment(shown.0 + seconds * 1000)).is_some(), holds, "{seconds}");
        };
        check(-30, true);
        check(30, true);
        check(-61, false);
        check(61, false);
    }

    #[test]
    fn what_is_no_code_is_none() {
        for code in ["", "28708", "2870820", "28708２", "abcdef"] {
            assert_eq!(step_of(SECRET, code, Moment(59_000)), None, "{code}");
        }
        assert_eq!(step_of("!", "287082", Moment(59_000)), None);
    }

    #[test]
    fn the_address_names_who_signs_in_where() {
        assert_eq!(
            uri("ABC", "一门", "w ang"),
            "otpauth://totp/%E4%B8%80%E9%97%A8:w%20ang?secret=ABC&issuer=%E4%B8%80%E9%97%A8&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(fresh_secret().len(), 32);
    }
}

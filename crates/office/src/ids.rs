//! Identifiers, secrets and codes: drawn at random, and written so that people can read them out.

use hmac::{Hmac, KeyInit, Mac};
use sm3::{Digest, Sm3};

/// Crockford's base 32: no I, L, O and U, which look like others or spell words.
const READABLE: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// RFC 4648, which authenticator apps expect.
const RFC4648: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An identifier that cannot be guessed, in 26 small letters and digits: the millisecond, then 80 random bits. What is made
/// together lies together in every tree, and who sends many drafts touches few pages.
pub fn opaque() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut bits = rand::random::<[u8; 16]>();
    bits[..6].copy_from_slice(&since.as_millis().to_be_bytes()[10..]);
    encode(&bits, READABLE).to_lowercase()
}

/// 256 random bits: the secret of a session or a token. Only its digest is ever kept.
pub fn secret() -> String {
    encode(&rand::random::<[u8; 32]>(), READABLE).to_lowercase()
}

/// SM3 in hexadecimal.
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sm3::digest(bytes.as_ref()))
}

/// HMAC-SM3 in hexadecimal over parts that cannot run into each other. Without the key a short secret behind it cannot be tried out.
pub fn keyed_digest(key: &[u8; 32], parts: &[&str]) -> String {
    // A key of any length is a key to HMAC, so this cannot fail; an empty digest would match nothing.
    let Ok(mut mac) = <Hmac<Sm3> as KeyInit>::new_from_slice(key) else { return String::new() };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    hex(&mac.finalize().into_bytes())
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A password to be read out or printed once: sixty random bits, `4F7K-9QTX-2MBD`.
pub fn one_time_password() -> String {
    grouped(&readable_letters(12))
}

/// The code under which a matter is followed: sixty random bits and a check letter, `4F7K-9QTX-2MBD-8`.
pub fn follow_code() -> String {
    let mut letters = readable_letters(12);
    letters.push(char::from(check_letter(&letters)));
    grouped(&letters)
}

/// What was typed, as [`follow_code`] writes it, if it can be one: case, dashes and look-alikes do not matter.
pub fn read_follow_code(typed: &str) -> Option<String> {
    let letters = readable(typed);
    let (body, check) = letters.split_at_checked(12)?;
    (check.len() == 1 && check.as_bytes()[0] == check_letter(body)).then(|| grouped(&letters))
}

/// What was typed, in the letters of [`READABLE`]; anything else is dropped.
pub fn readable(typed: &str) -> String {
    let one = |c: char| match c.to_ascii_uppercase() {
        'I' | 'L' => Some('1'),
        'O' => Some('0'),
        c if c.is_ascii() && READABLE.contains(&(c as u8)) => Some(c),
        _ => None,
    };
    typed.chars().take(64).filter_map(one).collect()
}

fn readable_letters(count: usize) -> String {
    rand::random::<[u8; 32]>().iter().take(count).map(|byte| char::from(READABLE[usize::from(byte % 32)])).collect()
}

fn grouped(letters: &str) -> String {
    let mut text = String::with_capacity(letters.len() + letters.len() / 4);
    for (place, letter) in letters.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// Luhn's check in base 32: finds every single wrong letter and nearly every swap of neighbours.
fn check_letter(letters: &str) -> u8 {
    let values = letters.bytes().rev().map(|letter| READABLE.iter().position(|known| *known == letter).unwrap_or_default());
    let sum: usize = values
        .enumerate()
        .map(|(place, value)| {
            let added = value * if place % 2 == 0 { 2 } else { 1 };
            added / 32 + added % 32
        })
        .sum();
    READABLE[(32 - sum % 32) % 32]
}

/// RFC 4648 base 32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    encode(bytes, RFC4648)
}

/// The bytes of a base 32 text; spaces and case do not matter. `None` for anything else.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes().filter(|byte| *byte != b' ') {
        let value = RFC4648.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        bits = bits << 5 | u32::try_from(value).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

fn encode(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let (mut bits, mut held, mut text) = (0_u32, 0, String::with_capacity(bytes.len() * 8 / 5 + 1));
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(alphabet[(bits >> held & 31) as usize]));
            bits &= (1 << held) - 1;
        }
    }
    if held > 0 {
        text.push(char::from(alphabet[(bits << (5 - held) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_the_standard() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
            assert_eq!(from_base32(&text.to_lowercase()).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(from_base32("M1"), None);
    }

    #[test]
    fn a_follow_code_is_read_however_it_is_typed_and_a_slip_is_noticed() {
        for _ in 0..200 {
            let code = follow_code();
            assert_eq!((code.len(), read_follow_code(&code)), (16, Some(code.clone())));
            let typed = code.to_lowercase().replace('-', " ").replace('1', "l").replace('0', "o");
            assert_eq!(read_follow_code(&typed), Some(code.clone()));
            let letters: Vec<char> = code.chars().collect();
            for place in (0..letters.len()).filter(|place| letters[*place] != '-') {
                let mut wrong = letters.clone();
                wrong[place] = if wrong[place] == '7' { '8' } else { '7' };
                assert_eq!(read_follow_code(&wrong.iter().collect::<String>()), None, "{code} at {place}");
            }
        }
        for typed in ["", "4F7K", "办件编号", &"7".repeat(10_000)] {
            assert_eq!(read_follow_code(typed), None);
        }
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        assert_eq!((opaque().len(), secret().len(), one_time_password().len()), (26, 52, 14));
        assert_ne!(secret(), secret());
        let earlier = opaque();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(earlier < opaque(), "identifiers stand in the order of their making");
    }

    #[test]
    fn a_keyed_digest_depends_on_the_key_and_on_where_parts_begin() {
        let one = keyed_digest(&[1; 32], &["ab", "c"]);
        assert_eq!(one.len(), 64);
        assert_ne!(one, keyed_digest(&[2; 32], &["ab", "c"]));
        assert_ne!(one, keyed_digest(&[1; 32], &["a", "bc"]));
        assert_eq!(digest("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }
}

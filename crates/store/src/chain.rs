//! What makes the journal tamper-evident: each line carries the hash of the line before it and commitments to the particulars
//! that were kept with it (decision 6).
//!
//! Stored bytes are hashed as they lie, never a re-serialisation. A commitment is an HMAC under the case's own key, so that
//! once the key is destroyed nobody can try names against it.

use casework::decide::Kept;
use hmac::{Hmac, KeyInit, Mac};
use sm3::{Digest, Sm3};
use std::fmt::Write;

/// The last hash of a journal. All zero before its first line.
pub type Head = [u8; 32];

/// The hash of a line: SM3 over the previous hash and the framed parts of this one.
pub fn hash(previous: &Head, case_no: &str, version: u64, payload: &str, sealed: &str) -> Head {
    let mut sm3 = Sm3::new();
    sm3.update(previous);
    framed(&mut sm3, case_no.as_bytes());
    sm3.update(version.to_be_bytes());
    framed(&mut sm3, payload.as_bytes());
    framed(&mut sm3, sealed.as_bytes());
    sm3.finalize().into()
}

/// SM3 over parts, each preceded by its length, so that no two lists of parts give the same bytes.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Head {
    let mut sm3 = Sm3::new();
    for part in parts {
        framed(&mut sm3, part);
    }
    sm3.finalize().into()
}

fn framed(sm3: &mut Sm3, part: &[u8]) {
    sm3.update((part.len() as u64).to_be_bytes());
    sm3.update(part);
}

/// Commitment to one particular, in hexadecimal: HMAC-SM3 of its number and its exact bytes.
pub fn commitment(key: &[u8; 32], number: u32, bytes: &[u8]) -> String {
    // HMAC takes a key of any length, so this never fails.
    let Ok(mut mac) = Hmac::<Sm3>::new_from_slice(key) else { return String::new() };
    mac.update(&number.to_be_bytes());
    mac.update(bytes);
    hex(&mac.finalize().into_bytes())
}

/// The commitments of one line, as the journal keeps them: `1:ab…,2:cd…`.
pub(crate) fn sealed(key: &[u8; 32], kept: &[Kept]) -> String {
    let one = |kept: &Kept| format!("{}:{}", kept.words.0, commitment(key, kept.words.0, &kept.bytes));
    kept.iter().map(one).collect::<Vec<_>>().join(",")
}

/// Number and commitment of each particular of a line.
pub fn seals(sealed: &str) -> impl Iterator<Item = (u32, &str)> {
    sealed.split(',').filter_map(|one| {
        let (number, commitment) = one.split_once(':')?;
        Some((number.parse().ok()?, commitment))
    })
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use casework::Words;

    #[test]
    fn each_part_changes_the_hash() {
        let base = hash(&[0; 32], "A", 1, "{}", "");
        let others = [
            hash(&[1; 32], "A", 1, "{}", ""),
            hash(&[0; 32], "B", 1, "{}", ""),
            hash(&[0; 32], "A", 2, "{}", ""),
            hash(&[0; 32], "A", 1, "{ }", ""),
            hash(&[0; 32], "A", 1, "{", "}"),
        ];
        assert!(others.iter().all(|other| *other != base));
        assert_ne!(digest([b"ab".as_slice(), b"c"]), digest([b"a".as_slice(), b"bc"]));
    }

    #[test]
    fn a_commitment_tells_nothing_without_the_key_and_everything_with_it() {
        let kept = |number, text: &str| Kept { words: Words(number), kind: "note", bytes: text.as_bytes().to_vec() };
        let line = sealed(&[7; 32], &[kept(3, "张三"), kept(4, "李四")]);
        let seals: Vec<_> = seals(&line).collect();
        assert_eq!(seals.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(seals[0].1, commitment(&[7; 32], 3, "张三".as_bytes()));
        assert_ne!(seals[0].1, commitment(&[8; 32], 3, "张三".as_bytes()));
        assert_ne!(seals[0].1, commitment(&[7; 32], 4, "张三".as_bytes()), "a paper put in another's place is seen");
        assert_eq!(super::seals("").count(), 0);
    }
}

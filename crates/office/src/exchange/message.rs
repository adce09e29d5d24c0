//! Messages between us and a partner: JSON with sorted keys, so that the same thing is always the same bytes, and over these bytes a
//! signature (SM2 with SM3) in a header. Every message has a number of its own, names sender and receiver, and is heard once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::Report;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The header that holds the signature of the body, DER in base64.
pub const SIGNATURE: &str = "sm2-signature";

/// Longest number of a message.
const LONGEST_NUMBER: usize = 120;

/// What we tell a partner.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outgoing {
    pub message: String,
    pub from: String,
    pub to: String,
    /// `application`, `supplement`, `closed` or `question`.
    pub kind: &'static str,
    pub case: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<Matter>,
    /// How it ended here, by the name of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
}

/// The application as it stood when the message was ordered.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Matter {
    pub item: String,
    pub body: String,
    pub area: String,
    /// The minute at our door, by the clock in Tianjin: from here every limit counts, whenever this arrives.
    pub received_at: String,
    pub received_on: String,
    pub title: String,
    pub answers: Value,
    pub papers: Vec<PaperTold>,
}

/// A paper by its digest (SM3).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PaperTold {
    pub key: String,
    pub name: String,
    pub digest: String,
}

/// What a partner tells us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Incoming {
    pub message: String,
    pub from: String,
    pub to: String,
    pub case: String,
    pub report: Report,
}

/// A partner asks for the bytes of a paper that it was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fetch {
    pub message: String,
    pub from: String,
    pub to: String,
    pub case: String,
    /// SM3, hexadecimal.
    pub digest: String,
}

impl Fetch {
    /// Reads a request; `None` where it is none.
    pub fn read(bytes: &[u8]) -> Option<Fetch> {
        let read: Fetch = serde_json::from_slice(bytes).ok()?;
        let sound = [&read.message, &read.from, &read.to, &read.case, &read.digest].into_iter().all(|text| plain(text));
        sound.then_some(read)
    }
}

/// Numbers and codes: nothing that could be more than a name.
fn plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_NUMBER
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

/// We ask what a register has of one holder.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Question {
    pub message: String,
    pub from: String,
    pub to: String,
    /// `register`.
    pub kind: &'static str,
    pub register: String,
    /// Credit code or identity number.
    pub holder: String,
    pub columns: Vec<&'static str>,
}

impl Outgoing {
    /// The bytes that are signed and sent.
    pub fn bytes(&self) -> Vec<u8> {
        sorted_bytes(self)
    }
}

/// The bytes that are signed and sent.
pub(super) fn sorted_bytes(message: &impl Serialize) -> Vec<u8> {
    // A map of texts can always be written; an empty body would be turned away by its signature.
    serde_json::to_value(message).map(|value| sorted(value).to_string().into_bytes()).unwrap_or_default()
}

/// The same with its keys in order: whether a map keeps them so by itself depends on how the library was built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut pairs: Vec<_> = object.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(all) => Value::Array(all.into_iter().map(sorted).collect()),
        other => other,
    }
}

impl Incoming {
    /// Reads a message; `None` where it is none.
    pub fn read(bytes: &[u8]) -> Option<Incoming> {
        let read: Incoming = serde_json::from_slice(bytes).ok()?;
        let clean = !String::from_utf8_lossy(bytes).contains("\\u0000");
        (clean && [&read.message, &read.from, &read.to, &read.case].into_iter().all(|text| plain(text))).then_some(read)
    }
}

pub fn encoded(signature: &[u8]) -> String {
    STANDARD.encode(signature)
}

pub fn decoded(signature: &str) -> Option<Vec<u8>> {
    STANDARD.decode(signature.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_none_is_not_read() {
        let good = r#"{"message":"m-1","from":"p","to":"us","case":"1","report":{"count":1,"stand":"taken"}}"#;
        assert!(Incoming::read(good.as_bytes()).is_some());
        for (from, to) in [
            ("\"m-1\"", "\"\""),
            ("\"m-1\"", "\"m 1\""),
            ("\"m-1\"", "7"),
            ("\"stand\":\"taken\"", "\"stand\":\"asleep\""),
            ("\"count\":1", "\"count\":-1"),
            ("\"count\":1", "\"count\":1,\"by\":\"me\""),
            ("\"case\":\"1\"", "\"case\":\"1\",\"more\":1"),
            ("\"stand\":\"taken\"", "\"stand\":\"taken\",\"words\":\"a\\u0000\""),
            ("}}", "}"),
        ] {
            assert_eq!(Incoming::read(good.replacen(from, to, 1).as_bytes()), None, "{to}");
        }
        assert_eq!(Incoming::read(&[0xff, 0xfe]), None);
    }

    #[test]
    fn the_same_message_is_the_same_bytes() {
        let message = Outgoing {
            message: "m".into(),
            from: "us".into(),
            to: "p".into(),
            kind: "question",
            case: "1".into(),
            matter: None,
            outcome: None,
        };
        let text = r#"{"case":"1","from":"us","kind":"question","message":"m","to":"p"}"#;
        assert_eq!(message.bytes(), text.as_bytes());
    }
}

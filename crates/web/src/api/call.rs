//! One call: who calls, in which language, with what; and what may be given back.

use super::caller::Caller;
use super::problem::{Fault, KEY_REUSED, SEEN_REQUIRED, WRONG_MEDIA, WRONG_SHAPE};
use super::shape::{Definitions, Shape};
use crate::app::App;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use casework::Moment;
use rulebook::Lang;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::str::FromStr;

/// Rows of a page unless something else is asked for, and the most that are given.
pub const ROWS: usize = 30;
pub const MOST_ROWS: usize = 100;

/// The header with the key under which a call is done once, however often it is sent.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

pub struct Call {
    pub app: App,
    pub lang: Lang,
    pub now: Moment,
    pub(super) caller: Option<Caller>,
    /// Method and path, for telling requests apart.
    pub(super) address: String,
    pub(super) path: BTreeMap<String, String>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Call {
    /// A part of the path. The table of routes names it, so it is there.
    pub fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A part of the path that is a number; anything else names nothing.
    pub fn number<T: FromStr>(&self, name: &str) -> Result<T, Fault> {
        self.part(name).parse().map_err(|_| Fault::not_found())
    }

    /// A parameter, unless it is empty.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub fn asked_as<T: FromStr>(&self, name: &str) -> Result<Option<T>, Fault> {
        self.asked(name).map(|value| value.parse().map_err(|_| bad_parameter(name))).transpose()
    }

    /// How many rows a page has.
    pub fn limit(&self) -> Result<usize, Fault> {
        match self.asked_as::<usize>("limit")? {
            None => Ok(ROWS),
            Some(limit) if (1..=MOST_ROWS).contains(&limit) => Ok(limit),
            Some(_) => Err(bad_parameter("limit")),
        }
    }

    /// The two parts of a cursor that this API gave: a key of the order and what tells equal ones apart.
    pub fn cursor<A: FromStr>(&self) -> Result<Option<(A, String)>, Fault> {
        let Some(after) = self.asked("after") else { return Ok(None) };
        let (key, rest) = after.split_once('~').ok_or_else(|| bad_parameter("after"))?;
        Ok(Some((key.parse().map_err(|_| bad_parameter("after"))?, rest.to_owned())))
    }

    /// Who calls. Routes that are not public have one.
    pub fn caller(&self) -> Result<&Caller, Fault> {
        self.caller.as_ref().ok_or_else(|| Fault::plain(&super::problem::UNAUTHORIZED))
    }

    /// The request id under which this call is done once: the caller's key, under the caller's name, so that nobody meets
    /// another's outcome.
    pub fn request(&self) -> Result<String, Fault> {
        let key = self.headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).map(|key| key.trim().trim_matches('"'));
        let key = key.ok_or_else(|| {
            Fault::malformed("缺少 Idempotency-Key 请求头。", "The header Idempotency-Key is missing.").code("key-required").next(
                "为每次操作取一个新的随机键；重试时用同一个键。",
                "Draw a fresh random key for each thing you do, and use the same one when you try again.",
            )
        })?;
        if !(8..=80).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte)) {
            return Err(Fault::malformed(
                "Idempotency-Key 须为 8 至 80 个字母、数字或 - _ . :。",
                "An Idempotency-Key has 8 to 80 letters, digits or - _ . :.",
            )
            .code("key-required"));
        }
        Ok(format!("api:{}:{key}", self.caller()?.owner()))
    }

    /// The version the author looked at, and the status that tells of having been overtaken.
    pub fn seen(&self) -> Result<(u64, StatusCode), Fault> {
        if let Some(seen) = self.asked_as("seen")? {
            return Ok((seen, StatusCode::CONFLICT));
        }
        let tag = self.headers.get(header::IF_MATCH).and_then(|tag| tag.to_str().ok());
        let tag = tag.ok_or_else(|| {
            Fault::plain(&SEEN_REQUIRED)
                .next("先读取办件，把 ETag 作为 If-Match 传回。", "Read the case first and give its ETag back as If-Match.")
        })?;
        let seen = tag.trim().trim_start_matches("W/").trim_matches('"').parse();
        let seen =
            seen.map_err(|_| Fault::malformed("If-Match 须是办件的版本号。", "If-Match has to be the version of the case."))?;
        Ok((seen, StatusCode::PRECONDITION_FAILED))
    }

    pub(super) fn is_media(&self, wanted: &str) -> Result<(), Fault> {
        let media = self.headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or("");
        let media = media.split(';').next().unwrap_or("").trim();
        if media.eq_ignore_ascii_case(wanted) { Ok(()) } else { Err(Fault::plain(&WRONG_MEDIA)) }
    }

    /// Digest of all that makes this request what it is: the same key with another one is a mistake.
    pub fn fingerprint(&self) -> String {
        office::ids::digest([self.address.as_bytes(), b"\n", &self.body].concat())
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        self.is_media("application/json")?;
        if self.body.windows(6).any(|six| six == b"\\u0000") {
            return Err(Fault::malformed("文字中不能有空字符。", "Texts have no NUL in them."));
        }
        let mut reader = serde_json::Deserializer::from_slice(&self.body);
        let read = T::deserialize(&mut reader).and_then(|read| reader.end().map(|()| read));
        read.map_err(|error| unreadable(&error))
    }
}

/// What is wrong with a body, in the words of the parser, which never repeat a value that was sent.
pub fn unreadable(error: &serde_json::Error) -> Fault {
    let told = error.to_string();
    let where_from = format!("{}:{}", error.line(), error.column());
    if error.is_data() {
        let detail = rulebook::Text::new(
            format!("字段缺少、多余或类型不对（{told}）。"),
            format!("A key is missing, foreign or of the wrong type ({told})."),
        );
        let errors = json!([{ "position": where_from, "detail": detail }]);
        return Fault::new(&WRONG_SHAPE, detail).with("errors", errors);
    }
    Fault::malformed(format!("请求体不是 JSON（第 {where_from} 处）。"), format!("The body is not JSON (at {where_from})."))
}

pub fn bad_parameter(name: &str) -> Fault {
    Fault::malformed(format!("参数“{name}”写法不对。"), format!("The parameter “{name}” is not in the right form."))
        .with("parameter", json!(name))
}

/// The key belongs to another request.
pub fn key_reused() -> Fault {
    Fault::plain(&KEY_REUSED).next("为新的操作取一个新的键。", "Draw a fresh key for a new thing to do.")
}

/// What a route takes.
pub trait Takes: Sized + Send {
    /// Largest body that is read, in bytes.
    const LARGEST: usize;

    fn take(call: &mut Call) -> Result<Self, Fault>;

    /// Media type and schema of the body; none where nothing is taken.
    fn body(all: &mut Definitions) -> Option<(&'static str, Value)>;
}

/// Nothing but the address.
pub struct Nothing;

impl Takes for Nothing {
    const LARGEST: usize = 0;

    fn take(_: &mut Call) -> Result<Nothing, Fault> {
        Ok(Nothing)
    }

    fn body(_: &mut Definitions) -> Option<(&'static str, Value)> {
        None
    }
}

/// A body of this shape.
pub struct Of<T>(pub T);

impl<T: Shape + DeserializeOwned + Send> Takes for Of<T> {
    const LARGEST: usize = 512 * 1024;

    fn take(call: &mut Call) -> Result<Of<T>, Fault> {
        call.json().map(Of)
    }

    fn body(all: &mut Definitions) -> Option<(&'static str, Value)> {
        Some(("application/json", T::schema(all)))
    }
}

/// A part of a file, as it is.
pub struct Part(pub Bytes);

impl Takes for Part {
    const LARGEST: usize = office::uploads::LARGEST_PART;

    fn take(call: &mut Call) -> Result<Part, Fault> {
        call.is_media("application/octet-stream")?;
        Ok(Part(std::mem::take(&mut call.body)))
    }

    fn body(_: &mut Definitions) -> Option<(&'static str, Value)> {
        Some(("application/octet-stream", json!({})))
    }
}

/// What a route gives.
pub trait Gives: Send {
    fn reply(self) -> Response;

    /// Status, media type and schema.
    fn told(all: &mut Definitions) -> (StatusCode, Option<(&'static str, Value)>);
}

/// A body of this shape; `new` ones have an address of their own.
pub struct Given<T> {
    pub body: T,
    pub version: Option<u64>,
}

impl<T> Given<T> {
    pub fn of(body: T) -> Given<T> {
        Given { body, version: None }
    }

    /// With the version as ETag.
    pub fn at(body: T, version: u64) -> Given<T> {
        Given { body, version: Some(version) }
    }
}

impl<T: Shape + Serialize + Send> Gives for Given<T> {
    fn reply(self) -> Response {
        let mut response = json_response(StatusCode::OK, &self.body);
        if let Some(tag) = self.version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok()) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }

    fn told(all: &mut Definitions) -> (StatusCode, Option<(&'static str, Value)>) {
        (StatusCode::OK, Some(("application/json", T::schema(all))))
    }
}

/// Something that was made, and where it can be read.
pub struct Made<T> {
    pub body: T,
    pub location: String,
}

impl<T: Shape + Serialize + Send> Gives for Made<T> {
    fn reply(self) -> Response {
        let mut response = json_response(StatusCode::CREATED, &self.body);
        if let Ok(location) = HeaderValue::from_str(&self.location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }

    fn told(all: &mut Definitions) -> (StatusCode, Option<(&'static str, Value)>) {
        (StatusCode::CREATED, Some(("application/json", T::schema(all))))
    }
}

/// Done, with nothing to tell.
pub struct Done;

impl Gives for Done {
    fn reply(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    }

    fn told(_: &mut Definitions) -> (StatusCode, Option<(&'static str, Value)>) {
        (StatusCode::NO_CONTENT, None)
    }
}

/// A file.
pub struct File {
    pub bytes: Vec<u8>,
    pub media: String,
    pub name: String,
}

impl Gives for File {
    fn reply(self) -> Response {
        let name: String = self
            .name
            .bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
                    (byte as char).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
        let mut response = Response::new(Body::from(self.bytes));
        let headers = response.headers_mut();
        let media = HeaderValue::from_str(&self.media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
        headers.insert(header::CONTENT_TYPE, media);
        if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }

    fn told(_: &mut Definitions) -> (StatusCode, Option<(&'static str, Value)>) {
        (StatusCode::OK, Some(("application/octet-stream", json!({}))))
    }
}

fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            *response.status_mut() = status;
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        // A map whose keys are no texts is the only way here, and no shape has one.
        Err(_) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

/// The language a caller asked for; Chinese unless English is wanted more.
pub fn language(headers: &HeaderMap) -> Lang {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|asked| asked.to_str().ok()).unwrap_or("");
    let worth = |wanted: &str| {
        asked
            .split(',')
            .filter_map(|part| {
                let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
                let quality = parameters.trim().strip_prefix("q=").map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
                let tag = tag.trim().to_ascii_lowercase();
                (tag == wanted || tag.split('-').next() == Some(wanted)).then_some(quality)
            })
            .fold(0.0_f32, f32::max)
    };
    if worth("en") > worth("zh") { Lang::En } else { Lang::Zh }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_is_worth_most() {
        for (asked, lang) in [
            ("", Lang::Zh),
            ("en", Lang::En),
            ("en-GB,en;q=0.8,zh;q=0.9", Lang::En),
            ("zh-CN,en;q=0.5", Lang::Zh),
            ("fr, en;q=0.1", Lang::En),
            ("*", Lang::Zh),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(asked).expect("a header"));
            assert_eq!(language(&headers), lang, "{asked}");
        }
    }
}

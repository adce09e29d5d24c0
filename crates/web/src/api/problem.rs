//! What a call could not do, as a problem document (RFC 9457): a kind with a page of its own, a stable code, why, what to do next
//! and the legal ground, in the language the caller asked for.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::Refusal;
use office::Failure;
use rulebook::{Lang, Text};
use serde_json::{Map, Value, json};
use tracing::error;

/// A kind of problem: the last part of its `type`, its status, its title, and what it means.
pub struct Kind {
    pub name: &'static str,
    pub status: StatusCode,
    pub title: (&'static str, &'static str),
    pub meaning: (&'static str, &'static str),
}

macro_rules! kinds {
    ($($constant:ident = $name:literal, $status:ident, $title:expr, $meaning:expr;)*) => {
        $(pub static $constant: Kind = Kind { name: $name, status: StatusCode::$status, title: $title, meaning: $meaning };)*
        /// Every kind there is, for the readable page.
        pub static KINDS: &[&Kind] = &[$(&$constant),*];
    };
}

kinds! {
    MALFORMED = "malformed", BAD_REQUEST, ("请求读不懂", "The request cannot be read"),
        ("请求体不是 JSON，或者参数、请求头写法不对。", "The body is not JSON, or a parameter or header is not in the right form.");
    UNAUTHORIZED = "unauthorized", UNAUTHORIZED, ("没有有效的令牌", "No valid token"),
        ("没有带令牌，或者令牌未知、已过期、已吊销。", "There is no token, or it is unknown, expired or revoked.");
    FORBIDDEN = "forbidden", FORBIDDEN, ("没有这项权限", "Not allowed"),
        ("令牌的范围不包括这一操作，或者令牌的主体没有这项权限。", "The token's scope does not cover this, or its subject may not do it.");
    NOT_FOUND = "not-found", NOT_FOUND, ("没有找到", "Not found"),
        ("没有这一条，或者您无权查看；两者不加区分。", "It is not there, or you may not see it; the two are not told apart.");
    NO_SUCH_PATH = "no-such-path", NOT_FOUND, ("没有这个地址", "No such address"),
        ("接口没有这个路径，见 openapi.json。", "The API has no such path; see openapi.json.");
    NO_SUCH_METHOD = "no-such-method", METHOD_NOT_ALLOWED, ("不支持这个方法", "Method not allowed"),
        ("这个路径不支持这个方法。", "The path does not take this method.");
    REFUSED = "refused", CONFLICT, ("依规定不能办理", "Refused by a rule"),
        ("法律或规则说不：code 是规则，detail 是理由，next 是下一步，basis 是依据。", "The law or a rule says no: `code` is the rule, `detail` why, `next` what to do, `basis` the ground.");
    OVERTAKEN = "overtaken", CONFLICT, ("办件已有变化", "Overtaken"),
        ("在您看过以后办件有了变化；changes 列出变化，version 是现在的版本。没有改动任何内容。用 If-Match 时状态码是 412。", "The case changed after you looked: `changes` tells how, `version` is the one to look at. Nothing was changed. With If-Match the status is 412.");
    TOO_LARGE = "too-large", PAYLOAD_TOO_LARGE, ("内容太大", "Too large"),
        ("请求体超过了上限。", "The body is longer than is taken.");
    WRONG_MEDIA = "wrong-media", UNSUPPORTED_MEDIA_TYPE, ("内容类型不对", "Wrong media type"),
        ("请求体须为 application/json；上传分片须为 application/octet-stream。", "Bodies are application/json; parts of uploads are application/octet-stream.");
    WRONG_SHAPE = "wrong-shape", UNPROCESSABLE_ENTITY, ("内容不符合要求", "Not of the right shape"),
        ("JSON 的字段缺少、多余或类型不对；errors 指出位置。", "Keys are missing, foreign or of the wrong type; `errors` says where.");
    KEY_REUSED = "key-reused", UNPROCESSABLE_ENTITY, ("幂等键已用于另一请求", "Idempotency key used before"),
        ("同一个 Idempotency-Key 只能用于同一个请求。", "An Idempotency-Key belongs to one request.");
    SEEN_REQUIRED = "seen-required", PRECONDITION_REQUIRED, ("须说明看过的版本", "The version seen is required"),
        ("办理人须说明所依据的版本：If-Match 请求头或 seen 参数。", "An act says which version its author saw: by If-Match or by `seen`.");
    TOO_MANY = "too-many", TOO_MANY_REQUESTS, ("请求太多", "Too many requests"),
        ("超过了令牌的速率；Retry-After 说明多少秒后再试。", "The token's rate is used up; Retry-After says in how many seconds to come again.");
    FAILED = "failed", INTERNAL_SERVER_ERROR, ("系统故障", "The system failed"),
        ("系统出了故障并已记录；fault 是故障编号。用同一个 Idempotency-Key 重试是安全的。", "The system failed and noted it; `fault` is its number. Trying again with the same Idempotency-Key is safe.");
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE, ("暂时无法办理", "Not possible just now"),
        ("系统正忙或尚未就绪，请稍后重试。", "The system is busy or not ready; try again shortly.");
}

/// One problem on its way to the caller.
#[derive(Debug)]
pub struct Fault(Box<Inner>);

struct Inner {
    kind: &'static Kind,
    status: StatusCode,
    code: String,
    detail: Text,
    next: Option<Text>,
    basis: Option<String>,
    more: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail.en)
    }
}

impl Fault {
    pub fn new(kind: &'static Kind, detail: Text) -> Fault {
        let code = kind.name.to_owned();
        let headers = Vec::new();
        Fault(Box::new(Inner { kind, status: kind.status, code, detail, next: None, basis: None, more: Map::new(), headers }))
    }

    /// A kind with nothing more to say than what it means.
    pub fn plain(kind: &'static Kind) -> Fault {
        Fault::new(kind, Text::new(kind.meaning.0, kind.meaning.1))
    }

    pub fn not_found() -> Fault {
        Fault::plain(&NOT_FOUND)
    }

    pub fn malformed(zh: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault::new(&MALFORMED, Text::new(zh, en))
    }

    /// One key of the body that is not as it should be.
    pub fn wrong(pointer: &str, detail: Text) -> Fault {
        let errors = json!([{ "pointer": pointer, "detail": detail }]);
        Fault::new(&WRONG_SHAPE, detail).with("errors", errors)
    }

    pub fn status(mut self, status: StatusCode) -> Fault {
        self.0.status = status;
        self
    }

    pub fn code(mut self, code: &str) -> Fault {
        code.clone_into(&mut self.0.code);
        self
    }

    pub fn next(mut self, zh: impl Into<String>, en: impl Into<String>) -> Fault {
        self.0.next = Some(Text::new(zh, en));
        self
    }

    pub fn with(mut self, name: &str, value: Value) -> Fault {
        self.0.more.insert(name.to_owned(), value);
        self
    }

    pub fn header(mut self, name: HeaderName, value: &str) -> Fault {
        self.0.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// The document. Members for people are in one language; `errors` and `changes` carry texts that are put into it too.
    pub fn answer(self, lang: Lang, public_url: &str) -> Response {
        let inner = *self.0;
        let mut body = json!({
            "type": format!("{public_url}/api#{}", inner.kind.name),
            "title": lang.say(inner.kind.title.0, inner.kind.title.1),
            "status": inner.status.as_u16(),
            "detail": inner.detail.get(lang),
            "code": inner.code,
            "lang": lang.tag(),
        });
        if let Some(next) = &inner.next {
            body["next"] = json!(next.get(lang));
        }
        if let Some(basis) = &inner.basis {
            body["basis"] = json!(basis);
        }
        for (name, value) in inner.more {
            body[name] = in_language(value, lang);
        }
        let media = (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let language = (header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        let mut response = (inner.status, body.to_string()).into_response();
        response
            .headers_mut()
            .extend([media, language].into_iter().chain(inner.headers).map(|(name, value)| (Some(name), value)));
        response
    }
}

/// Every `{zh, en}` within becomes the one of the two that is wanted.
fn in_language(value: Value, lang: Lang) -> Value {
    match value {
        Value::Array(all) => Value::Array(all.into_iter().map(|value| in_language(value, lang)).collect()),
        Value::Object(mut object) => match object.get_mut(lang.say("zh", "en")).map(Value::take) {
            Some(text) if object.len() == 2 => text,
            _ => Value::Object(object.into_iter().map(|(name, value)| (name, in_language(value, lang))).collect()),
        },
        other => other,
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        let kind = match refusal.code.as_str() {
            "not-yours" | "no-mandate" => &FORBIDDEN,
            "not-found" | "unknown-case" => &NOT_FOUND,
            "overtaken" => &OVERTAKEN,
            _ => &REFUSED,
        };
        let mut fault = Fault::new(kind, refusal.why).code(&refusal.code);
        fault.0.next = Some(refusal.next);
        fault.0.basis = refusal.basis;
        fault
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Fault {
        let number = format!("{:08x}", rand::random::<u32>());
        error!(fault = number, %failure, "A call failed ({number}): {failure}");
        let kind = if failure.is_passing() { &UNAVAILABLE } else { &FAILED };
        let fault = Fault::plain(kind).with("fault", json!(number));
        if kind.status == StatusCode::SERVICE_UNAVAILABLE { fault.header(header::RETRY_AFTER, "1") } else { fault }
    }
}

impl From<store::StoreError> for Fault {
    fn from(error: store::StoreError) -> Fault {
        Failure::Store(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_within_a_problem_are_told_in_the_language_asked_for() {
        let value = json!({ "changes": [{ "text": { "zh": "已受理", "en": "Accepted" }, "version": 3 }], "zh": 1 });
        let wanted = json!({ "changes": [{ "text": "Accepted", "version": 3 }], "zh": 1 });
        assert_eq!(in_language(value, Lang::En), wanted);
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let mut names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }
}

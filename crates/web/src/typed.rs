//! What somebody typed, for as long as the request runs: if the machine fails, the page that says so holds it and can send it again;
//! if a rule refuses it on a page of its own, that page shows it.
//!
//! A form with a password or another secret is not shown.

use crate::pieces::Tone;
use crate::pieces::button::{Button, button};
use crate::pieces::notice::Notice;
use crate::portal::sign_in::safe_way;
use crate::visitor::{Posted, urlencoded_pairs};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use maud::{Markup, html};
use rulebook::Lang;

tokio::task_local! {
    static TYPED: Bytes;
}

/// Larger forms are papers, which have a way of their own.
const LARGEST: usize = 512 * 1024;

/// Fields that no page shows again: a form that has one is not shown either. `old` and `new` are the passwords of a change.
const SECRETS: [&str; 6] = ["password", "secret", "pin", "otp", "old", "new"];
/// What pages put into forms for themselves.
const OURS: [&str; 4] = ["csrf", "request", "seen", "back"];

/// Reads a form before its page does, and keeps it for the time of the request; what is in it is looked at only if it comes to that.
pub(crate) async fn keep(request: Request, next: Next) -> Response {
    if *request.method() != Method::POST || !is_small_form(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // A body that breaks off is told by whoever reads it: of an empty one no form can be made.
    let bytes = axum::body::to_bytes(body, LARGEST).await.unwrap_or_default();
    TYPED.scope(bytes.clone(), next.run(Request::from_parts(parts, bytes.into()))).await
}

fn is_small_form(headers: &HeaderMap) -> bool {
    let head = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let length = head(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    head(header::CONTENT_TYPE).is_some_and(|media| media.starts_with("application/x-www-form-urlencoded"))
        && length.is_some_and(|length| length <= LARGEST)
}

/// What was typed, for whoever was refused: to be copied into a form that takes it.
pub(crate) fn kept(lang: Lang) -> Markup {
    let pairs = held();
    if pairs.iter().all(|(name, _)| OURS.contains(&name.as_str())) {
        return html! {};
    }
    html! { p { (lang.say("您填写的内容：", "What you typed:")) } (list(&pairs)) }
}

/// A form that was sent after the session had ended, carried through the sign-in, and where to go without one.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    pub back: String,
    /// Where the form was sent to, and what was in it.
    pub to: String,
    pub typed: Vec<(String, String)>,
}

const KEPT: &str = "kept.";

impl Carried {
    /// What was sent to `to`, without what the page had put in for the session that ended.
    pub fn sent<'a>(to: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Carried {
        let own = pairs.into_iter().filter(|(name, _)| !["csrf", "request"].contains(name));
        let typed = own.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Carried { back: String::new(), to: to.to_owned(), typed }
    }

    /// What this very request sent to `here`, if somebody typed anything.
    pub fn held(here: &str) -> Option<Carried> {
        let pairs = held();
        let own = |(name, value): &(String, String)| !OURS.contains(&name.as_str()) && !value.trim().is_empty();
        let carried = Carried::sent(here, pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        pairs.iter().any(own).then_some(carried)
    }

    /// As the sign-in's own forms brought it along.
    pub fn of(posted: &Posted) -> Carried {
        let typed = posted.pairs().filter_map(|(name, value)| Some((name.strip_prefix(KEPT)?.to_owned(), value.to_owned())));
        Carried { back: posted.get("back").to_owned(), to: posted.get("_to").to_owned(), typed: typed.collect() }
    }

    pub fn fields(&self) -> Markup {
        html! {
            input type="hidden" name="back" value=(self.back);
            @if !self.to.is_empty() { input type="hidden" name="_to" value=(self.to); }
            @for (name, value) in &self.typed { input type="hidden" name={ (KEPT) (name) } value=(value); }
        }
    }

    pub fn notice(&self, lang: Lang) -> Option<Notice> {
        (!self.to.is_empty()).then(|| {
            Notice::new(
                Tone::Warn,
                lang.say(
                    "登录已经结束。您刚才填写的内容没有丢失，登录后可以接着提交。",
                    "You were signed out. What you typed is kept and can be sent once you are signed in.",
                ),
            )
        })
    }

    /// Signed in again: the form that was sent too late, one press away; `csrf` is of the new session.
    pub fn go_on(&self, csrf: &str, otherwise: &str, lang: Lang) -> Markup {
        let shown = |(name, value): &&(String, String)| !name.starts_with('_') && name != "seen" && !value.is_empty();
        html! {
            div .page-head { h1 { (lang.say("接着提交刚才的内容", "Send what you typed")) }
                p .lead { (lang.say("已重新登录。您填写的内容都在，按下即提交。", "You are signed in again. All you typed is here; one press sends it.")) } }
            form .form method="post" action=(safe_way(&self.to, otherwise)) {
                input type="hidden" name="csrf" value=(csrf);
                input type="hidden" name="request" value=(crate::fresh_request());
                @for (name, value) in &self.typed { input type="hidden" name=(name) value=(value); }
                dl .summary {
                    @for (name, value) in self.typed.iter().filter(shown) { div { dt { (name) } dd .pre { (value) } } }
                }
                div .buttons { (button(&Button::new(lang.say("提交", "Send")))) }
            }
        }
    }
}

/// What is held, unless there is a secret in it.
fn held() -> Vec<(String, String)> {
    let pairs = TYPED.try_with(|bytes| urlencoded_pairs(bytes)).unwrap_or_default();
    let secret = pairs.iter().any(|(name, _)| name.split(['-', '_']).any(|part| SECRETS.contains(&part)));
    if secret { Vec::new() } else { pairs }
}

fn list(pairs: &[(String, String)]) -> Markup {
    let shown = pairs.iter().filter(|(name, value)| !OURS.contains(&name.as_str()) && !value.trim().is_empty());
    html! { dl.typed { @for (name, value) in shown { dt { (name) } dd { (value) } } } }
}

/// What was typed, with a button that sends it again to where it was sent; nothing where nothing is held.
pub(crate) fn again(here: &str, lang: Lang) -> Markup {
    let pairs = held();
    if pairs.is_empty() {
        return html! {};
    }
    let once = pairs.iter().any(|(name, _)| name == "request");
    html! {
        p {
            (lang.say("您填写的内容仍在本页，可以原样再发一次。", "What you typed is still on this page and can be sent again as it is."))
            @if once { (lang.say("重复发送只办理一次。", " Sent twice, it is done once.")) }
        }
        (list(&pairs))
        form method="post" action=(here) {
            @for (name, value) in &pairs { input type="hidden" name=(name) value=(value); }
            button.button type="submit" { (lang.say("再发一次", "Send again")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::post;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    async fn sent(body: &str) -> String {
        let page = async || again("/cases/1?x=\"", Lang::En).into_string();
        let app: Router = Router::new().route("/", post(page)).layer(middleware::from_fn(keep));
        let request = Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("content-length", body.len())
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let answer = app.oneshot(request).await.expect("an answer");
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[tokio::test]
    async fn what_was_typed_is_shown_and_can_be_sent_again() {
        let page = sent("csrf=c1&request=r1&text=%3Cb%3E+one%0D%0Atwo").await;
        for part in ["&lt;b&gt; one\ntwo", "name=\"request\" value=\"r1\"", "action=\"/cases/1?x=&quot;\"", "done once"] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("<dt>csrf"));
    }

    #[tokio::test]
    async fn a_form_with_a_secret_is_not_held() {
        assert_eq!(sent("login=a&new-password=b").await, "");
        assert_eq!(sent("").await, "");
    }
}

//! What somebody typed, for as long as the request runs: if the machine fails, the page that says so holds it and can send it again;
//! if a rule refuses it on a page of its own, that page shows it.
//!
//! A form with a password or another secret is not shown.

use crate::visitor::urlencoded_pairs;
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

//! The switches of language and print: `?lang=en` and `?print=large` on any address keep the choice in a cookie and lead back
//! to the address without them. Links, so that they work without scripts and can be sent to somebody else.

use crate::app::App;
use crate::visitor::{LANG, PRINT, set_cookie};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Response};

/// The choice is kept for a year, in seconds.
const YEAR: i64 = 365 * 24 * 60 * 60;

pub async fn switches(State(app): State<App>, request: Request, next: Next) -> Response {
    let page = matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with("/api/");
    match page.then(|| switched(request.uri(), app.secure())).flatten() {
        Some((back, cookies)) => {
            let back = HeaderValue::try_from(back).unwrap_or(HeaderValue::from_static("/"));
            (StatusCode::SEE_OTHER, [(header::LOCATION, back)], AppendHeaders(cookies)).into_response()
        }
        None => next.run(request).await,
    }
}

/// Where to go back to and what to remember, if the address has a switch in it.
fn switched(uri: &Uri, secure: bool) -> Option<(String, Vec<(HeaderName, String)>)> {
    let mut cookies = Vec::new();
    let mut rest = Vec::new();
    for pair in uri.query()?.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("lang", lang @ ("zh" | "en"))) => cookies.push(set_cookie(LANG, lang, Some(YEAR), secure)),
            Some(("print", "large")) => cookies.push(set_cookie(PRINT, "large", Some(YEAR), secure)),
            Some(("print", "normal")) => cookies.push(set_cookie(PRINT, "", Some(0), secure)),
            _ => rest.push(pair),
        }
    }
    if cookies.is_empty() {
        return None;
    }
    // `//elsewhere` would be another site's address.
    let path = format!("/{}", uri.path().trim_start_matches(['/', '\\']));
    Some((if rest.is_empty() { path } else { format!("{path}?{}", rest.join("&")) }, cookies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_leads_back_to_where_one_was() {
        fn check(from: &str, to: Option<(&str, &[&str])>) {
            let found = switched(&from.parse().expect("an address"), false);
            let found = found.map(|(back, cookies)| {
                let cookies: Vec<String> =
                    cookies.iter().map(|(_, text)| text.split(';').next().unwrap_or_default().to_owned()).collect();
                (back, cookies)
            });
            let to = to.map(|(back, cookies)| (back.to_owned(), cookies.iter().map(|&cookie| cookie.to_owned()).collect()));
            assert_eq!(found, to, "{from}");
        }
        check("/items", None);
        check("/items?lang=fr", None);
        check("/?lang=en", Some(("/", &["yimen-lang=en"])));
        check("/search?q=%E9%A5%AD&lang=zh&page=2", Some(("/search?q=%E9%A5%AD&page=2", &["yimen-lang=zh"])));
        check("/?print=large&lang=en", Some(("/", &["yimen-print=large", "yimen-lang=en"])));
        check("/?print=normal", Some(("/", &["yimen-print="])));
        check("//elsewhere.example/?lang=en", Some(("/elsewhere.example/", &["yimen-lang=en"])));
    }
}

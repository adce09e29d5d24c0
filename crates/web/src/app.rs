//! What every route can reach, and what every answer carries.

use crate::assets;
use crate::doors::Doors;
use crate::portal::figures::Counted;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use office::Office;
use std::sync::Arc;

#[derive(Clone)]
pub struct App {
    pub office: Office,
    pub(crate) doors: Arc<Doors>,
    pub(crate) counted: Counted,
}

impl App {
    /// Whether the portal is reached by HTTPS, so that cookies are marked for it.
    pub fn secure(&self) -> bool {
        self.office.settings.public_url.starts_with("https://")
    }
}

/// Everything the public, the staff and other systems can reach.
pub fn router(office: Office) -> Router {
    router_behind(office, Doors::default())
}

/// The same with doors of one's own.
pub fn router_behind(office: Office, doors: Doors) -> Router {
    let app = App { office, doors: Arc::new(doors), counted: Counted::default() };
    Router::new()
        .merge(crate::portal::routes())
        .merge(crate::demo::routes())
        .nest("/workbench", crate::workbench::routes())
        .merge(crate::api::pages())
        .nest("/api/v1", crate::api::routes())
        .fallback(crate::error::no_such_page)
        .method_not_allowed_fallback(crate::error::not_asked_for_so)
        // Every form is bounded where it is read (`Posted`), and uploads where they are taken in.
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(app.clone())
        .merge(assets::routes())
        .layer(middleware::from_fn_with_state(app, crate::portal::switches::switches))
        .layer(middleware::from_fn(crate::typed::keep))
        .layer(middleware::from_fn(same_origin))
        .layer(middleware::from_fn(headers))
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(tower_http::catch_panic::CatchPanicLayer::new())
}

/// Forms of other sites are turned away: by `Sec-Fetch-Site`, and where a browser does not send it, by Origin and Host.
/// Requests with a token of the API carry no cookie and are not concerned.
async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || request.headers().contains_key(header::AUTHORIZATION) {
        return next.run(request).await;
    }
    if is_same_origin(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "cross-site request refused").into_response()
    }
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => match text("origin") {
            Some(origin) => origin.split_once("://").map(|(_, host)| host) == text("host"),
            None => true,
        },
    }
}

/// Path and query as they were sent: inside a nested router the request no longer knows what it is nested under.
#[derive(Clone)]
pub(crate) struct Here(pub(crate) String);

async fn headers(mut request: Request, next: Next) -> Response {
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    request.extensions_mut().insert(Here(here));
    let is_asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'",
    );
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    if !is_asset {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

//! The API for other systems: whatever the pages can do, by token, with the same rules and the same permissions.
//!
//! One table of routes makes the router, the checks at the door and the OpenAPI document, and the type of each handler is what
//! the document says of its body and answer: see `route.rs`. A token stands for a person or an officer; its scope narrows what
//! they may do and never widens it.

mod account;
pub mod acts;
mod administration;
mod agencies;
mod calendar;
mod call;
pub mod caller;
mod cases;
mod desk;
mod drafts;
mod gate;
mod ground;
mod intake;
mod item_form;
mod items;
mod lists;
mod mandates;
mod once;
pub mod openapi;
mod page;
mod partners;
pub(crate) mod policies;
pub mod problem;
mod public;
mod records;
pub mod route;
mod rules;
pub mod shape;
pub(crate) mod story;
mod supervision;
mod themes;
mod uploads;
mod wallet;

use crate::app::App;
use crate::rates::{Rate, Rates};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{MethodFilter, get, on};
use problem::{Fault, NO_SUCH_METHOD, NO_SUCH_PATH};
use route::Route;
use std::sync::Arc;

/// Every route of the API.
pub fn table() -> Vec<Route> {
    [
        items::routes(),
        intake::routes(),
        agencies::routes(),
        lists::routes(),
        themes::routes(),
        policies::routes(),
        calendar::routes(),
        public::routes(),
        drafts::routes(),
        uploads::routes(),
        cases::routes(),
        acts::routes(),
        account::routes(),
        desk::routes(),
        supervision::routes(),
        administration::routes(),
        mandates::routes(),
        rules::routes(),
        records::routes(),
        wallet::routes(),
        partners::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Enough for a system that hands in a day's applications, too little to keep a node from serving others.
const OF_A_TOKEN: Rate = Rate { per_second: 100.0, burst: 1_000.0 };

/// Everything under `/api/v1`.
pub fn routes() -> Router<App> {
    let rates = Arc::new(Rates::new(OF_A_TOKEN));
    let mut router = Router::new().route("/openapi.json", get(openapi::show));
    for route in table() {
        let path = route.path;
        let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
        let (route, rates) = (Arc::new(route), rates.clone());
        let handler =
            move |State(app): State<App>, request: Request| async move { gate::answer(app, &route, &rates, request).await };
        router = router.route(path, on(filter, handler));
    }
    router.fallback(no_such_path).method_not_allowed_fallback(no_such_method)
}

/// The readable page, outside of the versions.
pub fn pages() -> Router<App> {
    Router::new().route("/api", get(page::show))
}

async fn no_such_path(State(app): State<App>, headers: HeaderMap) -> Response {
    Fault::plain(&NO_SUCH_PATH).answer(call::language(&headers), &app.office.settings.public_url)
}

async fn no_such_method(State(app): State<App>, headers: HeaderMap) -> Response {
    Fault::plain(&NO_SUCH_METHOD).answer(call::language(&headers), &app.office.settings.public_url)
}

//! What people see: the portal for the public, the workbench for staff, the API for systems. See ARCHITECTURE.md.
//!
//! This crate reads through `store` and changes cases only through `office::perform`.

pub mod api;
pub mod app;
pub mod assets;
mod demo;
pub mod doors;
pub mod error;
pub mod layout;
pub mod pieces;
pub mod portal;
mod rates;
mod typed;
pub mod visitor;
pub mod workbench;

pub use app::{App, router, router_behind};

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// A text as part of a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The id of a request, drawn when its form is rendered: sending the form twice does it once.
pub fn fresh_request() -> String {
    office::ids::opaque()
}

/// Bytes as a file: shown by the browser where that is safe, saved under its name otherwise.
pub fn download(bytes: Vec<u8>, media: &str, name: &str) -> Response {
    let shown = ["application/pdf", "image/jpeg", "image/png"].contains(&media);
    let manner = if shown { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{manner}; filename*=UTF-8''{}", encode(name).replace('/', "%2F"))),
    ];
    (headers, bytes).into_response()
}

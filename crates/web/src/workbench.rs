//! The workbench: where staff work all day.

use crate::app::App;
use crate::layout::NavItem;
use crate::visitor::Visitor;
use axum::Router;

pub fn routes() -> Router<App> {
    Router::new()
}

pub fn navigation(_visitor: &Visitor) -> Vec<NavItem> {
    Vec::new()
}

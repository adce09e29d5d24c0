//! The portal: what the public sees.

pub mod account;
pub mod apply;
pub mod case;
pub mod matters;
pub mod sign_in;
pub mod uploads;

use crate::app::App;
use crate::layout::NavItem;
use crate::visitor::Visitor;
use axum::Router;

pub fn routes() -> Router<App> {
    Router::new()
        .merge(account::routes())
        .merge(apply::routes())
        .merge(case::routes())
        .merge(matters::routes())
        .merge(sign_in::routes())
        .merge(uploads::routes())
}

pub fn navigation(visitor: &Visitor) -> Vec<NavItem> {
    let lang = visitor.lang;
    let at = |path: &str| {
        visitor.here == path || visitor.here.starts_with(&format!("{path}/")) || visitor.here.starts_with(&format!("{path}?"))
    };
    let mut items = vec![
        NavItem::new("/", lang.say("首页", "Start")).current(visitor.here == "/"),
        NavItem::new("/items", lang.say("能办什么", "What can be done")).current(at("/items")),
        NavItem::new("/matters", lang.say("我的事项", "My matters")).current(at("/matters") || at("/drafts")),
    ];
    if visitor.signed_in.is_some() {
        items.push(NavItem::new("/notices", lang.say("消息", "Notices")).current(at("/notices")).count(visitor.unread));
    }
    items
}

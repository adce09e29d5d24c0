//! The workbench: where examiners, approvers and counter clerks work all day. A file for each page, whose name is that of its
//! address under `/workbench`.

mod account;
pub mod acts;
mod batch;
pub mod case;
mod counter;
mod frame;
mod notices;
mod people;
mod search;
pub mod sign_in;
mod supervision;
pub(crate) mod tasks;
mod week;
pub mod wording;

use crate::app::App;
use crate::error::Problem;
use crate::layout::NavItem;
use crate::visitor::Visitor;
use axum::Router;
use rulebook::procedure::Role;
use store::reader::{Reader, Scope};

/// Every page of the workbench.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(sign_in::routes())
        .merge(account::routes())
        .merge(tasks::routes())
        .merge(case::routes())
        .merge(acts::routes())
        .merge(batch::routes())
        .merge(counter::routes())
        .merge(search::routes())
        .merge(notices::routes())
        // Supervision and administration.
        .merge(supervision::routes())
        .merge(week::routes())
        .merge(people::routes())
}

/// Roles to which an entry of the navigation is shown, the address, and what it says. Empty roles: everybody.
type Entry = (&'static [Role], &'static str, &'static str, &'static str);

const ENTRIES: &[Entry] = &[
    (&[], "/workbench", "我的任务", "My tasks"),
    (&[Role::Clerk, Role::Receptionist], "/workbench/counter", "窗口", "Counter"),
    (supervision::ROLES, "/workbench/supervision", "督办", "Supervision"),
    (people::ROLES, "/workbench/people", "人员", "People"),
];

/// The main navigation: what this officer's roles have to do with.
pub fn navigation(visitor: &Visitor) -> Vec<NavItem> {
    if visitor.officer().is_err() {
        return Vec::new();
    }
    let path = visitor.here.split('?').next().unwrap_or_default();
    let under = |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    let here = |address: &str| match address {
        "/workbench" => path == address || under("/workbench/cases") || under("/workbench/batch"),
        _ => under(address),
    };
    let mine = ENTRIES.iter().filter(|(roles, ..)| roles.is_empty() || roles.iter().any(|role| visitor.has_role(*role)));
    let mut nav: Vec<NavItem> =
        mine.map(|(_, address, zh, en)| NavItem::new(*address, visitor.lang.say(zh, en)).current(here(address))).collect();
    nav.push(NavItem::new("/workbench/search", visitor.lang.say("查办件", "Find a case")).current(under("/workbench/search")));
    nav.push(
        NavItem::new("/workbench/notices", visitor.lang.say("消息", "Notices"))
            .current(under("/workbench/notices"))
            .count(visitor.unread),
    );
    nav
}

/// The one reader of lists, bounded by what this officer may see today.
pub(crate) async fn reader(app: &App, visitor: &Visitor) -> Result<Reader, Problem> {
    let (signed_in, _) = visitor.officer()?;
    let today = app.office.now().await?.day();
    Ok(Reader::for_actor(&app.office.store, Scope::of(&signed_in.actor, today)))
}

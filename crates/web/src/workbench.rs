//! The workbench: where examiners, approvers and counter clerks work all day. A file for each page, whose name is that of its
//! address under `/workbench`.

mod account;
pub mod acts;
mod batch;
mod by_rule;
mod calendar;
pub mod case;
mod checked;
mod claims;
mod commitments;
mod corrections;
mod counter;
mod editions;
mod errands;
mod frame;
mod import;
mod items;
mod lists;
mod notices;
mod objections;
mod partners;
mod people;
pub(crate) mod policies;
mod publish;
mod reach;
mod readings;
mod retention;
mod search;
pub mod sign_in;
pub(crate) mod supervision;
pub use supervision::export::Sheet;
pub(crate) mod tasks;
mod tokens;
pub(crate) mod week;
pub mod wording;
pub(crate) mod zones;

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
        .merge(by_rule::routes())
        .merge(commitments::routes())
        .merge(claims::routes())
        .merge(reach::routes())
        .merge(objections::routes())
        .merge(people::routes())
        .merge(tokens::routes())
        .merge(items::routes())
        .merge(publish::routes())
        .merge(editions::routes())
        .merge(lists::routes())
        .merge(policies::routes())
        .merge(zones::routes())
        .merge(corrections::routes())
        .merge(calendar::routes())
        .merge(readings::routes())
        .merge(retention::routes())
        .merge(errands::routes())
        .merge(partners::routes())
        .merge(import::routes())
}

/// Roles to which an entry of the navigation is shown, the address, and what it says. Empty roles: everybody.
type Entry = (&'static [Role], &'static str, &'static str, &'static str);

const ENTRIES: &[Entry] = &[
    (&[], "/workbench", "我的任务", "My tasks"),
    (&[Role::Clerk, Role::Receptionist], "/workbench/counter", "窗口", "Counter"),
    (supervision::ROLES, "/workbench/supervision", "督办", "Supervision"),
    (by_rule::ROLES, "/workbench/by-rule", "自动办结", "By rule"),
    (commitments::ROLES, "/workbench/commitments", "承诺", "Commitments"),
    (claims::ROLES, "/workbench/claims", "兑现", "Claims"),
    (reach::ROLES, "/workbench/policies/reach", "政策触达", "Reach"),
    (objections::ROLES, "/workbench/objections", "异议", "Objections"),
    (items::ROLES, "/workbench/items", "事项", "Items"),
    (publish::changes::ROLES, "/workbench/changes", "修改", "Changes"),
    (lists::ROLES, "/workbench/lists", "清单", "List"),
    (policies::ROLES, "/workbench/policies", "政策", "Policies"),
    (corrections::ROLES, "/workbench/corrections", "纠错", "Corrections"),
    (people::ROLES, "/workbench/people", "人员", "People"),
    (&[Role::Administrator], "/workbench/calendar", "日历", "Calendar"),
    (&[Role::Administrator], "/workbench/readings", "日志", "Logs"),
    (&[Role::Administrator], "/workbench/retention", "保管", "Retention"),
    (&[Role::Administrator], "/workbench/errands", "任务", "Errands"),
    (partners::ROLES, "/workbench/partners", "对接", "Partners"),
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
    let live = app.office.rulebooks.live()?;
    Ok(Reader::for_actor(&app.office.store, Scope::of(&signed_in.actor, today).under(&live.rules)))
}

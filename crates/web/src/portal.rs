//! The portal: what the public sees. A file for each page, whose name is that of its address.
//!
//! What only reads definitions is drawn from a [`Desk`]; what reads cases asks the store with the visitor's own scope.

pub mod account;
pub(crate) mod addressed;
pub mod apply;
mod asking;
pub(crate) mod awards;
pub mod broken_promises;
mod bundle;
mod by_rule;
pub mod case;
mod check;
mod commitment;
mod decisions;
pub(crate) mod figures;
pub mod follow;
mod guide;
mod guide_errors;
mod home;
mod items;
mod joint;
mod kept;
mod limits;
mod lists;
pub mod matters;
pub(crate) mod measures;
mod offer;
pub(crate) mod policies;
mod report;
mod search;
pub(crate) mod sending;
pub mod sign_in;
mod signing;
pub mod switches;
pub mod themes;
pub mod tokens;
pub mod uploads;
mod venues;
mod verify;
mod wallet;
pub(crate) mod wording;

use crate::app::App;
use crate::error::Problem;
use crate::layout::{Crumb, NavItem};
use crate::visitor::Visitor;
use axum::{Extension, Router};
use jiff::civil::Date;
use office::rulebooks::Edition;
use rulebook::{Lang, Rulebook};
use std::sync::Arc;

/// Every page of the portal.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(search::routes())
        .merge(items::routes())
        .merge(themes::routes())
        .merge(guide::routes())
        .merge(guide_errors::routes())
        .merge(lists::routes())
        .merge(limits::routes())
        .merge(measures::routes())
        .merge(venues::routes())
        .merge(decisions::routes())
        .merge(broken_promises::routes())
        .merge(policies::routes())
        .merge(check::routes())
        .merge(verify::routes())
        .merge(report::routes())
        // One's own matters: apply, matters, case, follow, account, sign-in, firms, notices, rate, report.
        .merge(account::routes())
        .merge(tokens::routes())
        .merge(apply::routes())
        .merge(sending::routes())
        .merge(signing::routes())
        .merge(awards::routes())
        .merge(case::routes())
        .merge(commitment::routes())
        .merge(joint::routes())
        .merge(bundle::routes())
        .merge(by_rule::routes())
        .merge(matters::routes())
        .merge(sign_in::routes())
        .merge(follow::routes())
        .merge(uploads::routes())
        .merge(wallet::routes())
        .layer(Extension(kept::Kept::default()))
}

/// The main navigation. Who is signed in finds her own matters there.
pub fn navigation(visitor: &Visitor) -> Vec<NavItem> {
    let lang = visitor.lang;
    let path = visitor.here.split('?').next().unwrap_or("/");
    let under = |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    let mut nav = vec![
        NavItem::new("/", lang.say("首页", "Home")).current(path == "/"),
        NavItem::new("/items", lang.say("事项与指南", "Services and guides")).current(under("/items") || under("/search")),
    ];
    nav.push(NavItem::new("/themes", lang.say("一件事", "One thing")).current(under("/themes") || under("/together")));
    nav.push(
        NavItem::new("/matters", lang.say("我的事项", "My matters"))
            .current(under("/matters") || under("/drafts") || under("/wallet") || under("/signatures")),
    );
    if visitor.signed_in.is_some() {
        nav.push(NavItem::new("/notices", lang.say("消息", "Notices")).current(under("/notices")).count(visitor.unread));
    }
    nav.extend([
        NavItem::new("/follow", lang.say("查进度", "Follow a matter")).current(under("/follow")),
        NavItem::new("/venues", lang.say("去哪里办", "Where to go")).current(under("/venues")),
        NavItem::new("/lists", lang.say("清单公开", "Lists")).current(under("/lists")),
        NavItem::new("/report", lang.say("办不成事", "Could not be done")).current(under("/report")),
    ]);
    nav
}

/// What public pages are drawn from: the edition in force, the day at the office, and the reader's language.
pub(crate) struct Desk {
    pub edition: Arc<Edition>,
    pub today: Date,
    pub lang: Lang,
}

impl Desk {
    pub fn of(app: &App, visitor: &Visitor) -> Result<Desk, Problem> {
        let edition = app.office.rulebooks.live()?;
        Ok(Desk { edition, today: app.office.clock.now().day(), lang: visitor.lang })
    }

    pub fn rules(&self) -> &Rulebook {
        &self.edition.rules
    }
}

/// The way to a page of the portal, home first.
pub(crate) fn way(lang: Lang, steps: impl IntoIterator<Item = Crumb>) -> Vec<Crumb> {
    std::iter::once(Crumb::to("/", lang.say("首页", "Home"))).chain(steps).collect()
}

/// An address with parameters; those without a value are left out.
pub(crate) fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let given: Vec<String> = parameters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", crate::encode(value)))
        .collect();
    if given.is_empty() { path.to_owned() } else { format!("{path}?{}", given.join("&")) }
}

/// One page of a list that is held in memory.
pub(crate) struct Leaf<'a, T> {
    pub rows: &'a [T],
    pub earlier: Option<String>,
    pub later: Option<String>,
    pub all: usize,
}

/// Cuts a list into pages; `page` is what the address says, from 1, and anything else is the first page.
pub(crate) fn leaf<'a, T>(all: &'a [T], page: &str, of: usize, here: &str) -> Leaf<'a, T> {
    let pages = all.len().div_ceil(of).max(1);
    let page = page.parse().unwrap_or(1).clamp(1, pages);
    let to = |page: usize| crate::layout::with_parameter(here, "page", &page.to_string());
    Leaf {
        rows: all.get((page - 1) * of..all.len().min(page * of)).unwrap_or_default(),
        earlier: (page > 1).then(|| to(page - 1)),
        later: (page < pages).then(|| to(page + 1)),
        all: all.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leaves_out_what_has_no_value() {
        assert_eq!(address("/items", &[("theme", ""), ("type", "")]), "/items");
        assert_eq!(address("/items", &[("theme", "其他"), ("type", "")]), "/items?theme=%E5%85%B6%E4%BB%96");
    }

    #[test]
    fn a_page_that_is_not_there_is_the_nearest_one() {
        fn check(page: &str, rows: &[u32], earlier: bool, later: bool) {
            let all: Vec<u32> = (0..25).collect();
            let leaf = leaf(&all, page, 10, "/items?page=9&q=a");
            assert_eq!((leaf.rows, leaf.earlier.is_some(), leaf.later.is_some()), (rows, earlier, later), "{page}");
        }
        check("", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], false, true);
        check("2", &[10, 11, 12, 13, 14, 15, 16, 17, 18, 19], true, true);
        check("3", &[20, 21, 22, 23, 24], true, false);
        check("99", &[20, 21, 22, 23, 24], true, false);
        check("-1", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], false, true);
        assert!(leaf::<u32>(&[], "1", 10, "/").rows.is_empty());
    }
}

//! An item as it is offered on a day: by which bodies and in which form, within which limits, and whether it is open.

use jiff::civil::Date;
use rulebook::Rulebook;
use rulebook::agency::{Agency, Authority, Window};
use rulebook::item::{Item, Limit, LimitKind, limit_on};

/// The procedure of a matter that could not be done: it has a door of its own and is applied for by nobody.
pub const UNRESOLVED: &str = "unresolved";

/// A row of the authority matrix that holds on the day, with the body it names.
pub struct Body<'a> {
    pub row: &'a Authority,
    pub agency: &'a Agency,
}

impl Body<'_> {
    /// The areas in which it holds, by code; empty means the whole district.
    pub fn areas(&self) -> &[String] {
        if self.row.areas.is_empty() { &self.agency.areas } else { &self.row.areas }
    }

    /// Whether it holds in this area; every body holds in an area that nobody named.
    pub fn serves(&self, area: &str) -> bool {
        area.is_empty() || self.areas().is_empty() || self.areas().iter().any(|known| known == area)
    }
}

/// The bodies that handle an item on a day: those of the whole district first, then those of single areas.
pub fn bodies<'a>(rules: &'a Rulebook, item: &str, on: Date) -> Vec<Body<'a>> {
    let mut bodies: Vec<Body<'a>> = rules
        .authority
        .iter()
        .filter(|row| row.item.get_ref() == item && row.from <= on && row.until.is_none_or(|until| on <= until))
        .filter_map(|row| Some(Body { row, agency: rules.agencies.get(row.agency.get_ref())? }))
        .collect();
    bodies.sort_by_key(|body| !body.areas().is_empty());
    bodies
}

/// The windows that take an item in, in their order.
pub fn windows<'a>(rules: &'a Rulebook, item: &str) -> Vec<&'a Window> {
    rules.windows.values().filter(|window| window.items.is_empty() || window.items.iter().any(|known| known == item)).collect()
}

pub fn promised(item: &Item, on: Date) -> Option<&Limit> {
    limit_on(&item.limit, LimitKind::Promised, on)
}

pub fn statutory(item: &Item, on: Date) -> Option<&Limit> {
    limit_on(&item.limit, LimitKind::Statutory, on)
}

/// What a visitor is told first: the promise, and where there is none the law's own limit.
pub fn told(item: &Item, on: Date) -> Option<&Limit> {
    promised(item, on).or_else(|| statutory(item, on))
}

/// Whether new applications are no longer taken, on that day.
pub fn is_closed(item: &Item, on: Date) -> bool {
    item.closed_from.is_some_and(|from| from <= on)
}

/// Whether it can be applied for here, on that day.
pub fn is_open_here(item: &Item, on: Date) -> bool {
    item.form.is_some() && !is_closed(item, on)
}

/// A promise that took the place of another, or will.
pub struct Change<'a> {
    pub item: &'a Item,
    pub before: &'a Limit,
    pub after: &'a Limit,
}

/// Every promise that differs from the one before it, the newest first. Serves measure 9: the old limit is shown beside the new.
pub fn changed_promises(rules: &Rulebook) -> Vec<Change<'_>> {
    let mut changes = Vec::new();
    for item in rules.items.values() {
        let mut promises: Vec<&Limit> = item.limit.iter().filter(|limit| limit.kind == LimitKind::Promised).collect();
        promises.sort_by_key(|limit| limit.from);
        for pair in promises.windows(2) {
            if let [before, after] = pair
                && before.term() != after.term()
            {
                changes.push(Change { item, before, after });
            }
        }
    }
    changes.sort_by(|a, b| (b.after.from, a.item.code.get_ref()).cmp(&(a.after.from, b.item.code.get_ref())));
    changes
}

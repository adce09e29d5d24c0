//! A draft as tests of the store begin it.

use casework::Moment;
use store::drafts::Draft;

pub fn draft(id: &str, owner: &str, holder: &str, at: Moment) -> Draft {
    let text = |word: &str| word.to_owned();
    Draft {
        id: text(id),
        owner: text(owner),
        holder: text(holder),
        item: text("item"),
        edition: text("e1"),
        agency: text("approval"),
        area: text(""),
        channel: text("online"),
        for_case: None,
        started_at: at,
        updated_at: at,
        parked: false,
        submitted: None,
        deleted_at: None,
        bundle: None,
    }
}

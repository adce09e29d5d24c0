//! What every address of supervision and administration answers, to whom, named after the address.

mod attachments;
mod bad_input;
mod calendar;
mod claims;
mod claims_broken;
mod commitments;
mod corrections;
mod editions;
mod feedback;
#[path = "../portal/house.rs"]
#[expect(dead_code, reason = "shared with the tests of the portal, which need all of it")]
mod house;
mod import;
mod items;
mod joint;
mod licences;
mod lists;
mod logs;
mod one_intake;
mod partners;
mod people;
mod policies;
mod policy_editor;
mod publish;
mod reach;
mod renewals;
mod retention;
mod rooms;
mod supervision;
mod tokens;
mod week;
mod zones;

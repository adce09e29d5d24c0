//! What every address of supervision and administration answers, to whom, named after the address.

#[path = "../portal/house.rs"]
#[expect(dead_code, reason = "shared with the tests of the portal, which need all of it")]
mod house;
mod people;
mod rooms;
mod supervision;
mod week;

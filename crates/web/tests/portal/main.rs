//! What every address of the portal answers, named after the address. Each test has a district of its own in memory.

mod bad_input;
mod bundles;
mod by_rule;
mod case;
mod check;
mod corrections;
mod decisions;
mod doors;
mod guide;
mod guide_errors;
mod home;
mod house;
mod items;
mod limits;
mod lists;
mod mandates;
mod measures;
mod my_policies;
mod policies;
mod report;
mod search;
mod signing;
mod switches;
mod tokens;
mod uploads;
mod venues;

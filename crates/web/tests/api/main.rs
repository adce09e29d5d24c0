//! What every address of the API answers. Each test has a district of its own in memory, and every answer it gets is held against
//! the schema that the OpenAPI document promises for it.

mod acts;
mod administration;
mod cases;
mod definitions;
mod desk;
mod district;
mod document;
mod drafts;
mod mandates;
mod partners;
mod policies;
mod problems;
mod registers;
mod rules;
mod schema;
mod themes;
mod tokens;
mod wallet;

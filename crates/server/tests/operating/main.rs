//! The program as an operator meets it: the real binary, its commands, and what it does when the machine fails.

#[path = "../../src/files.rs"]
mod files;

mod commands;
mod crash;
mod disk;
mod district;
mod import;
mod keeping;
mod licence;
mod lost_database;
mod nodes;
mod outside;
mod policies;
mod program;
mod rules;
mod stopping;
mod tls;
mod watching;

//! What people see: the portal for the public, the workbench for staff, the API for systems. See ARCHITECTURE.md.

pub mod assets;
pub mod layout;
pub mod pieces;

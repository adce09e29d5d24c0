//! Registers (登记库): who keeps one, what may be asked of it and for what, and which elements of the dictionary it answers.
//!
//! A register is asked for one holder at a time, and every call is logged. What it does not know stays missing: then the applicant's
//! own copy counts, and a person looks (国务院令第716号). Serves measures 2 and 5.

use crate::definition::{Basis, Standing};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Which of our stores answers for a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeps {
    /// Firms, as the last import or our own registrar told them.
    Firms,
    /// Natural persons who have proved who they are.
    Persons,
    /// Licences that were issued here.
    Licences,
    /// Cases that are open here.
    Cases,
}

/// What a register knows of a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    Name,
    Code,
    LegalRepresentative,
    Address,
    Status,
    /// The number of a resident's card.
    Number,
    /// Whether a licence of one of `items` is in force.
    InForce,
    /// How many other cases of the same item are open.
    OthersOpen,
}

impl Column {
    /// The kebab-case word that definitions and messages use.
    pub fn word(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::Code => "code",
            Column::LegalRepresentative => "legal-representative",
            Column::Address => "address",
            Column::Status => "status",
            Column::Number => "number",
            Column::InForce => "in-force",
            Column::OthersOpen => "others-open",
        }
    }
}

impl Keeps {
    /// Whether a partner system can keep such a register: what is told of a holder alone. Licences and cases of this house are its own.
    pub fn elsewhere(self) -> bool {
        matches!(self, Keeps::Firms | Keeps::Persons)
    }

    /// What a register of this kind can tell.
    pub fn columns(self) -> &'static [Column] {
        use Column::*;
        match self {
            Keeps::Firms => &[Name, Code, LegalRepresentative, Address, Status],
            Keeps::Persons => &[Name, Number],
            Keeps::Licences => &[InForce],
            Keeps::Cases => &[OthersOpen],
        }
    }
}

/// One register as its file declares it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Register {
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// The body that keeps it.
    pub owner: Spanned<String>,
    pub keeps: Keeps,
    /// The partner system that keeps it and is asked, where it is connected; without one our own store answers.
    #[serde(default)]
    pub keeper: Option<Spanned<String>>,
    /// For what it may be asked, as the log says.
    pub purpose: String,
    pub field: Vec<RegisterField>,
    /// Licences that need not be shown where this register knows the holder, by name.
    #[serde(default)]
    pub proves: Vec<String>,
    /// Standings with which it proves them no longer.
    #[serde(default)]
    pub ends: Vec<String>,
    #[serde(default)]
    pub basis: Vec<Basis>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// An element that a register answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RegisterField {
    pub field: Spanned<String>,
    pub of: Column,
    /// Items whose licences are looked for.
    #[serde(default)]
    pub items: Vec<Spanned<String>>,
}

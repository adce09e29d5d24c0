//! Goals of macro policy (政策目标): what finance, industry or environment want more or less of, so that a clause is held against them and
//! not only against other clauses. Two clauses that move different behaviours meet in a goal that speaks of both. Serves measure 17.

use crate::definition::{Standing, optional_day};
use crate::policy::{Aim, Direction};
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

/// One goal of one field of policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Goal {
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// Field of policy, e.g. 财政, 金融, 产业, 环保.
    pub field: String,
    /// In one sentence, as its document says it.
    pub says: String,
    /// What it wants more or less of.
    pub wants: Vec<Aim>,
    /// First and last day on which clauses are held against it; open where not given.
    #[serde(default, deserialize_with = "optional_day")]
    pub from: Option<Date>,
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<Date>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

impl Goal {
    pub fn is_in_force(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }

    /// Whether what a clause wants is what the goal wants; `None` where the goal does not speak of it.
    pub fn agrees_with(&self, behaviour: &str, direction: Direction) -> Option<bool> {
        let wanted = self.wants.iter().find(|aim| aim.behaviour.get_ref() == behaviour)?;
        Some(wanted.direction == direction)
    }
}

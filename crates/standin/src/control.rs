//! The switches: how the stand-in behaves from now on, set by query or from a test.

use crate::{Standin, lock};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How a stand-in behaves.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Switches {
    /// Answers nothing but 503, and calls nobody.
    pub down: bool,
    /// Milliseconds before each answer.
    pub slow: u64,
    /// Milliseconds before each call back.
    pub late: u64,
    /// Sends each call back twice.
    pub double: bool,
    pub wrong: Wrong,
    /// Milliseconds until a matter is decided; nothing means when told to.
    pub decide_after: Option<u64>,
    pub decide_as: String,
    /// The day of its decisions; nothing means that of receipt.
    pub today: Option<Date>,
    /// What it calls us.
    pub to: String,
}

impl Default for Switches {
    fn default() -> Switches {
        Switches {
            down: false,
            slow: 0,
            late: 0,
            double: false,
            wrong: Wrong::Nothing,
            decide_after: None,
            decide_as: "granted".to_owned(),
            today: None,
            to: "binhai-yimen".to_owned(),
        }
    }
}

/// What is wrong with what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    #[default]
    Nothing,
    Signature,
    /// It speaks of a case that is not there.
    Case,
    /// It says the opposite of what it did.
    Contradiction,
    /// It answers 500.
    Status,
}

/// What is switched; what is not named stays.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Change {
    down: Option<bool>,
    slow: Option<u64>,
    late: Option<u64>,
    double: Option<bool>,
    wrong: Option<Wrong>,
    decide_after: Option<u64>,
    decide_as: Option<String>,
    today: Option<Date>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Decide {
    case: String,
    #[serde(rename = "as")]
    what: String,
}

pub(crate) async fn show(State(standin): State<Standin>) -> Response {
    let matters = lock(&standin.inner.matters).clone();
    Json(json!({ "partner": standin.inner.code, "switches": standin.switches(), "matters": matters })).into_response()
}

pub(crate) async fn set(State(standin): State<Standin>, Query(change): Query<Change>) -> Response {
    standin.switch(|switches| {
        switches.down = change.down.unwrap_or(switches.down);
        switches.slow = change.slow.unwrap_or(switches.slow);
        switches.late = change.late.unwrap_or(switches.late);
        switches.double = change.double.unwrap_or(switches.double);
        switches.wrong = change.wrong.unwrap_or(switches.wrong);
        switches.decide_after = change.decide_after.or(switches.decide_after);
        switches.today = change.today.or(switches.today);
        if let Some(decide_as) = change.decide_as {
            switches.decide_as = decide_as;
        }
    });
    Json(standin.switches()).into_response()
}

pub(crate) async fn decide(State(standin): State<Standin>, Query(decide): Query<Decide>) -> Response {
    match standin.happens(&decide.case, &decide.what) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(fault) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{fault}\n")).into_response(),
    }
}

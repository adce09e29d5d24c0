//! Agencies (机关), areas, windows, and who may decide what: the authority matrix (授权, 委托, 集中).
//!
//! Serves measure 1: every matter has a counter. Serves measure 7: boundaries of powers are on paper.

use crate::definition::{Basis, Standing, day, optional_day};
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Agency {
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// district-department, zone, city-branch, street, public-service, utility.
    pub kind: String,
    /// Short form used in document numbers, e.g. 津滨审.
    pub short: String,
    #[serde(default)]
    pub credit_code: String,
    /// Text on the seal; the body's own name when empty.
    #[serde(default)]
    pub seal: String,
    /// Areas in which it acts; empty means the whole district.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Where its decisions can be reviewed and by which court they can be tried (复议法 24, 27; 行诉法 46).
    pub remedy: Option<Remedy>,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub address: String,
    /// Former names, so that old papers can be read.
    #[serde(default)]
    pub former: Vec<String>,
    /// Seats of the rating and complaints phone.
    #[serde(default)]
    pub complaint_phone: String,
    /// Counter hours in words, and the minute at which the office day ends for a filing at an office (decision 30).
    #[serde(default)]
    pub hours: String,
    #[serde(default)]
    pub closes_at: Option<String>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

impl Agency {
    /// Its name, in English where it has one.
    pub fn text(&self) -> Text {
        Text::new(&self.name, self.label.as_deref().unwrap_or(&self.name))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Remedy {
    /// Body for administrative reconsideration (行政复议).
    pub review_body: String,
    /// Days within which to ask for it (复议法 art. 20: 60 days).
    pub review_days: u32,
    pub court: String,
    /// Months within which to sue (行诉法 art. 46: six months).
    pub court_months: u32,
}

/// A street, a town or a development zone; one address can lie in two.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Area {
    pub code: Spanned<String>,
    pub name: String,
    /// street, town or zone.
    pub kind: String,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// A window in a hall and what it takes in.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Window {
    pub code: Spanned<String>,
    pub name: String,
    pub hall: String,
    pub agency: Spanned<String>,
    /// Items taken in here; empty means every item (综合窗口).
    #[serde(default)]
    pub items: Vec<String>,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub hours: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// How a body comes to hold a power. The form decides name, seal and defendant (行政许可法 arts. 23–25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthorityForm {
    /// Its own power by law.
    #[serde(rename = "法定")]
    Own,
    /// 授权: an organisation authorised by law or regulation, in its own name (art. 23).
    #[serde(rename = "授权")]
    Authorised,
    /// 委托: in the principal's name, to another authority only, announced, not passed on (art. 24).
    #[serde(rename = "委托")]
    Entrusted,
    /// 集中: one body exercises the permits of several (art. 25).
    #[serde(rename = "集中")]
    Centralised,
}

/// A row of the authority matrix: this agency may decide this item there, in that form.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Authority {
    pub item: Spanned<String>,
    pub agency: Spanned<String>,
    pub form: AuthorityForm,
    /// For 委托: in whose name and under whose seal.
    #[serde(default)]
    pub principal: Option<Spanned<String>>,
    /// Areas where it holds; empty means wherever the agency acts.
    #[serde(default)]
    pub areas: Vec<String>,
    #[serde(deserialize_with = "day")]
    pub from: Date,
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<Date>,
    /// Delegation document, with its number.
    pub basis: Basis,
    /// Terms on which this zone offers the item, where they differ; V17 reports each difference.
    #[serde(default)]
    pub promised_working_days: Option<u32>,
    #[serde(default)]
    pub status: Standing,
}

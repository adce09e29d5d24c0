//! Policies for firms (惠企政策, 招商政策) in clauses: the smallest thing that can be claimed, for whom, on which conditions, how much.
//!
//! What a document does not say, or what was cut off in the copy at hand, is never filled in: it stands in `judged` and keeps the
//! result open until a person has looked. Serves measure 14.

mod flags;
mod words;

pub use flags::Told;

use crate::definition::{Basis, Place, Standing, optional_day};
use crate::expression::Decimal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A document with its clauses.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Policy {
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    pub kind: PolicyKind,
    pub issuer: String,
    pub level: Level,
    /// Number of the document (文号); empty where it is not known.
    #[serde(default)]
    pub number: String,
    #[serde(default, deserialize_with = "optional_day")]
    pub issued: Option<Date>,
    /// First and last day in force, both included; open where they are not known.
    #[serde(default, deserialize_with = "optional_day")]
    pub from: Option<Date>,
    #[serde(default, deserialize_with = "optional_day")]
    pub until: Option<Date>,
    pub life: Life,
    /// Of another place, kept to compare with: it is matched and assessed, and never shown to firms as theirs to have.
    #[serde(default)]
    pub for_comparison: bool,
    /// The policy that took its place.
    #[serde(default)]
    pub superseded_by: Option<Spanned<String>>,
    /// Who keeps this definition right.
    #[serde(default)]
    pub owner: String,
    /// Day by which somebody looks whether it still holds.
    #[serde(default, deserialize_with = "optional_day")]
    pub review: Option<Date>,
    /// The case in which its draft passed the assessment of consistency and both reviews.
    #[serde(default)]
    pub assessed: Option<String>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// The text of the document, paragraph by paragraph; empty where only its clauses are at hand.
    #[serde(default)]
    pub paragraph: Vec<String>,
    /// What file the text was read from: its name and the SM3 of its bytes.
    #[serde(default)]
    pub document: String,
    #[serde(default)]
    pub clause: Vec<Clause>,
    #[serde(skip)]
    pub place: Place,
}

/// Whom a policy is meant to serve or to win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PolicyKind {
    #[serde(rename = "惠企")]
    Benefit,
    #[serde(rename = "招商")]
    Investment,
    /// It asks something of firms rather than giving: nobody is matched with it, and it counts in the assessment of consistency only.
    #[serde(rename = "规范")]
    Rule,
}

/// Whose policy it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    #[serde(rename = "国家")]
    State,
    #[serde(rename = "市")]
    City,
    #[serde(rename = "区")]
    District,
    #[serde(rename = "开发区")]
    Zone,
}

impl Level {
    /// As definitions write it.
    pub fn word(self) -> &'static str {
        match self {
            Level::State => "国家",
            Level::City => "市",
            Level::District => "区",
            Level::Zone => "开发区",
        }
    }
}

/// Where a policy stands in its life. Only a live one, within its days, is ever shown as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Life {
    Draft,
    Live,
    Expired,
    Superseded,
}

/// Why a policy is not matched on some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silent {
    Draft,
    Expired,
    Superseded,
    NotYet,
}

/// The smallest unit that can be claimed (政策条款).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Clause {
    /// Its own among all clauses of the rulebook.
    pub code: Spanned<String>,
    pub name: String,
    /// Where it stands in the document, e.g. 第四条.
    #[serde(default)]
    pub anchor: String,
    /// Which paragraphs of the text it is, counted from 1.
    #[serde(default)]
    pub passage: Vec<usize>,
    /// Whom it speaks of: objects and region. Outside of it the clause does not apply, which is no refusal.
    #[serde(default)]
    pub scope: Option<Spanned<String>>,
    /// What is asked of those it speaks of.
    pub when: Spanned<String>,
    /// What a person must judge, and what is not known of the document.
    #[serde(default)]
    pub judged: Vec<String>,
    pub benefit: Benefit,
    /// What it wants more or less of, so that clauses can be held against each other. Serves measure 17.
    #[serde(default)]
    pub aim: Option<Aim>,
    #[serde(default)]
    pub stacking: Option<Stacking>,
    #[serde(default)]
    pub window: Option<Window>,
    pub mode: Mode,
    #[serde(default)]
    pub papers: Vec<String>,
    pub body: String,
    #[serde(default)]
    pub contact: String,
    /// What the body has to spend, e.g. `500万元`.
    #[serde(default)]
    pub budget: Option<Spanned<String>>,
    /// In plain words, for the firm.
    pub explanation: String,
    /// Red flags of fair competition that are known and left to the reviewer.
    #[serde(default)]
    pub flagged: Vec<Flag>,
}

/// The list of codes that names what clauses may mean to move.
pub const BEHAVIOURS: &str = "policy-behaviours";

/// Which behaviour of a firm a clause means to move, and which way (取向). Behaviours are a list of codes, so that two clauses that mean the
/// same also say the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Aim {
    /// Name from the list `policy-behaviours`.
    pub behaviour: Spanned<String>,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Direction {
    #[serde(rename = "鼓励")]
    Encourage,
    #[serde(rename = "约束")]
    Restrain,
}

/// What is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Benefit {
    pub kind: BenefitKind,
    /// In one sentence, as the document says it.
    pub says: String,
    #[serde(default)]
    pub amount: Option<Amount>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BenefitKind {
    Cash,
    Loan,
    Tax,
    Rent,
    Space,
    Talent,
    Qualification,
    /// Nothing is given, something is asked (clauses of a policy of the kind 规范).
    Duty,
}

/// How the amount is found; exactly one of `fixed`, `rate`, `each`, `tier` and `up-to`. Money is text with its unit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Amount {
    /// Always this much.
    pub fixed: Option<Spanned<String>>,
    /// So many per cent of the element `of`.
    pub rate: Option<Decimal>,
    /// So much for each unit of the element `of`.
    pub each: Option<Spanned<String>>,
    /// By the step that the element `of` has reached; below the first, nothing.
    pub tier: Vec<Tier>,
    /// Decided case by case, never more than this.
    pub up_to: Option<Spanned<String>>,
    pub of: Option<Spanned<String>>,
    /// The first that holds multiplies what was found so far, under a cap of its own.
    pub times: Vec<Times>,
    pub cap: Option<Spanned<String>>,
    /// Topping up (补差): what was had before, taken off.
    pub less: Option<Spanned<String>>,
}

/// From `from` (included) on.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tier {
    pub from: Spanned<String>,
    pub gives: Spanned<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Times {
    pub when: Spanned<String>,
    pub by: Decimal,
    #[serde(default)]
    pub cap: Option<Spanned<String>>,
}

/// How clauses of one group go together.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stacking {
    pub group: String,
    pub rule: StackingRule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackingRule {
    /// 不重复享受
    NoDoubleBenefit,
    /// 就高不就低
    TakeHighest,
    /// 补差
    TopUpDifference,
}

/// When it can be claimed: every year from month-day to month-day (`03-01`), or once between two dates (`2026-06-01`).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Window {
    pub from: Spanned<String>,
    pub until: Spanned<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Nobody applies: the body pays whom it finds, after consent.
    #[serde(rename = "免申即享")]
    NoApplication,
    #[serde(rename = "快申快享")]
    Quick,
    #[serde(rename = "申报")]
    Application,
}

/// What the Fair Competition Review Regulation wants looked at before a policy is issued (公平竞争审查条例 arts. 8–12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Only those registered in one place.
    LocalRegistration,
    /// What is given follows the taxes paid.
    TaxBased,
    /// One supplier is named.
    NamedSupplier,
    /// Leaving is hindered.
    MovingOut,
    /// Entry to a market is made to depend on an approval.
    EntryApproval,
    /// Given to one firm, case by case.
    SpecificFirm,
}

impl Policy {
    /// The words of the text that a clause is made from.
    pub fn passage<'a>(&'a self, clause: &'a Clause) -> impl Iterator<Item = (usize, &'a str)> {
        let at = |number: &usize| Some((*number, self.paragraph.get(number.checked_sub(1)?)?.as_str()));
        clause.passage.iter().filter_map(at)
    }

    /// Why nobody is matched with it on that day; `None` when it is in force.
    pub fn silent(&self, on: Date) -> Option<Silent> {
        match self.life {
            Life::Draft => Some(Silent::Draft),
            Life::Expired => Some(Silent::Expired),
            Life::Superseded => Some(Silent::Superseded),
            Life::Live if self.from.is_some_and(|from| on < from) => Some(Silent::NotYet),
            Life::Live if self.until.is_some_and(|until| until < on) => Some(Silent::Expired),
            Life::Live => None,
        }
    }
}

/// Reads `200万元`, `0.2元` or `1.5亿元` into 元; `None` without a unit, because a bare number is read one way by the one and
/// another way by the next.
pub fn money(text: &str) -> Option<Decimal> {
    let number = text.trim().strip_suffix('元')?;
    let (number, times) = match (number.strip_suffix('万'), number.strip_suffix('亿')) {
        (Some(number), _) => (number, 10_000),
        (_, Some(number)) => (number, 100_000_000),
        _ => (number, 1),
    };
    number.trim().parse::<Decimal>().ok()?.checked_mul(Decimal::from(times))
}

impl Window {
    /// Its first and last day in the year of `near`, or the only ones; `None` when they are no dates.
    pub fn days(&self, near: Date) -> Option<(Date, Date)> {
        let (from, until) = (day_of(self.from.get_ref(), near)?, day_of(self.until.get_ref(), near)?);
        // A yearly window over New Year ends in the next one.
        if until < from && self.yearly() {
            Some((from, Date::new(until.year() + 1, until.month(), until.day()).ok()?))
        } else {
            Some((from, until))
        }
    }

    pub fn yearly(&self) -> bool {
        self.from.get_ref().len() == 5
    }
}

fn day_of(text: &str, near: Date) -> Option<Date> {
    match text.len() {
        5 => format!("{:04}-{text}", near.year()).parse().ok(),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn money_is_read_with_its_unit_only() {
        let check =
            |text: &str, yuan: Option<&str>| assert_eq!(money(text).map(|money| money.to_string()).as_deref(), yuan, "{text}");
        check("200万元", Some("2000000"));
        check("0.2元", Some("0.2"));
        check("1.5亿元", Some("150000000"));
        check("1000 元", Some("1000"));
        check("200", None);
        check("200万", None);
        check("多元", None);
    }

    #[test]
    fn a_yearly_window_may_pass_new_year() {
        let window = |from: &str, until: &str| Window {
            from: Spanned::new(0..0, from.to_owned()),
            until: Spanned::new(0..0, until.to_owned()),
        };
        let near = date(2026, 3, 2);
        assert_eq!(window("03-01", "04-30").days(near), Some((date(2026, 3, 1), date(2026, 4, 30))));
        assert_eq!(window("11-15", "03-15").days(near), Some((date(2026, 11, 15), date(2027, 3, 15))));
        assert_eq!(window("2026-06-01", "2026-08-31").days(near), Some((date(2026, 6, 1), date(2026, 8, 31))));
        assert_eq!(window("02-30", "04-30").days(near), None);
    }
}

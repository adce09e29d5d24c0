//! Programmes (兑现事项): which clause is paid by whom, out of which budget, in which batches, after how long a public notice.
//!
//! Notice periods, limits and windows are the programme's data. A claim belongs to the batch in whose window it was handed in, and
//! goes on when that window closes. Serves measure 16.

use crate::calendar::{Calendar, Term};
use crate::compile::Rulebook;
use crate::definition::{Standing, WrittenTerm, day};
use crate::expression::Decimal;
use crate::policy::{Clause, StackingRule, money};
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

/// A line of a body's budget (预算科目). What is promised and paid out of it never passes `amount`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Budget {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    /// The body whose money it is.
    pub agency: Spanned<String>,
    pub year: i16,
    /// With its unit, e.g. `500万元`.
    pub amount: Spanned<String>,
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// How one clause is paid by one body.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Programme {
    pub code: Spanned<String>,
    pub name: String,
    pub label: String,
    /// Code of the clause that is paid.
    pub clause: Spanned<String>,
    /// Item under which it is claimed. Bodies share an item, each with its own programme; one body may have several under one item,
    /// for clauses that exclude each other.
    #[serde(default)]
    pub item: Option<Spanned<String>>,
    /// The body that reviews and approves: a department of the district, or a zone with powers of its own.
    pub agency: Spanned<String>,
    /// Code of the budget line.
    pub budget: Spanned<String>,
    /// How long the proposed list is open to objections (公示期); nothing is paid before it has run.
    #[serde(default)]
    pub notice: Option<WrittenTerm>,
    pub batch: Vec<Batch>,
    /// Whom of all that the clause speaks of this body pays, as a condition over the dictionary: a zone pays the firms of its own.
    #[serde(default)]
    pub scope: Option<Spanned<String>>,
    /// Whether what was had counts in its year only; else once is once.
    #[serde(default)]
    pub yearly: bool,
    /// What the clause leaves to be judged and this programme settles for all.
    #[serde(default)]
    pub settles: Vec<Settled>,
    /// What is looked at some time after the money was paid.
    #[serde(default)]
    pub follow: Option<Follow>,
    pub source: String,
    #[serde(default)]
    pub status: Standing,
}

/// A thing that a clause leaves open, e.g. this year's rate.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settled {
    /// One of the clause's `judged`.
    pub what: Spanned<String>,
    /// How it is settled, for everybody to read.
    pub says: String,
}

/// A follow-up (绩效跟踪): so many months after the payment.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Follow {
    pub months: u32,
    /// What must still hold then.
    pub asks: String,
}

/// One round of claims (批次).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Batch {
    pub code: String,
    /// First and last day on which a claim is taken, both included.
    #[serde(deserialize_with = "day")]
    pub from: Date,
    #[serde(deserialize_with = "day")]
    pub until: Date,
    /// What this batch may take of the budget; all of it where nothing is said.
    #[serde(default)]
    pub at_most: Option<Spanned<String>>,
}

impl Budget {
    /// In 分; `None` where the amount is none, which the check names.
    pub fn fen(&self) -> Option<i64> {
        fen(money(self.amount.get_ref())?)
    }
}

impl Programme {
    /// The batch that a claim handed in on that day belongs to, however much later it is decided.
    pub fn batch_of(&self, handed_in: Date) -> Option<&Batch> {
        self.batch.iter().find(|batch| batch.from <= handed_in && handed_in <= batch.until)
    }

    /// The condition for whom it pays: what the clause says of it and what the programme says; `None` where it says nothing.
    pub fn whom(&self, clause: &Clause) -> Option<String> {
        let own = self.scope.as_ref()?.get_ref();
        Some(clause.scope.as_ref().map_or_else(|| own.clone(), |scope| format!("({}) and ({own})", scope.get_ref())))
    }

    /// What one holder has only once: the clause's group, or the clause alone; within the year of the batch where it comes back yearly.
    pub fn stack(&self, clause: &Clause, batch: &Batch) -> String {
        let group = clause.stacking.as_ref().map_or(clause.code.get_ref(), |stacking| &stacking.group);
        if self.yearly { format!("{group}@{}", batch.from.year()) } else { group.clone() }
    }

    /// How much of the budget a batch may take, in 分.
    pub fn batch_has(&self, batch: &Batch, budget: &Budget) -> Option<i64> {
        batch.at_most.as_ref().map_or_else(|| budget.fen(), |at_most| fen(money(at_most.get_ref())?))
    }

    pub fn notice(&self) -> Option<Term> {
        self.notice.and_then(WrittenTerm::term)
    }

    /// Last day of a notice that was put up on `put_up`; `None` where the programme declares no period, or the calendar ends before.
    pub fn notice_until(&self, put_up: Date, calendar: &Calendar) -> Option<Date> {
        Some(calendar.checked_due(put_up, self.notice()?)?.on)
    }
}

impl StackingRule {
    /// What may still be given, in 元, where the formula finds `due` and the holder `had` so much in the group before.
    ///
    /// Given in any order, the sum never passes the highest that was due: that is what no double benefit means.
    pub fn payable(self, due: Decimal, had: Decimal) -> Decimal {
        match self {
            StackingRule::NoDoubleBenefit if had > Decimal::ZERO => Decimal::ZERO,
            StackingRule::NoDoubleBenefit => due,
            // The higher one counts: where the lower was given, the difference is left.
            StackingRule::TakeHighest | StackingRule::TopUpDifference => {
                due.checked_sub(had).map_or(Decimal::ZERO, |left| left.max(Decimal::ZERO))
            }
        }
    }
}

impl Rulebook {
    /// The programmes under which that body takes claims of an item.
    pub fn programmes_of<'a>(&'a self, item: &'a str, agency: &'a str) -> impl Iterator<Item = &'a Programme> {
        let is_of = move |own: &&Programme| own.item.as_ref().is_some_and(|own| own.get_ref() == item);
        self.programmes.values().filter(is_of).filter(move |own| own.agency.get_ref() == agency)
    }
}

/// Money in 分 for people: `200000` or `0.50` 元.
pub fn yuan(fen: i64) -> String {
    if fen % 100 == 0 { (fen / 100).to_string() } else { format!("{}.{:02}", fen / 100, (fen % 100).abs()) }
}

/// 元 in 分; `None` for parts of a 分.
pub fn fen(yuan: Decimal) -> Option<i64> {
    // A decimal counts ten-thousandths of a 元, a 分 is a hundredth.
    (yuan.units() % 100 == 0).then_some(yuan.units() / 100)
}

/// Whether an account bears the claimant's own name. Spaces and the width of brackets are how banks write it, nothing more.
pub fn bears_own_name(claimant: &str, account: &str) -> bool {
    let plain = |name: &str| -> String {
        let signs = name.chars().filter(|sign| !sign.is_whitespace());
        signs
            .map(|sign| {
                if sign == '（' {
                    '('
                } else if sign == '）' {
                    ')'
                } else {
                    sign
                }
            })
            .collect()
    };
    let own = plain(claimant);
    !own.is_empty() && own == plain(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const PROGRAMME: &str = "code = 'p'\nname = '某事项'\nlabel = 'p'\nclause = 'c'\nitem = 'i'\nagency = 'a'\nbudget = 'b'\nsource = 's'\n\
        notice = { working-days = 5 }\n\
        batch = [{ code = '1', from = 2026-03-01, until = 2026-04-30 }, { code = '2', from = 2026-09-01, until = 2026-09-30 }]\n";

    #[test]
    fn a_claim_belongs_to_the_window_it_was_handed_in_within() {
        let programme: Programme = toml::from_str(PROGRAMME).expect("it reads");
        let check = |on: Date, batch: Option<&str>| {
            assert_eq!(programme.batch_of(on).map(|batch| batch.code.as_str()), batch, "{on}");
        };
        check(date(2026, 2, 28), None);
        check(date(2026, 3, 1), Some("1"));
        check(date(2026, 4, 30), Some("1"));
        check(date(2026, 5, 1), None);
        check(date(2026, 9, 30), Some("2"));
    }

    #[test]
    fn an_account_bears_the_claimants_own_name() {
        assert!(bears_own_name("示例（天津）有限公司", " 示例(天津)有限公司 "));
        assert!(!bears_own_name("示例（天津）有限公司", "示例（天津）有限公司经理"));
        assert!(!bears_own_name("", ""));
    }

    #[test]
    fn money_is_kept_in_whole_fen() {
        assert_eq!(fen(Decimal::from(200_000)), Some(20_000_000));
        assert_eq!(money("0.01元").and_then(fen), Some(1));
        assert_eq!(money("0.001元").and_then(fen), None);
        assert_eq!((yuan(20_000_000).as_str(), yuan(50).as_str(), yuan(-150).as_str()), ("200000", "0.50", "-1.50"));
    }

    proptest! {
        #[test]
        fn in_any_order_nobody_is_given_more_than_the_highest_that_was_due(
            due in proptest::collection::vec(0_i32..1000, 1..8),
            rule in prop_oneof![
                Just(StackingRule::NoDoubleBenefit), Just(StackingRule::TakeHighest), Just(StackingRule::TopUpDifference)
            ],
        ) {
            let highest = due.iter().copied().max().map(Decimal::from).unwrap_or_default();
            let mut had = Decimal::ZERO;
            for one in due {
                had = had.checked_add(rule.payable(one.into(), had)).expect("it fits");
                prop_assert!(had <= highest);
            }
            if rule != StackingRule::NoDoubleBenefit {
                prop_assert_eq!(had, highest);
            }
        }
    }
}

//! Search among the cases that may be seen: by number, by the code of a firm, by part of a title, by initials of its pinyin.
//!
//! The rarest term leads (decision 13): how often each occurs is counted up to a bound, the cases of the rarest are fetched, and
//! each is compared with the whole of what was typed.

use super::{CaseRow, Reader, case_rows, columns, meets, scope};
use crate::StoreError;
use crate::engine::{Val, args};
use crate::terms::{self, Wanted};
use std::collections::BTreeMap;

/// Cases that are looked at for one search at most (the statements say it too); whoever needs more is told to type more.
const BOUND: i64 = 2_000;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub rows: Vec<CaseRow>,
    /// There may be more: what was typed is too common to look at all of it.
    pub cut: bool,
}

/// A way to candidates: a statement whose arguments follow those of the scope.
struct Way {
    sql: &'static str,
    args: Vec<Val>,
}

macro_rules! candidates {
    ($from:literal) => {
        concat!("SELECT ", columns!(), " FROM cases WHERE ", scope::visible!(), " AND ", $from)
    };
}

const BY_NUMBER: &str = candidates!("no >= $9 AND no <= $10 ORDER BY no DESC LIMIT $11");
const BY_HOLDER: &str = candidates!("holder = $9 ORDER BY submitted_at DESC LIMIT $10");
const NEWEST: &str = candidates!("submitted_at <= $9 ORDER BY submitted_at DESC, no DESC LIMIT $10");
/// Cases whose titles are not among the terms yet; there are few of them.
const WAITING: &str = candidates!("no IN (SELECT case_no FROM titles_waiting ORDER BY case_no DESC LIMIT 2000)");
const BY_TERM: &str =
    candidates!("no IN (SELECT document FROM terms WHERE kind = 'case' AND term = $9 ORDER BY document DESC LIMIT 2000)");
const BY_BEGINNING: &str = candidates!(
    "no IN (SELECT document FROM terms WHERE kind = 'case' AND term >= $9 AND term <= $10 ORDER BY document DESC LIMIT 2000)"
);
const HOW_MANY: &str =
    "SELECT count(*) FROM (SELECT 1 FROM terms WHERE kind = 'case' AND term >= $1 AND term <= $2 LIMIT 2000) AS few";

impl Reader {
    /// The cases that may be seen and that are meant by what was typed.
    pub async fn search(&self, typed: &str, limit: usize) -> Result<Found, StoreError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Found { rows: Vec::new(), cut: false });
        }
        let (ways, mut cut) = self.ways(typed).await?;
        let queries = ways.into_iter().map(|way| {
            let mut args = self.sight.args();
            args.extend(way.args);
            (way.sql, args)
        });
        let mut rows = BTreeMap::new();
        for found in self.store.engine.read_together(queries.collect()).await? {
            cut |= found.len() as i64 >= BOUND;
            for row in case_rows(found)?.into_iter().filter(|row| meets(row, typed)) {
                rows.entry((row.submitted_at, row.no.clone())).or_insert(row);
            }
        }
        cut |= rows.len() > limit;
        Ok(Found { rows: rows.into_values().rev().take(limit).collect(), cut })
    }

    async fn ways(&self, typed: &str) -> Result<(Vec<Way>, bool), StoreError> {
        let code = typed.to_uppercase();
        let mut ways = vec![Way { sql: BY_HOLDER, args: args![format!("f:{code}"), BOUND] }, Way { sql: WAITING, args: args![] }];
        let mut cut = false;
        for number in [code.as_str(), typed] {
            ways.push(Way { sql: BY_NUMBER, args: args![number, last_of(number), BOUND] });
        }
        let running = terms::numbered(typed).map(terms::of_number);
        for wanted in running.into_iter().chain(terms::as_initials(typed)) {
            cut |= self.how_many(&wanted).await? >= BOUND;
            ways.push(by(wanted));
        }
        let mut rarest: Option<(i64, Wanted)> = None;
        for wanted in terms::wanted(typed) {
            let count = self.how_many(&wanted).await?;
            if rarest.as_ref().is_none_or(|(least, _)| count < *least) {
                rarest = Some((count, wanted));
            }
        }
        match rarest {
            Some((count, wanted)) => {
                cut |= count >= BOUND;
                ways.push(by(wanted));
            }
            // Nothing that tells cases apart was typed: the newest ones are looked at.
            None => ways.push(Way { sql: NEWEST, args: args![i64::MAX, BOUND] }),
        }
        Ok((ways, cut))
    }

    /// How many cases have it, counted up to the bound.
    async fn how_many(&self, wanted: &Wanted) -> Result<i64, StoreError> {
        let (from, until) = match wanted {
            Wanted::Exactly(term) => (term, term.clone()),
            Wanted::Beginning(beginning) => (beginning, last_of(beginning)),
        };
        let rows = self.store.engine.read(HOW_MANY, args![from, until]).await?;
        rows.first().map_or(Ok(0), |row| Ok(row.int(0)?))
    }
}

fn by(wanted: Wanted) -> Way {
    match wanted {
        Wanted::Exactly(term) => Way { sql: BY_TERM, args: args![term] },
        Wanted::Beginning(beginning) => Way { sql: BY_BEGINNING, args: args![&beginning, last_of(&beginning)] },
    }
}

/// The last text that begins so.
fn last_of(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

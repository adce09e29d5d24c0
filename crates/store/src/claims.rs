//! Lists of claims: what is on public notice, what waits for its payment, who was found and has not had it. Amounts in 分. Serves
//! measure 16.

use crate::engine::{Row, args};
use crate::{Store, StoreError};
use casework::{CaseNo, Holder, Moment};
use jiff::civil::Date;

/// A claim whose money is set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub no: CaseNo,
    pub version: u64,
    pub holder: Option<Holder>,
    /// Who claims, as lists call it; empty once it was erased.
    pub title: String,
    pub item: String,
    pub agency: String,
    pub step: String,
    pub programme: String,
    pub amount: i64,
    pub notice_until: Date,
    pub decided: Option<Moment>,
}

/// What a programme came to in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    pub programme: String,
    pub batch: String,
    /// `reserved`, `paid`, `released` or `recovered`.
    pub state: String,
    pub count: u64,
    pub sum: i64,
}

/// A firm that a clause speaks for and that has no claim yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub firm: String,
    /// Empty where the register does not tell it.
    pub name: String,
    pub area: String,
}

macro_rules! listed {
    ($where:literal) => {
        concat!(
            "SELECT cases.no, cases.version, cases.title, cases.item, cases.agency, cases.step, benefits.programme, benefits.amount, \
             benefits.notice_until, cases.decided_at, cases.holder FROM benefits JOIN cases ON cases.no = benefits.claim WHERE benefits.state = 'reserved' AND ",
            $where
        )
    };
}

impl Store {
    /// What is on public notice on that day, the notice that ends first before the others; after a place (last day, number).
    pub async fn on_notice(&self, today: Date, after: (Date, &str), limit: u32) -> Result<Vec<Listed>, StoreError> {
        const SQL: &str = listed!(
            "cases.step = 'on-notice' AND benefits.notice_until >= $1 AND (benefits.notice_until, benefits.claim) > ($2, $3) \
             ORDER BY benefits.notice_until, benefits.claim LIMIT $4"
        );
        let values = args![today.to_string(), after.0.to_string(), after.1, i64::from(limit)];
        self.engine.read(SQL, values).await?.iter().map(listed).collect()
    }

    /// One claim on public notice.
    pub async fn noticed(&self, no: &CaseNo) -> Result<Option<Listed>, StoreError> {
        const SQL: &str = listed!("cases.step = 'on-notice' AND cases.no = $1");
        self.engine.read_one(SQL, args![&no.0]).await?.as_ref().map(listed).transpose()
    }

    /// Claims of these programmes at one step, by number; after one of them.
    pub async fn claims_at(&self, programmes: &[String], step: &str, after: &str, limit: u32) -> Result<Vec<Listed>, StoreError> {
        const SQL: &str =
            listed!("benefits.programme = ANY($1) AND cases.step = $2 AND cases.no > $3 ORDER BY cases.no LIMIT $4");
        let values = args![programmes, step, after, i64::from(limit)];
        self.engine.read(SQL, values).await?.iter().map(listed).collect()
    }

    /// What became of the money of all programmes.
    pub async fn claims_came_to(&self) -> Result<Vec<Came>, StoreError> {
        let sql = "SELECT programme, batch, state, count(*), CAST(sum(amount) AS BIGINT) FROM benefits GROUP BY programme, batch, state";
        let rows = self.engine.read(sql, args![]).await?;
        let came = |row: &Row| {
            let (programme, batch, state) = (row.string(0)?, row.string(1)?, row.string(2)?);
            Ok(Came { programme, batch, state, count: row.int(3)? as u64, sum: row.int(4)? })
        };
        rows.iter().map(came).collect()
    }

    /// Firms that a clause speaks for and that have not claimed under this item since then; after one of them, or one alone.
    pub async fn found_for(
        &self,
        clause: &str,
        item: &str,
        since: Moment,
        firm: Option<&str>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError> {
        let sql = "SELECT found.firm, COALESCE(firms.name, ''), COALESCE(firms.area, '') FROM policy_matches AS found \
                   LEFT JOIN firms ON firms.code = found.firm WHERE found.clause = $1 AND found.firm > $4 AND ($6 = '' OR found.firm = $6) AND NOT EXISTS \
                   (SELECT 1 FROM cases WHERE cases.holder = 'f:' || found.firm AND cases.item = $2 AND cases.submitted_at >= $3) \
                   ORDER BY found.firm LIMIT $5";
        let rows = self.engine.read(sql, args![clause, item, since.0, after, i64::from(limit), firm.unwrap_or_default()]).await?;
        rows.iter().map(|row| Ok(Found { firm: row.string(0)?, name: row.string(1)?, area: row.string(2)? })).collect()
    }
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    let no = CaseNo(row.string(0)?);
    let notice_until = row.text(8)?.parse::<Date>().map_err(|error| StoreError::damaged(format!("the notice of {no}"), error))?;
    Ok(Listed {
        version: row.int(1)? as u64,
        title: row.string(2)?,
        item: row.string(3)?,
        agency: row.string(4)?,
        step: row.string(5)?,
        programme: row.string(6)?,
        amount: row.int(7)?,
        notice_until,
        decided: row.opt_int(9)?.map(Moment),
        holder: Holder::from_key(row.text(10)?),
        no,
    })
}

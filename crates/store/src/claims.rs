//! Lists of claims: what is on public notice, what waits for its payment, who was found and has not had it. Amounts in 分. Serves
//! measure 16.

use crate::engine::{Row, args};
use crate::{Store, StoreError};
use casework::{CaseNo, Holder, Moment};
use jiff::civil::Date;
use rulebook::Text;
use std::collections::BTreeMap;

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
    pub batch: String,
    pub amount: i64,
    pub notice_until: Date,
    pub decided: Option<Moment>,
}

/// What the claims of one programme and batch come to: how many are promised and were ever paid, and what of the paid money came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    pub promised_count: u64,
    pub promised: i64,
    pub paid_count: u64,
    pub paid: i64,
    pub back: i64,
}

/// A payment file (拨付清单): what of it the bank has not answered, and what it paid. What it sent back stands in it no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFile {
    pub no: String,
    pub waiting_count: u64,
    pub waiting: i64,
    pub paid_count: u64,
    pub paid: i64,
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, more: Sums) {
        self.promised_count += more.promised_count;
        self.promised += more.promised;
        self.paid_count += more.paid_count;
        self.paid += more.paid;
        self.back += more.back;
    }
}

impl Sums {
    pub(crate) fn say(&self) -> Text {
        let Sums { promised_count, promised, paid_count, paid, back } = self;
        Text::new(
            format!("预留{promised_count}件{promised}分，拨付{paid_count}件{paid}分，退回{back}分"),
            format!("{promised_count} promised of {promised} fen, {paid_count} paid of {paid} fen, {back} fen back"),
        )
    }

    /// What of a budget is taken.
    pub fn taken(&self) -> i64 {
        self.promised + self.paid - self.back
    }
}

/// By programme and batch.
pub type AllSums = BTreeMap<(String, String), Sums>;

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
             benefits.notice_until, cases.decided_at, cases.holder, benefits.batch FROM benefits JOIN cases ON cases.no = benefits.claim WHERE benefits.state = 'reserved' AND ",
            $where
        )
    };
}

impl Store {
    /// What is on public notice on that day, of one programme or of all for ``, the notice that ends first before the others; after a
    /// place (last day, number).
    pub async fn on_notice(
        &self,
        today: Date,
        programme: &str,
        after: (Date, &str),
        limit: u32,
    ) -> Result<Vec<Listed>, StoreError> {
        const SQL: &str = listed!(
            "benefits.notice_until >= $1 AND (benefits.notice_until, benefits.claim) > ($2, $3) \
             AND ($5 = '' OR benefits.programme = $5) ORDER BY benefits.notice_until, benefits.claim LIMIT $4"
        );
        let values = args![today.to_string(), after.0.to_string(), after.1, i64::from(limit), programme];
        self.engine.read(SQL, values).await?.iter().map(listed).collect()
    }

    /// One claim that was put on public notice and is not paid yet.
    pub async fn noticed(&self, no: &CaseNo) -> Result<Option<Listed>, StoreError> {
        const SQL: &str = listed!("benefits.claim = $1");
        self.engine.read_one(SQL, args![&no.0]).await?.as_ref().map(listed).transpose()
    }

    /// Claims of these programmes that are granted and whose account is known, by number; after one of them.
    pub async fn claims_due(&self, programmes: &[String], after: &str, limit: u32) -> Result<Vec<Listed>, StoreError> {
        const SQL: &str = listed!(
            "benefits.due AND benefits.file = '' AND benefits.programme = ANY($1) AND benefits.claim > $2 ORDER BY benefits.claim LIMIT $3"
        );
        let values = args![programmes, after, i64::from(limit)];
        self.engine.read(SQL, values).await?.iter().map(listed).collect()
    }

    /// Claims of a payment file of this programme that the bank has not answered, by number.
    pub async fn claims_in_file(&self, programme: &str, file: &str, limit: u32) -> Result<Vec<Listed>, StoreError> {
        const SQL: &str = listed!("benefits.programme = $1 AND benefits.file = $2 ORDER BY benefits.claim LIMIT $3");
        self.engine.read(SQL, args![programme, file, i64::from(limit)]).await?.iter().map(listed).collect()
    }

    /// The payment files of a programme, the last first; those that wait for the bank before the others.
    pub async fn payment_files(&self, programme: &str, limit: u32) -> Result<Vec<PaymentFile>, StoreError> {
        let sql = "SELECT file, CAST(sum(CASE WHEN state = 'reserved' THEN 1 ELSE 0 END) AS BIGINT) AS waits, \
                   CAST(sum(CASE WHEN state = 'reserved' THEN amount ELSE 0 END) AS BIGINT), \
                   CAST(sum(CASE WHEN state <> 'reserved' THEN 1 ELSE 0 END) AS BIGINT), \
                   CAST(sum(CASE WHEN state <> 'reserved' THEN amount ELSE 0 END) AS BIGINT), max(at) AS lately FROM benefits \
                   WHERE programme = $1 AND file <> '' GROUP BY file ORDER BY min(state <> 'reserved'), lately DESC, file DESC LIMIT $2";
        let rows = self.engine.read(sql, args![programme, i64::from(limit)]).await?;
        let read = |row: &Row| {
            Ok(PaymentFile {
                no: row.string(0)?,
                waiting_count: row.int(1)? as u64,
                waiting: row.int(2)?,
                paid_count: row.int(3)? as u64,
                paid: row.int(4)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// What the claims of all programmes come to, as it is kept with every step of their money.
    pub async fn claim_sums(&self) -> Result<AllSums, StoreError> {
        let sql = "SELECT programme, batch, promised_count, promised, paid_count, paid, back FROM claim_sums";
        self.engine.read(sql, args![]).await?.iter().map(sums).collect()
    }

    /// The same added up from the claims one by one, for whoever checks.
    pub async fn claim_sums_anew(&self) -> Result<AllSums, StoreError> {
        let sql = "SELECT programme, batch, CAST(sum(CASE WHEN state = 'reserved' THEN 1 ELSE 0 END) AS BIGINT), \
                   CAST(sum(CASE WHEN state = 'reserved' THEN amount ELSE 0 END) AS BIGINT), \
                   CAST(sum(CASE WHEN state IN ('paid', 'recovered') THEN 1 ELSE 0 END) AS BIGINT), \
                   CAST(sum(CASE WHEN state IN ('paid', 'recovered') THEN amount ELSE 0 END) AS BIGINT), \
                   CAST(sum(recovered) AS BIGINT) FROM benefits GROUP BY programme, batch";
        self.engine.read(sql, args![]).await?.iter().map(sums).collect()
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

fn sums(row: &Row) -> Result<((String, String), Sums), StoreError> {
    let sums = Sums {
        promised_count: row.int(2)? as u64,
        promised: row.int(3)?,
        paid_count: row.int(4)? as u64,
        paid: row.int(5)?,
        back: row.int(6)?,
    };
    Ok(((row.string(0)?, row.string(1)?), sums))
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
        batch: row.string(11)?,
        amount: row.int(7)?,
        notice_until,
        decided: row.opt_int(9)?.map(Moment),
        holder: Holder::from_key(row.text(10)?),
        no,
    })
}

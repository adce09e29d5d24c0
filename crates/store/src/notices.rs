//! Notices: what people are told in the portal and the workbench. The mail port sends from the same rows.

use crate::engine::{Row, args, op};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: String,
    /// Key of the reader: `p:…`, `f:…` or `s:…`.
    pub reader: String,
    pub case_no: Option<CaseNo>,
    pub zh: String,
    pub en: String,
    pub at: Moment,
    pub read_at: Option<Moment>,
}

impl Store {
    /// Writes a notice; the same `id` writes it once, and then the answer is `false`.
    pub async fn add_notice(&self, notice: &Notice) -> Result<bool, StoreError> {
        let sql =
            "INSERT INTO notices (id, reader, case_no, zh, en, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
        let case_no = notice.case_no.as_ref().map(|no| no.0.clone());
        let values = args![&notice.id, &notice.reader, case_no, &notice.zh, &notice.en, notice.at.0];
        Ok(self.engine.write(vec![op(sql, values)]).await?.count(0) == 1)
    }

    /// The newest notices of a reader, older than `before`.
    pub async fn notices_of(&self, reader: &str, before: Option<Moment>, limit: u32) -> Result<Vec<Notice>, StoreError> {
        const SQL: &str = "SELECT id, reader, case_no, zh, en, at, read_at FROM notices WHERE reader = $1 AND at < $2 \
                           ORDER BY at DESC, id DESC LIMIT $3";
        let before = before.map_or(i64::MAX, |before| before.0);
        let rows = self.engine.read(SQL, args![reader, before, i64::from(limit)]).await?;
        rows.iter().map(notice).collect()
    }

    pub async fn unread_count(&self, reader: &str) -> Result<u32, StoreError> {
        // More than a hundred unread is "many": counting further would cost and tell nothing.
        const SQL: &str =
            "SELECT count(*) FROM (SELECT id FROM notices WHERE reader = $1 AND read_at IS NULL LIMIT 100) AS unread";
        let row = self.engine.read_one(SQL, args![reader]).await?;
        Ok(row.map(|row| row.int(0)).transpose()?.unwrap_or_default() as u32)
    }

    /// Marks one as read, if it is this reader's.
    pub async fn mark_read(&self, reader: &str, id: &str, now: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET read_at = $3 WHERE id = $2 AND reader = $1 AND read_at IS NULL";
        self.engine.write(vec![op(sql, args![reader, id, now.0])]).await?;
        Ok(())
    }

    pub async fn mark_all_read(&self, reader: &str, now: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE notices SET read_at = $2 WHERE reader = $1 AND read_at IS NULL";
        self.engine.write(vec![op(sql, args![reader, now.0])]).await?;
        Ok(())
    }
}

fn notice(row: &Row) -> Result<Notice, StoreError> {
    Ok(Notice {
        id: row.string(0)?,
        reader: row.string(1)?,
        case_no: row.opt_string(2)?.map(CaseNo),
        zh: row.string(3)?,
        en: row.string(4)?,
        at: Moment(row.int(5)?),
        read_at: row.opt_int(6)?.map(Moment),
    })
}

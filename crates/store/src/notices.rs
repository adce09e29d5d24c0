//! Notices: what people are told in the portal and the workbench. The mail port sends from the same rows.

use crate::engine::{Row, Val, args, op};
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

/// Whose notices: those of a reader, where a mandate names items only those about them. What is about no case is for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbox {
    /// Key of the reader.
    pub reader: String,
    pub items: Option<Vec<String>>,
}

/// Whether a notice lies in the inbox of parameters 1 to 3.
macro_rules! within {
    () => {
        "reader = $1 AND ($2 OR case_no IS NULL OR EXISTS \
         (SELECT 1 FROM cases WHERE cases.no = notices.case_no AND cases.item = ANY($3)))"
    };
}

impl Inbox {
    fn args(&self) -> Vec<Val> {
        args![&self.reader, self.items.is_none(), self.items.as_deref().unwrap_or_default()]
    }

    fn with(&self, more: Vec<Val>) -> Vec<Val> {
        let mut args = self.args();
        args.extend(more);
        args
    }
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

    /// The newest notices of an inbox, older than `before`.
    pub async fn notices_of(&self, inbox: &Inbox, before: Option<Moment>, limit: u32) -> Result<Vec<Notice>, StoreError> {
        const SQL: &str = concat!(
            "SELECT id, reader, case_no, zh, en, at, read_at FROM notices WHERE ",
            within!(),
            " AND at < $4 ORDER BY at DESC, id DESC LIMIT $5"
        );
        let before = before.map_or(i64::MAX, |before| before.0);
        let rows = self.engine.read(SQL, inbox.with(args![before, i64::from(limit)])).await?;
        rows.iter().map(notice).collect()
    }

    pub async fn unread_count(&self, inbox: &Inbox) -> Result<u32, StoreError> {
        // More than a hundred unread is "many": counting further would cost and tell nothing.
        const SQL: &str = concat!(
            "SELECT count(*) FROM (SELECT id FROM notices WHERE ",
            within!(),
            " AND read_at IS NULL LIMIT 100) AS unread"
        );
        let row = self.engine.read_one(SQL, inbox.args()).await?;
        Ok(row.map(|row| row.int(0)).transpose()?.unwrap_or_default() as u32)
    }

    /// Marks one as read, if it lies in this inbox.
    pub async fn mark_read(&self, inbox: &Inbox, id: &str, now: Moment) -> Result<(), StoreError> {
        const SQL: &str = concat!("UPDATE notices SET read_at = $5 WHERE id = $4 AND read_at IS NULL AND ", within!());
        self.engine.write(vec![op(SQL, inbox.with(args![id, now.0]))]).await?;
        Ok(())
    }

    pub async fn mark_all_read(&self, inbox: &Inbox, now: Moment) -> Result<(), StoreError> {
        const SQL: &str = concat!("UPDATE notices SET read_at = $4 WHERE read_at IS NULL AND ", within!());
        self.engine.write(vec![op(SQL, inbox.with(args![now.0]))]).await?;
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

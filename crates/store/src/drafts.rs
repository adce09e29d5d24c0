//! Drafts: one row a field, so that each saves by itself; and what a holder gave before, to be offered again.
//!
//! A draft that was submitted or deleted takes no more changes: every change names the draft's own row first, and the unit
//! fails where it does not stand open.

use crate::engine::{Op, ReadError, Row, WriteError, args, op};
use crate::rows::Insert;
use crate::{Store, StoreError, signatures};
use casework::Moment;
use std::sync::LazyLock;

/// Reads whole rows of `drafts`, as [`draft`] takes them apart.
macro_rules! drafts {
    ($where:literal) => {
        concat!(
            "SELECT id, owner, holder, item, edition, agency, area, channel, for_case, started_at, updated_at, parked, submitted, \
             deleted_at, bundle FROM drafts ",
            $where
        )
    };
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub id: String,
    /// Who writes it: the key of a [`Subject`](crate::people::Subject).
    pub owner: String,
    /// Whose matter it is: the key of a `Holder`.
    pub holder: String,
    pub item: String,
    pub edition: String,
    pub agency: String,
    pub area: String,
    /// The word of a `Channel`.
    pub channel: String,
    /// The case that it answers to, such as a correction asked for; `None` for a new matter.
    pub for_case: Option<String>,
    pub started_at: Moment,
    pub updated_at: Moment,
    /// Put aside at the counter while the next visitor is served.
    pub parked: bool,
    /// Number of the case it became.
    pub submitted: Option<String>,
    pub deleted_at: Option<Moment>,
    /// The theme and the items of an application for several at once, as `theme:item item`.
    pub bundle: Option<String>,
}

/// An answer and when it was given. `Debug` keeps the answer to itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedField {
    pub field: String,
    pub value: String,
    pub at: Moment,
}

impl std::fmt::Debug for SavedField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SavedField({})", self.field)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftPaper {
    /// Key of the material.
    pub key: String,
    pub digest: String,
    pub file_name: String,
    pub at: Moment,
}

/// What a holder gave in an earlier case.
#[derive(Clone, PartialEq, Eq)]
pub struct GivenField {
    pub field: String,
    pub value: String,
    pub from_case: String,
    pub at: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenPaper {
    pub key: String,
    pub digest: String,
    pub file_name: String,
    pub from_case: String,
    pub at: Moment,
}

const ONE: &str = drafts!("WHERE id = $1");
const FIELDS: &str = "SELECT field, value, at FROM draft_fields WHERE draft = $1 ORDER BY field";
const PAPERS: &str = "SELECT key, digest, file_name, at FROM draft_papers WHERE draft = $1 ORDER BY key, at, digest";

fn draft(row: &Row) -> Result<Draft, ReadError> {
    Ok(Draft {
        id: row.string(0)?,
        owner: row.string(1)?,
        holder: row.string(2)?,
        item: row.string(3)?,
        edition: row.string(4)?,
        agency: row.string(5)?,
        area: row.string(6)?,
        channel: row.string(7)?,
        for_case: row.opt_string(8)?,
        started_at: Moment(row.int(9)?),
        updated_at: Moment(row.int(10)?),
        parked: row.bool(11)?,
        submitted: row.opt_string(12)?,
        deleted_at: row.opt_int(13)?.map(Moment),
        bundle: row.opt_string(14)?,
    })
}

/// The draft's own row, which must stand open: every unit that changes a draft begins with it.
pub(crate) fn open(id: &str, at: Moment) -> Op {
    let sql = "UPDATE drafts SET updated_at = $2 WHERE id = $1 AND submitted IS NULL AND deleted_at IS NULL";
    op(sql, args![id, at.0]).expecting(1)
}

/// The draft has become a case.
fn sent(id: &str, case_no: &str, at: Moment) -> [Op; 5] {
    let sent = "UPDATE drafts SET submitted = $2, updated_at = $3 WHERE id = $1 AND (submitted IS NULL OR submitted = $2)";
    let held = "INSERT INTO case_papers (digest, case_no) SELECT DISTINCT digest, CAST($2 AS TEXT) FROM draft_papers \
                WHERE draft = $1 AND digest <> '' ON CONFLICT (digest, case_no) DO NOTHING";
    [
        op(sent, args![id, case_no, at.0]),
        op(held, args![id, case_no]),
        op("DELETE FROM draft_papers WHERE draft = $1", args![id]),
        op("DELETE FROM draft_fields WHERE draft = $1", args![id]),
        signatures::sent(id),
    ]
}

fn remembered(holder: &str, fields: &[GivenField], papers: &[GivenPaper]) -> Vec<Op> {
    static FIELDS: LazyLock<Insert> = LazyLock::new(|| {
        Insert::with_end(
            "INSERT INTO given_fields (holder, field, value, from_case, at) VALUES",
            5,
            " ON CONFLICT (holder, field) DO UPDATE SET value = excluded.value, from_case = excluded.from_case, at = excluded.at \
             WHERE given_fields.at <= excluded.at",
        )
    });
    let row = |given: &GivenField| args![holder, &given.field, &given.value, &given.from_case, given.at.0];
    let paper = |given: &GivenPaper| {
        let sql = "INSERT INTO given_papers (holder, key, digest, file_name, from_case, at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (holder, key) DO UPDATE SET digest = excluded.digest, file_name = excluded.file_name, \
                   from_case = excluded.from_case, at = excluded.at WHERE given_papers.at <= excluded.at";
        op(sql, args![holder, &given.key, &given.digest, &given.file_name, &given.from_case, given.at.0])
    };
    // Elements are asked once each; of one paper there may be several files.
    FIELDS.ops(fields.iter().map(row).collect()).into_iter().chain(papers.iter().map(paper)).collect()
}

/// A draft that goes out with the act it was written for, in the same transaction; what it gave is kept to be offered again.
#[derive(Clone, Default)]
pub struct Sending {
    pub draft: String,
    /// Key of the holder.
    pub holder: String,
    pub fields: Vec<GivenField>,
    pub papers: Vec<GivenPaper>,
}

impl Sending {
    /// Nothing of it is expected to hold: a draft that was deleted while it was being sent does not undo the application.
    pub(crate) fn ops(&self, case_no: &str, at: Moment) -> Vec<Op> {
        sent(&self.draft, case_no, at).into_iter().chain(remembered(&self.holder, &self.fields, &self.papers)).collect()
    }
}

impl Store {
    /// `false` where its writer has an open one already that answers to the same case.
    pub async fn start_draft(&self, row: &Draft) -> Result<bool, StoreError> {
        let sql = "INSERT INTO drafts (id, owner, holder, item, edition, agency, area, channel, for_case, started_at, updated_at, parked, bundle) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let values = args![
            &row.id,
            &row.owner,
            &row.holder,
            &row.item,
            &row.edition,
            &row.agency,
            &row.area,
            &row.channel,
            row.for_case.as_ref(),
            row.started_at.0,
            row.updated_at.0,
            row.parked,
            row.bundle.as_ref()
        ];
        self.change(vec![op(sql, values)]).await
    }

    /// Whoever asks has to check whose it is.
    pub async fn draft(&self, id: &str) -> Result<Option<Draft>, StoreError> {
        Ok(self.engine.read_one(ONE, args![id]).await?.as_ref().map(draft).transpose()?)
    }

    /// A draft with its answers and papers; they are whole while the draft is not sent.
    pub async fn whole_draft(&self, id: &str) -> Result<Option<(Draft, Vec<SavedField>, Vec<DraftPaper>)>, StoreError> {
        // Sending clears answers and papers, and so the row comes last: as long as it is not sent, what was read was whole.
        let answers = self.engine.read_near(vec![(FIELDS, args![id]), (PAPERS, args![id]), (ONE, args![id])]).await?;
        let [fields, papers, one] = answers.as_slice() else { return Ok(None) };
        let Some(draft) = one.first().map(draft).transpose()? else { return Ok(None) };
        let field = |row: &Row| Ok(SavedField { field: row.string(0)?, value: row.string(1)?, at: Moment(row.int(2)?) });
        let paper = |row: &Row| {
            Ok(DraftPaper { key: row.string(0)?, digest: row.string(1)?, file_name: row.string(2)?, at: Moment(row.int(3)?) })
        };
        let fields = fields.iter().map(field).collect::<Result<_, ReadError>>()?;
        let papers = papers.iter().map(paper).collect::<Result<_, ReadError>>()?;
        Ok(Some((draft, fields, papers)))
    }

    /// Open drafts that `owner` writes for `holder`, or for anybody, the one touched last first.
    pub async fn drafts_of(&self, owner: &str, holder: Option<&str>) -> Result<Vec<Draft>, StoreError> {
        let sql = drafts!(
            "WHERE owner = $1 AND (CAST($2 AS TEXT) IS NULL OR holder = $2) AND submitted IS NULL AND deleted_at IS NULL \
                   ORDER BY updated_at DESC, id"
        );
        let rows = self.engine.read(sql, args![owner, holder]).await?;
        Ok(rows.iter().map(draft).collect::<Result<_, _>>()?)
    }

    /// Open drafts that counters wrote for `holder`.
    pub async fn counter_drafts_for(&self, holder: &str) -> Result<Vec<Draft>, StoreError> {
        let sql = drafts!(
            "WHERE holder = $1 AND owner LIKE 's:%' AND submitted IS NULL AND deleted_at IS NULL \
                   ORDER BY updated_at DESC, id"
        );
        let rows = self.engine.read(sql, args![holder]).await?;
        Ok(rows.iter().map(draft).collect::<Result<_, _>>()?)
    }

    /// Drafts of `owner` that were deleted and can still be had back.
    pub async fn deleted_drafts(&self, owner: &str, since: Moment) -> Result<Vec<Draft>, StoreError> {
        let sql = drafts!("WHERE owner = $1 AND deleted_at >= $2 ORDER BY deleted_at DESC, id");
        let rows = self.engine.read(sql, args![owner, since.0]).await?;
        Ok(rows.iter().map(draft).collect::<Result<_, _>>()?)
    }

    /// Saves answers; an empty one is taken away. `false` when the draft does not stand open any more: nothing is saved.
    pub async fn save_fields(&self, id: &str, answers: &[(String, String)], at: Moment) -> Result<bool, StoreError> {
        let save = |(field, value): &(String, String)| {
            if value.is_empty() {
                op("DELETE FROM draft_fields WHERE draft = $1 AND field = $2", args![id, field])
            } else {
                let sql = "INSERT INTO draft_fields (draft, field, value, at) VALUES ($1, $2, $3, $4) \
                           ON CONFLICT (draft, field) DO UPDATE SET value = excluded.value, at = excluded.at";
                op(sql, args![id, field, value, at.0])
            }
        };
        self.change([open(id, at)].into_iter().chain(answers.iter().map(save)).collect()).await
    }

    /// `false` when the draft does not stand open any more.
    pub async fn attach_paper(&self, id: &str, paper: &DraftPaper) -> Result<bool, StoreError> {
        self.change(vec![open(id, paper.at), attach(id, paper)]).await
    }

    pub async fn detach_paper(&self, id: &str, key: &str, digest: &str, at: Moment) -> Result<bool, StoreError> {
        let sql = "DELETE FROM draft_papers WHERE draft = $1 AND key = $2 AND digest = $3";
        self.change(vec![open(id, at), op(sql, args![id, key, digest])]).await
    }

    /// Puts a draft aside at the counter, or takes it up again.
    pub async fn park_draft(&self, id: &str, parked: bool, at: Moment) -> Result<bool, StoreError> {
        self.change(vec![open(id, at), op("UPDATE drafts SET parked = $2 WHERE id = $1", args![id, parked])]).await
    }

    /// Gives a draft to another writer.
    pub async fn give_draft(&self, id: &str, owner: &str, at: Moment) -> Result<bool, StoreError> {
        self.change(vec![open(id, at), op("UPDATE drafts SET owner = $2 WHERE id = $1", args![id, owner])]).await
    }

    /// Moves a draft to another edition, after its writer was shown what differs.
    pub async fn move_draft(&self, id: &str, edition: &str, at: Moment) -> Result<bool, StoreError> {
        self.change(vec![open(id, at), op("UPDATE drafts SET edition = $2 WHERE id = $1", args![id, edition])]).await
    }

    /// Takes more into a draft of several items: what it applies for now, and answers to what it asks anew. What was typed stays.
    /// `false` when the draft does not stand open any more.
    pub async fn grow_draft(&self, id: &str, bundle: &str, answers: &[(String, String)], at: Moment) -> Result<bool, StoreError> {
        let sql =
            "INSERT INTO draft_fields (draft, field, value, at) VALUES ($1, $2, $3, $4) ON CONFLICT (draft, field) DO NOTHING";
        let fill = |(field, value): &(String, String)| op(sql, args![id, field, value, at.0]);
        let grows = op("UPDATE drafts SET bundle = $2 WHERE id = $1", args![id, bundle]);
        self.change([open(id, at), grows].into_iter().chain(answers.iter().map(fill)).collect()).await
    }

    /// Notes which case a draft became: the case holds its papers from now on, and the answers lie in the case alone, where they can
    /// be erased. Doing it again for the same case changes nothing.
    pub async fn draft_submitted(&self, id: &str, case_no: &str, at: Moment) -> Result<bool, StoreError> {
        let [becomes, rest @ ..] = sent(id, case_no, at);
        self.change(std::iter::once(becomes.expecting(1)).chain(rest).collect()).await
    }

    pub async fn delete_draft(&self, id: &str, at: Moment) -> Result<bool, StoreError> {
        self.change(vec![open(id, at), op("UPDATE drafts SET deleted_at = $2 WHERE id = $1", args![id, at.0])]).await
    }

    /// `false` when it was not deleted, or before `since`.
    pub async fn restore_draft(&self, id: &str, since: Moment) -> Result<bool, StoreError> {
        let sql = "UPDATE drafts SET deleted_at = NULL WHERE id = $1 AND deleted_at >= $2";
        self.change(vec![op(sql, args![id, since.0]).expecting(1)]).await
    }

    /// Forgets drafts that were deleted before `before`, with all in them; says how many.
    pub async fn purge_drafts(&self, before: Moment) -> Result<u64, StoreError> {
        let unit = vec![
            signatures::forget_deleted(before),
            op("DELETE FROM draft_fields WHERE draft IN (SELECT id FROM drafts WHERE deleted_at < $1)", args![before.0]),
            op("DELETE FROM draft_papers WHERE draft IN (SELECT id FROM drafts WHERE deleted_at < $1)", args![before.0]),
            op("DELETE FROM drafts WHERE deleted_at < $1", args![before.0]),
        ];
        Ok(self.engine.write(unit).await?.count(3))
    }

    /// Keeps what a holder gave in a case, to be offered again; what was given later stands.
    pub async fn remember_given(&self, holder: &str, fields: &[GivenField], papers: &[GivenPaper]) -> Result<(), StoreError> {
        self.engine.write(remembered(holder, fields, papers)).await?;
        Ok(())
    }

    pub async fn given_fields(&self, holder: &str) -> Result<Vec<GivenField>, StoreError> {
        let sql = "SELECT field, value, from_case, at FROM given_fields WHERE holder = $1 ORDER BY field";
        let given = |row: &Row| {
            Ok(GivenField { field: row.string(0)?, value: row.string(1)?, from_case: row.string(2)?, at: Moment(row.int(3)?) })
        };
        self.engine.read(sql, args![holder]).await?.iter().map(given).collect()
    }

    pub async fn given_papers(&self, holder: &str) -> Result<Vec<GivenPaper>, StoreError> {
        let sql = "SELECT key, digest, file_name, from_case, at FROM given_papers WHERE holder = $1 ORDER BY key";
        let given = |row: &Row| {
            Ok(GivenPaper {
                key: row.string(0)?,
                digest: row.string(1)?,
                file_name: row.string(2)?,
                from_case: row.string(3)?,
                at: Moment(row.int(4)?),
            })
        };
        self.engine.read(sql, args![holder]).await?.iter().map(given).collect()
    }

    /// `false` when the first statement found nothing to change.
    async fn change(&self, unit: Vec<Op>) -> Result<bool, StoreError> {
        match self.engine.write(unit).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. } | WriteError::Unique { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Only after the bytes lie in the papers.
pub(crate) fn attach(draft: &str, paper: &DraftPaper) -> Op {
    let sql = "INSERT INTO draft_papers (draft, key, digest, file_name, at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (draft, key, digest) DO UPDATE SET file_name = excluded.file_name";
    op(sql, args![draft, &paper.key, &paper.digest, &paper.file_name, paper.at.0])
}

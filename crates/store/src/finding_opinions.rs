//! What people think of findings of the consistency assessment, with who and when: kept beside the finding, never changed. Serves measure 17.

use crate::engine::{Row, args, op};
use crate::{Store, StoreError};
use casework::Moment;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingOpinion {
    pub id: String,
    /// Key of the finding.
    pub finding: String,
    /// Of the texts that it was given on.
    pub digest: String,
    pub edition: String,
    /// `to-mend`, `as-meant` or `no-finding`.
    pub verdict: String,
    pub words: String,
    pub by: String,
    pub at: Moment,
}

/// Opinions that are shown at once; each finding has few.
const MOST: i64 = 5_000;

impl Store {
    /// Adds an opinion; the same `id` adds it once.
    pub async fn add_finding_opinion(&self, new: &FindingOpinion) -> Result<(), StoreError> {
        let sql = "INSERT INTO finding_opinions (id, finding, digest, edition, verdict, words, by_staff, at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING";
        let values = args![&new.id, &new.finding, &new.digest, &new.edition, &new.verdict, &new.words, &new.by, new.at.0];
        self.engine.write(vec![op(sql, values)]).await?;
        Ok(())
    }

    /// All opinions, the latest first.
    pub async fn finding_opinions(&self) -> Result<Vec<FindingOpinion>, StoreError> {
        let sql = "SELECT id, finding, digest, edition, verdict, words, by_staff, at FROM finding_opinions ORDER BY at DESC, id LIMIT $1";
        self.engine.read(sql, args![MOST]).await?.iter().map(opinion).collect()
    }
}

fn opinion(row: &Row) -> Result<FindingOpinion, StoreError> {
    Ok(FindingOpinion {
        id: row.text(0)?.to_owned(),
        finding: row.text(1)?.to_owned(),
        digest: row.text(2)?.to_owned(),
        edition: row.text(3)?.to_owned(),
        verdict: row.text(4)?.to_owned(),
        words: row.text(5)?.to_owned(),
        by: row.text(6)?.to_owned(),
        at: Moment(row.int(7)?),
    })
}

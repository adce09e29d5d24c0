//! Signatures that a draft waits for: who was asked, when they were told last, and what they answered.
//!
//! Nothing is voided by writing: whoever reads a signature compares what was signed with what stands in the draft now.

use crate::engine::{Op, ReadError, Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::Moment;

/// What somebody who was asked to sign has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    NotYet,
    Signed,
    Declined,
}

impl Answered {
    fn word(self) -> &'static str {
        match self {
            Answered::NotYet => "asked",
            Answered::Signed => "signed",
            Answered::Declined => "declined",
        }
    }

    fn from_word(word: &str) -> Option<Answered> {
        [Answered::NotYet, Answered::Signed, Answered::Declined].into_iter().find(|known| known.word() == word)
    }
}

/// A row. `Debug` keeps what was signed to itself.
#[derive(Clone, PartialEq, Eq)]
pub struct DraftSignature {
    pub draft: String,
    /// The item or theme and the row of its rules, as `item/row`.
    pub part: String,
    /// `p:` and the digest of an identity number, or `f:` and a credit code.
    pub signer: String,
    pub answered: Answered,
    pub asked_at: Moment,
    /// When they were asked or reminded last.
    pub told_at: Moment,
    /// Who answered.
    pub person: Option<String>,
    pub answered_at: Option<Moment>,
    /// SM3 of what was signed, hex.
    pub digest: String,
    /// What was signed, byte for byte; empty once the draft is sent.
    pub signed: String,
    /// Why somebody declined.
    pub words: String,
}

impl std::fmt::Debug for DraftSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DraftSignature({}, {}, {:?})", self.draft, self.part, self.answered)
    }
}

/// What somebody answers for one part.
#[derive(Clone)]
pub struct SignatureAnswer<'a> {
    pub draft: &'a str,
    pub part: &'a str,
    pub signer: &'a str,
    pub person: &'a str,
    pub answered: Answered,
    pub digest: &'a str,
    pub signed: &'a str,
    pub words: &'a str,
}

macro_rules! signatures {
    ($where:literal) => {
        concat!(
            "SELECT draft, part, signer, state, asked_at, told_at, person, answered_at, digest, signed, words FROM draft_signatures ",
            $where
        )
    };
}

fn signature(row: &Row) -> Result<DraftSignature, ReadError> {
    Ok(DraftSignature {
        draft: row.string(0)?,
        part: row.string(1)?,
        signer: row.string(2)?,
        // A word of a later version is nobody's signature.
        answered: Answered::from_word(row.text(3)?).unwrap_or(Answered::NotYet),
        asked_at: Moment(row.int(4)?),
        told_at: Moment(row.int(5)?),
        person: row.opt_string(6)?,
        answered_at: row.opt_int(7)?.map(Moment),
        digest: row.string(8)?,
        signed: row.string(9)?,
        words: row.string(10)?,
    })
}

/// The draft was sent: what was signed lies in the case from now on.
pub(crate) fn sent(draft: &str) -> Op {
    op("UPDATE draft_signatures SET signed = '', words = '' WHERE draft = $1", args![draft])
}

/// The draft is forgotten.
pub(crate) fn forget_deleted(before: Moment) -> Op {
    op("DELETE FROM draft_signatures WHERE draft IN (SELECT id FROM drafts WHERE deleted_at < $1)", args![before.0])
}

impl Store {
    pub async fn signatures_of_draft(&self, draft: &str) -> Result<Vec<DraftSignature>, StoreError> {
        let rows = self.engine.read(signatures!("WHERE draft = $1 ORDER BY part, signer"), args![draft]).await?;
        Ok(rows.iter().map(signature).collect::<Result<_, _>>()?)
    }

    /// What these signers were asked to sign, the newest first; drafts that were deleted are left out.
    pub async fn signatures_asked_of(&self, signers: &[String], limit: u32) -> Result<Vec<DraftSignature>, StoreError> {
        let sql = signatures!(
            "WHERE signer = ANY($1) AND EXISTS (SELECT 1 FROM drafts WHERE drafts.id = draft_signatures.draft AND deleted_at IS NULL) \
             ORDER BY asked_at DESC, draft, part, signer LIMIT $2"
        );
        let rows = self.engine.read(sql, args![signers, i64::from(limit)]).await?;
        Ok(rows.iter().map(signature).collect::<Result<_, _>>()?)
    }

    /// Asks for signatures of a draft, each a part and a signer. Who was asked before is not asked anew, but counts as told now.
    pub async fn ask_for_signatures(&self, draft: &str, wanted: &[(String, String)], at: Moment) -> Result<(), StoreError> {
        let ask = |(part, signer): &(String, String)| {
            let sql = "INSERT INTO draft_signatures (draft, part, signer, state, asked_at, told_at) VALUES ($1, $2, $3, 'asked', $4, $4) \
                       ON CONFLICT (draft, part, signer) DO UPDATE SET told_at = excluded.told_at";
            op(sql, args![draft, part, signer, at.0])
        };
        self.engine.write(wanted.iter().map(ask).collect()).await?;
        Ok(())
    }

    /// Keeps an answer; a later one stands in place of an earlier. `false` where nobody asked, or the draft is not open any more.
    pub async fn answer_signature(&self, answer: &SignatureAnswer<'_>, at: Moment) -> Result<bool, StoreError> {
        let sql = "UPDATE draft_signatures SET state = $4, person = $5, answered_at = $6, digest = $7, signed = $8, words = $9 \
                   WHERE draft = $1 AND part = $2 AND signer = $3 AND EXISTS \
                   (SELECT 1 FROM drafts WHERE drafts.id = $1 AND submitted IS NULL AND deleted_at IS NULL)";
        let SignatureAnswer { draft, part, signer, person, answered, digest, signed, words } = *answer;
        let values = args![draft, part, signer, answered.word(), person, at.0, digest, signed, words];
        match self.engine.write(vec![op(sql, values).expecting(1)]).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

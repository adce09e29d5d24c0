//! Letters: every document that was made, with its number and its check code; and the decisions that are open to the public.
//!
//! A document's number has no gaps and stands in the document itself, so it is drawn in the write that saves the letter's row,
//! once for each errand: an errand that runs again finds the number it drew and the code it gave. The digest is added when the
//! document lies in the papers.

use crate::engine::{Op, Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::event::Ending;
use casework::{CaseNo, LetterKind, Moment};
use jiff::civil::Date;

/// Reads whole rows of `letters`, as [`letter`] takes them apart.
macro_rules! letters {
    ($where:literal) => {
        concat!(
            "SELECT errand, case_no, kind, agency, document_number, check_code, digest, made_at, ofd_digest FROM letters ",
            $where
        )
    };
}

pub(crate) use letters;

/// A letter that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter<'a> {
    /// Id of the errand that orders it: one letter for each.
    pub errand: &'a str,
    pub no: &'a CaseNo,
    pub kind: LetterKind,
    pub agency: &'a str,
    /// Numbers are counted in here: agency, kind of document and year.
    pub series: &'a str,
    /// What stands before and after the number: `津滨审许〔2026〕` and `号`.
    pub before: &'a str,
    pub after: &'a str,
    /// Unguessable; the public page is found by it.
    pub check_code: &'a str,
}

/// A letter as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    pub errand: String,
    pub no: CaseNo,
    pub kind: LetterKind,
    pub agency: String,
    pub document_number: String,
    pub check_code: String,
    /// SM3 of the document, hexadecimal; empty until it lies in the papers.
    pub digest: String,
    /// The same of its OFD, for certificates; empty where there is none.
    pub ofd_digest: String,
    pub made_at: Moment,
}

/// A granted decision, open to the public (行政许可法 art. 40).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedDecision {
    pub no: CaseNo,
    pub item: String,
    pub agency: String,
    pub area: String,
    pub document_number: String,
    /// The holder's name for the public; never a natural person's in full.
    pub holder_shown: String,
    pub decided_on: Date,
    pub valid_until: Option<Date>,
    /// How and when the permit ended, if it was ended.
    pub ended: Option<(Ending, Date)>,
    pub published_at: Moment,
}

/// Which published decisions are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    pub item: Option<String>,
    pub agency: Option<String>,
    /// Part of the document number or of the holder as shown.
    pub text: Option<String>,
    /// Continue after this one.
    pub after: Option<(Date, CaseNo)>,
}

/// The number of the errand that reminds of a renewal: before those of a case's first version, so that there is one for each case.
pub const REMINDER: u64 = 999;

impl Store {
    /// Permits of an item that end between two days, stand, and whose holder was not reminded yet, in the order of their numbers.
    pub async fn unreminded_permits(
        &self,
        item: &str,
        from: Date,
        until: Date,
        after: &CaseNo,
        limit: u32,
    ) -> Result<Vec<CaseNo>, StoreError> {
        // The notice of an errand bears its identifier and its reader.
        const SQL: &str = "SELECT case_no FROM published_decisions JOIN cases ON cases.no = case_no \
                   WHERE published_decisions.item = $1 AND valid_until >= $2 AND valid_until <= $3 AND ending IS NULL AND case_no > $4 \
                   AND NOT EXISTS (SELECT 1 FROM notices WHERE notices.id = published_decisions.case_no || CAST($6 AS TEXT) || cases.holder) \
                   AND NOT EXISTS (SELECT 1 FROM errands WHERE errands.sender = published_decisions.case_no AND errands.number = $7) \
                   ORDER BY case_no LIMIT $5";
        let mark = format!("-{REMINDER}:");
        let args = args![item, from.to_string(), until.to_string(), &after.0, limit, mark, REMINDER as i64];
        let rows = self.engine.read(SQL, args).await?;
        rows.iter().map(|row| Ok(CaseNo(row.string(0)?))).collect()
    }

    /// Draws the number of a letter and saves its row, in one write. The same errand always gets the same letter.
    pub async fn save_letter(&self, new: &NewLetter<'_>, now: Moment) -> Result<KeptLetter, StoreError> {
        if let Some(first) = self.letter_of_errand(new.errand).await? {
            return Ok(first);
        }
        let draw = "INSERT INTO counters (name, next) VALUES ($1, 2) ON CONFLICT (name) DO UPDATE SET next = counters.next + 1";
        let save = "INSERT INTO letters (errand, case_no, kind, agency, series, series_number, document_number, check_code, digest, made_at) \
                    SELECT $1, $2, $3, $4, $5, next - 1, CAST($6 AS TEXT) || CAST(next - 1 AS TEXT) || CAST($7 AS TEXT), $8, '', \
                    CAST($9 AS BIGINT) FROM counters WHERE name = $5";
        let args = args![
            new.errand,
            &new.no.0,
            kind_word(new.kind)?,
            new.agency,
            new.series,
            new.before,
            new.after,
            new.check_code,
            now.0
        ];
        match self.engine.write(vec![op(draw, args![new.series]), op(save, args).expecting(1)]).await {
            // Another node makes the same letter: its number stands, and ours was never drawn.
            Ok(_) | Err(WriteError::Unique { .. } | WriteError::InDoubt { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.letter_of_errand(new.errand)
            .await?
            .ok_or_else(|| StoreError::damaged(format!("letter of errand {}", new.errand), "its check code is taken"))
    }

    /// The document lies in the papers: from now on the letter has its digest, and that of its OFD if there is one. A second one
    /// never replaces the first.
    pub async fn letter_made(&self, errand: &str, digest: &str, ofd_digest: &str) -> Result<(), StoreError> {
        let sql = "UPDATE letters SET digest = $2, ofd_digest = $3 WHERE errand = $1 AND digest = ''";
        self.engine.write(vec![op(sql, args![errand, digest, ofd_digest])]).await?;
        Ok(())
    }

    pub async fn letter_of_errand(&self, errand: &str) -> Result<Option<KeptLetter>, StoreError> {
        const SQL: &str = letters!("WHERE errand = $1");
        self.engine.read_one(SQL, args![errand]).await?.as_ref().map(letter).transpose()
    }

    /// The letters of a case, in the order in which they were made.
    pub async fn letters_of_case(&self, no: &CaseNo) -> Result<Vec<KeptLetter>, StoreError> {
        const SQL: &str = letters!("WHERE case_no = $1 ORDER BY made_at, errand");
        self.engine.read(SQL, args![&no.0]).await?.iter().map(letter).collect()
    }

    /// The letter behind a check code.
    pub async fn letter_by_code(&self, check_code: &str) -> Result<Option<KeptLetter>, StoreError> {
        const SQL: &str = letters!("WHERE check_code = $1");
        self.engine.read_one(SQL, args![check_code]).await?.as_ref().map(letter).transpose()
    }

    /// The letter of which this is a file, PDF or OFD, by its digest.
    pub async fn letter_of_file(&self, digest: &str) -> Result<Option<KeptLetter>, StoreError> {
        const SQL: &str = letters!("WHERE $1 <> '' AND (digest = $1 OR ofd_digest = $1) ORDER BY made_at, errand LIMIT 1");
        self.engine.read_one(SQL, args![digest]).await?.as_ref().map(letter).transpose()
    }

    /// Opens a decision to the public. Publishing it again changes nothing.
    pub async fn publish_decision(&self, decision: &PublishedDecision) -> Result<(), StoreError> {
        let sql = "INSERT INTO published_decisions (case_no, item, agency, area, document_number, holder_shown, decided_on, \
                   valid_until, published_at, ending, ended_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (case_no) DO NOTHING";
        let args = args![
            &decision.no.0,
            &decision.item,
            &decision.agency,
            &decision.area,
            &decision.document_number,
            &decision.holder_shown,
            decision.decided_on.to_string(),
            decision.valid_until.map(|day| day.to_string()),
            decision.published_at.0,
            decision.ended.map(|(ending, _)| ending_word(ending)).transpose()?,
            decision.ended.map(|(_, day)| day.to_string())
        ];
        self.engine.write(vec![op(sql, args)]).await?;
        Ok(())
    }

    /// The decisions open to the public, newest first.
    pub async fn published_decisions(&self, filter: &DecisionFilter, limit: u32) -> Result<Vec<PublishedDecision>, StoreError> {
        let sql = "SELECT case_no, item, agency, area, document_number, holder_shown, decided_on, valid_until, published_at, \
                   ending, ended_on FROM published_decisions WHERE (decided_on, case_no) < ($1, $2) AND ($3 = '' OR item = $3) \
                   AND ($4 = '' OR agency = $4) \
                   AND (document_number LIKE $5 ESCAPE '!' OR holder_shown LIKE $5 ESCAPE '!') \
                   ORDER BY decided_on DESC, case_no DESC LIMIT $6";
        let (day, no) = filter.after.as_ref().map_or(("9999-12-31".to_owned(), ""), |(day, no)| (day.to_string(), no.0.as_str()));
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let like = contains(filter.text.as_deref().unwrap_or(""));
        let args = args![day, no, text(&filter.item), text(&filter.agency), like, limit];
        self.engine.read(sql, args).await?.iter().map(decision).collect()
    }
}

/// What the public reads of it from the moment in which a permit ends; nothing where it was never published.
pub(crate) fn permit_ended(no: &CaseNo, ending: Ending, on: Date) -> Result<Op, StoreError> {
    let sql = "UPDATE published_decisions SET ending = $2, ended_on = $3 WHERE case_no = $1";
    Ok(op(sql, args![&no.0, ending_word(ending)?, on.to_string()]))
}

pub(crate) fn ending_word(ending: Ending) -> Result<String, StoreError> {
    match serde_json::to_value(ending) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(StoreError::damaged("how a permit ended", format!("{other:?}"))),
    }
}

/// The pattern of a text that contains another, whatever characters it has.
pub(crate) fn contains(part: &str) -> String {
    format!("%{}%", part.trim().replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

pub(crate) fn kind_word(kind: LetterKind) -> Result<String, StoreError> {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(StoreError::damaged("a kind of letter", format!("{other:?}"))),
    }
}

pub(crate) fn letter(row: &Row) -> Result<KeptLetter, StoreError> {
    let kind = serde_json::from_value(row.text(2)?.into());
    Ok(KeptLetter {
        errand: row.string(0)?,
        no: CaseNo(row.string(1)?),
        kind: kind.map_err(|error| StoreError::damaged("a kind of letter", error))?,
        agency: row.string(3)?,
        document_number: row.string(4)?,
        check_code: row.string(5)?,
        digest: row.string(6)?,
        made_at: Moment(row.int(7)?),
        ofd_digest: row.string(8)?,
    })
}

fn decision(row: &Row) -> Result<PublishedDecision, StoreError> {
    let day = |text: &str| text.parse::<Date>().map_err(|error| StoreError::damaged("a day", error));
    Ok(PublishedDecision {
        no: CaseNo(row.string(0)?),
        item: row.string(1)?,
        agency: row.string(2)?,
        area: row.string(3)?,
        document_number: row.string(4)?,
        holder_shown: row.string(5)?,
        decided_on: day(row.text(6)?)?,
        valid_until: row.opt_text(7)?.map(day).transpose()?,
        published_at: Moment(row.int(8)?),
        ended: match (row.opt_text(9)?, row.opt_text(10)?) {
            (Some(word), Some(on)) => {
                let ending = serde_json::from_value(word.into());
                Some((ending.map_err(|error| StoreError::damaged("how a permit ended", error))?, day(on)?))
            }
            _ => None,
        },
    })
}

//! Replay: all that is kept of a case, read at one moment, and the rows that its journal says it should have.
//!
//! `verify` compares the two and `reindex` mends the rows; the journal is never touched by either.

use crate::case_index::{self, Course};
use crate::chain::Head;
use crate::engine::{Op, Row, Val, WriteError, args, op};
use crate::journal::{parsed, thirty_two};
use crate::{Store, StoreError, deadlines, legs, licences, terms};
use casework::{Case, CaseNo, Moment, Record};
use std::collections::BTreeMap;

/// Cases that are read at a time.
const SLICE: i64 = 100;

/// One line of the journal, as it lies there.
pub(crate) struct Line {
    pub(crate) version: i64,
    pub(crate) at: i64,
    pub(crate) payload: String,
    pub(crate) sealed: String,
    pub(crate) hash: Vec<u8>,
}

/// All that is kept of one case (卷宗).
#[derive(Default)]
pub(crate) struct Dossier {
    pub(crate) no: CaseNo,
    pub(crate) lines: Vec<Line>,
    /// The whole row of `cases`.
    pub(crate) row: Option<Vec<Val>>,
    /// Clock, due day, moment to look, whether provisional.
    pub(crate) deadlines: BTreeMap<String, (String, i64, bool)>,
    pub(crate) consultations: BTreeMap<u32, (String, Option<String>, bool)>,
    /// The whole row of `licences`.
    pub(crate) licence: Option<Vec<Val>>,
    /// The whole row of `legs`.
    pub(crate) leg: Option<Vec<Val>>,
    pub(crate) key: Option<[u8; 32]>,
    pub(crate) particulars: BTreeMap<u32, (String, Vec<u8>)>,
    /// The rule under which it was erased.
    pub(crate) erased: Option<String>,
    /// Document number, check code, digest and digest of the OFD of each letter.
    pub(crate) letters: Vec<(String, String, String, String)>,
}

impl Dossier {
    pub(crate) fn records(&self) -> Result<Vec<Record>, StoreError> {
        self.lines.iter().map(|line| parsed(&self.no, line.version, &line.payload)).collect()
    }

    /// The last hash of the journal, as it lies there.
    pub(crate) fn head(&self) -> Result<Head, StoreError> {
        self.lines.last().map_or(Ok([0; 32]), |line| thirty_two(&self.no, &line.hash))
    }

    /// What the list shows as the title: a particular, and nothing once it is erased.
    pub(crate) fn title(&self, case: &Case) -> String {
        let kept = case.title.and_then(|words| self.particulars.get(&words.0));
        kept.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }

    /// What is wrong with the rows read from the journal: names of columns and tables.
    pub(crate) fn differences(&self, case: &Case, course: &Course) -> Result<Vec<String>, StoreError> {
        let expected = case_index::expected(case, course, &self.title(case), &self.head()?);
        let mut wrong: Vec<String> = match &self.row {
            None => vec!["cases".to_owned()],
            Some(row) => case_index::differing(row, &expected).map(|column| format!("cases.{column}")).collect(),
        };
        let clocks: BTreeMap<String, _> =
            deadlines::deadlines(case).into_iter().map(|(clock, row)| (clock.to_owned(), row)).collect();
        if clocks != self.deadlines {
            wrong.push("deadlines".to_owned());
        }
        let asked: BTreeMap<u32, _> = deadlines::consultations(case)
            .into_iter()
            .map(|(number, (agency, due, owed))| (number, (agency.to_owned(), due, owed)))
            .collect();
        if asked != self.consultations {
            wrong.push("consultations".to_owned());
        }
        if licences::expected(case, course)? != self.licence {
            wrong.push("licences".to_owned());
        }
        if !legs::is_as_expected(self.leg.as_deref(), case) {
            wrong.push("legs".to_owned());
        }
        Ok(wrong)
    }
}

impl Store {
    /// The numbers of the cases after `after`, in order; of those that went on at `since` or later.
    pub(crate) async fn numbers_after(&self, after: &str, since: Option<Moment>) -> Result<Vec<String>, StoreError> {
        const ALL: &str = "SELECT DISTINCT case_no FROM journal WHERE case_no > $1 ORDER BY case_no LIMIT $2";
        const SINCE: &str = "SELECT no FROM cases WHERE no > $1 AND updated_at >= $3 ORDER BY no LIMIT $2";
        let mut args = args![after, SLICE];
        args.extend(since.map(|since| Val::from(since.0)));
        let rows = self.engine.read(if since.is_some() { SINCE } else { ALL }, args).await?;
        rows.iter().map(|row| Ok(row.string(0)?)).collect()
    }

    /// All that is kept of these cases, at one moment, in the order given.
    pub(crate) async fn dossiers(&self, numbers: &[String]) -> Result<Vec<Dossier>, StoreError> {
        const LINES: &str = "SELECT case_no, version, at, payload, sealed, hash FROM journal WHERE case_no = ANY($1) \
             ORDER BY case_no, version";
        const DEADLINES: &str = "SELECT case_no, clock, due_on, look_at, provisional FROM deadlines WHERE case_no = ANY($1)";
        const ASKED: &str = "SELECT case_no, number, agency, due_on, owed FROM consultations WHERE case_no = ANY($1)";
        const KEYS: &str = "SELECT case_no, key FROM case_keys WHERE case_no = ANY($1)";
        const PARTICULARS: &str = "SELECT case_no, number, kind, bytes FROM particulars WHERE case_no = ANY($1)";
        const ERASED: &str = "SELECT case_no, rule FROM erasures WHERE case_no = ANY($1)";
        const LETTERS: &str =
            "SELECT case_no, document_number, check_code, digest, ofd_digest FROM letters WHERE case_no = ANY($1)";
        let queries =
            [LINES, case_index::WHOLE, DEADLINES, ASKED, KEYS, PARTICULARS, ERASED, LETTERS, licences::WHOLE, legs::WHOLE];
        let queries = queries.iter().map(|sql| (*sql, args![numbers])).collect();
        let mut answers = self.engine.read_together(queries).await?.into_iter();
        let mut next = || answers.next().unwrap_or_default();
        let mut found: BTreeMap<String, Dossier> =
            numbers.iter().map(|no| (no.clone(), Dossier { no: CaseNo(no.clone()), ..Dossier::default() })).collect();
        let mut put = |row: &Row, no: usize, put: &mut dyn FnMut(&mut Dossier) -> Result<(), StoreError>| {
            found.get_mut(row.text(no)?).map_or(Ok(()), put)
        };
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.lines.push(Line {
                    version: row.int(1)?,
                    at: row.int(2)?,
                    payload: row.string(3)?,
                    sealed: row.string(4)?,
                    hash: row.bytes(5)?.to_vec(),
                });
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, case_index::NO, &mut |dossier| {
                dossier.row = Some(row.clone().into_vals());
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.deadlines.insert(row.string(1)?, (row.string(2)?, row.int(3)?, row.bool(4)?));
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.consultations.insert(row.int(1)? as u32, (row.string(2)?, row.opt_string(3)?, row.bool(4)?));
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.key = Some(thirty_two(&dossier.no, row.bytes(1)?)?);
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.particulars.insert(row.int(1)? as u32, (row.string(2)?, row.bytes(3)?.to_vec()));
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.erased = Some(row.string(1)?);
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.letters.push((row.string(1)?, row.string(2)?, row.string(3)?, row.string(4)?));
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.licence = Some(row.clone().into_vals());
                Ok(())
            })?;
        }
        for row in next() {
            put(&row, 0, &mut |dossier| {
                dossier.leg = Some(row.clone().into_vals());
                Ok(())
            })?;
        }
        Ok(found.into_values().collect())
    }

    /// Rebuilds the rows of every case whose rows are not what its journal says: how many there were. Others may work meanwhile.
    pub async fn reindex(&self) -> Result<u64, StoreError> {
        let (mut mended, mut after) = (0, String::new());
        loop {
            let numbers = self.numbers_after(&after, None).await?;
            let Some(last) = numbers.last() else { break };
            after.clone_from(last);
            for dossier in self.dossiers(&numbers).await? {
                mended += u64::from(self.mend(dossier).await?);
            }
        }
        Ok(mended)
    }

    /// Writes the rows of a case anew if they differ. If it went on meanwhile, its rows were written anew anyway.
    async fn mend(&self, dossier: Dossier) -> Result<bool, StoreError> {
        let records = dossier.records()?;
        let case = Case::from_records(dossier.no.clone(), &records);
        let course = Course::of(&records);
        if dossier.differences(&case, &course)?.is_empty() {
            return Ok(false);
        }
        let (no, title) = (case.no.0.as_str(), dossier.title(&case));
        // The row is deleted first: that waits for whoever is writing this case, and the next line then sees what he wrote.
        let untouched = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM journal WHERE case_no = $1 AND version > $2)";
        let mut unit = vec![
            op("DELETE FROM cases WHERE no = $1", args![no]),
            op(untouched, args![no, case.version as i64]).expecting(1),
            case_index::insert(&case, &course, &title, &dossier.head()?),
            op("DELETE FROM deadlines WHERE case_no = $1", args![no]),
            op("DELETE FROM consultations WHERE case_no = $1", args![no]),
        ];
        unit.extend(deadlines::ops(&Case::unborn(case.no.clone()), &case));
        unit.extend(licences::anew(&case.no, licences::expected(&case, &course)?));
        unit.extend(legs::anew(&case));
        unit.extend(terms_anew(&dossier, no, &title));
        match self.engine.write(unit).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Forgets the terms of the title that was kept and keeps those of the true one.
fn terms_anew(dossier: &Dossier, no: &str, title: &str) -> Vec<Op> {
    let mut old = terms::of_case(no, title);
    if let Some(Val::T(kept)) = dossier.row.as_ref().and_then(|row| row.get(case_index::TITLE)) {
        old.extend(terms::of(kept));
    }
    let mut ops = vec![terms::wait_no_more(no), terms::delete(terms::CASE, no, &old)];
    ops.extend(terms::insert(terms::CASE, no, &terms::of_case(no, title)));
    ops
}

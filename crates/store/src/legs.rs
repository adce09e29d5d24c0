//! Legs in partner systems: one row a case that has one, read from its journal; every message a partner sent; whether it answers.

use crate::case_index::same;
use crate::engine::{Op, Row, Val, args, op};
use crate::{Store, StoreError};
use casework::{Case, CaseNo, Moment, leg};
use rulebook::Stand;

/// Messages that were not signed by their partner are kept to this number: whoever sends more of them is no partner.
const FORGERIES: i64 = 1_000;

/// The verdict on what was not signed by its partner.
pub const FORGED: &str = "bad-signature";

/// A leg as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegRow {
    pub no: CaseNo,
    pub partner: String,
    pub agency: String,
    pub item: String,
    pub began: Moment,
    pub heard: Option<Moment>,
    /// The kebab-case word of where it stands there; empty before anything was heard.
    pub stand: String,
    /// The kebab-case word of how the systems differ; empty where they agree.
    pub difference: String,
    /// When we last asked about it, and what the answer was.
    pub asked: Option<(Moment, String)>,
}

/// Whether a partner answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkState {
    pub partner: String,
    pub up: bool,
    pub since: Moment,
    pub tried: Moment,
    pub fault: String,
}

/// How much lies with a partner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LegCounts {
    pub open: u64,
    pub different: u64,
    /// Messages to it that wait, and those that were laid down for a person.
    pub waiting: u64,
    pub dead: u64,
}

/// A message as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMessage {
    pub message: String,
    pub digest: String,
    pub no: String,
    pub verdict: String,
    pub at: Moment,
    pub times: u64,
}

macro_rules! columns {
    () => {
        "case_no, partner, agency, item, began_at, heard_at, stand, open, difference"
    };
}

const INSERT: &str = concat!("INSERT INTO legs (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
/// The whole rows of some cases.
pub(crate) const WHOLE: &str = concat!("SELECT ", columns!(), " FROM legs WHERE case_no = ANY($1)");

/// The row that a case should have; `None` where nothing of it is done in a partner system.
pub(crate) fn expected(case: &Case) -> Option<Vec<Val>> {
    let leg = case.leg.as_ref()?;
    let stand = leg.ruled.as_ref().map(|ruled| ruled.stand).or(leg.noted).or(leg.stand);
    Some(args![
        &case.no.0,
        &leg.partner,
        &case.agency,
        &case.item,
        leg.began.0,
        leg.heard.map(|at| at.0),
        stand.map_or("", Stand::word),
        leg.is_open(),
        leg::difference(case).map_or("", leg::Difference::word),
    ])
}

/// Whether the row of a case is the one that it should have.
pub(crate) fn is_as_expected(row: Option<&[Val]>, case: &Case) -> bool {
    match (row, expected(case)) {
        (None, None) => true,
        (Some(kept), Some(wanted)) => {
            kept.len() == wanted.len() && kept.iter().zip(&wanted).all(|(kept, wanted)| same(kept, wanted))
        }
        _ => false,
    }
}

/// The row of a case, where there is one, anew.
pub(crate) fn anew(case: &Case) -> impl Iterator<Item = Op> {
    let delete = op("DELETE FROM legs WHERE case_no = $1", args![&case.no.0]);
    std::iter::once(delete).chain(expected(case).map(|row| op(INSERT, row)))
}

/// What one step of a case does to its row.
pub(crate) fn ops(before: &Case, after: &Case) -> Vec<Op> {
    if expected(before) == expected(after) { Vec::new() } else { anew(after).collect() }
}

impl Store {
    /// Legs of a partner that still owes an answer and of which nothing was heard, and nothing asked, since `before`; the longest
    /// silent first.
    pub async fn silent_legs(&self, partner: &str, before: Moment, limit: u32) -> Result<Vec<CaseNo>, StoreError> {
        const SQL: &str = "SELECT legs.case_no FROM legs LEFT JOIN leg_questions ON leg_questions.case_no = legs.case_no \
             WHERE partner = $1 AND open AND began_at < $2 AND COALESCE(heard_at, 0) < $2 AND (COALESCE(asked_at, 0) < $2 \
             OR answer = 'unreachable' AND EXISTS (SELECT 1 FROM partner_links WHERE partner_links.partner = $1 AND up)) \
             ORDER BY COALESCE(heard_at, began_at), legs.case_no LIMIT $3";
        let rows = self.engine.read(SQL, args![partner, before.0, limit]).await?;
        rows.iter().map(|row| Ok(CaseNo(row.string(0)?))).collect()
    }

    /// We asked, and this is what came of it: `answered`, `unknown-there`, `unreachable` or a verdict.
    pub async fn leg_asked(&self, no: &CaseNo, at: Moment, answer: &str) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO leg_questions (case_no, asked_at, answer) VALUES ($1, $2, $3) \
             ON CONFLICT (case_no) DO UPDATE SET asked_at = excluded.asked_at, answer = excluded.answer";
        self.engine.write(vec![op(SQL, args![&no.0, at.0, answer])]).await?;
        Ok(())
    }

    /// Legs on which the systems differ, or of which nothing was heard since `silent`, at these bodies; the longest waiting first.
    pub async fn legs_to_look_at(&self, at: Option<&[String]>, silent: Moment, limit: u32) -> Result<Vec<LegRow>, StoreError> {
        const SQL: &str = "SELECT legs.case_no, partner, agency, item, began_at, heard_at, stand, difference, asked_at, answer \
             FROM legs LEFT JOIN leg_questions ON leg_questions.case_no = legs.case_no \
             WHERE ($1 OR agency = ANY($2)) AND (difference <> '' OR (open AND COALESCE(heard_at, began_at) < $3)) \
             ORDER BY began_at, legs.case_no LIMIT $4";
        let rows = self.engine.read(SQL, args![at.is_none(), at.unwrap_or_default(), silent.0, limit]).await?;
        rows.iter().map(leg_row).collect()
    }

    pub async fn leg_counts(&self, partner: &str) -> Result<LegCounts, StoreError> {
        const LEGS: &str =
            "SELECT count(CASE WHEN open THEN 1 END), count(CASE WHEN difference <> '' THEN 1 END) FROM legs WHERE partner = $1";
        const SENT: &str = "SELECT count(CASE WHEN state = 'waiting' THEN 1 END), count(CASE WHEN state = 'dead' THEN 1 END) \
             FROM errands WHERE target = $1";
        let legs = self.engine.read_one(LEGS, args![partner]).await?;
        let sent = self.engine.read_one(SENT, args![crate::errands::to_partner(partner)]).await?;
        let two = |row: Option<Row>| row.map_or(Ok((0, 0)), |row| Ok::<_, StoreError>((row.int(0)? as u64, row.int(1)? as u64)));
        let ((open, different), (waiting, dead)) = (two(legs)?, two(sent)?);
        Ok(LegCounts { open, different, waiting, dead })
    }

    /// A message that came before under this number.
    pub async fn partner_message(&self, partner: &str, message: &str) -> Result<Option<KeptMessage>, StoreError> {
        const SQL: &str =
            "SELECT message, digest, case_no, verdict, at, times FROM partner_messages WHERE partner = $1 AND message = $2";
        self.engine.read_one(SQL, args![partner, message]).await?.as_ref().map(kept).transpose()
    }

    /// Puts a message on record; one that comes again is counted and keeps its first verdict.
    pub async fn keep_partner_message(&self, partner: &str, message: &KeptMessage) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO partner_messages (partner, message, digest, case_no, verdict, at, times) \
             SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), 1 WHERE $5 <> $7 OR (SELECT count(*) FROM partner_messages WHERE verdict = $7) < $8 \
             ON CONFLICT (partner, message) DO UPDATE SET times = partner_messages.times + 1";
        let KeptMessage { message, digest, no, verdict, at, .. } = message;
        self.engine.write(vec![op(SQL, args![partner, message, digest, no, verdict, at.0, FORGED, FORGERIES])]).await?;
        Ok(())
    }

    /// The latest messages of a partner that were not simply taken in.
    pub async fn odd_partner_messages(&self, partner: &str, limit: u32) -> Result<Vec<KeptMessage>, StoreError> {
        const SQL: &str = "SELECT message, digest, case_no, verdict, at, times FROM partner_messages \
             WHERE partner = $1 AND (verdict <> 'recorded' OR times > 1) ORDER BY at DESC, message LIMIT $2";
        self.engine.read(SQL, args![partner, limit]).await?.iter().map(kept).collect()
    }

    /// A partner answered, or did not: `since` stays while nothing changes.
    pub async fn partner_tried(&self, partner: &str, up: bool, fault: &str, now: Moment) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO partner_links (partner, up, since, tried_at, fault) VALUES ($1, $2, $3, $3, $4) \
             ON CONFLICT (partner) DO UPDATE SET since = CASE WHEN partner_links.up = excluded.up THEN partner_links.since \
             ELSE excluded.since END, up = excluded.up, tried_at = excluded.tried_at, fault = excluded.fault";
        self.engine.write(vec![op(SQL, args![partner, up, now.0, fault])]).await?;
        Ok(())
    }

    pub async fn partner_link(&self, partner: &str) -> Result<Option<LinkState>, StoreError> {
        const SQL: &str = "SELECT partner, up, since, tried_at, fault FROM partner_links WHERE partner = $1";
        let row = self.engine.read_one(SQL, args![partner]).await?;
        row.map(|row| {
            Ok(LinkState {
                partner: row.string(0)?,
                up: row.bool(1)?,
                since: Moment(row.int(2)?),
                tried: Moment(row.int(3)?),
                fault: row.string(4)?,
            })
        })
        .transpose()
    }
}

fn kept(row: &Row) -> Result<KeptMessage, StoreError> {
    Ok(KeptMessage {
        message: row.string(0)?,
        digest: row.string(1)?,
        no: row.string(2)?,
        verdict: row.string(3)?,
        at: Moment(row.int(4)?),
        times: row.int(5)? as u64,
    })
}

fn leg_row(row: &Row) -> Result<LegRow, StoreError> {
    let moment = |at: Option<i64>| at.map(Moment);
    Ok(LegRow {
        no: CaseNo(row.string(0)?),
        partner: row.string(1)?,
        agency: row.string(2)?,
        item: row.string(3)?,
        began: Moment(row.int(4)?),
        heard: moment(row.opt_int(5)?),
        stand: row.string(6)?,
        difference: row.string(7)?,
        asked: moment(row.opt_int(8)?).zip(row.opt_string(9)?),
    })
}

//! Firms as the register tells them, and mandates: who may act for which firm, for what, from when until when.

use super::{Audit, Person, codes, day, optional_day, written};
use crate::engine::{Op, ReadError, Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::Moment;
use jiff::civil::Date;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// 统一社会信用代码.
    pub code: String,
    pub name: String,
    pub kind: String,
    pub legal_person: String,
    /// Digest of the number of the legal representative; empty where the register does not tell it.
    pub legal_digest: String,
    pub address: String,
    pub area: String,
    pub industry: String,
    pub status: String,
    /// Where this comes from.
    pub source: String,
    pub updated_at: Moment,
}

/// The part a person plays in a firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// 法定代表人: everything, and may give mandates.
    Legal,
    /// 经办人: what the mandate says.
    Operator,
}

impl Part {
    pub fn word(self) -> &'static str {
        match self {
            Part::Legal => "legal",
            Part::Operator => "operator",
        }
    }
}

/// Where a mandate stands. Only a confirmed one opens anything (decision 34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MandateState {
    Claimed,
    Confirmed,
    Refused,
    Revoked,
}

impl MandateState {
    pub fn word(self) -> &'static str {
        match self {
            MandateState::Claimed => "claimed",
            MandateState::Confirmed => "confirmed",
            MandateState::Refused => "refused",
            MandateState::Revoked => "revoked",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    pub id: String,
    pub firm: String,
    pub person: String,
    pub part: Part,
    /// Codes of items; empty means every item.
    pub items: Vec<String>,
    /// Names of acts; empty means every act.
    pub acts: Vec<String>,
    pub from: Date,
    /// The last day.
    pub until: Option<Date>,
    pub state: MandateState,
    /// `staff:…`, `person:…` or `register:…`.
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<Moment>,
    pub revoked_at: Option<Moment>,
}

const OF_PERSON: &str = "SELECT id, firm, person, part, items, acts, from_day, until_day, state, confirmed_by, confirmed_at, revoked_at \
                         FROM mandates WHERE person = $1 ORDER BY firm, from_day, id";
const BETWEEN: &str = "SELECT id, firm, person, part, items, acts, from_day, until_day, state, confirmed_by, confirmed_at, revoked_at \
                       FROM mandates WHERE person = $1 AND firm = $2 ORDER BY from_day, id";
const FIRM: &str = "SELECT code, name, kind, legal_person, legal_digest, address, area, industry, status, source, updated_at \
                    FROM firms WHERE code = $1";
const UPSERT: &str = "INSERT INTO firms (code, name, kind, legal_person, legal_digest, address, area, industry, status, source, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, \
     legal_person = excluded.legal_person, legal_digest = excluded.legal_digest, address = excluded.address, area = excluded.area, \
     industry = excluded.industry, status = excluded.status, source = excluded.source, updated_at = excluded.updated_at";
/// A register that names another legal representative ends the mandates of the former one.
const END_FORMER: &str = "UPDATE mandates SET state = 'revoked', revoked_at = $3 WHERE firm = $1 AND part = 'legal' \
     AND state IN ('claimed', 'confirmed') AND person NOT IN (SELECT id FROM persons WHERE id_digest = $2 AND verified)";
/// A register that names a claimant as the legal representative confirms the claim.
const CONFIRM_NAMED: &str = "UPDATE mandates SET state = 'confirmed', confirmed_by = $3, confirmed_at = $4 WHERE firm = $1 AND part = 'legal' \
     AND state = 'claimed' AND person IN (SELECT id FROM persons WHERE id_digest = $2 AND verified)";

fn firm(row: &Row) -> Result<Firm, ReadError> {
    Ok(Firm {
        code: row.string(0)?,
        name: row.string(1)?,
        kind: row.string(2)?,
        legal_person: row.string(3)?,
        legal_digest: row.string(4)?,
        address: row.string(5)?,
        area: row.string(6)?,
        industry: row.string(7)?,
        status: row.string(8)?,
        source: row.string(9)?,
        updated_at: Moment(row.int(10)?),
    })
}

fn mandate(row: &Row) -> Result<Mandate, StoreError> {
    let part = match row.text(3)? {
        "legal" => Part::Legal,
        "operator" => Part::Operator,
        other => return Err(StoreError::damaged("a part in a firm", other)),
    };
    let states = [MandateState::Claimed, MandateState::Confirmed, MandateState::Refused, MandateState::Revoked];
    let state = row.text(8)?;
    Ok(Mandate {
        id: row.string(0)?,
        firm: row.string(1)?,
        person: row.string(2)?,
        part,
        items: codes(row.text(4)?),
        acts: codes(row.text(5)?),
        from: day(row.text(6)?)?,
        until: optional_day(row.opt_text(7)?)?,
        state: states
            .into_iter()
            .find(|known| known.word() == state)
            .ok_or_else(|| StoreError::damaged("the state of a mandate", state))?,
        confirmed_by: row.opt_string(9)?,
        confirmed_at: row.opt_int(10)?.map(Moment),
        revoked_at: row.opt_int(11)?.map(Moment),
    })
}

fn upsert(firm: &Firm) -> Op {
    op(
        UPSERT,
        args![
            &firm.code,
            &firm.name,
            &firm.kind,
            &firm.legal_person,
            &firm.legal_digest,
            &firm.address,
            &firm.area,
            &firm.industry,
            &firm.status,
            &firm.source,
            firm.updated_at.0
        ],
    )
}

impl Store {
    pub async fn firm(&self, code: &str) -> Result<Option<Firm>, StoreError> {
        Ok(self.engine.read_one(FIRM, args![code]).await?.as_ref().map(firm).transpose()?)
    }

    /// Those of the codes that are known.
    pub async fn firms(&self, codes: &[String]) -> Result<Vec<Firm>, StoreError> {
        let sql = "SELECT code, name, kind, legal_person, legal_digest, address, area, industry, status, source, updated_at \
                   FROM firms WHERE code = ANY($1) ORDER BY code";
        let rows = self.engine.read(sql, args![codes]).await?;
        Ok(rows.iter().map(firm).collect::<Result<_, _>>()?)
    }

    /// Takes over what a register says. Where it names the legal representative, mandates follow: the former one's end, and a
    /// claim of the one who is named is confirmed.
    pub async fn import_firms(&self, firms: &[Firm], audit: &Audit) -> Result<(), StoreError> {
        let mut unit = vec![audit.op()];
        for firm in firms {
            unit.push(upsert(firm));
            if !firm.legal_digest.is_empty() {
                let by = format!("register:{}", firm.source);
                unit.push(op(END_FORMER, args![&firm.code, &firm.legal_digest, firm.updated_at.0]));
                unit.push(op(CONFIRM_NAMED, args![&firm.code, &firm.legal_digest, by, firm.updated_at.0]));
            }
        }
        self.engine.write(unit).await?;
        Ok(())
    }

    pub async fn add_mandate(&self, row: &Mandate, audit: &Audit) -> Result<bool, StoreError> {
        let sql = "INSERT INTO mandates (id, firm, person, part, items, acts, from_day, until_day, state, confirmed_by, confirmed_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let values = args![
            &row.id,
            &row.firm,
            &row.person,
            row.part.word(),
            row.items.join(","),
            row.acts.join(","),
            row.from.to_string(),
            row.until.map(|day| day.to_string()),
            row.state.word(),
            row.confirmed_by.as_ref(),
            row.confirmed_at.map(|at| at.0)
        ];
        written(self.engine.write(vec![op(sql, values), audit.op()]).await)
    }

    pub async fn mandate(&self, id: &str) -> Result<Option<Mandate>, StoreError> {
        let sql = "SELECT id, firm, person, part, items, acts, from_day, until_day, state, confirmed_by, confirmed_at, revoked_at \
                   FROM mandates WHERE id = $1";
        self.engine.read_one(sql, args![id]).await?.as_ref().map(mandate).transpose()
    }

    /// All mandates of a person, in whatever state.
    pub async fn mandates_of_person(&self, person: &str) -> Result<Vec<Mandate>, StoreError> {
        self.engine.read(OF_PERSON, args![person]).await?.iter().map(mandate).collect()
    }

    /// The mandates of a person for one firm, in whatever state: whoever acts for hundreds is not asked about all of them.
    pub async fn mandates_between(&self, person: &str, firm: &str) -> Result<Vec<Mandate>, StoreError> {
        self.engine.read(BETWEEN, args![person, firm]).await?.iter().map(mandate).collect()
    }

    /// A person who acts for a firm: herself, the firm if it is known, and her mandates for it, in whatever state.
    pub async fn capacity(&self, id: &str, code: &str) -> Result<Option<(Person, Option<Firm>, Vec<Mandate>)>, StoreError> {
        let queries = vec![(super::PERSON, args![id]), (FIRM, args![code]), (BETWEEN, args![id, code])];
        let answers = self.engine.read_near(queries).await?;
        let [of_person, of_firm, of_mandates] = answers.as_slice() else { return Ok(None) };
        let Some(person) = of_person.first().map(super::person).transpose()? else { return Ok(None) };
        let mandates = of_mandates.iter().map(mandate).collect::<Result<_, _>>()?;
        Ok(Some((person, of_firm.first().map(firm).transpose()?, mandates)))
    }

    /// All mandates for a firm, in whatever state.
    pub async fn mandates_of_firm(&self, firm: &str) -> Result<Vec<Mandate>, StoreError> {
        let sql = "SELECT id, firm, person, part, items, acts, from_day, until_day, state, confirmed_by, confirmed_at, revoked_at \
                   FROM mandates WHERE firm = $1 ORDER BY from_day, id";
        self.engine.read(sql, args![firm]).await?.iter().map(mandate).collect()
    }

    /// Moves a mandate from one state to the next; `false` when it does not stand in `from` any more.
    pub async fn move_mandate(
        &self,
        id: &str,
        from: MandateState,
        to: MandateState,
        by: &str,
        at: Moment,
        audit: &Audit,
    ) -> Result<bool, StoreError> {
        let change = if to == MandateState::Revoked {
            let sql = "UPDATE mandates SET state = 'revoked', revoked_at = $3 WHERE id = $1 AND state = $2";
            op(sql, args![id, from.word(), at.0])
        } else {
            let sql = "UPDATE mandates SET state = $3, confirmed_at = $4, confirmed_by = $5 WHERE id = $1 AND state = $2";
            op(sql, args![id, from.word(), to.word(), at.0, by])
        }
        .expecting(1);
        match self.engine.write(vec![change, audit.op()]).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

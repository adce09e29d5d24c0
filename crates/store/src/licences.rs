//! The register of licences (电子证照): one row for each certificate that a granted case led to, read from its journal like every
//! other row. A licence stands, has run out or was ended by an act of law; nobody sets its state by hand.

use crate::case_index::Course;
use crate::engine::{Op, Row, Val, args, op};
use crate::letters::{KeptLetter, ending_word, kind_word, letter, letters};
use crate::{Store, StoreError};
use casework::case::Decision;
use casework::event::Ending;
use casework::{Case, CaseNo, LetterKind, Moment};
use jiff::civil::Date;
use rulebook::Text;
use std::collections::HashMap;

/// A licence as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    pub no: CaseNo,
    /// Key of the holder.
    pub holder: String,
    pub item: String,
    /// The edition of the rulebook under which it was granted.
    pub edition: String,
    pub agency: String,
    pub area: String,
    pub name: String,
    pub number: String,
    /// 电子证照标识 (GB/T 36904); empty where there is none.
    pub identifier: String,
    pub made_on: Date,
    pub valid_from: Date,
    pub valid_until: Option<Date>,
    /// The act of law that ended it, and on which day.
    pub ended: Option<(Ending, Date)>,
    /// The case under which it goes on: renewed, changed or issued anew.
    pub successor: Option<CaseNo>,
}

/// Where a licence stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenceState {
    /// 有效
    InForce,
    /// Granted, and its first day is still to come.
    NotYet,
    /// 失效: its last day is over.
    Expired,
    /// A later licence stands in its place.
    Succeeded,
    /// 撤销, 撤回, 吊销 or 注销.
    Ended(Ending),
}

impl LicenceState {
    /// As people are told it.
    pub fn name(self) -> Text {
        match self {
            LicenceState::InForce => Text::new("有效", "in force"),
            LicenceState::NotYet => Text::new("尚未生效", "not yet in force"),
            LicenceState::Expired => Text::new("失效（已过有效期）", "run out"),
            LicenceState::Succeeded => Text::new("已由新的证照承接", "replaced by a later licence"),
            LicenceState::Ended(ending) => {
                let title = ending.title();
                Text::new(format!("已{}", title.zh), title.en)
            }
        }
    }
}

impl Licence {
    /// What the law did comes before what the calendar says: a licence that was revoked stays revoked when it would have run out.
    pub fn state(&self, today: Date) -> LicenceState {
        if let Some((ending, _)) = self.ended {
            LicenceState::Ended(ending)
        } else if self.successor.is_some() {
            LicenceState::Succeeded
        } else if self.valid_until.is_some_and(|until| until < today) {
            LicenceState::Expired
        } else if today < self.valid_from {
            LicenceState::NotYet
        } else {
            LicenceState::InForce
        }
    }

    /// Days until its last day, that day counted in; `None` where it has none or does not stand.
    pub fn days_left(&self, today: Date) -> Option<i32> {
        let until = self.valid_until.filter(|_| self.state(today) == LicenceState::InForce)?;
        Some((until - today).get_days() + 1)
    }
}

/// A licence in its holder's wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub licence: Licence,
    /// Its certificate as a file, once that is made.
    pub certificate: Option<KeptLetter>,
    /// What was done with it, the latest first.
    pub uses: Vec<LicenceUse>,
}

/// Something that was done with a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceUse {
    /// The same is written once.
    pub id: String,
    pub no: CaseNo,
    /// Key of who did it.
    pub by: String,
    /// `pdf` or `ofd` for a file that was taken, `copy` for one made for a purpose.
    pub what: String,
    pub purpose: String,
    /// Until when a copy may be used.
    pub until: Option<Date>,
    /// SM3 of a copy, hexadecimal; empty for what is kept elsewhere.
    pub digest: String,
    pub at: Moment,
}

macro_rules! columns {
    () => {
        "case_no, holder, item, edition, agency, area, name, number, made_on, valid_from, valid_until, ending, ended_on, successor, \
         identifier"
    };
}

/// Reads whole rows of `licence_uses`, as [`licence_use`] takes them apart.
macro_rules! uses {
    ($where:literal) => {
        concat!("SELECT id, case_no, by_whom, what, purpose, until_day, digest, at FROM licence_uses ", $where)
    };
}

const INSERT: &str =
    concat!("INSERT INTO licences (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
/// The whole rows of some cases.
pub(crate) const WHOLE: &str = concat!("SELECT ", columns!(), " FROM licences WHERE case_no = ANY($1)");
const OF_CASE: &str = concat!("SELECT ", columns!(), " FROM licences WHERE case_no = $1");
const OF_HOLDER: &str =
    concat!("SELECT ", columns!(), " FROM licences WHERE holder = $1 ORDER BY made_on DESC, case_no DESC LIMIT $2");

/// The row that a case should have, as its whole journal tells; `None` where no certificate was made or nothing was granted.
pub(crate) fn expected(case: &Case, course: &Course) -> Result<Option<Vec<Val>>, StoreError> {
    let (Some(made_on), Some((number, name))) = (course.made_on, &case.result) else { return Ok(None) };
    let Some(Decision::Granted { valid_from, valid_until, .. }) = case.decision else { return Ok(None) };
    Ok(Some(args![
        &case.no.0,
        case.licensee().as_ref().map(casework::Holder::key).unwrap_or_default(),
        &case.item,
        &case.edition,
        &case.agency,
        &case.area,
        name,
        number,
        made_on.to_string(),
        valid_from.to_string(),
        valid_until.map(|day| day.to_string()),
        case.ending.map(ending_word).transpose()?,
        course.ended_on.map(|day| day.to_string()),
        case.successor.as_ref().map(|no| no.0.clone()),
        case.identifier.clone().unwrap_or_default(),
    ]))
}

/// The row of a case, where there is one, anew.
pub(crate) fn anew(no: &CaseNo, row: Option<Vec<Val>>) -> impl Iterator<Item = Op> {
    let delete = op("DELETE FROM licences WHERE case_no = $1", args![&no.0]);
    std::iter::once(delete).chain(row.map(|row| op(INSERT, row)))
}

/// What one step of a case does to its row. `course` tells of that step alone.
pub(crate) fn ops(before: &Case, after: &Case, course: &Course) -> Result<Vec<Op>, StoreError> {
    if course.made_on.is_some() {
        return Ok(anew(&after.no, expected(after, course)?).collect());
    }
    if before.ending == after.ending && before.successor == after.successor && before.agency == after.agency {
        return Ok(Vec::new());
    }
    let sql =
        "UPDATE licences SET ending = $2, ended_on = COALESCE($3, ended_on), successor = $4, agency = $5 WHERE case_no = $1";
    let args = args![
        &after.no.0,
        after.ending.map(ending_word).transpose()?,
        course.ended_on.map(|day| day.to_string()),
        after.successor.as_ref().map(|no| no.0.clone()),
        &after.agency
    ];
    Ok(vec![op(sql, args)])
}

impl Store {
    /// The licence that a case led to.
    pub async fn licence_of_case(&self, no: &CaseNo) -> Result<Option<Licence>, StoreError> {
        self.engine.read_one(OF_CASE, args![&no.0]).await?.as_ref().map(licence).transpose()
    }

    /// The licence of this identifier.
    pub async fn licence_by_identifier(&self, identifier: &str) -> Result<Option<Licence>, StoreError> {
        const SQL: &str = concat!("SELECT ", columns!(), " FROM licences WHERE identifier = $1 AND identifier <> '' LIMIT 1");
        self.engine.read_one(SQL, args![identifier]).await?.as_ref().map(licence).transpose()
    }

    /// All licences of a holder, whatever their state, the latest first.
    pub async fn licences_of_holder(&self, holder: &str, limit: u32) -> Result<Vec<Licence>, StoreError> {
        self.engine.read(OF_HOLDER, args![holder, limit]).await?.iter().map(licence).collect()
    }
}

impl Store {
    /// All licences of a holder with their files and uses, the latest first: one look, however many there are. With a number, that one
    /// alone.
    pub async fn wallet(&self, holder: &str, no: Option<&CaseNo>, most: u32, most_uses: u32) -> Result<Vec<Held>, StoreError> {
        const HELD: &str = concat!(
            "SELECT ",
            columns!(),
            " FROM licences WHERE holder = $1 AND ($2 = '' OR case_no = $2) ORDER BY made_on DESC, case_no DESC LIMIT $3"
        );
        const FILES: &str = letters!(
            "WHERE kind = $4 AND digest <> '' AND case_no IN (SELECT case_no FROM licences WHERE holder = $1 AND ($2 = '' OR case_no = $2) \
             ORDER BY made_on DESC, case_no DESC LIMIT $3) ORDER BY made_at, errand"
        );
        const USES: &str = "SELECT id, case_no, by_whom, what, purpose, until_day, digest, at FROM (SELECT licence_uses.*, \
             ROW_NUMBER() OVER (PARTITION BY case_no ORDER BY at DESC, id) AS place FROM licence_uses WHERE case_no IN \
             (SELECT case_no FROM licences WHERE holder = $1 AND ($2 = '' OR case_no = $2) ORDER BY made_on DESC, case_no DESC LIMIT $3)) \
             AS placed WHERE place <= $4 ORDER BY case_no, place";
        let no = no.map_or("", |no| no.0.as_str());
        let queries = vec![
            (HELD, args![holder, no, most]),
            (FILES, args![holder, no, most, kind_word(LetterKind::Certificate)?]),
            (USES, args![holder, no, most, most_uses]),
        ];
        let answers = self.engine.read_together(queries).await?;
        let [held, files, uses] = answers.as_slice() else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for row in held {
            all.push(Held { licence: licence(row)?, certificate: None, uses: Vec::new() });
        }
        let places: HashMap<_, _> = all.iter().enumerate().map(|(place, held)| (held.licence.no.clone(), place)).collect();
        for row in files {
            let file = letter(row)?;
            // A certificate that was made again stands in the place of the one before.
            if let Some(held) = places.get(&file.no).and_then(|place| all.get_mut(*place)) {
                held.certificate = Some(file);
            }
        }
        for row in uses {
            let done = licence_use(row)?;
            if let Some(held) = places.get(&done.no).and_then(|place| all.get_mut(*place)) {
                held.uses.push(done);
            }
        }
        Ok(all)
    }

    pub async fn note_licence_use(&self, done: &LicenceUse) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO licence_uses (id, case_no, by_whom, what, purpose, until_day, digest, at) \
                           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING";
        let until = done.until.map(|day| day.to_string());
        let args = args![&done.id, &done.no.0, &done.by, &done.what, &done.purpose, until, &done.digest, done.at.0];
        self.engine.write(vec![op(SQL, args)]).await?;
        Ok(())
    }

    /// The making of the copy that has this digest.
    pub async fn licence_copy(&self, digest: &str) -> Result<Option<LicenceUse>, StoreError> {
        const SQL: &str = uses!(
            "WHERE digest = $1 \
                           AND $1 <> '' ORDER BY at, id LIMIT 1"
        );
        self.engine.read_one(SQL, args![digest]).await?.as_ref().map(licence_use).transpose()
    }
}

fn licence_use(row: &Row) -> Result<LicenceUse, StoreError> {
    let until = row.opt_text(5)?.map(|text| text.parse().map_err(|error| StoreError::damaged("the last day of a copy", error)));
    Ok(LicenceUse {
        id: row.string(0)?,
        no: CaseNo(row.string(1)?),
        by: row.string(2)?,
        what: row.string(3)?,
        purpose: row.string(4)?,
        until: until.transpose()?,
        digest: row.string(6)?,
        at: Moment(row.int(7)?),
    })
}

fn licence(row: &Row) -> Result<Licence, StoreError> {
    let day = |text: &str| text.parse::<Date>().map_err(|error| StoreError::damaged("a day of a licence", error));
    let ending = |word: &str| {
        serde_json::from_value::<Ending>(word.into()).map_err(|error| StoreError::damaged("how a licence ended", error))
    };
    Ok(Licence {
        no: CaseNo(row.string(0)?),
        holder: row.string(1)?,
        item: row.string(2)?,
        edition: row.string(3)?,
        agency: row.string(4)?,
        area: row.string(5)?,
        name: row.string(6)?,
        number: row.string(7)?,
        made_on: day(row.text(8)?)?,
        valid_from: day(row.text(9)?)?,
        valid_until: row.opt_text(10)?.map(day).transpose()?,
        ended: match (row.opt_text(11)?, row.opt_text(12)?) {
            (Some(word), Some(on)) => Some((ending(word)?, day(on)?)),
            _ => None,
        },
        successor: row.opt_string(13)?.map(CaseNo),
        identifier: row.string(14)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_the_law_did_comes_before_what_the_calendar_says() {
        let stands = Licence {
            no: CaseNo("A1".into()),
            holder: String::new(),
            item: String::new(),
            edition: String::new(),
            agency: String::new(),
            area: String::new(),
            name: String::new(),
            number: String::new(),
            identifier: String::new(),
            made_on: date(2026, 3, 2),
            valid_from: date(2026, 3, 3),
            valid_until: Some(date(2031, 3, 2)),
            ended: None,
            successor: None,
        };
        let on = |licence: &Licence, day: Date| (licence.state(day), licence.days_left(day));
        assert_eq!(on(&stands, date(2026, 3, 2)), (LicenceState::NotYet, None));
        assert_eq!(on(&stands, date(2026, 3, 3)).0, LicenceState::InForce);
        assert_eq!(on(&stands, date(2031, 3, 2)), (LicenceState::InForce, Some(1)), "its last day is a day of it");
        assert_eq!(on(&stands, date(2031, 3, 3)), (LicenceState::Expired, None));
        let followed = Licence { successor: Some(CaseNo("A2".into())), ..stands.clone() };
        assert_eq!(on(&followed, date(2032, 1, 1)), (LicenceState::Succeeded, None));
        let revoked = Licence { ended: Some((Ending::RevokedAsPenalty, date(2027, 1, 1))), ..followed };
        assert_eq!(on(&revoked, date(2032, 1, 1)), (LicenceState::Ended(Ending::RevokedAsPenalty), None));
    }
}

//! Members of staff, their powers and their absences. Powers are never deleted: they end, or are taken away at a moment.

use super::{Audit, codes, day, optional_day, written};
use crate::engine::{Row, WriteError, args, op};
use crate::{Store, StoreError};
use casework::{Moment, Officer, Power, StaffId};
use jiff::civil::Date;
use rulebook::procedure::Role;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: String,
    pub name: String,
    pub agency: String,
    pub phone: String,
    pub active: bool,
    pub left_on: Option<Date>,
    /// Counts changes, so that two administrators do not overwrite each other.
    pub version: i64,
}

/// A power with who gave it and when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerRow {
    pub id: String,
    pub staff: String,
    pub power: Power,
    pub given_by: String,
    pub given_at: Moment,
    pub taken_at: Option<Moment>,
}

/// Days on which `substitute` stands in for `staff`, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    pub id: String,
    pub staff: String,
    pub substitute: String,
    pub from: Date,
    pub until: Date,
}

/// What a request needs to know of an officer: powers in force on the day, and colleagues who are absent
/// on the day and whom this one stands in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub staff: Staff,
    pub officer: Officer,
}

/// The word of a role in columns: the one procedures use.
pub fn role_word(role: Role) -> String {
    match serde_json::to_value(role) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub fn role_from(word: &str) -> Option<Role> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

const STAFF: &str = "SELECT id, name, agency, phone, active, left_on, version FROM staff WHERE id = $1";
const POWERS: &str = "SELECT id, staff, role, agency, items, until, given_by, given_at, taken_at FROM powers WHERE staff = $1 \
                      ORDER BY given_at, id";
const STANDS_IN: &str = "SELECT staff FROM absences WHERE substitute = $1 AND from_day <= $2 AND until_day >= $2 ORDER BY staff";

fn staff(row: &Row) -> Result<Staff, StoreError> {
    Ok(Staff {
        id: row.string(0)?,
        name: row.string(1)?,
        agency: row.string(2)?,
        phone: row.string(3)?,
        active: row.bool(4)?,
        left_on: optional_day(row.opt_text(5)?)?,
        version: row.int(6)?,
    })
}

fn power(row: &Row) -> Result<PowerRow, StoreError> {
    let role = row.text(2)?;
    Ok(PowerRow {
        id: row.string(0)?,
        staff: row.string(1)?,
        power: Power {
            role: role_from(role).ok_or_else(|| StoreError::damaged("a role", role))?,
            agency: row.opt_string(3)?,
            items: codes(row.text(4)?),
            until: optional_day(row.opt_text(5)?)?,
        },
        given_by: row.string(6)?,
        given_at: Moment(row.int(7)?),
        taken_at: row.opt_int(8)?.map(Moment),
    })
}

fn absence(row: &Row) -> Result<Absence, StoreError> {
    Ok(Absence {
        id: row.string(0)?,
        staff: row.string(1)?,
        substitute: row.string(2)?,
        from: day(row.text(3)?)?,
        until: day(row.text(4)?)?,
    })
}

impl Store {
    /// `false` when the identifier is taken.
    pub async fn add_staff(&self, staff: &Staff, audit: &Audit) -> Result<bool, StoreError> {
        let sql = "INSERT INTO staff (id, name, agency, phone, active, left_on, version) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let left = staff.left_on.map(|day| day.to_string());
        let insert = args![&staff.id, &staff.name, &staff.agency, &staff.phone, staff.active, left, staff.version];
        written(self.engine.write(vec![op(sql, insert), audit.op()]).await)
    }

    /// Changes what is said of a member of staff who still stands at `staff.version`; `false` when somebody was faster. One who
    /// leaves is signed out everywhere.
    pub async fn set_staff(&self, staff: &Staff, audit: &Audit) -> Result<bool, StoreError> {
        let sql = "UPDATE staff SET name = $2, agency = $3, phone = $4, active = $5, left_on = $6, version = version + 1 \
                   WHERE id = $1 AND version = $7";
        let left = staff.left_on.map(|day| day.to_string());
        let values = args![&staff.id, &staff.name, &staff.agency, &staff.phone, staff.active, left, staff.version];
        let mut unit = vec![op(sql, values).expecting(1), audit.op()];
        if !staff.active {
            unit.push(op("UPDATE accounts SET active = FALSE WHERE kind = 'staff' AND subject = $1", args![&staff.id]));
            unit.push(op("DELETE FROM sessions WHERE kind = 'staff' AND subject = $1", args![&staff.id]));
        }
        match self.engine.write(unit).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub async fn staff(&self, id: &str) -> Result<Option<Staff>, StoreError> {
        self.engine.read_one(STAFF, args![id]).await?.as_ref().map(staff).transpose()
    }

    /// Everybody at one agency, or in the district; those who left come last.
    pub async fn staff_at(&self, agency: Option<&str>) -> Result<Vec<Staff>, StoreError> {
        let sql = "SELECT id, name, agency, phone, active, left_on, version FROM staff \
                   WHERE CAST($1 AS TEXT) IS NULL OR agency = $1 ORDER BY active DESC, agency, name, id";
        self.engine.read(sql, args![agency]).await?.iter().map(staff).collect()
    }

    pub async fn give_power(&self, row: &PowerRow, audit: &Audit) -> Result<(), StoreError> {
        let sql = "INSERT INTO powers (id, staff, role, agency, items, until, given_by, given_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let until = row.power.until.map(|day| day.to_string());
        let (role, items) = (role_word(row.power.role), row.power.items.join(","));
        let values = args![&row.id, &row.staff, role, row.power.agency.as_ref(), items, until, &row.given_by, row.given_at.0];
        self.engine.write(vec![op(sql, values), audit.op()]).await?;
        Ok(())
    }

    /// `false` when there is no such power, or it was taken before.
    pub async fn take_power(&self, id: &str, at: Moment, audit: &Audit) -> Result<bool, StoreError> {
        let take = op("UPDATE powers SET taken_at = $2 WHERE id = $1 AND taken_at IS NULL", args![id, at.0]).expecting(1);
        match self.engine.write(vec![take, audit.op()]).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub async fn power(&self, id: &str) -> Result<Option<PowerRow>, StoreError> {
        let sql = "SELECT id, staff, role, agency, items, until, given_by, given_at, taken_at FROM powers WHERE id = $1";
        self.engine.read_one(sql, args![id]).await?.as_ref().map(power).transpose()
    }

    /// All powers somebody ever had.
    pub async fn powers_of(&self, staff: &str) -> Result<Vec<PowerRow>, StoreError> {
        self.engine.read(POWERS, args![staff]).await?.iter().map(power).collect()
    }

    /// Active members of staff with whose accounts no person signs in, as [`crate::sessions::Account::is_a_persons`] has it.
    pub async fn systems(&self) -> Result<Vec<Staff>, StoreError> {
        let sql = "SELECT id, name, agency, phone, active, left_on, version FROM staff WHERE active AND NOT EXISTS (SELECT 1 \
                   FROM accounts a WHERE a.kind = 'staff' AND a.subject = staff.id AND a.active \
                   AND (NOT a.must_change OR a.totp IS NOT NULL)) ORDER BY name, id";
        self.engine.read(sql, args![]).await?.iter().map(staff).collect()
    }

    /// Active staff who hold a role on that day at an agency (or for the whole district), each once.
    pub async fn staff_with_role(&self, role: Role, agency: Option<&str>, on: Date) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT p.staff FROM powers p JOIN staff s ON s.id = p.staff \
                   WHERE p.role = $1 AND (p.agency IS NULL OR p.agency = $2) AND p.taken_at IS NULL AND s.active \
                   AND (p.until IS NULL OR p.until >= $3) ORDER BY p.staff";
        let rows = self.engine.read(sql, args![role_word(role), agency, on.to_string()]).await?;
        rows.iter().map(|row| Ok(row.string(0)?)).collect()
    }

    pub async fn add_absence(&self, row: &Absence, audit: &Audit) -> Result<(), StoreError> {
        let sql = "INSERT INTO absences (id, staff, substitute, from_day, until_day) VALUES ($1, $2, $3, $4, $5)";
        let values = args![&row.id, &row.staff, &row.substitute, row.from.to_string(), row.until.to_string()];
        self.engine.write(vec![op(sql, values), audit.op()]).await?;
        Ok(())
    }

    /// Somebody is back: the absence never was, or ends with the day before.
    pub async fn remove_absence(&self, id: &str, audit: &Audit) -> Result<(), StoreError> {
        self.engine.write(vec![op("DELETE FROM absences WHERE id = $1", args![id]), audit.op()]).await?;
        Ok(())
    }

    pub async fn absences_of(&self, staff: &str) -> Result<Vec<Absence>, StoreError> {
        let sql = "SELECT id, staff, substitute, from_day, until_day FROM absences WHERE staff = $1 ORDER BY from_day, id";
        self.engine.read(sql, args![staff]).await?.iter().map(absence).collect()
    }

    /// Names of these members of staff, by their identifiers.
    pub async fn staff_names(&self, ids: &[String]) -> Result<BTreeMap<String, String>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = self.engine.read_near(vec![("SELECT id, name FROM staff WHERE id = ANY($1)", args![ids])]).await?;
        rows.iter().flatten().map(|row| Ok((row.string(0)?, row.string(1)?))).collect()
    }

    /// What an officer may do on that day; `None` for nobody and for one who has left.
    pub async fn duty(&self, id: &str, on: Date) -> Result<Option<Duty>, StoreError> {
        let queries = vec![(STAFF, args![id]), (POWERS, args![id]), (STANDS_IN, args![id, on.to_string()])];
        let answers = self.engine.read_near(queries).await?;
        let [of_staff, of_powers, of_absent] = answers.as_slice() else { return Ok(None) };
        let Some(staff) = of_staff.first().map(staff).transpose()?.filter(|staff| staff.active) else { return Ok(None) };
        let powers = of_powers.iter().map(power).collect::<Result<Vec<_>, _>>()?;
        let in_force = |row: &PowerRow| row.taken_at.is_none() && row.power.until.is_none_or(|until| on <= until);
        let absent = of_absent.iter().map(|row| Ok(StaffId(row.string(0)?)));
        let officer = Officer {
            id: StaffId(staff.id.clone()),
            powers: powers.into_iter().filter(in_force).map(|row| row.power).collect(),
            stands_in_for: absent.collect::<Result<_, StoreError>>()?,
        };
        Ok(Some(Duty { staff, officer }))
    }

    /// The same as the core knows it.
    pub async fn officer(&self, id: &StaffId, on: Date) -> Result<Option<Officer>, StoreError> {
        Ok(self.duty(&id.0, on).await?.map(|duty| duty.officer))
    }
}

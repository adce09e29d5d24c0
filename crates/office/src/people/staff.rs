//! Members of staff: taken on, given powers and relieved of them, absent, and leaving. Every change names who made it.

use super::{audit, require, require_over, require_reach};
use crate::door::{Answer, not_found, overtaken, refuse};
use crate::sessions::Entrance;
use crate::{Failure, ids};
use casework::{Moment, Officer, Power, StaffId};
use jiff::civil::Date;
use rulebook::procedure::Role;
use store::Store;
use store::people::Subject;
use store::people::staff::{Absence, PowerRow, Staff};

/// Somebody to take on.
#[derive(Debug, Clone, Default)]
pub struct NewStaff {
    pub name: String,
    pub login: String,
    pub agency: String,
    pub phone: String,
}

/// Whoever has the machine itself may act as an administrator from its command line.
pub fn command_line() -> Officer {
    let power = Power { role: Role::Administrator, agency: None, items: Vec::new(), until: None };
    Officer { id: StaffId("command-line".to_owned()), powers: vec![power], stands_in_for: Vec::new() }
}

/// The first administrator, from the command line. Gives the password to be told once.
///
/// # Errors
/// Refused while an administrator is active: the next one is made in the workbench.
pub async fn create_first_administrator(
    store: &Store,
    entrance: &Entrance,
    new: &NewStaff,
    now: Moment,
) -> Answer<(String, String)> {
    if !store.staff_with_role(Role::Administrator, None, now.day()).await?.is_empty() {
        return Err(refuse(
            "has-administrator",
            ("已有管理员。", "There is an administrator already."),
            (
                "请由管理员在工作台增加人员；忘记密码的，用 yimen admin reset。",
                "Let that one add people in the workbench; for a lost password use yimen admin reset.",
            ),
        ));
    }
    let by = command_line();
    let (id, password) = add(store, entrance, &by, new, now).await?;
    let power = Power { role: Role::Administrator, agency: None, items: Vec::new(), until: None };
    give(store, &by, &id, power, now).await?;
    Ok((id, password))
}

/// The staff that an administrator looks after: all, or that of her bodies.
pub async fn seen_by(store: &Store, by: &Officer) -> Result<Vec<Staff>, Failure> {
    let mut all = store.staff_at(None).await?;
    if let Some(bodies) = by.bodies(&[Role::Administrator]) {
        all.retain(|one| bodies.contains(&one.agency));
    }
    Ok(all)
}

/// Takes somebody on; gives the identifier and the password to be told once.
pub async fn add(store: &Store, entrance: &Entrance, by: &Officer, new: &NewStaff, now: Moment) -> Answer<(String, String)> {
    require(by, Role::Administrator, Some(&new.agency), now.day())?;
    let id = ids::opaque();
    let staff = Staff {
        id: id.clone(),
        name: super::checked_name(&new.name)?,
        agency: new.agency.clone(),
        phone: new.phone.trim().to_owned(),
        active: true,
        left_on: None,
        version: 1,
    };
    let subject = Subject::Staff(id.clone());
    let note = audit(by.id.0.clone(), "add-account", subject.key(), now, "");
    let password = entrance.add_account_once(store, subject, &new.login, &note, now).await?;
    let note = audit(by.id.0.clone(), "add-staff", format!("s:{id}"), now, &new.agency);
    store.add_staff(&staff, &note).await?;
    Ok((id, password))
}

/// Gives a power. Nobody gives one to herself.
pub async fn give(store: &Store, by: &Officer, staff: &str, power: Power, now: Moment) -> Answer<String> {
    require(by, Role::Administrator, power.agency.as_deref(), now.day())?;
    if require_reach(by, power.agency.as_deref(), now.day()).is_err() {
        return Err(refuse(
            "too-wide",
            ("您只能在本单位范围内授权。", "You may give powers within your own body only."),
            ("请选择单位，或请全区管理员办理。", "Name the body, or ask an administrator of the district."),
        ));
    }
    if staff == by.id.0 {
        return Err(refuse(
            "own-power",
            ("不能给自己授权。", "You cannot give yourself a power."),
            ("请另一位管理员办理。", "Ask another administrator."),
        ));
    }
    if matches!(power.role, Role::Applicant | Role::Handler | Role::Consulted | Role::Clock | Role::System | Role::Partner) {
        return Err(refuse(
            "no-such-power",
            ("这个角色随办件产生，不能授予。", "This part comes with a case and cannot be given."),
            ("请选择岗位角色。", "Choose a role of an office."),
        ));
    }
    store.staff(staff).await?.filter(|staff| staff.active).ok_or_else(not_found)?;
    let detail = format!("{} {}", store::people::staff::role_word(power.role), power.agency.as_deref().unwrap_or("*"));
    let row =
        PowerRow { id: ids::opaque(), staff: staff.to_owned(), power, given_by: by.id.0.clone(), given_at: now, taken_at: None };
    store.give_power(&row, &audit(by.id.0.clone(), "give-power", format!("s:{staff}"), now, &detail)).await?;
    Ok(row.id)
}

/// Takes a power away; it ends with this moment.
pub async fn take(store: &Store, by: &Officer, power: &str, now: Moment) -> Answer<()> {
    let row = store.power(power).await?.ok_or_else(not_found)?;
    require_reach(by, row.power.agency.as_deref(), now.day())?;
    let last = row.power.role == Role::Administrator && row.power.agency.is_none() && {
        let holders = store.staff_with_role(Role::Administrator, None, now.day()).await?;
        holders == [row.staff.clone()]
    };
    if last {
        return Err(refuse(
            "last-administrator",
            ("这是最后一位管理员。", "This is the last administrator."),
            ("请先任命另一位。", "Appoint another one first."),
        ));
    }
    let note = audit(by.id.0.clone(), "take-power", format!("s:{}", row.staff), now, power);
    if store.take_power(power, now, &note).await? { Ok(()) } else { Err(overtaken()) }
}

/// Records that somebody is away and who stands in, both days included.
pub async fn absent(
    store: &Store,
    by: &Officer,
    staff: &str,
    substitute: &str,
    from: Date,
    until: Date,
    now: Moment,
) -> Answer<String> {
    let away = store.staff(staff).await?.ok_or_else(not_found)?;
    if by.id.0 != staff {
        require(by, Role::Administrator, Some(&away.agency), now.day())?;
    }
    let stands_in = store.staff(substitute).await?.filter(|staff| staff.active).ok_or_else(not_found)?;
    if staff == substitute || until < from || stands_in.agency != away.agency {
        return Err(refuse(
            "bad-absence",
            (
                "顶岗人须是同一单位的另一位在职人员，且结束日不早于开始日。",
                "The substitute is another active member of the same body, and the last day not before the first.",
            ),
            ("请改正后保存。", "Mend it and save again."),
        ));
    }
    let row = Absence { id: ids::opaque(), staff: staff.to_owned(), substitute: substitute.to_owned(), from, until };
    store
        .add_absence(&row, &audit(by.id.0.clone(), "add-absence", format!("s:{staff}"), now, &format!("{from}/{until}")))
        .await?;
    Ok(row.id)
}

/// Somebody is back, or never went: the absence is taken back.
pub async fn back(store: &Store, by: &Officer, staff: &str, absence: &str, now: Moment) -> Answer<()> {
    let away = store.staff(staff).await?.ok_or_else(not_found)?;
    if by.id.0 != staff {
        require(by, Role::Administrator, Some(&away.agency), now.day())?;
    }
    let row = store.absences_of(staff).await?.into_iter().find(|row| row.id == absence).ok_or_else(not_found)?;
    let note = audit(by.id.0.clone(), "remove-absence", format!("s:{staff}"), now, &format!("{}/{}", row.from, row.until));
    store.remove_absence(absence, &note).await?;
    Ok(())
}

/// Somebody leaves: signed out everywhere, no account, powers void. Open cases are handed over elsewhere.
pub async fn leave(store: &Store, by: &Officer, staff: &str, seen: i64, now: Moment) -> Answer<()> {
    let row = store.staff(staff).await?.ok_or_else(not_found)?;
    require_over(store, by, &row, now.day()).await?;
    if staff == by.id.0 {
        return Err(refuse(
            "own-leave",
            ("不能停用自己的账号。", "You cannot close your own account."),
            ("请另一位管理员办理。", "Ask another administrator."),
        ));
    }
    let gone = Staff { active: false, left_on: Some(now.day()), version: seen, ..row };
    let note = audit(by.id.0.clone(), "leave", format!("s:{staff}"), now, "");
    if store.set_staff(&gone, &note).await? { Ok(()) } else { Err(overtaken()) }
}

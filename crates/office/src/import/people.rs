//! Staff and firms from a table.

use super::{Column, Fault, Kind, Report, Table, column, needed};
use crate::door::{Answer, Stop};
use crate::people::staff::NewStaff;
use crate::people::{audit, firms, require, require_over, staff};
use crate::{Office, sessions};
use casework::decide::role_name;
use casework::{Officer, Power};
use rulebook::procedure::Role;
use rulebook::{Rulebook, Text};
use store::people::Subject;
use store::people::staff::Staff;

pub(super) const STAFF_COLUMNS: &[Column] = &[
    needed("login", &["登录名", "账号", "用户名"]),
    needed("name", &["姓名"]),
    needed("agency", &["单位", "机关", "所在单位", "部门"]),
    column("phone", &["电话", "联系电话", "手机"]),
    column("roles", &["岗位", "角色"]),
];

/// The names that [`firms::import`] knows as well.
pub(super) const FIRM_COLUMNS: &[Column] = &[
    needed("code", &["统一社会信用代码"]),
    needed("name", &["名称", "企业名称"]),
    column("kind", &["类型", "企业类型"]),
    column("legal-person", &["法定代表人", "负责人"]),
    column("legal-person-number", &["法定代表人证件号码"]),
    column("address", &["住所", "地址"]),
    column("area", &["辖区"]),
    column("industry", &["行业代码"]),
    column("status", &["登记状态"]),
];

/// Roles that an office gives; the others come with a case.
const GIVEN: [Role; 14] = [
    Role::Clerk,
    Role::Examiner,
    Role::Approver,
    Role::Head,
    Role::GovernmentHead,
    Role::Presider,
    Role::Supervisor,
    Role::Receptionist,
    Role::Verifier,
    Role::Editor,
    Role::Legal,
    Role::Publisher,
    Role::Analyst,
    Role::Administrator,
];

struct Wanted {
    new: NewStaff,
    roles: Vec<Role>,
}

impl Office {
    pub(super) async fn import_staff(&self, by: &Officer, table: &Table) -> Answer<Report> {
        let now = self.now().await?;
        require(by, Role::Administrator, None, now.day())?;
        let live = self.rulebooks.live()?;
        let mut report = Report::new(Kind::Staff, table);
        let mut seen = Vec::new();
        for line in &table.rows {
            let wanted = match wanted(table, line, &live.rules) {
                Ok(wanted) if seen.contains(&wanted.new.login) => Err(Fault::new(
                    "login",
                    ("登录名在文件中重复。", "This login is in the file twice."),
                    ("每人一行，岗位用顿号分隔。", "One row for each person; separate roles by commas."),
                )),
                other => other,
            };
            let outcome = match wanted {
                Ok(wanted) => {
                    seen.push(wanted.new.login.clone());
                    self.take_over(by, &wanted, &mut report).await
                }
                Err(fault) => {
                    report.refused.push(fault.at(table, line.number));
                    continue;
                }
            };
            match outcome {
                Ok(()) => {}
                Err(Stop::Refused(refusal)) => {
                    let fault = Fault { column: "", why: refusal.why, remedy: refusal.next };
                    report.refused.push(fault.at(table, line.number));
                }
                Err(failed) => return Err(failed),
            }
        }
        Ok(report)
    }

    /// Takes one member of staff on, or brings the row up to date.
    async fn take_over(&self, by: &Officer, wanted: &Wanted, report: &mut Report) -> Answer<()> {
        let now = self.now().await?;
        let account = self.store.account(&wanted.new.login).await?;
        let id = match account.map(|account| account.subject) {
            None => {
                let (id, password) = staff::add(&self.store, &self.entrance, by, &wanted.new, now).await?;
                report.passwords.push((wanted.new.login.clone(), password));
                self.give_missing(by, &id, wanted).await?;
                report.added += 1;
                return Ok(());
            }
            Some(Subject::Staff(id)) => id,
            Some(Subject::Person(_)) => {
                return Err(crate::door::refuse(
                    "login-taken",
                    ("这个登录名属于一名办事人。", "This login belongs to an applicant."),
                    ("请为工作人员另取登录名。", "Choose another login."),
                ));
            }
        };
        let Some(old) = self.store.staff(&id).await? else { return Err(crate::door::not_found()) };
        // Who moves somebody has to administer both where she was and where she goes.
        require_over(&self.store, by, &old, now.day()).await?;
        require(by, Role::Administrator, Some(&wanted.new.agency), now.day())?;
        let new = Staff {
            name: wanted.new.name.clone(),
            agency: wanted.new.agency.clone(),
            phone: if wanted.new.phone.is_empty() { old.phone.clone() } else { wanted.new.phone.clone() },
            ..old.clone()
        };
        let moved = new != old;
        if moved && !self.store.set_staff(&new, &audit(by.id.0.clone(), "change-staff", format!("s:{id}"), now, "import")).await?
        {
            return Err(crate::door::overtaken());
        }
        let given = self.give_missing(by, &id, wanted).await?;
        if moved || given {
            report.changed += 1
        } else {
            report.unchanged += 1
        }
        Ok(())
    }

    /// Gives the powers of the row that are not held yet. None is ever taken away by an import.
    async fn give_missing(&self, by: &Officer, id: &str, wanted: &Wanted) -> Answer<bool> {
        let now = self.now().await?;
        let held = self.store.powers_of(id).await?;
        let mut given = false;
        for role in &wanted.roles {
            let agency = (!of_the_district(*role)).then(|| wanted.new.agency.clone());
            let holds = held.iter().any(|row| {
                row.taken_at.is_none() && row.power.role == *role && (row.power.agency.is_none() || row.power.agency == agency)
            });
            if !holds {
                let power = Power { role: *role, agency, items: Vec::new(), until: None };
                staff::give(&self.store, by, id, power, now).await?;
                given = true;
            }
        }
        Ok(given)
    }

    pub(super) async fn import_firms(&self, by: &Officer, table: &Table, source: &str) -> Answer<Report> {
        let now = self.now().await?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names: Vec<&str> = FIRM_COLUMNS.iter().map(|column| column.name).collect();
        let broken = |fault: csv::Error| crate::Failure::Unready(format!("the table could not be written: {fault}"));
        writer.write_record(&names).map_err(broken)?;
        for line in &table.rows {
            writer.write_record(names.iter().map(|name| table.get(line, name).replace(['\n', '\r'], " "))).map_err(broken)?;
        }
        let text = writer.into_inner().map(String::from_utf8).ok().and_then(Result::ok).unwrap_or_default();
        let done = firms::import(&self.store, &self.number_key, by, &text, source, now).await?;
        let mut report = Report::new(Kind::Firms, table);
        (report.added, report.changed, report.unchanged) = (done.added, done.changed, done.unchanged);
        for refused in done.refused {
            // The register's door counts lines of the text that was written for it.
            let line = usize::try_from(refused.line).unwrap_or_default().checked_sub(2).and_then(|at| table.rows.get(at));
            let remedy = Text::new("请对照营业执照改正这一行。", "Compare this row with the business licence.");
            let fault = Fault { column: "code", why: refused.why, remedy };
            report.refused.push(fault.at(table, line.map_or(0, |line| line.number)));
        }
        Ok(report)
    }
}

/// Roles that serve every body.
fn of_the_district(role: Role) -> bool {
    use Role::{Analyst, GovernmentHead, Legal, Publisher, Receptionist, Supervisor, Verifier};
    matches!(role, Supervisor | Legal | Publisher | Analyst | GovernmentHead | Receptionist | Verifier)
}

fn wanted(table: &Table, line: &super::table::Line, rules: &Rulebook) -> Result<Wanted, Fault> {
    let login = sessions::fold_login(table.get(line, "login"));
    if login.is_empty() {
        return Err(Fault::new("login", ("没有登录名。", "There is no login."), ("请补上登录名。", "Give one.")));
    }
    let typed = table.get(line, "agency");
    let agency = super::definitions::agency_code(rules, typed).ok_or_else(|| {
        Fault::new(
            "agency",
            (&format!("没有名为“{typed}”的单位。"), &format!("There is no body “{typed}”.")),
            ("请写单位全称或代码，或先导入机关。", "Give its full name or code, or import the agencies first."),
        )
    })?;
    let mut roles = Vec::new();
    for word in table.get(line, "roles").split(['、', ',', '，', ';', '；', '/']).map(str::trim).filter(|word| !word.is_empty())
    {
        let known =
            GIVEN.into_iter().find(|role| role_name(*role).0 == word || store::people::staff::role_from(word) == Some(*role));
        roles.push(known.ok_or_else(|| {
            let (zh, en): (Vec<_>, Vec<_>) = GIVEN.iter().map(|role| role_name(*role)).unzip();
            Fault::new(
                "roles",
                (&format!("没有“{word}”这个岗位。"), &format!("There is no role “{word}”.")),
                (&format!("可用的岗位：{}。", zh.join("、")), &format!("The roles are: {}.", en.join(", "))),
            )
        })?);
    }
    let new = NewStaff { name: table.get(line, "name").to_owned(), login, agency, phone: table.get(line, "phone").to_owned() };
    Ok(Wanted { new, roles })
}

//! Notices: who is told, and one's own list. A notice is written once for each id, however often its errand runs.

use crate::Failure;
use crate::door::{Answer, not_found};
use crate::sessions::inbox;
use casework::{Actor, Case, CaseNo, Moment, To};
use jiff::civil::Date;
use rulebook::Text;
use store::Store;
use store::notices::{Inbox, Notice};

/// Notices on one page.
pub const PAGE: u32 = 50;

/// The keys under which those who are to be told have their notices. A role is whoever holds it that day at the agency named, or
/// at that of the case.
pub async fn readers_of(store: &Store, to: &To, case: Option<&Case>, on: Date) -> Result<Vec<String>, Failure> {
    Ok(match to {
        To::Applicant => case.and_then(|case| case.holder.as_ref()).map(casework::Holder::key).into_iter().collect(),
        To::Officer(staff) => vec![format!("s:{staff}")],
        To::Person(person) => vec![format!("p:{person}")],
        To::Role { role, agency } => {
            let agency = agency.as_deref().or(case.map(|case| case.agency.as_str()));
            store.staff_with_role(*role, agency, on).await?.into_iter().map(|id| format!("s:{id}")).collect()
        }
    })
}

/// Tells a reader something. `None` when the same `id` was told before: then no mail goes out again either.
pub async fn tell(
    store: &Store,
    id: &str,
    reader: &str,
    case: Option<&CaseNo>,
    text: &Text,
    now: Moment,
) -> Result<Option<Notice>, Failure> {
    let notice = Notice {
        id: id.to_owned(),
        reader: reader.to_owned(),
        case_no: case.cloned(),
        zh: text.zh.clone(),
        en: text.en.clone(),
        at: now,
        read_at: None,
    };
    Ok(store.add_notice(&notice).await?.then_some(notice))
}

/// My notices, the newest first, a page at a time.
pub async fn mine(store: &Store, by: &Actor, before: Option<Moment>) -> Answer<Vec<Notice>> {
    Ok(store.notices_of(&mine_of(by)?, before, PAGE).await?)
}

/// Marks one of mine as read; one of somebody else's stays as it is.
pub async fn mark_read(store: &Store, by: &Actor, id: &str, now: Moment) -> Answer<()> {
    Ok(store.mark_read(&mine_of(by)?, id, now).await?)
}

pub async fn mark_all_read(store: &Store, by: &Actor, now: Moment) -> Answer<()> {
    Ok(store.mark_all_read(&mine_of(by)?, now).await?)
}

fn mine_of(by: &Actor) -> Answer<Inbox> {
    inbox(by).ok_or_else(not_found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::staff::{self, NewStaff, command_line};
    use crate::people::tests::{days, entrance, now, store};
    use casework::{Holder, Power, StaffId};
    use rulebook::procedure::Role;

    fn person(id: &str) -> Actor {
        Actor::Applicant { person: id.to_owned(), holder: Holder::Person(id.to_owned()), reach: casework::Reach::Whole }
    }

    #[tokio::test]
    async fn a_notice_is_told_once_and_read_by_its_reader_alone() {
        let store = store().await;
        let text = Text::new("请补正", "Please correct");
        let told = tell(&store, "e1:p:one", "p:one", None, &text, now()).await.expect("told");
        assert!(told.is_some());
        assert!(tell(&store, "e1:p:one", "p:one", None, &text, days(1)).await.expect("told").is_none());
        let (one, two) = (person("one"), person("two"));
        mark_read(&store, &two, "e1:p:one", now()).await.expect("done");
        mark_all_read(&store, &two, now()).await.expect("done");
        assert_eq!(mine(&store, &two, None).await.expect("listed"), []);
        assert_eq!(mine(&store, &one, None).await.expect("listed")[0].read_at, None);
        mark_read(&store, &one, "e1:p:one", now()).await.expect("done");
        assert_eq!(mine(&store, &one, None).await.expect("listed")[0].read_at, Some(now()));
        assert!(mine(&store, &Actor::Clock, None).await.is_err());
    }

    #[tokio::test]
    async fn a_role_is_whoever_holds_it_that_day_at_the_agency_of_the_case() {
        let store = store().await;
        let mut ids = Vec::new();
        for (login, agency, until) in
            [("here", "approval", None), ("gone", "approval", Some(days(0).day())), ("there", "other", None)]
        {
            let new = NewStaff { name: "李审批".into(), login: login.into(), agency: agency.into(), phone: String::new() };
            let (id, _) = staff::add(&store, &entrance(), &command_line(), &new, now()).await.expect("taken on");
            let power = Power { role: Role::Approver, agency: Some(agency.into()), items: vec![], until };
            staff::give(&store, &command_line(), &id, power, now()).await.expect("given");
            ids.push(format!("s:{id}"));
        }
        let case = Case { agency: "approval".to_owned(), holder: Some(Holder::Firm("F".to_owned())), ..Case::default() };
        let readers = async |to: To, on: Moment| readers_of(&store, &to, Some(&case), on.day()).await.expect("read");
        let approvers = |agency: Option<&str>| To::Role { role: Role::Approver, agency: agency.map(str::to_owned) };
        let mut today = readers(approvers(None), now()).await;
        today.sort();
        let mut both = ids[..2].to_vec();
        both.sort();
        assert_eq!(today, both);
        assert_eq!(readers(approvers(None), days(1)).await, ids[..1], "a power that ended is told nothing");
        assert_eq!(readers(approvers(Some("other")), now()).await, ids[2..]);
        assert_eq!(readers(To::Applicant, now()).await, ["f:F"]);
        assert_eq!(readers(To::Officer(StaffId("x".into())), now()).await, ["s:x"]);
        assert_eq!(readers_of(&store, &To::Applicant, None, now().day()).await.expect("read"), [""; 0]);
    }
}

//! Who reads, and which cases that lets one see.

use crate::engine::{Val, args};
use casework::Actor;
use jiff::civil::Date;
use rulebook::procedure::Role;

/// For whom a list is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// A person or a firm, by the key of the holder: its own cases, or those on the items that a mandate names.
    Holder { key: String, items: Option<Vec<String>> },
    Officer {
        staff: String,
        /// Absent colleagues whom this officer stands in for today.
        stands_in_for: Vec<String>,
        seats: Vec<Seat>,
    },
    /// Sees every case of the district.
    Supervisor,
    /// Sees no case, only what is published.
    Public,
}

/// A role that an officer holds today: at one agency or at all, for some items or (when empty) for every item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub role: Role,
    pub agency: Option<String>,
    pub items: Vec<String>,
}

impl Scope {
    /// The scope of an actor on that day. The clock and the system read no lists.
    pub fn of(actor: &Actor, today: Date) -> Scope {
        match actor {
            Actor::Applicant { holder, reach, .. } => Scope::Holder { key: holder.key(), items: reach.items() },
            Actor::Officer(officer) => {
                let held = officer.powers.iter().filter(|power| power.until.is_none_or(|until| today <= until));
                Scope::Officer {
                    staff: officer.id.0.clone(),
                    stands_in_for: officer.stands_in_for.iter().map(|staff| staff.0.clone()).collect(),
                    seats: held
                        .map(|power| Seat { role: power.role, agency: power.agency.clone(), items: power.items.clone() })
                        .collect(),
                }
            }
            Actor::Clock | Actor::System | Actor::Partner(_) => Scope::Public,
        }
    }
}

/// Whether a role has to do with cases at all: editors and administrators do not see them.
fn sees(role: Role) -> bool {
    match role {
        Role::Clerk
        | Role::Handler
        | Role::Examiner
        | Role::Approver
        | Role::Head
        | Role::GovernmentHead
        | Role::Consulted
        | Role::Presider
        | Role::Supervisor
        | Role::Receptionist
        | Role::Verifier => true,
        Role::Applicant
        | Role::Editor
        | Role::Legal
        | Role::Publisher
        | Role::Analyst
        | Role::Administrator
        | Role::Clock
        | Role::System
        | Role::Partner => false,
    }
}

/// Agencies and items that some seats cover.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) everywhere: bool,
    /// Every item of these agencies.
    pub(super) agencies: Vec<String>,
    /// One item of one agency each.
    pub(super) pairs: Vec<(String, String)>,
    /// These items at every agency.
    pub(super) items: Vec<String>,
}

impl Places {
    fn of<'a>(seats: impl Iterator<Item = &'a Seat>) -> Places {
        let mut places = Places::default();
        for seat in seats {
            match (&seat.agency, seat.items.is_empty()) {
                (None, true) => places.everywhere = true,
                (None, false) => places.items.extend(seat.items.iter().cloned()),
                (Some(agency), true) => places.agencies.push(agency.clone()),
                (Some(agency), false) => places.pairs.extend(seat.items.iter().map(|item| (agency.clone(), item.clone()))),
            }
        }
        for list in [&mut places.agencies, &mut places.items] {
            list.sort();
            list.dedup();
        }
        places
    }

    /// The pairs as the statements compare them.
    pub(super) fn joined(&self) -> Vec<String> {
        self.pairs.iter().map(|(agency, item)| format!("{agency} {item}")).collect()
    }
}

/// What a scope comes to: the arguments of [`visible!`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sight {
    holder: Option<String>,
    /// The items of the holder that alone are seen.
    within: Option<Vec<String>>,
    /// What is seen by office.
    pub(super) seen: Places,
    /// Where one may take cases on.
    pub(super) claims: Places,
    /// Where one answers for the body when it is asked for an opinion.
    pub(super) asked: Places,
    /// Oneself and those one stands in for.
    pub(super) staff: Vec<String>,
}

impl Sight {
    pub(super) fn of(scope: &Scope) -> Sight {
        match scope {
            Scope::Public => Sight::default(),
            Scope::Holder { key, items } => Sight { holder: Some(key.clone()), within: items.clone(), ..Sight::default() },
            Scope::Supervisor => Sight { seen: Places { everywhere: true, ..Places::default() }, ..Sight::default() },
            Scope::Officer { staff, stands_in_for, seats } => {
                let examiners = || seats.iter().filter(|seat| seat.role == Role::Examiner);
                Sight {
                    holder: None,
                    within: None,
                    seen: Places::of(seats.iter().filter(|seat| sees(seat.role))),
                    claims: Places::of(examiners()),
                    asked: Places::of(examiners()),
                    staff: std::iter::once(staff).chain(stands_in_for).cloned().collect(),
                }
            }
        }
    }

    /// The holder whose cases alone are seen.
    pub(super) fn holder(&self) -> Option<&str> {
        self.holder.as_deref()
    }

    /// Arguments 1 to 8, which [`visible!`] reads.
    pub(super) fn args(&self) -> Vec<Val> {
        let (holder, mut pairs) = (self.holder.as_deref().unwrap_or(""), self.seen.joined());
        pairs.extend(self.within.iter().flatten().map(|item| format!("{holder} {item}")));
        args![
            self.seen.everywhere,
            if self.within.is_some() { "" } else { holder },
            self.seen.agencies.as_slice(),
            pairs,
            self.seen.items.as_slice(),
            self.staff.as_slice(),
            self.asked.agencies.as_slice(),
            self.asked.joined()
        ]
    }
}

/// Whether a row of `cases` may be seen; every list has it in its `WHERE`. The key of a holder is never the code of an agency.
macro_rules! visible {
    () => {
        "($1 OR holder = $2 OR cases.agency = ANY($3) OR (cases.agency || ' ' || item) = ANY($4) \
         OR (holder || ' ' || item) = ANY($4) OR item = ANY($5) \
         OR handler = ANY($6) OR EXISTS (SELECT 1 FROM consultations WHERE consultations.case_no = cases.no \
         AND (consultations.agency = ANY($7) OR (consultations.agency || ' ' || cases.item) = ANY($8))))"
    };
}

pub(super) use visible;

#[cfg(test)]
mod tests {
    use super::*;
    use casework::{Officer, Power, StaffId};
    use jiff::civil::date;

    #[test]
    fn only_powers_held_today_that_have_to_do_with_cases_let_one_see_them() {
        let power = |role, agency: &str, items: &[&str], until| Power {
            role,
            agency: (!agency.is_empty()).then(|| agency.to_owned()),
            items: items.iter().map(|item| (*item).to_owned()).collect(),
            until,
        };
        let powers = vec![
            power(Role::Examiner, "market", &[], None),
            power(Role::Approver, "fire", &["kitchen"], Some(date(2026, 3, 2))),
            power(Role::Clerk, "", &["stall"], Some(date(2026, 3, 1))),
            power(Role::Administrator, "", &[], None),
        ];
        let officer = Officer { id: StaffId("li".into()), powers, stands_in_for: vec![StaffId("wang".into())] };
        let sight = Sight::of(&Scope::of(&Actor::Officer(officer), date(2026, 3, 2)));
        let pairs = vec![("fire".to_owned(), "kitchen".to_owned())];
        assert_eq!(sight.seen, Places { agencies: vec!["market".into()], pairs, ..Places::default() });
        assert_eq!(sight.claims, Places { agencies: vec!["market".into()], ..Places::default() });
        assert_eq!(sight.staff, ["li", "wang"]);
        assert_eq!(Sight::of(&Scope::of(&Actor::Clock, date(2026, 3, 2))), Sight::default());
    }
}

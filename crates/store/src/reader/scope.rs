//! Who reads, and which cases that lets one see.

use crate::engine::{Val, args};
use casework::Actor;
use jiff::civil::Date;
use rulebook::Rulebook;
use rulebook::item::Item;
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

    /// The same, with the seats of the legal reviewer at the items whose procedure has a review of his. Most of his office has to do
    /// with drafts of rules, which gives no sight of the cases of the district.
    #[must_use]
    pub fn under(mut self, rules: &Rulebook) -> Scope {
        let Scope::Officer { seats, .. } = &mut self else { return self };
        let asks = |item: &&Item| {
            let procedure = rules.procedures.get(item.procedure.get_ref());
            procedure.is_some_and(|procedure| {
                procedure.step.iter().flat_map(|step| &step.act).any(|allowed| allowed.by.contains(&Role::Legal))
            })
        };
        let asking: Vec<&String> = rules.items.values().filter(asks).map(|item| item.code.get_ref()).collect();
        for seat in seats.iter_mut().filter(|seat| seat.role == Role::Legal) {
            let held = |item: &&&String| seat.items.is_empty() || seat.items.contains(item);
            seat.items = asking.iter().filter(held).map(|item| (*item).clone()).collect();
        }
        self
    }
}

/// Whether a seat has to do with cases at all: editors and administrators do not see them, and the legal reviewer only those of
/// items that ask for him.
fn sees(seat: &Seat) -> bool {
    match seat.role {
        Role::Legal => !seat.items.is_empty(),
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
                    seen: Places::of(seats.iter().filter(|seat| sees(seat))),
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

    /// The rules of the district, as they lie in the repository.
    fn rules() -> Rulebook {
        fn walk(folder: &std::path::Path, root: &std::path::Path, found: &mut Vec<(String, String)>) {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, root, found);
                } else if let (Ok(text), Ok(name)) = (std::fs::read_to_string(&path), path.strip_prefix(root)) {
                    found.push((name.to_string_lossy().into_owned(), text));
                }
            }
        }
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook");
        let mut files = Vec::new();
        walk(&root, &root, &mut files);
        files.retain(|(path, _)| path.ends_with(".toml"));
        rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
    }

    /// Of every item and every role: whoever may act on its cases by a seat at the body sees them, and a seat that has no act in its
    /// procedure and no desk among cases does not. The handler, the body that was asked and the applicant see by what they are to a case.
    #[test]
    fn whoever_may_act_on_a_case_sees_it_and_a_reviewer_of_drafts_sees_no_other() {
        const HERE: &str = "scjgj";
        let rules = rules();
        assert!(rules.items.len() > 50, "{}", rules.items.len());
        let by_seat = |role: Role| {
            !matches!(role, Role::Applicant | Role::Handler | Role::Consulted | Role::Clock | Role::System | Role::Partner)
        };
        let no_desk = [Role::Legal, Role::Editor, Role::Publisher, Role::Analyst, Role::Administrator];
        let seen = |role: Role, agency: Option<&str>, item: &str| {
            let power = Power { role, agency: agency.map(str::to_owned), items: Vec::new(), until: None };
            let officer = Officer { id: StaffId("x".into()), powers: vec![power], stands_in_for: Vec::new() };
            let sight = Sight::of(&Scope::of(&Actor::Officer(officer), date(2026, 3, 2)).under(&rules));
            let Places { everywhere, agencies, pairs, items } = sight.seen;
            everywhere
                || agencies.iter().any(|agency| agency == HERE)
                || pairs.iter().any(|(agency, one)| agency == HERE && one == item)
                || items.iter().any(|one| one == item)
        };
        for item in rules.items.values() {
            let Some(procedure) = rules.procedures.get(item.procedure.get_ref()) else { continue };
            let code = item.code.get_ref();
            let acts: Vec<Role> = procedure.step.iter().flat_map(|step| &step.act).flat_map(|act| act.by.clone()).collect();
            for role in acts.iter().copied().filter(|role| by_seat(*role)) {
                assert!(seen(role, Some(HERE), code) && seen(role, None, code), "{role:?} acts on {code} and cannot open it");
                assert!(role == Role::Supervisor || !seen(role, Some("wjw"), code), "{role:?} of another body opens {code}");
            }
            for role in no_desk.into_iter().filter(|role| !acts.contains(role)) {
                assert!(!seen(role, Some(HERE), code) && !seen(role, None, code), "{role:?} has nothing to do with {code}");
            }
        }
        assert!(seen(Role::Legal, None, "policy-consistency"));
    }
}

//! Who acts, and which part that person may play towards a case.
//!
//! Rights are read for every request and never kept in a session. Serves measure 13: who acts for whom.

use crate::case::{Case, Holder};
use jiff::civil::Date;
use rulebook::procedure::Role;
use serde::{Deserialize, Serialize};

/// Identifier of a member of staff. Not a name: names may be erased, the journal may not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaffId(pub String);

impl std::fmt::Display for StaffId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A power that somebody was given: a role, at one agency or at all, for some items or for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Power {
    pub role: Role,
    /// `None` means the whole district.
    pub agency: Option<String>,
    /// Empty means every item.
    pub items: Vec<String>,
    pub until: Option<Date>,
}

impl Power {
    pub fn covers(&self, role: Role, agency: &str, item: &str, on: Date) -> bool {
        self.role == role && self.reaches(agency, item) && self.until.is_none_or(|until| on <= until)
    }

    /// Whether it is a power at this body for this item, whatever the day.
    pub fn reaches(&self, agency: &str, item: &str) -> bool {
        self.agency.as_deref().is_none_or(|own| own == agency)
            && (self.items.is_empty() || self.items.iter().any(|own| own == item))
    }
}

/// What one mandate lets somebody do for a firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandated {
    /// Codes of items; empty means every item.
    pub items: Vec<String>,
    /// Names of acts; empty means every act.
    pub acts: Vec<String>,
}

/// How far somebody may go in the matters of the holder: what the mandates of today come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// Everything: for oneself, and for the legal representative of a firm.
    #[default]
    Whole,
    /// What one of these covers.
    Within(Vec<Mandated>),
}

impl Reach {
    /// Whether this act, or any act, on this item, or on any, is covered.
    pub fn covers(&self, item: Option<&str>, act: Option<&str>) -> bool {
        let Reach::Within(mandates) = self else { return true };
        let within = |scope: &[String], wanted: Option<&str>| {
            scope.is_empty() || wanted.is_none_or(|wanted| scope.iter().any(|known| known == wanted))
        };
        mandates.iter().any(|mandate| within(&mandate.items, item) && within(&mandate.acts, act))
    }

    /// The items that are covered; `None` means every item.
    pub fn items(&self) -> Option<Vec<String>> {
        match self {
            Reach::Within(mandates) if mandates.iter().all(|mandate| !mandate.items.is_empty()) => {
                Some(mandates.iter().flat_map(|mandate| mandate.items.iter().cloned()).collect())
            }
            _ => None,
        }
    }
}

/// Whoever handles a case holds one of these roles at its body.
pub(crate) const CAN_HANDLE: [Role; 3] = [Role::Examiner, Role::Receptionist, Role::Approver];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    pub id: StaffId,
    pub powers: Vec<Power>,
    /// Absent colleagues whom this officer stands in for today.
    pub stands_in_for: Vec<StaffId>,
}

impl Officer {
    /// The bodies at which one of these roles is held; `None` means the whole district.
    pub fn bodies(&self, roles: &[Role]) -> Option<Vec<String>> {
        self.powers.iter().filter(|power| roles.contains(&power.role)).map(|power| power.agency.clone()).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person acting for herself or, with a confirmed mandate, for a firm, as far as the mandate goes.
    Applicant {
        person: String,
        holder: Holder,
        reach: Reach,
    },
    Officer(Officer),
    /// The passing of time.
    Clock,
    /// The system, on behalf of a recorded act.
    System,
    /// A partner system, by its code, telling what the body did there.
    Partner(String),
}

/// How the journal names an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    Applicant {
        person: String,
    },
    Officer(StaffId),
    Clock,
    System,
    /// The body, in this partner system.
    Partner(String),
}

impl Actor {
    pub fn by(&self) -> By {
        match self {
            Actor::Applicant { person, .. } => By::Applicant { person: person.clone() },
            Actor::Officer(officer) => By::Officer(officer.id.clone()),
            Actor::Clock => By::Clock,
            Actor::System => By::System,
            Actor::Partner(code) => By::Partner(code.clone()),
        }
    }

    pub fn staff(&self) -> Option<&StaffId> {
        match self {
            Actor::Officer(officer) => Some(&officer.id),
            _ => None,
        }
    }

    /// Whether the mandates of an applicant cover this act, or any act, on this item. Nobody else acts by mandate.
    pub fn covers(&self, item: Option<&str>, act: Option<&str>) -> bool {
        match self {
            Actor::Applicant { reach, .. } => reach.covers(item, act),
            _ => true,
        }
    }

    /// The items that the mandates of an applicant cover; `None` means every item.
    pub fn mandated_items(&self) -> Option<Vec<String>> {
        match self {
            Actor::Applicant { reach, .. } => reach.items(),
            _ => None,
        }
    }

    pub fn is_person(&self) -> bool {
        matches!(self, Actor::Applicant { .. } | Actor::Officer(_))
    }

    /// Whether this actor plays `role` towards `case` on that day. A case that is not born yet belongs to nobody, so
    /// `agency` and `item` are given beside it.
    pub fn plays(&self, role: Role, case: &Case, agency: &str, item: &str, on: Date) -> bool {
        let officer = match self {
            Actor::Clock => return role == Role::Clock,
            Actor::System => return role == Role::System,
            // Only of what was given to it to handle.
            Actor::Partner(code) => return role == Role::Partner && case.leg.as_ref().is_some_and(|leg| leg.partner == *code),
            Actor::Applicant { holder, reach, .. } => {
                let mine = case.holder.as_ref().is_none_or(|owner| owner == holder);
                return role == Role::Applicant && mine && reach.covers(Some(item), None);
            }
            Actor::Officer(officer) => officer,
        };
        let holds = |role: Role, agency: &str| officer.powers.iter().any(|power| power.covers(role, agency, item, on));
        match role {
            Role::Applicant | Role::Clock | Role::System | Role::Partner => false,
            Role::Handler => {
                let is_me = |id: &StaffId| *id == officer.id || officer.stands_in_for.contains(id);
                // Having the case gives no power that was taken since.
                case.handler.as_ref().is_some_and(is_me) && CAN_HANDLE.into_iter().any(|role| holds(role, agency))
            }
            Role::Consulted => case.open_opinions().any(|asked| holds(Role::Examiner, &asked.agency)),
            _ => holds(role, agency),
        }
    }
}

//! A bundle (一件事办件): a case that waits for other cases. Each component is prepared until what it needs exists, then opened as a
//! case of its own, with its own body, clocks and remedies; here stands only what became of it.
//!
//! Decision 24: a component is received, and its clock starts, only when its own prerequisites exist. One that comes to nothing leaves
//! the others alone; what waited for it is blocked until the applicant tries again or leaves it. Serves measures 3 and 4.

use crate::case::CaseNo;
use crate::event::Event;
use rulebook::Term;
use serde::{Deserialize, Serialize};

/// What a bundle is opened with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// The theme it follows; none where the applicant put items together herself.
    pub theme: Option<String>,
    pub components: Vec<Planned>,
    /// The promised limit of the whole, where its theme has one.
    #[serde(default)]
    pub limit: Option<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Planned {
    pub item: String,
    pub agency: String,
    pub area: String,
    /// Items of this bundle whose result it waits for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

/// What became of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settlement {
    Granted,
    Refused,
    NotNeeded,
    NotTakenIn,
    Withdrawn,
    Returned,
    Terminated,
}

impl Settlement {
    /// Whether what waited for it may begin.
    pub fn opens_the_way(self) -> bool {
        matches!(self, Settlement::Granted | Settlement::NotNeeded)
    }

    pub fn name(self) -> rulebook::Text {
        let (zh, en) = match self {
            Settlement::Granted => ("已办成", "done"),
            Settlement::Refused => ("不予办理", "refused"),
            Settlement::NotNeeded => ("无需办理", "not needed"),
            Settlement::NotTakenIn => ("不予受理", "not taken in"),
            Settlement::Withdrawn => ("已撤回", "withdrawn"),
            Settlement::Returned => ("已退件", "returned"),
            Settlement::Terminated => ("已终止", "terminated"),
        };
        rulebook::Text::new(zh, en)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Progress {
    /// Not received by anybody: no clock runs.
    #[default]
    Prepared,
    Open {
        case: CaseNo,
    },
    Settled {
        case: CaseNo,
        came_to: Settlement,
        number: Option<String>,
    },
    /// The applicant does not want it any more.
    Left,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    pub item: String,
    pub agency: String,
    pub area: String,
    pub after: Vec<String>,
    /// How often it was sent once more.
    pub attempts: u32,
    pub progress: Progress,
}

impl Component {
    pub fn case(&self) -> Option<&CaseNo> {
        match &self.progress {
            Progress::Open { case } | Progress::Settled { case, .. } => Some(case),
            Progress::Prepared | Progress::Left => None,
        }
    }

    pub fn came_to(&self) -> Option<Settlement> {
        if let Progress::Settled { came_to, .. } = &self.progress { Some(*came_to) } else { None }
    }

    /// The number of its result, once it has one.
    pub fn number(&self) -> Option<&str> {
        if let Progress::Settled { number, .. } = &self.progress { number.as_deref() } else { None }
    }

    /// Whether it may be sent once more.
    pub fn came_to_nothing(&self) -> bool {
        self.progress == Progress::Left || self.came_to().is_some_and(|came_to| !came_to.opens_the_way())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    pub theme: Option<String>,
    pub components: Vec<Component>,
}

impl Bundle {
    pub fn component(&self, item: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.item == item)
    }

    /// Components that are prepared and lack nothing that they wait for.
    pub fn ready(&self) -> impl Iterator<Item = &Component> {
        self.components
            .iter()
            .filter(|component| component.progress == Progress::Prepared && self.waits_for(component).next().is_none())
    }

    /// What a component still waits for, done or not to be had.
    pub fn waits_for<'a>(&'a self, component: &'a Component) -> impl Iterator<Item = &'a Component> {
        let before = component.after.iter().filter_map(|item| self.component(item));
        before.filter(|before| !before.came_to().is_some_and(Settlement::opens_the_way))
    }

    /// What keeps a prepared component from ever beginning as things stand: something before it came to nothing or is itself blocked.
    pub fn blocked_by<'a>(&'a self, component: &'a Component) -> Option<&'a Component> {
        if component.progress != Progress::Prepared {
            return None;
        }
        // The order has no cycles: it was compiled from results that make one another possible.
        self.waits_for(component).find_map(|before| if before.came_to_nothing() { Some(before) } else { self.blocked_by(before) })
    }

    /// Whether every component is settled or left.
    pub fn is_over(&self) -> bool {
        self.components.iter().all(|component| matches!(component.progress, Progress::Settled { .. } | Progress::Left))
    }

    pub(crate) fn follow(&mut self, event: &Event) {
        match event {
            Event::ComponentOpened { item, case } => self.set(item, Progress::Open { case: case.clone() }),
            Event::ComponentSettled { item, case, came_to, number } => {
                self.set(item, Progress::Settled { case: case.clone(), came_to: *came_to, number: number.clone() });
            }
            Event::ComponentLeft { item, .. } => self.set(item, Progress::Left),
            Event::ComponentTakenUp { item, .. } => {
                self.set(item, Progress::Prepared);
                self.components
                    .iter_mut()
                    .filter(|component| component.item == *item)
                    .for_each(|component| component.attempts += 1);
            }
            _ => {}
        }
    }

    fn set(&mut self, item: &str, progress: Progress) {
        if let Some(component) = self.components.iter_mut().find(|component| component.item == item) {
            component.progress = progress;
        }
    }
}

impl From<&Plan> for Bundle {
    fn from(plan: &Plan) -> Bundle {
        let component = |planned: &Planned| Component {
            item: planned.item.clone(),
            agency: planned.agency.clone(),
            area: planned.area.clone(),
            after: planned.after.clone(),
            attempts: 0,
            progress: Progress::Prepared,
        };
        Bundle { theme: plan.theme.clone(), components: plan.components.iter().map(component).collect() }
    }
}

/// What an event of a component settles for the bundle that waits for it, with the number of its result. A grant settles when its
/// result is made, for that is what the others need.
pub(crate) fn settles(event: &Event) -> Option<(Settlement, Option<&str>)> {
    Some(match event {
        Event::ResultMade { number, .. } => (Settlement::Granted, Some(number)),
        Event::Filed | Event::Resolved { .. } => (Settlement::Granted, None),
        Event::Refused { .. } => (Settlement::Refused, None),
        Event::FoundNotNeeded { .. } => (Settlement::NotNeeded, None),
        Event::IntakeRefused { .. } => (Settlement::NotTakenIn, None),
        Event::Withdrawn { .. } => (Settlement::Withdrawn, None),
        Event::Returned { .. } => (Settlement::Returned, None),
        Event::Terminated { .. } => (Settlement::Terminated, None),
        _ => return None,
    })
}

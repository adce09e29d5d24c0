//! A joint act (联合辅导、联合踏勘、联合验收): several bodies at one appointment. One idea for the three kinds: a request, an
//! appointment, each body's attendance and opinion, one written result.
//!
//! It stands on the bundle, where the appointment is made and the result is told; and on the case of each part that takes part, where
//! its own body says what it found. A body speaks for its own part only. Serves measure 3.

use crate::bundle::{Bundle, Progress};
use crate::case::CaseNo;
use crate::event::{Event, Record, Words};
use jiff::civil::{Date, Time};
use rulebook::theme::JointKind;
use serde::{Deserialize, Serialize};

/// When it takes place, and whether the bodies come or look at guided photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Appointment {
    pub kind: JointKind,
    pub on: Date,
    pub hour: Time,
    #[serde(default)]
    pub remote: bool,
}

/// A part that takes part, with the case in which its body says what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Seat {
    pub item: String,
    pub case: CaseNo,
}

/// What the bundle tells the case of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum JointNews {
    Set {
        #[serde(flatten)]
        appointment: Appointment,
        place: String,
    },
    /// The applicant sent photographs, taken there and then.
    Shown { on: Date, hour: Time, place: String, papers: Vec<crate::act::Paper> },
}

/// One joint act as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    /// From 1 within the bundle; the parts know it by the same number.
    pub number: u32,
    pub kind: JointKind,
    /// By which day it takes place, where the theme says within how many working days.
    pub due: Option<Date>,
    pub set: Option<(Appointment, Words)>,
    /// On the bundle: who takes part, with what each found.
    pub seats: Vec<(Seat, Option<bool>)>,
    /// On the case of a part: what its own body found.
    pub found: Option<bool>,
    /// How often the applicant sent photographs.
    pub shown: u32,
    /// The result is told.
    pub held: bool,
}

impl Joint {
    /// The parts that have yet to say what they found. One that came to something else meanwhile is waited for no more.
    pub fn awaits<'a>(&'a self, bundle: &'a Bundle) -> impl Iterator<Item = &'a Seat> {
        let is_open = |seat: &Seat| {
            let part = bundle.component(&seat.item);
            part.is_some_and(|part| matches!(&part.progress, Progress::Open { case } if *case == seat.case))
        };
        self.seats.iter().filter(|(_, found)| found.is_none()).map(|(seat, _)| seat).filter(move |seat| is_open(seat))
    }

    /// Whether it is still to come: asked for, or set and not yet told by everybody.
    pub fn is_pending(&self, bundle: &Bundle) -> bool {
        !self.held && (self.set.is_none() || self.awaits(bundle).next().is_some())
    }
}

/// Folds an event into the joint acts of a bundle or of a part.
pub(crate) fn follow(joints: &mut Vec<Joint>, of_bundle: bool, record: &Record) {
    match &record.event {
        Event::JointAsked { kind, due, .. } if of_bundle => joints.push(asked(joints.len() as u32 + 1, *kind, *due)),
        Event::JointSet { number, appointment, place, seats } => {
            // The case of a part hears of it here for the first time.
            if !joints.iter().any(|joint| joint.number == *number) {
                joints.push(asked(*number, appointment.kind, None));
            }
            if let Some(joint) = of(joints, *number) {
                joint.set = Some((*appointment, *place));
                joint.seats = seats.iter().map(|seat| (seat.clone(), None)).collect();
            }
        }
        Event::JointShown { number, .. } => {
            if let Some(joint) = of(joints, *number) {
                joint.shown += 1;
            }
        }
        Event::JointAttended { number, agrees, .. } => {
            if let Some(joint) = of(joints, *number) {
                joint.found = Some(*agrees);
            }
        }
        Event::JointHeard { number, item, agrees } => {
            let seats = of(joints, *number).into_iter().flat_map(|joint| &mut joint.seats);
            seats.filter(|(seat, _)| seat.item == *item).for_each(|(_, found)| *found = Some(*agrees));
        }
        Event::JointHeld { number } => {
            if let Some(joint) = of(joints, *number) {
                joint.held = true;
            }
        }
        _ => {}
    }
}

fn of(joints: &mut [Joint], number: u32) -> Option<&mut Joint> {
    joints.iter_mut().find(|joint| joint.number == number)
}

fn asked(number: u32, kind: JointKind, due: Option<Date>) -> Joint {
    Joint { number, kind, due, set: None, seats: Vec::new(), found: None, shown: 0, held: false }
}

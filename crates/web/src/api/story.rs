//! What happened on a case, in plain words, for whoever asks; and the reading log that officers leave behind.

use super::call::Call;
use super::problem::Fault;
use super::shape::{At, shape};
use casework::actor::By;
use casework::event::Event;
use casework::{CaseNo, Record, StaffId, Words, narrate};
use jiff::civil::Date;
use rulebook::{Rulebook, Text};
use std::collections::BTreeMap;

shape! { Happened, "一件发生的事", "Something that happened", {
    version: u64 = "版本", "Version";
    at: At = "记录时间", "Recorded";
    effective: Date = "自何日起算", "The day from which it counts";
    by: String = "applicant、officer、clock 或 system", "applicant, officer, clock or system";
    who: Option<String> = "工作人员姓名", "Name of the officer";
    event: String = "事件", "The event";
    text: Text = "说明", "In words";
    said: Option<String> = "当时说的话", "What was said with it";
} }

/// Names of officers, each looked up once.
#[derive(Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    pub async fn of(&mut self, call: &Call, id: &StaffId) -> Result<String, Fault> {
        if let Some(known) = self.0.get(&id.0) {
            return Ok(known.clone());
        }
        let name = call.app.office.store.staff(&id.0).await?.map_or_else(|| id.0.clone(), |staff| staff.name);
        self.0.insert(id.0.clone(), name.clone());
        Ok(name)
    }
}

pub async fn told(
    call: &Call,
    names: &mut Names,
    records: &[Record],
    words: &BTreeMap<u32, String>,
    rules: &Rulebook,
    procedure: &str,
    staff: bool,
) -> Result<Vec<Happened>, Fault> {
    let mut story = Vec::new();
    for record in records {
        let narrated = narrate(record, rules, procedure).or_else(|| for_staff(&record.event).filter(|_| staff));
        let Some(text) = narrated else { continue };
        let (by, who) = match &record.by {
            By::Applicant { .. } => ("applicant", None),
            By::Officer(id) => ("officer", Some(names.of(call, id).await?)),
            By::Clock => ("clock", None),
            By::System => ("system", None),
            By::Partner(_) => ("partner", None),
        };
        let said = said(&record.event, staff).and_then(|number| words.get(&number.0).cloned());
        let event = record.event.name().to_owned();
        story.push(Happened {
            version: record.version,
            at: At(record.at),
            effective: record.effective,
            by: by.to_owned(),
            who,
            event,
            text,
            said,
        });
    }
    Ok(story)
}

/// What only colleagues are told.
fn for_staff(event: &Event) -> Option<Text> {
    match event {
        Event::Noted { .. } => Some(Text::new("备注", "A note")),
        Event::PointChecked { met: true, .. } => Some(Text::new("核对审查要点：符合", "A point of review is met")),
        Event::PointChecked { met: false, .. } => Some(Text::new("核对审查要点：不符合", "A point of review is not met")),
        _ => None,
    }
}

/// The words that were said with an event: to the applicant, and those that only colleagues, or who said them, read.
pub(crate) fn said(event: &Event, staff: bool) -> Option<Words> {
    match event {
        Event::Refused { reasons: words, .. }
        | Event::Extended { reason: words, .. }
        | Event::SpecialBegan { notice: words, .. }
        | Event::IntakeRefused { reason: words, .. }
        | Event::FoundNotNeeded { reason: words }
        | Event::ReasonPublished { reason: words, .. }
        | Event::Returned { reason: words }
        | Event::Terminated { reason: words, .. }
        | Event::PenaltyProposed { facts: words, .. }
        | Event::Ended { reason: words, .. }
        | Event::Resolved { solution: words }
        | Event::Explained { reason: words, .. }
        | Event::Checked { findings: words, .. }
        | Event::CreditRepaired { reason: words }
        | Event::JointSet { place: words, .. }
        | Event::JointShown { place: words, .. }
        | Event::Granted { content: words, .. } => Some(*words),
        Event::Noted { text: words }
        | Event::Urged { text: words }
        | Event::Supervised { text: words }
        | Event::HandedOver { reason: words, .. }
        | Event::OpinionGiven { text: words, .. }
        | Event::OpinionAsked { question: words, .. }
        | Event::Reviewed { opinion: words, .. }
        | Event::Inspected { findings: words, .. }
        | Event::Verified { findings: words, .. }
        | Event::Rectified { words, .. }
        | Event::JointAsked { reason: words, .. }
        | Event::JointAttended { findings: words, .. }
        | Event::StatementHeard { text: words }
        | Event::LegReported { words: Some(words), .. }
            if staff =>
        {
            Some(*words)
        }
        _ => None,
    }
}

/// Officers who read what is personal leave an entry (个人信息保护法 arts. 51, 54); nobody is noted for reading what is his own.
pub async fn note_reading(call: &Call, no: &CaseNo, what: &str) -> Result<(), Fault> {
    note(call, Some(no), what, "").await
}

/// The same for a draft.
pub async fn note_draft(call: &Call, draft: &store::drafts::Draft) -> Result<(), Fault> {
    note(call, draft.for_case.clone().map(CaseNo).as_ref(), "draft", &draft.id).await
}

/// The same for a search by name: what was typed is told by its beginning.
pub async fn note_search(call: &Call, typed: &str) -> Result<(), Fault> {
    note(call, None, "search", &format!("{}…", typed.trim().chars().take(1).collect::<String>())).await
}

async fn note(call: &Call, case: Option<&CaseNo>, what: &str, about: &str) -> Result<(), Fault> {
    let caller = call.caller()?;
    let purpose = format!("{about} api:{}", caller.token.id).trim_start().to_owned();
    let no = case.map_or("", |no| no.0.as_str());
    let Some(staff) = caller.actor.staff() else { return Ok(()) };
    let reader = store::people::Subject::Staff(staff.0.clone()).key();
    // Looking at the same thing again within a minute is one reading.
    let id = office::ids::digest(format!("{reader} {what} {no} {purpose} {}", call.now.0 / 60_000));
    let case_no = case.cloned();
    let reading = store::readings::Reading { id, reader, what: what.to_owned(), case_no, at: call.now, purpose };
    Ok(call.app.office.store.note_reading(&reading).await?)
}

//! Only permits are called permits: in every procedure that is not for them no act, step, clock, event or letter speaks of 许可.

mod district;

use casework::act::{NAMES, title_in};
use casework::actor::By;
use casework::event::{Ending, Words};
use casework::{CaseNo, Event, LetterKind, Moment, Record, narrate};
use district::RULES;
use jiff::civil::date;
use rulebook::Text;
use rulebook::procedure::Procedure;

/// All that is said in a procedure about what is done in it and what happened.
fn said(procedure: &Procedure) -> Vec<Text> {
    let code = procedure.code.get_ref();
    let mut said = vec![Text::new(&procedure.name, &procedure.label)];
    for step in &procedure.step {
        said.push(Text::new(&step.name, &step.label));
        said.push(Text::new(&step.public, &step.public_label));
    }
    said.extend(procedure.clock.iter().map(|clock| Text::new(&clock.name, &clock.label)));
    // Acts that do not stand in it are named too: to whoever tries one.
    said.extend(NAMES.iter().map(|(name, ..)| title_in(Some(procedure), name)));
    let own = procedure.allowed().filter_map(|allowed| Some(Text::new(allowed.name.as_ref()?, allowed.label.as_ref()?)));
    said.extend(own);
    let endings = [Ending::RevokedAsUnlawful, Ending::WithdrawnForPublicInterest, Ending::RevokedAsPenalty, Ending::Deregistered];
    let letter = |kind| Event::LetterMade {
        kind,
        number: "1".into(),
        check_code: String::new(),
        digest: String::new(),
        agency: String::new(),
    };
    let words = Words(1);
    let granted = Event::Granted { content: words, valid_from: date(2026, 3, 2), valid_until: None };
    let mut events = vec![
        granted,
        Event::Refused { reasons: words, basis: String::new(), bar: None },
        Event::FoundNotNeeded { reason: words },
        Event::Filed,
        Event::Succeeded { by: CaseNo("A1".into()) },
        Event::Archived,
        Event::Explained { reason: words, basis: String::new(), other_way: words },
        Event::Terminated { reason: words, basis: String::new() },
    ];
    events.extend(endings.map(|ending| Event::Ended { ending, basis: String::new(), reason: words, bar: None }));
    events.extend(LETTERS.map(letter));
    for event in events {
        let effective = date(2026, 3, 2);
        let record = Record { version: 1, at: Moment(0), effective, by: By::System, keeps: 0, event };
        said.extend(narrate(&record, &RULES, code));
    }
    said
}

/// Letters of what is decided; the others are named after what is done with papers.
const LETTERS: [LetterKind; 8] = [
    LetterKind::Receipt,
    LetterKind::Grant,
    LetterKind::RefusalDecision,
    LetterKind::FilingVoucher,
    LetterKind::Certificate,
    LetterKind::EndOfPermit,
    LetterKind::NotNeededNotice,
    LetterKind::MatterReply,
];

#[test]
fn no_procedure_but_those_for_permits_speaks_of_permits() {
    let (mut permits, mut others) = (0, 0);
    for procedure in RULES.procedures.values() {
        let said = said(procedure);
        let speaks = said.iter().filter(|text| text.zh.contains("许可") || text.en.to_lowercase().contains("permit"));
        let speaks: Vec<&Text> = speaks.collect();
        if procedure.is_for_permits() {
            permits += 1;
            assert!(speaks.iter().any(|text| text.zh == "不予许可"), "{} declares what permits call a refusal", procedure.name);
        } else {
            others += 1;
            assert!(speaks.is_empty(), "{}: {speaks:?}", procedure.name);
        }
    }
    assert!(permits >= 2 && others >= 4, "{permits} and {others}");
}

//! Deciding at once (秒办): gathers the facts that the rules of an item look at, each with its source and age, lets the core ask the
//! rules, and asks them again later, under the same edition or another. A simulation never touches a decision. Serves measure 5.

use crate::apply::other_area;
use crate::door::{Stop, not_found};
use crate::exchange::Told;
use crate::rulebooks::Edition;
use crate::{Failure, Office, Outcome};
use casework::case::AtOnce;
use casework::{Act, Actor, Case, CaseNo, Holder, Moment};
use rulebook::at_once::{APPLICANT, Evidence, Examination, Known};
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::register::{Column, Keeps, Register, RegisterField};
use rulebook::{Partner, Rulebook};
use std::collections::BTreeSet;
use store::licences::LicenceState;
use store::readings::Reading;

/// Licences of one holder that are looked through.
const LICENCES: u32 = 500;
/// Cases that are read at a time where many are asked again.
const SLICE: u32 = 200;

/// The rules asked again about a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    pub no: CaseNo,
    pub item: String,
    /// The edition that was asked now.
    pub edition: String,
    /// What it came to then.
    pub then: AtOnce,
    pub evidence: Evidence,
    /// What those rules say of the same facts; `None` where they do not decide this item at once.
    pub now: Option<Examination>,
}

impl Replayed {
    /// Whether these rules would have decided otherwise. What stood in the way beside the rules does not count.
    pub fn differs(&self) -> bool {
        self.then.held.is_none() && self.then.met != self.now.as_ref().is_some_and(Examination::met)
    }
}

impl Office {
    /// Lets the rules decide a case that was received whole. Asked for again it changes nothing.
    pub async fn decide_at_once(&self, no: &CaseNo, errand: &str) -> Result<(), Failure> {
        let Some(case) = self.store.case(no).await? else { return Ok(()) };
        if case.at_once.is_some() || !case.is_open() {
            return Ok(());
        }
        let edition = self.edition_of(&case).await?;
        let Some((item, at_once)) = edition.rules.items.get(&case.item).and_then(|item| Some((item, item.at_once.as_ref()?)))
        else {
            return Ok(());
        };
        let answers = self.answers_of(&case).await?;
        // The area chosen to begin with says who decides; where the form names another, nobody knows which is meant.
        let held = other_area(&edition.rules, &answers, &case.area).map(|_| "area-differs".to_owned());
        let evidence = self.evidence(&case, item, &edition.rules, answers).await?;
        let receiver = match &case.holder {
            Some(holder) => self.title_of(holder).await?,
            None => String::new(),
        };
        let [lot, other, ..] = crate::fresh_key();
        let drawn = u32::from(u16::from_be_bytes([lot, other])) % 100 < at_once.audit_percent;
        let mut act = Act::DecideAtOnce { evidence, drawn, receiver, held };
        let outcome = self.perform(no, &act, &Actor::System, None, Some(&format!("{errand}:rules"))).await?;
        let Outcome::Refused(refusal) = outcome else { return Ok(()) };
        if for_a_person(&refusal) {
            return Ok(());
        }
        // The rules are met and the law says no: a person has it, and sees why.
        if let Act::DecideAtOnce { held, .. } = &mut act {
            *held = Some(refusal.code);
        }
        match self.perform(no, &act, &Actor::System, None, Some(&format!("{errand}:held"))).await? {
            Outcome::Refused(refusal) if !for_a_person(&refusal) => Err(Failure::Unready(format!("refused: {}", refusal.code))),
            _ => Ok(()),
        }
    }

    /// What the rules look at, and nothing else: answers of the applicant, and what registers tell.
    async fn evidence(&self, case: &Case, item: &Item, rules: &Rulebook, answers: Answers) -> Result<Evidence, Failure> {
        let now = self.now().await?;
        let wanted = item.at_once.as_ref().map(|at_once| at_once.looks_at(rules)).unwrap_or_default();
        let said = answers.into_iter().filter(|(code, _)| wanted.contains(code));
        let said = said.map(|(element, value)| Known { element, value, source: APPLICANT.to_owned(), as_of: None });
        let mut evidence = Evidence { on: now.day(), facts: said.collect(), silent: Vec::new(), contradicted: Vec::new() };
        let asked = rules.registers.iter().map(|(code, register)| (code, register, asked_of(register, rules, &wanted)));
        let asked: Vec<_> = asked.filter(|(_, _, asked)| !asked.is_empty()).collect();
        // Every call is logged before it is made: for which case, and for what.
        let calls: Vec<_> = asked.iter().map(|(code, register, _)| call(Some(&case.no), code, register, now)).collect();
        self.store.note_readings(&calls).await?;
        for (code, register, asked) in &asked {
            let told = self.told_by(code, register, asked, case, rules, now).await?;
            if told.is_empty() {
                evidence.silent.push((*code).clone());
            }
            for fact in told {
                take_in(&mut evidence, fact);
            }
        }
        // What only a register can tell is not taken from what anybody typed: where no register told it, a person looks.
        let of_registers = |element: &String| asked.iter().any(|(_, _, asked)| asked.iter().any(|(_, code)| code == element));
        evidence.facts.retain(|known| known.source != APPLICANT || !of_registers(&known.element));
        Ok(evidence)
    }

    /// What a register tells of the holder of a case.
    async fn told_by(
        &self,
        code: &str,
        register: &Register,
        asked: &[(&RegisterField, &str)],
        case: &Case,
        rules: &Rulebook,
        now: Moment,
    ) -> Result<Vec<Known>, Failure> {
        let Some(holder) = &case.holder else { return Ok(Vec::new()) };
        if let Some(partner) = self.keeper_of(register, rules) {
            return self.told_elsewhere(partner, code, asked, holder, now).await;
        }
        let mut told = Vec::new();
        let mut tell = |element: &str, value: Option<String>, as_of: Moment| {
            told.extend(value.filter(|value| !value.is_empty()).map(|value| Known {
                element: element.to_owned(),
                value,
                source: code.to_owned(),
                as_of: Some(as_of.day()),
            }));
        };
        match (register.keeps, holder) {
            (Keeps::Firms, Holder::Firm(credit_code)) => {
                let Some(firm) = self.store.firm(credit_code).await? else { return Ok(told) };
                for (field, element) in asked {
                    let value = match field.of {
                        Column::Name => &firm.name,
                        Column::Code => &firm.code,
                        Column::LegalRepresentative => &firm.legal_person,
                        Column::Address => &firm.address,
                        Column::Status => &firm.status,
                        _ => continue,
                    };
                    tell(element, Some(value.clone()), firm.updated_at);
                }
            }
            (Keeps::Persons, Holder::Person(id)) => {
                // Who has only said so herself is in no register.
                let known = self.store.person(id).await?;
                let Some(person) = known.filter(|person| person.verified) else { return Ok(told) };
                for (field, element) in asked {
                    let value = match field.of {
                        Column::Name => Some(person.name.clone()),
                        Column::Number => Some(person.id_number.clone()).filter(|_| person.id_kind == "resident"),
                        _ => None,
                    };
                    tell(element, value, person.created_at);
                }
            }
            (Keeps::Licences, holder) => {
                let licences = self.store.licences_of_holder(&holder.key(), LICENCES).await?;
                for (field, element) in asked {
                    let of_these = |item: &String| field.items.iter().any(|known| known.get_ref() == item);
                    let mut standing = licences.iter().filter(|licence| licence.state(now.day()) == LicenceState::InForce);
                    let held = standing.any(|licence| of_these(&licence.item));
                    tell(element, Some(if held { "是" } else { "否" }.to_owned()), now);
                }
            }
            (Keeps::Cases, holder) => {
                let others = self.store.others_open(&case.no, &holder.key(), &case.item).await?;
                asked.iter().for_each(|(_, element)| tell(element, Some(others.to_string()), now));
            }
            _ => {}
        }
        Ok(told)
    }

    /// The same of a register that a partner system keeps. One that is away, slow or wrong tells nothing.
    async fn told_elsewhere(
        &self,
        partner: &Partner,
        code: &str,
        asked: &[(&RegisterField, &str)],
        holder: &Holder,
        now: Moment,
    ) -> Result<Vec<Known>, Failure> {
        let columns: Vec<Column> = asked.iter().map(|(field, _)| field.of).collect();
        let Told::Known { values, as_of } = self.ask_register(partner, code, holder, &columns, now).await? else {
            return Ok(Vec::new());
        };
        let told = asked.iter().filter_map(|(field, element)| {
            let value = values.get(field.of.word()).filter(|value| !value.is_empty())?;
            Some(Known { element: (*element).to_owned(), value: value.clone(), source: code.to_owned(), as_of: Some(as_of) })
        });
        Ok(told.collect())
    }

    /// Asks the rules once more about a case: those of its own edition, or others. Changes nothing.
    ///
    /// # Errors
    /// Refused where there is no such case, or its rules were never asked, or what was known then has been erased.
    pub async fn replay(&self, no: &CaseNo, other: Option<&Edition>) -> Result<Replayed, Stop> {
        let case = self.store.case(no).await?.ok_or_else(not_found)?;
        let then = case.at_once.clone().ok_or_else(not_found)?;
        let kept = self.store.particular(no, then.evidence.0).await?.ok_or_else(not_found)?;
        let evidence: Evidence = serde_json::from_slice(&kept.1).map_err(|_| not_found())?;
        let own = self.edition_of(&case).await?;
        let asked = other.unwrap_or(&own);
        let mut known = evidence.clone();
        if other.is_some() {
            // Other rules may look at what those of the case did not.
            let more = self.answers_of(&case).await?.into_iter();
            let more = more.filter(|(code, _)| evidence.facts.iter().all(|fact| fact.element != *code));
            known.facts.extend(more.map(|(element, value)| Known { element, value, source: APPLICANT.to_owned(), as_of: None }));
        }
        let at_once = asked.rules.items.get(&case.item).and_then(|item| item.at_once.as_ref());
        let now = at_once.filter(|at_once| other.is_some() || at_once.in_force(evidence.on));
        let now = now.map(|at_once| at_once.examine(&asked.rules, &known));
        Ok(Replayed { no: no.clone(), item: case.item.clone(), edition: asked.name.clone(), then, evidence: known, now })
    }

    /// Asks other rules about every case whose own were asked, in the order of their numbers, and tells each answer.
    pub async fn what_if(&self, other: &Edition, mut tell: impl FnMut(&CaseNo, Option<&Replayed>)) -> Result<(), Failure> {
        let mut after = CaseNo::default();
        loop {
            let slice = self.store.examined_by_rule(&after, SLICE).await?;
            let Some(last) = slice.last().cloned() else { return Ok(()) };
            for no in &slice {
                match self.replay(no, Some(other)).await {
                    Ok(replayed) => tell(no, Some(&replayed)),
                    Err(Stop::Refused(_)) => tell(no, None),
                    Err(Stop::Failed(failure)) => return Err(failure),
                }
            }
            after = last;
        }
    }
}

/// What a register tells goes before what anybody typed; where another register said otherwise, neither counts.
fn take_in(evidence: &mut Evidence, fact: Known) {
    if evidence.contradicted.contains(&fact.element) {
        return;
    }
    let other = evidence.facts.iter().find(|known| known.element == fact.element && known.source != APPLICANT);
    let contradicts = other.is_some_and(|other| other.value != fact.value);
    evidence.facts.retain(|known| known.element != fact.element);
    if contradicts {
        evidence.contradicted.push(fact.element);
    } else {
        evidence.facts.push(fact);
    }
}

/// The call of a register, as it is logged.
pub(crate) fn call(no: Option<&CaseNo>, code: &str, register: &Register, at: Moment) -> Reading {
    Reading {
        // A case is asked about once at a time; without one every call is its own.
        id: no.map_or_else(|| format!("register:{}", crate::ids::opaque()), |no| format!("register:{no}:{code}:{}", at.0)),
        reader: "system".to_owned(),
        what: "register".to_owned(),
        case_no: no.cloned(),
        at,
        purpose: format!("{}：{}", register.name, register.purpose),
    }
}

/// Whether somebody has the case already.
fn for_a_person(refusal: &casework::Refusal) -> bool {
    matches!(refusal.code.as_str(), "for-a-person" | "not-now")
}

/// The elements among `wanted` that a register answers, with their codes.
fn asked_of<'a>(register: &'a Register, rules: &'a Rulebook, wanted: &BTreeSet<String>) -> Vec<(&'a RegisterField, &'a str)> {
    let coded = register.field.iter().filter_map(|told| Some((told, rules.fields.get(told.field.get_ref())?.code.as_str())));
    coded.filter(|(_, code)| wanted.contains(*code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_registers_contradict_each_other_in_counts_for_neither() {
        let fact = |source: &str, value: &str| Known {
            element: "status".to_owned(),
            value: value.to_owned(),
            source: source.to_owned(),
            as_of: None,
        };
        let told = |facts: &[Known]| {
            let on = jiff::civil::date(2026, 3, 2);
            let mut evidence = Evidence { on, facts: Vec::new(), silent: Vec::new(), contradicted: Vec::new() };
            facts.iter().for_each(|fact| take_in(&mut evidence, fact.clone()));
            (evidence.facts, evidence.contradicted)
        };
        let (one, same, other) = (fact("firms", "存续"), fact("tax", "存续"), fact("tax", "注销"));
        assert_eq!(
            told(&[fact(APPLICANT, "注销"), one.clone()]),
            (vec![one.clone()], vec![]),
            "a register goes before what was typed"
        );
        assert_eq!(told(&[one.clone(), same.clone()]), (vec![same], vec![]), "two that agree are no contradiction");
        let neither = (vec![], vec!["status".to_owned()]);
        assert_eq!(told(&[one.clone(), other.clone()]), neither);
        assert_eq!(told(&[one.clone(), other, one]), neither, "a third does not settle it");
    }
}

//! Bundles (一件事): opening the case of a component once what it needs exists, with what the results before it give.
//!
//! The answers of the whole lie in the bundle; each body gets the form and the papers of its own item, and nothing else. Serves measures
//! 3 and 4.

use crate::apply::{earlier_of, share, written};
use crate::courier::done;
use crate::drafts::signing;
use crate::founded::given_by;
use crate::{Failure, Office, Outcome};
use casework::act::{Paper, Submission};
use casework::bundle::{Bundle, Component, Progress};
use casework::commitment::Signing;
use casework::{Act, Actor, Case, CaseNo, Holder, To};
use jiff::civil::Date;
use rulebook::bundle::Bundle as Merged;
use rulebook::commitment;
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::{Rulebook, Text};

impl Office {
    /// Opens the case of a component and records it in the bundle. Asked for again it finds the same case.
    pub(crate) async fn open_component(&self, no: &CaseNo, item: &str, errand: &str) -> Result<(), Failure> {
        let Some(parent) = self.store.case(no).await? else { return Ok(()) };
        let Some((bundle, component)) = parent.bundle.as_ref().and_then(|bundle| Some((bundle, bundle.component(item)?))) else {
            return Ok(());
        };
        if component.progress != Progress::Prepared {
            return Ok(());
        }
        let live = self.rulebooks.live()?;
        let holder = self.holder_of_part(&live.rules, &parent, bundle).await?;
        let submission = self.part_of_bundle(&live.rules, &parent, bundle, component, holder).await?;
        let request = format!("{no}:{item}:{}", component.attempts);
        let case = match self.submit(submission, &Actor::System, &request).await? {
            Outcome::Done(case) => case.no.clone(),
            Outcome::Again { no, .. } => no,
            Outcome::Refused(refusal) => {
                // A closed item, or one that is off the list: said at once, and tried again should it open.
                let text = Text::new(
                    format!("“一件事”中的一项暂时无法开始：{}{}", refusal.why.zh, refusal.next.zh),
                    format!("A part of your bundle cannot begin yet: {} {}", refusal.why.en, refusal.next.en),
                );
                let today = self.now().await?.day();
                for reader in crate::notices::readers_of(&self.store, &To::Applicant, Some(&parent), today).await? {
                    self.notify(&format!("{errand}:{reader}"), &reader, Some(no), &text).await?;
                }
                return Err(Failure::Unready(format!("component {item} of {no}: {}", refusal.code)));
            }
            Outcome::Overtaken { .. } => return Err(Failure::Busy),
        };
        let opened = Act::OpenComponent { item: item.to_owned(), case };
        done(self.perform(no, &opened, &Actor::System, None, Some(&format!("{request}:opened"))).await?)
    }

    /// What a component's own body gets: its form, its papers, and what they lack.
    async fn part_of_bundle(
        &self,
        rules: &Rulebook,
        parent: &Case,
        bundle: &Bundle,
        component: &Component,
        holder: Holder,
    ) -> Result<Submission, Failure> {
        let item = rules
            .items
            .get(&component.item)
            .ok_or_else(|| Failure::Unready(format!("item {} is not in the rulebook", component.item)))?;
        let names = self.words(&parent.no).await?;
        let papers: Vec<Paper> = parent
            .materials
            .iter()
            .map(|handed| Paper {
                key: handed.key.clone(),
                digest: handed.digest.clone(),
                file_name: names.get(&handed.name.0).cloned().unwrap_or_default(),
            })
            .collect();
        let answers = self.answers_of(parent).await?;
        let theme = bundle.theme.as_ref().and_then(|theme| rules.themes.get(theme));
        let merged = Merged::chosen(rules, theme, bundle.components.iter().map(|component| component.item.as_str()));
        let given = given(rules, bundle, &answers);
        let today = self.now().await?.day();
        let mut own = share(&merged, item, &answers, &given, &papers, today);
        let mut commitment = signing(rules, item, &own.answers, &own.handed(), today);
        if commitment.is_some() && !self.still_offered(rules, item, commitment.as_ref(), &holder, today).await? {
            // The notice that was read is not in force any more, or a commitment was broken meanwhile: the ordinary way is never shut.
            commitment::strip(&mut own.answers);
            commitment = None;
        }
        let signatures = signatures_of(parent, &component.item, &names);
        let intake = own.intake(rules, item, today);
        let fallen = self.fallen_papers(rules, &holder, &intake, today).await?;
        let lacking = [intake.lacking(), fallen].concat();
        Ok(Submission {
            item: component.item.clone(),
            title: self.title_of(&holder).await?,
            holder,
            agency: component.agency.clone(),
            area: component.area.clone(),
            channel: parent.channel.unwrap_or(casework::event::Channel::Online),
            parent: Some(parent.no.clone()),
            answers: written(&own.answers),
            papers: own.papers,
            lacking,
            first_contact: parent.first_contact,
            earlier: earlier_of(&own.answers),
            bundle: None,
            commitment: commitment.map(Box::new),
            signatures,
        })
    }

    /// Whether what the applicant chose for a part when she sent the whole can still be signed now that the part begins.
    async fn still_offered(
        &self,
        rules: &Rulebook,
        item: &Item,
        signing: Option<&Signing>,
        holder: &Holder,
        today: Date,
    ) -> Result<bool, Failure> {
        let Some(signing) = signing else { return Ok(true) };
        let current = item.commitment.as_ref().and_then(|own| own.notice_on(today)).map(|told| told.version);
        let proof_stands = |key: &String| {
            let own = rules.materials.get(key).and_then(|material| rules.proof_in(item, material));
            own.is_some_and(|own| own.notice_on(today).is_some())
        };
        let stands = signing.notice.is_none_or(|chosen| Some(chosen) == current) && signing.proofs.iter().all(proof_stands);
        Ok(stands && self.breach(rules, holder, item.code.get_ref(), &signing.proofs, today).await?.is_none())
    }
}

/// The signatures under a part, for its own body; of the others it sees nothing.
fn signatures_of(parent: &Case, item: &str, words: &std::collections::BTreeMap<u32, String>) -> Vec<casework::Signature> {
    let say = |number: casework::Words| words.get(&number.0).cloned().unwrap_or_default();
    let own = parent.signatures_of(item).map(|signed| casework::Signature {
        part: signed.part.clone(),
        person: signed.person.clone(),
        firm: signed.firm.clone(),
        name: say(signed.name),
        text: say(signed.text),
        digest: signed.digest.clone(),
        at: signed.at,
    });
    own.collect()
}

/// What the results of the components before this one give it: elements by code, with their values.
fn given(rules: &Rulebook, bundle: &Bundle, answers: &Answers) -> Answers {
    let results = bundle.components.iter().filter_map(|part| Some((rules.items.get(&part.item)?, part.number()?)));
    results.flat_map(|(item, number)| given_by(rules, item, number, answers)).collect()
}

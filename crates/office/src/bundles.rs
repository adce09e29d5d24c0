//! Bundles (一件事): opening the case of a component once what it needs exists, with what the results before it give.
//!
//! The answers of the whole lie in the bundle; each body gets the form and the papers of its own item, and nothing else. Serves measures
//! 3 and 4.

use crate::apply::{Share, earlier_of, share, written};
use crate::courier::done;
use crate::door::Stop;
use crate::drafts::signing;
use crate::people::firms;
use crate::{Failure, Office, Outcome, ids};
use casework::act::{Paper, Submission};
use casework::bundle::{Bundle, Component, Progress};
use casework::commitment::Signing;
use casework::{Act, Actor, Case, CaseNo, Holder, To};
use jiff::civil::Date;
use rulebook::bundle::Bundle as Merged;
use rulebook::commitment;
use rulebook::field::FieldKind;
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::{Rulebook, Text, identifier};
use store::people::Audit;
use store::people::firms::{Firm, Part};

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
        let holder = self.holder_of(&live.rules, &parent, bundle).await?;
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

    /// Whose case a component is: of the firm that an earlier component brought into being, else of the applicant.
    ///
    /// A firm that our own registrar has just entered is known from that entry, which names its legal representative: it is no claim of
    /// the applicant's own (decision 34).
    async fn holder_of(&self, rules: &Rulebook, parent: &Case, bundle: &Bundle) -> Result<Holder, Failure> {
        let applicant = parent.holder.clone().ok_or_else(|| Failure::Unready(format!("{} has no holder", parent.no)))?;
        let Holder::Person(person) = &applicant else { return Ok(applicant) };
        let Some((registrar, code)) = registered(rules, bundle) else { return Ok(applicant) };
        let now = self.now().await?;
        if self.store.firm(&code).await?.is_none() {
            let mut answers = self.answers_of(parent).await?;
            answers.extend(given(rules, bundle, &answers));
            let answer = |code: &str| answers.get(code).cloned().unwrap_or_default();
            let number = identifier::normalise(&answer("legal-representative-id"));
            let firm = Firm {
                code: code.clone(),
                name: answer("applicant-name"),
                kind: answer("applicant-kind"),
                legal_person: answer("legal-representative"),
                legal_digest: if number.is_empty() { String::new() } else { self.number_key.digest(&number) },
                address: answer("domicile"),
                area: parent.area.clone(),
                industry: answer("industry"),
                status: "存续".to_owned(),
                source: "本区登记".to_owned(),
                updated_at: now,
            };
            let audit = Audit {
                id: ids::opaque(),
                by: "system".to_owned(),
                what: "enter-firm".to_owned(),
                subject: code.clone(),
                at: now,
                detail: registrar.0,
            };
            self.store.import_firms(&[firm], &audit).await?;
            match firms::claim(&self.store, person, &code, Part::Legal, now).await {
                Ok(_) | Err(Stop::Refused(_)) => {}
                Err(Stop::Failed(failure)) => return Err(failure),
            }
        }
        Ok(Holder::Firm(code))
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
        let mut own = share(&merged, rules, item, &answers, &given, &papers, today);
        let handed_in = |own: &Share| own.papers.iter().map(|paper| paper.key.clone()).collect::<Vec<_>>();
        let mut commitment = signing(rules, item, &own.answers, &handed_in(&own), today);
        if commitment.is_some() && !self.still_offered(rules, item, commitment.as_ref(), &holder, today).await? {
            // The notice that was read is not in force any more, or a commitment was broken meanwhile: the ordinary way is never shut.
            commitment::strip(&mut own.answers);
            own.lacking = rules.intake(item, &own.answers, &handed_in(&own), today).lacking();
            commitment = None;
        }
        let signatures = signatures_of(parent, &component.item, &names);
        let handed = handed_in(&own);
        let intake = rules.intake(item, &own.answers, &handed, today);
        let fallen = self.fallen_papers(rules, item, &holder, &intake, today).await?;
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
            lacking: [own.lacking, fallen].concat(),
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
        let chosen = signing.and_then(|signing| signing.notice);
        let current = item.commitment.as_ref().and_then(|own| own.notice_on(today)).map(|told| told.version);
        Ok(chosen == current && self.breach(rules, holder, item.code.get_ref(), &[], today).await?.is_none())
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
    let mut given = Answers::new();
    for component in &bundle.components {
        let Some(number) = component.number() else { continue };
        let result = rules.items.get(&component.item).and_then(|item| item.result.as_ref());
        for gives in result.map(|result| &result.gives).into_iter().flatten() {
            let Some(field) = rules.fields.get(gives.field.get_ref()) else { continue };
            let value = match &gives.from {
                Some(from) => rules.fields.get(from.get_ref()).and_then(|source| answers.get(&source.code).cloned()),
                None => Some(number.to_owned()),
            };
            given.extend(value.map(|value| (field.code.clone(), value)));
        }
    }
    given
}

/// The firm that a component has brought into being: its case and the valid credit code of its result.
fn registered(rules: &Rulebook, bundle: &Bundle) -> Option<(CaseNo, String)> {
    bundle.components.iter().find_map(|component| {
        let result = rules.items.get(&component.item)?.result.as_ref()?;
        let is_code = |field: &str| rules.fields.get(field).is_some_and(|field| field.kind == FieldKind::CreditCode);
        let gives_code = result.gives.iter().any(|gives| gives.from.is_none() && is_code(gives.field.get_ref()));
        let code = identifier::normalise(component.number()?);
        let is_valid = gives_code && identifier::CreditCode::parse(&code).is_ok();
        is_valid.then(|| (component.case().cloned().unwrap_or_default(), code))
    })
}

//! What comes before an application is sent, through the office's own doors: drafts, and those who sign them.

use super::hall::{Hall, said};
use crate::people::{APPLICANTS, SIGNERS, actor, number_of};
use crate::vocabulary::Deed;
use casework::event::Channel;
use casework::{Actor, CaseNo, Holder, Refusal};
use office::drafts::{Wanted, Whole, save};
use office::signers::{Signers, Stand};
use office::{Outcome, Stop};
use rulebook::intake::{Answers, NOTHING_KNOWN};
use std::collections::BTreeMap;
use store::drafts::DraftPaper;
use store::people::firms::{Mandate, MandateState};
use store::people::{Audit, Person};

/// Rounds of filling in samples, each of which may open more questions.
const ROUNDS: usize = 12;

/// What became of a deed.
pub enum Drafted {
    /// Where everybody stands who signs.
    Told(String),
    Sent(CaseNo),
    Refused(Refusal),
}

impl Hall {
    pub(super) async fn at_the_desk(&mut self, who: &str, deed: &Deed, case: &CaseNo) -> Result<Drafted, String> {
        self.enter_signers().await?;
        let mut by = actor(who, "").ok_or_else(|| format!("剧中没有“{who}”"))?;
        if let Actor::Officer(officer) = &by {
            let today = self.office.now().await.map_err(said)?.day();
            let known = self.office.officer(&officer.id, today).await.map_err(said)?;
            by = Actor::Officer(known.ok_or_else(|| format!("没有工作人员{}", officer.id))?);
        }
        let done = self.does(&by, deed, case).await;
        self.settle().await?;
        match done {
            Ok(drafted) => Ok(drafted),
            Err(Stop::Refused(refusal)) => Ok(Drafted::Refused(*refusal)),
            Err(Stop::Failed(failure)) => Err(said(failure)),
        }
    }

    async fn does(&mut self, by: &Actor, deed: &Deed, no: &CaseNo) -> Result<Drafted, Stop> {
        let office = self.office.clone();
        match deed {
            Deed::Begin { items, area, agency, answers } => {
                let holder = Holder::Firm(APPLICANTS[0].2.to_owned());
                self.draft = match items.as_slice() {
                    [item] => office.begin_draft(by, &holder, item, agency, area, channel(by)).await?,
                    _ => office.begin_bundle(by, &holder, None, items, area, channel(by)).await?,
                };
                self.write(by, answers).await?;
                self.fill(by).await?;
            }
            Deed::Correct { answers } => {
                let case = office.store.case(no).await?.ok_or_else(lost)?;
                self.draft = office.begin_correction(by, &case).await?;
                self.write(by, answers).await?;
            }
            Deed::Change { answers } => self.write(by, answers).await?,
            Deed::Ask => {
                office.ask_signers(by, &self.draft).await?;
            }
            Deed::Sign => {
                let shown = office.open_signing(by, &self.draft).await?.digest;
                office.sign(by, &self.draft, &shown).await?;
            }
            Deed::Decline { words } => office.decline_to_sign(by, &self.draft, words).await?,
            Deed::Send { what } => return self.send(by, what, no).await,
        }
        Ok(Drafted::Told(told(&self.signers().await?)))
    }

    async fn send(&mut self, by: &Actor, what: &str, no: &CaseNo) -> Result<Drafted, Stop> {
        let office = &self.office;
        let whole = office.open_draft(by, &self.draft).await?;
        let seen = office.store.case(no).await?.map(|case| case.version);
        let outcome = if matches!(by, Actor::Officer(_)) && office.corrects_on_the_spot(&whole).await? {
            office.correct_by_draft(by, &self.draft, what, seen.unwrap_or_default()).await?
        } else {
            office.submit_draft(by, &self.draft, seen).await?
        };
        Ok(match outcome {
            Outcome::Done(case) => Drafted::Sent(case.no.clone()),
            Outcome::Again { no, .. } => Drafted::Sent(no),
            Outcome::Refused(refusal) => Drafted::Refused(refusal),
            Outcome::Overtaken { .. } => return Err(lost()),
        })
    }

    async fn write(&self, by: &Actor, answers: &BTreeMap<String, String>) -> Result<(), Stop> {
        let (office, live) = (&self.office, self.office.rulebooks.live()?);
        let answers: Vec<(String, String)> = answers.clone().into_iter().collect();
        let saved = save(&office.store, &live.rules, by, &self.draft, &answers, office.now().await?).await?;
        match saved.into_iter().find_map(|saved| saved.fault) {
            Some(fault) => Err(Refusal::new("bad-answer", fault, rulebook::Text::default()).into()),
            None => Ok(()),
        }
    }

    /// The samples of the forms for whatever is asked and open, and all papers, as originals that were looked at; but not a paper
    /// that signatures stand for.
    async fn fill(&self, by: &Actor) -> Result<(), Stop> {
        let (office, live) = (&self.office, self.office.rulebooks.live()?);
        let now = office.now().await?;
        for _ in 0..ROUNDS {
            let whole = office.open_draft(by, &self.draft).await?;
            let wanted = Wanted::of(&live.rules, &whole.draft).ok_or_else(lost)?;
            let bundle = wanted.bundle();
            let intake = bundle.intake(&whole.answers, &whole.handed(), &NOTHING_KNOWN, now.day());
            let open: Answers =
                intake.faults().map(|(question, _)| (question.field.code.clone(), question.ask.sample.clone())).collect();
            if !open.is_empty() {
                self.write(by, &open).await?;
                continue;
            }
            let signers = office.signers_of(&whole).await?;
            let spared = |key: &String| signers.parts.iter().any(|part| part.paper.as_ref().is_some_and(|(own, _)| own == key));
            for key in intake.lacking().into_iter().filter(|key| !spared(key)) {
                let paper = DraftPaper { key, digest: String::new(), file_name: "原件已核对".into(), at: now };
                office.store.attach_paper(&self.draft, &paper).await?;
            }
            return Ok(());
        }
        Err(Refusal::new("samples", rulebook::Text::new("样例填不满表单", "The samples do not fill it"), Default::default())
            .into())
    }

    /// The signers of the draft, whoever asks.
    async fn signers(&self) -> Result<Signers, Stop> {
        let found = self.office.store.whole_draft(&self.draft).await?;
        let (draft, fields, papers) = found.ok_or_else(lost)?;
        let answers = fields.into_iter().map(|saved| (saved.field, saved.value)).collect();
        Ok(self.office.signers_of(&Whole { draft, answers, papers }).await?)
    }

    /// Those who sign have accounts, with numbers that a counter has seen, and their seats at the firm.
    async fn enter_signers(&self) -> Result<(), String> {
        let (store, now) = (&self.office.store, self.office.now().await.map_err(said)?);
        for (word, id, seat) in SIGNERS {
            if store.person(id).await.map_err(said)?.is_some() {
                continue;
            }
            let id_number = number_of(word).ok_or("号码")?;
            let person = Person {
                id: id.into(),
                name: word.into(),
                id_kind: "resident".into(),
                id_digest: self.office.number_key.digest(&id_number),
                id_number,
                phone: String::new(),
                email: String::new(),
                verified: true,
                created_at: now,
            };
            store.add_person(&person, None).await.map_err(said)?;
            let Some(part) = seat else { continue };
            let mandate = Mandate {
                id: format!("m-{id}"),
                firm: APPLICANTS[0].2.into(),
                person: id.into(),
                part,
                items: Vec::new(),
                acts: Vec::new(),
                from: now.day(),
                until: None,
                state: MandateState::Confirmed,
                confirmed_by: Some("scenario".into()),
                confirmed_at: Some(now),
                revoked_at: None,
            };
            let audit = Audit {
                id: format!("mandate-{id}"),
                by: "scenario".into(),
                what: "give-mandate".into(),
                subject: id.into(),
                at: now,
                detail: String::new(),
            };
            store.add_mandate(&mandate, &audit).await.map_err(said)?;
        }
        Ok(())
    }
}

/// What the page means is not there, or is another than it was.
fn lost() -> Stop {
    let why = rulebook::Text::new("没有这份草稿或办件，或者它已经变了", "There is no such draft or case, or it has changed");
    Refusal::new("lost", why, rulebook::Text::default()).into()
}

fn channel(by: &Actor) -> Channel {
    if matches!(by, Actor::Officer(_)) { Channel::Counter } else { Channel::Online }
}

/// Where everybody stands, part by part.
fn told(signers: &Signers) -> String {
    let stands = signers.parts.iter().filter(|part| !part.by_hand).flat_map(|part| {
        let of = if signers.are_of_several() { format!("“{}”的", part.item.zh) } else { String::new() };
        part.people.iter().map(move |signer| {
            let who = format!("{of}{}（{}）", part.role.zh, signer.named.name);
            match &signer.stand {
                Stand::NotAsked => format!("{who}未请签"),
                Stand::Awaited { .. } => format!("{who}等待签署"),
                Stand::Holds { .. } => format!("{who}已签署"),
                Stand::Void { changed, .. } => format!("{who}的签署失效，改动了{}", changed.join("、")),
                Stand::Declined { words, .. } => format!("{who}不同意签署，“{words}”"),
                Stand::NoMandate { .. } => format!("{who}的签署失效，签署的人已不是法定代表人"),
            }
        })
    });
    let stands: Vec<String> = stands.collect();
    match (stands.is_empty(), signers.lacking().is_none()) {
        (true, _) => "不用签署".to_owned(),
        (false, true) => format!("签署齐全：{}", stands.join("；")),
        (false, false) => stands.join("；"),
    }
}

//! Sending: what acts have ordered for a partner goes out in order for each case, signed, under a number by which the partner knows it
//! again. That nobody is there uses up no attempt, however many days it lasts; a wrong answer does, and finally a person looks.

use super::message::{Matter, Outgoing, PaperTold};
use super::{Link, Missed};
use crate::{Failure, Office};
use casework::{Case, CaseNo, Errand, Event, Moment, Record, Sent};
use rulebook::Partner;
use std::time::Duration;
use store::errands::Claimed;
use tracing::warn;

const LEASE_MS: i64 = 120_000;
/// Shortest time between two tries of a partner that does not answer.
const SHORTEST_PAUSE_MS: i64 = 15_000;

impl Office {
    /// Sends what is due to this partner; returns how many messages it has taken.
    pub async fn push_due(&self, code: &str) -> Result<usize, Failure> {
        let live = self.rulebooks.live()?;
        let Some(partner) = live.rules.partners.get(code) else { return Ok(0) };
        let mut sent = 0;
        loop {
            let now = self.now().await?;
            if !self.may_try(partner, now).await? {
                return Ok(sent);
            }
            if self.store.next_push(code).await?.is_none_or(|at| at > now) {
                return Ok(sent);
            }
            // One at a time: while one is on its way, the others can still go to another node.
            let Some(claimed) = self.store.claim_pushes(code, now, 1, LEASE_MS).await?.pop() else { return Ok(sent) };
            if !self.push_one(partner, &claimed, now).await? {
                return Ok(sent);
            }
            sent += 1;
        }
    }

    /// Whether it was taken; where not, the others wait too until the partner is tried again.
    async fn push_one(&self, partner: &Partner, claimed: &Claimed, now: Moment) -> Result<bool, Failure> {
        let code = partner.code.get_ref();
        let link = self.exchange.link(code)?;
        let Errand::Push { sent, version, .. } = &claimed.errand else { return Ok(true) };
        let no = CaseNo(claimed.sender.clone());
        let missed = match self.outgoing(&no, partner, *sent, *version).await? {
            Some(outgoing) => self.deliver(partner, link, &outgoing).await?,
            None => Ok(()),
        };
        match missed {
            Ok(()) => {
                self.store.errand_done(&claimed.id).await?;
                self.partner_answered(code, now).await?;
                return Ok(true);
            }
            Err(Missed::Unreachable(fault)) => {
                let again = self.partner_missed(partner, &fault, now).await?;
                self.store.errand_postponed(&claimed.id, again).await?;
            }
            Err(other) => {
                let fault = match &other {
                    Missed::Slow => "no answer in time",
                    Missed::Unknown => "status 404",
                    Missed::Wrong(fault) | Missed::Unreachable(fault) => fault,
                };
                if matches!(other, Missed::Slow) {
                    self.partner_missed(partner, fault, now).await?;
                } else {
                    self.partner_answered(code, now).await?;
                }
                warn!(partner = code, errand = claimed.id, fault, "Message {} to {code} was not taken: {fault}", claimed.id);
                let again = Moment(now.0 + pause_ms(partner, claimed.attempts));
                self.store.errand_failed_of(&claimed.id, fault, again, i64::from(partner.tries)).await?;
                // The next message may be fine, unless nobody answers in time.
                return Ok(!matches!(other, Missed::Slow));
            }
        }
        Ok(false)
    }

    /// Sends one message; the partner answers with where the matter stands there, which is heard like everything it says.
    async fn deliver(&self, partner: &Partner, link: &Link, outgoing: &Outgoing) -> Result<Result<(), Missed>, Failure> {
        let patience = Duration::from_secs(u64::from(partner.call_seconds));
        let (body, signature) = match self.exchange.call(link, "/messages", outgoing.bytes(), patience).await {
            Ok(answer) => answer,
            Err(missed) => return Ok(Err(missed)),
        };
        let heard = self.hear_partner(partner.code.get_ref(), &body, &signature).await?;
        // What it says of the matter may be news that an officer has to look at; that it has the message is what counts here.
        let taken = heard.is_good() || matches!(heard, super::Heard::Contradiction | super::Heard::Refused(_));
        Ok(if taken { Ok(()) } else { Err(Missed::Wrong(heard.word().to_owned())) })
    }

    /// It answers: whatever waits for it goes out now.
    pub(super) async fn partner_answered(&self, code: &str, now: Moment) -> Result<(), Failure> {
        let before = self.store.partner_link(code).await?;
        if before.as_ref().is_none_or(|link| !link.up) {
            self.store.partner_tried(code, true, "", now).await?;
            self.store.hurry_pushes(code, now).await?;
            tracing::info!(partner = code, "{code} answers");
        }
        Ok(())
    }

    /// It does not answer; returns when it is tried again: the longer it has been away, the later.
    pub(super) async fn partner_missed(&self, partner: &Partner, fault: &str, now: Moment) -> Result<Moment, Failure> {
        let code = partner.code.get_ref();
        self.store.partner_tried(code, false, fault, now).await?;
        let since = self.store.partner_link(code).await?.map_or(now, |link| link.since);
        Ok(Moment(now.0 + pause_between_tries_ms(partner, now.0 - since.0)))
    }

    /// Whether it answers, as far as we know, or it is time to see whether it does again.
    pub(super) async fn may_try(&self, partner: &Partner, now: Moment) -> Result<bool, Failure> {
        let away = self.store.partner_link(partner.code.get_ref()).await?.filter(|link| !link.up);
        Ok(away.is_none_or(|link| now.0 >= link.tried.0 + pause_between_tries_ms(partner, link.tried.0 - link.since.0)))
    }

    /// The message as the case stood at that version; `None` where there is no such case.
    async fn outgoing(&self, no: &CaseNo, partner: &Partner, sent: Sent, version: u64) -> Result<Option<Outgoing>, Failure> {
        let mut records = self.store.records(no).await?;
        records.retain(|record| record.version <= version);
        let case = Case::from_records(no.clone(), &records);
        if !case.is_born() {
            return Ok(None);
        }
        let kind = match sent {
            Sent::Application => "application",
            Sent::Supplement => "supplement",
            Sent::Closed => "closed",
        };
        let matter = match sent {
            Sent::Closed => None,
            Sent::Application | Sent::Supplement => Some(self.matter(&case).await?),
        };
        Ok(Some(Outgoing {
            message: format!("{no}-{version}-{kind}"),
            from: partner.knows_us_as.clone(),
            to: partner.code.get_ref().clone(),
            kind,
            case: no.0.clone(),
            matter,
            outcome: outcome(&records).filter(|_| sent == Sent::Closed),
        }))
    }

    async fn matter(&self, case: &Case) -> Result<Matter, Failure> {
        let words = self.words(&case.no).await?;
        let say = |number: casework::Words| words.get(&number.0).cloned().unwrap_or_default();
        let answers = case.answers.map(say).unwrap_or_default();
        let paper = |handed: &casework::case::Handed| PaperTold {
            key: handed.key.clone(),
            name: say(handed.name),
            digest: handed.digest.clone(),
        };
        let received = case.submitted.unwrap_or_default();
        Ok(Matter {
            item: case.item.clone(),
            body: case.agency.clone(),
            area: case.area.clone(),
            received_at: format!("{}+08:00", received.wall().strftime("%Y-%m-%dT%H:%M:%S")),
            received_on: case.received.map(|day| day.to_string()).unwrap_or_default(),
            title: case.title.map(say).unwrap_or_default(),
            answers: serde_json::from_str(&answers).unwrap_or_default(),
            papers: case.materials.iter().map(paper).collect(),
        })
    }
}

/// How a case ended, by the name of its event.
fn outcome(records: &[Record]) -> Option<&'static str> {
    let ends = |record: &&Record| {
        matches!(
            record.event,
            Event::Granted { .. }
                | Event::Refused { .. }
                | Event::Filed
                | Event::FoundNotNeeded { .. }
                | Event::IntakeRefused { .. }
                | Event::Withdrawn { .. }
                | Event::Returned { .. }
                | Event::Terminated { .. }
        )
    };
    records.iter().rev().find(ends).map(|record| record.event.name())
}

/// A quarter of the time that it has been away, within bounds.
fn pause_between_tries_ms(partner: &Partner, away_ms: i64) -> i64 {
    let longest = i64::from(partner.longest_pause_minutes) * 60_000;
    (away_ms / 4).clamp(SHORTEST_PAUSE_MS.min(longest), longest)
}

/// Ten seconds, doubled each time, at most what the partner's definition says.
fn pause_ms(partner: &Partner, attempts: u32) -> i64 {
    (5_000_i64 << attempts.min(12)).min(i64::from(partner.longest_pause_minutes) * 60_000)
}

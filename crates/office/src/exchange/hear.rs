//! What a partner says: who said it, whether it was heard before, and what became of it. Good or bad, it is put on record; what is
//! wrong with one message never keeps the next from being heard.

use super::message::{Fetch, Incoming};
use crate::ids::digest;
use crate::{Failure, Office, Outcome};
use casework::leg::News;
use casework::{Act, Actor, Case, CaseNo, Moment, Refusal, Report};
use store::legs::{FORGED, KeptMessage};

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// It is news, and stands on the case.
    Recorded,
    /// Nothing new: known already, or overtaken by a later one.
    Known,
    Late,
    /// It contradicts what was said before; both are on record and an officer looks.
    Contradiction,
    /// It came before, under the same number and the same to the byte: this became of it then.
    Again(String),
    /// Nobody is connected under this name.
    UnknownPartner,
    BadSignature,
    Unreadable,
    /// Signed well, and meant for or sent by somebody else.
    NotForUs,
    /// There is no such case, or nothing of it is done there.
    UnknownCase,
    /// The number belongs to another message.
    NumberReused,
    /// The rules say no.
    Refused(Refusal),
}

impl Heard {
    pub fn word(&self) -> &str {
        match self {
            Heard::Recorded => "recorded",
            Heard::Known => "known",
            Heard::Late => "late",
            Heard::Contradiction => "contradiction",
            Heard::Again(first) => first,
            Heard::UnknownPartner => "unknown-partner",
            Heard::BadSignature => FORGED,
            Heard::Unreadable => "unreadable",
            Heard::NotForUs => "not-for-us",
            Heard::UnknownCase => "unknown-case",
            Heard::NumberReused => "number-reused",
            Heard::Refused(refusal) => &refusal.code,
        }
    }

    /// Whether the partner said something that is, or was already, on the case.
    pub fn is_good(&self) -> bool {
        matches!(self, Heard::Recorded | Heard::Known | Heard::Late | Heard::Again(_))
    }
}

impl Office {
    /// Hears what was sent in the name of this partner. Nothing is recorded where this fails: it may be sent again.
    pub async fn hear_partner(&self, code: &str, body: &[u8], signature: &str) -> Result<Heard, Failure> {
        let Ok(link) = self.exchange.link(code) else { return Ok(Heard::UnknownPartner) };
        let (now, sum) = (self.now().await?, digest(body));
        if !link.signed(body, signature, now) {
            return self.put_down(code, &format!("forged:{sum}"), &sum, "", Heard::BadSignature, now).await;
        }
        let Some(incoming) = Incoming::read(body) else {
            return self.put_down(code, &format!("unreadable:{sum}"), &sum, "", Heard::Unreadable, now).await;
        };
        let Incoming { message, from, to, case, report } = incoming;
        if from != code || Some(&to) != self.called_by(code)?.as_ref() {
            return self.put_down(code, &format!("foreign:{sum}"), &sum, &case, Heard::NotForUs, now).await;
        }
        let heard = match self.store.partner_message(code, &message).await? {
            Some(first) if first.digest == sum => Heard::Again(first.verdict),
            Some(_) => return self.put_down(code, &format!("reused:{sum}"), &sum, &case, Heard::NumberReused, now).await,
            None => self.hear_report(code, &message, &CaseNo(case.clone()), report).await?,
        };
        self.put_down(code, &message, &sum, &case, heard, now).await
    }

    /// The bytes of a paper that this partner was told of, for one request with a number of its own: what was overheard opens nothing.
    pub async fn paper_for_partner(&self, code: &str, body: &[u8], signature: &str) -> Result<Result<Vec<u8>, Heard>, Failure> {
        let Ok(link) = self.exchange.link(code) else { return Ok(Err(Heard::UnknownPartner)) };
        let (now, sum) = (self.now().await?, digest(body));
        if !link.signed(body, signature, now) {
            return self.put_down(code, &format!("forged:{sum}"), &sum, "", Heard::BadSignature, now).await.map(Err);
        }
        let Some(fetch) = Fetch::read(body) else {
            return self.put_down(code, &format!("unreadable:{sum}"), &sum, "", Heard::Unreadable, now).await.map(Err);
        };
        if fetch.from != code || Some(&fetch.to) != self.called_by(code)?.as_ref() {
            return self.put_down(code, &format!("foreign:{sum}"), &sum, &fetch.case, Heard::NotForUs, now).await.map(Err);
        }
        if self.store.partner_message(code, &fetch.message).await?.is_some() {
            return self.put_down(code, &format!("reused:{sum}"), &sum, &fetch.case, Heard::NumberReused, now).await.map(Err);
        }
        let case = self.store.case(&CaseNo(fetch.case.clone())).await?;
        let theirs = case.filter(|case| case.leg.as_ref().is_some_and(|leg| leg.partner == code));
        let told = theirs.is_some_and(|case| case.materials.iter().any(|paper| paper.digest == fetch.digest));
        let bytes = if told { self.uploads.blobs.read(&fetch.digest).await? } else { None };
        let heard = if bytes.is_some() { Heard::Recorded } else { Heard::UnknownCase };
        let heard = self.put_down(code, &fetch.message, &sum, &fetch.case, heard, now).await?;
        Ok(bytes.ok_or(heard))
    }

    /// What this partner calls us.
    fn called_by(&self, code: &str) -> Result<Option<String>, Failure> {
        let live = self.rulebooks.live()?;
        Ok(live.rules.partners.get(code).map(|partner| partner.knows_us_as.clone()))
    }

    async fn hear_report(&self, code: &str, message: &str, no: &CaseNo, report: Report) -> Result<Heard, Failure> {
        let case = self.store.case(no).await?;
        let leg = |case: &Case| case.leg.clone().filter(|leg| leg.partner == code);
        let Some(leg) = case.as_ref().and_then(leg) else { return Ok(Heard::UnknownCase) };
        let news = leg.hears(&report);
        let by = Actor::Partner(code.to_owned());
        let request = format!("partner:{code}:{message}");
        Ok(match self.perform(no, &Act::ReportLeg { report }, &by, None, Some(&request)).await? {
            Outcome::Refused(refusal) => Heard::Refused(refusal),
            // Done before, and the node stopped before it could say so.
            Outcome::Again { .. } => Heard::Recorded,
            // The partner saw no version, so nobody overtook it.
            Outcome::Overtaken { .. } => return Err(Failure::Busy),
            Outcome::Done(_) => match news {
                News::Fresh => Heard::Recorded,
                News::Known => Heard::Known,
                News::Late => Heard::Late,
                News::Contradiction => Heard::Contradiction,
            },
        })
    }

    async fn put_down(&self, code: &str, message: &str, sum: &str, no: &str, heard: Heard, at: Moment) -> Result<Heard, Failure> {
        let verdict = heard.word().to_owned();
        metrics::counter!("yimen_partner_messages_total", "verdict" => verdict.clone()).increment(1);
        if !heard.is_good() {
            tracing::warn!(partner = code, message, verdict, "A message of {code} was not taken in: {verdict}");
        }
        let (message, digest, no) = (message.to_owned(), sum.to_owned(), no.to_owned());
        let kept = KeptMessage { message, digest, no, verdict, at, times: 1 };
        self.store.keep_partner_message(code, &kept).await?;
        Ok(heard)
    }
}

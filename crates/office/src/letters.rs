//! Letters (文书): each legal document as the law wants it, made by the courier after the act that ordered it.
//!
//! 行政许可法 arts. 32, 37–39, 42, 44, 45, 47 say which are due. Number, date, the right body and its remedies stand on every one;
//! the number is drawn when the letter is made and its series has no gaps (decision 15).

mod compose;
#[cfg(test)]
mod tests;

use crate::{Failure, Office, licences};
use casework::joint::Appointment;
use casework::{Act, Actor, Case, CaseNo, Event, LetterKind, Moment, Record};
use papers::letter::{Letter, OnMissing};
use rulebook::agency::Agency;
use std::collections::BTreeMap;
use store::letters::NewLetter;

pub use compose::{Material, compose};

/// What one body found at a joint act.
pub struct Found {
    pub item: String,
    pub body: String,
    pub officers: Vec<String>,
    pub agrees: bool,
    pub words: String,
    /// The appointment at which it did, as its own case knows it, and the place.
    pub at: Option<(Appointment, String)>,
}

/// What a letter is made from.
pub struct Ground<'a> {
    pub case: &'a Case,
    pub records: &'a [Record],
    /// The case's particulars, as text by number; empty once erased.
    pub words: &'a BTreeMap<u32, String>,
    /// The edition that the case is pinned to.
    pub rules: &'a rulebook::Rulebook,
    /// The rulebook in force: a body has today's name, seal and remedies, whatever edition the case is pinned to.
    pub live: &'a rulebook::Rulebook,
    /// Names of the officers whom the case mentions.
    pub names: &'a BTreeMap<String, String>,
    /// What each body found at a joint act of the bundle.
    pub found: &'a [Found],
    pub public_url: &'a str,
    pub demonstration: bool,
}

impl Office {
    /// Makes the letter that an errand ordered, once: a second run finds the first one's number and file.
    pub(crate) async fn make_letter(&self, no: &CaseNo, kind: LetterKind, errand: &str) -> Result<(), Failure> {
        let Some(case) = self.store.case(no).await? else { return Ok(()) };
        let records = self.store.records(no).await?;
        let live = self.rulebooks.live()?;
        // A letter has the date of the act that ordered it, whenever the courier comes to it.
        let now = compose::occasion(&records, kind).map_or(self.now().await?, |record| record.at);
        let agency = signing_agency(&case, &live.rules, now.day());
        let (short, year) = (agency.map_or("津滨", |agency| agency.short.as_str()), now.day().year());
        let series = format!("{short}{}〔{year}〕", series_word(kind));
        let new = NewLetter {
            errand,
            no,
            kind,
            agency: agency.map_or(case.agency.as_str(), |agency| agency.code.get_ref()),
            series: &series,
            before: &series,
            after: "号",
            check_code: &fresh_check_code(),
        };
        let mut kept = self.store.save_letter(&new, now).await?;
        if kept.digest.is_empty() {
            let letter = self.composed(&case, &records, kind, &kept.document_number, &kept.check_code, now).await?;
            let (keys, demonstration, agency) = (self.keys(), self.settings.demonstration, agency.cloned());
            let files = tokio::task::spawn_blocking(move || -> Result<licences::Files, Failure> {
                let pages = letter.lay_out(now.wall(), OnMissing::Box).map_err(|fault| Failure::Letter(fault.to_string()))?;
                // A key that cannot be read may be readable again: the courier comes back.
                let sealer = licences::sealer(&keys, kind, agency.as_ref(), demonstration)
                    .map_err(|fault| Failure::Unready(fault.to_string()))?;
                licences::files(&pages, sealer.as_ref(), now).map_err(|fault| Failure::Letter(fault.to_string()))
            })
            .await
            .map_err(|fault| Failure::Letter(fault.to_string()))??;
            let ofd = async {
                match &files.ofd {
                    Some(ofd) => self.keep_blob(ofd).await,
                    None => Ok(String::new()),
                }
            };
            let (digest, ofd_digest) = tokio::try_join!(self.keep_blob(&files.pdf), ofd)?;
            self.store.letter_made(errand, &digest, &ofd_digest).await?;
            kept = self.store.letter_of_errand(errand).await?.unwrap_or(kept);
        }
        let act = Act::RecordLetter {
            kind,
            number: kept.document_number,
            check_code: kept.check_code,
            digest: kept.digest,
            agency: kept.agency,
        };
        crate::courier::done(self.perform(no, &act, &Actor::System, None, Some(errand)).await?)
    }

    /// The letter of this kind for a case, under its number and its code.
    pub(crate) async fn composed(
        &self,
        case: &Case,
        records: &[Record],
        kind: LetterKind,
        number: &str,
        check_code: &str,
        now: Moment,
    ) -> Result<Letter, Failure> {
        let (words, edition, live) = (self.words(&case.no).await?, self.edition_of(case).await?, self.rulebooks.live()?);
        let mut names = BTreeMap::new();
        for id in case.mentioned(records) {
            if let Some(staff) = self.store.staff(&id.0).await? {
                names.insert(staff.id, staff.name);
            }
        }
        let found = if kind == LetterKind::JointResult { self.found_jointly(case).await? } else { Vec::new() };
        let ground = Ground {
            case,
            records,
            words: &words,
            rules: &edition.rules,
            live: &live.rules,
            names: &names,
            found: &found,
            public_url: &self.settings.public_url,
            demonstration: self.settings.demonstration,
        };
        Ok(compose(&ground, kind, number, check_code, now))
    }

    /// What each body found at the joint act that was told last, from the cases of the parts.
    async fn found_jointly(&self, bundle: &Case) -> Result<Vec<Found>, Failure> {
        let Some(joint) = bundle.joints.iter().rev().find(|joint| joint.held) else { return Ok(Vec::new()) };
        let live = self.rulebooks.live()?;
        let mut found = Vec::new();
        for (seat, _) in joint.seats.iter().filter(|(_, found)| found.is_some()) {
            let Some(part) = self.store.case(&seat.case).await? else { continue };
            let (records, words) = (self.store.records(&seat.case).await?, self.words(&seat.case).await?);
            let attended = records.iter().rev().find_map(|record| match &record.event {
                Event::JointAttended { number, officers, agrees, findings, .. } if *number == joint.number => {
                    Some((officers, *agrees, *findings))
                }
                _ => None,
            });
            let Some((ids, agrees, findings)) = attended else { continue };
            let mut officers = Vec::new();
            for id in ids {
                officers.push(self.store.staff(&id.0).await?.map_or_else(|| id.0.clone(), |staff| staff.name));
            }
            let name = |code: &str| live.rules.agencies.get(code).map_or_else(|| code.to_owned(), |body| body.name.clone());
            found.push(Found {
                item: live.rules.items.get(&seat.item).map_or_else(|| seat.item.clone(), |item| item.name.clone()),
                body: name(&part.agency),
                officers,
                agrees,
                words: words.get(&findings.0).cloned().unwrap_or_default(),
                at: part
                    .joints
                    .iter()
                    .find(|own| own.number == joint.number)
                    .and_then(|own| own.set)
                    .map(|(appointment, place)| (appointment, words.get(&place.0).cloned().unwrap_or_default())),
            });
        }
        Ok(found)
    }

    /// The particulars of a case as text.
    pub async fn words(&self, no: &CaseNo) -> Result<BTreeMap<u32, String>, Failure> {
        let kept = self.store.particulars(no).await?;
        Ok(kept.into_iter().map(|(number, (_, bytes))| (number, String::from_utf8_lossy(&bytes).into_owned())).collect())
    }
}

/// In whose name a letter is given: under 委托 the principal's (行政许可法 art. 24), otherwise the deciding body's own.
pub fn signing_agency<'a>(case: &Case, rules: &'a rulebook::Rulebook, on: jiff::civil::Date) -> Option<&'a Agency> {
    rules.agencies.get(rules.signing_agency(&case.item, &case.agency, &case.area, on))
}

/// The word in a document number that tells the kinds apart: 津滨审准〔2026〕12号.
fn series_word(kind: LetterKind) -> &'static str {
    use LetterKind::*;
    match kind {
        Receipt => "收",
        CorrectionNotice => "补",
        AcceptanceNotice | TolerantAcceptanceNotice => "受",
        IntakeRefusal | NotNeededNotice => "不受",
        SpecialProcedureNotice => "特",
        ExtensionNotice => "延",
        StatementInvitation | HearingRightNotice | HearingNotice | HearingMinutes => "听",
        InspectionRecord | CheckResult | RectificationOrder | JointResult => "核",
        CommitmentLetter => "诺",
        Grant | DeemedRenewal => "准",
        RefusalDecision => "不准",
        FilingVoucher => "备",
        Certificate => "证",
        DeliveryProof => "送",
        WithdrawalConfirmation | ReturnNotice | TerminationNotice => "终",
        ErrorCorrection => "更",
        EndOfPermit => "销",
        AssessmentOpinion => "评",
        AwardNotice => "示",
        RepaymentDemand => "退",
        MatterSlip | MatterReply => "复",
    }
}

/// What is typed in to check a document: 16 characters without those that look alike, unguessable.
fn fresh_check_code() -> String {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    rand::random::<[u8; 16]>().iter().map(|byte| ALPHABET[usize::from(byte % 32)] as char).collect()
}

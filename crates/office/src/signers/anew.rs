//! Who signs the answer to a correction: those whose own text is another than the one they signed. Everybody else's signature stands, for
//! the text that they signed still does.
//!
//! What they sign is the whole application as it will stand, not the few answers that the correction asks for.

use super::{Part, Signer, Signers, Stand, Statement, parts_of};
use crate::drafts::{Wanted, Whole};
use crate::{Failure, Office};
use casework::case::Handed;
use casework::signature::Signed;
use casework::{Case, CaseNo, Event, Record};
use rulebook::intake::Answers;
use std::collections::BTreeMap;
use store::drafts::{Draft, DraftPaper};

impl Office {
    /// Who signs a draft that answers what a case was told to correct; nobody where it answers something else.
    pub(super) async fn signers_anew(&self, whole: &Whole, no: &str) -> Result<Signers, Failure> {
        let Some(case) = self.store.case(&CaseNo(no.to_owned())).await? else { return Ok(Signers::default()) };
        if whole.draft.submitted.is_some() || case.bundle.is_none() && !case.awaits_correction() {
            return Ok(Signers::default());
        }
        let edition = self.edition_of(&case).await?;
        let (words, records) = (self.words(&case.no).await?, self.store.records(&case.no).await?);
        let before = Whole {
            draft: entire(&whole.draft, &case),
            answers: self.answers_of(&case).await?,
            papers: papers_of(&records, &words),
        };
        let after = corrected(&before, whole, case.bundle.is_some());
        let Some(wanted) = Wanted::of(&edition.rules, &before.draft) else { return Ok(Signers::default()) };
        let today = self.now().await?.day();
        let applicant = self.applicant_of(whole).await?;
        let was = parts_of(&edition.rules, &wanted, &before, &applicant, today);
        let mut parts = parts_of(&edition.rules, &wanted, &after, &applicant, today);
        parts.retain_mut(|part| {
            let earlier = was.iter().find(|was| was.code == part.code);
            // A paper that they signed by hand does for what it was signed under.
            let anew = part.paper.as_ref().is_some_and(|(key, _)| whole.papers.iter().any(|paper| paper.key == *key));
            part.by_hand &= anew || earlier.is_some_and(|was| says_the_same(&was.statement, &part.statement));
            // Nobody was asked for it when it was sent, as things stood then.
            let signed = case.signatures.iter().any(|signed| signed.part == part.code);
            earlier.is_none_or(|was| signed || was.by_hand)
        });
        self.stands(&mut parts, &after, &applicant, today).await?;
        for part in &mut parts {
            let Part { code, statement, people, .. } = part;
            for signer in people {
                if let Some(signed) = self.still_stands(&case, &words, (code, statement), signer).await? {
                    signer.stand = Stand::Holds { at: signed.at };
                    signer.row = None;
                }
            }
        }
        Ok(Signers { parts })
    }

    /// The signature of the case that this signer gave under the same words.
    async fn still_stands<'a>(
        &self,
        case: &'a Case,
        words: &BTreeMap<u32, String>,
        (code, statement): (&str, &Statement),
        signer: &Signer,
    ) -> Result<Option<&'a Signed>, Failure> {
        let person = match signer.key.strip_prefix("p:") {
            Some(digest) => self.store.person_by_digest(digest).await?.map(|person| person.id),
            None => None,
        };
        let firm = signer.key.strip_prefix("f:");
        let own = |signed: &&Signed| {
            signed.part == code
                && (firm.is_some() && signed.firm.as_deref() == firm
                    || signed.firm.is_none() && person.as_ref() == Some(&signed.person))
        };
        let same = |signed: &&Signed| {
            let text = words.get(&signed.text.0).map(String::as_str).unwrap_or_default();
            Statement::read(text).is_some_and(|then| says_the_same(&then, statement))
        };
        Ok(case.signatures.iter().filter(own).find(same))
    }
}

/// Whether two texts say the same of the matter, whichever draft they belong to and whatever the applicant is called by now.
fn says_the_same(one: &Statement, other: &Statement) -> bool {
    one.answers == other.answers && one.papers == other.papers && one.says == other.says && one.item == other.item
}

/// The draft as if all of the case were applied for again.
fn entire(draft: &Draft, case: &Case) -> Draft {
    let bundle = case.bundle.as_ref().map(|bundle| {
        let items: Vec<String> = bundle.components.iter().map(|part| part.item.clone()).collect();
        Wanted::written(bundle.theme.as_deref(), &items)
    });
    Draft { item: case.item.clone(), bundle, ..draft.clone() }
}

/// The application as the correction leaves it. The draft of a bundle holds only the parts that were told something.
fn corrected(before: &Whole, draft: &Whole, in_part: bool) -> Whole {
    let mut answers = if in_part { before.answers.clone() } else { Answers::new() };
    answers.extend(draft.answers.clone());
    let kept = before.papers.iter().filter(|paper| draft.papers.iter().all(|anew| anew.key != paper.key));
    Whole { draft: before.draft.clone(), answers, papers: kept.chain(&draft.papers).cloned().collect() }
}

/// The papers of a case as they stand: what was handed in anew is in place of what had the same key.
fn papers_of(records: &[Record], words: &BTreeMap<u32, String>) -> Vec<DraftPaper> {
    let mut papers: Vec<DraftPaper> = Vec::new();
    for record in records {
        let handed = handed_in(&record.event);
        papers.retain(|paper| handed.iter().all(|anew| anew.key != paper.key));
        papers.extend(handed.iter().map(|handed| DraftPaper {
            key: handed.key.clone(),
            digest: handed.digest.clone(),
            file_name: words.get(&handed.name.0).cloned().unwrap_or_default(),
            at: record.at,
        }));
    }
    papers
}

fn handed_in(event: &Event) -> &[Handed] {
    match event {
        Event::Submitted { materials, .. }
        | Event::CorrectedOnSpot { materials, .. }
        | Event::CorrectionSupplied { materials, .. }
        | Event::DeferredSupplied { materials, .. }
        | Event::BundleAmended { materials, .. } => materials,
        _ => &[],
    }
}

//! Who signs a correction, online or on the spot at a counter: those whose own text is another than the one they signed. Everybody
//! else's signature stands, for the text that they signed still does.
//!
//! What they sign is the whole application as it will stand, not the few answers that the correction asks for. Of a bundle each signs
//! once for all that changes in it, and nothing for a body that does not get what changed; also where one part alone is put right,
//! for what is put right there goes on to the parts still to come.

use super::{Signer, Signers, Stand, Statement, parts_of};
use crate::drafts::{Wanted, Whole};
use crate::{Failure, Office};
use casework::bundle::Progress;
use casework::case::Handed;
use casework::signature::Signed;
use casework::{Case, CaseNo, Event, Record};
use rulebook::intake::Answers;
use std::collections::BTreeMap;
use store::drafts::{Draft, DraftPaper};

/// A signature that was given before, and what was signed by it; nothing once that was erased.
type Given = (Signed, Option<Statement>);

impl Office {
    /// Who signs a draft that answers what a case was told to correct, or puts it right on the spot; nobody where it answers
    /// something else, such as a paper that was allowed to follow.
    pub(super) async fn signers_anew(&self, whole: &Whole, no: &str) -> Result<Signers, Failure> {
        let Some(case) = self.store.case(&CaseNo(no.to_owned())).await? else { return Ok(Signers::default()) };
        let changes = case.bundle.is_some() || case.is_open() && case.accepted.is_none();
        if whole.draft.submitted.is_some() || !changes {
            return Ok(Signers::default());
        }
        let bundle = match &case.parent {
            Some(no) => self.store.case(no).await?.filter(Case::is_open),
            None => None,
        };
        let Some(bundle) = bundle else { return self.signed_anew(whole, &case).await };
        let written = Wanted::written(None, std::slice::from_ref(&case.item));
        let draft = Draft { bundle: Some(written), ..whole.draft.clone() };
        self.signed_anew(&Whole { draft, ..whole.clone() }, &bundle).await
    }

    /// The same of a draft as it answers to this case, or in part to this bundle.
    async fn signed_anew(&self, whole: &Whole, case: &Case) -> Result<Signers, Failure> {
        let edition = self.edition_of(case).await?;
        let wanted = Wanted::of(&edition.rules, &entire(&whole.draft, case)).filter(Wanted::is_signed);
        let Some(wanted) = wanted else { return Ok(Signers::default()) };
        let before = self.as_it_stands(whole, case).await?;
        let after = corrected(&before, whole, case.bundle.is_some());
        let today = self.now().await?.day();
        let applicant = self.applicant_of(whole).await?;
        let was = parts_of(&edition.rules, &wanted, &before, &applicant, today);
        let mut parts = parts_of(&edition.rules, &wanted, &after, &applicant, today);
        let given = if parts.is_empty() { Vec::new() } else { self.signed_before(case).await? };
        parts.retain_mut(|part| {
            let earlier = was.iter().find(|was| was.code == part.code);
            // A paper that they signed by hand does for what it was signed under.
            let anew = part.paper.as_ref().is_some_and(|(key, _)| whole.papers.iter().any(|paper| paper.key == *key));
            part.by_hand &= anew || earlier.is_some_and(|was| says_the_same(&was.statement, &part.statement));
            // Nobody was asked for it when it was sent, as things stood then.
            let signed = given.iter().any(|(signed, _)| signed.part == part.code);
            earlier.is_none_or(|was| signed || was.by_hand) && reaches(case, &whole.draft, &part.code)
        });
        self.stands(&mut parts, &after, &applicant, today).await?;
        for part in &mut parts {
            let same = was.iter().any(|was| was.code == part.code && says_the_same(&was.statement, &part.statement));
            for signer in &mut part.people {
                if let Some(signed) = self.still_stands(&given, (&part.code, &part.statement), same, signer).await? {
                    signer.stand = Stand::Holds { at: signed.at };
                    signer.row = None;
                }
            }
        }
        Ok(Signers { parts })
    }

    /// The application as it lies in the case: of a bundle with what those parts have that wait for a correction or are put right, as
    /// the draft was filled, so that what results have given since counts as no change.
    async fn as_it_stands(&self, whole: &Whole, case: &Case) -> Result<Whole, Failure> {
        let mut told = self.corrections_in(case).await?;
        let alone = whole.draft.for_case.as_ref().filter(|no| **no != case.no.0 && told.iter().all(|part| part.no.0 != **no));
        if let Some(no) = alone {
            told.extend(self.store.case(&CaseNo(no.clone())).await?);
        }
        let mut papers = Vec::new();
        for one in std::iter::once(case).chain(&told) {
            let (records, words) = (self.store.records(&one.no).await?, self.words(&one.no).await?);
            take_in(&mut papers, papers_of(&records, &words));
        }
        let answers = self.handed_in(case, &told).await?;
        Ok(Whole { draft: entire(&whole.draft, case), answers, papers })
    }

    /// The signatures of a case; of a bundle also those that came with one part alone, as at a counter.
    async fn signed_before(&self, case: &Case) -> Result<Vec<Given>, Failure> {
        let mut cases = vec![case.clone()];
        for no in case.cases_of_parts() {
            cases.extend(self.store.case(no).await?);
        }
        let mut given = Vec::new();
        for case in cases.into_iter().filter(|case| !case.signatures.is_empty()) {
            let words = self.words(&case.no).await?;
            let text = |signed: &Signed| words.get(&signed.text.0).and_then(|text| Statement::read(text));
            given.extend(case.signatures.iter().map(|signed| (signed.clone(), text(signed))));
        }
        Ok(given)
    }

    /// The last signature that this signer gave for what the part says now. Where the correction leaves its text as it `is_same`,
    /// that is the last one at all, though results may have added to the text since.
    async fn still_stands<'a>(
        &self,
        given: &'a [Given],
        (code, statement): (&str, &Statement),
        is_same: bool,
        signer: &Signer,
    ) -> Result<Option<&'a Signed>, Failure> {
        let person = match signer.key.strip_prefix("p:") {
            Some(digest) => self.store.person_by_digest(digest).await?.map(|person| person.id),
            None => None,
        };
        let firm = signer.key.strip_prefix("f:");
        let own = |signed: &Signed| {
            signed.part == code
                && (firm.is_some() && signed.firm.as_deref() == firm
                    || signed.firm.is_none() && person.as_ref() == Some(&signed.person))
        };
        let says_it = |then: &Option<Statement>| is_same || then.as_ref().is_some_and(|then| says_the_same(then, statement));
        Ok(given.iter().filter(|(signed, then)| own(signed) && says_it(then)).map(|(signed, _)| signed).max_by_key(|own| own.at))
    }
}

/// Whether what a draft corrects gets to whoever has this part: to a body that told something, or one that has it still to come.
/// A body that has it already and told nothing keeps what it has, with the signatures under it.
fn reaches(case: &Case, draft: &Draft, part: &str) -> bool {
    let Some(bundle) = &case.bundle else { return true };
    let of = part.split_once('/').map_or(part, |(of, _)| of);
    let (_, told) = Wanted::codes(draft);
    of.starts_with("theme:")
        || told.iter().any(|item| item == of)
        || bundle.component(of).is_some_and(|component| component.progress == Progress::Prepared)
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
    let mut papers = before.papers.clone();
    take_in(&mut papers, draft.papers.clone());
    Whole { draft: before.draft.clone(), answers, papers }
}

/// The papers of a case as they stand: what was handed in anew is in place of what had the same key.
fn papers_of(records: &[Record], words: &BTreeMap<u32, String>) -> Vec<DraftPaper> {
    let mut papers: Vec<DraftPaper> = Vec::new();
    for record in records {
        let paper = |handed: &Handed| DraftPaper {
            key: handed.key.clone(),
            digest: handed.digest.clone(),
            file_name: words.get(&handed.name.0).cloned().unwrap_or_default(),
            at: record.at,
        };
        take_in(&mut papers, handed_in(&record.event).iter().map(paper).collect());
    }
    papers
}

/// Puts papers in place of those that had the same keys.
fn take_in(papers: &mut Vec<DraftPaper>, anew: Vec<DraftPaper>) {
    papers.retain(|paper| anew.iter().all(|other| other.key != paper.key));
    papers.extend(anew);
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

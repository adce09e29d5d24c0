//! Answering what bodies told to correct or to hand in later: as a draft of the same form, for one case or for all parts of a bundle
//! that were told something.
//!
//! Bodies tell on different days. The draft of a bundle grows with each, and keeps what was typed; a part that the draft does not hold
//! is never supplied from it. Serves measures 3, 4 and 5.

use crate::apply::{share, written};
use crate::courier::done;
use crate::door::Answer;
use crate::drafts::{self, Start, Wanted, Whole};
use crate::{Failure, Office, Outcome};
use casework::act::Paper;
use casework::bundle::Progress;
use casework::case::Handed;
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Holder, Signature, Words};
use rulebook::commitment;
use rulebook::intake::Answers;
use store::drafts::Draft;

/// What was put right in one part of a bundle, for its own body: the answers that lay there before, and lie there since.
pub(crate) struct PutRight<'a> {
    pub before: Option<Words>,
    pub after: Option<Words>,
    pub materials: &'a [Handed],
    /// What was signed with it for other parts.
    pub signatures: &'a [Signature],
}

/// The name under which a part of a bundle is supplied from a draft, once.
fn for_part(draft: &Draft, part: &CaseNo) -> String {
    format!("{}:{part}", draft.id)
}

/// The papers that were promised with a decision on a commitment and are awaited.
fn promised(case: &Case) -> Option<&Vec<String>> {
    case.pledge.as_ref().map(|own| &own.promised).filter(|promised| case.delivered.is_some() && !promised.is_empty())
}

/// The papers that are all a draft can still give to this case: what was promised, or may follow an acceptance. `None` where the
/// application itself can still be corrected.
pub fn only_papers(case: &Case) -> Option<Vec<String>> {
    if case.bundle.is_some() {
        return None;
    }
    promised(case).or(case.accepted.map(|_| &case.deferred)).cloned()
}

impl Office {
    /// Begins, or finds, the draft that answers what a case was told to correct: filled with what was sent before.
    pub async fn begin_correction(&self, by: &Actor, case: &Case) -> Answer<String> {
        if let Some(open) = self.answer_begun(by, case).await? {
            self.grow(by, &open, case).await?;
            return Ok(open.id);
        }
        let edition = self.rulebooks.edition(&self.store, &case.edition).await?;
        let holder = case.holder.as_ref().map(Holder::key).unwrap_or_default();
        // What several bodies told is answered at once, on the form of the parts that were told something.
        let told = self.corrections_in(case).await?;
        let items: Vec<String> = told.iter().map(|part| part.item.clone()).collect();
        let theme = case.bundle.as_ref().and_then(|bundle| bundle.theme.as_deref());
        let bundle = case.bundle.is_some().then(|| Wanted::written(theme, &items));
        if bundle.is_some() && items.is_empty() {
            return Err(crate::door::not_found());
        }
        let start = Start {
            item: &case.item,
            edition: &case.edition,
            agency: &case.agency,
            area: &case.area,
            channel: case.channel.unwrap_or(Channel::Online),
            holder: &holder,
            for_case: Some(&case.no.0),
            bundle: bundle.as_deref(),
        };
        let now = self.now().await?;
        let draft = match drafts::start(&self.store, &edition.rules, by, &start, now).await {
            Ok(draft) => draft,
            // Begun a moment ago, by a second press or in another window.
            Err(stop) => return self.answer_begun(by, case).await?.map(|open| open.id).ok_or(stop),
        };
        let mut answers = self.handed_in(case, &told).await?;
        if case.delivered.is_some() {
            // What was promised is asked for now.
            commitment::strip(&mut answers);
        }
        if let Some(wanted) = Wanted::of(&edition.rules, &draft).filter(|wanted| wanted.together) {
            answers.retain(|code, _| wanted.asks(code).is_some() || wanted.offers_commitment(code));
        }
        let answers: Vec<(String, String)> = answers.into_iter().collect();
        drafts::save(&self.store, &edition.rules, by, &draft.id, &answers, now).await?;
        Ok(draft.id)
    }

    /// The open draft of this writer that answers to the case, if there is one.
    async fn answer_begun(&self, by: &Actor, case: &Case) -> Answer<Option<Draft>> {
        let mut known = drafts::mine(&self.store, by).await?.into_iter();
        Ok(known.find(|draft| draft.for_case.as_deref() == Some(&case.no.0)))
    }

    /// A draft with all in it, and with what bodies have told since it was begun.
    pub async fn open_draft(&self, by: &Actor, id: &str) -> Answer<Whole> {
        let whole = drafts::open(&self.store, by, id).await?;
        let Some(no) = whole.draft.for_case.as_ref().filter(|_| whole.draft.bundle.is_some()) else { return Ok(whole) };
        match self.store.case(&CaseNo(no.clone())).await? {
            Some(case) if self.grow(by, &whole.draft, &case).await? => drafts::open(&self.store, by, id).await,
            _ => Ok(whole),
        }
    }

    /// Takes into an open draft of a bundle what was told since; says whether there was any. What was typed stays, also where it was
    /// emptied: only what the draft did not ask before is filled in.
    async fn grow(&self, by: &Actor, draft: &Draft, bundle: &Case) -> Result<bool, Failure> {
        let edition = self.rulebooks.edition(&self.store, &draft.edition).await?;
        let before = Wanted::of(&edition.rules, draft).filter(|wanted| wanted.together && draft.submitted.is_none());
        let Some(before) = before else { return Ok(false) };
        let mut items: Vec<String> = before.items.iter().map(|item| item.code.get_ref().clone()).collect();
        let mut told = self.corrections_in(bundle).await?;
        // Beyond a mandate nothing is taken in: whoever has one for it answers.
        told.retain(|part| !items.contains(&part.item) && by.covers(Some(&part.item), Some("supply")));
        items.extend(told.iter().map(|part| part.item.clone()));
        let written = Wanted::written(before.theme.map(|theme| theme.code.get_ref().as_str()), &items);
        let grown = Draft { bundle: Some(written.clone()), ..draft.clone() };
        let Some(after) = Wanted::of(&edition.rules, &grown).filter(|_| !told.is_empty()) else { return Ok(false) };
        let mut answers = self.handed_in(bundle, &told).await?;
        answers.retain(|code, _| {
            let (was, is) = (before.offers_commitment(code), after.offers_commitment(code));
            !was && is || before.asks(code).is_none() && after.asks(code).is_some()
        });
        let answers: Vec<(String, String)> = answers.into_iter().collect();
        // Sent or deleted meanwhile: then there is nothing to grow.
        Ok(self.store.grow_draft(&draft.id, &written, &answers, self.now().await?).await?)
    }

    /// What was handed in: the answers of the case, and of a bundle's `parts` what each body has, with what results gave it.
    pub(crate) async fn handed_in(&self, case: &Case, parts: &[Case]) -> Result<Answers, Failure> {
        let mut answers = self.answers_of(case).await?;
        if case.bundle.is_some() {
            // What became of its commitment each part knows itself.
            commitment::strip(&mut answers);
        }
        for part in parts {
            answers.extend(self.answers_of(part).await?);
        }
        Ok(answers)
    }

    /// The parts of a bundle that wait for a correction now.
    pub async fn corrections_in(&self, bundle: &Case) -> Result<Vec<Case>, Failure> {
        let mut told = Vec::new();
        for no in bundle.cases_of_parts() {
            let Some(case) = self.store.case(no).await? else { continue };
            if case.awaits_correction() {
                told.push(case);
            }
        }
        Ok(told)
    }

    /// Whether a draft that an officer wrote puts right on the spot what was received and is not told to be corrected.
    pub async fn corrects_on_the_spot(&self, whole: &Whole) -> Result<bool, Failure> {
        let Some(no) = &whole.draft.for_case else { return Ok(false) };
        let case = self.store.case(&CaseNo(no.clone())).await?;
        let untold = |case: &Case| case.corrections.last().is_none_or(|last| last.supplied.is_some());
        Ok(case.is_some_and(|case| case.bundle.is_none() && case.is_open() && case.accepted.is_none() && untold(&case)))
    }

    /// Sends a draft as a correction on the spot (行政许可法 art. 32(3)); `what` says what was put right.
    pub async fn correct_by_draft(&self, by: &Actor, id: &str, what: &str, seen: u64) -> Answer<Outcome> {
        let whole = drafts::open(&self.store, by, id).await?;
        if let Some(no) = &whole.draft.submitted {
            return Ok(Outcome::Again { no: CaseNo(no.clone()), version: 0 });
        }
        let no = CaseNo(whole.draft.for_case.clone().ok_or_else(crate::door::not_found)?);
        let case = self.store.case(&no).await?.ok_or_else(crate::door::not_found)?;
        let signers = self.signers_of(&whole).await?;
        if let Some(missing) = signers.lacking() {
            return Ok(Outcome::Refused(missing));
        }
        let changed = self.answers_of(&case).await? != whole.answers;
        let act = Act::CorrectOnSpot {
            what: what.to_owned(),
            answers: changed.then(|| written(&whole.answers)),
            papers: whole.for_submission(),
            signatures: signers.collected(),
        };
        self.answer(&no, &act, by, &whole, Some(seen)).await
    }

    /// Sends a draft that answers to a case.
    pub(crate) async fn answer_correction(&self, by: &Actor, whole: &Whole, no: &CaseNo, seen: u64) -> Answer<Outcome> {
        let case = self.store.case(no).await?.ok_or_else(crate::door::not_found)?;
        if case.bundle.is_some() {
            return self.answer_corrections(by, whole, &case, seen).await;
        }
        let before = self.answers_of(&case).await?;
        let changed = before != whole.answers;
        let papers = whole.for_submission();
        let act = if case.corrections.last().is_some_and(|correction| !correction.left.is_empty()) && case.accepted.is_none() {
            let signers = self.signers_of(whole).await?;
            if let Some(missing) = signers.lacking() {
                return Ok(Outcome::Refused(missing));
            }
            let answers = changed.then(|| written(&whole.answers));
            Act::Supply { answers, papers, signatures: signers.collected() }
        } else if let Some(promised) = promised(&case) {
            Act::SupplyPromised { papers: papers.into_iter().filter(|paper| promised.contains(&paper.key)).collect() }
        } else {
            Act::SupplyDeferred { papers }
        };
        self.answer(no, &act, by, whole, Some(seen)).await
    }

    /// Supplies each body with what its own form takes of one answer to several corrections, and keeps it for the parts to come. Sent
    /// again after an interruption, each part is supplied once.
    async fn answer_corrections(&self, by: &Actor, whole: &Whole, bundle: &Case, seen: u64) -> Answer<Outcome> {
        // Looked at first: what goes to the parts comes back to the bundle by itself, and would overtake its own author.
        if let Some(since) = bundle.overtaken(seen) {
            return Ok(Outcome::Overtaken { since });
        }
        let edition = self.rulebooks.edition(&self.store, &whole.draft.edition).await?;
        let wanted = Wanted::of(&edition.rules, &whole.draft).ok_or_else(crate::door::not_found)?;
        let (merged, papers, today) = (wanted.bundle(), whole.for_submission(), self.now().await?.day());
        let signers = self.signers_of(whole).await?;
        if let Some(missing) = signers.lacking() {
            return Ok(Outcome::Refused(missing));
        }
        let signatures = signers.collected();
        for case in self.corrections_in(bundle).await? {
            // Told after the draft was last looked at: its writer was not asked for it, and answers it next.
            let Some(item) = wanted.items.iter().find(|item| *item.code.get_ref() == case.item) else { continue };
            let holder = case.holder.clone().ok_or_else(crate::door::not_found)?;
            let actor = crate::sessions::acting::towards(&self.store, by, &holder, today).await?;
            let actor = actor.ok_or_else(crate::sessions::no_mandate)?;
            let before = self.answers_of(&case).await?;
            // What results have given stays as it was given.
            let mut own = share(&merged, item, &whole.answers, &before, &papers, today);
            own.papers.retain(|paper| !case.has_file(&paper.key, &paper.digest));
            let answers = (own.answers != before).then(|| written(&own.answers));
            // Who got nothing of this answer goes on waiting, and is supplied by the next.
            if answers.is_none() && own.papers.is_empty() {
                continue;
            }
            let signed = signatures.iter().filter(|signed| signed.is_under(&case.item)).cloned().collect();
            let act = Act::Supply { answers, papers: own.papers, signatures: signed };
            let request = for_part(&whole.draft, &case.no);
            match self.perform(&case.no, &act, &actor, Some(case.version), Some(&request)).await? {
                Outcome::Done(_) | Outcome::Again { .. } => {}
                other => return Ok(other),
            }
        }
        let before = self.answers_of(bundle).await?;
        let after: Answers = before.clone().into_iter().chain(whole.answers.clone()).collect();
        // It is sent with this act, also where the bundle has heard all of it from the parts by now.
        let papers: Vec<_> = papers.into_iter().filter(|paper| !bundle.has_file(&paper.key, &paper.digest)).collect();
        let is_news = after != before || papers.is_empty() && self.has_supplied(&whole.draft, bundle).await?;
        let answers = is_news.then(|| written(&after));
        let amended = Act::AmendBundle { answers, papers, signatures, part: None };
        self.answer(&bundle.no, &amended, by, whole, None).await
    }

    /// Whether some part of the bundle was supplied from this draft, now or before an interruption.
    async fn has_supplied(&self, draft: &Draft, bundle: &Case) -> Result<bool, Failure> {
        for no in bundle.cases_of_parts() {
            if self.store.outcome_of(&for_part(draft, no)).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps for the parts still to come of a bundle what was put right in one alone: the answers that changed there, and its papers.
    pub(crate) async fn pass_on(
        &self,
        part: &CaseNo,
        bundle: &CaseNo,
        put_right: PutRight<'_>,
        errand: &str,
    ) -> Result<(), Failure> {
        let (Some(part), Some(bundle)) = (self.store.case(part).await?, self.store.case(bundle).await?) else { return Ok(()) };
        let mut parts = bundle.bundle.iter().flat_map(|bundle| &bundle.components);
        if !bundle.is_open() || parts.all(|part| part.progress != Progress::Prepared) {
            return Ok(());
        }
        let own = Case { answers: put_right.before, ..part.clone() };
        let before = self.answers_of(&own).await?;
        let own = Case { answers: put_right.after.or(put_right.before), ..part.clone() };
        let own = self.answers_of(&own).await?;
        let kept = self.answers_of(&bundle).await?;
        let mut after = kept.clone();
        after.extend(
            own.iter()
                .filter(|(code, value)| before.get(*code) != Some(value))
                .map(|(code, value)| (code.clone(), value.clone())),
        );
        after.retain(|code, _| own.contains_key(code) || !before.contains_key(code));
        let names = self.words(&part.no).await?;
        let last = |key: &str| bundle.materials.iter().rev().find(|known| known.key == key).map(|known| &known.digest);
        let anew = put_right.materials.iter().filter(|handed| last(&handed.key) != Some(&handed.digest));
        let papers: Vec<Paper> = anew
            .map(|handed| Paper {
                key: handed.key.clone(),
                digest: handed.digest.clone(),
                file_name: names.get(&handed.name.0).cloned().unwrap_or_default(),
            })
            .collect();
        if after == kept && papers.is_empty() {
            return Ok(());
        }
        let act = Act::AmendBundle {
            answers: (after != kept).then(|| written(&after)),
            papers,
            signatures: put_right.signatures.to_vec(),
            part: Some(part.item.clone()),
        };
        done(self.perform(&bundle.no, &act, &Actor::System, None, Some(errand)).await?)
    }

    /// Performs on a case what was written in a draft, and sends the draft with it.
    async fn answer(&self, no: &CaseNo, act: &Act, by: &Actor, whole: &Whole, seen: Option<u64>) -> Answer<Outcome> {
        let live = self.rulebooks.live()?;
        let holder = Holder::from_key(&whole.draft.holder).ok_or_else(crate::door::not_found)?;
        let sending = drafts::sending(&live.rules, &holder, whole, no, self.now().await?);
        Ok(self.perform_sending(no, act, by, seen, Some(&whole.draft.id), Some(&sending)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casework::commitment::{Pledge, Stand};
    use casework::event::Words;
    use jiff::civil::date;

    #[test]
    fn what_was_promised_is_awaited_also_where_nothing_was_accepted_before_the_decision() {
        let key = |key: &str| Some(vec![key.to_owned()]);
        let mut case = Case::unborn(CaseNo("A1".into()));
        assert_eq!(only_papers(&case), None, "all of it can be corrected");
        case.pledge = Some(Pledge {
            form: None,
            notice: None,
            text: Words(0),
            signed: date(2026, 3, 2),
            replaced: vec![],
            proofs: vec![],
            promised: vec!["promised".into()],
            stand: Stand::ToCheck,
            check: None,
            checks: 0,
            ordered: false,
            heard: false,
        });
        (case.accepted, case.deferred) = (Some(date(2026, 3, 3)), vec!["deferred".into()]);
        assert_eq!(only_papers(&case), key("deferred"), "a promise is asked for once the result is delivered");
        case.delivered = Some(date(2026, 3, 4));
        assert_eq!(only_papers(&case), key("promised"));
        case.accepted = None;
        assert_eq!(only_papers(&case), key("promised"), "decided at the window, without an acceptance");
    }
}

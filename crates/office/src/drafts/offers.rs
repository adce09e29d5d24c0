//! What a holder gave before, and what a register knows, offered again: with its source and its age, never filled in silently.
//!
//! Always looked up by the holder; a digest or a value of somebody else cannot be asked for.

use super::{Wanted, Whole};
use crate::Failure;
use casework::{Actor, CaseNo, Holder, Moment};
use rulebook::Rulebook;
use rulebook::field::{Field, FieldKind};
use rulebook::intake::Answers;
use std::collections::BTreeSet;
use store::drafts::{Draft, GivenField, GivenPaper, Sending};
use store::{Reader, Scope, Store};

/// Where an offered value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Case(CaseNo),
    /// Name of the register.
    Register(String),
    /// The person's own account.
    Account,
}

/// An answer to offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Code of the element.
    pub field: String,
    pub value: String,
    pub source: Source,
    pub at: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedPaper {
    /// Key of the material.
    pub key: String,
    pub file_name: String,
    pub from_case: CaseNo,
    pub at: Moment,
}

/// What could be taken over into a draft: answers it does not have yet and papers that are fresh enough. Values that the
/// dictionary does not hold any more are not offered.
/// What was given in a case is offered to those who may see that case.
pub async fn offers(
    store: &Store,
    rules: &Rulebook,
    by: &Actor,
    whole: &Whole,
    now: Moment,
) -> Result<(Vec<Offer>, Vec<OfferedPaper>), Failure> {
    let draft = &whole.draft;
    let Some(applied) = Wanted::of(rules, draft) else { return Ok(Default::default()) };
    let wanted = |code: &str| applied.asks(code).filter(|field| !whole.answers.contains_key(&field.code));
    let mut offers: Vec<Offer> = Vec::new();
    for (code, value, source, at) in known(store, &draft.holder).await? {
        offers.push(Offer { field: code.to_owned(), value, source, at });
    }
    let given = store.given_fields(&draft.holder).await?;
    let seen = seen(store, by, given.iter().map(|given| &given.from_case), now).await?;
    for given in given.into_iter().filter(|given| seen.contains(&given.from_case)) {
        // What a register says today goes before what was typed once.
        if offers.iter().all(|offer| offer.field != given.field) {
            offers.push(Offer {
                field: given.field,
                value: given.value,
                source: Source::Case(CaseNo(given.from_case)),
                at: given.at,
            });
        }
    }
    offers.retain(|offer| {
        !offer.value.is_empty()
            && wanted(&offer.field).is_some_and(|field| rules.check_answer(field, &offer.value, now.day()).is_ok())
    });
    // What the case was found to lack is not what it has already.
    let answered = match &draft.for_case {
        Some(no) => store.case(&CaseNo(no.clone())).await?,
        None => None,
    };
    let has = |paper: &GivenPaper| answered.as_ref().is_some_and(|case| case.has_file(&paper.key, &paper.digest));
    let handed = whole.handed();
    let papers =
        given_papers(store, rules, by, draft, now).await?.into_iter().filter(|paper| !handed.contains(&paper.key) && !has(paper));
    let offered = papers.map(|paper| OfferedPaper {
        key: paper.key,
        file_name: paper.file_name,
        from_case: CaseNo(paper.from_case),
        at: paper.at,
    });
    Ok((offers, offered.collect()))
}

/// What registers and accounts know of a holder, by the codes of the dictionary.
async fn known(store: &Store, holder: &str) -> Result<Vec<(&'static str, String, Source, Moment)>, Failure> {
    Ok(match Holder::from_key(holder) {
        Some(Holder::Firm(code)) => match store.firm(&code).await? {
            Some(firm) => {
                let values = [
                    ("applicant-name", firm.name),
                    ("credit-code", firm.code),
                    ("legal-representative", firm.legal_person),
                    ("domicile", firm.address.clone()),
                    ("postal-address", firm.address),
                    ("industry", firm.industry),
                ];
                let from = |(field, value)| (field, value, Source::Register(firm.source.clone()), firm.updated_at);
                values.into_iter().map(from).collect()
            }
            None => Vec::new(),
        },
        Some(Holder::Person(id)) => match store.person(&id).await? {
            Some(person) => {
                let number = if person.id_kind == "resident" { person.id_number } else { String::new() };
                let values = [
                    ("applicant-name", person.name.clone()),
                    ("person-name", person.name),
                    ("citizen-id", number),
                    ("mobile-phone", person.phone.clone()),
                    ("contact-phone", person.phone),
                    ("contact-email", person.email),
                ];
                values.into_iter().map(|(field, value)| (field, value, Source::Account, person.created_at)).collect()
            }
            None => Vec::new(),
        },
        None => Vec::new(),
    })
}

/// Those of the cases that `by` may see.
async fn seen(store: &Store, by: &Actor, cases: impl Iterator<Item = &String>, now: Moment) -> Result<BTreeSet<String>, Failure> {
    let cases: BTreeSet<String> = cases.cloned().collect();
    let reader = Reader::for_actor(store, Scope::of(by, now.day()));
    Ok(reader.seen_among(&cases.into_iter().collect::<Vec<_>>()).await?.into_iter().collect())
}

/// Papers given before that may still be used, of cases that `by` may see.
pub(super) async fn given_papers(
    store: &Store,
    rules: &Rulebook,
    by: &Actor,
    draft: &Draft,
    now: Moment,
) -> Result<Vec<GivenPaper>, Failure> {
    let mut papers = store.given_papers(&draft.holder).await?;
    let seen = seen(store, by, papers.iter().map(|paper| &paper.from_case), now).await?;
    let wanted = Wanted::of(rules, draft);
    papers.retain(|paper| {
        seen.contains(&paper.from_case) && wanted.as_ref().is_some_and(|wanted| is_fresh(rules, wanted, paper, now))
    });
    Ok(papers)
}

/// Whether a paper given before may still be used: neither the material nor any item that wants it sets an age that it has passed.
fn is_fresh(rules: &Rulebook, wanted: &Wanted<'_>, paper: &GivenPaper, now: Moment) -> bool {
    let of_material = rules.materials.get(&paper.key).and_then(|material| material.fresh_days);
    let days = (now.0 - paper.at.0).div_euclid(24 * 3_600_000);
    wanted.wants(&paper.key).next().is_some()
        && wanted.wants(&paper.key).filter_map(|needed| needed.fresh_days).chain(of_material).all(|most| days <= i64::from(most))
}

/// The draft as it is sent with its case: what was handed in is kept, to be offered to the same holder again. A number of a natural
/// person is kept for that person alone: in a firm's matters it would be shown to whoever acts for the firm next.
pub fn sending(rules: &Rulebook, holder: &Holder, whole: &Whole, no: &CaseNo, now: Moment) -> Sending {
    let to_keep = |field: &Field| match holder {
        Holder::Firm(_) => field.kind != FieldKind::CitizenId,
        Holder::Person(_) => true,
    };
    let fields = given(rules, &whole.answers).filter(|(field, _)| to_keep(field)).map(|(field, value)| GivenField {
        field: field.code.clone(),
        value: value.to_owned(),
        from_case: no.0.clone(),
        at: now,
    });
    let paper = |paper: &store::drafts::DraftPaper| GivenPaper {
        key: paper.key.clone(),
        digest: paper.digest.clone(),
        file_name: paper.file_name.clone(),
        from_case: no.0.clone(),
        // As old as the upload, not as its latest use.
        at: paper.at,
    };
    // An original that a clerk has seen is no file to be used again.
    let papers = whole.papers.iter().filter(|paper| !paper.digest.is_empty()).map(paper);
    Sending { draft: whole.draft.id.clone(), holder: holder.key(), fields: fields.collect(), papers: papers.collect() }
}

fn given<'a>(rules: &'a Rulebook, answers: &'a Answers) -> impl Iterator<Item = (&'a Field, &'a str)> {
    answers.iter().filter_map(|(code, value)| Some((rules.field_of(code)?, value.as_str())))
}

//! The door of those who are asked to sign: what waits for them, exactly what they sign, and their answer.

use super::{Part, Signer, Signers, Stand};
use crate::door::{Answer, not_found, refuse};
use crate::drafts::{Wanted, Whole};
use crate::people::firms;
use crate::uploads::Given;
use crate::{Failure, Office, ids};
use casework::{Actor, Moment};
use rulebook::Text;
use std::collections::BTreeMap;
use store::people::firms::Part as Seat;
use store::signatures::{Answered, SignatureAnswer};

/// Rows of one's own list.
const MOST: u32 = 100;
/// Longest reason for not signing, in characters.
const LONGEST: usize = 500;

/// What somebody was asked to sign, as a list shows it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub draft: String,
    pub item: Text,
    pub applicant: String,
    pub asked_at: Moment,
    /// Where it stands; nothing once it was sent or no longer waits for them.
    pub stand: Option<Stand>,
    pub sent: bool,
}

/// What one signer sees: their own parts, and nothing else of the draft.
#[derive(Debug, Clone)]
pub struct Door {
    pub draft: String,
    pub item: Text,
    pub applicant: String,
    pub parts: Vec<Shown>,
    /// Of all that is shown, as one word: whoever signs something else than she read is shown it again.
    pub digest: String,
}

#[derive(Debug, Clone)]
pub struct Shown {
    pub part: Part,
    /// As whom the reader signs it.
    pub signer: Signer,
}

impl Office {
    /// What was asked of somebody, the newest first.
    pub async fn to_sign(&self, by: &Actor) -> Answer<Vec<Asked>> {
        let keys = self.keys_of(by).await?;
        let mut asked: Vec<Asked> = Vec::new();
        for row in self.store.signatures_asked_of(&keys, MOST).await? {
            if asked.iter().any(|known| known.draft == row.draft) {
                continue;
            }
            let Some(whole) = self.whole(&row.draft).await? else { continue };
            let (item, applicant) = self.named(&whole).await?;
            let mine = mine(&self.signers_of(&whole).await?, &keys);
            let sent = whole.draft.submitted.is_some();
            let stand =
                mine.iter().map(|shown| shown.signer.stand.clone()).max_by_key(|stand| !matches!(stand, Stand::Holds { .. }));
            let stand = stand.filter(|_| !sent);
            // Whom the form names no longer has nothing to do with it any more.
            if stand.is_some() || (sent && row.answered == Answered::Signed) {
                asked.push(Asked { draft: row.draft, item, applicant, asked_at: row.asked_at, stand, sent });
            }
        }
        Ok(asked)
    }

    /// How many drafts wait for somebody's signature.
    pub async fn count_to_sign(&self, by: &Actor) -> Answer<usize> {
        let waits = |asked: &&Asked| !matches!(asked.stand, None | Some(Stand::Holds { .. } | Stand::Declined { .. }));
        Ok(self.to_sign(by).await?.iter().filter(waits).count())
    }

    /// What somebody who was asked signs of a draft.
    ///
    /// # Errors
    /// Not found for everybody else, and once it was sent.
    pub async fn open_signing(&self, by: &Actor, draft: &str) -> Answer<Door> {
        let whole = self.whole(draft).await?.filter(|whole| whole.draft.submitted.is_none()).ok_or_else(not_found)?;
        let parts = mine(&self.signers_of(&whole).await?, &self.keys_of(by).await?);
        if parts.is_empty() {
            return Err(not_found());
        }
        let (item, applicant) = self.named(&whole).await?;
        let digests: Vec<&str> = parts.iter().map(|shown| shown.part.digest.as_str()).collect();
        let digest = ids::digest(digests.join(" "));
        Ok(Door { draft: draft.to_owned(), item, applicant, parts, digest })
    }

    /// A paper that belongs to what somebody signs.
    pub async fn signing_paper(&self, by: &Actor, draft: &str, digest: &str) -> Answer<Given> {
        let door = self.open_signing(by, draft).await?;
        let mut papers = door.parts.iter().flat_map(|shown| &shown.part.statement.papers);
        let paper = papers.find(|paper| !digest.is_empty() && paper.digest == digest).ok_or_else(not_found)?;
        self.uploads.given(digest, &paper.file_name).await
    }

    /// Signs all that `shown` stands for.
    ///
    /// # Errors
    /// Refused where the draft was changed since it was shown.
    pub async fn sign(&self, by: &Actor, draft: &str, shown: &str) -> Answer<()> {
        let door = self.open_signing(by, draft).await?;
        if door.digest != shown {
            return Err(refuse(
                "changed-since-shown",
                ("您看过之后内容又有改动，还没有签署。", "It was changed after you looked at it, and is not signed."),
                ("请重新看过后再签署。", "Look again, and sign."),
            ));
        }
        self.answer_signing(by, &door, Answered::Signed, "").await
    }

    /// Declines to sign; the reason is told to the applicant.
    pub async fn decline_to_sign(&self, by: &Actor, draft: &str, words: &str) -> Answer<()> {
        let door = self.open_signing(by, draft).await?;
        let words: String = words.trim().chars().take(LONGEST).collect();
        self.answer_signing(by, &door, Answered::Declined, &words).await
    }

    async fn answer_signing(&self, by: &Actor, door: &Door, answered: Answered, words: &str) -> Answer<()> {
        let Actor::Applicant { person, .. } = by else { return Err(not_found()) };
        let now = self.now().await?;
        let signed = answered == Answered::Signed;
        for Shown { part, signer } in &door.parts {
            let (digest, text) = if signed { (part.digest.as_str(), part.text.as_str()) } else { ("", "") };
            let answer = SignatureAnswer {
                draft: &door.draft,
                part: &part.code,
                signer: &signer.key,
                person,
                answered,
                digest,
                signed: text,
                words,
            };
            if !self.store.answer_signature(&answer, now).await? {
                return Err(crate::drafts::sent());
            }
        }
        self.tell_writer(door, signed, now).await?;
        Ok(())
    }

    /// Tells whoever writes the draft: one more has signed, all have, or somebody will not.
    async fn tell_writer(&self, door: &Door, signed: bool, now: Moment) -> Result<(), Failure> {
        let Some(whole) = self.whole(&door.draft).await? else { return Ok(()) };
        let who = door.parts.first().map(|shown| shown.signer.named.name.clone()).unwrap_or_default();
        let (zh, en) = if !signed {
            (format!("{who}没有同意签署您的申请“{}”。", door.item.zh), format!("{who} declined to sign “{}”.", door.item.en))
        } else if self.signers_of(&whole).await?.lacking().is_none() {
            (
                format!("“{}”需要的签署已经齐全，可以提交了。", door.item.zh),
                format!("All have signed “{}”: it can be sent.", door.item.en),
            )
        } else {
            (format!("{who}签署了您的申请“{}”。", door.item.zh), format!("{who} has signed “{}”.", door.item.en))
        };
        let id = format!("signed:{}:{}:{}", door.draft, now.0, ids::digest(&who));
        self.notify(&id, &whole.draft.owner, None, &Text::new(zh, en)).await
    }

    /// A draft that stands, whoever asks: only what its signers sign is ever shown of it.
    async fn whole(&self, id: &str) -> Result<Option<Whole>, Failure> {
        let Some((draft, fields, papers)) = self.store.whole_draft(id).await? else { return Ok(None) };
        let answers = fields.into_iter().map(|saved| (saved.field, saved.value)).collect();
        Ok(Some(Whole { draft, answers, papers }).filter(|whole| whole.draft.deleted_at.is_none()))
    }

    /// What it is called, and whose it is.
    async fn named(&self, whole: &Whole) -> Result<(Text, String), Failure> {
        let live = self.rulebooks.live()?;
        let item = Wanted::of(&live.rules, &whole.draft).map(|wanted| wanted.name()).unwrap_or_default();
        Ok((item, self.applicant_of(whole).await?))
    }

    /// Under which keys somebody signs: their own number, once it was confirmed, and the firms that they represent.
    async fn keys_of(&self, by: &Actor) -> Result<Vec<String>, Failure> {
        let Actor::Applicant { person, .. } = by else { return Ok(Vec::new()) };
        let own = self.store.person(person).await?.filter(|own| own.verified);
        let mut keys: Vec<String> = own.map(|own| format!("p:{}", own.id_digest)).into_iter().collect();
        let seats = firms::seats(&self.store, person, self.now().await?).await?;
        let legal = seats.into_iter().filter(|seat| seat.mandates.iter().any(|mandate| mandate.part == Seat::Legal));
        keys.extend(legal.map(|seat| format!("f:{}", seat.code)));
        Ok(keys)
    }
}

/// The parts of whoever has these keys, once asked; those signed by hand wait for nobody.
fn mine(signers: &Signers, keys: &[String]) -> Vec<Shown> {
    let mut found: BTreeMap<(String, String), Shown> = BTreeMap::new();
    for part in signers.parts.iter().filter(|part| !part.by_hand) {
        for signer in part.people.iter().filter(|signer| keys.contains(&signer.key) && signer.row.is_some()) {
            let shown = Shown { part: part.clone(), signer: signer.clone() };
            found.insert((part.code.clone(), signer.key.clone()), shown);
        }
    }
    found.into_values().collect()
}

//! Licences as files (电子证照): who seals a certificate, and what a file that somebody brings is worth here: whole or altered, whose,
//! and whether the licence still stands. The file alone never tells the last: that is looked up as it is asked.

use crate::{Failure, Office, ids};
use casework::{CaseNo, LetterKind, Moment};
use jiff::Timestamp;
use jiff::civil::Date;
use papers::letter::OnMissing;
pub use papers::licence_file::Format;
use papers::licence_file::{self, Body, OtherFormat, Report, SealError, Sealer};
use papers::page::Document;
use papers::sign::{FileKeys, KeyStore, SignError};
use rulebook::Text;
use rulebook::agency::Agency;
use std::path::{Path, PathBuf};
use store::letters::KeptLetter;
use store::licences::{Held, Licence, LicenceState, LicenceUse};
use store::{Store, StoreError};

/// What a file is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What its seal says.
    pub report: Result<Report, OtherFormat>,
    /// What the signers of an application signed, where the file is such a text.
    pub signed: Option<crate::signers::SignedText>,
    /// The letter of which it is the very file that was made here.
    pub letter: Option<KeptLetter>,
    /// The copy for one purpose of which it is the very file.
    pub copy: Option<LicenceUse>,
    /// The licence in that letter or copy, as the register has it now.
    pub licence: Option<Licence>,
}

/// A copy that the holder wants to give to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyWanted {
    pub no: CaseNo,
    /// Keys of the holder and of who asks.
    pub holder: String,
    pub by: String,
    pub purpose: String,
    pub until: Date,
}

/// Longest purpose, in characters: it has to stand on one line.
const LONGEST_PURPOSE: usize = 40;

/// What is kept here of the file of this digest (SM3, hex): the letter that it is, or the copy, and the licence in it as the register
/// has it now.
pub async fn of_file(
    store: &Store,
    digest: &str,
) -> Result<(Option<KeptLetter>, Option<LicenceUse>, Option<Licence>), StoreError> {
    let letter = store.letter_of_file(digest).await?;
    let copy = if letter.is_none() { store.licence_copy(digest).await? } else { None };
    let no = letter.as_ref().filter(|letter| letter.kind == LetterKind::Certificate).map(|letter| &letter.no);
    let licence = match no.or(copy.as_ref().map(|copy| &copy.no)) {
        Some(no) => store.licence_of_case(no).await?,
        None => None,
    };
    Ok((letter, copy, licence))
}

/// A document as files: as PDF always, as OFD where it is sealed.
pub(crate) struct Files {
    pub(crate) pdf: Vec<u8>,
    pub(crate) ofd: Option<Vec<u8>>,
}

/// The seal that a body puts on a letter of this kind; `None` where its key is not kept here. A demonstration makes what it lacks.
pub(crate) fn sealer(
    keys: &Path,
    kind: LetterKind,
    agency: Option<&Agency>,
    demonstration: bool,
) -> Result<Option<Sealer>, SignError> {
    let Some(agency) = agency.filter(|_| kind == LetterKind::Certificate) else { return Ok(None) };
    let code = agency.code.get_ref().as_str();
    if demonstration {
        // Its clock can be set to any day, so its seals hold on all of them.
        let [from, to] = [1_577_836_800, 2_840_140_800].map(|second| Timestamp::from_second(second).unwrap_or_default());
        let name = if agency.seal.is_empty() { &agency.name } else { &agency.seal };
        licence_file::provide(keys, &Body { code, name, demonstration }, [from, to], from)?;
    }
    let keys = FileKeys::open(keys);
    if keys.has_seal(code) { Sealer::of(&keys, code).map(Some) } else { Ok(None) }
}

pub(crate) fn files(pages: &Document, sealer: Option<&Sealer>, at: Moment) -> Result<Files, SealError> {
    let Some(sealer) = sealer else { return Ok(Files { pdf: papers::pdf::write(pages)?, ofd: None }) };
    let at = timestamp(at);
    Ok(Files { pdf: sealer.pdf(pages, at)?, ofd: Some(sealer.ofd(pages, at)?) })
}

fn timestamp(at: Moment) -> Timestamp {
    Timestamp::from_second(at.0.div_euclid(1000)).unwrap_or_default()
}

impl Office {
    /// The folder of keys and seals, beside the papers.
    pub(crate) fn keys(&self) -> PathBuf {
        self.settings.data.join("keys")
    }

    /// Looks at a file that somebody brings. Nothing of it is kept.
    pub async fn look_at_file(&self, bytes: Vec<u8>) -> Result<Looked, Failure> {
        let signed = self.signed_text(&bytes).await?;
        let (keys, now) = (self.keys(), timestamp(self.now().await?));
        let looked = tokio::task::spawn_blocking(move || -> Result<_, Failure> {
            // Whose seals are believed; where nobody seals, nobody is.
            let trusted = FileKeys::open(keys).trusted().map_err(|fault| Failure::Unready(fault.to_string()))?;
            let digest = ids::hex(&papers::sign::digest(&bytes));
            Ok((licence_file::verify(&bytes, &trusted, now), digest))
        });
        let (report, digest) = looked.await.map_err(|fault| Failure::Unready(fault.to_string()))??;
        let (letter, copy, licence) = of_file(&self.store, &digest).await?;
        Ok(Looked { report, signed, letter, copy, licence })
    }

    /// The file of a licence in its holder's wallet, with its name; noted for the holder to see. `None` where there is no such file.
    pub async fn licence_file(&self, held: &Held, format: Format, by: &str) -> Result<Option<(Vec<u8>, String)>, Failure> {
        let Some(letter) = &held.certificate else { return Ok(None) };
        let (what, digest) = match format {
            Format::Pdf => ("pdf", &letter.digest),
            Format::Ofd => ("ofd", &letter.ofd_digest),
        };
        let Some(bytes) = self.blob(digest).await? else { return Ok(None) };
        self.note_file_taken(&held.licence.no, what, by).await?;
        Ok(Some((bytes, format!("{}.{what}", letter.document_number))))
    }

    /// Notes for the holder that the file of a licence was taken; once a minute is once.
    pub async fn note_file_taken(&self, no: &CaseNo, what: &str, by: &str) -> Result<(), Failure> {
        let at = self.now().await?;
        let done = LicenceUse {
            id: format!("{no}:{by}:{what}:{}", at.0 / 60_000),
            no: no.clone(),
            by: by.to_owned(),
            what: what.to_owned(),
            purpose: String::new(),
            until: None,
            digest: String::new(),
            at,
        };
        Ok(self.store.note_licence_use(&done).await?)
    }

    /// Makes a copy (PDF) that says on every page for what and until when it may be used, and notes that it was made. The copy is not
    /// kept: it is known again by its digest. Refused, in words, where the licence is not the holder's or does not stand.
    pub async fn licence_copy(&self, wanted: &CopyWanted) -> Result<Result<Vec<u8>, Text>, Failure> {
        let now = self.now().await?;
        let purpose: String = wanted.purpose.split_whitespace().collect::<Vec<_>>().join(" ");
        let no = |zh: &str, en: &str| Ok(Err(Text::new(zh, en)));
        let Some(licence) = self.store.licence_of_case(&wanted.no).await?.filter(|licence| licence.holder == wanted.holder)
        else {
            return no("没有这份证照。", "There is no such licence.");
        };
        if licence.state(now.day()) != LicenceState::InForce {
            return no("这份证照现在不是有效状态，不能制作副本。", "The licence is not in force now: no copy can be made.");
        }
        if purpose.is_empty() || purpose.chars().count() > LONGEST_PURPOSE {
            return no("请写明用途，不超过40个字。", "Say for what, in at most 40 characters.");
        }
        if wanted.until < now.day() || licence.valid_until.is_some_and(|last| wanted.until > last) {
            return no("截止日期应当在今天和证照有效期之间。", "The last day lies between today and the licence's own last day.");
        }
        if !papers::fonts::missing(&purpose).is_empty() {
            return no("用途中有无法印出的字，请换一种写法。", "The purpose has characters that cannot be printed.");
        }
        let (Some(case), records) = (self.store.case(&wanted.no).await?, self.store.records(&wanted.no).await?) else {
            return no("没有这份证照。", "There is no such licence.");
        };
        let Some(made) = case.letters.iter().rev().find(|letter| letter.kind == LetterKind::Certificate) else {
            return no("证照正在制作，请稍后再试。", "The certificate is being made; try again in a moment.");
        };
        let letter = self.composed(&case, &records, made.kind, &made.document_number, &made.check_code, now).await?;
        let words = format!("副本：仅用于“{purpose}”，{}至{}，他用无效", now.day(), wanted.until);
        let agency = self.rulebooks.live()?.rules.agencies.get(&made.agency).cloned();
        let (keys, demonstration) = (self.keys(), self.settings.demonstration);
        let pdf = tokio::task::spawn_blocking(move || -> Result<Vec<u8>, Failure> {
            let unmade = |fault: String| Failure::Letter(fault);
            let pages = letter.lay_out(now.wall(), OnMissing::Box).map_err(|fault| unmade(fault.to_string()))?.marked(&words);
            let sealer = sealer(&keys, LetterKind::Certificate, agency.as_ref(), demonstration);
            let sealer = sealer.map_err(|fault| Failure::Unready(fault.to_string()))?;
            match sealer {
                Some(sealer) => sealer.pdf(&pages, timestamp(now)).map_err(|fault| unmade(fault.to_string())),
                None => papers::pdf::write(&pages).map_err(|fault| unmade(fault.to_string())),
            }
        })
        .await
        .map_err(|fault| Failure::Letter(fault.to_string()))??;
        let done = LicenceUse {
            id: ids::opaque(),
            no: wanted.no.clone(),
            by: wanted.by.clone(),
            what: "copy".to_owned(),
            purpose,
            until: Some(wanted.until),
            digest: ids::hex(&papers::sign::digest(&pdf)),
            at: now,
        };
        self.store.note_licence_use(&done).await?;
        Ok(Ok(pdf))
    }
}

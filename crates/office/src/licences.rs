//! Licences as files (电子证照): who seals a certificate, and what a file that somebody brings is worth here: whole or altered, whose,
//! and whether the licence still stands. The file alone never tells the last: that is looked up as it is asked.

use crate::{Failure, Office};
use casework::{LetterKind, Moment};
use jiff::Timestamp;
use papers::licence_file::{self, Body, OtherFormat, Report, SealError, Sealer};
use papers::page::Document;
use papers::sign::{Certificate, FileKeys, KeyStore, SignError};
use rulebook::agency::Agency;
use std::path::{Path, PathBuf};
use store::letters::KeptLetter;
use store::licences::Licence;

/// What a file is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// What its seal says.
    pub report: Result<Report, OtherFormat>,
    /// The letter of which it is the very file that was made here.
    pub letter: Option<KeptLetter>,
    /// The licence in that letter, as the register has it now.
    pub licence: Option<Licence>,
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
        let (keys, now) = (self.keys(), timestamp(self.now().await?));
        let looked = tokio::task::spawn_blocking(move || -> Result<_, Failure> {
            // Whose seals are believed; where nobody seals, nobody is.
            let trusted: Vec<Certificate> = if keys.join("trusted.pem").exists() {
                FileKeys::open(keys).trusted().map_err(|fault| Failure::Unready(fault.to_string()))?
            } else {
                Vec::new()
            };
            let digest: String = papers::sign::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            Ok((licence_file::verify(&bytes, &trusted, now), digest))
        });
        let (report, digest) = looked.await.map_err(|fault| Failure::Unready(fault.to_string()))??;
        let letter = self.store.letter_of_file(&digest).await?;
        let licence = match &letter {
            Some(letter) if letter.kind == LetterKind::Certificate => self.store.licence_of_case(&letter.no).await?,
            _ => None,
        };
        Ok(Looked { report, letter, licence })
    }
}

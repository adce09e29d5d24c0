//! A licence as a file that anyone can trust: a document sealed as OFD or PDF, and what a file that somebody brings is
//! worth: what is sealed, by whom, when, whole or altered. Nothing of a file is believed that its seal does not cover.

mod ofd;
mod pdf;

use std::path::Path;

use jiff::Timestamp;

use crate::{
    Lang,
    ofd::OfdError,
    page::Document,
    pdf::PdfError,
    seal::{Seal, Stamped, Step, Wanted},
    sign::{Certificate, FileKeys, KeyStore, MAKER, SignError, Signer},
};

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Ofd(#[from] OfdError),
    #[error(transparent)]
    Pdf(#[from] PdfError),
    #[error("无法加盖电子印章 / cannot be sealed: {0}")]
    Shape(&'static str),
}

/// Who seals: an owner and the seal.
pub struct Sealer {
    owner: Box<dyn Signer>,
    seal: Seal,
}

impl Sealer {
    pub fn of(keys: &dyn KeyStore, holder: &str) -> Result<Sealer, SignError> {
        let seal = Seal::from_bytes(&keys.seal(holder)?).ok_or(SignError::Crypto("reading a seal"))?;
        Ok(Sealer { owner: keys.signer(holder)?, seal })
    }

    /// The document as OFD, sealed at this time over the place where its seal stands.
    pub fn ofd(&self, document: &Document, at: Timestamp) -> Result<Vec<u8>, SealError> {
        ofd::seal(document, &self.seal, &*self.owner, at)
    }

    /// The document as PDF, sealed likewise.
    pub fn pdf(&self, document: &Document, at: Timestamp) -> Result<Vec<u8>, SealError> {
        pdf::seal(document, &self.seal, &*self.owner, at)
    }
}

/// A body that seals.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// The name of its key.
    pub code: &'a str,
    pub name: &'a str,
    pub demonstration: bool,
}

/// Makes what a body lacks to seal with: the house's own authority, a key, a certificate, a seal. Whether anything was
/// made; what is there stays.
pub fn provide(folder: &Path, body: &Body<'_>, [from, to]: [Timestamp; 2], now: Timestamp) -> Result<bool, SignError> {
    let keys = FileKeys::open(folder);
    if keys.has_seal(body.code) {
        return Ok(false);
    }
    if !folder.join("trusted.pem").exists() {
        FileKeys::create(folder, "一门政务服务平台电子印章（自建）", from, to)?;
    }
    let owner = match keys.signer(body.code) {
        Ok(signer) => signer.certificate().clone(),
        Err(SignError::NoKey(_)) => keys.issue(body.code, body.name, body.name, from, to)?,
        Err(error) => return Err(error),
    };
    // Its number is the serial number of the certificate: unique with the house.
    let serial = owner.tbs_certificate().serial_number().as_bytes();
    let id: String = serial.iter().map(|byte| format!("{byte:02X}")).collect();
    let wanted = Wanted { id: &id, name: body.name, owners: &[owner], from, to, demonstration: body.demonstration };
    let seal = Seal::make(&wanted, &*keys.signer(MAKER)?, now)?;
    keys.keep_seal(body.code, &seal.to_bytes()?)?;
    Ok(true)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Ofd,
    Pdf,
}

/// What a file is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub format: Format,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All that the file shows is what was sealed.
    Whole(Stamped),
    Altered(Alteration),
    /// No seal at all. Every licence that is issued carries one.
    Unsealed,
}

/// Why a file is not what was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alteration {
    /// The stamp does not hold: forged, or made with what nobody trusts.
    Stamp(Step),
    /// A part has other content.
    Changed(String),
    /// A part is gone, the seal itself perhaps.
    Missing(String),
    /// A part was put in that the seal does not cover.
    Added(String),
    /// So many bytes were put behind what was sealed.
    Appended(usize),
    /// The end is not there: it was not taken down whole, perhaps.
    CutShort,
    /// The picture of the seal is not the one that was used.
    SealSwapped,
    /// The file is built in a way in which something could hide.
    Malformed(&'static str),
}

/// A file that is neither OFD nor PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("不是 OFD 或者 PDF 文件 / neither OFD nor PDF")]
pub struct OtherFormat;

/// Looks at a file. `trusted` holds the authorities and makers of seals that are believed; with none, the file may be
/// whole and who sealed it is still unproven.
pub fn verify(bytes: &[u8], trusted: &[Certificate], now: Timestamp) -> Result<Report, OtherFormat> {
    let (format, verdict) = if bytes.starts_with(b"%PDF-") {
        (Format::Pdf, pdf::verify(bytes, trusted, now))
    } else if bytes.starts_with(b"PK\x03\x04") {
        (Format::Ofd, ofd::verify(bytes, trusted, now))
    } else {
        return Err(OtherFormat);
    };
    Ok(Report { format, verdict: verdict.unwrap_or_else(Verdict::Altered) })
}

impl Report {
    /// The seal, where all is whole and its maker is trusted.
    pub fn proven(&self) -> Option<&Stamped> {
        match &self.verdict {
            Verdict::Whole(stamped) if stamped.trusted => Some(stamped),
            _ => None,
        }
    }

    /// What to tell a person, a line each, the verdict first.
    pub fn words(&self, lang: Lang) -> Vec<String> {
        match &self.verdict {
            Verdict::Whole(stamped) => {
                let proven = if stamped.trusted {
                    lang.say("文件完整，印章有效。", "The file is whole and its seal holds.")
                } else {
                    lang.say(
                        "文件自盖章后没有改动，但是没有给出受信任的根证书，不能证明印章属于谁。",
                        "The file has not changed since it was sealed, but no trusted root was given: whose seal it is stays unproven.",
                    )
                };
                let beijing = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
                let at = stamped.at.to_zoned(beijing).strftime("%Y-%m-%d %H:%M:%S");
                let pairs = [
                    (lang.say("印章", "Seal"), stamped.seal.clone()),
                    (lang.say("印章编码", "Seal number"), stamped.seal_id.clone()),
                    (lang.say("盖章者", "Sealed by"), stamped.signer.clone()),
                    (lang.say("证书签发者", "Certificate issued by"), stamped.issuer.clone()),
                    (lang.say("盖章时间", "Sealed at"), format!("{at} {}", lang.say("（北京时间）", "(Beijing time)"))),
                ];
                let colon = lang.say("：", ": ");
                std::iter::once(proven.to_owned())
                    .chain(pairs.into_iter().map(|(name, value)| format!("{name}{colon}{value}")))
                    .collect()
            }
            Verdict::Altered(alteration) => {
                vec![lang.say("文件不可信。", "The file is not to be trusted.").to_owned(), alteration.words(lang)]
            }
            Verdict::Unsealed => vec![
                lang.say(
                    "文件没有电子印章。本平台签发的电子证照都加盖电子印章，这份文件不能作为证照使用。",
                    "The file carries no electronic seal. Every licence issued here does: this file is no licence.",
                )
                .to_owned(),
            ],
        }
    }
}

impl Alteration {
    fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Alteration::Stamp(step), Lang::Zh) => format!("{}。", step.failed(lang)),
            (Alteration::Stamp(step), Lang::En) => format!("Reason: {}.", step.failed(lang)),
            (Alteration::Changed(part), Lang::Zh) => format!("盖章后改动了内容：{part}。"),
            (Alteration::Changed(part), Lang::En) => format!("Changed after it was sealed: {part}."),
            (Alteration::Missing(part), Lang::Zh) => format!("盖章后删去了内容：{part}。"),
            (Alteration::Missing(part), Lang::En) => format!("Taken out after it was sealed: {part}."),
            (Alteration::Added(part), Lang::Zh) => format!("加入了印章没有涵盖的内容：{part}。"),
            (Alteration::Added(part), Lang::En) => format!("Put in, and not covered by the seal: {part}."),
            (Alteration::Appended(count), Lang::Zh) => format!("盖章后在文件末尾追加了 {count} 个字节。"),
            (Alteration::Appended(count), Lang::En) => format!("{count} bytes were put behind what was sealed."),
            (Alteration::SealSwapped, Lang::Zh) => "印章被换成了另一枚。".to_owned(),
            (Alteration::SealSwapped, Lang::En) => "The seal was swapped for another.".to_owned(),
            (Alteration::CutShort, Lang::Zh) => "文件不完整，后面缺了一截：可能没有下载完，请重新下载后再查验。".to_owned(),
            (Alteration::CutShort, Lang::En) => {
                "Its end is missing: perhaps it was not taken down whole. Take it down once more, and look again.".to_owned()
            }
            (Alteration::Malformed(_), Lang::Zh) => "文件结构不正常，可能夹带了看不见的内容。".to_owned(),
            (Alteration::Malformed(why), Lang::En) => format!("The file is built in a way that could hide something ({why})."),
        }
    }
}

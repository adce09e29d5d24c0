//! The electronic seal (电子印章) and what it leaves on a document (电子签章), GB/T 38540-2020, which took over
//! GM/T 0031. A seal is a picture, its owners' certificates and its dates, signed by a maker of seals; a stamp is the
//! seal, the time, the digest of what is sealed and where that is, signed by an owner. Both are DER:
//!
//! ```text
//! SESeal        = eSealInfo, cert (the maker's), signAlgID, signedValue (over eSealInfo)
//! eSealInfo     = header ("ES", 4, vendor), esID, property, picture, extDatas [0] OPTIONAL
//! property      = type, name, certListType, certList, createDate, validStart, validEnd
//! picture       = type, data, width, height (millimetres)
//! SES_Signature = toSign, cert (the owner's), signatureAlgID, signature (over toSign), timeStamp [0] OPTIONAL
//! toSign        = version (4), eseal, timeInfo, dataHash, propertyInfo, extDatas [0] OPTIONAL
//! ```
//!
//! The certificate list holds either certificates (type 1) or their SM3 digests (type 2). A time stamp of a third party
//! is kept but not looked into: the time is the signer's own. Lists of revoked certificates are not consulted; a seal
//! that must no longer be believed is taken out of what is trusted.

use der::{
    Decode, Encode, Sequence,
    asn1::{Any, BitString, GeneralizedTime, Ia5String, ObjectIdentifier, OctetString, PrintableString},
};
use jiff::Timestamp;

use crate::{
    Lang,
    letter::seal as picture,
    ofd,
    page::{Document, Mark, Page},
    sign::{self, Certificate, SM2_WITH_SM3, SignError, Signer},
};

const VERSION: u32 = 4;
const CERTIFICATES: u32 = 1;
const DIGESTS: u32 = 2;
/// The seal of an organisation, as against that of a person.
const OF_ORGANISATION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub struct Seal {
    info: SealInfo,
    maker: OctetString,
    algorithm: ObjectIdentifier,
    signature: BitString,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SealInfo {
    header: Header,
    id: Ia5String,
    property: Property,
    picture: Picture,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Any>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Header {
    id: Ia5String,
    version: u32,
    vendor: Ia5String,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Property {
    kind: u32,
    name: String,
    list_type: u32,
    list: Any,
    created: GeneralizedTime,
    from: GeneralizedTime,
    to: GeneralizedTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CertificateDigest {
    algorithm: PrintableString,
    value: OctetString,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Picture {
    kind: Ia5String,
    data: OctetString,
    width: u32,
    height: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct Stamp {
    to_sign: ToSign,
    signer: OctetString,
    algorithm: ObjectIdentifier,
    signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    time_stamp: Option<BitString>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct ToSign {
    version: u32,
    seal: Seal,
    at: GeneralizedTime,
    digest: BitString,
    property: Ia5String,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Any>,
}

/// What a new seal says of itself.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Unique with its maker; ASCII.
    pub id: &'a str,
    /// The name around the picture.
    pub name: &'a str,
    pub owners: &'a [Certificate],
    pub from: Timestamp,
    pub to: Timestamp,
    /// A demonstration's seal says so in its picture.
    pub demonstration: bool,
}

impl Seal {
    /// Makes a seal. Its picture is the one that letters show, as OFD.
    pub fn make(wanted: &Wanted<'_>, maker: &dyn Signer, now: Timestamp) -> Result<Seal, SignError> {
        const DOING: SignError = SignError::Crypto("making a seal");
        let ia5 = |text: &str| Ia5String::new(text).map_err(|_| DOING);
        let side = 2.0 * picture::RADIUS;
        let centre = [picture::RADIUS; 2];
        let word = wanted.demonstration.then_some("示范");
        let shapes = picture::draw(wanted.name, word, centre);
        let drawn = Document {
            title: wanted.name.to_owned(),
            author: String::new(),
            subject: String::new(),
            lang: Lang::Zh,
            made: now.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
            pages: vec![Page { width: side, height: side, marks: vec![Mark::Seal { centre, radius: picture::RADIUS, shapes }] }],
        };
        let drawn = ofd::write(&drawn).map_err(|_| SignError::Crypto("drawing a seal"))?;
        let owners = wanted.owners.iter().map(|owner| OctetString::new(owner.to_der()?)).collect::<der::Result<Vec<_>>>();
        let info = SealInfo {
            header: Header { id: ia5("ES")?, version: VERSION, vendor: ia5("Yimen")? },
            id: ia5(wanted.id)?,
            property: Property {
                kind: OF_ORGANISATION,
                name: wanted.name.to_owned(),
                list_type: CERTIFICATES,
                list: owners.and_then(|owners| Any::encode_from(&owners)).map_err(|_| DOING)?,
                created: time(now)?,
                from: time(wanted.from)?,
                to: time(wanted.to)?,
            },
            picture: Picture {
                kind: ia5("ofd")?,
                data: OctetString::new(drawn).map_err(|_| DOING)?,
                width: side as u32,
                height: side as u32,
            },
            extensions: None,
        };
        let signature = maker.sign(&info.to_der().map_err(|_| DOING)?)?;
        Ok(Seal {
            info,
            maker: maker.certificate().to_der().and_then(OctetString::new).map_err(|_| DOING)?,
            algorithm: SM2_WITH_SM3,
            signature: BitString::from_bytes(&signature).map_err(|_| DOING)?,
        })
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Seal> {
        strictly(bytes)
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>, SignError> {
        self.to_der().map_err(|_| SignError::Crypto("writing a seal"))
    }

    /// Its number with its maker.
    pub fn id(&self) -> &str {
        self.info.id.as_str()
    }

    /// Puts the seal on what has this digest; `place` says which part of the file that is.
    pub fn stamp(&self, digest: [u8; 32], place: &str, owner: &dyn Signer, at: Timestamp) -> Result<Vec<u8>, SignError> {
        const DOING: SignError = SignError::Crypto("sealing");
        let to_sign = ToSign {
            version: VERSION,
            seal: self.clone(),
            at: time(at)?,
            digest: BitString::from_bytes(&digest).map_err(|_| DOING)?,
            property: Ia5String::new(place).map_err(|_| DOING)?,
            extensions: None,
        };
        let signature = owner.sign(&to_sign.to_der().map_err(|_| DOING)?)?;
        let stamp = Stamp {
            to_sign,
            signer: owner.certificate().to_der().and_then(OctetString::new).map_err(|_| DOING)?,
            algorithm: SM2_WITH_SM3,
            signature: BitString::from_bytes(&signature).map_err(|_| DOING)?,
            time_stamp: None,
        };
        stamp.to_der().map_err(|_| DOING)
    }
}

/// What a stamp that holds says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// The name of the seal.
    pub seal: String,
    pub seal_id: String,
    /// Whom the owner's certificate names, and who issued it.
    pub signer: String,
    pub issuer: String,
    pub at: Timestamp,
    /// Whether maker and owner were found to be trusted; false where nothing was given to trust.
    pub trusted: bool,
    /// Which part of the file it says that it seals.
    pub place: String,
}

/// The steps in which GB/T 38540-2020 has a stamp verified, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// It is what the standard describes at all.
    Form,
    /// The maker signed the seal.
    SealSignature,
    /// The seal is in force at the time of sealing, and its maker is trusted.
    SealValidity,
    /// Who sealed is on the seal's list.
    Owner,
    /// The certificate of who sealed leads to a trusted one and is in force at that time, which is not in the future.
    Chain,
    /// What is sealed is what lies here.
    Digest,
    /// Who sealed signed it.
    Signature,
}

impl Step {
    /// What it means that this step failed.
    pub fn failed(self, lang: Lang) -> &'static str {
        match self {
            Step::Form => lang.say("签章数据不符合 GB/T 38540-2020 的结构", "the stamp is not built as GB/T 38540-2020 describes"),
            Step::SealSignature => lang.say(
                "印章本身不是制章者签发的，或者被改动过",
                "the seal itself was not signed by its maker, or was altered",
            ),
            Step::SealValidity => lang.say(
                "盖章时印章不在有效期内，或者制章者不受信任",
                "the seal was not in force when it was used, or its maker is not trusted",
            ),
            Step::Owner => lang.say("盖章者不在印章的持有者名单中", "who sealed is not on the seal's list of owners"),
            Step::Chain => lang.say(
                "盖章者的证书不是受信任的机构签发的，盖章时不在有效期内，或者盖章时间在将来",
                "the certificate of who sealed does not lead to a trusted one, was not in force then, or the time lies in the future",
            ),
            Step::Digest => lang.say("文件内容与盖章时不一致", "the content is not what was sealed"),
            Step::Signature => lang.say("签名值不是盖章者作出的", "the signature was not made by who is named"),
        }
    }
}

/// Verifies a stamp on what has this digest. With nothing `trusted`, who made the seal stays unproven.
pub fn check(bytes: &[u8], digest: [u8; 32], trusted: &[Certificate], now: Timestamp) -> Result<Stamped, Step> {
    let stamp: Stamp = strictly(bytes).ok_or(Step::Form)?;
    let seal = &stamp.to_sign.seal;
    let known = [seal.algorithm, stamp.algorithm] == [SM2_WITH_SM3; 2]
        && (seal.info.header.version, stamp.to_sign.version) == (VERSION, VERSION)
        && seal.info.header.id.as_str() == "ES";
    let maker = sign::read_certificate(seal.maker.as_bytes()).filter(|_| known).ok_or(Step::Form)?;
    let signer = sign::read_certificate(stamp.signer.as_bytes()).ok_or(Step::Form)?;
    let at = at(&stamp.to_sign.at);

    signed(&maker, &seal.info, &seal.signature).ok_or(Step::SealSignature)?;

    let property = &seal.info.property;
    let in_force = (self::at(&property.from)..=self::at(&property.to)).contains(&at) && sign::in_force(&maker, at);
    // Any owner of a certificate could make a seal in any name: a maker has to be trusted itself.
    if !in_force || !(trusted.is_empty() || trusted.contains(&maker)) {
        return Err(Step::SealValidity);
    }

    if !listed(property, stamp.signer.as_bytes()) {
        return Err(Step::Owner);
    }

    let issuer = sign::issuer(&signer, trusted);
    let issued = trusted.is_empty() || issuer.is_some_and(|issuer| sign::in_force(issuer, at));
    if !issued || !sign::in_force(&signer, at) || at > now {
        return Err(Step::Chain);
    }

    if stamp.to_sign.digest.as_bytes() != Some(&digest[..]) {
        return Err(Step::Digest);
    }

    signed(&signer, &stamp.to_sign, &stamp.signature).ok_or(Step::Signature)?;
    Ok(Stamped {
        seal: property.name.clone(),
        seal_id: seal.id().to_owned(),
        signer: sign::holder(&signer),
        issuer: issuer.map_or_else(|| signer.tbs_certificate().issuer().to_string(), sign::holder),
        at,
        trusted: !trusted.is_empty(),
        place: stamp.to_sign.property.as_str().to_owned(),
    })
}

/// The seal that a stamp carries, whether or not the stamp holds.
pub(crate) fn of_stamp(bytes: &[u8]) -> Option<Seal> {
    strictly::<Stamp>(bytes).map(|stamp| stamp.to_sign.seal)
}

fn signed(by: &Certificate, what: &impl Encode, signature: &BitString) -> Option<()> {
    sign::verify(by, &what.to_der().ok()?, signature.as_bytes()?).then_some(())
}

fn listed(property: &Property, signer: &[u8]) -> bool {
    let list = &property.list;
    match property.list_type {
        CERTIFICATES => list.decode_as::<Vec<OctetString>>().is_ok_and(|all| all.iter().any(|one| one.as_bytes() == signer)),
        DIGESTS => list.decode_as::<Vec<CertificateDigest>>().is_ok_and(|all| {
            let digest = sign::digest(signer);
            all.iter().any(|one| one.algorithm.as_str() == sign::SM3 && one.value.as_bytes() == digest)
        }),
        _ => false,
    }
}

/// Reads DER and refuses what would be written differently: nothing hides between the lines.
fn strictly<T: for<'a> Decode<'a> + Encode>(bytes: &[u8]) -> Option<T> {
    let read = T::from_der(bytes).ok()?;
    (read.to_der().ok()? == bytes).then_some(read)
}

fn time(at: Timestamp) -> Result<GeneralizedTime, SignError> {
    Ok(GeneralizedTime::from_date_time(sign::moment(at)?))
}

fn at(time: &GeneralizedTime) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

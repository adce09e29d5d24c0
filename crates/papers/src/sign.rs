//! Signatures with SM2 over SM3 (GB/T 32918, GB/T 32905) and the certificates that say whose they are (X.509, GB/T 20518).
//!
//! Keys stand behind [`KeyStore`] and [`Signer`]: today files that only their owner may read, later a certified module or
//! a seal service. A key is never shown: not in a log, not in an error, not by `Debug`. RustCrypto's SM2 has had no
//! independent audit; what has legal effect needs a certified module behind the same two traits.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    str::FromStr,
};

use der::{
    Decode, DecodePem, Encode, EncodePem,
    asn1::{BitString, ObjectIdentifier},
};
use jiff::Timestamp;
use sm2::{
    SecretKey,
    dsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{Signer as _, Verifier as _},
    },
    pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding},
};
use sm3::{Digest, Sm3};
use x509_cert::{
    TbsCertificate,
    builder::{Builder, CertificateBuilder, profile::BuilderProfile},
    ext::{
        Extension, ToExtension,
        pkix::{BasicConstraints, KeyUsage, KeyUsages},
    },
    name::Name,
    serial_number::SerialNumber,
    spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef},
    time::{Time, Validity},
};

pub use x509_cert::Certificate;

/// SM2 with SM3, GM/T 0006.
pub const SM2_WITH_SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.501");

/// SM3, GM/T 0006.
pub(crate) const SM3: &str = "1.2.156.10197.1.401";

/// The identifier of the signer that goes into every digest where parties agreed on no other (GM/T 0009).
const SIGNER_ID: &str = "1234567812345678";

#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error("没有名为“{0}”的密钥 / there is no key named {0}")]
    NoKey(String),
    #[error("密钥名只能用小写字母、数字和连字符 / a key's name has only small letters, digits and hyphens: {0}")]
    Name(String),
    #[error("已经存在，不会覆盖 / exists and is not overwritten: {0}")]
    Exists(PathBuf),
    #[error("无法读写 {path} / cannot be read or written: {error}")]
    File { path: PathBuf, error: std::io::Error },
    /// Says what was being done; never what was in it.
    #[error("密码运算失败 / cryptography failed: {0}")]
    Crypto(&'static str),
}

/// Somebody who can sign: a certificate, and the key that belongs to it, wherever that is.
pub trait Signer: Send + Sync {
    fn certificate(&self) -> &Certificate;

    /// The SM2 signature of the message over its SM3 digest, in DER (GM/T 0009).
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Where keys are kept, each under the name of its holder, with the electronic seal if it has one.
pub trait KeyStore: Send + Sync {
    fn signer(&self, holder: &str) -> Result<Box<dyn Signer>, SignError>;

    /// The holder's seal in DER.
    fn seal(&self, holder: &str) -> Result<Vec<u8>, SignError>;

    /// The certificates that this house trusts: its roots and the makers of its seals.
    fn trusted(&self) -> Result<Vec<Certificate>, SignError>;
}

pub fn digest(message: &[u8]) -> [u8; 32] {
    Sm3::digest(message).into()
}

/// Whether this signature of the message was made with the certificate's key.
pub fn verify(certificate: &Certificate, message: &[u8], signature: &[u8]) -> bool {
    let key = certificate.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes();
    let Ok(key) = VerifyingKey::from_sec1_bytes(SIGNER_ID, key) else { return false };
    Signature::from_der(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
}

/// The certificate among `trusted` that issued this one and may issue, or is itself trusted.
pub fn issuer<'a>(certificate: &Certificate, trusted: &'a [Certificate]) -> Option<&'a Certificate> {
    if let Some(itself) = trusted.iter().find(|known| *known == certificate) {
        return Some(itself);
    }
    let tbs = certificate.tbs_certificate();
    let (message, signature) = (tbs.to_der().ok()?, certificate.signature().as_bytes()?);
    trusted.iter().find(|issuer| {
        issuer.tbs_certificate().subject() == tbs.issuer()
            && tbs.signature().oid == SM2_WITH_SM3
            && certificate.signature_algorithm() == tbs.signature()
            && may_issue(issuer)
            && verify(issuer, &message, signature)
    })
}

fn may_issue(certificate: &Certificate) -> bool {
    let extension = certificate.tbs_certificate().get_extension::<BasicConstraints>();
    matches!(extension, Ok(Some((_, constraints))) if constraints.ca)
}

/// Whether the certificate is in force at this time.
pub fn in_force(certificate: &Certificate, at: Timestamp) -> bool {
    let validity = certificate.tbs_certificate().validity();
    let seconds = |time: &Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    (seconds(&validity.not_before)..=seconds(&validity.not_after)).contains(&at.as_second())
}

/// Whom the certificate names: the common name, or the whole name where there is none.
pub fn holder(certificate: &Certificate) -> String {
    let subject = certificate.tbs_certificate().subject();
    let name = subject.common_name().ok().flatten().map(String::from);
    name.unwrap_or_else(|| subject.to_string())
}

/// The certificates of a PEM file.
pub fn read_certificates(pem: &[u8]) -> Result<Vec<Certificate>, SignError> {
    Certificate::load_pem_chain(pem).map_err(|_| SignError::Crypto("the certificates cannot be read"))
}

/// Keys in a folder: for each holder `NAME.key.pem` (PKCS#8), `NAME.cert.pem` and `NAME.seal`; in `trusted.pem` what is
/// trusted. Key files may be read by their owner only.
#[derive(Debug, Clone)]
pub struct FileKeys {
    folder: PathBuf,
}

/// The names under which a folder of keys holds its own authority and the maker of its seals.
const ROOT: &str = "root";
pub const MAKER: &str = "maker";

impl FileKeys {
    pub fn open(folder: impl Into<PathBuf>) -> FileKeys {
        FileKeys { folder: folder.into() }
    }

    /// Makes an authority of one's own and a maker of seals under it. Both are what anyone has to trust to believe the
    /// seals made here: good for a demonstration and within one house, never in place of a licensed authority.
    pub fn create(folder: impl Into<PathBuf>, authority: &str, from: Timestamp, to: Timestamp) -> Result<FileKeys, SignError> {
        let keys = FileKeys::open(folder);
        fs::create_dir_all(&keys.folder).map_err(|error| SignError::File { path: keys.folder.clone(), error })?;
        let key = draw()?;
        let subject = name(authority, authority)?;
        let root = certificate(&subject, &key, &subject, &key, true, [from, to])?;
        keys.keep(ROOT, &key, &root)?;
        let maker = keys.issue(MAKER, authority, &format!("{authority} 制章"), from, to)?;
        let pem = [pem(&root)?, pem(&maker)?].concat();
        write(&keys.folder.join("trusted.pem"), pem.as_bytes(), false)?;
        Ok(keys)
    }

    /// Draws a key for a holder and issues the certificate that names it.
    pub fn issue(
        &self,
        holder: &str,
        organisation: &str,
        common_name: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Certificate, SignError> {
        let root = self.load(ROOT)?;
        let key = draw()?;
        let subject = name(organisation, common_name)?;
        let issuer = root.certificate.tbs_certificate().subject();
        let certificate = certificate(issuer, &root.key, &subject, &key, false, [from, to])?;
        self.keep(holder, &key, &certificate)?;
        Ok(certificate)
    }

    pub fn keep_seal(&self, holder: &str, seal: &[u8]) -> Result<(), SignError> {
        write(&self.file(holder, "seal")?, seal, false)
    }

    /// The certificate under this name, whoever has the key.
    pub fn certificate(&self, holder: &str) -> Result<Certificate, SignError> {
        let pem = read(&self.file(holder, "cert.pem")?)?;
        Certificate::from_pem(pem).map_err(|_| SignError::Crypto("reading a certificate"))
    }

    /// Whether this holder has a key and a seal here.
    pub fn has_seal(&self, holder: &str) -> bool {
        [self.file(holder, "key.pem"), self.file(holder, "seal")].into_iter().flatten().filter(|path| path.exists()).count() == 2
    }

    fn file(&self, holder: &str, kind: &str) -> Result<PathBuf, SignError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if holder.is_empty() || !holder.chars().all(plain) {
            return Err(SignError::Name(holder.to_owned()));
        }
        Ok(self.folder.join(format!("{holder}.{kind}")))
    }

    fn keep(&self, holder: &str, key: &SigningKey, certificate: &Certificate) -> Result<(), SignError> {
        let secret = SecretKey::from_slice(&key.to_bytes()).map_err(|_| SignError::Crypto("writing a key"))?;
        let text = secret.to_pkcs8_pem(LineEnding::LF).map_err(|_| SignError::Crypto("writing a key"))?;
        write(&self.file(holder, "key.pem")?, text.as_bytes(), true)?;
        write(&self.file(holder, "cert.pem")?, pem(certificate)?.as_bytes(), false)
    }

    fn load(&self, holder: &str) -> Result<FileSigner, SignError> {
        let path = self.file(holder, "key.pem")?;
        let text = read(&path).map_err(|error| if path.exists() { error } else { SignError::NoKey(holder.to_owned()) })?;
        let text = String::from_utf8(text).map_err(|_| SignError::Crypto("reading a key"))?;
        let secret = SecretKey::from_pkcs8_pem(&text).map_err(|_| SignError::Crypto("reading a key"))?;
        let key = SigningKey::new(SIGNER_ID, &secret).map_err(|_| SignError::Crypto("reading a key"))?;
        Ok(FileSigner { key, certificate: self.certificate(holder)? })
    }
}

impl KeyStore for FileKeys {
    fn signer(&self, holder: &str) -> Result<Box<dyn Signer>, SignError> {
        Ok(Box::new(self.load(holder)?))
    }

    fn seal(&self, holder: &str) -> Result<Vec<u8>, SignError> {
        let path = self.file(holder, "seal")?;
        read(&path).map_err(|error| if path.exists() { error } else { SignError::NoKey(holder.to_owned()) })
    }

    fn trusted(&self) -> Result<Vec<Certificate>, SignError> {
        let path = self.folder.join("trusted.pem");
        if path.exists() { read_certificates(&read(&path)?) } else { Ok(Vec::new()) }
    }
}

struct FileSigner {
    key: SigningKey,
    certificate: Certificate,
}

impl Signer for FileSigner {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        sign(&self.key, message)
    }
}

fn sign(key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, SignError> {
    let signature: Signature = key.try_sign(message).map_err(|_| SignError::Crypto("signing"))?;
    Ok(signature.to_der().as_bytes().to_vec())
}

fn draw() -> Result<SigningKey, SignError> {
    // A number outside the order of the curve is as good as never drawn.
    for _ in 0..8 {
        if let Ok(key) = SigningKey::from_slice(SIGNER_ID, &rand::random::<[u8; 32]>()) {
            return Ok(key);
        }
    }
    Err(SignError::Crypto("drawing a key"))
}

fn name(organisation: &str, common_name: &str) -> Result<Name, SignError> {
    // RFC 4514: what would end a value stands behind a backslash.
    let plain = |text: &str| {
        let mut out = String::new();
        for c in text.chars() {
            if matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#' | '/') {
                out.push('\\');
            }
            out.push(c);
        }
        out
    };
    Name::from_str(&format!("CN={},O={},C=CN", plain(common_name), plain(organisation)))
        .map_err(|_| SignError::Crypto("naming a certificate"))
}

/// Authority or holder: what a certificate may be used for.
struct Kind<'a> {
    issuer: &'a Name,
    subject: &'a Name,
    authority: bool,
}

impl BuilderProfile for Kind<'_> {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let usage = if self.authority {
            KeyUsages::KeyCertSign | KeyUsages::CRLSign
        } else {
            KeyUsages::DigitalSignature | KeyUsages::NonRepudiation
        };
        let constraints = BasicConstraints { ca: self.authority, path_len_constraint: None };
        Ok(vec![(&constraints).to_extension(tbs.subject(), &[])?, (&KeyUsage(usage)).to_extension(tbs.subject(), &[])?])
    }
}

fn certificate(
    issuer: &Name,
    issuer_key: &SigningKey,
    subject: &Name,
    key: &SigningKey,
    authority: bool,
    validity: [Timestamp; 2],
) -> Result<Certificate, SignError> {
    const DOING: SignError = SignError::Crypto("issuing a certificate");
    let [from, to] = validity.map(|at| Ok(Time::from(moment(at)?)));
    let public = SubjectPublicKeyInfoOwned::from_key(key.verifying_key()).map_err(|_| DOING)?;
    let mut serial: [u8; 16] = rand::random();
    // Positive, and never shortened.
    serial[0] = serial[0] & 0x3f | 0x40;
    let serial = SerialNumber::new(&serial).map_err(|_| DOING)?;
    let kind = Kind { issuer, subject, authority };
    let mut builder = CertificateBuilder::new(kind, serial, Validity::new(from?, to?), public).map_err(|_| DOING)?;
    let message = builder.finalize(issuer_key).map_err(|_| DOING)?;
    let signature = BitString::from_bytes(&sign(issuer_key, &message)?).map_err(|_| DOING)?;
    builder.assemble(signature, issuer_key).map_err(|_| DOING)
}

pub(crate) fn moment(at: Timestamp) -> Result<der::DateTime, SignError> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| SignError::Crypto("a time before 1970"))?;
    der::DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).map_err(|_| SignError::Crypto("a time after 9999"))
}

pub(crate) fn read_certificate(bytes: &[u8]) -> Option<Certificate> {
    let certificate = Certificate::from_der(bytes).ok()?;
    (certificate.to_der().ok()? == bytes).then_some(certificate)
}

fn pem(certificate: &Certificate) -> Result<String, SignError> {
    certificate.to_pem(LineEnding::LF).map_err(|_| SignError::Crypto("writing a certificate"))
}

fn read(path: &Path) -> Result<Vec<u8>, SignError> {
    fs::read(path).map_err(|error| SignError::File { path: path.to_owned(), error })
}

/// Writes a new file; one that exists is left as it is.
fn write(path: &Path, bytes: &[u8], secret: bool) -> Result<(), SignError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if secret { 0o600 } else { 0o644 });
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => SignError::Exists(path.to_owned()),
        _ => SignError::File { path: path.to_owned(), error },
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| SignError::File { path: path.to_owned(), error })
}

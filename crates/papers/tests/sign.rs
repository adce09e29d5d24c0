//! SM2, SM3, certificates and seals, checked against the `openssl` command where there is one, in both directions.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use jiff::{Timestamp, ToSpan};
use papers::{
    seal::{self, Seal, Step, Wanted},
    sign::{self, FileKeys, KeyStore, MAKER, SignError},
};

const ID: &str = "distid:1234567812345678";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn from() -> Timestamp {
    at("2026-01-01T00:00:00Z")
}

fn to() -> Timestamp {
    at("2029-01-01T00:00:00Z")
}

/// A folder that goes when the test does.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("papers-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn keys(folder: &Folder) -> FileKeys {
    let keys = FileKeys::create(&folder.0, "滨海新区（示范）电子印章", from(), to()).expect("created");
    keys.issue("scjgj", "滨海新区市场监督管理局", "滨海新区市场监督管理局, 示范", from(), to()).expect("issued");
    keys
}

fn openssl(folder: &Path, arguments: &[&str]) -> Option<(bool, Vec<u8>)> {
    let run = Command::new("openssl").current_dir(folder).args(arguments).output().ok()?;
    Some((run.status.success(), run.stdout))
}

fn sealed(keys: &FileKeys, name: &str) -> Seal {
    let owners = [keys.signer("scjgj").expect("a key").certificate().clone()];
    let wanted = Wanted { id: "12000000000001", name, owners: &owners, from: from(), to: to(), demonstration: true };
    Seal::make(&wanted, &*keys.signer(MAKER).expect("a key"), from()).expect("made")
}

#[test]
fn the_digest_of_the_standard_is_met() {
    // GB/T 32905-2016, annex A.1.
    let hex: String = sign::digest(b"abc").iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

#[test]
fn openssl_agrees_on_digest_signature_and_certificates() {
    let folder = Folder::new("openssl");
    let keys = keys(&folder);
    let message = "津滨市监许〔2026〕12号".as_bytes();
    fs::write(folder.0.join("message"), message).expect("written");
    let Some((true, printed)) = openssl(&folder.0, &["dgst", "-sm3", "-binary", "message"]) else {
        eprintln!("no openssl with SM3 here: not checked");
        return;
    };
    assert_eq!(printed, sign::digest(message));

    let signer = keys.signer("scjgj").expect("a key");
    let signature = signer.sign(message).expect("signed");
    assert!(sign::verify(signer.certificate(), message, &signature));
    fs::write(folder.0.join("signature"), &signature).expect("written");
    let verify = |file: &str| {
        let arguments =
            ["pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", ID, "-certin", "-inkey", "scjgj.cert.pem", "-in"];
        openssl(&folder.0, &[&arguments[..], &[file, "-sigfile", "signature"]].concat()).expect("run").0
    };
    assert!(verify("message"), "openssl verifies what we signed");
    fs::write(folder.0.join("other"), "津滨市监许〔2026〕13号").expect("written");
    assert!(!verify("other"));

    let arguments = ["pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", ID, "-inkey", "scjgj.key.pem"];
    let (_, theirs) = openssl(&folder.0, &[&arguments[..], &["-in", "message"]].concat()).expect("run");
    assert!(sign::verify(signer.certificate(), message, &theirs), "we verify what openssl signed");
    assert!(!sign::verify(signer.certificate(), b"other", &theirs));

    let chain = ["verify", "-vfyopt", ID, "-attime", "1780000000", "-CAfile", "root.cert.pem", "scjgj.cert.pem"];
    assert!(openssl(&folder.0, &chain).expect("run").0, "openssl finds the certificate issued by the root");
}

#[test]
fn keys_are_readable_by_their_owner_only_and_never_overwritten() {
    let folder = Folder::new("files");
    let keys = keys(&folder);
    for name in ["root", "maker", "scjgj"] {
        let mode = fs::metadata(folder.0.join(format!("{name}.key.pem"))).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(matches!(keys.issue("scjgj", "局", "局", from(), to()), Err(SignError::Exists(_))));
    assert!(matches!(keys.signer("../scjgj"), Err(SignError::Name(_))));
    assert!(matches!(keys.signer("nobody"), Err(SignError::NoKey(_))));
    fs::write(folder.0.join("broken.key.pem"), "-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n").expect("written");
    let told = keys.signer("broken").err().expect("refused").to_string();
    assert!(!told.contains("SECRET"), "{told}");
}

#[test]
fn a_certificate_leads_to_its_root_and_only_there() {
    let (folder, other) = (Folder::new("chain"), Folder::new("chain-other"));
    let (ours, theirs) = (keys(&folder), keys(&other));
    let signer = ours.signer("scjgj").expect("a key");
    assert_eq!(sign::holder(signer.certificate()), "滨海新区市场监督管理局, 示范");
    assert!(sign::issuer(signer.certificate(), &ours.trusted().expect("read")).is_some());
    assert!(sign::issuer(signer.certificate(), &theirs.trusted().expect("read")).is_none(), "a root of the same name");
    assert!(sign::in_force(signer.certificate(), from()));
    assert!(!sign::in_force(signer.certificate(), to() + 1.second()));
}

#[test]
fn a_stamp_holds_and_each_fault_is_named_by_its_step() {
    let (folder, other) = (Folder::new("stamp"), Folder::new("stamp-other"));
    let (ours, theirs) = (keys(&folder), keys(&other));
    ours.issue("gzj", "规划和自然资源局", "规划和自然资源局", from(), to()).expect("issued");
    let trusted = ours.trusted().expect("read");
    let seal = sealed(&ours, "滨海新区市场监督管理局");
    let (signer, stranger) = (ours.signer("scjgj").expect("a key"), ours.signer("gzj").expect("a key"));
    let digest = sign::digest(b"licence");
    let (when, now) = (at("2026-03-02T02:00:00Z"), at("2026-11-28T00:00:00Z"));
    let stamp = seal.stamp(digest, "/Doc_0/Signs/Sign_0/Signature.xml", &*signer, when).expect("stamped");

    let held = seal::check(&stamp, digest, &trusted, now).expect("holds");
    assert_eq!((held.seal.as_str(), held.at, held.trusted), ("滨海新区市场监督管理局", when, true));
    assert_eq!(held.issuer, "滨海新区（示范）电子印章");
    assert!(!seal::check(&stamp, digest, &[], now).expect("holds").trusted);

    let fails = |stamp: &[u8], step: Step| assert_eq!(seal::check(stamp, digest, &trusted, now), Err(step));
    fails(&stamp[1..], Step::Form);
    let place = |words: &str| stamp.windows(words.len()).position(|part| part == words.as_bytes()).expect("there");
    let altered = |at: usize| {
        let mut stamp = stamp.clone();
        stamp[at] ^= 1;
        stamp
    };
    fails(&altered(place("12000000000001")), Step::SealSignature);
    fails(&altered(place("/Doc_0/Signs")), Step::Signature);
    let by_stranger = seal.stamp(digest, "/", &*stranger, when).expect("stamped");
    fails(&by_stranger, Step::Owner);
    let late = seal.stamp(digest, "/", &*signer, to() + 1.second()).expect("stamped");
    assert_eq!(seal::check(&late, digest, &trusted, to() + 2.seconds()), Err(Step::SealValidity));
    let future = seal.stamp(digest, "/", &*signer, now + 1.second()).expect("stamped");
    fails(&future, Step::Chain);
    assert_eq!(seal::check(&stamp, sign::digest(b"other"), &trusted, now), Err(Step::Digest));
    // A whole house of forgers: the same names, its own root, its own maker.
    let forged = sealed(&theirs, "滨海新区市场监督管理局");
    let forged = forged.stamp(digest, "/", &*theirs.signer("scjgj").expect("a key"), when).expect("stamped");
    fails(&forged, Step::SealValidity);
    // Who has a true certificate is no maker of seals.
    let owners = [stranger.certificate().clone()];
    let wanted =
        Wanted {
            id: "1", name: "滨海新区市场监督管理局", owners: &owners, from: from(), to: to(), demonstration: false
        };
    let own = Seal::make(&wanted, &*stranger, from()).expect("made").stamp(digest, "/", &*stranger, when).expect("stamped");
    fails(&own, Step::SealValidity);
}

#[test]
fn no_byte_of_a_stamp_can_be_changed() {
    let folder = Folder::new("bytes");
    let keys = keys(&folder);
    let digest = sign::digest(b"licence");
    let when = at("2026-03-02T02:00:00Z");
    let signer = keys.signer("scjgj").expect("a key");
    let stamp = sealed(&keys, "局").stamp(digest, "/", &*signer, when).expect("stamped");
    let trusted = keys.trusted().expect("read");
    let step = (stamp.len() / 400).max(1);
    for i in (0..stamp.len()).filter(|i| i % step == 0 || *i < 64 || *i + 128 > stamp.len()) {
        let mut altered = stamp.clone();
        altered[i] ^= 1 << (i % 8);
        assert!(seal::check(&altered, digest, &trusted, when).is_err(), "byte {i} of {}", stamp.len());
    }
    let seal = sealed(&keys, "局").to_bytes().expect("written");
    assert!(Seal::from_bytes(&seal).is_some());
    if let Some((known, printed)) = {
        fs::write(folder.0.join("esl"), &seal).expect("written");
        openssl(&folder.0, &["asn1parse", "-inform", "DER", "-in", "esl"])
    } {
        assert!(known && String::from_utf8_lossy(&printed).contains("IA5STRING"), "DER that others read");
    }
}

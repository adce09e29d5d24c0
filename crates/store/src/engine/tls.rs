//! TLS to PostgreSQL, by rustls: the words of libpq's `sslmode`, and a file of certificate authorities.
//!
//! `disable` never, `prefer` (as without a word) where the server offers it, `require` always, `verify-ca` with a certificate
//! that one of our authorities signed, `verify-full` with one that also names the host. Only the last is safe against somebody
//! between us and the server. As with libpq, `require` with a file of authorities verifies like `verify-ca`.

use super::error::OpenError;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How much of the server's certificate is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    Anybody,
    Signed,
    SignedAndNamed,
}

/// What the address says about TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The address without what only libpq understands.
    pub(super) url: String,
    pub(super) mode: SslMode,
    trust: Trust,
    authorities: Option<PathBuf>,
}

impl Wanted {
    /// Takes `sslmode` and `sslrootcert` out of an address; `authorities` is the file of the settings.
    pub(super) fn of(url: &str, authorities: Option<&Path>) -> Result<Wanted, OpenError> {
        let (mut mode, mut file) = (None, authorities.map(Path::to_path_buf));
        let mut kept = |pair: &str| match pair.split_once('=') {
            Some(("sslmode", word)) => {
                mode = Some(word.to_owned());
                false
            }
            Some(("sslrootcert", path)) => {
                file = Some(PathBuf::from(path));
                false
            }
            _ => true,
        };
        let url = match url.split_once('?') {
            Some((place, query)) => {
                let rest: Vec<&str> = query.split('&').filter(|pair| kept(pair)).collect();
                if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) }
            }
            None if url.contains("://") => url.to_owned(),
            None => url.split_whitespace().filter(|pair| kept(pair)).collect::<Vec<_>>().join(" "),
        };
        let signed = if file.is_some() { Trust::Signed } else { Trust::Anybody };
        let (mode, trust) = match mode.as_deref() {
            Some("disable") => (SslMode::Disable, Trust::Anybody),
            Some("prefer") | None => (SslMode::Prefer, Trust::Anybody),
            Some("require") => (SslMode::Require, signed),
            Some("verify-ca") => (SslMode::Require, Trust::Signed),
            Some("verify-full") => (SslMode::Require, Trust::SignedAndNamed),
            Some(other) => {
                return Err(wrong(format!("sslmode is disable, prefer, require, verify-ca or verify-full, not `{other}`")));
            }
        };
        if trust != Trust::Anybody && file.is_none() {
            return Err(wrong(
                "to verify the server, name a file of certificate authorities: sslrootcert or database-ca".to_owned(),
            ));
        }
        Ok(Wanted { url, mode, trust, authorities: file })
    }

    /// What makes the connections.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, OpenError> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        if self.trust != Trust::Anybody
            && let Some(path) = &self.authorities
        {
            let unreadable = |error: &dyn std::fmt::Display| wrong(format!("the authorities in {}: {error}", path.display()));
            for one in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))? {
                roots.add(one.map_err(|error| unreadable(&error))?).map_err(|error| unreadable(&error))?;
            }
            if roots.is_empty() {
                return Err(unreadable(&"there is no certificate in it"));
            }
        }
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| wrong(error.to_string()))?;
        let config = if self.trust == Trust::SignedAndNamed {
            builder.with_root_certificates(roots).with_no_client_auth()
        } else {
            let chain = match self.trust {
                Trust::Anybody => None,
                _ => {
                    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
                    Some(verifier.map_err(|error| wrong(error.to_string()))?)
                }
            };
            let lenient = Arc::new(Lenient { chain, provider });
            builder.dangerous().with_custom_certificate_verifier(lenient).with_no_client_auth()
        };
        Ok(MakeRustlsConnect::new(config))
    }
}

fn wrong(what: String) -> OpenError {
    OpenError { what }
}

/// Looks at less than the whole certificate, because the administrator asked for no more: at the chain alone, or at nothing. The
/// handshake itself is always verified.
#[derive(Debug)]
struct Lenient {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(end, between, name, ocsp, now) {
            // The name is looked at last: a certificate that fails by it alone is well signed.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            told => told,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        end: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, end, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        end: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, end, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, authorities: Option<&str>, rest: &str, mode: SslMode, trust: Trust) {
        let wanted = Wanted::of(url, authorities.map(Path::new)).expect("it is understood");
        assert_eq!((wanted.url.as_str(), wanted.mode, wanted.trust), (rest, mode, trust), "{url}");
        assert!(rest.parse::<tokio_postgres::Config>().is_ok(), "{rest}");
    }

    #[test]
    fn the_words_of_libpq_mean_what_they_mean_there() {
        let bare = "postgres://u:p@h:5432/d";
        check(bare, None, bare, SslMode::Prefer, Trust::Anybody);
        check(&format!("{bare}?sslmode=disable"), Some("ca.pem"), bare, SslMode::Disable, Trust::Anybody);
        check(&format!("{bare}?sslmode=require"), None, bare, SslMode::Require, Trust::Anybody);
        check(&format!("{bare}?sslmode=require"), Some("ca.pem"), bare, SslMode::Require, Trust::Signed);
        let rest = format!("{bare}?connect_timeout=3");
        let full = format!("{bare}?sslmode=verify-full&connect_timeout=3&sslrootcert=/etc/ca.pem");
        check(&full, None, &rest, SslMode::Require, Trust::SignedAndNamed);
        check("host=h sslmode=verify-ca user=u", Some("ca.pem"), "host=h user=u", SslMode::Require, Trust::Signed);
    }

    #[test]
    fn an_unknown_word_and_a_verification_without_authorities_are_refused() {
        for url in ["postgres://h/d?sslmode=full", "postgres://h/d?sslmode=verify-full", "host=h sslmode=verify-ca"] {
            assert!(Wanted::of(url, None).is_err(), "{url}");
        }
        let file = std::env::temp_dir().join(format!("yimen-no-authorities-{}", std::process::id()));
        std::fs::write(&file, "nothing").expect("written");
        let wanted = Wanted::of("postgres://h/d?sslmode=verify-full", Some(&file)).expect("understood");
        assert!(wanted.connector().is_err_and(|error| error.what.contains("no certificate")));
        std::fs::remove_file(file).expect("gone");
    }
}

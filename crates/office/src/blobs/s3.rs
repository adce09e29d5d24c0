//! Papers in an S3-compatible store: requests signed by address (AWS Signature Version 4), path style. An object that the store
//! has acknowledged is durable.

use crate::Failure;
use reqwest::{Client, Response, StatusCode};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::time::Duration;

/// Where and as whom. `Debug` keeps the secret to itself.
#[derive(Clone, Default)]
pub struct S3Settings {
    /// `https://s3.example.cn`
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    pub access_key: String,
    pub secret_key: String,
    /// Before every key, for a bucket shared with others; empty for none.
    pub prefix: String,
}

impl std::fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "S3Settings({}/{}/{})", self.endpoint, self.bucket, self.prefix)
    }
}

/// How long a signed address holds: it is used at once.
const HOLDS: Duration = Duration::from_secs(300);
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct S3 {
    bucket: Bucket,
    credentials: Credentials,
    prefix: String,
    client: Client,
}

impl S3 {
    pub(super) fn new(settings: &S3Settings) -> Result<S3, Failure> {
        let wrong = |what: &dyn std::fmt::Display| Failure::Unready(format!("the S3 settings: {what}"));
        // Without a provider of cryptography the client panics; that there is one already is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = settings.endpoint.parse().map_err(|fault| wrong(&fault))?;
        let (name, region) = (settings.bucket.clone(), settings.region.clone());
        let bucket = Bucket::new(endpoint, UrlStyle::Path, name, region).map_err(|fault| wrong(&fault))?;
        let client = Client::builder().timeout(PATIENCE).build().map_err(|fault| wrong(&fault))?;
        let credentials = Credentials::new(settings.access_key.clone(), settings.secret_key.clone());
        Ok(S3 { bucket, credentials, prefix: settings.prefix.clone(), client })
    }

    pub(super) async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        let url = self.bucket.put_object(Some(&self.credentials), &self.key(key)).sign(HOLDS);
        // An empty body is sent without its length unless that is said.
        let length = bytes.len().to_string();
        let answer = self.client.put(url).header("content-length", length).body(bytes).send().await.map_err(unreachable)?;
        told(answer, "put").map(drop)
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        let url = self.bucket.get_object(Some(&self.credentials), &self.key(key)).sign(HOLDS);
        let answer = self.client.get(url).send().await.map_err(unreachable)?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let bytes = told(answer, "get")?.bytes().await.map_err(unreachable)?;
        Ok(Some(bytes.into()))
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), Failure> {
        let url = self.bucket.delete_object(Some(&self.credentials), &self.key(key)).sign(HOLDS);
        let answer = self.client.delete(url).send().await.map_err(unreachable)?;
        if answer.status() == StatusCode::NOT_FOUND { Ok(()) } else { told(answer, "delete").map(drop) }
    }

    fn key(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}/{key}", self.prefix.trim_matches('/')) }
    }
}

fn told(answer: Response, what: &str) -> Result<Response, Failure> {
    let status = answer.status();
    if status.is_success() {
        Ok(answer)
    } else {
        Err(std::io::Error::other(format!("the S3 store answered {status} to {what}")).into())
    }
}

/// Without the address, which is signed and so a capability for a while.
fn unreachable(fault: reqwest::Error) -> Failure {
    std::io::Error::other(format!("the S3 store: {}", fault.without_url())).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn settings(endpoint: String) -> S3Settings {
        let text = |word: &str| word.to_owned();
        S3Settings {
            endpoint,
            bucket: text("papers"),
            region: text("cn-north"),
            access_key: text("AK"),
            secret_key: text("very-secret"),
            prefix: text("/district/"),
        }
    }

    #[test]
    fn settings_that_cannot_be_are_told_at_the_start_and_never_the_secret() {
        assert!(S3::new(&settings("no address".to_owned())).is_err());
        assert!(!format!("{:?}", settings("https://s3.example.cn".to_owned())).contains("very-secret"));
    }

    /// Answers one request with `answer` and gives the request.
    async fn once(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a caller");
            let mut heard = Vec::new();
            let mut room = [0; 4096];
            // Head and the short body come at once here.
            while !String::from_utf8_lossy(&heard).contains("\r\n\r\n") {
                let count = stream.read(&mut room).await.expect("readable");
                heard.extend_from_slice(&room[..count]);
            }
            stream.write_all(answer.as_bytes()).await.expect("writable");
            String::from_utf8_lossy(&heard).into_owned()
        });
        (endpoint, heard)
    }

    #[tokio::test]
    async fn requests_are_signed_in_path_style_under_the_prefix() {
        let (endpoint, heard) = once("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let s3 = S3::new(&settings(endpoint)).expect("settings");
        s3.put("blobs/ab/cd/x", Vec::new()).await.expect("put");
        let heard = heard.await.expect("no panic");
        assert!(heard.starts_with("PUT /papers/district/blobs/ab/cd/x?"), "{heard}");
        for part in ["X-Amz-Signature=", "X-Amz-Credential=AK%2F", "content-length: 0"] {
            assert!(heard.contains(part), "{part} in {heard}");
        }
        assert!(!heard.contains("very-secret"));
    }

    #[tokio::test]
    async fn what_is_not_there_is_none_and_a_refusal_is_a_failure_without_the_address() {
        let (endpoint, _heard) = once("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
        assert_eq!(S3::new(&settings(endpoint)).expect("settings").get("x").await.expect("answered"), None);
        let (endpoint, _heard) = once("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
        let failure = S3::new(&settings(endpoint)).expect("settings").get("x").await.expect_err("refused").to_string();
        assert!(failure.contains("403") && !failure.contains("Amz"), "{failure}");
        let gone = S3::new(&settings("http://127.0.0.1:1".to_owned())).expect("settings").get("x").await;
        let failure = gone.expect_err("nobody there").to_string();
        assert!(!failure.contains("Amz"), "{failure}");
    }
}

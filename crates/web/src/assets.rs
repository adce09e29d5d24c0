//! The few files a page loads, built into the binary and served under a name that carries their content's hash, so that
//! a browser may keep them for ever and a new release is seen at once. Nothing is loaded from elsewhere.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sm3::{Digest, Sm3};

/// One file of ours: how it is named, what it is and what is in it.
pub struct Asset {
    stem: &'static str,
    extension: &'static str,
    media_type: &'static str,
    content: LazyLock<String>,
    hash: LazyLock<String>,
}

pub static STYLE: Asset = Asset {
    stem: "yimen",
    extension: "css",
    media_type: "text/css; charset=utf-8",
    content: LazyLock::new(|| tightened(include_str!("assets/yimen.css"))),
    hash: LazyLock::new(|| short_hash(&STYLE.content)),
};
pub static SCRIPT: Asset = Asset {
    stem: "yimen",
    extension: "js",
    media_type: "text/javascript; charset=utf-8",
    content: LazyLock::new(|| tightened(include_str!("assets/yimen.js"))),
    hash: LazyLock::new(|| short_hash(&SCRIPT.content)),
};
/// The keys of the workbench; the portal does not load them.
pub static KEYS: Asset = Asset {
    stem: "keys",
    extension: "js",
    media_type: "text/javascript; charset=utf-8",
    content: LazyLock::new(|| tightened(include_str!("assets/keys.js"))),
    hash: LazyLock::new(|| short_hash(&KEYS.content)),
};
/// Looks again by itself: only on a page whose answer takes seconds.
pub static AGAIN: Asset = Asset {
    stem: "again",
    extension: "js",
    media_type: "text/javascript; charset=utf-8",
    content: LazyLock::new(|| tightened(include_str!("assets/again.js"))),
    hash: LazyLock::new(|| short_hash(&AGAIN.content)),
};
pub static MARK: Asset = Asset {
    stem: "mark",
    extension: "svg",
    media_type: "image/svg+xml",
    content: LazyLock::new(|| include_str!("assets/mark.svg").to_owned()),
    hash: LazyLock::new(|| short_hash(&MARK.content)),
};

/// Every file there is, for the router and for whoever writes pages to a folder.
pub static ALL: [&Asset; 5] = [&STYLE, &SCRIPT, &KEYS, &AGAIN, &MARK];

impl Asset {
    /// The name with the hash in it, for example `yimen.1f0c9a3b7d2e.css`.
    pub fn file_name(&self) -> String {
        format!("{}.{}.{}", self.stem, *self.hash, self.extension)
    }

    /// What is in it.
    pub fn content(&'static self) -> &'static str {
        &self.content
    }

    /// Where a page finds it.
    pub fn href(&self) -> String {
        format!("/assets/{}", self.file_name())
    }
}

/// `/assets/…` for any application state.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve))
}

/// While nodes of two releases run side by side a page of one may ask the other for its files: then the other's own are
/// better than none, but are not to be kept.
async fn serve(Path(name): Path<String>) -> Response {
    let known = ALL.iter().find(|asset| name.starts_with(asset.stem) && name.ends_with(&format!(".{}", asset.extension)));
    let Some(asset) = known else { return StatusCode::NOT_FOUND.into_response() };
    let keep = if name == asset.file_name() { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, keep)], asset.content()).into_response()
}

/// The text without indentation, blank lines and comments that fill whole lines. Our sources have no literal that spans
/// lines, which the tests watch over.
fn tightened(source: &str) -> String {
    let mut comment = false;
    let mut tight = String::with_capacity(source.len());
    for line in source.lines().map(str::trim).filter(|line| !line.is_empty()) {
        comment |= line.starts_with("/*");
        if !comment {
            tight.push_str(line);
            tight.push('\n');
        }
        comment &= !line.ends_with("*/");
    }
    tight
}

fn short_hash(content: &str) -> String {
    Sm3::digest(content.as_bytes()).iter().take(6).fold(String::new(), |mut hash, byte| {
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(name: &str, status: StatusCode, keep: Option<&str>) {
        let answer = serve(Path(name.to_owned())).await;
        assert_eq!(answer.status(), status, "{name}");
        let told = answer.headers().get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok());
        assert_eq!(told.map(|told| told.split_once(',').map_or(told, |(first, _)| first)), keep, "{name}");
    }

    #[tokio::test]
    async fn only_the_name_with_the_right_hash_may_be_kept() {
        check(&STYLE.file_name(), StatusCode::OK, Some("public")).await;
        check(&SCRIPT.file_name(), StatusCode::OK, Some("public")).await;
        check("yimen.000000000000.css", StatusCode::OK, Some("no-cache")).await;
        check("other.css", StatusCode::NOT_FOUND, None).await;
        check("../Cargo.toml", StatusCode::NOT_FOUND, None).await;
    }

    #[test]
    fn what_every_page_loads_stays_small() {
        assert!(STYLE.content().len() < 40_000, "{} bytes of style", STYLE.content().len());
        assert!(SCRIPT.content().len() < 12_000, "{} bytes of script", SCRIPT.content().len());
    }

    #[test]
    fn tightening_takes_only_what_nobody_reads() {
        fn check(source: &str, tight: &str) {
            assert_eq!(tightened(source), tight);
        }
        check("/* a */\n  b {\n\n    c: d; /* e */\n  }\n", "b {\nc: d; /* e */\n}\n");
        check("/* a\n   b */\nc\n", "c\n");
        for source in [include_str!("assets/yimen.js"), include_str!("assets/keys.js")] {
            let odd = source.lines().find(|line| line.matches('`').count() % 2 == 1);
            assert_eq!(odd, None, "a literal spans lines");
        }
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere_or_evaluated() {
        for asset in [&STYLE, &SCRIPT, &KEYS] {
            for word in ["http:", "https:", "@import", "eval(", "new Function", "setAttribute('style'"] {
                assert!(!asset.content().contains(word), "{word} in {}", asset.file_name());
            }
        }
    }
}

//! A house to visit: the whole application over an empty store and the district's own rulebook, on a day in March 2026.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use casework::Moment;
use office::{Clock, Office};
use std::path::{Path, PathBuf};
use store::Store;
use store::editions::NewEdition;
use store::engine::{Engine, Options};
use tower::ServiceExt;

pub struct House {
    pub office: Office,
    pub router: Router,
    _papers: Folder,
}

/// Where the papers of a house lie; gone with it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An answer as a visitor sees it.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub cookies: Vec<String>,
    pub text: String,
}

impl Answer {
    /// Fails unless the page holds all of these.
    #[track_caller]
    pub fn has(&self, parts: &[&str]) -> &Answer {
        for part in parts {
            assert!(self.text.contains(part), "“{part}” is missing in:\n{}", self.words());
        }
        self
    }

    /// Fails if the page holds any of these.
    #[track_caller]
    pub fn lacks(&self, parts: &[&str]) -> &Answer {
        for part in parts {
            assert!(!self.text.contains(part), "“{part}” should not be in:\n{}", self.words());
        }
        self
    }

    #[track_caller]
    pub fn is(&self, status: StatusCode) -> &Answer {
        assert_eq!(self.status, status, "{}", self.words());
        self
    }

    /// The main part without markup, for the message of a failing test.
    fn words(&self) -> String {
        let main = self.text.split_once("<main").map_or(self.text.as_str(), |(_, rest)| rest);
        let mut words = String::new();
        let mut inside = true;
        for c in main.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                c if !inside => words.push(c),
                _ => {}
            }
        }
        words
    }
}

impl House {
    pub async fn open() -> House {
        House::with(|_| {}).await
    }

    /// A house whose definitions were changed first.
    pub async fn with(change: impl FnOnce(&mut Vec<(String, String)>)) -> House {
        House::built(change, false).await
    }

    /// In a demonstration what is only an example may be published.
    pub async fn built(change: impl FnOnce(&mut Vec<(String, String)>), demonstration: bool) -> House {
        let now = Moment::at("2026-03-02T10:00".parse().expect("a moment"));
        let clock = Clock::default();
        clock.start_at(now);
        let told = clock.clone();
        let options = Options { clock: Some(std::sync::Arc::new(move || told.now().0)), ..Options::default() };
        let store = Store::open(Engine::sqlite_in_memory(options).expect("SQLite opens"));
        store.migrate().await.expect("tables");
        let mut files = files();
        change(&mut files);
        let (rules, _) = office::rulebooks::compile(&files);
        let edition =
            NewEdition { name: "2026-03-02-1", base: None, files: &files, rules: &rules, in_force_at: now, by: "test", note: "" };
        store.publish(&edition, now).await.expect("published");
        let holidays = files.iter().find(|(path, _)| path == "calendar/holidays.csv").map(|(_, text)| text.as_str());
        store.append_calendar(1, holidays.unwrap_or_default(), "test", now).await.expect("a calendar");
        let papers = Folder(std::env::temp_dir().join(format!("yimen-house-{}", office::ids::opaque())));
        let settings = office::Settings {
            public_url: "http://localhost".to_owned(),
            demonstration,
            data: papers.0.clone(),
            number_key: [7; 32],
        };
        let office = Office::new(store, clock, settings).expect("an office");
        office.rulebooks.refresh(&office.store, now).await.expect("an edition in force");
        House { router: web::router(office.clone()), office, _papers: papers }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, "").await
    }

    pub async fn in_english(&self, path: &str) -> Answer {
        self.get_with(path, "yimen-lang=en").await
    }

    pub async fn get_with(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
        self.answer(request).await
    }

    /// Sends a form, as a browser of nobody who is signed in does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(path, fields, "").await
    }

    pub async fn post_with(&self, path: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", web::encode(value))).collect();
        let body = pairs.join("&");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, body.len())
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookie)
            .body(Body::from(body))
            .expect("a request");
        self.answer(request).await
    }

    pub async fn answer(&self, request: Request<Body>) -> Answer {
        let response: Response = self.router.clone().oneshot(request).await.expect("an answer");
        let text = |value: &axum::http::HeaderValue| value.to_str().expect("text").to_owned();
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
        let cookies = response.headers().get_all(header::SET_COOKIE).iter().map(text).collect();
        let body = to_bytes(response.into_body(), 16 << 20).await.expect("a body");
        Answer { status, location, cookies, text: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// The district's own files.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if let (Ok(text), Ok(name)) = (std::fs::read_to_string(&path), path.strip_prefix(root)) {
                found.push((name.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort();
    found
}

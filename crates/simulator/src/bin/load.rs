//! Load over HTTP on a running demonstration: `cargo run --release -p simulator --bin load -- --url 127.0.0.1:8080 --data DIR`.
//!
//! Rates beside a bare server of the same library that sends as many bytes, in the same run; and, with 16 users at a time, how long
//! the pages take that people wait for.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::routing::get;
use clap::Parser;
use futures_util::future::try_join_all;
use simulator::scale::client::{Client, Times};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[derive(Debug, Parser)]
#[command(about = "Puts load on a running demonstration and says what it bore")]
struct Options {
    #[arg(long, default_value = "127.0.0.1:8080")]
    url: String,
    /// Folder with `drafts.txt`, as `fill --drafts` leaves it; without it nothing is submitted.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Connections for rates.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Users for times.
    #[arg(long, default_value_t = 16)]
    users: usize,
    #[arg(long, default_value = "yimen-demo-2026")]
    password: String,
    /// Only these measurements: items, tasks, submit, times.
    #[arg(long)]
    only: Vec<String>,
}

impl Options {
    fn wants(&self, what: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == what)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    if options.wants("items") {
        beside(&options, "public list of items", "/items", "").await?;
    }
    if options.wants("tasks") {
        let cookie = sign_in(&options, "/workbench/sign-in", "li").await?;
        beside(&options, "signed-in task list", "/workbench", &cookie).await?;
    }
    if options.wants("submit")
        && let Some(data) = &options.data
    {
        let list = std::fs::read_to_string(data.join("drafts.txt")).context("drafts.txt, which fill --drafts leaves")?;
        submit(&options, &list).await?;
    }
    if options.wants("times") {
        times(&options).await?;
    }
    Ok(())
}

/// How often a page is answered, beside a bare server that sends the same bytes.
async fn beside(options: &Options, what: &str, path: &str, cookie: &str) -> Result<()> {
    let page = Client::to(&options.url).await?.get(path, cookie).await?;
    ensure!(page.status == 200, "{path} answers {}", page.status);
    let bare = bare(page.body).await?;
    let rate = async |url: &str, path: &str| -> Result<f64> {
        let began = Instant::now();
        let times = load(url, options.connections, options.seconds, |_| Some(Asked::get(path.to_owned(), cookie))).await?;
        Ok(times.count() as f64 / began.elapsed().as_secs_f64())
    };
    let (baseline, ours) = (rate(&bare, "/").await?, rate(&options.url, path).await?);
    let ratio = ours / baseline;
    println!("{what:<26} {ours:>8.0} a second   bare server, same bytes {baseline:>8.0}   ratio {ratio:.2}");
    Ok(())
}

/// A server of the same library that answers with `body` and does nothing else.
async fn bare(body: Vec<u8>) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let body = axum::body::Bytes::from(body);
    std::thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        listener.set_ttl(64)?;
        let listener = listener.into_std()?;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, Router::new().route("/", get(async move || body.clone()))).await?;
            Ok(())
        })
    });
    Ok(address)
}

/// The cookie of a fresh session.
async fn sign_in(options: &Options, door: &str, login: &str) -> Result<String> {
    let mut client = Client::to(&options.url).await?;
    let form = format!("login={login}&password={}", options.password);
    let answer = client.post(door, "", &form).await?;
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).context("no session was opened")?;
    Ok(cookie.to_owned())
}

/// The token that forms of this session carry.
async fn csrf(options: &Options, cookie: &str) -> Result<String> {
    let page = Client::to(&options.url).await?.get("/account", cookie).await?.text();
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").context("the account page has no form")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// One request of a load.
struct Asked {
    path: String,
    cookie: String,
    /// What is posted; nothing means that the path is got.
    form: Option<String>,
}

impl Asked {
    fn get(path: String, cookie: &str) -> Asked {
        Asked { path, cookie: cookie.to_owned(), form: None }
    }
}

/// How long each request took, of so many users at once, each asking for the next thing as soon as the last was answered. `next`
/// is told which request of all it is, and ends the load when there is none.
async fn load(url: &str, users: usize, seconds: u64, next: impl Fn(usize) -> Option<Asked>) -> Result<Times> {
    let (began, span) = (Instant::now(), Duration::from_secs(seconds));
    let asked = AtomicUsize::new(0);
    let user = async |_| -> Result<Times> {
        let mut client = Client::to(url).await?;
        let mut times = Times::default();
        while began.elapsed() < span {
            let Some(Asked { path, cookie, form }) = next(asked.fetch_add(1, Ordering::Relaxed)) else { break };
            let start = Instant::now();
            match form {
                None => {
                    let answer = client.get(&path, &cookie).await?;
                    // A search for a whole number leads on to its case.
                    ensure!([200, 303].contains(&answer.status), "{path} answers {}", answer.status);
                }
                Some(form) => {
                    let answer = client.post(&path, &cookie, &form).await?;
                    let to = answer.header("location").unwrap_or_default();
                    ensure!(answer.status == 303 && to.starts_with("/matters/"), "{path} answers {} {to}", answer.status);
                }
            }
            times.add(start);
        }
        Ok(times)
    };
    let mut all = Times::default();
    for times in try_join_all((0..users).map(user)).await? {
        all.merge(times);
    }
    Ok(all)
}

async fn submit(options: &Options, list: &str) -> Result<()> {
    let mut lines = list.lines();
    let person = lines.next().context("a person")?;
    let drafts: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(' ')).collect();
    let mut sessions = BTreeMap::new();
    for (firm, _) in &drafts {
        if !sessions.contains_key(firm) {
            let cookie = sign_in(options, "/sign-in", person).await?;
            let token = csrf(options, &cookie).await?;
            let mut client = Client::to(&options.url).await?;
            client.post("/account/act-for", &cookie, &format!("csrf={token}&firm={firm}")).await?;
            sessions.insert(*firm, (cookie, token));
        }
    }
    let sent = AtomicUsize::new(0);
    let began = Instant::now();
    let mut all = load(&options.url, options.connections * 2, options.seconds, |n| {
        let (firm, id) = drafts.get(n)?;
        let (cookie, token) = sessions.get(firm)?;
        sent.fetch_max(n + 1, Ordering::Relaxed);
        let form = Some(format!("csrf={token}"));
        Some(Asked { path: format!("/drafts/{id}/submit"), cookie: cookie.clone(), form })
    })
    .await?;
    let rate = all.count() as f64 / began.elapsed().as_secs_f64();
    println!(
        "submit of a saved draft     {rate:>8.0} a second   p50 {:.1} ms, p99 {:.1} ms ({} submitted)",
        all.within(50),
        all.within(99),
        all.count()
    );
    // What is left can be submitted by the next run.
    let left = drafts[sent.load(Ordering::Relaxed)..].iter().map(|(firm, id)| format!("{firm} {id}\n"));
    if let Some(data) = &options.data {
        std::fs::write(data.join("drafts.txt"), format!("{person}\n{}", left.collect::<String>()))?;
    }
    Ok(())
}

/// The pages that people wait for, each asked for by all users at once, one after the other without a pause.
async fn times(options: &Options) -> Result<()> {
    let examiner = sign_in(options, "/workbench/sign-in", "li").await?;
    let supervisor = sign_in(options, "/workbench/sign-in", "gao").await?;
    let tasks = Client::to(&options.url).await?.get("/workbench", &examiner).await?.text();
    let cases: Vec<String> = tasks
        .split("href=\"/workbench/cases/")
        .skip(1)
        .filter_map(|rest| rest.split(['"', '/', '?']).next())
        .map(|no| format!("/workbench/cases/{no}"))
        .collect();
    ensure!(!cases.is_empty(), "the task list shows no case");
    let numbers: Vec<String> =
        cases.iter().filter_map(|path| path.rsplit('/').next()).map(|no| format!("/workbench/search?q={no}")).collect();
    let names: Vec<String> =
        (1..200).map(|n| format!("/workbench/search?q={}", encode(&format!("{:07}号", n * 4_801)))).collect();
    let words: Vec<String> =
        ["泰达示例药房", "东疆示例", "餐饮", "建材"].iter().map(|word| format!("/workbench/search?q={}", encode(word))).collect();
    for (what, cookie, paths) in [
        ("task list", &examiner, vec!["/workbench".to_owned()]),
        ("case page", &examiner, cases),
        ("search by number", &examiner, numbers),
        ("search by name", &supervisor, names),
        ("search by a common word", &supervisor, words),
        ("supervision board", &supervisor, vec!["/workbench/supervision".to_owned()]),
        ("week on one page", &supervisor, vec!["/workbench/week".to_owned()]),
    ] {
        let next = |n: usize| Some(Asked::get(paths[n % paths.len()].clone(), cookie));
        let mut all = load(&options.url, options.users, options.seconds, next).await?;
        println!("{what:<26} p50 {:>7.1} ms   p99 {:>7.1} ms   ({} asked)", all.within(50), all.within(99), all.count());
    }
    Ok(())
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

//! Everything CI runs, step by step: each named, timed, and the last before the first fault.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::needs::{self, Need};
use crate::{cargo, lockfile, succeed, tidy};
use xtask::postgres::{self, Postgres};

/// One thing CI looks at. Cheap ones stand first, so that a slip of the pen is told in seconds.
struct Step {
    name: &'static str,
    what: &'static str,
    needs: &'static [Need],
    run: fn(&Path) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        what: "the code is as rustfmt writes it",
        needs: &[],
        run: |root| cargo(root, &["fmt", "--all", "--check"]),
    },
    Step { name: "tidy", what: "heads of files, links, glossary, measures", needs: &[], run: tidy::check },
    Step { name: "licences", what: "every dependency has a licence on our list", needs: &[], run: lockfile::licences },
    Step { name: "lockfile", what: "no OpenSSL, aws-lc or cmake among the dependencies", needs: &[], run: lockfile::unwanted },
    Step { name: "clippy", what: "no lint is raised", needs: &[], run: clippy },
    Step { name: "tests", what: "all tests, on SQLite and PostgreSQL", needs: &[Need::Postgres, Need::PdfToText], run: tests },
    Step {
        name: "rulebook",
        what: "the district's own definitions compile without an error",
        needs: &[],
        run: |root| succeed(Command::new(program(root)?).args(["check", "rulebook"]).current_dir(root)),
    },
    Step {
        name: "doctests",
        what: "examples in the documentation",
        needs: &[],
        run: |root| cargo(root, &["test", "--quiet", "--workspace", "--doc"]),
    },
    Step {
        name: "journeys",
        what: "people's journeys through the real program in a real browser",
        needs: &[Need::Chromium, Need::ChromeDriver, Need::ChineseFonts],
        run: journeys,
    },
];

/// How a step ended.
enum Ended {
    Passed(Duration),
    Failed(Duration),
    NotRun,
}

/// Runs the steps named in `only`, or all. `true` if none failed.
///
/// # Errors
/// When a step is named that we do not have.
pub fn run(root: &Path, only: &[&str]) -> Result<bool> {
    if let Some(unknown) = only.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step is called {unknown}; there are: {}", names.join(", "));
    }
    let mut ended: Vec<(&Step, Ended)> = Vec::new();
    for step in STEPS.iter().filter(|step| only.is_empty() || only.contains(&step.name)) {
        let failed_before = ended.iter().any(|(_, end)| !matches!(end, Ended::Passed(_)));
        ended.push((step, if failed_before { Ended::NotRun } else { perform(root, step) }));
    }
    Ok(summary(&ended))
}

fn perform(root: &Path, step: &Step) -> Ended {
    println!("\n=== {}: {}", step.name, step.what);
    let start = Instant::now();
    match needs::meet(step.needs).and_then(|()| (step.run)(root)) {
        Ok(()) => Ended::Passed(start.elapsed()),
        Err(error) => {
            println!("{} failed: {error:#}", step.name);
            Ended::Failed(start.elapsed())
        }
    }
}

/// A line for each step and, last and alone, the count that readers of logs look for.
fn summary(ended: &[(&Step, Ended)]) -> bool {
    println!();
    let (mut passed, mut failed, mut not_run) = (0, 0, 0);
    for (step, end) in ended {
        let (count, took) = match end {
            Ended::Passed(took) => (&mut passed, format!("ok      {:7.1} s", took.as_secs_f32())),
            Ended::Failed(took) => (&mut failed, format!("FAILED  {:7.1} s", took.as_secs_f32())),
            Ended::NotRun => (&mut not_run, "not run          ".to_owned()),
        };
        *count += 1;
        println!("{:10} {took}  {}", step.name, step.what);
    }
    let skipped = if not_run > 0 { format!(", {not_run} skipped") } else { String::new() };
    println!("\n{passed} passed, {failed} failed{skipped}");
    failed == 0
}

fn clippy(root: &Path) -> Result<()> {
    cargo(root, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// All tests but the examples in the documentation and the journeys, which are steps of their own.
fn tests(root: &Path) -> Result<()> {
    let (_running, url) = match std::env::var(postgres::VARIABLE) {
        Ok(url) => (None, url),
        Err(_) => {
            let postgres = Postgres::start()?;
            let url = postgres.url.clone();
            (Some(postgres), url)
        }
    };
    println!("{}={url}", postgres::VARIABLE);
    let has_nextest = Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|told| told.status.success());
    let args: &[&str] = if has_nextest {
        &["nextest", "run", "--workspace"]
    } else {
        &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]
    };
    succeed(Command::new("cargo").args(args).current_dir(root).env(postgres::VARIABLE, url))
}

/// The debug program, built together with the tests: asked for alone, Cargo would choose other features for what they share and
/// build most of it once more.
fn program(root: &Path) -> Result<PathBuf> {
    cargo(root, &["build", "--quiet", "--workspace", "--bins", "--tests"])?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("debug/yimen"))
}

/// The journeys are `#[ignore]`d, so that plain `cargo test` needs no browser; here they are run, and none may be missed.
fn journeys(root: &Path) -> Result<()> {
    program(root)?;
    // By itself: together with the rest of the workspace its driver would be built without a provider of TLS.
    let mut tests = Command::new("cargo");
    tests.args(["test", "--package", "browser", "--tests", "--no-fail-fast", "--", "--ignored"]).current_dir(root);
    // A journey says where it stood; how the program came to say so is forty lines of nothing.
    succeed(tests.env("RUST_LIB_BACKTRACE", "0"))
}

//! Chores in Rust. `cargo xtask ci` is everything CI runs.

mod ci;
mod lockfile;
mod needs;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use xtask::postgres;

const HELP: &str = "\
cargo xtask ci [--only STEP]…   everything CI runs, or only the steps named
cargo xtask fmt                 format all Rust code
cargo xtask measures [--write]  show, or write, docs/measures.md: which file serves which measure
cargo xtask postgres            a throw-away PostgreSQL for your own tests, until Ctrl-C
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one chore; `false` when it ran and found fault.
fn run(args: &[&str]) -> Result<bool> {
    let root = root()?;
    match args {
        ["ci", only @ ..] => ci::run(&root, &named_steps(only)?),
        ["fmt"] => cargo(&root, &["fmt", "--all"]).map(|()| true),
        ["measures"] => {
            print!("{}", tidy::measures::page(&tidy::Tree::read(&root)?)?);
            Ok(true)
        }
        ["measures", "--write"] => {
            let page = tidy::measures::page(&tidy::Tree::read(&root)?)?;
            std::fs::write(root.join(tidy::measures::PATH), page).context(tidy::measures::PATH)?;
            Ok(true)
        }
        ["postgres"] => {
            needs::meet(&[needs::Need::Postgres])?;
            let postgres = postgres::Postgres::start()?;
            println!("export {}={}", postgres::VARIABLE, postgres.url);
            eprintln!("It runs, and keeps its data, until Ctrl-C.");
            loop {
                std::thread::park();
            }
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(true)
        }
        _ => bail!("no such chore: {}\n\n{HELP}", args.join(" ")),
    }
}

/// Reads `--only STEP` pairs.
fn named_steps<'a>(args: &[&'a str]) -> Result<Vec<&'a str>> {
    args.chunks(2)
        .map(|pair| match pair {
            ["--only", step] => Ok(*step),
            _ => bail!("after `ci` comes nothing, or `--only STEP` once or more"),
        })
        .collect()
}

/// The workspace: cargo tells where our manifest is, and that is one folder below.
fn root() -> Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    Path::new(&manifest).parent().map(Path::to_owned).context("xtask stands in a workspace")
}

/// Runs cargo in the workspace and fails if it does.
fn cargo(root: &Path, args: &[&str]) -> Result<()> {
    succeed(Command::new("cargo").args(args).current_dir(root))
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.stdin(std::process::Stdio::null()).status().with_context(|| format!("starting {command:?}"))?;
    if !status.success() {
        bail!("{} {status}", command.get_program().display());
    }
    Ok(())
}

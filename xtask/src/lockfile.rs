//! What we build on: only licences that we know, and nothing that drags in a C tool chain.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Licences that a district may use, change and pass on beside Apache-2.0. `WITH` exceptions are written out.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0", // the root certificates
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that would make a build need more than cargo and a C compiler, or bring a second TLS.
const UNWANTED: &[&str] = &["aws-lc-rs", "aws-lc-sys", "cmake", "native-tls", "openssl", "openssl-sys"];

/// Every crate in the build, tests included, has a licence on the list.
pub fn licences(root: &Path) -> Result<()> {
    let metadata = metadata(root)?;
    let mut refused = Vec::new();
    for package in metadata["packages"].as_array().context("cargo metadata lists packages")? {
        let (name, version, licence) = (&package["name"], &package["version"], package["license"].as_str());
        if !licence.is_some_and(allows) {
            refused.push(format!("{name} {version}: {}", licence.unwrap_or("no licence stated")));
        }
    }
    if refused.is_empty() { Ok(()) } else { bail!("not on our list of licences:\n{}", refused.join("\n")) }
}

/// None of the crates we do without has come in through another.
pub fn unwanted(root: &Path) -> Result<()> {
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock")?;
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let found: Vec<_> = names.filter(|name| UNWANTED.contains(name)).collect();
    match found[..] {
        [] => Ok(()),
        _ => bail!("Cargo.lock holds {}; `cargo tree --invert NAME` tells through whom", found.join(", ")),
    }
}

fn metadata(root: &Path) -> Result<Value> {
    let told = |command: &mut Command| -> Result<Vec<u8>> {
        let output = command.current_dir(root).output().with_context(|| format!("starting {command:?}"))?;
        if !output.status.success() {
            bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output.stdout)
    };
    // Without a platform, cargo would fetch what only other systems need.
    let version = String::from_utf8(told(Command::new("rustc").arg("-vV"))?)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names its host")?;
    let args = ["metadata", "--format-version", "1", "--locked", "--filter-platform", host];
    serde_json::from_slice(&told(Command::new("cargo").args(args))?).context("reading cargo metadata")
}

/// Whether a licence expression (SPDX; `/` is an old way to write `OR`) can be met from our list.
fn allows(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any_of(&mut words);
    met == Some(true) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_of(words: &mut Words) -> Option<bool> {
    let mut met = all_of(words)?;
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words)?;
    }
    Some(met)
}

fn all_of(words: &mut Words) -> Option<bool> {
    let mut met = one(words)?;
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words)?;
    }
    Some(met)
}

fn one(words: &mut Words) -> Option<bool> {
    let first = words.next()?;
    if first == "(" {
        let met = any_of(words)?;
        return (words.next()? == ")").then_some(met);
    }
    if words.next_if_eq(&"WITH").is_some() {
        let exception = words.next()?;
        return Some(ALLOWED.contains(&format!("{first} WITH {exception}").as_str()));
    }
    Some(ALLOWED.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_needs_one_allowed_licence_and_a_sum_needs_all() {
        let check = |expression: &str, expected: bool| assert_eq!(allows(expression), expected, "{expression}");
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("GPL-2.0-only OR MIT", true);
        check("GPL-2.0-only AND MIT", false);
        check("MIT/Apache-2.0", true);
        check("(MIT OR GPL-2.0-only) AND Unicode-3.0", true);
        check("MIT AND (LGPL-3.0-only OR AGPL-3.0-only)", false);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("GPL-2.0-only WITH Classpath-exception-2.0", false);
        check("MIT OR", false);
        check("(MIT", false);
        check("MIT Apache-2.0", false);
        check("", false);
    }
}

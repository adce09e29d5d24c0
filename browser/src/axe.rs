//! What axe-core, the accessibility checker, finds on a page; it runs inside the page and asks nobody else.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use thirtyfour::prelude::*;

/// axe-core 4.14.1, unmodified, under the Mozilla Public License 2.0 (`vendor/LICENSE`).
const AXE: &str = include_str!("../vendor/axe.min.js");

const RUN: &str = "
const done = arguments[0];
axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations), error => done(String(error)));
";

/// What a page is built of, in which language: every kind of element in every kind of surroundings, the order of its headings.
const BUILT_OF: &str = "
const lang = document.documentElement.lang + ' ', plain = e => e.tagName + [...e.attributes].map(a =>
  /^(class|role|type|lang|aria-(?!label|describedby|controls))/.test(a.name) ? `[${a.name}=${a.value}]` : `[${a.name}]`).join('');
const parts = [...document.querySelectorAll('body, body *')].map(e => plain(e.parentElement) + '>' + plain(e));
const order = [...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName).filter((h, at, all) => h !== all[at - 1]).join('');
return [...new Set([...parts, order])].map(part => lang + part);
";

/// What axe has already looked at in this run.
static KNOWN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The same, but passes over a page in which nothing is built differently from those that were found without fault: the
/// task lists of nine roles are one page to axe, which takes half a second for each.
pub async fn check_what_is_new(driver: &WebDriver) -> Result<bool> {
    let found = driver.execute(BUILT_OF, Vec::new()).await.context("looking how the page is built")?;
    let parts: Vec<String> =
        found.json().as_array().into_iter().flatten().filter_map(|part| part.as_str().map(str::to_owned)).collect();
    let known = |parts: &[String]| KNOWN.lock().is_ok_and(|known| parts.iter().all(|part| known.contains(part)));
    if known(&parts) {
        return Ok(false);
    }
    check(driver).await?;
    if let Ok(mut known) = KNOWN.lock() {
        known.extend(parts);
    }
    Ok(true)
}

/// Fails if axe finds any violation, of any weight, and says each with the elements and the cure.
pub async fn check(driver: &WebDriver) -> Result<()> {
    driver.execute(format!("if (!window.axe) {{ {AXE} }}"), Vec::new()).await.context("bringing axe into the page")?;
    let found = driver.execute_async(RUN, Vec::new()).await.context("running axe")?;
    let Some(violations) = found.json().as_array() else { bail!("axe did not run: {}", found.json()) };
    if violations.is_empty() {
        return Ok(());
    }
    bail!("axe finds fault with {}:{}", driver.current_url().await?, told(violations))
}

/// Each violation as a person wants to read it: the rule, then every element with what to do about it.
fn told(violations: &[Value]) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('\n', "\n      ");
    let mut told = String::new();
    for violation in violations {
        let _ = write!(told, "\n  {} ({}): {}", text(&violation["id"]), text(&violation["impact"]), text(&violation["help"]));
        for node in violation["nodes"].as_array().into_iter().flatten() {
            let _ = write!(told, "\n    {}\n      {}", text(&node["html"]), text(&node["failureSummary"]));
        }
    }
    told
}

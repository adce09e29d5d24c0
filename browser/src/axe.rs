//! What axe-core, the accessibility checker, finds on a page; it runs inside the page and asks nobody else.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use thirtyfour::prelude::*;

/// axe-core 4.14.1, unmodified, under the Mozilla Public License 2.0 (`vendor/LICENSE`).
const AXE: &str = include_str!("../vendor/axe.min.js");

const RUN: &str = "
const done = arguments[0];
axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations), error => done(String(error)));
";

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

//! Chromium and its driver, and who sits in front of it.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::program::Program;

/// How a visitor looks at the pages.
#[derive(Clone, Copy)]
pub struct Visitor {
    width: u32,
    lang: &'static str,
    scripts: bool,
}

impl Visitor {
    /// At a desk: 1280 wide, in Chinese.
    pub fn at_a_desk() -> Self {
        Self { width: 1280, lang: "zh-CN", scripts: true }
    }

    /// On the way, with a telephone: 390 wide.
    pub fn with_a_phone() -> Self {
        Self { width: 390, ..Self::at_a_desk() }
    }

    /// Whose browser asks for English.
    pub fn in_english(self) -> Self {
        Self { lang: "en", ..self }
    }

    /// Whose browser runs no scripts, or has not loaded them yet.
    pub fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    /// Opens a browser of the visitor's own, with nothing remembered.
    pub(crate) async fn arrive(self) -> Result<WebDriver> {
        let mut chrome = DesiredCapabilities::chrome();
        for arg in [
            "--headless=new",
            "--no-sandbox", // Root may not use it, and CI is often root; only our own pages are opened.
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-color-profile=srgb",
        ] {
            chrome.add_arg(arg)?;
        }
        chrome.add_arg(&format!("--lang={}", self.lang))?;
        chrome.add_arg(&format!("--window-size={},900", self.width))?;
        if self.width < 500 {
            // A window cannot be made as narrow as a telephone; the page can be told that it is.
            let screen = json!({"width": self.width, "height": 844, "pixelRatio": 1.0, "touch": true});
            chrome.add_experimental_option("mobileEmulation", json!({"deviceMetrics": screen}))?;
        }
        let scripts = if self.scripts { 1 } else { 2 };
        let wanted = json!({
            "intl.accept_languages": self.lang,
            "profile.managed_default_content_settings.javascript": scripts,
            "profile.default_content_setting_values.javascript": scripts,
        });
        chrome.add_experimental_option("prefs", wanted)?;
        let driver = WebDriver::new(driver_address()?, chrome).await.context("opening a browser")?;
        driver.set_page_load_timeout(Duration::from_secs(60)).await?;
        driver.set_script_timeout(Duration::from_secs(20)).await?;
        Ok(driver)
    }
}

/// Where chromedriver listens; one serves all journeys of a file.
fn driver_address() -> Result<&'static str> {
    static DRIVER: OnceLock<Result<(Program, String), String>> = OnceLock::new();
    let started = DRIVER.get_or_init(|| {
        let started = Program::start("chromedriver", Path::new("chromedriver"), &["--port=0"], "started successfully on port ");
        let driver = started.map_err(|error| format!("{error:#}; `cargo xtask ci --only journeys` tells what is missing"))?;
        let address = format!("http://127.0.0.1:{}", driver.said.trim_end_matches('.'));
        Ok((driver, address))
    });
    started.as_ref().map(|(_, address)| address.as_str()).map_err(|error| anyhow!("{error}"))
}

//! What CI needs beyond Rust: installed by apt where we may, named where we may not.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use xtask::postgres;

/// Something outside the workspace that a step cannot do without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Postgres,
    Chromium,
    ChromeDriver,
    ChineseFonts,
    PdfToText,
}

impl Need {
    /// Debian's package, and how a person elsewhere would call the thing.
    fn package(self) -> (&'static str, &'static str) {
        match self {
            Self::Postgres => ("postgresql", "PostgreSQL's server programs (initdb, pg_ctl), version 15 or newer"),
            Self::Chromium => ("chromium", "the browser Chromium (or Chrome)"),
            Self::ChromeDriver => ("chromium-driver", "chromedriver of the browser's own version"),
            Self::ChineseFonts => ("fonts-noto-cjk", "a font with Chinese characters"),
            Self::PdfToText => ("poppler-utils", "pdftotext, from Poppler"),
        }
    }

    fn is_met(self) -> bool {
        match self {
            Self::Postgres => postgres::programs().is_some(),
            Self::Chromium => ["chromium", "chromium-browser", "google-chrome"].into_iter().any(on_path),
            Self::ChromeDriver => on_path("chromedriver"),
            // Debian's package does not bring the program that lists fonts, so its file is looked for as well.
            Self::ChineseFonts => {
                Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
                    || Command::new("fc-list").arg(":lang=zh").output().is_ok_and(|fonts| !fonts.stdout.is_empty())
            }
            Self::PdfToText => on_path("pdftotext"),
        }
    }
}

/// Meets `needs`, or says what is missing and how to get it.
///
/// # Errors
/// When something is missing and this is not root on a machine with apt, or when apt fails.
pub fn meet(needs: &[Need]) -> Result<()> {
    let missing = |needs: &[Need]| needs.iter().copied().filter(|need| !need.is_met()).collect::<Vec<_>>();
    let lacking = missing(needs);
    if lacking.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = lacking.iter().map(|need| need.package().0).collect();
    if !(postgres::id(&["-u"])? == 0 && on_path("apt-get")) {
        let named: Vec<_> = lacking.iter().map(|need| format!("  {}", need.package().1)).collect();
        bail!("missing on this machine:\n{}\non Debian: sudo apt-get install {}", named.join("\n"), packages.join(" "));
    }
    println!("installing through apt: {}", packages.join(" "));
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], &packages[..]].concat())?;
    match missing(&lacking).first() {
        Some(still) => bail!("apt installed {}, and yet this is missing: {}", still.package().0, still.package().1),
        None => Ok(()),
    }
}

fn apt(args: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.arg("-qq").args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).stdout(Stdio::null());
    if !command.status().context("starting apt-get")?.success() {
        bail!("apt-get {} failed", args.join(" "));
    }
    Ok(())
}

fn on_path(program: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(program).is_file())
}

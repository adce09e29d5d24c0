//! `yimen licence verify`: what a file is worth, without a database and without a network. `yimen seal create`: a key, a
//! certificate and a seal for a body, in the data folder.

use crate::config::Place;
use anyhow::{Context, ensure};
use clap::Subcommand;
use jiff::{Timestamp, ToSpan};
use papers::Lang;
use papers::licence_file::{self, Body};
use papers::sign::{FileKeys, KeyStore, read_certificates};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Licence {
    /// Tell what is sealed in an OFD or PDF file, by whom, when, and whether it is whole.
    ///
    /// Ends with 0 if it is whole and its seal is trusted, with 1 if not, with 2 if it is no such file.
    Verify {
        file: PathBuf,
        /// Certificates to trust, authorities and makers of seals, as PEM; of the data folder if not given.
        #[arg(long)]
        trust: Option<PathBuf>,
    },
}

impl Licence {
    pub fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let Licence::Verify { file, trust } = self;
        let told = (|| {
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let trusted = match trust {
                Some(path) => {
                    let pem = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
                    let trusted = read_certificates(&pem)?;
                    ensure!(!trusted.is_empty(), "no certificate in {}", path.display());
                    trusted
                }
                None => FileKeys::open(keys(place)).trusted()?,
            };
            Ok::<_, anyhow::Error>(licence_file::verify(&bytes, &trusted, Timestamp::now())?)
        })();
        let report = match told {
            Ok(report) => report,
            Err(fault) => {
                eprintln!("yimen: {}: {fault:#}", file.display());
                return Ok(ExitCode::from(2));
            }
        };
        for lang in [Lang::Zh, Lang::En] {
            report.words(lang).iter().for_each(|line| println!("{line}"));
        }
        Ok(ExitCode::from(u8::from(report.proven().is_none())))
    }
}

#[derive(Subcommand)]
pub enum Seal {
    /// Make a key, a certificate and an electronic seal for a body, under an authority of this data folder's own.
    Create {
        /// The body's code, as in agencies.
        agency: String,
        /// Its full name, as around the seal.
        name: String,
        /// Years for which the seal is in force.
        #[arg(long, default_value_t = 3)]
        years: u8,
        /// The seal says in its picture that it is of a demonstration.
        #[arg(long)]
        demonstration: bool,
    },
}

impl Seal {
    pub fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let Seal::Create { agency, name, years, demonstration } = self;
        let now = Timestamp::now();
        let to = now + (i64::from(*years) * 366 * 24).hours();
        let body = Body { code: agency, name, demonstration: *demonstration };
        let keys = keys(place);
        let made = licence_file::provide(&keys, &body, [now, to], now)
            .with_context(|| format!("cannot make the seal in {}", keys.display()))?;
        println!("{} {name}: {}", if made { "made" } else { "there already:" }, keys.display());
        Ok(ExitCode::SUCCESS)
    }
}

fn keys(place: &Place) -> PathBuf {
    Path::new(&place.data).join("keys")
}

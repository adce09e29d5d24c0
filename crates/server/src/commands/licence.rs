//! `yimen licence verify`: what a file is worth, without a network; where a database is at hand, also whether the licence still stands
//! by its register. `yimen seal create`: a key, a certificate and a seal for a body, in the data folder.

use crate::config::Place;
use anyhow::{Context, ensure};
use clap::Subcommand;
use jiff::{Timestamp, ToSpan};
use office::Clock;
use papers::Lang;
use papers::licence_file::{self, Body};
use papers::sign::{FileKeys, KeyStore, read_certificates};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::licences::LicenceState;

#[derive(Subcommand)]
pub enum Licence {
    /// Tell what is sealed in an OFD or PDF file, by whom, when, whether it is whole, and whether the licence still stands.
    ///
    /// The last is told by the register of the database that is named, if there is one. Ends with 0 if the file is whole, its seal
    /// is trusted and no register here says that the licence does not stand; with 1 if not, with 2 if it is no such file.
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
            let report = licence_file::verify(&bytes, &trusted, Timestamp::now())?;
            let licence =
                if place.has_database()? { crate::config::runtime()?.block_on(registered(place, &bytes))? } else { None };
            Ok::<_, anyhow::Error>((report, licence))
        })();
        let (report, licence) = match told {
            Ok(told) => told,
            Err(fault) => {
                eprintln!("yimen: {}: {fault:#}", file.display());
                return Ok(ExitCode::from(2));
            }
        };
        for lang in [Lang::Zh, Lang::En] {
            report.words(lang).iter().for_each(|line| println!("{line}"));
        }
        let today = Clock::default().now().day();
        if let Some(licence) = &licence {
            let now = licence.state(today).name();
            println!("登记现状（{today}）：{} {} {}", licence.name, licence.number, now.zh);
            println!("By the register ({today}): {} {}: {}", licence.name, licence.number, now.en);
        }
        let stands = licence.is_none_or(|licence| licence.state(today) == LicenceState::InForce);
        Ok(ExitCode::from(u8::from(report.proven().is_none() || !stands)))
    }
}

/// The licence in a file, if the register here holds that very file or copy.
async fn registered(place: &Place, bytes: &[u8]) -> anyhow::Result<Option<store::licences::Licence>> {
    let store = place.open(&Clock::default(), false).await?;
    let (_, _, licence) = office::licences::of_file(&store, &office::ids::digest(bytes)).await?;
    Ok(licence)
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

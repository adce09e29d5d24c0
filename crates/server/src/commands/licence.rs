//! `yimen licence verify`: what a file is worth, without a network; where a database is at hand, also whether the licence still stands
//! by its register. `yimen seal create`: a key, a certificate and a seal for a body, in the data folder.

use crate::config::Place;
use anyhow::{Context, ensure};
use clap::Subcommand;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use office::Clock;
use papers::Lang;
use papers::licence_file::{self, Body};
use papers::sign::{FileKeys, KeyStore, read_certificates};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::licences::{LicenceState, LicenceUse};

#[derive(Subcommand)]
pub enum Licence {
    /// Tell what is sealed in an OFD or PDF file, by whom, when, whether it is whole, and whether the licence still stands.
    ///
    /// The last is told by the register of the database that is named, if there is one. Ends with 0 if the file is whole, its seal
    /// is trusted and no register here says that the licence does not stand, or that the time of the copy is over; with 1 if not, with 2
    /// if it is no such file.
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
            let (copy, licence) =
                if place.has_database()? { crate::config::runtime()?.block_on(registered(place, &bytes))? } else { (None, None) };
            Ok::<_, anyhow::Error>((report, copy, licence))
        })();
        let (report, copy, licence) = match told {
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
        for line in copy.iter().flat_map(|copy| a_copy(copy, today)) {
            println!("{line}");
        }
        let stands = licence.is_none_or(|licence| licence.state(today) == LicenceState::InForce);
        let serves = copy.is_none_or(|copy| !is_over(&copy, today));
        Ok(ExitCode::from(u8::from(report.proven().is_none() || !stands || !serves)))
    }
}

/// The licence in a file, if the register here holds that very file or copy; and for what the copy was made.
async fn registered(place: &Place, bytes: &[u8]) -> anyhow::Result<(Option<LicenceUse>, Option<store::licences::Licence>)> {
    let store = place.open(&Clock::default(), false).await?;
    let (_, copy, licence) = office::licences::of_file(&store, &office::ids::digest(bytes)).await?;
    Ok((copy, licence))
}

/// A copy says of itself for what it may be used; when that is over it is worth nothing.
fn a_copy(copy: &LicenceUse, today: Date) -> [String; 2] {
    let until = copy.until.map_or_else(|| "—".to_owned(), |until| until.to_string());
    let (zh, en) = if is_over(copy, today) { ("，期限已过", ", which is over") } else { ("", "") };
    [
        format!("这是限定用途的副本：{}，使用期限至{until}{zh}", copy.purpose),
        format!("A copy for one purpose: {}, until {until}{en}", copy.purpose),
    ]
}

fn is_over(copy: &LicenceUse, today: Date) -> bool {
    copy.until.is_none_or(|until| until < today)
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

#[cfg(test)]
mod tests {
    use super::{LicenceUse, a_copy, is_over};
    use casework::{CaseNo, Moment};
    use jiff::civil::date;

    #[test]
    fn a_copy_tells_its_purpose_and_when_its_time_is_over() {
        let copy = LicenceUse {
            id: "1".into(),
            no: CaseNo("C1".into()),
            by: "person:1".into(),
            what: "copy".into(),
            purpose: "租房".into(),
            until: Some(date(2026, 4, 1)),
            digest: "00".into(),
            at: Moment(0),
        };
        assert!(!is_over(&copy, date(2026, 4, 1)) && is_over(&copy, date(2026, 4, 2)));
        let [zh, en] = a_copy(&copy, date(2026, 4, 2));
        assert!(zh.contains("租房") && zh.contains("2026-04-01") && zh.contains("已过") && en.contains("is over"), "{zh} {en}");
        assert!(!a_copy(&copy, date(2026, 3, 2))[0].contains("已过"));
    }
}

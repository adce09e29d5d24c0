//! `yimen admin create`: the first administrator of an empty installation.

use crate::config::Place;
use clap::{Args, Subcommand};
use office::{Clock, Stop, people};
use std::process::ExitCode;

#[derive(Args)]
pub struct Admin {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Create the first administrator; prints a password that has to be changed at the first sign-in.
    Create {
        /// Name as it stands on hand-overs.
        #[arg(long)]
        name: String,
        #[arg(long)]
        login: String,
        /// Code of the agency the administrator belongs to.
        #[arg(long, default_value = "zwfwb")]
        agency: String,
    },
}

impl Admin {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let What::Create { name, login, agency } = &self.what;
        let office = place.office(Clock::default(), "", false).await?;
        let new =
            people::staff::NewStaff { login: login.clone(), name: name.clone(), agency: agency.clone(), phone: String::new() };
        let now = office.now().await?;
        match people::staff::create_first_administrator(&office.store, &office.entrance, &new, now).await {
            Ok((_, password)) => {
                println!("Administrator {login} was created. Password, shown once: {password}");
                Ok(ExitCode::SUCCESS)
            }
            Err(Stop::Refused(refusal)) => {
                eprintln!("{} {}", refusal.why.en, refusal.next.en);
                Ok(ExitCode::FAILURE)
            }
            Err(Stop::Failed(failure)) => Err(failure.into()),
        }
    }
}

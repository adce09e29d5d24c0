//! `yimen admin create`: the first administrator of an empty installation; `yimen admin reset`: a new password for somebody of the staff,
//! where no administrator is left who could give one.

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
    /// Give a member of staff a new password, to be changed at the next sign-in; the second factor is set up anew.
    Reset {
        #[arg(long)]
        login: String,
    },
}

impl Admin {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        if let What::Reset { .. } = &self.what {
            place.holds_something()?;
        }
        let office = place.office(Clock::default(), "", false).await?;
        let (store, entrance, now) = (&office.store, &office.entrance, office.now().await?);
        let given = match &self.what {
            What::Create { name, login, agency } => {
                let (login, name, agency) = (login.clone(), name.clone(), agency.clone());
                let new = people::staff::NewStaff { login, name, agency, phone: String::new() };
                people::staff::create_first_administrator(store, entrance, &new, now).await.map(|(_, password)| password)
            }
            What::Reset { login } => entrance.reset_staff(store, &people::staff::command_line(), login, now).await,
        };
        match (&self.what, given) {
            (What::Create { login, .. }, Ok(password)) => {
                println!("Administrator {login} was created. Password, shown once: {password}");
            }
            (What::Reset { login }, Ok(password)) => println!("New password of {login}, shown once: {password}"),
            (_, Err(Stop::Refused(refusal))) => {
                eprintln!("{} {}", refusal.why.en, refusal.next.en);
                return Ok(ExitCode::FAILURE);
            }
            (_, Err(Stop::Failed(failure))) => return Err(failure.into()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

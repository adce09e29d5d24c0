//! `standin`: a stand-in for a partner system, for demonstrations. See docs/operating.md.

use anyhow::Context;
use clap::{Parser, Subcommand};
use standin::{Standin, make_keys};
use std::path::PathBuf;

#[derive(Parser)]
#[command(about = "A stand-in for a partner system, for demonstrations: it can be slow, down, late, double and wrong")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Draw keys for both sides into a new folder.
    Keys {
        folder: PathBuf,
        /// Partners that get a key.
        #[arg(long = "for", default_values = ["food-platform", "entity-platform"])]
        partners: Vec<String>,
    },
    /// Stand in for a partner until stopped.
    Serve {
        /// Folder of the keys.
        #[arg(long)]
        keys: PathBuf,
        /// Code of the partner.
        #[arg(long, default_value = "food-platform")]
        partner: String,
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: String,
        /// Where `yimen` answers.
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        calls: String,
        /// Seconds until a matter is decided; 0 waits for `POST /control/decide`.
        #[arg(long, default_value_t = 60)]
        decide_after: u64,
        /// `granted`, `filed`, `refused`, `correction` or `not-taken-in`.
        #[arg(long, default_value = "granted")]
        decide_as: String,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Keys { folder, partners } => {
            let partners: Vec<&str> = partners.iter().map(String::as_str).collect();
            make_keys(&folder, &partners)?;
            println!("keys in {}", folder.display());
        }
        Command::Serve { keys, partner, listen, calls, decide_after, decide_as } => {
            let standin = Standin::open(&keys, &partner, &calls)?;
            standin.switch(|switches| {
                switches.decide_after = Some(decide_after * 1_000).filter(|after| *after > 0);
                switches.decide_as = decide_as;
            });
            let listener = tokio::net::TcpListener::bind(&listen).await.with_context(|| format!("cannot listen on {listen}"))?;
            println!("{partner} on http://{}", listener.local_addr()?);
            axum::serve(listener, standin.router()).await?;
        }
    }
    Ok(())
}

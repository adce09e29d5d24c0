//! `yimen ids check`: one identifier a line in, CSV `value,kind,valid,reason` out.

use clap::Subcommand;
use rulebook::identifier::{IDS_HEAD, ids_line};
use std::io::Write;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum Ids {
    /// Check credit codes, citizen IDs and e-licence identifiers from standard input.
    Check,
}

impl Ids {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let Ids::Check = self;
        let today = jiff::Zoned::now().date();
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        writeln!(out, "{IDS_HEAD}")?;
        for (number, line) in super::lines(std::io::stdin().lock()).enumerate() {
            if let Some(row) = ids_line(number + 1, &line?, today) {
                writeln!(out, "{row}")?;
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

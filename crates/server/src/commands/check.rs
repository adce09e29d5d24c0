//! `yimen check [DIR]`: exit 1 when anything is an error, with `file:line` for each problem.

use crate::files;
use clap::Args;
use rulebook::{Calendar, Lang, Severity};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Check {
    /// The rulebook's folder.
    #[arg(default_value = "rulebook")]
    folder: PathBuf,
    /// Check for production: only what was verified may be published.
    #[arg(long)]
    production: bool,
    /// The language of what is told; that of the terminal (`LANG`) unless given, Chinese where that is neither.
    #[arg(long, value_enum)]
    lang: Option<Tongue>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Tongue {
    Zh,
    En,
}

impl Check {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let files = files::read(&self.folder)?;
        let problems = problems(&files, self.production);
        let lang = match self.lang {
            Some(Tongue::Zh) => Lang::Zh,
            Some(Tongue::En) => Lang::En,
            None => of_terminal(|name| std::env::var(name).ok()),
        };
        for problem in &problems {
            println!("{}/{}", self.folder.display(), problem.told(lang));
        }
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        println!("{}", counted(errors, problems.len() - errors, lang));
        Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// How many of each, as one says it.
fn counted(errors: usize, warnings: usize, lang: Lang) -> String {
    let many = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    match lang {
        Lang::Zh => format!("{errors} 个错误，{warnings} 个提醒"),
        Lang::En => format!("{}, {}", many(errors, "error"), many(warnings, "warning")),
    }
}

/// The language that the terminal is set to.
fn of_terminal(variable: impl Fn(&str) -> Option<String>) -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    if set.is_some_and(|value| value.starts_with("en")) { Lang::En } else { Lang::Zh }
}

/// Every problem of a rulebook with its calendar.
pub fn problems(files: &[(String, String)], production: bool) -> Vec<rulebook::Problem> {
    let (calendar, mut problems) = match files.iter().find(|(path, _)| path == office::rulebooks::CALENDAR) {
        Some((path, text)) => Calendar::parse(path, text),
        None => (Calendar::default(), Vec::new()),
    };
    let pairs = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    problems.extend(rulebook::check::compile_and_check(pairs, &calendar, jiff::Zoned::now().date(), production).1);
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_told_as_many() {
        assert_eq!(counted(1, 0, Lang::En), "1 error, 0 warnings");
        assert_eq!(counted(2, 1, Lang::En), "2 errors, 1 warning");
        assert_eq!(counted(1, 2, Lang::Zh), "1 个错误，2 个提醒");
    }

    #[test]
    fn the_terminal_says_which_language() {
        let set = |all: &'static [(&str, &str)]| {
            of_terminal(|name| all.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(set(&[("LANG", "en_GB.UTF-8")]), Lang::En);
        assert_eq!(set(&[("LC_ALL", ""), ("LANG", "en_GB.UTF-8")]), Lang::En);
        assert_eq!(set(&[("LC_ALL", "zh_CN.UTF-8"), ("LANG", "en_GB.UTF-8")]), Lang::Zh);
        assert_eq!(set(&[("LANG", "C.UTF-8")]), Lang::Zh);
        assert_eq!(set(&[]), Lang::Zh);
    }
}

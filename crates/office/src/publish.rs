//! Publishing the rulebook: files become an edition, in force from a set minute, or the problems are told and nothing happens.
//!
//! Everybody goes through [`Office::release`]: the first import, the workbench, a test. What has errors is never published; in
//! production neither is what is only an example (decision 32). One transaction publishes the edition against the one it was
//! made from, so of two who publish at once the second is shown what the first has done. Serves measures 6 and 7.

pub(crate) mod assessed;
pub mod desks;
pub mod item_text;
pub mod list;
pub mod policy_table;
pub mod policy_text;
pub(crate) mod toml_text;

use crate::{Failure, Office};
use casework::Moment;
use rulebook::{Problem, Rulebook, Severity};
use store::editions::{Edition, NewEdition, Published};

/// Path and text of every file.
pub type Files = Vec<(String, String)>;

/// What is to be published.
#[derive(Debug, Clone)]
pub struct Release<'a> {
    pub files: Files,
    /// The edition that they were made from; `None` for the first.
    pub base: Option<&'a str>,
    pub in_force_at: Moment,
    /// Member of staff, or what else published.
    pub by: &'a str,
    pub note: &'a str,
    /// Changes that become published with it, each at the version it was read at.
    pub changes: &'a [(String, u64)],
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Released {
    Done(Edition),
    /// Errors, and warnings beside them. Nothing was published.
    Faulty(Vec<Problem>),
    /// Another edition was published since the base.
    Overtaken {
        latest: Option<String>,
    },
    /// It would come into force before the edition it replaces.
    TooEarly {
        not_before: Moment,
    },
    /// One of the changes was touched meanwhile.
    ChangeMoved,
}

/// Editions of one day are told apart by a serial; more than this on one day is a mistake.
const SERIALS: usize = 99;

impl Office {
    /// Compiles and checks files as publishing would, on a thread where it holds up nobody.
    pub async fn check_files(&self, files: Files) -> Result<(Rulebook, Vec<Problem>), Failure> {
        let (calendar, today, production) = (self.rulebooks.calendar(), self.now().await?.day(), !self.settings.demonstration);
        let work = move || {
            let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            rulebook::check::compile_and_check(files, &calendar, today, production)
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|fault| Failure::Unready(format!("the rulebook could not be checked: {fault}")))
    }

    /// Publishes an edition, unless it has errors or another one was published since its base.
    pub async fn release(&self, release: &Release<'_>) -> Result<Released, Failure> {
        let (rules, mut problems) = self.check_files(release.files.clone()).await?;
        problems.extend(self.not_assessed(release.base, &rules).await?);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Ok(Released::Faulty(problems));
        }
        let now = self.now().await?;
        let day = now.day();
        let taken = self.store.editions().await?;
        let name = (1..=SERIALS).map(|serial| format!("{day}.{serial}")).find(|name| taken.iter().all(|old| old.name != *name));
        let Some(name) = name else { return Err(Failure::Busy) };
        let new = NewEdition {
            name: &name,
            base: release.base,
            files: &release.files,
            rules: &rules,
            in_force_at: release.in_force_at,
            by: release.by,
            note: release.note,
        };
        let released = match self.store.publish_changes(&new, release.changes, now).await? {
            None => Released::ChangeMoved,
            Some(Published::Yes(edition)) => Released::Done(edition),
            Some(Published::Overtaken { latest }) => Released::Overtaken { latest },
            // The name was free a moment ago: somebody has published since.
            Some(Published::NameTaken) => {
                Released::Overtaken { latest: self.store.latest_edition().await?.map(|edition| edition.name) }
            }
            Some(Published::TooEarly { not_before }) => Released::TooEarly { not_before },
        };
        if let Released::Done(edition) = &released {
            tracing::info!(edition = edition.name, digest = edition.digest, "Edition {} is published", edition.name);
            self.rulebooks.refresh(&self.store, now).await?;
        }
        Ok(released)
    }
}

/// The files with one of them put in the place of its old text, or added.
pub fn with_file(files: &[(String, String)], path: &str, text: &str) -> Files {
    let mut files = files.to_vec();
    match files.iter_mut().find(|(known, _)| known == path) {
        Some((_, old)) => text.clone_into(old),
        None => {
            files.push((path.to_owned(), text.to_owned()));
            files.sort();
        }
    }
    files
}

/// The text of one file.
pub fn text_of<'a>(files: &'a [(String, String)], path: &str) -> Option<&'a str> {
    files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str())
}

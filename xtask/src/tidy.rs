//! Tidy: what no compiler looks at, so that the house stays findable.

mod glossary;
mod links;
pub mod measures;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Past this many lines a file probably holds two ideas; tidy says so, and leaves the judgement to us.
const LONG: usize = 800;

/// Names that say nothing of the domain; what would go there has a better home.
const HOMELESS: &[&str] = &["utils", "util", "common", "helpers", "services", "misc"];

/// The files of the workspace by their paths from its root, with `/`; of those that tidy reads, also the text.
pub struct Tree {
    pub texts: BTreeMap<String, String>,
    files: Vec<String>,
    folders: Vec<String>,
}

impl Tree {
    /// Reads the workspace, leaving out what is built, what a run keeps (`data`, `target`), hidden folders and the code of others.
    pub fn read(root: &Path) -> Result<Self> {
        let mut tree = Self { texts: BTreeMap::new(), files: Vec::new(), folders: Vec::new() };
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, root: &Path, folder: &str) -> Result<()> {
        for entry in std::fs::read_dir(root.join(folder)).with_context(|| format!("reading {folder}"))? {
            let entry = entry?;
            let name = entry.file_name().into_string().ok().with_context(|| format!("a name in {folder} is not text"))?;
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if name.starts_with('.') || name == "vendor" || ["target", "data"].contains(&path.as_str()) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                self.read_folder(root, &path)?;
                self.folders.push(path);
                continue;
            }
            if ["rs", "md", "toml"].iter().any(|end| path.rsplit_once('.').is_some_and(|(_, last)| last == *end)) {
                let text = std::fs::read_to_string(entry.path()).with_context(|| format!("reading {path}"))?;
                self.texts.insert(path.clone(), text);
            }
            self.files.push(path);
        }
        Ok(())
    }

    /// Files under `folder` that end in `end`, with their text.
    pub fn under<'a>(&'a self, folder: &'a str, end: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        all.filter(move |(path, _)| path.starts_with(folder) && path.ends_with(end))
    }
}

/// Runs every check and reports all faults at once.
pub fn check(root: &Path) -> Result<()> {
    let tree = Tree::read(root)?;
    for (path, text) in tree.under("", ".rs") {
        let lines = text.lines().count();
        if lines > LONG {
            println!("long: {path} has {lines} lines; does it hold one idea?");
        }
    }
    let mut faults = heads(&tree);
    faults.extend(folders(&tree));
    faults.extend(orphans(&tree));
    faults.extend(scenarios(&tree));
    faults.extend(links::faults(&tree, root));
    faults.extend(glossary::faults(&tree));
    faults.extend(measures::faults(&tree)?);
    if faults.is_empty() { Ok(()) } else { bail!("{} faults\n{}", faults.len(), faults.join("\n")) }
}

/// Every source file of a crate says first what it is about; a `tests.rs` does by its name and place.
fn heads(tree: &Tree) -> Vec<String> {
    let sources = tree.under("", ".rs").filter(|(path, _)| path.contains("/src/") && !path.ends_with("/tests.rs"));
    let bare = sources.filter(|(_, text)| !text.starts_with("//!"));
    bare.map(|(path, _)| format!("{path}:1: say in a first `//!` line what this file is about")).collect()
}

fn folders(tree: &Tree) -> Vec<String> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
    let places = tree.folders.iter().map(String::as_str).chain(tree.under("", ".rs").map(|(path, _)| path));
    let homeless = places.filter(|path| HOMELESS.contains(&name(path).as_str()));
    homeless.map(|path| format!("{path}: a name from nobody's domain; ask what it is *of*")).collect()
}

/// A file that the program carries or the rulebook holds is named by some code. Definitions are all read, and what tests
/// keep beside them is listed by its folder.
fn orphans(tree: &Tree) -> Vec<String> {
    let ours = |path: &&String| (path.starts_with("crates/") && !path.contains("/tests/")) || path.starts_with("rulebook/");
    let read = |path: &str| tree.texts.contains_key(path);
    let licence = |path: &str| ["LICENSE", "OFL"].iter().any(|name| path.contains(name));
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let others = tree.files.iter().filter(ours).filter(|path| !read(path) && !licence(path));
    let orphans = others.filter(|path| !tree.under("crates/", ".rs").any(|(_, text)| text.contains(&name(path))));
    orphans.map(|path| format!("{path}: no code names this file; who reads it?")).collect()
}

/// A folder of scenarios carries the number of the measure it promises: `05-一刻办`.
fn scenarios(tree: &Tree) -> Vec<String> {
    let folders = tree.folders.iter().filter_map(|path| Some((path, path.strip_prefix("scenarios/")?)));
    let wrong = folders.filter(|(_, rest)| !rest.contains('/') && measures::of_folder(rest).is_none());
    wrong.map(|(path, _)| format!("{path}: a folder of scenarios is named after its measure: NN-name, 01 to 17")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of the files given, and of the folders they stand in.
    pub(super) fn tree(files: &[(&str, &str)]) -> Tree {
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let folders = files.iter().filter_map(|(path, _)| Some(path.rsplit_once('/')?.0.to_owned())).collect();
        Tree { texts, files: files.iter().map(|(path, _)| (*path).to_owned()).collect(), folders }
    }

    #[test]
    fn a_source_file_without_a_head_is_a_fault() {
        let tree =
            tree(&[("crates/a/src/lib.rs", "//! About.\n"), ("crates/a/src/b.rs", "fn b() {}\n"), ("crates/a/tests/c.rs", "")]);
        assert_eq!(heads(&tree).len(), 1);
        assert!(heads(&tree)[0].starts_with("crates/a/src/b.rs:1:"));
    }

    #[test]
    fn a_folder_or_file_called_utils_is_a_fault() {
        let tree = tree(&[("crates/a/src/utils/x.rs", ""), ("crates/a/src/helpers.rs", ""), ("crates/a/src/calendar.rs", "")]);
        assert_eq!(folders(&tree).len(), 2);
    }

    #[test]
    fn a_file_that_no_code_names_is_a_fault() {
        let mut tree = tree(&[("crates/a/src/lib.rs", r#"include_str!("look.css")"#)]);
        tree.files.extend(["crates/a/src/look.css", "crates/a/src/old.css", "crates/a/tests/x.json"].map(str::to_owned));
        assert_eq!(orphans(&tree), ["crates/a/src/old.css: no code names this file; who reads it?"]);
    }

    #[test]
    fn a_scenario_folder_bears_a_number_of_a_measure() {
        let tree = tree(&[("scenarios/05-一刻办/a.md", ""), ("scenarios/18-none/a.md", ""), ("scenarios/more/a.md", "")]);
        assert_eq!(scenarios(&tree).len(), 2);
    }
}

//! The files of a folder as the rulebook takes them: pairs of path and text, in order of path.

#![expect(clippy::disallowed_methods, reason = "files are read here, outside the crate that must not")]

use std::path::{Path, PathBuf};

/// Every file of the district's rulebook.
pub fn district() -> Vec<(String, String)> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook"))
}

/// Every file below `root` that is text.
pub fn read(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(root, root, &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    for path in paths {
        if path.is_dir() {
            walk(&path, root, found);
        } else if let (Ok(text), Ok(name)) = (std::fs::read_to_string(&path), path.strip_prefix(root)) {
            found.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
}

//! A rulebook folder as pairs of path and text.

use anyhow::Context;
use std::path::Path;

/// Every text file below `folder`, with `/` in its path, sorted.
pub fn read(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    walk(folder, folder, &mut found)?;
    found.sort();
    anyhow::ensure!(!found.is_empty(), "there are no files in {}", folder.display());
    Ok(found)
}

fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, root, found)?;
        } else if path.extension().is_some_and(|kind| ["toml", "csv", "jsonl", "txt"].iter().any(|known| kind == *known)) {
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {} as UTF-8 text", path.display()))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push((name, text));
        }
    }
    Ok(())
}

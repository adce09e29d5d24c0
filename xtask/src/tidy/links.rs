//! Links from one of our pages to another lead somewhere.

use std::path::Path;

use super::Tree;

/// Every relative link in a Markdown page that leads to no file.
pub fn faults(tree: &Tree, root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, text) in tree.under("", ".md") {
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        for (number, line) in prose(text) {
            for target in targets(line) {
                if !root.join(folder).join(target).exists() {
                    faults.push(format!("{path}:{number}: the link to {target} leads nowhere"));
                }
            }
        }
    }
    faults
}

/// Lines with their numbers, without those in fenced code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// Targets of `](target)` and `src="target"` on a line, without those outside (`https:`, `mailto:`) and without `#place`.
fn targets(line: &str) -> Vec<&str> {
    // Every second piece between backticks is code.
    let spoken = line.split('`').step_by(2);
    let found = spoken.flat_map(|piece| {
        let links = piece.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        let images = piece.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        links.chain(images)
    });
    let ours = found.filter(|target| !target.contains(':')).filter_map(|target| target.split('#').next());
    ours.filter(|target| !target.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    #[test]
    fn only_links_to_our_own_files_are_looked_at() {
        let check = |line: &str, expected: &[&str]| assert_eq!(targets(line), expected, "{line}");
        check("see [the map](ARCHITECTURE.md) and [b](docs/b.md#place)", &["ARCHITECTURE.md", "docs/b.md"]);
        check("[out](https://example.org) [mail](mailto:a@example.org) [here](#here)", &[]);
        check("![picture](docs/a.png \"a title\")", &["docs/a.png"]);
        check("code: `[x](y.md)`", &[]);
        check("[`code`](a.md)", &["a.md"]);
        check("<img src=\"docs/a.png\" alt=\"\">", &["docs/a.png"]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told_with_its_line() {
        let tree = tree(&[("docs/a.md", "\n```\n[x](in-code.md)\n```\n[gone](nowhere.md)\n")]);
        assert_eq!(faults(&tree, Path::new("/nonexistent")), ["docs/a.md:5: the link to nowhere.md leads nowhere"]);
    }
}

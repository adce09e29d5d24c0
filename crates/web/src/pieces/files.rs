//! Uploads: the papers already there and the way to add one. Without scripts a plain file input in the multipart form.
//!
//! **The protocol with scripts**, for `data-upload="URL"`; every answer is JSON and every request but GET carries the header
//! `X-Csrf-Token`:
//! - `POST URL`, body `{"name", "size", "type", "field"}` → `201 {"url": "/uploads/…", "offset": 0}`. Refused (too large, wrong kind,
//!   closed): `4xx {"message": "…"}`, said beside the field.
//! - `PUT url?offset=N`, body: the next bytes, at most 1 MiB → `200 {"offset": M}`; with the last byte `{"offset": size, "done": true}`,
//!   and the server has attached the file to the field. `409 {"offset": M}`: go on from M.
//! - `GET url` → `{"offset": M, "done": false}`: where to go on after the line was lost, or when the same file is chosen again.
//! - `DELETE url` → `204`: given up.
//!
//! A failed request is tried again with growing pauses, from what GET says.

use maud::{Markup, html};
use rulebook::{Lang, Text};

use super::{Icon, icon, words};

/// A file that is already there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Paper<'a> {
    pub name: &'a str,
    pub href: &'a str,
    /// Size in bytes.
    pub size: u64,
    /// 「3月2日 10:32 上传」, 「取自证照库」.
    pub note: &'a str,
    /// The form value that takes it away (`name="_remove"`); none if it stays.
    pub remove: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Uploads<'a> {
    pub papers: &'a [Paper<'a>],
    /// Where the script uploads to; without it the plain input is all there is.
    pub upload: Option<&'a str>,
    /// Accepted types, as HTML has them: `image/*,application/pdf`.
    pub accept: &'a str,
    pub multiple: bool,
    /// A telephone opens its camera.
    pub camera: bool,
}

pub(super) fn uploads(files: &Uploads<'_>, name: &str, id: &str, described: Option<&str>, lang: Lang) -> Markup {
    html! {
        (paper_list(files.papers, lang))
        div .drop {
            input type="file" id=(id) name=(name) accept=[Some(files.accept).filter(|accept| !accept.is_empty())] multiple[files.multiple]
                capture=[files.camera.then_some("environment")] aria-describedby=[described] data-upload=[files.upload];
        }
    }
}

/// The papers alone, for a page that only shows them.
pub fn paper_list(papers: &[Paper<'_>], lang: Lang) -> Markup {
    html! {
        ul .files {
            @for paper in papers {
                li {
                    (icon(Icon::Paper))
                    span .name {
                        @if paper.href.is_empty() { (words(paper.name, lang)) } @else { a href=(paper.href) { (words(paper.name, lang)) } }
                        " " span .hint { @if paper.size > 0 { (size(paper.size)) } @if paper.size > 0 && !paper.note.is_empty() { " · " } @if !paper.note.is_empty() { (words(paper.note, lang)) } }
                    }
                    @if let Some(remove) = paper.remove {
                        button .link type="submit" name="_remove" value=(remove) {
                            (lang.say("删除", "Remove")) span .vh { " " (paper.name) }
                        }
                    }
                }
            }
        }
    }
}

/// A size as people read it: 840 KB, 2.4 MB.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// What a file of officers came with, by its key: 「第1次现场核查」, 「卫生健康委的意见」.
pub fn attached_to(rules: &rulebook::Rulebook, case: &casework::Case, key: &str) -> Text {
    let (what, number) = key.split_once('-').unwrap_or((key, ""));
    match what {
        "opinion" => {
            let asked = case.opinions.iter().find(|opinion| opinion.number.to_string() == number);
            let agency = asked.and_then(|opinion| rules.agencies.get(&opinion.agency));
            let name = agency.map(|agency| agency.text()).unwrap_or_default();
            Text::new(format!("{}的意见", name.zh), format!("Opinion of {}", name.en))
        }
        "check" => Text::new(format!("承诺的第{number}次核查"), format!("Check {number} of the commitment")),
        "rectified" => Text::new("整改报告", "Report of what was put right"),
        "joint" => Text::new(format!("第{number}次联合进行"), format!("Joint act {number}")),
        "leg" => Text::new("对接系统的办理结果", "Outcome in the partner system"),
        _ => Text::new(format!("第{number}次现场核查"), format!("Site inspection {number}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_naturally() {
        fn check(bytes: u64, text: &str) {
            assert_eq!(size(bytes), text);
        }
        check(0, "0 B");
        check(1_000, "1 KB");
        check(839_001, "840 KB");
        check(2_450_000, "2.4 MB");
    }
}

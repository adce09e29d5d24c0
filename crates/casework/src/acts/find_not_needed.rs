//! No permit needed (不受理): tell the applicant at once that the matter needs no permit (行政许可法 art. 32(1)).

use super::written;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn find_not_needed(stage: &Stage<'_>, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("为什么不需要许可", "why no permit is needed"), reason)?;
    let reason = out.keep("reason", reason);
    out.happened(Event::FoundNotNeeded { reason });
    out.letter(LetterKind::NotNeededNotice);
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”依法不需要取得许可，已书面告知。", stage.item.name),
            format!("“{}” needs no permit; a written notice says why.", stage.item.english()),
        ),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, words};
    use crate::errand::LetterKind;

    #[test]
    fn the_applicant_is_told_why_at_once() {
        let bench = Bench::submitted("kitchen", &["plan"]);
        assert_eq!(bench.refusal("li", &Act::FindNotNeeded { reason: " ".into() }), "words-missing");
        let told = bench.hear("li", &Act::FindNotNeeded { reason: words() }).expect("told");
        assert_eq!(letters(&told), [LetterKind::NotNeededNotice]);
        assert!(!told.after.is_open());
    }
}

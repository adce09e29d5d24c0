//! Statement and defence (陈述申辩): whoever is directly and substantially concerned is told and heard (行政许可法 art. 36).

use super::written;
use crate::decide::{Sheet, Stage};
use crate::errand::LetterKind;
use crate::event::Event;
use crate::refusal::Refusal;

pub(super) fn invite_statement(_stage: &Stage<'_>, party: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("告知了谁", "who was told"), party)?;
    let party = out.keep("party", party);
    out.happened(Event::StatementInvited { party });
    out.letter(LetterKind::StatementInvitation);
    Ok(())
}

pub(super) fn hear_statement(_stage: &Stage<'_>, text: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("陈述申辩的内容", "what was said"), text)?;
    let text = out.keep("statement", text);
    out.happened(Event::StatementHeard { text });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, words};
    use crate::errand::LetterKind;

    #[test]
    fn those_concerned_are_told_in_writing_and_what_they_say_is_kept_apart_from_the_journal() {
        let bench = Bench::in_review();
        let told = bench.hear("li", &Act::InviteStatement { party: words() }).expect("told");
        assert_eq!(letters(&told), [LetterKind::StatementInvitation]);
        let heard = bench.hear("clerk", &Act::HearStatement { text: words() }).expect("heard");
        assert_eq!((heard.kept[0].kind, heard.kept[0].bytes.as_slice()), ("statement", words().as_bytes()));
        for act in [Act::InviteStatement { party: " ".into() }, Act::HearStatement { text: String::new() }] {
            assert_eq!(bench.refusal("li", &act), "words-missing");
        }
    }
}

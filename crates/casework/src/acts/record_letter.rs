//! Record a letter: the courier made it, drew its number and keeps it; the case says so.

use crate::decide::{Sheet, Stage};
use crate::errand::LetterKind;
use crate::event::Event;
use crate::refusal::Refusal;

pub(super) fn record_letter(
    _stage: &Stage<'_>,
    kind: LetterKind,
    number: &str,
    check_code: &str,
    digest: &str,
    agency: &str,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    out.happened(Event::LetterMade {
        kind,
        number: number.to_owned(),
        check_code: check_code.to_owned(),
        digest: digest.to_owned(),
        agency: agency.to_owned(),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::Bench;
    use crate::errand::LetterKind;

    #[test]
    fn letters_are_numbered_in_their_order_and_overtake_nobody() {
        let mut bench = Bench::in_review();
        let seen = bench.case.version;
        let letter = |number: &str| Act::RecordLetter {
            kind: LetterKind::AcceptanceNotice,
            number: number.into(),
            check_code: "c".into(),
            digest: "d".into(),
            agency: "market".into(),
        };
        bench.must("system", letter("1号"));
        bench.must("system", letter("2号"));
        let made: Vec<(u32, &str)> =
            bench.case.letters.iter().map(|letter| (letter.number, letter.document_number.as_str())).collect();
        assert_eq!(made, [(1, "1号"), (2, "2号")]);
        assert_eq!(bench.case.overtaken(seen), None);
        assert_eq!(bench.refusal("li", &letter("3号")), "not-yours");
    }
}

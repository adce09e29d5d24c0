//! Correct a clerical error in a letter: a recorded act with a notice; the first letter stays as it was sent.

use super::written;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn correct_error(stage: &Stage<'_>, letter: Option<u32>, what: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("更正了什么", "what is corrected"), what)?;
    if let Some(number) = letter
        && !stage.case.letters.iter().any(|made| made.number == number)
    {
        return Err(Refusal::new(
            "unknown-letter",
            Text::new(format!("本办件没有第{number}号文书。"), format!("This case has no letter number {number}.")),
            Text::new("请从文书列表中选择。", "Choose one from the list of letters."),
        ));
    }
    let what = out.keep("what", what);
    out.happened(Event::ErrorCorrected { letter, what });
    out.letter(LetterKind::ErrorCorrection);
    out.notify(To::Applicant, Text::new("一份文书的笔误已更正。", "A clerical error in a letter was corrected."));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters, words};
    use crate::errand::LetterKind;

    #[test]
    fn the_letter_must_be_there_and_the_first_one_stays() {
        let mut bench = Bench::delivered();
        assert_eq!(bench.refusal("chief", &Act::CorrectError { letter: Some(1), what: words() }), "unknown-letter");
        assert_eq!(bench.refusal("chief", &Act::CorrectError { letter: None, what: String::new() }), "words-missing");
        let letter = Act::RecordLetter {
            kind: LetterKind::Grant,
            number: "1".into(),
            check_code: "c".into(),
            digest: "d".into(),
            agency: "market".into(),
        };
        bench.must("system", letter);
        let corrected = bench.hear("chief", &Act::CorrectError { letter: Some(1), what: words() }).expect("corrected");
        assert_eq!(letters(&corrected), [LetterKind::ErrorCorrection]);
        assert_eq!(corrected.after.letters, bench.case.letters);
    }
}

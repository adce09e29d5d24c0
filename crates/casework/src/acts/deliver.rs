//! Deliver (送达): who received it, how and when; proof stays with the case.

use super::written;
use crate::commitment::Pledge;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn deliver(stage: &Stage<'_>, manner: &str, receiver: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("送达方式", "how it was delivered"), manner)?;
    written(("签收人", "who received it"), receiver)?;
    let receiver = out.keep("receiver", receiver);
    let to_be_checked = stage.case.pledge.as_ref().is_some_and(Pledge::is_open);
    out.happened(Event::Delivered { manner: manner.to_owned(), receiver, to_be_checked });
    out.letter(LetterKind::DeliveryProof);
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{}”的结果已送达，请对本次办理作出评价。", stage.item.name),
            format!("The result of “{}” was delivered; please rate how it went.", stage.item.english()),
        ),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, words};

    #[test]
    fn delivery_says_how_and_to_whom_and_ends_the_case() {
        let mut bench = Bench::granted();
        bench.must("clerk", Act::MakeResult { number: "1".into(), name: String::new() });
        for (manner, receiver) in [("", "x"), ("x", "")] {
            let act = Act::Deliver { manner: manner.into(), receiver: receiver.into() };
            assert_eq!(bench.refusal("clerk", &act), "words-missing");
        }
        assert_eq!(bench.must("clerk", Act::Deliver { manner: "窗口领取".into(), receiver: words() }), ["delivered"]);
        assert!(!bench.case.is_open() && bench.case.delivered.is_some());
    }
}

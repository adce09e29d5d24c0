//! Make the result (制证): the certificate or document that the decision leads to, within its own ten days (行政许可法 art. 44).

use super::written;
use crate::case::Holder;
use crate::decide::{Sheet, Stage};
use crate::errand::{Errand, LetterKind};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn make_result(stage: &Stage<'_>, number: &str, name: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("证件编号", "its number"), number)?;
    let listed = stage.item.result.as_ref().map_or(name, |result| result.name.as_str());
    written(("证件名称", "its name"), listed)?;
    settles_an_identifier(stage, number)?;
    let firm = firm(stage, number);
    if firm.is_some() && stage.around.code_taken {
        return Err(Refusal::new(
            "code-of-another",
            Text::new(
                format!("{number}已经是登记在册的其他主体的统一社会信用代码。"),
                format!("{number} is the credit code of another entity in the register."),
            ),
            Text::new(
                "请按登记系统赋予这一主体的代码填写；确属同一主体的，请核对其名称和法定代表人。",
                "Give the code that the register assigned to this one; if it is the same, check its name and legal representative.",
            ),
        ));
    }
    if firm.is_some() {
        out.errand(Errand::EnterFirm);
    }
    let (number, name) = (number.to_owned(), listed.to_owned());
    out.happened(Event::ResultMade { number, name, identifier: identifier(stage), firm });
    out.letter(LetterKind::Certificate);
    Ok(())
}

/// The firm that the result brings into being: its credit code is the number of what a person applied for. A firm that applies is there.
fn firm(stage: &Stage<'_>, number: &str) -> Option<String> {
    let by_person = matches!(stage.case.holder, Some(Holder::Person(_)));
    by_person.then(|| stage.rules.founded_by(stage.item, number)).flatten()
}

/// The identifier of the licence: of its kind, of the body in whose name it is given, with the number of the case as its serial. What a
/// partner system makes has its own.
fn identifier(stage: &Stage<'_>) -> Option<String> {
    let case = stage.case;
    if case.leg.is_some() {
        return None;
    }
    let signing = stage.rules.signing_agency(&case.item, &case.agency, &case.area, stage.today);
    stage.rules.licence_identifier(&case.item, signing, &case.no.0).map(|identifier| identifier.to_string())
}

/// Where the number of the result is an identifier that others rely on (the credit code of a business licence), it must be one.
fn settles_an_identifier(stage: &Stage<'_>, number: &str) -> Result<(), Refusal> {
    let gives = stage.item.result.iter().flat_map(|result| &result.gives).filter(|gives| gives.from.is_none());
    for field in gives.filter_map(|gives| stage.rules.fields.get(gives.field.get_ref())) {
        stage.rules.check_answer(field, number, stage.today).map_err(|why| {
            let name = field.name.get_ref();
            Refusal::new(
                "number-impossible",
                Text::new(
                    format!("这一结果的编号就是{name}。{}", why.zh),
                    format!("The number of this result is an identifier. {}", why.en),
                ),
                Text::new("请按登记系统赋予的代码填写。", "Give the code that the register assigned."),
            )
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, letters};
    use crate::errand::LetterKind;

    #[test]
    fn the_result_has_a_number_and_the_name_that_the_item_gives_it() {
        let bench = Bench::granted();
        assert_eq!(bench.refusal("clerk", &Act::MakeResult { number: " ".into(), name: "x".into() }), "words-missing");
        let made = bench.hear("clerk", &Act::MakeResult { number: "7".into(), name: "别的名称".into() }).expect("made");
        assert_eq!(made.after.result, Some(("7".into(), "示例许可证".into())));
        assert_eq!(letters(&made), [LetterKind::Certificate]);
    }
}

//! One condition, drawn the same wherever a result is explained: how it came out, what is asked, and beside it what is the case.

use super::tag::tag;
use super::{Tone, words};
use maud::{Markup, html};
use policies::explain::Reason;
use rulebook::{Lang, Text};

/// A condition that decides.
pub fn reason(reason: &Reason, lang: Lang) -> Markup {
    beside(Some(reason.answer), &reason.requirement, &reason.actual, lang)
}

/// What is asked beside what is the case, which names its elements itself; without an `answer` where nothing is known of the firm.
pub fn beside(answer: Option<&str>, requirement: &Text, actual: &Text, lang: Lang) -> Markup {
    let actual = Some(actual.get(lang)).filter(|actual| answer.is_some() && !actual.is_empty());
    html! {
        @if let Some(answer) = answer { (tag(said(answer, lang), tone_of(answer), lang)) " " }
        (words(requirement.get(lang), lang))
        @if let Some(actual) = actual { span .sub.muted { span .vh { (lang.say("实际：", "Actual: ")) } (words(actual, lang)) } }
    }
}

/// The answer of one condition in a word, from the words of [`policies::explain::answer`].
fn said(answer: &str, lang: Lang) -> &'static str {
    match answer {
        "met" => lang.say("符合", "met"),
        "unmet" => lang.say("不符合", "unmet"),
        "needs-person" => lang.say("需人工判断", "a person judges"),
        "not-applicable" => lang.say("不适用", "does not apply"),
        _ => lang.say("不知道", "not known"),
    }
}

fn tone_of(answer: &str) -> Tone {
    match answer {
        "met" => Tone::Good,
        "unmet" => Tone::Bad,
        "not-applicable" => Tone::Rest,
        _ => Tone::Warn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policies::explain::answer;
    use rulebook::expression::{Cause, Truth};

    #[test]
    fn every_answer_has_a_word_of_its_own_and_nothing_is_said_of_a_firm_that_is_not_known() {
        let truths =
            [Truth::True, Truth::False, Truth::Unknown(Cause::Missing), Truth::Unknown(Cause::NeedsPerson), Truth::NotApplicable];
        let said: std::collections::BTreeSet<&str> = truths.into_iter().map(|truth| said(answer(truth), Lang::Zh)).collect();
        assert_eq!(said.len(), truths.len());
        let (asked, actual) = (Text::new("收入不低于 5", "revenue at least 5"), Text::new("3", "3"));
        assert_eq!(beside(None, &asked, &actual, Lang::Zh).into_string(), "收入不低于 5");
        assert!(beside(Some("unmet"), &asked, &actual, Lang::Zh).into_string().contains("实际：</span>3"));
    }
}

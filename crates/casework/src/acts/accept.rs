//! Accept (受理), also tolerantly (容缺受理).
//!
//! 行政许可法 art. 32(5): complete and in legal form, or fully corrected, means it must be accepted, with a sealed and dated
//! slip. What the office forgot to tell cannot be held against the applicant afterwards (decision 23). Tolerant acceptance may lack only papers that the published list marks as deferrable, and names their last day.

use super::{name_of, names_of};
use crate::case::Case;
use crate::decide::{Sheet, Stage, may_play};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::item::Necessity;
use rulebook::{Rulebook, Term, Text};

pub(super) fn accept(stage: &Stage<'_>, deferred: &[String], out: &mut Sheet) -> Result<(), Refusal> {
    for key in deferred {
        let needed = stage.item.material.iter().find(|needed| needed.key.get_ref() == key);
        if !needed.is_some_and(|needed| needed.necessity == Necessity::Deferrable) {
            let (zh, en) = name_of(stage.rules, key);
            return Err(Refusal::new(
                "not-deferrable",
                Text::new(format!("“{zh}”不是可容缺材料。"), format!("“{en}” may not be deferred.")),
                Text::new("请一次性告知补正，或待材料补齐后受理。", "Ask for correction, or accept once it is there."),
            ));
        }
        // What was handed in, or is not called for, is not owed again.
        if !stage.case.lacking.contains(key) {
            let (zh, en) = name_of(stage.rules, key);
            return Err(Refusal::new(
                "not-lacking",
                Text::new(format!("“{zh}”没有缺，不需要容缺。"), format!("“{en}” is not lacking and cannot be deferred.")),
                Text::new("请从容缺清单中去掉这一项。", "Take it off the list of deferred papers."),
            ));
        }
    }
    let missing: Vec<&String> = stage.case.lacking.iter().filter(|key| !deferred.contains(key)).collect();
    if !missing.is_empty() && !stage.case.corrected_in_full() {
        return Err(still_lacking(&names_of(stage.rules, missing)));
    }
    let event = Event::Accepted { deemed: false, deferred: deferred.to_vec() };
    may_play(stage, &event)?;
    // Each paper has the term that its item states for it.
    for needed in stage.item.material.iter().filter(|needed| deferred.contains(needed.key.get_ref())) {
        let n = needed.defer_working_days.map_or_else(|| stage.figure("defer-working-days"), Ok)?;
        out.timing.terms.insert(format!("deferred:{}", needed.key.get_ref()), Term::working_days(n));
    }
    out.happened(event);
    out.letter(if deferred.is_empty() { LetterKind::AcceptanceNotice } else { LetterKind::TolerantAcceptanceNotice });
    out.notify(
        To::Applicant,
        Text::new(
            format!("您的申请“{}”已受理。", stage.item.name),
            format!("Your application “{}” has been accepted.", stage.item.english()),
        ),
    );
    Ok(())
}

/// Shown beside the button: what the application lacks that no list allows to follow later.
pub(super) fn nothing_lacks(case: &Case, rules: &Rulebook) -> Result<(), Refusal> {
    let needed = rules.items.get(&case.item).map(|item| item.material.as_slice()).unwrap_or_default();
    let may_follow =
        |key: &String| needed.iter().any(|needed| needed.key.get_ref() == key && needed.necessity == Necessity::Deferrable);
    let missing: Vec<&String> = case.lacking.iter().filter(|key| !may_follow(key)).collect();
    if missing.is_empty() || case.corrected_in_full() { Ok(()) } else { Err(still_lacking(&names_of(rules, missing))) }
}

pub(super) fn still_lacking(names: &Text) -> Refusal {
    Refusal::new(
        "still-lacking",
        Text::new(format!("材料不全，还缺：{}。", names.zh), format!("Not complete; still lacking: {}.", names.en)),
        Text::new("请一次性告知补正，或依清单容缺受理。", "Ask for correction, or accept tolerantly where the list allows it."),
    )
    .on("行政许可法第三十二条第一款第四项")
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, paper, supply, tell, words};

    #[test]
    fn what_was_handed_in_cannot_be_deferred() {
        let bench = Bench::submitted("kitchen", &[]);
        assert_eq!(bench.refusal("li", &Act::Accept { deferred: vec!["rules".into()] }), "not-lacking");
    }

    #[test]
    fn what_is_complete_must_be_accepted_and_what_lacks_may_follow_only_if_the_list_says_so() {
        for (lacking, deferred, says) in [
            (vec![], vec![], "accepted"),
            (vec!["plan"], vec![], "still-lacking"),
            (vec!["plan"], vec!["plan"], "not-deferrable"),
            (vec!["rules"], vec![], "still-lacking"),
            (vec!["rules"], vec!["rules"], "accepted"),
            (vec!["plan", "rules"], vec!["rules"], "still-lacking"),
        ] {
            let bench = Bench::submitted("kitchen", &lacking);
            let act = Act::Accept { deferred: deferred.iter().map(|key: &&str| (*key).to_owned()).collect() };
            let said = bench.hear("li", &act).map_or_else(|refusal| refusal.code, |_| "accepted".to_owned());
            assert_eq!(said, says, "{lacking:?} {deferred:?}");
        }
    }

    #[test]
    fn a_full_answer_must_be_accepted_whatever_the_office_forgot_to_tell() {
        let mut bench = Bench::submitted("kitchen", &["plan", "list"]);
        bench.must("li", tell(&["plan"]));
        bench.must("applicant", supply(&["plan"]));
        assert_eq!(bench.must("li", Act::Accept { deferred: vec![] }), ["accepted"]);
    }

    #[test]
    fn each_deferred_paper_keeps_its_own_term() {
        let mut bench = Bench::submitted("kitchen", &["rules", "proof"]);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec!["rules".into(), "proof".into()] });
        assert_eq!((bench.due("deferred:rules").as_str(), bench.due("deferred:proof").as_str()), ("2026-03-09", "2026-03-05"));
        assert_eq!(bench.at("2026-03-06T00:00").look(), ["clock-expired"], "the one is reminded of");
        bench.must("applicant", Act::SupplyDeferred { papers: vec![paper("proof")] });
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        let no = Act::Refuse { reasons: words(), basis: words(), false_statement: None };
        assert_eq!(bench.refusal("chief", &no), "outstanding", "the other still has its time");
        assert_eq!(bench.at("2026-03-10T00:00").must("chief", no), ["clock-expired", "refused"]);
    }
}

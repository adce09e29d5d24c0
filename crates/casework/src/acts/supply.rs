//! Supply corrections (补正) and deferred papers (容缺补交).
//!
//! 行政许可法 art. 32(5): once everything that was told has been supplied, the application must be accepted.

use super::submit::hand_in;
use crate::act::Paper;
use crate::case::Case;
use crate::decide::{Sheet, Stage};
use crate::errand::To;
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;
use rulebook::procedure::Role;

pub(super) fn supply(stage: &Stage<'_>, answers: Option<&str>, papers: &[Paper], out: &mut Sheet) -> Result<(), Refusal> {
    if answers.is_none() && papers.is_empty() {
        return Err(Refusal::new(
            "nothing-supplied",
            Text::new("还没有补交任何内容。", "Nothing has been supplied yet."),
            Text::new("请上传告知书列明的材料，或更正表单内容。", "Upload the papers listed in the notice, or correct the form."),
        ));
    }
    something_is_open(stage.case)?;
    if answers.is_none() && papers.iter().all(|paper| stage.case.has_file(&paper.key, &paper.digest)) {
        let names = super::names_of(stage.rules, papers.iter().map(|paper| paper.key.as_str()));
        return Err(Refusal::new(
            "same-papers",
            Text::new(
                format!("补交的与原来交的是同一份文件：{}。", names.zh),
                format!("This is the very file that was handed in before: {}.", names.en),
            ),
            Text::new(
                "请按告知的内容改好后再交；认为原来的已经符合要求的，请联系承办人。",
                "Put it right as the notice says; if you think that it is right as it is, ask the officer.",
            ),
        )
        .on("行政许可法第三十二条第一款第五项"));
    }
    let left = left_of(stage, answers, papers);
    let answers = out.keep_if("answers", answers);
    let materials = hand_in(papers, out);
    out.happened(Event::CorrectionSupplied { answers, materials, left });
    let to = stage
        .case
        .handler
        .clone()
        .map_or(To::Role { role: Role::Examiner, agency: Some(stage.case.agency.clone()) }, To::Officer);
    out.notify(to, Text::new("申请人已补正，请核对并受理。", "The applicant has supplied corrections; check them and accept."));
    Ok(())
}

/// Whether the applicant was told of something that is still open.
pub(super) fn something_is_open(case: &Case) -> Result<(), Refusal> {
    if case.corrections.last().is_some_and(|correction| !correction.left.is_empty()) {
        return Ok(());
    }
    Err(Refusal::new(
        "nothing-told",
        Text::new("没有待补正的内容。", "There is nothing left to correct."),
        Text::new(
            "材料有更新的，请联系承办人或者到窗口当场更正。",
            "For newer papers ask the officer, or have them corrected at the counter.",
        ),
    ))
}

/// What of the correction is still open once these answers and papers are in. The file that was found faulty cures nothing.
pub(super) fn left_of(stage: &Stage<'_>, answers: Option<&str>, papers: &[Paper]) -> Vec<String> {
    let told = stage.case.corrections.last().map(|correction| correction.left.clone()).unwrap_or_default();
    let is_paper = |about: &String| stage.item.material.iter().any(|needed| needed.key.get_ref() == about);
    let cures = |paper: &Paper, about: &str| paper.key == about && !stage.case.has_file(about, &paper.digest);
    let open = |about: &String| if is_paper(about) { !papers.iter().any(|paper| cures(paper, about)) } else { answers.is_none() };
    told.into_iter().filter(open).collect()
}

pub(super) fn supply_deferred(stage: &Stage<'_>, papers: &[Paper], out: &mut Sheet) -> Result<(), Refusal> {
    if papers.is_empty() || !papers.iter().all(|paper| stage.case.deferred.contains(&paper.key)) {
        let names = super::names_of(stage.rules, &stage.case.deferred);
        return Err(Refusal::new(
            "not-deferred",
            Text::new("这些材料不在容缺清单内。", "These papers are not among the deferred ones."),
            Text::new(format!("待补交：{}", names.zh), format!("Still to come: {}", names.en)),
        ));
    }
    let left = stage.case.deferred.iter().filter(|key| !papers.iter().any(|paper| paper.key == **key)).cloned().collect();
    let materials = hand_in(papers, out);
    out.happened(Event::DeferredSupplied { materials, left });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, application, paper, supply, tell, words};

    #[test]
    fn what_is_supplied_is_struck_off_and_the_intake_check_starts_anew() {
        let mut bench = Bench::submitted("kitchen", &["plan", "list"]);
        bench.must("li", tell(&["plan", "list"]));
        assert_eq!(bench.refusal("applicant", &supply(&[])), "nothing-supplied");
        bench.at("2026-03-05T20:00");
        assert_eq!(bench.must("applicant", supply(&["list"])), ["correction-supplied-in-part"]);
        assert_eq!((bench.case.lacking.clone(), bench.due("accept").as_str()), (vec!["plan".to_owned()], "2026-03-12"));
        assert!(!bench.case.corrected_in_full());
        // The rest may follow, as long as nobody has decided on what is there.
        bench.at("2026-03-06T10:00");
        assert_eq!(bench.must("applicant", supply(&["plan"])), ["correction-supplied"]);
        assert!(bench.case.corrected_in_full());
        assert_eq!(bench.refusal("applicant", &supply(&["plan"])), "nothing-told");
    }

    #[test]
    fn the_file_that_was_found_faulty_cures_nothing_and_may_be_told_again() {
        let mut bench = Bench::new();
        let mut act = application("kitchen", &["list"]);
        if let Act::Submit(submission) = &mut act {
            submission.papers = vec![paper("plan")];
        }
        bench.must("applicant", act);
        bench.must("li", tell(&["plan", "list"]));
        let again = |keys: &[&str]| Act::Supply {
            answers: None,
            papers: keys.iter().map(|key| paper(key)).collect(),
            signatures: vec![],
        };
        assert_eq!(bench.refusal("applicant", &again(&["plan"])), "same-papers");
        assert_eq!(bench.must("applicant", again(&["plan", "list"])), ["correction-supplied-in-part"]);
        assert_eq!(bench.case.corrections[0].left, ["plan"]);
        assert_eq!(bench.must("li", tell(&["plan"])), ["correction-asked"], "told and not cured");
        assert_eq!(bench.must("applicant", supply(&["plan"])), ["correction-supplied"]);
    }

    #[test]
    fn silence_after_a_full_answer_accepts_from_the_day_of_the_answer() {
        let mut bench = Bench::submitted("kitchen", &["plan"]);
        bench.must("li", tell(&["plan"]));
        bench.at("2026-03-05T20:00").must("applicant", supply(&["plan"]));
        bench.at("2026-03-13T00:00").look();
        assert_eq!(bench.case.accepted.map(|day| day.to_string()).as_deref(), Some("2026-03-05"));
    }

    #[test]
    fn a_part_of_the_deferred_papers_is_not_all_of_them() {
        let mut bench = Bench::submitted("kitchen", &["rules", "proof"]);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec!["rules".into(), "proof".into()] });
        let hand_in = |key: &str| Act::SupplyDeferred { papers: vec![paper(key)] };
        assert_eq!(bench.refusal("applicant", &hand_in("plan")), "not-deferred");
        assert_eq!(bench.must("applicant", hand_in("rules")), ["deferred-supplied-in-part"]);
        assert!(bench.case.clock("deferred:proof").is_some_and(crate::clock::Clock::is_running));
        assert!(bench.case.clock("deferred:rules").is_some_and(|clock| !clock.is_running()));
        assert_eq!(bench.must("applicant", hand_in("proof")), ["deferred-supplied"]);
        assert!(bench.case.clocks.iter().all(|clock| clock.paper().is_none() || !clock.is_running()));
        bench.must("li", Act::Review { agrees: true, opinion: words() });
    }

    #[test]
    fn on_the_spot_begins_anew_when_a_filing_was_completed() {
        let mut bench = Bench::submitted("sign", &["plan"]);
        assert_eq!(bench.due("file-promised"), "2026-03-02");
        bench.must("li", tell(&["plan"]));
        assert_eq!(bench.at("2026-03-04T00:01").look(), [""; 0], "nobody is late while waiting for the applicant");
        bench.at("2026-03-04T18:00").must("applicant", supply(&["plan"]));
        assert_eq!(bench.due("file-promised"), "2026-03-05");
    }
}

//! Supply corrections (补正) and deferred papers (容缺补交).
//!
//! 行政许可法 art. 32(5): once everything that was told has been supplied, the application must be accepted.

use super::submit::hand_in;
use crate::act::Paper;
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
            Text::new("请上传告知书列明的材料,或更正表单内容。", "Upload the papers listed in the notice, or correct the form."),
        ));
    }
    let told = stage.case.corrections.last().map(|correction| correction.left.clone()).unwrap_or_default();
    let is_paper = |about: &String| stage.item.material.iter().any(|needed| needed.key.get_ref() == about);
    let left: Vec<String> = told
        .into_iter()
        .filter(|about| if is_paper(about) { !papers.iter().any(|paper| paper.key == *about) } else { answers.is_none() })
        .collect();
    let answers = out.keep_if("answers", answers);
    let materials = hand_in(papers, out);
    out.happened(Event::CorrectionSupplied { answers, materials, left });
    let to = stage
        .case
        .handler
        .clone()
        .map_or(To::Role { role: Role::Examiner, agency: Some(stage.case.agency.clone()) }, To::Officer);
    out.notify(to, Text::new("申请人已补正,请核对并受理。", "The applicant has supplied corrections; check them and accept."));
    Ok(())
}

pub(super) fn supply_deferred(stage: &Stage<'_>, papers: &[Paper], out: &mut Sheet) -> Result<(), Refusal> {
    if papers.is_empty() || !papers.iter().all(|paper| stage.case.deferred.contains(&paper.key)) {
        let names = super::names_of(stage.rules, &stage.case.deferred);
        return Err(Refusal::new(
            "not-deferred",
            Text::new("这些材料不在容缺清单内。", "These papers are not among the deferred ones."),
            Text::new(format!("待补交:{}", names.zh), format!("Still to come: {}", names.en)),
        ));
    }
    let left = stage.case.deferred.iter().filter(|key| !papers.iter().any(|paper| paper.key == **key)).cloned().collect();
    let materials = hand_in(papers, out);
    out.happened(Event::DeferredSupplied { materials, left });
    Ok(())
}

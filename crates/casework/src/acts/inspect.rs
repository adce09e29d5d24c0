//! Site inspection (现场核查): two officers or more (行政许可法 art. 34(3)). It does not stop the clock (art. 45 does not name it).

use super::hand_over::of_the_body;
use super::written;
use crate::act::Paper;
use crate::actor::StaffId;
use crate::decide::{Sheet, Stage, held_apart};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use jiff::civil::Date;
use rulebook::Text;

pub(super) fn inspect(
    stage: &Stage<'_>,
    officers: &[StaffId],
    on: Date,
    passed: bool,
    findings: &str,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let distinct = enough(stage, officers, stage.figure("inspection-officers")?, "行政许可法第三十四条第三款")?;
    for officer in &distinct {
        held_apart(stage, "inspector", officer)?;
    }
    if on > stage.today {
        return Err(Refusal::new(
            "not-yet",
            Text::new("核查日期不能晚于今天。", "The inspection cannot lie in the future."),
            Text::new("请在核查完成后记录。", "Record it when it has taken place."),
        ));
    }
    written(("核查情况", "the findings"), findings)?;
    let findings = out.keep("findings", findings);
    let materials = super::submit::attach(papers, &format!("inspection-{}", stage.case.inspections + 1), out);
    out.happened(Event::Inspected { officers: distinct, on, passed, findings, materials });
    out.letter(LetterKind::InspectionRecord);
    Ok(())
}

/// Two officers or more are named, who test, inspect or quarantine within the limit that runs from acceptance (CLK-18, art. 55(2)).
pub(super) fn assign_testers(stage: &Stage<'_>, officers: &[StaffId], out: &mut Sheet) -> Result<(), Refusal> {
    let officers = enough(stage, officers, stage.figure("testing-officers")?, "行政许可法第五十五条第二款")?;
    for officer in &officers {
        let to = To::Officer(officer.clone());
        out.notify(
            to,
            Text::new(
                format!("指派您检验、检测、检疫：{}", stage.item.name),
                format!("You are to test: {}", stage.item.english()),
            ),
        );
    }
    out.happened(Event::TestersAssigned { officers });
    Ok(())
}

/// The officers, each once, all of the body, and as many as wanted.
pub(super) fn enough(stage: &Stage<'_>, officers: &[StaffId], wanted: u32, basis: &str) -> Result<Vec<StaffId>, Refusal> {
    let mut distinct: Vec<StaffId> = officers.to_vec();
    distinct.sort();
    distinct.dedup();
    if (distinct.len() as u32) < wanted {
        return Err(Refusal::new(
            "too-few-inspectors",
            Text::new(
                format!("应当有{wanted}名以上工作人员，现在只有{}名。", distinct.len()),
                format!("At least {wanted} officers are needed; there are {}.", distinct.len()),
            ),
            Text::new("请补充其他工作人员。", "Add another officer."),
        )
        .on(basis));
    }
    for officer in &distinct {
        of_the_body(stage, officer)?;
    }
    Ok(distinct)
}

#[cfg(test)]
mod tests {
    use crate::act::{Act, Paper};
    use crate::acts::bench::{Bench, staff, words};
    use jiff::civil::{Date, date};

    fn inspect(officers: &[&str], on: Date) -> Act {
        Act::Inspect {
            officers: officers.iter().map(|id| staff(id)).collect(),
            on,
            passed: true,
            findings: words(),
            papers: vec![],
        }
    }

    #[test]
    fn two_different_officers_go_and_write_down_what_they_saw() {
        let mut bench = Bench::in_review();
        let today = date(2026, 3, 2);
        for (officers, on, code) in [
            (vec![], today, "too-few-inspectors"),
            (vec!["li"], today, "too-few-inspectors"),
            (vec!["li", "li"], today, "too-few-inspectors"),
            (vec!["li", "nobody"], today, "unknown-officer"),
            (vec!["li", "editor"], today, "cannot-handle"),
            (vec!["li", "wang"], date(2026, 3, 3), "not-yet"),
        ] {
            assert_eq!(bench.refusal("li", &inspect(&officers, on)), code, "{officers:?}");
        }
        assert_eq!(bench.must("li", inspect(&["li", "wang"], today)), ["inspected"]);
        assert!(bench.case.attached.is_empty());
        let mut again = inspect(&["li", "wang"], today);
        if let Act::Inspect { papers, .. } = &mut again {
            papers.push(Paper { key: String::new(), digest: "d1".into(), file_name: "后厨.jpg".into() });
        }
        bench.must("li", again);
        let attached: Vec<_> = bench.case.attached.iter().map(|file| (file.key.as_str(), file.digest.as_str())).collect();
        assert_eq!(attached, [("inspection-2", "d1")], "known by its digest; its name is a particular");
        assert!(!bench.is_paused("decide-promised"), "its time counts: art. 45 does not name it");
    }

    #[test]
    fn who_tests_is_named_within_five_working_days_of_acceptance() {
        let assign = |officers: &[&str]| Act::AssignTesters { officers: officers.iter().map(|id| staff(id)).collect() };
        assert_eq!(Bench::in_review().refusal("li", &assign(&["li", "wang"])), "not-now");
        let mut bench = Bench::submitted("boiler", &[]);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
        assert_eq!(bench.due("testing"), "2026-03-09");
        assert_eq!(bench.refusal("li", &assign(&["li", "li"])), "too-few-inspectors");
        let mut late = bench.clone();
        late.at("2026-03-10T00:01").look();
        assert!(late.case.is_red(), "whoever names nobody in time has missed a limit of the law");
        assert_eq!(bench.must("li", assign(&["li", "wang"])), ["testers-assigned"]);
        bench.at("2026-03-10T00:01").look();
        assert!(!bench.case.is_red());
    }
}

//! Property: whatever the order in which a partner's reports arrive, and however often, the case ends in the same state.

mod district;

use casework::case::Decision;
use casework::leg::{Licence, Ruling, difference};
use casework::*;
use district::{AGENCY, CALENDAR, RULES};
use proptest::prelude::*;
use rulebook::Stand;

const PARTNER: &str = "food-platform";

/// What a partner says in the course of a matter, in the order in which it happens there.
fn story(corrects: bool, grants: bool) -> Vec<Report> {
    let mut stands = vec![Stand::Taken];
    stands.extend(corrects.then_some(Stand::Correction));
    stands.push(Stand::Accepted);
    stands.push(if grants { Stand::Granted } else { Stand::Refused });
    stands.extend(grants.then_some(Stand::Granted));
    let last = stands.len() as u32;
    let report = |(at, stand): (usize, Stand)| {
        let count = at as u32 + 1;
        let ruling = Ruling { body: AGENCY.into(), document: "津食0001".into(), on: jiff::civil::date(2026, 3, 4) };
        let licence = Licence { number: "JY11200000000001".into(), name: "食品经营许可证".into() };
        Report {
            count,
            stand,
            number: Some("P-1".into()),
            ruling: stand.is_ruling().then_some(ruling),
            licence: (grants && count == last).then_some(licence),
            words: Some("详见对方文书".into()),
        }
    };
    stands.into_iter().enumerate().map(report).collect()
}

fn perform(case: &Case, by: &Actor, act: &Act) -> Case {
    let around = Surroundings { has_authority: true, partner: Some(PARTNER.into()), ..Surroundings::default() };
    let now = Moment::at("2026-03-04T10:00".parse().expect("a moment"));
    let scene = Scene { case, around: &around, by, rules: &RULES, edition: "e", calendar: &CALENDAR, now };
    decide(&scene, act).unwrap_or_else(|refusal| panic!("{act:?}: {refusal:?}")).after
}

/// What a case came to, but for the record of how.
fn came_to(case: &Case) -> impl PartialEq + std::fmt::Debug {
    let decision = case.decision.as_ref().map(|decision| match decision {
        Decision::Granted { valid_from, valid_until, .. } => format!("{valid_from} {valid_until:?}"),
        other => format!("{other:?}"),
    });
    let leg = case.leg.clone().map(|leg| leg::Leg { words: None, ..leg });
    (case.step.clone(), decision, case.result.clone(), case.accepted, leg, difference(case))
}

fn hear<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Case {
    let born =
        perform(&Case::unborn(CaseNo("L1".into())), &district::applicant(), &district::application("food-operation-new", &[]));
    let partner = Actor::Partner(PARTNER.into());
    reports.into_iter().fold(born, |case, report| perform(&case, &partner, &Act::ReportLeg { report: report.clone() }))
}

proptest! {
    #[test]
    fn any_order_and_repetition_ends_in_the_same_state(
        corrects: bool,
        grants: bool,
        order in prop::collection::vec(0_usize..5, 0..12),
        shuffled in Just((0_usize..5).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let story = story(corrects, grants);
        let straight = hear(&story);
        // Each arrives at least once, in whatever order, some of them again and again.
        let mixed = hear(order.iter().chain(&shuffled).filter_map(|at| story.get(*at)));
        prop_assert_eq!(came_to(&mixed), came_to(&straight));
        // A lost one is made good by those that follow.
        let only_the_last = hear(story.last());
        prop_assert_eq!(came_to(&only_the_last), came_to(&straight));
        let granted = matches!(straight.decision, Some(Decision::Granted { .. }));
        prop_assert_eq!(granted, grants);
        prop_assert!(straight.result.is_some() == grants && straight.received.is_some());
    }
}

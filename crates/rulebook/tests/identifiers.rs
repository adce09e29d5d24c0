//! All rows of `identifier_samples.csv`: published credit codes of firms and public bodies (facts, from the tests of
//! python-stdnum 2.2 and a public service catalogue), and composed ones with every fault. Resident numbers that are valid have
//! a birth year before 1900.

use jiff::civil::date;
use proptest::prelude::*;
use rulebook::identifier::{CreditCode, Division, Fault, Kind, ResidentNumber, check, ids_line, mask, normalise};

const TODAY: jiff::civil::Date = date(2026, 3, 2);

struct Sample<'a> {
    kind: &'a str,
    number: &'a str,
    expected: &'a str,
    flags: &'a str,
}

fn samples() -> impl Iterator<Item = Sample<'static>> {
    include_str!("identifier_samples.csv").lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.splitn(6, ',').collect();
        Sample { kind: fields[0], number: fields[1], expected: fields[2], flags: fields[4] }
    })
}

fn word(outcome: Result<(), Fault>) -> &'static str {
    outcome.map_or_else(Fault::code, |()| "ok")
}

#[test]
fn every_sample_is_answered_as_the_standards_have_it() {
    let mut count = 0;
    for Sample { kind, number, expected, .. } in samples() {
        let found = match kind {
            "uscc" => CreditCode::parse(number).map(drop),
            _ => ResidentNumber::parse(number, TODAY).map(drop),
        };
        assert_eq!(word(found), expected, "{kind} {number}");
        count += 1;
    }
    assert_eq!(count, 559);
}

#[test]
fn a_number_whose_kind_has_to_be_guessed_gets_the_same_answer() {
    for Sample { kind, number, expected, .. } in samples() {
        let checked = check(number, TODAY);
        let outcome = checked.fault.map_or(Ok(()), Err);
        // An identity number that begins with a letter looks like a credit code; it is refused all the same.
        if number == "T60426199101010078" {
            assert!(!checked.valid());
            continue;
        }
        assert_eq!(checked.kind, if kind == "uscc" { Kind::CreditCode } else { Kind::ResidentNumber }, "{number}");
        assert_eq!(word(outcome), expected, "{kind} {number}");
        assert_eq!(checked.valid(), checked.reason().zh.is_empty());
    }
}

#[test]
fn what_is_unusual_but_valid_is_seen() {
    for Sample { kind, number, flags, .. } in samples().filter(|sample| sample.expected == "ok") {
        let division = match CreditCode::parse(number) {
            Ok(code) if kind == "uscc" => {
                assert_eq!(code.organisation_check_holds(), flags.contains("org_check_ok"), "{number}");
                Division::of(code.division())
            }
            _ => Division::of(&number[..6]),
        };
        let expected = match division {
            Division::Current => "division_current",
            Division::Former => "division_former",
            Division::Unknown => "division_unknown",
        };
        assert!(flags.contains(expected), "{number}: {expected}, but {flags}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_checks(text in "\\PC{0,30}|[0-9A-ZXx.一二]{15,19}|1\\.2\\.156\\.3005\\.2\\.[0-9A-Z.二]{0,50}") {
        let checked = check(&text, TODAY);
        prop_assert_eq!(checked.valid(), checked.reason().en.is_empty());
        prop_assert_eq!(normalise(&normalise(&text)), normalise(&text));
        prop_assert_eq!(mask(&text).chars().count(), text.chars().count());
        prop_assert_eq!(ids_line(2, &text, TODAY).is_none(), text.trim().is_empty());
    }

    /// The weights of both standards see every single slip of the pen.
    #[test]
    fn one_wrong_character_is_always_seen(at in 0..18usize, to in "[0-9A-HJ-NPQRTUWXY]") {
        for number in ["91120116MA0TEXT042", "120116189001010012"] {
            let mut wrong = number.to_owned();
            wrong.replace_range(at..=at, &to);
            prop_assume!(wrong != number);
            let of_its_kind =
                if number.starts_with('9') { CreditCode::parse(&wrong).is_ok() } else { ResidentNumber::parse(&wrong, TODAY).is_ok() };
            prop_assert!(!of_its_kind, "{}", wrong);
        }
    }
}

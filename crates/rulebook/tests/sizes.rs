//! Sizes of enterprises: every bound of every row of the district's table, from both sides (T-27).

use rulebook::expression::Decimal;
use rulebook::size::{Measures, Size, SizeBounds, SizeRow, size};
use std::sync::LazyLock;

mod folder;

static ROWS: LazyLock<Vec<SizeRow>> = LazyLock::new(|| {
    let files = folder::district();
    let (rulebook, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    rulebook.sizes.into_values().collect()
});

fn yuan(ten_thousands: Option<Decimal>) -> Option<Decimal> {
    ten_thousands.and_then(|bound| bound.checked_mul(10_000.into()))
}

/// Exactly the bounds; what the industry does not look at is missing.
fn at(bounds: SizeBounds) -> Measures {
    Measures { staff: bounds.staff, revenue: yuan(bounds.revenue), assets: yuan(bounds.assets) }
}

fn less(measure: Option<Decimal>, step: Decimal) -> Option<Decimal> {
    measure.and_then(|measure| measure.checked_sub(step))
}

#[test]
fn every_bound_is_met_where_it_stands_and_missed_just_below() {
    assert_eq!(ROWS.len(), 16);
    for row in ROWS.iter() {
        let industry = format!("{:0<4}", row.industries[0]);
        let of = |measures: Measures| size(ROWS.iter(), &industry, measures);
        let down = [
            (row.large, Size::Large, Size::Medium),
            (row.medium, Size::Medium, Size::Small),
            (row.small, Size::Small, Size::Micro),
        ];
        for (bounds, here, below) in down {
            let all = at(bounds);
            assert_eq!(of(all), Some(here), "{} {here:?}", row.name);
            let (person, cent) = (Decimal::from(1), Decimal::from_units(100));
            let missed = [
                Measures { staff: less(all.staff, person), ..all },
                Measures { revenue: less(all.revenue, cent), ..all },
                Measures { assets: less(all.assets, cent), ..all },
            ];
            for measures in missed.into_iter().filter(|measures| *measures != all) {
                assert_eq!(of(measures), Some(below), "{} {here:?} with {measures:?}", row.name);
            }
        }
    }
}

/// The rows that published copies got wrong, by figure.
#[test]
fn storage_and_information_transmission_are_as_the_method_has_them() {
    let check = |industry: &str, staff: i32, revenue: i32, expected: Size| {
        let measures = Measures { staff: Some(staff.into()), revenue: yuan(Some(revenue.into())), assets: None };
        assert_eq!(size(ROWS.iter(), industry, measures), Some(expected), "{industry} {staff} {revenue}");
    };
    check("5990", 200, 30_000, Size::Large);
    check("5990", 199, 30_000, Size::Medium);
    check("5990", 100, 999, Size::Small);
    check("5990", 20, 99, Size::Micro);
    check("6310", 2_000, 100_000, Size::Large);
    check("6410", 1_999, 100_000, Size::Medium);
    check("6420", 100, 999, Size::Small);
    check("6513", 300, 10_000, Size::Large);
    check("7020", 999, 5_000, Size::Medium);
}

#[test]
fn what_the_table_does_not_name_has_no_class() {
    let many = Measures { staff: Some(5_000.into()), revenue: yuan(Some(500_000.into())), assets: yuan(Some(500_000.into())) };
    for industry in ["5310", "6620", "8391", "8411", "9100", "9700", ""] {
        assert_eq!(size(ROWS.iter(), industry, many), Some(Size::Unclassified), "{industry}");
    }
    assert_eq!(size(ROWS.iter(), "8510", many), Some(Size::Large), "social work is in the table");
}

#[test]
fn a_missing_measure_leaves_it_open_only_where_it_matters() {
    let staff = |staff: i32| Measures { staff: Some(staff.into()), ..Measures::default() };
    assert_eq!(size(ROWS.iter(), "3411", staff(19)), Some(Size::Micro), "fewer than 20 staff are micro, whatever they earn");
    assert_eq!(size(ROWS.iter(), "3411", staff(20)), None);
    assert_eq!(size(ROWS.iter(), "8610", staff(100)), Some(Size::Medium), "revenue does not count there");
}

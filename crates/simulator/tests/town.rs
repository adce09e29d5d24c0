//! A short life of the district, for every build; longer ones are `cargo run -p simulator`.

use jiff::civil::date;
use simulator::town::{Plan, live};
use simulator::world::District;
use std::path::Path;

#[tokio::test]
async fn three_weeks_with_failures_miss_nothing_and_are_the_same_twice() {
    let district = District::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebook")).expect("the rulebook");
    let plan = Plan { seed: 7, days: 21, start: date(2026, 2, 9), applications: 2, faults: 100 };
    let first = live(plan, &district).await.unwrap_or_else(|fault| panic!("seed {}: {fault}", plan.seed));
    assert!(first.cases > 10 && first.acts > 50 && first.retries > 0, "{first}");
    let second = live(plan, &district).await.unwrap_or_else(|fault| panic!("seed {}: {fault}", plan.seed));
    assert_eq!((first.story, first.acts), (second.story, second.acts), "one seed, one story");
}

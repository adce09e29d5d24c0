//! A condition of five terms beside the same condition written by hand in Rust, in one run, and the walks around it.
//! The bar is 200 ns for the condition: `cargo bench -p rulebook --bench expression`.

use divan::black_box;
use jiff::civil::{Date, date};
use rulebook::expression::{Decimal, Element, Expression, Fact, Kind, Value};

const TODAY: Date = date(2026, 3, 2);
/// No term settles it before the last, so all five are asked.
const FIVE_TERMS: &str =
    "(设有厨房 or 经营面积 > 50) and 经营方式 in [\"外卖\", \"堂食\"] and not 行业 in \"63\" and years_since(成立日期) >= 2";

fn main() {
    divan::main();
}

fn dictionary() -> Vec<Element> {
    vec![
        Element::new(0, "设有厨房", Kind::Bool),
        Element::new(1, "经营面积", Kind::NUMBER),
        Element::new(2, "经营方式", Kind::choice(["堂食", "外卖", "零售"])),
        Element::new(3, "行业", Kind::Text),
        Element::new(4, "成立日期", Kind::Date),
    ]
}

fn facts() -> Vec<Fact> {
    vec![false.into(), 80.into(), "堂食".into(), "6210".into(), date(2023, 5, 4).into()]
}

fn expression() -> Expression {
    Expression::parse(FIVE_TERMS, &dictionary()).expect("the condition is well formed")
}

/// What an engineer would write for this one rule, over the same facts.
fn by_hand(facts: &[Fact], today: Date) -> Option<bool> {
    let [kitchen, area, way, industry, founded] = facts else { return None };
    let Fact::Known(Value::Bool(kitchen)) = kitchen else { return None };
    let Fact::Known(Value::Number(area)) = area else { return None };
    let Fact::Known(Value::Text(way)) = way else { return None };
    let Fact::Known(Value::Text(industry)) = industry else { return None };
    let Fact::Known(Value::Date(founded)) = founded else { return None };
    let birthday_ahead = (today.month(), today.day()) < (founded.month(), founded.day());
    let years = today.year() - founded.year() - i16::from(birthday_ahead);
    Some(
        (*kitchen || *area > Decimal::from(50)) && matches!(&**way, "外卖" | "堂食") && !industry.starts_with("63") && years >= 2,
    )
}

#[divan::bench]
fn baseline_by_hand(bencher: divan::Bencher<'_, '_>) {
    let facts = facts();
    bencher.bench(|| black_box(by_hand(black_box(&facts), black_box(TODAY))));
}

#[divan::bench]
fn evaluate_five_terms(bencher: divan::Bencher<'_, '_>) {
    let (expression, facts) = (expression(), facts());
    bencher.bench(|| black_box(&expression).evaluate(black_box(&facts), black_box(TODAY)));
}

#[divan::bench]
fn evaluate_with_nothing_known(bencher: divan::Bencher<'_, '_>) {
    let expression = expression();
    bencher.bench(|| black_box(&expression).evaluate(black_box::<&[Fact]>(&[]), black_box(TODAY)));
}

#[divan::bench]
fn explain_five_terms(bencher: divan::Bencher<'_, '_>) {
    let (expression, facts) = (expression(), facts());
    bencher.bench(|| black_box(&expression).explain(black_box(&facts), black_box(TODAY)));
}

#[divan::bench]
fn parse_five_terms(bencher: divan::Bencher<'_, '_>) {
    let dictionary = dictionary();
    bencher.bench(|| Expression::parse(black_box(FIVE_TERMS), &dictionary));
}

#[divan::bench]
fn analyse_five_terms(bencher: divan::Bencher<'_, '_>) {
    let expression = expression();
    bencher.bench(|| black_box(&expression).fixed_parts());
}

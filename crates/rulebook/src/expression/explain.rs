//! Why a condition holds or not, line by line, for the person it concerns: what is asked, what is the case, and what follows.
//!
//! A second walk over the same tree, so that the plain evaluation stays fast. `not` before a group is carried to its lines
//! (De Morgan), for nobody should have to turn a page of sentences round in the head.

use super::{
    Expression,
    evaluate::{Fact, Facts, Truth, Walk},
    kind::{ElementIndex, Kind},
    tree::{Node, Operand, Relation, Sign, Slot, Test},
    value::{Decimal, Value},
};
use crate::text::Text;
use jiff::civil::Date;
use serde::Serialize;

/// What a line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// All lines one step deeper must hold.
    All,
    /// One of the lines one step deeper is enough.
    Any,
    Test,
}

/// One line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Steps to the right; the first line has none.
    pub depth: usize,
    pub role: Role,
    /// What is asked: 经营面积大于 50 平方米.
    pub requirement: Text,
    /// What is the case: 经营面积：40 平方米. Empty for a group.
    pub actual: Text,
    pub truth: Truth,
    /// The elements that the line asks for, each once, so that a page can lead to its fields.
    pub elements: Vec<ElementIndex>,
}

impl Expression {
    /// The explanation of [`Expression::evaluate`] for the same facts; the first line is the condition as a whole.
    pub fn explain<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Vec<Line> {
        let mut lines = Vec::new();
        self.walk(facts, today).explain(&self.root, false, 0, &mut lines);
        lines
    }
}

impl<F: Facts + ?Sized> Walk<'_, F> {
    fn explain(&self, node: &Node, negated: bool, depth: usize, lines: &mut Vec<Line>) {
        let (role, requirement, parts) = match node {
            Node::Not(inner) => return self.explain(inner, !negated, depth, lines),
            Node::All(parts) if !negated => (Role::All, Text::new("以下各项全部符合", "all of the following"), parts),
            Node::Any(parts) if negated => (Role::All, Text::new("以下各项全部符合", "all of the following"), parts),
            Node::All(parts) | Node::Any(parts) => (Role::Any, Text::new("以下任一项符合", "any of the following"), parts),
            Node::Constant(value) if *value != negated => (Role::Test, Text::new("无条件", "unconditional"), &Vec::new()),
            Node::Constant(_) => (Role::Test, Text::new("任何情况下都不成立", "never"), &Vec::new()),
            Node::Test(test) => (Role::Test, self.requirement(test, negated), &Vec::new()),
        };
        let (actual, elements) = match node {
            Node::Test(test) => self.actual(test),
            _ => Default::default(),
        };
        let truth = self.node(node);
        let truth = if negated { truth.not() } else { truth };
        lines.push(Line { depth, role, requirement, actual, truth, elements });
        parts.iter().for_each(|part| self.explain(part, negated, depth + 1, lines));
    }

    /// What the test asks, as a sentence.
    fn requirement(&self, test: &Test, negated: bool) -> Text {
        match test {
            Test::Holds(slot) => {
                let (label, wanted) = (self.elements[usize::from(slot.0)].label(), Value::Bool(!negated).words());
                Text::new(format!("{}：{}", label.zh, wanted.zh), format!("{}: {}", label.en, wanted.en))
            }
            Test::Known(slot) => {
                let label = self.elements[usize::from(slot.0)].label();
                if negated {
                    Text::new(format!("{}不适用", label.zh), format!("{} does not apply", label.en))
                } else {
                    Text::new(format!("已提供{}", label.zh), format!("{} is given", label.en))
                }
            }
            Test::Compare { left, relation, right } => {
                let relation = if negated { relation.opposite() } else { *relation };
                let measure = self.measure(left).or(self.measure(right));
                let (left, right) = (self.words(left, measure), self.words(right, measure));
                let verb = verb(relation, measure);
                Text::new(format!("{}{} {}", left.zh, verb.zh, right.zh), format!("{} {} {}", left.en, verb.en, right.en))
            }
            Test::Between { operand, low, high } => {
                let measure = self.measure(operand);
                let operand = self.words(operand, measure);
                let (low, high) = (self.words(low, measure), self.words(high, measure));
                let (no, not) = if negated { ("不", "not ") } else { ("", "") };
                Text::new(
                    format!("{}{no}在 {} 至 {} 之间（含）", operand.zh, low.zh, high.zh),
                    format!("{} is {not}from {} to {}", operand.en, low.en, high.en),
                )
            }
            Test::OneOf { operand, values } => {
                let measure = self.measure(operand);
                let operand = self.words(operand, measure);
                let values: Vec<Text> = values.iter().map(|value| literal(value, measure)).collect();
                let zh = values.iter().map(|value| &*value.zh).collect::<Vec<_>>().join("、");
                let en = values.iter().map(|value| &*value.en).collect::<Vec<_>>().join(", ");
                let (no, not) = if negated { ("不", "not ") } else { ("", "") };
                Text::new(format!("{}{no}属于：{zh}", operand.zh), format!("{} is {not}one of: {en}", operand.en))
            }
            Test::StartsWith { slot, prefix } => {
                let label = self.elements[usize::from(slot.0)].label();
                let (no, not) = if negated { ("不", "does not begin") } else { ("", "begins") };
                Text::new(format!("{}{no}以“{prefix}”开头", label.zh), format!("{} {not} with “{prefix}”", label.en))
            }
            Test::Contains { slot, part } => {
                let label = self.elements[usize::from(slot.0)].label();
                let (no, not) = if negated { ("不", "does not include") } else { ("", "includes") };
                Text::new(format!("{}{no}包含“{part}”", label.zh), format!("{} {not} “{part}”", label.en))
            }
        }
    }

    /// What the facts say about the elements of the test.
    fn actual(&self, test: &Test) -> (Text, Vec<ElementIndex>) {
        let (mut zh, mut en, mut elements) = (Vec::new(), Vec::new(), Vec::new());
        test.slots(&mut |slot: Slot| {
            let element = &self.elements[usize::from(slot.0)];
            if elements.contains(&element.index) {
                return;
            }
            elements.push(element.index);
            let label = element.label();
            let fact = match self.fact(slot) {
                Fact::Known(value) => plain(value, self.measure(&Operand::Element(slot))),
                Fact::Missing => Text::new("未提供", "not given yet"),
                Fact::NeedsPerson => Text::new("需人工判断", "needs a person's judgement"),
                Fact::NotApplicable => Text::new("不适用", "not applicable"),
            };
            zh.push(format!("{}：{}", label.zh, fact.zh));
            en.push(format!("{}: {}", label.en, fact.en));
        });
        (Text::new(zh.join("；"), en.join("; ")), elements)
    }

    /// How the values beside an operand are to be read; `None` for a literal, which follows the other side.
    fn measure(&self, operand: &Operand) -> Option<Measure<'_>> {
        Some(match operand {
            Operand::Literal(_) => return None,
            Operand::Element(slot) => {
                let element = &self.elements[usize::from(slot.0)];
                match &element.kind {
                    Kind::Money(_) => Measure::Money,
                    Kind::Number(_) => element.unit.as_ref().map_or(Measure::Bare, Measure::Unit),
                    Kind::Date => Measure::Date,
                    Kind::Bool | Kind::Text | Kind::Choice(_) | Kind::Many(_) => Measure::Words,
                }
            }
            Operand::Today => Measure::Date,
            Operand::YearsSince(_) | Operand::Count(_) => Measure::Bare,
            Operand::Arithmetic { left, sign, right } => match (self.measure(left), sign, self.measure(right)) {
                (Some(Measure::Date), Sign::Minus, Some(Measure::Date)) => Measure::Bare,
                (Some(Measure::Date), ..) => Measure::Date,
                _ => Measure::Bare,
            },
        })
    }

    fn words(&self, operand: &Operand, measure: Option<Measure<'_>>) -> Text {
        match operand {
            Operand::Element(slot) => self.elements[usize::from(slot.0)].label(),
            Operand::Literal(value) => literal(value, measure),
            Operand::Today => Text::new("今天", "today"),
            Operand::Count(slot) => {
                let label = self.elements[usize::from(slot.0)].label();
                Text::new(format!("{}的项数", label.zh), format!("the number of {}", label.en))
            }
            Operand::YearsSince(date) => {
                let date = self.words(date, None);
                Text::new(format!("{}至今的整年数", date.zh), format!("whole years since {}", date.en))
            }
            Operand::Arithmetic { left, sign, right } => {
                let sign = match sign {
                    Sign::Plus => '+',
                    Sign::Minus => '−',
                    Sign::Times => '×',
                    Sign::Over => '÷',
                };
                let (left, right) = (self.part(left), self.part(right));
                Text::new(format!("{} {sign} {}", left.zh, right.zh), format!("{} {sign} {}", left.en, right.en))
            }
        }
    }

    /// A part of a calculation, in brackets when it is one itself.
    fn part(&self, operand: &Operand) -> Text {
        let words = self.words(operand, None);
        match operand {
            Operand::Arithmetic { .. } => Text::new(format!("({})", words.zh), format!("({})", words.en)),
            _ => words,
        }
    }
}

/// How a value is to be read.
#[derive(Debug, Clone, Copy)]
enum Measure<'a> {
    Bare,
    Money,
    Unit(&'a Text),
    Date,
    Words,
}

fn verb(relation: Relation, measure: Option<Measure<'_>>) -> Text {
    let (zh, en) = match (measure, relation) {
        (Some(Measure::Words), Relation::Equal) => ("为", "is"),
        (Some(Measure::Words), _) => ("不为", "is not"),
        (Some(Measure::Date), Relation::Less) => ("早于", "is before"),
        (Some(Measure::Date), Relation::AtMost) => ("不晚于", "is not after"),
        (Some(Measure::Date), Relation::More) => ("晚于", "is after"),
        (Some(Measure::Date), Relation::AtLeast) => ("不早于", "is not before"),
        (_, Relation::Equal) => ("等于", "is"),
        (_, Relation::NotEqual) => ("不等于", "is not"),
        (_, Relation::Less) => ("小于", "is less than"),
        (_, Relation::AtMost) => ("不大于", "is at most"),
        (_, Relation::More) => ("大于", "is more than"),
        (_, Relation::AtLeast) => ("不小于", "is at least"),
    };
    Text::new(zh, en)
}

/// A value of the condition: words stand between quotation marks.
fn literal(value: &Value, measure: Option<Measure<'_>>) -> Text {
    match value {
        Value::Text(text) => Text::new(format!("“{text}”"), format!("“{text}”")),
        other => plain(other, measure),
    }
}

/// A value with its unit.
fn plain(value: &Value, measure: Option<Measure<'_>>) -> Text {
    match (value, measure) {
        (Value::Number(amount), Some(Measure::Money)) => yuan(*amount),
        (Value::Number(number), Some(Measure::Unit(unit))) => {
            Text::new(format!("{number} {}", unit.zh), format!("{number} {}", unit.en))
        }
        (other, _) => other.words(),
    }
}

/// Round amounts are read in 万 and 亿, as officials write them.
fn yuan(amount: Decimal) -> Text {
    let (units, one) = (amount.units(), Decimal::from(1).units());
    let zh = match (units % (one * 100_000_000), units % (one * 10_000)) {
        _ if units == 0 => "0 元".to_owned(),
        (0, _) => format!("{} 亿元", units / (one * 100_000_000)),
        (_, 0) => format!("{} 万元", units / (one * 10_000)),
        _ => format!("{amount} 元"),
    };
    Text::new(zh, format!("{amount} yuan"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::parse;
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 3, 2);

    fn told(text: &str, facts: &[Fact], lang: crate::Lang) -> Vec<String> {
        let line = |line: Line| {
            let (indent, requirement) = ("  ".repeat(line.depth), line.requirement.get(lang).to_owned());
            let actual = line.actual.get(lang);
            let actual = if actual.is_empty() { String::new() } else { format!(" [{actual}]") };
            format!("{indent}{requirement}{actual} → {}", line.truth.words().get(lang))
        };
        parse(text).explain(facts, TODAY).into_iter().map(line).collect()
    }

    #[test]
    fn a_condition_is_explained_line_by_line_in_both_languages() {
        let facts = [Fact::from(false), Fact::Missing, 40.into()];
        let text = "设有厨房 or 经营面积 > 50 and not 临街";
        assert_eq!(
            told(text, &facts, crate::Lang::Zh),
            [
                "以下任一项符合 → 不符合",
                "  设有厨房：是 [设有厨房：否] → 不符合",
                "  以下各项全部符合 → 不符合",
                "    经营面积大于 50 平方米 [经营面积：40 平方米] → 不符合",
                "    临街：否 [临街：未提供] → 信息不足",
            ]
        );
        assert_eq!(
            told(text, &facts, crate::Lang::En),
            [
                "any of the following → not met",
                "  设有厨房: yes [设有厨房: no] → not met",
                "  all of the following → not met",
                "    floor area is more than 50 m² [floor area: 40 m²] → not met",
                "    临街: no [临街: not given yet] → information missing",
            ]
        );
    }

    #[test]
    fn every_kind_of_test_reads_as_a_sentence() {
        let check = |text: &str, zh: &str, en: &str| {
            let line = &parse(text).explain(&Vec::<Fact>::new(), TODAY)[0];
            assert_eq!((&*line.requirement.zh, &*line.requirement.en), (zh, en), "{text}");
        };
        check("注册资本 >= 500万", "注册资本不小于 500 万元", "注册资本 is at least 5000000 yuan");
        check("not 注册资本 >= 1.5亿", "注册资本小于 15000 万元", "注册资本 is less than 150000000 yuan");
        check("50 < 经营面积", "50 平方米小于 经营面积", "50 m² is less than floor area");
        check("成立日期 < 2026-03-02", "成立日期早于 2026年3月2日", "成立日期 is before 2026-03-02");
        check("经营方式 != \"堂食\"", "经营方式不为 “堂食”", "经营方式 is not “堂食”");
        check("经营方式 not in [\"堂食\", \"外卖\"]", "经营方式不属于：“堂食”、“外卖”", "经营方式 is not one of: “堂食”, “外卖”");
        check("经营面积 between 20 and 50", "经营面积在 20 平方米 至 50 平方米 之间（含）", "floor area is from 20 m² to 50 m²");
        check("行业 in \"62\"", "行业以“62”开头", "行业 begins with “62”");
        check("not 主营业务 contains \"烘焙\"", "主营业务不包含“烘焙”", "主营业务 does not include “烘焙”");
        check("count(主营业务) >= 2", "主营业务的项数不小于 2", "the number of 主营业务 is at least 2");
        check("years_since(成立日期) >= 3", "成立日期至今的整年数不小于 3", "whole years since 成立日期 is at least 3");
        check(
            "经营面积 - (从业人数 + 1) * 2 > 0",
            "经营面积 − ((从业人数 + 1) × 2)大于 0",
            "floor area − ((从业人数 + 1) × 2) is more than 0",
        );
        check("known(行业)", "已提供行业", "行业 is given");
        check("not true", "任何情况下都不成立", "never");
    }

    proptest! {
        #[test]
        fn the_first_line_says_what_evaluation_says(text in super::super::tests::conditions(), kitchen: bool, area in 0..5_i32) {
            let facts = [kitchen.into(), Fact::Missing, area.into(), Fact::NotApplicable, Fact::NeedsPerson];
            let expression = parse(&text);
            prop_assert_eq!(expression.explain(&facts[..], TODAY)[0].truth, expression.evaluate(&facts[..], TODAY));
        }
    }
}

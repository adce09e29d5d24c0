//! Which kinds go together: every comparison, list and calculation is checked before it becomes part of a condition.

use super::{
    super::{
        ExprError,
        kind::{Kind, Nearest, shortlist},
        tree::{Node, Operand, Relation, Sign, Test},
        value::Value,
    },
    DEEPEST, Typed,
    faults::{did_you_mean, does_not_fit, too_deep},
};
use crate::text::Text;

/// What two kinds have in common, when a comparison of them means something.
pub(super) fn comparable(at: usize, left: &Kind, relation: Relation, right_at: usize, right: &Kind) -> Result<(), ExprError> {
    use Kind::{Bool, Choice, Date, Many, Money, Number, Text as Words};
    let ordered = !matches!(relation, Relation::Equal | Relation::NotEqual);
    match (left, right) {
        (Number(_) | Money(_), Number(_) | Money(_)) | (Date, Date) => Ok(()),
        (Bool, Bool) | (Words | Choice(_), Words | Choice(_)) if !ordered => Ok(()),
        (Bool, Bool) | (Words | Choice(_), Words | Choice(_)) => {
            let remedy = Text::new("只能用 = 或 !=", "only = and != apply");
            Err(does_not_fit(at, left, remedy))
        }
        (Many(_), _) | (_, Many(_)) => {
            let at = if matches!(left, Many(_)) { at } else { right_at };
            let remedy = Text::new("改用 x contains \"…\" 或 count(x)", "write x contains \"…\" or count(x)");
            Err(does_not_fit(at, &Many([].into()), remedy))
        }
        _ => {
            let (left_words, right_words) = (left.words(), right.words());
            let remedy = match (left, right) {
                (Date, _) | (_, Date) => Text::new("日期写作 2026-03-02", "write dates as 2026-03-02"),
                (Words | Choice(_), _) | (_, Words | Choice(_)) => {
                    Text::new("文字写在引号里，数字不加引号", "put texts between quotation marks, numbers without")
                }
                (Bool, _) | (_, Bool) => Text::new("与 true 或 false 比较", "compare with true or false"),
                _ => Text::new("两边应为同一类值", "both sides must be of the same kind"),
            };
            Err(ExprError::new(
                right_at,
                Text::new(
                    format!("不能比较{}与{}", left_words.zh, right_words.zh),
                    format!("cannot compare {} with {}", left_words.en, right_words.en),
                ),
                remedy,
            ))
        }
    }
}

/// Refuses a literal that the list of a choice does not have.
pub(super) fn listed(at: usize, word: &str, kind: &Kind) -> Result<(), ExprError> {
    let (Kind::Choice(values) | Kind::Many(values)) = kind else { return Ok(()) };
    if values.iter().any(|value| value == word) {
        return Ok(());
    }
    let mut nearest = Nearest::to(word);
    values.iter().for_each(|value| nearest.consider(value));
    Err(ExprError::new(
        at,
        Text::new(format!("可选值中没有“{word}”"), format!("“{word}” is not among the choices")),
        did_you_mean(nearest.found(), &shortlist(values, "、"), &shortlist(values, ", ")),
    ))
}

pub(super) fn range(
    at: usize,
    operand: Typed,
    low_at: usize,
    low: Typed,
    high_at: usize,
    high: Typed,
) -> Result<Node, ExprError> {
    comparable(at, &operand.kind, Relation::AtLeast, low_at, &low.kind)?;
    comparable(at, &operand.kind, Relation::AtMost, high_at, &high.kind)?;
    Ok(Node::Test(Test::Between { operand: operand.operand, low: low.operand, high: high.operand }))
}

pub(super) fn member(at: usize, kind: &Kind, value_at: usize, member: Typed) -> Result<Value, ExprError> {
    comparable(at, kind, Relation::Equal, value_at, &member.kind)?;
    match member.operand {
        Operand::Literal(Value::Bool(_)) => {
            Err(does_not_fit(at, kind, Text::new("与 true 或 false 比较", "compare with true or false")))
        }
        Operand::Literal(value) => {
            if let Value::Text(word) = &value {
                listed(value_at, word, kind)?;
            }
            Ok(value)
        }
        _ => Err(ExprError::new(
            value_at,
            Text::new("in 后面只能列出写明的值", "only written values can stand in a list"),
            Text::new("与数据元比较时用 = 和 or", "compare with elements by = and or"),
        )),
    }
}

pub(super) fn starts_with(at: usize, operand: Typed, prefix_at: usize, prefix: String) -> Result<Node, ExprError> {
    match (operand.operand, &operand.kind) {
        (Operand::Element(_), Kind::Choice(values)) if !values.iter().any(|value| value.starts_with(&prefix)) => {
            Err(ExprError::new(
                prefix_at,
                Text::new(format!("没有以“{prefix}”开头的可选值"), format!("no choice begins with “{prefix}”")),
                Text::new(
                    format!("可选值有 {}", shortlist(values, "、")),
                    format!("the choices are {}", shortlist(values, ", ")),
                ),
            ))
        }
        (Operand::Element(slot), Kind::Choice(_) | Kind::Text) => Ok(Node::Test(Test::StartsWith { slot, prefix })),
        _ => Err(does_not_fit(
            at,
            &operand.kind,
            Text::new(
                "只有文字和单选项才有开头；列表写作 in [a, b]",
                "only a text or a choice has a beginning; write lists as in [a, b]",
            ),
        )),
    }
}

/// Numbers with numbers; a date less a date is a number of days, and days can be added to a date or taken from it.
pub(super) fn calculate(at: usize, left: Typed, sign: Sign, right_at: usize, right: Typed) -> Result<Typed, ExprError> {
    use Kind::{Date, Money, Number};
    let kind = match (&left.kind, sign, &right.kind) {
        (Number(_) | Money(_), _, Number(_) | Money(_)) | (Date, Sign::Minus, Date) => Kind::NUMBER,
        (Date, Sign::Plus | Sign::Minus, Number(_)) => Date,
        (Number(_) | Money(_) | Date, _, other) => {
            let remedy = Text::new("这里应为数字", "a number is needed here");
            return Err(does_not_fit(right_at, other, remedy));
        }
        (other, ..) => {
            return Err(does_not_fit(
                at,
                other,
                Text::new("只有数字和日期能计算", "only numbers and dates can be calculated with"),
            ));
        }
    };
    let depth = left.depth.max(right.depth) + 1;
    if depth > DEEPEST {
        return Err(too_deep(at));
    }
    let operand = Operand::Arithmetic { left: Box::new(left.operand), sign, right: Box::new(right.operand) };
    Ok(Typed { operand, kind, depth })
}

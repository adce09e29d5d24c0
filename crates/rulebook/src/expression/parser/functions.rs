//! The few functions of the language.

use super::{
    super::{
        ExprError,
        kind::{Kind, Nearest},
        lexer::{Token, no_such_date},
        tree::{Node, Operand, Slot, Test},
        value::Value,
    },
    DEEPEST, Parsed, Parser, Typed, What,
    checks::starts_with,
    faults::{did_you_mean, does_not_fit, too_deep, wants_text},
    value,
};
use crate::text::Text;

const FUNCTIONS: [&str; 6] = ["count", "date", "known", "starts_with", "today", "years_since"];

impl Parser<'_> {
    /// A call whose name was read already; the opening bracket is next.
    pub(super) fn call(&mut self, at: usize, function: &str) -> Result<Parsed, ExprError> {
        self.take();
        let place = self.at();
        let parsed = match function {
            "today" => value(at, Operand::Today, Kind::Date),
            "date" => {
                let Token::Text(text) = self.take() else { return Err(wants_text(place)) };
                let date = text.parse().map_err(|_| no_such_date(place, &text))?;
                value(at, Operand::Literal(Value::Date(date)), Kind::Date)
            }
            "known" => {
                let (slot, _) = self.element_argument()?;
                Parsed { at, what: What::Condition(Node::Test(Test::Known(slot))) }
            }
            "count" => match self.element_argument()? {
                (slot, Kind::Many(_)) => value(at, Operand::Count(slot), Kind::NUMBER),
                (_, kind) => {
                    return Err(does_not_fit(place, &kind, Text::new("count 只数多选项", "count counts a list of choices")));
                }
            },
            "years_since" => {
                let date = self.deeper(at, Self::sum)?;
                let date = self.value(date)?;
                if date.kind != Kind::Date {
                    let remedy = Text::new("years_since 的参数应为日期", "years_since asks for a date");
                    return Err(does_not_fit(place, &date.kind, remedy));
                }
                value(at, Operand::YearsSince(Box::new(date.operand)), Kind::NUMBER).deeper_than(at, date.depth)?
            }
            "starts_with" => {
                let (slot, kind) = self.element_argument()?;
                self.expect(&Token::Comma, ",")?;
                let prefix_at = self.at();
                let Token::Text(prefix) = self.take() else { return Err(wants_text(prefix_at)) };
                let operand = Typed { operand: Operand::Element(slot), kind, depth: 1 };
                Parsed { at, what: What::Condition(starts_with(place, operand, prefix_at, prefix)?) }
            }
            _ => {
                let mut nearest = Nearest::to(function);
                FUNCTIONS.iter().for_each(|name| nearest.consider(name));
                return Err(ExprError::new(
                    at,
                    Text::new(format!("没有函数“{function}”"), format!("there is no function “{function}”")),
                    did_you_mean(nearest.found(), &FUNCTIONS.join("、"), &FUNCTIONS.join(", ")),
                ));
            }
        };
        self.expect(&Token::Close, ")")?;
        Ok(parsed)
    }

    fn element_argument(&mut self) -> Result<(Slot, Kind), ExprError> {
        let at = self.at();
        match self.take() {
            Token::Word(name) => self.element(at, &name),
            _ => Err(ExprError::new(
                at,
                Text::new("这里应为数据元的名称", "expected the name of an element here"),
                Text::new("写字典中的一个名称", "write a name of the dictionary"),
            )),
        }
    }
}

impl Parsed {
    fn deeper_than(mut self, at: usize, inner: usize) -> Result<Parsed, ExprError> {
        if inner >= DEEPEST {
            return Err(too_deep(at));
        }
        if let What::Value(value) = &mut self.what {
            value.depth = inner + 1;
        }
        Ok(self)
    }
}

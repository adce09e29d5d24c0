//! Tokens into a checked condition: precedence climbing, with every operand knowing its kind, so that nonsense is refused
//! where it is written and evaluation has nothing left to check.

mod checks;
mod faults;
mod functions;

use super::{
    ExprError,
    kind::{Element, Kind, Names, Nearest},
    lexer::{Placed, Token, tokens},
    tree::{Node, Operand, Relation, Sign, Slot, Test},
    value::{Decimal, Value},
};
use crate::text::Text;
use checks::{calculate, comparable, listed, member, range, starts_with};
use faults::{does_not_fit, too_deep, unexpected_after_condition, wants_operand, wants_text};
use std::collections::BTreeMap;

/// How deep brackets, `not` and sums may nest: far beyond what a person can read, far below what a stack can hold.
const DEEPEST: usize = 32;

/// Parses a whole condition; the elements it mentions come in order of first mention.
pub(super) fn parse(text: &str, names: &dyn Names) -> Result<(Node, Vec<Element>), ExprError> {
    let mut parser = Parser { tokens: tokens(text)?, here: 0, names, elements: Vec::new(), slots: BTreeMap::new(), nesting: 0 };
    let root = parser.or()?;
    let root = parser.condition(root)?;
    let next = &parser.tokens[parser.here];
    match &next.token {
        Token::End => Ok((root, parser.elements)),
        token => Err(unexpected_after_condition(next.at, token)),
    }
}

struct Parser<'a> {
    tokens: Vec<Placed>,
    here: usize,
    names: &'a dyn Names,
    elements: Vec<Element>,
    slots: BTreeMap<String, Slot>,
    nesting: usize,
}

/// What a stretch of text turned out to be, and where it begins.
struct Parsed {
    at: usize,
    what: What,
}

enum What {
    Condition(Node),
    Value(Typed),
}

struct Typed {
    operand: Operand,
    kind: Kind,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.here].token
    }

    fn at(&self) -> usize {
        self.tokens[self.here].at
    }

    /// Takes the next token; `End` stays, so there is always one to look at.
    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.here += 1;
        }
        token
    }

    fn take_if(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == wanted;
        self.here += usize::from(found);
        found
    }

    fn sees_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found == word)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.sees_word(word);
        self.here += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &Token, sign: &str) -> Result<(), ExprError> {
        if self.take_if(wanted) {
            return Ok(());
        }
        Err(ExprError::new(
            self.at(),
            Text::new(format!("这里应为 {sign}"), format!("expected {sign} here")),
            Text::new(format!("补上 {sign}"), format!("add {sign}")),
        ))
    }

    fn deeper<T>(&mut self, at: usize, inner: impl FnOnce(&mut Self) -> Result<T, ExprError>) -> Result<T, ExprError> {
        self.nesting += 1;
        if self.nesting > DEEPEST {
            return Err(too_deep(at));
        }
        let result = inner(self);
        self.nesting -= 1;
        result
    }

    fn or(&mut self) -> Result<Parsed, ExprError> {
        self.chain("or", Self::and, |parts| Node::Any(flat(parts, |node| matches!(node, Node::Any(_)))))
    }

    fn and(&mut self) -> Result<Parsed, ExprError> {
        self.chain("and", Self::not, |parts| Node::All(flat(parts, |node| matches!(node, Node::All(_)))))
    }

    fn chain(
        &mut self,
        word: &str,
        part: impl Fn(&mut Self) -> Result<Parsed, ExprError>,
        join: impl FnOnce(Vec<Node>) -> Node,
    ) -> Result<Parsed, ExprError> {
        let first = part(self)?;
        if !self.sees_word(word) {
            return Ok(first);
        }
        let at = first.at;
        let mut parts = vec![self.condition(first)?];
        while self.take_word(word) {
            let next = part(self)?;
            parts.push(self.condition(next)?);
        }
        Ok(Parsed { at, what: What::Condition(join(parts)) })
    }

    fn not(&mut self) -> Result<Parsed, ExprError> {
        let at = self.at();
        if !self.take_word("not") {
            return self.comparison();
        }
        let inner = self.deeper(at, Self::not)?;
        let inner = self.condition(inner)?;
        Ok(Parsed { at, what: What::Condition(Node::Not(Box::new(inner))) })
    }

    fn comparison(&mut self) -> Result<Parsed, ExprError> {
        let left = self.sum()?;
        let at = left.at;
        let negated = self.sees_word("not") && self.word_ahead(1) == Some("in");
        self.here += usize::from(negated);
        let node = if let &Token::Relation(relation) = self.peek() {
            self.take();
            let left = self.value(left)?;
            let right_at = self.at();
            let right = self.sum()?;
            let right = self.value(right)?;
            if matches!(self.peek(), Token::Relation(_)) {
                return Err(ExprError::new(
                    self.at(),
                    Text::new("一次只能比较两个值", "only two values can be compared at once"),
                    Text::new("改用 x between a and b", "write x between a and b"),
                ));
            }
            self.compare(at, left, relation, right_at, right)?
        } else if self.take_word("between") {
            let operand = self.value(left)?;
            self.between(at, operand)?
        } else if self.take_word("in") {
            let operand = self.value(left)?;
            self.within(at, operand)?
        } else if self.take_word("contains") {
            let operand = self.value(left)?;
            self.contains(at, operand)?
        } else {
            return Ok(left);
        };
        let node = if negated { Node::Not(Box::new(node)) } else { node };
        Ok(Parsed { at, what: What::Condition(node) })
    }

    fn word_ahead(&self, ahead: usize) -> Option<&str> {
        match &self.tokens.get(self.here + ahead)?.token {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    fn compare(&mut self, at: usize, left: Typed, relation: Relation, right_at: usize, right: Typed) -> Result<Node, ExprError> {
        comparable(at, &left.kind, relation, right_at, &right.kind)?;
        for (place, this, other) in [(right_at, &right, &left), (at, &left, &right)] {
            if let Operand::Literal(Value::Text(word)) = &this.operand {
                listed(place, word, &other.kind)?;
            }
        }
        let equal = relation == Relation::Equal;
        let negate_unless = |wanted: bool, node: Node| if wanted { node } else { Node::Not(Box::new(node)) };
        // A yes-or-no element compared with a literal is the element itself, so that there is one way to say it.
        Ok(match (left.operand, right.operand) {
            (Operand::Literal(Value::Bool(a)), Operand::Literal(Value::Bool(b))) => Node::Constant((a == b) == equal),
            (Operand::Element(slot), Operand::Literal(Value::Bool(value)))
            | (Operand::Literal(Value::Bool(value)), Operand::Element(slot)) => {
                negate_unless(value == equal, Node::Test(Test::Holds(slot)))
            }
            (left, right) => Node::Test(Test::Compare { left, relation, right }),
        })
    }

    fn between(&mut self, at: usize, operand: Typed) -> Result<Node, ExprError> {
        let low_at = self.at();
        let low = self.sum()?;
        let low = self.value(low)?;
        if !self.take_word("and") {
            return Err(ExprError::new(
                self.at(),
                Text::new("between 后面缺少 and", "between lacks its and"),
                Text::new("写作 x between a and b", "write x between a and b"),
            ));
        }
        let high_at = self.at();
        let high = self.sum()?;
        let high = self.value(high)?;
        range(at, operand, low_at, low, high_at, high)
    }

    /// What follows `in`: a prefix, a list of literals, or a range `[a .. b]`.
    fn within(&mut self, at: usize, operand: Typed) -> Result<Node, ExprError> {
        let place = self.at();
        if let Token::Text(prefix) = self.peek().clone() {
            self.take();
            return starts_with(at, operand, place, prefix);
        }
        self.expect(&Token::OpenList, "[")?;
        let first_at = self.at();
        let first = self.sum()?;
        let first = self.value(first)?;
        if self.take_if(&Token::Through) {
            let high_at = self.at();
            let high = self.sum()?;
            let high = self.value(high)?;
            self.expect(&Token::CloseList, "]")?;
            return range(at, operand, first_at, first, high_at, high);
        }
        let mut values = vec![member(at, &operand.kind, first_at, first)?];
        while self.take_if(&Token::Comma) {
            let next_at = self.at();
            let next = self.sum()?;
            let next = self.value(next)?;
            values.push(member(at, &operand.kind, next_at, next)?);
        }
        self.expect(&Token::CloseList, "]")?;
        Ok(Node::Test(Test::OneOf { operand: operand.operand, values }))
    }

    fn contains(&mut self, at: usize, operand: Typed) -> Result<Node, ExprError> {
        let place = self.at();
        let Token::Text(part) = self.take() else { return Err(wants_text(place)) };
        match (operand.operand, &operand.kind) {
            (Operand::Element(slot), Kind::Many(_) | Kind::Text) => {
                listed(place, &part, &operand.kind)?;
                Ok(Node::Test(Test::Contains { slot, part }))
            }
            _ => Err(does_not_fit(
                at,
                &operand.kind,
                Text::new("contains 的左边应为多选项或文字", "contains asks a list of choices or a text"),
            )),
        }
    }

    fn sum(&mut self) -> Result<Parsed, ExprError> {
        self.arithmetic(Self::product, |sign| matches!(sign, Sign::Plus | Sign::Minus))
    }

    fn product(&mut self) -> Result<Parsed, ExprError> {
        self.arithmetic(Self::unary, |sign| matches!(sign, Sign::Times | Sign::Over))
    }

    fn arithmetic(
        &mut self,
        part: impl Fn(&mut Self) -> Result<Parsed, ExprError>,
        ours: impl Fn(Sign) -> bool,
    ) -> Result<Parsed, ExprError> {
        let mut left = part(self)?;
        while let &Token::Sign(sign) = self.peek() {
            if !ours(sign) {
                break;
            }
            self.take();
            let at = left.at;
            let left_value = self.value(left)?;
            let right = part(self)?;
            let right_at = right.at;
            let right_value = self.value(right)?;
            let value = calculate(at, left_value, sign, right_at, right_value)?;
            left = Parsed { at, what: What::Value(value) };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Parsed, ExprError> {
        let at = self.at();
        if !self.take_if(&Token::Sign(Sign::Minus)) {
            return self.primary();
        }
        let inner = self.deeper(at, Self::unary)?;
        let inner_at = inner.at;
        let inner = self.value(inner)?;
        if let Operand::Literal(Value::Number(number)) = inner.operand {
            // The smallest number has no positive twin and cannot be written, so this never overflows in practice.
            let negative = Decimal::ZERO.checked_sub(number).ok_or_else(|| too_deep(at))?;
            return Ok(value(at, Operand::Literal(Value::Number(negative)), Kind::NUMBER));
        }
        let zero = Typed { operand: Operand::Literal(Value::Number(Decimal::ZERO)), kind: Kind::NUMBER, depth: 1 };
        Ok(Parsed { at, what: What::Value(calculate(at, zero, Sign::Minus, inner_at, inner)?) })
    }

    fn primary(&mut self) -> Result<Parsed, ExprError> {
        let at = self.at();
        match self.take() {
            Token::Number(number) => Ok(value(at, Operand::Literal(Value::Number(number)), Kind::NUMBER)),
            Token::Text(text) => Ok(value(at, Operand::Literal(Value::Text(text)), Kind::Text)),
            Token::Date(date) => Ok(value(at, Operand::Literal(Value::Date(date)), Kind::Date)),
            Token::Open => {
                let mut inner = self.deeper(at, Self::or)?;
                self.expect(&Token::Close, ")")?;
                inner.at = at;
                Ok(inner)
            }
            Token::Word(word) if *self.peek() == Token::Open => self.call(at, &word),
            Token::Word(word) => match word.as_str() {
                "true" | "是" => Ok(value(at, Operand::Literal(Value::Bool(true)), Kind::Bool)),
                "false" | "否" => Ok(value(at, Operand::Literal(Value::Bool(false)), Kind::Bool)),
                "and" | "or" | "not" | "in" | "between" | "contains" => Err(wants_operand(at)),
                name => {
                    let (slot, kind) = self.element(at, name)?;
                    Ok(value(at, Operand::Element(slot), kind))
                }
            },
            _ => Err(wants_operand(at)),
        }
    }

    fn element(&mut self, at: usize, name: &str) -> Result<(Slot, Kind), ExprError> {
        if let Some(slot) = self.slots.get(name) {
            return Ok((*slot, self.elements[usize::from(slot.0)].kind.clone()));
        }
        let Some(element) = self.names.element(name) else { return Err(self.unknown(at, name)) };
        let kind = element.kind.clone();
        // The same element may be called by its name and by its code.
        let known = self.elements.iter().position(|other| other.index == element.index);
        let place = known.unwrap_or(self.elements.len());
        if known.is_none() {
            self.elements.push(element);
        }
        let slot = Slot(u16::try_from(place).map_err(|_| too_deep(at))?);
        self.slots.insert(name.to_owned(), slot);
        Ok((slot, kind))
    }

    fn unknown(&self, at: usize, name: &str) -> ExprError {
        let operator = match name {
            "且" | "并且" | "而且" | "AND" => Some("and"),
            "或" | "或者" | "OR" => Some("or"),
            "非" | "不" | "NOT" => Some("not"),
            _ => None,
        };
        let remedy = match operator {
            Some(operator) => Text::new(format!("改用 {operator}"), format!("write {operator}")),
            None => {
                let mut nearest = Nearest::to(name);
                self.names.each_name(&mut |candidate| nearest.consider(candidate));
                match nearest.found() {
                    Some(near) => Text::new(format!("是否指“{near}”？"), format!("did you mean “{near}”?")),
                    None => Text::new(
                        "先在数据元字典中登记它；如果是文字，请加引号",
                        "add it to the dictionary first; put it between quotation marks if it is a text",
                    ),
                }
            }
        };
        let message = Text::new(format!("字典中没有数据元“{name}”"), format!("the dictionary has no element “{name}”"));
        ExprError::new(at, message, remedy)
    }

    fn condition(&self, parsed: Parsed) -> Result<Node, ExprError> {
        match parsed.what {
            What::Condition(node) => Ok(node),
            What::Value(Typed { operand: Operand::Element(slot), kind: Kind::Bool, .. }) => Ok(Node::Test(Test::Holds(slot))),
            What::Value(Typed { operand: Operand::Literal(Value::Bool(value)), .. }) => Ok(Node::Constant(value)),
            What::Value(Typed { kind, .. }) => {
                let remedy = Text::new("把它与一个值比较，如 x > 50", "compare it with a value, as in x > 50");
                match self.peek() {
                    Token::Word(word) if self.names.element(word).is_none() => Err(self.unknown(self.at(), word)),
                    _ => Err(does_not_fit(parsed.at, &kind, remedy)),
                }
            }
        }
    }

    fn value(&self, parsed: Parsed) -> Result<Typed, ExprError> {
        match parsed.what {
            What::Value(value) => Ok(value),
            What::Condition(_) => Err(ExprError::new(
                parsed.at,
                Text::new("条件不能参加比较或计算", "a condition cannot be compared or calculated with"),
                Text::new("用 and、or、not 连接条件", "join conditions with and, or, not"),
            )),
        }
    }
}

fn value(at: usize, operand: Operand, kind: Kind) -> Parsed {
    Parsed { at, what: What::Value(Typed { operand, kind, depth: 1 }) }
}

/// Lifts the parts of nested chains of the same sort, so that brackets without meaning leave no trace.
fn flat(parts: Vec<Node>, same: impl Fn(&Node) -> bool) -> Vec<Node> {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        if same(&part) {
            if let Node::All(inner) | Node::Any(inner) = part {
                all.extend(inner);
            }
        } else {
            all.push(part);
        }
    }
    all
}

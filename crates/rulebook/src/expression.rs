//! The condition language over the dictionary: which papers, questions and rules apply to whom.
//!
//! `设有厨房 or 经营面积 > 50` is a whole condition. Elements have their Chinese names from the dictionary, operators are
//! English, texts stand between quotation marks:
//!
//! ```text
//! condition   = condition "or" condition | condition "and" condition | "not" condition | "(" condition ")" | test
//! test        = element                            a yes-or-no element by itself
//!             | value ("=" | "!=" | "<" | "<=" | ">" | ">=") value
//!             | value "between" value "and" value  both ends included; also  value "in" "[" value ".." value "]"
//!             | value ["not"] "in" "[" literal {"," literal} "]"
//!             | element "in" text                  begins with: the codes under a heading; also starts_with(element, text)
//!             | element "contains" text            a list of choices has the word, a text has the part
//!             | "known" "(" element ")"            was answered with a value; false where it does not apply
//! value       = element | literal | value ("+" | "-" | "*" | "/") value | "-" value | "(" value ")"
//!             | "years_since" "(" date ")" | "count" "(" element ")" | "today" "(" ")"
//! literal     = 50 | 50.5 | 500万 | "堂食" | 2026-03-02 | date("2026-03-02") | true | false | 是 | 否
//! ```
//!
//! `not` binds tightest, then `and`, then `or`. A date less a date is a number of days; whole days are added to a date.
//! There are no loops, no calls of one condition by another and no text beyond 4 KB, so every condition ends, at once.
//!
//! It looks like FEEL (DMN 1.3) and differs on purpose. There is no `null`: a missing fact makes a test *unknown*, also for
//! `=` (FEEL: `null = null` is true), for `in` and for lists, and Kleene's tables ([`evaluate`]) carry it on with its cause.
//! What FEEL answers with `null` at run time (a number compared with a text, a choice that is not on the list) is refused
//! here when the condition is written. `[a, b]` is a list and `[a .. b]` the range; numbers are exact decimals of four places.

pub mod analyse;
mod apart;
pub mod could;
pub mod evaluate;
pub mod explain;
pub mod kind;
mod lexer;
mod parser;
pub(crate) mod telling;
pub mod tree;
pub mod value;

pub use analyse::{FixedPart, Met, Possible};
pub use evaluate::{Cause, Fact, Facts, Truth};
pub use explain::{Line, Role};
pub use kind::{Bounds, Element, ElementIndex, Kind, Names};
pub use lexer::is_name;
pub use value::{Decimal, Value};

use crate::text::Text;
use std::fmt;
use tree::{Node, Printer};

/// Longest text of a condition, in bytes. It bounds the steps of everything done with it.
pub const LONGEST: usize = 4096;

/// A checked condition, bound to the dictionary of one edition. Shown ([`fmt::Display`]) it is its canonical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    root: Node,
    elements: Vec<Element>,
}

impl Expression {
    /// Reads a condition, resolving every name and checking every comparison against the dictionary.
    ///
    /// # Errors
    /// The first fault, with the character it stands at, what is wrong and what to write instead.
    pub fn parse(text: &str, names: &dyn Names) -> Result<Expression, ExprError> {
        if text.len() > LONGEST {
            return Err(ExprError::new(
                0,
                Text::new("条件过长", "this condition is too long"),
                Text::new("把它拆成几个条件", "split it into several conditions"),
            ));
        }
        let (root, elements) = parser::parse(text, names)?;
        Ok(Expression { root, elements })
    }

    /// The condition as a tree, for analysis.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Every element the condition mentions, in order of first mention.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer { elements: &self.elements }.node(f, &self.root)
    }
}

/// Why a text is not a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// The character, counted from 0, where the fault begins.
    pub at: usize,
    pub message: Text,
    /// What to write instead.
    pub remedy: Text,
}

impl ExprError {
    fn new(at: usize, message: Text, remedy: Text) -> ExprError {
        ExprError { at, message, remedy }
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第{}字：{}；{}", self.at + 1, self.message.zh, self.remedy.zh)
    }
}

impl std::error::Error for ExprError {}

#[cfg(test)]
mod tests;

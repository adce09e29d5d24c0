//! What a condition may still come out as, whatever is answered to what is missing, while what needs a person stays open.
//!
//! Finer than [`Truth`] where both are in play: `needs-a-person and missing` may be false or stay open, never true. Parts are
//! taken for independent of each other, so that more may seem possible than is, never less.

use super::{
    Expression,
    evaluate::{Cause, Facts, Truth, Walk},
    tree::Node,
};
use jiff::civil::Date;

/// A set of outcomes: true, false, left to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Could(u8);

impl Could {
    pub const TRUE: Could = Could(1);
    pub const FALSE: Could = Could(2);
    pub const PERSON: Could = Could(4);
    const EITHER: Could = Could(3);

    /// Whether only one outcome is left.
    pub fn settled(self) -> bool {
        self.0.count_ones() == 1
    }

    pub fn and(self, other: Could) -> Could {
        Could(AND[usize::from(self.0)][usize::from(other.0)])
    }

    pub fn or(self, other: Could) -> Could {
        self.not().and(other.not()).not()
    }

    const fn not(self) -> Could {
        Could((self.0 & 4) | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }

    pub fn truth(self) -> Truth {
        match self {
            Could::TRUE => Truth::True,
            Could::FALSE => Truth::False,
            Could::PERSON => Truth::Unknown(Cause::NeedsPerson),
            _ => Truth::Unknown(Cause::Missing),
        }
    }
}

/// Both together, for every two sets.
const AND: [[u8; 8]; 8] = {
    let mut table = [[0; 8]; 8];
    let mut one = 0;
    while one < 8 {
        let mut two = 0;
        while two < 8 {
            let open = (one & 4 != 0 && two & 5 != 0) || (two & 4 != 0 && one & 5 != 0);
            table[one as usize][two as usize] = (one & two & 1) | ((one | two) & 2) | (open as u8) << 2;
            two += 1;
        }
        one += 1;
    }
    table
};

impl From<Truth> for Could {
    fn from(truth: Truth) -> Could {
        match truth {
            Truth::True => Could::TRUE,
            Truth::False => Could::FALSE,
            Truth::Unknown(Cause::Missing) => Could::EITHER,
            // What does not apply is nobody's to answer here.
            Truth::Unknown(Cause::NeedsPerson) | Truth::NotApplicable => Could::PERSON,
        }
    }
}

impl Expression {
    /// What it may still come out as.
    pub fn could<F: Facts + ?Sized>(&self, facts: &F, today: Date) -> Could {
        self.walk(facts, today).could(&self.root)
    }
}

impl<F: Facts + ?Sized> Walk<'_, F> {
    fn could(&self, node: &Node) -> Could {
        match node {
            Node::Constant(value) => Could::from(Truth::from(*value)),
            Node::Not(inner) => self.could(inner).not(),
            Node::All(parts) => {
                let mut could = Could::TRUE;
                for part in parts {
                    could = could.and(self.could(part));
                    if could == Could::FALSE {
                        break;
                    }
                }
                could
            }
            Node::Any(parts) => {
                let mut could = Could::FALSE;
                for part in parts {
                    could = could.or(self.could(part));
                    if could == Could::TRUE {
                        break;
                    }
                }
                could
            }
            Node::Test(test) => Could::from(self.test(test)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Fact;
    use super::super::tests::parse;
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 3, 2);

    #[test]
    fn what_needs_a_person_bars_what_is_missing_from_settling() {
        let check = |text: &str, facts: &[Fact], expected: &str| {
            let could = parse(text).could(facts, TODAY);
            let said: String = [(Could::TRUE, 't'), (Could::FALSE, 'f'), (Could::PERSON, 'p')]
                .into_iter()
                .filter(|(one, _)| could.0 & one.0 != 0)
                .map(|(_, letter)| letter)
                .collect();
            assert_eq!(said, expected, "{text}");
        };
        // The kitchen is for a person to say, whether it lies on the street is missing.
        let facts = [Fact::NeedsPerson, Fact::Missing, 40.into()];
        check("设有厨房", &facts, "p");
        check("临街", &facts, "tf");
        check("设有厨房 and 临街", &facts, "fp");
        check("设有厨房 or 临街", &facts, "tp");
        check("not (设有厨房 and 临街)", &facts, "tp");
        check("设有厨房 and 临街 and 经营面积 > 50", &facts, "f");
        check("(设有厨房 or 经营面积 > 50) and (临街 or 经营面积 <= 50)", &facts, "p");
    }

    proptest! {
        #[test]
        fn it_agrees_with_evaluation(text in super::super::tests::conditions(), kitchen: bool, area in 0..5_i32, gone: u8) {
            let facts: Vec<Fact> = [kitchen.into(), true.into(), area.into(), Fact::Missing, Fact::NeedsPerson]
                .into_iter()
                .enumerate()
                .map(|(place, fact)| match gone >> (2 * place.min(3)) & 3 {
                    0 => Fact::Missing,
                    1 => Fact::NeedsPerson,
                    _ => fact,
                })
                .collect();
            let (could, truth) = (parse(&text).could(&facts, TODAY), parse(&text).evaluate(&facts, TODAY));
            if could.settled() {
                prop_assert!(could.truth() == truth || truth == Truth::Unknown(Cause::Missing));
            } else {
                prop_assert_eq!(truth, Truth::Unknown(Cause::Missing));
            }
        }
    }
}

//! How a term is written, for people and in files.

use super::{Term, Unit};
use crate::text::{Lang, Text};
use std::fmt;
use std::str::FromStr;

impl Unit {
    /// Those in which a law or a promise is written.
    pub const ALL: [Unit; 4] = [Unit::WorkingDays, Unit::Days, Unit::Months, Unit::Immediate];

    /// The word for this unit in files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Unit::WorkingDays => "working-days",
            Unit::Days => "days",
            Unit::Months => "months",
            Unit::Immediate => "immediate",
            Unit::ExactDays => "exact-days",
        }
    }
}

impl FromStr for Unit {
    type Err = Text;

    fn from_str(word: &str) -> Result<Unit, Text> {
        Unit::ALL.into_iter().find(|unit| unit.word() == word).ok_or_else(|| {
            Text::new(
                format!("「{word}」不是期限单位，请写 working-days、days、months 或 immediate"),
                format!("“{word}” is not a unit of time: write working-days, days, months or immediate"),
            )
        })
    }
}

impl Term {
    /// Decided while the visitor waits (当场).
    pub const IMMEDIATE: Term = Term { n: 0, unit: Unit::Immediate };

    pub const fn working_days(n: u32) -> Term {
        Term { n, unit: Unit::WorkingDays }
    }

    pub const fn days(n: u32) -> Term {
        Term { n, unit: Unit::Days }
    }

    pub const fn exact_days(n: u32) -> Term {
        Term { n, unit: Unit::ExactDays }
    }

    pub const fn months(n: u32) -> Term {
        Term { n, unit: Unit::Months }
    }

    /// As a law or a promise states it: 「5个工作日」, “5 working days”.
    pub fn text(self) -> Text {
        Text::new(self.say(Lang::Zh), self.say(Lang::En))
    }

    pub fn say(self, lang: Lang) -> String {
        let n = self.n;
        let plural = if n == 1 { "" } else { "s" };
        match (self.unit, lang) {
            (Unit::WorkingDays, Lang::Zh) => format!("{n}个工作日"),
            (Unit::WorkingDays, Lang::En) => format!("{n} working day{plural}"),
            (Unit::Days | Unit::ExactDays, Lang::Zh) => format!("{n}日"),
            (Unit::Days | Unit::ExactDays, Lang::En) => format!("{n} day{plural}"),
            (Unit::Months, Lang::Zh) => format!("{n}个月"),
            (Unit::Months, Lang::En) => format!("{n} month{plural}"),
            (Unit::Immediate, Lang::Zh) => "当场".to_owned(),
            (Unit::Immediate, Lang::En) => "on the spot".to_owned(),
        }
    }
}

/// In Chinese, the language of the law.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::Zh))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_reads_as_the_law_writes_it() {
        for (term, zh, en) in [
            (Term::working_days(5), "5个工作日", "5 working days"),
            (Term::working_days(1), "1个工作日", "1 working day"),
            (Term::days(60), "60日", "60 days"),
            (Term::months(3), "3个月", "3 months"),
            (Term::exact_days(27), "27日", "27 days"),
            (Term::IMMEDIATE, "当场", "on the spot"),
        ] {
            assert_eq!(term.text(), Text::new(zh, en));
            assert_eq!(term.to_string(), zh);
        }
    }

    #[test]
    fn every_unit_is_read_back_from_its_word() {
        for unit in Unit::ALL {
            assert_eq!(unit.word().parse(), Ok(unit));
        }
        assert!("工作日".parse::<Unit>().is_err());
    }
}

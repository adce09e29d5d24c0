//! What the words of a policy are called for people, and when a claim window stands open.

use super::{BenefitKind, Level, Life, Mode, PolicyKind, Silent, StackingRule, Window};
use crate::text::Text;
use jiff::ToSpan;
use jiff::civil::Date;

impl PolicyKind {
    /// Those that give something.
    pub const GIVING: [PolicyKind; 2] = [PolicyKind::Benefit, PolicyKind::Investment];

    /// As definitions write it.
    pub fn word(self) -> &'static str {
        match self {
            PolicyKind::Benefit => "惠企",
            PolicyKind::Investment => "招商",
            PolicyKind::Rule => "规范",
        }
    }

    pub fn name(self) -> Text {
        match self {
            PolicyKind::Benefit => Text::new("惠企", "for firms here"),
            PolicyKind::Investment => Text::new("招商", "for firms to come"),
            PolicyKind::Rule => Text::new("规范", "a rule"),
        }
    }
}

impl Level {
    pub const ALL: [Level; 4] = [Level::State, Level::City, Level::District, Level::Zone];

    pub fn name(self) -> Text {
        match self {
            Level::State => Text::new("国家", "State"),
            Level::City => Text::new("市", "City"),
            Level::District => Text::new("区", "District"),
            Level::Zone => Text::new("开发区", "Zone"),
        }
    }
}

impl Life {
    pub const ALL: [Life; 4] = [Life::Draft, Life::Live, Life::Expired, Life::Superseded];

    /// As definitions write it.
    pub fn word(self) -> &'static str {
        match self {
            Life::Draft => "draft",
            Life::Live => "live",
            Life::Expired => "expired",
            Life::Superseded => "superseded",
        }
    }

    pub fn name(self) -> Text {
        match self {
            Life::Draft => Text::new("草案", "a draft"),
            Life::Live => Text::new("现行", "in force"),
            Life::Expired => Text::new("已到期", "ended"),
            Life::Superseded => Text::new("已被替代", "superseded"),
        }
    }
}

impl BenefitKind {
    /// As definitions write it.
    pub fn word(self) -> &'static str {
        match self {
            BenefitKind::Cash => "cash",
            BenefitKind::Loan => "loan",
            BenefitKind::Tax => "tax",
            BenefitKind::Rent => "rent",
            BenefitKind::Space => "space",
            BenefitKind::Talent => "talent",
            BenefitKind::Qualification => "qualification",
            BenefitKind::Duty => "duty",
        }
    }

    /// What can be given.
    pub const GIVEN: [BenefitKind; 7] = [
        BenefitKind::Cash,
        BenefitKind::Loan,
        BenefitKind::Tax,
        BenefitKind::Rent,
        BenefitKind::Space,
        BenefitKind::Talent,
        BenefitKind::Qualification,
    ];

    pub fn name(self) -> Text {
        match self {
            BenefitKind::Cash => Text::new("资金", "money"),
            BenefitKind::Loan => Text::new("贷款", "loan"),
            BenefitKind::Tax => Text::new("税费", "taxes and fees"),
            BenefitKind::Rent => Text::new("房租", "rent"),
            BenefitKind::Space => Text::new("场地", "space"),
            BenefitKind::Talent => Text::new("人才", "people"),
            BenefitKind::Qualification => Text::new("资质", "recognition"),
            BenefitKind::Duty => Text::new("义务", "a duty"),
        }
    }
}

impl Mode {
    pub const ALL: [Mode; 3] = [Mode::NoApplication, Mode::Quick, Mode::Application];

    /// As definitions write it.
    pub fn word(self) -> &'static str {
        match self {
            Mode::NoApplication => "免申即享",
            Mode::Quick => "快申快享",
            Mode::Application => "申报",
        }
    }

    pub fn name(self) -> Text {
        match self {
            Mode::NoApplication => Text::new("免申即享", "without application"),
            Mode::Quick => Text::new("快申快享", "quick application"),
            Mode::Application => Text::new("申报", "by application"),
        }
    }
}

impl StackingRule {
    pub const ALL: [StackingRule; 3] = [StackingRule::NoDoubleBenefit, StackingRule::TakeHighest, StackingRule::TopUpDifference];

    /// As definitions write it.
    pub fn word(self) -> &'static str {
        match self {
            StackingRule::NoDoubleBenefit => "no-double-benefit",
            StackingRule::TakeHighest => "take-highest",
            StackingRule::TopUpDifference => "top-up-difference",
        }
    }

    pub fn name(self) -> Text {
        match self {
            StackingRule::NoDoubleBenefit => Text::new("不重复享受", "only one of the group"),
            StackingRule::TakeHighest => Text::new("就高不就低", "the highest of the group"),
            StackingRule::TopUpDifference => Text::new("补差", "topped up by the difference"),
        }
    }
}

impl Silent {
    pub fn name(self) -> Text {
        match self {
            Silent::Draft => Text::new("草案，尚未施行", "a draft, not in force"),
            Silent::Expired => Text::new("已过期", "expired"),
            Silent::Superseded => Text::new("已被取代", "superseded"),
            Silent::NotYet => Text::new("尚未施行", "not yet in force"),
        }
    }
}

impl Window {
    /// First and last day of the window that is open on `day`, or else of the next one; `None` when it has closed for good.
    pub fn open_or_next(&self, day: Date) -> Option<(Date, Date)> {
        // A yearly window may have opened last year, or open next year only.
        let years: &[i16] = if self.yearly() { &[-1, 0, 1] } else { &[0] };
        let near = |more: &i16| day.checked_add(i64::from(*more).years()).ok();
        years.iter().filter_map(near).filter_map(|near| self.days(near)).find(|(_, until)| day <= *until)
    }

    pub fn is_open(&self, day: Date) -> bool {
        self.open_or_next(day).is_some_and(|(from, _)| from <= day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use toml::Spanned;

    #[test]
    fn a_window_is_open_or_tells_when_it_opens_next() {
        let check = |from: &str, until: &str, day: Date, expected: Option<(Date, Date)>, open: bool| {
            let text = |text: &str| Spanned::new(0..0, text.to_owned());
            let window = Window { from: text(from), until: text(until) };
            assert_eq!((window.open_or_next(day), window.is_open(day)), (expected, open), "{from} {until} {day}");
        };
        let (first, last) = (date(2026, 3, 1), date(2026, 4, 30));
        check("03-01", "04-30", date(2026, 2, 28), Some((first, last)), false);
        check("03-01", "04-30", last, Some((first, last)), true);
        check("03-01", "04-30", date(2026, 5, 1), Some((date(2027, 3, 1), date(2027, 4, 30))), false);
        check("11-15", "03-15", date(2026, 1, 5), Some((date(2025, 11, 15), date(2026, 3, 15))), true);
        check("2026-06-01", "2026-08-31", date(2026, 9, 1), None, false);
    }
}

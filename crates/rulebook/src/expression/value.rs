//! What a fact can be: exact decimals, dates, words and lists of words. There are no floating-point numbers here, for a
//! threshold of law is met or not met, never nearly met.

use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A decimal number with four places, exact between ±922,337,203,685,477.5807: enough for 元, square metres and rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

/// Why a text is no [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDecimal {
    /// Something other than digits, one point and a leading minus.
    Malformed,
    /// More than four places behind the point: rounding would move a threshold.
    TooFine,
    /// Beyond the range of the type.
    TooLarge,
}

impl Decimal {
    pub const ZERO: Decimal = Decimal(0);
    pub const MIN: Decimal = Decimal(i64::MIN);
    pub const MAX: Decimal = Decimal(i64::MAX);
    const ONE: i64 = 10_000;

    /// From ten-thousandths: `from_units(505_000)` is 50.5.
    pub const fn from_units(units: i64) -> Decimal {
        Decimal(units)
    }

    /// In ten-thousandths.
    pub const fn units(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_add(other.0).map(Decimal)
    }

    pub fn checked_sub(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_sub(other.0).map(Decimal)
    }

    /// Rounded to the fourth place, halves away from zero.
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        rounded_quotient(i128::from(self.0) * i128::from(other.0), i128::from(Self::ONE))
    }

    /// Rounded to the fourth place, halves away from zero; `None` for a division by zero.
    pub fn checked_div(self, other: Decimal) -> Option<Decimal> {
        if other.0 == 0 {
            return None;
        }
        rounded_quotient(i128::from(self.0) * i128::from(Self::ONE), i128::from(other.0))
    }
}

fn rounded_quotient(dividend: i128, divisor: i128) -> Option<Decimal> {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let away = if rest.abs() * 2 >= divisor.abs() { (dividend.signum() * divisor.signum()).signum() } else { 0 };
    i64::try_from(quotient + away).ok().map(Decimal)
}

impl From<i32> for Decimal {
    fn from(whole: i32) -> Decimal {
        Decimal(i64::from(whole) * Self::ONE)
    }
}

impl TryFrom<i64> for Decimal {
    type Error = NotDecimal;

    fn try_from(whole: i64) -> Result<Decimal, NotDecimal> {
        whole.checked_mul(Self::ONE).map(Decimal).ok_or(NotDecimal::TooLarge)
    }
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Decimal, NotDecimal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(places) {
            return Err(NotDecimal::Malformed);
        }
        let places = places.trim_end_matches('0');
        if places.len() > 4 {
            return Err(NotDecimal::TooFine);
        }
        let mut units: i64 = 0;
        // Counting downwards when negative reaches i64::MIN, which has no positive twin.
        for digit in whole.bytes().chain(places.bytes()).chain(std::iter::repeat_n(b'0', 4 - places.len())) {
            let digit = i64::from(digit - b'0');
            units = units
                .checked_mul(10)
                .and_then(|units| if negative { units.checked_sub(digit) } else { units.checked_add(digit) })
                .ok_or(NotDecimal::TooLarge)?;
        }
        Ok(Decimal(units))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, one) = (self.0.unsigned_abs(), Self::ONE.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        let mut text = format!("{sign}{}", units / one);
        if units % one != 0 {
            text.push('.');
            text.push_str(format!("{:04}", units % one).trim_end_matches('0'));
        }
        f.pad(&text)
    }
}

/// Written as text (`"50.5"`), because JSON numbers pass through floating point on their way.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads text, whole numbers, and floats by their shortest notation, since TOML and JSON have no other way to write 40.5.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        struct Reader;
        impl de::Visitor<'_> for Reader {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number with at most four decimal places")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }

            fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Decimal, E> {
                Decimal::try_from(whole).map_err(|_| E::invalid_value(de::Unexpected::Signed(whole), &self))
            }

            fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Decimal, E> {
                i64::try_from(whole)
                    .ok()
                    .and_then(|whole| Decimal::try_from(whole).ok())
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(whole), &self))
            }

            fn visit_f64<E: de::Error>(self, float: f64) -> Result<Decimal, E> {
                format!("{float}").parse().map_err(|_| E::invalid_value(de::Unexpected::Float(float), &self))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// The value of one data element.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    Bool(bool),
    Number(Decimal),
    Text(String),
    Date(Date),
    Many(Vec<String>),
}

impl Value {
    /// The value as people read it: 是 or yes, 50.5, 2026年3月2日, 烘焙、堂食. Words of the rulebook stay Chinese in both.
    pub fn words(&self) -> Text {
        match self {
            Value::Bool(true) => Text::new("是", "yes"),
            Value::Bool(false) => Text::new("否", "no"),
            Value::Number(number) => Text::new(number.to_string(), number.to_string()),
            Value::Text(text) => Text::new(text, text),
            Value::Date(date) => Text::new(format!("{}年{}月{}日", date.year(), date.month(), date.day()), date.to_string()),
            Value::Many(values) if values.is_empty() => Text::new("（无）", "(none)"),
            Value::Many(values) => Text::new(values.join("、"), values.join(", ")),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Value {
        Value::Number(value.into())
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Value {
        Value::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(value)
    }
}

impl From<Date> for Value {
    fn from(value: Date) -> Value {
        Value::Date(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        let check = |text: &str, expected: Result<i64, NotDecimal>| {
            assert_eq!(text.parse::<Decimal>().map(Decimal::units), expected, "{text}");
        };
        check("50", Ok(500_000));
        check("50.5", Ok(505_000));
        check("-0.0001", Ok(-1));
        check("0.10000000", Ok(1_000));
        check("922337203685477.5807", Ok(i64::MAX));
        check("-922337203685477.5808", Ok(i64::MIN));
        check("922337203685477.5808", Err(NotDecimal::TooLarge));
        check("0.00001", Err(NotDecimal::TooFine));
        check("", Err(NotDecimal::Malformed));
        check("1.", Err(NotDecimal::Malformed));
        check("1e3", Err(NotDecimal::Malformed));
        check("--1", Err(NotDecimal::Malformed));
    }

    #[test]
    fn products_and_quotients_round_halves_away_from_zero() {
        let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
        assert_eq!(decimal("0.0001").checked_mul(decimal("0.5")), Some(decimal("0.0001")));
        assert_eq!(decimal("-0.0001").checked_mul(decimal("0.5")), Some(decimal("-0.0001")));
        assert_eq!(decimal("0.0001").checked_mul(decimal("0.4")), Some(Decimal::ZERO));
        assert_eq!(decimal("1").checked_div(decimal("3")), Some(decimal("0.3333")));
        assert_eq!(decimal("2").checked_div(decimal("-3")), Some(decimal("-0.6667")));
        assert_eq!(decimal("1").checked_div(Decimal::ZERO), None);
        assert_eq!(Decimal::MIN.checked_div(decimal("-1")), None);
        assert_eq!(Decimal::MAX.checked_mul(Decimal::MAX), None);
    }

    proptest! {
        #[test]
        fn what_a_decimal_shows_reads_back_as_the_same(units: i64) {
            let decimal = Decimal::from_units(units);
            prop_assert_eq!(decimal.to_string().parse(), Ok(decimal));
        }
    }
}

//! Text into words, numbers, dates and signs, each with its place. What a Chinese keyboard gives (full-width
//! signs, `≥`, `“…”`) is taken for what is meant.

use super::{
    ExprError,
    kind::decimal_fault,
    tree::{Relation, Sign},
    value::Decimal,
};
use crate::text::Text;
use jiff::civil::Date;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    Number(Decimal),
    Date(Date),
    Relation(Relation),
    Sign(Sign),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    /// `..`, between the ends of a range.
    Through,
    End,
}

/// A token and the character (from 0) it begins at.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

/// Whether an element may have this name: letters of any script, digits and `_`, not beginning with a digit, and not one of
/// the language's own words.
pub fn is_name(text: &str) -> bool {
    const RESERVED: [&str; 10] = ["and", "or", "not", "in", "between", "contains", "true", "false", "是", "否"];
    let typed_alike = |letter| continues_word(letter) && plain(letter) == letter;
    text.starts_with(begins_word) && text.chars().all(typed_alike) && !RESERVED.contains(&text)
}

/// The ASCII letter that a full-width one of a Chinese keyboard stands for; every other letter is itself.
fn plain(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

fn begins_word(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn continues_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The tokens of a text, `End` last.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, ExprError> {
    let mut lexer = Lexer { letters: text.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.take_while(char::is_whitespace);
        let at = lexer.at;
        let token = lexer.next()?;
        let end = token == Token::End;
        tokens.push(Placed { token, at });
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer {
    letters: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.at + ahead).copied().map(plain)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let from = self.at;
        while self.peek(0).is_some_and(&wanted) {
            self.at += 1;
        }
        self.letters[from..self.at].iter().copied().map(plain).collect()
    }

    fn next(&mut self) -> Result<Token, ExprError> {
        let Some(letter) = self.peek(0) else { return Ok(Token::End) };
        if begins_word(letter) {
            return Ok(Token::Word(self.take_while(continues_word)));
        }
        if letter.is_ascii_digit() {
            return self.number_or_date();
        }
        let from = self.at;
        self.at += 1;
        Ok(match letter {
            '"' => self.quoted('"', from)?,
            '“' | '”' => self.quoted('”', from)?,
            '「' => self.quoted('」', from)?,
            '(' => Token::Open,
            ')' => Token::Close,
            '[' => Token::OpenList,
            ']' => Token::CloseList,
            ',' | '、' => Token::Comma,
            '=' => {
                if self.follows('=') {
                    return Err(instead(from, "==", "="));
                }
                Token::Relation(Relation::Equal)
            }
            '!' if self.follows('=') => Token::Relation(Relation::NotEqual),
            '≠' => Token::Relation(Relation::NotEqual),
            '≤' => Token::Relation(Relation::AtMost),
            '≥' => Token::Relation(Relation::AtLeast),
            '<' => {
                if self.follows('>') {
                    return Err(instead(from, "<>", "!="));
                }
                Token::Relation(if self.follows('=') { Relation::AtMost } else { Relation::Less })
            }
            '>' => Token::Relation(if self.follows('=') { Relation::AtLeast } else { Relation::More }),
            '+' => Token::Sign(Sign::Plus),
            '-' => Token::Sign(Sign::Minus),
            '*' | '×' => Token::Sign(Sign::Times),
            '/' | '÷' => Token::Sign(Sign::Over),
            '.' if self.follows('.') => Token::Through,
            '!' => return Err(instead(from, "!", "not")),
            '&' => return Err(instead(from, "&", "and")),
            '|' => return Err(instead(from, "|", "or")),
            _ => {
                return Err(ExprError::new(
                    from,
                    Text::new(format!("这里不能用“{letter}”"), format!("“{letter}” has no meaning here")),
                    Text::new("删去它；文字要写在引号里", "remove it; put words between quotation marks"),
                ));
            }
        })
    }

    fn follows(&mut self, letter: char) -> bool {
        let found = self.peek(0) == Some(letter);
        self.at += usize::from(found);
        found
    }

    fn quoted(&mut self, end: char, from: usize) -> Result<Token, ExprError> {
        let mut text = String::new();
        // Between quotation marks every letter is kept as it is written.
        while let Some(&letter) = self.letters.get(self.at) {
            self.at += 1;
            match letter {
                '\\' => {
                    if let Some(&escaped) = self.letters.get(self.at) {
                        text.push(escaped);
                        self.at += 1;
                    }
                }
                letter if letter == end => return Ok(Token::Text(text)),
                letter => text.push(letter),
            }
        }
        Err(ExprError::new(
            from,
            Text::new("引号没有结束", "this quotation mark is never closed"),
            Text::new(format!("在文字后面加上 {end}"), format!("write {end} after the words")),
        ))
    }

    fn number_or_date(&mut self) -> Result<Token, ExprError> {
        let from = self.at;
        if let Some(token) = self.date()? {
            return Ok(token);
        }
        let digit = |letter: char| letter.is_ascii_digit();
        let mut text = self.take_while(digit);
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(digit) {
            self.at += 1;
            text.push('.');
            text.push_str(&self.take_while(digit));
        }
        let unit_at = self.at;
        let unit = self.take_while(continues_word);
        let times: i64 = match unit.as_str() {
            "" | "元" => 1,
            "万" | "万元" => 10_000,
            "亿" | "亿元" => 100_000_000,
            _ => {
                return Err(ExprError::new(
                    unit_at,
                    Text::new(format!("数字后面不能跟“{unit}”"), format!("“{unit}” cannot follow a number")),
                    Text::new(
                        "只写数字（单位由数据元规定），可带 万、亿、元",
                        "write the number alone (the element fixes the unit); 万, 亿 and 元 are allowed",
                    ),
                ));
            }
        };
        let number = text.parse::<Decimal>().map_err(|error| {
            let remedy = Text::new("写小数不超过四位的数", "write a number with at most four decimal places");
            ExprError::new(from, decimal_fault(&text, error), remedy)
        })?;
        let number = number.units().checked_mul(times).map(Decimal::from_units).ok_or_else(|| {
            let fault = decimal_fault(&format!("{text}{unit}"), super::value::NotDecimal::TooLarge);
            ExprError::new(from, fault, Text::new("写小一些的数", "write a smaller number"))
        })?;
        Ok(Token::Number(number))
    }

    /// A date literal such as 2026-03-02: four digits, two, two, joined without spaces, so that `2026 - 3 - 2` stays a sum.
    fn date(&mut self) -> Result<Option<Token>, ExprError> {
        const SHAPE: [bool; 10] = [true, true, true, true, false, true, true, false, true, true];
        let fits = |(place, digit): (usize, &bool)| {
            self.peek(place).is_some_and(|letter| if *digit { letter.is_ascii_digit() } else { letter == '-' })
        };
        if !SHAPE.iter().enumerate().all(fits) || self.peek(SHAPE.len()).is_some_and(continues_word) {
            return Ok(None);
        }
        let from = self.at;
        let text: String = self.letters[from..from + SHAPE.len()].iter().copied().map(plain).collect();
        self.at += SHAPE.len();
        match text.parse() {
            Ok(date) => Ok(Some(Token::Date(date))),
            Err(_) => Err(no_such_date(from, &text)),
        }
    }
}

pub(super) fn no_such_date(at: usize, text: &str) -> ExprError {
    ExprError::new(
        at,
        Text::new(format!("没有“{text}”这一天"), format!("“{text}” is not a date")),
        Text::new("日期写作 2026-03-02", "write dates as 2026-03-02"),
    )
}

fn instead(at: usize, written: &str, meant: &str) -> ExprError {
    ExprError::new(
        at,
        Text::new(format!("这里不能用“{written}”"), format!("“{written}” has no meaning here")),
        Text::new(format!("改用 {meant}"), format!("write {meant}")),
    )
}

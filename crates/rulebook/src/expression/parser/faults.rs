//! What the parser says when it refuses.

use super::super::{ExprError, kind::Kind, lexer::Token};
use crate::text::Text;

pub(super) fn too_deep(at: usize) -> ExprError {
    ExprError::new(
        at,
        Text::new("条件嵌套太深", "this condition is nested too deeply"),
        Text::new("把它拆成几个条件", "split it into several conditions"),
    )
}

pub(super) fn wants_operand(at: usize) -> ExprError {
    ExprError::new(
        at,
        Text::new("这里应为数据元或值", "expected an element or a value here"),
        Text::new("写数据元的名称、数字、日期或引号里的文字", "write the name of an element, a number, a date or a quoted text"),
    )
}

pub(super) fn wants_text(at: usize) -> ExprError {
    ExprError::new(
        at,
        Text::new("这里应为引号里的文字", "expected a quoted text here"),
        Text::new("把文字写在 \"…\" 里", "write the text between \"…\""),
    )
}

pub(super) fn does_not_fit(at: usize, kind: &Kind, remedy: Text) -> ExprError {
    let words = kind.words();
    let message = Text::new(format!("{}不能这样用", words.zh), format!("{} cannot be used like this", words.en));
    ExprError::new(at, message, remedy)
}

pub(super) fn did_you_mean(near: Option<String>, all_zh: &str, all_en: &str) -> Text {
    match near {
        Some(near) => Text::new(format!("是否指“{near}”？"), format!("did you mean “{near}”?")),
        None => Text::new(format!("可用的有 {all_zh}"), format!("there are {all_en}")),
    }
}

pub(super) fn unexpected_after_condition(at: usize, token: &Token) -> ExprError {
    let remedy = match token {
        Token::Close => Text::new("删去多余的括号", "remove the surplus bracket"),
        Token::Word(word) if matches!(word.as_str(), "且" | "并且") => Text::new("改用 and", "write and"),
        Token::Word(word) if matches!(word.as_str(), "或" | "或者") => Text::new("改用 or", "write or"),
        _ => Text::new("用 and 或 or 连接", "join with and or or"),
    };
    ExprError::new(at, Text::new("条件到这里应已结束", "the condition should have ended here"), remedy)
}

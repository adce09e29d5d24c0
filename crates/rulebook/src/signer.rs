//! Who signs with the applicant (共同签署): all investors, the legal representative, the owner of the premises. The rule says as what
//! they sign, when, how the form names them, what each of them says by it, and how much of the application it covers.
//!
//! Who is named is read from the answers; whether the named have signed is not known here. Serves measure 2.

use crate::compile::Rulebook;
use crate::definition::Basis;
use crate::expression::Truth;
use crate::identifier;
use crate::intake::Answers;
use crate::text::Text;
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

/// One row of `signer` in an item or a theme. Exactly one of `listed-in`, `number` and `legal-representative` says who they are.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignerRule {
    /// Stable within its item or theme, e.g. `investors`.
    pub code: Spanned<String>,
    /// As what they sign, e.g. 投资人.
    pub role: String,
    #[serde(default)]
    pub label: Option<String>,
    /// Without one they always sign.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// The element that lists them, one after another, each with a name and an identity number or a credit code.
    #[serde(default)]
    pub listed_in: Option<Spanned<String>>,
    /// The elements that name the one who signs.
    #[serde(default)]
    pub name: Option<Spanned<String>>,
    #[serde(default)]
    pub number: Option<Spanned<String>>,
    /// Whoever is the legal representative of the firm that applies; a natural person signs by sending.
    #[serde(default)]
    pub legal_representative: bool,
    /// The element that says how many they are.
    #[serde(default)]
    pub count: Option<Spanned<String>>,
    /// The elements that they sign, without the papers; all answers and papers of the item where none is named.
    #[serde(default)]
    pub covers: Vec<Spanned<String>>,
    /// What each of them says by signing.
    pub says: String,
    #[serde(default)]
    pub says_label: Option<String>,
    /// The paper, signed by all of them by hand, that does as well; it is not asked for once all have signed here.
    #[serde(default)]
    pub instead_of: Option<Spanned<String>>,
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// Somebody who has to sign.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub name: String,
    /// An identity number, or the credit code of a firm; in the stored form.
    pub number: String,
}

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Named({})", identifier::mask(&self.number))
    }
}

impl Named {
    pub fn is_firm(&self, today: Date) -> bool {
        identifier::check(&self.number, today).kind == identifier::Kind::CreditCode
    }
}

impl SignerRule {
    pub fn role(&self) -> Text {
        Text::new(&self.role, self.label.as_deref().unwrap_or(&self.role))
    }

    pub fn says(&self) -> Text {
        Text::new(&self.says, self.says_label.as_deref().unwrap_or(&self.says))
    }

    /// The elements that it names.
    pub fn elements(&self) -> impl Iterator<Item = &str> {
        let naming = [&self.listed_in, &self.name, &self.number, &self.count].into_iter().flatten();
        naming.chain(&self.covers).map(|element| element.get_ref().as_str())
    }

    /// Whether they sign with these answers.
    pub fn applies(&self, rules: &Rulebook, answers: &Answers, today: Date) -> bool {
        let holds = |when: &Spanned<String>| rules.condition(when.get_ref(), &rules.facts(answers), today) == Truth::True;
        self.when.as_ref().is_none_or(holds)
    }

    /// The people whom the answers name, each once. Empty for the legal representative, whom no answer names.
    ///
    /// # Errors
    /// What keeps the list from being one: nobody is named, a number is missing or wrong, or they are not as many as the form says.
    pub fn people(&self, rules: &Rulebook, answers: &Answers, today: Date) -> Result<Vec<Named>, Text> {
        let answer = |element: &Option<Spanned<String>>| {
            let field = element.as_ref().and_then(|name| rules.fields.get(name.get_ref()));
            field.and_then(|field| answers.get(&field.code)).map(|answer| answer.trim()).unwrap_or_default()
        };
        if self.legal_representative {
            return Ok(Vec::new());
        }
        let mut people = if self.listed_in.is_some() {
            listed(answer(&self.listed_in), today)?
        } else {
            vec![one(answer(&self.name), answer(&self.number), today)?]
        };
        if people.is_empty() {
            return Err(self.nobody());
        }
        people.sort();
        people.dedup_by(|a, b| a.number == b.number);
        match answer(&self.count).parse::<usize>() {
            Ok(said) if said != people.len() => Err(Text::new(
                format!("“{}”写了{}名，表单说有{said}名。", self.role, people.len()),
                format!("{} are named as “{}”, and the form says {said}.", people.len(), self.role().en),
            )),
            _ => Ok(people),
        }
    }

    fn nobody(&self) -> Text {
        Text::new(format!("还没有写明谁是“{}”。", self.role), format!("Nobody is named as “{}” yet.", self.role().en))
    }
}

/// People as a form lists them: divided by semicolons or lines, each with a name and a number among what else is told.
fn listed(answer: &str, today: Date) -> Result<Vec<Named>, Text> {
    let entries = answer.split(['；', ';', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let words = || entry.split(['，', ',', '、', '\t', ' ']).map(str::trim).filter(|word| !word.is_empty());
            let number = words().map(identifier::normalise).find(|word| is_number(word, today)).unwrap_or_default();
            let name = words().find(|word| identifier::normalise(word) != number).unwrap_or_default();
            one(name, &number, today)
        })
        .collect()
}

fn is_number(word: &str, today: Date) -> bool {
    let checked = identifier::check(word, today);
    checked.valid() && matches!(checked.kind, identifier::Kind::ResidentNumber | identifier::Kind::CreditCode)
}

fn one(name: &str, number: &str, today: Date) -> Result<Named, Text> {
    let number = identifier::normalise(number);
    if name.is_empty() || !is_number(&number, today) {
        let who = if name.is_empty() { "？" } else { name };
        return Err(Text::new(
            format!("“{who}”缺姓名或者有效的证件号码；写作：姓名，证件号码。"),
            format!("“{who}” lacks a name or a valid identity number; write: name, number."),
        ));
    }
    Ok(Named { name: name.to_owned(), number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 3, 2);

    #[test]
    fn people_are_read_from_a_list_as_forms_hold_it() {
        let text =
            "示例甲，120116189001010012，认缴30万元，货币；120116188512310020 示例乙\n天津滨海示例有限公司，91120116MA0TEXT042；";
        let people = listed(text, TODAY).expect("a list");
        let told: Vec<(&str, bool)> = people.iter().map(|named| (named.name.as_str(), named.is_firm(TODAY))).collect();
        assert_eq!(told, [("示例甲", false), ("示例乙", false), ("天津滨海示例有限公司", true)]);
        assert_eq!(people[1].number, "120116188512310020");
    }

    #[test]
    fn whoever_has_no_number_is_told_by_name() {
        let fault = listed("示例甲，120116189001010012；示例乙，12345", TODAY).expect_err("no number");
        assert!(fault.zh.contains("示例乙") && !fault.zh.contains("示例甲"), "{}", fault.zh);
        assert!(listed("120116189001010012", TODAY).is_err(), "nobody is called by a number");
        assert_eq!(listed(" ；\n", TODAY), Ok(vec![]));
    }

    #[test]
    fn a_number_shows_in_no_log() {
        let named = Named { name: "示例甲".to_owned(), number: "120116189001010012".to_owned() };
        assert_eq!(format!("{named:?}"), "Named(1201**********0012)");
    }
}

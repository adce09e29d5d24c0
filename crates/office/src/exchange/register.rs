//! Asking a register that a partner system keeps: one holder at a time, for named columns, with bounded patience. Whoever is away, slow or
//! wrong has told nothing: then the applicant's own copy counts and a person looks; nothing waits and nobody is refused for it.

use super::Missed;
use super::message::{Question, sorted_bytes};
use crate::{Failure, Office};
use casework::{Holder, Moment};
use jiff::civil::Date;
use rulebook::register::{Column, Register};
use rulebook::{Partner, Rulebook};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tracing::warn;

/// Longest time that anybody waits for a register, whatever the partner's definition says of its other calls.
const PATIENCE: Duration = Duration::from_secs(3);
/// Longest value that is believed, in bytes.
const LONGEST_VALUE: usize = 2_000;

/// What a partner's register told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// By column, as it stood on that day.
    Known { values: BTreeMap<String, String>, as_of: Date },
    /// It does not have this holder.
    Unknown,
    /// It gave no answer that can be used.
    Silent,
}

/// An answer as it is sent.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Answer {
    message: String,
    from: String,
    to: String,
    register: String,
    /// Whom it is about, so that an answer about somebody else is known for what it is.
    holder: String,
    as_of: Date,
    values: BTreeMap<String, String>,
}

impl Office {
    /// The partner that has to be asked for a register: the one that keeps it, if it is connected here.
    pub(crate) fn keeper_of<'a>(&self, register: &Register, rules: &'a Rulebook) -> Option<&'a Partner> {
        let code = register.keeper.as_ref()?.get_ref();
        rules.partners.get(code).filter(|_| self.exchange.is_connected(code))
    }

    /// Asks a partner what its register has of a holder. The call itself is logged by whoever asks, with its purpose.
    pub(crate) async fn ask_register(
        &self,
        partner: &Partner,
        register: &str,
        holder: &Holder,
        columns: &[Column],
        now: Moment,
    ) -> Result<Told, Failure> {
        let Some(number) = self.number_of(holder).await? else { return Ok(Told::Unknown) };
        // One that was away just now is not waited for again by everybody who comes.
        if !self.may_try(partner, now).await? {
            return Ok(Told::Silent);
        }
        let code = partner.code.get_ref();
        let question = Question {
            message: crate::ids::opaque(),
            from: partner.knows_us_as.clone(),
            to: code.clone(),
            kind: "register",
            register: register.to_owned(),
            holder: number,
            columns: columns.iter().map(|column| column.word()).collect(),
        };
        let patience = PATIENCE.min(Duration::from_secs(u64::from(partner.call_seconds)));
        let link = self.exchange.link(code)?;
        let called = self.exchange.call(link, "/registers", sorted_bytes(&question), patience).await;
        let fault = match called {
            Ok((body, signature)) => {
                self.partner_answered(code, now).await?;
                match read(&question, columns, &body, now.day()).filter(|_| link.signed(&body, &signature, now)) {
                    Some(told) => return Ok(told),
                    None => "the answer is not one to the question".to_owned(),
                }
            }
            Err(Missed::Unknown) => {
                self.partner_answered(code, now).await?;
                return Ok(Told::Unknown);
            }
            Err(Missed::Slow) => {
                self.partner_missed(partner, "no answer in time", now).await?;
                "no answer in time".to_owned()
            }
            Err(Missed::Unreachable(fault)) => {
                self.partner_missed(partner, &fault, now).await?;
                fault
            }
            Err(Missed::Wrong(fault)) => fault,
        };
        warn!(partner = code, register, fault, "The register {register} told nothing: {fault}");
        Ok(Told::Silent)
    }

    /// By what a register knows a holder: the credit code of a firm, the identity number of somebody who proved who she is.
    pub(crate) async fn number_of(&self, holder: &Holder) -> Result<Option<String>, Failure> {
        Ok(match holder {
            Holder::Firm(code) => Some(code.clone()),
            Holder::Person(id) => {
                let known = self.store.person(id).await?.filter(|person| person.verified && person.id_kind == "resident");
                known.map(|person| person.id_number)
            }
        })
    }
}

/// The answer, if it is one to this question: by the right sender, about this holder, and of nothing that was not asked.
fn read(question: &Question, columns: &[Column], body: &[u8], today: Date) -> Option<Told> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let to_it = answer.message == question.message
        && answer.from == question.to
        && answer.to == question.from
        && answer.register == question.register
        && answer.holder == question.holder
        && answer.as_of <= today;
    let asked = |(column, value): (&String, &String)| {
        columns.iter().any(|asked| asked.word() == column) && value.len() <= LONGEST_VALUE && !value.contains('\0')
    };
    (to_it && answer.values.iter().all(asked)).then_some(Told::Known { values: answer.values, as_of: answer.as_of })
}

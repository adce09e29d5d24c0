//! The money of a claim: which programme speaks of the claimant, what the clause's formula gives, what is left of the budget. Looked up for
//! every act that touches money; the core decides. Serves measure 16.

use crate::profiles::{Known, Statements, Told};
use crate::{Failure, Office};
use casework::award::{Due, Purse};
use casework::{Act, Case, Event, Holder, handed_in};
use jiff::civil::Date;
use policies::explain::Reason;
use policies::{Clause, Outcome, Source, Stated};
use rulebook::expression::{Decimal, Fact};
use rulebook::intake::Answers;
use rulebook::policy::StackingRule;
use rulebook::programme::{Batch, Programme, bears_own_name, yuan};
use rulebook::{Rulebook, Text};

/// Codes of the elements that say where the money goes: name, number and bank of the account.
pub const PAYEE: [&str; 3] = ["payee-name", "payee-account", "payee-bank"];

/// What stands in the accounts, in 分: of the line, of its batch, and of the holder's group of clauses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    pub line: i64,
    pub batch: i64,
    pub had: i64,
}

/// What is reckoned for a claim.
#[derive(Debug, Clone)]
pub struct Reckoning {
    pub purse: Purse,
    /// Code of the clause.
    pub clause: String,
    pub outcome: Outcome,
    /// What of the clause decides, beside what is the case.
    pub reasons: Vec<Reason>,
}

/// A claim under a programme, before any money is looked up.
pub struct Claim<'a> {
    pub programme: &'a Programme,
    pub batch: &'a Batch,
    pub written: &'a rulebook::policy::Clause,
    /// With its conditions; what the programme settles for all is not left to be judged.
    pub clause: Clause,
}

impl<'a> Claim<'a> {
    /// The claim of a case: under the programme that was chosen for it, else under the one whose clause speaks best of the claimant.
    pub fn of(rules: &'a Rulebook, case: &'a Case, facts: &[Fact], today: Date) -> Option<Claim<'a>> {
        let on = handed_in(case).unwrap_or(today);
        let chosen = case.award.as_ref().map(|award| award.programme.as_str());
        let all = rules.programmes_of(&case.item, &case.agency);
        let open = all.filter_map(|programme| Claim::under(rules, programme, on));
        open.filter(|claim| chosen.is_none_or(|chosen| claim.programme.code.get_ref() == chosen))
            .min_by_key(|claim| claim.clause.outcome(facts, today))
    }

    /// The batch of a programme that is open on that day.
    pub fn under(rules: &'a Rulebook, programme: &'a Programme, on: Date) -> Option<Claim<'a>> {
        let (policy, written) = rules.clause(programme.clause.get_ref())?;
        let mut clause = Clause::read(rules, policy, written)?;
        if let Some(whom) = programme.whom(written) {
            clause.scope = Some(rules.conditions.get(&whom)?.clone());
        }
        clause.judged.retain(|what| !programme.settles.iter().any(|own| own.what.get_ref() == what));
        Some(Claim { programme, batch: programme.batch_of(on)?, written, clause })
    }

    pub fn stack(&self) -> String {
        self.programme.stack(self.written, self.batch)
    }

    /// What the formula gives after what was had before.
    pub fn due(&self, rules: &Rulebook, facts: &[Fact], had: i64, today: Date) -> Due {
        let Some(estimate) = self.clause.estimate(&rules.dictionary, facts, today) else { return Due::default() };
        // Without a group of its own a clause is had once.
        let rule = self.written.stacking.as_ref().map_or(StackingRule::NoDoubleBenefit, |stacking| stacking.rule);
        let before = yuan(had).parse::<Decimal>().unwrap_or(Decimal::MAX);
        let mut estimate = estimate.beside(rule, before);
        for own in &self.programme.settles {
            estimate.steps.push(rulebook::Text::new(format!("{}：{}", own.what.get_ref(), own.says), own.says.clone()));
        }
        // What is finer than a 分 is nobody's.
        let amount = estimate.amount.map(|yuan| yuan.units().div_euclid(100));
        Due { amount, at_most: estimate.at_most, steps: estimate.steps, missing: estimate.missing }
    }

    /// All that an act on money looks at. Limits come from the edition in force, terms from the case's own.
    pub fn purse(&self, rules: &Rulebook, live: &Rulebook, facts: &[Fact], taken: Taken, today: Date) -> Purse {
        let line = self.programme.budget.get_ref();
        let budget = live.budgets.get(line).or_else(|| rules.budgets.get(line));
        let line_has = budget.and_then(rulebook::programme::Budget::fen).unwrap_or_default();
        let own = live.programmes.get(self.programme.code.get_ref()).unwrap_or(self.programme);
        let batch = own.batch.iter().find(|batch| batch.code == self.batch.code).unwrap_or(self.batch);
        let batch_has = budget.and_then(|budget| own.batch_has(batch, budget)).unwrap_or_default();
        Purse {
            programme: self.programme.code.get_ref().clone(),
            line_has,
            batch_has,
            line_left: line_has - taken.line,
            batch_left: batch_has - taken.batch,
            had: taken.had,
            due: self.due(rules, facts, taken.had, today),
            own_account: None,
            against: Vec::new(),
            unknown: Vec::new(),
            vouchers: Vec::new(),
        }
    }
}

/// Name, number and bank of an account.
pub type Account = [String; 3];

/// The account that an application names; parts that it does not name are empty.
pub fn account_in(answers: &Answers) -> Account {
    PAYEE.map(|code| answers.get(code).map(|value| value.trim().to_owned()).unwrap_or_default())
}

/// Whether an account bears this name; `None` where it is not named in full.
pub fn own_account(account: &Account, name: &str) -> Option<bool> {
    let full = account.iter().all(|part| !part.trim().is_empty());
    full.then(|| bears_own_name(name, account[0].trim()))
}

/// What an application says of its applicant: the claimant's own word, behind what bodies say.
pub fn said(rules: &Rulebook, answers: &Answers, on: Date) -> Statements {
    let read = |(code, value): (&String, &String)| {
        let element = rules.dictionary.get(code)?;
        let fact = Fact::Known(element.kind.read(value).ok()?);
        let stated = Stated { fact, source: Source::SelfDeclared, period: String::new(), observed: Some(on) };
        Some((element.index, vec![Told { stated, origin: String::new() }]))
    };
    answers.iter().filter_map(read).collect()
}

/// The facts that statements come to, with what is computed of them.
pub fn facts_of(rules: &Rulebook, told: Statements) -> Vec<Fact> {
    Known::of(rules, told, "").facts
}

/// What is asked, and beside it what is the case.
fn beside(reason: &Reason) -> Text {
    let (asked, actual) = (&reason.requirement, &reason.actual);
    if actual.zh.is_empty() {
        return asked.clone();
    }
    Text::new(format!("{}（实际：{}）", asked.zh, actual.zh), format!("{} (actual: {})", asked.en, actual.en))
}

impl Office {
    /// The purse that an act on a claim looks at; `None` where it looks at none, or the case is no claim.
    pub(crate) async fn purse(&self, case: &Case, act: &Act, today: Date) -> Result<Option<Purse>, Failure> {
        let named = match act {
            Act::NameAccount { payee, number, bank } => Some([payee, number, bank].map(|part| part.trim().to_owned())),
            Act::ProposeAward { .. } | Act::PublishAward | Act::Grant { .. } | Act::OrderPayment { .. } => None,
            Act::RecordRepayment { .. } => {
                return Ok(Some(Purse { vouchers: self.vouchers_back(case).await?, ..Purse::default() }));
            }
            _ => return Ok(None),
        };
        Ok(self.reckoned(case, named, today).await?.map(|reckoning| reckoning.purse))
    }

    /// The vouchers under which money of a claim came back so far.
    async fn vouchers_back(&self, case: &Case) -> Result<Vec<String>, Failure> {
        let records = self.store.records(&case.no).await?;
        let words = self.words(&case.no).await?;
        let back = records.iter().filter_map(|record| match &record.event {
            Event::RepaidInPart { voucher, .. } => words.get(&voucher.0).cloned(),
            _ => None,
        });
        Ok(back.collect())
    }

    /// The account of a claim: as it was named last, else as the application names it.
    pub async fn account_of(&self, case: &Case, answers: &Answers) -> Result<Account, Failure> {
        let Some(words) = case.award.as_ref().and_then(|award| award.named) else { return Ok(account_in(answers)) };
        let kept = self.store.particular(&case.no, words.0).await?.map(|(_, bytes)| bytes).unwrap_or_default();
        let kept = String::from_utf8_lossy(&kept).into_owned();
        let mut lines = kept.lines().map(str::to_owned);
        Ok([(); 3].map(|()| lines.next().unwrap_or_default()))
    }

    /// What stands in the accounts around a claim of this holder.
    pub(super) async fn taken(&self, claim: &Claim<'_>, holder: &str) -> Result<Taken, Failure> {
        let line = claim.programme.budget.get_ref();
        let (whole, batch) = tokio::try_join!(self.store.budget(line, ""), self.store.budget(line, &claim.batch.code))?;
        let had = self.store.had(holder, &claim.stack()).await?;
        Ok(Taken { line: whole.reserved + whole.paid, batch: batch.reserved + batch.paid, had })
    }

    /// What is reckoned for a claim, with the comparison of its facts; `None` where the case is no claim.
    pub async fn reckoning(&self, case: &Case, today: Date) -> Result<Option<Reckoning>, Failure> {
        self.reckoned(case, None, today).await
    }

    async fn reckoned(&self, case: &Case, named: Option<Account>, today: Date) -> Result<Option<Reckoning>, Failure> {
        let Some(holder) = &case.holder else { return Ok(None) };
        let (edition, live) = (self.edition_of(case).await?, self.rulebooks.live()?);
        let rules = &edition.rules;
        if rules.programmes_of(&case.item, &case.agency).next().is_none() {
            return Ok(None);
        }
        let answers = self.answers_of(case).await?;
        let mut told = said(rules, &answers, today);
        if let Holder::Firm(code) = holder {
            for (element, more) in self.told_of(rules, code, today).await? {
                told.entry(element).or_default().extend(more);
            }
        }
        let facts = facts_of(rules, told);
        let Some(claim) = Claim::of(rules, case, &facts, today) else { return Ok(None) };
        let taken = self.taken(&claim, &holder.key()).await?;
        let mut purse = claim.purse(rules, &live.rules, &facts, taken, today);
        let account = match named {
            Some(account) => account,
            None => self.account_of(case, &answers).await?,
        };
        purse.own_account = own_account(&account, &self.title_of(holder).await?);
        let outcome = claim.clause.outcome(facts.as_slice(), today);
        let reasons = claim.clause.reasons(facts.as_slice(), today);
        let told = |answers: &[&str]| -> Vec<Text> {
            reasons.iter().filter(|reason| answers.contains(&reason.answer)).map(beside).collect()
        };
        match outcome {
            Outcome::NotMet | Outcome::NotApplicable => {
                purse.against = told(&["unmet", "not-applicable"]);
                if purse.against.is_empty() {
                    purse.against.push(outcome.title());
                }
            }
            _ => purse.unknown = told(&["unknown"]),
        }
        Ok(Some(Reckoning { outcome, reasons, clause: claim.clause.code, purse }))
    }
}

//! The money of claims in the core's own world: added up from the cases, where the office keeps accounts.

use super::Core;
use casework::award::Purse;
use casework::{Act, Case, Holder};
use office::claims::{Claim, Taken, account_in, facts_of, own_account, said};

impl Core<'_> {
    /// What an act on a claim looks at.
    pub(super) fn purse(&self, case: &Case, act: &Act) -> Option<Purse> {
        let (rules, today) = (&*self.rules, self.now.day());
        let answers = self.answers.get(&case.no).cloned().unwrap_or_default();
        let account = match act {
            Act::NameAccount { payee, number, bank } => [payee.clone(), number.clone(), bank.clone()],
            _ => account_in(&answers),
        };
        let facts = facts_of(rules, said(rules, &answers, today));
        let claim = Claim::of(rules, case, &facts, today)?;
        let mut taken = Taken::default();
        let others = self.cases.values().map(|(other, _)| other).filter(|other| other.no != case.no);
        for (other, award) in others.filter_map(|other| Some((other, other.award.as_ref()?))) {
            if !(award.is_set_aside() || award.paid && !award.repaid) {
                continue;
            }
            let of_line = rules.programmes.get(&award.programme).is_some_and(|own| own.budget == claim.programme.budget);
            let held = award.fen - award.back;
            if of_line {
                taken.line += held;
                taken.batch += if award.batch == claim.batch.code { held } else { 0 };
            }
            if award.stack == claim.stack() && other.holder == case.holder {
                taken.had += held;
            }
        }
        let mut purse = claim.purse(rules, rules, &facts, taken, today);
        let name = match case.holder.as_ref()? {
            Holder::Firm(code) => self.firms.iter().find(|firm| firm.code == *code).map_or(code, |firm| &firm.name),
            Holder::Person(_) => return None,
        };
        // The name of an account that was told later is not kept here: the office holds it against the claimant's.
        let told_later =
            case.award.as_ref().is_some_and(|award| award.named.is_some()) && matches!(act, Act::OrderPayment { .. });
        purse.own_account = if told_later { Some(true) } else { own_account(&account, name) };
        Some(purse)
    }
}

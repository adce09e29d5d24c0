//! The account of a holder as it was named last, so that whoever claims again says it with one click. Serves measure 16.

use super::{Account, PAYEE, own_account};
use crate::{Failure, Office};
use casework::{Act, Actor, Case, Holder, Moment};
use store::drafts::GivenField;
use store::{Reader, Scope};

impl Office {
    /// The account that a holder named last, in a case that `by` may see; `None` where none is known in full or it is not its own.
    pub async fn known_account(&self, by: &Actor, holder: &Holder) -> Result<Option<Account>, Failure> {
        let given = self.store.given_fields(&holder.key()).await?;
        let Some(parts) = PAYEE.map(|code| given.iter().find(|one| one.field == code)).into_iter().collect::<Option<Vec<_>>>()
        else {
            return Ok(None);
        };
        // Parts of different days are no account.
        let Some(first) = parts.first().filter(|first| parts.iter().all(|part| part.from_case == first.from_case)) else {
            return Ok(None);
        };
        let reader = Reader::for_actor(&self.store, Scope::of(by, self.now().await?.day()));
        if reader.seen_among(std::slice::from_ref(&first.from_case)).await?.is_empty() {
            return Ok(None);
        }
        let mut values = parts.iter().map(|part| part.value.clone());
        let account: Account = PAYEE.map(|_| values.next().unwrap_or_default());
        Ok((own_account(&account, &self.title_of(holder).await?) == Some(true)).then_some(account))
    }

    /// Keeps an account that was named after the application, as answers of applications are kept.
    pub(crate) async fn remember_account(&self, case: &Case, act: &Act, now: Moment) -> Result<(), Failure> {
        let (Act::NameAccount { payee, number, bank }, Some(holder)) = (act, &case.holder) else { return Ok(()) };
        let part = |(code, value): (&str, &String)| GivenField {
            field: code.to_owned(),
            value: value.trim().to_owned(),
            from_case: case.no.0.clone(),
            at: now,
        };
        let parts: Vec<GivenField> = PAYEE.into_iter().zip([payee, number, bank]).map(part).collect();
        Ok(self.store.remember_given(&holder.key(), &parts, &[]).await?)
    }
}

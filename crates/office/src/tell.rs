//! Telling people: notices, and corrections that stay open on an item until it is changed.

use crate::{Failure, Office};
use casework::{CaseNo, Moment};
use rulebook::{Term, Text};
use store::corrections::Correction;
use store::notices::Notice;

/// Working days within which an error in a guide is answered. An example: no rule of the district was found.
const ANSWER_WITHIN: u32 = 10;

impl Office {
    /// Tells a reader something, once for each `id`.
    pub async fn notify(&self, id: &str, reader: &str, case: Option<&CaseNo>, text: &Text) -> Result<(), Failure> {
        let notice = Notice {
            id: id.to_owned(),
            reader: reader.to_owned(),
            case_no: case.cloned(),
            zh: text.zh.clone(),
            en: text.en.clone(),
            at: self.now().await?,
            read_at: None,
        };
        Ok(self.store.add_notice(&notice).await?)
    }

    /// Opens a correction on an item: told by a visitor or a clerk, or found as a root cause.
    pub async fn open_correction(
        &self,
        id: &str,
        item: &str,
        cause: &str,
        words: &str,
        contact: &str,
        from: Option<&CaseNo>,
    ) -> Result<(), Failure> {
        let now: Moment = self.now().await?;
        let due_on = self.rulebooks.calendar().due(now.day(), Term::working_days(ANSWER_WITHIN)).on;
        let correction = Correction {
            id: id.to_owned(),
            item: item.to_owned(),
            cause: cause.to_owned(),
            words: words.to_owned(),
            contact: contact.to_owned(),
            from_case: from.cloned(),
            state: "open".to_owned(),
            due_on,
            answer: String::new(),
            created_at: now,
            closed_at: None,
            closed_by: None,
        };
        Ok(self.store.open_correction(&correction).await?)
    }
}

//! Telling people: notices, and corrections that stay open on an item until it is changed.

use crate::corrections::ANSWER_WITHIN;
use crate::{Failure, Office, notices};
use casework::{CaseNo, Moment};
use rulebook::{Term, Text};
use store::corrections::Correction;

impl Office {
    /// Tells a reader something, once for each `id`: in the portal or the workbench, and by mail where that is set up.
    pub async fn notify(&self, id: &str, reader: &str, case: Option<&CaseNo>, text: &Text) -> Result<(), Failure> {
        let now = self.now().await?;
        let told = notices::tell(&self.store, id, reader, case, text, now).await?;
        if let (Some(notice), Some(mailer)) = (told, &self.mailer) {
            // The notice stands; a mail that cannot be sent is no reason to run the errand again.
            if let Err(failure) = mailer.send_notice(&self.store, &notice, &self.settings.public_url, now).await {
                // The id ends in the reader, who is nobody's business in a log.
                let errand = id.split(':').next().unwrap_or_default();
                tracing::warn!(errand, %failure, "A notice of errand {errand} did not go out by mail: {failure}");
            }
        }
        Ok(())
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
            taken_by: None,
            answer: String::new(),
            created_at: now,
            closed_at: None,
            closed_by: None,
        };
        Ok(self.store.open_correction(&correction).await?)
    }
}

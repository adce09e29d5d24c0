//! Granted decisions are open to the public (行政许可法 art. 40), without any natural person's data.

use crate::{Failure, Office};
use casework::actor::By;
use casework::case::Decision;
use casework::event::Event;
use casework::{CaseNo, Holder, LetterKind};
use store::letters::PublishedDecision;

impl Office {
    /// Publishes the grant of a case. A firm is shown by its name; a person is not.
    pub(crate) async fn publish_decision(&self, no: &CaseNo) -> Result<(), Failure> {
        let Some(case) = self.store.case(no).await? else { return Ok(()) };
        let Some(Decision::Granted { valid_until, on, by, .. }) = case.decision.clone() else { return Ok(()) };
        let records = self.store.records(no).await?;
        let number = records.iter().rev().find_map(|record| match &record.event {
            Event::LetterMade { kind: LetterKind::Grant | LetterKind::DeemedRenewal, number, .. } => Some(number.clone()),
            _ => None,
        });
        // What the body decided in a partner system has its document there.
        let ruling = case.leg.as_ref().and_then(|leg| leg.ruled.as_ref()?.ruling.as_ref()).map(|ruling| ruling.document.clone());
        let number = number.or(ruling.filter(|_| matches!(by, By::Partner(_))));
        // The letter is an earlier errand of the same act, so it is there unless it died; then this one waits with it.
        let document_number = number.ok_or_else(|| Failure::Unready(format!("the decision of {no} has no letter yet")))?;
        let holder_shown = match &case.holder {
            Some(Holder::Firm(code)) => {
                let firm = self.store.firm(code).await?;
                firm.map_or_else(|| code.clone(), |firm| if code.starts_with("92") { code.clone() } else { firm.name })
            }
            _ => "(自然人)".to_owned(),
        };
        let decision = PublishedDecision {
            no: no.clone(),
            item: case.item,
            agency: case.agency,
            area: case.area,
            document_number,
            holder_shown,
            decided_on: on,
            valid_until,
            // Ended before the courier came to it: known from the case, and told from the first day.
            ended: case.ending.map(|ending| (ending, case.last_at.day())),
            published_at: self.now().await?,
        };
        Ok(self.store.publish_decision(&decision).await?)
    }
}

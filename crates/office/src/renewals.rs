//! Before a permit ends its holder is told, once, that it can be renewed: on the day from which its guide says so
//! (`renew-from-days`; 行政许可法 art. 50). The timekeeper looks once a day and orders a notice, which the courier brings.
//! Serves measure 9.

use crate::{Failure, Office};
use casework::{CaseNo, Errand, Permit, To};
use jiff::ToSpan;
use jiff::civil::Date;
use rulebook::Text;
use rulebook::item::Item;

/// Permits looked at together.
const SLICE: u32 = 200;

impl Office {
    /// Once a day: orders the reminders that fall due. Looking twice reminds nobody twice.
    pub(crate) async fn remind_of_renewals(&self) -> Result<(), Failure> {
        let now = self.now().await?;
        let today = now.day();
        let looked = || self.reminded.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *looked() == Some(today) {
            return Ok(());
        }
        let Ok(live) = self.rulebooks.live() else { return Ok(()) };
        for (code, item) in &live.rules.items {
            let Some(from) = item.result.as_ref().and_then(|result| result.renew_from_days) else { continue };
            let last = today.saturating_add(i64::from(from).days());
            let mut after = CaseNo::default();
            loop {
                let found = self.store.unreminded_permits(code, today, last, &after, SLICE).await?;
                for no in &found {
                    self.remind(no, item, now).await?;
                }
                match found.last() {
                    Some(last) => after = last.clone(),
                    None => break,
                }
            }
        }
        *looked() = Some(today);
        Ok(())
    }

    async fn remind(&self, no: &CaseNo, item: &Item, now: casework::Moment) -> Result<(), Failure> {
        let Some(permit) = self.store.case(no).await?.as_ref().and_then(Permit::of) else { return Ok(()) };
        // What went on under a later permit, or was ended, has nothing to renew.
        let (None, None, Some(until)) = (permit.ending, &permit.successor, permit.valid_until) else { return Ok(()) };
        let text = text(item, until);
        let errand = Errand::Notify { to: To::Applicant, text };
        Ok(self.store.order(&no.0, store::letters::REMINDER, &[errand], now).await?)
    }
}

fn text(item: &Item, until: Date) -> Text {
    let (name, label) = (&item.name, item.label.as_deref().unwrap_or(&item.name));
    let by = window(item, until).and_then(|(_, last)| last);
    let (zh, en) = by.map_or_else(Default::default, |by| (format!("，请在{by}以前提交"), format!("; send it by {by}")));
    Text::new(
        format!("您的“{name}”有效期至{until}，现在可以申请延续{zh}。已经申请的，不必再办。"),
        format!(
            "Your permit “{label}” runs until {until}. It can be renewed now{en}. If you have applied already, there is nothing to do."
        ),
    )
}

/// From which day the renewal of a permit that ends then can be asked for, and the last day that is in time.
pub fn window(item: &Item, until: Date) -> Option<(Date, Option<Date>)> {
    let result = item.result.as_ref()?;
    let before = |days: u32| until.saturating_sub(i64::from(days).days());
    Some((before(result.renew_from_days?), result.renew_until_days.map(before)))
}

//! Reconciliation (对账): what was silent for longer than its patience is asked about, what the partner never got is sent again, and
//! supervision is told once a round how much is waiting. What differs stands on `/workbench/partners` until it does no more.

use super::Missed;
use super::message::Outgoing;
use crate::{Failure, Office};
use casework::{CaseNo, Errand, Event, Moment, Sent, To};
use rulebook::procedure::Role;
use rulebook::{Partner, Text};
use std::time::Duration;

/// Asked about in one round.
const SLICE: u32 = 200;
const HOUR_MS: i64 = 3_600_000;
/// Number of the errand that sends an application once more, behind those of its version.
const ONCE_MORE: u64 = 997;

impl Office {
    /// Asks this partner about its silent legs; returns how many there were.
    pub async fn reconcile(&self, code: &str) -> Result<usize, Failure> {
        let live = self.rulebooks.live()?;
        let Some(partner) = live.rules.partners.get(code) else { return Ok(0) };
        let now = self.now().await?;
        let before = Moment(now.0 - i64::from(partner.silent_hours) * HOUR_MS);
        let silent = self.store.silent_legs(code, before, SLICE).await?;
        let mut there = self.may_try(partner, now).await?;
        for no in &silent {
            // A partner that is away is tried once a round, not once a case.
            let answer = if there { self.ask(partner, no, now).await? } else { "unreachable".to_owned() };
            there = answer != "unreachable";
            self.store.leg_asked(no, now, &answer).await?;
        }
        if !silent.is_empty() {
            self.tell_of_silence(partner, silent.len(), now).await?;
        }
        Ok(silent.len())
    }

    /// Asks about one case now; an officer may ask too, without waiting for the round.
    ///
    /// # Errors
    /// Where the case has no leg, or its partner is not connected.
    pub async fn ask_partner(&self, no: &CaseNo) -> Result<String, Failure> {
        let leg = self.store.case(no).await?.and_then(|case| case.leg);
        let leg = leg.ok_or_else(|| Failure::Unready(format!("{no} has no leg in a partner system")))?;
        let live = self.rulebooks.live()?;
        let partner = live.rules.partners.get(&leg.partner);
        let partner = partner.ok_or_else(|| Failure::Unready(format!("{} is not defined", leg.partner)))?;
        let now = self.now().await?;
        let answer = self.ask(partner, no, now).await?;
        self.store.leg_asked(no, now, &answer).await?;
        Ok(answer)
    }

    /// What came of the question, in one word.
    async fn ask(&self, partner: &Partner, no: &CaseNo, now: Moment) -> Result<String, Failure> {
        let code = partner.code.get_ref();
        let link = self.exchange.link(code)?;
        let question = Outgoing {
            message: crate::ids::opaque(),
            from: partner.knows_us_as.clone(),
            to: code.clone(),
            kind: "question",
            case: no.0.clone(),
            matter: None,
            outcome: None,
        };
        let patience = Duration::from_secs(u64::from(partner.call_seconds));
        Ok(match self.exchange.call(link, "/questions", question.bytes(), patience).await {
            Ok((body, signature)) => {
                self.partner_answered(code, now).await?;
                self.hear_partner(code, &body, &signature).await?.word().to_owned()
            }
            Err(Missed::Unknown) => {
                self.partner_answered(code, now).await?;
                self.send_once_more(no, code, now).await?;
                "unknown-there".to_owned()
            }
            Err(Missed::Wrong(_)) => "wrong-answer".to_owned(),
            Err(Missed::Slow) => {
                self.partner_missed(partner, "no answer in time", now).await?;
                "unreachable".to_owned()
            }
            Err(Missed::Unreachable(fault)) => {
                self.partner_missed(partner, &fault, now).await?;
                "unreachable".to_owned()
            }
        })
    }

    /// It never got the application, or lost it: the same goes out again, under the same number.
    async fn send_once_more(&self, no: &CaseNo, code: &str, now: Moment) -> Result<(), Failure> {
        let records = self.store.records(no).await?;
        let began = records.iter().find(|record| matches!(record.event, Event::LegBegan { .. }));
        let Some(version) = began.map(|record| record.version) else { return Ok(()) };
        let push = Errand::Push { partner: code.to_owned(), sent: Sent::Application, version };
        Ok(self.store.order(&no.0, version * 1_000 + ONCE_MORE, &[push], now).await?)
    }

    async fn tell_of_silence(&self, partner: &Partner, n: usize, now: Moment) -> Result<(), Failure> {
        let (code, hours, name, label) = (partner.code.get_ref(), partner.silent_hours, &partner.name, &partner.label);
        let text = Text::new(
            format!("{name}：{n}件超过{hours}小时没有消息，已向对方查询。详见“对接”页。"),
            format!(
                "{label}: nothing was heard of {n} matters for more than {hours} hours; they were asked about. See “Partners”."
            ),
        );
        let told = Errand::Notify { to: To::Role { role: Role::Supervisor, agency: None }, text };
        Ok(self.store.order(&format!("partner:{code}"), now.0 as u64, &[told], now).await?)
    }
}

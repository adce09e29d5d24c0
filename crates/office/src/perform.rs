//! The one way a case changes: load, refuse what was overtaken, decide, append; look again if somebody was faster.

use crate::door::Stop;
use crate::{Failure, Office};
use casework::act::Submission;
use casework::commitment::Breach;
use casework::decide::Seated;
use casework::event::Bar;
use casework::{Act, Actor, Case, CaseNo, Holder, Moment, Officer, Permit, Refusal, Scene, StaffId, Surroundings, decide};
use jiff::civil::Date;
use rulebook::Text;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::Appended;
use store::drafts::Sending;
use tracing::info;

/// What became of an act.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Done; the case as it is now.
    Done(Box<Case>),
    /// This request was done before; the version it led to then.
    Again { no: CaseNo, version: u64 },
    /// The law says no.
    Refused(Refusal),
    /// Somebody else acted since the author looked, at this version. Nothing was changed and no text is lost.
    Overtaken { since: u64 },
}

/// How often a look is taken again before the office says that it is too busy.
const LOOKS: usize = 8;

impl Office {
    /// Performs `act` on the case `no`. `seen` is the version its author looked at; the clock and the system pass `None`
    /// and are simply decided again. The same `request` gives the first outcome again.
    pub async fn perform(
        &self,
        no: &CaseNo,
        act: &Act,
        by: &Actor,
        seen: Option<u64>,
        request: Option<&str>,
    ) -> Result<Outcome, Failure> {
        self.perform_sending(no, act, by, seen, request, None).await
    }

    /// The same with the draft that it was written in: both are sent, or neither.
    pub(crate) async fn perform_sending(
        &self,
        no: &CaseNo,
        act: &Act,
        by: &Actor,
        seen: Option<u64>,
        request: Option<&str>,
        sending: Option<&Sending>,
    ) -> Result<Outcome, Failure> {
        match self.done_before(request).await? {
            Some(first) => Ok(first),
            None => self.perform_new(no, act, by, seen, request, sending).await,
        }
    }

    async fn done_before(&self, request: Option<&str>) -> Result<Option<Outcome>, Failure> {
        let Some(request) = request else { return Ok(None) };
        let first = self.store.outcome_of(request).await?;
        Ok(first.map(|first| Outcome::Again { no: first.no, version: first.version }))
    }

    /// Performs what was not done before under its request.
    async fn perform_new(
        &self,
        no: &CaseNo,
        act: &Act,
        by: &Actor,
        seen: Option<u64>,
        request: Option<&str>,
        sending: Option<&Sending>,
    ) -> Result<Outcome, Failure> {
        for look in 0..LOOKS {
            // Under a number just drawn there is no case; should there be one after all, the second look finds it.
            let fresh = look == 0 && matches!(act, Act::Submit(_));
            let case = if fresh { None } else { self.store.case(no).await? };
            let case = case.unwrap_or_else(|| Case::unborn(no.clone()));
            if case.is_born() && matches!(act, Act::Submit(_)) {
                return Err(Failure::Busy);
            }
            if let Some(since) = seen.and_then(|seen| case.overtaken(seen)) {
                return Ok(Outcome::Overtaken { since });
            }
            if !case.is_born() && !matches!(act, Act::Submit(_)) {
                return Ok(Outcome::Refused(unknown_case()));
            }
            let item = if let Act::Submit(submission) = act { &submission.item } else { &case.item };
            if !by.covers(Some(item), Some(act.name())) {
                return match crate::sessions::no_mandate() {
                    Stop::Refused(refusal) => Ok(Outcome::Refused(*refusal)),
                    Stop::Failed(failure) => Err(failure),
                };
            }
            let edition =
                if case.is_born() { self.rulebooks.edition(&self.store, &case.edition).await? } else { self.rulebooks.live()? };
            let now = self.now().await?;
            let around = self.surroundings(&case, act, now).await?;
            let calendar = self.rulebooks.calendar();
            let scene = Scene {
                case: &case,
                around: &around,
                by,
                rules: &edition.rules,
                edition: &edition.name,
                calendar: &calendar,
                now,
            };
            let decided = match decide(&scene, act) {
                Ok(decided) if decided.records.is_empty() => return Ok(Outcome::Done(Box::new(decided.after))),
                Ok(decided) => decided,
                Err(refusal) => return Ok(Outcome::Refused(refusal)),
            };
            let began = std::time::Instant::now();
            let appended = self.store.append_sending(&case, &decided, request, crate::fresh_key(), sending).await;
            metrics::histogram!("yimen_append_seconds").record(began.elapsed().as_secs_f64());
            match appended? {
                Appended::Yes => {
                    info!(case.no = %no, act = act.name(), version = decided.after.version, "Case {no}: {}", act.name());
                    metrics::counter!("yimen_acts_total", "act" => act.name()).increment(1);
                    if !matches!(by, Actor::System | Actor::Clock | Actor::Partner(_)) {
                        self.acts.fetch_add(1, Ordering::Relaxed);
                    }
                    self.wake();
                    if let Err(failure) = self.remember_account(&decided.after, act, now).await {
                        tracing::warn!(%failure, "Case {no}: the account is not offered again");
                    }
                    return Ok(Outcome::Done(Box::new(decided.after)));
                }
                Appended::Again { no, version } => return Ok(Outcome::Again { no, version }),
                Appended::Overtaken => {}
                // Perhaps another edition came into force, here or on another node.
                Appended::GuardFailed => self.rulebooks.refresh(&self.store, self.now().await?).await?,
            }
        }
        Err(Failure::Busy)
    }

    /// Submits a new application under a fresh number.
    pub async fn submit(&self, submission: Submission, by: &Actor, request: &str) -> Result<Outcome, Failure> {
        match self.done_before(Some(request)).await? {
            Some(first) => Ok(first),
            None => self.submit_sending(submission, by, request, |_| None).await,
        }
    }

    /// The same with the draft that it was written in, which `sending` names for the number that was drawn. Who calls has seen that
    /// the draft was not sent; whoever sends it meanwhile is found when it is written.
    pub(crate) async fn submit_sending(
        &self,
        submission: Submission,
        by: &Actor,
        request: &str,
        sending: impl FnOnce(&CaseNo) -> Option<Sending>,
    ) -> Result<Outcome, Failure> {
        let no = self.new_case_no().await?;
        let sending = sending(&no);
        self.perform_new(&no, &Act::Submit(submission), by, None, Some(request), sending.as_ref()).await
    }

    /// The case with what stands around it, for showing which acts are open to `by`.
    pub async fn scene<T>(&self, no: &CaseNo, by: &Actor, look: impl FnOnce(&Scene<'_>) -> T) -> Result<Option<T>, Failure> {
        self.scene_of(no, &Act::CheckClocks, by, look).await
    }

    /// The same with all that this act looks at, as if it were performed now.
    pub async fn scene_of<T>(
        &self,
        no: &CaseNo,
        act: &Act,
        by: &Actor,
        look: impl FnOnce(&Scene<'_>) -> T,
    ) -> Result<Option<T>, Failure> {
        let Some(case) = self.store.case(no).await? else { return Ok(None) };
        let edition = self.rulebooks.edition(&self.store, &case.edition).await?;
        let now = self.now().await?;
        let around = self.surroundings(&case, act, now).await?;
        let calendar = self.rulebooks.calendar();
        let scene =
            Scene { case: &case, around: &around, by, rules: &edition.rules, edition: &edition.name, calendar: &calendar, now };
        Ok(Some(look(&scene)))
    }

    /// What is looked up live for an act: whether the item is open, who has the power, and the officers it names.
    async fn surroundings(&self, case: &Case, act: &Act, now: Moment) -> Result<Surroundings, Failure> {
        let live = self.rulebooks.live()?;
        let today = now.day();
        let (item, agency, area) = match act {
            Act::Submit(submission) => (&submission.item, &submission.agency, &submission.area),
            _ => (&case.item, &case.agency, &case.area),
        };
        let mut around = Surroundings::by_rules(&live.rules, &live.name, item, agency, area, today);
        let partner = live.rules.partner_of(item).map(|partner| partner.code.get_ref());
        around.partner = partner.filter(|code| self.exchange.is_connected(code)).cloned();
        if live.rules.items.get(item).is_some_and(|item| item.quantity_limit.is_some()) {
            around.quota_left = self.store.quota_left(item, now).await?;
            around.ahead = self.store.accepted_before(case).await?;
        }
        let earlier = match act {
            Act::Submit(submission) => submission.earlier.as_ref(),
            _ => case.earlier.as_ref().map(|earlier| &earlier.case),
        };
        if let Some(no) = earlier {
            around.earlier = self.store.case(no).await?.as_ref().and_then(Permit::of);
        }
        if let Act::Submit(submission) = act {
            let root = around.earlier.as_ref().map_or(item, |permit| &permit.root);
            around.bar = self.bar(&submission.holder, item, root, today).await?.map(|(_, bar)| bar);
        }
        if let Act::Submit(Submission { commitment: Some(signing), holder, .. }) = act {
            around.breach = self.breach(&live.rules, holder, item, &signing.proofs, today).await?;
        }
        if matches!(act, Act::Grant { .. } | Act::File | Act::DecideAtOnce { .. }) {
            let rules = &self.edition_of(case).await?.rules;
            around.fallen = self.fallen_under(case, rules, today).await?;
        }
        if let (Act::DecideAtOnce { .. } | Act::RefuseIntake { .. }, Some(holder)) = (act, &case.holder) {
            around.bar = self.bar(holder, item, case.root(), today).await?.map(|(_, bar)| bar);
        }
        around.purse = self.purse(case, act, today).await?;
        if case.is_born() && (!case.is_open() || case.delivered.is_some()) {
            around.grounds = live.rules.grounds.values().cloned().collect();
        }
        if let (Act::AskJoint { .. } | Act::AskCorrection { .. }, Some(parent)) = (act, &case.parent) {
            around.bundle = self.store.case(parent).await?.and_then(|parent| parent.bundle);
        }
        if let Some(number) = number_made(act) {
            around.code_taken = self.is_code_of_another(case, number).await?;
        }
        if let Act::SetJoint { number, .. } = act {
            let joint = case.joints.iter().find(|joint| joint.number == *number);
            for (seat, _) in joint.iter().flat_map(|joint| &joint.seats) {
                let Some(part) = self.store.case(&seat.case).await? else { continue };
                let recorded = part.joints.iter().any(|joint| joint.number == *number && joint.found.is_some());
                around.seated.push(Seated { case: part.no, version: part.version, recorded });
            }
        }
        for id in officers_named(act) {
            around.officers.extend(self.officer(id, today).await?);
        }
        Ok(around)
    }

    /// The decision that keeps this holder from applying for the permit again, and the case it was taken in.
    pub async fn bar(&self, holder: &Holder, item: &str, root: &str, on: Date) -> Result<Option<(CaseNo, Bar)>, Failure> {
        for no in self.store.barring_cases(&holder.key(), on).await? {
            let Some(case) = self.store.case(&no).await? else { continue };
            if case.item == item || case.root() == root {
                return Ok(case.bar.map(|bar| (no, bar)));
            }
        }
        Ok(None)
    }

    /// The record of a broken commitment that keeps this holder from signing one of this item, or for one of these papers.
    pub async fn breach(
        &self,
        rules: &rulebook::Rulebook,
        holder: &Holder,
        item: &str,
        proofs: &[String],
        on: Date,
    ) -> Result<Option<Breach>, Failure> {
        let of_item = rules.items.get(item).and_then(|item| item.commitment.as_ref()).map(|own| &own.credit.class);
        let of_proofs =
            proofs.iter().filter_map(|key| rules.materials.get(key)?.commitment.as_ref()).map(|own| &own.credit.class);
        for class in of_item.into_iter().chain(of_proofs) {
            if let Some(no) = self.store.broken_commitment(&holder.key(), class, on).await? {
                return Ok(self.store.case(&no).await?.and_then(|case| case.breach));
            }
        }
        Ok(None)
    }

    /// An active officer with the powers of today.
    pub async fn officer(&self, id: &StaffId, today: jiff::civil::Date) -> Result<Option<Officer>, Failure> {
        Ok(self.store.officer(id, today).await?)
    }

    pub(crate) fn edition_of(&self, case: &Case) -> impl Future<Output = Result<Arc<crate::rulebooks::Edition>, Failure>> {
        let (rulebooks, store, name) = (self.rulebooks.clone(), self.store.clone(), case.edition.clone());
        async move { rulebooks.edition(&store, &name).await }
    }
}

/// The number of the result that is made with this.
fn number_made(act: &Act) -> Option<&str> {
    match act {
        Act::MakeResult { number, .. } => Some(number),
        Act::ReportLeg { report } => report.licence.as_ref().map(|licence| licence.number.as_str()),
        Act::RecordLeg { licence, .. } => licence.as_deref(),
        _ => None,
    }
}

fn officers_named(act: &Act) -> Vec<&StaffId> {
    match act {
        Act::Assign { to, .. } | Act::HandOver { to, .. } => vec![to],
        Act::Inspect { officers, .. }
        | Act::PostCheck { officers, .. }
        | Act::AssignTesters { officers }
        | Act::AttendJoint { officers, .. } => officers.iter().collect(),
        Act::SetHearing { presider, .. } => vec![presider],
        _ => Vec::new(),
    }
}

fn unknown_case() -> Refusal {
    Refusal::new(
        "unknown-case",
        Text::new("没有这个编号的办件。", "There is no case with this number."),
        Text::new("请核对办件编号。", "Check the number."),
    )
}

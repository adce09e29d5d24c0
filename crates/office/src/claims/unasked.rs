//! Without applying (免申即享): the body goes through the firms that a clause was found to speak for, confirms them, and the claim goes the way of
//! every other: notice, decision, and the firm's own word that it takes the money.

use super::Claim;
use crate::{Failure, Office, Outcome};
use casework::act::Submission;
use casework::award::Due;
use casework::event::Channel;
use casework::{Act, Actor, CaseNo, Holder, Moment, Refusal};
use policies::Outcome as Match;
use policies::explain::Reason;
use rulebook::Text;
use rulebook::intake::Answers;
use rulebook::policy::Mode;
use rulebook::programme::{Programme, yuan};
use store::claims::Found;

/// Codes of the elements that the register answers for the firm.
const REGISTERED: [&str; 2] = ["credit-code", "applicant-name"];

/// A firm that a programme might pay, with what speaks for it.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub found: Found,
    pub outcome: Match,
    pub reasons: Vec<Reason>,
    pub due: Due,
}

/// What became of a candidate that was to be confirmed.
#[derive(Debug, Clone)]
pub struct Confirmed {
    pub name: String,
    /// Its case, where one was opened.
    pub no: Option<CaseNo>,
    pub refused: Option<Refusal>,
}

impl Office {
    /// Whom a programme speaks for that has not claimed in its open batch; after one of them. Empty where no batch is open today, or where firms
    /// apply themselves.
    pub async fn candidates(&self, programme: &Programme, after: &str, limit: u32) -> Result<Vec<Candidate>, Failure> {
        self.found_by(programme, None, after, limit).await
    }

    async fn found_by(
        &self,
        programme: &Programme,
        firm: Option<&str>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Candidate>, Failure> {
        let (live, today) = (self.rulebooks.live()?, self.now().await?.day());
        let rules = &live.rules;
        let Some(claim) = Claim::under(rules, programme, today).filter(|claim| claim.written.mode == Mode::NoApplication) else {
            return Ok(Vec::new());
        };
        let Some(item) = &programme.item else { return Ok(Vec::new()) };
        let clause = &claim.clause;
        let since = Moment::start_of(claim.batch.from);
        let mut all = Vec::new();
        for found in self.store.found_for(&clause.code, item.get_ref(), since, firm, after, limit).await? {
            let facts = self.known_of(&found.firm).await?.facts;
            let had = self.store.had(&Holder::Firm(found.firm.clone()).key(), &claim.stack()).await?;
            all.push(Candidate {
                outcome: clause.outcome(facts.as_slice(), today),
                reasons: clause.reasons(facts.as_slice(), today),
                due: claim.due(rules, &facts, had, today),
                found,
            });
        }
        Ok(all)
    }

    /// Confirms candidates one after the other, each told by its name. Nothing is begun for which the budget has not enough left.
    pub async fn confirm_candidates(&self, programme: &Programme, firms: &[&str], by: &Actor) -> Result<Vec<Confirmed>, Failure> {
        let (live, today) = (self.rulebooks.live()?, self.now().await?.day());
        let Some(claim) = Claim::under(&live.rules, programme, today) else { return Ok(Vec::new()) };
        let taken = self.taken(&claim, "").await?;
        let purse = claim.purse(&live.rules, &live.rules, &[], taken, today);
        let mut left = purse.line_left.min(purse.batch_left);
        let mut all = Vec::new();
        for firm in firms {
            let found = self.found_by(programme, Some(firm), "", 1).await?.pop();
            let name = found.as_ref().map(|one| one.found.name.clone()).filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| (*firm).to_owned());
            let due = found.and_then(|one| one.due.amount).unwrap_or_default();
            if due > left.max(0) {
                all.push(Confirmed { name, no: None, refused: Some(not_enough(left, due)) });
                continue;
            }
            let (no, refused) = self.confirm_candidate(programme, firm, by).await?;
            if refused.is_none() {
                left -= due;
            }
            all.push(Confirmed { name, no, refused });
        }
        Ok(all)
    }

    /// Confirms a candidate: its case is opened, taken on, accepted and proposed with the amount that the formula gives, each step by the officer.
    /// Asked for again it goes on from where it stopped.
    async fn confirm_candidate(
        &self,
        programme: &Programme,
        firm: &str,
        by: &Actor,
    ) -> Result<(Option<CaseNo>, Option<Refusal>), Failure> {
        let today = self.now().await?.day();
        let live = self.rulebooks.live()?;
        let open = Claim::under(&live.rules, programme, today);
        let (Some(claim), Some(item), Some(registered)) = (open, &programme.item, self.store.firm(firm).await?) else {
            return Ok((None, Some(unknown())));
        };
        let found = self.found_by(programme, Some(firm), "", 1).await?;
        let request = format!("unasked:{}:{}:{firm}", programme.code.get_ref(), claim.batch.code);
        let began = self.store.outcome_of(&request).await?;
        if began.is_none() && !found.iter().any(|candidate| candidate.due.amount.is_some_and(|fen| fen > 0)) {
            return Ok((None, Some(unknown())));
        }
        let answers: Answers =
            REGISTERED.into_iter().map(str::to_owned).zip([registered.code.clone(), registered.name.clone()]).collect();
        let submission = Submission {
            item: item.get_ref().clone(),
            holder: Holder::Firm(firm.to_owned()),
            agency: programme.agency.get_ref().clone(),
            area: registered.area,
            channel: Channel::Unasked,
            parent: None,
            answers: serde_json::to_string(&answers).map_err(|fault| Failure::Unready(fault.to_string()))?,
            title: registered.name,
            papers: Vec::new(),
            lacking: Vec::new(),
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: Vec::new(),
        };
        let no = match self.submit(submission, &Actor::System, &request).await? {
            Outcome::Done(case) => case.no,
            Outcome::Again { no, .. } => no,
            Outcome::Refused(refusal) => return Ok((None, Some(refusal))),
            Outcome::Overtaken { .. } => return Err(Failure::Busy),
        };
        for act in ["claim", "accept", "propose-award"] {
            let Some(case) = self.store.case(&no).await? else { return Ok((Some(no), Some(unknown()))) };
            let act = match (act, case.step.as_str()) {
                ("claim", "awaiting-acceptance") if case.handler.is_none() => Act::Claim,
                ("accept", "awaiting-acceptance") => Act::Accept { deferred: Vec::new() },
                ("propose-award", "in-review") => {
                    let due = self.reckoning(&case, today).await?.and_then(|one| one.purse.due.amount).unwrap_or_default();
                    Act::ProposeAward {
                        amount: format!("{}元", yuan(due)), reasons: "按数据比对找到，部门已确认。".to_owned()
                    }
                }
                _ => continue,
            };
            match self.perform(&no, &act, by, None, Some(&format!("{request}:{}", act.name()))).await? {
                Outcome::Refused(refusal) => return Ok((Some(no), Some(refusal))),
                Outcome::Overtaken { .. } => return Err(Failure::Busy),
                Outcome::Done(_) | Outcome::Again { .. } => {}
            }
        }
        Ok((Some(no), None))
    }
}

fn not_enough(left: i64, due: i64) -> Refusal {
    let (left, due) = (yuan(left.max(0)), yuan(due));
    Refusal::new(
        "budget-spent",
        Text::new(
            format!("预算（本批）还剩{left}元，不足以兑现{due}元，没有立案。"),
            format!("{left} yuan are left of the budget or its batch, not enough for {due}: no case was opened."),
        ),
        Text::new(
            "请申请追加预算；追加以后仍在名单里，再确认。",
            "Ask for more budget; the firm stays on the list and can be confirmed then.",
        ),
    )
}

fn unknown() -> Refusal {
    Refusal::new(
        "no-candidate",
        Text::new("这家企业不在候选名单里，或者已经办理。", "This firm is not among the candidates, or was dealt with."),
        Text::new("请刷新名单后再看。", "Look at the list anew."),
    )
}

//! How the assessment of drafts goes, by body: what each sent and how it was concluded, how each consulted department answered, and what
//! became of findings in the policies of each issuer. Counted from the journals, so that nothing is entered twice. Serves measure 17.

use crate::policy_findings::Verdict;
use crate::{Failure, Office};
use casework::{Case, Event, Holder, Moment, Record};
use jiff::civil::Date;
use rulebook::{Calendar, Rulebook};
use std::collections::{BTreeMap, BTreeSet};

/// What is counted was sent in this time before now, in milliseconds.
const SPAN: i64 = 365 * 24 * 60 * 60 * 1000;
/// Drafts that are looked at; a district has some hundreds in a year.
const MOST: u32 = 2_000;

/// The drafts of one body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drafts {
    pub sent: u64,
    pub open: u64,
    /// By the code of the conclusion.
    pub concluded: BTreeMap<String, u64>,
    /// Concluded before any limit of the office ran out.
    pub on_time: u64,
    /// Working days from acceptance to the first conclusion, in order.
    pub days: Vec<i64>,
    pub remarks: u64,
    /// Remarks to which the drafter answered.
    pub answered: u64,
    /// Through the assessment and both reviews.
    pub passed: u64,
}

/// What one department was asked and said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remarks {
    pub asked: u64,
    pub on_time: u64,
    /// Given after its day, or not at all though its day has passed.
    pub late: u64,
    /// Given, and against the draft.
    pub against: u64,
    /// Working days from asking to the answer, in order.
    pub days: Vec<i64>,
}

/// Findings in the policies of one issuer; one between two issuers counts for both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    pub found: u64,
    /// Of these, nobody has given an opinion.
    pub unsaid: u64,
    /// Of these, somebody wants them mended.
    pub to_mend: u64,
    /// Was to be mended and is not found any more.
    pub mended: u64,
}

/// Everything that is counted, by body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assessments {
    pub at: Moment,
    /// By name of the body that sent the draft; empty for a person.
    pub drafts: BTreeMap<String, Drafts>,
    /// By code of the department that was asked.
    pub remarks: BTreeMap<String, Remarks>,
    /// By name of the issuer.
    pub findings: BTreeMap<String, Findings>,
    /// Each finding once, whoever issued what it speaks of.
    pub all_findings: Findings,
}

impl Drafts {
    pub fn all_concluded(&self) -> u64 {
        self.concluded.values().sum()
    }
}

/// The middle of counts in order; `None` of nothing.
pub fn middle(days: &[i64]) -> Option<i64> {
    days.get(days.len().checked_sub(1)? / 2).copied()
}

impl Office {
    /// The figures of the last 365 days; of findings, those of the edition in force today.
    ///
    /// # Errors
    /// Only the machine's own.
    pub async fn assessments(&self) -> Result<Assessments, Failure> {
        let (now, live, calendar) = (self.now().await?, self.rulebooks.live()?, self.rulebooks.calendar());
        let mut counted = Assessments { at: now, ..Assessments::default() };
        self.count_findings(&mut counted).await?;
        let mut cases = Vec::new();
        for no in self.store.assessments(Moment(now.0 - SPAN), MOST).await? {
            let records = self.store.records(&no).await?;
            cases.push((Case::from_records(no, &records), records));
        }
        let firm = |case: &Case| match &case.holder {
            Some(Holder::Firm(code)) => Some(code.clone()),
            _ => None,
        };
        let codes: BTreeSet<String> = cases.iter().filter_map(|(case, _)| firm(case)).collect();
        let firms = self.store.firms(&codes.into_iter().collect::<Vec<_>>()).await?;
        let names: BTreeMap<String, String> = firms.into_iter().map(|firm| (firm.code, firm.name)).collect();
        let passed = crate::publish::assessed::passed_steps(&live.rules);
        for (case, records) in &cases {
            let code = firm(case).unwrap_or_default();
            let body = names.get(&code).cloned().unwrap_or(code);
            counted.drafts.entry(body).or_default().take(case, records, &calendar, &passed);
            remarks(case, records, &calendar, now.day(), &mut counted.remarks);
        }
        counted.drafts.values_mut().for_each(|own| own.days.sort_unstable());
        counted.remarks.values_mut().for_each(|own| own.days.sort_unstable());
        Ok(counted)
    }

    /// What is found today in the whole edition and in each of its drafts, and what of it was to be mended.
    async fn count_findings(&self, counted: &mut Assessments) -> Result<(), Failure> {
        let live = self.rulebooks.live()?;
        let drafts = live.rules.policies.values().filter(|policy| policy.life == rulebook::policy::Life::Draft);
        let drafts: Vec<Option<&str>> =
            std::iter::once(None).chain(drafts.map(|policy| Some(policy.code.get_ref().as_str()))).collect();
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for draft in drafts {
            let assessed = self.assess(live.clone(), draft).await?;
            found.extend(assessed.findings.iter().map(|finding| (same(&finding.key), finding.clauses.clone())));
        }
        // The latest opinion stands; they come the latest first.
        let mut said: BTreeMap<String, (bool, String, String)> = BTreeMap::new();
        for opinion in self.store.finding_opinions().await? {
            let to_mend = opinion.verdict == Verdict::ToMend.word();
            said.entry(same(&opinion.finding)).or_insert((to_mend, opinion.finding, opinion.edition));
        }
        for (key, clauses) in &found {
            let to_mend = said.get(key).map(|(to_mend, ..)| *to_mend);
            let add = |own: &mut Findings| {
                own.found += 1;
                own.unsaid += u64::from(to_mend.is_none());
                own.to_mend += u64::from(to_mend == Some(true));
            };
            add(&mut counted.all_findings);
            for issuer in issuers(&live.rules, clauses.iter().map(String::as_str)) {
                add(counted.findings.entry(issuer).or_default());
            }
        }
        for (key, (to_mend, written, edition)) in said {
            if to_mend && !found.contains_key(&key) {
                // The clause may be gone, so whose it was stands in the edition that the opinion was given on.
                let then = self.rulebooks.edition(&self.store, &edition).await?;
                counted.all_findings.mended += 1;
                for issuer in issuers(&then.rules, written.split('|')) {
                    counted.findings.entry(issuer).or_default().mended += 1;
                }
            }
        }
        Ok(())
    }
}

/// A key that is the same whichever of two clauses comes first: a draft's does, until it is in force.
fn same(key: &str) -> String {
    let mut parts: Vec<&str> = key.split('|').collect();
    if let Some((_, rest)) = parts.split_first_mut() {
        rest.sort_unstable();
    }
    parts.join("|")
}

/// Who issued the policies of these clauses, as far as they hold here: nobody here mends what another place wrote.
fn issuers<'a>(rules: &Rulebook, clauses: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let has = |code: &str| {
        let policies = rules.policies.values();
        policies.into_iter().find(|policy| policy.clause.iter().any(|clause| clause.code.get_ref() == code))
    };
    clauses.filter_map(has).filter(|policy| !policy.for_comparison).map(|policy| policy.issuer.clone()).collect()
}

impl Drafts {
    fn take(&mut self, case: &Case, records: &[Record], calendar: &Calendar, passed: &[String]) {
        self.sent += 1;
        self.open += u64::from(case.is_open());
        self.passed += u64::from(passed.contains(&case.step));
        let answered = |number: u32| case.opinions.iter().any(|other| other.after == Some(number) && other.given.is_some());
        for remark in case.opinions.iter().filter(|opinion| opinion.after.is_none() && opinion.given.is_some()) {
            self.remarks += 1;
            self.answered += u64::from(answered(remark.number));
        }
        let concluded = records.iter().find(|record| matches!(record.event, Event::Classified { .. }));
        let (Some(concluded), Some(class), Some(accepted)) = (concluded, &case.class, case.accepted) else { return };
        *self.concluded.entry(class.clone()).or_default() += 1;
        self.days.push(calendar.working_days_after(accepted, concluded.effective));
        let missed = |clock: &casework::clock::Clock| clock.binds_office && clock.expired.is_some_and(|at| at <= concluded.at);
        self.on_time += u64::from(!case.clocks.iter().any(missed));
    }
}

/// What each department was asked about a draft; what a drafter was asked to answer is no remark.
fn remarks(case: &Case, records: &[Record], calendar: &Calendar, today: Date, into: &mut BTreeMap<String, Remarks>) {
    let asked: Vec<Date> = records
        .iter()
        .filter(|record| matches!(record.event, Event::OpinionAsked { .. }))
        .map(|record| record.effective)
        .collect();
    let given: BTreeMap<u32, Date> = records
        .iter()
        .filter_map(|record| match record.event {
            Event::OpinionGiven { number, .. } => Some((number, record.effective)),
            _ => None,
        })
        .collect();
    for (opinion, asked) in case.opinions.iter().zip(asked).filter(|(opinion, _)| opinion.after.is_none()) {
        let own = into.entry(opinion.agency.clone()).or_default();
        own.asked += 1;
        let on = given.get(&opinion.number).copied();
        let late = opinion.due.is_some_and(|due| on.unwrap_or(today) > due);
        own.late += u64::from(late);
        if let Some(on) = on {
            own.on_time += u64::from(!late);
            own.days.push(calendar.working_days_after(asked, on));
            own.against += u64::from(opinion.given.as_ref().is_some_and(|(agrees, ..)| !agrees));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_the_same_when_its_draft_comes_into_force_and_another_between_other_clauses_is_not() {
        assert_eq!(same("conflict|P13|P09"), same("conflict|P09|P13"));
        assert_ne!(same("conflict|P13|P09"), same("duplicate|P09|P13"));
        assert_ne!(same("conflict|P13|P09"), same("conflict|P13|P10"));
    }

    #[test]
    fn the_middle_of_nothing_is_nothing() {
        assert_eq!([middle(&[]), middle(&[3]), middle(&[1, 2]), middle(&[1, 2, 9])], [None, Some(3), Some(1), Some(2)]);
    }
}

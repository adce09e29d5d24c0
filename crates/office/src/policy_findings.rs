//! The consistency assessment in the office: what the analysis finds in an edition, and what people think of it, kept with who and when.
//! Serves measure 17.

use crate::door::{Answer, not_found, refuse};
use crate::rulebooks::Edition;
use crate::{Failure, Office, ids};
use casework::Officer;
use jiff::civil::Date;
use policies::assess::{Effect, Finding, Firms, Subjects, Survey};
use policies::{Finder, Profile};
use rulebook::Text;
use rulebook::policy::Life;
use rulebook::procedure::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use store::finding_opinions::FindingOpinion;

/// Who may say what they think of a finding.
pub const ROLES: [Role; 3] = [Role::Editor, Role::Legal, Role::Publisher];

/// The firms that effects are reckoned on: composed samples. Profiles that are kept are not taken for it yet.
pub const SAMPLES: &str = "policies/samples.jsonl";

const LONGEST: usize = 2_000;
/// Drafts of an edition whose findings are kept, the whole included.
const KEPT: usize = 64;

/// What somebody may think of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    ToMend,
    AsMeant,
    NoFinding,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::ToMend, Verdict::AsMeant, Verdict::NoFinding];

    pub fn word(self) -> &'static str {
        match self {
            Verdict::ToMend => "to-mend",
            Verdict::AsMeant => "as-meant",
            Verdict::NoFinding => "no-finding",
        }
    }

    pub fn of(word: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    pub fn title(self) -> Text {
        match self {
            Verdict::ToMend => Text::new("要修改", "to be mended"),
            Verdict::AsMeant => Text::new("有意如此，保留", "as it is meant, it stays"),
            Verdict::NoFinding => Text::new("不成立", "it is no finding"),
        }
    }
}

/// What the analysis says of an edition, or of one draft against it.
#[derive(Debug, Clone, Default)]
pub struct Assessed {
    pub findings: Vec<Finding>,
    pub effects: Vec<Effect>,
    /// By behaviour, firms that two clauses would give to for the same.
    pub twice: BTreeMap<String, Firms>,
    pub firms: u64,
}

/// What was found in one edition by day: as a whole, and for each draft of it that was asked for. One is made at a time, so that
/// many who open the page together, also just after a restart, cost what one costs.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    known: RwLock<Found>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// By day and draft; `None` is the edition as a whole.
type Found = BTreeMap<(Date, Option<String>), Arc<Assessed>>;

impl Kept {
    fn get(&self, day: Date, draft: &Option<String>) -> Option<Arc<Assessed>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&(day, draft.clone())).cloned()
    }

    fn keep(&self, day: Date, draft: Option<String>, made: Arc<Assessed>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.retain(|(of, draft), _| *of == day && draft.is_none());
        }
        known.insert((day, draft), made);
    }
}

impl Office {
    /// What the clauses of an edition come to when held against each other today, or those of one draft against all in force. It is
    /// made once for each edition, day and draft.
    ///
    /// # Errors
    /// Only the machine's own.
    pub async fn assess(&self, edition: Arc<Edition>, draft: Option<&str>) -> Result<Arc<Assessed>, Failure> {
        let today = self.now().await?.day();
        self.assess_on(edition, draft, today).await
    }

    /// The same as it came out on another day.
    pub(crate) async fn assess_on(
        &self,
        edition: Arc<Edition>,
        draft: Option<&str>,
        today: Date,
    ) -> Result<Arc<Assessed>, Failure> {
        // What is asked for comes from an address: only drafts of this edition are kept.
        let draft = draft.filter(|code| is_draft(&edition, code)).map(str::to_owned);
        if let Some(known) = edition.assessed.get(today, &draft) {
            return Ok(known);
        }
        let turn = edition.assessed.turn.clone().lock_owned().await;
        if let Some(known) = edition.assessed.get(today, &draft) {
            return Ok(known);
        }
        // The turn goes with the work: who leaves the page meanwhile does not let a second one begin.
        let work = move || {
            let made = Arc::new(assessed(&edition, draft.clone(), today));
            edition.assessed.keep(today, draft, made.clone());
            drop(turn);
            made
        };
        let made = tokio::task::spawn_blocking(work).await;
        made.map_err(|fault| Failure::Unready(format!("the policies could not be assessed: {fault}")))
    }

    /// Records what somebody thinks of a finding, on the texts as they stand in the edition in force. `draft` names the policy whose
    /// page it was said on, where that is a draft.
    ///
    /// # Errors
    /// Refused without a role for it, without words, and for what is not found any more.
    pub async fn say_of_finding(&self, by: &Officer, draft: Option<&str>, key: &str, verdict: &str, words: &str) -> Answer<()> {
        let now = self.now().await?;
        let may = ROLES.iter().find(|role| crate::people::require(by, **role, None, now.day()).is_ok());
        if may.is_none() {
            return Err(crate::people::beyond_power(Role::Legal));
        }
        let (Some(verdict), words) = (Verdict::of(verdict), words.trim()) else { return Err(not_found()) };
        if words.is_empty() || words.chars().count() > LONGEST {
            return Err(refuse(
                "words-missing",
                ("请写明理由，不超过2000字。", "Say why, in at most 2,000 characters."),
                ("例如：两条给的是不同年度的投入。", "For example: they give for different years."),
            ));
        }
        let live = self.rulebooks.live()?;
        let assessed = self.assess(live.clone(), draft).await?;
        let finding = assessed.findings.iter().find(|finding| finding.key == key).ok_or_else(not_found)?;
        let opinion = FindingOpinion {
            id: ids::opaque(),
            finding: key.to_owned(),
            digest: digest(&live, finding),
            edition: live.name.clone(),
            verdict: verdict.word().to_owned(),
            words: words.to_owned(),
            by: by.id.0.clone(),
            at: now,
        };
        self.store.add_finding_opinion(&opinion).await?;
        tracing::info!(finding = key, verdict = verdict.word(), "An opinion on {key} is recorded");
        Ok(())
    }
}

fn assessed(edition: &Edition, draft: Option<String>, today: Date) -> Assessed {
    let rules = &edition.rules;
    let drafts: BTreeSet<String> = draft.into_iter().collect();
    let subjects = Subjects::of(rules, &drafts, today);
    let mut survey = Survey::new(&subjects, subjects.findings());
    let plan = survey.plan();
    let finder = Finder::new(&plan);
    let mut facts = Vec::new();
    for line in edition.file(SAMPLES).unwrap_or_default().lines() {
        let Ok((profile, _)) = Profile::read(line, &rules.dictionary, today) else { continue };
        profile.facts(&rules.dictionary, &mut facts);
        profile.derive(rules, &mut facts);
        survey.look(&finder, &profile.name, &facts);
    }
    let firms = survey.firms;
    let (findings, effects, twice) = survey.finish();
    Assessed { findings, effects, twice, firms }
}

/// Of the texts that a finding speaks of: another text is another thing to have an opinion on.
pub fn digest(edition: &Edition, finding: &Finding) -> String {
    let clauses = edition.rules.policies.values().flat_map(|policy| &policy.clause);
    let told: Vec<(String, String)> = clauses
        .filter(|clause| finding.clauses.contains(clause.code.get_ref()))
        .map(|clause| {
            let scope = clause.scope.as_ref().map_or("", |scope| scope.get_ref().as_str());
            (clause.code.get_ref().clone(), format!("{scope}\n{}\n{}", clause.when.get_ref(), clause.benefit.says))
        })
        .collect();
    store::editions::digest(&told)
}

/// Whether a policy of this edition is a draft.
pub fn is_draft(edition: &Edition, code: &str) -> bool {
    edition.rules.policies.get(code).is_some_and(|policy| policy.life == Life::Draft)
}

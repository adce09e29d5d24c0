//! The draft that a case of assessment speaks of: the clauses and findings that everybody in the case looks at, and what of it was
//! changed since. Editions never change, so the moment of the signature says which text was assessed. Serves measure 17.

use crate::policy_findings::Assessed;
use crate::publish::assessed;
use crate::rulebooks::Edition;
use crate::{Failure, Office};
use casework::{Case, Event, Moment, Record};
use rulebook::Text;
use rulebook::intake::Answers;
use rulebook::policy::{Clause, Life, Policy};
use std::sync::Arc;

/// A draft as its case shows it.
pub struct AssessedDraft {
    /// As the form names it.
    pub code: String,
    /// As it was when the opinion was signed; before that, as it is now.
    pub read: Option<Read>,
    /// When it was concluded and signed, as far as neither was undone by sending it back.
    pub standing: Standing,
    /// What is said otherwise now than when it was signed, or before that concluded.
    pub changed: Vec<Text>,
}

/// A draft in the library, held against the clauses that were in force.
pub struct Read {
    pub edition: Arc<Edition>,
    pub assessed: Arc<Assessed>,
    /// SM3 of all that it says.
    pub digest: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    pub concluded: Option<Moment>,
    pub signed: Option<Moment>,
}

impl Standing {
    /// What was concluded before the case was sent back has to be concluded anew.
    pub fn of(records: &[Record]) -> Standing {
        let mut standing = Standing::default();
        for record in records {
            match record.event {
                Event::Classified { .. } => standing = Standing { concluded: Some(record.at), signed: None },
                Event::Reviewed { agrees: false, .. } => standing = Standing::default(),
                Event::Reviewed { agrees: true, .. } if standing.concluded.is_some() => {
                    standing.signed = standing.signed.or(Some(record.at));
                }
                _ => {}
            }
        }
        standing
    }
}

impl AssessedDraft {
    pub fn policy(&self) -> Option<&Policy> {
        self.read.as_ref()?.edition.rules.policies.get(&self.code)
    }
}

/// Which draft somebody names in the form.
pub enum Named {
    Unsaid,
    Unknown(String),
    /// A draft of the library, by its title.
    Known(String),
}

impl Office {
    /// The draft that these answers name, where the item is an assessment.
    ///
    /// # Errors
    /// Only the machine's own.
    pub fn draft_named(&self, item: &str, answers: &Answers) -> Result<Option<Named>, Failure> {
        let live = self.rulebooks.live()?;
        if !assessed::assesses(&live.rules, item) {
            return Ok(None);
        }
        let code = assessed::draft_code(&live.rules, answers).unwrap_or_default();
        let known = live.rules.policies.get(&code).filter(|policy| policy.life == Life::Draft && !policy.for_comparison);
        Ok(Some(match known {
            _ if code.is_empty() => Named::Unsaid,
            Some(policy) => Named::Known(policy.name.clone()),
            None => Named::Unknown(code),
        }))
    }

    /// Drafts of the district in the library, by code and title; not those of other places.
    ///
    /// # Errors
    /// Only the machine's own.
    pub fn drafts_of_policies(&self) -> Result<Vec<(String, String)>, Failure> {
        let live = self.rulebooks.live()?;
        let drafts = live.rules.policies.values().filter(|policy| policy.life == Life::Draft && !policy.for_comparison);
        Ok(drafts.map(|policy| (policy.code.get_ref().clone(), policy.name.clone())).collect())
    }

    /// The draft of this case, where it is one of assessment.
    ///
    /// # Errors
    /// Only the machine's own.
    pub async fn assessed_draft(&self, case: &Case, records: &[Record]) -> Result<Option<AssessedDraft>, Failure> {
        let live = self.rulebooks.live()?;
        if !assessed::assesses(&live.rules, &case.item) {
            return Ok(None);
        }
        let code = assessed::draft_code(&live.rules, &self.answers_of(case).await?).unwrap_or_default();
        let standing = Standing::of(records);
        let edition = match standing.signed {
            Some(at) => self.edition_at(at).await?,
            None => Some(live.clone()),
        };
        let day = standing.signed.unwrap_or(self.now().await?).day();
        let read = match edition.filter(|edition| edition.rules.policies.contains_key(&code)) {
            Some(edition) => {
                let assessed = self.assess_on(edition.clone(), Some(&code), day).await?;
                let digest = edition.rules.policies.get(&code).map(digest).unwrap_or_default();
                Some(Read { edition, assessed, digest })
            }
            None => None,
        };
        let then = match standing.signed.or(standing.concluded) {
            Some(at) => self.edition_at(at).await?,
            None => None,
        };
        let then = then.as_ref().and_then(|edition| edition.rules.policies.get(&code));
        let changed = match (then, live.rules.policies.get(&code)) {
            (Some(then), Some(now)) => differences(then, now, None),
            _ => Vec::new(),
        };
        Ok(Some(AssessedDraft { code, read, standing, changed }))
    }

    /// The edition that was in force.
    pub(crate) async fn edition_at(&self, at: Moment) -> Result<Option<Arc<Edition>>, Failure> {
        let Some(kept) = self.store.in_force(at).await? else { return Ok(None) };
        Ok(Some(self.rulebooks.edition(&self.store, &kept.name).await?))
    }
}

/// SM3 of what the clauses of a policy say.
pub fn digest(policy: &Policy) -> String {
    let all = policy.clause.iter().map(|clause| {
        let told = said(policy, clause).map(|(.., told)| told).join("\n");
        (clause.code.get_ref().clone(), told)
    });
    store::editions::digest(&all.collect::<Vec<_>>())
}

/// What is said otherwise, clause by clause, of all clauses or of these. A day that was open before may be set: it is known only when
/// the policy is issued.
pub(crate) fn differences(then: &Policy, now: &Policy, only: Option<&[&str]>) -> Vec<Text> {
    let asked = |code: &str| only.is_none_or(|only| only.contains(&code));
    let mut found = Vec::new();
    for clause in now.clause.iter().filter(|clause| asked(clause.code.get_ref())) {
        let code = clause.code.get_ref();
        let Some(known) = then.clause.iter().find(|known| known.code.get_ref() == code) else {
            found.push(Text::new(format!("条款 {code} 是新写的"), format!("clause {code} is new")));
            continue;
        };
        for ((zh, en, before), (.., after)) in said(then, known).into_iter().zip(said(now, clause)) {
            if before != after && !(before.is_empty() && DAYS.contains(&en)) {
                found.push(Text::new(
                    format!("条款 {code} 的{zh}：原为“{before}”，现为“{after}”"),
                    format!("clause {code}, {en}: was “{before}”, is “{after}”"),
                ));
            }
        }
    }
    let gone = then
        .clause
        .iter()
        .map(|clause| clause.code.get_ref())
        .filter(|code| only.is_none() && !now.clause.iter().any(|clause| clause.code.get_ref() == *code));
    found.extend(gone.map(|code| Text::new(format!("条款 {code} 没有了"), format!("clause {code} is gone"))));
    found
}

const DAYS: [&str; 2] = ["first day in force", "last day in force"];

/// What a clause asks and gives, each thing with its name, in words that do not depend on where they stand in a file.
pub(crate) fn said(policy: &Policy, clause: &Clause) -> [(&'static str, &'static str, String); 14] {
    let text = |text: &Option<toml::Spanned<String>>| text.as_ref().map_or(String::new(), |text| text.get_ref().clone());
    let day = |day: Option<jiff::civil::Date>| day.map_or(String::new(), |day| day.to_string());
    let amount = clause.benefit.amount.as_ref().map_or(String::new(), |amount| {
        let mut said: Vec<String> = Vec::new();
        let one = |name: &str, told: String| (!told.is_empty()).then(|| format!("{name} {told}"));
        said.extend(one("fixed", text(&amount.fixed)));
        said.extend(one("rate", amount.rate.map_or(String::new(), |rate| rate.to_string())));
        said.extend(one("each", text(&amount.each)));
        said.extend(one("up-to", text(&amount.up_to)));
        said.extend(one("of", text(&amount.of)));
        said.extend(amount.tier.iter().map(|tier| format!("tier {} {}", tier.from.get_ref(), tier.gives.get_ref())));
        said.extend(amount.times.iter().map(|times| format!("times {} {} {}", times.when.get_ref(), times.by, text(&times.cap))));
        said.extend(one("cap", text(&amount.cap)));
        said.extend(one("less", text(&amount.less)));
        said.join("；")
    });
    let aim = clause.aim.as_ref().map_or(String::new(), |aim| format!("{} {:?}", aim.behaviour.get_ref(), aim.direction));
    let stacking = clause.stacking.as_ref().map_or(String::new(), |own| format!("{} {:?}", own.group, own.rule));
    let window = clause.window.as_ref().map_or(String::new(), |own| format!("{}—{}", own.from.get_ref(), own.until.get_ref()));
    [
        ("适用范围", "scope", text(&clause.scope)),
        ("条件", "conditions", clause.when.get_ref().clone()),
        ("由人判断的内容", "what a person judges", clause.judged.join("；")),
        ("支持方式", "kind of support", format!("{:?}", clause.benefit.kind)),
        ("支持内容", "what is given", clause.benefit.says.clone()),
        ("金额", "amount", amount),
        ("取向", "aim", aim),
        ("叠加规则", "stacking", stacking),
        ("申报期", "window", window),
        ("兑现方式", "mode", format!("{:?}", clause.mode)),
        ("申报材料", "papers", clause.papers.join("、")),
        ("兑现部门和预算", "body and budget", format!("{} {}", clause.body, text(&clause.budget)).trim().to_owned()),
        ("施行日", DAYS[0], day(policy.from)),
        ("失效日", DAYS[1], day(policy.until)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(head: &str, clause: &str) -> Policy {
        let whole = format!(
            "[[policy]]\ncode = \"p\"\nname = \"P\"\nkind = \"惠企\"\nissuer = \"区\"\nlevel = \"区\"\nlife = \"draft\"\n{head}\n{clause}"
        );
        let (rules, problems) = crate::rulebooks::compile(&[("policies/p.toml".to_owned(), whole)]);
        rules.policies.get("p").unwrap_or_else(|| panic!("{problems:?}")).clone()
    }

    fn clause(more: &str) -> String {
        format!(
            "[[policy.clause]]\ncode = \"c1\"\nname = \"C\"\nwhen = \"true\"\nmode = \"申报\"\nbody = \"fgw\"\nexplanation = \"x\"\n{more}\n"
        )
    }

    #[test]
    fn whatever_a_clause_says_otherwise_is_a_change_and_a_day_that_was_open_may_be_set() {
        let cash = "benefit = { kind = \"cash\", says = \"给\", amount = { fixed = \"5万元\" } }";
        let before = policy("", &clause(cash));
        assert_eq!(differences(&before, &policy("", &clause(cash)), None).len(), 0);
        for more in [
            "window = { from = \"03-01\", until = \"04-30\" }",
            "stacking = { group = \"g\", rule = \"take-highest\" }",
            "budget = \"500万元\"",
            "papers = [\"身份证明\"]",
            "scope = \"true\"",
            "judged = [\"x\"]",
        ] {
            let after = policy("", &clause(&format!("{more}\n{cash}")));
            assert_eq!(differences(&before, &after, None).len(), 1, "{more}");
            assert_ne!(digest(&before), digest(&after), "{more}");
        }
        for (was, is) in [
            ("mode = \"申报\"", "mode = \"快申快享\""),
            ("body = \"fgw\"", "body = \"rsj\""),
            ("kind = \"cash\"", "kind = \"loan\""),
            ("fixed = \"5万元\"", "fixed = \"5000万元\""),
        ] {
            let after = policy("", &clause(cash).replace(was, is));
            assert_eq!(differences(&before, &after, None).len(), 1, "{is}");
        }
        let dated = policy("from = 2026-04-01", &clause(cash));
        assert_eq!(differences(&before, &dated, None).len(), 0, "a day of issue is known only then");
        let later = policy("from = 2026-05-01", &clause(cash));
        assert_eq!(differences(&dated, &later, None).len(), 1);
        let none = policy("", "");
        assert_eq!((differences(&before, &none, None).len(), differences(&none, &before, None).len()), (1, 1));
    }
}

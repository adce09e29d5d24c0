//! What has to be assessed before it is published: a clause that comes into force, or says something else than before, at a level for which
//! the rulebook asks it, needs the case in which its draft passed. Which levels, which item, which step and which conclusions do not pass is
//! data: rule `policy-assessment` of `checks.toml`. Serves measure 17.

use crate::assessed_draft::{Standing, differences, said};
use crate::rulebooks::Edition;
use crate::{Failure, Office};
use casework::CaseNo;
use rulebook::intake::Answers;
use rulebook::policy::{Clause, Life, Policy};
use rulebook::{Problem, Rulebook, Severity, Text};

const RULE: &str = "policy-assessment";

fn words(rules: &Rulebook, list: &str) -> Vec<String> {
    rules.checks.get(RULE).and_then(|check| check.words.get(list)).cloned().unwrap_or_default()
}

/// The steps at which a draft may be published.
pub(crate) fn passed_steps(rules: &Rulebook) -> Vec<String> {
    words(rules, "step")
}

/// Whether a draft is assessed in the cases of this item.
pub(crate) fn assesses(rules: &Rulebook, item: &str) -> bool {
    words(rules, "item").iter().any(|one| one == item)
}

/// The code of the draft as the form names it.
pub(crate) fn draft_code(rules: &Rulebook, answers: &Answers) -> Option<String> {
    let told = words(rules, "draft-code").into_iter().find_map(|name| answers.get(&name).cloned());
    told.map(|code| code.trim().to_owned())
}

impl Office {
    /// Problems that keep these definitions from being published after `base`. The first import of what is in force already has none.
    pub(super) async fn not_assessed(&self, base: Option<&str>, rules: &Rulebook) -> Result<Vec<Problem>, Failure> {
        let Some(base) = base else { return Ok(Vec::new()) };
        let before = self.rulebooks.edition(&self.store, base).await?;
        let words = |list: &str| words(rules, list);
        let levels = words("levels");
        let mut problems = Vec::new();
        for policy in rules.policies.values() {
            let asked = policy.life == Life::Live && levels.iter().any(|level| level == policy.level.word());
            if !asked {
                continue;
            }
            let changed: Vec<&str> = changed(&before, policy);
            if changed.is_empty() {
                continue;
            }
            let earlier = before.rules.policies.get(policy.code.get_ref()).and_then(|old| old.assessed.as_deref());
            let no = policy.assessed.as_deref().filter(|no| earlier != Some(no));
            if let Some(why) = self.why_not(no, policy, &changed, rules).await? {
                problems.push(problem(policy, &changed, why));
            }
        }
        Ok(problems)
    }

    /// Why the case that is named does not do; `None` where it does.
    async fn why_not(
        &self,
        no: Option<&str>,
        policy: &Policy,
        changed: &[&str],
        rules: &Rulebook,
    ) -> Result<Option<Text>, Failure> {
        let words = |list: &str| words(rules, list);
        let Some(no) = no else {
            return Ok(Some(Text::new("没有写明评估办件（assessed）", "no case of assessment is named (assessed)")));
        };
        let Some(case) = self.store.case(&CaseNo(no.to_owned())).await? else {
            return Ok(Some(Text::new(format!("没有办件 {no}"), format!("there is no case {no}"))));
        };
        let passed = words("step").contains(&case.step) && assesses(rules, &case.item);
        if !passed {
            return Ok(Some(Text::new(
                format!("办件 {no} 还没有走完评估和审查"),
                format!("case {no} has not passed assessment and reviews"),
            )));
        }
        if case.class.as_ref().is_none_or(|class| words("not-passed").contains(class)) {
            return Ok(Some(Text::new(format!("办件 {no} 的结论不是可以出台"), format!("case {no} did not conclude in favour"))));
        }
        if draft_code(rules, &self.answers_of(&case).await?).as_ref() != Some(policy.code.get_ref()) {
            return Ok(Some(Text::new(format!("办件 {no} 评估的是另一项政策"), format!("case {no} assessed another policy"))));
        }
        // What is published is what was signed.
        let signed = Standing::of(&self.store.records(&case.no).await?).signed;
        let then = match signed {
            Some(at) => self.edition_at(at).await?,
            None => None,
        };
        let Some(then) = then.as_ref().and_then(|edition| edition.rules.policies.get(policy.code.get_ref())) else {
            return Ok(Some(Text::new(
                format!("办件 {no} 签署意见书时草案不在政策库里，无从知道评估的是什么文本"),
                format!(
                    "the draft was not in the library when the opinion of case {no} was signed, so nobody knows which text it is of"
                ),
            )));
        };
        let since = differences(then, policy, Some(changed));
        if since.is_empty() {
            return Ok(None);
        }
        let (zh, en): (Vec<&str>, Vec<&str>) = since.iter().map(|one| (one.zh.as_str(), one.en.as_str())).unzip();
        Ok(Some(Text::new(
            format!("办件 {no} 签署意见书以后文本又改了（{}）", zh.join("；")),
            format!("the text was changed since the opinion of case {no} was signed ({})", en.join("; ")),
        )))
    }
}

/// Clauses of a policy that were not in force with the same words before.
fn changed<'a>(before: &Edition, policy: &'a Policy) -> Vec<&'a str> {
    let old = before.rules.policies.get(policy.code.get_ref()).filter(|old| old.life == Life::Live);
    let same = |clause: &Clause| {
        let known = old.and_then(|old| old.clause.iter().find(|known| known.code.get_ref() == clause.code.get_ref()));
        known.zip(old).is_some_and(|(known, old)| said(old, known) == said(policy, clause))
    };
    policy.clause.iter().filter(|clause| !same(clause)).map(|clause| clause.code.get_ref().as_str()).collect()
}

fn problem(policy: &Policy, clauses: &[&str], why: Text) -> Problem {
    Problem {
        severity: Severity::Error,
        file: policy.place.file.clone(),
        line: policy.place.line,
        rule: RULE.to_owned(),
        message: Text::new(
            format!("《{}》的条款 {} 未经取向一致性评估，不能发布：{}", policy.name, clauses.join("、"), why.zh),
            format!("Clauses {} of “{}” were not assessed and are not published: {}", clauses.join(", "), policy.name, why.en),
        ),
        remedy: Text::new(
            "先报送评估，走完公平竞争审查和合法性审核，再在 assessed 写上办件编号",
            "Have the draft assessed and reviewed, then name its case in assessed",
        ),
    }
}

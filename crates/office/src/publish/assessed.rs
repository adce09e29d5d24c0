//! What has to be assessed before it is published: a clause that comes into force, or says something else than before, at a level for which
//! the rulebook asks it, needs the case in which its draft passed. Which levels, which item, which step and which conclusions do not pass is
//! data: rule `policy-assessment` of `checks.toml`. Serves measure 17.

use crate::rulebooks::Edition;
use crate::{Failure, Office};
use casework::CaseNo;
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
            if let Some(why) = self.why_not(no, policy, &words).await? {
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
        words: &impl Fn(&str) -> Vec<String>,
    ) -> Result<Option<Text>, Failure> {
        let Some(no) = no else {
            return Ok(Some(Text::new("没有写明评估办件（assessed）", "no case of assessment is named (assessed)")));
        };
        let Some(case) = self.store.case(&CaseNo(no.to_owned())).await? else {
            return Ok(Some(Text::new(format!("没有办件 {no}"), format!("there is no case {no}"))));
        };
        let passed = words("step").contains(&case.step) && words("item").contains(&case.item);
        if !passed {
            return Ok(Some(Text::new(
                format!("办件 {no} 还没有走完评估和审查"),
                format!("case {no} has not passed assessment and reviews"),
            )));
        }
        if case.class.as_ref().is_none_or(|class| words("not-passed").contains(class)) {
            return Ok(Some(Text::new(format!("办件 {no} 的结论不是可以出台"), format!("case {no} did not conclude in favour"))));
        }
        let answers = self.answers_of(&case).await?;
        let names = words("draft-code");
        let same = |name: &String| answers.get(name) == Some(policy.code.get_ref());
        if !names.is_empty() && !names.iter().any(same) {
            return Ok(Some(Text::new(format!("办件 {no} 评估的是另一项政策"), format!("case {no} assessed another policy"))));
        }
        Ok(None)
    }
}

/// Clauses of a policy that were not in force with the same words before.
fn changed<'a>(before: &Edition, policy: &'a Policy) -> Vec<&'a str> {
    let old = before.rules.policies.get(policy.code.get_ref()).filter(|old| old.life == Life::Live);
    let same = |clause: &Clause| {
        let known = old.and_then(|old| old.clause.iter().find(|known| known.code.get_ref() == clause.code.get_ref()));
        known.is_some_and(|known| said(known) == said(clause))
    };
    policy.clause.iter().filter(|clause| !same(clause)).map(|clause| clause.code.get_ref().as_str()).collect()
}

/// What a clause asks and gives, in words that do not depend on where they stand in a file.
fn said(clause: &Clause) -> Vec<String> {
    let mut said = vec![clause.when.get_ref().clone(), clause.benefit.says.clone(), format!("{:?}", clause.judged)];
    said.extend(clause.scope.as_ref().map(|scope| format!("scope {}", scope.get_ref())));
    said.extend(clause.aim.as_ref().map(|aim| format!("{:?} {}", aim.direction, aim.behaviour.get_ref())));
    if let Some(amount) = &clause.benefit.amount {
        let texts = [&amount.fixed, &amount.each, &amount.up_to, &amount.of, &amount.cap, &amount.less];
        said.extend(texts.map(|text| text.as_ref().map_or(String::new(), |text| text.get_ref().clone())));
        said.push(format!("{:?}", amount.rate));
        said.extend(amount.tier.iter().map(|tier| format!("{} {}", tier.from.get_ref(), tier.gives.get_ref())));
        said.extend(amount.times.iter().map(|times| format!("{} {}", times.when.get_ref(), times.by)));
    }
    said
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

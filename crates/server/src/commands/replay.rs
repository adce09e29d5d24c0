//! `yimen replay CASE` asks the rules once more that decided a case at once; `yimen what-if --edition NEW` asks those of another edition
//! about every such case and lists what would change. Neither changes anything. Serves measure 5.

use crate::config::Place;
use crate::files;
use anyhow::Context;
use casework::CaseNo;
use clap::Args;
use office::at_once::Replayed;
use office::door::Stop;
use office::rulebooks::Edition;
use office::{Clock, Office};
use rulebook::expression::Role;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Args)]
pub struct Replay {
    /// Number of the case.
    case: String,
    /// Ask the rules of this edition, by its name or as a folder of definitions; of the case's own edition if not given.
    #[arg(long)]
    edition: Option<String>,
}

impl Replay {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        place.holds_something()?;
        let office = place.office(Clock::default(), "", false).await?;
        let other = match &self.edition {
            Some(named) => Some(edition(&office, named).await?),
            None => None,
        };
        let no = CaseNo(self.case.clone());
        anyhow::ensure!(office.store.case(&no).await?.is_some(), "there is no case {no}");
        let replayed = match office.replay(&no, other.as_deref()).await {
            Ok(replayed) => replayed,
            Err(Stop::Refused(_)) => anyhow::bail!("{no}: no rules were asked about it, or what was known has been erased"),
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        };
        let asked = match other {
            Some(other) => other,
            None => office.rulebooks.edition(&office.store, &replayed.edition).await?,
        };
        told(&replayed, &asked).iter().for_each(|line| println!("{line}"));
        Ok(ExitCode::from(u8::from(replayed.differs())))
    }
}

#[derive(Args)]
pub struct WhatIf {
    /// The edition to try, by its name or as a folder of definitions.
    #[arg(long)]
    edition: String,
    /// Only cases of this item.
    #[arg(long)]
    item: Option<String>,
}

impl WhatIf {
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        place.holds_something()?;
        let office = place.office(Clock::default(), "", false).await?;
        let other = edition(&office, &self.edition).await?;
        if let Some(item) = &self.item {
            office.rulebooks.refresh(&office.store, office.now().await?).await?;
            let live = office.rulebooks.live()?;
            let known = [&live, &other].iter().any(|edition| edition.rules.items.contains_key(item));
            anyhow::ensure!(known, "there is no item with the code {item}");
        }
        let (mut asked, mut fewer, mut more, mut erased) = (0_u64, 0_u64, 0_u64, 0_u64);
        office
            .what_if(&other, |no, replayed| {
                let Some(replayed) = replayed else {
                    erased += 1;
                    return;
                };
                if self.item.as_ref().is_some_and(|item| *item != replayed.item) {
                    return;
                }
                asked += 1;
                if !replayed.differs() {
                    return;
                }
                let change = if replayed.then.met {
                    fewer += 1;
                    "自动办结 -> 转人工 (by rule -> to a person)"
                } else {
                    more += 1;
                    "转人工 -> 自动办结 (to a person -> by rule)"
                };
                println!("{no}  {}  {change}{}", replayed.item, open(replayed, &other));
            })
            .await?;
        println!(
            "“{}”：核对{asked}件，{fewer}件不再自动办结，{more}件可以自动办结，{erased}件信息已删除 / {asked} asked, {fewer} no longer by \
             rule, {more} newly by rule, {erased} erased",
            other.name
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// An edition by its name, or as a folder of definitions that is not published.
async fn edition(office: &Office, named: &str) -> anyhow::Result<Arc<Edition>> {
    if !Path::new(named).is_dir() {
        let known = office.rulebooks.edition(&office.store, named).await;
        return known.with_context(|| format!("there is neither an edition nor a folder called {named}"));
    }
    let files = files::read(Path::new(named))?;
    let errors =
        super::check::problems(&files, false).into_iter().filter(|problem| problem.severity == rulebook::Severity::Error);
    let errors: Vec<String> = errors.take(20).map(|problem| problem.to_string()).collect();
    anyhow::ensure!(errors.is_empty(), "the definitions in {named} have errors:\n{}", errors.join("\n"));
    Ok(Arc::new(Edition::new(named, files)))
}

/// The rules that are not met, in words.
fn open(replayed: &Replayed, edition: &Edition) -> String {
    let at_once = edition.rules.items.get(&replayed.item).and_then(|item| item.at_once.as_ref());
    let (Some(at_once), Some(now)) = (at_once, &replayed.now) else {
        return "：新版不自动办结 (not by rule there)".to_owned();
    };
    let rules = now.open().into_iter().filter_map(|at| at_once.rule.get(at as usize)).map(|rule| rule.text.as_str());
    let open: Vec<&str> = rules.collect();
    if open.is_empty() { String::new() } else { format!("：{}", open.join(" ")) }
}

/// The whole answer, line by line.
fn told(replayed: &Replayed, edition: &Edition) -> Vec<String> {
    let word = |met: bool| if met { "自动办结 (by rule)" } else { "转人工 (to a person)" };
    let then = &replayed.then;
    let mut lines =
        vec![format!("{}  {}", replayed.no, replayed.item), format!("当时 (then)：{}，{}", replayed.evidence.on, word(then.met))];
    if let Some(held) = &then.held {
        lines.push(format!("当时另有原因转人工 (held then)：{held}"));
    }
    let met = replayed.now.as_ref().is_some_and(rulebook::at_once::Examination::met);
    lines.push(format!("按“{}”版规则 (by edition {})：{}", edition.name, edition.name, word(met)));
    let at_once = edition.rules.items.get(&replayed.item).and_then(|item| item.at_once.as_ref());
    for (at, (rule, truth)) in
        at_once.iter().flat_map(|at_once| &at_once.rule).zip(replayed.now.iter().flat_map(|now| &now.truths)).enumerate()
    {
        let words = truth.words();
        lines.push(format!("  {}. {} [{}, {}]", at + 1, rule.text, words.zh, words.en));
        let explained = at_once.map(|at_once| at_once.explain(&edition.rules, at, &replayed.evidence)).unwrap_or_default();
        let tests = explained.into_iter().filter(|line| line.role == Role::Test);
        lines.extend(tests.map(|line| format!("     {} · {}", line.requirement.zh, line.actual.zh)));
    }
    lines.push("依据的数据 (facts)：".to_owned());
    for known in &replayed.evidence.facts {
        let as_of = known.as_of.map(|day| format!(" {day}")).unwrap_or_default();
        lines.push(format!("  {} = {} ({}{as_of})", known.element, known.value, known.source));
    }
    lines
}

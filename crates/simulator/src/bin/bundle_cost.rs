//! What one bundle costs beside its parts: `cargo run -p simulator --bin bundle_cost`.
//!
//! A bundle of six items at four bodies lives from the application to the last result, and six single cases of the same items with the
//! same answers live beside it, each on an empty SQLite database in the same run. The bar is 1.35 times the bytes and the statements.

use anyhow::{Context, Result, anyhow, ensure};
use casework::act::{Paper, Submission};
use casework::bundle::{Plan, Planned};
use casework::event::Channel;
use casework::{Act, Actor, CaseNo, Holder, Moment, Officer, Power, Reach, StaffId};
use clap::Parser;
use jiff::civil::Date;
use office::Outcome;
use rulebook::Rulebook;
use rulebook::expression::Truth;
use rulebook::intake::Answers;
use rulebook::procedure::Role;
use simulator::world::{District, Hall, Time, fresh_folder};
use std::path::{Path, PathBuf};
use store::engine::{Engine, Options};

/// Four bodies, permits and filings.
const ITEMS: [(&str, &str); 6] = [
    ("food-operation-new", "scjgj"),
    ("fire-safety-check", "xfjy"),
    ("drainage-permit", "zwfwb"),
    ("large-outdoor-advertising", "cgw"),
    ("shop-sign-filing", "cgw"),
    ("kitchen-waste-registration", "cgw"),
];
const BAR: f64 = 1.35;

#[derive(Debug, Parser)]
#[command(about = "Measures one bundle beside the single cases of its items")]
struct Settings {
    #[arg(long, default_value = "rulebook")]
    rulebook: PathBuf,
    /// Bundles, and as many times six cases.
    #[arg(long, default_value_t = 20)]
    rounds: u32,
}

/// What was used up.
#[derive(Debug, Clone, Copy)]
struct Cost {
    bytes: u64,
    reads: u64,
    writes: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::parse();
    let district = District::read(&settings.rulebook).context("the rulebook")?;
    let single = measured(&district, settings.rounds, false).await?;
    let bundle = measured(&district, settings.rounds, true).await?;
    println!(
        "{} bundles of {} items at 4 bodies beside {} single cases, SQLite",
        settings.rounds,
        ITEMS.len(),
        settings.rounds * 6
    );
    println!("{:<22}{:>12}{:>12}{:>8}", "each", "six cases", "bundle", "times");
    let each = |whole: u64| whole as f64 / f64::from(settings.rounds);
    let mut most: f64 = 0.0;
    for (name, one, other, counts) in [
        ("bytes of database", single.bytes, bundle.bytes, true),
        ("statements written", single.writes, bundle.writes, true),
        ("statements read", single.reads, bundle.reads, false),
    ] {
        let times = each(other) / each(one);
        most = if counts { most.max(times) } else { most };
        println!("{name:<22}{:>12.0}{:>12.0}{times:>8.2}", each(one), each(other));
    }
    ensure!(most <= BAR, "a bundle costs {most:.2} times its parts; the bar is {BAR}");
    Ok(())
}

/// The cost of so many rounds on a database of their own.
async fn measured(district: &District, rounds: u32, together: bool) -> Result<Cost> {
    let folder = fresh_folder();
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("cost.db");
    let time = Time::default();
    let start = Moment::at("2026-03-02T09:00".parse()?);
    time.set(start);
    let engine = Engine::sqlite_inline_at(&path, Options { clock: Some(time.clock()), ..Options::default() })?;
    let hall = Hall::open("cost", engine.clone(), time.clone(), district).await.map_err(|fault| anyhow!(fault))?;
    let before = (size(&path)?, engine.asked());
    let today = start.day();
    for round in 0..rounds {
        let life = Life { hall: &hall, rules: &district.rules, today, person: format!("p{round}") };
        if together { life.bundle().await? } else { life.singles().await? }
    }
    let (reads, writes) = engine.asked();
    let cost = Cost { bytes: size(&path)? - before.0, reads: reads - before.1.0, writes: writes - before.1.1 };
    drop(hall);
    std::fs::remove_dir_all(&folder)?;
    Ok(cost)
}

/// Of the database and what is not yet in it.
fn size(path: &Path) -> Result<u64> {
    let wal = path.with_extension("db-wal");
    Ok(std::fs::metadata(path)?.len() + std::fs::metadata(wal).map_or(0, |wal| wal.len()))
}

struct Life<'a> {
    hall: &'a Hall,
    rules: &'a Rulebook,
    today: Date,
    person: String,
}

impl Life<'_> {
    async fn singles(&self) -> Result<()> {
        for (item, agency) in ITEMS {
            let answers = self.answers(&[item]);
            let papers = self.papers(&[item], &answers);
            let case = self.submit(item, agency, &answers, papers, None).await?;
            self.handled(&case, item).await?;
        }
        Ok(())
    }

    async fn bundle(&self) -> Result<()> {
        let items: Vec<&str> = ITEMS.iter().map(|(item, _)| *item).collect();
        let answers = self.answers(&items);
        let papers = self.papers(&items, &answers);
        let planned = |(item, agency): &(&str, &str)| Planned {
            item: (*item).to_owned(),
            agency: (*agency).to_owned(),
            area: "120116001".to_owned(),
            after: Vec::new(),
        };
        let plan = Plan { theme: None, components: ITEMS.iter().map(planned).collect(), limit: None };
        let no = self.submit("joint-handling", "zwfwb", &answers, papers, Some(plan)).await?;
        for item in items {
            let bundle = self.hall.office().store.case(&no).await?.context("the bundle")?.bundle.context("a bundle")?;
            let component = bundle.component(item).and_then(|component| component.case()).cloned();
            self.handled(&component.with_context(|| format!("{item} is not opened"))?, item).await?;
        }
        let bundle = self.hall.office().store.case(&no).await?.context("the bundle")?;
        ensure!(!bundle.is_open(), "the bundle is not closed: {}", bundle.step);
        Ok(())
    }

    /// The samples of the forms, by code.
    fn answers(&self, items: &[&str]) -> Answers {
        let forms = items.iter().filter_map(|item| self.rules.forms.get(self.rules.items.get(*item)?.form.as_ref()?.get_ref()));
        let asks = forms.flat_map(|form| &form.section).flat_map(|section| &section.ask).filter(|ask| !ask.sample.is_empty());
        asks.filter_map(|ask| Some((self.rules.fields.get(ask.field.get_ref())?.code.clone(), ask.sample.clone()))).collect()
    }

    /// The papers that are wanted, each once, looked at in the original.
    fn papers(&self, items: &[&str], answers: &Answers) -> Vec<Paper> {
        let mut papers: Vec<Paper> = Vec::new();
        for item in items.iter().filter_map(|item| self.rules.items.get(*item)) {
            let intake = self.rules.intake(item, answers, &[], self.today);
            for paper in intake.papers.iter().filter(|paper| paper.applies == Truth::True) {
                let key = paper.needed.key.get_ref();
                if papers.iter().all(|known| known.key != *key) {
                    papers.push(Paper { key: key.clone(), digest: String::new(), file_name: "原件已核对".to_owned() });
                }
            }
        }
        papers
    }

    async fn submit(
        &self,
        item: &str,
        agency: &str,
        answers: &Answers,
        papers: Vec<Paper>,
        plan: Option<Plan>,
    ) -> Result<CaseNo> {
        let holder = Holder::Person(self.person.clone());
        let submission = Submission {
            item: item.to_owned(),
            holder: holder.clone(),
            agency: agency.to_owned(),
            area: "120116001".to_owned(),
            channel: Channel::Online,
            parent: None,
            answers: serde_json::to_string(answers)?,
            title: "示例甲".to_owned(),
            papers,
            lacking: vec![],
            first_contact: None,
            earlier: None,
            bundle: plan.map(Box::new),
            commitment: None,
            signatures: Vec::new(),
        };
        let by = Actor::Applicant { person: self.person.clone(), holder, reach: Reach::Whole };
        let request = format!("{}-{item}", self.person);
        let Outcome::Done(case) = self.hall.office().submit(submission, &by, &request).await? else {
            anyhow::bail!("{item} was not submitted");
        };
        self.settle().await?;
        Ok(case.no)
    }

    /// A permit goes through every hand, a filing through one.
    async fn handled(&self, no: &CaseNo, item: &str) -> Result<()> {
        let words = |text: &str| text.to_owned();
        let (examiner, approver) = (officer(Role::Examiner), officer(Role::Approver));
        let filing = self.rules.items.get(item).is_some_and(|item| item.procedure.get_ref() == "filing");
        let life = if filing {
            vec![(Act::Claim, &examiner), (Act::File, &examiner)]
        } else {
            vec![
                (Act::Claim, &examiner),
                (Act::Accept { deferred: vec![] }, &examiner),
                (Act::Review { agrees: true, opinion: words("符合") }, &examiner),
                (Act::Grant { content: words("准予") }, &approver),
                (Act::MakeResult { number: no.0.clone(), name: words("证书") }, &examiner),
                (Act::Deliver { manner: words("窗口领取"), receiver: words("本人") }, &examiner),
            ]
        };
        for (act, by) in life {
            match self.hall.office().perform(no, &act, by, None, None).await? {
                Outcome::Done(_) => {}
                other => anyhow::bail!("{item}: {}: {other:?}", act.name()),
            }
            self.settle().await?;
        }
        Ok(())
    }

    async fn settle(&self) -> Result<()> {
        self.hall.settle().await.map_err(|fault| anyhow!(fault))
    }
}

fn officer(role: Role) -> Actor {
    let power = Power { role, agency: None, items: vec![], until: None };
    Actor::Officer(Officer { id: StaffId(format!("{role:?}")), powers: vec![power], stands_in_for: vec![] })
}

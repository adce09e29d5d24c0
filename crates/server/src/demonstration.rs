//! The demonstration: example people and firms, and some hundred cases in all states, lived through on the demonstration's own
//! clock by the same acts that everybody uses. Nothing here is real: names end in numbers, resident numbers are of the 1800s.

mod claims;
mod joint;
mod partners;
mod people;
mod signers;
mod stories;
mod together;

use anyhow::Context;
use casework::act::{Paper, Submission};
use casework::event::Channel;
use casework::leg::Report;
use casework::{Act, Actor, Case, CaseNo, Holder, Moment};
use jiff::civil::Date;
use office::exchange::Exchange;
use office::{Office, Outcome};
use rulebook::intake::Answers;
use std::collections::BTreeMap;
use std::time::Duration;

pub use people::print_accounts;

/// Where all of it happens: 塘沽街道.
const PLACE: &str = "120116001";
/// Working days of history before the demonstration's "now".
const HISTORY: u32 = 30;

/// A moment before all of the history: so many working days lie within twice as many days, holidays included.
pub fn begins(now: Moment) -> Moment {
    Moment(now.0 - i64::from(2 * HISTORY) * 24 * 3_600_000)
}

/// Fills an empty database. `now` is where the clock stands when it is done.
pub async fn fill(office: &Office, now: Moment) -> anyhow::Result<()> {
    people::fill(office, now).await.context("demonstration accounts")?;
    let mut stage = Stage::new(office, now).await?;
    people::profiles(office).await.context("facts of the example firms")?;
    let mut script = stories::script(&stage.days, stage.next, &stage.paper, &stage.claims_are_taken()?);
    script.sort_by_key(|scene| scene.at);
    for scene in script.into_iter().filter(|scene| scene.at <= now) {
        stage.until(scene.at).await?;
        stage.play(&scene).await.with_context(|| format!("story {} at {}", scene.story, scene.at))?;
    }
    stage.until(now).await?;
    stage.begin_drafts().await?;
    signers::begin(office).await?;
    keep_clock(office).await
}

/// Where the clock stood when the program stopped, so that a demonstration goes on and never back.
pub async fn resume_clock(office: &Office) -> anyhow::Result<()> {
    let path = office.settings.data.join("demonstration-clock");
    if let Ok(text) = tokio::fs::read_to_string(&path).await
        && let Ok(at) = text.trim().parse::<i64>()
    {
        // It may have run on for as long as it is not written down; whatever happened then must not lie ahead of it.
        office.clock.start_at(Moment(at + CLOCK_KEPT.as_millis() as i64));
    }
    Ok(())
}

/// Writes down where the clock stands, for as long as the demonstration runs.
pub async fn keep_clock_going(office: Office) {
    loop {
        tokio::time::sleep(CLOCK_KEPT).await;
        if let Err(error) = keep_clock(&office).await {
            tracing::warn!(%error, "The demonstration's clock was not written down");
        }
    }
}

/// How often that is done.
const CLOCK_KEPT: Duration = Duration::from_secs(5);

async fn keep_clock(office: &Office) -> anyhow::Result<()> {
    let path = office.settings.data.join("demonstration-clock");
    tokio::fs::write(&path, office.clock.now().0.to_string()).await.with_context(|| format!("cannot write {}", path.display()))
}

/// One act of a story.
pub struct Scene {
    pub at: Moment,
    pub story: usize,
    pub line: Line,
}

/// What happens in a scene.
pub enum Line {
    /// A firm or person, by its place among the examples, applies for an item; papers of these keys are left out.
    Submit {
        item: &'static str,
        applicant: usize,
        area: &'static str,
        channel: Channel,
        without: &'static [&'static str],
        committed: bool,
    },
    /// Somebody applies for several items at once.
    Together(together::Together),
    /// The same where the item is handled in a partner system, as if that were connected.
    Elsewhere { item: &'static str, applicant: usize, partner: &'static str },
    /// That system reports how the matter stands there.
    Report { partner: &'static str, report: Report },
    /// The same to the case of one part of a bundle.
    Part { item: &'static str, by: By, act: Box<dyn Fn(&Case) -> Act + Send + Sync> },
    /// An officer or the applicant does something; the act may depend on the case.
    Act { by: By, act: Box<dyn Fn(&Case) -> Act + Send + Sync> },
}

/// Who acts in a scene.
#[derive(Clone, Copy)]
pub enum By {
    Applicant,
    /// By login.
    Staff(&'static str),
}

struct Stage<'a> {
    office: &'a Office,
    /// The last working days before now, oldest first.
    days: Vec<Date>,
    next: Date,
    cases: BTreeMap<usize, (CaseNo, Actor)>,
    paper: String,
}

impl<'a> Stage<'a> {
    /// Since how many of the last working days each body takes claims, so that they can be told.
    fn claims_are_taken(&self) -> anyhow::Result<claims::Open> {
        let live = self.office.rulebooks.live()?;
        let open =
            |item: &str, body: &str, day: Date| live.rules.programmes_of(item, body).any(|own| own.batch_of(day).is_some());
        Ok(claims::Open::of(|item, body| self.days.iter().rev().take_while(|day| open(item, body, **day)).count()))
    }

    async fn new(office: &'a Office, now: Moment) -> anyhow::Result<Stage<'a>> {
        let calendar = office.rulebooks.calendar();
        let mut days = Vec::new();
        let mut day = now.day();
        while days.len() < HISTORY as usize {
            if calendar.is_working(day) {
                days.push(day);
            }
            day = day.yesterday()?;
        }
        days.reverse();
        office.clock.start_at(Moment::start_of(days[0]));
        let paper = office.keep_blob(&people::example_paper()?).await?;
        Ok(Stage { office, days, next: calendar.next_working_day(now.day()), cases: BTreeMap::new(), paper })
    }

    /// Lets time pass: every evening the clocks are looked at and the day's errands are run.
    async fn until(&mut self, at: Moment) -> anyhow::Result<()> {
        while self.office.clock.now().day() < at.day() {
            self.office.run_due_errands().await?;
            self.office.clock.start_at(Moment(Moment::end_of(self.office.clock.now().day()).0 + 60_000));
            self.office.look_at_clocks().await?;
        }
        if self.office.clock.now() < at {
            self.office.clock.start_at(at);
        }
        if at.wall().hour() >= 17 {
            self.office.run_due_errands().await?;
        }
        Ok(())
    }

    async fn play(&mut self, scene: &Scene) -> anyhow::Result<()> {
        let outcome = match &scene.line {
            Line::Submit { item, applicant, area, channel, without, committed } => {
                let (holder, title, applicant) = people::applicant(self.office, *applicant).await?;
                let by =
                    if *channel == Channel::Counter { people::staff(self.office, "chuangkou").await? } else { applicant.clone() };
                let submission = self.submission(item, (&holder, &title), area, *channel, without, *committed)?;
                let outcome = self.office.submit(submission, &by, &format!("demo-{}", scene.story)).await?;
                // What is decided by rule is decided within seconds, not at the next scene.
                if self.at_once(item)? {
                    self.office.run_due_errands().await?;
                }
                if let Outcome::Done(case) = &outcome {
                    self.cases.insert(scene.story, (case.no.clone(), applicant));
                }
                outcome
            }
            Line::Elsewhere { item, applicant, partner } => {
                let (holder, title, applicant) = people::applicant(self.office, *applicant).await?;
                let submission = self.submission(item, (&holder, &title), PLACE, Channel::Online, &[], false)?;
                let office = self.office.clone().with_exchange(Exchange::told_of([*partner]));
                let outcome = office.submit(submission, &applicant, &format!("demo-{}", scene.story)).await?;
                if let Outcome::Done(case) = &outcome {
                    self.cases.insert(scene.story, (case.no.clone(), applicant));
                }
                outcome
            }
            Line::Report { partner, report } => {
                let (no, _) = self.cases.get(&scene.story).context("the story has no case yet")?;
                let act = Act::ReportLeg { report: report.clone() };
                self.office.perform(no, &act, &Actor::Partner((*partner).to_owned()), None, None).await?
            }
            Line::Together(together) => self.send_together(scene, together).await?,
            Line::Part { item, by, act } => {
                let (no, applicant) = self.part_of(scene.story, item).await?;
                self.does(&no, applicant, *by, act).await?
            }
            Line::Act { by, act } => {
                let (no, applicant) = self.cases.get(&scene.story).context("the story has no case yet")?.clone();
                self.does(&no, applicant, *by, act).await?
            }
        };
        match outcome {
            Outcome::Done(_) | Outcome::Again { .. } => Ok(()),
            Outcome::Refused(refusal) => anyhow::bail!("refused ({}): {}", refusal.code, refusal.why.zh),
            Outcome::Overtaken { since } => anyhow::bail!("overtaken since {since}"),
        }
    }

    fn at_once(&self, item: &str) -> anyhow::Result<bool> {
        Ok(self.office.rulebooks.live()?.rules.items.get(item).is_some_and(|item| item.at_once.is_some()))
    }

    async fn does(
        &self,
        no: &CaseNo,
        applicant: Actor,
        by: By,
        act: &(dyn Fn(&Case) -> Act + Send + Sync),
    ) -> anyhow::Result<Outcome> {
        let by = match by {
            By::Applicant => applicant,
            By::Staff(login) => people::staff(self.office, login).await?,
        };
        let case = self.office.store.case(no).await?.context("the case is there")?;
        Ok(self.office.perform(no, &act(&case), &by, Some(case.version), None).await?)
    }

    /// What was begun and not sent: half of a form on the web, and one that was parked at the counter for the next visitor.
    async fn begin_drafts(&self) -> anyhow::Result<()> {
        for (place, item, channel) in [
            (0, "food-operation-change", Channel::Online),
            (3, "public-place-hygiene", Channel::Online),
            (1, "shop-sign-filing", Channel::Counter),
        ] {
            let (holder, title, applicant) = people::applicant(self.office, place).await?;
            let at_counter = channel == Channel::Counter;
            let by = if at_counter { people::staff(self.office, "chuangkou").await? } else { applicant };
            let live = self.office.rulebooks.live()?;
            let (now, rules) = (self.office.clock.now(), &live.rules);
            let agency = rules.competent(item, PLACE, now.day()).first().map(|agency| agency.code.get_ref().clone());
            let agency = agency.with_context(|| format!("nobody may decide {item} in {PLACE}"))?;
            let id = self.office.begin_draft(&by, &holder, item, &agency, PLACE, channel).await.map_err(stopped)?;
            let definition = rules.items.get(item).with_context(|| format!("the rulebook has no item {item}"))?;
            let answers: Vec<(String, String)> =
                sample_answers(rules, definition, (&holder, &title), PLACE, now.day()).into_iter().collect();
            let half = &answers[..answers.len() / 2];
            office::drafts::save(&self.office.store, rules, &by, &id, half, now).await.map_err(stopped)?;
            if at_counter {
                office::drafts::park(&self.office.store, &by, &id, true, now).await.map_err(stopped)?;
            }
        }
        Ok(())
    }

    fn submission(
        &self,
        item: &str,
        (holder, title): (&Holder, &str),
        area: &str,
        channel: Channel,
        without: &[&str],
        committed: bool,
    ) -> anyhow::Result<Submission> {
        let live = self.office.rulebooks.live()?;
        let definition = live.rules.items.get(item).with_context(|| format!("the rulebook has no item {item}"))?;
        let today = self.office.clock.now().day();
        let mut answers = sample_answers(&live.rules, definition, (holder, title), area, today);
        if let Some(told) = definition.commitment.as_ref().and_then(|own| own.notice_on(today)).filter(|_| committed) {
            answers.insert(format!("{}{item}", rulebook::commitment::OF_PERMIT), told.version.to_string());
        }
        let commitment = office::drafts::signing(&live.rules, definition, &answers, &[], today).map(Box::new);
        let intake = live.rules.intake(definition, &answers, &[], today);
        let papers = intake
            .lacking()
            .into_iter()
            .filter(|key| !without.contains(&key.as_str()))
            .map(|key| {
                let name = live.rules.materials.get(&key).map_or(key.as_str(), |material| material.name.as_str());
                Paper { file_name: format!("{name}.pdf"), digest: self.paper.clone(), key }
            })
            .collect();
        let agency = live.rules.competent(item, area, today).first().map(|agency| agency.code.get_ref().clone());
        Ok(Submission {
            item: item.to_owned(),
            holder: holder.clone(),
            agency: agency.with_context(|| format!("nobody may decide {item} in {area}"))?,
            area: area.to_owned(),
            channel,
            parent: None,
            answers: serde_json::to_string(&answers)?,
            title: title.to_owned(),
            papers,
            lacking: without.iter().map(|key| (*key).to_owned()).collect(),
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment,
            signatures: Vec::new(),
        })
    }
}

fn stopped(stop: office::door::Stop) -> anyhow::Error {
    match stop {
        office::door::Stop::Refused(refusal) => anyhow::anyhow!("refused ({}): {}", refusal.code, refusal.why.zh),
        office::door::Stop::Failed(failure) => failure.into(),
    }
}

/// The form's own filled sample, with the applicant's name and code in it and the area that was chosen; only what is asked for these
/// answers.
fn sample_answers(
    rules: &rulebook::Rulebook,
    item: &rulebook::item::Item,
    (holder, title): (&Holder, &str),
    area: &str,
    today: Date,
) -> Answers {
    let mut answers = Answers::new();
    if let Some(form) = item.form.as_ref().and_then(|form| rules.forms.get(form.get_ref())) {
        for ask in form.section.iter().flat_map(|section| &section.ask) {
            if let Some(field) = rules.fields.get(ask.field.get_ref()).filter(|_| !ask.sample.is_empty()) {
                answers.insert(field.code.clone(), ask.sample.clone());
            }
        }
    }
    for (name, value) in [("申请人名称", title), ("收款账户名称", title), ("统一社会信用代码", firm_code(holder))]
    {
        if let Some(field) = rules.fields.get(name).filter(|field| answers.contains_key(&field.code) && !value.is_empty()) {
            answers.insert(field.code.clone(), value.to_owned());
        }
    }
    if let Some(named) = office::apply::area_named(rules, area).filter(|_| answers.contains_key(office::apply::AREA)) {
        answers.insert(office::apply::AREA.to_owned(), named.to_owned());
    }
    let asked: Vec<String> = {
        let intake = rules.intake(item, &answers, &[], today);
        let questions = intake.parts.iter().flat_map(|part| &part.questions);
        questions.filter(|question| question.applies == rulebook::expression::Truth::True).map(|q| q.field.code.clone()).collect()
    };
    answers.retain(|code, _| asked.contains(code));
    answers
}

fn firm_code(holder: &Holder) -> &str {
    match holder {
        Holder::Firm(code) => code,
        Holder::Person(_) => "",
    }
}

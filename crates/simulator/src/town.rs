//! A district that lives: people apply at all hours, officers work on working days, machines fail, the timekeeper is down for a
//! night, the program is started anew; and every evening the invariants are checked. All of it from one seed.

use crate::faults::Dice;
use crate::habits::{self, Around};
use crate::invariants;
use crate::world::{District, Hall, Time, World, fresh_folder};
use casework::{Act, Actor, Case, CaseNo, Holder, Moment, Officer, Power, StaffId};
use jiff::civil::Date;
use office::Outcome;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rulebook::procedure::Role;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use store::engine::{Engine, Options};

/// What is asked of a simulation.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    pub days: u32,
    pub start: Date,
    /// Applications on an ordinary day.
    pub applications: u32,
    /// Of ten thousand commits so many fail, and as many lose their answer.
    pub faults: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chronicle {
    pub cases: u64,
    pub acts: u64,
    pub refusals: u64,
    pub retries: u64,
    pub faults: u64,
    pub restarts: u64,
    pub nights_unwatched: u64,
    pub deemed: u64,
    pub red: u64,
    pub closed: u64,
    /// Digest of all events in their order: the same seed gives the same.
    pub story: u64,
}

impl fmt::Display for Chronicle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Chronicle { cases, acts, refusals, retries, faults, restarts, nights_unwatched, deemed, red, closed, story } = self;
        writeln!(f, "{cases} cases, {closed} of them ended, {deemed} accepted by silence, {red} red")?;
        writeln!(f, "{acts} acts done, {refusals} refused by law; {faults} failures played, {retries} tried again")?;
        write!(f, "{restarts} restarts, {nights_unwatched} nights without the timekeeper; story {story:016x}")
    }
}

const ITEMS: [&str; 12] = [
    "food-operation-new",
    "food-operation-new",
    "public-place-hygiene",
    "drainage-permit",
    "construction-permit",
    "environmental-report-book",
    "private-school-establishment",
    "prepackaged-food-filing",
    "self-employed-registration",
    "employment-certificate",
    "gas-connection",
    "unresolved-matter",
];

const AREA: &str = "120116005";
/// Bodies that are asked for opinions and that matters are sent to.
const BODIES: [&str; 3] = ["scjgj", "wjw", "zjw"];
/// How often somebody tries again when the machine failed.
const TRIES: usize = 12;

/// Lives the plan through.
///
/// # Errors
/// The first thing that is not as it must be, in words.
pub async fn live(plan: Plan, district: &District) -> Result<Chronicle, String> {
    let mut town = Town::build(plan, district).await?;
    let mut day = plan.start;
    for _ in 0..plan.days {
        town.day(day).await.map_err(|fault| format!("{day}: {fault}"))?;
        day = day.tomorrow().map_err(|fault| fault.to_string())?;
    }
    town.last_evening().await
}

struct Town<'a> {
    plan: Plan,
    district: &'a District,
    rng: StdRng,
    dice: Arc<Dice>,
    time: Time,
    file: PathBuf,
    hall: Option<Hall>,
    staff: Vec<Officer>,
    cases: BTreeMap<CaseNo, Holder>,
    requests: u64,
    chronicle: Chronicle,
}

impl<'a> Town<'a> {
    async fn build(plan: Plan, district: &'a District) -> Result<Town<'a>, String> {
        let folder = fresh_folder();
        std::fs::create_dir_all(&folder).map_err(|fault| fault.to_string())?;
        let mut town = Town {
            plan,
            district,
            rng: StdRng::seed_from_u64(plan.seed),
            dice: Arc::new(Dice::new(plan.seed, plan.faults)),
            time: Time::default(),
            file: folder.join("town.db"),
            hall: None,
            staff: staff(district, plan.start),
            cases: BTreeMap::new(),
            requests: 0,
            chronicle: Chronicle::default(),
        };
        town.time.set(Moment::at(plan.start.at(0, 0, 0, 0)));
        town.open().await?;
        let staff = town.staff.clone();
        town.hall_mut()?.hire(staff).await?;
        Ok(town)
    }

    /// Opens the office over the file; what was there is there.
    async fn open(&mut self) -> Result<(), String> {
        // The old program ends before the new one starts.
        self.hall = None;
        let options = Options { clock: Some(self.time.clock()), faults: Some(self.dice.clone()), ..Options::default() };
        let engine = Engine::sqlite_inline_at(&self.file, options).map_err(|fault| fault.to_string())?;
        self.hall = Some(Hall::open("SQLite", engine, self.time.clone(), self.district).await?);
        Ok(())
    }

    fn hall(&self) -> Result<&Hall, String> {
        self.hall.as_ref().ok_or_else(|| "the office is closed".to_owned())
    }

    fn hall_mut(&mut self) -> Result<&mut Hall, String> {
        self.hall.as_mut().ok_or_else(|| "the office is closed".to_owned())
    }

    async fn day(&mut self, day: Date) -> Result<(), String> {
        self.dice.switch(true);
        let is_working = self.hall()?.office().rulebooks.calendar().is_working(day);
        for hour in 0..24 {
            self.time.set(Moment::at(day.at(hour, self.rng.random_range(0..60), 0, 0)));
            let busy = if (8..20).contains(&hour) { 0.07 } else { 0.01 };
            if self.rng.random_bool((f64::from(self.plan.applications) * busy).min(1.0)) {
                self.apply().await?;
            }
            let open: Vec<CaseNo> = self.cases.keys().cloned().collect();
            for no in open {
                if self.rng.random_bool(0.02) {
                    self.turn_of_the_applicant(&no).await?;
                }
                if is_working && (9..17).contains(&hour) && self.rng.random_bool(0.12) {
                    self.turn_of_the_office(&no).await?;
                }
            }
        }
        self.evening(day).await
    }

    /// Midnight: the timekeeper looks, unless it is down; errands are run; now and then everything is started anew.
    async fn evening(&mut self, day: Date) -> Result<(), String> {
        self.time.set(Moment(Moment::end_of(day).0 + 60_000));
        if self.rng.random_bool(0.05) {
            self.open_again().await?;
        }
        if self.rng.random_bool(0.1) {
            self.chronicle.nights_unwatched += 1;
            return Ok(());
        }
        self.settle().await?;
        self.dice.switch(false);
        let now = self.time.now();
        for no in self.cases.keys() {
            let store = &self.hall()?.office().store;
            let case = store.case(no).await.map_err(|fault| fault.to_string())?.ok_or_else(|| format!("{no} is gone"))?;
            let records = store.records(no).await.map_err(|fault| fault.to_string())?;
            if let Some(what) = invariants::broken(&case, &records, now) {
                return Err(format!("{no}: {what}"));
            }
        }
        Ok(())
    }

    async fn open_again(&mut self) -> Result<(), String> {
        self.dice.switch(false);
        self.open().await?;
        self.dice.switch(true);
        self.chronicle.restarts += 1;
        Ok(())
    }

    /// Clocks and errands until nothing is left. Where the machine failed, the timekeeper and the courier look again as they
    /// always do, once the lease of the failed look has ended.
    async fn settle(&mut self) -> Result<(), String> {
        let mut last = Ok(());
        for _ in 0..TRIES {
            let played = self.dice.played();
            last = self.hall_mut()?.look().await;
            if last.is_ok() && self.dice.played() == played {
                return Ok(());
            }
            self.chronicle.retries += 1;
            self.time.set(Moment(self.time.now().0 + 61_000));
        }
        last
    }

    async fn apply(&mut self) -> Result<(), String> {
        let Some(item) = ITEMS.choose(&mut self.rng) else { return Ok(()) };
        let rules = &self.district.rules;
        let bodies = rules.competent(item, AREA, self.time.now().day());
        let agency = bodies.first().map_or("zwfwb", |agency| agency.code.get_ref().as_str());
        let number = self.rng.random_range(0..200);
        let holder = habits::applicant(number);
        let submission = habits::application(rules, item, agency, AREA, holder.clone(), &mut self.rng);
        let no = CaseNo(format!("T{:06}", self.cases.len() + 1));
        let by = Actor::Applicant { person: format!("p{number}"), holder: holder.clone(), reach: casework::Reach::Whole };
        if self.perform(&no, &Act::Submit(submission), &by, None).await? {
            self.cases.insert(no, holder);
        }
        Ok(())
    }

    async fn turn_of_the_applicant(&mut self, no: &CaseNo) -> Result<(), String> {
        let Some(holder) = self.cases.get(no).cloned() else { return Ok(()) };
        self.turn(no, &[Actor::Applicant { person: "p".into(), holder, reach: casework::Reach::Whole }]).await
    }

    async fn turn_of_the_office(&mut self, no: &CaseNo) -> Result<(), String> {
        let staff: Vec<Actor> = self.staff.iter().cloned().map(Actor::Officer).collect();
        self.turn(no, &staff).await
    }

    /// One of these people does one of the acts that stand at this step.
    async fn turn(&mut self, no: &CaseNo, people: &[Actor]) -> Result<(), String> {
        let case = self.hall()?.office().store.case(no).await.map_err(|fault| fault.to_string())?;
        let Some(case) = case.filter(|case| case.closed.is_none() || self.rng.random_bool(0.05)) else { return Ok(()) };
        let Some(procedure) = self.district.rules.procedures.get(&case.procedure) else { return Ok(()) };
        let Some(step) = procedure.step.iter().find(|step| *step.code.get_ref() == case.step) else { return Ok(()) };
        let today = self.time.now().day();
        let choices: Vec<(&str, Vec<&Actor>)> = step
            .act
            .iter()
            .chain(&procedure.anywhere)
            .map(|allowed| {
                let may =
                    |actor: &&Actor| allowed.by.iter().any(|role| actor.plays(*role, &case, &case.agency, &case.item, today));
                (allowed.act.get_ref().as_str(), people.iter().filter(may).collect::<Vec<_>>())
            })
            .filter(|(_, able)| !able.is_empty())
            .collect();
        let Ok((name, able)) = choices.choose_weighted(&mut self.rng, |(name, _)| habits::weight(name)) else { return Ok(()) };
        let Some(by) = able.choose(&mut self.rng).map(|actor| (*actor).clone()) else { return Ok(()) };
        let of = |role: Role| -> Vec<StaffId> {
            let fits = |officer: &&Officer| officer.powers.iter().any(|p| p.covers(role, &case.agency, &case.item, today));
            self.staff.iter().filter(fits).map(|officer| officer.id.clone()).collect()
        };
        let (examiners, presiders) = (of(Role::Examiner), of(Role::Presider));
        let rules = &self.district.rules;
        let around = Around { rules, today, examiners: &examiners, presiders: &presiders, bodies: &BODIES };
        let Some(act) = habits::imagine(name, &case, &around, &mut self.rng) else { return Ok(()) };
        self.perform(no, &act, &by, Some(case.version)).await.map(|_| ())
    }

    /// Does it, and tries again under the same request when the machine failed. Whether it was done.
    async fn perform(&mut self, no: &CaseNo, act: &Act, by: &Actor, seen: Option<u64>) -> Result<bool, String> {
        self.requests += 1;
        let request = format!("r{}", self.requests);
        let mut last = String::new();
        for attempt in 0..TRIES {
            let outcome = self.hall()?.office().perform(no, act, by, seen, Some(&request)).await;
            let version = match outcome {
                Ok(Outcome::Done(case)) => case.version,
                // The answer was lost; the first outcome is given again, and nothing was done twice.
                Ok(Outcome::Again { version, .. }) if attempt > 0 => version,
                Ok(Outcome::Again { .. }) => return Err(format!("{no}: {} was done before it was asked for", act.name())),
                Ok(Outcome::Overtaken { .. }) if attempt > 0 => return Err(format!("{no}: {} overtook itself", act.name())),
                Ok(Outcome::Overtaken { .. }) => return Ok(false),
                Ok(Outcome::Refused(refusal)) => {
                    self.chronicle.refusals += 1;
                    self.tell(no, &refusal.code);
                    return Ok(false);
                }
                Err(failure) => {
                    self.chronicle.retries += 1;
                    last = failure.to_string();
                    continue;
                }
            };
            self.chronicle.acts += 1;
            self.tell(no, &format!("{} {version}", act.name()));
            return Ok(true);
        }
        Err(format!("{no}: {} failed {TRIES} times: {last}", act.name()))
    }

    /// Adds to the digest of the story (FNV-1a).
    fn tell(&mut self, no: &CaseNo, what: &str) {
        let now = self.time.now().0.to_string();
        for byte in now.bytes().chain(no.0.bytes()).chain(what.bytes()) {
            self.chronicle.story = (self.chronicle.story ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Whatever is still due is done, and everything is verified.
    async fn last_evening(mut self) -> Result<Chronicle, String> {
        self.dice.switch(false);
        // Errands that failed wait up to an hour.
        for _ in 0..8 {
            self.time.set(Moment(self.time.now().0 + 3_600_000));
            self.settle().await?;
        }
        self.chronicle.faults = self.dice.played();
        self.chronicle.cases = self.cases.len() as u64;
        let verified = self.hall_mut()?.check().await;
        verified?;
        let kept = self.hall()?.office().store.verify(None, |_| {}).await.map_err(|fault| fault.to_string())?.cases;
        if kept != self.chronicle.cases {
            return Err(format!("{} applications were answered and {kept} are kept", self.chronicle.cases));
        }
        for no in self.cases.keys() {
            let case: Option<Case> = self.hall()?.office().store.case(no).await.map_err(|fault| fault.to_string())?;
            let Some(case) = case else { return Err(format!("{no} is gone")) };
            self.chronicle.deemed += u64::from(case.deemed);
            self.chronicle.red += u64::from(case.is_red());
            self.chronicle.closed += u64::from(case.closed.is_some());
        }
        Ok(std::mem::take(&mut self.chronicle))
    }
}

/// However its life ended, nothing of it stays.
impl Drop for Town<'_> {
    fn drop(&mut self) {
        self.hall = None;
        if let Some(folder) = self.file.parent() {
            // A folder that cannot be removed is the temporary folder's business.
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// Everybody who works in the bodies that these items need.
fn staff(district: &District, on: Date) -> Vec<Officer> {
    let mut agencies: Vec<String> = BODIES.iter().map(|code| (*code).to_owned()).collect();
    for item in ITEMS {
        agencies.extend(district.rules.competent(item, AREA, on).first().map(|agency| agency.code.get_ref().clone()));
    }
    agencies.push("zwfwb".into());
    agencies.sort();
    agencies.dedup();
    let officer = |id: String, role: Role, agency: Option<&String>| Officer {
        id: StaffId(id),
        powers: vec![Power { role, agency: agency.cloned(), items: Vec::new(), until: None }],
        stands_in_for: Vec::new(),
    };
    let mut staff: Vec<Officer> = Vec::new();
    for agency in &agencies {
        for (name, role) in [
            ("li", Role::Examiner),
            ("wang", Role::Examiner),
            ("zhao", Role::Approver),
            ("qian", Role::Head),
            ("zheng", Role::Presider),
        ] {
            staff.push(officer(format!("{agency}-{name}"), role, Some(agency)));
        }
    }
    for (name, role) in [
        ("clerk-1", Role::Clerk),
        ("clerk-2", Role::Clerk),
        ("supervisor", Role::Supervisor),
        ("receptionist", Role::Receptionist),
        ("verifier-1", Role::Verifier),
        ("verifier-2", Role::Verifier),
    ] {
        staff.push(officer(name.to_owned(), role, None));
    }
    staff
}

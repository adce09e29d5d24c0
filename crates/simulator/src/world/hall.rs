//! The whole office over a database: journal, rows, deadlines, errands, letters and the timekeeper, by a clock that the
//! scenario sets.

use super::{Came, Change, Drafted, EDITION, Registered, World};
use crate::vocabulary::Deed;
use casework::{Act, Actor, CaseNo, Moment, Officer, Record};
use office::exchange::Exchange;
use office::rulebooks::{CALENDAR, compile};
use office::{Office, Outcome, Settings};
use rulebook::{Calendar, Rulebook};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Store;
use store::editions::{NewEdition, Published};
use store::engine::{Clock, Engine};
use store::people::Audit;
use store::people::firms::Firm;
use store::people::staff::{PowerRow, Staff};
use store::verify::Told;

/// How many looks at the clocks and rounds of errands may follow one act before something goes in circles.
const ROUNDS: usize = 10;

/// The time of a world, for its engine's options before the world exists.
#[derive(Clone, Default)]
pub struct Time(Arc<AtomicI64>);

impl Time {
    pub fn set(&self, now: Moment) {
        self.0.store(now.0, Ordering::Relaxed);
    }

    pub fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }

    /// As an engine wants it.
    pub fn clock(&self) -> Clock {
        let now = self.0.clone();
        Arc::new(move || now.load(Ordering::Relaxed))
    }
}

/// A folder that nobody else uses, in the temporary one.
pub fn fresh_folder() -> PathBuf {
    static MADE: AtomicI64 = AtomicI64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("yimen-simulator-{}-{number}", std::process::id()))
}

/// The district's definitions, compiled once for many worlds.
pub struct District {
    pub files: Vec<(String, String)>,
    pub rules: Rulebook,
    pub calendar: String,
    shelf: office::Rulebooks,
}

impl District {
    /// The definitions in a folder, as files.
    ///
    /// # Errors
    /// When the folder or one of its files cannot be read.
    pub fn read(folder: &Path) -> std::io::Result<District> {
        let mut files = Vec::new();
        walk(folder, folder, &mut files)?;
        files.sort();
        let calendar = std::fs::read_to_string(folder.join(CALENDAR))?;
        Ok(District::new(files, calendar))
    }

    pub fn new(files: Vec<(String, String)>, calendar: String) -> District {
        let (rules, _) = compile(&files);
        District { files, rules, calendar, shelf: office::Rulebooks::default() }
    }
}

fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, root, found)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push((name, std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

pub struct Hall {
    name: String,
    pub(super) office: Office,
    time: Time,
    data: PathBuf,
    /// What was begun last and everybody means.
    pub(super) draft: String,
    /// Systems that count as connected: nothing ever leaves.
    partners: Vec<String>,
}

pub(super) fn said(fault: impl std::fmt::Display) -> String {
    fault.to_string()
}

impl Hall {
    /// Opens the office over a database whose engine tells `time`; an empty one is given the district's rulebook. Papers go
    /// to a folder of its own, gone with the hall.
    pub async fn open(name: &str, engine: Engine, time: Time, district: &District) -> Result<Hall, String> {
        let data = fresh_folder();
        let store = Store::open(engine);
        store.migrate().await.map_err(said)?;
        let settings =
            Settings { public_url: "https://example.org".into(), demonstration: false, data: data.clone(), number_key: [7; 32] };
        let mut office = Office::new(store, office::Clock::default(), settings).map_err(said)?;
        office.rulebooks = district.shelf.clone();
        let mut hall = Hall { name: name.to_owned(), office, time, data, draft: String::new(), partners: Vec::new() };
        if hall.office.store.latest_edition().await.map_err(said)?.is_none() {
            hall.publish(EDITION, &district.files, &district.rules).await?;
            hall.import(&district.calendar).await?;
        }
        hall.office.rulebooks.refresh(&hall.office.store, hall.time.now()).await.map_err(said)?;
        Ok(hall)
    }

    pub fn office(&self) -> &Office {
        &self.office
    }

    async fn publish(&mut self, name: &str, files: &[(String, String)], rules: &Rulebook) -> Result<(), String> {
        let base = self.office.store.latest_edition().await.map_err(said)?.map(|edition| edition.name);
        let in_force_at = self.time.now();
        let (base, note) = (base.as_deref(), "scenario");
        let new = NewEdition { name, base, files, rules, in_force_at, by: "scenario", note };
        let published = self.office.store.publish(&new, in_force_at).await.map_err(said)?;
        if !matches!(published, Published::Yes(_)) {
            return Err(format!("规则书没有发布：{published:?}"));
        }
        self.office.rulebooks.refresh(&self.office.store, in_force_at).await.map_err(said)
    }

    async fn import(&mut self, text: &str) -> Result<(), String> {
        let (calendar, problems) = Calendar::parse(CALENDAR, text);
        if let Some(problem) = problems.first() {
            return Err(problem.to_string());
        }
        let now = self.time.now();
        let store = &self.office.store;
        if !store.append_calendar(calendar.version(), text, "scenario", now).await.map_err(said)? {
            return Err(format!("日历第{}版没有导入", calendar.version()));
        }
        self.office.rulebooks.refresh(store, now).await.map_err(said)?;
        let mut after = None;
        loop {
            let slice = store.provisional_cases(after.as_ref(), 100).await.map_err(said)?;
            let Some(last) = slice.last().cloned() else { return Ok(()) };
            for no in &slice {
                self.office.perform(no, &Act::CheckClocks, &Actor::Clock, None, None).await.map_err(said)?;
            }
            after = Some(last);
        }
    }

    /// Errands may move cases and cases may order errands, so both until nothing is left.
    pub async fn settle(&self) -> Result<(), String> {
        for _ in 0..ROUNDS {
            if self.office.run_due_errands().await.map_err(said)? == 0 {
                return Ok(());
            }
        }
        Err("差事没有尽头".into())
    }
}

impl World for Hall {
    fn name(&self) -> &str {
        &self.name
    }

    async fn set_clock(&mut self, now: Moment) -> Result<(), String> {
        self.time.set(now);
        Ok(())
    }

    async fn hire(&mut self, officers: Vec<Officer>) -> Result<(), String> {
        let now = self.time.now();
        let store = &self.office.store;
        for officer in officers {
            let id = officer.id.0;
            if store.staff(&id).await.map_err(said)?.is_some() {
                continue;
            }
            let audit = |what: &str, n: usize| Audit {
                id: format!("{what}-{id}-{n}"),
                by: "scenario".into(),
                what: what.into(),
                subject: id.clone(),
                at: now,
                detail: String::new(),
            };
            let agency = officer.powers.first().and_then(|power| power.agency.clone()).unwrap_or_else(|| "zwfwb".into());
            let staff =
                Staff { id: id.clone(), name: id.clone(), agency, phone: String::new(), active: true, left_on: None, version: 0 };
            store.add_staff(&staff, &audit("add-staff", 0)).await.map_err(said)?;
            for (n, power) in officer.powers.into_iter().enumerate() {
                let row = PowerRow {
                    id: format!("{id}-{n}"),
                    staff: id.clone(),
                    power,
                    given_by: "scenario".into(),
                    given_at: now,
                    taken_at: None,
                };
                store.give_power(&row, &audit("give-power", n)).await.map_err(said)?;
            }
        }
        Ok(())
    }

    async fn perform(&mut self, no: &CaseNo, act: &Act, by: &Actor, seen: Option<u64>) -> Result<Came, String> {
        // Officers come with the powers that the store gives them today.
        let by = match by {
            Actor::Officer(officer) => {
                let known = self.office.officer(&officer.id, self.time.now().day()).await.map_err(said)?;
                Actor::Officer(known.ok_or_else(|| format!("没有工作人员{}", officer.id))?)
            }
            other => other.clone(),
        };
        let came = match self.office.perform(no, act, &by, seen, None).await.map_err(said)? {
            Outcome::Done(_) | Outcome::Again { .. } => Came::Done,
            Outcome::Refused(refusal) => Came::Refused(refusal),
            Outcome::Overtaken { .. } => Came::Overtaken,
        };
        self.settle().await?;
        Ok(came)
    }

    async fn look(&mut self) -> Result<(), String> {
        self.office.look_at_clocks().await.map_err(said)?;
        self.settle().await
    }

    async fn records(&self, no: &CaseNo) -> Result<Vec<Record>, String> {
        self.office.store.records(no).await.map_err(said)
    }

    async fn import_calendar(&mut self, text: String) -> Result<(), String> {
        self.import(&text).await
    }

    /// A new edition in which the item's file says so.
    async fn change_item(&mut self, item: &str, change: &Change) -> Result<(), String> {
        let latest = self.office.store.latest_edition().await.map_err(said)?.ok_or("还没有规则书")?.name;
        let mut files = self.office.store.edition_files(&latest).await.map_err(said)?;
        let line = format!("code = \"{item}\"");
        let file = files.iter_mut().find(|(path, text)| path.starts_with("items/") && text.contains(&line));
        let (_, text) = file.ok_or_else(|| format!("没有找到{item}的文件"))?;
        *text = match change {
            Change::Closed { from, reason } => {
                text.replacen(&line, &format!("{line}\nclosed-from = {from}\nclosed-reason = \"{reason}\""), 1)
            }
            Change::OffList => text.replacen("\nlist-row", "\n# list-row", 1),
            Change::Limited(number) => text.replacen(&line, &format!("{line}\nquantity-limit = {number}"), 1),
        };
        self.publish(&change.names(&latest, item), &files, &compile(&files).0).await
    }

    async fn register(&mut self, firm: &Registered) -> Result<(), String> {
        let now = self.time.now();
        let Registered { code, name, legal, status } = firm.clone();
        let audit = Audit {
            id: office::ids::opaque(),
            by: "scenario".into(),
            what: "import-firms".into(),
            subject: code.clone(),
            at: now,
            detail: String::new(),
        };
        let row = Firm {
            code,
            name,
            kind: String::new(),
            legal_person: legal,
            legal_digest: String::new(),
            address: String::new(),
            area: String::new(),
            industry: String::new(),
            status,
            source: "scenario".into(),
            updated_at: now,
        };
        self.office.store.import_firms(&[row], &audit).await.map_err(said)
    }

    async fn draft(&mut self, who: &str, deed: &Deed, case: &CaseNo) -> Result<Drafted, String> {
        self.at_the_desk(who, deed, case).await
    }

    async fn connect(&mut self, partner: &str) -> Result<(), String> {
        self.partners.push(partner.to_owned());
        let told = self.partners.iter().map(String::as_str);
        self.office = self.office.clone().with_exchange(Exchange::told_of(told));
        Ok(())
    }

    /// Nothing waits or has died, and `verify` finds nothing wrong.
    async fn check(&mut self) -> Result<(), String> {
        let store = &self.office.store;
        // What goes to a system that only counts as connected waits for it; nothing else may.
        let waiting = store
            .waiting_by_target()
            .await
            .map_err(said)?
            .into_iter()
            .filter(|(target, _, _)| !self.partners.iter().any(|partner| Store::is_partner(target, partner)));
        let mut faults: Vec<String> =
            waiting.map(|(target, count, fault)| format!("{target} 还有{count}件没有办：{fault}")).collect();
        let dead = store.dead_errands(None, 5).await.map_err(said)?;
        faults.extend(dead.into_iter().map(|dead| format!("{:?} 办不成：{}", dead.errand, dead.fault)));
        if !faults.is_empty() {
            return Err(faults.join("；"));
        }
        let mut faults = Vec::new();
        let verified = store
            .verify(None, |told| {
                if let Told::Fault(fault) = told {
                    let no = fault.no.map_or_else(String::new, |no| no.0);
                    faults.push(format!("{no} {}", fault.what.zh));
                }
            })
            .await
            .map_err(said)?;
        if verified.cases == 0 || !faults.is_empty() {
            return Err(format!("核验{}件，发现：{}", verified.cases, faults.join("；")));
        }
        Ok(())
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        // A folder that cannot be removed is the temporary folder's business.
        drop(std::fs::remove_dir_all(&self.data));
    }
}

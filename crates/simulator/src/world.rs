//! Where a scenario is played: on the core alone, or through the whole office over a real database.

mod desk;
mod hall;
mod money;
mod registers;

pub use desk::Drafted;
pub use hall::{District, Hall, Time, fresh_folder};
pub use registers::Registered;

use crate::vocabulary::Deed;
use casework::act::{Paper, Submission};
use casework::case::Decision;
use casework::event::Channel;
use casework::{Act, Actor, Case, CaseNo, Errand, Moment, Officer, Permit, Record, Refusal, Scene, Surroundings, decide};
use jiff::civil::Date;
use office::apply::share;
use rulebook::bundle::Bundle;
use rulebook::intake::Answers;
use rulebook::{Calendar, Rulebook};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The edition that a story begins with.
const EDITION: &str = "scenario";

/// What became of an act.
#[derive(Debug, Clone)]
pub enum Came {
    Done,
    Refused(Refusal),
    /// Somebody else acted after the version that the author had looked at.
    Overtaken,
}

/// How a new edition differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The item takes no new applications from this day, for this reason.
    Closed { from: Date, reason: String },
    /// The item goes off the permit list.
    OffList,
    /// So many are permitted.
    Limited(u32),
}

impl Change {
    /// Name of the edition that comes after `before`. Compiled editions are shared between worlds, so a name stands for one text.
    fn names(&self, before: &str, item: &str) -> String {
        match self {
            Change::Closed { from, .. } => format!("{before}-{item}-closed-{from}"),
            Change::OffList => format!("{before}-{item}-off-list"),
            Change::Limited(number) => format!("{before}-{item}-{number}"),
        }
    }
}

/// Everything a scenario needs of the world. The clock stands where it was set.
#[expect(async_fn_in_trait, reason = "worlds are used by our own runner only, on one thread")]
pub trait World {
    /// For messages.
    fn name(&self) -> &str;
    async fn set_clock(&mut self, now: Moment) -> Result<(), String>;
    /// Makes sure that these officers exist with their powers.
    async fn hire(&mut self, officers: Vec<Officer>) -> Result<(), String>;
    async fn perform(&mut self, no: &CaseNo, act: &Act, by: &Actor, seen: Option<u64>) -> Result<Came, String>;
    /// The timekeeper looks, until nothing is due.
    async fn look(&mut self) -> Result<(), String>;
    async fn records(&self, no: &CaseNo) -> Result<Vec<Record>, String>;
    async fn import_calendar(&mut self, text: String) -> Result<(), String>;
    /// A new edition comes into force, which differs in this.
    async fn change_item(&mut self, item: &str, change: &Change) -> Result<(), String>;
    /// The register of firms tells this from now on.
    async fn register(&mut self, firm: &Registered) -> Result<(), String>;
    /// Somebody does something to the draft that was begun last, or begins one; `case` is what a correction is about.
    async fn draft(&mut self, who: &str, deed: &Deed, case: &CaseNo) -> Result<Drafted, String>;
    /// A partner system is connected: what comes in for its items goes there.
    async fn connect(&mut self, partner: &str) -> Result<(), String>;
    /// Checks whatever must hold at the end of a story.
    async fn check(&mut self) -> Result<(), String>;
}

/// The core alone: no database, errands run at once.
pub struct Core<'a> {
    rules: Cow<'a, Rulebook>,
    edition: String,
    calendar: Calendar,
    now: Moment,
    cases: BTreeMap<CaseNo, (Case, Vec<Record>)>,
    officers: Vec<Officer>,
    firms: Vec<Registered>,
    partners: Vec<String>,
    /// What each application says.
    answers: BTreeMap<CaseNo, Answers>,
}

impl<'a> Core<'a> {
    pub fn new(rules: &'a Rulebook, calendar: Calendar) -> Core<'a> {
        let (rules, edition) = (Cow::Borrowed(rules), EDITION.to_owned());
        Core {
            rules,
            edition,
            calendar,
            now: Moment(0),
            cases: BTreeMap::new(),
            officers: Vec::new(),
            firms: Vec::new(),
            partners: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    /// What was recorded of each case, for keeping it as a golden journal.
    pub fn journals(&self) -> impl Iterator<Item = (&CaseNo, &[Record])> {
        self.cases.iter().map(|(no, (_, records))| (no, records.as_slice()))
    }

    fn act(&mut self, no: &CaseNo, act: &Act, by: &Actor, seen: Option<u64>) -> Came {
        let case = self.cases.get(no).map_or_else(|| Case::unborn(no.clone()), |(case, _)| case.clone());
        if seen.and_then(|seen| case.overtaken(seen)).is_some() {
            return Came::Overtaken;
        }
        let (item, agency, area) = match act {
            Act::Submit(submission) => (&submission.item, &submission.agency, &submission.area),
            _ => (&case.item, &case.agency, &case.area),
        };
        let mut around = Surroundings::by_rules(&self.rules, &self.edition, item, agency, area, self.now.day());
        around.officers.clone_from(&self.officers);
        let takes = |code: &&String| {
            let partner = self.rules.partners.get(*code);
            partner.is_some_and(|partner| partner.items.iter().any(|own| own.get_ref() == item))
        };
        around.partner = self.partners.iter().find(takes).cloned();
        let parent = case.parent.as_ref().and_then(|parent| self.cases.get(parent));
        around.bundle = parent.and_then(|(parent, _)| parent.bundle.clone());
        let earlier = match act {
            Act::Submit(submission) => submission.earlier.as_ref(),
            _ => case.earlier.as_ref().map(|earlier| &earlier.case),
        };
        around.earlier = earlier.and_then(|no| self.cases.get(no)).and_then(|(case, _)| Permit::of(case));
        if let Some(quota) = self.rules.items.get(item).and_then(|item| item.quantity_limit) {
            let others = || self.cases.values().map(|(other, _)| other).filter(|other| other.item == *item && other.no != *no);
            let stand =
                others().filter(|other| matches!(other.decision, Some(Decision::Granted { .. })) && other.ending.is_none());
            around.quota_left = Some(quota.saturating_sub(stand.count() as u32));
            let own = case.in_line_at().unwrap_or(self.now);
            let before = |other: &&Case| other.in_line_at().is_some_and(|at| (at, &other.no) < (own, &case.no));
            around.ahead = others().filter(|other| other.is_open() && other.decision.is_none()).filter(before).count() as u32;
        }
        around.purse = self.purse(&case, act);
        let holder = if let Act::Submit(submission) = act { Some(&submission.holder) } else { case.holder.as_ref() };
        let barring =
            self.cases.values().map(|(other, _)| other).filter(|other| other.item == *item && other.holder.as_ref() == holder);
        around.bar = barring.filter_map(|other| other.bar.clone()).find(|bar| bar.until >= self.now.day());
        if let Act::Submit(submission) = act
            && submission.commitment.is_some()
            && let Some(own) = self.rules.items.get(item).and_then(|item| item.commitment.as_ref())
        {
            let today = self.now.day();
            let of_holder =
                self.cases.values().map(|(other, _)| other).filter(|other| other.holder.as_ref() == Some(&submission.holder));
            let mut on_record = of_holder.filter_map(|other| other.breach.clone());
            around.breach = on_record.find(|breach| breach.class == own.credit.class && breach.until >= today);
        }
        let (rules, calendar, now) = (&*self.rules, &self.calendar, self.now);
        let scene = Scene { case: &case, around: &around, by, rules, edition: &self.edition, calendar, now };
        let decided = match decide(&scene, act) {
            Ok(decided) => decided,
            Err(refusal) => return Came::Refused(refusal),
        };
        let told: Vec<_> = decided
            .errands
            .iter()
            .filter_map(
                |errand| if let Errand::Tell { case, act } = errand { Some((CaseNo(case.clone()), act.clone())) } else { None },
            )
            .collect();
        let begin: Vec<_> = decided
            .errands
            .iter()
            .filter_map(|errand| if let Errand::OpenComponent { item } = errand { Some(item.clone()) } else { None })
            .collect();
        let asks_the_rules = decided.errands.iter().any(|errand| matches!(errand, Errand::DecideAtOnce));
        let letters: Vec<_> = decided
            .errands
            .iter()
            .filter_map(|errand| if let Errand::MakeLetter { letter } = errand { Some(*letter) } else { None })
            .collect();
        let (case, records) = self.cases.entry(no.clone()).or_insert_with(|| (Case::unborn(no.clone()), Vec::new()));
        records.extend(decided.records);
        if let Act::Submit(Submission { answers, .. }) = act {
            self.answers.insert(no.clone(), serde_json::from_str::<Answers>(answers).unwrap_or_default());
        }
        *case = decided.after;
        for item in begin {
            self.open_component(no, &item);
        }
        for kind in letters {
            let number = format!("{}号", self.cases.get(no).map_or(0, |(case, _)| case.letters.len() + 1));
            let letter =
                Act::RecordLetter { kind, number, check_code: "示例".into(), digest: "00".repeat(32), agency: "zwfwb".into() };
            self.act(no, &letter, &Actor::System, None);
        }
        if let (true, Act::Submit(submission)) = (asks_the_rules, act) {
            self.decide_at_once(no, &submission.answers);
        }
        for (no, act) in told {
            self.act(&no, &act, &Actor::System, None);
        }
        Came::Done
    }

    /// What the courier does once a part of a bundle may begin; its papers are those of the bundle that its own item calls for.
    fn open_component(&mut self, no: &CaseNo, item: &str) {
        let Some(parent) = self.cases.get(no).map(|(case, _)| case.clone()) else { return };
        let Some((bundle, part)) = parent.bundle.as_ref().and_then(|bundle| Some((bundle, bundle.component(item)?))) else {
            return;
        };
        let (Some(definition), Some(holder)) = (self.rules.items.get(item), parent.holder.clone()) else { return };
        let theme = bundle.theme.as_ref().and_then(|theme| self.rules.themes.get(theme));
        let merged = Bundle::chosen(&self.rules, theme, bundle.components.iter().map(|part| part.item.as_str()));
        let paper = |handed: &casework::case::Handed| Paper {
            key: handed.key.clone(),
            digest: handed.digest.clone(),
            file_name: String::new(),
        };
        let (papers, nothing): (Vec<Paper>, _) = (parent.materials.iter().map(paper).collect(), Answers::new());
        let own = share(&merged, definition, &nothing, &nothing, &papers, self.now.day());
        let case = CaseNo(format!("{no}-{item}-{}", part.attempts));
        let submission = Submission {
            item: item.to_owned(),
            holder,
            agency: part.agency.clone(),
            area: part.area.clone(),
            channel: parent.channel.unwrap_or(Channel::Online),
            parent: Some(no.clone()),
            answers: "{}".into(),
            title: String::new(),
            lacking: own.intake(&self.rules, definition, self.now.day()).lacking(),
            papers: own.papers,
            first_contact: None,
            earlier: None,
            commitment: None,
            bundle: None,
            signatures: Vec::new(),
        };
        if let Came::Done = self.act(&case, &Act::Submit(submission), &Actor::System, None) {
            self.act(no, &Act::OpenComponent { item: item.to_owned(), case }, &Actor::System, None);
        }
    }
}

impl World for Core<'_> {
    fn name(&self) -> &str {
        "核心"
    }

    async fn set_clock(&mut self, now: Moment) -> Result<(), String> {
        self.now = now;
        Ok(())
    }

    async fn hire(&mut self, officers: Vec<Officer>) -> Result<(), String> {
        self.officers = officers;
        Ok(())
    }

    async fn perform(&mut self, no: &CaseNo, act: &Act, by: &Actor, seen: Option<u64>) -> Result<Came, String> {
        Ok(self.act(no, act, by, seen))
    }

    async fn look(&mut self) -> Result<(), String> {
        let all: Vec<CaseNo> = self.cases.keys().cloned().collect();
        for no in all {
            if let Came::Refused(refusal) = self.act(&no, &Act::CheckClocks, &Actor::Clock, None) {
                return Err(format!("时钟被拒绝：{}", refusal.why.zh));
            }
        }
        Ok(())
    }

    async fn records(&self, no: &CaseNo) -> Result<Vec<Record>, String> {
        Ok(self.cases.get(no).map(|(_, records)| records.clone()).unwrap_or_default())
    }

    async fn import_calendar(&mut self, text: String) -> Result<(), String> {
        let (calendar, problems) = Calendar::parse("calendar/holidays.csv", &text);
        if let Some(problem) = problems.first() {
            return Err(problem.to_string());
        }
        self.calendar = calendar;
        Ok(())
    }

    async fn change_item(&mut self, item: &str, change: &Change) -> Result<(), String> {
        self.edition = change.names(&self.edition, item);
        let changed = self.rules.to_mut().items.get_mut(item).ok_or_else(|| format!("没有{item}"))?;
        match change {
            Change::Closed { from, reason } => {
                changed.closed_from = Some(*from);
                changed.closed_reason.clone_from(reason);
            }
            Change::OffList => changed.list_row = None,
            Change::Limited(number) => changed.quantity_limit = Some(*number),
        }
        Ok(())
    }

    async fn register(&mut self, firm: &Registered) -> Result<(), String> {
        self.firms.retain(|known| known.code != firm.code);
        self.firms.push(firm.clone());
        Ok(())
    }

    async fn draft(&mut self, _: &str, _: &Deed, _: &CaseNo) -> Result<Drafted, String> {
        Err("草稿和签署只有整个系统知道：请在表格以前写明“由整个系统演示”".into())
    }

    async fn connect(&mut self, partner: &str) -> Result<(), String> {
        self.partners.push(partner.to_owned());
        Ok(())
    }

    async fn check(&mut self) -> Result<(), String> {
        for (no, (case, records)) in &self.cases {
            let replayed = Case::from_records(no.clone(), records);
            if replayed != *case {
                return Err(format!("{no} 重放后与现状不同"));
            }
        }
        Ok(())
    }
}

//! All that an officer's screen shows of one case, read together; every reading is written to the reading log.

use crate::app::App;
use crate::error::Problem;
use crate::visitor::Visitor;
use casework::actor::By;
use casework::event::Bar;
use casework::{Case, CaseNo, Holder, Moment, Record, StaffId, Words};
use office::Edition;
use office::claims::Reckoning;
use office::relied::Relied;
use rulebook::intake::{Answers, Intake};
use rulebook::item::Item;
use rulebook::procedure::{Procedure, Step};
use rulebook::{Calendar, Lang, Rulebook};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::reader::CaseRow;

pub struct Dossier {
    pub row: CaseRow,
    pub case: Case,
    pub records: Vec<Record>,
    /// The particulars by number; empty once erased.
    pub words: BTreeMap<u32, String>,
    /// The edition that the case is pinned to.
    pub edition: Arc<Edition>,
    /// The edition in force.
    pub live: Arc<Edition>,
    /// A decision that bars the applicant from this permit while it is still to be decided, and the case it stands in.
    pub bar: Option<(CaseNo, Bar)>,
    /// Papers that licences replace, and what the registers say today.
    pub relied: Vec<Relied>,
    /// What a claim comes to by its clause, while it is not paid.
    pub reckoning: Option<Reckoning>,
    pub calendar: Arc<Calendar>,
    /// Names of the members of staff that the case mentions.
    pub names: BTreeMap<String, String>,
    pub now: Moment,
}

impl Dossier {
    /// # Errors
    /// A case that this officer may not see is not found, like one that is not there.
    pub async fn open(app: &App, visitor: &Visitor, no: &str, purpose: &str) -> Result<Dossier, Problem> {
        let office = &app.office;
        let no = CaseNo(no.to_owned());
        let row = super::super::reader(app, visitor).await?.row(&no).await?.ok_or(Problem::NotFound)?;
        let case = office.store.case(&no).await?.ok_or(Problem::NotFound)?;
        let records = office.store.records(&no).await?;
        let words = office.words(&no).await?;
        let edition = office.rulebooks.edition(&office.store, &case.edition).await?;
        let now = office.now().await?;
        office.note_reading(visitor.signed_in.as_ref(), "case", Some(&no), purpose, now).await?;
        let mut names = BTreeMap::new();
        for id in case.mentioned(&records) {
            if let Some(staff) = office.store.staff(&id.0).await? {
                names.insert(staff.id, staff.name);
            }
        }
        let live = office.rulebooks.live()?;
        let bar = match &case.holder {
            Some(holder) if case.decision.is_none() => office.bar(holder, &case.item, case.root(), now.day()).await?,
            _ => None,
        };
        let relied = if case.is_open() { office.relied_on_by(&case, &edition.rules, now.day()).await? } else { Vec::new() };
        let calendar = office.rulebooks.calendar();
        let mut dossier =
            Dossier { row, case, records, words, edition, live, bar, relied, reckoning: None, calendar, names, now };
        if dossier.case.award.as_ref().is_none_or(|award| award.until.is_none()) && dossier.case.is_open() {
            dossier.reckoning = office.reckoning(&dossier.case, now.day()).await?;
        }
        Ok(dossier)
    }

    pub fn rules(&self) -> &Rulebook {
        &self.edition.rules
    }

    pub fn item(&self) -> Option<&Item> {
        self.rules().items.get(&self.case.item)
    }

    pub fn procedure(&self) -> Option<&Procedure> {
        self.rules().procedures.get(&self.case.procedure)
    }

    pub fn step(&self) -> Option<&Step> {
        self.procedure()?.step.iter().find(|step| *step.code.get_ref() == self.case.step)
    }

    /// What a person wrote, or that it was erased.
    pub fn say(&self, words: Words, lang: Lang) -> &str {
        self.words
            .get(&words.0)
            .map_or_else(|| lang.say("（内容已依保存期限规则删除）", "(erased under the retention rules)"), String::as_str)
    }

    /// What names the matter in lists: the applicant and the project or premises.
    pub fn title(&self) -> &str {
        self.case.title.and_then(|title| self.words.get(&title.0)).map_or("", String::as_str)
    }

    /// What an act is called in the procedure of the case.
    pub fn act_title(&self, act: &str) -> rulebook::Text {
        casework::act::title_in(self.rules().procedures.get(&self.case.procedure), act)
    }

    /// The answers of the form as they stand, by code of the element.
    pub fn answers(&self) -> Answers {
        let kept = self.case.answers.and_then(|answers| self.words.get(&answers.0));
        let mut answers: Answers = kept.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        if !self.case.rests_on_commitment() {
            rulebook::commitment::strip(&mut answers);
        }
        answers
    }

    /// What the item asks for, given these answers and the papers handed in.
    pub fn intake<'a>(&'a self, answers: &'a Answers) -> Option<Intake<'a>> {
        office::apply::asked_of(self.rules(), &self.case, answers, self.now.day())
    }

    pub fn staff_name<'a>(&'a self, id: &'a StaffId) -> &'a str {
        self.names.get(&id.0).map_or(&id.0, String::as_str)
    }

    /// Who did something, as a colleague would say it.
    pub fn who<'a>(&'a self, by: &'a By, lang: Lang) -> &'a str {
        match by {
            By::Officer(id) => self.staff_name(id),
            By::Applicant { .. } => lang.say("申请人", "Applicant"),
            By::Clock => lang.say("时限", "Clock"),
            By::System => lang.say("系统", "System"),
            By::Partner(code) => self.partner_name(code, lang),
        }
    }

    /// What a partner system is called; one that is gone from the rulebook keeps its code.
    pub fn partner_name<'a>(&'a self, code: &'a str, lang: Lang) -> &'a str {
        self.rules().partners.get(code).map_or(code, |partner| lang.say(&partner.name, &partner.label))
    }

    /// The key under which other cases of the same holder are found.
    pub fn holder_key(&self) -> String {
        self.case.holder.as_ref().map(Holder::key).unwrap_or_default()
    }
}

//! Papers that a licence replaces (免提交): what their registers say of the holder today. Looked up when an application is sent, when it
//! is decided, and whenever an officer opens it, for a licence may fall in between.
//!
//! What no register knows blocks nobody: then the applicant's own copy counts (国务院令第716号). Serves measure 2.

use crate::exchange::Told;
use crate::{Failure, Office};
use casework::decide::Fallen;
use casework::{Case, Holder};
use jiff::civil::Date;
use rulebook::expression::Truth;
use rulebook::field::FieldKind;
use rulebook::intake::{Intake, Paper};
use rulebook::item::Item;
use rulebook::register::{Column, Keeps, Register};
use rulebook::{Partner, Rulebook, Text};
use store::drafts::Draft;
use store::licences::LicenceState;

/// Licences of one holder that are looked through.
const LICENCES: u32 = 500;

/// A paper that is not handed in because a licence replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relied {
    /// Key of the material.
    pub material: String,
    /// Name of the licence.
    pub licence: String,
    pub found: Found,
}

/// What the registers say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It stands, by this register.
    Stands { register: String, number: String, until: Option<Date> },
    /// It is known, and does not stand any more.
    Fallen { register: String, number: String, why: Text },
    /// No register knows it.
    Unknown,
}

impl Office {
    /// The papers of an application that licences replace, with what the registers say on that day. `intake` is what the item asks for.
    pub async fn relied_on(
        &self,
        rules: &Rulebook,
        holder: &Holder,
        intake: &Intake<'_>,
        on: Date,
    ) -> Result<Vec<Relied>, Failure> {
        let replaced = intake.papers.iter().filter(|paper| paper.applies == Truth::True && !paper.handed);
        // The permit that is gone on from is looked at by its own rule: late renewals are answered as such.
        let goes_on_from = |item: &Item, licence: &str| {
            let of = item.continues.iter().flat_map(|continues| &continues.of);
            let mut results = of.filter_map(|of| rules.items.get(of.get_ref())?.result.as_ref());
            results.any(|result| result.name == licence)
        };
        // What another part of the same bundle grants is not there yet.
        let replaced = replaced.filter(|paper| !paper.material.of_others && paper.from.is_none());
        let looked_up = |paper: &&Paper<'_>, licence: &str| {
            let mut wants = paper.wanted_by.iter().filter(|want| want.applies == Truth::True);
            wants.any(|want| !goes_on_from(want.item, licence))
        };
        let wanted: Vec<(String, String)> = replaced
            .filter_map(|paper| Some((paper, paper.material.replaced_by.clone()?)))
            .filter(|(paper, licence)| looked_up(paper, licence))
            .map(|(paper, licence)| (paper.needed.key.get_ref().clone(), licence))
            .collect();
        let mut relied = Vec::new();
        if wanted.is_empty() {
            return Ok(relied);
        }
        let licences = self.store.licences_of_holder(&holder.key(), LICENCES).await?;
        for (material, licence) in wanted {
            let named = licences.iter().filter(|known| known.name == licence);
            let best = named.min_by_key(|known| known.state(on) != LicenceState::InForce);
            let found = match best {
                Some(known) => match fell(known.state(on)) {
                    None => {
                        Found::Stands { register: "licences".to_owned(), number: known.number.clone(), until: known.valid_until }
                    }
                    Some(why) => Found::Fallen { register: "licences".to_owned(), number: known.number.clone(), why },
                },
                None if matches!(holder, Holder::Person(_)) && of_somebody_else(intake, self.number_of(holder).await?) => {
                    Found::Unknown
                }
                None => self.proved(rules, &licence, holder).await?,
            };
            relied.push(Relied { material, licence, found });
        }
        Ok(relied)
    }

    /// What a register says that proves the same as a licence: the register of firms a business licence, an account an identity card.
    async fn proved(&self, rules: &Rulebook, licence: &str, holder: &Holder) -> Result<Found, Failure> {
        let proves = rules.registers.iter().find(|(_, register)| register.proves.iter().any(|proved| proved == licence));
        let Some((code, register)) = proves else { return Ok(Found::Unknown) };
        if let Some(partner) = self.keeper_of(register, rules) {
            return self.proved_elsewhere(partner, code, register, holder).await;
        }
        let register_code = code.clone();
        Ok(match (register.keeps, holder) {
            (Keeps::Firms, Holder::Firm(code)) => match self.store.firm(code).await? {
                Some(firm) if register.ends.contains(&firm.status) => Found::Fallen {
                    register: register_code,
                    number: firm.code,
                    why: Text::new(format!("登记状态为“{}”", firm.status), format!("its standing is “{}”", firm.status)),
                },
                Some(firm) => Found::Stands { register: register_code, number: firm.code, until: None },
                None => Found::Unknown,
            },
            (Keeps::Persons, Holder::Person(id)) => match self.store.person(id).await? {
                Some(person) if person.verified => Found::Stands { register: register_code, number: String::new(), until: None },
                _ => Found::Unknown,
            },
            _ => Found::Unknown,
        })
    }

    /// The same of a register that a partner system keeps. One that is down leaves it unknown: then the applicant's own copy counts.
    async fn proved_elsewhere(
        &self,
        partner: &Partner,
        code: &str,
        register: &Register,
        holder: &Holder,
    ) -> Result<Found, Failure> {
        let fits = matches!((register.keeps, holder), (Keeps::Firms, Holder::Firm(_)) | (Keeps::Persons, Holder::Person(_)));
        if !fits {
            return Ok(Found::Unknown);
        }
        let now = self.now().await?;
        self.store.note_reading(&crate::at_once::call(None, code, register, now)).await?;
        let columns = if register.keeps == Keeps::Firms { &[Column::Status][..] } else { &[Column::Name] };
        let Told::Known { values, .. } = self.ask_register(partner, code, holder, columns, now).await? else {
            return Ok(Found::Unknown);
        };
        let number = if let Holder::Firm(firm) = holder { firm.clone() } else { String::new() };
        let status = values.get(Column::Status.word()).map_or("", String::as_str);
        Ok(if register.ends.iter().any(|ends| ends == status) {
            let why = Text::new(format!("登记状态为“{status}”"), format!("its standing is “{status}”"));
            Found::Fallen { register: code.to_owned(), number, why }
        } else if values.values().all(String::is_empty) {
            Found::Unknown
        } else {
            Found::Stands { register: code.to_owned(), number, until: None }
        })
    }

    /// Has the form ask for the applicant's own copy of what no register shows, or shows to stand no longer: at filling, while she has a
    /// place to hand it in. A register that is down is one of those that show nothing.
    pub async fn ask_for_own_copies(
        &self,
        rules: &Rulebook,
        draft: &Draft,
        intake: &mut Intake<'_>,
        on: Date,
    ) -> Result<(), Failure> {
        let holder = Holder::from_key(&draft.holder).filter(|_| draft.for_case.is_none());
        let Some(holder) = holder else { return Ok(()) };
        for relied in self.relied_on(rules, &holder, intake, on).await? {
            let why = relied.why_own_copy();
            if let Some(paper) = intake.papers.iter_mut().find(|paper| *paper.needed.key.get_ref() == relied.material) {
                paper.own_copy = why;
            }
        }
        Ok(())
    }

    /// The same for a case as it stands.
    pub async fn relied_on_by(&self, case: &Case, rules: &Rulebook, on: Date) -> Result<Vec<Relied>, Failure> {
        let (Some(item), Some(holder)) = (rules.items.get(&case.item), &case.holder) else { return Ok(Vec::new()) };
        let handed: Vec<String> = case.materials.iter().map(|handed| handed.key.clone()).collect();
        let answers = self.answers_of(case).await?;
        self.relied_on(rules, holder, &rules.intake(item, &answers, &handed, on), on).await
    }

    /// Papers that a licence would replace which stands no longer: nobody is turned away, but they are still to come.
    pub(crate) async fn fallen_papers(
        &self,
        rules: &Rulebook,
        holder: &Holder,
        intake: &Intake<'_>,
        on: Date,
    ) -> Result<Vec<String>, Failure> {
        let relied = self.relied_on(rules, holder, intake, on).await?;
        Ok(relied.into_iter().filter(|one| matches!(one.found, Found::Fallen { .. })).map(|one| one.material).collect())
    }

    /// The licences that a case relies on and that stand no longer.
    pub(crate) async fn fallen_under(&self, case: &Case, rules: &Rulebook, on: Date) -> Result<Vec<Fallen>, Failure> {
        Ok(self.relied_on_by(case, rules, on).await?.into_iter().filter_map(Relied::fallen).collect())
    }
}

impl Relied {
    /// Why the applicant's own copy is asked for; `None` where a register shows the licence.
    fn why_own_copy(&self) -> Option<Text> {
        let licence = &self.licence;
        match &self.found {
            Found::Stands { .. } => None,
            Found::Fallen { why, .. } => Some(Text::new(
                format!("登记库显示“{licence}”{}：登记有误或者已经换证的，请交复印件。", why.zh),
                format!("By the register “{licence}”: {}. If that is wrong, or you have a new one, hand in a copy.", why.en),
            )),
            Found::Unknown => Some(Text::new(
                format!("登记库查不到“{licence}”，请交复印件；手头没有的可以先提交申请，以后出示原件。"),
                format!(
                    "No register shows “{licence}”: please hand in a copy. Without one you may still apply, and show it later."
                ),
            )),
        }
    }

    /// The licence, if it is known to stand no longer.
    pub fn fallen(self) -> Option<Fallen> {
        match self.found {
            Found::Fallen { why, .. } => Some(Fallen { licence: self.licence, why }),
            _ => None,
        }
    }
}

/// Whether a form names people by their numbers, and the person of the account is none of them: then the account proves nothing about
/// those it names.
fn of_somebody_else(intake: &Intake<'_>, own: Option<String>) -> bool {
    let asked =
        intake.questions().filter(|question| question.applies == Truth::True && question.field.kind == FieldKind::CitizenId);
    let named: Vec<&str> =
        asked.filter_map(|question| question.answer).map(str::trim).filter(|number| !number.is_empty()).collect();
    own.is_some_and(|own| !named.is_empty() && named.iter().all(|number| !number.eq_ignore_ascii_case(&own)))
}

/// Why a licence does not stand; `None` where it does.
fn fell(state: LicenceState) -> Option<Text> {
    match state {
        LicenceState::InForce => None,
        LicenceState::NotYet => Some(Text::new("尚未生效", "it is not in force yet")),
        LicenceState::Expired => Some(Text::new("有效期已满", "it has run out")),
        LicenceState::Succeeded => Some(Text::new("已由后续证照承接", "a later one stands in its place")),
        LicenceState::Ended(ending) => {
            let title = ending.title();
            Some(Text::new(format!("已被{}", title.zh), format!("it was {}", title.en)))
        }
    }
}

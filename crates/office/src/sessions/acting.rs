//! Who somebody is for this one request: an officer with the powers of today, a person, or a firm by a confirmed mandate.

use super::{Entrance, Session, Standing, signed_out};
use crate::Failure;
use crate::door::{Answer, Stop, refuse};
use casework::decide::role_name;
use casework::{Actor, Holder, Mandated, Moment, Officer, Reach};
use jiff::civil::Date;
use rulebook::Text;
use store::Store;
use store::notices::Inbox;
use store::people::Subject;
use store::people::firms::{Mandate, MandateState, Part};

/// What the actor is wanted for. A mandate is asked whether it covers it; nothing said means for nothing in particular.
#[derive(Debug, Clone, Copy, Default)]
pub struct Want<'a> {
    pub item: Option<&'a str>,
    /// Name of the act, in kebab-case.
    pub act: Option<&'a str>,
}

/// Somebody who is fully signed in, as a page needs to know them.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub session: Session,
    pub actor: Actor,
    pub name: String,
    /// In which capacity: a role, a firm, or herself.
    pub role: Text,
    pub csrf: String,
}

impl SignedIn {
    /// Changes with the account and with the firm acted for: what a browser keeps under it is shown to nobody else.
    pub fn key(&self) -> String {
        let firm = self.session.acting_for.as_deref().unwrap_or_default();
        crate::ids::digest(format!("{} {firm}", self.session.subject.key()))[..16].to_owned()
    }

    /// The key under which drafts and uploads of this person or officer lie.
    pub fn owner(&self) -> String {
        self.session.subject.key()
    }

    /// Whether the mandates cover this act, or any act, on this item; for oneself and for staff they need not.
    pub fn may(&self, item: &str, act: Option<&str>) -> bool {
        self.actor.covers(Some(item), act)
    }
}

impl Entrance {
    /// Who is behind a cookie, if the session opens anything. Where the mandate for a firm has ended, the person stands for
    /// herself again: what was meant for the firm then finds another holder and is refused.
    pub async fn signed_in(&self, store: &Store, secret: &str, now: Moment) -> Result<Option<SignedIn>, Failure> {
        let Some(mut session) = self.current(store, secret, now).await? else { return Ok(None) };
        if session.standing != Standing::Full {
            return Ok(None);
        }
        let today = now.day();
        let csrf = session.csrf.clone();
        match session.subject.clone() {
            Subject::Staff(id) => {
                let Some(duty) = store.duty(&id, today).await? else { return Ok(None) };
                let role = title_of(&duty.officer);
                let actor = Actor::Officer(duty.officer);
                Ok(Some(SignedIn { session, actor, name: duty.staff.name, role, csrf }))
            }
            Subject::Person(id) => {
                let person = if let Some(code) = session.acting_for.clone() {
                    let Some((person, firm, mut mandates)) = store.capacity(&id, &code).await? else { return Ok(None) };
                    mandates.retain(|mandate| stands_for(mandate, &code, today));
                    if !mandates.is_empty() {
                        let firm = firm.map_or_else(|| code.clone(), |firm| firm.name);
                        let role = Text::new(firm.clone(), firm);
                        let actor = Actor::Applicant { person: id, holder: Holder::Firm(code), reach: reach_of(&mandates) };
                        return Ok(Some(SignedIn { session, actor, name: person.name, role, csrf }));
                    }
                    store.act_for(&session.digest, None).await?;
                    session.acting_for = None;
                    person
                } else {
                    let Some(person) = store.person(&id).await? else { return Ok(None) };
                    person
                };
                let actor = Actor::Applicant { holder: Holder::Person(id.clone()), person: id, reach: Reach::Whole };
                let role = Text::new("本人", "for myself");
                Ok(Some(SignedIn { session, actor, name: person.name, role, csrf }))
            }
        }
    }

    /// From now on this session acts for a firm, or for the person herself again.
    pub async fn act_for(&self, store: &Store, session: &Session, firm: Option<&str>, now: Moment) -> Answer<()> {
        let Subject::Person(person) = &session.subject else { return Err(no_mandate()) };
        if let Some(code) = firm
            && mandates_in_force(store, person, code, now.day()).await?.is_empty()
        {
            return Err(no_mandate());
        }
        store.act_for(&session.digest, firm).await?;
        Ok(())
    }
}

/// Who acts, for what is wanted, with the rights of this moment.
///
/// # Errors
/// Refused without a full session, for staff who left, and where no confirmed mandate covers what is wanted.
pub async fn actor_of(store: &Store, session: &Session, want: Want<'_>, now: Moment) -> Answer<Actor> {
    if session.standing != Standing::Full {
        return Err(signed_out());
    }
    match &session.subject {
        Subject::Staff(id) => {
            let duty = store.duty(id, now.day()).await?.ok_or_else(signed_out)?;
            Ok(Actor::Officer(duty.officer))
        }
        Subject::Person(id) => {
            let Some(code) = &session.acting_for else {
                return Ok(Actor::Applicant { person: id.clone(), holder: Holder::Person(id.clone()), reach: Reach::Whole });
            };
            let mandates = mandates_in_force(store, id, code, now.day()).await?;
            if mandates.iter().any(|mandate| covers(mandate, want)) {
                let reach = reach_of(&mandates);
                Ok(Actor::Applicant { person: id.clone(), holder: Holder::Firm(code.clone()), reach })
            } else {
                Err(no_mandate())
            }
        }
    }
}

/// Confirmed mandates of a person for a firm that hold on that day.
pub async fn mandates_in_force(store: &Store, person: &str, firm: &str, on: Date) -> Result<Vec<Mandate>, Failure> {
    let mut mandates = store.mandates_between(person, firm).await?;
    mandates.retain(|mandate| stands_for(mandate, firm, on));
    Ok(mandates)
}

/// Who `by` is towards a case of `holder`: himself, or the firm for which a confirmed mandate lets him stand; nobody else.
pub async fn towards(store: &Store, by: &Actor, holder: &Holder, on: Date) -> Result<Option<Actor>, Failure> {
    match (by, holder) {
        (Actor::Applicant { holder: own, .. }, _) if own == holder => Ok(Some(by.clone())),
        (Actor::Applicant { person, .. }, Holder::Firm(code)) => {
            let mandates = mandates_in_force(store, person, code, on).await?;
            let (person, holder) = (person.clone(), holder.clone());
            Ok((!mandates.is_empty()).then(|| Actor::Applicant { person, holder, reach: reach_of(&mandates) }))
        }
        (Actor::Officer(_), _) => Ok(Some(by.clone())),
        _ => Ok(None),
    }
}

fn stands_for(mandate: &Mandate, firm: &str, on: Date) -> bool {
    mandate.firm == firm && in_force(mandate, on)
}

pub(crate) fn in_force(mandate: &Mandate, on: Date) -> bool {
    mandate.state == MandateState::Confirmed && mandate.from <= on && mandate.until.is_none_or(|until| on <= until)
}

/// Whether the scope of a mandate covers what is wanted.
pub fn covers(mandate: &Mandate, want: Want<'_>) -> bool {
    reach_of(std::slice::from_ref(mandate)).covers(want.item, want.act)
}

/// How far mandates in force reach together. That of the legal representative covers everything.
pub fn reach_of(mandates: &[Mandate]) -> Reach {
    let whole = |mandate: &Mandate| mandate.part == Part::Legal || mandate.items.is_empty() && mandate.acts.is_empty();
    if mandates.iter().any(whole) {
        return Reach::Whole;
    }
    let mandated = |mandate: &Mandate| Mandated { items: mandate.items.clone(), acts: mandate.acts.clone() };
    Reach::Within(mandates.iter().map(mandated).collect())
}

/// Where somebody's notices lie, as far as the mandate goes.
pub fn inbox(actor: &Actor) -> Option<Inbox> {
    let reader = match actor {
        Actor::Applicant { holder, .. } => holder.key(),
        Actor::Officer(officer) => format!("s:{}", officer.id),
        Actor::Clock | Actor::System | Actor::Partner(_) => return None,
    };
    Some(Inbox { reader, items: actor.mandated_items() })
}

fn title_of(officer: &Officer) -> Text {
    let mut roles: Vec<_> = officer.powers.iter().map(|power| power.role).collect();
    roles.sort_unstable();
    roles.dedup();
    let (zh, en): (Vec<_>, Vec<_>) = roles.into_iter().map(role_name).unzip();
    Text::new(zh.join("、"), en.join(", "))
}

pub(crate) fn no_mandate() -> Stop {
    refuse(
        "no-mandate",
        ("您没有代办这家单位这项业务的有效授权。", "You have no mandate in force to do this for this firm."),
        (
            "请法定代表人在线授权或续期，或带授权材料到窗口确认。",
            "Have the legal representative give or renew it online, or have it confirmed at a counter.",
        ),
    )
}

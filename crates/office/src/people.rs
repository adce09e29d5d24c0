//! The register of natural persons, and the doors to it. Staff, firms and mandates have files of their own.
//!
//! What somebody types about herself proves nothing. A number becomes hers when a counter has compared document and face, or a
//! register has; only then does the number lead to her row, so that nobody can occupy the number of somebody else, or see what
//! was handed in under it (decision 34). Numbers are shown masked everywhere and found by a keyed digest.

pub mod firms;
pub mod staff;
#[cfg(test)]
pub(crate) mod tests;

use crate::door::{Answer, Stop, not_found, refuse};
use crate::sessions::Entrance;
use crate::{Failure, ids};
use casework::{Moment, Officer, Power, Refusal};
use jiff::civil::Date;
use rulebook::procedure::Role;
use rulebook::{Text, identifier};
use store::Store;
use store::people::staff::Staff;
use store::people::{Audit, Person, Subject};

/// The key under which identity numbers are found again; from the configuration, and the same for as long as the data live.
#[derive(Clone)]
pub struct NumberKey([u8; 32]);

impl NumberKey {
    pub fn new(key: [u8; 32]) -> NumberKey {
        NumberKey(key)
    }

    /// Under which a number is found, once it is confirmed.
    pub fn digest(&self, number: &str) -> String {
        ids::keyed_digest(&self.0, &["number", number])
    }

    /// Of the second secret behind a follow code.
    pub(crate) fn follow_secret(&self, code: &str, secret: &str) -> String {
        ids::keyed_digest(&self.0, &["follow", code, secret])
    }

    /// For a number that somebody only claims: leads nowhere, and is different for each claimant.
    fn unconfirmed(&self, person: &str, number: &str) -> String {
        ids::keyed_digest(&self.0, &["unconfirmed", person, number])
    }
}

/// What somebody tells about herself to get an account.
#[derive(Clone, Default)]
pub struct Registration {
    pub login: String,
    pub password: String,
    pub name: String,
    pub id_number: String,
    pub phone: String,
    pub email: String,
}

/// A person as a counter or a list may show her: the number masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub id: String,
    pub name: String,
    pub id_masked: String,
    pub phone: String,
    pub verified: bool,
}

impl From<Person> for Shown {
    fn from(person: Person) -> Shown {
        let id_masked = identifier::mask(&person.id_number);
        Shown { id: person.id, name: person.name, id_masked, phone: person.phone, verified: person.verified }
    }
}

/// Registers somebody online. She can prepare drafts at once; what needs a proven identity waits for a counter.
///
/// # Errors
/// Refused for a number that cannot be, a name or telephone that is none, a weak password or a login that is taken. Whether the
/// number is known here is never told.
pub async fn register(store: &Store, entrance: &Entrance, key: &NumberKey, who: &Registration, now: Moment) -> Answer<String> {
    let number = checked_number(&who.id_number, now.day())?;
    let id = ids::opaque();
    let person = Person {
        id_digest: key.unconfirmed(&id, &number),
        id: id.clone(),
        name: checked_name(&who.name)?,
        id_kind: "resident".to_owned(),
        id_number: number,
        phone: checked_phone(&who.phone)?,
        email: checked_email(&who.email)?,
        verified: false,
        created_at: now,
    };
    // The account first: a login that is taken then leaves no person behind, and one whose person is missing opens nothing.
    let subject = Subject::Person(id.clone());
    entrance.add_account(store, subject, &who.login, &person.name, &who.password, None).await?;
    if !store.add_person(&person, None).await? {
        return Err(Failure::Unready("a fresh identifier was taken".to_owned()).into());
    }
    Ok(id)
}

/// Finds the visitor whose document lies on the counter. Only confirmed numbers are found.
pub async fn find_visitor(store: &Store, key: &NumberKey, by: &Officer, number: &str, now: Moment) -> Answer<Option<Shown>> {
    require(by, Role::Clerk, None, now.day())?;
    let number = checked_number(number, now.day())?;
    Ok(store.person_by_digest(&key.digest(&number)).await?.map(Shown::from))
}

/// Takes up a visitor whose document the clerk has seen: the row that there is, or a new one, confirmed and without an account.
pub async fn visitor_at_counter(
    store: &Store,
    key: &NumberKey,
    by: &Officer,
    name: &str,
    number: &str,
    phone: &str,
    now: Moment,
) -> Answer<Shown> {
    require(by, Role::Clerk, None, now.day())?;
    let number = checked_number(number, now.day())?;
    let digest = key.digest(&number);
    let name = checked_name(name)?;
    if let Some(known) = store.person_by_digest(&digest).await? {
        return if known.name == name { Ok(known.into()) } else { Err(other_name()) };
    }
    let person = Person {
        id: ids::opaque(),
        name,
        id_kind: "resident".to_owned(),
        id_number: number,
        id_digest: digest,
        phone: checked_phone(phone)?,
        email: String::new(),
        verified: true,
        created_at: now,
    };
    let audit = audit(by.id.0.clone(), "take-up-visitor", format!("p:{}", person.id), now, "");
    if store.add_person(&person, Some(&audit)).await? { Ok(person.into()) } else { Err(crate::door::overtaken()) }
}

/// Confirms the identity behind an online account: the clerk has compared face and document and types name and number. Where the
/// number is known from an earlier visit the two rows become one.
///
/// # Errors
/// Refused where name or number differ from what was registered, and where the number has an account of its own.
pub async fn confirm_identity(
    store: &Store,
    key: &NumberKey,
    by: &Officer,
    login: &str,
    name: &str,
    number: &str,
    now: Moment,
) -> Answer<Shown> {
    require(by, Role::Clerk, None, now.day())?;
    let account = store.account(&crate::sessions::fold_login(login)).await?.ok_or_else(not_found)?;
    let Subject::Person(id) = &account.subject else { return Err(not_found()) };
    let person = store.person(id).await?.ok_or_else(not_found)?;
    let (name, number) = (checked_name(name)?, checked_number(number, now.day())?);
    if person.id_number != number || person.name != name {
        return Err(other_name());
    }
    if person.verified {
        return Ok(person.into());
    }
    let digest = key.digest(&number);
    let note = audit(by.id.0.clone(), "confirm-identity", account.subject.key(), now, "");
    if store.verify_person(id, &name, &digest, &note).await? {
        return Ok(Shown { verified: true, ..person.into() });
    }
    let known = store.person_by_digest(&digest).await?.ok_or_else(crate::door::overtaken)?;
    if !store.accounts_of(&Subject::Person(known.id.clone())).await?.is_empty() || known.name != name {
        return Err(refuse(
            "has-account",
            ("这个证件号码已有账号。", "This number has an account already."),
            (
                "请本人用原账号登录；忘记密码的，可在窗口重置。",
                "Sign in with that one; a forgotten password is reset at the counter.",
            ),
        ));
    }
    let note = audit(by.id.0.clone(), "merge-person", format!("p:{}", known.id), now, &format!("from {id}"));
    if store.merge_person(id, &known.id, &note).await? {
        return Ok(known.into());
    }
    Err(refuse(
        "has-cases",
        (
            "这个账号名下已有办件，不能并入以前的记录。",
            "Cases were handed in under this account, so it cannot become one with the earlier record.",
        ),
        ("请转管理员处理。", "Pass it on to an administrator."),
    ))
}

/// An entry of the audit.
pub(crate) fn audit(by: impl Into<String>, what: &str, subject: impl Into<String>, at: Moment, detail: &str) -> Audit {
    Audit { id: ids::opaque(), by: by.into(), what: what.to_owned(), subject: subject.into(), at, detail: detail.to_owned() }
}

/// Lets only those pass who hold a role on that day: at that agency where one is named, and else at any. What serves or changes
/// the whole district asks [`require_district`] instead.
pub(crate) fn require(by: &Officer, role: Role, agency: Option<&str>, on: Date) -> Answer<()> {
    holds(by, role, on, |own| agency.is_none_or(|agency| own.is_none_or(|own| own == agency)))
}

/// Lets only those pass who hold a role for the whole district.
pub(crate) fn require_district(by: &Officer, role: Role, on: Date) -> Answer<()> {
    holds(by, role, on, |own| own.is_none())
}

/// Lets only those pass who administer where a power reaches: one body, or the whole district where none is named.
pub(crate) fn require_reach(by: &Officer, agency: Option<&str>, on: Date) -> Answer<()> {
    match agency {
        Some(_) => require(by, Role::Administrator, agency, on),
        None => require_district(by, Role::Administrator, on),
    }
}

/// Lets only those pass who administer all of a member of staff: the body and every power held. Else whoever administers one body
/// could take the place of somebody who decides for another, or for the district.
pub(crate) async fn require_over(store: &Store, by: &Officer, staff: &Staff, on: Date) -> Answer<()> {
    require(by, Role::Administrator, Some(&staff.agency), on)?;
    for row in store.powers_of(&staff.id).await? {
        if row.taken_at.is_none() && row.power.until.is_none_or(|until| on <= until) {
            require_reach(by, row.power.agency.as_deref(), on)?;
        }
    }
    Ok(())
}

fn holds(by: &Officer, role: Role, on: Date, at: impl Fn(Option<&str>) -> bool) -> Answer<()> {
    let holds = |power: &Power| power.role == role && power.until.is_none_or(|until| on <= until) && at(power.agency.as_deref());
    if by.powers.iter().any(holds) {
        return Ok(());
    }
    Err(beyond_power(role))
}

/// What is said to somebody who does not hold the role there.
pub(crate) fn beyond_power(role: Role) -> Stop {
    let (zh, en) = casework::decide::role_name(role);
    Refusal::new(
        "not-yours",
        Text::new(format!("这一步只能由{zh}办理。"), format!("This is for the {en} only.")),
        Text::new("请由有权限的人员办理，或请管理员核对您的岗位。", "Ask somebody who may, or have your roles checked."),
    )
    .into()
}

fn checked_number(typed: &str, today: Date) -> Answer<String> {
    let number = identifier::normalise(typed);
    match identifier::ResidentNumber::parse(&number, today) {
        Ok(_) => Ok(number),
        Err(fault) => Err(wrong("bad-number", fault.text(), "请对照身份证核对号码。", "Compare the number with the document.")),
    }
}

fn checked_name(typed: &str) -> Answer<String> {
    let name = typed.trim();
    let length = name.chars().count();
    if (2..=50).contains(&length) && !name.chars().any(|c| c.is_control() || c.is_ascii_digit()) {
        return Ok(name.to_owned());
    }
    let why = Text::new("姓名应为2至50个字，不含数字。", "A name has 2 to 50 characters and no digits.");
    Err(wrong("bad-name", why, "请填写证件上的姓名。", "Give the name that stands on the document."))
}

fn checked_phone(typed: &str) -> Answer<String> {
    let phone = typed.trim();
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if (7..=15).contains(&digits) && phone.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c)) {
        return Ok(phone.to_owned());
    }
    let why = Text::new("联系电话不对。", "This is no telephone number.");
    Err(wrong("bad-phone", why, "请填写手机号码或带区号的电话。", "Give a mobile number, or one with its area code."))
}

fn checked_email(typed: &str) -> Answer<String> {
    let email = typed.trim();
    let shaped = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    if email.is_empty() || (shaped && email.len() <= 200 && !email.chars().any(|c| c.is_whitespace() || c.is_control())) {
        return Ok(email.to_owned());
    }
    let why = Text::new("电子邮箱不对。", "This is no e-mail address.");
    Err(wrong("bad-email", why, "可以不填。", "It may be left empty."))
}

fn wrong(code: &str, why: Text, zh: &str, en: &str) -> Stop {
    Refusal::new(code, why, Text::new(zh, en)).into()
}

fn other_name() -> Stop {
    refuse(
        "other-person",
        ("姓名或证件号码与登记的不一致。", "Name or number differ from what is registered."),
        ("请对照证件核对。", "Compare both with the document."),
    )
}

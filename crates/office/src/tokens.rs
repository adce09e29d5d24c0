//! Tokens of the API: shown once, bounded in scope and time, revocable. A token acts as its subject and never with more rights
//! than the subject has at that moment.

use crate::door::{Answer, Stop, not_found, overtaken, refuse};
use crate::people::{audit, require, require_district, require_over};
use crate::sessions::{Want, covers, mandates_in_force, reach_of};
use crate::{Failure, ids};
use casework::{Actor, Holder, Moment, Officer};
use rulebook::procedure::Role;
use store::Store;
use store::people::Subject;
use store::sessions::Account;
use store::tokens::Token;

/// What a token may be used for.
pub const SCOPES: [&str; 12] = [
    "items:read",
    "cases:read",
    "cases:act",
    "drafts:write",
    "account:read",
    "profile:write",
    "mandates:write",
    "figures:read",
    "guides:write",
    "rules:write",
    "people:write",
    "records:write",
];

/// Longest life of a token, in days.
pub const LONGEST_DAYS: i64 = 366;
const DAY: i64 = 24 * 3_600_000;
/// Its use is noted at most this often, in milliseconds.
const TOUCH_EVERY: i64 = 60_000;
/// At the head of every secret, so that one found lying about is known for what it is.
const HEAD: &str = "yimen_";

/// A token to make.
#[derive(Debug, Clone)]
pub struct NewToken<'a> {
    pub name: &'a str,
    pub scopes: &'a [&'a str],
    /// For a person: the firm that the token acts for, by her mandate.
    pub firm: Option<&'a str>,
    pub days: i64,
}

/// Makes a token for oneself. Gives its secret, which is shown once.
///
/// # Errors
/// Refused for unknown scopes, a life that is none or too long, and a firm that the person may not act for.
pub async fn create(store: &Store, subject: &Subject, new: &NewToken<'_>, now: Moment) -> Answer<(Token, String)> {
    let by = subject.key();
    if let Some(firm) = new.firm {
        let Subject::Person(person) = subject else { return Err(not_found()) };
        if mandates_in_force(store, person, firm, now.day()).await?.is_empty() {
            return Err(not_found());
        }
    }
    make(store, &by, subject, new, now).await
}

/// An administrator makes a token for another system, which acts as a member of staff of its own.
///
/// # Errors
/// Refused beyond what the administrator administers, and for somebody who signs in: a token would act in her name without her.
pub async fn create_for(store: &Store, by: &Officer, staff: &str, new: &NewToken<'_>, now: Moment) -> Answer<(Token, String)> {
    let row = store.staff(staff).await?.filter(|staff| staff.active).ok_or_else(not_found)?;
    require_over(store, by, &row, now.day()).await?;
    if new.firm.is_some() {
        return Err(not_found());
    }
    if store.accounts_of(&Subject::Staff(row.id.clone())).await?.iter().any(Account::is_a_persons) {
        return Err(refuse(
            "not-a-system",
            (
                "这个账号由本人登录使用，不能替其建立令牌。",
                "A person signs in with this account, so no token can be made for it.",
            ),
            (
                "请为外部系统专设一个人员账号，不要用它登录。",
                "Take on an account of its own for the system, and never sign in with it.",
            ),
        ));
    }
    make(store, &format!("s:{}", by.id), &Subject::Staff(row.id), new, now).await
}

async fn make(store: &Store, by: &str, subject: &Subject, new: &NewToken<'_>, now: Moment) -> Answer<(Token, String)> {
    let name = new.name.trim();
    let named = (1..=60).contains(&name.chars().count());
    if !named
        || new.scopes.is_empty()
        || new.scopes.iter().any(|scope| !SCOPES.contains(scope))
        || !(1..=LONGEST_DAYS).contains(&new.days)
    {
        return Err(refuse(
            "bad-token",
            ("令牌须有名称、已知的用途和不超过366天的期限。", "A token has a name, scopes that we know, and at most 366 days."),
            ("请改正后再建。", "Mend it and try again."),
        ));
    }
    let secret = format!("{HEAD}{}", ids::secret());
    let firm = new.firm.map(|code| format!(" firm:{code}")).unwrap_or_default();
    let token = Token {
        id: ids::opaque(),
        digest: ids::digest(&secret),
        name: name.to_owned(),
        subject: subject.clone(),
        scope: format!("{}{firm}", new.scopes.join(" ")),
        expires_at: Moment(now.0 + new.days * DAY),
        revoked_at: None,
        created_by: by.to_owned(),
        created_at: now,
        used_at: None,
    };
    store.add_token(&token, &audit(by, "create-token", subject.key(), now, &format!("{} {}", token.id, token.scope))).await?;
    Ok((token, secret))
}

/// The token behind a secret, if it holds now. Its use is noted.
pub async fn resolve(store: &Store, secret: &str, now: Moment) -> Result<Option<Token>, Failure> {
    if !secret.starts_with(HEAD) || secret.len() > 128 {
        return Ok(None);
    }
    let Some(token) = store.token_by_digest(&ids::digest(secret)).await? else { return Ok(None) };
    if token.revoked_at.is_some() || now >= token.expires_at {
        return Ok(None);
    }
    if token.used_at.is_none_or(|used| now.0 - used.0 >= TOUCH_EVERY) {
        store.touch_token(&token.id, now).await?;
    }
    Ok(Some(token))
}

/// As whom a token acts, with the rights of this moment.
///
/// # Errors
/// Refused beyond the token's scope, for a subject who has left, and where no mandate covers what is wanted.
pub async fn actor_of(store: &Store, token: &Token, scope: &str, want: Want<'_>, now: Moment) -> Answer<Actor> {
    if !token.scope.split(' ').any(|word| word == scope) {
        return Err(beyond());
    }
    match &token.subject {
        Subject::Staff(id) => {
            let duty = store.duty(id, now.day()).await?.ok_or_else(beyond)?;
            Ok(Actor::Officer(duty.officer))
        }
        Subject::Person(id) => {
            if store.accounts_of(&token.subject).await?.iter().all(|account| !account.active) {
                return Err(beyond());
            }
            let Some(firm) = token.scope.split(' ').find_map(|word| word.strip_prefix("firm:")) else {
                return Ok(Actor::Applicant {
                    person: id.clone(),
                    holder: Holder::Person(id.clone()),
                    reach: casework::Reach::Whole,
                });
            };
            let mandates = mandates_in_force(store, id, firm, now.day()).await?;
            if mandates.iter().any(|mandate| covers(mandate, want)) {
                let reach = reach_of(&mandates);
                Ok(Actor::Applicant { person: id.clone(), holder: Holder::Firm(firm.to_owned()), reach })
            } else {
                Err(beyond())
            }
        }
    }
}

/// The tokens that an administrator looks after, the newest first: all, or those of the staff of her bodies.
pub async fn seen_by(store: &Store, by: &Officer) -> Result<Vec<Token>, Failure> {
    let mut all = store.tokens(None).await?;
    if by.bodies(&[Role::Administrator]).is_some() {
        let staff = crate::people::staff::seen_by(store, by).await?;
        all.retain(|token| matches!(&token.subject, Subject::Staff(id) if staff.iter().any(|one| one.id == *id)));
    }
    Ok(all)
}

/// My tokens, the newest first.
pub async fn mine(store: &Store, subject: &Subject) -> Result<Vec<Token>, Failure> {
    Ok(store.tokens(Some(subject)).await?)
}

/// Revokes one of my tokens, at once.
pub async fn revoke(store: &Store, subject: &Subject, id: &str, now: Moment) -> Answer<()> {
    store.token(id).await?.filter(|token| token.subject == *subject).ok_or_else(not_found)?;
    end(store, &subject.key(), id, now).await
}

/// An administrator revokes the token of somebody she administers.
pub async fn revoke_any(store: &Store, by: &Officer, id: &str, now: Moment) -> Answer<()> {
    require(by, Role::Administrator, None, now.day())?;
    let token = store.token(id).await?.ok_or_else(not_found)?;
    match &token.subject {
        Subject::Staff(own) if *own == by.id.0 => {}
        Subject::Staff(staff) => {
            let staff = store.staff(staff).await?.ok_or_else(not_found)?;
            require_over(store, by, &staff, now.day()).await?;
        }
        Subject::Person(_) => require_district(by, Role::Administrator, now.day())?,
    }
    end(store, &format!("s:{}", by.id), id, now).await
}

async fn end(store: &Store, by: &str, id: &str, now: Moment) -> Answer<()> {
    let note = audit(by, "revoke-token", id, now, "");
    if store.revoke_token(id, now, &note).await? { Ok(()) } else { Err(overtaken()) }
}

/// What is said where a token does not reach.
pub fn beyond() -> Stop {
    refuse(
        "beyond-token",
        ("令牌无权做这件事。", "This token may not do that."),
        ("请建立有相应用途的令牌，或核对授权是否有效。", "Make a token with that scope, or check that the mandate is in force."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::firms;
    use crate::people::staff::{self, NewStaff, command_line};
    use crate::people::tests::{PASSWORD, code, confirmed, days, entrance, now, officer, refused, store};
    use store::people::firms::Part;

    fn new<'a>(scopes: &'a [&'a str], firm: Option<&'a str>, days: i64) -> NewToken<'a> {
        NewToken { name: "对接系统", scopes, firm, days }
    }

    #[tokio::test]
    async fn a_token_opens_what_its_scope_says_until_it_ends() {
        let store = store().await;
        let person = confirmed(&store, "zhang", "张三", 1).await;
        let me = Subject::Person(person.clone());
        for bad in
            [new(&[], None, 1), new(&["everything"], None, 1), new(&["cases:read"], None, 0), new(&["cases:read"], None, 367)]
        {
            assert_eq!(refused(create(&store, &me, &bad, now()).await), "bad-token");
        }
        let (token, secret) = create(&store, &me, &new(&["cases:read"], None, 10), now()).await.expect("made");
        assert!(!format!("{:?}", store.tokens(None).await).contains(&secret), "the secret is kept nowhere");
        let holds = async |secret: &str, at: Moment| resolve(&store, secret, at).await.expect("read").is_some();
        assert!(holds(&secret, now()).await && !holds(&secret, days(10)).await);
        assert!(!holds("yimen_x", now()).await && !holds("", now()).await && !holds(&token.digest, now()).await);
        let actor = actor_of(&store, &token, "cases:read", Want::default(), now()).await.expect("an actor");
        assert_eq!(actor, Actor::Applicant { holder: Holder::Person(person.clone()), person, reach: casework::Reach::Whole });
        assert_eq!(refused(actor_of(&store, &token, "cases:act", Want::default(), now()).await), "beyond-token");
        assert_eq!(refused(revoke(&store, &Subject::Person("other".into()), &token.id, now()).await), "not-found");
        revoke(&store, &me, &token.id, now()).await.expect("revoked");
        assert_eq!(refused(revoke(&store, &me, &token.id, now()).await), "overtaken");
        assert!(!holds(&secret, now()).await);
    }

    #[tokio::test]
    async fn a_token_never_has_more_rights_than_its_subject_has_now() {
        let store = store().await;
        let person = confirmed(&store, "zhang", "张三", 1).await;
        let me = Subject::Person(person.clone());
        let firm = code(1);
        let wanted = new(&["cases:act"], Some(&firm), 10);
        let claim = firms::claim(&store, &person, &firm, Part::Operator, now()).await.expect("claimed");
        assert_eq!(refused(create(&store, &me, &wanted, now()).await), "not-found", "a claim is no mandate");
        firms::confirm(&store, &officer("c", Role::Clerk), &claim.id, now()).await.expect("confirmed");
        let (token, _) = create(&store, &me, &wanted, now()).await.expect("made");
        assert!(actor_of(&store, &token, "cases:act", Want::default(), now()).await.is_ok());
        firms::revoke(&store, &person, &claim.id, now()).await.expect("given up");
        assert_eq!(refused(actor_of(&store, &token, "cases:act", Want::default(), now()).await), "beyond-token");

        let system =
            NewStaff { name: "对接系统".into(), login: "system".into(), agency: "approval".into(), phone: String::new() };
        let (id, _) = staff::add(&store, &entrance(), &command_line(), &system, now()).await.expect("taken on");
        let admin = officer("admin", Role::Administrator);
        assert_eq!(
            refused(create_for(&store, &officer("c", Role::Clerk), &id, &new(&["cases:read"], None, 1), now()).await),
            "not-yours"
        );
        let (token, _) = create_for(&store, &admin, &id, &new(&["cases:read"], None, 1), now()).await.expect("made");
        assert!(actor_of(&store, &token, "cases:read", Want::default(), now()).await.is_ok());
        assert_eq!(refused(create_for(&store, &admin, "nobody", &new(&["cases:read"], None, 1), now()).await), "not-found");
        staff::leave(&store, &admin, &id, 1, now()).await.expect("left");
        assert_eq!(refused(actor_of(&store, &token, "cases:read", Want::default(), now()).await), "beyond-token");
        revoke_any(&store, &admin, &token.id, now()).await.expect("revoked");
    }
    /// A member of staff at the body "approval" who has chosen her own password.
    async fn signs_in(store: &Store, login: &str) -> String {
        let new = NewStaff { name: "王人员".into(), login: login.into(), agency: "approval".into(), phone: String::new() };
        let (id, password) = staff::add(store, &entrance(), &command_line(), &new, now()).await.expect("taken on");
        let opened = entrance().sign_in(store, login, &password, None, now()).await.expect("signed in");
        entrance().change_password(store, &opened.session, &password, PASSWORD, now()).await.expect("changed");
        id
    }

    #[tokio::test]
    async fn nobody_makes_a_token_in_the_name_of_somebody_who_signs_in() {
        let store = store().await;
        let id = signs_in(&store, "wang").await;
        let admin = officer("admin", Role::Administrator);
        assert_eq!(refused(create_for(&store, &admin, &id, &new(&["cases:act"], None, 1), now()).await), "not-a-system");
        let herself = Officer { id: casework::StaffId(id.clone()), ..admin };
        assert_eq!(refused(create_for(&store, &herself, &id, &new(&["cases:act"], None, 1), now()).await), "not-a-system");
    }

    #[tokio::test]
    async fn the_administrator_of_a_body_makes_and_revokes_no_token_that_reaches_beyond_it() {
        let store = store().await;
        let system =
            NewStaff { name: "对接系统".into(), login: "system".into(), agency: "approval".into(), phone: String::new() };
        let (id, _) = staff::add(&store, &entrance(), &command_line(), &system, now()).await.expect("taken on");
        let body = crate::people::tests::officer_at("body", Role::Administrator, "approval");
        let wanted = new(&["cases:act"], None, 1);
        let (token, _) = create_for(&store, &body, &id, &wanted, now()).await.expect("her own body");
        let power = casework::Power { role: Role::Examiner, agency: Some("other".into()), items: Vec::new(), until: None };
        staff::give(&store, &command_line(), &id, power, now()).await.expect("given");
        assert_eq!(refused(create_for(&store, &body, &id, &wanted, now()).await), "not-yours");
        assert_eq!(refused(revoke_any(&store, &body, &token.id, now()).await), "not-yours");
        assert_eq!(refused(staff::leave(&store, &body, &id, 1, now()).await), "not-yours");
        revoke_any(&store, &command_line(), &token.id, now()).await.expect("revoked");
    }

    #[tokio::test]
    async fn a_new_password_ends_the_tokens_made_before_it() {
        let store = store().await;
        let person = confirmed(&store, "zhang", "张三", 1).await;
        let (_, secret) = create(&store, &Subject::Person(person), &new(&["cases:read"], None, 10), now()).await.expect("made");
        let session = crate::people::tests::signed_in(&store, "zhang").await;
        entrance().change_password(&store, &session, PASSWORD, "四月的海河花开满两岸", now()).await.expect("changed");
        assert!(resolve(&store, &secret, now()).await.expect("read").is_none());
    }
}

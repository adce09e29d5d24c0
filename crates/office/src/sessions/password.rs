//! Passwords at the entrance: judging one, changing one, and a new one given at the counter or by an administrator.

use super::{Entrance, Opened, Session, Standing, fold_login, signed_out, wrong_password};
use crate::door::{Answer, not_found, refuse};
use crate::people::{audit, require, require_over};
use crate::{Failure, ids};
use casework::{Moment, Officer, Refusal};
use rulebook::procedure::Role;
use rulebook::{Text, identifier};
use std::time::Duration;
use store::Store;
use store::people::Subject;
use store::sessions::Account;
use tokio::time::Instant;

/// How often a count is tried again when several attempts come at once.
const LOOKS: usize = 4;

impl Entrance {
    /// The account whose password this is. The attempt is counted before it is judged, so that many at once are many; the caller
    /// clears the count when nothing more is to be proved.
    pub(super) async fn right_password(&self, store: &Store, login: &str, password: &str, now: Moment) -> Answer<Account> {
        let begun = Instant::now();
        let account = store.account(&fold_login(login)).await?.filter(|account| account.active);
        let counted = match &account {
            Some(account) => self.count_attempt(store, account.clone(), now).await?,
            None => false,
        };
        let judged = account.filter(|account| counted && account.one_time_until.is_none_or(|until| now < until));
        let right = self.passwords.verify(password, judged.as_ref().map(|account| account.password.as_str())).await?;
        if let Some(account) = judged.filter(|_| right) {
            return Ok(account);
        }
        tokio::time::sleep_until(begun + Duration::from_millis(self.passwords.policy.refusal_takes)).await;
        Err(wrong_password())
    }

    /// Whether whoever sits at an open session is still its owner: asked before something is made that outlives the session.
    ///
    /// # Errors
    /// Refused for a wrong password; it counts as a wrong attempt.
    pub async fn still_oneself(&self, store: &Store, session: &Session, password: &str, now: Moment) -> Answer<()> {
        let account = self.right_password(store, &session.login, password, now).await?;
        store.clear_attempts(&account.login).await?;
        Ok(())
    }

    /// Counts an attempt; `false` when signing in is locked.
    pub(super) async fn count_attempt(&self, store: &Store, mut account: Account, now: Moment) -> Answer<bool> {
        for _ in 0..LOOKS {
            if now < account.locked_until {
                return Ok(false);
            }
            let policy = &self.passwords.policy;
            let quiet = account.locked_until.0 > 0 && now.0 - account.locked_until.0 >= policy.forgotten_after;
            let count = if quiet { 1 } else { account.failures + 1 };
            let lock = policy.lock_after(count);
            let locked_until = if lock == 0 { account.locked_until } else { Moment(now.0 + lock) };
            let locked_until = if quiet && lock == 0 { Moment(0) } else { locked_until };
            if store.count_attempt(&account.login, account.failures, count, locked_until, now).await? {
                return Ok(true);
            }
            match store.account(&account.login).await? {
                Some(newer) if newer.active => account = newer,
                _ => return Ok(false),
            }
        }
        // So many at once are no person.
        Ok(false)
    }

    /// Changes one's own password; other sessions end, and this one gets a new secret.
    pub async fn change_password(&self, store: &Store, session: &Session, old: &str, new: &str, now: Moment) -> Answer<Opened> {
        if !matches!(session.standing, Standing::Full | Standing::NewPassword | Standing::Enrolment) {
            return Err(signed_out());
        }
        let account = self.right_password(store, &session.login, old, now).await?;
        if account.subject != session.subject {
            return Err(signed_out());
        }
        let name = self.name_of(store, &account.subject).await?;
        self.good(&account.login, &name, new)?;
        if new == old {
            return Err(weak(Text::new("新密码不能与原密码相同。", "The new password must not be the old one.")));
        }
        let hash = self.passwords.hash(new).await?;
        let audit = audit(session.subject.key(), "change-password", session.subject.key(), now, "");
        if !store.set_password(&account.login, &hash, None, Some(&session.digest), &audit).await? {
            return Err(signed_out());
        }
        // The session has passed the second factor if there is one; else its standing would not have let it come here.
        let second_factor = account.totp.is_some();
        let account = Account { must_change: false, one_time_until: None, ..account };
        self.open(store, &account, second_factor, Some(&session.digest), now).await
    }

    /// A visitor at the counter has forgotten the password. The clerk compares face and document and types its number; the
    /// password is printed once, holds a day, and must be changed. All sessions end.
    pub async fn reset_at_counter(&self, store: &Store, by: &Officer, login: &str, number: &str, now: Moment) -> Answer<String> {
        require(by, Role::Clerk, None, now.day())?;
        let account = store.account(&fold_login(login)).await?.filter(|account| account.active).ok_or_else(not_found)?;
        let Subject::Person(id) = &account.subject else { return Err(not_found()) };
        let person = store.person(id).await?.ok_or_else(not_found)?;
        if identifier::normalise(number) != person.id_number {
            return Err(not_found());
        }
        self.give_one_time(store, &account, &by.id.0, now).await
    }

    /// An administrator gives a member of staff a new password; the second factor, lost or not, is set up anew. Whoever has the
    /// password has the powers, so it is for those who administer all of them.
    pub async fn reset_staff(&self, store: &Store, by: &Officer, login: &str, now: Moment) -> Answer<String> {
        require(by, Role::Administrator, None, now.day())?;
        let account = store.account(&fold_login(login)).await?.filter(|account| account.active).ok_or_else(not_found)?;
        let Subject::Staff(id) = &account.subject else { return Err(not_found()) };
        let staff = store.staff(id).await?.ok_or_else(not_found)?;
        require_over(store, by, &staff, now.day()).await?;
        if *id == by.id.0 {
            return Err(refuse(
                "own-password",
                ("不能重置自己的密码。", "You cannot reset your own password."),
                ("请在“我的账号”修改，或请另一位管理员办理。", "Change it under your account, or ask another administrator."),
            ));
        }
        let audit = audit(by.id.0.clone(), "remove-second-factor", account.subject.key(), now, "");
        store.set_totp(&account.login, None, account.totp_last, &audit).await?;
        self.give_one_time(store, &account, &by.id.0, now).await
    }

    /// An account with a password that somebody chose.
    pub(crate) async fn add_account(
        &self,
        store: &Store,
        subject: Subject,
        login: &str,
        name: &str,
        password: &str,
        audit: Option<&store::people::Audit>,
    ) -> Answer<()> {
        let login = checked_login(login)?;
        self.good(&login, name, password)?;
        let hash = self.passwords.hash(password).await?;
        if store.add_account(&account(login, subject, hash, None), audit).await? { Ok(()) } else { Err(login_taken()) }
    }

    /// An account with a password to be told once; it must be changed.
    pub(crate) async fn add_account_once(
        &self,
        store: &Store,
        subject: Subject,
        login: &str,
        audit: &store::people::Audit,
        now: Moment,
    ) -> Answer<String> {
        let login = checked_login(login)?;
        let password = ids::one_time_password();
        let hash = self.passwords.hash(&password).await?;
        let until = Moment(now.0 + self.passwords.policy.one_time);
        if store.add_account(&account(login, subject, hash, Some(until)), Some(audit)).await? {
            Ok(password)
        } else {
            Err(login_taken())
        }
    }

    async fn give_one_time(&self, store: &Store, account: &Account, by: &str, now: Moment) -> Answer<String> {
        let password = ids::one_time_password();
        let hash = self.passwords.hash(&password).await?;
        let until = Moment(now.0 + self.passwords.policy.one_time);
        let audit = audit(by, "reset-password", account.subject.key(), now, "");
        store.set_password(&account.login, &hash, Some(until), None, &audit).await?;
        Ok(password)
    }

    fn good(&self, login: &str, name: &str, password: &str) -> Answer<()> {
        self.passwords.check(login, name, password).map_err(weak)
    }

    async fn name_of(&self, store: &Store, subject: &Subject) -> Result<String, Failure> {
        Ok(match subject {
            Subject::Staff(id) => store.staff(id).await?.map(|staff| staff.name),
            Subject::Person(id) => store.person(id).await?.map(|person| person.name),
        }
        .unwrap_or_default())
    }
}

fn account(login: String, subject: Subject, password: String, one_time_until: Option<Moment>) -> Account {
    Account { must_change: one_time_until.is_some(), one_time_until, ..Account::new(login, subject, password) }
}

/// Three to sixty letters, digits and `. _ - @ +`, so that it can be told on the telephone.
fn checked_login(typed: &str) -> Answer<String> {
    let login = fold_login(typed);
    let length = login.chars().count();
    if (3..=60).contains(&length) && login.chars().all(|c| c.is_ascii_alphanumeric() || "._-@+".contains(c)) {
        return Ok(login);
    }
    Err(refuse(
        "bad-login",
        ("账号须为3至60个字母、数字或 . _ - @ +。", "A login has 3 to 60 letters, digits or . _ - @ +."),
        ("手机号或邮箱都可以作账号。", "A telephone number or an e-mail address will do."),
    ))
}

fn login_taken() -> crate::door::Stop {
    refuse(
        "login-taken",
        ("这个账号名已被使用。", "This login is taken."),
        (
            "请换一个；如果是您本人注册过，请直接登录或到窗口重置密码。",
            "Choose another. If it is yours, sign in, or have the password reset at a counter.",
        ),
    )
}

fn weak(why: Text) -> crate::door::Stop {
    Refusal::new("weak-password", why, Text::new("请换一个密码。", "Choose another password.")).into()
}

//! Signing in and what follows: sessions that end, the second factor of staff, and who somebody is for this one request.
//!
//! A session knows who signed in and nothing of what they may do: powers and mandates are read for every request (decision
//! 12). Its secret lives in the cookie alone; the store has the digest. At every step up (password, second factor, new
//! password) the session gets a new secret, so that one planted or overheard before is worth nothing after.

pub mod acting;
mod password;
#[cfg(test)]
mod tests;

pub use acting::{SignedIn, Want, actor_of, covers, inbox, mandates_in_force, reach_of};
pub(crate) use acting::{in_force, no_mandate};

use crate::clock::Clock;
use crate::door::{Answer, Stop, refuse};
use crate::passwords::{Passwords, Policy};
use crate::people::audit;
use crate::{Failure, ids, totp};
use casework::Moment;
use store::Store;
use store::people::Subject;
use store::sessions::{Account, SessionRow, Signed};
use tracing::info;

/// How long sessions last, in milliseconds.
#[derive(Debug, Clone)]
pub struct Limits {
    pub staff_idle: i64,
    pub staff_whole: i64,
    pub person_idle: i64,
    pub person_whole: i64,
}

impl Default for Limits {
    fn default() -> Limits {
        const MINUTE: i64 = 60_000;
        Limits {
            staff_idle: 30 * MINUTE,
            staff_whole: 12 * 60 * MINUTE,
            person_idle: 120 * MINUTE,
            person_whole: 24 * 60 * MINUTE,
        }
    }
}

impl Limits {
    fn idle(&self, subject: &Subject) -> i64 {
        if matches!(subject, Subject::Staff(_)) { self.staff_idle } else { self.person_idle }
    }

    fn whole(&self, subject: &Subject) -> i64 {
        if matches!(subject, Subject::Staff(_)) { self.staff_whole } else { self.person_whole }
    }
}

/// A session that was used is noted at most this often, so that reading pages does not write. In milliseconds.
const TOUCH_EVERY: i64 = 60_000;

/// What a session still lacks before it opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Full,
    /// The code of the second factor.
    SecondFactor,
    /// A second factor to be set up first: staff must have one.
    Enrolment,
    /// A new password instead of the one given at the counter.
    NewPassword,
}

/// A session that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub digest: String,
    pub login: String,
    pub subject: Subject,
    /// Credit code of the firm that a person acts for.
    pub acting_for: Option<String>,
    pub csrf: String,
    pub created_at: Moment,
    pub seen_at: Moment,
    pub expires_at: Moment,
    pub standing: Standing,
}

impl Session {
    /// What the list of one's own sessions calls it; not enough to use it.
    pub fn handle(&self) -> &str {
        &self.digest[..12]
    }
}

/// A session just begun. `secret` goes into the cookie and is kept nowhere else.
#[derive(Clone)]
pub struct Opened {
    pub secret: String,
    pub session: Session,
}

/// What proves, in an open session, that the same person still sits there.
#[derive(Clone, Copy, Default)]
pub struct Proof<'a> {
    pub password: &'a str,
    /// Of the second factor that is there already.
    pub old_code: &'a str,
}

/// A second factor to be set up: shown once, kept only when a code proves that the app has it.
#[derive(Debug, Clone)]
pub struct Enrolment {
    pub secret: String,
    pub uri: String,
}

/// The entrance of a node: passwords and the life of sessions.
#[derive(Clone)]
pub struct Entrance {
    pub passwords: Passwords,
    pub limits: Limits,
    /// From which the telephone with the second factor does not take its time.
    pub clock: Clock,
}

impl Entrance {
    /// # Errors
    /// When the policy asks Argon2 for what it does not allow.
    pub fn new(policy: Policy, limits: Limits, clock: Clock) -> Result<Entrance, Failure> {
        Ok(Entrance { passwords: Passwords::new(policy)?, limits, clock })
    }

    /// The step that a code of the app belongs to, by the telephone's own time.
    fn step_of(&self, secret: &str, code: &str, now: Moment) -> Answer<i64> {
        totp::step_of(secret, code, self.clock.on_the_wall(now)).ok_or_else(wrong_code)
    }

    /// Signs in by login and password. `old` is the secret that the browser had before; its session ends.
    ///
    /// # Errors
    /// One refusal for all: unknown, wrong, locked, left and expired are not told apart, nor do they take different time.
    pub async fn sign_in(&self, store: &Store, login: &str, password: &str, old: Option<&str>, now: Moment) -> Answer<Opened> {
        let account = self.right_password(store, login, password, now).await?;
        // With a second factor the count stays until that is passed: else a known password would buy endless guesses at the code.
        if account.totp.is_none() {
            store.clear_attempts(&account.login).await?;
        }
        let opened = self.open(store, &account, false, old.map(ids::digest).as_deref(), now).await?;
        info!(subject = account.subject.key(), "Signed in: {}", account.subject.key());
        Ok(opened)
    }

    /// The second step: a code of the app. Wrong codes count as wrong attempts, and no code works twice.
    pub async fn second_factor(&self, store: &Store, secret: &str, code: &str, now: Moment) -> Answer<Opened> {
        let session = self.current(store, secret, now).await?.ok_or_else(signed_out)?;
        let account = store.account(&session.login).await?.filter(|account| account.active).ok_or_else(signed_out)?;
        let Some(kept) = account.totp.clone() else { return Err(signed_out()) };
        if !self.count_attempt(store, account.clone(), now).await? {
            return Err(wrong_code());
        }
        let step = self.step_of(&kept, code, now)?;
        if !store.use_totp_step(&account.login, step).await? {
            return Err(wrong_code());
        }
        store.clear_attempts(&account.login).await?;
        self.open(store, &account, true, Some(&session.digest), now).await
    }

    /// Begins to set up a second factor. Nothing is kept yet.
    pub fn begin_enrolment(&self, session: &Session, issuer: &str) -> Enrolment {
        let secret = totp::fresh_secret();
        let uri = totp::uri(&secret, issuer, &session.login);
        Enrolment { secret, uri }
    }

    /// Keeps the second factor whose code proves that the app has it. In a session that is open already the password is asked
    /// again, and a code of the factor that is there: whoever finds a screen unlocked must not move the factor to a device of
    /// her own.
    pub async fn enrol(
        &self,
        store: &Store,
        session: &Session,
        factor: &str,
        code: &str,
        proof: &Proof<'_>,
        now: Moment,
    ) -> Answer<Opened> {
        let account = match session.standing {
            Standing::Enrolment => {
                store.account(&session.login).await?.filter(|account| account.active).ok_or_else(signed_out)?
            }
            Standing::Full => self.right_password(store, &session.login, proof.password, now).await?,
            Standing::SecondFactor | Standing::NewPassword => return Err(signed_out()),
        };
        if let Some(kept) = account.totp.as_deref() {
            let step = self.step_of(kept, proof.old_code, now)?;
            if !store.use_totp_step(&account.login, step).await? {
                return Err(wrong_code());
            }
        }
        let long_enough = ids::from_base32(factor).is_some_and(|bytes| bytes.len() >= 16);
        let step = self.step_of(factor, code, now)?;
        if !long_enough {
            return Err(wrong_code());
        }
        let audit = audit(session.subject.key(), "set-second-factor", session.subject.key(), now, "");
        store.set_totp(&account.login, Some(factor), step, &audit).await?;
        store.clear_attempts(&account.login).await?;
        let account = store.account(&session.login).await?.ok_or_else(signed_out)?;
        self.open(store, &account, true, Some(&session.digest), now).await
    }

    /// The session behind a cookie, if it holds now. Being asked for keeps it alive.
    pub async fn current(&self, store: &Store, secret: &str, now: Moment) -> Result<Option<Session>, Failure> {
        if secret.is_empty() || secret.len() > 128 {
            return Ok(None);
        }
        let Some(signed) = store.session(&ids::digest(secret)).await? else { return Ok(None) };
        let row = &signed.session;
        let idle_until = row.seen_at.0 + self.limits.idle(&row.subject);
        if !signed.active || now >= row.expires_at || now.0 >= idle_until {
            return Ok(None);
        }
        if now.0 - row.seen_at.0 >= TOUCH_EVERY {
            store.touch_session(&row.digest, now).await?;
        }
        Ok(Some(self.session(signed)))
    }

    pub async fn sign_out(&self, store: &Store, secret: &str) -> Result<(), Failure> {
        Ok(store.close_session(&ids::digest(secret)).await?)
    }

    /// Ends all other sessions of whoever has this one; says how many.
    pub async fn sign_out_elsewhere(&self, store: &Store, session: &Session) -> Result<u64, Failure> {
        Ok(store.close_sessions(&session.subject, Some(&session.digest)).await?)
    }

    /// One's own sessions that hold now, the one seen last first.
    pub async fn own(&self, store: &Store, session: &Session, now: Moment) -> Result<Vec<SessionRow>, Failure> {
        let rows = store.sessions_of(&session.subject).await?;
        let holds = |row: &SessionRow| now < row.expires_at && now.0 < row.seen_at.0 + self.limits.idle(&row.subject);
        Ok(rows.into_iter().filter(holds).collect())
    }

    /// Ends one of one's own sessions, named by its handle.
    pub async fn end_one(&self, store: &Store, session: &Session, handle: &str) -> Result<(), Failure> {
        let rows = store.sessions_of(&session.subject).await?;
        for row in rows.iter().filter(|row| handle.len() == 12 && row.digest.starts_with(handle)) {
            store.close_session(&row.digest).await?;
        }
        Ok(())
    }

    async fn open(
        &self,
        store: &Store,
        account: &Account,
        second_factor: bool,
        replaces: Option<&str>,
        now: Moment,
    ) -> Answer<Opened> {
        let secret = ids::secret();
        let session = SessionRow {
            digest: ids::digest(&secret),
            login: account.login.clone(),
            subject: account.subject.clone(),
            acting_for: None,
            csrf: ids::secret(),
            created_at: now,
            seen_at: now,
            expires_at: Moment(now.0 + self.limits.whole(&account.subject)),
            second_factor,
        };
        store.open_session(&session, replaces).await?;
        let has_totp = account.totp.is_some();
        let signed = Signed { session, active: account.active, must_change: account.must_change, has_totp };
        Ok(Opened { secret, session: self.session(signed) })
    }

    fn session(&self, signed: Signed) -> Session {
        let row = signed.session;
        let must_have = matches!(row.subject, Subject::Staff(_)) && self.passwords.policy.staff_second_factor;
        let standing = if signed.has_totp && !row.second_factor {
            Standing::SecondFactor
        } else if signed.must_change {
            Standing::NewPassword
        } else if must_have && !signed.has_totp {
            Standing::Enrolment
        } else {
            Standing::Full
        };
        Session {
            digest: row.digest,
            login: row.login,
            subject: row.subject,
            acting_for: row.acting_for,
            csrf: row.csrf,
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
            standing,
        }
    }
}

/// How a login is looked up: without space around it, in small letters.
pub fn fold_login(typed: &str) -> String {
    typed.trim().chars().take(100).flat_map(char::to_lowercase).collect()
}

fn wrong_password() -> Stop {
    refuse(
        "sign-in",
        (
            "账号或密码不对，或者因多次输错暂时不能登录。",
            "Login or password is wrong, or signing in is locked for a while after wrong attempts.",
        ),
        (
            "请核对后重试；多次输错会暂停登录一段时间。忘记密码可带身份证件到窗口重置。",
            "Check both and try again; several wrong attempts lock signing in for a while. A forgotten password is reset at a counter, with your identity document.",
        ),
    )
}

fn wrong_code() -> Stop {
    refuse(
        "second-factor",
        ("动态验证码不对、已用过或已过期。", "The code is wrong, has been used, or has expired."),
        ("请输入验证器当前显示的六位数字。", "Type the six digits that the app shows now."),
    )
}

fn signed_out() -> Stop {
    refuse(
        "signed-out",
        ("登录已经结束。", "You are signed out."),
        ("请重新登录，已保存的内容还在。", "Sign in again; what was saved is kept."),
    )
}

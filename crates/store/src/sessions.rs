//! Accounts, with which people sign in, and the sessions that follow. Secrets are kept as digests or hashes only.

use crate::engine::{Op, Row, WriteError, args, op};
use crate::people::{Audit, Subject, written};
use crate::{Store, StoreError};
use casework::Moment;

/// Something to sign in with. `Debug` tells whose it is and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub login: String,
    pub subject: Subject,
    /// Hash with its salt and parameters.
    pub password: String,
    /// Secret of the second factor, base32.
    pub totp: Option<String>,
    /// The last step for which a code was taken: no code works twice.
    pub totp_last: i64,
    /// Wrong attempts since the last right one.
    pub failures: i64,
    pub locked_until: Moment,
    pub must_change: bool,
    /// A password given at the counter is void from here on.
    pub one_time_until: Option<Moment>,
    pub active: bool,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({:?}, active: {})", self.subject, self.active)
    }
}

/// A session as it is kept. The digest is that of the secret in the cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub digest: String,
    pub login: String,
    pub subject: Subject,
    /// Credit code of the firm that a person acts for.
    pub acting_for: Option<String>,
    pub csrf: String,
    pub created_at: Moment,
    pub seen_at: Moment,
    pub expires_at: Moment,
    pub second_factor: bool,
}

/// A session together with what its account says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub session: SessionRow,
    pub active: bool,
    pub must_change: bool,
    pub has_totp: bool,
}

const ACCOUNT: &str = "SELECT login, kind, subject, password, totp, totp_last, failures, locked_until, must_change, one_time_until, active \
                       FROM accounts WHERE login = $1";
const INSERT_SESSION: &str = "INSERT INTO sessions (digest, login, kind, subject, acting_for, csrf, created_at, seen_at, expires_at, second_factor) \
                              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const SESSION: &str = "SELECT s.digest, s.login, s.kind, s.subject, s.acting_for, s.csrf, s.created_at, s.seen_at, s.expires_at, \
     s.second_factor, a.active, a.must_change, a.totp IS NOT NULL FROM sessions s JOIN accounts a ON a.login = s.login WHERE s.digest = $1";

fn account(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        login: row.string(0)?,
        subject: Subject::read(row.text(1)?, row.text(2)?)?,
        password: row.string(3)?,
        totp: row.opt_string(4)?,
        totp_last: row.int(5)?,
        failures: row.int(6)?,
        locked_until: Moment(row.int(7)?),
        must_change: row.bool(8)?,
        one_time_until: row.opt_int(9)?.map(Moment),
        active: row.bool(10)?,
    })
}

fn session(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        digest: row.string(0)?,
        login: row.string(1)?,
        subject: Subject::read(row.text(2)?, row.text(3)?)?,
        acting_for: row.opt_string(4)?,
        csrf: row.string(5)?,
        created_at: Moment(row.int(6)?),
        seen_at: Moment(row.int(7)?),
        expires_at: Moment(row.int(8)?),
        second_factor: row.bool(9)?,
    })
}

fn close(digest: &str) -> Op {
    op("DELETE FROM sessions WHERE digest = $1", args![digest])
}

impl Account {
    /// An account that can be used at once: no second factor yet, and nothing tried.
    pub fn new(login: impl Into<String>, subject: Subject, password: impl Into<String>) -> Account {
        Account {
            login: login.into(),
            subject,
            password: password.into(),
            totp: None,
            totp_last: 0,
            failures: 0,
            locked_until: Moment(0),
            must_change: false,
            one_time_until: None,
            active: true,
        }
    }

    /// Whether somebody has taken it up: chosen a password of her own, or set up a second factor. An account that was only given
    /// is what another system acts under.
    pub fn is_a_persons(&self) -> bool {
        self.active && (!self.must_change || self.totp.is_some())
    }
}

impl Store {
    /// `false` when the login is taken.
    pub async fn add_account(&self, account: &Account, audit: Option<&Audit>) -> Result<bool, StoreError> {
        let sql = "INSERT INTO accounts (login, kind, subject, password, totp, totp_last, failures, locked_until, must_change, one_time_until, active) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let values = args![
            &account.login,
            account.subject.kind(),
            account.subject.id(),
            &account.password,
            account.totp.as_ref(),
            account.totp_last,
            account.failures,
            account.locked_until.0,
            account.must_change,
            account.one_time_until.map(|at| at.0),
            account.active
        ];
        written(self.engine.write([op(sql, values)].into_iter().chain(audit.map(Audit::op)).collect()).await)
    }

    pub async fn account(&self, login: &str) -> Result<Option<Account>, StoreError> {
        self.engine.read_one(ACCOUNT, args![login]).await?.as_ref().map(account).transpose()
    }

    pub async fn accounts_of(&self, subject: &Subject) -> Result<Vec<Account>, StoreError> {
        let sql = "SELECT login, kind, subject, password, totp, totp_last, failures, locked_until, must_change, one_time_until, active \
                   FROM accounts WHERE kind = $1 AND subject = $2 ORDER BY login";
        self.engine.read(sql, args![subject.kind(), subject.id()]).await?.iter().map(account).collect()
    }

    /// Counts an attempt before it is judged, so that a hundred at once are a hundred. `false` when the account was locked, or
    /// another attempt was counted, since `failures` was read.
    pub async fn count_attempt(
        &self,
        login: &str,
        failures: i64,
        count: i64,
        locked_until: Moment,
        now: Moment,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE accounts SET failures = $5, locked_until = $3 \
                   WHERE login = $1 AND failures = $2 AND locked_until <= $4 AND active";
        let written = self.engine.write(vec![op(sql, args![login, failures, locked_until.0, now.0, count])]).await?;
        Ok(written.count(0) == 1)
    }

    /// A right attempt clears the count.
    pub async fn clear_attempts(&self, login: &str) -> Result<(), StoreError> {
        let sql = "UPDATE accounts SET failures = 0, locked_until = 0 WHERE login = $1";
        self.engine.write(vec![op(sql, args![login])]).await?;
        Ok(())
    }

    /// A new password clears the count, and ends every session of the login but `keep` and every token of its subject.
    pub async fn set_password(
        &self,
        login: &str,
        hash: &str,
        one_time_until: Option<Moment>,
        keep: Option<&str>,
        audit: &Audit,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE accounts SET password = $2, must_change = $3, one_time_until = $4, failures = 0, locked_until = 0 WHERE login = $1";
        let tokens = "UPDATE tokens SET revoked_at = $2 WHERE revoked_at IS NULL AND EXISTS (SELECT 1 FROM accounts \
                      WHERE login = $1 AND kind = tokens.subject_kind AND subject = tokens.subject)";
        let unit = vec![
            op(sql, args![login, hash, one_time_until.is_some(), one_time_until.map(|at| at.0)]).expecting(1),
            op("DELETE FROM sessions WHERE login = $1 AND digest <> $2", args![login, keep.unwrap_or_default()]),
            op(tokens, args![login, audit.at.0]),
            audit.op(),
        ];
        match self.engine.write(unit).await {
            Ok(_) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Sets or takes away the second factor. `step` is the step of the code that proved it; that code works no more.
    pub async fn set_totp(&self, login: &str, secret: Option<&str>, step: i64, audit: &Audit) -> Result<(), StoreError> {
        let sql = "UPDATE accounts SET totp = $2, totp_last = $3 WHERE login = $1";
        self.engine.write(vec![op(sql, args![login, secret, step]).expecting(1), audit.op()]).await?;
        Ok(())
    }

    /// Uses up a step of the second factor; `false` when it or a later one was used before.
    pub async fn use_totp_step(&self, login: &str, step: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE accounts SET totp_last = $2 WHERE login = $1 AND totp_last < $2";
        Ok(self.engine.write(vec![op(sql, args![login, step])]).await?.count(0) == 1)
    }

    /// Begins a session, in the place of another where there was one.
    pub async fn open_session(&self, row: &SessionRow, replaces: Option<&str>) -> Result<(), StoreError> {
        let values = args![
            &row.digest,
            &row.login,
            row.subject.kind(),
            row.subject.id(),
            row.acting_for.as_ref(),
            &row.csrf,
            row.created_at.0,
            row.seen_at.0,
            row.expires_at.0,
            row.second_factor
        ];
        let ended = replaces.map(close);
        self.engine.write(ended.into_iter().chain([op(INSERT_SESSION, values)]).collect()).await?;
        Ok(())
    }

    /// A session by the digest of its secret, ended or not, with what its account says now.
    pub async fn session(&self, digest: &str) -> Result<Option<Signed>, StoreError> {
        let Some(row) = self.engine.read_one(SESSION, args![digest]).await? else { return Ok(None) };
        let (active, must_change, has_totp) = (row.bool(10)?, row.bool(11)?, row.bool(12)?);
        Ok(Some(Signed { session: session(&row)?, active, must_change, has_totp }))
    }

    pub async fn touch_session(&self, digest: &str, now: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET seen_at = $2 WHERE digest = $1 AND seen_at < $2";
        self.engine.write(vec![op(sql, args![digest, now.0])]).await?;
        Ok(())
    }

    pub async fn act_for(&self, digest: &str, firm: Option<&str>) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET acting_for = $2 WHERE digest = $1";
        self.engine.write(vec![op(sql, args![digest, firm])]).await?;
        Ok(())
    }

    pub async fn close_session(&self, digest: &str) -> Result<(), StoreError> {
        self.engine.write(vec![close(digest)]).await?;
        Ok(())
    }

    /// Ends all sessions of somebody but `keep`; says how many.
    pub async fn close_sessions(&self, subject: &Subject, keep: Option<&str>) -> Result<u64, StoreError> {
        let sql = "DELETE FROM sessions WHERE kind = $1 AND subject = $2 AND digest <> $3";
        let values = args![subject.kind(), subject.id(), keep.unwrap_or_default()];
        Ok(self.engine.write(vec![op(sql, values)]).await?.count(0))
    }

    /// Sessions of somebody, the one seen last first.
    pub async fn sessions_of(&self, subject: &Subject) -> Result<Vec<SessionRow>, StoreError> {
        let sql = "SELECT digest, login, kind, subject, acting_for, csrf, created_at, seen_at, expires_at, second_factor FROM sessions \
                   WHERE kind = $1 AND subject = $2 ORDER BY seen_at DESC, digest";
        self.engine.read(sql, args![subject.kind(), subject.id()]).await?.iter().map(session).collect()
    }

    /// Forgets sessions that ended; says how many.
    pub async fn sweep_sessions(&self, now: Moment) -> Result<u64, StoreError> {
        Ok(self.engine.write(vec![op("DELETE FROM sessions WHERE expires_at <= $1", args![now.0])]).await?.count(0))
    }
}

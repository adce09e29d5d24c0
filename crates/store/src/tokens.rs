//! Tokens of the API and codes for following a matter: what opens something without a session. Only digests are kept of what
//! has to stay secret.

use crate::engine::{ReadError, Row, args, op};
use crate::people::{Audit, Subject};
use crate::{Store, StoreError};
use casework::{CaseNo, Moment};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: String,
    pub digest: String,
    /// What its owner calls it.
    pub name: String,
    /// As whom it acts.
    pub subject: Subject,
    /// Words of the API, separated by spaces.
    pub scope: String,
    pub expires_at: Moment,
    pub revoked_at: Option<Moment>,
    pub created_by: String,
    pub created_at: Moment,
    pub used_at: Option<Moment>,
}

/// A code under which a matter is followed without signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowCode {
    pub code: String,
    pub case_no: CaseNo,
    /// Keyed digest of the second secret.
    pub secret: String,
    pub failures: i64,
}

fn token(row: &Row) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.string(0)?,
        digest: row.string(1)?,
        name: row.string(2)?,
        subject: Subject::read(row.text(3)?, row.text(4)?)?,
        scope: row.string(5)?,
        expires_at: Moment(row.int(6)?),
        revoked_at: row.opt_int(7)?.map(Moment),
        created_by: row.string(8)?,
        created_at: Moment(row.int(9)?),
        used_at: row.opt_int(10)?.map(Moment),
    })
}

impl Store {
    pub async fn add_token(&self, token: &Token, audit: &Audit) -> Result<(), StoreError> {
        let sql = "INSERT INTO tokens (id, digest, name, subject_kind, subject, scope, expires_at, created_by, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = args![
            &token.id,
            &token.digest,
            &token.name,
            token.subject.kind(),
            token.subject.id(),
            &token.scope,
            token.expires_at.0,
            &token.created_by,
            token.created_at.0
        ];
        self.engine.write(vec![op(sql, values), audit.op()]).await?;
        Ok(())
    }

    /// A token by the digest of its secret, whether it still holds or not.
    pub async fn token_by_digest(&self, digest: &str) -> Result<Option<Token>, StoreError> {
        let sql = "SELECT id, digest, name, subject_kind, subject, scope, expires_at, revoked_at, created_by, created_at, used_at \
                   FROM tokens WHERE digest = $1";
        self.engine.read_one(sql, args![digest]).await?.as_ref().map(token).transpose()
    }

    pub async fn token(&self, id: &str) -> Result<Option<Token>, StoreError> {
        let sql = "SELECT id, digest, name, subject_kind, subject, scope, expires_at, revoked_at, created_by, created_at, used_at \
                   FROM tokens WHERE id = $1";
        self.engine.read_one(sql, args![id]).await?.as_ref().map(token).transpose()
    }

    /// Tokens of somebody, or all, the newest first.
    pub async fn tokens(&self, of: Option<&Subject>) -> Result<Vec<Token>, StoreError> {
        let sql = "SELECT id, digest, name, subject_kind, subject, scope, expires_at, revoked_at, created_by, created_at, used_at \
                   FROM tokens WHERE CAST($1 AS TEXT) IS NULL OR (subject_kind = $1 AND subject = $2) ORDER BY created_at DESC, id";
        let rows = self.engine.read(sql, args![of.map(Subject::kind), of.map(Subject::id)]).await?;
        rows.iter().map(token).collect()
    }

    /// `false` when it was revoked before.
    pub async fn revoke_token(&self, id: &str, at: Moment, audit: &Audit) -> Result<bool, StoreError> {
        let revoke = op("UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", args![id, at.0]).expecting(1);
        match self.engine.write(vec![revoke, audit.op()]).await {
            Ok(_) => Ok(true),
            Err(crate::engine::WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub async fn touch_token(&self, id: &str, at: Moment) -> Result<(), StoreError> {
        self.engine.write(vec![op("UPDATE tokens SET used_at = $2 WHERE id = $1", args![id, at.0])]).await?;
        Ok(())
    }

    /// Keeps a new code; former ones of the same case open nothing any more.
    pub async fn set_follow_code(&self, code: &FollowCode) -> Result<(), StoreError> {
        let unit = vec![
            op("DELETE FROM follow_codes WHERE case_no = $1", args![&code.case_no.0]),
            op(
                "INSERT INTO follow_codes (code, case_no, secret, failures) VALUES ($1, $2, $3, 0)",
                args![&code.code, &code.case_no.0, &code.secret],
            ),
        ];
        self.engine.write(unit).await?;
        Ok(())
    }

    pub async fn follow_code(&self, code: &str) -> Result<Option<FollowCode>, StoreError> {
        let row =
            self.engine.read_one("SELECT code, case_no, secret, failures FROM follow_codes WHERE code = $1", args![code]).await?;
        Ok(row.as_ref().map(follow).transpose()?)
    }

    pub async fn follow_code_of(&self, no: &CaseNo) -> Result<Option<FollowCode>, StoreError> {
        let row = self
            .engine
            .read_one("SELECT code, case_no, secret, failures FROM follow_codes WHERE case_no = $1", args![&no.0])
            .await?;
        Ok(row.as_ref().map(follow).transpose()?)
    }

    /// Counts an attempt before it is judged; `false` when `most` were wrong already.
    pub async fn count_follow_attempt(&self, code: &str, most: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE follow_codes SET failures = failures + 1 WHERE code = $1 AND failures < $2";
        Ok(self.engine.write(vec![op(sql, args![code, most])]).await?.count(0) == 1)
    }

    pub async fn clear_follow_attempts(&self, code: &str) -> Result<(), StoreError> {
        self.engine.write(vec![op("UPDATE follow_codes SET failures = 0 WHERE code = $1", args![code])]).await?;
        Ok(())
    }
}

fn follow(row: &Row) -> Result<FollowCode, ReadError> {
    Ok(FollowCode { code: row.string(0)?, case_no: CaseNo(row.string(1)?), secret: row.string(2)?, failures: row.int(3)? })
}

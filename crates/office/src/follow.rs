//! Following a matter without signing in: an unguessable code from the receipt, and a second secret that is not on it.
//!
//! What is shown then is a matter of the page: state, next step, until when; no names, no papers. The code finds nothing alone, and
//! ten wrong secrets end it; a new one is had from the case page or at a counter.

use crate::door::{Answer, Stop, refuse};
use crate::ids;
use crate::people::NumberKey;
use casework::CaseNo;
use store::Store;
use store::tokens::FollowCode;

/// Wrong secrets after which a code opens nothing any more.
pub const ATTEMPTS: i64 = 10;

/// Makes the code of a case, for whoever may see the case; a former one ends. `secret` are the last four digits of the telephone,
/// or a PIN of four to twelve letters and digits.
///
/// # Errors
/// Refused for a secret of another shape.
pub async fn issue(store: &Store, key: &NumberKey, no: &CaseNo, secret: &str) -> Answer<String> {
    let secret = folded(secret);
    if !(4..=12).contains(&secret.len()) || !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(refuse(
            "bad-pin",
            ("口令须为4至12位字母或数字。", "The second secret has 4 to 12 letters or digits."),
            ("可用联系电话的后四位。", "The last four digits of your telephone will do."),
        ));
    }
    let code = ids::follow_code();
    let secret = key.follow_secret(&code, &secret);
    store.set_follow_code(&FollowCode { code: code.clone(), case_no: no.clone(), secret, failures: 0 }).await?;
    Ok(code)
}

/// The case behind a code and its secret.
///
/// # Errors
/// One refusal for an unknown code, a wrong secret and a code that has ended.
pub async fn follow(store: &Store, key: &NumberKey, code: &str, secret: &str) -> Answer<CaseNo> {
    let code = ids::read_follow_code(code).ok_or_else(wrong)?;
    // Counted before it is judged, so that a hundred at once are a hundred.
    if !store.count_follow_attempt(&code, ATTEMPTS).await? {
        return Err(wrong());
    }
    let found = store.follow_code(&code).await?.ok_or_else(wrong)?;
    let given = key.follow_secret(&code, &folded(secret));
    if !bool::from(subtle::ConstantTimeEq::ct_eq(given.as_bytes(), found.secret.as_bytes())) {
        return Err(wrong());
    }
    store.clear_follow_attempts(&code).await?;
    Ok(found.case_no)
}

fn folded(secret: &str) -> String {
    secret.trim().to_ascii_lowercase()
}

fn wrong() -> Stop {
    refuse(
        "follow",
        ("查询码或口令不对，或查询码已失效。", "Code or second secret is wrong, or the code has ended."),
        (
            "请对照收件凭证核对；多次输错后查询码失效，可登录或到窗口重新取得。",
            "Compare with the receipt. After several wrong tries the code ends; get a new one online or at a counter.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::{key, refused, store};

    #[tokio::test]
    async fn a_matter_is_followed_by_code_and_secret_together() {
        let store = store().await;
        let no = CaseNo("C1".to_owned());
        for secret in ["", "123", "一二三四", "1234567890123"] {
            assert_eq!(refused(issue(&store, &key(), &no, secret).await), "bad-pin");
        }
        let code = issue(&store, &key(), &no, "0000").await.expect("issued");
        assert_eq!(follow(&store, &key(), &code.to_lowercase().replace('-', ""), " 0000 ").await.expect("found"), no);
        assert_eq!(refused(follow(&store, &key(), &code, "0001").await), "follow");
        assert_eq!(refused(follow(&store, &key(), &ids::follow_code(), "0000").await), "follow");
        assert_eq!(refused(follow(&store, &key(), "C1", "0000").await), "follow", "a case number is no code");
        let kept = store.follow_code(&code).await.expect("read").expect("there");
        assert!(!kept.secret.contains("0000"));
        let newer = issue(&store, &key(), &no, "0000").await.expect("issued");
        assert_eq!(refused(follow(&store, &key(), &code, "0000").await), "follow", "the former one has ended");
        assert!(follow(&store, &key(), &newer, "0000").await.is_ok());
    }

    #[tokio::test]
    async fn ten_wrong_secrets_end_a_code_and_a_right_one_clears_the_count() {
        let store = store().await;
        let code = issue(&store, &key(), &CaseNo("C1".to_owned()), "0000").await.expect("issued");
        for _ in 0..9 {
            assert!(follow(&store, &key(), &code, "9999").await.is_err());
        }
        assert!(follow(&store, &key(), &code, "0000").await.is_ok());
        for _ in 0..10 {
            assert!(follow(&store, &key(), &code, "9999").await.is_err());
        }
        assert_eq!(refused(follow(&store, &key(), &code, "0000").await), "follow");
    }
}

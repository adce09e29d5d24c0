//! Passwords: which ones are taken, how they are kept, and how many are worked on at once.
//!
//! Argon2id with the parameters that OWASP names; salt, parameters and hash are kept in one text. At most two are worked on
//! at a time, because each takes 19 MiB (decision 18); beyond a bounded queue the answer is *busy*.

use crate::{Failure, ids};
use argon2::{Algorithm, Argon2, Params, Version};
use rulebook::Text;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// What an administrator may set.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Fewest characters of a password.
    pub shortest: usize,
    /// Wrong attempts before signing in is locked.
    pub attempts: u32,
    /// Length of the first lock, in milliseconds; each further wrong attempt doubles it.
    pub first_lock: i64,
    pub longest_lock: i64,
    /// After that long without an attempt since the last lock ended the count begins anew, in milliseconds.
    pub forgotten_after: i64,
    /// How long a password given at the counter holds, in milliseconds.
    pub one_time: i64,
    /// Refused sign-ins take at least this long, in milliseconds, so that the time tells nothing.
    pub refusal_takes: u64,
    /// Memory for one hash in KiB, and passes over it.
    pub memory: u32,
    pub passes: u32,
    /// Whether staff have to use a second factor.
    pub staff_second_factor: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            shortest: 10,
            attempts: 5,
            first_lock: 60_000,
            longest_lock: 3_600_000,
            forgotten_after: 24 * 3_600_000,
            one_time: 24 * 3_600_000,
            refusal_takes: 400,
            memory: Params::DEFAULT_M_COST,
            passes: Params::DEFAULT_T_COST,
            staff_second_factor: true,
        }
    }
}

impl Policy {
    /// How long signing in is locked after that many wrong attempts in a row, in milliseconds.
    pub fn lock_after(&self, failures: i64) -> i64 {
        let over = failures - i64::from(self.attempts);
        if over < 0 { 0 } else { self.first_lock.saturating_mul(1 << over.min(30)).min(self.longest_lock) }
    }
}

/// Longest password, in characters: beyond it hashing would be a way to keep us busy.
const LONGEST: usize = 128;
/// Hashes at once, and how many may wait for their turn.
const AT_ONCE: usize = 2;
const WAITING: usize = 64;

/// Passwords that everybody tries first, without digits and signs at the end; those people put there do not help.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "zxcvbnm",
    "iloveyou",
    "woaini",
    "administrator",
    "admin",
    "welcome",
    "letmein",
    "abcdefghij",
    "abcdefg",
    "yimen",
    "tianjin",
    "binhai",
    "binhaixinqu",
    "zhengwufuwu",
    "changeme",
    "mima",
    "qazwsxedc",
    "qweasdzxc",
    "princess",
    "sunshine",
    "football",
    "monkey",
    "dragon",
    "superman",
];

/// Works on passwords. Shared by all sign-ins of a node.
#[derive(Clone)]
pub struct Passwords {
    pub policy: Arc<Policy>,
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Hash of something nobody knows, worked on where there is no account.
    decoy: Arc<str>,
}

impl Passwords {
    /// # Errors
    /// When memory or passes of the policy are outside what Argon2 allows.
    pub fn new(policy: Policy) -> Result<Passwords, Failure> {
        let decoy = hash(&ids::secret(), policy.memory, policy.passes)?;
        let (turns, queue) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(AT_ONCE + WAITING)));
        Ok(Passwords { policy: Arc::new(policy), turns, queue, decoy: decoy.into() })
    }

    /// Whether a new password is good enough.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, login: &str, name: &str, password: &str) -> Result<(), Text> {
        let length = password.chars().count();
        let shortest = self.policy.shortest;
        let folded = password.to_lowercase();
        if length < shortest {
            return Err(Text::new(
                format!("密码至少{shortest}个字符。"),
                format!("A password has at least {shortest} characters."),
            ));
        }
        if length > LONGEST {
            return Err(Text::new(format!("密码最多{LONGEST}个字符。"), format!("A password has at most {LONGEST} characters.")));
        }
        let contains = |part: &str| part.chars().count() >= 3 && folded.contains(&part.to_lowercase());
        if contains(login) || contains(name) {
            return Err(Text::new("密码不能含有账号或姓名。", "A password must not contain the login or the name."));
        }
        let stem = folded.trim_end_matches(|c: char| !c.is_alphabetic());
        let is_common = COMMON.contains(&stem) || COMMON.contains(&stem.replace('0', "o").replace('1', "i").as_str());
        if is_common || is_run(&folded) {
            return Err(Text::new(
                "这个密码太常见，容易被猜到。可以用几个不相干的词连起来。",
                "This password is too common and easily guessed. Try a few unrelated words in a row.",
            ));
        }
        Ok(())
    }

    /// The text to keep.
    pub async fn hash(&self, password: &str) -> Result<String, Failure> {
        let (password, memory, passes) = (password.to_owned(), self.policy.memory, self.policy.passes);
        self.in_turn(move || hash(&password, memory, passes)).await?
    }

    /// Whether the password is the one that `kept` was made from. Without one, a decoy takes as long and is never right.
    pub async fn verify(&self, password: &str, kept: Option<&str>) -> Result<bool, Failure> {
        // What is too long cannot be right; it is judged all the same, in its first part.
        let short: String = password.chars().take(LONGEST).collect();
        let whole = short.len() == password.len();
        let known = kept.is_some();
        let kept = kept.unwrap_or(&self.decoy).to_owned();
        let right = self.in_turn(move || matches(&short, &kept)).await??;
        Ok(right && known && whole)
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let _place = self.queue.try_acquire().map_err(|_| Failure::Busy)?;
        let _turn = self.turns.acquire().await.map_err(|_| Failure::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Unready(error.to_string()))
    }
}

fn argon2(memory: u32, passes: u32) -> Result<Argon2<'static>, Failure> {
    let params = Params::new(memory, passes, 1, None).map_err(|error| Failure::Unready(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// `argon2id$19$memory$passes$salt$hash`
fn hash(password: &str, memory: u32, passes: u32) -> Result<String, Failure> {
    let salt = rand::random::<[u8; 16]>();
    let mut out = [0; 32];
    argon2(memory, passes)?
        .hash_password_into(password.as_bytes(), &salt, &mut out)
        .map_err(|error| Failure::Unready(error.to_string()))?;
    Ok(format!("argon2id$19${memory}${passes}${}${}", ids::hex(&salt), ids::hex(&out)))
}

fn matches(password: &str, kept: &str) -> Result<bool, Failure> {
    let damaged = || Failure::Unready("a kept password cannot be read".to_owned());
    let parts: Vec<&str> = kept.split('$').collect();
    let ["argon2id", "19", memory, passes, salt, hash] = parts.as_slice() else { return Err(damaged()) };
    let number = |text: &str| text.parse().map_err(|_| damaged());
    let salt = from_hex(salt).ok_or_else(damaged)?;
    let mut out = [0; 32];
    argon2(number(memory)?, number(passes)?)?
        .hash_password_into(password.as_bytes(), &salt, &mut out)
        .map_err(|error| Failure::Unready(error.to_string()))?;
    Ok(ids::hex(&out).as_bytes().ct_eq(hash.as_bytes()).into())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// The same character, or the next of the alphabet or the digits, over and over: `1111111111`, `1234567890`, `abcdefghij`.
fn is_run(password: &str) -> bool {
    let bytes = password.as_bytes();
    let steady = |step: i16| {
        bytes.windows(2).all(|pair| {
            let difference = i16::from(pair[1]) - i16::from(pair[0]);
            difference == step
                || (pair[0] == b'9' && pair[1] == b'0' && step == 1)
                || (pair[0] == b'0' && pair[1] == b'9' && step == -1)
        })
    };
    steady(0) || steady(1) || steady(-1)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Fast, for tests of what stands around.
    pub(crate) fn quick() -> Passwords {
        Passwords::new(Policy { memory: 8, passes: 1, refusal_takes: 0, ..Policy::default() }).expect("a policy")
    }

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let passwords = quick();
        let check = |password: &str, good: bool| {
            assert_eq!(passwords.check("wang", "王小明", password).is_ok(), good, "{password}");
        };
        check("短短短短短短短短短", false);
        check("wang-in-the-rain", false);
        check("我是王小明来办事的人", false);
        check("Password123!", false);
        check("PASSW0RD2026", false);
        check("1234567890", false);
        check("aaaaaaaaaaaa", false);
        check("9876543210", false);
        check(&"长".repeat(129), false);
        check("correct horse battery", true);
        check("三月海河开冰了好看", false);
        check("三月的海河开冰了好看", true);
    }

    #[test]
    fn locks_double_up_to_the_longest() {
        let policy = Policy::default();
        let minutes: Vec<i64> = [4, 5, 6, 8, 11, 60, i64::MAX].map(|failures| policy.lock_after(failures) / 60_000).to_vec();
        assert_eq!(minutes, [0, 1, 2, 8, 60, 60, 60]);
    }

    #[tokio::test]
    async fn a_password_is_right_or_not_and_a_decoy_never_is() {
        let passwords = quick();
        let kept = passwords.hash("三月的海河开冰了好看").await.expect("hashed");
        assert_ne!(kept, passwords.hash("三月的海河开冰了好看").await.expect("hashed"), "each has its own salt");
        assert!(passwords.verify("三月的海河开冰了好看", Some(&kept)).await.expect("verified"));
        assert!(!passwords.verify("三月的海河开冰了好", Some(&kept)).await.expect("verified"));
        assert!(!passwords.verify("", None).await.expect("verified"));
        assert!(passwords.verify("x", Some("plain text")).await.is_err());
        let long = "长".repeat(LONGEST);
        let kept = passwords.hash(&long).await.expect("hashed");
        assert!(!passwords.verify(&format!("{long}长"), Some(&kept)).await.expect("verified"), "what is cut off counts");
    }

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_busy() {
        let passwords = quick();
        let _all = passwords.queue.acquire_many((AT_ONCE + WAITING) as u32).await.expect("places");
        assert!(matches!(passwords.hash("x").await, Err(Failure::Busy)));
    }
}

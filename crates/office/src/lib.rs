//! Where decisions meet the world: perform an act, watch the clocks, run errands, make letters, keep drafts and people.

pub mod apply;
pub mod assessed_draft;
pub mod assessments;
pub mod at_once;
pub mod blobs;
pub mod broken;
mod bundles;
pub mod claims;
pub mod clock;
pub mod corrections;
pub mod courier;
pub mod decisions;
pub mod door;
pub mod drafts;
pub mod exchange;
pub mod file_kind;
pub mod follow;
pub mod found;
mod founded;
pub mod ids;
pub mod import;
pub mod indexer;
pub mod letters;
pub mod licences;
pub mod mail;
pub mod notices;
pub mod passwords;
pub mod people;
pub mod perform;
pub mod policy_findings;
pub mod policy_sources;
pub mod profiles;
pub mod publish;
pub mod reach;
pub mod readings;
pub mod relied;
pub mod renewals;
pub mod retention;
pub mod rulebooks;
pub mod sessions;
pub mod signers;
pub mod supplies;
pub mod sweeper;
pub mod tell;
pub mod timekeeper;
pub mod tokens;
pub mod totp;
pub mod uploads;

pub use clock::Clock;
pub use door::{Answer, Stop};
pub use perform::Outcome;
pub use rulebooks::{Edition, Rulebooks};

use casework::Moment;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::Store;
use tokio::sync::{Notify, watch};

/// The machine failing, not the law saying no.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the store failed: {0}")]
    Store(#[from] store::StoreError),
    #[error("too many people at once; try again")]
    Busy,
    #[error("not ready: {0}")]
    Unready(String),
    #[error("the document could not be made: {0}")]
    Letter(String),
    #[error("the file store failed: {0}")]
    Files(#[from] std::io::Error),
}

impl Failure {
    /// Whether the same again may succeed: too much at once, the database or the disk away for a while.
    pub fn is_passing(&self) -> bool {
        match self {
            Failure::Store(error) => error.is_passing(),
            // What lies there and is wrong stays wrong; a full disk or a store that is away does not.
            Failure::Files(error) => error.kind() != std::io::ErrorKind::InvalidData,
            Failure::Busy | Failure::Unready(_) => true,
            Failure::Letter(_) => false,
        }
    }
}

/// The office of one node: everything that acts goes through it. Cheap to clone.
#[derive(Clone)]
pub struct Office {
    pub store: Store,
    pub rulebooks: Rulebooks,
    pub clock: Clock,
    /// Passwords and sessions.
    pub entrance: sessions::Entrance,
    /// The key under which identity numbers are found without being readable.
    pub number_key: people::NumberKey,
    /// Takes papers in; under `data` unless a store was named.
    pub uploads: uploads::Uploads,
    mailer: Option<mail::Mailer>,
    /// The partner systems that are connected.
    pub exchange: exchange::Exchange,
    pub settings: Arc<Settings>,
    woken: Arc<Notify>,
    numbers: Arc<NumberBlock>,
    acts: Arc<AtomicU64>,
    /// The last day on which this node looked for permits to remind of.
    reminded: Arc<std::sync::Mutex<Option<jiff::civil::Date>>>,
    closing: Arc<watch::Sender<bool>>,
    /// Counts of reach that took long.
    reached: Arc<reach::Kept>,
}

/// What an administrator configures.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address people reach the portal by, for codes printed on paper; no trailing slash.
    pub public_url: String,
    /// Whether this is a demonstration: it says so on every page and letter, and its clock can be moved.
    pub demonstration: bool,
    pub data: std::path::PathBuf,
    /// Key for the digests of identity numbers; the same on every node, kept outside the database.
    pub number_key: [u8; 32],
}

/// Case numbers leased in blocks, so that nodes never meet; gaps are allowed.
#[derive(Debug, Default)]
struct NumberBlock(tokio::sync::Mutex<std::ops::Range<u64>>);

const A_YEAR: i64 = 366 * 24 * 3_600_000;

const BLOCK: u32 = 1_000;

impl Office {
    /// # Errors
    /// When the password policy asks for what Argon2 does not allow.
    pub fn new(store: Store, clock: Clock, settings: Settings) -> Result<Office, Failure> {
        let mut policy = passwords::Policy::default();
        let mut limits = sessions::Limits::default();
        if settings.demonstration {
            // Whoever tries the demonstration moves its clock by days and should stay signed in; and has no second device set up.
            policy.staff_second_factor = false;
            limits = sessions::Limits { staff_idle: A_YEAR, staff_whole: A_YEAR, person_idle: A_YEAR, person_whole: A_YEAR };
        }
        Ok(Office {
            entrance: sessions::Entrance::new(policy, limits, clock.clone())?,
            number_key: people::NumberKey::new(settings.number_key),
            uploads: uploads::Uploads::new(
                blobs::Blobs::folder(&settings.data),
                Arc::new(uploads::NoScanner),
                uploads::Bounds::default(),
            ),
            mailer: None,
            exchange: exchange::Exchange::default(),
            store,
            rulebooks: Rulebooks::default(),
            clock,
            settings: Arc::new(settings),
            woken: Arc::default(),
            numbers: Arc::default(),
            acts: Arc::default(),
            reminded: Arc::default(),
            closing: Arc::new(watch::channel(false).0),
            reached: Arc::default(),
        })
    }

    /// The same with other ways of taking papers in: another store, a virus scanner, other bounds.
    pub fn with_uploads(self, uploads: uploads::Uploads) -> Office {
        Office { uploads, ..self }
    }

    /// The same, sending notices by mail too.
    pub fn with_mailer(self, mailer: mail::Mailer) -> Office {
        Office { mailer: Some(mailer), ..self }
    }

    /// The same with partner systems connected.
    pub fn with_exchange(self, exchange: exchange::Exchange) -> Office {
        Office { exchange, ..self }
    }

    /// Who is behind the secret of a cookie, if the session opens anything.
    pub async fn signed_in(&self, secret: &str) -> Result<Option<sessions::SignedIn>, Failure> {
        self.entrance.signed_in(&self.store, secret, self.now().await?).await
    }

    /// Now, by the database's clock on PostgreSQL, by this machine's otherwise, by its own in a demonstration.
    pub async fn now(&self) -> Result<Moment, Failure> {
        Ok(Moment(self.store.engine().now_millis().await.map_err(store::StoreError::from)?))
    }

    /// Tells the timekeeper that something changed.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// How many acts people have done on this node; tells who works beside them whether they are busy.
    fn acts_of_people(&self) -> u64 {
        self.acts.load(Ordering::Relaxed)
    }

    async fn woken_by_time(&self) {
        self.woken.notified().await;
        // Many acts a second wake many times; one look for all of them is enough.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }

    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Lets the background work end.
    pub fn close(&self) {
        let _ = self.closing.send(true);
    }

    /// A fresh case number: district, day, serial and a check digit (handbook §3.4: unique, at most 50 characters).
    pub async fn new_case_no(&self) -> Result<casework::CaseNo, Failure> {
        let serial = {
            let mut block = self.numbers.0.lock().await;
            match block.next() {
                Some(serial) => serial,
                None => {
                    *block = self.store.lease_block("case", BLOCK).await?;
                    block.next().ok_or(Failure::Busy)?
                }
            }
        };
        let day = self.now().await?.day();
        let body = format!("120116{}{serial:07}", day.strftime("%Y%m%d"));
        let check = check_digit(&body);
        Ok(casework::CaseNo(format!("{body}{check}")))
    }
}

/// ISO 7064 MOD 11,10 over decimal digits: finds every single wrong digit and nearly every swap.
fn check_digit(digits: &str) -> u32 {
    let product = digits.chars().filter_map(|c| c.to_digit(10)).fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// Whether this is the shape of one of our case numbers, check digit and all.
pub fn is_case_no(text: &str) -> bool {
    text.len() == 22 && text.chars().all(|c| c.is_ascii_digit()) && {
        let (body, check) = text.split_at(21);
        check.parse() == Ok(check_digit(body))
    }
}

pub(crate) fn fresh_key() -> [u8; 32] {
    rand::random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_with_a_wrong_digit_is_not_one() {
        let body = "120116202603020000123";
        let good = format!("{body}{}", check_digit(body));
        assert!(is_case_no(&good));
        for place in 0..good.len() {
            let mut wrong: Vec<u8> = good.bytes().collect();
            wrong[place] = if wrong[place] == b'9' { b'0' } else { wrong[place] + 1 };
            assert!(!is_case_no(&String::from_utf8(wrong).expect("ascii")), "digit {place}");
        }
    }
}

//! What statements about a firm are used for, on which ground, and what the firm agreed to. There is one use, matching with policies;
//! whoever brings in a register or list says on which ground, and a firm's own word is used because it agreed (个人信息保护法 arts. 6, 13, 14).

use crate::{Failure, Office, ids};
use rulebook::Text;
use store::profiles::{Choices, Consent, Purpose};

/// The one use that statements are kept for, as it is recorded.
pub const MATCHING: &str = "policy-matching";

/// On which ground statements about a firm are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// For a duty that the law lays on the body.
    Duty,
    /// Whom it concerns agreed.
    Consent,
    /// It was lawfully made public.
    Public,
}

impl Ground {
    pub const ALL: [Ground; 3] = [Ground::Duty, Ground::Consent, Ground::Public];

    pub fn word(self) -> &'static str {
        match self {
            Ground::Duty => "duty",
            Ground::Consent => "consent",
            Ground::Public => "public",
        }
    }

    pub fn of(word: &str) -> Option<Ground> {
        Ground::ALL.into_iter().find(|ground| ground.word() == word)
    }

    pub fn title(self) -> Text {
        match self {
            Ground::Duty => Text::new("履行法定职责", "a duty laid down by law"),
            Ground::Consent => Text::new("本人同意", "consent"),
            Ground::Public => Text::new("依法公开", "lawfully made public"),
        }
    }
}

/// What a use is called.
pub fn purpose_name(word: &str) -> Text {
    if word == MATCHING {
        Text::new("匹配惠企政策", "matching with policies")
    } else {
        Text::new(word.to_owned(), word.to_owned())
    }
}

impl Office {
    /// Notes on which ground a register or list is used for matching.
    pub async fn note_ground(&self, origin: &str, ground: Ground) -> Result<(), Failure> {
        let purpose = Purpose { purpose: MATCHING.to_owned(), ground: ground.word().to_owned() };
        Ok(self.store.note_purpose(origin, &purpose, self.now().await?).await?)
    }

    /// Keeps what a firm chose, and puts on record who let its facts be matched or took that back, when it is not what stood before.
    pub async fn choose_matching(&self, firm: &str, choices: Choices, person: &str) -> Result<(), Failure> {
        let now = self.now().await?;
        let before = self.store.consents_of(firm, 1).await?;
        let stands = before.first().map_or(Choices::default().matched, |last| last.given);
        self.store.choose_for_profile(firm, choices, now).await?;
        if choices.matched {
            self.store.look_again(firm, now).await?;
        }
        if stands != choices.matched {
            self.record_consent(firm, choices.matched, person).await?;
        }
        Ok(())
    }

    /// A firm says something of itself so that it is matched: that is put on record with its first word, and after it had taken it back.
    pub async fn agreed_by_declaring(&self, firm: &str, person: &str) -> Result<(), Failure> {
        let stands = self.store.consents_of(firm, 1).await?.first().is_some_and(|last| last.given);
        if stands || !self.store.profile_choices(firm).await?.matched {
            return Ok(());
        }
        self.record_consent(firm, true, person).await
    }

    async fn record_consent(&self, firm: &str, given: bool, person: &str) -> Result<(), Failure> {
        let (firm, purpose, by) = (firm.to_owned(), MATCHING.to_owned(), person.to_owned());
        let consent = Consent { id: ids::opaque(), firm, purpose, given, by, at: self.now().await? };
        Ok(self.store.add_consent(&consent).await?)
    }
}

//! The collection queue (归集): documents seen somewhere that are to be entered, the same document seen twice, and where the library has gaps.
//! Serves measure 14.

use crate::door::{Answer, not_found, overtaken, refuse};
use crate::people::require_district;
use crate::{Failure, Office, ids};
use casework::Officer;
use jiff::civil::Date;
use rulebook::Rulebook;
use rulebook::policy::{Level, Life, Policy};
use rulebook::procedure::Role;
use store::policy_sources::PolicySource;

/// What somebody saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub title: String,
    pub number: String,
    pub level: String,
    pub issuer: String,
    pub origin: String,
}

/// A source with what else looks like the same document.
#[derive(Debug, Clone)]
pub struct Queued {
    pub source: PolicySource,
    /// Codes of policies in the library with the same number or title.
    pub in_library: Vec<String>,
    /// Other sources with the same number or title.
    pub seen_again: usize,
}

/// What the library holds at one level.
#[derive(Debug, Clone, Copy)]
pub struct Shelf {
    pub level: Level,
    pub live: usize,
    /// Of these, how many are past their day of review.
    pub late: usize,
    pub waiting: usize,
}

const LONGEST: usize = 500;
pub const STATES: [&str; 2] = ["entered", "passed-over"];

/// A title or number without marks and spaces: 《…》, 〔2026〕 and [2026] are written one way here and another there.
pub fn key(text: &str) -> String {
    let text = text.split("关于印发").last().unwrap_or(text);
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .trim_end_matches("的通知")
        .to_owned()
}

fn same(one: (&str, &str), other: (&str, &str)) -> bool {
    (!one.0.is_empty() && one.0 == other.0) || (!one.1.is_empty() && one.1 == other.1)
}

impl Office {
    /// Puts a document on the queue. One that is there already is put there all the same, and both say so.
    ///
    /// # Errors
    /// Refused for whoever is no editor of the district, and without title, level or origin.
    pub async fn queue_policy_source(&self, by: &Officer, seen: &Seen) -> Answer<()> {
        let now = self.now().await?;
        require_district(by, Role::Editor, now.day())?;
        let texts = [&seen.title, &seen.number, &seen.issuer, &seen.origin];
        let known = Level::ALL.iter().any(|level| level.word() == seen.level);
        let long = texts.iter().any(|text| text.chars().count() > LONGEST);
        if seen.title.is_empty() || seen.origin.is_empty() || !known || long {
            return Err(refuse(
                "source-incomplete",
                (
                    "标题、层级和来源都要填，每项不超过500字。",
                    "Title, level and source are wanted, each of at most 500 characters.",
                ),
                ("请补齐再提交。", "Fill them in and send again."),
            ));
        }
        let new = PolicySource {
            id: ids::opaque(),
            title: seen.title.clone(),
            title_key: key(&seen.title),
            number: seen.number.clone(),
            number_key: key(&seen.number),
            level: seen.level.clone(),
            issuer: seen.issuer.clone(),
            origin: seen.origin.clone(),
            state: "waiting".to_owned(),
            words: String::new(),
            by: by.id.0.clone(),
            at: now,
        };
        self.store.add_policy_source(&new).await?;
        Ok(())
    }

    /// Says what became of a source: entered (as which policy), or passed over (why).
    ///
    /// # Errors
    /// Refused without a word of why, and when somebody was faster.
    pub async fn settle_policy_source(&self, by: &Officer, id: &str, state: &str, words: &str) -> Answer<()> {
        let now = self.now().await?;
        require_district(by, Role::Editor, now.day())?;
        let words = words.trim();
        if !STATES.contains(&state) {
            return Err(not_found());
        }
        if words.is_empty() || words.chars().count() > LONGEST {
            return Err(refuse(
                "words-missing",
                ("请写明录成了哪项政策，或者为什么不录。", "Say which policy it became, or why it is not entered."),
                ("例如：与津科规〔2021〕3号重复。", "For example: the same as 津科规〔2021〕3号."),
            ));
        }
        match self.store.settle_policy_source(id, state, words, &by.id.0, now).await? {
            true => Ok(()),
            false => Err(overtaken()),
        }
    }

    /// The queue, with what each looks like.
    pub async fn policy_queue(&self, rules: &Rulebook) -> Result<Vec<Queued>, Failure> {
        let all = self.store.policy_sources().await?;
        let library: Vec<(String, String, &str)> = rules
            .policies
            .values()
            .map(|policy| (key(&policy.number), key(&policy.name), policy.code.get_ref().as_str()))
            .collect();
        let queued = all.iter().map(|source| {
            let own = (source.number_key.as_str(), source.title_key.as_str());
            let in_library = library.iter().filter(|(number, title, _)| same(own, (number, title)));
            let again = all.iter().filter(|other| other.id != source.id && same(own, (&other.number_key, &other.title_key)));
            Queued {
                source: source.clone(),
                in_library: in_library.map(|(.., code)| (*code).to_owned()).collect(),
                seen_again: again.count(),
            }
        });
        Ok(queued.collect())
    }
}

/// What the library holds at each level on that day, beside what waits.
pub fn shelves(rules: &Rulebook, queue: &[Queued], today: Date) -> Vec<Shelf> {
    let live = |policy: &&Policy| policy.life == Life::Live && policy.silent(today).is_none() && !policy.for_comparison;
    let of = |level: Level| {
        let own: Vec<&Policy> = rules.policies.values().filter(|policy| policy.level == level).filter(live).collect();
        let waits = |queued: &&Queued| queued.source.state == "waiting" && queued.source.level == level.word();
        Shelf {
            level,
            live: own.len(),
            late: own.iter().filter(|policy| policy.review.is_none_or(|day| day < today)).count(),
            waiting: queue.iter().filter(waits).count(),
        }
    };
    Level::ALL.into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_document_is_known_however_it_is_written() {
        assert_eq!(key("津科规〔2021〕3号"), key("津科规[2021] 3 号"));
        assert_eq!(key("区科技局关于印发《雏鹰企业管理办法》的通知"), key("雏鹰企业管理办法"));
        assert!(same(("a", ""), ("a", "x")) && !same(("", ""), ("", "")), "two without a number are not the same for that");
    }
}

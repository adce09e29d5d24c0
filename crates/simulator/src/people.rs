//! Who appears in scenarios: a small fixed cast, so that a reader knows everybody after two pages.

use casework::{Actor, Holder, Officer, Power, StaffId};
use rulebook::identifier::ResidentNumber;
use rulebook::procedure::Role;
use store::people::firms::Part as Seat;

/// Where an officer's power holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Post {
    /// The body that decides the case of the scenario.
    Deciding,
    /// Another body, by its code.
    Body(&'static str),
    /// The whole district.
    District,
}

/// Somebody of the cast.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// As the second column calls them.
    pub word: &'static str,
    pub id: &'static str,
    pub roles: &'static [Role],
    pub post: Post,
}

const fn person(word: &'static str, id: &'static str, roles: &'static [Role], post: Post) -> Person {
    Person { word, id, roles, post }
}

/// The staff.
pub const CAST: [Person; 18] = [
    person("窗口", "he", &[Role::Clerk], Post::District),
    person("承办人李", "li", &[Role::Examiner], Post::Deciding),
    person("承办人王", "wang", &[Role::Examiner], Post::Deciding),
    person("审批人赵", "zhao", &[Role::Approver], Post::Deciding),
    person("负责人钱", "qian", &[Role::Head], Post::Deciding),
    person("主持人郑", "zheng", &[Role::Presider], Post::Deciding),
    person("督办员孙", "sun", &[Role::Supervisor], Post::District),
    person("专人周", "zhou", &[Role::Receptionist], Post::District),
    person("核查人吴", "wu", &[Role::Verifier], Post::District),
    // Holds two posts that no one may use in one case.
    person("兼岗徐", "xu", &[Role::Receptionist, Role::Verifier], Post::District),
    person("卫健委冯", "feng", &[Role::Examiner], Post::Body("wjw")),
    person("卫健委审批人蒋", "jiang", &[Role::Approver], Post::Body("wjw")),
    person("住建委陈", "chen", &[Role::Examiner], Post::Body("zjw")),
    person("城管委褚", "chu", &[Role::Examiner], Post::Body("cgw")),
    person("市场局沈", "shen", &[Role::Examiner], Post::Body("scjgj")),
    person("市场局罗", "luo", &[Role::Examiner], Post::Body("scjgj")),
    person("市场局审批人韩", "han", &[Role::Approver], Post::Body("scjgj")),
    person("法制审核秦", "qin", &[Role::Legal], Post::District),
];

/// Applicants, each with a firm of its own. The codes are nobody's: their middle reads TEXT.
pub const APPLICANTS: [(&str, &str, &str); 2] =
    [("申请人", "p1", "91120116MA0TEXT042"), ("申请人乙", "p2", "91120116MA0TEXT12W")];

/// Who founds a firm and has none yet.
const FOUNDER: (&str, &str) = ("创办人", "p3");

/// Who signs with the first applicant, each with an account: the word, the person, and the seat at the applicant's firm.
pub const SIGNERS: [(&str, &str, Option<Seat>); 3] =
    [("经办人", "p4", Some(Seat::Operator)), ("法定代表人", "p5", Some(Seat::Legal)), ("投资人乙", "p6", None)];

/// The number on the identity document of somebody who signs; nobody's, for they were born in the 1800s.
pub fn number_of(word: &str) -> Option<String> {
    let place = SIGNERS.iter().position(|(known, ..)| *known == word)?;
    let number = ResidentNumber::complete(&format!("1201161890010100{}", place + 1)).ok()?;
    Some(number.as_str().to_owned())
}

/// Whose matter it is when this one applies, and what it is called in lists; of others the first applicant's.
pub fn applicant(word: &str) -> (String, Holder) {
    if word == FOUNDER.0 {
        return (format!("{word}（示例）"), Holder::Person(FOUNDER.1.into()));
    }
    let (word, _, firm) = APPLICANTS.iter().find(|(known, ..)| *known == word).unwrap_or(&APPLICANTS[0]);
    (format!("{word}（示例）"), Holder::Firm((*firm).into()))
}

/// The actor that the second column names, for a case decided by `agency`.
pub fn actor(word: &str, agency: &str) -> Option<Actor> {
    if word == "时钟" {
        return Some(Actor::Clock);
    }
    if word == "系统" {
        return Some(Actor::System);
    }
    if word == FOUNDER.0 {
        let (person, holder) = (FOUNDER.1.to_owned(), Holder::Person(FOUNDER.1.to_owned()));
        return Some(Actor::Applicant { person, holder, reach: casework::Reach::Whole });
    }
    if let Some((_, person, _)) = SIGNERS.iter().find(|(known, ..)| *known == word) {
        let holder = Holder::Firm(APPLICANTS[0].2.to_owned());
        return Some(Actor::Applicant { person: (*person).to_owned(), holder, reach: casework::Reach::Whole });
    }
    if let Some((_, person, firm)) = APPLICANTS.iter().find(|(known, ..)| *known == word) {
        return Some(Actor::Applicant {
            person: (*person).into(),
            holder: Holder::Firm((*firm).into()),
            reach: casework::Reach::Whole,
        });
    }
    officer(word, agency).map(Actor::Officer)
}

/// The member of staff of this name.
pub fn officer(word: &str, agency: &str) -> Option<Officer> {
    CAST.iter().find(|person| person.word == word).map(|person| person.officer(agency))
}

/// How pages call this member of staff.
pub fn name_of(id: &StaffId) -> &str {
    CAST.iter().find(|person| person.id == id.0).map_or(id.0.as_str(), |person| person.word)
}

impl Person {
    pub fn powers(&self, deciding: &str) -> Vec<Power> {
        let agency = match self.post {
            Post::Deciding => Some(deciding.to_owned()),
            Post::Body(code) => Some(code.to_owned()),
            Post::District => None,
        };
        let power = |role: &Role| Power { role: *role, agency: agency.clone(), items: Vec::new(), until: None };
        self.roles.iter().map(power).collect()
    }

    pub fn officer(&self, deciding: &str) -> Officer {
        Officer { id: StaffId(self.id.into()), powers: self.powers(deciding), stands_in_for: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_found_by_the_word_of_the_page_and_only_once() {
        for person in CAST {
            let found = officer(person.word, "scjgj").expect(person.word);
            assert_eq!(name_of(&found.id), person.word);
            assert_eq!(CAST.iter().filter(|other| other.id == person.id || other.word == person.word).count(), 1);
        }
        assert_eq!(actor("路人", "scjgj"), None);
    }
}

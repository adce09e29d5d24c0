//! Who signs a draft with the applicant (共同签署): asked by the applicant, each signed in as themself, each seeing what they sign and
//! nothing else. It is sent once all whom the rules name have signed.
//!
//! A signature holds for the very text that was shown. Nothing is voided by writing: what was signed is compared with what stands in the
//! draft now, so that a changed answer leaves it void, and says which. Whoever signs for a firm is its legal representative on the day
//! of the last signature. The rules are always those in force, as for sending. 电子签名法 art. 13. Serves measure 2.

mod anew;
mod door;
mod kept;
mod statement;

pub use door::{Asked, Door, Shown};
pub use kept::{Kept, SignedText, kept};
pub use statement::{Statement, StatementPaper};

use crate::door::Answer;
use crate::drafts::{self, Wanted, Whole};
use crate::sessions::in_force;
use crate::{Failure, Office, ids};
use casework::{Actor, Holder, Moment, Refusal, Signature};
use jiff::civil::Date;
use rulebook::intake::Answers;
use rulebook::signer::{Named, SignerRule};
use rulebook::{Rulebook, Text};
use store::people::firms::Part as Seat;
use store::signatures::{Answered, DraftSignature};

/// In milliseconds: nobody is reminded twice within it.
const REMINDED_AFTER: i64 = 3_600_000;

/// What is signed as one role for one item, or for a theme as a whole.
#[derive(Debug, Clone)]
pub struct Part {
    /// `item/row`, or `theme:code/row`.
    pub code: String,
    pub role: Text,
    /// What each of them says by signing; what is signed is the Chinese.
    pub says: Text,
    /// The name of the paper that, signed by hand, does as well; and its key.
    pub paper: Option<(String, Text)>,
    /// That paper is there, so that nobody need sign here.
    pub by_hand: bool,
    /// What keeps the form from naming the people.
    pub fault: Option<Text>,
    pub people: Vec<Signer>,
    pub statement: Statement,
    pub text: String,
    /// SM3 of the text, hex.
    pub digest: String,
}

/// One of those who sign.
#[derive(Debug, Clone)]
pub struct Signer {
    pub named: Named,
    /// Under which they are found: `p:` and a digest, or `f:` and a credit code.
    pub key: String,
    pub stand: Stand,
    row: Option<DraftSignature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    NotAsked,
    Awaited {
        told: Moment,
    },
    Holds {
        at: Moment,
    },
    /// Signed, and then these answers were changed.
    Void {
        at: Moment,
        changed: Vec<String>,
    },
    Declined {
        at: Moment,
        words: String,
    },
    /// Whoever signed for the firm represents it no more.
    NoMandate {
        at: Moment,
    },
}

/// All who sign a draft; nobody for most.
#[derive(Debug, Clone, Default)]
pub struct Signers {
    pub parts: Vec<Part>,
}

impl Part {
    /// Whether this part keeps the draft from being sent.
    pub fn is_open(&self) -> bool {
        !self.by_hand && (self.fault.is_some() || self.people.iter().any(|signer| !signer.holds()))
    }
}

impl Signer {
    pub fn holds(&self) -> bool {
        matches!(self.stand, Stand::Holds { .. })
    }

    /// As lists show them: a number by its ends.
    pub fn shown(&self) -> String {
        format!("{} {}", self.named.name, rulebook::identifier::mask(&self.named.number))
    }
}

impl Signers {
    /// Whether a paper need not be handed in, since all who would sign it have signed here.
    pub fn spares(&self, key: &str) -> bool {
        self.parts.iter().any(|part| !part.is_open() && part.paper.as_ref().is_some_and(|(own, _)| own == key))
    }

    /// Why the draft cannot be sent yet.
    pub fn lacking(&self) -> Option<Refusal> {
        let open: Vec<&Part> = self.parts.iter().filter(|part| part.is_open()).collect();
        if open.is_empty() {
            return None;
        }
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for part in open {
            if let Some(fault) = &part.fault {
                zh.push(fault.zh.clone());
                en.push(fault.en.clone());
            }
            for signer in part.people.iter().filter(|signer| !signer.holds()) {
                zh.push(format!("{}（{}）", signer.shown(), part.role.zh));
                en.push(format!("{} ({})", signer.shown(), part.role.en));
            }
        }
        Some(Refusal::new(
            "signatures-missing",
            Text::new(format!("还缺这些人的签署：{}", zh.join("；")), format!("These signatures are missing: {}", en.join("; "))),
            Text::new(
                "请他们登录本人账户签署后再提交；也可以改交共同签名的纸质材料。填写的内容都在。",
                "Ask them to sign in and sign, then send again; or hand in the paper that all signed by hand. All that was typed is kept.",
            ),
        ))
    }

    /// The signatures as they go along with the application.
    pub fn collected(&self) -> Vec<Signature> {
        let mut collected = Vec::new();
        for part in self.parts.iter().filter(|part| !part.by_hand) {
            for signer in part.people.iter().filter(|signer| signer.holds()) {
                let Some(row) = &signer.row else { continue };
                collected.push(Signature {
                    part: part.code.clone(),
                    person: row.person.clone().unwrap_or_default(),
                    firm: signer.key.strip_prefix("f:").map(str::to_owned),
                    name: signer.named.name.clone(),
                    text: row.signed.clone(),
                    digest: row.digest.clone(),
                    at: row.answered_at.unwrap_or(row.asked_at),
                });
            }
        }
        collected
    }
}

impl Office {
    /// Who signs a draft, and where each of them stands. An answer to a correction is signed by those whose own text it changes.
    pub async fn signers_of(&self, whole: &Whole) -> Result<Signers, Failure> {
        let live = self.rulebooks.live()?;
        self.signers_under(&live.rules, whole).await
    }

    pub(crate) async fn signers_under(&self, rules: &Rulebook, whole: &Whole) -> Result<Signers, Failure> {
        if let Some(no) = &whole.draft.for_case {
            return self.signers_anew(whole, no).await;
        }
        let Some(wanted) = Wanted::of(rules, &whole.draft) else { return Ok(Signers::default()) };
        if !wanted.is_signed() {
            return Ok(Signers::default());
        }
        let today = self.now().await?.day();
        let applicant = self.applicant_of(whole).await?;
        let mut parts = parts_of(rules, &wanted, whole, &applicant, today);
        self.stands(&mut parts, whole, &applicant, today).await?;
        Ok(Signers { parts })
    }

    /// Whose the matter is, by name.
    async fn applicant_of(&self, whole: &Whole) -> Result<String, Failure> {
        match Holder::from_key(&whole.draft.holder) {
            Some(holder) => self.title_of(&holder).await,
            None => Ok(String::new()),
        }
    }

    /// Fills in who signs each part, and where they stand.
    async fn stands(&self, parts: &mut Vec<Part>, whole: &Whole, applicant: &str, today: Date) -> Result<(), Failure> {
        let rows = self.store.signatures_of_draft(&whole.draft.id).await?;
        let firm = match Holder::from_key(&whole.draft.holder) {
            Some(Holder::Firm(code)) => Some(code),
            _ => None,
        };
        for part in parts.iter_mut() {
            if part.people.is_empty() && part.fault.is_none() {
                let named = |code: &String| Named { name: applicant.to_owned(), number: code.clone() };
                part.people = firm.iter().map(|code| Signer::of(named(code), format!("f:{code}"))).collect();
            }
            for signer in &mut part.people {
                if signer.key.is_empty() {
                    signer.key = if signer.named.is_firm(today) {
                        format!("f:{}", signer.named.number)
                    } else {
                        format!("p:{}", self.number_key.digest(&signer.named.number))
                    };
                }
                signer.row = rows.iter().find(|row| row.part == part.code && row.signer == signer.key).cloned();
                signer.stand = self.stand(&part.statement, &part.digest, signer.row.as_ref(), today).await?;
            }
        }
        // A natural person signs by sending.
        parts.retain(|part| part.fault.is_some() || !part.people.is_empty());
        Ok(())
    }

    async fn stand(
        &self,
        statement: &Statement,
        digest: &str,
        row: Option<&DraftSignature>,
        today: Date,
    ) -> Result<Stand, Failure> {
        let Some(row) = row else { return Ok(Stand::NotAsked) };
        let at = row.answered_at.unwrap_or(row.asked_at);
        Ok(match row.answered {
            Answered::NotYet => Stand::Awaited { told: row.told_at },
            Answered::Declined => Stand::Declined { at, words: row.words.clone() },
            Answered::Signed if row.digest != digest => Stand::Void { at, changed: statement.differs_from(&row.signed) },
            Answered::Signed => match (row.signer.strip_prefix("f:"), &row.person) {
                (Some(firm), Some(person)) if !self.represents(person, firm, today).await? => Stand::NoMandate { at },
                _ => Stand::Holds { at },
            },
        })
    }

    /// Whether somebody is the legal representative of a firm today.
    async fn represents(&self, person: &str, firm: &str, today: Date) -> Result<bool, Failure> {
        let mandates = self.store.mandates_between(person, firm).await?;
        Ok(mandates.iter().any(|own| own.part == Seat::Legal && in_force(own, today)))
    }

    /// Asks everybody whose signature is missing, and reminds those who were asked before; says how many were told. Nobody is told
    /// twice within an hour.
    ///
    /// # Errors
    /// Refused where the form does not name the people, and to whoever may not change the draft.
    pub async fn ask_signers(&self, by: &Actor, id: &str) -> Answer<usize> {
        drafts::editable(&self.store, by, id).await?;
        let whole = self.open_draft(by, id).await?;
        let signers = self.signers_of(&whole).await?;
        if let Some(fault) = signers.parts.iter().filter(|part| !part.by_hand).find_map(|part| part.fault.as_ref()) {
            let next = Text::new("请在表单里改正。", "Correct it in the form.");
            return Err(Refusal::new("signers-unnamed", fault.clone(), next).into());
        }
        let now = self.now().await?;
        let mut wanted = Vec::new();
        for part in signers.parts.iter().filter(|part| part.is_open()) {
            let due = |signer: &&Signer| {
                let told = signer.row.as_ref().map(|row| row.told_at);
                !signer.holds() && told.is_none_or(|told| now.0 - told.0 >= REMINDED_AFTER)
            };
            wanted.extend(part.people.iter().filter(due).map(|signer| (part.code.clone(), signer.key.clone())));
        }
        self.store.ask_for_signatures(id, &wanted, now).await?;
        let mut told: Vec<&str> = wanted.iter().map(|(_, key)| key.as_str()).collect();
        told.sort_unstable();
        told.dedup();
        for key in &told {
            self.tell_signer(&whole, key, now).await?;
        }
        Ok(told.len())
    }

    async fn tell_signer(&self, whole: &Whole, key: &str, now: Moment) -> Result<(), Failure> {
        let applicant = self.applicant_of(whole).await?;
        let text = if whole.draft.for_case.is_some() {
            Text::new(
                format!("“{applicant}”补正了您签署过的申请，您签过的内容有改动，请到“待我签署”重新签署。"),
                format!("“{applicant}” corrects an application that you signed, and what you signed changes: see “To sign”."),
            )
        } else {
            Text::new(
                format!("“{applicant}”的一份申请等您签署，请到“待我签署”查看。"),
                format!("An application of “{applicant}” waits for your signature: see “To sign”."),
            )
        };
        for person in self.people_behind(key, now.day()).await? {
            let id = format!("sign:{}:{}:{}", whole.draft.id, now.0, ids::digest(&person));
            self.notify(&id, &format!("p:{person}"), None, &text).await?;
        }
        Ok(())
    }

    /// The people who sign under a key, as far as they have an account.
    async fn people_behind(&self, key: &str, today: Date) -> Result<Vec<String>, Failure> {
        if let Some(digest) = key.strip_prefix("p:") {
            return Ok(self.store.person_by_digest(digest).await?.map(|person| person.id).into_iter().collect());
        }
        let mandates = self.store.mandates_of_firm(key.trim_start_matches("f:")).await?;
        let legal = mandates.into_iter().filter(|own| own.part == Seat::Legal && in_force(own, today));
        Ok(legal.map(|own| own.person).collect())
    }
}

impl Signer {
    fn of(named: Named, key: String) -> Signer {
        Signer { named, key, stand: Stand::NotAsked, row: None }
    }
}

/// What is signed of an application as it stands, each part as one role for one item or for the theme; nothing for most.
fn parts_of(rules: &Rulebook, wanted: &Wanted<'_>, whole: &Whole, applicant: &str, today: Date) -> Vec<Part> {
    let of_theme = wanted.theme.map_or(&[][..], |theme| &theme.signer);
    let mut parts = Vec::new();
    let (bundle, none) = (wanted.bundle(), Answers::new());
    let mut all = (Answers::new(), Vec::new());
    for item in &wanted.items {
        let Some(own) = bundle.share(item.code.get_ref(), &whole.answers, &none, today) else { continue };
        all.0.extend(own.answers.clone());
        all.1.extend(own.papers.clone());
        for rule in item.signer.iter().filter(|rule| rule.applies(rules, &own.answers, today)) {
            let code = format!("{}/{}", item.code.get_ref(), rule.code.get_ref());
            let text = statement::of(rules, rule, &item.name, applicant, whole, (&own.answers, &own.papers));
            parts.push(part(rules, rule, code, text, whole, &own.answers, today));
        }
    }
    for rule in of_theme.iter().filter(|rule| rule.applies(rules, &all.0, today)) {
        let theme = wanted.theme.map(|theme| theme.code.get_ref().as_str()).unwrap_or_default();
        let text = statement::of(rules, rule, &wanted.name().zh, applicant, whole, (&all.0, &all.1));
        parts.push(part(rules, rule, format!("theme:{theme}/{}", rule.code.get_ref()), text, whole, &all.0, today));
    }
    parts
}

fn part(
    rules: &Rulebook,
    rule: &SignerRule,
    code: String,
    statement: Statement,
    whole: &Whole,
    answers: &Answers,
    today: Date,
) -> Part {
    let material = rule.instead_of.as_ref().and_then(|key| rules.materials.get(key.get_ref()));
    let paper = rule.instead_of.as_ref().zip(material).map(|(key, material)| {
        (key.get_ref().clone(), Text::new(&material.name, material.label.as_deref().unwrap_or(&material.name)))
    });
    let by_hand = paper.as_ref().is_some_and(|(key, _)| whole.papers.iter().any(|handed| handed.key == *key));
    let (people, fault) = match rule.people(rules, answers, today) {
        Ok(people) => (people.into_iter().map(|named| Signer::of(named, String::new())).collect(), None),
        Err(fault) => (Vec::new(), Some(fault)),
    };
    let text = statement.text();
    let digest = ids::digest(&text);
    Part { code, role: rule.role(), says: rule.says(), paper, by_hand, fault, people, statement, text, digest }
}

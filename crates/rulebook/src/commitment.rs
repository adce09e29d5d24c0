//! Commitments (告知承诺): what an office tells, what the applicant commits to in writing, and when it is looked at afterwards.
//!
//! Of a *permit* it belongs to the item, of a *proof* to the material (decision 29). It is never the only way: the papers it replaces
//! stay in the item, and the choice is one answer of the intake, which is empty until the applicant makes it. 国办发〔2020〕42号 names
//! the fields in which none may be offered; what a law of its own provides for is `by-law`. Serves measure 5.

use crate::calendar::Term;
use crate::compile::Rulebook;
use crate::definition::{Basis, Standing, WrittenTerm, day};
use crate::intake::Answers;
use crate::item::Item;
use crate::material::Material;
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use toml::Spanned;

/// Answers of this beginning say how somebody applies: `commitment:fire-safety-check` = `1`, the notice that was read.
pub const OF_PERMIT: &str = "commitment:";
/// And these which paper is replaced by a commitment: `commitment-proof:premises-proof` = `1`.
pub const OF_PROOF: &str = "commitment-proof:";

/// Three ways that are not to be mixed up with one another, nor with 容缺受理, where a paper is only late (trap T-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommitmentForm {
    /// 许可告知承诺: the conditions are committed to; the papers that would prove them are never asked for.
    Permit,
    /// 信用承诺审批, Tianjin's own: the papers follow within a number of days after the commitment.
    #[serde(rename = "tianjin-60")]
    Tianjin60,
    /// 最简告知承诺: the form and the commitment, and nothing else.
    Minimal,
}

impl CommitmentForm {
    pub fn name(self) -> Text {
        match self {
            CommitmentForm::Permit => Text::new("告知承诺", "by commitment"),
            CommitmentForm::Tianjin60 => Text::new("信用承诺审批", "by credit commitment, papers to follow"),
            CommitmentForm::Minimal => Text::new("最简告知承诺", "by commitment and form alone"),
        }
    }
}

/// How an item is granted on a commitment.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Commitment {
    pub form: CommitmentForm,
    /// Applications from this day on may choose it.
    #[serde(deserialize_with = "day")]
    pub from: Date,
    /// What was told, the latest in force last; each applicant keeps the one she signed.
    pub notice: Vec<Notice>,
    /// Keys of the item's papers that the commitment replaces.
    #[serde(default)]
    pub replaces: Vec<Spanned<String>>,
    /// Tianjin's form: the papers it replaces follow within so long after the commitment.
    #[serde(default)]
    pub papers_within: Option<WrittenTerm>,
    pub check: PostCheck,
    /// How long the applicant has to put right what was found.
    pub rectify: Timed,
    pub credit: Credit,
    pub basis: Basis,
    /// The law that provides for it in a field where it is otherwise not allowed.
    #[serde(default)]
    pub by_law: Option<Basis>,
    #[serde(default)]
    pub status: Standing,
}

/// A paper that a commitment may replace.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProofCommitment {
    #[serde(deserialize_with = "day")]
    pub from: Date,
    pub notice: Vec<Notice>,
    pub check: PostCheck,
    pub rectify: Timed,
    pub credit: Credit,
    pub basis: Basis,
    #[serde(default)]
    pub status: Standing,
}

/// One version of what is told before anybody signs.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Notice {
    pub version: u32,
    #[serde(deserialize_with = "day")]
    pub from: Date,
    /// The standard that has to be met, in plain words.
    pub standard: String,
    /// What follows from a false or broken commitment.
    pub consequences: String,
    /// What the applicant declares.
    pub declares: Vec<String>,
}

/// The look afterwards: planned at the decision, with a term of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PostCheck {
    pub term: WrittenTerm,
    /// The body that checks; without one the body that decides.
    #[serde(default)]
    pub by: Option<Spanned<String>>,
    pub manner: Manner,
    pub basis: Basis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// 现场核查
    OnSite,
    /// 数据比对
    ByData,
}

impl Manner {
    pub fn name(self) -> Text {
        match self {
            Manner::OnSite => Text::new("现场核查", "on site"),
            Manner::ByData => Text::new("通过数据比对核查", "by comparing data"),
        }
    }
}

/// A term with its ground.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Timed {
    pub term: WrittenTerm,
    pub basis: Basis,
}

/// What a broken commitment does to later ones: no more of this class until it is repaired or the time is over.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Credit {
    /// Items of one class share their record.
    pub class: String,
    pub months: u32,
    pub basis: Basis,
}

/// The notice in force on a day; `None` before the first.
pub fn in_force(notices: &[Notice], on: Date) -> Option<&Notice> {
    notices.iter().filter(|notice| notice.from <= on).max_by_key(|notice| (notice.from, notice.version))
}

impl Commitment {
    /// The notice that somebody would sign on that day; `None` where it is not offered then.
    pub fn notice_on(&self, on: Date) -> Option<&Notice> {
        in_force(&self.notice, on).filter(|_| self.from <= on)
    }

    pub fn replaces(&self, key: &str) -> bool {
        self.replaces.iter().any(|replaced| replaced.get_ref() == key)
    }

    pub fn papers_term(&self) -> Option<Term> {
        self.papers_within.and_then(WrittenTerm::term)
    }
}

impl ProofCommitment {
    pub fn notice_on(&self, on: Date) -> Option<&Notice> {
        in_force(&self.notice, on).filter(|_| self.from <= on)
    }
}

/// Whether an answer says how somebody applies, rather than answering a question of a form.
pub fn is_choice(code: &str) -> bool {
    code.starts_with(OF_PERMIT) || code.starts_with(OF_PROOF)
}

/// The notice that was chosen for this item; `None` for the ordinary way.
pub fn chosen(answers: &Answers, item: &Item) -> Option<u32> {
    item.commitment.as_ref()?;
    answers.get(&format!("{OF_PERMIT}{}", item.code.get_ref()))?.trim().parse().ok()
}

/// The notice that was chosen for this paper; `None` where the paper itself is handed in.
pub fn chosen_for(answers: &Answers, material: &Material) -> Option<u32> {
    material.commitment.as_ref()?;
    answers.get(&format!("{OF_PROOF}{}", material.key.get_ref()))?.trim().parse().ok()
}

/// Whether a paper of this item is not asked for, because a commitment was chosen that stands for it.
pub(crate) fn stands_for(rules: &Rulebook, answers: &Answers, item: &Item, material: &Material) -> bool {
    let permit = item.commitment.as_ref().is_some_and(|own| own.replaces(material.key.get_ref()));
    let proof = || chosen_for(answers, material).is_some() && rules.proof_in(item, material).is_some();
    (permit && chosen(answers, item).is_some()) || proof()
}

/// Takes the choices out of answers, for whoever goes the ordinary way after all.
pub fn strip(answers: &mut Answers) {
    answers.retain(|code, _| !is_choice(code));
}

impl Rulebook {
    /// The commitment that may stand for this paper in a matter of this item: not where safety, health or life are directly concerned,
    /// nor where the procedure has no check afterwards.
    pub fn proof_in<'a>(&self, item: &Item, material: &'a Material) -> Option<&'a ProofCommitment> {
        let procedure = self.procedures.get(item.procedure.get_ref())?;
        let checks = procedure.allowed().any(|allowed| allowed.act.get_ref() == "post-check");
        material.commitment.as_ref().filter(|_| checks && item.safety.is_none())
    }

    /// The notice and the commitment of an item, as it is shown before signing and kept afterwards, to the byte. Chinese: it is a
    /// document of a Chinese office.
    pub fn commitment_text(&self, item: &Item, notice: u32, who: &str, on: Date) -> Option<String> {
        let own = item.commitment.as_ref()?;
        let told = own.notice.iter().find(|told| told.version == notice)?;
        let mut text = format!("{}告知承诺书（第{notice}版）\n\n一、告知\n依据：{}。\n", item.name, own.basis);
        for (place, condition) in item.condition.iter().enumerate() {
            let _ = writeln!(text, "条件{}：{}", place + 1, condition.text);
        }
        self.told(&mut text, told, &own.check, &own.rectify, &own.credit);
        let names = self.names(own.replaces.iter().map(|key| key.get_ref().as_str()));
        if !names.is_empty() {
            let within = own.papers_term().map(Term::text);
            let _ = match within {
                Some(within) => writeln!(text, "作出承诺之日起{}内补交：{names}。", within.zh),
                None => writeln!(text, "承诺后不再要求提交：{names}。"),
            };
        }
        text.push_str("您可以不选择告知承诺，按一般程序办理；作出决定以前，也可以随时改为一般程序。\n");
        declared(&mut text, told, who, on);
        Some(text)
    }

    /// The same of one paper.
    pub fn proof_text(&self, material: &Material, who: &str, on: Date) -> Option<String> {
        let own = material.commitment.as_ref()?;
        let told = own.notice_on(on)?;
        let mut text =
            format!("{}证明事项告知承诺书（第{}版）\n\n一、告知\n依据：{}。\n", material.name, told.version, own.basis);
        self.told(&mut text, told, &own.check, &own.rectify, &own.credit);
        text.push_str("您可以不作承诺，提交这份材料。\n");
        declared(&mut text, told, who, on);
        Some(text)
    }

    fn told(&self, text: &mut String, told: &Notice, check: &PostCheck, rectify: &Timed, credit: &Credit) {
        let body = check.by.as_ref().and_then(|by| self.agencies.get(by.get_ref()));
        let body = body.map_or("作出决定的机关", |agency| agency.name.as_str());
        let term = |written: WrittenTerm| written.term().map(|term| term.text().zh).unwrap_or_default();
        let _ = writeln!(text, "标准：{}", told.standard);
        let _ = writeln!(text, "核查：作出决定之日起{}内，由{body}{}。", term(check.term), check.manner.name().zh);
        let _ = writeln!(text, "核查发现不符合的，责令限期整改，期限{}。", term(rectify.term));
        let _ = writeln!(text, "后果：{}", told.consequences);
        let _ = writeln!(text, "违背承诺的，记入信用记录{}个月；修复以前不再适用告知承诺（{}）。", credit.months, credit.basis);
    }

    fn names<'a>(&'a self, keys: impl Iterator<Item = &'a str>) -> String {
        let names = keys.map(|key| self.materials.get(key).map_or(key, |material| material.name.as_str()));
        names.collect::<Vec<_>>().join("、")
    }
}

fn declared(text: &mut String, told: &Notice, who: &str, on: Date) {
    text.push_str("\n二、承诺\n");
    for (place, line) in told.declares.iter().enumerate() {
        let _ = writeln!(text, "{}．{line}", place + 1);
    }
    let _ = write!(text, "承诺人：{who}\n日期：{}年{}月{}日\n", on.year(), on.month(), on.day());
}

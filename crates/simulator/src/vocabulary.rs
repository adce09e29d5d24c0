//! What people do in a scenario: a small fixed vocabulary in the words of the office, each phrase one act.
//!
//! `scenarios/README.md` lists the phrases for those who write pages. Names are the rulebook's own; texts stand in 「」.

mod drafts;
mod outside;
mod together;

pub use drafts::Deed;

use crate::page::full_width;
use crate::people;
use crate::words::Words;
use crate::world::Change;
use casework::act::{Paper, Submission, Telling};
use casework::commitment::{Finding, Signing};
use casework::event::{Channel, IntakeGround};
use casework::{Act, Case, StaffId};
use jiff::civil::{Date, Time};
use rulebook::Rulebook;

/// What one cell says.
#[derive(Debug, Clone)]
pub enum Doing {
    /// Time has passed, nothing else: the timekeeper looks.
    Look,
    Act(Box<Act>),
    /// The State Council announces days: holidays from the first to the second, and days to be worked.
    Announce {
        holidays: (Date, Date),
        workdays: Vec<Date>,
    },
    /// What the register of firms tells of the first applicant's firm.
    Register {
        name: String,
        legal: String,
        status: String,
    },
    /// Something before an application is sent, which only the whole office knows.
    Draft(Deed),
    /// A partner system is connected from now on.
    Connect(String),
    /// A new edition comes into force, in which the item differs so.
    Change {
        item: String,
        change: Change,
    },
}

/// What a cell is understood against.
pub struct Context<'a> {
    pub rules: &'a Rulebook,
    pub today: Date,
    /// The case it is about; unborn before the first application.
    pub case: &'a Case,
    pub who: &'a str,
    /// Where the premises lie.
    pub area: &'a str,
}

type Read<T> = Result<T, String>;

/// Which names of materials are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    OfTheItem,
    /// Also others, so that a page can tell how they are refused.
    Any,
}

/// A phrase by its first word, and how the rest of it is read.
type Entry<'a, 'b> = (&'static str, fn(&mut Phrase<'a, 'b>) -> Read<Act>);

/// The prefix of a cell: which case is meant, and what its author had looked at.
pub fn prefix(words: &mut Words<'_>) -> (Option<usize>, Option<(i8, i8)>) {
    let (mut case, mut seen_at) = (None, None);
    let mut look = *words;
    if look.word("第")
        && let Some(number) = look.number()
        && look.word("件")
        && look.comma()
    {
        case = Some(number as usize);
        *words = look;
    }
    let mut look = *words;
    if look.word("按")
        && let Some(time) = look.time()
        && look.word("所见")
        && look.comma()
    {
        seen_at = Some(time);
        *words = look;
    }
    (case, seen_at)
}

/// What is done.
pub fn doing(words: &mut Words<'_>, context: &Context<'_>) -> Read<Doing> {
    let mut phrase = Phrase { words: *words, context };
    let doing = phrase.doing()?;
    match phrase.words.rest() {
        "" => Ok(doing),
        rest => Err(format!("看不懂“{rest}”")),
    }
}

struct Phrase<'a, 'b> {
    words: Words<'a>,
    context: &'b Context<'b>,
}

impl<'a, 'b> Phrase<'a, 'b> {
    fn doing(&mut self) -> Read<Doing> {
        if self.context.who == "时钟" && self.words.rest().is_empty() {
            return Ok(Doing::Look);
        }
        if let Some(doing) = self.deed()? {
            return Ok(doing);
        }
        if self.words.word("公布节假日") {
            return self.announcement();
        }
        if self.words.word("登记企业") {
            return self.registered();
        }
        if self.words.word("接通") {
            return self.connected();
        }
        if self.words.word("停办") {
            let item = self.item()?;
            let change = Change::Closed { from: self.context.today, reason: self.text("原因")? };
            return Ok(Doing::Change { item, change });
        }
        if self.words.word("移出许可清单") {
            return Ok(Doing::Change { item: self.item()?, change: Change::OffList });
        }
        if self.words.word("限定") {
            let item = self.item()?;
            let change = Change::Limited(self.number()?);
            self.must("件")?;
            return Ok(Doing::Change { item, change });
        }
        let table: &[Entry<'a, 'b>] = &[
            ("提交", |p| p.submission(None)),
            ("一起办", Phrase::together),
            ("不再办理", Phrase::leave),
            ("重新提交", Phrase::once_more),
            ("邮寄", |p| p.submission(Some(Channel::Post))),
            ("收件", |p| {
                let arrived = if p.words.comma() { Some(p.day()?) } else { None };
                if arrived.is_some() {
                    p.must("送达")?;
                }
                Ok(Act::Receive { arrived, hour: None })
            }),
            ("当场更正", |p| {
                let (what, papers) = (p.text("更正内容")?, p.papers("附")?);
                Ok(Act::CorrectOnSpot { what, answers: Some("{}".into()), papers, signatures: vec![] })
            }),
            ("一次性告知补正", Self::ask_correction),
            ("补正表单", |_| Ok(Act::Supply { answers: Some("{}".into()), papers: vec![], signatures: vec![] })),
            ("补正", |p| Ok(Act::Supply { answers: None, papers: p.papers("")?, signatures: vec![] })),
            ("容缺受理", |p| Ok(Act::Accept { deferred: p.materials(Names::OfTheItem)? })),
            ("受理", |_| Ok(Act::Accept { deferred: vec![] })),
            ("补交承诺材料", |p| Ok(Act::SupplyPromised { papers: p.papers("")? })),
            ("补交", |p| Ok(Act::SupplyDeferred { papers: p.papers("")? })),
            ("认定无需许可", |p| Ok(Act::FindNotNeeded { reason: p.text("理由")? })),
            ("不予受理", |p| {
                let reason = p.text("理由")?;
                let because = if p.words.word("，因虚假材料") {
                    IntakeGround::FalseStatement
                } else if p.words.word("，因不得再次申请") {
                    IntakeGround::Barred
                } else {
                    IntakeGround::Elsewhere
                };
                let right_body =
                    if because == IntakeGround::Elsewhere { p.after("应向", Self::agency)? } else { String::new() };
                Ok(Act::RefuseIntake { reason, right_body, because: Some(because) })
            }),
            ("分派给", |p| Ok(Act::Assign { to: p.officer()?, reason: None })),
            ("领取", |_| Ok(Act::Claim)),
            ("移交给", |p| Ok(Act::HandOver { to: p.officer()?, reason: p.text("理由")? })),
            ("征求", Self::ask_opinion),
            ("对第", Self::give_opinion),
            ("核对要点第", Self::check_point),
            ("拟兑现", |p| Ok(Act::ProposeAward { amount: p.text("金额")?, reasons: p.text("意见")? })),
            ("公示", |_| Ok(Act::PublishAward)),
            ("登记异议", |p| Ok(Act::RaiseObjection { who: p.text("提出人")?, text: p.text("内容")?, person: None })),
            ("答复第", Self::answer_objection),
            ("确认领取", |p| {
                Ok(Act::NameAccount { payee: p.text("户名")?, number: p.text("账号")?, bank: p.text("开户银行")? })
            }),
            ("列入拨付清单", |p| Ok(Act::OrderPayment { file: p.text("编号")? })),
            ("撤出拨付清单", |p| Ok(Act::RecallPayment { reason: p.text("原因")? })),
            ("登记拨付", |p| Ok(Act::RecordPayment { paid: true, words: p.text("凭证")? })),
            ("登记银行退回", |p| Ok(Act::RecordPayment { paid: false, words: p.text("原因")? })),
            ("跟踪核对属实", |p| Ok(Act::RecordFollowUp { kept: true, text: p.text("情况")? })),
            ("跟踪核对不属实", |p| Ok(Act::RecordFollowUp { kept: false, text: p.text("情况")? })),
            ("责令退回资金", |p| Ok(Act::DemandRepayment { reasons: p.text("理由")?, basis: p.text("依据")? })),
            ("登记资金退回一部分", |p| {
                Ok(Act::RecordRepayment { amount: p.text("金额")?, voucher: p.text("凭证")? })
            }),
            ("登记资金退回", |p| Ok(Act::RecordRepayment { amount: String::new(), voucher: p.text("凭证")? })),
            ("指派检验检测人员", |p| Ok(Act::AssignTesters { officers: p.officers()? })),
            ("现场核查", Self::inspect),
            ("申请联合", |p| Ok(Act::AskJoint { kind: p.joint_kind()?, reason: p.text("理由")?, part: None })),
            ("约定联合", Self::set_joint),
            ("提交现场照片", Self::show_joint),
            ("联合记录", Self::attend_joint),
            ("改为一般程序", |_| Ok(Act::ChooseOrdinary)),
            ("事后核查", Self::post_check),
            ("报告整改完成", |p| Ok(Act::ReportRectified { said: p.text("整改情况")?, papers: vec![] })),
            ("修复信用记录", |p| Ok(Act::RepairCredit { reason: p.text("理由")? })),
            ("告知陈述申辩权", |p| Ok(Act::InviteStatement { party: p.text("告知谁")? })),
            ("记录陈述申辩", |p| Ok(Act::HearStatement { text: p.text("内容")? })),
            ("告知听证权利", |p| Ok(Act::OfferHearing { at_own_motion: false, reason: p.text("理由")? })),
            ("公告举行听证", |p| Ok(Act::OfferHearing { at_own_motion: true, reason: p.text("理由")? })),
            ("申请听证", |p| Ok(Act::AskHearing { by_party: p.text("谁申请")? })),
            ("放弃听证", |_| Ok(Act::WaiveHearing)),
            ("定于", |p| {
                let on = p.day()?;
                let (hour, minute) = p.words.time().ok_or("应写听证的时刻，如09:00")?;
                let hour = Time::new(hour, minute, 0, 0).map_err(|fault| fault.to_string())?;
                p.must("听证")?;
                Ok(Act::SetHearing { on, hour, presider: p.officer()?, place: p.text("地点")? })
            }),
            ("举行听证", |p| Ok(Act::HoldHearing { minutes: p.text("笔录")? })),
            ("启动特别程序", |p| {
                let kind = p.text("种类")?;
                let expected_end = p.after("至", Self::day)?;
                let basis = "行政许可法第四十五条".into();
                Ok(Act::BeginSpecial { notice: format!("{kind}所需时间至{expected_end}"), kind, basis, expected_end })
            }),
            ("结束特别程序", |p| Ok(Act::EndSpecial { outcome: p.text("结果")? })),
            ("延长", |p| Ok(Act::Extend { n: p.number()?, reason: p.after("日", |p| p.text("理由"))? })),
            ("提出审查意见", |p| Ok(Act::Review { agrees: true, opinion: p.text("意见")? })),
            ("退回承办人", |p| Ok(Act::Review { agrees: false, opinion: p.text("意见")? })),
            ("准予", |p| Ok(Act::Grant { content: p.text("内容")? })),
            ("不予许可", |p| {
                let (reasons, basis) = (p.text("理由")?, p.text("依据")?);
                let false_statement = (p.words.comma() && p.words.word("因虚假材料")).then_some(true);
                Ok(Act::Refuse { reasons, basis, false_statement })
            }),
            ("予以备案", |_| Ok(Act::File)),
            ("制作结果", |p| {
                Ok(Act::MakeResult { number: p.text("编号")?, name: p.optional("名称").unwrap_or_default() })
            }),
            ("送达", |p| Ok(Act::Deliver { manner: p.text("方式")?, receiver: p.text("签收人")? })),
            ("撤回申请", |p| Ok(Act::Withdraw { reason: p.optional("理由").unwrap_or_default() })),
            ("退件", |p| Ok(Act::Return { reason: p.text("理由")? })),
            ("终止办理", |p| Ok(Act::Terminate { reason: p.text("理由")?, basis: p.text("依据")? })),
            ("备案归档", |_| Ok(Act::Record)),
            ("归档", |_| Ok(Act::Archive)),
            ("终结许可", |p| Ok(Act::End { ground: p.ground()?, reason: p.text("事实和理由")? })),
            ("告知拟吊销许可", |p| Ok(Act::ProposePenalty { ground: p.ground()?, facts: p.text("事实和理由")? })),
            ("分类为", |p| Ok(Act::Classify { class: p.class()? })),
            ("转办", |p| Ok(Act::Transfer { agency: p.agency()?, note: p.text("说明")? })),
            ("办结", |p| Ok(Act::Resolve { solution: p.text("怎样办成")? })),
            ("说明", |p| {
                Ok(Act::Explain { reason: p.text("理由")?, basis: p.text("依据")?, other_way: p.text("其他途径")? })
            }),
            ("反馈", |p| {
                let satisfied = p.words.one_of(&[("不满意", Some(false)), ("满意", Some(true)), ("联系不上", None)]);
                let satisfied = satisfied.ok_or("应写满意、不满意或联系不上")?;
                Ok(Act::GiveFeedback { satisfied, words: p.optional("").unwrap_or_default() })
            }),
            ("核查", |p| {
                let confirmed = p.words.one_of(&[("属实", true), ("不属实", false)]).ok_or("应写属实或不属实")?;
                Ok(Act::Verify { confirmed, findings: p.text("情况")? })
            }),
            ("查明原因", Self::root_cause),
            ("备注", |p| Ok(Act::Note { text: p.text("内容")? })),
            ("催办", |p| Ok(Act::Urge { text: p.text("内容")? })),
            ("督办", |p| Ok(Act::Supervise { text: p.text("意见")? })),
            ("公开逾期原因", |p| Ok(Act::PublishReason { clock: p.clock()?, reason: p.text("原因")? })),
            ("更正", Self::correct_error),
            ("评价", Self::rate),
            ("回传", Self::reported),
        ];
        let (_, read) = table
            .iter()
            .find(|(word, _)| self.words.word(word))
            .ok_or_else(|| format!("“{}”不在词汇表内，见 scenarios/README.md", self.words.rest()))?;
        read(self).map(|act| Doing::Act(Box::new(act)))
    }

    // --- phrases

    fn submission(&mut self, channel: Option<Channel>) -> Read<Act> {
        let item = self.item()?;
        let rules = self.context.rules;
        let bodies = rules.competent(&item, self.context.area, self.context.today);
        // Matters that could not be done have no row in the matrix of powers: the office of government services takes them.
        let mut agency = bodies.first().map_or("zwfwb", |agency| agency.code.get_ref().as_str()).to_owned();
        let (mut lacking, mut earlier, mut commitment, mut answers) = (Vec::new(), None, None, "{}".to_owned());
        while self.words.comma() {
            if self.words.word("就第") {
                let number = self.number()?;
                self.must("件")?;
                earlier = Some(crate::scenario::case_no(number as usize));
            } else if self.words.word("告知承诺") {
                commitment = Some(Box::new(self.signing(&item)));
            } else if self.words.word("填") {
                answers = self.answers()?;
            } else if self.words.word("缺") {
                lacking = self.materials_of(&item, Names::OfTheItem)?;
            } else {
                self.must("向")?;
                agency = self.agency()?;
            }
        }
        let by_counter = self.context.who == "窗口";
        let (title, holder) = people::applicant(self.context.who);
        Ok(Act::Submit(Submission {
            item,
            holder,
            agency,
            area: self.context.area.to_owned(),
            channel: channel.unwrap_or(if by_counter { Channel::Counter } else { Channel::Online }),
            parent: None,
            answers,
            title,
            papers: Vec::new(),
            lacking,
            first_contact: None,
            earlier,
            bundle: None,
            commitment,
            signatures: Vec::new(),
        }))
    }

    /// The commitment of the item, as its notice in force says it.
    fn signing(&self, item: &str) -> Signing {
        let own = self.context.rules.items.get(item).and_then(|item| item.commitment.as_ref());
        let replaced = own.iter().flat_map(|own| &own.replaces).map(|key| key.get_ref().clone()).collect();
        let notice = own.and_then(|own| own.notice_on(self.context.today)).map_or(0, |told| told.version);
        Signing { notice: Some(notice), proofs: Vec::new(), replaced }
    }

    fn post_check(&mut self) -> Read<Act> {
        let officers = self.officers()?;
        let found = [("与承诺一致", Finding::Passed), ("责令整改", Finding::Rectify), ("违背承诺", Finding::Broken)];
        let finding = self.words.one_of(&found).ok_or("应写与承诺一致、责令整改或违背承诺")?;
        Ok(Act::PostCheck { officers, on: self.context.today, finding, findings: self.text("情况")?, papers: vec![] })
    }

    fn answer_objection(&mut self) -> Read<Act> {
        let number = self.number()?;
        self.must("条异议")?;
        Ok(Act::AnswerObjection { number, text: self.text("答复")? })
    }

    fn ask_correction(&mut self) -> Read<Act> {
        let about = self.materials(Names::Any)?;
        let exception = if self.words.comma() { Some(self.after("督办理由", |p| p.text("理由"))?) } else { None };
        let defects = about.into_iter().map(|about| Telling { about, words: "请按清单要求补交".into() }).collect();
        Ok(Act::AskCorrection { defects, exception })
    }

    fn ask_opinion(&mut self) -> Read<Act> {
        let agency = self.agency()?;
        let question = self.after("意见", |p| p.text("问题"))?;
        let (mut after, mut due) = (None, None);
        while self.words.comma() {
            if self.words.word("第") {
                after = Some(self.number()?);
                self.must("号之后")?;
            } else {
                self.must("期限")?;
                due = Some(self.day()?);
            }
        }
        Ok(Act::AskOpinion { agency, question, after, due })
    }

    fn give_opinion(&mut self) -> Read<Act> {
        let number = self.number()?;
        self.must("号征求意见")?;
        let agrees = self.words.one_of(&[("不同意", false), ("同意", true)]).ok_or("应写同意或不同意")?;
        Ok(Act::GiveOpinion { number, agrees, text: self.text("意见")?, papers: vec![] })
    }

    fn check_point(&mut self) -> Read<Act> {
        let point = self.number()?.checked_sub(1).ok_or("要点从第1条起")?;
        self.must("条")?;
        let met = self.words.one_of(&[("不符合", false), ("符合", true)]).ok_or("应写符合或不符合")?;
        Ok(Act::CheckPoint { point, met, note: self.optional("") })
    }

    fn officers(&mut self) -> Read<Vec<StaffId>> {
        let names = self.words.list().ok_or("应写工作人员，如「承办人李、承办人王」")?;
        names.into_iter().map(|name| self.staff(name)).collect()
    }

    fn inspect(&mut self) -> Read<Act> {
        let names = self.words.list().ok_or("应写核查人员，如「承办人李、承办人王」")?;
        let officers = names.into_iter().map(|name| self.staff(name)).collect::<Read<Vec<_>>>()?;
        let passed = self.words.one_of(&[("符合", true), ("不符合", false)]).ok_or("应写符合或不符合")?;
        Ok(Act::Inspect { officers, on: self.context.today, passed, findings: self.text("情况")?, papers: vec![] })
    }

    /// A ground by its name in the rulebook; another name stands for a ground that does not exist.
    fn ground(&mut self) -> Read<String> {
        let name = self.text("法定情形")?;
        let found = self.context.rules.grounds.values().find(|ground| ground.name == name);
        Ok(found.map_or(name, |ground| ground.code.get_ref().clone()))
    }

    fn root_cause(&mut self) -> Read<Act> {
        let name = self.text("原因")?;
        let list = self.context.rules.codes.get("root-causes").ok_or("规则书没有原因类别")?;
        let cause = list.value.iter().find(|value| value.name == name).ok_or_else(|| format!("没有“{name}”这一原因"))?;
        let item = if self.words.word("在于") { Some(self.item()?) } else { None };
        Ok(Act::FindRootCause { cause: cause.code.clone(), item, words: self.text("说明")? })
    }

    fn correct_error(&mut self) -> Read<Act> {
        let name = self.text("文书")?;
        let letters = &self.context.case.letters;
        let letter = letters.iter().find(|letter| letter.kind.name().zh == name);
        Ok(Act::CorrectError { letter: Some(letter.map_or(99, |letter| letter.number)), what: self.text("更正内容")? })
    }

    fn rate(&mut self) -> Read<Act> {
        let name = self.text("等次")?;
        let level = (1..=5).find(|level| casework::narrate::rating(*level).zh == name).unwrap_or(0);
        Ok(Act::Rate { level, words: self.optional("") })
    }

    fn announcement(&mut self) -> Read<Doing> {
        let from = self.day()?;
        let to = self.after("至", Self::day)?;
        let mut workdays = Vec::new();
        while self.words.comma() {
            workdays.push(self.day()?);
            self.must("上班")?;
        }
        Ok(Doing::Announce { holidays: (from, to), workdays })
    }

    // --- parts of phrases

    fn must(&mut self, word: &str) -> Read<()> {
        if self.words.word(word) { Ok(()) } else { Err(format!("这里应写“{word}”：{}", self.words.rest())) }
    }

    fn after<T>(&mut self, word: &str, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.words.comma();
        self.must(word)?;
        read(self)
    }

    fn text(&mut self, what: &str) -> Read<String> {
        self.words.quoted().map(str::to_owned).ok_or_else(|| format!("这里应写「{what}」：{}", self.words.rest()))
    }

    fn optional(&mut self, _what: &str) -> Option<String> {
        self.words.quoted().map(str::to_owned)
    }

    fn number(&mut self) -> Read<u32> {
        self.words.number().ok_or_else(|| format!("这里应写数字：{}", self.words.rest()))
    }

    fn day(&mut self) -> Read<Date> {
        self.words.day().ok_or_else(|| format!("这里应写日期，如3月20日：{}", self.words.rest()))
    }

    // --- names of the rulebook

    fn item(&mut self) -> Read<String> {
        let name = self.text("事项")?;
        self.item_named(&name)
    }

    fn agency(&mut self) -> Read<String> {
        let name = self.text("机关")?;
        let mut found = self.context.rules.agencies.values().filter(|agency| agency.name.ends_with(&name));
        let first = found.next().ok_or_else(|| format!("没有名为“{name}”的机关"))?;
        if found.next().is_some() {
            return Err(format!("名为“{name}”的机关不止一个"));
        }
        Ok(first.code.get_ref().clone())
    }

    fn class(&mut self) -> Read<String> {
        let name = self.text("分类")?;
        let procedure = self.context.rules.procedures.get(&self.context.case.procedure).ok_or("还没有办件")?;
        let found = procedure.class.iter().find(|class| class.name.starts_with(&name));
        found.map(|class| class.code.clone()).ok_or_else(|| format!("没有“{name}”这一分类"))
    }

    fn clock(&mut self) -> Read<String> {
        let name = self.text("时限")?;
        let procedure = self.context.rules.procedures.get(&self.context.case.procedure).ok_or("还没有办件")?;
        let found = procedure.clock.iter().find(|rule| rule.name == name);
        found.map(|rule| rule.code.get_ref().clone()).ok_or_else(|| format!("没有名为“{name}”的时限"))
    }

    fn officer(&mut self) -> Read<StaffId> {
        let name = self.text("工作人员")?;
        self.staff(&name)
    }

    /// Somebody of the cast; another name stands for somebody who does not exist.
    fn staff(&self, name: &str) -> Read<StaffId> {
        Ok(people::officer(name, "").map_or_else(|| StaffId(name.to_owned()), |officer| officer.id))
    }

    fn materials(&mut self, names: Names) -> Read<Vec<String>> {
        let item = self.context.case.item.clone();
        self.materials_of(&item, names)
    }

    /// Keys of the materials, or codes of the fields, of these names.
    fn materials_of(&mut self, item: &str, which: Names) -> Read<Vec<String>> {
        let rules = self.context.rules;
        let names = self.words.list().ok_or_else(|| format!("这里应写「材料」：{}", self.words.rest()))?;
        let needed = rules.items.get(item).map(|item| item.material.as_slice()).unwrap_or_default();
        let known = |name: &str| {
            let material = needed
                .iter()
                .map(|needed| needed.key.get_ref())
                .find(|key| rules.materials.get(*key).is_some_and(|material| full_width(&material.name) == full_width(name)));
            let field = || rules.fields.get(name).map(|field| field.code.clone());
            match material.cloned().or_else(field) {
                Some(code) => Ok(code),
                None if which == Names::Any => Ok(name.to_owned()),
                None => Err(format!("“{name}”不是这一事项的材料")),
            }
        };
        names.into_iter().map(known).collect()
    }

    fn papers(&mut self, word: &str) -> Read<Vec<Paper>> {
        let introduced = word.is_empty() || (self.words.comma() && self.words.word(word));
        if !introduced {
            return Ok(Vec::new());
        }
        let keys = self.materials(Names::OfTheItem)?;
        Ok(keys.into_iter().map(|key| Paper { file_name: format!("{key}.pdf"), digest: "00".repeat(32), key }).collect())
    }
}

//! What somebody wants to do. Imperatives; words are carried as text here and become particulars when the act is done.

use crate::actor::StaffId;
use crate::bundle::{Plan, Settlement};
use crate::case::{CaseNo, Holder};
use crate::commitment::{Finding, Signing};
use crate::errand::LetterKind;
use crate::event::{Channel, IntakeGround};
use crate::joint::JointNews;
use crate::leg::Report;
use crate::moment::Moment;
use crate::signature::Signature;
use jiff::civil::{Date, Time};
use rulebook::at_once::Evidence;
use rulebook::procedure::{Allowed, Procedure};
use rulebook::theme::JointKind;
use rulebook::{Stand, Text};
use serde::{Deserialize, Serialize};

/// A file that lies complete in the content-addressed store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Paper {
    /// Key of the material.
    pub key: String,
    /// SM3 of its bytes, hex; empty for an original seen at the counter.
    pub digest: String,
    pub file_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Submission {
    pub item: String,
    pub holder: Holder,
    pub agency: String,
    pub area: String,
    pub channel: Channel,
    #[serde(default)]
    pub parent: Option<CaseNo>,
    /// The answers, exactly as they are to be kept: JSON, field code to value.
    pub answers: String,
    /// What names the matter in lists.
    pub title: String,
    pub papers: Vec<Paper>,
    /// Keys of materials that these answers call for and that are not among the papers.
    pub lacking: Vec<String>,
    #[serde(default)]
    pub first_contact: Option<Moment>,
    /// The case under which the permit was granted that is to be renewed, changed, issued anew or deregistered.
    #[serde(default)]
    pub earlier: Option<CaseNo>,
    /// What an application for several items at once asks for.
    #[serde(default)]
    pub bundle: Option<Box<Plan>>,
    /// The commitment that is signed with it, if the applicant chose one.
    #[serde(default)]
    pub commitment: Option<Box<Signing>>,
    /// Of those who sign it with the applicant.
    #[serde(default)]
    pub signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Telling {
    /// Key of the material or code of the field.
    pub about: String,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Act {
    Submit(Submission),
    /// Posted papers: `arrived` is the day on which they reached the body, at `hour` if that is known; nothing means now.
    Receive {
        #[serde(default)]
        arrived: Option<Date>,
        #[serde(default)]
        hour: Option<Time>,
    },
    CorrectOnSpot {
        what: String,
        answers: Option<String>,
        papers: Vec<Paper>,
        /// As of an answer to a correction.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signatures: Vec<Signature>,
    },
    AskCorrection {
        defects: Vec<Telling>,
        exception: Option<String>,
    },
    Supply {
        answers: Option<String>,
        papers: Vec<Paper>,
        /// Of those who signed the application and whose own text the correction changes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signatures: Vec<Signature>,
    },
    Accept {
        deferred: Vec<String>,
    },
    SupplyDeferred {
        papers: Vec<Paper>,
    },
    FindNotNeeded {
        reason: String,
    },
    RefuseIntake {
        reason: String,
        /// Where to apply instead; only where the matter is another body's.
        #[serde(default)]
        right_body: String,
        /// Left out: the matter is another body's.
        #[serde(default)]
        because: Option<IntakeGround>,
    },
    Assign {
        to: StaffId,
        reason: Option<String>,
    },
    Claim,
    HandOver {
        to: StaffId,
        reason: String,
    },
    AskOpinion {
        agency: String,
        question: String,
        after: Option<u32>,
        due: Option<Date>,
    },
    GiveOpinion {
        number: u32,
        agrees: bool,
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<Paper>,
    },
    CheckPoint {
        point: u32,
        met: bool,
        note: Option<String>,
    },
    Inspect {
        officers: Vec<StaffId>,
        on: Date,
        passed: bool,
        findings: String,
        /// Photographs and reports.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<Paper>,
    },
    InviteStatement {
        party: String,
    },
    HearStatement {
        text: String,
    },
    OfferHearing {
        at_own_motion: bool,
        reason: String,
    },
    AskHearing {
        by_party: String,
    },
    WaiveHearing,
    SetHearing {
        on: Date,
        hour: Time,
        presider: StaffId,
        place: String,
    },
    HoldHearing {
        minutes: String,
    },
    BeginSpecial {
        kind: String,
        basis: String,
        expected_end: Date,
        notice: String,
    },
    EndSpecial {
        outcome: String,
    },
    /// Who tests, inspects or quarantines what the permit is for (行政许可法 art. 55).
    AssignTesters {
        officers: Vec<StaffId>,
    },
    /// What a claim comes to: money as text with its unit, and how it was found.
    ProposeAward {
        amount: String,
        reasons: String,
    },
    PublishAward,
    /// By whom, as the public notice knows them; words and name are kept and may be erased.
    RaiseObjection {
        who: String,
        text: String,
        /// Who is told the answer, where they signed in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<String>,
    },
    AnswerObjection {
        number: u32,
        text: String,
    },
    /// Where the money is to go: name, number and bank of the account.
    NameAccount {
        payee: String,
        number: String,
        bank: String,
    },
    /// Into the payment file of this number, which goes to the bank.
    OrderPayment {
        file: String,
    },
    /// Out of it again: the bank does not pay it.
    RecallPayment {
        reason: String,
    },
    /// Made, with its voucher, or returned by the bank, with its reason.
    RecordPayment {
        paid: bool,
        words: String,
    },
    /// Whether what the programme asks for some time later still holds.
    RecordFollowUp {
        kept: bool,
        text: String,
    },
    DemandRepayment {
        reasons: String,
        basis: String,
    },
    /// What came back: an amount with its unit, or all that is still owed where none is given.
    RecordRepayment {
        #[serde(default)]
        amount: String,
        voucher: String,
    },
    Extend {
        n: u32,
        reason: String,
    },
    Review {
        agrees: bool,
        opinion: String,
    },
    Grant {
        content: String,
    },
    Refuse {
        reasons: String,
        basis: String,
        /// Because the applicant hid facts or handed in false papers (行政许可法 art. 78).
        #[serde(default)]
        false_statement: Option<bool>,
    },
    File,
    MakeResult {
        number: String,
        name: String,
    },
    Deliver {
        manner: String,
        receiver: String,
    },
    Withdraw {
        reason: String,
    },
    Return {
        reason: String,
    },
    Terminate {
        reason: String,
        basis: String,
    },
    Archive,
    End {
        ground: String,
        reason: String,
    },
    ProposePenalty {
        ground: String,
        facts: String,
    },
    Classify {
        class: String,
    },
    Transfer {
        agency: String,
        note: String,
    },
    Resolve {
        solution: String,
    },
    Explain {
        reason: String,
        basis: String,
        other_way: String,
    },
    GiveFeedback {
        satisfied: Option<bool>,
        words: String,
    },
    Verify {
        confirmed: bool,
        findings: String,
    },
    FindRootCause {
        cause: String,
        item: Option<String>,
        words: String,
    },
    Record,
    Note {
        text: String,
    },
    Urge {
        text: String,
    },
    Supervise {
        text: String,
    },
    PublishReason {
        clock: String,
        reason: String,
    },
    CorrectError {
        letter: Option<u32>,
        what: String,
    },
    Rate {
        level: u8,
        words: Option<String>,
    },
    RecordLetter {
        kind: LetterKind,
        number: String,
        check_code: String,
        digest: String,
        agency: String,
    },
    CheckClocks,
    Succeed {
        by: CaseNo,
    },
    OpenComponent {
        item: String,
        case: CaseNo,
    },
    SettleComponent {
        item: String,
        case: CaseNo,
        came_to: Settlement,
        number: Option<String>,
    },
    LeaveComponent {
        item: String,
        reason: String,
    },
    /// What the whole asks for was corrected: the parts that are still to come get it so.
    AmendBundle {
        answers: Option<String>,
        papers: Vec<Paper>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signatures: Vec<Signature>,
        /// The part in which it was put right, where that was done for one body alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    /// A partner system tells how the matter stands there.
    ReportLeg {
        report: Report,
    },
    /// The same by an officer, while that system is down or silent.
    RecordLeg {
        stand: Stand,
        document: Option<String>,
        on: Option<Date>,
        licence: Option<String>,
        words: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<Paper>,
    },
    TakeUpComponent {
        item: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answers: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<Paper>,
    },
    /// By the rules of the item, on this evidence (秒办).
    DecideAtOnce {
        evidence: Evidence,
        /// It was drawn by lot to be looked at afterwards.
        drawn: bool,
        /// To whom the result is delivered electronically.
        receiver: String,
        /// The code of a refusal that stood in the way before.
        held: Option<String>,
    },
    AskPerson {
        reason: String,
    },
    /// What a person found who looked at a decision by rule afterwards.
    Audit {
        right: bool,
        findings: String,
    },
    /// Leaves the commitment for the ordinary way.
    ChooseOrdinary,
    /// The check afterwards of what was granted on a commitment.
    PostCheck {
        officers: Vec<StaffId>,
        on: Date,
        finding: Finding,
        findings: String,
        /// Photographs and reports.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<Paper>,
    },
    ReportRectified {
        said: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<Paper>,
    },
    SupplyPromised {
        papers: Vec<Paper>,
    },
    RepairCredit {
        reason: String,
    },
    /// Several bodies of a bundle at one appointment: asked for by the office that keeps the whole, or by a part's body.
    AskJoint {
        kind: JointKind,
        reason: String,
        /// The part whose body asks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
    },
    SetJoint {
        number: u32,
        on: Date,
        hour: Time,
        /// By guided photographs in place of a visit.
        remote: bool,
        place: String,
    },
    /// Photographs of the applicant, taken there and then.
    ShowJoint {
        number: u32,
        on: Date,
        hour: Time,
        place: String,
        #[serde(default)]
        papers: Vec<Paper>,
    },
    /// What one body found, for its own part.
    AttendJoint {
        number: u32,
        officers: Vec<StaffId>,
        agrees: bool,
        findings: String,
        /// Photographs and reports.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        papers: Vec<Paper>,
    },
    TellJoint {
        number: u32,
        news: JointNews,
    },
    SettleJoint {
        number: u32,
        item: String,
        agrees: bool,
    },
}

impl Act {
    /// The kebab-case name that procedures use.
    pub fn name(&self) -> &'static str {
        NAMES[self.index()].0
    }

    /// What the button and the refusal call it.
    pub fn title(&self) -> Text {
        title(self.name())
    }

    /// Where this act keeps files of whoever does it: photographs, a report. Papers of an application are another matter.
    pub fn files(&mut self) -> Option<&mut Vec<Paper>> {
        match self {
            Act::Inspect { papers, .. }
            | Act::GiveOpinion { papers, .. }
            | Act::PostCheck { papers, .. }
            | Act::ShowJoint { papers, .. }
            | Act::AttendJoint { papers, .. }
            | Act::ReportRectified { papers, .. } => Some(papers),
            _ => None,
        }
    }

    fn index(&self) -> usize {
        use Act::*;
        match self {
            Submit(_) => 0,
            Receive { .. } => 1,
            CorrectOnSpot { .. } => 2,
            AskCorrection { .. } => 3,
            Supply { .. } => 4,
            Accept { .. } => 5,
            SupplyDeferred { .. } => 6,
            FindNotNeeded { .. } => 7,
            RefuseIntake { .. } => 8,
            Assign { .. } => 9,
            Claim => 10,
            HandOver { .. } => 11,
            AskOpinion { .. } => 12,
            GiveOpinion { .. } => 13,
            CheckPoint { .. } => 14,
            Inspect { .. } => 15,
            InviteStatement { .. } => 16,
            HearStatement { .. } => 17,
            OfferHearing { .. } => 18,
            AskHearing { .. } => 19,
            WaiveHearing => 20,
            SetHearing { .. } => 21,
            HoldHearing { .. } => 22,
            BeginSpecial { .. } => 23,
            EndSpecial { .. } => 24,
            Extend { .. } => 25,
            Review { .. } => 26,
            Grant { .. } => 27,
            Refuse { .. } => 28,
            File => 29,
            MakeResult { .. } => 30,
            Deliver { .. } => 31,
            Withdraw { .. } => 32,
            Return { .. } => 33,
            Terminate { .. } => 34,
            Archive => 35,
            End { .. } => 36,
            Classify { .. } => 37,
            Transfer { .. } => 38,
            Resolve { .. } => 39,
            Explain { .. } => 40,
            GiveFeedback { .. } => 41,
            Verify { .. } => 42,
            FindRootCause { .. } => 43,
            Record => 44,
            Note { .. } => 45,
            Urge { .. } => 46,
            Supervise { .. } => 47,
            PublishReason { .. } => 48,
            CorrectError { .. } => 49,
            Rate { .. } => 50,
            RecordLetter { .. } => 51,
            CheckClocks => 52,
            Succeed { .. } => 53,
            ProposePenalty { .. } => 54,
            OpenComponent { .. } => 55,
            SettleComponent { .. } => 56,
            LeaveComponent { .. } => 57,
            TakeUpComponent { .. } => 58,
            AmendBundle { .. } => 59,
            DecideAtOnce { .. } => 60,
            AskPerson { .. } => 61,
            Audit { .. } => 62,
            ReportLeg { .. } => 63,
            RecordLeg { .. } => 64,
            ChooseOrdinary => 65,
            PostCheck { .. } => 66,
            ReportRectified { .. } => 67,
            SupplyPromised { .. } => 68,
            RepairCredit { .. } => 69,
            AskJoint { .. } => 70,
            SetJoint { .. } => 71,
            ShowJoint { .. } => 72,
            AttendJoint { .. } => 73,
            TellJoint { .. } => 74,
            SettleJoint { .. } => 75,
            AssignTesters { .. } => 76,
            ProposeAward { .. } => 77,
            PublishAward => 78,
            RaiseObjection { .. } => 79,
            AnswerObjection { .. } => 80,
            NameAccount { .. } => 81,
            RecordPayment { .. } => 82,
            RecordFollowUp { .. } => 83,
            DemandRepayment { .. } => 84,
            RecordRepayment { .. } => 85,
            OrderPayment { .. } => 86,
            RecallPayment { .. } => 87,
        }
    }
}

/// Every act: its name in procedures, and what people call it. What only permits call so their procedures declare (准予许可).
pub const NAMES: [(&str, &str, &str); 88] = [
    ("submit", "提交申请", "Submit"),
    ("receive", "收件", "Receive"),
    ("correct-on-spot", "当场更正", "Correct on the spot"),
    ("ask-correction", "一次性告知补正", "Ask for correction"),
    ("supply", "提交补正材料", "Supply corrections"),
    ("accept", "受理", "Accept"),
    ("supply-deferred", "补交容缺材料", "Supply deferred papers"),
    ("find-not-needed", "不受理（无需办理）", "Not needed"),
    ("refuse-intake", "不予受理", "Refuse to take in"),
    ("assign", "分派", "Assign"),
    ("claim", "领取", "Claim"),
    ("hand-over", "移交", "Hand over"),
    ("ask-opinion", "征求意见", "Ask for an opinion"),
    ("give-opinion", "出具意见", "Give an opinion"),
    ("check-point", "核对审查要点", "Check a review point"),
    ("inspect", "记录现场核查", "Record a site inspection"),
    ("invite-statement", "告知陈述申辩权", "Invite statement and defence"),
    ("hear-statement", "记录陈述申辩", "Record statement and defence"),
    ("offer-hearing", "告知听证权利", "Announce or offer a hearing"),
    ("ask-hearing", "申请听证", "Ask for a hearing"),
    ("waive-hearing", "放弃听证", "Waive the hearing"),
    ("set-hearing", "确定听证时间", "Set the hearing"),
    ("hold-hearing", "举行听证", "Hold the hearing"),
    ("begin-special", "启动特别程序", "Begin a special procedure"),
    ("end-special", "结束特别程序", "End the special procedure"),
    ("extend", "延长办理期限", "Extend the limit"),
    ("review", "复核", "Review"),
    ("grant", "准予", "Grant"),
    ("refuse", "不予办理", "Refuse"),
    ("file", "予以备案", "File"),
    ("make-result", "制作结果", "Make the result"),
    ("deliver", "送达", "Deliver"),
    ("withdraw", "撤回申请", "Withdraw"),
    ("return", "退件", "Return"),
    ("terminate", "终止办理", "Terminate"),
    ("archive", "归档", "Archive"),
    ("end", "撤销、撤回、吊销、注销", "End what was granted"),
    ("classify", "分类", "Classify"),
    ("transfer", "转办", "Transfer"),
    ("resolve", "办结", "Resolve"),
    ("explain", "说明理由", "Explain"),
    ("give-feedback", "反馈", "Give feedback"),
    ("verify", "核查", "Verify"),
    ("find-root-cause", "查明原因", "Find the root cause"),
    ("record", "备案归档", "Record"),
    ("note", "备注", "Note"),
    ("urge", "催办", "Urge"),
    ("supervise", "督办", "Supervise"),
    ("publish-reason", "公开逾期原因", "Publish the reason for delay"),
    ("correct-error", "更正文书笔误", "Correct a clerical error"),
    ("rate", "评价", "Rate"),
    ("record-letter", "登记文书", "Record a letter"),
    ("check-clocks", "核对时限", "Check the clocks"),
    ("succeed", "由后续办件承接", "Go on under a later case"),
    ("propose-penalty", "告知拟作出的处罚", "Announce a penalty"),
    ("open-component", "开始办理其中一项", "Open a component"),
    ("settle-component", "登记其中一项的结果", "Settle a component"),
    ("leave-component", "不再办理其中一项", "Leave a component"),
    ("take-up-component", "重新提交其中一项", "Send a component once more"),
    ("amend-bundle", "更新申请内容", "Amend the application"),
    ("decide-at-once", "按规则当场自动办结", "Decide by rule"),
    ("ask-person", "要求由工作人员办理", "Ask for a person"),
    ("audit", "复查自动办结", "Look at a decision by rule"),
    ("report-leg", "接收对接系统回传", "Hear the partner system"),
    ("record-leg", "登记对接系统办理情况", "Record what was done in the partner system"),
    ("choose-ordinary", "改为一般程序", "Go the ordinary way"),
    ("post-check", "记录事后核查", "Record the check afterwards"),
    ("report-rectified", "报告整改完成", "Report that it was put right"),
    ("supply-promised", "补交承诺的材料", "Supply what was promised"),
    ("repair-credit", "修复信用记录", "Repair the credit record"),
    ("ask-joint", "申请联合进行", "Ask for a joint act"),
    ("set-joint", "约定联合时间", "Set the joint act"),
    ("show-joint", "提交现场照片", "Send photographs of the place"),
    ("attend-joint", "记录联合情况", "Record the joint act"),
    ("tell-joint", "知会联合安排", "Tell a part of the joint act"),
    ("settle-joint", "登记一项的联合情况", "Hear what a part found"),
    ("assign-testers", "指派检验检测人员", "Assign who tests"),
    ("propose-award", "提出拟兑现金额", "Propose an amount"),
    ("publish-award", "公示拟兑现金额", "Put on public notice"),
    ("raise-objection", "登记异议", "Record an objection"),
    ("answer-objection", "答复异议", "Answer an objection"),
    ("name-account", "确认领取并提供账户", "Take it and name the account"),
    ("record-payment", "登记拨付结果", "Record the payment"),
    ("record-follow-up", "登记跟踪核对情况", "Record the follow-up"),
    ("demand-repayment", "责令退回资金", "Demand the money back"),
    ("record-repayment", "登记资金退回", "Record the repayment"),
    ("order-payment", "列入拨付清单", "Put in a payment file"),
    ("recall-payment", "撤出拨付清单", "Take out of the payment file"),
];

/// What people call the act of this name.
pub fn title(name: &str) -> Text {
    NAMES.iter().find(|(known, ..)| *known == name).map_or_else(|| Text::new(name, name), |(_, zh, en)| Text::new(*zh, *en))
}

/// What the act of this name is called in a procedure: as it declares where it calls it the same at every step, else as everywhere.
pub fn title_in(procedure: Option<&Procedure>, name: &str) -> Text {
    let own = |allowed: &Allowed| Some(Text::new(allowed.name.as_ref()?, allowed.label.as_ref()?));
    let mut called = procedure.into_iter().flat_map(Procedure::allowed).filter(|allowed| allowed.act.get_ref() == name).map(own);
    let first = called.next().flatten().filter(|first| called.all(|other| other.as_ref() == Some(first)));
    first.unwrap_or_else(|| title(name))
}

//! What should now happen elsewhere. No letter is sent from inside a change of state: the act orders it, the courier runs it,
//! at least once and in order.

use crate::act::Act;
use crate::actor::StaffId;
use crate::case::Handed;
use crate::event::Words;
use crate::leg::Sent;
use crate::signature::Signature;
use rulebook::item::ItemType;
use rulebook::procedure::Role;
use rulebook::{Rulebook, Text};
use serde::{Deserialize, Serialize};

/// A legal document (handbook §3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterKind {
    /// 收件凭证
    Receipt,
    /// 一次性补正告知书
    CorrectionNotice,
    /// 受理通知书
    AcceptanceNotice,
    /// 容缺受理告知书
    TolerantAcceptanceNotice,
    /// 不予受理通知书
    IntakeRefusal,
    /// 不受理告知书
    NotNeededNotice,
    /// 特别程序告知书
    SpecialProcedureNotice,
    /// 延期告知书
    ExtensionNotice,
    /// 陈述申辩权利告知书
    StatementInvitation,
    /// 听证权利告知书
    HearingRightNotice,
    /// 听证通知书
    HearingNotice,
    /// 听证笔录
    HearingMinutes,
    /// 现场核查记录
    InspectionRecord,
    /// 联合辅导、联合踏勘、联合验收结果告知书
    JointResult,
    /// 告知承诺书
    CommitmentLetter,
    /// 核查结果告知书
    CheckResult,
    /// 限期整改通知书
    RectificationOrder,
    /// 准予行政许可决定书; 准予决定书 where it is no permit
    Grant,
    /// 视为准予延续告知书
    DeemedRenewal,
    /// 不予许可决定书
    RefusalDecision,
    /// 备案凭证
    FilingVoucher,
    /// 证照 or 批文
    Certificate,
    /// 送达回证
    DeliveryProof,
    /// 撤件确认书
    WithdrawalConfirmation,
    /// 退件通知书
    ReturnNotice,
    /// 终止办理告知书
    TerminationNotice,
    /// 更正通知书
    ErrorCorrection,
    /// 撤销 / 撤回 / 吊销 / 注销决定书
    EndOfPermit,
    /// 取向一致性评估意见书
    AssessmentOpinion,
    /// 拟兑现公示
    AwardNotice,
    /// 责令退回资金通知书
    RepaymentDemand,
    /// 办不成事工单
    MatterSlip,
    /// 办不成事答复书
    MatterReply,
}

impl LetterKind {
    pub fn name(self) -> Text {
        use LetterKind::*;
        let (zh, en) = match self {
            Receipt => ("收件凭证", "Receipt"),
            CorrectionNotice => ("一次性补正告知书", "One-time correction notice"),
            AcceptanceNotice => ("受理通知书", "Acceptance notice"),
            TolerantAcceptanceNotice => ("容缺受理告知书", "Tolerant acceptance notice"),
            IntakeRefusal => ("不予受理通知书", "Notice of refusal to take in"),
            NotNeededNotice => ("不受理告知书", "Notice that no permit is needed"),
            SpecialProcedureNotice => ("特别程序告知书", "Special procedure notice"),
            ExtensionNotice => ("延长办理期限告知书", "Extension notice"),
            StatementInvitation => ("陈述申辩权利告知书", "Notice of the right to be heard in writing"),
            HearingRightNotice => ("听证权利告知书", "Notice of the right to a hearing"),
            HearingNotice => ("听证通知书", "Notice of hearing"),
            HearingMinutes => ("听证笔录", "Minutes of the hearing"),
            InspectionRecord => ("现场核查记录", "Site inspection record"),
            JointResult => ("联合办理情况告知书", "Result of a joint act"),
            CommitmentLetter => ("告知承诺书", "Notice and commitment"),
            CheckResult => ("核查结果告知书", "Result of the check"),
            RectificationOrder => ("限期整改通知书", "Order to put right"),
            Grant => ("准予行政许可决定书", "Decision to grant"),
            DeemedRenewal => ("视为准予延续告知书", "Notice that the permit counts as renewed"),
            RefusalDecision => ("不予行政许可决定书", "Decision to refuse"),
            FilingVoucher => ("备案凭证", "Filing voucher"),
            Certificate => ("许可证件", "Certificate"),
            DeliveryProof => ("送达回证", "Proof of delivery"),
            WithdrawalConfirmation => ("撤件确认书", "Confirmation of withdrawal"),
            ReturnNotice => ("退件通知书", "Notice of return"),
            TerminationNotice => ("终止办理告知书", "Notice of termination"),
            ErrorCorrection => ("文书更正通知书", "Correction of a clerical error"),
            EndOfPermit => ("许可效力终结决定书", "Decision ending a permit"),
            AssessmentOpinion => ("取向一致性评估意见书", "Opinion of the consistency assessment"),
            AwardNotice => ("拟兑现公示", "Public notice of a proposed award"),
            RepaymentDemand => ("责令退回资金通知书", "Demand to pay back"),
            MatterSlip => ("“办不成事”受理单", "Slip for a matter that could not be done"),
            MatterReply => ("“办不成事”答复书", "Reply on a matter that could not be done"),
        };
        Text::new(zh, en)
    }

    /// What it is called in a matter of this item: 行政许可 stands on permits only.
    pub fn name_for(self, rules: &Rulebook, item: &str) -> Text {
        self.name_in(rules.items.get(item).is_none_or(|item| item.item_type == ItemType::Permit))
    }

    /// The same where it is known whether it is a permit.
    pub fn name_in(self, is_permit: bool) -> Text {
        match self {
            LetterKind::Grant if !is_permit => Text::new("准予决定书", "Decision to grant"),
            LetterKind::RefusalDecision if !is_permit => Text::new("不予办理决定书", "Decision to refuse"),
            LetterKind::NotNeededNotice if !is_permit => Text::new("不受理告知书", "Notice that nothing is needed"),
            LetterKind::Certificate if !is_permit => Text::new("办理结果", "Result"),
            LetterKind::EndOfPermit if !is_permit => Text::new("效力终结决定书", "Decision ending what was granted"),
            _ => self.name(),
        }
    }
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum To {
    Applicant,
    Officer(StaffId),
    /// Somebody who has no part in the case, by their opaque name.
    Person(String),
    /// Everybody who holds this role at this agency; without one, in the district.
    Role {
        role: Role,
        agency: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "errand", rename_all = "kebab-case")]
pub enum Errand {
    /// Draw a number, make the document, keep it, and record it on the case.
    MakeLetter {
        letter: LetterKind,
    },
    Notify {
        to: To,
        text: Text,
    },
    /// Publish a granted decision (行政许可法 art. 40).
    Publish,
    /// Open a correction on the item that caused a failure (办不成事: root cause).
    OpenCorrection {
        item: String,
        cause: String,
    },
    /// Open the case of a component of this bundle.
    OpenComponent {
        item: String,
    },
    /// Keep what was put right in this part for those of its bundle that are still to come.
    PassOn {
        bundle: String,
        /// The answers of this part as they were, and as they are since.
        before: Option<Words>,
        after: Option<Words>,
        materials: Vec<Handed>,
        /// What was signed with it for other parts: the body of this one does not see it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signatures: Vec<Signature>,
    },
    /// Enter the firm that the result of this case brought into being, with who may act for it.
    EnterFirm,
    /// Ask the rules of the item, and grant if every one is met (秒办).
    DecideAtOnce,
    /// Send a partner system what it has to know, as it stood at this version of the case.
    Push {
        partner: String,
        sent: Sent,
        version: u64,
    },
    /// Perform an act on another case.
    Tell {
        case: String,
        act: Box<Act>,
    },
}

//! What each act asks the officer for: one row an act, one line a question. The names are those of [`casework::Act`], so that
//! a form becomes an act without code of its own.

/// A text in both languages, known when we compile.
pub type Said = (&'static str, &'static str);

/// The form of one act.
pub struct ActForm {
    pub act: &'static str,
    /// What the act means and what the law wants of it: stands above the form.
    pub about: Said,
    pub asks: &'static [Ask],
    /// The article it rests on: in every procedure, and in that of permits only (decision 20).
    pub law: &'static str,
    pub permit_law: &'static str,
    /// The letter is shown as a draft first, with number and seal, and made on a second press only.
    pub draft: bool,
}

/// One question of a form.
pub struct Ask {
    pub name: &'static str,
    pub label: Said,
    pub hint: Said,
    pub kind: Kind,
    pub need: Need,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Must,
    /// May be left out altogether.
    May,
    /// Is always sent, and may be empty.
    Blank,
}

/// What is asked for, and so how it is drawn and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Line,
    Words,
    Day,
    /// A time of day.
    Hour,
    /// A number of days, at most what the item's statutory limit can be extended by.
    Extension,
    /// Two answers in words of their own, `true` first.
    Either(Said, Said),
    /// Yes, no, or no answer could be had.
    Satisfied,
    /// One member of staff who may handle the case.
    Handler,
    /// One member of staff of the body.
    Colleague,
    /// Two or more.
    Colleagues,
    Agency,
    Item,
    One(Source),
    /// Whether a review passes the case on or sends it back: what this step of the procedure leaves open.
    Verdict,
    /// Which lacking papers may follow later.
    Deferred,
    /// What is missing or wrong: a checklist over papers and questions.
    Defects,
    /// Files of the officer's own: photographs, a report.
    Files,
    /// Papers and answers are taken in on a page of the counter, with the same form as everywhere; this leads there.
    Papers,
}

/// Where the choices of a question come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Opinions that wait for one of the officer's bodies.
    OpenOpinions,
    Opinions,
    SpecialKinds,
    Classes,
    RootCauses,
    MissedClocks,
    Letters,
    Points,
    Grounds,
    /// Why an application is not taken in.
    IntakeGrounds,
    /// What the check of a commitment found.
    Findings,
    /// Those of a penalty.
    Penalties,
    Manners,
    Levels,
    /// Kinds of joint acts that the theme declares.
    JointKinds,
    /// Those of the bundle that are still to come.
    PendingJoints,
    /// Of a public notice, without an answer.
    Objections,
    /// Those at which this part has yet to say what was found.
    JointsToAttend,
    /// Where a matter may stand in a partner system.
    Stands,
}

const fn ask(name: &'static str, zh: &'static str, en: &'static str, kind: Kind) -> Ask {
    Ask { name, label: (zh, en), hint: ("", ""), kind, need: Need::Must }
}

impl Ask {
    const fn hint(mut self, zh: &'static str, en: &'static str) -> Ask {
        self.hint = (zh, en);
        self
    }

    const fn may(mut self) -> Ask {
        self.need = Need::May;
        self
    }

    const fn blank(mut self) -> Ask {
        self.need = Need::Blank;
        self
    }
}

const fn form(act: &'static str, about: Said, asks: &'static [Ask]) -> ActForm {
    ActForm { act, about, asks, law: "", permit_law: "", draft: false }
}

impl ActForm {
    pub fn takes_files(&self) -> bool {
        self.asks.iter().any(|ask| ask.kind == Kind::Files)
    }

    const fn draft(mut self) -> ActForm {
        self.draft = true;
        self
    }

    const fn law(mut self, law: &'static str) -> ActForm {
        self.law = law;
        self
    }

    const fn permit_law(mut self, law: &'static str) -> ActForm {
        self.permit_law = law;
        self
    }
}

/// The form of the act of this name, if it is one that an officer does by hand.
pub fn of(act: &str) -> Option<&'static ActForm> {
    FORMS.iter().find(|form| form.act == act)
}

use Kind::{
    Agency, Colleague, Colleagues, Day, Defects, Deferred, Either, Extension, Files, Handler, Hour, Item, Line, One, Papers,
    Satisfied, Verdict, Words,
};

const REASON: Ask = ask("reason", "理由", "Reason", Words);
const FILES: Ask = ask("papers", "附件", "Files", Files)
    .hint(
        "照片、报告等，可以选几份；随记录存档，能看本办件的人可以打开。",
        "Photographs, a report: several may be chosen. Kept with the record, open to those who may see the case.",
    )
    .may();
const BASIS: Ask = ask("basis", "法律依据", "Legal ground", Line).hint("法律名称和条款", "Law and article");

pub static FORMS: &[ActForm] = &[
    form(
        "receive",
        ("拆封并收件：邮寄的材料自送达本机关之日起算，不自拆封之日起算。收件不等于受理。", "Open and receive it: what was posted counts from the day on which it reached the body, not from its opening. Receipt is not acceptance."),
        &[
            ask("arrived", "送达本机关的日期", "Day on which it reached the body", Day)
                .hint("以收发登记或者邮戳为准；今天送达的不必填写。", "By the mail register or the postmark; leave it out if it came today.")
                .may(),
            ask("hour", "送达时刻", "Hour", Hour).hint("有登记的才填写。", "Only where it was noted.").may(),
        ],
    )
    .permit_law("行政许可法第三十二条第一款第四项"),
    form(
        "correct-on-spot",
        ("可以当场更正的错误，允许申请人当场更正，不必发补正告知。", "Errors that can be put right at once are put right at once, without a notice."),
        &[
            ask("what", "更正了什么", "What was corrected", Words),
            ask("papers", "材料和表单", "Papers and answers", Papers).may(),
        ],
    )
    .permit_law("行政许可法第三十二条第一款第三项"),
    form(
        "ask-correction",
        ("一次性告知需要补正的全部内容。以后不得再提出首次能够发现的新问题。", "Tell everything that is missing, once. Points that could be seen at first cannot be added later."),
        &[
            ask("defects", "需要补正的内容", "What is to be corrected", Defects),
            ask("exception", "再次告知新问题的原因", "Why a new point is told a second time", Words)
                .hint("只在首次确实无法发现时填写，由督办人员核查（行政许可法第七十二条第四项）。", "Only where it could not be seen at first; supervision looks at it (Licensing Law art. 72(4)).")
                .may(),
        ],
    )
    .draft()
    .permit_law("行政许可法第三十二条第一款第四项"),
    form(
        "accept",
        ("材料齐全、符合法定形式，或者已按要求补正的，应当受理。", "Complete and in legal form, or corrected as asked: it must be accepted."),
        &[ask("deferred", "容缺受理：可以稍后补交的材料", "Papers that may follow (tolerant acceptance)", Deferred)],
    )
    .draft()
    .permit_law("行政许可法第三十二条第一款第五项"),
    form(
        "find-not-needed",
        ("依法不需要取得行政许可的，即时告知不受理。", "Where no permit is needed the applicant is told at once."),
        &[REASON],
    )
    .draft()
    .permit_law("行政许可法第三十二条第一款第一项"),
    form(
        "refuse-intake",
        ("不属于本机关职权范围的，即时不予受理，并告知向哪个机关申请；依法不得再次申请的、以虚假材料申请许可的，也可以不予受理。材料不全的不在此列，应当告知补正。", "What is not this body's is refused at once, naming the right one; so may be an application that a decision bars, or that rests on false papers. What is incomplete is corrected instead."),
        &[
            REASON,
            ask("because", "法定情形", "Ground of the law", One(Source::IntakeGrounds)),
            ask("right-body", "应当向哪个机关申请", "The right body", Agency)
                .hint("不属于本机关职权的，必须写明。", "Must be named where the matter is not this body's.")
                .blank(),
        ],
    )
    .draft()
    .permit_law("行政许可法第三十二条第一款第二项、第七十八条、第七十九条"),
    form(
        "assign",
        ("指定承办人。分派记入办件。", "Name the handler. It stands on the case."),
        &[ask("to", "承办人", "Handler", Handler), ask("reason", "说明", "Remark", Words).may()],
    ),
    form("claim", ("由我承办。从现在起办件记在您的名下。", "Take the case on. From now on it is yours."), &[]),
    form(
        "hand-over",
        ("移交给同事。谁移交、为什么，记入办件（首问负责）。", "Pass it to a colleague. Who and why stands on the case."),
        &[ask("to", "移交给", "To", Handler), REASON],
    ),
    form(
        "ask-opinion",
        ("征求其他部门意见，申请人不必自己跑。不选先后即为并联。", "Ask another body; the applicant need not go there. Without an order they run side by side."),
        &[
            ask("agency", "被征求意见的部门", "Body that is asked", Agency),
            ask("question", "征求什么意见", "What is asked", Words),
            ask("after", "在哪一项意见之后", "After which opinion", One(Source::Opinions)).may(),
            ask("due", "请于何日前答复", "Answer by", Day).may(),
        ],
    )
    .permit_law("行政许可法第二十六条"),
    form(
        "give-opinion",
        ("以本部门名义出具意见。", "Give the opinion of your body."),
        &[
            ask("number", "对哪一项征求意见", "Which request", One(Source::OpenOpinions)),
            ask("agrees", "意见", "Opinion", Either(("同意", "Agrees"), ("不同意", "Does not agree"))),
            ask("text", "理由和建议", "Reasons and advice", Words),
            FILES,
        ],
    ),
    form(
        "check-point",
        ("逐条核对审查要点。", "Check the review points one by one."),
        &[
            ask("point", "审查要点", "Review point", One(Source::Points)),
            ask("met", "结论", "Finding", Either(("符合", "Met"), ("不符合", "Not met"))),
            ask("note", "说明", "Remark", Words).may(),
        ],
    ),
    form(
        "inspect",
        ("现场核查应当有两名以上工作人员；时间计入期限。", "A site inspection takes two officers or more; the clock runs on."),
        &[
            ask("officers", "核查人员", "Officers", Colleagues),
            ask("on", "核查日期", "Day", Day),
            ask("passed", "结论", "Result", Either(("符合要求", "In order"), ("存在问题", "Problems found"))),
            ask("findings", "核查情况", "Findings", Words),
            FILES,
        ],
    )
    .permit_law("行政许可法第三十四条第三款"),
    form(
        "assign-testers",
        ("应当在法定期限内指派两名以上工作人员，按照技术标准、技术规范检验、检测、检疫。需要的时间不计入期限的，另行启动特别程序并书面告知。", "Two officers or more are named within the limit of the law, to test by the technical standards. If the time is not to count, begin a special procedure and tell the applicant."),
        &[ask("officers", "检验、检测、检疫人员", "Officers", Colleagues)],
    )
    .permit_law("行政许可法第五十五条第二款"),
    form(
        "propose-award",
        (
            "金额按条款的计算方法填写，写明怎样算出。已享受同类支持的不重复享受；超出预算的不能提出。",
            "The amount follows from the clause; say how it was found. What was had once is not had again, and nothing goes beyond the budget.",
        ),
        &[
            ask("amount", "拟兑现金额，写明单位（如20万元）", "Amount with its unit, e.g. 20万元", Line),
            ask("reasons", "审查意见和计算过程", "What was found, and the reckoning", Words),
        ],
    ),
    form(
        "publish-award",
        (
            "按兑现事项规定的期限公示，资金同时预留；公示期满的次日起才能决定和拨付。",
            "On public notice for the days of the programme, with the money set aside; it can be granted and paid from the day after.",
        ),
        &[],
    ),
    form(
        "raise-objection",
        (
            "公示期内任何人可以提出异议；逐条记录，答复以前不能决定。",
            "Anybody may object during the notice; nothing is granted before each objection is answered.",
        ),
        &[
            ask("who", "提出人和联系方式", "Who objects, and how to be reached", Line),
            ask("text", "异议内容", "The objection", Words),
        ],
    ),
    form(
        "answer-objection",
        ("逐条书面答复。", "Answer each in writing."),
        &[ask("number", "哪一条异议", "Which objection", One(Source::Objections)), ask("text", "答复", "Answer", Words)],
    ),
    form(
        "name-account",
        (
            "申请人在窗口确认领取并提供账户；只能是申请人本名的账户。",
            "The claimant says at the counter that it takes the money, and names an account, which has to be its own.",
        ),
        &[
            ask("payee", "户名", "Name of the account", Line),
            ask("number", "账号", "Number", Line),
            ask("bank", "开户银行", "Bank", Line),
        ],
    ),
    form(
        "order-payment",
        (
            "列入以后交银行拨付，银行回复前不能撤回、终止和更换账户。一批的，请在“政策兑现”里一次取出清单，编号由系统给。",
            "Once it stands in a file the bank may pay it: until the bank has answered, it is neither withdrawn nor ended, and the account stays. A whole batch is taken out at once under Claims, which gives the number.",
        ),
        &[ask("file", "拨付清单编号", "Number of the payment file", Line)],
    ),
    form(
        "recall-payment",
        (
            "清单没有交给银行，或者银行已经确认不拨付这一笔的，才能撤出；撤出以后会进入下一份清单。",
            "Only where the file was not sent, or the bank has confirmed that it does not pay this line. It then goes into the next file.",
        ),
        &[ask("reason", "撤出原因", "Why it is taken out", Words)],
    ),
    form(
        "record-payment",
        (
            "款项拨到申请人本名账户后登记；被银行退回的，请申请人重新提供账户。一批的，可以在“兑现拨付”里一次登记。",
            "Record it once it is on the claimant's own account; where the bank returned it, the claimant names another. A whole batch is recorded at once under Payments.",
        ),
        &[
            ask("paid", "结果", "Outcome", Either(("已拨付", "Paid"), ("被银行退回", "Returned by the bank"))),
            ask("words", "支付凭证号或者退回原因", "Voucher, or why it came back", Line),
        ],
    ),
    form(
        "record-follow-up",
        (
            "按兑现事项的要求核对。不再成立的，由审批人决定是否责令退回资金。",
            "Look at what the programme asks for. Where it does not hold, the approver decides whether the money is demanded back.",
        ),
        &[
            ask("kept", "承诺事项", "What was promised", Either(("仍然成立", "Still holds"), ("不再成立", "Does not hold"))),
            ask("text", "核对情况", "What was found", Words),
        ],
    ),
    form(
        "demand-repayment",
        (
            "书面通知退回资金，写明事实、理由和依据，以及救济途径。收到退款后登记，预算同时恢复。",
            "A written demand with facts, reasons, ground and remedies. Once the money is back it is recorded, and the budget has it again.",
        ),
        &[ask("reasons", "事实和理由", "Facts and reasons", Words), ask("basis", "依据", "Ground", Line)],
    ),
    form(
        "record-repayment",
        (
            "核对到账后登记。可以分次退回，每次登记到账的金额；退清时办结。",
            "Record it once the money has arrived. It may come back in parts: record what arrived each time; the case is done once all of it is back.",
        ),
        &[ask("amount", "到账金额", "What arrived", Line), ask("voucher", "收款凭证号", "Voucher", Line)],
    ),
    form(
        "ask-joint",
        ("一件事的几个部门一次到场（或者远程）、分别记录、一份结果。由办理整件事的机关约定时间。", "Several bodies of a bundle at one appointment, each with its own findings, one written result. The office that keeps the whole sets the hour."),
        &[ask("kind", "种类", "Kind", One(Source::JointKinds)), ask("reason", "为什么要联合进行", "Why together", Words)],
    )
    .permit_law("行政许可法第二十六条第二款"),
    form(
        "set-joint",
        ("约定一个时间，参加的是现在有部门在办的各项。申请人和各部门都会收到通知；有部门记录以前可以改期。", "One hour for all parts that a body has in hand. The applicant and the bodies are told; it can be moved until a body has recorded."),
        &[
            ask("number", "哪一项联合事项", "Which joint act", One(Source::PendingJoints)),
            ask("on", "日期", "Day", Day),
            ask("hour", "时刻", "Hour", Hour),
            ask("remote", "怎样进行", "How", Either(("远程：申请人按提示拍照", "From afar: the applicant photographs as asked"), ("到现场", "On site"))),
            ask("place", "地点", "Place", Line),
        ],
    ),
    form(
        "show-joint",
        ("代申请人提交按提示拍摄的现场照片：写明拍摄的时间和地点。", "Send photographs that the applicant took as asked, with time and place."),
        &[
            ask("number", "哪一项联合事项", "Which joint act", One(Source::PendingJoints)),
            ask("on", "拍摄日期", "Day taken", Day),
            ask("hour", "拍摄时刻", "Hour taken", Hour),
            ask("place", "拍摄地点", "Where taken", Line),
            FILES,
        ],
    ),
    form(
        "attend-joint",
        ("只记录本部门办理的这一项。联合踏勘、联合验收的记录就是这一项的现场核查，应当有两名以上工作人员，不再另行到场；时间计入期限。", "For the part of your own body only. At a joint visit or acceptance this is its site inspection: two officers, no second visit, and the clock runs on."),
        &[
            ask("number", "哪一项联合事项", "Which joint act", One(Source::JointsToAttend)),
            ask("officers", "参加人员", "Who attended", Colleagues),
            ask("agrees", "结论", "Result", Either(("符合要求", "In order"), ("存在问题", "Problems found"))),
            ask("findings", "情况和意见", "Findings and advice", Words),
            FILES,
        ],
    )
    .permit_law("行政许可法第三十四条第三款"),
    form(
        "post-check",
        ("核查告知承诺的履行情况。现场核查应当有两名以上工作人员；数据比对一人即可。", "Check whether the commitment is kept. On site two officers go; data are compared by one."),
        &[
            ask("officers", "核查人员", "Officers", Colleagues),
            ask("on", "核查日期", "Day", Day),
            ask("finding", "结论", "Finding", One(Source::Findings))
                .hint("违背承诺不等于撤销：申请人可以陈述申辩，由审批人决定。", "Broken is not revoked: the holder may answer, and an approver decides."),
            ask("findings", "核查情况", "Findings", Words).hint("责令整改的，写明哪里不符合、怎样改。", "If it is to be put right: what is wanting, and how to mend it."),
            FILES,
        ],
    )
    .draft(),
    form(
        "choose-ordinary",
        ("申请人改为一般程序：承诺不再有效，需要的材料另行提交；已经填写和提交的都保留。", "The applicant goes the ordinary way: the commitment ends and its papers are asked for; all that was handed in is kept."),
        &[],
    ),
    form(
        "report-rectified",
        ("代申请人登记整改完成。", "Note that the holder reports it as put right."),
        &[ask("said", "整改情况", "What was put right", Words), FILES],
    ),
    form(
        "repair-credit",
        ("违背承诺的后果已经消除的，修复信用记录；以后可以再次承诺。", "What followed from the breach is mended: commitments are open again."),
        &[REASON],
    ),
    form(
        "invite-statement",
        ("直接关系他人重大利益的，告知利害关系人有权陈述、申辩。", "Where others are directly and substantially concerned they are told that they may be heard."),
        &[ask("party", "告知了谁", "Who is told", Line)],
    )
    .permit_law("行政许可法第三十六条"),
    form("hear-statement", ("记录陈述、申辩的内容。", "Record what was said."), &[ask("text", "陈述申辩的内容", "Statement", Words)]),
    form(
        "offer-hearing",
        ("第四十六条由机关主动举行；第四十七条告知权利，五个工作日内可以要求。", "Under art. 46 the body holds one itself; under art. 47 it tells of the right, to be used within five working days."),
        &[
            ask("at-own-motion", "依据", "Ground", Either(("主动举行听证（第四十六条）", "Held by the body itself (art. 46)"), ("告知申请听证的权利（第四十七条）", "Right to ask for one (art. 47)"))),
            REASON,
        ],
    ),
    form("ask-hearing", ("代申请人或利害关系人登记听证申请。", "Note a request for a hearing."), &[ask("by-party", "谁申请听证", "Who asks", Line)]),
    form("waive-hearing", ("申请人明确放弃听证。", "The applicant waives the hearing."), &[]),
    form(
        "set-hearing",
        ("听证七日前通知；主持人不得是本案审查人员。", "Seven days' notice; the presiding officer is not the reviewer."),
        &[
            ask("on", "听证日期", "Day", Day),
            ask("hour", "听证时刻", "Hour", Hour),
            ask("presider", "主持人", "Presiding officer", Colleague),
            ask("place", "地点", "Place", Line),
        ],
    )
    .permit_law("行政许可法第四十八条"),
    form("hold-hearing", ("听证应当制作笔录，决定根据笔录作出。", "Minutes are kept, and the decision rests on them."), &[ask("minutes", "听证笔录", "Minutes", Words)]),
    form(
        "begin-special",
        ("只有法律列举的程序不计入期限，并须书面告知申请人所需时间。", "Only what the law lists is left out of the limit, and the applicant is told in writing how long it takes."),
        &[
            ask("kind", "种类", "Kind", One(Source::SpecialKinds)),
            BASIS,
            ask("expected-end", "预计结束日期", "Expected end", Day).hint("到期提醒，不会被忘记。", "An alarm rings on that day."),
            ask("notice", "告知申请人的内容", "What the applicant is told", Words),
        ],
    )
    .draft()
    .permit_law("行政许可法第四十五条"),
    form("end-special", ("结束特别程序，期限从明天起继续计算。", "The clock goes on with the next day."), &[ask("outcome", "结果", "Outcome", Words)]),
    form(
        "extend",
        ("只延长法定期限，只有一次，由机关负责人批准并告知理由。承诺期限不变，逾期仍为红灯。", "Only the statutory limit, only once, by the head of the body, with the reason told. The promise stays; broken it stays red."),
        &[ask("n", "延长", "By", Extension), REASON],
    )
    .draft()
    .permit_law("行政许可法第四十二条"),
    form(
        "review",
        ("写明审查意见。承办人提出，审批人决定或者退回。", "State the opinion. The handler proposes, the approver decides or sends back."),
        &[ask("agrees", "结论", "Finding", Verdict), ask("opinion", "审查意见", "Opinion", Words)],
    ),
    form(
        "grant",
        ("符合法定条件、标准的，应当准予。决定公开。", "Whoever meets the conditions of the law is granted it. Granted decisions are public."),
        &[ask("content", "决定内容", "What is granted", Words)],
    )
    .draft()
    .permit_law("行政许可法第三十八条第一款、第四十条"),
    form(
        "refuse",
        ("不予准许的，应当说明理由，并告知复议、诉讼的权利。", "A refusal gives its reasons and the ways to have it reviewed."),
        &[
            ask("reasons", "理由", "Reasons", Words).hint("写明哪一项条件不符合，事实是什么。", "Which condition is not met, and on which facts."),
            BASIS,
            ask("false-statement", "是否因隐瞒有关情况或者提供虚假材料", "Because facts were hidden or papers were false", Either(("是", "Yes"), ("否", "No")))
                .hint("属于直接关系公共安全、人身健康、生命财产安全事项的，申请人一年内不得再次申请（行政许可法第七十八条）；决定书写明截止日期。", "Where safety, health, life or property are directly concerned, the applicant may not apply again for a year (Licensing Law art. 78); the decision names the day.")
                .may(),
        ],
    )
    .draft()
    .permit_law("行政许可法第三十八条第二款"),
    form("file", ("信息齐全即予备案，备案不得以审查理由拒绝。", "Complete means filed; a filing is not refused on review grounds."), &[]).draft().law("优化营商环境条例第三十九条"),
    form(
        "make-result",
        ("自作出决定之日起十个工作日内颁发、送达。", "To be issued and delivered within ten working days of the decision."),
        &[ask("number", "证件编号", "Number", Line), ask("name", "证件名称", "Name", Line)],
    )
    .permit_law("行政许可法第四十四条"),
    form(
        "deliver",
        ("记录谁、以什么方式签收。", "Who received it, and how."),
        &[ask("manner", "送达方式", "How", One(Source::Manners)), ask("receiver", "签收人", "Received by", Line)],
    ),
    form("withdraw", ("申请人在决定作出前可以撤回。", "The applicant may withdraw before the decision."), &[ask("reason", "申请人的说明", "What the applicant says", Words).blank()]),
    form("return", ("告知书写明的补正期限届满仍未补正的，可以退件。", "May be returned once the announced time for corrections is over."), &[REASON]).draft(),
    form("terminate", ("有法定情形的，终止办理并说明理由。", "Where the law gives a ground, with the reason."), &[REASON, BASIS]).draft(),
    form("archive", ("办件材料归档，以电子档案保存。", "The papers go to the archive."), &[]),
    form(
        "end",
        ("撤销、撤回、吊销、注销是四种不同的决定，依据各不相同。撤销可能对公共利益造成重大损害的，不予撤销；吊销以前应当告知并听取当事人意见。", "Four different decisions on different grounds. What would harm the public greatly is not revoked; before a penalty the holder is told and heard."),
        &[ask("ground", "法定情形", "Ground of the law", One(Source::Grounds)), ask("reason", "事实和理由", "Facts and reasons", Words)],
    )
    .draft()
    .permit_law("行政许可法第八条、第六十九条、第七十条"),
    form(
        "propose-penalty",
        ("吊销是行政处罚：先告知拟作出的处罚、事实、理由、依据和要求听证的权利，期限届满或者听证结束后才能决定。", "A penalty: the holder is told what is proposed, on which facts and ground, and of the right to a hearing; only then is it decided."),
        &[ask("ground", "法定情形", "Ground of the law", One(Source::Penalties)), ask("facts", "违法事实、理由和依据", "Facts, reasons and the law that was broken", Words)],
    )
    .draft()
    .law("行政处罚法第四十四条、第六十三条、第六十四条"),
    form(
        "leave-component",
        ("只用于还没有被任何部门收件的一项；已在办的，在该项自己的办件中撤回。", "For a part that nobody has received; what is under way is withdrawn in its own case."),
        &[ask("item", "事项代码", "Code of the item", Line), REASON],
    ),
    form(
        "take-up-component",
        ("没有办成的一项按现有内容重新提交。", "A part that came to nothing is sent once more as it stands."),
        &[ask("item", "事项代码", "Code of the item", Line)],
    ),
    form("classify", ("选择分类；这一类有自己的期限的，从现在起算。", "Choose the class; where it has a limit of its own, that runs from now."), &[ask("class", "分类", "Class", One(Source::Classes))]),
    form(
        "transfer",
        ("转给能解决问题的部门。", "To the body that can solve it."),
        &[ask("agency", "责任部门", "Body", Agency), ask("note", "转办说明", "What it is to do", Words)],
    ),
    form("resolve", ("写明怎样办成的，答复反映人。", "How it was solved; this is the reply."), &[ask("solution", "怎样办成的", "How it was solved", Words)]),
    form(
        "explain",
        ("不能办理的，说明法律上的理由，并指出其他途径。", "Where it cannot be done: the legal reason, and another way."),
        &[ask("reason", "不能办理的理由", "Why it cannot be done", Words), BASIS, ask("other-way", "其他可行的途径", "Another way", Words)],
    ),
    form(
        "give-feedback",
        ("回访反映人，记录是否解决。", "Call back and note whether it was solved."),
        &[ask("satisfied", "是否解决", "Solved", Satisfied).may(), ask("words", "反映人的说法", "What the person says", Words).blank()],
    ),
    form(
        "verify",
        ("由未参与办理的人员核查。", "By somebody who did not handle it."),
        &[
            ask("confirmed", "核查结论", "Finding", Either(("属实，已经解决", "Solved indeed"), ("并未解决，退回办理", "Not solved: back to work"))),
            ask("findings", "核查情况", "Findings", Words),
        ],
    ),
    form(
        "find-root-cause",
        ("原因在事项或指南的，会在该事项上保留待改正项，直到改正。", "A cause that lies in an item keeps a correction open on it until it is changed."),
        &[
            ask("cause", "原因类别", "Cause", One(Source::RootCauses)),
            ask("item", "出在哪个事项", "Which item", Item).may(),
            ask("words", "原因说明", "What caused it", Words),
        ],
    ),
    form("record", ("核查完毕，备案归档。", "Verified: close and record."), &[]),
    form(
        "ask-person",
        ("自动办结的结果，申请人可以要求工作人员复查。", "The applicant may have a person look at what the system decided."),
        &[ask("reason", "申请人的理由", "The applicant's reason", Words)],
    )
    .law("个人信息保护法第二十四条第三款"),
    form(
        "audit",
        ("对自动办结的抽查或者申请人要求的复查。有误的，另按撤销、更正等程序处理。", "A second look at a decision by rule. What is wrong is put right by the acts of law."),
        &[
            ask("right", "复查结论", "Finding", Either(("无误", "It was right"), ("有误，需要处理", "It was wrong and has to be dealt with"))),
            ask("findings", "复查情况", "Findings", Words),
        ],
    ),
    form("note", ("只有工作人员看得到的备注。", "A remark that only staff see."), &[ask("text", "备注", "Note", Words)]),
    form("urge", ("提醒承办人尽快办理。", "Remind the handler."), &[ask("text", "催办内容", "What is urged", Words)]),
    form("supervise", ("列入督办，承办人立即收到。", "Put under supervision; the handler is told at once."), &[ask("text", "督办意见", "Instruction", Words)]),
    form(
        "publish-reason",
        ("逾期的，应当公开说明原因，写在“逾期与原因”网页上，请不要写姓名。红灯不会因此消失。", "A missed limit is explained in public, on the page “Broken promises”: name nobody. The red light stays."),
        &[ask("clock", "逾期的时限", "Missed limit", One(Source::MissedClocks)), REASON],
    )
    .law("优化营商环境条例第三十六条"),
    form(
        "record-leg",
        ("对接系统停机或久无消息时，登记本机关在该系统的办理情况，并附上凭证。标明人工登记，以后与对方核对。登记受理、准予、备案的，须由此时有权办理该行为的人员登记，登记即办理。登记错了的，重新登记一次，以最后一次为准。", "While the partner system is down or silent: write down what your body did there, with the paper that shows it. It is marked as by hand and compared with the partner later. What was accepted, granted or filed there is done here with the record, so you need the power to do that act now. Wrong? Record again: the last one holds."),
        &[
            ask("stand", "对方状态", "Where it stands there", One(Source::Stands)),
            ask("document", "决定文号", "Number of the decision", Line).hint("准予、备案、不予的必须填写。", "Needed for what was decided.").may(),
            ask("on", "决定日期", "Day of the decision", Day).hint("不填为今天。", "Today if left out.").may(),
            ask("licence", "证照编号", "Number of the licence", Line).hint("已经制证的填写。", "Where it was made.").may(),
            ask("words", "怎么得知的，以及理由", "How it was found out, and reasons", Words),
            FILES,
        ],
    )
    .permit_law("行政许可法第三十八条第一款"),
    form(
        "correct-error",
        ("更正文书笔误：原文书保留，另发更正通知。", "The first letter stays as it was sent; a notice corrects it."),
        &[ask("letter", "哪一份文书", "Which letter", One(Source::Letters)).may(), ask("what", "更正内容", "What is corrected", Words)],
    )
    .draft(),
    form(
        "rate",
        ("代申请人登记评价；一件只评一次。", "Note the applicant's rating; one for each case."),
        &[ask("level", "评价", "Rating", One(Source::Levels)), ask("words", "申请人的话", "In the applicant's words", Words).may()],
    ),
];

//! The story of a case in plain words, one sentence an event. What only keeps the books is passed over.

use crate::actor::By;
use crate::acts::item_name;
use crate::acts::leg::says_no;
use crate::commitment::Finding;
use crate::event::{Channel, Ending, Event, IntakeGround, Record};
use rulebook::{Rulebook, Text};

/// What a record tells the people concerned; `None` where it tells nothing.
pub fn narrate(record: &Record, rules: &Rulebook, procedure: &str) -> Option<Text> {
    use Event::*;
    let agency = |code: &str| rules.agencies.get(code).map_or_else(|| Text::new(code, code), rulebook::agency::Agency::text);
    let clock = |code: &str| crate::clock::name(rules, procedure, code);
    let same = |zh: &str, en: &str| Text::new(zh, en);
    let declared = rules.procedures.get(procedure);
    let is_permit = declared.is_none_or(rulebook::procedure::Procedure::is_for_permits);
    // What was granted: a permit, or what else a decision gives.
    let (what, thing) = if is_permit { ("许可", "permit") } else { ("决定", "decision") };
    Some(match &record.event {
        Submitted { channel, .. } => match channel {
            Channel::Online | Channel::Api => same("申请人在网上提交了申请", "The applicant applied online"),
            Channel::Counter => same("窗口代为录入并提交了申请", "The counter took the application in"),
            Channel::Post => same("申请人邮寄了申请", "The applicant posted the application"),
            Channel::Unasked => same("部门主动找到并办理，不需要申请", "The body found it by itself; nobody had to apply"),
            Channel::Station => same("服务站收取了申请", "A service station took the application in"),
        },
        Signed { by } => {
            let role = crate::signature::role_of(rules, &by.part);
            let day = by.at.day();
            Text::new(format!("{}已于{day}签署", role.zh), format!("Signed on {day} by: {}", role.en))
        }
        Received { arrived: Some(arrived), .. } => Text::new(
            format!("已拆封收件，{}送达本机关，出具收件凭证", arrived.day()),
            format!("Opened and received; it had reached the body on {}; a receipt was issued", arrived.day()),
        ),
        Received { .. } => same("已收件，出具收件凭证", "Received; a receipt was issued"),
        CorrectedOnSpot { .. } => same("当场更正了材料", "Corrected on the spot"),
        // The applicant hears of it when it is told.
        CorrectionHeld { .. } => return None,
        CorrectionAsked { defects, .. } => {
            let n = defects.len();
            Text::new(format!("一次性告知需要补正{n}项"), format!("Told once and completely: {n} to correct"))
        }
        CorrectionSupplied { left, .. } if left.is_empty() => same("申请人补正齐全", "The applicant supplied everything"),
        CorrectionSupplied { left, .. } => {
            let n = left.len();
            Text::new(format!("申请人补正，尚缺{n}项"), format!("The applicant supplied corrections; {n} still open"))
        }
        Accepted { deemed: true, .. } => Text::new(
            format!("逾期未告知，依法视为受理（自{}起）", record.effective),
            format!("The limit passed in silence: accepted by law since {}", record.effective),
        ),
        Accepted { deferred, .. } if !deferred.is_empty() => {
            let n = deferred.len();
            Text::new(format!("容缺受理，{n}份材料待补"), format!("Accepted tolerantly; {n} papers to follow"))
        }
        Accepted { .. } => same("已受理", "Accepted"),
        DeferredSupplied { left, .. } if !left.is_empty() => {
            let n = left.len();
            Text::new(format!("补交了部分容缺材料，尚缺{n}份"), format!("Some deferred papers were supplied; {n} still to come"))
        }
        DeferredSupplied { .. } => same("容缺材料已补交", "Deferred papers were supplied"),
        FoundNotNeeded { .. } if is_permit => same("依法不需要取得许可，已告知", "No permit is needed; the applicant was told"),
        FoundNotNeeded { .. } => same("依法不需要办理，已告知", "Nothing is needed; the applicant was told"),
        IntakeRefused { because: IntakeGround::Barred, .. } => same(
            "不予受理：依已作出的书面决定，尚在不得再次申请的期间内",
            "Not taken in: a written decision still bars the applicant",
        ),
        IntakeRefused { because: IntakeGround::FalseStatement, .. } => {
            same("不予受理：隐瞒有关情况或者提供虚假材料", "Not taken in: facts were hidden or papers are false")
        }
        IntakeRefused { right_body, .. } => {
            let body = agency(right_body);
            Text::new(format!("不予受理，告知向{}申请", body.zh), format!("Not taken in; {} is the right body", body.en))
        }
        Assigned { .. } => same("分派了承办人", "A handler was assigned"),
        Claimed { .. } => same("承办人领取了办件", "The handler took the case on"),
        HandedOver { .. } => same("承办人移交了办件", "The case was handed over"),
        OpinionAsked { agency: body, .. } => {
            let body = agency(body);
            Text::new(format!("征求{}意见", body.zh), format!("{} was asked for an opinion", body.en))
        }
        OpinionGiven { agrees: true, .. } => same("部门意见：同意", "A consulted body agrees"),
        OpinionGiven { agrees: false, .. } => same("部门意见：不同意", "A consulted body does not agree"),
        AwardProposed { fen, .. } => {
            let yuan = rulebook::programme::yuan(*fen);
            Text::new(format!("提出拟兑现金额{yuan}元"), format!("{yuan} yuan are proposed"))
        }
        AwardPublished { until } => Text::new(format!("拟兑现情况公示至{until}"), format!("On public notice until {until}")),
        ObjectionRaised { .. } => same("公示期内收到异议", "An objection was raised during the notice"),
        ObjectionAnswered { number, .. } => {
            Text::new(format!("答复了第{number}条异议"), format!("Objection {number} was answered"))
        }
        AccountNamed { .. } => same("收款账户已确认，为申请人本名", "The account is known and in the claimant's own name"),
        PaymentOrdered { file } => {
            Text::new(format!("列入拨付清单{file}，交银行拨付"), format!("Put in payment file {file} for the bank"))
        }
        PaymentRecalled { .. } => same("撤出拨付清单，银行不再拨付", "Taken out of the payment file: the bank does not pay it"),
        Paid { follow: None, .. } => same("资金已拨付", "The money was paid"),
        Paid { follow: Some(day), .. } => Text::new(
            format!("资金已拨付，{day}核对承诺事项"),
            format!("The money was paid; what was promised is looked at on {day}"),
        ),
        PaymentReturned { .. } => same("款项被银行退回", "The bank returned the payment"),
        FollowedUp { kept: true, .. } => same("跟踪核对：承诺事项仍然成立", "Followed up: what was promised still holds"),
        FollowedUp { kept: false, .. } => same("跟踪核对：承诺事项不再成立", "Followed up: what was promised does not hold"),
        RepaymentDemanded { .. } => same("责令退回资金", "The money is demanded back"),
        RepaidInPart { fen, .. } => {
            let yuan = rulebook::programme::yuan(*fen);
            Text::new(format!("已退回{yuan}元，其余待退"), format!("{yuan} yuan came back; the rest is still owed"))
        }
        Repaid { .. } => same("资金已退回", "The money came back"),
        TestersAssigned { officers } => {
            let n = officers.len();
            Text::new(format!("指派{n}名工作人员检验、检测、检疫"), format!("{n} officers were assigned to test"))
        }
        Inspected { passed: true, .. } => same("完成现场核查，符合要求", "Inspected on site: in order"),
        Inspected { passed: false, .. } => same("完成现场核查，发现问题", "Inspected on site: problems found"),
        StatementInvited { .. } => same("告知利害关系人可以陈述申辩", "Those concerned were told they may be heard"),
        StatementHeard { .. } => same("听取了陈述申辩", "A statement was heard"),
        HearingOffered { .. } => same("告知听证", "A hearing was announced"),
        HearingAsked { .. } => same("申请听证", "A hearing was asked for"),
        HearingWaived => same("没有人申请听证，不举行听证", "Nobody asked for a hearing: there is none"),
        HearingDeclined => same("申请人放弃听证", "The applicant waives the hearing"),
        HearingSet { on, hour, .. } => {
            let at = hour.map(|hour| format!(" {:02}:{:02}", hour.hour(), hour.minute())).unwrap_or_default();
            Text::new(format!("听证定于{on}{at}举行"), format!("The hearing is set for {on}{at}"))
        }
        HearingHeld { .. } => same("举行了听证", "The hearing was held"),
        SpecialBegan { kind, expected_end, .. } => {
            let name = special_name(rules, kind);
            Text::new(
                format!("启动特别程序“{}”，预计{expected_end}结束，期间不计入期限", name.zh),
                format!("Special procedure “{}” began, expected to end on {expected_end}; its time is not counted", name.en),
            )
        }
        SpecialEnded { .. } => same("特别程序结束，期限继续计算", "The special procedure ended; the clock goes on"),
        Extended { .. } => same("经负责人批准，法定期限延长一次", "The head of the body extended the statutory limit, once"),
        Reviewed { agrees: true, .. } => same("审查完毕，提请决定", "Examined and passed on for decision"),
        Reviewed { agrees: false, .. } => same("退回重新审查", "Sent back for further examination"),
        Granted { .. } => same("准予", "Granted"),
        DeemedRenewed { valid_until, .. } => {
            let (zh, en) =
                valid_until.map_or_else(Default::default, |until| (format!("，有效期至{until}"), format!(", until {until}")));
            Text::new(
                format!("许可到期前没有作出决定，依法视为准予延续{zh}"),
                format!("Nothing was decided before the permit ended: by law it counts as renewed{en}"),
            )
        }
        Succeeded { by } => Text::new(format!("{what}由办件{by}承接"), format!("The {thing} goes on under case {by}")),
        Refused { .. } => {
            let title = crate::act::title_in(declared, "refuse").zh;
            Text::new(format!("{title}，理由和救济途径见决定书"), "Refused; reasons and remedies are in the decision")
        }
        ExaminedAtOnce { met: true, .. } => same("按公布的规则自动核对，全部符合", "The published rules were asked: all are met"),
        ExaminedAtOnce { met: false, .. } => {
            same("按公布的规则自动核对，转由工作人员办理", "The published rules were asked; an officer handles it")
        }
        PersonAsked { .. } => same("申请人要求由工作人员复查", "The applicant asked for a person to look at it"),
        Audited { right: true, .. } => {
            same("工作人员复查，自动办结无误", "An officer looked at the decision by rule: it was right")
        }
        Audited { right: false, .. } => {
            same("工作人员复查，认为自动办结有误", "An officer looked at the decision by rule: it was wrong")
        }
        Filed => same("已备案", "Filed"),
        ResultMade { number, name, .. } => Text::new(format!("制作了{name}（{number}）"), format!("{name} ({number}) was made")),
        Committed { form: Some(form), notice, .. } => {
            let (name, n) = (form.name(), notice.unwrap_or_default());
            Text::new(
                format!("申请人签署{}书（第{n}版告知）", name.zh),
                format!("The applicant chose to be granted it {} and signed (notice {n})", name.en),
            )
        }
        Committed { proofs, .. } => {
            let n = proofs.len();
            Text::new(format!("申请人以承诺替代{n}份证明材料"), format!("The applicant committed in place of {n} papers"))
        }
        CommitmentLeft { .. } => same("申请人改为一般程序", "The applicant left the commitment for the ordinary way"),
        CheckPlanned { agency: body, manner } => {
            let (body, manner) = (agency(body), manner.name());
            Text::new(
                format!("按承诺准予，由{}事后{}", body.zh, manner.zh),
                format!("Granted on the commitment; {} checks it {}", body.en, manner.en),
            )
        }
        Checked { finding: Finding::Passed, .. } => same("事后核查：与承诺一致", "Checked afterwards: as committed"),
        Checked { finding: Finding::Rectify, .. } => {
            same("事后核查：责令限期整改", "Checked afterwards: to be put right within a term")
        }
        Checked { finding: Finding::Broken, .. } => same(
            "事后核查：认定违背承诺，申请人可以陈述申辩",
            "Checked afterwards: the commitment is broken; the holder may answer",
        ),
        Rectified { .. } => same("申请人报告整改完成", "The holder reports that it was put right"),
        PromisedSupplied { left, .. } if !left.is_empty() => {
            let n = left.len();
            Text::new(format!("补交了部分承诺的材料，尚缺{n}份"), format!("Some promised papers came; {n} still to come"))
        }
        PromisedSupplied { .. } => same("承诺补交的材料已收齐", "All that was promised has come"),
        CreditRecorded { breach } => {
            let until = breach.until;
            Text::new(format!("违背承诺记入信用记录，至{until}"), format!("The broken commitment stands on record until {until}"))
        }
        CreditRepaired { .. } => same("信用记录已修复", "The record was repaired"),
        Delivered { .. } => same("结果已送达", "The result was delivered"),
        Withdrawn { .. } => same("申请人撤回了申请", "The applicant withdrew"),
        Returned { .. } => same("逾期未补正，已退件", "Returned, as no correction came"),
        Terminated { .. } => same("终止办理", "Terminated"),
        Archived => same("已归档", "Archived"),
        Ended { ending, .. } => match ending {
            Ending::RevokedAsUnlawful => Text::new(format!("{what}被撤销"), format!("The {thing} was revoked as unlawful")),
            Ending::WithdrawnForPublicInterest => {
                Text::new(format!("{what}被撤回"), format!("The {thing} was withdrawn in the public interest"))
            }
            Ending::RevokedAsPenalty => Text::new(format!("{what}被吊销"), format!("The {thing} was revoked as a penalty")),
            Ending::Deregistered => Text::new(format!("{what}已注销"), format!("The {thing} was deregistered")),
        },
        PenaltyProposed { .. } => same(
            "告知拟吊销许可，当事人可以陈述、申辩、要求听证",
            "A revocation as penalty was announced; the holder may be heard",
        ),
        BundleOpened { plan } => {
            let n = plan.components.len();
            Text::new(format!("一次提交，共{n}项"), format!("{n} parts, applied for at once"))
        }
        ComponentOpened { item, .. } => {
            let name = item_name(rules, item);
            Text::new(format!("“{}”已收件，开始办理", name.zh), format!("“{}” was received and is under way", name.en))
        }
        ComponentSettled { item, came_to, number, .. } => {
            let (name, came_to) = (item_name(rules, item), came_to.name());
            let number = number.as_ref().map_or_else(Text::default, |no| Text::new(format!("（{no}）"), format!(" ({no})")));
            Text::new(format!("“{}”{}{}", name.zh, came_to.zh, number.zh), format!("“{}”: {}{}", name.en, came_to.en, number.en))
        }
        ComponentLeft { item, .. } => {
            let name = item_name(rules, item);
            Text::new(format!("申请人不再办理“{}”", name.zh), format!("The applicant leaves “{}”", name.en))
        }
        ComponentTakenUp { item, .. } => {
            let name = item_name(rules, item);
            Text::new(format!("申请人重新提交“{}”", name.zh), format!("The applicant sent “{}” once more", name.en))
        }
        BundleAmended { part: Some(item), .. } => {
            let name = item_name(rules, item);
            Text::new(
                format!("“{}”更正的内容已记入整件申请，尚未开始的事项照此办理", name.zh),
                format!("What was put right in “{}” is kept for the whole; parts that begin later begin with it", name.en),
            )
        }
        BundleAmended { .. } => same("申请人更新了申请内容", "The applicant amended the application"),
        JointAsked { kind, part, .. } => {
            let name = kind.name();
            let by = part.as_ref().map(|item| item_name(rules, item)).unwrap_or_default();
            let (zh, en) = match part {
                Some(_) => (format!("（“{}”提出）", by.zh), format!(" (by “{}”)", by.en)),
                None => Default::default(),
            };
            Text::new(format!("申请{}{zh}", name.zh), format!("A {} was asked for{en}", name.en.to_lowercase()))
        }
        JointSet { appointment, .. } => {
            let (name, on) = (appointment.kind.name(), appointment.on);
            let at = format!("{:02}:{:02}", appointment.hour.hour(), appointment.hour.minute());
            let far = if appointment.remote { ("，远程进行", ", from afar") } else { ("", "") };
            Text::new(format!("{}定于{on} {at}{}", name.zh, far.0), format!("{} set for {on} {at}{}", name.en, far.1))
        }
        JointShown { materials, on, hour, .. } => {
            let (n, at) = (materials.len(), format!("{on} {:02}:{:02}", hour.hour(), hour.minute()));
            Text::new(
                format!("申请人提交了{n}张现场照片（拍摄于{at}）"),
                format!("The applicant sent {n} photographs, taken {at}"),
            )
        }
        JointAttended { agrees: true, .. } => same("联合进行时已记录本项情况：符合", "Recorded at the joint act: in order"),
        JointAttended { agrees: false, .. } => {
            same("联合进行时已记录本项情况：存在问题", "Recorded at the joint act: problems found")
        }
        JointHeard { item, agrees, .. } => {
            let name = item_name(rules, item);
            let (zh, en) = if *agrees { ("符合", "in order") } else { ("存在问题", "problems found") };
            Text::new(format!("“{}”的部门记录：{zh}", name.zh), format!("The body of “{}” says: {en}", name.en))
        }
        JointHeld { .. } => same("联合进行完毕，各部门意见写成一份告知书", "Done together; one letter says what each body found"),
        BundleCompleted => same("各项均已有结果", "Every part has its result"),
        LegBegan { partner } => {
            let name = partner_name(rules, partner);
            Text::new(format!("转由{}办理", name.zh), format!("Handed on to the {}", name.en))
        }
        LegReported { contradicts: true, .. } => {
            same("对接系统前后说法不一，正在核实", "The partner system contradicts itself; it is being looked into")
        }
        LegReported { stand, number, ruling, .. } => {
            let name = stand.title();
            let known = ruling.as_ref().map(|ruling| &ruling.document).or(number.as_ref());
            let number = known.map_or_else(Text::default, |no| Text::new(format!("（{no}）"), format!(" ({no})")));
            match &record.by {
                // What says no is told when the body has looked and says it itself.
                _ if says_no(*stand) => same(
                    "对接系统有新的办理情况，本机关正在审核",
                    "There is news from the partner system; the body is looking at it",
                ),
                By::Officer(_) => Text::new(
                    format!("人工登记对接系统办理情况：{}{}", name.zh, number.zh),
                    format!("Recorded by hand from the partner system: {}{}", name.en, number.en),
                ),
                _ => Text::new(
                    format!("对接系统{}{}", name.zh, number.zh),
                    format!("The partner system: {}{}", name.en, number.en),
                ),
            }
        }
        Classified { class } => {
            let class = class_name(rules, procedure, class);
            Text::new(format!("分类为“{}”", class.zh), format!("Classified as “{}”", class.en))
        }
        Transferred { agency: body, .. } => {
            let body = agency(body);
            Text::new(format!("转{}办理", body.zh), format!("Transferred to {}", body.en))
        }
        Resolved { .. } => same("已办结，等待反馈", "Resolved; waiting for feedback"),
        Explained { .. } => same("已说明理由并告知其他途径", "Explained, with another way"),
        FeedbackGiven { satisfied: Some(false), .. } => same("反映人不满意", "The person is not satisfied"),
        FeedbackGiven { satisfied: None, .. } => same("未能取得反馈，已记录", "No feedback could be had; it was noted"),
        FeedbackGiven { .. } => same("反映人确认已解决", "The person confirms that it is solved"),
        Verified { confirmed: true, .. } => same("核查属实", "Verified"),
        Verified { confirmed: false, .. } => same("核查发现并未解决", "Verification found it unsolved"),
        RootCauseFound { .. } => same("查明并记录了原因", "The root cause was found"),
        Recorded => same("备案归档", "Recorded"),
        Reopened => same("重新办理", "Handled anew"),
        Escalated { to, .. } => {
            let class = class_name(rules, procedure, to);
            Text::new(format!("逾期，升级为“{}”", class.zh), format!("Overdue: escalated to “{}”", class.en))
        }
        Urged { .. } => same("催办", "Urged"),
        Supervised { .. } => same("列入督办", "Put under supervision"),
        ReasonPublished { .. } => same("公开了逾期原因", "The reason for the delay was published"),
        ErrorCorrected { .. } => same("更正了文书笔误", "A clerical error was corrected"),
        Rated { level, .. } => Text::new(format!("申请人评价：{}", rating(*level).zh), format!("Rated: {}", rating(*level).en)),
        LetterMade { kind, number, .. } => {
            let name = kind.name_in(is_permit);
            Text::new(format!("出具{}（{number}）", name.zh), format!("{} ({number}) was issued", name.en))
        }
        ClockExpired { clock: code } => {
            let name = clock(code);
            Text::new(format!("{}届满", name.zh), format!("The {} ran out", name.en))
        }
        ClockHeld { clock: code } => {
            let name = clock(code);
            Text::new(
                format!("{}暂定届满，节假日安排尚未公布，不自动产生法律后果", name.zh),
                format!("The {} ended provisionally: nothing follows by itself until the holidays are announced", name.en),
            )
        }
        ClockMoved { clock: code, told } => {
            let name = clock(code);
            Text::new(
                format!("节假日安排公布，{}改为{}", name.zh, told.due),
                format!("The holiday notice moved the {} to {}", name.en, told.due),
            )
        }
        PointChecked { .. }
        | Noted { .. }
        | ClockStarted { .. }
        | ClockPaused { .. }
        | ClockResumed { .. }
        | ClockExtended { .. }
        | ClockStopped { .. }
        | StepEntered { .. } => return None,
    })
}

/// The five levels of GB/T 39735 (满意度).
pub fn rating(level: u8) -> Text {
    let (zh, en) = match level {
        1 => ("非常满意", "very satisfied"),
        2 => ("满意", "satisfied"),
        3 => ("基本满意", "fairly satisfied"),
        4 => ("不满意", "dissatisfied"),
        _ => ("非常不满意", "very dissatisfied"),
    };
    Text::new(zh, en)
}

fn special_name(rules: &Rulebook, kind: &str) -> Text {
    let value =
        rules.codes.get("special-procedures").and_then(|list| list.value.iter().find(|v| v.code == kind || v.name == kind));
    value.map_or_else(|| Text::new(kind, kind), |value| Text::new(&value.name, value.label.as_deref().unwrap_or(&value.name)))
}

fn partner_name(rules: &Rulebook, code: &str) -> Text {
    let partner = rules.partners.get(code);
    partner.map_or_else(|| Text::new(code, code), |partner| Text::new(&partner.name, &partner.label))
}

fn class_name(rules: &Rulebook, procedure: &str, code: &str) -> Text {
    let class = rules.procedures.get(procedure).and_then(|p| p.class.iter().find(|class| class.code == code));
    class.map_or_else(|| Text::new(code, code), |class| Text::new(&class.name, &class.label))
}

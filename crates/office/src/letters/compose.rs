//! The words of each letter. Pure: the same case gives the same letter, as a draft before and as a document after.

mod award_notice;
mod opinion;

use super::Ground;
use crate::founded;
use casework::actor::By;
use casework::commitment::Finding;
use casework::event::{Event, IntakeGround, Words};
use casework::joint::Appointment;
use casework::{LetterKind, Moment, Record, StaffId};
use jiff::civil::{Date, Time};
use papers::letter::{Block, Letter, SealText};
use rulebook::intake::Answers;
use rulebook::item::{ItemType, LimitKind, limit_on};
use rulebook::procedure::OnExpiry;
use rulebook::{Lang, Term};

/// A paper as a letter lists it.
pub struct Material {
    pub name: String,
    pub file: String,
}

/// The letter of this kind for the case as it stands. Letters are Chinese: they are documents of a Chinese office.
pub fn compose(ground: &Ground<'_>, kind: LetterKind, number: &str, check_code: &str, now: Moment) -> Letter {
    let case = ground.case;
    let now = occasion(ground.records, kind).map_or(now, |record| record.at);
    let agency = super::signing_agency(case, ground.live, now.day());
    let name = agency.map_or_else(|| case.agency.clone(), |agency| agency.name.clone());
    let seal = agency.map(|agency| if agency.seal.is_empty() { agency.name.clone() } else { agency.seal.clone() });
    let title = match kind {
        LetterKind::Certificate => {
            case.result.as_ref().map_or_else(|| kind.name_for(ground.rules, &case.item).zh, |(_, name)| name.clone())
        }
        LetterKind::EndOfPermit => {
            let ending = last(ground, |event| if let Event::Ended { ending, .. } = event { Some(*ending) } else { None });
            let is_permit = ground.rules.items.get(&case.item).is_none_or(|item| item.item_type == ItemType::Permit);
            let of = if is_permit { "行政许可" } else { "" };
            ending.map_or_else(|| kind.name_in(is_permit).zh, |ending| format!("{}{of}决定书", ending.title().zh))
        }
        LetterKind::JointResult => {
            let held = case.joints.iter().rev().find(|joint| joint.held);
            held.map_or_else(|| kind.name().zh, |joint| format!("{}情况告知书", joint.kind.name().zh))
        }
        _ => kind.name_for(ground.rules, &case.item).zh,
    };
    Letter {
        lang: papers::Lang::Zh,
        letterhead: name.clone(),
        title,
        number: number.to_owned(),
        addressee: match kind {
            LetterKind::InspectionRecord | LetterKind::AwardNotice => String::new(),
            LetterKind::Certificate => format!("{}：", licensee(ground)),
            _ => format!("{}：", applicant(ground)),
        },
        blocks: blocks(ground, kind, now),
        signer: name,
        date: legal_day(now.day()),
        seal: seal.map(SealText),
        check_code: check_code.to_owned(),
        check_url: format!("{}/check/{check_code}", ground.public_url),
        footer: agency.map_or_else(String::new, |agency| format!("{}  电话 {}", agency.address, agency.phone).trim().to_owned()),
        demonstration: ground.demonstration,
    }
}

/// A day in the words of the law.
pub fn legal_day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// 「9时30分」
fn legal_hour(hour: Time) -> String {
    if hour.minute() == 0 { format!("{}时", hour.hour()) } else { format!("{}时{}分", hour.hour(), hour.minute()) }
}

fn applicant(ground: &Ground<'_>) -> String {
    ground.case.title.map(|words| say(ground, words)).unwrap_or_else(|| "申请人".to_owned())
}

/// Whose the certificate is: of the firm that it brings into being, by the name that the application gave it; else of who applied.
fn licensee(ground: &Ground<'_>) -> String {
    let founded = ground.case.firm.as_ref().and_then(|code| {
        let item = ground.rules.items.get(&ground.case.item)?;
        let answers = ground.case.answers.and_then(|words| ground.words.get(&words.0))?;
        let answers: Answers = serde_json::from_str(answers).ok()?;
        founded::name_of(&founded::given_by(ground.rules, item, code, &answers)).cloned()
    });
    founded.unwrap_or_else(|| applicant(ground))
}

fn say(ground: &Ground<'_>, words: Words) -> String {
    ground.words.get(&words.0).cloned().unwrap_or_else(|| "（内容已依保存期限规则删除）".to_owned())
}

/// The record of the act that ordered the last letter of this kind.
pub(super) fn occasion(records: &[Record], kind: LetterKind) -> Option<&Record> {
    use LetterKind as L;
    if kind == L::AssessmentOpinion {
        return opinion::signed(records);
    }
    let ordered = |event: &Event| match kind {
        L::Receipt => matches!(event, Event::Received { .. }),
        L::CorrectionNotice => matches!(event, Event::CorrectionAsked { .. }),
        L::AcceptanceNotice | L::TolerantAcceptanceNotice => matches!(event, Event::Accepted { .. }),
        L::IntakeRefusal => matches!(event, Event::IntakeRefused { .. }),
        L::NotNeededNotice => matches!(event, Event::FoundNotNeeded { .. }),
        L::SpecialProcedureNotice => matches!(event, Event::SpecialBegan { .. }),
        L::ExtensionNotice => matches!(event, Event::Extended { .. }),
        L::StatementInvitation => matches!(event, Event::StatementInvited { .. }),
        L::HearingRightNotice => matches!(event, Event::HearingOffered { .. } | Event::PenaltyProposed { .. }),
        L::HearingNotice => matches!(event, Event::HearingSet { .. }),
        L::HearingMinutes => matches!(event, Event::HearingHeld { .. }),
        L::InspectionRecord => matches!(event, Event::Inspected { .. }),
        L::JointResult => matches!(event, Event::JointHeld { .. }),
        L::CommitmentLetter => matches!(event, Event::Committed { .. }),
        L::CheckResult | L::RectificationOrder => {
            matches!(event, Event::Checked { finding, .. } if (*finding == Finding::Rectify) == (kind == L::RectificationOrder))
        }
        L::Grant => matches!(event, Event::Granted { .. }),
        L::DeemedRenewal => matches!(event, Event::DeemedRenewed { .. }),
        L::RefusalDecision => matches!(event, Event::Refused { .. }),
        L::FilingVoucher => matches!(event, Event::Filed),
        L::Certificate => matches!(event, Event::ResultMade { .. }),
        L::DeliveryProof => matches!(event, Event::Delivered { .. }),
        L::WithdrawalConfirmation => matches!(event, Event::Withdrawn { .. }),
        L::ReturnNotice => matches!(event, Event::Returned { .. }),
        L::TerminationNotice => matches!(event, Event::Terminated { .. }),
        L::ErrorCorrection => matches!(event, Event::ErrorCorrected { .. }),
        L::EndOfPermit => matches!(event, Event::Ended { .. }),
        L::AssessmentOpinion => false,
        L::AwardNotice => matches!(event, Event::AwardPublished { .. }),
        L::RepaymentDemand => matches!(event, Event::RepaymentDemanded { .. }),
        L::MatterSlip => matches!(event, Event::Submitted { .. }),
        L::MatterReply => matches!(event, Event::Resolved { .. } | Event::Explained { .. }),
    };
    records.iter().rev().find(|record| ordered(&record.event))
}

/// The name of an officer; whose row is gone is told by the identifier.
fn officer(ground: &Ground<'_>, id: &StaffId) -> String {
    ground.names.get(&id.0).unwrap_or(&id.0).clone()
}

/// The clock whose silence counts as acceptance, where the procedure has one (for permits 行政许可法 art. 32(1)(4)).
fn silence<'a>(ground: &'a Ground<'_>) -> Option<&'a rulebook::procedure::ClockRule> {
    let procedure = ground.rules.procedures.get(&ground.case.procedure)?;
    procedure.clock.iter().find(|clock| clock.on_expiry == OnExpiry::DeemAccepted)
}

/// The last event for which `pick` finds something, which is the one the letter is about.
fn last<T>(ground: &Ground<'_>, pick: impl Fn(&Event) -> Option<T>) -> Option<T> {
    ground.records.iter().rev().find_map(|record| pick(&record.event))
}

fn granted(event: &Event) -> Option<(Words, Date, Option<Date>)> {
    match event {
        Event::Granted { content, valid_from, valid_until } | Event::DeemedRenewed { content, valid_from, valid_until } => {
            Some((*content, *valid_from, *valid_until))
        }
        _ => None,
    }
}

fn validity(from: Date, until: Option<Date>) -> String {
    until.map_or_else(|| format!("自{}起", legal_day(from)), |until| format!("{}至{}", legal_day(from), legal_day(until)))
}

fn blocks(ground: &Ground<'_>, kind: LetterKind, now: Moment) -> Vec<Block> {
    use LetterKind::*;
    let case = ground.case;
    let rules = ground.rules;
    let item = rules.items.get(&case.item);
    let item_name = item.map_or(case.item.as_str(), |item| item.name.as_str());
    let is_permit = item.is_some_and(|item| item.item_type == ItemType::Permit);
    let received = case.received.map(legal_day).unwrap_or_default();
    let mut out = Vec::new();
    let mut say_that = |text: String| out.push(Block::Paragraph(text));
    let mut remedies = false;
    match kind {
        Receipt => {
            let at = case.submitted.map(|at| at.to_string()).unwrap_or_default();
            let arrived =
                last(ground, |event| if let Event::Received { arrived, .. } = event { Some(*arrived) } else { None }).flatten();
            let next = match silence(ground).and_then(|clock| Some((clock.term()?, &clock.basis))) {
                Some((term, basis)) => format!(
                    "收件不等于受理：本机关将在{}内决定受理，或者一次性告知需要补正的全部内容；逾期不告知的，自收到之日起即为受理（{basis}）。",
                    term.say(Lang::Zh)
                ),
                None => "材料需要补正的，本机关将一次性告知全部内容。".to_owned(),
            };
            say_that(format!("你（单位）于{at}提交的“{item_name}”申请及下列材料已收到。{next}"));
            let received_by = occasion(ground.records, kind).and_then(|record| match &record.by {
                By::Officer(id) => Some(officer(ground, id)),
                _ => None,
            });
            if let Some(at) = arrived {
                say_that(format!("申请材料于{}送达本机关，期限自该日起计算。", legal_day(at.day())));
            }
            let handled = ground.live.agencies.get(&case.agency);
            if let Some(((principal, basis), agency)) =
                ground.live.principal(&case.item, &case.agency, &case.area, now.day()).zip(handled)
            {
                let (body, principal) = (&agency.name, &principal.name);
                say_that(format!("本申请由{body}受{principal}委托办理（{basis}），决定以委托机关的名义作出。"));
            }
            say_that(format!("收件人：{}。", received_by.as_deref().unwrap_or("网上平台")));
            out.push(papers_table(ground));
            if !case.lacking.is_empty() {
                let names: Vec<String> = case.lacking.iter().map(|key| material_name(ground, key)).collect();
                out.push(Block::Paragraph(format!("尚未提交：{}。", names.join("、"))));
            }
        }
        CorrectionNotice => {
            let defects =
                last(
                    ground,
                    |event| if let Event::CorrectionAsked { defects, .. } = event { Some(defects.clone()) } else { None },
                );
            let basis = silence(ground).map(|clock| format!("依据{}，", clock.basis)).unwrap_or_default();
            say_that(format!(
                "你（单位）于{received}提交的“{item_name}”申请，经审查需要补正。{basis}现将需要补正的全部内容一次性告知如下："
            ));
            let defects = defects.unwrap_or_default();
            let rows = defects.iter().enumerate().map(|(place, defect)| {
                vec![(place + 1).to_string(), about_name(ground, &defect.about), say(ground, defect.words)]
            });
            out.push(Block::Table {
                head: vec!["序号".into(), "材料或填写项".into(), "问题和改正办法".into()],
                rows: rows.collect(),
                widths: vec![1.0, 4.0, 8.0],
            });
            if let Some(clock) = case.clock("correction") {
                out.push(Block::Paragraph(format!(
                    "请于{}前补正。按本告知书补正齐全的，本机关将依法受理。",
                    legal_day(clock.due)
                )));
            }
        }
        AcceptanceNotice | TolerantAcceptanceNotice => {
            let accepted = case.accepted.map(legal_day).unwrap_or_default();
            let how = if case.deemed {
                "因逾期未告知，依法自收到申请之日起视为受理"
            } else {
                "决定予以受理"
            };
            say_that(format!("你（单位）提出的“{item_name}”申请，符合受理条件，{how}。受理日期：{accepted}。"));
            out.push(limits(ground));
            if case.deemed && !case.lacking.is_empty() {
                let names: Vec<String> = case.lacking.iter().map(|key| material_name(ground, key)).collect();
                out.push(Block::Paragraph(format!(
                    "申请时下列材料尚缺：{}。视为受理不因此改变；材料可以向本机关补交，能否准予以审查结果为准。",
                    names.join("、")
                )));
            }
            if kind == TolerantAcceptanceNotice {
                let each = case.deferred.iter().map(|key| {
                    let due = case.deferred_due(key).map(legal_day).unwrap_or_default();
                    format!("{}（{due}前）", material_name(ground, key))
                });
                let each: Vec<String> = each.collect();
                out.push(Block::Paragraph(format!(
                    "下列材料容缺受理，请分别按期补交：{}。逾期未补交的，不影响已经开始计算的期限，但本机关在补齐前不作出准予决定。",
                    each.join("、")
                )));
            }
        }
        IntakeRefusal => {
            let found = last(ground, |event| {
                if let Event::IntakeRefused { reason, right_body, because, .. } = event {
                    Some((*reason, right_body.clone(), *because))
                } else {
                    None
                }
            });
            if let Some((reason, _, because @ (IntakeGround::Barred | IntakeGround::FalseStatement))) = found {
                let why = if because == IntakeGround::Barred {
                    "尚在依法不得再次申请的期间内"
                } else {
                    "隐瞒有关情况或者提供虚假材料，依据《中华人民共和国行政许可法》第七十八条，予以警告"
                };
                say_that(format!("你（单位）申请“{item_name}”，{why}，决定不予受理。理由：{}", say(ground, reason)));
                out.extend(barred(ground));
            } else if let Some((reason, body, _)) = found {
                let body = rules.agencies.get(&body).map_or(body.clone(), |agency| agency.name.clone());
                let basis = if is_permit {
                    "依据《中华人民共和国行政许可法》第三十二条第一款第二项，"
                } else {
                    ""
                };
                say_that(format!(
                    "你（单位）提出的“{item_name}”申请不属于本机关职权范围，{basis}决定不予受理。理由：{}",
                    say(ground, reason)
                ));
                say_that(format!("请向有权机关申请：{body}。"));
            }
            remedies = true;
        }
        NotNeededNotice => {
            let reason = last(ground, |event| if let Event::FoundNotNeeded { reason } = event { Some(*reason) } else { None });
            let what = if is_permit {
                "取得行政许可（《中华人民共和国行政许可法》第三十二条第一款第一项）"
            } else {
                "办理"
            };
            say_that(format!(
                "你（单位）提出的“{item_name}”申请所涉事项依法不需要{what}。{}",
                reason.map(|w| say(ground, w)).unwrap_or_default()
            ));
            remedies = true;
        }
        SpecialProcedureNotice => {
            let found = last(ground, |event| match event {
                Event::SpecialBegan { kind, basis, expected_end, notice } => {
                    Some((kind.clone(), basis.clone(), *expected_end, *notice))
                }
                _ => None,
            });
            if let Some((kind, basis, end, notice)) = found {
                let kind = rules
                    .codes
                    .get("special-procedures")
                    .and_then(|l| l.value.iter().find(|v| v.code == kind))
                    .map_or(kind.clone(), |v| v.name.clone());
                say_that(format!(
                    "在办理“{item_name}”过程中，依法需要进行{kind}。依据{basis}，所需时间不计入办理期限。预计于{}结束。",
                    legal_day(end)
                ));
                say_that(say(ground, notice));
            }
        }
        ExtensionNotice => {
            let found = last(ground, |event| if let Event::Extended { reason, n } = event { Some((*reason, *n)) } else { None });
            let limit = item.and_then(|item| limit_on(&item.limit, LimitKind::Statutory, case.received?));
            if let (Some((reason, n)), Some(limit)) = (found, limit) {
                let unit = limit.term().map_or(rulebook::Unit::WorkingDays, |term| term.unit);
                let due = case.clock("decide-statutory").map(|clock| legal_day(clock.due)).unwrap_or_default();
                say_that(format!(
                    "“{item_name}”在法定期限内不能作出决定，依据{}，经本机关负责人批准，延长{}，新的期限为{due}。理由：{}",
                    limit.basis,
                    Term { n, unit }.say(Lang::Zh),
                    say(ground, reason)
                ));
            }
        }
        StatementInvitation => {
            let party = last(ground, |event| if let Event::StatementInvited { party } = event { Some(*party) } else { None });
            say_that(format!(
                "“{item_name}”直接关系他人重大利益。依据《中华人民共和国行政许可法》第三十六条，{}有权进行陈述和申辩。",
                party.map(|w| say(ground, w)).unwrap_or_default()
            ));
        }
        HearingRightNotice if case.penalty.is_some() => {
            let found = last(ground, |event| match event {
                Event::PenaltyProposed { basis, facts, ask_by, .. } => Some((basis.clone(), *facts, *ask_by)),
                _ => None,
            });
            if let Some((basis, facts, ask_by)) = found {
                say_that(format!(
                    "本机关拟依据{basis}，吊销你（单位）取得的“{item_name}”许可证件。事实和理由：{}",
                    say(ground, facts)
                ));
                say_that(format!(
                    "依据《中华人民共和国行政处罚法》第四十四条、第六十三条和第六十四条，你（单位）有权陈述、申辩，有权要求听证。要求听证的，请于{}前提出；不承担组织听证的费用。",
                    legal_day(ask_by)
                ));
            }
        }
        HearingRightNotice => {
            let found = last(ground, |event| {
                if let Event::HearingOffered { at_own_motion, reason } = event { Some((*at_own_motion, *reason)) } else { None }
            });
            if let Some((own, reason)) = found {
                say_that(format!("关于“{item_name}”：{}", say(ground, reason)));
                say_that(if own {
                    "依据《中华人民共和国行政许可法》第四十六条，本机关将举行听证。".to_owned()
                } else {
                    let due = case.clock("hearing-request").map(|clock| legal_day(clock.due)).unwrap_or_default();
                    format!(
                        "依据《中华人民共和国行政许可法》第四十七条，你（单位）有权要求听证。要求听证的，请于{due}前提出；不承担组织听证的费用。"
                    )
                });
            }
        }
        HearingNotice => {
            let found = last(ground, |event| match event {
                Event::HearingSet { on, hour, place, presider } => Some((*on, *hour, *place, presider.clone())),
                _ => None,
            });
            if let Some((on, hour, place, presider)) = found {
                let (at, what) = hour.map_or((String::new(), "时间和地点"), |hour| (legal_hour(hour), "地点"));
                say_that(format!(
                    "关于“{item_name}”的听证定于{}{at}举行，{what}：{}。主持人：{}。",
                    legal_day(on),
                    say(ground, place),
                    officer(ground, &presider)
                ));
                let law = if case.penalty.is_some() {
                    "依据《中华人民共和国行政处罚法》第六十三条至第六十五条，听证公开进行，涉及国家秘密、商业秘密或者个人隐私的除外；主持人不是本案调查人员，你（单位）认为主持人与本案有直接利害关系的，有权申请回避；可以亲自参加听证，也可以委托一至二人代理；无正当理由拒不出席或者未经许可中途退出的，视为放弃听证权利；听证应当制作笔录，本机关根据听证笔录作出决定，费用由本机关承担。"
                } else {
                    "依据《中华人民共和国行政许可法》第四十八条，听证公开进行；主持人不是审查该申请的工作人员，你（单位）认为主持人与该事项有直接利害关系的，有权申请回避；听证应当制作笔录，本机关根据听证笔录作出决定。听证所需时间依照第四十五条不计算在期限内，费用由本机关承担。"
                };
                say_that(law.to_owned());
            }
        }
        HearingMinutes => {
            let found = last(ground, |event| match event {
                Event::HearingSet { on, place, presider, .. } => Some((*on, *place, presider.clone())),
                _ => None,
            });
            let minutes = last(ground, |event| if let Event::HearingHeld { minutes } = event { Some(*minutes) } else { None });
            if let (Some((on, place, presider)), Some(minutes)) = (found, minutes) {
                let held = occasion(ground.records, kind).map_or(on, |record| record.at.day());
                out.push(Block::KeyValues(vec![
                    ("事项".into(), item_name.to_owned()),
                    ("申请人".into(), applicant(ground)),
                    ("听证日期".into(), legal_day(held)),
                    ("地点".into(), say(ground, place)),
                    ("主持人".into(), officer(ground, &presider)),
                ]));
                out.push(Block::Paragraph(say(ground, minutes)));
                out.push(Block::Signatures(vec!["主持人".into(), "听证参加人".into()]));
            }
        }
        InspectionRecord => {
            let found = last(ground, |event| match event {
                Event::Inspected { officers, on, passed, findings, .. } => Some((officers.clone(), *on, *passed, *findings)),
                _ => None,
            });
            if let Some((officers, on, passed, findings)) = found {
                out.push(Block::KeyValues(vec![
                    ("事项".into(), item_name.to_owned()),
                    ("申请人".into(), applicant(ground)),
                    ("核查日期".into(), legal_day(on)),
                    ("核查人员".into(), officers.iter().map(|id| officer(ground, id)).collect::<Vec<_>>().join("、")),
                    ("结论".into(), if passed { "符合要求" } else { "存在问题" }.to_owned()),
                ]));
                out.push(Block::Paragraph(say(ground, findings)));
                out.push(Block::Signatures(vec!["核查人员".into(), "核查人员".into(), "被核查单位".into()]));
            }
        }
        JointResult => {
            if let Some((set, place)) = case.joints.iter().rev().find(|joint| joint.held).and_then(|joint| joint.set) {
                // What took place is what each body knows of, whatever was set while it recorded.
                let place = say(ground, place);
                let at = |found: &super::Found| found.at.clone().unwrap_or_else(|| (set, place.clone()));
                let mut held: Vec<((Appointment, String), Vec<&str>)> = Vec::new();
                for found in ground.found {
                    match held.iter_mut().find(|(known, _)| *known == at(found)) {
                        Some((_, items)) => items.push(&found.item),
                        None => held.push((at(found), vec![&found.item])),
                    }
                }
                let apart = held.len() > 1;
                for ((appointment, place), items) in held {
                    let whose = if apart { format!("（{}）", items.join("、")) } else { String::new() };
                    let how =
                        if appointment.remote { "以申请人按提示拍摄的照片远程进行" } else { "到现场进行" };
                    say_that(format!(
                        "{}{whose}于{}{}{how}，地点：{place}。",
                        appointment.kind.name().zh,
                        legal_day(appointment.on),
                        legal_hour(appointment.hour),
                    ));
                }
                say_that("各部门就自己办理的事项记录如下，不再另行到场。".to_owned());
                let row = |found: &super::Found| {
                    let verdict = if found.agrees { "符合要求" } else { "存在问题" };
                    vec![found.item.clone(), found.body.clone(), found.officers.join("、"), verdict.into(), found.words.clone()]
                };
                out.push(Block::Table {
                    head: ["事项", "部门", "参加人员", "结论", "意见"].map(str::to_owned).to_vec(),
                    rows: ground.found.iter().map(row).collect(),
                    widths: vec![3.0, 3.0, 2.0, 2.0, 5.0],
                });
                out.push(Block::Paragraph("本告知书不是对任何事项的决定；各事项由有权机关分别依法决定。".into()));
            }
        }
        CommitmentLetter => {
            let text = last(ground, |event| if let Event::Committed { text, .. } = event { Some(*text) } else { None });
            let text = text.map(|words| say(ground, words)).unwrap_or_default();
            text.lines().filter(|line| !line.trim().is_empty()).for_each(|line| say_that(line.to_owned()));
        }
        CheckResult | RectificationOrder => {
            let found = occasion(ground.records, kind).and_then(|record| match &record.event {
                Event::Checked { officers, on, finding, findings, .. } => Some((officers, *on, *finding, *findings)),
                _ => None,
            });
            if let Some((officers, on, finding, findings)) = found {
                say_that(checked(ground, item_name, finding));
                out.push(Block::KeyValues(vec![
                    ("核查日期".into(), legal_day(on)),
                    ("核查人员".into(), officers.iter().map(|id| officer(ground, id)).collect::<Vec<_>>().join("、")),
                    ("核查情况".into(), say(ground, findings)),
                ]));
            }
        }
        Grant | DeemedRenewal => {
            let content = last(ground, granted);
            say_that(if let Some(award) = &case.award {
                let amount = rulebook::programme::yuan(award.fen);
                format!("你（单位）提出的“{item_name}”申请，经审查符合条件并已公示，决定兑现{amount}元。")
            } else if kind == Grant {
                let basis =
                    if is_permit { "依据《中华人民共和国行政许可法》第三十八条第一款，" } else { "" };
                format!("你（单位）提出的“{item_name}”申请，经审查符合法定条件、标准，{basis}决定准予。")
            } else {
                let earlier = case.earlier.as_ref();
                let ended = earlier.and_then(|earlier| earlier.valid_until).map(legal_day).unwrap_or_default();
                format!(
                    "你（单位）于{received}提出“{item_name}”申请。原许可（办件{}）有效期至{ended}，本机关在此以前没有作出是否准予延续的决定，依据《中华人民共和国行政许可法》第五十条第二款，视为准予延续。",
                    earlier.map_or("", |earlier| earlier.case.0.as_str())
                )
            });
            if let Some((content, from, until)) = content {
                let mut rows = vec![("决定内容".to_owned(), say(ground, content))];
                match &case.award {
                    // The amount that was on notice, whatever the words beside it say.
                    Some(award) => rows.push(("兑现金额".into(), format!("{}元", rulebook::programme::yuan(award.fen)))),
                    None => rows.push(("有效期".into(), validity(from, until))),
                }
                out.push(Block::KeyValues(rows));
            }
            out.extend(on_commitment(ground));
            remedies = true;
        }
        RefusalDecision => {
            let found = last(ground, |event| {
                if let Event::Refused { reasons, basis, .. } = event { Some((*reasons, basis.clone())) } else { None }
            });
            if let Some((reasons, basis)) = found {
                let decided = if is_permit {
                    "及《中华人民共和国行政许可法》第三十八条第二款，决定不予行政许可"
                } else {
                    "，决定不予办理"
                };
                say_that(format!("你（单位）提出的“{item_name}”申请，经审查不符合法定条件、标准。依据{basis}{decided}。"));
                say_that(format!("理由：{}", say(ground, reasons)));
                out.extend(barred(ground));
            }
            remedies = true;
        }
        FilingVoucher => {
            say_that(format!("你（单位）提交的“{item_name}”备案信息齐全，已予备案。"));
            out.push(papers_table(ground));
        }
        Certificate => {
            let number = case.result.as_ref().map_or("", |(number, _)| number.as_str());
            let until = last(ground, |event| {
                if let Event::Granted { valid_from, valid_until, content } = event {
                    Some((*valid_from, *valid_until, *content))
                } else {
                    None
                }
            });
            let mut rows = vec![
                ("编号".to_owned(), number.to_owned()),
                ("持证人".into(), licensee(ground)),
                ("事项".into(), item_name.to_owned()),
            ];
            if let Some(identifier) = &case.identifier {
                rows.insert(1, ("电子证照标识".into(), identifier.clone()));
            }
            if let Some((from, until, content)) = until {
                rows.push(("内容".into(), say(ground, content)));
                rows.push(("有效期".into(), validity(from, until)));
            }
            out.push(Block::KeyValues(rows));
            out.extend(on_commitment(ground));
        }
        DeliveryProof => {
            let found = last(ground, |event| {
                if let Event::Delivered { manner, receiver, .. } = event { Some((manner.clone(), *receiver)) } else { None }
            });
            if let Some((manner, receiver)) = found {
                out.push(Block::KeyValues(vec![
                    ("事项".into(), item_name.to_owned()),
                    ("送达方式".into(), manner),
                    ("签收人".into(), say(ground, receiver)),
                    ("送达时间".into(), occasion(ground.records, kind).map_or(now, |record| record.at).to_string()),
                ]));
            }
        }
        WithdrawalConfirmation => say_that(format!("应你（单位）要求，“{item_name}”申请已撤回。以后可以重新申请。")),
        ReturnNotice | TerminationNotice => {
            let reason = last(ground, |event| match event {
                Event::Returned { reason } => Some((*reason, String::new())),
                Event::Terminated { reason, basis } => Some((*reason, basis.clone())),
                _ => None,
            });
            if let Some((reason, basis)) = reason {
                let basis = if basis.is_empty() { String::new() } else { format!("依据{basis}，") };
                say_that(format!("{basis}“{item_name}”申请不再继续办理。理由：{}", say(ground, reason)));
            }
            remedies = true;
        }
        ErrorCorrection => {
            let found =
                last(
                    ground,
                    |event| if let Event::ErrorCorrected { what, letter } = event { Some((*what, *letter)) } else { None },
                );
            if let Some((what, letter)) = found {
                let of = letter.and_then(|n| case.letters.iter().find(|made| made.number == n));
                let of = of.map_or_else(String::new, |made| {
                    format!("{}（{}）", made.kind.name_for(ground.rules, &case.item).zh, made.document_number)
                });
                say_that(format!("本机关发出的{of}有笔误，更正如下：{}", say(ground, what)));
            }
        }
        EndOfPermit => {
            let found = last(ground, |event| {
                if let Event::Ended { ending, basis, reason, .. } = event {
                    Some((*ending, basis.clone(), *reason))
                } else {
                    None
                }
            });
            if let Some((ending, basis, reason)) = found {
                let word = ending.title().zh;
                say_that(format!("依据{basis}，决定{word}你（单位）取得的“{item_name}”。事实和理由：{}", say(ground, reason)));
                out.extend(barred(ground));
                out.extend(on_record(ground));
            }
            remedies = true;
        }
        RepaymentDemand => {
            let found = last(ground, |event| match event {
                Event::RepaymentDemanded { reasons, basis } => Some((*reasons, basis.clone())),
                _ => None,
            });
            if let (Some((reasons, basis)), Some(award)) = (found, &case.award) {
                let (amount, due) =
                    (rulebook::programme::yuan(award.fen), case.clock("repayment").map(|clock| legal_day(clock.due)));
                let by = due.map(|due| format!("于{due}前")).unwrap_or_default();
                say_that(format!(
                    "依据{basis}，责令你（单位）{by}退回“{item_name}”兑现的资金{amount}元。事实和理由：{}",
                    say(ground, reasons)
                ));
            }
            remedies = true;
        }
        MatterSlip => say_that(format!("你反映的问题已登记（{}），由专人接待、全程督办。", case.no)),
        AssessmentOpinion => out.extend(opinion::blocks(ground, item_name)),
        AwardNotice => out.extend(award_notice::blocks(ground, now)),
        MatterReply => {
            let found = last(ground, |event| match event {
                Event::Resolved { solution } => Some((say(ground, *solution), None)),
                Event::Explained { reason, basis, other_way } => {
                    Some((format!("{}（依据：{basis}）", say(ground, *reason)), Some(say(ground, *other_way))))
                }
                _ => None,
            });
            if let Some((answer, other_way)) = found {
                say_that(format!("你反映的问题答复如下：{answer}"));
                if let Some(way) = other_way {
                    say_that(format!("你还可以：{way}"));
                }
            }
        }
    }
    if remedies {
        out.extend(remedy(ground, now));
    }
    out.push(Block::Small(format!("办件编号 {}", case.no)));
    out
}

/// What follows from what was found, and until when.
fn checked(ground: &Ground<'_>, item: &str, finding: Finding) -> String {
    let due = |clock: &str| ground.case.clock(clock).map(|clock| legal_day(clock.due)).unwrap_or_default();
    match finding {
        Finding::Passed => format!("你（单位）以告知承诺方式取得的“{item}”，经核查与承诺一致。"),
        Finding::Rectify => format!(
            "你（单位）以告知承诺方式取得的“{item}”，经核查有下列情况与承诺不符。请于{}前整改完毕并报告；逾期不整改或者整改后仍不符合的，本机关将在听取陈述、申辩后依法处理。",
            due("rectify")
        ),
        Finding::Broken => format!(
            "你（单位）以告知承诺方式取得的“{item}”，经核查认定违背承诺，拟予撤销。依据《中华人民共和国行政许可法》第七条，你（单位）有权在{}前陈述、申辩。",
            due("answer-breach")
        ),
    }
}

/// That a decision or certificate rests on a commitment, and when it is looked at.
fn on_commitment(ground: &Ground<'_>) -> Option<Block> {
    ground.case.pledge.as_ref().filter(|pledge| pledge.stands())?;
    let agency = last(ground, |event| if let Event::CheckPlanned { agency, .. } = event { Some(agency.clone()) } else { None })?;
    let body = ground.rules.agencies.get(&agency).map_or(agency.clone(), |agency| agency.name.clone());
    let due = ground.case.clock("post-check").map(|clock| legal_day(clock.due)).unwrap_or_default();
    Some(Block::Paragraph(format!("本许可以告知承诺方式作出，由{body}于{due}前核查。")))
}

/// That a broken commitment stands on record.
fn on_record(ground: &Ground<'_>) -> Option<Block> {
    let breach = last(ground, |event| if let Event::CreditRecorded { breach } = event { Some(breach.clone()) } else { None })?;
    Some(Block::Paragraph(format!(
        "依据{}，违背承诺的情况记入信用记录，至{}止；修复以前不再适用告知承诺，一般程序不受影响。",
        breach.basis,
        legal_day(breach.until)
    )))
}

/// For how long the same permit may not be applied for again.
fn barred(ground: &Ground<'_>) -> Option<Block> {
    let bar = last(ground, |event| match event {
        Event::Refused { bar, .. } | Event::Ended { bar, .. } | Event::IntakeRefused { bar, .. } => Some(bar.clone()),
        _ => None,
    })??;
    Some(Block::Paragraph(format!(
        "依据《中华人民共和国行政许可法》{}，你（单位）在{}前（含当日）不得再次申请该行政许可。",
        bar.basis.trim_start_matches("行政许可法"),
        legal_day(bar.until)
    )))
}

/// Where the decision can be reviewed, by whom and until when: data of the body that signs (decision 27).
fn remedy(ground: &Ground<'_>, now: Moment) -> Option<Block> {
    let agency = super::signing_agency(ground.case, ground.live, now.day())?;
    let remedy = agency.remedy.as_ref()?;
    let item = ground.live.items.get(&ground.case.item).or_else(|| ground.rules.items.get(&ground.case.item));
    if let Some(basis) = item.and_then(|item| item.review_first.as_ref()) {
        return Some(Block::Paragraph(format!(
            "如不服本决定，应当自收到之日起{}日内先向{}申请行政复议（{basis}）；对行政复议决定不服的，再依法向{}提起行政诉讼。",
            remedy.review_days, remedy.review_body, remedy.court
        )));
    }
    Some(Block::Paragraph(format!(
        "如不服本决定，可以自收到之日起{}日内向{}申请行政复议，也可以在{}个月内依法向{}提起行政诉讼。",
        remedy.review_days, remedy.review_body, remedy.court_months, remedy.court
    )))
}

fn material_name(ground: &Ground<'_>, key: &str) -> String {
    ground.rules.materials.get(key).map_or_else(|| key.to_owned(), |material| material.name.clone())
}

fn about_name(ground: &Ground<'_>, about: &str) -> String {
    let rules = ground.rules;
    let field = rules.fields.get(about).or_else(|| rules.fields.values().find(|field| field.code == about));
    field.map_or_else(|| material_name(ground, about), |field| field.name.get_ref().clone())
}

fn papers_table(ground: &Ground<'_>) -> Block {
    let rows = ground.case.materials.iter().enumerate().map(|(place, handed)| {
        vec![(place + 1).to_string(), material_name(ground, &handed.key), say(ground, handed.name), "1".into()]
    });
    Block::Table {
        head: vec!["序号".into(), "材料名称".into(), "文件".into(), "份数".into()],
        rows: rows.collect(),
        widths: vec![1.0, 5.0, 5.0, 1.0],
    }
}

/// The limits that now run, and what they do not count.
fn limits(ground: &Ground<'_>) -> Block {
    let case = ground.case;
    let item = ground.rules.items.get(&case.item);
    let rows = [("decide-promised", "承诺期限", LimitKind::Promised), ("decide-statutory", "法定期限", LimitKind::Statutory)];
    let rows = rows.into_iter().filter_map(|(code, name, kind)| {
        let running = case.clock(code)?;
        let limit = item.and_then(|item| limit_on(&item.limit, kind, case.received?));
        let not_counted = limit.map_or("", |limit| limit.not_counted.as_str());
        let not_counted = match (not_counted.is_empty(), item.is_some_and(|item| item.item_type == ItemType::Permit)) {
            (false, _) => not_counted,
            // 行政许可法 art. 45.
            (true, true) => "听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审所需时间",
            (true, false) => "无",
        };
        let term: Term = running.whole();
        let due = format!("{}{}", legal_day(running.due), if running.provisional { "（节假日安排未公布，暂定）" } else { "" });
        Some(vec![name.to_owned(), term.say(Lang::Zh), due, not_counted.to_owned()])
    });
    Block::Table {
        head: vec!["期限".into(), "长度".into(), "截止日".into(), "不计入".into()],
        rows: rows.collect(),
        widths: vec![2.0, 2.5, 4.0, 6.0],
    }
}

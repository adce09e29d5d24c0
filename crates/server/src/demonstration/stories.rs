//! Some hundred short stories, so that every state, light and letter can be seen at once.

use super::people::FIRM_COUNT;
use super::{By, Line, Scene, claims};
use casework::act::Telling;
use casework::commitment::Finding;
use casework::event::Channel;
use casework::{Act, Case, Moment, StaffId};
use jiff::civil::Date;

use By::{Applicant, Staff};

pub(super) struct Teller<'a> {
    days: &'a [Date],
    /// The next working day after them.
    pub(super) next: Date,
    scenes: Vec<Scene>,
    pub(super) story: usize,
}

impl Teller<'_> {
    /// A new story: `ago` working days before now somebody applies.
    fn tells(&mut self, ago: usize, item: &'static str, area: &'static str, without: &'static [&'static str]) {
        self.tells_by(ago, item, area, without, Channel::Online);
    }

    fn tells_by(
        &mut self,
        ago: usize,
        item: &'static str,
        area: &'static str,
        without: &'static [&'static str],
        channel: Channel,
    ) {
        // Those who apply are firms, the one after the other.
        let applicant = (self.story + 1) % FIRM_COUNT;
        self.tells_of(ago, item, applicant, area, without, channel);
    }

    pub(super) fn tells_of(
        &mut self,
        ago: usize,
        item: &'static str,
        applicant: usize,
        area: &'static str,
        without: &'static [&'static str],
        channel: Channel,
    ) {
        self.story += 1;
        let line = Line::Submit { item, applicant, area, channel, without, committed: false };
        // What came in today came in before ten.
        let hours = if ago == 0 { 2 } else { 7 };
        let (hour, minute) = (8 + self.story % hours, self.story * 7 % 60);
        self.at(ago, hour as i8, minute as i8, line);
    }

    /// So many working days before now.
    pub(super) fn day(&self, ago: usize) -> Date {
        self.days[self.days.len().saturating_sub(1 + ago)]
    }

    pub(super) fn at(&mut self, ago: usize, hour: i8, minute: i8, line: Line) {
        let day = self.days[self.days.len().saturating_sub(1 + ago)];
        self.scenes.push(Scene { at: Moment::at(day.at(hour, minute, 0, 0)), story: self.story, line });
    }

    /// In the afternoon, `ago` working days before now.
    pub(super) fn then(&mut self, ago: usize, minute: i8, by: By, act: impl Fn(&Case) -> Act + Send + Sync + 'static) {
        self.at(ago, 15, minute, Line::Act { by, act: Box::new(act) });
    }

    /// The same on a commitment (告知承诺), by the first firm, granted the day after and delivered.
    fn commits(&mut self, ago: usize, item: &'static str, area: &'static str, people: (&'static str, &'static str)) {
        self.story += 1;
        let line = Line::Submit { item, applicant: 0, area, channel: Channel::Online, without: &[], committed: true };
        self.at(ago, 9, 10, line);
        self.granted(ago - 1, people.1);
        self.delivered(ago - 1, people.0);
    }

    fn claimed(&mut self, ago: usize, examiner: &'static str) {
        self.then(ago, 0, Staff(examiner), |_| Act::Claim);
    }

    pub(super) fn accepted(&mut self, ago: usize, examiner: &'static str) {
        self.claimed(ago, examiner);
        self.then(ago, 5, Staff(examiner), |_| Act::Accept { deferred: Vec::new() });
    }

    fn reviewed(&mut self, ago: usize, examiner: &'static str) {
        self.then(ago, 20, Staff(examiner), |_| Act::Review {
            agrees: true, opinion: "经审查，符合法定条件。".into()
        });
    }

    pub(super) fn granted(&mut self, ago: usize, approver: &'static str) {
        self.then(ago, 30, Staff(approver), |_| Act::Grant { content: "准予申请的全部内容（示例）".into() });
    }

    fn delivered(&mut self, ago: usize, examiner: &'static str) {
        let number = format!("SL{:06}", self.story);
        self.then(ago, 35, Staff(examiner), move |_| Act::MakeResult { number: number.clone(), name: String::new() });
        self.then(ago, 40, Staff(examiner), |_| Act::Deliver { manner: "电子送达".into(), receiver: "申请人".into() });
    }
}

/// An item with its examiner and its approver, for stories that repeat.
const PERMITS: [(&str, &str, &str); 4] = [
    ("food-operation-new", "li", "zhao"),
    ("drug-retail-licence", "li", "zhao"),
    ("public-place-hygiene", "sun", "zhou"),
    ("device-class3-licence", "wang", "zhao"),
];

/// The whole script over these working days, oldest first, and with the `next` one to come.
pub fn script(days: &[Date], next: Date, paper: &str, claims: &claims::Open) -> Vec<Scene> {
    let mut t = Teller { days, next, scenes: Vec::new(), story: 0 };
    let place = super::PLACE;
    for (round, (item, examiner, approver)) in PERMITS.into_iter().cycle().take(16).enumerate() {
        let shift = round % 4;
        // Finished and rated.
        t.tells(24 + shift, item, place, &[]);
        t.accepted(23 + shift, examiner);
        t.reviewed(21, examiner);
        t.granted(20, approver);
        t.delivered(19, examiner);
        if round % 2 == 0 {
            t.then(18, 0, Applicant, |_| Act::Rate { level: 1, words: Some("很快，材料一次就说清楚了。".into()) });
        }
    }
    for (round, (item, examiner, approver)) in PERMITS.into_iter().cycle().take(8).enumerate() {
        let shift = round % 3;
        // Waiting for a handler, taken on, in review, waiting for a decision.
        t.tells(shift, item, place, &[]);
        t.tells(1 + shift, item, place, &[]);
        t.claimed(shift, examiner);
        t.tells(3 + shift, item, place, &[]);
        t.accepted(2 + shift, examiner);
        t.tells(5 + shift, item, place, &[]);
        t.accepted(4 + shift, examiner);
        t.reviewed(2 + shift, examiner);
        if round % 2 == 0 {
            t.granted(1 + shift, approver);
        }
    }
    corrections(&mut t, place);
    clocks(&mut t, place);
    ends(&mut t, place);
    rare_ways(&mut t, place);
    others(&mut t, place);
    whole_catalogue(&mut t, place);
    by_rule(&mut t, place);
    super::together::script(&mut t);
    super::joint::script(&mut t, paper);
    claims::script(&mut t, claims);
    commitments(&mut t, place);
    t.partners();
    t.scenes
}

/// Granted on a commitment: one waits for its check, one is told to put something right, one was checked and kept, one waits for papers
/// that were promised.
fn commitments(t: &mut Teller<'_>, place: &'static str) {
    let check = |finding: Finding, on: Date, findings: &'static str| {
        move |_: &Case| Act::PostCheck {
            officers: vec![StaffId("yan".into()), StaffId("lei".into())],
            on,
            finding,
            findings: findings.into(),
            papers: Vec::new(),
        }
    };
    let day = |t: &Teller<'_>, ago: usize| t.days[t.days.len().saturating_sub(1 + ago)];
    let fire = ("yan", "shao");
    t.commits(6, "fire-safety-check", place, fire);
    // It is granted the day after it came; who checks it takes it on once that is done.
    t.claimed(4, "yan");
    t.commits(20, "fire-safety-check", place, fire);
    t.claimed(18, "yan");
    let on = day(t, 3);
    t.then(3, 30, Staff("yan"), check(Finding::Rectify, on, "二层安全出口堆放杂物，应急照明两处不亮；请清理、修复。（示例）"));
    t.commits(24, "fire-safety-check", place, fire);
    t.claimed(22, "lei");
    let on = day(t, 8);
    t.then(8, 30, Staff("lei"), check(Finding::Passed, on, "与承诺一致。（示例）"));
    t.commits(9, "hr-service-licence", place, ("sun", "zhou"));
}

fn corrections(t: &mut Teller<'_>, place: &'static str) {
    let ask = |_: &Case| Act::AskCorrection {
        defects: vec![Telling {
            about: "food-equipment-list".into(), words: "清单缺少消毒设备一栏，请补充后重新提交。".into()
        }],
        exception: None,
    };
    for round in 0..4 {
        t.tells(9 + round, "food-operation-new", place, &["food-equipment-list"]);
        t.claimed(7 + round, "li");
        t.then(7 + round, 10, Staff("li"), ask);
        if round < 2 {
            t.then(5 + round, 20, Applicant, |_| Act::Supply {
                answers: None,
                papers: vec![casework::act::Paper {
                    key: "food-equipment-list".into(),
                    digest: String::new(),
                    file_name: "设备清单（补正）.pdf".into(),
                }],
                signatures: Vec::new(),
            });
        }
    }
    // Tolerant acceptance: a deferrable paper follows.
    t.tells(4, "food-operation-new", place, &["food-safety-rules"]);
    t.claimed(3, "li");
    t.then(3, 10, Staff("li"), |_| Act::Accept { deferred: vec!["food-safety-rules".into()] });
}

fn clocks(t: &mut Teller<'_>, place: &'static str) {
    // Silence: accepted by law after five working days.
    t.tells(8, "food-operation-new", place, &[]);
    t.tells(7, "public-place-hygiene", place, &[]);
    // A special procedure that stops the clock.
    t.tells(9, "public-place-hygiene", place, &[]);
    t.accepted(8, "sun");
    t.then(6, 10, Staff("zhou"), |case| Act::BeginSpecial {
        kind: "testing".into(),
        basis: "行政许可法第四十五条".into(),
        expected_end: case.last_at.day().saturating_add(jiff::Span::new().days(15)),
        notice: "卫生检测约需十五日，不计入办理期限。".into(),
    });
    // A promise that was broken: red, once with a published reason.
    for published in [true, false] {
        t.tells(20, "food-operation-new", place, &[]);
        t.accepted(19, "li");
        if published {
            t.then(3, 10, Staff("li"), |_| Act::PublishReason {
                clock: "decide-promised".into(),
                reason: "现场整改次数较多，已加派人员复查。".into(),
            });
            t.then(2, 10, Staff("gao"), |_| Act::Supervise { text: "请于三日内办结。".into() });
        }
    }
    // Extended once by the head.
    t.tells(10, "drug-retail-licence", place, &[]);
    t.accepted(9, "li");
    t.then(4, 10, Staff("han"), |_| Act::Extend { n: 5, reason: "需要核实药师执业情况。".into() });
    // Opinions of two bodies, one given.
    t.tells(6, "food-operation-new", place, &[]);
    t.accepted(5, "li");
    for agency in ["wjw", "cgw"] {
        t.then(4, if agency == "wjw" { 10 } else { 12 }, Staff("li"), move |_| Act::AskOpinion {
            agency: agency.into(),
            question: "请就经营场所的卫生条件和周边环境提出意见。".into(),
            after: None,
            due: None,
        });
    }
    t.then(2, 10, Staff("liu"), |_| Act::GiveOpinion {
        number: 1,
        agrees: true,
        text: "场所卫生条件符合要求。".into(),
        papers: Vec::new(),
    });
    // Inspected by two officers.
    t.tells(6, "drug-retail-licence", place, &[]);
    t.accepted(5, "li");
    t.then(3, 10, Staff("li"), |case| Act::Inspect {
        officers: vec![StaffId("li".into()), StaffId("wang".into())],
        on: case.last_at.day(),
        passed: true,
        findings: "布局与平面图一致，冷藏设备运行正常。".into(),
        papers: Vec::new(),
    });
    // A hearing on request.
    t.tells(8, "public-place-hygiene", place, &[]);
    t.accepted(7, "sun");
    t.then(5, 10, Staff("sun"), |_| Act::OfferHearing {
        at_own_motion: false,
        reason: "相邻居民与本许可有重大利益关系。".into(),
    });
    t.then(4, 10, Applicant, |_| Act::AskHearing { by_party: "申请人".into() });
    // One whose day is set, and one that was held and is being decided on its minutes.
    for held in [false, true] {
        let ago = if held { 22 } else { 9 };
        t.tells(ago, "food-operation-new", place, &[]);
        t.accepted(ago - 1, "li");
        t.then(ago - 2, 10, Staff("li"), |_| Act::OfferHearing {
            at_own_motion: false,
            reason: "相邻居民与本许可有重大利益关系。".into(),
        });
        t.then(ago - 3, 10, Applicant, |_| Act::AskHearing { by_party: "申请人".into() });
        let day = t.days[t.days.len() - 1 - 5];
        let on = if held { day } else { day.saturating_add(jiff::Span::new().weeks(3)) };
        t.then(ago - 4, 10, Staff("li"), move |_| Act::SetHearing {
            on,
            hour: jiff::civil::time(9, 0, 0, 0),
            presider: StaffId("qin".into()),
            place: "滨海新区政务服务中心三楼听证室（示例）".into(),
        });
        if held {
            t.then(5, 10, Staff("qin"), |_| Act::HoldHearing {
                minutes: "申请人与相邻居民均到场陈述并质证；居民同意在排烟管道改道后不再异议。（示例）".into(),
            });
            t.reviewed(4, "li");
        }
    }
}

/// What happens seldom, and has to be seen once by who tries the system.
fn rare_ways(t: &mut Teller<'_>, place: &'static str) {
    // By post: one lies unopened, one was opened and taken on.
    t.tells_by(1, "food-operation-new", place, &[], Channel::Post);
    t.tells_by(4, "drug-retail-licence", place, &[], Channel::Post);
    t.then(3, 10, Staff("li"), |_| Act::Receive { arrived: None, hour: None });
    // Asked for more, and nothing came for as long as the notice said.
    t.tells(29, "food-operation-new", place, &["food-equipment-list"]);
    t.claimed(28, "li");
    t.then(28, 10, Staff("li"), |_| Act::AskCorrection {
        defects: vec![Telling { about: "food-equipment-list".into(), words: "请补充设备清单。".into() }],
        exception: None,
    });
    t.then(1, 10, Staff("li"), |_| Act::Return { reason: "公布的补正期限已满，没有收到补正材料。".into() });
    // The examination came to nothing.
    t.tells(9, "public-place-hygiene", place, &[]);
    t.accepted(8, "sun");
    t.then(3, 10, Staff("zhou"), |_| Act::Terminate {
        reason: "申请的场所已经拆除，许可对象不存在。".into(),
        basis: "优化营商环境条例（示例）".into(),
    });
    // Withdrawn while it was examined.
    t.tells(7, "device-class3-licence", place, &[]);
    t.accepted(6, "wang");
    t.then(2, 10, Applicant, |_| Act::Withdraw { reason: "经营范围有变，准备重新申请。".into() });
    // A refusal that lies ahead: the firm was asked what it has to say, and said it.
    t.tells(6, "device-class3-licence", place, &[]);
    t.accepted(5, "wang");
    t.then(3, 10, Staff("wang"), |_| Act::InviteStatement { party: "申请人".into() });
    t.then(2, 10, Staff("wang"), |_| Act::HearStatement {
        text: "申请人称冷链设备已于上周更换，并出示发票。".into()
    });
    // Handed over to a colleague, and sent back by who decides.
    t.tells(8, "food-operation-new", place, &[]);
    t.accepted(7, "li");
    t.then(6, 10, Staff("li"), |_| Act::HandOver { to: StaffId("wang".into()), reason: "外出培训一周。".into() });
    t.then(5, 10, Staff("wang"), |_| Act::Review { agrees: true, opinion: "经审查，符合法定条件。".into() });
    t.then(4, 10, Staff("zhao"), |_| Act::Review { agrees: false, opinion: "请补充现场核查记录后再报。".into() });
    // Done and put away; and one with a slip of the pen in its letter put right.
    t.tells(28, "drug-retail-licence", place, &[]);
    t.accepted(27, "li");
    t.reviewed(26, "li");
    t.granted(25, "zhao");
    t.delivered(24, "li");
    t.then(20, 10, Staff("li"), |_| Act::Archive);
    t.tells(25, "food-operation-new", place, &[]);
    t.accepted(24, "li");
    t.reviewed(23, "li");
    t.granted(22, "zhao");
    t.delivered(21, "li");
    t.then(19, 10, Staff("zhao"), |_| Act::CorrectError {
        letter: None,
        what: "准予决定书中经营场所门牌号“测试路2号”更正为“测试路3号”。（示例）".into(),
    });
}

/// One application for each item that has its own form, papers and points of review, so that each can be opened and read.
fn whole_catalogue(t: &mut Teller<'_>, place: &'static str) {
    const WHOLE: [&str; 12] = [
        "civil-nonenterprise-registration",
        "company-registration",
        "construction-permit",
        "device-class2-filing",
        "drainage-permit",
        "fire-safety-check",
        "private-school-establishment",
        "publication-retail-licence",
        "self-employed-registration",
        "shop-sign-filing",
        "special-equipment-registration",
        "tobacco-retail-licence",
    ];
    for (number, item) in WHOLE.into_iter().enumerate() {
        t.tells(1 + number % 4, item, place, &[]);
    }
}

/// Decided by rule within seconds; applicants want a person to look at two of them, and one has been looked at.
fn by_rule(t: &mut Teller<'_>, place: &'static str) {
    for (ago, looked_at) in [(6, true), (3, false), (1, false)] {
        t.tells(ago, "shop-sign-filing", place, &[]);
        if ago > 1 {
            t.then(ago - 1, 10, Applicant, |_| Act::AskPerson {
                reason: "招牌换了材料，想请工作人员再看一次".into()
            });
        }
        if looked_at {
            t.then(ago - 2, 20, Staff("gao"), |_| Act::Audit { right: true, findings: "与备案信息一致".into() });
        }
    }
}

fn ends(t: &mut Teller<'_>, place: &'static str) {
    for round in 0..3 {
        t.tells(14 + round, "food-operation-new", place, &[]);
        t.accepted(13 + round, "li");
        t.reviewed(11 + round, "li");
        t.then(10 + round, 30, Staff("zhao"), |_| Act::Refuse {
            reasons: "经营场所位于住宅建筑物的居住层，不符合法定条件。".into(),
            basis: "食品安全法第三十三条（示例）".into(),
            false_statement: None,
        });
        t.then(9 + round, 40, Staff("li"), |_| Act::Deliver { manner: "窗口领取".into(), receiver: "申请人".into() });
    }
    t.tells(6, "food-operation-new", place, &[]);
    t.then(5, 0, Applicant, |_| Act::Withdraw { reason: "选址变更".into() });
    t.tells(6, "food-operation-new", place, &[]);
    t.claimed(5, "li");
    t.then(5, 10, Staff("li"), |_| Act::RefuseIntake {
        reason: "该场所由开发区办理。".into(),
        right_body: "jkq".into(),
        because: None,
    });
    t.tells(6, "public-place-hygiene", place, &[]);
    t.claimed(5, "sun");
    t.then(5, 10, Staff("sun"), |_| Act::FindNotNeeded {
        reason: "餐饮、咖啡、酒吧、茶座已并入食品经营许可。".into()
    });
    // A permit that was ended.
    t.tells(26, "food-operation-new", place, &[]);
    t.accepted(25, "li");
    t.reviewed(24, "li");
    t.granted(23, "zhao");
    t.delivered(22, "li");
    t.then(4, 10, Staff("zhao"), |_| Act::End {
        ground: "holder-applied".into(), reason: "持证企业申请停止经营。".into()
    });
}

fn others(t: &mut Teller<'_>, place: &'static str) {
    for round in 1..6 {
        t.tells(round * 2, "prepackaged-food-filing", place, &[]);
        t.claimed(round * 2, "li");
        t.then(round * 2, 10, Staff("li"), |_| Act::File);
    }
    for round in 0..4 {
        t.tells_of(round * 3, "employment-certificate", FIRM_COUNT + round, place, &[], Channel::Counter);
        t.then(round * 3, 50, Staff("chuangkou"), |_| Act::Grant { content: "就业创业证（示例）".into() });
        let number = format!("JY{:06}", t.story);
        t.then(round * 3, 52, Staff("chuangkou"), move |_| Act::MakeResult { number: number.clone(), name: String::new() });
        t.then(round * 3, 54, Staff("chuangkou"), |_| Act::Deliver { manner: "当场领取".into(), receiver: "本人".into() });
    }
    unresolved(t, place);
    // Too hard for the window: it went up, and another way was shown.
    t.tells(9, "unresolved-matter", place, &[]);
    t.then(9, 0, Staff("jiedai"), |_| Act::Claim);
    t.then(9, 5, Staff("jiedai"), |_| Act::Classify { class: "hard".into() });
    t.then(8, 10, Staff("jiedai"), |_| Act::Transfer {
        agency: "scjgj".into(), note: "历史遗留产权问题，请研究。".into()
    });
    t.then(5, 0, Staff("li"), |_| Act::Claim);
    t.then(3, 10, Staff("zhao"), |_| Act::Explain {
        reason: "房屋没有竣工验收，依法不能作为餐饮经营场所。".into(),
        basis: "食品安全法第三十三条（示例）".into(),
        other_way: "可先由产权单位补办竣工验收，或者改用同一街道内已验收的场所，窗口可协助查询。".into(),
    });
    // Simple filings of this morning that are alike, for who wants to try several together.
    for _ in 0..2 {
        t.tells(0, "prepackaged-food-filing", place, &[]);
    }
}

fn unresolved(t: &mut Teller<'_>, place: &'static str) {
    for round in 0..5 {
        let ago = 12 - round * 2;
        t.tells(ago, "unresolved-matter", place, &[]);
        t.then(ago, 0, Staff("jiedai"), |_| Act::Claim);
        if round == 4 {
            continue;
        }
        t.then(ago, 5, Staff("jiedai"), |_| Act::Classify { class: "complex".into() });
        t.then(ago, 10, Staff("jiedai"), |_| Act::Transfer {
            agency: "scjgj".into(), note: "请核实窗口是否多要了材料。".into()
        });
        if round == 3 {
            continue;
        }
        t.then(ago - 2, 5, Staff("li"), |_| Act::Claim);
        t.then(ago - 2, 10, Staff("li"), |_| Act::Resolve {
            solution: "已当场受理，并向窗口重申清单之外不得要求材料。".into()
        });
        if round == 2 {
            continue;
        }
        t.then(ago - 3, 10, Applicant, |_| Act::GiveFeedback { satisfied: Some(true), words: "解决了，谢谢。".into() });
        t.then(ago - 4, 10, Staff("hecha"), |_| Act::Verify {
            confirmed: true, findings: "已电话回访，情况属实。".into()
        });
        t.then(ago - 4, 20, Staff("hecha"), |_| Act::FindRootCause {
            cause: "guide-wrong".into(),
            item: Some("food-operation-new".into()),
            words: "指南没有写明设备清单的式样。".into(),
        });
        if round == 0 {
            t.then(ago - 4, 30, Staff("hecha"), |_| Act::Record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn nothing_happens_in_a_story_before_what_it_follows() {
        let days: Vec<Date> = (2..=31).map(|day| jiff::civil::date(2026, 1, day)).collect();
        // The parts of a bundle go their own ways.
        let mut last: BTreeMap<(usize, &str), Moment> = BTreeMap::new();
        let mut wrong = Vec::new();
        for scene in &script(&days, Date::MAX, "", &claims::Open::of(|_, _| 30)) {
            let part = if let Line::Part { item, .. } = &scene.line { *item } else { "" };
            let before = last.insert((scene.story, part), scene.at).unwrap_or(scene.at);
            if before > scene.at {
                wrong.push(format!("story {} {part}: {} is told after {before}", scene.story, scene.at));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

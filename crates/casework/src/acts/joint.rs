//! Joint acts of a bundle (联合辅导、联合踏勘、联合验收): asked for, set, shown from afar, attended, told.
//!
//! 行政许可法 art. 26(2) lets bodies handle together; each still finds for itself. What a body finds at a joint visit is its own site
//! inspection (art. 34(3)): the firm is not visited twice. It stops no clock, for art. 45 does not name it. Serves measure 3.

use super::hand_over::of_the_body;
use super::{inspect, item_name, written};
use crate::act::{Act, Paper};
use crate::actor::{Actor, StaffId};
use crate::bundle::{Bundle, Progress};
use crate::case::Case;
use crate::decide::{Guard, Sheet, Stage, held_apart};
use crate::errand::{Errand, LetterKind, To};
use crate::event::Event;
use crate::joint::{Appointment, Joint, JointNews, Seat};
use crate::refusal::Refusal;
use jiff::civil::{Date, Time};
use rulebook::procedure::Role;
use rulebook::theme::{self, JointKind};
use rulebook::{Rulebook, Term, Text};

/// The office that keeps the whole asks for it, or the body of a part through the case of its part.
pub(super) fn ask_joint(
    stage: &Stage<'_>,
    kind: JointKind,
    reason: &str,
    part: Option<&str>,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let by_system = matches!(stage.by, Actor::System);
    let Some(bundle) = stage.case.bundle.as_ref().or(stage.around.bundle.as_ref()) else {
        return Err(refused(
            "not-a-bundle",
            ("本办件不是“一件事”中的一项。", "This case is no part of a bundle."),
            ("请单独安排现场核查。", "Have an inspection of its own."),
        ));
    };
    let declared = may_be_held(stage.rules, bundle, kind)?;
    if !by_system {
        written(("为什么要联合进行", "why it is held together"), reason)?;
    }
    if let Some(parent) = stage.case.parent.as_ref().filter(|_| stage.case.bundle.is_none()) {
        let words = out.keep("reason", reason);
        out.happened(Event::JointAsked { kind, part: None, reason: words, due: None });
        let act = Act::AskJoint { kind, reason: reason.to_owned(), part: Some(stage.case.item.clone()) };
        out.errand(Errand::Tell { case: parent.0.clone(), act: Box::new(act) });
        return Ok(());
    }
    if stage.case.joints.iter().any(|joint| joint.kind == kind && joint.is_pending(bundle)) {
        // Two bodies may ask for the same: it takes place once.
        return if by_system { Ok(()) } else { Err(pending(kind)) };
    }
    let due = declared.working_days.map(|days| stage.calendar.due(stage.today, Term::working_days(days)).on);
    let reason = out.keep("reason", reason);
    out.happened(Event::JointAsked { kind, part: part.map(str::to_owned), reason, due });
    let name = kind.name();
    out.notify(
        To::Role { role: Role::Examiner, agency: Some(stage.case.agency.clone()) },
        Text::new(
            format!("办件 {} 需要安排{}。", stage.case.no, name.zh),
            format!("Case {}: a {} is to be set.", stage.case.no, name.en.to_lowercase()),
        ),
    );
    Ok(())
}

/// One appointment for all: the parts take part that a body has in hand by now.
pub(super) fn set_joint(
    stage: &Stage<'_>,
    number: u32,
    (on, hour, remote): (Date, Time, bool),
    place: &str,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let (bundle, joint) = pending_of(stage.case, number)?;
    // A body may have recorded what the whole has not been told yet: then its own appointment was the one that took place.
    for seated in &stage.around.seated {
        out.rely_on(Guard::CaseAt { no: seated.case.clone(), version: seated.version });
    }
    let untold = stage.around.seated.iter().any(|seated| seated.recorded);
    if untold || joint.seats.iter().any(|(_, found)| found.is_some()) {
        return Err(refused(
            "joint-begun",
            ("已有部门记录了情况，不能再改期。", "A body has recorded its findings already; it cannot be moved."),
            ("请等其他部门记录完毕。", "Wait for the others."),
        ));
    }
    if on.to_datetime(hour) < stage.now.wall() {
        return Err(refused(
            "in-the-past",
            ("约定的时间已经过去。", "That time has passed."),
            ("请选择以后的时间。", "Choose a later one."),
        ));
    }
    if !stage.calendar.is_working(on) {
        return Err(refused(
            "not-a-working-day",
            ("约定的日期不是工作日。", "That is no working day."),
            ("请选择工作日。", "Choose a working day."),
        ));
    }
    // Once it is late it is only to be soon.
    if let Some(due) = joint.due.filter(|due| stage.today <= *due && *due < on) {
        return Err(Refusal::new(
            "past-its-day",
            Text::new(format!("最迟应当在{due}进行。"), format!("It is to take place by {due}.")),
            Text::new("请选择这一天以前的时间。", "Choose that day or an earlier one."),
        ));
    }
    written(("地点", "the place"), place)?;
    may_be_held(stage.rules, bundle, joint.kind)?;
    let seats = seats_of(stage.rules, bundle, joint.kind);
    let appointment = Appointment { kind: joint.kind, on, hour, remote };
    let words = out.keep("place", place);
    for seat in &seats {
        let news = JointNews::Set { appointment, place: place.to_owned() };
        tell_part(seat, number, news, out);
    }
    let bodies = names(stage.rules, &seats);
    out.happened(Event::JointSet { number, appointment, place: words, seats });
    let (kind, at) = (joint.kind.name(), format!("{:02}:{:02}", hour.hour(), hour.minute()));
    let how = if remote { ("（远程，请按提示拍照）", " (remote: please photograph as asked)") } else { ("", "") };
    out.notify(
        To::Applicant,
        Text::new(
            format!("{}定于{on} {at}{}，涉及：{}。", kind.zh, how.0, bodies.zh),
            format!("{} on {on} at {at}{}: {}.", kind.en, how.1, bodies.en),
        ),
    );
    Ok(())
}

/// Photographs of the applicant in place of a visit: each with place and time, known by the digest of its bytes.
pub(super) fn show_joint(
    stage: &Stage<'_>,
    number: u32,
    (on, hour): (Date, Time),
    place: &str,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let (bundle, joint) = pending_of(stage.case, number)?;
    if !joint.set.as_ref().is_some_and(|(appointment, _)| appointment.remote) {
        return Err(refused(
            "not-remote",
            ("这次由工作人员到现场，不需要拍照。", "The officers come to the place; no photographs are needed."),
            ("请按约定时间在现场等候。", "Be there at the appointed hour."),
        ));
    }
    if papers.is_empty() {
        return Err(refused(
            "no-photographs",
            ("没有照片。", "There is no photograph."),
            ("请按提示拍照后再提交。", "Take the photographs that are asked for and send them."),
        ));
    }
    if on.to_datetime(hour) > stage.now.wall() {
        return Err(refused(
            "not-yet",
            ("拍摄时间不能晚于现在。", "A photograph cannot have been taken later than now."),
            ("请核对拍摄时间。", "Check when it was taken."),
        ));
    }
    if stage.case.submitted.is_some_and(|submitted| on < submitted.day()) {
        return Err(refused(
            "before-the-application",
            ("拍摄日期早于申请日期。", "They were taken before the application was made."),
            ("请现在按提示拍照。", "Please photograph now, as asked."),
        )
        .on("行政许可法第三十一条第一款"));
    }
    written(("拍摄地点", "where it was taken"), place)?;
    for seat in joint.awaits(bundle) {
        let news = JointNews::Shown { on, hour, place: place.to_owned(), papers: papers.to_vec() };
        tell_part(seat, number, news, out);
    }
    shown(number, (on, hour), place, papers, out);
    Ok(())
}

/// The case of a part hears what the whole has set or been shown.
pub(super) fn tell_joint(stage: &Stage<'_>, number: u32, news: &JointNews, out: &mut Sheet) -> Result<(), Refusal> {
    let known = stage.case.joints.iter().find(|joint| joint.number == number);
    if !stage.case.is_open() || known.is_some_and(|joint| joint.found.is_some()) {
        return Ok(());
    }
    match news {
        JointNews::Set { appointment, place } => {
            let place = out.keep("place", place);
            out.happened(Event::JointSet { number, appointment: *appointment, place, seats: Vec::new() });
            let to = match &stage.case.handler {
                Some(handler) => To::Officer(handler.clone()),
                None => To::Role { role: Role::Examiner, agency: Some(stage.case.agency.clone()) },
            };
            let (kind, on, no) = (appointment.kind.name(), appointment.on, &stage.case.no);
            let at = format!("{:02}:{:02}", appointment.hour.hour(), appointment.hour.minute());
            out.notify(
                to,
                Text::new(format!("{}定于{on} {at}：办件 {no}。", kind.zh), format!("{} on {on} at {at}: case {no}.", kind.en)),
            );
        }
        JointNews::Shown { on, hour, place, papers } => shown(number, (*on, *hour), place, papers, out),
    }
    Ok(())
}

/// An officer of the part's own body says what was found, for that part only.
pub(super) fn attend_joint(
    stage: &Stage<'_>,
    number: u32,
    officers: &[StaffId],
    agrees: bool,
    findings: &str,
    papers: &[Paper],
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let joint = to_attend(stage.case).find(|joint| joint.number == number).ok_or_else(nothing_set)?;
    let Some((appointment, _)) = joint.set else { return Err(nothing_set()) };
    if appointment.on.to_datetime(appointment.hour) > stage.now.wall() {
        return Err(refused(
            "not-yet",
            ("还没有到约定的时间。", "The appointed hour has not come."),
            ("请在联合进行以后记录；要提前的，先改期。", "Record it when it has taken place; to have it earlier, move it first."),
        ));
    }
    if appointment.remote && joint.shown == 0 {
        return Err(refused(
            "nothing-shown",
            ("远程进行，但是申请人还没有提交照片。", "It is held from afar, and the applicant has sent no photograph yet."),
            ("请申请人按提示拍照提交，或者改为到现场进行。", "Have the photographs sent, or move it to the place."),
        ));
    }
    let inspects =
        appointment.kind != JointKind::Guidance && stage.procedure.allowed().any(|allowed| allowed.act.get_ref() == "inspect");
    let mut officers = officers.to_vec();
    officers.sort();
    officers.dedup();
    if inspects {
        inspect::inspect(stage, &officers, appointment.on, agrees, findings, papers, out)?;
    } else {
        if officers.is_empty() {
            return Err(refused(
                "nobody-attended",
                ("没有写明谁参加。", "Nobody is named who attended."),
                ("请选择参加的工作人员。", "Choose who was there."),
            ));
        }
        for officer in &officers {
            of_the_body(stage, officer)?;
            held_apart(stage, "inspector", officer)?;
        }
        written(("意见", "the opinion"), findings)?;
    }
    // An inspection holds the files already.
    let files = if inspects { &[][..] } else { papers };
    let findings = out.keep("findings", findings);
    let materials = super::submit::attach(files, &format!("joint-{number}"), out);
    out.happened(Event::JointAttended { number, officers, agrees, findings, materials });
    if let Some(parent) = &stage.case.parent {
        let act = Act::SettleJoint { number, item: stage.case.item.clone(), agrees };
        out.errand(Errand::Tell { case: parent.0.clone(), act: Box::new(act) });
    }
    Ok(())
}

/// A part's body has said what it found; after the last one the result is written.
pub(super) fn settle_joint(stage: &Stage<'_>, number: u32, item: &str, agrees: bool, out: &mut Sheet) -> Result<(), Refusal> {
    let Some(bundle) = &stage.case.bundle else { return Ok(()) };
    let waits = |joint: &Joint| joint.seats.iter().any(|(seat, found)| seat.item == item && found.is_none());
    let Some(joint) = stage.case.joints.iter().find(|joint| joint.number == number && !joint.held && waits(joint)) else {
        return Ok(());
    };
    out.happened(Event::JointHeard { number, item: item.to_owned(), agrees });
    let mut joint = joint.clone();
    joint.seats.iter_mut().filter(|(seat, _)| seat.item == item).for_each(|(_, found)| *found = Some(agrees));
    tell_if_all_said(&joint, bundle, out);
    Ok(())
}

/// What of the joint acts is complete now that a part came to something else.
pub(super) fn after_a_part(case: &Case, after: &Bundle, out: &mut Sheet) {
    let said = |joint: &&Joint| !joint.held && joint.seats.iter().any(|(_, found)| found.is_some());
    case.joints.iter().filter(said).for_each(|joint| tell_if_all_said(joint, after, out));
}

fn tell_if_all_said(joint: &Joint, bundle: &Bundle, out: &mut Sheet) {
    if joint.awaits(bundle).next().is_some() {
        return;
    }
    out.happened(Event::JointHeld { number: joint.number });
    out.letter(LetterKind::JointResult);
    let kind = joint.kind.name();
    out.notify(
        To::Applicant,
        Text::new(
            format!("{}的结果已经写成一份告知书。", kind.zh),
            format!("The result of the {} is written.", kind.en.to_lowercase()),
        ),
    );
}

/// Joint acts at which this part has yet to say what its body found.
pub(crate) fn to_attend(case: &Case) -> impl Iterator<Item = &Joint> {
    let is_part = case.bundle.is_none();
    case.joints.iter().filter(move |joint| is_part && joint.set.is_some() && joint.found.is_none())
}

/// What stands in the way of attending before anything is typed.
pub(super) fn something_to_attend(case: &Case) -> Result<(), Refusal> {
    to_attend(case).next().map(drop).ok_or_else(nothing_set)
}

fn shown(number: u32, (on, hour): (Date, Time), place: &str, papers: &[Paper], out: &mut Sheet) {
    let place = out.keep("place", place);
    let materials = super::submit::attach(papers, &format!("joint-{number}"), out);
    out.happened(Event::JointShown { number, on, hour, place, materials });
}

fn tell_part(seat: &Seat, number: u32, news: JointNews, out: &mut Sheet) {
    out.errand(Errand::Tell { case: seat.case.0.clone(), act: Box::new(Act::TellJoint { number, news }) });
}

fn declared<'a>(rules: &'a Rulebook, bundle: &Bundle, kind: JointKind) -> Option<&'a theme::Joint> {
    let theme = rules.themes.get(bundle.theme.as_ref()?)?;
    theme.joint.iter().find(|joint| joint.kind == kind)
}

/// The parts that may take part now: named by the theme, and in the hands of a body.
fn seats_of(rules: &Rulebook, bundle: &Bundle, kind: JointKind) -> Vec<Seat> {
    let Some(joint) = declared(rules, bundle, kind) else { return Vec::new() };
    let named = |item: &str| joint.items.iter().any(|code| code.get_ref() == item);
    let parts = bundle.components.iter().filter(|part| named(&part.item));
    let seat = |part: &crate::bundle::Component| match &part.progress {
        Progress::Open { case } => Some(Seat { item: part.item.clone(), case: case.clone() }),
        _ => None,
    };
    parts.filter_map(seat).collect()
}

/// A joint act is declared by the theme and takes two bodies' parts, else there is nothing to join.
fn may_be_held<'a>(rules: &'a Rulebook, bundle: &Bundle, kind: JointKind) -> Result<&'a theme::Joint, Refusal> {
    let name = kind.name();
    let declared = declared(rules, bundle, kind).ok_or_else(|| {
        Refusal::new(
            "not-joint",
            Text::new(format!("这件事没有规定{}。", name.zh), format!("This bundle has no {}.", name.en.to_lowercase())),
            Text::new("各部门分别办理。", "Each body does it by itself."),
        )
    })?;
    if seats_of(rules, bundle, kind).len() < 2 {
        return Err(Refusal::new(
            "too-few-parts",
            Text::new(
                format!("现在不到两项在办，没有可以{}的。", name.zh),
                format!("Fewer than two of its parts are under way: there is nothing to join in a {}.", name.en.to_lowercase()),
            ),
            Text::new("等其他项开始办理以后再安排，或者单独核查。", "Wait for another part to begin, or inspect by yourself."),
        ));
    }
    Ok(declared)
}

fn pending_of(case: &Case, number: u32) -> Result<(&Bundle, &Joint), Refusal> {
    let found = case.bundle.as_ref().and_then(|bundle| {
        let joint = case.joints.iter().find(|joint| joint.number == number)?;
        joint.is_pending(bundle).then_some((bundle, joint))
    });
    found.ok_or_else(nothing_set)
}

fn names(rules: &Rulebook, seats: &[Seat]) -> Text {
    let names: Vec<Text> = seats.iter().map(|seat| item_name(rules, &seat.item)).collect();
    let all = |pick: fn(&Text) -> &str, between: &str| names.iter().map(pick).collect::<Vec<_>>().join(between);
    Text::new(all(|name| &name.zh, "、"), all(|name| &name.en, ", "))
}

fn nothing_set() -> Refusal {
    refused(
        "nothing-set",
        ("没有待进行的联合事项。", "No joint act is to come."),
        ("请先申请并约定时间。", "Ask for one and set the hour first."),
    )
}

fn pending(kind: JointKind) -> Refusal {
    let name = kind.name();
    Refusal::new(
        "joint-pending",
        Text::new(format!("{}已经申请，还没有结束。", name.zh), format!("A {} is to come already.", name.en.to_lowercase())),
        Text::new("请在原来的约定中办理。", "Use the one that is set."),
    )
}

fn refused(code: &str, why: (&str, &str), next: (&str, &str)) -> Refusal {
    Refusal::new(code, Text::new(why.0, why.1), Text::new(next.0, next.1))
}

#[cfg(test)]
mod tests {
    use super::super::bench::{Bench, application, letters, staff, words};
    use crate::act::{Act, Paper};
    use crate::bundle::{Bundle, Plan, Planned, Settlement};
    use crate::case::CaseNo;
    use crate::decide::{Guard, Seated};
    use crate::errand::{Errand, LetterKind};
    use crate::joint::{Appointment, JointNews};
    use jiff::civil::{Date, date, time};
    use rulebook::theme::JointKind;

    const VISIT: JointKind = JointKind::SiteVisit;

    fn plan() -> Plan {
        let planned = |item: &str| Planned { item: item.into(), agency: "market".into(), area: String::new(), after: vec![] };
        Plan { theme: Some("canteen".into()), components: ["kitchen", "fire", "sign"].map(planned).to_vec(), limit: None }
    }

    /// A canteen whose parts of these items are with their bodies.
    fn under_way(items: &[&str]) -> Bench {
        let mut bench = Bench::new();
        let mut act = application("joint-handling", &[]);
        if let Act::Submit(submission) = &mut act {
            submission.bundle = Some(Box::new(plan()));
        }
        bench.must("applicant", act);
        for item in items {
            bench.must("system", Act::OpenComponent { item: (*item).into(), case: CaseNo(format!("C-{item}")) });
        }
        bench
    }

    fn ask(kind: JointKind) -> Act {
        Act::AskJoint { kind, reason: words(), part: None }
    }

    fn set(on: Date, remote: bool) -> Act {
        Act::SetJoint { number: 1, on, hour: time(9, 30, 0, 0), remote, place: words() }
    }

    fn said(item: &str, agrees: bool) -> Act {
        Act::SettleJoint { number: 1, item: item.into(), agrees }
    }

    fn show(on: Date, papers: usize) -> Act {
        let paper = Paper { key: String::new(), digest: "d1".into(), file_name: "后厨.jpg".into() };
        Act::ShowJoint { number: 1, on, hour: time(9, 0, 0, 0), place: words(), papers: vec![paper; papers] }
    }

    /// Which cases hear of it.
    fn told(bench: &Bench, who: &str, act: &Act) -> Vec<String> {
        let decided = bench.hear(who, act).expect("done");
        let told = decided.errands.into_iter().filter_map(|errand| match errand {
            Errand::Tell { case, .. } => Some(case),
            _ => None,
        });
        told.collect()
    }

    #[test]
    fn it_is_asked_for_once_set_for_all_and_told_in_one_letter() {
        let today = date(2026, 3, 2);
        let mut bench = under_way(&["kitchen"]);
        assert_eq!(bench.refusal("li", &ask(JointKind::Acceptance)), "not-joint");
        assert_eq!(bench.refusal("li", &ask(VISIT)), "too-few-parts");
        assert_eq!(bench.refusal("applicant", &ask(VISIT)), "not-yours");
        bench.must("system", Act::OpenComponent { item: "fire".into(), case: CaseNo("C-fire".into()) });
        assert_eq!(bench.must("li", ask(VISIT)), ["joint-asked"]);
        assert_eq!(bench.case.joints[0].due, Some(date(2026, 3, 9)), "five working days");
        assert_eq!(bench.refusal("li", &ask(VISIT)), "joint-pending");
        let by_part = Act::AskJoint { kind: VISIT, reason: String::new(), part: Some("fire".into()) };
        assert_eq!(bench.must("system", by_part), [""; 0], "two bodies asked for the same");
        assert_eq!(bench.refusal("li", &set(date(2026, 3, 1), false)), "in-the-past");
        assert_eq!(bench.refusal("li", &set(today, false)), "in-the-past", "half past nine is over");
        assert_eq!(bench.refusal("li", &set(date(2026, 3, 7), false)), "not-a-working-day");
        assert_eq!(bench.refusal("li", &set(date(2026, 3, 10), false)), "past-its-day");
        let mut late = bench.clone();
        late.at("2026-03-10T08:00");
        assert_eq!(late.must("li", set(date(2026, 3, 11), false)), ["joint-set"], "late is better than never");
        assert_eq!(bench.refusal("applicant", &show(today, 1)), "not-remote");
        assert_eq!(told(&bench, "li", &set(date(2026, 3, 4), false)), ["C-kitchen", "C-fire"], "nobody asks the sign");
        assert_eq!(bench.must("li", set(date(2026, 3, 4), false)), ["joint-set"]);
        assert_eq!(bench.must("li", set(date(2026, 3, 5), false)), ["joint-set"], "moved");
        // The kitchen's body has recorded, and the whole has not been told yet: nobody comes another day.
        let mut recorded = bench.clone();
        recorded.around.seated = vec![Seated { case: CaseNo("C-kitchen".into()), version: 7, recorded: true }];
        assert_eq!(recorded.refusal("li", &set(date(2026, 3, 6), false)), "joint-begun");
        recorded.around.seated[0].recorded = false;
        let relied = recorded.hear("li", &set(date(2026, 3, 6), false)).expect("moved").guards;
        assert_eq!(relied, [Guard::CaseAt { no: CaseNo("C-kitchen".into()), version: 7 }]);
        assert_eq!(bench.must("system", said("kitchen", true)), ["joint-heard"]);
        assert_eq!(bench.must("system", said("kitchen", false)), [""; 0], "told twice");
        assert_eq!(bench.refusal("li", &set(date(2026, 3, 6), false)), "joint-begun");
        assert_eq!(letters(&bench.hear("system", &said("fire", false)).expect("heard")), [LetterKind::JointResult]);
        assert_eq!(bench.must("system", said("fire", false)), ["joint-heard", "joint-held"]);
        assert_eq!(bench.must("li", ask(VISIT)), ["joint-asked"], "and it may be held again");
    }

    #[test]
    fn a_part_that_comes_to_an_end_is_waited_for_no_more() {
        let mut bench = under_way(&["kitchen", "fire"]);
        bench.must("li", ask(VISIT));
        bench.must("li", set(date(2026, 3, 4), false));
        bench.must("system", said("kitchen", true));
        let gone = Act::SettleComponent {
            item: "fire".into(),
            case: CaseNo("C-fire".into()),
            came_to: Settlement::Withdrawn,
            number: None,
        };
        assert_eq!(bench.must("system", gone), ["component-settled", "joint-held"]);
    }

    #[test]
    fn from_afar_the_applicant_sends_photographs_and_every_part_gets_them() {
        let today = date(2026, 3, 2);
        let mut bench = under_way(&["kitchen", "fire"]);
        bench.must("li", ask(VISIT));
        bench.must("li", set(date(2026, 3, 3), true));
        assert_eq!(bench.refusal("applicant", &show(today, 0)), "no-photographs");
        assert_eq!(bench.refusal("applicant", &show(date(2026, 3, 3), 1)), "not-yet");
        assert_eq!(bench.refusal("applicant", &show(date(2026, 3, 1), 1)), "before-the-application");
        assert_eq!(told(&bench, "applicant", &show(today, 2)), ["C-kitchen", "C-fire"]);
        assert_eq!(bench.must("applicant", show(today, 2)), ["joint-shown"]);
        let files: Vec<_> = bench.case.attached.iter().map(|file| (file.key.as_str(), file.digest.as_str())).collect();
        assert_eq!(files, [("joint-1", "d1"); 2]);
    }

    fn news(on: Date, kind: JointKind) -> Act {
        let appointment = Appointment { kind, on, hour: time(9, 30, 0, 0), remote: false };
        Act::TellJoint { number: 1, news: JointNews::Set { appointment, place: words() } }
    }

    fn attend(officers: &[&str]) -> Act {
        let officers = officers.iter().map(|id| staff(id)).collect();
        Act::AttendJoint { number: 1, officers, agrees: true, findings: words(), papers: vec![] }
    }

    #[test]
    fn what_a_body_finds_there_is_its_own_inspection_and_stops_no_clock() {
        let mut bench = Bench::in_review();
        bench.case.parent = Some(CaseNo("B1".into()));
        assert_eq!(bench.refusal("li", &attend(&["li", "wang"])), "nothing-set");
        assert!(!bench.offers("li", "attend-joint"));
        bench.must("system", news(date(2026, 3, 4), VISIT));
        assert!(bench.offers("li", "attend-joint"));
        assert_eq!(bench.at("2026-03-04T09:29").refusal("li", &attend(&["li", "wang"])), "not-yet");
        bench.at("2026-03-04T10:00");
        let mut afar = bench.clone();
        let appointment = Appointment { kind: VISIT, on: date(2026, 3, 4), hour: time(9, 0, 0, 0), remote: true };
        afar.must("system", Act::TellJoint { number: 1, news: JointNews::Set { appointment, place: words() } });
        assert_eq!(afar.refusal("li", &attend(&["li", "wang"])), "nothing-shown");
        let papers = vec![Paper { key: String::new(), digest: "d1".into(), file_name: "后厨.jpg".into() }];
        let shown = JointNews::Shown { on: date(2026, 3, 4), hour: time(9, 0, 0, 0), place: words(), papers };
        afar.must("system", Act::TellJoint { number: 1, news: shown });
        assert_eq!(afar.must("li", attend(&["li", "wang"])), ["inspected", "joint-attended"]);
        assert_eq!(bench.refusal("li", &attend(&["li"])), "too-few-inspectors");
        assert_eq!(bench.refusal("health", &attend(&["li", "wang"])), "not-yours");
        let due = bench.due("decide-promised");
        assert_eq!(told(&bench, "li", &attend(&["li", "wang"])), ["B1"]);
        assert_eq!(bench.must("li", attend(&["li", "wang"])), ["inspected", "joint-attended"]);
        assert_eq!((bench.case.inspections, bench.due("decide-promised")), (1, due));
        assert!(!bench.is_paused("decide-promised"), "its time counts: art. 45 does not name it");
        assert_eq!(bench.refusal("li", &attend(&["li", "wang"])), "nothing-set", "once");
        assert_eq!(bench.must("system", news(date(2026, 3, 9), VISIT)), [""; 0], "what is recorded is not moved");
    }

    #[test]
    fn guidance_is_no_inspection() {
        let mut bench = Bench::in_review();
        bench.must("system", news(date(2026, 3, 2), JointKind::Guidance));
        assert_eq!(bench.refusal("li", &attend(&[])), "nobody-attended");
        assert_eq!(bench.must("li", attend(&["li"])), ["joint-attended"]);
        assert_eq!(bench.case.inspections, 0);
    }

    #[test]
    fn the_body_of_a_part_asks_through_its_own_case() {
        let mut bench = Bench::in_review();
        assert!(!bench.offers("li", "ask-joint"));
        assert_eq!(bench.refusal("li", &ask(VISIT)), "not-a-bundle");
        bench.case.parent = Some(CaseNo("B1".into()));
        let mut bundle = Bundle::from(&plan());
        bench.around.bundle = Some(bundle.clone());
        assert_eq!(bench.refusal("li", &ask(VISIT)), "too-few-parts");
        for item in ["kitchen", "fire"] {
            bundle.follow(&crate::Event::ComponentOpened { item: item.into(), case: CaseNo(item.into()) });
        }
        bench.around.bundle = Some(bundle);
        assert_eq!(told(&bench, "li", &ask(VISIT)), ["B1"]);
        assert_eq!(bench.must("li", ask(VISIT)), ["joint-asked"]);
        assert!(bench.case.joints.is_empty(), "it stands on the bundle");
    }
}

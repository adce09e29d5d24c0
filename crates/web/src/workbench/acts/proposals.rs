//! What a form proposes before anything is typed. The officer reads and changes it; nothing is decided by a default.

use super::answers::Typed;
use super::questions::longest_extension;
use crate::workbench::case::dossier::Dossier;
use crate::workbench::wording::about_name;
use casework::joint::Joint;
use rulebook::Lang;
use rulebook::expression::Truth;
use rulebook::programme::yuan;

/// The element that says where the premises are.
const PREMISES: &str = "business-address";

/// The proposal for an act on this case. Texts that go into letters are Chinese: they are documents of a Chinese office.
pub fn propose(act: &str, dossier: &Dossier) -> Typed {
    let mut typed = Typed::default();
    let today = dossier.now.day();
    match act {
        "ask-correction" => defects(dossier, &mut typed),
        "inspect" | "post-check" => typed.put("on", today.to_string()),
        "set-hearing" => typed.put("on", earliest_hearing(dossier).to_string()),
        "begin-special" => typed.put("basis", "行政许可法第四十五条"),
        "extend" => typed.put("n", longest_extension(dossier).to_string()),
        "grant" => typed.put("content", granted(dossier)),
        "refuse" => refused(dossier, &mut typed),
        "review" => typed.put("opinion", opinion(dossier)),
        "make-result" => {
            let result = dossier.item().and_then(|item| item.result.as_ref());
            // A number that is an identifier comes from the register, not from the letter.
            if !result.is_some_and(|result| result.gives.iter().any(|gives| gives.from.is_none())) {
                let number = dossier.case.letters.iter().rev().find(|letter| letter.kind == casework::LetterKind::Grant);
                typed.put("number", number.map_or("", |letter| &letter.document_number));
            }
            typed.put("name", result.map_or("", |result| &result.name));
        }
        "deliver" => typed.put("receiver", dossier.title().split([' ', '·', '—']).next().unwrap_or_default()),
        "propose-award" => typed.put("amount", by_the_formula(dossier)),
        "name-account" => typed.put("payee", dossier.title()),
        "record-repayment" => typed.put("amount", still_owed(dossier)),
        "answer-objection" => {
            let mut open = dossier.case.award.iter().flat_map(casework::award::Award::unanswered);
            typed.put("number", open.next().map_or_else(String::new, |number| number.to_string()));
        }
        "give-opinion" => opinion_asked(dossier, &mut typed),
        "set-joint" | "show-joint" | "attend-joint" => joint(act, dossier, &mut typed),
        _ => {}
    }
    typed
}

/// What the clause gives, with its unit; nothing where that is not known.
fn by_the_formula(dossier: &Dossier) -> String {
    let due = dossier.reckoning.as_ref().and_then(|reckoning| reckoning.purse.due.amount);
    due.filter(|fen| *fen > 0).map_or_else(String::new, |fen| format!("{}元", yuan(fen)))
}

/// What of the money has not come back, with its unit.
fn still_owed(dossier: &Dossier) -> String {
    dossier.case.award.as_ref().map_or_else(String::new, |award| format!("{}元", yuan(award.owed())))
}

/// Where one opinion is waited for, it is that one.
fn opinion_asked(dossier: &Dossier, typed: &mut Typed) {
    let mut open = dossier.case.open_opinions();
    if let (Some(only), None) = (open.next(), open.next()) {
        typed.put("number", only.number.to_string());
    }
}

/// Where one joint act is to come, it is that one; one that is moved begins with the hour it has, one that is set with the premises.
fn joint(act: &str, dossier: &Dossier, typed: &mut Typed) {
    let pending = |joint: &&Joint| match &dossier.case.bundle {
        Some(bundle) => joint.is_pending(bundle),
        None => joint.set.is_some() && joint.found.is_none(),
    };
    let mut pending = dossier.case.joints.iter().filter(pending);
    let (Some(only), None) = (pending.next(), pending.next()) else { return };
    typed.put("number", only.number.to_string());
    if act != "set-joint" {
        return;
    }
    match &only.set {
        Some((appointment, place)) => {
            typed.put("on", appointment.on.to_string());
            typed.put("hour", format!("{:02}:{:02}", appointment.hour.hour(), appointment.hour.minute()));
            typed.put("remote", appointment.remote.to_string());
            typed.put("place", dossier.words.get(&place.0).map_or("", String::as_str));
        }
        None => typed.put("place", dossier.answers().get(PREMISES).map_or("", String::as_str)),
    }
}

/// What is lacking is ticked, and every paper has the wording of its own standard ready.
fn defects(dossier: &Dossier, typed: &mut Typed) {
    let answers = dossier.answers();
    let Some(intake) = dossier.intake(&answers) else { return };
    for paper in intake.papers.iter().filter(|paper| paper.applies == Truth::True) {
        let (key, name) = (paper.needed.key.get_ref(), &paper.material.name);
        let standard = if paper.material.standard.is_empty() { &paper.needed.note } else { &paper.material.standard };
        if paper.lacks() {
            typed.put("defect", key);
            typed.put(format!("words.{key}"), format!("没有提交{name}，请补交。{standard}"));
        } else if paper.handed || paper.material.from_form {
            typed.put(format!("words.{key}"), format!("{name}不符合要求，请更换。{standard}"));
        } else {
            typed.put(format!("words.{key}"), format!("没有查到可以代替{name}的电子证照，请提交复印件。{standard}"));
        }
    }
    for (question, fault) in intake.faults() {
        typed.put("defect", &question.field.code);
        typed.put(format!("words.{}", question.field.code), fault.get(Lang::Zh));
    }
    for (point, _) in dossier.case.points.iter().filter(|(_, met)| !met) {
        let point = dossier.item().and_then(|item| item.point.get(*point as usize));
        if let Some((key, text)) = point.and_then(|point| Some((point.material.as_ref()?, &point.text))) {
            let name = about_name(dossier.rules(), key, Lang::Zh);
            typed.put("defect", key);
            typed.put(format!("words.{key}"), format!("{name}不符合要求：{text}请改正后重新提交。"));
        }
    }
}

/// Seven working days' notice (行政许可法 art. 48), the day of the notice not counted; the figure is the procedure's.
fn earliest_hearing(dossier: &Dossier) -> jiff::civil::Date {
    let figure = dossier.procedure().and_then(|procedure| procedure.figures.get("hearing-notice-working-days"));
    let days = figure.map_or(0, |figure| figure.value);
    let term = rulebook::Term { n: days, unit: rulebook::Unit::WorkingDays };
    dossier.calendar.next_working_day(dossier.calendar.due(dossier.now.day(), term).on)
}

fn granted(dossier: &Dossier) -> String {
    let item = dossier.item().map_or(dossier.case.item.as_str(), |item| &item.name);
    if let Some(award) = &dossier.case.award {
        return format!("决定兑现“{item}”，金额{}元。", yuan(award.fen));
    }
    let result = dossier.item().and_then(|item| item.result.as_ref()).map_or(item, |result| &result.name);
    format!("准予{}，颁发{result}。", item.trim_end_matches("（新办）"))
}

/// The points that were found not to be met are the reasons, their grounds the ground.
fn refused(dossier: &Dossier, typed: &mut Typed) {
    let unmet: Vec<_> = unmet(dossier);
    let reasons: Vec<String> =
        unmet.iter().enumerate().map(|(at, point)| format!("{}. 不符合：{}", at + 1, point.text)).collect();
    let mut grounds: Vec<String> = unmet
        .iter()
        .filter_map(|point| point.basis.as_ref())
        .map(|basis| format!("《{}》{}", basis.law, basis.article))
        .collect();
    grounds.dedup();
    typed.put("reasons", reasons.join("\n"));
    typed.put("basis", grounds.join("、"));
}

fn unmet(dossier: &Dossier) -> Vec<&rulebook::item::ReviewPoint> {
    let points = dossier.item().map(|item| item.point.as_slice()).unwrap_or_default();
    dossier.case.points.iter().filter(|(_, met)| !met).filter_map(|(at, _)| points.get(*at as usize)).collect()
}

/// The opinion that the checked points amount to.
fn opinion(dossier: &Dossier) -> String {
    let unmet = unmet(dossier);
    let met = dossier.case.points.iter().filter(|(_, met)| *met).count();
    if dossier.case.points.is_empty() {
        String::new()
    } else if unmet.is_empty() {
        format!("经审查，已核对的{met}条审查要点均符合，拟准予。")
    } else {
        let unmet: Vec<&str> = unmet.iter().map(|point| point.text.trim_end_matches('。')).collect();
        format!("经审查，{met}条符合，{}条不符合：{}。拟不予准许。", unmet.len(), unmet.join("；"))
    }
}

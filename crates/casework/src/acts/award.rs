//! A claim under a programme (政策兑现): proposed with its reckoning, on public notice, granted out of the budget, paid, claimed back.
//!
//! No statute orders these steps; they are the programme's data. What holds whatever it says: the amount follows from the clause, nothing
//! is granted or paid before the notice has run or over an objection without an answer, never beyond the budget, only to an account in the
//! claimant's own name, and nobody has twice what can be had once. Serves measure 16.

use super::written;
use crate::award::{Award, Purse};
use crate::benefit::Reservation;
use crate::case::Case;
use crate::decide::{Guard, Sheet, Stage, may_play};
use crate::errand::{LetterKind, To};
use crate::event::{Channel, Event};
use crate::refusal::Refusal;
use jiff::Span;
use jiff::civil::Date;
use rulebook::policy::{Clause, money};
use rulebook::programme::{Batch, Programme, fen, yuan};
use rulebook::{Term, Text, Unit};

/// Longest name, number or bank of an account, in characters.
const LONGEST_PART: usize = 100;

/// A claim comes in while a batch of its body is open. What came by post a clerk may type in some days later: the day on which it arrived
/// counts, and is recorded when it is received.
pub(super) fn may_be_claimed(stage: &Stage<'_>, agency: &str, channel: Channel) -> Result<(), Refusal> {
    let item = stage.item.code.get_ref();
    let mut own = stage.rules.programmes_of(item, agency).peekable();
    let Some(first) = own.peek().copied() else {
        let elsewhere = stage.rules.programmes.values().any(|own| own.item.as_ref().is_some_and(|own| own.get_ref() == item));
        return if elsewhere { Err(no_programme()) } else { Ok(()) };
    };
    let late = if channel == Channel::Post && stage.by.staff().is_some() { stage.figure("arrival-latest-days")? } else { 0 };
    let since = stage.today.checked_sub(Span::new().days(i64::from(late))).unwrap_or(stage.today);
    if own.any(|own| own.batch.iter().any(|batch| batch.from <= stage.today && since <= batch.until)) {
        return Ok(());
    }
    let (name, label) = (&first.name, &first.label);
    let spans: Vec<String> = first.batch.iter().map(|batch| format!("{}—{}", batch.from, batch.until)).collect();
    let (zh, en) = (spans.join("、"), spans.join(", "));
    Err(refused(
        "window-closed",
        format!("“{name}”的申报期是{zh}，今天不在申报期内。"),
        format!("“{label}” can be claimed within {en}; today is outside of it."),
        ("填写的内容已保存，请在申报期内提交。", "What you filled in is kept; send it within those days."),
    ))
}

/// The handler proposes the amount that the clause gives; the words say how it was found.
pub(super) fn propose_award(stage: &Stage<'_>, amount: &str, reasons: &str, out: &mut Sheet) -> Result<(), Refusal> {
    super::grant::nothing_outstanding(stage.case, stage.today)?;
    let purse = purse(stage)?;
    let (programme, clause, batch) = programme(stage, &purse.programme)?;
    written(("审查意见", "what was found"), reasons)?;
    let proposed = amount_in(amount)?;
    speaks_for_the_claimant(purse, clause)?;
    follows_from_the_clause(purse, clause, proposed)?;
    budget_has(purse, proposed)?;
    let steps: Vec<&str> = purse.due.steps.iter().map(|step| step.zh.as_str()).collect();
    let steps = if steps.is_empty() { "条款没有写明计算方法".to_owned() } else { steps.join("；") };
    let (code, name, proposed_yuan) = (clause.code.get_ref(), &clause.name, yuan(proposed));
    let unknown: Vec<&str> = purse.unknown.iter().map(|one| one.zh.as_str()).collect();
    let unknown = if unknown.is_empty() {
        String::new()
    } else {
        format!("数据中查不到、由承办人核实：{}。", unknown.join("；"))
    };
    let trace = out.keep("trace", &format!("条款{code}“{name}”：{steps}。本件{proposed_yuan}元。{unknown}{reasons}"));
    let event = Event::AwardProposed {
        programme: programme.code.get_ref().clone(),
        batch: batch.code.clone(),
        stack: programme.stack(clause, batch),
        fen: proposed,
        trace,
    };
    may_play(stage, &event)?;
    out.happened(event);
    Ok(())
}

/// The approver puts the proposal on public notice, for as long as the programme says. The money is set aside with it, so that nobody is on
/// the list for money that is not there.
pub(super) fn publish_award(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    let award = award(stage.case)?;
    let purse = purse(stage)?;
    let (programme, clause, batch) = programme(stage, &award.programme)?;
    speaks_for_the_claimant(purse, clause)?;
    follows_from_the_clause(purse, clause, award.fen)?;
    budget_has(purse, award.fen)?;
    let until = programme.notice_until(stage.today, stage.calendar).ok_or_else(no_programme)?;
    if let Some(term) = programme.notice() {
        out.timing.terms.insert("notice".to_owned(), term);
    }
    out.rely_on(Guard::SetAside(Box::new(Reservation {
        claim: stage.case.no.0.clone(),
        programme: award.programme.clone(),
        clause: clause.code.get_ref().clone(),
        line: programme.budget.get_ref().clone(),
        batch: batch.code.clone(),
        line_has: purse.line_has,
        batch_has: purse.batch_has,
        holder: stage.case.holder.as_ref().map(crate::Holder::key).unwrap_or_default(),
        stack: award.stack.clone(),
        had: purse.had,
        amount: award.fen,
        notice_until: until,
    })));
    if let Some(edition) = &stage.around.in_force {
        out.rely_on(Guard::InForce { edition: edition.clone() });
    }
    out.happened(Event::AwardPublished { until });
    out.letter(LetterKind::AwardNotice);
    let (name, label, amount) = (&programme.name, &programme.label, yuan(award.fen));
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{name}”拟兑现{amount}元，公示至{until}。公示期满并决定后拨付。"),
            format!(
                "“{label}”: {amount} yuan are proposed, on public notice until {until}. It is paid once that is over and decided."
            ),
        ),
    );
    Ok(())
}

/// Somebody objects during the notice, on the public page or through an officer who takes it down.
pub(super) fn raise_objection(
    stage: &Stage<'_>,
    who: &str,
    text: &str,
    person: Option<&str>,
    out: &mut Sheet,
) -> Result<(), Refusal> {
    let award = award(stage.case)?;
    if award.notice_has_run(stage.today) {
        return Err(refused(
            "notice-over",
            "公示期已满。",
            "The days of notice are over.",
            ("请作为投诉举报提出。", "Raise it as a complaint."),
        ));
    }
    written(("提出人和联系方式", "who objects and how to be reached"), who)?;
    written(("异议内容", "the objection"), text)?;
    let (who, text) = (out.keep("objector", who), out.keep("objection", text));
    out.happened(Event::ObjectionRaised { who, text, person: person.map(str::to_owned) });
    let own = stage.case.handler.clone();
    let to =
        own.map_or(To::Role { role: rulebook::procedure::Role::Examiner, agency: Some(stage.case.agency.clone()) }, To::Officer);
    out.notify(to, Text::new("公示期内收到异议，答复以前不能决定。", "Somebody objected; nothing is granted before the answer."));
    Ok(())
}

pub(super) fn answer_objection(stage: &Stage<'_>, number: u32, text: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let award = award(stage.case)?;
    if !award.unanswered().any(|open| open == number) {
        return Err(no_objection());
    }
    written(("答复", "the answer"), text)?;
    let person = award.objections.get(number as usize - 1).and_then(|own| own.person.clone());
    if let Some(person) = person {
        let name = &stage.item.name;
        out.notify(
            To::Person(person),
            Text::new(
                format!("您对“{name}”公示（{}）提出的异议，办理机关答复如下：{text}", stage.case.no),
                format!("Your objection to the notice of “{name}” ({}) is answered: {text}", stage.case.no),
            ),
        );
    }
    let text = out.keep("answer", text);
    out.happened(Event::ObjectionAnswered { number, text });
    Ok(())
}

/// What stands in the way of granting an award; a case without one is granted as any other.
pub(super) fn may_be_granted(stage: &Stage<'_>) -> Result<(), Refusal> {
    stage.case.award.as_ref().map_or(Ok(()), |award| notice_is_over(award, stage.today))
}

/// What follows the grant: the account is known and its own, or the claimant is asked for one.
pub(super) fn granted(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    if stage.case.award.is_none() {
        return Ok(());
    }
    if stage.around.purse.as_ref().and_then(|purse| purse.own_account) == Some(true) {
        out.happened(Event::AccountNamed { account: None });
        return Ok(());
    }
    ask_for_the_account(stage, out)
}

fn ask_for_the_account(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    out.timing.terms.insert("account".to_owned(), Term { n: stage.figure("account-days")?, unit: Unit::Days });
    let name = &stage.item.name;
    out.notify(
        To::Applicant,
        Text::new(
            format!("请为“{name}”确认领取，并提供本名的收款账户。"),
            format!("Please say that you take “{}”, and name an account in your own name.", stage.item.english()),
        ),
    );
    Ok(())
}

pub(super) fn name_account(stage: &Stage<'_>, account: [&str; 3], out: &mut Sheet) -> Result<(), Refusal> {
    award(stage.case)?;
    let account = account.map(str::trim);
    if account.iter().any(|part| part.contains('\n') || part.chars().count() > LONGEST_PART) {
        return Err(refused(
            "account-too-long",
            format!("户名、账号和开户银行各写一行，不超过{LONGEST_PART}个字。"),
            format!("Name, number and bank of the account are one line each, of {LONGEST_PART} characters at most."),
            ("请核对后再填。", "Check it."),
        ));
    }
    is_own_account(stage)?;
    let account = out.keep("account", &account.join("\n"));
    out.happened(Event::AccountNamed { account: Some(account) });
    Ok(())
}

fn is_own_account(stage: &Stage<'_>) -> Result<(), Refusal> {
    let (zh, en) = match stage.around.purse.as_ref().and_then(|purse| purse.own_account) {
        Some(true) => return Ok(()),
        None => ("没有写明收款账户的户名、账号和开户银行。", "Name, number and bank of the account are not all stated."),
        Some(false) => ("收款账户不是申请人本名的账户。", "The account does not bear the claimant's own name."),
    };
    Err(refused(
        "not-the-own-account",
        zh,
        en,
        ("款项只付到申请人本名的账户，请核对户名。", "Money goes to an account in the claimant's own name only; check it."),
    ))
}

/// Put in a payment file: from now on the bank may pay it, so nothing about it changes before the bank has said what it did.
pub(super) fn order_payment(stage: &Stage<'_>, file: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let award = award(stage.case)?;
    notice_is_over(award, stage.today)?;
    if !award.granted || !award.account || award.paid {
        return Err(nothing_proposed());
    }
    is_own_account(stage)?;
    written(("拨付清单编号", "the number of the payment file"), file)?;
    out.happened(Event::PaymentOrdered { file: file.trim().to_owned() });
    Ok(())
}

/// The file was not sent, or the bank took this line out of it.
pub(super) fn recall_payment(stage: &Stage<'_>, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    award(stage.case)?;
    written(("撤出原因", "why it is taken out"), reason)?;
    let reason = out.keep("reason", reason);
    out.happened(Event::PaymentRecalled { reason });
    Ok(())
}

/// What became of the payment: made under that voucher, or returned by the bank for that reason.
pub(super) fn record_payment(stage: &Stage<'_>, paid: bool, words: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let award = award(stage.case)?;
    notice_is_over(award, stage.today)?;
    if !award.granted || award.paid {
        return Err(nothing_proposed());
    }
    let (amount, name) = (yuan(award.fen), &stage.item.name);
    if !paid {
        written(("退回原因", "why it came back"), words)?;
        let reason = out.keep("reason", words);
        out.happened(Event::PaymentReturned { reason });
        return ask_for_the_account(stage, out);
    }
    written(("支付凭证号", "the voucher"), words)?;
    let (programme, ..) = programme(stage, &award.programme)?;
    let asked = programme.follow.as_ref().and_then(|own| Some((own.months, day_after(stage.today, own.months)?)));
    if let Some((months, _)) = asked {
        out.timing.terms.insert("follow-up".to_owned(), Term { n: months, unit: Unit::Months });
    }
    let voucher = out.keep("voucher", words);
    out.happened(Event::Paid { voucher, follow: asked.map(|(_, day)| day) });
    out.notify(To::Applicant, Text::new(format!("“{name}”已拨付{amount}元。"), format!("“{name}”: {amount} yuan were paid.")));
    Ok(())
}

fn day_after(today: Date, months: u32) -> Option<Date> {
    today.checked_add(Span::new().months(i64::from(months))).ok()
}

pub(super) fn record_follow_up(stage: &Stage<'_>, kept: bool, text: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let award = award(stage.case)?;
    written(("核对情况", "what was found"), text)?;
    if let Some(day) = award.follow.filter(|day| kept && stage.today < *day) {
        return Err(refused(
            "too-early",
            format!("核对日是{day}，到期以前不能认定仍然成立。"),
            format!("It is looked at on {day}; that it still holds cannot be found before."),
            ("发现已经不成立的，随时可以登记。", "What does not hold any more can be recorded at any time."),
        ));
    }
    if !kept {
        let name = &stage.item.name;
        let to = To::Role { role: rulebook::procedure::Role::Approver, agency: Some(stage.case.agency.clone()) };
        out.notify(
            to,
            Text::new(
                format!("“{name}”跟踪核对：承诺事项不再成立，请决定是否责令退回资金。"),
                format!("“{name}”: what was promised does not hold any more; decide whether the money is demanded back."),
            ),
        );
    }
    let text = out.keep("findings", text);
    out.happened(Event::FollowedUp { kept, text });
    Ok(())
}

/// Money with its unit, in 分.
pub(super) fn amount_in(amount: &str) -> Result<i64, Refusal> {
    money(amount).and_then(fen).ok_or_else(|| {
        refused(
            "no-money",
            format!("“{amount}”不是写明单位的金额。"),
            format!("“{amount}” is no amount of money with its unit."),
            ("请写作“20万元”或者“200000元”。", "Write 20万元 or 200000元."),
        )
    })
}

/// Before anything is typed: whether the notice has run and every objection is answered.
pub(super) fn notice_stands(case: &Case, today: Date) -> Result<(), Refusal> {
    case.award.as_ref().filter(|award| award.until.is_some()).map_or(Ok(()), |award| notice_is_over(award, today))
}

pub(super) fn objection_is_open(case: &Case) -> Result<(), Refusal> {
    let open = case.award.as_ref().and_then(|award| award.unanswered().next());
    open.map(drop).ok_or_else(no_objection)
}

fn notice_is_over(award: &Award, today: Date) -> Result<(), Refusal> {
    if let Some(number) = award.unanswered().next() {
        return Err(refused(
            "objection-unanswered",
            format!("第{number}条异议还没有答复。"),
            format!("Objection {number} has no answer yet."),
            ("请先书面答复异议。", "Answer it in writing first."),
        ));
    }
    if award.notice_has_run(today) {
        return Ok(());
    }
    let until = award.until.map_or_else(String::new, |until| until.to_string());
    Err(refused(
        "notice-running",
        format!("公示期到{until}，期满以前不能决定和拨付。"),
        format!("The notice runs until {until}; nothing is granted or paid before."),
        ("请在公示期满后的次日办理。", "Do it on the day after."),
    ))
}

/// Nobody is promised what the clause does not give them. Whether it is right a person decides: facts that are wrong are put right
/// first, and a claim that fails is refused in writing, with its reasons and remedies.
fn speaks_for_the_claimant(purse: &Purse, clause: &Clause) -> Result<(), Refusal> {
    if purse.against.is_empty() {
        return Ok(());
    }
    let (zh, en): (Vec<&str>, Vec<&str>) = purse.against.iter().map(|one| (one.zh.as_str(), one.en.as_str())).unzip();
    let name = &clause.name;
    Err(refused(
        "not-by-the-clause",
        format!("按现有数据不符合条款“{name}”：{}。", zh.join("；")),
        format!("By the facts at hand clause “{name}” does not speak for the claimant: {}.", en.join("; ")),
        (
            "数据有误的，请先更正（申请人填写的当场更正，登记的请登记机关更正）；确实不符合的，提出不予兑现的意见。",
            "Have wrong facts put right first: what the claimant wrote on the spot, what a register says by its keeper. Else propose to refuse.",
        ),
    ))
}

/// The amount is what the formula gives after what was had before; less only where a person judges.
fn follows_from_the_clause(purse: &Purse, clause: &Clause, proposed: i64) -> Result<(), Refusal> {
    let due = &purse.due;
    if !due.missing.is_empty() {
        let names = due.missing.join("、");
        return Err(refused(
            "facts-missing",
            format!("还不知道：{names}，算不出金额。"),
            format!("Not known yet, so that no amount can be found: {names}."),
            ("请核对数据，或者请申请人补充。", "Check the data, or ask the claimant."),
        ));
    }
    let name = &clause.name;
    match due.amount {
        Some(0) if purse.had > 0 => Err(refused(
            "double-benefit",
            format!("申请人已享受同类支持{}元，不重复享受。", yuan(purse.had)),
            format!("The claimant had {} yuan of this group already; none is had twice.", yuan(purse.had)),
            ("请提出不予兑现的意见并说明理由。", "Propose to refuse it, with these reasons."),
        )),
        Some(amount) if proposed == amount || (due.at_most && 0 < proposed && proposed < amount) => Ok(()),
        None if proposed > 0 => Ok(()),
        amount => {
            let steps: Vec<String> = due.steps.iter().map(|step| step.zh.clone()).collect();
            let told: Vec<String> = due.steps.iter().map(|step| step.en.clone()).collect();
            let (own, given) = (yuan(proposed), yuan(amount.unwrap_or_default()));
            Err(refused(
                "not-by-the-formula",
                format!("{own}元不符合条款“{name}”的计算：{}，应为{given}元。", steps.join("；")),
                format!("{own} yuan does not follow from clause “{name}”: {}; it gives {given} yuan.", told.join("; ")),
                ("请按计算方法填写金额。", "Give the amount that the formula gives."),
            ))
        }
    }
}

fn budget_has(purse: &Purse, fen: i64) -> Result<(), Refusal> {
    let left = purse.line_left.min(purse.batch_left);
    if fen <= left {
        return Ok(());
    }
    let (much, wanted) = (yuan(left.abs()), yuan(fen));
    let (zh, en) = if left < 0 {
        // The budget was cut after promises had been made, which stand.
        (
            format!("预算（本批）调减后，已承诺和拨付的合计超出预算{much}元，不能再兑现{wanted}元。"),
            format!(
                "The budget or its batch was cut, and {much} yuan more are promised and paid than it has: nothing is left for {wanted}."
            ),
        )
    } else {
        (
            format!("预算（本批）还剩{much}元，不足以兑现{wanted}元。"),
            format!("{much} yuan are left of the budget or its batch, not enough for {wanted}."),
        )
    };
    Err(refused(
        "budget-spent",
        zh,
        en,
        (
            "请申请追加预算；追加以前不能公示，也不能拨付。",
            "Ask for more budget first: before that nothing is published or paid.",
        ),
    ))
}

pub(super) fn award(case: &Case) -> Result<&Award, Refusal> {
    case.award.as_ref().ok_or_else(nothing_proposed)
}

fn purse<'a>(stage: &Stage<'a>) -> Result<&'a Purse, Refusal> {
    stage.around.purse.as_ref().ok_or_else(no_programme)
}

/// The programme with its clause, and the batch that the claim was handed in within.
fn programme<'a>(stage: &Stage<'a>, code: &str) -> Result<(&'a Programme, &'a Clause, &'a Batch), Refusal> {
    let programme = stage.rules.programmes.get(code).ok_or_else(no_programme)?;
    let (_, clause) = stage.rules.clause(programme.clause.get_ref()).ok_or_else(no_programme)?;
    let batch = programme.batch_of(handed_in(stage.case).unwrap_or(stage.today)).ok_or_else(no_programme)?;
    Ok((programme, clause, batch))
}

/// The day that counts for its batch: when it was sent, or when it arrived if it was typed in later.
pub fn handed_in(case: &Case) -> Option<Date> {
    let sent = case.submitted.map(|at| at.day());
    sent.into_iter().chain(case.received).min()
}

fn no_programme() -> Refusal {
    refused(
        "no-programme",
        "本机关没有这个事项的兑现批次。",
        "This body has no programme that pays out under this item.",
        ("请核对管辖区域，或请规则书管理员补充。", "Check the area, or ask the editor of the rulebook to add it."),
    )
}

pub(super) fn nothing_proposed() -> Refusal {
    refused(
        "nothing-proposed",
        "没有可以办理的兑现金额。",
        "There is no amount to act on.",
        ("请核对办件现在的环节。", "Check where the case stands."),
    )
}

fn no_objection() -> Refusal {
    refused(
        "no-objection",
        "没有待答复的这条异议。",
        "No such objection waits for an answer.",
        ("请从待答复的异议中选择。", "Choose one that waits."),
    )
}

pub(super) fn refused(code: &'static str, zh: impl Into<String>, en: impl Into<String>, next: (&str, &str)) -> Refusal {
    Refusal::new(code, Text::new(zh, en), Text::new(next.0, next.1))
}

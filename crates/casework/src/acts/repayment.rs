//! Paid money that is to come back (责令退回资金): demanded by a person in writing, and recorded as it arrives, in parts or at once.
//! Serves measure 16.

use super::award::{amount_in, award, nothing_proposed, refused};
use super::written;
use crate::decide::{Sheet, Stage};
use crate::errand::{LetterKind, To};
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::programme::yuan;
use rulebook::{Term, Text, Unit};

/// The money is to come back: a written decision with its reasons, its ground and the ways to have it reviewed. A person's, never a machine's.
pub(super) fn demand_repayment(stage: &Stage<'_>, reasons: &str, basis: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let award = award(stage.case)?;
    if !award.paid || award.repaid {
        return Err(nothing_proposed());
    }
    written(("事实和理由", "facts and reasons"), reasons)?;
    written(("依据", "the ground"), basis)?;
    let days = stage.figure("repayment-days")?;
    out.timing.terms.insert("repayment".to_owned(), Term { n: days, unit: Unit::Days });
    let reasons = out.keep("reasons", reasons);
    out.happened(Event::RepaymentDemanded { reasons, basis: basis.to_owned() });
    out.letter(LetterKind::RepaymentDemand);
    let (amount, name) = (yuan(award.fen), &stage.item.name);
    out.notify(
        To::Applicant,
        Text::new(
            format!("请在{days}日内退回“{name}”的{amount}元，理由和救济途径见通知书。"),
            format!("Please pay back the {amount} yuan of “{name}” within {days} days; the notice gives reasons and remedies."),
        ),
    );
    Ok(())
}

/// Money that came back: a part, after which the rest is still owed, or all of it. An amount that is not stated is all that is owed.
pub(super) fn record_repayment(stage: &Stage<'_>, amount: &str, voucher: &str, out: &mut Sheet) -> Result<(), Refusal> {
    let owed = award(stage.case)?.owed();
    let came = if amount.trim().is_empty() { owed } else { amount_in(amount)? };
    if came < 1 || came > owed {
        let (came, owed) = (yuan(came), yuan(owed));
        return Err(refused(
            "more-than-owed",
            format!("还应退回{owed}元，{came}元不能登记。"),
            format!("{owed} yuan are still owed; {came} cannot be recorded."),
            (
                "请核对到账金额；多退的款项另行处理，不记在本件。",
                "Check what arrived. What was sent beyond it is no part of this case.",
            ),
        ));
    }
    written(("收款凭证号", "the voucher"), voucher)?;
    let before = stage.around.purse.as_ref().map(|purse| purse.vouchers.as_slice()).unwrap_or_default();
    if before.iter().any(|known| known.trim() == voucher.trim()) {
        return Err(refused(
            "voucher-known",
            format!("凭证“{}”已经登记过退款。", voucher.trim()),
            format!("Money that came back under voucher “{}” is recorded already.", voucher.trim()),
            (
                "同一笔不重复登记；确是另一笔的，请核对凭证号。",
                "Nothing is recorded twice; if it is another sum, check the voucher.",
            ),
        ));
    }
    let voucher = out.keep("voucher", voucher);
    let (name, left) = (&stage.item.name, yuan(owed - came));
    if came == owed {
        out.happened(Event::Repaid { voucher });
        return Ok(());
    }
    out.happened(Event::RepaidInPart { fen: came, voucher });
    // Also where an older edition knows one end of this act only.
    out.step = Some(stage.case.step.clone());
    let came = yuan(came);
    out.notify(
        To::Applicant,
        Text::new(
            format!("“{name}”已收到退回的{came}元，还应退回{left}元。"),
            format!("“{name}”: {came} yuan came back; {left} yuan are still owed."),
        ),
    );
    Ok(())
}

//! Assign, claim, hand over: at any moment one officer has the case, and every hand-over stands on it (首问负责).

use super::{known_officer, written};
use crate::actor::{Actor, CAN_HANDLE, StaffId};
use crate::decide::{Sheet, Stage, held_apart};
use crate::errand::To;
use crate::event::Event;
use crate::refusal::Refusal;
use rulebook::Text;

pub(super) fn assign(stage: &Stage<'_>, to: &StaffId, reason: Option<&str>, out: &mut Sheet) -> Result<(), Refusal> {
    can_handle(stage, to)?;
    let reason = out.keep_if("reason", reason.filter(|reason| !reason.trim().is_empty()));
    out.happened(Event::Assigned { to: to.clone(), from: stage.case.handler.clone(), reason });
    tell(stage, to, out);
    Ok(())
}

pub(super) fn claim(stage: &Stage<'_>, out: &mut Sheet) -> Result<(), Refusal> {
    if let Some(holder) = &stage.case.handler
        && stage.by.staff() != Some(holder)
    {
        return Err(Refusal::new(
            "already-claimed",
            Text::new("这件办件已有承办人。", "This case already has a handler."),
            Text::new("需要换人时，请承办人移交或由负责人分派。", "Ask the handler to hand it over, or have it assigned."),
        ));
    }
    if let Actor::Officer(officer) = stage.by {
        held_apart(stage, "handler", &officer.id)?;
        out.happened(Event::Claimed { by: officer.id.clone() });
    }
    Ok(())
}

pub(super) fn hand_over(stage: &Stage<'_>, to: &StaffId, reason: &str, out: &mut Sheet) -> Result<(), Refusal> {
    written(("移交理由", "why it is handed over"), reason)?;
    can_handle(stage, to)?;
    let Some(from) = stage.case.handler.clone().or_else(|| stage.by.staff().cloned()) else { return claim(stage, out) };
    if from == *to {
        return Err(Refusal::new(
            "same-officer",
            Text::new("承办人没有变化。", "The handler would stay the same."),
            Text::new("请选择另一名工作人员。", "Choose somebody else."),
        ));
    }
    let reason = out.keep("reason", reason);
    out.happened(Event::HandedOver { from, to: to.clone(), reason });
    tell(stage, to, out);
    Ok(())
}

fn can_handle(stage: &Stage<'_>, to: &StaffId) -> Result<(), Refusal> {
    held_apart(stage, "handler", to)?;
    of_the_body(stage, to)
}

/// Whether the law counts this officer among the staff of the deciding body: whoever may handle the item there.
pub(super) fn of_the_body(stage: &Stage<'_>, to: &StaffId) -> Result<(), Refusal> {
    let officer = known_officer(stage, to)?;
    let fits =
        |role| officer.powers.iter().any(|power| power.covers(role, &stage.case.agency, stage.item.code.get_ref(), stage.today));
    if CAN_HANDLE.into_iter().any(fits) {
        return Ok(());
    }
    Err(Refusal::new(
        "cannot-handle",
        Text::new("这名工作人员没有承办本事项的岗位。", "This officer has no role for this item."),
        Text::new("请选择有审查岗位的人员。", "Choose an officer with the role of an examiner."),
    ))
}

fn tell(stage: &Stage<'_>, to: &StaffId, out: &mut Sheet) {
    let (case, item) = (&stage.case.no, &stage.item.name);
    out.notify(
        To::Officer(to.clone()),
        Text::new(format!("办件 {case}（{item}）由您承办。"), format!("Case {case} ({item}) is now yours.")),
    );
}

#[cfg(test)]
mod tests {
    use crate::act::Act;
    use crate::acts::bench::{Bench, staff, words};

    fn to(id: &str) -> Act {
        Act::HandOver { to: staff(id), reason: words() }
    }

    #[test]
    fn one_officer_has_the_case_and_it_stands_on_it_who() {
        let mut bench = Bench::submitted("kitchen", &[]);
        bench.must("li", Act::Claim);
        assert_eq!(bench.refusal("wang", &Act::Claim), "already-claimed");
        assert_eq!(bench.must("li", Act::Claim), ["claimed"], "one's own case may be taken on again");
        bench.must("li", to("wang"));
        assert_eq!((bench.case.handler.clone(), bench.case.first_officer.clone()), (Some(staff("wang")), Some(staff("li"))));
        assert_eq!(bench.refusal("li", &to("li")), "not-yours");
        bench.must("chief", Act::Assign { to: staff("li"), reason: None });
        assert_eq!(bench.case.handler, Some(staff("li")));
    }

    #[test]
    fn it_goes_to_somebody_who_can_handle_it() {
        let mut bench = Bench::submitted("kitchen", &[]);
        bench.must("li", Act::Claim);
        for (id, code) in
            [("nobody", "unknown-officer"), ("clerk", "cannot-handle"), ("fire", "cannot-handle"), ("li", "same-officer")]
        {
            assert_eq!(bench.refusal("li", &to(id)), code);
        }
        assert_eq!(bench.refusal("li", &Act::HandOver { to: staff("wang"), reason: String::new() }), "words-missing");
    }
}

//! Corrections: somebody says that a guide is wrong, and an editor owes an answer by a day. Serves measures 6 and 15: what a
//! visitor stumbles over is mended at its cause.

use crate::door::{Answer, not_found, overtaken, refuse};
use crate::people::require;
use crate::{Failure, ids};
use casework::{CaseNo, Moment, Officer};
use rulebook::procedure::Role;
use rulebook::{Calendar, Rulebook, Term};
use store::Store;
use store::changes::{Change, ChangeState};
use store::corrections::Correction;

/// Working days within which a report is answered where nothing else is configured. An example: no rule of the district was found.
pub const ANSWER_WITHIN: u32 = 10;

const SHORTEST: usize = 4;
const LONGEST: usize = 2_000;
/// Published changes that are looked at for the one that mended an error.
const MOST_CHANGES: u32 = 500;

/// What somebody reports.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    pub item: &'a str,
    /// A word for the kind: `guide`, `material`, `limit`, `contact`, or the root cause of a failed matter.
    pub cause: &'a str,
    pub words: &'a str,
    /// How to reach whoever reports; may be empty.
    pub contact: &'a str,
    pub from_case: Option<&'a CaseNo>,
}

/// Takes a report from a visitor or a clerk. How often one address may report is bounded by the caller.
///
/// # Errors
/// Refused for an unknown item and for words that are none or endless.
pub async fn report(
    store: &Store,
    rules: &Rulebook,
    calendar: &Calendar,
    what: &Report<'_>,
    within: u32,
    now: Moment,
) -> Answer<Correction> {
    if !rules.items.contains_key(what.item) {
        return Err(not_found());
    }
    let words = what.words.trim();
    let length = words.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) || what.contact.chars().count() > 100 || what.cause.chars().count() > 60 {
        return Err(refuse(
            "bad-report",
            ("请用4至2000个字说明哪里不对。", "Say in 4 to 2,000 characters what is wrong."),
            (
                "例如：电话号码不对、材料名称与窗口说的不一样。",
                "For example: the telephone number is wrong, or the counter asked for another paper.",
            ),
        ));
    }
    let correction = Correction {
        id: ids::opaque(),
        item: what.item.to_owned(),
        cause: what.cause.to_owned(),
        words: words.to_owned(),
        contact: what.contact.trim().to_owned(),
        from_case: what.from_case.cloned(),
        state: "open".to_owned(),
        due_on: calendar.due(now.day(), Term::working_days(within)).on,
        taken_by: None,
        answer: String::new(),
        created_at: now,
        closed_at: None,
        closed_by: None,
    };
    store.open_correction(&correction).await?;
    Ok(correction)
}

/// An editor takes it on.
pub async fn take(store: &Store, by: &Officer, id: &str, now: Moment) -> Answer<()> {
    require(by, Role::Editor, None, now.day())?;
    store.correction(id).await?.ok_or_else(not_found)?;
    if store.take_correction(id, &by.id.0).await? { Ok(()) } else { Err(overtaken()) }
}

/// Root causes that lie in the definition itself: such a correction stays open until the definition is changed. Others, such as a
/// failed system, are answered in words.
const IN_THE_DEFINITION: [&str; 3] = ["guide-wrong", "condition-unclear", "material-impossible"];

/// Whether it is the root cause of a matter that could not be done, which only a published change mends (办不成事).
pub fn needs_a_change(correction: &Correction) -> bool {
    correction.from_case.is_some() && IN_THE_DEFINITION.contains(&correction.cause.as_str())
}

/// Published changes of the item's file since the error was told: those that may have mended it.
pub async fn mending(store: &Store, rules: &Rulebook, correction: &Correction) -> Result<Vec<Change>, Failure> {
    let file = rules.items.get(&correction.item).map(|item| item.place.file.clone()).unwrap_or_default();
    let published = store.changes(&[ChangeState::Published], MOST_CHANGES).await?;
    Ok(published.into_iter().filter(|change| change.path == file && change.updated_at >= correction.created_at).collect())
}

/// Answers what was done, or why nothing was, and closes it. `mended` names the published change that mended it.
///
/// # Errors
/// Refused without an answer in words, when somebody else has taken it on, and for a root cause that no change has mended.
pub async fn close(
    store: &Store,
    rules: &Rulebook,
    by: &Officer,
    id: &str,
    mended: Option<&str>,
    answer: &str,
    now: Moment,
) -> Answer<()> {
    require(by, Role::Editor, None, now.day())?;
    let row = store.correction(id).await?.ok_or_else(not_found)?;
    if row.taken_by.as_ref().is_some_and(|taker| *taker != by.id.0) {
        return Err(refuse(
            "taken",
            ("这条纠错已由他人领取。", "Somebody else has taken this on."),
            ("请与领取人联系。", "Speak to whoever has it."),
        ));
    }
    let answer = answer.trim();
    if !(SHORTEST..=LONGEST).contains(&answer.chars().count()) {
        return Err(refuse(
            "no-answer",
            ("请写明改了什么，或为什么不改。", "Say what was changed, or why nothing was."),
            ("4至2000个字。", "4 to 2,000 characters."),
        ));
    }
    let change = match mended {
        Some(change) => mending(store, rules, &row).await?.into_iter().find(|known| known.id == change),
        None => None,
    };
    if change.is_none() && (mended.is_some() || needs_a_change(&row)) {
        return Err(refuse(
            "not-mended",
            ("根因还没有改正，不能关闭。", "The root cause is not mended, so this stays open."),
            (
                "请先改正并发布指南，再注明是哪一次修改。",
                "Change the guide and publish it first, then name the change that mended it.",
            ),
        ));
    }
    let answer = match change {
        Some(change) => format!("{answer}（{} 已改正发布）", change.updated_at.day()),
        None => answer.to_owned(),
    };
    if store.close_correction(id, &answer, &by.id.0, now).await? { Ok(()) } else { Err(overtaken()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::{days, now, officer, refused, store};
    use jiff::civil::date;

    const ITEM: &str = "[[item]]\ncode = \"item\"\nname = \"许可\"\ntype = \"行政许可\"\nprocedure = \"permit\"\nlimit = []\n";

    #[tokio::test]
    async fn a_report_has_a_due_day_and_is_answered_by_one_editor() {
        let store = store().await;
        let rules = rulebook::compile([("item.toml", ITEM)]).0;
        let calendar = Calendar::default();
        let tell = async |item: &str, words: &str| {
            let what = Report { item, cause: "guide", words, contact: "", from_case: None };
            report(&store, &rules, &calendar, &what, ANSWER_WITHIN, now()).await
        };
        assert_eq!(refused(tell("nothing", "电话号码不对").await), "not-found");
        assert_eq!(refused(tell("item", " 错 ").await), "bad-report");
        assert_eq!(refused(tell("item", &"长".repeat(2_001)).await), "bad-report");
        let told = tell("item", "电话号码不对").await.expect("taken in");
        assert_eq!(told.due_on, date(2026, 3, 16), "ten working days after Monday the second");

        let (editor, colleague, clerk) = (officer("e1", Role::Editor), officer("e2", Role::Editor), officer("c", Role::Clerk));
        assert_eq!(refused(take(&store, &clerk, &told.id, now()).await), "not-yours");
        take(&store, &editor, &told.id, now()).await.expect("taken on");
        assert_eq!(refused(take(&store, &colleague, &told.id, now()).await), "overtaken");
        assert_eq!(refused(close(&store, &rules, &colleague, &told.id, None, "已改正电话", now()).await), "taken");
        assert_eq!(refused(close(&store, &rules, &editor, &told.id, None, "", now()).await), "no-answer");
        assert_eq!(store.open_corrections(days(15).day()).await, Ok((1, 1)));
        close(&store, &rules, &editor, &told.id, None, "已改正电话", days(1)).await.expect("closed");
        assert_eq!(refused(close(&store, &rules, &editor, &told.id, None, "再改一次", days(1)).await), "overtaken");
        assert_eq!(store.open_corrections(days(15).day()).await, Ok((0, 0)));
    }

    #[tokio::test]
    async fn a_root_cause_stays_open_until_a_published_change_mends_it() {
        let store = store().await;
        let rules = rulebook::compile([("item.toml", ITEM)]).0;
        let (editor, from) = (officer("e1", Role::Editor), CaseNo("B1".to_owned()));
        let what = Report { item: "item", cause: "guide-wrong", words: "指南写错了", contact: "", from_case: Some(&from) };
        let root = report(&store, &rules, &Calendar::default(), &what, ANSWER_WITHIN, now()).await.expect("taken in");
        let shut = async |mended| close(&store, &rules, &editor, &root.id, mended, "已处理完毕", days(1)).await;
        assert_eq!(refused(shut(None).await), "not-mended");
        assert_eq!(refused(shut(Some("no-such-change")).await), "not-mended");
        assert_eq!(store.open_corrections(days(1).day()).await.map(|(open, _)| open), Ok(1));
    }
}

//! The list as a process (清单): a body proposes a row, the others agree or disagree and say why, the publisher arbitrates and
//! publishes. Steps are only ever appended, so who disagreed stays visible and the list of any past day can be told.
//!
//! Handbook §2, M7; 优化营商环境条例 art. 40: what is off the list is not done. Serves measure 7.

use super::toml_text::basis;
use super::{Release, Released, text_of, with_file};
use crate::Office;
use crate::door::{Answer, not_found, overtaken, refuse};
use crate::people::{require, require_district};
use casework::{Moment, Officer};
use rulebook::item::ItemType;
use rulebook::procedure::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::list_steps::{ListState, ListStep};

/// Where proposed rows are written when they are published.
const ADDED: &str = "lists/added.toml";

/// What a body proposes: the first step of a row carries it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proposal {
    pub name: String,
    pub item_type: ItemType,
    /// The body that the list names.
    pub agency: String,
    pub law: String,
    #[serde(default)]
    pub article: String,
    pub why: String,
}

/// A row with its steps, as it stood at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub code: String,
    /// The state that its last step led to.
    pub state: ListState,
    pub proposal: Option<Proposal>,
    pub steps: Vec<ListStep>,
}

impl Row {
    fn of(code: String, steps: Vec<ListStep>) -> Option<Row> {
        let state = standing(&steps)?;
        let proposal = steps.iter().rev().filter(|step| step.state == ListState::Proposed).find_map(|step| proposal(&step.words));
        Some(Row { code, state, proposal, steps })
    }

    /// Who proposed it, the last time somebody did.
    fn proposer(&self) -> Option<&str> {
        self.steps.iter().rev().find(|step| step.state == ListState::Proposed).map(|step| step.by.as_str())
    }

    /// Who proposed it or spoke for a body.
    fn spoke(&self) -> impl Iterator<Item = &str> {
        let speaks = |state| matches!(state, ListState::Proposed | ListState::Agreed | ListState::Disputed);
        self.steps.iter().filter(move |step| speaks(step.state)).map(|step| step.by.as_str())
    }

    /// Bodies that disagree, with their reasons: those whose last word was so.
    pub fn disagreeing(&self) -> Vec<&ListStep> {
        let mut last: BTreeMap<&str, &ListStep> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| matches!(step.state, ListState::Agreed | ListState::Disputed)) {
            last.insert(&step.agency, step);
        }
        last.into_values().filter(|step| step.state == ListState::Disputed).collect()
    }
}

/// The proposal that a step carries.
pub fn proposal(words: &str) -> Option<Proposal> {
    serde_json::from_str(words).ok()
}

/// What the words of a step are to a reader: the reason of a proposal, or the words themselves.
pub fn reason(step: &ListStep) -> String {
    proposal(&step.words).map_or_else(|| step.words.clone(), |proposal| proposal.why)
}

/// Where a row stands: one body that disagrees is a dispute whatever the others say afterwards, until it agrees or the publisher
/// has decided.
fn standing(steps: &[ListStep]) -> Option<ListState> {
    let mut state = None;
    let mut against: Vec<&str> = Vec::new();
    for step in steps {
        match step.state {
            ListState::Disputed => against.push(&step.agency),
            ListState::Agreed => against.retain(|agency| *agency != step.agency),
            _ => against.clear(),
        }
        state = Some(if against.is_empty() { step.state } else { ListState::Disputed });
    }
    state
}

/// Groups steps, which come by row and in order.
pub fn rows(steps: Vec<ListStep>) -> Vec<Row> {
    let mut by_row: BTreeMap<String, Vec<ListStep>> = BTreeMap::new();
    for step in steps {
        by_row.entry(step.row.clone()).or_default().push(step);
    }
    by_row.into_iter().filter_map(|(code, steps)| Row::of(code, steps)).collect()
}

impl Office {
    /// The rows that were spoken about before `moment`, as they stood then.
    pub async fn list_at(&self, moment: Moment) -> Answer<Vec<Row>> {
        Ok(rows(self.store.list_steps_before(moment).await?))
    }

    pub async fn list_row(&self, code: &str) -> Answer<Option<Row>> {
        Ok(Row::of(code.to_owned(), self.store.list_steps(code).await?))
    }

    /// A body proposes a row, or proposes one anew that was withdrawn.
    pub async fn propose_row(&self, by: &Officer, code: &str, proposal: &Proposal, seen: u64) -> Answer<()> {
        let now = self.now().await?;
        require(by, Role::Editor, None, now.day())?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if code.is_empty() || code.len() > 80 || !code.chars().all(plain) {
            return Err(refuse(
                "bad-code",
                ("代码只能用小写字母、数字和连字符。", "A code has small letters, digits and hyphens."),
                ("例如 xk-food-operation。", "For example xk-food-operation."),
            ));
        }
        let empty =
            [&proposal.name, &proposal.law, &proposal.why, &proposal.agency].into_iter().any(|text| text.trim().is_empty());
        if empty {
            return Err(refuse(
                "incomplete",
                ("名称、实施机关、依据和理由都要填写。", "Name, body, legal ground and reason are all needed."),
                ("请补充后提交。", "Complete it and send again."),
            ));
        }
        if self.rulebooks.live()?.rules.list.contains_key(code) {
            return Err(refuse(
                "on-the-list",
                ("这个代码已在清单上。", "This code is on the list already."),
                ("请另取代码，或直接修改清单。", "Choose another, or edit the list."),
            ));
        }
        if self.list_row(code).await?.is_some_and(|row| row.state != ListState::Withdrawn) {
            return Err(refuse(
                "proposed-already",
                ("这个代码已经有人提出，正在办理。", "This code was proposed already and is under way."),
                ("请在该条目上发表意见，或另取代码。", "Speak on that row, or choose another code."),
            ));
        }
        let words = serde_json::to_string(proposal).unwrap_or_default();
        self.append(by, code, ListState::Proposed, &words, seen, now).await
    }

    /// A body agrees, or disagrees and says why.
    pub async fn speak_on_row(&self, by: &Officer, code: &str, agrees: bool, words: &str, seen: u64) -> Answer<()> {
        let now = self.now().await?;
        let heads = [Role::Head, Role::Approver, Role::Editor];
        if !heads.iter().any(|role| require(by, *role, None, now.day()).is_ok()) {
            require(by, Role::Head, None, now.day())?;
        }
        let row = self.list_row(code).await?.ok_or_else(not_found)?;
        if !matches!(row.state, ListState::Proposed | ListState::Agreed | ListState::Disputed) {
            return Err(not_now());
        }
        if row.proposer() == Some(by.id.0.as_str()) {
            return Err(same_person());
        }
        if !agrees && words.trim().is_empty() {
            return Err(refuse(
                "no-reason",
                ("不同意要写明理由。", "Disagreeing needs a reason."),
                ("请写明理由和依据。", "Give the reason and its ground."),
            ));
        }
        let state = if agrees { ListState::Agreed } else { ListState::Disputed };
        self.append(by, code, state, words, seen, now).await
    }

    /// The publisher decides a dispute, with reasons.
    pub async fn arbitrate_row(&self, by: &Officer, code: &str, on_the_list: bool, words: &str, seen: u64) -> Answer<()> {
        let now = self.now().await?;
        require_district(by, Role::Publisher, now.day())?;
        let row = self.list_row(code).await?.ok_or_else(not_found)?;
        if row.state != ListState::Disputed {
            return Err(not_now());
        }
        // Nobody rules in her own matter.
        if row.spoke().any(|staff| staff == by.id.0) {
            return Err(same_person());
        }
        if words.trim().is_empty() {
            return Err(refuse(
                "no-reason",
                ("裁定要写明理由。", "A ruling needs its reasons."),
                ("请写明理由和依据。", "Give the reason and its ground."),
            ));
        }
        let state = if on_the_list { ListState::Arbitrated } else { ListState::Withdrawn };
        self.append(by, code, state, words, seen, now).await
    }

    /// Publishes an agreed or arbitrated row: it is written into the list and an edition is published with it, at once.
    pub async fn publish_row(&self, by: &Officer, code: &str, seen: u64) -> Answer<Released> {
        let now = self.now().await?;
        require_district(by, Role::Publisher, now.day())?;
        let row = self.list_row(code).await?.ok_or_else(not_found)?;
        let Some(proposal) = row.proposal.as_ref().filter(|_| matches!(row.state, ListState::Agreed | ListState::Arbitrated))
        else {
            return Err(not_now());
        };
        if row.steps.len() as u64 != seen {
            return Err(overtaken());
        }
        // Whoever ruled on a dispute publishes what was ruled; whoever proposed or spoke for a body does not.
        if row.spoke().any(|staff| staff == by.id.0) {
            return Err(same_person());
        }
        let (latest, files) = self.latest_files().await?;
        let old = text_of(&files, ADDED)
            .unwrap_or("# Rows that were proposed, agreed and published in the workbench. Serves measure 7.\n");
        let text = format!("{old}\n{}", written(code, proposal));
        let note = format!("清单条目“{}”（{code}）", proposal.name);
        let release = Release {
            files: with_file(&files, ADDED, &text),
            base: Some(&latest.name),
            in_force_at: now.max(latest.in_force_at),
            by: &by.id.0,
            note: &note,
            changes: &[],
        };
        let released = self.release(&release).await?;
        if let Released::Done(edition) = &released {
            self.append(by, code, ListState::Published, &edition.name, seen, now).await?;
        }
        Ok(released)
    }

    async fn append(&self, by: &Officer, code: &str, state: ListState, words: &str, seen: u64, now: Moment) -> Answer<()> {
        let agency = self.store.staff(&by.id.0).await?.map_or_else(String::new, |staff| staff.agency);
        let step = ListStep {
            row: code.to_owned(),
            number: seen + 1,
            state,
            agency,
            words: words.trim().to_owned(),
            by: by.id.0.clone(),
            at: now,
        };
        if self.store.append_list_step(&step).await? { Ok(()) } else { Err(overtaken()) }
    }
}

/// The row as a file says it. What was composed in the workbench is an example until somebody has checked it against its source.
fn written(code: &str, proposal: &Proposal) -> String {
    let basis = basis(&proposal.law, &proposal.article);
    let mut row = toml_edit::Table::new();
    row.insert("code", toml_edit::value(code));
    row.insert("name", toml_edit::value(&proposal.name));
    row.insert("type", toml_edit::value(proposal.item_type.name().zh));
    row.insert("agency", toml_edit::value(&proposal.agency));
    row.insert("basis", toml_edit::value(toml_edit::Array::from_iter([basis])));
    row.insert("source", toml_edit::value("工作台清单流程"));
    row.insert("status", toml_edit::value("example"));
    let mut rows = toml_edit::ArrayOfTables::new();
    rows.push(row);
    let mut file = toml_edit::DocumentMut::new();
    file.insert("list-row", toml_edit::Item::ArrayOfTables(rows));
    file.to_string()
}

fn same_person() -> crate::Stop {
    refuse(
        "same-person",
        ("提出、表态的人不能裁定，也不能发布。", "Whoever proposed a row or spoke on it neither rules on it nor publishes it."),
        ("请由另一人办理。", "Leave it to somebody else."),
    )
}

fn not_now() -> crate::Stop {
    refuse(
        "not-now",
        ("这一条目现在不能这样办理。", "This cannot be done with the row as it stands."),
        ("请看条目的经过。", "Look at what has happened to it."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(number: u64, state: ListState, agency: &str) -> ListStep {
        let text = str::to_owned;
        ListStep { row: text("xk-a"), number, state, agency: text(agency), words: String::new(), by: text("li"), at: Moment(0) }
    }

    #[test]
    fn a_dispute_ends_when_its_body_agrees_or_the_publisher_has_decided() {
        use ListState::*;
        fn check(steps: &[(ListState, &str)], expected: ListState) {
            let steps: Vec<_> = steps.iter().zip(1..).map(|((state, agency), number)| step(number, *state, agency)).collect();
            assert_eq!(standing(&steps), Some(expected), "{steps:?}");
        }
        check(&[(Proposed, "a")], Proposed);
        check(&[(Proposed, "a"), (Agreed, "b")], Agreed);
        check(&[(Proposed, "a"), (Disputed, "b"), (Agreed, "c")], Disputed);
        check(&[(Proposed, "a"), (Disputed, "b"), (Agreed, "b")], Agreed);
        check(&[(Proposed, "a"), (Disputed, "b"), (Arbitrated, "z")], Arbitrated);
        check(&[(Proposed, "a"), (Disputed, "b"), (Withdrawn, "z"), (Proposed, "a")], Proposed);
        assert_eq!(standing(&[]), None);
    }

    #[test]
    fn a_published_row_compiles() {
        let proposal = Proposal {
            name: "测试\"许可\"".to_owned(),
            item_type: ItemType::Permit,
            agency: "甲局".to_owned(),
            law: "某法".to_owned(),
            article: "第一条".to_owned(),
            why: "需要".to_owned(),
        };
        let text = written("xk-test", &proposal);
        let (rules, problems) = rulebook::compile([(ADDED, text.as_str())]);
        assert!(problems.is_empty(), "{problems:?}\n{text}");
        assert_eq!(rules.list["xk-test"].name, "测试\"许可\"");
    }
}

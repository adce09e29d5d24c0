//! A definition on its way from desk to desk: the editor writes it, the department reads it, the legal reviewer reads it, the
//! publisher puts it into an edition. Every desk is another role and another person, and says something when it sends back.
//!
//! Handbook §2, M6: draft → department → legal → approved → published. Serves measure 6.

use super::{Files, Release, Released, text_of, with_file};
use crate::door::{Answer, not_found, overtaken, refuse};
use crate::people::{require, require_district};
use crate::{Failure, Office, ids};
use casework::{Moment, Officer};
use rulebook::procedure::Role;
use rulebook::{Problem, Rulebook, Severity, Text};
use store::changes::{Change, ChangeState, ChangeStep, Stamp};
use store::editions::Edition;

/// Longest file that is edited here, in bytes.
const LONGEST: usize = 1024 * 1024;

/// A change with all that one wants to know before passing it on.
#[derive(Debug, Clone)]
pub struct Looked {
    pub change: Change,
    pub steps: Vec<ChangeStep>,
    /// The text it was made from; empty for a new file.
    pub before: String,
    /// The edition that it would replace now.
    pub latest: Edition,
    /// The file as it stands there, where that differs from what the change was made from.
    pub moved_on: Option<String>,
    /// All that is wrong with the rulebook with this change in it: errors anywhere, warnings in this file.
    pub problems: Vec<Problem>,
    pub rules: Rulebook,
}

impl Looked {
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}

/// What became of saving a draft.
#[derive(Debug, Clone)]
pub enum Saved {
    Done,
    /// Somebody else saved meanwhile: the change as it is now. What was typed is the caller's to keep.
    Overtaken(Box<Change>),
}

/// The desk a change lies on: what it is called, and who sits there.
pub fn desk(state: ChangeState) -> (Text, &'static [Role]) {
    match state {
        ChangeState::Draft => (Text::new("起草", "Draft"), &[Role::Editor]),
        ChangeState::Department => (Text::new("部门审核", "Department review"), &[Role::Approver, Role::Head]),
        ChangeState::Legal => (Text::new("法制审核", "Legal review"), &[Role::Legal]),
        ChangeState::Ready => (Text::new("待发布", "Waiting for publication"), &[Role::Publisher]),
        ChangeState::Published => (Text::new("已发布", "Published"), &[]),
        ChangeState::Dropped => (Text::new("已放弃", "Given up"), &[]),
    }
}

/// Where a change goes from this desk.
fn next(state: ChangeState) -> Option<ChangeState> {
    match state {
        ChangeState::Draft => Some(ChangeState::Department),
        ChangeState::Department => Some(ChangeState::Legal),
        ChangeState::Legal => Some(ChangeState::Ready),
        ChangeState::Ready | ChangeState::Published | ChangeState::Dropped => None,
    }
}

/// Whose hands a change has been in: everybody who ever wrote at its text, and those who passed it on since it was last sent back.
fn hands(steps: &[ChangeStep]) -> Vec<&str> {
    let (mut wrote, mut passed, mut before) = (Vec::new(), Vec::new(), ChangeState::Draft);
    for step in steps {
        match (before, step.state) {
            (ChangeState::Draft, ChangeState::Draft) => wrote.push(step.by.as_str()),
            (_, ChangeState::Draft) => passed.clear(),
            _ => passed.push(step.by.as_str()),
        }
        before = step.state;
    }
    wrote.append(&mut passed);
    wrote
}

impl Office {
    /// Starts a change of a file, from the edition published last.
    ///
    /// # Errors
    /// Refused for whoever may not edit the items in it, and while another change of the same file is on its way.
    pub async fn draft_change(&self, by: &Officer, path: &str, text: &str, note: &str) -> Answer<Change> {
        let now = self.now().await?;
        let (latest, files) = self.latest_files().await?;
        self.may_edit(by, path, &[text], now).await?;
        checked_path(path)?;
        checked_text(text)?;
        let open = self
            .store
            .changes(&[ChangeState::Draft, ChangeState::Department, ChangeState::Legal, ChangeState::Ready], 1_000)
            .await?;
        if let Some(other) = open.iter().find(|other| other.path == path) {
            return Err(refuse(
                "already-changing",
                (
                    &format!("这个文件已有一份修改在办（{}）。", desk(other.state).0.zh),
                    &format!("A change of this file is already on its way ({}).", desk(other.state).0.en),
                ),
                ("请在那份修改上继续，或等它发布。", "Go on with that one, or wait until it is published."),
            ));
        }
        if text_of(&files, path) == Some(text) {
            return Err(nothing_changed());
        }
        let change = Change {
            id: ids::opaque(),
            path: path.to_owned(),
            base_edition: latest.name,
            text: text.to_owned(),
            state: ChangeState::Draft,
            author: by.id.0.clone(),
            note: note.trim().to_owned(),
            version: 1,
            updated_at: now,
        };
        self.store.add_change(&change, note.trim()).await?;
        Ok(change)
    }

    /// Saves a draft. Its base becomes the latest edition, which the author has been shown.
    pub async fn save_change(&self, by: &Officer, id: &str, seen: u64, base: &str, text: &str, note: &str) -> Answer<Saved> {
        let now = self.now().await?;
        let change = self.store.kept_change(id).await?.ok_or_else(not_found)?;
        self.may_edit(by, &change.path, &[&change.text, text], now).await?;
        checked_text(text)?;
        if change.state != ChangeState::Draft {
            return Err(refuse(
                "not-a-draft",
                ("这份修改已送审，不能再改。", "This change is under review and cannot be edited."),
                ("需要修改时，请审核人退回。", "Ask the reviewer to send it back."),
            ));
        }
        let stamp = Stamp { by: &by.id.0, at: now, words: "" };
        if self.store.save_change(id, seen, base, text, note.trim(), stamp).await? {
            return Ok(Saved::Done);
        }
        let now_there = self.store.kept_change(id).await?.ok_or_else(not_found)?;
        Ok(Saved::Overtaken(Box::new(now_there)))
    }

    /// Passes a change on to the next desk.
    ///
    /// # Errors
    /// Refused for whoever does not sit at its desk, for whoever had it in hand at an earlier one, and for one with errors.
    pub async fn pass_change_on(&self, by: &Officer, id: &str, seen: u64, words: &str) -> Answer<ChangeState> {
        let now = self.now().await?;
        let looked = self.look_at_change(id).await?;
        let Some(to) = next(looked.change.state) else { return Err(nowhere_to_go()) };
        self.may_pass(by, &looked.change, &looked.steps, now).await?;
        if looked.has_errors() {
            return Err(refuse(
                "has-errors",
                ("检查没有通过，不能送下一步。", "The check found errors, so it cannot go on."),
                ("请按检查结果改正。", "Mend what the check lists."),
            ));
        }
        self.move_change(by, &looked.change, seen, to, words, now).await?;
        Ok(to)
    }

    /// Sends a change back to its author. The reason is what the author works with, so it must be written.
    pub async fn send_change_back(&self, by: &Officer, id: &str, seen: u64, words: &str) -> Answer<()> {
        let now = self.now().await?;
        let change = self.store.kept_change(id).await?.ok_or_else(not_found)?;
        if !matches!(change.state, ChangeState::Department | ChangeState::Legal | ChangeState::Ready) {
            return Err(nowhere_to_go());
        }
        self.may_pass(by, &change, &[], now).await?;
        if words.trim().is_empty() {
            return Err(refuse(
                "no-reason",
                ("退回要写明理由。", "Sending back needs a reason."),
                ("请写明哪里需要修改。", "Say what has to change."),
            ));
        }
        self.move_change(by, &change, seen, ChangeState::Draft, words, now).await
    }

    /// Gives a change up.
    pub async fn drop_change(&self, by: &Officer, id: &str, seen: u64, words: &str) -> Answer<()> {
        let now = self.now().await?;
        let change = self.store.kept_change(id).await?.ok_or_else(not_found)?;
        if change.state != ChangeState::Draft {
            return Err(nowhere_to_go());
        }
        self.may_edit(by, &change.path, &[&change.text], now).await?;
        self.move_change(by, &change, seen, ChangeState::Dropped, words, now).await
    }

    /// A change with its history, its base and what the check says of it.
    pub async fn look_at_change(&self, id: &str) -> Answer<Looked> {
        let change = self.store.kept_change(id).await?.ok_or_else(not_found)?;
        let steps = self.store.change_steps(id).await?;
        let (latest, files) = self.latest_files().await?;
        let now_there = text_of(&files, &change.path).unwrap_or_default().to_owned();
        let before = if change.base_edition == latest.name {
            now_there.clone()
        } else {
            let base = self.store.edition_files(&change.base_edition).await?;
            text_of(&base, &change.path).unwrap_or_default().to_owned()
        };
        let moved_on = (before != now_there && change.state.is_open()).then_some(now_there);
        let (rules, mut problems) = self.check_files(with_file(&files, &change.path, &change.text)).await?;
        problems.retain(|problem| problem.severity == Severity::Error || problem.file == change.path);
        Ok(Looked { change, steps, before, latest, moved_on, problems, rules })
    }

    /// Publishes ready changes as the next edition. `in_force_at` lies ahead, or is `None` for at once.
    pub async fn publish_ready(
        &self,
        by: &Officer,
        changes: &[(String, u64)],
        base: &str,
        in_force_at: Option<Moment>,
        note: &str,
    ) -> Answer<Released> {
        let now = self.now().await?;
        require_district(by, Role::Publisher, now.day())?;
        if changes.is_empty() {
            return Err(refuse(
                "nothing-chosen",
                ("没有选择要发布的修改。", "No change was chosen."),
                ("请至少选择一份。", "Choose at least one."),
            ));
        }
        let (latest, mut files) = self.latest_files().await?;
        if latest.name != base {
            return Ok(Released::Overtaken { latest: Some(latest.name) });
        }
        for (id, _) in changes {
            let change = self.store.kept_change(id).await?.ok_or_else(not_found)?;
            if change.state == ChangeState::Ready {
                self.may_pass(by, &change, &self.store.change_steps(id).await?, now).await?;
            }
            let of_base = self.store.edition_files(&change.base_edition).await?;
            if text_of(&of_base, &change.path) != text_of(&files, &change.path) {
                return Err(refuse(
                    "base-moved",
                    (
                        &format!("“{}”在这份修改起草之后已经发布过新内容。", change.path),
                        &format!("“{}” was published anew after this change was drafted.", change.path),
                    ),
                    ("请退回编辑，对照新内容再改。", "Send it back, so that the editor starts from the new text."),
                ));
            }
            files = with_file(&files, &change.path, &change.text);
        }
        let release = Release {
            files,
            base: Some(base),
            in_force_at: in_force_at.unwrap_or(now).max(now),
            by: &by.id.0,
            note: note.trim(),
            changes,
        };
        Ok(self.release(&release).await?)
    }

    /// The edition published last, in force or not, and its files.
    pub async fn latest_files(&self) -> Result<(Edition, Files), Failure> {
        let latest = self.store.latest_edition().await?;
        let latest = latest.ok_or_else(|| Failure::Unready("no edition of the rulebook was published".to_owned()))?;
        let files = self.store.edition_files(&latest.name).await?;
        Ok((latest, files))
    }

    /// Whether this officer sits at the desk where the change lies now, and was not at an earlier one.
    pub async fn may_pass(&self, by: &Officer, change: &Change, steps: &[ChangeStep], now: Moment) -> Answer<()> {
        if change.state == ChangeState::Draft {
            return self.may_edit(by, &change.path, &[&change.text], now).await;
        }
        let (name, roles) = desk(change.state);
        let author = self.store.staff(&change.author).await?.map(|staff| staff.agency);
        // The department is the author's; the legal reviewer and the publisher serve the whole district.
        let sits = |role: &Role| match change.state {
            ChangeState::Department => require(by, *role, author.as_deref(), now.day()).is_ok(),
            _ => require_district(by, *role, now.day()).is_ok(),
        };
        if !roles.iter().any(sits) {
            let who: Vec<_> = roles.iter().map(|role| casework::decide::role_name(*role)).collect();
            let (zh, en): (Vec<_>, Vec<_>) = who.into_iter().unzip();
            return Err(refuse(
                "not-yours",
                (
                    &format!("“{}”这一步由{}办理。", name.zh, zh.join("、")),
                    &format!("The step “{}” is for the {}.", name.en, en.join(", ")),
                ),
                ("请由有权限的人员办理。", "Leave it to somebody who may."),
            ));
        }
        if change.author == by.id.0 || hands(steps).contains(&by.id.0.as_str()) {
            return Err(refuse(
                "same-person",
                ("同一人不能办理前后两步。", "One person may not take two of the steps."),
                ("请由另一人审核。", "Let somebody else review it."),
            ));
        }
        Ok(())
    }

    /// Whether this officer may edit these definitions: those of her items, or of the items her body decides. What is no item is
    /// for editors of the whole district. The text that was published there is asked too: else naming one's own item in the file
    /// of another body would take that file over.
    pub async fn may_edit(&self, by: &Officer, path: &str, texts: &[&str], now: Moment) -> Answer<()> {
        require(by, Role::Editor, None, now.day())?;
        let mine =
            by.powers.iter().filter(|power| power.role == Role::Editor && power.until.is_none_or(|until| now.day() <= until));
        let mut bounded = mine.clone();
        if bounded.any(|power| power.agency.is_none() && power.items.is_empty()) {
            return Ok(());
        }
        let (_, files) = self.latest_files().await?;
        let live = self.rulebooks.live()?;
        let covered = |item: &String| {
            mine.clone().any(|power| {
                (power.items.is_empty() || power.items.contains(item))
                    && power.agency.as_ref().is_none_or(|agency| {
                        live.rules.authority.iter().any(|row| row.item.get_ref() == item && row.agency.get_ref() == agency)
                    })
            })
        };
        let within = |text: &str| {
            let (own, _) = rulebook::compile([(path, text)]);
            own.items.len() == own.places.len() && !own.items.is_empty() && own.items.keys().all(covered)
        };
        if texts.iter().copied().chain(text_of(&files, path)).all(within) {
            return Ok(());
        }
        Err(refuse(
            "not-your-item",
            ("您的岗位不包括这些事项。", "Your role does not cover these items."),
            ("请由负责这些事项的编辑修改。", "Leave it to the editor of these items."),
        ))
    }

    async fn move_change(
        &self,
        by: &Officer,
        change: &Change,
        seen: u64,
        to: ChangeState,
        words: &str,
        now: Moment,
    ) -> Answer<()> {
        let stamp = Stamp { by: &by.id.0, at: now, words: words.trim() };
        let moved = self.store.move_change(&change.id, seen, change.state, to, stamp).await?;
        if moved { Ok(()) } else { Err(overtaken()) }
    }
}

/// A path stays inside the rulebook and names a definition.
fn checked_path(path: &str) -> Answer<()> {
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) && !part.starts_with('.')
    };
    if path.ends_with(".toml") && path.len() <= 200 && path.split('/').all(plain) {
        return Ok(());
    }
    Err(refuse(
        "bad-path",
        ("文件名只能用字母、数字和连字符，以 .toml 结尾。", "A file name has letters, digits and hyphens and ends in .toml."),
        ("请改正文件名。", "Mend the name."),
    ))
}

fn checked_text(text: &str) -> Answer<()> {
    if text.len() <= LONGEST && !text.trim().is_empty() {
        return Ok(());
    }
    Err(refuse(
        "bad-text",
        ("内容为空或者太长（最多 1 MB）。", "The text is empty or too long (1 MB at most)."),
        ("请检查内容。", "Check the text."),
    ))
}

fn nothing_changed() -> crate::Stop {
    refuse(
        "nothing-changed",
        ("内容与现行版本相同。", "The text is the same as the one in force."),
        ("没有需要送审的修改。", "There is nothing to pass on."),
    )
}

fn nowhere_to_go() -> crate::Stop {
    refuse(
        "not-now",
        ("这份修改不在可以这样办理的环节。", "This change does not stand where that can be done."),
        ("请刷新后查看。", "Reload and look again."),
    )
}

//! `/workbench/definitions`: a file of definitions as text, for what no form covers. The same saving, the same check, and the same
//! care for two who edit at once.

use super::ROLES;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::field::{Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, date, foreign};
use crate::visitor::{Posted, Visitor};
use crate::workbench::checked::problems;
use crate::workbench::editions::{difference_table, differences};
use crate::workbench::frame::{Names, carried, done, head, page, refused};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use office::publish::desks::Saved;
use office::publish::{text_of, with_file};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook, Severity};
use store::changes::{Change, ChangeState};

/// What is edited: a file of the latest edition, or a draft of it.
pub struct Edited {
    pub path: String,
    /// The text that the editor starts from.
    pub from: String,
    /// The edition published last.
    pub base: String,
    /// The draft that is on its way, if there is one.
    pub change: Option<Change>,
    files: Vec<(String, String)>,
}

impl Edited {
    /// The file at `path`, in its draft where there is one. A change under review is not for editing.
    pub async fn of_path(app: &App, path: &str) -> Result<Edited, Problem> {
        let (latest, files) = app.office.latest_files().await?;
        let open = [ChangeState::Draft, ChangeState::Department, ChangeState::Legal, ChangeState::Ready];
        let change = app.office.store.changes(&open, 1_000).await?.into_iter().find(|change| change.path == path);
        let there = text_of(&files, path);
        if there.is_none() && change.is_none() {
            return Err(Problem::NotFound);
        }
        let from = change.as_ref().map_or_else(|| there.unwrap_or_default().to_owned(), |change| change.text.clone());
        Ok(Edited { path: path.to_owned(), from, base: latest.name, change, files })
    }

    /// Whether somebody reviews it now.
    pub fn under_review(&self) -> Option<&Change> {
        self.change.as_ref().filter(|change| change.state != ChangeState::Draft)
    }

    pub fn seen(&self) -> u64 {
        self.change.as_ref().map_or(0, |change| change.version)
    }

    /// What the check says of the rulebook with this text: errors anywhere, warnings in this file.
    pub async fn check(&self, app: &App, text: &str) -> Result<(Rulebook, Vec<rulebook::Problem>), Problem> {
        let (rules, mut found) = app.office.check_files(with_file(&self.files, &self.path, text)).await?;
        found.retain(|problem| problem.severity == Severity::Error || problem.file == self.path);
        Ok((rules, found))
    }
}

/// What became of saving a text.
pub enum Kept {
    /// The change it lies in.
    Saved(String),
    /// Somebody else saved or published meanwhile; nothing was written. The text as it stands now.
    Overtaken(Box<Edited>),
}

/// Saves a text that was made from `from`, as it was seen at `seen` (0: there was no draft).
pub async fn keep(
    app: &App,
    by: &casework::Officer,
    path: &str,
    from: &str,
    seen: u64,
    text: &str,
    note: &str,
) -> Result<Result<Kept, casework::Refusal>, Problem> {
    let now_there = Edited::of_path(app, path).await?;
    let same = now_there.seen() == seen && now_there.from.trim() == from.trim();
    if !same {
        return Ok(Ok(Kept::Overtaken(Box::new(now_there))));
    }
    match &now_there.change {
        None => match app.office.draft_change(by, path, text, note).await {
            Ok(change) => Ok(Ok(Kept::Saved(change.id))),
            Err(stop) => Ok(Err(refused(stop)?)),
        },
        Some(change) => match app.office.save_change(by, &change.id, seen, &now_there.base, text, note).await {
            Ok(Saved::Done) => Ok(Ok(Kept::Saved(change.id.clone()))),
            Ok(Saved::Overtaken(_)) => Ok(Ok(Kept::Overtaken(Box::new(Edited::of_path(app, path).await?)))),
            Err(stop) => Ok(Err(refused(stop)?)),
        },
    }
}

/// A text as it was sent: forms lose the spaces at its ends.
pub fn whole(posted: &Posted, name: &str) -> String {
    format!("{}\n", posted.get(name).trim_end())
}

/// Somebody was faster: what changed meanwhile, and what one typed oneself, which is kept.
pub async fn overtaken(app: &App, now_there: &Edited, from: &str, mine: &str, lang: Lang) -> Result<Notice, Problem> {
    let path = &now_there.path;
    let pair = |text: &str| [(path.clone(), text.to_owned())];
    let (theirs, _) = differences(&pair(from), &pair(&now_there.from), &Rulebook::default());
    let (own, _) = differences(&pair(from), &pair(mine), &Rulebook::default());
    let who = match &now_there.change {
        Some(change) => {
            let last = app.office.store.change_steps(&change.id).await?.pop();
            let names = Names::of(app, last.iter().map(|step| step.by.clone()).collect()).await?;
            last.map(|step| format!("{} {}", names.get(&step.by), date::moment_text(step.at.wall(), lang)))
        }
        None => None,
    };
    let title = match lang {
        Lang::Zh => format!("有人先保存了（{}），您的内容没有覆盖它，还在下面。", who.as_deref().unwrap_or("新版已发布")),
        Lang::En => format!(
            "Somebody saved first ({}); yours has not overwritten it and is still below.",
            who.as_deref().unwrap_or("a new edition")
        ),
    };
    Ok(Notice::new(Tone::Warn, title).body(html! {
        h2 { (lang.say("对方改了", "What they changed")) }
        (difference_table(&theirs, lang))
        h2 { (lang.say("您改了", "What you changed")) }
        (difference_table(&own, lang))
    }))
}

pub async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async {
        let asked = visitor.asked();
        let path = match asked.given("change") {
            Some(id) => app.office.store.kept_change(id).await?.ok_or(Problem::NotFound)?.path,
            None => asked.get("path").to_owned(),
        };
        let edited = Edited::of_path(&app, &path).await?;
        let from = edited.from.clone();
        view(&visitor, &edited, &from, &from, "", html! {}, Vec::new())
    };
    visitor.answer(Area::Workbench, found.await)
}

fn view(
    visitor: &Visitor,
    edited: &Edited,
    from: &str,
    text: &str,
    note: &str,
    checked: Markup,
    notices: Vec<Notice>,
) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let title = edited.path.clone();
    let note = if note.is_empty() { edited.change.as_ref().map_or("", |change| change.note.as_str()) } else { note };
    let body = html! {
        (head(&title, lang.say("按文本编辑。写法见 docs/writing-rules.md。", "As text. How it is written: docs/writing-rules.md."), html! {}, lang))
        div .stack {
            @if let Some(change) = edited.under_review() { (review_notice(change, lang)) }
            (checked)
            @if visitor.has_role(Role::Editor) && edited.under_review().is_none() {
                form .form.full method="post" action="/workbench/definitions" enctype="multipart/form-data" {
                    (carried(visitor, edited.seen()))
                    input type="hidden" name="path" value=(edited.path);
                    input type="hidden" name="from" value=(from);
                    (field(&Field::new("text", lang.say("内容", "Text"), Control::Area { value: text, rows: 30 }).required(), lang))
                    (field(&Field::text("note", lang.say("改了什么、为什么", "What was changed, and why"), note).required(), lang))
                    div .buttons {
                        (button(&Button::new(lang.say("保存草稿", "Save the draft")).named("how", "save")))
                        (button(&Button::new(lang.say("只检查", "Only check")).look(Look::Second).named("how", "check")))
                    }
                }
            } @else {
                pre .card { code lang=[foreign(text, lang)] { (text) } }
            }
        }
    };
    let way = vec![Crumb::to("/workbench/items", lang.say("事项与指南", "Items and guides"))];
    let mut page = page(visitor, &title, way, body);
    page.wide = true;
    page.notices = notices;
    Ok(page)
}

pub fn review_notice(change: &Change, lang: Lang) -> Markup {
    let address = format!("/workbench/changes/{}", change.id);
    notice(
        &Notice::new(
            Tone::Info,
            lang.say(
                "这个文件有一份修改正在审核，现在不能改。",
                "A change of this file is under review; it cannot be edited now.",
            ),
        )
        .body(html! { p { (link_button(&address, lang.say("看那份修改", "See that change"), Look::Second, None)) } }),
        lang,
    )
}

/// The page on which one carries one's own text over what somebody else has saved meanwhile: sending it again is a decision.
pub fn conflicted(visitor: &Visitor, now_there: &Edited, mine: &str, note: &str, notices: Vec<Notice>) -> Result<Page, Problem> {
    view(visitor, now_there, &now_there.from, mine, note, html! {}, notices)
}

pub async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    let (path, note) = (posted.get("path"), posted.get("note"));
    let (from, text) = (whole(posted, "from"), whole(posted, "text"));
    let edited = Edited::of_path(app, path).await?;
    if posted.get("how") == "check" {
        let (_, found) = edited.check(app, &text).await?;
        return Ok(view(visitor, &edited, &from, &text, note, problems(&found, lang), Vec::new())?.into_response());
    }
    match keep(app, officer, path, &from, posted.read("seen")?, &text, note).await? {
        Ok(Kept::Saved(id)) => Ok(done(&format!("/workbench/changes/{id}"), "saved")),
        Ok(Kept::Overtaken(now_there)) => {
            let notice = overtaken(app, &now_there, &from, &text, lang).await?;
            Ok(conflicted(visitor, &now_there, &text, note, vec![notice])?.into_response())
        }
        Err(refusal) => {
            Ok(view(visitor, &edited, &from, &text, note, html! {}, vec![refusal_notice(&refusal, lang)])?.into_response())
        }
    }
}

//! `/workbench/policies/new`: a document is pasted or handed in, and becomes a draft of a policy with its text in numbered paragraphs. Serves
//! measure 14.

use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::Tone;
use crate::pieces::button::{Button, button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::files::Uploads;
use crate::pieces::notice::Notice;
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{carried, done, head, page, refused};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use office::publish::policy_text::{PolicyText, is_code};
use papers::document_text::{self, LARGEST, Unreadable};
use rulebook::policy::{Level, PolicyKind};
use rulebook::procedure::Role;
use rulebook::{Lang, Text};

pub async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let asked = visitor.asked();
    visitor.answer(Area::Workbench, view(&app, &visitor, &asked, Vec::new()))
}

fn view(_app: &App, visitor: &Visitor, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    let title = lang.say("录入一份政策", "Enter a policy");
    let lead = lang.say(
        "贴上原文或者上传文件，原文按段编号，再逐段标出条款。发布以前都是草案，企业看不到。",
        "Paste the text or hand in the file; its paragraphs are numbered, and clauses are marked in them. Until it is published no firm sees it.",
    );
    let kinds = PolicyKind::GIVING.map(|kind| (kind.word(), kind.name()));
    let kinds: Vec<Choice<'_>> = kinds.iter().map(|(word, name)| Choice::new(word, name.get(lang))).collect();
    let levels = Level::ALL.map(|level| (level.word(), level.name()));
    let levels: Vec<Choice<'_>> = levels.iter().map(|(word, name)| Choice::new(word, name.get(lang))).collect();
    let files = Uploads { accept: ".txt,.docx,.pdf", ..Uploads::default() };
    let text = |name, label, required: bool| {
        let one = Field::text(name, label, typed.get(name));
        if required { one.required() } else { one }
    };
    let code_hint = lang.say("小写字母、数字和连字符，例如 green-2026", "Small letters, digits and hyphens, such as green-2026");
    let file_hint = match lang {
        Lang::Zh => format!("TXT、DOCX 或者 PDF，不超过 {} MB。扫描件里没有文字，请贴原文。", LARGEST / 1024 / 1024),
        Lang::En => {
            format!("TXT, DOCX or PDF, at most {} MB. A scan holds no text: paste it instead.", LARGEST / 1024 / 1024)
        }
    };
    let select = |name, label, choices: &[Choice<'_>]| {
        field(&Field::new(name, label, Control::Select { value: typed.get(name), choices }).required(), lang)
    };
    let body = html! {
        (head(title, lead, html! {}, lang))
        form .card.form method="post" action="/workbench/policies/new" enctype="multipart/form-data" {
            (carried(visitor, 0))
            (field(&text("name", lang.say("标题", "Title"), true), lang))
            (field(&text("code", lang.say("代码", "Code"), true).hint(code_hint), lang))
            (field(&text("issuer", lang.say("制定机关", "Issued by"), true), lang))
            (select("level", lang.say("层级", "Level"), &levels))
            (select("kind", lang.say("类别", "Kind"), &kinds))
            (field(&text("number", lang.say("文号", "Number"), false), lang))
            (field(&text("source", lang.say("来源（网址或者收到的方式）", "Source: address, or how it was received"), true), lang))
            (field(&Field::new("text", lang.say("原文", "Text"), Control::Area { value: typed.get("text"), rows: 10 }), lang))
            (field(&Field::new("file", lang.say("或者上传文件", "Or hand in the file"), Control::Files(files)).hint(&file_hint), lang))
            div .buttons { (button(&Button::new(lang.say("读入原文", "Read the text")))) }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    let mut page = page(visitor, title, way, body);
    page.notices = notices;
    Ok(page)
}

pub async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    let again = |notice| view(app, visitor, posted, vec![notice]).map(IntoResponse::into_response);
    let bad = |said: Text| Notice::new(Tone::Bad, said.get(lang).to_owned());
    let code = posted.get("code");
    if let Some(said) = wanting(posted) {
        return again(bad(said));
    }
    let (latest, _) = app.office.latest_files().await?;
    if app.office.rulebooks.edition(&app.office.store, &latest.name).await?.rules.policies.contains_key(code) {
        return again(bad(Text::new(format!("代码“{code}”已经有政策在用"), format!("There is a policy “{code}” already"))));
    }
    let (paragraphs, document) = match read(posted).await {
        Ok(read) => read,
        Err(why) => return again(bad(said(why))),
    };
    let mut policy = PolicyText::begin(code);
    for key in ["name", "kind", "issuer", "level", "number", "source"] {
        policy.set(key, posted.get(key));
    }
    policy.set("document", &document);
    policy.set("paragraph", &paragraphs.join("\n"));
    let note = match lang {
        Lang::Zh => format!("录入政策《{}》", posted.get("name")),
        Lang::En => format!("Policy “{}” entered", posted.get("name")),
    };
    match app.office.draft_change(officer, &path(code), &policy.text(), &note).await {
        Ok(_) => Ok(done(&super::edit::address(code), "read")),
        Err(stop) => again(refusal_notice(&refused(stop)?, lang)),
    }
}

/// The file of a policy that is entered here.
pub fn path(code: &str) -> String {
    format!("policies/{code}.toml")
}

fn wanting(posted: &Posted) -> Option<Text> {
    let code = posted.get("code");
    if !is_code(code) {
        return Some(Text::new("代码只用小写字母、数字和连字符", "A code has small letters, digits and hyphens only"));
    }
    let missing = ["name", "issuer", "level", "kind", "source"].iter().any(|key| !posted.is_set(key));
    missing.then(|| Text::new("标题、制定机关、层级、类别和来源都要填", "Title, issuer, level, kind and source are wanted"))
}

/// Paragraphs, and which file they are from.
async fn read(posted: &Posted) -> Result<(Vec<String>, String), Unreadable> {
    let Some(file) = posted.files().first() else {
        return Ok((document_text::of_text(posted.get("text"))?, String::new()));
    };
    let (bytes, name) = (file.bytes.clone(), file.name.clone());
    // What breaks in the reading of a broken file breaks there and nowhere else.
    let work = move || {
        let digest: String = <sm3::Sm3 as sm3::Digest>::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        document_text::paragraphs(&bytes).map(|read| (read, format!("{name}，SM3 {digest}")))
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Unreadable::Damaged)?
}

fn said(why: Unreadable) -> Text {
    match why {
        Unreadable::TooLarge => Text::new("文件太大，或者解开以后太大", "The file is too large, or unpacks to too much"),
        Unreadable::TooLong => Text::new("文字太长，请只录入政策本身", "The text is too long: enter the policy alone"),
        Unreadable::Unknown => Text::new("只认 TXT（UTF-8）、DOCX 和 PDF", "Only TXT (UTF-8), DOCX and PDF are read"),
        Unreadable::Damaged => Text::new("文件损坏或者加了密，读不出来", "The file is damaged or encrypted and cannot be read"),
        Unreadable::Empty => {
            Text::new("没有读到文字：请贴原文，扫描件要先识别", "No text was found: paste it; a scan has to be recognised first")
        }
    }
}

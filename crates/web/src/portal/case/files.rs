//! Letters and papers of a matter: the lists on its page, and the files behind them. Only the holder's own.

use super::{Mine, about_name, mine};
use crate::app::App;
use crate::error::Problem;
use crate::layout::Area;
use crate::pieces::files::{Paper as File, paper_list};
use crate::pieces::{date, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use casework::Case;
use maud::{Markup, html};
use rulebook::Lang;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/matters/{no}/letters/{number}", get(letter))
        .route("/matters/{no}/letters/{number}/ofd", get(letter_as_ofd))
        .route("/matters/{no}/papers/{place}", get(paper))
        .route("/matters/{no}/files/{place}", get(attached_file))
}

pub(super) fn letters(mine: &Mine, lang: Lang) -> Markup {
    html! {
        @if mine.case.letters.is_empty() { p .muted { (lang.say("还没有文书。", "No letters yet.")) } }
        ul .files {
            @for letter in mine.case.letters.iter().rev() {
                li { a href=(format!("/matters/{}/letters/{}", mine.case.no, letter.number)) { (letter.kind.name_for(&mine.edition.rules, &mine.case.item).get(lang)) }
                    " " span .hint { (words(&letter.document_number, lang)) " · " span .nowrap { (date::moment(letter.at.wall(), lang)) } } }
            }
        }
    }
}

pub(super) fn papers_handed_in(mine: &Mine, lang: Lang) -> Markup {
    let shown: Vec<(String, String)> = mine
        .case
        .materials
        .iter()
        .enumerate()
        .map(|(place, handed)| {
            let file = mine.words.get(&handed.name.0).cloned().unwrap_or_default();
            (
                format!("{} · {file}", about_name(&mine.edition.rules, &handed.key, lang)),
                format!("/matters/{}/papers/{place}", mine.case.no),
            )
        })
        .collect();
    let files: Vec<File<'_>> = shown.iter().map(|(name, href)| File { name, href, ..File::default() }).collect();
    html! {
        section .stack {
            h2 { (lang.say("提交的材料", "Papers handed in")) }
            @if files.is_empty() { p .muted { (lang.say("没有上传文件。", "No files were uploaded.")) } } @else { (paper_list(&files, lang)) }
        }
        (files_of_officers(mine, lang))
    }
}

/// Photographs and reports of those who inspected or checked: whoever is judged by them may look at them.
fn files_of_officers(mine: &Mine, lang: Lang) -> Markup {
    let named = |(place, file): (usize, &casework::case::Handed)| {
        let name = mine.words.get(&file.name.0).cloned().unwrap_or_default();
        let what = crate::pieces::files::attached_to(&mine.edition.rules, &mine.case, &file.key);
        (format!("{} · {name}", what.get(lang)), format!("/matters/{}/files/{place}", mine.case.no))
    };
    let shown: Vec<(String, String)> = mine.case.files_for_applicant().map(named).collect();
    let files: Vec<File<'_>> = shown.iter().map(|(name, href)| File { name, href, ..File::default() }).collect();
    html! {
        @if !files.is_empty() {
            section .stack {
                h2 { (lang.say("核查记录的附件", "Files of inspections and checks")) }
                (paper_list(&files, lang))
            }
        }
    }
}

async fn letter(State(app): State<App>, visitor: Visitor, Path((no, number)): Path<(String, u32)>) -> Response {
    let found = async {
        let mine = mine(&app, &visitor, &no).await?;
        let letter = mine.case.letters.iter().find(|letter| letter.number == number).ok_or(Problem::NotFound)?;
        let bytes = app.office.blob(&letter.digest).await?.ok_or(Problem::NotFound)?;
        if letter.kind == casework::LetterKind::Certificate {
            taken(&app, &visitor, &mine.case.no, "pdf").await?;
        }
        Ok::<_, Problem>(crate::download(bytes, "application/pdf", &format!("{}.pdf", letter.document_number)))
    };
    visitor.answer(Area::Portal, found.await)
}

/// Notes for the holder that the file of a licence was taken.
async fn taken(app: &App, visitor: &Visitor, no: &casework::CaseNo, what: &str) -> Result<(), Problem> {
    let by = visitor.signed_in.as_ref().map(|signed_in| signed_in.session.subject.key()).unwrap_or_default();
    Ok(app.office.note_file_taken(no, what, &by).await?)
}

/// A sealed certificate in its second form.
async fn letter_as_ofd(State(app): State<App>, visitor: Visitor, Path((no, number)): Path<(String, u32)>) -> Response {
    let found = async {
        let mine = mine(&app, &visitor, &no).await?;
        let letter = mine.case.letters.iter().find(|letter| letter.number == number).ok_or(Problem::NotFound)?;
        let kept = app.office.store.letter_by_code(&letter.check_code).await?.filter(|kept| !kept.ofd_digest.is_empty());
        let bytes = app.office.blob(&kept.ok_or(Problem::NotFound)?.ofd_digest).await?.ok_or(Problem::NotFound)?;
        taken(&app, &visitor, &mine.case.no, "ofd").await?;
        Ok::<_, Problem>(crate::download(bytes, "application/ofd", &format!("{}.ofd", letter.document_number)))
    };
    visitor.answer(Area::Portal, found.await)
}

async fn paper(State(app): State<App>, visitor: Visitor, Path((no, place)): Path<(String, usize)>) -> Response {
    let found = download(&app, &visitor, &no, |case| case.materials.get(place)).await;
    visitor.answer(Area::Portal, found)
}

async fn attached_file(State(app): State<App>, visitor: Visitor, Path((no, place)): Path<(String, usize)>) -> Response {
    let found =
        download(&app, &visitor, &no, |case| case.files_for_applicant().find(|(own, _)| *own == place).map(|(_, file)| file));
    visitor.answer(Area::Portal, found.await)
}

async fn download(
    app: &App,
    visitor: &Visitor,
    no: &str,
    which: impl FnOnce(&Case) -> Option<&casework::case::Handed>,
) -> Result<Response, Problem> {
    let mine = mine(app, visitor, no).await?;
    let handed = which(&mine.case).ok_or(Problem::NotFound)?;
    let name = mine.words.get(&handed.name.0).cloned().unwrap_or_else(|| "paper".to_owned());
    let bytes = app.office.blob(&handed.digest).await?.ok_or(Problem::NotFound)?;
    let media = office::blobs::media_type(&bytes);
    Ok(crate::download(bytes, media, &name))
}

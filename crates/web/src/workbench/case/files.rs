//! The files of a case: papers that were handed in, files that officers attached, and letters that were made. Only for who may see the case, and only files
//! that the case names: a digest is no capability.

use crate::app::App;
use crate::error::Problem;
use crate::layout::Area;
use crate::visitor::Visitor;
use axum::extract::{Path, State};
use axum::response::Response;
use casework::{Case, CaseNo};

pub(super) async fn paper(State(app): State<App>, visitor: Visitor, Path((no, digest)): Path<(String, String)>) -> Response {
    let handed = |case: &Case| {
        let mut held = case.materials.iter().chain(&case.attached);
        held.find(|handed| handed.digest == digest).map(|handed| (digest.clone(), handed.key.clone()))
    };
    visitor.answer(Area::Workbench, file(&app, &visitor, &no, handed).await)
}

pub(super) async fn letter(State(app): State<App>, visitor: Visitor, Path((no, number)): Path<(String, u32)>) -> Response {
    let made = |case: &Case| {
        let letter = case.letters.iter().find(|letter| letter.number == number)?;
        Some((letter.digest.clone(), format!("{}.pdf", letter.document_number)))
    };
    visitor.answer(Area::Workbench, file(&app, &visitor, &no, made).await)
}

async fn file(
    app: &App,
    visitor: &Visitor,
    no: &str,
    which: impl FnOnce(&Case) -> Option<(String, String)>,
) -> Result<Response, Problem> {
    visitor.officer()?;
    let no = CaseNo(no.to_owned());
    crate::workbench::reader(app, visitor).await?.row(&no).await?.ok_or(Problem::NotFound)?;
    let case = app.office.store.case(&no).await?.ok_or(Problem::NotFound)?;
    let (digest, name) = which(&case).filter(|(digest, _)| !digest.is_empty()).ok_or(Problem::NotFound)?;
    app.office.note_reading(visitor.signed_in.as_ref(), "file", Some(&no), "", app.office.now().await?).await?;
    let bytes = app.office.blob(&digest).await?.ok_or(Problem::NotFound)?;
    let media = office::blobs::media_type(&bytes);
    Ok(crate::download(bytes, media, &name))
}

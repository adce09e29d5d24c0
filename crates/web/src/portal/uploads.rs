//! `/drafts/{id}/papers`: papers of a draft. Uploads that go on after the line was lost come with the office's upload door.

use crate::app::App;
use crate::error::Problem;
use crate::layout::Area;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use office::drafts;

pub fn routes() -> Router<App> {
    Router::new().route("/drafts/{id}/papers/{key}/{digest}", get(show))
}

/// A paper of one's own draft, to look at before sending.
async fn show(State(app): State<App>, visitor: Visitor, Path((id, key, digest)): Path<(String, String, String)>) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let whole = drafts::open(&app.office.store, &signed_in.actor, &id).await?;
        let paper = whole.papers.iter().find(|paper| paper.key == key && paper.digest == digest).ok_or(Problem::NotFound)?;
        let bytes = app.office.blob(&paper.digest).await?.ok_or(Problem::NotFound)?;
        let media = office::blobs::media_type(&bytes);
        Ok::<_, Problem>(crate::download(bytes, media, &paper.file_name))
    };
    visitor.answer(Area::Portal, found.await)
}

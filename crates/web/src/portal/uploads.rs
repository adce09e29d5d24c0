//! `/drafts/{id}/papers`: papers of a draft, sent in pieces that go on after the line was lost. The protocol stands at the head of
//! `pieces/files.rs`; browsers without scripts send whole files with the form.

use crate::app::App;
use crate::error::{Problem, json};
use crate::layout::Area;
use crate::visitor::Visitor;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use office::drafts;
use office::uploads::Progress;
use rulebook::Text;
use serde::Deserialize;
use std::sync::Arc;

/// Largest piece, in bytes, with some room for what surrounds it.
const PIECE: usize = 1024 * 1024 + 4096;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/drafts/{id}/papers/{key}", post(begin))
        .route("/drafts/{id}/papers/{key}/{digest}", get(show))
        .route("/drafts/{id}/uploads/{upload}", put(append).get(status).delete(give_up))
        .layer(DefaultBodyLimit::max(PIECE))
}

/// A paper of one's own draft, to look at before sending.
async fn show(State(app): State<App>, visitor: Visitor, Path((id, _key, digest)): Path<(String, String, String)>) -> Response {
    let found = async {
        let actor = visitor.actor().ok_or_else(|| Problem::SignIn(visitor.here.clone()))?;
        let given = app.office.uploads.paper(&app.office.store, actor, &id, &digest).await?;
        Ok::<_, Problem>(crate::download(given.bytes, given.media, &given.file_name))
    };
    visitor.answer(Area::Portal, found.await)
}

#[derive(Deserialize)]
struct Announced {
    name: String,
    size: u64,
}

#[derive(Deserialize)]
struct From {
    offset: u64,
}

/// The token of the session travels in a header here; a page of another site cannot set it.
fn check_token(visitor: &Visitor, headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get("x-csrf-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !visitor.csrf().is_empty() && given == visitor.csrf() {
        return Ok(());
    }
    Err(Problem::Malformed(Text::new("页面已过期，请刷新后重试。", "The page has expired; reload and try again.")))
}

/// The rules under which the draft is written.
async fn edition(app: &App, visitor: &Visitor, draft: &str) -> Result<Arc<office::Edition>, Problem> {
    let actor = visitor.actor().ok_or_else(|| Problem::SignIn(visitor.here.clone()))?;
    let whole = drafts::open(&app.office.store, actor, draft).await?;
    Ok(app.office.rulebooks.edition(&app.office.store, &whole.draft.edition).await?)
}

fn told(progress: &Progress) -> axum::Json<serde_json::Value> {
    axum::Json(serde_json::json!({ "offset": progress.offset, "done": progress.done }))
}

/// To the script 409 means “go on from there”, so a refusal, which ends the upload, is 422.
fn refused(problem: &Problem, visitor: &Visitor) -> Response {
    let mut response = json(problem, visitor.lang);
    if matches!(problem, Problem::Refused(_)) {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
    headers: HeaderMap,
    axum::Json(file): axum::Json<Announced>,
) -> Response {
    let found = async {
        check_token(&visitor, &headers)?;
        let edition = edition(&app, &visitor, &id).await?;
        let actor = visitor.actor().ok_or(Problem::NotFound)?;
        let office = &app.office;
        let now = office.now().await?;
        let begun = office.uploads.begin(&office.store, &edition.rules, actor, &id, &key, &file.name, file.size, now).await?;
        let url = format!("/drafts/{id}/uploads/{}", begun.id);
        Ok::<_, Problem>(
            (StatusCode::CREATED, axum::Json(serde_json::json!({ "url": url, "offset": begun.offset }))).into_response(),
        )
    };
    found.await.unwrap_or_else(|problem| refused(&problem, &visitor))
}

async fn append(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, upload)): Path<(String, String)>,
    Query(from): Query<From>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let found = async {
        check_token(&visitor, &headers)?;
        let edition = edition(&app, &visitor, &id).await?;
        let actor = visitor.actor().ok_or(Problem::NotFound)?;
        let office = &app.office;
        let now = office.now().await?;
        let progress = office.uploads.append(&office.store, &edition.rules, actor, &upload, from.offset, &bytes, now).await?;
        let status = if progress.taken { StatusCode::OK } else { StatusCode::CONFLICT };
        Ok::<_, Problem>((status, told(&progress)).into_response())
    };
    found.await.unwrap_or_else(|problem| refused(&problem, &visitor))
}

async fn status(State(app): State<App>, visitor: Visitor, Path((_, upload)): Path<(String, String)>) -> Response {
    let found = async {
        let actor = visitor.actor().ok_or(Problem::NotFound)?;
        Ok::<_, Problem>(told(&app.office.uploads.status(&app.office.store, actor, &upload).await?).into_response())
    };
    found.await.unwrap_or_else(|problem| refused(&problem, &visitor))
}

async fn give_up(
    State(app): State<App>,
    visitor: Visitor,
    Path((_, upload)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        check_token(&visitor, &headers)?;
        let actor = visitor.actor().ok_or(Problem::NotFound)?;
        app.office.uploads.give_up(&app.office.store, actor, &upload).await?;
        Ok::<_, Problem>(StatusCode::NO_CONTENT.into_response())
    };
    found.await.unwrap_or_else(|problem| refused(&problem, &visitor))
}

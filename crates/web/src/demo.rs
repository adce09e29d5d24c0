//! The demonstration's clock: moved ahead by anybody who tries it, so that five silent working days can be watched passing.
//! These routes answer in a demonstration only.

use crate::app::App;
use crate::error::Problem;
use crate::layout::Area;
use crate::portal::sign_in::safe_way;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use casework::Moment;
use rulebook::Text;

pub fn routes() -> Router<App> {
    Router::new().route("/demo/clock", post(move_clock))
}

async fn move_clock(State(app): State<App>, visitor: Visitor, headers: HeaderMap, posted: Posted) -> Response {
    let found = async {
        if !app.office.settings.demonstration {
            return Err(Problem::NotFound);
        }
        let now = app.office.clock.now();
        let calendar = app.office.rulebooks.calendar();
        let working_days = |n: u32| {
            let due = calendar.due(now.day(), rulebook::Term::working_days(n));
            Moment(Moment::start_of(due.on).0 + 9 * 3_600_000)
        };
        let to = match posted.get("move") {
            "hour" => Moment(now.0 + 3_600_000),
            "day" => Moment(now.0 + 24 * 3_600_000),
            "working-day" => working_days(1),
            "five-working-days" => working_days(5),
            _ => {
                return Err(Problem::Malformed(Text::new(
                    "不知道要拨到什么时候。",
                    "It is not clear how far to move the clock.",
                )));
            }
        };
        app.office.clock.set(to);
        let path = app.office.settings.data.join("demonstration-clock");
        tokio::fs::write(path, app.office.clock.now().0.to_string()).await.map_err(office::Failure::Files)?;
        app.office.look_at_clocks().await?;
        app.office.run_due_errands().await?;
        let back = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).and_then(|text| text.splitn(4, '/').nth(3));
        let back = back.map_or_else(|| "/".to_owned(), |path| format!("/{path}"));
        Ok(Redirect::to(&safe_way(&back, "/")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

//! Answers that are not a page one asked for: not found, not allowed, refused by law, and the machine failing.
//!
//! A failure is logged once, here, with a number the person can quote; what went wrong inside is never shown.

use crate::layout::Area;
use crate::pieces::button::{Look, link_button};
use crate::pieces::notice::Notice;
use crate::visitor::Visitor;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::Refusal;
use maud::{Markup, html};
use office::Failure;
use rulebook::Text;
use tracing::error;

/// What a page could not do. It becomes a page of its own in the visitor's language through [`Problem::page`].
#[derive(Debug)]
pub enum Problem {
    NotFound,
    /// Nobody is signed in; where to go back to afterwards.
    SignIn(String),
    Forbidden,
    Refused(Refusal),
    /// A form that no browser of ours would send.
    Malformed(Text),
    Failed(Failure),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        Problem::Failed(failure)
    }
}

impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Problem {
        Problem::Failed(Failure::Store(error))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        Problem::Refused(refusal)
    }
}

impl Problem {
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::SignIn(_) => StatusCode::SEE_OTHER,
            Problem::Forbidden => StatusCode::FORBIDDEN,
            Problem::Refused(_) => StatusCode::CONFLICT,
            Problem::Malformed(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::Failed(failure) if failure.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page that says so.
    pub fn page(self, visitor: &Visitor, area: Area) -> Response {
        let lang = visitor.lang;
        let status = self.status();
        let (title, body): (&str, Markup) = match &self {
            Problem::SignIn(back) => {
                if area == Area::Portal
                    && let Some(carried) = crate::typed::Carried::held(back)
                {
                    return crate::portal::sign_in::keeping(visitor, &carried).into_response();
                }
                let door = if area == Area::Workbench { "/workbench/sign-in" } else { "/sign-in" };
                return axum::response::Redirect::to(&format!("{door}?back={}", crate::encode(back))).into_response();
            }
            Problem::NotFound => (
                lang.say("没有这个页面", "There is no such page"),
                html! {
                    p { (lang.say("地址可能写错了，或者您无权查看。代表企业办事的，请先切换到该企业。", "The address may be wrong, or you may not see it. For a firm's matter, act for that firm first.")) }
                    (crate::typed::kept(lang))
                },
            ),
            Problem::Forbidden => (
                lang.say("您没有这项权限", "You may not do this"),
                html! { p { (lang.say("请由有权限的人员办理，或请管理员核对您的岗位。", "Ask somebody who may, or have your roles checked.")) } },
            ),
            Problem::Refused(refusal) => (
                lang.say("现在不能这样办理", "This cannot be done now"),
                html! {
                    p { (refusal.why.get(lang)) }
                    @if let Some(basis) = &refusal.basis { p.muted { (lang.say("依据：", "Ground: ")) (crate::pieces::words(basis, lang)) } }
                    p { (refusal.next.get(lang)) }
                    (crate::typed::kept(lang))
                },
            ),
            Problem::Malformed(text) => (
                lang.say("提交的内容有误", "What was sent is not right"),
                html! { p { (text.get(lang)) } (crate::typed::kept(lang)) },
            ),
            Problem::Failed(failure) => {
                let number = format!("{:08x}", rand::random::<u32>());
                error!(fault = number, %failure, "A page failed ({number}): {failure}");
                let why = if status == StatusCode::SERVICE_UNAVAILABLE {
                    lang.say(
                        "系统正忙，或者暂时不能读取和保存，请过一会儿再试。已经确认办成的事项不受影响。",
                        "The system is busy, or cannot read or save just now; try again in a while. What was confirmed to you stands.",
                    )
                } else {
                    lang.say("系统出了故障，我们已经记录。", "Something failed and was noted.")
                };
                (
                    lang.say("暂时无法办理", "Not possible just now"),
                    html! {
                        p { (why) }
                        (crate::typed::again(&visitor.here, lang))
                        p.muted { (lang.say("故障编号 ", "Fault number ")) code { (number) } }
                    },
                )
            }
        };
        let body = html! {
            h1 { (title) }
            (body)
            p { (link_button(if area == Area::Workbench { "/workbench" } else { "/" }, lang.say("回到首页", "Back to the start"), Look::Second, None)) }
        };
        let page = visitor.page(area, title, body);
        let mut response = (status, page).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// What an address gets that no page has: in one's own language, with the way back, and never an empty screen.
pub async fn no_such_page(visitor: Visitor) -> Response {
    let area = if visitor.here.starts_with("/workbench") { Area::Workbench } else { Area::Portal };
    Problem::NotFound.page(&visitor, area)
}

/// An address that only takes forms was looked at: after signing in, after another language was chosen, or by going back. The page that
/// the form stood on is one step up.
pub async fn not_asked_for_so(method: axum::http::Method, visitor: Visitor) -> Response {
    let path = visitor.here.split('?').next().unwrap_or_default().trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((up, _)) if method == axum::http::Method::GET && !up.is_empty() => axum::response::Redirect::to(up).into_response(),
        _ => {
            let area = if path.starts_with("/workbench") { Area::Workbench } else { Area::Portal };
            let mut answer = Problem::NotFound.page(&visitor, area);
            *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            answer
        }
    }
}

impl From<office::Stop> for Problem {
    fn from(stop: office::Stop) -> Problem {
        match stop {
            office::Stop::Refused(refusal) if refusal.code == "not-found" => Problem::NotFound,
            office::Stop::Refused(refusal) => Problem::Refused(*refusal),
            office::Stop::Failed(failure) => Problem::Failed(failure),
        }
    }
}

/// The same for a script: a status and a message it can show beside the field.
pub fn json(problem: &Problem, lang: rulebook::Lang) -> Response {
    let status = if matches!(problem, Problem::SignIn(_)) { StatusCode::UNAUTHORIZED } else { problem.status() };
    let message = match problem {
        Problem::Refused(refusal) => refusal.words(lang),
        Problem::Malformed(text) => text.get(lang).to_owned(),
        Problem::SignIn(_) => lang
            .say(
                "已退出登录。可以继续填写，检查时重新登录，内容会带上。",
                "Signed out. Go on; you sign in again when you check, and your text comes along.",
            )
            .to_owned(),
        Problem::NotFound | Problem::Forbidden => lang.say("没有找到，或者您无权操作。", "Not found, or not yours.").to_owned(),
        Problem::Failed(failure) => {
            error!(%failure, "A request of a script failed: {failure}");
            lang.say("暂时无法保存，将自动重试。", "Could not be saved just now; it is tried again.").to_owned()
        }
    };
    (status, axum::Json(serde_json::json!({ "message": message }))).into_response()
}

/// A refusal as a notice above the page it happened on, so that nothing typed is lost.
pub fn refusal_notice(refusal: &Refusal, lang: rulebook::Lang) -> Notice {
    Notice {
        tone: crate::pieces::Tone::Bad,
        title: refusal.why.get(lang).to_owned(),
        body: html! {
            p { (refusal.next.get(lang)) }
            @if let Some(basis) = &refusal.basis { p.muted { (lang.say("依据：", "Ground: ")) (crate::pieces::words(basis, lang)) } }
        },
    }
}

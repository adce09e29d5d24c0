//! `/workbench/sign-in`: login and password, the second factor, and what a session may still lack. `/workbench/sign-out`.
//!
//! Who comes here: an officer at eight in the morning, or one whose session ended while writing. In the second case what was
//! typed travels through the sign-in and is offered again, with or without scripts.

use crate::app::App;
use crate::doors::Door;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Control, Field, Line, field};
use crate::pieces::notice::Notice;
use crate::portal::sign_in::safe_way;
use crate::typed::Carried;
use crate::visitor::{Posted, SESSION, Visitor, set_cookie};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use office::sessions::{Opened, Proof, Session, Standing};
use office::{Answer, Stop};
use rulebook::Lang;
use serde::Deserialize;

pub fn routes() -> Router<App> {
    Router::new().route("/sign-in", get(show).post(enter)).route("/sign-out", post(leave))
}

/// The sign-in page for somebody who sent a form after the session had ended.
pub fn keeping(visitor: &Visitor, posted: &Posted) -> Page {
    let carried = Carried::sent(&visitor.here, posted.pairs());
    password_page(visitor, &carried, "", carried.notice(visitor.lang))
}

#[derive(Deserialize, Default)]
struct Way {
    #[serde(default)]
    back: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(way): Query<Way>) -> Response {
    let found = async {
        let carried = Carried { back: way.back, ..Carried::default() };
        match session(&app, &visitor).await? {
            Some(session) if visitor.officer().is_ok() || session.standing != Standing::Full => {
                Ok(next(&app, &visitor, &session, &carried, None).await)
            }
            _ => Ok::<_, Problem>(password_page(&visitor, &carried, "", None).into_response()),
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

/// The session behind the cookie, whole or not.
async fn session(app: &App, visitor: &Visitor) -> Result<Option<Session>, Problem> {
    let Some(secret) = &visitor.secret else { return Ok(None) };
    Ok(app.office.entrance.current(&app.office.store, secret, app.office.now().await?).await?)
}

/// The page of what the session lacks, or the way on.
async fn next(app: &App, visitor: &Visitor, session: &Session, carried: &Carried, told: Option<Notice>) -> Response {
    match session.standing {
        Standing::SecondFactor => code_page(visitor, carried, told).into_response(),
        Standing::NewPassword => new_password_page(visitor, carried, told).into_response(),
        Standing::Enrolment => {
            let enrolment = app.office.entrance.begin_enrolment(session, "一门");
            enrol_page(visitor, carried, &enrolment.secret, &enrolment.uri, told).into_response()
        }
        Standing::Full if !carried.to.is_empty() => go_on(visitor, session, carried).into_response(),
        Standing::Full => Redirect::to(&safe_way(&carried.back, "/workbench")).into_response(),
    }
}

async fn enter(State(app): State<App>, visitor: Visitor, door: Door, posted: Posted) -> Response {
    if let Err(wait) = door.sign_in() {
        let current = match session(&app, &visitor).await {
            Ok(current) => current,
            Err(problem) => return problem.page(&visitor, Area::Workbench),
        };
        // The status of the page within gives way to that of waiting.
        return wait.on(again(&app, &visitor, &posted, current.as_ref(), wait.notice(visitor.lang)).await);
    }
    visitor.answer(Area::Workbench, entered(&app, &visitor, &posted).await)
}

async fn entered(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (office, carried) = (&app.office, Carried::of(posted));
    let (entrance, store) = (&office.entrance, &office.store);
    let now = office.now().await?;
    let step = posted.get("_step");
    let current = session(app, visitor).await?;
    let opened: Answer<Opened> = match (step, &current, &visitor.secret) {
        ("code", Some(_), Some(secret)) => entrance.second_factor(store, secret, posted.get("code"), now).await,
        ("new-password", Some(session), _) => {
            entrance.change_password(store, session, posted.get("old"), posted.get("new"), now).await
        }
        ("enrol", Some(session), _) => {
            entrance.enrol(store, session, posted.get("factor"), posted.get("code"), &Proof::default(), now).await
        }
        ("", ..) => entrance.sign_in(store, posted.get("login"), posted.get("password"), visitor.secret.as_deref(), now).await,
        _ => return Ok(password_page(visitor, &carried, "", carried.notice(visitor.lang)).into_response()),
    };
    match opened {
        Ok(opened) if opened.session.subject.kind() != "staff" => {
            let cookie = AppendHeaders([set_cookie(SESSION, &opened.secret, None, app.secure())]);
            Ok((cookie, Redirect::to("/matters")).into_response())
        }
        Ok(opened) => {
            let page = next(app, visitor, &opened.session, &carried, None).await;
            Ok((AppendHeaders([set_cookie(SESSION, &opened.secret, None, app.secure())]), page).into_response())
        }
        Err(Stop::Refused(refusal)) => {
            Ok(again(app, visitor, posted, current.as_ref(), refusal_notice(&refusal, visitor.lang)).await)
        }
        Err(Stop::Failed(failure)) => Err(failure.into()),
    }
}

/// The step that was sent once more, with what is to be said above it.
async fn again(app: &App, visitor: &Visitor, posted: &Posted, current: Option<&Session>, told: Notice) -> Response {
    let (carried, told) = (Carried::of(posted), Some(told));
    match (posted.get("_step"), current) {
        ("", _) | (_, None) => password_page(visitor, &carried, posted.get("login"), told).into_response(),
        ("enrol", Some(session)) => {
            // The same secret again, so that the app need not be set up twice for one mistyped code.
            let uri = office::totp::uri(posted.get("factor"), "一门", &session.login);
            enrol_page(visitor, &carried, posted.get("factor"), &uri, told).into_response()
        }
        (_, Some(session)) => next(app, visitor, session, &carried, told).await,
    }
}

/// A page of the sign-in: bare, since nobody is in yet.
fn page(
    visitor: &Visitor,
    title: &str,
    told: Option<Notice>,
    fields: Markup,
    carried: &Carried,
    step: &str,
    press: &str,
) -> Page {
    let body = html! {
        div .page-head { h1 { (title) } }
        form .form.stack method="post" action="/workbench/sign-in" {
            @if !step.is_empty() { input type="hidden" name="_step" value=(step); }
            @if !visitor.csrf().is_empty() { input type="hidden" name="csrf" value=(visitor.csrf()); }
            (carried.fields())
            (fields)
            div .buttons { (button(&Button::new(press).look(Look::Large))) }
        }
    };
    let mut page = visitor.page(Area::Workbench, title, body);
    page.search = None;
    page.sign_in = String::new();
    page.notices.extend(told);
    page
}

fn secret_field(name: &'static str, label: &'static str, purpose: &'static str) -> Field<'static> {
    Field::new(name, label, Control::Text { value: "", line: Line::Password }).autocomplete(purpose).required()
}

fn password_page(visitor: &Visitor, carried: &Carried, login: &str, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    let fields = html! {
        (field(&Field::text("login", lang.say("账号", "Account"), login).autocomplete("username").required(), lang))
        (field(&secret_field("password", lang.say("密码", "Password"), "current-password"), lang))
        p .hint { (lang.say("多次输错会暂停登录一段时间。忘记密码请找本单位管理员重置。", "Several wrong attempts lock signing in for a while. A forgotten password is reset by your administrator.")) }
    };
    page(visitor, lang.say("工作人员登录", "Staff sign-in"), told, fields, carried, "", lang.say("登录", "Sign in"))
}

fn code_field(lang: Lang) -> Field<'static> {
    Field::new("code", lang.say("动态验证码", "Code"), Control::Text { value: "", line: Line::Code })
        .hint(lang.say("验证器应用当前显示的六位数字", "The six digits that the app shows now"))
        .autocomplete("one-time-code")
        .required()
}

fn code_page(visitor: &Visitor, carried: &Carried, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    page(
        visitor,
        lang.say("第二步验证", "Second step"),
        told,
        field(&code_field(lang), lang),
        carried,
        "code",
        lang.say("继续", "Go on"),
    )
}

fn new_password_page(visitor: &Visitor, carried: &Carried, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    let fields = html! {
        p { (lang.say("这是一次性密码，请换成只有您知道的密码。", "This password was given once; choose one that only you know.")) }
        (field(&secret_field("old", lang.say("现在的密码", "Present password"), "current-password"), lang))
        (field(&secret_field("new", lang.say("新密码", "New password"), "new-password").hint(lang.say("至少10个字符，不要与账号相同。", "At least 10 characters, and not the account name.")), lang))
    };
    page(visitor, lang.say("设置新密码", "Set a new password"), told, fields, carried, "new-password", lang.say("保存", "Save"))
}

fn enrol_page(visitor: &Visitor, carried: &Carried, secret: &str, uri: &str, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    let fields = html! { (enrolment(secret, uri, lang)) };
    page(
        visitor,
        lang.say("设置第二步验证", "Set up the second step"),
        told,
        fields,
        carried,
        "enrol",
        lang.say("启用", "Turn on"),
    )
}

/// The code to scan, the same to type, and the field that proves it was done.
pub fn enrolment(secret: &str, uri: &str, lang: Lang) -> Markup {
    let label = lang.say("验证器设置码", "Code for the app");
    let drawn = papers::qr::svg(uri, label).unwrap_or_default();
    let spaced: Vec<String> = secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    html! {
        p { (lang.say("用手机上的验证器应用扫描，或者手工输入下面的密钥，再填入应用显示的六位数字。", "Scan this with an authenticator app, or type the key below into it; then enter the six digits it shows.")) }
        p { img src={ "data:image/svg+xml," (crate::encode(&drawn)) } alt=(label) width="200" height="200"; }
        p { (lang.say("密钥：", "Key: ")) code { (spaced.join(" ")) } }
        input type="hidden" name="factor" value=(secret);
        (field(&code_field(lang), lang))
    }
}

/// Signed in again: the form that was sent too late, one press away.
fn go_on(visitor: &Visitor, session: &Session, carried: &Carried) -> Page {
    let title = visitor.lang.say("接着提交刚才的内容", "Send what you typed");
    let mut page = visitor.page(Area::Workbench, title, carried.go_on(&session.csrf, "/workbench", visitor.lang));
    page.sign_in = String::new();
    page
}

async fn leave(State(app): State<App>, visitor: Visitor, _posted: Posted) -> Response {
    let found = async {
        if let Some(secret) = &visitor.secret {
            app.office.entrance.sign_out(&app.office.store, secret).await?;
        }
        let gone = AppendHeaders([set_cookie(SESSION, "", Some(0), app.secure())]);
        Ok::<_, Problem>((gone, Redirect::to("/workbench/sign-in")).into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

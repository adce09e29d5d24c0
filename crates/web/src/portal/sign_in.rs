//! `/sign-in`, `/register` and `/sign-out`: the same door for persons; staff have theirs at `/workbench/sign-in`.
//!
//! Who comes here: somebody on the way to something else; afterwards they are back where they were.

use crate::app::App;
use crate::doors::Door;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::field::{Control, Field, Line, field};
use crate::pieces::notice::Notice;
use crate::typed::Carried;
use crate::visitor::{Posted, SESSION, Visitor, set_cookie};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::html;
use office::people::{self, Registration};
use office::sessions::{Opened, Standing};
use office::{Answer, Stop};
use serde::Deserialize;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(form).post(sign_in))
        .route("/sign-in/password", get(new_password).post(change_password))
        .route("/register", get(register_form).post(register))
        .route("/sign-out", post(sign_out))
}

#[derive(Deserialize, Default)]
struct Way {
    #[serde(default)]
    back: String,
}

/// Only a path of ours: never another site.
pub fn safe_way(back: &str, otherwise: &str) -> String {
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains(|c: char| c == '\\' || c.is_control());
    if ours { back.to_owned() } else { otherwise.to_owned() }
}

async fn form(visitor: Visitor, Query(way): Query<Way>) -> Response {
    let carried = Carried { back: way.back, ..Carried::default() };
    sign_in_page(&visitor, &carried, "", None).into_response()
}

/// The sign-in page for somebody who sent a form after the session had ended.
pub(crate) fn keeping(visitor: &Visitor, carried: &Carried) -> Page {
    sign_in_page(visitor, carried, "", carried.notice(visitor.lang))
}

fn sign_in_page(visitor: &Visitor, carried: &Carried, login: &str, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    let body = html! {
        div .page-head { div { h1 { (lang.say("登录", "Sign in")) } } }
        form method="post" action="/sign-in" .form .stack {
            input type="hidden" name="csrf" value=(visitor.csrf());
            (carried.fields())
            (field(&Field::text("login", lang.say("账号", "Account"), login).autocomplete("username").required(), lang))
            (field(&Field::new("password", lang.say("密码", "Password"), Control::Text { value: "", line: Line::Password })
                .autocomplete("current-password").required(), lang))
            div .buttons {
                (button(&Button::new(lang.say("登录", "Sign in")).look(Look::Large)))
                (link_button(&format!("/register?back={}", crate::encode(&carried.back)), lang.say("注册", "Register"), Look::Second, None))
            }
        }
        p .hint { (lang.say("忘记密码？请携带身份证件到任一政务服务中心窗口重置。", "Forgot your password? Any counter resets it when you show your identity card.")) }
        p { a href="/follow" { (lang.say("不登录，凭查询码查看进度", "Follow a matter by its code, without signing in")) } }
    };
    let mut page = visitor.page(Area::Portal, lang.say("登录", "Sign in"), body);
    page.notices.extend(told);
    page
}

async fn sign_in(State(app): State<App>, visitor: Visitor, door: Door, posted: Posted) -> Response {
    if let Err(wait) = door.sign_in() {
        let told = Some(wait.notice(visitor.lang));
        return wait.on(sign_in_page(&visitor, &Carried::of(&posted), posted.get("login"), told));
    }
    let found = async {
        let now = app.office.now().await?;
        let opened = app
            .office
            .entrance
            .sign_in(&app.office.store, posted.get("login"), posted.get("password"), visitor.secret.as_deref(), now)
            .await;
        entered(&app, &visitor, opened, &posted, |told| {
            sign_in_page(&visitor, &Carried::of(&posted), posted.get("login"), Some(told))
        })
    };
    visitor.answer(Area::Portal, found.await)
}

/// The cookie of a session just begun and the way on, or the form again.
fn entered(
    app: &App,
    visitor: &Visitor,
    opened: Answer<Opened>,
    posted: &Posted,
    again: impl FnOnce(Notice) -> Page,
) -> Result<Response, Problem> {
    match opened {
        Ok(opened) => {
            let cookie = AppendHeaders([set_cookie(SESSION, &opened.secret, None, app.secure())]);
            let carried = Carried::of(posted);
            if opened.session.standing == Standing::Full && opened.session.subject.kind() != "staff" && !carried.to.is_empty() {
                let title = visitor.lang.say("接着提交刚才的内容", "Send what you typed");
                let body = carried.go_on(&opened.session.csrf, "/matters", visitor.lang);
                return Ok((cookie, visitor.page(Area::Portal, title, body)).into_response());
            }
            let to = match opened.session.standing {
                Standing::NewPassword => "/sign-in/password".to_owned(),
                _ if opened.session.subject.kind() == "staff" => "/workbench/sign-in".to_owned(),
                _ => safe_way(posted.get("back"), "/matters"),
            };
            Ok((cookie, Redirect::to(&to)).into_response())
        }
        Err(Stop::Refused(refusal)) => Ok(again(refusal_notice(&refusal, visitor.lang)).into_response()),
        Err(Stop::Failed(failure)) => Err(failure.into()),
    }
}

async fn register_form(visitor: Visitor, Query(way): Query<Way>) -> Response {
    register_page(&visitor, &way.back, &Registration::default(), None).into_response()
}

fn register_page(visitor: &Visitor, back: &str, who: &Registration, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    let body = html! {
        div .page-head { div { h1 { (lang.say("注册", "Register")) }
            p .lead { (lang.say("注册后可以填写和保存申请。代表企业办事，需要到窗口或经登记数据确认一次。", "You can prepare applications at once. To act for a firm, the mandate is confirmed once at a counter or from a register.")) } } }
        form method="post" action="/register" .form .stack {
            input type="hidden" name="csrf" value=(visitor.csrf());
            input type="hidden" name="back" value=(back);
            (field(&Field::text("name", lang.say("姓名", "Name"), &who.name).autocomplete("name").required(), lang))
            (field(&Field::new("id_number", lang.say("公民身份号码", "Citizen identity number"), Control::Text { value: "", line: Line::Code })
                .hint(lang.say("只用于核对身份，页面上始终隐去中间部分。", "Only to check who you are; it is always shown masked.")).required(), lang))
            (field(&Field::new("phone", lang.say("手机号码", "Mobile phone"), Control::Text { value: &who.phone, line: Line::Phone }).autocomplete("tel").required(), lang))
            (field(&Field::new("email", lang.say("电子邮箱（可不填）", "E-mail (optional)"), Control::Text { value: &who.email, line: Line::Email }).autocomplete("email"), lang))
            (field(&Field::text("login", lang.say("账号", "Account"), &who.login).autocomplete("username").required(), lang))
            (field(&Field::new("password", lang.say("密码", "Password"), Control::Text { value: "", line: Line::Password })
                .hint(lang.say("至少10个字符，不要与账号相同。", "At least 10 characters, and not the account name.")).autocomplete("new-password").required(), lang))
            div .buttons { (button(&Button::new(lang.say("注册", "Register")).look(Look::Large))) }
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("注册", "Register"), body);
    page.notices.extend(told);
    page
}

async fn register(State(app): State<App>, visitor: Visitor, door: Door, posted: Posted) -> Response {
    let who = Registration {
        login: posted.get("login").to_owned(),
        password: posted.get("password").to_owned(),
        name: posted.get("name").to_owned(),
        id_number: posted.get("id_number").to_owned(),
        phone: posted.get("phone").to_owned(),
        email: posted.get("email").to_owned(),
    };
    if let Err(wait) = door.sign_in() {
        return wait.on(register_page(&visitor, posted.get("back"), &who, Some(wait.notice(visitor.lang))));
    }
    let found = async {
        let office = &app.office;
        let now = office.now().await?;
        match people::register(&office.store, &office.entrance, &office.number_key, &who, now).await {
            Ok(_) => {
                let opened =
                    office.entrance.sign_in(&office.store, &who.login, &who.password, visitor.secret.as_deref(), now).await;
                entered(&app, &visitor, opened, &posted, |told| {
                    sign_in_page(&visitor, &Carried::of(&posted), &who.login, Some(told))
                })
            }
            Err(Stop::Refused(refusal)) => {
                let told = refusal_notice(&refusal, visitor.lang);
                Ok(register_page(&visitor, posted.get("back"), &who, Some(told)).into_response())
            }
            Err(Stop::Failed(failure)) => Err(failure.into()),
        }
    };
    visitor.answer(Area::Portal, found.await)
}

async fn new_password(visitor: Visitor) -> Response {
    password_page(&visitor, None).into_response()
}

fn password_page(visitor: &Visitor, told: Option<Notice>) -> Page {
    let lang = visitor.lang;
    let body = html! {
        div .page-head { div { h1 { (lang.say("设置新密码", "Set a new password")) } } }
        form method="post" action="/sign-in/password" .form .stack {
            input type="hidden" name="csrf" value=(visitor.csrf());
            (field(&Field::new("old", lang.say("现在的密码", "Present password"), Control::Text { value: "", line: Line::Password }).autocomplete("current-password").required(), lang))
            (field(&Field::new("new", lang.say("新密码", "New password"), Control::Text { value: "", line: Line::Password }).autocomplete("new-password").required(), lang))
            (button(&Button::new(lang.say("保存", "Save")).look(Look::Large)))
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("设置新密码", "Set a new password"), body);
    page.notices.extend(told);
    page
}

async fn change_password(State(app): State<App>, visitor: Visitor, door: Door, posted: Posted) -> Response {
    if let Err(wait) = door.sign_in() {
        return wait.on(password_page(&visitor, Some(wait.notice(visitor.lang))));
    }
    let found = async {
        let now = app.office.now().await?;
        let Some(secret) = &visitor.secret else { return Err(Problem::SignIn("/account".to_owned())) };
        let Some(session) = app.office.entrance.current(&app.office.store, secret, now).await? else {
            return Err(Problem::SignIn("/account".to_owned()));
        };
        let opened =
            app.office.entrance.change_password(&app.office.store, &session, posted.get("old"), posted.get("new"), now).await;
        entered(&app, &visitor, opened, &posted, |told| password_page(&visitor, Some(told)))
    };
    visitor.answer(Area::Portal, found.await)
}

/// Signs out on both sides of the house.
pub async fn sign_out(State(app): State<App>, visitor: Visitor, _posted: Posted) -> Response {
    let found = async {
        if let Some(secret) = &visitor.secret {
            app.office.entrance.sign_out(&app.office.store, secret).await?;
        }
        Ok::<_, Problem>((AppendHeaders([set_cookie(SESSION, "", Some(0), app.secure())]), Redirect::to("/")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

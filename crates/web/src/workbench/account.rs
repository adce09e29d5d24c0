//! `/workbench/account`: my sessions, my second factor, my password, what I may do, and who stands in for me.

use super::sign_in::enrolment;
use super::wording::{agency_name, item_name};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Choice, Control, Field, Line, field};
use crate::pieces::notice::Notice;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, SESSION, Visitor, set_cookie};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use casework::decide::role_name;
use jiff::civil::Date;
use maud::{Markup, html};
use office::sessions::{Opened, Proof};
use office::{Answer, Stop, people};
use serde::Deserialize;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(show))
        .route("/account/sessions", post(end_sessions))
        .route("/account/password", post(change_password))
        .route("/account/second-factor", post(second_factor))
        .route("/account/absences", post(absences))
}

#[derive(Deserialize, Default)]
struct Done {
    #[serde(default)]
    done: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(done): Query<Done>) -> Response {
    let lang = visitor.lang;
    let told = (!done.done.is_empty()).then(|| Notice::new(Tone::Good, lang.say("已保存。", "Saved.")));
    visitor.answer(Area::Workbench, view(&app, &visitor, told, "").await)
}

/// `factor`: the secret of a second factor that is being set up.
async fn view(app: &App, visitor: &Visitor, told: Option<Notice>, factor: &str) -> Result<Page, Problem> {
    let lang = visitor.lang;
    visitor.officer()?;
    let body = html! {
        div .page-head { h1 { (lang.say("我的账号", "My account")) } }
        div .stack {
            (powers(app, visitor).await?)
            (absence(app, visitor).await?)
            (sessions(app, visitor).await?)
            div .grid.two { (second_step(app, visitor, factor).await?) (password(visitor)) }
        }
    };
    let mut page = visitor.page(Area::Workbench, lang.say("我的账号", "My account"), body);
    page.notices.extend(told);
    Ok(page)
}

async fn powers(app: &App, visitor: &Visitor) -> Result<Markup, Problem> {
    let (_, officer) = visitor.officer()?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let everywhere = lang.say("全区", "whole district");
    let rows = officer.powers.iter().map(|power| {
        let role = role_name(power.role);
        let items: Vec<&str> = power.items.iter().map(|code| item_name(&live.rules, code, lang)).collect();
        Row::new(vec![
            html! { (lang.say(role.0, role.1)) },
            html! { (words(power.agency.as_deref().map_or(everywhere, |code| agency_name(&live.rules, code, lang)), lang)) },
            html! { @if items.is_empty() { (lang.say("全部事项", "every item")) } @else { (words(&items.join("、"), lang)) } },
            html! { @match power.until { Some(until) => (date::day(until, lang)), None => (lang.say("长期", "no end")), } },
        ])
    });
    let columns = [
        Column::new(lang.say("岗位", "Role")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("事项", "Items")),
        Column::new(lang.say("至", "Until")),
    ];
    let empty = html! { p { (lang.say("还没有分配岗位，请联系管理员。", "No role yet; ask an administrator.")) } };
    Ok(html! {
        section .stack { h2 { (lang.say("我的权限", "What I may do")) }
            (table(&Table { caption: lang.say("岗位和权限", "Roles and powers"), columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)) }
    })
}

async fn absence(app: &App, visitor: &Visitor) -> Result<Markup, Problem> {
    let (_, officer) = visitor.officer()?;
    let (store, lang) = (&app.office.store, visitor.lang);
    let me = store.staff(&officer.id.0).await?.ok_or(Problem::NotFound)?;
    let colleagues = store.staff_at(Some(&me.agency)).await?;
    let name =
        |id: &str| colleagues.iter().find(|staff| staff.id == id).map_or_else(|| id.to_owned(), |staff| staff.name.clone());
    let choices: Vec<Choice<'_>> = colleagues
        .iter()
        .filter(|staff| staff.active && staff.id != me.id)
        .map(|staff| Choice::new(&staff.id, &staff.name))
        .collect();
    let today = app.office.now().await?.day().to_string();
    let all = store.absences_of(&me.id).await?;
    Ok(html! {
        section .stack {
            h2 { (lang.say("我不在时", "When I am away")) }
            @if !officer.stands_in_for.is_empty() {
                p { (tag(lang.say("顶岗", "standing in"), Tone::Info, lang)) " " (lang.say("今天您代替：", "Today you stand in for: ")) @for id in &officer.stands_in_for { (words(&name(&id.0), lang)) " " } }
            }
            ul { @for away in &all { li { (date::day(away.from, lang)) " – " (date::day(away.until, lang)) "：" (words(&name(&away.substitute), lang)) } } }
            form .form method="post" action="/workbench/account/absences" {
                input type="hidden" name="csrf" value=(visitor.csrf());
                div .grid.small {
                    (field(&Field::new("from", lang.say("从", "From"), Control::Date { value: &today }).required(), lang))
                    (field(&Field::new("until", lang.say("到（含当天）", "Until (that day included)"), Control::Date { value: "" }).required(), lang))
                    (field(&Field::new("substitute", lang.say("顶岗人", "Substitute"), Control::Select { value: "", choices: &choices }).required(), lang))
                }
                p .hint { (lang.say("这几天顶岗人可以办理您承办的办件；每一步仍记在实际办理人名下。", "On these days the substitute can act on your cases; every act stands under the name of who did it.")) }
                (button(&Button::new(lang.say("登记", "Save")).look(Look::Second)))
            }
        }
    })
}

async fn sessions(app: &App, visitor: &Visitor) -> Result<Markup, Problem> {
    let (signed_in, _) = visitor.officer()?;
    let (office, lang) = (&app.office, visitor.lang);
    let rows = office.entrance.own(&office.store, &signed_in.session, office.now().await?).await?;
    Ok(html! {
        section .stack {
            h2 { (lang.say("登录状态", "Where I am signed in")) }
            form method="post" action="/workbench/account/sessions" {
                input type="hidden" name="csrf" value=(visitor.csrf());
                ul .plain.stack-s {
                    @for row in &rows {
                        @let own = row.digest == signed_in.session.digest;
                        li .row.apart {
                            span {
                                (lang.say("登录于 ", "since ")) (date::moment(row.created_at.wall(), lang)) " · "
                                (lang.say("最近 ", "last seen ")) (date::moment(row.seen_at.wall(), lang)) " "
                                @if own { (tag(lang.say("本机", "here"), Tone::Info, lang)) }
                            }
                            @if !own { button .link type="submit" name="end" value=(&row.digest[..12]) { (lang.say("退出这一处", "Sign out there")) } }
                        }
                    }
                }
                p { button .button.second type="submit" name="end" value="elsewhere" { (lang.say("其他各处全部退出", "Sign out everywhere else")) } }
            }
        }
    })
}

async fn second_step(app: &App, visitor: &Visitor, factor: &str) -> Result<Markup, Problem> {
    let (signed_in, _) = visitor.officer()?;
    let lang = visitor.lang;
    let session = &signed_in.session;
    let set = app.office.store.account(&session.login).await?.is_some_and(|account| account.totp.is_some());
    let (secret, uri) = if factor.is_empty() {
        let fresh = app.office.entrance.begin_enrolment(session, "一门");
        (fresh.secret, fresh.uri)
    } else {
        (factor.to_owned(), office::totp::uri(factor, "一门", &session.login))
    };
    Ok(html! {
        section .card.stack-s {
            h2 { (lang.say("第二步验证", "Second step")) }
            p { @if set { (tag(lang.say("已启用", "on"), Tone::Good, lang)) } @else { (tag(lang.say("未启用", "off"), Tone::Warn, lang)) } }
            details .more open[!factor.is_empty()] {
                summary { @if set { (lang.say("换一部手机", "Move it to another device")) } @else { (lang.say("现在启用", "Turn it on")) } }
                form .stack-s method="post" action="/workbench/account/second-factor" {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    (field(&Field::new("password", lang.say("现在的密码", "Present password"), Control::Text { value: "", line: Line::Password }).autocomplete("current-password").required(), lang))
                    @if set {
                        (field(&Field::new("old_code", lang.say("原验证器显示的六位数字", "Six digits of the present app"), Control::Text { value: "", line: Line::Code }).autocomplete("one-time-code").required()
                            .hint(lang.say("原手机不在手边的，请管理员重置。", "Without the present device, ask an administrator for a reset.")), lang))
                    }
                    (enrolment(&secret, &uri, lang))
                    (button(&Button::new(lang.say("启用", "Turn on"))))
                }
            }
        }
    })
}

fn password(visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let secret = |name, label, purpose| {
        Field::new(name, label, Control::Text { value: "", line: Line::Password }).autocomplete(purpose).required()
    };
    html! {
        section .card.stack-s {
            h2 { (lang.say("修改密码", "Change my password")) }
            form method="post" action="/workbench/account/password" {
                input type="hidden" name="csrf" value=(visitor.csrf());
                input type="hidden" name="username" autocomplete="username" value=(visitor.signed_in.as_ref().map_or("", |signed_in| signed_in.session.login.as_str()));
                (field(&secret("old", lang.say("现在的密码", "Present password"), "current-password"), lang))
                (field(&secret("new", lang.say("新密码", "New password"), "new-password"), lang))
                (button(&Button::new(lang.say("修改", "Change")).look(Look::Second)))
            }
        }
    }
}

async fn end_sessions(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.officer()?;
        let (entrance, store) = (&app.office.entrance, &app.office.store);
        match posted.get("end") {
            "elsewhere" => {
                entrance.sign_out_elsewhere(store, &signed_in.session).await?;
            }
            handle => entrance.end_one(store, &signed_in.session, handle).await?,
        }
        Ok::<_, Problem>(Redirect::to("/workbench/account?done=sessions"))
    };
    visitor.answer(Area::Workbench, found.await)
}

/// The new secret of the session, or the page again with the reason.
async fn renewed(app: &App, visitor: &Visitor, opened: Answer<Opened>, factor: &str) -> Result<Response, Problem> {
    match opened {
        Ok(opened) => {
            let cookie = AppendHeaders([set_cookie(SESSION, &opened.secret, None, app.secure())]);
            Ok((cookie, Redirect::to("/workbench/account?done=saved")).into_response())
        }
        Err(Stop::Refused(refusal)) => {
            Ok(view(app, visitor, Some(refusal_notice(&refusal, visitor.lang)), factor).await?.into_response())
        }
        Err(Stop::Failed(failure)) => Err(failure.into()),
    }
}

async fn change_password(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.officer()?;
        let (office, session) = (&app.office, &signed_in.session);
        let opened = office
            .entrance
            .change_password(&office.store, session, posted.get("old"), posted.get("new"), office.now().await?)
            .await;
        renewed(&app, &visitor, opened, "").await
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn second_factor(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.officer()?;
        let (office, factor) = (&app.office, posted.get("factor"));
        let proof = Proof { password: posted.get("password"), old_code: posted.get("old_code") };
        let now = office.now().await?;
        let opened = office.entrance.enrol(&office.store, &signed_in.session, factor, posted.get("code"), &proof, now).await;
        renewed(&app, &visitor, opened, factor).await
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn absences(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer()?;
        let office = &app.office;
        let (from, until): (Date, Date) = (posted.read("from")?, posted.read("until")?);
        let added = people::staff::absent(
            &office.store,
            officer,
            &officer.id.0,
            posted.get("substitute"),
            from,
            until,
            office.now().await?,
        )
        .await;
        match added {
            Ok(_) => Ok(Redirect::to("/workbench/account?done=absence").into_response()),
            Err(Stop::Refused(refusal)) => {
                Ok(view(&app, &visitor, Some(refusal_notice(&refusal, visitor.lang)), "").await?.into_response())
            }
            Err(Stop::Failed(failure)) => Err(Problem::from(failure)),
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

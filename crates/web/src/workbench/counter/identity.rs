//! `/workbench/counter/identity`: confirm who is behind an online account, and give a new password to who has forgotten it. Both
//! only with the document on the counter.

use super::*;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/counter/identity", get(show))
        .route("/counter/identity/confirm", post(confirm))
        .route("/counter/identity/password", post(password))
}

async fn show(visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&visitor, None, ""))
}

/// `given`: a password that was just made, shown this once.
fn view(visitor: &Visitor, told: Option<Notice>, given: &str) -> Result<Page, Problem> {
    clerk(visitor)?;
    let lang = visitor.lang;
    let login = || Field::text("login", lang.say("网上账号", "Online account"), "").required();
    let number = || {
        Field::new("number", lang.say("证件号码", "Identity number"), Control::Text { value: "", line: Line::Code }).required()
    };
    let body = html! {
        div .page-head { h1 { (lang.say("核实身份、重置密码", "Confirm an identity, reset a password")) } p .lead { (lang.say("当面核对本人和证件后办理。", "Only with the person and the document in front of you.")) } }
        @if !given.is_empty() {
            section .card.stack-s {
                h2 { (lang.say("一次性密码", "One-time password")) }
                p { code .code { (given) } }
                p { (lang.say("只显示这一次，24小时内有效，登录后必须修改。请打印或抄给本人。", "Shown this once, holds for 24 hours, must be changed at sign-in. Print it or write it down for the visitor.")) }
            }
        }
        div .grid.two {
            section .card {
                h2 { (lang.say("核实身份", "Confirm an identity")) }
                form method="post" action="/workbench/counter/identity/confirm" {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    (field(&login(), lang))
                    (field(&Field::text("name", lang.say("姓名", "Name"), "").required(), lang))
                    (field(&number(), lang))
                    (button(&Button::new(lang.say("人证一致，确认", "Face and document agree: confirm"))))
                }
            }
            section .card {
                h2 { (lang.say("重置密码", "Reset a password")) }
                form method="post" action="/workbench/counter/identity/password" {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    (field(&login(), lang))
                    (field(&number(), lang))
                    (button(&Button::new(lang.say("生成一次性密码", "Make a one-time password"))))
                }
            }
        }
    };
    let mut page = around(visitor, lang.say("核实身份、重置密码", "Confirm an identity, reset a password"), body);
    page.notices.extend(told);
    Ok(page)
}

async fn confirm(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        clerk(&visitor)?;
        let (_, officer) = visitor.officer()?;
        let office = &app.office;
        let (login, name, number) = (posted.get("login"), posted.get("name"), posted.get("number"));
        let confirmed =
            people::confirm_identity(&office.store, &office.number_key, officer, login, name, number, office.now().await?).await;
        let told = match confirmed {
            Ok(person) => Notice::new(Tone::Good, format!("{}{}", visitor.lang.say("已核实：", "Confirmed: "), person.name)),
            Err(Stop::Refused(refusal)) => refusal_notice(&refusal, visitor.lang),
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        };
        view(&visitor, Some(told), "")
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn password(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        clerk(&visitor)?;
        let (_, officer) = visitor.officer()?;
        let office = &app.office;
        match office
            .entrance
            .reset_at_counter(&office.store, officer, posted.get("login"), posted.get("number"), office.now().await?)
            .await
        {
            Ok(given) => view(&visitor, None, &given),
            Err(Stop::Refused(refusal)) => view(&visitor, Some(refusal_notice(&refusal, visitor.lang)), ""),
            Err(Stop::Failed(failure)) => Err(failure.into()),
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

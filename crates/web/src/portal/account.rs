//! `/account`: who I am here, for whom I act, who acts for my firm, where I am signed in, and a copy of my own data.
//!
//! Who comes here: a legal representative who fears that somebody acts for the firm who should not. Nobody acts for a firm by
//! saying so: a claim opens nothing until a counter or a register confirms it.

use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Control, Field, Line, field};
use crate::pieces::form::{Form, form};
use crate::pieces::notice::Notice;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use casework::{Actor, Holder};
use maud::{Markup, html};
use office::people::firms::{self, Scope, Seat};
use office::sessions::SignedIn;
use office::{Answer, Stop};
use rulebook::{Lang, identifier};
use store::people::Subject;
use store::people::firms::{Mandate, MandateState, Part};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(show))
        .route("/account/act-for", post(act_for))
        .route("/account/claim", post(claim))
        .route("/account/mandates", post(give))
        .route("/account/mandates/revoke", post(revoke))
        .route("/account/sessions", post(end_sessions))
        .route("/account/my-data.json", get(my_data))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async { page(&app, &visitor, None).await };
    visitor.answer(Area::Portal, found.await)
}

fn person_id(signed_in: &SignedIn) -> Result<&str, Problem> {
    match &signed_in.session.subject {
        Subject::Person(id) => Ok(id),
        Subject::Staff(_) => Err(Problem::Forbidden),
    }
}

async fn page(app: &App, visitor: &Visitor, told: Option<Notice>) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let (signed_in, _) = visitor.applicant()?;
    let office = &app.office;
    let now = office.now().await?;
    let person = office.store.person(person_id(signed_in)?).await?.ok_or(Problem::NotFound)?;
    let acting = firms::seats(&office.store, &person.id, now).await?;
    let waiting: Vec<Mandate> = office
        .store
        .mandates_of_person(&person.id)
        .await?
        .into_iter()
        .filter(|mandate| mandate.state == MandateState::Claimed)
        .collect();
    let sessions = office.entrance.own(&office.store, &signed_in.session, now).await?;
    let masked = identifier::mask(&person.id_number);
    let body = html! {
        div .page-head { div { h1 { (lang.say("我的账户", "My account")) } p .lead { (words(&signed_in.name, lang)) " · " (words(signed_in.role.get(lang), lang)) } } }
        section .card .stack {
            h2 { (lang.say("我的信息", "About me")) }
            (summary_list(&[
                SummaryRow { name: lang.say("姓名", "Name"), value: words(&person.name, lang), change: None },
                SummaryRow { name: lang.say("证件号码", "Identity number"), value: html! { span .num { (masked) } }, change: None },
                SummaryRow { name: lang.say("身份核实", "Identity"), value: html! {
                    @if person.verified { (tag(lang.say("已核实", "confirmed"), Tone::Good, lang)) }
                    @else { (tag(lang.say("未核实", "not confirmed"), Tone::Warn, lang)) " " (lang.say("请携带证件到窗口核实一次。", "Show your card at a counter once.")) }
                }, change: None },
                SummaryRow { name: lang.say("手机", "Phone"), value: html! { span .num { (person.phone) } }, change: None },
            ], lang))
            p { a href="/account/my-data.json" { (lang.say("下载我的全部数据", "Download a copy of my data")) } " · " a href="/sign-in/password" { (lang.say("修改密码", "Change password")) } " · " a href="/account/tokens" { (lang.say("接口令牌", "API tokens")) } }
        }
        (who_i_act_for(visitor, signed_in, &acting, &waiting))
        @if signed_in.session.acting_for.is_some() {
            p { a href="/me/policies" { (lang.say("看哪些政策可能与这家企业有关", "See which policies may concern this firm")) } }
        }
        (operators(app, visitor, signed_in, &person.id, &acting).await?)
        section .card .stack {
            h2 { (lang.say("登录记录", "Where I am signed in")) }
            ul { @for session in &sessions {
                li { (date::moment(session.seen_at.wall(), lang)) @if session.digest == signed_in.session.digest { " " (tag(lang.say("本机", "here"), Tone::Info, lang)) } }
            } }
            form method="post" action="/account/sessions" { input type="hidden" name="csrf" value=(visitor.csrf());
                (button(&Button::new(lang.say("退出其他所有设备", "Sign out everywhere else")).look(Look::Second))) }
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("我的账户", "My account"), body);
    page.notices.extend(told);
    Ok(page)
}

fn who_i_act_for(visitor: &Visitor, signed_in: &SignedIn, acting: &[Seat], waiting: &[Mandate]) -> Markup {
    let lang = visitor.lang;
    let current = signed_in.session.acting_for.as_deref();
    html! {
        section .card .stack {
            h2 { (lang.say("我代表谁办事", "For whom I act")) }
            ul .stack {
                li .row.apart {
                    span { (lang.say("本人", "myself")) @if current.is_none() { " " (tag(lang.say("当前", "now"), Tone::Info, lang)) } }
                    @if current.is_some() { (switch(visitor, "", lang.say("切换到本人", "Act for myself"))) }
                }
                @for firm in acting {
                    li .row.apart {
                        span { strong { (words(&firm.name, lang)) } br; span .hint.num { (firm.code) }
                            @for mandate in &firm.mandates { " " span .hint { (part_words(mandate.part, lang)) @if let Some(until) = mandate.until { (lang.say("，至", ", until ")) (date::short_day(until, lang)) } } }
                            @if current == Some(firm.code.as_str()) { " " (tag(lang.say("当前", "now"), Tone::Info, lang)) } }
                        @if current != Some(firm.code.as_str()) { (switch(visitor, &firm.code, lang.say("代表该企业", "Act for this firm"))) }
                    }
                }
                @for mandate in waiting {
                    li { span .num { (mandate.firm) } " " (tag(lang.say("待确认", "waiting to be confirmed"), Tone::Warn, lang)) " " span .hint { (lang.say("确认前看不到该企业的任何信息。", "Nothing of the firm is shown until then.")) } }
                }
            }
            details { summary { (lang.say("申请代表一家企业", "Ask to act for a firm")) }
                (form(&Form { action: "/account/claim", csrf: visitor.csrf(), ..Form::default() }, html! {
                    (field(&Field::new("code", lang.say("统一社会信用代码", "Unified social credit code"), Control::Text { value: "", line: Line::Code })
                        .hint(lang.say("提交后由窗口或登记数据确认，不能自行声明。", "A counter or a register confirms it; it is never self-declared.")).required(), lang))
                    div .field { label { input type="checkbox" name="legal" value="yes"; " " (lang.say("我是法定代表人", "I am the legal representative")) } }
                }, html! { (button(&Button::new(lang.say("提交", "Send")))) }, lang))
            }
        }
    }
}

fn switch(visitor: &Visitor, firm: &str, text: &str) -> Markup {
    html! {
        form method="post" action="/account/act-for" {
            input type="hidden" name="csrf" value=(visitor.csrf());
            input type="hidden" name="firm" value=(firm);
            (button(&Button::new(text).look(Look::Second)))
        }
    }
}

pub(crate) fn part_words(part: Part, lang: Lang) -> &'static str {
    match (part, lang) {
        (Part::Legal, Lang::Zh) => "法定代表人",
        (Part::Legal, Lang::En) => "legal representative",
        (Part::Operator, Lang::Zh) => "经办人",
        (Part::Operator, Lang::En) => "operator",
    }
}

/// Who acts for the firm, shown to its legal representative, who can give and end mandates.
async fn operators(app: &App, visitor: &Visitor, signed_in: &SignedIn, me: &str, acting: &[Seat]) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let Some(code) = signed_in.session.acting_for.as_deref() else { return Ok(Markup::default()) };
    let legal = acting.iter().any(|firm| firm.code == code && firm.mandates.iter().any(|mandate| mandate.part == Part::Legal));
    if !legal {
        return Ok(Markup::default());
    }
    let now = app.office.now().await?;
    let mandates = firms::of_firm(&app.office.store, me, code, now).await?;
    let today = now.day();
    let next_year = today.saturating_add(jiff::Span::new().years(1)).to_string();
    let today = today.to_string();
    let mut rows = Vec::new();
    for mandate in mandates.iter().filter(|mandate| mandate.state == MandateState::Confirmed) {
        let name = app.office.store.person(&mandate.person).await?.map_or_else(String::new, |person| person.name);
        rows.push((mandate, name));
    }
    Ok(html! {
        section .card .stack {
            h2 { (lang.say("谁可以代表这家企业", "Who may act for this firm")) }
            ul .stack {
                @for (mandate, name) in &rows {
                    li .row.apart {
                        span { (words(name, lang)) " " span .hint { (part_words(mandate.part, lang))
                            (lang.say("，自", ", from ")) (date::short_day(mandate.from, lang))
                            @if let Some(until) = mandate.until { (lang.say("至", " to ")) (date::short_day(until, lang)) }
                            @if !mandate.items.is_empty() { (lang.say("，限：", ", only: ")) (mandate.items.join("、")) } } }
                        @if mandate.part == Part::Operator {
                            form method="post" action="/account/mandates/revoke" { input type="hidden" name="csrf" value=(visitor.csrf());
                                input type="hidden" name="mandate" value=(mandate.id);
                                (button(&Button::new(lang.say("立即撤销", "End now")).look(Look::Danger))) }
                        }
                    }
                }
            }
            details { summary { (lang.say("授权一名经办人", "Let somebody act for the firm")) }
                (form(&Form { action: "/account/mandates", csrf: visitor.csrf(), ..Form::default() }, html! {
                    (field(&Field::text("name", lang.say("姓名", "Name"), "").required(), lang))
                    (field(&Field::new("number", lang.say("公民身份号码", "Citizen identity number"), Control::Text { value: "", line: Line::Code }).required(), lang))
                    (field(&Field::text("items", lang.say("限于哪些事项（代码，用、分隔；不填为全部）", "Only these items (codes; empty for all)"), ""), lang))
                    (field(&Field::new("from", lang.say("开始", "From"), Control::Date { value: &today }).required(), lang))
                    (field(&Field::new("until", lang.say("结束", "Until"), Control::Date { value: &next_year }).required(), lang))
                }, html! { (button(&Button::new(lang.say("授权", "Give the mandate")))) }, lang))
            }
        }
    })
}

/// Back to the page, with what was refused on it.
async fn back<T>(app: &App, visitor: &Visitor, done: Answer<T>) -> Result<Response, Problem> {
    match done {
        Ok(_) => Ok(Redirect::to("/account").into_response()),
        Err(Stop::Refused(refusal)) => {
            Ok(page(app, visitor, Some(refusal_notice(&refusal, visitor.lang))).await?.into_response())
        }
        Err(Stop::Failed(failure)) => Err(failure.into()),
    }
}

async fn act_for(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let now = app.office.now().await?;
        let done = app.office.entrance.act_for(&app.office.store, &signed_in.session, posted.given("firm"), now).await;
        if done.is_ok() {
            // Back to what it was chosen for; never out of the portal.
            let to = posted.given("to").filter(|to| to.starts_with("/matters/") && !to.contains("//"));
            return Ok(Redirect::to(to.unwrap_or("/matters")).into_response());
        }
        back(&app, &visitor, done).await
    };
    visitor.answer(Area::Portal, found.await)
}

async fn claim(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let part = if posted.is_set("legal") { Part::Legal } else { Part::Operator };
        let code = identifier::normalise(posted.get("code"));
        let done = firms::claim(&app.office.store, person_id(signed_in)?, &code, part, app.office.now().await?).await;
        back(&app, &visitor, done).await
    };
    visitor.answer(Area::Portal, found.await)
}

async fn give(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let Some(firm) = signed_in.session.acting_for.clone() else { return Err(Problem::Forbidden) };
        let items =
            posted.get("items").split(['、', ',', '\u{ff0c}', ' ']).filter(|item| !item.is_empty()).map(str::to_owned).collect();
        let scope = Scope { items, acts: Vec::new(), from: posted.read("from")?, until: posted.read("until")? };
        let office = &app.office;
        let operator = (posted.get("name"), posted.get("number"));
        let done =
            firms::give(&office.store, &office.number_key, person_id(signed_in)?, &firm, operator, &scope, office.now().await?)
                .await;
        back(&app, &visitor, done).await
    };
    visitor.answer(Area::Portal, found.await)
}

async fn revoke(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let done = firms::revoke(&app.office.store, person_id(signed_in)?, posted.get("mandate"), app.office.now().await?).await;
        back(&app, &visitor, done).await
    };
    visitor.answer(Area::Portal, found.await)
}

async fn end_sessions(State(app): State<App>, visitor: Visitor, _posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        app.office.entrance.sign_out_elsewhere(&app.office.store, &signed_in.session).await?;
        Ok::<_, Problem>(Redirect::to("/account").into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

/// One matter in the copy of one's own data.
async fn matter_told(app: &App, mine: &super::case::Mine, me: &str, lang: Lang) -> Result<serde_json::Value, Problem> {
    let case = &mine.case;
    let word = |words: &casework::Words| mine.words.get(&words.0).cloned();
    let story = mine.records.iter().filter_map(|record| {
        let text = casework::narrate(record, &mine.edition.rules, &case.procedure)?;
        let own = matches!(&record.by, casework::actor::By::Applicant { person } if person == me);
        let said = crate::api::story::said(&record.event, own).as_ref().and_then(word);
        Some(serde_json::json!({ "at": record.at.to_string(), "what": text.get(lang), "said": said }))
    });
    let letters = case
        .letters
        .iter()
        .map(|letter| serde_json::json!({ "name": letter.kind.name_for(&mine.edition.rules, &case.item).get(lang), "number": letter.document_number }));
    Ok(serde_json::json!({
        "case": case.no,
        "item": mine.item_name(lang),
        "step": mine.step().map(|step| lang.say(&step.name, &step.label)),
        "title": case.title.as_ref().and_then(word),
        "answers": app.office.answers_of(case).await?,
        "papers": case.materials.iter().filter_map(|handed| word(&handed.name)).collect::<Vec<_>>(),
        "told-to-correct": case.corrections.iter().flat_map(|told| &told.defects).filter_map(|defect| word(&defect.words)).collect::<Vec<_>>(),
        "letters": letters.collect::<Vec<_>>(),
        "story": story.collect::<Vec<_>>(),
    }))
}

/// A copy of one's own data (个人信息保护法 art. 45), described and not as it is kept: the person, the matters of the holder as far
/// as the mandate goes, what was handed in, what was told, and what one said oneself. Neither the office's notes nor other people.
async fn my_data(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async {
        let (signed_in, holder) = visitor.applicant()?;
        let store = &app.office.store;
        let now = app.office.now().await?;
        let me = person_id(signed_in)?;
        let person = store.person(me).await?.ok_or(Problem::NotFound)?;
        let reader = store::Reader::for_actor(store, store::Scope::of(&signed_in.actor, now.day()));
        let mut after = None;
        let mut matters = Vec::new();
        loop {
            let page = reader.cases_of_holder(&holder.key(), after, 100, now).await?;
            for row in page.rows.iter() {
                let mine = super::case::mine(&app, &visitor, &row.no.0).await?;
                matters.push(matter_told(&app, &mine, me, visitor.lang).await?);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        // What is known of a firm is the firm's: told to whoever acts for it without limits.
        let profile = match &signed_in.actor {
            Actor::Applicant { holder: Holder::Firm(firm), .. } if signed_in.actor.mandated_items().is_none() => {
                Some(crate::api::policies::profile_of(&app.office, firm).await?)
            }
            _ => None,
        };
        let copy = serde_json::json!({
            "made-at": now.to_string(),
            "person": { "name": person.name, "identity-number": person.id_number, "phone": person.phone, "email": person.email },
            "holder": holder.key(),
            "matters": matters,
            "profile": profile,
        });
        let headers = [
            (header::CONTENT_TYPE, "application/json; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
        ];
        Ok::<_, Problem>((headers, serde_json::to_string_pretty(&copy).unwrap_or_default()).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

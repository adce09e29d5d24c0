//! `/signatures`: what waits for my signature, and `/signatures/{draft}`: exactly what I sign. The applicant asks from the check page.
//!
//! Who comes here: a partner or shareholder who was told that something waits, and fears signing what was not read. They see their own
//! part and nothing else of the draft, and what they sign is what they saw. Serves measure 2.

use super::apply::draft_of;
use super::case::mine;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::notice::Notice;
use crate::pieces::{Tone, date, signatures, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use office::Stop;
use office::drafts::Whole;
use office::signers::{Asked, Door, Signers, Stand};
use rulebook::Lang;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/signatures", get(list))
        .route("/signatures/{draft}", get(show).post(sign))
        .route("/signatures/{draft}/decline", post(decline))
        .route("/signatures/{draft}/papers/{digest}", get(paper))
        .route("/drafts/{id}/signers", post(ask))
        .route("/matters/{no}/signed/{digest}", get(text))
}

async fn list(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async {
        let lang = visitor.lang;
        let (signed_in, _) = visitor.applicant()?;
        let asked = app.office.to_sign(&signed_in.actor).await?;
        let body = html! {
            div .page-head { div { h1 { (lang.say("待我签署", "To sign")) }
                p .lead { (lang.say("别人的申请需要您以本人身份签署的，列在这里。", "Applications of others that need your own signature.")) } } }
            @if asked.is_empty() {
                (empty_state(lang.say("没有需要您签署的申请", "Nothing waits for your signature"),
                    lang.say("身份经窗口核实后，写有您证件号码的申请才会出现在这里。", "An application that names your number appears here once a counter has confirmed who you are."), html! {}))
            } @else { ul .plain.stack { @for one in &asked { li .card.stack-s { (row(one, lang)) } } } }
        };
        let mut page = visitor.page(Area::Portal, lang.say("待我签署", "To sign"), body);
        page.breadcrumbs =
            vec![Crumb::to("/matters", lang.say("我的事项", "My matters")), Crumb::here(lang.say("待我签署", "To sign"))];
        Ok::<_, Problem>(page)
    };
    visitor.answer(Area::Portal, found.await)
}

fn row(one: &Asked, lang: Lang) -> Markup {
    html! {
        @if one.sent { strong { (words(one.item.get(lang), lang)) } }
        @else { a href=(format!("/signatures/{}", one.draft)) { strong { (words(one.item.get(lang), lang)) } } }
        p { (lang.say("申请人：", "Applicant: ")) (words(&one.applicant, lang)) }
        p { @if one.sent { span .hint { (lang.say("您已签署，申请已经提交。", "You signed, and it was sent.")) } }
            @else if let Some(stand) = &one.stand { (signatures::stand(stand, lang)) }
            " " span .hint { (lang.say("请签时间 ", "asked ")) (date::moment(one.asked_at.wall(), lang)) } }
    }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(draft): Path<String>) -> Response {
    let found = async { page(&app, &visitor, &draft, Vec::new()).await };
    visitor.answer(Area::Portal, found.await)
}

async fn page(app: &App, visitor: &Visitor, draft: &str, told: Vec<Notice>) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let (signed_in, _) = visitor.applicant()?;
    let door = app.office.open_signing(&signed_in.actor, draft).await?;
    let body = html! {
        div .page-head { div { p .over { (lang.say("请您签署", "For your signature")) } h1 { (words(door.item.get(lang), lang)) }
            p .lead { (lang.say("申请人：", "Applicant: ")) (words(&door.applicant, lang)) } } }
        div .stack {
            @for shown in &door.parts { (signatures::part(&shown.part, &shown.signer.stand, &format!("/signatures/{draft}/papers"), lang)) }
            (answer(visitor, &door))
        }
    };
    let mut page = visitor.page(Area::Portal, lang.say("签署", "Sign"), body);
    page.notices = told;
    page.breadcrumbs = vec![Crumb::to("/signatures", lang.say("待我签署", "To sign")), Crumb::here(lang.say("签署", "Sign"))];
    Ok(page)
}

fn answer(visitor: &Visitor, door: &Door) -> Markup {
    let lang = visitor.lang;
    let action = format!("/signatures/{}", door.draft);
    let done = door.parts.iter().all(|shown| shown.signer.holds());
    html! {
        @if !done {
            form .stack method="post" action=(action) {
                input type="hidden" name="csrf" value=(visitor.csrf());
                input type="hidden" name="shown" value=(door.digest);
                p { (lang.say("签署即以您本人的身份确认上面的内容。之后内容有改动的，您的签署对改动后的申请不再有效。", "By signing you confirm what stands above, as yourself. If it is changed afterwards your signature no longer holds.")) }
                div .buttons { (button(&Button::new(lang.say("我已看过，签署", "I have read it: sign")).look(Look::Large))) }
            }
        }
        details { summary { (if done { lang.say("收回签署", "Take my signature back") } else { lang.say("不同意签署", "I do not agree") }) }
            form .form.stack method="post" action=(format!("{action}/decline")) {
                input type="hidden" name="csrf" value=(visitor.csrf());
                div .field { label for="f-words" { (lang.say("理由（会告诉申请人，可不填）", "Why (told to the applicant; optional)")) }
                    textarea #f-words name="words" rows="3" maxlength="500" {} }
                div .buttons { (button(&Button::new(lang.say("不签署", "Do not sign")).look(Look::Second))) }
            }
        }
    }
}

async fn sign(State(app): State<App>, visitor: Visitor, Path(draft): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        match app.office.sign(&signed_in.actor, &draft, posted.get("shown")).await {
            Ok(()) => Ok(Redirect::to(&format!("/signatures/{draft}")).into_response()),
            Err(Stop::Refused(refusal)) if refusal.code == "changed-since-shown" => {
                Ok(page(&app, &visitor, &draft, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
            }
            Err(stop) => Err(Problem::from(stop)),
        }
    };
    visitor.answer(Area::Portal, found.await)
}

async fn decline(State(app): State<App>, visitor: Visitor, Path(draft): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        app.office.decline_to_sign(&signed_in.actor, &draft, posted.get("words")).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/signatures/{draft}")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

async fn paper(State(app): State<App>, visitor: Visitor, Path((draft, digest)): Path<(String, String)>) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let given = app.office.signing_paper(&signed_in.actor, &draft, &digest).await?;
        Ok::<_, Problem>(crate::download(given.bytes, given.media, &given.file_name))
    };
    visitor.answer(Area::Portal, found.await)
}

/// The applicant asks those who have to sign, and reminds who was asked before.
async fn ask(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        draft_of(&app, &visitor, &id).await?;
        let told = app.office.ask_signers(&signed_in.actor, &id).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/drafts/{id}/check?told={told}#signers")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

/// What was signed, byte for byte, for the holder of the case.
async fn text(State(app): State<App>, visitor: Visitor, Path((no, digest)): Path<(String, String)>) -> Response {
    let found = async {
        let mine = mine(&app, &visitor, &no).await?;
        let signed = mine.case.signatures.iter().find(|signed| signed.digest == digest).ok_or(Problem::NotFound)?;
        let text = mine.words.get(&signed.text.0).ok_or(Problem::NotFound)?;
        let name = format!("{no}-{}.json", signed.part.replace(['/', ':'], "-"));
        Ok::<_, Problem>(crate::download(text.clone().into_bytes(), "application/json", &name))
    };
    visitor.answer(Area::Portal, found.await)
}

/// Who signs a draft, on the page before it is sent: who signed, who is awaited, and the button that asks and reminds.
pub(super) fn card(visitor: &Visitor, whole: &Whole, signers: &Signers) -> Markup {
    let lang = visitor.lang;
    let open = signers.lacking().is_some();
    let asked = signers.parts.iter().flat_map(|part| &part.people).any(|signer| signer.stand != Stand::NotAsked);
    let told = visitor.asked().get("told").to_owned();
    html! {
        (signatures::card(signers, lang))
        (signatures::asked(&told, lang))
        @if open {
            form method="post" action=(format!("/drafts/{}/signers", whole.draft.id)) {
                input type="hidden" name="csrf" value=(visitor.csrf());
                div .buttons {
                    (button(&Button::new(if asked { lang.say("提醒还没有签署的人", "Remind those who have not signed") } else { lang.say("请他们签署", "Ask them to sign") }).look(if asked { Look::Second } else { Look::Large })))
                    @if asked { (link_button("/signatures", lang.say("我自己要签的", "What I sign myself"), Look::Second, None)) }
                }
            }
        }
    }
}

/// What a page says when a text is no application that was signed, or who signed it.
pub(super) fn found_text(found: &office::signers::SignedText, lang: Lang) -> Markup {
    let shown = if found.by.is_empty() {
        Notice::new(Tone::Bad, lang.say("没有人在这里签署过这份文本", "Nobody signed this text here")).body(html! {
            p { (lang.say("它可能被改动过，或者没有提交。哪怕改动一个字，指纹也不同。", "It was altered, or was never sent. A single changed character gives another fingerprint.")) }
        })
    } else {
        Notice::new(
            Tone::Good,
            lang.say(
                "这份文本是在这里签署并提交的，一字未改",
                "This very text was signed here and sent; not a character was changed",
            ),
        )
        .body(html! {
            p { (lang.say("事项：", "Matter: ")) (words(&found.statement.item, lang)) }
        })
    };
    html! { (crate::pieces::notice::notice(&shown, lang)) (signatures::given(&found.by.iter().map(|kept| office::signers::Kept { text: String::new(), changed: Vec::new(), ..kept.clone() }).collect::<Vec<_>>(), None, lang)) }
}

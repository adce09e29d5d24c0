//! `/workbench/counter/drafts/{id}`: the form of a visitor, drawn by the portal's own renderer from the same definitions
//! (无差别受理); `/check` before sending, `/notice` the one-time notice from the list, `/submit`.

use super::*;
use crate::pieces::error_summary::error_summary;
use crate::pieces::form::{Form, form};
use crate::pieces::questions::{Asking, Handed, papers, questions};
use crate::portal::apply::{answers_of, asked_again, commitment_choices, faults_shown, none_left, offered, take};
use crate::portal::awards;
use crate::portal::sending::{answers_shown, changed_meanwhile, commitment_to_sign, own_copies, replaced, seen_of, ways};
use crate::portal::themes;
use crate::portal::wording::draft_name;
use axum::extract::Path;
use axum::routing::put;
use office::drafts::{Standing, Wanted, Whole, standing};
use office::{Edition, Outcome};
use rulebook::expression::Truth;
use rulebook::intake::{Intake, Paper};
use std::sync::Arc;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/counter/drafts/{id}", get(show).post(save_all))
        .route("/counter/drafts/{id}/fields", put(save_field))
        .route("/counter/drafts/{id}/papers/{key}/{digest}", get(paper))
        .route("/counter/drafts/{id}/offers", post(take_offers))
        .route("/counter/drafts/{id}/edition", post(take_edition))
        .route("/counter/drafts/{id}/notice", get(one_time_notice))
        .route("/counter/drafts/{id}/check", get(check))
        .route("/counter/drafts/{id}/signers", post(ask_signers))
        .route("/counter/drafts/{id}/submit", post(submit))
}

/// A draft of this clerk with the item and the rules it is written under.
struct Desk {
    whole: Whole,
    edition: Arc<Edition>,
    holder: (String, String),
    today: jiff::civil::Date,
}

impl Desk {
    async fn open(app: &App, visitor: &Visitor, id: &str) -> Result<Desk, Problem> {
        let signed_in = clerk(visitor)?;
        let whole = app.office.open_draft(&signed_in.actor, id).await?;
        let case = whole.draft.for_case.clone().map(casework::CaseNo);
        app.office.note_reading(Some(signed_in), "draft", case.as_ref(), id, app.office.now().await?).await?;
        let edition = app.office.rulebooks.edition(&app.office.store, &whole.draft.edition).await?;
        let holder = match Holder::from_key(&whole.draft.holder) {
            Some(holder) => holder_shown(app, &holder).await?.unwrap_or_default(),
            None => Default::default(),
        };
        Ok(Desk { whole, edition, holder, today: app.office.now().await?.day() })
    }

    fn wanted(&self) -> Result<Wanted<'_>, Problem> {
        Wanted::of(&self.edition.rules, &self.whole.draft).ok_or(Problem::NotFound)
    }

    /// What is asked for, with what the registers show of the visitor.
    async fn intake(&self, app: &App) -> Result<Intake<'_>, Problem> {
        let mut intake = self.wanted()?.intake(&self.whole.answers, &self.whole.handed(), self.today);
        app.office.ask_for_own_copies(&self.edition.rules, &self.whole.draft, &mut intake, self.today).await?;
        Ok(intake)
    }

    fn here(&self) -> String {
        format!("/workbench/counter/drafts/{}", self.whole.draft.id)
    }

    fn name(&self, lang: Lang) -> String {
        draft_name(&self.edition.rules, &self.whole.draft, lang)
    }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    visitor.answer(Area::Workbench, page(&app, &visitor, &id, false, Vec::new()).await)
}

/// The form. After the check every empty question says so.
async fn page(app: &App, visitor: &Visitor, id: &str, checked: bool, told: Vec<Notice>) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let desk = Desk::open(app, visitor, id).await?;
    if let Some(no) = &desk.whole.draft.submitted {
        return Ok(Redirect::to(&format!("/workbench/counter/cases/{no}")).into_response());
    }
    let intake = desk.intake(app).await?;
    let wanted = desk.wanted()?;
    let here = desk.here();
    let handed: Vec<Handed> = desk
        .whole
        .papers
        .iter()
        .map(|paper| Handed {
            key: paper.key.clone(),
            name: paper.file_name.clone(),
            href: if paper.digest.is_empty() { String::new() } else { format!("{here}/papers/{}/{}", paper.key, paper.digest) },
            size: 0,
            note: paper.at.to_string(),
            remove: format!("{}:{}", paper.key, paper.digest),
        })
        .collect();
    let origin = |_: &str| None;
    let (named, telling) = asked_again(app, visitor, &desk.whole, &desk.edition).await?;
    let choices = commitment_choices(app, &desk.whole, &desk.wanted()?, &desk.edition, lang).await?;
    let asking = Asking { rules: &desk.edition.rules, lang, checked, upload: None, told: &named, origin: &origin };
    let faults = faults_shown(&intake, lang);
    let summary: Vec<(&str, &str)> = faults.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let body = html! {
        div .page-head {
            div {
                p .over { (lang.say("为 ", "For ")) (words(&desk.holder.0, lang)) " " code { (desk.holder.1) } }
                h1 { (words(&desk.name(lang), lang)) }
            }
            div .buttons {
                (link_button(&format!("{here}/notice"), lang.say("打印一次性告知", "Print what is needed"), Look::Second, Some("p")))
            }
        }
        (telling)
        @if desk.whole.draft.for_case.is_none() {
            (awards::closed_now(&desk.edition.rules, &desk.whole.draft.item, &desk.whole.draft.agency, desk.today, lang))
            (none_left(app, &wanted, lang).await?)
            (crate::portal::addressed::told(app, &wanted, &desk.whole, lang)?)
        }
        @if wanted.together { (themes::parts(&wanted.bundle(), &desk.edition.rules, &desk.whole.draft.area, desk.today, lang)) }
        @if checked { (error_summary(&summary, lang)) }
        (rules_changed(app, visitor, &desk)?)
        (offered(app, visitor, &desk.whole, &desk.edition, &format!("{here}/offers")).await?)
        (form(&Form { action: &here, csrf: visitor.csrf(), autosave: Some(&format!("{here}/fields")), fragment: Some(&here), ..Form::default() }, html! {
            (choices)
            (questions(&asking, &intake))
            (papers(&asking, &intake, &handed))
            (originals(&intake, lang))
        }, html! {
            div .buttons {
                (button(&Button::new(lang.say("检查并提交", "Check and send")).named("next", "check").key("ctrl+enter")))
                (button(&Button::new(lang.say("暂存，先办下一位", "Park, next visitor")).look(Look::Second).named("next", "park")))
            }
        }, lang))
    };
    let mut page = around(visitor, &desk.name(lang), body);
    page.notices = told;
    Ok(page.into_response())
}

/// Papers whose original lies on the counter and need not be kept as a file.
fn originals(intake: &Intake<'_>, lang: Lang) -> Markup {
    let is_open = |paper: &&Paper<'_>| paper.applies == Truth::True && (paper.lacks() || paper.wants_own_copy());
    let open: Vec<_> = intake.papers.iter().filter(is_open).collect();
    html! {
        @if !open.is_empty() {
            fieldset .field {
                legend { (lang.say("已核对原件，不留文件", "Original seen, no file kept")) }
                div .choices {
                    @for paper in open {
                        @let key = paper.needed.key.get_ref();
                        div .choice {
                            input type="checkbox" id={ "seen-" (key) } name="_seen" value=(key);
                            label for={ "seen-" (key) } { (words(super::super::wording::named(&paper.material.name, paper.material.label.as_deref(), lang), lang)) }
                        }
                    }
                }
            }
        }
    }
}

fn rules_changed(app: &App, visitor: &Visitor, desk: &Desk) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let stands = standing(&desk.whole.draft, &desk.edition.rules, &live.rules, &live.name, desk.today);
    Ok(match stands {
        Standing::Newer(differences) if desk.whole.draft.for_case.is_none() && !differences.is_empty() => html! {
            div .notice.warn { div {
                p .title { (lang.say("填写期间规则有更新", "The rules have changed since this was begun")) }
                ul { @for difference in &differences { li { (difference.get(lang)) } } }
                form method="post" action={ (desk.here()) "/edition" } {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    (button(&Button::new(lang.say("按新规则继续", "Go on under the new rules")).look(Look::Second)))
                }
            } }
        },
        Standing::Closed { .. } => html! {
            div .notice.warn { div {
                p .title { (lang.say("这个事项已停止受理", "This item takes no new applications")) }
                p { a href={ "/workbench/counter/closed/" (desk.whole.draft.item) "?for=" (desk.whole.draft.holder) } { (lang.say("出具书面答复", "Give the written answer")) } }
            } }
        },
        _ => html! {},
    })
}

async fn save_field(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let fault = save(&app, &visitor, &id, &posted).await?;
        let at = app.office.now().await?.wall();
        let error = fault.map_or(String::new(), |fault| fault.get(visitor.lang).to_owned());
        Ok::<_, Problem>(
            axum::Json(serde_json::json!({ "at": format!("{:02}:{:02}", at.hour(), at.minute()), "error": error }))
                .into_response(),
        )
    };
    match found.await {
        Ok(response) => response,
        Err(problem) => crate::error::json(&problem, visitor.lang),
    }
}

/// Saves what was posted; what is wrong with the last of it.
async fn save(app: &App, visitor: &Visitor, id: &str, posted: &Posted) -> Result<Option<rulebook::Text>, Problem> {
    let signed_in = clerk(visitor)?;
    let desk = Desk::open(app, visitor, id).await?;
    let saved =
        drafts::save(&app.office.store, &desk.edition.rules, &signed_in.actor, id, &answers_of(posted), app.office.now().await?)
            .await?;
    Ok(saved.into_iter().find_map(|saved| saved.fault))
}

async fn save_all(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let office = &app.office;
        save(&app, &visitor, &id, &posted).await?;
        let mut told = Vec::new();
        for file in posted.files() {
            let Some(key) = file.field.strip_prefix("paper.") else { continue };
            match office.attach_paper(&signed_in.actor, &id, key, &file.name, &file.bytes).await {
                Ok(()) => {}
                Err(Stop::Refused(refusal)) => told.push(refusal_notice(&refusal, visitor.lang)),
                Err(Stop::Failed(failure)) => return Err(failure.into()),
            }
        }
        for key in posted.all("_seen").filter(|key| !key.is_empty()) {
            office.note_original(&signed_in.actor, &id, key).await?;
        }
        let now = office.now().await?;
        if let Some((key, digest)) = posted.get("_remove").split_once(':') {
            drafts::remove_paper(&office.store, &signed_in.actor, &id, key, digest, now).await?;
        }
        if !told.is_empty() {
            return page(&app, &visitor, &id, false, told).await;
        }
        let to = match posted.get("next") {
            "check" => format!("/workbench/counter/drafts/{id}/check"),
            "park" => {
                drafts::park(&office.store, &signed_in.actor, &id, true, now).await?;
                "/workbench/counter".to_owned()
            }
            _ => format!("/workbench/counter/drafts/{id}"),
        };
        Ok::<_, Problem>(Redirect::to(&to).into_response())
    };
    match found.await {
        Err(Problem::SignIn(_)) => super::super::sign_in::keeping(&visitor, &posted).into_response(),
        found => visitor.answer(Area::Workbench, found),
    }
}

async fn paper(State(app): State<App>, visitor: Visitor, Path((id, key, digest)): Path<(String, String, String)>) -> Response {
    let found = async {
        let desk = Desk::open(&app, &visitor, &id).await?;
        let paper = desk.whole.papers.iter().find(|paper| paper.key == key && paper.digest == digest).ok_or(Problem::NotFound)?;
        let bytes = app.office.blob(&paper.digest).await?.ok_or(Problem::NotFound)?;
        Ok::<_, Problem>(crate::download(bytes.clone(), office::blobs::media_type(&bytes), &paper.file_name))
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn take_offers(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let whole = drafts::open(&app.office.store, &signed_in.actor, &id).await?;
        take(&app, &signed_in.actor, &whole).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/workbench/counter/drafts/{id}")))
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn take_edition(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let live = app.office.rulebooks.live()?;
        drafts::move_to(&app.office.store, &signed_in.actor, &id, &live.name, app.office.now().await?).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/workbench/counter/drafts/{id}")))
    };
    visitor.answer(Area::Workbench, found.await)
}

/// A page to print and take home: every paper the matter needs as answered so far, how each must look, and what is still lacking.
/// Not a telling of law: nothing was applied for yet.
async fn one_time_notice(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    let found = async {
        let lang = visitor.lang;
        let desk = Desk::open(&app, &visitor, &id).await?;
        let intake = desk.intake(&app).await?;
        let (_, officer) = visitor.officer()?;
        let clerk_name = visitor.signed_in.as_ref().map_or("", |signed_in| signed_in.name.as_str());
        let agency = desk.edition.rules.agencies.get(&desk.whole.draft.agency);
        let title = lang.say("办理所需材料一次性告知单", "What is needed, told once");
        let row = |paper: &Paper<'_>| {
            let state = if paper.lacks() || paper.wants_own_copy() {
                lang.say("待提交", "to be handed in")
            } else if paper.handed {
                lang.say("已收", "received")
            } else {
                lang.say("免提交", "not asked for")
            };
            Row::new(vec![
                words(super::super::wording::named(&paper.material.name, paper.material.label.as_deref(), lang), lang),
                html! { (words(&paper.material.standard, lang)) " " (words(&paper.needed.note, lang)) },
                html! { (state) },
            ])
        };
        let applies = intake.papers.iter().filter(|paper| paper.applies == Truth::True);
        let columns = [
            Column::new(lang.say("材料", "Paper")),
            Column::new(lang.say("要求", "How it must look")),
            Column::new(lang.say("情况", "State")),
        ];
        let body = html! {
            div .page-head { div { p .over { (words(&desk.name(lang), lang)) } h1 { (title) } } div .buttons.no-print { (link_button(&desk.here(), lang.say("返回", "Back"), Look::Second, None)) } }
            p { (words(&desk.holder.0, lang)) (lang.say("：", ":")) }
            p { (lang.say("办理上述事项需要下列材料。材料齐全后，可以在网上、窗口或者邮寄提交，要求相同。", "These papers are needed. Once they are complete they can be handed in online, at any counter or by post, on the same terms.")) }
            (table(&Table { caption: lang.say("材料", "Papers"), columns: &columns, rows: applies.map(row).collect(), ..Table::default() }, lang))
            @let open: Vec<_> = intake.papers.iter().filter(|paper| matches!(paper.applies, Truth::Unknown(_))).collect();
            @if !open.is_empty() {
                p { (lang.say("视情况还可能需要：", "Depending on the answers, also: ")) @for paper in &open { (words(&paper.material.name, lang)) " " } }
            }
            p { @if let Some(agency) = agency { (words(crate::portal::wording::agency_name(agency, lang), lang)) " · " (agency.phone) } }
            p { (lang.say("首问人员：", "First officer: ")) (words(clerk_name, lang)) " (" (officer.id) ") · " (date::day(desk.today, lang)) }
            p .small.muted.no-print { (lang.say("用浏览器的打印功能打印本页。", "Print this page with the browser.")) }
        };
        Ok::<_, Problem>(around(&visitor, title, body))
    };
    visitor.answer(Area::Workbench, found.await)
}

/// The look before sending, together with the visitor.
async fn check(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    let found = async {
        let lang = visitor.lang;
        let desk = Desk::open(&app, &visitor, &id).await?;
        let intake = desk.intake(&app).await?;
        if intake.faults().next().is_some() {
            return page(&app, &visitor, &id, true, Vec::new()).await;
        }
        let signers = app.office.signers_of(&desk.whole).await?;
        let lacking: Vec<&str> = intake
            .papers
            .iter()
            .filter(|paper| paper.lacks() && !replaced(&signers, paper.needed.key.get_ref()))
            .map(|paper| paper.material.name.as_str())
            .collect();
        let complete = signers.lacking().is_none();
        let here = desk.here();
        let together = desk.whole.draft.bundle.is_some();
        let (to_sign, _) = commitment_to_sign(&app, &desk.whole, &desk.wanted()?, &desk.edition, lang).await?;
        let on_the_spot = app.office.corrects_on_the_spot(&desk.whole).await?;
        let body = html! {
            div .page-head { div {
                p .over { (lang.say("请申请人核对", "Read over together")) " · " (words(&desk.holder.0, lang)) }
                h1 { (words(&desk.name(lang), lang)) }
                @if !together { p .lead { (lang.say("提交给", "Goes to ")) (words(agency_name(&desk.edition.rules, &desk.whole.draft.agency, lang), lang)) } }
            } }
            @if together { (themes::parts(&desk.wanted()?.bundle(), &desk.edition.rules, &desk.whole.draft.area, desk.today, lang)) }
            @if !lacking.is_empty() {
                div .notice.warn { div {
                    p .title { (lang.say("还缺下列材料", "Not there yet")) }
                    ul { @for name in &lacking { li { (words(name, lang)) } } }
                    p { (lang.say("申请人要求现在提交的，应当收件；五个工作日内一次性告知补正。", "If the visitor wants it sent now it must be received; what is missing is told once, within five working days.")) }
                    p { a href={ (here) "/notice" } { (lang.say("打印一次性告知", "Print what is needed")) } }
                } }
            }
            (own_copies(&intake, lang))
            (answers_shown(&desk.edition.rules, &intake, lang))
            (ways(&app, &visitor, &desk.whole, &desk.wanted()?, &desk.edition, &here).await?)
            (to_sign)
            (signers_card(&visitor, &here, &signers))
            form .form.stack method="post" action={ (here) "/submit" } {
                input type="hidden" name="csrf" value=(visitor.csrf());
                (seen_of(&app, &desk.whole).await?)
                @if on_the_spot && complete {
                    (field(&Field::new("what", lang.say("更正了什么", "What was corrected"), Control::Area { value: "", rows: 3 }).required(), lang))
                }
                div .buttons {
                    @if complete { (button(&Button::new(lang.say("申请人已核对，提交", "Read over: send")).key("ctrl+enter"))) }
                    (link_button(&here, lang.say("返回修改", "Go back and change"), Look::Second, None))
                }
            }
        };
        Ok::<_, Problem>(around(&visitor, &desk.name(lang), body).into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

/// Who signs with the visitor: at a counter all may sign the paper by hand, or each signs in as themself.
fn signers_card(visitor: &Visitor, here: &str, signers: &office::signers::Signers) -> Markup {
    let lang = visitor.lang;
    html! {
        (crate::pieces::signatures::card(signers, lang))
        (crate::pieces::signatures::asked(visitor.asked().get("told"), lang))
        @if signers.lacking().is_some() {
            form method="post" action={ (here) "/signers" } { input type="hidden" name="csrf" value=(visitor.csrf());
                (button(&Button::new(lang.say("请他们登录签署", "Ask them to sign in and sign")).look(Look::Second))) }
        }
    }
}

async fn ask_signers(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let desk = Desk::open(&app, &visitor, &id).await?;
        let told = app.office.ask_signers(&signed_in.actor, &id).await?;
        Ok::<_, Problem>(Redirect::to(&format!("{}/check?told={told}#signers", desk.here())).into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn submit(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let desk = Desk::open(&app, &visitor, &id).await?;
        let office = &app.office;
        let outcome = if office.corrects_on_the_spot(&desk.whole).await? {
            office.correct_by_draft(&signed_in.actor, &id, posted.get("what"), posted.read("seen")?).await?
        } else {
            office.submit_draft(&signed_in.actor, &id, posted.get("seen").parse().ok()).await?
        };
        match outcome {
            Outcome::Done(case) => Ok(Redirect::to(&format!("/workbench/counter/cases/{}?done=1", case.no)).into_response()),
            Outcome::Again { no, .. } => Ok(Redirect::to(&format!("/workbench/counter/cases/{no}")).into_response()),
            Outcome::Refused(refusal) => page(&app, &visitor, &id, true, vec![refusal_notice(&refusal, visitor.lang)]).await,
            Outcome::Overtaken { .. } => page(&app, &visitor, &id, false, vec![changed_meanwhile(visitor.lang)]).await,
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

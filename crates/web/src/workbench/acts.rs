//! `/workbench/cases/{no}/acts/{act}`: the form of an act, its letter as a draft, and the act itself. Serves measures 5 and 9.
//!
//! Whatever stands in the way is said on the same page with everything typed still in it: a fault, the law saying no, or
//! somebody who was faster. An act that makes a legal document shows it first, with its seal and the place of its number.

pub mod answers;
pub mod draft;
pub mod proposals;
pub mod questions;
pub mod table;

use super::case::dossier::Dossier;
use super::case::story;
use super::wording::item_name;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::notice::Notice;
use crate::pieces::{Tone, error_summary, words};
use crate::visitor::{Posted, Visitor};
use answers::{Fault, Typed};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use casework::{Actor, Officer, Refusal, open_acts};
use maud::{Markup, html};
use office::{Outcome, Stop};
use questions::Ground;
use rulebook::Lang;
use rulebook::procedure::{Procedure, Role};
use std::collections::BTreeSet;
use table::ActForm;

pub fn routes() -> Router<App> {
    Router::new().route("/cases/{no}/acts/{act}", get(show).post(send))
}

async fn show(State(app): State<App>, visitor: Visitor, Path((no, act)): Path<(String, String)>) -> Response {
    visitor.answer(Area::Workbench, asked(&app, &visitor, &no, &act).await)
}

async fn asked(app: &App, visitor: &Visitor, no: &str, act: &str) -> Result<Response, Problem> {
    if ["supply", "supply-deferred", "supply-promised"].contains(&act) {
        visitor.officer()?;
        return Ok(Redirect::to(&format!("/workbench/counter/cases/{no}")).into_response());
    }
    let sheet = Sheet::open(app, visitor, no, act).await?;
    let typed = proposals::propose(act, &sheet.dossier);
    let seen = sheet.dossier.case.version;
    Ok(sheet.page(visitor, &typed, &[], Vec::new(), seen).into_response())
}

/// One form on one case for one officer.
struct Sheet {
    form: &'static ActForm,
    dossier: Dossier,
    officer: Officer,
    handlers: Vec<(String, String)>,
    colleagues: Vec<(String, String)>,
    /// What the button says here: the procedure may have a name of its own for the act.
    title: String,
    /// Why it cannot be done now, as far as that is known before anything is typed.
    closed: Option<Refusal>,
    /// A clerk came from the counter, with the visitor in front of her, and goes back there.
    at_counter: bool,
    lang: Lang,
}

impl Sheet {
    async fn open(app: &App, visitor: &Visitor, no: &str, act: &str) -> Result<Sheet, Problem> {
        let (_, officer) = visitor.officer()?;
        let form = table::of(act).ok_or(Problem::NotFound)?;
        let dossier = Dossier::open(app, visitor, no, act).await?;
        let lang = visitor.lang;
        let by = Actor::Officer(officer.clone());
        let open = app.office.scene(&dossier.case.no, &by, |scene| stands(scene, act, lang)).await?.ok_or(Problem::NotFound)?;
        let (title, closed) = open;
        let wants = |kinds: &[table::Kind]| form.asks.iter().any(|ask| kinds.contains(&ask.kind));
        let handlers =
            if wants(&[table::Kind::Handler, table::Kind::Colleagues]) { handlers(app, &dossier).await? } else { Vec::new() };
        let colleagues = if wants(&[table::Kind::Colleague]) { colleagues(app, &dossier).await? } else { Vec::new() };
        Ok(Sheet {
            form,
            dossier,
            officer: officer.clone(),
            handlers,
            colleagues,
            title,
            closed,
            at_counter: visitor.has_role(Role::Clerk),
            lang,
        })
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            dossier: &self.dossier,
            officer: &self.officer,
            handlers: &self.handlers,
            colleagues: &self.colleagues,
            lang: self.lang,
        }
    }

    fn here(&self) -> String {
        format!("/workbench/cases/{}/acts/{}", self.dossier.case.no, self.form.act)
    }

    /// The form, with notices above it.
    fn page(&self, visitor: &Visitor, typed: &Typed, faults: &[Fault], mut notices: Vec<Notice>, seen: u64) -> Page {
        let (lang, form) = (self.lang, self.form);
        if let Some(refusal) = self.closed.as_ref().filter(|_| notices.is_empty()) {
            notices.push(refusal_notice(refusal, lang));
        }
        let faults_said: Vec<(&str, &str)> = faults.iter().map(|(name, text)| (name.as_str(), text.get(lang))).collect();
        let next = if form.draft { lang.say("看文书草稿", "See the draft of the letter") } else { self.title.as_str() };
        let body = html! {
            (self.head())
            (error_summary::error_summary(&faults_said, lang))
            form .form method="post" action=(self.here()) enctype=[form.takes_files().then_some("multipart/form-data")] novalidate {
                (steering(visitor, seen))
                (questions::questions(form, typed, faults, &self.ground()))
                div .buttons {
                    @if self.closed.is_none() { (button(&Button::new(next).named("_step", if form.draft { "draft" } else { "do" }).key("ctrl+enter"))) }
                    (link_button(&self.back(), lang.say("返回办件", "Back to the case"), Look::Second, None))
                }
            }
        };
        self.around(visitor, body, notices)
    }

    /// The letters that the act will make, and the second press that makes them.
    fn drafts(&self, visitor: &Visitor, typed: &Typed, letters: &[papers::letter::Letter], seen: u64) -> Page {
        let lang = self.lang;
        let body = html! {
            (self.head())
            p .lead { (lang.say("这是将要作出的文书。文号在作出时编定，确认后即加盖印章并送达，不能撤回，只能依法更正。", "This is what will be made. Its number is drawn when it is made; once confirmed it is sealed and sent, and can only be corrected as the law provides.")) }
            div .stack { @for letter in letters { (draft::shown(letter, lang)) } }
            form .form method="post" action=(self.here()) {
                (steering(visitor, seen))
                @for (name, value) in typed.kept() { input type="hidden" name=(name) value=(value); }
                div .buttons {
                    (button(&Button::new(&self.title).named("_step", "do").key("ctrl+enter")))
                    (button(&Button::new(lang.say("返回修改", "Back to change it")).look(Look::Second).named("_step", "back")))
                }
            }
        };
        self.around(visitor, body, Vec::new())
    }

    fn head(&self) -> Markup {
        let (lang, form) = (self.lang, self.form);
        let is_permit = self.dossier.item().is_some_and(|item| item.item_type == rulebook::item::ItemType::Permit);
        let law = if form.law.is_empty() && is_permit { form.permit_law } else { form.law };
        html! {
            div .page-head { div {
                p .over { (self.dossier.case.no) " · " (words(self.dossier.title(), lang)) }
                h1 { (words(&self.title, lang)) }
                p .lead { (lang.say(form.about.0, form.about.1)) }
                @if !law.is_empty() { p .small.muted { (lang.say("依据：", "Ground: ")) (words(law, lang)) } }
            } }
        }
    }

    fn back(&self) -> String {
        let area = if self.at_counter { "/workbench/counter/cases" } else { "/workbench/cases" };
        format!("{area}/{}", self.dossier.case.no)
    }

    fn around(&self, visitor: &Visitor, body: Markup, notices: Vec<Notice>) -> Page {
        let lang = self.lang;
        let mut page = visitor.page(Area::Workbench, &self.title, body);
        page.notices = notices;
        page.breadcrumbs = vec![
            Crumb::to("/workbench", lang.say("我的任务", "My tasks")),
            Crumb::to(self.back(), item_name(self.dossier.rules(), &self.dossier.case.item, lang)),
            Crumb::here(&self.title),
        ];
        page
    }
}

/// What every form carries: the token of the session, the version its author looked at, and an id that makes sending twice
/// harmless.
pub fn steering(visitor: &Visitor, seen: u64) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(visitor.csrf());
        input type="hidden" name="seen" value=(seen);
        input type="hidden" name="request" value=(request_id());
    }
}

/// Drawn when a form is drawn, so that the same form sent twice is one request.
pub fn request_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// What the act is called at this step, and what stands in its way.
fn stands(scene: &casework::Scene<'_>, act: &str, lang: Lang) -> (String, Option<Refusal>) {
    let all = open_acts(scene);
    let found = all.iter().filter(|(allowed, _)| allowed.act.get_ref() == act);
    let best = found.clone().find(|(_, stands)| stands.is_ok()).or(found.clone().next());
    match best {
        Some((allowed, stands)) => (act_title(allowed, lang), stands.clone().err()),
        None => {
            let step = scene
                .rules
                .procedures
                .get(&scene.case.procedure)
                .and_then(|p| p.step.iter().find(|step| *step.code.get_ref() == scene.case.step));
            let at = step.map_or(("", ""), |step| (step.name.as_str(), step.label.as_str()));
            let title = casework::act::title_in(scene.rules.procedures.get(&scene.case.procedure), act);
            let refusal = Refusal::new(
                "not-now",
                rulebook::Text::new(
                    format!("办件现在处于“{}”，不能“{}”。", at.0, title.zh),
                    format!("The case is at “{}”, where “{}” is not possible.", at.1, title.en),
                ),
                rulebook::Text::new("请按办件页面下方列出的事项办理。", "Do one of the acts listed at the foot of the case."),
            );
            (title.get(lang).to_owned(), Some(refusal))
        }
    }
}

/// What the button of an act says at this step.
pub fn act_title(allowed: &rulebook::procedure::Allowed, lang: Lang) -> String {
    let own = match lang {
        Lang::Zh => allowed.name.clone(),
        Lang::En => allowed.label.clone(),
    };
    own.unwrap_or_else(|| casework::act::title(allowed.act.get_ref()).get(lang).to_owned())
}

/// Those of the body who may handle the case, by name.
pub async fn handlers(app: &App, dossier: &Dossier) -> Result<Vec<(String, String)>, Problem> {
    let on = dossier.now.day();
    let mut ids = BTreeSet::new();
    // A receptionist handles what could not be done, and no permits.
    let takes = |own: &Procedure| {
        own.allowed().any(|allowed| allowed.act.get_ref() == "claim" && allowed.by.contains(&Role::Receptionist))
    };
    let received = dossier.procedure().is_some_and(takes);
    let roles =
        [Role::Examiner, Role::Receptionist, Role::Approver].into_iter().filter(|role| received || *role != Role::Receptionist);
    for role in roles {
        for id in app.office.store.staff_with_role(role, Some(&dossier.case.agency), on).await? {
            let duty = app.office.store.duty(&id, on).await?;
            if let Some(duty) = duty.filter(|duty| {
                duty.officer.powers.iter().any(|power| power.covers(role, &dossier.case.agency, &dossier.case.item, on))
            }) {
                ids.insert((duty.staff.name, duty.staff.id));
            }
        }
    }
    Ok(ids.into_iter().map(|(name, id)| (id, name)).collect())
}

async fn colleagues(app: &App, dossier: &Dossier) -> Result<Vec<(String, String)>, Problem> {
    let all = app.office.store.staff_at(Some(&dossier.case.agency)).await?;
    Ok(all.into_iter().filter(|staff| staff.active).map(|staff| (staff.id, staff.name)).collect())
}

async fn send(State(app): State<App>, visitor: Visitor, Path((no, act)): Path<(String, String)>, posted: Posted) -> Response {
    match sent(&app, &visitor, &no, &act, &posted).await {
        Err(Problem::SignIn(_)) => super::sign_in::keeping(&visitor, &posted).into_response(),
        found => visitor.answer(Area::Workbench, found),
    }
}

async fn sent(app: &App, visitor: &Visitor, no: &str, act: &str, posted: &Posted) -> Result<Response, Problem> {
    let sheet = Sheet::open(app, visitor, no, act).await?;
    let mut typed = Typed::of(posted);
    let seen: u64 = posted.read("seen")?;
    let lang = visitor.lang;
    let by = Actor::Officer(sheet.officer.clone());
    let told = if sheet.form.takes_files() { take_files(app, &by, &sheet.dossier, posted, &mut typed).await? } else { None };
    let status = |status: StatusCode, page: Page| Ok((status, page).into_response());
    if let Some(refusal) = told {
        let notices = vec![refusal_notice(&refusal, lang)];
        return status(StatusCode::UNPROCESSABLE_ENTITY, sheet.page(visitor, &typed, &[], notices, seen));
    }
    if posted.get("_step") == "back" {
        return Ok(sheet.page(visitor, &typed, &[], Vec::new(), seen).into_response());
    }
    if let Some(notice) = changed_since(&sheet.dossier, seen, lang) {
        // The author has seen it now: the next press is for the case as it stands.
        return status(StatusCode::CONFLICT, sheet.page(visitor, &typed, &[], vec![notice], sheet.dossier.case.version));
    }
    let mut done = match answers::read(sheet.form, &typed, &questions::fixed(sheet.form, &sheet.ground())) {
        Ok(done) => done,
        Err(faults) => return status(StatusCode::UNPROCESSABLE_ENTITY, sheet.page(visitor, &typed, &faults, Vec::new(), seen)),
    };
    if let Some(papers) = done.files() {
        let taken = app.office.uploads.taken_for_case(&app.office.store, &by, &sheet.dossier.case.no, typed.all("attached"));
        match taken.await {
            Ok(taken) => *papers = taken,
            Err(Stop::Refused(refusal)) => {
                let notices = vec![refusal_notice(&refusal, lang)];
                return status(StatusCode::UNPROCESSABLE_ENTITY, sheet.page(visitor, &typed, &[], notices, seen));
            }
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        }
    }
    if sheet.form.draft && posted.get("_step") != "do" {
        return match draft::letters(app, &sheet.dossier, &done, &by).await? {
            Ok(letters) => Ok(sheet.drafts(visitor, &typed, &letters, seen).into_response()),
            Err(refusal) => {
                status(StatusCode::CONFLICT, sheet.page(visitor, &typed, &[], vec![refusal_notice(&refusal, lang)], seen))
            }
        };
    }
    match app
        .office
        .perform(
            &sheet.dossier.case.no,
            &done,
            &by,
            Some(seen),
            posted.given("request").map(|request| format!("w:{request}")).as_deref(),
        )
        .await?
    {
        Outcome::Done(_) | Outcome::Again { .. } => Ok(Redirect::to(&format!("{}?done={act}", sheet.back())).into_response()),
        Outcome::Refused(refusal) => {
            status(StatusCode::CONFLICT, sheet.page(visitor, &typed, &[], vec![refusal_notice(&refusal, lang)], seen))
        }
        Outcome::Overtaken { .. } => {
            let fresh = Sheet::open(app, visitor, no, act).await?;
            let notices = changed_since(&fresh.dossier, seen, lang).into_iter().collect();
            status(StatusCode::CONFLICT, fresh.page(visitor, &typed, &[], notices, fresh.dossier.case.version))
        }
    }
}

/// Files of one act at most.
const MOST_FILES: usize = 20;

/// Keeps what was sent along and names it in the form, so that it is there however the press ends.
async fn take_files(
    app: &App,
    by: &Actor,
    dossier: &Dossier,
    posted: &Posted,
    typed: &mut Typed,
) -> Result<Option<Refusal>, Problem> {
    let (office, no) = (&app.office, &dossier.case.no);
    for file in posted.files().iter().filter(|file| file.field == "papers" && !file.name.is_empty()) {
        if typed.all("attached").count() >= MOST_FILES {
            return Ok(Some(Refusal::new(
                "too-many-files",
                rulebook::Text::new(format!("附件最多{MOST_FILES}份。"), format!("There can be {MOST_FILES} files at most.")),
                rulebook::Text::new("请合并后再传。", "Put them together."),
            )));
        }
        let now = office.now().await?;
        match office.uploads.take_for_case(&office.store, by, no, &file.name, file.bytes.to_vec(), now).await {
            Ok(id) => {
                typed.put(format!("attached.{id}"), &*file.name);
                typed.put("attached", id);
            }
            Err(Stop::Refused(refusal)) => return Ok(Some(*refusal)),
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        }
    }
    Ok(None)
}

/// What happened since the author looked, if that changes what one would decide.
pub fn changed_since(dossier: &Dossier, seen: u64, lang: Lang) -> Option<Notice> {
    dossier.case.overtaken(seen)?;
    let since = dossier.records.iter().filter(|record| record.version > seen);
    let notice = Notice::new(
        Tone::Warn,
        lang.say(
            "您填写期间，办件有了变化，这一步还没有办理。您填写的内容都在。",
            "The case changed while you were writing. Nothing was done yet; all you typed is kept.",
        ),
    );
    Some(notice.body(html! {
        (story::short(dossier, since, lang))
        p { (lang.say("请看过变化后再提交。", "Look at what changed, then send again.")) }
    }))
}

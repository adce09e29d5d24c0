//! `/apply/{item}` starts an application or goes on with one; `/drafts/{id}` is the form; the look before sending is in `sending`.
//! The counter uses the same renderer, rules and door.
//!
//! Who comes here: somebody who fills in a form for the first time and fears losing what was typed. Every field is saved by
//! itself and says so. Serves measures 2 and 6.

use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::commitment;
use crate::pieces::error_summary::error_summary;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::form::{Form, form};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::questions::{Asking, Handed, papers, questions};
use crate::pieces::{Tone, date, words};
use crate::typed::Carried;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post, put};
use casework::event::Channel;
use casework::{CaseNo, Moment};
use maud::{Markup, html};
use office::drafts::{self, Wanted, Whole};
use rulebook::intake::NOTHING_KNOWN;
use rulebook::item::Item;
use rulebook::{Lang, Text};
use serde::Deserialize;
use store::drafts::DraftPaper;
use store::reader::Filter;
use store::{Reader, Scope};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/apply/{item}", get(begin).post(start))
        .route("/drafts/{id}", get(show).post(save_all))
        .route("/drafts/{id}/fields", put(save_field))
        .route("/drafts/{id}/offers", post(take_offers))
        .route("/drafts/{id}/edition", post(take_edition))
        .route("/drafts/{id}/delete", post(delete))
        .route("/drafts/{id}/restore", post(restore))
        .route("/matters/{no}/correction", get(correction))
}

/// Open matters of the same item that are named.
const MOST_UNDER_WAY: usize = 5;

#[derive(Deserialize)]
struct From {
    /// The case that a matter is about.
    #[serde(default)]
    case: String,
    /// The permit that the application goes on from.
    #[serde(default)]
    earlier: String,
}

/// Before a new draft: those already open for this item come first, then where it will be handled.
async fn begin(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, Query(from): Query<From>) -> Response {
    let found = async { Ok::<_, Problem>(begin_page(&app, &visitor, &code, &from, None).await?.into_response()) };
    visitor.answer(Area::Portal, found.await)
}

async fn begin_page(app: &App, visitor: &Visitor, code: &str, from: &From, refused: Option<Notice>) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let (signed_in, holder) = visitor.applicant()?;
    let live = app.office.rulebooks.live()?;
    let item = live.rules.items.get(code).ok_or(Problem::NotFound)?;
    let name = lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name));
    let open = drafts::mine(&app.office.store, &signed_in.actor).await?;
    let open: Vec<_> = open.into_iter().filter(|draft| draft.item == code && draft.for_case.is_none()).collect();
    let now = app.office.now().await?;
    let today = now.day();
    let reader = Reader::for_actor(&app.office.store, Scope::of(&signed_in.actor, today));
    let choices: Vec<Choice<'_>> = super::awards::areas(&live.rules, code, today)
        .into_iter()
        .filter_map(|area| Some(Choice::new(area, super::wording::area_name(live.rules.areas.get(area)?, lang))))
        .collect();
    let closed = item.closed_from.filter(|from| *from <= today);
    let body = html! {
        div .page-head { div { p .over { (lang.say("网上申请", "Apply online")) } h1 { (words(name, lang)) } p .lead { (words(&item.summary, lang)) } } }
        @if let Some(from) = closed {
            (notice(&Notice::new(Tone::Warn, lang.say("本事项已停止受理新的申请", "This item takes no new applications")).body(html! {
                p { (from) (lang.say("：", ": ")) (words(&item.closed_reason, lang)) }
            }), lang))
        } @else if item.form.is_none() {
            (notice(&Notice::new(Tone::Info, lang.say("本事项不在这里申请", "This item is applied for elsewhere")).body(html! {
                p { a href=(format!("/items/{code}")) { (lang.say("办事指南说明了在哪里办理", "The guide says where")) } }
            }), lang))
        } @else { div .stack {
            @if !open.is_empty() {
                section .card .stack {
                    h2 { (lang.say("继续填写", "Go on with what you began")) }
                    ul { @for draft in &open {
                        li { a href=(format!("/drafts/{}", draft.id)) { (lang.say("草稿，最近保存于 ", "Draft, last saved ")) (date::moment(draft.updated_at.wall(), lang)) } }
                    } }
                }
            }
            (under_way(&reader, &holder.key(), code, now, |no| format!("/matters/{no}"), lang.say("您已有一件正在办理", "One of yours is under way already"), lang).await?)
            (none_left_of(app, item, lang).await?)
            (super::awards::windows(&super::awards::programmes(&live.rules, code), today, lang))
            section .stack {
                h2 { (lang.say("新的申请", "A new application")) }
                (form(&Form { action: &format!("/apply/{code}"), csrf: visitor.csrf(), ..Form::default() }, html! {
                    input type="hidden" name="case" value=(from.case);
                    input type="hidden" name="earlier" value=(from.earlier);
                    (field(&Field::new("area", lang.say("经营或办理地点所在区域", "Where the premises are"), Control::Select { value: "", choices: &choices })
                        .hint(lang.say("决定由哪个机关办理；一个地址可能同时属于街镇和开发区，请选开发区。", "Decides which body handles it. If an address lies in a street and in a zone, choose the zone."))
                        .required(), lang))
                }, html! { div .buttons { (button(&Button::new(lang.say("开始填写", "Start")).look(Look::Large))) } }, lang))
                p .muted { (lang.say("每填一项都会自动保存，可以随时离开再回来。", "Every answer is saved by itself; you may leave and come back.")) }
            }
        } }
    };
    let mut page = visitor.page(Area::Portal, name, body);
    page.notices.extend(refused);
    page.breadcrumbs = vec![Crumb::to(format!("/items/{code}"), name), Crumb::here(lang.say("申请", "Apply"))];
    Ok(page)
}

async fn start(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (signed_in, holder) = visitor.applicant()?;
        if !signed_in.may(&code, Some("submit")) {
            return Err(Problem::Forbidden);
        }
        let lang = visitor.lang;
        let live = app.office.rulebooks.live()?;
        let area = posted.get("area");
        let from = From { case: posted.get("case").to_owned(), earlier: posted.get("earlier").to_owned() };
        let today = app.office.now().await?.day();
        if !live.rules.areas.contains_key(area) {
            let told = Notice::new(Tone::Bad, lang.say("请选择所在区域", "Choose an area"));
            return Ok(begin_page(&app, &visitor, &code, &from, Some(told)).await?.into_response());
        }
        let Some(agency) = live.rules.competent(&code, area, today).first().map(|agency| agency.code.get_ref().clone()) else {
            let told = Notice::new(Tone::Bad, lang.say("没有机关在这一区域办理本事项", "No body handles this item in that area"))
                .body(html! { p { (lang.say("请核对区域，或拨打咨询电话。", "Check the area, or call the enquiry line.")) } });
            return Ok(begin_page(&app, &visitor, &code, &from, Some(told)).await?.into_response());
        };
        let id = app.office.begin_draft(&signed_in.actor, holder, &code, &agency, area, Channel::Online).await?;
        let about: Vec<(String, String)> = [("matter-case", from.case), (office::apply::EARLIER_PERMIT, from.earlier)]
            .into_iter()
            .filter(|(_, no)| !no.is_empty())
            .map(|(field, no)| (field.to_owned(), no))
            .collect();
        if !about.is_empty() {
            drafts::save(&app.office.store, &live.rules, &signed_in.actor, &id, &about, app.office.now().await?).await?;
        }
        Ok::<_, Problem>(Redirect::to(&format!("/drafts/{id}")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

/// A draft of the visitor with the item it is for.
pub(super) async fn draft_of(app: &App, visitor: &Visitor, id: &str) -> Result<Whole, Problem> {
    let (signed_in, _) = visitor.applicant()?;
    let whole = app.office.open_draft(&signed_in.actor, id).await?;
    if signed_in.may(&whole.draft.item, Some("submit")) { Ok(whole) } else { Err(Problem::NotFound) }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    let found = async { page(&app, &visitor, &id, false, Vec::new()).await };
    visitor.answer(Area::Portal, found.await)
}

/// The form. After the check every empty field says so.
pub(super) async fn page(app: &App, visitor: &Visitor, id: &str, checked: bool, notices: Vec<Notice>) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let whole = draft_of(app, visitor, id).await?;
    if let Some(no) = &whole.draft.submitted {
        return Err(Problem::Refused(casework::Refusal::new(
            "submitted-already",
            Text::new(format!("这份申请已提交，办件编号 {no}。"), format!("This application was sent as case {no}.")),
            Text::new("请在“我的事项”查看进展。", "See “My matters” for how it stands."),
        )));
    }
    let edition = app.office.rulebooks.edition(&app.office.store, &whole.draft.edition).await?;
    let wanted = Wanted::of(&edition.rules, &whole.draft).ok_or(Problem::NotFound)?;
    let name = wanted.name();
    let name = name.get(lang);
    let today = app.office.now().await?.day();
    let known = what_is_known(app, visitor, &whole, &edition).await?;
    let bundle = wanted.bundle();
    let answered = Answered::of(app, &whole).await?;
    let mut intake = bundle.intake(&whole.answers, &answered.handed, &NOTHING_KNOWN, today);
    answered.narrow(&mut intake);
    app.office.ask_for_own_copies(&edition.rules, &whole.draft, &mut intake, today).await?;
    let handed = handed(&whole);
    let upload = format!("/drafts/{id}/papers");
    let origin = |_: &str| None;
    let (named, telling) = asked_again(app, visitor, &whole, &edition).await?;
    let over = match &whole.draft.for_case {
        Some(_) if answered.only.is_some() => lang.say("补交材料", "Papers to follow"),
        Some(_) => lang.say("补正材料", "Corrections"),
        None if wanted.together => lang.say("一件事，一次填报", "Several items, one form"),
        None => lang.say("网上申请", "Apply online"),
    };
    let choices = commitment_choices(app, &whole, &wanted, &edition, lang).await?;
    let asking = Asking { rules: &edition.rules, lang, checked, upload: Some(&upload), told: &named, origin: &origin };
    let faults = if answered.only.is_none() { faults_shown(&intake, lang) } else { Vec::new() };
    let summary: Vec<(&str, &str)> = faults.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let body = html! {
        div .page-head { div { p .over { (over) } h1 { (words(name, lang)) } } }
        (telling)
        (answered.until(&edition.rules, lang))
        @if whole.draft.for_case.is_none() {
            (super::awards::closed_now(&edition.rules, &whole.draft.item, &whole.draft.agency, today, lang))
            (none_left(app, &wanted, lang).await?)
        }
        @if wanted.together { (super::themes::parts(&bundle, &edition.rules, &whole.draft.area, today, lang)) }
        (super::addressed::told(app, &wanted, &whole, lang)?)
        @if checked && !summary.is_empty() { (error_summary(&summary, lang)) }
        (known)
        (form(&Form {
            action: &format!("/drafts/{id}"),
            csrf: visitor.csrf(),
            autosave: Some(&format!("/drafts/{id}/fields")),
            fragment: Some(&format!("/drafts/{id}")),
            ..Form::default()
        }, html! {
            @if answered.only.is_none() { (choices) (questions(&asking, &intake)) }
            (papers(&asking, &intake, &handed))
        }, html! {
            div .buttons {
                (button(&Button::new(lang.say("检查并提交", "Check and send")).look(Look::Large).named("next", "check")))
                (button(&Button::new(lang.say("保存，以后再填", "Save for later")).look(Look::Second).named("next", "later")))
            }
        }, lang))
        form method="post" action=(format!("/drafts/{id}/delete")) .no-print {
            input type="hidden" name="csrf" value=(visitor.csrf());
            p { button .link type="submit" { (lang.say("删除这份草稿", "Delete this draft")) } " " span .hint { (lang.say("30天内可以恢复", "It can be restored for 30 days")) } }
        }
    };
    let mut page = visitor.page(Area::Portal, name, body);
    page.notices = notices;
    page.breadcrumbs = vec![Crumb::to("/matters", lang.say("我的事项", "My matters")), Crumb::here(name)];
    Ok(page)
}

/// The choice between the ordinary way and a commitment, for a new application; the same at every door.
pub(crate) async fn commitment_choices(
    app: &App,
    whole: &Whole,
    wanted: &Wanted<'_>,
    edition: &office::Edition,
    lang: Lang,
) -> Result<Markup, Problem> {
    let holder = casework::Holder::from_key(&whole.draft.holder).filter(|_| whole.draft.for_case.is_none());
    let Some(holder) = holder else { return Ok(Markup::default()) };
    let today = app.office.now().await?.day();
    let papers = wanted.items.iter().flat_map(|item| &item.material).map(|needed| needed.key.get_ref().clone());
    let breach = app.office.breach(&edition.rules, &holder, &whole.draft.item, &papers.collect::<Vec<_>>(), today).await?;
    Ok(commitment::choices(wanted, &edition.rules, &whole.answers, breach.as_ref(), today, lang))
}

/// Said before anybody fills in a form: the item is limited in number and none is left. Sending stays possible, for no machine
/// refuses: one may become free before the decision, which a person takes (行政许可法 art. 57).
pub(crate) async fn none_left(app: &App, wanted: &Wanted<'_>, lang: Lang) -> Result<Markup, Problem> {
    let mut told = Vec::new();
    for item in &wanted.items {
        told.push(none_left_of(app, item, lang).await?);
    }
    Ok(html! { @for told in &told { (told) } })
}

pub(crate) async fn none_left_of(app: &App, item: &Item, lang: Lang) -> Result<Markup, Problem> {
    let Some(most) = item.quantity_limit else { return Ok(html! {}) };
    let left = app.office.store.quota_left(item.code.get_ref(), app.office.now().await?).await?;
    if left != Some(0) {
        return Ok(html! {});
    }
    let title = lang.say("有数量限制，目前名额已用完", "Limited in number, and none is left now");
    Ok(notice(&Notice::new(Tone::Warn, title).body(html! {
        p { (match lang {
            Lang::Zh => format!("本事项共 {most} 个名额，已经全部用完。您仍然可以提交申请：申请照常收下，按受理的先后顺序决定；到时没有名额的，由审批人书面决定不予许可并说明理由（行政许可法第五十七条）。"),
            Lang::En => format!("There are {most} in all and each is taken. You may still apply: applications are taken in all the same and decided in the order of acceptance; if none becomes free, a person refuses in writing, with the reasons (Administrative Licensing Law art. 57)."),
        }) }
    }), lang))
}

/// Said before anybody begins another: the same holder has open matters of this item. Nobody is kept from it.
pub(crate) async fn under_way(
    reader: &Reader,
    holder: &str,
    item: &str,
    now: Moment,
    href: impl Fn(&CaseNo) -> String,
    title: &str,
    lang: Lang,
) -> Result<Markup, Problem> {
    let filter = Filter { open: Some(true), item: Some(item.to_owned()), holder: Some(holder.to_owned()), ..Filter::default() };
    let open = reader.list(&filter, None, MOST_UNDER_WAY, now).await?.rows;
    if open.is_empty() {
        return Ok(html! {});
    }
    Ok(notice(&Notice::new(Tone::Info, title).body(html! {
        ul { @for row in &open {
            li { a .num href=(href(&row.no)) { (row.no) } (lang.say("，", ", sent ")) (date::day(row.submitted_at.day(), lang)) (lang.say("提交", "")) }
        } }
        p { (lang.say("另有一处经营场所、另一件事的，可以照常开始新的申请。", "For other premises or another matter, begin a new application all the same.")) }
    }), lang))
}

/// What is wrong with the answers, by the name of the field that each line leads to; the same at every door.
pub(crate) fn faults_shown(intake: &rulebook::intake::Intake<'_>, lang: Lang) -> Vec<(String, String)> {
    let shown = |question: &rulebook::intake::Question<'_>, fault: &Text| {
        let name = question.field.name.get_ref();
        let label = lang.say(name, question.field.label.as_deref().unwrap_or(name));
        (question.field.code.clone(), format!("{label}{}{}", lang.say("：", ": "), fault.get(lang)))
    };
    intake.faults().map(|(question, fault)| shown(question, fault)).collect()
}

/// The case that a draft answers to, and how far: what it has already is not missing, and where only papers may follow nothing else is
/// asked, for nothing else would be taken.
#[derive(Default)]
pub(super) struct Answered {
    pub case: Option<casework::Case>,
    pub only: Option<Vec<String>>,
    /// Keys of the papers that the body has or gets with this.
    pub handed: Vec<String>,
}

impl Answered {
    pub(super) async fn of(app: &App, whole: &Whole) -> Result<Answered, Problem> {
        let mut answered = Answered { handed: whole.handed(), ..Answered::default() };
        if let Some(no) = &whole.draft.for_case {
            let case = app.office.store.case(&casework::CaseNo(no.clone())).await?.ok_or(Problem::NotFound)?;
            answered.handed.extend(case.materials.iter().map(|handed| handed.key.clone()));
            answered.only = office::supplies::only_papers(&case);
            answered.case = Some(case);
        }
        Ok(answered)
    }

    /// Leaves of what is asked only what may still be given.
    pub(super) fn narrow(&self, intake: &mut rulebook::intake::Intake<'_>) {
        if let Some(only) = &self.only {
            intake.papers.retain(|paper| only.contains(paper.needed.key.get_ref()));
        }
    }

    /// Until when each paper may follow.
    fn until(&self, rules: &rulebook::Rulebook, lang: Lang) -> Markup {
        let (Some(case), Some(only)) = (&self.case, &self.only) else { return Markup::default() };
        let days: Vec<_> = only.iter().filter_map(|key| Some((key, case.deferred_due(key)?))).collect();
        html! {
            @if !days.is_empty() {
                (notice(&Notice::new(Tone::Warn, lang.say("请在期限内补交", "Hand these in in time")).body(html! {
                    ul { @for (key, day) in &days {
                        li { (words(crate::workbench::wording::about_name(rules, key, lang), lang)) (lang.say("：", ": until ")) (date::day(*day, lang)) (lang.say("前", "")) }
                    } }
                    p { (lang.say("已经受理的申请内容不能在这里修改；确需更正的，请联系经办人。", "What was applied for and accepted cannot be changed here; for a correction ask the officer in charge.")) }
                }), lang))
            }
        }
    }

    /// What the notice asked for and this answer leaves as it is.
    pub(super) fn left<'n>(&self, named: &'n [String], whole: &Whole, before: &rulebook::intake::Answers) -> Vec<&'n str> {
        let has = |paper: &DraftPaper| self.case.as_ref().is_some_and(|case| case.has_file(&paper.key, &paper.digest));
        let given = |about: &str| {
            whole.papers.iter().any(|paper| paper.key == about && !has(paper))
                || whole.answers.get(about).map_or("", String::as_str) != before.get(about).map_or("", String::as_str)
        };
        named.iter().map(String::as_str).filter(|about| !given(about)).collect()
    }
}

/// What the notice of correction says, above the form that answers it, with the papers it names.
pub(crate) async fn asked_again(
    app: &App,
    visitor: &Visitor,
    whole: &Whole,
    edition: &office::Edition,
) -> Result<(Vec<String>, Markup), Problem> {
    let Some(no) = &whole.draft.for_case else { return Ok(Default::default()) };
    let no = casework::CaseNo(no.clone());
    let case = app.office.store.case(&no).await?.ok_or(Problem::NotFound)?;
    let together = case.bundle.is_some();
    let told = if together { app.office.corrections_in(&case).await? } else { vec![case] };
    let lang = visitor.lang;
    let (mut named, mut lines) = (Vec::new(), Vec::new());
    for case in &told {
        // Of a bundle every part that still waits is asked for; what a case was told is asked for until it is answered.
        let open = case.corrections.last().filter(|correction| together || correction.supplied.is_none());
        let said = app.office.words(&case.no).await?;
        for defect in open.iter().flat_map(|open| &open.defects).filter(|defect| is_open(case, &defect.about, together)) {
            let part = edition.rules.items.get(&case.item).filter(|_| together).map_or("", |item| item_name(item, lang));
            lines.push((&defect.about, part, said.get(&defect.words.0).cloned().unwrap_or_default()));
            named.push(defect.about.clone());
        }
    }
    if lines.is_empty() {
        return Ok(Default::default());
    }
    let telling = Notice::new(Tone::Warn, lang.say("一次性告知需要补正的内容", "What the notice asks for")).body(html! {
        ul {
            @for (about, part, said) in &lines {
                li {
                    strong { (words(crate::workbench::wording::about_name(&edition.rules, about, lang), lang)) } (lang.say("：", ": "))
                    (words(said, lang))
                    @if !part.is_empty() { " " span .muted { (lang.say("（", "(")) (words(part, lang)) (lang.say("）", ")")) } }
                }
            }
        }
    });
    Ok((named, notice(&telling, lang)))
}

/// Whether what a part of a bundle was told is still not cured.
fn is_open(case: &casework::Case, about: &str, together: bool) -> bool {
    !together || case.corrections.last().is_some_and(|told| told.left.iter().any(|left| left == about))
}

/// What a register or an earlier matter knows already, offered with its source and age; and what changed in the rules since.
async fn what_is_known(app: &App, visitor: &Visitor, whole: &Whole, edition: &office::Edition) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let live = app.office.rulebooks.live()?;
    let standing = drafts::standing(&whole.draft, &edition.rules, &live.rules, &live.name, now.day());
    let id = &whole.draft.id;
    let known = offered(app, visitor, whole, edition, &format!("/drafts/{id}/offers")).await?;
    Ok(html! {
        @if let drafts::Standing::Newer(differences) = &standing {
            @if whole.draft.for_case.is_none() && !differences.is_empty() {
                (notice(&Notice::new(Tone::Warn, lang.say("填写期间规则有更新", "The rules have changed since you began")).body(html! {
                    ul { @for difference in differences { li { (difference.get(lang)) } } }
                    form method="post" action=(format!("/drafts/{id}/edition")) { input type="hidden" name="csrf" value=(visitor.csrf());
                        (button(&Button::new(lang.say("按新规则继续", "Go on under the new rules")))) }
                }), lang))
            }
        }
        @if let drafts::Standing::Closed { from, reason } = &standing {
            (notice(&Notice::new(Tone::Warn, lang.say("本事项已停止受理", "The item is closed")).body(html! {
                p { (from) (lang.say("：", ": ")) (words(reason, lang)) }
                p { (lang.say("草稿保留；可到窗口索取书面答复。", "Your draft is kept; any counter gives you a written answer.")) }
            }), lang))
        }
        (known)
    })
}

/// What registers and earlier matters know already: nobody types it twice, in the portal or at a counter.
pub(crate) async fn offered(
    app: &App,
    visitor: &Visitor,
    whole: &Whole,
    edition: &office::Edition,
    take: &str,
) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let by = visitor.actor().ok_or_else(|| Problem::SignIn(visitor.here.clone()))?;
    let (offers, papers) = drafts::offers(&app.office.store, &edition.rules, by, whole, app.office.now().await?).await?;
    if offers.is_empty() && papers.is_empty() {
        return Ok(Markup::default());
    }
    let label = |code: &str| {
        edition.rules.field_of(code).map_or_else(
            || code.to_owned(),
            |field| lang.say(field.name.get_ref(), field.label.as_deref().unwrap_or(field.name.get_ref())).to_owned(),
        )
    };
    // The number of a natural person, or of an account, is told by its ends, here as elsewhere.
    let shown = |code: &str, value: &str| {
        let number = edition.rules.field_of(code).is_some_and(|field| field.kind == rulebook::field::FieldKind::CitizenId);
        if number {
            rulebook::identifier::mask(value)
        } else if code == office::claims::PAYEE[1] {
            crate::pieces::award::masked(value)
        } else {
            value.to_owned()
        }
    };
    let paper = |key: &str| {
        let material = edition.rules.materials.get(key);
        material.map_or(key.to_owned(), |known| lang.say(&known.name, known.label.as_deref().unwrap_or(&known.name)).to_owned())
    };
    Ok(notice(
        &Notice::new(Tone::Info, lang.say("以前提供过的内容可以直接带入", "What was given before can be filled in")).body(html! {
            form method="post" action=(take) { input type="hidden" name="csrf" value=(visitor.csrf());
                (button(&Button::new(lang.say("全部带入", "Fill them in")).look(Look::Second))) }
            details open[offers.len() + papers.len() <= FEW] {
                summary { (lang.say("有哪些、从哪里来", "What, and where it comes from")) " (" (offers.len() + papers.len()) ")" }
                ul {
                    @for offer in &offers { li {
                        (words(&label(&offer.field), lang)) (lang.say("：", ": ")) (words(&shown(&offer.field, &offer.value), lang)) " "
                        span .hint { (source(&offer.source, lang)) (lang.say("，", ", ")) (crate::pieces::date::day(offer.at.day(), lang)) }
                    } }
                    @for offered in &papers { li {
                        (words(&paper(&offered.key), lang)) (lang.say("：", ": ")) (words(&offered.file_name, lang)) " "
                        span .hint { (source(&drafts::Source::Case(offered.from_case.clone()), lang)) (lang.say("，", ", ")) (crate::pieces::date::day(offered.at.day(), lang)) }
                    } }
                }
            }
        }),
        lang,
    ))
}

/// Lines of what is offered that need not be folded.
const FEW: usize = 6;

/// Where an offered answer comes from.
fn source(source: &drafts::Source, lang: Lang) -> Markup {
    match source {
        drafts::Source::Case(no) => html! { (lang.say("办件 ", "matter ")) span .num { (no) } },
        drafts::Source::Register(name) => html! { (lang.say("登记信息 ", "register ")) (words(name, lang)) },
        drafts::Source::Account => html! { (lang.say("您的账户", "the account")) },
    }
}

/// Takes over all that is known.
pub(crate) async fn take(app: &App, by: &casework::Actor, whole: &Whole) -> Result<(), Problem> {
    let edition = app.office.rulebooks.edition(&app.office.store, &whole.draft.edition).await?;
    let (now, id) = (app.office.now().await?, &whole.draft.id);
    let (offers, papers) = drafts::offers(&app.office.store, &edition.rules, by, whole, now).await?;
    let answers: Vec<(String, String)> = offers.into_iter().map(|offer| (offer.field, offer.value)).collect();
    drafts::save(&app.office.store, &edition.rules, by, id, &answers, now).await?;
    for paper in papers {
        drafts::use_given_paper(&app.office.store, &edition.rules, by, id, &paper.key, now).await?;
    }
    Ok(())
}

async fn take_offers(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let whole = draft_of(&app, &visitor, &id).await?;
        take(&app, &signed_in.actor, &whole).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/drafts/{id}")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

async fn take_edition(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let live = app.office.rulebooks.live()?;
        drafts::move_to(&app.office.store, &signed_in.actor, &id, &live.name, app.office.now().await?).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/drafts/{id}")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

/// Saves what was posted, each answer with what is wrong about it.
async fn save_answers(app: &App, visitor: &Visitor, id: &str, posted: &Posted) -> Result<Vec<drafts::Saved>, Problem> {
    let (signed_in, _) = visitor.applicant()?;
    let whole = draft_of(app, visitor, id).await?;
    let edition = app.office.rulebooks.edition(&app.office.store, &whole.draft.edition).await?;
    let now = app.office.now().await?;
    Ok(drafts::save(&app.office.store, &edition.rules, &signed_in.actor, id, &answers_of(posted), now).await?)
}

fn handed(whole: &Whole) -> Vec<Handed> {
    let id = &whole.draft.id;
    whole
        .papers
        .iter()
        .map(|paper| Handed {
            key: paper.key.clone(),
            name: paper.file_name.clone(),
            href: format!("/drafts/{id}/papers/{}/{}", paper.key, paper.digest),
            size: 0,
            note: paper.at.to_string(),
            remove: format!("{}:{}", paper.key, paper.digest),
        })
        .collect()
}

/// The answer of the script that saves each field by itself.
async fn save_field(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let saved = save_answers(&app, &visitor, &id, &posted).await?;
        let now = app.office.now().await?;
        let fault = saved.into_iter().find_map(|saved| saved.fault);
        let at = now.wall();
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

/// Field codes with their values; several ticks of one field are joined, names of ours are passed over.
pub fn answers_of(posted: &Posted) -> Vec<(String, String)> {
    let mut answers: Vec<(String, String)> = Vec::new();
    for (name, value) in posted.pairs() {
        if ["csrf", "request", "seen", "next"].contains(&name) || name.starts_with('_') || name.starts_with("paper.") {
            continue;
        }
        match answers.iter_mut().find(|(known, _)| known == name) {
            Some((_, joined)) if !joined.is_empty() && !value.is_empty() => {
                joined.push('、');
                joined.push_str(value);
            }
            Some((_, joined)) if joined.is_empty() => value.clone_into(joined),
            Some(_) => {}
            None => answers.push((name.to_owned(), value.trim().to_owned())),
        }
    }
    answers
}

/// Without scripts: the whole form at once, files and all.
async fn save_all(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        save_answers(&app, &visitor, &id, &posted).await?;
        let (signed_in, _) = visitor.applicant()?;
        let now = app.office.now().await?;
        let whole = draft_of(&app, &visitor, &id).await?;
        let edition = app.office.rulebooks.edition(&app.office.store, &whole.draft.edition).await?;
        let mut refused = Vec::new();
        for file in posted.files() {
            if let Some(key) = file.field.strip_prefix("paper.") {
                let rules = &edition.rules;
                let bytes = file.bytes.to_vec();
                let kept = app
                    .office
                    .uploads
                    .take_whole(&app.office.store, rules, &signed_in.actor, &id, key, &file.name, bytes, now)
                    .await;
                if let Err(stop) = kept {
                    match Problem::from(stop) {
                        Problem::Refused(refusal) => refused.push(refusal_notice(&refusal, visitor.lang)),
                        problem => return Err(problem),
                    }
                }
            }
        }
        if let Some((key, digest)) = posted.get("_remove").split_once(':') {
            drafts::remove_paper(&app.office.store, &signed_in.actor, &id, key, digest, now).await?;
        }
        if !refused.is_empty() {
            return Ok(page(&app, &visitor, &id, false, refused).await?.into_response());
        }
        let to = match posted.get("next") {
            "check" => format!("/drafts/{id}/check"),
            "later" => "/matters".to_owned(),
            _ => format!("/drafts/{id}"),
        };
        Ok::<_, Problem>(Redirect::to(&to).into_response())
    };
    match found.await {
        // A form with files is not kept on the way, and this one is the longest that anybody types: it goes along through the sign-in.
        Err(Problem::SignIn(_)) => {
            super::sign_in::keeping(&visitor, &Carried::sent(&visitor.here, posted.pairs())).into_response()
        }
        found => visitor.answer(Area::Portal, found),
    }
}

async fn delete(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        drafts::delete(&app.office.store, &signed_in.actor, &id, app.office.now().await?).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/matters?deleted={id}")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

async fn restore(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        drafts::restore(&app.office.store, &signed_in.actor, &id, app.office.now().await?).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/drafts/{id}")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

/// Answering a correction: the same form, filled with what was sent, as a draft for that case.
async fn correction(State(app): State<App>, visitor: Visitor, Path(no): Path<String>) -> Response {
    let found = async {
        let (signed_in, _) = visitor.applicant()?;
        let mine = super::case::mine(&app, &visitor, &no).await?;
        let id = app.office.begin_correction(&signed_in.actor, &mine.case).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/drafts/{id}")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

/// The name of an item in the visitor's language.
pub fn item_name(item: &Item, lang: Lang) -> &str {
    lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name))
}

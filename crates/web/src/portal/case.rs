//! `/matters/{no}`: one matter in plain words: what happened, what is next, who has it and until when.
//!
//! Who comes here: an applicant who wants to know where the matter stands, and fears that a silent deadline passed or that
//! something was missed. Serves measures 2 and 9.

mod acts;
mod clocks;
mod files;
mod form;

pub(super) use acts::{act, is_paper, refused, take_files};
pub use clocks::explanation;

use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::{Light, light};
use crate::pieces::timeline::{Happening, timeline};
use crate::pieces::{Tone, date, words};
use crate::portal::wording::item_name;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use casework::actor::By;
use casework::event::Event;
use casework::{Case, CaseNo, Moment, Record, narrate};
use jiff::civil::Date;
use maud::{Markup, html};
use office::{Edition, renewals};
use rulebook::Lang;
use rulebook::item::{Handling, Item};
use rulebook::procedure::{Step, WaitsFor};
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/matters/{no}", get(show))
        .merge(clocks::routes())
        .merge(files::routes())
        .merge(form::routes())
        .merge(acts::routes())
}

/// A case of the holder that the visitor acts for, with its rules and its story. Anybody else's is not found.
pub(super) struct Mine {
    pub case: Case,
    pub records: Vec<Record>,
    pub words: BTreeMap<u32, String>,
    pub edition: Arc<Edition>,
}

pub(super) async fn mine(app: &App, visitor: &Visitor, no: &str) -> Result<Mine, Problem> {
    let (signed_in, holder) = visitor.applicant()?;
    let no = CaseNo(no.to_owned());
    let is_mine = |case: &Case| case.holder.as_ref() == Some(holder) && signed_in.may(&case.item, None);
    let case = app.office.store.case(&no).await?.filter(is_mine).ok_or(Problem::NotFound)?;
    let records = app.office.store.records(&no).await?;
    let words = app.office.words(&no).await?;
    let edition = app.office.rulebooks.edition(&app.office.store, &case.edition).await?;
    Ok(Mine { case, records, words, edition })
}

impl Mine {
    pub(super) fn step(&self) -> Option<&Step> {
        let procedure = self.edition.rules.procedures.get(&self.case.procedure)?;
        procedure.step.iter().find(|step| *step.code.get_ref() == self.case.step)
    }

    pub(super) fn item_name(&self, lang: Lang) -> &str {
        let rules = &self.edition.rules;
        let theme = self.case.bundle.as_ref().and_then(|bundle| rules.themes.get(bundle.theme.as_ref()?));
        if let Some(theme) = theme {
            return lang.say(&theme.name, theme.label.as_deref().unwrap_or(&theme.name));
        }
        let item = rules.items.get(&self.case.item);
        item.map_or(self.case.item.as_str(), |item| lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name)))
    }

    pub(super) fn can(&self, act: &str) -> bool {
        use rulebook::procedure::Role;
        self.step().is_some_and(|step| {
            step.act.iter().any(|allowed| allowed.act.get_ref() == act && allowed.by.contains(&Role::Applicant))
        })
    }
}

/// The draft under assessment, for the body of the administration that sent it: a draft is not published, and its code alone lets nobody
/// read it.
async fn assessed(app: &App, visitor: &Visitor, mine: &Mine) -> Result<Markup, Problem> {
    let item = mine.edition.rules.items.get(&mine.case.item);
    let object = mine.case.holder.as_ref().and_then(casework::Holder::object);
    if !item.zip(object).is_some_and(|(item, object)| item.objects.iter().any(|one| one == object)) {
        return Ok(Markup::default());
    }
    crate::workbench::policies::in_case::card(app, visitor, &mine.case, &mine.records).await
}

/// What the light of a case is, computed from its clocks and never stored.
pub fn light_of(case: &Case, now: Moment) -> Light {
    if !case.is_open() {
        return if case.is_red() { Light::Overdue } else { Light::Done };
    }
    if case.is_red() {
        return Light::Overdue;
    }
    if case.paused() {
        return Light::Paused;
    }
    // The applicant's own term has passed: the office is not late, but nothing is on time either.
    let own = |clock: &casework::clock::Clock| !clock.binds_office && clock.is_running() && clock.expired.is_some();
    if case.clocks.iter().any(own) {
        return Light::Overdue;
    }
    match case.next_due() {
        Some(clock) if now >= Moment::start_of(clock.warn) => Light::Soon,
        Some(clock) if clock.provisional => Light::Provisional,
        _ => Light::Normal,
    }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(no): Path<String>) -> Response {
    let found = async {
        let mine = mine(&app, &visitor, &no).await?;
        let urged = Notice::new(Tone::Good, visitor.lang.say("已催办，承办人已收到消息。", "Urged; the handler has been told."));
        let notices = if visitor.asked().get("done") == "urged" { vec![urged] } else { Vec::new() };
        page(&app, &visitor, &mine, notices).await
    };
    visitor.answer(Area::Portal, found.await)
}

pub(super) async fn page(app: &App, visitor: &Visitor, mine: &Mine, notices: Vec<Notice>) -> Result<Page, Problem> {
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let case = &mine.case;
    let item = mine.item_name(lang);
    let parts = under_way(app, case).await?;
    let body = html! {
        div .page-head { div {
            p .over { (lang.say("办件编号", "Case")) " " span .num { (case.no) } }
            h1 { (words(item, lang)) }
            p .lead { (light(worst_of(case, &parts, now), lang)) " " (where_it_stands(mine, lang)) }
        } }
        div .with-side {
            div .stack {
                (super::by_rule::coming(mine, now, visitor))
                (super::commitment::asked(visitor, mine))
                (super::awards::asked(app, visitor, mine).await?)
                (what_is_asked(visitor, mine))
                (super::joint::acts(visitor, mine))
                (super::bundle::parts(app, visitor, mine, now).await?)
                (signed(app, mine, lang).await?)
                section .stack {
                    h2 { (lang.say("经过", "What happened")) }
                    (story(app, mine, lang).await?)
                }
                (assessed(app, visitor, mine).await?)
                (super::by_rule::section(mine, visitor))
                (form::link(mine, lang))
                (files::papers_handed_in(mine, lang))
            }
            aside .stack {
                section .card { h2 { (lang.say("由谁办、到何时", "Who has it, and until when")) } (who_and_when(app, mine, &parts, now.day(), lang).await?) }
                (crate::pieces::award::card(case, &mine.records, &mine.words, &mine.edition.rules, now.day(), lang))
                (crate::pieces::permit::card(case, &mine.edition.rules, now.day(), "/matters", lang))
                (go_on(app, mine, now, lang)?)
                section .card { h2 { (lang.say("期限", "Limits")) } (clocks::limits(mine, now, lang)) }
                section .card { h2 { (lang.say("文书", "Letters")) } (files::letters(mine, lang)) }
                (acts::other_acts(app, visitor, mine, now.day()))
            }
        }
    };
    let mut page = visitor.page(Area::Portal, item, body);
    page.notices = notices;
    page.notices.extend(just_sent(mine, now, lang));
    page.breadcrumbs = vec![Crumb::to("/matters", lang.say("我的事项", "My matters")), Crumb::here(case.no.to_string())];
    Ok(page)
}

/// So long after it was sent its page begins with the word that it was.
const JUST_SENT: i64 = 10 * 60_000;

/// That it arrived and need not be sent again; nothing once an officer has acted.
fn just_sent(mine: &Mine, now: Moment, lang: Lang) -> Option<Notice> {
    let sent = mine.case.submitted.filter(|at| mine.case.is_open() && now.0 - at.0 < JUST_SENT)?;
    if mine.records.iter().any(|record| matches!(record.by, casework::actor::By::Officer(_))) {
        return None;
    }
    Some(Notice::new(Tone::Good, lang.say("已提交", "Sent")).body(html! {
        p { (date::moment(sent.wall(), lang)) (lang.say("收到，办件编号 ", " · case ")) span .num { (mine.case.no) }
            (lang.say("。不必再交；每有进展都会通知您。", ". Nothing need be sent again; you are told of every step.")) }
    }))
}

/// Who signed it with the applicant, and what.
async fn signed(app: &App, mine: &Mine, lang: Lang) -> Result<Markup, Problem> {
    if mine.case.signatures.is_empty() {
        return Ok(Markup::default());
    }
    let answers = app.office.answers_of(&mine.case).await?;
    let kept = office::signers::kept(&mine.case, &mine.words, &mine.edition.rules, &answers);
    Ok(crate::pieces::signatures::given(&kept, Some(&format!("/matters/{}/signed", mine.case.no)), lang))
}

/// What a permit that stands can be gone on to: its renewal, change, reissue or deregistration, by the items of today.
fn go_on(app: &App, mine: &Mine, now: Moment, lang: Lang) -> Result<Markup, Problem> {
    let case = &mine.case;
    let stands = casework::Permit::of(case)
        .is_some_and(|permit| permit.ending.is_none() && permit.successor.is_none() && !permit.has_run_out(now.day()));
    let live = app.office.rulebooks.live()?;
    let goes_on =
        |item: &&Item| item.continues.as_ref().is_some_and(|continues| continues.of.iter().any(|of| *of.get_ref() == case.item));
    let until = casework::Permit::of(case).and_then(|permit| permit.valid_until).filter(|_| stands);
    let window = live.rules.items.get(&case.item).zip(until).and_then(|(item, until)| renewals::window(item, until));
    let open = window.filter(|(from, _)| *from <= now.day());
    let items: Vec<_> = live.rules.items.values().filter(goes_on).filter(|_| stands).collect();
    let renews = |item: &&&Item| item.continues.as_ref().is_some_and(|continues| continues.how == Handling::Renewal);
    let renewal = open.and_then(|_| items.iter().find(renews));
    Ok(html! {
        @if !items.is_empty() {
            section .card {
                h2 { (lang.say("接着办", "Go on from here")) }
                @if let Some((from, last)) = window {
                    p { (lang.say("延续：", "Renewal: "))
                        (lang.say("自", "from ")) (date::day(from, lang)) (lang.say("起可以申请", ""))
                        @if let Some(last) = last { (lang.say("，请在", " until ")) (date::day(last, lang)) (lang.say("以前提交", "")) } (lang.say("。", ".")) }
                }
                @if let Some(item) = renewal {
                    p { (link_button(&format!("/apply/{}?earlier={}", item.code.get_ref(), case.no), lang.say("申请延续", "Renew"), Look::Main, None)) }
                }
                ul .plain.stack-s { @for item in items {
                    li { a href=(format!("/apply/{}?earlier={}", item.code.get_ref(), case.no)) {
                        (words(lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name)), lang))
                    } }
                } }
            }
        }
    })
}

/// The state in plain words: what is going on now.
fn where_it_stands(mine: &Mine, lang: Lang) -> Markup {
    match mine.step() {
        Some(step) => {
            html! { strong { (lang.say(&step.name, &step.label)) } (lang.say("：", ": ")) (lang.say(&step.public, &step.public_label)) }
        }
        None => html! { (mine.case.step) },
    }
}

/// What the applicant has to do, if anything: the first thing on the page.
fn what_is_asked(visitor: &Visitor, mine: &Mine) -> Markup {
    let lang = visitor.lang;
    let no = &mine.case.no;
    let due = |code: &str| mine.case.clock(code).map(|clock| clock.due);
    let ask_by = mine.case.penalty.as_ref().filter(|_| mine.case.ending.is_none()).map(|(_, ask_by)| *ask_by);
    html! {
        @if mine.can("supply") && mine.case.corrections.last().is_some_and(|correction| !correction.left.is_empty()) {
            (notice(&Notice::new(Tone::Warn, lang.say("请您补正", "Please supply corrections")).body(html! {
                @if let Some(correction) = mine.case.corrections.last() {
                    ul {
                        @for defect in correction.defects.iter().filter(|defect| correction.left.contains(&defect.about)) {
                            li { strong { (words(&about_name(&mine.edition.rules, &defect.about, lang), lang)) } (lang.say("：", ": "))
                                (words(mine.words.get(&defect.words.0).map_or("", String::as_str), lang)) }
                        }
                    }
                }
                @if let Some(clock) = mine.case.clock("correction").filter(|clock| clock.expired.is_some()) {
                    p { strong { (lang.say("补正期限已于", "The time to answer ended on ")) (date::day(clock.due, lang)) (lang.say("届满。", ".")) } " "
                        (lang.say("仍可以补正，请尽快；在此之前办理机关可能把申请退回，退回后可以重新申请。", "You can still answer, but soon: until then the body may return the application, and you would have to apply again.")) }
                } @else if let Some(due) = due("correction") { p { (lang.say("请于", "Please answer by ")) (date::day(due, lang)) (lang.say("前补正；补齐后必须受理。", "; once it is all there the application must be accepted.")) } }
                p { (link_button(&format!("/matters/{no}/correction"), lang.say("去补正", "Supply corrections"), Look::Main, None)) }
            }), lang))
        }
        @if mine.can("supply-deferred") && !mine.case.deferred.is_empty() {
            (notice(&Notice::new(Tone::Warn, lang.say("还有容缺材料要补交", "Deferred papers are still to come")).body(html! {
                ul { @for key in &mine.case.deferred { li {
                    (words(&about_name(&mine.edition.rules, key, lang), lang))
                    @if let Some(due) = mine.case.deferred_due(key) { (lang.say("，请于", ", by ")) (date::day(due, lang)) (lang.say("前补交", "")) }
                } } }
                p { (link_button(&format!("/matters/{no}/correction"), lang.say("去补交", "Hand them in"), Look::Main, None)) }
            }), lang))
        }
        @if mine.can("give-feedback") {
            section .card {
                h2 { (lang.say("问题解决了吗？", "Did it help?")) }
                form method="post" action=(format!("/matters/{no}/feedback")) .stack {
                    (hidden(visitor, mine))
                    div .field { label for="f-words" { (lang.say("说明（可不填）", "In your words (optional)")) } textarea #f-words name="words" rows="3" maxlength="1000" {} }
                    div .buttons {
                        (button(&Button::new(lang.say("已解决", "It is solved")).named("satisfied", "yes")))
                        (button(&Button::new(lang.say("没有解决", "It is not solved")).look(Look::Second).named("satisfied", "no")))
                    }
                }
            }
        }
        @if mine.can("rate") && mine.case.rating.is_none() {
            section .card {
                h2 { (lang.say("请评价这次办理", "How did it go?")) }
                form method="post" action=(format!("/matters/{no}/rate")) .stack {
                    (hidden(visitor, mine))
                    (crate::pieces::rating::rating("level", lang.say("满意程度", "How satisfied are you?"), None, lang))
                    div .field { label for="f-words" { (lang.say("想说的话（可不填）", "Anything to add (optional)")) } textarea #f-words name="words" rows="3" maxlength="1000" {} }
                    (button(&Button::new(lang.say("提交评价", "Send"))))
                }
            }
        }
        @if let (Some(due), true) = (ask_by.or(due("hearing-request")), matches!(mine.case.hearing, casework::case::Hearing::Offered { at_own_motion: false, .. })) {
            section .card {
                h2 { (lang.say("您可以要求听证", "You may ask for a hearing")) }
                p { (lang.say("请于", "Until ")) (date::day(due, lang)) (lang.say("前决定；听证不收费。", "; it is free of charge.")) }
                form method="post" action=(format!("/matters/{no}/hearing")) .buttons {
                    (hidden(visitor, mine))
                    (button(&Button::new(lang.say("要求听证", "Ask for a hearing")).named("answer", "ask")))
                    (button(&Button::new(lang.say("放弃听证", "Waive it")).look(Look::Second).named("answer", "waive")))
                }
            }
        }
    }
}

/// Session token, version seen and a fresh request id.
pub(super) fn hidden(visitor: &Visitor, mine: &Mine) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(visitor.csrf());
        input type="hidden" name="seen" value=(mine.case.version);
        input type="hidden" name="request" value=(crate::fresh_request());
    }
}

pub(super) fn about_name(rules: &rulebook::Rulebook, about: &str, lang: Lang) -> String {
    if let Some(material) = rules.materials.get(about) {
        return lang.say(&material.name, material.label.as_deref().unwrap_or(&material.name)).to_owned();
    }
    let field = rules.fields.get(about).or_else(|| rules.fields.values().find(|field| field.code == about));
    field.map_or_else(
        || about.to_owned(),
        |field| lang.say(field.name.get_ref(), field.label.as_deref().unwrap_or(field.name.get_ref())).to_owned(),
    )
}

async fn story(app: &App, mine: &Mine, lang: Lang) -> Result<Markup, Problem> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut happenings = Vec::new();
    for record in &mine.records {
        let Some(text) = narrate(record, &mine.edition.rules, &mine.case.procedure) else { continue };
        let who = match &record.by {
            _ if matches!(record.event, Event::Received { officer: None, .. }) => lang.say("系统", "the system").to_owned(),
            By::Applicant { .. } => lang.say("申请人", "applicant").to_owned(),
            By::Officer(staff) => {
                if !names.contains_key(&staff.0) {
                    let name = app.office.store.staff(&staff.0).await?.map_or_else(|| staff.0.clone(), |staff| staff.name);
                    names.insert(staff.0.clone(), name);
                }
                names[&staff.0].clone()
            }
            By::Clock => lang.say("依法自动", "by law").to_owned(),
            By::System if is_of_rules(&record.event) => lang.say("系统", "the system").to_owned(),
            By::System => continue,
            By::Partner(_) => lang.say("对接系统", "partner system").to_owned(),
        };
        happenings.push(Happening {
            when: date::moment(record.at.wall(), lang),
            title: text.get(lang).to_owned(),
            who,
            tone: tone_of(&record.event),
            body: said(mine, &record.event, lang),
            next: false,
        });
    }
    Ok(timeline(&happenings, lang))
}

/// What the system does by itself and people have to know.
fn is_of_rules(event: &Event) -> bool {
    matches!(
        event,
        Event::ExaminedAtOnce { .. }
            | Event::Granted { .. }
            | Event::Filed
            | Event::ResultMade { .. }
            | Event::Delivered { .. }
            | Event::JointAsked { .. }
            | Event::JointSet { .. }
            | Event::JointHeld { .. }
            | Event::ComponentOpened { .. }
            | Event::ComponentSettled { .. }
            | Event::BundleAmended { .. }
    )
}

fn tone_of(event: &Event) -> Tone {
    match event {
        Event::Granted { .. } | Event::Filed | Event::Delivered { .. } | Event::Resolved { .. } => Tone::Good,
        Event::Refused { .. } | Event::IntakeRefused { .. } | Event::ClockExpired { .. } | Event::Ended { .. } => Tone::Bad,
        Event::CorrectionAsked { .. } | Event::Extended { .. } => Tone::Warn,
        Event::SpecialBegan { .. } => Tone::Rest,
        _ => Tone::Plain,
    }
}

/// What was said to the applicant with an event.
fn said(mine: &Mine, event: &Event, lang: Lang) -> Markup {
    let words = match event {
        Event::Refused { reasons: words, .. }
        | Event::Extended { reason: words, .. }
        | Event::SpecialBegan { notice: words, .. }
        | Event::IntakeRefused { reason: words, .. }
        | Event::FoundNotNeeded { reason: words }
        | Event::ReasonPublished { reason: words, .. }
        | Event::Returned { reason: words }
        | Event::Terminated { reason: words, .. }
        | Event::PenaltyProposed { facts: words, .. }
        | Event::Ended { reason: words, .. }
        | Event::Resolved { solution: words }
        | Event::Explained { reason: words, .. }
        | Event::Checked { findings: words, .. }
        | Event::Rectified { words, .. }
        | Event::CreditRepaired { reason: words }
        | Event::PaymentReturned { reason: words }
        | Event::ObjectionAnswered { text: words, .. }
        | Event::FollowedUp { text: words, .. }
        | Event::RepaymentDemanded { reasons: words, .. }
        | Event::Granted { content: words, .. } => words,
        _ => return Markup::default(),
    };
    html! { @if let Some(text) = mine.words.get(&words.0) { p { (crate::pieces::words(text, lang)) } } }
}

/// The parts of a bundle that are with their bodies now.
async fn under_way(app: &App, case: &Case) -> Result<Vec<Case>, Problem> {
    let mut parts = Vec::new();
    for part in case.cases_of_parts() {
        parts.extend(app.office.store.case(part).await?.filter(Case::is_open));
    }
    Ok(parts)
}

/// The light of the whole: late or nearly so where one of its parts is.
fn worst_of(case: &Case, parts: &[Case], now: Moment) -> Light {
    let alarm = |light: &Light| match light {
        Light::Overdue => 2,
        Light::Soon => 1,
        _ => 0,
    };
    let all = parts.iter().map(|part| light_of(part, now));
    all.fold(light_of(case, now), |worst, other| if alarm(&other) > alarm(&worst) { other } else { worst })
}

async fn who_and_when(app: &App, mine: &Mine, parts: &[Case], today: Date, lang: Lang) -> Result<Markup, Problem> {
    let case = &mine.case;
    let agency = mine.edition.rules.agencies.get(&case.agency);
    let handler = match &case.handler {
        Some(id) => app.office.store.staff(&id.0).await?.map(|staff| staff.name),
        None => None,
    };
    let first = match &case.first_officer {
        Some(id) => app.office.store.staff(&id.0).await?.map(|staff| staff.name),
        None => None,
    };
    let now_with = match mine.step().map(|step| step.waits_for) {
        Some(WaitsFor::Applicant) => lang.say("等待您", "waiting for you"),
        Some(WaitsFor::Others) => lang.say("等待第三方", "waiting for others"),
        Some(WaitsFor::Nobody) => lang.say("已结束", "ended"),
        _ => lang.say("办理机关", "with the office"),
    };
    let mut rows = vec![SummaryRow { name: lang.say("现在", "Now"), value: html! { (now_with) }, change: None }];
    if let Some(agency) = agency {
        rows.push(SummaryRow {
            name: lang.say("机关", "Body"),
            value: html! {
                (words(lang.say(&agency.name, agency.label.as_deref().unwrap_or(&agency.name)), lang))
                @if let Some((principal, _)) = mine.edition.rules.principal(&case.item, &case.agency, &case.area, today) {
                    br; (lang.say("受", "entrusted by ")) (words(super::wording::agency_name(principal, lang), lang)) (lang.say("委托办理", ""))
                }
                br; span .num { (agency.phone) }
            },
            change: None,
        });
    }
    if let Some(name) = &handler {
        rows.push(SummaryRow { name: lang.say("承办人", "Handler"), value: words(name, lang), change: None });
    }
    if let Some(name) = &first {
        rows.push(SummaryRow { name: lang.say("首问责任人", "First officer"), value: words(name, lang), change: None });
    }
    let all = std::iter::once(case).chain(parts).filter_map(|one| Some((one, one.next_due()?.due)));
    if let Some((first, due)) = all.min_by_key(|(_, due)| *due) {
        let part = mine.edition.rules.items.get(&first.item).filter(|_| first.no != case.no);
        rows.push(SummaryRow {
            name: lang.say("最早到期", "Next due"),
            value: html! { (date::day(due, lang)) @if let Some(part) = part { br; (words(item_name(part, lang), lang)) } },
            change: None,
        });
    }
    Ok(summary_list(&rows, lang))
}

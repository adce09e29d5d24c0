//! `/workbench/cases/{no}`: one screen for the examiner, with paper, points and law side by side, the clocks above and the acts
//! that are lawful now below. Serves measures 5, 6 and 9.

pub mod clocks;
pub mod dossier;
mod files;
mod paper;
mod points;
pub mod story;

use super::acts::{act_title, steering};
use super::wording::{agency_name, area_name, channel, item_name, light_of, step_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::action_bar::{NotNow, action_bar};
use crate::pieces::award::money;
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::by_rule::ByRule;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::party::{Party, party};
use crate::pieces::split::{Pane, split};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::{Light, example_mark, tag};
use crate::pieces::{Tone, copy_code, date, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use casework::{Actor, Holder, Officer, Refusal, open_acts};
use dossier::Dossier;
use maud::{Markup, html};
use office::relied::Found;
use rulebook::Lang;
use rulebook::definition::Standing;
use serde::Deserialize;
use store::reader::CaseRow;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{no}", get(show))
        .route("/cases/{no}/points", post(points::save))
        .route("/cases/{no}/clocks/{clock}", get(clocks::show))
        .route("/cases/{no}/files/{digest}", get(files::paper))
        .route("/cases/{no}/letters/{number}", get(files::letter))
}

/// What of the case is looked at.
#[derive(Debug, Default, Deserialize)]
pub struct Look_ {
    /// The file shown in the left pane; the answers of the form without one.
    #[serde(default)]
    pub file: String,
    /// The act that has just been done.
    #[serde(default)]
    pub done: String,
    /// Show the numbers that are masked; written to the reading log.
    #[serde(default)]
    pub unmasked: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, Query(look): Query<Look_>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &no, &look).await)
}

/// An act of this step: its name, what its button says, and what stands in its way.
struct Open {
    act: String,
    title: String,
    /// It moves the case to another step.
    moves: bool,
    stands: Result<(), Refusal>,
}

async fn view(app: &App, visitor: &Visitor, no: &str, look: &Look_) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer()?;
    let purpose = if look.unmasked.is_empty() { "" } else { "unmasked" };
    let dossier = Dossier::open(app, visitor, no, purpose).await?;
    let lang = visitor.lang;
    let by = Actor::Officer(officer.clone());
    let mut acts = app.office.scene(&dossier.case.no, &by, |scene| acts_here(scene, lang)).await?.ok_or(Problem::NotFound)?;
    // Whoever has the case on her desk need not take it on again.
    acts.retain(|open| open.act != "claim" || dossier.case.handler.as_ref() != Some(&officer.id));
    let history = super::reader(app, visitor).await?.cases_of_holder(&dossier.holder_key(), None, 8, dossier.now).await?;
    let holder = holder_name(app, &dossier).await?;
    let draft = super::policies::in_case::card(app, visitor, &dossier.case, &dossier.records).await?;
    let body = html! {
        (head(&dossier, &holder, lang))
        (story::facts(&dossier, lang))
        (split(
            &Pane { id: "paper", title: lang.say("材料", "Papers"), body: paper::pane(&dossier, look, lang) },
            &Pane { id: "points", title: lang.say("审查要点", "Points to check"), body: points::pane(visitor, &dossier, can(&acts, "check-point")) },
            Some(&Pane { id: "law", title: lang.say("依据和意见", "Law and opinion"), body: points::law(visitor, &dossier, can(&acts, "review")) }),
        ))
        (draft)
        div .stack { (another_firm(&dossier, lang)) (reckoned(&dossier, lang)) (relied(&dossier, lang)) (by_rule(&dossier, lang)) (signed(&dossier, lang)) }
        (below(&dossier, &history.rows, officer, lang))
        (bar(visitor, &dossier, &acts))
    };
    let mut page = visitor.page(Area::Workbench, item_name(dossier.rules(), &dossier.case.item, lang), body);
    page.wide = true;
    page.breadcrumbs = vec![Crumb::to("/workbench", lang.say("我的任务", "My tasks")), Crumb::here(&dossier.case.no.0)];
    page.notices = notices(&dossier, look, lang);
    Ok(page)
}

/// What a claim comes to before it is proposed: what speaks for it, the amount by the formula, what is left of the budget.
fn reckoned(dossier: &Dossier, lang: Lang) -> Markup {
    let Some(one) = &dossier.reckoning else { return Markup::default() };
    let purse = &one.purse;
    let left = purse.line_left.min(purse.batch_left);
    let (account, tone) = match purse.own_account {
        Some(true) => (lang.say("本名账户", "in the claimant's own name"), Tone::Good),
        Some(false) => (lang.say("不是本名，不能拨付", "not the claimant's own: nothing can be paid"), Tone::Bad),
        None => (lang.say("还没有提供，决定后请企业确认", "not named yet; the firm is asked once it is granted"), Tone::Rest),
    };
    let due = html! {
        @match purse.due.amount {
            Some(fen) => { strong { @if purse.due.at_most { (lang.say("最高 ", "at most ")) } (money(fen, lang)) } }
            None => (tag(lang.say("算不出", "not known"), Tone::Warn, lang)),
        }
        @for step in &purse.due.steps { p .small.muted { (words(step.get(lang), lang)) } }
        @if !purse.due.missing.is_empty() { p .small.muted { (lang.say("还不知道：", "Not known: ")) (words(&purse.due.missing.join("、"), lang)) } }
    };
    let rows = [
        SummaryRow::new(lang.say("按条款计算", "By the formula"), due),
        SummaryRow::new(lang.say("已享受同类", "Had of its kind"), html! { (money(purse.had, lang)) }),
        SummaryRow::new(
            lang.say("预算还剩", "Left of the budget"),
            html! {
                (money(left, lang)) @if purse.due.amount.is_some_and(|fen| fen > left) { " " (tag(lang.say("不够", "not enough"), Tone::Bad, lang)) }
            },
        ),
        SummaryRow::new(lang.say("收款账户", "Account"), tag(account, tone, lang)),
    ];
    html! {
        section #reckoning .card.stack-s {
            h2 { (lang.say("核算和比对", "Reckoning and comparison")) }
            (summary_list(&rows, lang))
            p { (tag(one.outcome.title().get(lang), Tone::Info, lang)) " " a href={ "/policies/" (one.clause) } { (lang.say("看条款", "The clause")) } }
            ul .plain.stack-s { @for reason in &one.reasons { li {
                (crate::pieces::reason::reason(reason, lang))
            } } }
            p .small.muted { (lang.say("数据来自登记、部门数据和申请人填报；以您的审查为准。", "From registers, data of bodies and what the claimant stated; your examination counts.")) }
        }
    }
}

/// Who is named in the form is not who applied.
fn another_firm(dossier: &Dossier, lang: Lang) -> Markup {
    let answers = dossier.answers();
    let holder = dossier.case.holder.as_ref().filter(|_| dossier.case.is_open());
    let Some(code) = holder.and_then(|holder| office::apply::named_firm(holder, &answers)) else { return Markup::default() };
    notice(&Notice::new(Tone::Warn, lang.say("申请表写的单位不是申请人账号代表的单位", "The firm in the form is not the one that the account acts for")).body(html! {
        p { (lang.say("填写的统一社会信用代码：", "The credit code in the form: ")) code { (code) } }
        p { (lang.say("请核实是否有授权；结果只能发给申请人本人或者其代表的单位。", "Look into the mandate; what is granted goes to the applicant, or to the firm acted for.")) }
    }), lang)
}

/// Papers that were not asked for, with what the registers say of the licences in their place.
fn relied(dossier: &Dossier, lang: Lang) -> Markup {
    let rules = dossier.rules();
    let register = |code: &str| {
        let known = rules.registers.get(code);
        known.map_or_else(
            || code.to_owned(),
            |known| lang.say(&known.name, known.label.as_deref().unwrap_or(&known.name)).to_owned(),
        )
    };
    html! {
        @if !dossier.relied.is_empty() {
            section #relied .card.stack-s {
                h2 { (lang.say("免予提交的证照", "Licences instead of papers")) }
                ul .plain.stack-s { @for one in &dossier.relied { li {
                    (words(&one.licence, lang)) " "
                    @match &one.found {
                        Found::Stands { register: code, number, until } => {
                            (tag(lang.say("有效", "stands"), Tone::Good, lang)) " "
                            span .small.muted { (words(&register(code), lang)) " " span .num { (number) } @if let Some(until) = until { (lang.say("，至", ", until ")) (date::short_day(*until, lang)) } }
                        }
                        Found::Fallen { register: code, number, why } => {
                            (tag(lang.say("现在没有效力", "does not stand"), Tone::Bad, lang)) " " (why.get(lang)) " "
                            span .small.muted { (words(&register(code), lang)) " " span .num { (number) } }
                        }
                        Found::Unknown => {
                            (tag(lang.say("没有查到", "not known"), Tone::Warn, lang)) " "
                            span .small.muted { (lang.say("没有登记库能核验，以申请人提交或者出示的为准，不得因此不收件。", "No register can tell; what the applicant shows counts, and intake is not refused for it.")) }
                        }
                    }
                } } }
            }
        }
    }
}

/// What the rules said, where they were asked.
fn by_rule(dossier: &Dossier, lang: Lang) -> Markup {
    let words = |number: u32| dossier.words.get(&number).map(String::as_str);
    ByRule::of(&dossier.case, dossier.rules(), words).map_or_else(Markup::default, |by_rule| by_rule.card(lang))
}

/// Who signed the application with the applicant.
fn signed(dossier: &Dossier, lang: Lang) -> Markup {
    let kept = office::signers::kept(&dossier.case, &dossier.words, dossier.rules(), &dossier.answers());
    crate::pieces::signatures::given(&kept, None, lang)
}

fn acts_here(scene: &casework::Scene<'_>, lang: Lang) -> Vec<Open> {
    let mut acts: Vec<Open> = Vec::new();
    for (allowed, stands) in open_acts(scene) {
        let open =
            Open { act: allowed.act.get_ref().clone(), title: act_title(allowed, lang), moves: allowed.to.is_some(), stands };
        // A procedure may name an act twice at a step, for two roles: what one may do counts.
        match acts.iter_mut().find(|known| known.act == open.act) {
            Some(known) if known.stands.is_err() && open.stands.is_ok() => *known = open,
            Some(_) => {}
            None => acts.push(open),
        }
    }
    acts
}

fn can(acts: &[Open], act: &str) -> bool {
    acts.iter().any(|open| open.act == act && open.stands.is_ok())
}

async fn holder_name(app: &App, dossier: &Dossier) -> Result<(String, String), Problem> {
    let store = &app.office.store;
    Ok(match &dossier.case.holder {
        Some(Holder::Firm(code)) => (store.firm(code).await?.map(|firm| firm.name).unwrap_or_default(), code.clone()),
        Some(Holder::Person(id)) => (store.person(id).await?.map(|person| person.name).unwrap_or_default(), String::new()),
        None => Default::default(),
    })
}

fn notices(dossier: &Dossier, look: &Look_, lang: Lang) -> Vec<Notice> {
    let mut notices = Vec::new();
    if !look.done.is_empty() {
        let title = dossier.act_title(&look.done);
        notices.push(Notice::new(Tone::Good, format!("{}{}", lang.say("已办理：", "Done: "), title.get(lang))));
    }
    let red: Vec<&str> = dossier
        .case
        .clocks
        .iter()
        .filter(|clock| clock.binds_office && clock.expired.is_some())
        .map(|clock| clock.code.as_str())
        .collect();
    if !red.is_empty() && !dossier.row.reason_published && dossier.case.is_open() {
        notices.push(Notice::new(
            Tone::Warn,
            lang.say("有时限已经逾期，应当公开说明原因。", "A limit was missed; its reason has to be published."),
        ));
    }
    if let Some((no, bar)) = dossier.bar.as_ref().filter(|_| dossier.case.is_open()) {
        let title = lang.say("申请人被决定一定期限内不得申请本许可", "A decision bars the applicant from this permit");
        notices.push(Notice::new(Tone::Warn, title).body(html! {
            p {
                (lang.say("依据", "By ")) (words(&bar.basis, lang)) (lang.say("，在", ", until ")) (date::day(bar.until, lang))
                (lang.say("前不得再次申请，见办件", ", see case ")) a href={ "/workbench/cases/" (no) } { (no) } (lang.say("。是否不予许可由您依法书面决定，系统不会自动拒绝。", ". Whether it is refused is yours to decide in writing; no machine does."))
            }
        }));
    }
    if dossier.words.is_empty() && dossier.case.kept > 0 {
        notices.push(Notice::new(
            Tone::Rest,
            lang.say(
                "本办件的个人信息已依保存期限规则删除。",
                "The personal data of this case were erased under the retention rules.",
            ),
        ));
    }
    notices
}

fn head(dossier: &Dossier, holder: &(String, String), lang: Lang) -> Markup {
    let (case, rules) = (&dossier.case, dossier.rules());
    let light = light_of(&dossier.row, dossier.now);
    let is_firm = matches!(case.holder, Some(Holder::Firm(_)));
    let name = if holder.0.is_empty() { dossier.title() } else { &holder.0 };
    html! {
        div .page-head {
            div {
                p .over { (copy_code::copy_code(lang.say("办件编号", "Case number"), &case.no.0, lang)) }
                h1 { (words(item_name(rules, &case.item, lang), lang)) }
                p .muted { (words(dossier.title(), lang)) }
            }
            div .row {
                (tag(step_name(rules, &case.procedure, &case.step, lang), if case.is_open() { Tone::Info } else { Tone::Rest }, lang))
                @if light == Light::Overdue { (tag(lang.say("超期", "overdue"), Tone::Bad, lang)) }
                @if case.deemed { (tag(lang.say("视为受理", "deemed accepted"), Tone::Warn, lang)) }
                @if dossier.item().is_some_and(|item| item.status == Standing::Example) { (example_mark(lang)) }
                (party(&Party { name, note: &holder.1, firm: is_firm, href: None }, lang))
            }
        }
    }
}

/// What stands below the three panes: where it is, the story, opinions, letters, and what else this holder has here.
fn below(dossier: &Dossier, history: &[CaseRow], officer: &Officer, lang: Lang) -> Markup {
    let (case, rules) = (&dossier.case, dossier.rules());
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| html! { "—" }, |day| date::day(day, lang));
    let staff = |id: &Option<casework::StaffId>| match id {
        Some(id) => {
            html! { (words(dossier.staff_name(id), lang)) @if *id == officer.id { " " (tag(lang.say("我", "me"), Tone::Info, lang)) } }
        }
        None => html! { "—" },
    };
    let minutes = dossier.row.minutes_to_result().unwrap_or_else(|| dossier.now.minutes_since(dossier.row.first_contact_at));
    let rows = [
        SummaryRow::new(lang.say("受理机关", "Body"), words(agency_name(rules, &case.agency, lang), lang)),
        SummaryRow::new(lang.say("地区", "Area"), words(area_name(rules, &case.area, lang), lang)),
        SummaryRow::new(lang.say("渠道", "Channel"), html! { (channel(&dossier.row.channel, lang)) }),
        SummaryRow::new(lang.say("收件", "Received"), day(case.received)),
        SummaryRow::new(lang.say("受理", "Accepted"), day(case.accepted)),
        SummaryRow::new(lang.say("首问人员", "First officer"), staff(&case.first_officer)),
        SummaryRow::new(lang.say("承办人", "Handler"), staff(&case.handler)),
        SummaryRow::new(lang.say("首次接触至今", "Since first contact"), html! { (lasting(minutes, lang)) }),
        SummaryRow::new(lang.say("规则书版本", "Edition"), html! { code { (case.edition) } }),
    ];
    html! {
        div .with-side {
            section .stack {
                h2 { (lang.say("办理经过", "What happened")) }
                (story::timeline(dossier, lang))
            }
            aside .stack aria-label=(lang.say("办件情况", "About the case")) {
                div .card { h2 { (lang.say("办件情况", "About the case")) } (summary_list(&rows, lang)) }
                (crate::pieces::award::card(case, &dossier.records, &dossier.words, rules, dossier.now.day(), lang))
                (crate::pieces::permit::card(case, rules, dossier.now.day(), "/workbench/cases", lang))
                (story::letters(dossier, lang))
                (story::history(dossier, history, lang))
            }
        }
    }
}

/// The order in which acts stand in the bar, with the key of each; the others follow behind a word.
const FIRST: [(&str, &str); 29] = [
    ("claim", "t"),
    ("receive", "e"),
    ("accept", "a"),
    ("ask-correction", "c"),
    ("correct-on-spot", ""),
    ("give-opinion", "p"),
    ("review", "v"),
    ("grant", "g"),
    ("refuse", "r"),
    ("file", "f"),
    ("make-result", "m"),
    ("deliver", "d"),
    ("classify", "l"),
    ("transfer", ""),
    ("resolve", "s"),
    ("explain", ""),
    ("give-feedback", "b"),
    ("verify", "y"),
    ("find-root-cause", ""),
    ("record", ""),
    ("end-special", "z"),
    ("post-check", ""),
    ("attend-joint", "j"),
    ("assign-testers", ""),
    ("propose-award", ""),
    ("publish-award", ""),
    ("answer-objection", ""),
    ("record-payment", ""),
    ("publish-reason", ""),
];

fn bar(visitor: &Visitor, dossier: &Dossier, acts: &[Open]) -> Markup {
    let lang = visitor.lang;
    let lawful: Vec<&Open> = acts.iter().filter(|open| open.stands.is_ok()).collect();
    let first: Vec<(&Open, &str)> =
        FIRST.iter().filter_map(|(act, key)| Some((*lawful.iter().find(|open| open.act == *act)?, *key))).collect();
    let rest: Vec<&&Open> = lawful.iter().filter(|open| !FIRST.iter().any(|(act, _)| *act == open.act)).collect();
    let not_now: Vec<NotNow> = acts
        .iter()
        .filter_map(|open| Some(NotNow { act: open.title.clone(), why: open.stands.as_ref().err()?.words(lang) }))
        .collect();
    let buttons = html! {
        @for (at, (open, key)) in first.iter().enumerate() {
            (one(visitor, dossier, open, if at == 0 && open.moves { Look::Main } else { Look::Second }, key))
        }
        @if !rest.is_empty() {
            details .not.more {
                summary { (lang.say("更多办理", "More")) " (" (rest.len()) ")" }
                div .buttons { @for open in rest { (one(visitor, dossier, open, Look::Second, more_key(&open.act))) } }
            }
        }
    };
    let state = dossier.case.next_due().map(|clock| clocks::line(dossier, clock, lang)).unwrap_or_else(|| {
        html! { (tag(step_name(dossier.rules(), &dossier.case.procedure, &dossier.case.step, lang), Tone::Rest, lang)) }
    });
    action_bar(state, buttons, &not_now, lang)
}

fn more_key(act: &str) -> &'static str {
    match act {
        "hand-over" => "h",
        "inspect" => "i",
        "ask-opinion" => "o",
        "note" => "n",
        _ => "",
    }
}

/// An act that asks for nothing and makes no letter is one press; the others have a page.
fn one(visitor: &Visitor, dossier: &Dossier, open: &Open, look: Look, key: &str) -> Markup {
    let here = format!("/workbench/cases/{}/acts/{}", dossier.case.no, open.act);
    let key = Some(key).filter(|key| !key.is_empty());
    let plain = super::acts::table::of(&open.act).is_some_and(|form| form.asks.is_empty() && !form.draft);
    html! {
        @if plain {
            form method="post" action=(here) {
                (steering(visitor, dossier.case.version))
                (button(&Button { key, ..Button::new(&open.title).look(look).named("_step", "do") }))
            }
        } @else { (link_button(&here, &open.title, look, key)) }
    }
}

/// 「35分钟」, 「10天」: minutes are for what is done on the spot.
fn lasting(minutes: i64, lang: Lang) -> String {
    let (n, zh, en) = match minutes {
        ..=180 => (minutes, "分钟", "min"),
        181..=2880 => (minutes / 60, "小时", "hours"),
        _ => (minutes / 1440, "天", "days"),
    };
    format!("{n} {}", lang.say(zh, en))
}

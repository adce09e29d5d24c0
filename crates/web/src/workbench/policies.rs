//! `/workbench/policies`: the library of clauses with their standing, day of review and owner, and the clean-up list of the consistency
//! assessment with what people think of each finding. Serves measures 14 and 17.

mod begin;
mod clause;
mod conditions;
mod edit;
mod findings;
mod queue;
mod samples;
mod try_out;

use super::frame::{head, page, say_done};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::tag::{Light, example_mark, tag};
use crate::pieces::{Tone, date, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use findings::Shown;
use jiff::civil::Date;
use maud::{Markup, html};
use office::policy_findings;
use office::publish::policy_text::PolicyText;
use rulebook::Lang;
use rulebook::definition::Standing;
use rulebook::policy::{Clause, Direction, Life, Policy, Silent};
use rulebook::procedure::Role;
use store::changes::ChangeState;

pub const ROLES: &[Role] = &policy_findings::ROLES;
const DONE: &[(&str, &str, &str)] = &[("said", "意见已记录。", "Your opinion is recorded.")];

pub fn routes() -> Router<App> {
    Router::new()
        .route("/policies", get(show))
        .route("/policies/try", get(try_out::show))
        .route("/policies/opinion", get(findings::ask).post(findings::send))
        .route("/policies/new", get(begin::show).post(begin::send))
        .route("/policies/queue", get(queue::show).post(queue::send))
        .route("/policies/queue/{id}", post(queue::settle_one))
        .route("/policies/{code}", get(one))
        .route("/policies/{code}/edit", get(edit::show).post(edit::send))
        .route("/policies/{code}/clauses/{clause}", get(clause::show).post(clause::send))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let today = app.office.now().await?.day();
    let cleaning = visitor.asked().get("view") == "findings";
    let assessed = app.office.assess(live.clone(), None).await?;
    let title = lang.say("政策库", "Policy library");
    let policies: Vec<&Policy> = live.rules.policies.values().collect();
    let clauses: usize = policies.iter().map(|policy| policy.clause.len()).sum();
    let lead = match lang {
        Lang::Zh => format!("{} 项政策，{clauses} 个条款；条款之间发现 {} 处要看。", policies.len(), assessed.findings.len()),
        Lang::En => {
            format!(
                "{} policies, {clauses} clauses; {} things between them to be looked at.",
                policies.len(),
                assessed.findings.len()
            )
        }
    };
    let found = u32::try_from(assessed.findings.len()).ok();
    let here = |href, text, current, count| Tab { href, text, current, count, ..Tab::default() };
    let buttons = html! {
        (link_button("/workbench/policies/try", lang.say("试写条件", "Try a condition"), Look::Second, None))
        (link_button("/workbench/policies/queue", lang.say("归集队列", "Collection queue"), Look::Second, None))
        @if visitor.has_role(Role::Editor) { (link_button("/workbench/policies/new", lang.say("录入政策", "Enter a policy"), Look::Main, None)) }
    };
    let body = html! {
        (head(title, &lead, buttons, lang))
        (tabs(title, &[
            here("/workbench/policies", lang.say("条款", "Clauses"), !cleaning, u32::try_from(clauses).ok()),
            here("/workbench/policies?view=findings", lang.say("清理清单", "Clean-up list"), cleaning, found),
        ]))
        @if cleaning {
            (findings::list(&Shown { app, visitor, edition: &live, assessed: &assessed, draft: None, asks: true }).await?)
        } @else {
            (on_their_way(app, lang).await?)
            (library(&policies, today, lang))
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    say_done(&mut page, visitor, DONE);
    Ok(page)
}

/// Policies that are being entered or changed. They are drafts and stand nowhere else.
async fn on_their_way(app: &App, lang: Lang) -> Result<Markup, Problem> {
    let open = [ChangeState::Draft, ChangeState::Department, ChangeState::Legal, ChangeState::Ready];
    let changes = app.office.store.changes(&open, 1_000).await?;
    let own: Vec<_> = changes.iter().filter(|change| change.path.starts_with("policies/")).collect();
    Ok(html! {
        @if !own.is_empty() {
            section .card.stack-s {
                h2 { (lang.say("在录入和修改的", "Being entered or changed")) " " span .count { (own.len()) } }
                ul { @for change in own {
                    @let new = change.path.strip_prefix("policies/").and_then(|name| name.strip_suffix(".toml"));
                    @let code = new.filter(|code| PolicyText::read(&change.text, code).is_some());
                    li {
                        @match code {
                            Some(code) => { a href=(edit::address(code)) { (words(&change.note, lang)) } }
                            None => { a href={ "/workbench/changes/" (change.id) } { (words(&change.note, lang)) } }
                        }
                        " " (super::publish::changes::state_tag(change.state, lang))
                    }
                } }
            }
        }
    })
}

fn library(policies: &[&Policy], today: Date, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("条款", "Clause")),
        Column::new(lang.say("政策", "Policy")),
        Column::new(lang.say("状态", "Standing")),
        Column::new(lang.say("想要什么", "Aim")),
        Column::new(lang.say("复核日期", "Review by")),
        Column::new(lang.say("维护人", "Owner")),
    ];
    let rows = policies.iter().flat_map(|policy| policy.clause.iter().map(move |clause| (policy, clause)));
    let rows = rows.map(|(policy, clause)| {
        let late = policy.life == Life::Live && policy.review.is_some_and(|day| day < today);
        let row = Row::new(vec![
            html! { span .num { (clause.code.get_ref()) } " " (words(&clause.name, lang)) },
            html! {
                a href={ "/workbench/policies/" (policy.code.get_ref()) } { (words(&policy.name, lang)) }
                span .sub { (words(&policy.issuer, lang)) " " @if policy.status == Standing::Example { (example_mark(lang)) } }
            },
            standing(policy, today, lang),
            html! { (aim(clause, lang)) },
            html! { @match policy.review { Some(day) => { (date::day(day, lang)) } None => { span .muted { (lang.say("没有写", "not said")) } } } },
            html! { (words(&policy.owner, lang)) },
        ]);
        if late { row.light(Light::Overdue) } else { row }
    });
    let empty = empty_state(
        lang.say("库里还没有政策", "There are no policies yet"),
        lang.say("发布带有政策的规则书以后会出现在这里。", "They appear when an edition with policies is published."),
        html! {},
    );
    table(
        &Table {
            caption: lang.say("全部条款", "All clauses"),
            columns: &columns,
            rows: rows.collect(),
            empty,
            ..Table::default()
        },
        lang,
    )
}

/// Where a policy stands on that day, in one mark.
fn standing(policy: &Policy, today: Date, lang: Lang) -> Markup {
    let (text, tone) = match policy.silent(today) {
        None => (lang.say("有效", "in force"), Tone::Good),
        Some(Silent::Draft) => (lang.say("草案", "draft"), Tone::Info),
        Some(Silent::NotYet) => (lang.say("尚未生效", "not yet in force"), Tone::Info),
        Some(Silent::Expired) => (lang.say("已到期", "ended"), Tone::Rest),
        Some(Silent::Superseded) => (lang.say("已被替代", "superseded"), Tone::Rest),
    };
    tag(text, tone, lang)
}

fn aim(clause: &Clause, lang: Lang) -> Markup {
    html! {
        @match &clause.aim {
            Some(aim) => {
                @match aim.direction {
                    Direction::Encourage => { (lang.say("鼓励", "more of")) }
                    Direction::Restrain => { (lang.say("约束", "less of")) }
                }
                " " (words(aim.behaviour.get_ref(), lang))
            }
            None => { span .muted { (lang.say("没有标注，不参加比对", "not said: it is not compared")) } }
        }
    }
}

async fn one(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    visitor.answer(Area::Workbench, sheet(&app, &visitor, &code).await)
}

/// One policy: its clauses as written, and what the analysis finds of it; of a draft, held against all in force.
async fn sheet(app: &App, visitor: &Visitor, code: &str) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let policy = live.rules.policies.get(code).ok_or(Problem::NotFound)?;
    let today = app.office.now().await?.day();
    let draft = policy_findings::is_draft(&live, code).then_some(code);
    let mut assessed = app.office.assess(live.clone(), draft).await?;
    let own: Vec<&str> = policy.clause.iter().map(|clause| clause.code.get_ref().as_str()).collect();
    assessed.findings.retain(|finding| finding.clauses.iter().any(|clause| own.contains(&clause.as_str())));
    let edit = format!("/workbench/definitions?path={}", crate::encode(&policy.place.file));
    let buttons = html! {
        (link_button(&edit, lang.say("改条款文本", "Edit the text"), Look::Second, None))
        @if visitor.has_role(Role::Editor) { (link_button(&edit::address(code), lang.say("用表单改", "Edit in the form"), Look::Second, None)) }
    };
    let lead = lang.say(
        "条件由规则引擎判断；发现的问题附有能验证的企业样例。",
        "Conditions are judged by the engine; what is found comes with a firm that shows it.",
    );
    let mut facts = vec![
        SummaryRow::new(lang.say("制定机关", "Issued by"), words(&policy.issuer, lang)),
        SummaryRow::new(lang.say("状态", "Standing"), standing(policy, today, lang)),
        SummaryRow::new(
            lang.say("来源", "Source"),
            html! { (words(&policy.source, lang)) @if policy.status == Standing::Example { " " (example_mark(lang)) } },
        ),
    ];
    if let Some(no) = &policy.assessed {
        facts.push(SummaryRow::new(
            lang.say("评估办件", "Assessed in"),
            html! { a .num href={ "/workbench/cases/" (no) } { (no) } },
        ));
    }
    let body = html! {
        (head(lang.say(&policy.name, policy.label.as_deref().unwrap_or(&policy.name)), lead, buttons, lang))
        div .stack {
            (summary_list(&facts, lang))
            section .stack-s {
                h2 { (lang.say("条款", "Clauses")) }
                @for clause in &policy.clause { (findings::text(clause, policy, lang)) }
            }
            section .stack-s {
                h2 {
                    @if draft.is_some() { (lang.say("草案与现行条款的比对", "The draft against the clauses in force")) }
                    @else { (lang.say("与其他条款的比对", "Against other clauses")) }
                }
                (findings::list(&Shown { app, visitor, edition: &live, assessed: &assessed, draft, asks: true }).await?)
            }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    let mut page = page(visitor, &policy.name, way, body);
    say_done(&mut page, visitor, DONE);
    Ok(page)
}

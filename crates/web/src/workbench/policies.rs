//! `/workbench/policies`: the library of clauses with their standing, day of review and owner; the clean-up list of the consistency
//! assessment with what people think of each finding; the goals of policy; and the figures of the assessment by body.
//! Serves measures 14 and 17.

mod begin;
mod clause;
mod clean_up;
mod conditions;
mod edit;
mod effects;
mod findings;
mod goals;
pub mod in_case;
mod library;
mod queue;
mod samples;
mod statistics;
mod table;
mod try_out;

use super::frame::{head, page, say_done};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::tag::example_mark;
use crate::pieces::words;
use crate::portal::wording::named;
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use findings::Shown;
use maud::{Markup, html};
use office::policy_findings;
use office::publish::policy_text::PolicyText;
use policies::assess::Finding;
use rulebook::Lang;
use rulebook::definition::Standing;
use rulebook::procedure::Role;
use store::changes::ChangeState;

pub const ROLES: &[Role] = &policy_findings::ROLES;
/// Views beside the clauses.
const OTHERS: [&str; 3] = ["findings", "goals", "statistics"];
const DONE: &[(&str, &str, &str)] = &[("said", "意见已记录。", "Your opinion is recorded.")];

pub fn routes() -> Router<App> {
    Router::new()
        .route("/policies", get(show))
        .route("/policies/try", get(try_out::show))
        .route("/policies/opinion", get(findings::ask).post(findings::send))
        .route("/policies/new", get(begin::show).post(begin::send))
        .route("/policies/statistics.xlsx", get(statistics::spreadsheet))
        .route("/policies/table", get(table::show).post(table::send))
        .route("/policies/table.csv", get(table::csv))
        .route("/policies/table.xlsx", get(table::xlsx))
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
    let view = visitor.asked().get("view").to_owned();
    let assessed = app.office.assess(live.clone(), None).await?;
    let title = lang.say("政策库", "Policy library");
    let clauses: usize = live.rules.policies.values().map(|policy| policy.clause.len()).sum();
    let (policies, found) = (live.rules.policies.len(), assessed.findings.len());
    let lead = match lang {
        Lang::Zh => format!("{policies} 项政策，{clauses} 个条款；条款之间发现 {found} 处要看。"),
        Lang::En => format!("{policies} policies, {clauses} clauses; {found} things between them to be looked at."),
    };
    let here = |href, text, current, count: Option<usize>| Tab {
        href,
        text,
        current,
        count: count.and_then(|count| u32::try_from(count).ok()),
        ..Tab::default()
    };
    let buttons = html! {
        (link_button("/workbench/policies/try", lang.say("试写条件", "Try a condition"), Look::Second, None))
        (link_button("/workbench/policies/queue", lang.say("归集队列", "Collection queue"), Look::Second, None))
        @if visitor.has_role(Role::Editor) {
            (link_button("/workbench/policies/table", lang.say("用表格录入", "By table"), Look::Second, None))
            (link_button("/workbench/policies/new", lang.say("录入政策", "Enter a policy"), Look::Main, None))
        } @else {
            (link_button("/workbench/policies/table.xlsx", lang.say("下载表格", "Download as a table"), Look::Second, None))
        }
    };
    let body = html! {
        (head(title, &lead, buttons, lang))
        (tabs(title, &[
            here("/workbench/policies", lang.say("条款", "Clauses"), !OTHERS.contains(&&*view), Some(clauses)),
            here("/workbench/policies?view=findings", lang.say("清理清单", "Clean-up list"), view == "findings", Some(found)),
            here("/workbench/policies?view=goals", lang.say("政策目标", "Goals"), view == "goals", Some(live.rules.goals.len())),
            here("/workbench/policies?view=statistics", lang.say("评估统计", "Figures"), view == "statistics", None),
        ]))
        @match view.as_str() {
            "findings" => { (clean_up::list(&Shown { app, visitor, edition: &live, draft: None, asks: true, until: None }, &assessed.findings).await?) }
            "goals" => { (goals::list(&live, today, lang)) }
            "statistics" => { (statistics::list(app, &live.rules, lang).await?) }
            _ => {
                (on_their_way(app, lang).await?)
                (library::list(visitor, &live.rules, today))
            }
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
    let assessed = app.office.assess(live.clone(), draft).await?;
    let own: Vec<&str> = policy.clause.iter().map(|clause| clause.code.get_ref().as_str()).collect();
    let of_it = |finding: &&Finding| finding.clauses.iter().any(|clause| own.contains(&clause.as_str()));
    let found: Vec<&Finding> = assessed.findings.iter().filter(of_it).collect();
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
        SummaryRow::new(lang.say("状态", "Standing"), library::standing(policy, today, lang)),
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
        (head(named(&policy.name, &policy.label, lang), lead, buttons, lang))
        div .stack {
            (summary_list(&facts, lang))
            section .stack-s {
                h2 { (lang.say("条款", "Clauses")) }
                div .grid.two { @for clause in &policy.clause { div .card { (findings::text(clause, policy, lang)) } } }
            }
            (effects::of_policy(app, visitor, &live.rules, policy, &assessed).await?)
            section .stack-s {
                h2 {
                    @if draft.is_some() { (lang.say("草案与现行条款的比对", "The draft against the clauses in force")) }
                    @else { (lang.say("与其他条款的比对", "Against other clauses")) }
                }
                (findings::list(&Shown { app, visitor, edition: &live, draft, asks: true, until: None }, &found).await?)
            }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    let mut page = page(visitor, named(&policy.name, &policy.label, lang), way, body);
    say_done(&mut page, visitor, DONE);
    Ok(page)
}

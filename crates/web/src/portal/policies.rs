//! `/policies`: what is given to firms, clause by clause, for everybody who looks. Who comes here has heard of a subsidy and fears
//! that it has run out or was never meant for firms like hers. Drafts are not shown; what is over is shown only when asked for,
//! and says so. Serves measure 14.

mod calendar;
mod clause;
mod compare;
pub(crate) mod finder;
mod mine;
mod profile;
pub(crate) mod shown;
mod size;

use super::kept::Kept;
use super::wording::{named, standing};
use super::{Desk, leaf, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::policy::{BenefitKind, Clause, Level, Policy, PolicyKind, Silent};
use rulebook::{Rulebook, Text};
use std::collections::BTreeSet;

const ON_A_PAGE: usize = 25;
const HERE: &str = "/policies";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/policies", get(show))
        .route("/policies/finder", get(finder::show))
        .route("/policies/compare", get(compare::show))
        .route("/policies/calendar", get(calendar::show))
        .route("/policies/{code}", get(clause::show))
        .route("/me/policies", get(mine::show))
        .route("/me/policies/answer", post(mine::keep))
        .route("/me/policies/compare", get(compare::mine))
        .route("/me/policies/profile", get(profile::show))
        .route("/me/policies/object", post(profile::objects))
        .route("/me/policies/choices", post(profile::choose))
}

async fn show(State(app): State<App>, visitor: Visitor, Extension(kept): Extension<Kept>) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor))
}

/// A clause with the document it stands in.
pub(crate) type Found<'a> = (&'a Policy, &'a Clause);

/// Every clause that may be shown, in the order of the rulebook: drafts are nobody's business yet, a rule gives
/// nothing, and what holds elsewhere is nothing that a firm here could have.
pub(crate) fn public(rules: &Rulebook) -> impl Iterator<Item = Found<'_>> {
    let of = |policy: &'_ Policy| {
        policy.life != rulebook::policy::Life::Draft && policy.kind != PolicyKind::Rule && !policy.for_comparison
    };
    rules.policies.values().filter(move |policy| of(policy)).flat_map(|policy| policy.clause.iter().map(move |one| (policy, one)))
}

/// The clause of this code, unless its policy is a draft.
pub(crate) fn find<'a>(rules: &'a Rulebook, code: &str) -> Option<Found<'a>> {
    public(rules).find(|(_, clause)| clause.code.get_ref() == code)
}

/// What is asked for; empty means all.
#[derive(Default)]
pub(crate) struct Filter {
    pub text: String,
    pub kind: String,
    pub level: String,
    pub body: String,
    pub benefit: String,
    /// The claim window is open today.
    pub open: bool,
    /// Also what is not in force today.
    pub past: bool,
}

impl Filter {
    fn of(asked: &Posted) -> Filter {
        let take = |name: &str| asked.get(name).chars().take(64).collect();
        Filter {
            text: take("q"),
            kind: take("kind"),
            level: take("level"),
            body: take("body"),
            benefit: take("benefit"),
            open: asked.is_set("open"),
            past: asked.is_set("past"),
        }
    }

    pub fn takes(&self, today: Date, (policy, clause): Found<'_>) -> bool {
        let is = |wanted: &str, name: Text| wanted.is_empty() || name.zh == wanted;
        (self.past || policy.silent(today).is_none())
            && is(&self.kind, policy.kind.name())
            && is(&self.level, policy.level.name())
            && is(&self.benefit, clause.benefit.kind.name())
            && (self.body.is_empty() || clause.body == self.body)
            && (!self.open || open_today(today, (policy, clause)))
            && self.text.split_whitespace().all(|word| holds(policy, clause, word))
    }
}

/// Whether a word stands anywhere in what people read of a clause; of its code, the whole is wanted.
pub(crate) fn holds(policy: &Policy, clause: &Clause, word: &str) -> bool {
    let texts =
        [&clause.name, &clause.explanation, &clause.benefit.says, &policy.name, &policy.issuer, &policy.owner, &clause.body];
    texts.iter().any(|text| text.contains(word))
        || clause.when.get_ref().contains(word)
        || policy.label.as_deref().is_some_and(|label| label.to_lowercase().contains(&word.to_lowercase()))
        || clause.code.get_ref().eq_ignore_ascii_case(word)
}

/// In force, and its window is open. Where the document states no window nobody can say that it is.
pub(crate) fn open_today(today: Date, (policy, clause): Found<'_>) -> bool {
    policy.silent(today).is_none() && clause.window.as_ref().is_some_and(|window| window.is_open(today))
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let lang = desk.lang;
    let asked = visitor.asked();
    let filter = Filter::of(&asked);
    let mut found: Vec<Found<'_>> = public(desk.rules()).filter(|one| filter.takes(desk.today, *one)).collect();
    found.sort_by_key(|one| (one.0.silent(desk.today).is_some(), !open_today(desk.today, *one)));
    let leaf = leaf(&found, asked.get("page"), ON_A_PAGE, &visitor.here);
    let columns = [
        Column::new(lang.say("政策条款", "Clause")),
        Column { block: true, ..Column::new(lang.say("给什么", "What is given")) },
        Column::new(lang.say("谁的政策", "Whose policy")),
        Column::new(lang.say("什么时候申报", "When to claim")),
    ];
    let list = Table {
        caption: lang.say("政策条款", "Clauses of policies"),
        columns: &columns,
        rows: leaf.rows.iter().map(|one| row(desk, *one)).collect(),
        picks: Some("c"),
        empty: empty_state(
            lang.say("没有符合的条款", "No clause matches"),
            lang.say("减少一个筛选条件试试。", "Take away a filter."),
            html! { (link_button("/policies", lang.say("看全部条款", "See all clauses"), Look::Main, None)) },
        ),
        ..Table::default()
    };
    let title = lang.say("惠企政策", "Policies for firms");
    let acts_for_a_firm = visitor.applicant().is_ok_and(|(_, holder)| matches!(holder, casework::Holder::Firm(_)));
    let body = html! {
        div .page-head {
            div {
                h1 { (title) }
                p .lead { (lang.say("按条款列出：给谁、什么条件、给多少、什么时候申报。", "Clause by clause: for whom, on which conditions, how much, when to claim.")) }
            }
            div .buttons.no-print {
                @if acts_for_a_firm { (link_button(mine::HERE, lang.say("我的政策", "My policies"), Look::Main, None)) }
                (link_button("/policies/finder", lang.say("我的企业是……", "My firm is …"), if acts_for_a_firm { Look::Second } else { Look::Main }, None))
                (link_button(calendar::HERE, lang.say("申报日历", "Calendar of windows"), Look::Second, None))
            }
        }
        div .stack {
            (filters(desk, &filter, HERE))
            p .muted role="status" { (format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 条", " clauses"))) }
            form .stack-s method="get" action="/policies/compare" { (table(&list, lang)) @if leaf.all > 0 { (compare::go(lang)) } }
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang))
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    Ok(page)
}

fn row(desk: &Desk, (policy, clause): Found<'_>) -> Row {
    let lang = desk.lang;
    Row::new(vec![
        html! {
            a href={ "/policies/" (clause.code.get_ref()) } { (words(&clause.name, lang)) }
            span .sub { span .row {
                (standing(policy.status, lang))
                @if let Some(why) = policy.silent(desk.today) { (not_in_force(why, lang)) }
            } }
        },
        html! { (tag(clause.benefit.kind.name().get(lang), Tone::Info, lang)) " " (words(&clause.benefit.says, lang)) },
        html! {
            (words(named(&policy.name, &policy.label, lang), lang))
            span .sub { (policy.level.name().get(lang)) " · " (policy.kind.name().get(lang)) " · " (words(&clause.body, lang)) }
        },
        html! { @if policy.silent(desk.today).is_none() { (shown::window(clause, desk.today, lang)) } },
    ])
    .pick(clause.code.get_ref().as_str())
}

pub(crate) fn not_in_force(why: Silent, lang: rulebook::Lang) -> Markup {
    tag(why.name().get(lang), Tone::Bad, lang)
}

/// The calendar has the same but for what it shows anyway.
fn filters(desk: &Desk, filter: &Filter, path: &str) -> Markup {
    let lang = desk.lang;
    let bodies: BTreeSet<&str> = public(desk.rules()).map(|(_, clause)| clause.body.as_str()).collect();
    let bodies: Vec<Choice<'_>> = bodies.into_iter().map(|body| Choice::new(body, body)).collect();
    let kinds = PolicyKind::GIVING.map(PolicyKind::name);
    let levels = Level::ALL.map(Level::name);
    let benefits = BenefitKind::GIVEN.map(BenefitKind::name);
    let choices = |names: &'_ [Text]| -> Vec<(String, String)> {
        names.iter().map(|name| (name.zh.to_string(), name.get(lang).to_string())).collect()
    };
    let select = |name, label, value: &str, listed: &[(String, String)]| {
        let choices: Vec<Choice<'_>> = listed.iter().map(|(value, text)| Choice::new(value, text)).collect();
        field(&Field::new(name, label, Control::Select { value, choices: &choices }).filter(), lang)
    };
    let tick = |name: &str, ticked: bool, text: &str| {
        html! { label .tick { input type="checkbox" name=(name) value="1" checked[ticked]; " " (text) } }
    };
    html! {
        form .form.full method="get" action=(path) role="search" aria-label=(lang.say("筛选政策条款", "Filter clauses")) {
            div .grid {
                (field(&Field::text("q", lang.say("有这些词", "With these words"), &filter.text), lang))
                (select("benefit", lang.say("给什么", "What is given"), &filter.benefit, &choices(&benefits)))
                (select("level", lang.say("哪一级", "Level"), &filter.level, &choices(&levels)))
                (select("kind", lang.say("惠企还是招商", "Kind"), &filter.kind, &choices(&kinds)))
                (field(&Field::new("body", lang.say("办理机关", "Body"), Control::Select { value: &filter.body, choices: &bodies }).filter(), lang))
                @if path == HERE { div .field {
                    (tick("open", filter.open, lang.say("只看现在可以申报的", "Only what can be claimed now")))
                    br;
                    (tick("past", filter.past, lang.say("也看今天不在施行期的", "Also what is not in force today")))
                } }
            }
            div .buttons { (button(&Button::new(lang.say("筛选", "Filter")))) a href=(path) { (lang.say("清除", "Clear")) } }
        }
    }
}

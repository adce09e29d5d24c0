//! `/workbench/policies/reach`: how far clauses reached: for how many firms they speak and how many of those were told, by clause, zone and
//! industry, as charts whose numbers stand beside them. Who comes here answers for a policy that nobody claims. How many firms a policy
//! speaks for is not every officer's business: it is a role of its own. No firm is named. Serves measure 14.

use super::frame::{head, page};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, button};
use crate::pieces::chart::{Bar, steps};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::pieces::{Icon, Tone, icon, words};
use crate::portal::leaf;
use crate::portal::policies::{find, holds};
use crate::portal::wording::standing;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use office::rulebooks::Edition;
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::collections::BTreeMap;
use store::policy_matches::{By, Reached, Within};

/// Who may look, for the whole district: the figures are of every body.
pub(super) const ROLES: &[Role] = &[Role::Analyst];
const HERE: &str = "/workbench/policies/reach";
/// Clauses on a page.
const ON_A_PAGE: usize = 12;

/// What is counted, from whom a clause speaks for to who was paid; every chart below is drawn from this list, and [`sums`] fills it.
/// Some claim who were never told.
const COUNTED: [(&str, &str, Tone); 4] = [
    ("相合", "speaks for", Tone::Info),
    ("已告知", "told", Tone::Rest),
    ("已公示或拨付", "promised or paid", Tone::Warn),
    ("已拨付", "paid", Tone::Good),
];
type Sums = [u64; COUNTED.len()];

fn sums(reached: &Reached) -> Sums {
    [reached.matched, reached.told, reached.promised, reached.paid]
}

pub fn routes() -> Router<App> {
    Router::new().route("/policies/reach", get(show))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

/// What is looked at; empty means all.
struct Filter {
    text: String,
    clause: String,
    zone: String,
    industry: String,
}

impl Filter {
    fn of(asked: &Posted) -> Filter {
        let take = |name: &str| asked.get(name).chars().take(64).collect();
        Filter { text: take("q"), clause: take("clause"), zone: take("zone"), industry: take("industry") }
    }
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_of_district(ROLES)?;
    let (lang, today) = (visitor.lang, app.office.now().await?.day());
    let live = app.office.rulebooks.live()?;
    let filter = Filter::of(&visitor.asked());
    let (clause, zone, industry) = (filter.clause.as_str(), filter.zone.as_str(), filter.industry.as_str());
    let office = &app.office;
    let by_clause = office.reach(By::Clause, Within { zone, industry, ..Within::default() }).await?;
    let by_zone = office.reach(By::Zone, Within { clause, industry, ..Within::default() }).await?;
    let by_industry = office.reach(By::Industry, Within { clause, zone, ..Within::default() }).await?;
    let chosen = find(&live.rules, clause).map(|(_, clause)| clause.name.as_str());
    let title = lang.say("政策触达", "Reach of policies");
    let lead = lang.say(
        "施行期的条款：和多少家企业的已知信息相合（含要由人判断的），告诉了多少家。相合不等于决定给予。",
        "For clauses in force: with how many firms' facts they agree (a person judging a part included), and how many were told. Agreeing decides nothing.",
    );
    // Of one clause each firm counts once; of all, a firm counts once for each clause that speaks for it.
    let (zones_name, industries_name) = match chosen {
        Some(_) => (lang.say("各区域（企业数）", "By zone (firms)"), lang.say("各行业（企业数）", "By industry (firms)")),
        None => (
            lang.say("各区域（企业和条款的对数）", "By zone (pairs of firm and clause)"),
            lang.say("各行业（企业和条款的对数）", "By industry (pairs of firm and clause)"),
        ),
    };
    let print = html! { button .button.second.js-only.paper type="button" { (icon(Icon::Print)) (lang.say("打印", "Print")) } };
    let body = html! {
        (head(title, lead, print, lang))
        div .stack {
            (filters(&filter, chosen, &by_zone, &by_industry, &live.rules, lang))
            @if by_clause.is_empty() && by_zone.is_empty() { (nothing(lang)) } @else {
                @if chosen.is_none() { (clauses(visitor, &live, today, &filter, &by_clause)) }
                section .stack-s {
                    (drawn(zones_name, &by_zone, |zone| known(zone, lang), lang))
                    (drawn(industries_name, &industries(&by_industry, &live.rules), |name| known(name, lang), lang))
                }
            }
        }
    };
    Ok(page(visitor, title, Vec::new(), body))
}

fn nothing(lang: Lang) -> Markup {
    empty_state(
        lang.say("还没有企业信息", "No firm's facts are known yet"),
        lang.say("用 yimen policies import-profiles 导入。", "Import them with yimen policies import-profiles."),
        html! {},
    )
}

fn known(name: &str, lang: Lang) -> Markup {
    words(if name.is_empty() { lang.say("不知道", "not known") } else { name }, lang)
}

/// A chart of what was counted, the longest bar first.
fn drawn(caption: &str, reach: &[Reached], name: impl Fn(&str) -> Markup, lang: Lang) -> Markup {
    let parts = COUNTED.map(|(zh, en, tone)| (lang.say(zh, en), tone));
    let mut rows: Vec<&Reached> = reach.iter().collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.matched), row.of.clone()));
    let rows: Vec<Bar> = rows.into_iter().map(|row| Bar { name: name(&row.of), parts: sums(row).to_vec() }).collect();
    steps(caption, &parts, &rows, lang)
}

/// By the names that the table of sizes has for divisions; a division it divides further carries all of its names.
fn industries(reach: &[Reached], rules: &Rulebook) -> Vec<Reached> {
    let mut named: BTreeMap<String, Reached> = BTreeMap::new();
    for one in reach {
        let name = industry(&one.of, rules);
        let sum = named.entry(name.clone()).or_insert_with(|| Reached { of: name, matched: 0, told: 0, promised: 0, paid: 0 });
        sum.matched += one.matched;
        sum.told += one.told;
        sum.promised += one.promised;
        sum.paid += one.paid;
    }
    named.into_values().collect()
}

fn industry(division: &str, rules: &Rulebook) -> String {
    let of = |own: &String| !division.is_empty() && (own.starts_with(division) || division.starts_with(own.as_str()));
    let names: Vec<&str> =
        rules.sizes.values().filter(|row| row.industries.iter().any(of)).map(|row| row.name.as_str()).collect();
    if names.is_empty() { division.to_owned() } else { names.join("、") }
}

fn filters(
    filter: &Filter,
    chosen: Option<&str>,
    by_zone: &[Reached],
    by_industry: &[Reached],
    rules: &Rulebook,
    lang: Lang,
) -> Markup {
    let zones: Vec<Choice<'_>> =
        by_zone.iter().filter(|one| !one.of.is_empty()).map(|one| Choice::new(&one.of, &one.of)).collect();
    let divisions: Vec<(&str, String)> = by_industry
        .iter()
        .filter(|one| !one.of.is_empty())
        .map(|one| (one.of.as_str(), format!("{} {}", one.of, industry(&one.of, rules))))
        .collect();
    let divisions: Vec<Choice<'_>> = divisions.iter().map(|(code, name)| Choice::new(code, name)).collect();
    html! {
        form .form.full method="get" action=(HERE) role="search" aria-label=(lang.say("筛选", "Filter")) {
            @if let Some(name) = chosen {
                input type="hidden" name="clause" value=(filter.clause);
                p { (lang.say("只看条款：", "One clause only: ")) a href={ "/policies/" (filter.clause) } { (words(name, lang)) } }
            }
            div .grid {
                @if chosen.is_none() { (field(&Field::text("q", lang.say("条款里有这些词", "Clauses with these words"), &filter.text), lang)) }
                (field(&Field::new("zone", lang.say("注册区域", "Area of registration"), Control::Select { value: &filter.zone, choices: &zones }).filter(), lang))
                (field(&Field::new("industry", lang.say("行业大类", "Industry"), Control::Select { value: &filter.industry, choices: &divisions }).filter(), lang))
            }
            div .buttons.no-print {
                (button(&Button::new(lang.say("筛选", "Filter"))))
                a href=(HERE) { (lang.say("看全部", "Show all")) }
            }
        }
    }
}

/// Those that reach most first; one that reaches nobody is worth a look too and stands at the end.
fn clauses(visitor: &Visitor, live: &Edition, today: jiff::civil::Date, filter: &Filter, reach: &[Reached]) -> Markup {
    let (lang, rules) = (visitor.lang, &live.rules);
    let counted: BTreeMap<&str, Sums> = reach.iter().map(|one| (one.of.as_str(), sums(one))).collect();
    let shelf = live.shelf(today);
    let mut rows: Vec<(&str, Sums)> = shelf
        .library
        .clauses
        .iter()
        .filter(|clause| {
            let found = find(rules, &clause.code);
            found.is_some_and(|(policy, clause)| filter.text.split_whitespace().all(|word| holds(policy, clause, word)))
        })
        .map(|clause| (clause.code.as_str(), counted.get(clause.code.as_str()).copied().unwrap_or_default()))
        .collect();
    rows.sort_by_key(|(code, sums)| (std::cmp::Reverse(*sums), *code));
    let leaf = leaf(&rows, visitor.asked().get("page"), ON_A_PAGE, &visitor.here);
    let bars: Vec<Bar> =
        leaf.rows.iter().map(|(code, sums)| Bar { name: clause(rules, code, lang), parts: sums.to_vec() }).collect();
    let parts = COUNTED.map(|(zh, en, tone)| (lang.say(zh, en), tone));
    html! {
        section .stack-s {
            p .muted role="status" { (format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 条", " clauses"))) }
            (steps(lang.say("各条款（企业数）", "By clause (firms)"), &parts, &bars, lang))
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang))
        }
    }
}

fn clause(rules: &Rulebook, code: &str, lang: Lang) -> Markup {
    let Some((policy, clause)) = find(rules, code) else { return html! { (code) } };
    html! {
        a href={ (HERE) "?clause=" (crate::encode(code)) } { (words(&clause.name, lang)) } " " (standing(policy.status, lang))
        span .sub { (words(&clause.body, lang)) }
    }
}

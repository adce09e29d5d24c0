//! `/workbench/policies/reach`: how far each clause reached: how many firms it speaks for, how many of them were told, by zone; and
//! what firms say against what is stated of them. Who comes here answers for a policy that nobody claims. No firm is named in the
//! counts; an objection names its firm, because somebody has to look. Serves measure 14.

use super::frame::{carried, done, head, page, say_done};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::date::moment;
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::words;
use crate::portal::wording::standing;
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::collections::{BTreeMap, BTreeSet};
use store::policy_matches::Reached;
use store::profiles::Objection;

/// Who may look, for the whole district: the figures and the objections are of every body.
pub(super) const ROLES: &[Role] = &[Role::Supervisor, Role::Editor];
const OBJECTIONS: u32 = 100;
const LONGEST: usize = 1_000;
const HERE: &str = "/workbench/policies/reach";

pub fn routes() -> Router<App> {
    Router::new().route("/policies/reach", get(show).post(answer))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_of_district(ROLES)?;
    let (lang, now) = (visitor.lang, app.office.now().await?);
    let live = app.office.rulebooks.live()?;
    let shelf = live.shelf(now.day());
    let reach = app.office.store.reach().await?;
    let objections = app.office.store.open_objections(OBJECTIONS).await?;
    let asked = visitor.asked();
    let zones: BTreeSet<&str> = reach.iter().map(|one| one.zone.as_str()).filter(|zone| !zone.is_empty()).collect();
    let zone = zones.iter().copied().find(|zone| *zone == asked.get("zone")).unwrap_or_default();
    let mut sums: BTreeMap<&str, (u64, u64)> =
        shelf.library.clauses.iter().map(|clause| (clause.code.as_str(), (0, 0))).collect();
    for one in reach.iter().filter(|one| zone.is_empty() || one.zone == zone) {
        if let Some((matched, told)) = sums.get_mut(one.clause.as_str()) {
            *matched += one.matched;
            *told += one.told;
        }
    }
    let title = lang.say("政策触达", "Reach of policies");
    let lead = lang.say(
        "每条在施行期的条款：和多少家企业的已知信息相合（含要由人判断的），告诉了多少家。相合不等于决定给予。",
        "For each clause in force: with how many firms' facts it agrees (a person judging a part included), and how many were told. Agreeing decides nothing.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            (by_zone(&zones, zone, lang))
            (counts(&live.rules, &sums, lang))
            (zones_table(&reach, lang))
            section .stack-s { h2 { (lang.say("企业对已有信息的异议", "What firms say against what is stated of them")) } (objected(visitor, &live.rules, &objections)) }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    say_done(
        &mut page,
        visitor,
        &[("answered", "已答复。", "Answered."), ("before", "别人已经答复过了。", "Somebody has answered it before.")],
    );
    Ok(page)
}

fn by_zone(zones: &BTreeSet<&str>, zone: &str, lang: Lang) -> Markup {
    let choices: Vec<Choice<'_>> = zones.iter().map(|zone| Choice::new(zone, zone)).collect();
    html! {
        form .row method="get" action=(HERE) role="search" aria-label=(lang.say("按区域查看", "By zone")) {
            (field(&Field::new("zone", lang.say("注册区域", "Area of registration"), Control::Select { value: zone, choices: &choices }).filter(), lang))
            (button(&Button::new(lang.say("查看", "Show")).look(Look::Second)))
        }
    }
}

/// Those that reach most first; one that reaches nobody is worth a look too and stands at the end.
fn counts(rules: &Rulebook, sums: &BTreeMap<&str, (u64, u64)>, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("条款", "Clause")),
        Column::numeric(lang.say("相合的企业", "Firms it speaks for")),
        Column::numeric(lang.say("已告知", "Told")),
    ];
    let mut sums: Vec<(&str, (u64, u64))> = sums.iter().map(|(code, sum)| (*code, *sum)).collect();
    sums.sort_by_key(|(code, sum)| (std::cmp::Reverse(*sum), *code));
    let rows = sums.iter().filter_map(|(code, (matched, told))| {
        let (policy, clause) = crate::portal::policies::find(rules, code)?;
        Some(Row::new(vec![
            html! { a href={ "/policies/" (code) } { (words(&clause.name, lang)) } " " (standing(policy.status, lang)) span .sub { (words(&clause.body, lang)) } },
            html! { (matched) },
            html! { (told) },
        ]))
    });
    let empty = empty_state(lang.say("没有在施行期的条款", "No clause is in force"), "", html! {});
    let caption = lang.say("各条款", "Each clause");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn zones_table(reach: &[Reached], lang: Lang) -> Markup {
    let mut zones: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for one in reach {
        let sum = zones.entry(&one.zone).or_default();
        sum.0 += one.matched;
        sum.1 += one.told;
    }
    let columns = [
        Column::new(lang.say("注册区域", "Area of registration")),
        Column::numeric(lang.say("企业和条款相合", "Pairs of firm and clause")),
        Column::numeric(lang.say("已告知", "Told")),
    ];
    let rows = zones.into_iter().map(|(zone, (matched, told))| {
        let name = if zone.is_empty() { lang.say("不知道", "not known") } else { zone };
        Row::new(vec![words(name, lang), html! { (matched) }, html! { (told) }])
    });
    let empty = empty_state(
        lang.say("还没有企业信息", "No firm's facts are known yet"),
        lang.say("用 yimen policies import-profiles 导入。", "Import them with yimen policies import-profiles."),
        html! {},
    );
    let caption = lang.say("各区域", "Each zone");
    table(&Table { caption, show_caption: true, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn objected(visitor: &Visitor, rules: &Rulebook, objections: &[Objection]) -> Markup {
    let lang = visitor.lang;
    let name = |element: &str| rules.dictionary.get(element).map_or(element.to_owned(), |one| one.label().get(lang).to_owned());
    html! {
        @if objections.is_empty() { p .muted { (lang.say("没有待答复的异议。", "Nothing waits for an answer.")) } }
        @for one in objections {
            article .card.stack-s {
                p { span .num { (one.firm) } " · " (moment(one.at.wall(), lang)) }
                p { strong { (words(&name(&one.element), lang)) } (lang.say("：现有记载 ", ": stated is ")) (words(&one.said, lang)) }
                p { (words(&one.words, lang)) }
                form method="post" action=(HERE) .stack-s {
                    (carried(visitor, ""))
                    input type="hidden" name="objection" value=(one.id);
                    label { (lang.say("答复", "Answer")) br; textarea name="answer" rows="2" maxlength=(LONGEST) required {} }
                    div .buttons { (button(&Button::new(lang.say("答复", "Answer")).look(Look::Second))) }
                }
            }
        }
    }
}

async fn answer(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_of_district(ROLES)?;
        let text: String = posted.get("answer").chars().take(LONGEST).collect();
        if text.is_empty() {
            return Ok::<_, Problem>(done(HERE, ""));
        }
        let by = format!("s:{}", officer.id);
        let answered = app.office.store.answer_objection(posted.get("objection"), &text, &by, app.office.now().await?).await?;
        Ok(done(HERE, if answered { "answered" } else { "before" }))
    };
    visitor.answer(Area::Workbench, found.await)
}

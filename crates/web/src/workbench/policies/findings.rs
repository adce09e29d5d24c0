//! Findings of the consistency assessment: both texts side by side, why it was found, the firm that shows it, and what people think of it.

use super::{ROLES, goals};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::portal::policies::shown::yuan;
use crate::portal::wording::named;
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{Names, carried, done, head, page, refused};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use casework::Moment;
use maud::{Markup, html};
use office::policy_findings::{Verdict, digest};
use office::rulebooks::Edition;
use policies::assess::{Finding, Kind, Witness};
use rulebook::Lang;
use rulebook::expression::{Fact, Value};
use rulebook::policy::{Clause, Policy};
use std::collections::BTreeMap;
use store::finding_opinions::FindingOpinion;

/// What a list of findings is shown with.
pub struct Shown<'a> {
    pub app: &'a App,
    pub visitor: &'a Visitor,
    pub edition: &'a Edition,
    /// The draft whose findings these are.
    pub draft: Option<&'a str>,
    /// Whether each offers to have an opinion written.
    pub asks: bool,
    /// Opinions of later moments are not shown: the list is kept as it was then.
    pub until: Option<Moment>,
}

/// What people said of findings, by the key of each.
pub type Opinions = BTreeMap<String, Vec<FindingOpinion>>;

pub async fn opinions(app: &App) -> Result<Opinions, Problem> {
    let mut by_finding = Opinions::new();
    for opinion in app.office.store.finding_opinions().await? {
        by_finding.entry(opinion.finding.clone()).or_default().push(opinion);
    }
    Ok(by_finding)
}

/// These findings, by kind.
pub async fn list(shown: &Shown<'_>, findings: &[&Finding]) -> Result<Markup, Problem> {
    let lang = shown.visitor.lang;
    let opinions = opinions(shown.app).await?;
    let names = Names::of(shown.app, opinions.values().flatten().map(|opinion| opinion.by.clone()).collect()).await?;
    if findings.is_empty() {
        return Ok(empty_state(
            lang.say("没有发现要看的地方", "Nothing was found"),
            lang.say("条款或草案改动以后会重新比对。", "It is looked at anew whenever a clause or a draft changes."),
            html! {},
        ));
    }
    Ok(html! {
        div .stack {
            @for kind in Kind::ALL {
                @let own: Vec<&&Finding> = findings.iter().filter(|finding| finding.kind == kind).collect();
                @if !own.is_empty() {
                    section .stack-s {
                        h2 .small { (lang.say(&kind.title().zh, &kind.title().en)) " " span .count { (own.len()) } }
                        @for finding in own { (one(shown, finding, opinions.get(&finding.key).map_or(&[], Vec::as_slice), &names)) }
                    }
                }
            }
        }
    })
}

fn one(shown: &Shown<'_>, finding: &Finding, opinions: &[FindingOpinion], names: &Names) -> Markup {
    let lang = shown.visitor.lang;
    let sides = finding.clauses.iter().filter_map(|code| clause(shown.edition, code));
    let tone = if matches!(finding.kind, Kind::Conflict | Kind::Impossible) { Tone::Bad } else { Tone::Warn };
    html! {
        article .card .stack-s {
            p {
                (tag(lang.say(&finding.kind.title().zh, &finding.kind.title().en), tone, lang)) " "
                strong { (words(lang.say(&finding.why.zh, &finding.why.en), lang)) }
                @if !finding.proved { " " (tag(lang.say("未能证实，也未能排除", "neither proved nor excluded"), Tone::Rest, lang)) }
            }
            div .grid.two {
                @for (policy, clause) in sides { (text(clause, policy, lang)) }
                @if let Some(goal) = finding.goal.as_ref().and_then(|code| shown.edition.rules.goals.get(code)) {
                    blockquote .stack-s { div { (goals::text(goal, lang)) } (goals::wants(goal, lang)) }
                }
            }
            @if !finding.conditions.is_empty() {
                p { (lang.say("出自这些条件：", "It follows from: ")) @for (at, condition) in finding.conditions.iter().enumerate() { @if at > 0 { "；" } code { (words(condition, lang)) } } }
            }
            @if let Some(witness) = &finding.witness { (shows(witness, lang)) }
            @if let Some(amounts) = &finding.amounts {
                @if let Some(together) = amounts.together {
                    p { (lang.say("这家企业合计可得 ", "Together that firm would have ")) span .num { (yuan(together, lang)) } (lang.say("。", ".")) }
                }
            }
            @if let Some(firms) = finding.firms.as_ref().filter(|firms| firms.count > 0) {
                p .sub {
                    (match lang { Lang::Zh => format!("样例企业中有 {} 家", firms.count), Lang::En => format!("{} of the sample firms", firms.count) })
                    ": " (firms.examples.join(", "))
                }
            }
            @for opinion in opinions.iter().filter(|opinion| shown.until.is_none_or(|until| opinion.at <= until)) { (said(shown, finding, opinion, names)) }
            @if shown.asks { p { a href=(address(shown, finding)) { (lang.say("写下您的意见", "Say what you think")) } } }
        }
    }
}

/// A clause as it is written, with where it stands.
pub fn text(clause: &Clause, policy: &Policy, lang: Lang) -> Markup {
    html! {
        blockquote .stack-s {
            div {
                p { strong { span .num { (clause.code.get_ref()) } " " (words(&clause.name, lang)) } }
                p .small.muted { (words(named(&policy.name, &policy.label, lang), lang)) }
            }
            @if let Some(scope) = &clause.scope { p { (lang.say("适用：", "For: ")) code { (words(scope.get_ref(), lang)) } } }
            p { (lang.say("条件：", "Where: ")) code { (words(clause.when.get_ref(), lang)) } }
            p { (words(&clause.benefit.says, lang)) }
            @for (number, text) in policy.passage(clause) { p .sub { (lang.say("原文 ", "Text ")) (number) (lang.say("：", ": ")) (words(text, lang)) } }
        }
    }
}

fn shows(witness: &Witness, lang: Lang) -> Markup {
    html! {
        details {
            summary { (lang.say("能说明它的一家企业", "A firm that shows it")) }
            ul { @for (element, fact) in witness { li { (words(element, lang)) ": " (words(&written(fact, lang), lang)) } } }
        }
    }
}

fn written(fact: &Fact, lang: Lang) -> String {
    let Fact::Known(value) = fact else { return lang.say("不适用", "does not apply").to_owned() };
    match value {
        Value::Bool(value) => lang.say(if *value { "是" } else { "否" }, if *value { "yes" } else { "no" }).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Many(words) => words.join("、"),
    }
}

fn said(shown: &Shown<'_>, finding: &Finding, opinion: &FindingOpinion, names: &Names) -> Markup {
    let lang = shown.visitor.lang;
    let verdict = Verdict::of(&opinion.verdict).map(Verdict::title);
    html! {
        p .pre {
            strong { (verdict.as_ref().map_or(opinion.verdict.as_str(), |title| lang.say(&title.zh, &title.en))) } " "
            (words(&opinion.words, lang))
            span .sub {
                (words(names.get(&opinion.by), lang)) " " (date::day(opinion.at.day(), lang))
                @if opinion.digest != digest(shown.edition, finding) { " " (lang.say("（说的是改动以前的文本）", "(of the text before it was changed)")) }
            }
        }
    }
}

/// Where an opinion on a finding is written.
fn address(shown: &Shown<'_>, finding: &Finding) -> String {
    let (key, draft) = (crate::encode(&finding.key), crate::encode(shown.draft.unwrap_or_default()));
    format!("/workbench/policies/opinion?finding={key}&draft={draft}")
}

/// Where one comes back to: the draft's page, or the clean-up list.
fn back(draft: Option<&str>) -> String {
    draft.map_or_else(
        || "/workbench/policies?view=findings".to_owned(),
        |code| format!("/workbench/policies/{}", crate::encode(code)),
    )
}

pub async fn ask(State(app): State<App>, visitor: Visitor) -> Response {
    let asked = visitor.asked();
    visitor.answer(Area::Workbench, sheet(&app, &visitor, &asked, Vec::new()).await)
}

/// One finding with what was said of it, and the form for one more opinion.
async fn sheet(app: &App, visitor: &Visitor, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let (lang, draft) = (visitor.lang, typed.given("draft"));
    let live = app.office.rulebooks.live()?;
    let assessed = app.office.assess(live.clone(), draft).await?;
    let finding = assessed.findings.iter().find(|finding| finding.key == typed.get("finding")).ok_or(Problem::NotFound)?;
    let shown = Shown { app, visitor, edition: &live, draft, asks: false, until: None };
    let titles = Verdict::ALL.map(|verdict| (verdict.word(), verdict.title()));
    let choices: Vec<Choice<'_>> = titles.iter().map(|(word, title)| Choice::new(word, lang.say(&title.zh, &title.en))).collect();
    let verdict = Control::Radios { value: typed.get("verdict"), choices: &choices, across: true };
    let title = lang.say("对发现的意见", "An opinion on a finding");
    let lead = lang.say(
        "意见和姓名、日期一起留在这条发现旁边，不能改，只能再补。",
        "It stays beside the finding with name and day; it is never changed, only added to.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            (list(&shown, &[finding]).await?)
            form .stack-s method="post" action="/workbench/policies/opinion" {
                (carried(visitor, 0))
                input type="hidden" name="finding" value=(finding.key);
                input type="hidden" name="draft" value=(draft.unwrap_or_default());
                (field(&Field::new("verdict", lang.say("意见", "Opinion"), verdict).required(), lang))
                (field(&Field::new("words", lang.say("理由", "Why"), Control::Area { value: typed.get("words"), rows: 3 }).required(), lang))
                div .buttons { (button(&Button::new(lang.say("记录", "Record")))) }
            }
        }
    };
    let home = back(draft);
    let way = vec![
        Crumb::to("/workbench/policies", lang.say("政策库", "Policy library")),
        Crumb::to(home.as_str(), lang.say("发现", "Findings")),
    ];
    let mut page = page(visitor, title, way, body);
    page.notices = notices;
    Ok(page)
}

pub async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let draft = posted.given("draft");
    match app.office.say_of_finding(officer, draft, posted.get("finding"), posted.get("verdict"), posted.get("words")).await {
        Ok(()) => Ok(done(&back(draft), "said")),
        Err(stop) => {
            let notice = refusal_notice(&refused(stop)?, visitor.lang);
            Ok(sheet(app, visitor, posted, vec![notice]).await?.into_response())
        }
    }
}

/// The clause of this code with its policy, whatever its state.
pub fn clause<'a>(edition: &'a Edition, code: &str) -> Option<(&'a Policy, &'a Clause)> {
    let all = edition.rules.policies.values().flat_map(|policy| policy.clause.iter().map(move |clause| (policy, clause)));
    all.into_iter().find(|(_, clause)| clause.code.get_ref() == code)
}

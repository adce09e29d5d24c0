//! Findings of the consistency assessment: both texts side by side, why it was found, the firm that shows it, and what people think of it.

use super::ROLES;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::Area;
use crate::pieces::button::{Button, Look, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{Names, carried, done, page, refused};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use office::policy_findings::{Assessed, Verdict, digest};
use office::rulebooks::Edition;
use policies::assess::{Finding, Kind};
use rulebook::Lang;
use rulebook::expression::Value;
use rulebook::policy::{Clause, Policy};
use std::collections::BTreeMap;
use store::finding_opinions::FindingOpinion;

/// What a list of findings is shown with.
pub struct Shown<'a> {
    pub app: &'a App,
    pub visitor: &'a Visitor,
    pub edition: &'a Edition,
    pub assessed: &'a Assessed,
    /// The draft whose findings these are.
    pub draft: Option<&'a str>,
    /// Where one comes back to after giving an opinion.
    pub back: &'a str,
}

/// All findings, by kind.
pub async fn list(shown: &Shown<'_>) -> Result<Markup, Problem> {
    let lang = shown.visitor.lang;
    let mut opinions: BTreeMap<String, Vec<FindingOpinion>> = BTreeMap::new();
    let all = shown.app.office.store.finding_opinions().await?;
    let names = Names::of(shown.app, all.iter().map(|opinion| opinion.by.clone()).collect()).await?;
    for opinion in all {
        opinions.entry(opinion.finding.clone()).or_default().push(opinion);
    }
    let findings = &shown.assessed.findings;
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
                @let own: Vec<&Finding> = findings.iter().filter(|finding| finding.kind == kind).collect();
                @if !own.is_empty() {
                    section .stack-s {
                        h3 { (lang.say(&kind.title().zh, &kind.title().en)) " " span .count { (own.len()) } }
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
            div .grid.two { @for (policy, clause) in sides { (text(clause, policy, lang)) } }
            @if !finding.conditions.is_empty() {
                p { (lang.say("出自这些条件：", "It follows from: ")) @for (at, condition) in finding.conditions.iter().enumerate() { @if at > 0 { "；" } code { (words(condition, lang)) } } }
            }
            @if let Some(witness) = &finding.witness { (shows(witness, lang)) }
            @if let Some(amounts) = &finding.amounts {
                @if let Some(together) = amounts.together {
                    p { (lang.say("这家企业合计可得 ", "Together that firm would have ")) span .num { (together) } (lang.say(" 元。", " yuan.")) }
                }
            }
            @if let Some(firms) = finding.firms.as_ref().filter(|firms| firms.count > 0) {
                p .sub {
                    (match lang { Lang::Zh => format!("样例企业中有 {} 家", firms.count), Lang::En => format!("{} of the sample firms", firms.count) })
                    ": " (firms.examples.join(", "))
                }
            }
            @for opinion in opinions { (said(shown, finding, opinion, names)) }
            (form(shown, finding))
        }
    }
}

/// A clause as it is written, with where it stands.
pub fn text(clause: &Clause, policy: &Policy, lang: Lang) -> Markup {
    html! {
        blockquote .stack-s {
            p { strong { span .num { (clause.code.get_ref()) } " " (words(&clause.name, lang)) } span .sub { (words(&policy.name, lang)) } }
            @if let Some(scope) = &clause.scope { p { (lang.say("适用：", "For: ")) code { (words(scope.get_ref(), lang)) } } }
            p { (lang.say("条件：", "Where: ")) code { (words(clause.when.get_ref(), lang)) } }
            p { (words(&clause.benefit.says, lang)) }
        }
    }
}

fn shows(witness: &BTreeMap<String, Value>, lang: Lang) -> Markup {
    html! {
        details {
            summary { (lang.say("能说明它的一家企业", "A firm that shows it")) }
            ul { @for (element, value) in witness { li { (words(element, lang)) ": " (words(&value.to_string(), lang)) } } }
        }
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

fn form(shown: &Shown<'_>, finding: &Finding) -> Markup {
    let lang = shown.visitor.lang;
    let titles = Verdict::ALL.map(|verdict| (verdict.word(), verdict.title()));
    let choices: Vec<Choice<'_>> = titles.iter().map(|(word, title)| Choice::new(word, lang.say(&title.zh, &title.en))).collect();
    html! {
        details {
            summary { (lang.say("写下您的意见", "Say what you think")) }
            form .stack-s method="post" action="/workbench/policies/opinion" {
                (carried(shown.visitor, 0))
                input type="hidden" name="finding" value=(finding.key);
                input type="hidden" name="draft" value=(shown.draft.unwrap_or_default());
                input type="hidden" name="back" value=(shown.back);
                (field(&Field::new("verdict", lang.say("意见", "Opinion"), Control::Select { value: "", choices: &choices }).required(), lang))
                (field(&Field::new("words", lang.say("理由", "Why"), Control::Area { value: "", rows: 2 }).required(), lang))
                div .buttons { (button(&Button::new(lang.say("记录", "Record")).look(Look::Second))) }
            }
        }
    }
}

pub async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let (lang, back) = (visitor.lang, posted.get("back"));
    // One comes back to a page of this library only.
    let back = if back.starts_with("/workbench/policies") { back } else { "/workbench/policies?view=findings" };
    let draft = posted.given("draft");
    match app.office.say_of_finding(officer, draft, posted.get("finding"), posted.get("verdict"), posted.get("words")).await {
        Ok(()) => Ok(done(back, "said")),
        Err(stop) => {
            let refusal = refused(stop)?;
            let title = lang.say("意见没有记录", "Your opinion was not recorded");
            let again =
                html! { p .pre { (posted.get("words")) } p { a href=(back) { (lang.say("回到清单", "Back to the list")) } } };
            let mut page = page(visitor, title, Vec::new(), html! { h1 { (title) } (again) });
            page.notices = vec![refusal_notice(&refusal, lang)];
            Ok(page.into_response())
        }
    }
}

fn clause<'a>(edition: &'a Edition, code: &str) -> Option<(&'a Policy, &'a Clause)> {
    let all = edition.rules.policies.values().flat_map(|policy| policy.clause.iter().map(move |clause| (policy, clause)));
    all.into_iter().find(|(_, clause)| clause.code.get_ref() == code)
}

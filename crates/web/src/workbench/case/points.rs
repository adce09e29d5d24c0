//! The middle and right panes: review points one by one, the law they rest on, and the opinion.

use super::dossier::Dossier;
use crate::app::App;
use crate::error::Problem;
use crate::layout::Area;
use crate::pieces::button::{Button, Look, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Control, Field, field};
use crate::pieces::law::{LawQuote, law_quote};
use crate::pieces::split::{ReviewPoint, review_points};
use crate::pieces::words;
use crate::visitor::{Posted, Visitor};
use crate::workbench::acts::steering;
use crate::workbench::wording::agency_name;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use casework::{Act, Actor, Event};
use maud::{Markup, html};
use office::Outcome;
use rulebook::Lang;
use rulebook::definition::{Basis, Standing};
use rulebook::expression::Truth;
use serde::Deserialize;

/// A point that does not apply is met, and says so: the list is complete only when every line has a finding.
const NOT_APPLICABLE: &str = "不适用";

/// What was found at a point, and the remark.
fn finding(dossier: &Dossier, point: u32, lang: Lang) -> (&'static str, &str) {
    let last = dossier.records.iter().rev().find_map(|record| match &record.event {
        Event::PointChecked { point: checked, met, note } if *checked == point => Some((*met, *note)),
        _ => None,
    });
    match last {
        None => ("", ""),
        Some((met, note)) => {
            let note = note.map_or("", |note| dossier.say(note, lang));
            match note.strip_prefix(NOT_APPLICABLE) {
                Some(rest) if met => ("not-applicable", rest.trim_start_matches('：')),
                _ => (if met { "yes" } else { "no" }, note),
            }
        }
    }
}

pub fn pane(visitor: &Visitor, dossier: &Dossier, may_check: bool) -> Markup {
    let lang = visitor.lang;
    let points = dossier.item().map(|item| item.point.as_slice()).unwrap_or_default();
    if points.is_empty() {
        return empty_state(
            lang.say("这个事项没有公布审查要点", "This item has no published review points"),
            lang.say("按受理条件审查。", "Examine by its conditions."),
            html! {},
        );
    }
    let answers = dossier.answers();
    let facts = dossier.rules().facts(&answers);
    let today = dossier.now.day();
    let codes: Vec<String> = (0..points.len()).map(|at| at.to_string()).collect();
    let hints: Vec<String> =
        points.iter().map(|point| point.basis.as_ref().map(ToString::to_string).unwrap_or_default()).collect();
    let drawn: Vec<ReviewPoint<'_>> = points
        .iter()
        .enumerate()
        .map(|(at, point)| {
            let (mut found, remark) = finding(dossier, at as u32, lang);
            let applies =
                point.when.as_ref().map_or(Truth::True, |when| dossier.rules().condition(when.get_ref(), &facts, today));
            if found.is_empty() && applies == Truth::False {
                found = "not-applicable";
            }
            ReviewPoint {
                code: &codes[at],
                text: &point.text,
                hint: Some(hints[at].as_str()).filter(|hint| !hint.is_empty()),
                finding: found,
                remark,
            }
        })
        .collect();
    let done = drawn.iter().filter(|point| !point.finding.is_empty()).count();
    html! {
        p .small.muted { (done) " / " (points.len()) " " (lang.say("条已有结论", "have a finding")) }
        @if may_check {
            form .form.full method="post" action={ "/workbench/cases/" (dossier.case.no) "/points" } {
                (steering(visitor, dossier.case.version))
                (review_points(&drawn, lang))
                (button(&Button::new(lang.say("保存核对结果", "Save the findings")).look(Look::Second).key("s")))
            }
        } @else {
            ol .points {
                @for point in &drawn {
                    li {
                        p { (words(point.text, lang)) }
                        p .small { (said(point.finding, lang)) @if !point.remark.is_empty() { " · " (words(point.remark, lang)) } }
                    }
                }
            }
        }
    }
}

fn said(finding: &str, lang: Lang) -> &'static str {
    match finding {
        "yes" => lang.say("符合", "Met"),
        "no" => lang.say("不符合", "Not met"),
        "not-applicable" => lang.say("不适用", "Not applicable"),
        _ => lang.say("未核对", "not checked"),
    }
}

/// Every finding that differs from what stands is an act of its own.
pub(super) async fn save(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    match saved(&app, &visitor, &no, &posted).await {
        Err(Problem::SignIn(_)) => crate::workbench::sign_in::keeping(&visitor, &posted).into_response(),
        found => visitor.answer(Area::Workbench, found),
    }
}

async fn saved(app: &App, visitor: &Visitor, no: &str, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer()?;
    let dossier = Dossier::open(app, visitor, no, "points").await?;
    let by = Actor::Officer(officer.clone());
    let (seen, request): (u64, &str) = (posted.read("seen")?, posted.get("request"));
    let points = dossier.item().map_or(0, |item| item.point.len());
    for at in 0..points as u32 {
        let (found, remark) = (posted.get(&format!("point.{at}")), posted.get(&format!("remark.{at}")));
        if found.is_empty() || (found, remark) == finding(&dossier, at, visitor.lang) {
            continue;
        }
        let note = match found {
            "not-applicable" if remark.is_empty() => NOT_APPLICABLE.to_owned(),
            "not-applicable" => format!("{NOT_APPLICABLE}：{remark}"),
            _ => remark.to_owned(),
        };
        let act = Act::CheckPoint { point: at, met: found != "no", note: Some(note).filter(|note| !note.is_empty()) };
        match app.office.perform(&dossier.case.no, &act, &by, Some(seen), Some(&format!("{request}-{at}"))).await? {
            Outcome::Done(_) | Outcome::Again { .. } => {}
            Outcome::Refused(refusal) => return Err(Problem::Refused(refusal)),
            Outcome::Overtaken { .. } => return overtaken(app, visitor, no, posted, seen).await,
        }
    }
    Ok(Redirect::to(&format!("/workbench/cases/{no}?done=check-point#points")).into_response())
}

/// The findings as they were typed, on a page of their own, with what changed and one press to save them all the same.
async fn overtaken(app: &App, visitor: &Visitor, no: &str, posted: &Posted, seen: u64) -> Result<Response, Problem> {
    let dossier = Dossier::open(app, visitor, no, "points").await?;
    let lang = visitor.lang;
    let body = html! {
        h1 { (lang.say("核对结果还没有保存", "The findings are not saved yet")) }
        form .form method="post" action={ "/workbench/cases/" (no) "/points" } {
            (steering(visitor, dossier.case.version))
            @for (name, value) in posted.pairs().filter(|(name, _)| name.starts_with("point.") || name.starts_with("remark.")) {
                input type="hidden" name=(name) value=(value);
            }
            p { (lang.say("您核对的内容都在。看过变化后可以照样保存。", "All your findings are kept. Save them as they are once you have seen what changed.")) }
            (button(&Button::new(lang.say("照样保存", "Save them all the same"))))
        }
    };
    let mut page = visitor.page(Area::Workbench, lang.say("核对结果", "Findings"), body);
    page.notices = crate::workbench::acts::changed_since(&dossier, seen, lang).into_iter().collect();
    Ok((axum::http::StatusCode::CONFLICT, page).into_response())
}

/// The law that the item, its points and this step rest on, the opinions of others, and the officer's own.
pub fn law(visitor: &Visitor, dossier: &Dossier, may_review: bool) -> Markup {
    let lang = visitor.lang;
    let case = &dossier.case;
    html! {
        div .stack {
            @if may_review {
                form .form.full method="post" action={ "/workbench/cases/" (case.no) "/acts/review" } {
                    (steering(visitor, case.version))
                    (field(&Field::new("opinion", lang.say("审查意见", "Opinion"), Control::Area { value: "", rows: 4 }).hint(lang.say("写好后在下一页提交", "Sent on the next page")), lang))
                    (button(&Button::new(lang.say("提出意见", "Give the opinion")).look(Look::Second).named("_step", "back")))
                }
            }
            (opinions(dossier, lang))
            (quotes(dossier, lang))
        }
    }
}

fn opinions(dossier: &Dossier, lang: Lang) -> Markup {
    let case = &dossier.case;
    let reviewed: Vec<_> = dossier
        .records
        .iter()
        .filter_map(|record| match &record.event {
            Event::Reviewed { agrees, opinion } => Some((record, *agrees, *opinion)),
            _ => None,
        })
        .collect();
    html! {
        @if !reviewed.is_empty() || !case.opinions.is_empty() {
            section .stack-s {
                h3 { (lang.say("意见", "Opinions")) }
                @for (record, agrees, opinion) in reviewed {
                    div .law {
                        p .source { (words(dossier.who(&record.by, lang), lang)) " · " @if agrees { (lang.say("提请决定", "passed on")) } @else { (lang.say("退回", "sent back")) } }
                        p .pre { (words(dossier.say(opinion, lang), lang)) }
                    }
                }
                @for opinion in &case.opinions {
                    div .law {
                        p .source {
                            (words(agency_name(dossier.rules(), &opinion.agency, lang), lang)) " · "
                            @match &opinion.given {
                                Some((true, ..)) => (lang.say("同意", "agrees")),
                                Some((false, ..)) => (lang.say("不同意", "does not agree")),
                                None => (lang.say("等待答复", "awaited")),
                            }
                        }
                        p .small { (words(dossier.say(opinion.question, lang), lang)) }
                        @if let Some((_, text, _)) = &opinion.given { p .pre { (words(dossier.say(*text, lang), lang)) } }
                        @if let Some(due) = opinion.due { p .from { (lang.say("请于 ", "asked by ")) (due) (lang.say(" 前答复", "")) } }
                    }
                }
            }
        }
    }
}

/// The grounds of the item and of its points, each once.
fn grounds(dossier: &Dossier) -> Vec<&Basis> {
    let Some(item) = dossier.item() else { return Vec::new() };
    let of_points = item.point.iter().filter_map(|point| point.basis.as_ref());
    let mut grounds: Vec<&Basis> = Vec::new();
    for basis in item.basis.iter().chain(of_points) {
        if !grounds.iter().any(|known| known.law == basis.law && known.article == basis.article) {
            grounds.push(basis);
        }
    }
    grounds
}

/// One article of a law as the rulebook carries it.
#[derive(Deserialize)]
struct Article {
    law: String,
    #[serde(default)]
    version: String,
    article: String,
    text: String,
}

/// A text of the law that is shown once, with all that is cited of it.
struct Cited<'a> {
    article: String,
    text: &'a str,
    version: &'a str,
    /// Paragraphs and points, as 第一款第四项; none where the whole article is cited.
    parts: Vec<&'a str>,
    verified: bool,
}

/// Grounds that name paragraphs of one article are quoted together.
fn cited<'a>(grounds: &[&'a Basis], articles: &'a [Article]) -> Vec<Cited<'a>> {
    let mut all: Vec<Cited<'a>> = Vec::new();
    for basis in grounds {
        // The file names whole articles; a ground may name a paragraph or a point of one.
        let within = |article: &&Article| {
            article.law == basis.law && !basis.article.is_empty() && basis.article.starts_with(&article.article)
        };
        let verified = basis.status == Standing::Verified;
        let Some(found) = articles.iter().find(within) else {
            let article = basis.to_string();
            all.push(Cited { article, text: &basis.note, version: "", parts: Vec::new(), verified });
            continue;
        };
        let article = format!("{}{}", found.law, found.article);
        let part = basis.article.strip_prefix(found.article.as_str()).filter(|part| !part.is_empty());
        match all.iter_mut().find(|known| known.article == article) {
            Some(known) => {
                known.parts.extend(part);
                known.verified &= verified;
            }
            None => {
                let parts = part.into_iter().collect();
                all.push(Cited { article, text: &found.text, version: &found.version, parts, verified });
            }
        }
    }
    all
}

fn quotes(dossier: &Dossier, lang: Lang) -> Markup {
    let grounds = grounds(dossier);
    let lines = dossier.edition.file("laws/articles.jsonl").unwrap_or_default().lines();
    let wanted = lines.filter(|line| grounds.iter().any(|basis| line.contains(&basis.law)));
    let articles: Vec<Article> = wanted.filter_map(|line| serde_json::from_str(line).ok()).collect();
    html! {
        @for cited in cited(&grounds, &articles) {
            @let parts = if cited.parts.is_empty() { String::new() } else { format!("（{}）", cited.parts.join("、")) };
            @let article = format!("{}{parts}", cited.article);
            @let source = if cited.version.is_empty() { String::new() } else { format!("{}{}", lang.say("文本日期 ", "text of "), cited.version) };
            (law_quote(&LawQuote { article: &article, text: cited.text, source: &source, verified: cited.verified, href: None }, lang))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_printed_once_with_all_that_is_cited_of_it() {
        let ground = |article: &str| Basis { law: "行政许可法".to_owned(), article: article.to_owned(), ..Basis::default() };
        let (four, five, other) = (ground("第三十二条第一款第四项"), ground("第三十二条第一款第五项"), ground("第三十四条"));
        let articles = [Article {
            law: "行政许可法".to_owned(),
            version: "2019-04-23".to_owned(),
            article: "第三十二条".to_owned(),
            text: "全文".to_owned(),
        }];
        let all = cited(&[&four, &five, &other], &articles);
        let told: Vec<_> = all.iter().map(|cited| (cited.article.as_str(), cited.parts.len(), cited.text)).collect();
        assert_eq!(told, [("行政许可法第三十二条", 2, "全文"), ("行政许可法第三十四条", 0, "")]);
    }
}

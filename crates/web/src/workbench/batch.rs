//! `/workbench/batch`: the cases ticked in the task list, done together where that is safe. Every case is still decided by itself,
//! with its own record, and the answer says for each what became of it.
//!
//! A decision is offered only for cases that are alike in everything that matters: the same item and step, equal in the elements
//! that the item names for it, every review point met, and nothing outstanding. Taking on and passing on cases needs no likeness.

use super::acts::answers::{Fault, Typed, read};
use super::acts::questions::{Ground, questions};
use super::acts::{self, act_title, table};
use super::case::dossier::Dossier;
use super::wording::{item_name, step_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::error_summary::error_summary;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::table::{Column, Row, Table, table as draw};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use casework::{Actor, CaseNo, open_acts};
use maud::{Markup, html};
use office::Outcome;
use rulebook::Lang;
use rulebook::expression::Truth;
use std::collections::BTreeMap;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/batch", post(choose).get(|| async { Redirect::to("/workbench") }))
        .route("/batch/{act}", post(send).get(|_: axum::extract::Path<String>| async { Redirect::to("/workbench") }))
}

/// Cases in one batch; more cannot be looked at by one person with care.
const MOST: usize = 50;

/// Acts that need no likeness: they say who has the case, not what becomes of it.
const FOR_ANY: [&str; 4] = ["claim", "receive", "assign", "hand-over"];

/// Acts that decide something, for cases that are alike.
const FOR_ALIKE: [&str; 5] = ["accept", "review", "grant", "file", "archive"];

/// A picked case with what can be done to it now.
struct Picked {
    dossier: Dossier,
    /// Names of the acts that are lawful now, with what the button says.
    acts: Vec<(String, String)>,
    /// What makes it alike to others; `None` with the reason why no decision can be made in a batch.
    alike: Result<String, (&'static str, &'static str)>,
}

async fn picked(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Vec<Picked>, Problem> {
    let (_, officer) = visitor.officer()?;
    let by = Actor::Officer(officer.clone());
    let mut numbers: Vec<&str> = posted.all("case").filter(|no| !no.is_empty()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut all = Vec::new();
    for no in numbers.into_iter().take(MOST) {
        let dossier = Dossier::open(app, visitor, no, "batch").await?;
        let acts = app.office.scene(&dossier.case.no, &by, |scene| {
            let open = open_acts(scene).into_iter().filter(|(_, stands)| stands.is_ok());
            open.map(|(allowed, _)| (allowed.act.get_ref().clone(), act_title(allowed, visitor.lang))).collect::<Vec<_>>()
        });
        let acts = acts.await?.ok_or(Problem::NotFound)?;
        let alike = alike(&dossier);
        all.push(Picked { dossier, acts, alike });
    }
    Ok(all)
}

/// What a case has in common with those it may be decided with.
fn alike(dossier: &Dossier) -> Result<String, (&'static str, &'static str)> {
    let item = dossier.item().ok_or(("事项已不在规则书中", "the item is gone"))?;
    if item.batch_key.is_empty() {
        return Err(("这个事项没有规定批量办理的条件", "the item names no elements for batches"));
    }
    let case = &dossier.case;
    if !case.lacking.is_empty() || !case.deferred.is_empty() {
        return Err(("材料不齐", "papers are lacking"));
    }
    if !case.corrections.is_empty() || case.special.is_some() || case.opinions.iter().any(|opinion| opinion.given.is_none()) {
        return Err(("有补正、特别程序或者未收到的意见", "a correction, a special procedure or an awaited opinion"));
    }
    if case.points.iter().any(|(_, met)| !met) {
        return Err(("有不符合的审查要点", "a review point is not met"));
    }
    let answers = dossier.answers();
    let facts = dossier.rules().facts(&answers);
    let today = dossier.now.day();
    let applies = |at: usize| {
        let when = item.point[at].when.as_ref();
        when.is_none_or(|when| dossier.rules().condition(when.get_ref(), &facts, today) != Truth::False)
    };
    let open = (0..item.point.len()).any(|at| applies(at) && !case.points.iter().any(|(point, _)| *point as usize == at));
    if open && case.accepted.is_some() {
        return Err(("审查要点没有逐条核对", "not every review point was checked"));
    }
    let code = |name: &String| dossier.rules().fields.get(name).map_or(name.clone(), |field| field.code.clone());
    let values: Vec<String> =
        item.batch_key.iter().map(|name| format!("{name}={}", answers.get(&code(name)).map_or("", String::as_str))).collect();
    Ok(format!("{} {} {}", case.item, case.step, values.join(" ")))
}

/// The acts that all of these allow, with what the button says.
fn common(group: &[&Picked], among: &[&str]) -> Vec<(String, String)> {
    let Some((first, rest)) = group.split_first() else { return Vec::new() };
    let all_have = |act: &str| rest.iter().all(|picked| picked.acts.iter().any(|(known, _)| known == act));
    first.acts.iter().filter(|(act, _)| among.contains(&act.as_str()) && all_have(act)).cloned().collect()
}

async fn choose(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let all = picked(&app, &visitor, &posted).await?;
        Ok::<_, Problem>(choice(&visitor, &all))
    };
    visitor.answer(Area::Workbench, found.await)
}

fn choice(visitor: &Visitor, all: &[Picked]) -> Page {
    let lang = visitor.lang;
    let everything: Vec<&Picked> = all.iter().collect();
    let mut groups: BTreeMap<&str, Vec<&Picked>> = BTreeMap::new();
    for one in all {
        if let Ok(key) = &one.alike {
            groups.entry(key).or_default().push(one);
        }
    }
    let body = html! {
        div .page-head { h1 { (lang.say("批量办理", "Do several together")) } }
        div .stack {
            @if all.is_empty() {
                (notice(&Notice::new(Tone::Info, lang.say("没有勾选办件。", "No case was ticked.")), lang))
            } @else {
                section .card.stack-s {
                    h2 { (lang.say("所选办件", "The selected cases")) " (" (all.len()) ")" }
                    (list(&everything, lang))
                    (press(&everything, &common(&everything, &FOR_ANY), visitor))
                }
                @for group in groups.values() {
                    section .card.stack-s {
                        h2 { (lang.say("相同情形", "Alike")) " (" (group.len()) ")" }
                        p .muted { (lang.say("同一事项、同一环节，关键要素相同，没有未了事项，可以一次确认。", "Same item, same step, equal in what matters, nothing outstanding: one confirmation will do.")) }
                        (list(group, lang))
                        @let acts = common(group, &FOR_ALIKE);
                        @if acts.is_empty() { p { (lang.say("这些办件现在没有可以批量办理的步骤。", "There is no step now that could be done together.")) } }
                        (press(group, &acts, visitor))
                    }
                }
                @let single: Vec<&Picked> = all.iter().filter(|one| one.alike.is_err()).collect();
                @if !single.is_empty() {
                    section .card.stack-s {
                        h2 { (lang.say("须逐件办理", "One by one")) " (" (single.len()) ")" }
                        ul { @for one in &single { @if let Err((zh, en)) = one.alike {
                            li { a href={ "/workbench/cases/" (one.dossier.case.no) } { (words(item_name(one.dossier.rules(), &one.dossier.case.item, lang), lang)) " " span .num { (one.dossier.case.no) } } (lang.say("：", ": ")) (lang.say(zh, en)) }
                        } } }
                    }
                }
            }
            p { (link_button("/workbench", lang.say("返回我的任务", "Back to my tasks"), Look::Second, None)) }
        }
    };
    around(visitor, lang.say("批量办理", "Do several together"), body)
}

fn around(visitor: &Visitor, title: &str, body: Markup) -> Page {
    let mut page = visitor.page(Area::Workbench, title, body);
    page.breadcrumbs = vec![Crumb::to("/workbench", visitor.lang.say("我的任务", "My tasks")), Crumb::here(title)];
    page
}

fn list(group: &[&Picked], lang: Lang) -> Markup {
    let rows = group.iter().map(|one| {
        let (case, rules) = (&one.dossier.case, one.dossier.rules());
        Row::new(vec![
            html! { a href={ "/workbench/cases/" (case.no) } { (words(item_name(rules, &case.item, lang), lang)) } span .sub.num { (case.no) } },
            words(one.dossier.title(), lang),
            words(step_name(rules, &case.procedure, &case.step, lang), lang),
        ])
    });
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("申请人", "Applicant")),
        Column::new(lang.say("环节", "Step")),
    ];
    draw(&Table { caption: lang.say("办件", "Cases"), columns: &columns, rows: rows.collect(), ..Table::default() }, lang)
}

/// The cases with the version seen of each, so that nobody decides what has changed meanwhile.
fn carried(group: &[&Picked], visitor: &Visitor) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(visitor.csrf());
        input type="hidden" name="request" value=(acts::request_id());
        @for one in group {
            input type="hidden" name="case" value=(one.dossier.case.no);
            input type="hidden" name={ "seen." (one.dossier.case.no) } value=(one.dossier.case.version);
        }
    }
}

fn press(group: &[&Picked], acts: &[(String, String)], visitor: &Visitor) -> Markup {
    html! {
        div .buttons {
            @for (act, title) in acts {
                form method="post" action={ "/workbench/batch/" (act) } {
                    (carried(group, visitor))
                    (button(&Button::new(title).look(Look::Second)))
                }
            }
        }
    }
}

async fn send(
    State(app): State<App>,
    visitor: Visitor,
    axum::extract::Path(act): axum::extract::Path<String>,
    posted: Posted,
) -> Response {
    match sent(&app, &visitor, &act, &posted).await {
        Err(Problem::SignIn(_)) => super::sign_in::keeping(&visitor, &posted).into_response(),
        found => visitor.answer(Area::Workbench, found),
    }
}

async fn sent(app: &App, visitor: &Visitor, act: &str, posted: &Posted) -> Result<Page, Problem> {
    let all = picked(app, visitor, posted).await?;
    let group: Vec<&Picked> = all.iter().collect();
    let form = table::of(act).filter(|_| FOR_ANY.contains(&act) || FOR_ALIKE.contains(&act)).ok_or(Problem::NotFound)?;
    let Some(first) = group.first() else { return Ok(choice(visitor, &all)) };
    let alike = first.alike.is_ok() && group.iter().all(|one| one.alike == first.alike);
    if FOR_ALIKE.contains(&act) && !alike {
        return Ok(choice(visitor, &all));
    }
    let (_, officer) = visitor.officer()?;
    let lang = visitor.lang;
    let title = first
        .acts
        .iter()
        .find(|(known, _)| known == act)
        .map_or_else(|| first.dossier.act_title(act).get(lang).to_owned(), |(_, title)| title.clone());
    let handlers = if ["assign", "hand-over"].contains(&act) { acts::handlers(app, &first.dossier).await? } else { Vec::new() };
    let ground = Ground { dossier: &first.dossier, officer, handlers: &handlers, colleagues: &[], lang };
    let confirmed = posted.get("_step") == "do";
    let typed = if confirmed { Typed::of(posted) } else { acts::proposals::propose(act, &first.dossier) };
    let fixed = acts::questions::fixed(form, &ground);
    let confirm = |faults: &[Fault]| {
        let faults_said: Vec<(&str, &str)> = faults.iter().map(|(name, text)| (name.as_str(), text.get(lang))).collect();
        let body = html! {
            div .page-head { div { p .over { (lang.say("批量办理", "Several together")) } h1 { (words(&title, lang)) " (" (group.len()) ")" }
                p .lead { (lang.say("确认一次，每一件分别办理、分别记录；其中一件办不成，不影响其他。", "One confirmation; every case is done and recorded by itself, and one that cannot be done does not hold up the others.")) } } }
            (error_summary(&faults_said, lang))
            (list(&group, lang))
            form .form.stack method="post" action={ "/workbench/batch/" (act) } {
                (carried(&group, visitor))
                (questions(form, &typed, faults, &ground))
                div .buttons {
                    (button(&Button::new(&title).named("_step", "do").key("ctrl+enter")))
                    (link_button("/workbench", lang.say("返回我的任务", "Back to my tasks"), Look::Second, None))
                }
            }
        };
        around(visitor, &title, body)
    };
    if !confirmed {
        return Ok(confirm(&[]));
    }
    let done = match read(form, &typed, &fixed) {
        Ok(done) => done,
        Err(faults) => return Ok(confirm(&faults)),
    };
    let by = Actor::Officer(officer.clone());
    let mut results = Vec::new();
    for one in &group {
        let no: &CaseNo = &one.dossier.case.no;
        let seen: u64 = posted.read(&format!("seen.{no}"))?;
        let outcome = app.office.perform(no, &done, &by, Some(seen), Some(&format!("w:{}-{no}", posted.get("request")))).await?;
        results.push((*one, outcome));
    }
    Ok(reported(visitor, &title, &results))
}

/// What became of each.
fn reported(visitor: &Visitor, title: &str, results: &[(&Picked, Outcome)]) -> Page {
    let lang = visitor.lang;
    let done = results.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Done(_) | Outcome::Again { .. })).count();
    let rows = results.iter().map(|(one, outcome)| {
        let case = &one.dossier.case;
        let told = match outcome {
            Outcome::Done(_) | Outcome::Again { .. } => tag(lang.say("已办理", "done"), Tone::Good, lang),
            Outcome::Refused(refusal) => html! { (tag(lang.say("未办理", "not done"), Tone::Bad, lang)) p { (words(&refusal.words(lang), lang)) } },
            Outcome::Overtaken { .. } => html! { (tag(lang.say("未办理", "not done"), Tone::Warn, lang)) p { (lang.say("办件已有变化，请打开查看。", "The case has changed: open it and look.")) } },
        };
        Row::new(vec![
            html! { a href={ "/workbench/cases/" (case.no) } { (words(one.dossier.title(), lang)) } span .sub.num { (case.no) } },
            told,
        ])
    });
    let columns = [Column::new(lang.say("办件", "Case")), Column::new(lang.say("结果", "Result"))];
    let body = html! {
        div .page-head { div { p .over { (lang.say("批量办理", "Several together")) } h1 { (words(title, lang)) } } }
        p .lead role="status" { (lang.say("已办理 ", "Done: ")) (done) " / " (results.len()) }
        (draw(&Table { caption: lang.say("逐件结果", "Result of each"), columns: &columns, rows: rows.collect(), ..Table::default() }, lang))
        p { (link_button("/workbench", lang.say("返回我的任务", "Back to my tasks"), Look::Main, None)) }
    };
    around(visitor, title, body)
}

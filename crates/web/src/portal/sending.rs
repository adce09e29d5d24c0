//! `/drafts/{id}/check`: the look before sending, and `/drafts/{id}/submit`.
//!
//! Who comes here: somebody who has filled in everything and fears sending the wrong thing. It is all on one page: what goes to whom,
//! what is still missing, how each part is to be handled, and what is signed by sending. Serves measures 2, 4 and 5.

use super::apply::{Answered, asked_again, draft_of, page};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::commitment;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use office::Outcome;
use office::apply::other_area;
use office::drafts::{Wanted, Whole};
use rulebook::Lang;
use rulebook::expression::Truth;
use rulebook::intake::NOTHING_KNOWN;

pub fn routes() -> Router<App> {
    Router::new().route("/drafts/{id}/check", get(check)).route("/drafts/{id}/submit", post(submit))
}

/// The look before sending: everything on one page, and what is still missing.
async fn check(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    let found = async {
        let lang = visitor.lang;
        let whole = draft_of(&app, &visitor, &id).await?;
        let edition = app.office.rulebooks.edition(&app.office.store, &whole.draft.edition).await?;
        let wanted = Wanted::of(&edition.rules, &whole.draft).ok_or(Problem::NotFound)?;
        let today = app.office.now().await?.day();
        let bundle = wanted.bundle();
        let answered = Answered::of(&app, &whole).await?;
        let mut intake = bundle.intake(&whole.answers, &answered.handed, &NOTHING_KNOWN, today);
        answered.narrow(&mut intake);
        app.office.ask_for_own_copies(&edition.rules, &whole.draft, &mut intake, today).await?;
        if answered.only.is_none() && intake.faults().next().is_some() {
            return page(&app, &visitor, &id, true, Vec::new()).await;
        }
        let name = wanted.name();
        let name = name.get(lang);
        let signers = app.office.signers_of(&whole).await?;
        let (named, _) = asked_again(&app, &visitor, &whole, &edition).await?;
        let lacking: Vec<&str> = match &answered.case {
            // A new application, or papers that may follow: what it calls for. A correction: what it was told and leaves as it was.
            Some(case) if answered.only.is_none() => {
                let before = app.office.answers_of(case).await?;
                let name = |about| crate::workbench::wording::about_name(&edition.rules, about, lang);
                answered.left(&named, &whole, &before).into_iter().filter(|about| !replaced(&signers, about)).map(name).collect()
            }
            _ => {
                let missing = intake.papers.iter().filter(|paper| paper.lacks());
                let keys = missing.map(|paper| paper.needed.key.get_ref().as_str()).filter(|key| !replaced(&signers, key));
                keys.map(|key| crate::workbench::wording::material_name(&edition.rules, key, lang)).collect()
            }
        };
        let agency =
            edition.rules.agencies.get(&whole.draft.agency).map_or("", |agency| super::wording::agency_name(agency, lang));
        let (to_sign, send) = commitment_to_sign(&app, &whole, &wanted, &edition, lang).await?;
        let (_, holder) = visitor.applicant()?;
        let mut bar = None;
        for item in &wanted.items {
            let code = item.code.get_ref();
            bar = bar.or(app.office.bar(holder, code, code, today).await?);
        }
        let body = html! {
            div .page-head { div { p .over { (lang.say("提交前检查", "Check before sending")) } h1 { (words(name, lang)) }
                @if !wanted.together { p .lead { (lang.say("将提交给", "It goes to ")) (words(agency, lang)) (lang.say("。", ".")) } } } }
            div .stack {
                @if wanted.together {
                    (super::themes::parts(&bundle, &edition.rules, &whole.draft.area, today, lang))
                    (super::themes::saved(&bundle.saved(&whole.answers, &NOTHING_KNOWN, today), lang))
                }
                @if let Some((_, bar)) = &bar {
                    (notice(&Notice::new(Tone::Warn, lang.say("您目前不得再次申请这项许可", "You may not apply for this permit again yet")).body(html! {
                        p {
                            (lang.say("依据", "By ")) (words(&bar.basis, lang)) (lang.say("和已作出的书面决定，截止日期为 ", " and a written decision, until ")) (date::day(bar.until, lang))
                            (lang.say("。仍要提交的，申请会照常收下，由工作人员书面答复。", ". If you send it all the same it is taken in, and an officer answers in writing."))
                        }
                    }), lang))
                }
                @if !lacking.is_empty() {
                    (notice(&Notice::new(Tone::Warn, if answered.case.is_some() { lang.say("这些还没有补", "These are not answered yet") } else { lang.say("还缺下列材料", "These papers are not there yet") }).body(html! {
                        ul { @for name in &lacking { li { (words(name, lang)) } } }
                        @if answered.case.is_none() {
                            p { (lang.say("可以现在提交：办理机关会在五个工作日内一次性告知补正，逾期不告知即视为受理。", "You may send it now: the office tells you once, within five working days, what is missing; if it does not, the application counts as accepted.")) }
                        } @else {
                            p { (lang.say("可以先交已有的，余下的在期限内再交。", "You may send what you have, and the rest within the time that is left.")) }
                        }
                    }), lang))
                }
                (own_copies(&intake, lang))
                (super::addressed::told(&app, &wanted, &whole, lang)?)
                (two_areas(&whole, &edition.rules, lang))
                @if answered.only.is_none() { (answers_shown(&edition.rules, &intake, lang)) }
                (papers_shown(&whole, &edition.rules, lang))
                (ways(&app, &visitor, &whole, &wanted, &edition, &format!("/drafts/{id}")).await?)
                (to_sign)
                (super::signing::card(&visitor, &whole, &signers))
                @if signers.lacking().is_none() { form method="post" action=(format!("/drafts/{id}/submit")) .stack {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    (seen_of(&app, &whole).await?)
                    input type="hidden" name="shown" value=(shown(&whole));
                    p { (lang.say("提交即表示您对内容的真实性负责（行政许可法第三十一条）。", "By sending you answer for its truth (Administrative Licensing Law, art. 31).")) }
                    div .buttons {
                        (button(&Button::new(send).look(Look::Large)))
                        (link_button(&format!("/drafts/{id}"), lang.say("返回修改", "Go back and change"), Look::Second, None))
                    }
                } } @else { p { (link_button(&format!("/drafts/{id}"), lang.say("返回修改", "Go back and change"), Look::Second, None)) } }
            }
        };
        let mut page = visitor.page(Area::Portal, lang.say("提交前检查", "Check before sending"), body);
        page.breadcrumbs = vec![Crumb::to(format!("/drafts/{id}"), name), Crumb::here(lang.say("检查", "Check"))];
        Ok::<_, Problem>(page)
    };
    visitor.answer(Area::Portal, found.await)
}

/// The answers as they will be kept, for reading over; the same for the examiner's screen.
pub fn answers_shown(rules: &rulebook::Rulebook, intake: &rulebook::intake::Intake<'_>, lang: Lang) -> Markup {
    html! {
        @for part in intake.parts.iter().filter(|part| part.applies == Truth::True) {
            section .stack {
                h2 { (words(lang.say(&part.section.title, part.section.label.as_deref().unwrap_or(&part.section.title)), lang)) }
                @let rows: Vec<SummaryRow<'_>> = part.questions.iter().filter(|question| question.applies == Truth::True).map(|question| SummaryRow {
                    name: lang.say(question.field.name.get_ref(), question.field.label.as_deref().unwrap_or(question.field.name.get_ref())),
                    value: match question.answer {
                        Some(answer) => html! { (words(rules.say_answer(question.field, answer).get(lang), lang)) },
                        None => html! { span .muted { (lang.say("（未填）", "(empty)")) } },
                    },
                    change: None,
                }).collect();
                (summary_list(&rows, lang))
            }
        }
    }
}

/// Papers of which no register shows the licence that replaces them, and no copy is there yet.
pub(crate) fn own_copies(intake: &rulebook::intake::Intake<'_>, lang: Lang) -> Markup {
    let open: Vec<_> = intake.papers.iter().filter(|paper| paper.wants_own_copy()).collect();
    html! {
        @if !open.is_empty() {
            (notice(&Notice::new(Tone::Warn, lang.say("这些证照登记库查不到，还没有交复印件", "No register shows these, and no copy is there yet")).body(html! {
                ul { @for paper in open {
                    li { (words(lang.say(&paper.material.name, paper.material.label.as_deref().unwrap_or(&paper.material.name)), lang))
                        @if let Some(why) = &paper.own_copy { span .sub { (words(why.get(lang), lang)) } } }
                } }
            }), lang))
        }
    }
}

/// Whether a paper is not asked for: all who would sign it sign here, or are about to.
pub(crate) fn replaced(signers: &office::signers::Signers, key: &str) -> bool {
    signers.parts.iter().any(|part| part.paper.as_ref().is_some_and(|(own, _)| own == key))
}

/// What is shown before sending, as one word: whoever sends something else than she read is shown it again.
fn shown(whole: &Whole) -> String {
    let papers: Vec<_> = whole.papers.iter().map(|paper| (&paper.key, &paper.digest)).collect();
    office::ids::digest(format!("{:?} {papers:?}", whole.answers))
}

/// The papers that go along, by the names of their files.
fn papers_shown(whole: &Whole, rules: &rulebook::Rulebook, lang: Lang) -> Markup {
    html! {
        @if !whole.papers.is_empty() {
            section .stack {
                h2 { (lang.say("一并提交的材料", "Papers that go along")) }
                ul { @for paper in &whole.papers {
                    li { (words(crate::workbench::wording::material_name(rules, &paper.key, lang), lang)) " · " (words(&paper.file_name, lang)) }
                } }
            }
        }
    }
}

/// The area that was chosen at the beginning says who decides; where the form names another, one of them is wrong.
fn two_areas(whole: &Whole, rules: &rulebook::Rulebook, lang: Lang) -> Markup {
    let chosen = rules.areas.get(&whole.draft.area).map_or("", |area| super::wording::area_name(area, lang));
    let said = |answer: &str| match rules.field_of(office::apply::AREA) {
        Some(field) => rules.say_answer(field, answer).get(lang).to_owned(),
        None => answer.to_owned(),
    };
    html! {
        @if let Some(answer) = other_area(rules, &whole.answers, &whole.draft.area) {
            (notice(&Notice::new(Tone::Warn, lang.say("两处填写的区域不一致", "Two areas are named")).body(html! {
                p {
                    (lang.say("开始办理时选择的是“", "You chose “")) (words(chosen, lang))
                    (lang.say("”，由上面写明的机关办理；表单里填的是“", "” at the beginning, so the body above decides; the form says “"))
                    (words(&said(answer), lang)) (lang.say("”。", "”."))
                }
                p { (lang.say("请改正表单；场所确实在另一区域的，请从事项页面重新选择区域后办理。", "Correct the form; if the place is in the other area, begin again from the item's page and choose that one.")) }
            }), lang))
        }
    }
}

/// The version of the case that a draft answers to, carried by the form that sends it.
pub(crate) async fn seen_of(app: &App, whole: &Whole) -> Result<Markup, Problem> {
    let Some(no) = &whole.draft.for_case else { return Ok(Markup::default()) };
    let case = app.office.store.case(&casework::CaseNo(no.clone())).await?.ok_or(Problem::NotFound)?;
    Ok(html! { input type="hidden" name="seen" value=(case.version); })
}

/// What is said to somebody who was overtaken while sending.
pub(crate) fn changed_meanwhile(lang: Lang) -> Notice {
    Notice::new(
        Tone::Warn,
        lang.say(
            "办件刚刚有了变化，请看过后再提交；填写的内容都在。",
            "The case has just changed. Look, then send again; all that was typed is kept.",
        ),
    )
}

async fn submit(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let whole = draft_of(&app, &visitor, &id).await?;
        let (signed_in, _) = visitor.applicant()?;
        if posted.given("shown").is_some_and(|seen| seen != shown(&whole)) && whole.draft.submitted.is_none() {
            let told = Notice::new(
                Tone::Warn,
                visitor.lang.say(
                    "这份申请在您检查之后又有改动（也许在另一个窗口）。还没有提交，请看过后再检查、提交。",
                    "This application was changed after you looked at it, perhaps in another window. It was not sent: look, check and send again.",
                ),
            );
            return Ok(page(&app, &visitor, &id, false, vec![told]).await?.into_response());
        }
        match app.office.submit_opened(&signed_in.actor, &whole, posted.get("seen").parse().ok()).await? {
            Outcome::Done(case) => Ok(Redirect::to(&format!("/matters/{}", case.no)).into_response()),
            Outcome::Again { no, .. } => Ok(Redirect::to(&format!("/matters/{no}")).into_response()),
            Outcome::Refused(refusal) => {
                Ok(page(&app, &visitor, &id, true, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
            }
            Outcome::Overtaken { .. } => {
                Ok(page(&app, &visitor, &id, false, vec![changed_meanwhile(visitor.lang)]).await?.into_response())
            }
        }
    };
    visitor.answer(Area::Portal, found.await)
}

/// What is signed by sending a draft, above the button, and what the button says.
pub(crate) async fn commitment_to_sign(
    app: &App,
    whole: &Whole,
    wanted: &Wanted<'_>,
    edition: &office::Edition,
    lang: Lang,
) -> Result<(Markup, &'static str), Problem> {
    let today = app.office.now().await?.day();
    let mut signings = wanted.signings(&whole.answers, &whole.handed(), today);
    signings.retain(|_| whole.draft.for_case.is_none());
    let who = match casework::Holder::from_key(&whole.draft.holder) {
        Some(holder) => app.office.title_of(&holder).await?,
        None => String::new(),
    };
    let texts = signings.iter().map(|(item, own)| commitment::to_sign(Some(own), item, &edition.rules, &who, today, lang));
    let text = html! { @for text in texts { (text) } };
    Ok((text, commitment::send(signings.first().map(|(_, own)| own), lang)))
}

/// The way of each part of a bundle that knows a commitment: chosen here, and looked at again on the same page. `draft` is its address.
pub(crate) async fn ways(
    app: &App,
    visitor: &Visitor,
    whole: &Whole,
    wanted: &Wanted<'_>,
    edition: &office::Edition,
    draft: &str,
) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let holder = casework::Holder::from_key(&whole.draft.holder).filter(|_| whole.draft.for_case.is_none());
    let Some(holder) = holder else { return Ok(Markup::default()) };
    let today = app.office.now().await?.day();
    let mut broken = Vec::new();
    for item in &wanted.items {
        let code = item.code.get_ref().as_str();
        if app.office.breach(&edition.rules, &holder, code, &[], today).await?.is_some() {
            broken.push(code);
        }
    }
    for (material, _) in wanted.proofs() {
        let key = material.key.get_ref();
        if app.office.breach(&edition.rules, &holder, "", std::slice::from_ref(key), today).await?.is_some() {
            broken.push(key);
        }
    }
    let Some(parts) = commitment::of_parts(wanted, &edition.rules, &whole.answers, &broken, today, lang) else {
        return Ok(Markup::default());
    };
    Ok(html! {
        form method="post" action=(draft) .card .stack #ways {
            input type="hidden" name="csrf" value=(visitor.csrf());
            h2 { (lang.say("各项怎样办理，由您选择", "How each part is handled is your choice")) }
            p { (lang.say("每一项可以单独选择告知承诺；没有选的按一般程序。", "Each part may go by commitment; what is not chosen goes the ordinary way.")) }
            (parts)
            div .buttons { (button(&Button::new(lang.say("按这样办理", "Handle them so")).look(Look::Second).named("next", "check"))) }
        }
    })
}

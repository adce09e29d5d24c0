//! `/workbench/counter/cases/{no}`: a case as the counter needs it: receipt and notices to print, papers to take in, the result to
//! hand out, and what can be decided here and now.

use super::*;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::workbench::acts::act_title;
use crate::workbench::case::dossier::Dossier;
use crate::workbench::case::{clocks, story};
use crate::workbench::wording::material_name;
use axum::extract::{Path, Query};
use casework::{Actor, open_acts};
use serde::Deserialize;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/counter/cases/{no}", get(show))
        .route("/counter/cases/{no}/draft", post(begin))
        .route("/counter/cases/{no}/follow-code", post(follow_code))
}

/// Acts that take papers or answers in; all of them use the same draft and the same form.
const TAKE_IN: [&str; 5] = ["supply", "supply-deferred", "supply-promised", "correct-on-spot", "amend-bundle"];

/// Acts that a clerk does at the counter, in the order of their buttons.
const AT_COUNTER: [&str; 9] =
    ["receive", "grant", "file", "accept", "ask-correction", "make-result", "deliver", "withdraw", "rate"];

#[derive(Deserialize, Default)]
struct Done {
    #[serde(default)]
    done: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, Query(done): Query<Done>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &no, &done.done).await)
}

async fn view(app: &App, visitor: &Visitor, no: &str, done: &str) -> Result<Page, Problem> {
    let signed_in = clerk(visitor)?;
    let lang = visitor.lang;
    let dossier = Dossier::open(app, visitor, no, "counter").await?;
    let case = &dossier.case;
    let by: &Actor = &signed_in.actor;
    let acts = app.office.scene(&case.no, by, |scene| {
        let open = open_acts(scene).into_iter().filter(|(_, stands)| stands.is_ok());
        open.map(|(allowed, _)| (allowed.act.get_ref().clone(), act_title(allowed, lang))).collect::<Vec<_>>()
    });
    let acts = acts.await?.ok_or(Problem::NotFound)?;
    // What several bodies told is answered at once; a bundle that was told nothing takes nothing in.
    let told = case.bundle.is_none() || !app.office.corrections_in(case).await?.is_empty();
    let take_in = acts.iter().find(|(act, _)| TAKE_IN.contains(&act.as_str())).filter(|_| told);
    // What is waited for comes first: the papers that were asked for, else the next act of the office.
    let waits_for_visitor = dossier.step().is_some_and(|step| step.waits_for == rulebook::procedure::WaitsFor::Applicant);
    let waits = take_in.is_some() && (waits_for_visitor || case.bundle.is_some());
    let name = item_name(dossier.rules(), &case.item, lang);
    let rows = [
        SummaryRow::new(lang.say("办件编号", "Case number"), html! { code { (case.no) } }),
        SummaryRow::new(lang.say("申请人", "Applicant"), words(dossier.title(), lang)),
        SummaryRow::new(lang.say("办理机关", "Body"), words(agency_name(dossier.rules(), &case.agency, lang), lang)),
        SummaryRow::new(lang.say("环节", "Step"), words(step_name(dossier.rules(), &case.procedure, &case.step, lang), lang)),
        SummaryRow::new(lang.say("首次接触", "First contact"), date::moment(dossier.row.first_contact_at.wall(), lang)),
    ];
    let body = html! {
        div .page-head { div { p .over { (lang.say("窗口", "Counter")) } h1 { (words(name, lang)) } } }
        div .with-side {
            div .stack {
                (summary_list(&rows, lang))
                @if let Some(step) = dossier.step() { p { (words(lang.say(&step.public, &step.public_label), lang)) } }
                @if !case.lacking.is_empty() {
                    p { (lang.say("尚缺：", "Lacking: ")) @for key in &case.lacking { (words(material_name(dossier.rules(), key, lang), lang)) " " } }
                }
                div .buttons {
                    @if let Some((act, title)) = take_in {
                        @let title = if act == "amend-bundle" { lang.say("一次补正", "Answer the corrections at once") } else { title };
                        form method="post" action={ "/workbench/counter/cases/" (no) "/draft" } {
                            input type="hidden" name="csrf" value=(visitor.csrf());
                            (button(&Button::new(title).key("s").look(if waits { Look::Main } else { Look::Second })))
                        }
                    }
                    @for (at, (act, title)) in AT_COUNTER.iter().filter_map(|act| acts.iter().find(|(open, _)| open == act)).enumerate() {
                        (link_button(&format!("/workbench/cases/{no}/acts/{act}"), title, if at == 0 && !waits { Look::Main } else { Look::Second }, None))
                    }
                    (link_button(&format!("/workbench/cases/{no}"), lang.say("看全部办件材料", "See the whole case"), Look::Second, Some("o")))
                }
                (story::parts(&dossier, "/workbench/counter/cases", lang))
                section .stack { h2 { (lang.say("时限", "Limits")) } (clocks::cards(&dossier, lang)) }
            }
            aside .stack aria-label=(lang.say("文书", "Letters")) {
                section .card.stack-s {
                    h2 { (lang.say("打印给申请人", "Print for the visitor")) }
                    @if case.letters.is_empty() { p .muted { (lang.say("文书正在出具，稍后刷新。", "Letters are being made: reload shortly.")) } }
                    ul .plain.stack-s {
                        @for letter in case.letters.iter().rev() {
                            li { a href={ "/workbench/cases/" (no) "/letters/" (letter.number) } { (letter.kind.name_for(dossier.rules(), &case.item).get(lang)) } " " span .hint { (words(&letter.document_number, lang)) } }
                        }
                    }
                }
                section .card.stack-s {
                    h2 { (lang.say("查进度", "Following it")) }
                    p .hint { (lang.say("不登录也能查：查询码印给申请人，口令由申请人自己定。", "Without signing in: the code is printed, the visitor chooses the secret.")) }
                    form .form method="post" action={ "/workbench/counter/cases/" (no) "/follow-code" } {
                        input type="hidden" name="csrf" value=(visitor.csrf());
                        (field(&Field::new("secret", lang.say("口令", "Secret"), Control::Text { value: "", line: Line::Code }).required().hint(lang.say("4 至 12 位字母或数字。", "4 to 12 letters or digits.")), lang))
                        (button(&Button::new(lang.say("生成查询码", "Make the code")).look(Look::Second)))
                    }
                }
                section .card.stack-s {
                    h2 { (lang.say("来办事的人", "Visitor")) }
                    p { a href={ "/workbench/counter/visitors/" (dossier.holder_key()) } { (lang.say("这位申请人的其他事", "What else this visitor has")) } }
                    p { a href="/workbench/counter" { (lang.say("下一位", "Next visitor")) } }
                }
            }
        }
    };
    let mut page = around(visitor, name, body);
    let told = match done {
        "" => None,
        "1" => Some(
            lang.say("已提交。凭证正在出具，刷新即可打印。", "Sent. The receipt is being made: reload to print it.").to_owned(),
        ),
        act => Some(format!("{}{}", lang.say("已办理：", "Done: "), dossier.act_title(act).get(lang))),
    };
    page.notices.extend(told.map(|title| Notice::new(Tone::Good, title)));
    Ok(page)
}

/// Papers and answers come in through a draft of the case's own form, filled with what was sent before.
async fn begin(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, _posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let dossier = Dossier::open(&app, &visitor, &no, "take-in").await?;
        let id = app.office.begin_correction(&signed_in.actor, &dossier.case).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/workbench/counter/drafts/{id}")))
    };
    visitor.answer(Area::Workbench, found.await)
}

/// The code, shown once and made to be printed; a former one ends.
async fn follow_code(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let found = async {
        clerk(&visitor)?;
        let lang = visitor.lang;
        let dossier = Dossier::open(&app, &visitor, &no, "follow-code").await?;
        let office = &app.office;
        let code = match office::follow::issue(&office.store, &office.number_key, &dossier.case.no, posted.get("secret")).await {
            Ok(code) => code,
            Err(Stop::Refused(refusal)) => {
                let mut page = view(&app, &visitor, &no, "").await?;
                page.notices.push(refusal_notice(&refusal, lang));
                return Ok(page.into_response());
            }
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        };
        let title = lang.say("查询码", "Code to follow this matter");
        let item = item_name(dossier.rules(), &dossier.case.item, lang);
        let address = format!("{}/follow", office.settings.public_url);
        let rows = [
            SummaryRow::new(lang.say("办件编号", "Case number"), html! { code { (no) } }),
            SummaryRow::new(lang.say("事项", "Item"), words(item, lang)),
            SummaryRow::new(title, html! { strong .num { (code) } }),
            SummaryRow::new(lang.say("在哪里查", "Where"), html! { (address) }),
        ];
        let body = html! {
            div .page-head { div { h1 { (title) } } }
            div .stack {
                (summary_list(&rows, lang))
                p { (lang.say("只显示这一次，请打印或抄给申请人；与口令一起使用，看不到姓名和材料。原有的查询码已失效。", "Shown this once: print it or write it down for the visitor. With the secret it shows the state, never names or papers. A former code has ended.")) }
                p { a href={ "/workbench/counter/cases/" (no) } { (lang.say("返回办件", "Back to the case")) } }
            }
        };
        Ok::<_, Problem>(around(&visitor, title, body).into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

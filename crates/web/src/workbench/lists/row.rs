//! One row of the list: what was proposed, what each body said and why, and what comes next.

use super::{ROLES, live, state_tag};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::timeline::{Happening, timeline};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::checked::problems;
use crate::workbench::frame::{Names, carried, done, head, page, refused, say_done};
use crate::workbench::wording::agency_name;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use office::publish::Released;
use office::publish::list::{Row, reason};
use office::{Answer, Edition};
use rulebook::Lang;
use rulebook::procedure::Role;
use store::list_steps::{ListState, ListStep};

/// Who may agree or disagree for a body.
const SPEAK: &[Role] = &[Role::Editor, Role::Approver, Role::Head];

pub async fn show(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &code, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, code: &str, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let edition = live(app).await?;
    let row = app.office.list_row(code).await?;
    let definition = edition.rules.list.get(code);
    if row.is_none() && definition.is_none() {
        return Err(Problem::NotFound);
    }
    let proposal = row.as_ref().and_then(|row| row.proposal.as_ref());
    let name =
        definition.map(|row| row.name.as_str()).or(proposal.map(|proposal| proposal.name.as_str())).unwrap_or(code).to_owned();
    let state = row.as_ref().filter(|_| definition.is_none()).map_or(ListState::Published, |row| row.state);
    let mut facts = vec![
        SummaryRow::new(lang.say("代码", "Code"), html! { code { (code) } }),
        SummaryRow::new(lang.say("状态", "State"), state_tag(state, lang)),
    ];
    if let Some(row) = definition {
        let grounds: Vec<String> = row.basis.iter().map(ToString::to_string).collect();
        facts.push(SummaryRow::new(lang.say("实施机关", "Body"), words(&row.agency, lang)));
        facts.push(SummaryRow::new(lang.say("依据", "Ground"), words(&grounds.join("；"), lang)));
        facts.push(SummaryRow::new(lang.say("公布于", "Published in"), html! { (edition.name) }));
    } else if let Some(proposal) = proposal {
        facts.push(SummaryRow::new(lang.say("实施机关", "Body"), words(&proposal.agency, lang)));
        facts.push(SummaryRow::new(
            lang.say("依据", "Ground"),
            html! { (words(&format!("{}{}", proposal.law, proposal.article), lang)) },
        ));
    }
    let people = row.iter().flat_map(|row| &row.steps).map(|step| step.by.clone()).collect();
    let names = Names::of(app, people).await?;
    let body = html! {
        (head(&name, "", html! {}, lang))
        div .stack {
            (summary_list(&facts, lang))
            @if let Some(row) = &row {
                (disagreement(row, &edition, lang))
                @if definition.is_none() { (forms(row, visitor, typed)) }
                section .stack-s {
                    h2 { (lang.say("经过", "What happened")) }
                    (timeline(&row.steps.iter().rev().map(|step| happening(step, &names, &edition, lang)).collect::<Vec<_>>(), lang))
                }
            } @else {
                p .muted { (lang.say("这一条目随规则书公布，没有在这里走过流程。", "This row came with an edition and never went through the process here.")) }
            }
        }
    };
    let way = vec![Crumb::to("/workbench/lists", lang.say("清单管理", "The list as a process"))];
    let mut page = page(visitor, &name, way, body);
    page.notices = notices;
    say_done(
        &mut page,
        visitor,
        &[
            ("spoken", "已记录贵机关的意见。", "What your body said is recorded."),
            ("arbitrated", "已裁定。", "Decided."),
            ("published", "已公布，随新版规则书生效。", "Published, in force with the new edition."),
        ],
    );
    Ok(page)
}

fn disagreement(row: &Row, edition: &Edition, lang: Lang) -> Markup {
    let against = row.disagreeing();
    html! {
        @if !against.is_empty() {
            (notice(&Notice::new(Tone::Warn, lang.say("有机关不同意", "Some bodies disagree")).body(html! {
                ul { @for step in against { li { strong { (words(agency_name(&edition.rules, &step.agency, lang), lang)) } "：" (words(&reason(step), lang)) } } }
            }), lang))
        }
    }
}

fn happening(step: &ListStep, names: &Names, edition: &Edition, lang: Lang) -> Happening {
    let (title, tone) = match step.state {
        ListState::Proposed => (lang.say("提出", "Proposed"), Tone::Info),
        ListState::Agreed => (lang.say("同意", "Agreed"), Tone::Good),
        ListState::Disputed => (lang.say("不同意", "Disagreed"), Tone::Bad),
        ListState::Arbitrated => (lang.say("裁定列入", "Decided: on the list"), Tone::Info),
        ListState::Published => (lang.say("公布", "Published"), Tone::Good),
        ListState::Withdrawn => (lang.say("裁定不列入", "Decided: not on the list"), Tone::Rest),
    };
    let who = format!("{} {}", agency_name(&edition.rules, &step.agency, lang), names.get(&step.by));
    let text = reason(step);
    Happening {
        when: date::moment(step.at.wall(), lang),
        title: title.to_owned(),
        who,
        tone,
        body: html! { @if !text.is_empty() { p .pre { (words(&text, lang)) } } },
        next: false,
    }
}

fn forms(row: &Row, visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let seen = row.steps.len();
    let path = |what: &str| format!("/workbench/lists/{}/{what}", row.code);
    let open = matches!(row.state, ListState::Proposed | ListState::Agreed | ListState::Disputed);
    let stands = [Choice::new("yes", lang.say("同意列入", "Agree")), Choice::new("no", lang.say("不同意", "Disagree"))];
    let rulings = [
        Choice::new("on", lang.say("列入清单", "Put it on the list")),
        Choice::new("off", lang.say("不列入清单", "Leave it off")),
    ];
    let reasons = |name| Field::new("words", name, Control::Area { value: typed.get("words"), rows: 3 });
    html! {
        @if open && SPEAK.iter().any(|role| visitor.has_role(*role)) {
            form .card.form method="post" action=(path("speak")) {
                h2 { (lang.say("本机关的意见", "What your body says")) }
                (carried(visitor, seen))
                (field(&Field::new("agrees", lang.say("是否同意", "Does it agree"), Control::Radios { value: typed.get("agrees"), choices: &stands, across: true }).required(), lang))
                (field(&reasons(lang.say("理由（不同意的必须写）", "Reasons (needed to disagree)")), lang))
                div .buttons { (button(&Button::new(lang.say("提交意见", "Record it")))) }
            }
        }
        @if row.state == ListState::Disputed && visitor.has_role(Role::Publisher) {
            form .card.form method="post" action=(path("arbitrate")) {
                h2 { (lang.say("裁定", "Arbitrate")) }
                (carried(visitor, seen))
                (field(&Field::new("ruling", lang.say("裁定", "Ruling"), Control::Radios { value: typed.get("ruling"), choices: &rulings, across: true }).required(), lang))
                (field(&reasons(lang.say("理由和依据", "Reasons and ground")).required(), lang))
                div .buttons { (button(&Button::new(lang.say("作出裁定", "Decide")))) }
            }
        }
        @if matches!(row.state, ListState::Agreed | ListState::Arbitrated) && visitor.has_role(Role::Publisher) {
            form .card method="post" action=(path("publish")) {
                h2 { (lang.say("公布", "Publish")) }
                (carried(visitor, seen))
                p { (lang.say("写入清单并立即发布新一版规则书。", "Writes it into the list and publishes an edition at once.")) }
                div .buttons { (button(&Button::new(lang.say("公布", "Publish")).look(Look::Main))) }
            }
        }
    }
}

async fn settle(
    app: &App,
    visitor: &Visitor,
    code: &str,
    posted: &Posted,
    what: &str,
    did: Answer<()>,
) -> Result<Response, Problem> {
    match did {
        Ok(()) => Ok(done(&format!("/workbench/lists/{code}"), what)),
        Err(stop) => {
            let refusal = refused(stop)?;
            Ok(view(app, visitor, code, posted, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
        }
    }
}

pub async fn speak(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(SPEAK)?;
        if !posted.is_set("agrees") {
            let notice = Notice::new(Tone::Bad, visitor.lang.say("请选择是否同意。", "Say whether your body agrees."));
            return Ok(view(&app, &visitor, &code, &posted, vec![notice]).await?.into_response());
        }
        let agrees = posted.get("agrees") == "yes";
        let did = app.office.speak_on_row(officer, &code, agrees, posted.get("words"), posted.read("seen")?).await;
        settle(&app, &visitor, &code, &posted, "spoken", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn arbitrate(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(&[Role::Publisher])?;
        if !posted.is_set("ruling") {
            let notice = Notice::new(Tone::Bad, visitor.lang.say("请选择裁定结果。", "Choose the ruling."));
            return Ok(view(&app, &visitor, &code, &posted, vec![notice]).await?.into_response());
        }
        let on = posted.get("ruling") == "on";
        let did = app.office.arbitrate_row(officer, &code, on, posted.get("words"), posted.read("seen")?).await;
        settle(&app, &visitor, &code, &posted, "arbitrated", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn publish(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(&[Role::Publisher])?;
        let lang = visitor.lang;
        let notice = match app.office.publish_row(officer, &code, posted.read("seen")?).await {
            Ok(Released::Done(_)) => return Ok(done(&format!("/workbench/lists/{code}"), "published")),
            Ok(Released::Faulty(found)) => {
                Notice::new(Tone::Bad, lang.say("检查没有通过，没有公布。", "The check found errors; nothing was published."))
                    .body(problems(&found, lang))
            }
            Ok(_) => Notice::new(
                Tone::Warn,
                lang.say("刚刚有人发布了另一版，请重试。", "Somebody has just published another edition; try again."),
            ),
            Err(stop) => refusal_notice(&refused(stop)?, lang),
        };
        Ok::<_, Problem>(view(&app, &visitor, &code, &posted, vec![notice]).await?.into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

//! `/workbench/changes`: definitions on their way from desk to desk. One page holds all that a reviewer needs: what differs, field
//! by field, what the check says, what it touches, who said what; and the step that is hers.

use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::stepper::{Stage, Step, stepper};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tabs::{Tab, tabs};
use crate::pieces::tag::tag;
use crate::pieces::timeline::{Happening, timeline};
use crate::pieces::{Tone, date, foreign, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::checked::problems;
use crate::workbench::editions::{difference_table, differences, impact, impact_said};
use crate::workbench::frame::{Names, carried, done, head, page, refused, say_done};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use office::publish::desks::{Looked, desk};
use office::{Answer, Stop};
use rulebook::Lang;
use rulebook::procedure::Role;
use store::changes::{Change, ChangeState, ChangeStep};

pub const ROLES: &[Role] = &[Role::Editor, Role::Approver, Role::Head, Role::Legal, Role::Publisher];
const MOST: u32 = 300;
/// Differences shown at once; an import may have thousands.
const SHOWN: usize = 100;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/changes", get(show))
        .route("/changes/{id}", get(one))
        .route("/changes/{id}/pass", post(pass))
        .route("/changes/{id}/back", post(back))
        .route("/changes/{id}/drop", post(give_up))
}

/// The desks in their order.
const WAY: [ChangeState; 4] = [ChangeState::Draft, ChangeState::Department, ChangeState::Legal, ChangeState::Ready];

pub fn state_tag(state: ChangeState, lang: Lang) -> Markup {
    let tone = match state {
        ChangeState::Draft => Tone::Plain,
        ChangeState::Department | ChangeState::Legal => Tone::Info,
        ChangeState::Ready => Tone::Warn,
        ChangeState::Published => Tone::Good,
        ChangeState::Dropped => Tone::Rest,
    };
    tag(desk(state).0.get(lang), tone, lang)
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let past = visitor.asked().get("state") == "past";
    let states: &[ChangeState] = if past { &[ChangeState::Published, ChangeState::Dropped] } else { &WAY };
    let mut all = app.office.store.changes(states, MOST).await?;
    // What lies on my desk comes first.
    let mine = |change: &Change| desk(change.state).1.iter().any(|role| visitor.has_role(*role));
    all.sort_by_key(|change| !mine(change));
    let names = Names::of(app, all.iter().map(|change| change.author.clone()).collect()).await?;
    let columns = [
        Column::new(lang.say("修改", "Change")),
        Column::new(lang.say("在哪一步", "Stands at")),
        Column::new(lang.say("起草", "Drafted by")),
        Column::new(lang.say("最近变动", "Touched")),
    ];
    let rows = all.iter().map(|change| {
        Row::new(vec![
            html! {
                a href={ "/workbench/changes/" (change.id) } { (words(if change.note.is_empty() { &change.path } else { &change.note }, lang)) }
                span .sub { code { (change.path) } }
            },
            html! { (state_tag(change.state, lang)) @if mine(change) && !past { span .sub { (lang.say("轮到您的岗位", "your role's turn")) } } },
            words(names.get(&change.author), lang),
            date::moment(change.updated_at.wall(), lang),
        ])
    });
    let title = lang.say("定义的修改", "Changes of definitions");
    let here = |href, text, current| Tab { href, text, current, ..Tab::default() };
    let empty = empty_state(
        lang.say("没有在办的修改", "No change is on its way"),
        lang.say("在事项页面修改并保存后，会出现在这里。", "Edit an item and save it; it appears here."),
        html! { (link_button("/workbench/items", lang.say("去事项", "To the items"), Look::Second, None)) },
    );
    let buttons = html! {
        @if visitor.has_role(Role::Editor) { (link_button("/workbench/import", lang.say("从表格导入", "Import from a table"), Look::Second, None)) }
        @if visitor.has_role(Role::Publisher) { (link_button("/workbench/publish", lang.say("发布", "Publish"), Look::Main, None)) }
    };
    let caption = lang.say("修改，轮到您的在前", "Changes, those at your desk first");
    let body = html! {
        (head(title, lang.say("起草、部门审核、法制审核、发布，每一步换一个人。", "Draft, department, legal review, publication: each step another person."), buttons, lang))
        (tabs(title, &[
            here("/workbench/changes", lang.say("在办", "On their way"), !past),
            here("/workbench/changes?state=past", lang.say("已发布和放弃的", "Published and given up"), past),
        ]))
        (table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang))
    };
    Ok(page(visitor, title, Vec::new(), body))
}

async fn one(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    visitor.answer(Area::Workbench, sheet(&app, &visitor, &id, &Posted::default(), Vec::new()).await)
}

async fn sheet(app: &App, visitor: &Visitor, id: &str, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let looked = app.office.look_at_change(id).await?;
    let change = &looked.change;
    let now = app.office.now().await?;
    let may = match app.office.may_pass(officer, change, &looked.steps, now).await {
        Ok(()) => None,
        Err(Stop::Refused(refusal)) => Some(*refusal),
        Err(stop) => return Err(stop.into()),
    };
    let before = [(change.path.clone(), looked.before.clone())];
    let after = [(change.path.clone(), change.text.clone())];
    let (found, reach) = differences(&before, &after, &looked.rules);
    let open = impact(app, &reach).await?;
    let people = looked.steps.iter().map(|step| step.by.clone()).chain([change.author.clone()]).collect();
    let names = Names::of(app, people).await?;
    let title = if change.note.is_empty() { change.path.clone() } else { change.note.clone() };
    let facts = [
        SummaryRow::new(lang.say("文件", "File"), html! { code { (change.path) } }),
        SummaryRow::new(lang.say("起草", "Drafted by"), words(names.get(&change.author), lang)),
        SummaryRow::new(lang.say("基于", "Made from"), html! { (change.base_edition) }),
    ];
    let edit = format!("/workbench/definitions?change={}", change.id);
    let item = looked.rules.items.values().find(|item| item.place.file == change.path);
    let body = html! {
        (head(&title, "", html! { (state_tag(change.state, lang)) }, lang))
        div .stack {
            (way(change.state, lang))
            (summary_list(&facts, lang))
            @if let Some(now_there) = &looked.moved_on { (moved_on(&looked, now_there, lang)) }
            section .stack-s { h2 { (lang.say("检查", "Check")) } (problems(&looked.problems, lang)) }
            section .stack-s {
                h2 { (lang.say("改了什么", "What differs")) " (" (found.len()) ")" }
                (impact_said(&reach, open, &looked.rules, lang))
                (difference_table(found.get(..SHOWN.min(found.len())).unwrap_or_default(), lang))
                @if found.len() > SHOWN { p .muted { (lang.say("其余的请看全文。", "Read the whole text for the rest.")) } }
                details .more { summary { (lang.say("看全文", "Read the whole text")) } pre .card { code lang=[foreign(&change.text, lang)] { (change.text) } } }
            }
            @if change.state == ChangeState::Draft && may.is_none() {
                p .row {
                    @if let Some(item) = item { (link_button(&format!("/workbench/items/{}", item.code.get_ref()), lang.say("用表单继续改", "Go on in the form"), Look::Second, None)) }
                    (link_button(&edit, lang.say("改全文", "Edit the text"), Look::Second, None))
                }
            }
            @match &may {
                None => { (steps_forms(&looked, visitor, typed)) }
                Some(refusal) if change.state.is_open() => { p .muted { (refusal.why.get(lang)) " " (refusal.next.get(lang)) } }
                Some(_) => {}
            }
            section .stack-s {
                h2 { (lang.say("经过", "What happened")) }
                (timeline(&looked.steps.iter().rev().map(|step| happening(step, &names, lang)).collect::<Vec<_>>(), lang))
            }
        }
    };
    let crumbs = vec![Crumb::to("/workbench/changes", lang.say("定义的修改", "Changes of definitions"))];
    let mut page = page(visitor, &title, crumbs, body);
    page.wide = true;
    page.notices = notices;
    say_done(
        &mut page,
        visitor,
        &[
            ("saved", "草稿已保存。", "The draft is saved."),
            ("passed", "已送下一步。", "Passed on."),
            ("back", "已退回起草人。", "Sent back to its author."),
            ("dropped", "已放弃。", "Given up."),
        ],
    );
    Ok(page)
}

fn way(state: ChangeState, lang: Lang) -> Markup {
    let at = WAY.iter().position(|known| *known == state);
    let names: Vec<&str> = vec![
        lang.say("起草", "Draft"),
        lang.say("部门审核", "Department review"),
        lang.say("法制审核", "Legal review"),
        lang.say("发布", "Publication"),
    ];
    let steps: Vec<Step<'_>> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let stage = match (state, at) {
                (ChangeState::Published, _) => Stage::Past,
                (_, Some(at)) if place < at => Stage::Past,
                (_, Some(at)) if place == at => Stage::Now,
                _ => Stage::Ahead,
            };
            Step { name, stage, ..Step::default() }
        })
        .collect();
    stepper(lang.say("审核进度", "Where it stands"), &steps, lang)
}

fn moved_on(looked: &Looked, now_there: &str, lang: Lang) -> Markup {
    let path = &looked.change.path;
    let (found, _) =
        differences(&[(path.clone(), looked.before.clone())], &[(path.clone(), now_there.to_owned())], &looked.rules);
    notice(
        &Notice::new(
            Tone::Warn,
            lang.say("起草之后，这个文件已经发布过新内容。", "Since this was drafted the file was published anew."),
        )
        .body(html! {
            p { (lang.say("请退回起草人，对照下面的变化再改，否则不能发布。", "It must go back to its author, who starts from what is there now; else it cannot be published.")) }
            (difference_table(&found, lang))
        }),
        lang,
    )
}

fn steps_forms(looked: &Looked, visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let change = &looked.change;
    let path = |what: &str| format!("/workbench/changes/{}/{what}", change.id);
    let draft = change.state == ChangeState::Draft;
    let on = match change.state {
        ChangeState::Draft => lang.say("送部门审核", "Pass on to the department"),
        ChangeState::Department => lang.say("同意，送法制审核", "Agree; pass on to legal review"),
        _ => lang.say("同意，送发布", "Agree; pass on to publication"),
    };
    let (pass, back, drop) = (path("pass"), path("back"), path("drop"));
    let say = Field::new("words", lang.say("意见", "Words"), Control::Area { value: typed.get("words"), rows: 3 });
    let buttons = html! {
        @if change.state != ChangeState::Ready { (button(&Button { action: Some(&pass), ..Button::new(on) })) }
        @if !draft { (button(&Button { action: Some(&back), look: Look::Danger, ..Button::new(lang.say("退回起草人", "Send back")) })) }
        @if draft { (button(&Button { action: Some(&drop), look: Look::Danger, ..Button::new(lang.say("放弃这份修改", "Give it up")) })) }
        @if change.state == ChangeState::Ready { (link_button("/workbench/publish", lang.say("去发布", "To publication"), Look::Main, None)) }
    };
    html! {
        form .card.form method="post" action=(pass) {
            h2 { (lang.say("办理", "Your step")) }
            (carried(visitor, change.version))
            (field(&say.hint(lang.say("退回时必须写明哪里要改。", "Sending back needs a reason.")), lang))
            div .buttons { (buttons) }
        }
    }
}

fn happening(step: &ChangeStep, names: &Names, lang: Lang) -> Happening {
    Happening {
        when: date::moment(step.at.wall(), lang),
        title: desk(step.state).0.get(lang).to_owned(),
        who: names.get(&step.by).to_owned(),
        tone: if step.state == ChangeState::Published { Tone::Good } else { Tone::Plain },
        body: html! { @if !step.words.is_empty() { p .pre { (words(&step.words, lang)) } } },
        next: false,
    }
}

async fn settle(
    app: &App,
    visitor: &Visitor,
    id: &str,
    posted: &Posted,
    what: &str,
    did: Answer<()>,
) -> Result<Response, Problem> {
    match did {
        Ok(()) => Ok(done(&format!("/workbench/changes/{id}"), what)),
        Err(stop) => {
            let refusal = refused(stop)?;
            Ok(sheet(app, visitor, id, posted, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
        }
    }
}

async fn pass(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let did = app.office.pass_change_on(officer, &id, posted.read("seen")?, posted.get("words")).await.map(|_| ());
        settle(&app, &visitor, &id, &posted, "passed", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn back(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let did = app.office.send_change_back(officer, &id, posted.read("seen")?, posted.get("words")).await;
        settle(&app, &visitor, &id, &posted, "back", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn give_up(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let did = app.office.drop_change(officer, &id, posted.read("seen")?, posted.get("words")).await;
        settle(&app, &visitor, &id, &posted, "dropped", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

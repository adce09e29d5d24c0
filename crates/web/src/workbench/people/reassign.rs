//! The open cases in somebody's hands, and handing them over together: each by its own act, with its own record, and the answer says
//! for each what became of it (首问负责: every hand-over stands on the case).

use super::person::MAY_HAND_OVER;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{carried, head, page};
use crate::workbench::wording::{agency_name, due, item_name, light_of, step_name};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casework::{Act, Actor, CaseNo, StaffId};
use maud::{Markup, html};
use office::Outcome;
use rulebook::Lang;
use rulebook::procedure::Role;
use store::people::staff::Staff;
use store::reader::{CaseRow, Reader, Scope, TaskFilter};

/// Cases handed over at one press.
const MOST: usize = 200;

/// Who may look at this page: whoever manages people, and whoever hands over.
const LOOK: &[Role] = &[Role::Administrator, Role::Approver, Role::Head, Role::Supervisor];

/// The open cases that somebody handles, the most urgent first: whoever looks, these are the handler's own.
pub(super) async fn open_cases(app: &App, id: &str) -> Result<Vec<CaseRow>, Problem> {
    let scope = Scope::Officer { staff: id.to_owned(), stands_in_for: Vec::new(), seats: Vec::new() };
    let reader = Reader::for_actor(&app.office.store, scope);
    let filter = TaskFilter { only_mine: true, ..TaskFilter::default() };
    Ok(reader.my_tasks(&filter, None, MOST, app.office.now().await?).await?.rows)
}

/// What became of one case.
struct Handed {
    no: CaseNo,
    done: bool,
    words: String,
}

pub async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &id, &Posted::default(), Vec::new(), &[]).await)
}

async fn view(
    app: &App,
    visitor: &Visitor,
    id: &str,
    typed: &Posted,
    notices: Vec<Notice>,
    results: &[Handed],
) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(LOOK)?;
    let lang = visitor.lang;
    let store = &app.office.store;
    let at = officer.bodies(LOOK);
    let seen = |staff: &Staff| at.as_ref().is_none_or(|at| at.contains(&staff.agency));
    let staff = store.staff(id).await?.filter(seen).ok_or(Problem::NotFound)?;
    let now = app.office.now().await?;
    let all = open_cases(app, id).await?;
    let own = super::super::reader(app, visitor).await?;
    let mut rows = Vec::new();
    for row in all.iter() {
        if own.may_see(&row.no).await? {
            rows.push(row);
        }
    }
    let unseen = all.len() - rows.len();
    let colleagues = store.staff_at(Some(&staff.agency)).await?;
    let colleagues: Vec<Staff> = colleagues.into_iter().filter(|one| one.active && one.id != id).collect();
    let may = MAY_HAND_OVER.iter().any(|role| visitor.has_role(*role));
    let title = match lang {
        Lang::Zh => format!("{}的在办件", staff.name),
        Lang::En => format!("Open cases of {}", staff.name),
    };
    let body = html! {
        (head(&title, "", html! {}, lang))
        div .stack {
            @if !results.is_empty() { (results_list(results, lang)) }
            @if unseen > 0 {
                (notice(&Notice::new(Tone::Info, match lang {
                    Lang::Zh => format!("另有 {unseen} 件不在您的查看范围内，请由该单位的审批人移交。"),
                    Lang::En => format!("{unseen} more are beyond what you may see; an approver of that body hands them over."),
                }), lang))
            }
            @if rows.is_empty() && unseen == 0 {
                (empty_state(lang.say("没有需要移交的办件", "There is nothing to hand over"), "", html! {}))
            } @else if !rows.is_empty() {
                form .stack-s method="post" action={ "/workbench/people/" (id) "/cases" } {
                    (carried(visitor, 0))
                    (cases(app, &rows, now, lang)?)
                    @if may { (hand_over(&colleagues, typed, lang)) }
                    @else { p .muted { (lang.say("移交由审批人、机关负责人或督办人员办理。", "Handing over is for the approver, the head of the body or supervision.")) } }
                }
            }
        }
    };
    let mut way = Vec::new();
    if visitor.has_role(Role::Administrator) {
        way.push(Crumb::to("/workbench/people", lang.say("人员与岗位", "People and roles")));
        way.push(Crumb::to(format!("/workbench/people/{id}"), staff.name.clone()));
    }
    let mut page = page(visitor, &title, way, body);
    page.notices = notices;
    Ok(page)
}

fn cases(app: &App, rows: &[&CaseRow], now: casework::Moment, lang: Lang) -> Result<Markup, Problem> {
    let live = app.office.rulebooks.live()?;
    let rules = &live.rules;
    let calendar = app.office.rulebooks.calendar();
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("环节", "Step")),
        Column::new(lang.say("时限", "Due")),
    ];
    let drawn = rows.iter().map(|row| {
        Row::new(vec![
            html! {
                a href={ "/workbench/cases/" (row.no) } { (words(item_name(rules, &row.item, lang), lang)) }
                span .sub { (words(&row.title, lang)) " · " span .num { (row.no) } }
                input type="hidden" name={ "seen." (row.no) } value=(row.version);
            },
            words(agency_name(rules, &row.agency, lang), lang),
            words(step_name(rules, &row.procedure, &row.step, lang), lang),
            due(row, &calendar, now, lang),
        ])
        .light(light_of(row, now))
        .pick(row.no.0.clone())
    });
    let caption = lang.say("在办件，急的在前", "Open cases, the most urgent first");
    Ok(table(&Table { caption, columns: &columns, rows: drawn.collect(), picks: Some("case"), ..Table::default() }, lang))
}

fn hand_over(colleagues: &[Staff], typed: &Posted, lang: Lang) -> Markup {
    let choices: Vec<Choice<'_>> = colleagues.iter().map(|one| Choice::new(&one.id, &one.name)).collect();
    html! {
        (field(&Field::new("to", lang.say("移交给", "To"), Control::Select { value: typed.get("to"), choices: &choices }).required(), lang))
        (field(&Field::new("reason", lang.say("移交理由", "Why"), Control::Area { value: typed.get("reason"), rows: 2 }).required().hint(lang.say("记入每一件的经过。", "Stands on the record of each case.")), lang))
        div .buttons {
            (button(&Button::new(lang.say("移交所选", "Hand over the selected")).named("how", "selected")))
            (button(&Button::new(lang.say("全部移交", "Hand over all")).look(crate::pieces::button::Look::Second).named("how", "all")))
        }
    }
}

fn results_list(results: &[Handed], lang: Lang) -> Markup {
    let done = results.iter().filter(|one| one.done).count();
    let tone = if done == results.len() { Tone::Good } else { Tone::Warn };
    let title = match lang {
        Lang::Zh => format!("已移交 {done} 件，共 {} 件", results.len()),
        Lang::En => format!("{done} of {} handed over", results.len()),
    };
    notice(
        &Notice::new(tone, title).body(html! {
            ul { @for one in results { li { a href={ "/workbench/cases/" (one.no) } { span .num { (one.no) } } " " (words(&one.words, lang)) } } }
        }),
        lang,
    )
}

pub async fn send(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &id, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, id: &str, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(MAY_HAND_OVER)?;
    let lang = visitor.lang;
    let by = Actor::Officer(officer.clone());
    let own = super::super::reader(app, visitor).await?;
    let all = open_cases(app, id).await?;
    let picked: Vec<&str> = posted.all("case").collect();
    let whole = posted.get("how") == "all";
    let chosen: Vec<&CaseRow> = all.iter().filter(|row| whole || picked.contains(&row.no.0.as_str())).collect();
    let (to, reason) = (StaffId(posted.get("to").to_owned()), posted.get("reason"));
    let mut faults = Vec::new();
    if chosen.is_empty() {
        faults.push(Notice::new(Tone::Bad, lang.say("没有勾选办件。", "No case was ticked.")));
    }
    if to.0.is_empty() {
        faults.push(Notice::new(Tone::Bad, lang.say("请选择移交给谁。", "Choose to whom.")));
    }
    if reason.is_empty() {
        faults.push(Notice::new(Tone::Bad, lang.say("请写明移交理由。", "Say why.")));
    }
    if !faults.is_empty() {
        return Ok(view(app, visitor, id, posted, faults, &[]).await?.into_response());
    }
    let mut results = Vec::new();
    for row in chosen {
        if !own.may_see(&row.no).await? {
            continue;
        }
        // What was not on the page when it was sent was seen at no version.
        let seen = posted.get(&format!("seen.{}", row.no)).parse().ok().or(Some(0));
        let request = format!("w:{}-{}", posted.get("request"), row.no);
        let over = Act::HandOver { to: to.clone(), reason: reason.to_owned() };
        let mut outcome = app.office.perform(&row.no, &over, &by, seen, Some(&request)).await?;
        // The head and supervision assign; the approver hands over. It is the same to the case.
        if matches!(&outcome, Outcome::Refused(refusal) if refusal.code == "not-yours" || refusal.code == "not-now") {
            let assign = Act::Assign { to: to.clone(), reason: Some(reason.to_owned()) };
            outcome = app.office.perform(&row.no, &assign, &by, seen, Some(&request)).await?;
        }
        let (done, words) = match outcome {
            Outcome::Done(_) | Outcome::Again { .. } => (true, lang.say("已移交", "handed over").to_owned()),
            Outcome::Refused(refusal) => (false, refusal.words(lang)),
            Outcome::Overtaken { .. } => {
                (false, lang.say("刚刚有了变化，请看后再移交", "has just changed; look at it first").to_owned())
            }
        };
        results.push(Handed { no: row.no.clone(), done, words });
    }
    Ok(view(app, visitor, id, posted, Vec::new(), &results).await?.into_response())
}

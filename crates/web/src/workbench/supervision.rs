//! `/workbench/supervision`: how every body stands, what is red and why, which special procedures run; and urging and
//! supervising from the list. Everything is counted over the cases that the reader may see. Serves measures 9 and 15.

pub mod export;

use super::frame::{Names, carried, done, head, page, say_done};
use super::wording::{agency_name, due, item_name, step_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page, with_parameter};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::chart::{Figure, figure};
use crate::pieces::date;
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::{Act, Actor, CaseNo, Moment, Officer};
use jiff::civil::Date;
use maud::{Markup, html};
use office::{Failure, Outcome};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::collections::BTreeMap;
use store::StoreError;
use store::reader::{AfterRed, AgencyFigures, CaseRow, Filter, Reader, Special};

/// Who may look at the board. What each sees on it is bounded by the powers themselves.
pub const ROLES: &[Role] = &[Role::Supervisor, Role::Head, Role::GovernmentHead];

/// Rows of the red list and of the special procedures on one page.
const PAGE: usize = 30;
/// Cases that one press urges at most.
const MOST: usize = 50;
/// Days before the calendar ends from which supervision is warned.
const WARN_DAYS: i64 = 60;

pub fn routes() -> Router<App> {
    Router::new().route("/supervision", get(show)).route("/supervision/press", post(press)).merge(export::routes())
}

/// All that the board shows, read once.
pub struct Board {
    pub agencies: Vec<AgencyFigures>,
    /// Open cases in a special procedure, by agency.
    pub special: BTreeMap<String, u64>,
    pub now: Moment,
    pub dead_errands: u64,
    pub calendar_ends_in: i64,
    pub calendar_until: Date,
}

impl Board {
    pub async fn read(app: &App, officer: &Officer, reader: &Reader, rules: &Rulebook) -> Result<Board, Failure> {
        let now = app.office.now().await?;
        let agencies = reader.agencies(now).await?;
        let steps = special_steps(rules);
        let running = |figures: &AgencyFigures| steps.iter().filter_map(|step| figures.at_step.get(step)).sum();
        let special = agencies.iter().map(|figures| (figures.agency.clone(), running(figures))).collect();
        let dead_errands = app.office.store.dead_count(officer.bodies(ROLES).as_deref()).await?;
        let calendar = app.office.rulebooks.calendar();
        Ok(Board {
            agencies,
            special,
            now,
            dead_errands,
            calendar_ends_in: calendar.days_until_end(now.day()),
            calendar_until: calendar.known_until(),
        })
    }

    /// The figures of all bodies together.
    pub fn total(&self) -> AgencyFigures {
        self.agencies.iter().fold(AgencyFigures::default(), |sum, one| AgencyFigures {
            agency: String::new(),
            open: sum.open + one.open,
            at_step: BTreeMap::new(),
            red: sum.red + one.red,
            yellow: sum.yellow + one.yellow,
            paused: sum.paused + one.paused,
            deemed: sum.deemed + one.deemed,
            decided: sum.decided + one.decided,
            on_time: sum.on_time + one.on_time,
        })
    }

    pub fn special_of(&self, agency: &str) -> u64 {
        self.special.get(agency).copied().unwrap_or_default()
    }
}

/// Steps in which a special procedure runs: those it is ended from.
pub fn special_steps(rules: &Rulebook) -> Vec<String> {
    let ends = |step: &&rulebook::procedure::Step| step.act.iter().any(|allowed| allowed.act.get_ref() == "end-special");
    let mut steps: Vec<String> = rules
        .procedures
        .values()
        .flat_map(|procedure| &procedure.step)
        .filter(ends)
        .map(|step| step.code.get_ref().clone())
        .collect();
    steps.sort();
    steps.dedup();
    steps
}

/// A share in per cent; nothing of nothing is told by a dash.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "—".to_owned() } else { format!("{:.1}%", part as f64 * 100.0 / whole as f64) }
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, Vec::new(), "").await)
}

async fn view(app: &App, visitor: &Visitor, notices: Vec<Notice>, typed: &str) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let reader = super::reader(app, visitor).await?;
    let board = Board::read(app, officer, &reader, &live.rules).await?;
    let asked = visitor.asked();
    let filter = Filter { agency: asked.given("agency").map(str::to_owned), ..Filter::default() };
    let after = asked
        .get("after")
        .split_once('.')
        .and_then(|(since, no)| Some(AfterRed { since: Moment(since.parse().ok()?), no: CaseNo(no.to_owned()) }));
    let red = reader.red_list(&filter, after, PAGE, board.now).await?;
    let later = red.next.as_ref().map(|next| with_parameter(&visitor.here, "after", &format!("{}.{}", next.since.0, next.no)));
    let special = reader.special(filter.agency.as_deref(), PAGE).await?;
    let reasons = reasons(&reader, &red.rows).await?;
    let handlers = red.rows.iter().chain(special.iter().map(|one| &one.row)).filter_map(|row| row.handler.clone());
    let names = Names::of(app, handlers.collect()).await?;
    let buttons = html! {
        (link_button("/workbench/week", lang.say("一页周报", "The week on one page"), Look::Second, None))
        (link_button("/workbench/supervision/agencies.xlsx", lang.say("导出 Excel", "Export to Excel"), Look::Second, None))
        (link_button("/workbench/supervision/agencies.csv", "CSV", Look::Second, None))
        (link_button(crate::portal::broken_promises::HERE, lang.say("公众看到的逾期与原因", "What the public sees"), Look::Second, None))
    };
    let title = lang.say("督办看板", "Supervision");
    let body = html! {
        (head(title, "", buttons, lang))
        div .stack {
            (calendar_warning(&board, lang))
            (figures(&board, visitor))
            section .stack-s {
                h2 { (lang.say("各机关", "Each body")) }
                (agencies(&board, &live.rules, lang))
            }
            section #red .stack-s {
                h2 { (lang.say("红灯清单", "The red list")) }
                (agency_filter(&board, &live.rules, filter.agency.as_deref().unwrap_or_default(), lang))
                (red_list(&red.rows, &reasons, &names, app, &live.rules, visitor, typed, board.now))
                (pagination(None, later.as_deref(), "", lang))
            }
            section .stack-s {
                h2 { (lang.say("正在进行的特别程序", "Special procedures that run")) }
                (specials(&special, &names, &live.rules, board.now.day(), lang))
            }
            p .row {
                (link_button("/workbench/supervision/cases.csv", lang.say("导出我能看到的在办件（CSV）", "Export the open cases I may see (CSV)"), Look::Second, None))
                (link_button("/workbench/supervision/cases.xlsx", lang.say("同上（Excel）", "The same (Excel)"), Look::Second, None))
            }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.wide = true;
    page.notices = notices;
    say_done(
        &mut page,
        visitor,
        &[
            ("pressed", "已催办，承办人已收到消息。", "Urged; the handlers have been told."),
            ("supervised", "已列入督办，承办人已收到消息。", "Under supervision now; the handlers have been told."),
        ],
    );
    Ok(page)
}

fn calendar_warning(board: &Board, lang: Lang) -> Markup {
    html! {
        @if board.calendar_ends_in <= WARN_DAYS {
            @let until = date::day_text(board.calendar_until, lang);
            (notice(&Notice::new(Tone::Warn, match lang {
                Lang::Zh => format!("工作日历只到 {until}，还有 {} 天。之后的到期日都是暂定的。", board.calendar_ends_in.max(0)),
                Lang::En => format!("The calendar ends on {until}, in {} days. Later due days are provisional.", board.calendar_ends_in.max(0)),
            }).body(html! { p { a href="/workbench/calendar" { (lang.say("导入新的放假安排", "Import the next holidays")) } } }), lang))
        }
    }
}

fn figures(board: &Board, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let total = board.total();
    let special: u64 = board.special.values().sum();
    let one = |name, number: &str, tone, note: &str, href| {
        figure(&Figure { name, number, tone, note, href, ..Figure::default() }, lang)
    };
    html! {
        div .grid.figures {
            (one(lang.say("在办", "Open"), &total.open.to_string(), Tone::Info, "", None))
            (one(lang.say("红灯", "Red"), &total.red.to_string(), if total.red > 0 { Tone::Bad } else { Tone::Good }, "", Some("#red")))
            (one(lang.say("黄灯", "Yellow"), &total.yellow.to_string(), if total.yellow > 0 { Tone::Warn } else { Tone::Good }, "", None))
            (one(lang.say("依法暂停", "Paused by law"), &total.paused.to_string(), Tone::Rest, "", None))
            (one(lang.say("视为受理", "Deemed accepted"), &total.deemed.to_string(), if total.deemed > 0 { Tone::Warn } else { Tone::Plain }, lang.say("五日内没有告知", "nobody spoke within five days"), None))
            (one(lang.say("特别程序", "Special procedures"), &special.to_string(), Tone::Plain, &share(special, total.open), None))
            (one(lang.say("30 天按时办结率", "On time in 30 days"), &share(total.on_time, total.decided), Tone::Plain, &format!("{}/{}", total.on_time, total.decided), None))
            @if visitor.has_role(Role::Administrator) || visitor.has_role(Role::Supervisor) {
                (one(lang.say("失败的后台任务", "Dead errands"), &board.dead_errands.to_string(), if board.dead_errands > 0 { Tone::Bad } else { Tone::Good }, "", Some("/workbench/errands")))
            }
        }
    }
}

fn agencies(board: &Board, rules: &Rulebook, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("机关", "Body")),
        Column::numeric(lang.say("在办", "Open")),
        Column::numeric(lang.say("红灯", "Red")),
        Column::numeric(lang.say("黄灯", "Yellow")),
        Column::numeric(lang.say("暂停", "Paused")),
        Column::numeric(lang.say("视为受理", "Deemed")),
        Column::numeric(lang.say("特别程序（占比）", "Special (share)")),
        Column::numeric(lang.say("30 天办结", "Decided in 30 days")),
        Column::numeric(lang.say("按时率", "On time")),
    ];
    let rows = board.agencies.iter().map(|one| {
        let special = board.special_of(&one.agency);
        Row::new(vec![
            html! { a href={ "/workbench/supervision?agency=" (one.agency) "#red" } { (words(agency_name(rules, &one.agency, lang), lang)) } },
            html! { (one.open) },
            html! { @if one.red > 0 { (tag(&one.red.to_string(), Tone::Bad, lang)) } @else { "0" } },
            html! { @if one.yellow > 0 { (tag(&one.yellow.to_string(), Tone::Warn, lang)) } @else { "0" } },
            html! { (one.paused) },
            html! { (one.deemed) },
            html! { (special) " (" (share(special, one.open)) ")" },
            html! { (one.decided) },
            html! { (share(one.on_time, one.decided)) },
        ])
    });
    let empty = empty_state(lang.say("您能看到的范围内没有办件", "There are no cases that you may see"), "", html! {});
    let caption = lang.say("各机关办理情况", "How each body stands");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn agency_filter(board: &Board, rules: &Rulebook, chosen: &str, lang: Lang) -> Markup {
    let choices: Vec<Choice<'_>> =
        board.agencies.iter().map(|one| Choice::new(&one.agency, agency_name(rules, &one.agency, lang))).collect();
    html! {
        form .row method="get" action="/workbench/supervision" {
            (field(&Field::new("agency", lang.say("机关", "Body"), Control::Select { value: chosen, choices: &choices }).filter(), lang))
            (button(&Button::new(lang.say("只看这个机关", "Only this body")).look(Look::Second)))
        }
    }
}

/// The published reasons of red cases, by number. A reason is published to be read, so it is shown as it was written.
pub async fn reasons(reader: &Reader, rows: &[CaseRow]) -> Result<BTreeMap<CaseNo, String>, StoreError> {
    let explained: Vec<String> = rows.iter().filter(|row| row.reason_published).map(|row| row.no.0.clone()).collect();
    Ok(if explained.is_empty() { BTreeMap::new() } else { reader.reasons(&explained).await? })
}

#[expect(clippy::too_many_arguments, reason = "a list is drawn from all that was read for it")]
fn red_list(
    rows: &[CaseRow],
    reasons: &BTreeMap<CaseNo, String>,
    names: &Names,
    app: &App,
    rules: &Rulebook,
    visitor: &Visitor,
    typed: &str,
    now: Moment,
) -> Markup {
    let lang = visitor.lang;
    let calendar = app.office.rulebooks.calendar();
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("机关与承办人", "Body and handler")),
        Column::new(lang.say("环节", "Step")),
        Column::new(lang.say("时限", "Due")),
        Column { block: true, ..Column::new(lang.say("公开的逾期原因", "Published reason")) },
    ];
    let drawn = rows.iter().map(|row| {
        let reason = reasons.get(&row.no);
        Row::new(vec![
            html! {
                a href={ "/workbench/cases/" (row.no) } { (words(item_name(rules, &row.item, lang), lang)) }
                span .sub { (words(&row.title, lang)) " · " span .num { (row.no) } }
                input type="hidden" name={ "seen." (row.no) } value=(row.version);
            },
            html! {
                (words(agency_name(rules, &row.agency, lang), lang))
                span .sub { @match &row.handler { Some(id) => { a href={ "/workbench/people/" (id) "/cases" } { (words(names.get(id), lang)) } } None => { (lang.say("无人承办", "nobody")) } } }
            },
            html! { span .nowrap { (words(step_name(rules, &row.procedure, &row.step, lang), lang)) } },
            html! { (due(row, &calendar, now, lang)) @if let Some(since) = row.red_since { span .sub { (lang.say("红灯起于 ", "red since ")) (date::short_day(since.day(), lang)) } } },
            html! { @match reason {
                Some(reason) => { (words(reason, lang)) }
                None => { (tag(lang.say("尚未公开原因", "no reason published"), Tone::Bad, lang)) }
            } },
        ])
        .light(super::wording::light_of(row, now))
        .pick(row.no.0.clone())
    });
    let empty = empty_state(
        lang.say("没有红灯", "Nothing is red"),
        lang.say("没有办件超过期限。", "No case has missed a limit."),
        html! {},
    );
    let may_press = visitor.has_role(Role::Supervisor);
    let caption = lang.say("超过期限的在办件，最久的在前", "Open cases past a limit, the longest first");
    let list = Table {
        caption,
        columns: &columns,
        rows: drawn.collect(),
        empty,
        picks: may_press.then_some("case"),
        ..Table::default()
    };
    if rows.is_empty() || !may_press {
        return table(&list, lang);
    }
    html! {
        form .stack method="post" action="/workbench/supervision/press" {
            (carried(visitor, 0))
            (table(&list, lang))
            (field(&Field::new("words", lang.say("要求", "What is asked"), Control::Area { value: typed, rows: 2 }).hint(lang.say("写给所选办件的承办人。", "Told to the handlers of the selected cases.")).required(), lang))
            div .buttons {
                (button(&Button::new(lang.say("催办", "Urge")).named("how", "urge")))
                (button(&Button::new(lang.say("列入督办", "Put under supervision")).look(Look::Second).named("how", "supervise")))
            }
        }
    }
}

fn specials(all: &[Special], names: &Names, rules: &Rulebook, today: Date, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("机关与承办人", "Body and handler")),
        Column::new(lang.say("程序", "Procedure")),
        Column::new(lang.say("预计结束", "Expected end")),
    ];
    let rows = all.iter().map(|one| {
        let row = &one.row;
        Row::new(vec![
            html! {
                a href={ "/workbench/cases/" (row.no) } { (words(item_name(rules, &row.item, lang), lang)) }
                span .sub { (words(&row.title, lang)) " · " span .num { (row.no) } }
            },
            html! {
                (words(agency_name(rules, &row.agency, lang), lang))
                @if let Some(id) = &row.handler { span .sub { (words(names.get(id), lang)) } }
            },
            html! { (words(kind_name(rules, &one.kind), lang)) },
            html! {
                (date::day(one.expected_end, lang))
                @if one.expected_end < today { " " (tag(lang.say("已过预计日", "past its end"), Tone::Bad, lang)) }
            },
        ])
    });
    let empty = html! { p .muted { (lang.say("现在没有。", "There are none now.")) } };
    let caption = lang.say("正在进行的特别程序，先到预计日的在前", "Special procedures that run, by their expected end");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

/// The name of a kind of special procedure, which cases keep by its code or its name.
fn kind_name<'a>(rules: &'a Rulebook, kind: &'a str) -> &'a str {
    let list = rules.codes.get("special-procedures");
    let value = list.and_then(|list| list.value.iter().find(|value| value.code == kind));
    value.map_or(kind, |value| value.name.as_str())
}

async fn press(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, pressed(&app, &visitor, &posted).await)
}

async fn pressed(app: &App, visitor: &Visitor, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(&[Role::Supervisor])?;
    let lang = visitor.lang;
    let (text, how) = (posted.get("words"), posted.get("how"));
    let chosen: Vec<&str> = posted.all("case").filter(|no| !no.is_empty()).take(MOST).collect();
    let mut notices = Vec::new();
    if chosen.is_empty() {
        notices.push(Notice::new(Tone::Bad, lang.say("没有勾选办件。", "No case was ticked.")));
    }
    if text.is_empty() {
        notices.push(Notice::new(Tone::Bad, lang.say("请写明要求什么。", "Say what is asked.")));
    }
    if !notices.is_empty() {
        return Ok(view(app, visitor, notices, text).await?.into_response());
    }
    let reader = super::reader(app, visitor).await?;
    let by = Actor::Officer(officer.clone());
    for no in chosen {
        let no = CaseNo(no.to_owned());
        if !reader.may_see(&no).await? {
            return Err(Problem::NotFound);
        }
        let act = match how {
            "supervise" => Act::Supervise { text: text.to_owned() },
            _ => Act::Urge { text: text.to_owned() },
        };
        let seen = Some(posted.read(&format!("seen.{no}"))?);
        let request = format!("w:{}-{no}", posted.get("request"));
        match app.office.perform(&no, &act, &by, seen, Some(&request)).await? {
            Outcome::Done(_) | Outcome::Again { .. } => {}
            Outcome::Refused(refusal) => notices.push(Notice::new(Tone::Bad, format!("{no}: {}", refusal.words(lang)))),
            Outcome::Overtaken { .. } => notices.push(Notice::new(
                Tone::Warn,
                match lang {
                    Lang::Zh => format!("{no} 刚刚有了变化，没有催办，请看后再决定。"),
                    Lang::En => format!("{no} has just changed and was left alone; look at it first."),
                },
            )),
        }
    }
    if notices.is_empty() {
        return Ok(done("/workbench/supervision", if how == "supervise" { "supervised" } else { "pressed" }));
    }
    Ok(view(app, visitor, notices, text).await?.into_response())
}

//! `/workbench/partners`: the partner systems, whether they answer, what lies with them, and where they and we do not agree. What an
//! officer finds out there is recorded on the case (人工登记); the next report bears it out or contradicts it. Serves measure 4.

use super::frame::{carried, done, head, page, say_done};
use super::wording::{agency_name, item_name};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{example_mark, tag};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use casework::leg::Difference;
use casework::{CaseNo, Moment};
use maud::{Markup, html};
use rulebook::definition::Standing;
use rulebook::procedure::Role;
use rulebook::{Lang, Partner, Rulebook, Stand};
use store::legs::{KeptMessage, LegCounts, LegRow, LinkState};

pub(super) const ROLES: &[Role] = &[Role::Supervisor, Role::Administrator];
const MOST: u32 = 200;
const ODD: u32 = 20;
const HOUR_MS: i64 = 3_600_000;

pub fn routes() -> Router<App> {
    Router::new().route("/partners", get(show).post(ask))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let (lang, now) = (visitor.lang, app.office.now().await?);
    let at = officer.bodies(ROLES);
    let live = app.office.rulebooks.live()?;
    let store = &app.office.store;
    let mut cards = Vec::new();
    for (code, partner) in &live.rules.partners {
        let state = store.partner_link(code).await?;
        let odd = if at.is_none() { store.odd_partner_messages(code, ODD).await? } else { Vec::new() };
        cards.push(card(app, partner, state.as_ref(), store.leg_counts(code).await?, &odd, lang));
    }
    let patience = live.rules.partners.values().map(|partner| partner.silent_hours).min().unwrap_or(24);
    let silent = Moment(now.0 - i64::from(patience) * HOUR_MS);
    let legs = store.legs_to_look_at(at.as_deref(), silent, MOST).await?;
    let title = lang.say("对接系统", "Partner systems");
    let lead = lang.say(
        "部分事项由本区的机关在市级系统办理。收件时间以本系统为准，对方停机不影响申请人的期限。",
        "Some items are handled by our bodies in systems of the city. Receipt counts from our door: that a partner is down costs nobody time.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            div .grid.two { @for card in &cards { (card) } }
            @if cards.is_empty() { (empty_state(lang.say("规则书里没有对接系统", "The rulebook has no partner systems"), "", html! {})) }
            section .stack {
                h2 { (lang.say("需要处理", "To be looked at")) }
                (differences(visitor, &live.rules, &legs, lang))
            }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    say_done(
        &mut page,
        visitor,
        &[
            ("asked", "已向对方查询，结果见下表。", "Asked; the answer stands below."),
            ("unconnected", "该系统没有接入，不能查询。", "That system is not connected and cannot be asked."),
        ],
    );
    Ok(page)
}

fn card(app: &App, partner: &Partner, state: Option<&LinkState>, counts: LegCounts, odd: &[KeptMessage], lang: Lang) -> Markup {
    let connected = app.office.exchange.is_connected(partner.code.get_ref());
    let (word, tone) = match state {
        _ if !connected => (lang.say("没有接入", "not connected"), Tone::Rest),
        None => (lang.say("还没有联系过", "not called yet"), Tone::Rest),
        Some(link) if link.up => (lang.say("正常", "up"), Tone::Good),
        Some(_) => (lang.say("没有应答", "down"), Tone::Bad),
    };
    let figure = |n: u64, zh: &'static str, en: &'static str| html! { li { strong .num { (n) } " " (lang.say(zh, en)) } };
    html! {
        section .card.stack-s {
            h2 { (words(lang.say(&partner.name, &partner.label), lang)) }
            p .row {
                (tag(word, tone, lang))
                @if partner.status == Standing::Example { (example_mark(lang)) }
                @if let Some(link) = state.filter(|_| connected) {
                    span .muted { (lang.say("自 ", "since ")) (date::moment(link.since.wall(), lang)) }
                    @if !link.up { code { (link.fault) } }
                }
            }
            ul .plain.row {
                (figure(counts.open, "件待对方答复", "await its answer"))
                (figure(counts.different, "件有差异", "differ"))
                (figure(counts.waiting, "条待发送", "to be sent"))
                (figure(counts.dead, "条发送失败", "failed"))
            }
            @if !connected {
                p .muted { (lang.say("没有接入时，这些事项全部在本系统办理。", "While it is not connected its items are handled here.")) }
            }
            @if !odd.is_empty() {
                details {
                    summary { (lang.say("没有照常收下的消息", "Messages that were not simply taken in")) " (" (odd.len()) ")" }
                    ul .plain.stack-s { @for message in odd {
                        li {
                            (date::moment(message.at.wall(), lang)) " " (verdict(&message.verdict, lang))
                            @if message.times > 1 { " ×" (message.times) }
                            @if !message.no.is_empty() { " " span .num { (message.no) } }
                            " " code .small { (message.message) }
                        }
                    } }
                }
            }
        }
    }
}

/// What became of a message, in words.
fn verdict(word: &str, lang: Lang) -> &str {
    let (zh, en) = match word {
        "recorded" => ("已记录，又收到一次", "recorded, and came again"),
        "known" => ("没有新内容", "nothing new"),
        "late" => ("迟到，已有更新的", "late: a later one came before"),
        "contradiction" => ("前后矛盾", "contradicts itself"),
        "bad-signature" => ("签名不符", "wrong signature"),
        "unreadable" => ("读不懂", "cannot be read"),
        "not-for-us" => ("不是发给本系统的", "not for us"),
        "unknown-case" => ("没有这个办件", "unknown case"),
        "number-reused" => ("编号重复使用", "its number was used before"),
        "report-unsound" => ("内容不成立", "says what cannot be"),
        "not-its-to-report" => ("规则书没有授权", "not its to report"),
        "unknown-there" => ("对方没有收到，已重发", "unknown there; sent again"),
        "unreachable" => ("没有应答", "no answer"),
        "wrong-answer" => ("应答有误", "wrong answer"),
        other => return other,
    };
    lang.say(zh, en)
}

fn differences(visitor: &Visitor, rules: &Rulebook, legs: &[LegRow], lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("机关", "Body")),
        Column::new(lang.say("对方状态", "There")),
        Column { block: true, ..Column::new(lang.say("差异", "Difference")) },
        Column::new(lang.say("最近一次查询", "Last asked")),
        Column { block: true, ..Column::new(lang.say("查询", "Ask")) },
    ];
    let reads = visitor.has_role(Role::Supervisor);
    let rows = legs.iter().map(|leg| {
        let stand = Stand::ALL.into_iter().find(|stand| stand.word() == leg.stand).map(|stand| stand.title());
        let difference = Difference::ALL.into_iter().find(|difference| difference.word() == leg.difference);
        let heard = leg.heard.unwrap_or(leg.began);
        Row::new(vec![
            html! {
                // Whoever keeps the system running does not read cases.
                @if reads { a .num href={ "/workbench/cases/" (leg.no) } { (leg.no) } } @else { span .num { (leg.no) } }
                span .sub { (words(item_name(rules, &leg.item, lang), lang)) }
            },
            words(agency_name(rules, &leg.agency, lang), lang),
            html! {
                (stand.map_or_else(|| lang.say("没有消息", "nothing heard").to_owned(), |stand| stand.get(lang).to_owned()))
                span .sub { (date::moment(heard.wall(), lang)) }
            },
            match difference {
                Some(difference) => html! { (words(difference.title().get(lang), lang)) },
                None => html! { (lang.say("久无消息", "Silent for too long")) },
            },
            match &leg.asked {
                Some((at, answer)) => html! { (date::moment(at.wall(), lang)) span .sub { (verdict(answer, lang)) } },
                None => html! { "—" },
            },
            html! {
                form method="post" action="/workbench/partners" {
                    (carried(visitor, 0))
                    (button(&Button::new(lang.say("现在查询", "Ask now")).look(Look::Second).named("case", &leg.no.0)))
                }
            },
        ])
    });
    let empty = empty_state(lang.say("两边一致，没有久无消息的办件", "Both agree, and none is silent"), "", html! {});
    let caption = lang.say("有差异或者久无消息的办件，最早的在前", "Cases that differ or are silent, the oldest first");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

async fn ask(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let no = CaseNo(posted.get("case").to_owned());
        let case = app.office.store.case(&no).await?.ok_or(Problem::NotFound)?;
        let mine = officer.bodies(ROLES).is_none_or(|bodies| bodies.contains(&case.agency));
        let Some(leg) = case.leg.filter(|_| mine) else { return Err(Problem::NotFound) };
        if !app.office.exchange.is_connected(&leg.partner) {
            return Ok(done("/workbench/partners", "unconnected"));
        }
        app.office.ask_partner(&no).await?;
        Ok(done("/workbench/partners", "asked"))
    };
    visitor.answer(Area::Workbench, found.await)
}

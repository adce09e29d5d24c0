//! `/workbench/retention`: how long what was handed in is kept, whose time ends, the warnings, and erasing. Nothing is deleted by
//! itself: an administrator does it, after two warnings, case by case.

use super::frame::{carried, head, page, refused};
use super::wording::item_name;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Page, with_parameter};
use crate::pieces::button::{Button, Look, button, confirm_button};
use crate::pieces::date;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::pagination::pagination;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::{example_mark, tag};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casework::CaseNo;
use maud::{Markup, html};
use office::retention::{Expiring, Next};
use rulebook::definition::Standing;
use rulebook::procedure::Role;
use rulebook::retention::Retention;
use rulebook::{Lang, Rulebook};
use store::erase::Erased;

const ROLES: &[Role] = &[Role::Administrator];
const PAGE: u32 = 50;

pub fn routes() -> Router<App> {
    Router::new().route("/retention", get(show).post(send))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_of_district(ROLES)?;
    let lang = visitor.lang;
    let asked = visitor.asked();
    let live = app.office.rulebooks.live()?;
    let all_rules = &live.rules.retention;
    let Some(chosen) = all_rules.get(asked.get("rule")).or_else(|| all_rules.values().next()) else {
        return Ok(page(visitor, lang.say("保管期限与清除", "Retention"), Vec::new(), none_declared(lang)));
    };
    let after = asked.given("after").map(|no| CaseNo(no.to_owned()));
    let all = app.office.expiring(&live.rules, chosen, after.as_ref(), PAGE).await?;
    let later = all.last().filter(|_| all.len() == PAGE as usize);
    let later = later.map(|one| with_parameter(&visitor.here, "after", &one.kept.no.0));
    let title = lang.say("保管期限与清除", "Retention");
    let lead = lang.say(
        "到期前一年和前三十天各提醒当事人一次，之后由管理员逐件清除个人材料。经过和决定永久保留。",
        "Whoever it belongs to is warned a year and thirty days before; then an administrator erases the personal papers, case by case. What happened and was decided stays for ever.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            (rules(&live.rules, chosen, lang))
            section .stack-s {
                h2 { (words(lang.say(&chosen.name, &chosen.label), lang)) (lang.say("：将到期和已到期的", ": ending within a year, or ended")) }
                (list(app, &all, chosen, visitor)?)
                (pagination(None, later.as_deref(), "", lang))
            }
        }
    };
    let mut page = page(visitor, title, Vec::new(), body);
    page.notices = notices;
    Ok(page)
}

fn none_declared(lang: Lang) -> Markup {
    let title = lang.say("现行规则版本没有保管期限规则", "The edition in force has no rules of retention");
    let body = lang.say(
        "没有规则就不提醒，也不能清除。规则写在 retention.toml 里。",
        "Without rules nobody is warned and nothing is erased. They are written in retention.toml.",
    );
    notice(&Notice::new(Tone::Info, title).body(html! { p { (body) } }), lang)
}

fn rules(rules: &Rulebook, chosen: &Retention, lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("规则", "Rule")),
        Column::numeric(lang.say("结案后年数", "Years after closing")),
        Column::new(lang.say("依据", "Ground")),
    ];
    let rows = rules.retention.values().map(|rule| {
        let code = rule.code.get_ref();
        Row::new(vec![
            html! { a href={ "/workbench/retention?rule=" (code) } aria-current=[(code == chosen.code.get_ref()).then_some("true")] { (words(lang.say(&rule.name, &rule.label), lang)) } },
            html! { (rule.years) },
            html! { (words(&rule.basis.to_string(), lang)) @if rule.status == Standing::Example { " " (example_mark(lang)) } },
        ])
    });
    let caption = lang.say("全部保管规则", "All rules of retention");
    table(&Table { caption, columns: &columns, rows: rows.collect(), ..Table::default() }, lang)
}

fn list(app: &App, all: &[Expiring], rule: &Retention, visitor: &Visitor) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("结案", "Closed")),
        Column::new(lang.say("到期", "Ends")),
        Column::new(lang.say("提醒", "Warned")),
        Column::new(lang.say("下一步", "Next")),
    ];
    let rows = all.iter().map(|one| {
        let warned = [one.first, one.second].into_iter().flatten();
        let row = Row::new(vec![
            html! { (words(item_name(&live.rules, &one.kept.item, lang), lang)) span .sub.num { (one.kept.no) } },
            html! { (one.kept.closed_at.day()) },
            html! { (one.ends_on) },
            html! { @for at in warned { (date::short_day(at.day(), lang)) " " (at.day().year()) br; } },
            html! { @match one.next {
                Next::FirstWarning => { (tag(lang.say("发第一次提醒", "first warning"), Tone::Info, lang)) }
                Next::SecondWarning => { (tag(lang.say("发第二次提醒", "second warning"), Tone::Info, lang)) }
                Next::Wait(until) => { (lang.say("等到 ", "wait until ")) (until) }
                Next::Erase => { (tag(lang.say("可以清除", "may be erased"), Tone::Warn, lang)) }
            } },
        ]);
        if matches!(one.next, Next::Wait(_)) { row } else { row.pick(one.kept.no.0.clone()) }
    });
    if all.is_empty() {
        return Ok(html! { p { (lang.say("一年内没有到期的。", "Nothing ends within a year.")) } });
    }
    let caption = lang.say("将到期和已到期的办件", "Cases whose time ends or has ended");
    let erase =
        Button { name: Some("how"), value: "erase", ..Button::new(lang.say("确认清除，不可恢复", "Erase for ever")) };
    Ok(html! {
        form .stack-s method="post" action={ "/workbench/retention?rule=" (rule.code.get_ref()) } {
            (carried(visitor, 0))
            input type="hidden" name="rule" value=(rule.code.get_ref());
            (table(&Table { caption, columns: &columns, rows: rows.collect(), picks: Some("case"), ..Table::default() }, lang))
            div .buttons {
                (button(&Button::new(lang.say("给所选的发提醒", "Warn the selected")).look(Look::Second).named("how", "warn")))
                (confirm_button(
                    lang.say("清除所选的个人材料…", "Erase the personal papers of the selected…"),
                    lang.say("将销毁所选办件的个人材料和密钥，之后任何人都看不到，也无法恢复。只清除两次提醒都已到期的。", "The papers and keys of the selected cases are destroyed; nobody can read or restore them. Only those with both warnings past are erased."),
                    html! {},
                    &erase,
                    lang,
                ))
            }
        }
        (notice(&Notice::new(Tone::Info, lang.say("清除只销毁个人材料。办理经过、决定和校验链不变，校验时会注明“已按某规则清除”。", "Erasing destroys personal papers only. The record, the decision and its chain stand, and say under which rule it was done.")), lang))
    })
}

async fn send(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_of_district(ROLES)?;
        let lang = visitor.lang;
        let live = app.office.rulebooks.live()?;
        let rules = &live.rules;
        let rule = rules.retention.get(posted.get("rule")).ok_or(Problem::NotFound)?;
        let cases: Vec<CaseNo> = posted.all("case").filter(|no| !no.is_empty()).map(|no| CaseNo(no.to_owned())).collect();
        let notice = if posted.get("how") == "erase" {
            match app.office.erase_expired(officer, rules, rule, &cases).await {
                Ok(done) => {
                    let count = done.iter().filter(|(_, erased)| *erased == Erased::Yes).count();
                    Notice::new(
                        if count == cases.len() { Tone::Good } else { Tone::Warn },
                        match lang {
                            Lang::Zh => {
                                format!("已清除 {count} 件，所选 {} 件。没有清除的还没到日子，或者提醒还没满。", cases.len())
                            }
                            Lang::En => format!(
                                "{count} of {} erased. The others have not come to their day, or were not warned long enough.",
                                cases.len()
                            ),
                        },
                    )
                }
                Err(stop) => refusal_notice(&refused(stop)?, lang),
            }
        } else {
            match app.office.warn_of_erasure(officer, rules, rule, &cases).await {
                Ok(sent) => Notice::new(
                    Tone::Good,
                    match lang {
                        Lang::Zh => format!("已发出 {sent} 条提醒。"),
                        Lang::En => format!("{sent} warnings sent."),
                    },
                ),
                Err(stop) => refusal_notice(&refused(stop)?, lang),
            }
        };
        Ok::<_, Problem>(view(&app, &visitor, vec![notice]).await?.into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

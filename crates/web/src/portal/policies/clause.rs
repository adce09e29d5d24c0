//! `/policies/{code}`: one clause, so that a firm can decide whether to claim it without reading the document.

use super::shown::Door;
use super::{find, not_in_force, shown};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Look, link_button};
use crate::pieces::date::day;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::tag::tag;
use crate::pieces::{Icon, Tone, foreign, icon, words};
use crate::portal::kept::Kept;
use crate::portal::wording::{basis, condition_listed, named, standing};
use crate::portal::{Desk, way};
use crate::visitor::Visitor;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::policy::{Clause, Policy};

pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Extension(kept): Extension<Kept>,
    Path(code): Path<String>,
) -> Response {
    kept.answer(&app, &visitor, |desk| view(desk, &visitor, &code))
}

fn view(desk: &Desk, visitor: &Visitor, code: &str) -> Result<Page, Problem> {
    let lang = desk.lang;
    let (policy, clause) = find(desk.rules(), code).ok_or(Problem::NotFound)?;
    let name = clause.name.clone();
    let body = html! {
        div .page-head {
            div {
                p .over { (clause.benefit.kind.name().get(lang)) " · " (policy.level.name().get(lang)) " · " (policy.kind.name().get(lang)) }
                h1 lang=[foreign(&name, lang)] { (name) }
                p .lead { (words(&clause.explanation, lang)) }
            }
            div .row {
                (standing(policy.status, lang))
                @if let Some(why) = policy.silent(desk.today) { (not_in_force(why, lang)) }
            }
        }
        div .stack {
            (over(desk, policy))
            (buttons(desk, policy, clause))
            (what(desk, clause))
            (for_whom(desk, clause))
            (how(desk, policy, clause))
            (document(desk, policy, clause))
        }
    };
    let mut page = visitor.page(Area::Portal, &name, body);
    page.breadcrumbs = way(lang, [Crumb::to("/policies", lang.say("惠企政策", "Policies for firms")), Crumb::here(name)]);
    Ok(page)
}

/// What is not in force says so before all else.
fn over(desk: &Desk, policy: &Policy) -> Markup {
    let lang = desk.lang;
    let Some(why) = policy.silent(desk.today) else { return Markup::default() };
    let title = format!("{}{}", lang.say("现在不能申报：", "Nothing can be claimed now: "), why.name().get(lang));
    let later = policy.superseded_by.as_ref().and_then(|code| desk.rules().policies.get(code.get_ref()));
    let text = Notice::new(Tone::Warn, title).body(html! {
        @if let Some(later) = later { p { (lang.say("由这份文件取代：", "Its place was taken by: ")) (words(named(&later.name, &later.label, lang), lang)) } }
    });
    notice(&text, lang)
}

fn buttons(desk: &Desk, policy: &Policy, clause: &Clause) -> Markup {
    let lang = desk.lang;
    let door = shown::claim_door(desk.rules(), clause.code.get_ref(), desk.today, None);
    let door = door.filter(|_| policy.silent(desk.today).is_none());
    html! {
        @if let Some(Door::Unasked) = &door { p .muted { (Door::Unasked.says(lang)) } }
        div .buttons.no-print {
            @if let Some(Door::Item(door)) = door { (link_button(&door, lang.say("去申报", "Claim it"), Look::Large, None)) }
            (link_button("/policies/finder", lang.say("看看我的企业情况", "See how my firm stands"), Look::Second, None))
            button .button.second.js-only.paper type="button" { (icon(Icon::Print)) (lang.say("打印", "Print")) }
        }
    }
}

fn what(desk: &Desk, clause: &Clause) -> Markup {
    let lang = desk.lang;
    html! {
        section .stack aria-labelledby="what" {
            h2 #what { (lang.say("给什么", "What is given")) }
            p { strong { (words(&clause.benefit.says, lang)) } }
            @if let Some(amount) = &clause.benefit.amount {
                h3 { (lang.say("金额怎么算", "How the amount is found")) }
                (shown::formula(amount, desk.rules(), desk.today, lang))
            }
            @if let Some(stacking) = &clause.stacking {
                p { (lang.say("与同类政策：", "With others of its kind: ")) (stacking.rule.name().get(lang)) " (" (words(&stacking.group, lang)) ")" }
            }
        }
    }
}

fn for_whom(desk: &Desk, clause: &Clause) -> Markup {
    let lang = desk.lang;
    let read = |text: &str| match desk.rules().conditions.get(text) {
        Some(read) => condition_listed(read, desk.today, lang),
        None => html! { p { (words(text, lang)) } },
    };
    html! {
        section .stack aria-labelledby="whom" {
            h2 #whom { (lang.say("给谁、什么条件", "For whom, on which conditions")) }
            @if let Some(scope) = &clause.scope {
                h3 { (lang.say("适用对象", "Whom it speaks of")) }
                (read(scope.get_ref()))
            }
            h3 { (lang.say("条件", "Conditions")) }
            (read(clause.when.get_ref()))
            @if !clause.judged.is_empty() {
                h3 { (lang.say("要由人判断的", "What a person must judge")) }
                ul { @for judged in &clause.judged { li { (words(judged, lang)) } } }
                p .hint { (lang.say("系统不能替办理机关判断这些；是否给予由办理机关决定。", "The system cannot judge these; the body decides.")) }
            }
        }
    }
}

fn how(desk: &Desk, policy: &Policy, clause: &Clause) -> Markup {
    let lang = desk.lang;
    let mut rows = vec![
        SummaryRow::new(lang.say("怎么拿到", "How it is had"), tag(clause.mode.name().get(lang), Tone::Info, lang)),
        SummaryRow::new(lang.say("办理机关", "Body"), words(&clause.body, lang)),
    ];
    if policy.silent(desk.today).is_none() {
        rows.push(SummaryRow::new(lang.say("申报时间", "When to claim"), shown::window(clause, desk.today, lang)));
    }
    if !clause.contact.is_empty() {
        rows.push(SummaryRow::new(lang.say("咨询", "Contact"), words(&clause.contact, lang)));
    }
    if let Some(budget) = &clause.budget {
        rows.push(SummaryRow::new(lang.say("预算", "Budget"), words(budget.get_ref(), lang)));
    }
    html! {
        section .stack aria-labelledby="how" {
            h2 #how { (lang.say("怎么申报", "How to claim")) }
            (summary_list(&rows, lang))
            h3 { (lang.say("材料", "Papers")) }
            @if clause.papers.is_empty() { p .muted { (lang.say("没有写明要交材料。", "No papers are stated.")) } }
            @else { ul { @for paper in &clause.papers { li { (words(paper, lang)) } } } }
        }
    }
}

fn document(desk: &Desk, policy: &Policy, clause: &Clause) -> Markup {
    let lang = desk.lang;
    let span = html! { @if policy.from.is_none() && policy.until.is_none() { (lang.say("未写明", "not stated")) } @else {
        @match policy.from { Some(from) => (day(from, lang)), None => (lang.say("未写明", "not stated")) }
        " – "
        @match policy.until { Some(until) => (day(until, lang)), None => (lang.say("未写明", "not stated")) }
    } };
    let name = html! {
        (words(named(&policy.name, &policy.label, lang), lang))
        @if !clause.anchor.is_empty() { " " (words(&clause.anchor, lang)) }
    };
    let mut rows = vec![
        SummaryRow::new(lang.say("文件", "Document"), name),
        SummaryRow::new(lang.say("发文机关", "Issued by"), words(&policy.issuer, lang)),
        SummaryRow::new(lang.say("施行期", "In force"), span),
        SummaryRow::new(lang.say("核实情况", "Standing"), standing(policy.status, lang)),
        SummaryRow::new(lang.say("条款代码", "Code"), html! { code { (clause.code.get_ref()) } }),
        SummaryRow::new(lang.say("规则书版本", "Edition"), html! { code { (desk.edition.name) } }),
    ];
    for (name, value) in [(lang.say("文号", "Number"), &policy.number), (lang.say("来源", "Source"), &policy.source)] {
        if !value.is_empty() {
            rows.insert(1, SummaryRow::new(name, words(value, lang)));
        }
    }
    html! {
        section .stack aria-labelledby="document" {
            h2 #document { (lang.say("出自哪份文件", "The document")) }
            (summary_list(&rows, lang))
            (passage(policy, clause, lang))
            @if !policy.basis.is_empty() { ul { @for one in &policy.basis { li { (basis(one, lang)) } } } }
        }
    }
}

/// The words of the document that the clause is made from, so that nobody has to take ours for them.
fn passage(policy: &Policy, clause: &Clause, lang: Lang) -> Markup {
    let lines: Vec<(usize, &str)> = policy.passage(clause).collect();
    html! {
        @if lines.is_empty() {
            p .muted { (lang.say("原文没有录入，以发文机关公布的文件为准。", "The text is not entered here; what the issuer published holds.")) }
        } @else {
            h3 { (lang.say("原文", "The text")) }
            blockquote .stack-s {
                @for (number, text) in &lines { p { span .muted.small { (lang.say("第 ", "paragraph ")) (number) (lang.say(" 段 ", " ")) } (words(text, lang)) } }
            }
            p .hint { (lang.say("以上是原文摘录，以发文机关公布的文件为准。", "Taken from the document; what the issuer published holds.")) }
        }
    }
}

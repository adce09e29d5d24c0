//! What follows from the answers of a guide: what has to be done, in which order and why, the papers, and what handling together spares.

use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::wording::{agency_name, basis as ground, item_name, length, named, standing};
use crate::portal::{Desk, offer};
use jiff::civil::Date;
use maud::{Markup, html};
use rulebook::bundle::{Bundle, Effort, Saved, State as Bundled};
use rulebook::expression::{Line, Truth};
use rulebook::guide::{Subject, Verdict};
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::theme::Theme;
use rulebook::{Lang, Rulebook};

/// What has to be done, in its order, each line with its reason.
pub(super) fn result(desk: &Desk, bundle: &Bundle<'_>, state: &Bundled<'_>, verdicts: &[Verdict<'_, '_>]) -> Markup {
    let lang = desk.lang;
    let verdict = |item: &Item| {
        verdicts
            .iter()
            .find(|verdict| matches!(verdict.outcome.subject, Subject::Item { item: known, .. } if std::ptr::eq(known, item)))
    };
    let columns = [
        Column::new(lang.say("手续", "Service")),
        Column::new(lang.say("要不要办", "Needed?")),
        Column::new(lang.say("谁来办、多久", "By whom, within")),
        Column::new(lang.say("先后", "Order")),
    ];
    let rows = state.order().into_iter().map(|place| {
        let member = &state.members[place];
        let item = member.member.item;
        let bodies = offer::bodies(desk.rules(), item.code.get_ref(), desk.today);
        let elsewhere = member.member.rule.map_or("", |rule| rule.elsewhere.as_str());
        Row::new(vec![
            html! {
                a href={ "/items/" (item.code.get_ref()) } { (words(item_name(item, lang), lang)) } " " (standing(item.status, lang))
                @if !elsewhere.is_empty() { span .sub { (lang.say("在", "handled in ")) (words(elsewhere, lang)) (lang.say("办理", "")) } }
            },
            html! { (needed(member.needed, lang)) (why(verdict(item), lang)) },
            html! {
                @if let Some(body) = bodies.first() { (words(agency_name(body.agency, lang), lang)) }
                @if let Some(limit) = member.limit { span .sub { (length(limit, lang)) } }
            },
            html! { (after(bundle, state, place, lang)) },
        ])
    });
    let list = Table {
        caption: lang.say("要办的手续", "What has to be done"),
        columns: &columns,
        rows: rows.collect(),
        ..Table::default()
    };
    html! { section .stack-s { (table(&list, lang)) } }
}

fn needed(truth: Truth, lang: Lang) -> Markup {
    match truth {
        Truth::True => tag(lang.say("要办", "needed"), Tone::Good, lang),
        Truth::False | Truth::NotApplicable => tag(lang.say("不用办", "not needed"), Tone::Rest, lang),
        Truth::Unknown(_) => tag(lang.say("看情况", "depends"), Tone::Warn, lang),
    }
}

/// The rule and the answers behind a line, and while it is open how it comes out for each answer.
fn why(verdict: Option<&Verdict<'_, '_>>, lang: Lang) -> Markup {
    let Some(verdict) = verdict else { return Markup::default() };
    let lines: Vec<&Line> = verdict.because.iter().flat_map(|(_, lines)| lines).collect();
    let basis = verdict.because.iter().find_map(|(way, _)| way.basis);
    let always = verdict.truth == Truth::True && lines.is_empty() && verdict.branches.is_empty();
    html! {
        @if always {
            details .small {
                summary { (lang.say("为什么", "Why")) }
                @match verdict.outcome.subject {
                    Subject::Paper(_) => p { (lang.say("不论怎样回答都要交：", "Whatever the answers: wanted by “")) (words(&wanting(verdict, lang), lang)) (lang.say("要求。", "”.")) }
                    _ => p { (lang.say("办这件事，不论怎样回答都要办。", "Always part of this, whatever the answers.")) }
                }
                @if let Some(basis) = basis { p { (ground(basis, lang)) } }
            }
        }
        @if !lines.is_empty() || !verdict.branches.is_empty() {
            details .small {
                summary { (lang.say("为什么", "Why")) }
                ul { @for line in lines { li { (words(line.requirement.get(lang), lang)) @if !line.actual.zh.is_empty() { (lang.say("——", " — ")) (words(line.actual.get(lang), lang)) } } } }
                @if !verdict.branches.is_empty() {
                    p { (lang.say("如果回答：", "If the answer is:")) }
                    ul { @for branch in &verdict.branches {
                        li { (words(named(branch.field.name.get_ref(), &branch.field.label, lang), lang)) " = " (words(branch.value.words().get(lang), lang))
                            (lang.say("，则", ": ")) (needed(branch.truth, lang)) }
                    } }
                }
                @if let Some(basis) = basis { p { (ground(basis, lang)) } }
            }
        }
    }
}

/// The items by whose rule a line holds.
fn wanting(verdict: &Verdict<'_, '_>, lang: Lang) -> String {
    let names: Vec<&str> = verdict.because.iter().filter_map(|(way, _)| Some(item_name(way.item?, lang))).collect();
    names.join(lang.say("、", ", "))
}

/// What a part waits for, and why.
fn after(bundle: &Bundle<'_>, state: &Bundled<'_>, place: usize, lang: Lang) -> Markup {
    let member = &state.members[place];
    let before: Vec<(&Item, String)> = member
        .waits_for
        .iter()
        .filter(|(_, truth)| *truth != Truth::False)
        .filter_map(|(before, _)| {
            let edge = bundle.edges.iter().find(|edge| edge.before == *before && edge.after == place)?;
            let first = state.members[*before].member.item;
            let reasons: Vec<String> = edge.reasons.iter().map(|reason| reason.words(first).get(lang).to_owned()).collect();
            Some((first, reasons.join(lang.say("；", "; "))))
        })
        .collect();
    let names: Vec<&str> = before.iter().map(|(first, _)| item_name(first, lang)).collect();
    html! {
        @if matches!(member.needed, Truth::False | Truth::NotApplicable) { "" }
        @else if before.is_empty() { (lang.say("马上可以开始", "can begin at once")) }
        @else {
            (lang.say("等", "after ")) (words(&names.join(lang.say("或", " or ")), lang)) (lang.say("有结果后开始", ""))
            details .small {
                summary { (lang.say("为什么", "Why")) }
                ul { @for (_, reasons) in &before { li { (words(reasons, lang)) } } }
            }
        }
    }
}

/// Papers that have to be brought; those that the form, a register or a result of the same bundle give are not among them.
pub(super) fn papers_needed(desk: &Desk, verdicts: &[Verdict<'_, '_>]) -> Markup {
    let lang = desk.lang;
    let of = |wanted: fn(&Truth) -> bool| -> Vec<&Verdict<'_, '_>> {
        verdicts.iter().filter(|verdict| matches!(verdict.outcome.subject, Subject::Paper(_)) && wanted(&verdict.truth)).collect()
    };
    let (sure, open) = (of(|truth| *truth == Truth::True), of(|truth| matches!(truth, Truth::Unknown(_))));
    let line = |verdict: &Verdict<'_, '_>| {
        let Subject::Paper(material) = verdict.outcome.subject else { return Markup::default() };
        html! { li { (words(named(&material.name, &material.label, lang), lang)) (why(Some(verdict), lang)) } }
    };
    html! {
        section .card.stack-s {
            h2 { (lang.say("要带的材料", "Papers to bring")) " " span .muted.small { (sure.len()) } }
            @if sure.is_empty() && open.is_empty() { p { (lang.say("不用带材料。", "None.")) } }
            ul { @for verdict in &sure { (line(verdict)) } }
            @if !open.is_empty() {
                details { summary { (lang.say("看情况还要：", "It depends: ")) (open.len()) } ul { @for verdict in &open { (line(verdict)) } } }
            }
            p .hint { (lang.say("同一份材料只交一次；执照、许可证等能从电子证照取得的不用交。", "Each paper is handed in once; what an electronic licence shows is not asked for.")) }
        }
    }
}

/// What the merge spares.
pub(crate) fn saved(saved: &Saved<'_>, lang: Lang) -> Markup {
    let (alone, together) = (&saved.one_by_one, &saved.together);
    let row = |name: &'static str, of: fn(&Effort) -> usize, unit: &str| {
        let (alone, together) = (of(alone), of(together));
        SummaryRow {
            name,
            value: html! { strong { (together) } " " (unit) @if alone > together { " " s .muted { (alone) } } },
            change: None,
        }
    };
    html! {
        @if saved.items.len() > 1 {
            section .card.stack-s {
                h2 { (lang.say("一起办省了什么", "What handling together spares")) }
                (summary_list(&[
                    row(lang.say("填写项", "Questions"), |effort| effort.fields, lang.say("项", "")),
                    row(lang.say("材料", "Papers"), |effort| effort.papers, lang.say("份", "")),
                    row(lang.say("跑动", "Visits"), |effort| effort.visits as usize, lang.say("次", "")),
                    row(lang.say("最长工作日", "Working days at most"), |effort| effort.days as usize, lang.say("天", "")),
                ], lang))
                p .hint { (lang.say("划去的是分开办的合计；天数按各事项承诺时限的最长一条线估算，不是法定期限。", "Struck out: the sum one by one. Days are the longest chain of promised limits: an estimate, no legal limit.")) }
            }
        }
    }
}

pub(super) fn about(desk: &Desk, theme: &Theme, state: &Bundled<'_>) -> Markup {
    let lang = desk.lang;
    let lead = desk.rules().agencies.get(theme.lead_body.get_ref());
    html! {
        section .card.stack-s {
            h2 { (lang.say("关于这件事", "About it")) }
            ul .plain.stack-s {
                @if let Some(lead) = lead { li { (lang.say("牵头单位：", "Lead body: ")) (words(agency_name(lead, lang), lang)) } }
                li { (lang.say("来源：", "List: ")) (theme.level.name().get(lang)) @if !theme.list.is_empty() { " " (words(&theme.list, lang)) } }
                li { (lang.say("版本：", "Version: ")) (theme.version) " " (standing(theme.status, lang)) }
                @if let Some(limit) = state.promised { li { (lang.say("整体承诺：", "Promise for the whole: ")) (length(limit, lang)) } }
                @if let Some(limit) = state.ceiling { li { (lang.say("联合办理上限：", "Ceiling of joint handling: ")) (length(limit, lang)) } }
                @for basis in &theme.basis { li { (ground(basis, lang)) } }
                @if !theme.source.is_empty() { li .small.muted { (words(&theme.source, lang)) } }
            }
        }
    }
}

/// The parts of a draft with their bodies and their order, above its form.
pub(crate) fn parts(bundle: &Bundle<'_>, rules: &Rulebook, area: &str, today: Date, lang: Lang) -> Markup {
    let state = bundle.state(&Answers::new(), today);
    let rows = state.waves.iter().flatten().map(|place| {
        let item = state.members[*place].member.item;
        let body = rules.competent(item.code.get_ref(), area, today).first().map(|agency| agency_name(agency, lang));
        html! {
            li {
                strong { (words(item_name(item, lang), lang)) }
                @if let Some(body) = body { (lang.say("：", ": ")) (words(body, lang)) }
                @if let Some(limit) = state.members[*place].limit { " " span .hint { (length(limit, lang)) } }
                (after_if_any(bundle, &state, *place, lang))
            }
        }
    });
    html! {
        details .card open {
            summary { (lang.say("这次一起办的手续", "Handled together")) " (" (state.members.len()) ")" }
            ol { @for row in rows { (row) } }
            p .hint { (lang.say("每项由各自的机关依法办理，各有自己的期限；要等结果的，结果一出自动接着办，不用再来。", "Each body decides for itself within its own limit; what waits for a result goes on by itself when that is there.")) }
        }
    }
}

fn after_if_any(bundle: &Bundle<'_>, state: &Bundled<'_>, place: usize, lang: Lang) -> Markup {
    if state.members[place].waits_for.is_empty() {
        return Markup::default();
    }
    html! { (lang.say("，", ", ")) (after(bundle, state, place, lang)) }
}

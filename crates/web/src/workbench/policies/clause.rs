//! `/workbench/policies/{policy}/clauses/{clause}`: one clause beside the passage that it is made from: what it gives, to whom, when and how, with
//! the sample firms it speaks for and why. Serves measure 14.

use super::conditions::{Built, draw};
use super::edit::{Draft, address, clause_address, save};
use super::samples;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{carried, done, head, page, say_done};
use crate::workbench::items::text::review_notice;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use office::publish::policy_text::PolicyText;
use policies::suggest::{Suggestion, suggest};
use rulebook::expression::Expression;
use rulebook::policy::{BEHAVIOURS, BenefitKind, Flag, Mode, StackingRule};
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::collections::BTreeSet;

const DONE: &[(&str, &str, &str)] = &[("saved", "草稿已保存。", "The draft is saved.")];

pub async fn show(State(app): State<App>, visitor: Visitor, Path((code, clause)): Path<(String, String)>) -> Response {
    let found = async {
        let draft = Draft::of(&app, &code).await?;
        let (scope, when) = (draft.policy.clause(&clause, "scope"), draft.policy.clause(&clause, "when"));
        let built = [Built::of("scope", &scope), Built::of("when", &when)];
        view(&app, &visitor, (&code, &clause), &draft, built, Vec::new()).await
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn view(
    app: &App,
    visitor: &Visitor,
    (code, clause): (&str, &str),
    draft: &Draft,
    [scope, when]: [Built; 2],
    notices: Vec<Notice>,
) -> Result<Page, Problem> {
    visitor.officer_with(super::ROLES)?;
    if !draft.policy.clauses().iter().any(|known| known == clause) {
        return Err(Problem::NotFound);
    }
    let lang = visitor.lang;
    let today = app.office.now().await?.day();
    let rules = &draft.live.rules;
    let name = draft.policy.clause(clause, "name");
    let title = if name.is_empty() { clause.to_owned() } else { name };
    let editable = visitor.has_role(Role::Editor) && draft.edited.under_review().is_none();
    let (of_scope, of_when) = suggestions(draft, clause);
    let form = html! {
        form .stack method="post" action=(clause_address(code, clause)) enctype="multipart/form-data" {
            (carried(visitor, draft.edited.seen()))
            input type="hidden" name="base" value=(draft.edited.from);
            (draw(&scope, lang.say("对谁：适用范围", "Of whom it speaks"), rules, &of_scope, lang))
            (draw(&when, lang.say("条件", "Conditions"), rules, &of_when, lang))
            div .buttons { (button(&Button::new(lang.say("更新，看哪些样例企业符合", "Update, and show the sample firms")).look(Look::Second).named("how", "show"))) }
            (firms(draft, clause, [&scope, &when], today, lang))
            (gives(&draft.policy, clause, rules, lang))
            (flags(draft, clause, lang))
            section .card.stack-s {
                h2 { (lang.say("保存", "Save")) }
                p .hint { (lang.say("保存的是草稿；检查、送审和发布在修改页面。", "This saves a draft; it is checked, reviewed and published from the page of the change.")) }
                div .buttons {
                    (button(&Button::new(lang.say("保存草稿", "Save the draft")).named("how", "save")))
                    (button(&Button::new(lang.say("删去这个条款", "Take the clause out")).look(Look::Danger).named("how", "remove")))
                }
            }
        }
    };
    let buttons = html! {
        @if let Some(change) = &draft.edited.change { (link_button(&format!("/workbench/changes/{}", change.id), lang.say("检查和送审", "Check and pass on"), Look::Second, None)) }
    };
    let body = html! {
        (head(&title, clause, buttons, lang))
        div .stack {
            (passage(draft, clause, lang))
            @if let Some(change) = draft.edited.under_review() { (review_notice(change, lang)) }
            @if editable { (form) } @else { (firms(draft, clause, [&scope, &when], today, lang)) }
        }
    };
    let (policy, home) = (draft.policy.get("name"), address(code));
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library")), Crumb::to(&home, &policy)];
    let mut page = page(visitor, &title, way, body);
    page.notices = notices;
    say_done(&mut page, visitor, DONE);
    Ok(page)
}

fn passage(draft: &Draft, clause: &str, lang: Lang) -> Markup {
    let paragraphs = draft.paragraphs();
    html! {
        section .card.stack-s {
            h2 { (lang.say("对应的原文", "The passage")) }
            @for number in draft.passage(clause) {
                @if let Some(text) = number.checked_sub(1).and_then(|at| paragraphs.get(at)) {
                    blockquote { span .num.muted { (number) } " " (words(text, lang)) }
                }
            }
        }
    }
}

/// What the passage suggests, for the scope and for the conditions: what clauses in the library ask of the scope only, is suggested for it.
fn suggestions(draft: &Draft, clause: &str) -> (Vec<Suggestion>, Vec<Suggestion>) {
    let (rules, paragraphs) = (&draft.live.rules, draft.paragraphs());
    let at = |number: &usize| paragraphs.get(number.checked_sub(1)?).map(String::as_str);
    let text: String = draft.passage(clause).iter().filter_map(at).collect();
    let clauses = || rules.policies.values().flat_map(|policy| &policy.clause);
    let asked =
        |text: Option<&String>| text.and_then(|text| rules.conditions.get(text)).into_iter().flat_map(Expression::elements);
    let of_scope: BTreeSet<&str> =
        clauses().flat_map(|clause| asked(clause.scope.as_ref().map(|scope| scope.get_ref()))).map(|own| &*own.name).collect();
    suggest(&text, rules).into_iter().partition(|one| {
        Expression::parse(&one.condition, &rules.dictionary)
            .is_ok_and(|read| read.elements().iter().all(|element| of_scope.contains(&*element.name)))
    })
}

fn firms(draft: &Draft, clause: &str, [scope, when]: [&Built; 2], today: Date, lang: Lang) -> Markup {
    let judged: Vec<String> = draft.policy.clause(clause, "judged").lines().map(str::to_owned).collect();
    let asks = if when.text.is_empty() { "true" } else { &when.text };
    html! {
        section .card.stack-s id="firms" {
            @if scope.unfinished() || when.unfinished() {
                (notice(&Notice::new(Tone::Warn, lang.say("有一条还没有填完，先不算它。", "One line is not finished and is left out.")), lang))
            }
            (samples::result(&draft.live, &scope.text, asks, judged, today, lang))
        }
    }
}

fn gives(policy: &PolicyText, clause: &str, rules: &Rulebook, lang: Lang) -> Markup {
    let of = |key: &str| policy.clause(clause, key);
    let line = |key: &str, label: &str| field(&Field::text(key, label, &of(key)), lang);
    let hinted = |key: &str, label: &str, hint: &str| field(&Field::text(key, label, &of(key)).hint(hint), lang);
    let area = |key: &str, label: &str, hint: &str| {
        field(&Field::new(key, label, Control::Area { value: &of(key), rows: 2 }).hint(hint), lang)
    };
    let pick = |key: &str, label: &str, named: &[(&str, String)]| {
        let choices: Vec<Choice<'_>> = named.iter().map(|(word, name)| Choice::new(word, name)).collect();
        field(&Field::new(key, label, Control::Select { value: &of(key), choices: &choices }), lang)
    };
    let kinds: Vec<(&str, String)> =
        BenefitKind::GIVEN.iter().map(|kind| (kind.word(), kind.name().get(lang).to_owned())).collect();
    let modes: Vec<(&str, String)> = Mode::ALL.iter().map(|mode| (mode.word(), mode.name().get(lang).to_owned())).collect();
    let rules_of: Vec<(&str, String)> =
        StackingRule::ALL.iter().map(|rule| (rule.word(), rule.name().get(lang).to_owned())).collect();
    let behaviours: Vec<(&str, String)> = rules
        .codes
        .get(BEHAVIOURS)
        .into_iter()
        .flat_map(|list| &list.value)
        .map(|code| (code.name.as_str(), code.name.clone()))
        .collect();
    let directions = [("鼓励", lang.say("鼓励", "more of").to_owned()), ("约束", lang.say("约束", "less of").to_owned())];
    let money = lang.say("写明单位，例如 20万元", "With its unit, such as 20万元");
    let days = lang.say("每年的写 03-01，只一次的写 2026-06-01", "03-01 every year, or 2026-06-01 once");
    html! {
        section .card.stack-s {
            h2 { (lang.say("给什么、怎么给", "What is given, and how")) }
            div .grid.small {
                (line("name", lang.say("条款名称", "Name of the clause")))
                (line("anchor", lang.say("在原文的位置，例如 第四条", "Where it stands, such as 第四条")))
                (pick("benefit.kind", lang.say("给什么", "What is given"), &kinds))
                (pick("mode", lang.say("怎么给", "How it is had"), &modes))
                (line("body", lang.say("承办部门", "Body")))
                (hinted("budget", lang.say("预算", "Budget"), money))
            }
            (area("benefit.says", lang.say("原文怎么说给多少", "What is given, as the text says it"), ""))
            (area("explanation", lang.say("用大白话说给企业听", "In plain words, for the firm"), ""))
            (area("judged", lang.say("要人工判断的，一行一条", "What a person must judge, one a line"), lang.say("原文没写清、要专家评的，写在这里，不要替它补。", "What the text does not say goes here; it is never filled in.")))
            (area("papers", lang.say("申报材料，一行一份", "Papers, one a line"), ""))
            fieldset .stack-s {
                legend { (lang.say("金额：前四个只填一个", "Amount: only one of the first four")) }
                @if policy.has_tiers(clause) { p .hint { (lang.say("分档和倍数在全文里改。", "Tiers and multipliers are edited in the text.")) } }
                div .grid.small {
                    (hinted("benefit.amount.fixed", lang.say("定额", "Fixed"), money))
                    (line("benefit.amount.rate", lang.say("按比例（%）", "Rate (%)")))
                    (hinted("benefit.amount.each", lang.say("每单位", "Each"), money))
                    (hinted("benefit.amount.up-to", lang.say("最高，个案决定", "Up to, decided case by case"), money))
                    (line("benefit.amount.of", lang.say("按哪个数据元算", "Of which element")))
                    (hinted("benefit.amount.cap", lang.say("封顶", "Cap"), money))
                }
            }
            div .grid.small {
                (hinted("window.from", lang.say("申报期起", "Window from"), days))
                (hinted("window.until", lang.say("申报期止", "Window until"), days))
                (line("stacking.group", lang.say("叠加组", "Stacking group")))
                (pick("stacking.rule", lang.say("组内规则", "Rule of the group"), &rules_of))
                (pick("aim.behaviour", lang.say("想影响的行为", "Behaviour it means to move"), &behaviours))
                (pick("aim.direction", lang.say("方向", "Direction"), &directions))
            }
        }
    }
}

/// Red flags: what conditions and words raise, each with where it comes from; which are put before the reviewer, a person ticks.
fn flags(draft: &Draft, clause: &str, lang: Lang) -> Markup {
    let (rules, paragraphs) = (&draft.live.rules, draft.paragraphs());
    let told: Vec<rulebook::policy::Told> = draft
        .passage(clause)
        .iter()
        .filter_map(|number| Some((*number, paragraphs.get(number.checked_sub(1)?)?)))
        .flat_map(|(number, text)| rules.flags_in_paragraph(number, text))
        .collect();
    let kept = draft.policy.clause(clause, "flagged");
    let ticked: Vec<&str> = kept.lines().collect();
    let named: Vec<(&str, String, String)> = Flag::ALL
        .iter()
        .map(|flag| {
            let (zh, en) = flag.words();
            let from: Vec<String> = told
                .iter()
                .filter(|told| told.flag == *flag)
                .map(|told| match lang {
                    Lang::Zh => format!("原文第 {} 段：“{}”", told.paragraph, told.words),
                    Lang::En => format!("paragraph {}: “{}”", told.paragraph, told.words),
                })
                .collect();
            (flag.word(), lang.say(zh, en).to_owned(), from.join("；"))
        })
        .collect();
    let choices: Vec<Choice<'_>> = named
        .iter()
        .map(|(word, name, from)| Choice { value: word, text: name, hint: (!from.is_empty()).then_some(from.as_str()) })
        .collect();
    html! {
        section .card.stack-s {
            h2 { (lang.say("公平竞争审查要看的", "For the fair competition review")) }
            (field(&Field::new("flagged", lang.say("哪些要列给审查人，由您判断", "Which are put before the reviewer is yours to judge"), Control::Checks { values: &ticked, choices: &choices }).hint(lang.say("公平竞争审查条例第八条至第十二条。原文里的字样只是提示。", "Fair Competition Review Regulation arts. 8–12. Words of the text are hints only.")), lang))
        }
    }
}

pub async fn send(
    State(app): State<App>,
    visitor: Visitor,
    Path((code, clause)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, (&code, &clause), &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, (code, clause): (&str, &str), posted: &Posted) -> Result<Response, Problem> {
    visitor.officer_with(&[Role::Editor])?;
    let mut draft = Draft::of(app, code).await?;
    let how = posted.get("how");
    if how == "remove" {
        draft.policy.remove_clause(clause);
        return Ok(match save(app, visitor, posted, &draft.policy, &draft.edited).await? {
            Ok(()) => done(&address(code), "removed"),
            Err(page) => page,
        });
    }
    let live = draft.live.clone();
    let built = [Built::read("scope", posted, &live.rules), Built::read("when", posted, &live.rules)];
    for key in PolicyText::clause_keys().filter(|key| !matches!(*key, "scope" | "when" | "passage" | "flagged")) {
        draft.policy.set_clause(clause, key, posted.get(key));
    }
    draft.policy.set_clause(clause, "flagged", &posted.all("flagged").collect::<Vec<_>>().join("\n"));
    let [scope, when] = &built;
    draft.policy.set_clause(clause, "scope", &scope.text);
    draft.policy.set_clause(clause, "when", if when.text.is_empty() { "true" } else { &when.text });
    let unfinished = built.iter().any(Built::unfinished);
    if how == "show" || unfinished {
        let lang = visitor.lang;
        let notices = match how {
            "show" => Vec::new(),
            _ => vec![Notice::new(
                Tone::Bad,
                lang.say("没有保存：有一条条件还没有填完。", "Not saved: one condition is not finished."),
            )],
        };
        // What was typed is shown; the base stays what was seen.
        return Ok(view(app, visitor, (code, clause), &draft, built, notices).await?.into_response());
    }
    Ok(match save(app, visitor, posted, &draft.policy, &draft.edited).await? {
        Ok(()) => done(&clause_address(code, clause), "saved"),
        Err(page) => page,
    })
}

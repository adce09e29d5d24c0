//! `/workbench/policies/{code}/edit`: the text of a policy in numbered paragraphs, where clauses are marked by ticking, beside what is said of the
//! policy as a whole. Every save is a change of definitions that goes from desk to desk; nothing here is in force by itself. Serves measure 14.

use super::begin::path;
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::Tone;
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::tag::tag;
use crate::pieces::{foreign, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{carried, done, head, page, say_done};
use crate::workbench::items::text::{Edited, Kept, conflicted, keep, overtaken, review_notice, whole};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use office::publish::policy_text::PolicyText;
use office::rulebooks::Edition;
use rulebook::Lang;
use rulebook::policy::{Level, Life, PolicyKind};
use rulebook::procedure::Role;
use std::sync::Arc;

const DONE: &[(&str, &str, &str)] = &[
    ("read", "原文已读入，请核对段落，再标出条款。", "The text is read. Check its paragraphs, then mark the clauses."),
    ("saved", "草稿已保存。", "The draft is saved."),
    ("removed", "条款已删去。", "The clause is taken out."),
];
/// What is said of the policy as a whole.
const HEAD: [&str; 13] =
    ["name", "label", "issuer", "level", "kind", "number", "issued", "from", "until", "owner", "review", "source", "assessed"];

/// A policy that is edited, in its draft where there is one.
pub struct Draft {
    pub edited: Edited,
    pub policy: PolicyText,
    pub live: Arc<Edition>,
}

impl Draft {
    pub async fn of(app: &App, code: &str) -> Result<Draft, Problem> {
        let (latest, _) = app.office.latest_files().await?;
        let edition = app.office.rulebooks.edition(&app.office.store, &latest.name).await?;
        let path = edition.rules.policies.get(code).map_or_else(|| path(code), |policy| policy.place.file.clone());
        let edited = Edited::of_path(app, &path).await?;
        let policy = PolicyText::read(&edited.from, code).ok_or(Problem::NotFound)?;
        Ok(Draft { edited, policy, live: app.office.rulebooks.live()? })
    }

    pub fn paragraphs(&self) -> Vec<String> {
        self.policy.get("paragraph").lines().map(str::to_owned).collect()
    }

    /// Paragraphs that a clause is made from, counted from 1.
    pub fn passage(&self, clause: &str) -> Vec<usize> {
        self.policy.clause(clause, "passage").lines().filter_map(|line| line.parse().ok()).collect()
    }
}

/// Saves a policy; `Err` is the page that says why not.
pub async fn save(
    app: &App,
    visitor: &Visitor,
    posted: &Posted,
    policy: &PolicyText,
    edited: &Edited,
) -> Result<Result<(), Response>, Problem> {
    let (_, officer) = visitor.officer_with(&[Role::Editor])?;
    let (lang, from, text) = (visitor.lang, whole(posted, "base"), policy.text());
    if text.trim() == edited.from.trim() {
        return Ok(Ok(()));
    }
    let note = match &edited.change {
        Some(change) => change.note.clone(),
        None => format!("{}《{}》", lang.say("政策修改：", "Policy: "), policy.get("name")),
    };
    let notice = match keep(app, officer, &edited.path, &from, posted.read("seen")?, &text, &note).await? {
        Ok(Kept::Saved(_)) => return Ok(Ok(())),
        Ok(Kept::Overtaken(now_there)) => {
            let notice = overtaken(app, &now_there, &from, &text, lang).await?;
            return Ok(Err(conflicted(visitor, &now_there, &text, &note, vec![notice])?.into_response()));
        }
        Err(refusal) => refusal_notice(&refusal, lang),
    };
    Ok(Err(conflicted(visitor, edited, &text, &note, vec![notice])?.into_response()))
}

pub fn address(code: &str) -> String {
    format!("/workbench/policies/{}/edit", crate::encode(code))
}

pub fn clause_address(policy: &str, clause: &str) -> String {
    format!("/workbench/policies/{}/clauses/{}", crate::encode(policy), crate::encode(clause))
}

pub async fn show(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    let found = async {
        let draft = Draft::of(&app, &code).await?;
        view(&visitor, &code, &draft, Vec::new())
    };
    visitor.answer(Area::Workbench, found.await)
}

fn view(visitor: &Visitor, code: &str, draft: &Draft, notices: Vec<Notice>) -> Result<Page, Problem> {
    visitor.officer_with(super::ROLES)?;
    let lang = visitor.lang;
    let title = draft.policy.get("name");
    let editable = visitor.has_role(Role::Editor) && draft.edited.under_review().is_none();
    let buttons = html! {
        @if let Some(change) = &draft.edited.change { (link_button(&format!("/workbench/changes/{}", change.id), lang.say("检查和送审", "Check and pass on"), Look::Main, None)) }
    };
    let lead = lang.say(
        "勾选段落，标成条款；每个条款都指回原文。",
        "Tick paragraphs and mark them as a clause; each clause points back at its text.",
    );
    let body = html! {
        (head(&title, lead, buttons, lang))
        div .stack {
            @match draft.edited.under_review() {
                Some(change) => { (review_notice(change, lang)) }
                None if draft.edited.change.is_some() => { (notice(&Notice::new(Tone::Info, lang.say("这是一份草稿，还没有发布，企业看不到。", "A draft, not published: no firm sees it.")), lang)) }
                None => {}
            }
            (clauses(code, draft, lang))
            form .stack method="post" action=(address(code)) enctype="multipart/form-data" {
                (carried(visitor, draft.edited.seen()))
                input type="hidden" name="base" value=(draft.edited.from);
                (text(draft, editable, lang))
                @if editable { (of_policy(draft, lang)) }
            }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    let mut page = page(visitor, &title, way, body);
    page.notices = notices;
    say_done(&mut page, visitor, DONE);
    Ok(page)
}

fn clauses(code: &str, draft: &Draft, lang: Lang) -> Markup {
    let all = draft.policy.clauses();
    html! {
        section .card.stack-s {
            h2 { (lang.say("条款", "Clauses")) " " span .count { (all.len()) } }
            @if all.is_empty() { p .muted { (lang.say("还没有条款。在下面勾选段落，再按“把勾选的段落标成条款”。", "None yet. Tick paragraphs below and mark them as a clause.")) } }
            ul {
                @for clause in &all {
                    @let name = draft.policy.clause(clause, "name");
                    li {
                        a href=(clause_address(code, clause)) { span .num { (clause) } " " (words(if name.is_empty() { lang.say("还没有名称", "no name yet") } else { &name }, lang)) }
                        span .sub {
                            (lang.say("原文第 ", "paragraphs "))
                            (draft.passage(clause).iter().map(usize::to_string).collect::<Vec<_>>().join("、"))
                            (lang.say(" 段", ""))
                        }
                    }
                }
            }
        }
    }
}

/// The paragraphs with their numbers, what they are marked as, and what in them may be a red flag.
fn text(draft: &Draft, editable: bool, lang: Lang) -> Markup {
    let marked: Vec<(String, Vec<usize>)> =
        draft.policy.clauses().into_iter().map(|clause| (clause.clone(), draft.passage(&clause))).collect();
    let paragraphs = draft.paragraphs();
    let to: Vec<Choice<'_>> = marked.iter().map(|(clause, _)| Choice::new(clause, clause)).collect();
    html! {
        section .card.stack-s {
            h2 { (lang.say("原文", "Text")) }
            @let document = draft.policy.get("document");
            @if !document.is_empty() { p .sub { (words(&document, lang)) } }
            @if paragraphs.is_empty() { p .muted { (lang.say("库里没有这份政策的原文。", "The library does not hold its text.")) } }
            fieldset {
                legend .vh { (lang.say("原文段落", "Paragraphs")) }
                div .choices {
                    @for (at, paragraph) in paragraphs.iter().enumerate() { (one(draft, at + 1, paragraph, &marked, editable, lang)) }
                }
            }
            @if editable && !paragraphs.is_empty() {
                @if !to.is_empty() {
                    (field(&Field::new("to", lang.say("标到哪个条款", "As part of"), Control::Select { value: "", choices: &to }).hint(lang.say("不选，就是一个新条款。", "Nothing chosen means a new clause.")), lang))
                }
                div .buttons { (button(&Button::new(lang.say("把勾选的段落标成条款", "Mark the ticked paragraphs")).named("how", "mark"))) }
            }
        }
    }
}

fn one(draft: &Draft, number: usize, paragraph: &str, marked: &[(String, Vec<usize>)], editable: bool, lang: Lang) -> Markup {
    let id = format!("p-{number}");
    let text = format!("{number} {paragraph}");
    let flags = draft.live.rules.flags_in_paragraph(number, paragraph);
    html! {
        div .choice {
            @if editable {
                input type="checkbox" id=(id) name="p" value=(number);
                label for=(id) lang=[foreign(&text, lang)] { (text) }
            } @else { p { (words(&text, lang)) } }
            @for (clause, _) in marked.iter().filter(|(_, passage)| passage.contains(&number)) { " " (tag(clause, Tone::Info, lang)) }
            @for told in &flags {
                @let (zh, en) = told.flag.words();
                p .hint { (tag(lang.say("公平竞争审查", "fair competition"), Tone::Warn, lang)) " “" (words(&told.words, lang)) "” " (lang.say(zh, en)) (lang.say("？", "?")) }
            }
        }
    }
}

fn of_policy(draft: &Draft, lang: Lang) -> Markup {
    let policy = &draft.policy;
    let of = |key: &str| policy.get(key);
    let kinds = [PolicyKind::Benefit, PolicyKind::Investment, PolicyKind::Rule].map(|kind| (kind.word(), kind.name()));
    let kinds: Vec<Choice<'_>> = kinds.iter().map(|(word, name)| Choice::new(word, name.get(lang))).collect();
    let levels = Level::ALL.map(|level| (level.word(), level.name()));
    let levels: Vec<Choice<'_>> = levels.iter().map(|(word, name)| Choice::new(word, name.get(lang))).collect();
    let lives = Life::ALL.map(|life| (life.word(), life.name()));
    let lives: Vec<Choice<'_>> = lives.iter().map(|(word, name)| Choice::new(word, name.get(lang))).collect();
    let line = |key: &str, label: &str| field(&Field::text(key, label, &of(key)), lang);
    let day = |key: &str, label: &str| field(&Field::new(key, label, Control::Date { value: &of(key) }), lang);
    let pick = |key: &str, label: &str, choices: &[Choice<'_>]| {
        field(&Field::new(key, label, Control::Select { value: &of(key), choices }).required(), lang)
    };
    let assessed_hint = lang.say(
        "区和开发区的政策要先评估，走完两项审查，才能改成现行。",
        "Policies of the district and its zones are assessed and reviewed before they come into force.",
    );
    html! {
        section .card.stack-s {
            h2 { (lang.say("政策本身", "The policy")) }
            div .grid.small {
                (line("name", lang.say("标题", "Title")))
                (line("label", lang.say("英文标题", "English title")))
                (line("issuer", lang.say("制定机关", "Issued by")))
                (line("number", lang.say("文号", "Number")))
                (pick("level", lang.say("层级", "Level"), &levels))
                (pick("kind", lang.say("类别", "Kind"), &kinds))
                (day("issued", lang.say("发文日", "Issued on")))
                (day("from", lang.say("施行日", "In force from")))
                (day("until", lang.say("有效至", "Valid until")))
                (line("owner", lang.say("维护人", "Owner")))
                (day("review", lang.say("复核日期", "Review by")))
                (line("source", lang.say("来源", "Source")))
                (pick("life", lang.say("状态", "Standing"), &lives))
                (field(&Field::text("assessed", lang.say("评估办件编号", "Case of assessment"), &of("assessed")).hint(assessed_hint), lang))
            }
            div .buttons { (button(&Button::new(lang.say("保存草稿", "Save the draft")).look(Look::Second).named("how", "save"))) }
        }
    }
}

pub async fn send(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, sent(&app, &visitor, &code, &posted).await)
}

async fn sent(app: &App, visitor: &Visitor, code: &str, posted: &Posted) -> Result<Response, Problem> {
    visitor.officer_with(&[Role::Editor])?;
    let lang = visitor.lang;
    let mut draft = Draft::of(app, code).await?;
    for key in HEAD.into_iter().chain(["life"]).filter(|key| posted.pairs().any(|(name, _)| name == *key)) {
        draft.policy.set(key, posted.get(key));
    }
    let mut to = address(code);
    if posted.get("how") == "mark" {
        let ticked: Vec<&str> = posted.all("p").collect();
        if ticked.is_empty() {
            let notice = Notice::new(Tone::Bad, lang.say("请先勾选段落。", "Tick the paragraphs first."));
            return Ok(view(visitor, code, &draft, vec![notice])?.into_response());
        }
        let clause = match posted.given("to").filter(|clause| draft.policy.clauses().iter().any(|known| known == clause)) {
            Some(clause) => clause.to_owned(),
            None => begun(&mut draft, code, &ticked),
        };
        draft.policy.set_clause(&clause, "passage", &ticked.join("\n"));
        to = clause_address(code, &clause);
    }
    Ok(match save(app, visitor, posted, &draft.policy, &draft.edited).await? {
        Ok(()) => done(&to, "saved"),
        Err(page) => page,
    })
}

/// A new clause with what its passage says of itself, and a condition that says nothing yet. All of it is for a person to mend.
fn begun(draft: &mut Draft, code: &str, ticked: &[&str]) -> String {
    let known = draft.policy.clauses();
    let number = (1..).find(|number| !known.contains(&format!("{code}-{number}"))).unwrap_or_default();
    let clause = format!("{code}-{number}");
    draft.policy.add_clause(&clause);
    let (issuer, paragraphs) = (draft.policy.get("issuer"), draft.paragraphs());
    let at = |number: &&str| paragraphs.get(number.parse::<usize>().ok()?.checked_sub(1)?).cloned();
    let passage: String = ticked.iter().filter_map(at).collect();
    let anchor = passage.split_whitespace().next().filter(|word| word.starts_with('第') && word.ends_with('条'));
    let anchor = anchor.unwrap_or_default().to_owned();
    let said = passage.strip_prefix(anchor.as_str()).unwrap_or(&passage).trim();
    let name: String = said.split(['，', '。', '；', '：']).next().unwrap_or_default().chars().take(24).collect();
    let gives = said
        .split(['，', '。', '；'])
        .rfind(|part| ["奖", "补", "给予", "贴", "减", "免"].iter().any(|word| part.contains(word)));
    let first = [
        ("name", name.as_str()),
        ("anchor", anchor.as_str()),
        ("when", "true"),
        ("benefit.kind", "cash"),
        ("benefit.says", gives.unwrap_or(said)),
        ("mode", "申报"),
        ("body", issuer.as_str()),
        ("explanation", said),
    ];
    for (key, text) in first {
        draft.policy.set_clause(&clause, key, text);
    }
    clause
}

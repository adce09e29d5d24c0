//! `/themes`: one thing in the words of who wants it; `/themes/{code}`: the guide through it; `/together`: any items at once.
//!
//! Who comes here: somebody who wants to open a shop and does not know the names of permits. She fears to forget one, and to hand in
//! the same paper six times. The guide asks only what still changes something, says at every moment what follows and why, and its
//! answers lie in the address: nothing is kept, everything can be gone back to and sent on. Serves measures 3, 4 and 11.

use super::offer;
use super::wording::{agency_name, area_name, basis as ground, item_name, length, named, standing};
use super::{Desk, way};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::form::{Form, form};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::questions::with_control;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use casework::event::Channel;
use jiff::civil::Date;
use maud::{Markup, html};
use office::drafts::{self, Wanted};
use rulebook::bundle::{Bundle, Effort, Saved, Standing as Member, State as Bundled};
use rulebook::expression::{Line, Truth};
use rulebook::guide::{Guide, Question, Subject, Told, Verdict};
use rulebook::intake::{Answers, NOTHING_KNOWN};
use rulebook::item::Item;
use rulebook::theme::{Level, Theme};
use rulebook::{Lang, Rulebook};
use std::collections::BTreeSet;

/// Items that can be handled together at once; more is no work of one visitor.
const MOST_ITEMS: usize = 12;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/themes", get(list))
        .route("/themes/{code}", get(guide).post(start))
        .route("/together", get(pick).post(start_picked))
}

async fn list(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, Desk::of(&app, &visitor).map(|desk| list_page(&desk, &visitor)))
}

fn list_page(desk: &Desk, visitor: &Visitor) -> Page {
    let lang = desk.lang;
    let asked = visitor.asked();
    let text: String = asked.get("q").chars().take(64).collect();
    let fits = |theme: &&Theme| {
        text.is_empty()
            || theme.name.contains(&text)
            || theme.keywords.iter().any(|word| word.contains(&text) || text.contains(word))
    };
    let mut themes: Vec<&Theme> = desk.rules().themes.values().filter(fits).collect();
    themes.sort_by_key(|theme| (theme.level, theme.list.clone(), theme.code.get_ref().clone()));
    let title = lang.say("一件事一次办", "One thing, one application");
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say(
                "说要做什么，答几个问题，就知道要办哪些手续；一张表、一套材料、一次提交，各部门同时办。",
                "Say what you want to do and answer some questions: one form, one set of papers, one application; the bodies work side by side."
            )) }
        } }
        div .stack {
            form .stack-s method="get" action="/themes" role="search" {
                (field(&Field::text("q", lang.say("想做什么，例如：开饭店", "What you want to do, in Chinese"), &text), lang))
                div .buttons { (button(&Button::new(lang.say("找", "Find")).look(Look::Second))) }
            }
            @if themes.is_empty() {
                (empty_state(
                    lang.say("没有这样的“一件事”", "There is no such bundle"),
                    lang.say("换个说法，或者自己选几个事项一起办。", "Try other words, or pick several services yourself."),
                    html! { (link_button("/themes", lang.say("看全部", "See all"), Look::Main, None)) },
                ))
            }
            @for level in Level::ALL {
                @let of_level: Vec<&&Theme> = themes.iter().filter(|theme| theme.level == level).collect();
                @if !of_level.is_empty() {
                    section .stack {
                        h2 { (level.name().get(lang)) " " span .muted.small { (of_level.len()) } }
                        div .grid { @for theme in of_level { (card(desk, theme)) } }
                    }
                }
            }
            section .card.stack-s {
                h2 { (lang.say("没有合适的？自己选几项一起办", "Nothing fits? Pick several services yourself")) }
                p { (lang.say("任意几个事项都可以合成一张表、一套材料。", "Any services can be merged into one form and one set of papers.")) }
                p { (link_button("/together", lang.say("选事项", "Pick services"), Look::Second, None)) }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(lang.say("一件事", "One thing"))]);
    page
}

fn card(desk: &Desk, theme: &Theme) -> Markup {
    let lang = desk.lang;
    let n = theme.component.len();
    html! {
        a .card href={ "/themes/" (theme.code.get_ref()) } {
            h3 { (words(named(&theme.name, &theme.label, lang), lang)) }
            @if !theme.summary.is_empty() { p .muted { (words(&theme.summary, lang)) } }
            p .small {
                (match lang { Lang::Zh => format!("最多{n}项手续"), Lang::En => format!("at most {n} services") })
                @if !theme.list.is_empty() { (lang.say("，", ", ")) (words(&theme.list, lang)) }
                (lang.say("，版本 ", ", version ")) (theme.version) " " (standing(theme.status, lang))
            }
        }
    }
}

/// What a visitor has told so far; it lies in the address.
#[derive(Default)]
struct Asked {
    answers: Answers,
    unsure: BTreeSet<String>,
}

/// Names in the address that are no element.
const OURS: [&str; 4] = ["unsure", "ask", "items", "q"];

impl Asked {
    fn of(posted: &Posted, rules: &Rulebook, today: Date) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in super::apply::answers_of(posted) {
            let Some(field) = rules.field_of(&name).filter(|_| !OURS.contains(&&*name)) else { continue };
            if !value.is_empty() && rules.check_answer(field, &value, today).is_ok() {
                asked.answers.insert(name, value);
            }
        }
        let unsure = posted.pairs().filter(|(name, _)| *name == "unsure").map(|(_, code)| code.to_owned());
        asked.unsure = unsure.filter(|code| rules.field_of(code).is_some()).collect();
        // A later answer takes the doubt away.
        asked.unsure.retain(|code| !asked.answers.contains_key(code));
        asked
    }

    fn told(&self) -> Told<'_> {
        Told { answers: &self.answers, unsure: &self.unsure }
    }

    /// The address of `path` with all that was told but one element.
    fn without(&self, path: &str, field: &str) -> String {
        let answers = self.answers.iter().filter(|(code, _)| *code != field).map(|(code, value)| (code.as_str(), value.as_str()));
        let unsure = self.unsure.iter().filter(|code| *code != field).map(|code| ("unsure", code.as_str()));
        let all: Vec<(&str, &str)> = answers.chain(unsure).chain([("ask", field)]).collect();
        super::address(path, &all)
    }

    fn hidden(&self) -> Markup {
        html! {
            @for (code, value) in &self.answers { input type="hidden" name=(code) value=(value); }
            @for code in &self.unsure { input type="hidden" name="unsure" value=(code); }
        }
    }
}

async fn guide(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    let found = Desk::of(&app, &visitor).and_then(|desk| guide_page(&desk, &visitor, &code, None));
    visitor.answer(Area::Portal, found)
}

fn guide_page(desk: &Desk, visitor: &Visitor, code: &str, refused: Option<Notice>) -> Result<Page, Problem> {
    let lang = desk.lang;
    let rules = desk.rules();
    let theme = rules.themes.get(code).ok_or(Problem::NotFound)?;
    let posted = visitor.asked();
    let asked = Asked::of(&posted, rules, desk.today);
    let bundle = Bundle::of_theme(rules, theme);
    let guide = Guide::of_bundle(&bundle, desk.today);
    let state = bundle.state(&asked.answers, desk.today);
    let verdicts = guide.verdicts(asked.told(), desk.today);
    let named_field = rules.field_of(posted.get("ask")).filter(|field| !asked.answers.contains_key(&field.code));
    let again = named_field.filter(|field| !asked.unsure.contains(&field.code)).map(|field| Question {
        field,
        wording: wording(theme, field.name.get_ref()).unwrap_or(if field.meaning.is_empty() {
            field.name.get_ref()
        } else {
            &field.meaning
        }),
        decides: Vec::new(),
    });
    let next = again.or_else(|| guide.next(asked.told(), desk.today));
    let path = format!("/themes/{code}");
    let name = named(&theme.name, &theme.label, lang);
    let body = html! {
        div .page-head { div {
            p .over { (lang.say("一件事", "One thing")) }
            h1 { (words(name, lang)) }
            @if !theme.summary.is_empty() { p .lead { (words(&theme.summary, lang)) } }
        } }
        div .with-side {
            div .stack {
                @match &next {
                    Some(question) => (ask(desk, &asked, question, &path)),
                    None => (begin(desk, visitor, &asked, &state, &path)),
                }
                (result(desk, &bundle, &state, &verdicts))
                (papers_needed(desk, &verdicts))
                @if next.is_some() { (skip(desk, visitor, &asked, &state, &path)) }
            }
            aside .stack {
                (told_so_far(desk, &asked, &path))
                (saved(&bundle.saved(&asked.answers, &NOTHING_KNOWN, desk.today), lang))
                (about(desk, theme, &state))
            }
        }
    };
    let mut page = visitor.page(Area::Portal, name, body);
    page.notices.extend(refused);
    page.breadcrumbs = way(lang, [Crumb::to("/themes", lang.say("一件事", "One thing")), Crumb::here(name)]);
    Ok(page)
}

/// How a theme puts the question for an element.
fn wording<'a>(theme: &'a Theme, field: &str) -> Option<&'a str> {
    theme.situation.iter().find(|situation| situation.field.get_ref() == field).map(|situation| situation.question.as_str())
}

/// The next question, and how to say that one does not know.
fn ask(desk: &Desk, asked: &Asked, question: &Question<'_>, path: &str) -> Markup {
    let lang = desk.lang;
    let definition = question.field;
    let n = asked.answers.len() + asked.unsure.len() + 1;
    let english = named(definition.name.get_ref(), &definition.label, lang);
    let label = if lang == Lang::Zh { question.wording } else { english };
    let drawn = with_control(desk.rules(), definition, "", |control| {
        let mut shown = Field::new(&definition.code, label, control);
        shown.hint = Some(definition.meaning.as_str()).filter(|meaning| !meaning.is_empty() && *meaning != question.wording);
        field(&shown, lang)
    });
    html! {
        section .card.stack aria-labelledby="question" {
            h2 #question { (match lang { Lang::Zh => format!("第{n}个问题"), Lang::En => format!("Question {n}") }) }
            form method="get" action=(path) .stack {
                (asked.hidden())
                (drawn)
                div .buttons {
                    (button(&Button::new(lang.say("下一个", "Next")).look(Look::Large)))
                    (button(&Button::new(lang.say("不清楚", "I do not know")).look(Look::Second).named("unsure", &definition.code)))
                }
                @if !question.decides.is_empty() {
                    p .hint { (match lang {
                        Lang::Zh => format!("这个回答会影响{}项结果。", question.decides.len()),
                        Lang::En => format!("{} results hang on this answer.", question.decides.len()),
                    }) }
                }
            }
        }
    }
}

/// What has been said, each line to be said otherwise.
fn told_so_far(desk: &Desk, asked: &Asked, path: &str) -> Markup {
    let lang = desk.lang;
    let rules = desk.rules();
    let row = |code: &str, value: String| {
        let field = rules.field_of(code)?;
        Some((named(field.name.get_ref(), &field.label, lang), value, asked.without(path, code)))
    };
    let known = asked.answers.iter().filter_map(|(code, value)| {
        let field = rules.field_of(code)?;
        row(code, rules.say_answer(field, value).get(lang).to_owned())
    });
    let unsure = asked.unsure.iter().filter_map(|code| row(code, lang.say("不清楚", "not known").to_owned()));
    let rows: Vec<(&str, String, String)> = known.chain(unsure).collect();
    html! {
        @if !rows.is_empty() {
            section .card.stack-s {
                h2 { (lang.say("您的回答", "Your answers")) }
                ul .plain.stack-s { @for (name, value, change) in &rows {
                    li { (words(name, lang)) (lang.say("：", ": ")) strong { (words(value, lang)) } " "
                        a href=(change) { (lang.say("改", "change")) span .vh { " " (words(name, lang)) } } }
                } }
                p { a href=(path) { (lang.say("重新开始", "Start again")) } }
            }
        }
    }
}

/// What has to be done, in its order, each line with its reason.
fn result(desk: &Desk, bundle: &Bundle<'_>, state: &Bundled<'_>, verdicts: &[Verdict<'_, '_>]) -> Markup {
    let lang = desk.lang;
    let mut order: Vec<usize> = state.waves.iter().flatten().copied().collect();
    order.extend((0..state.members.len()).filter(|place| !state.waves.iter().flatten().any(|known| known == place)));
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
    let rows = order.iter().map(|place| {
        let member = &state.members[*place];
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
            html! { (after(bundle, state, *place, lang)) },
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
    html! {
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
fn papers_needed(desk: &Desk, verdicts: &[Verdict<'_, '_>]) -> Markup {
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
pub(super) fn saved(saved: &Saved<'_>, lang: Lang) -> Markup {
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

fn about(desk: &Desk, theme: &Theme, state: &Bundled<'_>) -> Markup {
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

/// All is answered: choose and begin.
fn begin(desk: &Desk, visitor: &Visitor, asked: &Asked, state: &Bundled<'_>, path: &str) -> Markup {
    let lang = desk.lang;
    html! {
        section .card.stack {
            h2 { (lang.say("可以开始填了", "Ready to fill in")) }
            (choice(desk, visitor, asked, state, path))
        }
    }
}

/// Beginning without answering all.
fn skip(desk: &Desk, visitor: &Visitor, asked: &Asked, state: &Bundled<'_>, path: &str) -> Markup {
    let lang = desk.lang;
    html! {
        details .card {
            summary { (lang.say("不再回答，直接选要办的手续", "Skip the questions and choose yourself")) }
            (choice(desk, visitor, asked, state, path))
        }
    }
}

/// The parts to apply for, and where; what is needed is ticked.
fn choice(desk: &Desk, visitor: &Visitor, asked: &Asked, state: &Bundled<'_>, path: &str) -> Markup {
    let here: Vec<&Member<'_>> = state.members.iter().filter(|member| is_here(desk, member)).collect();
    let ticked: Vec<&str> = here
        .iter()
        .filter(|member| member.needed == Truth::True)
        .map(|member| member.member.item.code.get_ref().as_str())
        .collect();
    let items: Vec<&Item> = here.iter().map(|member| member.member.item).collect();
    start_form(desk, visitor, asked, &items, &ticked, path)
}

/// Whether a part can be applied for here: not closed, with a form, and not handled in another system.
fn is_here(desk: &Desk, member: &Member<'_>) -> bool {
    offer::is_open_here(member.member.item, desk.today) && member.member.rule.is_none_or(|rule| rule.elsewhere.is_empty())
}

fn start_form(desk: &Desk, visitor: &Visitor, asked: &Asked, items: &[&Item], ticked: &[&str], path: &str) -> Markup {
    let lang = desk.lang;
    let areas: Vec<(&str, &str)> =
        desk.rules().areas.values().map(|area| (area.code.get_ref().as_str(), area_name(area, lang))).collect();
    let areas: Vec<Choice<'_>> = areas.iter().map(|(code, name)| Choice::new(code, name)).collect();
    let parts: Vec<Choice<'_>> = items.iter().map(|item| Choice::new(item.code.get_ref(), item_name(item, lang))).collect();
    html! {
        (form(&Form { action: path, csrf: visitor.csrf(), ..Form::default() }, html! {
            (asked.hidden())
            (field(&Field::new("items", lang.say("这次一起办的手续", "Handled together this time"), Control::Checks { values: ticked, choices: &parts }).required(), lang))
            (field(&Field::new("area", lang.say("经营或办理地点所在区域", "Where the premises are"), Control::Select { value: "", choices: &areas })
                .hint(lang.say("决定由哪个机关办理；一个地址可能同时属于街镇和开发区，请选开发区。", "Decides which body handles it. If an address lies in a street and in a zone, choose the zone."))
                .required(), lang))
        }, html! {
            div .buttons { (button(&Button::new(lang.say("开始填写", "Start")).look(Look::Large))) }
            p .hint { (lang.say("每填一项都会自动保存；上面的回答会带进表里。", "Every answer is saved by itself; what you have answered is taken into the form.")) }
        }, lang))
    }
}

async fn start(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    let found = async {
        let desk = Desk::of(&app, &visitor)?;
        if !desk.rules().themes.contains_key(&code) {
            return Err(Problem::NotFound);
        }
        match begun(&app, &visitor, &desk, Some(&code), &posted).await? {
            Ok(response) => Ok(response),
            Err(told) => Ok(guide_page(&desk, &visitor, &code, Some(told))?.into_response()),
        }
    };
    visitor.answer(Area::Portal, found.await)
}

/// Begins the draft with what was answered already, or says what is missing.
async fn begun(
    app: &App,
    visitor: &Visitor,
    desk: &Desk,
    theme: Option<&str>,
    posted: &Posted,
) -> Result<Result<Response, Notice>, Problem> {
    let lang = visitor.lang;
    let (signed_in, holder) = visitor.applicant()?;
    let items: Vec<String> = posted.pairs().filter(|(name, _)| *name == "items").map(|(_, code)| code.to_owned()).collect();
    let known = items.iter().all(|code| desk.rules().items.get(code).is_some_and(|item| offer::is_open_here(item, desk.today)));
    if items.is_empty() || items.len() > MOST_ITEMS || !known {
        let most = match lang {
            Lang::Zh => format!("请选择1至{MOST_ITEMS}项可以在这里办的手续"),
            Lang::En => format!("Choose 1 to {MOST_ITEMS} services that are applied for here"),
        };
        return Ok(Err(Notice::new(Tone::Bad, &most)));
    }
    let area = posted.get("area");
    if !desk.rules().areas.contains_key(area) {
        return Ok(Err(Notice::new(Tone::Bad, lang.say("请选择所在区域", "Choose an area"))));
    }
    let nobody = items.iter().filter(|code| desk.rules().competent(code, area, desk.today).is_empty());
    let nobody: Vec<&str> = nobody.filter_map(|code| Some(item_name(desk.rules().items.get(code)?, lang))).collect();
    if !nobody.is_empty() {
        let title =
            lang.say("下列事项在这一区域没有办理机关，请去掉后再试", "No body handles these in that area; leave them out");
        return Ok(Err(Notice::new(Tone::Bad, title).body(html! { ul { @for name in &nobody { li { (words(name, lang)) } } } })));
    }
    let id = app.office.begin_bundle(&signed_in.actor, holder, theme, &items, area, Channel::Online).await?;
    let whole = drafts::open(&app.office.store, &signed_in.actor, &id).await?;
    let wanted = Wanted::of(desk.rules(), &whole.draft).ok_or(Problem::NotFound)?;
    let answers: Vec<(String, String)> =
        Asked::of(posted, desk.rules(), desk.today).answers.into_iter().filter(|(code, _)| wanted.asks(code).is_some()).collect();
    let now = app.office.now().await?;
    drafts::save(&app.office.store, desk.rules(), &signed_in.actor, &id, &answers, now).await?;
    Ok(Ok(Redirect::to(&format!("/drafts/{id}")).into_response()))
}

async fn pick(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, Desk::of(&app, &visitor).map(|desk| pick_page(&desk, &visitor, None)))
}

/// Any items, merged by the same compiler.
fn pick_page(desk: &Desk, visitor: &Visitor, refused: Option<Notice>) -> Page {
    let lang = desk.lang;
    let rules = desk.rules();
    let asked = visitor.asked();
    let text: String = asked.get("q").chars().take(64).collect();
    let picked: Vec<String> = asked
        .pairs()
        .filter(|(name, code)| *name == "items" && rules.items.contains_key(*code))
        .map(|(_, code)| code.to_owned())
        .collect();
    let bundle = Bundle::of_items(rules, picked.iter().map(String::as_str));
    let state = bundle.state(&Answers::new(), desk.today);
    let has = |item: &Item| picked.contains(item.code.get_ref());
    let fits = |item: &&Item| {
        has(item) || text.is_empty() || item.name.contains(&text) || item.keywords.iter().any(|word| word.contains(&text))
    };
    let is_offered = |item: &&Item| {
        offer::is_open_here(item, desk.today) && item.continues.is_none() && item.procedure.get_ref() != offer::UNRESOLVED
    };
    let mut items: Vec<&Item> = rules.items.values().filter(is_offered).filter(fits).collect();
    items.sort_by_key(|item| (!has(item), item.item_type as u8, item.code.get_ref().clone()));
    let ticked: Vec<&str> = picked.iter().map(String::as_str).collect();
    let choices: Vec<Choice<'_>> = items.iter().map(|item| Choice::new(item.code.get_ref(), item_name(item, lang))).collect();
    let title = lang.say("自己选几项一起办", "Several services at once");
    let nothing = Asked::default();
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say("任意几个事项合成一张表、一套材料；先后自动排好。", "Any services in one form and one set of papers; their order follows from their papers.")) }
        } }
        div .with-side {
            div .stack {
                @if !picked.is_empty() { (result(desk, &bundle, &state, &[])) }
                form .card.stack method="get" action="/together" {
                    (field(&Field::text("q", lang.say("按名称找", "By name"), &text), lang))
                    (field(&Field::new("items", lang.say("事项", "Services"), Control::Checks { values: &ticked, choices: &choices }), lang))
                    div .buttons { (button(&Button::new(lang.say("看合并结果", "See what follows")).look(Look::Second))) }
                }
            }
            aside .stack {
                @if picked.is_empty() { p .muted { (lang.say("选好以后，这里显示先后、材料和省了多少。", "Once you pick some, their order and papers appear here.")) } }
                @else {
                    @if !state.circle.is_empty() {
                        (notice(&Notice::new(Tone::Bad, lang.say("这些事项互为前提，不能一起办", "These wait for one another and cannot be handled together")), lang))
                    }
                    (saved(&bundle.saved(&nothing.answers, &NOTHING_KNOWN, desk.today), lang))
                    section .card.stack {
                        h2 { (lang.say("开始填写", "Begin")) }
                        (start_form(desk, visitor, &nothing, &bundle.members.iter().map(|member| member.item).collect::<Vec<_>>(), &ticked, "/together"))
                    }
                }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.notices.extend(refused);
    page.breadcrumbs = way(lang, [Crumb::to("/themes", lang.say("一件事", "One thing")), Crumb::here(title)]);
    page
}

async fn start_picked(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let desk = Desk::of(&app, &visitor)?;
        match begun(&app, &visitor, &desk, None, &posted).await? {
            Ok(response) => Ok(response),
            Err(told) => Ok(pick_page(&desk, &visitor, Some(told)).into_response()),
        }
    };
    visitor.answer(Area::Portal, found.await)
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
    if state.members[place].waits_for.is_empty() { Markup::default() } else { after(bundle, state, place, lang) }
}
